"""Log-gamma and its derivatives, less what Stirling's formula says of them.

    loggamma_rest(x)    log Γ(x) − [(x − ½) log x − x + ½ log 2π]
    digamma_rest(x)     ψ(x) − [log x − 1/(2x)]
    trigamma_rest(x)    ψ′(x) − [1/x + 1/(2x²)]

The rests (DLMF 5.11.1 and its derivatives) are at large x of order 1/x, 1/x² and 1/x³, while the parts taken out are
elementary and cancel symbolically, before any rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import sympy as sp
from sympy.codegen.cfunctions import log1p

from derive.programs.functions.blocks import (
    Block,
    Helper,
    bregman_to,
    choice,
    end,
    far,
    fitted,
    horner,
    near,
    ratio,
    s,
    x,
    y,
    z,
)
from derive.programs.functions.elementary import kl_div, kl_div_to, log1pmx, log1pmx_to
from derive.programs.functions.stable import Bregman, Stable, ended
from derive.programs.gauss import FEW, FEWER, GaussSum


def _known(x: Any) -> bool:
    """Whether ψ and Γ are elementary at x: small multiples of one half."""
    return bool(x.is_Rational and x.q in (1, 2) and 0 < x <= 10)


class trigamma_rest(Stable):
    """ψ′(x) − 1/x − 1/(2x²), positive, about 1/(6x³)."""

    nargs = 1

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.psi(1, x) - 1 / x - 1 / (2 * x * x)


class digamma_rest(Stable):
    """ψ(x) − log x + 1/(2x), negative, about −1/(12x²)."""

    nargs = 1

    @classmethod
    def eval(cls, x: Any) -> Any:
        return sp.digamma(x) - sp.log(x) + 1 / (2 * x) if _known(x) else None

    def fdiff(self, argindex: int = 1) -> Any:
        return trigamma_rest(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.digamma(x) - mpmath.log(x) + 1 / (2 * x)


class harmonic(Stable):
    """ψ(1 + x) + γ, the harmonic number of x, about π²x/6 near 0.

    >>> harmonic(sp.Rational(1, 10**6)).evalf(12)
    1.64493286479e-6
    """

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return sp.trigamma(1 + self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.harmonic(x)


class loggamma_rest(Stable):
    """log Γ(x) − (x − ½) log x + x − ½ log 2π, positive, about 1/(12x).

    >>> loggamma_rest(sp.Integer(10)**12).evalf(12)
    8.33333333333e-14
    """

    nargs = 1

    @classmethod
    def eval(cls, x: Any) -> Any:
        stirling = (x - sp.S.Half) * sp.log(x) - x + sp.log(2 * sp.pi) / 2
        return sp.log(sp.gamma(x)) - stirling if _known(x) else None

    def fdiff(self, argindex: int = 1) -> Any:
        return digamma_rest(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.loggamma(x) - (x - mpmath.mpf(1) / 2) * mpmath.log(x) + x - mpmath.log(2 * mpmath.pi) / 2


class loggamma_rest_bregman(Bregman):
    """The Bregman divergence f(x + d) − f(x) − d f′(x) of f = loggamma_rest: Taylor's remainder of first order."""

    slope, curvature = digamma_rest, trigamma_rest

    @staticmethod
    def value(x: Any, d: Any) -> Any:
        return loggamma_rest.value(x + d) - loggamma_rest.value(x) - d * digamma_rest.value(x)


class loggamma_bregman(Bregman):
    """The Bregman divergence f(x + d) − f(x) − d f′(x) of f = log Γ."""

    slope, curvature = sp.digamma, sp.trigamma

    @staticmethod
    def value(x: Any, d: Any) -> Any:
        return mpmath.loggamma(x + d) - mpmath.loggamma(x) - d * mpmath.digamma(x)


class trigamma_rest_drop(Stable):
    """trigamma_rest(x) − trigamma_rest(x + h), h ≥ 0, without the cancellation of a small h."""

    nargs = 2

    @staticmethod
    def value(x: Any, h: Any) -> Any:
        return trigamma_rest.value(x) - trigamma_rest.value(x + h)


