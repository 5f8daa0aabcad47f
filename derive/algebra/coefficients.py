"""Algebraic expressions at their shortest: factored, spread, squares completed, differences kept whole."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import sympy as sp

from derive.algebra.expansion import divisors, multiplied_out
from derive.algebra.letters import with_held

E = Any


HOPELESS = 20
"""How many times as long as its factors an expression is that no other form of it is shorter than they are."""


LONG = 200
"""Operations of an expression beyond which what cancels is cancelled before it is factored: SymPy's factor would
factor the numerator over a product of all denominators."""


def length(expression: E) -> int:
    """How long an expression reads: operations and letters; that a factor is below the line is none.

    >>> a, x = sp.symbols("a x")
    >>> length(1/(x*(a + 1))) == length(1/(a*x + x))
    True
    """
    nodes = list(sp.preorder_traversal(expression))
    below = sum(1 for n in nodes if n.is_Pow and n.exp == -1)
    return int(sp.count_ops(expression)) + sum(1 for n in nodes if n.is_Atom) - below


LONG_COMPLEX = 40
"""Operations of an expression with i beyond which that is a letter: factors are not looked for over the Gaussian numbers."""


@lru_cache(maxsize=8192)
def shortest(coefficient: E) -> E:
    """The shortest of a few normal forms of an algebraic expression."""
    if not isinstance(coefficient, sp.Expr) or coefficient.is_Atom or coefficient.is_number and not coefficient.is_Add:
        return coefficient  # parameters of a pFq are no expression
    if coefficient.has(sp.I) and sp.count_ops(coefficient) > LONG_COMPLEX:
        return with_held(shortest, coefficient, {sp.I: sp.Dummy("i", real=True)})
    forms = [coefficient]
    try:
        if sp.count_ops(coefficient) > LONG:
            coefficient = sp.cancel(sp.together(_factors_cancelled(coefficient)))
        whole = sp.factor(coefficient)
        if sp.count_ops(whole) * HOPELESS < sp.count_ops(coefficient):
            forms, spread = [oriented(whole)], whole
        else:
            spread = sp.expand(coefficient)
            forms += [oriented(whole), spread]
        constant, rest = spread.as_coeff_Add()
        if constant != 0:
            forms.append(constant + oriented(sp.factor(rest)))
        forms += [f for form in dict.fromkeys((whole, spread)) for f in _in_differences(form)]
        forms += [squares(form) for form in list(forms)]
        forms.append(about_a_mean(whole))
        forms.append(whole.replace(lambda e: e.is_Add, _square_and_product))
    except (sp.PolynomialError, NotImplementedError):
        pass
    return min(forms, key=reading)


def reading(e: E) -> tuple[int, int, E]:
    """How an expression reads: how long it is, and how often its letters are repeated."""
    return length(e), sum(1 for n in sp.preorder_traversal(e) if n.is_Symbol), sp.default_sort_key(e)


def _factors_cancelled(total: E) -> E:
    """A sum of fractions, those over one factor brought together, longest factor first, so that factors cancel.

    The few terms over one factor are short, where the product of all denominators is not.

    >>> a, b, c = sp.symbols("a b c")
    >>> _factors_cancelled(a/(a**2 - b**2) - b/(a**2 - b**2) + c/(a - b))
    c/(a - b) + 1/(a + b)
    """

    def below(term: E) -> set[E]:
        return {d.base for d in divisors(term)}

    factored = {d: sp.factor(d.base) ** d.exp for d in divisors(total)}
    terms = list(sp.Add.make_args(total.xreplace(factored)))
    left: set[E] = set()
    while bases := set().union(*map(below, terms)) - left:
        base = max(bases, key=lambda b: (sp.count_ops(b), sp.default_sort_key(b)))
        over = [t for t in terms if base in below(t)]
        numerator, denominator = sp.fraction(sp.cancel(sp.together(sp.Add(*over))))
        term = numerator / sp.factor(denominator)
        if base in below(term):
            left.add(base)
        terms = [*(t for t in terms if base not in below(t)), term]
    return sp.Add(*terms)


def times(coefficient: E, atom: E) -> E:
    """A product with a sum's common fraction outside: (a − b)·f/2, not (a/2 − b/2)·f."""
    return sp.Mul(*coefficient.primitive(), atom) if coefficient.is_Add and atom != 1 else coefficient * atom


