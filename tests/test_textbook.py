"""Derived formulas against textbooks': equal, under the same condition, and about as short.

Equal means by a normal form, or else to 40 decimals at two exact points. The textbook's formula is data
(`textbook.py`), typed from its source; nothing here is derived.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

import pytest
import sympy as sp
from textbook import CROSS_FAMILY, ENTROPIES, INFINITE, ROWS, SAME_FAMILY, Row

from derive.algebra.coefficients import length
from derive.algebra.normal import is_zero
from derive.checks.evidence import common_digits
from derive.checks.subject import assignment, case_at
from derive.derivation.formula import Formula
from derive.derivation.quantities import CROSS_ENTROPY, ENTROPY, KL, cross_entropy, entropy, kl_divergence
from derive.families import points
from derive.families.expression import CONSTANTS, read
from derive.families.family import Distribution
from derive.families.library import catalog
from derive.numerics.evaluation import evaluate_number

DIGITS = 40
POINTS = 2
DRAWS = {True: 60, False: 3}
"""Draws of each kind at which conditions are compared, where there is a condition and where there is none."""
LONGEST = 1.35
"""How much longer than a textbook's a derived formula may be."""

Members = tuple[Distribution, ...]

LONGER: dict[str, str] = {
    "H(DiscreteLaplace)": "in a = -log(p): a/sinh(a) and tanh(a/2)",
    "H(TruncatedPareto)": "one power, of H/L, and log(H/L) for log(H) - log(L)",
}
"""Formulas that are longer than that still, each with what the textbook does and we do not."""

each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def members(row: Row) -> Members:
    """The generic members that a row is about."""
    if row.quantity == ENTROPY:
        return (catalog[row.families[0]].suffixed(""),)
    p, q = (catalog[name].suffixed(suffix) for name, suffix in zip(row.families, ("_1", "_2"), strict=True))
    return p, _sharing(row, p, q)


def _sharing(row: Row, p: Distribution, q: Distribution) -> Distribution:
    """q with the parameters that it shares with p."""
    names = [param.name for param in q.family.params]
    return Distribution(
        q.family,
        tuple(p.values[i] if n in row.shared else v for i, (n, v) in enumerate(zip(names, q.values, strict=True))),
    )


@cache
def derived(name: str) -> Formula:
    row = next(r for r in ROWS if r.name == name)
    quantity = {ENTROPY: entropy, KL: kl_divergence, CROSS_ENTROPY: cross_entropy}[row.quantity]
    return quantity(*members(row))


def meaning(row: Row, text: str) -> Any:
    """What a text says, on the symbols of the members."""
    names = {str(v): v for m in members(row) for v in m.values}
    words = {
        w: function(*(read(a, CONSTANTS | names) for a in arguments)) for w, (function, *arguments) in row.words.items()
    }
    return read(text, CONSTANTS | names | words)


def drawn(row: Row) -> Iterator[Members]:
    """Exact members that a row is about: usual ones, then whole and wide ones."""
    p, q = (*(catalog[n] for n in row.families), None)[:2]
    for draws in ("usual", "whole", "wide"):
        for found in islice(points.pairs(p, q, draws), DRAWS[bool(row.when)]):
            yield found if q is None else (found[0], _sharing(row, *found))


def finite(formula: Formula, point: Members) -> bool:
    case = case_at(formula, point)
    assert case is not None, "no case covers this point"
    return case.form not in ("infinite", "undefined")


@each_row
def test_it_is_finite_where_the_textbook_says(row: Row) -> None:
    formula, seen = derived(row.name), set()
    for point in drawn(row):
        told = row.says != "oo" and (not row.when or meaning(row, row.when).subs(assignment(formula, point)) == sp.true)
        assert finite(formula, point) == told, (point, formula.conditions)
        seen.add(told)
    assert seen == ({True, False} if row.when else {row.says != "oo"}), "the condition was not tried on both sides"


@pytest.mark.parametrize("row", [r for r in ROWS if r.says != "oo"], ids=lambda row: row.name)
def test_it_is_the_textbook_formula(row: Row) -> None:
    formula, says = derived(row.name), meaning(row, row.says)
    closed = [c for c in formula.cases if c.form == "closed"]
    assert len(closed) == len([c for c in formula.cases if c.form != "infinite"]), formula
    if len(closed) == 1 and is_zero(closed[0].expr - says):
        return
    inside = list(islice((point for point in drawn(row) if finite(formula, point)), POINTS))
    assert len(inside) == POINTS
    for point in inside:
        place = assignment(formula, point)
        ours = formula.evaluate({str(k): v for k, v in place.items()}, digits=DIGITS)
        assert common_digits(ours, evaluate_number(says, place, DIGITS)) >= DIGITS - 1, (place, ours)


def test_it_is_about_as_short() -> None:
    too_long = {}
    for row in ROWS:
        if row.says != "oo":
            ours = max(length(c.expr) for c in derived(row.name).cases)
            theirs = length(meaning(row, row.says))
            if ours > LONGEST * theirs:
                too_long[row.name] = f"{ours} against {theirs}"
    assert too_long.keys() == LONGER.keys(), {n: w for n, w in too_long.items() if n not in LONGER} | dict.fromkeys(
        LONGER.keys() - too_long.keys(), "is listed, and short by now"
    )


def test_the_tables_are_large() -> None:
    assert len(ENTROPIES) >= 65
    assert len(SAME_FAMILY) >= 45
    assert len(CROSS_FAMILY) + len(INFINITE) >= 62
    assert len({row.name for row in ROWS}) == len(ROWS)
    assert all(row.source for row in ROWS)
