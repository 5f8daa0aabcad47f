"""Expectations under an exponential family, from its score: no kernel is needed where the normaliser stands in the density."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.algebra.functions import named_derivatives
from derive.algebra.normal import expand_logs, is_zero, linear_form
from derive.algebra.tidy import tidy
from derive.algebra.values import NO_VALUE
from derive.expectations.integrals import Value
from derive.expectations.law import Law

E = Any


def by_score(statistic: E, law: Law) -> Value | None:
    """From E[∂ log p/∂θ] = 0, where p is an exponential family in θ: its slope is c(θ) + a(θ)·(the statistic).

    The statistic is then integrable, and its mean the slope of the log-partition: inside of the domain of θ nothing diverges.

    >>> from derive.families.facts import Facts
    >>> x, q, s = sp.symbols("x q s", positive=True)
    >>> law = Law(-s*sp.log(x + q) - sp.log(sp.zeta(s, q)), x, sp.S(0), sp.oo, "counting", Facts())
    >>> by_score(sp.log(x + q), law).expr
    -zeta_prime(s, q)/zeta(s, q)
    """
    x = law.x
    constant, wanted = linear_form(expand_logs(statistic, x), x)
    if not wanted or law.log_density.has(sp.Piecewise):  # whose norming constant may be a letter
        return None
    finite = law.measure == "counting" and law.low.is_finite and law.high.is_finite
    for theta in sorted(law.log_density.free_symbols - {x}, key=sp.default_sort_key):
        # where its domain ends the mean may be infinite, unless it is one of finitely many values
        ends = theta.is_nonnegative and not theta.is_positive and not finite
        if theta.is_integer or ends or law.low.has(theta) or law.high.has(theta):
            continue
        slope = expand_logs(named_derivatives(sp.diff(law.log_density, theta)), x)
        rest, parts = linear_form(slope, x)
        if parts.keys() != wanted.keys() or slope.has(*NO_VALUE, sp.Derivative, sp.Subs):
            continue
        one = next(iter(parts))
        shape = [(s, sp.cancel(c / parts[one])) for s, c in parts.items()]
        if any(part.has(theta) for pair in shape for part in pair):
            continue
        if all(is_zero(wanted[s] - wanted[one] * ratio) is True for s, ratio in shape):
            mean = constant + wanted[one] * tidy(-rest / parts[one])
            return Value(mean, rule="score", reason=f"E[∂ log p/∂{theta}] = 0: an exponential family in {theta}")
    return None


__all__ = ["by_score"]
