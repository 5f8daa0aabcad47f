"""Putting a quantity together: the expectation of each term of its integrand, collected, where it exists."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from derive import deep
from derive.cases import narrowed, settled
from derive.coefficients import length, shortest
from derive.formula import Case, Step
from derive.law import Law, Undecided
from derive.moments import Requirement, Value, expect, statistics
from derive.normal import expand_logs, is_zero, to_loggamma
from derive.normaliser import SINGULAR
from derive.problem import KL, Answer, Expect, Problem
from derive.tidy import tidy

E = Any


def answer(problem: Problem) -> tuple[Answer, list[Undecided]]:
    """The quantity, term by term, and the orders between parameters that were needed and are not known.

    By symmetry on the whole line where only that closes it.
    """
    p, x = problem.p, problem.p.variable
    law = Law(to_loggamma(p.log_density), x, *p.support, p.measure, problem.facts)
    found, undecided = _term_by_term(problem, law)
    half = law.low == 0 and law.high == sp.oo and law.measure == "lebesgue"
    if half and not settled(found[0]) and _even(law.log_density, x) and _even(problem.integrand, x):
        whole = Law(law.log_density - sp.log(2), x, -sp.oo, sp.oo, law.measure, law.facts)
        unfolded, _ = _term_by_term(problem, whole)
        if settled(unfolded[0]):
            return _unfolded(problem, unfolded), []
    return found, undecided


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
    ledger = Ledger([], [], [], [problem.definition])
    undecided: list[Undecided] = []
    for coefficient, statistic in statistics(problem.integrand, law.x):
        if statistic == 1:
            ledger.parts.append((coefficient, sp.S.One))
            continue
        try:
            value = expect(statistic, law)
        except Undecided as order:
            undecided.append(order)
            value = None
        if value is None:
            ledger.left.append(coefficient * statistic)
        else:
            ledger.enter(coefficient, statistic, value)
    if len(ledger.left) > 1 and not undecided:
        together = expect(sp.Add(*ledger.left), law)
        if together is not None:
            ledger.enter(sp.S.One, sp.Add(*ledger.left), together)
            ledger.left = []
    return _assembled(problem, law, ledger), undecided


def _collected(parts: list[tuple[E, E]]) -> E:
    """Σ coefficient·mean, each product multiplied out or not, whichever reads shorter."""
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
    failing = [r for r in ledger.requirements if law.facts.decide(r.relation) is not True]
    if any(law.facts.decide(r.relation) is False for r in failing):
        outside, why = _divergent(problem, law, failing, ledger.left)
        return outside, [problem.definition, *why]
    if value.has(*SINGULAR):
        return _open(problem, law)
    if ledger.left:
        rest, form, rule = _remainder(problem, law, sp.Add(*ledger.left))
        ledger.steps.append(Step(Expect(sp.Add(*ledger.left)), rest, *rule))
        value += rest
    steps = [*ledger.steps, Step(problem.name, value, "linearity", "sum and collect")]
    if not failing:
        return [Case(sp.true, value, form)], steps
    outside, _ = _divergent(problem, law, failing, ledger.left)
    condition = sp.And(*(r.relation for r in failing))
    return [Case(condition, value, form), *narrowed((outside, []), sp.Not(condition))[0]], steps


def _open(problem: Problem, law: Law) -> Answer:
    """The quantity as the integral or sum that defines it, of which nothing is known but that it evaluates."""
    whole, form, rule = _remainder(problem, law, problem.integrand)
    return [Case(sp.true, whole, form)], [problem.definition, Step(problem.name, whole, *rule)]


def _divergent(problem: Problem, law: Law, failing: list[Requirement], left: list[E]) -> Answer:
    """What the quantity is where an expectation diverges.

    At each end of the support where a divergent statistic is unbounded, the one that outgrows all others decides, by
    the sign of its coefficient; where none does, or the sign is not known, nothing is claimed. One divergent end is
    enough for a KL divergence, whose negative part never diverges.
    """
    signs = _signs(problem, failing, left)
    if problem.kind == KL and signs - {None}:
        return problem.verdict(sp.oo, "infinite", "the integral of p log(p/q) diverges; its negative part never does")
    if None in signs or not signs:
        return _open(problem, law)
    if len(signs) == 1:
        return problem.verdict(signs.pop() * sp.oo, "infinite", "the integral diverges")
    return problem.verdict(sp.nan, "undefined", "the positive and the negative part both diverge")


def _signs(problem: Problem, failing: list[Requirement], left: list[E]) -> set[int | None]:
    """The sign of the divergence at each end that has one; None where it cannot be told."""
    p, signs = problem.p, set[int | None]()
    terms = [(r.coefficient, r.statistic) for r in failing] + [(sp.S.One, t) for t in left]
    terms = list(dict.fromkeys(terms))
    divergent = {r.statistic for r in failing}
    for end, inward in zip(p.support, (1, -1), strict=True):
        towards = (p.variable, end, inward)
        growing = [(c, s) for c, s in terms if _grows(s, *towards)]
        if not any(s in divergent for _, s in growing):
            continue
        first = [(c, s) for c, s in growing if all(s == other or _grows(s / other, *towards) for _, other in growing)]
        if not first or first[0][1] not in divergent:
            signs.add(None)
            continue
        coefficient, statistic = first[0]
        sign, value = problem.facts.sign(coefficient), _towards(statistic, *towards)[1]
        signs.add(sign * (1 if value > 0 else -1) if sign and value.is_real else None)
    return signs


def _grows(e: E, x: sp.Symbol, end: E, inward: int) -> bool:
    """Whether an expression grows without bound towards an end of the support, judged by two values near it."""
    near, nearer = _towards(e, x, end, inward)
    return bool(near.is_finite and abs(nearer) > sp.Rational(3, 2) * abs(near))


def _towards(e: E, x: sp.Symbol, end: E, inward: int) -> tuple[E, E]:
    """Values of an expression near an end and nearer to it, its other symbols at a fixed point."""
    others = sorted((e.free_symbols | end.free_symbols) - {x}, key=str)
    point = {s: sp.Rational(7 + 3 * i, 31 + 4 * i) for i, s in enumerate(others)}
    far = end in (sp.oo, -sp.oo)
    places = (
        -inward * sp.Integer(10) ** n if far else end.subs(point) + inward * sp.Rational(1, 10 ** (30 * n))
        for n in (2, 6)
    )
    return tuple(sp.re(sp.N(e.subs(point).subs(x, at), 15, maxn=10000)) for at in places)  # type: ignore[return-value]


def _remainder(problem: Problem, law: Law, left: E) -> tuple[E, str, tuple[str, str]]:
    """What no kernel reached, as an integral or a sum that evaluates; with its form, and the rule and reason."""
    body = sp.exp(law.log_density) * left
    if problem.deep and (found := deep.closed(body, law.x, law.low, law.high, law.measure)) is not None:
        return found, "closed", ("SymPy's integrator", "checked by quadrature")
    rule = ("no closed form found", "left as it is; it evaluates")
    if law.measure == "counting":
        rest = sp.Sum(body, (law.x, law.low, law.high))
        entries = body.atoms(sp.Indexed)
        if entries and not body.xreplace(dict.fromkeys(entries, sp.S.One)).has(law.x):
            return rest, "closed", ("definition", "a sum over the entries of a vector")
        return rest, "series", rule
    return sp.Integral(body, (law.x, law.low, law.high)), "integral", rule
