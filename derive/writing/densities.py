"""Densities and masses as a textbook writes them: powers and factorials, where the engine has sums of logarithms."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import sympy as sp


def with_factorials(e: Any) -> Any:
    """Gamma functions of whole numbers as factorials, and what stands under a sum or an integral in factors.

    >>> x, n = sp.symbols("x n", integer=True, positive=True)
    >>> with_factorials(sp.log(n*sp.gamma(n)) - sp.loggamma(n - x + 1))
    log(factorial(n)/factorial(n - x))
    >>> with_factorials(sp.Sum(sp.exp(x*sp.log(3) - sp.loggamma(x + 1) - 3)*sp.loggamma(x + 1), (x, 0, n)))
    Sum(3**x*exp(-3)*log(factorial(x))/factorial(x), (x, 0, n))
    """
    e = e.replace(lambda f: isinstance(f, (sp.Sum, sp.Integral)), lambda f: f.func(in_factors(f.args[0]), *f.args[1:]))
    if not any(map(_of_whole_number, e.atoms(sp.gamma, sp.loggamma))):
        return e
    e = e.replace(_of_whole_number, _factorial)
    e = e.replace(lambda f: f.is_Add and f.has(sp.factorial), _quotients)
    return e.replace(lambda f: f.is_Mul and f.has(sp.factorial), _absorbed)


def in_factors(e: Any) -> Any:
    """Exponentials of logarithms as products: λ^x e^(−λ)/Γ(x + 1) for exp(x log λ − λ − logΓ(x + 1)).

    >>> x, a = sp.symbols("x a", positive=True)
    >>> in_factors(sp.exp((a - 1)*sp.log(x) - x - sp.loggamma(a))*sp.log(x))
    x**(a - 1)*exp(-x)*log(x)/gamma(a)
    """
    e = e.replace(lambda f: isinstance(f, sp.exp) and f.has(sp.log, sp.loggamma), _product)
    return e.replace(lambda f: f.is_Add and f.has(sp.log), _quotients)


def _product(power: Any) -> Any:
    factors, rest = [], []
    for term in _spread(power.args[0]):
        coefficient, logs = term.as_independent(sp.log, sp.loggamma, as_Add=False)
        if isinstance(logs, sp.log):
            factors.append(sp.Pow(logs.args[0], coefficient))
        elif isinstance(logs, sp.loggamma) and abs(coefficient) == 1:
            factors.append(sp.gamma(logs.args[0]) ** coefficient)
        else:
            rest.append(term)
    return sp.Mul(*factors, sp.exp(sp.Add(*rest)))


def _spread(exponent: Any) -> Iterator[Any]:
    """The terms of an exponent, those of a sum of logarithms one by one."""
    for term in sp.Add.make_args(exponent):
        coefficient, logs = term.as_independent(sp.log, as_Add=False)
        yield from (coefficient * f for f in logs.args) if logs.is_Add else (term,)


def _of_whole_number(f: Any) -> bool:
    return isinstance(f, (sp.gamma, sp.loggamma)) and bool(f.args[0].is_integer) and not f.args[0].is_number


def _factorial(f: Any) -> Any:
    found = sp.factorial(f.args[0] - 1, evaluate=False)
    return found if isinstance(f, sp.gamma) else sp.log(found)


def _quotients(total: Any) -> Any:
    """c log(a/b) for c log a − c log b, and the logarithm of their product for those of factorials: of what is positive, as
    densities are.

    >>> a, b, x = sp.symbols("a b x", positive=True)
    >>> _quotients(x*sp.log(a) - x*sp.log(b) + sp.log(x))
    x*log(a/b) + log(x)
    """
    logs: dict[Any, list[tuple[Any, Any, int]]] = {}
    made = []
    for term in total.args:
        coefficient, f = term.as_independent(sp.log, as_Add=False)
        if isinstance(f, sp.log):
            sign = -1 if coefficient.could_extract_minus_sign() else 1
            logs.setdefault(sign * coefficient, []).append((term, f.args[0], sign))
        else:
            made.append(term)
    for coefficient, found in logs.items():
        factorials = all(e.has(sp.factorial) for _, e, _ in found)
        if len({sign for *_, sign in found}) == 2 or len(found) > 1 and factorials:
            whole = sp.Mul(*(e**sign for _, e, sign in found))
            above, below = sp.fraction(whole)
            made.append(-coefficient * sp.log(below) if above == 1 else coefficient * sp.log(whole))
        else:
            made += [term for term, *_ in found]
    return sp.Add(*made)


def _absorbed(product: Any) -> Any:
    """n! for n (n − 1)!, and binomial coefficients for what is left of factorials.

    >>> x, n = sp.symbols("x n", integer=True, positive=True)
    >>> _absorbed(n*sp.factorial(n - 1)), _absorbed(sp.factorial(n)/(sp.factorial(x)*sp.factorial(n - x)))
    (factorial(n), binomial(n, x))
    """
    for f in product.args:
        n, sign = _read(f)
        if n is not None and ((n + 1) ** sign) in product.args:
            return _absorbed(_without(product, f, (n + 1) ** sign) * sp.factorial(n + 1, evaluate=False) ** sign)
    for f in product.args:
        n, sign = _read(f)
        parts = [a for g in product.args for a, other in [_read(g)] if a is not None and other == -sign]
        for a, b in combinations(parts, 2):
            if n == a + b:
                taken = (f, sp.factorial(a) ** -sign, sp.factorial(b) ** -sign)
                return _absorbed(
                    _without(product, *taken) * sp.binomial(n, min(a, b, key=sp.count_ops), evaluate=False) ** sign
                )
    return product


def _read(factor: Any) -> tuple[Any, int]:
    """n and ±1 for n! and 1/n!; None for n, if it is neither."""
    for sign, f in ((1, factor), (-1, 1 / factor)):
        if isinstance(f, sp.factorial):
            return f.args[0], sign
    return None, 1


def _without(product: Any, *taken: Any) -> Any:
    return sp.Mul(*(f for f in product.args if f not in taken))


__all__ = ["in_factors", "with_factorials"]
