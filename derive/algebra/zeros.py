"""The real zeros of functions of one variable, exact, where they are known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.algebra.normal import ONLY_PRODUCTS, linear_form

E = Any

TURNS = 3
"""Turns of a wave, on either side, whose zeros are given where there is no end to them."""
MOST_TURNS = 60

INVERSES = {sp.exp: sp.log, sp.log: sp.exp, sp.sinh: sp.asinh, sp.asinh: sp.sinh, sp.tanh: sp.atanh}
"""Increasing functions, and where they take a value."""


def in_sines(e: E) -> E:
    """An expression with its tangents and their relatives by sines and cosines.

    >>> x = sp.Symbol("x", real=True)
    >>> in_sines(sp.tan(x) + sp.cot(2 * x))
    sin(x)/cos(x) + cos(2*x)/sin(2*x)
    """
    if not e.has(sp.tan, sp.cot, sp.sec, sp.csc, sp.coth, sp.csch):
        return e
    e = e.replace(sp.tan, lambda a: sp.sin(a) / sp.cos(a)).replace(sp.cot, lambda a: sp.cos(a) / sp.sin(a))
    e = e.replace(sp.sec, lambda a: 1 / sp.cos(a)).replace(sp.csc, lambda a: 1 / sp.sin(a))
    return e.replace(sp.coth, lambda a: sp.cosh(a) / sp.sinh(a)).replace(sp.csch, lambda a: 1 / sp.sinh(a))


def poles(e: E, x: sp.Symbol, support: tuple[E, E] = (-sp.oo, sp.oo)) -> set[E]:
    """Where something below a line is 0: of a wave without end, near the origin.

    >>> x = sp.Symbol("x", real=True)
    >>> poles(1 / (sp.exp(x) - 2), x), sp.pi / 2 in poles(sp.tan(x), x, (sp.S(0), sp.S(2)))
    ({log(2)}, True)
    """
    bases = {f.base for f in in_sines(e).atoms(sp.Pow) if f.exp.is_nonnegative is not True and f.base.has(x)}
    return {z for base in bases for f in sp.Mul.make_args(base) for z in zeros(f.as_base_exp()[0], x, support)}


def endless(e: E, x: sp.Symbol, support: tuple[E, E]) -> bool:
    """Whether there may be more poles than `poles` gives.

    >>> x = sp.Symbol("x", real=True)
    >>> endless(sp.tan(x), x, (sp.S(0), sp.oo)), endless(sp.tan(x), x, (sp.S(0), sp.S(2)))
    (True, False)
    """
    below = (f.base for f in in_sines(e).atoms(sp.Pow) if f.exp.is_nonnegative is not True)
    waves = {f.args[0] for base in below for f in base.atoms(sp.sin, sp.cos) if f.has(x)}
    return any(_turns(argument, x, support)[1] for argument in waves)


def of_one_sign(e: E, x: sp.Symbol) -> bool:
    """Whether an expression is a product of what is seen to have one sign, where it has a value.

    >>> x = sp.Symbol("x", real=True)
    >>> of_one_sign(sp.exp(x) / sp.sin(x)**2, x), of_one_sign(1 / sp.sin(x), x)
    (True, False)
    """

    def sure(f: E) -> bool:
        base, power = f.as_base_exp()
        return not f.has(x) or bool(f.is_nonnegative or f.is_nonpositive or power.is_even or base.is_nonnegative)

    return all(map(sure, sp.Mul.make_args(in_sines(e))))


def zeros(e: E, x: sp.Symbol, support: tuple[E, E] = (-sp.oo, sp.oo)) -> Iterator[E]:
    """The real zeros of A + B·f(y), where y is another such function, or linear in x; none of what is not of that form.

    >>> x = sp.Symbol("x", real=True)
    >>> list(zeros(2 * sp.log(x)**2 - 2, x)), list(zeros(sp.exp(x) + 1, x)), list(zeros(x**2 - x - 1, x))
    ([exp(-1), E], [], [1/2 - sqrt(5)/2, 1/2 + sqrt(5)/2])
    """
    constant, terms = linear_form(sp.expand(e, **ONLY_PRODUCTS), x)
    if len(terms) != 1:
        yield from _of_quadratic(e, x)
        return
    ((g, slope),) = terms.items()
    value = sp.expand(-constant / slope)
    if g == x:
        if slope.is_nonzero:
            yield value
        return
    for inner, level in _preimages(g, value, x, support):
        yield from zeros(inner - level, x, support)


def _of_quadratic(e: E, x: sp.Symbol) -> Iterator[E]:
    if e.free_symbols == {x} and e.is_polynomial(x) and sp.degree(e, x) == 2:
        a, b, c = sp.Poly(e, x).all_coeffs()
        square = sp.expand(b**2 - 4 * a * c)
        if square.is_nonnegative:
            yield from {sp.expand((-b + side * sp.sqrt(square)) / (2 * a)): None for side in (-1, 1)}


def _preimages(g: E, value: E, x: sp.Symbol, support: tuple[E, E]) -> Iterator[tuple[E, E]]:
    """(y, level) for each level of y at which f(y) has the value, g being f(y)."""
    if isinstance(g, (sp.sin, sp.cos)):
        yield from _of_wave(g, value, x, support)
    elif type(g) in INVERSES:
        level = INVERSES[type(g)](value)
        if (value.is_positive or not isinstance(g, sp.exp)) and level.is_real:
            yield g.args[0], level
    elif isinstance(g, sp.Abs) or g.is_Pow and not g.exp.has(x):
        inner, power = (g.args[0], sp.S.One) if isinstance(g, sp.Abs) else g.as_base_exp()
        if value == 0 and power.is_positive:
            yield inner, value
        elif value.is_positive:
            level = value ** (1 / power)
            yield from ((inner, side * level) for side in ((-1, 1) if isinstance(g, sp.Abs) or power.is_even else (1,)))
        elif value.is_negative and power.is_odd and not isinstance(g, sp.Abs):
            yield inner, -((-value) ** (1 / power))


def _of_wave(g: E, value: E, x: sp.Symbol, support: tuple[E, E]) -> Iterator[tuple[E, E]]:
    if not (value.is_number and abs(value) <= 1):
        return
    first = sp.asin(value) if isinstance(g, sp.sin) else sp.acos(value)
    other = sp.pi - first if isinstance(g, sp.sin) else -first
    for level in {first, other}:
        for n in _turns(g.args[0], x, support)[0]:
            yield g.args[0], level + 2 * sp.pi * n


def _turns(argument: E, x: sp.Symbol, support: tuple[E, E]) -> tuple[range, bool]:
    """The turns of a wave on a support, and whether there are more."""
    ends = [sp.N(argument.subs(x, end) / (2 * sp.pi)) for end in support]
    if not all(end.is_Float or end.is_zero for end in ends):
        return range(-TURNS, TURNS + 1), True
    low, high = int(min(ends)) - 1, int(max(ends)) + 2
    return (range(low, high), False) if high - low < MOST_TURNS else (range(low, low + MOST_TURNS), True)


__all__ = ["endless", "in_sines", "of_one_sign", "poles", "zeros"]
