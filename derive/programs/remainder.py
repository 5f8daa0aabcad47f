"""KL(p‖q) near p = q: Taylor's formula with its integral remainder, in which nothing of first order is left to cancel.

With q = p + d and KL(p‖p) = 0,

    KL(p‖q) = dᵀ g(p) + ∫₀¹ (1 − t) dᵀ H(p, p + td) d dt,    g the gradient at q = p, H the Hessian, in q's parameters,

by Gauss's rule for the weight 1 − t. The gradient vanishes unless a parameter moves the support. It stands only where the
formula is twice differentiable in q on the whole segment, which is decided from the formula: no absolute values, signs or
branches of q, no whole numbers among what differs, and a condition that holds on the segment if it does at q.

Where ends of the supports meet at q = p, terms c·log L with L = 0 there stand beside it, and are not part of what is
differentiated: c has to vanish with them, to second order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.algebra.expansion import multiplied_out
from derive.algebra.normal import is_zero
from derive.derivation.formula import Case
from derive.families.facts import Facts
from derive.programs.exponentials import balanced, falling
from derive.programs.functions import Block, Helper
from derive.programs.functions.elementary import xlogy
from derive.programs.functions.stable import square
from derive.programs.gauss import NODES, GaussSum
from derive.programs.logs import expanded
from derive.programs.rests import scaled, split
from derive.programs.steps import Steps, squares_apart

E = Any

KINKS = (sp.Abs, sp.sign, sp.Max, sp.Min, sp.Piecewise, sp.Heaviside, sp.DiracDelta, sp.floor, sp.ceiling)
REMAINDER_BELOW = sp.Rational(1, 16)
"""The remainder is taken where the closed formula is below this share of the sum of its terms' sizes."""

AGREES = sp.Rational(1, 2**18)
"""How far, of the sum of the sizes, it may be from the closed formula: more is not rounding, in float32 either."""

UNKNOWN = (sp.Derivative, sp.Subs, sp.meijerg, sp.nan, sp.zoo, sp.oo)
"""What no derivative that is evaluated may contain."""

_t = sp.Symbol("node", real=True)


@dataclass(frozen=True)
class Expansion:
    """Taylor's formula at q = p.

    slope      dᵀ g(p), of p and the steps d, and the logs of what vanishes at q = p
    curvature  dᵀ H(p, p + td) d, as a function of t, p and d
    reach      where the rule is exact enough, if that is known beforehand: a condition on p and d
    """

    slope: E
    curvature: Helper
    reach: Any = sp.true

    def value(self, replaced: dict[E, E]) -> E:
        """The slope and ∫₀¹ (1 − t) curvature dt, the steps replaced."""
        call = sp.Function(self.curvature.name, real=True)
        _, *rest = (a.xreplace(replaced) for a in self.curvature.arguments)
        return self.slope.xreplace(replaced) + GaussSum(NODES, lambda t: call(t, *rest))


def expansion(case: Case, steps: Steps, name: str) -> Expansion | None:
    """The expansion of a case, its curvature a function called `name`; None where it does not stand."""
    same = _made_equal(case.condition, steps)
    inside = [steps.centred(_strict(c)) for c in sp.And.make_args(case.condition)]
    edge, e, reach = _edges(case.expr.xreplace(same), steps, steps.facts.under(inside))
    names = [(q, d) for q, d in steps.names.items() if q not in same]
    if e == 0 or not _smooth(e, steps) or not _reaches(case.condition, steps):
        return None
    slopes = [(d, _slope(e, q, steps)) for q, d in names]
    squares, rest = _squares(e, steps)
    total = sp.Add(*(a * b * sp.diff(rest, x, y) for x, a in names for y, b in names))
    if total.has(*UNKNOWN) or any(g.has(*UNKNOWN) for _, g in slopes):
        return None
    total = squares + balanced(falling(collected(split(falling(scaled(total), steps.facts))), steps.facts))
    arguments = (
        _t,
        *sorted({p for p in steps.of.values() if p.is_Symbol}, key=str),
        *others(total, steps),
        *(d for _, d in names),
    )
    along = tuple((q, steps.of[q] + _t * d) for q, d in names)
    statements, (result,) = sp.cse([total], symbols=(sp.Symbol(f"u{i}", real=True) for i in range(10**6)), order="none")
    block = Block((*along, *statements), result)
    curvature = Helper(name, arguments, "second derivative of the divergence on the way from p to q", block)
    slope = sp.Add(*(d * balanced(falling(scaled(g), steps.facts)) for d, g in slopes))
    return Expansion(edge + slope, curvature, reach)


def _squares(e: E, steps: Steps) -> tuple[E, E]:
    """What terms c·s², c free of q and s = a·d of first degree in the steps, give to dᵀ H d, 2 c·s², and the other terms."""
    marked = squares_apart(e, steps)
    if marked == e:
        return sp.S.Zero, e
    moves = tuple(steps.names.values())
    curvature, rest = sp.S.Zero, sp.S.Zero
    for term in sp.Add.make_args(sp.expand(marked)):
        found = [f for f in sp.Mul.make_args(term) if isinstance(f, square)]
        if not found:
            rest += term
            continue
        c, root = term / found[0], found[0].args[0]
        if c.has(square) or c.free_symbols & {*steps.of, *moves} or not _of_first_degree(root, moves):
            return sp.S.Zero, e
        curvature += 2 * c * root**2
    return curvature, rest


