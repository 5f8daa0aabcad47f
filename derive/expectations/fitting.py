"""A density on a stretch fitted to a kernel: which kernels it has, with what parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp

from derive.algebra.normal import expand_logs, is_zero, linear_form
from derive.expectations import kernel as k
from derive.expectations.kernel import Kernel
from derive.expectations.kernels import KERNELS
from derive.families.facts import Facts

E = Any

UNMIXED = ((sp.S.One, sp.S.One),)


@dataclass(frozen=True)
class Arm:
    """One monotone piece of a change of variable, and the log-density on it."""

    g: E
    phi: E
    u: sp.Symbol
    low: E
    high: E
    measure: str
    constant: E
    statistics: tuple[tuple[E, E], ...]
    """(statistic, coefficient)."""
    mixture: tuple[tuple[E, E], ...] = UNMIXED
    """The density's factor that is a sum, expanded: (coefficient, monomial in u)."""

    def of_one_sign(self, facts: Facts) -> bool:
        """Whether no terms of the mixture cancel: an expectation then exists where those under each of them do."""
        return all(part.is_positive and facts.sign(weight) == 1 for weight, part in self.mixture)


@dataclass(frozen=True)
class Fit:
    """A kernel on an arm: values of its parameters, ends and shapes."""

    kernel: Kernel
    a: dict[sp.Symbol, E]
    swap: dict[sp.Symbol, E]
    """Ends and shapes -> their values."""
    inside: bool = True
    """Whether the density itself is in the region where the row applies, and not only the density times a statistic."""


def fits(arm: Arm, extra: tuple[E, ...], facts: Facts, valid: bool = True) -> Iterator[Fit]:
    """The kernels that fit an arm and have the `extra` statistics among their generators too.

    Not `valid`: those that would fit if it were inside their region, as the density times a statistic may be.
    """
    for kernel in KERNELS:
        if kernel.measure != arm.measure:
            continue
        swap = _ends(kernel, arm)
        if swap is None:
            continue
        fit = _fit(kernel, arm, swap, extra, facts, valid)
        if fit is not None:
            yield fit


def _ends(kernel: Kernel, arm: Arm) -> dict[sp.Symbol, E] | None:
    swap: dict[sp.Symbol, E] = {}
    for end, wanted in zip((arm.low, arm.high), kernel.domain, strict=True):
        if wanted in (k.alpha, k.beta, k.n):
            if end in (sp.oo, -sp.oo) and not kernel.unbounded:
                return None
            if wanted == k.alpha and end == 0 and not kernel.from_zero:
                return None
            swap[wanted] = end
        elif end != wanted:
            return None
    if kernel.u.is_positive and kernel.u != arm.u:
        return None
    return swap


def _fit(kernel: Kernel, arm: Arm, ends: dict[Any, E], extra: tuple[E, ...], facts: Facts, valid: bool) -> Fit | None:
    """A kernel on an arm, with whatever shape of its base measure the density lets it have."""
    statistics = _statistics(arm.statistics, arm.u, kernel.u)
    fitted = (
        _fitted(kernel, arm, {**ends, **s}, dict(statistics), extra, facts, valid) for s in _shapes(kernel, statistics)
    )
    return next((fit for fit in fitted if fit is not None), None)


@lru_cache(maxsize=4096)
def _statistics(statistics: tuple[tuple[E, E], ...], u: sp.Symbol, variable: sp.Symbol) -> dict[E, E]:
    """The statistics of a density in u, with their coefficients, in a kernel's variable."""
    return {_plain(s.xreplace({u: variable})): c for s, c in statistics}


def _shapes(kernel: Kernel, statistics: dict[E, E]) -> Iterator[dict[Any, E]]:
    """The values that a kernel's shape may have, read off each statistic that has the shape's pattern."""
    if kernel.shapes is None:
        yield {}
        return
    pattern, values = kernel.shapes
    for statistic in statistics:
        if match := _match(statistic, pattern, kernel.u):
            yield {shape: value.xreplace(match) for shape, value in values.items()}


def _collected(statistic: E, u: sp.Symbol) -> E:
    """A function of a sum with each power of u in it once."""
    if isinstance(statistic, sp.log) and statistic.args[0].is_Add:
        return sp.log(sp.collect(statistic.args[0], u))
    return statistic


def _fitted(
    kernel: Kernel,
    arm: Arm,
    swap: dict[Any, E],
    statistics: dict[E, E],
    extra: tuple[E, ...],
    facts: Facts,
    valid: bool,
) -> Fit | None:
    generators = [t.xreplace(swap) for t in kernel.t]
    base = kernel.log_base.xreplace(swap)
    base = expand_logs(base, kernel.u) if kernel.shapes is not None and base.has(sp.log) else base
    for s, c in linear_form(_plain(base), kernel.u)[1].items():
        if s not in generators:
            rest = sp.expand(statistics.pop(s, sp.S.Zero) - c)
            if rest != 0:
                return None
        else:
            statistics[s] = statistics.get(s, sp.S.Zero) - c
    values = {}
    for symbol, generator in zip(kernel.a, generators, strict=True):
        values[symbol] = statistics.pop(generator, sp.S.Zero)
    if statistics or any(s.xreplace({arm.u: kernel.u}) not in generators for s in extra):
        return None
    for symbol, value in kernel.only.items():
        if is_zero(values[symbol] - value) is not True:
            return None
    fit = Fit(kernel, values, swap, valid)
    if all(facts.decide(c.xreplace({**values, **swap})) is True for c in kernel.valid) is not valid:
        return None
    if not valid:
        return fit
    if any(facts.decide(c.xreplace({**values, **swap})) is False for c in kernel.condition):
        return None
    return fit


_LogGamma = sp.Function("LogGamma")


@lru_cache(maxsize=8192)
def _plain(expression: E) -> E:
    """Log-gammas under one inert name: SymPy turns log-gamma of an integer into the log of a gamma."""
    return expression.replace(
        lambda e: isinstance(e, sp.loggamma) or isinstance(e, sp.log) and isinstance(e.args[0], sp.gamma),
        lambda e: _LogGamma(e.args[0] if isinstance(e, sp.loggamma) else e.args[0].args[0]),
    )


@lru_cache(maxsize=8192)
def _match(statistic: E, pattern: E, u: sp.Symbol) -> dict[Any, Any] | None:
    expression, pattern = _plain(_collected(statistic, u)), _plain(pattern)
    if expression.func != pattern.func:
        return None
    return expression.match(pattern)
