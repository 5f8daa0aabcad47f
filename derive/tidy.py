"""Formulas as short as a textbook's.

`tidy` writes a result as a sum Σ coefficient·atom over distinct special-function atoms, each coefficient
factored, and logs of equal coefficient merged into one. Every rewriting is an identity for positive
arguments of logs; none depends on `simplify`.
"""

from __future__ import annotations

import math
from functools import lru_cache

import sympy as sp

from derive.functions import named_derivatives

E = sp.Expr


@lru_cache(maxsize=4096)
def tidy(expression: E) -> E:
    """The expression in its shortest form.

    >>> k, a, b = sp.symbols("k a b", positive=True)
    >>> tidy(k*sp.log(a) - k*sp.log(b) + k*sp.digamma(k + 1) - k*sp.digamma(k))
    k*log(a/b) + 1
    """
    if expression.has(sp.nan, sp.zoo) or expression.is_Atom:
        return expression
    candidates = []
    spread = sp.expand(_split_logs(_special(expression)))
    candidates.append(_assemble(spread))
    best = min(candidates, key=length)
    return best if length(best) <= length(expression) or expression.has(sp.polygamma, sp.hyper) else expression


def length(expression: E) -> int:
    """How long an expression reads: operations and letters."""
    return int(sp.count_ops(expression)) + sum(1 for n in sp.preorder_traversal(expression) if n.is_Atom)


def _special(expression: E) -> E:
    """Special functions at their simplest arguments."""
    expression = named_derivatives(expression)
    if expression.has(sp.besselk, sp.besseli, sp.uppergamma):
        expression = expression.replace(_half_integer_bessel, lambda e: sp.expand_func(e))
        expression = expression.replace(_elementary_uppergamma, lambda e: sp.expand_func(e))
        expression = expression.replace(
            lambda e: isinstance(e, sp.besselk) and e.args[0].could_extract_minus_sign(),
            lambda e: sp.besselk(-e.args[0], e.args[1]),
        )
    if expression.has(sp.hyper):
        expression = expression.replace(lambda e: isinstance(e, sp.hyper), _hyper)
    if expression.has(sp.loggamma, sp.gamma, sp.polygamma):
        expression = _recurrences(expression)
    return expression


def _half_integer_bessel(e: E) -> bool:
    return isinstance(e, sp.besselk) and e.args[0].is_Rational and e.args[0].q == 2


def _elementary_uppergamma(e: E) -> bool:
    return isinstance(e, sp.uppergamma) and e.args[0].is_Integer and 0 < e.args[0] < 20


def _hyper(e: E) -> E:
    """₀F₁(; n+1; z²/4) as a Bessel function (DLMF 10.25.2), ₂F₁(1, 1; 2; z) as a logarithm (DLMF 15.4.1)."""
    above, below, z = e.args
    if not above and len(below) == 1 and below[0].is_Integer:
        n, root = below[0] - 1, sp.sqrt(sp.factor(sp.trigsimp(4 * z)))
        return sp.factorial(n) * sp.besseli(n, root) * (root / 2) ** (-n) if z != 0 else sp.S.One
    if tuple(above) == (1, 1) and tuple(below) == (2,):
        return -sp.log(1 - z) / z
    return e


def _recurrences(expression: E) -> E:
    """Gamma, log-gamma and polygamma at arguments that differ by integers, brought to one of them."""
    arguments = {e.args[-1] for e in expression.atoms(sp.loggamma, sp.gamma, sp.polygamma)}
    swap: dict[E, E] = {}
    for one in sorted(arguments, key=sp.default_sort_key):
        base = _base(one, arguments)
        steps = sp.expand(one - base)
        if steps == 0:
            continue
        n = int(steps)
        for e in expression.atoms(sp.loggamma, sp.gamma, sp.polygamma):
            if e.args[-1] != one:
                continue
            shifts = [base + i for i in range(n)]
            if isinstance(e, sp.loggamma):
                swap[e] = sp.loggamma(base) + sp.Add(*map(sp.log, shifts))
            elif isinstance(e, sp.gamma):
                swap[e] = sp.gamma(base) * sp.Mul(*shifts)
            else:
                order = e.args[0]
                swap[e] = sp.polygamma(order, base) + sp.Add(
                    *((-1) ** order * sp.factorial(order) / s ** (order + 1) for s in shifts)
                )
    return expression.xreplace(swap) if swap else expression


