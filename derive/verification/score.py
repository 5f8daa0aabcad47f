"""Evidence from derivatives of the log-density in its parameters.

    score law   E[∂_θ log p] + p(b) ∂_θ b − p(a) ∂_θ a = 0 on a support (a, b), because ∫ p = 1 for every θ
    Fisher      E[(∂_θ log p)²] = the second derivative of KL(p‖q) in q's θ, at q = p

The score law goes through the engine's own expectation and is proved where it vanishes symbolically. It
tells a wrong expectation from a right one, which the bookkeeping identities do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import mpmath
import sympy as sp

from derive.algebra.normal import is_zero, to_loggamma
from derive.checks.evidence import (
    FEWEST,
    FIRST,
    SLACK,
    against,
    common_digits,
    confirmed,
    described_member,
    estimate,
    shown,
)
from derive.checks.subject import Subject, case_at, value_at
from derive.checks.verdict import Check, Verdict
from derive.derivation.formula import Formula
from derive.derivation.problem import KL
from derive.derivation.quantities import mean
from derive.families import points
from derive.families.family import Distribution, Family
from derive.numerics.evaluation import evaluate_number

PLACES = 4
"""Points that are tried when the boundary terms have no value at some."""
FISHER_DIGITS = 20
"""Enough to tell formulas apart; the second difference needs three times as many."""


# --- the score law --------------------------------------------------------------------------------------------


def score(subject: Subject) -> Iterator[Check]:
    """E[∂_θ log p] and the boundary terms, for every real parameter θ."""
    family = subject.p
    if any(p.domain == "simplex" for p in family.params):
        yield Check("score", "density", _tangent(family))
        return
    for index, param in enumerate(family.params):
        if "integer" not in param.domain:
            for member in _of_each_sign(family.suffixed("")):
                verdict = _score_verdict(member, index, subject.digits)
                if verdict is not None:
                    yield Check(
                        "score", "density", replace(verdict, point=f"∂/∂{param.name}; {verdict.point}".strip("; "))
                    )


def _of_each_sign(member: Distribution) -> list[Distribution]:
    """The member with each parameter that may have either sign made positive, then negative."""
    for i, value in enumerate(member.values):
        if value.is_nonzero and value.is_positive is None:
            size = sp.Dummy(value.name, positive=True)
            sides = [
                Distribution(member.family, (*member.values[:i], s * size, *member.values[i + 1 :])) for s in (1, -1)
            ]
            return [m for side in sides for m in _of_each_sign(side)]
    return [member]


def _score_verdict(member: Distribution, index: int, digits: int) -> Verdict | None:
    """The score law in one parameter; None where the engine has no expectation of the score."""
    value = member.values[index]
    theta = next(iter(value.free_symbols))
    gradient = sp.diff(to_loggamma(member.log_density), theta)
    if gradient.has(sp.Derivative, sp.Subs, sp.DiracDelta):
        return None
    found = _expected(gradient, member)
    if found is None:
        return None
    total, relations = found
    boundary = _boundary(member, theta)
    if boundary is not None and not relations and is_zero(sp.expand(total + boundary)):
        return Verdict("proved", 0, "normal form")
    return _numerically(member, theta, gradient, total, relations, digits)


def _expected(statistic: sp.Expr, member: Distribution) -> tuple[sp.Expr, list[Any]] | None:
    """E[statistic] by the engine, and the conditions under which it holds; None where it has no closed form."""
    for case in mean(statistic, member).cases:
        if case.form == "closed" and not case.expr.has(sp.Integral, sp.Sum):
            return case.expr, [] if case.condition == sp.true else [case.condition]
    return None


def _boundary(member: Distribution, theta: sp.Symbol) -> sp.Expr | None:
    """p(b) ∂_θ b − p(a) ∂_θ a, by substitution; None where the density has no value there."""
    total = sp.S.Zero
    if member.measure != "lebesgue":
        return total
    for end, sign in zip(member.support, (-1, 1), strict=True):
        speed = sp.diff(end, theta) if end.is_finite is not False else sp.S.Zero
        if speed != 0:
            density = sp.exp(member.log_density.subs(member.variable, end))
            if density.has(sp.nan, sp.zoo, sp.oo, sp.AccumBounds):
                return None
            total += sign * speed * density
    return total


def _numerically(
    member: Distribution, theta: sp.Symbol, gradient: sp.Expr, total: sp.Expr, relations: list[Any], digits: int
) -> Verdict | None:
    """The law at an exact point; where it fails, quadrature says whether the expectation is to blame."""
    for place in islice(_places(member, relations), PLACES):
        concrete = Distribution(member.family, tuple(v.subs(place) for v in member.values))
        point = described_member(concrete)
        edge = _edge(member, concrete, theta, place, digits)
        if edge is None:
            continue
        try:
            value = evaluate_number(total, {s: v for s, v in place.items() if total.has(s)}, digits)
        except (ArithmeticError, ValueError, TypeError):
            continue
        agreed = min(common_digits(value + edge, 0), digits)
        if agreed >= digits - SLACK:
            return Verdict("agrees", agreed, "engine and boundary", point)
        verdict = against(value, concrete, (gradient.subs(place),), min(digits, 20), f"E[∂ log p/∂{theta}], {point}")
        if verdict.kind == "refuted":
            return verdict
        return Verdict(
            "unknown", 0, "", point, f"the score and its boundary terms come to {shown(value + edge)}, not 0"
        )
    return None


def _places(member: Distribution, relations: list[Any]) -> Iterator[dict[Any, Any]]:
    """Values for a member's symbols at which every relation holds."""
    for (drawn,) in points.pairs(member.family, None):
        place: dict[Any, Any] = {}
        for value, number in zip(member.values, drawn.values, strict=True):
            place.update({s: number * value.coeff(s) for s in value.free_symbols})
        if all(s.is_positive is None or v > 0 for s, v in place.items()):
            if all(r.subs(place) == sp.true for r in relations):
                yield place


