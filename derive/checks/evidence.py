"""Evidence: checks that share no expectation with the engine.

Each takes a `Subject` and yields `Check`s. Numbers come from the log-density and the definition alone, by
`quadrature`; a formula is refuted only where two methods agree with each other and not with it, or where
an exact comparison of supports is against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any

import mpmath
import sympy as sp

from derive.checks.subject import Members, Subject, assignment, case_at, cases_at, described, nested, value_at
from derive.checks.verdict import Check, Verdict
from derive.derivation.formula import DIVERGENT, OPEN, SETTLED, Case, Formula
from derive.derivation.problem import CROSS_ENTROPY, ENTROPY, KL
from derive.families import points
from derive.families.family import Distribution
from derive.numerics import quadrature
from derive.numerics.evaluation import evaluate_number
from derive.numerics.terms import EvaluationError
from derive.writing.notation import Expect

FIRST, SECOND = "double-exponential", "gauss-legendre"
SLACK = 3
"""Decimals by which an agreement may fall short of what the quadrature claims for itself."""
FEWEST = 6
"""Digits that each of two quadratures must have before they may refute."""
FARTHER = 6
"""Members with larger parameters whose density is looked at, not its mass."""
SHORT = 10
"""Digits that may be missing before the second method is asked as well."""


# --- two numbers ----------------------------------------------------------------------------------------------


def common_digits(one: Any, other: Any) -> int:
    """The decimals of max(1, |value|) to which two numbers agree; -1 when they do not at all.

    >>> common_digits(mpmath.mpf(2), mpmath.mpf("2.0001"))
    4
    """
    with mpmath.workdps(120):
        gap = abs(mpmath.mpf(one) - mpmath.mpf(other)) / max(1, abs(mpmath.mpf(other)))
        if not mpmath.isfinite(gap):
            return -1
        return 10**4 if not gap else int(mpmath.floor(-mpmath.log10(gap)))


def shown(value: Any) -> str:
    return str(mpmath.nstr(value, 15))


@lru_cache(maxsize=4096)
def estimate(p: Distribution, statistic: sp.Expr, digits: int, method: str) -> quadrature.Estimate:
    """E_p[statistic] by quadrature."""
    low, high = p.support
    if any(isinstance(v, sp.Tuple) for v in p.values):
        return _written_out(p, statistic, digits)
    return quadrature.expected(statistic, p.log_density, p.variable, low, high, p.measure, digits, method=method)


def summed(p: Distribution, statistics: tuple[sp.Expr, ...], digits: int, method: str) -> quadrature.Estimate:
    """E_p of a sum, from those of its terms where each of them exists: other quantities need these too."""
    if len(statistics) > 1:
        parts = [estimate(p, statistic, digits, method) for statistic in statistics]
        if all(e.digits >= digits for e in parts):
            with mpmath.workdps(digits + 15):
                value, error = mpmath.fsum(e.value for e in parts), mpmath.fsum(e.error for e in parts)
            return quadrature.Estimate(value, digits, method, error)
    return estimate(p, sp.Add(*statistics), digits, method)


def _written_out(p: Distribution, statistic: sp.Expr, digits: int) -> quadrature.Estimate:
    """The sum over the entries of a vector of probabilities, as it stands."""
    low, high = p.support
    with mpmath.workdps(digits + 15):
        terms = [(sp.exp(p.log_density) * statistic).subs(p.variable, k) for k in range(int(low), int(high) + 1)]
        value = mpmath.fsum(mpmath.mpmathify(t.evalf(digits + 15)) for t in terms)
        return quadrature.Estimate(+value, digits, "finite sum", mpmath.mpf(10) ** -digits)


def against(
    claimed: Any,
    p: Distribution,
    statistics: tuple[sp.Expr, ...],
    digits: int,
    point: str,
    methods: tuple[str, str] = (FIRST, SECOND),
) -> Verdict:
    """A claimed finite expectation of a sum against quadrature: the heart of every numerical law."""
    first = summed(p, statistics, digits, methods[0])
    agreed = min(common_digits(first.value, claimed), first.digits, digits)
    if agreed >= max(first.digits - SLACK, FEWEST) and first.digits >= digits - SHORT:
        return Verdict("agrees", agreed, first.method, point)
    second = summed(p, statistics, digits, methods[1])
    best = max(first, second, key=lambda e: e.digits)
    agreed = min(common_digits(best.value, claimed), best.digits, digits)
    if agreed >= max(best.digits - SLACK, FEWEST):
        return Verdict("agrees", agreed, best.method, point)
    witness = f"the formula gives {shown(claimed)}, quadrature {shown(first.value)} and {shown(second.value)}"
    fewer = min(first.digits, second.digits)
    together = common_digits(first.value, second.value)
    apart = max(common_digits(e.value, claimed) for e in (first, second))
    if fewer >= FEWEST and together >= fewer - SLACK and apart < min(together, fewer) - SLACK:
        return Verdict("refuted", 0, f"{FIRST}, {SECOND}", point, witness)
    if diverges(p, sp.Add(*statistics)):
        return Verdict("refuted", 0, "divergence", point, f"the formula gives {shown(claimed)}, the integral diverges")
    return Verdict(
        "unknown", 0, f"{FIRST}, {SECOND}", point, f"{witness}, to {first.digits} and {second.digits} digits"
    )


@lru_cache(maxsize=1024)
def diverges(p: Distribution, statistic: sp.Expr) -> int | None:
    """Where E_p[statistic] goes: 1 or -1 for +∞ or −∞, 0 for both at once, None for no divergence seen."""
    low, high = p.support
    found = quadrature.diverges(statistic, p.log_density, p.variable, low, high, p.measure)
    if not found.verdict or found.value is None:
        return None
    return 0 if mpmath.isnan(found.value) else int(mpmath.sign(found.value))


# --- the definition -------------------------------------------------------------------------------------------


def definition(subject: Subject) -> Iterator[Check]:
    """Every case of every formula against the integral (or sum) that defines it."""
    for kind in subject.kinds:
        formula = subject.formula(kind)
        for members in subject.points(kind):
            case = case_at(formula, members)
            verdict = defined_verdict(formula, members, subject.digits)
            yield Check("definition", kind, verdict, None if case is None else case.condition)


def statistics_of(kind: str, members: Members) -> tuple[sp.Expr, ...]:
    """What the quantity is the expectation of the sum of: −log p, −log q, or log p and −log q."""
    p = members[0]
    if kind == ENTROPY:
        return (-p.log_density,)
    q = members[1]
    log_q = q.log_density.xreplace({q.variable: p.variable})
    return (-log_q,) if kind == CROSS_ENTROPY else (p.log_density, -log_q)


@lru_cache(maxsize=2048)
def defined_verdict(formula: Formula, members: Members, digits: int) -> Verdict:
    """One formula at one point against its definition."""
    kind, point = formula.quantity, described(formula, members)
    case = case_at(formula, members)
    if case is None:
        return Verdict("refuted", 0, "cases", point, "no case of the formula covers this point")
    if case.form == "closed" and sp.sympify(case.expr).has(sp.nan, sp.zoo):
        return Verdict("refuted", 0, "cases", point, f"the case {case.condition} has no value: {case.expr}")
    if (other := _contradicted(formula, members, digits)) is not None:
        return Verdict("refuted", 0, "cases", point, f"two cases hold there, and {other.condition} gives another value")
    gate = _by_support(kind, members)
    if gate is not None:
        return _exact(case.form, case.expr, gate, point)
    if kind == KL and members[0] == members[1]:
        return value_verdict(formula, members, digits, lambda v: _zero(v, digits, point))
    statistics = statistics_of(kind, members)
    statistic = sp.Add(*statistics)
    if case.form in DIVERGENT:
        return _divergent(case.expr, members[0], statistic, digits, point)
    # a formula with an integral left in it is evaluated by the first method, and so is checked by the second
    numerical = case.form in OPEN
    methods = (SECOND, FIRST) if numerical else (FIRST, SECOND)

    def judge(value: Any) -> Verdict:
        if not mpmath.isfinite(value):
            claimed = sp.nan if mpmath.isnan(value) else sp.oo if value > 0 else -sp.oo
            return _divergent(claimed, members[0], statistic, digits, point)
        return against(value, members[0], statistics, digits, point, methods)

    verdict = value_verdict(formula, members, digits, judge, infinite=numerical)
    if verdict.method == "evaluation" and diverges(members[0], statistic) is not None:
        return Verdict("refuted", 0, "divergence", point, f"{verdict.witness}, and the integral diverges")
    return verdict


def _contradicted(formula: Formula, members: Members, digits: int) -> Case | None:
    """Another case that holds at a point, and has another value there than the first."""
    first, *others = cases_at(formula, members)

    def value(case: Case) -> Any:
        if case.form in DIVERGENT:
            return sp.sympify(case.expr)
        alone = replace(formula, cases=(case._replace(condition=sp.true),))
        return value_at(alone, members, digits)

    for other in others:
        try:
            one, two = value(first), value(other)
        except (EvaluationError, ArithmeticError, ValueError, TypeError, NotImplementedError):
            continue
        finite = isinstance(one, mpmath.mpf) and isinstance(two, mpmath.mpf)
        if (common_digits(one, two) < digits - SLACK) if finite else one != two:
            return other
    return None


def value_verdict(formula: Formula, members: Members, digits: int, judge: Any, infinite: bool = False) -> Verdict:
    """What `judge` says of the value at one point; of one that is infinite or undefined too where the formula may have it."""
    point = described(formula, members)
    try:
        value = value_at(formula, members, digits)
    except (EvaluationError, ArithmeticError, ValueError, TypeError, NotImplementedError) as error:
        return Verdict("unknown", 0, "evaluation", point, f"the formula does not evaluate: {error}")
    if not (infinite or mpmath.isfinite(value)):
        return Verdict("unknown", 0, "evaluation", point, f"the formula evaluates to {shown(value)}")
    return judge(value)


def _zero(value: Any, digits: int, point: str) -> Verdict:
    agreed = min(common_digits(value, 0), digits)
    if agreed >= digits - SLACK:
        return Verdict("agrees", agreed, "KL(p‖p) = 0", point)
    return Verdict("refuted", 0, "KL(p‖p) = 0", point, f"the formula gives {shown(value)}, not 0")


def _by_support(kind: str, members: Members) -> Any:
    """The value that supports alone decide: +∞, or nan for undefined; None when they decide nothing."""
    if kind == ENTROPY:
        return None
    p, q = members
    if (p.measure == "counting") != (q.measure == "counting"):
        return sp.oo if kind == KL else sp.nan
    if nested(p, q):
        return None
    if kind == CROSS_ENTROPY and any(a == b and a.is_finite for a, b in zip(p.support, q.support, strict=True)):
        low, high = sp.Max(p.support[0], q.support[0]), sp.Min(p.support[1], q.support[1])
        (statistic,) = statistics_of(kind, members)
        found = quadrature.diverges(statistic, p.log_density, p.variable, low, high, p.measure)
        if found.verdict and found.value != mpmath.inf:  # −∞ where q is, and +∞ beyond
            return sp.nan
    return sp.oo


def _exact(form: str, claimed: Any, known: Any, point: str) -> Verdict:
    if claimed == known or (known is sp.nan and form == "undefined"):
        return Verdict("agrees", 0, "supports", point)
    told = "undefined, by the supports" if known is sp.nan else "+∞, by the supports"
    return Verdict("refuted", 0, "supports", point, f"the formula claims {claimed} ({form}), it is {told}")


def _divergent(claimed: Any, p: Distribution, statistic: sp.Expr, digits: int, point: str) -> Verdict:
    """An infinite or undefined claim against what the integral does."""
    direction = diverges(p, statistic)
    wanted = {sp.oo: 1, -sp.oo: -1}.get(claimed, 0)
    if direction == wanted:
        return Verdict("agrees", 0, "divergence", point)
    first, second = (estimate(p, statistic, digits, method) for method in (FIRST, SECOND))
    fewer = min(first.digits, second.digits)
    told = f"quadrature gives {shown(first.value)} and {shown(second.value)}"
    if direction is None and fewer >= FEWEST and common_digits(first.value, second.value) >= fewer - SLACK:
        return Verdict("refuted", 0, f"{FIRST}, {SECOND}", point, f"the formula claims {claimed}, {told}")
    if direction is not None:
        found = {1: "+∞", -1: "−∞", 0: "undefined"}[direction]
        return Verdict("refuted", 0, "divergence", point, f"the formula claims {claimed}, the integral is {found}")
    return Verdict("unknown", 0, "divergence", point, f"the formula claims {claimed}, {told}")


def confirmed(verdict: Verdict, formula: Formula, tries: tuple[Members, ...], digits: int) -> Verdict:
    """A refutation by another law stands only where the formula is refuted by its definition too, else it is unknown."""
    if verdict.kind != "refuted":
        return verdict
    for members in tries:
        ruling = defined_verdict(formula, members, digits)
        if ruling.kind == "refuted":
            return Verdict("refuted", 0, verdict.method, verdict.point, f"{verdict.witness}; {ruling.witness}")
    return Verdict(
        "unknown", 0, verdict.method, verdict.point, f"{verdict.witness}, but the definition does not refute it"
    )


# --- the density ----------------------------------------------------------------------------------------------


def normalisation(subject: Subject) -> Iterator[Check]:
    """∫ p = 1, and p real and positive on its support, also at parameters farther out: without it nothing below means anything."""
    members = points.of_both_signs(subject.p, 2)
    farther = (m for (m,) in islice(points.pairs(subject.p, None, "wide"), FARTHER))
    for member in (*members, *farther):
        if (witness := _not_positive(member)) is not None:
            verdict = Verdict("refuted", 0, "value", described_member(member), witness)
            yield Check("normalisation", "density", verdict)
            return
    for member in members:
        verdict = against(mpmath.mpf(1), member, (sp.S.One,), subject.digits, described_member(member))
        witness = verdict.witness.replace("the formula gives 1.0", "the total mass must be 1")
        yield Check("normalisation", "density", replace(verdict, witness=witness))


def _not_positive(member: Distribution) -> str | None:
    """Where the density of a member is no positive number, in words; None where that is not seen."""
    for x in points.inside(member):
        value = member.log_density.subs(member.variable, x)
        number = value.evalf(20) if value.is_finite is not False else value
        if number.is_real is False or number is sp.nan:
            return f"the log-density at {member.variable} = {x} is {number}: the density is no positive number"
    return None


def described_member(member: Distribution) -> str:
    return ", ".join(f"{k} = {v}" for k, v in member.parameters.items())


# --- each step ------------------------------------------------------------------------------------------------


def steps(subject: Subject) -> Iterator[Check]:
    """Every printed step E[h] = value, at one point inside the condition of the formula."""
    for kind in subject.kinds:
        formula = subject.formula(kind)
        members = _first_finite(subject, kind)
        if members is None:
            continue
        for step in formula.steps:
            if isinstance(step.before, Expect) and not step.after.has(Expect, sp.Integral, sp.Sum):
                verdict = _step_verdict(step, formula, members, min(subject.digits, 20))
                if verdict is not None:
                    yield Check("steps", kind, verdict)


def _first_finite(subject: Subject, kind: str) -> Members | None:
    formula = subject.formula(kind)
    if not all(c.form in SETTLED for c in formula.cases):
        return None
    for members in subject.points(kind):
        case = case_at(formula, members)
        if case is not None and case.form == "closed" and not (len(members) == 2 and members[0] == members[1]):
            return members
    return None


def _step_verdict(step: Any, formula: Formula, members: Members, digits: int) -> Verdict | None:
    place = assignment(formula, members)
    if any(isinstance(v, sp.Tuple) for v in place.values()):
        return None
    condition = step.condition.subs(place) if hasattr(step.condition, "subs") else step.condition
    statistic = step.before.args[0].subs(place)
    if condition != sp.true or statistic.free_symbols - {members[0].variable}:
        return None
    point = f"{described(formula, members)}, step {step.before}"
    try:
        value = evaluate_number(step.after, place, digits)
    except (ArithmeticError, ValueError, TypeError) as error:
        return Verdict("unknown", 0, "evaluation", point, str(error))
    return against(value, members[0], (statistic,), digits, point)


def same_value(one: Any, other: Any, digits: int, method: str, point: str) -> Verdict:
    """Two numbers of which both are right to `digits`."""
    agreed = min(common_digits(one, other), digits)
    if agreed >= digits - SLACK:
        return Verdict("agrees", agreed, method, point)
    return Verdict("refuted", 0, method, point, f"the formula gives {shown(one)}, the {method} {shown(other)}")
