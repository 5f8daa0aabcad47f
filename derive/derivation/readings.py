"""How a statistic with letters is read in real numbers: under which conditions on them, and as what.

A log, a root and an arc need what they are of in a range on all of the support. A power x^k of an x of either sign is real for
a whole k only: then it is |x|^k or, where k is odd, that with the sign of x.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import sympy as sp

from derive.derivation import extremes
from derive.derivation.bases import unlogged, whole
from derive.derivation.conditions import pruned
from derive.derivation.statistic import StatisticError
from derive.families.facts import Facts, facts_of
from derive.families.family import Distribution

E = Any

MOST = 3
"""Readings beyond which further exponents are not told apart by whether they are even or odd."""


@dataclass(frozen=True)
class Reading:
    """What a statistic is in real numbers under a condition on its letters."""

    condition: Any
    statistic: E

    def at(self, condition: Any, values: dict[E, E]) -> Reading:
        """The same under a further condition, under which parts of it have values."""
        return Reading(sp.And(self.condition, condition), self.statistic.xreplace(values))


def readings(statistic: E, p: Distribution) -> tuple[list[Reading], Any]:
    """The readings of a statistic on the support of p, and the condition under which there is one, as far as that is told.

    Raises StatisticError where the condition never holds.

    >>> from derive import catalog
    >>> a, x = sp.Symbol("a", real=True), sp.Symbol("x", real=True)
    >>> readings(sp.log(x - 1), catalog.Uniform("a", "b"))
    ([Reading(condition=a - 1 >= 0, statistic=log(x - 1))], a - 1 >= 0)
    >>> [r.statistic for r in readings(x**a, catalog.Normal(0, 1))[0]]
    [Abs(x)**a, x*Abs(x)**a/Abs(x)]
    """
    if statistic.has(sp.Piecewise, sp.I):  # a branch need be real in its own place only
        return [Reading(sp.true, statistic)], sp.true
    facts, inside, x = facts_of((p,)), _inside(statistic, p), p.variable
    needed = pruned(sp.And(_not_negative(inside, p, facts), *_not_zero(statistic, p, facts)), facts)
    if needed == sp.false:
        ends = [end for end in p.support if any(_negative_at(e, p.variable, end, facts) for e in inside)]
        where = f"near {p.variable} = {ends[0]}, in" if ends else "on all of"
        raise StatisticError(f"{statistic} is not real {where} the support of {p}")
    facts = facts.under(sp.And.make_args(needed))
    found, whole = [_Way(Reading(needed, statistic), {})], needed
    seen: dict[E, list[E]] = {}
    for exponent, bases in _unsure(statistic, x).items():
        held = _not_negative(bases, p, facts)
        if held == sp.true:
            continue
        root = next((e for e in seen if (exponent / e).is_Integer), None)
        done = [way.of_multiple(exponent, bases, root, seen) for way in found]
        if all(done):
            found = [way for way in done if way]
            continue
        seen[exponent] = bases
        nonzero, at_zero = _apart_from_zero(found[0].reading.statistic, exponent, bases, x)
        met = sp.Or(*(condition for condition, _ in at_zero))
        whole = sp.And(whole, sp.Or(sp.And(nonzero, sp.Or(held, _integer(exponent))), met))
        zero = [replace(way, reading=way.reading.at(*values)) for way in found for values in at_zero]
        if len(found) > MOST:
            return [Reading(whole, statistic)], whole
        found = [
            w
            for way, one in zip(found, done, strict=True)
            for w in ([one] if one else way.split(held, exponent, bases, nonzero))
        ]
        found += zero
    return [way.reading for way in found], whole


@dataclass(frozen=True)
class _Way:
    """A reading, with the exponents that are whole in it and whether each is odd."""

    reading: Reading
    odd: dict[E, int]

    def folded(self, exponent: E, bases: list[E], odd: int) -> _Way:
        return replace(
            self, reading=replace(self.reading, statistic=_folded(self.reading.statistic, exponent, bases, odd))
        )

    def of_multiple(self, exponent: E, bases: list[E], root: E | None, seen: dict[E, list[E]]) -> _Way | None:
        """This way for a multiple of an exponent that is whole in it, or has bases that are not negative; None if it is neither."""
        if root in self.odd:
            return self.folded(exponent, bases, self.odd[root] * (exponent / root) % 2)
        return self.folded(exponent, bases, 0) if root is not None and set(bases) <= set(seen[root]) else None

    def split(self, held: Any, exponent: E, bases: list[E], nonzero: Any) -> Iterator[_Way]:
        """Where powers with an exponent are real, and how the statistic is written there."""
        ways = [(pruned(sp.And(held, nonzero)), 0, self.odd)]  # x = |x| there, which is known to be positive
        less = pruned(sp.And(sp.Not(held), nonzero))
        ways += [(sp.And(less, _integer((exponent + n) / 2)), n, self.odd | {exponent: n}) for n in (0, 1)]
        for condition, odd, known in ways:
            if condition != sp.false:
                written = self.folded(exponent, bases, odd).reading
                yield _Way(replace(written, condition=sp.And(self.reading.condition, condition)), known)


def _negative_at(e: E, x: sp.Symbol, end: E, facts: Facts) -> bool:
    value = e.subs(x, end)
    try:
        return value is not sp.nan and facts.decide(sp.Lt(value, 0)) is True
    except TypeError:  # SymPy compares no complex numbers
        return False


def _inside(statistic: E, p: Distribution) -> list[E]:
    """What must not be negative anywhere: what logs and broken powers are of, and how far an arc's argument is from its ends."""
    x, inside = p.variable, [e.args[0] for e in statistic.atoms(sp.log)]
    inside += [
        e.base for e in statistic.atoms(sp.Pow) if e.exp.is_integer is False or e.exp.has(x) and not whole(e.exp, p)
    ]
    inside += [1 + side * e.args[0] for e in statistic.atoms(sp.asin, sp.acos, sp.atanh) for side in (1, -1)]
    inside += [
        e.args[-1] for e in statistic.atoms(sp.besselk, sp.expint, sp.uppergamma, sp.loggamma) if not _whole_gamma(e)
    ]
    return inside + [e.args[0] - 1 for e in statistic.atoms(sp.acosh)]


