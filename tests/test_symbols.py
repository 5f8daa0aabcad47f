"""The user's symbols, whatever they are called and wherever they stand: the formula does not mix them up.

Each value is compared with quadrature of the definition at one exact point.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import mpmath
import pytest
import sympy as sp
from sympy import Rational, stats

from derive.algebra.tidy import tidy
from derive.derivation.affinity import chi_squared_divergence
from derive.derivation.quantities import Empirical, cross_entropy, entropy, expectation, kl_divergence
from derive.derivation.statistic import StatisticError
from derive.expectations.continuation import without_branches
from derive.families.expression import read
from derive.families.facts import Facts
from derive.families.family import Distribution, Family
from derive.families.library import catalog
from derive.families.parameter import Param, ParameterError
from derive.numerics import quadrature
from derive.numerics.evaluation import evaluate_number
from derive.numerics.terms import EvaluationError

DIGITS = 20


def expected(statistic: Any, p: Distribution) -> mpmath.mpf:
    return quadrature.expected(statistic, p.log_density, p.variable, *p.support, p.measure, DIGITS).value


def same(one: Any, other: Any) -> bool:
    with mpmath.workdps(DIGITS + 5):
        return abs(one - other) < mpmath.mpf(10) ** -(DIGITS - 5) * (1 + abs(other))


def kl_by_quadrature(p: Distribution, q: Distribution) -> mpmath.mpf:
    return expected(p.log_density - q.log_density.xreplace({q.variable: p.variable}), p)


@pytest.mark.parametrize("name", ["u", "a", "b", "c", "x", "alpha", "beta", "n", "r", "delta", "t", "w"])
def test_a_parameter_may_be_called_anything(name: str) -> None:
    p, q = catalog.Gamma(name, "theta"), catalog.Gamma("k", name)
    values = {name: Rational(5, 3), "theta": Rational(7, 5), "k": Rational(9, 4)}
    truth = kl_by_quadrature(
        catalog.Gamma(Rational(5, 3), Rational(7, 5)), catalog.Gamma(Rational(9, 4), Rational(5, 3))
    )
    assert same(kl_divergence(p, q).evaluate(values, digits=DIGITS), truth)


@pytest.mark.parametrize("names", [("x", "y"), ("u", "x"), ("m", "m")])
def test_an_integral_does_not_capture_a_parameter(names: tuple[str, str]) -> None:
    formula = kl_divergence(catalog.Logistic(names[0], 1), catalog.Logistic(names[1], 2))
    values = {names[0]: Rational(1, 3), names[1]: Rational(4, 3)}
    truth = kl_by_quadrature(catalog.Logistic(values[names[0]], 1), catalog.Logistic(values[names[1]], 2))
    assert same(formula.evaluate(values, digits=DIGITS), truth)


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (("Gamma", "a", "b"), ("Gamma", "b", "a")),
        (("Normal", "m", "s"), ("Normal", "2*m", "s**2")),
        (("Uniform", "a", "b"), ("Pareto", "a", "c")),
        (("Pareto", "a", "c"), ("Exponential", "c")),
        (("Laplace", "m", "b"), ("Normal", "m", "b")),
        (("Beta", "a", "a"), ("Beta", "b", "a")),
    ],
)
def test_symbols_may_be_shared_across_roles(p: tuple[str, ...], q: tuple[str, ...]) -> None:
    values = {"a": Rational(5, 4), "b": Rational(7, 3), "c": Rational(9, 2), "m": Rational(2, 3), "s": Rational(3, 5)}
    formula = kl_divergence(catalog[p[0]](*p[1:]), catalog[q[0]](*q[1:]))
    numbers = [[sp.sympify(e).subs(values) for e in member[1:]] for member in (p, q)]
    truth = kl_by_quadrature(catalog[p[0]](*numbers[0]), catalog[q[0]](*numbers[1]))
    given = {k: v for k, v in values.items() if k in formula.symbols}
    assert same(formula.evaluate(given, digits=DIGITS), truth)


def test_a_name_of_a_family_is_told_from_what_is_none() -> None:
    for name in ("gamma", "Gamma"):
        with pytest.raises(TypeError, match=re.escape('is the name of a family: use catalog.Gamma("k", "theta")')):
            kl_divergence(name, name)
    with pytest.raises(TypeError, match="'Gama' is not a distribution: use "):
        entropy("Gama")


def test_one_name_is_one_symbol() -> None:
    plain = sp.Symbol("a", positive=True)
    assert kl_divergence(catalog.Exponential(plain), catalog.Exponential("a")).expr == 0
    assert kl_divergence(catalog.Uniform("a", "b"), catalog.Pareto("a", "c")).form == "closed"


@pytest.mark.parametrize(
    ("statistic", "p"),
    [
        ("log(1 + b*x)", ("Exponential", 2)),
        ("log(4 + (a - x)**2)", ("Cauchy", 0, 1)),
        ("x - mu", ("Normal", 0, 1)),
        ("exp(x/4)", ("InverseGaussian", 1, Rational(1, 2))),
    ],
)
def test_a_statistic_may_have_symbols_of_its_own(statistic: str, p: tuple[Any, ...]) -> None:
    member = catalog[p[0]](*p[1:])
    formula = expectation(statistic, member)
    values = {"a": Rational(2, 3), "b": Rational(5, 2)}
    found = formula.cases[0].expr.subs({s: values[s.name] for s in formula.cases[0].expr.free_symbols})
    truth = sp.sympify(statistic).subs(values).subs({"x": member.variable, "mu": 0})
    assert same(mpmath.mpf(sp.N(found, 30)), expected(truth, member))


@pytest.mark.parametrize(
    ("statistic", "p", "place", "value"),
    [
        ("a**x", catalog.Geometric("p"), {"a": "3/2", "p": "1/2"}, "3"),
        ("abs(x - a)", catalog.Laplace("m", "s"), {"a": 1, "m": 0, "s": 1}, "1 + exp(-1)"),
        ("abs(x - a)/s", catalog.Laplace("m", "s"), {"a": 1, "m": 0, "s": 1}, "1 + exp(-1)"),
        ("c*x", catalog.Gamma(2, 3), {"c": 5}, "30"),
        ("c*x", Empirical((1, 2, 6)), {"c": 5}, "15"),
    ],
)
def test_symbols_of_a_statistic_are_parameters_of_its_expectation(
    statistic: str, p: Any, place: dict[str, Any], value: str
) -> None:
    found = expectation(statistic, p).evaluate(place, digits=DIGITS)
    assert same(found, mpmath.mpf(sp.N(read(value), 30)))


@pytest.mark.parametrize(
    ("statistic", "p", "where"),
    [
        ("log(x)", catalog.Normal("m", "s"), "x = -1/3, in the support of Normal"),
        ("log(x)", catalog.Uniform(-1, 1), "x = -8/9, in the support of Uniform"),
        ("log(1 - x)", catalog.Gamma("k", "t"), "x = 4/3"),
        ("log(-x)", catalog.Pareto("m", "a"), "x = m"),
        ("log(x - 1)", catalog.Poisson("m"), "x = 0"),
        ("x**(1/3)", catalog.Normal("m", "s"), "x = -1/3"),
        ("(x*(x - 1))**(1/3)", catalog.Normal("m", "s"), "x = 1/9"),
        ("(-1)**x", catalog.Normal("m", "s"), "x = 1/3"),
        ("sqrt(x)", Empirical((4, -1)), "x = -1, in the sample"),
        ("abs(log(x**2 - 1))", catalog.Normal("m", "s"), "x = -7/9"),
        ("1 + abs(log(x - x**3))**2", catalog.Uniform(0, 2), "x = 10/9"),
        ("abs(asin(x))", catalog.Normal(0, 1), "x = -9/4"),
        ("Piecewise((abs(log(x)), x < 1), (0, True))", catalog.Normal(0, 1), "x = -1/3"),
        ("abs(log(abs(x) - 1))", Empirical((0, 3)), "x = 0, in the sample"),
        # on a stretch beside an end, up to a root that is not found
        ("log(x + log(x))", catalog.Pareto(Rational(1, 2), 2), "x = 5001/10000"),
        ("log(log(x) + exp(1 - x))", catalog.HalfNormal(Rational(1, 3)), "x = 1/10000"),
        ("sqrt(cos(x) - x)", catalog.Uniform(0, Rational(3, 4)), "x = 29997/40000"),
        # SymPy compares no complex numbers
        ("log(log(x) - m)", catalog.LogNormal(0, 1), "on all of the support"),
        ("log(sqrt(w - x) + 1)", catalog.Poisson(1), "near x = oo"),
        ("log(1/(1 - x))*log(1/(x + w))", catalog.Zeta(2), "near x = oo"),
    ],
)
def test_a_statistic_that_is_not_real_is_refused(statistic: str, p: Any, where: str) -> None:
    with pytest.raises(StatisticError, match=f"is not real.*{re.escape(where)}"):
        expectation(statistic, p)


@pytest.mark.parametrize(
    ("statistic", "p", "inside", "outside", "value"),
    [
        ("log(x)", catalog.Uniform("a", "b"), {"a": 1, "b": 2}, {"a": -1, "b": 1}, "2*log(2) - 1"),
        ("log(1 + b*x)", catalog.Exponential(2), {"b": 2}, {"b": -1}, "E*expint(1, 1)"),
        ("x**a", catalog.Normal("m", "s"), {"a": 2, "m": 0, "s": 1}, {"a": "1/2", "m": 0, "s": 1}, "1"),
        ("log(4 - x**2)", catalog.Uniform("a", "b"), {"a": 0, "b": 2}, {"a": 0, "b": 3}, "4*log(2) - 2"),
        ("log(1 - sqrt(x))", catalog.Uniform("a", "b"), {"a": 0, "b": 1}, {"a": 1, "b": 4}, "-3/2"),
        ("log(1 - log(x))", catalog.Uniform("a", "b"), {"a": 0, "b": 1}, {"a": 1, "b": 3}, "E*expint(1, 1)"),
        ("log(log(1/x))", catalog.Uniform("a", 1), {"a": 0}, {"a": -1}, "-EulerGamma"),
    ],
)
def test_a_statistic_has_an_expectation_at_the_numbers_where_it_is_real(
    statistic: str, p: Distribution, inside: dict[str, Any], outside: dict[str, Any], value: str
) -> None:
    formula = expectation(statistic, p)
    assert same(formula.evaluate(inside, digits=DIGITS), mpmath.mpf(sp.N(read(value), 30)))
    with pytest.raises(StatisticError, match="is not real at"):
        formula.evaluate(outside)


@pytest.mark.parametrize(
    ("statistic", "p", "conditions"),
    [
        ("log(1 + log(x))", catalog.Uniform("a", "b"), ["E*a >= 1", "E*a < 1"]),
        ("log(1 - log(x))", catalog.Uniform("a", "b"), ["(a >= 0) & (b <= E)", "(b > E) | (a < 0)"]),
        ("log(log(1 + 1/x))", catalog.Uniform("a", "b"), ["a >= 0", "a < 0"]),
        ("log(log(1/x))", catalog.Uniform("a", "b"), ["(a >= 0) & (b <= 1)", "(b > 1) | (a < 0)"]),
        ("log(1 - log(x - c))", catalog.Beta(2, 3), ["(c <= 0) & (c + E >= 1)", "(c > 0) | (c + E < 1)"]),
    ],
)
def test_what_a_log_is_of_is_told_from_the_inside_out(statistic: str, p: Distribution, conditions: list[str]) -> None:
    assert [str(c.condition) for c in expectation(statistic, p).cases] == conditions


@pytest.mark.parametrize(
    ("statistic", "p", "cases"),
    [
        ("abs(1 - x)**j", catalog.Binomial(3, "1/2"), {"j >= 0": "closed", "j < 0": "infinite"}),
        ("x**k", catalog.Bernoulli("p"), {"k >= 0": "closed", "k < 0": "infinite"}),
        (
            "log(abs(x - c))",
            catalog.Binomial(2, "1/2"),
            {
                "(c > 2) | (c < 0) | Ne(c, floor(c))": "closed",
                "(c >= 0) & (c <= 2) & Eq(c, floor(c))": "infinite",
            },
        ),
    ],
)
def test_a_pole_at_a_point_of_a_finite_support(statistic: str, p: Distribution, cases: dict[str, str]) -> None:
    assert {str(c.condition): c.form for c in expectation(statistic, p).cases} == cases


@pytest.mark.parametrize(
    ("statistic", "p", "closed"),
    [
        ("1/x", catalog.Uniform("a", 2), {"a > 0": "-log(a/2)/(2 - a)"}),
        ("1/x**2", catalog.Uniform(-1, "b"), {"b < 0": "-1/b"}),
    ],
)
def test_what_is_open_closes_under_its_own_condition(statistic: str, p: Distribution, closed: dict[str, str]) -> None:
    cases = expectation(statistic, p).cases
    assert {str(c.condition): str(c.expr) for c in cases if c.form == "closed"} == closed
    assert all(c.form != "integral" for c in cases)


def test_a_maximum_of_what_is_real_on_a_side_only() -> None:
    """It was a comparison of complex numbers, which SymPy refuses."""
    formula = expectation("max(exp(x - 1), m)", catalog.Exponential)
    assert [(str(c.condition), c.form) for c in formula.cases] == [
        ("lamda > 1", "integral"),
        ("lamda <= 1", "infinite"),
    ]
    formula = expectation("min(log(1/(x - m)), 1)", catalog.DiscreteUniform(0, "n"))
    assert [(str(c.condition), c.form) for c in formula.cases] == [("m <= 0", "series"), ("m > 0", "undefined")]


def case_at(formula: Any, **values: Any) -> Any:
    """The one case whose condition holds at these values."""
    place = {formula.symbols[name]: sp.sympify(value) for name, value in values.items()}
    held = [c for c in formula.cases if sp.sympify(c.condition).subs(place) == sp.true]
    assert len(held) == 1
    return held[0]


@pytest.mark.parametrize(
    "p",
    [
        catalog.Normal(0, 2),
        catalog.Normal(1, 2),
        catalog.Laplace(0, 2),
        catalog.StudentT(Rational(9, 2), 0, 1),
        catalog.StudentT(Rational(9, 2), 1, 2),
        catalog.Uniform(-1, 2),
    ],
    ids=str,
)
def test_a_power_of_what_has_both_signs_is_real_for_a_whole_exponent_only(p: Distribution) -> None:
    formula = expectation("x**k", p)
    for k in (0, 1, 2, 3, 4):
        assert case_at(formula, k=k).form not in ("infinite", "undefined")
        assert same(formula.evaluate(k=k, digits=DIGITS), expected(p.variable**k, p))
    for k in ("1/3", "-1/2", "sqrt(2)"):
        assert case_at(formula, k=k).form == "undefined"
    assert case_at(formula, k=-1).form == case_at(formula, k=-3).form == "undefined"
    assert case_at(formula, k=-2).form == "infinite" and formula.evaluate(k=-2) == mpmath.inf
    assert mpmath.isnan(formula.evaluate(k=-3))


@pytest.mark.parametrize(
    ("statistic", "p", "inside", "outside"),
    [
        ("log(1 + a*x**2)", catalog.Normal(0, "s"), {"s": 1, "a": "2/3"}, {"a": "-1/100"}),
        ("log(1 + a*x**2)", catalog.Cauchy(0, "s"), {"s": 1, "a": "2/3"}, {"a": "-1/100"}),
        ("log(1 + a*x**2)", catalog.StudentT("nu", 0, "s"), {"nu": 3, "s": 1, "a": "2/3"}, {"a": "-1/100"}),
        ("log(1 + c*x**2)", catalog.Uniform(-1, 1), {"c": "-1/2"}, {"c": "-3/2"}),
        ("log(c + abs(x))", catalog.Laplace(0, 1), {"c": 1}, {"c": "-1/9"}),
        ("log(c + cos(x))", catalog.VonMises(0, 1), {"c": 2}, {"c": "1/2"}),
        ("log(c + exp(x))", catalog.Normal(0, 1), {"c": 1}, {"c": "-1/9"}),
        ("log(x**2 - c*x)", catalog.Pareto(2, 3), {"c": 1}, {"c": 3}),
        ("log(x**2 + c*x + c)", catalog.Normal(0, 1), {"c": 1}, {"c": 5}),
        ("asin(c*x)", catalog.Uniform(0, 1), {"c": "-2/3"}, {"c": 3}),
        ("sqrt(1 - c*x**2)", catalog.Uniform(0, 1), {"c": "2/3"}, {"c": 2}),
        ("a**x", catalog.Normal(1, 2), {"a": "3/2"}, {"a": -1}),
    ],
)
def test_a_condition_says_where_a_statistic_with_letters_is_real(
    statistic: str, p: Distribution, inside: dict[str, Any], outside: dict[str, Any]
) -> None:
    formula = expectation(statistic, p)
    assert case_at(formula, **inside).form in ("closed", "integral")
    assert case_at(formula, **{**inside, **outside}).form == "undefined"
    member = p.family(*(v.subs({s: inside[s.name] for s in v.free_symbols}) for v in p.values))
    placed = read(statistic, lambda name: member.variable if name == "x" else sp.sympify(inside[name]))
    assert same(formula.evaluate(inside, digits=DIGITS), expected(placed, member))


def test_a_letter_that_must_be_zero_is_put_in() -> None:
    """log(1 + c x) is real on the whole line for c = 0 only, where it is 0."""
    formula = expectation("log(1 + c*x)", catalog.Normal(0, 1))
    assert [(str(c.condition), str(c.expr)) for c in formula.cases] == [("Eq(c, 0)", "0"), ("Ne(c, 0)", "nan")]


def test_a_condition_has_no_part_that_always_holds() -> None:
    closed = expectation("abs(x)**k + abs(x)**j", catalog.StudentT("nu", 0, "s")).cases[0]
    assert closed.form == "closed"
    assert str(closed.condition) == "(j < nu) & (k < nu) & (j + 1 > 0) & (k + 1 > 0)"


def test_a_branch_of_a_statistic_need_be_real_in_its_own_place_only() -> None:
    p = catalog.Normal(0, 1)
    modulus = expectation("Piecewise((abs(log(1 - abs(x))), abs(x) < 1), (0, True))", p)
    assert same(modulus.evaluate(digits=DIGITS), expected(modulus.statistic, p))
    assert same(
        expectation("Piecewise((log(x), x > 0), (log(-x), True))", p).evaluate(),
        expectation("log(abs(x))", p).evaluate(),
    )


@pytest.mark.parametrize(
    ("statistic", "pieces", "p"),
    [
        ("Max(x, c)", "Piecewise((c, x < c), (x, True))", catalog.Normal("m", "s")),
        ("Min(x, c)", "Piecewise((x, x < c), (c, True))", catalog.Exponential("l")),
        ("sign(x - c)", "Piecewise((-1, x < c), (1, True))", catalog.Normal("m", "s")),
        ("Heaviside(x - c)", "Piecewise((0, x < c), (1, True))", catalog.Normal("m", "s")),
        ("Max(0, x - c)", "Piecewise((0, x < c), (x - c, True))", catalog.LogNormal("m", "s")),
        ("Max(abs(x), 1)", "Piecewise((1, abs(x) < 1), (abs(x), True))", catalog.Normal(0, 1)),
        ("floor(2*x)*x", "Piecewise((0, x < 1/2), (x, True))", catalog.Beta(2, 3)),
        ("x*ceiling(2*x)", "Piecewise((x, x < 1/2), (2*x, True))", catalog.Beta(2, 3)),
        ("floor(1 - x)", "Piecewise((0, x < 1), (-1, x < 2), (-2, True))", catalog.Uniform(0, 3)),
        ("Max(x, x**2)", "Piecewise((x**2, x < 0), (x, x < 1), (x**2, True))", catalog.Normal("m", "s")),
        ("Min(x, x**2)", "Piecewise((x**2, x < 1), (x, True))", catalog.Exponential("l")),
        ("Max(x, 1 - x)", "Piecewise((1 - x, x < 1/2), (x, True))", catalog.Beta(2, 3)),
        ("Min(x, 1/x)", "Piecewise((x, x < 1), (1/x, True))", catalog.Gamma("m", "s")),
        ("Min(x, 1 - x, 1/3)", "Piecewise((x, x < 1/3), (1/3, x < 2/3), (1 - x, True))", catalog.Uniform(0, 1)),
    ],
)
def test_a_maximum_a_sign_a_step_and_a_whole_part_are_branches(statistic: str, pieces: str, p: Distribution) -> None:
    formula, branches = expectation(statistic, p), expectation(pieces, p)
    assert "integral" not in [c.form for c in formula.cases]
    values = {"m": Rational(1, 3), "s": Rational(3, 4), "c": Rational(2, 3), "l": Rational(5, 4)}
    place = {name: values[name] for name in formula.symbols}
    assert same(formula.evaluate(place, digits=DIGITS), branches.evaluate(place, digits=DIGITS))
    member = p.family(*(v.subs({s: values[s.name] for s in v.free_symbols}) for v in p.values))
    # the definition on either side of the only change, a branch at a time
    truth = read(pieces, lambda name: member.variable if name == "x" else values[name])
    assert same(formula.evaluate(place, digits=DIGITS), expected(truth, member))


@pytest.mark.parametrize(
    ("statistic", "term"),
    [
        ("floor(x)", "n"),
        ("floor(x)**2", "n**2"),
        ("floor(2*x)", "floor(2*n) + (exp(-r/2) - exp(-r))/(1 - exp(-r))"),
        ("exp(floor(x)/2)", "exp(n/2)"),
        ("c**floor(x)", "(-3/2)**n"),
        ("x - floor(x)", "1/r - n"),
    ],
)
def test_the_whole_part_of_what_has_no_memory_is_geometric(statistic: str, term: str) -> None:
    """Against the sum over the stretches [n, n + 1) with their masses."""
    formula, rate, n = expectation(statistic, catalog.Exponential("r")), Rational(5, 4), sp.Symbol("n")
    assert {c.form for c in formula.cases} <= {"closed", "infinite", "undefined"}
    mass = (sp.exp(-rate * n) * (1 - sp.exp(-rate))) * read(term, {"n": n, "r": rate})
    values = {"r": rate, "c": Rational(-3, 2)}
    found = formula.evaluate({name: values[name] for name in formula.symbols}, digits=DIGITS)
    assert same(found, mpmath.fsum(mpmath.mpf(sp.N(mass.subs(n, i), 30)) for i in range(200)))


def test_a_sign_on_integers_is_zero_at_zero() -> None:
    found = expectation("sign(x - 2)", catalog.Poisson(2)).evaluate()
    below, at = 3 * mpmath.exp(-2), 2 * mpmath.exp(-2)
    assert abs(found - (1 - below - at - below)) < 1e-14
    assert expectation("sign(x - 1)", catalog.DiscreteUniform(0, 2)).expr == 0


def test_a_power_of_zero_is_not_taken_for_a_number() -> None:
    """0^k is 0, 1 or infinite: it was a part of a closed form for all k > −1, and a traceback with a number."""
    formula = expectation("Max(x, 0)**k", catalog.Normal(0, 1))
    assert "closed" not in [c.form for c in formula.cases]
    assert same(formula.evaluate(k=2), mpmath.mpf(1) / 2)
    with pytest.raises(EvaluationError):
        formula.evaluate(k="-1/2")


@pytest.mark.parametrize(
    ("statistic", "p"),
    [
        ("cos(x)", ("Normal", 1, Rational(1, 2))),
        ("x**2*sin(2*x)", ("Normal", 1, Rational(1, 2))),
        ("cos(x)**2*sin(3*x)*exp(x)", ("Normal", 0, 1)),
        ("sin(x)", ("Gamma", Rational(5, 2), 2)),
        ("x*cos(x/2)", ("Laplace", 1, 2)),
        ("cos(x)", ("Poisson", 3)),
        ("x**3*cos(x)", ("Uniform", -1, 2)),
        ("sin(x)", ("Triangular", 0, 3, 1)),
        ("cos(x)", ("UQuadratic", 1, 4)),
        ("x*cos(x)", ("RaisedCosine", Rational(2, 3), 2)),
        ("cos(x)", ("RaisedCosine", Rational(2, 3), sp.pi)),
        ("x**2*cos(x)", ("Anglit", Rational(2, 3), 2)),
        ("exp(x)", ("Anglit", Rational(2, 3), 2)),
        ("cos(log(x))", ("LogNormal", 1, 2)),
        ("x*cos(2*x)", ("Logistic", Rational(1, 3), 2)),
        ("sin(x)", ("Gumbel", Rational(1, 3), 2)),
        ("x*sin(x)", ("HyperbolicSecant", 1, Rational(1, 2))),
        ("cos(x)**2", ("LogGamma", Rational(1, 3), 2, Rational(3, 2))),
        ("cos(3*x)", ("Beta", Rational(1, 3), 2)),
        ("sin(x)", ("FourParameterBeta", Rational(1, 3), 2, -1, 1)),
        ("cos(2*x)", ("Arcsine", -1, 2)),
        ("sin(x)", ("Semicircle", 1, Rational(1, 2))),
    ],
)
def test_cosines_and_sines_are_complex_shifts(statistic: str, p: tuple[Any, ...]) -> None:
    family, member = catalog[p[0]], catalog[p[0]](*p[1:])
    formula = expectation(statistic, family)
    assert formula.form == "closed"
    found = formula.evaluate({f.name: v for f, v in zip(family.params, p[1:], strict=True)}, digits=DIGITS)
    assert same(found, expected(sp.sympify(statistic).subs({"x": member.variable}), member))


@pytest.mark.parametrize(
    ("statistic", "p"),
    [
        ("x*log(abs(x - 2))", ("Normal", 1, Rational(1, 2))),
        ("x*log(abs(x - 1))", ("Normal", 1, Rational(1, 2))),  # where a slope of ₂F₂ is taken at 0
        ("x**2*log(abs(x - 2))", ("Normal", 1, Rational(1, 2))),
        ("x*log(x**2 + 1)", ("Normal", 1, Rational(1, 2))),
        ("x*abs(x - 2)**(1/3)", ("Normal", 1, Rational(1, 2))),
        ("x**2*abs(x - 1)**(5/2)", ("Normal", 1, 2)),
        ("x*log(abs(x - 2))", ("Laplace", 1, 2)),
        ("x*log(abs(x - 2))", ("DoublesidedMaxwell", 1, 2)),
        ("log(abs(x - 2))", ("Gamma", 3, 2)),
        ("log(1 - exp(-x)/3)", ("ExponentialLogarithmic", Rational(2, 5), 1)),
        ("log(1 - 3*exp(-x)/4)", ("ExponentialLogarithmic", Rational(2, 5), 1)),
    ],
)
def test_generators_times_what_is_known_are_its_derivatives(statistic: str, p: tuple[Any, ...]) -> None:
    family, member = catalog[p[0]], catalog[p[0]](*p[1:])
    formula = expectation(statistic, family(*(f.name for f in family.params[:-1]), p[-1]))
    assert formula.form == "closed"
    found = formula.evaluate({f.name: v for f, v in zip(family.params[:-1], p[1:], strict=False)}, digits=DIGITS)
    assert same(found, expected(sp.sympify(statistic).subs({"x": member.variable}), member))


def test_a_statistic_that_is_infinite_at_an_end_beyond_a_cut() -> None:
    """At (a + 1)/2, whose logarithm was written in two ways: a difference of them, which is 0, was taken for something."""
    a = sp.Symbol("a", positive=True)
    p = catalog.UQuadratic(a, 1)
    (case,) = (c for c in expectation("log(-log(x))", p).cases if c.form == "closed")
    at = {a: Rational(1, 3)}
    member = p.family(*(v.subs(at) for v in p.values))
    assert same(sp.N(case.expr.subs(at), DIGITS), expected(sp.log(-sp.log(p.variable)), member))


@pytest.mark.parametrize("statistic", ["x", "x**2", "x**3"])
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("BetaBinomial", {"n": 5, "alpha": Rational(3, 2), "beta": 2}),
        ("YuleSimon", {"rho": Rational(9, 2)}),
        ("Hypergeometric", {"N": 9, "K": 5, "n": 4}),
        ("NegativeHypergeometric", {"N": 9, "K": 5, "r": 3}),
        ("Waring", {"alpha": Rational(9, 2), "beta": 2}),
        ("ZeroInflatedPoisson", {"w": Rational(1, 3), "lamda": 2}),
        ("ZeroTruncatedBinomial", {"n": 4, "p": Rational(1, 3)}),
        ("DiscreteUniform", {"a": -2, "b": 5}),
    ],
)
def test_moments_of_laws_on_integers(name: str, values: dict[str, Any], statistic: str) -> None:
    family = catalog[name]
    formula = expectation(statistic, family)
    assert "series" not in [c.form for c in formula.cases]
    member = family(**values)
    assert same(
        formula.evaluate(values, digits=DIGITS), expected(sp.sympify(statistic).subs({"x": member.variable}), member)
    )


def summed(statistic: Any, member: Any, most: int = 200) -> Any:
    """A mean under a law on integers, point by point."""
    low, high = member.support
    x, last = member.variable, most if high == sp.oo else int(high)
    points = range(int(low), last + 1)
    values = (sp.N((sp.exp(member.log_density) * statistic).subs(x, k), DIGITS + 5) for k in points)
    return mpmath.mpf(sp.Add(*values)._to_mpmath(100))


@pytest.mark.parametrize("relation", [">", ">=", "<", "<="])
@pytest.mark.parametrize(
    ("name", "values", "cuts"),
    [
        ("Poisson", {"lamda": Rational(3, 2)}, ("0", "1", "2", "3/2")),
        ("Geometric", {"p": Rational(1, 3)}, ("1", "2", "3")),
        ("NegativeBinomial", {"r": Rational(5, 2), "p": Rational(1, 3)}, ("0", "1")),
        ("Logarithmic", {"p": Rational(1, 3)}, ("1", "2")),
        ("ZeroTruncatedPoisson", {"lamda": 2}, ("1", "2")),
        ("ZeroInflatedPoisson", {"w": Rational(1, 3), "lamda": 2}, ("0", "1", "2")),
        ("Binomial", {"n": 4, "p": Rational(1, 3)}, ("0", "1", "n")),
        ("BetaBinomial", {"n": 3, "alpha": 2, "beta": Rational(3, 2)}, ("0", "1", "n")),
        ("DiscreteUniform", {"a": -1, "b": 3}, ("a", "b", "0")),
    ],
)
def test_branches_of_laws_on_integers_at_their_points(
    name: str, values: dict[str, Any], cuts: tuple[str, ...], relation: str
) -> None:
    """An end of a stretch has a mass: P(X > 1) was 1 − P(X = 0)."""
    family, member = catalog[name], catalog[name](**values)
    for cut in cuts:
        text = f"Piecewise((x + 2, x {relation} {cut}), (0, True))"
        found = expectation(text, family).evaluate(values, digits=DIGITS)
        statistic = sp.sympify(text).subs({"x": member.variable, **values})
        assert same(found, summed(statistic, member)), (cut, found)


HALF = (Param("w", "probability", "a mass"),)
OF_BRANCHES = {
    "a mass apart, named last": (
        Family("Last", HALF, ("0", "oo"), "Piecewise((log(1 - w) - x*log(2), x > 0), (log(w), True))", measure="counting"),
        {"w": Rational(1, 4)},
    ),
    "two masses apart": (
        Family("Two", HALF, ("0", "oo"), "Piecewise((log(w/2), x <= 1), (log(1 - w) + (1 - x)*log(2), True))", measure="counting"),
        {"w": Rational(1, 4)},
    ),
    "a mass at the upper end": (
        Family("Upper", (Param("n", "positive integer", "the last point"),), ("0", "n"), "Piecewise((-log(2) - log(n), x < n), (-log(2), True))", measure="counting"),
        {"n": 3},
    ),
}  # fmt: skip


@pytest.mark.parametrize("family, values", OF_BRANCHES.values(), ids=OF_BRANCHES)
def test_laws_on_integers_in_branches(family: Family, values: dict[str, Any]) -> None:
    member = family(**values)
    for statistic in ("x", "x**2"):
        found = expectation(statistic, family).evaluate(values, digits=DIGITS)
        assert same(found, summed(sp.sympify(statistic).subs({"x": member.variable}), member)), statistic
    assert same(entropy(family).evaluate(values, digits=DIGITS), summed(-member.log_density, member))
    if member.support[1] == sp.oo:
        p = catalog.GeometricFromZero(Rational(1, 3))
        ratio = p.log_density - member.log_density.xreplace({member.variable: p.variable})
        assert same(kl_divergence(p, family).evaluate(values, digits=DIGITS), summed(ratio, p))


@pytest.mark.parametrize(
    ("statistic", "member", "values"),
    [
        ("Max(x, c)", catalog.Bernoulli("p"), {"p": Rational(1, 3)}),
        ("sign(x - c)", catalog.Binomial(2, "p"), {"p": Rational(1, 3)}),
        ("x*sign(x - c)", catalog.DiscreteUniform(-2, 3), {}),
        ("Heaviside(x - c)*x**2*exp(-abs(x))", catalog.Binomial(3, "p"), {"p": Rational(1, 3)}),
    ],
)
def test_cuts_by_a_letter_in_a_finite_support(statistic: str, member: Any, values: dict[str, Any]) -> None:
    formula = expectation(statistic, member)
    assert formula.form == "closed" and str(formula) and formula.latex()
    there = member.family(*(values.get(str(v), v) for v in member.values))
    for c in (-3, 0, Rational(1, 2), 1, 2, 5):
        value = formula.evaluate({**values, "c": c}, digits=DIGITS)
        assert same(value, summed(sp.sympify(statistic).subs({"x": there.variable, "c": c}), there)), c


def test_a_reciprocal_of_a_factorial_is_0_at_its_poles() -> None:
    found = expectation("1/factorial(x)", catalog.DiscreteLaplace(Rational(1, 2))).evaluate(digits=DIGITS)
    assert same(found, sp.N(sp.sqrt(sp.E) / 3, DIGITS + 5))


def test_a_sum_that_alternates_is_added_up() -> None:
    p = sp.Rational(9, 10)
    found = expectation("x**2*(-1)**x", catalog.DiscreteLaplace(p)).evaluate(digits=DIGITS)
    assert same(found, sp.N(-2 * p * (1 - p) ** 2 / (1 + p) ** 4, DIGITS + 5))


def test_a_sum_of_what_has_no_value_ends() -> None:
    with pytest.raises(EvaluationError):
        expectation("Piecewise((1/loggamma(x), x < 0), (1, True))", catalog.DiscreteLaplace("p")).evaluate(
            p=Rational(1, 2)
        )


@pytest.mark.parametrize(("name", "finite"), [("YuleSimon", "rho > 1"), ("BetaNegativeBinomial", "alpha > 1")])
def test_where_a_mean_is_finite(name: str, finite: str) -> None:
    cases = expectation("x", catalog[name]).cases
    assert [c.form for c in cases] == ["closed", "infinite"] and str(cases[0].condition) == finite


@pytest.mark.parametrize(
    ("statistic", "p"),
    [
        ("cos(x*sqrt(mu))", "Normal"),  # where mu < 0, a hyperbolic cosine
        ("sin(x*sqrt(lamda - 1))**2", "Exponential"),
    ],
)
def test_a_frequency_that_may_be_imaginary_is_no_wave(statistic: str, p: str) -> None:
    assert "closed" not in [c.form for c in expectation(statistic, catalog[p]).cases]


def test_a_log_of_what_may_be_negative_is_not_closed() -> None:
    assert "closed" not in [c.form for c in expectation("log(x + gamma - 1)", catalog.HalfCauchy("gamma")).cases]


@pytest.mark.parametrize(
    ("statistic", "p"),
    [("cos(x)/(1 + x)", ("Gamma", 2, 1)), ("cos(x)", ("Geometric", "1/3")), ("cos(x)", ("Geometric", "p"))],
)
def test_a_complex_shift_that_is_not_understood_stays_open(statistic: str, p: tuple[Any, ...]) -> None:
    assert [c.form for c in expectation(statistic, catalog[p[0]](*p[1:])).cases] in (["integral"], ["series"])


def test_a_wave_where_a_formula_is_long_otherwise() -> None:
    assert str(expectation("cos(x)", catalog.Uniform).expr) == "(-sin(a) + sin(b))/(-a + b)"
    assert str(expectation("x**2", catalog.RaisedCosine).expr) == "mu**2 - 2*s**2/pi**2 + s**2/3"


def test_the_edge_of_a_strip_that_belongs_to_it() -> None:
    p, q = catalog.InverseGaussian(1, 2), catalog.Gompertz(1, 1)
    assert same(kl_divergence(p, q).evaluate(digits=DIGITS), kl_by_quadrature(p, q))


def test_a_negative_difference_of_functions_keeps_its_modulus() -> None:
    t = sp.Symbol("t", real=True)
    value = kl_divergence(catalog.Laplace(sp.sin(t), 1), catalog.Laplace(0, 1)).evaluate(
        t=Rational(-1, 2), digits=DIGITS
    )
    assert same(value, kl_by_quadrature(catalog.Laplace(sp.sin(Rational(-1, 2)), 1), catalog.Laplace(0, 1)))


def test_two_divergent_terms_that_cancel_are_not_called_infinite() -> None:
    p = catalog.Lomax(Rational(1, 2), 1)
    found = expectation("x - sqrt(x**2 + 1)", p)
    assert all(c.form not in ("infinite", "undefined") for c in found.cases)


def test_a_log_that_is_split_and_merged_keeps_its_factors() -> None:
    r = sp.Symbol("r", positive=True)
    assert sp.expand_log(tidy(sp.log(1 - r**2) - sp.log((1 - r**2) ** 2)) + sp.log(1 - r**2)) == 0


def test_contradictory_members_are_refused() -> None:
    with pytest.raises(ParameterError, match="b < a"):
        kl_divergence(catalog.Uniform("a", "b"), catalog.Uniform("b", "a"))


@pytest.mark.parametrize(
    "p",
    [catalog.Triangular(0, 3, 1), catalog.LogCauchy("m", "s"), catalog.Categorical("p"), catalog.Poisson(2)],
    ids=str,
)
def test_a_divergence_from_itself_is_zero_by_definition(p: Distribution, monkeypatch: pytest.MonkeyPatch) -> None:
    """No expectation is needed, nor that E log p exists; with numbers some took half a minute."""

    def refused(*_: Any, **__: Any) -> Any:
        raise AssertionError("derived")

    monkeypatch.setattr("derive.derivation.assignment.derived", refused)
    formula = kl_divergence(p, p)
    assert (formula.expr, formula.form, formula.conditions) == (0, "closed", True)
    assert "q is p" in formula.steps[-1].reason


def test_the_law_that_a_divergence_from_itself_is_zero_is_about_the_formula_of_two_members() -> None:
    from derive.checks.subject import Subject
    from derive.verification.bookkeeping import kl_of_itself

    subject = Subject(catalog.Exponential, digits=15)
    assert {check.verdict.kind for check in kl_of_itself(subject)} == {"proved"}
    formula = subject.formula("kl_divergence")
    (case,), rate = formula.cases, formula.distributions[0].values[0]
    wrong = replace(formula, cases=(case._replace(expr=case.expr + rate),))
    assert {check.verdict.kind for check in kl_of_itself(subject.with_formula("kl_divergence", wrong))} == {"refuted"}


def test_entropy_that_does_not_exist() -> None:
    assert entropy(catalog.LogCauchy).form == "undefined"
    assert cross_entropy(catalog.LogCauchy("m", "s"), catalog.LogNormal("n", "t")).form == "infinite"


# ---- found by users ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("q", "truth"),
    [
        ("Weibull(1, 1/3)", "1/6*9 - log(3)"),
        ("GeneralizedNormal(0, 1, 3)", "1/4 + log(2*gamma(1/3)/3)"),
    ],
)
def test_a_removable_point_inside_an_integral(q: str, truth: str) -> None:
    """At λ = ½ the continuous Bernoulli law is uniform on (0, 1), and its density is written as 0/0."""
    name, values = q.rstrip(")").split("(")
    formula = cross_entropy(catalog.ContinuousBernoulli("lamda_1"), catalog[name].suffixed("_2"))
    place = dict(zip([str(v) for v in formula.distributions[1].values], values.split(", "), strict=True))
    value = formula.evaluate({"lamda_1": "1/2", **place}, digits=20)
    with mpmath.workdps(30):
        assert abs(value - mpmath.mpf(sp.N(read(truth), 30))) < mpmath.mpf(10) ** -19


@pytest.mark.parametrize("order", [4, 6, 8, 13])
@pytest.mark.parametrize("one_sided", [True, False])
def test_a_removable_point_of_high_order(order: int, one_sided: bool) -> None:
    """(e^x − its first terms)/x^n is 1/n! at 0; digits that the pole costs were lost without notice."""
    x = sp.Symbol("x", real=True)
    rest = 1 + (sp.exp(x) - sp.Add(*(x**i / sp.factorial(i) for i in range(order)))) / x**order
    value = evaluate_number(rest, {x: sp.S.Zero}, 20, x >= 0 if one_sided else sp.true)
    with mpmath.workdps(30):
        assert abs(value - 1 - 1 / mpmath.factorial(order)) < mpmath.mpf(10) ** -19


def test_a_removable_point_of_high_order_beside_a_slow_function() -> None:
    """Meijer's G is approached less closely than others, if that will do: the digits that the pole costs are carried there too."""
    x = sp.Symbol("x", real=True)
    rest = (sp.exp(x) - sp.Add(*(x**i / sp.factorial(i) for i in range(6)))) / x**6
    one = sp.meijerg(((), ()), ((0,), ()), x + 1) * sp.exp(x + 1)  # e^−(x + 1)
    value = evaluate_number(one + rest, {x: sp.S.Zero}, 20)
    with mpmath.workdps(30):
        assert abs(value - 1 - 1 / mpmath.factorial(6)) < mpmath.mpf(10) ** -19


