"""The terms of a sum at integers where they cannot be evaluated, as 0·log 0.

Such a term is its limit at that integer: from both sides, or from inside at an end of the sum. It is read off three
distances, each the square of the one before, between which even log log t changes as much as before.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from mpmath import mp

from derive.numerics.integrand import Integrand

JUMPS = (sp.sign, sp.Heaviside, sp.floor, sp.ceiling)
"""Functions whose limits are not their values: what is infinite where one jumps has no limit that counts."""
SHORTEST = 20
"""Digits of the largest distance beyond those asked for."""


def atoms(f: Integrand, low: sp.Expr, high: sp.Expr, digits: int) -> dict[sp.Integer, tuple[Any, Any]]:
    """The integers of [low, high] at which a term is not evaluable, with its (value, error).

    The value may be infinite; it is nan where the sides differ, with an error of 0 where that is beyond doubt, or where no
    limit is seen.

    >>> x = sp.Symbol("x", integer=True)
    >>> atoms(Integrand((sp.log(x) / (x + 1),), x, closed=True), sp.Integer(0), sp.oo, 15)
    {0: (mpf('-inf'), mpf('0.0'))}
    """
    found = {}
    jumps = any(e.has(*JUMPS) for e in f.parts or ())
    for n in f.points():
        if not (n.is_integer and low <= n <= high):
            continue
        sides = [side for side, end in ((1, high), (-1, low)) if n != end]
        values = [f.at(n, side)(mp.zero) for side in sides or (1,)]
        if not all(map(mp.isfinite, values)):
            found[n] = (mp.nan, mp.inf) if jumps else _joint([_limit(f, n, side, digits) for side in sides])
        elif not jumps and abs(values[0] - values[-1]) > mp.mpf(10) ** -digits * abs(values[0]):
            found[n] = mp.nan, mp.zero  # of x/|x|: on either side it is another function, and at 0 none
    return found


def _joint(limits: list[tuple[Any, Any] | None]) -> tuple[Any, Any]:
    """One limit of those of the sides at which the term is real."""
    real = [limit for limit in limits if limit is not None]
    if not real or any(mp.isnan(value) for value, _ in real):
        return mp.nan, mp.inf
    values, error = [value for value, _ in real], max(error for _, error in real)
    if all(mp.isinf(v) for v in values):
        return (values[0] if len(set(values)) == 1 else mp.nan), mp.zero
    apart = abs(values[0] - values[-1])
    return (values[0], error + apart) if apart <= 4 * error or not apart else (mp.nan, mp.inf)


def _limit(f: Integrand, n: sp.Expr, side: int, digits: int) -> tuple[Any, Any] | None:
    """(value, error) of the limit from one side, nan where none is seen; None where the term is not real there."""
    least = digits + SHORTEST
    with mp.workdps(5 * least):
        g = f.at(n, side)
        one, two, three = (g(mp.mpf(10) ** -(k * least)) for k in (1, 2, 4))
        if not all(map(mp.isfinite, (one, two, three))):
            return None
        before, last = abs(two - one), abs(three - two)
        if abs(one) < abs(two) < abs(three) and last > before * mp.mpf("0.9"):
            return mp.inf * mp.sign(three), mp.zero
        return (three, last) if last <= mp.mpf(10) ** -(digits // 2) * (1 + abs(three)) else (mp.nan, mp.inf)
