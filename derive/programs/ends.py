"""Ends: q as it was given, where a formula in differences would add it up from p and a step.

q = p + d is exact where the two are near. Where q is far below p, d is −p with a rounding that is all that is left of q.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import sympy as sp

from derive.programs.functions import ENDED
from derive.programs.steps import Steps

E = Any


class chosen(sp.Function):  # type: ignore[misc]
    """The first where the third holds, else the second: a Piecewise that powers and products leave in one piece."""

    nargs = 3
    is_real = True

    def as_piecewise(self) -> E:
        near, far, close = self.args
        return sp.Piecewise((near, close), (far, True), evaluate=False)


def resolved(e: E) -> E:
    """An expression with Piecewise for what is chosen."""
    return e.replace(lambda f: isinstance(f, chosen), lambda f: f.as_piecewise())


def ended(e: E, steps: Steps) -> E:
    """Functions of a step with the step's end beside it, where that is a product of what rounds little.

    >>> from derive.programs.functions.elementary import log1pmx
    >>> p, q, d = sp.symbols("p q d_p", positive=True)
    >>> ended(log1pmx((q - p) / p).subs(q, p + sp.Symbol("d_p", real=True)), Steps({q: p}))
    log1pmx_to(d_p/p, q/p)
    """
    whole = {d: q - p for d, (p, q) in steps.ends.items()}

    def of(f: E) -> E:
        to, ends = ENDED[type(f)]
        found = [sp.factor(sp.cancel(end.xreplace(whole))) for end in ends(*f.args)]
        return to(*f.args, *found) if all(map(_rounds_little, found)) else f

    e = e.replace(lambda f: type(f) in ENDED and bool(f.free_symbols & whole.keys()), of)
    return e.replace(lambda f: f.is_Add and bool(f.free_symbols & whole.keys()), lambda f: _joined(f, steps))


def _joined(total: E, steps: Steps) -> E:
    """A sum with q for p + d; where its terms still cancel far from q = p and not in p and q, that form there."""
    for d, (p, q) in steps.ends.items():
        total = _met(total, d, p, q)
    moves = {d: ends for d, ends in steps.ends.items() if total.has(d)}
    if not total.is_Add or not moves or not total.is_rational_function(*total.free_symbols):
        return total
    apart = sp.expand(total.xreplace({d: q - p for d, (p, q) in moves.items()}))
    if len(sp.Add.make_args(apart)) > MOST_TERMS or apart.is_number:
        return total
    if apart.is_positive or (-apart).is_positive:
        return apart
    if not _cancels(total, moves) or _cancels(apart, moves):
        return total
    close = sp.And(*(2 * sp.Abs(d) < p for d, (p, _) in moves.items()))
    return chosen(total, apart, close)


def _met(total: E, d: Any, p: E, q: Any) -> E:
    """A sum with q for p + d, also where both are multiplied by something: that then with all that it is multiplied by.

    >>> f, p, q, d = sp.symbols("f p q d")
    >>> _met(d * f + f * p - f + p, d, p, q)
    f*(q - 1) + p
    """
    terms = sp.Add.make_args(total)
    for c in (t / d for t in terms):
        if c.has(d) or c * p not in terms:
            continue
        if c.is_number:
            return total + c * (q - p - d)
        alike = {t: t / c for t in terms if (t / c).is_number or t / c in (p, d)}
        return c * (sp.Add(*alike.values()) + q - p - d) + sp.Add(*(t for t in terms if t not in alike))
    return total


MOST_TERMS = 6
"""Sums of more terms in p and q are not tried."""
FAR = (1e-7, 2.5, 1e7)
"""How far q is from p where the terms of a sum are looked at."""
SIZES = (1.0, 1e7)
"""How large p's parameters are there."""
LOST = 1e-3
"""The share of its terms that is left of a sum where they cancel."""


def _cancels(total: E, moves: dict[Any, tuple[E, E]]) -> bool:
    """Whether the terms of a sum cancel somewhere far from q = p.

    >>> x, y, z, w, d, e = sp.symbols("x y z w d e", positive=True)
    >>> moves = {d: (x, z), e: (y, w)}
    >>> _cancels(x * e - y * d, moves), _cancels(x * w - y * z, moves)
    (True, False)
    """
    free = total.free_symbols.union(*(p.free_symbols for p, _ in moves.values()))
    names = sorted(free, key=str)
    for size, *ratios in product(SIZES, *([FAR] * len(moves))):
        place = {s: sp.Float(size * (1 + 0.37 * i)) for i, s in enumerate(names)}
        for i, ((d, (p, q)), ratio) in enumerate(zip(moves.items(), ratios, strict=True)):
            place[q] = p.xreplace(place) * ratio * (1 + 0.13 * i)
            place[d] = place[q] - p.xreplace(place)
        terms = [t.xreplace(place) for t in sp.Add.make_args(total)]
        if abs(sp.Add(*terms)) < LOST * sp.Add(*map(sp.Abs, terms)):
            return True
    return False


def _rounds_little(end: E) -> bool:
    """Whether an expression is a product of inputs, of functions, and of sums of inputs or of what is positive."""
    sums = [b for b, _ in (f.as_base_exp() for f in sp.Mul.make_args(end)) if b.is_Add and not b.is_positive]
    return not any(t.as_coeff_Mul()[1].is_Mul or t.has(sp.Function, sp.Pow) for b in sums for t in b.args)
