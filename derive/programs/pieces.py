"""A support in pieces on which the densities are smooth: where the nodes of a rule lie, and what an expression is there.

Cuts have names, and are sorted by exchanges, for their order is not known before the parameters are. On a piece a comparison
of x with a cut is one of the piece's end with that cut; and what is linear in x is the mean of its values at the two ends,
neither of which cancels: a distance from an end of a support is right however long the rest of it is.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import sympy as sp

from derive.algebra.normal import is_linear
from derive.expectations.law import near_point
from derive.families.family import Distribution
from derive.programs.frames import frame
from derive.programs.gauss import TERMS
from derive.programs.logscale import LogScaled
from derive.programs.nearest import Nearest
from derive.programs.program import CodeError
from derive.programs.reals import with_log_gammas

E = Any
Statements = tuple[tuple[Any, E], ...]

_t = sp.Symbol("node", real=True)
_u = sp.Symbol("node", positive=True)
"""A node of the line, and of the half-line."""
MOST = 4
"""Cuts of a support, beyond which a law is not cut up."""


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
        statements = tuple((name, self._between(f, x)) for f, name in names.items())
        return statements, [self._replaced(e.xreplace(names), x) for e in settled]

    def _replaced(self, e: E, x: Any) -> E:
        # from an end at 0 a place is a part of the other end, and nothing cancels
        placed = e.subs(x, self._between(x, x) if self.high == 0 and not self.low.is_infinite else self.place)
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

    def _between(self, f: E, x: Any) -> E:
        """Something linear by its values at the ends, which may be one or the other."""
        for name in ("low", "high"):
            if isinstance(end := getattr(self, name), sp.Piecewise):
                ways = ((replace(self, **{name: value})._between(f, x), c) for value, c in end.args)
                return sp.Piecewise(*ways, evaluate=False)
        low, high = (None if b.is_infinite else sp.factor(f.xreplace({x: b})) for b in (self.low, self.high))
        if low is not None and high is not None:
            return low / (1 + self.ratio * _u) + high * (self.ratio * _u / (1 + self.ratio * _u))
        end, place = (low, self.place - self.low) if low is not None else (high, self.place - self.high)
        return f.xreplace({x: self.place}) if end is None else end + f.diff(x) * place


class Counts(Piece):
    """Whole numbers, which are nodes themselves."""

    def at(self, expressions: Iterable[E], x: Any) -> tuple[Statements, list[E]]:
        return (), [self._replaced(e, x) for e in expressions]


def counts(p: Distribution) -> Counts:
    """The support from its lower end; beyond its upper end there is nothing."""
    low, high = p.support
    if low.is_infinite:
        raise CodeError(f"{p}: a series without a first term is not written")
    inside = sp.S.One if high.is_infinite else sp.Piecewise((1, low + _t <= high), (0, True))
    return Counts(low, high, low + _t, inside, str(TERMS))


def support_of(members: list[Distribution], names: Iterator[Any]) -> tuple[Statements, list[Piece]]:
    """The first member's support, cut where a density has a kink, and where singularities in the complex plane are near."""
    p = members[0]
    cuts = _inside(_places(members, kinks=True), *p.support)
    if len(cuts) < 2 and len(both := _inside(_places(members, kinks=False), *p.support)) <= 2:
        cuts = both
    _few(cuts, p)
    if isinstance(p, LogScaled):
        return _between(p, *p.support, cuts or _inside([p.mode, *p.bends], *p.support), names)
    own = _own_scale(p)
    if own and own[0] not in cuts:
        cuts = [*cuts, *_inside([own[0]], *p.support)]
    return _between(p, *p.support, cuts, names, own=own)


def _few(kinks: list[E], p: Distribution) -> None:
    if len(kinks) > MOST:
        raise CodeError(f"{p}: more than {MOST} kinks")


def _own_scale(p: Distribution) -> tuple[E, E] | None:
    """A location and a scale that the shape of a law does not depend on, where an end of its support does, in that scale."""
    if isinstance(p, Nearest):
        return sp.S.Zero, p.reach
    if p.support[0].has(sp.oo) and not p.support[0].is_infinite:  # nodes are counted from there
        return None
    m, s = frame(p, p.log_density)
    ends = [sp.simplify((e - m) / s) for e in p.support if not e.is_infinite]
    return (m, s) if s != 1 and any(e.free_symbols for e in ends) else None


def beyond(p: Distribution, q: Distribution, names: Iterator[Any]) -> tuple[Statements, list[Piece]]:
    """What of q's support is none of p's, cut where q's density has a kink."""
    statements: Statements = ()
    pieces: list[Piece] = []
    for low, high in zip((q.support[0], p.support[1]), (p.support[0], q.support[1]), strict=True):
        if low != high:
            cuts = _inside(_places([q], kinks=True), low, high)
            _few(cuts, q)
            given, found = _between(q, low, high, cuts, names, known=False)
            statements, pieces = (*statements, *given), [*pieces, *found]
    return statements, pieces


def _between(
    p: Distribution,
    low: E,
    high: E,
    cuts: list[E],
    names: Iterator[Any],
    known: bool = True,
    own: tuple[E, E] | None = None,
) -> tuple[Statements, list[Piece]]:
    """Statements for the cuts, and the pieces between them; `known` says that there is something between low and high."""
    statements, inner = _sorted([sp.Min(sp.Max(c, low), high) for c in cuts], names)
    found = []
    for i, (a, b) in enumerate(pairwise([low, *inner, high])):
        over, under = cuts if i == 0 else [], cuts if i == len(cuts) else []
        finite = not (a.is_infinite or b.is_infinite)
        ratio, placed = sp.S.One, _placed(a, b, *frame(p))
        if own and finite:
            ratio, reach = next(names), next(names)
            statements = (*statements, *zip((ratio, reach), _in_scale(a, b, *own), strict=True))
            placed = a + reach * _u / (1 + ratio * _u), reach / (1 + ratio * _u) ** 2, "HALF_LINE"
        empty = finite and not (known and not cuts)
        piece = Piece(a, b, *placed, ratio, tuple(over), tuple(under), empty)
        found.append(piece if finite else _in_own_scale(piece, p))
    return statements, found


