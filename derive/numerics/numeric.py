"""SymPy expressions as fast mpmath functions.

`compiled` turns expressions in one variable into a function of mpmath numbers. Promises: rationals
stay exact until they meet the working precision (no floats); every part free of the variable is
evaluated once per precision, wherever in the tree it stands; an exponential whose argument is beyond
10^360 is 0 or infinite, instead of a computation that never ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import mpmath
import sympy as sp
from mpmath import mp
from sympy.printing.pycode import MpmathPrinter

from derive.algebra.cancellation import stable
from derive.numerics import balls

MAX_MAGNITUDE = 1200
"""Binary magnitude of the largest argument that is exponentiated."""


def exponential(value: Any, most: int = MAX_MAGNITUDE) -> Any:
    """exp, with 0 or infinity where the argument is too large for a number.

    >>> exponential(-mpmath.mpf(10)**400), exponential(mpmath.mpf(0))
    (mpf('0.0'), mpf('1.0'))
    """
    if mp.mag(value) > most:
        return mp.zero if mp.re(value) < 0 else mp.inf
    return mp.exp(value)


def zero_beyond(function: Callable[..., Any], most: int = MAX_MAGNITUDE) -> Callable[..., Any]:
    """A function that falls like e^−z in its last argument z, and 0 where that is too large for an exponential.

    >>> zero_beyond(mpmath.erfc)(mpmath.mpf(10)**4000)
    mpf('0.0')
    """

    def call(*args: Any) -> Any:
        large = mp.isfinite(args[-1]) and mp.mag(args[-1]) > most
        return mp.zero if large and mp.re(args[-1]) > 0 else function(*args)

    return call


def power(base: Any, exponent: Any) -> Any:
    """base^exponent, with 0, infinity or nan where the exponent is too large for a number: mpmath writes whole ones out.

    >>> power(mpmath.mpf(-2), mpmath.mpf(3)), power(mpmath.mpf(2), mpmath.mpf(2) ** 10**30)
    (mpf('-8.0'), mpf('+inf'))
    """
    if not mp.isfinite(exponent) or mp.mag(exponent) <= MAX_MAGNITUDE or not base:
        return base**exponent
    return exponential(exponent * mp.log(base)) if mp.im(base) == 0 < mp.re(base) else mp.nan


def _bounded(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, and nan at arguments that are finite and larger than 2^MAX_MAGNITUDE."""

    def call(*args: Any) -> Any:
        if any(mp.isfinite(a) and mp.mag(a) > MAX_MAGNITUDE for a in args):
            return mp.nan
        return function(*args)

    return call


def _with_poles(function: Any) -> Callable[..., Any]:
    """A gamma function that is infinite where it is not defined: its reciprocal is 0 there."""

    def call(value: Any) -> Any:
        try:
            return function(value)
        except ValueError:
            return mp.inf

    return call


def _less_one(value: Any) -> Any:
    """e^value − 1."""
    return mp.expm1(value) if mp.mag(value) < 1 else exponential(value) - 1


def _logarithm(value: Any) -> Any:
    return mp.log(value) if value else mp.ninf


REFLECTED: dict[str, Any] = {"erfc_reflected": lambda z: mp.erfc(-z)}
_FUNCTIONS: dict[str, Any] = (
    REFLECTED
    | {
        "exp": exponential,
        "bounded_power": power,
        "expm1": _less_one,
        "conjugate_sum": lambda a, b, squares: a + b if mp.re(a * b) >= 0 else squares / (a - b),
        "loggamma_difference": lambda z, a: _loggamma_difference(z, a),
        "log_erfc": lambda z: _log_erfc(z),
        "log_besseli": lambda nu, z: _log_bessel(nu, z, 1),
        "log_besselk": lambda nu, z: _log_bessel(nu, z, -1),
        "log": _logarithm,
        "log1p": lambda value: mp.log1p(value) if value != -1 else mp.ninf,
        "erfcinv": lambda p: mp.erfinv(1 - p),
    }
    | {
        name: _bounded(getattr(mpmath, name))
        for name in (
            "sin",
            "cos",
            "tan",
            "cot",
            "sinh",
            "cosh",
            "tanh",
            "sech",
            "besseli",
            "besselk",
            "besselj",
        )
    }
    | {name: _bounded(_with_poles(getattr(mpmath, name))) for name in ("gamma", "factorial")}
)


