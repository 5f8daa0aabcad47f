"""Rényi, Tsallis, Hellinger, Bhattacharyya, χ², Jeffreys and Fisher: against quadrature, textbooks and each other."""

from dataclasses import replace

import mpmath
import pytest
import sympy as sp

from derive import (
    Family,
    Param,
    bhattacharyya_distance,
    catalog,
    chi_squared_divergence,
    fisher_information,
    hellinger_distance,
    jeffreys_divergence,
    kl_divergence,
    renyi_divergence,
    renyi_entropy,
    tsallis_entropy,
)
from derive.checks.subject import Subject
from derive.derivation.affinity import affinity
from derive.families import points
from derive.families.parameter import ParameterError
from derive.numerics import quadrature
from derive.verification.orders import ALPHA, against_quadrature, orders

FAMILIES = ("Normal", "Gamma", "Uniform", "Poisson", "Pareto", "Geometric", "Laplace", "Cauchy", "Beta", "VonMises",
            "Bernoulli", "InverseGaussian", "DiscreteUniform", "Levy", "Gumbel")  # fmt: skip


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", FAMILIES)
def test_the_laws_hold(name):
    checks = list(orders(Subject(catalog[name], None, 20)))
    assert len(checks) >= 8
    assert [str(c.verdict) for c in checks if c.verdict.kind not in ("agrees", "proved")] == []


MUTANTS = {
    "a factor": lambda e: 2 * e,
    "another order": lambda e: e.subs(ALPHA, ALPHA + 1),
    "a sign": lambda e: -e,
    "a parameter": lambda e: e.subs(sp.Symbol("theta_1", positive=True), 2 * sp.Symbol("theta_1", positive=True)),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_wrong_mass_is_refuted(mutant):
    right = affinity(catalog.Gamma.suffixed("_1"), catalog.Gamma.suffixed("_2"), ALPHA)
    members = (catalog.Gamma(2, 3), catalog.Gamma("5/2", 4))  # where the wrong order has a value too
    wrong = replace(right, cases=tuple(c._replace(expr=MUTANTS[mutant](c.expr)) for c in right.cases))
    assert against_quadrature(right, members, sp.S.Half).kind == "agrees"
    assert against_quadrature(wrong, members, sp.S.Half).kind == "refuted"


def test_a_wrong_condition_is_refuted():
    right = affinity(catalog.Exponential.suffixed("_1"), catalog.Exponential.suffixed("_2"), ALPHA)
    always = replace(right, cases=(right.cases[0]._replace(condition=sp.true),))
    members = (catalog.Exponential(1), catalog.Exponential(3))
    assert against_quadrature(right, members, sp.Integer(2)).kind == "agrees"
    assert against_quadrature(always, members, sp.Integer(2)).kind == "refuted"


BOOK = {
    "Normal, order α": (lambda: renyi_divergence(catalog.Normal("m", "s"), catalog.Normal("n", "s"), "a"), "a*(m - n)**2/(2*s**2)"),
    "Poisson, χ²": (lambda: chi_squared_divergence(catalog.Poisson("a"), catalog.Poisson("b")), "exp((a - b)**2/b) - 1"),
    "Exponential, entropy": (lambda: renyi_entropy(catalog.Exponential("l"), "a"), "log(a)/(a - 1) - log(l)"),
    "Uniform, entropy": (lambda: renyi_entropy(catalog.Uniform("c", "d"), "a"), "log(d - c)"),
    "Cauchy, χ²": (lambda: chi_squared_divergence(catalog.Cauchy("m", "g"), catalog.Cauchy("n", "h")), "((g - h)**2 + (m - n)**2)/(2*g*h)"),
    "Bernoulli, Hellinger": (lambda: hellinger_distance(catalog.Bernoulli("p"), catalog.Bernoulli("q")), "sqrt(1 - sqrt(p*q) - sqrt((1 - p)*(1 - q)))"),
    "Laplace, Tsallis": (lambda: tsallis_entropy(catalog.Laplace("m", "b"), 2), "1 - 1/(4*b)"),
    "Triangular and Beta, order 2": (lambda: renyi_divergence(catalog.Triangular(0, 1, "1/3"), catalog.Beta(2, 3), 2), "log(3/2 + 3*log(16/27)/4)"),
    "Triangular and Beta, χ²": (lambda: chi_squared_divergence(catalog.Triangular(0, 1, "1/3"), catalog.Beta(2, 3)), "1/2 + 3*log(16/27)/4"),
    "Exponential, Jeffreys": (lambda: jeffreys_divergence(catalog.Exponential("a"), catalog.Exponential("b")), "(a - b)**2/(a*b)"),
}  # fmt: skip
"""Formulas of books: van Erven and Harremoës (2014), Gil, Alajaji and Linder (2013), Nielsen and Okamura (2023)."""


@pytest.mark.parametrize("name", BOOK)
def test_textbook(name):
    formula, book = BOOK[name]
    found = formula()
    names = found.symbols
    values = {n: sp.Rational(k + 2, 7 + k) for k, n in enumerate(sorted(names))}
    expected = sp.sympify(book, locals={n: sp.Symbol(n) for n in names}).subs(
        {sp.Symbol(n): v for n, v in values.items()}
    )
    assert mpmath.almosteq(found.evaluate(values, digits=25), mpmath.mpf(str(expected.evalf(30))), 1e-14)


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (lambda: hellinger_distance(catalog.Exponential("a"), catalog.Exponential("b")), "Abs(sqrt(a) - sqrt(b))/sqrt(a + b)"),
        (lambda: hellinger_distance(catalog.Poisson("a"), catalog.Poisson("b")), "sqrt(1 - exp(-(sqrt(a) - sqrt(b))**2/2))"),
        (lambda: bhattacharyya_distance(catalog.Poisson("a"), catalog.Poisson("b")), "(sqrt(a) - sqrt(b))**2/2"),
        (lambda: hellinger_distance(catalog.Normal(0, "s"), catalog.Normal(0, "t")), "sqrt(1 - sqrt(s)*sqrt(t)/sqrt(s**2/2 + t**2/2))"),
    ],
)  # fmt: skip
def test_it_is_as_short_as_a_textbook(formula, text):
    found = formula()
    assert found.expr == sp.sympify(text, locals=found.symbols)


