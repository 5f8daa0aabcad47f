"""A whole module: entropy, cross-entropy and KL of every family that has them in closed form, with its own test."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from derive.cases import settled
from derive.formula import Formula
from derive.library import Catalog, catalog
from derive.programs.accuracy import measured, truths
from derive.programs.code import BOUND, compiled, program, runs
from derive.programs.grid import places
from derive.programs.program import CodeError, Program
from derive.programs.targets import target_named, written
from derive.quantities import cross_entropy, entropy, kl_divergence

TESTED = ("numpy", "torch", "jax", "math")
"""Targets whose module can test itself."""


def module(target: str, *, checked: bool = False, families: Catalog = catalog) -> str:
    """The source of a module; what has no program is listed in it, with the reason."""
    target = target_named(target)
    programs: list[tuple[Formula, Program]] = []
    left: list[str] = []
    for formula in _closed(families):
        try:
            one = program(formula)
            written([one], target, checked)
        except CodeError as error:
            left.append(f"{', '.join(map(str, formula.distributions))}: {error}")
            continue
        programs.append((formula, one))
    text = written([one for _, one in programs], target, checked)
    if left:
        mark = {"c": "// ", "javascript": "// ", "stan": "// "}.get(target, "# ")
        text += "\n" + "\n".join(f"{mark}{line}" for line in ["Without a program:", *left]) + "\n"
    return text + (_own_test(programs, target) if target in TESTED else "")


def _closed(families: Catalog) -> Iterator[Formula]:
    for family in families.entries:
        for formula in (
            entropy(family.suffixed("")),
            cross_entropy(family.suffixed("_1"), family.suffixed("_2")),
            kl_divergence(family.suffixed("_1"), family.suffixed("_2")),
        ):
            if settled(formula.cases) and any(c.form == "closed" for c in formula.cases):
                yield formula


EPSILONS, POINTS = (1e-1, 1e-6, 1e-12), 4
LOST = 1e-3
"""An error beyond which a value is no reference: the docstring says that the function is not right there."""


def _own_test(programs: list[tuple[Formula, Program]], target: str) -> str:
    """Reference values, and a test that compares with them."""
    lines = ["", "", 'inf = float("inf")', "REFERENCE = ["]
    for formula, one in programs:
        function = compiled(one, runs(one) or target)
        for place, value in islice(truths(formula, places(formula, EPSILONS, ())), POINTS):
            error = measured(function, [(place, value)]).worst
            if error < LOST:
                bound = BOUND if error <= BOUND else float(f"{2 * error:.1e}")
                lines.append(f"    ({one.name}, {place!r}, {float(value)!r}, {bound!r}),")
    given = {"torch": "torch.tensor(v, dtype=torch.float64)"}.get(target, "v")
    lines += [
        "]",
        '"""Functions, parameters, values to 17 digits, and the relative error that was measured, if it is above 1e-13."""',
        "",
        "",
        "def test() -> int:",
        '    """How many values are further from the reference than they should be; each is printed."""',
        "    wrong = 0",
        "    for function, place, value, bound in REFERENCE:",
        f"        got = float(function(**{{k: {given} for k, v in place.items()}}))",
        "        if not (got == value or abs(got - value) <= bound * abs(value)):",
        "            wrong += 1",
        "            print(function.__name__, place, got, value)",
        "    return wrong",
        "",
        "",
        'if __name__ == "__main__":',
        "    raise SystemExit(min(1, test()))",
        "",
    ]
    return "\n".join(lines)


__all__ = ["module"]
