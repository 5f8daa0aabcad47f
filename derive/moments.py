"""Expectations, by shift and derivative of a normaliser.

With log p(φ(u))|φ′(u)| = constant + Σ a_i t_i(u) on an arm, and Z(a) = ∫ exp(Σ a_i t_i) du known,

    ∫ exp(Σ s_i t_i) Π t_i^n_i dp = exp(constant) · ∂^n Z (a + s)

A statistic is written in u, expanded, and each of its terms read as such a shift s and order n; what is
left over is looked up among the kernels' known integrals. A term that no view of the density reaches stays
an honest integral or sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import sympy as sp

from derive.change import NoInverse, pieces
from derive.facts import Facts
from derive.functions import named_derivatives
from derive.kernels import Kernel, Known
from derive.matching import Arm, Fit, Panel, fits, on_piece
from derive.normal import ONLY_PRODUCTS, expand_logs, is_zero, linear_form
from derive.tidy import tidy

E = Any


MAX_POINTS = 20
"""Finite supports of up to this many points are summed point by point."""


class Undecided(Exception):
    """An order between parameters is needed that is not known."""

    def __init__(self, low: E, high: E):
        super().__init__(f"whether {low} < {high} is not known")
        self.low, self.high = low, high


@dataclass(frozen=True)
class Requirement:
    """A condition under which an expectation is finite, and where it goes when it fails: +1, -1, or 0 unknown."""

    relation: Any
    direction: int
    logarithmic: bool = False
    """Whether what diverges grows as slowly as a logarithm of x."""


@dataclass
class Value:
    """The expectation of one statistic."""

    expr: E
    requirements: list[Requirement] = field(default_factory=list)
    rule: str = ""
    reason: str = ""
    change: E | None = None
    """The variable u, as a function of x, in which it was found."""

    def plus(self, other: Value) -> Value:
        """The sum of two, told as the later one."""
        return Value(
            self.expr + other.expr,
            self.requirements + other.requirements,
            other.rule or self.rule,
            other.reason or self.reason,
            other.change,
        )


class Law:
    """A density as the engine sees it: its stretches without kinks, and their views."""

    def __init__(self, log_density: E, x: sp.Symbol, low: E, high: E, measure: str, facts: Facts):
        self.log_density, self.x, self.low, self.high = log_density, x, low, high
        self.measure, self.facts = measure, facts
        self._panels: dict[tuple[E, ...], list[Panel]] = {}

    @cached_property
    def kinks(self) -> set[E]:
        return kinks(self.log_density, self.x)

    def panels(self, statistic: E) -> list[Panel]:
        """The support cut at the kinks of the density and of the statistic.

        Raises Undecided where the order of two kinks is not known.
        """
        own = set() if self.measure == "circle" else kinks(statistic, self.x)
        if self.measure == "counting":
            own = set()
            ends = (self.low, self.high)
        elif not own and self._folds():
            ends = (self.low, self.high)
        else:
            ends = tuple(self._ordered(own | self.kinks))
        if ends not in self._panels:
            self._panels[ends] = [
                Panel(resolve(self.log_density, self.x, a, b, self.facts), self.x, a, b, self.measure, self.facts)
                for a, b in zip(ends, ends[1:], strict=False)
            ]
        return self._panels[ends]

    def points(self) -> range | None:
        """The points of a small finite support, given in numbers."""
        if not (self.low.is_Integer and self.high.is_Integer) or self.high - self.low > MAX_POINTS:
            return None
        return range(int(self.low), int(self.high) + 1)

    def _folds(self) -> bool:
        """Whether the density's kinks are left to changes of variable, which fold at them."""
        return not self.log_density.has(sp.Piecewise)

    def _ordered(self, points: set[E]) -> list[E]:
        inside: list[E] = []
        for point in sorted(points, key=sp.default_sort_key):
            above, below = (
                self.facts.decide(sp.Lt(self.low, point)),
                self.facts.decide(sp.Lt(point, self.high)),
            )
            if above is None and self.facts.decide(sp.Le(point, self.low)):
                above = False
            if below is None and self.facts.decide(sp.Ge(point, self.high)):
                below = False
            if above is False or below is False:
                continue
            if above is None:
                raise Undecided(self.low, point)
            if below is None:
                raise Undecided(point, self.high)
            place = 0
            for place, other in enumerate(inside):
                if is_zero(point - other):
                    break
                before = self.facts.decide(sp.Lt(point, other))
                if before is None:
                    raise Undecided(point, other)
                if before:
                    inside.insert(place, point)
                    break
            else:
                inside.append(point)
        return [self.low, *inside, self.high]


