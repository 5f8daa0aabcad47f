"""Waves by the mean of an exponential: E[f(X) cos(wX)] = Re M(iw), M(c) = E[f(X) e^(cX)].

M is analytic where Re c is inside of the interval on which the integral is finite. If 0 is inside, the imaginary axis is, and
an expression that has no branches and is M(c) for real c is so there too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from derive.algebra.functions import real_part
from derive.algebra.harmonics import waves
from derive.algebra.tidy import tidy
from derive.algebra.values import NO_VALUE
from derive.expectations.integrals import Value
from derive.expectations.law import Law
from derive.expectations.normaliser import real, substitute
from derive.families.facts import Facts

E = Any

WITHOUT_BRANCHES = (
    sp.exp, sp.sin, sp.cos, sp.tan, sp.cot, sp.sec, sp.csc, sp.sinh, sp.cosh, sp.tanh, sp.coth, sp.gamma, sp.polygamma,
)  # fmt: skip


def by_continuation(statistic: E, law: Law, expect: Callable[[E, Law], Value | None]) -> Value | None:
    """E of a wave, times what else there is, where that of the exponential has an expression without branches."""
    read = waves(statistic, law.x)
    if read is None:
        return None
    rest, terms = read
    c = sp.Dummy("c", real=True)
    found = expect(rest * sp.exp(c * law.x), law)
    if found is None:
        return None
    mean = tidy(found.expr)  # products of gamma functions are real where they are sines
    if not (without_branches(found.expr, c) and without_branches(mean, c)):
        return None
    if not all(_around_0(r.relation, c, law.facts) for r in found.requirements):
        return None
    total = sp.Add(*(part * substitute(mean, {c: sp.I * frequency}) for part, frequency in terms))
    if total.has(*NO_VALUE, sp.Derivative, sp.Subs):
        return None
    how = "Re M(iw), M(c) the mean with the exponential of cx"
    return Value(sp.Add(*map(_real, sp.Add.make_args(total))), rule=found.rule, reason=f"{how}: {found.reason}")


def _real(term: E) -> E:
    """The real part of a term, all letters of which are real."""
    complex_ones, others = sp.sift(sp.Mul.make_args(term), lambda f: f.has(sp.I), binary=True)
    part = real(sp.Mul(*complex_ones))
    return sp.Mul(*others) * (real_part(sp.Mul(*complex_ones)) if part is None else part)


def without_branches(e: E, c: sp.Symbol) -> bool:
    """Whether an expression is a meromorphic function of a letter, as it is written.

    >>> c, s = sp.Symbol("c", real=True), sp.Symbol("s", positive=True)
    >>> without_branches(c / sp.sin(s * c), c), without_branches(sp.sqrt(1 - c), c), without_branches(s**c, c)
    (True, False, True)
    """
    if not e.has(c) or e == c:
        return True
    if isinstance(e, sp.exp):
        return without_branches(e.args[0], c)
    if e.is_Pow:
        one_valued = e.exp.is_Integer or bool(e.base.is_positive) and not e.base.has(c)
        return one_valued and without_branches(e.base, c) and without_branches(e.exp, c)
    if isinstance(e, (sp.besseli, sp.besselj)) and e.args[0].is_Integer:
        return without_branches(e.args[1], c)
    if isinstance(e, sp.hyper):  # entire where it has no more parameters above than below
        fixed = not (e.args[0].has(c) or e.args[1].has(c)) and len(e.args[0]) <= len(e.args[1])
        return fixed and without_branches(e.args[2], c)
    plain = e.is_Add or e.is_Mul or isinstance(e, WITHOUT_BRANCHES)
    return plain and all(without_branches(a, c) for a in e.args)


def _around_0(relation: Any, c: sp.Symbol, facts: Facts) -> bool:
    """Whether an inequality holds for all c around 0."""
    if not hasattr(relation, "gts"):
        return False
    return facts.decide(sp.Gt(relation.gts.subs(c, 0), relation.lts.subs(c, 0))) is True


__all__ = ["by_continuation"]
