"""Maximum likelihood: the minimiser of NLL/n, which is the cross-entropy of the data and the model.

NLL/n = −(1/n) Σ log q(x_i) = E_p̂[−log q] = CE(p̂, q), with p̂ the empirical distribution: an identity of
expectations, for every family and every n. So the equations are those of `minimum`, with sample means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import mpmath
import sympy as sp

from derive.algebra.normal import to_loggamma
from derive.checks.verdict import Verdict
from derive.derivation.assignment import unified
from derive.derivation.quantities import as_distribution
from derive.families import points
from derive.families.facts import facts_of
from derive.families.family import Distribution
from derive.families.parameter import ParameterError, exact
from derive.numerics.evaluation import evaluate_number
from derive.objectives.exponential import exponential_form, is_regular
from derive.objectives.losses import learnable
from derive.objectives.minimum import AVERAGES, Least, Mean, Minimum, Quantile, averaged, minimum, positive

E = Any

SAMPLES = 3
"""Samples at which a solution is checked to be a minimum."""
SIZE = 7
STEPS = (sp.Rational(-1, 10), sp.Rational(-1, 1000), sp.Rational(1, 1000), sp.Rational(1, 10))
"""Relative moves of each parameter away from a minimum."""
DIGITS = 30
"""Digits of an estimate that has functions in it."""
NEARLY = sp.Rational(1, 1000)
"""By how little a log-density that has a limit somewhere changes next to it; a power of the distance changes it by 460 times itself."""


@dataclass(frozen=True)
class Likelihood:
    """The maximum-likelihood problem of n observations.

    model      the member q
    learned    the parameters that are estimated
    objective  NLL/n = CE(p̂, q), in means over the sample
    minimum    its equations, solution and what is left to solve
    """

    model: Distribution
    learned: tuple[E, ...]
    objective: E
    minimum: Minimum

    @property
    def equations(self) -> tuple[E, ...]:
        """∂(NLL/n)/∂θ, which vanish at an estimate inside the domain: at a kink, or on the edge of a constraint, none need to."""
        return self.minimum.equations

    @property
    def solution(self) -> dict[E, E]:
        """Parameter -> estimate, in means, quantiles and extremes of the sample."""
        return self.minimum.solution

    @property
    def reduced(self) -> tuple[E, ...]:
        """What is left to solve, as expressions that vanish."""
        return self.minimum.reduced

    @property
    def closed(self) -> bool:
        return len(self.solution) == len(self.learned)

    def at(self, data: Sequence[Any]) -> dict[str, mpmath.mpf]:
        """The estimates for given data; those in closed form.

        Raises ParameterError for an observation outside the support.

        >>> from derive import catalog
        >>> {k: mpmath.nstr(v, 5) for k, v in likelihood(catalog.Normal).at([1, 2, 6]).items()}
        {'mu': '3.0', 'sigma': '2.1602'}
        """
        sample = observed(self.model, data)
        free = self.model.free_symbols - set(self.learned)
        family = self.model.family
        if unsolved := set(self.learned) - set(self.solution):
            without = " without a value" if len(unsolved) < len(self.learned) else ""
            raise ParameterError(f"{family.name}: no closed form{without} for {', '.join(sorted(map(str, unsolved)))}")
        parts = (*self.solution.values(), *self.model.support)
        if needed := sorted({str(s) for e in parts for s in e.free_symbols & free}):
            raise ParameterError(f"{family.name}: the estimates need a value for {', '.join(needed)}")
        if free:  # they are the same for any value of what neither they nor the support hang on
            usual = zip(self.model.values, points.members(family, 1)[0].values, strict=True)
            return likelihood(family(*(u if v in free else v for v, u in usual)), map(str, self.learned)).at(data)
        x = positive(self.model)
        found = {s: over(value, sample, x) for s, value in self.solution.items()}
        nowhere = "the likelihood of these data has no maximum inside the domain"
        # numbers decide, for SymPy takes log(1 − e^(−40)) for that of 0
        numbers = {s: _valued(value) for s, value in found.items()}
        if not all(map(mpmath.isfinite, numbers.values())):
            idle = _without_effect(self.model, found, numbers, sample)
            reason = nowhere if idle is None else f"the likelihood of these data is the same for every {idle}"
            raise ParameterError(f"{self.model}: {reason}")
        kept = {s for s, value in found.items() if value in sample or numbers[s] and not value.has(sp.Function)}
        # an end of a support is what it is, and a sum that is 0 need not look like it
        found = {s: value if s in kept else _close(numbers[s]) for s, value in found.items()}
        try:
            member = self.model.family(*(found.get(v, v) for v in self.model.values))
        except (ParameterError, TypeError) as error:
            raise ParameterError(f"{error}: {nowhere}, at most at its edge") from None
        if not all(c == sp.true for c in member.constraints):
            raise ParameterError(f"{member}: {nowhere}")
        observed(member, data)
        for v in dict.fromkeys(sample):
            if (there := _next_to(member, v)) in (sp.oo, -sp.oo):
                is_so = "0, and so is the likelihood of these data" if there == -sp.oo else f"infinite: {nowhere}"
                where = ", an end of the support," if v in member.support else ""
                raise ParameterError(f"{member}: the density at {v}{where} is {is_so}")
        return {str(s): number for s, number in numbers.items()}

    @cached_property
    def verdict(self) -> Verdict:
        """Whether the solution is a minimum.

        Proved for a whole exponential family, whose NLL is convex in its natural parameters; and else compared, on
        samples, with the negative log-likelihood itself.
        """
        form = exponential_form(self.model.family)
        generic = self.model == self.model.family.suffixed("") and set(self.learned) == set(self.model.values)
        sampled = is_minimum(self)
        if sampled.kind == "agrees" and form is not None and generic and is_regular(form, facts_of([self.model])):
            return Verdict(
                "proved", 0, "convex", witness="the NLL of an exponential family is convex in its natural parameters"
            )
        return sampled


def likelihood(model: Any, learn: Iterable[str] | str | None = None) -> Likelihood:
    """The maximum-likelihood equations of a model, and their solution where it is explicit.

    Raises ParameterError for a parameter that the model lacks, or that is an integer.

    >>> from derive import catalog
    >>> fit = likelihood(catalog.Gamma)
    >>> fit.solution, fit.reduced
    ({theta: Mean(x)/k}, (log(Mean(x)/k) - Mean(log(x)) + polygamma(0, k),))
    """
    (q,) = unified((as_distribution(model),))
    if q.variable.name in {s.name for s in q.free_symbols}:
        raise ParameterError(f"{q.family.name}: {q.variable} is the observation; call the parameter otherwise")
    if any(len(v.free_symbols) > 0 and not v.is_Symbol for v in q.values if not isinstance(v, sp.IndexedBase)) or len(
        {v for v in q.values if v in q.free_symbols}
    ) < sum(v in q.free_symbols for v in q.values):
        raise ParameterError(f"{q}: each estimated parameter must be a symbol of its own; give numbers or other names")
    learned = learnable(q, learn)
    if any(isinstance(s, sp.Indexed) for s in learned):
        raise ParameterError(f"{q.family.name}: a vector of probabilities is fitted by its relative frequencies")
    return Likelihood(q, learned, positive_objective(q), minimum(q, learned, facts_of([q])))


def positive_objective(q: Distribution) -> E:
    """E[−log q(x)] in means, x known to be positive where the support says so."""
    x = positive(q)
    return averaged(-to_loggamma(q.log_density).xreplace({q.variable: x}), x)


def observed(q: Distribution, data: Sequence[Any]) -> tuple[E, ...]:
    """Exact observations; refuses one outside the support of the model."""
    if not data:
        raise ParameterError(f"{q.family.name}: there are no data")
    sample = tuple(exact("an observation", v) for v in data)
    low, high = q.support
    for v in sample:
        outside = (low.is_number and v < low) or (high.is_number and v > high)
        if outside == sp.true or outside is True or (q.measure == "counting" and not v.is_integer):
            kind = "the integers of " if q.measure == "counting" else ""
            raise ParameterError(f"{q.family.name}: the observation {v} is outside the support, {kind}({low}, {high})")
    return sample


def _valued(e: E) -> mpmath.mpf:
    """An estimate as a number; nan where it has no value."""
    if e.is_Rational:
        return mpmath.mpf(e.p) / e.q
    return mpmath.nan if e.has(sp.nan, sp.zoo, sp.oo, sp.I) else evaluate_number(e, {}, DIGITS)


def _without_effect(
    q: Distribution, found: Mapping[E, E], numbers: Mapping[E, mpmath.mpf], sample: Sequence[E]
) -> E | None:
    """The one parameter without an estimate, if the likelihood does not depend on it either: the direction of what has none."""
    without = [s for s, number in numbers.items() if not mpmath.isfinite(number)]
    if len(without) > 1:
        return None
    (s,) = without
    values = [_nll(q, {**found, s: sp.Rational(k, 7)}, sample) for k in (2, 3, 5)]
    alike = all(v.is_finite and v.is_real and abs(v - values[0]) < sp.Rational(1, 10**25) for v in values)
    return s if alike else None


def _close(number: mpmath.mpf) -> E:
    """A rational number next to an estimate, to so many digits."""
    return sp.Rational(mpmath.nstr(number, DIGITS)) if number else sp.S.Zero


def _next_to(q: Distribution, place: E) -> E:
    """±∞ where the log-density of a member with numbers tends to that next to a place, else 0: at an end of its support from inside,
    elsewhere ∞ from either side, or −∞ from both."""
    inside = q.log_density.subs(q.variable, place) if place not in q.support else sp.nan
    if q.measure == "counting" or not inside.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        return sp.S.Zero
    sides = [1 if place == q.support[0] else -1] if place in q.support else [1, -1]
    limits = {_tends(q, place, side) for side in sides}
    return sp.oo if sp.oo in limits else -sp.oo if limits == {-sp.oo} else sp.S.Zero


def _tends(q: Distribution, place: E, side: int) -> E:
    """±∞ or 0, by the log-density at two points, both nearer to a place than any scale."""
    places = ({q.variable: place + side * sp.Rational(1, 10**k)} for k in (200, 400))
    first, second = (evaluate_number(q.log_density, place, 15) for place in places)
    return sp.S.Zero if abs(second - first) < NEARLY else sp.oo if second > first else -sp.oo


def over(e: E, sample: Sequence[E], x: sp.Symbol) -> E:
    """An expression in means, quantiles and extremes, with those of a sample in."""

    def one(f: E) -> E:
        argument = f.args[0]
        if isinstance(f, Mean):
            return sp.Add(*(argument.xreplace({x: v}) for v in sample)) / len(sample)
        if isinstance(f, Quantile):
            return quantile([_at(f.args[1], x, v) for v in sample], argument)
        return sp.Min(*sample) if type(f) is Least else sp.Max(*sample)

    while found := [f for f in e.atoms(*AVERAGES) if not any(a.atoms(*AVERAGES) for a in f.args)]:
        e = e.xreplace({f: one(f) for f in found})
    return e


def _at(e: E, x: sp.Symbol, place: E) -> E:
    """The value of a statistic, infinite with a sign at an end of the support.

    >>> x = sp.Symbol("x", positive=True)
    >>> _at(sp.log(x), x, sp.S.Zero), _at(1 / x, x, sp.S.Zero)
    (-oo, oo)
    """
    value = e.xreplace({x: place})
    sides = (sp.limit(e, x, place, side) for side in ("+", "-")) if value is sp.zoo else ()
    return next((limit for limit in sides if limit.is_extended_real), value)


def quantile(sample: Sequence[E], level: E) -> E:
    """The smallest observation with at least this fraction of the sample at or below it."""
    ordered = sorted(sample)
    return ordered[max(0, int(sp.ceiling(level * len(ordered))) - 1)]


# --- a minimum -----------------------------------------------------------------------------------------------


def is_minimum(fit: Likelihood) -> Verdict:
    """The estimate against the NLL of exact samples: no parameter can be moved to lower it."""
    if not fit.closed:
        return Verdict("unknown", 0, "moves", witness="there is no closed form")
    seen = 0
    for member in points.members(fit.model.family, SAMPLES):
        place = {s: v for s, v in zip(fit.model.values, member.values, strict=True) if s not in fit.learned}
        q = Distribution(fit.model.family, tuple(v.subs(place) for v in fit.model.values))
        sample = sampled(member, SIZE)
        witness = _lowered(fit, q, place, sample)
        if witness:
            return Verdict("refuted", 0, "moves", str(sample), witness)
        seen += 1
    return Verdict("agrees", 15, "moves", f"{seen} samples of {SIZE}")


def _lowered(fit: Likelihood, q: Distribution, place: Mapping[E, E], sample: Sequence[E]) -> str:
    """What lowers the NLL of a sample below that of the estimate; empty when nothing tried does."""
    x = positive(fit.model)
    solution = {s: over(v.subs(place), sample, x) for s, v in fit.solution.items()}
    best = _nll(q, solution, sample)
    if not best.is_finite:
        return f"the NLL is {best} at {solution}"
    for s, value in solution.items():
        for step in STEPS:
            moved = {**solution, s: value + step * (abs(value) or 1)}
            other = _nll(q, moved, sample)
            if other is not sp.nan and other.is_real and other < best - sp.Rational(1, 10**25):
                return f"the NLL is {best.evalf(12)} at the estimate and {other.evalf(12)} at {s} = {moved[s].evalf(8)}"
    return ""


def _nll(q: Distribution, values: Mapping[E, E], sample: Sequence[E]) -> E:
    """−Σ log q(x_i); infinite where an observation is outside the support."""
    low, high = (end.subs(values) for end in q.support)
    if any((v < low) == sp.true or (v > high) == sp.true for v in sample):
        return sp.oo
    density = -q.log_density.subs(values)
    return sp.Add(*(density.subs(q.variable, v).evalf(40) for v in sample))


def sampled(member: Distribution, size: int) -> tuple[E, ...]:
    """Exact observations inside a support, uneven and no two alike; their number is odd, so the median is one."""
    low, high = member.support
    if member.measure == "counting":
        top = min(high, low + 3 * size) if low.is_finite else 3 * size
        first = low if low.is_finite else -size
        values = [first + (k * k) % (top - first + 1) for k in range(size)]
        return tuple(sp.Integer(v) for v in values)
    fractions = [sp.Rational(2 * k * k + 3 * k + 1, 2 * (size + 1) ** 2) for k in range(size)]
    if low.is_finite and high.is_finite:
        return tuple(low + (high - low) * f for f in fractions)
    if low.is_finite:
        return tuple(low + 3 * f / (1 - f) for f in fractions)
    if high.is_finite:
        return tuple(high - 3 * f / (1 - f) for f in fractions)
    return tuple((2 * f - 1) / (f * (1 - f)) for f in fractions)


__all__ = ["Likelihood", "is_minimum", "likelihood", "observed", "over", "quantile", "sampled"]
