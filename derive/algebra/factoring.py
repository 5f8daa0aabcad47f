"""Factoring polynomials in several letters, by FLINT where python-flint is installed.

SymPy's own way is Wang's algorithm, which tries random points: at unlucky ones a polynomial of six letters takes minutes
where at others it takes a second. Factors into irreducibles over the integers are unique, so that formulas are the same.
"""

from __future__ import annotations

from typing import Any

from sympy.polys import factortools
from sympy.polys.densebasic import dmp_from_dict, dmp_to_dict

flint: Any
try:
    import flint
except ImportError:
    flint = None

by_wang = factortools.dmp_zz_wang


def by_flint(f: Any, u: int, ring: Any, *more: Any) -> list[Any]:
    """The irreducible factors of a primitive square-free polynomial in u + 1 letters, in SymPy's dense form.

    >>> import sympy as sp
    >>> x, y = sp.symbols("x y")
    >>> sp.factor_list(x**2*y - y**3 + x - y)
    (1, [(x - y, 1), (x*y + y**2 + 1, 1)])
    >>> long = (x + 2**70*y)*(x + 2**90*y)
    >>> sp.factor(sp.expand(long)) == long
    True
    """
    letters = flint.fmpz_mpoly_ctx.get([f"x{i}" for i in range(u + 1)], flint.Ordering.lex)
    whole = letters.from_dict({exponents: int(c) for exponents, c in dmp_to_dict(f, u).items()})
    try:
        factors = [factor for factor, _ in whole.factor()[1]]
    except OverflowError:  # it sorts them, for which it takes their coefficients for short numbers
        found: list[Any] = by_wang(f, u, ring, *more)
        return found
    return [
        dmp_from_dict({tuple(map(int, powers)): ring(int(c)) for powers, c in factor.to_dict().items()}, u, ring)
        for factor in factors
    ]


def install() -> None:
    """Let SymPy factor so, wherever it is called."""
    factortools.dmp_zz_wang = by_wang if flint is None else by_flint
