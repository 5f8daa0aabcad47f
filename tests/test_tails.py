"""Existence from asymptotics, against the numerical search for divergence, which shares nothing with it."""

from itertools import islice

import pytest
import sympy as sp

from derive import cross_entropy, kl_divergence
from derive.checks.evidence import diverges, statistics_of
from derive.derivation.problem import CROSS_ENTROPY, KL
from derive.expectations.tails import Unknown, tails
from derive.families import points
from derive.families.facts import Facts
from derive.families.library import catalog

A, B, X = sp.symbols("a b x", positive=True)
LINE = (-sp.oo, sp.oo)
LOG, LOGLOG, FAR = sp.log(X), sp.log(sp.log(X)), (sp.Integer(20), sp.oo)

EXPECTATIONS = {
    "a power": (-(A + 1) * sp.log(X), X**B, (sp.Integer(1), sp.oo), [True, B - A < 0]),
    "a power at 0": ((A - 1) * sp.log(X), 1 / X, (sp.Integer(0), sp.Integer(1)), [1 - A < 0, True]),
    "an exponential": (-A * X, sp.exp(B * X), (sp.Integer(0), sp.oo), [True, B - A < 0]),
    "a power of a log": (-sp.log(X) - 2 * sp.log(sp.log(X)), sp.log(X), (sp.Integer(2), sp.oo), [True, False]),
    "an essential singularity": (-A / X, sp.exp(1 / X**2), (sp.Integer(0), sp.Integer(1)), [False, True]),
    "log of a sum": (-(A + 1) * sp.log(X), sp.log(1 + sp.exp(X)), (sp.Integer(1), sp.oo), [True, 1 - A < 0]),
    "leading terms that cancel": (-2 * sp.log(X), sp.sqrt(X**2 + X) - X, (sp.Integer(1), sp.oo), [True, True]),
    "a zero of higher order": (sp.log(1 - sp.cos(X)), 1 / X**2, (sp.Integer(0), sp.Integer(1)), [True, True]),
    "a zero of too low order": (sp.log(sp.sin(X)), 1 / X**2, (sp.Integer(0), sp.Integer(1)), [False, True]),
    "a power of log log": (-LOG - 2 * LOGLOG, LOG**2 / LOGLOG**2, FAR, [True, False]),
    "one over x log x, times a power of log log": (-LOG - LOGLOG, LOGLOG**-2, FAR, [True, True]),
    "less than a power of log log": (-LOG - LOGLOG, 1 / sp.sqrt(LOGLOG), FAR, [True, False]),
    "between a log and a power": (-(A + 1) * LOG, X + sp.exp(sp.sqrt(LOG)), FAR, [True, 1 - A < 0]),
    "the second term of an argument": (
        -2 * LOG, X**3 * (sp.sqrt(sp.pi) * sp.exp((X - 2) ** 2) * sp.erfc(X - 2) - 1 / X), FAR, [True, False],
    ),
    "an arc cosine at 1, which is a root": (-2 * LOG, X * (sp.acos(1 - 1 / X) - 1 / X), FAR, [True, True]),
    "the same against a heavier tail": (-3 * LOG / 2, X * (sp.acos(1 - 1 / X) - 1 / X), FAR, [True, False]),
    "a whole part": (-(A + 1) * LOG, sp.floor(X) ** 2, FAR, [True, 2 - A < 0]),
    "a maximum": (-(A + 1) * LOG, sp.Max(X, X**3 - X), FAR, [True, 3 - A < 0]),
    "digamma": (-(A + 1) * LOG, X * sp.digamma(X), FAR, [True, 1 - A < 0]),
    "a ratio of gamma functions": (-(A + 1) * LOG, sp.gamma(X + sp.S.Half) / sp.gamma(X), FAR, [True, sp.S.Half - A < 0]),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTATIONS)
def test_conditions(name):
    log_density, statistic, support, expected = EXPECTATIONS[name]
    found = [t.converges for t in tails(log_density, statistic, X, support, Facts())]
    assert [bool(c) if c in (sp.true, sp.false) else sp.simplify(c.lhs - e.lhs) == 0 and c.func == e.func
            for c, e in zip(found, expected, strict=True)] == [e is not False for e in expected]  # fmt: skip


