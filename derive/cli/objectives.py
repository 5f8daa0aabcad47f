"""The commands about objectives: loss, likelihood, projection, equivalence, robustness, code-length, theorems."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from derive.cli.arguments import catalog_option, known, member, split
from derive.cli.console import mathematics, member_text, print_json, print_table
from derive.cli.shell import cli

if TYPE_CHECKING:
    from derive.families.family import Distribution

Equation = tuple[Any, Any, str]
"""Left side, right side (or None), and what is said of it."""


@dataclass(frozen=True)
class Block:
    """Equations, the condition under which they hold ("" is always), and what else is said of them, a line each."""

    equations: Sequence[Equation]
    condition: str = ""
    about: Sequence[str] = ()

    @property
    def heads(self) -> list[str]:
        return [*([f"if {self.condition}"] if self.condition else []), *self.about]

    @property
    def rows(self) -> Iterator[str]:
        """The equations as lines of LaTeX, each with its condition."""
        from derive.writing import notation

        for a, b, note in self.equations:
            said = ", ".join(filter(None, (note, self.condition and f"if {self.condition}")))
            yield rf"{notation.latex(a)} &= {notation.latex(b)}{_noted(said)}"


def output_options(function: Callable[..., Any]) -> Callable[..., Any]:
    function = catalog_option(function)
    function = click.option("--json", "as_json", is_flag=True, help="As JSON.")(function)
    return click.option("--latex", is_flag=True, help="As LaTeX (amsmath).")(function)


def learn_option(required: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(
        "--learn", metavar="NAME,...", required=required, help="What is learned; all parameters when omitted."
    )


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip() for part in split(text)]


def _told(heads: Sequence[str], equations: Sequence[Equation], latex: bool, as_json: bool) -> None:
    """The heads and equations, for the terminal, as LaTeX or as JSON."""
    _told_in_blocks(heads, [Block(equations)], latex, as_json)


def _told_in_blocks(heads: Sequence[str], blocks: Sequence[Block], latex: bool, as_json: bool) -> None:
    """The same of several blocks, each with heads of its own; of the first, these go with those of all."""
    from derive.writing import notation

    if latex and as_json:
        raise click.UsageError("--latex and --json exclude each other")
    first, *others = [([*(heads if i == 0 else ()), *b.heads], b.equations) for i, b in enumerate(blocks)]
    if as_json:
        told, *elsewhere = [
            {
                "about": about,
                "equations": [
                    {"left": notation.text(a), "right": notation.text(b), "latex": notation.latex(b), "note": note}
                    for a, b, note in equations
                ],
            }
            for about, equations in (first, *others)
        ]
        print_json(told | ({"elsewhere": elsewhere} if elsewhere else {}))
    elif latex:
        rows = [row for block in blocks for row in block.rows]
        click.echo("\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}")
    else:
        click.echo("\n\n".join(_block(about, equations) for about, equations in (first, *others)))


def _block(about: Sequence[str], equations: Sequence[Equation]) -> str:
    width = max((len(mathematics(a)) for a, _, _ in equations), default=0)
    lines = []
    for a, b, note in equations:
        right = mathematics(b).replace("\n", "\n" + " " * (width + 3))
        lines.append(f"{mathematics(a):{width}} = {right}" + (f"    ({note})" if note else ""))
    return "\n".join([*about, "", *lines])


def _noted(note: str) -> str:
    from derive.writing import notation

    return rf" && \text{{{notation.escape(note)}}}" if note else ""


@cli.command()
@click.argument("model")
@learn_option()
@click.option("--link", multiple=True, metavar="NAME=LINK", help="A link, such as p=sigmoid(z). May repeat.")
@output_options
def loss(model: str, learn: str | None, link: tuple[str, ...], latex: bool, as_json: bool) -> None:
    """The negative log-likelihood of one observation as a loss: `derive loss normal --learn mu`.

    Terms that do not depend on what is learned are dropped; gradient and Hessian follow.
    """
    import sympy as sp

    from derive.families.parameter import ParameterError
    from derive.objectives.losses import LOSS, NLL, second
    from derive.objectives.losses import loss as derived

    links = {}
    for text in link:
        name, equals, value = text.partition("=")
        if not equals or not value.strip():
            raise ParameterError(f"--link takes NAME=LINK, as in p=sigmoid(z); got {text!r}")
        if name.strip() in links:
            raise ParameterError(f"--link: {name.strip()} is given twice")
        links[name.strip()] = value.strip()
    q = member(model, "")
    found = derived(q, _names(learn), links)
    head = LOSS(*found.learned)
    equations: list[Equation] = [(NLL(found.y), found.nll, ""), (head, found.expr, found.name or "")]
    for i, (s, slope) in enumerate(zip(found.learned, found.gradient, strict=True)):
        equations.append((sp.Derivative(head, s, evaluate=False), slope, ""))
        equations += [
            (sp.Function("Hessian")(s, second(t)), found.hessian[i, j], "")
            for j, t in enumerate(found.learned)
            if j >= i
        ]
    about = [f"q = {member_text(found.model)}, learned: {', '.join(map(mathematics, found.learned))}"]
    about += [f"where {mathematics(k)} = softmax({mathematics(v)})" for k, v in found.vectors.items()]
    about += [f"where {mathematics(relation)}; the loss is +∞ elsewhere" for relation in found.domain]
    _told(about, equations, latex, as_json)


@cli.command()
@click.argument("model")
@learn_option()
@click.option("--data", metavar="X,...", help="Observations: the estimates for them, where they are closed.")
@output_options
def likelihood(model: str, learn: str | None, data: str | None, latex: bool, as_json: bool) -> None:
    """Maximum likelihood: NLL/n, its equations and what solves them: `derive likelihood gamma`."""
    import sympy as sp

    from derive.objectives.estimation import likelihood as fitted
    from derive.objectives.minimum import moved

    fit = fitted(member(model, ""), _names(learn))
    if data is not None:
        values = fit.at([part.strip() for part in split(data)])
        for name, value in values.items():
            click.echo(f"{mathematics(sp.Symbol(name))} = {sp.Float(value, 15)}")
        return
    equations: list[Equation] = [(sp.Symbol("NLL/n"), fit.objective, "CE of the data and the model")]
    equations += [(s, value, "") for s, value in fit.solution.items()]
    equations += [(sp.S.Zero, e, "left to solve") for e in fit.reduced]
    notes = [f"{mathematics(s)} moves {moved(fit.model, s)}: no equation holds for it" for s in fit.minimum.unsettled]
    if fit.closed:
        notes.append(_verdict(fit.verdict))
    _told([f"q = {member_text(fit.model)}", *notes], equations, latex, as_json)


def _verdict(verdict: Any) -> str:
    """How it is known that a solution is a minimum."""
    if verdict.kind == "proved":
        return f"a minimum, proved: {verdict.witness}"
    return f"a minimum, compared on {verdict.point}" if verdict.kind == "agrees" else f"no minimum: {verdict.witness}"


@cli.command()
@click.argument("p")
@click.argument("family")
@click.option("--reverse", is_flag=True, help="Minimise KL(q‖p) instead of KL(p‖q).")
@output_options
def projection(p: str, family: str, reverse: bool, latex: bool, as_json: bool) -> None:
    """The member of FAMILY nearest to P: the q that minimises CE(p, q): `derive projection gamma normal`."""
    import sympy as sp

    from derive.objectives.projections import projection as projected

    found = projected(member(p, "_1"), known()[family], reverse=reverse)
    heads = [f"p = {member_text(found.p)}", f"q = {found.family.name}, to minimise {found.direction}"]
    blocks = []
    for part in (found, *found.elsewhere):
        equations: list[Equation] = [(s, value, "") for s, value in part.solution.items()]
        equations += [(sp.S.Zero, e, "left to solve") for e in part.reduced]
        condition = mathematics(part.condition) if part.condition != sp.true else ""
        about = [_verdict(part.verdict)] if part.verdict.kind != "unknown" else []
        blocks.append(Block(equations, condition, about))
    _told_in_blocks(heads, blocks, latex, as_json)


@cli.command()
@click.argument("p")
@click.argument("q")
@learn_option(required=True)
@output_options
def equivalence(p: str, q: str, learn: str, latex: bool, as_json: bool) -> None:
    """Whether CE and KL have the same gradient: `derive equivalence normal normal --learn mu_2,sigma_2`."""
    import sympy as sp

    from derive.objectives.equivalences import equivalence as decided

    found = decided(member(p, "_1"), member(q, "_2"), _names(learn) or [])
    members: tuple[Distribution, ...] = found.ce.distributions
    equations: list[Equation] = [(found.ce.name - found.kl.name, found.h.expr, "H(p)")]
    equations += [(sp.Derivative(found.h.name, s, evaluate=False), gap, "") for s, gap in found.gap.items()]
    said = "have the same gradient, Hessian and minimisers" if found.holds else "are not the same objective"
    about = [f"{letter} = {member_text(m)}" for letter, m in zip("pq", members, strict=True)]
    about += [] if found.conditions == sp.true else [f"where both are finite: {mathematics(found.conditions)}"]
    _told([*about, f"CE and KL {said}: {found.reason} ({found.verdict.kind})"], equations, latex, as_json)


@cli.command()
@click.argument("name", required=False)
@click.option("--families", metavar="NAME,...", help="The families to check on, instead of a dozen; `all` for all.")
@click.option("--steps", is_flag=True, help="With the proof, for the first of the families.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_context
def theorems(ctx: click.Context, name: str | None, families: str | None, steps: bool, as_json: bool) -> None:
    """The results behind CE, KL and likelihood, each with its hypotheses and verdict.

    "proved" is an exact, symbolic zero; "agrees" is a comparison at exact points, which is no proof. Exit code 1
    when something is refuted.
    """
    from derive.families.library import catalog
    from derive.verification.theorems import FAMILIES, THEOREMS, theorem

    chosen = FAMILIES if families is None else catalog.names() if families == "all" else _names(families) or []
    try:
        found = THEOREMS if name is None else (theorem(name),)
    except KeyError as error:
        raise click.UsageError(error.args[0]) from None
    if families is not None and name is not None and any(True for _ in found[0].instances([])):
        raise click.UsageError(f"{name} is about a setting of its own, and takes no --families")
    checked = [(t, t.check(chosen)) for t in found]
    if name is not None and not checked[0][1]:
        raise click.UsageError(f"none of these families meets the hypotheses of {name}: {checked[0][0].hypotheses}")
    if as_json:
        print_json({"theorems": [_theorem_dict(t, checks) for t, checks in checked]})
    elif name is None:
        print_table(
            ("theorem", "", "statement", "if"),
            [(t.name, _counts(checks), t.statement, t.hypotheses) for t, checks in checked],
        )
    else:
        _theorem_told(*checked[0], steps)
    ctx.exit(1 if any(v.kind == "refuted" for _, checks in checked for _, v in checks) else 0)


def _counts(checks: Sequence[Any]) -> str:
    from collections import Counter

    kinds = Counter(verdict.kind for _, verdict in checks)
    return ", ".join(
        f"{kinds[k]} {'agree' if k == 'agrees' else k}" for k in ("proved", "agrees", "unknown", "refuted") if kinds[k]
    )


def _theorem_told(t: Any, checks: Sequence[Any], steps: bool) -> None:
    from derive.writing import notation

    click.echo(f"{t.statement}\nif      {t.hypotheses}\nbecause {t.proof}")
    click.echo(f"source  {t.source}\n" if t.source else "")
    print_table(("checked on", "verdict"), [(i.about, _kind(v)) for i, v in checks])
    if steps and checks:
        instance = checks[0][0]
        click.echo(f"\n{instance.about}:")
        for step in instance.steps:
            click.echo(f"{mathematics(step.before)} = {mathematics(step.after)}\n      [{step.rule}: {step.reason}]")
        sign = "≤" if t.relation == "≤" else "="
        click.echo(f"left    {notation.pretty(instance.left)}\n{sign} right {notation.pretty(instance.right)}")


def _kind(verdict: Any) -> str:
    return (
        f"{verdict} ({verdict.point})"
        if verdict.kind == "agrees" and verdict.point not in str(verdict)
        else str(verdict)
    )


def _theorem_dict(t: Any, checks: Sequence[Any]) -> dict[str, Any]:
    about = {"name": t.name, "statement": t.statement, "hypotheses": t.hypotheses, "proof": t.proof, "source": t.source}
    return about | {
        "checks": [{"about": i.about, "kind": v.kind, "digits": v.digits, "point": v.point} for i, v in checks]
    }


@cli.command()
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), help="Save a picture (needs matplotlib).")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def robustness(plot: Path | None, as_json: bool) -> None:
    """What float32 and float64 lose of CE, KL and BCE, as people write them: worst errors.

    Relative to the value; of a gradient, whose scale is 1, absolute. Everything is lost where an error is 1.
    """
    from derive.objectives.robustness import REGIMES, measured

    found = measured()
    if plot is not None:
        from derive.cli.pictures import robustness_picture

        robustness_picture(found, plot)
        return
    if as_json:
        rows = [
            {"way": m.way.name, "quantity": m.way.quantity, "dtype": m.dtype, "regime": m.regime}
            | {"error": str(m.error), "at": m.at}
            for m in found
        ]
        print_json({"measurements": rows})
        return
    ways = list(dict.fromkeys((m.way.name, m.dtype) for m in found))
    errors = {(m.way.name, m.dtype, m.regime): m.error for m in found}
    table = [(name, dtype, *(_error(errors[name, dtype, regime]) for regime in REGIMES)) for name, dtype in ways]
    print_table(("worst error", "", *REGIMES), table)


def _error(error: float) -> str:
    """1 is everything: larger errors are no worse."""
    return str(error) if error != error or error == float("inf") else "lost" if error >= 0.5 else f"{error:.0e}"


@cli.command("code-length")
@click.argument("p")
@click.argument("q", required=False)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def code_length(p: str, q: str | None, as_json: bool) -> None:
    """Entropy, CE and KL in bits beside real codes: `derive code-length 1/2,1/4,1/4 1/4,1/4,1/2`."""
    from derive.cli.console import decimal
    from derive.objectives.coding import code_length as coded

    found = coded(split(p), None if q is None else split(q))
    rows = [("entropy H(p)", decimal(found.entropy, 6)), ("mean length of Huffman's code for p", str(found.length))]
    if q is not None:
        rows += [
            ("cross-entropy CE(p, q)", decimal(found.cross_entropy, 6)),
            ("mean length of Huffman's code for q", str(found.length_of_other)),
            ("divergence KL(p, q)", decimal(found.divergence, 6)),
            ("excess of the code for q", str(found.excess)),
        ]
    words = [("code for p", " ".join(found.own.words)), *([("code for q", " ".join(found.other.words))] if q else [])]
    if as_json:
        print_json(dict([*rows, *words]))
    else:
        print_table(("in bits a symbol", ""), [*rows, *words])
