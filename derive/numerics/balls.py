"""Functions of mpmath numbers run again in ball arithmetic, several times as fast, by Arb where python-flint is installed.

A ball is a number with a bound of its error, so a value is only taken where the bound shows that its digits are right:
everything else (poles, complex values, functions that are not here) is left to mpmath.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

import mpmath
import sympy as sp

flint: Any
try:
    import flint
except ImportError:  # it is an extra
    flint = None

SPARE = 30
"""Bits carried beyond those that are asked for."""
TRIES = 2
"""Precisions, each twice the one before, after which a value is left to mpmath."""
LOST = 16
"""Bits that rounding may take of a sum."""
MOST = 500
"""Bits beyond which all is left to mpmath: some of Arb's functions take seconds there."""


def _incomplete_gamma(a: Any, low: Any, high: Any) -> Any:
    if high is INFINITE:
        return _ball(low).gamma_upper(_ball(a))
    return _ball(high).gamma_lower(_ball(a)) if low == 0 else flint.arb.nan()


def _incomplete_beta(a: Any, b: Any, low: Any, high: Any) -> Any:
    above, below = _ball(high).beta_lower(_ball(a), _ball(b)), _ball(low).beta_lower(_ball(a), _ball(b))
    return above - below


def _polygamma(n: Any, x: Any) -> Any:
    if n == 0:
        return _ball(x).digamma()
    n = int(n)
    return _ball(n + 1).zeta(_ball(x)) * (-1) ** (n + 1) * math.factorial(n)


def _conjugate_sum(a: Any, b: Any, squares: Any) -> Any:
    return a + b if a * b >= 0 else squares / (a - b)


def _bessel_k(n: Any, x: Any) -> Any:
    return _log_bessel_k(n, x).exp()


def _log_bessel_k(n: Any, x: Any) -> Any:
    """By Tricomi's function (DLMF 10.39.6): a hundredth of the time of Arb's own at arguments from 10 to 100.

    It is taken at the middle of both balls, as Arb loses much to what is not exact there. The rest is bounded: log K is
    even and convex in the order, and K_{n+1}/K_n < 1 + (2n + 1)/x for n >= 0 (DLMF 10.37, Segura 2011), so its slopes in
    x and in n are no steeper than that, and than the log of that.
    """
    n, x = _ball(n), _ball(x)
    if not x > 0:
        return flint.arb.nan()
    order, z, half = n.mid(), x.mid(), flint.arb(1) / 2
    with precision(flint.ctx.prec + SPARE):  # so that the sums with the order are exact
        scaled = flint.arb.pi().sqrt() * (2 * z) ** order * (2 * z).hypgeom_u(order + half, 2 * order + 1)
    steepest = 1 + (2 * abs(n).upper() + 1) / x.lower()
    return scaled.log() - z + flint.arb(0, (x.rad() * steepest + n.rad() * steepest.log()).upper())


def _hypergeometric(above: Any, below: Any, z: Any) -> Any:
    return _ball(z).hypgeom([_ball(a) for a in above], [_ball(b) for b in below])


def _first(name: str) -> Callable[..., Any]:
    """A method of a ball as a function of it."""
    return lambda x: getattr(_ball(x), name)()


def _second(name: str) -> Callable[..., Any]:
    """A method of a function's second argument."""
    return lambda n, x: getattr(_ball(x), name)(_ball(n))


INFINITE = object()

SAME = ("exp", "log", "sqrt", "expm1", "log1p", "sin", "cos", "tan", "cot", "sinh", "cosh", "tanh", "sech", "coth", "atan", "asin",
        "acos", "asinh", "acosh", "atanh", "erf", "erfc", "erfi", "gamma")  # fmt: skip

VOCABULARY: dict[str, Any] = {name: _first(name) for name in SAME} | {
    "abs": abs,
    "sec": _first("sec"),
    "loggamma": _first("lgamma"),
    "loggamma_difference": lambda z, a: (_ball(z) + a).lgamma() - _ball(z).lgamma(),
    "besseli": _second("bessel_i"),
    "besselk": _bessel_k,
    "besselj": _second("bessel_j"),
    "expint": _second("expint"),
    "polylog": _second("polylog"),
    "polygamma": _polygamma,
    "LambertW": _first("lambertw"),
    "Ei": _first("ei"),
    "Si": _first("si"),
    "Ci": _first("ci"),
    "zeta": lambda s, a=1: _ball(s).zeta(_ball(a)),
    "gammainc": _incomplete_gamma,
    "betainc": _incomplete_beta,
    "hyper": _hypergeometric,
    "inf": INFINITE,
    "bounded_power": lambda base, exponent: _ball(base) ** exponent,
    "conjugate_sum": _conjugate_sum,
    "erfc_reflected": lambda z: (-_ball(z)).erfc(),
    "log_erfc": lambda z: _ball(z).erfc().log(),
    "log_besseli": lambda n, x: _ball(x).bessel_i(_ball(n), scaled=True).log() + x,
    "log_besselk": _log_bessel_k,
}
"""What a compiled function may call -> the same for balls."""


