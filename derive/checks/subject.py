"""What the laws look at: a family, or a pair, with its formulas and the exact points to check them at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import Any

import mpmath
import sympy as sp

from derive.algebra.placing import LENGTH
from derive.algebra.signs import holds
from derive.derivation.conditions import equalities
from derive.derivation.formula import OPEN, Case, Formula
from derive.derivation.problem import CROSS_ENTROPY, ENTROPY, KL
from derive.derivation.quantities import cross_entropy, entropy, kl_divergence
from derive.families import points
from derive.families.family import Distribution, Family
from derive.families.parameter import ParameterError
from derive.numerics.evaluation import evaluate_number
from derive.numerics.terms import EvaluationError, NoValue

KINDS = (ENTROPY, CROSS_ENTROPY, KL)
DERIVATIONS: Mapping[str, Callable[..., Formula]] = {ENTROPY: entropy, CROSS_ENTROPY: cross_entropy, KL: kl_divergence}
PER_CASE = 2
"""Usual points in each case of a formula."""
SEARCH = 150
"""Draws that are tried to meet the condition of a case."""
REMOVABLE = 2
"""Removable points that are tried for each formula."""

Members = tuple[Distribution, ...]


@dataclass
class Subject:
    """A family by itself and paired with itself, or a pair of two families.

    p, q      the families; the pair is (p, p) when q is None
    digits    decimals that are asked of every number
    formulas  formulas to check in place of the derived ones, by quantity
    """

    p: Family
    q: Family | None = None
    digits: int = 50
    formulas: Mapping[str, Formula] = field(default_factory=dict)
    per_case: int = PER_CASE

    def __post_init__(self) -> None:
        self._formulas: dict[str, Formula] = dict(self.formulas)
        self._points: dict[str, list[Members]] = {}
        self._streams: dict[tuple[bool, str], tuple[list[Members], Iterator[Members]]] = {}
        self._cases: dict[tuple[str, Members], Case | None] = {}

    @property
    def name(self) -> str:
        return self.p.name if self.q is None else f"{self.p.name}‖{self.q.name}"

    @property
    def kinds(self) -> tuple[str, ...]:
        """The quantities of this subject: of a mixed pair, the entropy belongs to p alone."""
        return KINDS if self.q is None else KINDS[1:]

    @cached_property
    def pair(self) -> Members:
        """The generic members, with parameters named `_1` and `_2`."""
        return self.p.suffixed("_1"), (self.q or self.p).suffixed("_2")

    def generic(self, kind: str) -> Members:
        return (self.p.suffixed(""),) if kind == ENTROPY else self.pair

    def formula(self, kind: str) -> Formula:
        if kind not in self._formulas:
            self._formulas[kind] = DERIVATIONS[kind](*self.generic(kind))
        return self._formulas[kind]

    def with_formula(self, kind: str, formula: Formula) -> Subject:
        """The same subject with another formula for one quantity; random members are shared, points chosen anew."""
        other = Subject(self.p, self.q, self.digits, {**self._formulas, kind: formula}, self.per_case)
        other._streams = self._streams
        return other

    def points(self, kind: str) -> list[Members]:
        """Exact members inside every case of a formula, and coincident, removable, nested, not nested and small ones."""
        if kind not in self._points:
            formula = self.formula(kind)
            inside = [members for case in formula.cases for members in self._inside(formula, case)]
            chosen = [*inside, *self.coincident(kind), *self.removable(kind)]
            if not self._brief(formula):
                chosen += [*self._by_support(kind), *islice(self._drawn(kind == ENTROPY, "small"), 1)]
            self._points[kind] = list({tuple(m.values for m in members): members for members in chosen}.values())
        return self._points[kind]

    def _brief(self, formula: Formula) -> bool:
        """Whether a formula is checked at fewer points: in the quick mode, one whose every value is a quadrature."""
        return self.per_case == 1 and any(c.form in OPEN for c in formula.cases)

    def _by_support(self, kind: str) -> list[Members]:
        """A pair whose supports are nested and one whose are not, whatever the formula's cases say."""
        if kind == ENTROPY:
            return []
        moving = any(end.free_symbols for f in (self.p, self.q or self.p) for end in f.definition.support)
        drawn = list(islice(self._drawn(False, "usual"), None if moving else 1))
        hits = (next((members for members in drawn if nested(*members) is wanted), None) for wanted in (True, False))
        return [members for members in hits if members is not None]

    def _drawn(self, alone: bool, draws: str) -> Iterator[Members]:
        """Random members, the same ones whenever it is asked, drawn once."""
        if (alone, draws) not in self._streams:
            stream = points.pairs(self.p, None if alone else self.q or self.p, draws)
            self._streams[alone, draws] = ([], islice(stream, SEARCH))
        seen, rest = self._streams[alone, draws]
        yield from seen
        for members in rest:
            seen.append(members)
            yield members

    def _case_at(self, formula: Formula, members: Members) -> Case | None:
        """The case of one of this subject's formulas that holds at a point; every case asks it of the same members."""
        key = formula.quantity, members
        if key not in self._cases:
            self._cases[key] = case_at(formula, members)
        return self._cases[key]

    def _inside(self, formula: Formula, case: Case) -> list[Members]:
        alone = len(formula.distributions) == 1
        families = (self.p,) if alone else (self.p, self.q or self.p)
        if not any(f.params for f in families):
            return [tuple(f() for f in families)]
        chosen: list[Members] = []
        for draws, wanted in (
            ("usual", self.per_case),
            ("whole", 0 if self._brief(formula) else 1),
            ("wide", self.per_case),
            ("unit", self.per_case),
            ("within", self.per_case),
        ):
            if draws in ("wide", "unit", "within") and len(chosen) >= self.per_case:
                break
            hits = (members for members in self._drawn(alone, draws) if self._case_at(formula, members) == case)
            chosen += islice(hits, wanted)
        for edges in _edges(case.condition) if len(chosen) < self.per_case else ():
            # what is drawn meets them by chance alone
            drawn = chain.from_iterable(self._drawn(alone, draws) for draws in ("usual", "wide", "unit"))
            moved = (_on_edges(formula, m, edges) for m in drawn)
            hits = (m for m in moved if m is not None and self._case_at(formula, m) == case)
            chosen += islice(hits, self.per_case)
        return chosen

    def coincident(self, kind: str) -> list[Members]:
        """A member with itself, for a family paired with itself."""
        if self.q is not None or kind == ENTROPY:
            return []
        return points.coincident(self.p, 1)

    def removable(self, kind: str) -> list[Members]:
        """Members where a denominator of a formula vanishes, one parameter moved at a time."""
        formula = self.formula(kind)
        found: list[Members] = []
        for case in formula.cases:
            if case.form not in ("closed", *OPEN):
                continue
            base = next(iter(self._inside(formula, case)), None)
            if base is None:
                continue
            for symbol, value in _roots(case.expr, assignment(formula, base)):
                moved = moved_to(formula, base, symbol, value)
                if moved is not None and self._case_at(formula, moved) == case:
                    found.append(moved)
                if len(found) == REMOVABLE:
                    return found
        return found


