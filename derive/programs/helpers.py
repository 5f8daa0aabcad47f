"""How the stable functions are computed, as data: statements that every target prints with its own printer.

Both branches of a `Piecewise` may be evaluated (where arrays are traced, automatic differentiation), so each is finite
wherever the other is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import mpmath
import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p

from derive.programs import stable
from derive.programs.gauss import FEW, FEWER, NODES, CircleSum, GaussSum

x, y = sp.symbols("x y", real=True)
z, s, near, far, end = sp.symbols("z s near far end", real=True)


@dataclass(frozen=True)
class Block:
    """Statements, name = expression, and the expression that they lead to."""

    statements: tuple[tuple[Any, Any], ...]
    result: Any

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols that it is given."""
        own = {name for name, _ in self.statements}
        return set().union(self.result.free_symbols, *(v.free_symbols for _, v in self.statements)) - own


@dataclass(frozen=True)
class Helper:
    """A function that a target lacks: its arguments, what it is in words, and how it is computed."""

    name: str
    arguments: tuple[Any, ...]
    meaning: str
    block: Block

    def at(self, numbers: dict[Any, Any]) -> Helper:
        """The function of the other arguments, where some are numbers."""

        def known(f: Any) -> bool:
            return bool(isinstance(f, sp.Function) and f.free_symbols and f.free_symbols <= numbers.keys())

        def put(e: Any) -> Any:
            return e.replace(known, lambda f: sp.Float(f.xreplace(numbers).evalf(30), 17)).xreplace(numbers)

        meaning = ", ".join([self.meaning, *(f"{a} = {n}" for a, n in numbers.items())])
        block = Block(tuple((s, put(e)) for s, e in self.block.statements), put(self.block.result))
        name = name_at(self.name, numbers.values())
        return Helper(name, tuple(a for a in self.arguments if a not in numbers), meaning, block)


def name_at(name: str, numbers: Iterable[Any]) -> str:
    """What a helper is called at numbers: f_at_1."""
    return "_".join([name, "at", *(re.sub(r"\W", "_", str(n)) for n in numbers)])


def _horner(coefficients: list[Any], variable: Any) -> Any:
    """A polynomial by Horner's scheme, lowest coefficient first."""
    value: Any = sp.Float(coefficients[-1], 17)
    for c in reversed(coefficients[:-1]):
        value = sp.Add(sp.Float(c, 17), sp.Mul(variable, value, evaluate=False), evaluate=False)
    return value


def _fitted(f: Callable[[Any], Any], low: Any, high: Any, terms: int) -> list[Any]:
    """Coefficients of a polynomial by Chebyshev's nodes, lowest first: fewer than of Taylor's for the same error."""
    with mpmath.workdps(50):
        return [sp.Float(c, 17) for c in reversed(mpmath.chebyfit(f, [mpmath.mpf(low), mpmath.mpf(high)], terms))]


def _ratio(f: Callable[[Any], Any], high: Any, above: int, below: int) -> tuple[list[Any], list[Any]]:
    """Coefficients, lowest first, of polynomials of two degrees whose ratio is f at Chebyshev's nodes of log(2 + x), 0 ≤ x ≤ high."""
    count = above + below + 1
    with mpmath.workdps(50):
        middle, reach = mpmath.log(2 * (2 + high)) / 2, mpmath.log(1 + mpmath.mpf(high) / 2) / 2
        nodes = [mpmath.exp(middle + reach * mpmath.cospi((k + mpmath.mpf(1) / 2) / count)) - 2 for k in range(count)]
        values = [f(t) for t in nodes]
        rows = [
            [*(t**j for j in range(above + 1)), *(-v * t**j for j in range(below))]
            for t, v in zip(nodes, values, strict=True)
        ]
        found = mpmath.lu_solve(mpmath.matrix(rows), [v * t**below for t, v in zip(nodes, values, strict=True)])
    return list(found[: above + 1]), [*found[above + 1 :], 1]


def _choice(*branches: tuple[Any, Any]) -> Any:
    return sp.Piecewise(*branches, evaluate=False)


ENOUGH, SHIFT, ORDER = 9, 6, 10
"""Stirling's series is used from x = ENOUGH on, below at x + SHIFT where no ratio of polynomials is; with this many terms the error is below 1e-15."""


