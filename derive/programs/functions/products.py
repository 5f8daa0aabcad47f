"""Products of exponentials, of which one factor may overflow and the other vanish."""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p

from derive.programs.functions.blocks import Block, Helper, choice, end, far, horner, near, s, x, y, z
from derive.programs.functions.elementary import expm1mx, log1p_to
from derive.programs.functions.stable import Stable, ended


class exp_e1(Stable):
    """e^x E1(x), about 1/x: without the overflow of one factor and the underflow of the other."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        x = self.args[0]
        return exp_e1(x) - 1 / x

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.exp(x) * mpmath.e1(x)


class e1_of_exp(Stable):
    """E1(e^x), which is −γ − x where e^x vanishes.

    >>> e1_of_exp(sp.Integer(-1000)).evalf(12)
    999.422784335
    """

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return -sp.exp(-sp.exp(self.args[0]))

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.e1(mpmath.exp(x)) if x > -mpmath.mp.prec else -mpmath.euler - x


class exp_expm1(Stable):
    """exp(x)·(exp(y) − 1), also where one factor overflows and the other vanishes."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> Any:
        x, y = self.args
        return exp_expm1(x, y) if argindex == 1 else sp.exp(x + y)

    @staticmethod
    def value(x: Any, y: Any) -> Any:
        return mpmath.exp(x) * mpmath.expm1(y)


class exp_expm1mx(Stable):
    """exp(x)·(exp(y) − 1 − y), also where one factor overflows and the other vanishes."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> Any:
        x, y = self.args
        return exp_expm1mx(x, y) if argindex == 1 else exp_expm1(x, y)

    @staticmethod
    def value(x: Any, y: Any) -> Any:
        return mpmath.exp(x) * (mpmath.expm1(y) - y)


class power_expm1mx(Stable):
    """exp(u) − 1 − u of u = z log(1 + x) + y, a large power by itself: in an exponent its logarithm is rounded once more.

    >>> power_expm1mx(2, 1, 0).evalf(12), (4 - 1 - sp.log(4)).evalf(12)
    (1.61370563888, 1.61370563888)
    """

    nargs = 3

    def fdiff(self, argindex: int = 1) -> Any:
        z, x, y = self.args
        rises = expm1(z * log1p(x) + y)
        return rises * (log1p(x), z / (1 + x), 1)[argindex - 1]

    @staticmethod
    def value(z: Any, x: Any, y: Any) -> Any:
        u = z * mpmath.log1p(x) + y
        return mpmath.expm1(u) - u


LARGE, LEVELS = 50, 40


def _e1() -> Block:
    """Its series (DLMF 6.6.2), and its continued fraction (DLMF 6.9.1) from 2 on."""
    low = (near, choice((x, x < 2), (sp.S.One, True)))
    high = (far, choice((sp.Integer(2), x < 2), (x, True)))
    series = near * horner([sp.Rational((-1) ** (k + 1), k * sp.factorial(k)) for k in range(1, 26)], near)
    fraction: Any = far
    for k in range(LEVELS, 0, -1):
        fraction = far + k / (1 + k / fraction)
    return Block(
        (low, high), choice((series - sp.log(near) - sp.EulerGamma.evalf(17), x < 2), (sp.exp(-far) / fraction, True))
    )


def _exp_e1() -> Block:
    """As a product, and by its asymptotic series (DLMF 6.12.1) at large x."""
    low = (near, choice((x, x < LARGE), (sp.S.One, True)))
    high = (far, choice((sp.Integer(LARGE), x < LARGE), (x, True)))
    series = horner([(-1) ** k * sp.factorial(k) for k in range(24)], s)
    return Block((low, high, (s, 1 / far)), choice((sp.exp(near) * sp.expint(1, near), x < LARGE), (s * series, True)))


def _e1_of_exp() -> Block:
    """By its series in e^x (DLMF 6.6.2) at small ones; beyond e^8 it is below all floats."""
    low, high = -20, 8
    inside = choice((sp.Integer(low), x < low), (sp.Integer(high), x > high), (x, True))
    series = sp.exp(choice((x, x < low), (sp.Integer(low), True))) - sp.EulerGamma.evalf(17) - x
    return Block(((near, inside), (far, series)), choice((far, x < low), (sp.expint(1, sp.exp(near)), True)))


def _exp_expm1(end: Any = x + y) -> Block:
    """By the greater of the two exponentials; |y| as a choice, which has a slope at 0."""
    rises = y > 0
    return Block(
        ((near, choice((y, rises), (-y, True))), (far, choice((end, rises), (x, True)))),
        sp.exp(far) * choice((-expm1(-near), rises), (expm1(-near), True)),
    )


def _exp_expm1mx(end: Any = x + y) -> Block:
    """As a product where y is small, else term by term."""
    small = sp.Abs(y) < 1
    return Block(
        ((near, choice((y, small), (sp.S.Zero, True))), (far, choice((x, small), (end, True)))),
        choice((sp.exp(x) * expm1mx(near), small), (sp.exp(far) - sp.exp(x) * (1 + y), True)),
    )


def _power_expm1mx(log: Any, end: Any) -> Block:
    """By the power where it is large and its base far from 1, and the other factor moderate: it overflows where the product does."""
    apart = (2 * sp.Abs(x) >= 1) & (sp.Abs(y) < 8) & (sp.Abs(s) > 8) & (sp.Abs(s) < 690)
    return Block(
        ((s, z * log + y), (near, choice((end, apart), (sp.S.One, True))), (far, choice((y, apart), (s, True)))),
        choice((near**z * sp.exp(far) - (1 + s), apart), (expm1mx(s), True)),
    )


exp_expm1_to, exp_expm1mx_to = ended(__name__, exp_expm1, 2), ended(__name__, exp_expm1mx, 2)
power_expm1mx_to = ended(__name__, power_expm1mx, 3)

ENDED = {
    exp_expm1: (exp_expm1_to, lambda x, y: (x + y,)),
    exp_expm1mx: (exp_expm1mx_to, lambda x, y: (x + y,)),
    power_expm1mx: (power_expm1mx_to, lambda z, x, y: (1 + x,)),
}

HELPERS = (
    Helper("exp_expm1_to", (x, y, end), "exp(x) (exp(y) - 1), stop = x + y", _exp_expm1(end)),
    Helper("exp_expm1mx_to", (x, y, end), "exp(x) (exp(y) - 1 - y), stop = x + y", _exp_expm1mx(end)),
    Helper("exp_expm1", (x, y), "exp(x) (exp(y) - 1)", _exp_expm1()),
    Helper("exp_expm1mx", (x, y), "exp(x) (exp(y) - 1 - y)", _exp_expm1mx()),
    Helper(
        "power_expm1mx_to",
        (z, x, y, end),
        "exp(u) - 1 - u, u = z log(1 + x) + y, stop = 1 + x",
        _power_expm1mx(log1p_to(x, end), end),
    ),
    Helper("power_expm1mx", (z, x, y), "exp(u) - 1 - u, u = z log(1 + x) + y", _power_expm1mx(log1p(x), 1 + x)),
    Helper("e1", (x,), "the exponential integral E1(x), x > 0", _e1()),
    Helper("exp_e1", (x,), "exp(x) E1(x), x > 0", _exp_e1()),
    Helper("e1_of_exp", (x,), "E1(exp(x))", _e1_of_exp()),
)
