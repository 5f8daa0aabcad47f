"""The atlas: H of every family, CE and KL of every ordered pair, a verdict in every cell.

A run fills what is missing or no longer holds: a cell whose entries, kernels or engine have changed is made again,
and nothing else. Each cell is made in a process of its own, bounded in time and memory; one whose derivation does not
finish is the integral or sum that defines it, where that exists, and says so.
"""

from __future__ import annotations

import platform
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from derive import __version__, bounded
from derive.atlas.cell import FORMAT, FORMS, Task, depends, engine, filled_together, fingerprints
from derive.atlas.store import Record, Store
from derive.derivation.problem import CROSS_ENTROPY, ENTROPY, KL
from derive.families.family import Family
from derive.families.library import Catalog
from derive.families.library import catalog as own_catalog

DIGITS = 30
QUANTITIES = (CROSS_ENTROPY, KL)
"""Of a pair."""

LIMITS = bounded.Limits(120, 4 * 2**30)
"""What one cell may take."""


def key(record: Mapping[str, Any]) -> tuple[str, str, str]:
    return record["quantity"], record["p"], record["q"] or ""


def opened(folder: Path) -> Store:
    """The atlas in a folder, to read, or inside `with` to write."""
    return Store(folder, key)


@dataclass(frozen=True)
class Run:
    """What a run is asked for, and how it is bounded; `rows` are the families that are p, if not all of them."""

    families: tuple[Family, ...]
    digits: int = DIGITS
    steps: bool = False
    limits: bounded.Limits = LIMITS
    catalog: Catalog = own_catalog
    rows: tuple[Family, ...] | None = None

    def tasks(self) -> Iterator[Task]:
        """Every cell, those of one p together: what was derived of it is at hand."""
        folders = tuple(map(str, self.catalog.folders))
        names = [f.name for f in self.families]
        for p in names if self.rows is None else [f.name for f in self.rows]:
            yield Task(folders, ENTROPY, p, None, self.digits, self.steps)
            for q in names:
                for quantity in QUANTITIES:
                    yield Task(folders, quantity, p, q, self.digits, self.steps)

    def holds(self, record: Mapping[str, Any]) -> bool:
        """Whether a record is what this run would make."""
        if record["digits"] < self.digits or self.steps and "steps" not in record and not record["problems"]:
            return False
        if "limits" in record and record["limits"][0] < self.limits.seconds:  # more time may close it
            return False
        return bool(record["depends"] == self.depends(record))

    def depends(self, record: Mapping[str, Any]) -> Record:
        p, q = record["p"], record["q"]
        return depends(record, self.catalog[p], None if q is None else self.catalog[q])


def univariate(catalog: Catalog) -> tuple[Family, ...]:
    """The families of a catalog that are no aliases of another."""
    return tuple(f for f in catalog if f.base is None)


