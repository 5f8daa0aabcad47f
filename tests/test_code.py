"""Programs hold in floating point: every target is run on one grid and compared with 60 digits; so are the helpers.

A check must be able to fail: the formulas as they are derived, and helpers with one wrong coefficient, do.
"""

from __future__ import annotations

import ctypes
import json
import math
import random
import re
import shutil
import subprocess
import sys
from functools import cache

import mpmath
import numpy as np
import pytest
import sympy as sp

from derive import (
    Empirical,
    bhattacharyya_distance,
    catalog,
    chi_squared_divergence,
    cross_entropy,
    entropy,
    expectation,
    hellinger_distance,
    jeffreys_divergence,
    kl_divergence,
    renyi_divergence,
)
from derive.cli.main import main
from derive.families.library import Catalog
from derive.programs.accuracy import LARGEST, ROUNDOFF, Slopes, Truth, measured, truth_of, truths
from derive.programs.code import BOUND, code, compiled, numerical, program, runs
from derive.programs.cuts import support_of
from derive.programs.definition import by_definition
from derive.programs.forms import forms
from derive.programs.functions import (
    HELPERS,
    Block,
    bessel,
    cumulants,
    elementary,
    gammas,
    hypergeometric,
    means,
    products,
    tails,
    zetas,
)
from derive.programs.functions.tails import in_rises, log_erf_rise_to
from derive.programs.gauss import FEW, FEWER, NODES, gauss_jacobi
from derive.programs.grid import places
from derive.programs.kinks import by_signs, kinks_of
from derive.programs.masks import halves
from derive.programs.module import module
from derive.programs.nans import forgotten
from derive.programs.program import CodeError
from derive.programs.reals import in_reals
from derive.programs.reserve import supported
from derive.programs.rounding import rounding
from derive.programs.targets import TARGETS, written

RESERVE = ("SymmetricTriangular", "Semicircle", "Epanechnikov", "Triweight")
"""Families whose closed forms cancel far from q = p, so that the definition stands in reserve."""
FAMILIES = (
    "Normal", "Gamma", "Beta", "Poisson", "Bernoulli", "Exponential", "Laplace", "Pareto", "Weibull", "Geometric", "InverseGaussian",
    "Rayleigh", "LogNormal", "Nakagami", "HalfCauchy", "Lindley", "Gumbel", "Moyal", "Uniform",
    "VonMises",
    "ZeroTruncatedPoisson", "Logarithmic", "ContinuousBernoulli", "TruncatedPowerLaw",
    "LogGamma", "ExpInverseGamma", "GeneralizedGamma", "GeneralizedInverseGamma", "BetaProportion",
    "BernoulliLogit", "Alpha", *RESERVE,
    "TruncatedExponential", "TruncatedPareto", "Boltzmann", "Zeta", "ZeroInflatedPoisson",
)  # fmt: skip
"""Families whose KL is right to 1e-13 wherever the rounding of the inputs allows it."""
CLOSE = {"AsymmetricLaplace": 100, "SymmetricTriangular": 1e8}
"""Families whose slopes are right only where no parameter of q is so many times that of p, or p's that of q."""
MET = {
    "Normal to a number": (catalog.Normal.suffixed("_1"), catalog.Normal(0, 1)),
    "Normal from a number": (catalog.Normal("m_1", 2), catalog.Normal.suffixed("_2")),
    "Normal by its variance": (catalog.Normal("m_1", "sqrt(v_1)"), catalog.Normal("m_2", "sqrt(v_2)")),
    "Gamma to a number": (catalog.Gamma.suffixed("_1"), catalog.Gamma(2, "1/3")),
    "Beta to Uniform": (catalog.Beta.suffixed("_1"), catalog.Uniform(0, 1)),
    "ContinuousBernoulli to Uniform": (catalog.ContinuousBernoulli.suffixed("_1"), catalog.Uniform(0, 1)),
    "Exponential to Gamma": (catalog.Exponential.suffixed("_1"), catalog.Gamma.suffixed("_2")),
    "Gamma to Exponential": (catalog.Gamma.suffixed("_1"), catalog.Exponential.suffixed("_2")),
    "Rayleigh to Weibull": (catalog.Rayleigh.suffixed("_1"), catalog.Weibull.suffixed("_2")),
    "Exponential by its mean": (catalog.Exponential("1/m_1"), catalog.Exponential("1/m_2")),
    "Weibull to GeneralizedGamma": (catalog.Weibull.suffixed("_1"), catalog.GeneralizedGamma.suffixed("_2")),
    "Poisson to a number": (catalog.Poisson.suffixed("_1"), catalog.Poisson(2)),
    "Laplace to a number": (catalog.Laplace.suffixed("_1"), catalog.Laplace(0, 1)),
}
"""Members that meet though one of them has numbers or expressions for parameters, or is of a family that the other's contains."""
ERF = ("Alpha", "TwoPieceNormal")
"""Families whose programs need the error function, which JavaScript has not."""
VALUES = (
    *FAMILIES,
    *MET,
    "AsymmetricLaplace",
    "Cardioid",
    "Lomax",
    "TruncatedGeometric",
    "Triangular",
    "Gompertz",
    "UnitGompertz",
    "TwoPieceNormal",
)
"""With those whose values are right, and whose slopes, or values in float32, are not all: by automatic differentiation, terms
cancel where those of the values do not."""
TORCH = (*FAMILIES, *MET, "AsymmetricLaplace", "Cardioid", "Lomax", "Gompertz", "UnitGompertz")
JAX = (*FAMILIES, *MET, "AsymmetricLaplace", "Lomax")
"""Families whose slopes are right too."""
KINKED = ("Semicircle",)
"""Families whose slopes are nan at q = p itself, beyond which the divergence is infinite."""
NARROW = {"Semicircle": 100}
"""Families that are right in float32 only where no parameter is so many times that of the other member: quadrature, and
differences of log-gamma functions far apart, need the range of float64."""
SINGLE = (*(f for f in FAMILIES if f not in RESERVE), "Semicircle", "Cardioid", "TruncatedGeometric")
"""Families that are right in float32."""
EPSILONS = tuple(10.0**-k for k in range(1, 13))
LANGUAGES = {
    "numpy": VALUES,
    "c": VALUES,
    "javascript": tuple(name for name in VALUES if name not in ERF),
    "torch": TORCH,
    "jax": JAX,
}
"""Language, or library -> families that are right in it."""
IN_ALL = ("Normal", "Gamma", "Poisson", "Bernoulli", "Laplace", "Gamma to Exponential")
"""Families that are always run in each of them; the others in plain Python and in one more, unless all is asked for: a
program is one expression in all languages, so that a mistake of a language shows in another family too."""
SLOW = ("Triangular", "SymmetricTriangular torch", "SymmetricTriangular jax", "Gompertz torch", "UnitGompertz torch")
"""Families, or families in a language, whose programs take a minute to write, compile or differentiate."""


def in_turn(families, turn, among):
    """Families as parameters of a test; where neither they are in every language nor is it their turn, the test is `thorough`."""
    return [
        name if name in IN_ALL or turn == among(name) else pytest.param(name, marks=pytest.mark.thorough)
        for name in families
    ]


def language_of(name):
    """The language in which a family is always run."""
    able = [one for one, names in LANGUAGES.items() if name in names and not {name, f"{name} {one}"} & {*SLOW}]
    return able[VALUES.index(name) % len(able)] if able else None


def library_of(name):
    """The library in which a family is always run in float32."""
    return ("numpy", "torch", "jax")[SINGLE.index(name) % 3]


@cache
def formula(name):
    return kl_divergence(*MET[name] if name in MET else (catalog[name].suffixed("_1"), catalog[name].suffixed("_2")))


@cache
def truth(name):
    """What a formula's values are; it remembers what rounding of the inputs causes."""
    return truth_of(formula(name))


@cache
def known(name):
    return truths(formula(name), places(formula(name), EPSILONS))


def close(place, most):
    """Whether no parameter of a member is more than so many times that of the other; None is no bound."""
    pairs = ((abs(v), abs(place[f"{n[:-2]}_2"])) for n, v in place.items() if n.endswith("_1"))
    return most is None or all(max(pair) <= most * min(pair) for pair in pairs)


IN_JAX = {"ExpInverseGamma": 1.1e-13}
"""What the relative error is below in JAX, where that is more than the bound: at one point."""


def assert_accurate(name, function, bound=BOUND):
    found = measured(function, known(name))
    assert found.points > (20 if name in MET else 50)
    assert found.negative == 0
    assert found.beyond(bound, truth(name)) == []


@pytest.mark.parametrize("name, s", [("Laplace", "b"), ("Boltzmann", "N"), ("TruncatedExponential", "b")])
def test_pairs_some_times_apart_are_measured(name, s):
    grid = places(formula(name), (), (1e-8, 1e8))
    ratios = [{k[:-2]: place[f"{k[:-2]}_2"] / v for k, v in place.items() if k[-1] == "1"} for place in grid]
    alone = [r[s] for r in ratios if all(abs(v - 1) < 1e-3 for k, v in r.items() if k != s)]
    wanted = {3, 30, 1 / 3} | ({1 / 30} if s != "N" else set())  # a thirtieth of so many values is no whole number
    assert {t for t in wanted if any(abs(r / t - 1) < 1e-9 for r in alone)} == wanted


@pytest.mark.parametrize(
    "place", [(3.0, 10, 3.001, 20), (20.0, 5, 20.5, 5), (40.0, 3, 45.0, 3), (5e-9, 7, 6e3, 8)], ids=str
)
def test_truncated_geometric_laws_by_their_definition(place):
    """The sum itself: at high rates, and lengths that differ, no digit of it was left."""
    lamda_1, first, lamda_2, second = place
    with mpmath.workdps(60):
        p, q = (
            [mpmath.exp(-mpmath.mpf(rate) * k) for k in range(n)] for rate, n in ((lamda_1, first), (lamda_2, second))
        )
        rates, logs = mpmath.mpf(lamda_2) - lamda_1, mpmath.log(mpmath.fsum(q)) - mpmath.log(mpmath.fsum(p))
        true = mpmath.fsum(w * (logs + rates * k) for k, w in enumerate(p)) / mpmath.fsum(p)
    found = compiled(program(formula("Boltzmann")), "math")(lamda_1=lamda_1, N_1=first, lamda_2=lamda_2, N_2=second)
    assert abs(found - true) <= 1e-14 * true


def test_closed_forms_alone_fail_where_the_definition_is_in_reserve():
    ways = forms(formula("Epanechnikov"))
    backend, exact = runs(ways[0]), Truth(formula("Epanechnikov"))
    assert all(measured(compiled(way, backend), known("Epanechnikov")).beyond(BOUND, exact) for way in ways)


def test_the_definition_in_the_logarithm_of_x_stands_in_reserve():
    """Its bound on rounding was no number, for it is an infinity times 0 far out, where x overflows and the density is 0."""
    two = in_reals(formula("TwoParameterLindley"))
    plain = next(way for way in forms(two) if not way.parts)
    (rule,) = (way for way in by_definition(two, bounded=True) if "log x, logs by monomials" in way.form)
    place = {"theta_1": 3428571.0, "theta_2": 3428571.0, "alpha_1": 2.5, "alpha_2": 0.078125}
    true = truth_of(two)(place)
    assert abs(compiled(plain, "math")(**place) / true - 1) > 1e-6
    assert abs(compiled(supported(plain, rule), "math")(**place) / true - 1) < 1e-14


