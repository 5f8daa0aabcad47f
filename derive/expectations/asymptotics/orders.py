"""The scale of sizes for T → ∞, sums of monomials in it, and which of them is the larger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp

from derive.algebra.cancellation import erfc_folded, erfc_reflected
from derive.algebra.normal import is_zero
from derive.algebra.signs import seen_nonzero
from derive.families.facts import Facts

E = Any

T, _, _, L3 = SCALE = tuple(sp.Symbol(n, positive=True) for n in ("_T", "_logT", "_loglogT", "_logloglogT"))
"""T and its iterated logarithms, as symbols of their own."""

MOST = 8
"""The highest power that is multiplied out."""

LONGEST = 150
"""Operations beyond which a coefficient is not worth its time."""


class Unknown(Exception):
    """The asymptotics do not tell; or not until the sign of `coefficient` is known."""

    def __init__(self, reason: str, coefficient: E | None = None):
        super().__init__(reason)
        self.coefficient = coefficient


def _of_positive_tails(e: E) -> E:
    """An expression with symbols that are positive for erfc(z) and 2 − erfc(z), which are.

    >>> z = sp.Symbol("z", real=True)
    >>> [_of_positive_tails(e).is_positive for e in (sp.erfc(z), 3 - 3 * sp.erfc(z) / 2, 1 - sp.erfc(z))]
    [True, True, None]
    """
    if not e.has(sp.erfc, sp.erf):
        return e
    scale = e.as_coeff_Add()[0] / 2
    folded = scale * erfc_folded(sp.expand(e / scale)) if scale != 0 else e
    found = {f: sp.Dummy(positive=True) for f in folded.atoms(sp.erfc, erfc_reflected) if f.args[0].is_extended_real}
    return folded.xreplace(found)


class Impossible(Unknown):
    """What was taken to be known is not so: a log or a root of something negative would be needed."""


def _cancels(total: E) -> bool:
    """Whether a sum is 0 at sight, or once it is multiplied out."""
    return total == 0 or not seen_nonzero(total) and sp.count_ops(total) < LONGEST and sp.expand(total) == 0


@dataclass(frozen=True)
class Expansion:
    """Σ coefficient·monomial in the scale, and the monomial that bounds what is left out (0 when nothing is)."""

    terms: dict[E, E]
    error: E = sp.S.Zero

    @property
    def sum(self) -> E:
        return sp.Add(*(c * m for m, c in self.terms.items()))


def constant(value: E, error: E = sp.S.Zero) -> Expansion:
    value = sp.sympify(value)
    if value.has(sp.zoo, sp.nan, sp.oo) or any(e.base == 0 for e in value.atoms(sp.Pow)):
        raise Unknown(f"{value} in an expansion")
    return Expansion({sp.S.One: sp.sympify(value)} if value != 0 else {}, error)


def _log_ratio(f: E) -> E | None:
    """log A − log B, which has the sign of A − B, where f is a difference of exponentials A − B."""
    parts = dict(t.as_coeff_Mul()[::-1] for t in f.args) if f.is_Add else {}
    if sorted(parts.values()) != [-1, 1] or not all(isinstance(e, sp.exp) for e in parts):
        return None
    return sp.Add(*(sign * e.args[0] for e, sign in parts.items()))


@dataclass(frozen=True)
class Orders:
    """Which monomials of the scale are the larger ones, under what is known of the parameters.

    kept     how many terms of a Taylor series are kept
    assumed  signs that are taken to be known
    """

    facts: Facts
    kept: int = 1
    assumed: tuple[tuple[E, int], ...] = ()

    def sign(self, coefficient: E) -> int | None:
        """The sign of a coefficient where it is known."""
        if coefficient.has(sp.I):
            return None
        sign = self.facts.sign(_of_positive_tails(coefficient))
        if sign is None and coefficient.is_Add:
            terms = {self.sign(t) for t in coefficient.args} if len(coefficient.args) <= MOST else {None}
            sign = terms.pop() if len(terms) == 1 else None
        if sign is None and any(f.exp.is_negative for f in coefficient.atoms(sp.Pow)):
            sides = ((1, sp.Gt(coefficient, 0)), (-1, sp.Lt(coefficient, 0)))
            sign = next((side for side, relation in sides if self.facts.decide(self.facts.cleared(relation))), None)
        if sign is None and self.assumed:
            signs = [self.facts.sign(f) or self._assumed(f) for f in sp.Mul.make_args(sp.factor_terms(coefficient))]
            return None if None in signs else int(sp.prod(signs))
        return sign

    def _assumed(self, f: E) -> int | None:
        if isinstance(f, sp.Abs):
            return 1 if self._assumed(f.args[0]) else None
        if isinstance(f, (sp.gamma, sp.besselk)):
            return 1 if self.sign(f.args[-1]) == 1 else None
        if isinstance(f, sp.besseli):
            return 1 if self.sign(f.args[0] + 1) == self.sign(f.args[1]) == 1 else None
        if f.is_Pow and (f.exp == -1 or self.sign(f.base) == 1):
            return self.sign(f.base)
        if (ratio := _log_ratio(f)) is not None:
            return self.sign(ratio)
        for known, sign in self.assumed:
            for way in (1, -1):
                if sp.expand(f - way * known) == 0:
                    return sign * way
        return None

    # --- monomials -------------------------------------------------------------------------------------------

    def log(self, monomial: E) -> Expansion:
        """The logarithm of a monomial."""
        exponent, powers = self._read(monomial)
        if powers[-1] != 0:
            raise Unknown("a fourfold logarithm")
        logs = Expansion({s: p for s, p in zip(SCALE[1:], powers[:-1], strict=True) if p != 0})
        return self.plus(self.collected(exponent), logs)

    def _read(self, monomial: E) -> tuple[E, list[E]]:
        """What stands in the exponential of a monomial, and its powers of T, log T, ..."""
        exponent, powers = sp.S.Zero, dict.fromkeys(SCALE, sp.S.Zero)
        for f in sp.Mul.make_args(monomial):
            base, power = (f, sp.S.One) if isinstance(f, sp.exp) else f.as_base_exp()
            if isinstance(base, sp.exp):
                exponent += power * base.args[0]
            elif base in powers:
                powers[base] += power
            elif f.has(*SCALE):
                raise Unknown(f"the size of {f}")
        return sp.expand(exponent), [sp.expand(p) for p in powers.values()]

    def product(self, one: E, two: E) -> E:
        """The product of two monomials as one."""
        if one == 1 or two == 1:
            return one * two
        product = one * two
        return product if sum(isinstance(f, sp.exp) for f in sp.Mul.make_args(product)) < 2 else sp.powsimp(product)

    def order(self, one: E, two: E) -> int:
        """The sign of the growth of one / two: 1 when one is the larger, 0 when they are of the same size."""
        if one == two:
            return 0
        exponent, powers = self._read(one / two)
        terms = self.collected(exponent).terms
        terms = {m: c for m, c in terms.items() if is_zero(c) is not True}
        if not terms:
            decisive = next((p for p in powers if p != 0), None)
            return 0 if decisive is None else self.known(decisive)
        logs = {s: p for s, p in zip(SCALE[1:], powers[:-1], strict=True) if p != 0}
        return self.known(self.dominant(self.plus(Expansion(terms), Expansion(logs)).terms)[0])

    @lru_cache(maxsize=4096)  # noqa: B019
    def canonical(self, monomial: E) -> E:
        """A monomial written in one way: one exponential, and each of the scale once, their exponents multiplied out."""
        if not any(f.is_Pow and f.exp.is_Add or f.is_Pow and f.exp.is_Mul or isinstance(f, sp.exp)
                   for f in sp.Mul.make_args(monomial)):  # fmt: skip
            return monomial
        try:
            exponent, powers = self._read(monomial)
        except Unknown:
            return monomial
        return sp.exp(exponent) * sp.Mul(*(s**p for s, p in zip(SCALE, powers, strict=True)))

    def grows(self, monomial: E) -> bool:
        return monomial != 0 and self.order(monomial, sp.S.One) > 0

    def vanishes(self, monomial: E) -> bool:
        return monomial == 0 or self.order(monomial, sp.S.One) < 0

    def larger(self, *monomials: E) -> E:
        best: E = sp.S.Zero
        for m in monomials:
            if m != 0 and (best == 0 or self.order(m, best) > 0):
                best = m
        return best

    def bound(self, *monomials: E) -> E:
        """A monomial that is no smaller than any of these."""
        try:
            return self.larger(*monomials)
        except Unknown:
            if all(map(self.vanishes, monomials)):
                return 1 / L3
            raise

    # --- sums of them ----------------------------------------------------------------------------------------

    def collected(self, total: E) -> Expansion:
        """A sum as monomials with their coefficients."""
        pairs = (t.as_independent(*SCALE, as_Add=False) for t in sp.Add.make_args(total))
        return self.plus(*(Expansion({m: c}) for c, m in pairs if c != 0))

    def plus(self, *parts: Expansion) -> Expansion:
        """A sum; terms that cancel at sight are gone."""
        terms: dict[E, E] = {}
        for p in parts:
            for monomial, c in p.terms.items():
                m = self.canonical(monomial)
                if m not in terms:
                    terms[m] = c
                else:
                    terms[m] = sp.S.Zero if _cancels(both := terms[m] + c) else both
        if any(sp.count_ops(c) > LONGEST for c in terms.values()):
            raise Unknown("the coefficients grow too long")
        return Expansion({m: c for m, c in terms.items() if c != 0}, self.bound(*(p.error for p in parts)))

    def times(self, one: Expansion, two: Expansion) -> Expansion:
        products = []
        for m, c in one.terms.items():
            for n, d in two.terms.items():
                products.append(Expansion({self.product(m, n): c * d}))
        sizes = [self.bound(*e.terms) for e in (one, two)]
        total = self.plus(*products)
        return Expansion(total.terms, self.bound(one.error * sizes[1], two.error * sizes[0], one.error * two.error))

    def dominant(self, terms: dict[E, E]) -> tuple[E, E]:
        """(coefficient, monomial) of the largest term."""
        terms = dict(terms)
        while best := self.larger(*terms):
            if not terms[best].is_Add or is_zero(terms[best]) is not True:
                return terms[best], best
            del terms[best]
        raise Unknown("everything cancels")

    def lead(self, e: Expansion) -> tuple[E, E]:
        """(coefficient, monomial) of the largest term, which is not 0 and exceeds what is left out."""
        coefficient, monomial = self.dominant(e.terms)
        if e.error != 0 and self.order(e.error, monomial) >= 0:
            raise Unknown("the leading terms cancel")
        if coefficient.is_nonzero is not True:
            self.known(coefficient)
        return coefficient, monomial

    def known(self, coefficient: E) -> int:
        """The sign of a coefficient, which must be known, and not 0."""
        if sign := self.sign(coefficient):
            return sign
        for f in sp.Mul.make_args(sp.factor_terms(coefficient)):
            if not self.sign(f):
                ratio = _log_ratio(f)
                if ratio is not None:
                    self.known(sp.factor(ratio))
                raise Unknown(f"the sign of {f}", f.args[0] if isinstance(f, sp.Abs) or f.is_Pow and f.exp == -1 else f)
        raise Unknown(f"the sign of {coefficient}")

    def falls(self, exponent: Expansion, level: int = 1) -> Any:
        """The condition under which ∫ exp(Λ) dT is finite, given Λ + log T.

        That is ∫ exp(Λ + log T) du of u = log T. At the level of log log T, what is given is the rest where Λ + log T
        begins with −log u: ∫ exp(rest) dv of v = log u.
        """
        terms = {m: c for m, c in exponent.terms.items() if m.has(*SCALE) and not self.vanishes(m)}
        terms = {m: c for m, c in terms.items() if is_zero(c) is not True}
        coefficient, monomial = self.dominant(terms) if terms else (sp.S.One, L3)
        if exponent.error != 0 and self.order(exponent.error, monomial) >= 0:
            raise Unknown("the leading terms cancel")
        log_u = SCALE[level + 1]
        if not terms or self.order(monomial, log_u) < 0:
            return sp.false
        following = level
        if monomial == log_u:  # ∫ u^s du
            coefficient, following = coefficient + 1, level + 1
        if coefficient.has(sp.I):
            raise Unknown(f"{coefficient} is not real")
        below = self.facts.cleared(sp.Lt(coefficient, 0))
        answer = self.facts.decide(below)
        rest = Expansion({m: c for m, c in terms.items() if m != monomial}, exponent.error)
        if following == len(SCALE) - 1 and not self.sign(coefficient):
            raise Unknown("a fourfold logarithm")
        if answer is not None:
            return sp.true if answer else self.falls(rest, following) if is_zero(coefficient) else sp.false
        at_zero = self.sign(coefficient) is None and self.falls(rest, following)
        return (
            self.facts.cleared(sp.Le(coefficient, 0))
            if at_zero == sp.true
            else sp.Or(below, sp.And(sp.Eq(coefficient, 0), at_zero))
        )

    def series(self, coefficients: Sequence[E], delta: Expansion) -> Expansion:
        """Σ c_k δ^k of a small δ, broken off."""
        total, power = constant(coefficients[0]), constant(1)
        for c in coefficients[1:]:
            power = self.times(power, delta)
            total = self.plus(total, self.times(constant(c), power))
        broken = self.bound(*delta.terms) ** len(coefficients) if delta.terms else sp.S.Zero
        return Expansion(total.terms, self.bound(broken, delta.error))

    def relative(self, e: Expansion) -> tuple[E, E, Expansion]:
        """c, m and δ in c·m·(1 + δ)."""
        coefficient, lead = self.lead(e)
        small = {self.product(m, 1 / lead): c / coefficient for m, c in e.terms.items() if m != lead}
        return coefficient, lead, Expansion(small, e.error / lead)

    def limits(self, inner: Expansion) -> tuple[E, Expansion]:
        """The finite limit of an expansion, and what it adds to it."""
        small = {m: c for m, c in inner.terms.items() if m.has(*SCALE)}
        if not all(map(self.vanishes, [*small, inner.error])):
            raise Unknown("no finite limit")
        return inner.terms.get(sp.S.One, sp.S.Zero), Expansion(small, inner.error)

    def sign_of(self, inner: Expansion) -> int:
        """The sign that an expansion has far out."""
        return self.known(self.lead(inner)[0])

    def unbounded(self, inner: Expansion) -> bool:
        """Whether something in an expansion grows."""
        return any(map(self.grows, inner.terms))


__all__ = ["L3", "MOST", "SCALE", "Expansion", "Impossible", "Orders", "T", "Unknown", "constant"]
