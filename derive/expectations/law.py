"""A density as the engine sees it: its support cut where it has kinks, into stretches with views of their own."""

from __future__ import annotations

from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import sympy as sp

from derive.algebra.normal import is_zero
from derive.expectations.change import NoInverse, pieces
from derive.expectations.matching import Panel
from derive.families.facts import Facts

E = Any

MAX_POINTS = 20
"""Finite supports of up to this many points are summed point by point."""


class Undecided(Exception):
    """An order between parameters is needed that is not known."""

    def __init__(self, low: E, high: E):
        super().__init__(f"whether {low} < {high} is not known")
        self.low, self.high = low, high


class Law:
    """A density as the engine sees it: its stretches without kinks, and their views.

    `mass` is 1, or None when the total is what is asked.
    """

    def __init__(self, log_density: E, x: sp.Symbol, low: E, high: E, measure: str, facts: Facts, mass: int | None = 1):
        self.log_density, self.x, self.low, self.high, self.mass = log_density, x, low, high, mass
        self.measure, self.facts = measure, facts
        self._panels: dict[tuple[E, ...], list[Panel]] = {}
        self.found: dict[E, Any] = {}
        """Statistic -> its expectation, None where no kernel reaches it, or the order that is undecided."""

    @cached_property
    def kinks(self) -> set[E]:
        return kinks(self.log_density, self.x)

    @cached_property
    def on_the_line(self) -> Law:
        """A law on the circle, as one on an interval."""
        return Law(self.log_density, self.x, self.low, self.high, "lebesgue", self.facts, self.mass)

    @cached_property
    def apart(self) -> tuple[E, Law] | None:
        """Of a law on integers whose first point has a mass of its own: that mass, and the rest continued to the point."""
        if not isinstance(self.log_density, sp.Piecewise) or len(self.log_density.args) != 2:
            return None
        (first, condition), (rest, _) = self.log_density.args
        here = condition.subs(self.x, self.low)
        beyond = holds_on_stretch(condition, self.x, self.low + 1, self.high, self.facts, closed=True)
        if beyond is None or here != (sp.false if beyond else sp.true):
            return None
        first, rest = (rest, first) if beyond else (first, rest)
        mass = sp.exp(first.subs(self.x, self.low))
        return mass, Law(rest, self.x, self.low, self.high, self.measure, self.facts, None)

    def panels(self, statistic: E, unfolded: bool = False) -> list[Panel]:
        """The support cut at the kinks of the density and of the statistic; those of the density alone are left to
        changes of variable that fold there, or are cut too if it is to be `unfolded`.

        Raises Undecided where the order of two kinks is not known.
        """
        own = set() if self.measure == "circle" else kinks(statistic, self.x)
        if self.measure == "counting":
            own = set()
            ends = (self.low, self.high)
        elif not own and not unfolded and self._folds():
            ends = (self.low, self.high)
        else:
            ends = tuple(self._ordered(own | self.kinks))
        if ends not in self._panels:
            self._panels[ends] = [self.panel(a, b) for a, b in pairwise(ends)]
        return self._panels[ends]

    def panel(self, low: E, high: E) -> Panel:
        """A stretch without kinks inside."""
        density = resolve(self.log_density, self.x, low, high, self.facts, self.measure == "counting")
        return Panel(density, self.x, low, high, self.measure, self.facts)

    def points(self) -> range | None:
        """The points of a small finite support, given in numbers."""
        if not (self.low.is_Integer and self.high.is_Integer) or self.high - self.low > MAX_POINTS:
            return None
        return range(int(self.low), int(self.high) + 1)

    def _folds(self) -> bool:
        """Whether the density's kinks are left to changes of variable, which fold at them."""
        return not self.log_density.has(sp.Piecewise)

    def _ordered(self, points: set[E]) -> list[E]:
        """The ends with the points between them, in order: those that are surely inside first."""
        less = self._less
        inside: list[E] = []
        unsure = []
        for point in sorted(points, key=sp.default_sort_key):
            above, below = less(self.low, point), less(point, self.high)
            if above and below:
                self._insert(point, inside)
            elif above is not False and below is not False:
                unsure.append(point)
        for point in unsure:
            self._insert(point, inside)
            for low, high in ((self.low, point), (point, self.high)):
                if less(low, high) is None:
                    raise Undecided(low, high)
        return [self.low, *inside, self.high]

    def _less(self, low: E, high: E) -> bool | None:
        decided = self.facts.decide(sp.Lt(low, high))
        return False if decided is None and self.facts.decide(sp.Ge(low, high)) else decided

    def _insert(self, point: E, inside: list[E]) -> None:
        for place, other in enumerate(inside):
            if is_zero(point - other):
                return
            before = self.facts.decide(sp.Lt(point, other))
            if before is None:
                raise Undecided(point, other)
            if before:
                inside.insert(place, point)
                return
        inside.append(point)


def kinks(expression: E, x: sp.Symbol) -> set[E]:
    """Where an expression has an Abs or a Piecewise that changes branch."""
    found = set()
    for e in expression.atoms(sp.Abs):
        if e.has(x) and near_point(expression, x, root := _root(e.args[0], x)).has(e):
            found.add(root)
    for e in expression.atoms(sp.Piecewise):
        for _, condition in e.args:
            for relation in condition.atoms(sp.core.relational.Relational):
                if relation.has(x):
                    found.update(_root(side, x) for side in _sides(relation.lhs - relation.rhs, x))
    found.discard(None)
    return found


