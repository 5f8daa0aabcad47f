"""KL(p‖q) near p = q: the remainder of Taylor's formula, in which nothing of first order is left to cancel.

With q = p + d, KL(p‖p) = 0 and a gradient in q that vanishes at q = p,

    KL(p‖q) = ∫₀¹ (1 − t) dᵀ H(p, p + td) d dt,    H the Hessian of KL(p‖q) in q's parameters,

by Gauss's rule for the weight 1 − t. It stands only where the formula is twice differentiable in q on the whole
segment, which is decided from the formula: no absolute values, signs or branches of q, no whole numbers among what differs.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.normal import is_zero
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

_t = sp.Symbol("node", real=True)


def curvature(e: E, steps: Steps, name: str) -> Helper | None:
    """dᵀ H(p, p + td) d as a function of node = t, p and d; None where the remainder form does not stand."""
    if not _smooth(e, steps):
        return None
    names = [(q, d) for q, d in steps.names.items()]
    total = sp.Add(*(a * b * sp.diff(e, x, y) for x, a in names for y, b in names))
    if total.has(sp.Derivative, sp.Subs, sp.meijerg):
        return None
    total = collected(split(scaled(total)))
    arguments = (
        _t,
        *sorted((p for p in steps.of.values() if p.is_Symbol), key=str),
        *others(total, steps),
        *(d for _, d in names),
    )
    along = tuple((q, steps.of[q] + _t * d) for q, d in names)
    statements, (result,) = sp.cse([total], symbols=(sp.Symbol(f"u{i}", real=True) for i in range(10**6)), order="none")
    return Helper(
        name,
        arguments,
        "second derivative of the divergence on the way from p to q",
        Block((*along, *statements), result),
    )


def others(e: E, steps: Steps) -> tuple[E, ...]:
    """Parameters that p and q share."""
    own = {*steps.of, *steps.of.values(), *steps.names.values(), _t}
    return tuple(sorted(e.free_symbols - own, key=str))


def integral(helper: Helper, replaced: dict[E, E]) -> E:
    """∫₀¹ (1 − t) curvature dt, the arguments replaced."""
    call = sp.Function(helper.name, real=True)
    _, *rest = (a.xreplace(replaced) for a in helper.arguments)
    return GaussSum(NODES, lambda t: call(t, *rest))


def _smooth(e: E, steps: Steps) -> bool:
    """Whether KL(p‖p) = 0, the gradient vanishes there, and nothing of q has a kink."""
    q = set(steps.of)
    if not q or any(s.is_integer for s in q):
        return False
    if any(f.free_symbols & q for f in e.atoms(*KINKS)):
        return False
    if not is_zero(sp.expand_func(steps.at_base(e))):
        return False
    return all(
        is_zero(steps.at_base(sp.diff(e, s))) or is_zero(sp.expand_func(steps.at_base(sp.diff(e, s)))) for s in q
    )


def collected(e: E) -> E:
    """A sum with the algebraic part, and the coefficient of every special function, factored: squares become visible."""
    coefficients: dict[E, E] = {}
    for term in sp.Add.make_args(sp.expand(e, log=False, func=False, power_exp=False, power_base=False)):
        special = sp.Mul(*(f for f in sp.Mul.make_args(term) if f.has(sp.Function) or f.is_Pow and f.exp.free_symbols))
        coefficients[special] = coefficients.get(special, sp.S.Zero) + term / special
    return sp.Add(*(sp.factor(sp.together(c)) * special for special, c in coefficients.items()))
