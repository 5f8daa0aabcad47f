"""The value of an expression at a removable point: the limit, along two directions that must agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

import mpmath
import sympy as sp
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from derive.algebra.placing import put
from derive.numerics.terms import EvaluationError, NoValue, Terms

STEEP = 10**6
"""The slope beyond which the two sides of a point count as different values."""

POLES = 8
"""The order of a pole of a part of a formula at a removable point whose digits are carried, or twice the highest power that
what is 0 there is divided by; that they suffice is seen by half as many more."""

DIRECTIONS: tuple[Callable[[int, int], Any], ...] = (
    lambda i, n: 1 + i * i,
    lambda i, n: sp.Rational(7, 5) + sp.Rational((n - 1 - i) ** 2, 3),
    lambda i, n: (-1) ** i * (2 + i * i),
    lambda i, n: (-1) ** (i // 2) * (3 + sp.Rational(i * i, 2)),
    lambda i, n: 1 + sp.Rational(i, 7),
)
"""How far each of n parameters moves, in units of the step, when a removable point is approached."""


def limit(expression: Any, place: Mapping[Any, Any], digits: int, condition: Any) -> mpmath.mpf:
    """The value at a removable point: the limit along two directions, which must agree.

    What is slow to evaluate at many digits is approached less closely: integrals, and hypergeometric functions, if that will do.
    """
    moving, slow = _moving(expression, place), expression.has(sp.Integral, sp.Sum)
    if expression.has(sp.hyper, sp.meijerg) and not slow:
        with suppress(NoValue):
            return _agreed(expression, place, moving, digits, condition, closely=False)
    return _agreed(expression, place, moving, digits, condition, closely=not slow)


def _agreed(
    expression: Any, place: Mapping[Any, Any], moving: list[Any], digits: int, condition: Any, closely: bool
) -> mpmath.mpf:
    slow = expression.has(sp.Integral, sp.Sum)
    with mpmath.workdps(2 * digits + 40 if slow else 8 * digits + 100):
        found = (_along(expression, place, moving, digits, direction, condition, closely) for direction in DIRECTIONS)
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


def infinite(value: Any, expression: Any, place: Mapping[Any, Any], digits: int, condition: Any) -> mpmath.mpf:
    """An infinite value, or the limit where there is one: of two infinities one may have been rounded to a number."""
    try:
        return limit(expression, place, digits, condition)
    except EvaluationError:
        return value


def _moving(expression: Any, place: Mapping[Any, Any]) -> list[Any]:
    """The parameters that make 0/0: those without whose value there is none, in no exponent if that can be; all real ones if
    that is unclear."""
    real = [s for s in place if not s.is_integer]
    found = [s for s in real if not singular(expression, {k: v for k, v in place.items() if k != s})]
    if not (found and singular(expression, place)):
        return real
    # moved by 10^−16, an exponent makes powers of numbers that SymPy writes out
    terms = (
        t.as_independent(sp.log) for e in expression.atoms(sp.exp) for t in sp.Add.make_args(e.args[0]) if t.has(sp.log)
    )
    exponents = (*(e.exp for e in expression.atoms(sp.Pow)), *(factor for factor, _ in terms))
    harmful = set().union(*(e.free_symbols for e in exponents))
    return [s for s in found if s not in harmful] or found


def singular(expression: Any, place: Mapping[Any, Any]) -> bool:
    try:
        return bool(put(expression, place).has(sp.nan, sp.zoo))
    except AttributeError:  # SymPy's Meijer G at an infinite argument
        return True


def _may_vanish(expression: Any, place: Mapping[Any, Any]) -> bool:
    """Whether an expression is 0 at a place, or not told from it."""
    try:
        return put(expression, place).is_zero is not False
    except AttributeError:  # as above
        return True


def without_integrals(expression: Any) -> Any:
    """An expression with a letter for each integral and sum, which is finite."""
    return expression.xreplace({e: sp.Dummy() for e in expression.atoms(sp.Integral, sp.Sum)})


def hidden_pole(expression: Any, place: Mapping[Any, Any]) -> bool:
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
    expression: Any,
    place: Mapping[Any, Any],
    moving: list[Any],
    digits: int,
    direction: Any,
    condition: Any,
    closely: bool,
) -> Any:
    """The mean of the values on both sides of a point, or very near to it on the one side where there are any.

    On an edge of the condition, only the side where it holds counts.

    The mean errs by the square of the step; a step that is small costs precision, which quadrature makes dear.
    """
    slow = expression.has(sp.Integral, sp.Sum)
    order = digits + 8 if closely else digits // 2 + 6
    divided = (e for e in expression.atoms(sp.Pow) if e.exp.is_Integer and e.exp < 0)
    poles = max([POLES, *(int(-2 * e.exp) for e in divided if _may_vanish(e.base, place))])

    def moved(side: int, order: int) -> dict[Any, Any]:
        size = sp.Rational(side, 10**order)
        return {**place, **{s: place[s] + size * direction(i, len(moving)) for i, s in enumerate(moving)}}

    def at(side: int, order: int) -> Any:
        """The value where the moving parameters are moved by 10^−order; None where there is none, or digits are wanting."""
        sums, seen, enough = Terms(expression, moved(side, order)), [], poles * order + 2 * digits
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
    least = 3 * order if closely else 2 * order
    return next((value for side in held or (1, -1) if (value := at(side, least)) is not None), None)


__all__ = ["hidden_pole", "infinite", "limit", "singular", "without_integrals"]
