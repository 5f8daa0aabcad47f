"""The real zeros of functions of one variable, exact, where they are known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import sympy as sp

from derive.algebra.functions import logsumexp, sigmoid, softplus
from derive.algebra.normal import ONLY_PRODUCTS, linear_form

E = Any

TURNS = 3
"""Turns of a wave, on either side, whose zeros are given where there is no end to them."""
MOST_TURNS = 60

INVERSES = {sp.exp: sp.log, sp.log: sp.exp, sp.sinh: sp.asinh, sp.asinh: sp.sinh, sp.tanh: sp.atanh, sp.atanh: sp.tanh,
            sp.asin: sp.sin, sp.acos: sp.cos, sp.atan: sp.tan, sp.acosh: sp.cosh, sp.erf: sp.erfinv}  # fmt: skip
"""Monotone functions, and where they take a value."""
RANGES = {
    sp.exp: lambda value: sp.Gt(value, 0),
    sp.tanh: lambda value: sp.And(sp.Lt(value, 1), sp.Gt(value, -1)),
    sp.erf: lambda value: sp.And(sp.Lt(value, 1), sp.Gt(value, -1)),
    sp.asin: lambda value: sp.And(sp.Le(value, sp.pi / 2), sp.Ge(value, -sp.pi / 2)),
    sp.acos: lambda value: sp.And(sp.Le(value, sp.pi), sp.Ge(value, 0)),
    sp.atan: lambda value: sp.And(sp.Lt(value, sp.pi / 2), sp.Gt(value, -sp.pi / 2)),
    sp.acosh: lambda value: sp.Ge(value, 0),
}
"""Which values they take, where not all."""

FINITE = (
    sp.exp, sp.log, sp.Abs, sp.sign, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.tanh, sp.sech, sp.asin, sp.acos, sp.atan, sp.asinh,
    sp.acosh, sp.atanh, sp.erf, sp.erfc, sp.erfi, sp.floor, sp.ceiling, sp.Max, sp.Min, sp.Heaviside, sp.Piecewise, sp.besseli,
    sp.besselj, sp.loggamma, sigmoid, softplus, logsumexp,
)  # fmt: skip
"""Functions that are finite wherever they are real, but for what is no more than a log."""
ZERO_AT_POLE: dict[Any, Any] = {
    sp.zeta: lambda s, *_: s - 1,
    sp.besselk: lambda _, z: z,
    sp.uppergamma: lambda _, z: z,
    sp.expint: lambda _, z: z,
}
"""Functions that may be infinite, and what is 0 there."""
AT_INTEGERS: dict[Any, Any] = {
    sp.gamma: lambda z: (z,),
    sp.factorial: lambda z: (z + 1,),
    sp.polygamma: lambda _, z: (z,),
    sp.beta: lambda a, b=0: (a, b),
    sp.binomial: lambda n, _: (n + 1,),
}
"""Functions that are infinite where one of these is an integer that is not positive."""


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


def poles(e: E, x: sp.Symbol, support: tuple[E, E] = (-sp.oo, sp.oo)) -> dict[E, Any]:
    """Where something below a line is 0, with the condition on letters under which it is one: of a wave without end, near the
    origin.

    >>> x, c = sp.symbols("x c", real=True)
    >>> poles(1 / (sp.exp(x) - 2), x), sp.pi / 2 in poles(sp.tan(x), x, (sp.S(0), sp.S(2)))
    ({log(2): True}, True)
    >>> poles(1 / (c * x - 1), x), poles(1 / (sp.exp(x) - c), x)
    ({1/c: Ne(c, 0)}, {log(c): c > 0})
    """
    found: dict[E, Any] = {}
    for factor in (*_below(e, x), *singularities(e, x, support)):
        with suppress(Unsolved):
            for zero, condition in placed_zeros(factor, x, support):
                found[zero] = sp.Or(condition, found.get(zero, sp.false))
    return found


def singularities(e: E, x: sp.Symbol, support: tuple[E, E] = (-sp.oo, sp.oo)) -> Iterator[E]:
    """What is 0 where a function in an expression may be infinite: near the origin, where there is no end to them.

    >>> x = sp.Symbol("x", real=True)
    >>> list(singularities(sp.gamma(x), x, (-sp.S(3)/2, sp.oo))), list(singularities(sp.zeta(2*x), x))
    ([x, x + 1], [2*x - 1])
    """
    for f in sorted((f for f in e.atoms(sp.Function) if f.has(x)), key=sp.default_sort_key):
        if type(f) in ZERO_AT_POLE:
            yield ZERO_AT_POLE[type(f)](*f.args)
        for g in AT_INTEGERS[type(f)](*f.args) if type(f) in AT_INTEGERS else ():
            yield from (g + n for n in _below_zero(g, x, support)[0])


def _below_zero(g: E, x: sp.Symbol, support: tuple[E, E]) -> tuple[range, bool]:
    """How far a function goes below 0 on a support, in integers, and whether it may go further."""
    low = support[0]
    if not g.has(x) or g.xreplace({x: low + sp.Dummy(positive=True)} if low.is_nonnegative else {}).is_positive:
        return range(0), False
    if g.is_nonnegative:
        return range(1), False
    ends = [sp.N(g.subs(x, end)) for end in support] if g.is_polynomial(x) and sp.degree(g, x) == 1 else [sp.nan]
    if not all(end.is_Float or end.is_zero or end == sp.oo for end in ends):
        return range(TURNS), True
    last = int(-min(ends)) + 1
    return range(min(last, MOST_TURNS)), last > MOST_TURNS


def unsolved(e: E, x: sp.Symbol) -> bool:
    """Whether something below a line may be 0 where that is not known, or a function infinite of which that is not.

    >>> x, c = sp.symbols("x c", real=True)
    >>> [unsolved(1 / f, x) for f in (x**2 - c, x**2 + 1, x + sp.exp(x))]
    [False, False, True]
    """
    known = (*FINITE, *ZERO_AT_POLE, *AT_INTEGERS)
    if any(f.has(x) and not isinstance(f, known) for f in in_sines(e).atoms(sp.Function)):
        return True
    try:
        for factor in (*_below(e, x), *singularities(e, x)):
            list(placed_zeros(factor, x))
    except Unsolved:
        return True
    return False


def _below(e: E, x: sp.Symbol) -> Iterator[E]:
    """What may stand below a line, by its factors."""
    bases = {f.base for f in in_sines(e).atoms(sp.Pow) if f.exp.is_nonnegative is not True and f.base.has(x)}
    yield from {
        f.as_base_exp()[0]: None for base in sorted(bases, key=sp.default_sort_key) for f in sp.Mul.make_args(base)
    }


def endless(e: E, x: sp.Symbol, support: tuple[E, E]) -> bool:
    """Whether there may be more poles than `poles` gives.

    >>> x = sp.Symbol("x", real=True)
    >>> endless(sp.tan(x), x, (sp.S(0), sp.oo)), endless(sp.tan(x), x, (sp.S(0), sp.S(2)))
    (True, False)
    """
    below = (f.base for f in in_sines(e).atoms(sp.Pow) if f.exp.is_nonnegative is not True)
    waves = {f.args[0] for base in below for f in base.atoms(sp.sin, sp.cos) if f.has(x)}
    counted = [g for f in e.atoms(*AT_INTEGERS) if f.has(x) for g in AT_INTEGERS[type(f)](*f.args)]
    return any(_below_zero(g, x, support)[1] for g in counted) or any(
        _turns(argument, x, support)[1] for argument in waves
    )


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
    with suppress(Unsolved):
        yield from (zero for zero, condition in placed_zeros(e, x, support) if condition == sp.true)


class Unsolved(Exception):
    """An expression may have zeros that are not known."""


Placed = Iterator[tuple[E, Any]]
"""What there is, each with the condition on letters under which there is."""


def placed_zeros(e: E, x: sp.Symbol, support: tuple[E, E] = (-sp.oo, sp.oo)) -> Placed:
    """All the real zeros of an expression; raises Unsolved where there may be others.

    >>> x, c = sp.symbols("x c", real=True)
    >>> list(placed_zeros(sp.Abs(x) - c, x))
    [(-c, c > 0), (c, c > 0), (0, Eq(c, 0))]
    """
    if not e.has(x) or e.is_nonzero:
        return
    constant, terms = linear_form(sp.expand(e, **ONLY_PRODUCTS), x)
    if len(terms) != 1:
        yield from ((zero, sp.true) for zero in _of_polynomial(e, x))
        return
    ((g, slope),) = terms.items()
    value, there = sp.expand(-constant / slope), sp.true if slope.is_nonzero else sp.Ne(slope, 0)
    if g == x:
        yield value, there
        return
    for inner, level, condition in _preimages(g, value, x, support):
        for zero, further in placed_zeros(inner - level, x, support):
            yield zero, sp.And(there, condition, further)


def _of_polynomial(e: E, x: sp.Symbol) -> Iterator[E]:
    """The zeros of a polynomial with numbers, by its factors; but for one, these are of a degree below 3."""
    if e.free_symbols != {x} or not e.is_polynomial(x):
        raise Unsolved(e)
    factors = [f for f, _ in sp.factor_list(e, x)[1]]
    if len(factors) > 1:
        for f in factors:
            yield from (zero for zero, _ in placed_zeros(f, x))
        return
    if sp.degree(e, x) != 2:
        raise Unsolved(e)
    a, b, c = sp.Poly(e, x).all_coeffs()
    square = sp.expand(b**2 - 4 * a * c)
    if square.is_nonnegative:
        yield from {sp.expand((-b + side * sp.sqrt(square)) / (2 * a)): None for side in (-1, 1)}


def _preimages(g: E, value: E, x: sp.Symbol, support: tuple[E, E]) -> Iterator[tuple[E, E, Any]]:
    """(y, level, condition) for each level of y at which f(y) has the value, g being f(y)."""
    if isinstance(g, (sp.sin, sp.cos)):
        yield from _of_wave(g, value, x, support)
    elif type(g) in INVERSES:
        level, reached = INVERSES[type(g)](value), RANGES.get(type(g), lambda value: sp.true)(value)
        if reached != sp.false:
            yield g.args[0], level, reached
    elif isinstance(g, sp.Abs) or g.is_Pow and not g.exp.has(x):
        inner, power = (g.args[0], sp.S.One) if isinstance(g, sp.Abs) else g.as_base_exp()
        yield from _of_power(inner, power, value, isinstance(g, sp.Abs))
    elif g.is_Pow and not g.base.has(x) and g.base.is_positive:
        if value.is_nonpositive is not True:
            yield g.exp * sp.log(g.base), sp.log(value), sp.Gt(value, 0)
    else:
        raise Unsolved(g)


def _of_power(inner: E, power: E, value: E, modulus: bool) -> Iterator[tuple[E, E, Any]]:
    """Where y^r, or |y|, has a value; a power that is not seen to be whole is one of what is not negative."""
    above, below, root = sp.Gt(value, 0), sp.Lt(value, 0), 1 / power
    if power.is_nonzero is not True:
        raise Unsolved(power)
    if above != sp.false:
        for side in (-1, 1) if modulus or power.is_even else (1,):
            yield inner, side * value**root, above
    if below != sp.false and power.is_odd and not modulus:
        yield inner, -((-value) ** root), below
    if power.is_negative is not True and (met := sp.Eq(value, 0)) != sp.false:
        yield inner, sp.S.Zero, sp.And(met, sp.Gt(power, 0))


def _of_wave(g: E, value: E, x: sp.Symbol, support: tuple[E, E]) -> Iterator[tuple[E, E, Any]]:
    if not value.is_number:
        raise Unsolved(g)
    if abs(value) > 1:
        return
    first = sp.asin(value) if isinstance(g, sp.sin) else sp.acos(value)
    other = sp.pi - first if isinstance(g, sp.sin) else -first
    for level in {first, other}:
        for n in _turns(g.args[0], x, support)[0]:
            yield g.args[0], level + 2 * sp.pi * n, sp.true


def _turns(argument: E, x: sp.Symbol, support: tuple[E, E]) -> tuple[range, bool]:
    """The turns of a wave on a support, and whether there are more."""
    ends = [sp.N(argument.subs(x, end) / (2 * sp.pi)) for end in support]
    if not all(end.is_Float or end.is_zero for end in ends):
        return range(-TURNS, TURNS + 1), True
    low, high = int(min(ends)) - 1, int(max(ends)) + 2
    return (range(low, high), False) if high - low < MOST_TURNS else (range(low, low + MOST_TURNS), True)


__all__ = [
    "Unsolved",
    "endless",
    "in_sines",
    "of_one_sign",
    "placed_zeros",
    "poles",
    "singularities",
    "unsolved",
    "zeros",
]
