"""Pairs of families that close by rules of their own, each cell as the atlas makes it: checked at 30 digits.

A pair is here for a rule; a rule that is lost shows as a cell that is open again.
"""

import math
from dataclasses import replace

import mpmath
import pytest
import sympy as sp

from derive import cross_entropy, entropy, kl_divergence
from derive.atlas.cell import Task, filled
from derive.checks.evidence import defined_verdict
from derive.checks.subject import cases_at
from derive.derivation import meetings
from derive.derivation.formula import Case
from derive.families.family import Family
from derive.families.library import catalog
from derive.families.parameter import Param
from derive.numerics.quadrature import expected

FOLDERS = tuple(map(str, catalog.folders))

PAIRS = {
    "E log|X − m|, Gauss": ("Normal", "DoubleGamma", "special"),
    "E log|X − m|, exponential": ("Laplace", "DoubleGamma", "special"),
    "E log|X − m|, gamma": ("Gamma", "DoublesidedMaxwell", "special"),
    "E log|X − m|, uniform": ("Uniform", "DoubleGamma", "special"),
    "E log|X − m|, a polynomial times Gauss": ("DoublesidedMaxwell", "DoublesidedMaxwell", "special"),
    "residues of a rational density of x²": ("RelativisticBreitWigner", "RelativisticBreitWigner", "elementary"),
    "residues, E log(1 + cX²)": ("RelativisticBreitWigner", "HalfCauchy", "elementary"),
    "the order of two supports as a fact": ("GeneralizedPareto", "GeneralizedPareto", "special"),
    "E log|X − m|, two stretches": ("DoubleGamma", "DoubleGamma", "special"),
    "a stretch between two kinks": ("DoubleWeibull", "Laplace", "special"),
    "a piecewise statistic": ("Normal", "Huber", "special"),
    "a piecewise statistic and a kink": ("Laplace", "Huber", "special"),
    "a piecewise density and a kink": ("Triangular", "Laplace", "elementary"),
    "E log(1 + cX), gamma": ("Gamma", "Lomax", "special"),
    "E log(aX² + bX + c), Student": ("StudentT", "StudentT", "special"),
    "E log(aX² + bX + c), Gauss": ("Normal", "Cauchy", "special"),
    "a change of variable in a reciprocal": ("Uniform", "Levy", "elementary"),
    "a power of its own, Pareto": ("Pareto", "LogLogistic", "special"),
    "a power of its own, a stretch": ("Uniform", "Kumaraswamy", "special"),
    "an exponential of its own, folded": ("Laplace", "HyperbolicSecant", "special"),
    "an exponential of its own, a dilogarithm": ("Uniform", "Logistic", "special"),
    "an exponential of its own, a shift": ("Exponential", "ExponentiatedExponential", "special"),
    "moments of ninth order": ("Tricube", "LogGamma", "special"),
    "E log(aX² + 1), a stretch, complex factors in differences": ("Epanechnikov", "Akash", "special"),
    "E log(aX² + bX + c), logistic": ("Logistic", "Cauchy", "special"),
    "E log(aX² + bX + c), hyperbolic secant": ("HyperbolicSecant", "Cauchy", "special"),
    "E log(aX² + bX + c), root of an exponential": ("Rayleigh", "Cauchy", "special"),
    "E log(aX² + bX + c), root of a gamma": ("HalfNormal", "StudentT", "special"),
    "E log(aX² + bX + c), a stretch of an exponential": ("TruncatedExponential", "Cauchy", "special"),
    "E log(1 + cX), root of an exponential": ("Rayleigh", "BetaPrime", "special"),
    "E log(1 + cX), root of a gamma": ("Maxwell", "BetaPrime", "special"),
    "E log X, a stretch of an exponential": ("TruncatedExponential", "Gamma", "special"),
    "a shift out of the family, Bessel": ("InverseGamma", "Gumbel", "special"),
    "a shift out of the family, incomplete gamma": ("Pareto", "Gumbel", "special"),
    "a shift out of the family, Kummer": ("Beta", "Gumbel", "special"),
    "a shift out of the family, Tricomi": ("BetaPrime", "Gumbel", "special"),
    "E |X − m|^r, Gauss": ("Normal", "GeneralizedNormal", "special"),
    "E |X − m|^r, exponential": ("Laplace", "DoubleWeibull", "special"),
    "E (1 + cX)^r, gamma, supports that touch": ("Gamma", "Frechet", "special"),
    "1/(1 + cX), reciprocal of a gamma, the same family": ("Levy", "Levy", "special"),
    "E (1 + cX)^r, reciprocal of a gamma": ("InverseGamma", "Frechet", "special"),
    "E log X, noncentral": ("Rice", "Rayleigh", "special"),
    "E X^r, noncentral": ("NoncentralChi", "Weibull", "special"),
    "E log(1 + cX), 1/x, beyond where a dilogarithm is real": ("Bradford", "Lomax", "special"),
    "a piecewise density at its own location": ("TwoPieceNormal", "TwoPieceNormal", "special"),
    "a wave that turns twice, Bessel": ("VonMises", "AxialVonMises", "special"),
    "a wave that turns twice, the mean value property": ("WrappedCauchy", "AxialVonMises", "special"),
    "a wave that turns twice, polynomials in one angle": ("Cardioid", "AxialVonMises", "special"),
    "a wave that turns once under a density that turns twice": ("AxialVonMises", "VonMises", "special"),
    "E (1 + cX)^r, beta": ("Beta", "Levy", "special"),
    "E (1 + cX)^r, beta prime": ("BetaPrime", "Frechet", "special"),
    "E (1 + cX)^r, uniform": ("Uniform", "Frechet", "elementary"),
    "E (1 + cX)^r, power": ("Pareto", "Frechet", "special"),
    "E (1 + cX)^r, root of a gamma": ("Maxwell", "Frechet", "special"),
    "1/(1 + cX), root of an exponential": ("Rayleigh", "Levy", "special"),
    "a sum over a vector, cut by the other support": ("Zipf", "Categorical", "special"),
    "E |X − m|^r and E log|X − m|, Cauchy": ("Cauchy", "DoubleWeibull", "elementary"),
    "a log as the variable, (−log X)^k": ("Uniform", "UnitWeibull", "special"),
    "a log as the variable, E log log X": ("Uniform", "LogGammaPareto", "special"),
    "a log as the variable, E log(1 + c log X)": ("Uniform", "LogLindley", "special"),
    "a log as the variable, E log(a log² X + b log X + c)": ("Uniform", "LogStudentT", "special"),
    "a log as the variable, where p is a power": ("Pareto", "Benini", "special"),
    "a size, E log|X|": ("FoldedNormal", "Gamma", "special"),
    "a size, E |X|^r": ("FoldedNormal", "Weibull", "special"),
    "a size, E log(aX² + bX + c)": ("FoldedCauchy", "FoldedCauchy", "elementary"),
    "a size, E |X|^r under Cauchy": ("FoldedCauchy", "Weibull", "elementary"),
    "E log(1 − c|X − m|³), by its factors": ("Uniform", "Tricube", "elementary"),
}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", PAIRS)
def test_it_closes(name):
    p, q, form = PAIRS[name]
    record = filled(Task(FOLDERS, "cross_entropy", p, q, 30))
    assert (record["form"], record["problems"]) == (form, [])


