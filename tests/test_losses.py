"""Losses, likelihood, projection and equivalence: what each family's NLL is, and what minimises it."""

from __future__ import annotations

import dataclasses
import math
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any

import mpmath
import numpy
import pytest
import sympy as sp

from derive.algebra.functions import named_derivatives
from derive.families import points
from derive.families.expression import CONSTANTS, read
from derive.families.facts import facts_of
from derive.families.family import Family
from derive.families.library import catalog
from derive.families.parameter import Param, ParameterError
from derive.numerics.evaluation import evaluate_number
from derive.objectives.equivalences import equivalence
from derive.objectives.estimation import is_minimum, likelihood
from derive.objectives.losses import loss
from derive.objectives.minimum import Mean, moved
from derive.objectives.projections import projection

LOSSES: tuple[tuple[str, str | list[str] | None, dict[str, str], str | None], ...] = (
    ("Normal", "mu", {}, "squared error"),
    ("Normal", None, {}, "Gaussian negative log-likelihood"),
    ("Laplace", "mu", {}, "absolute error"),
    ("AsymmetricLaplace", "m", {}, "quantile (pinball) loss"),
    ("LogNormal", "mu", {}, "squared error of logarithms"),
    ("Bernoulli", None, {}, "binary cross-entropy"),
    ("Bernoulli", None, {"p": "sigmoid(z)"}, "binary cross-entropy with logits"),
    ("Categorical", None, {}, "categorical cross-entropy"),
    ("Categorical", None, {"p": "softmax(z)"}, "softmax cross-entropy"),
    ("Poisson", None, {}, "Poisson loss"),
    ("Poisson", None, {"lambda": "exp(z)"}, "Poisson loss with log link"),
    ("Gamma", "theta", {}, "gamma (Itakura–Saito) loss"),
    ("Exponential", None, {}, "exponential negative log-likelihood"),
    ("VonMises", "mu", {}, "cosine loss"),
    ("StudentT", "mu", {}, "Cauchy (Lorentzian) loss"),
    ("Cauchy", "x_0", {}, "Cauchy (Lorentzian) loss"),
    ("NegativeBinomial", "p", {}, "negative binomial loss"),
    ("Gumbel", "mu", {}, None),
)

GRADIENTS = (
    ("Bernoulli", None, {"p": "sigmoid(z)"}, ["sigmoid(z) - y"]),
    ("Poisson", None, {"lambda": "exp(z)"}, ["exp(z) - y"]),
    ("Normal", "mu", {}, ["(mu - y)/sigma**2"]),
    ("Exponential", None, {}, ["y - 1/lamda"]),
    ("Geometric", None, {"p": "sigmoid(z)"}, ["y*sigmoid(z) - 1"]),
    ("NegativeBinomial", "p", {"p": "sigmoid(z)"}, ["(r + y)*sigmoid(z) - r"]),
    ("Poisson", None, {"lambda": "softplus(z)"}, ["sigmoid(z)*(1 - y/softplus(z))"]),
    ("Normal", "sigma", {"sigma": "exp(s)"}, ["1 - (y - mu)**2*exp(-2*s)"]),
)


def named(expression: Any, text: str) -> Any:
    """Text with the symbols of an expression."""
    symbols = {s.name: s for s in expression.free_symbols}
    return read(text, lambda name: symbols.get(name) or CONSTANTS.get(name) or sp.Symbol(name, real=True))


@pytest.mark.parametrize(("family", "learn", "link", "name"), LOSSES)
def test_a_loss_has_its_name(family: str, learn: Any, link: dict[str, str], name: str | None) -> None:
    assert loss(catalog[family], learn, link).name == name


@pytest.mark.parametrize(("family", "learn", "link", "gradient"), GRADIENTS)
def test_gradients_are_those_of_the_textbook(
    family: str, learn: Any, link: dict[str, str], gradient: list[str]
) -> None:
    found = loss(catalog[family], learn, link)
    assert [sp.simplify(g - named(g, text)) for g, text in zip(found.gradient, gradient, strict=True)] == [0]


