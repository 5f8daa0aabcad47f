"""Exponential families, read off their density: log p = η(θ)·t(x) − A(θ) + a function of x alone.

The log-partition A is convex in η, so the mean of −log p is too: where η and θ determine each other, a
stationary point of a likelihood is its minimum, and moment matching is a projection.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.algebra.normal import expand_logs, linear_form, to_loggamma
from derive.families.facts import Facts

Form = tuple[tuple[Any, ...], tuple[sp.Expr, ...], sp.Expr]


def exponential_form(family: Any) -> Form | None:
    """(θ, η(θ), A(θ)) of log p = Σ η_i t_i(x) − A, when the t_i know no parameter and there are as many as θ."""
    d = family.definition
    theta = tuple(s for s, p in zip(d.symbols, family.params, strict=True) if p.domain != "simplex")
    free = set().union(*(e.free_symbols for e in d.support)) & set(theta)
    if free or len(theta) < len(d.symbols) or not theta or d.log_density.has(sp.Piecewise, sp.Abs):
        return None
    constant, parts = linear_form(expand_logs(to_loggamma(d.log_density), d.variable), d.variable)
    eta = []
    for statistic, coefficient in parts.items():
        if statistic.free_symbols & set(theta):
            return None
        if coefficient.free_symbols & set(theta):
            eta.append(coefficient)
    if len(eta) != len(theta) or any(s.is_integer for s in theta):
        return None
    return theta, tuple(eta), -constant


def is_regular(form: Form, facts: Facts) -> bool:
    """Whether θ and η(θ) determine each other near every point: the Jacobian of η vanishes nowhere.

    >>> from derive.families.facts import facts_of
    >>> from derive.families.library import catalog
    >>> is_regular(exponential_form(catalog.Gamma), facts_of([catalog.Gamma.suffixed("")]))
    True
    """
    theta, eta, _ = form
    determinant = sp.Matrix(eta).jacobian(theta).det()
    return facts.sign(sp.factor(determinant)) in (1, -1)
