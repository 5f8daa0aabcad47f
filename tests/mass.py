"""The total mass of a density, by quadrature from its log-density and support alone.

Double exponential quadrature: each piece of the support is measured from one of its ends, so that
singular ends and kinks are met by the variable `d` (the distance from them) without cancellation,
and heavy tails by `d = exp(pi/2*sinh(t))`. The step is halved until two results agree. Infinite
sums are 200 terms and the midpoint form of Euler and Maclaurin's formula.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import mpmath as mp
import sympy as sp

from derive.families.family import Distribution

PRECISION = 30
NEGLIGIBLE = -50
"""Terms below exp(-50) are dropped: they are far under the 10 digits that are wanted."""
FARTHEST = 100
MAX_EXTRA_BITS = 1000
DIRECT_TERMS = 200

_distance = sp.Symbol("d", positive=True)


def total_mass(member: Distribution) -> mp.mpf:
    """The integral (or sum) of the density over its support: 1 for a density.

    Raises ArithmeticError when the log-density is not real, when the density does not fall off, and
    when two successive step sizes do not agree to 10 digits.
    """
    with mp.workdps(PRECISION):
        return _sum(member) if member.measure == "counting" else _integral(member)


def _integral(member: Distribution) -> mp.mpf:
    low, high = member.support
    ends = [e for e in (low, high) if e.is_finite]
    breaks = sorted({*ends, *_kinks(member)}) or [sp.Integer(0)]
    total = mp.mpf(0)
    if low == -sp.oo:
        total += _piece(member, breaks[0], -1, sp.oo)
    for left, right in pairwise(breaks):
        half = (right - left) / 2
        total += _piece(member, left, 1, half) + _piece(member, right, -1, half)
    if high == sp.oo:
        total += _piece(member, breaks[-1], 1, sp.oo)
    return total


def _kinks(member: Distribution) -> set[sp.Expr]:
    """Points inside the support where the log-density has a kink or a jump."""
    x, density = member.variable, member.log_density
    switches = {f.args[0] for f in density.atoms(sp.Abs, sp.sign)}
    switches |= {a - b for f in density.atoms(sp.Max, sp.Min) for a, b in pairwise(f.args)}
    switches |= {r.lhs - r.rhs for r in density.atoms(sp.core.relational.Relational)}
    low, high = member.support
    roots = {root for s in switches if s.has(x) for root in sp.solve(s, x)}
    return {r for r in roots if (low < r) == sp.true and (r < high) == sp.true}


def _piece(member: Distribution, end: sp.Expr, direction: int, length: sp.Expr) -> mp.mpf:
    """The mass between `end` and `end + direction*length`."""
    log_density = _function(member.log_density.subs(member.variable, end + direction * _distance), _distance)
    if length == sp.oo:

        def log_term(t: mp.mpf) -> mp.mpf:
            u = mp.pi / 2 * mp.sinh(t)
            return log_density(mp.exp(u)) + u + mp.log(mp.pi / 2 * mp.cosh(t))

    else:
        width = mp.mpf(length.p) / length.q if length.is_Rational else mp.mpf(length.evalf(PRECISION))

        def log_term(t: mp.mpf) -> mp.mpf:
            e = mp.exp(-mp.pi * mp.sinh(t))
            d = width / (1 + e)
            return log_density(d) + mp.log(d * e / (1 + e) * mp.pi * mp.cosh(t))

    return _trapezoid(log_term)


def _trapezoid(log_term: Callable[[mp.mpf], mp.mpf]) -> mp.mpf:
    previous = _walk(log_term, mp.mpf(0), mp.mpf(1) / 4)
    for level in range(3, 9):
        step = mp.mpf(1) / 2**level
        result = (previous + _walk(log_term, step, 2 * step)) / 2
        if level > 3 and abs(result - previous) < mp.mpf(10) ** -11:
            return result
        previous = result
    raise ArithmeticError(f"the quadrature does not settle: {mp.nstr(previous, 15)}")


def _walk(log_term: Callable[[mp.mpf], mp.mpf], start: mp.mpf, step: mp.mpf) -> mp.mpf:
    """step * the sum of exp(log_term) at start + k*step, out to where it is negligible on both sides."""
    total = mp.mpf(0)
    for direction, t in ((1, start), (-1, start - step)):
        small = 0
        while small < 4:
            value = log_term(t)
            if value > NEGLIGIBLE:
                total += mp.exp(value)
                small = 0
            elif abs(t) > 2:
                small += 1
            t += direction * step
            if abs(t) > FARTHEST:
                raise ArithmeticError("the density does not fall off")
    return total * step


def _sum(member: Distribution) -> mp.mpf:
    low, high = member.support
    if low == -sp.oo and high == sp.oo:
        return _tail(member, sp.Integer(0), 1) + _tail(member, sp.Integer(-1), -1)
    if high == sp.oo:
        return _tail(member, low, 1)
    if low == -sp.oo:
        return _tail(member, high, -1)
    log_density = _function(member.log_density, member.variable)
    return mp.fsum(mp.exp(log_density(mp.mpf(k))) for k in range(int(low), int(high) + 1))


def _tail(member: Distribution, first: sp.Integer, direction: int) -> mp.mpf:
    """The sum from `first` outwards."""
    log_density = _function(member.log_density, member.variable)
    terms = [mp.exp(log_density(mp.mpf(int(first) + direction * k))) for k in range(DIRECT_TERMS + 1)]
    start = first + direction * (DIRECT_TERMS - sp.Rational(1, 2))
    correction = (terms[-1] - terms[-2]) / 24
    rest = _piece(member, start, direction, sp.oo) if log_density(mp.mpf(int(start))) > NEGLIGIBLE else 0
    return mp.fsum(terms[:-1]) + rest + correction


def _function(expression: sp.Expr, variable: sp.Symbol) -> Callable[[mp.mpf], mp.mpf]:
    """A numerical function of `variable`, its constant part evaluated once."""
    constant, rest = expression.as_independent(variable, as_Add=True)
    offset = _real(mp.mpmathify(constant.evalf(PRECISION)))
    varying = sp.lambdify(variable, rest, "mpmath")

    def function(value: mp.mpf) -> mp.mpf:
        # lgamma(x + r) - lgamma(x) cancels at large x, and 1 - exp(-x) at small x
        extra = min(abs(mp.mag(value)), MAX_EXTRA_BITS) if value else 0
        with mp.extraprec(extra):
            return offset + _real(varying(value))

    return function


def _real(value: Any) -> mp.mpf:
    value = mp.mpmathify(value)
    if isinstance(value, mp.mpc):
        raise ArithmeticError("the log-density is not real")
    return value
