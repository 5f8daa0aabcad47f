"""Slopes and single precision: the KL of two members of every family, by the programs for PyTorch, JAX and NumPy.

    python tests/benchmarks/slopes.py [--seconds 900] [--jobs 1] [--json FILE] [FAMILY ...]

The table is Markdown: how many points were compared, and at how many of them the slopes in all parameters are right (to 1e-9, or
to what the rounding of the inputs causes), and in float32 the values (to 1e-5, or the same). Families whose divergence does not
close, or that have no program by its closed form, are left out.
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
from bench import save

from derive import bounded, kl_divergence
from derive.atlas.table import univariate
from derive.families.library import catalog
from derive.programs.accuracy import LARGEST, Slopes, Truth, truths
from derive.programs.code import EPSILONS, SIZES, compiled, program
from derive.programs.grid import Place, places
from derive.programs.program import CodeError

EVERY = 5
"""One of so many points is measured."""
SINGLE, UNIT = 1e-5, 2.0**-24
"""What the relative error in float32 may be, and half the distance of 1 to the next float."""
SMALLEST, GREATEST = 1e-36, 1e38
"""Values that float32 has with all its digits."""

Wrong = tuple[str, Place, float, Any]


def by_torch(one: Any, known: list[Place]) -> tuple[list[float], dict[str, list[float]]]:
    import torch

    columns = {
        i.name: torch.tensor([p[i.name] for p in known], dtype=torch.float64, requires_grad=True) for i in one.inputs
    }
    values = compiled(one, "torch")(**columns)
    values[torch.isfinite(values)].sum().backward()
    return values.tolist(), {
        k: v.grad.tolist() if v.grad is not None else [0.0] * len(known) for k, v in columns.items()
    }


def by_jax(one: Any, known: list[Place]) -> tuple[list[float], dict[str, list[float]]]:
    import jax

    jax.config.update("jax_enable_x64", True)
    function, names = compiled(one, "jax"), [i.name for i in one.inputs]
    columns = [np.array([p[n] for p in known], np.float64) for n in names]
    both = jax.jit(jax.vmap(jax.value_and_grad(function, argnums=tuple(range(len(names))))))
    values, slopes = both(*columns)
    return list(map(float, values)), {n: list(map(float, s)) for n, s in zip(names, slopes, strict=True)}


def sloped(slopes: Slopes, one: Any, known: list[Place], library: Any) -> dict[str, Any]:
    """What slopes by a library are, of all parameters that are no whole numbers."""
    _, found = library(one, known)
    true = slopes.known(enumerate(known))
    wrong: list[Wrong] = list(slopes.wrong(true, found))
    places_ = {tuple(p.items()) for _, p, _, _ in wrong}
    return {
        "points": len(true),
        "right": len(true) - len(places_),
        "wrong": [[n, p, g, float(t)] for n, p, g, t in wrong],
    }


def single(truth: Truth, one: Any, known: list[tuple[Place, Any]]) -> dict[str, Any]:
    """Values in float32, by NumPy."""
    columns = {i.name: np.array([p[i.name] for p, _ in known], np.float32) for i in one.inputs}
    wrong = []
    for got, (place, true) in zip(np.asarray(compiled(one, "numpy")(**columns)), known, strict=True):
        if math.isinf(true):
            right = bool(got == true)
        else:
            error = abs(float(got) - true)
            right = bool(error <= SINGLE * abs(true) or error <= UNIT * truth.condition(place) * abs(true))
        if not right:
            wrong.append(["", place, float(got), float(true)])
    return {"points": len(known), "right": len(known) - len(wrong), "wrong": wrong}


def judged(name: str) -> dict[str, Any]:
    """What is known of the slopes of a family's program; of one that has none why."""
    started = time.process_time()
    formula = kl_divergence(catalog[name].suffixed("_1"), catalog[name].suffixed("_2"))
    if not all(c.form in ("closed", "infinite") for c in formula.cases):
        return {"family": name, "why": "does not close"}
    try:
        one = program(formula)
    except CodeError as missing:
        return {"family": name, "why": str(missing)}
    chosen = places(formula, EPSILONS, SIZES)[::EVERY]
    found: dict[str, Any] = {"family": name, "form": one.form}
    near = [place for place, value in truths(formula, chosen) if abs(value) < LARGEST]
    slopes = Slopes(formula, [n for n, s in formula.symbols.items() if not s.is_integer])
    for library in (by_torch, by_jax):
        try:
            found[library.__name__[3:]] = sloped(slopes, one, near, library)
        except CodeError as missing:
            found[library.__name__[3:]] = {"why": str(missing)}
    rounded = [{k: float(np.float32(v)) for k, v in p.items()} for p in chosen]
    known = [(p, v) for p, v in truths(formula, rounded) if v == 0 or v == math.inf or SMALLEST < v < GREATEST]
    try:
        found["single"] = single(Truth(formula), one, known)
    except CodeError as missing:
        found["single"] = {"why": str(missing)}
    return found | {"seconds": round(time.process_time() - started, 1)}


def row(found: dict[str, Any]) -> str:
    """A line of the table."""
    if "why" in found:
        return f"| {found['family']} | – | – | – | {found['why']} |"
    cells = [found[way] for way in ("torch", "jax", "single")]
    told = [c["why"] if "why" in c else f"{c['right']} of {c['points']}" for c in cells]
    return f"| {found['family']} | {' | '.join(told)} | {found['seconds']} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("families", nargs="*")
    parser.add_argument("--seconds", type=float, default=900)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    print("| family | slopes, PyTorch | slopes, JAX | float32 | seconds |\n|---|---|---|---|---|")
    found = []
    names = options.families or [f.name for f in univariate(catalog)]
    for name, answer in bounded.run(judged, names, options.jobs, bounded.Limits(options.seconds)):
        found.append({"family": name, "why": answer.reason} if isinstance(answer, bounded.Failure) else answer)
        if found[-1].get("why") != "does not close":
            print(row(found[-1]), flush=True)
        save(options.json, {"families": found})


if __name__ == "__main__":
    main()
