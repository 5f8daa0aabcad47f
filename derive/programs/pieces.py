"""A piece of a support, on which the densities are smooth: where the nodes of a rule lie, and what an expression is there.

On a piece a comparison of x with a cut is one of the piece's end with that cut; and what is linear in x is the mean of its
values at the two ends, neither of which cancels: a distance from an end of a support is right however long the rest of it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from derive.algebra.normal import is_linear
from derive.families.family import Distribution
from derive.programs.gauss import TERMS
from derive.programs.program import CodeError

E = Any
Statements = tuple[tuple[Any, E], ...]

_t = sp.Symbol("node", real=True)
_u = sp.Symbol("node", positive=True)
"""A node of the line, and of the half-line."""


@dataclass(frozen=True)
class Piece:
    """A part of a support.

    low, high      its ends
    place, factor  where a node lies, and dx/dt
    rule           of quadrature, in the nodes
    ratio          of a finite part, what nodes are multiplied by: they lie about as many to one side of the scale of the
                   law, from the end where most of it is, as to the other
    over, under    cuts that are known to lie above it, and below
    may_be_empty   whether its ends may be the same
    """

    low: E
    high: E
    place: E
    factor: E
    rule: str
    ratio: E = sp.S.One
    over: tuple[E, ...] = ()
    under: tuple[E, ...] = ()
    may_be_empty: bool = False

    @property
    def node(self) -> Any:
        return _t if self.place.has(_t) else _u

    @property
    def nonempty(self) -> Any:
        """The condition under which there is something of it."""
        return sp.Gt(self.high, self.low) if self.may_be_empty else sp.true

    def at(self, expressions: Iterable[E], x: Any) -> tuple[Statements, list[E]]:
        """Expressions at a node, and statements for what is linear in them; what else logs and powers are of, over one denominator."""
        settled = [self.settled(e, x) for e in expressions]
        found = sorted({f for e in settled for f in e.atoms(sp.Add) if is_linear(f, x)}, key=sp.default_sort_key)
        logs = {g for e in settled for f in e.atoms(sp.log) for g in sp.Mul.make_args(f.args[0])}
        names = {
            f: sp.Symbol(f"linear_{i}", real=True, positive=True if f in logs else None) for i, f in enumerate(found)
        }
        statements = tuple((name, self._mean_of_ends(f, x)) for f, name in names.items())
        return statements, [self._replaced(e.xreplace(names), x) for e in settled]

    def _replaced(self, e: E, x: Any) -> E:
        # by both ends, of which one may be 0: then nothing cancels
        placed = e.subs(x, self._mean_of_ends(x, x) if self.ratio != 1 else self.place)
        for f in placed.atoms(sp.log, sp.Pow):
            inside = f.args[0]
            if inside.has(self.node) and inside.is_Add and inside.is_rational_function():
                one, rest = inside.as_coeff_Add()
                above = sp.factor(sp.together(rest))
                # 1 and what is not below 0 stay apart: of a small rest nothing is lost in a log
                whole = one + above if one == 1 and above.is_nonnegative else sp.factor(sp.together(inside))
                placed = placed.xreplace({f: f.func(whole, *f.args[1:])})
        return placed

    def settled(self, e: E, x: Any) -> E:
        """An expression with its comparisons with x as they are on the whole piece."""
        return e.replace(lambda r: r.is_Relational and r.has(x), lambda r: self._settled(r, x))

    def _settled(self, relation: Any, x: Any) -> Any:
        """A comparison with x, of something linear, the same on the whole piece; others as they are."""
        gap = sp.expand(relation.lhs - relation.rhs)
        if not is_linear(gap, x) or not gap.coeff(x).is_number or isinstance(relation, (sp.Eq, sp.Ne)):
            return relation
        cut = -gap.coeff(x, 0) / gap.coeff(x)
        if isinstance(relation, (sp.StrictLessThan, sp.LessThan)) is bool(gap.coeff(x).is_positive):
            return sp.true if cut in self.over else sp.false if cut in self.under else sp.Le(self.high, cut)
        return sp.true if cut in self.under else sp.false if cut in self.over else sp.Ge(self.low, cut)

    def _mean_of_ends(self, f: E, x: Any) -> E:
        """Something linear by its values at the ends, which may be one or the other."""
        for name in ("low", "high"):
            if isinstance(end := getattr(self, name), sp.Piecewise):
                ways = ((replace(self, **{name: value})._mean_of_ends(f, x), c) for value, c in end.args)
                return sp.Piecewise(*ways, evaluate=False)
        # slope (x − m) + rest stays that: m may be an end
        about = any(g.is_Add and g.has(x) for t in f.args for g in sp.Mul.make_args(t))
        written = (lambda e: e) if about else sp.factor
        low, high = (None if b.is_infinite else written(f.xreplace({x: b})) for b in (self.low, self.high))
        if low is not None and high is not None:
            return low / (1 + self.ratio * _u) + high * (self.ratio * _u / (1 + self.ratio * _u))
        end, place = (low, self.place - self.low) if low is not None else (high, self.place - self.high)
        return f.xreplace({x: self.place}) if end is None else end + f.diff(x) * place


class Counts(Piece):
    """Whole numbers, which are nodes themselves."""

    def at(self, expressions: Iterable[E], x: Any) -> tuple[Statements, list[E]]:
        return (), [self._replaced(e, x) for e in expressions]


def spread(low: E, reach: E, ratio: E) -> tuple[E, E, str]:
    """Nodes u at low + reach u/(1 + ratio u), dx/du, and the rule."""
    return low + reach * _u / (1 + ratio * _u), reach / (1 + ratio * _u) ** 2, "HALF_LINE"


def counts(p: Distribution) -> Counts:
    """The support from its lower end; beyond its upper end there is nothing."""
    low, high = p.support
    if low.is_infinite:
        raise CodeError(f"{p}: a series without a first term is not written")
    inside = sp.S.One if high.is_infinite else sp.Piecewise((1, low + _t <= high), (0, True))
    return Counts(low, high, low + _t, inside, str(TERMS))


def between(low: E, high: E, m: E, scale: E) -> tuple[E, E, str]:
    """Where a node lies between two ends, dx/dt, and the rule."""
    if low.is_infinite and high.is_infinite:
        return m + scale * _t, scale, "LINE"
    if high.is_infinite:
        return low + scale * _u, scale, "HALF_LINE"
    if low.is_infinite:
        return high - scale * _u, scale, "HALF_LINE"
    return spread(low, high - low, sp.S.One)


def in_scale(low: E, high: E, m: E, scale: E) -> tuple[E, E]:
    """r and c for nodes u to lie at low + c u/(1 + r u), as many in the scale of a law that is centred on m as beyond it."""
    width = sp.piecewise_fold(high - low)  # what both have in common is gone
    rising, falling = width * sp.Max(1, width / scale), sp.Min(width, scale)
    if m == low:
        return scale / sp.Max(scale, width), falling
    if m == high:
        return sp.Max(1, width / scale), rising
    ratio = sp.Piecewise((sp.Max(1, width / scale), m >= high), (scale / sp.Max(scale, width), True), evaluate=False)
    return ratio, sp.Piecewise((rising, m >= high), (falling, True), evaluate=False)


__all__ = ["Piece", "Statements", "between", "counts", "in_scale", "spread"]
