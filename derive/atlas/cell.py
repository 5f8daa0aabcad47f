"""One cell of the atlas: a quantity of a family, or of an ordered pair, derived and checked, as a record.

A record is plain data that JSON holds. Its form is one of `FORMS`; a formula that was not checked at enough points
is not in it. `depends` has the fingerprints of what the cell was made from: the entries, the kernels that gave its
expectations (all of them, where something stayed open) and the engine.
"""

from __future__ import annotations

import ast
import hashlib
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import sympy as sp

from derive.algebra.special import special_functions
from derive.checks.evidence import defined_verdict
from derive.checks.subject import DERIVATIONS, Members, Subject, case_at, valued_by_itself
from derive.checks.verdict import Verdict
from derive.derivation.conditions import equalities
from derive.derivation.formula import DIVERGENT, OPEN, Case, Formula
from derive.expectations.kernels import KERNELS
from derive.families.family import Family
from derive.families.library import loaded
from derive.writing import notation

FORMAT = 1
"""The version of a record's layout."""

FORMS = ("elementary", "special", "series", "integral", "infinite", "undefined", "unchecked", "failed")
"""What a cell may be, by the least explicit of its finite branches."""

ROOTS = ("derive.atlas.cell", *(f"derive.algebra.{name}" for name in ("factoring", "monotony", "polylogarithm")))
"""The modules that make cells, with all that they import; the last three change SymPy when the package is loaded."""

POINTS = 2
"""Exact points at which each branch must be confirmed; fewer only where a family has no more members."""
SPARE = 4
"""Digits asked of a check beyond those that are claimed."""


@dataclass(frozen=True)
class Task:
    """A cell to fill: a quantity of families by name, in the catalog of some folders."""

    folders: tuple[str, ...]
    quantity: str
    p: str
    q: str | None
    digits: int
    steps: bool = False
    definition: bool = False
    """Whether no closed form is sought: of a cell whose derivation does not finish."""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.quantity, self.p, self.q or ""


def filled(task: Task) -> dict[str, Any]:
    """The record of a cell."""
    started = time.process_time()
    catalog = loaded(task.folders)
    p = catalog[task.p]
    q = None if task.q is None else catalog[task.q]
    subject = Subject(p, None if q is p else q, task.digits + SPARE)
    if task.definition:
        made = DERIVATIONS[task.quantity](*subject.generic(task.quantity), definition=True)
        subject = subject.with_formula(task.quantity, made)
    formula = subject.formula(task.quantity)
    verdicts = list(_verdicts(subject, formula, task.digits))
    problems = list(_problems(formula, verdicts, task.digits))
    record: dict[str, Any] = {
        "quantity": task.quantity,
        "p": task.p,
        "q": task.q,
        "parameters": [{k: notation.text(v) for k, v in m.parameters.items()} for m in formula.distributions],
        "form": "unchecked" if problems else form_of(formula),
        "branches": len(formula.cases),
        "functions": sorted({name for c in formula.cases for name in special_functions(sp.sympify(c.expr))}),
        "cases": [_case(c, bool(problems), formula) for c in formula.cases],
        "problems": problems,
        "checks": [_check(v) for _, v, _ in verdicts],
        "digits": task.digits,
        "kernels": kernels_of(formula),
    }
    if task.steps and not problems:
        record["steps"] = [
            {"before": notation.text(s.before), "after": notation.text(s.after), "rule": s.rule, "reason": s.reason}
            for s in formula.steps
        ]
    record["seconds"] = round(time.process_time() - started, 3)
    return record


Judged = tuple[Case | None, Verdict, Members]
"""The case that holds at a point, what is found there, and the point."""


