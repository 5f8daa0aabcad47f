"""The numerical value of a formula, to any number of digits.

A closed expression is compiled to mpmath and evaluated at two precisions that must agree; more precision
is taken until they do, so cancellation is seen and not suffered; that there is no finite value is believed at a
precision that covers the numbers put in, as 1 − e^−b is 0 below the digits of b. Integrals and sums inside it go to
quadrature. At a removable point the value is the limit, taken along two directions that must agree.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

import mpmath
import sympy as sp
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from derive.algebra.cancellation import erfc_folded
from derive.algebra.evaluators import NAMED, log_distance
from derive.algebra.normal import is_zero
from derive.algebra.placing import LENGTH, put
from derive.numerics import quadrature
from derive.numerics.breakpoints import breakpoints
from derive.numerics.numeric import AT_ANY_SIZE, REFLECTED

GUARD, SLOW_GUARD = 15, 6
"""Digits carried beyond those asked for; fewer where each costs a quadrature."""
TINY, TINIEST = 40, 700
"""Digits beyond twice those asked that a value may lose before it counts as 0, with quadratures and without: floats go to 1e-324."""

COVERED = 8
"""The precision at which it is believed that there is no finite value, in units of that which tells the numbers put in from 0."""

TAIL = 2
"""Where erf is written as ±1 and erfc."""

DOUBLINGS = 6
"""How often the precision of what stands beside an integral is doubled."""


class EvaluationError(ArithmeticError):
    """The value could not be computed to the digits asked."""


class NoValue(EvaluationError):
    """The expression is 0/0 at this point, and no limit is its value."""


def evaluate_number(expression: Any, place: Mapping[Any, Any], digits: int, condition: Any = sp.true) -> mpmath.mpf:
    """`expression` at exact values for its symbols, as an mpf right to `digits` digits.

    A value below 10^−(2·digits + 700) is given as 0; with quadrature, below 10^−(2·digits + 40) of its largest term.
    nan where an integral diverges both ways. At a removable point on the edge of the condition under which the expression
    holds, the limit is that from inside. Raises EvaluationError when the digits cannot be reached.

    >>> x = sp.Symbol("x")
    >>> evaluate_number(sp.sin(x)/x, {x: sp.Integer(0)}, 10)
    mpf('1.0')
    """
    try:
        return _evaluated(expression, place, digits, condition)
    except mpmath.mp.NoConvergence as error:
        raise EvaluationError(f"no {digits} digits were reached: {error}") from None


def _evaluated(expression: Any, place: Mapping[Any, Any], digits: int, condition: Any) -> mpmath.mpf:
    if expression in (sp.oo, -sp.oo):
        return mpmath.inf if expression == sp.oo else -mpmath.inf
    expression = _far(_in_tails(_vectors(expression, place), place), place)
    place = {k: v for k, v in place.items() if not isinstance(v, sp.Tuple)}
    if _hidden_pole(expression, place):
        return _limit(expression, place, digits, condition)
    sums = _Sums(expression, place)
    guard = SLOW_GUARD if sums.slow else GUARD
    extent = 0 if sums.slow else sums.extent
    below, previous = digits + max(guard, extent), None
    farthest = COVERED * below
    while True:
        with mpmath.workdps(below):
            value, largest = sums.at(below)
            reached = sums.reached
            if (
                sums.slow
                and value is not None
                and mpmath.isfinite(value)
                and _singular(_without_integrals(expression), place)
            ):
                value = None  # of two infinities each was rounded to a number, in one precision alone
            wanting = (value is None or mpmath.isinf(value)) and not sums.slow and below < farthest
            if wanting and not _singular(expression, place):  # a log or a denominator that was rounded to 0
                below *= 2
                continue
            if value is None:
                rest = _without_zeros(expression, place)
                if rest == expression:
                    return _limit(expression, place, digits, condition)
                return evaluate_number(rest, place, digits, condition)
            if mpmath.isnan(value):
                return value
            if mpmath.isinf(value):
                if not sums.slow and not _singular(expression, place):
                    raise EvaluationError(
                        f"no {digits} digits were reached: something is less than {below} digits tell from 0"
                    )
                return value if sums.slow else _infinite(value, expression, place, digits, condition)
            lost = int(mpmath.log10(largest / abs(value))) + 1 if value != 0 else below - extent
            agree = previous is not None and abs(value - previous) <= abs(value) * mpmath.mpf(10) ** -(digits + 2)
            if lost + digits > (reached if sums.slow else below):  # what agrees may be what was rounded away
                agree = False
            # a quadrature has refined until it agreed with itself, and says how far
            enough = sums.slow and reached - lost >= digits + 2
        if value != 0 and (agree or enough):
            with mpmath.workdps(digits + 5):
                return +value
        if lost > 2 * digits + (TINY if sums.slow else TINIEST + int(mpmath.log10(largest))):
            return mpmath.mpf(0)
        missing = max(0, lost + digits - below) + guard
        previous, below = value, below + (missing if sums.slow else max(below, missing))
        if below > max(6 * digits + 3000, farthest):
            raise EvaluationError(f"no {digits} digits were reached")


def _in_tails(expression: Any, place: Mapping[Any, Any]) -> Any:
    """An expression with erf as ±1 and erfc where it is near that: of a difference of two nothing would be left.

    >>> x = sp.Symbol("x")
    >>> _in_tails(sp.log(sp.erf(x + 1) - sp.erf(x)), {x: sp.Integer(50)})
    log(erfc(x) - erfc(x + 1))
    """
    tails: dict[Any, Any] = {}
    for f in expression.atoms(sp.erf):
        at = put(f.args[0], place).evalf(15)
        if at.is_Float and abs(at) > TAIL:
            tails[f] = 1 - sp.erfc(f.args[0]) if at > 0 else sp.erfc(-f.args[0]) - 1
    if not tails:
        return expression
    sums = {
        f: sp.expand_mul(f.xreplace(tails), deep=False)
        for f in expression.atoms(sp.Add)
        if tails.keys() & set(_erfs(f))
    }
    return expression.xreplace(sums).xreplace(tails)


LARGE = 50
"""The size of an argument from which on erfi and ₂F₂ are taken together."""


def _far(expression: Any, place: Mapping[Any, Any]) -> Any:
    """An expression with erfi and ₂F₂(1, 1; 3/2, 2; z²) for a large z by what is left of them.

    >>> z = sp.Symbol("z", positive=True)
    >>> series = sp.hyper([1, 1], [sp.Rational(3, 2), 2], z**2)
    >>> _far(2 * z**2 * series - sp.pi * sp.erfi(z), {z: sp.Integer(10)})
    -2*log_distance(z)
    """
    found = {}
    for f in expression.atoms(sp.hyper):
        ours = tuple(f.ap) == (1, 1) and set(f.bq) == {sp.Rational(3, 2), sp.Integer(2)}
        if ours and abs(put(f.argument, place).evalf(15)) > LARGE:
            root = next((g.args[0] for g in expression.atoms(sp.erfi) if is_zero(g.args[0] ** 2 - f.argument)), None)
            if root is not None and sp.re(put(root, place).evalf(15)) > 0:
                found[f] = (sp.pi * sp.erfi(root) / 2 - log_distance(root)) / root**2
    return sp.expand_mul(expression.xreplace(found)) if found else expression


def _erfs(e: Any) -> Iterator[Any]:
    """The error functions that are terms of a sum."""
    return (g for t in e.args for g in sp.Mul.make_args(t) if isinstance(g, sp.erf))


class _Sums:
    """An expression compiled term by term, its integrals and sums left to quadrature."""

    def __init__(self, expression: Any, place: Mapping[Any, Any]):
        expression = expression.replace(sp.Integral, _factored)
        remaining = expression.atoms(sp.Integral, sp.Sum)
        self.place = place
        self.inner = [e for e in remaining if not any(e != o and o.has(e) for o in remaining)]
        slots = {e: sp.Symbol(f"integral {i}") for i, e in enumerate(self.inner)}
        terms = sp.Add.make_args(expression.xreplace(slots))
        self.terms = compiled_terms(terms, (*place, *slots.values()))
        self.reached = 0
        """Digits that the last quadratures reached."""

    @property
    def extent(self) -> int:
        """The digits that tell the numbers put in from simpler ones: 1 − 10^−100 and 1 + 10^−100 are 1 below 100."""
        rationals = (r for v in self.place.values() for r in sp.sympify(v).atoms(sp.Rational))
        return max((int(math.log10(max(abs(int(r.p)), int(r.q), 1))) + 1 for r in rationals), default=0)

    @property
    def slow(self) -> bool:
        """Whether quadrature is needed, which has refined already to the digits asked of it."""
        return bool(self.inner)

    def at(self, digits: int, near: bool = False) -> tuple[Any, Any]:
        """The value and the size of its largest term, in the ambient precision; None where the expression is 0/0.

        Near a removable point at the edge of the domain, a small imaginary part is as small as the distance.
        """
        try:
            found = [_quadrature(e, self.place, digits) for e in self.inner]
            if None in found:
                return None, None
            inner, self.reached = [v for v, _ in found], min([digits, *(n for _, n in found)])
            if any(map(mpmath.isnan, inner)):
                return mpmath.nan, None
            parts = self._steady(inner, digits) if self.slow else self._parts(inner)
        except (ZeroDivisionError, ValueError, TypeError):
            return None, None
        value = _real(mpmath.fsum(parts), digits // 8 if near else digits)
        return (None, None) if value is None or mpmath.isnan(value) else (value, max(1, *(abs(p) for p in parts)))

    def _parts(self, inner: list[Any]) -> list[Any]:
        return list(self.terms(*(_mpf(v) for v in self.place.values()), *inner))

    def _steady(self, inner: list[Any], digits: int) -> list[Any]:
        """The terms beside an integral, at a precision at which twice as much changes nothing: it is not seen otherwise
        what they lose inside."""
        parts, carried = None, max(mpmath.mp.dps, self.extent)
        for i in range(DOUBLINGS + 1):
            with mpmath.workdps(carried * 2**i):
                try:
                    finer = self._parts(inner)
                except ZeroDivisionError:  # a difference that is rounded to 0
                    if i == DOUBLINGS:
                        raise
                    continue
            if any(map(mpmath.isnan, finer)):  # 0·∞: no precision changes it
                break
            largest = max(1, *map(abs, finer))
            near = largest * mpmath.mpf(10) ** -digits
            if parts is not None and all(abs(a - b) <= near for a, b in zip(parts, finer, strict=True)):
                break
            parts = finer
        return finer


def _factored(e: Any, *limits: Any) -> Any:
    """An integral divided by what its integrand is divided by at every point: that may need more digits than are integrated with."""
    variables = {limit[0] for limit in limits}
    factors = (f for f in sp.Mul.make_args(e) if f.is_Pow and f.exp.is_negative and not f.free_symbols & variables)
    divisor = sp.Mul(*factors)
    return divisor * sp.Integral(e / divisor, *limits)


@lru_cache(maxsize=256)
def compiled_terms(terms: tuple[Any, ...], symbols: tuple[Any, ...]) -> Any:
    """Terms as one function from the values of symbols to theirs, in the ambient precision."""
    terms = tuple(map(erfc_folded, terms))
    # a parameter may be called gamma
    return sp.lambdify(
        symbols, terms, modules=[AT_ANY_SIZE, NAMED, REFLECTED, "mpmath"], dummify=True, docstring_limit=0
    )


def _mpf(value: Any) -> Any:
    value = sp.sympify(value)
    if value.is_Rational:
        return mpmath.mpf(int(value.p)) / int(value.q)
    return mpmath.mpf(value.evalf(mpmath.mp.dps + 5)._to_mpmath(mpmath.mp.prec))


def _real(value: Any, digits: int) -> Any:
    if isinstance(value, mpmath.mpc):
        if abs(value.imag) > (1 + abs(value.real)) * mpmath.mpf(10) ** -(digits // 2):
            return None
        value = value.real
    return mpmath.mpf(value)


def _vectors(expression: Any, place: Mapping[Any, Any]) -> Any:
    """Sums over the entries of vector parameters, written out."""
    vectors = {k: v for k, v in place.items() if isinstance(v, sp.Tuple)}
    if not vectors:
        return expression
    size = sp.Integer(len(next(iter(vectors.values()))))
    whole = {k: v for k, v in place.items() if getattr(k, "is_integer", False)}  # the ends of sums
    expression = expression.subs({LENGTH: size, **whole}).doit()
    return expression.replace(
        lambda e: isinstance(e, sp.Indexed) and e.base in vectors,
        lambda e: vectors[e.base][int(e.indices[0]) - 1],
    )


def _without_zeros(expression: Any, place: Mapping[Any, Any]) -> Any:
    """An expression without the terms f^r·log f (r > 0) of its sums, where f is 0."""

    def vanishes(term: Any) -> bool:
        powers = dict(f.as_base_exp() for f in sp.Mul.make_args(term))
        if not (logs := [base for base in powers if isinstance(base, sp.log)]):
            return False
        zeros = {base for base, r in powers.items() if r.is_positive and put(base, place) == 0}
        inside = {f.as_base_exp()[0] for log in logs for f in sp.Mul.make_args(log.args[0])}
        singular = [f for f in inside if put(f, place) == 0]
        others = sp.Mul(*(base**r for base, r in powers.items() if base not in zeros and base not in logs))
        held = (any(_finite(sp.cancel(zero / f), place) for zero in zeros) for f in singular)
        return bool(singular) and all(held) and _finite(others, place)

    def inside(term: Any) -> Any:
        """The same of a factor that is a sum, where what it is multiplied with is finite."""
        for f in term.args if term.is_Mul else ():
            if f.is_Add and _finite(term / f, place):
                term = term / f * _without_zeros(f, place)
        return term

    return sp.Add(*(inside(t) for t in sp.Add.make_args(expression) if not vanishes(t)))


def _finite(expression: Any, place: Mapping[Any, Any]) -> bool:
    try:
        return bool(put(expression, place).is_finite)
    except AttributeError:  # SymPy's Meijer G at an infinite argument
        return False


def _quadrature(e: Any, place: Mapping[Any, Any], digits: int) -> Any:
    """(value, digits) of an integral or a sum; infinite or nan where it diverges, None where the integrand is 0/0."""
    x, *ends = e.args[1].args
    body, low, high = (put(part, place) for part in (e.args[0], *ends))
    if sp.sympify(body).has(sp.nan, sp.zoo):
        return None
    return _integrated(isinstance(e, sp.Sum), body, x, low, high, digits)


@lru_cache(maxsize=256)
def _integrated(counting: bool, body: Any, x: Any, low: Any, high: Any, digits: int) -> Any:
    measure = "counting" if counting else "lebesgue"
    divergence = quadrature.diverges(body, sp.S.Zero, x, low, high, measure)
    if divergence.verdict:
        if divergence.value is None:
            raise EvaluationError("the integral diverges, and to which infinity is not told")
        return divergence.value, digits
    breaks = () if counting else breakpoints(body, x)
    for method in quadrature.METHODS:
        rule = quadrature.total if counting else quadrature.integrate
        found = rule(body, x, low, high, digits, breaks=breaks, method=method)
        if found.digits >= digits - GUARD:
            break
    else:
        raise EvaluationError(
            f"the {'sum' if counting else 'integral'} converges too slowly, or not at all: {found.digits} digits were reached"
        )
    return found.value, found.digits


STEEP = 10**6
"""The slope beyond which the two sides of a point count as different values."""

POLES = 8
"""The order of a pole of a part of a formula at a removable point whose digits are carried, or twice the highest power that
something is divided by; that they suffice is seen by half as many more."""

DIRECTIONS: tuple[Callable[[int, int], Any], ...] = (
    lambda i, n: 1 + i * i,
    lambda i, n: sp.Rational(7, 5) + sp.Rational((n - 1 - i) ** 2, 3),
    lambda i, n: (-1) ** i * (2 + i * i),
    lambda i, n: (-1) ** (i // 2) * (3 + sp.Rational(i * i, 2)),
    lambda i, n: 1 + sp.Rational(i, 7),
)
"""How far each of n parameters moves, in units of the step, when a removable point is approached."""


def _limit(expression: Any, place: Mapping[Any, Any], digits: int, condition: Any) -> mpmath.mpf:
    """The value at a removable point: the limit along two directions, which must agree."""
    slow, moving = expression.has(sp.Integral, sp.Sum), _moving(expression, place)
    with mpmath.workdps(2 * digits + 40 if slow else 8 * digits + 100):
        found = (_along(expression, place, moving, digits, direction, condition) for direction in DIRECTIONS)
        values = list(islice((v for v in found if v is not None), 2))
        if len(values) < 2:
            raise NoValue("the formula has no value at this point, and no limit was found")
        if not _same(values[0], values[1], digits):
            raise NoValue("the formula has no value at this point, and its limit depends on the direction")
    with mpmath.workdps(digits + 5):
        return mpmath.mpf(0) if _same(values[0], 0, digits) else +values[0]


def _same(one: Any, other: Any, digits: int) -> bool:
    """Whether two values agree to so many digits; those below 10^−digits are all taken for 0."""
    least = mpmath.mpf(10) ** -digits
    return bool(abs(one - other) <= abs(one) * least or max(abs(one), abs(other)) < least)


def _infinite(value: Any, expression: Any, place: Mapping[Any, Any], digits: int, condition: Any) -> mpmath.mpf:
    """An infinite value, or the limit where there is one: of two infinities one may have been rounded to a number."""
    try:
        return _limit(expression, place, digits, condition)
    except EvaluationError:
        return value


def _moving(expression: Any, place: Mapping[Any, Any]) -> list[Any]:
    """The parameters that make 0/0: those without whose value there is none, in no exponent if that can be; all real ones if
    that is unclear."""
    real = [s for s in place if not s.is_integer]
    found = [s for s in real if not _singular(expression, {k: v for k, v in place.items() if k != s})]
    if not (found and _singular(expression, place)):
        return real
    # moved by 10^−16, an exponent makes powers of numbers that SymPy writes out
    terms = (
        t.as_independent(sp.log) for e in expression.atoms(sp.exp) for t in sp.Add.make_args(e.args[0]) if t.has(sp.log)
    )
    exponents = (*(e.exp for e in expression.atoms(sp.Pow)), *(factor for factor, _ in terms))
    harmful = set().union(*(e.free_symbols for e in exponents))
    return [s for s in found if s not in harmful] or found


def _singular(expression: Any, place: Mapping[Any, Any]) -> bool:
    try:
        return bool(put(expression, place).has(sp.nan, sp.zoo))
    except AttributeError:  # SymPy's Meijer G at an infinite argument
        return True


def _without_integrals(expression: Any) -> Any:
    """An expression with a letter for each integral and sum, which is finite."""
    return expression.xreplace({e: sp.Dummy() for e in expression.atoms(sp.Integral, sp.Sum)})


def _hidden_pole(expression: Any, place: Mapping[Any, Any]) -> bool:
    """Whether a trigonometric function is 0 in a denominator, or at its pole: with π rounded, no number shows it."""
    waves = [f for f in expression.atoms(TrigonometricFunction) if f.free_symbols & place.keys()]
    below = (
        e.base for e in expression.atoms(sp.Pow) if waves and e.exp.could_extract_minus_sign() and e.base.has(*waves)
    )
    return any(put(b, place).is_zero for b in below) or any(put(f, place) == sp.zoo for f in waves)


def _true_at(condition: Any, place: Mapping[Any, Any]) -> bool:
    """Whether a condition holds at a place; one that is not real there does not."""
    try:
        return bool(put(condition, place) == True)  # noqa: E712 - SymPy's own
    except TypeError:
        return False


def _along(
    expression: Any, place: Mapping[Any, Any], moving: list[Any], digits: int, direction: Any, condition: Any
) -> Any:
    """The mean of the values on both sides of a point, or very near to it on the one side where there are any.

    On an edge of the condition, only the side where it holds counts.

    The mean errs by the square of the step; a step that is small costs precision, which quadrature makes dear.
    """
    slow = expression.has(sp.Integral, sp.Sum)
    order = digits // 2 + 6 if slow else digits + 8
    powers = [int(-e.exp) for e in expression.atoms(sp.Pow) if e.exp.is_Integer and e.exp < 0]
    poles = max([POLES, *(2 * n for n in powers)])

    def moved(side: int, order: int) -> dict[Any, Any]:
        size = sp.Rational(side, 10**order)
        return {**place, **{s: place[s] + size * direction(i, len(moving)) for i, s in enumerate(moving)}}

    def at(side: int, order: int) -> Any:
        """The value where the moving parameters are moved by 10^−order; None where there is none, or digits are wanting."""
        sums, seen, enough = _Sums(expression, moved(side, order)), [], poles * order + 2 * digits
        for carried in (mpmath.mp.dps,) if slow else (enough, 3 * enough // 2):
            with mpmath.workdps(carried):
                value, _ = sums.at(3 * digits // 2 + 16 if slow else 8 * digits + 100, near=True)
            if value is None or not mpmath.isfinite(value):
                return None
            seen.append(value)
        return seen[-1] if _same(seen[-1], seen[0], digits) else None

    held = [side for side in (1, -1) if _true_at(condition, moved(side, order))]
    if len(held) != 1 and None not in (parts := [at(1, order), at(-1, order)]):
        above, below = parts
        jump = abs(above - below) > (1 + abs(above)) * (STEEP * mpmath.mpf(10) ** -order)
        return None if jump else (above + below) / 2
    least = 2 * order if slow else 3 * order
    return next((value for side in held or (1, -1) if (value := at(side, least)) is not None), None)
