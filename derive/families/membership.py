"""A law as a member of another family: Exponential(λ) as Gamma(1, 1/λ), found from the two densities."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

import mpmath
import sympy as sp

from derive.families import points
from derive.families.family import Distribution, Family
from derive.families.parameter import DOMAINS, ParameterError

E = Any

PLAIN = (sp.S.One, sp.Integer(2), sp.S.Half, sp.S.Zero, sp.S.NegativeOne)
"""Numbers that a parameter of which the density is no rational function is tried at."""
MOST, LONGEST = 100, 200
"""Trials of a family, and operations of what is to vanish, beyond which no member is looked for."""
DRAWS = 200
"""Draws that are tried for exact values."""
ALIKE = 6
"""Members at which the densities are compared."""
FEW = 4
"""Steps between counts up to which they are compared one by one: laws on {0, 1} agree though their formulas do not."""


@lru_cache(maxsize=1024)
def as_member(p: Distribution, family: Family) -> Distribution | None:
    """The member of a family that has the law of `p`, its parameters in those of `p`; None where none is found.

    The densities are compared in their slopes (counts: in the ratios of neighbours), which a normaliser does not enter; a
    member that is found has the same density at exact points.

    >>> from derive import catalog
    >>> as_member(catalog.Exponential("lamda"), catalog.Gamma)
    Gamma(1, 1/lamda)
    >>> as_member(catalog.Gamma("k", "theta"), catalog.Exponential) is None
    True
    """
    if p.measure != family.measure or any(param.domain == "simplex" for param in (*p.family.params, *family.params)):
        return None
    unknown = tuple(sp.Dummy(param.name, **DOMAINS[param.domain].assumptions) for param in family.params)
    ends = _ends(p, Distribution(family, unknown))
    for values in () if ends is None else _tried(p, family, [unknown], ends):
        member = _member(family, values)
        if member is not None and _same(p, member):
            return member
    return None


def _ends(p: Distribution, q: Distribution) -> list[E] | None:
    """What has to vanish for the supports to be one; None where they never are."""
    found = []
    for one, other in zip(p.support, q.support, strict=True):
        other = other.xreplace({q.variable: p.variable})
        if one.is_infinite or other.is_infinite:
            if one != other:
                return None
        elif one != other:
            found.append(other - one)
    return found


def _tried(p: Distribution, family: Family, unknown: list[tuple[E, ...]], ends: list[E]) -> Iterator[tuple[E, ...]]:
    """Values of the parameters for which the densities change alike: what the ends of the supports give, then what the
    slopes give; an unknown of which a slope is no rational function is tried at p's own parameters and at plain numbers."""
    own = [v for v in dict.fromkeys(p.values) if v.is_Symbol or v.is_number]
    left = [tuple(v.xreplace(found) for v in values) for values in unknown for found in _solved(ends, _free(values))]
    for _ in range(MOST):
        if not left:
            return
        values = left.pop(0)
        stuck = _stuck(q := Distribution(family, values))
        if stuck is not None:
            left = [tuple(v.xreplace({stuck: t}) for v in values) for t in (*PLAIN, *own) if _admitted(t, stuck)] + left
        elif (equations := _equations(p, q)) is not None:
            yield from (tuple(v.xreplace(found) for v in values) for found in _solved(equations, _free(values)))


def _free(values: Iterable[E]) -> set[E]:
    return {s for v in values for s in v.atoms(sp.Dummy)}


def _stuck(q: Distribution) -> Any:
    """An unknown in an exponent, or else in a function, of what is measured; None where there is none."""
    x, unknown = q.variable, _free(q.values)
    inner = [
        e for e in _log_density(q).atoms(sp.Pow, sp.Function) if e.has(x) and not isinstance(e, (sp.log, sp.loggamma))
    ]
    exponents = [u for e in inner if e.is_Pow for u in e.exp.free_symbols & unknown]
    functions = [u for e in inner if not (e.is_Pow and e.exp.is_Integer) for u in e.free_symbols & unknown]
    return min(exponents or functions, key=str, default=None)


def _log_density(p: Distribution) -> E:
    """The log-density as it is written, without limits where that is 0/0."""
    return p.family.definition.log_density.xreplace(dict(zip(p.family.definition.symbols, p.values, strict=True)))


def _change(p: Distribution) -> E:
    """The slope of the log-density; for counts the ratio of neighbouring probabilities."""
    written = _log_density(p)
    if p.measure != "counting":
        return sp.diff(sp.expand_log(written, force=True), p.variable)
    step = written.xreplace({p.variable: p.variable + 1}) - written
    return sp.gammasimp(sp.exp(sp.expand_log(step, force=True)).replace(sp.loggamma, lambda z: sp.log(sp.gamma(z))))


