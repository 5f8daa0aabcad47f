"""The logs of a sum: split into what cannot be split further, and gathered again by their coefficients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp
from sympy.codegen.cfunctions import expm1

from derive.algebra.normal import to_loggamma
from derive.families.facts import Facts
from derive.programs.exponentials import falls_held

E = Any


def expanded(e: E, facts: Facts) -> E:
    """A sum, its logs split into logs of positive factors that cannot be split further."""
    e = to_loggamma(e)
    e = e.replace(lambda f: isinstance(f, sp.log), lambda f: _split_log(f.args[0], facts))
    return sp.expand(e, log=False, power_exp=False, power_base=False, func=False)


def _split_log(argument: E, facts: Facts) -> E:
    """log of a positive expression; factors whose sign is not known stay together.

    >>> a, b, x = sp.symbols("a b x", real=True)
    >>> (facts := Facts()).learn(a < b)
    >>> _split_log((a - b)*(x - 1), facts)
    log(1 - x) + log(-a + b)
    """
    number, factors = sp.factor_list(sp.S.One) if argument.is_number else (sp.S.One, [])
    if argument.is_number:
        return sp.expand_log(sp.log(argument))
    whole: list[Any] = []
    for factor in sp.Mul.make_args(falls_held(sp.factor, sp.powdenest(argument))):
        base, power = factor.as_base_exp()
        whole.append((base, power))
    parts, together, number = [], sp.S.One, sp.S.One
    for base, power in whole:
        if base.is_number and power.is_number:
            number *= base**power
        elif base is sp.E:
            parts.append(power)
        elif ((sign := facts.sign(base)) is not None or power.is_integer is not True) and (
            sign != -1 or power.is_number
        ):
            parts.append(power * sp.log(-base if sign == -1 else base))
            number *= (-1) ** power if sign == -1 and power.is_integer else 1
        else:
            together *= base**power
    if together != 1:
        return (
            sp.Add(*parts) + sp.log(_turned(together, number))
            if number.is_negative
            else sp.Add(*parts, sp.log(together), sp.expand_log(sp.log(number)))
        )
    return sp.Add(*parts) + sp.expand_log(sp.log(abs(number)))


def _turned(together: E, number: Any) -> E:
    return sp.expand(number * together) if together.is_Add else number * together


MODES = ("monomials", "coefficients", "anchored")
"""How logs are gathered: by the monomials of their coefficients, by full coefficients, or each with its value at q = p."""


def gathered(e: E, whole: bool = False) -> tuple[dict[E, dict[E, sp.Rational]], E]:
    """An expanded sum as {factor: {argument of a log: rational coefficient}} and what contains no free log.

    The factors are monomials, or with `whole` the full coefficients of each log.

    >>> a, b, c = sp.symbols("a b c", positive=True)
    >>> gathered(a*sp.log(b) - 2*a*sp.log(c) + b)
    ({a: {b: 1, c: -2}}, b)
    >>> gathered((1 - a)*sp.log(b) + (a - 1)*sp.log(c), whole=True) == ({a - 1: {b: -1, c: 1}}, 0)
    True
    """
    coefficients: dict[E, E] = {}
    rest = []
    for term in sp.Add.make_args(sp.expand(e, log=False, power_exp=False, power_base=False, func=False)):
        logs = [f for f in sp.Mul.make_args(term) if isinstance(f, sp.log)]
        others = sp.Mul(*(f for f in sp.Mul.make_args(term) if f not in logs))
        if len(logs) != 1 or others.has(sp.log):
            rest.append(term)
            continue
        argument = logs[0].args[0]
        coefficients[argument] = coefficients.get(argument, sp.S.Zero) + others
    groups: dict[E, dict[E, Any]] = {}
    for argument, coefficient in coefficients.items():
        for part in [falls_held(sp.factor, coefficient)] if whole else sp.Add.make_args(sp.expand(coefficient)):
            number, factor = part.as_coeff_Mul()
            if not number.is_Rational:
                number, factor = sp.S.One, part
            if -factor in groups:
                number, factor = -number, -factor
            group = groups.setdefault(factor, {})
            group[argument] = group.get(argument, 0) + number
    return {f: {a: c for a, c in g.items() if c != 0} for f, g in groups.items()}, sp.Add(*rest)


def ratio_of(group: Mapping[E, Any]) -> tuple[Any, E]:
    """Σ c·log a as number·log(ratio), the exponents in the ratio whole numbers without a common factor."""
    coefficients = list(group.values())
    below = sp.ilcm(*(c.q for c in coefficients)) if len(coefficients) > 1 else coefficients[0].q
    common = (
        sp.igcd(*(int(c * below) for c in coefficients)) if len(coefficients) > 1 else abs(int(coefficients[0] * below))
    )
    number = sp.Rational(common, below)
    return number, sp.Mul(*(a ** (c / number) for a, c in group.items()))


def in_ratios(e: E) -> E:
    """Exponentials in a product as one, and what they are of in logs of ratios: the parts may overflow, and cancel.

    >>> a, b, c = sp.symbols("a b c", positive=True)
    >>> in_ratios(expm1(a*sp.log(b) - a*sp.log(c)) * b**a * sp.exp(-a*sp.log(c)))
    exp(a*log(b/c))*expm1(a*log(b/c))
    """
    e = e.replace(lambda f: isinstance(f, expm1), lambda f: expm1(_by_ratios(f.args[0])))
    return e.replace(lambda f: f.is_Mul and f.has(sp.exp, sp.Pow), _one_exponential)


def _by_ratios(e: E) -> E:
    groups, rest = gathered(e)
    ratios = (
        factor * number * sp.log(ratio)
        for factor, group in groups.items()
        if group
        for number, ratio in [ratio_of(group)]
    )
    return rest + sp.Add(*ratios)


def _one_exponential(product: E) -> E:
    """A product with exponentials and powers of which at least one is an exponential."""
    powers = [
        f for f in product.args if isinstance(f, sp.exp) or f.is_Pow and f.exp.free_symbols and f.base.is_positive
    ]
    if len(powers) < 2:
        return product
    exponents = (f.args[0] if isinstance(f, sp.exp) else f.exp * sp.log(f.base) for f in powers)
    return sp.Mul(*(f for f in product.args if f not in powers), sp.exp(_by_ratios(sp.Add(*exponents))))
