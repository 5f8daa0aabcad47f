"""Products of sums as sums, by the arithmetic of polynomials: what SymPy's expand does outside functions, in a fraction
of its time."""

from __future__ import annotations

from collections import Counter
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


def with_letters_for_sums(expression: E) -> tuple[E, dict[E, E]]:
    """An expression with letters for the long sums that it has high powers of, and what these stand for.

    Each takes the place of one of its symbols, that which there is least of: so they cancel as the sums would, and no power
    of many terms is multiplied out.

    >>> a, b, c, d = sp.symbols("a b c d")
    >>> short, meaning = with_letters_for_sums((a + b + c)**9 - (a + b + c)**8*(a + b + c + d))
    >>> print(sp.expand(short), list(meaning.values()))
    -_sum**8*d [a + b + c]
    """
    high = {p.base for p in expression.atoms(sp.Pow) if p.exp.is_Integer and p.exp > 2 and p.base.is_Add}
    standing = Counter(e for e in sp.preorder_traversal(expression) if high and e.is_Symbol)
    solved: dict[E, E] = {}  # a symbol -> what it is, in the letters
    meaning: dict[E, E] = {}
    for total in sorted(high, key=lambda b: (len(b.args), sp.default_sort_key(b))):
        short = sp.expand(total.xreplace(solved))
        if not (short.is_Add and len(short.args) > 2):
            continue
        letter = sp.Dummy("sum", real=total.is_real)
        parts = (t.as_coeff_Mul() for t in short.args)
        own = [(s, c) for c, s in parts if s.is_Symbol and s not in meaning and not (short - c * s).has(s)]
        free = [(s, c) for s, c in own if not s.is_integer]
        if not free:
            continue
        symbol, coefficient = min(free, key=lambda f: (standing[f[0]], sp.default_sort_key(f[0])))
        alone = {symbol: (letter - short) / coefficient + symbol}
        solved = {s: sp.expand(e.xreplace(alone)) for s, e in solved.items()} | {symbol: sp.expand(alone[symbol])}
        meaning[letter] = total
    return expression.xreplace(solved), meaning


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
