"""Formulas as short as a textbook's.

`tidy` writes a result as a sum Σ coefficient·atom over distinct special-function atoms, each coefficient
factored, and logs of equal coefficient merged into one. Every rewriting is an identity for positive
arguments of logs; none depends on `simplify`.
"""

from __future__ import annotations

import cmath
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import sympy as sp

from derive.algebra.coefficients import about_a_mean, length, oriented, shortest, squares, times
from derive.algebra.expansion import divisors, multiplied_out, terms
from derive.algebra.frozen import Frozen, atom_of, cancelled, may_divide
from derive.algebra.harmonics import contracted
from derive.algebra.letters import with_branches_held, with_held, with_letters_for_sums
from derive.algebra.logarithms import merged, split_logs
from derive.algebra.reductions import (
    bessel_recurred,
    by_sine,
    duplicated,
    from_below,
    in_one_integral,
    reduced,
    undifferentiated,
)
from derive.algebra.values import NO_VALUE, UNVALUED, point_of, valued

E = Any


@lru_cache(maxsize=4096)
def tidy(expression: E) -> E:
    """The expression in its shortest form.

    >>> k, a, b = sp.symbols("k a b", positive=True)
    >>> tidy(k*sp.log(a) - k*sp.log(b) + k*sp.digamma(k + 1) - k*sp.digamma(k))
    k*log(a/b) + 1
    """
    if expression.has(*NO_VALUE) or expression.is_Atom:
        return expression
    if expression.has(sp.Piecewise):
        return with_branches_held(tidy, expression)
    most = max((terms(e) for e in expression.atoms(sp.Pow)), default=0)
    if most >= MOST_IN_SUMS:
        short, meaning = with_letters_for_sums(expression)
        if meaning and agree(expression, best := _tidy(short).xreplace(meaning)):
            return best
    held = list(_with_powers_held(expression))  # not compared yet: a letter for a power has no value
    spread = held and most >= MOST_IN_POWER
    forms = [] if spread else list(map(_tidy, _spellings(expression)))
    best = min((*forms, *held), key=length)
    if len(forms) == 1 and not held or agree(expression, best):
        return best
    return forms[0] if forms else expression


def _with_powers_held(expression: E) -> Iterator[E]:
    """An expression in short form whose powers of sums are not multiplied out: the highest of them, or all from the third on.

    >>> a, b, c = sp.symbols("a b c")
    >>> next(_with_powers_held(sp.expand((a + b)*(b + c))/c + (a - b)**3/(c*(b + c))))
    (a - b)**3/(c*(b + c)) + (a + b)*(b + c)/c
    """
    powers = [f for f in expression.atoms(sp.Pow) if f.base.is_Add and f.exp.is_Integer and f.exp > 2]
    for least in dict.fromkeys((min(f.exp for f in powers), max(f.exp for f in powers))) if powers else ():
        # a function: it has a coefficient of its own
        letters = {f: sp.Function("power")(sp.Dummy()) for f in powers if f.exp >= least}
        yield with_held(_tidy, expression, letters)


MOST_IN_POWER, MOST_IN_SUMS = 30, 60
"""Powers of sums of which so many terms would come are not multiplied out: factoring what comes of it may take for ever; and
beyond which there are letters for the sums."""

MOST_SPELLINGS = 8
"""Ways of writing an expression of which each is brought into short form."""


def _spellings(expression: E) -> list[E]:
    """An expression in the functions that it came in, and in others by which it may be shorter."""
    forms = [expression]
    for kinds, rewriting in REWRITINGS:
        for e in forms[:]:
            if not e.has(*kinds) or len(forms) == MOST_SPELLINGS:
                continue
            if (other := rewriting(e)) not in forms and not other.has(*NO_VALUE):
                forms.append(other)
    return forms


REWRITINGS: tuple[tuple[tuple[Any, ...], Any], ...] = (
    ((sp.lowergamma,), lambda e: e.replace(sp.lowergamma, lambda s, z: sp.gamma(s) - sp.uppergamma(s, z))),
    ((sp.erf,), lambda e: e.replace(sp.erf, lambda z: 1 - sp.erfc(z))),
    ((sp.erfc,), lambda e: e.replace(sp.erfc, lambda z: 1 - sp.erf(z))),
    ((sp.expint,), in_one_integral),
    ((sp.besselk,), bessel_recurred),
    ((sp.betainc,), from_below),
    ((sp.hyper,), undifferentiated),
    ((sp.gamma,), duplicated),
    ((sp.gamma,), by_sine),
    ((sp.cos, sp.sin), contracted),
    ((sp.cos, sp.sin), lambda e: sp.expand_trig(contracted(e))),
)
"""For expressions with these functions, others in which they may be written."""