def _stirling(power: int, coefficient: Any) -> Any:
    """Σ c_k/far^(2k + power), k = 1, …, ORDER, by Horner's scheme in 1/far² (DLMF 5.11.1, 5.11.2, 5.15.8)."""
    terms = _horner([coefficient(k) for k in range(1, ORDER + 1)], s)
    return terms * s / far**power if power > 0 else terms * (s if power == 0 else far**-power * s)


_beyond = (far, _choice((x, sp.Ge(x, ENOUGH)), (x + SHIFT, True)))
_square = (s, 1 / far**2)


def _log1pmx(end: Any = 1 + x) -> Block:
    """By log(1 + x) = 2 artanh z, z = x/(2 + x), less its first term; seven terms leave 1e-17.

    Beyond, 1 + x is rounded where it is not given: no more than 4e-15 of what is left, if that is not near 0, and its
    logarithm takes half of the time of log1p.
    """
    close = sp.Abs(x) < sp.Rational(1, 4)
    series = _horner(
        _fitted(lambda s: 2 * (mpmath.atanh(mpmath.sqrt(s)) / mpmath.sqrt(s) - 1) / s, 0, 1 / mpmath.mpf(49), 7), s
    )
    return Block(
        ((near, _choice((x, close), (sp.S.Zero, True))), (z, near / (2 + near)), (s, z * z)),
        _choice((z * (s * series - near), close), (sp.log(end) - x, True)),
    )


def _log1p_to() -> Block:
    close = 2 * sp.Abs(x) < 1
    safe = (near, _choice((x, close), (sp.S.Zero, True)))
    return Block((safe,), _choice((log1p(near), close), (sp.log(end), True)))


def _expm1mx() -> Block:
    close = sp.Abs(x) < sp.S.Half
    series = _horner(_fitted(lambda x: (mpmath.expm1(x) - x) / x**2 if x else 0.5, -0.5, 0.5, 12), near)
    return Block(
        ((near, _choice((x, close), (sp.S.Zero, True))),),
        _choice((near**2 * series, close), (sp.exp(x) - (1 + x), True)),
    )


def _erf_rest() -> Block:
    """By its series in x² (DLMF 7.6.1), of which seventeen terms leave 1e-16 of the first."""
    close = sp.Abs(x) < 1
    root = 2 / mpmath.sqrt(mpmath.pi)
    series = _horner([root * (-1) ** k / (mpmath.factorial(k) * (2 * k + 1)) for k in range(1, 18)], s)
    return Block(
        ((near, _choice((x, close), (sp.S.Zero, True))), (s, near**2)),
        _choice((near * s * series, close), (sp.erf(x) - 2 / sp.sqrt(sp.pi) * x, True)),
    )


_nonzero = (near, _choice((sp.S.One, sp.Eq(x, 0)), (x, True)))


def _kl_div(log1pmx: Any = stable.log1pmx, *end: Any) -> Block:
    rest = log1pmx(y / near, *(e / near for e in end))
    return Block((_nonzero,), _choice((y, sp.Eq(x, 0)), (-near * rest, True)))


def _xlogy() -> Block:
    return Block((), _choice((sp.S.Zero, sp.Eq(x, 0)), (x * sp.log(y), True)))


def _xlog1py(log: Any) -> Block:
    return Block((), _choice((sp.S.Zero, sp.Eq(x, 0)), (x * log, True)))


def _rest(stirling: Any, step: Any, f: Callable[[Any], Any], degrees: Any, poles: Any = sp.S.One) -> Block:
    """By Stirling's series, and below by a step from x to x + 1 and there a ratio of polynomials, f(x)/poles.

    degrees  of numerator and denominator; they differ as f rises or falls far out
    """
    high = sp.Ge(x, ENOUGH)
    above, below = _ratio(f, ENOUGH, *degrees)
    lower = sp.Add(step, _horner(above, near) / (poles * _horner(below, near)), evaluate=False)
    return Block(
        ((near, _choice((sp.S.One, high), (x, True))), (far, _choice((x, high), (sp.Integer(ENOUGH), True))), _square),
        _choice((stirling, high), (lower, True)),
    )


