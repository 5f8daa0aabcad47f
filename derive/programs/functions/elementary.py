"""Logarithms and exponentials less their first terms, and x log y."""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p

from derive.programs.functions.blocks import Block, Helper, choice, end, far, fitted, horner, near, s, x, y, z
from derive.programs.functions.stable import Stable, ended


class log1pmx(Stable):
    """log(1 + x) − x.

    >>> log1pmx(sp.Rational(1, 10**6)).evalf(12)
    -4.99999666667e-13
    """

    nargs = 1

    @classmethod
    def eval(cls, x: Any) -> Any:
        return sp.S.Zero if x == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        x = self.args[0]
        return -x / (1 + x)

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.log1p(x) - x


class expm1mx(Stable):
    """exp(x) − 1 − x.

    >>> expm1mx(sp.Rational(1, 10**6)).evalf(12)
    5.00000166667e-13
    """

    nargs = 1

    @classmethod
    def eval(cls, x: Any) -> Any:
        return sp.S.Zero if x == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        return expm1(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.expm1(x) - x


class erf_rest(Stable):
    """erf(x) − 2x/√π.

    >>> erf_rest(sp.Rational(1, 10**4)).evalf(12)
    -3.76126387903e-13
    """

    nargs = 1

    @classmethod
    def eval(cls, x: Any) -> Any:
        return sp.S.Zero if x == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        return 2 / sp.sqrt(sp.pi) * expm1(-(self.args[0] ** 2))

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.erf(x) - 2 * x / mpmath.sqrt(mpmath.pi)


class kl_div(Stable):
    """x log(x/(x + d)) + d, its limit d at x = 0: what is called kl_div(x, x + d) elsewhere, from the exact difference d.

    >>> kl_div(1, sp.Rational(1, 10**6)).evalf(12)
    4.99999666667e-13
    """

    nargs = 2

    @classmethod
    def eval(cls, x: Any, d: Any) -> Any:
        return sp.S.Zero if d == 0 else d if x == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        x, d = self.args
        return -log1pmx(d / x) - d**2 / (x * (x + d)) if argindex == 1 else d / (x + d)

    @staticmethod
    def value(x: Any, d: Any) -> Any:
        return d - x * mpmath.log1p(d / x) if x else d


class xlogy(Stable):
    """x log y, and 0 where x is 0.

    >>> xlogy(0, sp.Symbol("y"))
    0
    """

    nargs = 2

    @classmethod
    def eval(cls, x: Any, y: Any) -> Any:
        return sp.S.Zero if x == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        x, y = self.args
        return sp.log(y) if argindex == 1 else x / y

    @staticmethod
    def value(x: Any, y: Any) -> Any:
        return x * mpmath.log(y) if x else mpmath.mpf(0)


class xlog1py(Stable):
    """x log(1 + y), and 0 where x is 0."""

    nargs = 2

    @classmethod
    def eval(cls, x: Any, y: Any) -> Any:
        return sp.S.Zero if x == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        x, y = self.args
        return log1p(y) if argindex == 1 else x / (1 + y)

    @staticmethod
    def value(x: Any, y: Any) -> Any:
        return x * mpmath.log1p(y) if x else mpmath.mpf(0)


def _log1pmx(end: Any = 1 + x) -> Block:
    """By log(1 + x) = 2 artanh z, z = x/(2 + x), less its first term; seven terms leave 1e-17.

    Beyond, 1 + x is rounded where it is not given: no more than 4e-15 of what is left, if that is not near 0, and its
    logarithm takes half of the time of log1p.
    """
    close = sp.Abs(x) < sp.Rational(1, 4)
    series = horner(
        fitted(lambda s: 2 * (mpmath.atanh(mpmath.sqrt(s)) / mpmath.sqrt(s) - 1) / s, 0, 1 / mpmath.mpf(49), 7), s
    )
    return Block(
        ((near, choice((x, close), (sp.S.Zero, True))), (z, near / (2 + near)), (s, z * z)),
        choice((z * (s * series - near), close), (sp.log(end) - x, True)),
    )


def _log1p_to() -> Block:
    close = 2 * sp.Abs(x) < 1
    safe = (near, choice((x, close), (sp.S.Zero, True)))
    return Block((safe,), choice((log1p(near), close), (sp.log(end), True)))


def _expm1mx() -> Block:
    close = sp.Abs(x) < sp.S.Half
    series = horner(fitted(lambda x: (mpmath.expm1(x) - x) / x**2 if x else 0.5, -0.5, 0.5, 12), near)
    return Block(
        ((near, choice((x, close), (sp.S.Zero, True))),),
        choice((near**2 * series, close), (sp.exp(x) - (1 + x), True)),
    )


def _erf_rest() -> Block:
    """By its series in x² (DLMF 7.6.1), of which seventeen terms leave 1e-16 of the first."""
    close = sp.Abs(x) < 1
    root = 2 / mpmath.sqrt(mpmath.pi)
    series = horner([root * (-1) ** k / (mpmath.factorial(k) * (2 * k + 1)) for k in range(1, 18)], s)
    return Block(
        ((near, choice((x, close), (sp.S.Zero, True))), (s, near**2)),
        choice((near * s * series, close), (sp.erf(x) - 2 / sp.sqrt(sp.pi) * x, True)),
    )


_nonzero = (near, choice((sp.S.One, sp.Eq(x, 0)), (x, True)))


def _kl_div() -> Block:
    return Block((_nonzero,), choice((y, sp.Eq(x, 0)), (-near * log1pmx(y / near), True)))


def _kl_div_to() -> Block:
    """Far from y = 0 term by term, and not by the ratio y/x, whose slopes cancel where that is large."""
    close = 4 * sp.Abs(y) < x
    safe = (z, choice((y, close), (sp.S.Zero, True))), (far, choice((sp.S.One, close | sp.Eq(x, 0)), (end, True)))
    # by either ratio, neither it nor the square of its denominator in its slope may leave the range, of float32 too
    usual = far > sp.Max(near * sp.Rational(1, 2**40), sp.Rational(1, 2**60))
    apart = (y + near * sp.log(near / far), usual), (y - near * sp.log(far / near), True)
    return Block((_nonzero, *safe), choice((y, sp.Eq(x, 0)), (-near * log1pmx(z / near), close), *apart))


def _xlogy() -> Block:
    """x = 0 has its limit and the slope log y; where y is 0 too, both are 0."""
    none = sp.And(sp.Eq(x, 0), sp.Eq(y, 0))
    return Block(((far, choice((sp.S.One, none), (y, True))),), x * sp.log(far))


def _xlog1py(log: Any) -> Block:
    return Block((), choice((sp.S.Zero, sp.Eq(x, 0)), (x * log, True)))


log1p_to = ended(__name__, log1p, 1, mpmath.log1p)
log1pmx_to, xlog1py_to, kl_div_to = ended(__name__, log1pmx, 1), ended(__name__, xlog1py, 2), ended(__name__, kl_div, 2)

ENDED = {
    log1p: (log1p_to, lambda x: (1 + x,)),
    log1pmx: (log1pmx_to, lambda x: (1 + x,)),
    xlog1py: (xlog1py_to, lambda x, y: (1 + y,)),
    kl_div: (kl_div_to, lambda x, d: (x + d,)),
}
RESTS = {sp.erf: (erf_rest, 2 / sp.sqrt(sp.pi))}

HELPERS = (
    Helper("log1pmx", (x,), "log(1 + x) - x", _log1pmx()),
    Helper("log1p_to", (x, end), "log(1 + x), stop = 1 + x", _log1p_to()),
    Helper("log1pmx_to", (x, end), "log(1 + x) - x, stop = 1 + x", _log1pmx(end)),
    Helper("xlog1py_to", (x, y, end), "x log(1 + y), 0 where x is 0, stop = 1 + y", _xlog1py(log1p_to(y, end))),
    Helper(
        "kl_div_to",
        (x, y, end),
        "x log(x/stop) + y, and y where x is 0, stop = x + y",
        _kl_div_to(),
    ),
    Helper("expm1mx", (x,), "exp(x) - 1 - x", _expm1mx()),
    Helper("erf_rest", (x,), "erf(x) - 2 x/sqrt(pi)", _erf_rest()),
    Helper("kl_div", (x, y), "x log(x/(x + y)) + y, and y where x is 0", _kl_div()),
    Helper("xlogy", (x, y), "x log(y), 0 where x is 0", _xlogy()),
    Helper("xlog1py", (x, y), "x log(1 + y), 0 where x is 0", _xlog1py(log1p(y))),
)
