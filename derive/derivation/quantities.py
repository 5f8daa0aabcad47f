"""Entropy, cross-entropy and KL divergence, derived.

    H(p) = E_p[−log p]      CE(p, q) = E_p[−log q]      KL(p‖q) = E_p[log p − log q]

Each is derived on its own: KL from the merged log-ratio, never as CE − H, because it exists where those do
not. With `deep` SymPy's own integrator tries what is left open; with `definition` no closed form is sought, and the
integral or sum that defines a quantity stands, under the conditions under which it exists (`problem.Effort`). How is told in `derivation` (gates, signs, orders), `assembly` (the sum of expectations), `moments`
(one expectation) and `integrals` (by shift and derivative); `assignment` puts the user's values in, last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import sympy as sp
from sympy.logic.boolalg import Boolean

from derive.algebra.values import NO_VALUE
from derive.derivation.assignment import formula_of
from derive.derivation.bases import of_either_sign, unlogged
from derive.derivation.branches import as_piecewise, ceilings_as_floors
from derive.derivation.cases import conditioned, finished, joined, narrowed, settled
from derive.derivation.conditions import equalities
from derive.derivation.formula import Case, Formula, Step
from derive.derivation.gates import derived
from derive.derivation.problem import CROSS_ENTROPY, ENTROPY, EXPECTATION, KL, Effort, place
from derive.derivation.readings import readings
from derive.derivation.soundness import sound
from derive.derivation.statistic import StatisticError, real, unreal
from derive.derivation.wholes import of_whole_part
from derive.expectations.neatness import without_moduli
from derive.families.expression import CONSTANTS, read
from derive.families.facts import facts_of
from derive.families.family import Distribution, Family
from derive.families.library import catalog
from derive.writing.notation import Expect, quantity


def entropy(p: Any, *, deep: bool = False, definition: bool = False) -> Formula:
    """H(p) = E_p[−log p] in nats: Shannon's for counts, differential otherwise.

    >>> from derive import catalog
    >>> print(entropy(catalog.Exponential("lamda")))
    1 - log(lamda)
    """
    return formula_of(ENTROPY, (as_distribution(p),), Effort.of(deep, definition))


def cross_entropy(p: Any, q: Any, *, deep: bool = False, definition: bool = False) -> Formula:
    """CE(p, q) = E_p[−log q] in nats; p is the true distribution, q the model.

    >>> from derive import catalog
    >>> print(cross_entropy(catalog.Exponential("a"), catalog.Exponential("b")))
    b/a - log(b)
    """
    return formula_of(CROSS_ENTROPY, (as_distribution(p), as_distribution(q)), Effort.of(deep, definition))


def kl_divergence(p: Any, q: Any, *, deep: bool = False, definition: bool = False) -> Formula:
    """KL(p‖q) = E_p[log p − log q] in nats; +∞ where p is not absolutely continuous with respect to q.

    >>> from derive import catalog
    >>> print(kl_divergence(catalog.Poisson("a"), catalog.Poisson("b")))
    a*log(a/b) - a + b
    >>> pair = catalog.Logistic(0, "a"), catalog.Logistic(0, "b")
    >>> kl_divergence(*pair, definition=True).form
    'integral'
    """
    return formula_of(KL, (as_distribution(p), as_distribution(q)), Effort.of(deep, definition))


def as_distribution(p: Any) -> Distribution:
    """A `Distribution` as it is; a family as its generic member; a sympy.stats variable by its density.

    Raises DefinitionError for one of a family of the user's own that is seen to be no density.
    """
    if isinstance(p, (Distribution, Family)):
        member = p if isinstance(p, Distribution) else p.suffixed("")
        sound(member.family)
        return member
    if isinstance(p, sp.Basic) and type(p).__name__ == "RandomSymbol":
        from derive.families.sympy_stats import from_random_symbol

        return from_random_symbol(p)
    if isinstance(p, str) and p in catalog:  # two of one name would be one member, and not the pair that is meant
        family = catalog[p]
        own = ", ".join(f'"{param.name}"' for param in family.params)
        raise TypeError(f"{p!r} is the name of a family: use catalog.{family.name}({own})")
    raise TypeError(f"{p!r} is not a distribution: use catalog.Gamma(...), a Family or a sympy.stats variable")


def expectation(statistic: Any, p: Any) -> Formula:
    """E_p[statistic], for a statistic of the variable x: a SymPy expression or text.

    Its other symbols are parameters of the formula; in text, the name of a parameter of p is the value of that.
    Raises StatisticError where it is not real on a part of the support: nothing is left out. At an integer of the support where
    it cannot be evaluated, as 0 log 0 and 0/0, its value is its limit from the sides that the support has.
    A condition is its indicator, so that its mean is its probability.
    `p` is a distribution, or anything with a method `expectation(statistic)`, such as `Empirical`: no density
    is needed beyond what gives the expectation.

    >>> from derive import catalog
    >>> print(expectation("x**2", catalog.Gamma("k", "theta")))
    k*theta**2*(k + 1)
    >>> print(expectation("x > 1", catalog.Exponential("lamda")))
    exp(-lamda)
    >>> print(expectation("a**x", catalog.Geometric("p")).evaluate(a="3/2", p="1/2"))
    3.0
    """
    if hasattr(p, "expectation"):
        result: Formula = p.expectation(statistic)
        return result
    p = as_distribution(p)
    x = p.variable
    if isinstance(statistic, str):
        statistic = read(
            statistic,
            lambda name: x if name == x.name else p.parameters[name] if name in p.parameters else _known(name),
        )
    statistic = sp.sympify(statistic, strict=True)
    if isinstance(statistic, Boolean) and not isinstance(statistic, sp.Expr):  # a symbol is both
        statistic = _branched(statistic, 1, 0)
    if statistic.has(*NO_VALUE):
        raise StatisticError(f"{statistic} is no real number, nor a function of {x}")
    known = {s.name: s for s in (*p.free_symbols, x) if isinstance(s, sp.Symbol)}
    statistic = statistic.xreplace(
        {s: known.get(s.name, s) for s in statistic.free_symbols if isinstance(s, sp.Symbol)}
    )
    real(statistic, p)
    ways, condition = readings(_upright(statistic), p)
    found = []
    for way in ways:
        held = sp.And.make_args(way.condition)
        written = without_moduli(place(way.statistic, equalities(held)), facts_of((p,)).under(held))
        found.append((_written(written, p, way.condition), way.condition))
    formula = replace(united(found, condition), statistic=statistic, unit="")
    named = {quantity(EXPECTATION, 1): formula.name}
    steps: dict[Any, Step] = {}  # of a statistic that is one term, its mean and the sum of its terms are one step
    for step in (step.map(lambda e: place(e, named)) for step in formula.steps):
        if step.before != step.after:
            steps.setdefault((step.before, step.after, step.condition), step)
    return replace(formula, steps=tuple(steps.values()))


def _upright(statistic: Any) -> Any:
    """With log(1/g) as −log g: both are real where g is positive, and more is known of the one.

    >>> x = sp.Symbol("x", real=True)
    >>> _upright(1 / sp.log(1 / x))
    -1/log(x)
    """

    def of_reciprocal(f: Any) -> bool:
        return isinstance(f, sp.log) and f.args[0].is_Pow and f.args[0].exp == -1

    return statistic.replace(of_reciprocal, lambda f: -sp.log(f.args[0].base))


def _written(statistic: Any, p: Distribution, known: Any) -> Formula:
    """The mean of a statistic, its maxima, signs and whole parts as branches unless nothing comes of that."""
    statistic = ceilings_as_floors(statistic, p)
    branches = as_piecewise(statistic, p)
    found = _based(branches, p, known)
    if not settled(found.cases) and all(c.form != "closed" for c in found.cases):
        plain = mean(statistic, p, known) if branches != statistic else found
        shorter = plain if plain.decided or not found.decided else found
        found = of_whole_part(statistic, p, _based) or shorter
    facts = facts_of((p,))
    return replace(found, cases=tuple(c._replace(condition=unlogged(c.condition, facts)) for c in found.cases))


def _based(statistic: Any, p: Distribution, known: Any = sp.true) -> Formula:
    """The mean of a statistic in which a letter to the power of a count may have either sign."""
    return of_either_sign(statistic, p, lambda e: mean(e, p, known)) or mean(statistic, p, known)


def where(found: Formula, condition: Any) -> Formula:
    """A formula under a condition; undefined without it."""
    return united([(found, condition)], condition)


def united(found: list[tuple[Formula, Any]], condition: Any) -> Formula:
    """Formulas, each under its own condition; undefined where none holds, which is where this one does not."""
    if len(found) == 1 and condition == sp.true:
        return found[0][0]
    facts = facts_of(found[0][0].distributions)
    cases = [Case(sp.Not(condition), sp.nan, "undefined")]
    steps: list[Step] = []
    for formula, held in reversed(found):
        cases = [*narrowed((list(formula.cases), []), held)[0], *cases]
        steps = [*conditioned(list(formula.steps), held), *steps]
    cases = [finished(c, False, facts) for c in cases]
    return replace(found[0][0], cases=joined(cases), steps=tuple(steps))


def _branched(condition: Any, value: Any, other: Any) -> Any:
    """One value where a condition holds, and another elsewhere, with one relation in each branch.

    >>> x = sp.Symbol("x")
    >>> _branched((x > 1) & (x < 2), 1, 0)
    Piecewise((Piecewise((1, x < 2), (0, True)), x > 1), (0, True))
    """
    if isinstance(condition, sp.Not):
        return _branched(condition.args[0], other, value)
    if isinstance(condition, (sp.And, sp.Or)):
        first, *others = sp.ordered(condition.args)
        rest = _branched(condition.func(*others), value, other)
        return _branched(first, *((rest, other) if isinstance(condition, sp.And) else (value, rest)))
    return sp.Piecewise((value, condition), (other, True))


def mean(statistic: Any, p: Distribution, known: Any = sp.true) -> Formula:
    """E_p of a statistic that is real on the support where a condition is known to hold: an expression of p's own variable."""
    return derived(EXPECTATION, (p,), statistic=statistic, known=known)


