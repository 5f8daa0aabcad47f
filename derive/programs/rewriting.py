"""A formula in differences of its inputs: logs and exponentials of what is 1 at p = q, without their linear part.

A divergence of p and q is a sum of terms that are each far from 0, and cancel where p and q are near. What cancels is
found symbolically: with q = p + d, a term c·log r whose r is 1 at d = 0 is one of

    c·log1pmx(r − 1) + c·(r − 1)        −c·log1pmx(1/r − 1) − c·(1/r − 1)

and that choice is taken, for all the terms together, which leaves the least of the linear parts: those are rational, and
cancel by algebra. r − 1 is written as a fraction whose numerator is factored in d, the exact difference of two inputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p

from derive.algebra.normal import to_loggamma
from derive.families.facts import Facts
from derive.programs.choice import best
from derive.programs.exponentials import falls_held
from derive.programs.functions import COMPLEMENTS, ENDED, REMAINDERS, RESTS, SCALED, SMALL
from derive.programs.functions.elementary import expm1mx, kl_div, log1p_to, log1pmx, log1pmx_to
from derive.programs.functions.gammas import logbeta_rest_bregman, loggamma_rest_bregman
from derive.programs.functions.products import exp_expm1
from derive.programs.functions.stable import Stable, square
from derive.programs.logs import expanded, gathered, ratio_of
from derive.programs.rests import raised, split, unshifted, without_hyper
from derive.programs.steps import Steps, squares_apart

E = Any

ALONE = "each alone"
"""A mode for logs of what depends on a place too: their ratios are not multiplied out."""
POWERS = (1, 2)
"""The powers of a ratio r that are tried: log r = ½ log r²."""


def differences(
    e: E, steps: Steps, mode: str = "monomials", apart: bool = False, linear: bool = False, whole: bool = False
) -> E:
    """The expression with its logs and exponentials without their linear parts, where that cancels something.

    mode     how logs are gathered, one of MODES; or ALONE
    apart    Stirling's part of log-gamma is taken apart, and not its tangent alone
    linear   for what is of first order in the steps itself: logs keep their linear part
    whole    all logs keep it: far from q = p it does not cancel, and is large
    """
    if not linear:
        e = _exponentials(squares_apart(e, steps), steps, mode, apart)
    elif mode == ALONE:
        e = _exponentials(e, steps, mode, apart, linear)

    def positive(x: E) -> bool:
        return bool(x.is_positive or steps.facts.sign(sp.factor(x)) == 1)

    e = without_hyper(e, apart, steps.difference)
    e = e.replace(lambda f: isinstance(f, SMALL), lambda f: f.func(*map(steps.difference, f.args)))
    e, hidden = _named_apart(_remainders(split(e, positive) if apart else raised(to_loggamma(e), steps.of), steps))
    if mode == "anchored":
        e = _anchored(expanded(e, steps.facts), steps)
    elif mode == ALONE:
        e, rises = _logs_by_rises(expanded(e, steps.facts), steps)
        hidden |= rises
    found, rest = gathered(expanded(e, steps.facts), mode != "monomials")
    groups, rest = {f.xreplace(hidden): group for f, group in found.items()}, rest.xreplace(hidden)
    kept, near = sp.S.Zero, []
    for factor, group in groups.items():
        if not group:
            continue
        marked = {a: c for a, c in group.items() if _anchors(a) is not None}
        plain = {a: c for a, c in group.items() if a not in marked}
        for part in (marked, plain) if marked else (plain,):
            if not part:
                continue
            number, ratio = ratio_of({_anchors(a) or a: c for a, c in part.items()})
            if part is marked or mode != "anchored" and falls_held(sp.cancel, steps.at_base(ratio)) == 1:
                near.append((_vanishing(factor * number, steps), ratio))
            elif (mode == "monomials" or linear) and len(part) > 1:
                kept += steps.difference(factor * number) * sp.log(falls_held(sp.factor, ratio))
            else:
                kept += sp.Add(*(steps.difference(factor * n) * sp.log(a) for a, n in part.items()))
    options = [
        [(c * log1p(steps.difference(r - 1)), sp.S.Zero)] if linear else list(_options(c, r, steps)) for c, r in near
    ]
    if whole:
        options = [ways[-1:] for ways in options]
    written = _bounded(kept + best(options, rest, steps), steps.facts)
    return _complements(_betas(_scales(written))).replace(square, lambda x: x**2)


def _named_apart(e: E) -> tuple[E, dict[E, E]]:
    """A sum with a name for every stable function of logs, and what the names stand for: those logs stay as they are."""
    functions = (f for f in e.atoms(sp.Function) if isinstance(f, Stable) and f.has(sp.log, log1p))
    names = {f: sp.Dummy(f"f{i}", real=True) for i, f in enumerate(sorted(functions, key=sp.default_sort_key))}
    return e.xreplace(names), {name: f for f, name in names.items()}


def _vanishing(c: E, steps: Steps) -> E:
    """A coefficient that is 0 at q = p, in steps; others stay as they are."""
    return steps.difference(c) if sp.expand(steps.at_base(c)) == 0 else c


class Ratio(sp.Function):  # type: ignore[misc]
    """An argument of a log over its value at q = p, kept in one piece."""

    nargs = 2
    is_real = True
    is_positive = True


def _anchored(e: E, steps: Steps) -> E:
    """Every log of something of q as the log of its value at q = p and of the ratio of the two."""

    def of(f: E) -> E:
        argument = f.args[0]
        base = steps.at_base(argument)
        if base == argument:
            return f
        return sp.log(base) + sp.log(Ratio(argument, base))

    return e.xreplace({f: of(f) for f in e.atoms(sp.log)})


def _logs_by_rises(e: E, steps: Steps) -> tuple[E, dict[E, E]]:
    """Every log of something of q by its value at q = p and a name for what it rises by, and what the names stand for."""
    rises: dict[E, E] = {}

    def of(f: E) -> E:
        base = steps.at_base(f.args[0])
        if base == f.args[0]:
            return f
        name = sp.Dummy(f"rise{len(rises)}", real=True)
        ratio = f.args[0] / base
        rises[name] = log1p_to(steps.difference(ratio - 1), ratio)
        return sp.log(base) + name

    return e.xreplace({f: of(f) for f in sorted(e.atoms(sp.log), key=sp.default_sort_key)}), rises


def _anchors(argument: E) -> E | None:
    """The ratio that a mark of `_anchored` stands for."""
    return argument.args[0] / argument.args[1] if isinstance(argument, Ratio) else None


def _betas(e: E) -> E:
    """Bregman divergences of log-gamma at x, y and −(x + y) as that of log-beta, if there are any."""
    of: dict[E, list[E]] = {}
    for term in sp.Add.make_args(e):
        found = [f for f in sp.Mul.make_args(term) if isinstance(f, loggamma_rest_bregman)]
        if len(found) == 1:
            of.setdefault(found[0], []).append(term / found[0])
    single = {f: c[0] for f, c in of.items() if len(c) == 1}
    for one, two in combinations(sorted(single, key=sp.default_sort_key), 2):
        if single[one] != single[two]:
            continue
        x, y, a, b = one.args[0], two.args[0], one.args[1], two.args[1]
        for whole, c in single.items():
            if c == -single[one] and sp.expand(whole.args[0] - x - y) == 0 == sp.expand(whole.args[1] - a - b):
                return _betas(e - single[one] * (one + two - whole)) + single[one] * logbeta_rest_bregman(x, a, y, b)
    return e


def _scales(e: E) -> E:
    """c·f(nx, nd) − c·f(x, d) with n ≥ 1 as one function, where there is one: the two may be the same to all digits."""
    of = {(f, t / f): f for t in sp.Add.make_args(e) for f in sp.Mul.make_args(t) if type(f) in SCALED}
    for one, c in sorted(of, key=sp.default_sort_key):
        for n in (n for n in sp.Mul.make_args(one.args[0]) if n.is_integer and n.is_positive):
            inner = one.func(*(sp.cancel(a / n) for a in one.args))
            if (inner, -c) in of:
                return _scales(e - c * (one - inner)) + c * SCALED[type(one)](*inner.args[:2], n, *inner.args[2:])
    return e


def _complements(e: E) -> E:
    """c − c·f(x) as c·(1 − f)(x), where 1 − f is a function of its own."""
    terms = list(sp.Add.make_args(e))
    for f in sorted(e.atoms(*COMPLEMENTS), key=sp.default_sort_key):
        of = [t for t in terms if f in sp.Mul.make_args(t)]
        c = -sp.Add(*(t / f for t in of))
        plain = [t for t in terms if not t.has(sp.Function) or not t.atoms(sp.Function) - c.atoms(sp.Function)]
        if of and plain and sp.expand(sp.Add(*plain) - c) == 0:
            terms = [*(t for t in terms if t not in of and t not in plain), c * COMPLEMENTS[type(f)](f.args[0])]
    return sp.Add(*terms)


def _bounded(e: E, facts: Facts) -> E:
    """c·log1pmx(d/x) with x a factor of c as a kl_div, which has its limit at x = 0."""

    def of(term: E) -> E:
        found = [f for f in sp.Mul.make_args(term) if isinstance(f, log1pmx)]
        if len(found) != 1:
            return term
        above, below = sp.fraction(found[0].args[0])
        rest = sp.Mul(*(f for f in sp.Mul.make_args(term) if f is not found[0]))
        kept = [f for f in sp.Mul.make_args(sp.factor(rest)) if f.as_base_exp()[1].is_positive and not f.is_number]
        for x in kept:
            quotient, remains = sp.div(below, x) if below.is_polynomial() and x.is_polynomial() else (0, 1)
            if remains == 0 and quotient != 0:
                sign = facts.sign(x)
                if sign in (1, -1):
                    return -sign * sp.factor(rest / x) * kl_div(sign * x, sp.factor(sign * above / quotient))
        return term

    return sp.Add(*map(of, sp.Add.make_args(e)))


def _options(c: E, ratio: E, steps: Steps) -> Iterator[tuple[E, E]]:
    """The ways to write c·log(ratio): (what does not cancel, its rational linear part)."""
    for power in POWERS:
        if power > 1 and sp.fraction(falls_held(sp.together, ratio))[0].is_Add:
            break
        for r, sign in ((1 / ratio**power, -1), (ratio**power, 1)):
            w = _inner(r - 1, steps, 1)
            less = log1pmx_to(w, r) if r.has(sp.exp, expm1) else log1pmx(w)
            yield sign * c / power * less, sign * c / power * _inner(r - 1, steps, 2)
    yield c * log1p(_inner(ratio - 1, steps, 1)), sp.S.Zero


def _inner(e: E, steps: Steps, order: int) -> E:
    """A fraction in steps; what exponentials and logs in it differ by between q and p, whole or linear part apart."""
    q = set(steps.of)
    if not any(
        f.free_symbols & q for f in e.atoms(sp.Function, sp.Pow) if _powerlike(f) or isinstance(f, (sp.log, expm1))
    ):
        return steps.difference(e) if order == 1 else e

    def exponential(f: E) -> E:
        u = f.args[0] if isinstance(f, expm1) else _logarithm(f)
        gap = u - steps.at_base(u)
        rise = differences(gap, steps, "anchored", linear=True)
        grown = expm1(rise) if order == 1 else differences(gap, steps, "anchored") + expm1mx(rise)
        return steps.at_base(f) + sp.exp(steps.at_base(u)) * grown

    def logarithm(f: E) -> E:
        base = steps.at_base(f.args[0])
        w = _inner(f.args[0] / base - 1, steps, 1)
        return sp.log(base) + (log1p(w) if order == 1 else w + log1pmx(w))

    def taken(f: E) -> bool:
        kinds = _powerlike(f) or isinstance(f, (sp.log, expm1))
        return bool(f.free_symbols & q) and kinds and not f.has(sp.gamma)

    e = falls_held(sp.together, e)
    above, below = sp.fraction(e)
    whole: dict[E, E] = {}
    parts = sp.preorder_traversal(above)
    for f in parts:
        if taken(f):  # and nothing in it alone: of an exponential whose logs are in steps already, none would be found
            whole[f] = logarithm(f) if isinstance(f, sp.log) else exponential(f)
            parts.skip()
    above = above.xreplace(whole)
    return steps.difference(above / below)


# --- other functions --------------------------------------------------------------------------------------------


def _exponentials(e: E, steps: Steps, mode: str, apart: bool, linear: bool = False) -> E:
    """A product of powers, exponentials and gammas, R at q and B at q = p, as B·(1 + u + expm1mx(u)), u = log R − log B;
    with `linear` as B + exp_expm1(log B, u)."""

    def of(term: E) -> E:
        special = [f for f in sp.Mul.make_args(term) if _powerlike(f)]
        product = sp.Mul(*special)
        if not product.free_symbols & set(steps.of):
            return term
        base = sp.powsimp(sp.gammasimp(sp.expand_func(steps.at_base(product))))
        if base.has(sp.gamma):
            return term
        u = sp.Add(*map(_logarithm, special))
        log_base = steps.at_base(u)
        u -= log_base
        near = differences(u, steps, mode, apart, linear=True)
        rest = sp.Mul(*(f for f in sp.Mul.make_args(term) if f not in special))
        return rest * (base + exp_expm1(log_base, near)) if linear else rest * base * (1 + u + expm1mx(near))

    if not steps.of or not e.has(sp.exp, sp.Pow, sp.gamma):
        return e
    # hidden, or SymPy takes e^(−u) into a denominator and multiplies that out
    hidden = {
        f: sp.Dummy(real=True, positive=f.is_positive) for f in e.atoms(sp.exp, sp.Pow, sp.gamma) if _powerlike(f)
    }
    plain = sp.expand(e.xreplace(hidden), log=False, func=False, power_exp=False, power_base=False)
    shown = {name: f for f, name in hidden.items()}
    return sp.Add(*(of(term.xreplace(shown)) for term in sp.Add.make_args(plain)))


def _powerlike(f: E) -> bool:
    base, power = f.as_base_exp()
    if isinstance(f, sp.exp) or isinstance(base, sp.gamma) and power.is_Integer:
        return True
    return bool(f.is_Pow and power.free_symbols)


def _logarithm(f: E) -> E:
    if isinstance(f, sp.exp):
        return f.args[0]
    base, power = f.as_base_exp()
    if isinstance(base, sp.gamma):
        return power * sp.loggamma(base.args[0])
    return power * sp.log(base)


def _remainders(e: E, steps: Steps) -> E:
    """f(y) as f(x) + (y − x) f′(x) and a Bregman divergence, where y is x at p = q, or as f′(0)·y and the rest of it there."""
    e = e.replace(lambda g: isinstance(g, sp.erfc) and steps.at_base(g.args[0]) == 0, lambda g: 1 - sp.erf(g.args[0]))

    def of(g: E) -> E:
        y = g.args[0]
        x = steps.at_base(y)
        if type(g) in RESTS:
            rest, slope = RESTS[type(g)]
            return slope * y + rest(steps.difference(y)) if x == 0 else g
        bregman, slope = REMAINDERS[type(g)]
        if not y.has(sp.log):
            gap = steps.difference(y - x)
            return g if gap == 0 else g.func(x) + (y - x) * slope(x) + bregman(x, gap)
        gap, (to, _) = differences(y - x, steps, "anchored", linear=True), ENDED[bregman]
        return g if gap == 0 else g.func(x) + (y - x) * slope(x) + to(x, gap, y)  # from its logs, y is not found again

    replaced = unshifted(e.replace(lambda g: type(g) in REMAINDERS or type(g) in RESTS, of))
    return sp.expand(replaced, deep=False, func=False, log=False, power_exp=False, power_base=False)
