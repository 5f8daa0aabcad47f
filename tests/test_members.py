"""Members of numbers and of shared letters: what is derived for them holds as it does where every parameter is free.

The draws are seeded: the families, which parameters are numbers (some of them small whole or half ones), and which of
q's are p's own. Each formula is compared with its definition at one point.
"""

from __future__ import annotations

from itertools import islice
from random import Random
from typing import Any

import mpmath
import pytest
import sympy as sp

from derive import cross_entropy, entropy, kl_divergence
from derive.atlas.table import univariate
from derive.checks.evidence import defined_verdict
from derive.families import points
from derive.families.family import Distribution
from derive.families.library import catalog
from derive.families.parameter import ParameterError

DIGITS = 20
R = sp.Rational
NUMBERS = [sp.Rational(n) for n in ("1/2", "1", "3/2", "2", "3", "4")]
ALONE, SHARED, SPECIAL = 0.4, 0.3, 0.4
"""How often q is of p's family, a parameter of q is one of p's, a value is one of NUMBERS."""


def member(like: Distribution, values: dict[str, Any]) -> Distribution:
    """A member with these values, or the one that there was where they are none of a member."""
    try:
        return like.family(**values)
    except ParameterError:
        return like


def values(p: Distribution) -> dict[str, Any]:
    return {param.name: v for param, v in zip(p.family.params, p.values, strict=True)}


def drawn(seed: int) -> tuple[tuple[Distribution, ...], tuple[Distribution, ...]]:
    """(p, q) with some letters in it, and the same at exact numbers."""
    r = Random(seed)
    families = sorted(univariate(catalog), key=lambda f: f.name)
    first = r.choice(families)
    second = first if r.random() < ALONE else r.choice(families)
    p, q = [*islice(points.pairs(first, second), r.randrange(1, 6))][-1]
    p, q = (
        member(m, {n: r.choice(NUMBERS) if r.random() < SPECIAL else v for n, v in values(m).items()}) for m in (p, q)
    )
    domains = {param.name: param.domain for param in first.params}
    general = {n: f"{n}_1" if r.random() < 0.5 else v for n, v in values(p).items()}
    own: dict[str, Any] = {}
    for param in second.params:
        n = param.name
        letters = [m for m, g in general.items() if isinstance(g, str) and domains[m] == param.domain]
        if letters and r.random() < SHARED:
            shared = r.choice(letters)
            moved = member(q, values(q) | {n: values(p)[shared]})
            if values(moved)[n] == values(p)[shared]:
                q = moved
                own[n] = general[shared]
                continue
        own[n] = f"{n}_2" if r.random() < 0.5 else values(q)[n]
    own |= {n: values(q)[n] for n, g in own.items() if not isinstance(g, str)}
    return (first(**general), second(**own)), (p, q)


TENTH = sp.Rational(1, 10)
LONG = "0.1234567890123456789012345"


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (0.1, TENTH), (sp.Float(0.1), TENTH), (mpmath.mpf(0.1), TENTH), (0.1 * sp.Symbol("x", positive=True), TENTH * sp.Symbol("x", positive=True)),
        (sp.Float(LONG, 30), sp.Rational(sp.Float(LONG, 30))),
    ],
)  # fmt: skip
def test_floats_are_exact(given: Any, value: Any) -> None:
    """Those of Python's precision as the decimals that they print as, longer ones as they are in binary."""
    assert catalog.Exponential(given).values == (value,)
    assert not entropy(catalog.Exponential(given)).expr.atoms(sp.Float)


def test_the_precision_that_is_set_changes_no_float() -> None:
    with mpmath.workdps(8):
        assert catalog.Exponential(0.123456789012345).values == (sp.Rational("0.123456789012345"),)
    with mpmath.workdps(40):
        third = mpmath.mpf(1) / 3
    man, exponent = third.man_exp
    assert catalog.Exponential(third).values == (sp.Rational(int(man)) * sp.Integer(2) ** exponent,)


@pytest.mark.parametrize(
    "q", [catalog.Slash(R(-173, 15), R(19, 5)), catalog.DoubleWeibull(R(10, 7), R(-173, 15), R(25, 7))]
)
def test_two_infinities_are_not_rounded_to_numbers(q: Distribution) -> None:
    """q's location is the lower end of p, −8/3 − 2 (19/5)/(6/7): a logarithm and a Meijer G are infinite there, and in one precision were not."""
    members = catalog.PearsonTypeIII(R(-8, 3), R(19, 5), R(6, 7)), q
    formula = cross_entropy(members[0].family.suffixed("_1"), q.family.suffixed("_2"))
    assert defined_verdict(formula, members, DIGITS).kind == "agrees"


@pytest.mark.parametrize(
    "members",
    [
        (catalog.BirnbaumSaunders(R(1, 100), 1),),
        (catalog.Normal(0, R(1, 1000)), catalog.Cauchy(0, 1)),
        (catalog.Normal(1, R(1, 100)), catalog.StudentT(3, R(1, 2), 2)),
    ],
    ids=str,
)
def test_a_narrow_normal_law_seen_from_afar(members: tuple[Distribution, ...]) -> None:
    """Two terms of the formula are as large as e^5000 there, and more."""
    names = ("_1", "_2")[: len(members)]
    letters = tuple(m.family.suffixed(name) for m, name in zip(members, names, strict=True))
    formula = entropy(*letters) if len(members) == 1 else cross_entropy(*letters)
    assert defined_verdict(formula, members, DIGITS).kind == "agrees"


SEEDS = (0, 1, 2, 6, 7, 8, 9, 11)
"""Of the first twelve; 3 and 4 are laws without parameters, 5 (Triangular) and 10 (ShiftedGompertz) take most of the time."""


@pytest.mark.parametrize("seed", SEEDS)
def test_numbers_and_shared_letters(seed: int) -> None:
    members, at = drawn(seed)
    for formula in (cross_entropy(*members), kl_divergence(*members)):
        verdict = defined_verdict(formula, at, DIGITS)
        assert verdict.kind in ("agrees", "proved"), (str(formula), str(verdict))
    verdict = defined_verdict(entropy(members[0]), at[:1], DIGITS)
    assert verdict.kind in ("agrees", "proved"), str(verdict)


def test_exponentials_of_numbers_are_not_factored() -> None:
    """e^(25/72) is the 25th power of e^(1/72) to SymPy, which then factors for ever."""
    p = catalog.Slash("19/7", "6/5")
    assert defined_verdict(entropy(p), (p,), DIGITS).kind == "agrees"
