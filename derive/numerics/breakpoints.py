"""The points that numeric rules must respect.

`breakpoints` are the points where an expression has a kink, a jump or a singularity; `centres` those
that it is centred on (the real parts of its complex singularities among them). Both are exact.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp

from derive.algebra.zeros import in_sines, singularities, zeros

_KINKS = (sp.Abs, sp.sign, sp.Heaviside, sp.Max, sp.Min, sp.Piecewise)
_ENTIRE = (sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.Add, sp.Mul)


def _polynomial_roots(e: sp.Expr, x: sp.Symbol, centred: bool = False) -> list[sp.Expr] | None:
    """Roots of a polynomial of degree 1 or 2 in x, or in the log of a linear function of x; None for anything else.

    `centred` takes the real parts of the roots of the polynomial; long numbers are rounded to rationals: exact roots of
    them take for ever, and a centre, which is no singularity, may be near.
    """
    if not e.has(x):
        return None
    if not e.is_polynomial(x):
        return _roots_in_log(e, x, centred) or _roots_in_abs(e, x, centred)
    coefficients = sp.Poly(e, x).all_coeffs()
    if len(coefficients) == 2:
        return [-coefficients[1] / coefficients[0]]
    if len(coefficients) != 3:
        return None
    if centred:
        return _centred(*map(_rational, coefficients))
    a, b, c = coefficients
    root = sp.sqrt(b**2 - 4 * a * c)
    return [(-b - root) / (2 * a), (-b + root) / (2 * a)]


NEAR, LONG = 30, 10
"""Digits of a centre, where its number has more operations."""


def _rational(number: sp.Expr) -> sp.Expr:
    """A rational near a long real number; the number itself where it is short, or has no value."""
    value = number if number.count_ops() <= LONG else sp.N(number, NEAR)
    return sp.Rational(value) if value.is_Float else value


def _centred(a: sp.Expr, b: sp.Expr, c: sp.Expr) -> list[sp.Expr]:
    discriminant = b**2 - 4 * a * c
    if sp.N(discriminant, NEAR).is_nonpositive or discriminant.is_Rational and discriminant * 10 ** (NEAR - 5) < b**2:
        return [-b / (2 * a)]
    root = sp.sqrt(discriminant)
    return [_rational((-b - root) / (2 * a)), _rational((-b + root) / (2 * a))]


def _roots_in_abs(e: sp.Expr, x: sp.Symbol, centred: bool) -> list[sp.Expr] | None:
    """Those of a|u| + b, a and b free of x: where u is b/a or −b/a."""
    distances = [f for f in e.atoms(sp.Abs) if f.has(x)]
    if centred or len(distances) != 1:
        return None
    b, rest = e.as_independent(x, as_Add=True)
    a, inside = rest.as_independent(x, as_Add=False)
    if inside != distances[0]:
        return None
    sides = [_polynomial_roots(inside.args[0] + sign * b / a, x) for sign in (1, -1)]
    return None if None in sides else [root for side in sides for root in side or []]


def _roots_in_log(e: sp.Expr, x: sp.Symbol, centred: bool) -> list[sp.Expr] | None:
    logs = [f for f in e.atoms(sp.log) if f.has(x)]
    y = sp.Dummy("y")
    if len(logs) != 1 or (inside := e.xreplace({logs[0]: y})).has(x):
        return None
    argument = logs[0].args[0]
    roots = _polynomial_roots(inside, y, centred) if argument.is_polynomial(x) and sp.degree(argument, x) == 1 else None
    rounded = _rational if centred else lambda r: r
    return roots and [rounded(r) for root in roots for r in _polynomial_roots(argument - sp.exp(root), x) or []]


def _roots(e: sp.Expr, x: sp.Symbol) -> list[sp.Expr]:
    roots = _polynomial_roots(e, x)
    if roots is None:
        try:
            roots = sp.solve(e, x) if e.has(x) else []
        except (NotImplementedError, TypeError, ValueError):
            roots = []
    return [r for r in roots if r.is_number and r.is_real is not False and not r.has(x)]


def branch_arguments(e: sp.Basic) -> list[sp.Expr]:
    """Expressions whose zeros are where the top of `e` changes branch."""
    if isinstance(e, (sp.Max, sp.Min)):
        return [a - b for i, a in enumerate(e.args) for b in e.args[:i]]
    if isinstance(e, sp.Piecewise):
        relations = set().union(*(c.atoms(sp.core.relational.Relational) for _, c in e.args))
        return [r.lhs - r.rhs for r in relations]
    return [e.args[0]]


def has_all_roots(e: sp.Expr, x: sp.Symbol) -> bool:
    """Whether an expression changes sign only at points that `breakpoints` finds."""
    return _polynomial_roots(e, x) is not None or not e.has(x)


def _ordered(points: Iterable[sp.Expr]) -> tuple[sp.Expr, ...]:
    """Real numbers in order, each once."""
    values = {sp.N(p, 30): p for p in points if p.is_number and p.is_finite is not False}
    return tuple(values[v] for v in sorted(v for v in values if v.is_real))


def breakpoints(expr: sp.Expr, x: sp.Symbol) -> tuple[sp.Expr, ...]:
    """The real points where `expr` has a kink, changes branch or is singular, exact and in order.

    Abs, sign, Max, Min and Piecewise are solved wherever SymPy can; logarithms and powers (negative or
    broken) where their argument is linear or quadratic, or its zeros are known otherwise.

    >>> x = sp.Symbol("x", real=True)
    >>> breakpoints(sp.Abs(2*x - 3) + sp.Max(x, 5) + 1/(x + 1), x)
    (-1, 3/2, 5)
    """
    points: list[sp.Expr] = []
    for e in sp.preorder_traversal(in_sines(expr)):
        if isinstance(e, _KINKS):
            points += [r for a in branch_arguments(e) for r in _roots(a, x)]
        elif isinstance(e, sp.Function) and e.has(x) and (singular := list(singularities(e, x))):
            points += [r for f in singular for r in zeros(f, x)]
        elif isinstance(e, sp.log) or (isinstance(e, sp.Pow) and not (e.exp.is_Integer and e.exp > 0)):
            points += _polynomial_roots(e.args[0], x) or zeros(e.args[0], x)
    return _ordered(points)


def centres(expr: sp.Expr, x: sp.Symbol, everywhere: bool = False) -> tuple[sp.Expr, ...]:
    """The points that functions with complex singularities in `expr` are centred on (`everywhere`: all functions).

    >>> x = sp.Symbol("x", real=True)
    >>> centres(sp.log(1 + (x - 3)**2 / 4) + (x - 7)**2, x)
    (3,)
    """
    points: list[sp.Expr] = []
    todo: list[tuple[Any, bool]] = [(expr, everywhere)]
    while todo:
        e, active = todo.pop()
        if not e.has(x):
            continue
        roots = _polynomial_roots(e, x, centred=True) if isinstance(e, sp.Expr) else None
        if active and roots is not None:
            points += roots
            continue
        natural_power = isinstance(e, sp.Pow) and e.exp.is_Integer and e.exp > 0
        todo += [(a, active or not (natural_power or isinstance(e, _ENTIRE))) for a in e.args]
    return _ordered(points)
