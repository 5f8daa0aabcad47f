"""A positive law by the logarithm of its variable: what is a power of x at an end of the support is an exponential there.

A divergence is the same for log X as for X. In log x a law with a small exponent reaches far, but no further than numbers go.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp

from derive.families.family import Distribution

E = Any

_t = sp.Symbol("log_x", real=True)
_x = sp.Symbol("x", positive=True)


@dataclass(frozen=True)
class LogScaled:
    """The law of log X, as far as a program needs it; its X is positive.

    >>> from derive import catalog
    >>> law = LogScaled(catalog.Gamma("k", "theta"))
    >>> law.log_density, law.support, law.mode
    (k*log_x - k*log(theta) - loggamma(k) - exp(log_x)/theta, (-oo, oo), log(k*theta))
    >>> law.scale(rising=False), law.scale(rising=True)
    (Max(1, 1/k), 1)
    >>> LogScaled(catalog.Lomax("alpha", "lamda")).bends
    [log(lamda)]
    """

    law: Distribution

    @property
    def family(self) -> Any:
        return self.law.family

    @property
    def values(self) -> tuple[E, ...]:
        return self.law.values

    @property
    def measure(self) -> str:
        return self.law.measure

    @property
    def variable(self) -> Any:
        return _t

    @cached_property
    def support(self) -> tuple[E, E]:
        low, high = self.law.support
        return (-sp.oo if low == 0 else sp.log(low)), sp.log(high)

    @cached_property
    def log_density(self) -> E:
        x = self.law.variable
        e = sp.expand_log(self.law.log_density, force=False).subs(x, sp.exp(_t)) + _t
        return sp.expand(e, log=False, func=False, power_exp=False, power_base=False)

    @cached_property
    def _slope(self) -> E:
        """Of log p in t, with x for e^t."""
        return sp.cancel(sp.together(sp.diff(self.log_density, _t).subs(sp.exp(_t), _x).subs(sp.exp(-_t), 1 / _x)))

    @cached_property
    def mode(self) -> E:
        """Where its density is greatest, if that is a root of a quadratic in x; 0 otherwise."""
        over = sp.fraction(self._slope)[0]
        if self._slope.has(_t) or not over.is_polynomial(_x) or not 1 <= sp.degree(over, _x) <= 2:
            return sp.S.Zero
        c, b, a = (sp.Poly(over, _x).coeff_monomial(_x**n) for n in range(3))
        if a == 0:
            root = sp.factor(-c / b)
            return sp.log(root) if root.is_positive else sp.S.Zero
        if not (a * c).is_negative:
            return sp.S.Zero
        # the roots have opposite signs
        return (sp.log(-c / a) / 2 - sp.asinh(b / (2 * sp.sqrt(-a * c)) * sp.sign(a))).expand(log=False)

    @cached_property
    def bends(self) -> list[E]:
        """Where log p passes from one power of x to another: at x^c = a/b, of log(a + b x^c)."""
        found = set()
        for f in self.log_density.atoms(sp.log):
            terms = [t.as_independent(_t, as_Add=False) for t in sp.Add.make_args(f.args[0])]
            if len(terms) == 2 and all(a.is_positive for a, _ in terms):
                rise = sp.expand(sp.expand_log(sp.log(terms[1][1] / terms[0][1]), force=True))
                if (c := rise.diff(_t)) != 0 and not c.has(_t) and rise == c * _t:
                    found.add(sp.expand_log(sp.log(terms[0][0] / terms[1][0])) / c)
        return sorted(found, key=sp.default_sort_key)

    def scale(self, rising: bool) -> E:
        """How far it reaches, upwards or downwards: 1 over the slope of log p there, or 1 where that is not a number other than 0.

        On the line it is no less than 1, for between the mode and the power there is a bend of that width.
        """
        end = self._slope.subs(_x, 1 / _x) if rising else self._slope
        over, under = (e.subs(_x, 0) for e in sp.fraction(sp.cancel(sp.together(end))))
        if under == 0 or not (over / under).is_rational_function(_t):
            return sp.S.One
        slope = (
            sp.limit(over / under, _t, sp.oo if rising else -sp.oo) if over.has(_t) or under.has(_t) else over / under
        )
        slope = sp.factor(-slope if rising else slope)
        if not slope.is_positive:
            return sp.S.One
        return sp.Max(1, 1 / slope) if self.support == (-sp.oo, sp.oo) else 1 / slope


def for_large(e: E) -> E:
    """Fractions in e^t that functions take, by e^−t where they are bounded: at large t e^t overflows.

    >>> for_large(sp.log((1 + sp.exp(_t)) / (2 + 3 * sp.exp(_t))))
    log((1 + exp(-log_x))/(3 + 2*exp(-log_x)))
    """
    return e.replace(
        lambda f: isinstance(f, sp.Function) and f.has(sp.exp(_t)), lambda f: f.func(*map(_bounded, f.args))
    )


def _bounded(e: E) -> E:
    over, under = (sp.expand(f) for f in sp.fraction(sp.together(e.subs(sp.exp(_t), _x))))
    if over.has(_t) or under.has(_t) or not (over.is_polynomial(_x) and under.is_polynomial(_x)):
        return e
    degree = sp.degree(under, _x)
    if sp.degree(over, _x) > degree:
        return e
    return (sp.expand(over / _x**degree) / sp.expand(under / _x**degree)).subs(_x, 1 / sp.exp(-_t))


__all__ = ["LogScaled", "for_large"]
