"""E[s(⌊cX⌋)] of a law on (0, ∞) without a memory: under the law of the whole part.

P(⌊cX⌋ ≥ n) = P(X ≥ n/c). Where the ratio of that for n + 1 and for n does not depend on n, the whole part is geometric.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sympy as sp

from derive.algebra.tidy import tidy
from derive.derivation.cases import settled
from derive.derivation.formula import Case, Formula, Step
from derive.families.family import Distribution
from derive.writing.notation import Expect

E = Any
Mean = Callable[[E, Distribution], Formula]


def of_whole_part(statistic: E, p: Distribution, mean: Mean) -> Formula | None:
    """The mean of a statistic that has one whole part, and a part without it; None where that is not of this kind, or not closed."""
    x, wholes = p.variable, [f for f in statistic.atoms(sp.floor) if f.has(p.variable)]
    if len(wholes) != 1 or p.measure != "lebesgue" or p.support != (0, sp.oo):
        return None
    rest, own = statistic.as_independent(wholes[0], as_Add=True)
    law = _law_of_whole_part(p, wholes[0].args[0] / x, mean)
    if law is None or own.xreplace({wholes[0]: law.variable}).has(x):
        return None
    counted = own.xreplace({wholes[0]: law.variable})
    found = mean(counted, law)
    if not settled(found.cases):
        return None
    before = Step(
        Expect(own), Expect(counted), "whole part", f"it is geometric: p({law.variable}) = {sp.exp(law.log_density)}"
    )
    if rest == 0:
        return replace(found, distributions=(p,), steps=(before, *found.steps))
    other = mean(rest, p)
    if not (found.form == other.form == "closed"):
        return None
    total = tidy(found.expr + other.expr)
    last = Step(Expect(statistic), total, "linearity", "sum and collect")
    return replace(other, cases=(Case(sp.true, total, "closed"),), steps=(*other.steps, before, *found.steps, last))


def _law_of_whole_part(p: Distribution, scale: E, mean: Mean) -> Distribution | None:
    """The law of ⌊cX⌋ where it is geometric; None where it is not, or c is no positive number."""
    if not (scale.is_number and scale.is_positive):
        return None
    family, t = p.family, sp.Dummy("t", positive=True)
    generic = Distribution(family, family.definition.symbols)
    beyond = mean(sp.Piecewise((0, p.variable < t), (1, True)), generic)
    if beyond.form != "closed":
        return None
    ratio = sp.simplify(beyond.expr.subs(t, t + 1 / scale) / beyond.expr)
    if ratio.has(t):
        return None
    letter = next(c for c in ("n", "m", "j", "i") if c not in {param.name for param in family.params})
    n = sp.Symbol(letter, integer=True)
    density = n * sp.expand_log(sp.log(ratio)) + sp.log(1 - ratio)
    whole = replace(
        family,
        support=(sp.S.Zero, sp.oo),
        log_density=density,
        measure="counting",
        variable=letter,
        aliases=(),
        base=None,
    )
    return Distribution(whole, p.values)


__all__ = ["of_whole_part"]
