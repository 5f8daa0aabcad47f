"""The theorems hold, their false variants are caught; what floating point loses; what codes cost."""

from __future__ import annotations

import math
from collections import Counter

import mpmath
import pytest
import sympy as sp

from derive.algebra.normal import is_zero
from derive.checks.subject import Subject
from derive.families.library import catalog
from derive.families.parameter import ParameterError
from derive.objectives.coding import code_length, huffman, shannon
from derive.objectives.robustness import measured
from derive.verification.laws import law
from derive.verification.theorems import THEOREMS, Theorem, theorem

FEW = ("Normal", "Laplace", "Gamma", "Beta", "Pareto", "VonMises", "Bernoulli", "Poisson")


def kinds(found: Theorem, *, false: bool = False) -> Counter[str]:
    return Counter(verdict.kind for _, verdict in found.check(FEW, false=false))


@pytest.mark.parametrize("found", THEOREMS, ids=lambda t: t.name)
def test_a_theorem_holds_where_it_is_checked(found: Theorem) -> None:
    seen = kinds(found)
    assert set(seen) <= {"proved", "agrees"}, [(i.about, str(v)) for i, v in found.check(FEW)]
    assert sum(seen.values()) >= 1
    if found.relation == "≤":
        assert not seen["proved"], "an inequality is compared at points, and that is no proof"


@pytest.mark.parametrize("found", THEOREMS, ids=lambda t: t.name)
def test_its_false_variant_is_refuted(found: Theorem) -> None:
    """Every instance of an identity; of an inequality all but where its two sides are equal."""
    seen = kinds(found, false=True)
    assert seen["refuted"] >= 1
    equal = sum(is_zero(i.left - i.right) is True for i, _ in found.check(FEW)) if found.relation == "≤" else 0
    assert sum(seen.values()) - seen["refuted"] <= equal


def test_nll_is_the_cross_entropy_of_the_data_for_every_family() -> None:
    found = theorem("nll").check([n for n in catalog.names() if _scalar(n)])
    assert len(found) > 80
    assert {str(i.about): v.kind for i, v in found if v.kind != "proved"} == {}


def _scalar(name: str) -> bool:
    values = catalog[name].suffixed("").values
    return any(not getattr(v, "is_integer", True) for v in values)


def test_the_theorems_run_in_verify() -> None:
    found = list(law("theorems").check(Subject(catalog.Gamma)))
    assert Counter(c.verdict.kind for c in found) == {"proved": 3, "agrees": 1}


# ---- robustness -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def errors() -> dict[tuple[str, str, str], float]:
    return {(m.way.name, m.dtype, m.regime): m.error for m in measured()}


@pytest.mark.parametrize(("dtype", "small"), [("float32", 1e-6), ("float64", 1e-15)])
def test_bce_from_logits_is_right_everywhere(errors: dict, dtype: str, small: float) -> None:
    for (name, kind, regime), error in errors.items():
        if name in ("BCE from logits", "gradient from logits, σ(z) − t") and kind == dtype:
            assert error < small, (name, regime)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_makes_kl_unusable(errors: dict, dtype: str) -> None:
    assert math.isnan(errors["KL from probabilities", dtype, "hard target"])
    assert not errors["KL from probabilities", dtype, "soft, saturated"] < 1
    assert errors["BCE, probabilities clamped", dtype, "hard, saturated"] > 0.5
    assert errors["gradient, probabilities clamped", dtype, "hard, saturated"] > 0.5
    assert errors["KL as CE − H, from logits", dtype, "near p = q"] > 1e-8
    assert (
        errors["KL, remainder form", dtype, "near p = q"] < errors["KL from probabilities", dtype, "near p = q"] / 1e4
    )


# ---- codes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weights", [(1, 1), (1, 1, 2), (5, 3, 1, 1), (97, 1, 1, 1), (1,) * 7])
def test_a_huffman_code_lies_between_entropy_and_one_bit_more(weights: tuple[int, ...]) -> None:
    p = [sp.Rational(w, sum(weights)) for w in weights]
    found = code_length(p)
    assert found.holds
    assert found.own.kraft == 1
    words = found.own.words
    assert not any(a != b and b.startswith(a) for a in words for b in words), "no word begins another"
    assert found.length <= shannon(p).mean_length(p)


def test_the_wrong_code_costs_the_divergence_where_all_is_dyadic() -> None:
    found = code_length(["1/2", "1/4", "1/8", "1/8"], ["1/8", "1/8", "1/4", "1/2"])
    assert (found.length, found.excess) == (sp.Rational(7, 4), sp.Rational(7, 8))
    assert abs(found.divergence - mpmath.mpf(7) / 8) < 1e-25
    assert abs(found.cross_entropy - found.length_of_other.p / mpmath.mpf(found.length_of_other.q)) < 1e-25


def test_the_shannon_code_for_another_law_costs_less_than_one_bit_more() -> None:
    p, q = ([sp.Rational(w, 10) for w in weights] for weights in ((7, 2, 1), (1, 3, 6)))
    found = code_length(p, q)
    length = shannon(q).mean_length(p)
    assert found.cross_entropy <= mpmath.mpf(length.p) / length.q < found.cross_entropy + 1


def test_one_symbol_needs_no_code() -> None:
    assert huffman((sp.S.One,)).words == ("",)


@pytest.mark.parametrize(("p", "q"), [(["1/2", "1/3"], None), (["1/2", "1/2"], ["1"]), (["pi/4", "1 - pi/4"], None)])
def test_what_is_no_law_has_no_code(p: list[str], q: list[str] | None) -> None:
    with pytest.raises(ParameterError):
        code_length(p, q)
