"""Programs whose inputs are vectors of probabilities: run in every target, against sums by mpmath."""

from __future__ import annotations

import ctypes
import json
import math
import shutil
import subprocess

import mpmath
import numpy as np
import pytest

from derive import catalog, cross_entropy, entropy, kl_divergence, renyi_divergence
from derive.cli.main import main
from derive.families.parameter import ParameterError
from derive.programs.code import BOUND, code, compiled, program
from derive.programs.grid import places
from derive.programs.module import module
from derive.programs.program import CodeError

P, Q = (catalog.Categorical.suffixed(s) for s in ("_1", "_2"))
FORMULAS = {
    "kl": kl_divergence(P, Q), "cross_entropy": cross_entropy(P, Q), "entropy": entropy(catalog.Categorical.suffixed("_1")),
    "kl in bits": kl_divergence(P, Q).in_bits(),
}  # fmt: skip


def true(name, p_1, p_2=None):
    """By its definition; a divergence as that of measures, for floats do not sum to exactly 1."""
    with mpmath.workdps(60):
        p, q = ([mpmath.mpf(v) for v in vector or p_1] for vector in (p_1, p_2))
        if any(a and not b for a, b in zip(p, q, strict=True)):
            return mpmath.inf
        logs = [a * mpmath.log(b) if a else mpmath.mpf(0) for a, b in zip(p, q, strict=True)]
        own = [a * mpmath.log(a) if a else mpmath.mpf(0) for a in p]
        if name.startswith("kl"):
            value = mpmath.fsum([*own, *(-v for v in logs), *q, *(-v for v in p)])
            return value / mpmath.log(2) if name == "kl in bits" else value
        return -mpmath.fsum(logs)


def grid(name):
    return places(FORMULAS[name])


def assert_right(name, values):
    found = grid(name)
    assert len(found) == len(values) >= 8
    for place, got in zip(found, values, strict=True):
        exact = true(name, **place)
        assert got == exact or abs(got - exact) <= BOUND * abs(exact), (place, got, exact)


def columns(name):
    found = grid(name)
    return {k: np.array([place[k] for place in found]) for k in found[0]}


@pytest.mark.parametrize("name", FORMULAS)
def test_math(name):
    function = compiled(program(FORMULAS[name]), "math")
    assert_right(name, [function(**place) for place in grid(name)])


@pytest.mark.parametrize("name", FORMULAS)
def test_numpy(name):
    pytest.importorskip("scipy")
    function = compiled(program(FORMULAS[name]), "numpy")
    assert_right(name, function(**columns(name)).tolist())
    cube = {k: v[:8].reshape(2, 4, 4) for k, v in columns(name).items()}
    assert function(**cube).ravel().tolist() == function(**{k: v[:8] for k, v in columns(name).items()}).tolist()


@pytest.mark.parametrize("name", FORMULAS)
def test_torch(name):
    torch = pytest.importorskip("torch")
    function = compiled(program(FORMULAS[name]), "torch")
    given = {k: torch.tensor(v, requires_grad=True) for k, v in columns(name).items()}
    values = function(**given)
    assert_right(name, values.tolist())
    values[torch.isfinite(values)].sum().backward()
    assert_slopes(name, {k: v.grad.numpy() for k, v in given.items()})


@pytest.mark.parametrize("name", FORMULAS)
def test_jax(name):
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    function, given = compiled(program(FORMULAS[name]), "jax"), list(columns(name).values())
    assert_right(name, jax.jit(function)(*given).tolist())
    slopes = jax.jit(jax.vmap(jax.grad(function, argnums=tuple(range(len(given))))))(*given)
    assert_slopes(name, dict(zip(columns(name), map(np.asarray, slopes), strict=True)))


def assert_slopes(name, slopes):
    """Against the slopes of a term, where no probability is 0."""
    unit, compared = (math.log(2) if name == "kl in bits" else 1), 0
    for i, place in enumerate(grid(name)):
        if any(0.0 in vector for vector in place.values()) or name == "entropy":
            continue
        for p, q, at_p, at_q in zip(*place.values(), *(slopes[k][i] for k in place), strict=True):
            kl = name.startswith("kl")
            wanted = (
                (mpmath.log(mpmath.mpf(p) / q), 1 - mpmath.mpf(p) / q) if kl else (-mpmath.log(q), -mpmath.mpf(p) / q)
            )
            for got, exact in zip((at_p, at_q), wanted, strict=True):
                assert abs(got - exact / unit) <= 1e-9 * abs(exact / unit) + 1e-15
            compared += 1
    assert compared > 100 or name == "entropy"


