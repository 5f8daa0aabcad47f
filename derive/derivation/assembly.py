"""Putting a quantity together: the expectation of each term of its integrand, collected, where it exists."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import sympy as sp

from derive.algebra.coefficients import length, shortest
from derive.algebra.functions import real_part
from derive.algebra.normal import expand_logs, is_zero, to_loggamma
from derive.algebra.tidy import tidy
from derive.algebra.values import NO_VALUE
from derive.algebra.zeros import poles, unsolved
from derive.derivation.cases import narrowed, settled
from derive.derivation.conditions import alternatives
from derive.derivation.formula import Case, Step
from derive.derivation.problem import AFFINITY, KL, NOT_SOUGHT, Answer, Effort, Problem
from derive.expectations.boundedness import bounded
from derive.expectations.law import Law, Undecided, resolve
from derive.expectations.moments import Requirement, Value, expect, statistics
from derive.expectations.score import by_score
from derive.expectations.tail import Tail, at
from derive.expectations.tails import Unknown, divergences
from derive.families.facts import facts_of
from derive.families.family import Distribution
from derive.numerics import deep
from derive.writing.notation import Expect

E = Any


def answer(problem: Problem) -> tuple[Answer, list[Undecided]]:
    """The quantity, term by term, and the orders between parameters that were needed and are not known.

    By symmetry on the whole line where only that closes it.
    """
    p, x = problem.p, problem.p.variable
    counting = p.measure == "counting"
    if sp.zoo in sp.Mul.make_args(resolve(problem.integrand, x, *p.support, problem.facts, counting)):
        return problem.verdict(sp.nan, "undefined", "it is 1/0 everywhere"), []
    mass = None if problem.kind == AFFINITY else 1
    ends = problem.shared or p.support
    law = _law(problem.log_weight, x, *ends, p.measure, problem.facts, mass)
    if problem.effort is Effort.DEFINITION:
        return _gate(problem, law).around(_open(problem, law)), []
    found, undecided = _term_by_term(problem, law)
    half = mass == 1 and law.low == 0 and law.high == sp.oo and law.measure == "lebesgue"
    if half and not _plain(found[0]) and _even(law.log_density, x) and _even(problem.integrand, x):
        whole = Law(law.log_density - sp.log(2), x, -sp.oo, sp.oo, law.measure, law.facts)
        unfolded, _ = _term_by_term(problem, whole)
        if settled(unfolded[0]) and (_plain(unfolded[0]) or not settled(found[0])):
            return _unfolded(problem, unfolded), []
    return found, undecided


def _plain(cases: list[Case]) -> bool:
    """Whether nothing is left open, and nothing hypergeometric is needed."""
    return settled(cases) and not any(sp.sympify(c.expr).has(sp.hyper, sp.meijerg, real_part) for c in cases)


@lru_cache(maxsize=64)
def _law(*about: Any) -> Law:
    """The law that another quantity of the same pair has used, with the expectations that were found under it."""
    return Law(*about)


@lru_cache(maxsize=64)
def _alone(p: Distribution) -> Law:
    """p with nothing known but its own domains: what is found under it is shared by all pairs."""
    return Law(to_loggamma(p.log_density), p.variable, *p.support, p.measure, facts_of([p]))


def _expected(statistic: E, problem: Problem, law: Law) -> Value | None:
    if law.mass and statistic.free_symbols <= {law.x, *problem.p.free_symbols}:
        alone = _alone(problem.p)
        try:
            same = (alone.log_density, alone.low, alone.high) == (law.log_density, law.low, law.high)
            if same and (value := expect(statistic, alone)) is not None:
                return value
        except Undecided:
            pass
    return expect(statistic, law)


def _even(expression: E, x: sp.Symbol) -> bool:
    return is_zero(expand_logs(expression - expression.subs(x, -x), x)) is True


def _unfolded(problem: Problem, found: Answer) -> Answer:
    """An answer from the whole line: its inner expectations are about another law, so one step tells all."""
    cases, steps = found
    reason = "density and statistic are even: the expectation is that on the whole line, where a kernel gives it"
    even = replace(steps[-1], before=Expect(problem.integrand), rule="symmetry", reason=reason)
    return cases, [problem.definition, even, steps[-1]]


@dataclass
class Ledger:
    """What has been found of a sum of expectations, and what is left."""

    parts: list[tuple[E, E]]
    left: list[E]
    requirements: list[Requirement]
    steps: list[Step]

    def enter(self, coefficient: E, statistic: E, value: Value) -> None:
        mean = tidy(value.expr)
        self.parts.append((coefficient, mean))
        self.requirements += [replace(r, statistic=statistic, coefficient=coefficient) for r in value.requirements]
        self.steps.append(Step(Expect(statistic), mean, value.rule, value.reason, change=value.change))


def _term_by_term(problem: Problem, law: Law) -> tuple[Answer, list[Undecided]]:
    """The expectation of each additive term of the integrand, and their sum."""
    values: list[tuple[E, E, Value]] = []
    left, undecided = [], []
    for coefficient, statistic in statistics(problem.integrand, law.x):
        try:
            known = statistic == 1 and law.mass
            value = Value(sp.S.One) if known else _expected(statistic, problem, law)
        except Undecided as order:
            undecided.append(order)
            value = None
        if value is None:
            left.append((coefficient, statistic))
        else:
            values.append((coefficient, statistic, value))
    if left and not undecided and law.mass:
        constants = [entry for entry in values if entry[1] == 1]
        varying = sp.Add(*(c * s for c, s in statistics(problem.integrand, law.x) if s != 1))
        if (whole := by_score(varying, law)) is not None:
            values, left = [*constants, (sp.S.One, varying, whole)], []
    if len(left) > 1 and not undecided:
        total = sp.Add(*(c * s for c, s in left))
        if (together := expect(total, law)) is not None:
            values.append((sp.S.One, total, together))
            left = []
    if problem.rough:
        return ([Case(sp.true, sp.S.Zero, "integral" if left else "closed")], []), undecided
    if left and problem.orders:  # of two orders both must close: this one is not used
        return _open(problem, law), undecided
    ledger = Ledger([], [c * s for c, s in left], [], [problem.definition])
    for coefficient, statistic, value in values:
        if statistic == 1 and law.mass:
            ledger.parts.append((coefficient, sp.S.One))
        elif law.mass is None:
            ledger.parts.append((coefficient, value.expr))
            ledger.requirements += value.requirements
            ledger.steps.append(Step(problem.name, tidy(value.expr), value.rule, value.reason, change=value.change))
        else:
            ledger.enter(coefficient, statistic, value)
    return _assembled(problem, law, ledger), undecided


def _collected(parts: list[tuple[E, E]]) -> E:
    """Σ coefficient·mean, each product multiplied out or not, whichever reads shorter."""
    sums: dict[E, E] = {}
    for coefficient, mean in parts:
        sums[mean] = sums.get(mean, sp.S.Zero) + coefficient
    parts = [(coefficient, mean) for mean, coefficient in sums.items()]
    apart: list[tuple[E, E]] = []
    best = tidy(sp.Add(*(c * m for c, m in parts)))
    while len(apart) < min(len(parts), 4):
        options = []
        for part in parts:
            if part not in apart and part[1] != 1:
                held = [*apart, part]
                rest = tidy(sp.Add(*(c * m for c, m in parts if (c, m) not in held)))
                options.append((rest + sp.Add(*(_factor(c) * m for c, m in held)), part))
        if not options:
            break
        option, part = min(options, key=lambda o: length(o[0]))
        if length(option) >= length(best):
            break
        best = option
        apart.append(part)
    return best


def _factor(coefficient: E) -> E:
    return tidy(coefficient) if coefficient.has(sp.Function) else shortest(coefficient)


def _assembled(problem: Problem, law: Law, ledger: Ledger) -> Answer:
    """The sum, with the conditions under which it exists."""
    value, form = _collected(ledger.parts), "closed"
    failing = [r.relation for r in ledger.requirements if law.facts.decide(r.relation) is not True]
    never = any(law.facts.decide(r) is False for r in failing)
    if not (failing or ledger.left or problem.touching or value.has(*NO_VALUE)):
        return [Case(sp.true, value, form)], [*ledger.steps, _summed(problem, value)]
    gate = _gate(problem, law)
    if never or value.has(*NO_VALUE):
        return gate.around(_open(problem, law))
    if ledger.left:
        rest, form, rule = _remainder(problem, law, sp.Add(*ledger.left))
        ledger.steps.append(Step(Expect(sp.Add(*ledger.left)), rest, *rule))
        value += rest
    condition = sp.And(*failing)
    steps = [*ledger.steps, _summed(problem, value)]
    beyond = sp.false
    if failing:
        beyond = (
            sp.Not(condition) if gate.condition is None else alternatives(sp.And(gate.condition, sp.Not(condition)))
        )
    if beyond == sp.false:  # the whole is finite only where every part is
        return gate.around(([Case(sp.true, value, form)], steps))
    return gate.around(([Case(condition, value, form), *narrowed(_open(problem, law), beyond)[0]], steps))


def _summed(problem: Problem, value: E) -> Step:
    return Step(problem.name, value, "linearity", "sum and collect")


def _open(problem: Problem, law: Law) -> Answer:
    """The quantity as the integral or sum that defines it."""
    whole, form, rule = _remainder(problem, law, problem.integrand)
    return [Case(sp.true, whole, form)], [problem.definition, Step(problem.name, whole, *rule)]


def unsettled(problem: Problem) -> Answer:
    """The quantity as its definition, where not even its existence is known."""
    p = problem.p
    return _undecided(_open(problem, _law(problem.log_weight, p.variable, *p.support, p.measure, problem.facts, 1)))


def _undecided(answer: Answer) -> Answer:
    """An answer of which it is not known whether what is left open in it is finite."""
    cases, steps = answer
    return [c._replace(decided=c.form == "closed") for c in cases], steps


@dataclass(frozen=True)
class Gate:
    """Existence: the condition under which a quantity is finite (None: not known), and what it is elsewhere."""

    condition: Any
    beyond: Answer

    def around(self, finite: Answer) -> Answer:
        """What is finite under the condition, and what there is beyond it."""
        if self.condition is None:
            return _undecided(finite)
        if self.condition == sp.true:
            return finite
        if self.condition == sp.false:
            return self.beyond
        cases, steps = narrowed(finite, self.condition)
        outside = sp.Not(self.condition)
        return [*cases, *self.beyond[0]], [*steps, *(replace(s, condition=outside) for s in self.beyond[1])]


def _gate(problem: Problem, law: Law) -> Gate:
    """Existence, from the tails of the density and of the integrand.

    One divergent end is enough for a KL divergence, whose negative part never diverges; elsewhere the sign of the
    integrand at each divergent end decides, and where it is not known nothing is claimed.
    """
    if law.measure == "circle" and _smooth(problem, law):
        return Gate(sp.true, ([], []))
    ends = _ends(problem, law)
    if ends is None:
        return Gate(None, ([], []))
    condition = alternatives(sp.And(*(t.converges for t in ends)))
    if problem.kind == KL:
        why = "the integral of p log(p/q) diverges; its negative part never does"
        return Gate(condition, narrowed(problem.verdict(sp.oo, "infinite", why), sp.Not(condition)))
    if any(t.rising is None for t in ends):
        return Gate(None, ([], []))
    rising, falling = sp.Or(*(t.rising for t in ends)), sp.Or(*(t.falling for t in ends))
    beyond: Answer = ([], [])
    for where, value, form, why in (
        (sp.And(rising, sp.Not(falling)), sp.oo, "infinite", "the integral diverges"),
        (sp.And(falling, sp.Not(rising)), -sp.oo, "infinite", "the integral diverges"),
        (sp.And(rising, falling), sp.nan, "undefined", "the positive and the negative part both diverge"),
    ):
        if (where := alternatives(where)) != sp.false:
            cases, steps = narrowed(problem.verdict(value, form, why), where)
            beyond = [*beyond[0], *cases], [*beyond[1], *steps]
    return Gate(condition, beyond)


def _smooth(problem: Problem, law: Law) -> bool:
    """Whether the integrand is known to have no poles."""
    statistic, x = problem.integrand, law.x
    return not poles(statistic, x, (law.low, law.high)) and (problem.statistic is None or not unsolved(statistic, x))


def _ends(problem: Problem, law: Law) -> list[Tail] | None:
    """The ends at which the integrand may diverge; None where that is not known."""
    if problem.log_ratio is not None:
        log_p, minus_log_q = problem.log_ratio
        if _diverging(_alone(problem.p), log_p) == []:  # H(p) is finite, so log q alone decides
            return _diverging(law, minus_log_q)
    return _diverging(law, problem.integrand, problem.statistic is None)


@lru_cache(maxsize=1024)
def log_distance_is_finite(p: Distribution, side: int) -> bool:
    """Whether E log|X − end| is known to be finite at an end of p: at its lower end for side 1, at its upper end for −1."""
    x, end = p.variable, p.support[(1 - side) // 2]
    try:
        return bool(at(p.log_density, sp.log(side * (x - end)), x, end, side, facts_of([p]), True).converges == sp.true)
    except Unknown:
        return False


def falling(problem: Problem, side: int) -> Any:
    """The condition under which E(−log q) diverges to −∞ at an end of p; None where that is not known."""
    x, end = problem.p.variable, problem.p.support[(1 - side) // 2]
    try:
        tail = at(problem.log_weight, problem.integrand, x, end, side, problem.facts, True)
    except Unknown:
        q = problem.members[1]
        return sp.false if bounded(q.log_density, q.variable, q.support, facts_of([q])) else None
    return None if tail.rising is None and tail.converges != sp.true else alternatives(tail.falling)


@lru_cache(maxsize=256)
def _diverging(law: Law, statistic: E, whole: bool = True) -> list[Tail] | None:
    """Where it may diverge; the statistic is `whole` where it is made of log-densities, which are finite inside."""
    support, counting, proper = (law.low, law.high), law.measure == "counting", law.mass is not None
    try:
        return divergences(law.log_density, statistic, law.x, support, law.facts, counting, proper, whole)
    except Unknown:
        return None


def _remainder(problem: Problem, law: Law, left: E) -> tuple[E, str, tuple[str, str]]:
    """What no kernel reached, as an integral or a sum that evaluates; with its form, and the rule and reason."""
    body = sp.exp(law.log_density) * left
    if (
        problem.effort is Effort.DEEP
        and (found := deep.closed(body, law.x, law.low, law.high, law.measure)) is not None
    ):
        return found, "closed", ("SymPy's integrator", "checked by quadrature")
    rule = (
        NOT_SOUGHT if problem.effort is Effort.DEFINITION else ("no closed form found", "left as it is; it evaluates")
    )
    if law.measure == "counting":
        rest = sp.Sum(body, (law.x, law.low, law.high))
        entries = body.atoms(sp.Indexed)
        if entries and not body.xreplace(dict.fromkeys(entries, sp.S.One)).has(law.x):
            return rest, "closed", ("definition", "a sum over the entries of a vector")
        return rest, "series", rule
    return sp.Integral(body, (law.x, law.low, law.high)), "integral", rule
