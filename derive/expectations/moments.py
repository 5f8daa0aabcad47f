"""Expectations under a law: from its integrals over stretches, its points, or the ratio of neighbouring probabilities.

A term that no view of the density reaches stays an honest integral or sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import reduce
from typing import Any

import sympy as sp

from derive.algebra.normal import ONLY_PRODUCTS, expand_logs, is_zero, linear_form
from derive.algebra.tidy import tidy
from derive.algebra.values import NO_VALUE
from derive.expectations import recurrences
from derive.expectations.asymptotics.orders import Unknown
from derive.expectations.continuation import by_continuation
from derive.expectations.folding import at_size, unfolded
from derive.expectations.integrals import Requirement, Value, on_panel
from derive.expectations.law import MAX_POINTS, Law, Undecided, kinks, resolve
from derive.expectations.masses import infinite_masses
from derive.expectations.matching import Panel
from derive.expectations.normaliser import exponential
from derive.expectations.score import by_score

E = Any


def expect(statistic: E, law: Law) -> Value | None:
    """E[statistic] under a law, or None when no kernel reaches it.

    Raises Undecided when the answer hangs on an order between parameters.
    """
    if statistic not in law.found:
        try:
            law.found[statistic] = _expect(statistic, law)
        except Undecided as order:
            law.found[statistic] = order
        except (
            RecursionError
        ):  # SymPy turns some conditions of a Piecewise over and over; not kept, for it hangs on the depth
            return None
    found: Value | Undecided | None = law.found[statistic]
    if isinstance(found, Undecided):
        raise found
    return found


def _expect(statistic: E, law: Law) -> Value | None:
    return next(filter(None, _ways(statistic, law)), None)


def _ways(statistic: E, law: Law) -> Iterator[Value | None]:
    """The ways to an expectation; each is tried when it is asked for."""
    counting = law.measure == "counting"
    if not statistic.has(law.x) and law.mass:
        yield Value(statistic, rule="normalisation", reason="a constant")
    if counting and (points := law.points()):
        yield _over_points(statistic, law, points)
        return
    if counting and law.low != -sp.oo and (law.apart is not None or statistic.has(sp.Piecewise)):
        yield _with_points(statistic, *(law.apart or (sp.exp(law.log_density.subs(law.x, law.low)), law)))
        return
    moduli = [f for f in sp.Mul.make_args(statistic) if f.has(sp.Abs)]
    if law.measure == "lebesgue" and len(moduli) == 1 and isinstance(moduli[0], (sp.log, sp.Pow)):
        panel, *others = law.panels(sp.S.One)  # a log or a power that is singular inside, not cut there
        yield None if others else on_panel(statistic, panel, law.mass == 1)
    panels = law.panels(statistic)
    yield _by_hinges(statistic, law, panels)
    yield _over(panels, statistic, law)
    if law.kinks and statistic.has(sp.log) and not kinks(statistic, law.x):
        yield _over(law.panels(statistic, unfolded=True), statistic, law)
    if counting and law.mass and (order := recurrences.power(statistic, law.x)):
        yield _by_ratio(law, order)
    if law.mass:
        yield by_score(statistic, law)
    if law.measure == "lebesgue" and statistic.has(sp.cos, sp.sin):
        yield by_continuation(statistic, law, expect)
    if (whole := unfolded(law)) is not None and (even := at_size(statistic, law.x)) is not None:
        yield _on_the_line(expect(even, whole))
    if law.measure == "circle":  # a statistic that is not periodic
        yield _expect(statistic, law.on_the_line)


def _on_the_line(found: Value | None) -> Value | None:
    """The mean of an even statistic of a size, told of the law on the line."""
    return (
        None
        if found is None
        else replace(found, reason=f"{found.reason}; as of the law on the line that is folded at 0")
    )


def _over_points(statistic: E, law: Law, points: Iterable[E]) -> Value | None:
    masses = ((k, sp.exp(law.log_density.subs(law.x, k))) for k in points)
    mean = sp.Add(*(mass * statistic.subs(law.x, k) for k, mass in masses if mass != 0))
    if mean.has(*NO_VALUE):
        return None
    return Value(mean, list(_finite(statistic, law)), "finite support", "the sum over its points")


def _finite(statistic: E, law: Law) -> Iterator[Requirement]:
    """What must hold of letters for a statistic to be finite at each point of a finite support, as far as it is told."""
    if statistic.free_symbols - {law.x}:
        with suppress(Unknown):
            infinite = infinite_masses(statistic, law.x, (law.low, law.high), law.facts)
            yield from (Requirement(sp.Not(there)) for there in dict.fromkeys(there for _, there, _ in infinite))


def _with_points(statistic: E, mass: E, rest: Law) -> Value | None:
    """Under a law on integers with a mass of its own at the first point: what the rest, continued to it, has, and what the first
    points have beyond that, after which the statistic is one expression."""
    x, first = rest.x, rest.low
    for beyond in range(1, MAX_POINTS):
        continued = resolve(statistic, x, first + beyond, rest.high, rest.facts, closed=True)
        if not continued.has(sp.Piecewise):
            break
        if not rest.facts.decide(first + beyond <= rest.high):  # there may be no such point
            return None
    else:
        return None
    points = [first + i for i in range(beyond)]
    values = [(statistic.subs(x, k), continued.subs(x, k)) for k in points]
    known = not any(v.has(*NO_VALUE) for pair in values for v in pair)
    nothing = Value(sp.S.Zero, rule="finite support", reason="it is 0 beyond its first points")
    found = None if not known else nothing if continued == 0 else _expect(continued, rest)
    if found is None:
        return None
    more = sp.S.Zero
    for k, (there, instead) in zip(points, values, strict=True):
        if k == first and instead == 0:  # where the rest, continued to it, may have no value
            more += there * mass
            continue
        replaced = exponential(expand_logs(rest.log_density.subs(x, k), x))
        own = mass if k == first else replaced
        more += there * (own - replaced) if there == instead else there * own - instead * replaced
    return replace(found, expr=found.expr + more, reason=f"{found.reason}; and at {', '.join(map(str, points))}")


def _by_ratio(law: Law, order: int) -> Value | None:
    """A moment of a law on integers, from the ratio of neighbouring probabilities."""
    if (found := recurrences.moment(law, order)) is None:
        return None
    mean, finite = found
    finite = law.facts.cleared(finite)
    holds = law.facts.decide(finite)
    requirements = [] if holds is True else [Requirement(finite)]
    return Value(
        sp.nan if holds is False else mean, requirements, "ratio of probabilities", "the Ord recurrence of moments"
    )


def _over(panels: list[Panel], statistic: E, law: Law) -> Value | None:
    """The sum over stretches."""
    total = Value(sp.S.Zero)
    single = len(panels) == 1 and law.mass == 1
    for i, panel in enumerate(panels):
        piece = _resolved(statistic, panel)
        value = on_panel(piece, panel, single)
        if value is None and law.mass and not kinks(piece, law.x):
            value = _as_rest(piece, law, panel, panels[max(0, i - 1) : i + 2])
        if value is None:
            return None
        total = total.plus(value)
    return total


def _resolved(statistic: E, panel: Panel) -> E:
    return resolve(statistic, panel.x, panel.low, panel.high, panel.facts, panel.measure == "counting")


def _by_hinges(statistic: E, law: Law, panels: list[Panel]) -> Value | None:
    """Of a statistic that is one polynomial after another, under a density with kinks of its own: one of them everywhere,
    and beyond each change, out to the end, by how much they differ there.

    Shorter than the sum over stretches, in which much cancels; only where nothing can diverge. A density
    without kinks has no need of it, unless it is a polynomial too.
    """
    pieces = [_resolved(statistic, panel) for panel in panels]
    if not law.mass or not all(piece.is_polynomial(law.x) for piece in pieces):
        return None
    changes = [i for i in range(1, len(panels)) if sp.expand(pieces[i] - pieces[i - 1]) != 0]
    smooth = len(changes) == len(panels) - 1
    if not changes or smooth and not sp.exp(law.log_density).is_polynomial(law.x):
        return None

    def beyond(base: int) -> list[tuple[E, list[Panel]]]:
        """The differences, with the stretches on which they count."""
        above = [(pieces[i] - pieces[i - 1], panels[i:]) for i in changes if i > base]
        return above + [(pieces[i - 1] - pieces[i], panels[:i]) for i in changes if i <= base]

    def stretches(base: int) -> int:
        return sum(len(on) for _, on in beyond(base))

    base = min((0, *changes), key=stretches)
    found = [expect(pieces[base], law)]
    for difference, on in beyond(base):
        values = [on_panel(sp.factor(difference), panel, False) for panel in on]
        found.append(reduce(Value.plus, filter(None, values)) if all(values) else None)
    if not all(value is not None and not value.requirements for value in found):
        return None
    return reduce(Value.plus, (replace(value, expr=tidy(value.expr)) for value in found if value is not None))


def _as_rest(piece: E, law: Law, panel: Panel, near: list[Panel]) -> Value | None:
    """The part of an expectation on one stretch: that on it and the next one, less that on the next.

    Where the density has no kink between the two.
    """
    for other in near:
        low, high = (panel.low, other.high) if other.low == panel.high else (other.low, panel.high)
        between = panel.high if other.low == panel.high else panel.low
        if other is panel or any(is_zero(between - kink) for kink in law.kinks):
            continue
        if (low, high) == (law.low, law.high):
            whole = expect(piece, law)
        else:
            whole = on_panel(piece, law.panel(low, high), False)
        rest = None if whole is None else on_panel(piece, other, False)
        if whole is not None and rest is not None:
            minus = replace(rest, expr=-rest.expr)
            return replace(minus.plus(whole), reason=f"{rest.reason or whole.reason}; the whole less the other stretch")
    return None


def statistics(expression: E, x: sp.Symbol) -> Iterator[tuple[E, E]]:
    """The additive terms of an expression in x as (coefficient, statistic), like ones merged, constant first."""
    constant, parts = linear_form(sp.expand(expression, **ONLY_PRODUCTS), x)
    if constant != 0:
        yield constant, sp.S.One
    for statistic, coefficient in parts.items():
        yield coefficient, statistic


__all__ = ["Law", "Requirement", "Undecided", "Value", "expect", "kinks", "resolve", "statistics"]
