"""E[a^e(X) s(X)] of a count X, for whole powers of an a of either sign, or of a number below 0: derived for a positive one, and
continued.

A power series with its radius of convergence R is the same function of a on all of (−R, R). Where its terms have one sign for a > 0
and diverge, those for −a diverge with both if e(X) is even and odd in turn, and with one if it is not.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from typing import Any

import sympy as sp

from derive.algebra.placing import put
from derive.algebra.tidy import tidy
from derive.derivation.conditions import neat, pruned
from derive.derivation.formula import OPEN, Case, Formula
from derive.families.facts import Facts, facts_of
from derive.families.family import Distribution

E = Any

CONTINUED = (sp.exp, sp.log, sp.hyper, sp.polylog)
"""Functions that are the same power series on both sides of 0, where what a log is of stays positive."""


WAVES = (sp.sin, sp.cos, sp.tan, sp.cot, sp.sec, sp.csc, sp.floor, sp.ceiling, sp.Mod, sp.sign, sp.Piecewise, sp.Abs)
"""Functions that may be 0, or change their sign, at every other integer."""


def of_either_sign(statistic: E, p: Distribution, mean: Callable[[E], Formula]) -> Formula | None:
    """The mean of a polynomial in whole powers of a letter of unknown sign; None where there are none, or it is not continued."""
    x, facts = p.variable, facts_of((p,))
    if numbers := {f for f in statistic.atoms(sp.Pow) if f.base.is_number and f.base.is_negative and f.exp.has(x)}:
        return _of_number(statistic, numbers, p, mean)
    powers = {f: sp.Dummy() for f in statistic.atoms(sp.Pow) if f.base.is_Symbol and f.base != x and f.exp.has(x)}
    letters = {f.base for f in powers if f.base.is_real and f.base.is_extended_nonnegative is None}
    if len(letters) != 1 or not x.is_integer:
        return None
    (a,), positive, marked = letters, sp.Dummy("a", positive=True), statistic.xreplace(powers)
    if marked.has(a) or not marked.is_polynomial(*powers.values()) or not all(whole(f.exp, p, 0) for f in powers):
        return None
    found = mean(statistic.xreplace({a: positive}))
    mirrored = partial(_mirrored, statistic=statistic, p=p, a=a)
    cases = [continued for case in found.cases for continued in _continued(case, positive, a, facts, mirrored)]
    if any(case.expr is None for case in cases):
        return None
    steps = (s.map(lambda e: e.xreplace({positive: a}) if hasattr(e, "xreplace") else e) for s in found.steps)
    return Formula(found.quantity, found.distributions, tuple(cases), tuple(steps))


def _of_number(statistic: E, powers: set[E], p: Distribution, mean: Callable[[E], Formula]) -> Formula | None:
    """The same for powers of one number below 0: those of a letter, and the number for it."""
    bases, a = {f.base for f in powers}, sp.Dummy("a", real=True)
    found = of_either_sign(statistic.xreplace({f: a**f.exp for f in powers}), p, mean) if len(bases) == 1 else None
    if found is None:
        return None
    place = {a: bases.pop()}
    facts = facts_of((p,))
    cases = [c._replace(condition=neat(put(c.condition, place)), expr=put(c.expr, place)) for c in found.cases]
    decided = [(c, facts.decide(c.condition)) for c in cases]
    held = [c._replace(condition=sp.true) if answer else c for c, answer in decided if answer is not False]
    if any(c.expr.has(sp.nan, sp.zoo, sp.oo) and c.form == "closed" for c in held):
        return None
    held = [c._replace(expr=tidy(c.expr)) if c.form == "closed" else c for c in held]
    steps = (s.map(lambda e: put(e, place) if isinstance(e, sp.Basic) else e) for s in found.steps)
    return Formula(found.quantity, found.distributions, tuple(held), tuple(steps))


def whole(e: E, p: Distribution, least: int | None = None) -> bool:
    """Whether an expression is a whole number on the support of p, and not below the least, as far as is seen.

    >>> from derive import catalog
    >>> x = catalog.Poisson("l").variable
    >>> [whole(e, catalog.Poisson("l"), 0) for e in (2**x, x*(x + 1)/2, x - 1)], whole(2**x, catalog.Skellam("a", "b"))
    ([True, True, False], False)
    """
    x, low = p.variable, p.support[0]
    if x.is_integer and facts_of((p,)).decide(sp.Ge(low, 0)):
        above = sp.Dummy(integer=True, nonnegative=True)
        e = e.xreplace({x: low + above if low.is_Integer else above})
        e, x = sp.expand(e), above
    integral = e.is_integer or bool(x.is_integer and _remainders(e, x))
    return integral and (least is None or bool((e - least).is_nonnegative))


def _remainders(e: E, x: sp.Symbol) -> set[int]:
    """What polynomials with whole values leave by 2, at a power of 2 of integers, after which they leave the same; none for others."""
    if not e.is_polynomial(x) or e.free_symbols != {x}:
        return set()
    values = [e.subs(x, n) for n in range(2 ** int(sp.degree(e, x)).bit_length())]
    return {int(v) % 2 for v in values} if all(v.is_Integer for v in values) else set()


def _mirrored(case: Case, statistic: E, p: Distribution, a: sp.Symbol) -> Case:
    """What is infinite for a letter above 0, for one below: where its powers are even and odd in turn its terms have both signs."""
    x, factors = p.variable, sp.Mul.make_args(statistic)
    powers = [f for f in factors if f.is_Pow and f.base == a]
    left = _remainders(powers[0].exp, x) if len(powers) == 1 else set()
    others = [f for f in factors if f not in powers]
    if not left or any(f.has(a, *WAVES) or f.is_Pow and f.exp.has(x) and not f.base.is_positive for f in others):
        return Case(case.condition, sp.Sum(sp.exp(p.log_density) * statistic, (x, *p.support)), "series", False)
    if len(left) == 2:
        return case._replace(expr=sp.nan, form="undefined")
    return case._replace(expr=case.expr * (-1) ** left.pop())


def _continued(
    case: Case, positive: sp.Symbol, a: sp.Symbol, facts: Facts, mirrored: Callable[[Case], Case]
) -> list[Case]:
    """A case for a > 0 as cases for any a; with None for an expression that is not continued."""
    condition = unlogged(case.condition, facts)
    if case.form == "infinite":
        above, below = (sp.sympify(condition).xreplace({positive: side * a}) for side in (1, -1))
        sides = [pruned(neat(sp.And(*side)), facts) for side in ((above, a > 0), (below, a < 0))]
        beside, mirror = case._replace(condition=sides[0]), mirrored(case._replace(condition=sides[1]))
        if (mirror.form, mirror.expr) == (case.form, case.expr):
            return [case._replace(condition=sp.sympify(condition).xreplace({positive: sp.Abs(a)}))]
        return [beside, mirror]
    if case.form == "undefined" or not _is_series(case, positive, facts):
        return [case._replace(condition=condition, expr=None)]
    modulus = sp.sympify(condition).xreplace({positive: sp.Abs(a)})
    return [case._replace(condition=modulus, expr=case.expr.xreplace({positive: a}))]


def _is_series(case: Case, a: sp.Symbol, facts: Facts) -> bool:
    """Whether an expression is analytic on both sides of 0, as far as the condition reaches."""
    if case.form in OPEN:
        return True
    known = facts.under(sp.And.make_args(case.condition))
    functions = (f for f in case.expr.atoms(sp.Function) if f.has(a))
    broken = [f.base for f in case.expr.atoms(sp.Pow) if f.base.has(a) and not f.exp.is_integer]
    broken += [f.args[0] for f in case.expr.atoms(sp.log) if f.has(a)]
    positive = (known.decide(sp.Gt(sp.expand(e.xreplace({a: -a})), 0)) for e in broken)
    return all(isinstance(f, CONTINUED) for f in functions) and all(positive)


def unlogged(condition: Any, facts: Facts) -> Any:
    """A condition on a sum of logs as one on what they are of, which is known to be positive.

    >>> a, p = sp.symbols("a p", positive=True)
    >>> unlogged(sp.log(a) + sp.log(p) < 0, Facts())
    a*p < 1
    >>> unlogged(1 - 2 * sp.log(a) >= 0, Facts())
    a <= exp(1/2)
    """
    if isinstance(condition, (sp.And, sp.Or)):
        known = facts.under(condition.args) if isinstance(condition, sp.And) else facts
        return condition.func(*(unlogged(c, known) for c in condition.args))
    if not isinstance(condition, sp.core.relational.Relational):
        return condition
    constant, rest = (condition.lhs - condition.rhs).as_coeff_Add()
    slope, log = rest.as_coeff_Mul()
    if constant != 0 and isinstance(log, sp.log) and facts.decide(sp.Ge(log.args[0], 0)):
        relation = condition.func if slope > 0 else condition.reversed.func
        return relation(log.args[0], sp.exp(-constant / slope))
    terms = [t.as_coeff_Mul() for t in sp.Add.make_args(condition.lhs - condition.rhs)]
    if not all(isinstance(f, sp.log) and facts.decide(sp.Ge(f.args[0], 0)) for _, f in terms):
        return condition
    above, below = (reduce(sp.Mul, (f.args[0] ** abs(c) for c, f in terms if s * c > 0), sp.S.One) for s in (1, -1))
    return condition.func(above, below)