def test_what_rounds_stays_within_its_bound():
    x, y = sp.symbols("x y", positive=True)
    t0, t1, total = sp.symbols("t0 t1 total", real=True)
    statements = [(t0, sp.log(x / y) / 3), (t1, sp.exp(-x) * (x - y) ** 3), (total, t0**2 - t1 + sp.sqrt(1 + y) - 1)]
    bounds, named = rounding(statements)
    value = total
    for name, e in reversed(statements):
        value = value.xreplace({name: e})
    draw, closest = random.Random(3), 0.0
    for _ in range(300):
        place = {x: draw.uniform(0.1, 4), y: draw.uniform(0.1, 4)}
        known = {s: np.float64(v) for s, v in place.items()}
        for name, e in (*statements, *bounds):
            known[name] = sp.lambdify(list(known), e, "numpy")(*known.values())
        error = abs(
            value.xreplace({s: sp.Rational(v) for s, v in place.items()}).evalf(40) - sp.Rational(float(known[total]))
        )
        closest = max(closest, float(error / (known[named[total]] * ROUNDOFF)))
    assert 0.02 < closest <= 1.01


# --- every target, run ---------------------------------------------------------------------------------------


def test_each_family_is_run_in_a_language_and_each_language_runs_many():
    turns = [language_of(name) for name in VALUES if name not in IN_ALL]
    assert {name for name in VALUES if language_of(name) is None} == {"Triangular"}
    assert all(turns.count(language) >= 6 for language in LANGUAGES)


@pytest.mark.parametrize("name", in_turn(VALUES, "math", lambda name: "math" if name not in SLOW else None))
def test_math(name):
    assert_accurate(name, compiled(program(formula(name)), "math"))


@pytest.mark.parametrize("name", in_turn(LANGUAGES["numpy"], "numpy", language_of))
def test_numpy(name):
    pytest.importorskip("scipy")
    function = compiled(program(formula(name)), "numpy")
    columns = {k: np.array([place[k] for place, _ in known(name)]) for k in formula(name).symbols}
    table = dict(zip((tuple(p.items()) for p, _ in known(name)), function(**columns), strict=True))
    assert_accurate(name, lambda **place: table[tuple(place.items())])


@pytest.mark.parametrize("name", ["Epanechnikov"])
def test_a_program_does_not_grow_with_the_nodes_of_its_rules(name):
    """Term by term it took 1.2 million characters."""
    assert len(code([formula(name)], "c")) < 120_000