def build(
    store: Store,
    run: Run,
    jobs: int = 1,
    scheduler: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Fill what is missing in a store that is open for writing; the number of cells that were made."""
    wanted = list(run.tasks())
    missing = [t for t in wanted if t.key not in store.records or not run.holds(store.records[t.key])]
    # what a run that was cut short has left of a row is what takes longest: it would be tried first, again and again
    begun = {p for _, p, _ in store.records}
    missing.sort(key=lambda task: task.p in begun)
    store.describe(_manifest(run))
    answers = _answers(missing, run.limits, jobs, scheduler)
    if progress is not None:
        progress(len(wanted) - len(missing), len(wanted))
    for done, (task, answer) in enumerate(answers, 1):
        record = _failed(task, answer, run.limits) if isinstance(answer, bounded.Failure) else answer
        store.append({**record, "depends": run.depends(record)})
        if progress is not None:
            progress(len(wanted) - len(missing) + done, len(wanted))
    return len(missing)


def _answers(
    tasks: Iterable[Task], limits: bounded.Limits, jobs: int, scheduler: str | None
) -> Iterator[tuple[Task, Record | bounded.Failure]]:
    """Each cell's record: the cells of a pair together, each by itself where together they do not finish, and by its
    definition where that does not either."""

    def run(groups: Iterable[tuple[Task, ...]], limits: bounded.Limits) -> Iterator[tuple[tuple[Task, ...], Any]]:
        if scheduler is None:
            return bounded.run(filled_together, groups, jobs, limits, together=lambda tasks: tasks[0].p)
        return bounded.run_on(scheduler, filled_together, groups, limits)

    alone: list[Task] = []
    pairs = [tuple(group) for _, group in groupby(tasks, key=lambda t: (t.p, t.q))]
    for group, answer in run(pairs, replace(limits, seconds=len(QUANTITIES) * limits.seconds)):
        if isinstance(answer, bounded.Failure):
            alone += group
        else:
            yield from zip(group, answer, strict=True)
    given_up: dict[tuple[str, str, str], tuple[Task, str]] = {}
    for (task,), answer in run([(task,) for task in alone], limits) if alone else ():
        if isinstance(answer, bounded.Failure):
            given_up[task.key] = task, answer.reason
        else:
            yield task, answer[0]
    by_definition = [(replace(task, definition=True),) for task, _ in given_up.values()]
    for (task,), answer in run(by_definition, limits) if by_definition else ():
        if isinstance(answer, bounded.Failure):
            yield task, answer
        else:
            yield task, answer[0] | _given_up(given_up[task.key][1], limits)


def _given_up(reason: str, limits: bounded.Limits) -> Record:
    """What a record says of a derivation that was given up, and within which limits."""
    return {"given_up": reason, "limits": [limits.seconds, limits.memory]}


def _failed(task: Task, failure: bounded.Failure, limits: bounded.Limits) -> Record:
    return {
        "quantity": task.quantity, "p": task.p, "q": task.q, "form": "failed", "problems": [failure.reason],
        "cases": [], "checks": [], "functions": [], "kernels": [], "branches": 0, "digits": task.digits,
        "limits": [limits.seconds, limits.memory], "seconds": limits.seconds,
    }  # fmt: skip


def _manifest(run: Run) -> Record:
    import mpmath
    import sympy

    return {
        "format": FORMAT,
        "derive": __version__,
        "sympy": sympy.__version__,
        "mpmath": mpmath.__version__,
        "python": platform.python_version(),
        "written": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "digits": run.digits,
        "limits": {"seconds": run.limits.seconds, "memory": run.limits.memory},
        "engine": engine(),
        "kernels": fingerprints(),
        "families": [f.name for f in run.families],
        "aliases": {f.name: f.base.name for f in run.catalog if f.base is not None},
    }


# --- reading --------------------------------------------------------------------------------------------------


def census(records: Iterable[Mapping[str, Any]]) -> dict[str, Counter[str]]:
    """Quantity -> how many cells have each form."""
    counts = {quantity: Counter[str]() for quantity in (ENTROPY, CROSS_ENTROPY, KL)}
    for record in records:
        counts[record["quantity"]][record["form"]] += 1
    return counts


def table(store: Store, quantity: str) -> tuple[list[str], list[list[Record | None]]]:
    """The families of an atlas, and the record of each ordered pair of them."""
    names = _names(store)
    return names, [[store.records.get((quantity, p, q)) for q in names] for p in names]


def _names(store: Store) -> list[str]:
    listed = store.manifest.get("families")
    return list(listed) if listed else sorted({r["p"] for r in store.records.values()})


def slowest(records: Iterable[Mapping[str, Any]], count: int = 10) -> Sequence[Mapping[str, Any]]:
    return sorted(records, key=lambda r: -r["seconds"])[:count]


__all__ = ["DIGITS", "FORMS", "LIMITS", "Run", "build", "census", "opened", "slowest", "table", "univariate"]
