"""Functions with asymptotics of their own."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.algebra.cancellation import erfc_reflected
from derive.expectations.asymptotics.orders import L3, Expansion, T, Unknown, constant

E = Any
Scale = Any
"""A `Scale`, which expands the arguments, and knows these rules."""


def _abs(scale: Scale, argument: E) -> Expansion:
    inner = scale.expand(argument)
    return scale.times(constant(scale.sign_of(inner)), inner)


def _sign(scale: Scale, argument: E) -> Expansion:
    return constant(scale.sign_of(scale.expand(argument)))


def _wave(scale: Scale, e: E) -> Expansion:
    return Expansion({}, sp.S.One) if scale.unbounded(scale.expand(e.args[0])) else scale.smooth(e)


def _loggamma(scale: Scale, argument: E) -> Expansion:
    inner = scale.expand(argument)
    _, lead = scale.lead(inner)
    if scale.vanishes(lead):
        return scale.plus(scale.times(constant(-1), scale.logarithm(argument)), constant(0, lead))
    if not scale.grows(lead):
        return scale.smooth(sp.loggamma(argument))
    product = scale.times(scale.plus(inner, constant(-sp.S.Half)), scale.logarithm(argument))
    return scale.plus(product, scale.times(constant(-1), inner), constant(sp.log(2 * sp.pi) / 2, 1 / lead))


def _pole(scale: Scale, delta: Expansion, order: int, factor: E) -> Expansion:
    """factor·δ^(−order)·(1 + O(δ)) of a small δ."""
    coefficient, lead, small = scale.relative(delta)
    monomial = scale.canonical(lead**-order)
    return Expansion(
        {monomial: factor / coefficient**order},
        scale.product(monomial, scale.bound(*small.terms, small.error, lead)),
    )


def _gamma(scale: Scale, argument: E) -> Expansion:
    inner = scale.expand(argument)
    if scale.unbounded(inner):
        return scale.exponential(_loggamma(scale, argument))
    limit, delta = scale.limits(inner)
    if limit.is_Integer and limit <= 0:
        return _pole(scale, delta, 1, (-1) ** limit / sp.factorial(-limit))
    return scale.smooth(sp.gamma(argument))


def _polygamma(scale: Scale, n: E, argument: E) -> Expansion:
    inner = scale.expand(argument)
    if not n.is_Integer:
        raise Unknown(f"polygamma of order {n}")
    if not scale.unbounded(inner):
        limit, delta = scale.limits(inner)
        if limit.is_Integer and limit <= 0:
            return _pole(scale, delta, int(n) + 1, (-1) ** (n + 1) * sp.factorial(n))
        return scale.smooth(sp.polygamma(n, argument))
    if scale.sign_of(inner) < 0:
        raise Unknown(f"polygamma at {argument}")
    _, lead = scale.lead(inner)
    if n == 0:  # DLMF 5.11.2
        leading = scale.logarithm(argument)
        return Expansion(leading.terms, scale.bound(leading.error, 1 / lead))
    leading = scale.times(constant((-1) ** (n + 1) * sp.factorial(n - 1)), scale.power(argument, -n))  # DLMF 5.15.8
    return Expansion(leading.terms, scale.bound(leading.error, scale.canonical(lead ** (-n - 1))))


def _zeta(scale: Scale, s: E, *shift: E) -> Expansion:
    inner = scale.expand(s)
    if shift or scale.unbounded(inner) and scale.sign_of(inner) < 0:
        raise Unknown(f"zeta at {s}")
    if scale.unbounded(inner):
        return constant(1, 1 / scale.lead(inner)[1])
    limit, delta = scale.limits(inner)
    return _pole(scale, delta, 1, sp.S.One) if limit == 1 else scale.smooth(sp.zeta(s))


def _floor(scale: Scale, argument: E) -> Expansion:
    inner = scale.expand(argument)
    if scale.unbounded(inner):
        return scale.plus(inner, Expansion({}, sp.S.One))
    limit, delta = scale.limits(inner)
    if not limit.is_number:
        return Expansion({}, sp.S.One)
    below = limit.is_integer and (delta.terms or delta.error != 0) and scale.sign_of(delta) < 0
    return constant(sp.floor(limit) - (1 if below else 0))


def _extreme(scale: Scale, sign: int, *arguments: E) -> Expansion:
    """Which of some functions is the greatest (sign 1) or the least (−1) far out."""
    best = scale.expand(arguments[0])
    for argument in arguments[1:]:
        other = scale.expand(argument)
        apart = scale.plus(other, scale.times(constant(-1), best))
        if (apart.terms or apart.error != 0) and sign * scale.sign_of(apart) > 0:
            best = other
    return best


def _acos(scale: Scale, argument: E) -> Expansion:
    limit, _ = scale.limits(scale.expand(argument))
    if limit not in (1, -1):
        return scale.smooth(sp.acos(argument))
    root = _of_square(scale, 1 - limit * argument)
    return root if limit == 1 else scale.plus(constant(sp.pi), scale.times(constant(-1), root))


def _acosh(scale: Scale, argument: E) -> Expansion:
    inner = scale.expand(argument)
    if scale.unbounded(inner):
        return scale.expand(sp.log(argument + sp.sqrt(argument**2 - 1)))
    return _of_square(scale, argument - 1) if scale.limits(inner)[0] == 1 else scale.smooth(sp.acosh(argument))


def _of_square(scale: Scale, small: E) -> Expansion:
    """√(2z)·(1 + O(z)) of a z that tends to 0."""
    root = scale.power(2 * small, sp.S.Half)
    _, lead = scale.lead(scale.expand(small))
    return Expansion(
        root.terms,
        scale.bound(root.error, scale.canonical(sp.expand_power_base(lead ** sp.Rational(3, 2), force=True))),
    )


def _asinh(scale: Scale, argument: E) -> Expansion:
    inner = scale.expand(argument)
    if not scale.unbounded(inner):
        return scale.smooth(sp.asinh(argument))
    sign = scale.sign_of(inner)
    return scale.times(constant(sign), scale.expand(sp.log(sp.sqrt(argument**2 + 1) + sign * argument)))


def _bounded(scale: Scale, e: E, limit: E) -> Expansion:
    """A function that tends to ±limit at ±∞."""
    inner = scale.expand(e.args[0])
    if not scale.unbounded(inner):
        return scale.smooth(e)
    return constant(scale.sign_of(inner) * limit, 1 / scale.lead(inner)[1])


def _erfc(scale: Scale, argument: E) -> Expansion:
    inner = scale.expand(argument)
    if not scale.unbounded(inner):
        return scale.smooth(sp.erfc(argument))
    _, lead = scale.lead(inner)
    if scale.sign_of(inner) < 0:
        return constant(2, 1 / lead)
    fall = scale.exponential(scale.times(constant(-1), scale.times(inner, inner)))
    reciprocal = scale.times(constant(1 / sp.sqrt(sp.pi)), scale.power(argument, sp.S.NegativeOne))
    return scale.times(fall, Expansion(reciprocal.terms, scale.bound(reciprocal.error, lead**-3)))


def _bessel(scale: Scale, argument: E, sign: int, factor: E) -> Expansion:
    inner = scale.expand(argument)
    _, lead = scale.lead(inner)
    if not scale.grows(lead) or scale.sign_of(inner) < 0:
        raise Unknown(f"a Bessel function at {argument}")
    root = scale.times(constant(1 / sp.sqrt(factor)), scale.power(argument, -sp.S.Half))
    fall = scale.exponential(scale.times(constant(sign), inner))
    return scale.times(fall, Expansion(root.terms, scale.bound(root.error, lead ** -sp.Rational(3, 2))))


def _of_large_order(scale: Scale, nu: E, argument: E, exponent: E) -> Expansion:
    """exp(exponent)·(1 + O(1/ν)) for ν → ∞ at a fixed argument."""
    coefficient, lead = scale.lead(scale.expand(nu))
    if argument.has(T) or not scale.grows(lead) or scale.known(coefficient) < 0:
        raise Unknown(f"a Bessel function of order {nu}")
    return scale.exponential(scale.plus(scale.expand(exponent), constant(0, 1 / lead)))


def _besseli(scale: Scale, nu: E, argument: E) -> Expansion:
    if nu.has(T):  # DLMF 10.41.1
        return _of_large_order(scale, nu, argument, nu * sp.log(argument / 2) - sp.loggamma(nu + 1))
    inner = scale.expand(argument)
    if scale.unbounded(inner):
        return _bessel(scale, argument, 1, 2 * sp.pi)
    if not scale.vanishes(small := scale.lead(inner)[1]):
        return scale.smooth(sp.besseli(nu, argument))
    leading = constant(1) if nu == 0 else scale.power(argument / 2, nu)  # DLMF 10.30.1
    error = scale.bound(leading.error, scale.lead(leading)[1] * small**2)
    return scale.times(constant(1 / sp.gamma(nu + 1)), Expansion(leading.terms, error))


def _besselk(scale: Scale, nu: E, argument: E) -> Expansion:
    if nu.has(T):  # DLMF 10.41.2
        return _of_large_order(scale, nu, argument, sp.loggamma(nu) - nu * sp.log(argument / 2) - sp.log(2))
    inner = scale.expand(argument)
    if scale.unbounded(inner):
        return _bessel(scale, argument, -1, 2 / sp.pi)
    if not scale.vanishes(scale.lead(inner)[1]):
        return scale.smooth(sp.besselk(nu, argument))
    if nu == 0:  # DLMF 10.30.3
        return scale.times(
            constant(-1), scale.plus(scale.logarithm(argument), constant(sp.EulerGamma - sp.log(2), 1 / L3))
        )
    order = scale.known(nu) * nu
    leading = scale.power(2 / argument, order)  # DLMF 10.30.2
    error = scale.bound(leading.error, scale.lead(leading)[1] / L3)
    return scale.times(constant(sp.gamma(order) / 2), Expansion(leading.terms, error))


KNOWN: dict[Any, Any] = {
    sp.log: lambda scale, argument: scale.logarithm(argument),
    sp.Abs: _abs,
    sp.sign: _sign,
    sp.sin: lambda scale, argument: _wave(scale, sp.sin(argument)),
    sp.cos: lambda scale, argument: _wave(scale, sp.cos(argument)),
    sp.loggamma: _loggamma,
    sp.gamma: _gamma,
    sp.polygamma: _polygamma,
    sp.factorial: lambda scale, n: _gamma(scale, n + 1),
    sp.binomial: lambda scale, n, k: scale.expand(sp.gamma(n + 1) / sp.gamma(k + 1) / sp.gamma(n - k + 1)),
    sp.beta: lambda scale, a, b=None: scale.expand(
        sp.gamma(a) * sp.gamma(a if b is None else b) / sp.gamma(a + (a if b is None else b))
    ),
    sp.zeta: _zeta,
    sp.floor: _floor,
    sp.ceiling: lambda scale, argument: scale.times(constant(-1), _floor(scale, -argument)),
    sp.Max: lambda scale, *arguments: _extreme(scale, 1, *arguments),
    sp.Min: lambda scale, *arguments: _extreme(scale, -1, *arguments),
    sp.acos: _acos,
    sp.asin: lambda scale, argument: scale.expand(sp.pi / 2 - sp.acos(argument)),
    sp.acosh: _acosh,
    sp.atanh: lambda scale, argument: scale.expand(sp.log(1 + argument) / 2 - sp.log(1 - argument) / 2),
    sp.asinh: _asinh,
    sp.atan: lambda scale, argument: _bounded(scale, sp.atan(argument), sp.pi / 2),
    sp.erf: lambda scale, argument: _bounded(scale, sp.erf(argument), sp.S.One),
    sp.erfc: _erfc,
    erfc_reflected: lambda scale, argument: _erfc(scale, -argument),
    sp.besseli: _besseli,
    sp.besselk: _besselk,
}
"""Function → its expansion, from a scale and its arguments."""


__all__ = ["KNOWN"]