def _verdicts(subject: Subject, formula: Formula, digits: int) -> Iterator[Judged]:
    """What is found where a formula is checked.

    A branch that costs two quadratures a value is checked at the first and the last of its points: a usual one, and
    one of small shapes, where tails are heavy; at others too, where these did not reach the digits.
    """
    found = [(case_at(formula, members), members) for members in subject.points(formula.quantity)]
    spared: set[int] = set()
    for case in formula.cases:
        if case.form in OPEN:
            spared |= set([i for i, (c, _) in enumerate(found) if c == case][1 : 1 - POINTS])
    confirmed: Counter[Case | None] = Counter()
    for i in sorted(range(len(found)), key=lambda i: i in spared):
        here, members = found[i]
        if i not in spared or confirmed[here] < POINTS:
            verdict = defined_verdict(formula, members, digits + SPARE)
            confirmed[here] += _confirms(verdict, digits)
            yield here, verdict, members


def _confirms(verdict: Verdict, digits: int) -> bool:
    """Whether a formula was seen to be right at a point, to so many digits where there are any."""
    reached = verdict.method in ("supports", "divergence") or verdict.digits >= digits
    return verdict.kind == "agrees" and reached


def filled_together(tasks: tuple[Task, ...]) -> list[dict[str, Any]]:
    """The records of cells, one after another: those of one pair share integrals."""
    return [filled(task) for task in tasks]


def form_of(formula: Formula) -> str:
    """The form of a whole formula: that of its least explicit finite branch."""
    forms = [_form(c) for c in formula.cases]
    finite = [f for f in forms if f not in DIVERGENT]
    return max(finite or forms, key=FORMS.index)


def _form(case: Case) -> str:
    if case.form != "closed":
        return case.form
    return "special" if special_functions(sp.sympify(case.expr)) else "elementary"


def _case(case: Case, withheld: bool, formula: Formula) -> dict[str, Any]:
    record: dict[str, Any] = {"condition": notation.text(case.condition), "form": _form(case)}
    if case.form in DIVERGENT:
        record["why"] = _why(case, formula)
    if not case.decided:
        record["decided"] = False
    if withheld and case.form not in DIVERGENT:
        return record
    return record | {
        "text": notation.text(case.expr), "srepr": _srepr(case.expr), "latex": notation.latex(case.expr),
    }  # fmt: skip


def _srepr(e: sp.Expr) -> str:
    """SymPy's srepr, in names that SymPy exports: that of a Meijer G has a private one, which is the same tuple.

    >>> _srepr(sp.meijerg([[], [1]], [[0], []], sp.Symbol("x")))
    "meijerg(Tuple(Tuple(), Tuple(Integer(1))), Tuple(Tuple(Integer(0)), Tuple()), Symbol('x'))"
    """
    return sp.srepr(e).replace("TupleArg(", "Tuple(")


def _why(case: Case, formula: Formula) -> str:
    """What the derivation said of existence."""
    said = [s.reason for s in formula.steps if s.rule == "existence" and s.after == case.expr]
    return "; ".join(dict.fromkeys(said))


def _check(verdict: Verdict) -> dict[str, Any]:
    return {"point": verdict.point, "verdict": verdict.kind, "digits": verdict.digits, "method": verdict.method}


def kernels_of(formula: Formula) -> list[str]:
    """The kernels that gave the expectations of a derivation."""
    named = {name.strip() for s in formula.steps if s.rule.endswith(" kernel") for name in s.rule[:-7].split(",")}
    return sorted(named)


def _problems(formula: Formula, verdicts: list[Judged], digits: int) -> Iterator[str]:
    """Why a formula is not published: what is not confirmed, and which branch was seen at too few points."""
    for _, v, _ in verdicts:
        if v.kind != "agrees":
            yield f"{v.kind} at {v.point}: {v.witness}"
    for case in formula.cases:
        seen = [v for found, v, _ in verdicts if found == case]
        good = sum(_confirms(v, digits) for v in seen)
        if good < (1 if _single(case, formula) else POINTS):
            yield f"{good} points where {notation.text(case.condition)}"
            yield from (f"{v.digits} digits at {v.point}" for v in seen if not _confirms(v, digits))
        own = (valued_by_itself(case, formula, members) for found, _, members in verdicts if found == case)
        if case.form == "closed" and seen and not any(own):  # each was derived anew at its point
            yield f"no value of its own where {notation.text(case.condition)}"


