"""Sums over categories: what one category adds to a value, as a formula of numbers.

A divergence gets c·(q − p) added to every term, which sums to 0 where p and q both sum to 1: with the c that leaves a term of
second order at q = p, no term cancels another one. What floats sum to is not quite 1, and the program is of that sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.derivation.formula import Formula

E = Any


@dataclass(frozen=True)
class Summand:
    """What a category with the probabilities `symbols` adds.

    symbols  vector -> its element, in the order of the members
    pairs    q's element -> p's
    plain    the same in nats, of which it is a multiple
    """

    expr: E
    symbols: dict[Any, Any]
    pairs: dict[Any, Any]
    plain: E

    def at_none(self) -> E:
        """What a category adds that p does not have."""
        p = next(iter(self.symbols.values()))
        return sp.limit(self.expr, p, 0, "+")


def summand(formula: Formula) -> Summand | None:
    """The term of a sum over the categories of vectors, None where a formula is no such sum.

    >>> from derive import catalog, kl_divergence
    >>> p, q = (catalog.Categorical.suffixed(s) for s in ("_1", "_2"))
    >>> summand(kl_divergence(p, q)).expr
    p_1*(log(p_1) - log(p_2)) - p_1 + p_2
    """
    vectors = [v for p in formula.distributions for v in p.values]
    if not vectors or not all(isinstance(v, sp.IndexedBase) for v in vectors) or len(formula.cases) != 1:
        return None
    factor, total = formula.cases[0].expr.as_independent(sp.Sum, as_Add=False)
    if not isinstance(total, sp.Sum) or factor.free_symbols:
        return None
    index = total.limits[0][0]
    symbols = {v: sp.Symbol(str(v), nonnegative=True) for v in vectors}
    term = total.function.xreplace({v[index]: s for v, s in symbols.items()})
    if term.has(index, sp.IndexedBase):
        return None
    if formula.quantity != "kl_divergence":
        return Summand(factor * term, symbols, {}, term)
    p, q = symbols.values()
    slope = sp.simplify(term.diff(q).subs(q, p))
    near = term - slope * (q - p)
    return Summand(factor * near, symbols, {q: p}, near) if slope.is_number else None


__all__ = ["Summand", "summand"]
