"""Functions that do not cancel: each as a SymPy function, and how it is computed where a language has none.

stable       what such a function is, and the same given the end of its step
blocks       statements, as data
elementary   log1pmx(x) = log(1 + x) − x, expm1mx(x) = exp(x) − 1 − x, kl_div, xlogy, xlog1py, ...
gammas       log-gamma, digamma and trigamma less Stirling's part, and their Bregman divergences
products     exp(x)·(exp(y) − 1) and the like
bessel       of a concentration
cumulants    log((e^x − 1)/x) and log(1 + e^x)
means        of what is positive
zetas        log ζ
tails        log(erf(x + d) − erf(x)), whole and what is left of it in a tail
hypergeometric  w F(1, a + 1; a + 2; −w) less its values at a = 0 and a = ∞
"""

from __future__ import annotations

from typing import Any

from derive.programs.functions import (
    bessel,
    cumulants,
    elementary,
    gammas,
    hypergeometric,
    means,
    products,
    tails,
    zetas,
)
from derive.programs.functions.blocks import Block, Helper, horner_coefficients, name_at

ENDED: dict[Any, Any] = (
    elementary.ENDED
    | gammas.ENDED
    | products.ENDED
    | bessel.ENDED
    | cumulants.ENDED
    | hypergeometric.ENDED
    | zetas.ENDED
    | tails.ENDED
)
"""f -> the same given its ends, and these."""

REMAINDERS: dict[Any, Any] = gammas.REMAINDERS | bessel.REMAINDERS | cumulants.REMAINDERS | zetas.REMAINDERS
"""f -> its Bregman divergence as a function of x and d, and f′."""

RESTS: dict[Any, Any] = elementary.RESTS
"""f with f(0) = 0 -> what is left of it without its linear part there, and f′(0)."""

SCALED: dict[Any, Any] = cumulants.SCALED
"""f -> what f(nx, nd) − f(x, d) is as a function of x, d and n."""

SMALL: tuple[Any, ...] = (means.power_rest,)
"""Functions of what is 0 at q = p, which is given them in steps."""

COMPLEMENTS: dict[Any, Any] = bessel.COMPLEMENTS
"""f -> 1 − f, which is small where f is near 1."""

HELPERS: dict[str, Helper] = {
    h.name: h
    for room in (elementary, gammas, products, bessel, cumulants, hypergeometric, means, zetas, tails)
    for h in room.HELPERS
}
"""Name of a function -> how to compute it."""

__all__ = [
    "COMPLEMENTS",
    "ENDED",
    "HELPERS",
    "REMAINDERS",
    "RESTS",
    "SCALED",
    "SMALL",
    "Block",
    "Helper",
    "horner_coefficients",
    "name_at",
]