def test_supports_decide():
    inner, outer = catalog.Uniform(0, 1), catalog.Uniform(0, 2)
    apart = catalog.Uniform(3, 4)
    assert renyi_divergence(outer, inner, 2).evaluate() == mpmath.inf
    assert mpmath.almosteq(renyi_divergence(outer, inner, "1/2").evaluate(), mpmath.log(2))
    assert hellinger_distance(inner, apart).evaluate() == 1
    assert bhattacharyya_distance(inner, apart).evaluate() == mpmath.inf
    assert renyi_divergence(catalog.Normal, catalog.Poisson, 2).evaluate(mu=0, sigma=1, lamda=1) == mpmath.inf
    assert hellinger_distance(catalog.Normal(0, 1), catalog.Poisson(1)).evaluate() == 1


def test_a_case_has_no_minimum_of_what_it_says_the_order_of():
    """∫ √(pq) of U(0, a) and U(0, b) is min(a, b)/√(ab)."""
    cases = renyi_divergence(catalog.Uniform(0, "a"), catalog.Uniform(0, "b"), sp.Rational(1, 2)).cases
    assert [(str(c.condition), str(c.expr)) for c in cases] == [("a <= b", "log(b/a)"), ("a > b", "log(a/b)")]


def test_a_zero_of_q_inside_decides():
    uniform, quadratic = catalog.Uniform(0, 1), catalog.UQuadratic(-1, 2)
    assert chi_squared_divergence(uniform, quadratic).form == "infinite"
    finite = renyi_divergence(uniform, quadratic, order="4/3")  # 3 log ∫ (4/9 · (x − ½)²)^(−1/3) over (0, 1)
    assert abs(finite.evaluate(digits=20) - mpmath.log(243)) < 1e-14
    pair = renyi_divergence(catalog.DoubleGamma("k_1", "m", "t_1"), catalog.DoubleGamma("k_2", "m", "t_2"), order=2)
    assert pair.evaluate(k_1=1, k_2=2, m=0, t_1=1, t_2=1) == mpmath.inf
    assert mpmath.isfinite(pair.evaluate(k_1=2, k_2=3, m=0, t_1=1, t_2=1))


