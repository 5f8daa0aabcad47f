"""Choices over arrays: a block with a condition as two blocks without it, each to be evaluated where it is taken only.

What keeps a branch finite where it is not taken (`near`, x or else 0) is then not needed, and gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.programs.functions import Block
from derive.programs.gauss import RuleSum, node
from derive.programs.printing import called

E = Any
Statements = tuple[tuple[Any, Any], ...]

CALL, SPECIAL, SUM = 10, 50, 100
"""What an elementary function, any other and a sum over a rule cost, in additions."""
ELEMENTARY = frozenset("log exp log1p expm1 sqrt sin cos tan sinh cosh tanh atan".split())
WORTH, CHEAP = 10, 14
"""Operations that a mask must be able to save; and up to which a value is sooner computed everywhere than gathered."""


@dataclass(frozen=True)
class Half:
    """What is computed where a condition holds, or where it does not.

    given  the values that it takes, name -> what is passed
    """

    holds: bool
    block: Block
    given: Statements

    @property
    def plain(self) -> bool:
        """Whether it may be computed everywhere: it needs no guard, and little time."""
        return (
            all(name == value for name, value in self.given) and not self.block.statements and cost(self.block) <= CHEAP
        )


@dataclass(frozen=True)
class Halves:
    """A block as statements that are shared, a condition, and what follows where it holds and where it does not.

    The half that takes less comes first.
    """

    shared: Statements
    condition: Any
    sides: tuple[Half, Half]


def halves(block: Block) -> Halves | None:
    """A block parted by the condition that saves most; None where no condition is worth a mask."""
    conditions = dict.fromkeys(
        p.args[0][1]
        for e in (block.result, *(v for _, v in block.statements))
        for p in sp.preorder_traversal(e)
        if isinstance(p, sp.Piecewise)
    )
    saved, found = max((_parted(block, c) for c in conditions), key=lambda f: f[0], default=(0, None))
    return found if saved >= WORTH else None


def _parted(block: Block, condition: Any) -> tuple[int, Halves]:
    """What the cheaper half is cheaper by than both together, and the halves."""
    needed = set(condition.free_symbols)
    for name, value in reversed(block.statements):
        needed |= value.free_symbols if name in needed else set()
    shared = tuple(s for s in block.statements if s[0] in needed)
    inside = Block(tuple(s for s in block.statements if s[0] not in needed), block.result)
    sides = sorted((_half(inside, condition, holds) for holds in (True, False)), key=lambda h: cost(h.block))
    return cost(inside) - cost(sides[0].block), Halves(shared, condition, (sides[0], sides[1]))


def _half(block: Block, condition: Any, holds: bool) -> Half:
    """What a block is where it is known whether the condition holds, without the statements that it does not need there."""
    told = sp.sympify(holds)
    known = {condition: told, sp.Not(condition): sp.Not(told)}
    if isinstance(condition, sp.Rel):  # whichever way round it is written
        known |= {condition.reversed: told, sp.Not(condition).reversed: sp.Not(told)}
    result, statements = block.result.xreplace(known), []
    free = set(result.free_symbols) - {node}
    own = {name for name, _ in block.statements}
    given = {}
    for name, value in reversed(block.statements):
        if name not in free:
            continue
        free.remove(name)
        value = value.xreplace(known)
        if value.is_Symbol and value not in own:
            given[name] = value
        else:
            statements.append((name, value))
            free |= value.free_symbols - {node}
    given |= {s: s for s in free}
    return Half(holds, Block(tuple(reversed(statements)), result), tuple(sorted(given.items(), key=str)))


MOST_NESTED = 2
"""Choices of sums that are made one inside another; of more, all combinations would be written out."""


def alone(block: Block) -> list[Any]:
    """The sums of a block that are 0 unless a condition holds, if these are too many conditions to be nested: each is a choice by itself.

    >>> from derive.programs.gauss import GaussSum
    >>> x, y = sp.symbols("x y")
    >>> choices = [sp.Piecewise((GaussSum(3, lambda t: sp.exp(t*x)), y > k), (0, True)) for k in range(3)]
    >>> len(alone(Block((), sp.Add(*choices)))), alone(Block((), sp.Add(*choices[:2])))
    (3, [])
    """
    choices = dict.fromkeys(p for e in (*(v for _, v in block.statements), block.result) for p in _outermost(e))
    found = [p for p in choices if len(p.args) == 2 and p.args[1][0] == 0 and isinstance(p.args[0][0], RuleSum)]
    return found if len({p.args[0][1] for p in found}) > MOST_NESTED else []


def _outermost(e: E) -> Iterator[E]:
    """The choices in an expression that are in no other."""
    if isinstance(e, sp.Piecewise):
        yield e
    else:
        for a in e.args:
            yield from _outermost(a)


def cost(block: Block) -> int:
    """About how many additions a block takes.

    >>> x = sp.Symbol("x")
    >>> cost(Block((), sp.log(x) + 1))
    12
    """
    values = [*(v for _, v in block.statements), block.result]
    calls = (f for e in values for f in e.atoms(sp.Function) - e.atoms(sp.Piecewise, sp.Abs))
    sums = SUM * sum(len(e.atoms(RuleSum)) for e in values)
    return (
        sums
        + sum(CALL if called(f) in ELEMENTARY else SPECIAL for f in calls)
        + sum(int(e.count_ops()) for e in values)
    )
