"""What is found of one law serves all its pairs: nothing of it is found twice."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import sympy as sp

from derive.checks import subject
from derive.checks.evidence import defined_verdict
from derive.checks.subject import Subject
from derive.derivation.problem import CROSS_ENTROPY
from derive.derivation.quantities import cross_entropy
from derive.expectations import matching
from derive.families.facts import Facts
from derive.families.library import catalog
from derive.numerics import integrand


def test_a_density_is_matched_to_kernels_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: Counter[Any] = Counter()
    arms = matching._arms

    def counted(density: Any, x: Any, g: Any, low: Any, high: Any, *rest: Any) -> Any:
        tried[density, g, low, high, rest[-1]] += 1  # multiplied out or not
        return arms(density, x, g, low, high, *rest)

    monkeypatch.setattr(matching, "_arms", counted)
    for q in (catalog.Levy, catalog.LogLogistic, catalog.Gompertz):
        cross_entropy(catalog.GeneralizedGamma.suffixed("_1"), q.suffixed("_2"))
    assert tried and max(tried.values()) == 1


def test_what_another_law_says_of_a_parameter_is_not_left_out() -> None:
    x, a, b = sp.symbols("x a b", real=True)

    def squared(facts: Facts) -> bool:
        """Whether e^(−x²) on (a, ∞) is seen as a law of x², which has one inverse there if a is not negative."""
        panel = matching.Panel(-(x**2), x, a, sp.oo, "lebesgue", facts)
        return any(arm.g == x**2 for arms in panel.views_for(sp.S.One) for arm in arms)

    alone = Facts()
    assert [squared(f) for f in (alone, alone.under([b > a]), alone.under([a > 0]))] == [False, False, True]


def test_a_density_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: Counter[Any] = Counter()
    compiled = integrand.compiled

    def counted(expressions: Any, t: Any) -> Any:
        made.update(expressions)
        return compiled(expressions, t)

    monkeypatch.setattr(integrand, "compiled", counted)
    for q in (catalog.Levy, catalog.LogLogistic):
        pair = Subject(catalog.InverseGaussian, q, 12)
        formula = pair.formula(CROSS_ENTROPY)
        for members in pair.points(CROSS_ENTROPY):
            assert defined_verdict(formula, members, 12).kind == "agrees"
    assert made and max(made.values()) == 1


def test_a_point_is_placed_among_the_cases_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[Any] = Counter()
    case_at = subject.case_at

    def counted(formula: Any, members: Any) -> Any:
        asked[members] += 1
        return case_at(formula, members)

    monkeypatch.setattr(subject, "case_at", counted)
    pair = Subject(catalog.Uniform, catalog.Laplace, 12)
    assert len(pair.formula(CROSS_ENTROPY).cases) > 1
    pair.points(CROSS_ENTROPY)
    assert max(asked.values()) == 1
