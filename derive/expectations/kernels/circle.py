"""Kernels on the circle."""

from __future__ import annotations

import sympy as sp
from sympy import S, cos, log, pi, sin, sqrt

from derive.expectations.kernel import A, B, C, Kernel, Known, a, b, r, v

WHOLE = (C > 0) & sp.Eq(sp.floor(C), C)
"""Times round the circle."""

CIRCLE: tuple[Kernel, ...] = (
    Kernel(
        "circle", v, (-pi, pi), (cos(v), sin(v)), (a, b),
        log(2 * pi) + log(sp.hyper([], [1], (a**2 + b**2) / 4)),
        (),
        "DLMF 10.32.1 and 10.25.2, 2π I₀(√(a²+b²))",
        measure="circle",
        known=(
            Known(
                log(A + B * cos(v) + C * sin(v)), {a: S.Zero, b: S.Zero},
                log((A + sqrt(A**2 - B**2 - C**2)) / 2),
                "Gradshteyn, Ryzhik 4.224.9",
                A**2 - B**2 - C**2 >= 0,
            ),
            Known(
                cos(v) * log(A + B * cos(v) + C * sin(v)), {a: S.Zero, b: S.Zero},
                B / (A + sqrt(A**2 - B**2 - C**2)),
                "the first Fourier coefficient of log|1 + βe^(iv)|²",
                A**2 - B**2 - C**2 >= 0,
            ),
            Known(cos(C * v), {b: S.Zero}, sp.besseli(C, a) / sp.besseli(0, a), "DLMF 10.32.3", WHOLE),
            Known(sin(C * v), {b: S.Zero}, S.Zero, "odd", WHOLE),
        ),
    ),
    Kernel(
        "wrapped Cauchy", v, (-pi, pi), (log(1 + r**2 - 2 * r * cos(v)),), (a,),
        log(2 * pi) - log(1 - r**2),
        (),
        "Gradshteyn, Ryzhik 3.613.2",
        measure="circle",
        valid=(r < 1,),
        only={a: -S.One},
        shapes=(log(A + B * cos(v)), {r: -B / 2}),
        known=(
            Known(
                log(A + B * cos(v) + C * sin(v)), {a: -S.One},
                log((A + sqrt(A**2 - B**2 - C**2)) / 2 + r * B + r**2 * (A - sqrt(A**2 - B**2 - C**2)) / 2),
                "the mean value property of log|1 + βz|², harmonic in the unit disc, at z = r",
                A**2 - B**2 - C**2 >= 0,
            ),
            Known(cos(C * v), {a: -S.One}, r**C, "the mean value property of Re zⁿ at z = r", WHOLE),
            Known(sin(C * v), {a: -S.One}, S.Zero, "the mean value property of Im zⁿ at z = r", WHOLE),
        ),
    ),
)  # fmt: skip
