"""The integral of a statistic over one stretch of a density, by shift and derivative of a normaliser.

With log p(φ(u))|φ′(u)| = constant + Σ a_i t_i(u) on an arm, and Z(a) = ∫ exp(Σ a_i t_i) du known,

    ∫ exp(Σ s_i t_i) Π t_i^n_i dp = exp(constant) · ∂^n Z (a + s)

A statistic is written in u, expanded, and each of its terms read as such a shift s and order n; what is
left over is looked up among the kernels' known integrals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, reduce
from typing import Any

import sympy as sp

from derive.algebra.functions import named_derivatives
from derive.algebra.harmonics import in_one_angle, in_single_waves, waves
from derive.algebra.normal import expand_logs, is_zero, linear_form
from derive.algebra.values import NO_VALUE
from derive.expectations.fitting import UNMIXED, Arm, Fit, fits
from derive.expectations.kernel import Kernel, Known, i
from derive.expectations.law import resolve
from derive.expectations.matching import Panel, on_piece
from derive.expectations.neatness import arguments_short, neat_value, unnested
from derive.expectations.normaliser import exponential, integral_at, mean_at, real, substitute
from derive.expectations.reading import decompose, factored, from_one, match_known, splits
from derive.families.facts import Facts

E = Any


@dataclass(frozen=True)
class Requirement:
    """A condition under which an expectation is finite."""

    relation: Any
    statistic: Any = None
    """What is expected, as a function of x."""
    coefficient: Any = None
    """What it is multiplied by in the integrand."""


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


def on_panel(statistic: E, panel: Panel, single: bool) -> Value | None:
    """The integral over a stretch of a density, or None when no kernel reaches it; `single` when it is all of the density."""
    if panel.linear and len(logs := _factors(statistic, panel.x)) > 1:  # multiplied out, no factors would be seen
        parts = [on_panel(log, panel, single) for log in logs]
        return None if None in parts else reduce(Value.plus, parts)  # type: ignore[arg-type]
    found = _in_views(statistic, panel, single, 0)
    harder = statistic.has(sp.log) or any(not (e.exp.is_Integer and e.exp > 0) for e in statistic.atoms(sp.Pow))
    for last in (LAST, FROM_ONE) if harder else (LAST,):
        found = found or _in_views(statistic, panel, single, last)
    return found


def _factors(statistic: E, x: sp.Symbol) -> list[E]:
    """The logs of the factors of 1 ± c·(x − m)^n, n > 2."""
    shifted = any(e.is_Add and e.has(x) and e.is_polynomial(x) for f in statistic.atoms(sp.Mul, sp.Pow) for e in f.args)
    return factored(statistic, x) if isinstance(statistic, sp.log) and shifted else []


LAST, FROM_ONE = 1, 2
"""Rounds in which more rows are taken: those with hypergeometric functions, then those for log(A + B·u) too."""


def _in_views(statistic: E, panel: Panel, single: bool, last: int) -> Value | None:
    """In the first view of the density that reaches it; `last` is the round."""
    for arms in panel.views_for(statistic):
        total: Value | None = Value(sp.S.Zero)
        for arm in arms:
            value = _on_arm(statistic, panel, arm, single and len(arms) == 1, last)
            if value is None:
                total = None
                break
            assert total is not None
            total = total.plus(value)
        if total is not None:
            return total
    return None


OF_SIGN = (sp.Abs, sp.sign, sp.Heaviside, sp.Max, sp.Min, sp.Piecewise)
"""Functions that may be another where the variable is negative."""


def _on_arm(statistic: E, panel: Panel, arm: Arm, whole: bool, last: int) -> Value | None:
    expanded = on_piece(statistic, panel.x, arm.phi, arm.u)
    if any(e.base == 0 for e in expanded.atoms(sp.Pow)):  # 0, 1 or infinite, as the exponent is
        return None
    if expanded.has(sp.Abs):
        expanded = expand_logs(
            resolve(expanded, arm.u, arm.low, arm.high, panel.facts, panel.measure == "counting"), arm.u
        )
    if arm.u == i and expanded.has(*OF_SIGN):  # that of a kernel is not negative
        return None
    constant, terms = linear_form(expanded, arm.u)
    total, requirements, names, how = sp.S.Zero, [], [], []
    items = [(t, c) for t, c in terms.items()] + ([(sp.S.One, constant)] if constant != 0 else [])
    for term, coefficient in items:
        value = sp.S.Zero
        for weight, monomial in arm.mixture:
            part = _integral(term, monomial, arm, whole and arm.mixture == UNMIXED, panel.facts, last)
            if part is None:
                return None
            if not arm.of_one_sign(panel.facts) and any(
                panel.facts.decide(r.relation) is not True for r in part.requirements
            ):
                return None  # the terms of a mixture may diverge where their sum does not
            value += weight * part.expr
            requirements += part.requirements
            names.append(part.rule)
            how.append(part.reason)
        total += coefficient * value
    kernels = ", ".join(dict.fromkeys(filter(None, names)))
    change = None if arm.g == panel.x else arm.g
    return Value(total, requirements, f"{kernels} kernel", "; ".join(dict.fromkeys(filter(None, how))), change)


def _integral(statistic: E, monomial: E, arm: Arm, whole: bool, facts: Facts, last: int) -> Value | None:
    """∫ statistic·monomial exp(constant + Σ a t) over an arm; divided by its mass 1 when it is the whole."""
    if whole and statistic == 1 and monomial == 1:
        return Value(sp.S.One, rule="", reason="")
    for value in _routes(statistic * monomial, arm, whole, facts, last):
        if value is not None:
            return value
    if arm.measure == "circle" and monomial == 1 and _between_turns(statistic, arm):
        return Value(sp.S.Zero, rule="circle", reason="a wave of which the density turns a part")
    if arm.measure == "circle" and (in_one := sp.expand(in_one_angle(statistic, arm.u))) != statistic:
        whole_turns = [_integral(t, monomial, arm, whole, facts, last) for t in sp.Add.make_args(in_one)]
        return None if None in whole_turns else reduce(Value.plus, whole_turns)  # type: ignore[arg-type]
    parts = [_integral(log, monomial, arm, whole, facts, last) for log in factored(statistic, arm.u)]
    for coefficient, wave in in_single_waves(statistic, arm.u) if not parts else ():
        part = _integral(wave, monomial, arm, whole, facts, last)
        parts.append(None if part is None else replace(part, expr=coefficient * part.expr))
    if not parts or None in parts:
        return None
    return reduce(Value.plus, parts)  # type: ignore[arg-type]


def _between_turns(statistic: E, arm: Arm) -> bool:
    """Whether it is a wave of x whose frequency is no multiple of the density's, which turns several times round the circle."""
    if not isinstance(statistic, (sp.cos, sp.sin)):
        return False
    frequency = statistic.args[0] / arm.u
    return bool(frequency.is_Rational and not frequency.is_Integer and (frequency / arm.phi.coeff(arm.u)).is_Integer)


