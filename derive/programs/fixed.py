"""What the terms of a sum have in common at all nodes: functions of parameters alone, which are computed once."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import sympy as sp
from sympy.utilities.iterables import sift

from derive.programs.gauss import RuleSum

E = Any


class Fixed:
    """Names for what does not depend on the node.

    >>> t, a, b = sp.symbols("t a b", positive=True)
    >>> fixed = Fixed(("a", "b"))
    >>> fixed.taken_from(sp.loggamma(a) - sp.log(b) - t * sp.log(t / b), {t}, sp.true)
    fixed_1 - t*log(t/b)
    >>> fixed.statements
    ((fixed_1, -log(b) + loggamma(a)),)
    """

    def __init__(self, taken: Iterable[str]):
        self._names = (sp.Symbol(f"fixed_{i}", real=True) for i in itertools.count(1) if f"fixed_{i}" not in taken)
        self._of: dict[E, Any] = {}

    @property
    def statements(self) -> tuple[tuple[Any, E], ...]:
        return tuple((name, e) for e, name in self._of.items())

    def taken_from(self, e: E, moving: set[Any], where: Any) -> E:
        """The expression with names for what of it contains functions, and none of `moving`; needed under a condition."""
        if not e.args or isinstance(e, (sp.Piecewise, RuleSum)) or not isinstance(e, sp.Expr):
            return e
        still, others = (sift(e.args, lambda a: a.has(*moving))[k] for k in (False, True))
        if not others:
            return self._named(e, where)
        left = [self.taken_from(a, moving, where) for a in others]
        if e.is_Add or e.is_Mul:
            return e.func(self._named(e.func(*still), where), *left)
        names = dict(zip(others, left, strict=True))
        return e.func(*(names.get(a) or self._named(a, where) for a in e.args))

    def _named(self, e: E, where: Any) -> E:
        if not e.has(sp.Function):
            return e
        if where.free_symbols & e.free_symbols:
            e = sp.Piecewise((e, where), (sp.S.Zero, True))
        if e not in self._of:
            self._of[e] = next(self._names)
        return self._of[e]


__all__ = ["Fixed"]
