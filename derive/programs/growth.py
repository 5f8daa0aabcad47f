"""(e^x − 1)/x, whose log has derivatives that do not cancel, in the place of what cancels against it.

    log(e^x − 1)     log x + log_exprel(x)              1/(e^x − 1)   1/x − 1 + log_exprel_slope(x)
    log(1 + e^x)     log1pexp(x)                        1/(1 + e^x)   1 − logistic(x)
    log(log r)       log(r − 1) − log_exprel(log r)     1/log r       r/(r − 1) − log_exprel_slope(log r)

The last line, the first solved for x = log r, is for formulas without exponentials. What then remains is rational in
the parameters and their logs, and log_exprel and log1pexp, whose Bregman divergences are functions of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import sympy as sp

from derive.families.facts import Facts
from derive.programs.exponentials import grown
from derive.programs.functions.cumulants import langevin, log1pexp, log_exprel, log_exprel_slope, log_sinhc, logistic
from derive.programs.functions.elementary import log1p_to

E = Any
Parts = tuple[E, E, E]
"""Of a factor f: (y, s, i) with log f = log y + s and 1/f = i."""


def relative_growth(e: E) -> E:
    """A sum with differences of exponentials, or else with logs of logs, by log_exprel.

    >>> x, p = sp.symbols("x p", positive=True)
    >>> relative_growth(sp.log(sp.exp(x) - 1) + 1 / (sp.exp(x) - 1))
    log(x) + log_exprel(x) + log_exprel_slope(x) - 1 + 1/x
    >>> a, b = sp.symbols("a b", positive=True)
    >>> relative_growth((a*sp.exp(x) + b) / (sp.exp(x) - 1))
    a*(log_exprel_slope(x) + 1/x) + b*(log_exprel_slope(x) - 1 + 1/x)
    >>> relative_growth(sp.log(-sp.log(1 - p)))
    log(p) - log_exprel(log(1 - p))
    """
    bases = frozenset(f.base for f in e.atoms(sp.Pow) if f.exp.free_symbols and f.base.is_positive)
    parts: Callable[..., Parts | None] = partial(_difference, bases=bases) if e.has(sp.exp) or bases else _logarithm
    e = e.replace(lambda f: isinstance(f, sp.log), lambda f: _split(f, parts))
    e = e.replace(lambda f: f.is_Mul, lambda f: _product(f, parts))  # before powers: its other factors may cancel
    return e.replace(lambda f: f.is_Pow, lambda f: _product(f, parts))


def turned(e: E, facts: Facts | None = None) -> E:
    """log_exprel and its slope at positive x by those at −x, which stay small, and log1pexp and its slope at any x: what is
    linear in x is expanded, and cancels.

    >>> x, y = sp.symbols("x y", positive=True)
    >>> turned(log_exprel(x) - x + y*log_exprel_slope(x) - y)
    -y*log_exprel_slope(-x) + log_exprel(-x)
    >>> turned(log1pexp(x) - x*logistic(x))
    x*logistic(-x) + log1pexp(-x)
    """
    rising = e.atoms(log_exprel, log_exprel_slope)
    found = {f for f in rising if f.args[0].is_positive or facts and facts.decide(f.args[0] > 0)}
    found |= e.atoms(log1pexp, logistic)
    slopes = (log_exprel_slope, logistic)
    swap = {
        f: (1 if isinstance(f, slopes) else f.args[0]) + (-1) ** isinstance(f, slopes) * f.func(-f.args[0])
        for f in found
    }
    return sp.expand(e.xreplace(swap), log=False, func=False, power_exp=False, power_base=False)


def evened(e: E) -> E:
    """log_exprel of a log r, and its slope, by their even and their odd part, at ½ log r: what is linear in the log cancels.

    A multiple of log r that is infinite at r = 1 goes by the slope: log r · r/(r − 1) = 1 + log r · log_exprel_slope(log r).

    >>> p, y = sp.symbols("p y", positive=True)
    >>> half = log1p_to(-(2*p - 1) / (p - 1), p / (1 - p)) / 2
    >>> e = log_exprel(sp.log(p / (1 - p))) - p * (sp.log(p) - sp.log(1 - p)) / (2 * p - 1) + 1
    >>> evened(e).subs(half, y)
    -y*langevin(y) + log_sinhc(y)
    """
    logs = {f.args[0]: sp.symbols("log half", cls=sp.Dummy, real=True) for f in e.atoms(log_exprel, log_exprel_slope)}
    logs = {x: both for x, both in logs.items() if isinstance(x, sp.log) and _of_one_letter(x.args[0])}
    for x, (log, half) in logs.items():
        r, (above, below) = x.args[0], sp.fraction(x.args[0])
        known = {x: log, sp.log(1 / r): -log, sp.log(above): log + sp.log(below)}
        growth = {log_exprel(x): log / 2 + log_sinhc(half), log_exprel_slope(x): (1 + langevin(half)) / 2}
        e = e.xreplace(growth).xreplace(known)
    e = sp.expand(e, log=False, power_exp=False, power_base=False) if logs else e
    for x, (log, half) in logs.items():
        e = _without_pole(e, x.args[0], log, half)
    e = e.xreplace({half: log1p_to(sp.factor(x.args[0] - 1), x.args[0]) / 2 for x, (_, half) in logs.items()})
    return e.xreplace({log: x for x, (log, _) in logs.items()})  # in other functions


def _of_one_letter(r: E) -> bool:
    """Whether something is rational in its only letter."""
    return len(r.free_symbols) == 1 and bool(r.is_rational_function(*r.free_symbols))


def _without_pole(e: E, r: E, log: E, half: E) -> E:
    """A sum without log r, and what of it is infinite at r = 1."""
    multiple, (s,), (above, below) = sp.cancel(e.coeff(log)), r.free_symbols, sp.fraction(r)
    rest = sp.collect(e - sp.expand(log * e.coeff(log)), [*e.atoms(sp.log), half], sp.cancel)
    for z in sp.roots(above - below, s):
        if sp.fraction(multiple)[1].subs(s, z) == 0:
            times = sp.cancel(multiple * (r - 1) / r).subs(s, z)
            multiple = sp.cancel(multiple - times * r / (r - 1))
            rest += times * (1 + half * (1 + langevin(half)))
    return sp.expand_mul(rest + 2 * half * multiple)


def _split(f: E, parts: Callable[..., Parts | None]) -> E:
    """The log of a product, its factors of the kind looked for taken apart."""
    rest, total = sp.S.One, sp.S.Zero
    for factor in sp.Mul.make_args(f.args[0]):
        base, power = factor.as_base_exp()
        found = parts(base) if power.is_number else None
        rest *= found[0] ** power if found else factor
        total += power * found[1] if found else sp.S.Zero
    return sp.log(rest) + total


def _product(f: E, parts: Callable[..., Parts | None]) -> E:
    """A product, the reciprocal of a factor of the kind looked for as a sum."""
    factors = sp.Mul.make_args(f)
    for factor in factors:
        base, power = factor.as_base_exp()
        rest = sp.Mul(*(g for g in factors if g is not factor))
        if power == -1 and (found := parts(base, rest)):
            growing = [e for e in base.atoms(sp.Pow, sp.exp) if e.exp.free_symbols]
            sums = [g for g in factors if g.is_Add and g.has(*growing)] if growing else []
            if sums:  # term by term, each over what it grows with: the sum may overflow
                others = sp.Mul(*(g for g in factors if g is not sums[0]))
                return sp.Add(*(_product(term * others, parts) for term in sums[0].args))
            return rest * found[2]
    return f


def _difference(base: E, rest: E = sp.S.One, bases: frozenset[E] = frozenset()) -> Parts | None:
    """c·(e^u − e^v) or c·(e^u + e^v), by x = u − v."""
    if not (base.is_Add and len(base.args) == 2):
        return None
    (c, u), (other, v) = (grown(t, bases) for t in base.args)
    if c not in (other, -other) or u == v:
        return None
    x = sp.Add(*(a * _log_of(u.get(a, sp.S.One) / v.get(a, sp.S.One)) for a in {**u, **v}))
    if _turned(x):
        c, other, u, v, x = other, c, v, u, -x
    e_u, e_v = (sp.Mul(*(b**a for a, b in w.items())) for w in (u, v))
    if c == other:
        return c * e_v, log1pexp(x), (1 - logistic(x)) / (c * e_v)
    slope = 1 / x + log_exprel_slope(x)
    inverse = slope / (c * e_u) if rest.has(e_u) and e_u != 1 else (slope - 1) / (c * e_v)
    return c * e_v * x, log_exprel(x), inverse


def _logarithm(base: E, rest: E = sp.S.One) -> Parts | None:
    """c·log r."""
    c, log = (sp.logcombine(base) if base.is_Add and base.has(sp.log) else base).as_coeff_Mul()
    if not isinstance(log, sp.log) or not log.free_symbols:
        return None
    sign, log = _log_of(log.args[0]).as_coeff_Mul()
    r = log.args[0]
    return sign * c * sp.cancel(r - 1), -log_exprel(log), (sp.cancel(r / (r - 1)) - log_exprel_slope(log)) / (sign * c)


def _log_of(ratio: E) -> E:
    """The log of a ratio or of its reciprocal: the same for both."""
    return -sp.log(1 / ratio) if _turned(sp.log(ratio)) else sp.log(ratio)


def _turned(x: E) -> bool:
    """Whether −x is taken for x: the same for p and q."""
    return bool(sp.expand(sp.expand_log(x, force=True)).could_extract_minus_sign())


__all__ = ["evened", "relative_growth", "turned"]
