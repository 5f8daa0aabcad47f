"""The house: rooms in an order, of which each knows only those before it."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import derive

HOUSE = Path(derive.__file__).parent
ROOMS = (
    "algebra", "families", "writing", "numerics", "expectations", "derivation", "programs", "checks", "objectives",
    "verification", "atlas", "cli",
)  # fmt: skip
LATE = {("derivation", "programs")}
"""What a room takes from a later one, inside a function: `formula.code()` writes a program."""


def modules(path: Path) -> Iterator[tuple[str, bool]]:
    """(module of derive, whether when loaded) for each import in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    loaded = set(map(id, tree.body))
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from ((name, id(node) in loaded) for name in names if name.startswith("derive."))


def imports(room: str) -> set[tuple[str, bool]]:
    """(room, whether when loaded) for each import of a module of derive."""
    paths = (HOUSE / room).rglob("*.py")
    found = {(name.split(".")[1], loaded) for path in paths for name, loaded in modules(path)}
    return {(name, loaded) for name, loaded in found if name in ROOMS}


def test_every_module_is_in_a_room():
    alone = {p.stem for p in HOUSE.glob("*.py")}
    assert alone == {"__init__", "__main__", "bounded"}
    rooms = {p.parent.relative_to(HOUSE).parts[0] for p in HOUSE.rglob("*.py") if p.parent != HOUSE}
    assert rooms - {"_catalog"} == set(ROOMS)


def test_a_room_knows_only_those_before_it():
    for i, room in enumerate(ROOMS):
        later = {(r, loaded) for r, loaded in imports(room) if r in ROOMS[i + 1 :]}
        assert {r for r, loaded in later if loaded} == set(), room
        assert {(room, r) for r, _ in later} <= LATE


def test_a_module_of_programs_knows_only_those_before_it_in_their_list():
    folder = HOUSE / "programs"
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    listed = re.findall(r"^ +(\w+) |; (\w+): ", text, re.MULTILINE)
    order = [one or other for one, other in listed]
    names = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert names | {"functions"} == set(order)
    for i, name in enumerate(order):
        paths = [folder / f"{name}.py"] if name in names else sorted((folder / name).glob("*.py"))
        known = {m.split(".")[2] for path in paths for m, _ in modules(path) if m.startswith("derive.programs.")}
        assert known <= set(order[: i + 1]), name


def test_every_package_is_installed():
    project = HOUSE.parent / "pyproject.toml"
    if not project.exists():
        pytest.skip("there is no checkout")
    listed = tomllib.loads(project.read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    found = {".".join(p.parent.relative_to(HOUSE.parent).parts) for p in HOUSE.rglob("__init__.py")}
    assert {name for name in listed if "catalog" not in name} == {name for name in found if "catalog" not in name}
