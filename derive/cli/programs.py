"""The command code: formulas as source text."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from derive.cli.arguments import catalog_option, families_named, known
from derive.cli.console import progress_bar
from derive.cli.shell import SECONDS, cli, limited

if TYPE_CHECKING:
    from derive.derivation.formula import Formula

QUANTITIES = {
    "entropy": "entropy", "h": "entropy", "cross-entropy": "cross_entropy", "ce": "cross_entropy",
    "kl": "kl_divergence", "kl-divergence": "kl_divergence",
}  # fmt: skip


@cli.command("code", bounded=True)
@click.argument("quantity", required=False)
@click.argument("members", nargs=-1, metavar="[P [Q]]")
@click.option(
    "--to", "target", default="numpy", show_default=True, help="numpy, torch, jax, math, c, javascript, julia or stan."
)
@click.option(
    "--all", "every", is_flag=True, help="Entropy, cross-entropy and KL of every family that has them closed."
)
@click.option("--families", metavar="NAME,...", help="With --all: these families, instead of the whole catalog.")
@click.option("--checked", is_flag=True, help="Check the parameters.")
@click.option(
    "--quadrature",
    is_flag=True,
    help="Where there is no closed form: by quadrature or a series, which the program says.",
)
@catalog_option
@click.option("--jobs", type=click.IntRange(1), help="Processes for --all; as many as there are cores when not given.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.1),
    default=SECONDS,
    show_default=True,
    help="Give up after so long (not with --all, where every program is bounded).",
)
def code_command(
    quantity: str | None,
    members: tuple[str, ...],
    target: str,
    every: bool,
    families: str | None,
    checked: bool,
    quadrature: bool,
    jobs: int | None,
    out: Path | None,
    seconds: float,
) -> None:
    """A program that holds in floating point: `derive code kl gamma gamma --to numpy`.

    QUANTITY is entropy, cross-entropy or kl; P and Q are families or members, as in `derive kl`.
    """
    from derive.programs.code import code
    from derive.programs.module import module
    from derive.programs.targets import target_named

    target_named(target)
    if out is not None and not out.absolute().parent.is_dir():
        raise click.UsageError(f"--out: there is no folder {out.absolute().parent}")
    if every:
        if quadrature:
            raise click.UsageError("--quadrature is for one cell, not for --all")
        if quantity is not None:
            raise click.UsageError("--all takes no quantity and no families")
        only = None if families is None else families_named(families)
        count = jobs or os.cpu_count() or 1
        with progress_bar("programs") as progress:
            text = module(target, checked=checked, families=known(), only=only, jobs=count, progress=progress)
    else:
        if families is not None:
            raise click.UsageError("--families is for --all")
        with limited(seconds):
            formula = _formula(quantity, members)
            text = code([formula], target, checked=checked, quadrature=quadrature)
        if "NOT RIGHT EVERYWHERE" in text:
            click.echo("Warning: this program is not right everywhere; its documentation says where.", err=True)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


def _formula(quantity: str | None, members: tuple[str, ...]) -> Formula:
    from derive.cli.commands import generic
    from derive.derivation import quantities

    if quantity is None or quantity.lower() not in QUANTITIES:
        named = "none" if quantity is None else repr(quantity)
        raise click.UsageError(f"a quantity is entropy, cross-entropy or kl, got {named}")
    name = QUANTITIES[quantity.lower()]
    wanted = 1 if name == "entropy" else 2
    if len(members) != wanted:
        raise click.UsageError(f"{quantity} takes {wanted} member{'s' * (wanted > 1)}, got {len(members)}")
    formula: Any = getattr(quantities, name)(*generic(members))
    return formula