@pytest.mark.parametrize(
    ("p", "q"),
    [
        ("ZeroInflatedPoisson", "ZeroInflatedPoisson"),
        ("ZeroInflatedPoisson", "Poisson"),
        ("Poisson", "ZeroInflatedPoisson"),
        ("IdealSoliton", "IdealSoliton"),
    ],
)
def test_a_first_point_with_a_mass_of_its_own(p, q):
    record = filled(Task(FOLDERS, "kl_divergence", p, q, 30))
    assert (record["form"], record["problems"]) == ("elementary", [])


RATIOS = [
    ("Kumaraswamy", ("a", "b"), "Kumaraswamy", ("2*a", "c")),
    ("Kumaraswamy", ("a", "b"), "Kumaraswamy", ("3*a", "c")),
    ("Logistic", ("0", "2*s"), "Logistic", ("m", "s")),
    ("Logistic", ("0", "3*s"), "Logistic", ("m", "s")),
    ("LogLogistic", ("a", "b"), "LogLogistic", ("c", "4*b")),
    ("Weibull", ("3/2", "c"), "LogLogistic", ("a", "3")),
]


SHARED = [
    ("ExponentialLogarithmic", ("a", "s"), "ExponentialLogarithmic", ("b", "s")),
    ("PowerNormal", ("a",), "PowerNormal", ("b",)),
    ("PowerLogNormal", ("a", "s"), "PowerLogNormal", ("b", "s")),
    ("ExponentiatedWeibull", ("a", "k", "s"), "ExponentiatedWeibull", ("b", "k", "s")),
]
"""Powers of one distribution function."""


@pytest.mark.parametrize("ratio", RATIOS + SHARED, ids=str)
def test_whole_ratios_of_shapes_and_powers_of_one_distribution_function_close(ratio):
    p, q = catalog[ratio[0]](*ratio[1]), catalog[ratio[2]](*ratio[3])
    formula = kl_divergence(p, q)
    assert [c.form for c in formula.cases] == ["closed"]
    place = {name: sp.Rational(i + 2, 5) for i, name in enumerate(sorted(formula.symbols))}
    p, q = (m.family(*(v.subs({s: place[s.name] for s in v.free_symbols}) for v in m.values)) for m in (p, q))
    log_ratio = p.log_density - q.log_density.xreplace({q.variable: p.variable})
    whole = expected(log_ratio, p.log_density, p.variable, *p.support, digits=30, method="gauss-legendre")
    assert whole.digits >= 28 and abs(formula.evaluate(place, digits=30) - whole.value) < 1e-28


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("p", "q"), [("Arcsine", "VarianceGamma"), ("Triangular", "JohnsonSB"), ("BetaPrime", "ExponentiatedGumbel"),
                 ("BetaPrime", "LogStudentT"), ("KDistribution", "GeneralizedExtremeValue"), ("Lomax", "SkewNormal"), ("Dhillon", "Gamma"), ("Dagum", "Dhillon"), ("BurrXII", "Rice"), ("Arcsine", "RaisedCosine"), ("Moyal", "DoubleGamma"), ("LeftLevy", "Slash"), ("Hypoexponential", "GeneralizedInverseGamma"),
                 ("SinhArcsinh", "TwoPieceNormal"), ("ParetoTypeIV", "Rice"), ("TruncatedCauchy", "Kumaraswamy"), ("LogUniform", "Levy"),
                 ("GeneralizedPareto", "Davis"), ("JonesFaddySkewT", "JonesFaddySkewT")],
)  # fmt: skip
@pytest.mark.parametrize("quantity", ["cross_entropy", "kl_divergence"])
def test_what_stays_open_evaluates(p, q, quantity):
    record = filled(Task(FOLDERS, quantity, p, q, 30))
    assert (record["form"], record["problems"]) == ("integral", [])


