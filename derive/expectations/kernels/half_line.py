"""Kernels on the half line, and, of e^−x, on (0, 1)."""

from __future__ import annotations

import sympy as sp
from sympy import E1, EulerGamma, S, besseli, besselk, digamma, erfi, exp, log, loggamma, oo, pi, sin, sqrt, zeta

from derive.expectations.kernel import A, B, Kernel, Known, a, b, c, k, polylogarithm, r, s, u, w, w2

_rise, _turn = sqrt(2 * r + s) / (2 * r), sqrt(2 * r - s) / (2 * r)
"""The real and the imaginary part of √(−z), z a pole of 1/(1 + s u + r² u²)."""


def _of_quadratic() -> sp.Expr:
    """E log(A + B u + C u²) under 1/(√u (1 + s u + r² u²)): of log |u + q²|², analytic in q where its real part is positive."""
    size, real = sqrt(sp.factor(A / w2)), B / w2
    rise, turn = sqrt(2 * size + real) / 2, sqrt(2 * size - real) / 2
    near, far = ((_rise + rise) ** 2 + (_turn + sign * turn) ** 2 for sign in (-1, 1))
    turned = sum(sp.atan((_turn + sign * turn) / (_rise + rise)) for sign in (-1, 1))
    return log(w2 * near * far) - 2 * _rise / _turn * turned


def _of_balanced_sum(a_at: sp.Expr, sign: int) -> Known:
    """E log(1 + wu) where 1/w = √(c/b), which u ↦ c/(bu) leaves as it is.

    With both rows in equal parts the law is Birnbaum and Saunders': wu + 1/(wu) − 2 = α²Z² for a standard normal Z and
    α² = 1/(2√(bc)), so that E log(1 + wu) = E log(4 + α²Z²)/2. And u ↦ c/(bu) turns one row into the other.
    """
    square = 4 * sqrt(b * c)  # half of (2/α)²
    balanced = (
        pi / 2 * erfi(sqrt(square))
        - square * sp.hyper([1, 1], [sp.Rational(3, 2), 2], square)
        - (EulerGamma + log(square)) / 2
    )
    return Known(
        log(1 + w * u),
        {a: a_at},
        balanced + sign * exp(square) * E1(square) / 2,
        "E log(s² + Z²) as under the normal law, and ∂K_ν/∂ν at ν = 1/2, DLMF 10.38.7",
        (w > 0) & sp.Eq(w**2 * c - b, 0),
        proved=True,
    )


