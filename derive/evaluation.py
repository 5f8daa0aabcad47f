"""The numerical value of a formula, to any number of digits.

A closed expression is compiled to mpmath and evaluated at two precisions that must agree; more precision
is taken until they do, so cancellation is seen and not suffered. Integrals and sums inside it go to
quadrature. At a removable point the value is the limit, taken along two directions that must agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mpmath
import sympy as sp

from derive import quadrature
from derive.functions import NAMED
from derive.numeric import breakpoints

GUARD = 15


class EvaluationError(ArithmeticError):
    """The value could not be computed to the digits asked."""


def evaluate_number(expression: Any, place: Mapping[Any, Any], digits: int) -> mpmath.mpf:
    """`expression` at exact values for its symbols, as an mpf right to `digits` digits.

    >>> x = sp.Symbol("x")
    >>> evaluate_number(sp.sin(x)/x, {x: sp.Integer(0)}, 10)
    mpf('1.0')
    """
    if expression in (sp.oo, -sp.oo):
        return mpmath.inf if expression == sp.oo else -mpmath.inf
    expression = _vectors(expression, place)
    place = {k: v for k, v in place.items() if not isinstance(v, sp.Tuple)}
    remaining = expression.atoms(sp.Integral, sp.Sum)
    outer = [e for e in remaining if not any(e != o and o.has(e) for o in remaining)]
    slots = {e: sp.Dummy() for e in outer}
    compiled = _compile(expression.xreplace(slots), [*place, *slots.values()])
    below = digits + GUARD
    previous = None
    for _ in range(5):
        try:
            with mpmath.workdps(below):
                inner = [_quadrature(e, place, below) for e in outer]
                value = compiled(*(_mpf(v) for v in place.values()), *inner)
        except (ZeroDivisionError, ValueError, TypeError):
            value = mpmath.nan
        with mpmath.workdps(below):
            value = _real(value, below)
        if value is None or mpmath.isnan(value):
            return _limit(expression, place, digits)
        if mpmath.isinf(value):
            return value
        if previous is not None:
            with mpmath.workdps(below):
                gap = abs(value - previous)
            if gap <= abs(value) * mpmath.mpf(10) ** -(digits + 2) or gap == 0:
                with mpmath.workdps(digits + 5):
                    return +value
            if abs(value) < mpmath.mpf(10) ** -(2 * digits) and abs(previous) < mpmath.mpf(10) ** -digits:
                return mpmath.mpf(0)
        if outer:  # quadrature has refined already, to GUARD digits more than are wanted
            with mpmath.workdps(digits + 5):
                return +value
        previous, below = value, 2 * below
    raise EvaluationError(f"no {digits} digits were reached")


def _compile(expression: Any, symbols: list[Any]) -> Any:
    return sp.lambdify(symbols, expression, modules=[NAMED, "mpmath"])


def _mpf(value: Any) -> Any:
    value = sp.sympify(value)
    if value.is_Rational:
        return mpmath.mpf(int(value.p)) / int(value.q)
    return mpmath.mpf(value.evalf(mpmath.mp.dps + 5)._to_mpmath(mpmath.mp.prec))


def _real(value: Any, digits: int) -> Any:
    if isinstance(value, mpmath.mpc):
        if abs(value.imag) > (1 + abs(value.real)) * mpmath.mpf(10) ** -(digits // 2):
            return None
        value = value.real
    return mpmath.mpf(value)


def _vectors(expression: Any, place: Mapping[Any, Any]) -> Any:
    """Sums over the entries of vector parameters, written out."""
    vectors = {k: v for k, v in place.items() if isinstance(v, sp.Tuple)}
    if not vectors:
        return expression
    size = sp.Integer(len(next(iter(vectors.values()))))
    expression = expression.subs(sp.Symbol("K", integer=True, positive=True), size).doit()
    return expression.replace(
        lambda e: isinstance(e, sp.Indexed) and e.base in vectors,
        lambda e: vectors[e.base][int(e.indices[0]) - 1],
    )


def _quadrature(e: Any, place: Mapping[Any, Any], digits: int) -> Any:
    body, (x, low, high) = e.args[0].subs(place), e.args[1].args
    low, high = low.subs(place), high.subs(place)
    if isinstance(e, sp.Sum):
        return quadrature.total(body, x, low, high, digits).value
    return quadrature.integrate(body, x, low, high, digits, breaks=breakpoints(body, x)).value


def _limit(expression: Any, place: Mapping[Any, Any], digits: int) -> mpmath.mpf:
    """The value at a removable point: symmetric means along two directions, which must agree."""
    with mpmath.workdps(8 * digits + 100):
        values = [_symmetric_mean(expression, place, digits, seed) for seed in (3, 7)]
        gap = abs(values[0] - values[1])
        if gap > (abs(values[0]) + mpmath.mpf(10) ** -digits) * mpmath.mpf(10) ** -digits:
            raise EvaluationError("the formula has no value at this point, and its limit depends on the direction")
    with mpmath.workdps(digits + 5):
        return mpmath.mpf(0) if abs(values[0]) < mpmath.mpf(10) ** -digits else +values[0]


def _symmetric_mean(expression: Any, place: Mapping[Any, Any], digits: int, seed: int) -> Any:
    """The mean of the values on both sides of a point, all real parameters moved, in the ambient precision."""
    compiled = _compile(expression, list(place))
    step = sp.Rational(1, 10 ** (digits + 8))
    parts = []
    for sign in (1, -1):
        moved = {s: v + sign * step * (1 + sp.Rational(i, seed)) for i, (s, v) in enumerate(place.items())}
        at = {s: v if s.is_integer else moved[s] for s, v in place.items()}
        try:
            value = _real(compiled(*(_mpf(v) for v in at.values())), digits)
        except (ZeroDivisionError, ValueError, TypeError):
            value = None
        if value is None or not mpmath.isfinite(value):
            raise EvaluationError("the formula has no value at this point, and no limit was found")
        parts.append(value)
    return (parts[0] + parts[1]) / 2
