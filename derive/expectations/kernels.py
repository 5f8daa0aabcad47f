"""The table of kernels: every normaliser that the engine trusts, as data.

A kernel is a domain, a few generators t_i(u) and the logarithm of

    Z(a) = ∫ exp(Σ a_i t_i(u)) base(u) dμ(u)        (a sum, for counting measure)

with the region of `a` where it converges. Expectations follow by shift (a → a + s) and by derivative
(∂ log Z / ∂a_i) alone, so these rows are all the mathematics that has to be believed; each is checked by
quadrature in the tests. `known` rows give the few classical integrals that no shift or derivative yields.

Symbols: `u` is the variable, `a`–`c` multiply the generators in order, `alpha` and `beta` are the ends of
a cut domain, `n`, `r`, `s` and `k` shapes of a base measure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import sympy as sp
from sympy import (
    E1,
    EulerGamma,
    S,
    atan,
    besseli,
    besselk,
    betainc,
    cos,
    digamma,
    erf,
    erfc,
    erfi,
    exp,
    gamma,
    log,
    loggamma,
    lowergamma,
    oo,
    pi,
    polylog,
    sin,
    sqrt,
    uppergamma,
    zeta,
)

from derive.algebra.functions import hyperu, real_part

u = sp.Dummy("u", positive=True)
v = sp.Dummy("u", real=True)
m = sp.Dummy("u", integer=True, nonnegative=True)
a, b, c = (sp.Dummy(name, real=True) for name in "abc")
alpha, beta = (sp.Dummy(name, real=True) for name in ("alpha", "beta"))
n = sp.Dummy("n", positive=True)
r = sp.Dummy("r", positive=True)
s, k = (sp.Dummy(name, real=True) for name in "sk")
A, B, C = (sp.Wild(name, exclude=[u, v, m]) for name in "ABC")
w = sp.Wild("w", exclude=[u, v, m, 0])
w2 = sp.Wild("w2", exclude=[u, v, m, 0])


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
    finite: Any = sp.true
    """Where the expectation is finite, in the kernel's parameters."""
    proved: bool = False
    """Whether the condition must be known to hold, since the statistic may be defined without it."""

    @property
    def last(self) -> bool:
        """Whether the row is for where no other gives a form without hypergeometric functions."""
        harder = self.statistic.has(log) or self.statistic.is_Pow
        return harder and bool(self.value.has(sp.hyper, sp.meijerg, hyperu, real_part))


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
    after_sums: bool = False
    """Whether a density with a whole power of a sum is expanded before it is given to this row."""
    shapes: tuple[sp.Expr, dict[sp.Symbol, sp.Expr]] | None = None
    """The pattern in the density from which shapes are read, and their values there."""
    known: tuple[Known, ...] = ()

    @property
    def cut(self) -> bool:
        """Whether the ends of the domain are free."""
        return bool({alpha, beta} & (self.domain[0].free_symbols | self.domain[1].free_symbols))


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


def _log_beta(x: sp.Expr, y: sp.Expr) -> sp.Expr:
    return loggamma(x) + loggamma(y) - loggamma(x + y)


def _and_quadratic(
    at: dict[sp.Symbol, sp.Expr], logs: sp.Expr, rest: sp.Expr, source: str, condition: Any, x: sp.Symbol = u
) -> tuple[Known, Known]:
    """E log(1 + w·x) = logs + rest, and that of log(A + B·x + C·x²) = log A + 2 Re log(1 + wx), for complex w.

    The expectation is analytic in w where 1 + w·x vanishes nowhere in the domain. `logs` is a sum of log(1 + w·c), and
    becomes the log of the quadratic at c; of the rest, twice the real part is taken.
    """
    root = sp.I * sqrt(4 * A * w2 - B**2)
    # 1/w is written with the conjugate, so that nothing complex is left below the line
    factor = {w: (B + root) / (2 * A), 1 / w: (B - root) / (2 * w2)}
    ends = [(e.args[0] - 1) / w for e in sp.Add.make_args(logs) if e != 0]
    whole = [log((A + B * c + w2 * c**2) / A) for c in ends]
    value = log(A) + sp.Add(*whole) + 2 * real_part(rest.xreplace(factor))
    positive = (w2 > 0) & (4 * A * w2 - B**2 > 0)  # then A > 0
    return (
        Known(log(1 + w * x), at, logs + rest, source, condition),
        Known(log(A + B * x + w2 * x**2), at, value, f"{source}; of a complex factor", positive, proved=True),
    )


def _log_over_cauchy(x: sp.Expr, c: sp.Expr) -> sp.Expr:
    """∫ log(x + c)/(1 + x²) dx for Im c ≥ 0, by partial fractions, each written so that it has no jump on the way."""
    y, above, below = x + c, c + sp.I, c - sp.I
    if x == oo:
        return (-(log(-above) ** 2) / 2 - pi**2 / 6) / (2 * sp.I)
    upper = log(y) * log(1 - y / above) + polylog(2, y / above)
    lower = log(y) ** 2 / 2 + log(y) * log(1 - below / y) - polylog(2, below / y)
    return (upper - lower) / (2 * sp.I)