def _tidy(expression: E) -> E:
    frozen = Frozen(expression)
    spread = frozen.freeze(split_logs(reduced(expression)))
    spread = spread.replace(lambda e: e.is_Mul, lambda e: _weighted(e, frozen))
    if terms(spread) > MAX_TERMS:
        return expression
    spread = multiplied_out(spread, MAX_LEFT)
    if terms(spread) > MAX_LEFT:
        return expression
    result = _assemble(cancelled(spread, frozen), frozen)
    result = result.replace(
        lambda e: isinstance(e, (sp.erf, sp.erfc)), lambda e: e.func(oriented(sp.factor(e.args[0])))
    )
    result = _exponentials(result)
    result = result.replace(
        lambda e: e.is_Add and 3 < len(e.args) <= MOST_COLLECTED and e.has(sp.exp), _by_exponentials
    )
    result = _powers(result)
    result = min((result, squares(result), about_a_mean(result)), key=length)
    return result if agree(expression, result) else expression


def _weighted(product: E, frozen: Frozen) -> E:
    """A product with a sum whose terms are divided by what another factor is a multiple of: divided, term by term.

    >>> a, b, x = sp.symbols("a b x")
    >>> _weighted((a**2 - a*b)*(x/(a - b) + 1), Frozen(x))
    a**2 - a*b + a*x
    """
    for mean in (f for f in product.args if f.is_Add and divisors(f)):
        rest, weight = atom_of(product / mean, frozen)
        if weight.is_number:
            continue
        terms = []
        for term in mean.args:
            divisor = sp.Mul(*(f for f in sp.Mul.make_args(term) if f in divisors(f)))
            if not all(may_divide(f.base, [weight / f.base]) for f in divisors(divisor)):
                break
            ratio = sp.cancel(weight * divisor) if divisor != 1 else weight
            if divisors(ratio):
                break
            terms.append(term / divisor * ratio)
        else:
            return rest * sp.Add(*terms)
    return product


def _exponentials(expression: E) -> E:
    """Products of exponentials as one."""

    def merge(product: E) -> E:
        exponents = [f.args[0] for f in product.args if isinstance(f, sp.exp)]
        return sp.Mul(sp.exp(shortest(sp.Add(*exponents))), *(f for f in product.args if not isinstance(f, sp.exp)))

    return expression.replace(lambda e: e.is_Mul and sum(isinstance(f, sp.exp) for f in e.args) > 1, merge)


MOST_COLLECTED = 12
"""Sums of more terms than this are not collected by their exponentials."""


def _by_exponentials(total: E) -> E:
    """A sum with the coefficient of an exponential factored, where that is shorter.

    >>> a, b, x = sp.symbols("a b x")
    >>> _by_exponentials(sp.expand((a - 1)*(b + 2)*sp.exp(x) + a))
    a + (a - 1)*(b + 2)*exp(x)
    """
    terms = [(t, sp.Mul.make_args(t)) for t in total.args]
    counts = Counter(f for _, factors in terms for f in factors if isinstance(f, sp.exp))
    forms = [total]
    for e in sorted((e for e, n in counts.items() if n > 1), key=sp.default_sort_key):
        coefficient = sp.Add(*(t / e for t, factors in terms if e in factors))
        rest = sp.Add(*(t for t, factors in terms if e not in factors))
        forms += (_powers(rest + e * c) for c in (coefficient, sp.factor(coefficient)))
    return min(forms, key=length)