def _routes(statistic: E, arm: Arm, whole: bool, facts: Facts, last: int) -> Iterator[Value | None]:
    """A shift inside a family, what is known in it, a shift out of it: each is tried when it is asked for."""
    fitting = list(fits(arm, (), facts))
    yield from (_by_shift(statistic, arm, fit, whole, facts) for fit in fitting)
    yield from (_by_known(statistic, arm, fit, whole, facts, last) for fit in fitting)
    if (read := waves(statistic, arm.u)) is not None:
        yield from (_of_waves(*read, arm, fit, whole, facts) for fit in fitting if fit.kernel.u in fit.kernel.t)
    yield from (_by_shift(statistic, arm, fit, False, facts) for fit in fits(arm, (), facts, valid=False))


@dataclass(frozen=True)
class _Shift:
    """A statistic as factor · exp(Σ shift·t) · Π t^order, and where in the kernel's symbols it leads."""

    factor: E
    shift: tuple[E, ...]
    order: tuple[int, ...]
    place: dict[sp.Symbol, E]
    requirements: list[Requirement]
    divergent: bool


def _shifted(statistic: E, arm: Arm, fit: Fit, facts: Facts) -> _Shift | None:
    kernel = fit.kernel
    generators = [t.xreplace(fit.swap) for t in kernel.t]
    read = decompose(statistic.xreplace({arm.u: kernel.u}), kernel.u, generators)
    if read is None:
        return None
    factor, shift, order = read
    if kernel.only and (any(shift) or any(order)) or any(s.has(sp.I) for s in shift):
        return None
    shifted = {s: value + ds for (s, value), ds in zip(fit.a.items(), shift, strict=True)}
    place = {**shifted, **fit.swap}
    outside = [c.xreplace(place) for c in kernel.valid if not fit.inside]
    # a row holds at what it leaves to shorter ones, too
    if any(c == sp.false if isinstance(c, sp.Ne) else facts.decide(c) is not True for c in outside):
        return None
    relations = [facts.cleared(condition.xreplace(place)) for condition in kernel.condition]
    held = [facts.decide(relation) for relation in relations]
    requirements = [Requirement(r) for r, holds in zip(relations, held, strict=True) if holds is not True]
    return _Shift(factor, shift, order, place, requirements, False in held)


