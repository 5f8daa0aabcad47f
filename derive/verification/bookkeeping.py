"""Bookkeeping: identities between H, CE and KL, which are derived apart.

They show that expansion, merging, substitution and simplification lose nothing. They do not show that an
expectation is right: a wrong E[log x] passes all of them, because it enters every side alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mpmath
import sympy as sp

from derive.algebra.normal import is_zero
from derive.checks.evidence import SLACK, common_digits, confirmed, shown
from derive.checks.subject import Members, Subject, case_at, described, value_at
from derive.checks.verdict import Check, Verdict
from derive.derivation.formula import OPEN, Formula
from derive.derivation.problem import CROSS_ENTROPY, ENTROPY, KL
from derive.derivation.quantities import entropy

LONGEST = 250
"""Operations of an expression that a normal form is tried on; longer ones are checked as numbers."""
FINITE = ("closed", *OPEN)


def ce_is_h_plus_kl(subject: Subject) -> Iterator[Check]:
    """CE(p, q) = H(p) + KL(p‖q), in every case."""
    h, ce, kl = entropy(subject.pair[0]), subject.formula(CROSS_ENTROPY), subject.formula(KL)
    if ENTROPY in subject.formulas:
        h = _renamed(subject)
    if all(len(f.cases) == 1 and f.form == "closed" for f in (h, ce, kl)) and _vanishes(ce.expr - h.expr - kl.expr):
        yield Check("CE = H + KL", CROSS_ENTROPY, Verdict("proved", 0, "normal form"))
        return
    for members in subject.points(KL)[:6]:
        found = _sum_verdict(h, ce, kl, members, subject.digits)
        if found is not None:
            blamed, verdict = found
            yield Check("CE = H + KL", blamed if blamed in subject.kinds else CROSS_ENTROPY, verdict)


def _renamed(subject: Subject) -> Formula:
    """The entropy formula under test, of the pair's first member."""
    formula = subject.formula(ENTROPY)
    swap = dict(zip(formula.distributions[0].values, subject.pair[0].values, strict=True))

    def put(e: Any) -> Any:
        return e.subs(swap, simultaneous=True) if hasattr(e, "subs") else e

    cases = tuple(c._replace(condition=put(c.condition), expr=put(c.expr)) for c in formula.cases)
    return Formula(ENTROPY, subject.pair[:1], cases)


def _vanishes(expression: Any) -> bool:
    return sp.count_ops(expression) <= LONGEST and is_zero(expression) is True


def _sum_verdict(h: Formula, ce: Formula, kl: Formula, members: Members, digits: int) -> tuple[str, Verdict] | None:
    """The identity at a point, and the quantity to blame when it fails; None where a side has no value or is not closed."""
    sides = ((h, members[:1]), (ce, members), (kl, members))
    cases = [case_at(f, at) for f, at in sides]
    if None in cases:
        return None
    forms = [c.form for c in cases if c is not None]
    point = described(kl, members)
    verdict = None
    if forms[0] in FINITE and forms[2] == "infinite":
        verdict = Verdict("agrees", 0, "both infinite", point)
        if forms[1] != "infinite":
            verdict = Verdict("refuted", 0, "cases", point, f"H is finite and KL infinite, but CE is {forms[1]}")
    elif forms[0] in FINITE and forms[2] in FINITE and forms[1] not in FINITE:
        verdict = Verdict("refuted", 0, "cases", point, f"H and KL are finite, but CE is {forms[1]}")
    elif all(form == "closed" for form in forms):
        values = _values(list(sides), digits)
        if values is None:
            verdict = Verdict("unknown", 0, "evaluation", point, NO_SIDE)
        else:
            verdict = _equal(values[1], values[0] + values[2], digits, "CE", "H + KL", point)
    return None if verdict is None else _blamed(verdict, sides, digits)


def _blamed(verdict: Verdict, sides: tuple[tuple[Formula, Members], ...], digits: int) -> tuple[str, Verdict]:
    """A failed identity, laid on the formula that its own definition refutes; unknown when none is."""
    if verdict.kind != "refuted":
        return CROSS_ENTROPY, verdict
    for formula, at in sides:
        sure = confirmed(verdict, formula, (at,), digits)
        if sure.kind == "refuted":
            return formula.quantity, sure
    return CROSS_ENTROPY, Verdict("unknown", 0, verdict.method, verdict.point, verdict.witness)


NO_SIDE = "a side has no finite value, or none that can be computed"


def _values(wanted: list[tuple[Formula, Members]], digits: int) -> list[Any] | None:
    try:
        values = [value_at(formula, members, digits + 5) for formula, members in wanted]
    except (ArithmeticError, ValueError, TypeError, NotImplementedError):
        return None
    return values if all(mpmath.isfinite(v) for v in values) else None


