"""Moments of laws on integers from the ratio of neighbouring probabilities.

Where p(k + 1)/p(k) = A(k)/B(k) with polynomials A and B, summing k^m (B(k) p(k + 1) − A(k) p(k)) = 0 over the support,
from l to h, gives

    E[(X − 1)^m B(X − 1) − X^m A(X)] = (l − 1)^m B(l − 1) p(l) − h^m A(h) p(h)

(Ord, Families of Frequency Distributions, 1972). Each m gives one more moment.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.algebra.normal import is_zero
from derive.algebra.tidy import tidy
from derive.algebra.values import NO_VALUE
from derive.expectations.law import Law
from derive.expectations.normaliser import exponential, unshift

E = Any

MOST = 6
"""The highest moment that is looked for."""


def power(statistic: E, x: sp.Symbol) -> int | None:
    """n, where a statistic is x^n."""
    base, exponent = statistic.as_base_exp()
    return int(exponent) if base == x and exponent.is_Integer and 0 < exponent <= MOST else None


def moment(law: Law, order: int) -> tuple[E, E] | None:
    """E X^order, and the condition under which it is finite; None where the ratio does not tell.

    >>> from derive.families.facts import Facts
    >>> x, b = sp.Symbol("x", integer=True, positive=True), sp.Symbol("b", positive=True)
    >>> log_density = sp.log(b) + sp.loggamma(x) + sp.loggamma(b + 1) - sp.loggamma(x + b + 1)
    >>> moment(Law(log_density, x, sp.S(1), sp.oo, "counting", Facts()), 1)
    (b/(b - 1), b > 1)
    """
    x, step = law.x, law.log_density.subs(law.x, law.x + 1) - law.log_density
    above, below = sp.fraction(sp.cancel(sp.gammasimp(exponential(unshift(sp.expand(step))))))
    if law.low == -sp.oo or not (above.is_polynomial(x) and below.is_polynomial(x)):
        return None
    if law.facts.sign(sp.Poly(below, x).LC()) == -1:
        above, below = -above, -below
    finite = _finite(sp.Poly(above, x), sp.Poly(below, x), order) if law.high == sp.oo else sp.true
    first = _at_end(law, below.subs(x, x - 1), law.low)
    last = _at_end(law, above, law.high) if law.high != sp.oo else sp.S.Zero
    if None in (finite, first, last):
        return None
    found = [sp.S.One]
    for m in range(order + 2):
        total = sp.Poly(sp.expand((x - 1) ** m * below.subs(x, x - 1) - x**m * above), x)
        if total.degree() > len(found) or len(found) > order:
            break
        if total.degree() == len(found):  # of a lower degree it tells nothing new
            *rest, lead = reversed(total.all_coeffs())
            ends = (law.low - 1) ** m * first - (law.high**m * last if last != 0 else 0)
            found.append((ends - sp.Add(*(c * mean for c, mean in zip(rest, found, strict=True)))) / lead)
    if len(found) <= order:
        return None
    return tidy(found[order]), finite


def _at_end(law: Law, factor: E, end: E) -> E | None:
    """A factor times the probability at an end; None where it is not seen. An end may be one of several."""
    ends = end.args if isinstance(end, (sp.Max, sp.Min)) else (end,)
    if all(is_zero(factor.subs(law.x, e)) for e in ends):
        return sp.S.Zero
    value = factor.subs(law.x, end) * exponential(unshift(sp.expand(law.log_density.subs(law.x, end))))
    if len(ends) > 1 or value.has(*NO_VALUE):
        return None
    gammas = [f for f in sp.Mul.make_args(value) if f.has(sp.gamma)]
    return sp.gammasimp(sp.Mul(*gammas)) * sp.Mul(*(f for f in sp.Mul.make_args(value) if f not in gammas))


def _finite(above: sp.Poly, below: sp.Poly, order: int) -> Any:
    """Whether a tail in which p(k + 1)/p(k) is above/below has a moment; None where it rises or is not known."""
    if above.degree() < below.degree():
        return sp.true
    if above.degree() > below.degree():
        return None
    ratio = sp.cancel(above.LC() / below.LC())
    if ratio != 1:
        return sp.true if (1 - ratio).is_positive else None
    fall = sp.cancel((below - above).as_expr().coeff(above.gen, above.degree() - 1) / below.LC())  # p(k) ~ k^−fall
    return sp.Gt(fall - 1, order)


__all__ = ["moment", "power"]