def _base(argument: E, arguments: set[E]) -> E:
    """The least argument that differs from this one by an integer, or this one without its integer part."""
    integer, rest = sp.expand(argument).as_coeff_Add()
    steps = sp.floor(integer) if integer.is_Rational else 0
    bare = argument - steps
    if steps > 0 and steps <= 12 and bare.is_positive:
        return sp.expand(bare)
    least = argument
    for other in arguments:
        step = sp.expand(least - other)
        if step.is_Integer and 0 < step <= 20:
            least = other
    return least


def _split_logs(expression: E) -> E:
    """Logs of products and powers of positive things, as sums of logs."""

    def split(e: E) -> E:
        argument = e.args[0]
        if argument.is_Add:
            argument = sp.factor(argument)
        if argument.is_Mul or argument.is_Pow:
            return sp.expand_log(sp.log(argument))
        return sp.log(argument)

    return expression.replace(lambda e: isinstance(e, sp.log), split)


def _assemble(expression: E) -> E:
    """A sum as Σ coefficient·atom with factored coefficients and merged logs."""
    table: dict[E, E] = {}
    for term in sp.Add.make_args(expression):
        atom, coefficient = _atom(term)
        table[atom] = table.get(atom, sp.S.Zero) + coefficient
    logs, rest = [], []
    for atom, coefficient in table.items():
        coefficient = shortest(coefficient)
        if coefficient == 0:
            continue
        if isinstance(atom, sp.log) and atom.args[0] != 1:
            logs.append((coefficient, atom.args[0]))
        else:
            rest.append(coefficient * atom)
    return sp.Add(*rest, *_merged(logs))


def _atom(term: E) -> tuple[E, E]:
    """A term as (special-function atom, algebraic coefficient)."""
    atoms, coefficients = [], []
    for f in sp.Mul.make_args(term):
        base = f.base if f.is_Pow else f
        special = isinstance(base, sp.Function) and not isinstance(base, (sp.Abs, sp.sign)) or base is sp.EulerGamma
        (atoms if special or isinstance(f, (sp.exp, sp.Integral, sp.Sum)) else coefficients).append(f)
    return sp.Mul(*atoms), sp.Mul(*coefficients)


def shortest(coefficient: E) -> E:
    """The shortest of a few normal forms of an algebraic coefficient."""
    if coefficient.is_Atom or coefficient.is_number and not coefficient.is_Add:
        return coefficient
    forms = [coefficient]
    try:
        whole = sp.factor(coefficient)
        forms += [whole, sp.expand(coefficient)]
        constant, rest = sp.expand(coefficient).as_coeff_Add()
        if constant != 0:
            forms.append(constant + sp.factor(rest))
    except (sp.PolynomialError, NotImplementedError):
        pass
    return min(forms, key=lambda e: (length(e), sp.default_sort_key(e)))


def _merged(logs: list[tuple[E, E]]) -> list[E]:
    """Logs with numeric coefficients as one log, and logs of equal or opposite coefficient as one."""
    numeric = [(c, a) for c, a in logs if c.is_Rational]
    groups: dict[E, list[tuple[int, E]]] = {}
    for c, a in logs:
        if c.is_Rational:
            continue
        if -c in groups:
            groups[-c].append((-1, a))
        else:
            groups.setdefault(c, []).append((1, a))
    result = []
    if numeric:
        unit = sp.Rational(1, math.lcm(*(int(c.q) for c, _ in numeric)))
        argument = sp.Mul(*(a ** (c / unit) for c, a in numeric))
        result.append(unit * sp.log(argument) if argument != 1 else sp.S.Zero)
    for c, members in groups.items():
        argument = sp.Mul(*(a**s for s, a in members))
        if c.could_extract_minus_sign() and any(s < 0 for s, _ in members):
            c, argument = -c, 1 / argument
        result.append(c * sp.log(argument))
    return result
