"""Special functions held fixed, so that what is left of an expression is a rational function of symbols."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import sympy as sp

from derive.algebra.coefficients import leads_negative, length, radicals, shortest
from derive.algebra.expansion import divisors

E = Any

MAX_CANCEL = 400
"""Sums of fractions with more operations than this are not put over one denominator."""

MAX_NUMERATOR = 1500
"""Operations of a numerator over one denominator beyond which the sum of fractions is left as it was: no division makes
that short."""

MOST_FUNCTIONS = 4
"""The argument of a function that is made of more functions than these is left as it came: factoring it takes long."""


class Frozen:
    """Special functions and exponentials held fixed, so that what is left is a rational function of symbols.

    Exponentials with proportional exponents become powers of one symbol, so that they cancel.
    """

    def __init__(self, expression: E) -> None:
        self.single = {sp.expand(e.args[0]) for e in expression.atoms(sp.exp)}
        self.names: dict[E, sp.Dummy] = {}
        self.meaning: dict[sp.Dummy, E] = {}
        self._exponents: list[tuple[E, sp.Dummy]] = []
        self._shared = _multiples({e.base for e in expression.atoms(sp.Pow) if e.base.is_Add and e.exp.free_symbols})

    def freeze(self, e: E) -> E:
        if e.is_Atom:
            return self._name(e) if e is sp.EulerGamma else e
        if isinstance(e, sp.exp):
            return self._exponential(e)
        if isinstance(e, (sp.Abs, sp.sign)) and not any(f.func not in (sp.Abs, sp.sign) for f in e.atoms(sp.Function)):
            return e.func(*(self.freeze(a) for a in e.args))
        if isinstance(e, (sp.Function, sp.Integral, sp.Sum)):
            return self._name(e)
        if e.is_Pow and e.exp.free_symbols:
            return self._power(e)
        frozen = e.func(*(self.freeze(a) for a in e.args))
        if e.is_Pow and e.exp.is_negative and e.base.is_Add and self.special(frozen):
            return sp.factor_terms(frozen.base) ** frozen.exp
        return frozen

    def _name(self, e: E) -> E:
        if isinstance(e, sp.Function) and not isinstance(e, (sp.exp, sp.log, sp.hyper, sp.meijerg)):
            number, e = e.func(*map(short_argument, e.args)).as_coeff_Mul()  # erf(−z) is −erf(z)
            if number != 1:
                return number * self._name(e)
            e = e.func(*map(radicals, e.args))
        if e not in self.names:
            self.names[e] = sp.Dummy(f"f{len(self.names)}", real=True)
            self.meaning[self.names[e]] = e
        return self.names[e]

    def _exponential(self, e: E) -> E:
        exponent = sp.expand(e.args[0])
        terms = sp.Add.make_args(exponent)
        if len(terms) > 1 and any(_proportional(t, other) for t in terms for other in self.single if other != exponent):
            return sp.Mul(*(self._proportional_power(t) for t in terms))
        return self._proportional_power(exponent)

    def _proportional_power(self, exponent: E) -> E:
        for known, name in self._exponents:
            if ratio := _proportional(exponent, known):
                return name**ratio
        negative = leads_negative(exponent)
        exponent = -exponent if negative else exponent
        name = self._name(sp.exp(shortest(exponent)))
        self._exponents.append((exponent, name))
        return 1 / name if negative else name

    def _power(self, e: E) -> E:
        if e.base in self._shared:
            ratio, base = self._shared[e.base]
            return self.freeze(sp.expand_power_base(ratio**e.exp)) * self._power(base**e.exp)
        base, result = e.base, sp.S.One
        for term in sp.Add.make_args(sp.expand(e.exp)):
            if term.is_Rational:
                result *= self.freeze(base) ** term
            elif leads_negative(term):
                result /= self._name(base ** (-term))
            else:
                result *= self._name(base**term)
        return result

    def thaw(self, e: E) -> E:
        return e.xreplace(self.meaning)

    def special(self, e: E) -> bool:
        return bool(e.free_symbols & self.meaning.keys())


def short_argument(argument: E) -> E:
    """An argument of a function, written in one way whatever way it came in."""
    inside = argument.replace(lambda e: isinstance(e, sp.exp), lambda e: sp.exp(shortest(sp.expand(e.args[0]))))
    functions = inside.atoms(sp.Function)
    # complex ones, of which a real part is taken, are short already, and SymPy's factor has no end over the Gaussian numbers
    left = len(functions) > MOST_FUNCTIONS or functions and inside.has(sp.I)
    return inside if left else shortest(inside)


def _multiples(bases: set[E]) -> dict[E, tuple[E, E]]:
    """Sums that are products of positive factors and another of them: those factors, and that other.

    >>> a, b = sp.symbols("a b", positive=True)
    >>> _multiples({a - b, 1/b - 1/a})
    {1/b - 1/a: (1/(a*b), a - b)}
    """
    found: dict[E, tuple[E, E]] = {}
    for base in sorted(bases, key=lambda e: (length(e), sp.default_sort_key(e))):
        for other in sorted(bases - found.keys() - {base}, key=sp.default_sort_key):
            ratio = sp.cancel(base / other)
            if length(other) <= length(base) and ratio.is_positive and not ratio.atoms(sp.Add):
                found[base] = ratio, other
                break
    return found


@lru_cache(maxsize=16384)
def _proportional(one: E, other: E) -> Any:
    """one/other when it is a small integer, else 0; both are expanded.

    >>> a, b = sp.symbols("a b")
    >>> _proportional(2*a - 4*b, 2*b - a), _proportional(a - b, a + b)
    (-2, 0)
    """
    if one.free_symbols != other.free_symbols:
        return 0
    if divisors(one) or divisors(other):
        ratio = sp.cancel(one / other)
    else:
        above, below = one.as_coefficients_dict(), other.as_coefficients_dict()
        ratios = {c / below.get(term, sp.nan) for term, c in above.items()}
        ratio = ratios.pop() if len(ratios) == 1 and len(above) == len(below) else sp.nan
    return ratio if ratio.is_Integer and abs(ratio) < 20 else 0


def cancelled(spread: E, frozen: Frozen) -> E:
    """The terms whose denominators are sums of special functions, put over one denominator and cancelled."""
    plain, over = _parted(sp.Add.make_args(spread))
    spread = sp.Add(*plain, *(_over_one(terms, denominator) for denominator, terms in over.items()))
    plain, over = _parted(sp.Add.make_args(spread))
    mixed = [term for terms in over.values() for term in terms]
    if not mixed or sp.count_ops(sp.Add(*mixed)) > MAX_CANCEL:
        return spread
    try:
        numerator, denominator = sp.fraction(sp.cancel(sp.together(sp.Add(*mixed))))
    except (sp.PolynomialError, NotImplementedError):
        return spread
    if sp.count_ops(numerator) > MAX_NUMERATOR:
        return spread
    denominator = sp.factor_terms(sp.factor(denominator))
    if not frozen.special(numerator):
        return sp.Add(*plain, sp.factor(numerator) / denominator)
    whole, rest = _divided(numerator, denominator, frozen)
    groups: dict[E, E] = {}
    for term in sp.Add.make_args(sp.expand(rest)):
        atom, coefficient = atom_of(term, frozen)
        groups[atom] = groups.get(atom, sp.S.Zero) + coefficient
    if frozen.special(denominator):
        over_one = sp.Add(whole, *(sp.factor(c) * a / denominator for a, c in groups.items()))
        return sp.Add(
            sp.expand(sp.Add(*plain)), min((over_one, *_partial_fractions(numerator, denominator, frozen)), key=length)
        )
    return sp.Add(
        sp.expand(sp.Add(*plain)), whole, *(sp.cancel(sp.factor(c) / denominator) * a for a, c in groups.items())
    )


def _partial_fractions(numerator: E, denominator: E, frozen: Frozen) -> list[E]:
    """The sum of partial fractions, where the denominator is a product of sums with one special function each.

    >>> x = sp.Symbol("x")
    >>> frozen = Frozen(x)
    >>> a, b = frozen.freeze(sp.exp(x)), frozen.freeze(sp.sin(x))
    >>> [frozen.thaw(e) for e in _partial_fractions(a + b, (a - 1)*(b + 1), frozen)]
    [1/(sin(x) + 1) + 1/(exp(x) - 1)]
    """
    sums = [f for f in sp.Mul.make_args(denominator) if f.is_Add]
    generators = [f.free_symbols & frozen.meaning.keys() for f in sums]
    if len(sums) < 2 or any(len(g) != 1 for g in generators) or len(set().union(*generators)) < len(sums):
        return []
    total = numerator / denominator
    try:
        for (generator,) in generators:
            total = sp.Add(*(sp.apart(t, generator) for t in sp.Add.make_args(total)))
    except (sp.PolynomialError, NotImplementedError):
        return []
    return [sp.expand(total)]


def _parted(terms: Iterable[E]) -> tuple[list[E], dict[E, list[E]]]:
    """Terms without sums in their denominators, and the others by those sums."""
    plain: list[E] = []
    over: dict[E, list[E]] = {}
    for term in terms:
        sums = [f for f in sp.Mul.make_args(sp.fraction(term)[1]) if f.as_base_exp()[0].is_Add]
        if sums:
            over.setdefault(sp.Mul(*sums), []).append(term)
        else:
            plain.append(term)
    return plain, over


def _over_one(terms: list[E], denominator: E) -> E:
    """Terms over one sum, divided by it where that leaves nothing over it.

    >>> a, b, c = sp.symbols("a b c")
    >>> _over_one([a*c/(a - b), -b*c/(a - b)], a - b), _over_one([a*c/(a - b)], a - b)
    (c, a*c/(a - b))
    """
    total = sp.Add(*terms)
    if len(terms) > 1 and sp.count_ops(total) <= MAX_CANCEL and may_divide(denominator, terms):
        with contextlib.suppress(sp.PolynomialError, NotImplementedError):
            quotient = sp.cancel(sp.Add(*(t * denominator for t in terms)) / denominator)
            if not _parted([sp.factor_terms(quotient)])[1]:
                return sp.expand(quotient)
    return total


def may_divide(denominator: E, terms: list[E]) -> bool:
    """Whether what stands over a sum is 0 at a point where the sum is; division itself takes long, and is mostly in vain.

    >>> a, b, c = sp.symbols("a b c")
    >>> may_divide(a - b, [a*c/(a - b), -b*c/(a - b)]), may_divide(a - b, [a*c/(a - b), b*c/(a - b)])
    (True, False)
    """
    total = sp.Add(*terms)
    symbols = sorted(total.free_symbols, key=str)
    for s in symbols if not total.has(sp.Derivative, sp.Subs, sp.Integral, sp.Sum) else ():
        slope, rest = denominator.coeff(s, 1), denominator.coeff(s, 0)
        if slope != 0 and denominator.is_Add and sp.expand(slope * s + rest - denominator) == 0:
            place = {t: sp.Rational(7 + 3 * i, 5 + 2 * i) for i, t in enumerate(symbols) if t != s}
            place[s] = -(rest / slope).xreplace(place)
            value = sp.Add(*((t * denominator).xreplace(place) for t in terms))
            return not value.is_Rational or bool(value == 0)
    return True


def _divided(numerator: E, denominator: E, frozen: Frozen) -> tuple[E, E]:
    """Quotient and remainder in a special function that the denominator is a sum of."""
    sums = [f for f in sp.Mul.make_args(denominator) if f.as_base_exp()[0].is_Add]
    for generator in sorted(set().union(*(f.free_symbols for f in sums)) & frozen.meaning.keys(), key=str):
        if numerator.is_polynomial(generator) and denominator.is_polynomial(generator):
            quotient, remainder = sp.div(numerator, sp.expand(denominator), generator)
            if quotient != 0 and not frozen.special(sp.fraction(sp.together(quotient))[1]):
                return sp.expand(quotient), remainder
    return sp.S.Zero, numerator


def atom_of(term: E, frozen: Frozen) -> tuple[E, E]:
    """A term as (product of special functions, algebraic coefficient)."""
    atoms: list[E] = []
    coefficients: list[E] = []
    for f in sp.Mul.make_args(term):
        (atoms if frozen.special(f) else coefficients).append(f)
    return sp.Mul(*atoms), sp.Mul(*coefficients)