LARGEST = 2**16
"""Binary magnitude of the largest argument of which mpmath gives exponentials at once."""
AT_ANY_SIZE: dict[str, Any] = {
    "exp": lambda z: exponential(z, LARGEST),
    "expint": zero_beyond(mpmath.expint, LARGEST),
    "Ei": lambda z: exponential(z, LARGEST) if mp.mag(z) > LARGEST else mpmath.ei(z),
    "erfc": zero_beyond(mpmath.erfc),
    "besselk": zero_beyond(mpmath.besselk),
}
"""Name -> what exponentiates its argument, for arguments of any size."""


def _by_evalf(function: Any) -> Callable[..., Any]:
    """A SymPy function that mpmath has not, by SymPy's own numerics."""

    def call(*args: Any) -> Any:
        value = function(*map(sp.sympify, args)).evalf(mp.dps + 3)
        if not value.is_number or value.has(function):
            raise NotImplementedError(f"{function.__name__} has no numerical value at {args}")
        return mp.mpmathify(value)

    return call


def _vocabulary(expressions: Iterable[sp.Basic]) -> dict[str, Any]:
    """mpmath functions by name, with numerics for the SymPy functions that mpmath does not have."""
    words = dict(_FUNCTIONS)
    for e in expressions:
        for f in e.atoms(sp.Function):
            name = type(f).__name__
            printable = name in MpmathPrinter._kf or hasattr(MpmathPrinter, "_print_" + name)
            if name not in words and not printable:
                words[name] = getattr(f, "_imp_", None) or _by_evalf(type(f))
    return words


def number(expression: Any, prec: int) -> Any:
    """The value of an expression without variables, to `prec` bits, as an mpmath number.

    >>> with mpmath.workprec(80):
    ...     print(mpmath.nstr(number(sp.loggamma(sp.Rational(1, 3)), 80), 18))
    0.985420646927767069
    """
    with mp.workprec(prec + 10):
        if isinstance(expression, sp.Rational):
            return mp.mpf(int(expression.p)) / int(expression.q)
        try:
            value = sp.sympify(expression).evalf(mp.dps + 3)
            if all(a.is_number and not a.is_Function for a in sp.preorder_traversal(value)):
                return mp.mpmathify(value)
        except (RecursionError, NotImplementedError, TypeError, ValueError, AttributeError):
            pass
        if sp.sympify(expression).has(sp.zoo):
            raise ZeroDivisionError(f"{expression} has no value")
        function = sp.lambdify((), expression, modules=[_vocabulary([expression]), "mpmath"])
        return mp.mpmathify(function())


@lru_cache(maxsize=2**14)
def _constant(expression: sp.Expr, prec: int) -> Any:
    return number(expression, prec)


_BOUNDED = sp.Function("bounded_power")


class _Hoist:
    """Replaces every maximal part without variables by a symbol, and remembers which."""

    def __init__(self) -> None:
        self.constants: dict[sp.Expr, sp.Symbol] = {}

    def constant(self, e: sp.Expr) -> sp.Expr:
        return e if e.is_Integer else self.constants.setdefault(e, sp.Symbol(f"c{len(self.constants)}"))

    def __call__(self, e: Any) -> Any:
        if not isinstance(e, sp.Expr) and not e.args:
            return e
        if not e.free_symbols:
            return self.constant(e) if isinstance(e, sp.Expr) else e.func(*map(self, e.args))
        if not e.args:
            return e
        if isinstance(e, (sp.Add, sp.Mul)):
            fixed = [a for a in e.args if not a.free_symbols]
            rest = [self(a) for a in e.args if a.free_symbols]
            return e.func(self.constant(e.func(*fixed)), *rest) if fixed else e.func(*rest)
        if isinstance(e, sp.Pow) and e.exp in (sp.S.Half, -sp.S.Half):
            return self(e.base) ** e.exp
        if isinstance(e, sp.Pow) and e.exp.free_symbols:
            return _BOUNDED(*map(self, e.args))
        return e.func(*map(self, e.args))


def _loggamma_difference(z: Any, a: Any) -> Any:
    """By Stirling's series (DLMF 5.11.1), its terms taken together, where five of them reach the precision."""
    z, a = mp.mpmathify(z), mp.mpmathify(a)
    size = mp.mag(z) if z else 0
    if not mp.isfinite(z) or size <= 20 + mp.prec // 8 or mp.re(z) < 0 or mp.re(z + a) < 0:
        with mp.extraprec(max(0, size) + max(0, -mp.mag(a)) + 20):
            difference = mp.loggamma(z + a) - mp.loggamma(z)
        return +difference
    powers = ((z + a) ** (1 - 2 * k) - z ** (1 - 2 * k) for k in range(1, 6))
    rest = (mp.bernoulli(2 * k) / (2 * k * (2 * k - 1)) * power for k, power in enumerate(powers, 1))
    return (z + a - mp.mpf(1) / 2) * mp.log1p(a / z) + a * (mp.log(z) - 1) + mp.fsum(rest)


