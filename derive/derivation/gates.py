"""The derivation of a quantity: gates, signs and orders first, then its expectation.

Everything happens on symbols of the families' own. Gates come first: absolute continuity (the support of p
inside that of q), then convergence. Where an answer hangs on the sign of a parameter or on the order of two
locations, each is derived and the results are joined.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache, partial
from itertools import takewhile
from typing import Any

import sympy as sp

from derive.derivation import assembly
from derive.derivation.cases import (
    completed,
    conditioned,
    joined,
    joined_orders,
    narrowed,
    placed,
    settled,
    tidied,
)
from derive.derivation.centring import centred
from derive.derivation.conditions import possible, solved
from derive.derivation.formula import DIVERGENT, Case, Formula
from derive.derivation.meetings import divergent, may_be, singular, undefined_at, with_meeting
from derive.derivation.outside import outside
from derive.derivation.problem import AFFINITY, KL, Answer, Effort, Problem, place
from derive.derivation.unconstrained import all_unconstrained, each, of_known_sign
from derive.expectations.law import Undecided
from derive.expectations.norming import abbreviated, written_out
from derive.families.facts import facts_of
from derive.families.family import Distribution

E = Any


@lru_cache(maxsize=4096)
def derived(
    kind: str,
    members: tuple[Distribution, ...],
    effort: Effort = Effort.CLOSED,
    statistic: Any = None,
    order: Any = None,
    known: Any = sp.true,
) -> Formula:
    """The formula of a quantity of these members, in their own symbols; the mean of a statistic under what is known."""
    normed, constants = each(abbreviated, members)
    free, back = all_unconstrained(normed)
    problem = Problem(kind, free[0], free[1] if len(free) > 1 else None, facts_of(free), effort, statistic, order)
    if statistic is not None:
        written = {v: e for v, e in zip(normed[0].values, free[0].values, strict=True) if v != e}
        letters = of_known_sign(statistic.free_symbols - free[0].free_symbols - {members[0].variable}, known)
        written |= {s: sign * unknown for s, (sign, unknown) in letters.items()}
        back |= {unknown: sign * s for s, (sign, unknown) in letters.items()}
        problem = replace(problem, statistic=place(statistic, written)).under(sp.And.make_args(place(known, written)))
    cases, steps = completed(placed(_by_sign(problem), back), bool(back), facts_of(normed))
    known = [relation for p in normed for relation in p.constraints]
    cases = [c._replace(condition=possible(c.condition, known)) for c in cases]
    cases, steps = placed((list(joined(cases)), steps), constants)
    cases = [c._replace(expr=written_out(c.expr)) if constants and c.form == "closed" else c for c in cases]
    return Formula(kind, members, tuple(cases), tuple(steps))


SPLITS_ALLOWED = (2, 6)
"""Orders of parameters that are split on one inside another, few before many: each doubles the cases."""


def _by_sign(problem: Problem) -> Answer:
    """Parameters that are real and not zero: each sign by itself; of a mean, those on whose sign the support hangs."""
    plain = problem.statistic is not None
    for p in problem.members:
        for symbol in sorted(p.free_symbols, key=str):
            matters = not plain or any(end.has(sp.Piecewise) and end.has(symbol) for end in p.support)
            if symbol.is_nonzero and symbol.is_extended_positive is None and symbol.is_real and matters:
                return joined_orders(symbol, sp.S.Zero, *_both_orders(problem, symbol, sp.S.Zero, _by_sign))
    if plain:
        return _parted(problem, _expected(problem))
    found = None if problem.kind == AFFINITY and problem.q is None else centred(problem)
    return _gated(problem) if found is None else found.restored(_gated(found.problem))


def _both_orders(problem: Problem, symbol: sp.Symbol, anchor: E, derive: Any) -> Iterator[Answer]:
    """The answers for symbol > anchor and for symbol < anchor, each when it is asked for."""
    gap = _gap(symbol)
    # below a positive anchor, a positive symbol is a fraction of it
    under = (anchor / (1 + gap), anchor / symbol - 1) if symbol.is_positive else (anchor - gap, anchor - symbol)
    for value, meaning in ((anchor + gap, symbol - anchor), under):
        cases, steps = placed(derive(problem.moved(symbol, value)), {gap: meaning})
        yield cases if problem.rough else list(map(tidied, cases)), steps


@lru_cache(maxsize=256)
def _gap(symbol: sp.Symbol) -> sp.Dummy:
    """How far a parameter is from what it is compared with: one unknown, so that quantities share what is found."""
    return sp.Dummy(symbol.name, positive=True)


def _gated(problem: Problem) -> Answer:
    """Absolute continuity first: p must live where q does."""
    p, q = problem.p, problem.q
    if q is None:
        return _expected(problem)
    if problem.kind == AFFINITY:
        return _overlapping(problem)
    if (p.measure == "counting") != (q.measure == "counting"):
        if problem.kind == KL:
            return problem.verdict(sp.oo, "infinite", "not absolutely continuous: one is discrete and one is not")
        return problem.verdict(sp.nan, "undefined", "p and q have densities with respect to different measures")
    inside = []
    for relation in (sp.Le(q.support[0], p.support[0]), sp.Le(p.support[1], q.support[1])):
        answer = problem.facts.decide(relation)
        if answer is False:
            return outside(problem)
        if answer is None:
            inside.append(relation)
    if not inside:
        return _expected(problem)
    condition, elsewhere = sp.And(*inside), sp.Not(sp.And(*inside))
    found = _expected(problem.under(inside))
    for relation in () if problem.rough else inside:
        found = _meeting(problem, relation, found)
    cases, steps = narrowed(found, condition)
    beyond, why = narrowed(outside(problem), elsewhere)
    return [*cases, *beyond], [*steps, *(replace(s, condition=elsewhere) for s in why)]


MOST_PARTS = 2
"""Conditions beyond which what is open is not derived under each of them."""


def _parted(problem: Problem, found: Answer) -> Answer:
    """An answer with what is open under a condition derived under that, or under each of several, where that closes: 1/x on
    an interval above 0 or below it."""
    cases: list[Case] = []
    steps = found[1]
    for case in found[0]:
        parts = case.condition.args if isinstance(case.condition, sp.Or) else (case.condition,)
        parts = parts if case.form == "integral" and case.condition != sp.true and len(parts) <= MOST_PARTS else ()
        answers = [(_expected(problem.under(sp.And.make_args(part))), part) for part in parts]
        if not answers or not all(settled(answer[0]) for answer, _ in answers):
            cases.append(case)
            continue
        for answer, part in answers:
            cases += narrowed(answer, part)[0]
            steps = [*steps, *conditioned(answer[1], part)]
    return cases, steps


def _meeting(problem: Problem, relation: Any, found: Answer) -> Answer:
    """An answer for an end of q's support that may be that of p's, with the case where it is derived by itself.

    Where an expression has no value there: it is a limit at best.
    """
    met = solved(sp.expand(relation.lhs - relation.rhs))
    if met is None or not may_be(problem, *met):
        return found
    if not any(c.form not in DIVERGENT and singular(c.expr, *met) for c in found[0]):
        return found
    cases, steps = _gated(problem.moved(*met))
    if not settled(cases) and (settled(found[0]) or any(sp.sympify(c.condition).atoms(sp.Eq) for c in cases)):
        return found  # a limit of a closed form is more than an integral
    apart, meet = sp.Ne(*met), sp.Eq(*met)
    return (
        [*narrowed(found, apart)[0], *narrowed((cases, []), meet)[0]],
        [*conditioned(found[1], apart), *conditioned(steps, meet)],
    )


def _overlapping(problem: Problem) -> Answer:
    """∫ p^α q^(1−α): beyond α = 1 p must live where q does; below, only what the supports share counts."""
    p, q, alpha = problem.p, problem.q, problem.order
    assert q is not None
    if (p.measure == "counting") != (q.measure == "counting"):
        return _by_order(alpha, problem.verdict(sp.S.Zero, "closed", "mutually singular"), problem)
    relations = [sp.Le(q.support[0], p.support[0]), sp.Le(p.support[1], q.support[1])]
    decided = [problem.facts.decide(r) for r in relations]
    if all(decided):
        return _expected(problem)
    low, high = _common(problem, decided)
    below = _nothing_if_disjoint(problem, _expected(problem.sharing(low, high)))
    if False in decided:
        return _by_order(alpha, below, problem)
    open_ = [r for r, d in zip(relations, decided, strict=True) if d is None]
    within = narrowed(_expected(problem.under(open_)), sp.And(*open_))
    beyond = narrowed(_by_order(alpha, below, problem), sp.Not(sp.And(*open_)))
    return [*within[0], *beyond[0]], [*within[1], *beyond[1]]


def _nothing_if_disjoint(problem: Problem, answer: Answer) -> Answer:
    """An answer about what two supports share; 0 where they share nothing."""
    ends = [(p.support[0], q.support[1]) for p in problem.members for q in problem.members if p is not q]
    beyond = sp.Gt if problem.p.measure == "counting" else sp.Ge  # counts may share an end
    disjoint = sp.Or(*(beyond(*pair) for pair in ends if problem.facts.decide(beyond(*pair)) is not False))
    if disjoint == sp.false:
        return answer
    cases, steps = narrowed(answer, sp.Not(disjoint))
    return [*cases, *narrowed(problem.verdict(sp.S.Zero, "closed", "mutually singular"), disjoint)[0]], steps


def _common(problem: Problem, decided: list[bool | None]) -> tuple[E, E]:
    """The ends of what two supports share."""
    p, q = problem.members
    low = p.support[0] if decided[0] else q.support[0] if decided[0] is False else sp.Max(p.support[0], q.support[0])
    high = p.support[1] if decided[1] else q.support[1] if decided[1] is False else sp.Min(p.support[1], q.support[1])
    return low, high


def _by_order(alpha: E, below: Answer, problem: Problem) -> Answer:
    """An answer below α = 1, and +∞ beyond, where p is not inside q."""
    above = problem.verdict(sp.oo, "infinite", "the support of p is not inside that of q")
    if alpha.is_number:
        return below if alpha < 1 else above
    (cases, steps), (more, why) = narrowed(below, sp.Lt(alpha, 1)), narrowed(above, sp.Ge(alpha, 1))
    return [*cases, *more], [*steps, *(replace(s, condition=sp.Ge(alpha, 1)) for s in why)]


def _expected(problem: Problem) -> Answer:
    """The expectation, with both orders of two locations where the order of two kinks hangs on them."""
    return _roughly_expected(problem) if problem.rough else _in_orders(problem)


@lru_cache(maxsize=1024)
def _roughly_expected(problem: Problem) -> Answer:
    """Whether it closes: asked again at every order that is split on."""
    return _in_orders(problem)


def _in_orders(problem: Problem) -> Answer:
    found, undecided = assembly.answer(problem)
    for order in undecided:
        for symbol, anchor in _comparable(problem, order):
            ordered = _ordered(problem, symbol, anchor)
            return found if ordered is None else ordered
    return found


def _ordered(problem: Problem, symbol: sp.Symbol, anchor: E) -> Answer | None:
    """Both orders of a parameter and an anchor, where both close; either then extends to where they meet.

    As they stand, where that is enough; else with the order written into the parameters.
    """
    if not problem.orders:
        found = (_split(replace(problem, most=most), symbol, anchor) for most in SPLITS_ALLOWED)
        return next((answer for answer in found if answer is not None), None)
    return _split(problem, symbol, anchor) if problem.orders < problem.most else None


def _split(problem: Problem, symbol: sp.Symbol, anchor: E) -> Answer | None:
    """The same, by as many orders inside of this one as the problem allows."""
    deeper = replace(problem, orders=problem.orders + 1)
    for sided in (_both_known, partial(_both_orders, derive=_gated)):
        # nothing is written out before it is seen that both close
        if problem.rough or len(_closing(sided(replace(deeper, rough=True), symbol, anchor))) == 2:
            sides = _closing(sided(deeper, symbol, anchor))
            if len(sides) == 2:
                break
    else:
        return None
    if problem.rough:
        return sides[0]
    cases, steps = joined_orders(symbol, anchor, *sides)
    if len(cases) == 1:
        return cases, steps
    orders = ((sp.Gt(symbol, anchor), sp.Ge(symbol, anchor)), (sp.Lt(symbol, anchor), sp.Le(symbol, anchor)))
    has_value = [not undefined_at(side, symbol, anchor) for side in sides]
    extended = 1 if has_value == [False, True] else 0
    meet = orders[extended]
    if problem.statistic is not None:  # which may have a mean, or none, where they meet
        met = _expected(problem.moved(symbol, anchor))
        if divergent(met[0]) != divergent(placed(sides[extended], {symbol: anchor})[0]):
            return with_meeting(met, (cases, steps), symbol, anchor)
    return [c._replace(condition=c.condition.subs(*meet)) for c in cases], steps


def _closing(answers: Iterator[Answer]) -> list[Answer]:
    """The answers up to the first that is left open."""
    return list(takewhile(lambda answer: settled(answer[0]), answers))


def _both_known(problem: Problem, symbol: sp.Symbol, anchor: E) -> Iterator[Answer]:
    """The answers where symbol > anchor is known and where symbol < anchor is, each when it is asked for."""
    return (_expected(problem.under([r])) for r in (sp.Gt(symbol, anchor), sp.Lt(symbol, anchor)))


def _comparable(problem: Problem, order: Undecided) -> Iterator[tuple[sp.Symbol, E]]:
    """A parameter and an anchor whose difference's sign decides the order."""
    gap = sp.Dummy("delta", positive=True)
    locations = {s for s in (order.low - order.high).free_symbols if s.is_real and s.is_extended_positive is None}
    symbols = sorted(locations, key=sp.default_sort_key)
    for moved in symbols:
        for anchor in [sp.S.Zero, *symbols]:
            if anchor == moved or anchor == 0 and len(symbols) > 1:
                continue
            try:
                orders = [
                    sp.Lt(*(e.subs(moved, anchor + sign * gap) for e in (order.low, order.high))) for sign in (1, -1)
                ]
            except TypeError:  # a kink that is real on one side of the anchor only
                continue
            if all(problem.facts.decide(relation) is not None for relation in orders):
                yield moved, anchor
    difference = sp.expand(order.low - order.high)
    for moved in sorted(difference.free_symbols, key=sp.default_sort_key):
        anchor = (
            sp.expand(moved - difference / difference.coeff(moved)) if difference.coeff(moved) in (1, -1) else moved
        )
        free = moved in locations or moved.is_positive and anchor.is_positive
        if free and not anchor.has(moved):
            yield moved, anchor