def test_the_edge_of_a_case_with_a_slow_function_has_its_value_soon() -> None:
    """q's location at the end of p: log δ and a Meijer G of 1/δ, which at a thousand digits took minutes."""
    formula = cross_entropy(catalog.PearsonTypeIII.suffixed("_1"), catalog.DoubleGamma.suffixed("_2"))
    place = {"mu_1": 0, "sigma_1": 1, "s_1": 1, "k_2": 3, "mu_2": -2, "theta_2": 1}
    # Y = X + 2 has the gamma law of k = 4 and θ = ½: 2 log Y, E log Y = ψ(4) − log 2, and E Y = 2
    with mpmath.workdps(30):
        truth = mpmath.log(4) + 2 - 2 * (mpmath.psi(0, 4) - mpmath.log(2))
        assert abs(formula.evaluate(place, digits=20) - truth) < mpmath.mpf(10) ** -19


@pytest.mark.parametrize(
    ("statistic", "p"),
    [
        ("1/(x - 2)", catalog.Exponential(1)),
        ("1/x", catalog.Normal(0, 1)),
        ("1/(x - 2)", catalog.Normal(0, 1)),
        ("1/(x - 1/2)", catalog.Beta(2, 3)),
        ("tan(x)", catalog.Uniform(0, 2)),
        ("tan(x)", catalog.Normal(0, 1)),
        ("1/sin(x)", catalog.Normal(0, 1)),
        ("1/sin(x)", catalog.VonMises(0, 1)),
        ("1/(exp(x) - 1)", catalog.Normal(0, 1)),
        ("1/log(x)", catalog.Gamma(2, 1)),
        ("1/(x**2 - 2)", catalog.Normal(0, 1)),
        ("(x + 10)/sin(x)**2", catalog.Normal(0, 1)),
        ("x*sin(x)", catalog.Cauchy(0, 1)),
        ("exp(x)*cos(x)", catalog.Exponential(1)),
    ],
)
def test_an_expectation_that_does_not_exist_has_no_value(statistic: str, p: Distribution) -> None:
    formula = expectation(statistic, p)
    assert formula.form == "undefined"
    assert mpmath.isnan(formula.evaluate())


