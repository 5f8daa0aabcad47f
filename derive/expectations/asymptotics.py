"""Expansions for T → ∞ in the scale

    ... ≪ log log T ≪ log T ≪ T^r ≪ exp(T^r) ≪ ...

each with the order of what it leaves out, so that nothing is read off where leading terms cancel. What cannot be
told raises `Unknown`, with the coefficient whose sign would tell where there is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp

from derive.algebra.cancellation import erfc_reflected, reflected
from derive.algebra.normal import is_zero
from derive.algebra.signs import seen_nonzero
from derive.algebra.zeros import AT_INTEGERS, SINGULAR
from derive.families.facts import Facts

E = Any

T, _, _, L3 = SCALE = tuple(sp.Symbol(n, positive=True) for n in ("_T", "_logT", "_loglogT", "_logloglogT"))
"""T and its iterated logarithms, as symbols of their own."""

MOST = 8
"""The highest power that is multiplied out."""

ORDERS = (1, 2, 4)
"""Terms of a Taylor series that are kept: as few as tell."""

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
    folded = scale * reflected(sp.expand(e / scale)) if scale != 0 else e
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


def _logs_of_difference(f: E) -> tuple[E, E] | None:
    """log A and log B, where f is a difference A − B of positive powers."""
    if not (f.is_Add and len(f.args) == 2):
        return None
    logs = {}
    for sign, part in ((1 - 2 * t.could_extract_minus_sign(), t) for t in f.args):
        powers = [g.as_base_exp() for g in sp.Mul.make_args(sign * part)]
        if all(base.is_positive for base, _ in powers):
            logs[sign] = sp.Add(*(power * sp.log(base) for base, power in powers))
    return (logs[1], logs[-1]) if len(logs) == 2 else None


@dataclass(frozen=True)
class Scale:
    """Expansions in the scale, under what is known of the parameters.

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

    # --- expressions -----------------------------------------------------------------------------------------

    @lru_cache(maxsize=4096)  # noqa: B019 - a scale is a value, and a pair's quantities expand the same parts
    def expand(self, e: E) -> Expansion:
        """The expansion of an expression in T."""
        if not e.has(T):
            return constant(e)
        if e == T:
            return Expansion({T: sp.S.One})
        if e.is_Add:
            return self.plus(*map(self.expand, e.args))
        if e.is_Mul:
            product = constant(1)
            for f in e.args:
                product = self.times(product, self.expand(f))
            return product
        if isinstance(e, sp.exp):
            return self._exp(self.expand(e.args[0]))
        if e.is_Pow:
            return self._power(*e.as_base_exp())
        if type(e) in KNOWN:
            return KNOWN[type(e)](self, *e.args)  # type: ignore[no-any-return]
        rewritten = e.rewrite(sp.exp)
        if rewritten.has(sp.exp) and not rewritten.has(sp.I, type(e)):
            return self.expand(rewritten)
        return self._smooth(e)

    def _series(self, coefficients: Sequence[E], delta: Expansion) -> Expansion:
        """Σ c_k δ^k of a small δ, broken off."""
        total, power = constant(coefficients[0]), constant(1)
        for c in coefficients[1:]:
            power = self.times(power, delta)
            total = self.plus(total, self.times(constant(c), power))
        broken = self.bound(*delta.terms) ** len(coefficients) if delta.terms else sp.S.Zero
        return Expansion(total.terms, self.bound(broken, delta.error))

    def _relative(self, e: Expansion) -> tuple[E, E, Expansion]:
        """c, m and δ in c·m·(1 + δ)."""
        coefficient, lead = self.lead(e)
        small = {self.product(m, 1 / lead): c / coefficient for m, c in e.terms.items() if m != lead}
        return coefficient, lead, Expansion(small, e.error / lead)

    def _power(self, base: E, power: E) -> Expansion:
        if power.has(T):
            if not (base.has(T) or self.facts.decide(sp.Ge(base, 0))):
                raise Unknown(f"{base} to a power")
            return self._exp(self.expand(power * sp.log(base)))
        inner = self.expand(base)
        if power.is_Integer and 0 < power <= MOST:
            product = inner
            for _ in range(int(power) - 1):
                product = self.times(product, inner)
            return product
        coefficient, lead, delta = self._relative(inner)
        if not power.is_integer and self.known(coefficient) != 1:
            raise (Impossible if self.assumed else Unknown)(f"({coefficient}) to the power {power}")
        outer = Expansion({sp.expand_power_base(sp.powdenest(lead**power, force=True), force=True): coefficient**power})
        if not delta.terms and delta.error == 0:
            return outer
        return self.times(outer, self._series([sp.ff(power, k) / sp.factorial(k) for k in range(self.kept)], delta))

    def _log(self, argument: E) -> Expansion:
        try:
            return self._log_of_sum(argument)
        except Unknown as error:
            logs = _logs_of_difference(argument)
            with suppress(Unknown):
                if logs is not None:
                    return self._log_of_difference(*logs)
            raise error

    def _log_of_difference(self, a: E, b: E) -> Expansion:
        """log(e^a − e^b) = a + log(1 − e^(b−a)), where the last is no larger than 1 + |log(a − b)|."""
        _, lead = self.lead(self.expand(a - b))
        return self.plus(self.expand(a), constant(0, self.bound(sp.S.One, *self.log(lead).terms)))

    def _log_of_sum(self, argument: E) -> Expansion:
        coefficient, lead, delta = self._relative(self.expand(argument))
        if self.sign(coefficient) == -1:
            raise (Impossible if self.assumed else Unknown)(f"log of {argument}")
        series = self._series([sp.S.Zero, *(sp.Rational((-1) ** (k + 1), k) for k in range(1, self.kept))], delta)
        return self.plus(constant(sp.log(coefficient)), self.log(lead), series)

    def _exp(self, inner: Expansion) -> Expansion:
        if not self.vanishes(inner.error):
            raise Unknown("exp of an expansion that is not exact")
        factor, monomial, small = sp.S.One, sp.S.One, {}
        for m, c in inner.terms.items():
            if not m.has(*SCALE):
                factor *= sp.exp(c)
            elif m in SCALE[1:]:
                monomial *= SCALE[SCALE.index(m) - 1] ** c
            elif self.vanishes(m):
                small[m] = c
            else:
                monomial *= sp.exp(c * m)
        series = self._series([1 / sp.factorial(k) for k in range(self.kept)], Expansion(small, inner.error))
        return self.times(Expansion({monomial: factor}), series)

    def _limits(self, inner: Expansion) -> tuple[E, Expansion]:
        """The finite limit of an expansion, and what it adds to it."""
        small = {m: c for m, c in inner.terms.items() if m.has(*SCALE)}
        if not all(map(self.vanishes, [*small, inner.error])):
            raise Unknown("no finite limit")
        return inner.terms.get(sp.S.One, sp.S.Zero), Expansion(small, inner.error)

    def _smooth(self, e: E) -> Expansion:
        """A function of arguments with finite limits, at which it is smooth."""
        inner = [self._limits(self.expand(a)) for a in e.args]
        self._away_from_poles(e.func, [limit for limit, _ in inner])
        moving = [i for i, (_, delta) in enumerate(inner) if delta.terms or delta.error != 0]
        if len(moving) != 1:
            raise Unknown(f"{e.func} of several variables")
        t = sp.Dummy("t")
        f = e.func(*(t if i in moving else limit for i, (limit, _) in enumerate(inner)))
        limit, delta = inner[moving[0]]
        coefficients = [sp.diff(f, t, k).subs(t, limit) / sp.factorial(k) for k in range(self.kept + 1)]
        kept = coefficients[:-1]  # what is left out is of the size of the last one
        if any(c.has(sp.zoo, sp.oo, sp.nan) or c.is_finite is False for c in coefficients):
            raise Unknown(f"{e.func} at {limit}")
        if any(c.has(sp.Derivative, sp.Subs) for c in kept):
            raise Unknown(f"{e.func} at {limit}")
        return self._series(kept, delta)

    def _away_from_poles(self, function: Any, at: list[E]) -> None:
        """Raises Unknown where it is not known that a function has no pole at a point with letters."""
        poles = [g for g in (SINGULAR[function](*at),) if not g.is_number] if function in SINGULAR else []
        counted = AT_INTEGERS[function](*at) if function in AT_INTEGERS else ()
        for g in poles:
            self.known(g)
        if not all(g.is_number or self.sign(g) == 1 for g in counted):
            raise Unknown(f"{function} at {at}")

    # --- functions with asymptotics of their own -------------------------------------------------------------

    def _sign_of(self, inner: Expansion) -> int:
        return self.known(self.lead(inner)[0])

    def _abs(self, argument: E) -> Expansion:
        inner = self.expand(argument)
        return self.times(constant(self._sign_of(inner)), inner)

    def _sign(self, argument: E) -> Expansion:
        return constant(self._sign_of(self.expand(argument)))

    def at_end(self, e: E, x: sp.Symbol, place: E) -> E:
        """An expression in T, each Piecewise as the branch that holds for large T."""

        def branch(e: E) -> E:
            for value, condition in e.args:
                if condition == sp.true:
                    return value
                if not hasattr(condition, "gts"):
                    raise Unknown(f"whether {condition}")
                if self._sign_of(self.expand((condition.gts - condition.lts).subs(x, place))) > 0:
                    return value
            raise Unknown("no branch of a Piecewise")

        # before T is put in: SymPy may turn the condition over and over
        settled = e.replace(lambda f: isinstance(f, sp.Piecewise) and f.has(x), branch)
        return reflected(settled.subs(x, place))

    def _wave(self, e: E) -> Expansion:
        return Expansion({}, sp.S.One) if self._unbounded(self.expand(e.args[0])) else self._smooth(e)

    def _unbounded(self, inner: Expansion) -> bool:
        return any(map(self.grows, inner.terms))

    def _loggamma(self, argument: E) -> Expansion:
        inner = self.expand(argument)
        _, lead = self.lead(inner)
        if self.vanishes(lead):
            return self.plus(self.times(constant(-1), self._log(argument)), constant(0, lead))
        if not self.grows(lead):
            return self._smooth(sp.loggamma(argument))
        product = self.times(self.plus(inner, constant(-sp.S.Half)), self._log(argument))
        return self.plus(product, self.times(constant(-1), inner), constant(sp.log(2 * sp.pi) / 2, 1 / lead))

    def _pole(self, delta: Expansion, order: int, factor: E) -> Expansion:
        """factor·δ^(−order)·(1 + O(δ)) of a small δ."""
        coefficient, lead, small = self._relative(delta)
        monomial = self.canonical(lead**-order)
        return Expansion(
            {monomial: factor / coefficient**order},
            self.product(monomial, self.bound(*small.terms, small.error, lead)),
        )

    def _gamma(self, argument: E) -> Expansion:
        inner = self.expand(argument)
        if self._unbounded(inner):
            return self._exp(self._loggamma(argument))
        limit, delta = self._limits(inner)
        if limit.is_Integer and limit <= 0:
            return self._pole(delta, 1, (-1) ** limit / sp.factorial(-limit))
        return self._smooth(sp.gamma(argument))

    def _polygamma(self, n: E, argument: E) -> Expansion:
        inner = self.expand(argument)
        if not n.is_Integer:
            raise Unknown(f"polygamma of order {n}")
        if not self._unbounded(inner):
            limit, delta = self._limits(inner)
            if limit.is_Integer and limit <= 0:
                return self._pole(delta, int(n) + 1, (-1) ** (n + 1) * sp.factorial(n))
            return self._smooth(sp.polygamma(n, argument))
        if self._sign_of(inner) < 0:
            raise Unknown(f"polygamma at {argument}")
        _, lead = self.lead(inner)
        if n == 0:  # DLMF 5.11.2
            leading = self._log(argument)
            return Expansion(leading.terms, self.bound(leading.error, 1 / lead))
        leading = self.times(constant((-1) ** (n + 1) * sp.factorial(n - 1)), self._power(argument, -n))  # DLMF 5.15.8
        return Expansion(leading.terms, self.bound(leading.error, self.canonical(lead ** (-n - 1))))

    def _zeta(self, s: E, *shift: E) -> Expansion:
        inner = self.expand(s)
        if shift or self._unbounded(inner) and self._sign_of(inner) < 0:
            raise Unknown(f"zeta at {s}")
        if self._unbounded(inner):
            return constant(1, 1 / self.lead(inner)[1])
        limit, delta = self._limits(inner)
        return self._pole(delta, 1, sp.S.One) if limit == 1 else self._smooth(sp.zeta(s))

    def _floor(self, argument: E) -> Expansion:
        inner = self.expand(argument)
        if self._unbounded(inner):
            return self.plus(inner, Expansion({}, sp.S.One))
        limit, delta = self._limits(inner)
        if not limit.is_number:
            return Expansion({}, sp.S.One)
        below = limit.is_integer and (delta.terms or delta.error != 0) and self._sign_of(delta) < 0
        return constant(sp.floor(limit) - (1 if below else 0))

    def _extreme(self, sign: int, *arguments: E) -> Expansion:
        """Which of some functions is the greatest (sign 1) or the least (−1) far out."""
        best = self.expand(arguments[0])
        for argument in arguments[1:]:
            other = self.expand(argument)
            apart = self.plus(other, self.times(constant(-1), best))
            if (apart.terms or apart.error != 0) and sign * self._sign_of(apart) > 0:
                best = other
        return best

    def _acos(self, argument: E) -> Expansion:
        limit, _ = self._limits(self.expand(argument))
        if limit not in (1, -1):
            return self._smooth(sp.acos(argument))
        root = self._of_square(1 - limit * argument)
        return root if limit == 1 else self.plus(constant(sp.pi), self.times(constant(-1), root))

    def _acosh(self, argument: E) -> Expansion:
        inner = self.expand(argument)
        if self._unbounded(inner):
            return self.expand(sp.log(argument + sp.sqrt(argument**2 - 1)))
        return self._of_square(argument - 1) if self._limits(inner)[0] == 1 else self._smooth(sp.acosh(argument))

    def _of_square(self, small: E) -> Expansion:
        """√(2z)·(1 + O(z)) of a z that tends to 0."""
        root = self._power(2 * small, sp.S.Half)
        _, lead = self.lead(self.expand(small))
        return Expansion(
            root.terms,
            self.bound(root.error, self.canonical(sp.expand_power_base(lead ** sp.Rational(3, 2), force=True))),
        )

    def _asinh(self, argument: E) -> Expansion:
        inner = self.expand(argument)
        if not self._unbounded(inner):
            return self._smooth(sp.asinh(argument))
        sign = self._sign_of(inner)
        return self.times(constant(sign), self.expand(sp.log(sp.sqrt(argument**2 + 1) + sign * argument)))

    def _bounded(self, e: E, limit: E) -> Expansion:
        """A function that tends to ±limit at ±∞."""
        inner = self.expand(e.args[0])
        if not self._unbounded(inner):
            return self._smooth(e)
        return constant(self._sign_of(inner) * limit, 1 / self.lead(inner)[1])

    def _erfc(self, argument: E) -> Expansion:
        inner = self.expand(argument)
        if not self._unbounded(inner):
            return self._smooth(sp.erfc(argument))
        _, lead = self.lead(inner)
        if self._sign_of(inner) < 0:
            return constant(2, 1 / lead)
        fall = self._exp(self.times(constant(-1), self.times(inner, inner)))
        reciprocal = self.times(constant(1 / sp.sqrt(sp.pi)), self._power(argument, sp.S.NegativeOne))
        return self.times(fall, Expansion(reciprocal.terms, self.bound(reciprocal.error, lead**-3)))

    def _bessel(self, argument: E, sign: int, factor: E) -> Expansion:
        inner = self.expand(argument)
        _, lead = self.lead(inner)
        if not self.grows(lead) or self._sign_of(inner) < 0:
            raise Unknown(f"a Bessel function at {argument}")
        root = self.times(constant(1 / sp.sqrt(factor)), self._power(argument, -sp.S.Half))
        fall = self._exp(self.times(constant(sign), inner))
        return self.times(fall, Expansion(root.terms, self.bound(root.error, lead ** -sp.Rational(3, 2))))

    def _of_large_order(self, nu: E, argument: E, exponent: E) -> Expansion:
        """exp(exponent)·(1 + O(1/ν)) for ν → ∞ at a fixed argument."""
        coefficient, lead = self.lead(self.expand(nu))
        if argument.has(T) or not self.grows(lead) or self.known(coefficient) < 0:
            raise Unknown(f"a Bessel function of order {nu}")
        return self._exp(self.plus(self.expand(exponent), constant(0, 1 / lead)))

    def _besseli(self, nu: E, argument: E) -> Expansion:
        if nu.has(T):  # DLMF 10.41.1
            return self._of_large_order(nu, argument, nu * sp.log(argument / 2) - sp.loggamma(nu + 1))
        inner = self.expand(argument)
        if self._unbounded(inner):
            return self._bessel(argument, 1, 2 * sp.pi)
        if not self.vanishes(small := self.lead(inner)[1]):
            return self._smooth(sp.besseli(nu, argument))
        leading = constant(1) if nu == 0 else self._power(argument / 2, nu)  # DLMF 10.30.1
        error = self.bound(leading.error, self.lead(leading)[1] * small**2)
        return self.times(constant(1 / sp.gamma(nu + 1)), Expansion(leading.terms, error))

    def _besselk(self, nu: E, argument: E) -> Expansion:
        if nu.has(T):  # DLMF 10.41.2
            return self._of_large_order(nu, argument, sp.loggamma(nu) - nu * sp.log(argument / 2) - sp.log(2))
        inner = self.expand(argument)
        if self._unbounded(inner):
            return self._bessel(argument, -1, 2 / sp.pi)
        if not self.vanishes(self.lead(inner)[1]):
            return self._smooth(sp.besselk(nu, argument))
        if nu == 0:  # DLMF 10.30.3
            return self.times(constant(-1), self.plus(self._log(argument), constant(sp.EulerGamma - sp.log(2), 1 / L3)))
        order = self.known(nu) * nu
        leading = self._power(2 / argument, order)  # DLMF 10.30.2
        error = self.bound(leading.error, self.lead(leading)[1] / L3)
        return self.times(constant(sp.gamma(order) / 2), Expansion(leading.terms, error))


