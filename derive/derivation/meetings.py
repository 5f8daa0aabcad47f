"""Where a parameter meets a value: whether it may, and what becomes of an answer there."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.algebra.normal import is_zero
from derive.algebra.placing import put
from derive.algebra.values import NO_VALUE
from derive.derivation.cases import conditioned
from derive.derivation.conditions import neat, pruned
from derive.derivation.formula import DIVERGENT, Case
from derive.derivation.problem import Answer, Problem
from derive.families.parameter import DOMAINS

E = Any


def may_be(problem: Problem, symbol: sp.Symbol, value: E) -> bool:
    """Whether a parameter may have a value: it may be one of both members, with domains of its own in each."""
    domains = (
        DOMAINS[q.domain]
        for p in problem.members
        for q, v in zip(p.family.params, p.values, strict=True)
        if v == symbol
    )
    return not any(domain.admits(value) is False for domain in domains)


def singular(expression: E, symbol: sp.Symbol, value: E) -> bool:
    """Whether an expression has no value where a symbol meets one: what it divides by or takes the log of may be a sum that is 0."""
    met = put(expression, {symbol: value})
    logs = {f for e in met.atoms(sp.log) for f in sp.Mul.make_args(e.args[0])}
    divisors = {e.base for e in met.atoms(sp.Pow) if e.exp.is_negative}
    return bool(met.has(*NO_VALUE)) or any(sp.expand(e) == 0 for e in logs | divisors if e.is_Add)


def undefined_at(found: Answer, symbol: sp.Symbol, anchor: E) -> bool:
    """Whether a formula is 0/0 or infinite where a symbol meets an anchor, or not a formula."""
    return any(c.form != "closed" or singular(c.expr, symbol, anchor) for c in found[0])


def divergent(cases: list[Case]) -> dict[Any, Any]:
    """The values of what does not exist, or is infinite, with the condition of each."""
    conditions: dict[Any, Any] = {}
    for c in cases:
        if c.form in DIVERGENT and c.condition != sp.false:
            conditions[c.form, c.expr] = sp.Or(c.condition, conditions.get((c.form, c.expr), sp.false))
    return {key: pruned(neat(condition)) for key, condition in conditions.items()}


def with_meeting(met: Answer, apart: Answer, symbol: sp.Symbol, anchor: E) -> Answer:
    """An answer for both orders with what holds where they meet: a case that has the value of one there extends to it."""
    cases, there = list(apart[0]), sp.Eq(symbol, anchor)
    for case in met[0]:
        for i, other in enumerate(cases):
            if case.form == other.form == "closed" and is_zero(_met(other.expr, symbol, anchor) - case.expr):
                cases[i] = other._replace(condition=sp.Or(other.condition, sp.And(there, case.condition)))
                break
        else:
            cases.append(case._replace(condition=sp.And(there, case.condition)))
    return cases, [*apart[1], *conditioned(met[1], there)]


def _met(e: E, symbol: sp.Symbol, anchor: E) -> E:
    """A formula where a symbol meets an anchor and all powers of 0 in it are 0."""
    value = put(e, {symbol: anchor})
    nothing = {f for f in value.atoms(sp.Pow) if f.exp.free_symbols and f.base.is_zero}
    return value.xreplace(dict.fromkeys(nothing, sp.S.Zero))
