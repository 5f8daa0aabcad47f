"""Whether a mean exists is decided before a formula or an integral is given, by conditions on the letters.

What a mean is at a point is told by hand from the definition: +∞, −∞, undefined, or finite, and then its value is that of
mpmath's quadrature, or sum, of the definition.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import mpmath
import pytest
import sympy as sp

from derive import catalog, cross_entropy, expectation, kl_divergence
from derive.cli.console import as_dict, described
from derive.derivation.statistic import StatisticError
from derive.families.expression import read
from derive.numerics.terms import EvaluationError
from derive.writing import notation

LAST = 150
"""The last term of a sum that is taken."""
UNDEFINED, RISING, FALLING, FINITE = "undefined", "+oo", "-oo", "finite"

PLACES: dict[tuple[str, tuple[str, ...]], list[tuple[str, str]]] = {
    ("log(min(x, c))", ("Exponential", "l")): [("c=1, l=1", FINITE), ("c=1, l=2", FINITE), ("c=-2, l=1", UNDEFINED)],
    ("log(min(x, c))", ("Pareto", "a", "b")): [("a=1/2, b=2, c=1", FINITE), ("a=1, b=2, c=1/2", FINITE), ("a=1, b=2, c=-1", UNDEFINED)],
    ("sqrt(max(x, c))", ("Uniform", "-1", "1")): [("c=0", FINITE), ("c=1", FINITE), ("c=-1/2", UNDEFINED)],
    ("log(x/(1 - x))", ("Uniform", "a", "b")): [
        ("a=0, b=1", FINITE), ("a=1/4, b=2/3", FINITE), ("a=-1, b=1/2", UNDEFINED), ("a=1/2, b=3/2", UNDEFINED), ("a=2, b=3", UNDEFINED),
    ],
    ("sqrt((x - c)/(x - 1))", ("Uniform", "0", "2")): [("c=1", FINITE), ("c=2", UNDEFINED), ("c=-1", UNDEFINED)],
    ("tan(x)", ("Uniform", "a", "b")): [
        ("a=-1, b=1", FINITE), ("a=2, b=4", FINITE), ("a=0, b=2", UNDEFINED), ("a=0, b=20", UNDEFINED), ("a=0, b=pi/2", RISING), ("a=pi/2, b=4", FALLING),
        ("a=-pi/2, b=pi/2", UNDEFINED), ("a=201*pi/2, b=201*pi/2+1", FALLING), ("a=100, b=101", FINITE), ("a=102, b=103", UNDEFINED),
    ],
    ("tan(x)**2", ("Uniform", "a", "b")): [("a=100, b=101", FINITE), ("a=102, b=103", RISING), ("a=0, b=pi/2", RISING)],
    ("1/sin(x)**2", ("RaisedCosine", "m", "s")): [("m=1, s=1", FINITE), ("m=1, s=2", RISING), ("m=99, s=1", FINITE), ("m=100, s=1", RISING)],
    ("1/(x - c)", ("Gamma", "k", "t")): [
        ("c=-1, k=1/2, t=1", FINITE), ("c=0, k=2, t=3", FINITE), ("c=0, k=1, t=1", RISING), ("c=1, k=3, t=1", UNDEFINED), ("c=5, k=1/2, t=2", UNDEFINED),
    ],
    ("1/x", ("Semicircle", "m", "r")): [("m=2, r=1", FINITE), ("m=1, r=1", FINITE), ("m=-1, r=1", FINITE), ("m=0, r=1", UNDEFINED), ("m=1, r=3", UNDEFINED)],
    ("1/x", ("RaisedCosine", "m", "s")): [("m=2, s=1", FINITE), ("m=1, s=1", FINITE), ("m=-1, s=1", FINITE), ("m=1/2, s=1", UNDEFINED)],
    ("1/x", ("Epanechnikov", "m", "h")): [("m=2, h=1", FINITE), ("m=-1, h=1", FINITE), ("m=1/2, h=1", UNDEFINED), ("m=-1/2, h=1", UNDEFINED)],
    ("1/x", ("Anglit", "m", "s")): [("m=4, s=1", FINITE), ("m=1/2, s=1", UNDEFINED)],
    ("1/x", ("Arcsine", "a", "b")): [("a=1, b=2", FINITE), ("a=0, b=2", RISING), ("a=-2, b=0", FALLING), ("a=-1, b=1", UNDEFINED)],
    ("1/(c*x - 1)", ("Uniform", "0", "1")): [
        ("c=1/2", FINITE), ("c=0", FINITE), ("c=-3", FINITE), ("c=1", FALLING), ("c=2", UNDEFINED),
    ],
    ("1/(c*x - 1)", ("Normal", "0", "1")): [("c=0", FINITE), ("c=1/9", UNDEFINED), ("c=-2", UNDEFINED)],
    ("1/(c*x + d)", ("Uniform", "0", "1")): [
        ("c=1, d=1", FINITE), ("c=0, d=2", FINITE), ("c=-1, d=-3", FINITE), ("c=0, d=0", UNDEFINED), ("c=1, d=0", RISING), ("c=-1, d=0", FALLING),
        ("c=-1, d=1", RISING), ("c=1, d=-1", FALLING), ("c=2, d=-1", UNDEFINED), ("c=-2, d=1", UNDEFINED),
    ],
    ("1/(x**2 - c)", ("Uniform", "0", "1")): [
        ("c=-1", FINITE), ("c=2", FINITE), ("c=0", RISING), ("c=1", FALLING), ("c=1/4", UNDEFINED),
    ],
    ("1/(c*x**2 - 1)", ("Uniform", "0", "1")): [("c=1/2", FINITE), ("c=-2", FINITE), ("c=1", FALLING), ("c=3", UNDEFINED)],
    ("1/(exp(x) - c)", ("Normal", "0", "1")): [("c=-1", FINITE), ("c=0", FINITE), ("c=2", UNDEFINED)],
    ("1/(abs(x) - c)", ("Laplace", "0", "1")): [("c=-1", FINITE), ("c=0", RISING), ("c=1", UNDEFINED)],
    ("1/(abs(x) - c)**2", ("Laplace", "0", "1")): [("c=-1", FINITE), ("c=0", RISING), ("c=1", RISING)],
    ("abs(x)**k", ("Uniform", "a", "b")): [
        ("a=0, b=2, k=3", FINITE), ("a=0, b=2, k=-1/2", FINITE), ("a=0, b=2, k=-1", RISING), ("a=0, b=2, k=-3", RISING), ("a=1, b=2, k=-3", FINITE),
        ("a=-2, b=0, k=-1/2", FINITE), ("a=-2, b=0, k=-2", RISING), ("a=-2, b=1, k=-2", RISING), ("a=-2, b=1, k=1", FINITE), ("a=-2, b=-1, k=-2", FINITE),
    ],
    ("abs(x - c)**k", ("Exponential", "1")): [
        ("c=0, k=-1/2", FINITE), ("c=0, k=-1", RISING), ("c=0, k=-3/2", RISING), ("c=-1, k=-3", FINITE), ("c=1, k=-1/2", FINITE), ("c=1, k=-2", RISING),
    ],
    ("x**c*log(x)", ("Uniform", "a", "b")): [
        ("a=0, b=2, c=1/2", FINITE), ("a=0, b=2, c=-1/2", FINITE), ("a=0, b=2, c=-1", FALLING), ("a=1, b=2, c=-3", FINITE), ("a=-1, b=2, c=1", UNDEFINED),
    ],
    # poles of which it hangs on a letter whether, and where, they are
    ("1/(1 - c*x)", ("Beta", "a", "b")): [
        ("c=-2, a=1, b=1", FINITE), ("c=1, a=1, b=2", FINITE), ("c=1, a=1, b=1", RISING), ("c=2, a=1, b=1", UNDEFINED), ("c=0, a=2, b=1", FINITE),
    ],
    ("1/abs(1 - c*x)**k", ("Beta", "a", "b")): [
        ("c=1, k=3, a=1, b=1", RISING), ("c=1, k=1, a=1, b=3", FINITE), ("c=2, k=2, a=1, b=1", RISING), ("c=-1, k=2, a=1, b=1", FINITE),
    ],
    ("1/min(x, c)", ("Exponential", "l")): [("c=0, l=1", UNDEFINED), ("c=1, l=1", RISING), ("c=-1, l=1", FINITE)],
    ("1/max(x, c)", ("Normal", "m", "s")): [("c=0, m=0, s=1", UNDEFINED), ("c=1, m=0, s=1", FINITE), ("c=-1, m=0, s=1", UNDEFINED)],
    ("log(x)**k", ("Pareto", "a", "b")): [
        ("a=1, b=1, k=-2", RISING), ("a=2, b=3, k=-2", FINITE), ("a=1/2, b=3, k=-2", RISING), ("a=1/2, b=3, k=-1", UNDEFINED), ("a=1/2, b=3, k=3", FINITE),
    ],
    ("1/log(x)", ("Pareto", "a", "b")): [("a=2, b=2", FINITE), ("a=1, b=2", RISING), ("a=1/2, b=2", UNDEFINED)],
    ("1/acos(x)", ("Beta", "a", "b")): [("a=1, b=1", FINITE), ("a=1, b=1/2", RISING), ("a=1, b=1/4", RISING)],
    ("exp(max(x, c*x))", ("Laplace", "m", "s")): [
        ("c=2, m=0, s=1/3", FINITE), ("c=2, m=0, s=2/3", RISING), ("c=-2, m=0, s=2/3", RISING), ("c=-1, m=0, s=1/2", FINITE), ("c=1, m=0, s=1", RISING),
    ],
    # 0 to a power, which is not one of what is positive
    ("(c*x)**k", ("Exponential", "l")): [
        ("c=1, k=1/2, l=1", FINITE), ("c=2, k=-1, l=1", RISING), ("c=-1, k=-2, l=1", RISING), ("c=-1, k=-1, l=1", FALLING), ("c=0, k=-1, l=1", UNDEFINED),
        ("c=0, k=2, l=1", FINITE), ("c=0, k=0, l=1", FINITE), ("c=-1, k=1/2, l=1", UNDEFINED),
    ],
    ("(c*x)**(k + 1)", ("Exponential", "l")): [("c=0, k=-1, l=1", FINITE), ("c=0, k=1, l=1", FINITE), ("c=2, k=-2, l=1", RISING)],
    # supports that hang on the sign of a parameter
    ("x", ("GeneralizedPareto", "m", "s", "k")): [("m=1, s=1, k=1/3", FINITE), ("m=-1, s=1, k=-1/2", FINITE), ("m=0, s=1, k=1", RISING)],
    ("x**2", ("GeneralizedPareto", "m", "s", "k")): [("m=1, s=1, k=1/4", FINITE), ("m=-1, s=1, k=-1/2", FINITE), ("m=0, s=1, k=1/2", RISING)],
    ("1/x", ("GeneralizedPareto", "m", "s", "k")): [
        ("m=1, s=1, k=1", FINITE), ("m=0, s=1, k=1", RISING), ("m=-1, s=1, k=1/2", UNDEFINED), ("m=1, s=1, k=-1/2", FINITE), ("m=-1, s=1, k=-1/2", UNDEFINED),
        ("m=-2, s=1, k=-1/2", FINITE), ("m=-1, s=1, k=-1", FALLING), ("m=-3, s=1, k=-1/2", FINITE),
    ],
    ("log(x)", ("GeneralizedPareto", "m", "s", "k")): [("m=1, s=1, k=1/2", FINITE), ("m=-1/4, s=1, k=1/2", UNDEFINED)],
    ("x", ("GeneralizedExtremeValue", "m", "s", "k")): [("m=1, s=1, k=-1/2", FINITE), ("m=0, s=1, k=1", RISING)],
    ("1/x", ("GeneralizedExtremeValue", "m", "s", "k")): [("m=1, s=1, k=1/2", UNDEFINED), ("m=2, s=1, k=1/2", FINITE), ("m=-3, s=1, k=-1/2", FINITE)],
    # functions with poles and asymptotics of their own
    ("gamma(x)", ("Uniform", "-1/2", "1")): [("", UNDEFINED)],
    ("gamma(x)**2", ("Uniform", "-1/2", "1")): [("", RISING)],
    ("x*gamma(x)", ("Uniform", "0", "1")): [("", FINITE)],
    ("gamma(x)", ("Exponential", "l")): [("l=1", RISING)],
    ("gamma(x)", ("Normal", "m", "s")): [("m=9, s=1", UNDEFINED)],
    ("factorial(x)", ("Uniform", "-3/2", "0")): [("", UNDEFINED)],
    ("zeta(x)", ("Uniform", "a", "b")): [("a=0, b=2", UNDEFINED), ("a=2, b=3", FINITE), ("a=1, b=2", RISING), ("a=0, b=1", FALLING)],
    ("zeta(x)", ("Geometric", "p")): [("p=1/2", RISING)],
    ("digamma(x)", ("Gamma", "k", "t")): [("k=2, t=1", FINITE), ("k=1, t=1", FALLING), ("k=1/2, t=1", FALLING)],
    ("polygamma(1, x)", ("Gamma", "k", "t")): [("k=3, t=1", FINITE), ("k=2, t=1", RISING)],
    ("floor(1/x)", ("Gamma", "k", "t")): [("k=1, t=1", RISING), ("k=1/2, t=1", RISING)],
    ("floor(x)", ("Cauchy", "m", "s")): [("m=0, s=1", UNDEFINED)],
    ("floor(x)", ("Pareto", "a", "b")): [("a=1, b=1/2", RISING), ("a=1, b=1", RISING)],
    ("floor(exp(x))", ("Exponential", "l")): [("l=1/2", RISING), ("l=1", RISING)],
    ("exp(floor(x)/2)", ("Exponential", "r")): [("r=1/2", RISING), ("r=2/5", RISING)],
    ("factorial(x)", ("Poisson", "l")): [("l=1/2", FINITE), ("l=1", RISING), ("l=2", RISING)],
    ("gamma(x + 1)", ("Poisson", "l")): [("l=1/2", FINITE), ("l=1", RISING)],
    ("binomial(2*x, x)", ("Geometric", "p")): [("p=4/5", FINITE), ("p=1/2", RISING), ("p=3/4", RISING)],
    ("2**floor(x/2)", ("Geometric", "p")): [("p=1/2", FINITE), ("p=1/4", RISING)],
    ("2**x*cos(pi*x)", ("Geometric", "p")): [("p=3/4", FINITE), ("p=1/2", UNDEFINED), ("p=1/3", UNDEFINED)],
    ("1/(1 - c*x)", ("Geometric", "p")): [
        ("c=1/2, p=1/2", UNDEFINED), ("c=1, p=1/2", FALLING), ("c=2/3, p=1/2", FINITE), ("c=-1, p=1/2", FINITE), ("c=2, p=1/2", FINITE),
    ],
    ("1/(1 - c*x)", ("Binomial", "n", "p")): [
        ("c=1/2, n=3, p=1/2", UNDEFINED), ("c=1/3, n=3, p=1/2", RISING), ("c=1/4, n=3, p=1/2", FINITE), ("c=-1, n=3, p=1/2", FINITE),
    ],
    ("1/(x**2 - c)", ("Poisson", "l")): [("c=4, l=1", UNDEFINED), ("c=2, l=1", FINITE), ("c=0, l=1", RISING)],
    # whole powers of a letter: even and odd in turn, always even, always odd
    ("c**(x**2)", ("Geometric", "p")): [("c=-1/2, p=1/3", FINITE), ("c=-1, p=1/3", FINITE), ("c=2, p=1/3", RISING), ("c=-2, p=1/3", UNDEFINED)],
    ("c**(x*(x + 1))", ("Geometric", "p")): [("c=-1/2, p=1/3", FINITE), ("c=-1, p=1/3", FINITE), ("c=-2, p=1/3", RISING)],
    ("c**(x*(x + 1)/2)", ("Geometric", "p")): [("c=-1/2, p=1/3", FINITE), ("c=-2, p=1/3", UNDEFINED)],
    ("c**(2*x + 1)", ("GeometricFromZero", "p")): [("c=-1/2, p=3/4", FINITE), ("c=-2, p=3/4", FALLING), ("c=2, p=3/4", RISING)],
    ("c**(2**x)", ("Geometric", "p")): [("c=-1/2, p=1/3", FINITE), ("c=0, p=1/3", FINITE), ("c=3/2, p=1/3", RISING)],
    # counts: a value at an integer is its limit, from the sides that the support has
    ("1/x", ("Poisson", "l")): [("l=2", RISING)],
    ("1/(x - c)", ("Poisson", "l")): [
        ("c=-1, l=2", FINITE), ("c=1/2, l=2", FINITE), ("c=0, l=2", RISING), ("c=3, l=2", UNDEFINED),
    ],
    ("log(abs(x - 3))", ("Poisson", "l")): [("l=2", FALLING)],
    ("log(abs(x - c))", ("Binomial", "n", "p")): [
        ("c=2, n=5, p=1/3", FALLING), ("c=5, n=5, p=1/3", FALLING), ("c=6, n=5, p=1/3", FINITE), ("c=7/2, n=5, p=1/3", FINITE),
    ],
    ("log(log(x))", ("Geometric", "p")): [("p=1/2", FALLING)],
    ("log(log(x + 1))", ("Geometric", "p")): [("p=1/2", FINITE)],
    ("log(log(x))", ("Zeta", "s")): [("s=3", FALLING)],
    ("exp(1/x)", ("Poisson", "l")): [("l=2", RISING)],
    ("x**k", ("Poisson", "l")): [("k=1/2, l=2", FINITE), ("k=0, l=2", FINITE), ("k=-1/2, l=2", RISING), ("k=-1, l=2", RISING)],
    ("1/x", ("DiscreteUniform", "a", "b")): [
        ("a=1, b=3", FINITE), ("a=-3, b=-1", FINITE), ("a=0, b=2", RISING), ("a=-2, b=0", FALLING), ("a=-2, b=1", UNDEFINED),
    ],
}  # fmt: skip
"""A statistic and a law with letters; values of these, and what the mean is there."""


def at_points() -> Iterator[Any]:
    for (statistic, law), places in PLACES.items():
        for values, truth in places:
            yield pytest.param(statistic, law, values, truth, id=f"{statistic} {law} {values}")


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("statistic", "law", "values", "truth"), list(at_points()))
def test_whether_a_mean_exists_is_decided(statistic: str, law: tuple[str, ...], values: str, truth: str) -> None:
    formula = expectation(statistic, catalog[law[0]](*law[1:]))
    numbers = {name: read(value) for name, value in (pair.split("=") for pair in values.split(", ") if pair)}
    place = {formula.symbols[name]: value for name, value in numbers.items()}
    held = [c for c in formula.cases if sp.sympify(c.condition).subs(place) == sp.true]
    assert len(held) == 1
    (case,) = held
    assert case.decided
    told = {"infinite": RISING if case.expr == sp.oo else FALLING}.get(case.form, case.form)
    assert (told if case.form in ("infinite", "undefined") else FINITE) == truth
    if truth == FINITE:
        assert abs(formula.evaluate(numbers) - by_definition(statistic, law, numbers)) < 1e-9
    elif truth == UNDEFINED:
        with contextlib.suppress(StatisticError):
            assert mpmath.isnan(formula.evaluate(numbers))
    else:
        assert formula.evaluate(numbers) == mpmath.mpf(truth.replace("oo", "inf"))


OPEN: dict[tuple[str, tuple[str, ...]], list[tuple[str, str]]] = {
    ("1/(c**x + 1)", ("Geometric", "p")): [("c=-2, p=1/2", FINITE)],
    ("abs(c**x - 1)", ("Geometric", "p")): [("c=-2, p=1/2", RISING)],
    ("c**(x**2) + c**x", ("Geometric", "p")): [("c=-2, p=1/2", UNDEFINED), ("c=-1/2, p=1/2", FINITE)],
    ("x*c**(x**2) + 1/x", ("Geometric", "p")): [("c=-2, p=1/2", UNDEFINED)],
    ("1/sin(c*x)", ("Beta", "a", "b")): [("c=1, a=1, b=1", RISING), ("c=4, a=2, b=1", UNDEFINED), ("c=1, a=2, b=1", FINITE)],
    ("tan(c*x)", ("Beta", "a", "b")): [("c=pi/2, a=1, b=1", RISING), ("c=2, a=1, b=1", UNDEFINED)],
    ("1/(c**x - 1)", ("Poisson", "l")): [("c=2, l=1", RISING)],
    ("1/(c*x - d)", ("Poisson", "l")): [("c=1, d=2, l=1", UNDEFINED), ("c=1, d=0, l=1", RISING), ("c=2, d=1, l=1", FINITE)],
    ("gamma(x)", ("Uniform", "a", "b")): [("a=-1/2, b=1", UNDEFINED), ("a=1, b=2", FINITE)],
}  # fmt: skip
"""Those of which it may not be decided whether they exist, which then is said."""


@pytest.mark.parametrize(
    ("statistic", "law", "values", "truth"),
    [pytest.param(*about, *place, id=f"{about[0]} {place[0]}") for about, places in OPEN.items() for place in places],
)
def test_what_is_not_decided_is_not_claimed(statistic: str, law: tuple[str, ...], values: str, truth: str) -> None:
    formula = expectation(statistic, catalog[law[0]](*law[1:]))
    numbers = {name: read(value) for name, value in (pair.split("=") for pair in values.split(", "))}
    place = {formula.symbols[name]: value for name, value in numbers.items()}
    (case,) = [c for c in formula.cases if sp.sympify(c.condition).subs(place) == sp.true]
    assert case.form in ("infinite", "undefined") if case.decided and truth != FINITE else case.form != "infinite"
    found = formula.evaluate(numbers)
    if truth == FINITE:
        assert abs(found - by_definition(statistic, law, numbers)) < 1e-9
    else:
        assert mpmath.isnan(found) if truth == UNDEFINED else found == mpmath.mpf(truth.replace("oo", "inf"))


def test_what_is_not_decided_is_said_everywhere() -> None:
    """An integral stood there as if it always existed."""
    formula = expectation("log(c*x)/(x + exp(x) - 2)", catalog.Exponential("l"))
    assert not formula.decided
    assert any(not c.decided for c in formula.cases) and r"\text{ (if finite)}" in formula.latex()
    assert notation.UNDECIDED in described(formula, False)
    assert [c["decided"] for c in as_dict(formula, False, {}, None, 15)["cases"]] == [c.decided for c in formula.cases]


def by_definition(statistic: str, law: tuple[str, ...], numbers: dict[str, Any]) -> mpmath.mpf:
    """∫ f p or Σ f p of mpmath alone, cut at 0 and 1, where these statistics have their kinks."""
    member = catalog[law[0]](*(numbers.get(value, value) for value in law[1:]))
    x = member.variable
    f = read(statistic, lambda name: x if name == "x" else numbers[name]) * sp.exp(member.log_density)
    low, high = (mpmath.mpf(str(sp.N(end, 30)).replace("oo", "inf")) for end in member.support)
    with mpmath.workdps(25):
        g = sp.lambdify(x, f, "mpmath")
        if member.measure == "counting":
            return mpmath.fsum(map(g, range(int(low), int(min(high, LAST)) + 1)))
        cuts = [low, *(c for c in (0, 1) if low < c < high), high]
        return mpmath.re(mpmath.quad(g, cuts))


@pytest.mark.parametrize(
    "statistic", ["abs(x)", "x*abs(x)", "max(x, 0)", "sign(x)*x", "min(x, 1)", "x**2", "abs(x - 1)"]
)
@pytest.mark.parametrize("law", [("DiscreteUniform", "a", "b")])
def test_a_count_that_may_be_negative_has_a_modulus(law: tuple[str, ...], statistic: str) -> None:
    """That of the kernels on integers is not negative: E|X| of a discrete uniform law was (a + b)/2 for a < 0."""
    formula = expectation(statistic, catalog[law[0]](*law[1:]))
    for a, b in ((-1, 2), (-4, -2), (0, 3), (2, 5)):
        numbers = {"a": sp.Integer(a), "b": sp.Integer(b)}
        assert abs(formula.evaluate(numbers) - by_definition(statistic, law, numbers)) < 1e-9


@pytest.mark.parametrize("statistic", ["x/abs(x)", "abs(x - 1)/(x - 1)", "sin(1/x)"])
@pytest.mark.parametrize("law", [("Skellam", "1", "2"), ("DiscreteUniform", "-2", "3"), ("Poisson", "2")])
def test_what_has_no_value_at_an_integer_has_no_mean(statistic: str, law: tuple[str, ...]) -> None:
    """0/0 with another limit on either side, or none on one: E X/|X| of a Skellam law was that without 0."""
    formula = expectation(statistic, catalog[law[0]](*law[1:]))
    if statistic == "x/abs(x)" and law[0] == "Poisson":  # which has one side only
        assert formula.evaluate() == 1
        return
    assert not formula.decided
    try:
        assert mpmath.isnan(formula.evaluate())
    except EvaluationError:
        assert statistic == "sin(1/x)"


@pytest.mark.parametrize(
    "statistic",
    ["sqrt(x)", "x**(3/2)", "x**c", "x**c*log(x)", "log(1 - x)", "log(x/(1 - x))", "log((x - a)/(b - x))", "1/x"],
)
def test_what_is_elementary_on_an_interval_closes(statistic: str) -> None:
    """Where it is real is known when its mean is derived, and so is that a letter in it is an end."""
    formula = expectation(statistic, catalog.Uniform("a", "b"))
    assert {c.form for c in formula.cases} <= {"closed", "infinite", "undefined"}
    numbers = {"a": sp.Rational(1, 4), "b": sp.Rational(2, 3), "c": sp.Rational(-5, 2)}
    numbers = {name: numbers[name] for name in formula.symbols}
    assert abs(formula.evaluate(numbers) - by_definition(statistic, ("Uniform", "a", "b"), numbers)) < 1e-9


@pytest.mark.parametrize(
    ("statistic", "law", "count"),
    [
        ("x**k/(1 + x**(2*k))", ("Normal", "0", "1"), 3),  # even, odd, not whole
        ("abs(x)**k*(x - 1)**(2*k)*x**k", ("Normal", "0", "1"), 4),
    ],
)
def test_a_multiple_of_a_whole_exponent_is_whole(statistic: str, law: tuple[str, ...], count: int) -> None:
    """Cases were told in which k is even and 2k odd."""
    formula = expectation(statistic, catalog[law[0]](*law[1:]))
    assert len(formula.cases) == count
    for case in formula.cases:
        assert any(
            sp.sympify(case.condition).subs(formula.symbols["k"], k) == sp.true
            for k in (-3, -2, -1, 0, 1, 2, 3, sp.Rational(1, 3), sp.S.Half, sp.Rational(-1, 2))
        )


@pytest.mark.parametrize("law", [("Uniform", "0", "1"), ("Gamma", "2", "1")])
def test_each_case_of_a_power_of_a_power_holds_somewhere(law: tuple[str, ...]) -> None:
    formula = expectation("x**y**z", catalog[law[0]](*law[1:]))
    y, z = (formula.symbols[name] for name in "yz")
    places = [{y: sp.S(one) / 2, z: sp.S(two) / 2} for one in (-5, -1, 1, 5) for two in (-6, -4, -1, 2, 3, 4, 6)]
    for case in formula.cases:
        assert any(sp.sympify(case.condition).subs(place) == sp.true for place in places)
    with pytest.raises(StatisticError):
        formula.evaluate(y=0, z=-1)
    found = formula.evaluate(y=sp.Rational(-1, 2), z=3)
    assert abs(found - by_definition("x**y**z", law, {"y": sp.Rational(-1, 2), "z": sp.Integer(3)})) < 1e-9


@pytest.mark.parametrize(
    "quantity, p, q",
    [
        (kl_divergence, "UnitWeibull", "JonesFaddySkewT"),  # a sum with a root, which the other term does not reach
        (cross_entropy, "TruncatedWeibull", "Kumaraswamy"),  # a power of a sum, which may be 1
        (kl_divergence, "Triangular", "SineSkewedVonMises"),  # a sine times less than 1
    ],
)
def test_between_bounded_laws_it_is_decided(quantity, p, q):
    assert quantity(catalog[p].suffixed("_1"), catalog[q].suffixed("_2")).decided


@pytest.mark.parametrize(
    ("p", "q", "points"),
    [
        ("StudentT", "Normal", ["nu_1=3, mu_1=1, sigma_1=1/2, mu_2=0, sigma_2=2", "nu_1=2, mu_1=1, sigma_1=1/2, mu_2=0, sigma_2=2"]),
        ("Uniform", "Uniform", ["a_1=0, b_1=1, a_2=-1, b_2=1", "a_1=0, b_1=1, a_2=0, b_2=1/2"]),
        ("Gamma", "InverseGamma", ["k_1=2, theta_1=1, alpha_2=3, beta_2=1/2", "k_1=1/2, theta_1=1, alpha_2=3, beta_2=1/2"]),
        ("Poisson", "GeometricFromZero", ["lamda_1=2, p_2=1/3"]),
        ("Exponential", "Laplace", ["lamda_1=2, mu_2=1/3, b_2=1"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("quantity", [cross_entropy, kl_divergence])
def test_the_definition_exists_where_the_closed_form_is_finite(p, q, points, quantity):
    pair = catalog[p].suffixed("_1"), catalog[q].suffixed("_2")
    closed, defined = quantity(*pair), quantity(*pair, definition=True)
    assert {c.form for c in defined.cases} <= {"integral", "series", "infinite", "undefined"}
    assert any(s.rule == "no closed form sought" for s in defined.steps) or defined.form == "infinite"
    infinite, diverging = (sp.Or(*(c.condition for c in f.cases if c.form == "infinite")) for f in (closed, defined))
    assert infinite == diverging.xreplace(dict(zip(defined.symbols.values(), closed.symbols.values(), strict=True)))
    for point in points:
        values = dict(pair.strip().split("=") for pair in point.split(","))
        one, other = closed.evaluate(values, digits=25), defined.evaluate(values, digits=25)
        assert one == other or abs(one - other) < abs(one) * mpmath.mpf(10) ** -24


def test_a_closed_form_is_sought_or_not():
    with pytest.raises(ValueError, match="ask for one of them"):
        kl_divergence(catalog.Normal("m", "s"), catalog.Cauchy("a", "b"), deep=True, definition=True)
