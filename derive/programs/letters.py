"""A divergence of members at numbers or expressions as that of any two members of one family, in which differences stand.

KL(Normal(m, s)‖Normal(0, 1)) says nothing of the differences 0 − m and 1 − s, and KL(Exponential(λ)‖Gamma(k, θ)) nothing
of k − 1 and θ − 1/λ. With letters for the numbers, and Gamma(1, 1/λ) for Exponential(λ), the formula is one of two members of a
family; its programs are taken, and given the numbers and expressions afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import permutations
from typing import Any

import sympy as sp
from sympy.codegen.cfunctions import expm1
from sympy.core.function import AppliedUndef

from derive.derivation.formula import Formula
from derive.derivation.quantities import kl_divergence
from derive.families.facts import Facts, facts_of
from derive.families.family import Distribution
from derive.families.membership import as_member
from derive.programs.functions import Block
from derive.programs.functions.stable import Stable
from derive.programs.gauss import RuleSum
from derive.programs.program import Branch, Program

E = Any


@lru_cache(maxsize=512)
def of_one_family(formula: Formula) -> tuple[Distribution, Distribution] | None:
    """The two members of a divergence as members of one family; None where they are not seen to be.

    >>> from derive import catalog
    >>> of_one_family(kl_divergence(catalog.Exponential("a"), catalog.Gamma("k", "theta")))
    (Gamma(1, 1/a), Gamma(k, theta))
    """
    if len(formula.distributions) != 2:
        return None
    p, q = formula.distributions
    if p.family.definition == q.family.definition:
        return p, q
    if (one := as_member(p, q.family)) is not None:
        return one, q
    other = as_member(q, p.family)
    return (p, other) if other is not None else None


def lettered(formula: Formula) -> tuple[Formula, dict[Any, E]] | None:
    """(the divergence of two members with letters for numbers and expressions, what the letters stand for); None where
    there are none, or it does not say more than the formula itself."""
    members = of_one_family(formula) if formula.quantity == "kl_divergence" else None
    if members is None:
        return None
    stands: dict[Any, E] = {}
    values: tuple[list[E], list[E]] = ([], [])
    for param, *own in zip(members[0].family.params, *(m.values for m in members), strict=True):
        for i, value in enumerate(own):
            if (not value.is_Symbol or value in values[i]) and own[0] != own[1]:
                letter = replace(param, name=_fresh(f"{param.name}_{i + 1}", formula.symbols)).symbol
                stands[letter], value = value, letter
            values[i].append(value)
    if not stands:
        return None
    general = kl_divergence(*(Distribution(m.family, tuple(v)) for m, v in zip(members, values, strict=True)))
    return general, stands


def _fresh(name: str, taken: Any) -> str:
    while name in taken:
        name += "_"
    return name


def placed(one: Program, stands: dict[Any, E], formula: Formula, skeleton: Program) -> Program:
    """A program of the divergence with letters as one of the formula itself, whose name and inputs the skeleton has.

    What is computed of the inputs is written without letters, so that what cancels in it does, exactly; numbers also in
    what follows, where no function would be given numbers alone.
    """
    given = dict(stands)
    for name, e in one.shared:
        given[name] = _apart(e.xreplace(stands)).xreplace({n: v for n, v in given.items() if v.is_number})
    numbers = {name: e for name, e in given.items() if e.is_number}
    try:
        branches = _inlined(one.branches, numbers)
    except TypeError:  # a comparison with what has no value at these numbers
        branches = None
    if branches is None:
        branches, numbers = one.branches, {}
    kept = tuple((name, e) for name, e in given.items() if name not in numbers)
    return replace(
        one,
        name=skeleton.name,
        title=skeleton.title,
        formula=skeleton.formula,
        inputs=skeleton.inputs,
        constraints=skeleton.constraints,
        cases=skeleton.cases,
        shared=tuple(_needed(kept, branches)),
        branches=tuple(_decided(branches, facts_of(formula.distributions))),
        form=f"{one.form}, as of any two members",
    )


def _apart(e: E) -> E:
    """A difference of two roots, exponentials or reciprocals, or of one and a number, by that of what they are of: each rounds.

    >>> v, w = sp.symbols("v w", positive=True)
    >>> _apart(sp.sqrt(w) - sp.sqrt(v)), _apart(1 / w - 1 / v), _apart(sp.exp(w) - sp.exp(v))
    ((-v + w)/(sqrt(v) + sqrt(w)), (v - w)/(v*w), exp(v)*expm1(-v + w))
    >>> _apart(1 - sp.sqrt(v)), _apart(sp.exp(v) - 1)
    (-(v - 1)/(sqrt(v) + 1), expm1(v))
    """
    for b, minus in permutations(e.args) if e.is_Add and len(e.args) == 2 else ():
        a = -minus
        if a.is_positive and a.is_number:
            if isinstance(b, sp.exp):
                return a * expm1(b.args[0] - sp.log(a))
            if b.is_Pow and b.exp == sp.S.Half:
                return (b.base - a**2) / (a + b)
        if b.is_positive and b.is_number:
            return -_apart(a - b) if _apart(a - b) != a - b else e
        if isinstance(a, sp.exp) and isinstance(b, sp.exp):
            return a * expm1(b.args[0] - a.args[0])
        if a.is_Pow and b.is_Pow and a.exp == b.exp == sp.S.Half:
            return (b.base - a.base) / (a + b)
        if a.is_Pow and b.is_Pow and a.exp == b.exp == -1:
            return (a.base - b.base) * a * b
    return e


def _inlined(branches: tuple[Branch, ...], numbers: dict[Any, E]) -> tuple[Branch, ...] | None:
    """Branches with numbers for letters; None where a function of their own would be given numbers."""
    found = []
    for branch in branches:
        known, statements, tried = dict(numbers), [], branch.tried
        for name, value in branch.block.statements:
            value = value.xreplace(known)
            if value.is_number and not value.has(RuleSum):
                known[name] = value
            else:
                statements.append((name, value))
                tried = name if tried in known else tried
        block = Block(tuple(statements), branch.block.result.xreplace(known))
        if any(e.has(sp.nan, sp.zoo) for e in (block.result, *(v for _, v in statements))) or _of_numbers(block):
            return None
        found.append(Branch(branch.condition.xreplace(known), block, tried))
    return tuple(found)


def _of_numbers(block: Block) -> bool:
    calls = (f for e in (block.result, *(v for _, v in block.statements)) for f in e.atoms(Stable, AppliedUndef))
    return any(a.is_number for f in calls for a in f.args)


def _needed(given: tuple[tuple[Any, E], ...], branches: tuple[Branch, ...]) -> Iterator[tuple[Any, E]]:
    """What of the given names branches need, or others of these names."""
    used = set().union(*(b.condition.free_symbols | b.block.free_symbols for b in branches))
    used |= set().union(*(e.free_symbols for _, e in given))
    return ((name, e) for name, e in given if name in used)


def _decided(branches: tuple[Branch, ...], facts: Facts) -> Iterator[Branch]:
    """The branches that may be taken, the last of them where none before it is."""
    for branch in branches:
        answer = facts.decide(branch.condition)
        if answer is not False:
            yield branch if answer is None else replace(branch, condition=sp.true)
        if answer is True:
            return
