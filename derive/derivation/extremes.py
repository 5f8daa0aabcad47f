"""Where a function of the variable is least on a support: the conditions under which it is negative nowhere.

The function is affine in a power, a modulus, an exponential, a log or a wave of something linear, or it is quadratic, or a product
or ratio of such of which at most two, linear ones, change sign; of others nothing is told. A place that counts under a condition only has that as an alternative.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sympy as sp

from derive.algebra.normal import ONLY_PRODUCTS, is_linear, linear_form
from derive.families.facts import Facts, facts_of
from derive.families.family import Distribution

E = Any

Places = list[tuple[E, Any]]
"""Extreme values of a function, each with the condition under which it is taken, or approached."""


def conditions(e: E, p: Distribution, facts: Facts | None = None) -> list[Any] | None:
    """What must hold for e ≥ 0 on the support of p: all of these; None where it is not told. `facts` are known beside p's.

    >>> from derive import catalog
    >>> a, x = sp.Symbol("a", real=True), sp.Symbol("x", real=True)
    >>> conditions(1 + a * x**2, catalog.Normal(0, 1)), conditions(x - a, catalog.Uniform(0, 1))
    ([a >= 0, a >= 0, True], [-a >= 0, 1 - a >= 0])
    >>> conditions(a * x**2 - x, catalog.Uniform(1, 2))
    [a - 1 >= 0, 4*a - 2 >= 0, (a <= 0) | (1 - 2*a <= 0) | (4*a - 1 <= 0)]
    >>> conditions(sp.Min(a, x), catalog.Uniform(1, 2)), conditions(sp.Max(a, x), catalog.Uniform(-1, 2))
    ([a >= 0, True, True], [a >= 0])
    >>> conditions(x / (a - x), catalog.Uniform(1, 3)), conditions(x / (a - x), catalog.Uniform(-1, 2))
    ([a - 1 >= 0, a - 3 >= 0], [False])
    >>> u = catalog.Uniform("a", "b")
    >>> conditions(1 + sp.log(x), u)
    [a - exp(-1) >= 0, b - exp(-1) >= 0]
    >>> conditions(1 - sp.sqrt(x), u), conditions(1 - sp.sqrt(x), u, facts_of((u,)).under([u.support[0] > 0]))
    (None, [1 - sqrt(a) >= 0, 1 - sqrt(b) >= 0])
    """
    facts = facts_of((p,)) if facts is None else facts
    if isinstance(e, sp.Min):
        return _all_told(e.args, p, facts)
    if isinstance(e, sp.Max):
        fixed, moving = (tuple(a for a in e.args if a.has(p.variable) is has) for has in (False, True))
        told = _all_told(moving, p, facts) if len(moving) == 1 else None
        return None if told is None else [sp.Or(*(sp.Ge(c, 0) for c in fixed), sp.And(*told))]
    ways = [_of_sum, _of_product]
    if any(f.exp == -1 and f.base.has(p.variable) for f in e.atoms(sp.Pow)):  # infinite, maybe, at an end with letters
        ways.reverse()
    return next((told for way in ways if (told := way(e, p, facts))), None)


def _all_told(functions: Iterable[E], p: Distribution, facts: Facts) -> list[Any] | None:
    """What must hold for each of some functions to be ≥ 0 on the support."""
    told = [[sp.Ge(f, 0)] if not f.has(p.variable) else conditions(f, p, facts) for f in functions]
    return None if None in told else [c for of_one in told for c in of_one or ()]


def _of_sum(e: E, p: Distribution, facts: Facts) -> list[Any] | None:
    constant, terms = linear_form(sp.expand(e, **ONLY_PRODUCTS), p.variable)
    if not terms:
        return [sp.Ge(constant, 0)]
    if len(terms) == 1:
        ((g, slope),) = terms.items()
        # of its argument: a log may be infinite at an end with letters
        if isinstance(g, sp.log) and slope.is_number and constant.is_number:
            return conditions(sp.sign(slope) * (g.args[0] - sp.exp(-constant / slope)), p, facts)
        places = None if g.is_Mul else _places(g, p, facts)
        return None if places is None else _affine(constant, slope, places)
    constant, terms = linear_form(sp.expand(e), p.variable)
    if terms.keys() == {p.variable, p.variable**2}:
        return _quadratic(terms[p.variable**2], terms[p.variable], constant, p)
    return None


def _of_product(e: E, p: Distribution, facts: Facts) -> list[Any] | None:
    """A product or a ratio ≥ 0: no factor changes sign inside, unless they do so at the same place."""
    x = p.variable
    factors = [f.as_base_exp() for f in sp.Mul.make_args(sp.factor(sp.together(e)))]
    if factors == [(e, 1)] or not all(power.is_Integer for _, power in factors):
        return None
    sign, changing = 1, []
    for f in (base for base, power in factors if power.is_odd):
        signs = [s for s in (1, -1) if (told := _told(s * f, p, facts)) is not None and facts.decide(told)]
        sign *= signs[0] if signs else 1
        changing += [] if signs else [f]
    if not changing:
        return [sp.true if sign == 1 else sp.false]
    if len(changing) == 1:
        return _of_sum(sign * changing[0], p, facts)
    if len(changing) > 2 or p.measure == "counting" or not all(is_linear(f, x) for f in changing):
        return None
    slopes = [sp.expand(f).coeff(x) for f in changing]
    if not (alike := facts.sign(sign * sp.Mul(*slopes))):
        return None
    ways = [
        sp.And(*(_told(s * f, p, facts) for s, f in zip(signs, changing, strict=True)))
        for signs in ((1, sign), (-1, -sign))
    ]
    if alike > 0:  # where both change sign at one place, the product does not
        ways.append(sp.Eq(sp.expand(changing[0] * slopes[1] - changing[1] * slopes[0]), 0))
    return [sp.Or(*ways)]


def _told(f: E, p: Distribution, facts: Facts) -> Any:
    """The condition that a factor is not negative; None where it is not told."""
    told = [sp.Ge(f, 0)] if not f.has(p.variable) else _of_sum(f, p, facts)
    return None if told is None else sp.And(*told)


def _affine(constant: E, slope: E, places: Places) -> list[Any]:
    """constant + slope·g ≥ 0 at the extreme values of g."""
    needed = []
    for value, taken in places:
        if value.is_infinite:
            relation = sp.Ge(slope, 0) if value == sp.oo else sp.Le(slope, 0)
        else:
            relation = sp.Ge(sp.expand(constant + slope * value), 0)
        needed.append(sp.Or(relation, sp.Not(taken)))
    if all(value.is_infinite for value, _ in places):  # of either sign: the slope is 0
        needed.append(sp.Ge(constant, 0))
    return needed


def _quadratic(a: E, b: E, c: E, p: Distribution) -> list[Any] | None:
    """a x² + b x + c ≥ 0 at the ends of the support, and at the summit where that is between them."""
    if p.measure == "counting":
        return None
    summit = [sp.Le(a, 0), sp.Ge(4 * a * c - b**2, 0)]
    needed = []
    for end, side in zip(p.support, (-1, 1), strict=True):
        if end.is_infinite:  # where a = 0, the slope there is b
            needed += [sp.Ge(a, 0), sp.Or(sp.Gt(a, 0), sp.Ge(side * b, 0))]
        else:
            needed.append(sp.Ge(sp.expand(c + b * end + a * end**2), 0))
            summit.append(sp.Le(side * (b + 2 * a * end), 0))
    if all(end.is_infinite for end in p.support):
        needed.append(sp.Ge(c, 0))
    return [*needed, sp.Or(*summit)]


def _places(g: E, p: Distribution, facts: Facts) -> Places | None:
    """The values between which g lies on the support, and comes arbitrarily near to; None where that is not told."""
    found: Places = []
    for low, below in _branches(p.support[0]):
        for high, above in _branches(p.support[1]):
            places = _extremes(g, p, (low, high), facts)
            if places is None:
                return None
            found += [(value, sp.And(taken, below, above)) for value, taken in places]
    return found


def _branches(end: E) -> Iterator[tuple[E, Any]]:
    """What an end of a support is, each with the condition under which it is."""
    before = sp.true
    for value, condition in end.args if isinstance(end, sp.Piecewise) else ((end, sp.true),):
        yield value, sp.And(before, condition)
        before = sp.And(before, sp.Not(condition))


def _extremes(g: E, p: Distribution, support: tuple[E, E], facts: Facts) -> Places | None:
    """The same on one stretch."""
    x, (low, high) = p.variable, support
    inner, outer = _parts(g, x)
    slope = facts.sign(sp.expand(inner).coeff(x)) if is_linear(inner, x) else None
    if not slope:
        return None
    ends = [sp.expand(inner.subs(x, end)) if end.is_finite is not False else slope * end for end in (low, high)]
    below, above = facts.decide(sp.Ge(ends[slope < 0], 0)), facts.decide(sp.Le(ends[slope > 0], 0))
    if isinstance(outer, (sp.cos, sp.sin)):
        whole = (
            p.measure == "circle" and inner.coeff(x).is_Integer or p.measure == "lebesgue" and {*ends} & {sp.oo, -sp.oo}
        )
        return [(sp.S.NegativeOne, sp.true), (sp.S.One, sp.true)] if whole else None
    power = sp.S.One if isinstance(outer, sp.exp) else outer.as_base_exp()[1]
    even = outer.has(sp.Abs) and not isinstance(outer, sp.log) or power.is_even
    rising = (
        isinstance(outer, sp.exp) and not even or outer == _Y or outer.is_Pow and power.is_odd and power.is_positive
    )
    values = [(_at(outer, end, bool(above)), sp.true) for end in ends]
    if not (rising or below or above):
        if not (even and power.is_positive) or p.measure == "counting" and inner != x:
            return None
        values.append((outer.xreplace({_Y: sp.S.Zero}), sp.And(sp.Lt(ends[slope < 0], 0), sp.Gt(ends[slope > 0], 0))))
    return None if any(v.has(sp.nan, sp.zoo, sp.I) or v.has(sp.oo) and not v.is_infinite for v, _ in values) else values


def _parts(g: E, x: sp.Symbol) -> tuple[E, E]:
    """What is linear in a function of it, of its modulus or of a power of either, and the function of a symbol in its place."""
    inner = g.base if g.is_Pow and not g.exp.has(x) else g.args[0] if isinstance(g, FUNCTIONS) else g
    inner = inner.args[0] if isinstance(inner, sp.Abs) else inner
    return inner, g.xreplace({inner: _Y})


FUNCTIONS = (sp.exp, sp.log, sp.Abs, sp.cos, sp.sin)
"""Functions whose extremes are known."""
_Y = sp.Dummy("y", real=True)


def _at(outer: E, end: E, above: bool) -> E:
    """The value at an end, also where it is infinite; `above` where what is put in comes to it from below."""
    if isinstance(outer, sp.log) and end == 0:  # SymPy's log 0 has no sign
        return -sp.oo
    base, power = outer.as_base_exp()
    if not isinstance(outer, sp.exp) and end == 0 and not power.is_positive:
        if not power.is_negative or above and power.is_even is None and not outer.has(sp.Abs):
            return sp.nan
        return -sp.oo if above and power.is_odd and not outer.has(sp.Abs) else sp.oo
    return outer.xreplace({_Y: end})
