"""Numerical evidence that an expectation is not a finite number.

At an end, let t be the distance from it (or the distance gone, towards infinity) and u = |log t|. The
expectation exists there if and only if g(u) = t f(t) is integrable as u grows. That is read off samples
of log g at u = 16, 32, ..., 10^80: g falls or grows like e^(-c u), else like u^-k with k above or below 1,
else like u^-1 (log u)^-m with m above or below 1, else it stays undecided. Where |f| has no integral and f
changes sign again and again, it is infinite both ways: a limit of partial integrals is no expectation.

A sample counts only if two working precisions agree on it, and large u only if 1 + t need not be told
from t there; so the reach is short where the integrand cancels (log-gammas), and a tail within about
10^-3 of the border is then not told apart from the border.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import mpmath
import sympy as sp
from mpmath import mp

from derive.algebra.zeros import endless, of_one_sign
from derive.numerics.atoms import atoms
from derive.numerics.integrand import FAULTS, Integrand, real_part
from derive.numerics.numeric import Compiled

DIGITS = (160, 240)
"""The two working precisions."""
FEW = 50
"""Digits that must suffice at u = `FAR`, where t has more, if larger u are to be looked at."""
FEWEST = 10
"""Digits by which a limit at an integer is told from none."""
FAR = 256
NEARBY = 24
"""Samples near one, where signs are compared."""
ZEROS = 2
"""Changes of sign that a function may have far out and still keep its last sign; with more it oscillates."""
LADDER = (16, 32, 64, 128, 256, 512, 1024, 10**4, 10**6, 10**9, 10**12, 10**20, 10**40, 10**80)


@dataclass(frozen=True)
class Divergence:
    """Whether an expectation diverges: True, False, or None for undecided.

    `value` is inf, -inf, or nan (infinite both ways) when `verdict` is True; None where there is no end to the poles
    of one sign that are seen. `where` has the ends that diverge: (point, sign).
    """

    verdict: bool | None
    value: mpmath.mpf | None
    where: tuple[tuple[sp.Expr, int], ...]


class _Stop(Exception):
    """No use in going further: no value here that can be relied on."""


class _Unsure(_Stop):
    """Two precisions do not agree on a value."""


class _Sample(NamedTuple):
    u: Any
    log_g: Any
    sign: int


@dataclass(frozen=True)
class _End:
    """An integrand near an end, `inward` where t falls to 0 there; on the integers where it is `counting`."""

    pulled: Compiled
    inward: int
    counting: bool

    def sample(self, u: Any, precisions: tuple[int, int] = DIGITS) -> _Sample | None:
        """log |g(u)| and the sign of h; None where the density is 0."""
        seen: list[Any] = []
        for digits in precisions:
            with mp.workdps(digits):
                try:
                    t = mp.exp(-u * self.inward)
                    # a sum has no terms between: (-1)^t is real on the integers only
                    log_p, h = self.pulled(mp.prec)(mp.floor(t) if self.counting else t)
                    log_p, h = real_part(log_p), real_part(h)
                except FAULTS:
                    raise _Stop from None
                if not h or not mp.isfinite(h) or mp.isnan(log_p) or log_p == mp.inf:
                    raise _Stop
                if log_p == mp.ninf:
                    seen.append(None)
                    continue
                seen.append((log_p + mp.log(abs(h)) - u * self.inward, 1 if h > 0 else -1))
        if seen == [None] * len(seen):
            return None
        if None in seen:
            raise _Stop
        (one, sign), (two, other) = seen
        gap = abs(one - two)
        if sign != other or gap > mp.mpf(10) ** -4 and not gap * mp.mpf(10) ** 20 < abs(two) > u**2:
            raise _Unsure
        return _Sample(u, two, sign)

    def around(self, u: int) -> list[_Sample]:
        """Samples just before u."""
        return self._around(u)[0]

    def _around(self, u: int) -> tuple[list[_Sample], bool]:
        """The same, and whether all that there are could be relied on."""
        found, sure = [], True
        for i in range(NEARBY):
            # an irrational step shares no period with what oscillates
            with mp.workdps(DIGITS[1]):
                before = u - i * mp.sqrt(2) / 5
            try:
                found.append(self.sample(before))
            except _Stop as stop:
                sure = sure and not isinstance(stop, _Unsure)
        return [s for s in found if s is not None], sure

    def farthest(self, points: list[_Sample]) -> list[_Sample]:
        """Samples just before the last point where all can be relied on: of (−2)^(t²) the sign is known while t² is written out, and
        beyond it where that was rounded to a number that is even."""
        around = (self._around(point.u) for point in reversed(points))
        return next((found for found, sure in around if sure), self.around(points[-1].u))

    def need_few_digits(self) -> None:
        """Stops where `FEW` digits do not tell the values near u = `FAR`."""
        for i in range(5):
            self.sample(FAR - mp.mpf(i) / 8, (FEW, DIGITS[1]))


def _slope(points: list[_Sample], scale: Any) -> Any:
    (u, one, _), (v, two, _) = points[-2:]
    return (two - one) / (scale(v) - scale(u))


def _exponential(points: list[_Sample], strict: bool) -> bool | None:
    """Whether g grows (True) or falls exponentially; None when it may be a power of u."""
    power = _slope(points, mp.log)
    if abs(power) > (40 if strict else 12):
        return bool(power > 0)
    # where u doubles so does this for e^(cu), and not for a power
    if strict or len(points) < 3 or abs(power) < 6 or power / _slope(points[:-1], mp.log) < 1.7:
        return None
    return bool(power > 0)


def _algebraic(points: list[_Sample]) -> bool | None:
    """Whether a g that is like u^-k, or u^-1 (log u)^-m, has no integral."""
    if len(points) < 3:
        return None
    k, before = -_slope(points, mp.log), -_slope(points[:-1], mp.log)
    if abs(k - before) > 0.1:
        return None
    if abs(k - 1) > 0.15:
        return bool(k < 1)
    m = -_slope([s._replace(log_g=s.log_g + mp.log(s.u)) for s in points], lambda u: mp.log(mp.log(u)))
    return bool(m < 1) if abs(m - 1) > 0.3 and points[-1].u > 1e9 else None


def _walk(end: _End) -> tuple[list[_Sample], bool | None]:
    """Samples up the ladder, and whether |f| has no integral; as far as that needs, and further if signs differ."""
    points: list[_Sample] = []
    grows: bool | None = None
    for u in LADDER:
        try:
            if u == 2 * FAR:
                end.need_few_digits()
            sample = end.sample(u)
        except _Stop:
            break
        if sample is None and (grows or len(points) > 1 and points[-1].log_g >= points[-2].log_g):
            break  # a density that vanishes where what is integrated did not fall was rounded to 0
        if sample is None:
            return points, False
        points.append(sample)
        if len(points) > 3 and grows is None:
            now, before = _exponential(points, True), _exponential(points[:-1], False)
            grows = now if now == before else None
        if grows is False or grows and not _changes(points):
            return points, grows
    return points, _grows(points) if grows is None else grows


def _grows(points: list[_Sample]) -> bool | None:
    """Whether samples belong to a g that has no integral."""
    if len(points) < 2:
        return None
    with mp.workdps(DIGITS[1]):
        grows = _exponential(points, False)
        return _algebraic(points) if grows is None else grows


def _changes(points: list[_Sample]) -> int:
    ordered = sorted(points, key=lambda s: s.u)
    return sum(a.sign != b.sign for a, b in pairwise(ordered))


def _at_end(end: _End) -> tuple[int, ...] | None:
    """The signs of the divergence at an end, none where there is none, both where f oscillates; None when undecided."""
    points, grows = _walk(end)
    if grows is None and _changes(points):
        # |g| as its largest values nearby: what oscillates is small at some places, and no power of u
        envelope = [s._replace(log_g=max(near.log_g for near in (s, *end.around(s.u)))) for s in points]
        grows = _grows(envelope)
    if not grows:
        return None if grows is None else ()
    changes = _changes([*points, *end.farthest(points)])
    return (points[-1].sign,) if changes <= ZEROS else (-1, 1)


def _of_value(value: Any, error: Any) -> tuple[int, ...] | None:
    """The same of a single term of a sum."""
    if mp.isfinite(value):
        return ()
    if mp.isinf(value):
        return (int(mp.sign(value)),)
    return None if error else (-1, 1)


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
    counting = measure == "counting"
    found = [(e, _at_end(_End(f.pulled(origin, side), inward, counting))) for origin, side, inward, e in ends]
    if counting:
        closed = Integrand(f.parts, x, closed=True)
        found += [(n, _of_value(*term)) for n, term in atoms(closed, sp.ceiling(low), sp.floor(high), FEWEST).items()]
    where = tuple((e, sign) for e, signs in found for sign in signs or ())
    if any(signs is None for _, signs in found) and not where:
        return Divergence(None, None, ())
    if not where:
        return Divergence(False, None, ())
    signs = {sign for _, sign in where}
    if len(signs) > 1:
        return Divergence(True, mp.nan, where)
    sure = of_one_sign(sp.sympify(h), x) or not any(endless(e, x, (low, high)) for e in f.parts or ())
    return Divergence(True, mp.inf * signs.pop() if sure else None, where)