@pytest.mark.parametrize(
    ("statistic", "p"),
    [
        ("exp(x)*cos(x)", catalog.Exponential(1)),
        ("x*sin(x)", catalog.Cauchy(0, 1)),
        ("sin(x)*2**x", catalog.Geometric("1/2")),
        ("(-2)**x", catalog.Geometric("1/2")),
        ("(-2)**x", catalog.NegativeBinomial(1, "1/2")),
        ("cos(pi*x)*x**3", catalog.Zeta(3)),
        ("(-2)**x*x", catalog.Logarithmic("1/2")),
    ],
)
def test_what_oscillates_and_diverges_absolutely_has_no_expectation(statistic: str, p: Distribution) -> None:
    """The limit of partial integrals, and Abel's of partial sums, are no expectation."""
    assert mpmath.isnan(expectation(statistic, p).evaluate())


@pytest.mark.parametrize(
    ("statistic", "p"),
    [
        ("1/(x - 1)**2", catalog.Normal(0, 1)),
        ("1/abs(x)", catalog.Laplace(0, 1)),
        ("(x - 1)**(-3/2)", catalog.Pareto(1, "a")),
        ("1/(2 - x)", catalog.Uniform(0, 2)),
        ("tan(x)**2", catalog.Uniform(0, 2)),
        ("1/sin(x)", catalog.Uniform(0, 1)),
        ("1/cos(x)**2", catalog.Normal(0, 1)),
        ("1/(exp(x) - 1)**2", catalog.Normal(0, 1)),
        ("1/(1 - cos(x))", catalog.Uniform(-1, 1)),
        ("1/(x**2 - 1)**2", catalog.Normal(0, 1)),
        ("sin(x)**2*x", catalog.Pareto(1, 1)),
        ("1/abs(log(x))", catalog.Uniform(0, 2)),
    ],
)
def test_an_expectation_that_diverges_at_a_point(statistic: str, p: Distribution) -> None:
    formula = expectation(statistic, p)
    assert formula.form == "infinite" and formula.evaluate(dict.fromkeys(formula.symbols, 2)) == mpmath.inf


