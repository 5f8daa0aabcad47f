"""An expression as terms that mpmath evaluates at one place, with the integrals and sums in them left to quadrature."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import mpmath
import sympy as sp

from derive.algebra.cancellation import erfc_folded
from derive.algebra.evaluators import NAMED
from derive.algebra.placing import put
from derive.numerics import quadrature
from derive.numerics.breakpoints import breakpoints
from derive.numerics.numeric import AT_ANY_SIZE, REFLECTED

GUARD, SLOW_GUARD = 15, 6
"""Digits carried beyond those asked for; fewer where each costs a quadrature."""

DOUBLINGS = 6
"""How often the precision of what stands beside an integral is doubled."""


class EvaluationError(ArithmeticError):
    """The value could not be computed to the digits asked."""


class NoValue(EvaluationError):
    """The expression is 0/0 at this point, and no limit is its value."""


class Terms:
    """An expression compiled term by term, its integrals and sums left to quadrature."""

    def __init__(self, expression: Any, place: Mapping[Any, Any]):
        expression = expression.replace(sp.Integral, _factored)
        remaining = expression.atoms(sp.Integral, sp.Sum)
        self.place = place
        self.inner = [e for e in remaining if not any(e != o and o.has(e) for o in remaining)]
        slots = {e: sp.Symbol(f"integral {i}") for i, e in enumerate(self.inner)}
        terms = sp.Add.make_args(expression.xreplace(slots))
        self.terms = compiled_terms(terms, (*place, *slots.values()))
        self.reached = 0
        """Digits that the last quadratures reached."""

    @property
    def extent(self) -> int:
        """The digits that tell the numbers put in from simpler ones: 1 − 10^−100 and 1 + 10^−100 are 1 below 100."""
        rationals = (r for v in self.place.values() for r in sp.sympify(v).atoms(sp.Rational))
        return max((int(math.log10(max(abs(int(r.p)), int(r.q), 1))) + 1 for r in rationals), default=0)

    @property
    def slow(self) -> bool:
        """Whether quadrature is needed, which has refined already to the digits asked of it."""
        return bool(self.inner)

    def at(self, digits: int, near: bool = False) -> tuple[Any, Any]:
        """The value and the size of its largest term, in the ambient precision; None where the expression is 0/0.

        Near a removable point at the edge of the domain, a small imaginary part is as small as the distance.
        """
        try:
            found = [_quadrature(e, self.place, digits) for e in self.inner]
            if None in found:
                return None, None
            inner, self.reached = [v for v, _ in found], min([digits, *(n for _, n in found)])
            if any(map(mpmath.isnan, inner)):
                return mpmath.nan, None
            parts = self._steady(inner, digits) if self.slow else self._parts(inner)
        except (ZeroDivisionError, ValueError, TypeError):
            return None, None
        value = _real(mpmath.fsum(parts), digits // 8 if near else digits)
        return (None, None) if value is None or mpmath.isnan(value) else (value, max(1, *(abs(p) for p in parts)))

    def _parts(self, inner: list[Any]) -> list[Any]:
        return list(self.terms(*(_mpf(v) for v in self.place.values()), *inner))

    def _steady(self, inner: list[Any], digits: int) -> list[Any]:
        """The terms beside an integral, at a precision at which twice as much changes nothing: it is not seen otherwise
        what they lose inside."""
        parts, carried = None, max(mpmath.mp.dps, self.extent)
        for i in range(DOUBLINGS + 1):
            with mpmath.workdps(carried * 2**i):
                try:
                    finer = self._parts(inner)
                except ZeroDivisionError:  # a difference that is rounded to 0
                    if i == DOUBLINGS:
                        raise
                    continue
            if any(map(mpmath.isnan, finer)):  # 0·∞: no precision changes it
                break
            largest = max(1, *map(abs, finer))
            near = largest * mpmath.mpf(10) ** -digits
            if parts is not None and all(abs(a - b) <= near for a, b in zip(parts, finer, strict=True)):
                break
            parts = finer
        return finer


def _factored(e: Any, *limits: Any) -> Any:
    """An integral divided by what its integrand is divided by at every point: that may need more digits than are integrated with."""
    variables = {limit[0] for limit in limits}
    factors = (f for f in sp.Mul.make_args(e) if f.is_Pow and f.exp.is_negative and not f.free_symbols & variables)
    divisor = sp.Mul(*factors)
    return divisor * sp.Integral(e / divisor, *limits)


@lru_cache(maxsize=256)
def compiled_terms(terms: tuple[Any, ...], symbols: tuple[Any, ...]) -> Any:
    """Terms as one function from the values of symbols to theirs, in the ambient precision."""
    terms = tuple(map(erfc_folded, terms))
    # a parameter may be called gamma
    return sp.lambdify(
        symbols, terms, modules=[AT_ANY_SIZE, NAMED, REFLECTED, "mpmath"], dummify=True, docstring_limit=0
    )


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


def _quadrature(e: Any, place: Mapping[Any, Any], digits: int) -> Any:
    """(value, digits) of an integral or a sum; infinite or nan where it diverges, None where the integrand is 0/0."""
    x, *ends = e.args[1].args
    body, low, high = (put(part, place) for part in (e.args[0], *ends))
    if sp.sympify(body).has(sp.nan, sp.zoo):
        return None
    return _integrated(isinstance(e, sp.Sum), body, x, low, high, digits)


@lru_cache(maxsize=256)
def _integrated(counting: bool, body: Any, x: Any, low: Any, high: Any, digits: int) -> Any:
    measure = "counting" if counting else "lebesgue"
    divergence = quadrature.diverges(body, sp.S.Zero, x, low, high, measure)
    if divergence.verdict:
        if divergence.value is None:
            raise EvaluationError("the integral diverges, and to which infinity is not told")
        return divergence.value, digits
    breaks = () if counting else breakpoints(body, x)
    for method in quadrature.METHODS:
        rule = quadrature.total if counting else quadrature.integrate
        found = rule(body, x, low, high, digits, breaks=breaks, method=method)
        if found.digits >= digits - GUARD:
            break
    else:
        raise EvaluationError(
            f"the {'sum' if counting else 'integral'} converges too slowly, or not at all: {found.digits} digits were reached"
        )
    return found.value, found.digits


__all__ = ["GUARD", "SLOW_GUARD", "EvaluationError", "NoValue", "Terms", "compiled_terms"]
