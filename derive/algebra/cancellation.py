"""Rewritings after which an expression loses no digits in a number, as far as its form tells.

Every one is an identity; what changes is the rounding: erfc(−z) for 2 − erfc(z), expm1(z) for e^z − 1, log1p(z) for
log(1 + z), half angles for 1 ± cos z, (a² − b²)/(a − b) for a + b with a root, log-gammas for the log of a gamma.
"""

from __future__ import annotations

from itertools import combinations
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


class log_besseli(sp.Function):
    """log I_ν(z), far beyond where I_ν(z) is too large for a number."""

    nargs = 2


class log_besselk(sp.Function):
    """log K_ν(z), far beyond where K_ν(z) is too small for a number."""

    nargs = 2


class loggamma_difference(sp.Function):
    """log Γ(z + a) − log Γ(z), however large z is."""

    nargs = 2


class conjugate_sum(sp.Function):
    """a + b, given a² − b²: (a² − b²)/(a − b) loses nothing where a and b are of opposite signs."""

    nargs = 3


def stable(e: Any) -> Any:
    """An expression in functions that lose nothing, and that are never too large for a number."""
    e = _powers_less_one(_differences_of_gammas(_logs_of_gamma(_with_roots(e))))
    return _near_one(less_one(_logs_of_differences(logs_of_functions(erfc_folded(e)))))


def _with_roots(e: Any) -> Any:
    """A sum of two terms, one with a root, whose squares differ by something that does not cancel: x + √(x² + 1).

    >>> x = sp.Symbol("x")
    >>> _with_roots(sp.log(x + sp.sqrt(x**2 + 3)))
    log(conjugate_sum(x, sqrt(x**2 + 3), -3))
    """

    def root(f: Any) -> bool:
        return f.is_Pow and abs(f.exp) == sp.S.Half and f.base.is_Add

    def fold(total: sp.Expr) -> sp.Expr:
        a, b = total.args
        above, below = sp.fraction(sp.factor_terms(sp.cancel(a**2 - b**2)))
        return total if any(s.free_symbols for s in above.atoms(sp.Add)) else conjugate_sum(a, b, above / below)

    def foldable(f: Any) -> bool:
        # a root within a factor is still there when the term is squared
        roots = (
            f.is_Add and len(f.args) == 2 and any(root(factor) for term in f.args for factor in sp.Mul.make_args(term))
        )
        return bool(roots) and sp.count_ops(f) < SHORT

    return e.replace(foldable, fold)


