"""High precision integrals, sums and expectations from the integrand alone: the independent evidence.

Two methods share no nodes and no change of variable.

- "double-exponential": the trapezoidal rule in v, where t = s e^w(v) is the distance from an end of the
  piece and w = v + e^v - e^-v, each exponential present where that side needs it (Takahasi and Mori 1974).
- "gauss-legendre": Gauss-Legendre panels in u, where t = s e^u; panels double in width away from the
  middle and are halved until the rules of two orders agree.

Sums add some hundred terms and finish by the Abel-Plana formula (first method) or the Euler-Maclaurin
formula (second method), unless the terms become negligible before.

Promises: the integrand is evaluated from exact expressions in the distance t from the nearest end, at a
precision that grows as t leaves the scale of the problem, so that nothing is lost at either end; the
number of evaluations is bounded; the error stated comes from refinement, never from a hope, and a result
that did not converge says so by its `digits`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import mpmath
import sympy as sp
from mpmath import mp
from mpmath.calculus.quadrature import GaussLegendre

from derive.divergence import Divergence, diverges
from derive.numeric import Function, Integrand, breakpoints, number

__all__ = ["METHODS", "Divergence", "Estimate", "breakpoints", "diverges", "expected", "integrate", "total"]

GUARD = 15
"""Decimal digits carried beyond those asked for."""
MAX_LEVEL = 8
MAX_NODES = 12000
MAX_PANELS = 800
WINDOW = 300
"""Terms of a sum that are added one by one before a tail formula is tried."""


@dataclass(frozen=True)
class Estimate:
    """A numerical value with |true - value| <= error believed, that is `digits` decimals of max(1, |value|).

    `value` may be infinite, or nan where it does not exist; `digits` is then 0.
    """

    value: mpmath.mpf
    digits: int
    method: str
    error: mpmath.mpf


@contextmanager
def _precision(digits: int) -> Iterator[None]:
    with mp.workdps(digits + GUARD):
        yield


def _estimate(value: Any, error: Any, digits: int, method: str) -> Estimate:
    if not mp.isfinite(value) or not mp.isfinite(error):
        return Estimate(mp.nan, 0, method, mp.inf)
    relative = error / max(1, abs(value))
    reached = digits if not relative else int(min(digits, max(0, mp.floor(-mp.log10(relative)))))
    return Estimate(+value, reached, method, +error)


# Pieces: (0, L) in the distance t from one end, L finite or infinite


@dataclass(frozen=True)
class Piece:
    """The integral over (0, span) of `left`(t); `right` takes span - t. `scale` is where the mass is."""

    left: Function
    right: Function | None
    span: Any
    scale: Any
    peak: Any

    def node(self, ratio: Any) -> tuple[Any, Any]:
        """The integrand and dt/dw at w = log(t/scale) (at logit(t/span) + constant when the span is finite)."""
        if self.right is None:
            t = self.scale * ratio
            return self.left(t), t
        k = self.span / self.scale - 1
        t, rest = self.span * ratio / (ratio + k), self.span * k / (ratio + k)
        return (self.left(t) if t < rest else self.right(rest)), t * rest / self.span


def _middle(log_f: tuple[Function, Function | None], span: Any) -> tuple[Any, Any, Any]:
    """Where t f(t) is largest in log t: (t, width in log t, log of the value). For f = p it is where the mass is."""

    def level(w: Any) -> Any:
        ratio = mp.exp(w)
        if span == mp.inf:
            return log_f[0](ratio) + w
        t, rest = span * ratio / (1 + ratio), span / (1 + ratio)
        inside = log_f[0](t) if ratio < 1 or log_f[1] is None else log_f[1](rest)
        return inside + mp.log(t * rest / span)

    with mp.workprec(120):
        grid = {w: level(w) for w in (mp.mpf(i) / 2 for i in range(-80, 81))}
        best = max(grid, key=lambda w: (grid[w], -abs(w)))
        if grid[best] == mp.ninf:
            return (mp.one if span == mp.inf else span / 2), mp.one, mp.ninf
        low, high = best - 0.5, best + 0.5
        while high - low > mp.mpf(10) ** -14:
            third = (high - low) / 3
            a, b = low + third, high - third
            low, high = (a, high) if level(a) < level(b) else (low, b)
        top, width = level(low), mp.one
        while width > mp.mpf(10) ** -12 and max(level(low - width), level(low + width)) < top - 1:
            width /= 2
        ratio = mp.exp(low)
        return (ratio if span == mp.inf else span * ratio / (1 + ratio)), width, top


def _short_rational(value: Any, tolerance: Any) -> sp.Rational:
    """A rational within `tolerance` of `value`, with a power of two below the line."""
    shift = max(0, 2 - mp.mag(tolerance))
    return sp.Rational(int(mp.nint(mp.ldexp(value, shift))), 2**shift)


def _pieces(f: Integrand, low: sp.Expr, high: sp.Expr, hard: frozenset[sp.Expr], depth: int = 3) -> list[Piece]:
    """The pieces of (low, high), which has nothing special inside; cut at a narrow peak.

    Only the points in `hard` may be singular.
    """
    if low == -sp.oo and high == sp.oo:
        seeds = f.middles(True) or [sp.Integer(0)]
        best = max(seeds, key=lambda c: f.logarithm(c, 1)(mp.ldexp(1, -40)))
        return _pieces(f, low, best, hard) + _pieces(f, best, high, hard)
    origin, side = (high, -1) if low == -sp.oo else (low, 1)
    finite = low != -sp.oo and high != sp.oo
    span = number(high - low, mp.prec) if finite else mp.inf
    middle, width, peak = _middle((f.logarithm(origin, side), f.logarithm(high, -1) if finite else None), span)
    if width < 0.3 and depth:
        cut = origin + side * _short_rational(middle, middle * width / 16)
        if finite and not 0 < number(cut - low, mp.prec) < span:
            cut = (low + high) / 2
        return _pieces(f, low, cut, hard, depth - 1) + _pieces(f, cut, high, hard, depth - 1)
    left = f.at(origin, side, regular=origin not in hard)
    right = f.at(high, -1, regular=high not in hard) if finite else None
    return [Piece(left, right, span, middle, peak)]


def _split(f: Integrand, low: sp.Expr, high: sp.Expr, breaks: tuple[Any, ...], cut: bool) -> list[Piece]:
    """Pieces between all points that matter, the heaviest first; without `cut` nothing is special."""
    special = (*f.points(), *map(sp.sympify, breaks)) if cut else ()
    inside = {sp.N(p, 30): p for p in (*(f.middles(False) if cut else ()), *special) if p.is_number}
    hard = frozenset((*special, low, high) if cut else ())
    cuts = [low, *(inside[v] for v in sorted(inside) if low < v < high), high]
    pieces = [p for a, b in pairwise(cuts) for p in _pieces(f, a, b, hard)]
    return sorted(pieces, key=lambda p: p.peak, reverse=True)


# The two rules: each takes a piece and a size below which nothing matters, and gives (value, error)


@cache
def _point(index: int, level: int, left: bool, right: bool, prec: int) -> tuple[Any, Any]:
    """(e^w, dw/dv) at v = index / 2^level."""
    v = mp.ldexp(index, -level)
    up, down = (mp.exp(v) if right else mp.zero), (mp.exp(-v) if left else mp.zero)
    return mp.exp(v + up - down), 1 + up + down


def _far(piece: Piece, sign: int, negligible: Any) -> bool:
    """Whether the integrand is still felt at |w| = 10, so that this side needs a double exponential."""
    return any(not abs(f * d) <= negligible for f, d in (piece.node(mp.exp(mp.mpf(sign) * w)) for w in (8, 10)))


def _double_exponential(piece: Piece, floor: Any, digits: int) -> tuple[Any, Any]:
    """Trapezoidal sums with steps 1/2, 1/4, ... in v, until two of them predict the digits."""
    eps = mp.mpf(10) ** -(digits + 3)
    f, d = piece.node(mp.one)
    size = max(floor, abs(f * d) if mp.isfinite(f) else mp.zero)
    left, right = (_far(piece, s, size * eps * mp.mpf(10) ** -6) for s in (-1, 1))

    def term(index: int, level: int) -> Any:
        ratio, slope = _point(index, level, left, right, mp.prec)
        f, d = piece.node(ratio)
        return f * d * slope

    def walk(step: int) -> tuple[Any, int, Any]:
        """Terms outwards until four in a row do not matter: their sum, the last index, the loss at the edge."""
        nonlocal size
        partial_sum, index, quiet, last = mp.zero, 0 if step > 0 else -1, 0, mp.zero
        while quiet < 4 and abs(index) < MAX_NODES // 16:
            value = term(index, 1)
            if not mp.isfinite(value):
                return partial_sum, index, 4 * abs(last)
            last, partial_sum, size = value, partial_sum + value, max(size, abs(value))
            quiet = quiet + 1 if abs(value) <= eps * size else 0
            index += step
        return partial_sum, index, mp.zero if quiet >= 4 else 20 * abs(last)

    (upper, end, loss_up), (lower, start, loss_down) = walk(1), walk(-1)
    total, gaps = upper + lower, [mp.inf]
    value = total / 2
    for level in range(2, MAX_LEVEL + 1):
        indices = range(2 ** (level - 1) * start + 1, 2 ** (level - 1) * end, 2)
        if len(indices) > MAX_NODES:
            break
        total += sum(v for v in (term(i, level) for i in indices) if mp.isfinite(v))
        value, old = mp.ldexp(total, -level), value
        gaps.append(abs(value - old))
        if _predicted(gaps, size) <= eps * size:
            break
    return value, _predicted(gaps, size) + loss_up + loss_down + eps * size / 10


def _predicted(gaps: list[Any], size: Any) -> Any:
    """The error after the last halving. It squares at each, as far as the last two gaps show that it did."""
    if not gaps[-1] or not size:
        return mp.zero
    if len(gaps) < 2 or gaps[-2] == mp.inf or not gaps[-2]:
        return gaps[-1]
    now, before = mp.log(gaps[-1] / size), mp.log(gaps[-2] / size)
    if now >= 0 or before >= 0 or now > -7:
        return gaps[-1]
    return size * mp.exp(now * min(mp.mpf(1.8), max(1, 0.9 * now / before)))


@cache
def _legendre(degree: int, prec: int) -> list[tuple[Any, Any]]:
    return GaussLegendre(mp).calc_nodes(degree, prec)


def _panel(g: Function, a: Any, b: Any, degree: int) -> Any:
    half, centre = (b - a) / 2, (a + b) / 2
    values = ((g(centre + half * x), w) for x, w in _legendre(degree, mp.prec))
    return half * mp.fsum(v * w for v, w in values if mp.isfinite(v))


def _gauss_legendre(piece: Piece, floor: Any, digits: int) -> tuple[Any, Any]:
    """Panels outwards from the middle, on either side until two in a row do not matter."""
    eps = mp.mpf(10) ** -(digits + 3)
    end = None if piece.right is None else piece.span / 2
    middle = piece.scale if end is None else end

    def pulled(f: Function) -> Function:
        def g(u: Any) -> Any:
            t = middle * mp.exp(u)
            return f(t) * t

        return g

    sides = [(pulled(piece.left), -1, piece.scale)]
    if piece.right is None:
        sides.append((pulled(piece.left), 1, middle))
    else:
        sides.append((pulled(piece.right), -1, piece.span - piece.scale))
    total, error, size, panels = mp.zero, mp.zero, floor, 0
    for g, sign, mass in sides:
        edge, width, quiet = mp.zero, mp.one, 0
        while quiet < 2:
            stack, contribution = [(edge, edge + sign * width)], mp.zero
            while stack:
                a, b = sorted(stack.pop())
                coarse, fine = _panel(g, a, b, 4), _panel(g, a, b, 5)
                panels += 1
                size = max(size, abs(fine))
                gap = abs(fine - coarse)
                guess = size * (gap / size) ** 1.5 if size else mp.zero
                if guess > eps * size and panels < MAX_PANELS and b - a > mp.ldexp(1, -20):
                    stack += [(a, (a + b) / 2), ((a + b) / 2, b)]
                    continue
                contribution, error = contribution + fine, error + guess
            total, edge = total + contribution, edge + sign * width
            passed = edge * sign > abs(mp.log(mass / middle))
            quiet = quiet + 1 if passed and abs(contribution) <= eps * size else 0
            width = max(mp.one, abs(edge))
            if panels >= MAX_PANELS:
                error += 4 * abs(contribution)
                break
    return total, error + eps * size / 10


_RULES: dict[str, Callable[[Piece, Any, int], tuple[Any, Any]]] = {
    "double-exponential": _double_exponential,
    "gauss-legendre": _gauss_legendre,
}
METHODS = tuple(_RULES)


def _integral(
    f: Integrand, low: Any, high: Any, digits: int, breaks: tuple[Any, ...], method: str, cut: bool = True
) -> tuple[Any, Any]:
    value, error, floor = mp.zero, mp.zero, mp.zero
    for piece in _split(f, sp.sympify(low), sp.sympify(high), breaks, cut):
        part, slack = _RULES[method](piece, floor, digits)
        value, error, floor = value + part, error + slack, max(floor, abs(part))
    return value, error


def integrate(
    integrand: sp.Expr | Function,
    x: sp.Symbol,
    low: Any,
    high: Any,
    digits: int = 50,
    *,
    breaks: tuple[Any, ...] = (),
    method: str = "double-exponential",
) -> Estimate:
    """The integral of `integrand` over (low, high), by one of `METHODS`; `breaks` are kinks besides those found.

    >>> x = sp.Symbol("x", positive=True)
    >>> print(mpmath.nstr(integrate(x ** sp.Rational(-2, 3) * sp.exp(-x), x, 0, sp.oo).value, 30))
    2.67893853470774763365569294097
    """
    f = Integrand((integrand,), x) if isinstance(integrand, sp.Basic) else Integrand(None, x, integrand)
    with _precision(digits):
        return _estimate(*_integral(f, low, high, digits, breaks, method), digits, method)


# Sums


def _abel_plana(f: Integrand, origin: sp.Expr, side: int, radius: Any, digits: int) -> tuple[Any, Any]:
    """What a sum over t = 0, 1, ... has beyond the integral from 0, by the Abel-Plana formula (DLMF 2.10.2)."""
    g = f.at(origin, side, real=False, regular=True)

    def kernel(y: Any) -> Any:
        return -2 * mp.im(g(mp.mpc(0, y))) / mp.expm1(2 * mp.pi * y)

    start = mp.re(g(mp.zero))
    value, error = _double_exponential(Piece(kernel, None, mp.inf, mp.mpf(1) / 4, mp.zero), abs(start), digits)
    return start / 2 + value, error


def _euler_maclaurin(f: Integrand, origin: sp.Expr, side: int, radius: Any, digits: int) -> tuple[Any, Any]:
    """The same by the Euler-Maclaurin formula (DLMF 2.10.1), derivatives by Cauchy's formula on a circle."""
    g, r, points, terms = f.at(origin, side, real=False, regular=True), mp.mpf(radius) / 4, 2 * digits + 30, digits // 3 + 2
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
    parts = [_integral(f, *ends, digits, (), method, cut=False)]
    parts.append(_CORRECTIONS[method](f, sp.Integer(start), side, radii[0], digits))
    if end.is_finite:
        parts.append(_CORRECTIONS[method](f, end, -side, radii[1], digits))
    return sum(p[0] for p in parts), sum(p[1] for p in parts)


