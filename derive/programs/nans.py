"""Which inputs make a value nan where they are nan, whatever way a program takes: for the others it has to ask.

No comparison with nan holds, so that what stands under one is not taken; and a power may forget either of its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Any

import sympy as sp

from derive.programs.functions import HELPERS, Block, Helper
from derive.programs.gauss import RuleSum
from derive.programs.program import Input, Program

E = Any


def forgotten(program: Program) -> list[Input]:
    """The inputs that may be nan where the value is not."""
    parts = _Parts(program.parts)
    return [i for i in program.inputs if not parts.carried(program, i.symbol)]


class _Parts:
    """What a function does with nan, by its arguments that are; each is asked once."""

    def __init__(self, own: Iterable[Helper]):
        self.helpers = {**HELPERS, **{h.name: h for h in own}}
        self.known: dict[tuple[str, tuple[bool, ...]], bool] = {}

    def carried(self, program: Program, symbol: Any) -> bool:
        lost = self._after(program.shared, {symbol})
        *under, (_, last) = ((b.condition, b.block) for b in program.branches)
        taken = [*(block for condition, block in under if not self.fails(condition, lost)), last]
        return all(self.block(block, lost) for block in taken)

    def block(self, block: Block, lost: Set[Any]) -> bool:
        return self.nan(block.result, self._after(block.statements, lost))

    def _after(self, statements: Iterable[tuple[Any, E]], lost: Set[Any]) -> Set[Any]:
        found = set(lost)
        for name, value in statements:
            if self.nan(value, found):
                found.add(name)
        return found

    def fails(self, condition: Any, lost: Set[Any]) -> bool:
        """Whether a condition does not hold, because it compares what is nan."""
        if isinstance(condition, sp.And):
            return any(self.fails(c, lost) for c in condition.args)
        if isinstance(condition, sp.Or):
            return all(self.fails(c, lost) for c in condition.args)
        compares = isinstance(condition, sp.core.relational.Relational) and not isinstance(condition, sp.Ne)
        return compares and any(self.nan(side, lost) for side in condition.args)

    def nan(self, e: E, lost: Set[Any]) -> bool:
        """Whether a value is nan, where some of its symbols are."""
        if not e.free_symbols & lost:
            return False
        if e.is_Symbol:
            return True
        if isinstance(e, sp.Piecewise):
            return all(self.nan(value, lost) for value, condition in e.args if not self.fails(condition, lost))
        if isinstance(e, RuleSum):
            return self.nan(e.body, lost)
        if isinstance(e, (sp.Max, sp.Min)):  # in some languages what is no number loses
            return False
        if e.is_Pow and not isinstance(e, sp.exp):
            base, power = e.as_base_exp()
            return self._power(base, power, lost)
        name = type(e).__name__
        if name in self.helpers:
            return self._helper(name, tuple(self.nan(a, lost) for a in e.args))
        return any(self.nan(a, lost) for a in e.args)

    def _power(self, base: E, power: E, lost: Set[Any]) -> bool:
        """nan to a number other than 0, or a number other than 1 to nan."""
        return self.nan(base, lost) if power.is_number else bool(base.is_number) and self.nan(power, lost)

    def _helper(self, name: str, lost: tuple[bool, ...]) -> bool:
        if (name, lost) not in self.known:
            helper = self.helpers[name]
            arguments = zip(helper.arguments, lost, strict=True)
            self.known[name, lost] = self.block(helper.block, {a for a, is_nan in arguments if is_nan})
        return self.known[name, lost]
