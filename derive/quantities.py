"""Entropy, cross-entropy and KL divergence, derived.

    H(p) = E_p[−log p]      CE(p, q) = E_p[−log q]      KL(p‖q) = E_p[log p − log q]

Each is derived on its own: KL from the merged log-ratio, never as CE − H, because it exists where those do
not. Gates come first: absolute continuity (the support of p inside that of q), then convergence. Where
an answer hangs on the sign of a parameter or on the order of two locations, each sign is derived and the
results are joined. Everything happens on the families' own symbols; the user's values go in last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import Any

import sympy as sp

from derive.expression import CONSTANTS, read
from derive.moments import Law, Requirement, Undecided, expect, statistics
from derive.facts import Facts, facts_of
from derive.family import Distribution, Family, large, put, put_vectors
from derive.formula import Case, Formula, Step
from derive.normal import expand_logs, is_zero, to_loggamma
from derive.notation import quantity
from derive.tidy import length, neat, shortest, tidy

E = Any
Expect = sp.Function("Expect")

ENTROPY, CROSS_ENTROPY, KL = "entropy", "cross_entropy", "kl_divergence"


def entropy(p: Any, *, deep: bool = False) -> Formula:
    """H(p) = E_p[−log p] in nats: Shannon's for counts, differential otherwise.

    >>> from derive import catalog
    >>> print(entropy(catalog.Exponential("lamda")))
    1 - log(lamda)
    """
    return _formula(ENTROPY, (as_distribution(p),), deep)


def cross_entropy(p: Any, q: Any, *, deep: bool = False) -> Formula:
    """CE(p, q) = E_p[−log q] in nats; p is the true distribution, q the model.

    >>> from derive import catalog
    >>> print(cross_entropy(catalog.Exponential("a"), catalog.Exponential("b")))
    b/a - log(b)
    """
    return _formula(CROSS_ENTROPY, (as_distribution(p), as_distribution(q)), deep)


def kl_divergence(p: Any, q: Any, *, deep: bool = False) -> Formula:
    """KL(p‖q) = E_p[log p − log q] in nats; +∞ where p is not absolutely continuous with respect to q.

    >>> from derive import catalog
    >>> print(kl_divergence(catalog.Poisson("a"), catalog.Poisson("b")))
    a*log(a/b) - a + b
    """
    return _formula(KL, (as_distribution(p), as_distribution(q)), deep)


def as_distribution(p: Any) -> Distribution:
    """A `Distribution` as it is; a family as its generic member; a sympy.stats variable by its density."""
    if isinstance(p, Distribution):
        return p
    if isinstance(p, Family):
        return p.suffixed("")
    if isinstance(p, sp.Basic) and type(p).__name__ == "RandomSymbol":
        from derive.sympy_stats import from_random_symbol

        return from_random_symbol(p)
    raise TypeError(f"{p!r} is not a distribution: use catalog.Gamma(...), a Family or a sympy.stats variable")


def expectation(statistic: Any, p: Any) -> Formula:
    """E_p[statistic], for a statistic of the variable x: a SymPy expression or text.

    `p` is a distribution, or anything with a method `expectation(statistic)`, such as `Empirical`: no density
    is needed beyond what gives the expectation.

    >>> from derive import catalog
    >>> print(expectation("x**2", catalog.Gamma("k", "theta")))
    k*theta**2*(k + 1)
    """
    if hasattr(p, "expectation"):
        result: Formula = p.expectation(statistic)
        return result
    p = as_distribution(p)
    x = p.variable
    if isinstance(statistic, str):
        statistic = read(statistic, lambda name: x if name == x.name else p.parameters.get(name) or _known(name))
    statistic = sp.sympify(statistic, strict=True)
    statistic = statistic.xreplace({s: x for s in statistic.free_symbols if s.name == x.name})
    problem = Problem("expectation", p, None, facts_of((p,)))
    law = Law(to_loggamma(p.log_density), x, *p.support, p.measure, problem.facts)
    cases, steps = _term_by_term(problem, law, statistic)
    return Formula("expectation", (p,), _joined([_finished(c, False) for c in cases]), tuple(steps))


def _known(name: str) -> E:
    """A name in a statistic that is neither the variable nor a parameter: a constant, or a real symbol."""
    return CONSTANTS[name] if name in CONSTANTS else sp.Symbol(name, real=True)


@dataclass(frozen=True)
class Empirical:
    """The distribution of a sample: mass 1/n on each observation. It has expectations, and no density.

    >>> x = sp.Symbol("x")
    >>> print(Empirical((1, 2, 6)).expectation(x**2))
    41/3
    """

    data: tuple[Any, ...]

    def expectation(self, statistic: Any) -> Formula:
        """The mean of a statistic of x over the sample."""
        statistic = read(statistic) if isinstance(statistic, str) else sp.sympify(statistic, strict=True)
        x = next((s for s in statistic.free_symbols if s.name == "x"), sp.Symbol("x"))
        mean = sp.Add(*(statistic.subs(x, sp.sympify(v)) for v in self.data)) / len(self.data)
        step = Step(Expect(statistic), mean, "definition", "the mean over the sample")
        return Formula("expectation", (), (Case(sp.true, mean, "closed"),), (step,))


def closing(kind: str, family: Family) -> tuple[tuple[str, ...], Formula] | None:
    """The fewest parameters that two members must share for CE or KL to close, and the formula then.

    None when it closes with all parameters different, or with none of the choices.

    >>> from derive import catalog
    >>> closing(KL, catalog.Logistic)[0]
    ('s',)
    """
    p, q = family.suffixed("_1"), family.suffixed("_2")
    if _settled(_formula(kind, (p, q), False)):
        return None
    names = [param.name for param in family.params]
    for count in range(1, len(names)):
        for shared in combinations(range(len(names)), count):
            values = tuple(p.values[i] if i in shared else v for i, v in enumerate(q.values))
            formula = _formula(kind, (p, Distribution(family, values)), False)
            if _settled(formula):
                return tuple(names[i] for i in shared), formula
    return None


# --- from the user's values to the families' symbols and back -------------------------------------------------


def _formula(kind: str, members: tuple[Distribution, ...], deep: bool) -> Formula:
    generic = _generic(members)
    derived = _derived(kind, generic, deep)
    back = _assignment(generic, members)
    if _settled(derived):
        found = _placed(derived, back)
        if found is not None:
            return replace(found, distributions=members)
    for special in () if any(large(v) for p in members for v in p.values) else _specialised(members):
        attempt = _derived(kind, special, deep)
        if _settled(attempt) or special is members:
            found = _placed(attempt, _assignment(special, members))
            if found is not None:
                return replace(found, distributions=members)
    found = _placed(derived, back)
    if found is None:
        found = _derived(kind, members, deep)
    return replace(found, distributions=members)


def _settled(formula: Formula) -> bool:
    return all(c.form in ("closed", "infinite", "undefined") for c in formula.cases)


def _generic(members: tuple[Distribution, ...]) -> tuple[Distribution, ...]:
    suffixes = ("",) if len(members) == 1 else ("_1", "_2")
    return tuple(
        Distribution(p.family, tuple(v if isinstance(v, sp.Tuple) else g for v, g in zip(p.values, _fresh(p, s), strict=True)))
        for p, s in zip(members, suffixes, strict=True)
    )


def _fresh(p: Distribution, suffix: str) -> tuple[Any, ...]:
    return p.family.suffixed(suffix).values


def _specialised(members: tuple[Distribution, ...]) -> list[tuple[Distribution, ...]]:
    """The members with equal parameters identified, then with numbers as they are."""
    names: dict[Any, Any] = {}
    shared, exact = [], []
    for p, fresh in zip(members, (g.values for g in _generic(members)), strict=True):
        keep = []
        for value, symbol in zip(p.values, fresh, strict=True):
            keep.append(value if isinstance(value, (sp.Tuple, sp.IndexedBase)) else names.setdefault(value, symbol))
        shared.append(Distribution(p.family, tuple(keep)))
        exact.append(
            Distribution(p.family, tuple(v if getattr(v, "is_number", False) else k for v, k in zip(p.values, keep, strict=True)))
        )
    return [tuple(shared), tuple(exact)]


def _assignment(generic: tuple[Distribution, ...], members: tuple[Distribution, ...]) -> dict[Any, Any]:
    return {
        g: v
        for a, b in zip(generic, members, strict=True)
        for g, v in zip(a.values, b.values, strict=True)
        if g != v and not isinstance(g, sp.Tuple)
    }


def _placed(formula: Formula, place: dict[Any, Any]) -> Formula | None:
    """A formula with values for its symbols; None where they hit a removable point."""
    if not place:
        return formula
    symbols = {k for k, v in place.items() if getattr(v, "is_Symbol", False) or isinstance(v, sp.IndexedBase)}

    cases = []
    for case in formula.cases:
        condition = _put(case.condition, place)
        if condition == sp.false:
            continue
        expr = _put(case.expr, place)
        if case.form not in ("infinite", "undefined") and expr.has(sp.nan, sp.zoo, sp.oo):
            return None
        if len(symbols) < len(place) and case.form == "closed" and not any(large(v) for v in place.values()):
            expr = tidy(expr)
        cases.append(Case(condition, expr, case.form))
        if condition == sp.true:
            break
    steps = tuple(s.map(lambda e: _put(e, place)) for s in formula.steps)
    return replace(formula, cases=tuple(cases), steps=steps)


# --- the derivation -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Problem:
    """What is to be derived, under what is known."""

    kind: str
    p: Distribution
    q: Distribution | None
    facts: Facts

    @property
    def members(self) -> tuple[Distribution, ...]:
        return (self.p,) if self.q is None else (self.p, self.q)


@lru_cache(maxsize=4096)
def _derived(kind: str, members: tuple[Distribution, ...], deep: bool) -> Formula:
    free, back = _unconstrained(members)
    problem = Problem(kind, free[0], free[1] if len(free) > 1 else None, facts_of(free))
    cases, steps = _by_sign(problem)
    cases = [_finished(Case(_put(c.condition, back), _put(c.expr, back), c.form), bool(back)) for c in cases]
    steps = [s.map(lambda e: _put(e, back)) for s in steps]
    return Formula(kind, members, _joined(cases), tuple(steps))


def _finished(case: Case, moved: bool) -> Case:
    """A case on the families' own symbols, with its condition neat, and its expression too if symbols changed."""
    expr = tidy(case.expr) if moved and case.form == "closed" else case.expr
    return Case(pruned(neat(case.condition)), expr, case.form)


