"""Named special functions as functions of mpmath numbers, where mpmath's own would not do or there are none."""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp
from mpmath.libmp import NoConvergence

from derive.algebra.functions import besselk_order, hyperu, sigmoid, softplus, zeta_prime, zeta_second


def hypergeometric(above: Any, below: Any, z: Any) -> Any:
    """pFq by mpmath; where its sums hardly converge, three of them by expectations under the beta law that they are about.

    ₂F₁(a, b; c; z) = E (1 − zU)^−a for U ~ Beta(b, c − b), with a c far greater than |z|, by its series about U = 0;

    ₃F₂(1, 1, a; 2, c; z): z (a − 1)/(c − 1) ₃F₂ = −E log(1 − zU) for U ~ Beta(a − 1, c − a). Near |z| = 1 its
    series about U = ½ converges where Re z < 1; near z = 1 it is −E log(1 − U) − E log(1 + (1 − z)V), V = U/(1 − U), of which
    the last is a Meijer G, whose series in 1 − z converge (DLMF 16.17). ₃F₂(2, 2, a; 3, c; z) is a slope of these.

    >>> print(mpmath.nstr(hypergeometric((1, 1, 1.5), (2, 2.25), mpmath.mpf("0.999")), 12))
    2.11836700995
    >>> print(mpmath.nstr(hypergeometric((1, 1, 1.5), (2, 2.25), mpmath.mpf(1)), 12))
    2.14601836603
    >>> print(mpmath.nstr(hypergeometric((1, 1, 1.5), (2, 2.25), mpmath.mpc(0.5, 0.866)), 12))
    (0.995140221218 + 0.360729333503j)
    >>> print(mpmath.nstr(hypergeometric((1, 1), (1000,), mpmath.mpf(-20)), 12))
    0.980754821266
    """
    above, below = (tuple(map(mpmath.mpmathify, side)) for side in (above, below))
    z = mpmath.mpmathify(z)  # integers divide as floats do
    if len(above) == 2 and len(below) == 1 and (value := _falling(above, below[0], z)) is not None:
        return value
    for n in (1, 2):
        rest, under = sorted(above, key=lambda v: v != n), sorted(below, key=lambda v: v != n + 1)
        if rest[:2] == [n, n] and under[:1] == [n + 1] and (len(rest), len(under)) == (3, 2):
            value = (_of_log_mean, _of_its_slope)[n - 1](rest[2], under[1], z)
            return mpmath.hyper(above, below, z) if value is None else value
    return mpmath.hyper(above, below, z)


def _of_log_mean(a: Any, c: Any, z: Any) -> Any:
    """₃F₂(1, 1, a; 2, c; z), where it is no plain sum; else None."""
    if mpmath.im(a) or mpmath.im(c) or not mpmath.re(c) > mpmath.re(a) > 1 or abs(z) < 0.75:
        return None
    alpha, beta = mpmath.re(a) - 1, mpmath.re(c) - mpmath.re(a)
    for way in (_of_small_means, _near_circle, _near_one):
        if (mean := way(alpha, beta, z)) is not None:
            return mean * (alpha + beta) / (alpha * z)
    return None


def _of_its_slope(a: Any, c: Any, z: Any) -> Any:
    """₃F₂(2, 2, a; 3, c; z) by that of log-means F, of which it is a slope: (zF)′ = ₂F₁(1, a − 1; c − 1; z); None as there."""
    with mpmath.extraprec(20 + max(0, mpmath.mag(c) - mpmath.mag(a))):  # that much cancels
        mean = _of_log_mean(a - 1, c - 1, z)
        if mean is None:
            return None
        value = 2 * (c - 1) / ((a - 1) * z) * (hypergeometric((1, a - 1), (c - 1,), z) - mean)
    return +value


def _of_small_means(alpha: Any, beta: Any, z: Any) -> Any:
    """−E log(1 − zU) for U ~ Beta(α, β), by Σ z^k E U^k/k, where β is so large that its terms are halved, at first; else None.

    What is left of −log(1 − y) is at most the next term over the distance of 1 from the way to y.
    """
    away = abs(1 - z) if mpmath.re(z) >= abs(z) ** 2 else 1 if mpmath.re(z) < 0 else abs(mpmath.im(z)) / abs(z)
    count = mpmath.mp.prec + max(0, -mpmath.mag(away)) if away else mpmath.inf
    if not 2 * abs(z) * (alpha + count) < alpha + beta + count:
        return None
    total, power = mpmath.mpf(0), mpmath.mpf(1)
    for k in range(int(count)):
        power *= z * (alpha + k) / (alpha + beta + k)
        total += power / (k + 1)
    return total


