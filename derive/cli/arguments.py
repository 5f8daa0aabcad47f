"""What is written on the command line: families, members, values, lists. SymPy is imported where it is needed only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from derive.families.family import Distribution, Family
    from derive.families.library import Catalog

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def catalog_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option --catalog of a command that uses the families of `known()`."""
    return click.option(
        "--catalog",
        "own",
        type=FOLDER,
        expose_value=False,
        callback=lambda ctx, _, folder: ctx.meta.update({__name__: folder}),
        help="A folder of entries of your own, beside the catalog.",
    )(function)


def known() -> Catalog:
    """The families that the running command knows: the catalog, and the folder of its --catalog."""
    from derive.families.library import Catalog, catalog

    ctx = click.get_current_context(silent=True)
    folder = None if ctx is None else ctx.meta.get(__name__)
    return catalog if folder is None else Catalog(*catalog.folders, folder)


def families_named(names: str) -> list[Family]:
    """The families of a list NAME,..., each once."""
    return list(dict.fromkeys(known()[name.strip()] for name in names.split(",")))


def member(text: str, suffix: str) -> Distribution:
    """A member of the catalog from text: a name, whose parameters get a suffix, or `name(values)`."""
    from derive.families.parameter import ParameterError

    name, bracket, rest = text.partition("(")
    family = known()[name.strip()]
    if not bracket:
        return family.suffixed(suffix)
    if not rest.rstrip().endswith(")"):
        raise ParameterError(f"{shortened(text)} lacks a closing bracket: write {name.strip()}({_signature(family)})")
    args, keywords = [], {}
    for part in split(rest.rstrip()[:-1]):
        key, equals, value = part.partition("=")
        if not equals:
            args.append(part.strip())
        elif key.strip() in keywords:
            raise ParameterError(f"{family.name}: {key.strip()} is given twice")
        else:
            keywords[key.strip()] = value.strip()
    if args and keywords:
        raise ParameterError(f"{family.name}: give all parameters by name or none, as in {_signature(family)}")
    return family(*args, **keywords)


def _signature(family: Family) -> str:
    return ", ".join(f"{p.name}=..." for p in family.params)


def assignments(texts: tuple[str, ...]) -> dict[str, Any]:
    """`k_1=3,theta_1=1/2` as a mapping of names to text; `[1/2, 1/2]` becomes a list."""
    from derive.families.expression import spelling
    from derive.families.parameter import ParameterError

    values: dict[str, Any] = {}
    for part in (p for text in texts for p in split(text)):
        name, equals, value = (s.strip() for s in part.partition("="))
        if not equals or not name or not value:
            raise ParameterError(f"--at takes NAME=VALUE,..., as in k_1=3,theta_1=1/2; got {shortened(part)}")
        if spelling(name) in values:
            raise ParameterError(f"--at: {name} is given twice")
        vector = value[0] == "[" and value[-1] == "]"
        values[spelling(name)] = [v.strip() for v in split(value[1:-1])] if vector else value
    return values


def split(text: str) -> list[str]:
    """The parts between commas that stand in no brackets; a comma may stand at the end.

    >>> split("p=[1/2, 1/2], k=beta(1, 2)")
    ['p=[1/2, 1/2]', ' k=beta(1, 2)']
    """
    from derive.families.parameter import ParameterError

    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if c == "," and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    if not all(part.strip() for part in parts):
        raise ParameterError(f"nothing stands before a comma in {shortened(text)}")
    return [*parts, text[start:]] if text[start:].strip() else parts


def shortened(text: str) -> str:
    text = " ".join(text.split())
    return repr(text if len(text) <= 60 else text[:57] + "...")
