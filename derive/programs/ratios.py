"""The log-ratio of two densities, log q − log p, in differences of inputs, arm by arm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp
from sympy.utilities.iterables import sift

from derive.derivation.formula import Formula
from derive.families.family import Distribution
from derive.programs import rewriting
from derive.programs.functions.elementary import log1p_to
from derive.programs.functions.tails import in_rises
from derive.programs.kinks import by_signs, wells
from derive.programs.logs import MODES
from derive.programs.nearest import Nearest
from derive.programs.reals import with_log_gammas
from derive.programs.rests import scaled
from derive.programs.steps import Steps
from derive.programs.tangents import by_tangents

E = Any

TANGENTS = "tangents"
"""A way to write the log-ratio: logs of what is near 1 without their linear parts."""
WAYS = (TANGENTS, rewriting.ALONE, *MODES, None)
"""All of them; None is as it is written."""


def is_about_mean(formula: Formula) -> bool:
    """Whether it is written by the mean of a log-ratio about its mean."""
    return formula.quantity == "kl_divergence" and formula.distributions[0].measure != "counting"


def logarithm(q: Distribution, x: Any) -> E:
    """log q at x."""
    return _in_factors(by_signs(in_rises(with_log_gammas(q.log_density.xreplace({q.variable: x}))), x), x)


def _in_factors(e: E, x: Any) -> E:
    """Logs of sums of reciprocals of quadratics as those of a product, in which squares are complete.

    >>> c, w, x = sp.symbols("c w x", positive=True)
    >>> _in_factors(sp.log(1 / (w**2 + (x - c) ** 2) + 1 / (w**2 + (x + c) ** 2)), x)
    -log(w**2 + (-c + x)**2) - log(w**2 + (c + x)**2) + log(2*c**2 + 2*w**2 + 2*x**2)
    """

    def of(f: E) -> E:
        over, under = sp.fraction(sp.factor(sp.together(f.args[0])))
        factors = [g for g in sp.Mul.make_args(under) if g.has(x)]
        if not f.args[0].is_Add or len(factors) < 2 or not over.is_positive or not all(_is_well(g, x) for g in factors):
            return f
        rest = sp.expand(over) / sp.Mul(*(g for g in sp.Mul.make_args(under) if not g.has(x)))
        return sp.log(rest) - sp.Add(*(sp.log(squared(g, x)) for g in factors))

    return e.replace(lambda f: isinstance(f, sp.log) and f.args[0].is_rational_function(x) and f.has(x), of)


def _is_well(e: E, x: Any) -> bool:
    """Whether it is a quadratic that is positive everywhere."""
    if not (e.is_Add and e.is_polynomial(x) and sp.degree(e, x) == 2):
        return False
    a, b, c = sp.Poly(e, x).all_coeffs()
    return bool(a.is_positive and sp.expand(c - b**2 / (4 * a)).is_positive)


def squared(e: E, x: Any) -> E:
    """A quadratic as a square and what is left, if that is positive and simpler."""
    a, b, c = sp.Poly(e, x).all_coeffs()
    m = sp.factor(-b / (2 * a))
    rest = sp.expand(c - a * m**2)
    return a * (x - m) ** 2 + rest if b != 0 and rest.is_positive and rest.is_polynomial() else e


def log_ratio(formula: Formula, steps: Steps, mode: str | None) -> tuple[E, E] | None:
    """log q − log p of a KL, in differences of inputs, and a constant to add to it; 0 for others."""
    if formula.quantity != "kl_divergence":
        return (sp.S.Zero, sp.S.Zero) if mode is None else None
    p, q = formula.distributions
    ratio = scaled(logarithm(q, p.variable) - logarithm(p, p.variable))
    if mode == TANGENTS:
        return by_tangents(scaled(logarithm(q, p.variable)), p.variable, steps) if _same_family(formula) else None

    def in_steps(e: E) -> E:
        if not mode:
            return e
        found = _by_arms(e, lambda arm: _less_one(rewriting.differences(arm, steps, mode, linear=True)))
        return _about_wells(found, [m for m, _ in wells(logarithm(p, p.variable), p.variable)], p.variable)

    try:
        if isinstance(p, Nearest):  # its constant has names for what cancels
            constant = ratio.subs(p.variable, 0)
            return in_steps(sp.expand(ratio - constant)), constant
        if not is_about_mean(formula):
            return in_steps(ratio), sp.S.Zero
        constant, moving = ratio.as_independent(p.variable, as_Add=True)  # whose rounding would count, and it does not
        parts = sift(sp.Add.make_args(constant), _has_exponential_beside)
        return in_steps(moving), in_steps(sp.Add(*parts[False])) + sp.Add(*parts[True])
    except (ValueError, TypeError, ArithmeticError, NotImplementedError):
        return None


def _about_wells(e: E, centres: list[E], x: Any) -> E:
    """What is quadratic in x as a square and what is left, and what is linear about a centre of p where that leaves less."""
    if len(centres) < 2:
        return e

    def of(f: E) -> E:
        if sp.degree(f, x) == 2:
            return squared(f, x)
        slope, rest = sp.Poly(f, x).all_coeffs()
        left = {m: sp.expand(rest + slope * m) for m in centres}
        m = min(centres, key=lambda m: (len(sp.Add.make_args(left[m])), str(m)))
        shorter = len(sp.Add.make_args(left[m])) < len(sp.Add.make_args(sp.expand(rest)))
        return slope * (x - m) + left[m] if shorter else f

    return e.replace(lambda f: f.is_Add and f.has(x) and f.is_polynomial(x) and sp.degree(f, x) in (1, 2), of)


def _has_exponential_beside(e: E) -> bool:
    """Whether it has a log of a sum of an exponential and of something else: the rise of that could overflow, and is not small."""
    logs = (f.args[0] for f in e.atoms(sp.log) if f.args[0].is_Add and f.has(sp.exp))
    return any(not all(t.has(sp.exp) for t in total.args) for total in logs)


def _less_one(e: E) -> E:
    """Logs of ratios whose sides have terms in common by what these differ by: it may be little of either.

    >>> c, d, x = sp.symbols("c d x")
    >>> _less_one(sp.log((d - x) / (d - c)))
    log1p_to((c - x)/(-c + d), (d - x)/(-c + d))
    """

    def of(f: E) -> E:
        over, under = sp.fraction(f.args[0])
        gap = sp.expand(over - under)
        if not (over.is_Add and under.is_Add) or len(sp.Add.make_args(gap)) >= len(over.args) + len(under.args):
            return f
        return log1p_to(gap / under, f.args[0])

    return e.replace(lambda f: isinstance(f, sp.log), of)


def _same_family(formula: Formula) -> bool:
    """Whether q at p's parameters is p."""
    return len({p.family.definition for p in formula.distributions}) == 1


def _by_arms(e: E, written: Callable[[E], E]) -> E:
    """An expression, each of its arms written for itself."""
    folded = sp.piecewise_fold(e)
    if not isinstance(folded, sp.Piecewise):
        return written(e)
    return sp.Piecewise(*((written(arm), condition) for arm, condition in folded.args), evaluate=False)


__all__ = ["WAYS", "is_about_mean", "log_ratio", "logarithm"]
