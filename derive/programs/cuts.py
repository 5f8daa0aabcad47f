"""A support in pieces, cut where densities have kinks.

Cuts have names, and are sorted by exchanges, for their order is not known before the parameters are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import sympy as sp

from derive.families.family import Distribution
from derive.programs.frames import frame
from derive.programs.kinks import by_signs, places, wells
from derive.programs.logscale import LogScaled
from derive.programs.nearest import Nearest
from derive.programs.pieces import Piece, Statements, between, in_scale, spread
from derive.programs.program import CodeError

E = Any

MOST = 4
"""Kinks in a support, beyond which a law is not cut up."""


def support_of(members: list[Distribution], names: Iterator[Any]) -> tuple[Statements, list[Piece]]:
    """The first member's support, cut where a density has a kink, and where singularities in the complex plane are near."""
    p = members[0]
    cuts = _inside(places(members, kinks=True), *p.support)
    if len(cuts) < 2 and len(both := _inside(places(members, kinks=False), *p.support)) <= 2:
        cuts = both
    _few(cuts, p)
    if isinstance(p, LogScaled):
        return _pieces(p, *p.support, cuts or _inside([p.mode, *p.bends], *p.support), names)
    own = _own_scale(p)
    if own is None and not cuts and (both := [well for member in members if (well := _well(member))]):
        own, cuts = both[0], _inside(dict(both), *p.support)
    if own and own[0] not in cuts:
        cuts = [*cuts, *_inside([own[0]], *p.support)]
    return _pieces(p, *p.support, cuts, names, own=own)


def _few(cuts: list[E], p: Distribution) -> None:
    if len(cuts) > MOST:
        raise CodeError(f"{p}: more than {MOST} kinks")


def _own_scale(p: Distribution) -> tuple[E, E] | None:
    """A location and a scale that the shape of a law does not depend on, where an end of its support does, in that scale."""
    if isinstance(p, Nearest):
        return sp.S.Zero, p.reach
    if p.support[0].has(sp.oo) and not p.support[0].is_infinite:  # nodes are counted from there
        return None
    m, s = frame(p, p.log_density)
    ends = [sp.simplify((e - m) / s) for e in (*p.support, *places([p], kinks=True)) if not e.is_infinite]
    return (m, s) if s != 1 and any(e.free_symbols for e in ends) else None


def _well(p: Distribution) -> tuple[E, E] | None:
    """Where the roots of its quadratics are nearest to the half-line, and how near: of a law that was folded there."""
    found = wells(p.log_density, p.variable)
    if p.support != (0, sp.oo) or len(found) != 2 or frame(p)[1] != 1:
        return None
    (m, width), (other, same) = found
    return (sp.Abs(m), width) if m == -other and width == same and width is not None else None


def beyond(p: Distribution, q: Distribution, names: Iterator[Any]) -> tuple[Statements, list[Piece]]:
    """What of q's support is none of p's, cut where q's density has a kink."""
    statements: Statements = ()
    pieces: list[Piece] = []
    for low, high in zip((q.support[0], p.support[1]), (p.support[0], q.support[1]), strict=True):
        if low != high:
            cuts = _inside(places([q], kinks=True), low, high)
            _few(cuts, q)
            given, found = _pieces(q, low, high, cuts, names, known=False)
            statements, pieces = (*statements, *given), [*pieces, *found]
    return statements, pieces


def _pieces(
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
        ratio, placed = sp.S.One, between(a, b, *(own or frame(p)))
        if own and finite:
            ratio, reach = next(names), next(names)
            statements = (*statements, *zip((ratio, reach), in_scale(a, b, *own), strict=True))
            placed = spread(a, reach, ratio)
        empty = finite and not (known and not cuts)
        piece = Piece(a, b, *placed, ratio, tuple(over), tuple(under), empty)
        found.append(piece if finite else _in_own_scale(piece, p))
    return statements, found


def _in_own_scale(piece: Piece, p: Distribution) -> Piece:
    """A piece without an end in the scale that the law has there, where it has one arm there and others elsewhere."""
    if isinstance(p, LogScaled):
        place, factor, _ = between(piece.low, piece.high, sp.S.Zero, p.scale(rising=piece.high.is_infinite))
        return replace(piece, place=place, factor=factor)
    x, whole = p.variable, by_signs(p.log_density, p.variable)
    arm = piece.settled(whole, x)
    if arm == whole or arm.has(sp.Piecewise):
        return piece
    slope = sp.factor(sp.diff(arm, x))
    m, scale = (sp.S.Zero, 1 / sp.Abs(slope)) if not slope.has(x) and slope != 0 else frame(p, arm)
    place, factor, _ = between(piece.low, piece.high, m, scale)
    return replace(piece, place=place, factor=factor)


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


__all__ = ["beyond", "support_of"]