@pytest.mark.parametrize(
    ("log_density", "statistic"),
    [
        (-3 * LOG, (X + 1) ** (A * (B + 1)) - (X + 1) ** A * (X + 1) ** (A * B) + 1 / X),
        (-2 * LOG, X * (sp.erfinv(1 - 1 / X) - 1 / X)),
    ],
)
def test_what_is_left_out_is_not_taken_for_small(log_density, statistic):
    """Each would be called finite, or infinite, for parameters where it is the other."""
    with pytest.raises(Unknown):
        tails(log_density, statistic, X, FAR, Facts(), proper=True)


@pytest.mark.parametrize("wave", [sp.cos(X**2), sp.cos(X) + sp.cos(sp.sqrt(2) * X), sp.sin(X) / (2 + sp.cos(X))])
def test_what_oscillates_and_is_no_polynomial_in_waves_of_one_period_is_not_judged(wave):
    with pytest.raises(Unknown):
        tails(-2 * sp.log(X), X * wave, X, (sp.Integer(1), sp.oo), Facts())


@pytest.mark.parametrize(
    ("wave", "rising", "falling"),
    [
        (sp.cos(X), True, True),
        (sp.cos(X) ** 2, True, False),
        (-(sp.sin(X) ** 2), False, True),
        (2 * sp.cos(X) + 1, True, True),
    ],
)
def test_what_oscillates_is_judged_by_its_envelope(wave, rising, falling):
    for power, converges in ((1, False), (sp.Rational(1, 2), True)):  # ∫ x^(power − 2)
        tail = tails(-2 * LOG, X**power * wave, X, (sp.Integer(1), sp.oo), Facts())[1]
        assert bool(tail.converges) is converges
        assert (bool(tail.rising), bool(tail.falling)) == ((False, False) if converges else (rising, falling))


PAIRS = [
    ("StudentT", "Gumbel"), ("StudentT", "Laplace"), ("Pareto", "Laplace"), ("BetaPrime", "HyperbolicSecant"),
    ("LogCauchy", "Moyal"), ("Cauchy", "FisherZ"), ("Lindley", "InverseGaussian"), ("InverseGamma", "Laplace"),
    ("Uniform", "InverseGamma"), ("Gamma", "Levy"), ("LogLogistic", "Weibull"), ("Dagum", "AsymmetricLaplace"),
    ("Beta", "PowerFunction"), ("Zeta", "Geometric"), ("YuleSimon", "Poisson"), ("GeneralizedPareto", "Rayleigh"),
    ("Cauchy", "SkewNormal"), ("Cauchy", "VarianceGamma"), ("F", "SinhArcsinh"), ("BetaPrime", "VarianceGamma"),
    ("BenktanderI", "GompertzMakeham"), ("Levy", "MarshallOlkinExponential"),
]  # fmt: skip
"""Pairs whose expectation is finite for some members and infinite for others, or always infinite, or always finite."""


@pytest.mark.parametrize(("p", "q"), PAIRS)
@pytest.mark.parametrize("kind", [KL, CROSS_ENTROPY])
def test_a_case_is_finite_where_the_integral_is(p, q, kind):
    one, two = catalog[p].suffixed("1"), catalog[q].suffixed("2")
    formula = (kl_divergence if kind == KL else cross_entropy)(one, two)
    seen = 0
    for draws in ("usual", "small"):
        for a, b in islice(points.pairs(catalog[p], catalog[q], draws), 4):
            values = dict(zip((*one.values, *two.values), (*a.values, *b.values), strict=True))
            if not all(sp.Le(*ends) == sp.true for ends in zip((b.support[0], a.support[1]),
                                                                (a.support[0], b.support[1]), strict=True)):  # fmt: skip
                continue
            seen += 1
            case = formula._case(values, [])
            direction = diverges(a, sp.Add(*statistics_of(kind, (a, b))))
            claimed = {"infinite": 1 if case.expr == sp.oo else -1, "undefined": 0}.get(case.form)
            assert direction == claimed, f"{a}, {b}: {case.form}, and the integral goes to {direction}"
    assert seen
