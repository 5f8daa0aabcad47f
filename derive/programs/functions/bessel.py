"""Modified Bessel functions of a concentration: the cumulants of cos θ under a law on the circle."""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp

from derive.programs.functions.blocks import Block, Helper, bregman_to, choice, end, far, horner, near, s, x, y, z
from derive.programs.functions.stable import Bregman, Stable, ended
from derive.programs.gauss import FEW, CircleSum, GaussSum


class log_besseli0(Stable):
    """log(e^−x I_0(x)): what log I_0 leaves of x."""

    nargs = 1

    @classmethod
    def eval(cls, x: Any) -> Any:
        return sp.S.Zero if x == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        return -bessel_deficit(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.log(mpmath.besseli(0, x)) - x


class bessel_deficit(Stable):
    """1 − I_1(x)/I_0(x), the mean of 1 − cos θ under von Mises' law, about 1/(2x)."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return -bessel_spread(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return 1 - mpmath.besseli(1, x) / mpmath.besseli(0, x)


class bessel_ratio(Stable):
    """I_1(x)/I_0(x), about x/2 where x is small."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return bessel_spread(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.besseli(1, x) / mpmath.besseli(0, x)


class bessel_spread(Stable):
    """(I_1/I_0)′(x) = 1 − r/x − r², r = I_1(x)/I_0(x): the variance of cos θ, about 1/(2x²)."""

    nargs = 1

    @staticmethod
    def value(x: Any) -> Any:
        r = mpmath.besseli(1, x) / mpmath.besseli(0, x)
        return 1 - r / x - r * r if x else mpmath.mpf(1) / 2


class log_besseli0_bregman(Bregman):
    """The Bregman divergence f(x + d) − f(x) − d f′(x) of f = log I_0."""

    curvature = bessel_spread

    @staticmethod
    def slope(x: Any) -> Any:
        return -bessel_deficit(x)

    @staticmethod
    def value(x: Any, d: Any) -> Any:
        of, r = mpmath.besseli, mpmath.besseli(1, x) / mpmath.besseli(0, x)
        return mpmath.log(of(0, x + d) / of(0, x)) - d * r


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
    (near, choice((x, x < WIDE), (sp.S.One, True))),
    (far, choice((sp.Integer(WIDE), x < WIDE), (x, True))),
    (s, 1 / far),
)


def _mean(f: Any) -> Any:
    """The mean of exp(−κ t) f(t) over the circle, t = 1 − cos θ."""
    return CircleSum("CIRCLE", lambda t: sp.exp(-t * near) * f(t))


def _log_besseli0() -> Block:
    series = s * horner(_hankel()[1:], s) - sp.log(2 * sp.pi * far) / 2
    return Block(_low_high, choice((sp.log(_mean(lambda t: 1)), x < WIDE), (series, True)))


def _bessel_deficit() -> Block:
    series = s * horner([sp.S.Half, *(k * c for k, c in enumerate(_hankel()) if k)], s)
    mean = _mean(lambda t: t) / _mean(lambda t: 1)
    return Block(_low_high, choice((mean, x < WIDE), (series, True)))


def _bessel_ratio() -> Block:
    """By κ E[sin² θ] = E[cos θ], sin² θ = t (2 − t)."""
    mean = near * _mean(lambda t: t * (2 - t)) / _mean(lambda t: 1)
    return Block(_low_high[:1], choice((mean, x < WIDE), (1 - bessel_deficit(x), True)))


def _bessel_spread() -> Block:
    series = s * s * horner([sp.S.Half, *(k * (k + 1) * c for k, c in enumerate(_hankel()) if k)], s)
    deficit = (z, bessel_deficit(near))
    mean = _mean(lambda t: (t - z) ** 2) / _mean(lambda t: 1)
    return Block((*_low_high, deficit), choice((mean, x < WIDE), (series, True)))


def _log_besseli0_bregman(end: Any = x + y) -> Block:
    """d² ∫₀¹ (1 − t) f″(x + td) dt where d is small against the distance of the zeros of I_0, else as it is defined."""
    close = (4 * sp.Abs(y) < x) | (2 * sp.Abs(y) < 1)
    integral = near**2 * GaussSum(FEW, lambda t: bessel_spread(x + t * near))
    of = log_besseli0
    direct = of(end) - of(x) + y * bessel_deficit(x)
    return Block(((near, choice((y, close), (sp.S.Zero, True))),), choice((integral, close), (direct, True)))


log_besseli0_bregman_to = ended(__name__, log_besseli0_bregman, 2)

ENDED = {log_besseli0_bregman: (log_besseli0_bregman_to, lambda x, d: (x + d,))}
REMAINDERS = {log_besseli0: (log_besseli0_bregman, lambda x: -bessel_deficit(x))}
COMPLEMENTS = {bessel_deficit: bessel_ratio}

HELPERS = (
    bregman_to("log_besseli0", "log I_0", _log_besseli0_bregman(end)),
    Helper("log_besseli0", (x,), "log(exp(-x) I_0(x)), x >= 0", _log_besseli0()),
    Helper("bessel_deficit", (x,), "1 - I_1(x)/I_0(x), x >= 0", _bessel_deficit()),
    Helper("bessel_ratio", (x,), "I_1(x)/I_0(x), x >= 0", _bessel_ratio()),
    Helper("bessel_spread", (x,), "derivative of I_1(x)/I_0(x), x >= 0", _bessel_spread()),
    Helper("log_besseli0_bregman", (x, y), "f(x + y) - f(x) - y f'(x) for f = log I_0", _log_besseli0_bregman()),
)
