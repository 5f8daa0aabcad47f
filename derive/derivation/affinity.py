"""∫ p^α q^(1−α): what Rényi's divergence, Hellinger's and Bhattacharyya's distance and χ² are functions of.

For a kernel it is Z at mixed exponents: α log p + (1 − α) log q is matched like a density, and its mass read off.
For 0 < α < 1 it always exists, on what the two supports share; beyond 1 it is infinite where p is not inside q, or
where the mixture has no mass. With one distribution it is ∫ p^α, of which Rényi's and Tsallis' entropies are made.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import sympy as sp

from derive.algebra.coefficients import length
from derive.algebra.normal import to_loggamma
from derive.algebra.tidy import tidy
from derive.derivation.assignment import formula_of
from derive.derivation.brevity import brief
from derive.derivation.cases import conditioned, joined, narrowed, settled, with_equalities
from derive.derivation.conditions import equalities, neat, pruned
from derive.derivation.formula import Case, Formula, Step
from derive.derivation.problem import AFFINITY, ENTROPY, KL, ORDER, place
from derive.derivation.quantities import as_distribution, kl_divergence
from derive.expectations.neatness import without_moduli
from derive.families.expression import CONSTANTS, ExpressionError, read
from derive.families.facts import Facts, facts_of
from derive.families.family import Distribution
from derive.families.parameter import NUMBERS, ParameterError, exact, without_floats
from derive.writing.notation import quantity

E = Any


def affinity(p: Any, q: Any = None, order: Any = "alpha") -> Formula:
    """∫ p^α q^(1−α), or with one distribution ∫ p^α; α is a positive number, or an expression in letters for positive ones.

    >>> from derive import catalog
    >>> print(affinity(catalog.Exponential("a"), catalog.Exponential("b"), "1/2"))
    sqrt(a)*sqrt(b)/(a/2 + b/2)
    """
    members = tuple(as_distribution(m) for m in (p, q) if m is not None)
    alpha = _order(order, members)
    formula = formula_of(AFFINITY, members, order=ORDER)
    if not settled(formula.cases) and alpha.is_number:
        formula = formula_of(AFFINITY, members, order=alpha)
    return _of_order(formula, alpha)


def _of_order(formula: Formula, alpha: E) -> Formula:
    """The formula with its order in; cases that cannot be are gone, and one that covers all stands alone."""
    facts, back = facts_of(formula.distributions), {ORDER: alpha}
    bounded = len(formula.distributions) == 2 and facts.decide(alpha < 1) is True  # by Hölder's inequality
    cases = []
    for case in formula.cases:
        condition = pruned(neat(place(case.condition, back)))
        answer = facts.decide(condition)
        if answer is not False:
            cases.append(
                case._replace(
                    condition=sp.true if answer else condition,
                    expr=place(case.expr, back),
                    decided=case.decided or bounded,
                )
            )
    named = {quantity(AFFINITY, len(formula.distributions)): quantity(AFFINITY, len(formula.distributions), alpha)}
    steps = tuple(step.map(lambda e: place(e, back).xreplace(named)) for step in formula.steps)
    return replace(formula, cases=joined(cases), steps=steps, order=alpha, unit="")


def _order(order: Any, members: tuple[Distribution, ...]) -> E:
    """The order as a positive number or symbol."""
    taken = {s.name for m in members for s in m.free_symbols}
    if isinstance(order, str):
        with suppress(ExpressionError):
            order = read(order, lambda name: CONSTANTS.get(name) or NUMBERS.get(name) or sp.Symbol(name, positive=True))
    if isinstance(order, sp.Expr) and order.free_symbols:
        order = without_floats(order)
    else:
        try:
            order = exact("the order", order)
        except ParameterError:
            raise ParameterError(f"the order must be positive and finite, got {order!r}") from None
    if clash := sorted(s.name for s in order.free_symbols if s.name in taken):
        raise ParameterError(f"{clash[0]} is a parameter; give the order another name")
    if order.is_positive is not True or order.is_finite is False:
        raise ParameterError(f"the order must be positive and finite, got {order}")
    return order


def renyi_divergence(p: Any, q: Any, order: Any = "alpha") -> Formula:
    """Rényi's divergence D_α(p‖q) = log ∫ p^α q^(1−α) / (α − 1), in nats; at α = 1 it is KL(p‖q).

    >>> from derive import catalog
    >>> print(renyi_divergence(catalog.Normal("m", 1), catalog.Normal("n", 1), "a"))
    a*(n - m)**2/2
    """
    return _of_affinity("renyi_divergence", affinity(p, q, order), lambda i, a: i / (a - 1), KL)


def renyi_entropy(p: Any, order: Any = "alpha") -> Formula:
    """Rényi's entropy H_α(p) = log ∫ p^α / (1 − α), in nats; at α = 1 it is H(p)."""
    return _of_affinity("renyi_entropy", affinity(p, None, order), lambda i, a: i / (1 - a), ENTROPY)


def tsallis_entropy(p: Any, order: Any = "alpha") -> Formula:
    """Tsallis' entropy (1 − ∫ p^α)/(α − 1); at α = 1 it is H(p)."""
    return _of_affinity("tsallis_entropy", affinity(p, None, order), lambda i, a: (1 - i) / (a - 1), ENTROPY)


def hellinger_distance(p: Any, q: Any) -> Formula:
    """Hellinger's distance √(1 − ∫ √(p q)), between 0 and 1."""
    return _of_affinity("hellinger_distance", affinity(p, q, sp.S.Half), lambda i, _: sp.sqrt(1 - i))