def _log_erfc(z: Any) -> Any:
    """By the asymptotic series (DLMF 7.12.1) where that reaches the precision."""
    z = mp.mpmathify(z)  # integers divide as floats do
    if not (mp.re(z) > 0 and z * z > mp.prec + 20):
        return _logarithm(mp.erfc(z))
    term = total = mp.one
    k = 0
    while abs(term) > mp.eps:
        k += 1
        term *= -(2 * k - 1) / (2 * z * z)
        total += term
    return -z * z + mp.log(total / (z * mp.sqrt(mp.pi)))


def _power_series(nu: Any, y: Any) -> Any:
    """Σ y^k / (k! (ν + 1)_k), for ν > −1."""
    if abs(nu) < max(10**6, abs(y)):
        return mp.hyp0f1(nu + 1, y)
    term = total = mp.one  # mpmath makes an integer of an order, however large
    k = 0
    while abs(term) > mp.eps:
        k += 1
        term *= y / (k * (nu + k))
        total += term
    return total


def _log_bessel(nu: Any, z: Any, sign: int) -> Any:
    """log I (sign 1) or log K (-1): by Hankel's expansion (DLMF 10.40.1, 10.40.2) where that reaches the precision; else
    that of I by its power series (DLMF 10.25.2), analytic in the order, and in range however large that is."""
    nu, z = mp.mpmathify(nu), mp.mpmathify(z)
    if not mp.re(z) > mp.prec + 20 + abs(nu) ** 2:
        if sign > 0 and mp.re(nu) > -1:
            return nu * mp.log(z / 2) - mp.loggamma(nu + 1) + mp.log(_power_series(nu, z * z / 4))
        return _logarithm(_FUNCTIONS["besseli" if sign > 0 else "besselk"](nu, z))
    term = total = mp.one
    k = 0
    while abs(term) > mp.eps:
        k += 1
        term *= -sign * (4 * nu * nu - (2 * k - 1) ** 2) / (8 * k * z)
        total += term
    return sign * z + mp.log(total * mp.sqrt((1 / (2 * mp.pi) if sign > 0 else mp.pi / 2) / z))


@dataclass(frozen=True)
class Compiled:
    """A function from a precision in bits to the function x -> [values of expressions]; and the same on balls."""

    at: Callable[[int], Callable[[Any], Any]]
    on_balls: Callable[[int], Callable[[Any], Any]] | None = None

    def __call__(self, prec: int) -> Callable[[Any], Any]:
        return self.at(prec)


def compiled(expressions: Sequence[sp.Expr], x: sp.Symbol) -> Compiled:
    """Expressions in x as a function of mpmath numbers.

    >>> x = sp.Symbol("x")
    >>> f = compiled([x**2 + sp.gamma(sp.Rational(1, 2)) ** 2, sp.log(x)], x)
    >>> with mpmath.workprec(100):
    ...     print(mpmath.nstr(f(100)(mpmath.mpf(2)), 25))
    [7.141592653589793238462643, 0.6931471805599453094172321]
    """
    hoist = _Hoist()
    bodies = [hoist(stable(sp.sympify(e))) for e in expressions]
    lazy = any(b.has(sp.Piecewise) for b in bodies)
    names = list(hoist.constants.values())
    function = sp.lambdify(
        (x, *names), bodies, modules=[_vocabulary(bodies), "mpmath"], cse=not lazy, docstring_limit=0
    )

    twin = None if lazy else balls.twin(function, list(hoist.constants), _constant)

    @cache
    def at(prec: int) -> Callable[[Any], Any]:
        held = tuple(_constant(e, prec) for e in hoist.constants)

        def values(value: Any) -> Any:
            found = balls.sure(twin.at, value, prec) if twin is not None and isinstance(value, mpmath.mpf) else None
            return function(value, *held) if found is None else found

        return values

    return Compiled(at, None if twin is None else twin.at)


def together(parts: Sequence[Compiled]) -> Compiled:
    """Compiled functions of one variable as one, with the values of all of them."""
    if len(parts) == 1:
        return parts[0]

    def joined(made: Iterable[Callable[[int], Callable[[Any], Any]]]) -> Callable[[int], Callable[[Any], Any]]:
        @cache
        def at(prec: int) -> Callable[[Any], Any]:
            functions = [function(prec) for function in made]
            return lambda x: [value for f in functions for value in f(x)]

        return at

    on_balls = [part.on_balls for part in parts if part.on_balls is not None]
    return Compiled(joined([part.at for part in parts]), joined(on_balls) if len(on_balls) == len(parts) else None)
