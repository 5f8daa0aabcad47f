"""Projection onto a family: the member that minimises CE(p, ·), hence KL(p‖·), and the other direction.

CE(p, q_θ) = E_p[−log q_θ] is minimised by the same equations as a likelihood, with expectations under p for
sample means: moment matching. Minimising KL(q_θ‖p) over θ is another problem, with another answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import mpmath
import sympy as sp

from derive.algebra.normal import is_zero
from derive.algebra.tidy import tidy
from derive.checks.verdict import Verdict
from derive.derivation.assignment import unified
from derive.derivation.cases import settled
from derive.derivation.conditions import alternatives, pruned
from derive.derivation.formula import DIVERGENT, Formula
from derive.derivation.gates import derived
from derive.derivation.problem import EXPECTATION
from derive.derivation.quantities import as_distribution, cross_entropy, kl_divergence
from derive.expectations.neatness import without_moduli
from derive.families.facts import facts_of
from derive.families.family import Distribution, Family
from derive.families.parameter import DOMAINS, ParameterError
from derive.families.points import members
from derive.objectives.exponential import exponential_form, is_regular
from derive.objectives.minimum import AVERAGES, Least, Mean, Minimum, Quantile, minimum, moved, positive, solved

E = Any

FORWARD, REVERSE = "KL(p‖q)", "KL(q‖p)"

MEMBERS = 3
"""Members p at which a projection is checked to be a minimum."""
DIGITS = 15
STEPS = (sp.Rational(-1, 3), sp.Rational(-1, 100), sp.Rational(1, 100), sp.Rational(1, 3))
"""Relative moves of each parameter away from a minimum."""


@dataclass(frozen=True)
class Projection:
    """The projection of p onto a family.

    p, family   what is projected, and onto what
    direction   "KL(p‖q)" or "KL(q‖p)": what is minimised over q
    equations   the stationarity equations, in expectations under p (or in θ, in the other direction)
    solution    parameter -> its value at the minimum
    reduced     what is left to solve, as expressions that vanish
    condition   on the parameters of p, under which this holds
    objective   CE(p, q), or KL(q‖p) in the other direction
    elsewhere   what holds for other parameters of p, where that is another solution
    """

    p: Distribution
    family: Family
    direction: str
    equations: tuple[E, ...]
    solution: dict[E, E]
    reduced: tuple[E, ...]
    condition: E = sp.true
    objective: Formula | None = None
    elsewhere: tuple[Projection, ...] = ()

    @property
    def closed(self) -> bool:
        return not self.reduced and len(self.solution) == len(self.family.params)

    @cached_property
    def verdict(self) -> Verdict:
        """Whether the solution is a minimum.

        Proved for CE onto a whole exponential family, which is convex in its natural parameters; and else compared
        with the objective itself, at exact members p, one parameter moved at a time.
        """
        moved = _moves(self)
        form = exponential_form(self.family)
        if self.direction == FORWARD and moved.kind == "agrees" and form is not None:
            if is_regular(form, facts_of([self.family.suffixed("")])):
                return Verdict(
                    "proved", 0, "convex", witness="CE onto an exponential family is convex in its natural parameters"
                )
        return moved


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
    if all(c.form in DIVERGENT for c in formula.cases):
        raise ParameterError(f"{p} has no projection onto {q.family.name}: CE is {_said(formula)} for every member")
    found: Minimum = minimum(q, learned, facts_of([q]))
    if found.unsettled:
        s = found.unsettled[0]
        raise ParameterError(f"{q.family.name}: {s} moves {moved(q, s)}; no equation holds there")
    averages = Averages(p, q)
    facts = facts_of([p])
    solution = {s: without_moduli(tidy(averages.put(v)), facts) for s, v in found.solution.items()}
    reduced: tuple[E, ...] = tuple(tidy(averages.put(e)) for e in found.reduced)
    if reduced:
        more, left = solved(reduced, [s for s in learned if s not in solution], facts_of([p, q]))
        solution = {s: tidy(v.xreplace(more)) for s, v in solution.items()} | more
        reduced = tuple(left)
    nowhere = [v for v in solution.values() if v.has(sp.nan, sp.zoo, sp.oo, -sp.oo)]
    if nowhere or any(e.is_number and e != 0 for e in reduced):
        raise ParameterError(f"{p} has no projection inside {q.family.name}: its equations have no solution")
    finite = (*(c.subs(solution) for c in averages.conditions), *_finite(formula, solution))
    there = facts.under([c for c in finite if isinstance(c, sp.Rel)])
    left = [
        *(c for c in finite if facts.decide(c) is not True),
        *(c for c in _inside(q, solution) if there.decide(c) is not True),
    ]
    conditions = sp.And(*left)
    if conditions == sp.false:
        told = ", ".join(f"{s} = {v}" for s, v in solution.items())
        raise ParameterError(f"{p} has no projection inside {q.family.name}: {told} is outside of its domain")
    return Projection(p, q.family, FORWARD, found.equations, solution, reduced, pruned(conditions), formula)


def _finite(formula: Formula, solution: Mapping[E, E]) -> list[E]:
    """The condition under which a formula is finite, at the solution where it is about q."""
    conditions = [c.condition for c in formula.cases if c.form not in DIVERGENT]
    whole = alternatives(sp.Or(*conditions))
    if whole == sp.true or any(v.atoms(*AVERAGES) for s, v in solution.items() if s in whole.free_symbols):
        return []
    whole = whole.subs(solution)
    return [] if whole.free_symbols & formula.distributions[-1].free_symbols else [whole]


def _inside(q: Distribution, solution: Mapping[E, E]) -> list[E]:
    """What must hold for a solution to be in the domains of the parameters."""
    known = {s: v for s, v in solution.items() if not v.atoms(*AVERAGES)}
    letters = {s: sp.Dummy(s.name, real=True) for s in known}  # of which nothing is known: it need not hold of a value
    needed = [c.xreplace(letters) for c in q.constraints]
    for s, param in zip(q.values, q.family.params, strict=True):
        if s in known and known[s].is_positive is not True:
            needed += [letters[s] > 0] if s.is_positive else [letters[s] >= 0] if s.is_nonnegative else []
        low, high = DOMAINS[param.domain].bounds
        needed += [] if s not in known or high is None else [letters[s] < high]
        needed += [] if s not in known or low is None else [letters[s] > low]
    logs = (f.args[0] for v in known.values() for f in v.atoms(sp.log) if f.args[0].is_positive is not True)
    needed += [sp.Gt(sp.Mul(*sp.fraction(sp.together(inside))), 0) for inside in logs]
    placed = (c.subs({letters[s]: v for s, v in known.items()}) for c in needed)
    return [c for c in placed if not c.free_symbols & set(q.values)]


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
        formula = derived(EXPECTATION, (self.p,), statistic=f.args[0].xreplace({self.x: self.p.variable}))
        finite = [c for c in formula.cases if c.form not in DIVERGENT]
        if not finite:
            infinite = formula.cases[0].form == "infinite"
            raise self.none(f"E[{f.args[0]}] {'is infinite' if infinite else 'does not exist'}")
        conditions = [c.condition for c in finite]
        # which of several cases holds may hang on what is looked for
        if any(c.form != "closed" for c in finite) or len(finite) > 1 and not _about(conditions, self.p):
            return f
        self.conditions.append(sp.true if len(finite) == len(formula.cases) else sp.Or(*conditions))
        cases = ((c.expr, c.condition) for c in finite)
        return finite[0].expr if len(finite) == 1 else sp.Piecewise(*cases)

    def none(self, reason: str) -> ParameterError:
        return ParameterError(f"{self.p} has no projection onto {self.q.family.name}: {reason}")


def _about(conditions: Iterable[E], p: Distribution) -> bool:
    """Whether conditions are about the parameters of p alone."""
    return all(c.free_symbols <= p.free_symbols for c in conditions)


def _said(formula: Formula) -> str:
    return "infinite" if formula.cases[0].form == "infinite" else "undefined"


def symmetric_about(p: Distribution) -> E | None:
    """The centre of a density that is symmetric, which is its median; None where none is seen.

    >>> from derive.families.library import catalog
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
        raise ParameterError(f"{q.family.name}: KL(q‖p) is not minimised where q's support moves with its parameters")
    formula: Formula = kl_divergence(q, p)
    if not settled(formula.cases) or all(c.form in DIVERGENT for c in formula.cases):
        known = (
            f"{_said(formula)}: there is nothing to minimise" if settled(formula.cases) else "not known in closed form"
        )
        raise ParameterError(f"KL(q‖p) of {q} and {p} is {known}")
    found: list[Projection] = []
    for case in formula.cases:
        if case.form != "closed" or found and not _about([case.condition], p):
            continue
        equations = tuple(tidy(sp.diff(case.expr, s)) for s in learned)
        solution, reduced = solved(equations, learned, facts_of([p, q]))
        if any(e.is_number for e in reduced):
            continue  # an equation that nothing solves
        own = case.condition.subs(solution) if case.condition not in (True, False) else case.condition
        condition = pruned(sp.And(own, *_inside(q, solution)))
        if condition == sp.false:
            continue
        answer = Projection(p, q.family, REVERSE, equations, solution, tuple(reduced), condition, formula)
        if answer.verdict.kind != "refuted":
            found.append(answer)
            if not _about([case.condition], p):
                break
    if not found:
        raise ParameterError(f"KL(q‖p) of {q} and {p} is stationary at no minimum that was found in the domain")
    return replace(found[0], elsewhere=tuple(found[1:]))


