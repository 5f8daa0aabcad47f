"""Rewritings: a wrong one changes a value, and is not used."""

import random

import pytest
import sympy as sp
from sympy.polys import factortools

from derive.algebra import factoring, logarithms, reductions, tidy

a, b, n, t = sp.symbols("a b n t", positive=True)
m, x = sp.symbols("m x", real=True)

RULES = {
    "whole incomplete beta functions": (reductions, "_whole_beta", sp.betainc(2, b, t / 9, 1) + a),
    "hypergeometric functions next to themselves": (
        reductions,
        "_next_to_itself",
        a + sp.hyper((sp.S(2),), (sp.S(3),), -t),
    ),
    "exponentials of logs": (reductions, "_power", a + sp.exp(n * sp.log(t) - b)),
    "absolute values": (reductions, "_without_absolutes", a + b * sp.Abs(x - m) * sp.erf(sp.Abs(x - m))),
    "powers of one exponent": (tidy, "_powers", b + a**n * n / t**n),
    "squares about a mean": (
        tidy,
        "about_a_mean",
        m**2 - 2 * m * sp.log(t) - 2 * m * t + sp.log(t) ** 2 + 2 * t * sp.log(t) + 2 * t**2,
    ),
    "sums over one sum": (
        tidy,
        "_over_sums",
        a + t / (sp.exp(a) - 1) - b * sp.digamma(t) / (sp.exp(a) - 1) + sp.erf(t) / (sp.exp(a) - 1),
    ),
    "sums by exponentials": (
        tidy,
        "_by_exponentials",
        n / (sp.expand((a - 3) * b * sp.exp(t) * (sp.erf(t) + 1)) + 2 * a),
    ),
    "arguments of logs": (logarithms, "_argument", n + sp.log(-b * (sp.atan(a / b - t / b) - sp.atan(n)))),
}
PLACE = {a: 1.3, b: 0.7, n: 2.4, t: 1.9, m: -0.4, x: 1.1}


def value(e: sp.Expr) -> complex:
    return complex(sp.N(e, 20, subs=PLACE))


@pytest.mark.parametrize("rule", RULES)
def test_a_wrong_rewriting_is_not_used(rule, monkeypatch):
    module, name, expression = RULES[rule]
    right = getattr(module, name)
    tidy.tidy.cache_clear()
    assert abs(value(tidy.tidy(expression)) - value(expression)) < 1e-12
    calls = []

    def wrong(*given):
        found = right(*given)
        if found is None or found == given[0]:
            return found
        calls.append(found)
        return 2 * found

    monkeypatch.setattr(module, name, wrong)
    tidy.tidy.cache_clear()
    result = tidy.tidy(expression)
    tidy.tidy.cache_clear()
    assert calls, "the rule is not used here"
    assert abs(value(result) - value(expression)) < 1e-12


def test_a_wrong_spelling_is_not_used(monkeypatch):
    expression = a + sp.gamma(2 * a) / sp.gamma(a + sp.S.Half)
    monkeypatch.setattr(tidy, "REWRITINGS", (((sp.gamma,), lambda e: a),))
    tidy.tidy.cache_clear()
    result = tidy.tidy(expression)
    tidy.tidy.cache_clear()
    assert abs(value(result) - value(expression)) < 1e-12


LETTERS = sp.symbols("a b c d")


@pytest.mark.parametrize("seed", range(12))
def test_factors_are_the_same_by_flint_and_by_wang(seed, monkeypatch):
    pytest.importorskip("flint")
    draw = random.Random(seed)

    def polynomial():
        return sum(draw.randint(-5, 5) * sp.Mul(*draw.choices((*LETTERS, 1), k=2)) for _ in range(4)) + draw.randint(
            1, 3
        )

    whole = sp.expand(6 * polynomial() * polynomial() ** 2 * polynomial())
    found = {}
    for way in (factoring.by_flint, factoring.by_wang):
        monkeypatch.setattr(factortools, "dmp_zz_wang", way)
        found[way] = sp.factor_list(whole, *LETTERS)
    assert found[factoring.by_flint] == found[factoring.by_wang]
    constant, factors = found[factoring.by_flint]
    assert sp.expand(constant * sp.Mul(*(f**n for f, n in factors)) - whole) == 0
    assert factoring.by_flint is not factoring.by_wang


def test_sympy_factors_by_flint():
    pytest.importorskip("flint")
    assert factortools.dmp_zz_wang is factoring.by_flint


def test_logs_of_numbers_are_not_made_one_log_of_a_huge_power():
    """Such are the entropies of laws on a few integers at numbers: the power alone would take for ever."""
    shares = [sp.Rational(10**9 + i, 10**12 + 39) for i in range(3)]
    total = sp.Add(*(share * sp.log(sp.Rational(i + 2, i + 7)) for i, share in enumerate(shares)))
    assert abs(sp.N(tidy.tidy(total) - total, 30)) < 1e-28


def test_long_sums_of_high_powers_are_one_letter():
    a, b, c, d, s = sp.symbols("a b c d s", positive=True)
    total = a + b + c + d
    spread = (total**9 * (total + s) - total**10) * sp.log(s) / s + (total**10 - total**9 * (a + b + c)) / d
    assert tidy.tidy(spread) == total**9 * sp.log(s) + total**9
