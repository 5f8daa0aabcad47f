"""Special functions that no language has by those that are computed here, before a formula is written in any way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from derive.algebra.functions import zeta_prime
from derive.derivation.formula import Formula
from derive.families.facts import Facts, facts_of
from derive.programs.functions.means import power_rest
from derive.programs.functions.products import exp_e1
from derive.programs.functions.zetas import log_zeta, log_zeta_slope

E = Any


def computable(formula: Formula) -> Formula:
    """The same formula, of functions that are computed here.

    >>> from derive import catalog, kl_divergence
    >>> print(computable(kl_divergence(catalog.Zeta("s"), catalog.Zeta("t"))))
    log(exp(-log_zeta(s))*exp(log_zeta(t))) + (s - t)*log_zeta_slope(s)
    """
    facts = facts_of(formula.distributions)
    cases = tuple(c._replace(expr=_computable(c.expr, facts)) if c.form == "closed" else c for c in formula.cases)
    return replace(formula, cases=cases) if cases != formula.cases else formula


def _computable(e: E, facts: Facts) -> E:
    return _zetas(_incomplete(e), facts)


def _incomplete(e: E) -> E:
    """Γ(a, x), a > 1, by Γ(a − 1, x) = x^(a−2) e^−x E[(1 + Y/x)^(a−2)] (DLMF 8.8.2, 8.6.4)."""

    def of(f: E) -> E:
        a, x = f.args
        mean = 1 + (a - 2) * exp_e1(x) + power_rest(a - 2, x)
        return sp.exp(-x) * x ** (a - 1) * (1 + (a - 1) / x * mean)

    def taken(f: E) -> bool:
        return isinstance(f, sp.uppergamma) and bool((f.args[0] - 1).is_positive and f.args[1].is_positive)

    return e.replace(taken, of)


def _zetas(e: E, facts: Facts) -> E:
    """ζ(s) and ζ′(s), s > 1, by log ζ."""

    def of(f: E) -> E:
        (s,) = f.args
        value = sp.exp(log_zeta(s))
        return value * log_zeta_slope(s) if isinstance(f, zeta_prime) else value

    def taken(f: E) -> bool:
        return isinstance(f, (sp.zeta, zeta_prime)) and len(f.args) == 1 and facts.decide(f.args[0] > 1) is True

    return e.replace(taken, of)
