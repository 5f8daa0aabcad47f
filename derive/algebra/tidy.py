"""Formulas as short as a textbook's.

`tidy` writes a result as a sum Σ coefficient·atom over distinct special-function atoms, each coefficient
factored, and logs of equal coefficient merged into one. Every rewriting is an identity for positive
arguments of logs; none depends on `simplify`.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import sympy as sp

from derive.algebra.coefficients import length, oriented, shortest, squares, times
from derive.algebra.expansion import divisors, multiplied_out
from derive.algebra.frozen import Frozen, atom_of, cancelled, may_divide
from derive.algebra.functions import named_derivatives
from derive.algebra.harmonics import contracted
from derive.algebra.logarithms import merged, split_logs
from derive.algebra.values import UNVALUED, point_of, valued

E = Any


@lru_cache(maxsize=4096)
def tidy(expression: E) -> E:
    """The expression in its shortest form.

    >>> k, a, b = sp.symbols("k a b", positive=True)
    >>> tidy(k*sp.log(a) - k*sp.log(b) + k*sp.digamma(k + 1) - k*sp.digamma(k))
    k*log(a/b) + 1
    """
    if expression.has(sp.nan, sp.zoo, sp.oo) or expression.is_Atom:
        return expression
    if expression.has(sp.lowergamma):
        upper = expression.replace(sp.lowergamma, lambda s, z: sp.gamma(s) - sp.uppergamma(s, z))
        return min((_tidy(expression), _tidy(upper)), key=length)
    if expression.has(sp.erf, sp.erfc):
        others = (expression.replace(f, lambda z, g=g: 1 - g(z)) for f, g in ((sp.erf, sp.erfc), (sp.erfc, sp.erf)))
        return min((_tidy(e) for e in dict.fromkeys((expression, *others))), key=length)
    if expression.has(sp.besselk) and (other := bessel_recurred(expression)) != expression:
        return min((_tidy(e) for e in (expression, other)), key=length)
    if expression.has(sp.cos, sp.sin):
        sums = contracted(expression)
        return min(map(_tidy, (expression, sums, sp.expand_trig(sums))), key=length)
    return _tidy(expression)


def _tidy(expression: E) -> E:
    frozen = Frozen(expression)
    spread = frozen.freeze(split_logs(_special(expression)))
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
    result = min((_exponentials(result), squares(_exponentials(result))), key=length)
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


def agree(one: E, other: E) -> bool:
    """Whether two expressions have the same value at a point: rewriting must not change what it rewrites.

    >>> x = sp.Symbol("x", positive=True)
    >>> agree(sp.log(x**2), 2*sp.log(x)), agree(sp.log(x**2), sp.log(x))
    (True, False)
    """
    point = point_of(one.free_symbols | other.free_symbols)
    try:
        a, b = (valued(e, point) for e in _without_series(one, other, point))
    except UNVALUED:
        return True
    return abs(a.real - b.real) <= 1e-8 * (1 + abs(a.real)) or a != a or b != b


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


MOST_ORDERS = 12
"""The highest degree of a polynomial that a hypergeometric function is written as."""

MAX_ORDERS = 8
"""Orders of Bessel functions that lie further apart are left."""
MAX_TERMS, MAX_LEFT = 10**6, 2000
"""Expressions that would be multiplied out into more terms than this are left as they are, and those of which more are left
when that is done."""


def terms(e: E) -> int:
    """How many terms an expression has at most when expanded.

    >>> terms(sp.sympify("(a + b)**3*(c + d)"))
    8
    """
    if e.is_Add:
        return sum(terms(a) for a in e.args)
    if e.is_Mul:
        return math.prod(terms(a) for a in e.args)
    if e.is_Pow and e.exp.is_Integer and e.base.is_Add:
        return math.comb(terms(e.base) + int(e.exp) - 1, int(e.exp)) if e.exp > 0 else 1
    return 1


def _special(expression: E) -> E:
    """Special functions at their simplest arguments."""
    expression = named_derivatives(expression)
    if expression.has(sp.besselk, sp.besseli, sp.uppergamma):
        expression = expression.replace(
            lambda e: isinstance(e, sp.besselk) and e.args[0].could_extract_minus_sign(),
            lambda e: sp.besselk(-e.args[0], e.args[1]),
        )
        expression = expression.replace(_half_integer_bessel, _elementary_bessel)
        expression = expression.replace(_elementary_uppergamma, lambda e: sp.expand_func(e))
    if expression.has(sp.betainc):
        expression = expression.replace(sp.betainc, _incomplete_beta)
    if expression.has(sp.hyper):
        expression = expression.replace(lambda e: isinstance(e, sp.hyper), _hyper)
    if expression.has(sp.loggamma, sp.gamma, sp.polygamma):
        expression = _recurrences(_duplicated(expression))
    return expression


def _duplicated(expression: E) -> E:
    """Γ(2x)/Γ(x + ½) as Γ(x), which SymPy turns that into for whole 2x (DLMF 5.5.5)."""
    swap = {}
    for e in expression.atoms(sp.gamma):
        half = sp.expand(e.args[0] / 2)
        if expression.has(other := sp.gamma(half + sp.S.Half)):
            swap[e] = 2 ** (2 * half - 1) * sp.gamma(half) * other / sp.sqrt(sp.pi)
    return expression.xreplace(swap)


def bessel_recurred(expression: E) -> E:
    """Functions K of one argument and of three orders or more by those of the two lowest (DLMF 10.29.1).

    >>> z = sp.Symbol("z", positive=True)
    >>> bessel_recurred(sp.besselk(0, z) - sp.besselk(2, z) + sp.besselk(1, z))
    besselk(1, z) - 2*besselk(1, z)/z
    """
    swaps: dict[E, E] = {}
    found = sorted(expression.atoms(sp.besselk), key=lambda e: (sp.default_sort_key(e.args[1]), e.args[0].is_number))
    for z in dict.fromkeys(e.args[1] for e in found):
        orders = [e.args[0] for e in found if e.args[1] == z]
        for lowest in orders:
            steps = sorted(int(d) for o in orders if (d := sp.expand(o - lowest)).is_Integer)
            if steps[0] < 0 or len(steps) < 3 or steps[-1] > MAX_ORDERS:
                continue
            values = [sp.besselk(lowest, z), sp.besselk(lowest + 1, z)]
            while len(values) <= steps[-1]:
                values.append(values[-2] + 2 * (lowest + len(values) - 1) / z * values[-1])
            swaps |= {o: values[int(sp.expand(o.args[0] - lowest))] for o in found
                      if o.args[1] == z and sp.expand(o.args[0] - lowest).is_Integer}  # fmt: skip
    return expression.xreplace(swaps)


def _half_integer_bessel(e: E) -> bool:
    return isinstance(e, sp.besselk) and e.args[0].is_Rational and e.args[0].q == 2


def _elementary_bessel(e: E) -> E:
    """K_{n+1/2}(z), elementary (DLMF 10.49.12)."""
    n, z = e.args[0] - sp.S.Half, e.args[1]
    terms = (sp.ff(n + k, 2 * k) / (sp.factorial(k) * (2 * z) ** k) for k in range(int(n) + 1))
    return sp.sqrt(sp.pi / (2 * z)) * sp.exp(-z) * sp.Add(*terms)


def _elementary_uppergamma(e: E) -> bool:
    return isinstance(e, sp.uppergamma) and e.args[0].is_Integer and 0 < e.args[0] < 20


def _incomplete_beta(a: E, b: E, low: E, high: E) -> E:
    """∫ t^(a−1) (1−t)^(b−1) dt, elementary where one of the exponents is 0."""
    if a == 1:
        return ((1 - low) ** b - (1 - high) ** b) / b
    if b == 1:
        return (high**a - low**a) / a
    return sp.betainc(a, b, low, high)


def _hyper(e: E) -> E:
    """Hypergeometric functions at arguments where they have shorter names.

    Polynomials, ₀F₀ and ₁F₀ (DLMF 16.2.2, 15.4.6), ₂F₂(1, 1; 2, 2; −z) as E1 (6.2.4, 6.6.4), ₀F₁(; n+1; z²/4) and
    ₁F₁(n+½; 2n+1; 2z) as Bessel functions (10.25.2, 13.6.9), ₂F₁(1, 1; 2; z) as a logarithm (15.4.1).
    """
    above, below, z = e.args
    if z == 0:
        return sp.S.One
    whole = [a for a in above if a.is_Integer and -MOST_ORDERS <= a <= 0]
    if whole:  # a polynomial
        ratio = [
            sp.Mul(*(sp.rf(a, k) for a in above)) / sp.Mul(*(sp.rf(b, k) for b in below)) for k in range(1 - max(whole))
        ]
        return sp.Add(*(c * z**k / sp.factorial(k) for k, c in enumerate(ratio)))
    if not below and len(above) < 2:
        return (1 - z) ** -above[0] if above else sp.exp(z)
    if tuple(above) == (1, 1) and tuple(below) == (2, 2) and (-z).is_positive:
        return -(sp.expint(1, -z) + sp.log(-z) + sp.EulerGamma) / z
    if not above and len(below) == 1 and below[0].is_Integer:
        n, root = below[0] - 1, sp.sqrt(sp.factor(sp.trigsimp(4 * z)))
        return sp.factorial(n) * sp.besseli(n, root) * (root / 2) ** (-n) if z != 0 else sp.S.One
    if (
        len(above) == len(below) == 1
        and below[0].is_Integer
        and below[0] == 2 * above[0]
        and below[0] > 0
        and below[0] % 2 == 1
    ):
        n, half = above[0] - sp.S.Half, oriented(sp.factor(z / 2))
        root = -half if half.could_extract_minus_sign() else half
        return sp.gamma(n + 1) * sp.exp(half) * sp.besseli(n, root) * (root / 2) ** (-n)
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
            total = sp.factor(sp.together(sp.Add(*(c * (a / special) for c, a in members))))
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


def _over_sums(expression: E) -> E:
    """A sum with the terms over one sum of exponentials as one fraction.

    >>> x, y = sp.symbols("x y")
    >>> _over_sums(x + y/(sp.exp(x) - 1) - x*sp.log(y)/(sp.exp(x) - 1))
    x + (-x*log(y) + y)/(exp(x) - 1)
    """
    groups: dict[E, list[E]] = {}
    for term in sp.Add.make_args(expression):
        below = [f for f in sp.Mul.make_args(term) if f.is_Pow and f.exp == -1 and f.base.is_Add and f.has(sp.exp)]
        groups.setdefault(sp.Mul(*below), []).append(term)
    return sp.Add(*(below * sp.Add(*(t / below for t in terms)) for below, terms in groups.items()))
