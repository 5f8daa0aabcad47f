"""Fisher information: the matrix E[s sᵀ] of the score s = ∂ log p / ∂θ.

It is one only where E[s] = 0. A parameter that moves an end of the support has that where the density vanishes there, such as
the location of a Lévy law; where it does not, such as the ends of a uniform law, entries of the parameter are undefined.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import mpmath
import sympy as sp

from derive.algebra.normal import to_loggamma
from derive.derivation.cases import finished, joined
from derive.derivation.centring import TRANSLATION, location
from derive.derivation.conditions import equalities, neat, pruned
from derive.derivation.formula import DIVERGENT, SETTLED, Case, Formula, Step
from derive.derivation.jumps import jumps
from derive.derivation.problem import EXPECTATION, place
from derive.derivation.quantities import as_distribution, mean, where
from derive.expectations.asymptotics.orders import Unknown
from derive.expectations.tail import at
from derive.families.facts import facts_of
from derive.families.family import Distribution
from derive.families.parameter import ParameterError
from derive.writing import notation
from derive.writing.notation import Expect

E = Any


@dataclass(frozen=True)
class FisherInformation:
    """The Fisher information of a member in its real parameters.

    member      p
    parameters  the parameters, in the order of rows and columns
    entries     (i, j), i ≤ j -> the formula of E[s_i s_j], with its cases and steps
    regular     a parameter that moves ends of the support -> the condition under which the density vanishes at all of these
    """

    member: Distribution
    parameters: tuple[sp.Symbol, ...]
    entries: Mapping[tuple[int, int], Formula]
    regular: Mapping[sp.Symbol, E] = field(default_factory=dict)

    def entry(self, i: int, j: int) -> Formula:
        return self.entries[min(i, j), max(i, j)]

    @property
    def matrix(self) -> sp.Matrix:
        """The matrix, where its entries are finite: one that has several finite cases is a Piecewise of them.

        >>> from derive import catalog
        >>> fisher_information(catalog.DoubleGamma("k", "mu", 1)).matrix[1, 1]
        Piecewise((1/(k - 2), k > 2), (1, Eq(k, 1)))
        """
        size = len(self.parameters)
        return sp.Matrix(size, size, lambda i, j: _finite(self.entry(i, j)))

    @property
    def conditions(self) -> E:
        """Under which the matrix holds: no entry is known to be infinite or undefined.

        >>> from derive import catalog
        >>> fisher_information(catalog.DoubleGamma("k", "mu", 1)).conditions
        Eq(k, 1) | (k > 2)
        """
        return pruned(sp.And(*(f.conditions for f in self.entries.values())))

    @property
    def closed(self) -> bool:
        return all(any(c.form == "closed" for c in f.cases) for f in self.entries.values())

    def latex(self) -> str:
        """LaTeX of the matrix (amsmath).

        >>> from derive import catalog
        >>> print(fisher_information(catalog.Exponential).latex())
        \\left[\\begin{matrix}\\frac{1}{\\lambda^{2}}\\end{matrix}\\right]
        """
        return notation.latex(self.matrix)

    def evaluate(self, values: Mapping[Any, Any] | None = None, *, digits: int = 15, **keywords: Any) -> mpmath.matrix:
        """The matrix at given parameters, each entry right to `digits` digits.

        >>> from derive import catalog
        >>> print(fisher_information(catalog.Exponential).evaluate(lamda=2))
        [0.25]
        """
        size = len(self.parameters)
        return mpmath.matrix(
            [[self.entry(i, j).evaluate(values, digits=digits, **keywords) for j in range(size)] for i in range(size)]
        )


def fisher_information(p: Any) -> FisherInformation:
    """The Fisher information matrix of a family or a member, in its parameters that are symbols and real.

    Entries of a parameter that moves an end of the support are undefined where the density does not vanish there: the score
    then has a mean, and KL(p‖q) no Hessian at q = p. Raises ParameterError where it is not told whether the density does.

    >>> from derive import catalog
    >>> fisher_information(catalog.Normal).matrix
    Matrix([
    [sigma**(-2),           0],
    [          0, 2/sigma**2]])
    >>> fisher_information(catalog.Pareto).matrix
    Matrix([
    [nan,         nan],
    [nan, alpha**(-2)]])
    """
    member = as_distribution(p)
    parameters = tuple(dict.fromkeys(v for v in member.values if isinstance(v, sp.Symbol) and not v.is_integer))
    if not parameters:
        raise ParameterError(f"{member} has no real parameter that is a symbol")
    jumping = {s for s in parameters if _moves_a_jump(member, s)}
    ends = {s for s in parameters if any(e.has(s) for e in member.support)}
    regular = {s: sp.false if s in jumping else _vanishing(member, s) for s in parameters if s in jumping | ends}
    entries = {}
    for i, s in enumerate(parameters):
        for j, t in enumerate(parameters[i:], i):
            condition = sp.And(*(regular[u] for u in {s, t} & regular.keys()))
            if condition == sp.false:
                entries[i, j] = _undefined(member, s, t, regular, jumping)
            else:
                entries[i, j] = where(_entry(member, s, t, regular), condition)
    return FisherInformation(member, parameters, entries, regular)


def _entry(member: Distribution, s: sp.Symbol, t: sp.Symbol, moving: Collection[sp.Symbol]) -> Formula:
    """E[∂_s log p · ∂_t log p]: the mean of a product of two scores, in its cases."""
    log_density, found = to_loggamma(member.log_density), location(member)
    # the information does not depend on where the law is
    origin = {found[0]: sp.S.Zero} if found is not None and found[1] == TRANSLATION else {}
    there = Distribution(member.family, tuple(v.subs(origin) for v in member.values))
    both = _product(sp.diff(log_density, s).subs(origin), sp.diff(log_density, t).subs(origin))
    formula = mean(both, there)
    if formula.form != "closed" and not both.has(sp.sign, sp.Abs, sp.Piecewise, sp.DiracDelta):
        second = mean(-sp.diff(log_density, s, t).subs(origin), there)
        formula = second if second.form == "closed" else formula
    cases = joined([_met(c, both, there) for c in formula.cases])
    formula = replace(formula, distributions=(member,), cases=cases)
    if s == t and s in moving:
        finite = _finite_at_moved(member, s, lambda _: sp.diff(log_density, s) ** 2)
        return _infinite(formula, finite)
    return formula


def _vanishing(p: Distribution, s: sp.Symbol) -> E:
    """The condition under which a density vanishes, as a power of the distance or faster, at the ends that a parameter moves.

    >>> from derive import catalog
    >>> p = catalog.FourParameterBeta("k", "l", "a", "b")
    >>> _vanishing(p, sp.Symbol("a", real=True))
    k > 1
    """
    found = _finite_at_moved(p, s, lambda distance: 1 / distance)
    # at an end that belongs to a branch of the density, it may vanish for most parameters and not for all
    if found is None or p.log_density.has(sp.Piecewise) or p.measure != "lebesgue":
        why = f"{s} moves an end of the support: whether there is a Fisher information is not derived"
        raise ParameterError(f"{p.family.name}: {why}")
    return found


def _finite_at_moved(p: Distribution, s: sp.Symbol, statistic: Callable[[E], E]) -> E | None:
    """The condition under which the mean of a statistic, of the distance, is finite at the ends that a parameter moves.

    None where it is not told. Of an end in branches, it is that of each branch.
    """
    x, facts = p.variable, facts_of((p,))
    told: list[E] = []
    for end, side in zip(p.support, (1, -1), strict=True):
        before: list[E] = []
        for edge, case in end.args if isinstance(end, sp.Piecewise) else [(end, sp.true)]:
            within = [*before, case]
            before.append(sp.Not(case))
            if not edge.has(s):
                continue
            here = facts.under(within)
            try:
                tail = at(to_loggamma(p.log_density), statistic(x - edge), x, edge, side, here, proper=True)
            except Unknown:
                return None
            told.append(sp.Or(neat(here.cleared(tail.converges)), *(sp.Not(c) for c in within)))
    found = sp.simplify_logic(sp.And(*told)) if len(told) > 1 else sp.And(*told)
    return pruned(found, facts)


def _infinite(found: Formula, finite: E | None) -> Formula:
    """The mean of a square, with what was left open where its part at an end of the support is infinite."""
    if finite is None or finite == sp.true or all(c.form in SETTLED for c in found.cases):
        return found
    facts = facts_of(found.distributions)
    cases = [finished(c._replace(condition=sp.And(c.condition, finite)), False, facts) for c in found.cases]
    cases.append(finished(Case(sp.Not(finite), sp.oo, "infinite"), False, facts))
    return replace(found, cases=joined(cases))


def _moves_a_jump(p: Distribution, s: sp.Symbol) -> bool:
    """Whether a parameter moves a point inside the support at which the density jumps."""
    if (answer := jumps(p, s)) is None:
        why = f"{s} moves a point where the density is not seen to be continuous: whether there is a Fisher information is not derived"
        raise ParameterError(f"{p.family.name}: {why}")
    return answer


def _undefined(
    p: Distribution,
    s: sp.Symbol,
    t: sp.Symbol,
    regular: Mapping[sp.Symbol, E],
    jumping: set[sp.Symbol],
) -> Formula:
    """The entry of two parameters of which one moves an end where the density does not vanish, or a jump."""
    moving = [str(u) for u in dict.fromkeys((s, t)) if regular.get(u, sp.true) != sp.true]
    verb = "moves" if len(moving) == 1 else "move"
    where_to = "an end of the support, where the density does not vanish"
    if {s, t} & jumping:
        where_to = "a point inside the support, where the density jumps"
    reason = f"{' and '.join(moving)} {verb} {where_to}"
    log_density = to_loggamma(p.log_density)
    step = Step(Expect(sp.diff(log_density, s) * sp.diff(log_density, t)), sp.nan, "support", reason)
    return Formula(EXPECTATION, (p,), (Case(sp.true, sp.nan, "undefined"),), (step,))


def _met(case: Case, product: E, member: Distribution) -> Case:
    """A case that is left open where a parameter has one value, derived with that value in."""
    equal = {} if case.form in SETTLED else equalities(sp.And.make_args(case.condition))
    if not equal:
        return case
    there = Distribution(member.family, tuple(place(v, equal) for v in member.values))
    found = mean(_plain(place(product, equal)), there)
    return Case(case.condition, found.expr, "closed") if found.form == "closed" else case


def _product(one: E, other: E) -> E:
    """A product of two scores multiplied out.

    >>> x = sp.Symbol("x")
    >>> _product(1 + 1 / (1 - x), 1 + 1 / (1 - x))
    1 + 2/(1 - x) + (1 - x)**(-2)
    """
    terms = (sp.Add.make_args(_plain(e)) for e in (one, other))
    return _plain(sp.Add(*(a * b for a, b in product(*terms))))


def _plain(e: E) -> E:
    """An expression multiplied out, but for powers of sums below the line; squares of signs are 1."""
    return sp.expand(e, log=False, power_base=False, multinomial=False).replace(
        lambda f: f.is_Pow and isinstance(f.base, sp.sign) and f.exp == 2, lambda f: sp.S.One
    )


def _finite(formula: Formula) -> E:
    found = [c for c in formula.cases if c.form not in DIVERGENT] or formula.cases[:1]
    return found[0].expr if len(found) == 1 else sp.Piecewise(*((c.expr, c.condition) for c in found), evaluate=False)


__all__ = ["FisherInformation", "fisher_information"]