def kinks(expression: E, x: sp.Symbol) -> set[E]:
    """Where an expression has an Abs or a Piecewise that changes branch."""
    found = set()
    for e in expression.atoms(sp.Abs):
        if e.has(x):
            found.add(_root(e.args[0], x))
    for e in expression.atoms(sp.Piecewise):
        for _, condition in e.args:
            for relation in condition.atoms(sp.core.relational.Relational):
                if relation.has(x):
                    found.add(_root(relation.lhs - relation.rhs, x))
    found.discard(None)
    return found


@lru_cache(maxsize=1024)
def _root(expression: E, x: sp.Symbol) -> E | None:
    y = sp.Dummy("y")
    expression = sp.collect(sp.expand(expression, log=False), x) if expression.is_polynomial(x) else expression
    low = sp.S.Zero if expression.has(sp.log) else -sp.oo
    try:
        branches = pieces(expression, x, low, sp.oo, y, Facts())
    except NoInverse:
        return None
    return sp.expand(branches[0].phi.subs(y, 0)) if len(branches) == 1 else None


def _slope(inner: E, x: sp.Symbol, facts: Facts) -> int | None:
    """The sign of the slope of a monotone function of x."""
    try:
        (piece,) = pieces(inner, x, sp.S.Zero if inner.has(sp.log) else -sp.oo, sp.oo, sp.Dummy("y"), facts)
    except (NoInverse, ValueError):
        return None
    return 1 if piece.rising else -1


def resolve(expression: E, x: sp.Symbol, low: E, high: E, facts: Facts) -> E:
    """An expression on a stretch that has none of its kinks inside: Abs and Piecewise taken off."""
    if not expression.has(sp.Abs, sp.Piecewise) or low == -sp.oo and high == sp.oo:
        return expression

    def sign(inner: E) -> int | None:
        root, slope = _root(inner, x), _slope(inner, x, facts)
        if root is None or not slope:
            return None
        if facts.decide(sp.Ge(low, root)):
            return slope
        if facts.decide(sp.Le(high, root)):
            return -slope
        return None

    def unfold(e: E) -> E:
        s = sign(e.args[0]) if e.has(x) else None
        return e if s is None else s * e.args[0]

    def choose(e: E) -> E:
        for value, condition in e.args:
            if condition == sp.true:
                return value
            relation = condition if hasattr(condition, "gts") else None
            s = None if relation is None else sign(relation.gts - relation.lts)
            if s is None:
                return e
            if s > 0:
                return value
        return e

    expression = expression.replace(lambda e: isinstance(e, sp.Piecewise) and e.has(x), choose)
    return expression.replace(lambda e: isinstance(e, sp.Abs), unfold)


def expect(statistic: E, law: Law) -> Value | None:
    """E[statistic] under a law, or None when no kernel reaches it.

    Raises Undecided when the answer hangs on an order between parameters.
    """
    if not statistic.has(law.x):
        return Value(statistic, rule="normalisation", reason="a constant")
    if law.measure == "counting" and (points := law.points()):
        mean = sp.Add(*(sp.exp(law.log_density.subs(law.x, k)) * statistic.subs(law.x, k) for k in points))
        return Value(mean, rule="finite support", reason="the sum over its points")
    panels = law.panels(statistic)
    total = Value(sp.S.Zero)
    single = len(panels) == 1
    for panel in panels:
        value = _on_panel(resolve(statistic, law.x, panel.low, panel.high, law.facts), panel, single)
        if value is None:
            return None
        total = total.plus(value)
    return total


def _on_panel(statistic: E, panel: Panel, single: bool) -> Value | None:
    for arms in panel.views_for(statistic):
        total: Value | None = Value(sp.S.Zero)
        for arm in arms:
            value = _on_arm(statistic, panel, arm, single and len(arms) == 1)
            if value is None:
                total = None
                break
            assert total is not None
            total = total.plus(value)
        if total is not None:
            return total
    return None