def pruned(condition: Any) -> Any:
    """A condition without the inequalities that its others imply, and without negations of junctions.

    >>> a = sp.Symbol("a", real=True)
    >>> pruned((a > 1) & (a > 2))
    a > 2
    """
    if isinstance(condition, sp.Not):
        condition = sp.to_nnf(condition, simplify=False)
    if isinstance(condition, sp.Or):
        return sp.Or(*(pruned(c) for c in condition.args))
    if not isinstance(condition, sp.And):
        return condition
    kept = sorted(condition.args, key=sp.default_sort_key)
    for relation in list(kept):
        rest = Facts()
        for other in kept:
            if other != relation:
                rest.learn(other)
        if rest.decide(relation) is True:
            kept.remove(relation)
        elif rest.decide(relation) is False:
            return sp.false
    return sp.And(*(pruned(c) for c in kept))


def _put(e: Any, place: dict[Any, Any]) -> Any:
    """Values in for symbols and vectors, in an expression or a condition."""
    if not place or not hasattr(e, "subs"):
        return e
    vectors = {k: v for k, v in place.items() if isinstance(k, sp.IndexedBase)}
    if vectors:
        return put(put_vectors(e, vectors), {k: v for k, v in place.items() if k not in vectors})
    return put(e, place)


def _unconstrained(members: tuple[Distribution, ...]) -> tuple[tuple[Distribution, ...], dict[Any, Any]]:
    """A parameter b that a constraint puts above another, a < b, written a + w with w > 0; and w's meaning."""
    back: dict[Any, Any] = {}
    free = []
    for p in members:
        values = p.values
        for constraint in p.family.definition.constraints:
            placed = Distribution(p.family, values).place(constraint)
            original = p.place(constraint)
            if not hasattr(placed, "gts") or not placed.lts.free_symbols or not original.gts.is_Symbol:
                continue
            kind = {"integer": True} if original.gts.is_integer else {}
            w = sp.Dummy("w", positive=True, **kind)
            back[w] = original.gts - original.lts
            values = tuple(placed.lts + w if v == original.gts else v for v in values)
        free.append(Distribution(p.family, values))
    return tuple(free), back


