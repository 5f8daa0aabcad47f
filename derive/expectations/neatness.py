"""Values of known expectations, neat_value: square roots taken, powers of powers as one, arguments short."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.algebra.coefficients import complex_factor, length, shortest
from derive.algebra.expansion import divisors
from derive.algebra.functions import hyperu, real_part
from derive.algebra.letters import with_held
from derive.families.facts import Facts

E = Any

MANY = 8
"""Symbols beyond which a fraction is not reduced: that may take for ever."""


def neat_value(value: E, facts: Facts) -> E:
    """A value with all of it done."""
    return unnested(roots(arguments_short(value), facts), facts)


def _modulus(power: E, sign: int) -> E:
    """The absolute value of a power of something of known sign."""
    base, exponent = power.as_base_exp()
    return (sign * base) ** exponent


def without_moduli(expression: E, facts: Facts) -> E:
    """An expression without the absolute values of what has a sign, logs of its squares, minima and maxima of what is in order.

    >>> a, b = sp.symbols("a b", positive=True)
    >>> without_moduli(sp.log(sp.Min(a, b)) + sp.Abs(a - b), Facts().under([a < b]))
    -a + b + log(a)
    >>> x = sp.Symbol("x", real=True)
    >>> without_moduli(sp.log((x - 1)**2), Facts().under([x < 1]))
    2*log(1 - x)
    >>> without_moduli(sp.Abs((a - x)/(x - 1)), Facts().under([x < 1]))
    Abs(a - x)/(1 - x)
    """
    signs = {}
    for e in sp.sympify(expression).atoms(sp.log):
        base, exponent = e.args[0].as_base_exp()
        if exponent.is_even and base.is_extended_positive is None and (sign := facts.sign(base)):
            signs[e] = exponent * sp.log(sign * base)
    for e in sp.sympify(expression).atoms(sp.Abs):
        if facts.decide(sp.Ge(e.args[0], 0)):
            signs[e] = e.args[0]
        elif facts.decide(sp.Le(e.args[0], 0)):
            signs[e] = -e.args[0]
        elif known := {f: sign for f in sp.Mul.make_args(e.args[0]) if (sign := facts.sign(f.as_base_exp()[0]))}:
            signs[e] = sp.Abs(e.args[0] / sp.Mul(*known)) * sp.Mul(*(_modulus(f, sign) for f, sign in known.items()))
    for e in sp.sympify(expression).atoms(sp.Min, sp.Max):
        order = sp.Le if isinstance(e, sp.Min) else sp.Ge
        outermost = [a for a in e.args if all(facts.decide(order(a, other)) for other in e.args if other != a)]
        if outermost:
            signs[e] = outermost[0]
    return expression.xreplace(signs) if signs else expression


def arguments_short(expression: E) -> E:
    """The last arguments of hypergeometric functions at their shortest, where they are real."""

    def short(e: E) -> E:
        *lists, argument = e.args
        return e.func(*lists, argument if argument.has(sp.I) else shortest(sp.cancel(argument)))

    return expression.replace(lambda e: isinstance(e, (sp.hyper, sp.meijerg, hyperu)), short)


def unnested(expression: E, facts: Facts) -> E:
    """Powers of powers as one, where the base is known not to be negative."""

    def nested(e: E) -> bool:
        return e.is_Pow and e.base.is_Pow and bool(facts.decide(sp.Ge(e.base.base, 0)))

    return expression.replace(nested, lambda e: e.base.base ** (e.base.exp * e.exp))


def roots(expression: E, facts: Facts) -> E:
    """Square roots of perfect squares taken, with sin² + cos² = 1 used inside them."""

    def take(e: E) -> E:
        inside = sp.expand(e.base.replace(lambda f: f.is_Pow and isinstance(f.base, sp.sin) and f.exp == 2,
                                          lambda f: 1 - sp.cos(f.base.args[0]) ** 2))  # fmt: skip
        result = sp.S.One
        for part, power in zip(sp.fraction(sp.together(inside)), (1, -1), strict=True):
            factor, powers = (part, []) if part.is_number else sp.factor_list(part)
            if not all(n % 2 == 0 for _, n in powers):
                return min((sp.sqrt(sp.factor(inside)), sp.sqrt(inside)), key=length)
            result *= sp.sqrt(factor) ** power
            for base, n in powers:
                sign = facts.sign(base)
                result *= (sp.Abs(base) if sign is None else sign * base) ** (power * n // 2)
        return result

    expression = expression.replace(lambda e: e.is_Pow and e.exp == sp.S.Half and not e.base.is_number, take)
    return without_moduli(expression, facts).replace(lambda e: isinstance(e, real_part), _short_complex)


def _short_complex(e: E) -> E:
    """Re z with the sums and products of complex numbers in z as short as can be, from the inside out; what is real and a
    log in them is a letter."""
    letters = {f: sp.Dummy("log", real=True) for f in e.atoms(sp.log) if f.is_extended_real and not f.args[0].is_number}
    if letters:
        return with_held(lambda held: held.replace(lambda f: isinstance(f, real_part), _short_complex), e, letters)

    def shorter(part: E) -> E:
        if len(part.free_symbols) > MANY:
            return part
        forms = [part, sp.cancel(part), complex_factor(part)]
        if any(f.base.is_Add for f in divisors(part)):  # a² + b² below may be (a + ib)(a − ib)
            forms.append(complex_factor(part, gaussian=True))
        return min(forms, key=length)

    # √ν and ν are powers of one thing, or nothing cancels
    squares = {f.base: sp.Dummy(positive=True) for f in e.atoms(sp.Pow) if f.exp.is_Rational and f.base.is_Symbol
               and f.exp.q == 2 and f.base.is_positive}  # fmt: skip
    inside = (
        e.args[0]
        .xreplace({s: root**2 for s, root in squares.items()})
        .replace(lambda f: f.is_Add and f.has(sp.I) and not f.has(sp.Function), shorter)
    )

    def factor_shorter(product: E) -> E:
        factor, functions = product.as_independent(sp.Function, as_Add=False)
        return shorter(factor) * functions if functions == 1 or divisors(factor) else product

    inside = inside.replace(lambda f: f.is_Mul and f.has(sp.I), factor_shorter)
    return real_part(inside.xreplace({root: sp.sqrt(s) for s, root in squares.items()}))


__all__ = ["arguments_short", "neat_value", "roots", "unnested", "without_moduli"]
