"""What the benchmarks share: the machine, medians, tables, JSON."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import mpmath
import sympy
from rich.console import Console
from rich.table import Table

from derive import __version__


def machine() -> dict[str, Any]:
    """Versions, cores and load: what a measured number depends on."""
    return {
        "derive": __version__,
        "python": platform.python_version(),
        "sympy": sympy.__version__,
        "mpmath": mpmath.__version__,
        "mpmath backend": mpmath.libmp.BACKEND,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def median(values: Iterable[float]) -> float:
    """The median; nan of nothing."""
    found = list(values)
    return statistics.median(found) if found else float("nan")


def seconds(value: float) -> str:
    """A time to read: 12 ms, 12.3 s."""
    return f"{1000 * value:.0f} ms" if value < 1 else f"{value:.1f} s"


def show(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on standard output, whose first column is text and the others numbers."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for i, column in enumerate(head):
        table.add_column(column, justify="right" if i else "left")
    for row in rows:
        table.add_row(*map(str, row))
    console = Console(width=None if Console().is_terminal else 140, highlight=False)
    console.print(table)
    console.print()


def save(path: Path | None, result: dict[str, Any]) -> None:
    if path is not None:
        path.write_text(json.dumps({"machine": machine(), **result}, indent=1, ensure_ascii=False) + "\n", "utf-8")