def _powers(expression: E) -> E:
    """Powers of positive numbers with one exponent, which has symbols, as one, and those of one base; of sums whatever their sign, if
    the exponent is whole.

    >>> a, b, n = sp.symbols("a b n", positive=True)
    >>> _powers(a**n*n*a/b**n), _powers(n*a*a**n)
    (a*n*(a/b)**n, a**(n + 1)*n)
    >>> k = sp.Symbol("k", integer=True)
    >>> _powers((a/(1 - b) - 1)**k/(b/(1 - b) + 1)**k)
    (a + b - 1)**k
    """

    def symbolic(f: E) -> bool:
        return bool(f.is_Pow and f.exp.free_symbols)

    def merge(product: E) -> E:
        alone: list[E] = []
        together: dict[E, list[E]] = {}
        for f in product.args:
            if symbolic(f) and (f.base.is_positive or f.exp.is_integer and f.base.is_Add):
                negative = f.exp.could_extract_minus_sign()
                exponent, base = (-f.exp, 1 / f.base) if negative else (f.exp, f.base)
                together.setdefault(exponent, []).append(base)
            else:
                alone.append(f)
        alone += [bases.pop() ** exponent for exponent, bases in together.items() if len(bases) == 1]
        result = sp.Mul(*(_product(bases) ** exponent for exponent, bases in together.items()))
        for base in {f.base for f in alone if symbolic(f) and not f.base.is_number}:
            alike = [f for f in alone if f.as_base_exp()[0] == base]
            alone = [f for f in alone if f not in alike]
            result *= base ** sp.Add(*(f.as_base_exp()[1] for f in alike))
        return result * sp.Mul(*alone)

    return expression.replace(lambda e: e.is_Mul and any(map(symbolic, e.args)), merge)


def _product(bases: list[E]) -> E:
    """The product of bases, sums in it over what they have in common."""
    whole = sp.Mul(*bases)
    return sp.cancel(whole) if len(bases) > 1 and any(map(_of_fractions, bases)) else whole


def _of_fractions(e: E) -> bool:
    """Whether a sum, or what it is the reciprocal of, has a fraction in it."""
    total = e if e.is_Add else 1 / e
    return bool(total.is_Add and total.is_rational_function() and sp.fraction(sp.together(total))[1].free_symbols)


def agree(one: E, other: E) -> bool:
    """Whether two expressions have the same value at a point: rewriting must not change what it rewrites.

    >>> x = sp.Symbol("x", positive=True)
    >>> agree(sp.log(x**2), 2*sp.log(x)), agree(sp.log(x**2), sp.log(x))
    (True, False)

    What has no value is none of what has one.

    >>> agree(x, sp.nan)
    False
    """
    if other.has(*NO_VALUE) and not one.has(*NO_VALUE):
        return False
    point = point_of(one.free_symbols | other.free_symbols)
    for place in (point, {s: v + 2 for s, v in point.items()}):  # where exponents are such that integrals exist
        try:
            a, b = (valued(e, place) for e in _without_series(one, other, place))
        except UNVALUED:
            continue
        if cmath.isfinite(a) and cmath.isfinite(b):
            return abs(a.real - b.real) <= 1e-8 * (1 + abs(a.real))
    return True


def _without_series(one: E, other: E, point: dict[E, E]) -> tuple[E, E]:
    """Two expressions with one arbitrary number in for hypergeometric functions of equal arguments, where both have the
    same ones: their values cost seconds, and a rewriting of what stands around them does not hang on them."""
    swaps = []
    for e in (one, other):
        atoms = e.atoms(sp.hyper, sp.meijerg)
        swaps.append({f: tuple(f"{complex(sp.N(a, 15, subs=point)):.9e}" for a in _arguments(f)) for f in atoms})
    if set(swaps[0].values()) != set(swaps[1].values()):
        return one, other
    numbers = ({f: sp.Rational(zlib.crc32(repr(key).encode()), 2**31) for f, key in swap.items()} for swap in swaps)
    first, second = numbers
    return one.xreplace(first), other.xreplace(second)


def _arguments(e: E) -> list[E]:
    """The arguments of a function, those in tuples too."""
    return [b for a in e.args for b in (_arguments(a) if isinstance(a, sp.Tuple) else [a])]


MAX_TERMS, MAX_LEFT = 10**6, 2000
"""Expressions that would be multiplied out into more terms than this are left as they are, and those of which more are left
when that is done."""


MOST_GATHERED = 150
"""Terms that are longer together are not brought over one denominator: factoring may take for ever."""


def _not_elementary(e: E) -> bool:
    return bool(e.is_Function) and not isinstance(e, sp.exp)


