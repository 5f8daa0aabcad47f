"""When cross-entropy and KL divergence are the same objective, and what separates them when they are not.

CE(p, q) − KL(p‖q) = H(p). So for what is learned the two have the same gradient, the same Hessian and the
same minimisers exactly where H(p) does not depend on it; otherwise they differ by ∇H(p).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.algebra.normal import is_zero
from derive.algebra.tidy import tidy
from derive.checks.verdict import Verdict
from derive.derivation.assignment import unified
from derive.derivation.conditions import pruned
from derive.derivation.formula import DIVERGENT, Formula, Step
from derive.derivation.quantities import as_distribution, cross_entropy, entropy, kl_divergence
from derive.families.expression import spelling
from derive.families.parameter import ParameterError
from derive.objectives.links import partial

E = Any


@dataclass(frozen=True)
class Equivalence:
    """Whether CE and KL are the same objective for what is learned.

    holds     whether ∇CE = ∇KL
    gap       learned symbol -> ∂CE − ∂KL = ∂H(p)
    ce, kl, h the three formulas
    verdict   how it is known: "proved" where H(p) is free of it, and where the derivatives of the three formulas,
              each derived on its own, cancel to an exact zero
    """

    learned: tuple[E, ...]
    holds: bool
    gap: dict[E, E]
    ce: Formula
    kl: Formula
    h: Formula
    verdict: Verdict

    @property
    def conditions(self) -> E:
        """On the parameters, where CE and KL are not finite for all."""
        return pruned(sp.And(self.ce.conditions, self.kl.conditions))

    @property
    def reason(self) -> str:
        """One sentence."""
        names = ", ".join(map(str, self.learned))
        inside = [str(s) for s in self.learned if _symbol(s) in self.h.distributions[0].free_symbols]
        if not inside:
            return f"p does not contain {names}, so H(p) is a constant of the minimisation"
        if self.holds:
            return f"p contains {', '.join(inside)}, but H(p) does not depend on it"
        return f"p contains {', '.join(inside)}, and H(p) changes with it: the two differ by the gradient of H(p)"

    @property
    def steps(self) -> tuple[Step, ...]:
        ce, kl, h = self.ce.name, self.kl.name, self.h.name
        steps = [
            Step(ce - kl, h, "identity", "E[−log q] − E[log p − log q] = E[−log p]"),
            Step(h, self.h.expr, "derivation", "the entropy of p"),
        ]
        for s, gap in self.gap.items():
            steps.append(Step(sp.Derivative(ce - kl, s), gap, "differentiate", "in what is learned"))
        return tuple(steps)


def equivalence(p: Any, q: Any, learn: Iterable[str] | str) -> Equivalence:
    """Whether ∇CE(p, q) = ∇KL(p‖q) for the learned parameters, with proof; or what the difference is.

    Raises ParameterError for a name that neither distribution has.

    >>> from derive import catalog
    >>> p, q = catalog.Normal("m", "s"), catalog.Normal("mu", "sigma")
    >>> equivalence(p, q, learn=["mu", "sigma"]).holds
    True
    >>> equivalence(p, q, learn="s").gap
    {s: 1/s}
    """
    one, two = unified((as_distribution(p), as_distribution(q)))
    ce, kl, h = cross_entropy(one, two), kl_divergence(one, two), entropy(one)
    symbols = {str(s): s for s in (*one.free_symbols, *two.free_symbols)}
    k = sp.Symbol("k", integer=True)
    symbols |= {str(v): v[k] for v in (*one.values, *two.values) if isinstance(v, sp.IndexedBase)}
    names = [spelling(n.strip()) for n in ([learn] if isinstance(learn, str) else learn)]
    if unknown := [n for n in names if n not in symbols]:
        there = f"; there are {', '.join(sorted(symbols))}" if symbols else ": all their parameters have values"
        raise ParameterError(f"neither {one} nor {two} contains {unknown[0]}{there}")
    learned = tuple(symbols[n] for n in names)
    if whole := [str(s) for s in learned if s.is_integer]:
        raise ParameterError(f"{whole[0]} is an integer, and a gradient does not reach it")
    for formula in (ce, kl):
        if all(c.form in DIVERGENT for c in formula.cases):
            raise ParameterError(f"{formula.name} of {one} and {two} is not finite for any of them: it has no gradient")
    if any(c.form in DIVERGENT for c in h.cases):
        raise ParameterError(f"{one} has no finite entropy, so CE − KL is not defined")
    gap = {s: tidy(partial(h.expr, s)) if _symbol(s) in one.free_symbols else sp.S.Zero for s in learned}
    holds = all(is_zero(g) is True for g in gap.values())
    return Equivalence(learned, holds, gap, ce, kl, h, _checked(ce, kl, gap))


def _symbol(learned: E) -> E:
    """The symbol that stands in an expression, of an entry of a vector that vector's."""
    return learned.base.label if isinstance(learned, sp.Indexed) else learned


def _checked(ce: Formula, kl: Formula, gap: dict[E, E]) -> Verdict:
    """∂CE − ∂KL against the gap: from formulas that were derived apart."""
    if ce.form != "closed" or kl.form != "closed":
        return Verdict("proved", 0, "H(p) alone", witness="CE and KL have several cases; H(p) decides in each")
    left = [partial(ce.expr, s) - partial(kl.expr, s) - g for s, g in gap.items()]
    if all(is_zero(e) is True for e in left):
        return Verdict("proved", 0, "normal form")
    return Verdict("unknown", 0, "normal form", witness=f"{left} was not reduced to 0")


__all__ = ["Equivalence", "equivalence"]
