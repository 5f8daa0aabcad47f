"""Laws of a size: what is even has the mean that it has under the law on the line whose variable's size it is."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sympy as sp

from derive.algebra.normal import is_zero
from derive.expectations.law import Law

E = Any


@lru_cache(maxsize=64)  # with what was found under it
def unfolded(law: Law) -> Law | None:
    """The law on the line that is folded at 0 to one on the half-line: that has the density f(x) + f(−x), and it has f.

    >>> from derive.families.facts import Facts
    >>> x = sp.Symbol("x", real=True)
    >>> folded = Law(sp.log(sp.cosh(x)) - (x**2 + 1)/2, x, sp.S(0), sp.oo, "lebesgue", Facts())
    >>> unfolded(folded).log_density
    -x**2/2 + x - log(2) - 1/2
    """
    if law.measure != "lebesgue" or law.low != 0 or law.high != sp.oo or law.x.is_nonnegative:
        return None
    for term in sp.Add.make_args(law.log_density):
        half = _half(term, law.x)
        if half is not None:
            rest = law.log_density - term
            whole = Law(rest + half, law.x, -sp.oo, sp.oo, law.measure, law.facts, law.mass)
            return whole if is_zero(rest - rest.subs(law.x, -law.x)) is True else None
    return None


def _half(term: E, x: sp.Symbol) -> E | None:
    """log f(x) of log(f(x) + f(−x))."""
    if not isinstance(term, sp.log):
        return None
    total = term.args[0]
    if isinstance(total, sp.cosh) and is_zero(total.args[0] + total.args[0].subs(x, -x)) is True:
        return total.args[0] - sp.log(2)
    if total.is_Add and len(total.args) == 2 and is_zero(total.args[0] - total.args[1].subs(x, -x)) is True:
        return sp.log(total.args[0])
    return None


def at_size(statistic: E, x: sp.Symbol) -> E | None:
    """A statistic of a size as one of the variable itself; None where that has a kink.

    >>> x = sp.Symbol("x", real=True)
    >>> at_size(x**2*sp.log(x), x), at_size(x**sp.Rational(1, 3), x), at_size(x + 1, x)
    (x**2*log(Abs(x)), Abs(x)**(1/3), None)
    """

    def singular(e: E) -> bool:
        inner = e.args[0] if isinstance(e, sp.log) else e.base if e.is_Pow and not e.exp.has(x) else sp.S.Zero
        return bool((inner / x).is_positive)

    whole = statistic.replace(singular, lambda e: e.xreplace({x: sp.Abs(x)}))
    plain = whole.xreplace({sp.Abs(x): sp.Dummy("size", positive=True)})
    return whole if is_zero(plain - plain.subs(x, -x)) is True else None


__all__ = ["at_size", "unfolded"]