KNOWN: dict[Any, Any] = {
    sp.log: Scale._log,
    sp.Abs: Scale._abs,
    sp.sign: Scale._sign,
    sp.sin: lambda scale, argument: scale._wave(sp.sin(argument)),
    sp.cos: lambda scale, argument: scale._wave(sp.cos(argument)),
    sp.loggamma: Scale._loggamma,
    sp.gamma: Scale._gamma,
    sp.polygamma: Scale._polygamma,
    sp.factorial: lambda scale, n: scale._gamma(n + 1),
    sp.binomial: lambda scale, n, k: scale.expand(sp.gamma(n + 1) / sp.gamma(k + 1) / sp.gamma(n - k + 1)),
    sp.beta: lambda scale, a, b=None: scale.expand(
        sp.gamma(a) * sp.gamma(a if b is None else b) / sp.gamma(a + (a if b is None else b))
    ),
    sp.zeta: Scale._zeta,
    sp.floor: Scale._floor,
    sp.ceiling: lambda scale, argument: scale.times(constant(-1), scale._floor(-argument)),
    sp.Max: lambda scale, *arguments: scale._extreme(1, *arguments),
    sp.Min: lambda scale, *arguments: scale._extreme(-1, *arguments),
    sp.acos: Scale._acos,
    sp.asin: lambda scale, argument: scale.expand(sp.pi / 2 - sp.acos(argument)),
    sp.acosh: Scale._acosh,
    sp.atanh: lambda scale, argument: scale.expand(sp.log(1 + argument) / 2 - sp.log(1 - argument) / 2),
    sp.asinh: Scale._asinh,
    sp.atan: lambda scale, argument: scale._bounded(sp.atan(argument), sp.pi / 2),
    sp.erf: lambda scale, argument: scale._bounded(sp.erf(argument), sp.S.One),
    sp.erfc: Scale._erfc,
    erfc_reflected: lambda scale, argument: scale._erfc(-argument),
    sp.besseli: Scale._besseli,
    sp.besselk: Scale._besselk,
}
"""Functions with asymptotics of their own."""


__all__ = ["L3", "ORDERS", "SCALE", "Expansion", "Impossible", "Scale", "T", "Unknown", "constant"]
