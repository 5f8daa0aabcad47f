"""SymPy's own integrator, opt-in: bounded, and believed only after quadrature agrees.

Its result depends on the machine's load, which is why it is never part of a default answer.
"""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp

from derive.numerics import quadrature
from derive.numerics.evaluation import evaluate_number

SECONDS = 60
"""How long the integrator may take; the process is killed then."""

DIGITS = 20


def closed(body: Any, x: sp.Symbol, low: Any, high: Any, measure: str, seconds: float = SECONDS) -> Any | None:
    """∫ or Σ of `body` over (low, high) in closed form, or None when SymPy finds none, or a wrong one.

    >>> x = sp.Symbol("x", real=True)
    >>> closed(x*sp.exp(-x), x, 0, sp.oo, "lebesgue")
    1
    """
    from pebble import ProcessPool

    with ProcessPool(max_workers=1) as pool:
        try:
            found = pool.schedule(_attempt, (body, x, low, high, measure), timeout=seconds).result()
        except Exception:  # noqa: BLE001  out of time, or whatever else goes wrong in SymPy: there is no answer
            return None
    if found is None or found.has(sp.Integral, sp.Sum, sp.nan, sp.zoo, sp.oo, sp.exp_polar):
        return None
    return found if _agrees(found, body, x, low, high, measure) else None


def _attempt(body: Any, x: sp.Symbol, low: Any, high: Any, measure: str) -> Any:
    if measure == "counting":
        return sp.summation(body, (x, low, high))
    found = sp.integrate(body, (x, low, high), conds="none")
    return sp.simplify(found) if sp.count_ops(found) < 200 else found


def _agrees(found: Any, body: Any, x: sp.Symbol, low: Any, high: Any, measure: str) -> bool:
    """Whether quadrature gives the same at two points."""
    symbols = sorted((body.free_symbols | sp.sympify(low).free_symbols | sp.sympify(high).free_symbols) - {x}, key=str)
    for numerator in (7, 11):
        point = {s: sp.Rational(numerator + 2 * i, 5 + i) for i, s in enumerate(symbols)}
        rule = quadrature.total if measure == "counting" else quadrature.integrate
        start, end = (sp.sympify(e).subs(point) for e in (low, high))
        try:
            truth = rule(body.subs(point), x, start, end, DIGITS)
            value = evaluate_number(found, point, DIGITS)
        except (ArithmeticError, ValueError, TypeError):
            return False
        if truth.digits < DIGITS // 2 or abs(value - truth.value) > mpmath.mpf(10) ** -(DIGITS // 2) * (1 + abs(value)):
            return False
    return True
