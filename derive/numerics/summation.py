"""The sum of a term over integers.

Terms are added one by one until they do not matter. After `WINDOW` of them the rest is an integral and
the correction of the Abel-Plana or the Euler-Maclaurin formula, which is taken from two starting points:
that these agree is part of the error stated. See `quadrature`.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from mpmath import mp

from derive.numerics.atoms import atoms
from derive.numerics.integrand import Function, Integrand
from derive.numerics.integration import Piece, double_exponential, integral, middle_of
from derive.numerics.numeric import number

WINDOW = 300
"""Terms of a sum that are added one by one before a tail formula is tried."""
MOST = 20_000
"""Terms that are added one by one where no tail formula holds: of what alternates, or is not smooth."""


def _abel_plana(f: Integrand, origin: sp.Expr, side: int, radius: Any, digits: int) -> tuple[Any, Any]:
    """What a sum over t = 0, 1, ... has beyond the integral from 0, by the Abel-Plana formula (DLMF 2.10.2)."""
    g = f.at(origin, side, real=False, regular=True)

    def kernel(y: Any) -> Any:
        return -2 * mp.im(g(mp.mpc(0, y))) / mp.expm1(2 * mp.pi * y)

    start = mp.re(g(mp.zero))
    value, error = double_exponential(
        Piece(kernel, None, mp.inf, mp.mpf(1) / 4, mp.zero), abs(start), digits, falls=True
    )
    return start / 2 + value, error


def _euler_maclaurin(f: Integrand, origin: sp.Expr, side: int, radius: Any, digits: int) -> tuple[Any, Any]:
    """The same by the Euler-Maclaurin formula (DLMF 2.10.1), derivatives by Cauchy's formula on a circle."""
    g, r, points, terms = (
        f.at(origin, side, real=False, regular=True),
        mp.mpf(radius) / 4,
        2 * digits + 30,
        digits // 3 + 2,
    )
    roots = [mp.expjpi(mp.mpf(2 * i) / points) for i in range(points)]
    values = [g(r * z) for z in roots]
    value, term = mp.re(g(mp.zero)) / 2, mp.zero
    for j in range(1, terms + 1):
        order = 2 * j - 1
        taylor = mp.re(mp.fsum(v / roots[i * order % points] for i, v in enumerate(values))) / points / r**order
        term = -mp.bernoulli(2 * j) / (2 * j) * taylor
        value += term
    return value, abs(term)


_CORRECTIONS = {"double-exponential": _abel_plana, "gauss-legendre": _euler_maclaurin}


def _tail(
    f: Integrand, start: int, side: int, end: Any, radii: tuple[Any, Any], digits: int, method: str
) -> tuple[Any, Any]:
    """The sum from the integer `start` to `end` in direction `side`, f analytic within `radii` of these."""
    ends = (sp.Integer(start), end) if side > 0 else (end, sp.Integer(start))
    parts = [integral(f, *ends, digits, (), method, cut=False)]
    parts.append(_CORRECTIONS[method](f, sp.Integer(start), side, radii[0], digits))
    if end.is_finite:
        parts.append(_CORRECTIONS[method](f, end, -side, radii[1], digits))
    return sum(p[0] for p in parts), sum(p[1] for p in parts)


def _terms(
    f: Function, first: int, last: Any, side: int, floor: Any, eps: Any, most: int = WINDOW
) -> tuple[list[Any], bool]:
    """Terms from `first` towards `last`, until they do not matter (then True) or there are too many."""
    values: list[Any] = []
    size, quiet, t = floor, 0, first
    while (last - t) * side >= 0:
        if len(values) >= most:
            return values, False
        values.append(f(mp.mpf(t)))
        size = max(size, abs(values[-1]))
        quiet = quiet + 1 if abs(values[-1]) <= eps * size * mp.mpf(10) ** -6 else 0
        if quiet >= 12:
            return values, True
        t += side
    return values, True


def _run(f: Integrand, low: Any, high: Any, digits: int, method: str) -> tuple[Any, Any]:
    """The sum over the integers of [low, high], one end finite, f smooth between."""
    origin, side = (low, 1) if low.is_finite else (high, -1)
    count = high - low if low.is_finite and high.is_finite else sp.oo
    g, eps, first = f.at(origin, side), mp.mpf(10) ** -(digits + 3), 0
    if count > WINDOW:
        span = number(count, mp.prec) if count.is_finite else mp.inf
        back = f.logarithm(origin + side * count, -side) if count.is_finite else None
        middle, width, _ = middle_of((f.logarithm(origin, side), back), span)
        first = int(middle) if width < 0.3 and middle > WINDOW > 20 * middle * width else 0
    up, up_done = _terms(g, first, count, 1, mp.zero, eps)
    down, down_done = _terms(g, first - 1, 0, -1, max(map(abs, up)), eps)
    if any(map(mp.isnan, (*up, *down))):  # no tail formula would end
        return mp.nan, mp.inf
    value, error = mp.fsum(up + down), eps * max(map(abs, up)) / 10
    for values, done, direction, end in ((up, up_done, 1, count), (down, down_done, -1, sp.Integer(0))):
        if done:
            continue
        tails, slacks = [], mp.zero
        for back_by in (0, WINDOW // 4):
            start = first + (len(values) - back_by) * direction - (direction < 0)
            place, last = int(origin) + side * start, origin + side * end
            tail, slack = _tail(f, place, side * direction, last, (start + 1, end + 1), digits, method)
            tails.append(tail - mp.fsum(values[len(values) - back_by :]))
            slacks += slack
        slacks += abs(tails[0] - tails[1])
        if not slacks <= mp.mpf(10) ** -digits * abs(value + tails[0]):
            size = max(map(abs, values))
            rest, ended = _terms(
                g,
                first + len(values) * direction - (direction < 0),
                count if direction > 0 else 0,
                direction,
                size,
                eps,
                MOST,
            )
            if ended:
                tails, slacks = [mp.fsum(rest)], eps * size
        value += tails[0]
        error += slacks
    return value, error


def summed(f: Integrand, low: Any, high: Any, digits: int, breaks: tuple[Any, ...], method: str) -> tuple[Any, Any]:
    """(value, error) of the sum of f over the integers of [low, high]."""
    low, high = sp.ceiling(low), sp.floor(high)
    if low > high:
        return mp.zero, mp.zero
    cuts = {sp.floor(p) for p in (*f.points(), *f.middles(False), *map(sp.sympify, breaks))}
    if low == -sp.oo and high == sp.oo and not cuts:
        cuts = {sp.floor((f.middles(True) or [sp.Integer(0)])[0])}
    apart = atoms(f, low, high, digits)
    value, error = sum(v for v, _ in apart.values()), sum(e for _, e in apart.values())
    start, stops = low, {*(c for c in cuts | {n - 1 for n in apart} if low <= c < high), *apart, high}
    for stop in sorted(stops):
        if stop not in apart:
            part, slack = _run(f, start, stop, digits, method)
            value, error = value + part, error + slack
        start = stop + 1
    return value, error
