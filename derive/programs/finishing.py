"""The last rewriting of a formula before it is a program: what rounds less, one expression at a time."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p

from derive.families.facts import Facts
from derive.programs.exponentials import balanced
from derive.programs.functions.cumulants import log1mexp
from derive.programs.functions.elementary import xlog1py, xlogy

E = Any


def finished(e: E, facts: Facts) -> E:
    """log(1 + x) as log1p, exp(x) − 1 as expm1, x log y as xlogy where x may be 0."""
    e = balanced(e).replace(lambda f: f.is_Mul and f.has(sp.log), lambda f: _with_limit(f, facts))
    e = e.replace(lambda f: isinstance(f, sp.log), _log)
    e = e.replace(lambda f: f.is_Add and f.has(sp.exp), _expm1)
    bounds = {f.args[0] for f in e.atoms(sp.log)} | {1 + f.args[0] for f in e.atoms(log1p)}
    # a probability may be 0 or 1, as its limit
    bounds |= {b for s in e.free_symbols if facts.decide(s < 1) and facts.decide(s > 0) for b in (s, 1 - s)}
    return e.replace(lambda f: f.is_Mul and f.has(sp.log, log1p), lambda f: _xlogy(f, bounds))


def by_parts_of_one(e: E) -> E:
    """log(1 − e^−x), of which a large x leaves little, by a function of its own; of products of such factors, too.

    >>> x, y = sp.symbols("x y", positive=True)
    >>> by_parts_of_one(x + log1p(-sp.exp(-x)))
    x + log1mexp(x)
    >>> by_parts_of_one(sp.log(y * expm1(-y) / expm1(-x)))
    log(y) - log1mexp(x) + log1mexp(y)
    """
    return e.replace(lambda f: isinstance(f, (sp.log, log1p)), _of_parts_of_one)


def _of_parts_of_one(f: E) -> E:
    if isinstance(f, log1p):
        power = -f.args[0]
        return log1mexp(-power.args[0]) if isinstance(power, sp.exp) else f
    total, rest = sp.S.Zero, sp.S.One
    for factor in sp.Mul.make_args(f.args[0]):
        base, n = factor.as_base_exp()
        of_one = isinstance(base, expm1) and n.is_Integer
        total += n * log1mexp(-base.args[0]) if of_one else 0
        rest *= (-1) ** n if of_one else factor
    return f if total == 0 or rest.is_number and not rest.is_positive else total + sp.log(rest)


def _log(f: E) -> E:
    argument = f.args[0]
    one, rest = argument.as_coeff_Add()
    return log1p(rest) if one == 1 and argument.is_Add else f


def _expm1(total: E) -> E:
    """Pairs c·exp(x) − c of a sum as c·expm1(x).

    >>> c, x, y = sp.symbols("c x y")
    >>> _expm1(c * sp.exp(x) - c + y)
    c*expm1(x) + y
    """
    terms = list(total.args)
    for term in total.args:
        powers = [f for f in sp.Mul.make_args(term) if isinstance(f, sp.exp)]
        if len(powers) == 1 and -term / powers[0] in terms:
            terms.remove(term)
            terms.remove(-term / powers[0])
            terms.append(term / powers[0] * expm1(powers[0].args[0]))
    return sp.Add(*terms)


def _with_limit(product: E, facts: Facts) -> E:
    """xⁿ log(y/x) as xⁿ log y − xⁿ log x, which has its limit at x = 0."""
    logs = [f for f in product.args if isinstance(f, sp.log)]
    above, below = sp.fraction(logs[0].args[0]) if len(logs) == 1 else (sp.S.One, sp.S.One)
    for base, power in (f.as_base_exp() for f in sp.Mul.make_args(below)):
        for sign in (1, -1):
            x = sign * base
            if power == 1 and _vanishes(product, x) and facts.decide(x >= 0):
                rest = product / logs[0]
                return rest * sp.log(sign * above / (below / base)) - rest * sp.log(x)
    return product


def _vanishes(product: E, x: E) -> bool:
    """Whether a positive power of x, or of −x, is a factor."""
    powers = (f.as_base_exp() for f in product.args)
    return x.is_Add and any(base in (x, -x) and n.is_Integer and n > 0 for base, n in powers)


def _xlogy(product: E, bounds: set[Any]) -> E:
    logs = [f for f in product.args if isinstance(f, (sp.log, log1p))]
    if len(logs) != 1:
        return product
    rest = product / logs[0]
    factors = (f.as_base_exp() for f in product.args if f is not logs[0])
    bases = [b for b, n in factors if n.is_Integer and n > 0 and (b.is_Symbol or b.is_Add)]
    zero = next((b for b in bases if b in bounds or -b in bounds), None)
    if zero is None:
        return product
    sign = 1 if zero in bounds else -1
    of = xlogy if isinstance(logs[0], sp.log) else xlog1py
    return sign * (rest / zero) * of(sign * zero, logs[0].args[0])