def _of_first_degree(e: E, moves: tuple[Any, ...]) -> bool:
    return bool(e.is_polynomial(*moves)) and sp.Poly(e, *moves).total_degree() == 1


def _edges(e: E, steps: Steps, facts: Facts) -> tuple[E, E, Any]:
    """Terms c·log(L/L₀) with L = 0 at q = p, in steps, the rest, and that L is below L₀, which another log is of there."""
    spread = expanded(e, facts)
    arguments = {f.args[0]: steps.at_base(f.args[0]) for f in spread.atoms(sp.log)}
    unit = min((b for b in arguments.values() if b.free_symbols), key=sp.count_ops, default=None)
    edge, reach = sp.S.Zero, []
    for argument in [a for a, base in arguments.items() if base == 0]:
        log = sp.log(argument)
        if any((term / log).has(log) for term in sp.Add.make_args(spread) if term.has(log)):
            return sp.S.Zero, e, sp.true
        coefficient = steps.difference(spread.coeff(log))
        if unit is None or not _second_order(coefficient, steps):
            return sp.S.Zero, e, sp.true
        distance = steps.difference(argument)
        edge += sp.cancel(coefficient / distance) * xlogy(distance, distance / unit)
        reach.append((distance < unit).canonical)  # as Piecewise writes it, or it is two conditions
        spread = spread.xreplace({log: sp.log(unit)})
    return (edge, collected(spread), sp.And(*reach)) if reach else (edge, e, sp.true)


def _strict(relation: Any) -> Any:
    """An inequality without its edge."""
    if isinstance(relation, (sp.LessThan, sp.GreaterThan)):
        return relation.lts < relation.gts
    return relation


def _second_order(c: E, steps: Steps) -> bool:
    """Whether a fraction has no terms of order 0 or 1 in the steps."""
    moves = tuple(steps.names.values())
    above, below = sp.fraction(sp.together(c))
    if below.has(*moves) or not above.is_polynomial(*moves):
        return False
    return all(sum(powers) > 1 for powers in sp.Poly(above, *moves).monoms())


def _slope(e: E, q: Any, steps: Steps) -> E:
    """The derivative in q's parameter at q = p: 0 by the score law, if no end of the support moves."""
    slope = steps.at_base(sp.diff(e, q))
    return sp.S.Zero if is_zero(slope) or is_zero(sp.expand_func(slope)) else sp.simplify(slope)


def _made_equal(condition: Any, steps: Steps) -> dict[E, E]:
    """q's parameters that a condition makes equal to p's."""
    equal = [sp.expand(steps.apart(c.lhs - c.rhs)) for c in sp.And.make_args(condition) if isinstance(c, sp.Eq)]
    return {q: steps.of[q] for q, d in steps.names.items() if d in equal or -d in equal}


def _reaches(condition: Any, steps: Steps) -> bool:
    """Whether a condition that holds at q holds on the whole segment from p to q: half-spaces with q = p in or on them."""
    moves = tuple(steps.names.values())
    for one in sp.And.make_args(condition):
        if one == sp.true:
            continue
        if not one.is_Relational or isinstance(one, sp.Ne):
            return False
        gap = sp.expand(steps.apart(one.lhs - one.rhs))
        if not gap.has(*moves):
            continue
        if not gap.is_polynomial(*moves) or sp.Poly(gap, *moves).total_degree() > 1:
            return False
        at_base = gap.xreplace(dict.fromkeys(moves, sp.S.Zero))
        if at_base != 0 and (isinstance(one, sp.Eq) or not steps.facts.decide(_reaching(one, at_base))):
            return False
    return True


def _reaching(relation: Any, gap: E) -> Any:
    """gap ≤ 0, or ≥, whichever way the relation goes."""
    return gap <= 0 if isinstance(relation, (sp.StrictLessThan, sp.LessThan)) else gap >= 0


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
    start = sp.expand_func(steps.at_base(e))
    if start.has(sp.nan, sp.zoo):
        return False
    return bool(is_zero(start)) or collected(expanded(start, steps.facts)) == 0


def collected(e: E) -> E:
    """A sum with the algebraic part, and the coefficient of every special function, factored: squares become visible."""
    coefficients: dict[E, E] = {}
    for term in sp.Add.make_args(multiplied_out(e)):
        special = sp.Mul(*(f for f in sp.Mul.make_args(term) if f.has(sp.Function) or f.is_Pow and f.exp.free_symbols))
        coefficients[special] = coefficients.get(special, sp.S.Zero) + term / special
    return sp.Add(*(sp.factor(sp.together(c)) * special for special, c in coefficients.items()))
