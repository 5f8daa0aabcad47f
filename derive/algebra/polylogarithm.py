"""Polylogarithms that are written down without a proof that their argument is not 1.

SymPy asks that of every new one by simplifying its argument, which takes longer than all that is done with it: up to a
third of the time of formulas with dilogarithms. Of an argument with letters that is 1 only after simplifying, the function stays.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

by_simplifying = sp.polylog.eval


def by_sight(cls: Any, s: Any, z: Any) -> Any:
    """The value of a polylogarithm that SymPy knows at once, or None.

    >>> a, b = sp.symbols("a b", positive=True)
    >>> sp.polylog(2, -1), sp.polylog(0, a), sp.polylog(2, a/b).subs(a, b)
    (-pi**2/12, a/(1 - a), pi**2/6)
    """
    if z.free_symbols and s.is_positive and not z.has(sp.exp_polar, sp.polar_lift):
        return sp.S.Zero if z.is_zero else None
    return by_simplifying(s, z)


def install() -> None:
    """Let SymPy write polylogarithms so, wherever it does."""
    sp.polylog.eval = classmethod(by_sight)