def test_an_entropy_is_infinite_on_either_side_of_one():
    assert renyi_entropy(catalog.Cauchy(0, 1), "2/5").evaluate() == mpmath.inf
    assert renyi_entropy(catalog.Beta("1/2", 1), 3).evaluate() == -mpmath.inf


def test_at_one_they_are_shannon_s():
    p, q = catalog.Gamma("k", "t"), catalog.Gamma("j", "s")
    assert renyi_divergence(p, q, 1).expr == kl_divergence(p, q).expr


def _log_normal_ratio(x):  # log p − log q of a Laplace and a normal law, written by hand
    return -mpmath.log(4) - abs(x - 1) / 2 + mpmath.log(3 * mpmath.sqrt(2 * mpmath.pi)) + (x + 1) ** 2 / 18


@pytest.mark.parametrize("order, value", [("a", 1), ("2*a", "1/2")])
def test_where_only_order_one_is_finite_it_is_shannon_s(order, value):
    """Below 1 the mass is another function, and beyond it there is none: no limit has a value at 1."""
    formula = renyi_divergence(catalog.Laplace("m", "b"), catalog.Normal("n", "s"), order)
    (case,) = (c for c in formula.cases if c.condition.has(sp.Eq))
    assert (case.form, case.expr.has(sp.Integral)) == ("closed", False)
    truth = mpmath.quad(lambda x: mpmath.exp(-abs(x - 1) / 2) / 4 * _log_normal_ratio(x), [-mpmath.inf, 1, mpmath.inf])
    assert abs(formula.evaluate(a=value, m=1, b=2, n=-1, s=3) - truth) < 1e-12
    no_moments = catalog.LogCauchy("m", "s")
    assert [c.form for c in renyi_entropy(no_moments, order).cases if c.condition.has(sp.Eq)] == ["undefined"]


def test_at_order_one_a_letter_for_the_order_is_no_limit():
    """Where D is infinite at 1 only, and where a limit of integrals would take minutes."""
    formula = renyi_divergence(catalog.Pareto("x", "b"), catalog.Exponential("c"), "a")
    assert formula.evaluate(a=1, x=1, b="1/2", c=1) == mpmath.inf
    assert mpmath.isfinite(formula.evaluate(a="1/2", x=1, b="1/2", c=1))
    formula = renyi_divergence(catalog.Gumbel.suffixed("_1"), catalog.Normal.suffixed("_2"), "a")
    given = dict(mu_1=0, beta_1=1, mu_2=2, sigma_2=1)
    assert formula.evaluate(a=1, **given) == kl_divergence(*formula.distributions).evaluate(given)


@pytest.mark.parametrize("order", ["0", "-1", "nan", "oo", None])
def test_wrong_orders(order):
    with pytest.raises(ParameterError, match="the order must be positive"):
        renyi_entropy(catalog.Normal, order)


def test_the_name_of_an_order_is_free():
    with pytest.raises(ParameterError, match="give the order another name"):
        renyi_entropy(catalog.Pareto, "alpha")