def _on_arm(statistic: E, panel: Panel, arm: Arm, whole: bool) -> Value | None:
    expanded = on_piece(statistic, panel.x, arm.phi, arm.u)
    if expanded.has(sp.Abs):
        expanded = expand_logs(resolve(expanded, arm.u, arm.low, arm.high, panel.facts), arm.u)
    constant, terms = linear_form(expanded, arm.u)
    total, requirements, names, how = sp.S.Zero, [], [], []
    items = [(t, c) for t, c in terms.items()] + ([(sp.S.One, constant)] if constant != 0 else [])
    for term, coefficient in items:
        value = sp.S.Zero
        for weight, monomial in arm.mixture:
            part = _integral(term, monomial, arm, whole and len(arm.mixture) == 1, panel.facts, coefficient * weight)
            if part is None:
                return None
            if len(arm.mixture) > 1 and any(panel.facts.decide(r.relation) is not True for r in part.requirements):
                return None  # the terms of a mixture may diverge where their sum does not
            value += weight * part.expr
            requirements += part.requirements
            names.append(part.rule)
            how.append(part.reason)
        total += coefficient * value
    kernels = ", ".join(dict.fromkeys(filter(None, names)))
    change = None if arm.g == panel.x else arm.g
    return Value(total, requirements, f"{kernels} kernel", "; ".join(dict.fromkeys(filter(None, how))), change)


def _integral(statistic: E, monomial: E, arm: Arm, whole: bool, facts: Facts, coefficient: E) -> Value | None:
    """∫ statistic·monomial exp(constant + Σ a t) over an arm; divided by its mass 1 when it is the whole."""
    if whole and statistic == 1 and monomial == 1:
        return Value(sp.S.One, rule="", reason="")
    for fit in fits(arm, (), facts):
        found = _by_shift(statistic * monomial, arm, fit, whole, facts, coefficient)
        if found is None:
            found = _by_known(statistic * monomial, arm, fit, whole, facts)
        if found is not None:
            return found
    return None


def _by_shift(statistic: E, arm: Arm, fit: Fit, whole: bool, facts: Facts, coefficient: E) -> Value | None:
    kernel = fit.kernel
    generators = [t.xreplace(fit.swap) for t in kernel.t]
    read = decompose(statistic.xreplace({arm.u: kernel.u}), kernel.u, generators)
    if read is None:
        return None
    factor, shift, order = read
    if kernel.only and (any(shift) or any(order)):
        return None
    shifted = {s: value + ds for (s, value), ds in zip(fit.a.items(), shift, strict=True)}
    place = {**shifted, **fit.swap}
    requirements = []
    for condition in kernel.condition:
        relation = condition.xreplace(place)
        if facts.decide(relation) is not True:
            requirements.append(Requirement(relation, _direction(statistic, arm, coefficient, facts)))
    if any(facts.decide(r.relation) is False for r in requirements):
        return Value(sp.nan, requirements, kernel.name, "divergent")
    mean = mean_at(kernel, order, place) if any(order) else sp.S.One
    if whole:
        logarithm = (
            sp.S.Zero
            if not any(shift)
            else substitute(kernel.log_z, place) - substitute(kernel.log_z, {**fit.a, **fit.swap})
        )
    else:
        logarithm = arm.constant + substitute(kernel.log_z, place)
    value = factor * mean * exponential(logarithm)
    if value.has(sp.nan, sp.zoo, sp.oo, sp.Derivative, sp.Subs):
        return None
    how = "by derivative" if not any(shift) else "by shift" if not any(order) else "by shift and derivative"
    return Value(value, requirements, kernel.name, f"{how} of log Z ({kernel.source})")


def _direction(statistic: E, arm: Arm, coefficient: E, facts: Facts) -> int:
    """The sign of a divergent contribution."""
    signs = [facts.sign(coefficient), _sign_of(statistic, arm)]
    return 0 if None in signs or 0 in signs else signs[0] * signs[1]  # type: ignore[operator]