def _edge(member: Distribution, concrete: Distribution, theta: Any, place: dict[Any, Any], digits: int) -> Any:
    """The boundary terms at a point: by value, or 0 where the density vanishes at the end; None where it is infinite."""
    total = mpmath.mpf(0)
    if member.measure != "lebesgue":
        return total
    low, high = concrete.support
    width = high - low if (high - low).is_finite else sp.S.One
    with mpmath.workdps(digits + 15):
        for end, at, sign in zip(member.support, concrete.support, (-1, 1), strict=True):
            speed = sp.diff(end, theta).subs(place) if end.is_finite is not False else sp.S.Zero
            if speed == 0:
                continue
            near = [_near(concrete, at - sign * width * sp.Rational(1, 10**k)) for k in (20, 30)]
            if near[1] < near[0] - 1:
                continue
            if near[1] > near[0] + 1:
                return None
            density = sp.exp(concrete.log_density.subs(concrete.variable, at))
            if density.has(sp.nan, sp.zoo, sp.oo):
                return None
            total += sign * mpmath.mpmathify((speed * density).evalf(digits + 10))
    return total


def _near(member: Distribution, x: Any) -> Any:
    """log p close to an end, −∞ where it underflows."""
    try:
        return evaluate_number(member.log_density, {member.variable: x}, 20)
    except (ArithmeticError, ValueError, TypeError):
        return mpmath.ninf


def _tangent(family: Family) -> Verdict:
    """The score law along e_1 − e_3 and e_2 − e_3 of a simplex of three, as finite sums."""
    a, b = sp.symbols("p_1 p_2", positive=True)
    member = Distribution(family, tuple(sp.Tuple(a, b, 1 - a - b) for _ in family.params))
    low, high = member.support
    for theta in (a, b):
        terms = (member.log_density.subs(member.variable, k) for k in range(int(low), int(high) + 1))
        if not is_zero(sp.expand(sum(sp.exp(t) * sp.diff(t, theta) for t in terms))):
            return Verdict("unknown", 0, "finite sum", "", "the score along the simplex has no normal form")
    return Verdict("proved", 0, "finite sum", "∂/∂p along the simplex")


# --- Fisher information ---------------------------------------------------------------------------------------


def fisher(subject: Subject) -> Iterator[Check]:
    """E[s²] by quadrature against the second difference of the KL formula, for every parameter but ends of the support."""
    if subject.q is not None:
        return
    formula, digits = subject.formula(KL), min(subject.digits, FISHER_DIGITS)
    if not any(c.form == "closed" for c in formula.cases):
        return
    family = subject.p
    for member in points.members(family, 1):
        for index, param in enumerate(family.params):
            symbol = family.definition.symbols[index]
            moving = (
                any(e.free_symbols & {symbol} for e in family.definition.support) if param.domain != "simplex" else True
            )
            if not moving and "integer" not in param.domain:
                verdict = _fisher_verdict(formula, member, index, digits)
                if verdict is not None:
                    yield Check("fisher", KL, confirmed(verdict, formula, tuple(subject.points(KL)), subject.digits))


def _fisher_verdict(formula: Formula, member: Distribution, index: int, digits: int) -> Verdict | None:
    family, step = member.family, sp.Rational(1, 10 ** (digits + 3))
    point = f"∂²/∂{family.params[index].name}²; {described_member(member)}"
    near = []
    for sign in (1, -1):
        values = tuple(v + sign * step if i == index else v for i, v in enumerate(member.values))
        pair = (member, Distribution(family, values))
        case = case_at(formula, pair)
        if case is None or case.form != "closed":
            return None
        near.append(pair)
    symbol = family.definition.symbols[index]
    gradient = sp.diff(to_loggamma(family.definition.log_density), symbol)
    if gradient.has(sp.Derivative, sp.Subs, sp.DiracDelta):
        return None
    first = estimate(member, member.place(gradient) ** 2, digits, FIRST)
    if first.digits < FEWEST:
        return Verdict("unknown", 0, FIRST, point, f"E[s²] was reached to {first.digits} digits")
    try:
        with mpmath.workdps(4 * digits + 40):
            second = sum(value_at(formula, pair, digits + 10) for pair in near) * mpmath.mpf(10) ** (2 * digits + 6)
    except (ArithmeticError, ValueError, TypeError) as error:
        return Verdict("unknown", 0, "second difference", point, str(error))
    agreed = min(common_digits(second, first.value), first.digits)
    if agreed >= first.digits - SLACK:
        return Verdict("agrees", agreed, "second difference", point)
    witness = f"E[s²] is {shown(first.value)}, the second difference of KL {shown(second)}"
    return Verdict("refuted", 0, "second difference", point, witness)


__all__ = ["fisher", "score"]
