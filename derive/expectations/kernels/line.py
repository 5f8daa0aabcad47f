"""Kernels on the line: normal laws and their mixtures, Student's."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp
from sympy import EulerGamma, S, besselk, digamma, erfc, erfi, gamma, log, loggamma, oo, pi, sqrt

from derive.algebra.functions import real_part
from derive.expectations.kernel import A, B, C, Kernel, Known, a, b, k, r, s, v, w, w2


def _and_mirrored(row: Kernel) -> tuple[Kernel, Kernel]:
    """A row with the base erfc(s + kv), and with erfc(−s − kv)/2, which SymPy writes as 1 − erfc(s + kv)/2."""
    turned = {s: -s, k: -k}
    mirrored = replace(
        row,
        name=f"{row.name}, mirrored",
        log_z=row.log_z.xreplace(turned) - log(2),
        valid=tuple(c.xreplace(turned) for c in row.valid),
        log_base=log(1 - erfc(s + k * v) / 2),
        shapes=(log(1 - erfc(A + w * v) / 2), {s: A, k: w}),
    )
    return row, mirrored


def _log_distance() -> sp.Expr:
    """What is left of E log(s + iX) for a standard normal X, s = (√(4AC − B²)/(2C) + i(m + B/(2C)))/σ."""
    sigma, mean = 1 / sqrt(-2 * b), -a / (2 * b)
    s = (sqrt(4 * A * w2 - B**2) / (2 * w2) + sp.I * (mean + B / (2 * w2))) / sigma
    return pi / 2 * erfi(s / sqrt(2)) - s**2 / 2 * sp.hyper([1, 1], [sp.Rational(3, 2), 2], s**2 / 2)


def _noncentral(distance: sp.Expr) -> sp.Expr:
    """E log|Z + d/σ| − E log|Z| for a standard normal Z."""
    square = -b * distance**2  # (d/σ)²/2
    return square * sp.hyper([1, 1], [sp.Rational(3, 2), 2], -square)


def _log_distance_student() -> sp.Expr:
    """What is left of E log(s + iv) for a Student v, s = (√(4AC − B²) + iB)/(2A), without Re log s = log(C/A)/2."""
    inverse = (sqrt(4 * A * C - B**2) - sp.I * B) / (2 * C)  # |s|² = C/A
    half = sp.Rational(3, 2)
    return (1 - inverse**2) / (4 * a) * sp.hyper([1, 1, half], [2, 1 - a], 1 - inverse**2)


LINE: tuple[Kernel, ...] = (
    Kernel(
        "Gauss", v, (-oo, oo), (v, v**2), (a, b),
        log(pi) / 2 - log(-b) / 2 - a**2 / (4 * b),
        (b < 0,),
        "DLMF 7.7.3, completing the square",
        known=(
            Known(
                log(w2 * v**2 + B * v + A), {},
                log(w2 / (-4 * b)) - EulerGamma + 2 * real_part(_log_distance()),
                "E 1/(s + iX) = √(π/2) e^(s²/2) erfc(s/√2), DLMF 7.7.1, integrated from s = 0",
                (w2 > 0) & (4 * A * w2 - B**2 > 0),
                proved=True,
            ),
            Known(
                log(sp.Abs(A + w * v)), {},
                log(w**2 / (-4 * b)) / 2 - EulerGamma / 2 + _noncentral(A / w - a / (2 * b)),
                "the same with s on the imaginary axis",
            ),
            Known(
                sp.Abs(A + w * v) ** C, {},
                (-(w**2) / b) ** (C / 2) * gamma((1 + C) / 2) / sqrt(pi)
                * sp.hyper([-C / 2], [S.Half], b * (A / w - a / (2 * b)) ** 2),
                "Σ over the Poisson mixture of the noncentral χ², DLMF 13.2.39 and 13.6.9",
                finite=C > -1,
            ),
        ),
    ),
    *_and_mirrored(Kernel(
        "skew Gauss", v, (-oo, oo), (v, v**2), (a, b),
        log(pi) / 2 - log(-b) / 2 - a**2 / (4 * b) + log(erfc((s - k * a / (2 * b)) / sqrt(1 - k**2 / b))),
        (b < 0,),
        "E erfc(s + kX) is twice the probability that one more normal variable is greater than s + kX",
        log_base=log(erfc(s + k * v)),
        shapes=(log(erfc(A + w * v)), {s: A, k: w}),
    )),
    *_and_mirrored(Kernel(
        "normal and exponential", v, (-oo, oo), (v,), (a,),
        log(2) - log(-a) + a**2 / (4 * k**2) - a * s / k,
        (a < 0,),
        "by parts, then DLMF 7.7.3",
        log_base=log(erfc(s + k * v)),
        shapes=(log(erfc(A + w * v)), {s: A, k: w}),
        valid=(k < 0,),
    )),
    Kernel(
        "hyperbolic", v, (-oo, oo), (sqrt(r**2 + v**2), v), (a, b),
        log(-2 * a * r) - log(a**2 - b**2) / 2 + log(besselk(1, r * sqrt(a**2 - b**2))),
        (a + b < 0, a - b < 0),
        "DLMF 10.32.9, with v = r sinh t",
        shapes=(sqrt(A + v**2), {r: sqrt(A)}),
    ),
    Kernel(
        "variance gamma", v, (-oo, oo), (v,), (a,),
        log(pi) / 2 + loggamma(s + sp.Rational(1, 2)) + s * log(2 * r) - (s + sp.Rational(1, 2)) * log(r**2 - a**2),
        (a < r, a > -r),
        "Gradshteyn, Ryzhik 6.699.4",
        log_base=s * log(sp.Abs(v)) + log(besselk(s, r * sp.Abs(v))),
        shapes=(log(besselk(A, B * sp.Abs(v))), {s: A, r: B}),
        valid=(s > -sp.Rational(1, 2),),
    ),
    Kernel(
        "Student", v, (-oo, oo), (log(1 + v**2),), (a,),
        log(pi) / 2 + loggamma(-a - S.Half) - loggamma(-a),
        (a < -S.Half,),
        "DLMF 5.12.3 with u²",
        known=(
            Known(
                log(A * v**2 + B * v + C), {a: -S.One},
                log(A + C + sqrt(4 * A * C - B**2)),
                "Poisson's integral for the half plane: the mean of log|v − z₀|² is log|i + z₀|² for Im z₀ > 0",
                (A > 0) & (4 * A * C - B**2 >= 0),
            ),
            Known(
                log(sp.Abs(A + w * v)), {a: -S.One},
                log(A**2 + w**2) / 2,
                "Poisson's integral: log|A + wz| is harmonic for Im z > 0",
            ),
            Known(
                sp.Abs(A + w * v) ** C, {a: -S.One},
                (A**2 + w**2) ** (C / 2) * sp.cos(C * sp.atan(A / w)) / sp.cos(pi * C / 2),
                "Poisson's integral of (A + wz)^C, z in the upper half plane, and of its conjugate",
                finite=(C > -1) & (C < 1),
            ),
            *(
                Known(
                    wave(A + w * v), {},
                    2 * wave(A) * (sp.Abs(w) / 2) ** (-a - S.Half) * besselk(-a - S.Half, sp.Abs(w)) / gamma(-a - S.Half),
                    "Basset's integral, DLMF 10.32.11",
                )
                for wave in (sp.cos, sp.sin)
            ),
            Known(
                log(A * v**2 + B * v + C), {},
                log(C) + digamma(-a) - digamma(-a - S.Half) + 2 * real_part(_log_distance_student()),
                "E log(s² + v²) by the beta prime law of v², analytic in Re s > 0, is E log(s + iv) + E log(s − iv)",
                (A > 0) & (4 * A * C - B**2 > 0),
                proved=True,
            ),
        ),
    ),
)  # fmt: skip