def _known(name: str) -> Any:
    """A name in a statistic that is neither the variable nor a parameter: a constant, or a real symbol."""
    if name in map(str, NO_VALUE):
        raise StatisticError(f"{name} is no real number")
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
        data = [sp.sympify(v) for v in self.data]
        if wrong := [v for v in data if unreal(statistic, x, v)]:
            raise StatisticError(f"{statistic} is not real at {x} = {wrong[0]}, in the sample")
        values = [statistic.subs(x, v) for v in data]
        if wrong := [v for v, value in zip(data, values, strict=True) if value.is_number and not value.is_real]:
            raise StatisticError(f"{statistic} has no real value at {x} = {wrong[0]}, in the sample")
        mean = sp.Add(*values) / len(values)
        step = Step(Expect(statistic), mean, "definition", "the mean over the sample")
        own = statistic.xreplace({x: sp.S.One})
        return Formula("expectation", (), (Case(sp.true, mean, "closed"),), (step,), statistic=own)


def closing(kind: str, family: Family) -> tuple[tuple[str, ...], Formula] | None:
    """The fewest parameters that two members must share for CE or KL to close, and the formula then.

    None when it closes with all parameters different, or with none of the choices.

    >>> from derive import catalog
    >>> closing(KL, catalog.Logistic)[0]
    ('s',)
    """
    one, two, plain = (family.suffixed(suffix).values for suffix in ("_1", "_2", ""))
    if settled(formula_of(kind, (Distribution(family, one), Distribution(family, two))).cases):
        return None
    every = range(len(family.params))

    def sharing(shared: Iterable[int]) -> Formula | None:
        values = (tuple(plain[i] if i in shared else v for i, v in enumerate(own)) for own in (one, two))
        formula = formula_of(kind, tuple(Distribution(family, v) for v in values))
        return formula if settled(formula.cases) and any(c.form == "closed" for c in formula.cases) else None

    # what closes with some shared closes with more: so only parameters that may differ alone may differ together
    free = [i for i in every if sharing({*every} - {i})] if len(every) > 1 else []
    for count in range(len(free), 0, -1):
        for different in combinations(reversed(free), count):
            shared = tuple(i for i in every if i not in different)
            if shared and (formula := sharing(shared)):
                return tuple(family.params[i].name for i in shared), formula
    return None
