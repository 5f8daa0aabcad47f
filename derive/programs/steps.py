"""Differences of inputs: q = p + d, which floating point has exactly where p and q are near."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import sympy as sp

from derive.facts import Facts

E = Any

LONG, LONGER = 400, 2000
"""Operations beyond which a fraction is not factored, with logs and exponentials in it, and without."""


class Steps:
    """The differences of inputs: q = p + d for every parameter that p and q both have.

    of       q's symbol -> p's
    names    q's symbol -> the symbol of their difference
    """

    def __init__(self, pairs: Mapping[Any, Any], facts: Facts | None = None, taken: Iterable[str] = ()):
        self.of = dict(pairs)
        self.names = {q: _step(p if p.is_Symbol else q, frozenset(taken)) for q, p in self.of.items()}
        self.facts = facts or Facts()

    def apart(self, e: E) -> E:
        """An expression with q's parameters as p's plus a step."""
        return e.xreplace({q: p + self.names[q] for q, p in self.of.items()})

    def at_base(self, e: E) -> E:
        """An expression at q = p."""
        return e.xreplace(self.of)

    def difference(self, e: E) -> E:
        """A rational expression as a fraction, its numerator factored in steps.

        >>> a, b = sp.symbols("a b", positive=True)
        >>> Steps({b: a}).difference(b**2/a**2 - 1)
        d_a*(2*a + d_a)/a**2
        """
        return _difference(e, tuple(self.of.items()), tuple(self.names.items()))


def _step(p: Any, taken: frozenset[str]) -> Any:
    name = f"d_{p.name.removesuffix('_1')}"
    while name in taken:
        name += "_"
    return sp.Symbol(name, integer=True) if p.is_integer else sp.Symbol(name, real=True)


@lru_cache(maxsize=4096)
def _difference(e: E, of: tuple[Any, ...], names: tuple[Any, ...]) -> E:
    step = dict(names)
    above, below = sp.fraction(sp.together(sp.expand(e)))
    most = LONG if e.has(sp.Function) else LONGER
    if sp.count_ops(above) + sp.count_ops(below) > most:
        return e
    placed = _half_angles(above.xreplace({q: p + step[q] for q, p in of}), set(step.values()))
    rises = _rises(placed, set(step.values()))
    placed = sp.expand(placed.xreplace({root: base + rise for root, (base, rise, _) in rises.items()}))
    if sp.count_ops(placed) <= most:
        placed, below = sp.factor(placed), sp.factor(below)
    return placed.xreplace({rise: value for _, rise, value in rises.values()}) / below


def _rises(e: E, steps: set[Any]) -> dict[E, tuple[E, E, E]]:
    """Of every square root of steps its value r without them, a name for what it differs by, and that: (s² − r²)/(s + r)."""
    roots = [f for f in e.atoms(sp.Pow) if f.exp == sp.S.Half and f.free_symbols & steps]
    found = {}
    for i, root in enumerate(sorted(roots, key=sp.default_sort_key)):
        square = root.base.xreplace(dict.fromkeys(steps, sp.S.Zero))
        if square != 0:
            value = sp.factor(sp.expand(root.base - square)) / (root + sp.sqrt(square))
            found[root] = sp.sqrt(square), sp.Dummy(f"rise{i}", real=True), value
    return found


def _half_angles(e: E, steps: set[Any]) -> E:
    """cos d as 1 − 2 sin²(d/2)."""
    return e.replace(
        lambda f: isinstance(f, sp.cos) and f.free_symbols <= steps, lambda f: 1 - 2 * sp.sin(f.args[0] / 2) ** 2
    )
