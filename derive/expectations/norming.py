"""A density's norming constant as a letter, where it would be written out in every part of an expectation.

Where a density is cut into stretches, each of them has a mass of its own, over the norming constant: with that as one
positive unknown, an expectation stays a sum of a few terms over it, and its meaning is put in at the end.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import sympy as sp

from derive.algebra.coefficients import length
from derive.algebra.tidy import tidy
from derive.families.family import Distribution, Family
from derive.families.parameter import Param

E = Any


def abbreviated(p: Distribution) -> tuple[Distribution, dict[Any, E]]:
    """A member with its norming constant as one more parameter, and what that stands for.

    >>> from derive.families.library import catalog
    >>> p, meaning = abbreviated(catalog.Huber("mu", "sigma", "c"))
    >>> p, list(meaning.values())
    (Huber(mu, sigma, c, _N), [sqrt(2)*sqrt(pi)*erf(sqrt(2)*c/2) + 2*exp(-c**2/2)/c])
    """
    found = _with_letter(p.family)
    if found is None:
        return p, {}
    family, meaning = found
    letter = _letter(p)
    return Distribution(family, (*p.values, letter)), {letter: p.place(meaning)}


@lru_cache(maxsize=256)
def _letter(p: Distribution) -> sp.Dummy:
    """One unknown for each member, so that its quantities share what is found."""
    return sp.Dummy("N", positive=True)


@lru_cache(maxsize=256)
def _with_letter(family: Family) -> tuple[Family, E] | None:
    """A family whose norming constant is a parameter, and that constant; None where there is nothing to gain."""
    d = family.definition
    if not d.log_density.has(sp.Piecewise):
        return None
    for term in sp.Add.make_args(d.log_density):
        inner = (-term).args[0] if isinstance(-term, sp.log) else sp.S.One
        if inner.is_Add and inner.has(sp.Function) and not inner.has(d.variable):
            name = next(n for n in ("N", "norm", "norming_constant") if n not in {p.name for p in family.params})
            param = Param(name, "positive", "norming constant")
            density = d.log_density - term - sp.log(param.symbol)
            return replace(family, params=(*family.params, param), log_density=density), inner
    return None


WORTH_TIDYING = 2000
"""Expressions that are longer than this are not tidied again with the constant written out: it may take long."""


def written_out(expression: E) -> E:
    """An expression with its norming constants in, which may cancel there: as it is or tidied, whichever is shorter."""
    return min((expression, tidy(expression)), key=length) if length(expression) < WORTH_TIDYING else expression
