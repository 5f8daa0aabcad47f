"""A location and a scale of a law, in which it has no parameters of its own left."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.algebra.normal import is_zero
from derive.families.family import Distribution

E = Any


def frame(p: Distribution, arm: E | None = None) -> tuple[E, E]:
    """(m, s), parameters or 0 and 1, such that the law of (x − m)/s does not depend on them.

    arm   what log p is on a part of the line: there its shape, and not its height, is not to depend on them

    >>> from derive import catalog
    >>> frame(catalog.Gamma("k", "theta")), frame(catalog.Laplace("m", "b"))
    ((0, theta), (m, b))
    """
    z = sp.Dummy("z", positive=p.support[0] == 0, real=True)
    symbols = [v for v in p.values if isinstance(v, sp.Symbol) and not v.is_integer]
    centres = (
        [v for v in symbols if not v.is_positive] if not p.support[0].is_number or p.support[0].is_infinite else []
    )
    scales = [f for v in symbols if v.is_positive for f in (v, 1 / v)]
    for m in (*centres, sp.S.Zero):
        for s in (*scales, sp.S.One):
            placed = (arm or p.log_density).subs(p.variable, m + s * z) + sp.log(s)
            placed = placed if arm is None else sp.diff(placed, z)
            own = m.free_symbols | s.free_symbols
            if own and all(is_zero(sp.expand_log(sp.diff(placed, v), force=True)) for v in own):
                return m, s
    return sp.S.Zero, sp.S.One
