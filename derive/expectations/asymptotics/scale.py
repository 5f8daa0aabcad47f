"""Expansions of expressions for T → ∞."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp

from derive.algebra.cancellation import erfc_folded
from derive.algebra.zeros import AT_INTEGERS, ZERO_AT_POLE
from derive.expectations.asymptotics.functions import KNOWN
from derive.expectations.asymptotics.orders import MOST, SCALE, Expansion, Impossible, Orders, T, Unknown, constant

E = Any

ORDERS = (1, 2, 4)
"""Terms of a Taylor series that are kept: as few as tell."""


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
class Scale(Orders):
    """Expansions of expressions in the scale, under what is known of the parameters."""

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
            return self.exponential(self.expand(e.args[0]))
        if e.is_Pow:
            return self.power(*e.as_base_exp())
        if type(e) in KNOWN:
            return KNOWN[type(e)](self, *e.args)  # type: ignore[no-any-return]
        rewritten = e.rewrite(sp.exp)
        if rewritten.has(sp.exp) and not rewritten.has(sp.I, type(e)):
            return self.expand(rewritten)
        return self.smooth(e)

    def power(self, base: E, power: E) -> Expansion:
        """base^power of expressions in T."""
        if power.has(T):
            if not (base.has(T) or self.facts.decide(sp.Ge(base, 0))):
                raise Unknown(f"{base} to a power")
            return self.exponential(self.expand(power * sp.log(base)))
        inner = self.expand(base)
        if power.is_Integer and 0 < power <= MOST:
            product = inner
            for _ in range(int(power) - 1):
                product = self.times(product, inner)
            return product
        coefficient, lead, delta = self.relative(inner)
        if not power.is_integer and self.known(coefficient) != 1:
            raise (Impossible if self.assumed else Unknown)(f"({coefficient}) to the power {power}")
        outer = Expansion({sp.expand_power_base(sp.powdenest(lead**power, force=True), force=True): coefficient**power})
        if not delta.terms and delta.error == 0:
            return outer
        return self.times(outer, self.series([sp.ff(power, k) / sp.factorial(k) for k in range(self.kept)], delta))

    def logarithm(self, argument: E) -> Expansion:
        """The log of an expression in T, also of a difference of powers whose leading terms cancel."""
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
        coefficient, lead, delta = self.relative(self.expand(argument))
        if self.sign(coefficient) == -1:
            raise (Impossible if self.assumed else Unknown)(f"log of {argument}")
        series = self.series([sp.S.Zero, *(sp.Rational((-1) ** (k + 1), k) for k in range(1, self.kept))], delta)
        return self.plus(constant(sp.log(coefficient)), self.log(lead), series)

    def exponential(self, inner: Expansion) -> Expansion:
        """exp of an expansion, of which nothing that grows may be left out."""
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
        series = self.series([1 / sp.factorial(k) for k in range(self.kept)], Expansion(small, inner.error))
        return self.times(Expansion({monomial: factor}), series)

    def smooth(self, e: E) -> Expansion:
        """A function of arguments with finite limits, at which it is smooth."""
        inner = [self.limits(self.expand(a)) for a in e.args]
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
        return self.series(kept, delta)

    def _away_from_poles(self, function: Any, at: list[E]) -> None:
        """Raises Unknown where it is not known that a function has no pole at a point with letters."""
        poles = [g for g in (ZERO_AT_POLE[function](*at),) if not g.is_number] if function in ZERO_AT_POLE else []
        counted = AT_INTEGERS[function](*at) if function in AT_INTEGERS else ()
        for g in poles:
            self.known(g)
        if not all(g.is_number or self.sign(g) == 1 for g in counted):
            raise Unknown(f"{function} at {at}")

    def at_end(self, e: E, x: sp.Symbol, place: E) -> E:
        """An expression in T, each Piecewise as the branch that holds for large T."""

        def branch(e: E) -> E:
            for value, condition in e.args:
                if condition == sp.true:
                    return value
                if not hasattr(condition, "gts"):
                    raise Unknown(f"whether {condition}")
                if self.sign_of(self.expand((condition.gts - condition.lts).subs(x, place))) > 0:
                    return value
            raise Unknown("no branch of a Piecewise")

        # before T is put in: SymPy may turn the condition over and over
        settled = e.replace(lambda f: isinstance(f, sp.Piecewise) and f.has(x), branch)
        try:
            return erfc_folded(settled.subs(x, place))
        except (TypeError, ValueError):  # SymPy compares no complex numbers, as of a maximum
            raise Unknown(f"whether {settled} is real at {place}") from None


__all__ = ["ORDERS", "Scale"]
