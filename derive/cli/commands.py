"""The commands list, show, entropy, cross-entropy, kl, expectation and verify."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from derive.cli.arguments import FOLDER, assignments, catalog_option, known, member
from derive.cli.console import (
    as_dict,
    decimal,
    described,
    interval,
    mathematics,
    print_json,
    print_report,
    print_table,
    progress_bar,
)
from derive.cli.shell import cli, terminable

if TYPE_CHECKING:
    from derive.derivation.formula import Formula
    from derive.families.family import Distribution
    from derive.families.library import Catalog

# --- the catalog ---------------------------------------------------------------------------------------------


@cli.command("list", bounded=True)
@catalog_option
def list_() -> None:
    """The families: name, parameters, support, other names."""
    rows = []
    for f in known().entries:
        names = [*f.synonyms, *(n for a in f.aliases for n in (a.name, *a.synonyms))]
        rows.append((f.name, ", ".join(p.name for p in f.params), interval(f), ", ".join(names)))
    print_table(("family", "parameters", "support", "also"), rows)


@cli.command()
@click.argument("family")
@catalog_option
def show(family: str) -> None:
    """A family: parameters, support, log-density, source, names elsewhere, aliases."""
    from derive.families.parameter import DOMAINS

    f = known()[family]
    click.echo(f"{f!r}" + (f", also {', '.join(f.synonyms)}" if f.synonyms else ""))
    if f.base is not None:
        alias = next(a for a in f.base.aliases if a.name == f.name)
        click.echo(f"  is {f.base.name} with {_mapping(alias.mapping)}")
    width = max((len(p.name) for p in f.params), default=0)
    for p in f.params:
        click.echo(f"  {p.name:{width}}  {DOMAINS[p.domain].phrase}; {p.meaning}")
    for constraint in f.constraints:
        click.echo(f"  where {constraint}")
    x = f.definition.variable
    click.echo(f"support      {mathematics(x)} in {interval(f)}" + {"counting": ", integers"}.get(f.measure, ""))
    click.echo(f"log-density  {mathematics(f.definition.log_density)}")
    if f.source:
        click.echo(f"source       {f.source}")
    for library, (name, mapping) in f.elsewhere.items():
        click.echo(f"{library:11}  {name}({', '.join(f'{k}={v}' for k, v in mapping.items())})")
    for alias in f.aliases:
        own = ", ".join(p.name for p in alias.params)
        click.echo(f"alias        {alias.name}({own}): {_mapping(alias.mapping)}")


def _mapping(mapping: Any) -> str:
    return ", ".join(f"{k} = {v}" for k, v in mapping.items())


# --- quantities ----------------------------------------------------------------------------------------------


DIGITS = 15
"""Digits of a value, when none are asked for."""


def quantity_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command of an amount of information has."""
    for option in (
        click.option("--deep", is_flag=True, help="Let SymPy's own integrator try what is left (slow)."),
        click.option("--definition", is_flag=True, help="The defining integral or sum, and where it exists, at once."),
        click.option("--bits", is_flag=True, help="In bits instead of nats."),
    ):
        function = option(function)
    return value_options(function)


