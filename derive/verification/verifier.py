"""Verify a catalog: derive every formula, check every law, and report.

Each family, alias and listed pair of families is a task of its own, run in a worker process with a limit
of time that holds: what does not finish, or takes its worker down, is a row with the verdict "unknown" and
the reason, and takes nothing along. Points are exact and fixed, so a run can be repeated.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from derive import bounded
from derive.checks.subject import PER_CASE, Subject
from derive.checks.verdict import Check, Verdict, together
from derive.families.family import Family
from derive.families.library import Catalog, UnknownFamily, loaded
from derive.families.library import catalog as own_catalog
from derive.families.parameter import DefinitionError
from derive.verification.laws import LAWS, QUICK, checked
from derive.verification.report import Report, Row
from derive.verification.theorems import of_settings

SETTINGS = "(theorems)"
"""The task, and the row, of the theorems about fixed settings."""
QUICK_PER_CASE = 1
"""Points in each case, in the quick mode."""
VALUE_LAWS = ("normalisation", "definition")
"""The laws that compare a value with quadrature at all the digits asked."""
FEWEST_DIGITS = 10
TIME_LIMIT, MEMORY = 300, 8 * 2**30
"""What one family may take: seconds, and bytes for the process that it shares with others."""
"""Seconds that one family may take."""


class Interrupted(KeyboardInterrupt):
    """A verification that was stopped; `report` has what was found until then, the rest as unknown."""

    def __init__(self, report: Report):
        super().__init__()
        self.report = report


PAIRS: tuple[tuple[str, str], ...] = (
    ("Bernoulli", "Poisson"), ("Beta", "ContinuousBernoulli"), ("Beta", "Exponential"), ("Beta", "Gamma"),
    ("Beta", "Normal"), ("Beta", "Pareto"), ("Beta", "Uniform"), ("ContinuousBernoulli", "Exponential"),
    ("ContinuousBernoulli", "Normal"), ("ContinuousBernoulli", "Pareto"), ("ContinuousBernoulli", "Uniform"),
    ("Exponential", "Beta"), ("Exponential", "Gamma"), ("Exponential", "Gumbel"), ("Exponential", "Normal"),
    ("Exponential", "Pareto"), ("Exponential", "Uniform"), ("Gamma", "Exponential"), ("Gamma", "Gumbel"),
    ("Gamma", "LogNormal"), ("Gamma", "Normal"), ("Gamma", "Uniform"), ("Gumbel", "Gamma"), ("Gumbel", "Normal"),
    ("Laplace", "Normal"), ("Normal", "Gamma"), ("Normal", "Gumbel"), ("Normal", "Laplace"), ("Pareto", "Beta"),
    ("Pareto", "Exponential"), ("Pareto", "Gamma"), ("Pareto", "Normal"), ("Uniform", "Beta"),
    ("Uniform", "Exponential"), ("Uniform", "Gamma"), ("Uniform", "Gumbel"), ("Uniform", "Normal"),
    ("Uniform", "Pareto"),
)  # fmt: skip
"""Pairs of different families that are verified: those that torch.distributions.kl registers, and a few more."""


@dataclass(frozen=True)
class Task:
    """A family, or a pair, by name, in the catalog of some folders."""

    folders: tuple[str, ...]
    p: str
    q: str | None
    digits: int

    @property
    def name(self) -> str:
        return self.p if self.q is None else f"{self.p}‖{self.q}"


def verify(
    families: str | Family | Iterable[str | Family] | None = None,
    *,
    digits: int = 50,
    jobs: int = 1,
    catalog: Catalog = own_catalog,
    progress: Callable[[int, int], None] | None = None,
    time_limit: float = TIME_LIMIT,
) -> Report:
    """Derive and check the formulas of a catalog's families; all of them, one, or those named.

    digits      decimals asked of every number
    jobs        worker processes
    progress    called with (done, total) whenever a task ends
    time_limit  seconds for one family; where it ends, the verdict is "unknown"

    Raises UnknownFamily for a name or a family that the catalog does not have, ValueError for fewer than 10 digits, and Interrupted, a
    KeyboardInterrupt with the report so far, when it is stopped. With worker processes, a script must guard its own call with
    `if __name__ == "__main__":`.
    """
    if digits < FEWEST_DIGITS:
        raise ValueError(f"verify needs at least {FEWEST_DIGITS} digits to tell agreement from chance, got {digits}")
    started = time.monotonic()
    catalog = Catalog(*catalog.folders, tolerant=True)
    broken = tuple(_refused(name, reason) for name, reason in catalog.broken.items())
    tasks = [Task(tuple(map(str, catalog.folders)), p, q, digits) for p, q in _named(families, catalog)]
    rows: list[Row] = list(broken) if families is None else []
    if progress is not None:
        progress(0, len(tasks))
    waiting = {task.name: task for task in tasks}

    def report() -> Report:
        return Report(tuple(sorted(rows, key=lambda row: (row.order, row.family))), digits, time.monotonic() - started)

    try:
        for done, (task, found) in enumerate(_run(tasks, jobs, time_limit), 1):
            rows += found
            waiting.pop(task.name, None)
            if progress is not None:
                progress(done, len(tasks))
    except KeyboardInterrupt:
        rows += [_unfinished(task, "interrupted before it was verified") for task in waiting.values()]
        raise Interrupted(report()) from None
    return report()


def _named(families: str | Family | Iterable[str | Family] | None, catalog: Catalog) -> list[tuple[str, str | None]]:
    if families is not None:
        several = (families,) if isinstance(families, (str, Family)) else families
        return [(_known(family, catalog).name, None) for family in several]
    alone = [(name, None) for name in catalog.names()]
    own = catalog.folders == own_catalog.folders
    return [*alone, *((p, q) for p, q in PAIRS if own), *([(SETTINGS, None)] if own else [])]


def _known(family: str | Family, catalog: Catalog) -> Family:
    """The entry of a catalog: worker processes load it from its folder."""
    if isinstance(family, str):
        return catalog[family]
    if family.name not in catalog or catalog[family.name].definition != family.definition:
        raise UnknownFamily(
            f"{family} is no entry of the catalog; put it in a folder and give verify catalog=Catalog(folder)"
        )
    return catalog[family.name]


def _run(tasks: Sequence[Task], jobs: int, time_limit: float) -> Iterator[tuple[Task, list[Row]]]:
    """Each task and its rows, as they come."""
    for task, found in bounded.run(verify_task, tasks, jobs, bounded.Limits(time_limit, MEMORY)):
        yield task, [_unfinished(task, found.reason)] if isinstance(found, bounded.Failure) else found


def _unfinished(task: Task, reason: str) -> Row:
    return Row(task.name, "", "all", "", Verdict("unknown", witness=reason), 0.0, ())


def _refused(name: str, reason: str) -> Row:
    verdict = Verdict("refuted", 0, "definition", witness=reason)
    return Row(name, "", "density", "", verdict, 0.0, (Check("entry", "density", verdict),))


# --- in the worker --------------------------------------------------------------------------------------------


def verify_task(task: Task) -> list[Row]:
    """The rows of one task; what is wrong with an entry is a refuted row."""
    if task.p == SETTINGS:
        started = time.process_time()
        found = tuple(of_settings())
        verdict = together(c.verdict for c in found)
        return [Row(SETTINGS, "", "all", "", verdict, time.process_time() - started, found)]
    known = loaded(task.folders)
    try:
        p, q = known[task.p], None if task.q is None else known[task.q]
        _definitions(p, q)
    except UnknownFamily:
        raise
    except Exception as error:  # noqa: BLE001 - a user's entry may be wrong in any way
        return [_refused(task.name, f"{type(error).__name__}: {error}")]
    return verify_subject(Subject(p, q, task.digits, per_case=QUICK_PER_CASE if task.digits <= QUICK else PER_CASE))


def _definitions(*families: Family | None) -> None:
    """Read every definition, and refuse one that cannot be."""
    for family in families:
        if family is not None:
            d = family.definition
            if not family.params and (stray := d.log_density.free_symbols - {d.variable}):
                raise DefinitionError(
                    f"{family.name}: the density names {', '.join(map(str, stray))}, which is no parameter"
                )


def verify_subject(subject: Subject) -> list[Row]:
    """The rows of a subject: its density (where it is one family), then each quantity."""
    started = time.process_time()
    found = list(checked(subject, LAWS[:1]))
    if any(check.verdict.kind == "refuted" for check in found):
        return [_row(subject, "density", found, time.process_time() - started)]
    found += checked(subject, LAWS[1:])
    seconds = time.process_time() - started
    quantities = (*(["density"] if subject.q is None else []), *subject.kinds)
    return [
        _row(subject, kind, [c for c in found if c.quantity == kind], seconds / len(quantities)) for kind in quantities
    ]


def _row(subject: Subject, kind: str, checks: list[Check], seconds: float) -> Row:
    base = subject.p.base.name if subject.p.base is not None and subject.q is None else ""
    form = "" if kind == "density" else _form(subject, kind)
    values: dict[Any, list[Verdict]] = {}
    for check in checks:
        if check.law in VALUE_LAWS:
            values.setdefault(check.case, []).append(check.verdict)
    unseen = [v for verdicts in values.values() if all(v.kind == "unknown" for v in verdicts) for v in verdicts]
    refuted = any(c.verdict.kind == "refuted" for c in checks)
    verdict = together(unseen if unseen and not refuted else (c.verdict for c in checks))
    if verdict.kind == "agrees":  # how many digits is said by the checks of the value itself; a divergence has none
        digits = [c.verdict.digits for c in checks if c.law in VALUE_LAWS and c.verdict.digits]
        verdict = replace(verdict, digits=min(digits, default=0))
    return Row(subject.name, base, kind, form, verdict, seconds, tuple(checks))


def _form(subject: Subject, kind: str) -> str:
    """The form, or the forms of the cases, of a formula that was derived."""
    try:
        return " / ".join(dict.fromkeys(c.form for c in subject.formula(kind).cases))
    except Exception:  # noqa: BLE001 - the checks have said why
        return "none"


__all__ = ["PAIRS", "Interrupted", "Report", "Row", "Task", "verify", "verify_subject", "verify_task"]
