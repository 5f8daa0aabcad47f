"""What the command line writes: formulas, tables, reports, a progress bar.

Unicode only where standard output can encode it; colours and the bar only on a terminal.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from derive.derivation.formula import Formula
    from derive.families.family import Distribution, Family
    from derive.verification.report import LawCount, Report, Row


def interval(f: Family) -> str:
    low, high = map(mathematics, f.definition.support)
    return f"{{{low}, …, {high}}}" if f.measure == "counting" else f"({low}, {high})"


def mathematics(e: Any) -> str:
    """An expression for standard output: Unicode where that can be written."""
    from derive.writing import notation

    return notation.pretty(e) if unicode_fits() else notation.text(e)


def unicode_fits() -> bool:
    return "utf" in (getattr(sys.stdout, "encoding", None) or "").lower()


def decimal(value: Any, digits: int) -> str:
    import mpmath

    return str(mpmath.nstr(value, digits, strip_zeros=False, min_fixed=-6, max_fixed=max(digits, 6)))


def described(formula: Formula, steps: bool) -> str:
    from derive.derivation.problem import NOT_SOUGHT
    from derive.writing import notation

    if not unicode_fits():
        head = [f"{notation.text(formula.name)} = {notation.text(formula.expr)}"]
        lines = [f"{notation.text(s.before)} = {notation.text(s.after)}" for s in formula.steps] if steps else []
    else:
        letters = "pq"[: len(formula.distributions)]
        head = ["", formula.pretty()]
        lines = [f"{c} = {member_text(p)}" for c, p in zip(letters, formula.distributions, strict=True)]
        if steps:
            lines += ["", notation.pretty_steps(formula.name, formula.steps, formula.cases)]
            head = head if len(formula.cases) == 1 else []  # several cases stand below the steps already
    forms = list(dict.fromkeys(c.form for c in formula.cases))
    sought = "sought" if any(s.rule == NOT_SOUGHT[0] for s in formula.steps) else "found"
    unit = f"; in {formula.unit}" if formula.unit else ""
    open_ = "" if formula.decided or len(formula.cases) > 1 else f"; {notation.UNDECIDED}"
    return "\n".join([*lines, *head, "", ", ".join(FORMS.get(f, f) for f in forms).format(sought) + unit + open_])


FORMS = {
    "closed": "closed form",
    "series": "a series: no closed form {}",
    "integral": "an integral: no closed form {}",
    "infinite": "infinite",
    "undefined": "does not exist",
}


def member_text(p: Distribution) -> str:
    return f"{p.family.name}({', '.join(map(mathematics, p.values))})"


def as_dict(formula: Formula, steps: bool, values: dict[str, Any], value: Any, digits: int) -> dict[str, Any]:
    from derive.writing.notation import latex, text

    result: dict[str, Any] = {
        "quantity": formula.quantity,
        "unit": formula.unit,
        "distributions": [
            {"family": p.family.name, "parameters": {k: text(v) for k, v in p.parameters.items()}}
            for p in formula.distributions
        ],
        **({} if formula.statistic is None else {"statistic": text(formula.statistic)}),
        "parameters": list(formula.symbols),
        "form": formula.form,
        "cases": [
            {
                "condition": text(c.condition),
                "expr": text(c.expr),
                "latex": latex(c.expr),
                "form": c.form,
                "decided": c.decided,
            }
            for c in formula.cases
        ],
    }
    if steps:
        result["steps"] = [
            {
                "before": text(s.before),
                "after": text(s.after),
                "rule": s.rule,
                "reason": s.reason,
                "condition": text(s.condition),
            }
            for s in formula.steps
        ]
    if value is not None:
        result |= {"at": values, "digits": digits, "value": decimal(value, digits)}
    return result


class progress_bar:
    """A progress bar on standard error when that is a terminal; gives the function that moves it."""

    def __init__(self, what: str = "verifying"):
        self.what = what

    def __enter__(self) -> Callable[[int, int], None] | None:
        self.bar: Any = None
        if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
            return None
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn(self.what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self.bar.start()
        task = self.bar.add_task(self.what, total=None)
        return lambda done, total: self.bar.update(task, completed=done, total=total)

    def __exit__(self, *error: object) -> None:
        if self.bar is not None:
            self.bar.stop()


STYLES = {"proved": "green", "agrees": "green", "unknown": "yellow", "refuted": "bold red"}


COLUMNS = {"family": "family", "density": "density", "entropy": "H", "cross_entropy": "CE", "kl_divergence": "KL"}


def print_report(report: Report) -> None:
    """A row for each family, what was refuted or stays unknown, the laws with their counts, the summary."""
    families: dict[tuple[str, str], dict[str, Row]] = {}
    for row in report.rows:
        families.setdefault((row.family, row.alias_of), {})[row.quantity] = row
    table = []
    for (family, base), cells in families.items():
        name = f"{family} (as {base})" if base else family
        whole = cells.get("all")
        table.append((name, *(_verdict(cells.get(q, whole)) for q in list(COLUMNS)[1:])))
    print_table(tuple(COLUMNS.values()), table)
    for row in report.rows:
        what = row.family + ("" if row.quantity == "all" else " " + row.quantity.replace("_", " "))
        if row.verdict.kind in ("refuted", "unknown"):
            click.echo(writable(f"{what}: {row.verdict}"))
            continue
        for check in row.checks:
            if check.verdict.kind == "unknown":
                click.echo(writable(f"{what}, one check of {check.law}: {check.verdict}"))
    laws = [(law.name, law.kind, str(law.effective), _counted(law), law.statement) for law in report.law_table.values()]
    click.echo()
    print_table(("law", "kind", "checks", "verdicts", "statement"), laws)
    click.echo("\n" + writable(report.summary()))


def _counted(law: LawCount) -> tuple[str, str]:
    """How often each verdict was given, and the colour of the worst."""
    if law.left_out:
        return "not in the quick mode", ""
    given = [kind for kind in STYLES if law.counts[kind]]
    return ", ".join(f"{law.counts[kind]} {kind.replace('agrees', 'agree')}" for kind in given), STYLES[
        given[-1]
    ] if given else ""


def _verdict(row: Row | None) -> tuple[str, str]:
    """A cell of the table and its colour."""
    if row is None:
        return "", ""
    kind = row.verdict.kind
    said = f"agrees to {row.verdict.digits}" if kind == "agrees" and row.verdict.digits else kind
    return (f"{row.form}, {said}" if row.form else said), STYLES.get(kind, "")


def print_table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """A table without rules, whose columns are folded on a terminal, between words, and never cut elsewhere."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    console = Console(file=sys.stdout, highlight=False, force_terminal=terminal, width=None if terminal else 10_000)
    table = Table(box=None, pad_edge=False, header_style="bold")
    written = [[c if isinstance(c, tuple) else (c, "") for c in row] for row in rows]
    for i, column in enumerate(head):
        table.add_column(column, overflow="fold", no_wrap=not any(" " in row[i][0] for row in written))
    for row in written:
        table.add_row(*(Text(writable(text), style=style) for text, style in row))
    with console.capture() as capture:
        console.print(table)
    click.echo("\n".join(line.rstrip() if not terminal else line for line in capture.get().rstrip("\n").split("\n")))


def writable(text: str) -> str:
    """`text` without what standard output cannot encode."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    return text.replace("…", "...").encode(encoding, "replace").decode(encoding) if not unicode_fits() else text


def print_json(data: dict[str, Any]) -> None:
    import json

    click.echo(json.dumps(data, indent=2, ensure_ascii=not unicode_fits()))