def _trigamma_rest() -> Block:
    """Its poles are known by ρ(x) = 1/(2x²(x + 1)²) + ρ(x + 1)."""
    of = stable.trigamma_rest.value
    stirling = _stirling(1, lambda k: sp.bernoulli(2 * k))
    return _rest(stirling, sp.S.Zero, lambda t: of(t) * (t * (t + 1)) ** 2, (9, 8), (near * (near + 1)) ** 2)


def _digamma_rest() -> Block:
    """By ψ(x) = ψ(x + 1) − 1/x: a logarithm less its trapezoidal sum."""
    step = sp.Add(log1p(1 / near), -(1 / near + 1 / (near + 1)) / 2, evaluate=False)
    stirling = _stirling(0, lambda k: -sp.bernoulli(2 * k) / (2 * k))
    return _rest(stirling, step, lambda t: stable.digamma_rest.value(1 + t), (7, 9))


def _loggamma_rest() -> Block:
    """By log Γ(x) = log Γ(x + 1) − log x."""
    step = sp.Add((near + sp.S.Half) * log1p(1 / near), -1, evaluate=False)
    stirling = _stirling(-1, lambda k: sp.bernoulli(2 * k) / (2 * k * (2 * k - 1)))
    return _rest(stirling, step, lambda t: stable.loggamma_rest.value(1 + t), (7, 8))


def _by_distance(f: Callable[[Any], Any], closer: Any) -> Any:
    """∫₀¹ (1 − t) f(t) dt where the poles are four lengths of the segment away, or `closer`, 256."""
    return _choice((GaussSum(FEWER, f), closer), (GaussSum(FEW, f), True))


def _loggamma_rest_bregman(end: Any = x + y) -> Block:
    """d² ∫₀¹ (1 − t) f″(x + td) dt where d is small against x, else as it is defined."""
    close = 4 * sp.Abs(y) < x
    integral = near**2 * _by_distance(lambda t: stable.trigamma_rest(x + t * near), 256 * sp.Abs(near) < x)
    direct = stable.loggamma_rest(end) - stable.loggamma_rest(x) - y * stable.digamma_rest(x)
    return Block(((near, _choice((y, close), (sp.S.Zero, True))),), _choice((integral, close), (direct, True)))


def _loggamma_bregman_at_1(end: Any = 1 + y) -> Block:
    """By Taylor's series of log Γ (DLMF 5.7.3) where y is small, fitted, else as it is defined: f(1) is 0."""
    close = sp.Abs(y) < sp.Rational(1, 4)
    with mpmath.workdps(50):
        taylor = [(-1) ** k * mpmath.zeta(k) / k for k in range(2, 90)]
    series = _horner(_fitted(lambda t: mpmath.polyval(taylor[::-1], t), -0.25, 0.25, 19), near)
    direct = sp.loggamma(end) + sp.EulerGamma.evalf(17) * y
    return Block(((near, _choice((y, close), (sp.S.Zero, True))),), _choice((near**2 * series, close), (direct, True)))


def _loggamma_bregman() -> Block:
    """Those of Stirling's x log x − x, of −½ log x and of the rest, none negative, where d is small or x large; else as defined."""
    close = (4 * sp.Abs(y) < x) | (x > ENOUGH)
    rest = stable.loggamma_rest_bregman(x, near)
    parts = sp.Add(stable.kl_div(x + near, -near), -stable.log1pmx(near / x) / 2, rest, evaluate=False)
    direct = sp.loggamma(x + y) - sp.loggamma(x) - y * sp.digamma(x)
    return Block(((near, _choice((y, close), (sp.S.Zero, True))),), _choice((parts, close), (direct, True)))


def _loggamma_bregman_to() -> Block:
    """The same, of the end as it is given."""
    close = (4 * sp.Abs(y) < x) | (x > ENOUGH)
    there = (far, _choice((end, close), (x, True)))
    rest = stable.loggamma_rest_bregman_to(x, near, far)
    half = stable.log1pmx_to(near / x, far / x) / 2
    parts = sp.Add(stable.kl_div_to(far, -near, x), -half, rest, evaluate=False)
    direct = sp.loggamma(end) - sp.loggamma(x) - y * sp.digamma(x)
    safe = (near, _choice((y, close), (sp.S.Zero, True)))
    return Block((safe, there), _choice((parts, close), (direct, True)))


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
        sp.Add(y / (far + y) * total / far, _choice((sp.S.Zero, sp.Ge(x, ENOUGH)), (lower, True))),
    )


