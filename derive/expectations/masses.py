"""Whether a statistic has a finite value at each of the integers of a law on these.

Where it cannot be evaluated its value is its limit, from the sides that the support has: 1/x at a first point 0 is +∞, inside it
has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import sympy as sp

from derive.algebra.zeros import Unsolved, endless, in_sines, placed_zeros, poles, unsolved
from derive.expectations.asymptotics.orders import Expansion, T, Unknown
from derive.expectations.asymptotics.scale import ORDERS, Scale
from derive.families.facts import Facts

E = Any

WITH_POLES = (sp.gamma, sp.loggamma, sp.polygamma, sp.factorial, sp.zeta)
"""Functions with poles at integers that are not positive."""

MOST = 3
"""Conditions under which a point is met that are told, where there is one under a condition only."""


def infinite_masses(statistic: E, x: sp.Symbol, support: tuple[E, E], facts: Facts) -> Iterator[tuple[E, Any, int]]:
    """The integers of a support at which a statistic is infinite, with the condition under which it is, and the sign of ∞ on a side.

    Raises Unknown where it may be infinite elsewhere.

    >>> x, k = sp.symbols("x k", integer=True)
    >>> list(infinite_masses(1 / x, x, (sp.S(0), sp.oo), Facts())), list(infinite_masses(x**k, x, (sp.S(0), sp.oo), Facts()))
    ([(0, True, 1)], [(0, -k > 0, 1)])
    >>> list(infinite_masses(1 / (x - 2), x, (sp.S(0), sp.oo), Facts()))
    [(2, True, 1), (2, True, -1)]
    """
    statistic = in_sines(statistic)
    points = sorted(_points(statistic, x, support, facts).items(), key=sp.default_sort_key)
    for point, condition in ((point, one) for point, there in points for one in by_sign(there, facts)):
        there = sp.And.make_args(condition)
        inside = facts.under(there)
        here = [r(point, end) for r, end in zip((sp.Ge, sp.Le), support, strict=True) if end.is_finite is not False]
        here = [
            r for r in (*map(inside.cleared, here), _whole(point), *there) if r in there or inside.decide(r) is not True
        ]
        if any(r == sp.false or inside.decide(r) is False for r in here):
            continue
        here = [r for r in here if facts.decide(r) is not True]
        if condition != sp.true and (len(here) > MOST or len(point.free_symbols) > 1):
            raise Unknown("too many conditions")  # which take minutes to be put together
        known = facts.under([*here, *there])
        met = {r.lhs: r.rhs for r in there if isinstance(r, sp.Eq) and r.lhs.is_Symbol}
        sides = [(1, sp.Lt(point, support[1])), (-1, sp.Gt(point, support[0]))]
        limits = [
            (*_limit(statistic.subs(met), x, point, side, Scale(known)), r)
            for side, r in sides
            if known.decide(r) is not False
        ]
        if len({value for _, _, value, _ in limits}) > 1:
            raise Unknown(f"{statistic} has no one value at {point}")
        for grows, sign, _, beyond in limits:
            yield point, sp.And(*here, grows, sp.true if known.decide(beyond) else beyond), sign
        if known.decide(sp.Lt(*support)) is not True:  # the only point has no sides, and no limit
            grows, *_ = _limit(statistic, x, point, 1, Scale(known))
            yield from ((point, sp.And(*here, grows, sp.Ge(*support)), sign) for sign in (1, -1))


def by_sign(condition: Any, facts: Facts) -> Iterator[Any]:
    """A condition as alternatives in which what is not 0 has a sign; those that hold nowhere are left out.

    >>> a = sp.Symbol("a", real=True)
    >>> list(by_sign(sp.Ne(a, 0), Facts())), list(by_sign(sp.Ne(a, 0) & (a < 1), Facts().under([a > 0])))
    ([a > 0, a < 0], [(a > 0) & (a < 1)])
    """
    parts = sp.And.make_args(condition)
    unequal = [r for r in parts if isinstance(r, sp.Ne)]
    rest = [r for r in parts if r not in unequal]
    for relations in product(*((sp.Gt(*r.args), sp.Lt(*r.args)) for r in unequal)):
        known = facts.under(relations)
        answers = {r: known.decide(r) for r in rest}
        if False not in answers.values() and False not in map(facts.decide, relations):
            yield sp.And(*relations, *(r for r, answer in answers.items() if answer is None))


def _whole(point: E) -> Any:
    return sp.true if point.is_integer else sp.Eq(point, sp.floor(point))


def _points(statistic: E, x: sp.Symbol, support: tuple[E, E], facts: Facts) -> dict[E, Any]:
    """Where something below a line, or in a log, is 0, with the condition under which it is; raises Unknown where that is not known."""
    if endless(statistic, x, support) or unsolved(statistic, x):
        raise Unknown("there may be other poles")
    for f in statistic.atoms(*WITH_POLES):
        argument = f.args[-1] + int(isinstance(f, sp.factorial))
        slope = sp.diff(argument, x)
        if slope != 0 and not (slope.is_positive and facts.decide(sp.Gt(argument.subs(x, support[0]), 0))):
            raise Unknown(f"whether {f} is finite")
    points = poles(statistic, x, support)
    try:
        for e in statistic.atoms(sp.log):
            points |= dict(placed_zeros(e.args[0], x, support))
    except Unsolved:
        raise Unknown("there may be other zeros") from None
    return points


def _limit(statistic: E, x: sp.Symbol, point: E, side: int, scale: Scale) -> tuple[Any, int, E]:
    """The condition under which a statistic rises without bound on a side of a point, or falls, and 1 or −1; and its limit where it
    does neither. Raises Unknown."""
    why = Unknown("no limit")
    for kept in ORDERS:
        kept_scale = Scale(scale.facts, kept)
        try:
            h = kept_scale.expand(kept_scale.at_end(statistic, x, point + side / T))
            return _growth(h, kept_scale)
        except Unknown as error:
            why = error
    raise why


def _growth(h: Expansion, scale: Scale) -> tuple[Any, int, E]:
    if len(h.terms) == 1 and h.error == 0:
        ((monomial, coefficient),) = h.terms.items()
        base, power = monomial.as_base_exp()
        if base == T and not power.is_number:
            return scale.facts.cleared(sp.Gt(power, 0)), scale.known(coefficient), sp.oo
    if not any(scale.grows(m) for m in (*h.terms, h.error)):
        value = h.terms.get(sp.S.One, sp.S.Zero)
        if not all(map(scale.vanishes, (*(m for m in h.terms if m != 1), h.error))):
            raise Unknown("no limit")
        return sp.false, 1, sp.simplify(value)
    coefficient, lead = scale.lead(h)
    if not scale.grows(lead):
        raise Unknown("the leading terms cancel")
    return sp.true, scale.known(coefficient), sp.oo


__all__ = ["by_sign", "infinite_masses"]