SETTLED = {
    "a density that is a log of a difference of powers": ("Sibuya", "DiscreteWeibull", "series"),
    "a slow series of such a log": ("YuleSimon", "DiscreteWeibull", "series"),
    "a slow series of a Bessel function's order": ("Zeta", "Skellam", "series"),
    "a slow series of log-gammas": ("YuleSimon", "GeneralizedPoisson", "series"),
    "a pole where two whole parameters meet": ("Bernoulli", "NegativeHypergeometric", "special"),
    "a Bessel function beyond the range of numbers": ("GeneralizedBetaPrime", "Hoyt", "integral"),
    "a Bessel function of a difference": ("LogLaplace", "NoncentralChi", "integral"),
    "a Bessel function of an order below 0": ("LogWeibull", "NoncentralChiSquared", "integral"),
    "supports that touch, an exponential of their distance": ("BenktanderI", "Davis", "integral"),
    "a zero inside a factor, at a corner of the domain": ("Uniform", "PowerLogNormal", "integral"),
    "a support inside another's that is bounded": ("Triangular", "ContinuousBernoulli", "elementary"),
    "an edge of a condition, inside the unit interval": ("Trapezoidal", "Beta", "special"),
    "a scale that leaves bounds inside the unit interval": ("Epanechnikov", "TwoSidedPower", "elementary"),
    "an equality that a parameter multiplies": ("Tricube", "GeneralizedHalfLogistic", "integral"),
    "two infinities of which one is rounded to a number": ("UQuadratic", "DoubleGamma", "special"),
    "a statistic that is infinite at an end, beyond a cut": ("UQuadratic", "UnitGamma", "special"),
    "a second derivative of an incomplete gamma function, far out": ("LogGamma", "Huber", "special"),
    "a limit on the edge of a case": ("UnitGompertz", "AsymmetricLaplace", "special"),
    "an integrand with singularities near the axis": ("UnitWeibull", "DoubleParetoLogNormal", "integral"),
    "an integrand that matters far from where its density does": ("JohnsonSU", "PowerNormal", "integral"),
    "an integral that is infinite at some points": ("GeneralizedExtremeValue", "SkewNormal", "integral"),
    "inequalities that are opposed through a factor": ("PearsonTypeIII", "GeneralizedExtremeValue", "special"),
    "a slow series of differences of powers of a fraction": ("HurwitzZeta", "DiscreteWeibull", "series"),
    "a case of one pair of members": ("CircularUniform", "Epanechnikov", "elementary"),
    "a limit from one side, over powers of the step": ("ContinuousBernoulli", "TwoPieceStudentT", "special"),
    "two bounds that are one, of which one is divided": ("CircularUniform", "GeneralizedExtremeValue", "elementary"),
    "a sum that is 0 where supports touch": ("FourParameterBeta", "PearsonTypeIII", "special"),
    "an integral that one method reaches": ("LogHyperbolicSecant", "Hyperexponential", "integral"),
    "a term that is 0·∞ beside an integral": ("GeneralizedInverseGaussian", "GompertzMakeham", "integral"),
}

CLOSED = {
    "a shift by a complex number": [
        ("Uniform", "VonMises"),
        ("Triangular", "AxialVonMises"),
        ("RaisedCosine", "Normal"),
    ],
    "a cosine multiplied out": [("Anglit", "Gumbel"), ("RaisedCosine", "Laplace")],
    "a polynomial multiplied out": [("Maxwell", "Gumbel"), ("Rayleigh", "Moyal"), ("LinearHazard", "Laplace")],
    "a mixture of one sign": [("Lindley", "Frechet")],
    "an erfc in the density": [("SkewNormal", "Normal"), ("ExponentiallyModifiedNormal", "Gumbel")],
    "a Bessel function in the density": [
        ("VarianceGamma", "Normal"),
        ("KDistribution", "LogNormal"),
        ("Hoyt", "Gamma"),
    ],
    "a hyperbola": [("Hyperbolic", "Normal"), ("JohnsonSU", "Laplace"), ("JohnsonSU", "TwoPieceNormal")],
    "a quadratic": [("RelativisticBreitWigner", "Gamma"), ("TruncatedCauchy", "Normal")],
    "Planck's law": [("Davis", "Normal")],
    "one half of a logistic law": [("HalfLogistic", "Normal"), ("GeneralizedHalfLogistic", "Normal")],
    "a gamma law cut on both sides": [("TruncatedWeibull", "Laplace")],
    "an inverse Gaussian law that is cut": [("InverseGaussian", "Laplace"), ("BirnbaumSaunders", "Laplace")],
    "a tilted exponential law": [("MarshallOlkinExponential", "Normal"), ("ExponentialLogarithmic", "Normal")],
    "a Poisson number of exponentials": [("ExponentialPoisson", "Normal")],
    "logs under a Cauchy law that is cut": [
        ("HalfCauchy", "Cauchy"),
        ("HalfCauchy", "F"),
        ("TruncatedCauchy", "TruncatedCauchy"),
    ],
    "a law on the circle taken on the line": [("Cardioid", "Laplace"), ("CircularUniform", "Gumbel")],
    "powers under a hyperbolic cosine": [("LogHyperbolicSecant", "Normal")],
    "a quotient by a root": [("JonesFaddySkewT", "Normal")],
    "an odd power of what is negative": [("LeftLevy", "LeftLevy")],
    "the log of a linear function": [("Bradford", "Laplace")],
    "zeros as ends": [("Semicircle", "Laplace")],
    "more than two orders of parameters": [("Uniform", "Huber"), ("Trapezoidal", "Laplace")],
}
"""What was missing -> pairs whose cross-entropy closes with it."""


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("p", "q"), [pair for pairs in CLOSED.values() for pair in pairs])
def test_a_cross_entropy_is_closed(p, q):
    record = filled(Task(FOLDERS, "cross_entropy", p, q, 30))
    assert record["form"] in ("elementary", "special") and record["problems"] == []


