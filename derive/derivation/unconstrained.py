"""Members written without constraints: a parameter above another as that and a positive unknown."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sympy as sp

from derive.families.facts import Facts
from derive.families.family import Distribution

E = Any


def of_known_sign(letters: set[Any], known: Any) -> dict[Any, tuple[int, Any]]:
    """Letters of either sign whose sign is known, with that and a positive unknown for their size."""
    facts = Facts().under(sp.And.make_args(known))
    signs = {s: facts.sign(s) for s in letters if s.is_Symbol and s.is_real and s.is_extended_positive is None}
    return {s: (sign, sp.Dummy(s.name, positive=True)) for s, sign in signs.items() if sign}


def each(way: Any, members: tuple[Distribution, ...]) -> tuple[tuple[Distribution, ...], dict[Any, E]]:
    """Members in a way that has them with unknowns, and what all of these stand for."""
    others, meanings = zip(*map(way, members), strict=True)
    return others, {unknown: meaning for found in meanings for unknown, meaning in found.items()}


def all_unconstrained(members: tuple[Distribution, ...]) -> tuple[tuple[Distribution, ...], dict[Any, Any]]:
    """Members without constraints, as far as that goes; what they share is written in one way."""
    free: list[Distribution] = []
    written: dict[Any, Any] = {}
    back: dict[Any, Any] = {}
    for p in members:
        one, meanings = _unconstrained(p, tuple(written.items()))
        free.append(one)
        written.update((v, e) for v, e in zip(p.values, one.values, strict=True) if v != e and v not in written)
        back.update(meanings)
    return tuple(free), back


@lru_cache(maxsize=1024)
def _unconstrained(p: Distribution, written: tuple[tuple[Any, Any], ...]) -> tuple[Distribution, dict[Any, Any]]:
    """A parameter b that a constraint puts above another, a < b, written a + w with w > 0; and w's meaning.

    What is `written` in some way already stays so: its constraints are known, and no more.
    """
    back: dict[Any, Any] = {}
    known = dict(written)
    values = tuple(known.get(v, v) for v in p.values)
    for constraint in p.family.definition.constraints:
        placed = Distribution(p.family, values).place(constraint)
        original = p.place(constraint)
        if not hasattr(placed, "gts") or not placed.lts.free_symbols or not original.gts.is_Symbol:
            continue
        if original.gts in known:
            continue
        if placed.lts.has(original.gts):  # a range around another parameter: its other end
            continue
        w = sp.Dummy("w", positive=True)
        if original.gts.is_integer:  # at 0 there may be a pole, which is no limit of anything
            strict = isinstance(original, (sp.StrictLessThan, sp.StrictGreaterThan))
            w = sp.Dummy("w", integer=True, **({"positive": True} if strict else {"nonnegative": True}))
        back[w] = original.gts - original.lts
        values = tuple(placed.lts + w if v == original.gts else v for v in values)
    return Distribution(p.family, values), back
