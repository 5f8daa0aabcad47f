"""Logs split into logs of factors, and merged again into as few as read well."""

from __future__ import annotations

import contextlib
import math
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.algebra.coefficients import leads_negative, length, oriented, reads_negative, squares, times
from derive.algebra.frozen import short_argument
from derive.algebra.values import UNVALUED, point_of, valued

E = Any

MAX_POWER = 24
"""Logs whose coefficients differ by a larger factor are not made one log: its argument would be a huge power."""


def split_logs(expression: E) -> E:
    """Logs of products and powers of positive things, as sums of logs."""

    def split(e: E) -> E:
        argument = e.args[0]
        if argument.is_Add:
            argument = sp.factor(argument)
        if argument.is_Mul or argument.is_Pow:
            return sp.expand_log(sp.log(argument)).replace(_of_reciprocal, lambda e: -sp.log(1 / e.args[0]))
        return sp.log(argument)

    return expression.replace(lambda e: isinstance(e, sp.log), split)


def _of_reciprocal(e: E) -> bool:
    return isinstance(e, sp.log) and e.args[0].is_Pow and e.args[0].exp == -1


def merged(logs: list[tuple[E, E]]) -> list[E]:
    """Logs with numeric coefficients as one log, and logs of equal or opposite coefficient as one."""
    numeric = [(c, a) for c, a in logs if c.is_Rational]
    groups: dict[E, list[tuple[int, E]]] = {}
    values = _values([c for c, _ in logs])
    for c, a in logs:
        if c.is_Rational:
            continue
        opposite = next((known for known in groups if _opposed(known, c, values)), None)
        if opposite is not None:
            groups[opposite].append((-1, a))
        else:
            groups.setdefault(c, []).append((1, a))
    result = _numeric_logs(numeric)
    for c, members in groups.items():
        argument = _argument(sp.Mul(*(a**s for s, a in members)))
        turned = c.could_extract_minus_sign() or c.is_Add and reads_negative(c)
        if turned and any(s < 0 for s, _ in members):
            c, argument = -c, 1 / argument
        result.append(times(c, logarithm(argument)))
    return result


def _values(coefficients: list[E]) -> dict[E, complex]:
    """The values of coefficients at one point, of those that have one; a function that is not known is as good as a symbol.

    >>> x, f = sp.Symbol("x"), sp.Function("f")
    >>> len(_values([x*f(x), x - f(x)]))
    2
    """
    values: dict[E, complex] = {}
    if len(coefficients) == 1:  # there is none to compare it with
        return values
    unknown = sorted(set().union(*(c.atoms(AppliedUndef) for c in coefficients)), key=sp.default_sort_key)
    letters = {f: sp.Dummy() for f in unknown}
    placed = {c: c.xreplace(letters) for c in coefficients}
    point = point_of(set().union(*(e.free_symbols for e in placed.values())))
    for c, e in placed.items():
        with contextlib.suppress(*UNVALUED):
            values[c] = valued(e, point)
    return values


def _opposed(one: E, other: E, values: dict[E, complex]) -> bool:
    """Whether two coefficients add up to 0; what they are worth at a point tells most apart without multiplying out.

    >>> a, b = sp.symbols("a b")
    >>> one, other, third = a*(a + b), -a**2 - a*b, a**2 - a*b
    >>> values = _values([one, other, third])
    >>> _opposed(one, other, values), _opposed(one, third, values), _opposed(a/(a - b), a/(b - a), {})
    (True, False, True)
    """
    if one in values and other in values:
        a, b = values[one], values[other]
        if abs(a + b) > 1e-8 * (abs(a) + abs(b)) + 1e-30:
            return False
    total = sp.expand(one + other)
    return bool(total == 0 or sp.expand(sp.together(total).as_numer_denom()[0]) == 0)


def _numeric_logs(numeric: list[tuple[E, E]]) -> list[E]:
    """Logs with rational coefficients: as one log, or one for each size of coefficient, whichever is shorter."""
    numeric = [(c, a) for c, a in numeric if c != 0]  # logs that cancelled
    if not numeric:
        return []
    unit = sp.Rational(1, math.lcm(*(int(c.q) for c, _ in numeric)))
    unit *= math.gcd(*(int(c / unit) for c, _ in numeric))
    sizes = sorted({abs(c) for c, _ in numeric})
    choices = [[(size, sp.Mul(*(a ** (c / size) for c, a in numeric if abs(c) == size))) for size in sizes]]
    if max(abs(c / unit) for c, _ in numeric) <= MAX_POWER:  # beyond, the powers of numbers alone would take for ever
        choices.insert(0, [(unit, sp.Mul(*(a ** (c / unit) for c, a in numeric)))])
    options = [[c * logarithm(_argument(a)) for c, a in option] for option in choices]
    return min(options, key=lambda terms: length(sp.Add(*terms)))


def logarithm(argument: E) -> E:
    """log of a product, as −log of its inverse where that has no numerator."""
    return -sp.log(1 / argument) if sp.fraction(argument)[0] == 1 and argument != 1 else sp.log(argument)


def _argument(product: E) -> E:
    """The argument of a merged log: cancelled, (1 − w)(1 + w) as 1 − w², its own logs merged, without a minus in front.

    >>> a, b, c = sp.symbols("a b c")
    >>> _argument(-c*(sp.atan(a/2 - b/2) - sp.atan(b)))
    c*(atan(b) - atan((a - b)/2))
    """
    product = product.replace(lambda e: e.is_Add and e.has(sp.log), _gathered)
    product = product.replace(_has_sum, lambda e: e.func(*map(short_argument, e.args)))
    if not any(f.as_base_exp()[0].is_Add for f in sp.Mul.make_args(product)):
        return product
    forms = [product, oriented(product)]
    with contextlib.suppress(sp.PolynomialError, NotImplementedError):
        forms.append(oriented(sp.factor(product)))
    forms += [_conjugates(f) for f in forms] + [squares(f) for f in forms]
    best = min(forms, key=lambda e: (length(e), sp.default_sort_key(e)))
    sums = [f for f in best.args if f.is_Add] if best.is_Mul else []
    if sums and leads_negative(best):
        total = max(sums, key=lambda f: f.has(sp.Function))
        best = sp.Mul(-total, -sp.Mul(*(f for f in best.args if f is not total)))
    return best


def _has_sum(e: E) -> bool:
    """Whether an expression is a function of sums that may be shorter."""
    return isinstance(e, sp.Function) and not isinstance(e, (sp.log, sp.exp)) and any(a.is_Add for a in e.args)


def _gathered(total: E) -> E:
    """A sum with its logs merged: log b − log a as log(b/a)."""
    logs, rest = [], []
    for term in total.args:
        found = [f for f in sp.Mul.make_args(term) if isinstance(f, sp.log)]
        if len(found) == 1:
            logs.append((term / found[0], found[0].args[0]))
        else:
            rest.append(term)
    return sp.Add(*rest, *merged(logs))


def _conjugates(product: E) -> E:
    """(1 − w)^n (1 + w)^n as (1 − w²)^n."""
    factors: dict[E, E] = {}
    for f in sp.Mul.make_args(product):
        base, power = f.as_base_exp()
        factors[base] = factors.get(base, sp.S.Zero) + power
    for one in list(factors):
        other = 2 - one
        pair = one in factors and other in factors and other != one and factors[one] == factors[other]
        if pair and one.is_Add and one.as_coeff_Add()[0] == 1:
            power = factors.pop(one)
            del factors[other]
            both = sp.expand(one * other)
            factors[both] = factors.get(both, sp.S.Zero) + power
    return sp.Mul(*(base**power for base, power in factors.items()))
