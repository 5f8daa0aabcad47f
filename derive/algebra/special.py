"""What a closed form is made of: elementary functions, or which named special functions."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.algebra import functions

ELEMENTARY: tuple[Any, ...] = (
    sp.log, sp.exp, sp.Abs, sp.sign, sp.Min, sp.Max, sp.Piecewise, sp.floor, sp.ceiling, sp.factorial, sp.binomial,
    sp.core.function.UndefinedFunction, sp.functions.elementary.trigonometric.TrigonometricFunction,
    sp.functions.elementary.trigonometric.InverseTrigonometricFunction,
    sp.functions.elementary.hyperbolic.HyperbolicFunction,
    sp.functions.elementary.hyperbolic.InverseHyperbolicFunction,
    functions.sigmoid, functions.softplus, functions.logsumexp, functions.softmax,
    functions.real_part,
)  # fmt: skip
"""Functions that count as elementary."""

NAMES = {
    "loggamma": "log-gamma", "gamma": "gamma", "beta": "beta", "polygamma": "polygamma", "zeta": "zeta",
    "zeta_prime": "zeta", "zeta_second": "zeta", "erf": "erf", "erfc": "erf", "erfi": "erf", "erf2": "erf",
    "expint": "exponential integral", "Ei": "exponential integral", "Si": "sine integral", "Ci": "cosine integral",
    "uppergamma": "incomplete gamma", "lowergamma": "incomplete gamma", "polylog": "polylogarithm",
    "besseli": "Bessel", "besselj": "Bessel", "besselk": "Bessel", "besselk_order": "Bessel", "hyper": "hypergeometric",
    "betainc": "incomplete beta", "hyperu": "Tricomi U", "harmonic": "polygamma", "lerchphi": "Lerch", "meijerg": "Meijer G",
}  # fmt: skip
"""SymPy's names -> the names that books use."""


def special_functions(e: sp.Expr) -> list[str]:
    """The special functions in an expression, by the names that books use, sorted.

    >>> k = sp.Symbol("k", positive=True)
    >>> special_functions(k*sp.digamma(k) + sp.loggamma(k) + sp.log(k))
    ['digamma', 'log-gamma']
    """
    found = set()
    for f in e.atoms(sp.Function):
        if isinstance(f, ELEMENTARY):
            continue
        name = type(f).__name__
        if isinstance(f, sp.polygamma) and f.args[0] in (0, 1):
            found.add(("digamma", "trigamma")[int(f.args[0])])
        elif isinstance(f, sp.polylog) and f.args[0] == 2:
            found.add("dilogarithm")
        else:
            found.add(NAMES.get(name, name))
    return sorted(found)


__all__ = ["special_functions"]
