"""Projection onto a family: the member that minimises CE(p, ·), hence KL(p‖·), and the other direction.

CE(p, q_θ) = E_p[−log q_θ] is minimised by the same equations as a likelihood, with expectations under p for
sample means: moment matching. Minimising KL(q_θ‖p) over θ is another problem, with another answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.assignment import unified
from derive.cases import pruned, settled
from derive.derivation import derived
from derive.facts import facts_of
from derive.family import Distribution, Family, ParameterError
from derive.formula import Formula
from derive.minimum import AVERAGES, Least, Mean, Minimum, Quantile, minimum, positive, solved
from derive.normal import is_zero
from derive.problem import EXPECTATION
from derive.quantities import as_distribution, cross_entropy, kl_divergence
from derive.tidy import tidy

E = Any

FORWARD, REVERSE = "KL(p‖q)", "KL(q‖p)"


@dataclass(frozen=True)
class Projection:
    """The projection of p onto a family.

    p, family   what is projected, and onto what
    direction   "KL(p‖q)" or "KL(q‖p)": what is minimised over q
    equations   the stationarity equations, in expectations under p (or in θ, in the other direction)
    solution    parameter -> its value at the minimum
    reduced     what is left to solve, as expressions that vanish
    condition   on the parameters of p, where not all expectations are finite
    """

    p: Distribution
    family: Family
    direction: str
    equations: tuple[E, ...]
    solution: dict[E, E]
    reduced: tuple[E, ...]
    condition: E = sp.true

    @property
    def closed(self) -> bool:
        return not self.reduced and len(self.solution) == len(self.equations or self.solution)


def projection(p: Any, family: Any, *, reverse: bool = False) -> Projection:
    """The member of a family that minimises CE(p, q), or with `reverse` KL(q‖p), over q.

    Raises ParameterError where the minimum does not exist: an expectation that the equations need is infinite
    or undefined, or p is not inside the support of the family.

    >>> from derive import catalog
    >>> projection(catalog.Gamma("k", "theta"), catalog.Normal).solution
    {mu: k*theta, sigma: sqrt(k)*theta}
    """
    (p,) = unified((as_distribution(p),))
    q = _member(family, p)
    return _reverse(p, q) if reverse else _forward(p, q)


def _member(family: Any, p: Distribution) -> Distribution:
    """The generic member of a family, its parameters named apart from those of p."""
    family = family.family if isinstance(family, Distribution) else family
    q: Distribution = family.suffixed("")
    taken = {s.name for s in p.free_symbols}
    if taken & {s.name for s in q.free_symbols}:
        q = family.suffixed("_q")
    return q


def _learned(q: Distribution) -> tuple[E, ...]:
    if any(isinstance(v, sp.IndexedBase) or v.is_integer for v in q.values):
        raise ParameterError(f"{q.family.name}: a projection needs real parameters, and {q} has others")
    return tuple(q.values)


def _forward(p: Distribution, q: Distribution) -> Projection:
    learned = _learned(q)
    formula = cross_entropy(p, q)
    if all(c.form in ("infinite", "undefined") for c in formula.cases):
        raise ParameterError(f"{p} has no projection onto {q.family.name}: CE is {_said(formula)} for every member")
    found: Minimum = minimum(q, learned, facts_of([q]))
    if found.unsettled:
        raise ParameterError(
            f"{q.family.name}: {found.unsettled[0]} moves an end of the support; no equation holds there"
        )
    averages = Averages(p, q)
    solution = {s: tidy(averages.put(v)) for s, v in found.solution.items()}
    reduced: tuple[E, ...] = tuple(tidy(averages.put(e)) for e in found.reduced)
    if reduced:
        more, left = solved(reduced, [s for s in learned if s not in solution], facts_of([p, q]))
        solution = {s: tidy(v.xreplace(more)) for s, v in solution.items()} | more
        reduced = tuple(left)
    conditions = sp.And(*averages.conditions, *_finite(formula), *_inside(q, solution))
    return Projection(p, q.family, FORWARD, found.equations, solution, reduced, pruned(conditions))


def _finite(formula: Formula) -> list[E]:
    """The condition on p alone under which a formula is finite."""
    p = formula.distributions[0].free_symbols
    conditions = [c.condition for c in formula.cases if c.form not in ("infinite", "undefined")]
    whole = sp.Or(*conditions)
    return [whole] if whole != sp.true and whole.free_symbols <= p else []


def _inside(q: Distribution, solution: Mapping[E, E]) -> list[E]:
    """What must hold for a solution to be in the domains of the parameters."""
    return [
        sp.Gt(solution[s], 0)
        for s, param in zip(q.values, q.family.params, strict=True)
        if s in solution and param.domain in ("positive", "probability") and solution[s].is_positive is None
        if not solution[s].atoms(*AVERAGES)
    ]


class Averages:
    """What means, medians and extremes are under p, with the conditions under which they are finite."""

    def __init__(self, p: Distribution, q: Distribution):
        self.p, self.q, self.x = p, q, positive(q)
        self.conditions: list[E] = []

    def put(self, e: E) -> E:
        """An expression with the values of its averages in, innermost first; one that is not known stays."""
        stuck: set[E] = set()
        while found := [f for f in e.atoms(*AVERAGES) - stuck if not (f.atoms(*AVERAGES) - {f} - stuck)]:
            for f in sorted(found, key=sp.default_sort_key):
                value = self.value(f)
                if value == f:
                    stuck.add(f)
                e = e.xreplace({f: value})
        return e

    def value(self, f: E) -> E:
        if isinstance(f, Quantile):
            centre = symmetric_about(self.p) if f.args == (sp.S.Half, self.x) else None
            return f if centre is None else centre
        if isinstance(f, Mean):
            return f if f.args[0].atoms(*AVERAGES) else self.mean(f)
        end = self.p.support[0] if type(f) is Least else self.p.support[1]
        if end.is_infinite:
            raise self.none("its support is unbounded")
        return end

    def mean(self, f: E) -> E:
        formula = derived(EXPECTATION, (self.p,), False, f.args[0].xreplace({self.x: self.p.variable}))
        finite = [c for c in formula.cases if c.form not in ("infinite", "undefined")]
        if not finite:
            infinite = formula.cases[0].form == "infinite"
            raise self.none(f"E[{f.args[0]}] {'is infinite' if infinite else 'does not exist'}")
        if finite[0].form != "closed":
            return f
        self.conditions.append(finite[0].condition)
        return finite[0].expr

    def none(self, reason: str) -> ParameterError:
        return ParameterError(f"{self.p} has no projection onto {self.q.family.name}: {reason}")


def _said(formula: Formula) -> str:
    return "infinite" if formula.cases[0].form == "infinite" else "undefined"


def symmetric_about(p: Distribution) -> E | None:
    """The centre of a density that is symmetric, which is its median; None where none is seen.

    >>> from derive.library import catalog
    >>> symmetric_about(catalog.Logistic("m", "s")), symmetric_about(catalog.Gumbel("m", "s"))
    (m, None)
    """
    t = sp.Symbol("t", positive=True)
    low, high = p.support
    middle = [(low + high) / 2] if low.is_finite and high.is_finite else []
    for centre in (*middle, *(v for v in p.values if v in p.free_symbols or v.is_number), sp.S.Zero):
        if not middle and not (low.is_infinite and high.is_infinite):
            return None
        sides = [p.log_density.xreplace({p.variable: centre + sign * t}) for sign in (1, -1)]
        if is_zero(sides[0] - sides[1]) is True:
            return centre
    return None


def _reverse(p: Distribution, q: Distribution) -> Projection:
    learned = _learned(q)
    if any(end.free_symbols & set(learned) for end in q.support):
        raise ParameterError(
            f"{q.family.name}: its support moves with its parameters, and no equation holds at its ends"
        )
    formula: Formula = kl_divergence(q, p)
    if not settled(formula.cases) or all(c.form in ("infinite", "undefined") for c in formula.cases):
        form = _said(formula) if settled(formula.cases) else "not known in closed form"
        raise ParameterError(f"KL(q‖p) of {q} and {p} is {form}: there is nothing to minimise")
    closed = next(c for c in formula.cases if c.form == "closed")
    value = closed.expr
    equations = tuple(tidy(sp.diff(value, s)) for s in learned)
    solution, reduced = solved(equations, learned, facts_of([p, q]))
    return Projection(p, q.family, REVERSE, equations, solution, tuple(reduced), closed.condition)


__all__ = ["FORWARD", "REVERSE", "Projection", "projection"]