def oriented(product: E) -> E:
    """Sums in a product turned so that their leading term is positive, an even power of a difference too."""
    if not product.is_Mul and not product.is_Pow:
        return product
    sign, factors = sp.S.One, []
    for f in sp.Mul.make_args(product):
        base, exponent = f.as_base_exp()
        if base.is_Add and exponent.is_Integer and reads_negative(base):
            sign *= (-1) ** exponent
            f = (-base) ** exponent
        factors.append(f)
    return sign * sp.Mul(*factors)


def reads_negative(total: E) -> bool:
    constant = total.as_coeff_Add()[0]
    return constant < 0 if constant != 0 else leads_negative(sp.Add(*sp.ordered(total.args), evaluate=False))


def leads_negative(e: E) -> bool:
    return bool(sp.Add.make_args(e)[0].as_coeff_Mul()[0] < 0)


def squares(expression: E) -> E:
    """Perfect squares completed inside sums: a² ± 2ab + b² as (a ± b)², and a ± 2√a√b + b as (√a ± √b)².

    >>> a, b, c = sp.symbols("a b c")
    >>> squares(sp.expand((a*b + 2*c)**2) + a)
    a + (a*b + 2*c)**2
    >>> a, b = sp.symbols("a b", positive=True)
    >>> squares(a - 2*sp.sqrt(a)*sp.sqrt(b) + b)
    (sqrt(a) - sqrt(b))**2
    >>> squares(sp.exp(sp.sqrt(a)*sp.sqrt(b) - a/2 - b/2))
    exp(-(sqrt(a) - sqrt(b))**2/2)
    """

    def completed(total: E) -> E:
        if sp.count_ops(total) > LONG:  # too many terms for one square
            return _completed(total)
        number, whole = total.primitive()
        forms = (sign * number * _completed(sp.expand(sign * whole)) for sign in (1, -1))
        return next((f for f in forms if not f.is_Add), None) or _completed(total)

    return expression.replace(lambda e: e.is_Add and len(e.args) > 2, completed)


def _completed(total: E) -> E:
    terms = set(total.args)
    roots = [(t, r) for t in sp.ordered(total.args) if (r := _root(t)) is not None]
    for i, (one, a) in enumerate(roots):
        for other, b in roots[:i]:
            for sign in (1, -1):
                needed = {one, other, *sp.Add.make_args(sp.expand(2 * sign * a * b))}
                if needed <= terms:
                    return _completed(sp.Add(*(terms - needed), (b + sign * a) ** 2))
    return total


def about_a_mean(expression: E) -> E:
    """Sums of degree 2 in a location as a square about a mean and a spread, where that is shorter.

    >>> m, x = sp.Symbol("m", real=True), sp.Symbol("x", positive=True)
    >>> about_a_mean(m**2 - 2*m*sp.log(x) - 2*m*x + sp.log(x)**2 + 2*x*sp.log(x) + 2*x**2)
    x**2 + (-m + x + log(x))**2
    """

    def centred(total: E) -> E:
        return min((total, *(f for s in locations(total) if (f := _about(total, s)) is not None)), key=length)

    def quadratic(e: E) -> bool:
        """Whether a sum may be of degree 2 in a location, and is short enough to be factored in no time."""
        if not e.is_Add or not 2 < len(e.args) <= MOST_TERMS_SQUARED or sp.count_ops(e) > LONG / 2:
            return False
        if e.has(sp.Derivative):  # SymPy cannot collect them
            return False
        return bool(locations(e)) and any(f.is_Pow and f.exp == 2 for f in sp.preorder_traversal(e))

    return expression.replace(quadratic, centred)


def locations(e: E) -> list[E]:
    """The letters that stand for any real number."""
    real = (s for s in e.free_symbols if s.is_real and s.is_extended_positive is None and not s.is_integer)
    return sorted(real, key=str)


def _about(total: E, s: sp.Symbol) -> E | None:
    """C s² + B s + D as C ((s + B/(2C))² + (4CD − B²)/(4C²)); None where a sum is not that."""
    parts = sp.collect(sp.expand(total), s, evaluate=False)
    if parts.keys() != {s**2, s, sp.S.One} or any(part.has(s) for part in parts.values()):
        return None
    leading, linear, rest = parts[s**2], parts[s], parts[sp.S.One]
    # functions that a square does not take up, and a mean over a sum of them, are short in no case
    if rest.has(sp.Function) and not linear.has(sp.Function) or leading.is_Add and leading.has(sp.Function):
        return None
    if len(sp.Add.make_args(rest)) >= MOST_TERMS_SQUARED:
        return None
    square = sp.factor(leading)
    mean = sp.factor(-linear / (2 * square))
    spread = sp.factor(sp.expand(rest / square - mean**2))
    distance = mean - s
    return square * ((-distance if reads_negative(distance) else distance) ** 2 + spread)


