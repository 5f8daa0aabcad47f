"""A formula of whole numbers as one of real numbers, which are what a program computes with.

SymPy takes log Γ(n) of a whole n for log(Γ(n)), and that Γ overflows from n = 172 on.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import Any

import sympy as sp

from derive.algebra.normal import to_loggamma
from derive.derivation.formula import Formula
from derive.families.family import Distribution

E = Any


def in_reals(formula: Formula) -> Formula:
    """The same formula, whole parameters of a gamma function as real ones, and logs of gamma functions as log-gamma.

    >>> from derive import catalog, entropy
    >>> print(in_reals(entropy(catalog.Erlang("k", "lamda"))))
    log(1/lamda) + loggamma(k) + (1 - k)*digamma(k) + k
    """
    written = chain((c.expr for c in formula.cases), (p.log_density for p in formula.distributions))
    inside = set().union(*(f.free_symbols for e in written for f in e.atoms(sp.gamma, sp.binomial)))
    real = {s: _real(s) for s in formula.symbols.values() if s.is_integer and s in inside}
    if not real:
        return formula
    cases = (
        c._replace(condition=c.condition.xreplace(real), expr=with_log_gammas(c.expr.xreplace(real)))
        for c in formula.cases
    )
    members = (Distribution(p.family, tuple(v.xreplace(real) for v in p.values)) for p in formula.distributions)
    statistic, order = (e if e is None else sp.sympify(e).xreplace(real) for e in (formula.statistic, formula.order))
    return replace(formula, cases=tuple(cases), distributions=tuple(members), statistic=statistic, order=order)


def _real(symbol: Any) -> Any:
    return sp.Symbol(symbol.name, real=True, positive=symbol.is_positive, nonnegative=symbol.is_nonnegative)


def with_log_gammas(e: E) -> E:
    """log(Γ(x)^n r) as n log Γ(x) + log r, where x is positive; logs of binomials likewise.

    >>> x, y = sp.symbols("x y", positive=True)
    >>> with_log_gammas(sp.log(y * sp.gamma(x) ** 2))
    log(y) + 2*loggamma(x)
    """

    def apart(log: E) -> E:
        factors = {f: f.as_base_exp() for f in sp.Mul.make_args(log.args[0])}
        gammas = {f: (b, n) for f, (b, n) in factors.items() if isinstance(b, sp.gamma) and b.args[0].is_positive}
        rest = sp.log(sp.Mul(*(f for f in factors if f not in gammas)))
        return sp.Add(rest, *(n * sp.loggamma(b.args[0]) for b, n in gammas.values()))

    return to_loggamma(e).replace(lambda f: isinstance(f, sp.log) and f.has(sp.gamma), apart)