def _terms(f: Function, first: int, last: Any, side: int, floor: Any, eps: Any) -> tuple[list[Any], bool]:
    """Terms from `first` towards `last`, until they do not matter (then True) or the window is full."""
    values: list[Any] = []
    size, quiet, t = floor, 0, first
    while (last - t) * side >= 0:
        if len(values) >= WINDOW:
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
        middle, width, _ = _middle((f.logarithm(origin, side), back), span)
        first = int(middle) if width < 0.3 and middle > WINDOW > 20 * middle * width else 0
    up, up_done = _terms(g, first, count, 1, mp.zero, eps)
    down, down_done = _terms(g, first - 1, 0, -1, max(map(abs, up)), eps)
    value, error = mp.fsum(up + down), eps * max(map(abs, up)) / 10
    for values, done, direction, end in ((up, up_done, 1, count), (down, down_done, -1, sp.Integer(0))):
        if done:
            continue
        tails = []
        for back_by in (0, WINDOW // 4):
            start = first + (len(values) - back_by) * direction - (direction < 0)
            place, last = int(origin) + side * start, origin + side * end
            tail, slack = _tail(f, place, side * direction, last, (start + 1, end + 1), digits, method)
            tails.append(tail - mp.fsum(values[len(values) - back_by :]))
            error += slack
        value += tails[0]
        error += abs(tails[0] - tails[1])
    return value, error


def total(
    term: sp.Expr,
    x: sp.Symbol,
    low: Any,
    high: Any,
    digits: int = 50,
    *,
    breaks: tuple[Any, ...] = (),
    method: str = "double-exponential",
) -> Estimate:
    """The sum of `term` over the integers of [low, high]; either end may be infinite.

    >>> k = sp.Symbol("k", integer=True)
    >>> print(mpmath.nstr(total(1/k**2, k, 1, sp.oo).value, 30))
    1.64493406684822643647241516665
    """
    with _precision(digits):
        return _estimate(*_sum(Integrand((term,), x), low, high, digits, breaks, method), digits, method)


def _sum(f: Integrand, low: Any, high: Any, digits: int, breaks: tuple[Any, ...], method: str) -> tuple[Any, Any]:
    low, high = sp.ceiling(low), sp.floor(high)
    cuts = {sp.floor(p) for p in (*f.points(), *f.middles(False), *map(sp.sympify, breaks))}
    if low == -sp.oo and high == sp.oo and not cuts:
        cuts = {sp.floor((f.middles(True) or [sp.Integer(0)])[0])}
    value, error, start = mp.zero, mp.zero, low
    for stop in [*sorted(c for c in cuts if low <= c < high), high]:
        part, slack = _run(f, start, stop, digits, method)
        value, error, start = value + part, error + slack, stop + 1
    return value, error


def expected(
    h: sp.Expr,
    log_density: sp.Expr,
    x: sp.Symbol,
    low: Any,
    high: Any,
    measure: str = "lebesgue",
    digits: int = 50,
    *,
    breaks: tuple[Any, ...] = (),
    method: str = "double-exponential",
) -> Estimate:
    """E h(X), where X has exp(log_density) with respect to `measure` on (low, high).

    `measure` is "lebesgue", "circle" (one period) or "counting" (the integers of [low, high]). Where the
    density is 0, so is the integrand, whatever h is. A divergent expectation is infinite, or nan when it
    is infinite on both sides; its method is then "divergence". It is integrated when that is undecided.

    >>> x = sp.Symbol("x", positive=True)
    >>> e = expected(sp.log(x), -x, x, 0, sp.oo)
    >>> print(mpmath.nstr(e.value, 30), e.digits)
    -0.577215664901532860606512090082 50
    """
    found = diverges(h, log_density, x, low, high, measure, breaks=breaks)
    if found.verdict:
        return Estimate(found.value, 0, "divergence", mp.inf)
    rule = _sum if measure == "counting" else _integral
    with _precision(digits):
        return _estimate(*rule(Integrand((log_density, h), x), low, high, digits, breaks, method), digits, method)
