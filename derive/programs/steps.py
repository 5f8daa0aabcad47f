"""Differences of inputs: q = p + d, which floating point has exactly where p and q are near."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from functools import lru_cache
from typing import Any

import sympy as sp

from derive.families.facts import Facts
from derive.programs.exponentials import falls_held
from derive.programs.functions.stable import square

E = Any

LONG, LONGER = 400, 2000
"""Operations beyond which a fraction is not factored, with logs and exponentials in it, and without."""


class Steps:
    """The differences of inputs: q = p + d for every parameter that p and q both have.

    of       q's symbol -> p's
    names    q's symbol -> the symbol of their difference
    given    what a program has to compute of its inputs: name -> value, in order
    origin   p's and q's symbols -> 0 and their difference, where that alone occurs, and scales in their unit

    Of expressions in which two locations occur by their difference alone, that difference is q's, and 0 is p's. Where a
    value does not depend on the unit of what is measured, it is computed in the power of 2 that is next to p's `scale`:
    exactly, and no power of a scale leaves the range of numbers.
    """

    def __init__(
        self,
        pairs: Mapping[Any, Any],
        facts: Facts | None = None,
        taken: Iterable[str] = (),
        alone: Iterable[E] = (),
        scale: Any = None,
    ):
        taken = frozenset(taken)
        self.facts = facts or Facts()
        paired = list(pairs.values())  # a letter that stands twice in p has two steps
        steps = {q: _step(p if p.is_Symbol and paired.count(p) == 1 else q, taken) for q, p in pairs.items()}
        gaps = {q: fresh(f"{q.name}_apart", taken, real=True) for q in _located(pairs, list(alone))}
        if not all(q in gaps or p == scale for q, p in pairs.items()):
            scale = None  # the rest would keep its own unit
        unit = fresh("unit", taken, positive=True) if scale else sp.S.One
        self._scaled = {
            s: fresh(f"{s.name}_in_units", taken, positive=True)
            for q, p in pairs.items()
            for s in (p, q)
            if scale and p == scale
        }
        self.given: dict[Any, E] = {unit: 2 ** sp.floor(sp.log(scale, 2))} if scale else {}
        self.given |= {name: s / unit for s, name in self._scaled.items()}
        self.given |= {d: (q - pairs[q]) / unit for q, d in steps.items()}
        self._centre = self._scaled | {q: pairs[q] + gap for q, gap in gaps.items()}
        self.origin: dict[Any, E] = {pairs[q]: sp.S.Zero for q in gaps} | gaps | self._scaled
        self._steps = {gap: steps[q] for q, gap in gaps.items()}
        own = {q: self._scaled.get(q, gaps.get(q, q)) for q in pairs}
        self.of = {own[q]: sp.S.Zero if q in gaps else self._scaled.get(p, p) for q, p in pairs.items()}
        self.names = {own[q]: d for q, d in steps.items()}
        self._apart = {q: p + steps[q] for q, p in pairs.items()} | {q: p + self.names[q] for q, p in self.of.items()}

    @property
    def ends(self) -> dict[Any, tuple[E, E]]:
        """Step -> (p, q), where both are given and not their difference alone."""
        return {d: (self.of[q], q) for q, d in self.names.items() if q not in self._steps}

    def only(self, some: Iterable[Any], facts: Facts) -> Steps:
        """The differences of some of the inputs, where of the others q's are all that occurs, and where so much is known."""
        found = copy(self)
        found.facts = facts
        found.of, found.names, found._apart = ({q: d[q] for q in some} for d in (self.of, self.names, self._apart))
        return found

    def renamed(self, names: Mapping[Any, Any], given: Mapping[Any, E]) -> Steps:
        """The differences of inputs that have other names, which are given, and the same differences."""
        found = copy(self)
        found.given = {**given, **self.given}
        found.of, found.names = (
            {names.get(q, q): names.get(p, p) for q, p in d.items()} for d in (self.of, self.names)
        )
        return found

    def centred(self, e: E) -> E:
        """An expression with what stands here for the inputs."""
        return e.xreplace(self._centre)

    def restored(self, e: E) -> E:
        """An expression with steps for the differences of locations."""
        return e.xreplace(self._steps)

    def needed(self, expressions: Iterable[E]) -> dict[Any, E]:
        """What of `given` some expressions need."""
        names = set().union(*(e.free_symbols for e in expressions))
        found = {}
        for name, value in reversed(self.given.items()):
            if name in names:
                found[name] = value
                names |= value.free_symbols
        return dict(reversed(found.items()))

    def within(self, relation: Any) -> Any:
        """An inequality between inputs in differences of them: a sum of two floats may round across a boundary."""
        if not relation.free_symbols & self._apart.keys():
            return relation.xreplace(self._scaled)
        gap = relation.lhs - relation.rhs
        if not gap.is_polynomial() and gap.is_rational_function() and sp.cancel(self.at_base(self.centred(gap))) == 0:
            return relation.func(self.restored(self.difference(sp.cancel(self.centred(gap)))), 0)
        return relation.func(sp.expand(self.apart(gap)).xreplace(self._scaled), 0)

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