def value_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command of a formula has."""
    for option in (
        catalog_option,
        click.option("--digits", type=click.IntRange(1, 1000), show_default=str(DIGITS), help="Digits of --at."),
        click.option("--at", multiple=True, metavar="NAME=VALUE,...", help="Evaluate: k_1=3,theta_1=1/2. May repeat."),
        click.option("--json", "as_json", is_flag=True, help="As JSON."),
        click.option("--steps", is_flag=True, help="With the derivation."),
        click.option("--latex", is_flag=True, help="As LaTeX (amsmath)."),
    ):
        function = option(function)
    return function


@cli.command()
@click.argument("p")
@quantity_options
def entropy(p: str, **options: Any) -> None:
    """H(p) = E_p[-log p], the entropy of a family: `derive entropy gamma`.

    P is a family's name, or a member such as "gamma(k=3, theta=1/2)".
    """
    _answer("entropy", (p,), **options)


@cli.command("cross-entropy")
@click.argument("p")
@click.argument("q")
@quantity_options
def cross_entropy(p: str, q: str, **options: Any) -> None:
    """CE(p, q) = E_p[-log q]: `derive cross-entropy gamma lognormal`.

    The parameters of P are called k_1, theta_1, ... and those of Q k_2, theta_2, ... . Either may be a member
    such as "gamma(k=3, theta=t)".
    """
    _answer("cross_entropy", (p, q), **options)


@cli.command("kl")
@click.argument("p")
@click.argument("q")
@quantity_options
def kl(p: str, q: str, **options: Any) -> None:
    """KL(p, q) = E_p[log p - log q], P true and Q the model: `derive kl gamma gamma`.

    The parameters of P are called k_1, theta_1, ... and those of Q k_2, theta_2, ... . Either may be a member
    such as "gamma(k=3, theta=t)".
    """
    _answer("kl_divergence", (p, q), **options)


@cli.command("expectation")
@click.argument("statistic")
@click.argument("p")
@value_options
def expectation(statistic: str, p: str, **options: Any) -> None:
    """E_p[STATISTIC], a function of x: `derive expectation "x*log(x)" gamma`.

    P is a family's name, or a member such as "gamma(k=3, theta=t)"; its parameters have their names in STATISTIC too, and
    other letters are parameters of the answer. At an integer where STATISTIC cannot be evaluated, as 0 log 0 and 0/0, its
    value is its limit from the sides that the support has.
    """
    from derive.derivation import quantities

    told(quantities.expectation(statistic, *generic((p,))), bits=False, **options)


def _answer(
    quantity: str,
    texts: tuple[str, ...],
    latex: bool,
    steps: bool,
    as_json: bool,
    at: tuple[str, ...],
    digits: int | None,
    bits: bool,
    deep: bool,
    definition: bool,
) -> None:
    from derive.derivation import quantities

    if deep and definition:
        raise click.UsageError("--deep seeks a closed form, --definition seeks none: they exclude each other")
    members = generic(texts)
    formula: Formula = getattr(quantities, quantity)(*members, deep=deep, definition=definition)
    if told(formula, latex, steps, as_json, at, digits, bits) and not definition:
        _with_shared_parameters(quantity, members, bits)


def generic(texts: tuple[str, ...]) -> tuple[Distribution, ...]:
    """The members that are meant, the parameters of a pair named apart."""
    suffixes = ("",) if len(texts) == 1 else ("_1", "_2")
    return tuple(member(t, s) for t, s in zip(texts, suffixes, strict=True))


def told(
    formula: Formula, latex: bool, steps: bool, as_json: bool, at: tuple[str, ...], digits: int | None, bits: bool
) -> bool:
    """Write a formula, or its value, in the way that is asked; whether it was written for people to read."""
    if latex and as_json:
        raise click.UsageError("--latex and --json exclude each other")
    if digits is not None and not at:
        raise click.UsageError("--digits has no effect without --at, which evaluates: --at k_1=3,theta_1=1/2")
    digits = DIGITS if digits is None else digits
    values = assignments(at)
    formula = formula.in_bits() if bits else formula
    value = formula.evaluate(values, digits=digits) if at else None
    if as_json:
        print_json(as_dict(formula, steps, values, value, digits))
    elif latex:
        click.echo(formula.latex(steps=steps))
        if value is not None:
            click.echo(decimal(value, digits))
    else:
        if value is None or steps:
            click.echo(described(formula, steps))
        if value is not None:
            click.echo(decimal(value, digits))
    return not (as_json or latex) and (value is None or steps)


def _with_shared_parameters(quantity: str, members: tuple[Distribution, ...], bits: bool) -> None:
    """What closes when two generic members of one family share parameters, where nothing closes without."""
    from derive.derivation.quantities import closing

    p, *others = members
    generic = [p.family.suffixed(suffix) for suffix in ("_1", "_2")]
    if [p, *others] == generic and (found := closing(quantity, p.family)):
        names, formula = found
        formula = formula.in_bits() if bits else formula
        are = "are" if len(names) > 1 else "is"
        click.echo(f"\nIt closes when {' and '.join(names)} {are} shared:\n\n{described(formula, False)}")


# --- verification --------------------------------------------------------------------------------------------


@cli.command("verify", bounded=True)
@click.argument("families", nargs=-1, metavar="[FAMILY]...")
@click.option("--digits", type=click.IntRange(10, 1000), default=50, show_default=True, help="Digits of quadrature.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write a JUnit XML report.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON instead of the table.")
@click.option("--strict", is_flag=True, help="Exit code 1 when something stays unknown, too.")
@click.option(
    "--catalog",
    "folder",
    type=FOLDER,
    help="A folder of entries of your own, instead of the catalog.",
)
@click.pass_context
def verify_command(
    ctx: click.Context,
    families: tuple[str, ...],
    digits: int,
    jobs: int,
    junit: Path | None,
    as_json: bool,
    strict: bool,
    folder: Path | None,
) -> None:
    """Derive H, CE and KL for FAMILY... (default: all) and check every law.

    Exit code 0 when nothing is refuted, 1 when something is, 2 on wrong usage. Interrupted or terminated, it reports what
    it has found until then, with exit code 130.
    """
    from derive.families.library import Catalog, catalog
    from derive.verification.verifier import Interrupted, verify

    if junit is not None and not junit.absolute().parent.is_dir():
        raise click.UsageError(f"--junit: there is no folder {junit.absolute().parent}")
    chosen: Catalog = catalog if folder is None else Catalog(folder, tolerant=True)
    if not chosen.names() and not chosen.broken:
        raise click.UsageError(f"there are no families in {folder}: an entry is a Family in a list FAMILIES")
    for name in families:
        chosen[name]
    stopped = None
    try:
        with terminable(), progress_bar() as progress:
            report = verify(list(families) or None, digits=digits, jobs=jobs, catalog=chosen, progress=progress)
    except Interrupted as stop:
        stopped, report = stop, stop.report
    if junit is not None:
        junit.write_text(report.junit(), encoding="utf-8")
    if as_json:
        click.echo(report.to_json())
    else:
        print_report(report)
    if stopped is not None:
        raise stopped
    ctx.exit(1 if report.refuted or strict and report.unknown else 0)
