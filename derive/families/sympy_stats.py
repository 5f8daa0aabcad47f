"""`sympy.stats` random variables as distributions."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.algebra.normal import expand_logs
from derive.families.family import Distribution, Family
from derive.families.parameter import DOMAINS, Param, ParameterError


def from_random_symbol(variable: Any) -> Distribution:
    """A sympy.stats random variable as a `Distribution`; its free symbols are the parameters.

    Its density is taken from sympy.stats and matched like any other. Symbols need assumptions
    (`Symbol("k", positive=True)`); ParameterError names one that has none.

    >>> from sympy.stats import Exponential
    >>> from_random_symbol(Exponential("X", sp.Symbol("r", positive=True))).log_density
    -r*x + log(r)
    """
    from sympy.stats import density

    space = variable.pspace
    law = getattr(space, "distribution", None)
    if law is None:
        raise ParameterError(f"{variable}: only a single, univariate random variable has a density here")
    counting = bool(getattr(space, "is_Discrete", False) or getattr(space, "is_Finite", False))
    x = sp.Symbol("x", integer=True) if counting else sp.Symbol("x", real=True)
    low, high = _ends(variable, law.set if hasattr(law, "set") else space.domain.set)
    log_density = expand_logs(sp.log(sp.powsimp(_on_support(density(variable)(x)))), x)
    symbols = sorted((log_density.free_symbols | low.free_symbols | high.free_symbols) - {x}, key=str)
    params = tuple(Param(s.name, _domain(variable, s), "") for s in symbols)
    own = {s: p.symbol for s, p in zip(symbols, params, strict=True)}
    family = Family(
        f"{type(law).__name__.removesuffix('Distribution')}",
        params,
        (low.xreplace(own), high.xreplace(own)),
        log_density.xreplace(own),
        "counting" if counting else "lebesgue",
        source="sympy.stats",
    )
    return Distribution(family, tuple(symbols))


def _domain(variable: Any, symbol: sp.Symbol) -> str:
    """The domain that a symbol's assumptions say."""
    for domain in ("positive integer", "nonnegative integer", "integer", "positive", "nonnegative", "real"):
        if all(getattr(symbol, "is_" + key) == wanted for key, wanted in DOMAINS[domain].assumptions.items()):
            return domain
    raise ParameterError(
        f"{variable}: nothing is known about {symbol}; declare it, for instance Symbol({symbol.name!r}, positive=True)"
    )


def _ends(variable: Any, support: Any) -> tuple[Any, Any]:
    if support == sp.S.Reals:
        return -sp.oo, sp.oo
    if support == sp.S.Naturals:
        return sp.S.One, sp.oo
    if support == sp.S.Naturals0:
        return sp.S.Zero, sp.oo
    if isinstance(support, (sp.Interval, sp.Range)):
        return support.inf, support.sup
    raise ParameterError(f"{variable}: the support {support} is not an interval")


def _on_support(pdf: Any) -> Any:
    """The density's expression where it is not zero."""
    if not isinstance(pdf, sp.Piecewise):
        return pdf
    branches = [(value, condition) for value, condition in pdf.args if value != 0]
    return branches[0][0] if len(branches) == 1 else sp.Piecewise(*branches)