def _near_circle(alpha: Any, beta: Any, z: Any) -> Any:
    """−E log(1 − zU) for U ~ Beta(α, β), by its series about U = ½, if z is near enough to |z| = 1 for others to be slow; else None.

    With T = 2U − 1 and s = z/(2 − z) it is −log(1 − z/2) + Σ s^k E T^k/k, and |T| ≤ 1. The moments are those of parts:
    (α + β + k) E T^(k+1) = (α − β) E T^k + k E T^(k−1).
    """
    ratio = abs(z) / abs(2 - z) if z != 2 else mpmath.inf
    if ratio > 0.97:
        return None
    # of E U, which may be next to nothing, as many bits are lost as it has zeros
    with mpmath.extraprec(20 + max(0, mpmath.mag((alpha + beta) / alpha)) + max(0, mpmath.mag((alpha + beta) / beta))):
        s, power, k = z / (2 - z), mpmath.mpf(1), 0
        total, before, moment = -mpmath.log(1 - z / 2), mpmath.mpf(0), mpmath.mpf(1)
        while mpmath.mag(power) > -mpmath.mp.prec + mpmath.mag(1 - ratio):
            before, moment = moment, ((alpha - beta) * moment + k * before) / (alpha + beta + k)
            k, power = k + 1, power * s
            total += power * moment / k
    return +total


def _near_one(alpha: Any, beta: Any, z: Any) -> Any:
    """−E log(1 − zU) for U ~ Beta(α, β), by series in 1 − z; None where these need too many terms, or do not converge."""
    if abs(1 - z) > 0.5:
        return None
    try:
        last = mpmath.meijerg([[1, 1, 1 - alpha], []], [[1, beta], [0]], 1 - z) if z != 1 else mpmath.mpf(0)
    except NoConvergence:
        return None
    return mpmath.digamma(alpha + beta) - mpmath.digamma(beta) - last * mpmath.rgamma(alpha) * mpmath.rgamma(beta)


def _falling(above: Any, c: Any, z: Any) -> Any:
    """₂F₁(a, b; c; z) at z < 1 and 0 < a, b < c by its series, whose terms fall to nothing where c is far greater; else None.

    Also where |z| > 1 and it diverges at last: the Taylor sums of (1 + y)^−a are in turn above and below it at every y > 0,
    and so are their means under a beta law, so what is left is less than the next term. Above 0 each is less than z times
    the one before: what is left is a geometric sum at most.
    """
    a, b = above
    if not all(isinstance(v, mpmath.mpf) for v in (a, b, c, z)) or not (abs(z) > 0.5 and z < 1):
        return None
    if not (min(a, b) > 0 and max(a, b) < c and c > 3 * mpmath.mp.dps * abs(z) * max(1, a * b)):
        return None
    total, term = mpmath.mpf(0), mpmath.mpf(1)
    for n in range(10 * mpmath.mp.dps):
        total += term
        ratio = z * (a + n) * (b + n) / ((c + n) * (n + 1))
        if not abs(ratio) < 1:
            return None
        term *= ratio
        if abs(term) <= total * mpmath.eps * min(1, 1 - z):
            return total
    return None


MOST_CARRIED = 20
"""How many times the precision asked for the sums of a Meijer G may take."""


def meijer(above: Any, below: Any, z: Any) -> Any:
    """Meijer's G by mpmath; two shapes where its sums cancel too much, as the integrals that they are about.

    >>> print(mpmath.nstr(meijer(((0.5, 1, 1), ()), ((1,), (0,)), mpmath.mpf(10) ** -20), 12))
    8.86226925453e-21
    >>> print(mpmath.nstr(meijer(((), (1, 1, 1)), ((0, 0, 0, 0.5), ()), mpmath.mpf(10) ** 9), 12))
    3.95137437799e-434294505
    """
    (an, ap), (bm, bq), z = (*map(sorted, above),), (*map(sorted, below),), mpmath.mpmathify(z)
    if not z:  # a limit at best, which mpmath takes for 0
        return mpmath.nan
    if an[1:] == [1, 1] and (ap, bm, bq) == ([], [1], [0]):
        value = _log_under_gamma(1 - an[0], z)
        if value is not None:
            return value
    orders = len(ap)
    if (an, ap, bq) == ([], [1] * orders, []) and orders > 1 and not mpmath.im(z) and z > mpmath.mp.prec:
        others = [b for b in bm if b != 0]
        if len(bm) == orders + 1 and len(others) < 2:
            return _order_of_incomplete(others[0] if others else mpmath.mpf(0), z, orders - 1)
    # the precision at which mpmath gives up grows too slowly for limits, which take thousands of digits
    most = max(mpmath.mp._default_hyper_maxprec(mpmath.mp.prec), MOST_CARRIED * mpmath.mp.prec)
    return mpmath.meijerg(above, below, z, maxprec=most)


