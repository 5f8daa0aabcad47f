"""Conditions by a truth table: over all signs that the differences in them may have."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import Any

import sympy as sp

MOST_DIFFERENCES = 6
"""Differences of which all combinations of signs are tried."""


def contradictory(condition: Any) -> bool:
    """Whether a condition holds for none of the signs that the differences in it may have.

    >>> a, b = sp.symbols("a b", real=True)
    >>> contradictory(((a < b) | (b < 1)) & (a >= b) & ((b > 1) | sp.Eq(b, 1))), contradictory((a < b) | (b < a))
    (True, False)
    """
    table = _Table(condition)
    return table.small and table.where(condition) == 0


def irredundant(condition: Any) -> Any:
    """A condition without the parts that its others imply, or exclude, whatever the signs of the differences in it.

    >>> a, b, c = sp.symbols("a b c", real=True)
    >>> irredundant((c > 0) & ((a <= b) | (a >= b))), irredundant((c > 0) | ((c <= 0) & (a < b)))
    (c > 0, (c > 0) | (a < b))
    """
    if not (condition.has(sp.And) and condition.has(sp.Or)):
        return condition
    table = _Table(condition)
    return table.shortened(condition, table.all) if table.small else condition


class _Table:
    """For a relation, and what is made of such: the combinations of signs where it holds, each a bit of a number."""

    def __init__(self, condition: Any):
        differences: list[Any] = []
        self.read: dict[Any, tuple[int, int]] = {}
        for relation in condition.atoms(sp.core.relational.Relational):
            difference = sp.expand(relation.lhs - relation.rhs)
            turned = -difference in differences
            if not turned and difference not in differences:
                differences.append(difference)
            self.read[relation] = (-1, differences.index(-difference)) if turned else (1, differences.index(difference))
        self.small = len(differences) <= MOST_DIFFERENCES
        count = 3 ** len(differences) if self.small else 0
        self.all = (1 << count) - 1
        self.signed = {
            (i, sign): sum(1 << n for n in range(count) if n // 3**i % 3 == sign + 1)
            for i in range(len(differences))
            for sign in (-1, 0, 1)
        }

    def where(self, condition: Any) -> int:
        """Where a condition holds."""
        if condition in (sp.true, sp.false):
            return self.all if condition == sp.true else 0
        if isinstance(condition, sp.Not):
            return self.all & ~self.where(condition.args[0])
        if isinstance(condition, (sp.And, sp.Or)):
            return reduce(and_ if isinstance(condition, sp.And) else or_, map(self.where, condition.args))
        turn, i = self.read[condition]
        return sum(self.signed[i, sign] for sign in (-1, 0, 1) if condition.func(sp.Integer(turn * sign), 0) == sp.true)

    def shortened(self, condition: Any, within: int) -> Any:
        """What says the same within some combinations, with fewer parts."""
        if not isinstance(condition, (sp.And, sp.Or)):
            return condition
        both = isinstance(condition, sp.And)
        parts = sorted(condition.args, key=lambda c: (-sp.count_ops(c), sp.default_sort_key(c)))
        for part in list(parts):
            rest = self._beside(both, [p for p in parts if p is not part], within)
            place = parts.index(part)
            parts[place] = part = self.shortened(part, rest)
            if rest & self.where(part) == (rest if both else 0):
                del parts[place]
        return condition.func(*parts)

    def _beside(self, both: bool, others: list[Any], within: int) -> int:
        """Where a part of a junction matters beside the others."""
        for other in others:
            within &= self.where(other) if both else ~self.where(other)
        return within


__all__ = ["contradictory", "irredundant"]