Answer = tuple[list[Case], list[Step]]


def _by_sign(problem: Problem) -> Answer:
    """Parameters that are real and not zero: each sign by itself."""
    for p in problem.members:
        for symbol in p.free_symbols:
            if symbol.is_nonzero and symbol.is_extended_positive is None and symbol.is_real:
                return _split(problem, symbol, strict=True)
    return _centred(problem)


def _split(problem: Problem, symbol: sp.Symbol, strict: bool = False) -> Answer:
    """Both signs of a symbol, derived apart and joined."""
    answers = []
    positive = sp.Dummy(symbol.name, positive=True)
    for value, sign in ((positive, 1), (-positive, -1)):
        place = {symbol: value}
        members = [Distribution(m.family, tuple(v.xreplace(place) for v in m.values)) for m in problem.members]
        branch = Problem(problem.kind, members[0], members[1] if problem.q else None, facts_of(members))
        cases, steps = _by_sign(branch)
        answers.append(([_renamed(c, positive, sign * symbol) for c in cases], _steps_renamed(steps, positive, sign * symbol)))
    return _join_signs(symbol, sp.S.Zero, answers, strict)


def _renamed(case: Case, old: Any, new: Any) -> Case:
    put = {old: new}
    condition = case.condition if case.condition in (True, False) else case.condition.subs(put)
    return Case(condition, case.expr.subs(put), case.form)