def test_what_oscillates_converges_where_its_envelope_does() -> None:
    cases = expectation("sin(x)**2*x", catalog.Pareto(1, "a")).cases
    assert [(str(c.condition), c.form) for c in cases] == [("a > 1", "integral"), ("a <= 1", "infinite")]
    cases = expectation("x**2*cos(x)", catalog.StudentT("nu", 0, 1)).cases
    assert [(str(c.condition), c.form) for c in cases] == [("nu > 2", "integral"), ("nu <= 2", "undefined")]


@pytest.mark.parametrize(
    ("statistic", "p", "value"),
    [
        ("x/sin(x)", catalog.Uniform(-1, 1), "1.0597627933479"),  # Σ (−1)^(n+1) 2 (2^(2n−1) − 1) B_2n/((2n)! (2n + 1))
        ("log(abs(sin(x)))", catalog.Uniform(0, "pi"), "-log(2)"),
        ("1/sqrt(abs(sin(x)))", catalog.Uniform(0, "pi"), "gamma(1/4)/(sqrt(pi)*gamma(3/4))"),
        ("abs(log(x))**(-1/2)", catalog.Uniform(0, 1), "sqrt(pi)"),
    ],
)
def test_a_singularity_inside_that_is_none_or_is_integrable(statistic: str, p: Distribution, value: str) -> None:
    found = expectation(statistic, p).evaluate()
    assert abs(found - mpmath.mpf(sp.N(read(value), 20))) < 1e-12