def _single(case: Case, formula: Formula) -> bool:
    """Whether one pair of members alone is in a case: every parameter has a value by its equalities."""
    free = {s for d in formula.distributions for v in d.values for s in sp.sympify(v).free_symbols}
    return free <= equalities(sp.And.make_args(case.condition)).keys()


# --- what a cell depends on -----------------------------------------------------------------------------------


def depends(record: Mapping[str, Any], p: Family, q: Family | None) -> dict[str, Any]:
    """The fingerprints of what a cell was made from."""
    kernels = fingerprints()
    if record["form"] in ("elementary", "special", *DIVERGENT):
        used = {name: kernels.get(name, "") for name in record["kernels"]}
    else:
        used = {"*": _hashed(*sorted(kernels.items()))}
    return {"entries": [fingerprint(f) for f in (p, q) if f is not None], "kernels": used, "engine": engine()}


@cache
def fingerprint(family: Family) -> str:
    """What a family's mathematics hashes to.

    >>> from derive.families.library import catalog
    >>> fingerprint(catalog.Gamma) == fingerprint(catalog.Gamma) != fingerprint(catalog.Weibull)
    True
    """
    d = family.definition
    params = [(p.name, p.domain) for p in family.params]
    return _hashed(params, *(sp.srepr(e) for e in (*d.support, d.log_density, *d.constraints)), family.measure)


@cache
def fingerprints() -> dict[str, str]:
    """Each kernel's name, and what it hashes to."""
    return {k.name: _hashed(_plain(k)) for k in KERNELS}


def _plain(value: Any) -> Any:
    """A row of data as text that is the same in every process: dummies and wildcards by their names."""
    if is_dataclass(value):
        return [(f.name, _plain(getattr(value, f.name))) for f in fields(value)]
    if isinstance(value, Mapping):
        return sorted((_plain(k), _plain(v)) for k, v in value.items())
    if isinstance(value, (tuple, list)):
        return [_plain(v) for v in value]
    if callable(value) and not isinstance(value, sp.Basic):
        return _plain(value())
    if isinstance(value, sp.Basic):
        named = value.atoms(sp.Dummy, sp.Wild)
        return sp.srepr(value.xreplace({s: sp.Symbol(f"{type(s).__name__} {s.name}", **s.assumptions0) for s in named}))
    return str(value)


@cache
def engine() -> str:
    """What the modules that derive and check hash to, the kernels apart, with the versions of what they stand on."""
    import mpmath

    modules = set().union(*map(_below, ROOTS))
    sources = (path.read_text(encoding="utf-8") for path in sorted(modules))
    return _hashed(FORMAT, sp.__version__, mpmath.__version__, *map(_bare, sources))


def _bare(source: str) -> str:
    """Python text without what does nothing: comments, documentation, the breaking of lines.

    >>> _bare("x = (1  # one\\n    + y)\\n'what x is'") == _bare("x = 1 + y")
    True
    """

    class Documentation(ast.NodeTransformer):
        def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
            return None if isinstance(node.value, ast.Constant) else node

    return ast.unparse(Documentation().visit(ast.parse(source)))


def _below(module: str, seen: set[Path] | None = None) -> set[Path]:
    """The files of a module of the package and of all that it imports from it.

    Folders are not entered, so that the table of kernels is not among them: its rows have fingerprints of their own. Nor
    are the programs, which are written from formulas and give none.
    """
    folder, seen = Path(__file__).parents[1], set() if seen is None else seen
    path = folder / f"{module.removeprefix('derive.').replace('.', '/')}.py"
    if path in seen or not path.is_file() or module.startswith("derive.programs"):
        return seen
    seen.add(path)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "derive":
            _below(node.module, seen)
            for name in node.names:
                _below(f"{node.module}.{name.name}", seen)
    return seen


def _hashed(*parts: Any) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]


__all__ = ["FORMS", "Task", "depends", "filled", "filled_together", "form_of"]
