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
from derive.problem import EXPECTATION, KL, Answer, Expect, Problem
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
        self.requirements += [replace(r, statistic=statistic) for r in value.requirements]
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
    if ledger.left:
        rest, form, rule = _remainder(problem, law, sp.Add(*ledger.left))
        ledger.steps.append(Step(Expect(sp.Add(*ledger.left)), rest, *rule))
        value += rest
    steps = [*ledger.steps, Step(problem.name, value, "linearity", "sum and collect")]
    open_ends = [r for r in ledger.requirements if law.facts.decide(r.relation) is not True]
    if not open_ends:
        return [Case(sp.true, value, form)], steps
    outside, why = _divergent(problem, open_ends)
    if any(law.facts.decide(r.relation) is False for r in open_ends):
        return outside, [problem.definition, *why]
    condition = sp.And(*(r.relation for r in open_ends))
    return [Case(condition, value, form), *narrowed((outside, []), sp.Not(condition))[0]], steps


def _divergent(problem: Problem, failing: list[Requirement]) -> Answer:
    """What the quantity is where an expectation diverges.

    A KL divergence is +∞: its negative part never diverges. So is a cross-entropy or an entropy, −log q being
    bounded below but at a finite end where q is unbounded, and there it grows only as a logarithm, which is
    integrable unless p itself has a tail in log x.
    """
    if problem.kind == KL:
        return problem.verdict(sp.oo, "infinite", "the integral of p log(p/q) diverges; its negative part never does")
    if problem.kind != EXPECTATION:
        log_x = {sp.log(problem.p.variable): sp.Dummy("log_x")}
        slow = (
            any(not r.statistic.xreplace(log_x).has(problem.p.variable) for r in failing)
            and problem.p.measure != "counting"
        )
        below = _falls(problem) if slow else sp.false
        infinite = problem.verdict(sp.oo, "infinite", "the integral diverges")
        undefined = problem.verdict(sp.nan, "undefined", "the positive and the negative part both diverge")
        if below in (sp.true, sp.false):
            return undefined if below == sp.true else infinite
        cases = [*narrowed(infinite, sp.Not(below))[0], *narrowed(undefined, below)[0]]
        return cases, [*infinite[1], *undefined[1]]
    signs = _signs_at_ends(problem, failing)
    if signs in ({1}, {-1}):
        return problem.verdict(signs.pop() * sp.oo, "infinite", "the integral diverges")
    return problem.verdict(sp.nan, "undefined", "the positive and the negative part both diverge")


def _signs_at_ends(problem: Problem, failing: list[Requirement]) -> set[int]:
    """The signs that the integrand takes at the ends of the support where a statistic that fails is unbounded."""
    p, signs = problem.p, set()
    for end, inward in zip(p.support, (1, -1), strict=True):
        if any(_grows(r.statistic, p.variable, end, inward) for r in failing):
            _, value = _towards(problem.integrand, p.variable, end, inward)
            signs.add(1 if value > 0 else -1)
    return signs


def _falls(problem: Problem) -> Any:
    """The condition under which −log q falls to −∞ as x → 0: it is c·log x + …, c > 0, and nothing outgrows that."""
    x = problem.p.variable
    rates = [t / sp.log(x) for t in sp.Add.make_args(expand_logs(problem.integrand, x)) if t.has(x)]
    if any(r.has(x) and _grows(r, x, sp.S.Zero, 1) for r in rates):
        return sp.false
    rate = sp.Add(*(r for r in rates if not r.has(x)))
    return {1: sp.true, -1: sp.false, 0: sp.false, None: sp.Gt(rate, 0)}[problem.facts.sign(rate)]


def _grows(e: E, x: sp.Symbol, end: E, inward: int) -> bool:
    """Whether an expression grows without bound towards an end of the support, judged by two values near it."""
    near, nearer = _towards(e, x, end, inward)
    return bool(abs(nearer) > 2 * abs(near))


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