def test_the_gradient_of_softmax_cross_entropy_is_p_minus_y() -> None:
    found = loss(catalog.Categorical, link={"p": "softmax(z)"})
    assert str(found.gradient[0]) == "-KroneckerDelta(k, y) + softmax(z, k)"
    assert str(found.hessian[0]) == "(KroneckerDelta(j, k) - softmax(z, j))*softmax(z, k)"


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", [n for n in catalog.names() if catalog[n].params])
def test_what_is_kept_and_what_is_dropped_make_the_nll(name: str) -> None:
    """loss + dropped = −log q(y) at a point, and the derivatives are those of −log q(y)."""
    family = catalog[name]
    generic = family.suffixed("")
    learn = [str(s) for s in generic.values if not getattr(s, "is_integer", False)]
    if not learn or any(isinstance(s, sp.IndexedBase) for s in generic.values):
        pytest.skip("no scalar parameter is learned")
    found = loss(family, learn)
    assert sp.simplify(found.nll - found.expr - found.dropped) == 0 or agrees(
        found, found.nll, found.expr + found.dropped
    )
    for s, slope in zip(found.learned, found.gradient, strict=True):
        assert agrees(found, sp.diff(found.nll, s), slope), s


def agrees(found: Any, one: Any, other: Any) -> bool:
    """The same number at two exact members and a point inside their supports."""
    for member in points.members(found.model.family, 2):
        place = dict(zip(found.model.values, member.values, strict=True)) | {found.y: points.inside(member)[1]}
        values = [evaluate_number(named_derivatives(e), place, 20) for e in (one, other)]
        if not abs(values[0] - values[1]) < mpmath.mpf(10) ** -15 * (1 + abs(values[0])):
            return False
    return True


def test_a_covariate_may_be_called_x() -> None:
    found = loss(catalog.Normal, "mu", {"mu": "a*x + b"})
    slope = next(g for s, g in zip(found.learned, found.gradient, strict=True) if s.name == "b")
    assert sp.simplify(slope - named(slope, "(a*x + b - y)/sigma**2")) == 0


@pytest.mark.parametrize(
    ("family", "learn", "link", "slopes"),
    [
        ("Normal", None, {"mu": "sigma"}, ["1/sigma + (sigma - y)/sigma**2 - (sigma - y)**2/sigma**3"]),
        ("Normal", "sigma", {"mu": "sigma*z"}, ["1/sigma + z*(sigma*z - y)/sigma**2 - (sigma*z - y)**2/sigma**3"]),
        ("Laplace", None, {"mu": "b"}, ["1/b + sign(b - y)/b - abs(b - y)/b**2"]),
        ("Gumbel", "z", {"mu": "z - EulerGamma*beta"}, ["exp(z/beta - y/beta - EulerGamma)/beta - 1/beta"]),
        ("Gamma", "z", {"theta": "exp(z)/k"}, ["k - k*y*exp(-z)"]),
        ("NegativeBinomial", "z", {"p": "r/(r + exp(z))"}, ["r - r*(r + y)/(r + exp(z))"]),
    ],
)
def test_a_link_may_name_another_parameter(
    family: str, learn: str | None, link: dict[str, str], slopes: list[str]
) -> None:
    found = loss(catalog[family], learn, link)
    for slope, text in zip(found.gradient, slopes, strict=True):
        assert sp.simplify(slope - named(slope, text)) == 0


def test_one_name_is_one_symbol() -> None:
    p, q = catalog.Exponential("t"), catalog.Normal("t", 1)
    assert {str(k): str(v) for k, v in equivalence(p, q, "t").gap.items()} == {"t": "-1/t"}


# ---- PyTorch ----------------------------------------------------------------------------------------------

TORCH = (
    ("MSELoss", "Normal", "mu", {}, {"sigma": "1/sqrt(2)"}),
    ("L1Loss", "Laplace", "mu", {}, {"b": "1"}),
    ("BCELoss", "Bernoulli", "p", {}, {}),
    ("BCEWithLogitsLoss", "Bernoulli", "z", {"p": "sigmoid(z)"}, {}),
    ("GaussianNLLLoss", "Normal", "mu", {}, {"sigma": "3/2"}),
    ("PoissonNLLLoss", "Poisson", "z", {"lambda": "exp(z)"}, {}),
)
"""Class in torch.nn, family, input, link, what else is fixed."""