def _steps_renamed(steps: list[Step], old: Any, new: Any) -> list[Step]:
    return [s.map(lambda e: _put(e, {old: new})) for s in steps]


def _join_signs(symbol: sp.Symbol, anchor: E, answers: list[Answer], strict: bool) -> Answer:
    """The answers for symbol > anchor and symbol < anchor as one, by |symbol − anchor| where they mirror each other."""
    (above, steps), (below, steps_below) = answers
    if len(above) == len(below) == 1 and above[0].form == below[0].form:
        one, other = above[0], below[0]
        if one.form in ("infinite", "undefined") or is_zero(one.expr - other.expr):
            return [one], steps
        steps = [replace(s, condition=sp.Gt(symbol, anchor)) for s in steps]
        gap = sp.Dummy("gap", positive=True)
        ahead, behind = one.expr.subs(symbol, anchor + gap), other.expr.subs(symbol, anchor - gap)
        if is_zero(ahead - behind):
            value = ahead.subs(gap, sp.Abs(symbol - anchor))
            return [one._replace(expr=value)], [*steps, replace(steps[-1], after=value, rule="symmetry",
                    reason="the other order mirrors this one", condition=sp.true)]  # fmt: skip
        steps_below = [replace(s, condition=sp.Lt(symbol, anchor)) for s in steps_below]
    upper = sp.Gt(symbol, anchor) if strict else sp.Ge(symbol, anchor)
    cases = [Case(sp.And(upper, c.condition), c.expr, c.form) for c in above]
    cases += [Case(sp.And(sp.Lt(symbol, anchor), c.condition), c.expr, c.form) for c in below]
    return cases, steps + steps_below


TRANSLATION, SCALING = "translation", "scaling"


def location(p: Distribution) -> tuple[sp.Symbol, str] | None:
    """The parameter m such that p is a function of x − m, or on a half line of x·e^(−m), if there is one."""
    for value in p.values:
        if isinstance(value, sp.Symbol) and value.is_real and value.is_extended_positive is None:
            for kind in (TRANSLATION, SCALING):
                if not any(e.has(value) for e in _moved_by(p, value, kind)):
                    return value, kind
    return None


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
    moved = [p.log_density.subs(x, x + m)]
    if p.measure == "lebesgue":
        moved += [sp.expand(low - m), sp.expand(high - m)]
    return moved


def _centred(problem: Problem) -> Answer:
    """Translate (or scale) so that p is centred, when q moves with it; then the rest."""
    found = location(problem.p)
    if found is None:
        return _gated(problem)
    m, kind = found
    p = _moved(problem.p, m, sp.S.Zero)
    jacobian = m if kind == SCALING and problem.kind != KL else sp.S.Zero
    if problem.q is None:
        cases, steps = _gated(Problem(problem.kind, p, None, facts_of((p,))))
        return _shifted(cases, jacobian), _restored(problem, steps, kind, m, jacobian)
    other = location(problem.q)
    if other is None or other[1] != kind or problem.p.measure != problem.q.measure:
        return _gated(problem)
    delta = sp.Dummy("delta", real=True) if other[0] != m else sp.S.Zero
    q = _moved(problem.q, other[0], delta)
    cases, steps = _gated(Problem(problem.kind, p, q, facts_of((p, q))))
    place = {delta: other[0] - m} if delta != 0 else {}
    cases = [Case(_put(c.condition, place), _put(c.expr, place), c.form) for c in cases]
    steps = [s.map(lambda e: _put(e, place)) for s in steps]
    return _shifted(cases, jacobian), _restored(problem, steps, kind, m, jacobian)


