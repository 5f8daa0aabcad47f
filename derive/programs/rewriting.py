"""A formula in differences of its inputs: logs and exponentials of what is 1 at p = q, without their linear part.

A divergence of p and q is a sum of terms that are each far from 0, and cancel where p and q are near. What cancels is
found symbolically: with q = p + d, a term c·log r whose r is 1 at d = 0 is one of

    c·log1pmx(r − 1) + c·(r − 1)        −c·log1pmx(1/r − 1) − c·(1/r − 1)

and that choice is taken, for all the terms together, which leaves the least of the linear parts: those are rational, and
cancel by algebra. r − 1 is written as a fraction whose numerator is factored in d, the exact difference of two inputs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

import sympy as sp

from derive.facts import Facts
from derive.normal import to_loggamma
from derive.programs.stable import (
    REMAINDERS,
    expm1,
    expm1mx,
    kl_div,
    log1p,
    log1pmx,
    logbeta_rest_bregman,
    loggamma_rest_bregman,
    split,
    unshifted,
)

E = Any

POWERS = (1, 2)
"""The powers of a ratio r that are tried: log r = ½ log r²."""
LONG = 400
"""Operations beyond which a fraction is not factored: with logs and exponentials in it that need not end."""
MOST = 2500
"""Combinations of choices beyond which the logs of a formula are treated one after the other."""


class Steps:
    """The differences of inputs: q = p + d for every parameter that p and q both have.

    of       q's symbol -> p's
    names    q's symbol -> the symbol of their difference
    """

    def __init__(self, pairs: Mapping[Any, Any], facts: Facts | None = None):
        self.of = dict(pairs)
        self.names = {q: _step(p) for q, p in self.of.items()}
        self.facts = facts or Facts()

    def apart(self, e: E) -> E:
        """An expression with q's parameters as p's plus a step."""
        return e.xreplace({q: p + self.names[q] for q, p in self.of.items()})

    def at_base(self, e: E) -> E:
        """An expression at q = p."""
        return e.xreplace(self.of)

    def difference(self, e: E) -> E:
        """A rational expression as a fraction, its numerator factored in steps.

        >>> a, b = sp.symbols("a b", positive=True)
        >>> Steps({b: a}).difference(b**2/a**2 - 1)
        d_a*(2*a + d_a)/a**2
        """
        return _difference(e, tuple(self.of.items()), tuple(self.names.items()))


def _step(p: Any) -> Any:
    name = f"d_{p.name.removesuffix('_1')}"
    return sp.Symbol(name, integer=True) if p.is_integer else sp.Symbol(name, real=True)


@lru_cache(maxsize=4096)
def _difference(e: E, of: tuple[Any, ...], names: tuple[Any, ...]) -> E:
    step = dict(names)
    above, below = sp.fraction(sp.together(sp.expand(e)))
    if sp.count_ops(above) + sp.count_ops(below) > LONG:
        return e
    placed = sp.expand(_half_angles(above.xreplace({q: p + step[q] for q, p in of}), set(step.values())))
    if sp.count_ops(placed) > LONG:
        return placed / below
    return sp.factor(placed) / sp.factor(below)


def _half_angles(e: E, steps: set[Any]) -> E:
    """cos d as 1 − 2 sin²(d/2)."""
    return e.replace(
        lambda f: isinstance(f, sp.cos) and f.free_symbols <= steps, lambda f: 1 - 2 * sp.sin(f.args[0] / 2) ** 2
    )


# --- logs ----------------------------------------------------------------------------------------------------


def expanded(e: E, facts: Facts) -> E:
    """A sum, its logs split into logs of positive factors that cannot be split further."""
    e = to_loggamma(e)
    e = e.replace(lambda f: isinstance(f, sp.log), lambda f: _split_log(f.args[0], facts))
    return sp.expand(e, log=False, power_exp=False, power_base=False, func=False)


def _split_log(argument: E, facts: Facts) -> E:
    """log of a positive expression; factors whose sign is not known stay together."""
    number, factors = sp.factor_list(sp.S.One) if argument.is_number else (sp.S.One, [])
    if argument.is_number:
        return sp.expand_log(sp.log(argument))
    whole: list[Any] = []
    for factor in sp.Mul.make_args(sp.factor(sp.together(sp.powdenest(argument)))):
        base, power = factor.as_base_exp()
        whole.append((base, power))
    parts, together, number = [], sp.S.One, sp.S.One
    for base, power in whole:
        if base.is_number and power.is_number:
            number *= base**power
        elif base is sp.E:
            parts.append(power)
        elif (sign := facts.sign(base)) is not None or power.is_integer is not True:
            parts.append(power * sp.log(-base if sign == -1 else base))
        else:
            together *= base**power
    if together != 1:
        return (
            sp.Add(*parts) + sp.log(_turned(together, number))
            if number.is_negative
            else sp.Add(*parts, sp.log(together), sp.expand_log(sp.log(number)))
        )
    return sp.Add(*parts) + sp.expand_log(sp.log(abs(number)))


def _turned(together: E, number: Any) -> E:
    return sp.expand(number * together) if together.is_Add else number * together


MODES = ("monomials", "coefficients", "anchored")
"""How logs are gathered: by the monomials of their coefficients, by full coefficients, or each with its value at q = p."""


def gathered(e: E, whole: bool = False) -> tuple[dict[E, dict[E, sp.Rational]], E]:
    """An expanded sum as {factor: {argument of a log: rational coefficient}} and what contains no free log.

    The factors are monomials, or with `whole` the full coefficients of each log.

    >>> a, b, c = sp.symbols("a b c", positive=True)
    >>> gathered(a*sp.log(b) - 2*a*sp.log(c) + b)
    ({a: {b: 1, c: -2}}, b)
    >>> gathered((1 - a)*sp.log(b) + (a - 1)*sp.log(c), whole=True)
    ({a - 1: {b: -1, c: 1}}, 0)
    """
    coefficients: dict[E, E] = {}
    rest = []
    for term in sp.Add.make_args(sp.expand(e, log=False, power_exp=False, power_base=False, func=False)):
        logs = [f for f in sp.Mul.make_args(term) if isinstance(f, sp.log)]
        others = sp.Mul(*(f for f in sp.Mul.make_args(term) if f not in logs))
        if len(logs) != 1 or others.has(sp.log):
            rest.append(term)
            continue
        argument = logs[0].args[0]
        coefficients[argument] = coefficients.get(argument, sp.S.Zero) + others
    groups: dict[E, dict[E, Any]] = {}
    for argument, coefficient in coefficients.items():
        for part in [sp.factor(coefficient)] if whole else sp.Add.make_args(sp.expand(coefficient)):
            number, factor = part.as_coeff_Mul()
            if not number.is_Rational:
                number, factor = sp.S.One, part
            if -factor in groups:
                number, factor = -number, -factor
            group = groups.setdefault(factor, {})
            group[argument] = group.get(argument, 0) + number
    return {f: {a: c for a, c in g.items() if c != 0} for f, g in groups.items()}, sp.Add(*rest)


def _ratio(group: Mapping[E, Any]) -> tuple[Any, E]:
    """Σ c·log a as number·log(ratio), the exponents in the ratio whole numbers without a common factor."""
    coefficients = list(group.values())
    below = sp.ilcm(*(c.q for c in coefficients)) if len(coefficients) > 1 else coefficients[0].q
    common = (
        sp.igcd(*(int(c * below) for c in coefficients)) if len(coefficients) > 1 else abs(int(coefficients[0] * below))
    )
    number = sp.Rational(common, below)
    return number, sp.Mul(*(a ** (c / number) for a, c in group.items()))


def differences(e: E, steps: Steps, mode: str = "monomials", apart: bool = False, linear: bool = False) -> E:
    """The expression with its logs and exponentials without their linear parts, where that cancels something.

    mode     how logs are gathered, one of MODES
    apart    Stirling's part of log-gamma is taken apart
    linear   for what is of first order in the steps itself: logs keep their linear part
    """
    if not linear:
        e = _exponentials(e, steps, mode, apart)
    e = _remainders(split(e) if apart else e, steps)
    if mode == "anchored":
        e = _anchored(expanded(e, steps.facts), steps)
    groups, rest = gathered(expanded(e, steps.facts), mode != "monomials")
    kept, near = sp.S.Zero, []
    for factor, group in groups.items():
        if not group:
            continue
        marked = {a: c for a, c in group.items() if _anchors(a) is not None}
        plain = {a: c for a, c in group.items() if a not in marked}
        for part in (marked, plain) if marked else (plain,):
            if not part:
                continue
            number, ratio = _ratio({_anchors(a) or a: c for a, c in part.items()})
            if part is marked or mode != "anchored" and sp.cancel(steps.at_base(ratio)) == 1:
                near.append((factor * number, ratio))
            elif mode == "monomials" and len(part) > 1:
                kept += steps.difference(factor * number) * sp.log(sp.factor(ratio))
            else:
                kept += sp.Add(*(steps.difference(factor * n) * sp.log(a) for a, n in part.items()))
    options = [
        [(c * log1p(steps.difference(r - 1)), sp.S.Zero)] if linear else list(_options(c, r, steps)) for c, r in near
    ]
    best = _best(options, rest, steps)
    return _betas(_bounded(kept + best, steps.facts))


class _Ratio(sp.Function):  # type: ignore[misc]
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
        return sp.log(base) + sp.log(_Ratio(argument, base))

    return e.xreplace({f: of(f) for f in e.atoms(sp.log)})


def _anchors(argument: E) -> E | None:
    """The ratio that a mark of `_anchored` stands for."""
    return argument.args[0] / argument.args[1] if isinstance(argument, _Ratio) else None


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
        if power > 1 and sp.fraction(sp.together(ratio))[0].is_Add:
            break
        for r, sign in ((1 / ratio**power, -1), (ratio**power, 1)):
            w = _inner(r - 1, steps, 1)
            yield sign * c / power * log1pmx(w), sign * c / power * _inner(r - 1, steps, 2)
    yield c * log1p(_inner(ratio - 1, steps, 1)), sp.S.Zero


def _inner(e: E, steps: Steps, order: int) -> E:
    """A fraction in steps; what exponentials and logs in it differ by between q and p, whole or linear part apart."""
    q = set(steps.of)
    if not any(f.free_symbols & q for f in e.atoms(sp.Function, sp.Pow) if _powerlike(f) or isinstance(f, sp.log)):
        return steps.difference(e) if order == 1 else e

    def exponential(f: E) -> E:
        u = _logarithm(f)
        gap = u - steps.at_base(u)
        whole = differences(gap, steps, "anchored", linear=True)
        return steps.at_base(f) * (
            1 + (expm1(whole) if order == 1 else differences(gap, steps, "anchored") + expm1mx(whole))
        )

    def logarithm(f: E) -> E:
        base = steps.at_base(f.args[0])
        w = _inner(f.args[0] / base - 1, steps, 1)
        return sp.log(base) + (log1p(w) if order == 1 else w + log1pmx(w))

    def taken(f: E) -> bool:
        return bool(f.free_symbols & q) and (_powerlike(f) or isinstance(f, sp.log)) and not f.has(sp.gamma)

    e = sp.together(e)
    above, below = sp.fraction(e)
    above = above.replace(taken, lambda f: logarithm(f) if isinstance(f, sp.log) else exponential(f))
    return steps.difference(above / below)


@dataclass(frozen=True)
class _Germ:
    """What is known of a term at exact points: value and slope at p = q, and values away from there.

    Only a choice between correct forms is made with them, so a coincidence could do no harm.
    """

    value: float
    slope: float
    away: tuple[float, ...]


def _best(options: list[list[tuple[E, E]]], rest: E, steps: Steps) -> E:
    """The choice whose terms cancel least: those where the linear parts vanish first; ties go to the shorter one."""
    rest = (
        sp.Add(*(t for t in sp.Add.make_args(rest) if _algebraic(t, steps))),
        sp.Add(*(t for t in sp.Add.make_args(rest) if not _algebraic(t, steps))),
    )
    start = _germ(rest[0], steps)
    germs = [
        [(_germ(kept, steps), _germ(linear, steps), sp.count_ops(kept) + sp.count_ops(linear)) for kept, linear in ways]
        for ways in options
    ]
    chosen: list[tuple[int, ...]] = [()]
    for ways in options:
        chosen = [(*c, i) for c in chosen for i in range(len(ways))]
        if len(chosen) > MOST:  # beyond that, the best beginnings only
            chosen = sorted(chosen, key=lambda c: _rank(c, germs, start))[: MOST // 10]
    best = min(chosen, key=lambda c: _rank(c, germs, start))
    ways = [options[i][k] for i, k in enumerate(best)]
    return sp.Add(*(w[0] for w in ways)) + tidied(rest[0] + sp.Add(*(w[1] for w in ways)) + rest[1], steps)


def _rank(choice: tuple[int, ...], germs: Any, start: _Germ) -> tuple[int, int, int]:
    """(how many orders do not vanish, bits lost to cancellation, length)."""
    picked = [germs[i][k] for i, k in enumerate(choice)]
    value, slope = start.value + sum(g.value for _, g, _ in picked), start.slope + sum(g.slope for _, g, _ in picked)
    slopes = sum(abs(g.slope) > ROUND for g, _, _ in picked)
    order = 3 if abs(value) > ROUND else 2 if abs(slope) > ROUND else 1 if slopes else 0
    lost = 0
    for i, left in enumerate(start.away):
        terms = [*(g.away[i] for g, _, _ in picked), left + sum(g.away[i] for _, g, _ in picked)]
        if not all(map(math.isfinite, terms)):
            continue
        lost = max(lost, int(2 * math.log2(sum(map(abs, terms)) / (abs(sum(terms)) + ROUND) + ROUND)))
    return order, lost, sum(n for _, _, n in picked)


def _germ(e: E, steps: Steps) -> _Germ:
    s = sp.Symbol("s", positive=True)
    near, far = {}, {}
    for i, (q, p) in enumerate(steps.of.items()):
        near[p], far[p] = sp.Rational(7 + 3 * i, 11 + 4 * i), sp.Rational(1 + 8 * (i % 2), 17 - i)
        near[q], far[q] = near[p] + s * sp.Rational(1 + i, 3 + 2 * i), far[p] * (1 + s / (2 + i % 3))
    large = {k: v if steps.facts.decide(k < 1) else 80 * v for k, v in near.items()}
    for place in (near, far, large):
        place.update({d: place[q] - steps.of[q].subs(place) for q, d in steps.names.items()})
    along = e.subs(near)
    places = (along, sp.Rational(1, 5)), (along, -sp.Rational(1, 3)), (e.subs(far), sp.Rational(1, 4))
    away = tuple(_real(f.subs(s, v), math.nan) for f, v in (*places, (e.subs(large), sp.Rational(1, 4))))
    return _Germ(_real(along.subs(s, 0), 1.0), _real(along.diff(s).subs(s, 0), 1.0), away)


def _real(e: E, otherwise: float) -> float:
    try:
        return float(e.evalf(20))
    except (ValueError, TypeError, NotImplementedError):
        return otherwise


ROUND = 1e-11


def _algebraic(e: E, steps: Steps) -> bool:
    """Whether a term is made of rational functions of q, and of anything elementary of p."""
    q = {*steps.of, *steps.names.values()}
    beyond = e.atoms(sp.Function) - e.atoms(sp.Abs, sp.cos, sp.sin)
    return all(isinstance(f, (sp.exp, sp.log)) and not f.free_symbols & q for f in beyond)


def tidied(left: E, steps: Steps) -> E:
    """A sum with its algebraic part, and the coefficient of every special function, over one denominator and in steps."""
    coefficients: dict[E, E] = {}
    for term in sp.Add.make_args(left):
        special = sp.Mul(*(f for f in sp.Mul.make_args(term) if not _algebraic(f, steps)))
        coefficients[special] = coefficients.get(special, sp.S.Zero) + term / special
    return sp.Add(*(steps.difference(c) * special for special, c in coefficients.items()))


# --- other functions --------------------------------------------------------------------------------------------


def _exponentials(e: E, steps: Steps, mode: str, apart: bool) -> E:
    """A product of powers, exponentials and gammas, R at q and B at q = p, as B·(1 + u + expm1mx(u)), u = log R − log B."""

    def of(term: E) -> E:
        special = [f for f in sp.Mul.make_args(term) if _powerlike(f)]
        product = sp.Mul(*special)
        if not product.free_symbols & set(steps.of):
            return term
        base = sp.powsimp(sp.gammasimp(sp.expand_func(steps.at_base(product))))
        if base.has(sp.gamma):
            return term
        u = sp.Add(*map(_logarithm, special))
        u -= steps.at_base(u)
        near = differences(u, steps, mode, apart, linear=True)
        rest = sp.Mul(*(f for f in sp.Mul.make_args(term) if f not in special))
        return rest * base * (1 + u + expm1mx(near))

    plain = sp.expand(e, log=False, func=False, power_exp=False, power_base=False)
    return sp.Add(*map(of, sp.Add.make_args(plain))) if steps.of and plain.has(sp.exp, sp.Pow, sp.gamma) else e


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
    """f(y) as f(x) + (y − x) f′(x) and a Bregman divergence, where y is x at p = q."""

    def of(g: E) -> E:
        y = g.args[0]
        x = steps.at_base(y)
        bregman, slope = REMAINDERS[type(g)]
        gap = steps.difference(y - x)
        return g if gap == 0 else g.func(x) + (y - x) * slope(x) + bregman(x, gap)

    replaced = unshifted(e.replace(lambda g: type(g) in REMAINDERS, of))
    return sp.expand(replaced, deep=False, func=False, log=False, power_exp=False, power_base=False)


__all__ = ["Steps", "differences", "expanded", "gathered", "tidied"]