@pytest.mark.parametrize("name", in_turn(LANGUAGES["c"], "c", language_of))
def test_c(name, tmp_path):
    if shutil.which("gcc") is None:
        pytest.skip("no C compiler")
    (tmp_path / "kl.c").write_text(code([formula(name)], "c"))
    flags = ["-O2", "-std=c99", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off", "-shared", "-fPIC"]
    subprocess.run(["gcc", *flags, "kl.c", "-o", "kl.so", "-lm"], cwd=tmp_path, check=True)
    function = getattr(ctypes.CDLL(str(tmp_path / "kl.so")), program(formula(name)).name)
    function.restype = ctypes.c_double
    names = [i.name for i in program(formula(name)).inputs]
    function.argtypes = [ctypes.c_double] * len(names)
    assert_accurate(name, lambda **place: function(*(place[n] for n in names)))


@pytest.mark.parametrize("name", in_turn(LANGUAGES["javascript"], "javascript", language_of))
def test_javascript(name, tmp_path):
    if shutil.which("node") is None:
        pytest.skip("no Node")
    one = program(formula(name))
    rows = [[place[i.name] for i in one.inputs] for place, _ in known(name)]
    script = code([formula(name)], "javascript") + (
        f"\nconst rows = {json.dumps(rows)};\nconsole.log(JSON.stringify(rows.map(r => String({one.name}(...r)))));\n"
    )
    (tmp_path / "kl.js").write_text(script)
    run = subprocess.run(["node", "kl.js"], cwd=tmp_path, check=True, capture_output=True, text=True)
    values = [float(v.replace("Infinity", "inf")) for v in json.loads(run.stdout)]
    table = dict(zip((tuple(p.items()) for p, _ in known(name)), values, strict=True))
    assert_accurate(name, lambda **place: table[tuple(place.items())])


@pytest.mark.parametrize("name", ERF)
def test_javascript_has_no_error_function(name):
    with pytest.raises(CodeError, match="JavaScript has no erf"):
        code([formula(name)], "javascript")


LOST = ("Uniform", "Pareto", "Beta", "Poisson", "Bernoulli", "Laplace", "TruncatedPowerLaw", "Exponential")
AT_ENDS = {"Poisson": dict(lamda_1=0.0), "Bernoulli": dict(p_1=0.0)}


def with_nan():
    """Programs, and their inputs of which one is nan, at a place of usual size and at an end of the domain."""
    entropies = [entropy(catalog[name].suffixed("")) for name in ("Normal", "Uniform")]
    found = []
    for one in [
        *map(formula, LOST),
        kl_divergence(catalog.Uniform.suffixed("_1"), catalog.Beta.suffixed("_2")),
        *entropies,
    ]:
        base = places(one, (1e-1,), ())[0]
        for place in (base, base | AT_ENDS.get(one.distributions[0].family.name, {})):
            rows = [[math.nan if k == n else v for k, v in place.items()] for n in place]
            found.append((program(one), list(place), rows))
    return found


@pytest.mark.parametrize("target", ["math", "numpy", "torch", "jax"])
def test_nan_in_is_nan_out(target):
    if target != "math":
        pytest.importorskip({"numpy": "scipy"}.get(target, target))
    array = {"math": float, "torch": lambda v: pytest.importorskip("torch").tensor(v).double()}.get(target, np.array)
    for one, names, rows in with_nan():
        function = compiled(one, target)
        for row in rows:
            assert math.isnan(float(function(**dict(zip(names, map(array, row), strict=True))))), (one.title, row)


def test_nan_in_is_nan_out_in_c(tmp_path):
    if shutil.which("gcc") is None:
        pytest.skip("no C compiler")
    found = with_nan()
    (tmp_path / "kl.c").write_text(written(list({one.name: one for one, _, _ in found}.values()), "c"))
    flags = ["-O2", "-std=c99", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    subprocess.run(["gcc", *flags, "kl.c", "-o", "kl.so", "-lm"], cwd=tmp_path, check=True)
    for one, names, rows in found:
        function = getattr(ctypes.CDLL(str(tmp_path / "kl.so")), one.name)
        function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double] * len(names)
        for row in rows:
            place = dict(zip(names, row, strict=True))
            assert math.isnan(function(*(place[i.name] for i in one.inputs))), (one.title, row)


def test_nan_in_is_nan_out_in_javascript(tmp_path):
    if shutil.which("node") is None:
        pytest.skip("no Node")
    found = with_nan()
    script = written(list({one.name: one for one, _, _ in found}.values()), "javascript")
    for one, names, rows in found:
        for row in rows:
            given = [dict(zip(names, row, strict=True))[i.name] for i in one.inputs]
            arguments = ", ".join("NaN" if math.isnan(v) else repr(v) for v in given)
            script += f"\nif (!Number.isNaN({one.name}({arguments}))) throw new Error('{one.name}({arguments})');"
    (tmp_path / "kl.js").write_text(script)
    subprocess.run(["node", "kl.js"], cwd=tmp_path, check=True)


def test_only_what_may_be_forgotten_is_asked_for():
    assert all("isnan" not in code([formula(name)], "numpy") for name in ("Normal", "Gamma", "Poisson", "Laplace"))
    assert [i.name for i in forgotten(program(entropy(catalog.Normal("m", "s"))))] == ["m"]


@pytest.mark.parametrize("name", ["TwoPieceNormal", "TruncatedNormal"])
def test_roots_of_numbers_are_numbers(name):
    """PyTorch's own root takes tensors only."""
    torch = pytest.importorskip("torch")
    place = {k: 1 + i / 8 for i, k in enumerate(sorted(formula(name).symbols))} | {"a_2": 0.5, "b_1": 2.5, "b_2": 3.0}
    place = {k: v for k, v in place.items() if k in formula(name).symbols}
    one = next(p for p in forms(formula(name)) if p.form.startswith("as derived, and the remainder form"))
    by_numpy = compiled(one, "numpy")(**place)
    by_torch = compiled(one, "torch")(**{k: torch.tensor(v).double() for k, v in place.items()})
    assert 0 < by_numpy < 1 and abs(float(by_torch) / float(by_numpy) - 1) < 1e-9


@pytest.mark.parametrize("family", ["Normal", "Exponential", "Poisson"])
@pytest.mark.parametrize(
    "quantity",
    [
        hellinger_distance,
        bhattacharyya_distance,
        jeffreys_divergence,
        chi_squared_divergence,
        lambda p, q: renyi_divergence(p, q, "1/2"),
        lambda p, q: renyi_divergence(p, q, 2),
    ],
)
def test_other_divergences_hold_near_each_other(family, quantity):
    formula = quantity(*(catalog[family].suffixed(s) for s in ("_1", "_2")))
    one = program(formula)
    assert one.lost <= BOUND and "near and far" in one.accuracy
    function, values = compiled(one, "math"), [1.3, 0.7]
    names = list(formula.symbols)
    same = {n: values[i % (len(names) // 2)] for i, n in enumerate(sorted(names, key=lambda n: n[-1]))}
    assert function(**same) == 0
    moved = same | {next(n for n in names if n.endswith("_2")): 1.3 + 2**-30}
    assert abs(function(**moved) / Truth(formula)(moved) - 1) < 1e-13


def test_where_members_do_not_meet_nothing_is_said_of_there():
    p, q = catalog.InverseGaussian("a", "l"), catalog.InverseGaussian("b", "a")
    assert "none of them near p = q" in program(kl_divergence(p, q)).accuracy
    p, q = catalog.Gamma("k", "m/k"), catalog.Gamma("j", "n/j")
    assert program(kl_divergence(p, q)).accuracy.startswith("NOT RIGHT EVERYWHERE")


def test_where_only_infinite_values_were_seen_no_accuracy_is_claimed():
    divergence = kl_divergence(catalog.Uniform.suffixed("_1"), catalog.Beta.suffixed("_2"))
    assert re.match(
        r"Accuracy: not measured where the value is finite; at \d+ points it is", program(divergence).accuracy
    )


def test_a_program_shows_the_formula_that_was_derived():
    assert "zeta_prime(s_1)/zeta(s_1)" in program(formula("Zeta")).formula


def test_exponentials_of_large_means_do_not_overflow():
    place = {"w_1": 0.25, "lamda_1": 4e4, "w_2": 0.5, "lamda_2": 4.5e4}
    found = compiled(program(formula("ZeroInflatedPoisson")), "math")(**place)
    assert found == pytest.approx(float(formula("ZeroInflatedPoisson").evaluate(place, digits=20)), rel=1e-13)


WHOLE = [dict(k_1=150, k_2=200), dict(k_1=3 * 10**8, k_2=3 * 10**8 + 1), dict(k_1=2, k_2=10**12)]


@pytest.mark.parametrize("shapes", WHOLE, ids=str)
def test_whole_shapes_are_as_real_ones(shapes):
    """SymPy takes log Γ(k) of a whole k for the log of Γ(k), which overflows; the law is a gamma law."""
    place = dict(lamda_1=1.5, lamda_2=2.0) | shapes
    gamma = {f"k_{i}": shapes[f"k_{i}"] for i in (1, 2)} | {f"theta_{i}": f"1/{place[f'lamda_{i}']}" for i in (1, 2)}
    true = float(formula("Gamma").evaluate(gamma, digits=20))
    assert compiled(program(formula("Erlang")), "math")(**place) == pytest.approx(true, rel=1e-13)


def test_whole_numbers_are_measured_where_they_are_large_and_next_to_each_other():
    shapes = [(p["k_1"], p["k_2"]) for p in places(formula("Erlang"))]
    assert max(k for pair in shapes for k in pair) > 1e12
    assert {b - a for a, b in shapes if a > 1e8} >= {0, 1, -1}
    assert all(k == int(k) >= 1 for pair in shapes for k in pair)


@pytest.mark.parametrize("name, place", [("Pascal", dict(r=500.0, p=0.5)), ("Binomial", dict(n=1000.0, p=0.5))])
def test_whole_numbers_of_a_series(name, place):
    pytest.importorskip("scipy")
    one = entropy(catalog[name].suffixed(""))
    assert float(compiled(numerical(one), "numpy")(**place)) == pytest.approx(float(one.evaluate(place)), rel=1e-12)


ENTROPIES = {
    "PearsonTypeIII": [dict(mu=0.0, sigma=1.0, s=10.0**-k) for k in (1, 3, 5, 7, 10)],
    "MarshallOlkinExponential": [dict(alpha=1.0 + e, lamda=2.5) for e in (0.0, 1e-12, 1e-9, 1e-3)],
    "TruncatedPowerLaw": [dict(alpha=a, a=0.25, b=1.0) for a in (1e-8, 1e-3, -600.0)]
    + [dict(alpha=600.0, a=1.0, b=4.0)],
    "BernoulliLogit": [dict(l=sign * l) for l in (10.0, 30.0, 100.0, 700.0) for sign in (1, -1)],
    "Planck": [dict(lamda=l) for l in (1e-6, 0.5, 9.0, 38.0, 500.0)],
    "TruncatedNormal": [
        dict(mu=m, sigma=s, a=1.25, b=1.75)
        for m, s in ((-0.625, 2.0**-12), (-0.625, 2.0**-25), (1e8, 2.75), (30.0, 2.75), (1.5, 1e-8))
    ],
    "TruncatedPareto": [dict(alpha=a, L=3.0, H=4.0) for a in (1e-3, 600.0, 1e7, 1e12)],
    "Kumaraswamy": [dict(a=a, b=b) for a, b in ((2e-8, 3e-8), (2e-4, 3e-4), (1e8, 0.25))],
    "Bradford": [dict(c=c) for c in (1e-12, 1e-8, 1e-3, 0.5, 1e8)],
    "Muth": [dict(alpha=a) for a in (1e-8, 0.5, 1 - 1e-8)],
    "UnitWeibull": [dict(alpha=2.25, beta=b) for b in (3e-8, 3e-4)],
    "ContinuousBernoulli": [dict(lamda=v) for v in (1e-9, 0.25, 0.5 - 2.0**-20, 0.5 + 2.0**-12, 0.75, 1 - 1e-9)],
    "Boltzmann": [dict(lamda=l, N=n) for l in (1e-6, 17.72, 119.0, 571.0) for n in (2.0, 5.0)],
}
"""Where entropies were wrong, and no docstring said so: near a simpler law, and at rates between ordinary and extreme."""


@pytest.mark.parametrize("backend", ["math", "numpy", "torch"])
@pytest.mark.parametrize("name", ENTROPIES)
def test_entropies_between_ordinary_and_extreme_parameters(name, backend):
    pytest.importorskip("scipy" if backend == "numpy" else backend)
    one = entropy(catalog[name].suffixed(""))
    found, references = one.lambdify(backend), [(place, Truth(one)(place)) for place in ENTROPIES[name]]
    for place, true in references:
        # by another way than the reference of the measure
        exact = {n: sp.Integer(int(v)) if one.symbols[n].is_integer else sp.Rational(v) for n, v in place.items()}
        assert abs(true - one.evaluate(exact, digits=30)) <= abs(true) * mpmath.mpf(10) ** -28
    assert measured(found, references).worst <= 5e-13


def test_parameters_are_measured_between_ordinary_and_extreme_and_where_a_denominator_is_0():
    found = [p["alpha"] for p in places(entropy(catalog.MarshallOlkinExponential.suffixed("")))]
    assert {1.0, 1 + 1e-8, 1 - 1e-4} <= set(found) and any(10 < a < 1000 for a in found)
    assert {1e-2, -1e-2, 100.0} <= {p["l"] for p in places(entropy(catalog.BernoulliLogit.suffixed("")))}


def test_two_precisions_that_lose_the_same_term_are_not_believed():
    """e^−λ is less than either tells from 2λ: both gave λe^−λ for (λ + 1)e^−λ."""
    one, lamda = entropy(catalog.Boltzmann.suffixed("")), 571.0
    with mpmath.workdps(30):
        small = mpmath.exp(-lamda)
        assert abs(Truth(one)(dict(lamda=lamda, N=3.0)) / ((lamda + 1) * small) - 1) < 1e-20
        assert abs(one.evaluate(lamda=571, N=3) / ((lamda + 1) * small) - 1) < 1e-13  # it was 0


def test_a_value_is_right_where_what_it_is_written_with_is_infinite():
    """λ/(2λ − 1) and log((2λ − 1)/log(λ/(1 − λ))) of a continuous Bernoulli law at ½, where it is uniform."""
    p, q = (catalog.ContinuousBernoulli.suffixed(f"_{i}") for i in (1, 2))
    for one in (entropy(p), cross_entropy(p, q)):
        found, truth = program(one), truth_of(one)
        assert measured(compiled(found, "math"), truths(one, places(one))).beyond(BOUND, truth) == []
        values = one.lambdify("math")
        assert values(**dict.fromkeys(one.symbols, 0.5)) == 0
        # log(λ/(1 − λ)) is 4 times as far from 0 as λ from ½, but for a third power
        x = 2.0**-28
        assert values(**dict.fromkeys(one.symbols, 0.5 + x / 4)) == pytest.approx(-(x**2) / 24, rel=1e-12)


@pytest.mark.parametrize("name", in_turn(LANGUAGES["torch"], "torch", language_of))
def test_torch(name):
    torch = pytest.importorskip("torch")
    function = compiled(program(formula(name)), "torch")
    columns = {
        k: torch.tensor([place[k] for place, _ in known(name)], dtype=torch.float64, requires_grad=True)
        for k in formula(name).symbols
    }
    values = function(**columns)
    table = dict(zip((tuple(p.items()) for p, _ in known(name)), values.tolist(), strict=True))
    assert_accurate(name, lambda **place: table[tuple(place.items())])
    values[torch.isfinite(values)].sum().backward()
    assert_gradients(name, {k: v.grad.tolist() for k, v in columns.items()})


@pytest.mark.parametrize("name", in_turn(LANGUAGES["jax"], "jax", language_of))
def test_jax(name):
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    function = compiled(program(formula(name)), "jax")
    names = [i.name for i in program(formula(name)).inputs]
    columns = [np.array([place[k] for place, _ in known(name)]) for k in names]
    values = jax.jit(function)(*columns)
    table = dict(zip((tuple(p.items()) for p, _ in known(name)), map(float, values), strict=True))
    assert_accurate(name, lambda **place: table[tuple(place.items())], IN_JAX.get(name, BOUND))
    slopes = jax.jit(jax.vmap(jax.grad(function, argnums=tuple(range(len(names))))))(*columns)
    assert_gradients(name, {k: list(map(float, s)) for k, s in zip(names, slopes, strict=True)})


@cache
def known_slopes(name):
    """The slopes in q's parameters, or p's if q has none, and what they are at every seventh point."""
    symbols = formula(name).symbols
    slopes = Slopes(formula(name), [n for n in symbols if n.endswith("_2")] or [*symbols])
    chosen = [
        (i, place)
        for i, (place, value) in enumerate(known(name))
        if not i % 7 and abs(value) < LARGEST and close(place, CLOSE.get(name))
        if name not in KINKED or not close(place, 1)
    ]
    return slopes, slopes.known(chosen)


def assert_gradients(name, found):
    """Derivatives against those of the formula."""
    slopes, true = known_slopes(name)
    assert list(slopes.wrong(true, found)) == []
    assert sum(len(t) for _, _, t in true) >= 5


@pytest.mark.parametrize("values", [(0, "s1"), (0, 1), ("m1", 1), ("m1", "unit")], ids=str)
def test_units_are_taken_only_where_every_length_is(values):
    """Locations that are numbers, scales that are, and a scale that has the name of the unit."""
    p, q = catalog.Semicircle(*values), catalog.Semicircle("m2", "s2")
    numbers = {"m1": 0.25, "s1": 9.0, "unit": 9.0, "m2": 0.5, "s2": 10.0}
    divergence = kl_divergence(p, q)
    place = {name: numbers[name] for name in divergence.symbols}
    found = compiled(program(divergence), "math")(**place)
    assert found == pytest.approx(float(divergence.evaluate(place, digits=20)), rel=1e-13)


# --- helpers -------------------------------------------------------------------------------------------------

ROOMS = (elementary, gammas, products, bessel, cumulants, hypergeometric, means, zetas, tails)
STABLE = {name: f for room in ROOMS for name, f in vars(room).items()}

MPMATH = {
    "loggamma": mpmath.loggamma,
    "digamma": mpmath.digamma,
    "trigamma": lambda x: mpmath.psi(1, x),
    "gamma": mpmath.gamma,
    "e1": mpmath.e1,
    "loggamma_bregman_at_1": lambda y: gammas.loggamma_bregman.value(mpmath.mpf(1), y),
}
HELPER_BOUND = {
    "log1pmx": 4e-15, "expm1mx": 2e-15, "erf_rest": 2e-15, "kl_div": 4e-15, "xlogy": 1e-15, "xlog1py": 1e-15, "trigamma_rest": 4e-15,
    "digamma_rest": 5e-14, "loggamma_rest": 5e-14, "trigamma": 2e-15, "gamma": 2e-13, "exp_e1": 3e-14, "e1_of_exp": 3e-14, "trigamma_rest_drop": 4e-15, "digamma_rest_rise": 4e-15, "bessel_deficit": 2e-15,
    "bessel_ratio": 2e-15, "bessel_spread": 2e-15, "log_besseli0_bregman": 4e-14, "exp_expm1": 1e-13, "exp_expm1mx": 1e-13, "loggamma_bregman_at_1": 4e-15,
    "log1pmx_to": 1e-15, "log1p_to": 1e-15, "xlog1py_to": 1e-15, "kl_div_to": 4e-15, "loggamma_bregman_to": 6e-14, "log_besseli0_bregman_to": 6e-14, "logbeta_rest_bregman_to": 2e-13,
    "log_exprel_bregman_to": 4e-14, "log1pexp_bregman_to": 2e-14, "exp_expm1_to": 1e-13, "exp_expm1mx_to": 1e-13,
    "log_exprel": 2e-15, "log_exprel_slope": 2e-15, "log_exprel_curvature": 2e-15, "log_exprel_bregman": 4e-14,
    "log_expsum": 2e-15, "log_expsum_bend": 4e-15, "log_exprel_bend": 2e-15, "log_expsum_bregman": 4e-14, "log_expsum_bregman_to": 4e-14,
    "hyper_small": 6e-15, "hyper_large": 6e-15, "hyper_small_to": 1e-14, "hyper_large_to": 1e-14,
    "power_rest": 6e-15, "log_zeta": 4e-15, "log_zeta_slope": 4e-15, "log_zeta_curvature": 4e-15, "log_zeta_bregman": 4e-14, "log_zeta_bregman_to": 6e-14,
    "log_sinhc": 2e-15, "langevin": 2e-15, "harmonic": 2e-15, "log_erf_rise_to": 4e-15, "scaled_erf_rise_to": 4e-15, "loggamma_bregman": 4e-14, "log1pexp": 1e-15, "logistic": 1e-15, "logistic_density": 1e-15, "log1pexp_bregman": 2e-14,
}  # fmt: skip
"""Relative errors; the others are right to 1e-14 of 1 + 1/x or of the value, whichever is larger."""


LOGISTIC = dict.fromkeys(("log1pexp", "logistic", "logistic_density", "log1pexp_bregman"), 1.2)
"""Where they are not below what 80 digits of their parts show."""


EXPSUM = dict.fromkeys(("log_expsum", "log_expsum_bend", "log_expsum_bregman"), 1.9)
"""The same, and the least number."""


def helper_error(name, function):
    """The largest error over many sizes, relative to the value (or to its terms, where those cancel)."""
    rng, worst = random.Random(name), 0.0
    for _ in range(400):
        x = 10 ** rng.uniform(
            -8, {"gamma": 2, "e1": 2.5, "exp_expm1": 2, "exp_expm1mx": 2, **LOGISTIC, **EXPSUM}.get(name, 12)
        )
        if name in ("log1pmx", "expm1mx", "loggamma_bregman_at_1"):
            x = rng.choice((1, -1)) * 10 ** rng.uniform(-12, 1.5)
            x = -rng.random() if name != "expm1mx" and x <= -1 else x
        if name.startswith(("log_exprel", "log_expsum", "log1pexp", "logistic", "log_sinhc", "langevin")):
            x *= rng.choice((1, -1))
        if name.startswith("log_zeta"):
            x = 1 + 10 ** rng.uniform(-6, 1.3)
        if name == "e1_of_exp":
            x = rng.uniform(-60, 4)
        args = [x]
        if len(HELPERS[name].arguments) == 4:
            y = 10 ** rng.uniform(-8, 12)
            args += [x * rng.uniform(-0.9, 2), y, y * rng.choice((1, -1)) * 10 ** rng.uniform(-12, -1)]
        if name.startswith("log_expsum"):
            n = 1 + float(round(10 ** rng.choice((rng.uniform(0, 1), rng.uniform(0, 12)))))
            step = rng.choice(
                (x * rng.choice((1, -1)) * 10 ** rng.uniform(-12, 0), rng.uniform(-9, 9) / n, rng.uniform(-50, 50))
            )
            args += {"log_expsum": [n], "log_expsum_bend": [n, step], "log_expsum_bregman": [step, n]}[name]
        elif name == "trigamma_rest_drop":
            args.append(10 ** rng.uniform(-8, 12))
        elif name.startswith("hyper"):
            args.append(rng.choice((10 ** rng.uniform(-12, 12), -rng.random(), -(10 ** rng.uniform(-12, 0)))))
        elif name in ("log_exprel_bregman", "log1pexp_bregman"):
            args.append(rng.choice((1, -1)) * rng.choice((abs(x), 10)) * 10 ** rng.uniform(-12, 0.6))
        elif name == "power_rest":
            grown = (
                x * 10 ** rng.uniform(-9, 0) if x < 1e4 else 10 ** rng.uniform(-2, 2)
            )  # beyond, mpmath finds no value
            args = [
                rng.choice((-1 + 10 ** rng.uniform(-8, 0), rng.choice((1, -1)) * 10 ** rng.uniform(-12, 0), grown)),
                x,
            ]
        elif name == "power_expm1mx":  # a moderate exponent, large and small bases
            args = [10 ** rng.uniform(-2, 1.4), -1 + 10 ** rng.uniform(-8, 8), rng.uniform(-4, 4)]
        elif name == "log_zeta_bregman":
            args = [
                max(x, 1.1),
                (max(x, 1.1) - 1) * rng.choice((10 ** rng.uniform(-12, 0.6), -0.9 * rng.random() ** 3)),
            ]
        elif len(HELPERS[name].arguments) == 2:
            y = x * rng.choice((1, -1)) * 10 ** rng.uniform(-12, 0.3)
            args.append(abs(y) if name.startswith("xlog") or x + y <= 0 else y)
        with mpmath.workdps(200 if name in EXPSUM else 80):
            of = MPMATH.get(name) or STABLE[name].value
            true = of(*map(mpmath.mpf, args))
            size = abs(true) if name in HELPER_BOUND else abs(true) + 1 / mpmath.mpf(args[0]) + 1
            worst = max(worst, float(abs(function(*args) - true) / size))
    return worst


def helper_functions():
    source = written([], "math", helpers=True)
    names = {}
    exec(source, names)
    return {n: names[f"_{n}"] for n in HELPERS}


ENDED = [name for name in HELPERS if name.partition("_at_")[0].endswith("_to")]
"""Helpers that are given where a step ends."""


def ended_error(name, function):
    """The largest relative error where the end is anywhere, far below the start too: the step is rounded, the end is not."""
    rng, worst = random.Random(name), 0.0
    of = {
        "log1p_to": mpmath.log1p,
        "loggamma_bregman_to_at_1": lambda d: gammas.loggamma_bregman.value(mpmath.mpf(1), d),
    }
    of = of.get(name) or STABLE[name.removesuffix("_to")].value
    count = {2: 1, 3: 1, 4: 1, 6: 2}[len(HELPERS[name].arguments)]
    unit = name.startswith(("log1p_", "log1pmx_", "xlog1py_", "loggamma_bregman_to_at_1", "power_expm1mx_", "hyper"))
    for _ in range(400):
        starts = [1.0 if unit else 10 ** rng.uniform(-8, 8) for _ in range(count)]
        ratios = [10 ** rng.uniform(-12, 8) if rng.random() < 0.5 else 1 + 10 ** rng.uniform(-12, -0.5) for _ in starts]
        ends = [x * r for x, r in zip(starts, ratios, strict=True)]
        if name.startswith(("log_exprel", "log_expsum", "log1pexp")):
            starts, ends = ([rng.choice((1, -1)) * 10 ** rng.uniform(-8, 1.2)] for _ in "se")
        if name.startswith("exp_expm1"):
            starts = [rng.choice((1, -1)) * 10 ** rng.uniform(-8, 2)]
            ends = [starts[0] + rng.choice((1, -1)) * 10 ** rng.uniform(-12, 2)]
        if name.startswith("log_zeta"):
            starts, ends = ([1 + 10 ** rng.uniform(-3, 1.5)] for _ in "se")
        if name.startswith(("log_erf", "scaled_erf")):  # of what grows
            starts = [rng.choice((1, -1)) * 10 ** rng.uniform(-8, rng.choice((2, -0.5)))]
            ends = [starts[0] + rng.choice((10 ** rng.uniform(-12, 2), abs(starts[0]), rng.uniform(0.5, 1)))]
        first = [0.75] if name == "xlog1py_to" else [] if unit else starts[:1]
        first = [10 ** rng.uniform(-8, 12)] if name.startswith("hyper") else first
        first = [10 ** rng.uniform(-2, 1.4)] if name == "power_expm1mx_to" else first
        last = [float(rng.randint(2, 9))] if name.startswith("log_expsum") else []
        last = [rng.uniform(-4, 4)] if name == "power_expm1mx_to" else last
        own = [*first, ends[0] - starts[0], *(v for x, z in zip(starts[1:], ends[1:], strict=True) for v in (x, z - x))]
        with mpmath.workdps(120):
            steps = [mpmath.mpf(z) - x for x, z in zip(starts, ends, strict=True)]
            exact = [*first, steps[0], *(v for x, d in zip(starts[1:], steps[1:], strict=True) for v in (x, d)), *last]
            true, size = of(*map(mpmath.mpf, exact)), mpmath.mpf(0)
            if count == 2:  # its terms may cancel
                size = gammas.loggamma_rest_bregman.value(*(mpmath.fsum(v) for v in (starts, steps)))
            if name.startswith(("log_erf", "scaled_erf")):  # it is 0 somewhere
                size = mpmath.mpf(1)
            worst = max(worst, float(abs(function(*own, *last, *ends) - true) / max(abs(true), size)))
    return worst


@pytest.mark.parametrize("name", ENDED)
def test_helper_that_is_given_the_end(name):
    assert ended_error(name, helper_functions()[name]) <= HELPER_BOUND.get(name, 4e-14)


@pytest.mark.parametrize("name", [name for name in HELPERS if name not in ENDED])
def test_helper(name):
    assert helper_error(name, helper_functions()[name]) <= HELPER_BOUND.get(name, 1e-14)


def test_gauss_rule_is_exact_for_polynomials():
    rule = gauss_jacobi(12)
    for power in range(24):
        exact = sp.Rational(1, (power + 1) * (power + 2))
        assert abs(sum(w * t**power for t, w in rule) - exact) < 1e-16


@pytest.mark.parametrize(
    "nodes, pole, error", [(NODES, -1, 2e-17), (FEW, -4, 2e-16), (FEW, 4, 2e-15), (FEWER, 256, 1e-17)]
)
def test_so_many_nodes_do_for_a_pole_so_far_away(nodes, pole, error):
    with mpmath.workdps(30):
        true = mpmath.quad(lambda t: (1 - t) / (t - pole) ** 2, [0, 0.5, 1])
        rule = [(mpmath.mpf(str(t)), mpmath.mpf(str(w))) for t, w in gauss_jacobi(nodes)]
        assert abs(sum(w / (t - pole) ** 2 for t, w in rule) - true) < error * true


@pytest.mark.parametrize("name, reach", [("log1pmx", 0.25), ("expm1mx", 0.5), ("loggamma_bregman_at_1", 0.25)])
def test_fitted_polynomials(name, reach):
    function, exact = helper_functions()[name], MPMATH.get(name) or STABLE[name].value
    with mpmath.workdps(60):
        for y in (reach * k / 200.5 for k in range(-200, 201) if k):
            true = exact(mpmath.mpf(y))
            assert abs(function(y) - true) <= 1e-15 * abs(true)


# --- what must fail ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Normal", "Gamma", "Poisson", "Bernoulli", "Exponential", "Laplace", "Weibull", "Gumbel"]
)
def test_the_formula_as_derived_fails(name):
    plain = next(p for p in forms(formula(name)) if p.form == "as derived")
    with pytest.raises(AssertionError):
        assert_accurate(name, compiled(plain, "math"))


def test_a_wrong_coefficient_in_a_helper_fails():
    source = written([program(formula("Normal"))], "math")
    wrong, count = re.subn(r"0\.285714\d+", "0.28571428", source)
    assert count == 1
    names = {}
    exec(wrong, names)
    assert ended_error("log1pmx_to", names["_log1pmx_to"]) > HELPER_BOUND["log1pmx_to"]


# --- boundaries, arrays, errors ------------------------------------------------------------------------------

BOUNDARY = [
    ("Poisson", dict(lamda_1=0.0, lamda_2=1.0), 1.0),
    ("Poisson", dict(lamda_1=0.0, lamda_2=0.0), 0.0),
    ("Poisson", dict(lamda_1=1.0, lamda_2=0.0), math.inf),
    ("Bernoulli", dict(p_1=0.0, p_2=0.5), math.log(2)),
    ("Bernoulli", dict(p_1=1.0, p_2=0.5), math.log(2)),
    ("Bernoulli", dict(p_1=0.0, p_2=0.0), 0.0),
    ("Bernoulli", dict(p_1=1.0, p_2=1.0), 0.0),
    ("Bernoulli", dict(p_1=0.5, p_2=0.0), math.inf),
    ("Bernoulli", dict(p_1=0.0, p_2=1.0), math.inf),
    ("Geometric", dict(p_1=1.0, p_2=1.0), 0.0),
    ("Geometric", dict(p_1=1.0, p_2=0.5), math.log(2)),
    ("Geometric", dict(p_1=0.5, p_2=1.0), math.inf),
    ("Pareto", dict(x_m_1=1.0, alpha_1=2.0, x_m_2=2.0, alpha_2=2.0), math.inf),
    ("ContinuousBernoulli", dict(lamda_1=0.5, lamda_2=0.25), 0.04979320860919144754527517),
    ("ContinuousBernoulli", dict(lamda_1=0.5, lamda_2=0.5), 0.0),
    ("Uniform", dict(a_1=0.0, b_1=1.0, a_2=0.0, b_2=1.0), 0.0),
    ("Uniform", dict(a_1=0.0, b_1=1.0, a_2=0.5, b_2=1.0), math.inf),
    ("TruncatedExponential", dict(b_1=2.0, lamda_1=1.0, b_2=1.0, lamda_2=1.0), math.inf),
]  # fmt: skip


@pytest.mark.parametrize("name, place, value", BOUNDARY)
@pytest.mark.parametrize("target", ["math", "numpy"])
def test_boundary(name, place, value, target):
    pytest.importorskip("scipy")
    assert float(compiled(program(formula(name)), target)(**place)) == pytest.approx(value, rel=1e-15, abs=0)


@pytest.mark.parametrize(
    "p, q, value", [(0.0, 0.0, 0.0), (1.0, 1.0, 0.0), (0.0, 0.5, math.log(2)), (1.0, 0.0, math.inf)]
)
@pytest.mark.parametrize("target", ["math", "numpy"])
def test_cross_entropy_with_a_hard_target(p, q, value, target):
    pytest.importorskip("scipy")
    loss = cross_entropy(catalog.Bernoulli.suffixed("_1"), catalog.Bernoulli.suffixed("_2"))
    assert float(loss.lambdify(target)(p_1=p, p_2=q)) == pytest.approx(value, rel=1e-15, abs=0)


LOST_ELSEWHERE = [
    (entropy, ("Gamma",), dict(k=1e14, theta=1.0), 17.5370),
    (entropy, ("Bernoulli",), dict(p=1e-20), 4.70517e-19),
    (entropy, ("Geometric",), dict(p=1e-9), 21.7233),
    (cross_entropy, ("Normal", "Normal"), dict(mu_1=1e8, sigma_1=1.0, mu_2=1e8 + 1, sigma_2=1.0), 1.91894),
    (cross_entropy, ("InverseGaussian",) * 2, dict(mu_1=1.0, lamda_1=1e8, mu_2=1.0000001, lamda_2=1.5e8), -7.74413),
    (kl_divergence, ("Laplace", "Normal"), dict(mu_1=1e8, b_1=1.0, mu_2=1e8 + 1, sigma_2=1.0), 0.725791),
]
"""Values that formulas as they are usually written lose, and their first digits."""


@pytest.mark.parametrize("target", ["math", "numpy", "torch", "jax"])
@pytest.mark.parametrize("quantity, names, place, digits", LOST_ELSEWHERE)
def test_what_is_lost_elsewhere(quantity, names, place, digits, target):
    suffixes = ("",) if len(names) == 1 else ("_1", "_2")
    one = quantity(*(catalog[n].suffixed(s) for n, s in zip(names, suffixes, strict=True)))
    if target != "math":
        library = pytest.importorskip({"numpy": "scipy"}.get(target, target))
        if target == "jax":
            library.config.update("jax_enable_x64", True)
    function, ((_, true),) = one.lambdify(target), truths(one, [place])
    tensors = {k: library.tensor(v, dtype=library.float64) for k, v in place.items()} if target == "torch" else place
    assert abs(float(function(**tensors)) - true) <= BOUND * abs(true)
    assert float(true) == pytest.approx(digits, rel=1e-5)


def test_arrays_broadcast():
    pytest.importorskip("scipy")
    g = formula("Gamma").lambdify("numpy")
    values = g(k_1=np.array([[1.0], [2.0]]), theta_1=1.0, k_2=np.array([1.0, 2.0, 3.0]), theta_2=1)
    assert values.shape == (2, 3)
    assert values[0, 0] == 0
    with pytest.raises(ValueError, match="shape"):
        g(k_1=np.ones(2), theta_1=1.0, k_2=np.ones(3), theta_2=1.0)


# --- arrays: what is evaluated, and where ----------------------------------------------------------------------


def array_program(name, target):
    """The function, and a maker of its arrays in float64."""
    library = pytest.importorskip({"numpy": "scipy"}.get(target, target))
    array = np.array if target == "numpy" else lambda v: library.tensor(np.array(v), dtype=library.float64)
    if target == "torch":
        library.set_num_threads(1)  # more do not work in blocks
    return compiled(program(formula(name)), target), array


def pairs_near_and_far(name, count):
    """Columns in which near and far pairs, small and large parameters, alternate without a period."""
    rng = np.random.default_rng(3)
    columns = {}
    for i, column in enumerate(s.removesuffix("_1") for s in formula(name).symbols if s.endswith("_1")):
        columns[f"{column}_1"] = p = 10 ** rng.uniform(-2, 2, count)
        columns[f"{column}_2"] = p * (1 + 10 ** rng.uniform(-9, 0.5, count) * (rng.random(count) < 0.9 - i / 10))
    return columns


@pytest.mark.parametrize("target", ["numpy", "torch"])
def test_what_is_costly_is_evaluated_where_it_is_needed_only(target):
    function, array = array_program("Gamma", target)
    asked = {"_loggamma_rest": [], "_trigamma_rest": [], "_log1pmx_to": [], "_log1pmx": []}
    for name, sizes in asked.items():
        of = function.__globals__[name]
        function.__globals__[name] = lambda x, *end, of=of, sizes=sizes: (sizes.append(len(x)), of(x, *end))[1]
    k, closer, close, far = 3.0, [3.001] * 7, [3.5] * 4, [9.0] * 2
    function(k_1=array(k), theta_1=array(1.0), k_2=array([*closer, *far, *close]), theta_2=array(2.0))
    assert asked == {
        "_loggamma_rest": [2, 2],
        "_trigamma_rest": [7] * FEWER + [4] * FEW,
        "_log1pmx_to": [13],
        "_log1pmx": [],
    }


@pytest.mark.parametrize("target", ["numpy", "torch"])
@pytest.mark.parametrize("name", ["Gamma", "Beta", "Weibull", "Laplace", "Bernoulli"])
def test_an_element_does_not_depend_on_its_neighbours(name, target):
    function, array = array_program(name, target)
    columns = {k: v / 1e3 if name == "Bernoulli" else v for k, v in pairs_near_and_far(name, 60).items()}
    singly = [float(function(**{k: array(v[i]) for k, v in columns.items()})) for i in range(60)]
    for block in (7, 60):
        function.__globals__["BLOCK"] = block
        for shape in ((60,), (3, 20), (1, 60, 1), (60, 0)):
            values = function(**{k: array(np.resize(v, shape)) for k, v in columns.items()})
            assert values.shape == shape
            # a vectorised logarithm and its scalar twin may differ in the last digit
            np.testing.assert_allclose(
                np.asarray(values).ravel(), singly[: np.asarray(values).size], rtol=1e-13, atol=0
            )
        turned = function(**{k: array(np.asfortranarray(v.reshape(6, 10))[:, ::-1]) for k, v in columns.items()})
        np.testing.assert_allclose(np.asarray(turned)[:, ::-1].ravel(), singly, rtol=1e-13, atol=0)


@pytest.mark.parametrize("name", ["Gamma", "Weibull", "Laplace", "Poisson"])
def test_slopes_do_not_depend_on_the_neighbours(name):
    function, array = array_program(name, "torch")
    columns = pairs_near_and_far(name, 40)
    function.__globals__["BLOCK"] = 7
    mixed = {k: array(v).requires_grad_() for k, v in columns.items()}
    function(**mixed).sum().backward()
    for i in range(40):
        alone = {k: array(v[i]).requires_grad_() for k, v in columns.items()}
        function(**alone).backward()
        for k, v in alone.items():
            assert mixed[k].grad[i].item() == pytest.approx(v.grad.item(), rel=1e-11, abs=1e-14)


def test_slopes_by_a_transformation():
    torch = pytest.importorskip("torch")
    function, array = array_program("Normal", "torch")
    fixed = {"mu_1": array([0.0, 1.0, 2.0]), "sigma_1": array([1.0, 1.0, 2.0]), "mu_2": array([0.5, 1.0, 2.0])}
    slopes = torch.func.grad(lambda s: function(**fixed, sigma_2=s).sum())(array([1.0, 1.001, 5.0]))
    exact = [1 / s - (s1**2 + d**2) / s**3 for s, s1, d in ((1, 1, 0.5), (1.001, 1, 0), (5, 2, 0))]
    assert slopes.tolist() == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("library", ["torch", "jax"])
def test_slopes_where_a_modulus_is_0(library):
    """PyTorch's of |x| is 0 there: ∂²KL/∂μ² of Laplace laws is 1/b², and the slope of log(1 + e^z) ½ at z = 0."""
    pytest.importorskip(library)
    laplace = compiled(program(formula("Laplace")), library)
    certain = kl_divergence(catalog.Bernoulli("p"), catalog.BernoulliLogit("z"))
    logit = compiled(program(certain), library)
    if library == "torch":
        import torch

        m, z = (torch.zeros((), dtype=torch.float64, requires_grad=True) for _ in range(2))
        (slope,) = torch.autograd.grad(laplace(0.0, 2.0, m, 2.0), m, create_graph=True)
        (curvature,) = torch.autograd.grad(slope, m)
        (rise,) = torch.autograd.grad(logit(p=0.25, z=z), z)
    else:
        import jax

        jax.config.update("jax_enable_x64", True)
        slope, curvature = (f(lambda m: laplace(0.0, 2.0, m, 2.0))(0.0) for f in (jax.grad, jax.hessian))
        rise = jax.grad(lambda z: logit(p=0.25, z=z))(0.0)
    assert (slope.item(), curvature.item(), rise.item()) == (0.0, 0.25, 0.25)


def test_slopes_at_the_boundary_are_finite():
    function, array = array_program("Poisson", "torch")
    places = {"lamda_1": array([0.0, 2.0, 0.0]), "lamda_2": array([1.0, 2.0, 3.0])}
    places["lamda_2"].requires_grad_()
    function(**places).sum().backward()
    assert places["lamda_2"].grad.tolist() == [1.0, 0.0, 1.0]


@pytest.mark.parametrize(
    "name, place, of", [("Kumaraswamy", dict(a=0.1, b=1.0), "b"), ("BurrXII", dict(c=0.1, k=1.0, lamda=1.0), "k")]
)
def test_slopes_of_digamma_functions_in_torch(name, place, of):
    """ψ′ as PyTorch has it is off by 5e-10 at 1."""
    torch = pytest.importorskip("torch")
    one = entropy(catalog[name].suffixed(""))
    inputs = {n: torch.tensor(v, dtype=torch.float64, requires_grad=True) for n, v in place.items()}
    one.lambdify("torch")(**inputs).backward()
    at, step = sp.Rational(place[of]), sp.Rational(1, 10**8)
    above, below = (one.evaluate(place | {of: at + side * step}, digits=30) for side in (1, -1))
    true = (above - below) / (2 * mpmath.mpf(step.p) / step.q)
    assert inputs[of].grad.item() == pytest.approx(float(true), rel=1e-12)


def test_torch_takes_numbers_beside_tensors():
    torch = pytest.importorskip("torch")
    function, array = array_program("Poisson", "torch")
    rates = array([1.0, 2.0])
    assert torch.equal(function(rates, 3.1), function(rates, array([3.1, 3.1])))
    assert function(rates.float(), 3.1).dtype == torch.float32
    assert function(1, 3.1).dtype == torch.float64


def test_numbers_take_the_precision_of_arrays():
    function, _ = array_program("Poisson", "numpy")
    single, short = np.array([1, 2], np.float32), np.array([1, 2], np.int8)
    kinds = [
        np.asarray(function(a, 3.1)).dtype for a in (single, single.astype(float), short, 1, [1.0, 2.0], np.float32(1))
    ]
    assert kinds == [np.float32, np.float64, np.float64, np.float64, np.float64, np.float32]


def test_tensors_of_several_types():
    torch = pytest.importorskip("torch")
    function, _ = array_program("Poisson", "torch")
    whole, single, double = torch.tensor([1, 2, 3]), torch.tensor([1.5]), torch.tensor(2.5, dtype=torch.float64)
    assert function(whole, whole).tolist() == [0, 0, 0]
    assert function(torch.tensor([0, 2]), torch.tensor([3, 2])).tolist() == [3, 0]
    assert function(whole, single).dtype == torch.float32
    assert function(single, double).dtype == torch.float64
    assert function(whole, double)[0].item() == pytest.approx(1.5 - math.log(2.5), rel=1e-15)


@pytest.mark.parametrize("name", ["Gamma", "Uniform", "Normal"])
def test_a_program_has_types(name, tmp_path):
    pytest.importorskip("scipy")
    pytest.importorskip("mypy")
    (tmp_path / "kl.py").write_text(code([formula(name)], "numpy", checked=True))
    # in a process of its own: it lets its process recurse so deeply that a later test may overflow the stack
    mypy = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(tmp_path / "kl.py")]
    run = subprocess.run(mypy, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_masks_are_kept():
    function, array = array_program("Poisson", "numpy")
    rates = np.ma.array([1.0, 2.0, 3.0], mask=[False, True, False])
    found = function(lamda_1=rates, lamda_2=array([[1.0], [2.0]]))
    assert np.ma.getmaskarray(found).tolist() == [[False, True, False]] * 2
    assert np.array_equal(found.data, function(lamda_1=rates.data, lamda_2=array([[1.0], [2.0]])))
    assert not np.ma.isMaskedArray(function(lamda_1=rates.data, lamda_2=1.0))


def test_halves_go_without_their_guards():
    x, near = sp.symbols("x near", real=True)
    close = sp.Abs(x) < 1
    guard = (near, sp.Piecewise((x, close), (0, True)))
    costly = sp.exp(near) + sp.log(near) * sp.sin(near)
    found = halves(Block((guard,), sp.Piecewise((costly, close), (-x, True))))
    plain, masked = found.sides
    assert (plain.plain, plain.holds, plain.block) == (True, False, Block((), -x))
    assert (masked.plain, masked.holds, masked.block, masked.given) == (False, True, Block((), costly), ((near, x),))
    assert halves(Block((guard,), sp.Piecewise((near + 1, close), (-x, True)))) is None  # too cheap for a mask


TO_1E8 = ("Beta", "Weibull", "Alpha", "InverseGaussian", "Lindley")
"""Families whose programs have third or fourth powers of parameters: beyond what float32 holds at 1e12, and some times that."""
ROUNDINGS = {"jax": 2}
"""How many times what the rounding of the inputs explains is allowed in float32: JAX's powers above 1e30 lose more than NumPy's."""
IN_FLOAT32 = {("LogGamma", "jax"): 1.2e-5}
"""What the relative error is below in float32, where that is more than 1e-5."""
SMALLEST, GREATEST = 1e-36, 1e38
"""Values that float32 has with all its digits."""


def inside(name, place):
    """Whether probabilities are not rounded to 1."""
    params = {p.name: p.domain for p in catalog[name].params}
    return all(v < 1 for n, v in place.items() if params[n[:-2]] == "probability")


@cache
def known_single(name):
    """[(place, exact value)] at the floats of 32 bits nearest to the points of the grid."""
    sizes = (1e-8, 1e-4, 1e4, 1e8) + (() if name in TO_1E8 else (1e12,))
    rounded = [{k: float(np.float32(v)) for k, v in p.items()} for p in places(formula(name), EPSILONS[::3], sizes)]
    rounded = [place for place in rounded if close(place, NARROW.get(name)) and inside(name, place)]
    return [(p, v) for p, v in truths(formula(name), rounded) if v == 0 or v == math.inf or SMALLEST < v < GREATEST]


def single(name, target):
    """Values in float32."""
    columns = {k: np.array([p[k] for p, _ in known_single(name)], np.float32) for k in formula(name).symbols}
    if target == "torch":
        torch = pytest.importorskip("torch")
        columns = {k: torch.from_numpy(v) for k, v in columns.items()}
    return np.asarray(compiled(program(formula(name)), target)(**columns))


@pytest.mark.parametrize(
    "target, name",
    [
        pytest.param(target, *getattr(one, "values", [one]), marks=getattr(one, "marks", ()))
        for target in ("numpy", "torch", "jax")
        for one in in_turn(SINGLE, target, library_of)
    ],
)
def test_float32(name, target):
    pytest.importorskip({"numpy": "scipy"}.get(target, target))
    values = single(name, target)
    assert values.dtype == np.float32
    for got, (place, true) in zip(values, known_single(name), strict=True):
        if math.isinf(true):
            assert got == true
        elif not abs(float(got) - true) <= IN_FLOAT32.get((name, target), 1e-5) * abs(true):
            most = 2.0**-24 * ROUNDINGS.get(target, 1) * truth(name).condition(place)
            assert abs(float(got) - true) <= most * abs(true), (place, got, true)


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["code", "kl", "gamma", "gamma", "--to", "fortran"], "no target 'fortran'"),
        (["code", "kl", "gama", "gamma"], "no family 'gama'"),
        (["code", "kl", "hoyt", "hoyt"], "no closed form was found, an integral remains; --quadrature"),
        (["code", "kl", "gamma"], "takes 2 members"),
        (["code", "mean", "gamma"], "a quantity is entropy, cross-entropy or kl"),
        (["code", "--all", "kl"], "takes no quantity"),
        (["code", "entropy", "generalizedinversegaussian"], "NumPy has no besselk_order"),
        (["code", "--all", "--quadrature"], "--quadrature is for one cell"),
        (["code", "kl", "gamma", "gamma", "--families", "gamma"], "--families is for --all"),
        (["code", "--all", "--families", "gama"], "no family 'gama'"),
        (["kl", "gamma", "gamma", "--digits", "30"], "--digits has no effect without --at"),
        (["code", "kl", "gamma", "lindley"], "NumPy has no meijerg"),
    ],
)
def test_errors_are_one_clear_line(arguments, words, capsys):
    assert main(arguments) == 2
    message = capsys.readouterr().err
    assert words in message
    assert message.count("\n") == 1


