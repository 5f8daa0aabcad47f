"""What is to be derived: a quantity of one or two distributions, under what is known of their parameters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import sympy as sp

from derive.algebra.normal import ONLY_PRODUCTS, linear_form, to_loggamma
from derive.algebra.placing import put, put_vectors
from derive.derivation.formula import Case, Step
from derive.families.facts import Facts, facts_of
from derive.families.family import Distribution
from derive.writing.notation import Expect, quantity

E = Any

ENTROPY, CROSS_ENTROPY, KL, EXPECTATION = "entropy", "cross_entropy", "kl_divergence", "expectation"
AFFINITY = "affinity"

NOT_SOUGHT = ("no closed form sought", "left as it is defined; it evaluates")
"""The rule and the reason of a quantity that is left as it is defined."""

ORDER = sp.Dummy("alpha", positive=True)
"""The order α of ∫ p^α q^(1−α), until it has a value or a name."""

DEFINITIONS = {
    ENTROPY: "H(p) = E_p[−log p]",
    CROSS_ENTROPY: "CE(p, q) = E_p[−log q]",
    KL: "KL(p‖q) = E_p[log p − log q], with the log-ratio merged",
    EXPECTATION: "the statistic",
    AFFINITY: "∫ p^α q^(1−α)",
}


class Effort(Enum):
    """How far a closed form is sought.

    DEFINITION  not at all: the integral or sum that defines a quantity stands, where it exists
    CLOSED      by the engine's own rules
    DEEP        by SymPy's integrator too, where these leave something open
    """

    DEFINITION = "definition"
    CLOSED = "closed"
    DEEP = "deep"

    @classmethod
    def of(cls, deep: bool, definition: bool) -> Effort:
        """The effort that two options ask for."""
        if deep and definition:
            raise ValueError("deep seeks a closed form, and definition seeks none: ask for one of them")
        return cls.DEFINITION if definition else cls.DEEP if deep else cls.CLOSED


Answer = tuple[list[Case], list[Step]]
"""The cases of a quantity, and how they were derived."""


@dataclass(frozen=True)
class Problem:
    """A quantity of p, or of p and q, and what is known.

    statistic  that of a plain expectation
    order      the α of ∫ p^α q^(1−α)
    """

    kind: str
    p: Distribution
    q: Distribution | None
    facts: Facts
    effort: Effort = Effort.CLOSED
    statistic: Any = None
    order: Any = None
    shared: tuple[Any, Any] | None = None
    """The ends of what two supports share, where neither holds the other."""
    orders: int = 0
    """How many orders of parameters were split on to come here."""
    most: int = 0
    """How many may be."""
    rough: bool = False
    """Whether all that is asked is whether it closes: not what it is, nor where it exists."""

    @property
    def members(self) -> tuple[Distribution, ...]:
        return (self.p,) if self.q is None else (self.p, self.q)

    @property
    def name(self) -> Any:
        """The quantity as a symbol: H(p), CE(p, q), KL(p, q)."""
        return quantity(self.kind, len(self.members))

    def about(self, members: Iterable[Distribution]) -> Problem:
        """The same quantity of other members, with what their domains say."""
        members = tuple(members)
        return replace(self, p=members[0], q=members[1] if len(members) > 1 else None, facts=facts_of(members))

    def moved(self, symbol: Any, value: Any) -> Problem:
        """The same problem with a value in for a symbol."""
        other = self.about(moved(m, symbol, value) for m in self.members)
        return other if self.statistic is None else replace(other, statistic=place(self.statistic, {symbol: value}))

    def sharing(self, low: Any, high: Any) -> Problem:
        """The same problem on what two supports share."""
        return replace(self, shared=(low, high))

    def under(self, relations: Iterable[Any]) -> Problem:
        """The same problem with inequalities taken as known."""
        return replace(self, facts=self.facts.under(relations))

    @property
    def integrand(self) -> E:
        """What the expectation is of, in p's variable."""
        if self.statistic is not None:
            return self.statistic
        if self.kind == AFFINITY:
            return sp.S.One
        if self.q is None:
            return -self._log_p
        return -self._log_q if self.kind == CROSS_ENTROPY else self._log_p - self._log_q

    @property
    def log_ratio(self) -> tuple[E, E] | None:
        """log p and −log q, whose sum a KL divergence is the expectation of."""
        return (self._log_p, -self._log_q) if self.kind == KL and self.statistic is None else None

    @property
    def touching(self) -> bool:
        """Whether an end of p's support may be, but need not be, that of q's: a singularity of log q then comes to it."""
        if self.q is None:
            return False
        ends = ((self.q.support[0], self.p.support[0]), (self.p.support[1], self.q.support[1]))
        return any(one != two and self.facts.decide(sp.Lt(one, two)) is None for one, two in ends)

    @property
    def _log_p(self) -> E:
        return to_loggamma(self.p.log_density)

    @property
    def _log_q(self) -> E:
        assert self.q is not None
        return to_loggamma(self.q.log_density.xreplace({self.q.variable: self.p.variable}))

    @property
    def log_weight(self) -> E:
        """The logarithm of what the integrand is weighted with: that of p, or of p^α q^(1−α)."""
        if self.kind != AFFINITY:
            return self._log_p
        return self.order * self._log_p + (0 if self.q is None else (1 - self.order) * self._log_q)

    @property
    def definition(self) -> Step:
        if self.kind == AFFINITY:
            x, (low, high) = self.p.variable, self.shared or self.p.support
            whole = sp.Sum if self.p.measure == "counting" else sp.Integral
            return Step(self.name, whole(sp.exp(self.log_weight), (x, low, high)), "definition", DEFINITIONS[AFFINITY])
        terms = linear_form(sp.expand(self.integrand, **ONLY_PRODUCTS), self.p.variable)
        integrand = terms[0] + sp.Add(*(coefficient * statistic for statistic, coefficient in terms[1].items()))
        return Step(self.name, Expect(integrand), "definition", DEFINITIONS[self.kind])

    def verdict(self, value: E, form: str, reason: str) -> Answer:
        """An answer that existence alone decides."""
        return [Case(sp.true, value, form)], [Step(self.name, value, "existence", reason)]


def moved(p: Distribution, symbol: Any, value: Any) -> Distribution:
    """A member with a value in for a symbol."""
    return Distribution(p.family, tuple(place(v, {symbol: value}) for v in p.values))


def place(e: Any, values: dict[Any, Any]) -> Any:
    """Values in for symbols and vectors, in an expression or a condition."""
    if not values or not hasattr(e, "subs"):
        return e
    vectors = {k: v for k, v in values.items() if isinstance(k, sp.IndexedBase)}
    if vectors:
        return put(put_vectors(e, vectors), {k: v for k, v in values.items() if k not in vectors})
    return put(e, values)