@pytest.mark.parametrize(
    "name",
    [
        "Hyperbolic",
        "LinearHazard",
        "Benini",
        "LogHyperbolicSecant",
        "MarshallOlkinExponential",
        "ExponentialLogarithmic",
        "JonesFaddySkewT",
    ],
)
def test_an_entropy_is_closed(name):
    record = filled(Task(FOLDERS, "entropy", name, None, 30))
    assert record["form"] in ("elementary", "special") and record["problems"] == []


SHORT = {
    "a norming constant is one letter until the end": (kl_divergence, "CrystalBall", "Normal", 1900),
    "where it cancels it is written out": (kl_divergence, "Huber", "Normal", 300),
    "sums in denominators are not multiplied out, one base for powers": (kl_divergence, "CrystalBall", "Laplace", 3100),
    "what is over one sum is divided by it, erf(−z) is −erf(z)": (
        cross_entropy,
        "FoldedNormal",
        "AsymmetricLaplace",
        900,
    ),
    "arguments of functions are written in one way": (cross_entropy, "LogGamma", "Huber", 700),
    "weights cancel what their means are divided by": (kl_divergence, "Biweight", "Biweight", 1200),
    "long sums are multiplied out": (kl_divergence, "Triweight", "Triweight", 1700),
    "polynomials before incomplete beta functions": (cross_entropy, "Epanechnikov", "Laplace", 220),
    "partial fractions": (kl_divergence, "Boltzmann", "Boltzmann", 230),
    "long coefficients are cancelled before they are factored": (kl_divergence, "Trapezoidal", "LogNormal", 1800),
    "integrals over pieces are not means times masses": (cross_entropy, "TruncatedNormal", "TwoPieceNormal", 1800),
    "sums over one sum of functions": (cross_entropy, "TruncatedNormal", "Laplace", 1000),
    "incomplete beta functions of whole order": (cross_entropy, "TwoSidedPower", "Laplace", 500),
    "absolute values in which a product is even": (cross_entropy, "DoublesidedMaxwell", "Laplace", 150),
    "squares about a mean": (cross_entropy, "Beta", "Normal", 155),
    "powers of one exponent": (kl_divergence, "Weibull", "Weibull", 122),
    "one polynomial everywhere, and how much another differs beyond": (cross_entropy, "Triangular", "Laplace", 330),
    "high powers of sums are not multiplied out": (cross_entropy, "Uniform", "TwoPieceNormal", 430),
    "terms over one difference are one fraction": (kl_divergence, "Uniform", "Weibull", 280),
    "sums inside of functions": (kl_divergence, "Uniform", "LogLogistic", 700),
    "coefficients in partial fractions": (kl_divergence, "Beta", "InverseGaussian", 370),
    "powers of powers under the condition of a case": (cross_entropy, "GeneralizedInverseGamma", "Laplace", 320),
}
"""A quantity, p, q and the characters that it may have: without the rule it has more."""


@pytest.mark.parametrize("name", SHORT)
def test_it_is_short(name):
    quantity, p, q, most = SHORT[name]
    formula = quantity(catalog[p].suffixed("_1"), catalog[q].suffixed("_2"))
    assert sum(len(str(c.expr)) for c in formula.cases) < most


@pytest.mark.parametrize("name", SETTLED)
def test_what_was_once_withheld_is_settled(name):
    p, q, form = SETTLED[name]
    record = filled(Task(FOLDERS, "kl_divergence", p, q, 30))
    assert (record["form"], record["problems"]) == (form, [])


def test_where_two_orders_meet_the_formula_is_one_that_has_a_value_there():
    record = filled(Task(FOLDERS, "cross_entropy", "ShiftedGompertz", "Huber", 30))
    assert (record["form"], record["problems"]) == ("special", [])
    m = sp.Symbol("m", real=True)
    infinite = sp.meijerg([[-2, 1, 1], []], [[1], [0]], -1 / m) + sp.log(m)  # SymPy cannot evaluate it at m = 0
    values = {sp.log(m): True, sp.sin(m) / m: True, infinite: True, sp.exp(m): False}
    for value, undefined in values.items():
        assert meetings.undefined_at(([Case(sp.true, value, "closed")], []), m, sp.S.Zero) is undefined


OUTSIDE = {
    "E log q where a wave stands in the log": ("LogCauchy", "Cardioid", "infinite"),
    "an end of p inside q, whose density is bounded there": ("LogStudentT", "GeneralizedExtremeValue", "integral"),
    "a sign that is not known, at an end that is not shared": ("LogStudentT", "PearsonTypeIII", "undefined"),
}
"""What kept a cross-entropy open although p is not inside q."""


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_cross_entropy_over_what_q_cannot_be_is_settled(name):
    p, q, form = OUTSIDE[name]
    record = filled(Task(FOLDERS, "cross_entropy", p, q, 30))
    assert (record["form"], record["problems"]) == (form, [])


