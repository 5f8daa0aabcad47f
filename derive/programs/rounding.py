"""How far the value of a block may be from what it should be: a running error analysis, of first order, as statements.

Of every statement a bound on its error in units of the rounding (Higham, Accuracy and Stability of Numerical Algorithms, 3.3):
inputs are exact, every sum and product rounds once, functions pass errors on by their derivatives.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp
from sympy.core.function import ArgumentIndexError

from derive.programs.exponentials import magnitude

E = Any
Statements = tuple[tuple[Any, E], ...]

LEAST = sp.Float("1e-300", 17)
"""What is below is taken for 0."""


def rounding(statements: Iterable[tuple[Any, E]]) -> tuple[Statements, dict[Any, E]]:
    """Statements for the bounds that the last one needs, and of each name that has one its bound.

    >>> x, y, d = sp.symbols("x y d", real=True)
    >>> rounding([(d, x - y)])[0]
    ((d_rounding, Abs(x - y)),)
    >>> rounding([(d, sp.Max(0, x - y))])[0]
    ((d_rounding, Piecewise((0, 0 >= x - y), (Abs(x - y), True))),)
    """
    bounds: dict[Any, E] = {}
    found: list[tuple[Any, E]] = []
    for name, e in statements:
        bound = _absolute(e, bounds)
        if bound != 0:
            bounds[name] = sp.Symbol(f"{name}_rounding", real=True)
            found.append((bounds[name], bound))
    kept: list[tuple[Any, E]] = []
    for named, e in reversed(found):
        if not kept or any(later.has(named) for _, later in kept):
            kept.append((named, e))
    return tuple(reversed(kept)), bounds


def _absolute(e: E, bounds: dict[Any, E]) -> E:
    if not e.args or not isinstance(e, sp.Expr) or e.is_number:
        return bounds.get(e, sp.S.Zero)
    if isinstance(e, sp.Piecewise):
        return sp.Piecewise(*((_absolute(v, bounds), c) for v, c in e.args), evaluate=False)
    if isinstance(e, (sp.Max, sp.Min)) and len(e.args) == 2:
        return _of_taken(e, *(_absolute(a, bounds) for a in e.args))
    if e.is_Add:
        sums = (e,) if len(e.args) == 2 else e.args  # of more terms, in whatever order they are added
        return sp.Add(*(_absolute(t, bounds) for t in e.args), *map(magnitude, sums))
    if e.is_Mul:
        return _product(e, bounds)
    if e.is_Pow:
        root = e.exp.is_positive and (e.exp - 1).is_negative  # its slope at 0 is infinite, and 0 has no error
        below = magnitude(e) / sp.Max(magnitude(e.base), LEAST) if root else magnitude(e.base) ** (e.exp - 1)
        slopes = (magnitude(e.exp) * below, magnitude(e) * magnitude(sp.log(e.base)))
    else:
        slopes = tuple(_slope(e, i) for i in range(len(e.args)))
    passed = ((slope, _absolute(a, bounds)) for slope, a in zip(slopes, e.args, strict=True))
    return magnitude(e) + sp.Add(*(slope * bound for slope, bound in passed if bound != 0))


def _of_taken(e: E, first: E, second: E) -> E:
    """The bound of that of two which is the greater or the less: it is taken as it is, and the other does not count."""
    if first == second:
        return first
    taken = (sp.Ge if isinstance(e, sp.Max) else sp.Le)(*e.args)
    if taken in (sp.true, sp.false):
        return first if taken == sp.true else second
    return sp.Piecewise((first, taken), (second, True), evaluate=False)


def _product(e: E, bounds: dict[Any, E]) -> E:
    """Every factor's error times the others; one that may be 0 is not divided by."""
    found = [(f, _absolute(f, bounds)) for f in e.args]
    passed = (bound * magnitude(sp.Mul(*(g for g, _ in found if g is not f))) for f, bound in found if bound != 0)
    rounds = sum(not f.is_number for f, _ in found) > 1 or abs(e.args[0]) != 1
    return sp.Add(*passed) + (magnitude(e) if rounds else 0)


def _slope(f: E, index: int) -> E:
    """The size of a derivative, 0 where it is not known."""
    if isinstance(f, (sp.Abs, sp.Max, sp.Min)):
        return sp.S.One
    if isinstance(f, sp.log):
        return 1 / sp.Max(magnitude(f.args[0]), LEAST)  # where a piece of the support is empty it is of 0
    try:
        slope = f.fdiff(index + 1)
    except (ArgumentIndexError, AttributeError):
        return sp.S.Zero
    return sp.S.Zero if slope.has(sp.Derivative, sp.Subs) else magnitude(slope)


__all__ = ["rounding"]