@pytest.mark.parametrize(
    ("name", "family", "learned", "link", "fixed"), TORCH, ids=lambda x: x if isinstance(x, str) else ""
)
def test_torch_computes_this_loss(
    name: str, family: str, learned: str, link: dict[str, str], fixed: dict[str, str]
) -> None:
    """Values and gradients, at inputs and targets that suit the family."""
    torch = pytest.importorskip("torch")
    found = loss(catalog[family], learned, link)
    symbols = {s.name: s for s in found.expr.free_symbols}
    for value, target in ((0.3, 1.0), (0.8, 0.0), (0.55, 2.0 if family in ("Normal", "Laplace", "Poisson") else 1.0)):
        x = torch.tensor(value, dtype=torch.float64, requires_grad=True)
        t = torch.tensor(target, dtype=torch.float64)
        extra = (torch.tensor(2.25, dtype=torch.float64),) if name == "GaussianNLLLoss" else ()
        result = getattr(torch.nn, name)()(x, t, *extra)
        result.backward()
        place = {symbols[learned]: sp.Rational(str(value)), found.y: sp.Rational(str(target))}
        place |= {symbols[k]: read(v) for k, v in fixed.items() if k in symbols}
        exact = found.expr if name != "GaussianNLLLoss" else found.nll - sp.log(2 * sp.pi) / 2
        assert float(sp.N(exact.subs(place))) == pytest.approx(result.item(), rel=1e-12)
        assert float(sp.N(found.gradient[0].subs(place))) == pytest.approx(x.grad.item(), rel=1e-12)


@pytest.mark.parametrize("name", ["CrossEntropyLoss", "NLLLoss", "KLDivLoss"])
def test_torch_computes_the_loss_of_a_softmax(name: str) -> None:
    """The gradient in the logits is softmax(z) − t for all three, as KL and CE differ by the entropy of the target."""
    torch = pytest.importorskip("torch")
    z = torch.tensor([[0.3, -1.2, 2.0]], dtype=torch.float64, requires_grad=True)
    logs = torch.log_softmax(z, 1)
    soft = torch.tensor([[0.2, 0.5, 0.3]], dtype=torch.float64)
    if name == "CrossEntropyLoss":
        result, target = torch.nn.CrossEntropyLoss()(z, soft), soft
    elif name == "NLLLoss":
        result = torch.nn.NLLLoss()(logs, torch.tensor([1]))
        target = torch.tensor([[0.0, 1.0, 0.0]], dtype=torch.float64)
    else:
        result, target = torch.nn.KLDivLoss(reduction="batchmean")(logs, soft), soft
    result.backward()
    assert torch.allclose(z.grad, torch.softmax(z.detach(), 1) - target, atol=1e-14)


