"""How accurate a program is: against the formula at 60 digits, at exactly the floats that the program is given."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import mpmath
import sympy as sp

from derive.derivation.formula import OPEN, Formula
from derive.families.parameter import ParameterError
from derive.numerics.terms import EvaluationError, compiled_terms
from derive.programs.grid import Place
from derive.programs.sums import Summand, summand

DIGITS = 60
WORKING = (160, 230)
"""Digits carried: what cancels in a difference of 1e-12 among parameters of 1e12 leaves 60 and more."""


@dataclass
class Accuracy:
    """Errors of a program over a grid.

    worst     the largest relative error, and where it is
    points    how many points were compared
    finite    at how many of them the truth is finite
    negative  how many values below 0 came out where the truth is not
    """

    worst: float = 0.0
    place: Place = field(default_factory=dict)
    got: float = 0.0
    true: Any = None
    points: int = 0
    finite: int = 0
    negative: int = 0
    errors: list[tuple[float, Place]] = field(default_factory=list, repr=False)

    def beyond(self, bound: float, truth: Truth, most: int = 400) -> list[tuple[float, Place]]:
        """Points with a larger error than the bound, and than the rounding of the inputs would cause; worst first."""
        found = sorted((p for p in self.errors if not p[0] <= bound), key=lambda p: -p[0])
        # no value where there is one is never excused: at the edge of a support any rounding changes the value by infinity
        return [(e, p) for e, p in found[:most] if math.isinf(e) or not e <= ROUNDOFF * truth.condition(p)]

    def share(self, bound: float) -> float:
        """The share of points with an error of at most `bound`."""
        return sum(e <= bound for e, _ in self.errors) / max(1, len(self.errors))


ROUNDOFF = 2.0**-53
KEPT = 30
"""Digits that must be left of terms that cancel."""


def truth_of(formula: Formula) -> Truth:
    """What a formula's values are; of one whose inputs are vectors as the sum of its terms."""
    one = summand(formula)
    return Truth(formula) if one is None else SummedTruth(formula, one)


def truths(formula: Formula, places: Iterable[Place]) -> list[tuple[Place, Any]]:
    """(place, value at 60 digits); without the places where there is none."""
    exact = truth_of(formula)
    found = ((place, exact(place)) for place in places)
    return [(place, value) for place, value in found if value is not None]


class Truth:
    """The formula, compiled for mpmath: at two precisions that must agree, and by `Formula.evaluate` where they do not."""

    def __init__(self, formula: Formula):
        self.formula = formula
        self.symbols = tuple(formula.symbols.values())
        self.cases = [
            (sp.lambdify(self.symbols, c.condition, "mpmath", dummify=True), c, self._compiled(c))
            for c in formula.cases
        ]
        self._conditions: dict[tuple[Any, ...], float] = {}

    def _compiled(self, case: Any) -> Any:
        return compiled_terms(tuple(sp.Add.make_args(case.expr)), self.symbols) if case.form == "closed" else None

    def __call__(self, place: Place) -> Any:
        values = []
        for digits in WORKING:
            with mpmath.workdps(digits):
                try:
                    values.append(self._at([mpmath.mpf(place[s.name]) for s in self.symbols], KEPT))
                except (ZeroDivisionError, ValueError, TypeError, OverflowError):
                    values.append(None)
        one, two = values
        if two == 0 and len(self.formula.distributions) == 1:  # at p = q it is 0; else it may be less than both tell
            two = None
        if one is not None and two is not None and (one == two or abs(one - two) <= abs(two) * mpmath.mpf(10) ** -30):
            return two
        try:
            exact = {
                n: sp.Integer(int(v)) if s.is_integer else sp.Rational(v)
                for n, s in self.formula.symbols.items()
                for v in [place[n]]
            }
            return self.formula.evaluate(exact, digits=30)
        except (EvaluationError, ParameterError, ArithmeticError, ValueError):
            return None

    def condition(self, place: Place) -> float:
        """Σ |θ ∂f/∂θ| / |f|: by how much more than they differ relatively, the inputs change the value relatively."""
        key = tuple(sorted(place.items()))  # of every way to write a formula it is asked at much the same places
        if key not in self._conditions:
            self._conditions[key] = self._condition(place)
        return self._conditions[key]

    def _condition(self, place: Place) -> float:
        try:
            with mpmath.workdps(WORKING[1]):
                here = self._at([mpmath.mpf(place[s.name]) for s in self.symbols])
            return float(self.sensitivity(place) / abs(here)) if here else math.inf
        except (ZeroDivisionError, ValueError, TypeError, OverflowError):
            return 1.0

    def sensitivity(self, place: Place) -> Any:
        """Σ |θ ∂f/∂θ|: by how much the inputs change the value, of what they differ by relatively."""
        with mpmath.workdps(WORKING[1]):
            values, total = [mpmath.mpf(place[s.name]) for s in self.symbols], mpmath.mpf(0)
            here = self._at(values)
            for i, symbol in enumerate(self.symbols):
                step = abs(values[i]) * mpmath.mpf(10) ** -60
                if symbol.is_integer or not step:
                    continue
                sides = [self._at([v + sign * step * (k == i) for k, v in enumerate(values)]) for sign in (1, -1)]
                # beyond the edge of a support it is infinite, which is no rounding of what is given on the edge
                inside = [v for v in sides if v is not None and mpmath.isfinite(v)]
                slopes = (
                    [(v - here) / step for v in inside] if len(inside) == 1 else [(sides[0] - sides[1]) / (2 * step)]
                )
                total += abs(values[i] * slopes[0])
            return total

    def _at(self, values: list[Any], kept: int = 0) -> Any:
        """The value; None where terms cancel so far that fewer digits than `kept` are left, which two precisions may agree on."""
        for condition, case, terms in self.cases:
            if condition(*values):
                if case.form in (*OPEN, "undefined"):
                    return None
                if terms is None:
                    return mpmath.inf if case.expr == sp.oo else -mpmath.inf
                parts = terms(*values)
                total = mpmath.fsum(parts)
                if mpmath.isinf(total):  # it may be the log of what was rounded to 0
                    return None
                if kept and total and max(map(abs, parts)) > abs(total) * mpmath.mpf(10) ** (mpmath.mp.dps - kept):
                    return None
                return total.real if isinstance(total, mpmath.mpc) else total
        return None