# ---- Fisher information -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Normal", "Gamma", "Laplace", "StudentT", "VonMises", "Gumbel", "Poisson", "Logistic"]
)
def test_fisher_information_is_the_mean_square_of_the_score(name):
    found = fisher_information(catalog[name])
    (member,) = next(points.pairs(catalog[name], None))
    place = dict(zip(found.member.values, member.values, strict=True))
    values = found.evaluate({str(k): v for k, v in place.items()}, digits=20)
    for (i, j), _ in found.entries.items():
        product = sp.diff(found.member.log_density, found.parameters[i]) * sp.diff(
            found.member.log_density, found.parameters[j]
        )
        known = quadrature.expected(
            product.subs(place), member.log_density, member.variable, *member.support, member.measure, 15
        )
        assert abs(known.value - values[i, j]) < mpmath.mpf(10) ** -12 * max(1, abs(known.value)), (i, j)


MOVING = [
    ("Pareto", {"x_m": 2, "alpha": "5/2"}, {"x_m"}),
    ("Uniform", {"a": 0, "b": 3}, {"a", "b"}),
    ("PowerFunction", {"alpha": "7/3", "b": 2}, {"b"}),
    ("Levy", {"mu": "1/3", "c": 2}, set()),
    ("RaisedCosine", {"mu": "1/3", "s": 2}, set()),
    ("FourParameterBeta", {"alpha": "7/2", "beta": 4, "a": 1, "b": 3}, set()),
    ("FourParameterBeta", {"alpha": "7/2", "beta": "1/2", "a": 1, "b": 3}, {"b"}),
    ("FourParameterBeta", {"alpha": 1, "beta": 3, "a": 1, "b": 3}, {"a"}),
]
"""Families whose support moves, a member, and the parameters of which there is no information there."""


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name, values, without", MOVING)
def test_where_the_support_moves(name, values, without):
    """Entries are undefined for ends at which the density does not vanish, and for others the mean square of the score."""
    found = fisher_information(catalog[name])
    member = catalog[name](**values)
    seen = found.evaluate(values, digits=15)
    place = dict(zip(found.member.values, member.values, strict=True))
    for (i, j), formula in found.entries.items():
        s, t = found.parameters[i], found.parameters[j]
        if {str(s), str(t)} & without:
            assert mpmath.isnan(seen[i, j])
        else:
            product = (sp.diff(found.member.log_density, s) * sp.diff(found.member.log_density, t)).subs(place)
            known = quadrature.expected(product, member.log_density, member.variable, *member.support, digits=12)
            assert abs(known.value - seen[i, j]) < mpmath.mpf(10) ** -9 * max(1, abs(known.value)), (i, j)
            assert formula.form != "undefined"


def test_a_square_of_a_score_may_be_infinite_at_an_end():
    entry = fisher_information(catalog.FourParameterBeta).entry(2, 2)
    values = {"beta": 3, "a": 0, "b": 1}
    assert [str(entry.evaluate(alpha=v, **values)) for v in (1, "3/2", 2)] == ["nan", "+inf", "+inf"]
    assert [c.form for c in entry.cases] == ["closed", "infinite", "undefined"]
    assert fisher_information(catalog.Semicircle).entry(1, 1).form == "infinite"


def test_why_an_entry_is_undefined():
    (step,) = fisher_information(catalog.Pareto).entry(0, 1).steps
    assert step.reason == "x_m moves an end of the support, where the density does not vanish"
    (step,) = fisher_information(catalog.Uniform).entry(0, 1).steps
    assert step.reason == "a and b move an end of the support, where the density does not vanish"


def test_a_density_in_branches_claims_nothing_where_its_support_moves():
    """A triangular density vanishes at a, unless its mode is there."""
    with pytest.raises(ParameterError, match=r"moves an end of the support: whether .* is not derived"):
        fisher_information(catalog.Triangular)