@pytest.mark.parametrize(
    ("statistic", "p", "value"),
    [
        ("(x - 1)**(-1/2)", catalog.Pareto(1, 2), "3*pi/4"),
        ("(2 - x)**(-1/2)", catalog.Uniform(0, 2), "sqrt(2)"),
        ("sqrt(x + 1)", catalog.Exponential(1), "1 + E*sqrt(pi)*erfc(1)/2"),
        ("(x - 2)**(-2)", catalog.Beta(2, 3), "42 - 60*log(2)"),
    ],
)
def test_a_power_of_a_sum(statistic: str, p: Distribution, value: str) -> None:
    formula = expectation(statistic, p)
    assert formula.form == "closed"
    with mpmath.workdps(30):
        assert abs(formula.evaluate(digits=25) - mpmath.mpf(sp.N(read(value), 30))) < mpmath.mpf(10) ** -24


def test_a_value_that_is_not_reached_is_none() -> None:
    with pytest.raises(EvaluationError, match="converges too slowly"):
        expectation("1/(x*exp(x) - 1)", catalog.Normal(0, 1)).evaluate()


def test_numbers_that_are_equal_are_seen_to_be() -> None:
    tie = kl_divergence(catalog.Uniform(0, "s"), catalog.Uniform(0, "t"))
    for s, t in (("log(4)", "2*log(2)"), ("sqrt(2)+sqrt(3)", "sqrt(5+2*sqrt(6))"), ("log(pi**2)", "2*log(pi)")):
        assert tie.evaluate(s=s, t=t) == tie.evaluate(s=t, t=s) == 0
        assert kl_divergence(catalog.Uniform(0, s), catalog.Uniform(0, t)).evaluate() == 0
    least = Rational(1, 10**900)
    assert tie.evaluate(s=sp.log(4) + least, t="2*log(2)") == mpmath.inf
    assert mpmath.isfinite(tie.evaluate(s=sp.log(4) - least, t="2*log(2)"))
    logarithmic = chi_squared_divergence(catalog.Logarithmic("p"), catalog.Logarithmic("q"))
    assert logarithmic.evaluate(p="1/2", q="1/4") == mpmath.inf
    counts = chi_squared_divergence(catalog.GeometricFromZero("p"), catalog.NegativeBinomial(4, "q"))
    assert same(counts.evaluate(p="1/2", q="3/4", digits=DIGITS), mpmath.mpf(5) / 27)
    with pytest.raises(ParameterError, match="a < b must hold"):
        catalog.Uniform("log(4)", "2*log(2)")