def test_checked_refuses_what_is_outside_its_domain():
    names = {}
    exec(code([formula("Gamma")], "math", checked=True), names)
    with pytest.raises(ValueError, match="theta_1 must be positive"):
        names["kl_gamma_gamma"](1.0, -1.0, 1.0, 1.0)
    assert names["kl_gamma_gamma"](1.0, 1.0, 1.0, 1.0) == 0


@pytest.mark.parametrize("wrong", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("target", ["math", "numpy", "torch", "jax"])
def test_checked_refuses_what_is_not_finite(target, wrong):
    if target != "math":
        pytest.importorskip({"numpy": "scipy"}.get(target, target))
    names, place = {}, dict(mu_1=0.0, sigma_1=1.0, mu_2=0.0, sigma_2=1.0)
    exec(code([formula("Normal")], target, checked=True), names)
    for name in place:
        if target == "jax":
            assert math.isnan(names["kl_normal_normal"](**place | {name: wrong}))
            continue
        with pytest.raises(ValueError, match=f"{name} must be (finite|positive)"):
            names["kl_normal_normal"](**place | {name: wrong})


def test_names_of_the_user_are_kept_apart_from_those_of_the_program():
    one = kl_divergence(catalog.Normal("m", 1), catalog.Normal("d_m", "t0"))
    assert one.lambdify("math")(m=1.0, d_m=2.0, t0=1.0) == 0.5
    place = dict(m=1.0, d_m=1.0, t0=1 + 2.0**-30)
    assert measured(one.lambdify("math"), truths(one, [place])).worst <= BOUND


OWN = [
    (expectation("x**t", catalog.Gamma("k", "theta")), "t", "real; in x**t", dict(k=1.5, theta=2.0, t=-1.0)),
    (expectation("exp(t*x)", catalog.Normal("m", "s")), "t", "real; in exp(t*x)", dict(m=0.5, s=2.0, t=-1.0)),
    (expectation("c*x", Empirical((1, 2, 6))), "c", "real; in the statistic", dict(c=-2.0)),
    (renyi_divergence(catalog.Exponential(1), catalog.Exponential(2), "c"), "c", "positive; the order", dict(c=0.5)),
    (entropy(catalog.Gamma("2*t + 1", 1)), "t", "real; in k = 2*t + 1", dict(t=-0.25)),
]
"""Formulas with symbols that are no parameters of their members: the symbol, what it is called, and a place."""


@pytest.mark.parametrize("one, name, words, place", OWN)
def test_symbols_that_are_no_parameters_are_inputs(one, name, words, place):
    assert words in code([one], "c")
    drawn = [p[name] for p in places(one)]
    assert max(drawn) > 0 and (min(drawn) < 0 or one.order is not None)
    assert program(one).accuracy != "Accuracy: there was no point to measure it at."
    function = one.lambdify("math")
    assert measured(function, truths(one, [place])).worst <= BOUND


@pytest.mark.parametrize("target", ["math", "numpy", "torch", "jax"])
def test_an_undefined_case_is_nan(target):
    pytest.importorskip({"numpy": "scipy", "math": "sympy"}.get(target, target))
    even = compiled(program(expectation("x**k", catalog.Normal(0, "s"))), target)
    values = [float(even(s=2.0, k=k)) for k in (2.0, 3.0, -2.0, 0.5, -1.0)]
    assert values[:3] == [pytest.approx(4, rel=1e-6), 0, math.inf]
    assert all(map(math.isnan, values[3:]))


def test_members_are_in_their_domains_where_accuracy_is_measured():
    assert min(p["t"] for p in places(entropy(catalog.Gamma("2*t + 1", 1)))) > -0.5


def test_a_condition_that_is_not_real_everywhere_has_no_program():
    """For a < 0 a program would compare what is not real, and take the last case."""
    one = expectation("exp(x*log(a)**2)", catalog.Exponential("l"))
    with pytest.raises(CodeError, match=r"log\(a\) in a condition .*give a as a positive symbol"):
        code([one], "numpy")


def test_a_condition_that_is_real_everywhere_has_one():
    one = expectation("a**(2*x)", catalog.Geometric("p"))
    found = one.lambdify("math")
    assert found(a=-0.5, p=1 / 3) == pytest.approx(1 / 10) == float(one.evaluate(a="-1/2", p="1/3"))
    assert found(a=-2.0, p=1 / 3) == found(a=2.0, p=1 / 3) == math.inf


def test_a_power_of_a_count_by_a_letter_of_either_sign():
    one = expectation("a**x", catalog.Geometric("p")).lambdify("math")
    assert one(a=-0.5, p=1 / 3) == pytest.approx(-1 / 8)
    assert one(a=2.0, p=0.25) == math.inf and math.isnan(one(a=-2.0, p=0.25))
    a, x = sp.Symbol("a", positive=True), sp.Symbol("x", integer=True)
    assert expectation(a**x, catalog.Geometric("p")).lambdify("math")(a=0.5, p=0.5) == pytest.approx(1 / 3)


@pytest.mark.parametrize("target", TARGETS)
def test_documented(target):
    text = code([formula("Gamma")], target)
    for words in ("k_2*log(theta_2/theta_1)", "positive; scale", "relative error at most", "not checked"):
        assert words in text
    assert ("has not been run" in text) == (target in ("julia", "stan"))


def test_a_name_given_to_lambdify_that_does_not_run_here():
    with pytest.raises(CodeError, match="does not run in this process"):
        formula("Normal").lambdify("c")


# --- by definition -------------------------------------------------------------------------------------------

BY_DEFINITION = [
    (entropy, "Poisson", "BY A SERIES THAT IS CUT OFF", dict(lamda=1e8)),
    (
        kl_divergence,
        "GeneralizedInverseGaussian",
        "BY QUADRATURE OF THE DEFINITION",
        dict(a_1=1e-9, b_1=1.0, p_1=1.0, a_2=1.0, b_2=1.0, p_2=1.0),
    ),
    (kl_divergence, "Levy", "BY QUADRATURE OF THE DEFINITION", None),
]
"""What has no program by its closed form, what it says, and where its rule does not converge."""


@pytest.mark.parametrize("quantity, name, words, lost", BY_DEFINITION)
def test_by_definition_only_when_asked_and_never_silently(quantity, name, words, lost):
    pytest.importorskip("scipy")
    one = quantity(*(catalog[name].suffixed(s) for s in (("",) if quantity is entropy else ("_1", "_2"))))
    with pytest.raises(CodeError):
        code([one], "numpy")
    source = code([one], "numpy", quadrature=True)
    assert words in source
    function = compiled(numerical(one), "numpy")
    near = truths(one, places(one, (1e-1, 1e-4), ())[:12])
    assert measured(function, near).worst <= 1e-11
    if lost is not None:
        assert math.isnan(function(**lost))


def test_a_letter_that_stands_twice_in_p():
    """Both of q's parameters are compared with it, and have steps of their own."""
    one = kl_divergence(catalog.Gamma("a", "a"), catalog.Gamma("b", "c"))
    function = compiled(program(one), "math")
    for place in (dict(a=2.0, b=2.5, c=4.0), dict(a=2.0, b=2.0, c=2.0 + 2**-20), dict(a=2.0, b=2.0 - 2**-30, c=2.0)):
        assert function(**place) == pytest.approx(float(truth_of(one)(place)), rel=1e-13, abs=0)


def test_kinks_of_a_modulus_in_a_condition():
    m, c, x = sp.symbols("m c x", real=True)
    huber = sp.Piecewise(((x - m) ** 2, abs(x - m) <= c), (c * abs(x - m), True))
    assert kinks_of(huber, x) == {m, m - c, m + c}
    huber, c = (e.xreplace({c: sp.Symbol("c", positive=True)}) for e in (huber, c))
    assert kinks_of(huber, x) == {m - c, m + c}  # at m the other branch holds
    assert kinks_of(huber + abs(x - m), x) == {m, m - c, m + c}
    s = sp.Symbol("s", positive=True)
    f = abs(1 + (x - m) / s)
    whole = by_signs(sp.Piecewise((x**2, f < 1), (2 * f, True)), x)
    for place in ({m: 0.5, s: 2.0, x: v} for v in (-4.0, -1.75, -1.25, 0.0, 0.25, 1.0)):
        value = f.subs(place)
        assert whole.subs(place) == (place[x] ** 2 if value < 1 else 2 * value)
    b = sp.Symbol("b", nonzero=True)
    unknown = sp.Piecewise((x**2, abs(b * x - c) < 1), (abs(b * x - c), True))
    assert by_signs(unknown, x) == unknown  # which way it rises is not known
    assert kinks_of(abs(b * x - c), x) == {c / b}


CUT_NORMAL = dict(mu_1=-0.6, sigma_1=20 / 7, a_1=4 / 3, b_1=13 / 7, mu_2=-0.6, sigma_2=20 / 7, a_2=4 / 3, b_2=13 / 7)
STRETCHES = {
    "far longer than the law": dict(b_1=1e12, b_2=1e12, mu_2=-0.66),
    "far longer, on the other side": dict(a_1=-1e8, a_2=-1e8, b_1=-4 / 3, b_2=-4 / 3, mu_2=-0.66),
    "in a far tail of q": dict(mu_2=-80.0),
    "in a far tail of both": dict(mu_1=-80.0, mu_2=-80.1),
    "far shorter than the law": dict(sigma_1=1e12, sigma_2=3e13),
    "far shorter, and near": dict(sigma_1=1e12, sigma_2=1e12, mu_2=-18.0),
}


@cache
def stretched(target, alone):
    """The definition of the divergence of two truncated normal laws, alone and in reserve of the closed form."""
    one = in_reals(formula("TruncatedNormal"))
    rule = by_definition(one, bounded=not alone)[0]
    plain = next(way for way in forms(one) if not way.parts)
    return compiled(rule if alone else supported(plain, rule), target)


@pytest.mark.parametrize("moved", STRETCHES.values(), ids=STRETCHES)
def test_a_stretch_of_a_normal_law(moved):
    """Nodes in the scale of the law, its normaliser without differences, and no constant in the bound on rounding."""
    place = CUT_NORMAL | moved
    true = pytest.approx(float(truth("TruncatedNormal")(place)), rel=2e-13, abs=0)
    assert stretched("numpy", True)(**place) == true
    assert stretched("math", True)(**place) == true
    assert stretched("numpy", False)(**place) == true
    assert stretched("math", False)(**place) == true  # also where the closed form divides by 0


LOPSIDED = [
    dict(a_2=-0.8, b_2=1e12, c_2=-0.7333333333333333),
    dict(a_2=-0.8, b_2=3e13, c_2=-2 / 3),
    dict(a_2=-24.0, b_2=1.1e12, c_2=-20.0),
]


@pytest.mark.parametrize("moved", LOPSIDED, ids=str)
def test_the_definition_holds_where_a_piece_of_the_support_is_tiny(moved):
    """A side 1e13 times as long as the other: every distance from an end is right on its own, and what q has beyond p is added."""
    place = dict(a_1=-0.8, b_1=1e12, c_1=-2 / 3) | moved
    one = formula("Triangular")
    alone = by_definition(one)[0]
    for target in ("math", "numpy"):
        assert compiled(alone, target)(**place) == pytest.approx(float(truth_of(one)(place)), rel=1e-13)


BENT = {
    "a bend far below the bulk": (
        "TwoParameterLindley", dict(theta_1=3.4, alpha_1=2.3e8, theta_2=3.4, alpha_2=2.5e8), 1e-10
    ),
    "a bend far above it": (
        "TwoParameterLindley", dict(theta_1=3.4, alpha_1=2e-9, theta_2=3.4, alpha_2=3e-9), 1e-13
    ),
    "a corner that moves by little of the whole": (
        "Trapezoidal", dict(a_1=-2.5, b_1=-0.75, c_1=-0.4, d_1=1e12, a_2=-2.5, b_2=-0.75, c_2=-0.40004, d_2=1e12), 1e-13
    ),
    "a narrow peak far from where it is folded": (
        "FoldedCauchy", dict(x_0_1=1e12, gamma_1=5 / 3, x_0_2=1e12, gamma_2=1.5), 1e-13
    ),
    "two narrow peaks": ("FoldedCauchy", dict(x_0_1=-1.25, gamma_1=2e-8, x_0_2=1.3, gamma_2=3e-8), 1e-13),
    "a normal law to all digits": (
        "Huber", dict(mu_1=-1.75, sigma_1=2.5, c_1=3.6e12, mu_2=-1.5, sigma_2=2.25, c_2=3.6e12), 1e-13
    ),
}  # fmt: skip
"""In the first a rounding of θ would change the value by 3e-8 of it."""


@pytest.mark.parametrize("name, place, error", BENT.values(), ids=BENT)
def test_the_definition_holds_where_what_differs_is_far_from_the_bulk(name, place, error):
    ways = by_definition(in_reals(formula(name)))
    alone = [w for w in ways if w.form.endswith("logs by each alone")]
    way = alone[-1] if name == "TwoParameterLindley" else alone[0]  # in log x
    true = pytest.approx(float(truth(name)(place)), rel=error, abs=0)
    assert compiled(way, "math")(**place) == true
    assert compiled(way, "numpy")(**place) == true


FAR_TAILS = [(-0.6, -1000.0), (-300.0, -310.0), (-1e3, -1.2e3), (-1e4, -2e4), (-1e8, -1e8 - 1), (-1e12, -0.6)]
"""Locations of two normal laws, up to so many standard deviations off the stretch."""


@pytest.mark.parametrize("moved", FAR_TAILS, ids=str)
def test_far_tails_lose_nothing(moved):
    """By the integral of the exponents less what they are at the nearer end, at 40 digits."""
    place = CUT_NORMAL | dict(zip(("mu_1", "mu_2"), moved, strict=True))
    with mpmath.workdps(40):
        low, high, s = (mpmath.mpf(place[k]) for k in ("a_1", "b_1", "sigma_1"))
        sides = [lambda x, m=mpmath.mpf(m): -(x - low) * (x + low - 2 * m) / (2 * s * s) for m in moved]
        ends = [low, *(low + (high - low) * mpmath.mpf(2) ** -k for k in range(50, 0, -1)), high]
        masses = [mpmath.quad(lambda x, f=f: mpmath.exp(f(x)), ends) for f in sides]
        mean = mpmath.quad(lambda x: mpmath.exp(sides[0](x)) * (sides[0](x) - sides[1](x)), ends) / masses[0]
        true = pytest.approx(float(mean - mpmath.log(masses[0] / masses[1])), rel=2e-13, abs=0)
    assert stretched("numpy", True)(**place) == true
    assert stretched("numpy", False)(**place) == true


@pytest.mark.parametrize(
    "names", [("m", "s", "a", "b"), ("b", "s", "a", "c"), ("m", "s", "a", 5), ("m", "s", -1, "b")], ids=str
)
def test_a_normaliser_is_one_whatever_its_parameters_are_called(names):
    p = catalog.TruncatedNormal(*names)
    place = dict(zip(p.values, (-1.5, 0.75, -1.0, 5.0), strict=True))
    place = {s: v for s, v in place.items() if s.is_Symbol}
    written = in_rises(p.log_density)
    assert written.has(log_erf_rise_to)
    assert abs((written - p.log_density).subs(p.variable, 0).subs(place).evalf(20)) < 1e-12


PARETO = dict(mu_1=-2.2, sigma_1=1e8 / 7, xi_1=-0.8, mu_2=-2.2, sigma_2=1e8 / 7, xi_2=-0.8)
ENDS = {
    "an end that moves with its scale": dict(sigma_2=1e8 / 7 * (1 + 1e-9)),
    "an end that moves with its shape": dict(xi_2=-0.8 * (1 - 1e-9)),
    "an end that falls short by less than is left of it": dict(mu_2=-2.2 - 2e-12),
    "no end of q": dict(xi_2=0.3),
    "no ends": dict(sigma_1=1 / 7, xi_1=0.4, sigma_2=1.1 / 7, xi_2=0.4),
    "no ends, and far": dict(sigma_1=1 / 7, xi_1=0.4, sigma_2=3e8, xi_2=2.5),
}


@pytest.mark.parametrize("moved", ENDS.values(), ids=ENDS)
def test_an_end_that_is_there_or_not(moved):
    """Of generalized Pareto laws: where q's end lies beyond p's is told by differences, and what is integrated knows both arms."""
    one, place = formula("GeneralizedPareto"), PARETO | moved
    true = float(truth_of(one)(place))
    assert pareto()(**place) == pytest.approx(true, rel=1e-13, abs=0)
    # both have an upper end, or neither, and q's is beyond p's
    if place["xi_1"] * place["xi_2"] > 0 and true < math.inf:
        assert pareto(alone=True)(**place) == pytest.approx(true, rel=1e-13, abs=0)


@cache
def pareto(alone=False):
    one = in_reals(formula("GeneralizedPareto"))
    rule = by_definition(one, bounded=not alone)[0]
    return compiled(rule if alone else supported(next(way for way in forms(one) if not way.parts), rule), "numpy")


def test_cuts_are_put_in_order():
    """In whatever order they come, and clipped to the support: the pieces lie next to each other and cover it."""
    members = [catalog.Trapezoidal.suffixed(s) for s in ("_1", "_2")]
    cuts, found = support_of(members, (sp.Symbol(f"cut_{i}", real=True) for i in range(100)))
    assert len(found) == 5
    for middle in ((0.25, 0.5), (-3.0, 9.0), (0.75, 4.0), (-2.0, -1.0)):
        values = dict(zip("a_1 b_1 c_1 d_1 b_2 c_2".split(), (0.0, 0.3, 0.6, 1.0, *middle), strict=True))
        known = {sp.Symbol(k, real=True): v for k, v in values.items()}
        for name, e in cuts:
            known[name] = e.xreplace(known)
        ends = [(float(p.low.xreplace(known)), float(p.high.xreplace(known))) for p in found]
        inner = sorted(min(max(values[k], 0.0), 1.0) for k in ("b_1", "c_1", "b_2", "c_2"))
        assert ends == list(zip([0.0, *inner], [*inner, 1.0], strict=True))


def test_a_closed_form_stays_one_when_quadrature_is_asked_for():
    assert code([formula("Gamma")], "numpy", quadrature=True) == code([formula("Gamma")], "numpy")


@pytest.mark.parametrize("epsilon", [1e-1, 1e-4, 1e-8, 1e-12])
def test_quadrature_of_a_known_divergence(epsilon):
    """The definition by itself, near and far: it shares no formula with the closed form."""
    pytest.importorskip("scipy")
    one = formula("Gamma")
    found = measured(compiled(numerical(one), "numpy"), truths(one, places(one, (epsilon,), ())[:40]), arrays=True)
    assert found.points > 30
    assert found.beyond(BOUND, truth_of(one)) == []


SIZES = (1e-8, 1e-4, 1e4, 1e8, 1e12)
RIGHT_BY_DEFINITION = [
    ("Bradford", SIZES, 1), ("Levy", SIZES, 5), ("LeftLevy", SIZES, 7),
    ("ExponentialPoisson", (), 2), ("StudentT", (), 16), ("GeneralizedInverseGaussian", (), 12),
    pytest.param("F", (), 8, marks=pytest.mark.thorough),
]  # fmt: skip
"""What has no program by its closed form, where it is right by its definition, and every how manyth of the points is tested."""


@pytest.mark.parametrize("name, sizes, step", RIGHT_BY_DEFINITION)
def test_a_divergence_by_its_definition_is_right(name, sizes, step):
    """Near p = q nothing is lost, for what is averaged is not negative, and of second order."""
    pytest.importorskip("scipy")
    one = formula(name)
    found = measured(compiled(numerical(one), "numpy"), truths(one, places(one, EPSILONS, sizes)[::step]), arrays=True)
    assert found.points > 15
    assert found.negative == 0
    assert found.beyond(BOUND, truth_of(one)) == []


@pytest.mark.parametrize("name", ["StudentT", pytest.param("LogStudentT", marks=pytest.mark.thorough)])
def test_the_definition_holds_where_logs_nearly_cancel(name):
    """With many degrees of freedom nearly all of the log-ratio is a constant; 3e-7 of the divergence was lost in it."""
    pytest.importorskip("scipy")
    one, found = formula(name), numerical(formula(name))
    base = dict(nu_1=1e8, mu_1=0.25, sigma_1=1.5, nu_2=1e8, mu_2=0.25, sigma_2=1.5)
    wide = [base, base | dict(nu_1=1e12, nu_2=1e12), base | dict(nu_1=1e4, nu_2=1e4)]
    moved = [b | {n: b[n] * (1 + e)} for b in wide for n in ("nu_2", "mu_2", "sigma_2") for e in (1e-1, -1e-4, 1e-10)]
    assert measured(compiled(found, "numpy"), truths(one, moved), arrays=True).worst <= 1e-14


@pytest.mark.parametrize(
    "name, scale",
    [
        pytest.param("F", "in log x", marks=pytest.mark.thorough),
        ("GeneralizedInverseGaussian", ""),
        ("ExponentialPoisson", ""),
    ],
)
def test_of_ways_by_definition_the_one_is_taken_that_reaches_furthest(name, scale):
    """At ordinary parameters all are right; with small exponents most of the mass is where log x is the variable to take."""
    pytest.importorskip("scipy")
    assert ("in log x" in numerical(formula(name)).form) == bool(scale)


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("abs", "math"),
        ("sum", "c"),
        ("node", "c"),
        ("eval", "javascript"),
        ("HUGE_VAL", "c"),
        ("log", "c"),
        ("log", "stan"),
        ("_log", "math"),
        ("stable_kl_div_to", "c"),
    ],
)
def test_a_name_of_the_language_is_refused(name, target):
    with pytest.raises(CodeError, match=f"{name} means something else"):
        code([kl_divergence(catalog.Poisson(name), catalog.Poisson("other"))], target)


