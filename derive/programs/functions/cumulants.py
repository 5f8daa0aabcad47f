"""Cumulant functions of uniform laws, log((e^x − 1)/x) on (0, 1) and log Σ e^kx on 0, …, n − 1, and of a coin, log(1 + e^x)."""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p
from sympy.core.function import ArgumentIndexError

from derive.programs.functions.blocks import Block, Helper, bregman_to, choice, end, far, horner, near, s, x, y, z
from derive.programs.functions.stable import Bregman, Stable, ended
from derive.programs.gauss import NODES, GaussSum


class log_exprel(Stable):
    """log((e^x − 1)/x), 0 at x = 0: the cumulant function of the uniform law on (0, 1).

    >>> log_exprel(sp.Rational(1, 10**6)).evalf(12)
    5.00000041667e-7
    """

    nargs = 1

    @classmethod
    def eval(cls, x: Any) -> Any:
        return sp.S.Zero if x == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        return log_exprel_slope(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.log(mpmath.expm1(x) / x) if x else mpmath.mpf(0)


class log_exprel_slope(Stable):
    """log_exprel′(x) = 1/(1 − e^−x) − 1/x, from 0 to 1, ½ at x = 0; the slopes at x and −x sum to 1."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return log_exprel_curvature(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return -1 / mpmath.expm1(-x) - 1 / x if x else mpmath.mpf(1) / 2


class log_sinhc(Stable):
    """log(sinh(x)/x), even, 0 at x = 0: log_exprel at 2x without its linear part x.

    >>> log_sinhc(sp.Rational(1, 10**6)).evalf(12)
    1.66666666667e-13
    """

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return langevin(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return log_exprel.value(2 * x) - x


class langevin(Stable):
    """Langevin's function coth(x) − 1/x, the slope of log(sinh(x)/x): odd, from −1 to 1."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return 4 * log_exprel_curvature(2 * self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return 2 * log_exprel_slope.value(2 * x) - 1


class log_exprel_curvature(Stable):
    """log_exprel″(x) = 1/x² − 1/(4 sinh²(x/2)), positive and even, 1/12 at x = 0."""

    nargs = 1

    @staticmethod
    def value(x: Any) -> Any:
        return 1 / x**2 - 1 / (4 * mpmath.sinh(x / 2) ** 2) if x else mpmath.mpf(1) / 12


class log_exprel_bend(Stable):
    """d²·log_exprel″(x): neither the square nor the curvature alone leaves the range of numbers."""

    nargs = 2

    @staticmethod
    def value(x: Any, d: Any) -> Any:
        return d**2 * log_exprel_curvature.value(x)


class log_exprel_bregman(Bregman):
    """The Bregman divergence f(x + d) − f(x) − d f′(x) of f = log_exprel, the same at −x and −d."""

    slope, curvature = log_exprel_slope, log_exprel_curvature

    @staticmethod
    def value(x: Any, d: Any) -> Any:
        return log_exprel.value(x + d) - log_exprel.value(x) - d * log_exprel_slope.value(x)


class log_expsum_bregman(Stable):
    """The Bregman divergence f(x + d) − f(x) − d f′(x) of f(x) = log((e^nx − 1)/(e^x − 1)), for n ≥ 1; the same at −x and −d.

    That of log_exprel at nx and nd less that at x and d, which are the same to all digits where e^x is far from 1.

    >>> log_expsum_bregman(-40, -5, 3).evalf(12)
    1.70220422070e-17
    """

    nargs = 3

    @classmethod
    def eval(cls, x: Any, d: Any, n: Any) -> Any:
        return sp.S.Zero if d == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        x, d, n = self.args
        if argindex == 3:
            raise ArgumentIndexError(self, argindex)
        rise = _expsum_slope(x + d, n) - _expsum_slope(x, n)
        return rise if argindex == 2 else rise - d * (n**2 * log_exprel_curvature(n * x) - log_exprel_curvature(x))

    @staticmethod
    def value(x: Any, d: Any, n: Any) -> Any:
        with mpmath.extraprec(min(10**4, int(3 * abs(x)))):
            return log_exprel_bregman.value(n * x, n * d) - log_exprel_bregman.value(x, d)


class log_expsum(Stable):
    """log((e^nx − 1)/(e^x − 1)), which is log Σ e^kx over k = 0, …, n − 1."""

    nargs = 2

    @staticmethod
    def value(x: Any, n: Any) -> Any:
        return mpmath.log(mpmath.expm1(n * x) / mpmath.expm1(x)) if x else mpmath.log(n)


class log_expsum_bend(Stable):
    """d² times the second derivative of log_expsum, n²·log_exprel″(nx) − log_exprel″(x), which is positive and even."""

    nargs = 3

    @staticmethod
    def value(x: Any, n: Any, d: Any) -> Any:
        return log_exprel_bend.value(n * x, n * d) - log_exprel_bend.value(x, d)


def _expsum_slope(x: Any, n: Any) -> Any:
    return n * log_exprel_slope(n * x) - log_exprel_slope(x)


class log1pexp(Stable):
    """log(1 + e^x)."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return logistic(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.log1p(mpmath.exp(x))


class log1mexp(Stable):
    """log(1 − e^−x), x > 0.

    >>> log1mexp(50).evalf(12), log1mexp(sp.Rational(1, 10**9)).evalf(12)
    (-1.92874984796e-22, -20.7232658374)
    """

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return -sp.exp(-self.args[0]) / expm1(-self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        with mpmath.extraprec(min(10**4, int(2 * abs(x)))):
            return mpmath.log(-mpmath.expm1(-x))


class logistic(Stable):
    """log1pexp′(x) = 1/(1 + e^−x)."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return logistic_density(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return 1 / (1 + mpmath.exp(-x))


class logistic_density(Stable):
    """log1pexp″(x) = e^−x/(1 + e^−x)², even."""

    nargs = 1

    @staticmethod
    def value(x: Any) -> Any:
        return 1 / (2 * mpmath.cosh(x / 2)) ** 2


class log1pexp_bregman(Bregman):
    """The Bregman divergence f(x + d) − f(x) − d f′(x) of f = log1pexp, the same at −x and −d."""

    slope, curvature = logistic, logistic_density

    @staticmethod
    def value(x: Any, d: Any) -> Any:
        return log1pexp.value(x + d) - log1pexp.value(x) - d * logistic.value(x)


greater, lower = sp.symbols("greater lower", real=True)
NEAR_ZERO = sp.Rational(5, 2)
"""Up to here log((e^x − 1)/x) and its derivatives by their series, which converge to 2π."""


def _log_exprel_series(order: int) -> Any:
    """The derivative of that order of log((e^x − 1)/x) − x/2 = Σ B_2k x^2k/(2k (2k)!) (DLMF 4.19.7), in s = near²."""
    terms = [sp.bernoulli(2 * k) / (2 * k * sp.factorial(2 * k - order)) for k in range(1, 22)]
    return horner(terms, s) * near ** (2 - order)


def _log_exprel_parts(beyond: Any) -> Block:
    """The series near 0, and else `beyond`, in far = |x|."""
    close = sp.Abs(x) < NEAR_ZERO
    return Block(
        (
            (near, choice((x, close), (sp.S.Zero, True))),
            (far, choice((NEAR_ZERO, close), (sp.Abs(x), True))),
            (s, near * near),
        ),
        choice((beyond[0], close), (beyond[1], True)),
    )


def _log_exprel() -> Block:
    rise = choice((sp.S.Zero, x < 0), (far, True))
    return _log_exprel_parts((near / 2 + _log_exprel_series(0), rise - sp.log(far) + log1p(-sp.exp(-far))))


def _log_exprel_slope() -> Block:
    """Beyond the series by the lower of the slopes at x and −x."""
    block = _log_exprel_parts((sp.S.Half + _log_exprel_series(1), choice((lower, x < 0), (1 - lower, True))))
    return Block((*block.statements, (lower, 1 / far + sp.exp(-far) / expm1(-far))), block.result)


def _of_half(beyond: Any, order: int) -> Block:
    """An odd or even part of log_exprel and of its slope, in far = |x|: the series without what is linear, and else `beyond`."""
    close = sp.Abs(x) < NEAR_ZERO / 2
    return Block(
        (
            (near, choice((2 * x, close), (sp.S.Zero, True))),
            (far, choice((NEAR_ZERO / 2, close), (sp.Abs(x), True))),
            (s, near * near),
        ),
        choice((2**order * _log_exprel_series(order), close), (beyond, True)),
    )


def _log_sinhc() -> Block:
    return _of_half(far - sp.log(2 * far) + log1p(-sp.exp(-2 * far)), 0)


def _langevin() -> Block:
    block = _of_half(choice((-lower, x < 0), (lower, True)), 1)
    rise = 1 - 2 * sp.exp(-2 * far) / expm1(-2 * far) - 1 / far
    return Block((*block.statements, (lower, rise)), block.result)


def _log_exprel_bend(step: Any) -> Block:
    """Of its quotients the squares, which SymPy would take of the parts."""
    block = _log_exprel_parts((step**2 * _log_exprel_series(2), greater**2 - lower**2))
    quotients = (greater, step / far), (lower, step * sp.exp(-far / 2) / expm1(-far))
    return Block((*block.statements, *quotients), block.result)


def _log_exprel_bregman(end: Any = x + y) -> Block:
    """d² ∫₀¹ (1 − t) f″(x + td) dt where no pole ±2πi of f″ is nearer than d, else as it is defined, at x ≤ 0."""
    close = (sp.Abs(y) < 6) | (2 * sp.Abs(y) < sp.Abs(x))
    integral = GaussSum(NODES, lambda t: log_exprel_bend(x + t * near, near))
    turned = (z, choice((x, x < 0), (-x, True))), (s, choice((y, x < 0), (-y, True)))
    there = (far, choice((end, x < 0), (-end, True)))
    direct = log_exprel(far) - log_exprel(z) - s * log_exprel_slope(z)
    return Block(
        ((near, choice((y, close), (sp.S.Zero, True))), *turned, there), choice((integral, close), (direct, True))
    )


TINY = sp.Float("1e-290", 17)
"""What stands for 0 where that is divided by, and divides."""


def _expsum() -> Block:
    """log(1 + e^−|x| (e^−(n−1)|x| − 1)/(e^−|x| − 1)), and (n − 1)x where x is positive."""
    size = (far, choice((sp.Abs(x), sp.Abs(x) > TINY), (TINY, True)))
    below = log1p(sp.exp(-far) * expm1(-(y - 1) * far) / expm1(-far))
    return Block((size, (s, below)), choice((s, x < 0), ((y - 1) * x + s, True)))


def _expsum_bend() -> Block:
    """By log_exprel″ at nx and x, or by 1/(4 sinh²) at x and nx: by those that are not the same to many digits."""
    small = y * sp.Abs(x) < NEAR_ZERO
    size = (far, choice((NEAR_ZERO, small), (sp.Abs(x), True)))
    quotients = (greater, z * sp.exp(-far / 2) / expm1(-far)), (lower, y * z * sp.exp(-y * far / 2) / expm1(-y * far))
    by_growth = log_exprel_bend(y * x, y * z) - log_exprel_bend(x, z)
    return Block((size, *quotients), choice((by_growth, small), (greater**2 - lower**2, True)))


def _expsum_bregman(end: Any = x + y) -> Block:
    """d² ∫₀¹ (1 − t) f″(x + td) dt where no pole ±2πi/n of f″ is nearer than d, else as it is defined, at x ≤ 0."""
    close = (sp.Abs(z * y) < 6) | (2 * sp.Abs(y) < sp.Abs(x)) & (sp.Abs(y) < 6)
    move, first, last, slope = sp.symbols("move first last slope", real=True)
    integral = GaussSum(NODES, lambda t: log_expsum_bend(x + t * near, z, near))
    small = z * sp.Abs(x) < NEAR_ZERO
    of_small = z * log_exprel_slope(z * first) - log_exprel_slope(first)
    statements = (
        (near, choice((y, close), (sp.S.Zero, True))),
        (first, choice((x, x < 0), (-x, True))),
        (move, choice((y, x < 0), (-y, True))),
        (last, choice((end, x < 0), (-end, True))),
        (far, choice((NEAR_ZERO, small), (sp.Abs(x), True))),
        (lower, z * sp.exp(-z * far) / expm1(-z * far) - sp.exp(-far) / expm1(-far)),
        (slope, choice((of_small, small), (lower, True))),
    )
    direct = log_expsum(last, z) - log_expsum(first, z) - move * slope
    return Block(statements, choice((integral, close), (direct, True)))


_decay = (s, sp.exp(-sp.Abs(x)))


def _log1mexp() -> Block:
    """By the one or the other function that is small there."""
    close = x < sp.Rational(1, 2)
    inside = (near, choice((x, close), (sp.S.One, True))), (far, choice((sp.S.One, close), (x, True)))
    return Block(inside, choice((sp.log(-expm1(-near)), close), (log1p(-sp.exp(-far)), True)))


def _log1pexp_bregman(end: Any = x + y) -> Block:
    """d² ∫₀¹ (1 − t) f″(x + td) dt where no pole ±πi of f″ is nearer than d, else as it is defined, at x ≤ 0."""
    close = sp.Abs(y) < 3
    integral = near**2 * GaussSum(NODES, lambda t: logistic_density(x + t * near))
    turned = (z, choice((x, x < 0), (-x, True))), (s, choice((y, x < 0), (-y, True)))
    there = (far, choice((end, x < 0), (-end, True)))
    direct = log1pexp(far) - log1pexp(z) - s * logistic(z)
    return Block(
        ((near, choice((y, close), (sp.S.Zero, True))), *turned, there), choice((integral, close), (direct, True))
    )


log_exprel_bregman_to, log_expsum_bregman_to, log1pexp_bregman_to = (
    ended(__name__, log_exprel_bregman, 2),
    ended(__name__, log_expsum_bregman, 3),
    ended(__name__, log1pexp_bregman, 2),
)
SCALED = {log_exprel_bregman: log_expsum_bregman, log_exprel_bregman_to: log_expsum_bregman_to}

ENDED = {
    log_exprel_bregman: (log_exprel_bregman_to, lambda x, d: (x + d,)),
    log_expsum_bregman: (log_expsum_bregman_to, lambda x, d, n: (x + d,)),
    log1pexp_bregman: (log1pexp_bregman_to, lambda x, d: (x + d,)),
}
REMAINDERS = {log_exprel: (log_exprel_bregman, log_exprel_slope), log1pexp: (log1pexp_bregman, logistic)}

HELPERS = (
    bregman_to("log_exprel", "log_exprel", _log_exprel_bregman(end)),
    bregman_to("log1pexp", "log1pexp", _log1pexp_bregman(end)),
    Helper("log_exprel", (x,), "log((exp(x) - 1)/x), 0 at 0", _log_exprel()),
    Helper("log_exprel_slope", (x,), "1/(1 - exp(-x)) - 1/x, 1/2 at 0", _log_exprel_slope()),
    Helper("log_sinhc", (x,), "log(sinh(x)/x), 0 at 0", _log_sinhc()),
    Helper("langevin", (x,), "coth(x) - 1/x, 0 at 0", _langevin()),
    Helper("log_exprel_curvature", (x,), "1/x^2 - 1/(4 sinh(x/2)^2), 1/12 at 0", _log_exprel_bend(sp.S.One)),
    Helper("log_exprel_bend", (x, y), "y^2 f''(x) for f = log_exprel", _log_exprel_bend(y)),
    Helper("log_exprel_bregman", (x, y), "f(x + y) - f(x) - y f'(x) for f = log_exprel", _log_exprel_bregman()),
    Helper("log_expsum", (x, y), "log((exp(y x) - 1)/(exp(x) - 1))", _expsum()),
    Helper("log_expsum_bend", (x, y, z), "z^2 f''(x) for f = log((exp(y x) - 1)/(exp(x) - 1))", _expsum_bend()),
    Helper(
        "log_expsum_bregman",
        (x, y, z),
        "f(x + y) - f(x) - y f'(x) for f = log((exp(z x) - 1)/(exp(x) - 1))",
        _expsum_bregman(),
    ),
    Helper("log_expsum_bregman_to", (x, y, z, end), "log_expsum_bregman, stop = x + y", _expsum_bregman(end)),
    Helper("log1pexp", (x,), "log(1 + exp(x))", Block((_decay,), choice((log1p(s), x < 0), (x + log1p(s), True)))),
    Helper("log1mexp", (x,), "log(1 - exp(-x))", _log1mexp()),
    Helper("logistic", (x,), "1/(1 + exp(-x))", Block((_decay,), choice((s / (1 + s), x < 0), (1 / (1 + s), True)))),
    Helper("logistic_density", (x,), "exp(-x)/(1 + exp(-x))^2", Block((_decay,), s / (1 + s) ** 2)),
    Helper("log1pexp_bregman", (x, y), "f(x + y) - f(x) - y f'(x) for f = log1pexp", _log1pexp_bregman()),
)