def near_point(expression: E, x: sp.Symbol, point: E | None) -> E:
    """An expression as it is near a point: each Piecewise as the branch that is known to hold there."""

    def branch(e: E) -> E:
        for value, condition in e.args:
            if (there := condition.subs(x, point)) != sp.false:
                return value if there == sp.true else e
        return e

    return expression if point is None else expression.replace(lambda e: isinstance(e, sp.Piecewise), branch)


def _sides(difference: E, x: sp.Symbol) -> list[E]:
    """An expression with |y|, as what it is where y is positive and where it is negative."""
    sides = [difference]
    for e in sorted((e for e in difference.atoms(sp.Abs) if e.has(x)), key=sp.default_sort_key):
        sides = [side.xreplace({e: sign * e.args[0]}) for side in sides for sign in (1, -1)]
    return sides


@lru_cache(maxsize=1024)
def _root(expression: E, x: sp.Symbol) -> E | None:
    y = sp.Dummy("y")
    expression = sp.collect(sp.expand(expression, log=False), x) if expression.is_polynomial(x) else expression
    low = sp.S.Zero if _of_log(expression, x) else -sp.oo
    try:
        branches = pieces(expression, x, low, sp.oo, y, Facts())
    except NoInverse:
        return None
    return sp.expand(branches[0].phi.subs(y, 0)) if len(branches) == 1 else None


def _of_log(expression: E, x: sp.Symbol) -> bool:
    return any(e.has(x) for e in expression.atoms(sp.log))


def _slope(inner: E, x: sp.Symbol, facts: Facts) -> int | None:
    """The sign of the slope of a monotone function of x."""
    try:
        (piece,) = pieces(inner, x, sp.S.Zero if _of_log(inner, x) else -sp.oo, sp.oo, sp.Dummy("y"), facts)
    except (NoInverse, ValueError):
        return None
    return 1 if piece.rising else -1


def holds_on_stretch(condition: Any, x: sp.Symbol, low: E, high: E, facts: Facts, closed: bool = False) -> bool | None:
    """Whether a relation between x and its one root holds on a whole stretch, or nowhere on it; None where that is not told.

    A stretch that is `closed` has its ends: those of a law on integers have a mass.

    >>> x = sp.Symbol("x", real=True)
    >>> holds_on_stretch(x > 0, x, sp.S.Zero, sp.oo, Facts()), holds_on_stretch(x > 0, x, sp.S.Zero, sp.oo, Facts(), closed=True)
    (True, None)
    >>> holds_on_stretch(x > 0, x, sp.S.One, sp.oo, Facts(), closed=True), holds_on_stretch(x > 2, x, sp.S.Zero, sp.S(2), Facts(), closed=True)
    (True, False)
    """
    if not condition.is_Relational:
        return None
    root, slope = _root(difference := condition.lhs - condition.rhs, x), _slope(difference, x, facts)
    if root is None or not slope:
        return None
    if isinstance(condition, (sp.Eq, sp.Ne)):
        beside = facts.decide(sp.Gt(low, root)) or facts.decide(sp.Lt(high, root))
        return isinstance(condition, sp.Ne) if beside else None
    rising = slope > 0 if isinstance(condition, (sp.Gt, sp.Ge)) else slope < 0
    at_root = not closed or isinstance(condition, (sp.Ge, sp.Le))  # where it counts on the side on which it holds
    off_root = not closed or isinstance(condition, (sp.Gt, sp.Lt))
    above = facts.decide(sp.Ge(low, root) if (at_root if rising else off_root) else sp.Gt(low, root))
    below = facts.decide(sp.Le(high, root) if (off_root if rising else at_root) else sp.Lt(high, root))
    return rising if above else not rising if below else None


def resolve(expression: E, x: sp.Symbol, low: E, high: E, facts: Facts, closed: bool = False) -> E:
    """An expression on a stretch that has none of its kinks inside, `closed` or without its ends: Abs and Piecewise taken off."""
    if not expression.has(sp.Abs, sp.Piecewise) or low == -sp.oo and high == sp.oo:
        return expression

    def around(difference: E) -> int | None:
        """The sign of what has two roots, around that of an Abs, between which the stretch is."""
        for e in difference.atoms(sp.Abs):
            middle, roots = _root(e.args[0], x), {_root(side, x) for side in _sides(difference, x)}
            if None in (middle, *roots):
                continue
            below = [r for r in roots if facts.decide(sp.Lt(r, middle))]
            above = [r for r in roots if facts.decide(sp.Gt(r, middle))]
            inside = (low > r for r in below), (high < r for r in above)
            if not closed:
                inside = (low >= r for r in below), (high <= r for r in above)
            if len(below) == len(above) == 1 and all(facts.decide(side) for sides in inside for side in sides):
                return facts.sign(difference.subs(x, middle)) or None
        return None

    def unfold(e: E) -> E:
        positive = holds_on_stretch(sp.Ge(e.args[0], 0, evaluate=False), x, low, high, facts) if e.has(x) else None
        return e if positive is None else e.args[0] if positive else -e.args[0]

    def choose(e: E) -> E:
        for value, condition in e.args:
            if condition == sp.true:
                return value
            true = holds_on_stretch(condition, x, low, high, facts, closed)
            if true is None and hasattr(condition, "gts") and (s := around(condition.gts - condition.lts)):
                true = s > 0
            if true is None:
                return e
            if true:
                return value
        return e

    expression = expression.replace(lambda e: isinstance(e, sp.Abs), unfold)  # those in conditions too
    return expression.replace(lambda e: isinstance(e, sp.Piecewise) and e.has(x), choose)