class digamma_rest_rise(Stable):
    """digamma_rest(x + h) − digamma_rest(x), of the sign of h, without the cancellation of a small h.

    >>> digamma_rest_rise(1, sp.Rational(1, 10**9)).evalf(12)
    1.44934066646e-10
    """

    nargs = 2

    def fdiff(self, argindex: int = 1) -> Any:
        x, h = self.args
        return trigamma_rest(x + h) if argindex == 2 else trigamma_rest(x + h) - trigamma_rest(x)

    @staticmethod
    def value(x: Any, h: Any) -> Any:
        return digamma_rest.value(x + h) - digamma_rest.value(x)


class logbeta_rest_bregman(Stable):
    """B(x, a) + B(y, b) − B(x + y, a + b), B = loggamma_rest_bregman: that of log-beta, where one of x, y may be tiny."""

    nargs = 4

    @staticmethod
    def value(x: Any, a: Any, y: Any, b: Any) -> Any:
        of = loggamma_rest_bregman.value
        return of(x, a) + of(y, b) - of(x + y, a + b)


ENOUGH, SHIFT, ORDER = 9, 6, 10
"""Stirling's series is used from x = ENOUGH on, below at x + SHIFT where no ratio of polynomials is; with this many terms the error is below 1e-15."""


def _stirling(power: int, coefficient: Any) -> Any:
    """Σ c_k/far^(2k + power), k = 1, …, ORDER, by Horner's scheme in 1/far² (DLMF 5.11.1, 5.11.2, 5.15.8)."""
    terms = horner([coefficient(k) for k in range(1, ORDER + 1)], s)
    return terms * s / far**power if power > 0 else terms * (s if power == 0 else far**-power * s)


_beyond = (far, choice((x, sp.Ge(x, ENOUGH)), (x + SHIFT, True)))


_square = (s, 1 / far**2)


def _rest(stirling: Any, step: Any, f: Callable[[Any], Any], degrees: Any, poles: Any = sp.S.One) -> Block:
    """By Stirling's series, and below by a step from x to x + 1 and there a ratio of polynomials, f(x)/poles.

    degrees  of numerator and denominator; they differ as f rises or falls far out
    """
    high = sp.Ge(x, ENOUGH)
    above, below = ratio(f, ENOUGH, *degrees)
    lower = sp.Add(step, horner(above, near) / (poles * horner(below, near)), evaluate=False)
    return Block(
        ((near, choice((sp.S.One, high), (x, True))), (far, choice((x, high), (sp.Integer(ENOUGH), True))), _square),
        choice((stirling, high), (lower, True)),
    )


def _trigamma_rest() -> Block:
    """Its poles are known by ρ(x) = 1/(2x²(x + 1)²) + ρ(x + 1)."""
    of = trigamma_rest.value
    stirling = _stirling(1, lambda k: sp.bernoulli(2 * k))
    return _rest(stirling, sp.S.Zero, lambda t: of(t) * (t * (t + 1)) ** 2, (9, 8), (near * (near + 1)) ** 2)


def _digamma_rest() -> Block:
    """By ψ(x) = ψ(x + 1) − 1/x: a logarithm less its trapezoidal sum."""
    step = sp.Add(log1p(1 / near), -(1 / near + 1 / (near + 1)) / 2, evaluate=False)
    stirling = _stirling(0, lambda k: -sp.bernoulli(2 * k) / (2 * k))
    return _rest(stirling, step, lambda t: digamma_rest.value(1 + t), (7, 9))


def _loggamma_rest() -> Block:
    """By log Γ(x) = log Γ(x + 1) − log x."""
    step = sp.Add((near + sp.S.Half) * log1p(1 / near), -1, evaluate=False)
    stirling = _stirling(-1, lambda k: sp.bernoulli(2 * k) / (2 * k * (2 * k - 1)))
    return _rest(stirling, step, lambda t: loggamma_rest.value(1 + t), (7, 8))


