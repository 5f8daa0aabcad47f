"""Whether a family of the user's own is one of densities, before anything is derived from it.

One member, at exact values, is looked at: its density is positive at a few points, and its mass is 1 by quadrature. That is
evidence against what is no density, and no more; `derive verify` looks further. The catalog's own entries are verified.
"""

from __future__ import annotations

from functools import lru_cache

import mpmath
import sympy as sp

from derive.families import points
from derive.families.family import DefinitionError, Distribution, Family
from derive.families.library import catalog
from derive.numerics import quadrature

DIGITS, FEWEST = 15, 8
"""Digits asked of a mass, and those that two methods must have before it is believed not to be 1."""


@lru_cache(maxsize=1024)
def sound(family: Family) -> None:
    """Raise DefinitionError where a family is seen to be none of densities.

    >>> from derive import Param
    >>> sound(Family("Expo", (Param("s", "positive", "mean"),), ("0", "oo"), "-x/s"))
    Traceback (most recent call last):
    ...
    derive.families.family.DefinitionError: Expo: the total mass must be 1, and is 3.6666667 where s = 11/3
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
    mass = _mass(member)
    if mass is not None and not abs(mass - 1) < mpmath.mpf(10) ** -FEWEST:
        raise DefinitionError(f"{family.name}: the total mass must be 1, and is {mpmath.nstr(mass, FEWEST)}{at}")


def _mass(member: Distribution) -> mpmath.mpf | None:
    """The total mass of a member; None where two methods do not agree on it, and none tells that it is infinite."""
    if any(isinstance(v, sp.Tuple) for v in member.values):
        return None
    about = (sp.S.One, member.log_density, member.variable, *member.support, member.measure, DIGITS)
    found = []
    for method in quadrature.METHODS:
        estimate = quadrature.expected(*about, method=method)
        if mpmath.isinf(estimate.value):
            return estimate.value
        if estimate.digits < FEWEST:
            return None
        found.append(estimate.value)
        if abs(estimate.value - 1) < mpmath.mpf(10) ** -FEWEST:
            return estimate.value
    return found[0] if abs(found[0] - found[1]) < abs(found[0]) * mpmath.mpf(10) ** -FEWEST else None
