"""Existence of an expectation, from the asymptotics of the density and the statistic at the ends of the support."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.algebra.zeros import endless, in_sines, of_one_sign, poles, unsolved
from derive.expectations.asymptotics.orders import Unknown
from derive.expectations.boundedness import singular_points
from derive.expectations.masses import by_sign, infinite_masses
from derive.expectations.oscillation import envelope, period, without_steps
from derive.expectations.tail import Tail, at, turned
from derive.families.facts import Facts

E = Any


def tails(
    log_density: E,
    statistic: E,
    x: sp.Symbol,
    support: tuple[E, E],
    facts: Facts,
    counting: bool = False,
    proper: bool = False,
) -> list[Tail]:
    """How an expectation behaves at the ends of the support; raises Unknown.

    The density is `proper` when it is known to have a finite mass: then what is bounded has an expectation.

    >>> x, a = sp.symbols("x a", positive=True)
    >>> tails(-(a + 1)*sp.log(x), x, x, (sp.Integer(1), sp.oo), Facts())[1].converges
    1 - a < 0
    """
    found = []
    for end, side in zip(support, (1, -1), strict=True):
        if not (counting and end.is_finite):
            waves = None
            if not end.is_finite and not log_density.has(sp.sin, sp.cos):
                waves = None if counting else envelope(statistic, x, facts)
                waves = waves or without_steps(statistic, x)
            slow, sign = waves or (in_sines(statistic), 1)
            found.append(turned(at(log_density, slow, x, end, side, facts, proper), sign))
    return found


def inside(
    log_density: E,
    statistic: E,
    x: sp.Symbol,
    support: tuple[E, E],
    facts: Facts,
    proper: bool = False,
    whole: bool = False,
) -> list[Tail]:
    """How an expectation behaves at singularities that may be inside the support, on either side; raises Unknown.

    These are the zeros of what stands below a line in the statistic, where they are known, which they must be unless the statistic
    is `whole`: known to be finite inside. And those of linear functions that do in the density, or under logs in it, where that is
    not known to have a finite mass.

    >>> x, m = sp.symbols("x m", real=True)
    >>> [t.converges for t in inside(sp.S.Zero, 1/(x - m)**2, x, (sp.Integer(0), sp.Integer(1)), Facts())]
    [(m >= 1) | (m <= 0), (m >= 1) | (m <= 0)]
    """
    found, statistic = [], in_sines(statistic)
    points = poles(statistic, x, support) | dict.fromkeys(singular_points(log_density, statistic, x, proper), sp.true)
    for point, condition in sorted(points.items(), key=sp.default_sort_key):
        for there in by_sign(condition, facts):
            known = facts.under(sp.And.make_args(there))
            outside = [
                _plain(known.cleared(r), known)
                for end, r in zip(support, (sp.Le(point, support[0]), sp.Ge(point, support[1])), strict=True)
                if end.is_finite is not False and known.decide(r) is not False
            ]
            if any(known.decide(r) for r in outside):
                continue
            bounds = (*map(sp.Not, outside), *sp.And.make_args(there))  # the sharper ones first: c > 1, and then c > 0
            within, apart = facts.under(bounds), _without(there, outside, facts)
            for side in (1, -1):
                tail = at(log_density, statistic, x, point, side, within, proper)
                rising = None if tail.rising is None else sp.And(tail.rising, sp.Not(apart))
                found.append(Tail(point, sp.Or(tail.converges, apart), rising, tail.both))
    more = endless(statistic, x, support) or not whole and unsolved(statistic, x)
    if more and not _both_ways(found) and not (of_one_sign(statistic, x) and _surely(found)):
        raise Unknown("there may be other poles")
    return found


def _plain(relation: Any, facts: Facts) -> Any:
    """A comparison of a root with a number as one of what it is of, which is not negative.

    >>> c = sp.Symbol("c", positive=True)
    >>> _plain(1 - sp.sqrt(c) <= 0, Facts()), _plain(2 * c**2 < 8, Facts())
    (c >= 1, c < 2)
    """
    difference = sp.expand(relation.gts - relation.lts) if hasattr(relation, "gts") else sp.S.Zero
    level, root = difference.as_coeff_Add()
    factor, root = root.as_coeff_Mul()
    level = -level / factor
    if not (root.is_Pow and root.exp.is_positive and level > 0 and facts.decide(sp.Ge(root.base, 0))):
        return relation
    strict = isinstance(relation, (sp.Lt, sp.Gt))
    above, below = (sp.Gt, sp.Lt) if strict else (sp.Ge, sp.Le)
    return facts.cleared((above if factor > 0 else below)(root.base, level ** (1 / root.exp)))


def _without(there: Any, outside: list[Any], facts: Facts) -> Any:
    """The condition that a pole is outside of a support, or not there."""
    absent = sp.Not(there)
    implied = outside and not isinstance(absent, sp.Or) and facts.under([absent]).decide(sp.Or(*outside))
    return sp.Or(*outside) if implied else sp.Or(*outside, absent)


def _surely(ends: list[Tail]) -> bool:
    """Whether there is no doubt that it diverges."""
    return any(t.converges == sp.false for t in ends)


def divergences(
    log_density: E,
    statistic: E,
    x: sp.Symbol,
    support: tuple[E, E],
    facts: Facts,
    counting: bool,
    proper: bool,
    whole: bool = False,
) -> list[Tail]:
    """Where an expectation may diverge, at ends and inside; no more than decides where that is beyond doubt. Raises Unknown.

    >>> x = sp.Symbol("x", real=True)
    >>> [t.end for t in divergences(-x**2, 1/(sp.exp(x) - 1)**2, x, (-sp.oo, sp.oo), Facts(), False, True)]
    [0, 0]
    """
    waves = in_sines(statistic)
    recurring = not counting and _with_letters(support) and endless(waves, x, support) and not waves.has(sp.log)
    if recurring and (turn := period(waves, x)) is not None:
        return _at_turns(log_density, waves, x, support, facts, proper, turn)
    if counting:
        within = [] if whole else _at_masses(statistic, x, support, facts)
    else:
        within = inside(log_density, statistic, x, support, facts, proper, whole)
    if _both_ways(within):
        return within
    try:
        ends = tails(log_density, statistic, x, support, facts, counting, proper)
    except Unknown:
        if not (of_one_sign(statistic, x) and _surely(within)):
            raise
        ends = []
    return [t for t in (*ends, *within) if t.converges != sp.true]


def _at_masses(statistic: E, x: sp.Symbol, support: tuple[E, E], facts: Facts) -> list[Tail]:
    """Where the value of a statistic at an integer is infinite; raises Unknown."""
    found = infinite_masses(statistic, x, support, facts)
    return [
        Tail(point, sp.Not(there), there if sign > 0 else sp.false) for point, there, sign in found if there != sp.false
    ]


def _with_letters(support: tuple[E, E]) -> bool:
    """Whether a support is a stretch of an unknown length."""
    return all(end.is_finite for end in support) and any(end.free_symbols for end in support)


def _at_turns(
    log_density: E, statistic: E, x: sp.Symbol, support: tuple[E, E], facts: Facts, proper: bool, turn: E
) -> list[Tail]:
    """Where a periodic statistic may diverge on a stretch: at its poles of one period, wherever these recur; raises Unknown."""
    low, high = support
    if endless(statistic, x, (sp.S.Zero, turn)) or unsolved(statistic, x):
        raise Unknown("there may be other poles")
    found, y = [], sp.Dummy("y", real=True)
    within = facts.under([y > low, y < high])
    for pole in poles(statistic, x, (sp.S.Zero, turn)):
        if not (pole >= 0 and pole < turn):
            continue
        first, last = (sp.expand((end - pole) / turn) for end in support)
        places = (
            (y, sp.Lt(sp.floor(first) + 1, last), (1, -1)),
            (low, _is_whole(first), (1,)),
            (high, _is_whole(last), (-1,)),
        )
        for place, met, sides in places:
            density = log_density.subs(x, x + place - pole)
            for side in sides:
                tail = at(density, statistic, x, pole, side, within, proper)
                rising = None if tail.rising is None else sp.And(tail.rising, met)
                found.append(Tail(place, sp.Or(tail.converges, sp.Not(met)), rising, tail.both))
    return [t for t in found if t.converges != sp.true]


def _is_whole(e: E) -> Any:
    return sp.Eq(e, sp.floor(e))


def _both_ways(ends: list[Tail]) -> bool:
    """Whether there is no doubt that it diverges to both infinities."""
    return any(t.rising == sp.true for t in ends) and any(t.rising is not None and t.falling == sp.true for t in ends)


__all__ = ["Unknown", "divergences", "inside", "tails"]