def _ball(value: Any) -> Any:
    return value if isinstance(value, flint.arb) else flint.arb(value)


def exact(value: Any) -> Any:
    """The ball of a number, without error."""
    return flint.arb(value)


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Balls to so many bits; the precision belongs to the whole process, and is given back."""
    before = flint.ctx.prec
    flint.ctx.prec = bits
    try:
        yield
    finally:
        flint.ctx.prec = before


FAULTS = (TypeError, ValueError, ZeroDivisionError, AttributeError, NotImplementedError)
"""What the functions here raise at arguments that they are not for."""


@dataclass(frozen=True)
class Twin:
    """A compiled function of one variable, run again on balls.

    constants  the function's other arguments
    number     the value of one of them as an mpmath number that is right to some bits
    """

    function: Callable[..., Any]
    constants: tuple[sp.Expr, ...]
    number: Callable[[sp.Expr, int], Any]
    held: dict[int, tuple[Any, ...]] = field(default_factory=dict)

    def at(self, bits: int) -> Callable[[Any], Any]:
        """The function of a ball, its constants right to so many bits; for use inside `precision(bits)`."""
        if bits not in self.held:
            self.held[bits] = tuple(_around(c, bits, self.number) for c in self.constants)
        function, held = self.function, self.held[bits]
        return lambda x: function(x, *held)


def twin(
    function: Callable[..., Any], constants: Sequence[sp.Expr], number: Callable[[sp.Expr, int], Any]
) -> Twin | None:
    """None where the function calls what balls do not have, or there are no balls."""
    if flint is None or not set(function.__code__.co_names) <= VOCABULARY.keys():
        return None
    return Twin(FunctionType(function.__code__, VOCABULARY | {"__builtins__": {}}), tuple(constants), number)


def sure(function: Callable[[int], Callable[[Any], Sequence[Any]]], x: Any, bits: int) -> list[Any] | None:
    """The values of a function of balls at a number, as numbers, each right to so many bits; None where that is not sure.

    function  bits -> the function, as `Twin.at`
    """
    carried = bits + SPARE
    for _ in range(TRIES if bits <= MOST else 0):
        with precision(carried):
            try:
                found = [_ball(v) for v in function(carried)(exact(x))]
            except FAULTS:
                return None
        if not all(v.is_finite() for v in found):
            return None
        if all(v.rel_accuracy_bits() >= bits for v in found):
            return [_number(v) for v in found]
        carried *= 2
    return None


def total(terms: Callable[[int], Iterable[Any] | None], bits: int, size: Any) -> Any:
    """The sum of balls as a number, to `bits` of its size or of `size`, but for `LOST`; None where that is not sure.

    terms  makes them, with constants and nodes to so many bits; None where there are no balls
    """
    if flint is None or bits > MOST:
        return None
    with precision(bits + SPARE):
        found = flint.arb(0)
        try:
            if (made := terms(bits + SPARE)) is None:
                return None
            for term in made:
                found += term
        except FAULTS:
            return None
        value = _number(found)
        sure = found.is_finite() and _number(found.rad()) <= mpmath.ldexp(max(size, abs(value)), LOST - bits)
        return value if sure else None


def _number(ball: Any) -> Any:
    return mpmath.mp.make_mpf(ball._mpf_)


def _around(constant: sp.Expr, bits: int, number: Callable[[sp.Expr, int], Any]) -> Any:
    """The ball of what a number may be that is right to so many bits; exact where it can be, which spares Arb limits."""
    if constant.is_Rational:
        return flint.arb(int(constant.p)) / int(constant.q)
    value = number(constant, bits)
    if not isinstance(value, mpmath.mpf):
        return flint.arb.nan()
    middle = flint.arb(value)
    return flint.arb(middle, abs(middle) * flint.arb(2) ** -bits)


__all__ = ["SPARE", "VOCABULARY", "Twin", "exact", "precision", "sure", "total", "twin"]
