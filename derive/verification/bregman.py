"""Evidence from exponential families: KL as the Bregman divergence of the log-partition read off the density."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import mpmath
import sympy as sp

from derive.algebra.functions import named_derivatives
from derive.checks.evidence import confirmed, same_value, value_verdict
from derive.checks.subject import Members, Subject, case_at, described
from derive.checks.verdict import Check, Verdict
from derive.derivation.formula import Formula
from derive.derivation.problem import KL
from derive.numerics.evaluation import evaluate_number
from derive.objectives.exponential import Form, exponential_form


def bregman(subject: Subject) -> Iterator[Check]:
    """KL(p‖q) = A(η_q) − A(η_p) − ∇A(η_p)·(η_q − η_p), with η and A read off the density."""
    form = exponential_form(subject.p)
    if form is None or subject.q is not None:
        return
    formula = subject.formula(KL)
    for members in subject.points(KL)[:3]:
        case = case_at(formula, members)
        if case is None or case.form != "closed":
            continue
        verdict = _bregman_verdict(form, formula, members, subject.digits)
        if verdict is not None:
            yield Check("bregman", KL, confirmed(verdict, formula, (members,), subject.digits))


def _bregman_verdict(form: Form, formula: Formula, members: Members, digits: int) -> Verdict | None:
    value = _bregman_value(form, members, digits)
    if value is None:
        return None
    point = described(formula, members)
    return value_verdict(formula, members, digits, lambda v: same_value(v, value, digits, "log-partition", point))


@lru_cache(maxsize=256)
def _bregman_value(form: Form, members: Members, digits: int) -> Any:
    """A(η_q) − A(η_p) − ∇A(η_p)·(η_q − η_p), with ∇A from ∂A/∂θ = (∂η/∂θ)ᵀ ∇A; None where that is singular."""
    theta, eta, log_partition = form
    at_p, at_q = (dict(zip(theta, m.values, strict=True)) for m in members)
    with mpmath.workdps(digits + 15):

        def number(e: sp.Expr, place: dict[Any, Any]) -> Any:
            return evaluate_number(e, place, digits + 10)

        matrix = mpmath.matrix([[number(sp.diff(e, t), at_p) for e in eta] for t in theta])
        if abs(mpmath.det(matrix)) < mpmath.mpf(10) ** -10:
            return None
        means = mpmath.lu_solve(
            matrix, mpmath.matrix([number(named_derivatives(sp.diff(log_partition, t)), at_p) for t in theta])
        )
        step = [number(e, at_q) - number(e, at_p) for e in eta]
        return number(log_partition, at_q) - number(log_partition, at_p) - mpmath.fdot(means, step)
