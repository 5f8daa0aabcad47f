"""A law on a stretch, measured from the point of its support that is nearest to its location.

Far out in a tail the exponent and the normaliser are both large, and a density is what their difference leaves: the square
of the distance of that point from the location is in both, and is left out of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import sympy as sp

from derive.derivation.formula import Formula
from derive.families.family import Distribution
from derive.programs.functions.tails import in_rises, log_erf_rise_to, scaled_erf_rise_to
from derive.programs.steps import Steps, fresh

E = Any


@dataclass(frozen=True)
class Normal:
    """What is left of a normal law on a stretch: log p = rest − (slope (x − centre))² − log of the mass there."""

    slope: E
    centre: E
    low: E
    high: E
    rest: E

    @property
    def nearest(self) -> E:
        """The point of the stretch that is nearest to the centre."""
        return sp.Min(self.high, sp.Max(self.low, self.centre))

    @property
    def log_mass(self) -> E:
        """The log of the mass, and the square of the distance of the nearest point from the centre."""
        below, above = (self.slope * (end - self.centre) for end in (self.low, self.high))
        return scaled_erf_rise_to(below, self.slope * (self.high - self.low), above)

    def renamed(self, names: Mapping[Any, Any]) -> Normal:
        return Normal(*(getattr(self, f.name).xreplace(names) for f in fields(self)))


def normal_on(law: Distribution) -> Normal | None:
    """A law as what is left of a normal one, if it is that, and its ends and its centre are letters.

    >>> from derive import catalog
    >>> found = normal_on(catalog.TruncatedNormal("m", "s", "a", "b"))
    >>> found.slope, found.centre, found.rest
    (sqrt(2)/(2*s), m, -log(s) - log(pi)/2 + log(2)/2)
    >>> normal_on(catalog.Normal("m", "s")) is None
    True
    """
    x, (low, high) = law.variable, law.support
    e = in_rises(law.log_density)
    rises = e.atoms(log_erf_rise_to)
    if len(rises) != 1 or not (low.is_Symbol and high.is_Symbol):
        return None
    (rise,) = rises
    slope = sp.simplify(rise.args[1] / (high - low))
    centre = sp.simplify(low - rise.args[0] / slope)
    rest = sp.expand(sp.expand_log(e + rise) + (slope * (x - centre)) ** 2)
    return Normal(slope, centre, low, high, rest) if centre.is_Symbol and not rest.has(x, centre, low, high) else None


@dataclass(frozen=True)
class Nearest(Distribution):
    """A law measured from elsewhere, with names for its own nearest point, and for the log of its mass.

    a² − b² is (a − b)(a + b) in it, so that nothing is large.
    """

    normal: Normal
    nearest: Any
    log_mass: Any

    @cached_property
    def log_density(self) -> E:
        x, of = self.variable, self.normal
        return of.rest - of.slope**2 * (x - self.nearest) * (x + self.nearest - 2 * of.centre) - self.log_mass

    @property
    def reach(self) -> E:
        """How far it reaches from its nearest point, if there is room: in a tail less than its scale."""
        of = self.normal
        return 1 / (of.slope * sp.Max(1, of.slope * sp.Abs(self.nearest - of.centre)))


def from_nearest(formula: Formula, steps: Steps) -> tuple[list[Nearest], Steps] | None:
    """All laws measured from p's nearest point, and the steps that go with it."""
    laws = formula.distributions
    normals = [normal for law in laws if (normal := normal_on(law))]
    if len(normals) != len(laws):
        return None
    taken, p = frozenset(formula.symbols), normals[0]

    def named(name: str, **sign: bool) -> Any:
        return fresh(name, taken, real=True, **sign)

    names = {s: named(f"{s.name}_from_nearest") for of in normals for s in (of.centre, of.low, of.high)}
    names[p.low] = named(f"{p.low.name}_from_nearest", nonpositive=True)
    names[p.high] = named(f"{p.high.name}_from_nearest", nonnegative=True)
    origin = named("nearest")
    given = {origin: p.nearest} | {name: s - origin for s, name in names.items()}
    members = []
    for i, (law, normal) in enumerate(zip(laws, normals, strict=True), 1):
        of, log_mass = normal.renamed(names), named(f"log_mass_{i}")
        nearest = named("nearest_of_q") if i > 1 else sp.S.Zero
        given |= {nearest: of.nearest, log_mass: of.log_mass} if i > 1 else {log_mass: of.log_mass}
        values = tuple(v.xreplace(names) for v in law.values)
        members.append(Nearest(law.family, values, of, nearest, log_mass))
    return members, steps.renamed(names, given)


__all__ = ["Nearest", "from_nearest"]