def _gathered(terms: list[tuple[E, E]]) -> list[tuple[E, E]]:
    """Terms (coefficient, atom) with those of one special function as one term, where that is shorter.

    >>> x = sp.Symbol("x", positive=True)
    >>> e1 = sp.expint(1, 2*x)
    >>> _gathered([(sp.S.One, e1), (sp.S.One, e1 / (sp.exp(x) - 1))])
    [(1, exp(x)*expint(1, 2*x)/(exp(x) - 1))]
    """
    groups: dict[E, list[tuple[E, E]]] = {}
    for coefficient, atom in terms:
        special = [f for f in sp.Mul.make_args(atom) if f == sp.EulerGamma or _not_elementary(f.as_base_exp()[0])]
        groups.setdefault(sp.Mul(*special), []).append((coefficient, atom))
    result = []
    for special, members in groups.items():
        if special != 1 and len(members) > 1 and sum(length(c * a) for c, a in members) < MOST_GATHERED:
            total = sp.factor(sp.Add(*(c * (a / special) for c, a in members)))
            if length(total) + length(special) < sum(length(c * a) for c, a in members):
                coefficient, atom = total.as_independent(sp.exp, as_Add=False)
                members = [(coefficient, atom * special)]
        result += members
    return result


def _assemble(spread: E, frozen: Frozen) -> E:
    """A sum as Σ coefficient·atom with factored coefficients and merged logs."""
    table: dict[E, list[E]] = {}
    for term in sp.Add.make_args(spread):
        atom, coefficient = atom_of(term, frozen)
        table.setdefault(atom, []).append(coefficient)
    short = [(_coefficient(sp.Add(*parts), frozen.thaw(atom)), frozen.thaw(atom)) for atom, parts in table.items()]
    logs, rest = [], []
    for coefficient, atom in _gathered([(c, a) for c, a in short if c != 0]):
        inside = [f for f in sp.Mul.make_args(atom) if isinstance(f, sp.log)]
        if len(inside) == 1:
            logs.append((coefficient * (atom / inside[0]), inside[0].args[0]))
        else:
            rest.append(times(coefficient, atom))
    result = sp.Add(*rest, *merged(logs))
    return min((result, _over_sums(result)), key=length)


WORTH_TURNING = 40
"""The length of a coefficient from which it is also written in powers of what its log is of."""


def _coefficient(coefficient: E, atom: E) -> E:
    """The coefficient of an atom in its shortest form; that of a log also in powers of what the log is of."""
    short = shortest(coefficient)
    if not isinstance(atom, sp.log) or length(short) < WORTH_TURNING:
        return short
    return min((short, *_in_powers(short, oriented(sp.factor(atom.args[0])))), key=length)


def _in_powers(coefficient: E, total: E) -> Iterator[E]:
    """A fraction in powers of a sum, for every symbol that may be eliminated for it.

    >>> a, b, c = sp.symbols("a b c")
    >>> [*_in_powers(sp.expand((a - b)**3 + (a - b)**2*c), a - b)]
    [c*(a - b)**2 + (a - b)**3, c*(a - b)**2 + (a - b)**3]
    """
    above, under = sp.fraction(coefficient)
    letter = sp.Dummy("letter")
    for s in sorted(total.free_symbols, key=str) if total.is_Add and not above.atoms(sp.Function) else ():
        slope, rest = total.coeff(s, 1), total.coeff(s, 0)
        if slope.is_Rational and slope != 0 and sp.expand(slope * s + rest - total) == 0 and above.is_polynomial(s):
            turned = multiplied_out(above.xreplace({s: (letter - rest) / slope}))
            powers = (shortest(c) * letter**k for (k,), c in sp.Poly(turned, letter).terms())
            yield sp.Add(*powers).xreplace({letter: total}) / under


def _shared(factor: E) -> bool:
    """Whether a factor is one that the terms of a sum are written over: a sum of functions below the line, or Γ."""
    base = factor.base if factor.is_Pow else factor
    return isinstance(base, sp.gamma) or factor.is_Pow and factor.exp == -1 and base.is_Add and base.has(sp.Function)


def _over_sums(expression: E) -> E:
    """A sum with the terms over one sum of functions as one fraction, and those with one product of Γ in brackets.

    >>> x, y = sp.symbols("x y")
    >>> _over_sums(x + y/(sp.exp(x) - 1) - x*sp.log(y)/(sp.exp(x) - 1))
    x + (-x*log(y) + y)/(exp(x) - 1)
    """
    groups: dict[E, list[E]] = {}
    for term in sp.Add.make_args(expression):
        shared = sp.Mul(*filter(_shared, sp.Mul.make_args(term)))
        groups.setdefault(shared, []).append(term)
    sums = {shared: sp.Add(*(t / shared for t in terms)) for shared, terms in groups.items()}
    # common factors are drawn out of what is in brackets
    short = {
        shared: total if shared == 1 else min((total, sp.factor_terms(total)), key=length)
        for shared, total in sums.items()
    }
    return sp.Add(*(shared * total for shared, total in short.items()))
