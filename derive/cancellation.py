"""Rewritings after which an expression loses no digits in a number, as far as its form tells.

Every one is an identity; what changes is the rounding: erfc(−z) for 2 − erfc(z), expm1(z) for e^z − 1, log1p(z) for
log(1 + z), half angles for 1 ± cos z, (a² − b²)/(a − b) for a + b with a root, log-gammas for the log of a gamma.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p

SHORT = 60
"""Operations beyond which two terms are not squared."""


class erfc_reflected(sp.Function):
    """erfc(−z), which SymPy writes 2 − erfc(z): a difference that loses everything where z is large."""

    nargs = 1


class log_erfc(sp.Function):
    """log erfc(z), far beyond where erfc(z) is too small for a number."""

    nargs = 1


class conjugate_sum(sp.Function):
    """a + b, given a² − b²: (a² − b²)/(a − b) loses nothing where a and b are of opposite signs."""

    nargs = 3


def stable(e: Any) -> Any:
    """An expression in functions that lose nothing, and that are never too large for a number."""
    return _near_one(less_one(_logs_of_erfc(reflected(_logs_of_gamma(_with_roots(e))))))


def _with_roots(e: Any) -> Any:
    """A sum of two terms, one with a root, whose squares differ by something that does not cancel: x + √(x² + 1).

    >>> x = sp.Symbol("x")
    >>> _with_roots(sp.log(x + sp.sqrt(x**2 + 3)))
    log(conjugate_sum(x, sqrt(x**2 + 3), -3))
    """

    def root(f: Any) -> bool:
        return abs(f.exp) == sp.S.Half and f.base.is_Add

    def fold(total: sp.Expr) -> sp.Expr:
        a, b = total.args
        above, below = sp.fraction(sp.factor_terms(sp.cancel(a**2 - b**2)))
        return total if any(s.free_symbols for s in above.atoms(sp.Add)) else conjugate_sum(a, b, above / below)

    def foldable(f: Any) -> bool:
        return f.is_Add and len(f.args) == 2 and any(map(root, f.atoms(sp.Pow))) and sp.count_ops(f) < SHORT

    return e.replace(foldable, fold)


def reflected(e: Any) -> Any:
    """2 − erfc(z), 1 − erf(z) and 1 + erf(z) as erfc of one argument.

    >>> z = sp.Symbol("z")
    >>> reflected(3 * (2 - sp.erfc(z))), reflected(sp.erf(z) - 1)
    (3*erfc_reflected(z), -erfc(z))
    """

    def fold(total: sp.Expr) -> sp.Expr:
        constant, rest = total.as_coeff_Add()
        for term in sp.Add.make_args(rest):
            k, f = term.as_coeff_Mul()
            if isinstance(f, sp.erfc) and constant == -2 * k:
                return rest - term - k * erfc_reflected(f.args[0])
            if isinstance(f, sp.erf) and constant in (k, -k):
                folded = erfc_reflected(f.args[0]) if constant == k else sp.erfc(f.args[0])
                return rest - term + constant * folded
        return total

    return e.replace(lambda f: f.is_Add and f.has(sp.erf, sp.erfc), fold) if e.has(sp.erf, sp.erfc) else e


def less_one(e: Any) -> Any:
    """e^a − 1 and e^a − e^b by one function, which does not cancel where a is near to 0 or b.

    >>> z = sp.Symbol("z")
    >>> less_one(2 - 2 * sp.exp(-z)), less_one(sp.exp(-2 * z) - sp.exp(-z))
    (-2*expm1(-z), -exp(-2*z)*expm1(z))
    """

    def fold(total: sp.Expr) -> sp.Expr:
        found: dict[Any, list[tuple[Any, Any]]] = {}
        for term in total.args:
            k, f = term.as_coeff_Mul()
            if f == 1 or isinstance(f, sp.exp):
                found.setdefault(abs(k), []).append((term, f.args[0] if f != 1 else sp.S.Zero))
        for (one, a), (two, b) in (pair for pair in found.values() if len(pair) == 2):
            if one.could_extract_minus_sign() != two.could_extract_minus_sign():
                if a == 0:
                    one, a, two, b = two, b, one, a
                return total - one - two + one * sp.exp(b - a) * expm1(a - b)
        return total

    return e.replace(lambda f: f.is_Add and f.has(sp.exp), fold) if e.has(sp.exp) else e


def _near_one(e: Any) -> Any:
    """1 ± cos z by a half angle, and log(1 + z) as one function: neither cancels where z is small.

    >>> z = sp.Symbol("z")
    >>> _near_one(sp.log(1 - sp.cos(z))), _near_one(sp.log(1 + z**2))
    (log(2*sin(z/2)**2), log1p(z**2))
    """

    def halved(total: sp.Expr) -> sp.Expr:
        for term in total.args:
            k, f = term.as_coeff_Mul()
            if isinstance(f, sp.cos):
                for sign, half in ((1, sp.cos), (-1, sp.sin)):
                    if sign * k in total.args:
                        return total - term - sign * k + 2 * sign * k * half(f.args[0] / 2) ** 2
        return total

    if e.has(sp.cos):
        e = e.replace(lambda f: f.is_Add and f.has(sp.cos), halved)
    return e.replace(
        lambda f: isinstance(f, sp.log) and f.args[0].is_Add and sp.S.One in f.args[0].args,
        lambda f: log1p(f.args[0] - 1),
    )


def _logs_of_gamma(e: Any) -> Any:
    """log of a factorial, binomial, gamma or beta as log-gammas: never overflows, analytic to the right of 0."""

    def split(argument: sp.Expr) -> sp.Expr:
        log_gamma = sp.loggamma
        if isinstance(argument, sp.factorial):
            return log_gamma(argument.args[0] + 1)
        if isinstance(argument, sp.gamma):
            return log_gamma(argument.args[0])
        a, b = argument.args
        if isinstance(argument, sp.binomial):
            return log_gamma(a + 1) - log_gamma(b + 1) - log_gamma(a - b + 1)
        return log_gamma(a) + log_gamma(b) - log_gamma(a + b)

    kinds = (sp.factorial, sp.gamma, sp.binomial, sp.beta)
    return e.replace(lambda f: isinstance(f, sp.log) and isinstance(f.args[0], kinds), lambda f: split(f.args[0]))


def _logs_of_erfc(e: Any) -> Any:
    """The log of a multiple of erfc as a function of its own."""

    def split(argument: sp.Expr) -> sp.Expr:
        parts = [f for f in sp.Mul.make_args(argument) if isinstance(f, (sp.erfc, erfc_reflected))]
        if len(parts) != 1:
            return sp.log(argument)
        z = parts[0].args[0] if isinstance(parts[0], sp.erfc) else -parts[0].args[0]
        return log_erfc(z) + sp.log(argument / parts[0])

    if not e.has(sp.erfc, erfc_reflected):
        return e
    return e.replace(lambda f: isinstance(f, sp.log) and f.has(sp.erfc, erfc_reflected), lambda f: split(f.args[0]))
