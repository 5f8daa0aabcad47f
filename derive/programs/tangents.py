"""A log-ratio by logs of 1 + w less what they are at small w: where that is nearly all of them, as in powers of many degrees of freedom."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.programs import rewriting
from derive.programs.functions.elementary import log1pmx_to
from derive.programs.steps import Steps

E = Any


def by_tangents(log_q: E, x: Any, steps: Steps) -> tuple[E, E] | None:
    """log q − log p with logs of 1 + w, w ≥ 0, less what they are where w is small, and its constant; None if there are none.

    c′ log(1 + w′) − c log(1 + w) = c′ log1pmx(r − 1) − (c′ − c) log1pmx(−v) + c′ (r − 1) + (c′ − c) v, where r is the ratio
    of 1 + w′ and 1 + w, and v = w/(1 + w). The last two terms are rational, and what cancels in them does so by algebra:
    where c is large and w small, as for Student laws of many degrees of freedom, that is nearly all.
    """

    def terms(e: E) -> tuple[E, ...]:
        return sp.Add.make_args(sp.expand(e, log=False, func=False, power_base=False, power_exp=False))

    plain = sp.Add(*terms(log_q))
    rises = sorted((f for f in plain.atoms(sp.log) if _of_rise(f, x)), key=sp.default_sort_key)
    names = {f: sp.Dummy(f"log_{i}") for i, f in enumerate(rises)}
    if not names:
        return None
    kept = linear = sp.S.Zero
    others = terms(plain.xreplace(names))
    for f, name in names.items():
        c, high, low = sp.Add(*(t / name for t in others if t.has(name))), f.args[0], steps.at_base(f.args[0])
        others = tuple(t for t in others if not t.has(name))
        ratio, fall, more = sp.factor(high / low), sp.factor(1 - 1 / low), c - steps.at_base(c)
        kept += c * log1pmx_to(steps.difference(ratio - 1), ratio) - steps.difference(more) * log1pmx_to(-fall, 1 / low)
        linear += c * (ratio - 1) + more * fall
    here, constant = (
        rewriting.differences(rest - steps.at_base(rest), steps, rewriting.ALONE, linear=True)
        for rest in (sp.Add(*(t for t in others if t.has(x) is wanted)) for wanted in (True, False))
    )
    return kept + steps.difference(linear) + here, constant


def _of_rise(f: E, x: Any) -> bool:
    """Whether it is the log of 1 and something rational that is not below 0 and depends on x."""
    one, rest = f.args[0].as_coeff_Add()
    return bool(one == 1 and rest.has(x) and rest.is_rational_function() and sp.factor(rest).is_nonnegative)


__all__ = ["by_tangents"]
