"""What has a sign that SymPy's assumptions do not see: written with an unknown of that sign in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp


def powers_signed(difference: Any) -> Any:
    """Real powers of what is not negative as unknowns that are not negative: they are where they have a value."""
    powers = (e for e in difference.atoms(sp.Pow) if e.base.is_nonnegative and e.exp.is_real and e.is_real is None)
    return difference.xreplace({e: sp.Dummy("t", nonnegative=True) for e in powers})


def functions_signed(difference: Any, decide: Callable[[Any], bool | None]) -> Any:
    """Functions that are positive, though SymPy does not say so, as positive unknowns, and ζ(a)/ζ(b), a > b, as less than 1.

    >>> s = sp.Symbol("s", positive=True)
    >>> functions_signed(1 - sp.zeta(s + 3) / sp.zeta(s + 2), bool).is_positive
    True
    """
    positive = [e for e in difference.atoms(sp.erfc) if e.args[0].is_extended_real]
    positive += [e for e in difference.atoms(sp.besselk) if e.args[0].is_real and e.args[1].is_positive]
    positive += [
        e for e in difference.atoms(sp.zeta) if decide(e.args[0] > 1) and (e.args[1:] or (sp.S.One,))[0].is_positive
    ]
    for e in difference.atoms(sp.besseli):
        order, x = e.args
        if order == 0 and x.is_real or (order + 1).is_positive and x.is_positive:  # a series of positive terms
            positive.append(e)
    for e in difference.atoms(sp.hyper):  # a series of positive terms that converges everywhere
        above, below, z = e.args
        if len(above) <= len(below) and z.is_nonnegative and all(a.is_positive for a in (*above, *below)):
            positive.append(e)
    found = {e: sp.Dummy("t", positive=True) for e in positive}
    for e in (e for e in difference.atoms(sp.Mul) if e.has(sp.zeta)):
        number, quotient = e.as_coeff_Mul()
        above, below = sp.fraction(quotient)
        if isinstance(above, sp.zeta) and isinstance(below, sp.zeta) and len(above.args) == len(below.args) == 1:
            if decide(below.args[0] > 1) and decide(above.args[0] > below.args[0]):
                found[e] = number / (1 + sp.Dummy("t", positive=True))
    return difference.xreplace(found) if found else difference


LONGEST_SQUARED = 60
"""Operations of a sum beyond which it is not asked which of its two terms has the greater square."""


def roots_signed(difference: Any) -> Any:
    """Sums of two terms, one with a root, as unknowns with the sign of the one whose square is greater.

    >>> x = sp.Symbol("x", real=True)
    >>> roots_signed(sp.sqrt(x**2 + 1) - x).is_positive, roots_signed(sp.sqrt(x**2 + 1) + x + 1).is_positive
    (True, None)
    """
    signs: dict[Any, Any] = {}
    for e in difference.atoms(sp.Add):
        factors = (f for term in e.args for f in sp.Mul.make_args(term)) if len(e.args) == 2 else ()
        if not any(f.is_Pow and abs(f.exp) == sp.S.Half for f in factors) or sp.count_ops(e) > LONGEST_SQUARED:
            continue
        for a, b in (e.args, e.args[::-1]):
            if (a.is_positive or a.is_negative) and b.is_real and sp.cancel(a**2 - b**2).is_positive:
                signs[e] = sp.Dummy("t", positive=True) * (1 if a.is_positive else -1)
    return difference.xreplace(signs) if signs else difference


def definite(difference: Any) -> bool | None:
    """Whether a difference is a quadratic in a real symbol that is positive wherever its discriminant is negative, as it is.

    >>> a, s = sp.Symbol("a", real=True), sp.Symbol("s", positive=True)
    >>> definite(a**2 + a*s + s**2), definite(a**2 - 3*a*s + s**2) is None
    (True, True)
    """
    for s in sorted((s for s in difference.free_symbols if s.is_real), key=str) if difference.is_polynomial() else ():
        c, b, a = (difference.coeff(s, k) for k in range(3))
        if a.is_positive and sp.expand(a * s**2 + b * s + c - difference) == 0:
            return sp.expand(b**2 - 4 * a * c).is_negative or None
    return None


def sides_of_exponential(difference: Any) -> tuple[Any, Any] | None:
    """A and B where a difference is A − B, both positive, and one is an exponential."""
    if not (difference.is_Add and len(difference.args) == 2 and difference.has(sp.exp)):
        return None
    one, two = sorted(difference.args, key=lambda e: bool(e.is_negative))
    return (one, -two) if one.is_positive and two.is_negative else None


def inside_logs(difference: Any) -> tuple[Any, Any] | None:
    """A and B where a difference is log A − log B: it has the sign of A − B."""
    if not (difference.is_Add and len(difference.args) == 2):
        return None
    logs = {sign: e for e in difference.args for sign in (1, -1) if isinstance(sign * e, sp.log)}
    return (logs[1].args[0], (-logs[-1]).args[0]) if len(logs) == 2 else None


__all__ = ["definite", "functions_signed", "inside_logs", "powers_signed", "roots_signed", "sides_of_exponential"]
