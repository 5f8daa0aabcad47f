"""Values put in for symbols and vectors, without evaluating what would never end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

LARGE = 20
LENGTH = sp.Symbol("K", integer=True, positive=True)
"""K, how many entries a vector has."""

_ENDLESS = (sp.loggamma, sp.gamma, sp.polygamma, sp.zeta, sp.factorial, sp.binomial, sp.beta, sp.uppergamma, sp.besselk)


def put(expression: Any, place: Mapping[Any, Any]) -> Any:
    """Values in for symbols; large numbers without evaluating what they go into.

    SymPy writes log-gamma, polygamma and zeta of a large integer out exactly, which is unreadable at a
    hundred and endless at a million.

    >>> k = sp.Symbol("k", positive=True)
    >>> put(sp.loggamma(k), {k: sp.Integer(10**9)})
    loggamma(1000000000)

    What SymPy cannot write where a part of it has no value is nan.

    >>> a, b = sp.symbols("a b", positive=True)
    >>> put(sp.hyper((a, 1, 1), (a + 1, 2), (a - 1)/(b - 1)), {a: 1, b: 1})
    nan

    A Meijer G at 0 is written, but has no value that can be asked of it: one there may be is a limit, and is derived anew.

    >>> put(sp.meijerg(((a, 1, 1), ()), ((1,), (0,)), b), {b: 0})
    nan
    """
    if not place:
        return expression
    found = _placed(expression, place)
    unknown = found.atoms(sp.meijerg) if isinstance(found, sp.Basic) else ()
    return sp.nan if any(e.argument.is_zero for e in unknown) else found


def _placed(expression: Any, place: Mapping[Any, Any]) -> Any:
    expression = _unbound(expression, set().union(*(getattr(v, "free_symbols", set()) for v in place.values())))
    if not any(large(v) for v in place.values()):
        plain = isinstance(expression, sp.Basic) and not expression.has(sp.Subs, sp.Derivative)
        if plain and all(isinstance(k, sp.Symbol) for k in place):
            try:
                return expression.xreplace({k: sp.sympify(v) for k, v in place.items()})  # as subs, without dummies
            except (AttributeError, TypeError, ZeroDivisionError):
                return sp.nan  # SymPy's Meijer G at 0 or an infinite argument, its pFq at nan
        return expression.subs(place, simultaneous=True)
    return _rebuilt(expression, place)


def _unbound(expression: Any, names: set[Any]) -> Any:
    """Integrals and sums whose own variable is one of these symbols, with another variable."""

    def renamed(e: Any) -> Any:
        x, *ends = e.args[1].args
        letter = next(c for c in ("x", "t", "u", "v", *(f"x{i}" for i in range(99))) if c not in present)
        y = sp.Symbol(letter, **{k: v for k, v in x.assumptions0.items() if k in ("real", "integer") and v})
        return e.func(e.args[0].xreplace({x: y}), (y, *ends))

    taken = {n.name for n in names if isinstance(n, sp.Symbol)}
    present = taken | {s.name for s in getattr(expression, "free_symbols", ())}
    remaining = expression.atoms(sp.Integral, sp.Sum) if hasattr(expression, "atoms") else ()
    if not any(e.args[1].args[0].name in taken for e in remaining):
        return expression
    return expression.replace(
        lambda e: isinstance(e, (sp.Integral, sp.Sum)) and e.args[1].args[0].name in taken, renamed
    )


def _rebuilt(e: Any, place: Mapping[Any, Any]) -> Any:
    if e in place:
        return place[e]
    if not isinstance(e, sp.Basic) or not e.args:
        return e
    args = [_rebuilt(a, place) for a in e.args]
    if isinstance(e, _ENDLESS) and any(large(a) for a in args):
        return e.func(*args, evaluate=False)
    if e.is_Pow and large(args[1]):
        return e.func(*args, evaluate=False)
    return e.func(*args)


def large(value: Any) -> bool:
    """Whether a value holds a number so large that special functions of it are better left as they are."""
    return isinstance(value, sp.Basic) and any(max(abs(n.p), n.q) > LARGE for n in value.atoms(sp.Rational))


def put_vectors(expression: Any, place: Mapping[Any, Any]) -> Any:
    """An expression with other vectors, or tuples of numbers, in for vector parameters.

    A sum over the entries of a vector of numbers is written out.
    """
    sizes = {len(v) for v in place.values() if isinstance(v, sp.Tuple)}
    if sizes:
        expression = expression.replace(
            lambda e: isinstance(e, sp.Sum) and e.args[1][2] == LENGTH,
            lambda e: sp.Add(*(e.args[0].subs(e.args[1][0], i) for i in range(1, min(sizes) + 1))),
        )
    return expression.replace(
        lambda e: isinstance(e, sp.Indexed) and e.base in place,
        lambda e: _entry(place[e.base], e.indices[0]),
    )


def _entry(vector: Any, index: Any) -> Any:
    if isinstance(vector, sp.IndexedBase):
        return vector[index]
    if index.is_Integer:
        return vector[int(index) - 1]
    return sp.Piecewise(*((v, sp.Eq(index, i)) for i, v in enumerate(vector, 1)))
