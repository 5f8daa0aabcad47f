"""Numerical evidence that an expectation is not a finite number.

At an end, let t be the distance from it (or the distance gone, towards infinity) and u = |log t|. The
expectation exists there if and only if g(u) = t f(t) is integrable as u grows. That is read off samples
of log g at u = 16, 32, ..., 10^80: g falls or grows like e^(-c u), else like u^-k with k above or below 1,
else like u^-1 (log u)^-m with m above or below 1, else it stays undecided.

A sample counts only if two working precisions agree on it, and large u only if 1 + t need not be told
from t there; so the reach is short where the integrand cancels (log-gammas), and a tail within about
10^-3 of the border is then not told apart from the border.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import mpmath
import sympy as sp
from mpmath import mp

from derive.numerics.integrand import FAULTS, Integrand, real_part

DIGITS = (160, 240)
"""The two working precisions."""
FEW = 50
"""Digits that must suffice at u = `FAR`, where t has more, if larger u are to be looked at."""
FAR = 256
LADDER = (16, 32, 64, 128, 256, 512, 1024, 10**4, 10**6, 10**9, 10**12, 10**20, 10**40, 10**80)


@dataclass(frozen=True)
class Divergence:
    """Whether an expectation diverges: True, False, or None for undecided.

    `value` is inf, -inf, or nan (infinite both ways) when `verdict` is True. `where` has the ends that
    diverge: (point, sign).
    """

    verdict: bool | None
    value: mpmath.mpf | None
    where: tuple[tuple[sp.Expr, int], ...]


class _Stop(Exception):
    """No use in going further: no value here that can be relied on."""


def _sample(pulled: Any, u: int, inward: int, precisions: tuple[int, int] = DIGITS) -> tuple[Any, int] | None:
    """(log g(u), sign of h); None where the density is 0."""
    seen: list[Any] = []
    for digits in precisions:
        with mp.workdps(digits):
            try:
                log_p, h = pulled(mp.prec)(mp.exp(-u * inward))
                log_p, h = real_part(log_p), real_part(h)
            except FAULTS:
                raise _Stop from None
            if not h or not mp.isfinite(h) or mp.isnan(log_p) or log_p == mp.inf:
                raise _Stop
            if log_p == mp.ninf:
                seen.append(None)
                continue
            seen.append((log_p + mp.log(abs(h)) - u * inward, 1 if h > 0 else -1))
    if seen == [None] * len(seen):
        return None
    if None in seen:
        raise _Stop
    (one, sign), (two, other) = seen
    gap = abs(one - two)
    if sign != other or gap > mp.mpf(10) ** -4 and not gap * mp.mpf(10) ** 20 < abs(two) > u**2:
        raise _Stop
    return two, sign


def _slope(points: list[tuple[int, Any]], scale: Any) -> Any:
    (u, one), (v, two) = points[-2:]
    return (two - one) / (scale(v) - scale(u))


def _exponential(points: list[tuple[int, Any]], strict: bool) -> bool | None:
    """Whether g grows (True) or falls exponentially; None when it may be a power of u."""
    power = _slope(points, mp.log)
    if abs(power) > (40 if strict else 12):
        return bool(power > 0)
    # where u doubles so does this for e^(cu), and not for a power
    if strict or len(points) < 3 or abs(power) < 6 or power / _slope(points[:-1], mp.log) < 1.7:
        return None
    return bool(power > 0)


def _algebraic(points: list[tuple[int, Any]]) -> bool | None:
    """Whether a g that is like u^-k, or u^-1 (log u)^-m, has no integral."""
    if len(points) < 3:
        return None
    k, before = -_slope(points, mp.log), -_slope(points[:-1], mp.log)
    if abs(k - before) > 0.1:
        return None
    if abs(k - 1) > 0.15:
        return bool(k < 1)
    m = -_slope([(u, g + mp.log(u)) for u, g in points], lambda u: mp.log(mp.log(u)))
    return bool(m < 1) if abs(m - 1) > 0.3 and points[-1][0] > 1e9 else None


def _at_end(f: Integrand, origin: sp.Expr, side: int, inward: int) -> int | None:
    """The sign of the divergence at an end, 0 if there is none, None when undecided."""
    pulled = f.pulled(origin, side)
    points: list[tuple[int, Any]] = []
    sign, grows = 1, None
    for u in LADDER:
        try:
            if u == 2 * FAR:
                _sample(pulled, FAR, inward, (FEW, DIGITS[1]))
            sample = _sample(pulled, u, inward)
        except _Stop:
            break
        if sample is None and len(points) > 1 and points[-1][1] >= points[-2][1]:
            break  # a density that vanishes where what is integrated did not fall was rounded to 0
        if sample is None:
            return 0
        points.append((u, sample[0]))
        sign = sample[1]
        if len(points) > 3:
            grows, before = _exponential(points, True), _exponential(points[:-1], False)
            if grows is not None and grows == before:
                return sign if grows else 0
    if len(points) < 2:
        return None
    with mp.workdps(DIGITS[1]):
        grows = _exponential(points, False)
        grows = _algebraic(points) if grows is None else grows
    return None if grows is None else sign if grows else 0


def diverges(
    h: sp.Expr,
    log_density: sp.Expr,
    x: sp.Symbol,
    low: Any,
    high: Any,
    measure: str = "lebesgue",
    *,
    breaks: tuple[Any, ...] = (),
) -> Divergence:
    """Whether E h(X) fails to be a finite number, judged at every end and singular point.

    >>> x = sp.Symbol("x", positive=True)
    >>> diverges(x, -2 * sp.log(x), x, 1, sp.oo).value
    mpf('+inf')
    >>> diverges(x, -sp.Rational(21, 10) * sp.log(x), x, 1, sp.oo).verdict
    False
    """
    f = Integrand((sp.sympify(log_density), sp.sympify(h)), x)
    low, high = sp.sympify(low), sp.sympify(high)
    if f.parts and f.parts[1] == 0:
        return Divergence(False, None, ())
    ends = [(sp.Integer(0), s, -1, e) for e, s in ((low, -1), (high, 1)) if e.is_infinite]
    if measure != "counting":
        inside = [p for p in (*f.points(), *map(sp.sympify, breaks)) if low < p < high]
        ends += [(p, s, 1, p) for p in inside for s in (-1, 1)]
        ends += [(e, s, 1, e) for e, s in ((low, 1), (high, -1)) if e.is_finite]
    found = [(e, _at_end(f, origin, side, inward)) for origin, side, inward, e in ends]
    where = tuple((e, sign) for e, sign in found if sign)
    if any(sign is None for _, sign in found) and not where:
        return Divergence(None, None, ())
    if not where:
        return Divergence(False, None, ())
    signs = {sign for _, sign in where}
    return Divergence(True, mp.nan if len(signs) > 1 else mp.inf * signs.pop(), where)
