"""How a formula is laid out, in text as in LaTeX: the order of terms and factors, fractions, roots and signs."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.writing.densities import with_factorials

_SPECIAL = (sp.Function, sp.Integral, sp.Sum)
_PLAIN = (sp.exp, sp.Abs, sp.sign, sp.Min, sp.Max, sp.Piecewise, sp.factorial, sp.binomial)
LETTER = (sp.Symbol, sp.Indexed, sp.Integer)


def terms(e: Any) -> list[Any]:
    """The terms of a sum in a textbook's order.

    >>> k, t = sp.symbols("k theta", positive=True)
    >>> terms(k + sp.log(t) + (1 - k)*sp.digamma(k) + sp.loggamma(k) - 1)
    [log(theta), loggamma(k), (1 - k)*polygamma(0, k), k, -1]
    """
    # SymPy's order evaluates numbers, which must not be tried on a sum or an integral
    open_ended = [t for t in sp.Add.make_args(e) if t.has(sp.Integral, sp.Sum)]
    closed = sp.Add(*(t for t in sp.Add.make_args(e) if t not in open_ended))
    ordered = sorted([*(closed.as_ordered_terms() if closed != 0 else []), *open_ended], key=_rank)
    first = next((i for i, t in enumerate(ordered) if not is_negative(t)), 0)
    return [ordered[first], *ordered[:first], *ordered[first + 1 :]]


def _rank(term: Any) -> int:
    if term.has(sp.Integral, sp.Sum):
        return 6
    if term.is_Rational:
        return 5
    functions = [base_of(f) for f in sp.Mul.make_args(term)]
    for rank, kinds in enumerate((sp.polygamma, (sp.loggamma, sp.gamma, sp.beta), sp.log)):
        if any(isinstance(f, kinds) for f in functions):
            return 2 - rank
    if term.is_number:
        return 4
    return 3


def base_of(factor: Any) -> Any:
    return factor.base if factor.is_Pow else factor


def is_letters_factorial(e: Any) -> bool:
    return isinstance(e, sp.factorial) and isinstance(e.args[0], LETTER)


def is_negative(term: Any) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)


def grouped(product: Any) -> tuple[Any, Any]:
    """A product as (algebraic coefficient, special functions), where that reads better than one fraction."""
    special = [f for f in sp.Mul.make_args(product) if _is_special(f)]
    rest = [f for f in sp.Mul.make_args(product) if f not in special]
    # unevaluated: SymPy would turn 1/2·(a − b) into a/2 − b/2
    algebra = sp.Mul(*rest, evaluate=False) if len(rest) > 1 else sp.Mul(*rest)
    functions = sp.Mul(*special)
    above, below = fraction(algebra)
    whole = below == 1 or above == 1 and not below.is_number or fraction(functions)[0] == 1
    return (product, sp.S.One) if whole else (algebra, functions)


def weighed(remainder: Any) -> tuple[Any, Any]:
    """What stands under a sum or an integral, as (density, statistic).

    >>> x, p = sp.symbols("x p")
    >>> weighed(sp.Sum(p**x*sp.log(x)/(x*sp.log(p)), (x, 1, sp.oo)))
    (p**x/(x*log(p)), log(x))
    """
    factors, x = sp.Mul.make_args(remainder.args[0]), remainder.variables[0]
    last = [f for f in factors if f.has(x) and (isinstance(f, sp.log) or f.is_Add and f.has(sp.log, sp.loggamma))]
    return sp.Mul(*(f for f in factors if f not in last)), sp.Mul(*last)


def fraction(product: Any) -> tuple[Any, Any]:
    """Numerator and denominator; x^(−a) is below the line, exp(−a) above it.

    >>> t, n = sp.symbols("t n")
    >>> fraction(n*(1 - t)**(1 - n))
    (n, (1 - t)**(n - 1))
    >>> fraction((t - 1)/n*2)
    (2*(t - 1), n)
    """
    above, below = sp.fraction(product, exact=True)
    up: list[Any] = []
    down: list[Any] = []
    for f in sp.Mul.make_args(above):
        (down if f.is_Pow and f.exp.could_extract_minus_sign() else up).append(f)
    # SymPy would multiply a number into a sum
    scaled = len(up) == 2 and up[0].is_Number and up[1].is_Add
    return sp.Mul(*up, evaluate=not scaled), below * sp.Mul(*(f.base**-f.exp for f in down))


def _is_special(factor: Any) -> bool:
    base = base_of(factor)
    return isinstance(base, _SPECIAL) and not isinstance(base, _PLAIN)


def factors(product: Any) -> list[Any]:
    """Factors in printing order: special functions after algebra, brackets with such before them, logs at the end, so that
    they need no brackets.

    Roots of numbers and letters are one root.

    >>> factors(sp.sqrt(2) * sp.sqrt(sp.pi) * sp.Symbol("x"))
    [sqrt(2*pi), x]
    """
    ordered = sorted(product.as_ordered_factors(), key=_place)
    roots = [f for f in ordered if _is_root(f)]
    if len(roots) < 2:
        return ordered
    root = sp.Pow(sp.Mul(*(f.base for f in roots)), sp.S.Half, evaluate=False)
    return [root if f == roots[0] else f for f in ordered if f not in roots[1:]]


def _place(f: Any) -> tuple[bool, ...]:
    number = f.is_number and not f.has(*_SPECIAL)
    ways = isinstance(f, sp.binomial)
    return not number, not ways, _is_special(f), isinstance(base_of(f), sp.log), bool(f.is_Add and f.has(*_SPECIAL))


def _is_root(f: Any) -> bool:
    return bool(f.is_Pow and f.exp == sp.S.Half and (f.base.is_Rational or f.base == sp.pi or f.base.is_Symbol))


def sides(quotient: Any) -> tuple[Any, Any]:
    """Numerator and denominator as they are printed: a root over a root is the root of a fraction.

    >>> sides(sp.sqrt(2) * sp.Symbol("x") / sp.sqrt(sp.pi))
    (x*sqrt(2/pi), 1)
    """
    above, below = fraction(quotient)
    up, down = ([f for f in sp.Mul.make_args(e) if _is_root(f)] for e in (above, below))
    if not (up and down):
        return above, below
    root = sp.Pow(sp.Mul(*(f.base for f in up)) / sp.Mul(*(f.base for f in down)), sp.S.Half, evaluate=False)
    rest = [f for f in sp.Mul.make_args(above) if f not in up]
    return (sp.Mul(root, *rest, evaluate=False) if rest else root), below / sp.Mul(*down)


def incomplete_beta(e: Any) -> tuple[Any, Any, Any, Any]:
    """The ends (0 as the lower one where that can be) and exponents of an incomplete beta function.

    >>> a, b, x = sp.symbols("a b x")
    >>> incomplete_beta(sp.betainc(a, b, 1 - x, 1))
    (0, x, b, a)
    """
    a, b, low, high = e.args
    return (sp.S.Zero, sp.factor(1 - low), b, a) if high == 1 and low != 0 else (low, high, a, b)


def facing(power: Any) -> Any:
    """The base of an even power, turned so that its first term is positive: (b − a)² for (−a + b)²."""
    base = power.base
    if base.is_Add and power.exp.is_Integer and power.exp % 2 == 0 and len(base.args) == 2:
        first = base.as_ordered_terms()[0]
        return -base if is_negative(first) and not all(map(is_negative, base.args)) else base
    return base


def balanced(relation: Any) -> Any:
    """An inequality with its negative terms moved to the other side, unknowns first.

    >>> a, b = sp.symbols("a b", real=True)
    >>> balanced(sp.Le(b - a, 0))
    b <= a
    """
    parts = sp.Add.make_args(relation.lhs - relation.rhs)
    right = [-t for t in parts if is_negative(t)]
    left = [t for t in parts if not is_negative(t)]
    result = relation.func(sp.Add(*left), sp.Add(*right), evaluate=False)
    return result.reversed if result.lhs.is_number and not result.rhs.is_number else result


def whole(relation: Any) -> Any:
    """What a relation says is, or is not, a whole number; None where it says nothing of that kind.

    >>> k = sp.Symbol("k", real=True)
    >>> whole(sp.Eq(k / 2, sp.floor(k / 2))), whole(sp.Eq(k, 2))
    (k/2, None)
    """
    sides = (relation.lhs, relation.rhs)
    found = isinstance(relation, (sp.Eq, sp.Ne)) and [e for e in sides if sp.floor(e) in sides and e != sp.floor(e)]
    return sp.factor_terms(found[0]) if found else None


def named_like_constants(e: Any) -> set[str]:
    """Which of the names e, i and gamma letters have, so that a constant must be written otherwise; gamma_E where one has that too.

    >>> sorted(named_like_constants(sp.Symbol("e") + sp.Symbol("gamma_1")))
    ['e', 'gamma']
    """
    names = {s.name for s in e.atoms(sp.Symbol)} if isinstance(e, sp.Basic) else set()
    found = {name for name in ("e", "i", "gamma_E") if name in names}
    return found | {"gamma" for name in names if name.startswith("gamma")}


def drawn_out(e: Any) -> Any:
    """Minus signs drawn out, or in where that is shorter.

    −∫ f for ∫ −f, −(a + 1) b for (−a − 1) b, a/(c − b) for −a/(b − c), erfc(−z) for 2 − erfc(z); (b − a)/4 for b/4 − a/4.
    """

    def remains(f: Any) -> bool:
        return isinstance(f, (sp.Integral, sp.Sum)) and is_negative(f.args[0])

    def all_negative(f: Any) -> bool:
        return bool(f.is_Add) and all(map(is_negative, f.args))

    def turned(product: Any) -> Any:
        first = next(f for f in product.args if all_negative(f))
        return sp.Mul(-1, -first, *(f for f in product.args if f is not first))

    if not isinstance(e, sp.Expr):
        return e
    if _fractional(e):
        return sp.Mul(*e.primitive(), evaluate=False)
    e = with_factorials(e)
    e = e.replace(lambda f: isinstance(f, sp.Function) and any(map(_fractional, f.args)), _over_one_denominator)
    e = e.replace(lambda f: f.is_Mul and any(map(all_negative, f.args)), turned)
    e = _differences_swapped(e)
    e = e.replace(lambda f: f.is_Add and len(f.args) == 2 and isinstance(2 - f, sp.erfc), _reflected)
    return e.replace(remains, lambda f: -f.func(-f.args[0], *f.args[1:])) if e.has(sp.Integral, sp.Sum) else e


def _differences_swapped(e: Any) -> Any:
    """a/(c − b) for −a/(b − c), where nothing else is over b − c.

    >>> a, b, c = sp.symbols("a b c")
    >>> _differences_swapped(c - a/(b - c)), _differences_swapped(b/(b - c) - a/(b - c))
    (a/(-b + c) + c, -a/(b - c) + b/(b - c))
    """
    below = [f.base for f in sp.preorder_traversal(e) if f.is_Pow and f.exp == -1 and f.base.is_Add]
    once = {d for d in below if len(d.args) == 2 and sum(map(is_negative, d.args)) == 1 and below.count(d) == 1}

    def found(product: Any) -> list[Any]:
        return [f for f in product.args if f.is_Pow and f.exp == -1 and f.base in once and -f.base not in below]

    def swapped(product: Any) -> Any:
        last = found(product)[-1]
        return sp.Mul(-1, 1 / -last.base, *(f for f in product.args if f is not last))

    return e.replace(lambda f: f.is_Mul and is_negative(f) and bool(found(f)), swapped) if once else e


def _reflected(total: Any) -> Any:
    """erfc(−z) for 2 − erfc(z), which SymPy turns it into.

    >>> a, b = sp.symbols("a b")
    >>> _reflected(2 - sp.erfc(sp.sqrt(2)*(a - b)))
    erfc(sqrt(2)*(-a + b))
    """
    parts = sp.Mul.make_args((2 - total).args[0])
    total = next((f for f in parts if f.is_Add), sp.S.NegativeOne)
    return sp.erfc(sp.Mul(*(f for f in parts if f is not total), -total, evaluate=False), evaluate=False)


def _fractional(e: Any) -> bool:
    """Whether all terms of a sum are over one number."""
    return bool(
        e.is_Add and not e.has(sp.Function) and {t.as_coeff_Mul()[0].q for t in e.args} == {e.primitive()[0].q} != {1}
    )


def _over_one_denominator(f: Any) -> Any:
    """log(b/2 − a/2) as log((b − a)/2): the arguments of a function with their fractions outside."""
    arguments = [sp.Mul(*a.primitive(), evaluate=False) if _fractional(a) else a for a in f.args]
    return f.func(*arguments, evaluate=False)


def conjunction(condition: Any, write: Any, both: str, either: str, brackets: tuple[str, str]) -> str:
    """And and Or in words, the inner one in brackets."""
    parts = []
    for part in sorted(condition.args, key=sp.default_sort_key):
        nested = isinstance(part, (sp.And, sp.Or))
        parts.append(brackets[0] + write(part) + brackets[1] if nested else write(part))
    return (both if isinstance(condition, sp.And) else either).join(parts)