def _whole_gamma(e: E) -> bool:
    """Whether a function is an incomplete gamma function that is a polynomial times an exponential."""
    return isinstance(e, sp.uppergamma) and bool(e.args[0].is_Integer and e.args[0] > 0)


def _not_zero(statistic: E, p: Distribution, facts: Facts) -> Iterator[Any]:
    """What must not be 0: a letter to a power that may be negative."""
    x = p.variable
    for e in sorted(statistic.atoms(sp.Pow), key=sp.default_sort_key):
        if e.exp.has(x) and not e.base.has(x) and not whole(e.exp, p) and facts.decide(sp.Gt(e.base, 0)) is None:
            told = extremes.conditions(e.exp, p)
            if told is None or any(facts.decide(relation) is not True for relation in told):
                yield sp.Gt(e.base, 0)


def _unsure(statistic: E, x: sp.Symbol) -> dict[E, list[E]]:
    """Exponents that may or may not be whole, but for a whole term, and what has them; multiples of one behind it."""
    found: dict[E, list[E]] = {}
    for e in sorted(statistic.atoms(sp.Pow), key=sp.default_sort_key):
        if e.exp.is_integer is None and not e.exp.has(x):
            found.setdefault(e.exp - _whole_part(e.exp), []).append(e.base)
    return dict(sorted(found.items(), key=lambda item: (abs(c := item[0].as_coeff_Mul()[0]), bool(c < 0))))


def _whole_part(exponent: E) -> E:
    return sp.floor(exponent.as_coeff_Add()[0])


def _folded(statistic: E, exponent: E, bases: list[E], odd: int) -> E:
    """A statistic with powers of the modulus of these bases, for a whole exponent that is odd (1) or even (0)."""

    def fold(e: E) -> E:
        sign = e.base / sp.Abs(e.base) if (odd + _whole_part(e.exp)) % 2 else 1
        return sign * sp.Abs(e.base) ** e.exp

    mine = {e for e in statistic.atoms(sp.Pow) if e.base in bases and e.exp - _whole_part(e.exp) == exponent}
    return statistic.xreplace({e: fold(e) for e in mine})


def _apart_from_zero(
    statistic: E, exponent: E, bases: list[E], x: sp.Symbol
) -> tuple[Any, list[tuple[Any, dict[E, E]]]]:
    """That no letter that is a factor of these bases is 0, and what the powers of such bases are where one is: 0, or 1."""
    letters = {
        b: [f for f in sp.Mul.make_args(b) if f.is_Symbol and f != x and f.is_nonzero is None]
        for b in bases
        if b.is_Mul
    }
    mine = {e for e in statistic.atoms(sp.Pow) if letters.get(e.base) and e.exp - _whole_part(e.exp) == exponent}
    nonzero = sp.And(*(sp.Ne(f, 0) for found in letters.values() for f in found))
    if not mine or len(mine) > MOST:
        return sp.true, []
    ways = product(*(((sp.Gt(e.exp, 0), e, sp.S.Zero), (sp.Eq(e.exp, 0), e, sp.S.One)) for e in mine))
    values = [(sp.And(sp.Not(nonzero), *(r for r, _, _ in way)), {e: value for _, e, value in way}) for way in ways]
    return nonzero, [(condition, value) for condition, value in values if condition != sp.false]


def _integer(e: E) -> Any:
    """The condition that an expression is a whole number."""
    return sp.Eq(e, sp.floor(e))


def _not_negative(bases: list[E], p: Distribution, facts: Facts) -> Any:
    """The condition that none of these is negative on the support, as far as it is told."""
    open_: list[Any] = []
    inner_first = sorted(bases, key=lambda e: (sp.count_ops(e), sp.default_sort_key(e)))
    for base in inner_first:
        for relation in extremes.conditions(base, p, facts.under(open_)) or ():
            decided = facts.under(open_).decide(relation)
            if decided is False:
                return sp.false
            if decided is None:
                open_.append(relation)
    return pruned(unlogged(pruned(sp.And(*open_), facts), facts), facts)