class SummedTruth(Truth):
    """A sum over categories, of probabilities that need not sum to exactly 1."""

    def __init__(self, formula: Formula, one: Summand):
        self.formula = formula
        self.names = [str(v) for v in one.symbols]
        symbols = tuple(one.symbols.values())
        self.term, self.at_none = (
            compiled_terms(tuple(sp.Add.make_args(e)), symbols) for e in (one.expr, one.at_none())
        )

    def __call__(self, place: Place) -> Any:
        with mpmath.workdps(WORKING[1]):
            return mpmath.fsum(self._of_category(*values) for values in self._categories(place))

    def sensitivity(self, place: Place) -> Any:
        with mpmath.workdps(WORKING[1]):
            return mpmath.fsum(self._moved(values) for values in self._categories(place))

    def condition(self, place: Place) -> float:
        here = self(place)
        return float(self.sensitivity(place) / abs(here)) if here and mpmath.isfinite(here) else math.inf

    def _categories(self, place: Place) -> Iterator[tuple[Any, ...]]:
        return zip(*([mpmath.mpf(v) for v in place[name]] for name in self.names), strict=True)

    def _of_category(self, *values: Any) -> Any:
        return mpmath.fsum((self.term if values[0] else self.at_none)(*values))

    def _moved(self, values: tuple[Any, ...]) -> Any:
        total = mpmath.mpf(0)
        for i, value in enumerate(values):
            step = value * mpmath.mpf(10) ** -60
            sides = [self._of_category(*(v + sign * step * (k == i) for k, v in enumerate(values))) for sign in (1, -1)]
            total += abs(value * (sides[0] - sides[1]) / (2 * step)) if step else 0
        return total


def measured(function: Callable[..., Any], known: list[tuple[Place, Any]], arrays: bool = False) -> Accuracy:
    """The errors of a function of parameters by name, relative to known values; one of `arrays` is called once for all places."""
    found = Accuracy()
    if arrays and known:
        columns = {name: [place[name] for place, _ in known] for name in known[0][0]}
        with suppress(ArithmeticError):  # of a node, which is a number of Python's: then one place after the other
            values = iter(function(**columns))
            function = lambda **_: next(values)
    for place, true in known:
        try:
            got = float(function(**place))
        except (ArithmeticError, ValueError):
            got = math.nan
        error = relative(got, true)
        found.errors.append((error, place))
        found.points += 1
        found.finite += bool(mpmath.isfinite(true))
        found.negative += got < 0 and true >= 0
        if not error <= found.worst:
            found.worst, found.place, found.got, found.true = error, place, got, true
    return found


GRADIENT = 1e-9
"""What the relative error of a slope may be, where the rounding of the inputs does not cause more."""
LARGEST, LEAST = 1e300, 1e-290
"""Sizes beyond which a float overflows, and below which it keeps no digits."""

Sloped = tuple[int, Place, dict[str, Any]]
"""A point with its number, and the slopes there by parameter."""


class Slopes:
    """The derivatives of a formula in some of its parameters, and which of a program's are not right."""

    def __init__(self, formula: Formula, names: Iterable[str]):
        def derivative(symbol: Any) -> Formula:
            return replace(formula, cases=tuple(c._replace(expr=sp.diff(c.expr, symbol)) for c in formula.cases))

        self.exact = {name: Truth(derivative(formula.symbols[name])) for name in names}

    def known(self, places: Iterable[tuple[int, Place]]) -> list[Sloped]:
        """Numbered points at which every slope is finite, with the slopes."""
        found = ((i, place, {n: truth(place) for n, truth in self.exact.items()}) for i, place in places)
        return [(i, p, t) for i, p, t in found if all(v is not None and abs(v) < LARGEST for v in t.values())]

    def wrong(
        self, known: Iterable[Sloped], slopes: Mapping[str, Sequence[float]]
    ) -> Iterator[tuple[str, Place, float, Any]]:
        """(parameter, point, slope, true slope) where it is off by more than the bound, and than the rounding of the inputs causes.

        Slopes are compared in relative steps of the parameters, so that those in different parameters compare.
        """
        for i, place, true in known:
            size = max(LEAST, *(abs(v * place[n]) for n, v in true.items()))
            for n, v in true.items():
                error = abs((slopes[n][i] - v) * place[n])
                # rounding alone may change a slope that crosses 0 by more
                if not error <= GRADIENT * size and not error <= ROUNDOFF * self.exact[n].sensitivity(place) * abs(
                    place[n]
                ):
                    yield n, place, slopes[n][i], v


def relative(got: float, true: Any) -> float:
    """The relative error; the absolute one where the truth is below the smallest normal float, infinite for nan where there is a value."""
    if mpmath.isnan(true):
        return 0.0 if math.isnan(got) else math.inf
    if math.isnan(got):
        return math.inf
    if mpmath.isinf(true) or math.isinf(got):
        return 0.0 if got == true or (math.isinf(got) and abs(true) > 1.7e308) else math.inf
    with mpmath.workdps(30):
        gap = abs(mpmath.mpf(got) - true)
        return float(gap / abs(true)) if abs(true) > 1e-290 else float(gap)