def _logs_under_cauchy(
    integral: Callable[[sp.Expr], sp.Expr], mass: sp.Expr, at: dict[sp.Symbol, sp.Expr]
) -> tuple[Known, Known]:
    """E log(A + wX) and E log(A + BX + CX²) under a cut Cauchy law, of whose density this is the mass."""
    source = "partial fractions, then DLMF 25.12.2"
    c = (B + sp.I * sqrt(4 * A * w2 - B**2)) / (2 * w2)
    return (
        Known(
            log(A + w * v), at, log(w) + real_part(integral(A / w)) / mass, source, (w > 0) & (A + w * alpha > 0), proved=True
        ),
        Known(
            log(A + B * v + w2 * v**2), at, log(w2) + 2 * real_part(integral(c)) / mass, source,
            (w2 > 0) & (4 * A * w2 - B**2 > 0), proved=True,
        ),
    )  # fmt: skip


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


def _goodwin_staton(z: sp.Expr) -> sp.Expr:
    """∫₀^∞ e^(−t²)/(t + z) dt."""
    return exp(-(z**2)) * (pi * erfi(z) - sp.Ei(z**2)) / 2


_mean_log = -(sp.Ei(b * beta) - EulerGamma - log(b * beta)) / (exp(b * beta) - 1)
"""∫₀^β log(u/β) e^(bu) du over ∫₀^β e^(bu) du."""
_root = (B + sp.I * sqrt(4 * A * w2 - B**2)) / (2 * w2)
"""A + B·x + w2·x² = w2·|x + root|²."""
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


def _below(x: sp.Expr) -> sp.Expr:
    """(a + 1) ∫₀ˣ u^a log(1 + wu) du."""
    return x ** (a + 1) * (log(1 + w * x) - w * x / (a + 2) * sp.hyper([1, a + 2], [a + 3], -w * x))


def _above(x: sp.Expr) -> sp.Expr:
    """−(a + 1) ∫ₓ^∞ u^a log(1 + wu) du."""
    return x ** (a + 1) * (log(1 + w * x) - sp.hyper([1, -a - 1], [-a], -1 / (w * x)) / (a + 1))


def _ends_of_log(primitive: Callable[[sp.Expr], sp.Expr]) -> sp.Expr:
    return primitive(beta) - primitive(alpha)


GAMMA = Kernel(
    "gamma", u, (S.Zero, oo), (log(u), u), (a, b),
    loggamma(a + 1) - (a + 1) * log(-b),
    (a > -1, b < 0),
    "DLMF 5.9.1",
    known=(
        *_and_quadratic({a: S.Zero}, S.Zero, exp(-b / w) * E1(-b / w), "by parts, then DLMF 6.2.2", w > 0),
        *_and_quadratic(
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
            *_and_quadratic(
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
            *_and_quadratic(
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
            *_and_quadratic(
                {a: S.Zero}, S.Zero,
                w * sp.hyper([1, 1], [-b], 1 - w) / (-b - 1),
                "by parts, then DLMF 15.6.1: ∫₀^∞ (1+wu)^(−1) (1+u)^(−ρ) du = ₂F₁(1, 1; ρ+1; 1−w)/ρ",
                w > 0,
            ),
            *_and_quadratic(
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
            *_and_quadratic(
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
                log(A * v**2 + B * v + C), {},
                log(C) + digamma(-a) - digamma(-a - S.Half) + 2 * real_part(_log_distance_student()),
                "E log(s² + v²) by the beta prime law of v², analytic in Re s > 0, is E log(s + iv) + E log(s − iv)",
                (A > 0) & (4 * A * C - B**2 > 0),
                proved=True,
            ),
        ),
    ),
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
            Known(log(u) ** 2, {}, -2 * (1 + s) * polylog(2, -s) / s, "by parts, then DLMF 25.12.2"),
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
            Known(log(u), {}, polylog(2, -s) / log(1 + s), "DLMF 25.12.2, by parts"),
            Known(log(u) ** 2, {}, -2 * polylog(3, -s) / log(1 + s), "the same twice"),
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
        "lower gamma", u, (S.Zero, beta), (log(u), u), (a, b),
        log(lowergamma(a + 1, -b * beta)) - (a + 1) * log(-b),
        (a > -1,),
        "DLMF 8.2.1",
        valid=(b < 0, beta > 0),
    ),
    Kernel(
        "cut gamma", u, (alpha, beta), (log(u), u), (a, b),
        log(uppergamma(a + 1, -b * alpha) - uppergamma(a + 1, -b * beta)) - (a + 1) * log(-b),
        (),
        "DLMF 8.2.2",
        valid=(alpha > 0, b < 0),
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
            *_and_quadratic(
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
            *_and_quadratic(
                {a: -S.One}, S.Zero,
                (polylog(2, -w * alpha) - polylog(2, -w * beta)) / log(beta / alpha),
                "DLMF 25.12.2", w > 0,
            ),
            Known(
                log(A + w * u), {a: -S.One},
                log(sp.Abs(A)) + real_part(polylog(2, -w * alpha / A) - polylog(2, -w * beta / A)) / log(beta / alpha),
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
                + 2 * (real_part(-sp.I * polylog(2, sp.I * A / w)) - atan(A / w) * log(A / w)) / pi,
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
        shapes=(log(A + B * cos(v)), {r: -B / 2}),
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
