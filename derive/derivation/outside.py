"""What a quantity is where the support of p is not inside that of q."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.algebra.normal import is_zero
from derive.derivation import assembly
from derive.derivation.cases import conditioned, narrowed
from derive.derivation.conditions import solved
from derive.derivation.problem import KL, Answer, Problem
from derive.expectations.boundedness import bounded_inside, singular_points
from derive.families.facts import facts_of
from derive.families.family import Distribution

E = Any


def outside(problem: Problem) -> Answer:
    """p is not inside q: KL is +∞, and CE, unless E log q is +∞ where q is.

    A density q that is monotone near a point is less than 1/distance from it. So that needs an end of p at which E log
    distance is not finite, and q is unbounded.
    """
    why = "the support of p is not inside that of q"
    infinite = problem.verdict(sp.oo, "infinite", why)
    if problem.kind == KL:
        return infinite
    undefined, unknown = (sp.Or(*c) for c in zip(*(_falling(problem, side) for side in (1, -1)), strict=True))
    if undefined == unknown == sp.false:
        return infinite
    if unknown == sp.true:
        return assembly.unsettled(problem)
    why += ", and where they share an end E log q is +∞"
    answers = [
        (infinite, sp.Not(sp.Or(undefined, unknown))),
        (problem.verdict(sp.nan, "undefined", why), sp.And(undefined, sp.Not(unknown))),
        (assembly.unsettled(problem), unknown),
    ]
    held = [(answer, condition) for answer, condition in answers if condition != sp.false]
    cases = [case for answer, condition in held for case in narrowed(answer, condition)[0]]
    return cases, [step for (_, steps), condition in held for step in conditioned(steps, condition)]


def _falling(problem: Problem, side: int) -> tuple[Any, Any]:
    """Where E(−log q) is −∞ at an end of p, the lower one for side 1, and where that is not known.

    Where an order is not known, that is where an end of q is met, or a point inside at which q may be unbounded.
    """
    p, q = problem.members
    end, other = (m.support[(1 - side) // 2] for m in (p, q))
    if p.measure != "lebesgue" or end.is_infinite or assembly.log_distance_is_finite(p, side):
        return sp.false, sp.false
    gap = sp.S.One if other.is_infinite else sp.expand(side * (end - other))
    sign = 0 if is_zero(gap) else problem.facts.sign(gap)
    if sign is not None:
        apart = sign < 0 or sign > 0 and bounded_inside(q.log_density, q.variable, q.support, facts_of([q]))
        falling = sp.false if apart else assembly.falling(problem, side)
        return (sp.false, sp.true) if falling is None else (falling, sp.false)
    undefined, unknown = sp.false, sp.false
    for point, where in [(other, sp.true), *_singular_inside(q)]:
        gap = end - point
        if (met := solved(sp.expand(gap))) is not None:
            falling = assembly.falling(problem.moved(*met), side)
            if falling is None:
                unknown = sp.Or(unknown, sp.And(sp.Eq(*met), where))
            else:
                undefined = sp.Or(undefined, sp.And(sp.Eq(*met), where, falling))
        elif gap.free_symbols:
            return sp.false, sp.true
    return undefined, unknown


def _singular_inside(q: Distribution) -> Iterator[tuple[E, Any]]:
    """The points at which a density may be unbounded, but for the ends of its support, and where they are inside of that."""
    facts, (low, high) = facts_of([q]), q.support
    points = singular_points(q.log_density, sp.S.Zero, q.variable, False) - {sp.expand(e) for e in q.support}
    for point in sorted(points, key=sp.default_sort_key):
        relations = sp.Lt(low, point), sp.Lt(point, high)
        decided = [facts.decide(r) for r in relations]
        if False not in decided:
            yield point, sp.And(*(r for r, d in zip(relations, decided, strict=True) if d is None))