def nested(p: Distribution, q: Distribution) -> bool:
    """Whether the support of p lies in that of q; laws on the circle live on all of it."""
    if "circle" in (p.measure, q.measure) and p.measure == q.measure:
        return True
    return (q.support[0] <= p.support[0]) == sp.true and (p.support[1] <= q.support[1]) == sp.true


def assignment(formula: Formula, members: Members) -> dict[Any, Any]:
    """Symbol -> exact value: the formula's free parameters at these members."""
    return {
        symbol: value
        for generic, member in zip(formula.distributions, members, strict=True)
        for symbol, value in zip(generic.values, member.values, strict=True)
        if symbol.free_symbols
    }


def described(formula: Formula, members: Members) -> str:
    """The point as text: `k_1 = 1/3, theta_1 = 2`.

    >>> from derive.families.library import catalog
    >>> described(entropy(catalog.Gamma), (catalog.Gamma(2, 3),))
    'k = 2, theta = 3'
    """
    return ", ".join(f"{symbol} = {value}" for symbol, value in assignment(formula, members).items())


def case_at(formula: Formula, members: Members) -> Case | None:
    """The first case whose condition holds at a point; None where none does."""
    return next(cases_at(formula, members), None)


def cases_at(formula: Formula, members: Members) -> Iterator[Case]:
    """The cases whose conditions hold at a point."""
    place = {k: v for k, v in assignment(formula, members).items() if not isinstance(v, sp.Tuple)}
    sizes = [len(v) for m in members for v in m.values if isinstance(v, sp.Tuple)]
    if sizes:
        place[LENGTH] = sp.Integer(sizes[0])
    for case in formula.cases:
        # xreplace builds the relations anew, with numbers in them, in a tenth of the time of subs
        condition = case.condition if case.condition in (True, False) else case.condition.xreplace(place)
        if holds(condition):
            yield case