@pytest.mark.parametrize("name", ["DoubleGamma", "DoubleWeibull"])
def test_an_entry_is_shown_where_it_holds(name):
    found = fisher_information(catalog[name]("k", "mu", 1))
    k, (entry, conditions) = found.parameters[0], (found.matrix[1, 1], found.conditions)
    for value, finite in ((1, True), ("1/2", False), ("3/2", False), (2, False), (3, True)):
        seen = found.evaluate(k=value, mu=0)[1, 1]
        assert conditions.subs(k, sp.Rational(value)) == finite
        assert finite == mpmath.isfinite(seen)
        assert not finite or abs(entry.subs(k, value).evalf() - seen) < 1e-12
    assert found.entry(1, 1).conditions == sp.Or(sp.Eq(k, 1), k > 2)


# ---- the commands -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("renyi-divergence", "normal", "normal"), "if α σ₂² + σ₁² > α σ₁²"),
        (("renyi-divergence", "gamma", "gamma", "--order", "2"), "if 2 k₁ > k₂ and 2 θ₂ > θ₁"),
        (("renyi-entropy", "exponential", "--order", "a", "--at", "lamda=1,a=2"), "0.693147180559945"),
        (("tsallis-entropy", "laplace", "--order", "2", "--latex"), r"\frac{1}{4 b}"),
        (("hellinger-distance", "poisson", "poisson"), "√(1 − exp("),
        (("chi-squared-divergence", "poisson", "poisson", "--json"), '"chi_squared_divergence"'),
        (("jeffreys-divergence", "exponential", "exponential", "--bits"), "in bits"),
        (("fisher-information", "beta"), "I(α, β) = −ψ′(α + β)"),
        (("fisher-information", "normal", "--latex"), r"\frac{2}{\sigma^{2}}"),
        (("fisher-information", "doublegamma"), "I(μ, μ) = 1/(θ² (k − 2)) if k > 2\nI(μ, μ) = 1/θ² if k = 1\n"),
        (("fisher-information", "doublegamma(k=3/2,mu=m,theta=1)"), "I(m, m) = ∞"),
        (("fisher-information", "pareto"), "I(xₘ, α) is undefined: x_m moves an end of the support"),
        (("fisher-information", "pareto"), "I(α, α) = 1/α²"),
    ],
)
def test_commands(derive, words, line):
    done = derive(*words)
    assert done.code == 0, done.err
    assert line in done.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("renyi-divergence", "normal", "normal", "--order", "-1"), "the order must be positive"),
        (("hellinger-distance", "normal", "normal", "--bits"), "has no --bits"),
        (("fisher-information", "triangular"), "moves an end of the support"),
        (("renyi-entropy", "pareto"), "give the order another name"),
    ],
)
def test_wrong_commands(derive, words, message):
    done = derive(*words)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert done.err.count("\n") == 1


def test_a_letter_of_a_derivative_is_no_parameter():
    """Of a Bessel function's derivative in its order: its sign is not known, and it has no root that could be put in."""
    found = fisher_information(catalog.KDistribution)
    assert {f.form for f in found.entries.values()} == {"integral"}


@pytest.mark.parametrize("order", ["1.99999999", 1.99999999, "199999999/100000000", sp.Rational(199999999, 10**8)])
def test_an_order_is_taken_as_it_is(order):
    """∫ p^α q^(1−α) of two Laplace laws, one twice as wide as the other, is 2^(−α)/(2 − α) · 2 for α < 2, and infinite from there on."""
    a = sp.Rational(199999999, 10**8)
    value = renyi_divergence(catalog.Laplace(0, 2), catalog.Laplace(0, 1), order).evaluate(digits=20)
    assert abs(value - sp.N(sp.log(2 ** (1 - a) / (2 - a)) / (a - 1), 25)) < 1e-18


def test_a_mass_of_an_order_below_one_is_finite():
    """By Hölder's inequality, whatever its integral is."""
    for one, other in (("Uniform", "Beta"), ("Levy", "Levy")):
        found = hellinger_distance(*(catalog[n].suffixed(f"_{i}") for i, n in enumerate((one, other), 1)))
        assert any(c.form == "integral" for c in found.cases) and all(c.decided for c in found.cases)