def test_where_an_end_of_p_meets_a_point_inside_q_at_which_it_is_unbounded():
    density = "-log(Abs(x - m))/2 - log(4)"
    q = Family("Cusp", (Param("m", "real", "location"),), ("m - 1", "m + 1"), density)
    cases = {c.form: c.condition for c in cross_entropy(catalog.LogCauchy(0, 1), q("m")).cases}
    m = sp.Symbol("m", real=True)
    assert cases == {"infinite": sp.Ne(m, 0), "undefined": sp.Eq(m, 0)}
    (case,) = cross_entropy(catalog.LogCauchy(0, 1), q(0)).cases
    assert case.form == "undefined"


def test_where_q_is_unbounded_outside_of_its_support_counts_for_nothing():
    """log(1 + ξ(x − μ)/σ) is −∞ at μ − σ/ξ, which is below where q lives, and may be an end of p."""
    generic = cross_entropy(catalog.LogStudentT.suffixed("_1"), catalog.GeneralizedPareto.suffixed("_2"))
    assert "undefined" not in {c.form for c in generic.cases}
    assert cross_entropy(catalog.LogStudentT(1, 0, 1), catalog.GeneralizedPareto(2, 2, 1)).form == "infinite"
    signs = (Param("m", "real", ""), Param("r", "real", ""))
    density = "-log(abs(x - m))/2 - log(2 + 2*sign(r)*sqrt(abs(r)))"
    q = Family("CuspAnywhere", signs, ("m - r", "m + 1"), density, constraints=("r > -1",))
    cases = {c.form: c.condition for c in cross_entropy(catalog.LogCauchy(0, 1), q("m", "r")).cases}
    for m, r, form in ((0, "1/2", "undefined"), (0, "-1/2", "infinite"), ("1/2", "1/2", "infinite")):
        place = dict(zip(q("m", "r").values, map(sp.Rational, (m, r)), strict=True))
        assert [f for f, c in cases.items() if c.subs(place) == sp.true] == [form]
        assert cross_entropy(catalog.LogCauchy(0, 1), q(m, r)).form == form


def test_a_closed_form_is_finite_where_supports_touch_only_where_its_tails_are():
    """E (X − m)^−α of a density that is linear at m: finite for α < 2 alone."""
    formula = cross_entropy(catalog.Triangular("a", "b", "c"), catalog.Frechet("r", "s", "a"))
    assert {c.form: c.condition for c in formula.cases}["closed"] == (sp.Symbol("r", positive=True) < 2)


@pytest.mark.parametrize("quantity", ["cross_entropy", "kl_divergence"])
@pytest.mark.parametrize(
    ("p", "q"),
    [
        ("Levy", "ShiftedGompertz"),
        ("Cauchy", "SkewNormal"),
        ("Cauchy", "VarianceGamma"),
        ("Levy", "MarshallOlkinExponential"),
        ("Levy", "Rice"),
        ("GaussKuzmin", "Skellam"),
    ],
)
def test_what_diverges_is_infinite(p, q, quantity):
    record = filled(Task(FOLDERS, quantity, p, q, 30))
    assert (record["form"], record["problems"]) == ("infinite", [])


def test_cross_entropy_is_undefined_where_log_q_has_an_infinite_mean_beside_a_mass_outside():
    """E log X = −∞ at 0 and mass beyond 1: CE of these is +∞ − ∞, and not +∞."""
    formula = cross_entropy(catalog.LogCauchy.suffixed("_1"), catalog.Beta.suffixed("_2"))
    assert [(c.form, str(c.condition)) for c in formula.cases] == [
        ("infinite", "alpha_2 >= 1"),
        ("undefined", "alpha_2 < 1"),
    ]
    assert cross_entropy(catalog.LogCauchy(0, 1), catalog.FourParameterBeta("1/2", 1, 0, 2)).form == "undefined"
    assert cross_entropy(catalog.LogCauchy(0, 1), catalog.FourParameterBeta("1/2", 1, 1, 2)).form == "infinite"
    assert kl_divergence(catalog.LogCauchy(0, 1), catalog.Beta("1/2", 1)).form == "infinite"


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (catalog.Gamma(3, 1), catalog.Levy(0, 1)),
        (catalog.ChiSquared(5), catalog.Frechet("1/3", 1, 0)),
        (catalog.Maxwell(1), catalog.Levy(0, "1/2")),
        (catalog.HalfNormal(1), catalog.Frechet("1/2", 1, 0)),
        (catalog.Uniform(0, 2), catalog.Arcsine(0, 2)),
        (catalog.Uniform(0, 2), catalog.Arcsine(0, 3)),
        (catalog.Pareto(1, 2), catalog.Frechet("1/2", 1, 1)),
        (catalog.TruncatedExponential(1, 2), catalog.Frechet("1/2", 1, 0)),
    ],
    ids=str,
)
def test_numbers_at_which_supports_touch(p, q):
    """The generic formula there, and what is derived for these numbers, against quadrature."""
    generic = cross_entropy(p.family.suffixed("_1"), q.family.suffixed("_2"))
    place = {
        str(symbol): value
        for one, member in zip(generic.distributions, (p, q), strict=True)
        for symbol, value in zip(one.values, member.values, strict=True)
    }
    statistic = -q.log_density.xreplace({q.variable: p.variable})
    whole = expected(statistic, p.log_density, p.variable, *p.support, digits=25)
    assert whole.digits >= 20
    for formula, values in ((generic, place), (cross_entropy(p, q), {})):
        assert abs(formula.evaluate(values, digits=25) - whole.value) < 1e-19


