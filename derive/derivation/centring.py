"""Centring: a location parameter moved to the origin, or a log-location to one.

When p is a function of x − m and q of x − m′, only m′ − m matters: p is derived at 0 and q at δ. On a half line the
same holds for p a function of x·e^(−m), by scaling.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import sympy as sp

from derive.derivation.cases import placed
from derive.derivation.conditions import neat
from derive.derivation.formula import DIVERGENT, Step
from derive.derivation.problem import AFFINITY, KL, Answer, Problem
from derive.families.family import Distribution

E = Any

TRANSLATION, SCALING = "translation", "scaling"


@dataclass(frozen=True)
class Centred:
    """A centred problem, and the way back to the one asked."""

    asked: Problem
    problem: Problem
    kind: str
    m: sp.Symbol
    meaning: dict[Any, E]
    """What δ stands for."""

    def restored(self, answer: Answer) -> Answer:
        """The answer to the problem asked, its steps equations about p itself."""
        cases, steps = placed(answer, self.meaning)
        amount = self.m if self.kind == SCALING and self.asked.kind not in (KL, AFFINITY) else sp.S.Zero
        cases = [c if c.form in DIVERGENT else c._replace(expr=c.expr + amount) for c in cases]
        return cases, [self._step(step, amount) for step in steps]

    def _step(self, step: Step, amount: E) -> Step:
        if step.rule == "definition":
            return self.asked.definition
        if step.before == self.asked.name:
            return step if step.rule == "existence" else replace(step, after=step.after + amount)
        change = None if step.change is None else self._uncentred(step.change)
        return replace(step, before=self._uncentred(step.before), change=change)

    def _uncentred(self, e: E) -> E:
        x, m = self.asked.p.variable, self.m
        back = x - m if self.kind == TRANSLATION else x * sp.exp(-m)
        moved = e.subs(x, back).xreplace({sp.log(x * sp.exp(-m)): sp.log(x) - m})
        return moved.xreplace({r: neat(r) for r in moved.atoms(sp.core.relational.Relational)})


@lru_cache(maxsize=256)
def _delta(m: sp.Symbol, other: sp.Symbol) -> sp.Dummy:
    """What is between two locations: one unknown, so that the quantities of a pair share what is found."""
    return sp.Dummy("delta", real=True)


def centred(problem: Problem) -> Centred | None:
    """The problem with p at the origin, where q moves with it; None where nothing is to be moved."""
    found = location(problem.p)
    if found is None:
        return None
    m, kind = found
    if not _only(m, problem.p):
        return None
    if problem.q is None:
        return Centred(problem, problem.moved(m, sp.S.Zero), kind, m, {})
    other = location(problem.q)
    if other is None or other[1] != kind or problem.p.measure != problem.q.measure:
        return None
    if (
        not _only(other[0], problem.q)
        or other[0] != m
        and (m in problem.q.free_symbols or other[0] in problem.p.free_symbols)
    ):
        return None
    if other[0] == m:
        return Centred(problem, problem.moved(m, sp.S.Zero), kind, m, {})
    delta = _delta(m, other[0])
    at_origin = problem.moved(m, sp.S.Zero).moved(other[0], delta)
    return Centred(problem, at_origin, kind, m, {delta: other[0] - m})


def _only(m: sp.Symbol, p: Distribution) -> bool:
    """Whether a symbol stands in the places of a location alone: in sums, as the ends of a support may have it."""
    return all(v.has(m) is False or (v - m).has(m) is False for v in p.values if hasattr(v, "has"))


def location(p: Distribution) -> tuple[sp.Symbol, str] | None:
    """The parameter m such that p is a function of x − m, or on a half line of x·e^(−m), if there is one."""
    for value in p.values:
        if isinstance(value, sp.Symbol) and value.is_real and value.is_extended_positive is None:
            for kind in (TRANSLATION, SCALING):
                if not any(e.has(value) for e in _moved_by(p, value, kind)):
                    return value, kind
    return None


def _as_differences(expression: E) -> E:
    """An expression with its inequalities as those of a difference and 0, in which what is on both sides cancels."""
    relations = {r: r.func(sp.expand(r.lhs - r.rhs), 0) for r in expression.atoms(sp.core.relational.Relational)}
    return expression.xreplace(relations)


def _moved_by(p: Distribution, m: sp.Symbol, kind: str) -> list[E]:
    """The density and the ends of the support after the motion that would take m to 0."""
    x, (low, high) = p.variable, p.support
    if kind == SCALING:
        if (low, high) != (0, sp.oo) or p.measure != "lebesgue":
            return [m]
        t = sp.Dummy("x", positive=True)
        return [sp.expand(sp.expand_log(p.log_density.subs(x, t * sp.exp(m))) + m, log=False, power_base=False)]
    if p.measure == "counting":
        return [m]
    moved = [_as_differences(p.log_density.subs(x, x + m))]
    if p.measure == "lebesgue":
        moved += [sp.expand(low - m), sp.expand(high - m)]
    return moved
