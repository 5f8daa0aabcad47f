"""Kernels on integers: sums."""

from __future__ import annotations

import sympy as sp
from sympy import S, exp, log, loggamma, oo, zeta

from derive.expectations.kernel import A, C, Kernel, Known, a, alpha, beta, m, n, r

INTEGERS: tuple[Kernel, ...] = (
    Kernel("two points", m, (S.Zero, S.One), (m,), (a,), log(1 + exp(a)), (), "elementary", measure="counting"),
    Kernel("geometric", m, (S.Zero, oo), (m,), (a,), -log(1 - exp(a)), (a < 0,), "elementary", measure="counting"),
    Kernel("geometric tail", m, (S.One, oo), (m,), (a,), a - log(1 - exp(a)), (a < 0,), "elementary", measure="counting"),
    Kernel(
        "Poisson", m, (S.Zero, oo), (m,), (a,), exp(a), (), "the exponential series",
        measure="counting", log_base=-loggamma(m + 1),
    ),
    Kernel(
        "Poisson tail", m, (S.One, oo), (m,), (a,), log(exp(exp(a)) - 1), (), "the exponential series",
        measure="counting", log_base=-loggamma(m + 1),
    ),
    Kernel(
        "binomial", m, (S.Zero, n), (m,), (a,), n * log(1 + exp(a)) - loggamma(n + 1), (), "the binomial theorem",
        measure="counting", log_base=-loggamma(m + 1) - loggamma(n - m + 1),
    ),
    Kernel(
        "negative binomial", m, (S.Zero, oo), (m,), (a,), loggamma(r) - r * log(1 - exp(a)), (a < 0,),
        "the binomial series",
        measure="counting", log_base=loggamma(m + r) - loggamma(m + 1), valid=(r > 0,),
        shapes=(loggamma(m + A), {r: A}),
    ),
    Kernel(
        "logarithmic", m, (S.One, oo), (m,), (a,), log(-log(1 - exp(a))), (a < 0,), "the logarithmic series",
        measure="counting", log_base=-log(m),
    ),
    Kernel(
        "zeta", m, (S.One, oo), (log(m),), (a,), log(zeta(-a)), (a < -1,), "DLMF 25.2.1",
        measure="counting",
    ),
    Kernel(
        "integers", m, (alpha, beta), (m,), (a,),
        log((exp(a * (beta + 1)) - exp(a * alpha)) / (exp(a) - 1)),
        (), "the geometric sum",
        measure="counting",
        known=(
            Known(
                m**C, {a: S.Zero},
                (sp.bernoulli(C + 1, beta + 1) - sp.bernoulli(C + 1, alpha)) / ((C + 1) * (beta - alpha + 1)),
                "DLMF 24.4.7", (C > 0) & sp.Eq(sp.floor(C), C), proved=True,
            ),
            Known(
                log(m), {a: S.Zero}, (loggamma(beta + 1) - loggamma(alpha)) / (beta - alpha + 1), "DLMF 5.5.1",
                alpha > 0, proved=True,
            ),
        ),
    ),
)  # fmt: skip
