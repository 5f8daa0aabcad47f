"""E[a^X s(X)] of a count X, for an a of either sign: derived for a positive one, and continued.

A power series with its radius of convergence R is the same function of a on all of (−R, R). Where its terms have one sign for a > 0
and diverge, those for −a diverge with both.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import sympy as sp

from derive.derivation.formula import Case, Formula
from derive.families.facts import Facts, facts_of
from derive.families.family import Distribution

E = Any

CONTINUED = (sp.exp, sp.log, sp.hyper, sp.polylog)
"""Functions that are the same power series on both sides of 0, where what a log is of stays positive."""


def of_either_sign(statistic: E, p: Distribution, mean: Callable[[E], Formula]) -> Formula | None:
    """The mean of a statistic with a letter of unknown sign to the power X; None where there is none, or it is not continued."""
    x, facts = p.variable, facts_of((p,))
    powers = [f for f in statistic.atoms(sp.Pow) if f.base.is_Symbol and f.base != x and f.exp.has(x)]
    letters = {f.base for f in powers if f.base.is_real and f.base.is_extended_nonnegative is None}
    if len(letters) != 1 or not x.is_integer or facts.decide(sp.Ge(p.support[0], 0)) is not True:
        return None
    (a,), positive = letters, sp.Dummy("a", positive=True)
    marked = statistic.xreplace({f: sp.Dummy() for f in powers})
    if marked.has(a) or any(not ((f.exp - x).is_Integer and f.exp - x >= 0) for f in powers):
        return None
    found = mean(statistic.xreplace({a: positive}))
    cases = [continued for case in found.cases for continued in _continued(case, positive, a, facts)]
    if any(case.expr is None for case in cases):
        return None
    steps = (s.map(lambda e: e.xreplace({positive: a}) if hasattr(e, "xreplace") else e) for s in found.steps)
    return Formula(found.quantity, found.distributions, tuple(cases), tuple(steps))


def _continued(case: Case, positive: sp.Symbol, a: sp.Symbol, facts: Facts) -> list[Case]:
    """A case for a > 0 as cases for any a; with None for an expression that is not continued."""
    condition = unlogged(case.condition, facts)
    if case.form == "infinite":
        above, below = (sp.sympify(condition).xreplace({positive: side * a}) for side in (1, -1))
        return [Case(sp.And(above, a > 0), case.expr, case.form), Case(sp.And(below, a < 0), sp.nan, "undefined")]
    if case.form == "undefined" or not _is_series(case, positive, facts):
        return [Case(condition, None, case.form)]
    modulus = sp.sympify(condition).xreplace({positive: sp.Abs(a)})
    return [Case(modulus, case.expr.xreplace({positive: a}), case.form)]


def _is_series(case: Case, a: sp.Symbol, facts: Facts) -> bool:
    """Whether an expression is analytic on both sides of 0, as far as the condition reaches."""
    if case.form in ("series", "integral"):
        return True
    known = facts.under(sp.And.make_args(case.condition))
    functions = (f for f in case.expr.atoms(sp.Function) if f.has(a))
    broken = [f.base for f in case.expr.atoms(sp.Pow) if f.base.has(a) and not f.exp.is_integer]
    broken += [f.args[0] for f in case.expr.atoms(sp.log) if f.has(a)]
    positive = (known.decide(sp.Gt(sp.expand(e.xreplace({a: -a})), 0)) for e in broken)
    return all(isinstance(f, CONTINUED) for f in functions) and all(positive)


def unlogged(condition: Any, facts: Facts) -> Any:
    """A condition on a sum of logs as one on what they are of, which is known to be positive.

    >>> a, p = sp.symbols("a p", positive=True)
    >>> unlogged(sp.log(a) + sp.log(p) < 0, Facts())
    a*p < 1
    """
    if isinstance(condition, (sp.And, sp.Or)):
        return condition.func(*(unlogged(c, facts) for c in condition.args))
    if not hasattr(condition, "gts"):
        return condition
    terms = [t.as_coeff_Mul() for t in sp.Add.make_args(condition.lhs - condition.rhs)]
    if not all(isinstance(f, sp.log) and facts.decide(sp.Ge(f.args[0], 0)) for _, f in terms):
        return condition
    above, below = (reduce(sp.Mul, (f.args[0] ** abs(c) for c, f in terms if s * c > 0), sp.S.One) for s in (1, -1))
    return condition.func(above, below)