def _shifted(cases: list[Case], amount: E) -> list[Case]:
    return [c if c.form in ("infinite", "undefined") else c._replace(expr=c.expr + amount) for c in cases]


def _restored(problem: Problem, steps: list[Step], kind: str, m: sp.Symbol, amount: E) -> list[Step]:
    """Steps derived for the centred law, as equations about p itself."""
    x, name = problem.p.variable, quantity(problem.kind, len(problem.members))
    back = x - m if kind == TRANSLATION else x * sp.exp(-m)

    def uncentred(e: E) -> E:
        return e.subs(x, back).xreplace({sp.log(x * sp.exp(-m)): sp.log(x) - m})

    restored = []
    for step in steps:
        if step.rule == "definition":
            restored.append(_definition(problem))
        elif step.before == name and step.rule == "linearity":
            restored.append(replace(step, after=step.after + amount))
        else:
            restored.append(replace(step, before=uncentred(step.before), change=step.change and uncentred(step.change)))
    return restored


def _definition(problem: Problem) -> Step:
    name = quantity(problem.kind, len(problem.members))
    return Step(name, Expect(_integrand(problem)), "definition", DEFINITIONS[problem.kind])


def _moved(p: Distribution, symbol: Any, value: Any) -> Distribution:
    """A member with a value in for a symbol."""
    return Distribution(p.family, tuple(_put(v, {symbol: value}) for v in p.values))


def _gated(problem: Problem) -> Answer:
    """Absolute continuity first: p must live where q does."""
    if problem.q is None:
        return _expected(problem)
    p, q = problem.p, problem.q
    if (p.measure == "counting") != (q.measure == "counting"):
        if problem.kind == KL:
            return _infinite(problem, "p is not absolutely continuous with respect to q: one is discrete, one is not")
        return [Case(sp.true, sp.nan, "undefined")], [_gate_step(problem, sp.nan, "p and q have no common measure")]
    inside = []
    for relation in (sp.Le(q.support[0], p.support[0]), sp.Le(p.support[1], q.support[1])):
        answer = problem.facts.decide(relation)
        if answer is False:
            return _infinite(problem, "the support of p is not inside that of q")
        if answer is None:
            inside.append(relation)
    if not inside:
        return _expected(problem)
    condition = sp.And(*inside)
    cases, steps = _expected(_under(problem, inside))
    outside = [Case(sp.Not(condition), sp.oo, "infinite")]
    return [Case(sp.And(condition, c.condition), c.expr, c.form) for c in cases] + outside, steps


def _under(problem: Problem, relations: list[Any]) -> Problem:
    """The problem with inequalities between supports taken as known, in the facts and in the symbols."""
    facts = problem.facts.copy()
    for relation in relations:
        facts.learn(relation)
    return Problem(problem.kind, problem.p, problem.q, facts)


def _infinite(problem: Problem, reason: str) -> Answer:
    return [Case(sp.true, sp.oo, "infinite")], [_gate_step(problem, sp.oo, reason)]


def _gate_step(problem: Problem, value: Any, reason: str) -> Step:
    return Step(quantity(problem.kind, len(problem.members)), value, "existence", reason)


def _integrand(problem: Problem) -> E:
    log_p = to_loggamma(problem.p.log_density)
    if problem.kind == ENTROPY:
        return -log_p
    assert problem.q is not None
    log_q = to_loggamma(_same_variable(problem.q, problem.p))
    return -log_q if problem.kind == CROSS_ENTROPY else log_p - log_q


def _same_variable(q: Distribution, p: Distribution) -> E:
    return q.log_density if q.variable == p.variable else q.log_density.xreplace({q.variable: p.variable})


def _expected(problem: Problem) -> Answer:
    """E_p of the integrand, term by term; by symmetry on the whole line where that closes it."""
    p, x = problem.p, problem.p.variable
    law = Law(to_loggamma(p.log_density), x, *p.support, p.measure, problem.facts)
    integrand = _integrand(problem)
    answer = _term_by_term(problem, law, integrand)
    if any(c.form == "integral" for c in answer[0]) and law.low == 0 and law.high == sp.oo and law.measure == "lebesgue":
        if _even(law.log_density, x) and _even(integrand, x):
            whole = Law(law.log_density - sp.log(2), x, -sp.oo, sp.oo, law.measure, law.facts)
            unfolded = _term_by_term(problem, whole, integrand)
            if not any(c.form == "integral" for c in unfolded[0]):
                return unfolded[0], _unfolded_steps(problem, unfolded)
    return answer