def _by_distance(f: Callable[[Any], Any], closer: Any) -> Any:
    """∫₀¹ (1 − t) f(t) dt where the poles are four lengths of the segment away, or `closer`, 256."""
    return choice((GaussSum(FEWER, f), closer), (GaussSum(FEW, f), True))


def _digamma_rest_rise() -> Block:
    """h ∫₀¹ f(x + th) dt of f = trigamma_rest where h is small against x, else as it is defined."""
    close = 4 * sp.Abs(y) < x
    integral = near * _by_distance(
        lambda t: trigamma_rest(x + t * near) + trigamma_rest(x + (1 - t) * near), 256 * sp.Abs(near) < x
    )
    direct = digamma_rest(x + y) - digamma_rest(x)
    return Block(((near, choice((y, close), (sp.S.Zero, True))),), choice((integral, close), (direct, True)))


def _loggamma_rest_bregman(end: Any = x + y) -> Block:
    """d² ∫₀¹ (1 − t) f″(x + td) dt where d is small against x, else as it is defined."""
    close = 4 * sp.Abs(y) < x
    integral = near**2 * _by_distance(lambda t: trigamma_rest(x + t * near), 256 * sp.Abs(near) < x)
    direct = loggamma_rest(end) - loggamma_rest(x) - y * digamma_rest(x)
    return Block(((near, choice((y, close), (sp.S.Zero, True))),), choice((integral, close), (direct, True)))


def _loggamma_bregman_at_1(end: Any = 1 + y) -> Block:
    """By Taylor's series of log Γ (DLMF 5.7.3) where y is small, fitted, else as it is defined: f(1) is 0."""
    close = sp.Abs(y) < sp.Rational(1, 4)
    with mpmath.workdps(50):
        taylor = [(-1) ** k * mpmath.zeta(k) / k for k in range(2, 90)]
    series = horner(fitted(lambda t: mpmath.polyval(taylor[::-1], t), -0.25, 0.25, 19), near)
    direct = sp.loggamma(end) + sp.EulerGamma.evalf(17) * y
    return Block(((near, choice((y, close), (sp.S.Zero, True))),), choice((near**2 * series, close), (direct, True)))


def _loggamma_bregman() -> Block:
    """Those of Stirling's x log x − x, of −½ log x and of the rest, none negative, where d is small or x large; else as defined."""
    close = (4 * sp.Abs(y) < x) | (x > ENOUGH)
    rest = loggamma_rest_bregman(x, near)
    parts = sp.Add(kl_div(x + near, -near), -log1pmx(near / x) / 2, rest, evaluate=False)
    direct = sp.loggamma(x + y) - sp.loggamma(x) - y * sp.digamma(x)
    return Block(((near, choice((y, close), (sp.S.Zero, True))),), choice((parts, close), (direct, True)))


def _loggamma_bregman_to() -> Block:
    """The same, of the end as it is given."""
    close = (4 * sp.Abs(y) < x) | (x > ENOUGH)
    there = (far, choice((end, close), (x, True)))
    rest = loggamma_rest_bregman_to(x, near, far)
    half = log1pmx_to(near / x, far / x) / 2
    parts = sp.Add(kl_div_to(far, -near, x), -half, rest, evaluate=False)
    direct = sp.loggamma(end) - sp.loggamma(x) - y * sp.digamma(x)
    safe = (near, choice((y, close), (sp.S.Zero, True)))
    return Block((safe, there), choice((parts, close), (direct, True)))


