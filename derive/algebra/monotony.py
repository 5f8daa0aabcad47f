"""The signs of polynomials of one symbol, which SymPy tells from the roots of their slopes, where those are at hand.

For coefficients with several irrational numbers in them it writes out a dense polynomial in all of these, which may take all memory
of a machine; and e^(886/19) is to it e^(1/19) to the power 886, by whose factors a minute goes. That a sign is not known is never
wrong.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.core import exprtools

FEW = 2
"""Irrational numbers in the coefficients up to which SymPy is asked."""

SMALL = 50
"""Numerator and denominator of an exponent in such a number up to which it is."""

by_roots = exprtools._monotonic_sign


def sign_of(e: Any) -> Any:
    """A number or symbol with the sign of an expression that has one sign; None where that is not known.

    >>> x = sp.Symbol("x", positive=True)
    >>> (x**2 + x + 1).is_positive, sign_of(x**3 + sp.log(2)*x**2 + sp.log(3)*x + sp.exp(sp.Rational(1, 3))) is None
    (True, True)
    """
    if e.is_Add and len(e.free_symbols) == 1:
        numbers = {f for f in e.atoms(sp.Pow, sp.Function, sp.NumberSymbol) if f.is_number and not f.is_Rational}
        exponents = [n.exp for n in numbers if isinstance(n, (sp.exp, sp.Pow)) and n.exp.is_Rational]
        if len(numbers) > FEW or any(max(abs(r.p), r.q) > SMALL for r in exponents):
            return None
    return by_roots(e)


def install() -> None:
    """Let SymPy ask so, wherever it does."""
    exprtools._monotonic_sign = sign_of


__all__ = ["install", "sign_of"]