def _logbeta_rest_bregman(of: Any = stable.loggamma_rest_bregman, ends: Any = (), both: Any = ()) -> Block:
    """Where one of x, y is small, ∫₀¹ (1 − t) of the second derivative, in which what differs least is taken together."""
    a, b = sp.symbols("a b", real=True)
    u, v, da, db = sp.symbols("u v da db", real=True)
    first = sp.Ge(x, y)
    uneven = (4 * y < x) | (4 * x < y)
    close = (4 * sp.Abs(a) < x) & (4 * sp.Abs(b) < y) & uneven
    great, small = _choice((x, first), (y, True)), _choice((y, first), (x, True))
    moves = (
        (da, _choice((_choice((a, first), (b, True)), close), (sp.S.Zero, True))),
        (db, _choice((_choice((b, first), (a, True)), close), (sp.S.Zero, True))),
    )

    def second(t: Any) -> Any:
        m, n = u + t * da, v + t * db
        both = stable.trigamma_rest(m + n)
        return db**2 * stable.trigamma_rest(n) + da**2 * stable.trigamma_rest_drop(m, n) - db * (2 * da + db) * both

    integral = _by_distance(second, (256 * sp.Abs(da) < u) & (256 * sp.Abs(db) < v))
    direct = of(x, a, *ends[:1]) + of(y, b, *ends[1:]) - of(x + y, a + b, *both)
    return Block(((u, great), (v, small), *moves), _choice((integral, close), (direct, True)))


def _loggamma() -> Block:
    """By Γ(x) = Γ(x + 6)/(x(x + 1)…(x + 5)), and Stirling's series beyond."""
    product = sp.Mul(*(x + j for j in range(SHIFT)), evaluate=False)
    stirling = (far - sp.S.Half) * sp.log(far) - far + sp.log(2 * sp.pi).evalf(17) / 2
    series = _stirling(-1, lambda k: sp.bernoulli(2 * k) / (2 * k * (2 * k - 1)))
    return Block(
        (_beyond, _square), stirling + series - _choice((sp.S.Zero, sp.Ge(x, ENOUGH)), (sp.log(product), True))
    )


LARGE, LEVELS = 50, 40


def _e1() -> Block:
    """Its series (DLMF 6.6.2), and its continued fraction (DLMF 6.9.1) from 2 on."""
    low = (near, _choice((x, x < 2), (sp.S.One, True)))
    high = (far, _choice((sp.Integer(2), x < 2), (x, True)))
    series = near * _horner([sp.Rational((-1) ** (k + 1), k * sp.factorial(k)) for k in range(1, 26)], near)
    fraction: Any = far
    for k in range(LEVELS, 0, -1):
        fraction = far + k / (1 + k / fraction)
    return Block(
        (low, high), _choice((series - sp.log(near) - sp.EulerGamma.evalf(17), x < 2), (sp.exp(-far) / fraction, True))
    )


def _exp_e1() -> Block:
    """As a product, and by its asymptotic series (DLMF 6.12.1) at large x."""
    low = (near, _choice((x, x < LARGE), (sp.S.One, True)))
    high = (far, _choice((sp.Integer(LARGE), x < LARGE), (x, True)))
    series = _horner([(-1) ** k * sp.factorial(k) for k in range(24)], s)
    return Block((low, high, (s, 1 / far)), _choice((sp.exp(near) * sp.expint(1, near), x < LARGE), (s * series, True)))


def _exp_expm1() -> Block:
    """By the greater of the two exponentials."""
    rises = y > 0
    return Block(
        ((near, sp.Abs(y)), (far, _choice((x + y, rises), (x, True)))),
        sp.exp(far) * _choice((-expm1(-near), rises), (expm1(-near), True)),
    )


def _exp_expm1mx() -> Block:
    """As a product where y is small, else term by term."""
    small = sp.Abs(y) < 1
    return Block(
        ((near, _choice((y, small), (sp.S.Zero, True))), (far, _choice((x, small), (x + y, True)))),
        _choice((sp.exp(x) * stable.expm1mx(near), small), (sp.exp(far) - sp.exp(x) * (1 + y), True)),
    )


WIDE, TERMS = 30, 24
"""From κ = WIDE on, Bessel functions by their asymptotic series with so many terms; below, as means over the circle."""


