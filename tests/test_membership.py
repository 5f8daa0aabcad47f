"""Which laws are members of which other families, found from their densities: against the table of relations, typed in apart."""

import pytest
import sympy as sp

from derive import catalog
from derive.families.expression import read
from derive.families.membership import as_member
from derive.verification.relations import RELATIONS

MIRRORED = ("Kumaraswamy ToppLeone", "Lomax Pareto", "Geometric GeometricFromZero")
"""The same law after x ↦ 1 − x or a shift, of one entropy, and no member as it is."""
SAME = [r for r in RELATIONS if r.shift == "0" and f"{r.left} {r.right}" not in MIRRORED]


@pytest.mark.parametrize("relation", SAME, ids=lambda r: f"{r.left} {r.right}")
def test_the_table_of_relations_is_found(relation):
    fixed = {name: read(text, {}) for name, text in relation.fixed.items()}
    left = catalog[relation.left](**{p.name: fixed.get(p.name, p.symbol) for p in catalog[relation.left].params})
    found = as_member(left, catalog[relation.right])
    assert found is not None
    for param, value in found.parameters.items():
        assert sp.simplify(value - read(relation.parameters[param], left.parameters)) == 0


def test_parameters_at_which_a_density_is_a_limit_are_found():
    """At 1/2 the slope is 0, and the normaliser 0/0."""
    assert as_member(catalog.Uniform(0, 1), catalog.ContinuousBernoulli) == catalog.ContinuousBernoulli("1/2")


OTHER = [
    ("Gamma", "Exponential"),  # the larger family
    ("Pareto", "Lomax"),  # another support
    ("Normal", "StudentT"),  # a limit, and no member
    ("Normal", "Laplace"),
    ("Poisson", "NegativeBinomial"),
    ("Uniform", "Beta"),  # on [a, b]
    ("Poisson", "Exponential"),  # another measure
    *(tuple(names.split()) for names in MIRRORED),
]


@pytest.mark.parametrize("names", OTHER, ids=" ".join)
def test_what_is_no_member_is_not_taken_for_one(names):
    assert as_member(catalog[names[0]].suffixed("_1"), catalog[names[1]]) is None


def test_a_normaliser_that_is_not_the_same_is_seen():
    """Slopes alone do not tell a density from a multiple of it."""
    from dataclasses import replace

    half = replace(catalog.HalfNormal, name="Wrong", log_density="-log(sigma) - x**2/(2*sigma**2)", aliases=())
    assert as_member(catalog.HalfNormal("s"), catalog.HalfNormal) is not None
    assert as_member(catalog.HalfNormal("s"), half) is None