MOST_PIVOTS = 3
"""Locations from which differences are taken, each in turn."""

MOST_TERMS_SQUARED = 12
"""Terms of a sum in which a square is sought that leaves a product."""


def _square_and_product(expression: E) -> E:
    """A sum of degree 2 as a square and a product, where it is one.

    >>> a, b, c, x = sp.symbols("a b c x", real=True)
    >>> _square_and_product(sp.expand(2*(x - b)**2 - 2*(a - b)*(b - c)))
    -2*(a - b)*(b - c) + 2*(-b + x)**2
    """
    number, total = expression.as_content_primitive()
    if not total.is_Add or not 2 < len(total.args) <= MOST_TERMS_SQUARED or not total.is_polynomial():
        return expression
    for term in sp.ordered(total.args):
        c, rest = term.as_coeff_Mul()
        if not (rest.is_Pow and rest.exp == 2 and rest.base.is_Symbol):
            continue
        square = c * (rest.base + total.coeff(rest.base, 1) / (2 * c)) ** 2
        product = sp.factor(total - square)
        if product.is_Mul and len(product.args) > 1 and not any(f.is_Pow for f in product.args):
            return number * square + number * product
    return expression


def _root(term: E) -> E | None:
    """The square root of a term that is a square."""
    number, rest = term.as_coeff_Mul()
    if not number.is_positive or not sp.sqrt(number).is_Rational:
        return None
    factors = [f.as_base_exp() for f in sp.Mul.make_args(rest) if f != 1]
    if not factors or not all(e.is_Integer and (e % 2 == 0 or b.is_positive) for b, e in factors):
        return None
    return sp.sqrt(number) * sp.Mul(*(b ** (e / 2) for b, e in factors))


def _in_differences(expression: E) -> Iterator[E]:
    """An expression in location parameters that depends on their differences alone, written in those from one of them.

    >>> a, b, c = sp.symbols("a b c", real=True)
    >>> [*_in_differences(sp.expand((a - b)*(a - c)**2))][0]
    -(-a + b)*(-a + c)**2
    """
    numerator, denominator = sp.fraction(sp.together(expression))
    real = locations(numerator)
    if len(real) < 2 or not numerator.is_polynomial(*real) or any(denominator.has(s) for s in real):
        return
    for pivot in real[:MOST_PIVOTS]:
        gaps = {s: sp.Dummy(f"gap_{s}", real=True) for s in real if s != pivot}
        moved = multiplied_out(numerator.xreplace({s: pivot + gap for s, gap in gaps.items()}))
        if moved.has(pivot):
            return
        back = {gap: s - pivot for s, gap in gaps.items()}
        spread = sp.expand(moved / denominator) if denominator.is_Atom else moved / denominator
        yield from (form.xreplace(back) for form in (spread, oriented(sp.factor(moved)) / denominator))


def radicals(e: E) -> E:
    """Products of square roots as one root."""
    return sp.powsimp(e) if e.is_Mul else e


@lru_cache(maxsize=4096)
def complex_factor(expression: E, gaussian: bool = False) -> E:
    """SymPy's `factor` of an expression with complex coefficients, its letters taken as multiples of primes meanwhile.

    SymPy moves all letters together until no factor has the norm of another one, which never ends where a factor hangs
    on their differences alone.

    >>> a, b = sp.symbols("a b")
    >>> complex_factor(sp.expand((a - b)*(a + b + sp.I)))
    (a - b)*(a + b + I)
    >>> complex_factor(sp.expand((a - b)**2 + 4), gaussian=True)
    (a - b - 2*I)*(a - b + 2*I)
    """
    primes = {s: sp.prime(30 + i) for i, s in enumerate(dict.fromkeys(_generators(expression)))}
    names = {s: sp.Dummy() for s in primes}
    placed = sp.factor(expression.xreplace({s: n * names[s] for s, n in primes.items()}), gaussian=gaussian)
    return sp.Mul(*placed.xreplace({names[s]: s / n for s, n in primes.items()}).as_content_primitive())


def _generators(e: E) -> Iterator[E]:
    """What a rational expression is of."""
    if e.is_Add or e.is_Mul or e.is_Pow and e.exp.is_Integer:
        for a in e.args:
            yield from _generators(a)
    elif not e.is_number:
        yield e
