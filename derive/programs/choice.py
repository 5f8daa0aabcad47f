"""Which of the ways to write several logs cancels least, all together: seen at exact points, before anything is factored."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.codegen.cfunctions import expm1

from derive.numerics.numeric import number
from derive.programs.steps import LONG, Steps

E = Any

MOST = 2500
"""Combinations of choices beyond which only the best beginnings are followed."""
NEXT, CLOSE = 6, 4
"""So many of the best are written out, of which the shortest is taken, if it loses no more than so many half bits more:
what is seen at a few points is no better known than that."""


@dataclass(frozen=True)
class _Germ:
    """What is known of a term at exact points: value and slope at p = q, and values away from there.

    Only a choice between correct forms is made with them, so a coincidence could do no harm.
    """

    value: float
    slope: float
    away: tuple[float, ...]


def best(options: list[list[tuple[E, E]]], rest: E, steps: Steps) -> E:
    """The choice whose terms cancel least: those where the linear parts vanish first; ties go to the shorter one."""
    q = {*steps.of, *steps.names.values()}
    rational = [t for t in sp.Add.make_args(rest) if not any(f.free_symbols & q for f in t.atoms(sp.Function))]
    rest = sp.Add(*rational), sp.Add(*(t for t in sp.Add.make_args(rest) if t not in rational))
    at = _places(steps)
    start = _germ(rest[0], at)
    germs = [
        [(_germ(kept, at), _germ(linear, at), sp.count_ops(kept) + sp.count_ops(linear)) for kept, linear in ways]
        for ways in options
    ]
    chosen: list[tuple[int, ...]] = [()]
    for ways in options:
        chosen = [(*c, i) for c in chosen for i in range(len(ways))]
        if len(chosen) > MOST:  # beyond that, the best beginnings only
            chosen = sorted(chosen, key=lambda c: _rank(c, germs, start))[: MOST // 10]
    ranks = {c: _rank(c, germs, start) for c in chosen}
    first, *others = sorted(chosen, key=ranks.__getitem__)[:NEXT]
    order, lost, length = ranks[first]
    alike = (c for c in others if ranks[c][0] == order and ranks[c][1] <= lost + CLOSE)
    rivals = [first, *(alike if length + sp.count_ops(rest) <= LONG else ())]

    def written(choice: tuple[int, ...]) -> E:
        ways = [options[i][k] for i, k in enumerate(choice)]
        return sp.Add(*(w[0] for w in ways)) + tidied(rest[0] + sp.Add(*(w[1] for w in ways)) + rest[1], steps)

    return min(map(written, rivals), key=sp.count_ops)


def _rank(choice: tuple[int, ...], germs: Any, start: _Germ) -> tuple[int, int, int]:
    """(how many orders do not vanish, bits lost to cancellation, length)."""
    picked = [germs[i][k] for i, k in enumerate(choice)]
    value, slope = start.value + sum(g.value for _, g, _ in picked), start.slope + sum(g.slope for _, g, _ in picked)
    slopes = sum(abs(g.slope) > ROUND for g, _, _ in picked)
    order = 3 if abs(value) > ROUND else 2 if abs(slope) > ROUND else 1 if slopes else 0
    lost = 0
    for i, left in enumerate(start.away):
        terms = [*(g.away[i] for g, _, _ in picked), left + sum(g.away[i] for _, g, _ in picked)]
        if not all(map(math.isfinite, terms)):
            continue
        lost = max(lost, int(2 * math.log2(sum(map(abs, terms)) / (abs(sum(terms)) + ROUND) + ROUND)))
    return order, lost, sum(n for _, _, n in picked)


S = sp.Symbol("s", positive=True)
"""What the steps are multiples of."""


def _germ(e: E, at: tuple[dict[E, E], ...]) -> _Germ:
    # all that is replaced are symbols, which `xreplace` does several times as fast as `subs`
    along, far, large = (e.xreplace(place) for place in at)
    places = (
        (along, sp.Rational(1, 5)),
        (along, -sp.Rational(1, 3)),
        (far, sp.Rational(1, 4)),
        (large, sp.Rational(1, 4)),
    )
    away = tuple(_real(f.xreplace({S: v}), math.nan) for f, v in places)
    return _Germ(_real(along.xreplace({S: sp.S.Zero}), 1.0), _real(along.diff(S).xreplace({S: sp.S.Zero}), 1.0), away)


def _places(steps: Steps) -> tuple[dict[E, E], ...]:
    """Ordinary, small and large parameters, with steps that are multiples of `S`."""
    near: dict[E, E] = {}
    far: dict[E, E] = {}
    large: dict[E, E] = {}
    for i, (q, p) in enumerate(steps.of.items()):
        bases = sp.Rational(7 + 3 * i, 11 + 4 * i), sp.Rational(1 + 8 * (i % 2), 17 - i)
        wide = sp.S.One if steps.facts.decide(p < 1) else sp.Integer(80)
        gaps = S * sp.Rational(1 + i, 3 + 2 * i), S / (2 + i % 3)
        one, two, three = (bases[0], bases[1], wide * bases[0]) if p.is_Symbol else (p, p, p)
        near |= {q: one + gaps[0]}
        far |= {q: two * (1 + gaps[1])}
        large |= {q: three + wide * gaps[0]}
        if p.is_Symbol:
            near[p], far[p], large[p] = one, two, three
    for place in (near, far, large):
        place.update({d: place[q] - steps.of[q].xreplace(place) for q, d in steps.names.items()})
    return near, far, large


def _real(e: E, otherwise: float) -> float:
    if e.free_symbols:  # of two families, whose parameters have no places
        return otherwise
    try:
        return float(number(e, 64))
    except (ValueError, TypeError, ArithmeticError, AttributeError, NotImplementedError, RecursionError):
        return otherwise


ROUND = 1e-11


def algebraic(e: E, steps: Steps) -> bool:
    """Whether a term is made of rational functions of q, and of anything elementary of p."""
    q = {*steps.of, *steps.names.values()}
    beyond = e.atoms(sp.Function) - e.atoms(sp.Abs, sp.cos, sp.sin)
    return all(isinstance(f, (sp.exp, sp.log, expm1)) and not f.free_symbols & q for f in beyond)


def tidied(left: E, steps: Steps) -> E:
    """A sum with its algebraic part, and the coefficient of every special function, over one denominator and in steps."""
    coefficients: dict[E, E] = {}
    for term in sp.Add.make_args(left):
        special = sp.Mul(*(f for f in sp.Mul.make_args(term) if not algebraic(f, steps)))
        coefficients[special] = coefficients.get(special, sp.S.Zero) + term / special
    return sp.Add(*(steps.difference(c) * special for special, c in coefficients.items()))