@pytest.mark.parametrize("name", FORMULAS)
def test_c(name, tmp_path):
    if shutil.which("gcc") is None:
        pytest.skip("no C compiler")
    (tmp_path / "f.c").write_text(code([FORMULAS[name]], "c"))
    flags = ["-O2", "-std=c99", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off", "-shared", "-fPIC"]
    subprocess.run(["gcc", *flags, "f.c", "-o", "f.so", "-lm"], cwd=tmp_path, check=True)
    function = getattr(ctypes.CDLL(str(tmp_path / "f.so")), program(FORMULAS[name]).name)
    function.restype = ctypes.c_double
    vectors = [[(ctypes.c_double * 4)(*vector) for vector in place.values()] for place in grid(name)]
    assert_right(name, [function(4, *given) for given in vectors])


@pytest.mark.parametrize("name", FORMULAS)
def test_javascript(name, tmp_path):
    if shutil.which("node") is None:
        pytest.skip("no Node")
    rows = [list(place.values()) for place in grid(name)]
    script = code([FORMULAS[name]], "javascript") + (
        f"\nconsole.log(JSON.stringify({json.dumps(rows)}.map(r => String({program(FORMULAS[name]).name}(...r)))));\n"
    )
    (tmp_path / "f.js").write_text(script)
    run = subprocess.run(["node", "f.js"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert_right(name, [float(v.replace("Infinity", "inf")) for v in json.loads(run.stdout)])


def test_the_formula_as_it_is_written_loses_its_digits():
    p, q = (0.1, 0.2, 0.3, 0.4), (0.1 * (1 + 1e-9), 0.2 - 1e-10, 0.3, 0.4)
    plain = sum(a * math.log(a / b) for a, b in zip(p, q, strict=True))
    exact = true("kl", p, q)
    assert abs(plain - exact) > exact
    assert abs(compiled(program(FORMULAS["kl"]), "math")(p, q) - exact) <= BOUND * exact


def test_julia_and_stan_are_written():
    assert "return sum(kl_categorical_categorical_term.(p_1, p_2))" in code([FORMULAS["kl"]], "julia")
    assert "real kl_categorical_categorical(vector p_1, vector p_2) {" in code([FORMULAS["kl"]], "stan")


@pytest.mark.parametrize("target", ["math", "numpy", "torch"])
def test_checked_refuses_what_does_not_sum_to_1(target):
    pytest.importorskip({"numpy": "scipy"}.get(target, target))
    names = {}
    exec(code([FORMULAS["kl"]], target, checked=True), names)
    array = {"torch": lambda v: pytest.importorskip("torch").tensor(v)}.get(target, list)
    function = names["kl_categorical_categorical"]
    assert float(function(array([0.5, 0.5]), array([0.5, 0.5]))) == 0
    with pytest.raises(ValueError, match="p_2 must sum to 1"):
        function(array([0.5, 0.5]), array([0.5, 0.25]))
    with pytest.raises(ValueError, match="p_1 must be 0 or more"):
        function(array([1.5, -0.5]), array([0.5, 0.5]))


def test_vectors_of_different_lengths_are_refused():
    with pytest.raises(ValueError):
        compiled(program(FORMULAS["kl"]), "math")([0.5, 0.5], [0.25, 0.25, 0.5])
    with pytest.raises(ValueError):
        compiled(program(FORMULAS["kl"]), "numpy")([0.5, 0.5], [0.25, 0.25, 0.5])


@pytest.mark.parametrize("target", ["numpy", "torch", "jax"])
def test_one_category_is_not_repeated(target):
    pytest.importorskip({"numpy": "scipy"}.get(target, target))
    array = {"torch": lambda v: pytest.importorskip("torch").tensor(v)}.get(target, np.array)
    function = compiled(program(FORMULAS["kl"]), target)
    with pytest.raises(ValueError, match="as many categories"):
        function(array([1.0]), array([0.2, 0.3, 0.5]))
    assert function(array([[0.5, 0.5]]), array([[0.5, 0.5], [0.25, 0.75]])).shape == (2,)


@pytest.mark.parametrize("target", ["math", "numpy", "torch"])
def test_probabilities_below_the_normal_numbers(target):
    pytest.importorskip({"numpy": "scipy"}.get(target, target))
    array = {"torch": lambda v: pytest.importorskip("torch").tensor(v).double(), "math": list}.get(target, np.array)
    function, (p, q) = compiled(program(FORMULAS["kl"]), target), ([1e-310, 1.0], [0.5, 0.5])
    for one, other in ((p, q), (q, p))[: 1 if target == "torch" else 2]:  # PyTorch's log takes what is so small for 0
        exact = true("kl", one, other)
        assert abs(float(function(array(one), array(other))) - exact) <= BOUND * exact


def test_float32_of_a_softmax_whose_tail_is_below_the_normal_numbers():
    torch = pytest.importorskip("torch")
    function = compiled(program(FORMULAS["kl"]), "torch")
    p = torch.softmax(torch.tensor([-95.0, 0.0, -1.0]), -1).requires_grad_()
    q = torch.full((3,), 1 / 3)
    value = function(p, q)
    value.backward()
    assert abs(value.item() - true("kl", p.tolist(), q.tolist())) <= 1e-6 and torch.isfinite(p.grad).all()


@pytest.mark.parametrize("target", ["torch", "jax"])
def test_slopes_of_a_cross_entropy_at_zeros(target):
    pytest.importorskip(target)
    function, p, q = compiled(program(FORMULAS["cross_entropy"]), target), [0.0, 0.0, 1.0], [0.25, 0.0, 0.75]
    if target == "torch":
        import torch

        given = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (p, q)]
        function(*given).backward()
        slopes = [g.grad.tolist() for g in given]
    else:
        import jax

        jax.config.update("jax_enable_x64", True)
        slopes = [list(map(float, s)) for s in jax.grad(function, argnums=(0, 1))(np.array(p), np.array(q))]
    assert slopes[0][0] == pytest.approx(-math.log(0.25), rel=1e-15) and slopes[1][:2] == [0, 0]


def test_a_masked_category_masks_its_vector():
    pytest.importorskip("scipy")
    function = compiled(program(FORMULAS["kl"]), "numpy")
    p = np.ma.array([[0.2, 0.3, 0.5], [0.2, 0.3, 0.5]], mask=[[0, 0, 1], [0, 0, 0]])
    assert function(p, np.array([0.2, 0.2, 0.6])).mask.tolist() == [True, False]


def test_lengths_differ_in_javascript(tmp_path):
    if shutil.which("node") is None:
        pytest.skip("no Node")
    (tmp_path / "f.js").write_text(
        code([FORMULAS["kl"]], "javascript") + "\nkl_categorical_categorical([0.5, 0.5], [1]);\n"
    )
    run = subprocess.run(["node", "f.js"], cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode and "as many categories" in run.stderr


def test_one_law_twice():
    function = compiled(program(cross_entropy(catalog.Categorical("p"), catalog.Categorical("p"))), "math")
    assert function(p=[0.5, 0.5]) == pytest.approx(math.log(2), rel=1e-15)


@pytest.mark.parametrize(
    "name, target", [("np", "numpy"), ("lambda", "math"), ("end", "julia"), ("i", "c"), ("value", "javascript")]
)
def test_a_parameter_cannot_have_a_name_of_the_language(name, target):
    formula = kl_divergence(catalog.Categorical(name), Q)
    with pytest.raises(CodeError, match=f"{name} means something else"):
        code([formula], target)


def test_lengths_differ_in_evaluate():
    with pytest.raises(ParameterError, match="p_1 and p_2 are vectors of 3 and 2"):
        FORMULAS["kl"].evaluate(p_1=["1/4", "1/4", "1/2"], p_2=["1/2", "1/2"])


def test_a_module_is_checked_where_it_is_infinite(tmp_path):
    pytest.importorskip("scipy")
    text = module("numpy", only=[catalog.Categorical])
    names = {"__name__": "module"}
    exec(text, names)
    assert names["test"]() == 0
    names["REFERENCE"] = [
        (lambda **_: 1.0, place, value, bound) for _, place, value, bound in names["REFERENCE"] if value == math.inf
    ]
    assert names["REFERENCE"]


def test_members_at_numbers_have_no_program_yet(capsys):
    assert main(["code", "kl", "categorical(p=(1/2,1/2))", "categorical"]) == 2
    message = capsys.readouterr().err
    assert "vectors" in message and message.count("\n") == 1


def test_what_is_no_sum_of_terms_has_no_program():
    with pytest.raises(CodeError):
        program(renyi_divergence(P, Q, 2))