@lru_cache(maxsize=2048)
def value_at(formula: Formula, members: Members, digits: int) -> mpmath.mpf:
    """The formula's value at exact members."""
    return formula.evaluate({str(k): v for k, v in assignment(formula, members).items()}, digits=digits)


def valued_by_itself(case: Case, formula: Formula, members: Members) -> bool:
    """Whether the expression of a case has a value at a point, and not only what is derived anew with its numbers.

    >>> from derive.families.library import catalog
    >>> m = sp.Symbol("m")
    >>> formula, point = entropy(catalog.Exponential(m)), (catalog.Exponential(2),)
    >>> nothing = ((m + 1)**2 - m**2 - 2*m - 1)/((m - 1)*(m + 1) - m**2 + 1)
    >>> [valued_by_itself(Case(True, e, "closed"), formula, point) for e in (1 - sp.log(m), nothing)]
    [True, False]
    """
    try:
        evaluate_number(case.expr, assignment(formula, members), 15, case.condition)
    except NoValue:
        return False
    except (EvaluationError, ArithmeticError, ValueError, TypeError, NotImplementedError):
        return True  # for want of digits or of a function, which the verdict at the point tells
    return True


def moved_to(formula: Formula, members: Members, symbol: Any, value: Any) -> Members | None:
    """The members with one parameter at another value; None where that is outside its domain."""
    moved = []
    for generic, member in zip(formula.distributions, members, strict=True):
        values = [value if g == symbol else v for g, v in zip(generic.values, member.values, strict=True)]
        try:
            changed = member.family(*values)
        except ParameterError:
            return None
        if not all(c == sp.true for c in changed.constraints):
            return None
        moved.append(changed)
    return tuple(moved)


def _edges(condition: Any) -> list[list[tuple[Any, Any]]]:
    """What the equalities of each alternative of a condition give as values of parameters."""
    found = []
    for branch in sp.Or.make_args(sp.sympify(condition)):
        parts = sp.And.make_args(branch)
        values = equalities({*parts, *(e for part in parts for e in part.atoms(sp.Eq))})
        if values:
            found.append(list(values.items()))
    return found


def _on_edges(formula: Formula, members: Members, edges: list[tuple[Any, Any]]) -> Members | None:
    """The members with the parameters at the values that equalities give them, one after the other."""
    moved: Members | None = members
    for symbol, value in edges:
        if moved is not None:
            moved = moved_to(formula, moved, symbol, value.xreplace(assignment(formula, moved)))
    return moved


def _roots(expression: Any, place: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    """(symbol, value) pairs at which a denominator of `expression` vanishes, the other symbols as in `place`."""
    found: dict[tuple[Any, Any], None] = {}
    denominators = {e.base for e in expression.atoms(sp.Pow) if e.exp.could_extract_minus_sign()}
    for base in sorted(denominators, key=sp.default_sort_key):
        for symbol in sorted(base.free_symbols & set(place), key=str):
            line = base.subs({k: v for k, v in place.items() if k != symbol and not isinstance(v, sp.Tuple)})
            if line.is_polynomial(symbol) and line.has(symbol) and sp.degree(line, symbol) <= 2:
                for root in sp.roots(line, symbol):
                    if root.is_Rational:
                        found[symbol, root] = None
    return list(found)
