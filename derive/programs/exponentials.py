"""Exponentials and powers that neither overflow nor cancel.

capped     a sum with one exponential that grows as that exponential times what does not
falling    a difference of two exponentials as the greater one times what stays between −1 and 0
in_one_exponential   products of exponentials and gamma functions as one exponential
balanced   exponentials multiplied into sums that hold their reciprocals
powered    exp(u) − 1 − u with a logarithm in u by that power
guarded    an exponential times the difference of another from its first terms, as one function
falls_held what SymPy does with a rational function, of exponentials that fall
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p

from derive.families.facts import Facts
from derive.programs.functions.elementary import expm1mx, log1p_to
from derive.programs.functions.products import exp_expm1, exp_expm1mx, power_expm1mx, power_expm1mx_to

E = Any


def capped(e: E) -> E:
    """Sums that grow with one exponential as that times the rest, and logs of such as sums: neither overflows.

    >>> w, x = sp.symbols("w x", positive=True)
    >>> capped(sp.exp(-x) * (w * sp.exp(x) + 1 - w))
    w + (1 - w)*exp(-x)
    >>> capped(sp.log(w * sp.exp(x) + 1 - w))
    x + log(w + (1 - w)*exp(-x))
    """
    taken = e.replace(lambda f: f.is_Add and f.has(sp.exp), _by_growing)
    if taken == e:
        return e
    return balanced(taken.replace(lambda f: isinstance(f, sp.log) and f.has(sp.exp), _log_of_product))


def _by_growing(total: E) -> E:
    growing = {f for f in total.atoms(sp.exp) if f.args[0].is_positive}
    if len(growing) != 1 or len(total.args) == 2 and _opposite(*total.args):
        return total
    (grows,) = growing
    by_power = sp.collect(sp.expand_mul(total), grows, evaluate=False)
    if by_power.keys() != {grows, sp.S.One} or any(c.has(grows) for c in by_power.values()):
        return total
    return grows * (by_power[grows] + sp.factor_terms(by_power[sp.S.One]) / grows)


def _opposite(one: E, other: E) -> bool:
    """Whether a sum of two is c·e^u − c·e^v, which `falling` takes."""
    return bool(grown(one)[0] == -grown(other)[0])


def falling(e: E, facts: Facts) -> E:
    """Differences of two exponentials by the greater one, where it is known which that is; logs of products split.

    >>> a, x, y = sp.symbols("a x y", positive=True)
    >>> falling(sp.exp(a) - 1, Facts())
    -exp(a)*expm1(-a)
    >>> facts = Facts()
    >>> facts.learn(x < y)
    >>> falling(y**a / (y**a - x**a), facts)
    -1/expm1(-a*log(y/x))
    >>> falling(x**a / y**a, facts)
    exp(a*log(x/y))
    """
    e = e.replace(lambda f: f.is_Add and f.has(sp.exp, sp.Pow), lambda f: _by_greater(f, facts))
    e = e.replace(lambda f: f.is_Mul and f.has(sp.Pow), _power_of_ratio)
    return e.replace(lambda f: isinstance(f, sp.log) and f.has(sp.exp), _log_of_product)


def _by_greater(total: E, facts: Facts) -> E:
    if len(total.args) != 2:
        return total
    (one, u), (other, v) = map(grown, total.args)
    if one != -other or not (u or v) or u.keys() != v.keys() and u and v:
        return total
    (power,) = {*u, *v} if len({*u, *v}) == 1 else (None,)
    if power is None:
        return total
    ratio = u.get(power, sp.S.One) / v.get(power, sp.S.One)
    if isinstance(ratio, sp.exp):
        gap = power * ratio.args[0]
        sign = 1 if gap.is_positive else -1 if gap.is_negative else 0
    else:
        gap = power * sp.log(ratio)
        above, below = sp.fraction(sp.together(ratio))
        sign = _order(above, below, facts) * _order(power, sp.S.Zero, facts)
    if sign == 0:
        return total
    greater = total.args[0] if sign > 0 else total.args[1]
    return -greater * expm1(-sign * gap)


def _order(above: E, below: E, facts: Facts) -> int:
    """1 where the first is known to be greater, −1 where the second is, 0 where neither is known."""
    return 1 if facts.decide(above > below) else -1 if facts.decide(above < below) else 0


def grown(term: E, bases: Collection[E] = ()) -> tuple[E, dict[E, E]]:
    """(coefficient, {exponent: base}) of a product of powers; exp(u) has the base e^u and the exponent 1.

    bases   what counts as raised to a power with any exponent
    """
    found: dict[E, E] = {}
    rest = sp.S.One
    for f in sp.Mul.make_args(term):
        if isinstance(f, sp.exp):
            found[sp.S.One] = found.get(sp.S.One, sp.S.One) * f
            continue
        base, power = f.as_base_exp()
        if power.free_symbols and base.is_positive or base in bases:
            sign = -1 if power.could_extract_minus_sign() else 1
            found[sign * power] = found.get(sign * power, sp.S.One) * base**sign
        else:
            rest *= f
    return rest, found


def _power_of_ratio(product: E) -> E:
    """x^a/y^a as exp(a log(x/y)): one of the powers alone may overflow."""
    rest, found = grown(product)
    powers = {a: base for a, base in found.items() if a != 1 and _is_ratio(base)}
    if not powers:
        return product
    plain = (base**a if a != 1 else base for a, base in found.items() if a not in powers)
    return sp.Mul(rest, *plain, *(sp.exp(a * sp.log(base)) for a, base in powers.items()))


def _is_ratio(base: E) -> bool:
    above, below = sp.fraction(sp.together(base))
    return bool(above.free_symbols) and bool(below.free_symbols)


def _log_of_product(e: E) -> E:
    """log(exp(u) y) as u + log y."""
    factors = sp.Mul.make_args(e.args[0])
    powers = [
        f for f in factors if isinstance(f, sp.exp) or f.is_Pow and isinstance(f.base, sp.exp) and f.exp.is_number
    ]
    rest = sp.Mul(*(f for f in factors if f not in powers))
    exponents = (f.args[0] if isinstance(f, sp.exp) else f.exp * f.base.args[0] for f in powers)
    return sp.Add(*exponents) + sp.log(rest)


def balanced(e: E) -> E:
    """Exponentials multiplied into sums that hold their reciprocals: neither of the two may overflow.

    >>> x, y = sp.symbols("x y")
    >>> balanced(sp.exp(-x) * (y + sp.exp(x)))
    y*exp(-x) + 1
    >>> balanced(sp.exp(-x) * (y * (sp.exp(x) + 1) + 1))
    y*(1 + exp(-x)) + exp(-x)
    """
    return e.replace(lambda f: f.is_Mul and f.has(sp.exp), _spread)


def _spread(product: E) -> E:
    if not product.is_Mul:
        return product
    for f in [f for f in product.args if isinstance(f, sp.exp)]:
        opposite = sp.exp(-f.args[0])
        for total in [t for t in product.args if t.is_Add and t.has(sp.exp)]:
            if _contains(total, opposite):
                rest = (g for g in product.args if g not in (f, total))
                return _spread(sp.Mul(*rest, sp.Add(*(_spread(term * f) for term in total.args))))
    return product


def _contains(total: E, opposite: E) -> bool:
    """Whether an exponential is a factor of a term of a sum, or of one of a sum that is a factor of a term."""
    factors = [f for term in total.args for f in sp.Mul.make_args(term)]
    return opposite in factors or any(_contains(f, opposite) for f in factors if f.is_Add)


def in_one_exponential(e: E) -> E:
    """A product of exponentials, powers and gamma functions as one exponential: a factor alone may overflow.

    >>> k, u = sp.symbols("k u", positive=True)
    >>> in_one_exponential(k * sp.exp(-u) * sp.gamma(k))
    k*exp(-u + loggamma(k))
    >>> in_one_exponential(u**-k * sp.gamma(k))
    exp(-k*log(u) + loggamma(k))
    """
    return e.replace(lambda f: f.is_Mul and f.has(sp.exp, sp.Pow) and f.has(sp.gamma), _gathered)


def _gathered(product: E) -> E:
    exponents = {f: f.args[0] for f in product.args if isinstance(f, sp.exp)}
    powers = (f for f in product.args if f.is_Pow and f.base.is_positive and f.exp.free_symbols)
    exponents |= {f: f.exp * sp.log(f.base) for f in powers}
    for f in product.args if exponents else ():
        base, power = f.as_base_exp()
        if isinstance(base, sp.gamma) and base.args[0].is_positive and power.is_Integer:
            exponents[f] = power * sp.loggamma(base.args[0])
    rest = sp.Mul(*(f for f in product.args if f not in exponents))
    return rest * sp.exp(sp.Add(*exponents.values())) if len(exponents) > 1 else product


def falls_held(operation: Callable[[E], E], e: E) -> E:
    """What an operation makes of an expression with letters for exponentials that fall: e^(−x) is 1/e^x to SymPy.

    >>> w, x = sp.symbols("w x", positive=True)
    >>> sp.together(w + sp.exp(-x)), falls_held(sp.together, w + sp.exp(-x))
    ((w*exp(x) + 1)*exp(-x), w + exp(-x))
    """
    falls: dict[E, E] = {}
    letters: dict[E, E] = {}
    for f in sorted(e.atoms(sp.exp), key=sp.default_sort_key):
        negative = f.args[0].could_extract_minus_sign()
        number, x = (-f.args[0] if negative else f.args[0]).as_coeff_Mul()
        if number.is_Integer and x.is_positive:
            letter = falls.setdefault(x, sp.Dummy("fall", positive=True))
            letters[f] = letter ** (number if negative else -number)
    return operation(e.xreplace(letters)).xreplace({letter: sp.exp(-x) for x, letter in falls.items()})


def magnitude(e: E) -> E:
    """The absolute value of a real expression; that of an exponential is itself, whose exponent SymPy may take for complex.

    >>> t = sp.Symbol("t", real=True)
    >>> magnitude(-t * sp.exp(sp.loggamma(t)))
    exp(loggamma(t))*Abs(t)
    """
    return sp.Mul(*(f if isinstance(f, sp.exp) else sp.Abs(f) for f in sp.Mul.make_args(e)))


def guarded(e: E) -> E:
    """exp(u)·expm1(v) and exp(u)·expm1mx(v) as functions of u and v: of a factor that overflows with one that vanishes."""
    return e.replace(lambda f: f.is_Mul and f.has(sp.exp) and f.has(expm1, expm1mx), _joined)


def powered(e: E) -> E:
    """exp(u) − 1 − u, where u is a logarithm some times and a rest, as a function of the three: a large power is itself.

    >>> w, x, y = sp.symbols("w x y", positive=True)
    >>> powered(expm1mx(w * log1p(x) + y))
    power_expm1mx(w, x, y)
    """
    return e.replace(lambda f: isinstance(f, expm1mx) and f.has(log1p, log1p_to), _as_power)


def _as_power(f: E) -> E:
    for term in sp.Add.make_args(f.args[0]):
        logs = [g for g in sp.Mul.make_args(term) if isinstance(g, (log1p, log1p_to))]
        if len(logs) == 1 and (power := term / logs[0]).free_symbols:
            kind = power_expm1mx if isinstance(logs[0], log1p) else power_expm1mx_to
            step, *ends = logs[0].args
            return kind(power, step, f.args[0] - term, *ends)
    return f


def _joined(product: E) -> E:
    exponentials = [f for f in product.args if isinstance(f, sp.exp)]
    for total in [t for t in product.args if t.is_Add and exponentials]:
        if any(isinstance(f, (expm1, expm1mx)) for term in total.args for f in sp.Mul.make_args(term)):
            rest = (g for g in product.args if g is not total and g not in exponentials)
            spread = (sp.Mul(term, *exponentials, evaluate=False) for term in total.args)
            return sp.Mul(*rest, sp.Add(*map(_joined, spread)))
    for f, kind in _with_exponential(product):
        if exponentials:
            rest = (g for g in product.args if g is not f and g not in exponentials)
            return sp.Mul(*rest, kind(sp.Add(*(g.args[0] for g in exponentials)), f.args[0]))
    return product


def _with_exponential(product: E) -> Iterator[tuple[E, E]]:
    for f in product.args:
        if isinstance(f, (expm1, expm1mx)):
            yield f, exp_expm1 if isinstance(f, expm1) else exp_expm1mx


__all__ = [
    "balanced",
    "capped",
    "falling",
    "falls_held",
    "grown",
    "guarded",
    "in_one_exponential",
    "magnitude",
    "powered",
]
