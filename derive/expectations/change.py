"""Changes of variable: found in the log-density itself, inverted piece by piece.

No table: the candidates are the sub-expressions of the log-density. Each is a chain of elementary steps
from x outward, so it can be inverted by peeling, with one piece for each stretch on which it is monotone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import sympy as sp

from derive.algebra.expansion import divisors
from derive.families.facts import Facts

E = Any
oo = sp.oo


@dataclass(frozen=True)
class Piece:
    """A stretch of x on which y = g(x) is monotone: x = phi(y) for low < y < high."""

    phi: E
    low: E
    high: E
    rising: bool


class NoInverse(Exception):
    """The function has no inverse that peeling finds."""


def pieces(g: E, x: sp.Symbol, low: E, high: E, y: sp.Symbol, facts: Facts) -> list[Piece]:
    """The monotone pieces of y = g(x) on (low, high).

    >>> x, y = sp.symbols("x y")
    >>> for p in pieces(x**2, x, -oo, oo, y, Facts()): print(p.phi, p.low, p.high)
    -sqrt(y) 0 oo
    sqrt(y) 0 oo
    >>> for p in pieces(-1/x**3, x, -oo, sp.S.Zero, y, Facts()): print(p.phi, p.low, p.high, p.rising)
    -1/y**(1/3) 0 oo True
    >>> for p in pieces(x/sp.sqrt(4 + x**2), x, -oo, oo, y, Facts()): print(p.phi, p.low, p.high)
    2*y/(sqrt(1 - y)*sqrt(y + 1)) -1 1
    >>> for p in pieces(sp.log(x) + sp.log(1 - y), x, sp.S.Zero, oo, y, Facts()): print(p.low, p.high)
    -oo oo

    Raises NoInverse where peeling does not invert.
    """
    found = _pieces(g, x, low, high, facts)
    if found is None:
        raise NoInverse
    return [replace(piece, phi=piece.phi.xreplace({Y: y})) for piece in found]


Y = sp.Dummy("y")


@lru_cache(maxsize=4096)
def _pieces(g: E, x: sp.Symbol, low: E, high: E, facts: Facts) -> list[Piece] | None:
    """The pieces in Y; None where there is no inverse."""
    try:
        return _peeled(g, x, low, high, facts)
    except NoInverse:
        return None


def _peeled(g: E, x: sp.Symbol, low: E, high: E, facts: Facts) -> list[Piece]:
    if g == x:
        return [Piece(Y, low, high, True)]
    inner, forward, backward, kind, slope = _peel(g, x, facts)
    result = []
    for piece in pieces(inner, x, low, high, Y, facts):
        for zlow, zhigh, sign in _monotone(kind, piece.low, piece.high, facts):
            turned = kind == "odd" and sign < 0
            ylow, yhigh = (-forward(-z) if turned else forward(z) for z in (zlow, zhigh))
            rising = slope > 0 if turned else slope * sign > 0
            if not rising:
                ylow, yhigh = yhigh, ylow
            phi = _with_positive_denominators(piece.phi.xreplace({Y: backward(Y, sign)}), facts)
            result.append(Piece(phi, ylow, yhigh, piece.rising == rising))
    return result


def _with_positive_denominators(phi: E, facts: Facts) -> E:
    """With logs of fractions whose denominators are positive: of (y − 1)/(p − 1), p < 1, SymPy takes no log apart.

    >>> p, y = sp.symbols("p y")
    >>> _with_positive_denominators(sp.log((y - 1)/(p - 1)), Facts().under([p < 1]))
    log((1 - y)/(1 - p))
    """

    def of(e: E) -> E:
        above, below = sp.fraction(e.args[0])
        turned = below.is_Add and above.is_Add and facts.sign(below) == -1
        return sp.log(sp.expand(-above) / sp.expand(-below)) if turned else e

    return phi.replace(lambda e: isinstance(e, sp.log), of)


def _monotone(kind: str, low: E, high: E, facts: Facts) -> list[tuple[E, E, int]]:
    """The stretches of (low, high) on which a step of this kind is monotone, with the branch of its inverse."""
    if kind == "monotone":
        return [(low, high, 1)]
    if kind == "even":
        if facts.decide(sp.Ge(low, 0)):
            return [(low, high, 1)]
        if facts.decide(sp.Le(high, 0)):
            return [(low, high, -1)]
        if facts.decide(sp.Lt(low, 0)) and facts.decide(sp.Gt(high, 0)):
            return [(low, sp.S.Zero, -1), (sp.S.Zero, high, 1)]
    if kind in ("positive", "odd") and facts.decide(sp.Ge(low, 0)):
        return [(low, high, 1)]
    if kind == "odd" and facts.decide(sp.Le(high, 0)):
        return [(low, high, -1)]
    if kind == "cosine":
        if facts.decide(sp.Ge(low, -sp.pi)) and facts.decide(sp.Le(high, sp.pi)):
            return _monotone("even", low, high, facts)
    raise NoInverse


def _peel(g: E, x: sp.Symbol, facts: Facts):  # type: ignore[no-untyped-def]
    """The outermost step of g: (inner, value at an end, inverse, kind, sign of its slope on the positive branch)."""
    if g.is_Add:
        constant, inner = g.as_independent(x, as_Add=True)
        if inner.is_Add:
            raise NoInverse
        return inner, lambda v: v if v in (oo, -oo) else v + constant, lambda y, s: y - constant, "monotone", 1
    if g.is_Mul:
        factor, inner = g.as_independent(x, as_Add=False)
        sign = facts.sign(factor)
        if inner.is_Mul and factor == 1:
            return _peel_quotient(inner, x, facts)
        if not sign:
            raise NoInverse
        return inner, lambda v: v * sign if v in (oo, -oo) else v * factor, lambda y, s: y / factor, "monotone", sign
    if isinstance(g, sp.exp):
        ends = {oo: oo, -oo: sp.S.Zero}
        return g.args[0], lambda v: ends.get(v, sp.exp(v)), lambda y, s: sp.log(y), "monotone", 1
    if isinstance(g, sp.log):
        ends = {oo: oo, sp.S.Zero: -oo}
        return g.args[0], lambda v: ends.get(v, sp.log(v)), lambda y, s: sp.exp(y), "positive", 1
    if isinstance(g, sp.erfc):
        ends = {oo: sp.S.Zero, -oo: sp.Integer(2)}
        return g.args[0], lambda v: ends.get(v, sp.erfc(v)), lambda y, s: sp.erfcinv(y), "monotone", -1
    if isinstance(g, sp.asinh):
        return g.args[0], lambda v: v if v in (oo, -oo) else sp.asinh(v), lambda y, s: sp.sinh(y), "monotone", 1
    if g.is_Pow and not g.exp.has(x):
        return _peel_power(g, facts)
    if isinstance(g, sp.Abs):
        return g.args[0], sp.Abs, lambda y, s: s * y, "even", 1
    if isinstance(g, sp.cos):
        return g.args[0], sp.cos, lambda y, s: s * sp.acos(y), "cosine", -1
    raise NoInverse


def _peel_quotient(g: E, x: sp.Symbol, facts: Facts):  # type: ignore[no-untyped-def]
    """z/√(c + z²), c > 0."""
    roots = (f for f in g.args if f.is_Pow and f.exp == -sp.S.Half)
    found = ((g / f, sp.expand(f**-2 - (g / f) ** 2)) for f in roots)
    z, c = next(((z, c) for z, c in found if not c.has(x) and facts.sign(c) == 1), (None, None))
    if z is None:
        raise NoInverse
    ends = {oo: sp.S.One, -oo: sp.S.NegativeOne}

    def inverse(y: E, s: int) -> E:
        return sp.sqrt(c) * y / (sp.sqrt(1 - y) * sp.sqrt(1 + y))

    return z, lambda v: ends.get(v, v / sp.sqrt(c + v**2)), inverse, "monotone", 1


def _peel_power(g: E, facts: Facts):  # type: ignore[no-untyped-def]
    base, exponent = g.base, g.exp
    sign = facts.sign(exponent)
    if not sign:
        raise NoInverse

    def at_end(v: E) -> E:
        if v == 0 or v in (oo, -oo):
            return oo if (v == 0) == (sign < 0) else sp.S.Zero
        return v**exponent

    if exponent.is_odd:
        return base, at_end, lambda y, s: s * (s * y) ** (1 / exponent), "odd", sign
    kind = "even" if exponent.is_even else "positive"
    return base, at_end, lambda y, s: s * y ** (1 / exponent), kind, sign


def candidates(expression: E, x: sp.Symbol) -> Iterator[E]:
    """Functions of x that stand in an expression: its sub-expressions, without additive constants."""
    seen: set[E] = set()
    found: list[E] = []

    def visit(e: E) -> None:
        if not e.has(x) or e in seen or not isinstance(e, sp.Expr):
            return
        seen.add(e)
        for argument in e.args:
            visit(argument)
        if not isinstance(e, (sp.Add, sp.log)) or (isinstance(e, sp.log) and not e.args[0].is_Add):
            found.append(e)
        if isinstance(e, sp.Add):
            rest = e.as_independent(x, as_Add=True)[1]
            if rest != e and not rest.is_Add:
                found.append(rest)
            found.append(e)

    for term in sp.Add.make_args(expression):
        for factor in sp.Mul.make_args(term):
            visit(factor)
    found.sort(key=lambda e: (sp.count_ops(e), sp.default_sort_key(e)))
    yield x
    for g in found:
        if g.is_Mul:
            sign, rest = g.as_coeff_Mul()
            g = -g if sign < 0 else g
        if g != x:
            yield g


def normalised(g: E, low: E, high: E, facts: Facts, flat: bool) -> Iterator[E]:
    """g moved and scaled so that its range (low, high) is a standard one, and g itself; `flat` when p is uniform."""
    if low == -oo and high == oo:
        yield g
    elif high == oo:
        if low == 0:
            yield g
        else:
            if facts.decide(sp.Gt(low, 0)):
                yield g / low
            yield g - low
            yield g
    elif low == -oo:
        yield high - g
        if high != 0:
            yield -g
    else:
        width = sp.cancel(high - low) if divisors(high - low) else high - low
        standard = g if (low, high) == (0, 1) else (g - low) / width
        fixed = not (low.free_symbols or high.free_symbols)
        yield from (standard, g) if fixed or flat else (g, standard)
        yield g / low if high == 0 else 1 - standard
        if facts.decide(sp.Le(high, 0)):
            yield -g
