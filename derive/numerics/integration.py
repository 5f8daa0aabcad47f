"""The integral of an integrand over an interval: pieces, and the two rules.

An interval is cut where the integrand has kinks, singularities, centres of complex singularities and
narrow peaks (found on the log-density, which does not underflow). On a piece both rules work in the
logarithm of the distance from its ends, with the scale where the mass is. See `quadrature`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import sympy as sp
from mpmath import mp
from mpmath.calculus.quadrature import GaussLegendre

from derive.numerics import balls
from derive.numerics.integrand import Function, Integrand, twin_of
from derive.numerics.numeric import number

MAX_LEVEL = 10
MAX_NODES = 12000
MAX_PANELS = 800
NARROW = 0.25
"""The width, in log t, of a panel in which the integrand has no value beyond which it is not halved."""
FLAT = 0.01
"""A summit is found where the logarithm of the integrand changes by no more."""

# Pieces: (0, L) in the distance t from one end, L finite or infinite


@dataclass(frozen=True)
class Piece:
    """The integral over (0, span) of `left`(t); `right` takes span - t. `scale` is where the mass is."""

    left: Function
    right: Function | None
    span: Any
    scale: Any
    peak: Any

    def twin(self, bits: int) -> Piece | None:
        """The same for balls, inside `balls.precision(bits)`; None where there are none."""
        left = twin_of(self.left, bits)
        if left is None or self.right is None:
            return left and Piece(left, None, self.span, balls.exact(self.scale), self.peak)
        right = twin_of(self.right, bits)
        return right and Piece(left, right, balls.exact(self.span), balls.exact(self.scale), self.peak)

    def node(self, ratio: Any) -> tuple[Any, Any]:
        """The integrand and dt/dw at w = log(t/scale) (at logit(t/span) + constant when the span is finite)."""
        if self.right is None:
            t = self.scale * ratio
            return self.left(t), t
        k = self.span / self.scale - 1
        t, rest = self.span * ratio / (ratio + k), self.span * k / (ratio + k)
        return (self.left(t) if t < rest else self.right(rest)), t * rest / self.span


GRID = (*range(-40, -10), *(i / 2 for i in range(-20, 21)), *range(11, 41))
"""Where the summit in log t is looked for first."""


def _summit(level: Function, levels: dict[Any, Any]) -> tuple[Any, Any]:
    """(w, level) at the top: a golden section around the best of the points in `levels`, until it is flat."""
    grid = sorted(levels)
    best = max(grid, key=lambda w: (levels[w], -abs(w)))
    i, golden = grid.index(best), (mp.sqrt(5) - 1) / 2
    low, high = grid[max(0, i - 1)], grid[min(i + 1, len(grid) - 1)]
    a, b = high - golden * (high - low), low + golden * (high - low)
    seen = {w: level(w) for w in (low, a, b, high)}
    while high - low > mp.mpf(10) ** -14 and not max(seen.values()) - min(seen.values()) < FLAT:
        if seen[a] < seen[b]:
            low, a, b = a, b, a + golden * (high - a)
        else:
            b, a, high = a, b - golden * (b - low), b
        seen = {w: seen[w] if w in seen else level(w) for w in (low, a, b, high)}
    top = max(seen, key=lambda w: seen[w])
    return top, seen[top]


def middle_of(log_f: tuple[Function, Function | None], span: Any) -> tuple[Any, Any, Any]:
    """Where t f(t) is largest in log t: (t, width in log t, log of the value). For f = p it is where the mass is."""

    def level(w: Any) -> Any:
        ratio = mp.exp(w)
        if span == mp.inf:
            return log_f[0](ratio) + w
        t, rest = span * ratio / (1 + ratio), span / (1 + ratio)
        inside = log_f[0](t) if ratio < 1 or log_f[1] is None else log_f[1](rest)
        return inside + mp.log(t * rest / span)

    with mp.workprec(120):
        levels = {w: level(w) for w in map(mp.mpf, GRID)}
        low, top = _summit(level, levels)
        if top == mp.ninf:
            return (mp.one if span == mp.inf else span / 2), mp.one, mp.ninf
        width = mp.one
        while width > mp.mpf(10) ** -12 and max(level(low - width), level(low + width)) < top - 1:
            width /= 2
        ratio = mp.exp(low)
        return (ratio if span == mp.inf else span * ratio / (1 + ratio)), width, top


@lru_cache(maxsize=2048)
def _mass(f: Integrand, low: sp.Expr, high: sp.Expr, prec: int) -> tuple[Any, Any, Any]:
    """`middle_of` the interval; once for all that is expected under a density."""
    origin, side = (high, -1) if low == -sp.oo else (low, 1)
    if low == -sp.oo or high == sp.oo:
        return middle_of((f.logarithm(origin, side), None), mp.inf)
    return middle_of((f.logarithm(low, 1), f.logarithm(high, -1)), number(high - low, prec))


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
    middle, width, peak = _mass(f.mass, low, high, mp.prec)
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
    cuts = [low, *(inside[v] for v in sorted(inside) if low < inside[v] < high), high]
    pieces = [p for a, b in pairwise(cuts) for p in _pieces(f.between(a, b) if cut else f, a, b, hard)]
    return sorted(pieces, key=lambda p: p.peak, reverse=True)


# The two rules: each takes a piece and a size below which nothing matters, and gives (value, error)


@lru_cache(maxsize=2**16)
def _point(index: int, level: int, left: bool, right: bool, prec: int) -> tuple[Any, Any]:
    """(e^w, dw/dv) at v = index / 2^level."""
    v = mp.ldexp(index, -level)
    up, down = (mp.exp(v) if right else mp.zero), (mp.exp(-v) if left else mp.zero)
    return mp.exp(v + up - down), 1 + up + down


@lru_cache(maxsize=2**16)
def _point_on_balls(index: int, level: int, left: bool, right: bool, bits: int) -> tuple[Any, Any]:
    """The same as balls, inside `balls.precision(bits)`."""
    v = balls.exact(index) / 2**level
    up, down = (v.exp() if right else 0), ((-v).exp() if left else 0)
    return (v + up - down).exp(), 1 + up + down


def _far(piece: Piece, sign: int, negligible: Any) -> bool:
    """Whether the integrand is still felt at |w| = 10, so that this side needs a double exponential."""
    return any(not abs(f * d) <= negligible for f, d in (piece.node(mp.exp(mp.mpf(sign) * w)) for w in (8, 10)))


DISTANCES = tuple(1.5**i for i in range(11))
"""How far out in log t an integrand is looked at for more of it."""


def _reach(value: Function, sign: int, negligible: Any) -> Any:
    """How far out, in log t, a piece still matters beside the others, even where the density has long ended."""
    if not negligible:
        return 0
    found = [w for w in DISTANCES if abs(value(mp.exp(mp.mpf(sign) * w))) > negligible]
    return max(found, default=0)


def double_exponential(piece: Piece, floor: Any, digits: int, falls: bool = False) -> tuple[Any, Any]:
    """Trapezoidal sums with steps 1/2, 1/4, ... in v, until two of them predict the digits.

    An integrand that `falls` exponentially is not looked at far out.
    """
    eps = mp.mpf(10) ** -(digits + 3)
    f, d = piece.node(mp.one)
    size = max(floor, abs(f * d) if mp.isfinite(f) else mp.zero)
    left, right = (_far(piece, s, size * eps * mp.mpf(10) ** -6) for s in (-1, 1))
    negligible = mp.zero if falls else floor * eps
    reach = {s: _reach(lambda ratio: mp.fprod(piece.node(ratio)), s, negligible) for s in (-1, 1)}

    def term(index: int, level: int) -> Any:
        ratio, slope = _point(index, level, left, right, mp.prec)
        f, d = piece.node(ratio)
        return f * d * slope

    def terms(indices: Iterable[int], level: int) -> Any:
        """The sum of terms; on balls where these are sure enough of it."""

        def on_balls(bits: int) -> Iterator[Any] | None:
            if (twin := piece.twin(bits)) is None:
                return None
            points = (_point_on_balls(i, level, left, right, bits) for i in indices)
            return (f * d * slope for f, d, slope in ((*twin.node(ratio), slope) for ratio, slope in points))

        found = balls.total(on_balls, mp.prec, size)
        return mp.fsum(v for v in (term(i, level) for i in indices) if mp.isfinite(v)) if found is None else found

    def walk(step: int) -> tuple[Any, int, Any]:
        """Terms outwards until four in a row fall and do not matter: their sum, the last index, the loss at the edge."""
        nonlocal size
        partial_sum, index, quiet, last, before = mp.zero, 0 if step > 0 else -1, 0, mp.zero, mp.zero
        farthest = mp.exp(step * reach[step])

        def inside() -> bool:
            return bool((_point(index, 1, left, right, mp.prec)[0] - farthest) * step < 0)

        while (quiet < 4 or inside()) and abs(index) < MAX_NODES // 8:
            value = term(index, 1)
            if not mp.isfinite(value):
                return partial_sum, index, _rest(abs(last), before, eps * size * mp.mpf(10) ** -6)
            rising = abs(value) > abs(last)  # towards where the integrand matters, far from where the density does
            before, last, partial_sum, size = abs(last), value, partial_sum + value, max(size, abs(value))
            quiet = quiet + 1 if abs(value) <= eps * size and not rising else 0
            index += step
        return partial_sum, index, mp.zero if quiet >= 4 else 20 * abs(last)

    (upper, end, loss_up), (lower, start, loss_down) = walk(1), walk(-1)
    total, gaps = upper + lower, [mp.inf]
    value = total / 2
    for level in range(2, MAX_LEVEL + 1):
        indices = range(2 ** (level - 1) * start + 1, 2 ** (level - 1) * end, 2)
        if len(indices) > MAX_NODES:
            break
        total += terms(indices, level)
        value, old = mp.ldexp(total, -level), value
        gaps.append(abs(value - old))
        if _predicted(gaps, size) <= eps * size:
            break
    return value, _predicted(gaps, size) + loss_up + loss_down + eps * size / 10


def _rest(last: Any, before: Any, nothing: Any) -> Any:
    """What may follow two terms, or values at a distance of 1, of what has no more values: they fall no slower than before."""
    if last <= nothing:
        return 4 * last
    return 4 * last * max(1, last / (before - last)) if last < before else mp.inf


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


@lru_cache(maxsize=64)
def _legendre(degree: int, prec: int) -> list[tuple[Any, Any]]:
    return GaussLegendre(mp).calc_nodes(degree, prec)


@lru_cache(maxsize=64)
def _legendre_on_balls(degree: int, prec: int) -> list[tuple[Any, Any]]:
    return [(balls.exact(x), balls.exact(w)) for x, w in _legendre(degree, prec)]


@dataclass(frozen=True)
class _Side:
    """The integral of f(t) over t = middle e^u, u along an axis."""

    f: Function
    middle: Any

    def at(self, ratio: Any) -> Any:
        """The integrand times dt/du, at a multiple of the middle."""
        return self.f(self.middle * ratio) * self.middle * ratio

    def panel(self, a: Any, b: Any, degree: int, size: Any) -> Any:
        """The integral over u in (a, b) by a Gauss-Legendre rule, as a part of a total of some size; nan where f has no value."""
        half, centre = (b - a) / 2, (a + b) / 2

        def on_balls(bits: int) -> Iterator[Any] | None:
            if (f := twin_of(self.f, bits)) is None:
                return None
            h, c, middle = map(balls.exact, (half, centre, self.middle))
            points = ((middle * (c + h * x).exp(), w) for x, w in _legendre_on_balls(degree, mp.prec))
            return (f(t) * t * w for t, w in points)

        found = balls.total(on_balls, mp.prec, size / half)
        if found is None:
            points = ((self.middle * mp.exp(centre + half * x), w) for x, w in _legendre(degree, mp.prec))
            found = mp.fsum(self.f(t) * t * w for t, w in points)
        return half * found

    def beyond(self, edge: Any, sign: int, nothing: Any) -> Any:
        """What may lie beyond a place from which on there are no values."""
        found = [abs(self.at(mp.exp(edge - sign * k))) for k in range(3)]
        found = [v for v in found if mp.isfinite(v)]
        return _rest(found[0], found[1], nothing) if len(found) > 1 else mp.inf


def _gauss_legendre(piece: Piece, floor: Any, digits: int) -> tuple[Any, Any]:
    """Panels outwards from the middle, on either side until two in a row fall and do not matter."""
    eps = mp.mpf(10) ** -(digits + 3)
    end = None if piece.right is None else piece.span / 2
    middle = piece.scale if end is None else end

    sides = [(_Side(piece.left, middle), -1, piece.scale)]
    if piece.right is None:
        sides.append((_Side(piece.left, middle), 1, middle))
    else:
        sides.append((_Side(piece.right, middle), -1, piece.span - piece.scale))
    total, error, size = mp.zero, mp.zero, floor
    for side, sign, mass in sides:
        edge, width, quiet, last, panels = mp.zero, mp.one, 0, mp.inf, 0
        reach = _reach(side.at, sign, floor * eps)
        while quiet < 2:
            stack, contribution, lost = [(edge, edge + sign * width)], mp.zero, None
            while stack:
                a, b = sorted(stack.pop())
                coarse, fine = (side.panel(a, b, degree, size) for degree in (4, 5))
                panels += 1
                if not (mp.isfinite(coarse) and mp.isfinite(fine)):
                    if b - a <= NARROW or panels >= MAX_PANELS:
                        lost = a if sign > 0 else b
                        break
                    stack += [((a + b) / 2, b), (a, (a + b) / 2)][::sign]
                    continue
                size = max(size, abs(fine))
                gap = abs(fine - coarse)
                guess = size * (gap / size) ** 1.3 if size else mp.zero
                if guess > eps * size and panels < MAX_PANELS and b - a > mp.ldexp(1, -20):
                    stack += [(a, (a + b) / 2), ((a + b) / 2, b)]
                    continue
                contribution, error = contribution + fine, error + guess
            total, edge = total + contribution, edge + sign * width
            if lost is not None:
                error += side.beyond(lost, sign, eps * size * mp.mpf(10) ** -6)
                break
            passed = edge * sign > max(abs(mp.log(mass / middle)), reach)
            quiet = quiet + 1 if passed and abs(contribution) <= min(eps * size, last) else 0
            last = abs(contribution)
            width = max(mp.one, abs(edge))
            if panels >= MAX_PANELS:
                error += 4 * abs(contribution)
                break
    return total, error + eps * size / 10


RULES: dict[str, Callable[[Piece, Any, int], tuple[Any, Any]]] = {
    "double-exponential": double_exponential,
    "gauss-legendre": _gauss_legendre,
}


def integral(
    f: Integrand, low: Any, high: Any, digits: int, breaks: tuple[Any, ...], method: str, cut: bool = True
) -> tuple[Any, Any]:
    low, high = sp.sympify(low), sp.sympify(high)
    if low >= high:
        if low == high:
            return mp.zero, mp.zero
        value, error = integral(f, high, low, digits, breaks, method, cut)
        return -value, error
    value, error, floor = mp.zero, mp.zero, mp.zero
    for piece in _split(f, low, high, breaks, cut):
        part, slack = RULES[method](piece, floor, digits)
        value, error, floor = value + part, error + slack, max(floor, abs(part))
    return value, error