def _hankel() -> list[Any]:
    """c_k of log(e^−x I_0(x) √(2πx)) = Σ c_k/x^k: the logarithm of DLMF 10.40.1."""
    a = [sp.S.One]
    for k in range(1, TERMS + 1):
        a.append(a[-1] * sp.Rational((2 * k - 1) ** 2, 8 * k))
    c = [sp.S.Zero]
    for k in range(1, TERMS + 1):  # k a_k = Σ j c_j a_(k−j)
        c.append(a[k] - sum((j * c[j] * a[k - j] for j in range(1, k)), sp.S.Zero) / k)
    return c


_low_high = (
    (near, _choice((x, x < WIDE), (sp.S.One, True))),
    (far, _choice((sp.Integer(WIDE), x < WIDE), (x, True))),
    (s, 1 / far),
)


def _mean(f: Any) -> Any:
    """The mean of exp(−κ t) f(t) over the circle, t = 1 − cos θ."""
    return CircleSum("CIRCLE", lambda t: sp.exp(-t * near) * f(t))


def _log_besseli0() -> Block:
    series = s * _horner(_hankel()[1:], s) - sp.log(2 * sp.pi * far) / 2
    return Block(_low_high, _choice((sp.log(_mean(lambda t: 1)), x < WIDE), (series, True)))


def _bessel_deficit() -> Block:
    series = s * _horner([sp.S.Half, *(k * c for k, c in enumerate(_hankel()) if k)], s)
    mean = _mean(lambda t: t) / _mean(lambda t: 1)
    return Block(_low_high, _choice((mean, x < WIDE), (series, True)))


def _bessel_ratio() -> Block:
    """By κ E[sin² θ] = E[cos θ], sin² θ = t (2 − t)."""
    mean = near * _mean(lambda t: t * (2 - t)) / _mean(lambda t: 1)
    return Block(_low_high[:1], _choice((mean, x < WIDE), (1 - stable.bessel_deficit(x), True)))


def _bessel_spread() -> Block:
    series = s * s * _horner([sp.S.Half, *(k * (k + 1) * c for k, c in enumerate(_hankel()) if k)], s)
    deficit = (z, stable.bessel_deficit(near))
    mean = _mean(lambda t: (t - z) ** 2) / _mean(lambda t: 1)
    return Block((*_low_high, deficit), _choice((mean, x < WIDE), (series, True)))


def _log_besseli0_bregman(end: Any = x + y) -> Block:
    """d² ∫₀¹ (1 − t) f″(x + td) dt where d is small against the distance of the zeros of I_0, else as it is defined."""
    close = (4 * sp.Abs(y) < x) | (2 * sp.Abs(y) < 1)
    integral = near**2 * GaussSum(FEW, lambda t: stable.bessel_spread(x + t * near))
    of = stable.log_besseli0
    direct = of(end) - of(x) + y * stable.bessel_deficit(x)
    return Block(((near, _choice((y, close), (sp.S.Zero, True))),), _choice((integral, close), (direct, True)))


NEAR_ZERO = sp.Rational(5, 2)
"""Up to here log((e^x − 1)/x) and its derivatives by their series, which converge to 2π."""


def _log_exprel_series(order: int) -> Any:
    """The derivative of that order of log((e^x − 1)/x) − x/2 = Σ B_2k x^2k/(2k (2k)!) (DLMF 4.19.7), in s = near²."""
    terms = [sp.bernoulli(2 * k) / (2 * k * sp.factorial(2 * k - order)) for k in range(1, 22)]
    return _horner(terms, s) * near ** (2 - order)


def _log_exprel_parts(beyond: Any) -> Block:
    """The series near 0, and else `beyond`, in far = |x|."""
    close = sp.Abs(x) < NEAR_ZERO
    return Block(
        (
            (near, _choice((x, close), (sp.S.Zero, True))),
            (far, _choice((NEAR_ZERO, close), (sp.Abs(x), True))),
            (s, near * near),
        ),
        _choice((beyond[0], close), (beyond[1], True)),
    )


def _log_exprel() -> Block:
    greater = _choice((sp.S.Zero, x < 0), (far, True))
    return _log_exprel_parts((near / 2 + _log_exprel_series(0), greater - sp.log(far) + log1p(-sp.exp(-far))))


