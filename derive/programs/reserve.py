"""The definition in reserve: by quadrature, where the terms of a closed formula cancel so far that little is left of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from derive.programs.definition import ROUNDING
from derive.programs.functions import Block
from derive.programs.program import GREATEST, Branch, Program, own
from derive.programs.rounding import rounding

DEFINITION_BELOW = sp.Rational(1, 256)
"""A closed formula below this share of the bound on its error, in units of rounding, is not believed."""
BELIEVED = sp.Rational(1, 1024)
"""The same for the definition: that is 1e-13."""


def supported(one: Program, definition: Program) -> Program:
    """A program, and the definition by quadrature where the terms of its closed formula cancel and nothing else helped."""
    # what the closed formula shares with it is there; the rest is computed where the definition is taken
    last, own_shared = definition.branches[-1].block, dict[Any, Any]()
    for name, e in definition.shared:
        if (name, e) not in one.shared or e.free_symbols & own_shared.keys():
            own_shared[name] = e
    by_rule = Block((*own_shared.items(), *last.statements), last.result)
    branches = tuple(b if b.block.result.is_number else _supported(b, i, by_rule) for i, b in enumerate(one.branches))
    return replace(
        one,
        branches=branches,
        parts=(*one.parts, *definition.parts),
        form=f"{one.form}, and the definition by quadrature where terms cancel still",
        note="Where the terms of the formula cancel, the definition is taken, by quadrature.",
    )


def _supported(branch: Branch, index: int, by_rule: Block) -> Branch:
    value = own("settled", index)
    computed = (*branch.block.statements, (value, branch.block.result))
    rounded, bounds = rounding(computed)
    if value not in bounds:
        return branch
    # written so that nan, which compares to nothing, is neither left standing nor taken
    bound = bounds[value]
    stands = sp.And(sp.Abs(value) >= DEFINITION_BELOW * bound, sp.Abs(value) < GREATEST)
    named = {name: own(f"{name}_by_rule", index) for name, _ in by_rule.statements}
    sums = tuple(
        (named[name], sp.Piecewise((sp.S.Zero, stands), (e.xreplace(named), True), evaluate=False))
        for name, e in by_rule.statements
    )
    rule = own("by_rule", index)
    asked = sp.Piecewise((value, stands), (by_rule.result.xreplace(named), True), evaluate=False)
    # neither may be right to all digits: then the one that is nearer
    nearer = sp.Or(sp.Abs(rule) >= BELIEVED * named[ROUNDING], named[ROUNDING] <= bound)
    taken = sp.And(nearer, sp.Abs(rule) < GREATEST)
    is_number = sp.Or(value < 1, value > -1)  # nan compares to nothing, and then the rule is all there is
    arms = (value, sp.Abs(rule - value) > bound), (rule, taken), (value, is_number), (rule, True)
    found = sp.Piecewise(*arms, evaluate=False)
    block = Block((*computed, *rounded, *sums, (rule, asked)), found).needed()
    return Branch(branch.condition, block, tried=next(name for name, _ in block.statements if name in named.values()))
