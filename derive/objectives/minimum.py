"""The minimum of E[−log q_θ(X)] over θ: its equations, and their solution where it is explicit.

The expectation may be over data or over a distribution; it enters through `Mean(t)`, the mean of a statistic
t of x, of which nothing is used but linearity. Setting the derivatives to zero gives one equation for each θ.
They are solved one after the other for what stands in them simply (a power, a logarithm, one phase, the
place where a mean of signs is given, which is a quantile); what then remains is a reduced equation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import sympy as sp

from derive.algebra.letters import with_held
from derive.algebra.normal import ONLY_PRODUCTS, is_linear, is_zero, linear_form, to_loggamma
from derive.algebra.tidy import tidy
from derive.families.facts import Facts
from derive.families.family import Distribution

E = Any


SPECIAL = (sp.polygamma, sp.loggamma, sp.besseli, sp.besselk)
"""Functions whose arguments are better left alone: what stands in them is solved for last."""


class Mean(sp.Function):
    """The mean of a statistic of x: over the data, or under p."""

    nargs = 1

    def _eval_is_extended_real(self) -> bool:
        return True

    def _eval_is_positive(self) -> bool | None:
        return self.args[0].is_positive

    def _eval_is_finite(self) -> bool:
        return True


class Quantile(sp.Function):
    """The value of a statistic of x below which a given fraction of the mass lies; of 1/2, the median."""

    nargs = 2
    is_extended_real = True
    is_finite = True


class Least(sp.Function):
    """The smallest value that x takes."""

    nargs = 1
    is_extended_real = True
    is_finite = True

    def _eval_is_positive(self) -> bool | None:
        return self.args[0].is_positive


class Largest(Least):
    """The largest value that x takes."""


AVERAGES = (Mean, Quantile, Least, Largest)


@dataclass(frozen=True)
class Minimum:
    """What is known of the minimiser.

    learned    the parameters
    equations  ∂E[−log q]/∂θ = 0, one for each parameter inside its domain, as expressions that vanish
    solution   parameter -> value, in means, and in the parameters that stay unsolved
    reduced    what is left to solve, as expressions that vanish
    unsettled  parameters that move an end of the support or a break of the density, along which it is not known how the loss goes
    """

    learned: tuple[sp.Symbol, ...]
    equations: tuple[E, ...]
    solution: dict[sp.Symbol, E]
    reduced: tuple[E, ...]
    unsettled: tuple[sp.Symbol, ...] = ()


def minimum(q: Distribution, learned: Sequence[sp.Symbol], facts: Facts) -> Minimum:
    """The minimiser of E[−log q(X)] over the learned parameters of q.

    >>> from derive.families.facts import facts_of
    >>> from derive.families.library import catalog
    >>> q = catalog.Exponential.suffixed("")
    >>> minimum(q, q.values, facts_of([q])).solution
    {lamda: 1/Mean(x)}
    """
    x = positive(q)
    nll = -to_loggamma(q.log_density).xreplace({q.variable: x})
    ends = dict(_at_the_ends(q, x, learned, nll, facts))
    unsettled = tuple(s for s, value in ends.items() if value is None)
    ends = {s: value for s, value in ends.items() if value is not None}
    rest = [s for s in learned if s not in ends and s not in unsettled]
    equations = tuple(averaged(sp.diff(nll, s), x) for s in rest)
    solution, reduced = solved([e.subs(ends) for e in equations], rest, facts)
    return Minimum(tuple(learned), equations, {**ends, **solution}, tuple(reduced), unsettled)


def positive(q: Distribution) -> sp.Symbol:
    """The variable of a member, known to be positive where its support says so."""
    x = q.variable
    inside = q.support[0].is_nonnegative and q.measure == "lebesgue"
    return sp.Symbol(x.name, positive=True) if inside else x


def averaged(e: E, x: sp.Symbol) -> E:
    """The mean of an expression of x, by linearity: constants out, each statistic by itself.

    >>> x, m = sp.symbols("x m", real=True)
    >>> averaged((x - m)**2, x)
    m**2 - 2*m*Mean(x) + Mean(x**2)
    """
    total, mixed = sp.S.Zero, sp.S.Zero
    e = sp.expand_power_base(sp.expand_log(e)) if x.is_nonnegative else e
    for term in sp.Add.make_args(sp.expand(e, **{**ONLY_PRODUCTS, "power_exp": e.has(sp.exp)})):
        constant, parts = linear_form(sp.expand(sp.expand_trig(term), **{**ONLY_PRODUCTS, "multinomial": True}), x)
        if all(t.free_symbols <= {x} for t in parts) or len(parts) == 1 and constant == 0:
            total += constant + sp.Add(*(c * Mean(t) for t, c in parts.items()))
        else:
            mixed += term
    outer, inner = sp.factor_terms(mixed).as_independent(x, as_Add=False)
    return total + (outer * Mean(inner) if mixed != 0 else 0)


def _at_the_ends(
    q: Distribution, x: sp.Symbol, learned: Sequence[sp.Symbol], nll: E, facts: Facts
) -> Iterator[tuple[E, E]]:
    """Parameters that move an end of the support, or a break of the density: there the derivative need not vanish.

    Where the loss falls towards the data, the value is the last at which all of them are inside; else it is None.
    """
    low, high = q.support
    breaks = {s for e in nll.atoms(sp.Piecewise) for _, c in e.args for s in c.free_symbols if not _smooth(e, x, s)}
    for s in learned:
        if s in low.free_symbols | high.free_symbols | breaks:
            slope = sp.diff(nll, s)
            sign = None if slope.has(x) or s in breaks else facts.sign(slope)
            yield s, _last(s, ((low, Least(x), -1), (high, Largest(x), 1)), sign, set(learned) - {s})


def moved(q: Distribution, s: sp.Symbol) -> str:
    """What a parameter moves that no equation holds for.

    >>> from derive.families.library import catalog
    >>> q = catalog.Triangular.suffixed("")
    >>> [moved(q, s) for s in q.values]
    ['an end of the support', 'an end of the support', 'a break of the density']
    """
    return "an end of the support" if any(e.has(s) for e in q.support) else "a break of the density"


def _smooth(branches: E, x: sp.Symbol, s: sp.Symbol) -> bool:
    """Whether two branches and their slopes in s are the same where one gives way to the other, so that a minimum has no slope.

    >>> x, m, c = sp.symbols("x m c", real=True)
    >>> square = (x - m)**2
    >>> _smooth(sp.Piecewise((square, m > x), (2*square, True)), x, m), _smooth(sp.Piecewise((x, m > x), (m, True)), x, m)
    (True, False)
    >>> _smooth(sp.Piecewise((square/2, c > sp.Abs(x - m)), (c*sp.Abs(x - m) - c**2/2, True)), x, c)
    True
    """
    if len(branches.args) != 2 or not isinstance(relation := branches.args[0][1], sp.core.relational.Relational):
        return False
    (inside, _), (outside, _) = branches.args
    sizes = branches.atoms(sp.Abs)
    for sides in product((1, -1), repeat=len(sizes)):
        signed = {e: side * e.args[0] for e, side in zip(sizes, sides, strict=True)}
        gap, jump = ((a - b).xreplace(signed) for a, b in ((relation.lhs, relation.rhs), (inside, outside)))
        if not is_linear(gap := sp.expand(gap), x):
            return False
        place = {x: -gap.coeff(x, 0) / gap.coeff(x)}
        if not all(is_zero(e.xreplace(place)) is True for e in (jump, sp.diff(jump, s))):
            return False
    return True


def _last(s: sp.Symbol, ends: Sequence[tuple[E, E, int]], sign: int | None, others: set[E]) -> E | None:
    """The last value of s, in the direction in which the loss falls, at which the extremes are inside of the ends.

    Each end is an expression, the extreme that must be inside of it, and the way in which it is wider.
    """
    bounds = []
    for end, extreme, outwards in ends:
        rate = sp.diff(end, s)
        if rate == 0:
            continue
        if not rate.is_number or end.free_symbols & others or sign != outwards * sp.sign(rate):
            return None
        bounds.append(sp.expand((extreme - end.subs(s, 0)) / rate))
    if not bounds or sign is None:
        return None
    return (sp.Max if sign == 1 else sp.Min)(*bounds)


# --- solving -------------------------------------------------------------------------------------------------


def solved(equations: Sequence[E], unknowns: Sequence[sp.Symbol], facts: Facts) -> tuple[dict[E, E], list[E]]:
    """Explicit solutions, each in means and unsolved parameters; and the equations that are left.

    >>> a, b = sp.symbols("a b", positive=True)
    >>> x = sp.Symbol("x", positive=True)
    >>> solved([a - b, 1/b - Mean(x)], [a, b], Facts())
    ({b: 1/Mean(x), a: 1/Mean(x)}, [])
    """
    left = [_without_factors(tidied(e), facts) for e in equations]
    open_, solution = list(unknowns), dict[E, E]()
    while open_:
        found = _next(left, open_)
        if found is None:
            break
        i, unknown, value = found
        del left[i]
        open_.remove(unknown)
        solution = {k: tidied(v.subs(unknown, value)) for k, v in solution.items()} | {unknown: tidied(value)}
        placed = (tidied(_parted(e.subs(unknown, value))) for e in left)
        left = [_without_factors(e, facts) for e in placed if e != 0]
    return solution, left


def _parted(e: E) -> E:
    """Means in which means now stand as constants, parted again."""

    def part(mean: E) -> E:
        inner = {f: sp.Dummy("m", **_known(f)) for f in mean.args[0].atoms(*AVERAGES)}
        body = mean.args[0].xreplace(inner)
        x = next((s for s in sorted(body.free_symbols, key=str) if s.name == "x"), None)
        return mean if x is None or not inner else averaged(body, x).xreplace({v: k for k, v in inner.items()})

    return e.replace(lambda f: isinstance(f, Mean), part)


def _without_factors(equation: E, facts: Facts) -> E:
    """The equation without positive factors that vanish nowhere."""
    return sp.Mul(*(f for f in sp.Mul.make_args(sp.factor_terms(equation)) if facts.sign(f) not in (1, -1)))


def _next(equations: list[E], unknowns: list[sp.Symbol]) -> tuple[int, sp.Symbol, E] | None:
    """(equation, unknown, value) that can be solved now, the one whose value has the fewest unknowns first."""
    options: list[tuple[Any, int, tuple[int, sp.Symbol, E]]] = []
    for i, equation in enumerate(equations):
        for unknown in unknowns:
            value = explicit(equation, unknown)
            if value is not None:
                others = len(value.free_symbols & set(unknowns))
                inside = any(unknown in f.free_symbols for e in equations for f in e.atoms(*SPECIAL))
                options.append(((others, inside, sp.count_ops(value)), len(options), (i, unknown, value)))
    return min(options)[2] if options else None


@lru_cache(maxsize=4096)
def explicit(equation: E, unknown: sp.Symbol) -> E | None:
    """The one admissible root of an equation in which the unknown stands simply; None where it does not.

    >>> s, x = sp.symbols("s x", positive=True)
    >>> explicit(1/s - Mean(x**2)/s**3, s)
    sqrt(Mean(x**2))
    """
    for way in (_phase, _level, _odd, _power):
        value = way(equation, unknown)
        if value is not None:
            return value
    return None


def _power(equation: E, unknown: sp.Symbol) -> E | None:
    """A·θ^r + B = 0, or a quadratic in θ with one admissible root; likewise in log θ and e^θ."""
    hints = {**ONLY_PRODUCTS, "power_exp": equation.has(sp.exp)}
    equation = sp.expand_log(equation)
    equation = sp.expand(sp.numer(sp.together(sp.expand(equation, **hints))), **hints)
    for generator, back in _generators(equation, unknown):
        t = sp.Dummy("t", positive=True) if generator.is_positive else sp.Dummy("t", real=True)
        in_t = equation.xreplace({generator: t})
        if in_t.has(unknown):
            continue
        roots = _roots(in_t, t)
        if roots is not None and len(roots) == 1:
            return back(roots[0])
    return None


def _generators(equation: E, unknown: sp.Symbol) -> Iterator[tuple[E, Callable[[E], E]]]:
    """What an equation may be a polynomial in, and how the unknown follows from its value."""
    yield unknown, lambda v: v
    yield sp.log(unknown), sp.exp
    for power in sorted((e for e in equation.atoms(sp.exp) if e.has(unknown)), key=sp.count_ops)[:1]:
        rate = power.args[0] / unknown
        if not rate.has(unknown):
            yield power, lambda v, rate=rate: sp.log(v) / rate  # type: ignore[misc]


def _roots(equation: E, t: sp.Symbol) -> list[E] | None:
    """The admissible roots of A·t^r + B or of a quadratic; None for any other equation."""
    by_power: dict[E, E] = {}
    for term in sp.Add.make_args(equation):
        coefficient, power = term.as_independent(t, as_Add=False)
        base, exponent = power.as_base_exp() if power != 1 else (t, sp.S.Zero)
        if base != t or exponent.has(t):
            return None
        by_power[exponent] = by_power.get(exponent, sp.S.Zero) + coefficient
    if 1 < len(by_power) <= 3 and t.is_positive is None and all(e.is_Integer for e in by_power):
        least = min(by_power)
        by_power = {e - least: c for e, c in by_power.items()} if least < 0 else by_power
    if len(by_power) == 2:
        (low, b), (high, a) = sorted(by_power.items(), key=lambda item: str(item[0]))
        ratio = sp.factor(-b / a)
        if high - low == 1 or t.is_positive:
            return [ratio ** (1 / (high - low))]
        return None
    if set(by_power) == {0, 1, 2}:
        roots = sp.roots(sp.Poly(equation, t), multiple=True)
        return [r for r in roots if r.is_positive is not False] if t.is_positive else None
    return None


def _phase(equation: E, unknown: sp.Symbol) -> E | None:
    """A sin μ + B cos μ = 0 of a mean direction: μ = atan2(Mean(sin x), Mean(cos x))."""
    if not equation.has(sp.sin(unknown)) or not equation.has(sp.cos(unknown)):
        return None
    spread = sp.expand(equation, **ONLY_PRODUCTS)
    sine, cosine = spread.coeff(sp.sin(unknown)), spread.coeff(sp.cos(unknown))
    rest = sp.expand(spread - sine * sp.sin(unknown) - cosine * sp.cos(unknown))
    if rest != 0 or (sine.free_symbols | cosine.free_symbols) & {unknown}:
        return None
    ratio = sp.factor_terms(-cosine / sine)
    above, below = sp.fraction(sp.cancel(ratio))
    # of the two stationary directions, the one in which the mean direction lies is the minimum
    return sp.atan2(above, below)


def _odd(equation: E, unknown: sp.Symbol) -> E | None:
    """f(A θ + B) = 0 with an f that vanishes at 0 alone: θ = −B/A."""
    odd = equation.as_independent(unknown, as_Add=False)[1]
    return _power(odd.args[0], unknown) if isinstance(odd, (sp.erf, sp.sinh, sp.tanh, sp.asinh, sp.atan)) else None


def _level(equation: E, unknown: sp.Symbol) -> E | None:
    """A·Mean(sign(θ − x)) + B = 0, which a quantile of x solves."""
    signs = [m for m in equation.atoms(Mean) if isinstance(m.args[0], sp.sign) and m.has(unknown)]
    if len(signs) != 1:
        return None
    t = sp.Dummy("t")
    in_t = sp.expand(equation.xreplace({signs[0]: t}))
    inner = signs[0].args[0].args[0]
    slope, statistic = sp.diff(inner, unknown), inner.subs(unknown, 0)
    if in_t.has(unknown) or not in_t.is_polynomial(t) or sp.degree(in_t, t) != 1 or slope not in (1, -1):
        return None
    value = sp.cancel(-in_t.coeff(t, 0) / in_t.coeff(t, 1))
    return Quantile(sp.factor((1 + slope * value) / 2), -slope * statistic)


def tidied(e: E) -> E:
    """A sum of means in short form; means and quantiles are atoms."""
    frozen = {f: sp.Dummy(f"m{i}", **_known(f)) for i, f in enumerate(sorted(e.atoms(*AVERAGES), key=str))}
    return with_held(lambda inner: _turned(tidy(inner)) if not inner.has(sp.atan2) else inner, e, frozen)


def _turned(e: E) -> E:
    """−1/(a − b) as 1/(b − a)."""
    if not e.could_extract_minus_sign():
        return e
    above, below = sp.fraction(e)
    return -above / sp.Add(*(-t for t in below.args)) if below.is_Add and above.could_extract_minus_sign() else e


def _known(f: E) -> dict[str, bool]:
    return {"positive": True} if f.is_positive else {"real": True}