def _by_shift(statistic: E, arm: Arm, fit: Fit, whole: bool, facts: Facts) -> Value | None:
    read, kernel = _shifted(statistic, arm, fit, facts), fit.kernel
    if read is None:
        return None
    shift, order = any(read.shift), any(read.order)
    if read.divergent:
        return Value(sp.nan, read.requirements, kernel.name, "divergent")
    logarithm = sp.S.Zero
    if not whole and order:  # ∂Z, and not ∂Z/Z times Z, of which two sums would have to cancel
        mean, logarithm = integral_at(kernel, read.order, read.place), arm.constant
    else:
        mean = mean_at(kernel, read.order, read.place) if order else sp.S.One
        if not whole:
            logarithm = arm.constant + substitute(kernel.log_z, read.place)
        elif shift:
            logarithm = substitute(kernel.log_z, read.place) - substitute(kernel.log_z, {**fit.a, **fit.swap})
    value = arguments_short(unnested(read.factor * mean * exponential(unnested(logarithm, facts)), facts))
    if value.has(sp.nan, sp.zoo, sp.oo, sp.Derivative, sp.Subs):
        return None
    how = "by shift and derivative" if shift and order else "by shift" if order is False else "by derivative"
    return Value(value, read.requirements, kernel.name, f"{how} of log Z ({kernel.source})")


def _of_waves(rest: E, terms: list[tuple[E, E]], arm: Arm, fit: Fit, whole: bool, facts: Facts) -> Value | None:
    """Cosines and sines times what is a shift: the real parts of shifts by i times a frequency."""
    read, kernel = _shifted(rest, arm, fit, facts), fit.kernel
    if read is None or read.divergent:
        return None
    turned = kernel.a[kernel.t.index(kernel.u)]
    if kernel.only or any(f.has(turned) for f in kernel.log_z.atoms(sp.Function) - kernel.log_z.atoms(sp.exp, sp.log)):
        return None  # of special functions no real part is found
    total = sp.S.Zero
    for coefficient, frequency in terms:
        mean = integral_at(kernel, read.order, {**read.place, turned: read.place[turned] + sp.I * frequency})
        part = real(coefficient * mean)
        if part is None:
            return None
        total += part
    before = -substitute(kernel.log_z, {**fit.a, **fit.swap}) if whole else arm.constant
    value = read.factor * exponential(unnested(before, facts)) * total
    if value.has(*NO_VALUE, sp.Derivative, sp.Subs):
        return None
    how = f"the real part at a complex shift of Z ({kernel.source})"
    return Value(value, read.requirements, kernel.name, how)


