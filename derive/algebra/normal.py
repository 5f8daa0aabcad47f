"""Normal forms: the cheap, ordered rewritings that everything else stands on.

`expand_logs` writes an expression that is positive-by-context (a log-density on its support) as a sum of
atoms: powers, exponentials and logs of things that cannot be split further. `is_zero` decides equality by
an ordered list of normal forms and says True only on an exact 0. Neither calls SymPy's `simplify`, whose time and
answer are unbounded.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sympy as sp

from derive.algebra.letters import with_letters_for_sums
from derive.algebra.signs import seen_nonzero

E = Any

ONLY_PRODUCTS = {"log": False, "power_base": False, "power_exp": False, "multinomial": False}
"""Hints for `expand` that multiplies out products, and leaves powers and logs as they stand."""

LONG, LONGEST = 200, 3000
"""Operations beyond which a value is asked before the first normal form, and beyond which no form is tried: cancelling such an
expression need not end."""


def to_loggamma(expression: E) -> E:
    """log Γ, log B, log of binomials and factorials, all in terms of log-gamma.

    >>> from sympy.abc import a, b
    >>> to_loggamma(sp.log(sp.beta(a, b)))
    loggamma(a) + loggamma(b) - loggamma(a + b)
    """
    lg = sp.loggamma

    def rewrite(e: E) -> E:
        arg = e.args[0]
        if isinstance(arg, sp.gamma):
            return lg(arg.args[0])
        if isinstance(arg, sp.beta):
            x, y = arg.args[0], arg.args[-1]
            return lg(x) + lg(y) - lg(x + y)
        if isinstance(arg, sp.binomial):
            n, k = arg.args
            return lg(n + 1) - lg(k + 1) - lg(n - k + 1)
        if isinstance(arg, sp.factorial):
            return lg(arg.args[0] + 1)
        return e

    if expression.has(sp.gamma, sp.beta, sp.binomial, sp.factorial):
        expression = expression.replace(lambda e: isinstance(e, sp.log), rewrite)
    return expression


HYPERBOLIC = (sp.cosh, sp.sinh, sp.sech, sp.tanh)


@lru_cache(maxsize=4096)
def expand_logs(expression: E, u: sp.Symbol) -> E:
    """Expand an expression in `u` into a sum of atoms, logs split as far as they go.

    A log of a product splits into logs of its factors, a log of a sum has its lowest power of u pulled out,
    so that what is left is log(1 + …). The arguments of logs are taken to be positive on the domain of u;
    a product of two negative factors is written as the product of their opposites.

    >>> u, s = sp.symbols("u s", positive=True)
    >>> expand_logs(sp.log(s**2 + s**2*u**2) - (u - s)**2, u)
    -s**2 + 2*s*u - u**2 + 2*log(s) + log(u**2 + 1)
    """
    expression = to_loggamma(expression)
    if expression.has(*HYPERBOLIC):
        expression = expression.replace(sp.asinh, lambda z: z.args[0] if isinstance(z, sp.sinh) else sp.asinh(z))
        expression = expression.replace(lambda e: e.is_Add and e.has(sp.sinh), _one_and_square)
        expression = expression.replace(lambda e: isinstance(e, HYPERBOLIC), lambda e: e.rewrite(sp.exp))
    expression = _exponentials(expression, u)
    expression = expression.replace(lambda e: isinstance(e, sp.log) and e.has(u), lambda e: _log(e.args[0], u))
    expression = _exponentials(expression, u)
    expression = sp.expand(expression, log=False, trig=False, complex=False)
    if expression.has(sp.erfc):  # SymPy writes erfc of what is negative as 2 − erfc
        expression = expression.replace(
            lambda e: isinstance(e, sp.log) and e.args[0].is_Add and e.has(sp.erfc), lambda e: _log(e.args[0], u)
        )
    if expression.has(sp.cos, sp.sin):
        expression = sp.expand(angle_sums(expression, u), log=False)
    return _conjugates(expression, u)


def _one_and_square(total: E) -> E:
    """c + c·sinh² as c·cosh².

    >>> z = sp.Symbol("z")
    >>> _one_and_square(3 + 3*sp.sinh(z)**2)
    3*cosh(z)**2
    """
    if len(total.args) == 2:
        for constant, other in (total.args, total.args[::-1]):
            factor, square = other.as_independent(sp.sinh, as_Add=False)
            if square.is_Pow and square.exp == 2 and isinstance(square.base, sp.sinh) and factor == constant:
                return constant * sp.cosh(square.base.args[0]) ** 2
    return total


def angle_sums(expression: E, u: sp.Symbol) -> E:
    """cos and sin of (multiple of u) + (phase) by the addition theorems."""

    def add(e: E) -> E:
        phase, angle = sp.expand(e.args[0]).as_independent(u, as_Add=True)
        if isinstance(e, sp.cos):
            return sp.cos(phase) * sp.cos(angle) - sp.sin(phase) * sp.sin(angle)
        return sp.cos(phase) * sp.sin(angle) + sp.sin(phase) * sp.cos(angle)

    return expression.replace(lambda e: isinstance(e, (sp.cos, sp.sin)) and e.has(u), add)


def _exponentials(expression: E, u: sp.Symbol) -> E:
    """exp(c + r·log v) as e^c·v^r, the rest of the exponent left alone."""

    def split(e: E) -> E:
        exponent = sp.expand(e.args[0])
        result, rest = sp.S.One, sp.S.Zero
        for term in sp.Add.make_args(exponent):
            logs = [f for f in sp.Mul.make_args(term) if isinstance(f, sp.log)]
            if len(logs) == 1 and not (term / logs[0]).has(u):
                result *= logs[0].args[0] ** (term / logs[0])
            else:
                rest += term
        free, bound = rest.as_independent(u, as_Add=True)
        return result * sp.exp(free) * sp.exp(bound)

    if expression.has(sp.exp):
        return expression.replace(lambda e: isinstance(e, sp.exp), split)
    return expression


def _log(argument: E, u: sp.Symbol) -> E:
    """log of `argument`, which is positive on the domain of u, as a sum."""
    if isinstance(argument, sp.exp):
        return argument.args[0]
    if argument.is_Pow and not argument.exp.has(u):
        return sp.expand(argument.exp * _log(_absolute(argument.base, argument.exp), u))
    if argument.is_Pow and not argument.base.has(u):
        return argument.exp * sp.log(argument.base)
    if argument.is_Mul:
        factors = _signed_factors(argument)
        return sp.log(argument) if len(factors) == 1 else sp.Add(*(_log(f, u) for f in factors))
    if argument.is_Add:
        return _log_sum(argument, u)
    return sp.log(argument) if not isinstance(argument, sp.Abs) else _log_abs(argument.args[0], u)


def _log_sum(total: E, u: sp.Symbol) -> E:
    """log of a sum: its denominator, then the lowest monomial in u, then log(1 + …)."""
    if total.has(sp.cos, sp.sin):
        return sp.log(sp.expand(angle_sums(total, u), log=False))
    numerator, denominator = sp.fraction(sp.together(sp.expand(total, log=False)))
    if not denominator.is_positive:  # multiplied out, a sum of squares is not seen to be positive
        above, below = sp.fraction(sp.together(total))
        if below.is_positive:
            numerator, denominator = sp.factor_terms(sp.expand(above, log=False)), below
    if denominator.is_positive:
        below = _log(denominator, u) if denominator != 1 else sp.S.Zero
        total = numerator
    else:
        below = sp.S.Zero
    if not total.is_Add:
        return _log(total, u) - below
    lead, rest = _pull_exponential(total, u) if _grows(total, u) else _pull(total, u)
    if rest.is_Mul or rest.is_Pow:
        return _log(rest, u) + _log(lead, u) - below
    return _log(lead, u) + sp.log(rest) - below


def _absolute(base: E, exponent: E) -> E:
    """The positive thing that an even power of `base` is a power of."""
    if exponent.is_even and base.is_nonnegative is None:
        return sp.Abs(base)
    return base


def _log_abs(inner: E, u: sp.Symbol) -> E:
    if inner.is_Mul:
        return sp.Add(*(_log(sp.Abs(f), u) if f.is_nonnegative is None else _log(f, u) for f in inner.args if f != -1))
    return sp.log(sp.Abs(inner))


def _signed_factors(product: E) -> list[E]:
    """Factors of a positive product, negative ones as their opposites, with one of unknown sign if they are odd."""
    factors, turned, negative = [], [], 0
    for i, f in enumerate(product.args):
        if f.is_negative:
            factors.append(-f)
            negative += 1
        elif f.is_Add and f.could_extract_minus_sign() and f.is_positive is None:
            factors.append(-f)
            turned.append(i)
        else:
            factors.append(f)
    if (negative + len(turned)) % 2:
        unknown = next((i for i, f in enumerate(factors) if i in turned or not turned and f.is_positive is None), None)
        if unknown is None:
            return list(product.args)
        factors[unknown] = -factors[unknown]
    return [f for f in factors if f != 1]


def roots_of_factors(expression: E, u: sp.Symbol) -> E:
    """Square roots and reciprocals of what is positive on the domain of u, as products of those of its factors.

    >>> u, c = sp.symbols("u c", positive=True)
    >>> roots_of_factors(sp.sqrt(u) / sp.sqrt(1/(4 - 4*u) + 1/(4*u)), u)
    2*u*sqrt(1 - u)

    Where two factors may be negative, nothing is done.

    >>> v = sp.Symbol("v", real=True)
    >>> roots_of_factors(sp.sqrt(1 - v**2), v)
    sqrt(1 - v**2)
    """

    def root(e: E) -> E:
        number, product = sp.factor(e.base).as_coeff_Mul()
        powers = [f.as_base_exp() for f in sp.Mul.make_args(product)]
        unknown = [base for base, n in powers if not (base.is_positive or n.is_even)]
        if len(unknown) > 1 or number < 0 and not unknown:
            return e
        turned = unknown if number < 0 else []  # the one that must be negative
        factors = ((sp.expand(-base) if base in turned else base) ** (n * e.exp) for base, n in powers)
        return sp.Mul(abs(number) ** e.exp, *factors)

    def taken(e: E) -> bool:
        if not (e.is_Pow and e.exp.is_Rational and e.base.is_rational_function(u) and e.base.has(u)):
            return False
        return bool(e.exp.q == 2 or e.exp.is_Integer and e.exp < 0 and e.base.is_Add)

    return expression.replace(taken, root)


def _pull(total: E, u: sp.Symbol) -> tuple[E, E]:
    """A sum as (lowest monomial in u, 1 + …), or (1, factors) when it is a polynomial that factors."""
    if not total.has(u):
        return sp.S.One, total
    # e^(7/72) among the coefficients is a high power to SymPy's factor
    if total.is_polynomial(u) and not (total.free_symbols - {u}) and not total.has(sp.exp):
        factored = sp.factor(total)
        if factored.is_Mul or factored.is_Pow:
            return sp.S.One, factored
    monomials = []
    for term in sp.Add.make_args(sp.expand(total, log=False)):
        coefficient, power = term.as_independent(u, as_Add=False)
        base, exponent = power.as_base_exp() if power != 1 else (u, sp.S.Zero)
        if base != u or exponent.has(u):
            return _pull_constant(total, u)
        monomials.append((exponent, coefficient))
    grouped: dict[E, E] = {}
    for exponent, coefficient in monomials:
        grouped[exponent] = grouped.get(exponent, sp.S.Zero) + coefficient
    for least, coefficient in grouped.items():
        if all((e - least).is_nonnegative for e in grouped) and coefficient.is_positive:
            lead = coefficient * u**least
            return lead, sp.Add(*(sp.factor_terms(c / coefficient) * u ** (e - least) for e, c in grouped.items()))
    return sp.S.One, total


def _grows(total: E, u: sp.Symbol) -> bool:
    """Whether there is an exponential of u."""
    return any(e.has(u) for e in total.atoms(sp.exp))


def _pull_exponential(total: E, u: sp.Symbol) -> tuple[E, E]:
    """A sum of exponentials of linear functions of u as (the one that falls fastest, 1 + …)."""
    terms = []
    for term in sp.Add.make_args(sp.expand(total, log=False)):
        coefficient, exponent = sp.S.One, sp.S.Zero
        for f in sp.Mul.make_args(term):
            if isinstance(f, sp.exp) and f.has(u):
                exponent += f.args[0]
            else:
                coefficient *= f
        slope = sp.diff(exponent, u)
        if coefficient.has(u) or slope.has(u):
            return _pull_constant(total, u)
        terms.append((slope, coefficient, sp.expand(exponent)))
    for slope, coefficient, exponent in terms:
        if coefficient.is_positive and all((s - slope).is_nonnegative for s, _, _ in terms):
            rest = sp.Add(*(c / coefficient * sp.exp(sp.collect(sp.expand(e - exponent), u)) for _, c, e in terms))
            return coefficient * sp.exp(exponent), rest
    return sp.S.One, total


def _pull_constant(total: E, u: sp.Symbol) -> tuple[E, E]:
    constant, _ = total.as_independent(u, as_Add=True)
    if constant.is_positive and constant != 1:
        return constant, sp.expand(total / constant, log=False)
    return sp.S.One, total


def _conjugates(expression: E, u: sp.Symbol) -> E:
    """c·log(1 − w) + c·log(1 + w) as c·log(1 − w²)."""
    logs = {e for e in expression.atoms(sp.log) if e.has(u) and e.args[0].is_Add}
    for one in sorted(logs, key=sp.default_sort_key):
        w = one.args[0] - 1
        other = sp.log(1 - w)
        if other in logs and w.could_extract_minus_sign():
            a, b = expression.coeff(one), expression.coeff(other)
            if a != 0 and sp.expand(a - b) == 0 and not a.has(u):
                expression = sp.expand(expression - a * one - b * other, log=False) + a * sp.log(1 - sp.expand(w**2))
    return expression


def linear_form(expression: E, u: sp.Symbol) -> tuple[E, dict[E, E]]:
    """An expanded sum as (constant, {statistic: coefficient})."""
    constant, statistics = _linear_form(expression, u)
    return constant, dict(statistics)


@lru_cache(maxsize=4096)
def _linear_form(expression: E, u: sp.Symbol) -> tuple[E, tuple[tuple[E, E], ...]]:
    constant: E = sp.S.Zero
    statistics: dict[E, E] = {}
    for term in sp.Add.make_args(expression):
        coefficient, statistic = term.as_independent(u, as_Add=False)
        if statistic == 1:
            constant += coefficient
        else:
            statistics[statistic] = statistics.get(statistic, sp.S.Zero) + coefficient
    return constant, tuple(
        (s, sp.factor_terms(c) if c.is_Add else c)
        for s, c in statistics.items()
        if seen_nonzero(c) or sp.expand(c) != 0
    )


def is_linear(expression: E, x: sp.Symbol) -> bool:
    """Whether an expression is of first degree in x.

    >>> x, a = sp.symbols("x a")
    >>> is_linear(a*x + 1, x), is_linear(a, x), is_linear(x**2, x)
    (True, False, False)
    """
    return bool(expression.is_polynomial(x) and sp.degree(expression, x) == 1)


@lru_cache(maxsize=4096)
def is_zero(expression: E) -> bool | None:
    """True when the expression is identically zero, proved by a normal form; None when none shows it.

    >>> a = sp.Symbol("a", positive=True)
    >>> is_zero(sp.digamma(a + 1) - sp.digamma(a) - 1/a), is_zero(a - 1)
    (True, None)
    """
    if expression.is_zero:
        return True
    if seen_nonzero(expression):
        return None
    short, meaning = with_letters_for_sums(expression)
    if meaning and _by_normal_forms(short):
        return True
    return True if not (meaning and _differs(expression)) and _by_normal_forms(expression) else None


def _by_normal_forms(expression: E) -> bool:
    """Whether a normal form shows that an expression is 0."""
    valued_at = 0 if sp.count_ops(expression) > LONG else 1
    for tried, form in enumerate(_FORMS):
        if sp.count_ops(expression) > LONGEST or tried == valued_at and _differs(expression):
            return False
        try:
            expression = form(expression)
        except (TypeError, ValueError, NotImplementedError, RecursionError, AttributeError, ZeroDivisionError):
            continue
        if expression == 0 or expression.is_zero:
            return True
    return False


def _differs(expression: E) -> bool:
    """Whether a value shows that an expression is not 0, so that no form need be tried."""
    if expression.has(sp.Integral, sp.Sum, sp.Derivative, sp.Indexed):
        return False
    symbols = sorted(expression.free_symbols, key=sp.default_sort_key)
    place = {
        s: sp.Integer(i + 2) if s.is_integer else sp.Rational(i + 2, len(symbols) + 5) for i, s in enumerate(symbols)
    }
    try:
        value = sp.re(expression.subs(place).evalf(10, maxn=60))  # a branch of a logarithm moves the imaginary part
        return bool(value.is_Number and value.is_finite and abs(value) > sp.Rational(1, 10**6))
    except (TypeError, ValueError, NotImplementedError, RecursionError, AttributeError, ZeroDivisionError):
        return False


def _logs_of_factors(expression: E) -> E:
    """Every log with its argument factored and split, exact up to the sign conventions of positive logs."""

    def split(e: E) -> E:
        argument = sp.factor(e.args[0])
        if argument.is_Mul and all(f.is_positive for f in argument.args):
            return sp.Add(*(sp.log(f) for f in argument.args))
        return sp.log(argument)

    return sp.expand(sp.expand_log(expression.replace(lambda e: isinstance(e, sp.log), split)))


_FORMS: tuple[Any, ...] = (
    lambda e: sp.expand(sp.expand_log(to_loggamma(e))),
    lambda e: sp.expand(sp.expand_log(sp.expand_func(e))),
    _logs_of_factors,
    lambda e: sp.expand(sp.powsimp(e)),
    lambda e: sp.cancel(sp.together(sp.gammasimp(e))),
    lambda e: sp.expand(sp.expand_trig(e)),
)