def test_a_case_of_equal_parameters_has_no_difference_of_them():
    found = jeffreys_divergence(catalog.Pareto("c", "a"), catalog.Pareto("d", "b"))
    assert str(found.cases[0].expr) == "a/b - 2 + b/a"
    assert found.evaluate(a=2, b=3, c=1, d=1) == pytest.approx(2 / 3 + 3 / 2 - 2, rel=1e-14)


def test_no_case_is_left_that_cannot_be():
    """ζ(o s) is infinite for o s ≤ 1 only: below o = 1, where the entropy is +∞, and never above."""
    found = renyi_entropy(catalog.Zeta("s"), "o")
    assert [c.expr for c in found.cases if c.form == "infinite"] == [sp.oo]


@pytest.mark.parametrize(
    ("member", "information"),
    [
        ("Gamma(a, 1/a)", "polygamma(1, a) - 1/a"),
        ("Gamma(a, exp(-a))", "polygamma(1, a) - 2 + a"),
        ("Beta(a, 1 - a)", "polygamma(1, a) + polygamma(1, 1 - a)"),
        ("InverseGaussian(a, a**2)", "1/a + 2/a**2"),
        ("Normal(a, a)", "3/a**2"),
        ("Normal(a, 2*a)", "9/(4*a**2)"),
        ("Gamma(a, a)", "polygamma(1, a) + 3/a"),
    ],
)
def test_a_letter_of_several_parameters_is_one(member, information):
    """By the chain rule, or from the density: E[(d log p/da)²]."""
    name, values = member[:-1].split("(", 1)
    found = fisher_information(catalog[name](*values.split(", ")))
    assert len(found.parameters) == 1
    (a,) = found.parameters
    assert sp.simplify(sp.expand(found.matrix[0, 0] - sp.sympify(information, locals={"a": a}))) == 0


def test_a_parameter_that_moves_a_jump_has_no_information():
    """KL(c‖c + δ) is of first order in δ: the density at c is w/c on the left and (1 − w)/(1 − c) on the right."""
    params = (Param("w", "probability", "mass below c"), Param("c", "probability", "where the density jumps"))
    step = Family("Step", params, ("0", "1"), "Piecewise((log(w/c), x < c), (log((1 - w)/(1 - c)), True))")
    found = fisher_information(step)
    assert [str(found.matrix[i, j]) for i, j in ((0, 0), (0, 1), (1, 1))] == ["1/(w*(1 - w))", "nan", "nan"]
    assert "jumps" in found.entries[1, 1].steps[-1].reason
    assert sp.nan not in fisher_information(catalog.TwoPieceNormal).matrix


def test_branches_that_do_not_meet_are_no_jump():
    """A trapezoid on (0, 1), flat from c to d, whose flat part is written first: it is continuous at c and at d.

    With h = 1 + d − c the score in c is 1/h − 1/c on the left, where the mass is c/h, and 1/h elsewhere.
    """
    params = (Param("c", "probability", "where it is flat from"), Param("d", "probability", "where it is flat to"))
    flat, arms = "log(2/(1 + d - c))", "log(x/c), x < c), ({0} + log((1 - x)/(1 - d)), True)"
    density = f"Piecewise(({flat}, (x >= c) & (x < d)), ({flat} + {arms.format(flat)})"
    found = fisher_information(Family("Flat", params, ("0", "1"), density, constraints=("c < d",)))
    h, c = mpmath.mpf(5) / 4, mpmath.mpf(1) / 4
    truth = c / h * (1 / h - 1 / c) ** 2 + (1 - c / h) / h**2
    assert abs(found.evaluate(c="1/4", d="1/2")[0, 0] - truth) < 1e-13