def _by_known(statistic: E, arm: Arm, fit: Fit, whole: bool, facts: Facts, last: int) -> Value | None:
    """A statistic that is known under the kernel, or generators, a power or an exponential times one: known after a shift, by
    derivative."""
    kernel = fit.kernel
    statistic = sp.expand_power_base(statistic.xreplace({arm.u: kernel.u}))
    for weight, part in splits(statistic, kernel):
        rest, scale = from_one(part, kernel, facts) if last == FROM_ONE else (part, sp.S.One)
        read = decompose(weight, kernel.u, [t.xreplace(fit.swap) for t in kernel.t])
        if read is None:
            continue
        factor, shift, order = read
        place = {s: value + ds for (s, value), ds in zip(fit.a.items(), shift, strict=True)} | fit.swap
        needed = (*kernel.condition, *kernel.valid) if any(shift) else ()
        if any(facts.decide(c.xreplace(place)) is not True for c in needed):
            continue
        for known, at in _matching(rest, fit, place, facts, last):
            mean = _times(sp.log(scale) + known.value, known.at, kernel, order)
            if mean is None or (value := mean.xreplace(at)).has(*NO_VALUE):
                continue
            value = factor * neat_value(value, facts)
            if not whole or any(shift):
                before = -substitute(kernel.log_z, {**fit.a, **fit.swap}) if whole else arm.constant
                value *= exponential(before + substitute(kernel.log_z, place))
            finite = facts.cleared(known.finite.xreplace(at))
            requirements = [] if facts.decide(finite) is True else [Requirement(finite)]
            return Value(value, requirements, kernel.name, known.source)
    return None


MOST_DERIVATIVES = 4
"""Generators beside a known statistic beyond which no derivative is taken: it has ever more terms."""


def _times(mean: E, fixed: Mapping[sp.Symbol, E], kernel: Kernel, order: tuple[int, ...]) -> E | None:
    """E[s Π t^order] from the mean of s as a function of the kernel's parameters: ∂^order (Z E[s]) / Z. It is finite where that
    of s is, in the interior. None where those parameters are not free, or a derivative has no name."""
    if sum(order) > MOST_DERIVATIVES or any(n and a in fixed for a, n in zip(kernel.a, order, strict=True)):
        return None
    for parameter, n in zip(kernel.a, order, strict=True):
        for _ in range(n):
            mean = _times_generator(mean, kernel.log_z, parameter)
    return None if any(order) and mean.has(sp.Derivative, sp.Subs) else mean


@lru_cache(maxsize=512)
def _times_generator(mean: E, log_z: E, parameter: sp.Symbol) -> E:
    """E[t s] from the mean of s, with the parameter of the generator t: ∂(Z E[s]) / Z."""
    return named_derivatives(sp.diff(mean, parameter) + mean * sp.diff(log_z, parameter))


def _matching(statistic: E, fit: Fit, place: dict[E, E], facts: Facts, last: int) -> Iterator[tuple[Known, dict[E, E]]]:
    """The known rows for a statistic at a place in the kernel's symbols, with the values of all that stands in them."""
    for known in fit.kernel.known:
        if any(is_zero(place[s] - value.xreplace(fit.swap)) is not True for s, value in known.at.items()):
            continue
        if (match := match_known(statistic, known, fit.swap)) is None or known.last and not last:
            continue
        at = {**match, **place}
        condition = known.condition.xreplace(at)
        held = facts.decide(condition)
        if held or held is None and not known.proved and not _on_the_edge(condition):
            yield known, at


def _on_the_edge(condition: E) -> bool:
    """Whether what must be greater than something is the same, however it is written: such a row would hold as a limit.

    >>> a = sp.Symbol("a", positive=True)
    >>> _on_the_edge(sp.log(a / 2) + sp.log(2) > sp.log(a)), _on_the_edge(sp.log(a / 2) > sp.log(a))
    (True, False)
    """
    strict = condition.atoms(sp.StrictGreaterThan, sp.StrictLessThan)
    return any(is_zero(relation.lhs - relation.rhs) is True for relation in strict)


__all__ = ["Requirement", "Value", "on_panel"]
