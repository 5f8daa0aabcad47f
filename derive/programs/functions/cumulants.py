"""Cumulant functions of the uniform law on (0, 1), log((e^x − 1)/x), and of a coin, log(1 + e^x)."""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p

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


class log_exprel_curvature(Stable):
    """log_exprel″(x) = 1/x² − 1/(4 sinh²(x/2)), positive and even, 1/12 at x = 0."""

    nargs = 1

    @staticmethod
    def value(x: Any) -> Any:
        return 1 / x**2 - 1 / (4 * mpmath.sinh(x / 2) ** 2) if x else mpmath.mpf(1) / 12


class log_exprel_bregman(Bregman):
    """The Bregman divergence f(x + d) − f(x) − d f′(x) of f = log_exprel, the same at −x and −d."""

    slope, curvature = log_exprel_slope, log_exprel_curvature

    @staticmethod
    def value(x: Any, d: Any) -> Any:
        return log_exprel.value(x + d) - log_exprel.value(x) - d * log_exprel_slope.value(x)


class log1pexp(Stable):
    """log(1 + e^x)."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return logistic(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.log1p(mpmath.exp(x))


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
    greater = choice((sp.S.Zero, x < 0), (far, True))
    return _log_exprel_parts((near / 2 + _log_exprel_series(0), greater - sp.log(far) + log1p(-sp.exp(-far))))


def _log_exprel_slope() -> Block:
    """Beyond the series by the lower of the slopes at x and −x."""
    lower = sp.Symbol("lower", real=True)
    block = _log_exprel_parts((sp.S.Half + _log_exprel_series(1), choice((lower, x < 0), (1 - lower, True))))
    return Block((*block.statements, (lower, 1 / far + sp.exp(-far) / expm1(-far))), block.result)


def _log_exprel_curvature() -> Block:
    return _log_exprel_parts((_log_exprel_series(2), 1 / (far * far) - sp.exp(-far) / expm1(-far) ** 2))


def _log_exprel_bregman(end: Any = x + y) -> Block:
    """d² ∫₀¹ (1 − t) f″(x + td) dt where no pole ±2πi of f″ is nearer than d, else as it is defined, at x ≤ 0."""
    close = (sp.Abs(y) < 6) | (2 * sp.Abs(y) < sp.Abs(x))
    integral = near**2 * GaussSum(NODES, lambda t: log_exprel_curvature(x + t * near))
    turned = (z, choice((x, x < 0), (-x, True))), (s, choice((y, x < 0), (-y, True)))
    there = (far, choice((end, x < 0), (-end, True)))
    direct = log_exprel(far) - log_exprel(z) - s * log_exprel_slope(z)
    return Block(
        ((near, choice((y, close), (sp.S.Zero, True))), *turned, there), choice((integral, close), (direct, True))
    )


_decay = (s, sp.exp(-sp.Abs(x)))


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


log_exprel_bregman_to, log1pexp_bregman_to = (
    ended(__name__, log_exprel_bregman, 2),
    ended(__name__, log1pexp_bregman, 2),
)

ENDED = {
    log_exprel_bregman: (log_exprel_bregman_to, lambda x, d: (x + d,)),
    log1pexp_bregman: (log1pexp_bregman_to, lambda x, d: (x + d,)),
}
REMAINDERS = {log_exprel: (log_exprel_bregman, log_exprel_slope), log1pexp: (log1pexp_bregman, logistic)}

HELPERS = (
    bregman_to("log_exprel", "log_exprel", _log_exprel_bregman(end)),
    bregman_to("log1pexp", "log1pexp", _log1pexp_bregman(end)),
    Helper("log_exprel", (x,), "log((exp(x) - 1)/x), 0 at 0", _log_exprel()),
    Helper("log_exprel_slope", (x,), "1/(1 - exp(-x)) - 1/x, 1/2 at 0", _log_exprel_slope()),
    Helper("log_exprel_curvature", (x,), "1/x^2 - 1/(4 sinh(x/2)^2), 1/12 at 0", _log_exprel_curvature()),
    Helper("log_exprel_bregman", (x, y), "f(x + y) - f(x) - y f'(x) for f = log_exprel", _log_exprel_bregman()),
    Helper("log1pexp", (x,), "log(1 + exp(x))", Block((_decay,), choice((log1p(s), x < 0), (x + log1p(s), True)))),
    Helper("logistic", (x,), "1/(1 + exp(-x))", Block((_decay,), choice((s / (1 + s), x < 0), (1 / (1 + s), True)))),
    Helper("logistic_density", (x,), "exp(-x)/(1 + exp(-x))^2", Block((_decay,), s / (1 + s) ** 2)),
    Helper("log1pexp_bregman", (x, y), "f(x + y) - f(x) - y f'(x) for f = log1pexp", _log1pexp_bregman()),
)
