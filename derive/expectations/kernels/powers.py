"""Kernels of powers: gamma, beta and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from sympy import E1, S, atan, besseli, digamma, erfc, erfi, exp, gamma, log, loggamma, oo, pi, sqrt

from derive.algebra.functions import hyperu, real_part
from derive.expectations.kernel import A, B, C, Kernel, Known, a, b, c, n, r, u, w, w2
from derive.expectations.kernels.quadratics import and_quadratic


def _log_beta(x: sp.Expr, y: sp.Expr) -> sp.Expr:
    return loggamma(x) + loggamma(y) - loggamma(x + y)


def _goodwin_staton(z: sp.Expr) -> sp.Expr:
    """∫₀^∞ e^(−t²)/(t + z) dt."""
    return exp(-(z**2)) * (pi * erfi(z) - sp.Ei(z**2)) / 2


_slant = sqrt(-b) * (sqrt(4 * A * w2 - w**2) + sp.I * w) / (2 * w2)
"""√β/v for the v in A + w√u + w2·u = A|1 + iv√u|², Re v > 0."""


def _log_of_log(value: Callable[[sp.Expr], sp.Expr], at: dict[sp.Symbol, sp.Expr], source: str) -> tuple[Known, Known]:
    """E log(A + BX + CX²) and E log|A + wX| of a symmetric X = log u, where E log(γ² + X²) = 2·value(γ)."""
    gap, mean = sqrt(4 * A * w2 - B**2) / (2 * w2), B / (2 * w2)
    positive = (w2 > 0) & (4 * A * w2 - B**2 > 0)
    return (
        Known(
            log(A + B * log(u) + w2 * log(u) ** 2), at, log(w2) + 2 * real_part(value(gap + sp.I * mean)), source,
            positive, proved=True,
        ),
        Known(log(sp.Abs(A + w * log(u))), at, log(sp.Abs(w)) + real_part(value(sp.I * A / w)), source),
    )  # fmt: skip


POWERS: tuple[Kernel, ...] = (
    Kernel(
        "gamma", u, (S.Zero, oo), (log(u), u), (a, b),
        loggamma(a + 1) - (a + 1) * log(-b),
        (a > -1, b < 0),
        "DLMF 5.9.1",
        known=(
            *and_quadratic({a: S.Zero}, S.Zero, exp(-b / w) * E1(-b / w), "by parts, then DLMF 6.2.2", w > 0),
            *and_quadratic(
                {}, S.Zero,
                sp.meijerg([[-a, 1, 1], []], [[1], [0]], -w / b) / gamma(a + 1),
                "log(1 + z) as a Meijer G, DLMF 16.18, then its Laplace transform, Gradshteyn, Ryzhik 7.813.1",
                w > 0,
            ),
            Known(
                log(sp.Abs(A + w * u)), {a: S.Zero},
                log(sp.Abs(A)) - exp(-b * A / w) * sp.Ei(b * A / w),
                "by parts, then DLMF 6.2.5",
            ),
            Known(
                log(sp.Abs(A + w * u)), {},
                log(sp.Abs(A)) + real_part(sp.meijerg([[-a, 1, 1], []], [[1], [0]], -w / (A * b))) / gamma(a + 1),
                "that of log(1 + wu/A), continued to negative w/A on either side",
            ),
            Known(log(1 + w * sqrt(u)), {a: S.Zero}, _goodwin_staton(sqrt(-b) / w), "by parts, then DLMF 7.2.12", w > 0),
            Known(
                log(A + w * sqrt(u) + w2 * u), {a: S.Zero},
                log(A) + real_part(exp(_slant**2) * (E1(_slant**2) + pi * sp.I * erfc(_slant))),
                "Goodwin and Staton's integral, DLMF 7.2.12, of a complex number, whose real part is s: DLMF 6.2.6, 7.5.1",
                (w2 > 0) & (4 * A * w2 - w**2 > 0), proved=True,
            ),
            Known(
                log(1 + w * sqrt(u)), {},
                sp.meijerg([[-a, S.Half, 1, 1], []], [[S.Half, 1], [0]], -(w**2) / b) / (2 * pi * gamma(a + 1)),
                "its Mellin–Barnes integral, DLMF 5.9.1, and the duplication of gamma functions, DLMF 5.5.5", w > 0,
            ),
            Known(
                log(A + w * sqrt(u) + w2 * u), {},
                log(A)
                + real_part(
                    sp.meijerg([[-a, 1, 1], []], [[1], [0]], 1 / _slant**2)
                    + sp.I * sp.meijerg([[-a, S.Half, 1], []], [[S.Half], [0]], 1 / _slant**2)
                )
                / gamma(a + 1),
                "log(1 + v²u) and the arcus tangens of v√u as Meijer G, DLMF 16.18, for a complex v",
                (w2 > 0) & (4 * A * w2 - w**2 > 0), proved=True,
            ),
            Known(
                1 / (A + w * sqrt(u)), {a: S.Zero},
                sqrt(-pi * b) / w + 2 * A * b / w**2 * _goodwin_staton(sqrt(-b) * A / w), "DLMF 7.2.12", (w >= 0) & (A >= 0), proved=True,
            ),
            Known(
                (A + w * sqrt(u)) ** C, {},
                (-(w**2) / b) ** (C / 2) / (2 ** (C + 1) * pi * gamma(-C) * gamma(a + 1))
                * sp.meijerg([[(C + 1) / 2, C / 2 + 1], []], [[0, S.Half, a + C / 2 + 1], []], -b * (A / w) ** 2),
                "DLMF 15.6.7 and 5.5.5, as that of log(1 + w√u)", (C < 0) & (w >= 0) & (A >= 0),
                sp.Or(A > 0, a + C / 2 > -1), proved=True,
            ),
            Known((A + w * u) ** C, {}, (-w / b) ** C * hyperu(-C, -a - C, -b * A / w), "DLMF 13.4.4, 13.2.40", (w >= 0) & (A >= 0),
                sp.Or(A > 0, a + C > -1), proved=True,
            ),
        ),
    ),
    Kernel(
        "beta", u, (S.Zero, S.One), (log(u), log(1 - u)), (a, b),
        _log_beta(a + 1, b + 1),
        (a > -1, b > -1),
        "DLMF 5.12.1",
        known=(
            Known(
                log(A + B * u), {a: -S.Half, b: -S.Half},
                2 * log((sqrt(A) + sqrt(A + B)) / 2),
                "Gradshteyn, Ryzhik 4.224.9, with u = (1 + cos v)/2",
                (A >= 0) & (A + B >= 0),
            ),
            Known(
                log(A + B * u), {a: S.Half, b: S.Half},
                2 * log((sqrt(A) + sqrt(A + B)) / 2) + ((sqrt(A + B) - sqrt(A)) / (sqrt(A + B) + sqrt(A))) ** 2 / 2,
                "the Fourier coefficients of log|1 + βe^(iv)|², with u = (1 + cos v)/2",
                (A >= 0) & (A + B >= 0),
            ),
            Known(log(1 + w * u), {a: S.Zero, b: S.Zero}, (1 + 1 / w) * log(1 + w) - 1, "elementary", w > -1),
            *and_quadratic(
                {b: S.Zero}, log(1 + w), -w / (a + 2) * sp.hyper([1, a + 2], [a + 3], -w),
                "by parts, then DLMF 15.6.1", w > -1,
            ),
            Known(
                log(sp.Abs(A + w * u)), {a: S.Zero, b: S.Zero},
                ((A + w) * log(sp.Abs(A + w)) - A * log(sp.Abs(A))) / w - 1,
                "elementary",
            ),
            Known(
                log(A + B * u + w2 * u**2), {a: S.Zero, b: S.Zero},
                log(A + B + w2) + B / (2 * w2) * log((A + B + w2) / A) - 2
                + sqrt(4 * A * w2 - B**2) / w2 * (
                    atan((2 * w2 + B) / sqrt(4 * A * w2 - B**2)) - atan(B / sqrt(4 * A * w2 - B**2))
                ),
                "elementary, by parts",
                (A > 0) & (4 * A * w2 - B**2 > 0),
                proved=True,
            ),
            *and_quadratic(
                {}, S.Zero,
                w * (a + 1) / (a + b + 2) * sp.hyper([1, 1, a + 2], [2, a + b + 3], -w),
                "log(1 + z) = z ₂F₁(1, 1; 2; −z), DLMF 15.4.1, then DLMF 16.5.2",
                w > -1,
            ),
            Known(1 / (A + w * u), {a: S.Zero, b: S.Zero}, log((A + w) / A) / w, "elementary", (A > 0) & (A + w > 0), proved=True),
            Known(
                (A + w * u) ** C, {a: S.Zero, b: S.Zero},
                ((A + w) ** (C + 1) - A ** (C + 1)) / (w * (C + 1)), "elementary", (A >= 0) & (A + w >= 0),
                sp.Or((A > 0) & (A + w > 0), C > -1), proved=True,
            ),
            Known(
                (A + w * u) ** C, {}, (A + w) ** C * sp.hyper([-C, b + 1], [a + b + 2], w / (A + w)),
                "DLMF 15.6.1, with 1 − u", (w >= 0) & (A >= 0), sp.Or(A > 0, a + C > -1), proved=True,
            ),
            Known((A + w * u) ** C, {}, A**C * sp.hyper([-C, a + 1], [a + b + 2], -w / A), "DLMF 15.6.1", (w < 0) & (A + w >= 0),
                sp.Or(A + w > 0, b + C > -1), proved=True,
            ),
        ),
    ),
    Kernel(
        "beta prime", u, (S.Zero, oo), (log(u), log(1 + u)), (a, b),
        _log_beta(a + 1, -a - b - 1),
        (a > -1, a + b < -1),
        "DLMF 5.12.3",
        known=(
            *_log_of_log(
                lambda z: digamma(S.Half + z / (2 * pi)) + log(2 * pi), {a: S.Zero, b: -S(2)},
                "∫₀^∞ e^(−γt) πt/sinh(πt) dt, DLMF 5.15.1, integrated from γ = ∞; analytic in Re γ > 0",
            ),
            *_log_of_log(
                lambda z: 2 * loggamma(S(3) / 4 + z / (4 * pi)) - 2 * loggamma(S.One / 4 + z / (4 * pi)) + log(4 * pi),
                {a: -S.Half, b: -S.One},
                "∫₀^∞ e^(−γt) sech(πt) dt, DLMF 5.9.13, integrated from γ = ∞; analytic in Re γ > 0",
            ),
            *and_quadratic(
                {a: S.Zero}, S.Zero,
                w * sp.hyper([1, 1], [-b], 1 - w) / (-b - 1),
                "by parts, then DLMF 15.6.1: ∫₀^∞ (1+wu)^(−1) (1+u)^(−ρ) du = ₂F₁(1, 1; ρ+1; 1−w)/ρ",
                w > 0,
            ),
            *and_quadratic(
                {}, S.Zero,
                (w - 1) * (a + 1) / (-b) * sp.hyper([1, 1, a + 2], [2, 1 - b], 1 - w)
                + digamma(-b) - digamma(-a - b - 1),
                "that of log(1 + (w − 1)v) − log(1 − v) under the beta law of v = u/(1 + u)",
                w > 0,
            ),
            Known(
                (A + w * u) ** C, {},
                w**C * exp(_log_beta(a + 1, -a - b - 1 - C) - _log_beta(a + 1, -a - b - 1))
                * sp.hyper([-C, -a - b - 1 - C], [-b - C], 1 - A / w),
                "that of (1 − (1 − A/w)v)^C v^(−C) under the beta law of v = 1/(1 + u), DLMF 15.6.1",
                (w >= 0) & (A >= 0),
                (a + b + C < -1) & ((A > 0) | (a + C > -1)),
                proved=True,
            ),
        ),
    ),
    Kernel(
        "Kummer beta", u, (S.Zero, S.One), (log(u), log(1 - u), u), (a, b, c),
        _log_beta(a + 1, b + 1) + log(sp.hyper([a + 1], [a + b + 2], c)),
        (a > -1, b > -1),
        "DLMF 13.4.1",
        valid=(sp.Ne(c, 0),),
        after_sums=True,
    ),
    Kernel(
        "Kummer beta prime", u, (S.Zero, oo), (log(u), log(1 + u), u), (a, b, c),
        loggamma(a + 1) + log(hyperu(a + 1, a + b + 2, -c)),
        (a > -1, c < 0),
        "DLMF 13.4.4",
        valid=(c < 0,),
        after_sums=True,
    ),
    Kernel(
        "power", u, (S.One, oo), (log(u),), (a,),
        -log(-a - 1),
        (a < -1,),
        "elementary",
        known=(
            *and_quadratic(
                {}, log(1 + w), sp.hyper([1, -a - 1], [-a], -1 / w) / (-a - 1), "by parts, then DLMF 15.6.1", w > 0
            ),
            Known(
                log(A + w * u), {}, log(A + w) - 1 / (a + 1) + A / (w * a) * sp.hyper([1, -a], [1 - a], -A / w),
                "by parts, then DLMF 15.6.1, with 1/u", (w > 0) & (A + w > 0),
            ),
            Known(
                (A + w * u) ** C, {}, w**C * (a + 1) / (a + 1 + C) * sp.hyper([-C, -a - 1 - C], [-a - C], -A / w),
                "DLMF 15.6.1, with 1/u", (w > 0) & (A + w >= 0),
                (a + C < -1) & ((A + w > 0) | (C > -1)), proved=True,
            ),
        ),
    ),
    Kernel(
        "inverse beta", u, (S.One, oo), (log(u), log(u - 1)), (a, b),
        _log_beta(b + 1, -a - b - 1),
        (b > -1, a + b < -1),
        "DLMF 5.12.1, with 1/u",
    ),
    Kernel(
        "noncentral gamma", u, (S.Zero, oo), (log(u), u), (a, b),
        n * log(r / 2) - loggamma(n + 1) + loggamma(a + n / 2 + 1) - (a + n / 2 + 1) * log(-b)
        - r**2 / (4 * b) + log(sp.hyper([n / 2 - a], [n + 1], r**2 / (4 * b))),
        (a + n / 2 > -1, b < 0),
        "DLMF 10.22.54 with 10.27.6, then 13.2.39",
        log_base=log(besseli(n, r * sqrt(u))),
        shapes=(log(besseli(A, B * sqrt(u))), {n: A, r: B}),
        valid=(n > -1, r > 0),
        known=(
            Known(
                log(u), {a: n / 2},
                digamma(n + 1) - log(-b)
                - r**2 / (4 * b * (n + 1)) * sp.hyper([1, 1], [2, n + 2], r**2 / (4 * b)),
                "E ψ(n + 1 + J) of a Poisson J, whose differences in n are DLMF 13.4.1",
            ),
        ),
    ),
)  # fmt: skip