def _trigamma_rest_drop() -> Block:
    """Both by the same steps and the same series, term by term: each difference has the factor h."""
    w, r, q = sp.symbols("w r q", real=True)
    a, b = (sp.symbols(f"{name}:{SHIFT}", real=True) for name in "ab")
    products = [(m[j], (at + j) * (at + j + 1)) for j in range(SHIFT) for m, at in ((a, x), (b, w))]
    steps = [(x + w + 2 * j + 1) * (a[j] + b[j]) / (a[j] * b[j]) ** 2 for j in range(SHIFT)]

    # 1/far^n − 1/(far + h)^n = (1 − r)(1 + r + … + r^(n−1))/far^n, r = far/(far + h)
    sums = [sp.Symbol(f"s{2 * k + 1}", real=True) for k in range(ORDER + 1)]
    statements = [(z, 1 + r), (q, r * r), (sums[1], z + q)]
    statements += [(sums[k], z + q * sums[k - 1]) for k in range(2, ORDER + 1)]
    total: Any = sp.S.Zero
    for k in range(ORDER, 0, -1):
        total = s * (sp.Float(sp.bernoulli(2 * k), 17) * sums[k] + total)
    lower = y / 2 * sp.Add(*steps, evaluate=False)
    return Block(
        (_beyond, _square, (r, far / (far + y)), *statements, (w, x + y), *products),
        sp.Add(y / (far + y) * total / far, choice((sp.S.Zero, sp.Ge(x, ENOUGH)), (lower, True))),
    )


def _logbeta_rest_bregman(of: Any = loggamma_rest_bregman, ends: Any = (), both: Any = ()) -> Block:
    """What differs least is taken together: where one of x, y is small and the steps are, in ∫₀¹ (1 − t) of the second
    derivative; where the greater one moves far, with the difference of the two derivatives at x and x + y.
    """
    a, b = sp.symbols("a b", real=True)
    u, v, da, db = sp.symbols("u v da db", real=True)
    first = sp.Ge(x, y)
    uneven = (4 * y < x) | (4 * x < y)
    close = (4 * sp.Abs(a) < x) & (4 * sp.Abs(b) < y) & uneven
    great, small = choice((x, first), (y, True)), choice((y, first), (x, True))
    moves = ((da, choice((a, first), (b, True))), (db, choice((b, first), (a, True))))
    safe = tuple((name, choice((move, close), (sp.S.Zero, True))) for name, move in ((near, da), (far, db)))

    def second(t: Any) -> Any:
        m, n = u + t * near, v + t * far
        both = trigamma_rest(m + n)
        return far**2 * trigamma_rest(n) + near**2 * trigamma_rest_drop(m, n) - far * (2 * near + far) * both

    integral = _by_distance(second, (256 * sp.Abs(near) < u) & (256 * sp.Abs(far) < v))
    direct = of(x, a, *ends[:1]) + of(y, b, *ends[1:]) - of(x + y, a + b, *both)
    moved = choice((ends[0], first), (ends[1], True)) if ends else u + da
    left = choice((ends[1], first), (ends[0], True)) if ends else v + db
    rises = da * digamma_rest_rise(u, v), db * digamma_rest(u + v), v * digamma_rest(u), -left * digamma_rest(moved)
    apart = sp.Add(
        of(v, db, *((left,) if ends else ())), loggamma_rest_bregman(u, v), -loggamma_rest_bregman(moved, left), *rises
    )
    wide = uneven & (4 * sp.Abs(da) >= u) & (moved >= left)
    return Block(((u, great), (v, small), *moves, *safe), choice((integral, close), (apart, wide), (direct, True)))


def _loggamma() -> Block:
    """By Γ(x) = Γ(x + 6)/(x(x + 1)…(x + 5)), and Stirling's series beyond."""
    product = sp.Mul(*(x + j for j in range(SHIFT)), evaluate=False)
    stirling = (far - sp.S.Half) * sp.log(far) - far + sp.log(2 * sp.pi).evalf(17) / 2
    series = _stirling(-1, lambda k: sp.bernoulli(2 * k) / (2 * k * (2 * k - 1)))
    return Block((_beyond, _square), stirling + series - choice((sp.S.Zero, sp.Ge(x, ENOUGH)), (sp.log(product), True)))


_digamma = Block((), sp.log(x) - 1 / (2 * x) + digamma_rest(x))


_trigamma = Block((), 1 / x + 1 / (2 * x**2) + trigamma_rest(x))


_ends = sp.symbols("end_x end_y", real=True)


_a, _b = sp.symbols("a b", real=True)


