"""Laws of the quantities that are functions of ∫ p^α q^(1−α): against quadrature, and against each other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

import mpmath
import sympy as sp

from derive.checks.evidence import FEWEST, FIRST, SECOND, SLACK, common_digits, same_value, shown
from derive.checks.subject import Members, Subject
from derive.checks.verdict import Check, Verdict
from derive.derivation.affinity import (
    affinity,
    chi_squared_divergence,
    hellinger_distance,
    renyi_divergence,
    renyi_entropy,
)
from derive.derivation.formula import OPEN, Formula
from derive.derivation.problem import ENTROPY, KL
from derive.derivation.quantities import entropy, kl_divergence
from derive.families import points
from derive.families.family import Family
from derive.numerics import quadrature
from derive.numerics.terms import EvaluationError

ALPHA = sp.Symbol("order", positive=True)
VALUES = (sp.S.Half, sp.Integer(2), sp.Rational(4, 3))
"""Orders at which a formula is compared with quadrature: below 1 and above."""
DIGITS = 20
"""Enough to tell formulas apart."""


def orders(subject: Subject) -> Iterator[Check]:
    """∫ p^α q^(1−α) and ∫ p^α of one family against quadrature; their limits at α = 1; and what ties them together.

    The quick mode leaves them out: the formulas would take it as long as all others.
    """
    family = subject.p
    if subject.q is not None or subject.per_case == 1 or any(p.domain == "simplex" for p in family.params):
        return
    pair, alone = _affinity(family, 2), _affinity(family, 1)
    for members in islice(points.pairs(family, family), 1):
        for alpha in VALUES:
            yield Check("orders", KL, against_quadrature(pair, members, alpha))
        yield from (Check("orders", KL, v) for v in ties(members) if v is not None)
    for members in islice(points.pairs(family, None), 1):
        for alpha in VALUES:
            yield Check("orders", ENTROPY, against_quadrature(alone, members, alpha))
        if (verdict := _at_one(renyi_entropy(members[0], ALPHA), entropy(members[0]), members)) is not None:
            yield Check("orders", ENTROPY, verdict)


@cache
def _affinity(family: Family, arity: int) -> Formula:
    one, two = family.suffixed("_1"), family.suffixed("_2")
    return affinity(one, two, ALPHA) if arity == 2 else affinity(family.suffixed(""), None, ALPHA)


def against_quadrature(formula: Formula, members: Members, alpha: Any) -> Verdict:
    """The mass at an order, at exact members, against the integral that defines it."""
    p, q = members[0], members[1] if len(members) > 1 else None
    point = ", ".join(f"{k} = {v}" for m in members for k, v in m.parameters.items()) + f", order {alpha}"
    weight, (low, high) = alpha * p.log_density, p.support
    if q is not None:
        weight += (1 - alpha) * q.log_density.xreplace({q.variable: p.variable})
        inside = (q.support[0] <= low) == sp.true and (high <= q.support[1]) == sp.true or p.measure == "circle"
        if not inside:
            low, high = sp.Max(low, q.support[0]), sp.Min(high, q.support[1])
            if alpha >= 1 or (low > high if p.measure == "counting" else low >= high):
                return _same(formula, members, alpha, mpmath.inf if alpha >= 1 else mpmath.mpf(0), 99, point)
    with mpmath.workdps(DIGITS + 20):
        first = quadrature.expected(sp.S.One, weight, p.variable, low, high, p.measure, DIGITS, method=FIRST)
        verdict = _same(formula, members, alpha, first.value, first.digits, point)
        if verdict.kind != "refuted" or mpmath.isinf(first.value):
            return verdict
        second = quadrature.expected(sp.S.One, weight, p.variable, low, high, p.measure, DIGITS, method=SECOND)
    together = common_digits(first.value, second.value)
    if min(first.digits, second.digits, together) >= FEWEST:
        return verdict
    return Verdict("unknown", 0, f"{FIRST}, {SECOND}", point, verdict.witness)


def _same(formula: Formula, members: Members, alpha: Any, known: Any, reached: int, point: str) -> Verdict:
    generic = [v for m in formula.distributions for v in m.values]
    place = {str(g): v for g, v in zip(generic, (v for m in members for v in m.values), strict=True)}
    try:
        claimed = formula.evaluate({**place, str(ALPHA): alpha}, digits=DIGITS)
    except (EvaluationError, ArithmeticError, ValueError, TypeError) as error:
        return Verdict("unknown", 0, "evaluation", point, str(error))
    if mpmath.isinf(known) or mpmath.isinf(claimed):
        if known == claimed:
            return Verdict("agrees", 0, "divergence", point)
        return Verdict("refuted", 0, "divergence", point, f"the formula gives {shown(claimed)}, it is {shown(known)}")
    agreed = min(common_digits(claimed, known), DIGITS, reached)
    if agreed >= min(DIGITS, reached) - SLACK:
        return Verdict("agrees", agreed, FIRST, point)
    return Verdict("refuted", 0, FIRST, point, f"the formula gives {shown(claimed)}, quadrature {shown(known)}")


def ties(members: Members) -> Iterator[Verdict | None]:
    """What holds between the quantities at exact members p and q: the limit at α = 1, skew symmetry, orders ½ and 2."""
    p, q = members
    forward = renyi_divergence(p, q, ALPHA)
    yield _at_one(forward, kl_divergence(p, q), members)
    third = sp.Rational(1, 3)
    back = renyi_divergence(q, p, ALPHA)
    yield _equal(
        lambda: mpmath.mpf(2) / 3 * forward.evaluate({ALPHA: third}, digits=DIGITS),
        lambda: mpmath.mpf(1) / 3 * back.evaluate({ALPHA: 1 - third}, digits=DIGITS),
        f"(1 − α) D_α(p‖q) = α D_(1−α)(q‖p) at {p}, {q}",
    )
    yield _equal(
        lambda: 1 - hellinger_distance(p, q).evaluate(digits=DIGITS) ** 2,
        lambda: mpmath.exp(-forward.evaluate({ALPHA: sp.S.Half}, digits=DIGITS) / 2),
        f"1 − H² = exp(−D_½/2) at {p}, {q}",
    )
    yield _equal(
        lambda: mpmath.log1p(chi_squared_divergence(p, q).evaluate(digits=DIGITS)),
        lambda: forward.evaluate({ALPHA: 2}, digits=DIGITS),
        f"D_2 = log(1 + χ²) at {p}, {q}",
    )


def _at_one(formula: Formula, limit: Formula, members: Members) -> Verdict | None:
    """A quantity with an order against its limit at α = 1; None where that is infinite, or an integral."""
    point = f"order 1, {', '.join(map(str, members))}"
    if limit.form != "closed" or any(c.form in OPEN for c in formula.cases):
        return None
    return _equal(
        lambda: formula.evaluate({ALPHA: 1}, digits=DIGITS - 4),
        lambda: limit.evaluate(digits=DIGITS),
        point,
        DIGITS - 4,
    )


def _equal(one: Any, two: Any, point: str, digits: int = DIGITS) -> Verdict:
    with mpmath.workdps(2 * DIGITS):
        try:
            left, right = one(), two()
        except (EvaluationError, ArithmeticError, ValueError, TypeError) as error:
            return Verdict("unknown", 0, "evaluation", point, str(error))
        if not (mpmath.isfinite(left) and mpmath.isfinite(right)):
            same = left == right
            return Verdict("agrees" if same else "refuted", 0, "values", point, "" if same else f"{left}, {right}")
        return same_value(left, right, digits, "other quantity", point)


__all__ = ["against_quadrature", "orders", "ties"]
