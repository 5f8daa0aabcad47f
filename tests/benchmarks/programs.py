"""Which programs are right: the KL of two members of every family of the catalog, on the grid that programs are measured on.

    python tests/benchmarks/programs.py [--seconds 900] [--jobs 1] [--json FILE] [FAMILY ...]

The table is Markdown. Right is a relative error of at most 1e-13, or of no more than the rounding of the inputs causes. A family
whose divergence does not close, or that has no program by its closed form, is listed with the reason.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench import save

from derive import bounded, kl_divergence
from derive.atlas.table import univariate
from derive.families.library import catalog
from derive.programs.accuracy import measured, truth_of, truths
from derive.programs.code import BOUND, EPSILONS, SIZES, compiled, program, runs
from derive.programs.grid import places
from derive.programs.program import CodeError

MEMORY = 6 * 2**30
"""Bytes that one measurement may take."""


def judged(name: str) -> dict[str, Any]:
    """What is known of a family's program; of one that has none why."""
    started = time.process_time()
    formula = kl_divergence(catalog[name].suffixed("_1"), catalog[name].suffixed("_2"))
    if not all(c.form in ("closed", "infinite") for c in formula.cases):
        return {"family": name, "why": "does not close"}
    try:
        one = program(formula)
    except CodeError as missing:
        return {"family": name, "why": str(missing)}
    truth = truth_of(formula)
    accuracy = measured(compiled(one, runs(one) or "math"), truths(formula, places(formula, EPSILONS, SIZES)))
    beyond = accuracy.beyond(BOUND, truth, most=10**6)
    excused = [e for e, _ in accuracy.errors if e > BOUND and not math.isinf(e)]
    return {
        "family": name, "points": accuracy.points, "right": accuracy.points - len(beyond),
        "within": sum(e <= BOUND for e, _ in accuracy.errors), "worst": beyond[0][0] if beyond else 0.0,
        "worst within": max((e for e, _ in accuracy.errors if e <= BOUND), default=0.0),
        "worst excused": max(excused, default=0.0), "at": beyond[0][1] if beyond else {}, "form": one.form,
        "seconds": round(time.process_time() - started, 1),
    }  # fmt: skip


def row(found: dict[str, Any]) -> str:
    """A line of the table."""
    if "why" in found:
        return f"| {found['family']} | – | – | {found['why']} |"
    rounding = found["points"] - found["within"] - (found["points"] - found["right"])
    elsewhere = "no value" if math.isinf(found["worst"]) else f"{found['worst']:.0e}"
    notes = [f"{rounding} by the rounding of the inputs"] if rounding else []
    notes += [f"at worst {elsewhere}"] if found["right"] < found["points"] else []
    return f"| {found['family']} | {found['points']} | {found['right']} | {'; '.join(notes)} |"


def all_of(names: Iterable[str], limits: bounded.Limits, jobs: int) -> list[dict[str, Any]]:
    found = []
    for name, answer in bounded.run(judged, names, jobs, limits):
        found.append({"family": name, "why": answer.reason} if isinstance(answer, bounded.Failure) else answer)
        if found[-1].get("why") != "does not close":
            print(row(found[-1]), flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("families", nargs="*")
    parser.add_argument("--seconds", type=float, default=900)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    names = options.families or [f.name for f in univariate(catalog)]
    print("| family | points | right | of these, or elsewhere |\n|---|---|---|---|")
    found = all_of(names, bounded.Limits(options.seconds, MEMORY), options.jobs)
    measured_ones = [f for f in found if "points" in f]
    right = sum(f["right"] == f["points"] for f in measured_ones)
    closed = [f for f in found if f.get("why") != "does not close"]
    print(
        f"\n{len(closed)} of {len(found)} close; {right} are right at every point, {len(measured_ones) - right} are not"
    )
    save(options.json, {"families": found})


if __name__ == "__main__":
    main()
