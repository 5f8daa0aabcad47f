"""Cases of a formula: put values in, finished, and joined."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from derive.algebra.coefficients import length
from derive.algebra.normal import is_zero
from derive.algebra.tidy import tidy
from derive.algebra.values import NO_VALUE
from derive.derivation.brevity import brief
from derive.derivation.conditions import equalities, neat, pruned
from derive.derivation.formula import DIVERGENT, SETTLED, Case, Step
from derive.derivation.problem import Answer, place
from derive.derivation.truth import irredundant
from derive.expectations.neatness import unnested, without_moduli
from derive.families.facts import Facts

E = Any


def settled(cases: Any) -> bool:
    """Whether nothing is left open."""
    return all(c.form in SETTLED for c in cases)


def placed(answer: Answer, values: dict[Any, Any]) -> Answer:
    """An answer with values in for symbols."""
    if not values:
        return answer
    cases, steps = answer
    return (
        [c._replace(condition=place(c.condition, values), expr=place(c.expr, values)) for c in cases],
        [s.map(lambda e: place(e, values)) for s in steps],
    )


def tidied(case: Case) -> Case:
    """A case with its expression in short form, if that is shorter: what is held apart would be multiplied out."""
    if case.form != "closed":
        return case
    return case._replace(expr=min((case.expr, tidy(case.expr)), key=length))


def narrowed(answer: Answer, condition: Any) -> Answer:
    """An answer under a further condition."""
    cases, steps = answer
    return [c._replace(condition=sp.And(condition, c.condition)) for c in cases], steps


def finished(case: Case, rewritten: bool, facts: Facts) -> Case:
    """A case with its condition neat, and its expression as short as can be."""
    condition, expr = with_equalities(irredundant(pruned(neat(case.condition), facts)), case.expr, facts)
    if case.form == "closed":
        known = facts.under(sp.And.make_args(condition)) if condition != sp.true else facts
        expr = unnested(without_moduli(expr, known), known)
        rewritten = rewritten or expr != case.expr
        whole = (brief(tidy(expr), known, False),) if rewritten else ()
        expr = min((brief(expr, known, rewritten), *whole), key=length)
    return case._replace(condition=condition, expr=expr)


def completed(answer: Answer, rewritten: bool, facts: Facts) -> Answer:
    """An answer with its cases finished, and steps that end with them."""
    cases, steps = answer
    done = [finished(c, rewritten, facts) for c in cases]
    short = {old.expr: new.expr for old, new in zip(cases, done, strict=True)}

    def shown(step: Step) -> E:
        known = step.after in short or step.rule == "definition" or not rewritten
        return short.get(step.after, step.after) if known else brief(step.after, facts)

    return done, [replace(s, after=shown(s)) for s in steps]


def with_equalities(condition: Any, expr: E, facts: Facts) -> tuple[Any, E]:
    """A condition and an expression with the values that the condition gives to parameters put in.

    >>> a, b, m = sp.symbols("a b m", real=True)
    >>> with_equalities(sp.Eq(m, a) & sp.Eq(a, b) & (m < 1), m + b, Facts())
    (Eq(a, m) & Eq(b, m) & (m < 1), 2*m)

    An expression that would have no value stays as it is: its value is a limit.

    >>> with_equalities(sp.Eq(m, a), (m - a)*sp.log(m - a), Facts())
    (Eq(a, m), (-a + m)*log(-a + m))
    """
    equal = equalities(sp.And.make_args(condition))
    if not equal:
        return condition, expr
    placed_in = place(expr, equal)
    placed_in = expr if placed_in.has(*NO_VALUE) and not expr.has(*NO_VALUE) else placed_in
    parts = [place(r, equal) for r in sp.And.make_args(condition)]
    rest = pruned(neat(sp.And(*parts)), facts)
    return sp.And(rest, *(sp.Eq(*e) for e in equal.items())), placed_in


def joined(cases: list[Case]) -> tuple[Case, ...]:
    """Cases that cover the domain: equal ones merged, impossible ones dropped, infinite ones last."""
    merged: list[Case] = []
    for case in cases:
        if case.condition == sp.false:
            continue
        for i, other in enumerate(merged):
            if other.form == case.form and other.expr == case.expr:
                both = other.decided and case.decided
                merged[i] = other._replace(condition=sp.Or(other.condition, case.condition), decided=both)
                break
        else:
            merged.append(case)
    merged.sort(key=lambda c: c.form in DIVERGENT)
    if len(merged) == 1:
        merged = [merged[0]._replace(condition=sp.true)]
    elif len(merged) == 2 and merged[1].form in DIVERGENT:
        merged[1] = merged[1]._replace(condition=pruned(sp.Not(merged[0].condition)))
    return tuple(merged)


def joined_orders(symbol: sp.Symbol, anchor: E, above: Answer, below: Answer) -> Answer:
    """The answers for symbol > anchor and symbol < anchor as one: by |symbol − anchor| where they mirror each other."""
    one, other = above[0][0], below[0][0]
    if len(above[0]) == len(below[0]) == 1 and one.form == other.form:
        if one.expr == other.expr or one.form not in DIVERGENT and _same(one.expr, other.expr):
            return above
        if (value := _mirrored(symbol, anchor, one.expr, other.expr)) is not None:
            steps = conditioned(above[1], sp.Gt(symbol, anchor))
            last = replace(
                steps[-1], after=value, rule="symmetry", reason="the other order mirrors this one", condition=sp.true
            )
            return [one._replace(expr=value)], [*steps, last]
    cases, steps = [], []
    for answer, relation in ((above, sp.Gt(symbol, anchor)), (below, sp.Lt(symbol, anchor))):
        cases += narrowed(answer, relation)[0]
        steps += conditioned(answer[1], relation)
    return cases, steps


def _mirrored(symbol: sp.Symbol, anchor: E, above: E, below: E) -> E | None:
    """One expression in |symbol − anchor| for both orders, if there is one."""
    gap = sp.Dummy("gap", positive=True)
    ahead, behind = above.subs(symbol, anchor + gap), below.subs(symbol, anchor - gap)
    return ahead.subs(gap, sp.Abs(symbol - anchor)) if _same(ahead, behind) else None


def _same(one: E, other: E) -> bool:
    """Whether two expressions are one; what is left open of them must be so as it stands, for no normal form reaches it."""
    difference = one - other
    return not difference.has(sp.Integral) and is_zero(difference) is True


def conditioned(steps: list[Step], relation: Any) -> list[Step]:
    """Steps under a further condition."""
    return [replace(s, condition=sp.And(relation, s.condition)) for s in steps]