HALF_LINE: tuple[Kernel, ...] = (
    Kernel(
        "product of gammas", u, (S.Zero, oo), (log(u),), (a,),
        (2 * a + 1) * log(2) - (2 * a + 2) * log(r) + loggamma(a + 1 + s / 2) + loggamma(a + 1 - s / 2),
        (a + 1 + s / 2 > 0, a + 1 - s / 2 > 0),
        "DLMF 10.43.19",
        log_base=log(besselk(s, r * sqrt(u))),
        shapes=(log(besselk(A, B * sqrt(u))), {s: A, r: B}),
    ),
    Kernel(
        "Hoyt", u, (S.Zero, oo), (u,), (a,),
        -log(a**2 - k**2) / 2,
        (a + k < 0, a - k < 0),
        "DLMF 10.43.23",
        log_base=log(besseli(0, k * u)),
        shapes=(log(besseli(0, w * u)), {k: w}),
        known=(
            Known(
                log(u), {},
                log(-a / 2 + sqrt(a**2 - k**2) / 2) - log(a**2 - k**2) - EulerGamma,
                "DLMF 14.12.7 and the derivative of P_ν in ν at 0",
            ),
        ),
    ),
    Kernel(
        "Hoyt powers", u, (S.Zero, oo), (log(u), u), (a, b),
        loggamma(a + 1) - (a + 1) * log(-b) + log(sp.hyper([a / 2 + sp.Rational(1, 2), a / 2 + 1], [1], k**2 / b**2)),
        (a > -1, b + k < 0, b - k < 0),
        "DLMF 10.25.2, term by term, and 15.2.1",
        log_base=log(besseli(0, k * u)),
        shapes=(log(besseli(0, w * u)), {k: w}),
    ),
    Kernel(
        "Breit-Wigner", u, (S.Zero, oo), (log(u),), (a,),
        -(a + 1) * log(r) + log(pi * sin(a * sp.acos(s / (2 * r))) / (sin(pi * a) * sin(sp.acos(s / (2 * r))))),
        (a > -1, a < 1),
        "Gradshteyn, Ryzhik 3.252.12",
        log_base=-log(1 + s * u + r**2 * u**2),
        shapes=(log(1 + w * u + w2 * u**2), {s: w, r: sqrt(w2)}),
        valid=(s**2 < 4 * r**2,),
        known=(
            Known(
                log(1 + w * u), {a: -S.Half},
                log(1 + 2 * sqrt(w) * _rise + w / r)
                - 2 * _rise / _turn * sp.atan(sqrt(w) * _turn / (1 + sqrt(w) * _rise)),
                "residues at the poles in √u", w > 0,
            ),
            Known(
                log(A + B * u + w2 * u**2), {a: -S.Half}, _of_quadratic, "residues at the poles in √u",
                (w2 > 0) & (4 * A * w2 - B**2 > 0), proved=True,
            ),
        ),
    ),
    Kernel(
        "Planck", u, (S.Zero, oo), (log(u),), (a,),
        loggamma(a + 1) + log(zeta(a + 1)),
        (a > 0,),
        "DLMF 25.5.1",
        log_base=-log(exp(u) - 1),
    ),
    Kernel(
        "tilted exponential", u, (S.Zero, S.One), (log(u),), (a,),
        -log(1 + s),
        (),
        "elementary",
        log_base=-2 * log(1 + s * u),
        shapes=(log(1 + w * u), {s: w}),
        valid=(s > -1,),
        only={a: S.Zero},
        known=(
            Known(log(u), {}, -(1 + s) * log(1 + s) / s, "by parts"),
            Known(log(u) ** 2, {}, -2 * (1 + s) * polylogarithm(2, -s) / s, "by parts, then DLMF 25.12.2"),
        ),
    ),
    Kernel(
        "exponential and logarithmic", u, (S.Zero, S.One), (log(u),), (a,),
        log(log(1 + s) / s),
        (),
        "elementary",
        log_base=-log(1 + s * u),
        shapes=(log(1 + w * u), {s: w}),
        valid=(s > -1,),
        only={a: S.Zero},
        known=(
            Known(log(u), {}, polylogarithm(2, -s) / log(1 + s), "DLMF 25.12.2, by parts"),
            Known(log(u) ** 2, {}, -2 * polylogarithm(3, -s) / log(1 + s), "the same twice"),
            Known(log(1 + s * u), {}, log(1 + s) / 2, "the derivative of log²"),
        ),
    ),
    Kernel(
        "half logistic", u, (S.Zero, S.One), (log(u),), (a,),
        log(sp.Rational(1, 2) - a * (digamma(a / 2 + 1) - digamma(a / 2 + sp.Rational(1, 2))) / 2),
        (a > -1,),
        "by parts, then DLMF 5.9.16",
        log_base=-2 * log(1 + u),
    ),
    Kernel(
        "inverse Gauss", u, (S.Zero, oo), (log(u), u, 1 / u), (a, b, c),
        log(2) + (a + 1) * (log(-c) - log(-b)) / 2 + log(besselk(a + 1, 2 * sqrt(b * c))),
        (
            sp.Or(b < 0, sp.And(sp.Eq(b, 0), a < -1)),
            sp.Or(c < 0, sp.And(sp.Eq(c, 0), a > -1)),
        ),
        "DLMF 10.32.10",
        valid=(b < 0, c < 0),
        known=(_of_balanced_sum(-sp.Rational(3, 2), -1), _of_balanced_sum(-S.Half, 1)),
    ),
)  # fmt: skip
