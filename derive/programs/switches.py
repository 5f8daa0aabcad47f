"""Two ways to compute a value in one program, and how it sees which of them to believe: by the sizes of their terms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from derive.programs import remainder
from derive.programs.exponentials import magnitude
from derive.programs.functions import Block
from derive.programs.program import GREATEST, Branch, Program, own
from derive.programs.remainder import Expansion
from derive.programs.steps import Steps

E = Any

OTHER_WAY_BELOW = sp.Rational(1, 64)
"""A value below this share of the sum of its terms' sizes has lost six bits, and another way to write it is asked."""


def either(one: Program, other: Program) -> Program:
    """Two ways to write a formula as one: where the terms of the first cancel that whose terms are smaller, for they are
    worth the same."""
    other = _apart_from(other, dict(one.shared))
    branches = tuple(
        a if a.block == b.block or a.block.result.is_infinite else _smaller(a, b, i)
        for i, (a, b) in enumerate(zip(one.branches, other.branches, strict=True))
    )
    shared = {**dict(one.shared), **dict(other.shared)}
    return replace(
        one,
        branches=branches,
        shared=tuple(shared.items()),
        form=f"{one.form}, or {other.form}, where its terms are smaller",
    )


def _apart_from(one: Program, given: dict[Any, E]) -> Program:
    """A program with other names for what it computes of its inputs, where that is something else than what is given:
    differences in the unit of a scale, and without."""
    moved: dict[Any, Any] = {}
    for name, e in one.shared:
        if given.get(name, e.xreplace(moved)) != e.xreplace(moved):
            moved[name] = sp.Symbol(f"{name}_again", **name.assumptions0)
    blocks = [
        Block(tuple((name, e.xreplace(moved)) for name, e in b.block.statements), b.block.result.xreplace(moved))
        for b in one.branches
    ]
    return replace(
        one,
        branches=tuple(Branch(b.condition, block) for b, block in zip(one.branches, blocks, strict=True)),
        shared=tuple((moved.get(name, name), e.xreplace(moved)) for name, e in one.shared),
    )


def _smaller(one: Branch, other: Branch, index: int) -> Branch:
    here, direct, size = _sized(one.block, index, deep=True)
    there, *ends = _sized(other.block, index, deep=True)
    named = {name: sp.Symbol(f"{name}_other", real=True) for name, _ in there}
    moved = tuple((named[name], e.xreplace(named)) for name, e in there)
    second, bulk = (e.xreplace(named) for e in ends)
    stands = sp.And(sp.Abs(direct) >= OTHER_WAY_BELOW * size, sp.Abs(direct) < GREATEST)
    value = sp.Piecewise((direct, stands), (second, bulk < size), (direct, True), evaluate=False)
    return Branch(one.condition, Block((*here, *moved), value))


def _sized(block: Block, index: int, deep: bool = False) -> tuple[tuple[tuple[Any, Any], ...], Any, Any]:
    """Statements for a sum and for the sum of the sizes of its terms, and the names of both; `deep` where the sums that are
    factors of a term cancel too."""
    direct, size = own("closed_form", index), own("sum_of_sizes", index)
    numbers: dict[E, E] = {}  # PyTorch's abs takes no floats
    for name, e in block.statements:
        if not (known := e.xreplace(numbers)).free_symbols:
            numbers[name] = known
    result = [t.xreplace(numbers) for t in sp.Add.make_args(block.result)]
    calls = dict.fromkeys(f for t in result for f in sp.Mul.make_args(t) if deep and isinstance(f, sp.Function))
    called = {f: own(f"part{i}", index) for i, f in enumerate(f for f in calls if f.free_symbols)}
    terms = [(own(f"term{i}", index), t.xreplace(called)) for i, t in enumerate(result)]
    named = [(name, t) for name, t in terms if t.free_symbols]
    parts = [*(name for name, _ in named), *(t for _, t in terms if not t.free_symbols)]
    inside = {name: e.xreplace(numbers) for name, e in block.statements if e.is_Add}
    sizes = [_size(t, inside) if deep and _cancels(t, inside) else sp.Abs(name) for name, t in named]
    sums = (direct, sp.Add(*parts)), (size, sp.Add(*sizes, *map(sp.Abs, parts[len(named) :])))
    return (*block.statements, *((name, f) for f, name in called.items()), *named, *sums), direct, size


def _cancels(term: E, inside: dict[Any, E]) -> bool:
    """Whether a factor of a product is a sum, also one that has a name."""
    return any(inside.get(f, f).is_Add for f in sp.Mul.make_args(term))


def _size(term: E, inside: dict[Any, E]) -> E:
    """The size of a product, sums in it by the sizes of their terms, also those that have names."""
    factors = (inside.get(f, f) if f.is_Symbol else f for f in sp.Mul.make_args(term))
    return sp.Mul(*(sp.Add(*map(magnitude, f.args)) if f.is_Add else magnitude(f) for f in factors))


def switched(branch: Branch, index: int, expansion: Expansion, steps: Steps) -> Branch:
    computed, direct, size = _sized(branch.block, index, expansion.reach != sp.true)
    other = own("near_form", index)
    close = sp.And(sp.Abs(direct) < remainder.REMAINDER_BELOW * size, expansion.reach)
    # where it is not taken the integral is evaluated at q = p, so that arrays meet no overflow in it
    safe = {d: own(f"s{d.name[1:]}", index) for d in steps.names.values()}
    statements = (
        *computed,
        *((s, sp.Piecewise((d, close), (sp.S.Zero, True))) for d, s in safe.items()),
        (
            other,
            sp.Piecewise((expansion.value(safe), close), (direct, True), evaluate=False),
        ),
    )
    # two ways that differ by more than the rounding of the first: the segment was too long for the rule
    value = sp.Piecewise((other, sp.Abs(other - direct) <= remainder.AGREES * size), (direct, True), evaluate=False)
    return Branch(branch.condition, Block(statements, value))