def test_no_two_cases_hold_with_different_values():
    for name in ("Arcsine", "FourParameterBeta"):
        formula = cross_entropy(catalog.Uniform.suffixed("_1"), catalog[name].suffixed("_2"))
        shapes = (2, 3) if name == "FourParameterBeta" else ()
        for ends in ((0, 1), (0, 2), (-1, 1), (-1, 2)):
            members = (catalog.Uniform(0, 1), catalog[name](*shapes, *ends))
            assert len(list(cases_at(formula, members))) == 1
    wrong = formula.cases[-2]._replace(condition=sp.true)
    verdict = defined_verdict(replace(formula, cases=(*formula.cases, wrong)), members, 15)
    assert (verdict.kind, verdict.method) == ("refuted", "cases")


def test_an_end_that_is_shared_is_seen_whatever_it_is_called():
    p = Family("P", (Param("s", "positive", ""),), ("3*s", "oo"), "-log(pi)-log(x-3*s)-log(1+log(x-3*s)**2)")
    q = Family("Q", (Param("t", "positive", ""),), ("2*t", "2*t+1"), "-log(2)-log(x-2*t)/2")
    forms = [cross_entropy(p(2), q(t)).form for t in (3, 4)]
    assert forms == ["undefined", "infinite"]
    assert {c.form for c in cross_entropy(p("s"), q("t")).cases} == {"infinite", "undefined"}
    inside = Family("R", (), ("-1", "1"), "-log(4)-log(abs(x))/2")
    assert cross_entropy(catalog.LogCauchy(0, 1), inside()).form == "undefined"
    line = Family("S", (), ("-oo", "oo"), "-log(2*pi)-log(abs(x))-log(1+log(abs(x))**2)")
    assert cross_entropy(line(), catalog.DoubleGamma("1/2", 0, 1)).form == "undefined"


def test_both_signs_of_a_parameter_may_diverge_to_different_infinities():
    p = Family("HeavyAtZero", (Param("s", "positive", ""),), ("0", "exp(-s)"), "log(s)-log(x)-2*log(-log(x))")
    q = Family("Power", (Param("c", "nonzero", ""),), ("0", "1"), "log(c+1)+c*log(x)", constraints=("c > -1",))
    assert [cross_entropy(p(1), q(c)).expr for c in ("-1/2", "1/2")] == [-sp.oo, sp.oo]
    cases = cross_entropy(p(1), q("c")).cases
    assert {str(c.condition): c.expr for c in cases} == {"c > 0": sp.oo, "c <= 0": -sp.oo}  # c is not 0


def test_what_has_no_points_in_its_domain_is_no_branch():
    record = filled(Task(FOLDERS, "cross_entropy", "BorelTanner", "Poisson", 30))
    assert (record["form"], record["problems"], len(record["cases"])) == ("series", [], 1)


@pytest.mark.parametrize(
    ("p", "q", "form"),
    [
        ("GeneralizedPareto", "GeneralizedExtremeValue", "special"),
        ("GeneralizedPareto", "UnitGompertz", "special"),
        ("Uniform", "GeneralizedExtremeValue", "elementary"),
    ],
)
def test_what_contradicts_itself_in_products_of_parameters_is_no_branch(p, q, form):
    """b ξ + σ ≤ μ ξ and μ − σ/ξ < a, where a < b and ξ > 0."""
    record = filled(Task(FOLDERS, "cross_entropy", p, q, 30))
    assert (record["form"], record["problems"]) == (form, [])


def test_a_normaliser_far_in_a_tail_is_no_zero():
    """27σ from its mode a normal density is integrated to 1e-160: the difference of two erf is 0 to fewer digits."""
    p, q = (
        catalog.TruncatedNormal("-8/3", "1/7", "6/5", "9/7"),
        catalog.TruncatedPowerLaw(alpha="-2/5", a="2/3", b="11/3"),
    )
    generic = kl_divergence(p.family.suffixed("_1"), q.family.suffixed("_2"))
    place = {
        str(s): v
        for g, m in zip(generic.distributions, (p, q), strict=True)
        for s, v in zip(g.values, m.values, strict=True)
    }
    with mpmath.workdps(40):
        mu, sigma, low, high = (mpmath.mpf(v.p) / v.q for v in p.values)
        log_q = sp.lambdify(q.variable, q.log_density, "mpmath")

        def mean(f):
            return mpmath.quad(
                lambda x: mpmath.exp(-((x - mu) ** 2 - (low - mu) ** 2) / (2 * sigma**2)) * f(x), [low, high]
            )

        mass = mean(lambda x: 1)
        log_p = mean(lambda x: -((x - mu) ** 2 - (low - mu) ** 2) / (2 * sigma**2)) / mass - mpmath.log(mass)
        assert abs(generic.evaluate(place, digits=30) - (log_p - mean(log_q) / mass)) < 1e-28


def test_a_polynomial_with_long_coefficients_is_factored_on_the_way():
    record = filled(Task(FOLDERS, "cross_entropy", "Bradford", "StudentT", 30))
    assert (record["form"], record["problems"]) == ("special", [])


