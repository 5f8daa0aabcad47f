"""From the user's values to the families' own symbols, and back.

A formula is derived once for each pair of families, with every parameter different, and the values go in last: symbols
with other assumptions would not cancel, and numbers hide structure. Where the general formula is not closed, or
has a removable point at the values, it is derived again with equal parameters identified, then with the numbers
as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

import sympy as sp

from derive.algebra.placing import large
from derive.algebra.tidy import tidy
from derive.derivation.cases import joined, settled, with_equalities
from derive.derivation.conditions import equalities, neat, possible, pruned
from derive.derivation.formula import DIVERGENT, Case, Formula, Step
from derive.derivation.gates import derived
from derive.derivation.problem import DEFINITIONS, KL, Effort
from derive.derivation.problem import place as put_in
from derive.families.facts import Facts, facts_of
from derive.families.family import Distribution
from derive.families.parameter import ParameterError, one_symbol_a_name
from derive.writing.notation import Expect, quantity, text


def formula_of(
    kind: str, members: tuple[Distribution, ...], effort: Effort = Effort.CLOSED, order: Any = None
) -> Formula:
    """The formula of a quantity of these members, of order α where it has one."""
    members = unified(members)
    for p in members:
        p.family(*p.values)  # a symbol may only now be known to be positive
    itself = kind == KL and members[0] == members[1]
    formula = _of_itself(members) if itself else _of_members(kind, members, effort, order)
    facts = facts_of(members)
    for p in members:
        for constraint in p.constraints:
            if Facts(dict(facts.rewriting)).decide(constraint) is False:
                raise ParameterError(f"{p}: {constraint} cannot hold together with the other parameters")
    wanted = [r for p in members for r in p.relations if r != sp.true]
    if possible(sp.true, wanted) == sp.false:
        raise ParameterError(f"no parameters are such that {' and '.join(map(text, wanted))}")
    decided = [(c, facts.decide(c.condition)) for c in formula.cases]
    cases = tuple(
        c if answer is None else c._replace(condition=sp.true) for c, answer in decided if answer is not False
    )
    return replace(formula, cases=cases or formula.cases)


def _of_itself(members: tuple[Distribution, ...]) -> Formula:
    """KL(p‖p), by definition: also where E log p does not exist."""
    name = quantity(KL, 2)
    steps = (
        Step(name, Expect(sp.S.Zero), "definition", DEFINITIONS[KL]),
        Step(name, sp.S.Zero, "definition", "q is p: the log-ratio is 0 wherever p has mass"),
    )
    return Formula(KL, members, (Case(sp.true, sp.S.Zero, "closed"),), steps)


def unified(members: tuple[Distribution, ...]) -> tuple[Distribution, ...]:
    """The members with one symbol for each name, which has the assumptions of all that had it."""
    values = iter(one_symbol_a_name(tuple(v for p in members for v in p.values)))
    return tuple(Distribution(p.family, tuple(islice(values, len(p.values)))) for p in members)


def _of_members(kind: str, members: tuple[Distribution, ...], effort: Effort, order: Any) -> Formula:
    generic = _generic(members)
    general = derived(kind, generic, effort, order=order)
    back = _assignment(generic, members)
    again = partial(formula_of, kind, effort=effort, order=order)
    if settled(general.cases):
        found = _placed(general, back, members, again)
        if found is not None:
            return replace(found, distributions=members)
    for special in () if any(large(v) for p in members for v in p.values) else _specialised(members):
        attempt = derived(kind, special, effort, order=order)
        if settled(attempt.cases) or special is members:
            found = _placed(attempt, _assignment(special, members), members, again)
            if found is not None:
                return replace(found, distributions=members)
    found = _placed(general, back, members, again)
    if found is None:
        found = derived(kind, members, effort, order=order)
    return replace(found, distributions=members)


def _generic(members: tuple[Distribution, ...]) -> tuple[Distribution, ...]:
    suffixes = ("",) if len(members) == 1 else ("_1", "_2")
    return tuple(
        Distribution(
            p.family, tuple(v if isinstance(v, sp.Tuple) else g for v, g in zip(p.values, _fresh(p, s), strict=True))
        )
        for p, s in zip(members, suffixes, strict=True)
    )


def _fresh(p: Distribution, suffix: str) -> tuple[Any, ...]:
    return p.family.suffixed(suffix).values


def _specialised(members: tuple[Distribution, ...]) -> list[tuple[Distribution, ...]]:
    """The members with equal parameters identified, then rational multiples of one too, then numbers as they are."""
    names: dict[Any, Any] = {}
    shared, multiples, exact = [], [], []
    for p, fresh in zip(members, (g.values for g in _generic(members)), strict=True):
        keep, ratio = [], []
        for value, symbol in zip(p.values, fresh, strict=True):
            keep.append(value if isinstance(value, (sp.Tuple, sp.IndexedBase)) else names.setdefault(value, symbol))
            ratio.append(_multiple(value, names))
        shared.append(Distribution(p.family, tuple(keep)))
        multiples.append(Distribution(p.family, tuple(ratio)))
        exact.append(
            Distribution(
                p.family, tuple(v if getattr(v, "is_number", False) else k for v, k in zip(p.values, keep, strict=True))
            )
        )
    found = [tuple(shared), tuple(multiples), tuple(exact)]
    return [m for i, m in enumerate(found) if m not in found[i + 1 :]]


def _multiple(value: Any, names: dict[Any, Any]) -> Any:
    """The symbol of a parameter's value, or a rational multiple of that of another."""
    if value in names and not isinstance(value, (sp.Tuple, sp.IndexedBase)):
        ratios = ((value / other, symbol) for other, symbol in names.items() if other != 0)
        return next((r * symbol for r, symbol in ratios if r.is_Rational and value.free_symbols), names[value])
    return value