def _unfolded_steps(problem: Problem, answer: Answer) -> list[Step]:
    """Steps of a derivation on the whole line: its inner expectations are about another law, so one step tells all."""
    (case, *_), steps = answer
    reason = "density and statistic are even: the expectation is that on the whole line, where a kernel gives it"
    return [steps[0], replace(steps[-1], before=steps[0].after, rule="symmetry", reason=reason), steps[-1]]


def _even(expression: E, x: sp.Symbol) -> bool:
    return is_zero(expand_logs(expression - expression.subs(x, -x), x)) is True


def _term_by_term(problem: Problem, law: Law, integrand: E) -> Answer:
    """The expectation of each additive term of the integrand, and their sum."""
    x = law.x
    parts, left, requirements = [], [], []
    steps = [Step(quantity(problem.kind, len(problem.members)), Expect(integrand), "definition", DEFINITIONS[problem.kind])]
    undecided: list[Undecided] = []
    for coefficient, statistic in statistics(integrand, x):
        try:
            value = expect(statistic, law) if statistic != 1 else None
        except Undecided as error:
            undecided.append(error)
            value = None
        if statistic == 1:
            parts.append((coefficient, sp.S.One))
        elif value is None:
            left.append(coefficient * statistic)
        else:
            mean = tidy(value.expr)
            parts.append((coefficient, mean))
            requirements += _signed(value.requirements, problem.facts.sign(coefficient))
            steps.append(Step(Expect(statistic), mean, value.rule, value.reason, change=value.change))
    if undecided and (split := _split_on(problem, undecided)):
        return split
    if len(left) > 1 and not undecided:
        together = expect(sp.Add(*left), law)
        if together is not None:
            steps.append(
                Step(Expect(sp.Add(*left)), tidy(together.expr), together.rule, together.reason, change=together.change)
            )
            parts.append((sp.S.One, tidy(together.expr)))
            left = []
            requirements += together.requirements
    return _assembled(problem, law, _collected(parts), sp.Add(*left), requirements, steps)


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
                options.append((rest + sp.Add(*(shortest(c) * m for c, m in held)), part))
        if not options:
            break
        option, part = min(options, key=lambda o: length(o[0]))
        if length(option) >= length(best):
            break
        best = option
        apart.append(part)
    return best


def _signed(requirements: list[Requirement], sign: int | None) -> list[Requirement]:
    return [replace(r, direction=r.direction * (sign or 0)) for r in requirements]


DEFINITIONS = {
    ENTROPY: "H(p) = E_p[−log p]",
    CROSS_ENTROPY: "CE(p, q) = E_p[−log q]",
    KL: "KL(p‖q) = E_p[log p − log q], with the log-ratio merged",
    "expectation": "the statistic",
}


def _split_on(problem: Problem, undecided: list[Undecided]) -> Answer | None:
    """Both orders of two locations, when the order of two kinks hangs on it."""
    for order in undecided:
        for moved, anchor in _comparable(problem, order):
            answers = []
            gap = sp.Dummy("delta", positive=True)
            for sign in (1, -1):
                members = tuple(_moved(m, moved, anchor + sign * gap) for m in problem.members)
                cases, steps = _gated(Problem(problem.kind, members[0], members[1], facts_of(members)))
                value = sign * (moved - anchor)
                answers.append(([_renamed(c, gap, value) for c in cases], _steps_renamed(steps, gap, value)))
            joined = _join_signs(moved, anchor, answers, strict=True)
            if all(c.form == "closed" for c in joined[0]) or len(joined[0]) == 1:
                return [c._replace(condition=_closed_side(c.condition, moved, anchor)) for c in joined[0]], joined[1]
            equal = tuple(_moved(m, moved, anchor) for m in problem.members)
            cases, steps = _gated(Problem(problem.kind, equal[0], equal[1], facts_of(equal)))
            between = [c._replace(condition=sp.And(sp.Eq(moved, anchor), c.condition)) for c in cases]
            return [*joined[0], *between], [*joined[1], *steps]
    return None