def test_where_it_diverges_to_which_infinity():
    record = filled(Task(FOLDERS, "cross_entropy", "LogStudentT", "LogLaplace", 30))
    assert record["problems"] == []
    assert [(c["form"], c["condition"]) for c in record["cases"]] == [
        ("special", "nu_1 > 1"), ("infinite", "(b_2 <= 1) & (nu_1 <= 1)"), ("undefined", "(nu_1 <= 1) & (b_2 > 1)")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("p", "q", "cases"),
    [
        (("Epanechnikov", 0, "a"), ("Epanechnikov", "b", "a"), "0 if Eq(b, 0); oo if Ne(b, 0)"),
        (("Epanechnikov", 0, "a"), ("Epanechnikov", "b", "b"), "oo if True"),
        (("Uniform", "2*a", "2*b"), ("Uniform", "a", "b"), "oo if True"),
        (("Uniform", "a", "b"), ("Uniform", "-b", "-a"), "0 if Eq(a, -b); oo if Ne(a, -b)"),
        (("Triangular", "-a", "b", 0), ("Triangular", "-b", "a", 0), "0 if Eq(a, b); oo if Ne(a, b)"),
    ],
)
def test_a_case_of_members_that_share_letters_can_be(p, q, cases):
    found = kl_divergence(*(catalog[name](*values) for name, *values in (p, q)))
    assert "; ".join(f"{c.expr} if {c.condition}" for c in found.cases) == cases


def test_where_two_orders_meet_the_value_is_a_limit():
    """Where p begins in the middle of q, at which its density is 0: 0·log 0 on the edge of two cases."""
    p, q = catalog.UQuadratic.suffixed("_1"), catalog.UQuadratic.suffixed("_2")
    formula = kl_divergence(p, q)
    assert not any(sp.sympify(case.expr).has(sp.nan, sp.zoo) for case in formula.cases)
    assert len(formula.cases) <= 5
    with mpmath.workdps(30):
        value = formula.evaluate(a_1=1, b_1=2, a_2=0, b_2=2, digits=25)
        assert abs(value - 2 - mpmath.log(2)) < mpmath.mpf(10) ** -25


def test_members_that_share_what_a_constraint_bounds():
    """Two triangular laws on one interval: each has the end written in one way."""
    a, b, c, d = sp.symbols("a b c d", real=True)
    triangular = catalog.Triangular
    formula = kl_divergence(triangular("a", "b", "c"), triangular("a", "b", "d"))
    assert [c.form for c in formula.cases] == ["closed", "closed"]
    below = (c - a) / (b - c) * sp.log((c - a) / (d - a)) + (d - c) / (b - c)  # for c < d, by hand
    assert any(sp.simplify(case.expr - below) == 0 for case in formula.cases)
    for place in ({"a": 0, "b": 1, "c": sp.Rational(1, 2), "d": sp.Rational(1, 4)}, {"a": -1, "b": 3, "c": 0, "d": 2}):
        p, q = (triangular(place["a"], place["b"], place[mode]) for mode in "cd")
        log_ratio = p.log_density - q.log_density.xreplace({q.variable: p.variable})
        whole = expected(log_ratio, p.log_density, p.variable, *p.support, digits=30)
        assert abs(formula.evaluate(place, digits=30) - whole.value) < 1e-28


EXPONENTIAL = {
    "Hurwitz's zeta function": (
        "HurwitzZeta",
        ("s", "q"),
        ("r", "q"),
        {"s": 3, "r": sp.Rational(7, 3), "q": sp.Rational(2, 5)},
    ),
    "a finite zeta sum": ("Zipf", ("s", 9), ("r", 9), {"s": sp.Rational(3, 2), "r": sp.Rational(7, 3)}),
    "powers of what the normaliser is not of": (
        "BorelTanner",
        ("m", 3),
        ("k", 3),
        {"m": sp.Rational(1, 3), "k": sp.Rational(1, 5)},
    ),
    "a hypergeometric sum": (
        "FisherNoncentralHypergeometric",
        (5, 7, 4, "s"),
        (5, 7, 4, "r"),
        {"s": 2, "r": sp.Rational(1, 3)},
    ),
}


@pytest.mark.parametrize("name", EXPONENTIAL)
def test_an_exponential_family_is_known_by_its_score(name):
    family, one, other, place = EXPONENTIAL[name]
    p, q = catalog[family](*one), catalog[family](*other)
    formula = kl_divergence(p, q)
    assert [c.form for c in formula.cases] == ["closed"]
    p, q = (m.family(*(v.subs({s: place[s.name] for s in v.free_symbols}) for v in m.values)) for m in (p, q))
    log_ratio = p.log_density - q.log_density.xreplace({q.variable: p.variable})
    whole = expected(log_ratio, p.log_density, p.variable, *p.support, "counting", 30)
    assert whole.digits >= 28 and abs(formula.evaluate(place, digits=30) - whole.value) < 1e-28


def test_a_family_of_ones_own_is_known_by_its_score():
    """θ·g′(x)·g(x)^(θ − 1) with g = x·e^(x − 1), of which no inverse is known."""
    density = "log(theta) + theta*(log(x) + x - 1) + log(1 + 1/x)"
    own = Family("Own", (Param("theta", "positive", "shape"),), ("0", "1"), density)
    formula = kl_divergence(own("s"), own("r"))
    s, r = sp.symbols("s r", positive=True)
    assert [sp.simplify(sp.expand_log(c.expr - (sp.log(s / r) + r / s - 1))) for c in formula.cases] == [0]