def _log_exprel_slope() -> Block:
    """Beyond the series by the lower of the slopes at x and −x."""
    lower = sp.Symbol("lower", real=True)
    block = _log_exprel_parts((sp.S.Half + _log_exprel_series(1), _choice((lower, x < 0), (1 - lower, True))))
    return Block((*block.statements, (lower, 1 / far + sp.exp(-far) / expm1(-far))), block.result)


def _log_exprel_curvature() -> Block:
    return _log_exprel_parts((_log_exprel_series(2), 1 / (far * far) - sp.exp(-far) / expm1(-far) ** 2))


def _log_exprel_bregman(end: Any = x + y) -> Block:
    """d² ∫₀¹ (1 − t) f″(x + td) dt where no pole ±2πi of f″ is nearer than d, else as it is defined, at x ≤ 0."""
    close = (sp.Abs(y) < 6) | (2 * sp.Abs(y) < sp.Abs(x))
    integral = near**2 * GaussSum(NODES, lambda t: stable.log_exprel_curvature(x + t * near))
    turned = (z, _choice((x, x < 0), (-x, True))), (s, _choice((y, x < 0), (-y, True)))
    there = (far, _choice((end, x < 0), (-end, True)))
    direct = stable.log_exprel(far) - stable.log_exprel(z) - s * stable.log_exprel_slope(z)
    return Block(
        ((near, _choice((y, close), (sp.S.Zero, True))), *turned, there), _choice((integral, close), (direct, True))
    )


_decay = (s, sp.exp(-sp.Abs(x)))


def _log1pexp_bregman(end: Any = x + y) -> Block:
    """d² ∫₀¹ (1 − t) f″(x + td) dt where no pole ±πi of f″ is nearer than d, else as it is defined, at x ≤ 0."""
    close = sp.Abs(y) < 3
    integral = near**2 * GaussSum(NODES, lambda t: stable.logistic_density(x + t * near))
    turned = (z, _choice((x, x < 0), (-x, True))), (s, _choice((y, x < 0), (-y, True)))
    there = (far, _choice((end, x < 0), (-end, True)))
    direct = stable.log1pexp(far) - stable.log1pexp(z) - s * stable.logistic(z)
    return Block(
        ((near, _choice((y, close), (sp.S.Zero, True))), *turned, there), _choice((integral, close), (direct, True))
    )


_digamma = Block((), sp.log(x) - 1 / (2 * x) + stable.digamma_rest(x))
_trigamma = Block((), 1 / x + 1 / (2 * x**2) + stable.trigamma_rest(x))

_ends = sp.symbols("end_x end_y", real=True)
_a, _b = sp.symbols("a b", real=True)


def _bregman_to(name: str, f: str, block: Block) -> Helper:
    return Helper(f"{name}_bregman_to", (x, y, end), f"f(end) - f(x) - y f'(x) for f = {f}, end = x + y", block)