def _equal(one: Any, other: Any, digits: int, left: str, right: str, point: str) -> Verdict:
    agreed = min(common_digits(one, other), digits)
    if agreed >= digits - SLACK:
        return Verdict("agrees", agreed, "evaluation", point)
    return Verdict("refuted", 0, "evaluation", point, f"{left} is {shown(one)}, {right} is {shown(other)}")


def kl_of_itself(subject: Subject) -> Iterator[Check]:
    """KL(p‖p) = 0."""
    if subject.q is None:
        yield from _coincident(subject, KL, "KL(p‖p) = 0")


def ce_of_itself(subject: Subject) -> Iterator[Check]:
    """CE(p, p) = H(p)."""
    if subject.q is None:
        yield from _coincident(subject, CROSS_ENTROPY, "CE(p, p) = H(p)")


def _coincident(subject: Subject, kind: str, law: str) -> Iterator[Check]:
    """A pair formula at q = p against 0 (for KL) or H(p): as an expression, else as numbers."""
    formula = subject.formula(kind)
    h = subject.formula(ENTROPY)
    expected = sp.S.Zero if kind == KL else h.expr
    alone = h.distributions[0].values
    swap = {s: v for m in formula.distributions for s, v in zip(m.values, alone, strict=True)}
    single = len(formula.cases) == 1 and formula.form == "closed" and (kind == KL or h.form == "closed")
    if single and not any(isinstance(s, sp.IndexedBase) for s in swap):
        merged = formula.expr.subs(swap, simultaneous=True)
        if not merged.has(sp.nan, sp.zoo, sp.oo) and _vanishes(merged - expected):
            yield Check(law, kind, Verdict("proved", 0, "normal form"))
            return
    for members in subject.coincident(kind):
        case = case_at(formula, members)
        if case is None or case.form != "closed" or (kind != KL and h.form != "closed"):
            continue
        values = _values([(formula, members)] + ([] if kind == KL else [(h, members[:1])]), subject.digits)
        if values is not None:
            other = values[1] if kind != KL else mpmath.mpf(0)
            verdict = _equal(
                values[0], other, subject.digits, law.split(" ")[0], law.split("= ")[1], described(formula, members)
            )
            first = confirmed(verdict, formula, (members,), subject.digits)
            if kind != KL and verdict.kind == "refuted" and first.kind != "refuted":
                first = confirmed(verdict, h, (members[:1],), subject.digits)
            yield Check(law, kind, first)


def gradients(subject: Subject) -> Iterator[Check]:
    """∇_q CE = ∇_q KL: H(p) knows nothing of q."""
    ce, kl = subject.formula(CROSS_ENTROPY), subject.formula(KL)
    if not all(len(f.cases) == 1 and f.form == "closed" for f in (ce, kl)):
        return
    for symbol in subject.pair[1].values:
        if not isinstance(symbol, sp.Symbol) or symbol.is_integer:
            continue
        one, other = sp.diff(ce.expr, symbol), sp.diff(kl.expr, symbol)
        if _vanishes(one - other):
            yield Check("∇_q CE = ∇_q KL", KL, Verdict("proved", 0, "normal form", f"∂/∂{symbol}"))
            continue
        verdict = _gradient_verdict(ce, kl, subject, symbol)
        if verdict is not None:
            yield Check("∇_q CE = ∇_q KL", KL, verdict)


def _gradient_verdict(ce: Formula, kl: Formula, subject: Subject, symbol: sp.Symbol) -> Verdict | None:
    """The difference CE − KL at two values of one parameter of q."""
    members = subject.points(KL)[:2]
    if len(members) < 2:
        return None
    p, q = members[0]
    i = subject.pair[1].values.index(symbol)
    changed = type(q)(q.family, tuple(v + sp.Rational(1, 100) if j == i else v for j, v in enumerate(q.values)))
    if not all(c == sp.true for c in changed.constraints):
        return None
    values = _values([(f, m) for m in ((p, q), (p, changed)) for f in (ce, kl)], subject.digits)
    point = f"∂/∂{symbol}; {described(kl, (p, q))}"
    if values is None:
        return Verdict("unknown", 0, "evaluation", point, NO_SIDE)
    verdict = _equal(
        values[0] - values[1], values[2] - values[3], subject.digits, "CE − KL", f"at {symbol} + 1/100", point
    )
    sides = tuple((formula, at) for formula in (ce, kl) for at in ((p, q), (p, changed)))
    return _blamed(verdict, sides, subject.digits)[1]


__all__ = ["ce_is_h_plus_kl", "ce_of_itself", "gradients", "kl_of_itself"]
