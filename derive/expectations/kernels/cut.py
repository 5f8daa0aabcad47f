"""Kernels whose ends are free."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from sympy import (
    E1,
    EulerGamma,
    S,
    atan,
    betainc,
    erf,
    erfc,
    exp,
    gamma,
    log,
    lowergamma,
    oo,
    pi,
    sqrt,
    uppergamma,
)

from derive.algebra.functions import real_part
from derive.expectations.kernel import A, B, Kernel, Known, a, alpha, b, beta, polylogarithm, u, v, w, w2
from derive.expectations.kernels.quadratics import and_quadratic


def _log_over_cauchy(x: sp.Expr, c: sp.Expr) -> sp.Expr:
    """∫ log(x + c)/(1 + x²) dx for Im c ≥ 0, by partial fractions, each written so that it has no jump on the way."""
    y, above, below = x + c, c + sp.I, c - sp.I
    if x == oo:
        return (-(log(-above) ** 2) / 2 - pi**2 / 6) / (2 * sp.I)
    upper = log(y) * log(1 - y / above) + polylogarithm(2, y / above)
    lower = log(y) ** 2 / 2 + log(y) * log(1 - below / y) - polylogarithm(2, below / y)
    return (upper - lower) / (2 * sp.I)


def _logs_under_cauchy(
    integral: Callable[[sp.Expr], sp.Expr], mass: sp.Expr, at: dict[sp.Symbol, sp.Expr]
) -> tuple[Known, Known]:
    """E log(A + wX) and E log(A + BX + CX²) under a cut Cauchy law, of whose density this is the mass."""
    source = "partial fractions, then DLMF 25.12.2"
    c = (B + sp.I * sqrt(4 * A * w2 - B**2)) / (2 * w2)

    def linear() -> sp.Expr:
        return log(w) + real_part(integral(A / w)) / mass

    def quadratic() -> sp.Expr:
        return log(w2) + 2 * real_part(integral(c)) / mass

    positive = (w2 > 0) & (4 * A * w2 - B**2 > 0)
    return (
        Known(log(A + w * v), at, linear, source, (w > 0) & (A + w * alpha > 0), proved=True),
        Known(log(A + B * v + w2 * v**2), at, quadratic, source, positive, proved=True),
    )


_mean_log = -(sp.Ei(b * beta) - EulerGamma - log(b * beta)) / (exp(b * beta) - 1)
"""∫₀^β log(u/β) e^(bu) du over ∫₀^β e^(bu) du."""
_root = (B + sp.I * sqrt(4 * A * w2 - B**2)) / (2 * w2)
"""A + B·x + w2·x² = w2·|x + root|²."""


def _below(x: sp.Expr) -> sp.Expr:
    """(a + 1) ∫₀ˣ u^a log(1 + wu) du."""
    return x ** (a + 1) * (log(1 + w * x) - w * x / (a + 2) * sp.hyper([1, a + 2], [a + 3], -w * x))


def _above(x: sp.Expr) -> sp.Expr:
    """−(a + 1) ∫ₓ^∞ u^a log(1 + wu) du."""
    return x ** (a + 1) * (log(1 + w * x) - sp.hyper([1, -a - 1], [-a], -1 / (w * x)) / (a + 1))


def _ends_of_log(primitive: Callable[[sp.Expr], sp.Expr]) -> sp.Expr:
    return primitive(beta) - primitive(alpha)


CUT: tuple[Kernel, ...] = (
    Kernel(
        "incomplete gamma", u, (alpha, oo), (log(u), u), (a, b),
        log(uppergamma(a + 1, -b * alpha)) - (a + 1) * log(-b),
        (sp.Or(b < 0, sp.And(sp.Eq(b, 0), a < -1)), sp.Or(alpha > 0, a > -1)),
        "DLMF 8.2.2",
        valid=(alpha >= 0, b < 0),
        from_zero=False,
    ),
    Kernel(
        "lower gamma", u, (S.Zero, beta), (log(u), u), (a, b),
        log(lowergamma(a + 1, -b * beta)) - (a + 1) * log(-b),
        (a > -1,),
        "DLMF 8.2.1",
        valid=(b < 0, beta > 0),
    ),
    Kernel(
        "cut gamma", u, (alpha, beta), (log(u), u), (a, b),
        log(uppergamma(a + 1, -b * alpha) - uppergamma(a + 1, -b * beta)) - (a + 1) * log(-b),
        (sp.Or(alpha > 0, a > -1),),
        "DLMF 8.2.2",
        valid=(alpha >= 0, b < 0),
        from_zero=False,
    ),
    Kernel(
        "rising gamma", u, (S.Zero, beta), (log(u), u), (a, b),
        (a + 1) * log(beta) - log(a + 1) + log(sp.hyper([a + 1], [a + 2], b * beta)),
        (a > -1,),
        "DLMF 13.4.1",
        valid=(b > 0, beta > 0),
        known=(
            Known(log(u), {a: S.Zero}, log(beta) + _mean_log, "by parts, then DLMF 6.2.5 and 6.6.1"),
            Known(
                log(u) ** 2, {a: S.Zero},
                log(beta) ** 2 + 2 * log(beta) * _mean_log
                + 2 * b * beta * sp.hyper([1, 1, 1], [2, 2, 2], b * beta) / (exp(b * beta) - 1),
                "the exponential series, term by term",
            ),
        ),
    ),
    Kernel(
        "cut inverse Gauss", u, (S.Zero, beta), (u, 1 / u), (a, b),
        log(pi) / 2 - log(-b) / 2 - log(2) + log(
            exp(-2 * sqrt(a * b)) * erfc(sqrt(-b) / sqrt(beta) - sqrt(-a) * sqrt(beta))
            + exp(2 * sqrt(a * b)) * erfc(sqrt(-b) / sqrt(beta) + sqrt(-a) * sqrt(beta))
        ),
        (b < 0,),
        "DLMF 7.7.7 and its difference, with 1/√u",
        log_base=-sp.Rational(3, 2) * log(u),
        valid=(a < 0, beta > 0),
    ),
    Kernel(
        "inverse Gauss tail", u, (alpha, oo), (u, 1 / u), (a, b),
        log(pi) / 2 - log(-b) / 2 - log(2) + log(
            exp(-2 * sqrt(a * b)) * erfc(sqrt(-a) * sqrt(alpha) - sqrt(-b) / sqrt(alpha))
            - exp(2 * sqrt(a * b)) * erfc(sqrt(-a) * sqrt(alpha) + sqrt(-b) / sqrt(alpha))
        ),
        (a < 0,),
        "the whole less the same",
        log_base=-sp.Rational(3, 2) * log(u),
        valid=(b < 0, alpha > 0),
        from_zero=False,
    ),
    Kernel(
        "cut exponential", v, (alpha, beta), (v,), (a,),
        log((exp(a * beta) - exp(a * alpha)) / a),
        (),
        "elementary",
        known=(
            Known(
                log(sp.Abs(A + w * v)), {},
                _ends_of_log(
                    lambda x: exp(a * x) * log(sp.Abs(A + w * x)) - exp(-a * A / w) * sp.Ei(a * (x + A / w))
                ) / (exp(a * beta) - exp(a * alpha)),
                "by parts, then DLMF 6.2.5",
            ),
            Known(
                log(A + w * v), {},
                _ends_of_log(
                    lambda x: exp(a * x) * log(A + w * x) - exp(-a * A / w) * sp.Ei(a * (x + A / w))
                ) / (exp(a * beta) - exp(a * alpha)),
                "by parts, then DLMF 6.2.5",
                (A + w * alpha > 0) & (A + w * beta > 0),
            ),
            Known(
                log(A + B * v + w2 * v**2), {},
                _ends_of_log(
                    lambda x: exp(a * x) * log(A + B * x + w2 * x**2)
                    - 2 * real_part(exp(-a * _root) * sp.Ei(a * (x + _root)))
                ) / (exp(a * beta) - exp(a * alpha)),
                "by parts, then DLMF 6.2.5 on one side of the real axis",
                (w2 > 0) & (4 * A * w2 - B**2 > 0), proved=True,
            ),
        ),
    ),
    Kernel(
        "exponential tail", v, (alpha, oo), (v,), (a,),
        a * alpha - log(-a),
        (a < 0,),
        "elementary",
        known=(
            *and_quadratic(
                {}, log(1 + w * alpha),
                exp(-a * (alpha + 1 / w)) * E1(-a * (alpha + 1 / w)),
                "by parts, then DLMF 6.2.2",
                (w > 0) & (1 + w * alpha > 0),
                v,
            ),
            Known(
                log(sp.Abs(A + w * v)), {},
                log(sp.Abs(A + w * alpha)) - exp(-a * (alpha + A / w)) * sp.Ei(a * (alpha + A / w)),
                "by parts, then DLMF 6.2.5",
            ),
        ),
    ),
    Kernel(
        "cut power", u, (alpha, beta), (log(u),), (a,),
        log((beta ** (a + 1) - alpha ** (a + 1)) / (a + 1)),
        (sp.Or(alpha > 0, a > -1),),
        "elementary",
        valid=(alpha >= 0,),
        from_zero=False,
        known=(
            *and_quadratic(
                {a: -S.One}, S.Zero,
                (polylogarithm(2, -w * alpha) - polylogarithm(2, -w * beta)) / log(beta / alpha),
                "DLMF 25.12.2", w > 0,
            ),
            Known(
                log(A + w * u), {a: -S.One},
                log(sp.Abs(A)) + real_part(polylogarithm(2, -w * alpha / A) - polylogarithm(2, -w * beta / A)) / log(beta / alpha),
                "DLMF 25.12.2, whose derivative has a real part on either side of 1",
                (A + w * alpha > 0) & (A + w * beta > 0),
            ),
            Known(
                log(1 + w * u), {}, _ends_of_log(_below) / (beta ** (a + 1) - alpha ** (a + 1)),
                "by parts, then DLMF 15.6.1", a > -1, proved=True,
            ),
            Known(
                log(1 + w * u), {}, _ends_of_log(_above) / (beta ** (a + 1) - alpha ** (a + 1)),
                "by parts, then DLMF 15.6.1", (w > 0) & (a < -1), proved=True,
            ),
        ),
    ),
    Kernel(
        "cut beta", u, (alpha, beta), (log(u), log(1 - u)), (a, b),
        log(betainc(a + 1, b + 1, alpha, beta)),
        (sp.Or(alpha > 0, a > -1), sp.Or(beta < 1, b > -1)),
        "DLMF 8.17.1",
        valid=(alpha >= 0, beta <= 1),
        from_zero=False,
    ),
    Kernel(
        "cut beta prime", u, (alpha, beta), (log(u), log(1 + u)), (a, b),
        log(betainc(a + 1, -a - b - 1, alpha / (1 + alpha), beta / (1 + beta))),
        (sp.Or(alpha > 0, a > -1),),
        "DLMF 8.17.1, with u/(1 + u)",
        valid=(alpha >= 0,),
        from_zero=False,
    ),
    Kernel(
        "beta prime tail", u, (alpha, oo), (log(u), log(1 + u)), (a, b),
        log(betainc(a + 1, -a - b - 1, alpha / (1 + alpha), 1)),
        (sp.Or(alpha > 0, a > -1), a + b < -1),
        "DLMF 8.17.1, with u/(1 + u)",
        valid=(alpha >= 0,),
        from_zero=False,
        known=(
            Known(
                log(u), {a: S.Zero, b: -S(2)}, (1 + alpha) * log(1 + alpha) - alpha * log(alpha), "elementary, by parts",
                alpha > 0,
            ),
        ),
    ),
    Kernel(
        "cut Cauchy", v, (alpha, beta), (log(1 + v**2),), (a,),
        log(atan(beta) - atan(alpha)),
        (),
        "elementary",
        only={a: -S.One},
        known=(
            Known(v, {}, log((1 + beta**2) / (1 + alpha**2)) / (2 * (atan(beta) - atan(alpha))), "elementary"),
            Known(v**2, {}, (beta - alpha) / (atan(beta) - atan(alpha)) - 1, "elementary"),
            *_logs_under_cauchy(lambda c: _log_over_cauchy(beta, c) - _log_over_cauchy(alpha, c), atan(beta) - atan(alpha), {}),
        ),
    ),
    Kernel(
        "Student tail", v, (alpha, oo), (log(1 + v**2),), (a,),
        log(
            sqrt(pi) * gamma(-a - S.Half) / (2 * gamma(-a))
            - alpha * sp.hyper([S.Half, -a], [3 * S.Half], -(alpha**2))
        ),
        (a < -S.Half,),
        "DLMF 5.12.3 with u², less the part from 0, DLMF 15.6.1",
        known=(
            Known(
                v, {},
                (1 + alpha**2) ** (a + 1) / (-2 * a - 2) / (
                    sqrt(pi) * gamma(-a - S.Half) / (2 * gamma(-a))
                    - alpha * sp.hyper([S.Half, -a], [3 * S.Half], -(alpha**2))
                ),
                "elementary",
                finite=a < -1,
            ),
            Known(
                log(A + w * v), {a: -S.One, alpha: S.Zero},
                log(w) + log(1 + (A / w) ** 2) / 2
                + 2 * (real_part(-sp.I * polylogarithm(2, sp.I * A / w)) - atan(A / w) * log(A / w)) / pi,
                "the derivative in A/w is elementary; DLMF 25.12.2",
                (w > 0) & (A > 0),
                proved=True,
            ),
            *_logs_under_cauchy(
                lambda c: _log_over_cauchy(oo, c) - _log_over_cauchy(alpha, c), pi / 2 - atan(alpha), {a: -S.One}
            ),
        ),
    ),
    Kernel(
        "cut Gauss", v, (alpha, beta), (v, v**2), (a, b),
        log(pi) / 2 - log(-b) / 2 - a**2 / (4 * b)
        + log((erf(sqrt(-b) * beta - a / (2 * sqrt(-b))) - erf(sqrt(-b) * alpha - a / (2 * sqrt(-b)))) / 2),
        (),
        "DLMF 7.7.6",
        valid=(b < 0,),
        unbounded=True,
    ),
    Kernel(
        "Gauss tail", v, (alpha, oo), (v, v**2), (a, b),
        log(pi) / 2 - log(-b) / 2 - a**2 / (4 * b) + log(erfc(sqrt(-b) * alpha - a / (2 * sqrt(-b))) / 2),
        (b < 0,),
        "DLMF 7.7.6",
    ),
)  # fmt: skip
