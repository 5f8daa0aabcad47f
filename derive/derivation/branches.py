"""Maxima, signs, steps and whole parts in a statistic as branches, which expectations are cut at."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Any

import sympy as sp

from derive.algebra.normal import is_linear
from derive.algebra.zeros import Unsolved, endless, placed_zeros
from derive.expectations.law import MAX_POINTS
from derive.families.family import Distribution

E = Any

MOST_STEPS = 20
"""Steps of a whole part on a support that are written out."""

FLAT = (sp.Piecewise, sp.Abs, sp.Max, sp.Min, sp.sign, sp.Heaviside, sp.floor, sp.ceiling)
"""Functions that may be 0, or a sum with them, on an interval."""


def ceilings_as_floors(statistic: E, p: Distribution) -> E:
    """A statistic with ⌊y⌋ + 1 for ⌈y⌉ under a law that has a density: y is a whole number with probability 0.

    >>> from derive import catalog
    >>> x = catalog.Exponential("lamda").variable
    >>> ceilings_as_floors(sp.ceiling(2*x), catalog.Exponential("lamda"))
    floor(2*x) + 1
    """
    if p.measure == "counting":
        return statistic

    def moves(e: E) -> bool:
        return isinstance(e, sp.ceiling) and e.has(p.variable) and not e.args[0].has(*FLAT)

    return statistic.replace(moves, lambda e: sp.floor(e.args[0]) + 1)


def as_piecewise(statistic: E, p: Distribution) -> E:
    """A statistic of p's variable with Piecewise for Max, Min, sign and Heaviside, and for floor where its steps are few.

    >>> from derive import catalog
    >>> x = catalog.Uniform(0, 2).variable
    >>> as_piecewise(sp.Max(x, 1), catalog.Uniform(0, 2))
    Piecewise((1, x < 1), (x, True))
    >>> as_piecewise(sp.floor(x), catalog.Uniform(0, 2))
    Piecewise((0, x < 1), (1, True))
    >>> as_piecewise(sp.Max(x, x**2), catalog.Uniform(0, 2))
    Piecewise((x, x < 1), (x**2, True))
    """
    x, counting = p.variable, p.measure == "counting"
    if counting and (length := p.support[1] - p.support[0]).is_Integer and length <= MAX_POINTS:
        return statistic  # it has a value at each point

    def extreme(e: E) -> E:
        fixed, moving = (e.func(*(a for a in e.args if a.has(x) is has)) for has in (False, True))
        if fixed.is_infinite or isinstance(moving, e.func):
            return e if counting else _by_zeros(e, p)
        return sp.Piecewise((fixed, moving < fixed if isinstance(e, sp.Max) else moving > fixed), (moving, True))

    def step(e: E, below: E, at: E, above: E) -> E:
        argument = e.args[0]
        if not counting and argument.has(*FLAT):
            return e
        middle = [(at, sp.Eq(argument, 0))] if counting else []  # else it is 0 at single places only
        return sp.Piecewise((below, argument < 0), *middle, (above, True))

    def whole(e: E) -> E:
        ends = [e.args[0].subs(x, end) for end in p.support]
        if counting or not (is_linear(e.args[0], x) and all(a.is_finite for a in ends)):
            return e
        low, high = sp.floor(sp.Min(*ends)), sp.ceiling(sp.Max(*ends)) - 1
        if not (low.is_Integer and high.is_Integer and high - low < MOST_STEPS):
            return e
        steps = ((sp.Integer(n), e.args[0] < n + 1) for n in range(int(low), int(high)))
        return sp.Piecewise(*steps, (high, True))

    ways: dict[Any, Callable[[E], E]] = {
        sp.Max: extreme,
        sp.Min: extreme,
        sp.sign: lambda e: step(e, sp.S.NegativeOne, sp.S.Zero, sp.S.One),
        sp.Heaviside: lambda e: step(e, sp.S.Zero, e.args[1], sp.S.One),
        sp.floor: whole,
    }
    return statistic.replace(lambda e: type(e) in ways and e.has(x), lambda e: ways[type(e)](e))


def _by_zeros(e: E, p: Distribution) -> E:
    """A maximum or minimum of functions of x, by which of them it is between the zeros and poles of their differences; as it is
    where these are not known, or too many."""
    x = p.variable
    low, high = (end if end.is_number else far for end, far in zip(p.support, (-sp.oo, sp.oo), strict=True))
    if e.free_symbols != {x} or e.has(*set(FLAT) - {sp.Abs, e.func}):
        return e
    cuts: set[E] = set()
    try:
        for one, other in combinations(e.args, 2):
            for part in sp.fraction(sp.together(one - other)):
                cuts |= {zero for zero, _ in placed_zeros(part, x, (low, high)) if low < zero and zero < high}
                if endless(1 / part, x, (low, high)):
                    return e
    except Unsolved:
        return e
    inner = sorted(cuts, key=sp.N)
    chosen = [_chosen(e, x, *ends) for ends in pairwise([low, *inner, high])]
    if None in chosen or len(inner) > MOST_STEPS:
        return e
    steps = ((f, x < cut) for (f, after), cut in zip(pairwise(chosen), inner, strict=True) if f != after)
    return sp.Piecewise(*steps, (chosen[-1], True))


def _chosen(e: E, x: sp.Symbol, low: E, high: E) -> E | None:
    """Which of the functions in a maximum or minimum it is between two points, as is seen at one; None where they are not real."""
    if low.is_finite and high.is_finite:
        place = (low + high) / 2
    else:
        place = low + 1 if low.is_finite else high - 1 if high.is_finite else sp.S.Zero
    values = {f: sp.N(f.subs(x, place), 30) for f in e.args}
    if not all(v.is_number and v.is_real for v in values.values()):
        return None
    return (max if isinstance(e, sp.Max) else min)(values, key=lambda f: values[f])