def _log_under_gamma(s: Any, c: Any) -> Any:
    """∫₀^∞ x^(s−1) e^(−x) log(1 + cx) dx for small c, by its asymptotic series; None where that does not reach.

    What is left of the Taylor series of log(1 + y) after n terms is at most 5|y|^(n+1)/(n+1), since |1 + ty| ≥ 1/5 there.
    """
    if 4 * abs(mpmath.im(c)) < -mpmath.re(c):
        return None
    total, power, k = mpmath.mpf(0), mpmath.mpf(1), 0
    while True:
        power *= -c * (s + k)
        k += 1
        if abs(c) * (s + k) > 1:
            return None
        total -= power / k
        if abs(power) <= abs(total) * mpmath.eps / 8:
            return mpmath.gamma(s) * total


def _order_of_incomplete(s: Any, z: Any, n: int) -> Any:
    """∫_z^∞ t^(s−1) log(t/z)ⁿ/n! e^(−t) dt, of which the derivatives of Γ(s, z) in s are sums, for large z."""
    top = mpmath.mp.prec * mpmath.ln2 + 20

    def integrand(u: Any) -> Any:
        return mpmath.exp(-u + (s - 1) * mpmath.log1p(u / z)) * mpmath.log1p(u / z) ** n

    return mpmath.exp(-z) * z ** (s - 1) / mpmath.factorial(n) * mpmath.quad(integrand, mpmath.linspace(0, top, 9))


def incomplete_gamma(s: Any, low: Any = 0, high: Any = mpmath.inf) -> Any:
    """mpmath's incomplete gamma function; up to a complex end by its series (DLMF 8.5.1), where mpmath turns round for ever.

    >>> print(mpmath.nstr(incomplete_gamma(mpmath.mpf(2), 0, mpmath.mpc(1, 1)), 12))
    (0.292907903654 + 0.42035364096j)
    """
    if not low and mpmath.im(high):
        return mpmath.mpmathify(high) ** s / s * mpmath.hyp1f1(s, s + 1, -high)
    return mpmath.gammainc(s, low, high)


class log_distance(sp.Function):
    """π/2 erfi(z) − z² ₂F₂(1, 1; 3/2, 2; z²) = E log(√2 z + iX) + (γ + log 2)/2 for a standard normal X and Re z > 0.

    Both terms are as large as e^(z²), and their difference is as small as log z.
    """

    nargs = 1

    @staticmethod
    def value(z: Any) -> Any:
        """By the moments of X where these reach the precision, and else by both terms with as many more digits as they lose."""
        z = mpmath.mpmathify(z)
        square = z * z
        if abs(square) > mpmath.mp.prec and 4 * mpmath.re(z) > abs(mpmath.im(z)):
            term, total, m = mpmath.mpf(-1), mpmath.log(2 * z) + mpmath.euler / 2, 0
            while abs(term) > mpmath.mp.eps:
                m += 1
                term *= -(2 * m - 1) / (2 * square)
                total += term / (2 * m)
            return total
        with mpmath.extraprec(int(3 * abs(square)) + 20):
            found = mpmath.pi / 2 * mpmath.erfi(z) - z * z * mpmath.hyp2f2(1, 1, 1.5, 2, z * z)
        return +found


NAMED = {
    "log_distance": log_distance.value,
    "gammainc": incomplete_gamma,
    "hyper": hypergeometric,
    "meijerg": meijer,
    "besselk_order": besselk_order.value,
    "hyperu": hyperu.value,
    "zeta_prime": zeta_prime.value,
    "zeta_second": zeta_second.value,
    "real_part": mpmath.re,
    "sigmoid": sigmoid._imp_,
    "softplus": softplus._imp_,
}
"""Name -> mpmath implementation, for compiled expressions."""