def erfc_folded(e: Any) -> Any:
    """2 − erfc(z), 1 − erf(z) and 1 + erf(z) as erfc of one argument.

    >>> z = sp.Symbol("z")
    >>> erfc_folded(3 * (2 - sp.erfc(z))), erfc_folded(sp.erf(z) - 1)
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


WRITTEN_OUT = 12
"""The power up to which 1 − w^n is written as (1 − w)(1 + w + … + w^(n − 1))."""


def _powers_less_one(e: Any) -> Any:
    """c − c w^r for a w near 1, by what it is short of 1.

    >>> t, r = sp.symbols("t r", positive=True)
    >>> _powers_less_one(1 - (1 - t)**2), _powers_less_one(2 - 2*(1 - t)**r)
    (t*(2 - t), -2*expm1(r*log1p(-t)))
    >>> _powers_less_one(3 - 3**(1 - r)*(3 - t)**r)
    -3*expm1(r*log1p(-t/3))
    """

    def fold(total: sp.Expr) -> sp.Expr:
        one, other = sorted(total.args, key=lambda f: bool(f.free_symbols))
        scale, power = other.as_independent(*other.free_symbols - _exponents(other), as_Add=False)
        if one.free_symbols or not (power.is_Pow and power.base.is_Add and not power.exp.is_Add):
            return total
        start, change = power.base.as_coeff_Add()
        if not (start.is_positive or start and power.exp.is_Integer) or sp.powsimp(one + scale * start**power.exp) != 0:
            return total
        change, n = change / start, power.exp
        if n.is_Integer and 0 < n <= WRITTEN_OUT:
            return -one * change * sp.Add(*((1 + change) ** k for k in range(n)))
        return total if n.is_Integer else -one * expm1(n * log1p(change))

    return e.replace(lambda f: f.is_Add and len(f.args) == 2 and f.has(sp.Pow), fold)


def _exponents(e: Any) -> set[Any]:
    return set().union(*(f.exp.free_symbols for f in e.atoms(sp.Pow)))


def _differences_of_gammas(e: Any) -> Any:
    """c log Γ(u) − c log Γ(v), u − v a number, as one function.

    >>> x, y = sp.symbols("x y", positive=True)
    >>> _differences_of_gammas(sp.loggamma(x + 3) - sp.loggamma(x) + sp.loggamma(y))
    loggamma(y) + loggamma_difference(x, 3)
    """

    def fold(total: sp.Expr) -> sp.Expr:
        found = [(c, f.args[0]) for term in sp.Add.make_args(total) for c, f in [term.as_independent(sp.loggamma)]
                 if isinstance(f, sp.loggamma) and f.free_symbols]  # fmt: skip
        for (c, u), (d, v) in combinations(found, 2):
            gap = u - v
            if c == -d and gap.is_number:
                whole = loggamma_difference(v, gap) if gap.is_positive else -loggamma_difference(u, -gap)
                return fold(total - c * sp.loggamma(u) - d * sp.loggamma(v) + c * whole)
        return total

    return e.replace(lambda f: f.is_Add and f.has(sp.loggamma), fold)


def _logs_of_differences(e: Any) -> Any:
    """log(k c^a) as a log c + log k, log(c^a − c^b) as a log c + log(1 − c^(b − a)): values however small the powers, and
    analytic ones.

    >>> x, q, r = sp.symbols("x q r", positive=True)
    >>> _logs_of_differences(sp.log(q ** (x + 1) - q ** (x + 3)))
    (x + 1)*log(q) + log(1 - q**2)
    >>> _logs_of_differences(sp.log(q ** (x**r) - q ** ((x + 1) ** r)))
    x**r*log(q) + log(-expm1(-(x + 1)**r*log(q)*expm1(r*log1p(-1/(x + 1)))))
    """

    def split(log: sp.Expr) -> sp.Expr:
        total = log.args[0]
        powers = [f for f in sp.Mul.make_args(total) if f.is_Pow and f.base.is_positive and f.exp.free_symbols]
        if powers:
            return sp.Add(sp.log(total / sp.Mul(*powers)), *(f.exp * sp.log(f.base) for f in powers))
        if not (total.is_Add and len(total.args) == 2):
            return log
        one, two = sorted(total.args, key=lambda t: bool(t.could_extract_minus_sign()))
        (base, a), (other, b) = map(_power, (one, -two))
        if base != other or not base.is_positive:
            return log
        scale = sp.log(base)
        return a * scale + sp.log(-expm1(scale * _difference(b, a)))

    return e.replace(lambda f: isinstance(f, sp.log), split) if e.has(sp.log) else e


def _power(e: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Base and exponent, a number as base being above 1."""
    base, exponent = (e.base, e.exp) if e.is_Pow else (e, sp.S.One)
    return (1 / base, -exponent) if base.is_Rational and 0 < base < 1 else (base, exponent)


def _difference(one: sp.Expr, two: sp.Expr) -> sp.Expr:
    """w^r − z^r, where w − z is a number, by what w^r changes relative to itself; any other difference as it is."""
    if one.could_extract_minus_sign() and two.could_extract_minus_sign():
        return _difference(-two, -one)
    (w, r), (z, s) = one.as_base_exp(), two.as_base_exp()
    if r == s != 1 and (w - z).is_number:
        return -(w**r) * expm1(r * log1p((z - w) / w)) if (w - z).is_positive else -_difference(two, one)
    return one - two


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


LOGS: dict[Any, Any] = {
    sp.erfc: log_erfc,
    erfc_reflected: lambda z: log_erfc(-z),
    sp.besseli: log_besseli,
    sp.besselk: log_besselk,
}
"""Functions that leave the range of numbers -> their logs as functions of their own."""


def logs_of_functions(e: Any) -> Any:
    """The log of a multiple of one of `LOGS` as a function of its own."""

    def split(argument: sp.Expr) -> sp.Expr:
        parts = [f for f in sp.Mul.make_args(argument) if type(f) in LOGS]
        if len(parts) != 1:
            return sp.log(argument)
        return LOGS[type(parts[0])](*parts[0].args) + sp.log(argument / parts[0])

    if not e.has(*LOGS):
        return e
    return e.replace(lambda f: isinstance(f, sp.log) and f.has(*LOGS), lambda f: split(f.args[0]))