def _closed_side(condition: Any, moved: sp.Symbol, anchor: E) -> Any:
    """moved > anchor as moved ≥ anchor: a closed formula on one side extends to the limit of both."""
    return condition.subs(sp.Gt(moved, anchor), sp.Ge(moved, anchor)) if hasattr(condition, "subs") else condition


def _comparable(problem: Problem, order: Undecided) -> Iterator[tuple[sp.Symbol, E]]:
    """A parameter and an anchor whose difference's sign decides the order."""
    gap = sp.Dummy("delta", positive=True)
    symbols = {s for s in (order.low - order.high).free_symbols if s.is_real and s.is_extended_positive is None}
    symbols = sorted(symbols, key=sp.default_sort_key)
    for moved in symbols:
        for anchor in [sp.S.Zero, *symbols]:
            if anchor == moved or anchor == 0 and len(symbols) > 1:
                continue
            orders = [sp.Lt(*(e.subs(moved, anchor + sign * gap) for e in (order.low, order.high))) for sign in (1, -1)]
            if all(problem.facts.decide(relation) is not None for relation in orders):
                yield moved, anchor


def _assembled(
    problem: Problem, law: Law, total: E, left: E, requirements: list[Requirement], steps: list[Step]
) -> Answer:
    value, form = total, "closed"
    if left != 0:
        rest, form = _remainder(law, left)
        value = total + rest
        steps.append(Step(Expect(left), rest, "no closed form found", "left as it is; it evaluates"))
    name = quantity(problem.kind, len(problem.members))
    steps.append(Step(name, value, "linearity", "sum and collect"))
    needed = []
    for requirement in requirements:
        answer = law.facts.decide(requirement.relation)
        if answer is False:
            return _divergent(problem, requirements, steps)
        if answer is None and requirement.relation not in needed:
            needed.append(requirement.relation)
    if not needed:
        return [Case(sp.true, value, form)], steps
    condition = sp.And(*needed)
    (outside,), _ = _divergent(problem, requirements, steps)
    return [Case(condition, value, form), Case(sp.Not(condition), outside.expr, outside.form)], steps


def _divergent(problem: Problem, requirements: list[Requirement], steps: list[Step]) -> Answer:
    """What the quantity is where an expectation diverges."""
    if problem.kind == KL:
        value, form, reason = sp.oo, "infinite", "the integral of p log(p/q) diverges; its negative part never does"
    else:
        directions = {r.direction for r in requirements if problem.facts.decide(r.relation) is not True}
        if problem.kind == CROSS_ENTROPY and 0 in directions and _has_entropy(problem.p):
            directions = {1}
        if directions == {1} or directions == {-1}:
            value, form, reason = directions.pop() * sp.oo, "infinite", "the integral diverges"
        else:
            value, form, reason = sp.nan, "undefined", "the positive and the negative part both diverge"
    return [Case(sp.true, value, form)], [*steps[:1], _gate_step(problem, value, reason)]


def _has_entropy(p: Distribution) -> bool:
    """Whether H(p) is known to be finite: then CE = H + KL diverges to +∞ if it diverges, as KL is never −∞."""
    return all(c.form in ("closed", "series") for c in _derived(ENTROPY, (p,), False).cases)


def _remainder(law: Law, left: E) -> tuple[E, str]:
    """What no kernel reached, as an integral or a sum that evaluates."""
    body = sp.exp(law.log_density) * left
    if law.measure == "counting":
        rest = sp.Sum(body, (law.x, law.low, law.high))
        vector = body.atoms(sp.Indexed) and law.high.is_Symbol
        return rest, "closed" if vector else "series"
    return sp.Integral(body, (law.x, law.low, law.high)), "integral"


def _joined(cases: list[Case]) -> tuple[Case, ...]:
    """Cases with one expression merged, impossible ones dropped, infinite ones last."""
    merged: list[Case] = []
    for case in cases:
        if case.condition == sp.false:
            continue
        for i, other in enumerate(merged):
            if other.form == case.form and other.expr == case.expr:
                merged[i] = Case(sp.Or(other.condition, case.condition), other.expr, other.form)
                break
        else:
            merged.append(case)
    merged.sort(key=lambda c: c.form in ("infinite", "undefined"))
    if len(merged) == 1:
        merged = [merged[0]._replace(condition=sp.true)]
    elif len(merged) == 2 and merged[1].form in ("infinite", "undefined"):
        merged[1] = merged[1]._replace(condition=pruned(sp.Not(merged[0].condition)))
    return tuple(merged)
