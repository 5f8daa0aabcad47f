"""A whole module: entropy, cross-entropy and KL of every family that has them in closed form, with its own test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from derive import bounded
from derive.derivation import quantities
from derive.derivation.cases import settled
from derive.derivation.formula import Formula
from derive.families.family import Family
from derive.families.library import Catalog, catalog
from derive.programs.accuracy import measured, truths
from derive.programs.code import BOUND, compiled, program, runs
from derive.programs.grid import places
from derive.programs.program import CodeError, Program
from derive.programs.targets import target_named, written

TESTED = ("numpy", "torch", "jax", "math")
"""Targets whose module can test itself."""
QUANTITIES = ("entropy", "cross_entropy", "kl_divergence")
LIMITS = bounded.Limits(600, 4 * 2**30)
"""What one program may take."""


@dataclass(frozen=True)
class Task:
    """One function of a module: a quantity of a family, for a target."""

    folders: tuple[str, ...]
    quantity: str
    family: str
    target: str
    checked: bool

    @property
    def title(self) -> str:
        return f"{self.quantity.replace('_', ' ')} of {self.family}"


def module(
    target: str,
    *,
    checked: bool = False,
    families: Catalog = catalog,
    only: Sequence[Family] | None = None,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> str:
    """The source of a module. What has no program, or none that holds, is listed in it, with the reason.

    only       these of the families, which may be special cases; all entries when not given
    progress   called with (done, total) whenever a function is made
    """
    target = target_named(target)
    folders = tuple(map(str, families.folders))
    tasks = [Task(folders, q, f.name, target, checked) for f in only or families.entries for q in QUANTITIES]
    made: dict[Task, tuple[Program, list[str]]] = {}
    left: dict[Task, str] = {}
    for done, (task, answer) in enumerate(bounded.run(_made, tasks, jobs, LIMITS), 1):
        if isinstance(answer, bounded.Failure):
            left[task] = answer.reason
        elif isinstance(answer, str):
            left[task] = answer
        else:
            made[task] = answer
        if progress is not None:
            progress(done, len(tasks))
    programs = [made[t] for t in tasks if t in made]
    text = written([one for one, _ in programs], target, checked)
    if left:
        mark = {"c": "// ", "javascript": "// ", "stan": "// "}.get(target, "# ")
        lines = ["Without a program:", *(f"{t.title}: {left[t]}" for t in tasks if t in left)]
        text += "\n" + "\n".join(f"{mark}{line}" for line in lines) + "\n"
    return text + (_own_test([r for _, r in programs], target) if target in TESTED else "")


def _made(task: Task) -> tuple[Program, list[str]] | str:
    """A program and its reference values, or why there is none."""
    family = Catalog(*task.folders)[task.family]
    members = ("",) if task.quantity == "entropy" else ("_1", "_2")
    formula = getattr(quantities, task.quantity)(*map(family.suffixed, members))
    if not settled(formula.cases):
        return "no closed form was found"
    if not any(c.form == "closed" for c in formula.cases):
        return "it is infinite or undefined for all parameters"
    try:
        one = program(formula)
        written([one], task.target, task.checked)
    except CodeError as error:
        return str(error)
    if not one.holds:
        return one.accuracy
    return one, list(_references(formula, one, task.target))


EPSILONS, POINTS = (1e-1, 1e-6, 1e-12), 4


def _references(formula: Formula, one: Program, target: str) -> Iterator[str]:
    function = compiled(one, runs(one) or target)
    for place, value in islice(truths(formula, places(formula, EPSILONS, ())), POINTS):
        error = measured(function, [(place, value)]).worst
        bound = BOUND if error <= BOUND else float(f"{2 * error:.1e}")
        yield f"    ({one.name}, {place!r}, {float(value)!r}, {bound!r}),"


def _own_test(references: list[list[str]], target: str) -> str:
    """Reference values, and a test that compares with them."""
    kind = ": list[tuple[Callable[..., Any], dict[str, Any], float, float]]" if target == "numpy" else ""
    lines = ["", "", 'inf = float("inf")', f"REFERENCE{kind} = [", *(line for one in references for line in one)]
    given = {"torch": "torch.tensor(v, dtype=torch.float64)", "jax": "jnp.asarray(v)"}.get(target, "v")
    double = ["    import jax", "", '    jax.config.update("jax_enable_x64", True)  # which test() needs', ""]
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
        "        if not (got == value or abs(got - value) <= bound * abs(value) < inf):",
        "            wrong += 1",
        "            print(function.__name__, place, got, value)",
        "    return wrong",
        "",
        "",
        'if __name__ == "__main__":',
        *(double if target == "jax" else ()),
        "    raise SystemExit(min(1, test()))",
        "",
    ]
    return "\n".join(lines)


__all__ = ["module"]
