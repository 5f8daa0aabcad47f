"""log ζ(s), s > 1: the cumulant function of log n under the zeta law.

With u = (s − 1) log 2, ζ(s) = η(s)/(1 − e^−u), η(s) = 1 − 2^−s + 3^−s − … (DLMF 25.2.3), and η and its derivatives by so
few weighted terms that all converge alike (Borwein, An efficient algorithm for the Riemann zeta function, 2000, algorithm 2).
"""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p

from derive.programs.functions.blocks import Block, Helper, bregman_to, choice, end, far, near, s, x, y, z
from derive.programs.functions.stable import Bregman, Stable, ended
from derive.programs.gauss import NODES, EtaSum, GaussSum


class log_zeta(Stable):
    """log ζ(s), about 2^−s where s is large.

    >>> log_zeta(sp.Integer(60)).evalf(12)
    8.67361738012e-19
    """

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return log_zeta_slope(self.args[0])

    @staticmethod
    def value(s: Any) -> Any:
        return mpmath.log1p(_rest(s))


class log_zeta_slope(Stable):
    """ζ′(s)/ζ(s), negative: less the mean of log n."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return log_zeta_curvature(self.args[0])

    @staticmethod
    def value(s: Any) -> Any:
        return _rest(s, 1) / (1 + _rest(s))


class log_zeta_curvature(Stable):
    """The derivative of ζ′(s)/ζ(s): the variance of log n."""

    nargs = 1

    @staticmethod
    def value(s: Any) -> Any:
        return _rest(s, 2) / (1 + _rest(s)) - log_zeta_slope.value(s) ** 2


def _rest(s: Any, order: int = 0) -> Any:
    """ζ(s) − 1, or a derivative: of large s by its first terms, of which mpmath's own would lose all digits beside 1."""
    if s < 20:
        return mpmath.zeta(s, derivative=order) - (not order)
    most, total, n = mpmath.mpf(10) ** -mpmath.mp.dps, mpmath.mpf(0), 2
    while True:
        term = (-mpmath.log(n)) ** order * mpmath.mpf(n) ** -s
        total += term
        if n > 9000 or abs(term) <= most * abs(total):
            return total
        n += 1


class log_zeta_bregman(Bregman):
    """The Bregman divergence f(s + d) − f(s) − d f′(s) of f = log ζ."""

    slope, curvature = log_zeta_slope, log_zeta_curvature

    @staticmethod
    def value(s: Any, d: Any) -> Any:
        return log_zeta.value(s + d) - log_zeta.value(s) - d * log_zeta_slope.value(s)


LOG_2 = sp.log(2)
_u = (z, (x - 1) * LOG_2)


def _eta(order: int) -> Any:
    """A derivative of η less its first term."""
    return EtaSum("ETA", lambda t: (-t) ** order * sp.exp(-x * t))


def _log_zeta() -> Block:
    """log(1 − e^−u) by the one or the other that keeps it."""
    close = z < 1
    low, high = (near, choice((z, close), (sp.S.One, True))), (far, choice((sp.S.One, close), (z, True)))
    return Block((_u, low, high), log1p(_eta(0)) - choice((sp.log(-expm1(-near)), close), (log1p(-sp.exp(-far)), True)))


def _log_zeta_slope() -> Block:
    return Block((_u,), _eta(1) / (1 + _eta(0)) + LOG_2 * sp.exp(-z) / expm1(-z))


def _log_zeta_curvature() -> Block:
    mean, rest = (near, 1 + _eta(0)), (far, LOG_2 * sp.exp(-z / 2) / expm1(-z))
    return Block((_u, mean, rest, (s, _eta(1) / near)), _eta(2) / near - s**2 + far**2)


def _log_zeta_bregman(end: Any = x + y) -> Block:
    """d² ∫₀¹ (1 − t) f″(s + td) dt where the pole at 1 is no nearer than d, else as it is defined."""
    close = (sp.Abs(y) < 4) & (2 * sp.Abs(y) < x - 1)
    integral = near**2 * GaussSum(NODES, lambda t: log_zeta_curvature(x + t * near))
    direct = log_zeta(end) - log_zeta(x) - y * log_zeta_slope(x)
    return Block(((near, choice((y, close), (sp.S.Zero, True))),), choice((integral, close), (direct, True)))


log_zeta_bregman_to = ended(__name__, log_zeta_bregman, 2)

ENDED = {log_zeta_bregman: (log_zeta_bregman_to, lambda s, d: (s + d,))}
REMAINDERS = {log_zeta: (log_zeta_bregman, log_zeta_slope)}

HELPERS = (
    bregman_to("log_zeta", "log zeta", _log_zeta_bregman(end)),
    Helper("log_zeta", (x,), "log(zeta(x)), x > 1", _log_zeta()),
    Helper("log_zeta_slope", (x,), "zeta'(x)/zeta(x), x > 1", _log_zeta_slope()),
    Helper("log_zeta_curvature", (x,), "derivative of zeta'(x)/zeta(x), x > 1", _log_zeta_curvature()),
    Helper("log_zeta_bregman", (x, y), "f(x + y) - f(x) - y f'(x) for f = log zeta", _log_zeta_bregman()),
)