def test_no_parameter_is_called_as_a_program_calls_its_own():
    pytest.importorskip("scipy")
    one = kl_divergence(catalog.Levy("m", "mass"), catalog.Levy("n", "c"))
    with pytest.raises(
        CodeError,
        match="mass means something else in numpy, in which the program is written or measured: give the parameter",
    ):
        code([one], "numpy", quadrature=True)


POWERS = [
    dict(lamda_1=4 / 3, lamda_2=22 / 15, sigma_1=1.4e-9, sigma_2=1.5e-9),
    dict(lamda_1=4 / 3, lamda_2=4 / 3, sigma_1=1.4e8, sigma_2=1.4e8 + 1e-3),
    dict(lamda_1=1e4, lamda_2=1e-4, sigma_1=0.14, sigma_2=1.4e-5),
]


@pytest.mark.parametrize("place", POWERS, ids=str)
def test_the_definition_reaches_as_far_as_a_small_power(place):
    """Where a density is about x^(1e-9 − 1), most of the mass is nearer to 0 than any float: it is integrated in log x."""
    pytest.importorskip("scipy")
    one = formula("LogLindley")
    [way] = [w for w in by_definition(one) if w.form == "by definition, in log x, logs by each alone"]
    assert measured(compiled(way, "numpy"), truths(one, [place])).beyond(BOUND, truth_of(one)) == []


