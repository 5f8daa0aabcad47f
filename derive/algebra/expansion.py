"""Products of sums as sums, by the arithmetic of polynomials: what SymPy's expand does outside functions, in a fraction
of its time."""

from __future__ import annotations

import math
from typing import Any

import sympy as sp
from sympy.polys.rings import ring

E = Any


def multiplied_out(expression: E, most: int | None = None) -> E:
    """Products of sums as sums, but those of denominators, which SymPy would multiply out too, and those inside functions;
    as it was where that has more than `most` terms.

    >>> a, b = sp.symbols("a b")
    >>> multiplied_out((a + b)/(a*(b - 1)*(b - 2)))
    1/((b - 2)*(b - 1)) + b/(a*(b - 2)*(b - 1))
    """
    expression = sp.expand_power_base(expression)
    if not any(f.is_Add for e in expression.atoms(sp.Mul, sp.Pow) for f in e.args):
        return expression
    generators: dict[E, int] = {}
    _collect(expression, generators)
    if not generators:
        return expression
    variables = ring([f"x{i}" for i in range(len(generators))], sp.QQ)[1:]
    polynomial = _read(expression, dict(zip(generators, variables, strict=True)), variables[0].ring)
    pairs = [(i, generators[1 / g]) for g, i in generators.items() if generators.get(1 / g, -1) > i]
    total: dict[tuple[int, ...], Any] = {}
    for powers, number in polynomial.items():
        key = _reduced(powers, pairs)
        total[key] = total.get(key, 0) + number
    if most is not None and len(total) > most:
        return expression
    return sp.Add(*(_term(powers, number, list(generators)) for powers, number in total.items() if number))


def terms(e: E) -> int:
    """How many terms an expression has at most when expanded.

    >>> terms(sp.sympify("(a + b)**3*(c + d)"))
    8
    """
    if e.is_Add:
        return sum(terms(a) for a in e.args)
    if e.is_Mul:
        return math.prod(terms(a) for a in e.args)
    if e.is_Pow and e.exp.is_Integer and e.base.is_Add:
        return math.comb(terms(e.base) + int(e.exp) - 1, int(e.exp)) if e.exp > 0 else 1
    return 1


def divisors(expression: E) -> list[E]:
    """The sums that an expression is divided by."""
    return [e for e in expression.atoms(sp.Pow) if e.base.is_Add and e.exp.is_Integer and e.exp < 0]


def _collect(e: E, found: dict[E, int]) -> None:
    """What a sum of products is a polynomial in; what is divided by is a generator of its own."""
    if e.is_Rational:
        return
    if e.is_Add or e.is_Mul:
        for a in e.args:
            _collect(a, found)
    elif e.is_Pow and e.exp.is_Integer and e.exp > 0:
        _collect(e.base, found)
    else:
        found.setdefault(1 / e.base if e.is_Pow and e.exp.is_Integer else e, len(found))


def _read(e: E, names: dict[E, Any], over: Any) -> Any:
    if e.is_Rational:
        return over(sp.QQ(e.p, e.q))
    if e.is_Add:
        return sum((_read(a, names, over) for a in e.args), over.zero)
    if e.is_Mul:
        value = over.one
        for a in sorted(e.args, key=lambda f: f.is_Add):
            value *= _read(a, names, over)
        return value
    if e.is_Pow and e.exp.is_Integer:
        return _read(e.base, names, over) ** int(e.exp) if e.exp > 0 else names[1 / e.base] ** int(-e.exp)
    return names[e]


def _reduced(powers: tuple[int, ...], pairs: list[tuple[int, int]]) -> tuple[int, ...]:
    """Powers of generators and of their inverses, those that cancel gone."""
    left = list(powers)
    for i, j in pairs:
        common = min(left[i], left[j])
        left[i] -= common
        left[j] -= common
    return tuple(left)


def _term(powers: tuple[int, ...], number: Any, generators: list[E]) -> E:
    factors = (g**k for g, k in zip(generators, powers, strict=True) if k)
    return sp.Mul(sp.Rational(int(number.numerator), int(number.denominator)), *factors)