def test_a_condition_that_nothing_decides_is_named() -> None:
    near = sp.log(2 + Rational(1, 10**4000)) - sp.log(2)  # 0 to all digits that are looked at, and positive
    with pytest.raises(EvaluationError, match=r"not decided at s = .*: s <= t; s > t"):
        kl_divergence(catalog.Uniform(0, "s"), catalog.Uniform(0, "t")).evaluate(s=2 + near, t=2)


def test_a_small_divergence_is_not_zero() -> None:
    formula = kl_divergence(catalog.Logistic.suffixed("_1"), catalog.Logistic.suffixed("_2"))
    value = formula.evaluate(mu_1=0, s_1=1, mu_2="10**-10", s_2=1, digits=10)
    assert mpmath.nstr(value, 5) == "1.6667e-21"


@pytest.mark.parametrize(
    ("p", "q"),
    [(("Normal", 0, "s"), ("Normal", 0, "-s")), (("Bernoulli", "p"), ("Bernoulli", "p + 1"))],
)
def test_parameters_that_contradict_each_other_are_refused(p: tuple[str, ...], q: tuple[str, ...]) -> None:
    with pytest.raises(ParameterError, match="must be"):
        kl_divergence(catalog[p[0]](*p[1:]), catalog[q[0]](*q[1:]))


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("Exponential", ("log(4) - 2*log(2)",), "Exponential: lamda must be positive, got "),
        ("Normal", (0, "sin(1)**2 + cos(1)**2 - 1"), "Normal: sigma must be positive"),
        ("Geometric", ("log(4)/(2*log(2))",), "Geometric: p must be strictly between 0 and 1"),
        ("GeneralizedPareto", (0, 1, "log(4) - 2*log(2)"), "xi must be real and not zero"),
        ("Binomial", ("log(8)/log(3)", "1/2"), "n must be a positive integer"),
        ("Exponential", ("log(4) - 2*log(2) - 1/10**200",), "lamda must be positive"),
    ],
)
def test_a_number_is_in_its_domain_or_not_whatever_way_it_is_written(name: str, values: Any, words: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(words)):
        catalog[name](*values)


def test_a_number_in_its_domain_is_seen_to_be() -> None:
    assert catalog.Binomial("log(8)/log(2)", "1/2").values[0] == sp.log(8) / sp.log(2)
    assert catalog.Categorical(["log(4)/(4*log(2))", "1/2"]).family is catalog.Categorical
    with pytest.raises(ParameterError, match="lamda must be positive"):
        entropy(catalog.Exponential("lamda")).evaluate(lamda="log(4) - 2*log(2)")


@pytest.mark.parametrize("value", ["oo", "nan", "I", "zoo"])
def test_a_name_of_what_is_no_number_is_no_name(value: str) -> None:
    with pytest.raises(ParameterError, match="must be positive"):
        catalog.Gamma(value, 1)


def test_a_parameter_with_the_name_of_the_variable() -> None:
    assert [e.args[1].args[0].name for e in entropy(catalog.Poisson("x")).expr.atoms(sp.Sum)] == ["t"]


