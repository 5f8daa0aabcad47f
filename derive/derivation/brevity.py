"""A finished formula as short as a textbook writes it: what is too slow for every step on the way, or is known only at the end.

Coefficients in partial fractions, sums inside of products and functions, differences below the line the way round in which
they are positive, and terms over one difference as one fraction.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import sympy as sp

from derive.algebra.coefficients import length, reading, shortest
from derive.algebra.expansion import divisors
from derive.algebra.functions import real_part
from derive.algebra.letters import with_branches_held
from derive.algebra.tidy import agree, tidy
from derive.expectations.neatness import unnested
from derive.families.facts import Facts

E = Any

MOST_LETTERS, LONG = 5, 60
"""Letters of a fraction beyond which it is not taken apart, and operations beyond which it stays as it is."""


def brief(expression: E, facts: Facts, rewritten: bool = True) -> E:
    """A formula in its shortest form, with differences below the line positive where that is known.

    If it is not `rewritten` since, its parts have been brought into short form before.

    >>> a, b, c = sp.symbols("a b c", positive=True)
    >>> known = Facts().under([a < b])
    >>> brief((a/(b - a) + 1)*sp.log(b) - a*sp.log(a)/(b - a), known)
    (-a*log(a) + b*log(b))/(-a + b)
    >>> brief(c*((a/c + (b - a)/c)**c + 1), known)
    c*((b/c)**c + 1)
    >>> brief((c**2*(a - 1)*(a + 2*b) + (a + b)*b)/((a - 1)*(a + b)*c), Facts())
    b*c/(a + b) + b/(c*(a - 1)) + c
    """
    if expression.has(sp.Piecewise):
        return with_branches_held(partial(brief, facts=facts, rewritten=rewritten), expression)
    upright = unnested(_differences_positive(expression, facts), facts)
    best = min((upright, _gathered(_differences_positive(_parts(upright, rewritten), facts))), key=length)
    best = best.replace(_may_turn, _turned)
    return best if best == expression or agree(expression, best) else expression


def _differences_positive(expression: E, facts: Facts) -> E:
    """Differences below the line turned to be positive, where their sign is known."""
    turned = {d: (-1) ** d.exp * (-d.base) ** d.exp for d in divisors(expression) if facts.sign(d.base) == -1}
    return expression.xreplace(turned) if turned else expression


def _may_turn(e: E) -> bool:
    return bool(e.is_Mul and e.args[0].is_Number and e.args[0] < 0 and any(map(_turns, e.args)))


def _turns(f: E) -> bool:
    """Whether a sum has as many terms with a minus as without."""
    return bool(f.is_Add and 2 * sum(bool(t.as_coeff_Mul()[0] < 0) for t in f.args) == len(f.args))


def _turned(product: E) -> E:
    """A product with a minus with one of its differences turned instead.

    >>> a, b, c = sp.symbols("a b c")
    >>> _turned(-sp.exp(c)*(a - b))
    (-a + b)*exp(c)
    """
    difference = next(f for f in product.args if _turns(f))
    return sp.Mul(*(-f if f == difference else f for f in (-product.args[0], *product.args[1:])))


def _left_alone(e: E) -> bool:
    """Whether an expression has no parts that are real and in letters of its own."""
    return bool(e.is_Atom or not e.free_symbols or isinstance(e, (real_part, sp.Integral, sp.Sum)))


def _is_rational(e: E) -> bool:
    return bool(e.is_Rational or e.free_symbols and e.is_rational_function(*e.free_symbols))


def _parts(e: E, rewritten: bool) -> E:
    """An expression with its rational parts, and the sums inside of its products and functions, in short form."""
    if isinstance(e, real_part):  # its parts may be complex, but not what is rational without i
        fractions = (
            f
            for g in e.atoms(sp.Function)
            for f in g.args
            if isinstance(f, sp.Expr) and _is_rational(f) and not f.has(sp.I)
        )
        return e.xreplace({f: _fraction(f, True) for f in fractions})
    if _left_alone(e):
        return e
    if not isinstance(e, sp.Tuple) and _is_rational(e):
        return _fraction(e, rewritten)
    if e.is_Add:
        rational = [f for f in e.args if _is_rational(f)]
        return sp.Add(
            _fraction(sp.Add(*rational), rewritten), *(_parts(f, rewritten) for f in e.args if f not in rational)
        )
    if e.is_Mul:
        return sp.Mul(*(_bracketed(f, rewritten) if f.is_Add else _parts(f, rewritten) for f in e.args))
    return e.func(*(_bracketed(f, rewritten) if f.is_Add else _parts(f, rewritten) for f in e.args))


def _bracketed(total: E, rewritten: bool) -> E:
    """A sum in a product or a function in short form."""
    if _is_rational(total):
        return _fraction(total, rewritten)
    return _parts(min((total, tidy(total)), key=length) if rewritten else total, rewritten)


@lru_cache(maxsize=4096)
def _fraction(e: E, rewritten: bool) -> E:
    """A rational expression at its shortest, in partial fractions too."""
    if sp.count_ops(e) > LONG:
        return e
    forms = [e, shortest(e)] if rewritten else [e]
    if len({d.base for d in divisors(sp.together(e))}) > 1:
        letters = sorted(e.free_symbols, key=str)
        for s in letters if len(letters) <= MOST_LETTERS else ():
            try:
                parts = sp.Add.make_args(sp.apart(sp.factor(e), s))
            except (sp.PolynomialError, NotImplementedError):
                continue
            forms.append(sp.Add(*map(sp.factor, parts)))
    return min(forms, key=reading)


def _gathered(e: E) -> E:
    """An expression with the terms of its sums that are over the same differences as one fraction, where that is shorter."""
    if _left_alone(e):
        return e
    e = e.func(*map(_gathered, e.args))
    return min((e, _over_differences(e)), key=length) if e.is_Add else e


def _over_differences(total: E) -> E:
    """A sum with its terms that are divided by the same sums in one bracket, what else all of them have before it.

    >>> a, b, c, n = sp.symbols("a b c n")
    >>> _over_differences(c*a**n/(a - b) + c*b**n/2/(b - a) + c)
    c + c*(2*a**n - b**n)/(2*(a - b))
    """
    groups: dict[E, list[tuple[E, E]]] = {}
    rest = []
    for term in total.args:
        divided = [f for f in sp.Mul.make_args(term) if f.is_Pow and f.base.is_Add and f.exp.is_Integer and f.exp < 0]
        if divided and not _is_rational(term):
            below = sp.Mul(*divided)
            either_way = sp.Mul(*(min(f, (-f.base) ** f.exp, key=sp.default_sort_key) for f in divided))
            groups.setdefault(either_way, []).append((term / below, below))
        else:
            rest.append(term)
    return sp.Add(*rest, *map(_over_one, groups.values()))


def _over_one(fractions: list[tuple[E, E]]) -> E:
    """Fractions whose denominators differ in their signs at most as one, with what all of them have before a bracket."""
    below = fractions[0][1]
    terms = [above * (1 if other == below else sp.cancel(other / below)) for above, other in fractions]
    common = set.intersection(*(set(sp.Mul.make_args(t)) for t in terms))
    outside = sp.Mul(*(f for f in common if not f.is_Number))
    number, inside = sp.Add(*(t / outside for t in terms)).primitive()
    sign = -1 if all(t.as_coeff_Mul()[0] < 0 for t in sp.Add.make_args(inside)) else 1
    return sp.Mul(number * sign, outside, below, sign * inside)
