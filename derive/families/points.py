"""Exact test points: members of any family, pairs of them inside a condition, values inside a support.

Everything is rational and depends on nothing but the families' names and definitions, so that a
failure can be reproduced. Parameters have denominators up to 7 and points on the line have
denominator 11: a point never falls on a location parameter, where a density may be singular.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import permutations
from typing import Any

import sympy as sp

from derive.families.family import Distribution, Family
from derive.families.parameter import ParameterError

ATTEMPTS = {"usual": 2000, "wide": 400, "unit": 400, "within": 400, "whole": 60, "small": 60}
"""Draws that are tried: whole numbers may all be outside a domain."""


def _rational(low: int, high: int) -> Callable[[random.Random], sp.Rational]:
    """A draw strictly between `low` and `high` that is no integer and no half."""

    def draw(rng: random.Random) -> sp.Rational:
        q = rng.choice((3, 5, 7))
        return sp.Rational(rng.randrange(low, high) * q + rng.randrange(1, q), q)

    return draw


def _integer(low: int, high: int) -> Callable[[random.Random], sp.Integer]:
    return lambda rng: sp.Integer(rng.randint(low, high))


def _simplex(rng: random.Random, size: int | None = None) -> tuple[sp.Rational, ...]:
    weights = [rng.randint(1, 7) for _ in range(size or rng.randint(2, 4))]
    return tuple(sp.Rational(w, sum(weights)) for w in weights)


Draws = dict[str, Callable[[random.Random], Any]]
"""The name of a domain -> how a value of it is drawn."""

DRAWS: Draws = {
    "real": _rational(-3, 3),
    "nonzero": _rational(-1, 1),
    "positive": _rational(0, 4),
    "nonnegative": _rational(0, 4),
    "probability": _rational(0, 1),
    "integer": _integer(-4, 7),
    "positive integer": _integer(2, 6),
    "nonnegative integer": _integer(0, 6),
    "simplex": _simplex,
}

WHOLE: Draws = {
    **DRAWS,
    "real": _integer(-2, 2),
    "nonzero": lambda rng: sp.Integer(rng.choice((-1, 1))),
    "positive": _integer(1, 4),
    "nonnegative": _integer(0, 3),
    "probability": lambda rng: sp.Rational(1, 2),
}
"""Draws of integers, where poles, removable points and elementary special cases sit."""

SMALL: Draws = {
    **DRAWS,
    "positive": lambda rng: sp.Rational(1, rng.choice((3, 5, 7))),
}
"""Draws of small shapes, where tails are heavy and moments do not exist."""

WIDE: Draws = {
    **DRAWS,
    "real": _rational(-9, 9),
    "positive": lambda rng: _rational(0, 4)(rng) * rng.choice((1, 4, sp.Rational(1, 8))),
    "nonzero": _rational(-4, 4),
    "positive integer": _integer(1, 9),
}
"""Draws that reach further, for conditions that the usual ones do not meet."""

UNIT: Draws = {
    **DRAWS,
    "real": _rational(0, 1),
    "positive": lambda rng: _rational(0, 4)(rng) * rng.choice((1, sp.Rational(1, 8))),
}
"""Draws of bounds inside the unit interval, where other laws live, and of scales that leave them there."""

WITHIN = ("unit", "usual")
"""Draws of the first of a pair and of the second: the one's bounds often lie between neighbouring ones of the other."""

TABLES = {"usual": DRAWS, "whole": WHOLE, "wide": WIDE, "unit": UNIT, "small": SMALL}


def members(family: Family, count: int = 3) -> list[Distribution]:
    """Up to `count` different members whose parameters satisfy every domain and constraint.

    >>> from derive.families.library import catalog
    >>> members(catalog.Gamma, 2) == members(catalog.Gamma, 2)
    True
    """
    if not family.params:
        return [family()]
    rng = random.Random(family.name)
    found: dict[tuple[Any, ...], Distribution] = {}
    for _ in range(ATTEMPTS["usual"]):
        if len(found) == count:
            return list(found.values())
        member = _drawn(family, rng, DRAWS)
        if member is not None:
            found.setdefault(member.values, member)
    if found:
        return list(found.values())
    raise AssertionError(f"{family.name}: no admissible parameter values found for {family.constraints}")