def test_a_density_with_a_square_below_the_log() -> None:
    law = stats.QuadraticU("L", 0, 2)
    assert sp.simplify(entropy(law).expr - sp.log(sp.Rational(2, 3)) - sp.Rational(2, 3)) == 0
    assert sp.simplify(kl_divergence(law, catalog.Uniform(0, 2)).expr - sp.log(3) + sp.Rational(2, 3)) == 0


@pytest.mark.parametrize(
    ("statistic", "p", "value"),
    [
        ("log(x)", catalog.Poisson(2), "-inf"),
        ("-log(x)", catalog.DiscreteUniform(0, 4), "inf"),
        ("log(x)", catalog.Bernoulli("1/3"), "-inf"),
        ("1/(x - 2)**2", catalog.Poisson(2), "inf"),
        ("1/(x - 2)", catalog.Poisson(2), "nan"),
        ("x*log(x)", catalog.Poisson(2), "1.95599628196336"),
        ("x*log(x)", catalog.DiscreteUniform(0, 4), "2.04546173432076"),
    ],
)
def test_a_term_without_a_value_is_its_limit(statistic: str, p: Distribution, value: str) -> None:
    found, truth = expectation(statistic, p).evaluate(), mpmath.mpf(value)
    assert found == truth or abs(found - truth) < 1e-14 or mpmath.isnan(found) and mpmath.isnan(truth)


@pytest.mark.parametrize(("a", "value"), [("-1", "-1/3"), ("-3/2", "-3/7"), ("-2", None), ("-3", None)])
def test_a_power_of_a_negative_number_is_derived_with_the_number(a: str, value: str | None) -> None:
    """The condition is on log a; a^x is real on the integers all the same."""
    found = expectation("a**x", catalog.Geometric("p")).evaluate(a=a, p="1/2")
    assert mpmath.isnan(found) if value is None else abs(found - mpmath.mpf(value)) < 1e-14


@pytest.mark.parametrize(
    ("statistic", "p", "place", "value"),
    [
        ("x**2", catalog.Hypergeometric, {"N": 1, "K": 1, "n": 1}, 1),
        ("x**3", catalog.Hypergeometric, {"N": 2, "K": 2, "n": 2}, 8),
        ("x**3", catalog.Hypergeometric, {"N": 2, "K": 1, "n": 1}, Rational(1, 2)),
        ("abs(x)**k", catalog.Uniform, {"a": -1, "b": 0, "k": -2}, mpmath.inf),
    ],
)
def test_what_has_no_value_and_no_limit_is_derived_with_the_numbers(
    statistic: str, p: Any, place: dict[str, Any], value: Any
) -> None:
    assert expectation(statistic, p).evaluate(place) == value


@pytest.mark.parametrize(
    ("statistic", "p", "members", "inside"),
    [
        ("a**x", catalog.Geometric("p"), {"p": Rational(1, 3)}, "(1 - p)*Abs(a) < 1"),
        ("a**x*x", catalog.GeometricFromZero("p"), {"p": Rational(1, 3)}, "(1 - p)*Abs(a) < 1"),
        (
            "a**(x + 1)",
            catalog.NegativeBinomial("r", "p"),
            {"p": Rational(1, 3), "r": Rational(5, 2)},
            "(1 - p)*Abs(a) < 1",
        ),
        ("a**x", catalog.Logarithmic("p"), {"p": Rational(2, 3)}, "p*Abs(a) < 1"),
        ("a**x", catalog.Poisson("l"), {"l": Rational(3, 2)}, "True"),
    ],
)
def test_a_power_of_a_letter_of_either_sign_is_a_power_series(
    statistic: str, p: Distribution, members: dict[str, Any], inside: str
) -> None:
    formula = expectation(statistic, p)
    assert (str(formula.cases[0].condition), formula.cases[0].form) == (inside, "closed")
    member = p.family(*(members[v.name] for v in p.values))
    for a in (Rational(5, 4), Rational(-5, 4), Rational(-1, 2)):
        truth = read(statistic, lambda name: member.variable if name == "x" else a)  # noqa: B023
        assert case_at(formula, a=a, **members).form == "closed"
        assert same(formula.evaluate({"a": a, **members}, digits=DIGITS), expected(truth, member))
    if inside != "True":
        assert case_at(formula, a=Rational(3, 2), **members).form == "infinite"
        assert case_at(formula, a=Rational(-3, 2), **members).form == "undefined"
        assert mpmath.isnan(formula.evaluate({"a": Rational(-3, 2), **members}))


@pytest.mark.parametrize(
    ("p", "statistic", "told"),
    [
        (catalog.Poisson("l"), "(-1)**x", "exp(-2*l)"),
        (catalog.Binomial("n", "p"), "(-2)**x", "(1 - 3*p)**n"),
        (catalog.Binomial("n", "p"), "a**x", "(a*p - p + 1)**n"),
        (catalog.NegativeBinomial("r", "p"), "(-1)**x", "p**r/(2 - p)**r"),
        (catalog.Geometric("p"), "cos(pi*x)", "p/(p - 2)"),
        (catalog.Logarithmic("p"), "x*(-1)**x", "p/((p + 1)*log(1 - p))"),
    ],
)
def test_a_power_of_a_number_below_zero(p: Distribution, statistic: str, told: str) -> None:
    formula = expectation(statistic, p)
    assert [str(formula), formula.form] == [told, "closed"]


@pytest.mark.parametrize(
    ("statistic", "told"),
    [
        ("cos(x)**2", "exp(-2*gamma)*cos(2*x_0)/2 + 1/2"),
        ("cos(x)*sin(2*x)", "exp(-gamma)*sin(x_0)/2 + exp(-3*gamma)*sin(3*x_0)/2"),
    ],
)
def test_products_of_waves_are_sums_of_waves(statistic: str, told: str) -> None:
    formula = expectation(statistic, catalog.Cauchy)
    assert str(formula) == told
    p = catalog.Cauchy(Rational(1, 3), Rational(1, 2))
    x = p.variable
    density, wave = sp.exp(p.log_density), sp.sympify(statistic).subs("x", x)
    truth = sp.lambdify(x, density * wave, "mpmath")
    with mpmath.workdps(20):
        area = sum(mpmath.quad(truth, [k, k + 1]) for k in range(-300, 300))
    assert abs(formula.evaluate({"x_0": Rational(1, 3), "gamma": Rational(1, 2)}, digits=15) - area) < 1e-3


@pytest.mark.parametrize(
    ("p", "told"),
    [
        (catalog.Cauchy("m", "g"), "exp(-g*Abs(a))*cos(a*m)"),
        (catalog.StudentT(3, 0, 1), "(sqrt(3)*Abs(a) + 1)*exp(-sqrt(3)*Abs(a))"),
    ],
)
def test_characteristic_functions_of_student_laws(p: Distribution, told: str) -> None:
    formula = expectation("cos(a*x)", p)
    assert str(formula) == told
    assert formula.evaluate(dict.fromkeys(formula.symbols, 1) | {"a": 0}) == 1


@pytest.mark.parametrize(
    ("p", "told"),
    [
        (catalog.Logistic("m", "s"), "pi*s*t*cos(m*t)/sinh(pi*s*t)"),
        (catalog.HyperbolicSecant("m", "s"), "cos(m*t)/cosh(s*t)"),
        (catalog.Gumbel("m", "b"), "real_part(exp(I*m*t)*gamma(1 - I*b*t))"),
        (catalog.Beta("p", "q"), "real_part(hyper((p,), (p + q,), I*t))"),
        (catalog.Arcsine(-1, 1), "besselj(0, t)"),
        (catalog.Semicircle("m", "r"), "2*cos(m*t)*besselj(1, r*t)/(r*t)"),
    ],
)
def test_characteristic_functions_where_the_exponential_has_no_branches(p: Distribution, told: str) -> None:
    """Its mean at an imaginary place; in a letter that may be 0 or negative."""
    formula = expectation("cos(t*x)", p)
    assert str(formula) == told
    place = {name: Rational(i, 3) for i, name in enumerate(formula.symbols, 2)}
    assert formula.evaluate(place | {"t": 0}) == 1
    assert same(formula.evaluate(place | {"t": -2}, digits=DIGITS), formula.evaluate(place | {"t": 2}, digits=DIGITS))


def test_what_has_branches_is_not_continued() -> None:
    c = sp.Symbol("c", real=True)
    assert not without_branches(sp.log(1 - c), c) and not without_branches(sp.Abs(c), c)
    assert not without_branches(sp.hyper([1, 1], [2], c), c) and not without_branches(sp.besseli(sp.S.Half, c), c)


@pytest.mark.parametrize("p", [catalog.Beta("a", "b"), catalog.Semicircle(0, 1)])
def test_an_exponential_in_a_letter_of_either_sign(p: Distribution) -> None:
    """A row for c ≠ 0 holds at 0."""
    formula = expectation("exp(c*x)", p)
    assert formula.form == "closed"
    place = {name: Rational(3, 2) for name in formula.symbols}
    assert formula.evaluate(place | {"c": 0}) == 1 and formula.evaluate(place | {"c": -1}) > 0


