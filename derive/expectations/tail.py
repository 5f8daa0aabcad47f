"""How an expectation behaves at one end of the support, or beside a point.

An end is sent to infinity: x = T, −T, a + 1/T or b − 1/T, with T → ∞. Everything is then expanded in the scale of
`asymptotics`. ∫ exp(Λ) dT converges when the dominant term of Λ + log T falls; where its coefficient's sign hangs on
parameters, that sign is the condition.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from derive.expectations.asymptotics.orders import L3, SCALE, Expansion, Impossible, T, Unknown
from derive.expectations.asymptotics.scale import ORDERS, Scale
from derive.families.facts import Facts

E = Any

SPLITS = 3
"""How many coefficients may be taken to be 0 or not."""


@dataclass(frozen=True)
class Tail:
    """What an expectation does at one end of the support.

    end        the end
    converges  the condition under which its part there is finite
    rising     that under which it diverges to +∞; None when the sign is not known
    both       that under which it diverges to −∞ as well
    """

    end: E
    converges: Any
    rising: Any
    both: Any = sp.false

    @property
    def falling(self) -> Any:
        """The condition under which it diverges to −∞."""
        return sp.And(sp.Not(self.converges), sp.Or(self.both, sp.Not(self.rising)))


def _tail_of(end: E, converges: Any, sign: int | None) -> Tail:
    rising = None if sign is None else sp.Not(converges) if sign > 0 else sp.false
    return Tail(end, converges, sp.false if converges == sp.true else rising)


def turned(tail: Tail, sign: int) -> Tail:
    """A tail times what has a sign, or (0) again and again either."""
    if sign == 1 or tail.converges == sp.true or sign == -1 and tail.rising is None:
        return tail
    return replace(tail, rising=tail.falling if sign == -1 else sp.Not(tail.converges), both=sp.sympify(sign == 0))


def at(log_density: E, statistic: E, x: sp.Symbol, point: E, side: int, facts: Facts, proper: bool = False) -> Tail:
    """How an expectation behaves on one side of a point: above it (side 1) or below it (−1); raises Unknown.

    >>> x = sp.Symbol("x", real=True)
    >>> at(-x**2, 1/(x - 1)**2, x, sp.Integer(1), 1, Facts(), proper=True).converges
    False
    """
    return _told(_Part(log_density, statistic, x, proper), point, side, Scale(facts))


@dataclass(frozen=True)
class _Part:
    """What is integrated: exp(log_density)·statistic, in x."""

    log_density: E
    statistic: E
    x: sp.Symbol
    proper: bool

    def at(self, root: dict[E, E]) -> _Part:
        return replace(self, log_density=self.log_density.subs(root), statistic=self.statistic.subs(root))


def _told(part: _Part, end: E, side: int, scale: Scale) -> Tail:
    """With as few terms as tell, and where the sign of a coefficient matters, for each that it can have."""
    for kept in ORDERS:
        try:
            return _tail(part, end, side, replace(scale, kept=kept))
        except Unknown as error:
            why, c = error, error.coefficient
            root = None if c is None else _root(c)
            if root is not None and kept > 1:
                break
    if c is None or root is None or len(scale.assumed) == SPLITS:
        raise why
    met = part.at(root)
    if (met, end.subs(root)) == (part, end):  # a letter of a derivative, and no parameter
        raise why
    here = scale.at_end(met.statistic, part.x, place(end.subs(root), side))
    nowhere = sp.zoo in sp.Mul.make_args(here)  # 1/0 everywhere
    at_root = Tail(end, sp.false, sp.true, sp.true) if nowhere else _told(met, end.subs(root), side, scale)
    ((parameter, value),) = root.items()
    square = scale.facts.decide(c >= 0) is True  # positive everywhere but at its root
    sides = (parameter, value) if c.has(sp.log) and sp.diff(c, parameter).is_positive else (c, sp.S.Zero)
    equal, apart = (sp.Eq(parameter, value), sp.Ne(parameter, value)) if square else (sp.Eq(*sides), sp.Gt(*sides))
    found = []
    for relation, closed, sign in ((apart, sp.Ge(*sides), 1), (sp.Lt(*sides), sp.Le(*sides), -1)):
        if scale.facts.decide(scale.facts.cleared(relation)) is not False:
            assumed = replace(scale, facts=scale.facts.under([relation]), assumed=(*scale.assumed, (c, sign)))
            with suppress(Impossible):
                told = _told(part, end, side, assumed)
                found.append((closed if _extends(told, at_root, root) else relation, told))
    if not found:
        raise why
    if not any(_extends(t, at_root, root) for _, t in found):
        found.append((equal, at_root))
    converges = _together([(where, t.converges) for where, t in found])
    rising = None if any(t.rising is None for _, t in found) else _together([(where, t.rising) for where, t in found])
    return Tail(end, converges, rising, _together([(where, t.both) for where, t in found]))


def _extends(tail: Tail, at_root: Tail, root: dict[E, E]) -> bool:
    """Whether what is told beside a root of a coefficient is what is told at it."""
    rising = (at_root.rising, tail.rising)
    try:
        same = None in rising or rising[1].subs(root) == rising[0] and tail.both == at_root.both
        return tail.converges.subs(root) == at_root.converges and same
    except TypeError:  # a condition on 1/c has no value at 0
        return False


def _together(parts: list[tuple[Any, Any]]) -> Any:
    """What holds, from what holds where."""
    answers = {answer for _, answer in parts}
    return answers.pop() if len(answers) == 1 else sp.Or(*(sp.And(*part) for part in parts))


def _root(c: E) -> dict[E, E] | None:
    """A parameter, and the value at which the coefficient is 0; None where it is not seen.

    One that may be any real is taken first: of a − μ = 0, a > 0, what is known of a is kept when μ goes.
    """
    numerator = sp.numer(sp.together(c))
    factored = sp.factor(numerator)
    if factored.is_Pow and factored.exp.is_positive:  # a square, which is 0 where its base is
        numerator = factored.base
    for s in sorted(c.free_symbols, key=lambda s: (s.is_positive is True, str(s))):
        constant, rest = numerator.as_independent(s, as_Add=True)
        factor, inner = rest.as_independent(s, as_Add=False)
        if not factor.is_nonzero:
            continue
        target = -constant / factor
        if isinstance(inner, sp.exp) and target.is_positive:
            inner, target = inner.args[0], sp.log(target)
        if isinstance(inner, sp.log) and inner.args[0] == s:
            inner, target = s, sp.exp(target)
        if inner.is_Pow and inner.base.is_positive and target.is_positive and not inner.exp.has(s):
            inner, target = inner.base, target ** (1 / inner.exp)
        slope = sp.diff(inner, s)
        if slope.is_nonzero and not slope.has(s):
            return {s: sp.expand(s + (target - inner) / slope)}
    return None


def place(end: E, side: int) -> E:
    """A point that comes to an end as T → ∞."""
    return end + side / T if not end.is_infinite else -side * T


def _tail(part: _Part, end: E, side: int, scale: Scale) -> Tail:
    x, there = part.x, place(end, side)
    h = scale.expand(scale.at_end(part.statistic, x, there))
    if not h.terms and h.error == 0 or part.proper and _bounded(h, scale):
        return _tail_of(end, sp.true, None)
    density = scale.expand(scale.at_end(part.log_density, x, there))
    width = {SCALE[1]: sp.S.One if end.is_infinite else sp.S.NegativeOne}  # log of dx/dT · T

    def finite(monomial: E) -> Any:
        return scale.falls(scale.plus(density, scale.log(monomial), Expansion(width)))

    try:
        coefficient, lead = scale.lead(h)
    except Unknown as found:  # whatever leads, each term by itself may be finite
        error = found
        monomials = [*h.terms, *([h.error.subs(L3, 1)] if h.error != 0 else [])]
        try:
            if all(finite(m) == sp.true for m in monomials):
                return _tail_of(end, sp.true, None)
        except Unknown as other:
            if other.coefficient is not None and _root(other.coefficient) is not None:
                error = other  # whose sign can be either
        raise error from None
    return _tail_of(end, finite(lead), scale.sign(coefficient))


def _bounded(h: Expansion, scale: Scale) -> bool:
    try:
        return not any(scale.grows(m) for m in (*h.terms, h.error))
    except Unknown:
        return False