def of_both_signs(family: Family, count: int) -> list[Distribution]:
    """Members, more than `count` where that is needed for each parameter that may have either sign to have both.

    >>> from derive.families.library import catalog
    >>> {m.values[0] > 0 for m in of_both_signs(catalog.Normal, 1)}
    {False, True}
    """
    found = members(family, count)
    stream = _stream(family, "usual", 0)
    for i, param in enumerate(family.params):
        if param.domain not in ("real", "nonzero"):
            continue
        for sign in (1, -1):
            if not any(sign * m.values[i] > 0 for m in found):
                drawn = (stream[k] for k in range(ATTEMPTS["usual"]))
                found += next(([m] for m in drawn if m is not None and sign * m.values[i] > 0), [])
    return found


def _drawn(family: Family, rng: random.Random, draws: Draws, size: int | None = None) -> Distribution | None:
    """One random member, or None when it violates a domain or a constraint."""
    values = [_simplex(rng, size) if p.domain == "simplex" and size else draws[p.domain](rng) for p in family.params]
    for place, value in zip(_ordered(family), sorted(values[i] for i in _ordered(family)), strict=True):
        values[place] = value
    try:
        member = family(*values)
    except ParameterError:
        return None
    return member if all(c == sp.true for c in member.constraints) else None


@cache
def _ordered(family: Family) -> tuple[int, ...]:
    """The parameters of one domain that constraints put in order, in that order; none where they are not all comparable.

    >>> from derive.families.library import catalog
    >>> _ordered(catalog.Triangular), _ordered(catalog.Gamma)
    ((0, 2, 1), ())
    """
    symbols = family.definition.symbols
    bound = {s for c in family.definition.constraints for s in getattr(c, "free_symbols", ())}
    places = tuple(i for i, s in enumerate(symbols) if s in bound)
    if not 2 <= len(places) <= 5 or len({family.params[i].domain for i in places}) > 1:
        return ()
    for order in permutations(places):
        place = {symbols[i]: sp.Integer(k + 1) for k, i in enumerate(order)}
        if all(c.subs(place) == sp.true for c in family.definition.constraints):
            return order
    return ()


class _Stream:
    """The random members of a family at one place of a pair: the same ones for all its pairs, drawn once.

    What is integrated of one member then serves all of them.
    """

    def __init__(self, family: Family, draws: str, place: int):
        self.family, self.draws, self.seen = family, draws, list[Distribution | None]()
        self.rng, self.sizes = random.Random(f"{family.name} {draws} {place}"), random.Random(draws)

    def __getitem__(self, index: int) -> Distribution | None:
        while len(self.seen) <= index:
            size = self.sizes.randint(1 if self.draws in ("whole", "wide") else 2, 4)
            self.seen.append(_drawn(self.family, self.rng, TABLES[self.draws], size))
        return self.seen[index]


_stream = lru_cache(maxsize=1024)(_Stream)


def pairs(p: Family, q: Family | None, draws: str = "usual") -> Iterator[tuple[Distribution, ...]]:
    """A long stream of members (p,) or pairs (p, q) at exact points; vectors of a pair have one length."""
    tables = WITHIN if draws == "within" else (draws, draws)
    streams = [_stream(f, tables[place], place) for place, f in enumerate((p,) if q is None else (p, q))]
    for index in range(ATTEMPTS[draws]):
        drawn = tuple(stream[index] for stream in streams)
        if all(drawn):
            yield drawn  # type: ignore[misc]


def coincident(p: Family, count: int) -> list[tuple[Distribution, ...]]:
    """Pairs of a member with itself."""
    return [(m, m) for m in members(p, count)] if p.params else [(p(), p())]


def inside(member: Distribution) -> list[sp.Rational]:
    """A few values inside the support (for counts: its ends too)."""
    low, high = member.support
    if member.measure == "counting":
        return _integers_inside(low, high)
    finite = low.is_finite, high.is_finite
    eleventh = sp.Rational(1, 11)
    if all(finite):
        return [low + (high - low) * k * eleventh for k in (1, 4, 6, 10)]
    if finite[0]:
        return [low + k * eleventh for k in (1, 9, 23, 60)]
    if finite[1]:
        return [high - k * eleventh for k in (1, 9, 23, 60)]
    return [k * eleventh for k in (-50, -17, -2, 5, 21, 61)]


def _integers_inside(low: sp.Expr, high: sp.Expr) -> list[sp.Rational]:
    if low.is_finite:
        near = {low + k for k in (0, 1, 2, 5, 12)} | ({high} if high.is_finite else set())
        return sorted(k for k in near if (k <= high) == sp.true)
    if high.is_finite:
        return [high - k for k in (12, 5, 2, 1, 0)]
    return [sp.Integer(k) for k in (-7, -1, 0, 2, 9)]
