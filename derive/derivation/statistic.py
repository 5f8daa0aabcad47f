"""Whether a statistic is real at numbers: an expectation is one of real numbers, and leaves out no part of the support.

It is looked at between its breakpoints, and so is what a modulus in it is of.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any

import sympy as sp

from derive.algebra.placing import put
from derive.families.family import Distribution
from derive.families.parameter import ParameterError
from derive.numerics.breakpoints import breakpoints

E = Any

ROUNDOFF = 1e-8
"""The imaginary part of a real value, relative to it."""
_NEAR = (sp.Rational(1, 10**4), sp.Rational(1, 60))
SHARES = (sp.Rational(1, 9), sp.Rational(3, 7), sp.Rational(8, 9), *_NEAR, *(1 - share for share in _NEAR))
"""Where a statistic is looked at between two breakpoints: near them too, for it may be real from a root on that is not found."""
FAR = (sp.Rational(1, 3), sp.Rational(9, 4), sp.Rational(61, 3), *_NEAR)
"""How far from the last breakpoint it is looked at."""


class StatisticError(ParameterError):
    """A statistic is not real on a part of the support."""


def real(statistic: E, p: Distribution) -> None:
    """Raise StatisticError where a statistic is seen not to be real, at numbers.

    >>> from derive import catalog
    >>> x = sp.Symbol("x", real=True)
    >>> real(sp.log(x), catalog.Uniform(1, 2))
    >>> real(sp.log(x), catalog.Normal("m", "s"))
    Traceback (most recent call last):
    ...
    derive.derivation.statistic.StatisticError: log(x) is not real at x = -1/3, in the support of Normal(m, s)
    """
    x, ends = p.variable, p.support
    if (statistic.free_symbols | ends[0].free_symbols | ends[1].free_symbols) - {x} or statistic.has(sp.I):
        return
    for point in _points(statistic, x, *ends, p.measure == "counting"):
        if unreal(statistic, x, point):
            raise StatisticError(f"{statistic} is not real at {x} = {point}, in the support of {p}")


def real_at(statistic: E, p: Distribution, numbers: dict[Any, Any]) -> None:
    """Raise StatisticError where a statistic is seen not to be real with numbers for its letters."""
    if wrong := [e for e in statistic.atoms(sp.Pow) if put(e.exp, numbers).has(sp.zoo)]:
        raise StatisticError(f"{wrong[0]} is not real: its exponent is infinite")
    real(put(statistic, numbers), p)


def unreal(statistic: E, x: sp.Symbol, point: E) -> bool:
    """Whether a statistic is seen not to be real at a point, or has a modulus there of what is not.

    >>> x = sp.Symbol("x", real=True)
    >>> unreal(sp.Abs(sp.log(x)), x, sp.Integer(-2)), unreal(sp.log(sp.Abs(x)), x, sp.Integer(-2))
    (True, False)
    """
    try:
        placed = _held(statistic).xreplace({x: point})
        return any(f.args[0].is_number for f in placed.atoms(_modulus)) or _apart(placed)
    except (TypeError, ValueError):  # SymPy compares no complex numbers
        return True


@lru_cache(maxsize=64)
def _held(statistic: E) -> E:
    return statistic.replace(sp.Abs, _modulus)


class _modulus(sp.Function):
    """|z|, left as it is where z is a number that is not real: its modulus is, and would hide it.

    >>> _modulus(-2), _modulus(sp.log(-2))
    (2, _modulus(log(2) + I*pi))
    """

    nargs = 1

    @classmethod
    def eval(cls, z: E) -> E | None:
        return sp.Abs(z) if z.is_number and not _apart(z) else None


def _apart(e: E) -> bool:
    """Whether an expression is a number that is seen not to be real."""
    value = sp.N(e)
    return bool(value.is_number and value.is_finite and abs(sp.im(value)) > ROUNDOFF * abs(value))


def _points(statistic: E, x: sp.Symbol, low: E, high: E, counting: bool) -> Iterator[E]:
    """Points of the support between the breakpoints of a statistic; the integers next to them."""
    cuts = [low, *(b for b in breakpoints(statistic, x) if low < b and b < high), high]
    for one, two in pairwise(cuts):
        if one.is_finite and two.is_finite:
            found = [one + (two - one) * share for share in SHARES]
        else:
            middles = [(m, side) for m, side in ((one, 1), (two, -1)) if m.is_finite] or [
                (sp.S.Zero, 1),
                (sp.S.Zero, -1),
            ]
            found = [m + side * far for m, side in middles for far in FAR]
        for point in found:
            whole = (sp.floor(point), sp.ceiling(point)) if counting else (point,)
            yield from (n for n in whole if low <= n and n <= high)