def _moves(found: Projection) -> Verdict:
    """The objective at the solution, and with each parameter moved a little or much: it must not be lower."""
    if not found.closed or any(v.atoms(*AVERAGES) for v in found.solution.values()) or found.objective is None:
        return Verdict("unknown", 0, "moves", witness="there is no closed form")
    seen = 0
    for member in members(found.p.family, 3 * MEMBERS):
        place = {s: v for s, v in zip(found.p.values, member.values, strict=True) if s.is_Symbol}
        if found.condition.subs(place) != sp.true:
            continue
        if seen == MEMBERS:
            break
        best = {s: v.subs(place) for s, v in found.solution.items()}
        least = _objective(found.objective, {**place, **best})
        if least is None:  # the condition says too little
            return Verdict("unknown", 0, "moves", str(place), "the solution is outside of the domain")
        for s, value in best.items():
            for step in STEPS:
                at = {**best, s: (value + step * (abs(value) or 1)).evalf(2 * DIGITS)}
                other = _objective(found.objective, {**place, **at})
                if other is not None and other < least - mpmath.mpf(10) ** (2 - DIGITS) * abs(least):
                    witness = (
                        f"{mpmath.nstr(least, 10)} at the solution, {mpmath.nstr(other, 10)} at {s} = {at[s].evalf(8)}"
                    )
                    return Verdict("refuted", 0, "moves", str(place), witness)
        seen += 1
    return Verdict("agrees" if seen else "unknown", DIGITS, "moves", f"{seen} members")


def _objective(formula: Formula, place: Mapping[E, E]) -> Any:
    """The value of an objective; None outside the domains."""
    try:
        return formula.evaluate(place, digits=DIGITS)
    except ParameterError:
        return None


__all__ = ["FORWARD", "REVERSE", "Projection", "projection"]
