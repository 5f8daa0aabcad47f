"""Fisher information: the matrix E[s sᵀ] of the score s = ∂ log p / ∂θ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import mpmath
import sympy as sp

from derive.algebra.normal import to_loggamma
from derive.derivation.cases import DIVERGENT, SETTLED, joined
from derive.derivation.centring import TRANSLATION, location
from derive.derivation.conditions import equalities, pruned
from derive.derivation.formula import Case, Formula
from derive.derivation.problem import place
from derive.derivation.quantities import as_distribution, mean
from derive.families.family import Distribution, ParameterError

E = Any


@dataclass(frozen=True)
class FisherInformation:
    """The Fisher information of a member in its real parameters.

    member      p
    parameters  the parameters, in the order of rows and columns
    entries     (i, j), i ≤ j -> the formula of E[s_i s_j], with its cases and steps
    """

    member: Distribution
    parameters: tuple[sp.Symbol, ...]
    entries: Mapping[tuple[int, int], Formula]

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

    def evaluate(self, values: Mapping[Any, Any] | None = None, *, digits: int = 15, **keywords: Any) -> mpmath.matrix:
        """The matrix at given parameters, each entry right to `digits` digits.

        >>> from derive import catalog
        >>> print(fisher_information(catalog.Exponential).evaluate(lamda=2))
        [0.25]
        """
        size, place = len(self.parameters), {**(values or {}), **keywords}
        return mpmath.matrix(
            [[self.entry(i, j).evaluate(place, digits=digits) for j in range(size)] for i in range(size)]
        )


def fisher_information(p: Any) -> FisherInformation:
    """The Fisher information matrix of a family or a member, in its parameters that are symbols and real.

    Raises ParameterError where a parameter moves an end of the support: the matrix means what it should only where the
    density vanishes there fast enough, and that is not derived.

    >>> from derive import catalog
    >>> fisher_information(catalog.Normal).matrix
    Matrix([
    [sigma**(-2),           0],
    [          0, 2/sigma**2]])
    """
    member = as_distribution(p)
    parameters = tuple(v for v in member.values if isinstance(v, sp.Symbol) and not v.is_integer)
    if not parameters:
        raise ParameterError(f"{member} has no real parameter that is a symbol")
    moving = set(parameters) & set().union(*(e.free_symbols for e in member.support))
    if moving:
        names = ", ".join(sorted(map(str, moving)))
        why = f"{names} moves an end of the support"
        raise ParameterError(f"{member.family.name}: {why}: whether there is a Fisher information is not derived")
    log_density = to_loggamma(member.log_density)
    scores = [sp.diff(log_density, s) for s in parameters]
    found = location(member)
    # the information does not depend on where the law is
    origin = {found[0]: sp.S.Zero} if found is not None and found[1] == TRANSLATION else {}
    there = Distribution(member.family, tuple(v.subs(origin) for v in member.values))
    entries = {}
    for i, s in enumerate(parameters):
        for j in range(i, len(parameters)):
            product = _plain((scores[i] * scores[j]).subs(origin))
            formula = mean(product, there)
            if formula.form != "closed" and not product.has(sp.sign, sp.Abs, sp.Piecewise, sp.DiracDelta):
                curvature = -sp.diff(log_density, s, parameters[j]).subs(origin)
                second = mean(curvature, there)
                formula = second if second.form == "closed" else formula
            cases = joined([_met(c, product, there) for c in formula.cases])
            entries[i, j] = replace(formula, distributions=(member,), cases=cases)
    return FisherInformation(member, parameters, entries)


def _met(case: Case, product: E, member: Distribution) -> Case:
    """A case that is left open where a parameter has one value, derived with that value in."""
    equal = {} if case.form in SETTLED else equalities(sp.And.make_args(case.condition))
    if not equal:
        return case
    there = Distribution(member.family, tuple(place(v, equal) for v in member.values))
    found = mean(_plain(place(product, equal)), there)
    return Case(case.condition, found.expr, "closed") if found.form == "closed" else case


def _plain(e: E) -> E:
    """A product of scores multiplied out, squares of signs being 1."""
    return sp.expand(e, log=False, power_base=False).replace(
        lambda f: f.is_Pow and isinstance(f.base, sp.sign) and f.exp == 2, lambda f: sp.S.One
    )


def _finite(formula: Formula) -> E:
    found = [c for c in formula.cases if c.form not in DIVERGENT] or formula.cases[:1]
    return found[0].expr if len(found) == 1 else sp.Piecewise(*((c.expr, c.condition) for c in found), evaluate=False)


__all__ = ["FisherInformation", "fisher_information"]
