"""Differences of inputs: q = p + d, which floating point has exactly where p and q are near."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
    gaps     the symbol of a difference -> what it is

    Of expressions in which two locations occur by their difference alone, that difference is q's, and 0 is p's.
    """

    def __init__(
        self, pairs: Mapping[Any, Any], facts: Facts | None = None, taken: Iterable[str] = (), alone: Iterable[E] = ()
    ):
        self.names = {q: _step(p if p.is_Symbol else q, frozenset(taken)) for q, p in pairs.items()}
        self.gaps = {d: q - pairs[q] for q, d in self.names.items()}
        self.facts = facts or Facts()
        self._moved = dict(_locations(pairs, list(alone)))
        self._apart = {q: p + self.names[q] for q, p in pairs.items()}
        self.of = {self._moved.get(q, q): sp.S.Zero if q in self._moved else p for q, p in pairs.items()}
        self.names = {self._moved.get(q, q): d for q, d in self.names.items()}
        self._apart |= {q: self.names[q] for q in self._moved.values()}
        self._centre = {q: pairs[q] + gap for q, gap in self._moved.items()}

    def centred(self, e: E) -> E:
        """An expression with the differences of locations in the place of the second of them."""
        return e.xreplace(self._centre)

    def restored(self, e: E) -> E:
        """An expression with those differences as steps again."""
        return e.xreplace({gap: self.names[gap] for gap in self._moved.values()})

    def apart(self, e: E) -> E:
        """An expression with q's parameters as p's plus a step."""
        return e.xreplace(self._apart)

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


def _locations(pairs: Mapping[Any, Any], alone: list[E]) -> Iterator[tuple[Any, Any]]:
    """(q's symbol, a name for its difference from p's) where the expressions have no p but in that difference."""
    for q, p in pairs.items():
        gap = sp.Symbol(f"{q.name}_apart", real=True)
        if alone and p.is_Symbol and not p.is_integer and not p.is_positive:
            moved = [e.xreplace({q: p + gap}) for e in alone]
            if any(e.has(gap) for e in moved) and not any(e.has(p) for e in moved):
                yield q, gap


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
