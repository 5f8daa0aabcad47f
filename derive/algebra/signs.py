"""The signs of numbers, and of expressions at a few points: what is seen there needs no proof that it could not be otherwise."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import sympy as sp
from sympy.core.evalf import PrecisionExhausted

from derive.algebra.values import UNVALUED

DIGITS = 1000
"""To which two numbers must agree before a proof is sought that they are the same."""
SIZES = (0.37, 1.9, 0.08, 5.3, 0.71, 23.0, 1.1, 0.2, 2.7, 0.53, 11.0, 3.1)
TRIES = 6
SEEN = 1e-6
"""A sum has no sign that is relied on where it is a smaller share of its largest term, or of 1."""


def places(symbols: set[Any]) -> Iterator[dict[Any, Any]]:
    """A few points within the assumptions on symbols; none where one is assumed to be what is not expected here."""
    if not all(s.is_Symbol and s.is_real and s.is_negative is not True for s in symbols):
        return
    ordered = sorted(symbols, key=sp.default_sort_key)
    for shift in range(TRIES):
        place = {}
        for i, s in enumerate(ordered):
            size = SIZES[(i * (shift + 2) + 5 * shift) % len(SIZES)]
            value = int(size) + 1 if s.is_integer else size
            place[s] = value if s.is_nonnegative or (i + shift) % 2 else -value
        yield place


def sign_at(e: Any, place: dict[Any, Any]) -> int:
    """The sign of an expression at a point; 0 where rounding may have made it, or there is no value."""
    try:
        terms = [_rough(a, place) for a in sp.Add.make_args(e)]
        total, least = math.fsum(terms), SEEN * max(1, *map(abs, terms))
    except UNVALUED:
        return 0
    return (total > least) - (total < -least)


def _rough(e: Any, place: dict[Any, Any]) -> float:
    if e.is_Symbol:
        return float(place[e])
    if e.is_Add:
        return math.fsum(_rough(a, place) for a in e.args)
    if e.is_Mul:
        return math.prod(_rough(a, place) for a in e.args)
    if e.is_Pow:
        return float(_rough(e.base, place) ** _rough(e.exp, place))
    if isinstance(e, (sp.exp, sp.log)):
        return (math.exp if isinstance(e, sp.exp) else math.log)(_rough(e.args[0], place))
    if e.has(sp.Sum, sp.Integral):
        raise ValueError("a value that takes its time")
    return float(e) if e.is_number else float(sp.N(e, 15, subs=place))


def seen_nonzero(e: Any) -> bool:
    """Whether an expression is seen not to be 0; not, where it has functions whose values take their time.

    >>> x, y = sp.symbols("x y", positive=True)
    >>> seen_nonzero(x - y), seen_nonzero((x + y) ** 2 - x**2 - 2 * x * y - y**2)
    (True, False)
    """
    cheap = all(isinstance(f, (sp.exp, sp.log)) for f in e.atoms(sp.Function, sp.Integral, sp.Sum))
    return cheap and any(sign_at(e, place) for place in places(e.free_symbols))


def sign_of_number(e: Any) -> int | None:
    """The sign of a real number: seen where it is not 0, and 0 where that is proved; None where neither is.

    >>> sign_of_number(sp.log(4) - 2 * sp.log(2)), sign_of_number(sp.log(4) - 2 * sp.log(2) - sp.Rational(1, 10**200))
    (0, -1)
    """
    if not (e.is_number and e.is_extended_real):
        return None
    with suppress(PrecisionExhausted):
        if seen := sp.sign(e.evalf(15, maxn=DIGITS, strict=True)):
            return int(seen)
    return 0 if sp.expand_log(e) == 0 or e.equals(0) else None


def holds(condition: Any) -> bool | None:
    """Whether a condition holds; None where it depends on symbols, or compares numbers that nothing tells apart.

    >>> x = sp.Symbol("x")
    >>> holds(2 * sp.log(sp.Rational(1, 2)) <= sp.log(sp.Rational(1, 4))), holds((sp.log(4) > 2 * sp.log(2)) & (x > 0)), holds(x > 0)
    (True, False, None)
    """
    if isinstance(condition, sp.Not):
        condition = sp.to_nnf(condition, simplify=False)
    if isinstance(condition, (sp.And, sp.Or)):
        answers = [holds(c) for c in condition.args]
        decisive = isinstance(condition, sp.Or)
        return decisive if decisive in answers else None if None in answers else not decisive
    if isinstance(condition, sp.core.relational.Relational):
        sign = sign_of_number(condition.lhs - condition.rhs)
        return None if sign is None else bool(condition.func(sign, 0))
    return bool(condition) if condition in (True, False) else None


__all__ = ["holds", "places", "seen_nonzero", "sign_at", "sign_of_number"]