def squares_apart(e: E, steps: Steps) -> E:
    """Squares of sums that vanish at q = p, in steps, each in one piece: multiplied out, what cancels in it is lost.

    >>> a, b, c, d = sp.symbols("a b c d", positive=True)
    >>> squares_apart(b + (a * d - b * c) ** 2, Steps({b: a, d: c}))
    b + square(a*d_c - c*d_a)
    """

    def of(f: E) -> E:
        if f.exp != 2 or sp.expand(steps.at_base(f.base)) != 0:
            return f
        root = steps.difference(f.base)
        if any(g.exp == sp.S.Half for g in f.base.atoms(sp.Pow)):
            return root**2  # multiplied out, the roots of both would cancel
        return square(root) if sp.fraction(root)[0].is_Add else f

    return e.replace(lambda f: f.is_Pow and f.base.is_Add and bool(f.base.free_symbols & set(steps.of)), of)


def _located(pairs: Mapping[Any, Any], alone: list[E]) -> set[Any]:
    """q's symbols of which the expressions have no p but in their difference."""
    found = set()
    for q, p in pairs.items():
        if alone and p.is_Symbol and not p.is_integer and not p.is_positive:
            gap = sp.Dummy("gap", real=True)
            moved = [e.xreplace({q: p + gap}) for e in alone]
            if any(e.has(gap) for e in moved) and not any(e.has(p) for e in moved):
                found.add(q)
    return found


def _step(p: Any, taken: frozenset[str]) -> Any:
    name = f"d_{p.name.removesuffix('_1')}"
    return fresh(name, taken, integer=True) if p.is_integer else fresh(name, taken, real=True)


def fresh(name: str, taken: frozenset[str], **assumptions: bool) -> Any:
    """A symbol of a name that no input has."""
    while name in taken:
        name += "_"
    return sp.Symbol(name, **assumptions)


@lru_cache(maxsize=4096)
def _difference(e: E, of: tuple[Any, ...], names: tuple[Any, ...]) -> E:
    step = dict(names)
    above, below = sp.fraction(falls_held(sp.together, sp.expand(e)))
    most = LONG if e.has(sp.Function) else LONGER
    if sp.count_ops(above) + sp.count_ops(below) > most:
        return e
    placed = _half_angles(above.xreplace({q: p + step[q] for q, p in of}), set(step.values()))
    rises = _rises(placed, set(step.values()))
    placed = sp.expand(placed.xreplace({root: base + rise for root, (base, rise, _) in rises.items()}))
    if sp.count_ops(placed) <= most:
        placed, below = falls_held(sp.factor, placed), falls_held(sp.factor, below)
    return _fraction(placed.xreplace({rise: value for _, rise, value in rises.values()}), below)


def _fraction(above: E, below: E) -> E:
    """A fraction; a sum below the line and its negative above it cancel, which SymPy does not see.

    >>> a, b, c = sp.symbols("a b c")
    >>> (a - b) * c / (b - a), _fraction((a - b) * c, b - a)
    (c*(a - b)/(-a + b), -c)
    """
    under = sp.Mul.make_args(below)
    for f in sp.Mul.make_args(above):
        if f.is_Add and -f in under:
            return _fraction(-(above / f), below / -f)
    return above / below


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
