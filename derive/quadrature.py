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
from functools import cache, partial
from typing import Any

import mpmath
import sympy as sp
from mpmath import mp
from mpmath.calculus.quadrature import GaussLegendre

from derive.numeric import breakpoints, centres, compiled, exponential, number

GUARD = 15
"""Decimal digits carried beyond those asked for."""
TIERS = 8
"""The largest multiple of the working precision that is used close to an end."""
MAX_LEVEL = 8
MAX_NODES = 12000
MAX_PANELS = 400
WINDOW = 300
"""Terms of a sum that are added one by one before a tail formula is tried."""

Function = Callable[[Any], Any]


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


# The integrand, as a function of the distance from an end


def _real(value: Any) -> Any:
    """The real part, when the imaginary part is roundoff; else nan."""
    if isinstance(value, mpmath.mpc):
        return value.real if abs(value.imag) <= mp.ldexp(1 + abs(value.real), -mp.prec // 2) else mp.nan
    return mp.mpf(value) if not isinstance(value, mpmath.mpf) else value


def _weighted(parts: list[Any], real: bool = True) -> Any:
    """h exp(log p) from [log p, h], with 0 where the density is 0; or the single part."""
    convert = _real if real else mp.mpmathify
    if len(parts) == 1:
        return convert(parts[0])
    density = convert(exponential(parts[0]))
    return density * convert(parts[1]) if density else mp.zero


_FAULTS = (ZeroDivisionError, ValueError, OverflowError, TypeError, NotImplementedError, mp.NoConvergence)


@dataclass(frozen=True)
class Integrand:
    """exp(log_density) h, a plain expression, or a Python function; of `x`."""

    parts: tuple[sp.Expr, ...] | None
    x: sp.Symbol
    function: Function | None = None

    def points(self) -> list[sp.Expr]:
        return [p for e in self.parts or () for p in breakpoints(e, self.x)]

    def middles(self, everywhere: bool) -> list[sp.Expr]:
        return [p for e in self.parts or () for p in centres(e, self.x, everywhere)]

    def _pulled(self, origin: sp.Expr, side: int) -> Callable[[int], Callable[[Any], list[Any]]]:
        if self.function is not None:
            f, place = self.function, cache(partial(number, origin))
            return lambda prec: lambda t: [f(place(prec) + side * t)]
        t = sp.Symbol("t", positive=True)
        assert self.parts is not None
        return compiled([e.subs(self.x, origin + side * t) for e in self.parts], t)

    def logarithm(self, origin: sp.Expr, side: int) -> Function:
        """t -> log of the density (or of the absolute integrand) at the distance t, -inf where undefined."""
        pulled = self._pulled(origin, side) if self.function else Integrand((self.parts or ())[:1], self.x)._pulled(origin, side)
        single = self.function is not None or len(self.parts or ()) == 1

        def log_magnitude(t: Any) -> Any:
            try:
                value = pulled(mp.prec)(t)[0]
                value = mp.log(abs(value)) if single and value else mp.ninf if single else mp.re(value)
            except _FAULTS:
                return mp.ninf
            return value if mp.isfinite(value) else mp.ninf

        return log_magnitude

    def at(self, origin: sp.Expr, side: int, real: bool = True) -> Function:
        """t -> the integrand at origin + side t; nan where it has no value.

        The precision grows with |log2 t|, in steps, so that 1 - (1 - t)^a is right for tiny t.
        """
        pulled, base = self._pulled(origin, side), mp.prec
        density = None
        if self.parts is not None and len(self.parts) == 2:
            density = Integrand(self.parts[:1], self.x)._pulled(origin, side)

        def value(t: Any) -> Any:
            tiers = 1 + (abs(mp.mag(t)) + base // 4) // base if t else 1
            mp.prec = prec = base * (tiers if tiers <= TIERS else 1)
            try:
                return _weighted(pulled(prec)(t), real)
            except _FAULTS:
                try:
                    return mp.zero if density and not exponential(density(prec)(t)[0]) else mp.nan
                except _FAULTS:
                    return mp.nan
            finally:
                mp.prec = base

        return value


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


def _pieces(f: Integrand, low: sp.Expr, high: sp.Expr, depth: int = 3) -> list[Piece]:
    """The pieces of (low, high), which has nothing special inside; cut at a narrow peak."""
    if low == -sp.oo and high == sp.oo:
        seeds = f.middles(True) or [sp.Integer(0)]
        best = max(seeds, key=lambda c: f.logarithm(c, 1)(mp.ldexp(1, -40)))
        return _pieces(f, low, best) + _pieces(f, best, high)
    origin, side = (high, -1) if low == -sp.oo else (low, 1)
    finite = low != -sp.oo and high != sp.oo
    span = number(high - low, mp.prec) if finite else mp.inf
    middle, width, peak = _middle((f.logarithm(origin, side), f.logarithm(high, -1) if finite else None), span)
    if width < 0.3 and depth:
        cut = origin + side * _short_rational(middle, middle * width / 16)
        if finite and not 0 < number(cut - low, mp.prec) < span:
            cut = (low + high) / 2
        return _pieces(f, low, cut, depth - 1) + _pieces(f, cut, high, depth - 1)
    return [Piece(f.at(origin, side), f.at(high, -1) if finite else None, span, middle, peak)]


def _split(f: Integrand, low: sp.Expr, high: sp.Expr, breaks: tuple[Any, ...]) -> list[Piece]:
    """Pieces between all points that matter, the heaviest first."""
    inside = {sp.N(p, 30): p for p in (*f.middles(False), *f.points(), *map(sp.sympify, breaks)) if p.is_number}
    cuts = [low, *(inside[v] for v in sorted(inside) if low < v and v < high), high]
    pieces = [p for a, b in zip(cuts, cuts[1:], strict=False) for p in _pieces(f, a, b)]
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

    sides = [(pulled(piece.left), -1)]
    sides.append((pulled(piece.left), 1) if piece.right is None else (pulled(piece.right), -1))
    total, error, size, panels = mp.zero, mp.zero, floor, 0
    for g, sign in sides:
        edge, width, quiet = mp.zero, mp.one, 0
        while quiet < 2:
            stack, contribution = [(edge, edge + sign * width)], mp.zero
            while stack:
                a, b = sorted(stack.pop())
                coarse, fine = _panel(g, a, b, 4), _panel(g, a, b, 5)
                panels += 1
                size = max(size, abs(fine))
                gap = abs(fine - coarse)
                guess = size * (gap / size) ** 1.7 if size else mp.zero
                if guess > eps * size and panels < MAX_PANELS and b - a > mp.ldexp(1, -20):
                    stack += [(a, (a + b) / 2), ((a + b) / 2, b)]
                    continue
                contribution, error = contribution + fine, error + guess
            total, edge = total + contribution, edge + sign * width
            quiet = quiet + 1 if abs(contribution) <= eps * size else 0
            width = max(mp.one, abs(edge) / 1)
            if panels >= MAX_PANELS:
                error += 4 * abs(contribution)
                break
    return total, error + eps * size / 10


_RULES: dict[str, Callable[[Piece, Any, int], tuple[Any, Any]]] = {
    "double-exponential": _double_exponential,
    "gauss-legendre": _gauss_legendre,
}
METHODS = tuple(_RULES)


def _integral(f: Integrand, low: Any, high: Any, digits: int, breaks: tuple[Any, ...], method: str) -> tuple[Any, Any]:
    value, error, floor = mp.zero, mp.zero, mp.zero
    for piece in _split(f, sp.sympify(low), sp.sympify(high), breaks):
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
