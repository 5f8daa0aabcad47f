"""Values of expressions at one point: a rewriting must not change them, and most that are different have different ones."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import mpmath
import sympy as sp

from derive.algebra.evaluators import NAMED

E = Any

NO_VALUE = (sp.nan, sp.zoo, sp.oo, -sp.oo)
"""What stands in an expression that has no finite value."""
UNVALUED = (TypeError, ValueError, NameError, ArithmeticError, AttributeError, RecursionError, mpmath.mp.NoConvergence)
"""What is raised where an expression has no value."""


def point_of(symbols: Iterable[E]) -> dict[E, E]:
    """One value for each symbol: integers from 2 on, or fractions below 1, of primes that no coefficient is made of."""
    ordered = enumerate(sorted(symbols, key=sp.default_sort_key))
    return {
        s: sp.Integer(i + 2) if s.is_integer else sp.Rational(sp.prime(10 + 7 * i), sp.prime(40 + 5 * i))
        for i, s in ordered
    }


def valued(expression: E, point: dict[E, E]) -> complex:
    """The value at a point, every part that is there more than once found once.

    >>> x = sp.Symbol("x")
    >>> valued(sp.log(x) + sp.digamma(2*x), {x: sp.Rational(1, 2)})
    (-1.2703628454614782+0j)
    """
    with mpmath.workdps(50):
        values: dict[E, Any] = {s: mpmath.mpf(int(v.p)) / int(v.q) for s, v in point.items()}

        def value(e: E) -> Any:
            if e not in values:
                if e.is_Add:
                    values[e] = mpmath.fsum(map(value, e.args))
                elif e.is_Mul:
                    values[e] = mpmath.fprod(map(value, e.args))
                elif e.is_Pow or e.is_Function and not any(isinstance(a, sp.Tuple) for a in e.args):
                    values[e] = _compiled(e.func, len(e.args))(*map(value, e.args))
                elif isinstance(e, (sp.hyper, sp.meijerg)):
                    symbols = sorted(e.free_symbols, key=str)
                    values[e] = _as_function(symbols, e)(*map(value, symbols))
                elif e.is_number:
                    values[e] = mpmath.mpmathify(sp.N(e, 55))
                elif isinstance(e, (sp.Integral, sp.Sum)):  # rewritten as a whole, if at all
                    values[e] = mpmath.mpf(zlib.crc32(sp.srepr(e).encode())) / 2**31
                elif e.has(sp.Derivative, sp.Subs):  # SymPy may ask for their values for ever
                    raise TypeError(f"{e.func} is not evaluated")
                else:
                    values[e] = mpmath.mpmathify(complex(sp.N(e, 15, subs=point)))
            return values[e]

        return complex(value(expression))


@lru_cache(maxsize=256)
def _compiled(function: Any, arity: int) -> Any:
    symbols = [sp.Dummy(f"x{i}") for i in range(arity)]
    return _as_function(symbols, function(*symbols, evaluate=False))


def _as_function(symbols: list[E], expression: E) -> Any:
    return sp.lambdify(symbols, expression, modules=[NAMED, "mpmath"], dummify=True)


__all__ = ["NO_VALUE", "UNVALUED", "point_of", "valued"]