def direct(s, q, ranks, other=None):
    """−Σ p log p of a Zipf–Mandelbrot law, or Σ p log(p/other), term by term."""
    with mpmath.workdps(40):
        s, q = mpmath.mpmathify(sp.Rational(s)), mpmath.mpmathify(sp.Rational(q))
        weights = [(k + q) ** -s for k in range(1, ranks + 1)]
        p = [w / mpmath.fsum(weights) for w in weights]
        return p if other is None else mpmath.fsum(v * (mpmath.log(v) - mpmath.log(w)) for v, w in zip(p, other))


@pytest.mark.parametrize("s, q", [(1, 0), (1, "1/2"), (0, 0), ("1/2", 3), (2, "1/3")])
@pytest.mark.parametrize("ranks", [1, 5, 60])
def test_a_finite_zeta_sum_has_any_exponent(s, q, ranks):
    """Also 1, where both zeta functions have their pole: as a number from the first, and put in last."""
    other = direct(2, 0, ranks)
    truth = direct(s, q, ranks, [mpmath.mpf(1)] * ranks)
    family, two = catalog.ZipfMandelbrot, catalog.Zipf(2, ranks)
    place = {"s": s, "q": q, "N": ranks}
    for h in (entropy(family(s, q, ranks)).evaluate(digits=25), entropy(family).evaluate(place, digits=25)):
        assert abs(h + truth) < 1e-24
    for kl, at in (
        (kl_divergence(family(s, q, ranks), two), {}),
        (kl_divergence(family("s", "q", ranks), two), {"s": s, "q": q}),
    ):
        assert abs(kl.evaluate(at, digits=25) - direct(s, q, ranks, other)) < 1e-24


def test_poles_of_zeta_functions_cancel_in_a_density_of_many_ranks():
    assert abs(entropy(catalog.Zipf(1, 10**6)).evaluate() - 9.29238599960756) < 1e-12


def test_harmonics_of_the_circle_that_turn_more_than_once():
    record = filled(Task(FOLDERS, "kl_divergence", "AxialVonMises", "AxialVonMises", 30))
    assert (record["form"], record["problems"]) == ("special", [])


def test_a_special_function_with_no_value_at_a_number_is_derived_anew():
    """log(μ + X) of a Lévy law is a Meijer G of μ, which is written but not evaluable at μ = 0."""
    found = kl_divergence(catalog.Levy(0, 1), catalog.BetaPrime("a", "b"))
    assert found.form == "closed"
    assert abs(found.evaluate(a="1/2", b="1/2") - mpmath.mpf("0.259244532489")) < 1e-12
    assert str(found)  # its terms are put in order by their values


@pytest.mark.parametrize(
    ("p", "q", "values"),
    [
        (("Frechet", "u", "v", "b"), ("Weibull", "a", "b"), {"u": 3, "v": 1, "b": 2, "a": 2}),
        (("Levy", "a", "b"), ("LogLogistic", "u", "a"), {"a": 1, "b": 2, "u": "1/2"}),
    ],
)
def test_a_letter_may_be_a_location_and_positive(p, q, values):
    """Where the one could meet an end of a support, the other cannot be."""
    members = [catalog[name](*letters) for name, *letters in (p, q)]
    placed = [catalog[name](*(values[letter] for letter in letters)) for name, *letters in (p, q)]
    formula = kl_divergence(*members)
    ratio = placed[0].log_density - placed[1].log_density.xreplace({placed[1].variable: placed[0].variable})
    truth = expected(ratio, placed[0].log_density, placed[0].variable, *placed[0].support, "lebesgue", 15).value
    assert abs(formula.evaluate(values) - truth) < 1e-12 * abs(truth)


@pytest.mark.parametrize(
    ("p", "q", "value"),
    [
        (catalog.Pareto(1, 1), catalog.Frechet("1/2", 1, 0), sp.log(2) + sp.Rational(13, 6)),
        (catalog.Pareto(2, 3), catalog.Frechet(2, 1, 0), 2 * sp.log(2) + sp.Rational(23, 20)),
        (catalog.Pareto(1, 2), catalog.GeneralizedExtremeValue(1, "1/2", "1/2"), 2 - sp.log(2)),
    ],
    ids=str,
)
def test_where_an_argument_of_a_hypergeometric_function_is_zero_there_is_a_value(p, q, value):
    found = cross_entropy(p, q)
    assert found.form == "closed" and sp.expand(found.expr - value) == 0
    minus_log_q = -q.log_density.xreplace({q.variable: p.variable})
    truth = expected(minus_log_q, p.log_density, p.variable, *p.support, "lebesgue", 15).value
    assert abs(found.evaluate() - truth) < 1e-12


def test_a_complex_value_in_logs_is_as_short_as_one_in_letters():
    found = cross_entropy(catalog.LogUniform.suffixed("_1"), catalog.LogCauchy.suffixed("_2"))
    assert found.form == "closed" and len(str(found.expr)) < 400


@pytest.mark.parametrize(
    ("p", "q", "masses"),
    [
        (catalog.ZipfMandelbrot(1, 0, 5), catalog.DiscreteUniform(0, 5), ([60 / 137 / k for k in range(1, 6)], [1 / 6] * 5)),
        (catalog.DiscreteUniform(1, 2), catalog.FisherNoncentralHypergeometric(3, 3, 2, 2), ([1 / 2] * 2, [18 / 33, 12 / 33])),
    ],
    ids=str,
)  # fmt: skip
def test_members_at_whole_numbers(p, q, masses):
    """Values that mpmath refuses, and functions of more than one list of parameters: both had ended in a crash."""
    true = sum(a * math.log(a / b) for a, b in zip(*masses, strict=True))
    assert abs(kl_divergence(p, q).evaluate() - true) < 1e-13
