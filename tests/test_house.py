"""The house: rooms in an order, of which each knows only those before it."""

from __future__ import annotations

import ast
import tomllib
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


def imports(room: str) -> set[tuple[str, bool]]:
    """(room, whether when loaded) for each import of a module of derive."""
    found = set()
    for path in (HOUSE / room).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        loaded = set(map(id, tree.body))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("derive."):
                found.add((node.module.split(".")[1], id(node) in loaded))
    return found


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


def test_every_package_is_installed():
    project = HOUSE.parent / "pyproject.toml"
    if not project.exists():
        pytest.skip("there is no checkout")
    listed = tomllib.loads(project.read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    found = {".".join(p.parent.relative_to(HOUSE.parent).parts) for p in HOUSE.rglob("__init__.py")}
    assert {name for name in listed if "catalog" not in name} == {name for name in found if "catalog" not in name}
