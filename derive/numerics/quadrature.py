"""High precision integrals, sums and expectations from the integrand alone: the independent evidence.

Two methods share no nodes and no change of variable.

- "double-exponential": the trapezoidal rule in v, where t = s e^w(v) is the distance from an end of the
  piece and w = v + e^v - e^-v, each exponential present where that side needs it (Takahasi and Mori 1974).
- "gauss-legendre": Gauss-Legendre panels in u, where t = s e^u; panels double in width away from the
  middle and are halved until the rules of two orders agree.

Sums add some hundred terms and finish by the Abel-Plana formula (first method) or the Euler-Maclaurin
formula (second method), unless the terms become negligible before.

Promises: the integrand is evaluated from exact expressions in the distance t from the nearest end, at a
precision that grows as t leaves the scale of the problem, so that nothing is lost at either end; the
number of evaluations is bounded; the error stated is estimated from refinement (it is no proved bound: two
methods that agree are the evidence), and a result that did not converge says so by its `digits`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import mpmath
import sympy as sp
from mpmath import mp

from derive.numerics.divergence import diverges
from derive.numerics.integrand import Function, Integrand
from derive.numerics.integration import RULES, integral
from derive.numerics.summation import summed

__all__ = ["METHODS", "Estimate", "diverges", "expected", "integrate", "total"]

METHODS = tuple(RULES)
GUARD = 15
"""Decimal digits carried beyond those asked for."""


@dataclass(frozen=True)
class Estimate:
    """A numerical value with |true - value| <= error believed, that is `digits` decimals of max(1, |value|).

    `value` may be infinite, or nan where it does not exist; `digits` is then 0.
    """

    value: mpmath.mpf
    digits: int
    method: str
    error: mpmath.mpf


@contextmanager
def _precision(digits: int) -> Iterator[None]:
    with mp.workdps(digits + GUARD):
        yield


def _estimate(value: Any, error: Any, digits: int, method: str) -> Estimate:
    if not mp.isfinite(value) or not mp.isfinite(error):
        return Estimate(value if mp.isfinite(value) else mp.nan, 0, method, mp.inf)
    relative = error / max(1, abs(value))
    reached = digits if not relative else int(min(digits, max(0, mp.floor(-mp.log10(relative)))))
    return Estimate(+value, reached, method, +error)


def integrate(
    integrand: sp.Expr | Function,
    x: sp.Symbol,
    low: Any,
    high: Any,
    digits: int = 50,
    *,
    breaks: tuple[Any, ...] = (),
    method: str = "double-exponential",
) -> Estimate:
    """The integral of `integrand` over (low, high), by one of `METHODS`; `breaks` are kinks besides those found.

    >>> x = sp.Symbol("x", positive=True)
    >>> print(mpmath.nstr(integrate(x ** sp.Rational(-2, 3) * sp.exp(-x), x, 0, sp.oo).value, 30))
    2.67893853470774763365569294097
    """
    f = Integrand((integrand,), x) if isinstance(integrand, sp.Basic) else Integrand(None, x, integrand)
    with _precision(digits):
        return _estimate(*integral(f, low, high, digits, breaks, method), digits, method)


def total(
    term: sp.Expr,
    x: sp.Symbol,
    low: Any,
    high: Any,
    digits: int = 50,
    *,
    breaks: tuple[Any, ...] = (),
    method: str = "double-exponential",
) -> Estimate:
    """The sum of `term` over the integers of [low, high]; either end may be infinite.

    >>> k = sp.Symbol("k", integer=True)
    >>> print(mpmath.nstr(total(1/k**2, k, 1, sp.oo).value, 30))
    1.64493406684822643647241516665
    """
    with _precision(digits):
        return _estimate(
            *summed(Integrand((sp.sympify(term),), x, closed=True), low, high, digits, breaks, method), digits, method
        )


def expected(
    h: sp.Expr,
    log_density: sp.Expr,
    x: sp.Symbol,
    low: Any,
    high: Any,
    measure: str = "lebesgue",
    digits: int = 50,
    *,
    breaks: tuple[Any, ...] = (),
    method: str = "double-exponential",
) -> Estimate:
    """E h(X), where X has exp(log_density) with respect to `measure` on (low, high).

    `measure` is "lebesgue", "circle" (one period) or "counting" (the integers of [low, high]). Where the
    density is 0, so is the integrand, whatever h is. A divergent expectation is infinite, or nan when it
    is infinite on both sides; its method is then "divergence". It is integrated when that is undecided.

    >>> x = sp.Symbol("x", positive=True)
    >>> e = expected(sp.log(x), -x, x, 0, sp.oo)
    >>> print(mpmath.nstr(e.value, 30), e.digits)
    -0.577215664901532860606512090082 50
    """
    found = diverges(h, log_density, x, low, high, measure, breaks=breaks)
    if found.verdict and found.value is not None:
        return Estimate(found.value, 0, "divergence", mp.inf)
    f = Integrand((sp.sympify(log_density), sp.sympify(h)), x, closed=measure == "counting")
    rule = summed if f.closed else integral
    with _precision(digits):
        return _estimate(*rule(f, low, high, digits, breaks, method), digits, method)