def test_a_power_of_a_number_below_zero_may_have_no_mean() -> None:
    """E (−2)^X of a geometric law: terms 2^x (1 − p)^x of either sign."""
    formula = expectation("(-2)**x", catalog.Geometric("p"))
    assert [(str(c.condition), c.form) for c in formula.cases] == [("2*p > 1", "closed"), ("2*p <= 1", "undefined")]
    assert formula.evaluate(p="3/4") == -1


def test_a_condition_on_a_sum_of_logs_is_one_on_a_product() -> None:
    a, x = sp.Symbol("a", positive=True), catalog.Geometric("p").variable
    assert [str(c.condition) for c in expectation(a**x, catalog.Geometric("p")).cases] == [
        "a*(1 - p) < 1",
        "a*(1 - p) >= 1",
    ]


def test_a_power_of_zero_is_derived_with_the_number() -> None:
    """The condition is on log a, of which there is none at 0: E 0^X = P(X = 0)."""
    assert expectation("a**x", catalog.Geometric("p")).evaluate(a=0, p="1/2") == 0
    assert same(
        expectation("a**x", catalog.GeometricFromZero("p")).evaluate(a=0, p="1/3", digits=DIGITS), mpmath.mpf(1) / 3
    )


def test_a_sine_in_a_denominator_that_vanishes_is_seen() -> None:
    """With π rounded, 0/cos(π/2) is 0 and no 0/0: E X was 0 where the power of X is 1."""
    formula = cross_entropy(catalog.RelativisticBreitWigner("M", "G"), catalog.Weibull("k", "l"))
    log_density = catalog.RelativisticBreitWigner(3, 1).log_density
    x = catalog.RelativisticBreitWigner(3, 1).variable
    density = sp.lambdify(x, sp.exp(log_density), "mpmath")
    mean = mpmath.quad(lambda t: t * density(t), [0, 1, 2, 3, 4, 6, 10, 30, mpmath.inf])
    assert abs(formula.evaluate(M=3, G=1, k=1, l=4) - (mpmath.log(4) + mean / 4)) < 1e-10


@pytest.mark.parametrize(
    "statistic, place, value",
    [
        ("1/x", {"a": 1, "b": 3}, sp.log(3) / 2),
        ("1/x", {"a": -3, "b": -1}, -sp.log(3) / 2),
        ("x**k", {"a": 1, "b": 2, "k": "1/2"}, sp.integrate(sp.sqrt(sp.Symbol("x")), (sp.Symbol("x"), 1, 2))),
        ("x**k", {"a": -2, "b": 1, "k": 3}, sp.Rational(-15, 12)),
    ],
)
def test_what_is_open_under_one_of_several_conditions_is_derived_under_each(statistic, place, value):
    formula = expectation(statistic, catalog.Uniform("a", "b"))
    assert {case.form for case in formula.cases} <= {"closed", "infinite", "undefined"}
    assert abs(formula.evaluate(place, digits=20) - mpmath.mpmathify(sp.N(value, 30))) < 1e-19


@pytest.mark.parametrize(
    "statistic, p, place, value",
    [
        # a sign of what is 0 on an interval
        ("sign(max(x, 0))", catalog.Normal(0, 1), {}, Rational(1, 2)),
        ("sign(abs(x - 1) + x - 1)", catalog.Uniform(0, 2), {}, Rational(1, 2)),
        ("sign(floor(x))", catalog.Uniform(0, 2), {}, Rational(1, 2)),
        ("Heaviside(max(x, 0))", catalog.Normal(0, 1), {}, Rational(3, 4)),
        ("sign(log(x) - c)", catalog.Exponential(1), {"c": 0}, 2 * sp.exp(-1) - 1),
        # 1/x goes to -oo where x comes to 0 from below
        ("log(2 + c/x)", catalog.Uniform(-1, 0), {"c": -1}, 3 * sp.log(3) / 2 - 0),
        ("log(1 + c/(x - 1))", catalog.Uniform(0, 1), {"c": -1}, 2 * sp.log(2)),
    ],
)
def test_signs_on_intervals_and_poles_at_ends(
    statistic: str, p: Distribution, place: dict[str, Any], value: sp.Expr
) -> None:
    assert abs(expectation(statistic, p).evaluate(place, digits=DIGITS) - mpmath.mpmathify(sp.N(value, 30))) < 1e-15


@pytest.mark.parametrize(
    "statistic, p, inside, outside",
    [
        ("log(2 + c/x)", catalog.Uniform(-1, 0), -1, 1),
        ("sqrt(c - 1/x)", catalog.Uniform(-1, 0), 2, -2),
        ("log(exp(abs(x)) - c)", catalog.Normal(0, 1), "1/2", 2),
    ],
)
def test_where_a_statistic_is_real_at_poles_and_kinks(
    statistic: str, p: Distribution, inside: Any, outside: Any
) -> None:
    formula = expectation(statistic, p)
    assert case_at(formula, c=Rational(inside)).form in ("closed", "integral")
    assert case_at(formula, c=Rational(outside)).form == "undefined"


def test_a_letter_to_a_power_of_either_sign_is_positive() -> None:
    """0^x is not finite for x < 0, and 0 for x > 0."""
    assert case_at(expectation("c**x", catalog.Normal(0, 1)), c=sp.S.Zero).form == "undefined"
    assert case_at(expectation("c**x", catalog.Exponential(1)), c=Rational(1, 2)).form == "closed"
    assert same(expectation("c**x", catalog.Normal(0, 1)).evaluate(c=2), mpmath.exp(mpmath.log(2) ** 2 / 2))


def test_the_greater_of_two_functions_has_an_answer() -> None:
    """That SymPy writes Max by exponentials of itself did not end."""
    formula = expectation("max(x, 1/x)", catalog.Pareto(1, 3))
    assert abs(formula.evaluate(digits=15) - mpmath.mpf(3) / 2) < 1e-12


@pytest.mark.parametrize(
    "statistic, p", [("1/(x**3 + 1)", catalog.Normal(0, 1)), ("1/(x**3 + 8)", catalog.Uniform(-3, 0))]
)
def test_a_pole_at_an_odd_root_is_seen(statistic: str, p: Distribution) -> None:
    assert expectation(statistic, p).form == "undefined"


@pytest.mark.parametrize(
    ("condition", "p", "value"),
    [
        ("x > 1", catalog.Exponential("lamda"), "exp(-lamda)"),
        ("(x > 1) & (x < 2)", catalog.Exponential("lamda"), "exp(-lamda) - exp(-2*lamda)"),
        ("(x > 1) | (x < 1/2)", catalog.Exponential("lamda"), "exp(-lamda) + 1 - exp(-lamda/2)"),
        ("((x > 1) & (x < 2)) | (x > 3)", catalog.Exponential("lamda"), "exp(-lamda) - exp(-2*lamda) + exp(-3*lamda)"),
        ("x >= 2", catalog.Poisson("lamda"), "1 - (1 + lamda)*exp(-lamda)"),
        ("(x > 1) & (x < 4)", catalog.Poisson("lamda"), "(lamda**2/2 + lamda**3/6)*exp(-lamda)"),
    ],
    ids=str,
)
def test_a_condition_has_its_probability(condition: str, p: Distribution, value: str) -> None:
    found = expectation(condition, p)
    assert found.form == "closed"
    assert same(
        found.evaluate(lamda="3/2", digits=DIGITS), mpmath.mpf(sp.N(read(value).subs("lamda", Rational(3, 2)), 40))
    )


@pytest.mark.parametrize(
    ("values", "keywords", "words"),
    [
        ({"k": 3}, {"k": 4, "theta": 1}, "k is given twice"),
        ({}, {"k": float("inf"), "theta": 1}, "k must be a real number, got inf"),
        ({}, {"k": 3, "theta": 1, "digits": 0}, "digits must be a positive whole number, got 0"),
        ({}, {"k": 3, "theta": 1, "digits": 2.5}, "digits must be a positive whole number, got 2.5"),
    ],
)
def test_what_is_asked_of_a_value_is_checked(values: dict[str, Any], keywords: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(words)):
        entropy(catalog.Gamma("k", "theta")).evaluate(values, **keywords)


def test_a_number_is_no_vector() -> None:
    with pytest.raises(ParameterError, match="p must be a vector, got 1"):
        entropy(catalog.Categorical("p")).evaluate(p=1)


def test_a_sign_that_is_lost_in_squares_multiplied_out_is_told() -> None:
    """The discriminant of a quadratic without real zeros, of four letters."""
    d, v, w, s = sp.symbols("d v w s", positive=True)
    below = (d + w) ** 2 + (d + w) * s + s**2
    discriminant = v**2 * (2 * d + 2 * w + s) ** 2 / sp.expand(below) ** 2 - 4 * v**2 / sp.expand(below)
    assert sp.factor(discriminant + 3 * s**2 * v**2 / below**2) == 0
    assert Facts().decide(-discriminant > 0) is True