# --- whole modules -------------------------------------------------------------------------------------------

ENTRIES = """
from derive import Family, Param

FAMILIES = [
    Family("Ray", (Param("s", "positive", "scale"),), ("0", "oo"), "log(x) - 2*log(s) - x**2/(2*s**2)"),
    Family("Open", (Param("m", "positive", "mean"),), ("0", "oo"), "x*log(m) - loggamma(x + 1) - m", measure="counting"),
]
"""


@pytest.mark.parametrize("target", ["math", "numpy"])
def test_a_module_imports_and_passes_its_own_test(target, tmp_path):
    pytest.importorskip("scipy")
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "few.py").write_text(ENTRIES)
    source = module(target, families=Catalog(folder))
    assert "def kl_ray_ray(" in source and "def entropy_ray(" in source and "def cross_entropy_ray_ray(" in source
    assert "def kl_open_open(" in source and "def entropy_open(" not in source
    names = {"__name__": "few"}
    exec(source, names)
    assert len(names["REFERENCE"]) >= 10
    assert names["test"]() == 0
    function, place, value, bound = names["REFERENCE"][0]
    names["REFERENCE"][0] = (function, place, value * (1 + 1e-12), bound)
    assert names["test"]() == 1


@pytest.mark.parametrize("target", ["numpy", "torch", "jax"])
def test_a_module_passes_its_own_test_when_it_is_run(target, tmp_path):
    """In a process of its own, where nobody has asked JAX for float64."""
    pytest.importorskip({"numpy": "scipy"}.get(target, target))
    (tmp_path / "few.py").write_text(module(target, only=[catalog.Exponential, catalog.Uniform]))
    run = subprocess.run([sys.executable, "few.py"], cwd=tmp_path, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (0, "")
