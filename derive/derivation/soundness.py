"""Whether a family of the user's own is one of densities, before anything is derived from it.

One member, at exact values, is looked at: its density is positive at a few points, and its mass is 1 by quadrature. That is
evidence against what is no density, and no more; `derive verify` looks further. The catalog's own entries are verified.
"""

from __future__ import annotations

from functools import lru_cache

import mpmath
import sympy as sp

from derive.families import points
from derive.families.family import Distribution, Family
from derive.families.library import catalog
from derive.families.parameter import DefinitionError
from derive.numerics import quadrature

DIGITS, FEWEST, SLACK = 15, 8, 2
"""Digits asked of a mass, those that two methods must have before it is believed not to be 1, and those that each may be out by."""


@lru_cache(maxsize=1024)
def sound(family: Family) -> None:
    """Raise DefinitionError where a family is seen to be none of densities.

    >>> from derive import Param
    >>> sound(Family("Expo", (Param("s", "positive", "mean"),), ("0", "oo"), "-x/s"))
    Traceback (most recent call last):
    ...
    derive.families.parameter.DefinitionError: Expo: the total mass must be 1, and is 3.6666667 where s = 11/3
    """
    if family.name in catalog and catalog[family.name].definition == family.definition:
        return
    try:
        (member,) = points.members(family, 1)
    except AssertionError:  # no values were found that its constraints allow
        return
    at = f" where {values}" if (values := ", ".join(f"{k} = {v}" for k, v in member.parameters.items())) else ""
    for point in points.inside(member):
        value = member.log_density.subs(member.variable, point)
        if value.is_finite is False or value.is_real is False or sp.N(value).is_real is False:
            raise DefinitionError(
                f"{family.name}: the density must be positive, and is not at {member.variable} = {point}{at}"
            )
    if (mass := _wrong_mass(member)) is not None:
        shown = mpmath.nstr(mass, FEWEST if abs(mass - 1) > mpmath.mpf(10) ** (SLACK - FEWEST) else DIGITS)
        raise DefinitionError(f"{family.name}: the total mass must be 1, and is {shown}{at}")


def _wrong_mass(member: Distribution) -> mpmath.mpf | None:
    """The total mass of a member that is not 1; None where one of two methods finds it to be 1 as far as it has digits, or the
    two do not agree on another."""
    if any(isinstance(v, sp.Tuple) for v in member.values):
        return None
    about = (sp.S.One, member.log_density, member.variable, *member.support, member.measure, DIGITS)
    found = []
    for method in quadrature.METHODS:
        estimate = quadrature.expected(*about, method=method)
        if mpmath.isinf(estimate.value):
            return estimate.value
        rounding = abs(estimate.value) * mpmath.mpf(10) ** (SLACK - estimate.digits)
        if estimate.digits < FEWEST or abs(estimate.value - 1) < rounding:
            return None
        found.append((estimate.value, rounding))
    (one, of_one), (other, of_other) = found
    return one if abs(one - other) < max(of_one, of_other) else None