loggamma_bregman_to, loggamma_rest_bregman_to = (
    ended(__name__, loggamma_bregman, 2),
    ended(__name__, loggamma_rest_bregman, 2),
)
logbeta_rest_bregman_to = ended(__name__, logbeta_rest_bregman, 4, ends=2)

ENDED = {
    loggamma_rest_bregman: (loggamma_rest_bregman_to, lambda x, d: (x + d,)),
    loggamma_bregman: (loggamma_bregman_to, lambda x, d: (x + d,)),
    logbeta_rest_bregman: (logbeta_rest_bregman_to, lambda x, a, y, b: (x + a, y + b)),
}
REMAINDERS = {sp.loggamma: (loggamma_bregman, sp.digamma), loggamma_rest: (loggamma_rest_bregman, digamma_rest)}


def _harmonic() -> Block:
    close = x < sp.S.Half
    series = horner(fitted(lambda x: mpmath.harmonic(x) / x if x else mpmath.zeta(2), 0, 0.5, 17), near)
    inside = (near, choice((x, close), (sp.S.Zero, True))), (far, choice((sp.S.One, close), (x, True)))
    return Block(inside, choice((near * series, close), (sp.digamma(1 + far) + sp.EulerGamma.evalf(17), True)))


HELPERS = (
    Helper("harmonic", (x,), "digamma(1 + x) + 0.5772..., 0 at 0", _harmonic()),
    bregman_to("loggamma_rest", "loggamma_rest", _loggamma_rest_bregman(end)),
    bregman_to("loggamma", "log-gamma", _loggamma_bregman_to()),
    Helper(
        "loggamma_bregman_to_at_1",
        (y, end),
        "log-gamma(stop) + EulerGamma y, stop = 1 + y",
        _loggamma_bregman_at_1(end),
    ),
    Helper(
        "logbeta_rest_bregman_to",
        (x, _a, y, _b, *_ends),
        "g(x, a, end_x) + g(y, b, end_y) - g(x + y, a + b, end_x + end_y) for g = loggamma_rest_bregman_to",
        _logbeta_rest_bregman(loggamma_rest_bregman_to, _ends, (sum(_ends),)),
    ),
    Helper("trigamma_rest", (x,), "trigamma(x) - 1/x - 1/(2 x^2)", _trigamma_rest()),
    Helper("digamma_rest", (x,), "digamma(x) - log(x) + 1/(2 x)", _digamma_rest()),
    Helper("loggamma_rest", (x,), "log-gamma(x) less Stirling's (x - 1/2) log(x) - x + log(2 pi)/2", _loggamma_rest()),
    Helper(
        "loggamma_rest_bregman",
        (x, y),
        "f(x + y) - f(x) - y f'(x) for f = loggamma_rest",
        _loggamma_rest_bregman(),
    ),
    Helper("loggamma_bregman", (x, y), "f(x + y) - f(x) - y f'(x) for f = log-gamma", _loggamma_bregman()),
    Helper("loggamma_bregman_at_1", (y,), "log-gamma(1 + y) + EulerGamma y", _loggamma_bregman_at_1()),
    Helper(
        "trigamma_rest_drop",
        (x, y),
        "trigamma_rest(x) - trigamma_rest(x + y), y >= 0",
        _trigamma_rest_drop(),
    ),
    Helper("digamma_rest_rise", (x, y), "digamma_rest(x + y) - digamma_rest(x)", _digamma_rest_rise()),
    Helper(
        "logbeta_rest_bregman",
        (x, sp.Symbol("a", real=True), y, sp.Symbol("b", real=True)),
        "g(x, a) + g(y, b) - g(x + y, a + b) for g = loggamma_rest_bregman",
        _logbeta_rest_bregman(),
    ),
    Helper("loggamma", (x,), "log-gamma(x), x > 0", _loggamma()),
    Helper("digamma", (x,), "digamma(x), x > 0", _digamma),
    Helper("trigamma", (x,), "trigamma(x), x > 0", _trigamma),
    Helper("gamma", (x,), "gamma(x), x > 0", Block((), sp.exp(sp.loggamma(x)))),
)
