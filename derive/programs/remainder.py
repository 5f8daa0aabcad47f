"""KL(p‖q) near p = q: Taylor's formula with its integral remainder, in which nothing of first order is left to cancel.

With q = p + d and KL(p‖p) = 0,

    KL(p‖q) = dᵀ g(p) + ∫₀¹ (1 − t) dᵀ H(p, p + td) d dt,    g the gradient at q = p, H the Hessian, in q's parameters,

by Gauss's rule for the weight 1 − t. The gradient vanishes unless a parameter moves the support. It stands only where the
formula is twice differentiable in q on the whole segment, which is decided from the formula: no absolute values, signs or
branches of q, no whole numbers among what differs, and a condition that holds on the segment if it does at q.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.formula import Case
from derive.normal import is_zero
from derive.programs.exponentials import balanced, falling
from derive.programs.gauss import NODES, GaussSum
from derive.programs.helpers import Block, Helper
from derive.programs.stable import scaled, split
from derive.programs.steps import Steps

E = Any

KINKS = (sp.Abs, sp.sign, sp.Max, sp.Min, sp.Piecewise, sp.Heaviside, sp.DiracDelta, sp.floor, sp.ceiling)
CANCELS = sp.Rational(1, 16)
"""The remainder is taken where the closed formula is below this share of the sum of its terms' sizes."""

AGREES = sp.Rational(1, 2**18)
"""How far, of the sum of the sizes, it may be from the closed formula: more is not rounding, in float32 either."""

UNKNOWN = (sp.Derivative, sp.Subs, sp.meijerg, sp.nan, sp.zoo, sp.oo)
"""What no derivative that is evaluated may contain."""

_t = sp.Symbol("node", real=True)


@dataclass(frozen=True)
class Expansion:
    """Taylor's formula at q = p.

    slope      dᵀ g(p), of p and the steps d
    curvature  dᵀ H(p, p + td) d, as a function of t, p and d
    """

    slope: E
    curvature: Helper

    def value(self, replaced: dict[E, E]) -> E:
        """The slope and ∫₀¹ (1 − t) curvature dt, the steps replaced."""
        call = sp.Function(self.curvature.name, real=True)
        _, *rest = (a.xreplace(replaced) for a in self.curvature.arguments)
        return self.slope.xreplace(replaced) + GaussSum(NODES, lambda t: call(t, *rest))


def expansion(case: Case, steps: Steps, name: str) -> Expansion | None:
    """The expansion of a case, its curvature a function called `name`; None where it does not stand."""
    e, names = case.expr, list(steps.names.items())
    if not _smooth(e, steps) or not _reaches(case.condition, steps):
        return None
    slopes = [(d, _slope(e, q, steps)) for q, d in names]
    total = sp.Add(*(a * b * sp.diff(e, x, y) for x, a in names for y, b in names))
    if total.has(*UNKNOWN) or any(g.has(*UNKNOWN) for _, g in slopes):
        return None
    total = balanced(collected(split(falling(scaled(total), steps.facts))))
    arguments = (
        _t,
        *sorted((p for p in steps.of.values() if p.is_Symbol), key=str),
        *others(total, steps),
        *(d for _, d in names),
    )
    along = tuple((q, steps.of[q] + _t * d) for q, d in names)
    statements, (result,) = sp.cse([total], symbols=(sp.Symbol(f"u{i}", real=True) for i in range(10**6)), order="none")
    block = Block((*along, *statements), result)
    curvature = Helper(name, arguments, "second derivative of the divergence on the way from p to q", block)
    return Expansion(sp.Add(*(d * balanced(falling(scaled(g), steps.facts)) for d, g in slopes)), curvature)


def _slope(e: E, q: Any, steps: Steps) -> E:
    """The derivative in q's parameter at q = p: 0 by the score law, if no end of the support moves."""
    slope = steps.at_base(sp.diff(e, q))
    return sp.S.Zero if is_zero(slope) or is_zero(sp.expand_func(slope)) else sp.simplify(slope)


def _reaches(condition: Any, steps: Steps) -> bool:
    """Whether a condition that holds at q holds on the whole segment from p to q: a cone with its tip at q = p."""
    if condition == sp.true:
        return True
    if not isinstance(condition, sp.And) and not condition.is_Relational:
        return False
    for one in condition.args if isinstance(condition, sp.And) else (condition,):
        if not one.is_Relational or isinstance(one, (sp.Eq, sp.Ne)):
            return False
        gap = sp.expand(steps.apart(one.lhs - one.rhs))
        moves = tuple(steps.names.values())
        if gap.has(*moves) and not (gap.is_polynomial(*moves) and sp.Poly(gap, *moves).homogeneous_order() == 1):
            return False
    return True


def others(e: E, steps: Steps) -> tuple[E, ...]:
    """Parameters that p and q share."""
    own = {*steps.of, *steps.of.values(), *steps.names.values(), _t}
    return tuple(sorted(e.free_symbols - own, key=str))


def _smooth(e: E, steps: Steps) -> bool:
    """Whether KL(p‖p) = 0, and nothing of q has a kink."""
    q = set(steps.of)
    if not q or any(s.is_integer for s in q):
        return False
    if any(f.free_symbols & q for f in e.atoms(*KINKS)):
        return False
    return bool(is_zero(sp.expand_func(steps.at_base(e))))


def collected(e: E) -> E:
    """A sum with the algebraic part, and the coefficient of every special function, factored: squares become visible."""
    coefficients: dict[E, E] = {}
    for term in sp.Add.make_args(sp.expand(e, log=False, func=False, power_exp=False, power_base=False)):
        special = sp.Mul(*(f for f in sp.Mul.make_args(term) if f.has(sp.Function) or f.is_Pow and f.exp.free_symbols))
        coefficients[special] = coefficients.get(special, sp.S.Zero) + term / special
    return sp.Add(*(sp.factor(sp.together(c)) * special for special, c in coefficients.items()))