# ---- wrong input ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: loss(catalog.Normal, "nu"), "no parameter 'nu' to learn; it has mu, sigma"),
        (lambda: loss(catalog.Normal, None, {"sigma": "tanh(z)"}), "sigma must be positive, but tanh"),
        (lambda: loss(catalog.Bernoulli, None, {"p": "exp(z)"}), "p must be strictly between 0 and 1"),
        (lambda: loss(catalog.Categorical, None, {"p": "exp(z)"}), "its link is softmax"),
        (lambda: loss(catalog.Binomial, "n"), "n is an integer"),
        (lambda: likelihood(catalog.Exponential).at([1, -1]), "the observation -1 is outside the support"),
        (lambda: likelihood(catalog.Poisson).at(["1/2"]), "the observation 1/2 is outside the support"),
        (lambda: projection(catalog.Cauchy("a", "b"), catalog.Normal), "no projection onto Normal"),
        (lambda: projection(catalog.Normal("a", "b"), catalog.Gamma), "CE is infinite for every member"),
        (lambda: equivalence(catalog.Normal, catalog.Normal, "tau"), "contains tau"),
        (lambda: equivalence(catalog.Cauchy("a", "b"), catalog.Normal("m", "s"), "m"), "is not finite"),
        (lambda: likelihood(catalog.Normal("m", "m")), "must be a symbol of its own"),
        (lambda: likelihood(catalog.Bernoulli).at([0, 0]), "no maximum inside the domain"),
        (lambda: likelihood(catalog.Pareto).at([2, 2]), "no maximum inside the domain"),
        (lambda: likelihood(catalog.LogLaplace).at([0, 1, 2]), "no maximum inside the domain"),
        (lambda: likelihood(catalog.VonMises("m", 1)).at(["-pi/2", "pi/2"]), "the same for every m"),
        (lambda: loss(catalog.Normal, None, {"mu": "w*y"}), "y is the observation"),
        (lambda: loss(catalog.Normal, None, {"mu": "sigma", "sigma": "exp(z)"}), "sigma has a link itself"),
        (
            lambda: projection(catalog.Exponential("a"), catalog.Uniform, reverse=True),
            "support moves with its parameters",
        ),
    ],
)
def test_wrong_input_is_one_line(call: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_the_logarithm_of_an_observation_may_be_infinite() -> None:
    """Of the density 1/(2 x²) beyond e^m and e^(−2m)/2 below it, which is finite at 0."""
    assert likelihood(catalog.LogLaplace("m", 1)).at([0, 1, 2]) == {"m": 0}


def test_a_reverse_projection_for_all_parameters_of_p() -> None:
    """KL(Exp(λ)‖Laplace(μ, b)) for μ < 0 is log λ + log 2b − 1 + (1/λ − μ)/b."""
    p = catalog.Laplace("m", "b")
    one, *others = (found := projection(p, catalog.Exponential, reverse=True), *found.elsewhere)
    m, b = p.values
    (lamda,) = catalog.Exponential.suffixed("").values
    assert one.condition == (m >= 0) and not one.closed
    assert [(f.condition, f.solution, f.verdict.kind) for f in others] == [(m < 0, {lamda: 1 / b}, "agrees")]


@pytest.mark.parametrize(("p", "onto"), [("uniform", "generalizednormal"), ("laplace", "gumbel")])
def test_a_projection_has_no_condition_on_what_is_looked_for(derive: Any, p: str, onto: str) -> None:
    told = derive("projection", p, onto).out
    assert not [line for line in told.splitlines() if line.startswith("if ")]


def test_a_projection_by_ends_alone_is_closed() -> None:
    assert projection(catalog.Uniform("a", "b"), catalog.Pareto).closed


SYMMETRIC = Family("Symmetric", (Param("s", "positive", ""),), ("-s", "s"), "-log(2*s)")
AROUND_ONE = Family("AroundOne", (Param("s", "real", ""),), ("s", "2 - s"), "-log(2 - 2*s)", constraints=("s < 1",))
PEAKED = Family(
    "Peaked",
    (Param("s", "positive", ""), Param("k", "positive", "")),
    ("-s", "s"),
    "log((k + 1)/(2*s)) + k*log(abs(x)/s)",
)


@pytest.mark.parametrize(
    ("family", "data", "s"),
    [
        (SYMMETRIC, [-3, 1, 2], 3),
        (SYMMETRIC, [-1, 1, 2], 2),
        (AROUND_ONE, ["1/2", "7/4"], "0.25"),
        (PEAKED, [-3, 1, 2], 3),
    ],
)
def test_a_parameter_that_moves_both_ends_keeps_all_data_inside(family: Family, data: list[Any], s: Any) -> None:
    fit = likelihood(family)
    found = fit.at(data)
    assert fit.verdict.kind == "agrees"
    assert found["s"] == mpmath.mpf(s)
    member = family(*(sp.Rational(str(v)) for v in found.values()))
    assert member.support[0] <= min(map(sp.Rational, data)) and max(map(sp.Rational, data)) <= member.support[1]


@pytest.mark.parametrize(
    ("domain", "constraints", "condition"),
    [
        ("nonnegative", (), "a >= 0"),
        ("real", ("m < 5",), "a < 5"),
        ("probability", (), "(a > 0) & (a < 1)"),
        ("real", (), "True"),
    ],
)
def test_a_projection_is_in_its_domain_under_a_condition(
    domain: str, constraints: tuple[str, ...], condition: str
) -> None:
    family = Family(
        "Shifted", (Param("m", domain, ""),), ("-oo", "oo"), "-log(2*pi)/2 - (x - m)**2/2", constraints=constraints
    )
    a = sp.Symbol("a", real=True)
    outside = catalog.Normal(-2 if domain != "real" else 7, 1)
    for reverse, kind, message in ((False, "proved", "outside of its domain"), (True, "agrees", "no minimum")):
        found = projection(catalog.Normal(a, 1), family, reverse=reverse)
        assert found.solution == {family.suffixed("").values[0]: a}
        assert str(found.condition) == condition and found.verdict.kind == kind
        if condition != "True":
            with pytest.raises(ParameterError, match=message):
                projection(outside, family, reverse=reverse)


def test_a_projection_onto_what_moves_both_ends() -> None:
    assert list(projection(catalog.Uniform(-3, 1), SYMMETRIC).solution.values()) == [3]


@pytest.mark.parametrize(
    ("p", "onto"),
    [
        (catalog.Hypergeometric(3, 3, 1), "BernoulliLogit"),  # all of it at 1
        (catalog.DiscreteUniform(0, 0), "BernoulliLogit"),
        (catalog.AxialVonMises(0, 2), "VonMises"),  # no mean direction
        (catalog.CircularUniform(), "VonMises"),
    ],
    ids=str,
)
def test_a_projection_that_is_approached_only_is_none(p: Any, onto: str) -> None:
    with pytest.raises(ParameterError, match="no projection inside"):
        projection(p, catalog[onto])


def test_the_logit_of_a_mean_needs_one_between_the_ends() -> None:
    """Which the domain of a says it is: no condition is told that cannot fail."""
    found = projection(catalog.Bernoulli("a"), catalog.BernoulliLogit)
    a = found.p.values[0]
    assert found.condition == sp.true and facts_of([found.p]).decide(a * (1 - a) > 0)
    with pytest.raises(ParameterError, match="p must be strictly between 0 and 1"):
        projection(catalog.Bernoulli(1), catalog.BernoulliLogit)


def test_a_mean_above_one_needs_no_condition() -> None:
    """ζ(s) < ζ(s − 1): the mean of what is 1 and more is above 1, wherever there is one."""
    found = projection(catalog.Zeta("s"), catalog.Geometric)
    assert found.condition == (found.p.values[0] > 2)


@pytest.mark.parametrize(
    ("p", "onto", "solution"),
    [
        (catalog.Uniform("a", "b"), catalog.Laplace, "{mu_q: (a + b)/2, b_q: -a/4 + b/4}"),
        (catalog.Uniform("a", "b"), catalog.Normal, "{mu: (a + b)/2, sigma: sqrt(3)*(-a + b)/6}"),
    ],
)
def test_no_condition_or_modulus_that_the_constraints_settle(p: Any, onto: Any, solution: str) -> None:
    found = projection(p, onto)
    assert [found.condition, str(found.solution)] == [sp.true, solution]


def test_a_projection_of_a_family_with_few_members_that_are_drawn() -> None:
    found = projection(catalog.NegativeHypergeometric, catalog.Poisson)
    assert found.verdict.kind == "proved"


# ---- data at the ends --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "data", "told"),
    [
        (catalog.LogitNormal, ["3/10", "3/10"], "sigma must be positive, got 0"),
        (catalog.Normal, ["sqrt(3 + 2*sqrt(2))", "1 + sqrt(2)"], "sigma must be positive, got 0"),
        (catalog.Maxwell, [0, 1, 2], "the density at 0, an end of the support, is 0"),
        (catalog.InverseGaussian("m", 1), [0, 1, 2], "is 0, and so is"),
        (catalog.Gamma(3, "t"), [0, 1, 2], "is 0, and so is"),
        (catalog.Gamma("1/2", "t"), [0, 1, 2], "is infinite"),
        (catalog.UnitGamma("1/2", "b"), [1, "1/2"], "the density at 1, an end of the support, is infinite"),
        (catalog.Kumaraswamy("1/2", "b"), [0, "1/2"], "is infinite"),
        (catalog.DoubleGamma(2, 0, "t"), [0, 1], "the density at 0 is 0, and so is"),
        (catalog.DoubleGamma("1/2", 0, "t"), [0, 1], "the density at 0 is infinite"),
        (catalog.DoubleWeibull(2, 0, "t"), [0, 1], "the density at 0 is 0, and so is"),
        (catalog.DoublesidedMaxwell(0, "t"), [0, 1], "the density at 0 is 0, and so is"),
    ],
    ids=str,
)
def test_data_without_a_maximum_of_the_likelihood(model: Any, data: list[Any], told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        likelihood(model).at(data)


@pytest.mark.parametrize(
    ("model", "data", "estimate"),
    [(catalog.Exponential, [0, 1, 2], 1), (catalog.Gamma(1, "t"), [0, 1, 2], 1), (catalog.Uniform(0, "b"), [0, 2], 2)],
    ids=str,
)
def test_data_at_an_end_where_the_density_is_finite(model: Any, data: list[Any], estimate: int) -> None:
    assert list(likelihood(model).at(data).values()) == [estimate]


CLOSE = [  # estimates by their formulas, from the differences of the data
    (catalog.Normal("m", "s"), [1.00000001, 1.00000003, 1.0000001], {"m": 1.0000000466666667, "s": math.sqrt(134) / 3 * 1e-8}),
    (catalog.Normal("m", "s"), [1e16, 1e16 + 2, 1e16 + 8], {"m": 1e16 + 10 / 3, "s": math.sqrt(104) / 3}),
    (catalog.Beta("a", 1), [0.99999999, 0.9999999], {"a": -2 / (math.log1p(-1e-8) + math.log1p(-1e-7))}),
    (catalog.Pareto("x_m", "alpha"), [1.0000000001, 1.0000000003, 1.000000002],
     {"x_m": 1.0000000001, "alpha": 3 / (math.log1p(2e-10 / 1.0000000001) + math.log1p(1.9e-9 / 1.0000000001))}),
    (catalog.Exponential("l"), [1e300, 3e300], {"l": 5e-301}),
    (catalog.Exponential("l"), [1e-300], {"l": 1e300}),
    (catalog.Lomax("a", 1), ["1e-20", "1e-19"], {"a": 2 / 1.1e-19}),
    (catalog.GeneralizedLogistic("a", 0, 1), [40, 50], {"a": 2 / (math.exp(-40) + math.exp(-50))}),
    (catalog.ExponentiatedExponential("a", 1), [28, 32], {"a": 2 / (math.exp(-28) + math.exp(-32))}),
    (catalog.ExponentiatedExponential("a", 1), [30], {"a": math.exp(30)}),
    (catalog.ExponentiatedWeibull("a", 3, 1), [4, 5], {"a": 2 / (math.exp(-64) + math.exp(-125))}),
    (catalog.Uniform("a", "b"), [1, "sqrt(2)"], {"a": 1, "b": math.sqrt(2)}),
    (catalog.Uniform("a", "b"), [0.5, "log(2)"], {"a": 0.5, "b": math.log(2)}),
    (catalog.Normal("m", "s"), ["log(4)", "2*log(2)", 3], {"m": (4 * math.log(2) + 3) / 3, "s": math.sqrt(2) / 3 * (3 - 2 * math.log(2))}),
    (catalog.Normal("m", "s"), [mpmath.mpf(1e16), sp.Float(1e16 + 2), 1e16 + 8], {"m": 1e16 + 10 / 3, "s": math.sqrt(104) / 3}),
    (catalog.Normal("m", "s"), [numpy.float32(1.5), Decimal("2.5"), Fraction(7, 2)], {"m": 2.5, "s": math.sqrt(2 / 3)}),
]  # fmt: skip


@pytest.mark.parametrize(("model", "data", "estimates"), CLOSE, ids=str)
def test_data_are_taken_as_they_are_and_estimates_lose_no_digits(
    model: Any, data: list[Any], estimates: dict[str, float]
) -> None:
    found = likelihood(model).at(data)
    assert found.keys() == estimates.keys()
    assert all(abs(found[name] / value - 1) < 1e-12 for name, value in estimates.items())


# ---- likelihood -------------------------------------------------------------------------------------------

ESTIMATES = (
    ("Normal", {"mu": "M(x)", "sigma": "sqrt(M(x**2) - M(x)**2)"}),
    ("LogNormal", {"mu": "M(log(x))"}),
    ("Exponential", {"lamda": "1/M(x)"}),
    ("Bernoulli", {"p": "M(x)"}),
    ("Poisson", {"lamda": "M(x)"}),
    ("Geometric", {"p": "1/M(x)"}),
    ("Rayleigh", {"sigma": "sqrt(M(x**2)/2)"}),
    ("InverseGaussian", {"mu": "M(x)", "lamda": "1/(M(1/x) - 1/M(x))"}),
)
CLOSED = (
    "Normal", "LogNormal", "Laplace", "LogLaplace", "Exponential", "Pareto", "Uniform", "Bernoulli", "Poisson", "Geometric",
    "PowerFunction", "Rayleigh", "Maxwell", "HalfNormal", "InverseGaussian", "ToppLeone",
)  # fmt: skip


@pytest.mark.parametrize(("name", "estimates"), ESTIMATES)
def test_estimates_are_those_of_the_textbook(name: str, estimates: dict[str, str]) -> None:
    found = {str(k): v for k, v in likelihood(catalog[name]).solution.items()}
    x = next(iter(next(iter(found.values())).atoms(Mean))).args[0].free_symbols.pop()
    for parameter, text in estimates.items():
        assert sp.simplify(found[parameter] - meant(text, x)) == 0


def meant(text: str, x: sp.Symbol) -> Any:
    """Text in which M(t) is the mean of t."""
    inner: dict[str, Any] = {}
    while "M(" in text:
        i = text.index("M(")
        j = next(
            k
            for k in range(i, len(text))
            if text[k] == ")" and text[i : k + 1].count("(") == text[i : k + 1].count(")")
        )
        name = f"mean{len(inner)}"
        inner[name] = Mean(read(text[i + 2 : j], {"x": x}))
        text = text[:i] + name + text[j + 1 :]
    return read(text, inner)


@pytest.mark.parametrize("name", CLOSED)
def test_a_closed_estimate_is_a_minimum(name: str) -> None:
    fit = likelihood(catalog[name])
    assert fit.closed
    assert is_minimum(fit).kind == "agrees"


def test_an_estimate_that_is_none_is_refuted() -> None:
    fit = likelihood(catalog.Exponential)
    fit.minimum.solution.update({s: 2 * v for s, v in fit.solution.items()})
    assert is_minimum(fit).kind == "refuted"


def test_the_gamma_likelihood_leaves_one_equation() -> None:
    fit = likelihood(catalog.Gamma)
    (k,) = set(fit.learned) - set(fit.solution)
    mean, logs = (
        next(m for m in fit.reduced[0].atoms(Mean) if m.args[0].has(sp.log) is wanted) for wanted in (False, True)
    )
    assert sp.simplify(fit.reduced[0] - (sp.log(mean / k) - logs + sp.digamma(k))) == 0


def test_the_median_and_the_range_are_estimates() -> None:
    assert {str(k): float(v) for k, v in likelihood(catalog.Uniform).at([3, 1, 2]).items()} == {"a": 1.0, "b": 3.0}
    assert float(likelihood(catalog.Laplace).at([3, 1, 10])["mu"]) == 3.0


@pytest.mark.parametrize(
    ("p", "onto"), [("Laplace", "LogNormal"), ("Gumbel", "BetaPrime"), ("Cauchy", "HalfCauchy")], ids=str
)
def test_equations_that_no_rule_solves_are_left(p: str, onto: str) -> None:
    found = projection(catalog[p].suffixed("_1"), catalog[onto], reverse=True)
    assert found.reduced and not found.closed


def test_the_ends_of_a_log_uniform_law_are_extremes() -> None:
    fit = likelihood(catalog.LogUniform)
    assert {k: float(v) for k, v in fit.at([1, 2, "7/2", "7/10"]).items()} == {"a": 0.7, "b": 3.5}


# ---- projection and equivalence ---------------------------------------------------------------------------

PROJECTED = (
    ("Gamma", "Normal", {"mu": "k_1*theta_1", "sigma": "sqrt(k_1)*theta_1"}),
    ("Laplace", "Normal", {"mu": "mu_1", "sigma": "sqrt(2)*b_1"}),
    ("Gamma", "LogNormal", {"mu": "digamma(k_1) + log(theta_1)", "sigma": "sqrt(trigamma(k_1))"}),
    ("Weibull", "Exponential", {"lamda": "k_1/(lamda_1*gamma(1/k_1))"}),
    ("Normal", "Laplace", {"mu": "mu_1", "b": "sigma_1*sqrt(2)/sqrt(pi)"}),
    ("Normal", "Gumbel", {"mu": "mu_1 - sigma_1/2", "beta": "sigma_1"}),
)


@pytest.mark.parametrize(("p", "onto", "solution"), PROJECTED)
def test_projections_match_moments(p: str, onto: str, solution: dict[str, str]) -> None:
    found = projection(catalog[p].suffixed("_1"), catalog[onto])
    assert not found.reduced
    for s, value in found.solution.items():
        assert sp.simplify(value - named(value, solution[str(s)])) == 0


@pytest.mark.parametrize(("p", "onto", "solution"), PROJECTED)
def test_no_step_away_from_a_projection_lowers_the_cross_entropy(p: str, onto: str, solution: dict[str, str]) -> None:
    from derive.derivation.quantities import cross_entropy

    found = projection(catalog[p].suffixed("_1"), catalog[onto])
    member = next(islice(points.pairs(catalog[p], None), 1))[0]
    place = dict(zip(found.p.values, member.values, strict=True))
    best = {str(s): sp.N(v.subs(place), 30) for s, v in found.solution.items()}
    ce = cross_entropy(member, catalog[onto].suffixed("_q"))
    values = [
        ce.evaluate(
            {f"{k}_q": sp.Rational(str(v * (1 + (step if k == moved else 0)))) for k, v in best.items()}, digits=20
        )
        for moved in best
        for step in (0, sp.Rational(1, 50), -sp.Rational(1, 50))
    ]
    assert min(values) == pytest.approx(float(values[0]), abs=1e-15)


def test_the_other_direction_is_another_answer() -> None:
    p = catalog.Laplace("m", "b")
    forward, reverse = (projection(p, catalog.Normal, reverse=r) for r in (False, True))
    assert forward.solution != reverse.solution
    assert str(next(v for s, v in reverse.solution.items() if s.name == "sigma")) == "sqrt(2)*sqrt(pi)*b/2"
    assert (forward.verdict.kind, reverse.verdict.kind) == ("proved", "agrees")


@pytest.mark.parametrize("reverse", [False, True])
def test_what_is_no_minimum_is_refuted(reverse: bool) -> None:
    found = projection(catalog.Laplace("m", "b"), catalog.Normal, reverse=reverse)
    mu, sigma = found.solution
    wrong = dataclasses.replace(found, solution={mu: found.solution[mu], sigma: 2 * found.solution[sigma]})
    assert wrong.verdict.kind == "refuted"


def test_the_entropy_of_a_categorical_law_changes_with_its_probabilities() -> None:
    p, q = catalog.Categorical("p"), catalog.Categorical("q")
    found = equivalence(p, q, "p")
    (slope,) = found.gap.values()
    assert (found.holds, found.verdict.kind, str(slope)) == (False, "proved", "-log(p[k]) - 1")
    assert equivalence(p, q, "q").holds


def test_equivalence_ends_where_the_entropy_changes() -> None:
    p, q = catalog.Normal("m", "s"), catalog.Normal("mu", "sigma")
    assert equivalence(p, q, ["mu", "sigma"]).holds
    assert equivalence(p, q, "m").holds
    found = equivalence(p, q, "s")
    assert (found.holds, {str(k): str(v) for k, v in found.gap.items()}) == (False, {"s": "1/s"})
    assert mpmath.isfinite(found.ce.evaluate(m=0, s=1, mu=0, sigma=1))


@pytest.mark.parametrize(
    ("model", "learn", "data", "found"),
    [
        (catalog.Normal, "mu", [1, 2], {"mu": 1.5}),
        (catalog.Gamma, "theta", [1, 2, 3], "the estimates need a value for k"),
        (catalog.Gamma, "k", [1, 2, 3], "no closed form for k"),
        (catalog.Gamma, None, [1, 2, 3], "no closed form without a value for k"),
        (catalog.Uniform, "a", [1, 2], "the estimates need a value for b"),
    ],
)
def test_what_an_estimate_needs_is_told(model: Any, learn: str | None, data: list[int], found: Any) -> None:
    """The mean is the estimate of μ whatever σ is."""
    fit = likelihood(model, learn)
    if isinstance(found, str):
        with pytest.raises(ParameterError, match=found):
            fit.at(data)
    else:
        assert {k: float(v) for k, v in fit.at(data).items()} == found


def test_a_letter_that_nothing_contains_is_said_so() -> None:
    with pytest.raises(ParameterError, match="all their parameters have values"):
        equivalence(catalog.Normal(0, 1), catalog.Normal(1, 2), learn="mu_2")


def _huber(x, mu, sigma, c):
    """−log q, written by hand."""
    z = abs(x - mu) / sigma
    total = sigma * (mpmath.sqrt(2 * mpmath.pi) * mpmath.erf(c / mpmath.sqrt(2)) + 2 / c * mpmath.exp(-c * c / 2))
    return (z * z / 2 if z < c else c * z - c * c / 2) + mpmath.log(total)


def test_a_break_that_is_smooth_has_an_equation():
    """The equations of a projection onto Huber's law are the slopes of CE, by quadrature, up to positive factors."""
    found = projection(catalog.Normal("m", "s"), catalog.Huber)
    place = {"mu": 0.7, "sigma": 0.9, "c": 1.3}

    def entropy(mu, sigma, c):
        def mean(x):
            return mpmath.npdf(x, 0.3, 1.2) * _huber(x, mu, sigma, c)

        return mpmath.quad(mean, [-mpmath.inf, mu - c * sigma, mu + c * sigma, mpmath.inf])

    assert len(found.reduced) == 3
    for (name, value), equation, factor in zip(place.items(), found.reduced, (2 * 0.9**2, 0.9, 1), strict=True):
        slope = mpmath.diff(lambda t, name=name: entropy(**{**place, name: t}), value)
        own = {s: {**place, "m": 0.3, "s": 1.2}[s.name] for s in equation.free_symbols}
        assert abs(factor * slope - sp.N(equation.subs(own))) < 1e-9


def test_what_moves_a_break_is_not_said_to_move_an_end():
    q = catalog.Triangular.suffixed("")
    assert [moved(q, s) for s in likelihood(q).minimum.unsettled] == 2 * ["an end of the support"] + [
        "a break of the density"
    ]
    assert likelihood(catalog.TwoPieceNormal).minimum.unsettled == ()