def _assignment(generic: tuple[Distribution, ...], members: tuple[Distribution, ...]) -> dict[Any, Any]:
    return {
        g: v
        for a, b in zip(generic, members, strict=True)
        for g, v in zip(a.values, b.values, strict=True)
        if g != v and not isinstance(g, sp.Tuple)
    }


def _placed(
    formula: Formula, place: dict[Any, Any], members: tuple[Distribution, ...], again: Callable[..., Formula]
) -> Formula | None:
    """A formula with values for its symbols; None where they hit a removable point."""
    if not place:
        return formula
    shorten = not _renames(formula, place) and not any(large(v) for v in place.values())
    facts, known = facts_of(members), [c for p in members for c in p.constraints]
    cases = []
    for case in formula.cases:
        condition = put_in(case.condition, place)
        if shorten:
            condition = possible(pruned(neat(condition), facts), known)
        if condition == sp.false:
            continue
        expr = put_in(case.expr, place)
        if shorten and case.form not in DIVERGENT:
            condition, expr = with_equalities(condition, expr, facts)
            expr = _met(condition, expr, members, again)
        if case.form not in DIVERGENT and expr.has(sp.nan, sp.zoo):
            return None
        if shorten and case.form == "closed":
            expr = tidy(expr)
        cases.append(case._replace(condition=condition, expr=expr))
        if condition == sp.true:
            break
    cases = list(joined(cases)) if shorten else cases
    held = (s for s in formula.steps if put_in(s.condition, place) != sp.false)
    steps = tuple(s.map(lambda e: put_in(e, place)) for s in held)
    return replace(formula, cases=tuple(cases), steps=steps)


def _met(condition: Any, expr: Any, members: tuple[Distribution, ...], again: Callable[..., Formula]) -> Any:
    """What holds where parameters have certain values, derived with these where they could not be put in."""
    equal = equalities(sp.And.make_args(condition))
    if not expr.free_symbols & equal.keys():
        return expr
    found = again(tuple(Distribution(p.family, tuple(put_in(v, equal) for v in p.values)) for p in members))
    return found.cases[0].expr if found.form == "closed" else expr


def _renames(formula: Formula, place: dict[Any, Any]) -> bool:
    """Whether values are only other names, all different, so that nothing can cancel."""
    names = [v for v in place.values() if isinstance(v, (sp.Symbol, sp.IndexedBase))]
    kept = {s for p in formula.distributions for s in p.values} - place.keys()
    return len(set(names)) == len(place) and not kept & set(names)
