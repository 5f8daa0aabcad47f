"""A formula as a program: named inputs, statements, branches; what every target prints."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

import sympy as sp

from derive.derivation.formula import Case, Formula
from derive.programs.functions import Block, Helper


class CodeError(ValueError):
    """There is no program: the formula is not closed, or a target lacks a function."""


@dataclass(frozen=True)
class Input:
    """A parameter: its symbol, what it must be, what it is, and the condition to check."""

    symbol: Any
    phrase: str
    meaning: str
    bounds: tuple[Any, ...]

    @property
    def name(self) -> str:
        return str(self.symbol.name)


@dataclass(frozen=True)
class Branch:
    """Statements and a value, where a condition holds.

    tried   the name of the statement before which a division by what is rounded to 0 is no error, but leaves no value
    """

    condition: Any
    block: Block
    tried: Any = None


GREATEST = sp.Float("1e300", 17)
"""A size from which on a value is taken for one that overflowed."""
HOLDS = 1e-9
"""A relative error beyond which a program is said not to hold."""


@dataclass(frozen=True)
class Program:
    """Inputs, the statements that all branches share, and the branches; the last is what remains.

    name      of the function
    title     the quantity and the members, in words
    formula   the formula, as text
    parts     functions of its own
    note      what has to be said of how it is computed
    accuracy  what was measured; "" before
    lost      the largest relative error measured that the rounding of the inputs does not explain
    form      which way of writing it was taken
    term      the program of one category, where the inputs are vectors and the value is the sum over theirs
    """

    name: str
    title: str
    formula: str
    inputs: tuple[Input, ...]
    shared: tuple[tuple[Any, Any], ...]
    branches: tuple[Branch, ...]
    constraints: tuple[Any, ...] = ()
    parts: tuple[Helper, ...] = ()
    form: str = ""
    note: str = ""
    accuracy: str = ""
    lost: float = 0.0
    cases: tuple[Case, ...] = field(default=(), repr=False)
    term: Program | None = None

    def measured(self, accuracy: str, lost: float = 0.0) -> Program:
        """The same program, with its accuracy in its documentation."""
        return replace(self, accuracy=accuracy, lost=lost)

    @property
    def holds(self) -> bool:
        """Whether it is right to HOLDS wherever it was measured."""
        return self.lost <= HOLDS

    def own_names(self) -> set[str]:
        """What its statements give names to where parameters are seen: no parameter may be called so."""
        blocks = (b.block for b in self.branches)
        names = {str(name) for name, _ in chain(self.shared, *(b.statements for b in blocks))}
        for part in self.parts:
            names |= {str(name) for name, _ in part.block.statements} & set(map(str, part.arguments))
        return names

    def not_below_zero(self) -> Program:
        """The same program, its values below 0 replaced by 0, which is nearer to what is not negative."""
        branches = (
            b if b.block.result.is_number else replace(b, block=_floored(b.block, own("value", i)))
            for i, b in enumerate(self.branches)
        )
        return replace(self, branches=tuple(branches), form=f"{self.form}, not below 0")


def own(name: str, branch: int) -> Any:
    """A variable of a branch; where there are arrays, the statements of all branches stand in one function."""
    return sp.Symbol(f"{name}_{branch + 1}" if branch else name, real=True)


def _floored(block: Block, value: Any) -> Block:
    """A block that gives 0 for what is below; not by max(), for which some languages have nan below 0."""
    result = sp.Piecewise((sp.S.Zero, value < 0), (value, True), evaluate=False)
    return Block((*block.statements, (value, block.result)), result)


SHORT = {"entropy": "entropy", "cross_entropy": "cross_entropy", "kl_divergence": "kl"}
WORDS = {"entropy": "Entropy H(p)", "cross_entropy": "Cross-entropy CE(p, q)", "kl_divergence": "Divergence KL(p, q)"}


def member_names(formula: Formula) -> str:
    """The quantity and its members, short."""
    return f"{SHORT.get(formula.quantity, formula.quantity)} of {' and '.join(map(str, formula.distributions)) or 'a sample'}"


def title(formula: Formula) -> str:
    """The quantity, of what, and in which unit."""
    members = ", ".join(map(str, formula.distributions)) or "a sample"
    if formula.statistic is not None:
        return (
            f"Expectation of {formula.statistic} under {members}" if formula.distributions else f"Mean over {members}"
        )
    of_order = f" of order {formula.order}" if formula.quantity.startswith(("renyi", "tsallis")) else ""
    unit = f", in {formula.unit}" if formula.unit else ""
    return f"{WORDS.get(formula.quantity, formula.quantity)}{of_order} of {members}{unit}"


def own_symbols(formula: Formula) -> list[Any]:
    """The symbols of a formula that are no parameters of its members: of a statistic, an order, an expression for a parameter."""
    parameters = {v for p in formula.distributions for v in p.values}
    return [s for s in formula.symbols.values() if s not in parameters]