def _in_own_scale(piece: Piece, p: Distribution) -> Piece:
    """A piece without an end in the scale that the law has there, where it has one arm there and others elsewhere."""
    if isinstance(p, LogScaled):
        place, factor, _ = _placed(piece.low, piece.high, sp.S.Zero, p.scale(rising=piece.high.is_infinite))
        return replace(piece, place=place, factor=factor)
    arm = piece.settled(p.log_density, p.variable)
    if arm == p.log_density or arm.has(sp.Piecewise):
        return piece
    place, factor, _ = _placed(piece.low, piece.high, *frame(p, arm))
    return replace(piece, place=place, factor=factor)


def _in_scale(low: E, high: E, m: E, scale: E) -> tuple[E, E]:
    """r and c for nodes u to lie at low + c u/(1 + r u), as many in the scale of a law that is centred on m as beyond it."""
    width = sp.piecewise_fold(high - low)  # what both have in common is gone
    rising, falling = width * sp.Max(1, width / scale), sp.Min(width, scale)
    if m == low:
        return scale / sp.Max(scale, width), falling
    if m == high:
        return sp.Max(1, width / scale), rising
    ratio = sp.Piecewise((sp.Max(1, width / scale), m >= high), (scale / sp.Max(scale, width), True), evaluate=False)
    return ratio, sp.Piecewise((rising, m >= high), (falling, True), evaluate=False)


def _placed(low: E, high: E, m: E, scale: E) -> tuple[E, E, str]:
    """Where a node lies between two ends, dx/dt, and the rule."""
    if low.is_infinite and high.is_infinite:
        return m + scale * _t, scale, "LINE"
    if high.is_infinite:
        return low + scale * _u, scale, "HALF_LINE"
    if low.is_infinite:
        return high - scale * _u, scale, "HALF_LINE"
    width = high - low
    return low + width * _u / (1 + _u), width / (1 + _u) ** 2, "HALF_LINE"


def _sorted(cuts: list[E], names: Iterator[Any]) -> tuple[Statements, list[E]]:
    """Names for expressions, from the least to the greatest, whatever they are: neighbours are exchanged."""
    if len(cuts) == 1 and cuts[0].is_number:
        return (), list(cuts)
    statements = [(next(names), c) for c in cuts]
    found = [name for name, _ in statements]
    for end in range(len(cuts) - 1, 0, -1):
        for j in range(end):
            pair = found[j : j + 2]
            found[j : j + 2] = next(names), next(names)
            statements += [(found[j], sp.Min(*pair)), (found[j + 1], sp.Max(*pair))]
    return tuple(statements), found


def _inside(places: Iterable[E], low: E, high: E) -> list[E]:
    """Places that are not known to be at the ends, or outside."""
    inner = (b for b in places if b not in (low, high))
    return sorted((b for b in inner if not (b - low).is_negative and not (high - b).is_negative), key=str)


def _places(members: list[Distribution], kinks: bool) -> set[E]:
    """Where a density has a kink; or also what those are centred on. No end of a support is one."""
    x, found = members[0].variable, set[E]()
    for member in members:
        log_density = with_log_gammas(member.log_density.xreplace({member.variable: x}))
        places = _kinks(log_density, x) | (set() if kinks else _centres(log_density, x))
        found |= places - set(member.support)
    return found


def _kinks(e: E, x: Any) -> set[E]:
    """Where |a|, or a branch, changes: the roots of what is linear there."""
    found: set[E] = set()
    for f in e.atoms(sp.Abs, sp.sign, sp.Max, sp.Min, sp.Piecewise):
        if isinstance(f, sp.Piecewise):
            found |= {c.lhs - c.rhs for _, w in f.args for c in w.atoms(sp.core.relational.Relational)}
        else:
            between = sp.Add(*(s * a for s, a in zip((1, -1), f.args, strict=False)))
            if not is_linear(between, x) or near_point(e, x, _root(between, x)).has(f):  # of a branch that holds there
                found.add(between)
    linear = (g for f in found for g in _without_moduli(sp.expand(f), x) if is_linear(g, x))
    return {_root(g, x) for g in linear}


def _root(linear: E, x: Any) -> E:
    return -linear.coeff(x, 0) / linear.coeff(x, 1)


def _without_moduli(e: E, x: Any) -> Iterator[E]:
    """What an expression is where each modulus of x in it has the one sign or the other."""
    moduli = sorted((f for f in e.atoms(sp.Abs) if f.has(x)), key=sp.default_sort_key)
    for signs in itertools.product((1, -1), repeat=len(moduli)):
        yield sp.expand(e.xreplace({f: s * f.args[0] for f, s in zip(moduli, signs, strict=True)}))


def _centres(e: E, x: Any) -> set[E]:
    """The middle of the two roots of the quadratics that logs and powers are of."""
    inside = [sp.expand(f.args[0]) for f in e.atoms(sp.log, sp.Pow) if f.has(x)]
    of = (sp.Poly(g, x).all_coeffs() for g in inside if g.is_polynomial(x) and sp.degree(g, x) == 2)
    return {sp.factor(-b / (2 * a)) for a, b, _ in of}


__all__ = ["Piece", "beyond", "counts", "support_of"]
