"""The commands of the quantities that are functions of ∫ p^α q^(1−α), and of the Fisher information."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from derive.cli.arguments import catalog_option
from derive.cli.commands import generic, quantity_options, told
from derive.cli.console import mathematics, print_json
from derive.cli.shell import cli

ORDERED = {
    "renyi-divergence": ("pq", "Renyi's divergence, log E_p[(p/q)^(a - 1)] / (a - 1) of order a"),
    "renyi-entropy": ("p", "Renyi's entropy, log E_p[p^(a - 1)] / (1 - a) of order a"),
    "tsallis-entropy": ("p", "Tsallis' entropy, (1 - E_p[p^(a - 1)]) / (a - 1) of order a"),
}
"""Commands with an order, their arguments, and what they give."""

PLAIN = {
    "hellinger-distance": ("pq", "Hellinger's distance, sqrt(1 - E_p[sqrt(q/p)])"),
    "bhattacharyya-distance": ("pq", "Bhattacharyya's distance, -log E_p[sqrt(q/p)]"),
    "chi-squared-divergence": ("pq", "Pearson's chi-squared divergence, E_p[p/q] - 1"),
    "jeffreys-divergence": ("pq", "Jeffreys' divergence, KL(p, q) + KL(q, p)"),
}
"""Commands without one."""


def _command(name: str, arguments: str, help_: str, ordered: bool) -> None:
    def answer(
        order: str = "", bits: bool = False, deep: bool = False, definition: bool = False, **options: Any
    ) -> None:
        from derive.derivation import affinity

        if deep or definition:
            raise click.UsageError(f"{name} has no {'--deep' if deep else '--definition'}")
        members = generic(tuple(options.pop(letter) for letter in arguments))
        function: Callable[..., Any] = getattr(affinity, name.replace("-", "_"))
        formula = function(*members, *([order] if ordered else []))
        if bits and not formula.unit:
            raise click.UsageError(f"{name} is no amount of information, and has no --bits")
        told(formula, bits=bits, **options)

    command = quantity_options(answer)
    if ordered:
        command = click.option("--order", default="alpha", show_default=True, help="A number, or a name.")(command)
    for letter in reversed(arguments):
        command = click.argument(letter)(command)
    cli.command(name, help=f"{help_}: `derive {name} {'gamma ' * len(arguments)}`.".replace(" `.", "`."))(command)


for _table, _ordered in ((ORDERED, True), (PLAIN, False)):
    for _name, (_arguments, _help) in _table.items():
        _command(_name, _arguments, _help, _ordered)


@cli.command("fisher-information")
@click.argument("p")
@click.option("--latex", is_flag=True, help="As LaTeX (amsmath).")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@catalog_option
def fisher_information(p: str, latex: bool, as_json: bool) -> None:
    """The Fisher information matrix of a family: `derive fisher-information gamma`."""
    import sympy as sp

    from derive.derivation.information import fisher_information as derived
    from derive.writing import notation

    found = derived(generic((p,))[0])
    if latex:
        click.echo(found.latex())
        return
    names = [str(s) for s in found.parameters]
    pairs = [(i, j) for i in range(len(names)) for j in range(i, len(names))]
    if as_json:
        entries = [{"row": names[i], "column": names[j], "expr": notation.text(found.matrix[i, j])} for i, j in pairs]
        print_json({"parameters": names, "conditions": notation.text(found.conditions), "entries": entries})
        return
    for i, j in pairs:
        left, entry = f"I({mathematics(found.parameters[i])}, {mathematics(found.parameters[j])})", found.matrix[i, j]
        if entry is sp.nan:
            click.echo(f"{left} is undefined: {found.entry(i, j).steps[-1].reason}")
            continue
        cases = entry.args if isinstance(entry, sp.Piecewise) else [(entry, sp.true)]
        for expr, condition in cases:
            where = "" if condition == sp.true else f" if {mathematics(condition)}"
            click.echo(f"{left} = {mathematics(expr)}{where}")
    if found.conditions != sp.true:
        click.echo(f"if {mathematics(found.conditions)}")
