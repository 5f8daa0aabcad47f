"""Whether a density is bounded, and the points at which it may not be."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.algebra.normal import is_linear
from derive.expectations.asymptotics.orders import Unknown
from derive.expectations.asymptotics.scale import Scale
from derive.expectations.tail import place
from derive.families.facts import Facts

E = Any


def bounded(log_density: E, x: sp.Symbol, support: tuple[E, E], facts: Facts) -> bool:
    """Whether a density is known to rise to infinity at neither end of its support, and nowhere inside.

    >>> x, s = sp.Symbol("x", real=True), sp.Symbol("s", positive=True)
    >>> bounded(-sp.log(-x) + s/x, x, (-sp.oo, sp.Integer(0)), Facts()), bounded(-sp.log(x), x, (sp.S(0), sp.S(1)), Facts())
    (True, False)
    """
    low, high = support
    points = singular_points(log_density, sp.S.Zero, x, False)
    bases = [f.args[0] for f in log_density.atoms(sp.log)] + [f.base for f in log_density.atoms(sp.Pow)]
    if any(b.has(x) and not is_linear(b, x) for b in bases):
        return False
    if log_density.has(sp.Abs, sp.Piecewise) or not all(facts.decide((p <= low) | (p >= high)) for p in points):
        return False
    scale = Scale(facts)
    try:
        for end, side in ((low, 1), (high, -1)):
            h = scale.expand(scale.at_end(log_density, x, place(end, side)))
            coefficient, lead = scale.lead(h)
            if scale.grows(lead) and scale.sign(coefficient) != -1:
                return False
    except Unknown:
        return False
    return True


def bounded_inside(log_density: E, x: sp.Symbol, support: tuple[E, E], facts: Facts) -> bool:
    """Whether a density is known to be bounded near every finite point inside its support.

    A log with a positive coefficient is below what its argument allows; with a negative one, its argument must be known
    to be positive inside, whatever the cosines in it are. What is subtracted and positive lowers a density only.

    >>> x, r = sp.Symbol("x", real=True), sp.Symbol("r", positive=True)
    >>> (facts := Facts()).learn(r < 1)
    >>> bounded_inside(-sp.log(1 + r**2 - 2*r*sp.cos(x)), x, (-sp.pi, sp.pi), facts)
    True
    >>> [bounded_inside(-sp.log(sp.Abs(x)), x, (low, sp.oo), facts) for low in (-1, 0)]
    [False, True]
    """
    expanded = sp.expand(log_density, log=False, power_base=False, power_exp=False)
    logs = {f.args[0] for f in expanded.atoms(sp.log)}
    ends = {sp.expand(end) for end in support}

    def smooth(e: E) -> bool:
        powers = (f.exp.is_Integer and f.exp > 0 for f in e.atoms(sp.Pow) if f.has(x))
        functions = (isinstance(f, (sp.cos, sp.sin, sp.exp, sp.Abs)) for f in e.atoms(sp.Function) if f.has(x))
        return all(powers) and all(functions)

    def positive(e: E) -> bool:
        e = e.args[0] if isinstance(e, sp.Abs) else e
        if is_linear(e, x) and sp.expand(x - e / sp.expand(e).coeff(x)) in ends:
            return True
        waves = [f for f in e.atoms(sp.cos, sp.sin) if f.has(x)]
        if len(waves) == 1 and is_linear(e, waves[0]):
            return all(facts.sign(sp.factor(e.subs(waves[0], value))) == 1 for value in (1, -1))
        return facts.sign(e) == 1

    def bounded_above(coefficient: E, factor: E) -> bool:
        if isinstance(factor, sp.log):
            return smooth(factor.args[0]) and (facts.sign(coefficient) == 1 or positive(factor.args[0]))
        lowers = isinstance(factor, sp.exp) or factor.is_Pow and (factor.exp.is_even or factor.base in logs)
        return smooth(factor) or lowers and facts.sign(coefficient) == -1

    terms = (term for term in sp.Add.make_args(expanded) if term.has(x))
    return all(bounded_above(*term.as_independent(x, as_Add=False)) for term in terms)


def singular_points(log_density: E, statistic: E, x: sp.Symbol, proper: bool) -> set[E]:
    bases = {f.base for f in statistic.atoms(sp.Pow) if f.exp.is_nonnegative is not True}
    logs = log_density.atoms(sp.log)
    if not proper:
        bases |= {f.base for f in log_density.atoms(sp.Pow) if f.exp.is_nonnegative is not True}
        bases |= {f.args[0] for f in logs}
    bases |= {g.args[0] for f in logs for g in f.args[0].atoms(sp.log)}  # where E log may not exist
    factors = {g.as_base_exp()[0] for base in bases if base.has(x) for g in sp.Mul.make_args(base)}
    linear = {f.args[0] if isinstance(f, sp.Abs) else f for f in factors}
    return {
        sp.expand(-f.subs(x, 0) / f.coeff(x))
        for f in map(sp.expand, linear)
        if is_linear(f, x) and f.coeff(x).is_nonzero
    }
