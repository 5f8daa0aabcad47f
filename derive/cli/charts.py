"""The commands about the atlas: atlas, atlas show, atlas plot."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from derive.cli.arguments import FOLDER, catalog_option, families_named, known
from derive.cli.console import print_json, print_table, progress_bar, unicode_fits, writable
from derive.cli.shell import Group, WrongInput, cli

if TYPE_CHECKING:
    from derive.atlas.store import Store
    from derive.families.family import Family

QUANTITIES = {"kl": "kl_divergence", "ce": "cross_entropy"}

GLYPHS = {
    "elementary": ("e", "green", "closed in elementary functions"),
    "special": ("s", "cyan", "closed in named special functions"),
    "series": ("Σ", "yellow", "a series or a finite sum"),
    "integral": ("∫", "magenta", "no closed form found: an integral that evaluates"),
    "infinite": ("∞", "bright_black", "infinite for all parameters"),
    "undefined": ("·", "bright_black", "undefined: no common measure, or infinite both ways"),
    "unchecked": ("?", "bold red", "derived, and not confirmed: not published"),
    "failed": ("!", "bold red", "not finished within its limits"),
    "": (" ", "", "not computed"),
}
"""Form -> its character on the map, colour and meaning. Closed forms are capitals where there is more than one branch."""

PLAIN = {"Σ": "n", "∫": "i", "∞": "x", "·": "."}
"""Characters for an output that has no others."""

folder_argument = click.argument("folder", type=FOLDER)


@cli.group("atlas", cls=Group, invoke_without_command=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The folder of the atlas.")
@click.option(
    "--families", metavar="NAME,...", help="These families and all their pairs, instead of the whole catalog."
)
@click.option("--rows", metavar="NAME,...", help="Of the table these rows: these families for p, with every q of it.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes; as many as there are cores when omitted.")
@click.option("--digits", type=click.IntRange(10, 200), default=30, show_default=True, help="Digits of every check.")
@catalog_option
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler whose workers do the work.")
@click.option("--steps", is_flag=True, help="Keep the derivations too.")
@click.option("--seconds", type=click.FloatRange(min=1), default=120, show_default=True, help="What a cell may take.")
@click.option(
    "--memory", type=click.FloatRange(min=0.5), default=4, show_default=True, help="GiB that a cell may take."
)
@click.pass_context
def atlas(
    ctx: click.Context,
    out: Path | None,
    families: str | None,
    rows: str | None,
    jobs: int | None,
    digits: int,
    scheduler: str | None,
    steps: bool,
    seconds: float,
    memory: float,
) -> None:
    """H of every family, CE and KL of every ordered pair: `derive atlas --out DIR`.

    One record a cell, in DIR/cells.jsonl. A run goes on from what is there: cells that still hold are not made again.
    """
    if ctx.invoked_subcommand is not None:
        return
    if out is None:
        raise click.UsageError("`derive atlas` needs --out DIR, the folder to write to")
    import os

    from derive import bounded
    from derive.atlas.table import Run, build, opened, univariate

    catalog = known()

    def named(names: str | None) -> tuple[Family, ...] | None:
        return None if names is None else tuple(dict.fromkeys(f.base or f for f in families_named(names)))

    chosen = named(families) or univariate(catalog)
    limits = bounded.Limits(seconds, int(memory * 2**30))
    run = Run(chosen, digits, steps, limits, catalog, named(rows))
    if strangers := [f.name for f in run.rows or () if f not in chosen]:
        raise WrongInput(f"--rows names {', '.join(strangers)}, which --families does not")
    with opened(out) as store, progress_bar("cells") as progress:
        made = build(store, run, jobs or os.cpu_count() or 1, scheduler, progress)
    click.echo(f"{made} cells made, {len(store.records) - made} kept, in {store.path}")
    _census(store)


def _census(store: Store) -> None:
    from derive.atlas.table import census

    counts = census(store.records.values())
    forms = [f for f in GLYPHS if any(c[f] for c in counts.values())]
    rows: list[tuple[Any, ...]] = [(GLYPHS[f][2], *(str(c[f]) for c in counts.values())) for f in forms]
    print_table(("form", "H", "CE", "KL"), [*rows, ("all", *(str(sum(c.values())) for c in counts.values()))])


@atlas.command("show", bounded=True)
@folder_argument
@click.option("--quantity", type=click.Choice(list(QUANTITIES)), default="kl", show_default=True)
@click.option("--slowest", is_flag=True, help="The ten cells that took longest, instead of the map.")
@click.option("--json", "as_json", is_flag=True, help="The counts as JSON.")
def show(folder: Path, quantity: str, slowest: bool, as_json: bool) -> None:
    """The map of an atlas, a character for each pair: p down, q across."""
    from derive.atlas.table import census, opened, table
    from derive.atlas.table import slowest as of_all

    store = _opened(folder, opened)
    if as_json:
        print_json({q: dict(c) for q, c in census(store.records.values()).items()})
        return
    if slowest:
        rows = [
            (r["quantity"], r["p"], r["q"] or "", r["form"], f"{r['seconds']:.1f} s")
            for r in of_all(store.records.values())
        ]
        print_table(("quantity", "p", "q", "form", "took"), rows)
        return
    names, rows_ = table(store, QUANTITIES[quantity])
    width = max(map(len, names))
    for i, (name, row) in enumerate(zip(names, rows_, strict=True)):
        click.echo(f"{name:>{width}} {i + 1:>3} " + "".join(_mark(r) for r in row))
    counts = Counter(r["form"] if r else "" for row in rows_ for r in row)
    click.echo(
        f"\n{quantity.upper()} of p (down) and q (across, in the same order); capitals: finite for some parameters only, or in branches"
    )
    for form, (glyph, style, meaning) in GLYPHS.items():
        if counts[form]:
            click.echo(f"  {_styled(glyph, style)} {counts[form]:>6}  {meaning}")
    if left := sum("given_up" in r for row in rows_ for r in row if r):
        click.echo(f"{left} of these stand as they are defined: their derivation did not finish within its limits")


def _opened(folder: Path, opened: Any) -> Any:
    store = opened(folder)
    if not store.records:
        raise click.UsageError(f"there is no atlas in {folder}: make one with `derive atlas --out {folder}`")
    return store


def _mark(record: Any) -> str:
    form = record["form"] if record else ""
    glyph, style, _ = GLYPHS[form]
    return _styled(glyph.upper() if record and record["branches"] > 1 else glyph, style)


def _styled(glyph: str, style: str) -> str:
    glyph = glyph if unicode_fits() else PLAIN.get(glyph, glyph)
    bold, colour = style.startswith("bold"), style.removeprefix("bold ") or None
    return click.style(writable(glyph), fg=colour, bold=bold or None)


@atlas.command("plot", bounded=True)
@folder_argument
@click.argument("picture", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--quantity", type=click.Choice(list(QUANTITIES)), default="kl", show_default=True)
def plot(folder: Path, picture: Path, quantity: str) -> None:
    """The map of an atlas as a picture (a format that matplotlib knows by its ending)."""
    from derive.atlas.table import opened, table
    from derive.cli.pictures import atlas_picture

    names, rows = table(_opened(folder, opened), QUANTITIES[quantity])
    meanings = {form: meaning for form, (_, _, meaning) in GLYPHS.items()}
    atlas_picture(names, [[r["form"] if r else "" for r in row] for row in rows], meanings, quantity.upper(), picture)
