"""Special functions as an elementary part and a rest, which is stable: the elementary parts cancel symbolically."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import sympy as sp
from sympy.codegen.cfunctions import log1p

from derive.families.facts import Facts
from derive.programs.functions.bessel import bessel_deficit, log_besseli0
from derive.programs.functions.gammas import digamma_rest, harmonic, loggamma_rest, trigamma_rest
from derive.programs.functions.hypergeometric import hyper_large, hyper_small
from derive.programs.functions.products import e1_of_exp, exp_e1
from derive.programs.logs import expanded, gathered


def scaled(expression: Any, facts: Facts | None = None) -> Any:
    """E1 of an exponential as one function, else as an exponential times what does not overflow, I_0 and I_1 likewise; the exponentials cancel symbolically.

    >>> x = sp.Symbol("x", positive=True)
    >>> scaled(sp.exp(x) * sp.expint(1, x))
    exp_e1(x)
    >>> scaled(sp.expint(1, sp.exp(x)))
    e1_of_exp(x)
    >>> scaled(sp.besseli(1, x) / sp.besseli(0, x))
    1 - bessel_deficit(x)
    """

    def lowered(e: Any) -> Any:
        """I_n by I_0 and I_1 (DLMF 10.29.1)."""
        n, x = e.args
        return sp.besseli(n - 2, x) - 2 * (n - 1) * sp.besseli(n - 1, x) / x

    for _ in range(4):
        expression = expression.replace(
            lambda e: isinstance(e, sp.besseli) and e.args[0].is_Integer and e.args[0] > 1, lowered
        )
    expression = expression.replace(
        lambda e: _first(sp.expint, 1)(e) and isinstance(e.args[1], sp.exp), lambda e: e1_of_exp(e.args[1].args[0])
    )
    expression = expression.replace(
        _first(sp.expint, 1, facts), lambda e: sp.exp(-e.args[1]) * exp_e1(sp.factor(e.args[1]))
    )
    expression = expression.replace(
        _first(sp.besseli, 1), lambda e: sp.besseli(0, e.args[1]) * (1 - bessel_deficit(e.args[1]))
    )
    expression = expression.replace(
        _first(sp.besseli, 0), lambda e: sp.exp(e.args[1]) * sp.exp(log_besseli0(e.args[1]), evaluate=False)
    )
    return expression


def _first(kind: Any, order: int, facts: Facts | None = None) -> Any:
    """Whether a function is of this kind and order, and of something positive."""

    def taken(e: Any) -> bool:
        if not isinstance(e, kind) or e.args[0] != order:
            return False
        return bool(e.args[1].is_positive or facts and facts.decide(e.args[1] > 0))

    return taken


def split(expression: Any, positive: Callable[[Any], bool] = lambda x: bool(x.is_positive)) -> Any:
    """Log-gamma, digamma and trigamma of positive arguments as Stirling's part and the rest.

    >>> x = sp.Symbol("x", positive=True)
    >>> split(sp.digamma(x))
    log(x) + digamma_rest(x) - 1/(2*x)
    """

    def of(e: Any) -> Any:
        x = e.args[-1]
        if isinstance(e, sp.loggamma):
            return (x - sp.S.Half) * sp.log(x) - x + sp.log(2 * sp.pi) / 2 + loggamma_rest(x)
        if e.args[0] == 0:
            return sp.log(x) - 1 / (2 * x) + digamma_rest(x)
        return 1 / x + 1 / (2 * x**2) + trigamma_rest(x)

    def taken(e: Any) -> bool:
        gammas = isinstance(e, sp.loggamma) or isinstance(e, sp.polygamma) and e.args[0] in (0, 1)
        return bool(gammas and positive(e.args[-1]))

    return expression.replace(taken, of)


def by_harmonics(expression: Any) -> Any:
    """Digamma functions by harmonic numbers, which vanish at 0: what is infinite there is left apart, and may cancel.

    >>> x, y = sp.symbols("x y", positive=True)
    >>> by_harmonics(y * (sp.digamma(x) + sp.EulerGamma + 1 / x))
    y*harmonic(x)
    """

    def of(e: Any) -> Any:
        return harmonic(e.args[1]) - sp.EulerGamma - 1 / e.args[1] if e.args[0] == 0 and e.args[1].free_symbols else e

    taken = expression.replace(sp.polygamma, lambda *args: of(sp.polygamma(*args)))
    return expression if taken == expression else sp.expand(taken, log=False, func=False, power_exp=False)


def risen(expression: Any) -> Any:
    """Differences of two log-gammas in an exponent without what they have in common, which is large where their arguments are.

    >>> x, y = sp.symbols("x y", positive=True)
    >>> risen(sp.exp(sp.loggamma(x + y) - sp.loggamma(x)))
    exp(y*(log(x) - 1) + (x + y - 1/2)*log1p(y/x) - loggamma_rest(x) + loggamma_rest(x + y))
    """
    return expression.replace(
        lambda f: isinstance(f, sp.exp) and f.has(sp.loggamma), lambda f: sp.exp(exponent_risen(f.args[0]))
    )


def exponent_risen(exponent: Any) -> Any:
    """The same of an exponent, or of a log-density.

    >>> x = sp.Symbol("x", positive=True)
    >>> exponent_risen(sp.loggamma(x + 1) - sp.loggamma(x))
    (x + 1/2)*log1p(1/x) + log(x) - loggamma_rest(x) + loggamma_rest(x + 1) - 1
    """
    terms = sp.Add.make_args(exponent)
    above = [t for t in terms if isinstance(t, sp.loggamma)]
    below = [-t for t in terms if isinstance(-t, sp.loggamma)]
    for f, g in product(above, below):
        step = sp.expand(f.args[0] - g.args[0])
        if exponent.has(f) and exponent.has(g) and (step.is_positive or step.is_negative):
            rise = _rise(g.args[0], step) if step.is_positive else -_rise(f.args[0], -step)
            exponent += rise - (f - g)
    return exponent


def _rise(x: Any, step: Any) -> Any:
    """log Γ(x + step) − log Γ(x)."""
    end = x + step
    rests = loggamma_rest(end) - loggamma_rest(x)
    return (end - sp.S.Half) * log1p(sp.expand(step / x)) + step * (sp.log(x) - 1) + rests


def parted(expression: Any) -> Any:
    """A sum with Stirling's parts of its gamma functions, outside of exponentials, gathered by their logs.

    >>> x = sp.Symbol("x", positive=True)
    >>> parted(x * sp.digamma(x) - sp.loggamma(x) - x)
    x*digamma_rest(x) + log(x)/2 - loggamma_rest(x) - log(pi)/2 - 1/2 - log(2)/2
    """
    names = {f: sp.Dummy(f"e{i}", positive=True) for i, f in enumerate(sorted(expression.atoms(sp.exp), key=str))}
    found, rest = gathered(expanded(split(expression.xreplace(names)), Facts()), whole=True)
    logs = (factor * number * sp.log(a) for factor, group in found.items() for a, number in group.items())
    return sp.Add(rest, *logs).xreplace({name: f for f, name in names.items()})


def without_hyper(expression: Any, large: bool, placed: Callable[[Any], Any] = sp.factor) -> Any:
    """F(1, 1; a + 1; z) by its first terms where a is small, or where it is large, and the rest, of w = 1/(1 − z) − 1.

    It is (1 + w) F(1, a; a + 1; −w) (DLMF 15.8.1).

    placed   how w is written

    >>> a, s = sp.symbols("a s", positive=True)
    >>> without_hyper(sp.hyper((1, 1), (a + 1,), 1 - 1 / s), large=False)
    s*(-a*(log(s) - hyper_small(a, s - 1))/(a + 1) + 1)
    >>> without_hyper(sp.hyper((1, 1), (a + 1,), 1 - 1 / s), large=True)
    s*((hyper_large(a, s - 1) + (s - 1)/s**2)/(a + 1) + 1/s)
    """

    def of(e: Any) -> Any:
        a, s = sp.expand(e.args[1][0] - 1), sp.factor(sp.together(1 / (1 - e.args[2])))
        w = placed(s - 1)
        if large:
            return s * (1 / s + ((s - 1) / s**2 + hyper_large(a, w)) / (a + 1))
        return s * (1 - a / (a + 1) * (sp.log(s) - hyper_small(a, w)))

    def taken(e: Any) -> bool:
        if not (isinstance(e, sp.hyper) and tuple(e.args[0]) == (1, 1) and len(e.args[1]) == 1):
            return False
        return bool((e.args[1][0] - 1).is_positive)

    return expression.replace(taken, of)


def unshifted(expression: Any) -> Any:
    """Rests at s + n, n a small whole number, by those at s: what cancels is seen when all are at the same place.

    >>> s = sp.Symbol("s", positive=True)
    >>> unshifted(digamma_rest(s + 1))
    log(s) - log(s + 1) + digamma_rest(s) + 1/(2*s + 2) + 1/(2*s)
    """

    def of(e: Any) -> Any:
        n, s = e.args[0].as_coeff_Add()
        steps = range(int(n))
        if isinstance(e, digamma_rest):
            moved = sp.Add(*(1 / (s + j) for j in steps)) - 1 / (2 * s) + 1 / (2 * (s + n))
            return digamma_rest(s) + moved + sp.log(s) - sp.log(s + n)
        logs = (
            sp.Add(*(sp.log(s + j) for j in steps)) + (s - sp.S.Half) * sp.log(s) - (s + n - sp.S.Half) * sp.log(s + n)
        )
        return loggamma_rest(s) + logs + n

    def taken(e: Any) -> bool:
        if not isinstance(e, (loggamma_rest, digamma_rest)):
            return False
        n, s = e.args[0].as_coeff_Add()
        return bool(n.is_Integer and 0 < n <= 8 and s.is_positive)

    return expression.replace(taken, of)


def raised(e: Any, base: dict[Any, Any]) -> Any:
    """Log-gamma and digamma at s, where others stand at s + n, by those at s + n: poles at s = 0 cancel symbolically.

    base   what an argument is replaced by before it is compared with others

    >>> s = sp.Symbol("s", positive=True)
    >>> raised(sp.loggamma(s) + sp.loggamma(s + 1), {})
    -log(s) + 2*loggamma(s + 1)
    """
    kinds = [f for f in e.atoms(sp.loggamma, sp.polygamma) if isinstance(f, sp.loggamma) or f.args[0] == 0]
    places = {f: sp.expand(f.args[-1].xreplace(base)).as_coeff_Add() for f in kinds}
    most: dict[Any, Any] = {}
    for n, s in places.values():
        most[s] = max(most.get(s, n), n)

    def of(f: Any) -> Any:
        x, (n, s) = f.args[-1], places[f]
        gap = most[s] - n
        if s == 0 or not gap.is_Integer or not 0 < gap <= 8:
            return f
        x, passed = sp.expand(x), range(int(gap))
        if isinstance(f, sp.loggamma):
            return sp.loggamma(x + gap) - sp.Add(*(sp.log(x + j) for j in passed))
        return sp.digamma(x + gap) - sp.Add(*(1 / (x + j) for j in passed))

    return e.xreplace({f: of(f) for f in kinds})


__all__ = ["parted", "raised", "risen", "scaled", "split", "unshifted", "without_hyper"]