def _sign_of(statistic: E, arm: Arm) -> int | None:
    if statistic.is_nonnegative:
        return 1
    if statistic == sp.log(1 + arm.u):
        return 1
    return None


def _by_known(statistic: E, arm: Arm, fit: Fit, whole: bool, facts: Facts) -> Value | None:
    for known in fit.kernel.known:
        if any(is_zero(fit.a[s] - value) is not True for s, value in known.at.items()):
            continue
        match = match_known(statistic.xreplace({arm.u: fit.kernel.u}), known)
        if match is None or facts.decide(known.condition.subs(match) if known.condition != True else sp.true) is False:  # noqa: E712
            continue
        value = roots(known.value.xreplace(match).xreplace({**fit.a, **fit.swap}), facts)
        if not whole:
            value *= exponential(arm.constant + substitute(fit.kernel.log_z, {**fit.a, **fit.swap}))
        return Value(value, [], fit.kernel.name, known.source)
    return None


def roots(expression: E, facts: Facts) -> E:
    """Square roots of perfect squares taken, with sin² + cos² = 1 used inside them."""

    def take(e: E) -> E:
        inside = sp.expand(e.base.replace(lambda f: f.is_Pow and isinstance(f.base, sp.sin) and f.exp == 2,
                                          lambda f: 1 - sp.cos(f.base.args[0]) ** 2))  # fmt: skip
        result = sp.S.One
        for part, power in zip(sp.fraction(sp.together(inside)), (1, -1), strict=True):
            factor, powers = (part, []) if part.is_number else sp.factor_list(part)
            if not all(n % 2 == 0 for _, n in powers):
                return sp.sqrt(inside)
            result *= sp.sqrt(factor) ** power
            for base, n in powers:
                sign = facts.sign(base)
                result *= (sp.Abs(base) if sign is None else sign * base) ** (power * n // 2)
        return result

    return expression.replace(lambda e: e.is_Pow and e.exp == sp.S.Half and not e.base.is_number, take)


def match_known(statistic: E, known: Known) -> dict[Any, E] | None:
    """The wildcards of a known statistic, read off coefficient by coefficient where it is the log of a sum."""
    pattern = known.statistic
    wild = sorted(pattern.atoms(sp.Wild), key=str)
    if not wild:
        return {} if statistic == pattern else None
    factor = sp.S.One
    if pattern.is_Mul:
        factor = next((f for f in pattern.args if not f.has(sp.Wild)), sp.S.One)
        statistic, pattern = statistic / factor, pattern / factor
    if not (isinstance(statistic, sp.log) and isinstance(pattern, sp.log)):
        return None
    u = next(iter(known.statistic.free_symbols - set(wild)))
    constant, given = linear_form(sp.expand(statistic.args[0], log=False), u)
    fixed, wanted = linear_form(pattern.args[0], u)
    match: dict[Any, E] = {}
    for key, slot in [(None, fixed), *wanted.items()]:
        have = constant if key is None else given.pop(key, sp.S.Zero)
        if isinstance(slot, sp.Wild):
            match[slot] = have
        elif is_zero(have - slot) is not True:
            return None
    if given or len(match) != len(wild) or any(s == 0 for w, s in match.items() if w.name == "w"):
        return None
    return match


def decompose(statistic: E, u: sp.Symbol, generators: list[E]) -> tuple[E, tuple[E, ...], tuple[int, ...]] | None:
    """A product as factor · exp(Σ shift·t) · Π t^order, or None.

    >>> u = sp.Symbol("u", positive=True)
    >>> decompose(3*u**2*sp.log(u)*sp.exp(-u), u, [sp.log(u), u])
    (3, (2, -1), (1, 0))
    """
    factor, order = sp.S.One, [0] * len(generators)
    shift: list[E] = [sp.S.Zero] * len(generators)
    for f in sp.Mul.make_args(statistic):
        base, exponent = f.as_base_exp() if not isinstance(f, sp.exp) else (f, sp.S.One)
        if not f.has(u):
            factor *= f
        elif base in generators and exponent.is_Integer and exponent > 0 and sp.log(base) not in generators:
            order[generators.index(base)] += int(exponent)
        else:
            constant, parts = linear_form(expand_logs(sp.log(f), u), u)
            if any(p not in generators for p in parts):
                return None
            factor *= sp.exp(constant)
            for p, c in parts.items():
                shift[generators.index(p)] += c
    return factor, tuple(shift), tuple(order)


@lru_cache(maxsize=512)
def _moment(log_z: E, symbols: tuple[sp.Symbol, ...], order: tuple[int, ...]) -> E:
    if not any(order):
        return sp.S.One
    i = next(i for i, n in enumerate(order) if n)
    lower = _moment(log_z, symbols, tuple(n - (j == i) for j, n in enumerate(order)))
    return sp.diff(lower, symbols[i]) + lower * sp.diff(log_z, symbols[i])


@lru_cache(maxsize=512)
def _short_moment(log_z: E, symbols: tuple[sp.Symbol, ...], order: tuple[int, ...]) -> E:
    return tidy(named_derivatives(_moment(log_z, symbols, order)))


def moment(kernel: Kernel, order: tuple[int, ...]) -> E:
    """∂^n Z / Z, in the kernel's own symbols."""
    return _short_moment(kernel.log_z, kernel.a, order)


def mean_at(kernel: Kernel, order: tuple[int, ...], place: dict[sp.Symbol, E]) -> E:
    """∂^n Z / Z at values of the kernel's symbols, by a limit at a removable point."""
    value = moment(kernel, order).subs(place, simultaneous=True)
    if value.has(*SINGULAR):
        value = substitute(_moment(kernel.log_z, kernel.a, order), place)
    return named_derivatives(value)


MAX_LIMIT = 40
"""Expressions of more operations than this are not given to SymPy's limit, which can be slow."""

SINGULAR = (sp.nan, sp.zoo, sp.oo, -sp.oo)


def substitute(expression: E, place: dict[sp.Symbol, E]) -> E:
    """Values put in for the kernel's symbols, by a limit where the expression has a removable point."""
    value = named_derivatives(expression.subs(place, simultaneous=True))
    if not value.has(*SINGULAR):
        return value
    for symbol, at in place.items():
        if expression.has(symbol):
            tried = expression.subs(symbol, at)
            if tried.has(*SINGULAR):
                if sp.count_ops(expression) > MAX_LIMIT:
                    return sp.nan
                tried = sp.limit(expression, symbol, at)
            expression = tried
    return named_derivatives(expression)


def exponential(logarithm: E) -> E:
    """exp of a sum of logs and log-gammas, as a product."""
    logarithm = sp.expand(sp.expand_log(unshift(sp.expand(logarithm))))
    result, rest = sp.S.One, sp.S.Zero
    for term in sp.Add.make_args(logarithm):
        special = [f for f in sp.Mul.make_args(term) if isinstance(f, (sp.log, sp.loggamma))]
        if len(special) == 1:
            inner = special[0].args[0]
            base = sp.gamma(inner) if isinstance(special[0], sp.loggamma) else inner
            result *= base ** (term / special[0])
        else:
            rest += term
    return result * sp.exp(rest)


def unshift(expression: E) -> E:
    """Log-gammas whose arguments differ by an integer, brought to the smallest of them."""
    arguments = sorted({e.args[0] for e in expression.atoms(sp.loggamma)}, key=sp.default_sort_key)
    swap = {}
    for one in arguments:
        for other in arguments:
            step = sp.expand(one - other)
            if step.is_Integer and 0 < step <= 20 and other not in swap:
                lowest = other
                swap[one] = sp.loggamma(lowest) + sp.Add(*(sp.log(lowest + i) for i in range(int(step))))
    if not swap:
        return expression
    return sp.expand(expression.xreplace({sp.loggamma(a): value for a, value in swap.items()}))


def statistics(expression: E, x: sp.Symbol) -> Iterator[tuple[E, E]]:
    """The additive terms of an expression in x as (coefficient, statistic), like ones merged, constant first."""
    constant, parts = linear_form(sp.expand(expression, **ONLY_PRODUCTS), x)
    if constant != 0:
        yield constant, sp.S.One
    for statistic, coefficient in parts.items():
        yield coefficient, statistic


__all__ = ["Law", "Requirement", "Undecided", "Value", "expect", "kinks", "resolve", "statistics"]
