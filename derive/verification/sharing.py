"""Evidence for the formulas that close only when the two members share parameters.

Two logistic laws of different scales have no closed KL; two of one scale have. `closing` names the fewest
parameters that must be shared; here its formulas meet their definitions, like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

import sympy as sp

from derive.checks.evidence import defined_verdict
from derive.checks.subject import Members, Subject, case_at
from derive.checks.verdict import Check
from derive.derivation.formula import Case
from derive.derivation.problem import CROSS_ENTROPY, KL
from derive.derivation.quantities import closing
from derive.families import points
from derive.families.family import Family
from derive.families.parameter import ParameterError

DRAWS = 12
"""Pairs that are drawn to meet the cases."""


def sharing(subject: Subject) -> Iterator[Check]:
    """CE and KL with the parameters shared that make them close, against their definitions, in every case."""
    if subject.q is not None:
        return
    for kind in (CROSS_ENTROPY, KL):
        found = closing(kind, subject.p)
        if found is not None:
            shared, formula = found
            seen: Counter[Case | None] = Counter()
            for members in islice(tied(subject.p, shared), DRAWS):
                seen[case := case_at(formula, members)] += 1
                if seen[case] <= subject.per_case:
                    yield Check("shared parameters", kind, defined_verdict(formula, members, subject.digits))


def tied(family: Family, shared: tuple[str, ...]) -> Iterator[Members]:
    """Different members with these parameters alike."""
    for one, two in points.pairs(family, family):
        try:
            other = family(**{**two.parameters, **{name: one.parameters[name] for name in shared}})
        except ParameterError:
            continue
        if other != one and all(c == sp.true for c in other.constraints):
            yield one, other