HELPERS: dict[str, Helper] = {
    h.name: h
    for h in (
        Helper("log1pmx", (x,), "log(1 + x) - x", _log1pmx()),
        Helper("log1p_to", (x, end), "log(1 + x), end = 1 + x", _log1p_to()),
        Helper("log1pmx_to", (x, end), "log(1 + x) - x, end = 1 + x", _log1pmx(end)),
        Helper(
            "xlog1py_to", (x, y, end), "x log(1 + y), 0 where x is 0, end = 1 + y", _xlog1py(stable.log1p_to(y, end))
        ),
        Helper(
            "kl_div_to",
            (x, y, end),
            "x log(x/end) + y, and y where x is 0, end = x + y",
            _kl_div(stable.log1pmx_to, end),
        ),
        _bregman_to("loggamma_rest", "loggamma_rest", _loggamma_rest_bregman(end)),
        _bregman_to("loggamma", "log-gamma", _loggamma_bregman_to()),
        Helper(
            "loggamma_bregman_to_at_1",
            (y, end),
            "log-gamma(end) + EulerGamma y, end = 1 + y",
            _loggamma_bregman_at_1(end),
        ),
        _bregman_to("log_besseli0", "log I_0", _log_besseli0_bregman(end)),
        _bregman_to("log_exprel", "log_exprel", _log_exprel_bregman(end)),
        _bregman_to("log1pexp", "log1pexp", _log1pexp_bregman(end)),
        Helper(
            "logbeta_rest_bregman_to",
            (x, _a, y, _b, *_ends),
            "g(x, a, end_x) + g(y, b, end_y) - g(x + y, a + b, end_x + end_y) for g = loggamma_rest_bregman_to",
            _logbeta_rest_bregman(stable.loggamma_rest_bregman_to, _ends, (sum(_ends),)),
        ),
        Helper("expm1mx", (x,), "exp(x) - 1 - x", _expm1mx()),
        Helper("erf_rest", (x,), "erf(x) - 2 x/sqrt(pi)", _erf_rest()),
        Helper("kl_div", (x, y), "x log(x/(x + y)) + y, and y where x is 0", _kl_div()),
        Helper("xlogy", (x, y), "x log(y), 0 where x is 0", _xlogy()),
        Helper("xlog1py", (x, y), "x log(1 + y), 0 where x is 0", _xlog1py(log1p(y))),
        Helper("trigamma_rest", (x,), "trigamma(x) - 1/x - 1/(2 x^2)", _trigamma_rest()),
        Helper("digamma_rest", (x,), "digamma(x) - log(x) + 1/(2 x)", _digamma_rest()),
        Helper(
            "loggamma_rest", (x,), "log-gamma(x) less Stirling's (x - 1/2) log(x) - x + log(2 pi)/2", _loggamma_rest()
        ),
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
        Helper(
            "logbeta_rest_bregman",
            (x, sp.Symbol("a", real=True), y, sp.Symbol("b", real=True)),
            "g(x, a) + g(y, b) - g(x + y, a + b) for g = loggamma_rest_bregman",
            _logbeta_rest_bregman(),
        ),
        Helper("loggamma", (x,), "log-gamma(x), x > 0", _loggamma()),
        Helper("digamma", (x,), "digamma(x), x > 0", _digamma),
        Helper("trigamma", (x,), "trigamma(x), x > 0", _trigamma),
        Helper("exp_expm1", (x, y), "exp(x) (exp(y) - 1)", _exp_expm1()),
        Helper("exp_expm1mx", (x, y), "exp(x) (exp(y) - 1 - y)", _exp_expm1mx()),
        Helper("log_besseli0", (x,), "log(exp(-x) I_0(x)), x >= 0", _log_besseli0()),
        Helper("bessel_deficit", (x,), "1 - I_1(x)/I_0(x), x >= 0", _bessel_deficit()),
        Helper("bessel_ratio", (x,), "I_1(x)/I_0(x), x >= 0", _bessel_ratio()),
        Helper("bessel_spread", (x,), "derivative of I_1(x)/I_0(x), x >= 0", _bessel_spread()),
        Helper("log_besseli0_bregman", (x, y), "f(x + y) - f(x) - y f'(x) for f = log I_0", _log_besseli0_bregman()),
        Helper("log_exprel", (x,), "log((exp(x) - 1)/x), 0 at 0", _log_exprel()),
        Helper("log_exprel_slope", (x,), "1/(1 - exp(-x)) - 1/x, 1/2 at 0", _log_exprel_slope()),
        Helper("log_exprel_curvature", (x,), "1/x^2 - 1/(4 sinh(x/2)^2), 1/12 at 0", _log_exprel_curvature()),
        Helper("log_exprel_bregman", (x, y), "f(x + y) - f(x) - y f'(x) for f = log_exprel", _log_exprel_bregman()),
        Helper("log1pexp", (x,), "log(1 + exp(x))", Block((_decay,), _choice((log1p(s), x < 0), (x + log1p(s), True)))),
        Helper(
            "logistic", (x,), "1/(1 + exp(-x))", Block((_decay,), _choice((s / (1 + s), x < 0), (1 / (1 + s), True)))
        ),
        Helper("logistic_density", (x,), "exp(-x)/(1 + exp(-x))^2", Block((_decay,), s / (1 + s) ** 2)),
        Helper("log1pexp_bregman", (x, y), "f(x + y) - f(x) - y f'(x) for f = log1pexp", _log1pexp_bregman()),
        Helper("e1", (x,), "the exponential integral E1(x), x > 0", _e1()),
        Helper("exp_e1", (x,), "exp(x) E1(x), x > 0", _exp_e1()),
        Helper("gamma", (x,), "gamma(x), x > 0", Block((), sp.exp(sp.loggamma(x)))),
    )
}
"""Name of a function -> how to compute it."""
