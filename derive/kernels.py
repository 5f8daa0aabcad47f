"""The table of kernels: every normaliser that the engine trusts, as data.

A kernel is a domain, a few generators t_i(u) and the logarithm of

    Z(a) = ∫ exp(Σ a_i t_i(u)) base(u) dμ(u)        (a sum, for counting measure)

with the region of `a` where it converges. Expectations follow by shift (a → a + s) and by derivative
(∂ log Z / ∂a_i) alone, so these rows are all the mathematics that has to be believed; each is checked by
quadrature in the tests. `known` rows give the few classical integrals that no shift or derivative yields.

Symbols: `u` is the variable, `a`–`c` multiply the generators in order, `alpha` and `beta` are the ends of
a cut domain, `n` and `r` shapes of a base measure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sympy as sp
from sympy import E1, S, besselk, betainc, cos, erf, exp, log, loggamma, oo, pi, sin, sqrt, uppergamma, zeta

u = sp.Dummy("u", positive=True)
v = sp.Dummy("u", real=True)
m = sp.Dummy("u", integer=True, nonnegative=True)
a, b, c = (sp.Dummy(name, real=True) for name in "abc")
alpha, beta = (sp.Dummy(name, real=True) for name in ("alpha", "beta"))
n = sp.Dummy("n", positive=True)
r = sp.Dummy("r", positive=True)
A, B, C = (sp.Wild(name, exclude=[u, v, m]) for name in "ABC")
w = sp.Wild("w", exclude=[u, v, m, 0])


@dataclass(frozen=True)
class Known:
    """A classical expectation under a kernel with some of its parameters fixed.

    statistic  a pattern in u, with wildcards A, B, C, w
    at         the kernel parameters for which it holds, such as {a: -1}
    value      E[statistic], in the wildcards and the remaining kernel parameters
    condition  what the wildcards must satisfy; a statistic that is defined on the whole domain satisfies it
    """

    statistic: sp.Expr
    at: dict[sp.Symbol, sp.Expr]
    value: sp.Expr
    source: str
    condition: Any = sp.true


@dataclass(frozen=True)
class Kernel:
    """One row of the table."""

    name: str
    u: sp.Symbol
    domain: tuple[sp.Expr, sp.Expr]
    t: tuple[sp.Expr, ...]
    a: tuple[sp.Symbol, ...]
    log_z: sp.Expr
    condition: tuple[Any, ...]
    """Inequalities under which Z converges; all must hold, or the integral diverges."""
    source: str
    measure: str = "lebesgue"
    unbounded: bool = False
    """Whether free ends may be infinite."""
    from_zero: bool = True
    """Whether the free lower end may be 0; where not, another row starts there."""
    log_base: sp.Expr = S.Zero
    valid: tuple[Any, ...] = ()
    """Inequalities under which the row applies to a density at all; a shift may go to the edge of `condition`."""
    only: dict[sp.Symbol, sp.Expr] = field(default_factory=dict)
    """Values of `a` outside which log_z does not hold; such a kernel is neither shifted nor differentiated."""
    shapes: dict[sp.Symbol, tuple[sp.Expr, sp.Expr]] = field(default_factory=dict)
    """Shape symbols, each with the pattern in the density from which it is read, and its value there."""
    known: tuple[Known, ...] = ()

    @property
    def cut(self) -> bool:
        """Whether the ends of the domain are free."""
        return bool({alpha, beta} & (self.domain[0].free_symbols | self.domain[1].free_symbols))


def _log_beta(x: sp.Expr, y: sp.Expr) -> sp.Expr:
    return loggamma(x) + loggamma(y) - loggamma(x + y)


_one_log = Known(
    log(1 + w * u),
    {a: S.Zero},
    w * sp.hyper([1, 1], [-b], 1 - w) / (-b - 1),
    "by parts, then DLMF 15.6.1: ∫₀^∞ (1+wu)^(−1) (1+u)^(−ρ) du = ₂F₁(1, 1; ρ+1; 1−w)/ρ",
    w > 0,
)

GAMMA = Kernel(
    "gamma", u, (S.Zero, oo), (log(u), u), (a, b),
    loggamma(a + 1) - (a + 1) * log(-b),
    (a > -1, b < 0),
    "DLMF 5.9.1",
    known=(Known(log(1 + w * u), {a: S.Zero}, exp(-b / w) * E1(-b / w), "by parts, then DLMF 6.2.2", w > 0),),
)  # fmt: skip

KERNELS: tuple[Kernel, ...] = (
    GAMMA,
    Kernel(
        "beta", u, (S.Zero, S.One), (log(u), log(1 - u)), (a, b),
        _log_beta(a + 1, b + 1),
        (a > -1, b > -1),
        "DLMF 5.12.1",
        known=(
            Known(
                log(1 + w * u), {a: S.Zero},
                w * sp.hyper([1, 1], [b + 3], -w) / (b + 2),
                "by parts, then DLMF 15.6.1",
                w > -1,
            ),
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
        ),
    ),
    Kernel(
        "beta prime", u, (S.Zero, oo), (log(u), log(1 + u)), (a, b),
        _log_beta(a + 1, -a - b - 1),
        (a > -1, a + b < -1),
        "DLMF 5.12.3",
        known=(_one_log,),
    ),
    Kernel(
        "power", u, (S.One, oo), (log(u),), (a,),
        -log(-a - 1),
        (a < -1,),
        "elementary",
    ),
    Kernel(
        "Gauss", v, (-oo, oo), (v, v**2), (a, b),
        log(pi) / 2 - log(-b) / 2 - a**2 / (4 * b),
        (b < 0,),
        "DLMF 7.7.3, completing the square",
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
        ),
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
    ),
    Kernel(
        "incomplete gamma", u, (alpha, oo), (log(u), u), (a, b),
        log(uppergamma(a + 1, -b * alpha)) - (a + 1) * log(-b),
        (sp.Or(b < 0, sp.And(sp.Eq(b, 0), a < -1)), sp.Or(alpha > 0, a > -1)),
        "DLMF 8.2.2",
        valid=(alpha >= 0, b < 0),
        from_zero=False,
    ),
    Kernel(
        "cut exponential", v, (alpha, beta), (v,), (a,),
        log((exp(a * beta) - exp(a * alpha)) / a),
        (),
        "elementary",
    ),
    Kernel(
        "exponential tail", v, (alpha, oo), (v,), (a,),
        a * alpha - log(-a),
        (a < 0,),
        "elementary",
    ),
    Kernel(
        "cut power", u, (alpha, beta), (log(u),), (a,),
        log((beta ** (a + 1) - alpha ** (a + 1)) / (a + 1)),
        (sp.Or(alpha > 0, a > -1),),
        "elementary",
        valid=(alpha >= 0,),
        from_zero=False,
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
        shapes={r: (log(A + B * cos(v)), -B / 2)},
        known=(
            Known(
                log(A + B * cos(v) + C * sin(v)), {a: -S.One},
                log((A + sqrt(A**2 - B**2 - C**2)) / 2 + r * B + r**2 * (A - sqrt(A**2 - B**2 - C**2)) / 2),
                "the mean value property of log|1 + βz|², harmonic in the unit disc, at z = r",
                A**2 - B**2 - C**2 >= 0,
            ),
            Known(cos(v), {a: -S.One}, r, "the mean value property of Re z at z = r"),
            Known(sin(v), {a: -S.One}, S.Zero, "the mean value property of Im z at z = r"),
        ),
    ),
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
        shapes={r: (loggamma(m + A), A)},
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
    ),
)  # fmt: skip
