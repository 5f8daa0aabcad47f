"""Whether a density in branches jumps at a point inside the support that a parameter moves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import sympy as sp

from derive.algebra.normal import is_zero
from derive.algebra.values import UNVALUED, point_of, valued
from derive.derivation.problem import place
from derive.families import points
from derive.families.family import Distribution

E = Any

SMALL = 1e-9
"""What is seen not to be 0 is no less than this."""
NEARBY = sp.Rational(1, 10**9)
"""How far from a point it is seen which branch holds on a side of it."""


def jumps(p: Distribution, s: sp.Symbol) -> bool | None:
    """Whether the density is seen to jump at a point that a parameter moves; None where it is neither seen nor refuted.

    >>> from derive import catalog
    >>> jumps(catalog.Triangular("a", "b", "c"), sp.Symbol("c", real=True))
    False
    """
    gaps = set(_gaps(p, s)) if p.measure == "lebesgue" else set()
    left = [gap for gap in gaps if not is_zero(gap)]
    return True if any(map(_seen, left)) else None if left else False


def _gaps(p: Distribution, s: sp.Symbol) -> Iterator[E]:
    """By how much the log-density differs on the two sides of the points that a parameter moves, whichever branches hold there.

    Which these are is seen at a few members, for the order of the points hangs on the parameters.
    """
    definition, x = p.family.definition, p.variable
    density = definition.log_density.replace(sp.sign, lambda u: sp.Piecewise((-1, u < 0), (1, True)))
    edges = {e for e in _edges(density, x) if e is sp.nan or p.place(e).has(s)}
    members = points.members(p.family) if edges else []
    for edge, member in product(edges, members):
        numbers = dict(zip(definition.symbols, member.values, strict=True))
        low, high = member.support
        here = place(edge, numbers)
        if edge is sp.nan:
            yield edge  # of a curve, which is not followed
        elif (low < here) == (here < high) == sp.true:
            one, other = (_beside(density, numbers | {x: here + side * NEARBY}) for side in (-1, 1))
            yield place(p.place(one - other), {x: p.place(edge)})


def _edges(density: E, x: sp.Symbol) -> Iterator[E]:
    """Where the conditions of branches that are linear in x, or in a modulus of that, change; nan for the others."""
    conditions = (c for branches in density.atoms(sp.Piecewise) for _, c in branches.args)
    for relation in {r for c in conditions for r in c.atoms(sp.core.relational.Relational) if r.has(x)}:
        level = relation.lhs - relation.rhs
        moduli = [m for m in level.atoms(sp.Abs) if m.has(x)]
        for signs in product((1, -1), repeat=len(moduli)):
            line = sp.expand(level.xreplace({m: sign * m.args[0] for m, sign in zip(moduli, signs, strict=True)}))
            slope, rest = line.coeff(x, 1), line.coeff(x, 0)
            yield -rest / slope if slope != 0 and sp.expand(slope * x + rest - line) == 0 else sp.nan


def _beside(density: E, numbers: dict[Any, Any]) -> E:
    """The log-density with the branches that hold at a place."""
    return density.replace(
        lambda e: isinstance(e, sp.Piecewise),
        lambda e: next((arm for arm, c in e.args if place(c, numbers) == sp.true), sp.nan),
    )


def _seen(gap: E) -> bool:
    """Whether a gap is seen not to be 0 at a point."""
    if gap.has(sp.nan):
        return False
    try:
        return abs(valued(gap, point_of(gap.free_symbols)).real) > SMALL
    except UNVALUED:
        return bool(gap.has(sp.oo, -sp.oo))


__all__ = ["jumps"]