def _equations(p: Distribution, q: Distribution) -> list[E] | None:
    """What has to vanish for the two densities to change alike; None where that does not depend on the unknowns."""
    x = p.variable
    if _log_density(q).has(sp.nan, sp.zoo, sp.oo):
        return None
    gap = _change(p) - _change(q).xreplace({q.variable: x})
    low, high = p.support
    if p.measure == "counting" and (high - low).is_Integer and high - low <= FEW:
        return [sp.simplify(gap.subs(x, low + i)) for i in range(high - low)]
    if gap.has(sp.nan, sp.zoo, sp.oo) or sp.count_ops(gap) > LONGEST:
        return None
    above = sp.expand(sp.numer(sp.together(gap)))
    hidden = {
        e: sp.Dummy() for e in above.atoms(sp.Pow, sp.Function) if e.has(x) and not (e.is_Pow and e.exp.is_Integer)
    }
    above = above.xreplace(hidden)
    try:
        found = sp.Poly(above, x, *hidden.values()).coeffs()
    except sp.PolynomialError:
        return None
    free = _free(q.values)
    return None if any(e != 0 and not e.free_symbols & free for e in found) else found


def _solved(equations: Iterable[E], unknown: set[E]) -> Iterator[dict[E, E]]:
    """Values of the unknowns, from equations each of which, in some order, has one unknown that the others have not given."""
    left = [e for e in (sp.factor(e) for e in equations) if e != 0]
    if not left:
        yield {}
        return
    least = min(left, key=lambda e: (len(e.free_symbols & unknown), sp.count_ops(e)))
    for factor in sp.Mul.make_args(sp.numer(sp.together(least))):
        base = factor.base if factor.is_Pow else factor
        for u in sorted(base.free_symbols & unknown, key=str):
            for value in _roots(base, u):
                rest = [e.xreplace({u: value}) for e in left]
                for more in _solved(rest, unknown - {u}):
                    yield {u: value.xreplace(more), **more}
            break


def _roots(e: E, u: Any) -> list[E]:
    """Where a polynomial of degree one or two in an unknown vanishes, or a sum of logs of such."""
    if e.has(sp.log) and isinstance(one := sp.logcombine(e, force=True), sp.log):
        e = sp.numer(sp.together(one.args[0] - 1))
    if not e.is_polynomial(u) or sp.degree(e, u) > 2:
        return []
    return [r for r in sp.roots(e, u) if _admitted(r, u)]


def _admitted(value: E, u: Any) -> bool:
    return all(
        getattr(value, f"is_{key}") is not (not wanted) for key, wanted in u.assumptions0.items() if wanted is not None
    )


def _member(family: Family, values: tuple[E, ...]) -> Distribution | None:
    if _free(values):
        return None
    try:
        return family(*values)
    except ParameterError:
        return None


def _same(p: Distribution, q: Distribution) -> bool:
    """Whether two densities are one, at exact points."""
    drawn = list(islice(_drawn(p, q), ALIKE))
    for one, other in drawn:
        if other is None:
            return False
        for x in points.inside(one):
            gap = one.log_density.subs(one.variable, x) - other.log_density.subs(other.variable, x)
            if not mpmath.almosteq(mpmath.mpmathify(sp.N(gap, 30)), 0, abs_eps=1e-25):
                return False
    return bool(drawn)


def _drawn(p: Distribution, q: Distribution) -> Iterator[tuple[Distribution, Distribution | None]]:
    """p and q with exact values for what is free in them, where p is in its domain; None for a q that is not in its own."""
    draw = random.Random(p.family.name)
    free = sorted(p.free_symbols, key=str)
    for _ in range(DRAWS):
        one, other = (
            _placed(m, place) for place in [{s: points.DRAWS[_domain(s)](draw) for s in free}] for m in (p, q)
        )
        if one is not None:
            yield one, other


def _placed(p: Distribution, place: dict[E, E]) -> Distribution | None:
    try:
        found = p.family(*(v.subs(place) for v in p.values))
    except ParameterError:
        return None
    return found if all(c == sp.true for c in found.constraints) else None


def _domain(symbol: Any) -> str:
    """The domain whose values a symbol may have."""
    if symbol.is_integer:
        return "positive integer" if symbol.is_positive else "integer"
    return "positive" if symbol.is_positive else "real"