def bhattacharyya_distance(p: Any, q: Any) -> Formula:
    """Bhattacharyya's distance −log ∫ √(p q), in nats; +∞ where the supports are disjoint.

    >>> from derive import catalog
    >>> print(bhattacharyya_distance(catalog.Poisson("a"), catalog.Poisson("b")))
    (sqrt(a) - sqrt(b))**2/2
    """
    return _of_affinity("bhattacharyya_distance", affinity(p, q, sp.S.Half), lambda i, _: -i)


def chi_squared_divergence(p: Any, q: Any) -> Formula:
    """Pearson's χ²(p‖q) = ∫ (p − q)²/q = ∫ p²/q − 1."""
    return _of_affinity("chi_squared_divergence", affinity(p, q, sp.Integer(2)), lambda i, _: i - 1)


def jeffreys_divergence(p: Any, q: Any) -> Formula:
    """Jeffreys' divergence KL(p‖q) + KL(q‖p), in nats.

    >>> from derive import catalog
    >>> print(jeffreys_divergence(catalog.Exponential("a"), catalog.Exponential("b")))
    a/b + b/a - 2
    """
    one, two = kl_divergence(p, q), kl_divergence(q, p)
    cases = []
    for a in one.cases:
        for b in two.cases:
            condition = pruned(sp.And(a.condition, b.condition))
            forms = {a.form, b.form}
            form = next(f for f in ("undefined", "infinite", "integral", "series", "closed") if f in forms)
            value = sp.oo if form == "infinite" else a.expr + b.expr
            if form == "closed":
                condition, value = with_equalities(condition, value, facts_of(one.distributions))
                value = _short(value, one.distributions, condition)
            cases.append(Case(condition, value, form, a.decided and b.decided))
    name = quantity("jeffreys_divergence", 2)
    step = Step(name, cases[0].expr, "linearity", "KL(p‖q) + KL(q‖p)")
    return replace(one, quantity="jeffreys_divergence", cases=joined(cases), steps=(*one.steps, *two.steps, step))


def _log(mass: E, facts: Facts) -> E:
    """The logarithm of a positive mass: of its factors, where their signs are known."""
    total, rest, flips = sp.S.Zero, sp.S.One, 0
    for f in sp.Mul.make_args(sp.factor_terms(mass)):
        base, power = (f, sp.S.One) if isinstance(f, sp.exp) else f.as_base_exp()
        sign = 1 if isinstance(f, (sp.exp, sp.gamma)) else facts.sign(base)
        if sign is None or sign < 0 and not power.is_integer:
            rest *= f
        elif isinstance(f, sp.exp):
            total += f.args[0]
        else:
            flips += sign < 0 and power.is_odd
            total += power * to_loggamma(sp.expand_log(sp.log(sign * base)))
    return total + sp.log(-rest if flips % 2 else rest)


def _short(value: E, members: tuple[Distribution, ...], condition: Any) -> E:
    tidied = tidy(value)
    return min((tidied, brief(tidied, facts_of(members).under(sp.And.make_args(condition)))), key=length)


LOGARITHMIC = ("renyi_divergence", "renyi_entropy", "bhattacharyya_distance")
"""What is a function of the logarithm of the mass."""


def _of_affinity(name: str, mass: Formula, function: Any, at_one: str = "") -> Formula:
    """A function of ∫ p^α q^(1−α), or of its logarithm, case by case; `at_one` is its limit at α = 1."""
    alpha = mass.order

    def value_of(e: E, condition: E) -> E:
        facts = facts_of(mass.distributions).under(sp.And.make_args(condition))
        e = without_moduli(e, facts)
        return function((sp.zoo if e == 0 else _log(e, facts)) if name in LOGARITHMIC else e, alpha)

    if at_one and alpha == 1:
        return replace(formula_of(at_one, mass.distributions), quantity=name, order=alpha)
    cases, steps = [], list(mass.steps)
    for case in mass.cases:
        if at_one and alpha.xreplace(equalities(sp.And.make_args(case.condition))) == 1:
            limit = formula_of(at_one, mass.distributions)
            cases += narrowed((list(limit.cases), []), case.condition)[0]
            steps += conditioned(list(limit.steps), case.condition)
        elif case.form == "infinite":
            cases += _infinite(case, name.endswith("entropy"), mass)
        elif case.form == "closed":
            value = value_of(case.expr, case.condition)
            if value.has(sp.zoo):
                cases.append(Case(case.condition, sp.oo, "infinite"))
            else:
                cases.append(case._replace(expr=_short(value, mass.distributions, case.condition)))
        else:
            cases.append(case._replace(expr=value_of(case.expr, case.condition)))
    last = Step(quantity(name, len(mass.distributions), alpha), cases[0].expr, "definition", "a function of the mass")
    unit = "nats" if name in LOGARITHMIC else ""
    return replace(mass, quantity=name, cases=joined(cases), steps=(*steps, last), unit=unit)


def _infinite(case: Case, entropy: bool, mass: Formula) -> list[Case]:
    """An infinite mass: a divergence is +∞, an entropy too below α = 1 (a heavy tail), and −∞ above (a pole)."""
    if not entropy:
        return [case]
    facts = facts_of(mass.distributions)
    sides = ((sp.Lt(mass.order, 1), sp.oo), (sp.Gt(mass.order, 1), -sp.oo))
    cases = [Case(pruned(sp.And(case.condition, side), facts), value, "infinite") for side, value in sides]
    return [c for c in cases if c.condition != sp.false]


__all__ = [
    "affinity", "bhattacharyya_distance", "chi_squared_divergence", "hellinger_distance", "jeffreys_divergence",
    "renyi_divergence", "renyi_entropy", "tsallis_entropy",
]  # fmt: skip
