"""The atlas: time per cell against the number of families, two workers against one, the slowest cells.

    python tests/benchmarks/atlas.py [--sizes 10,20,40] [--digits 30] [--json FILE]
    python tests/benchmarks/atlas.py --of DIR [--sizes 20,40,80,190]

The families of each size are drawn from the catalog by a fixed seed, the smaller sets inside the larger, so the cost
of a cell may be compared. Every run starts from nothing, in a folder of its own; with --of nothing is run, and the seconds
are those in the records of an atlas that is there, summed over two workers as if neither had waited.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench import machine, median, save, seconds, show

from derive.atlas.table import Run, build, opened, slowest, univariate
from derive.families.library import catalog

SEED = 1


def chosen(size: int) -> tuple[Any, ...]:
    families = sorted(univariate(catalog), key=lambda f: f.name)
    random.Random(SEED).shuffle(families)
    return tuple(families[:size])


def measured(size: int, digits: int, jobs: int) -> dict[str, Any]:
    """Wall time, and what its cells say, of an atlas from nothing."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        with opened(Path(folder)) as store:
            build(store, Run(chosen(size), digits), jobs)
        wall = time.monotonic() - started
        records = list(store.records.values())
    return told(size, jobs, wall, records)


def read(size: int, records: list[dict[str, Any]]) -> dict[str, Any]:
    """What the cells of a larger atlas say of so many families."""
    names = {f.name for f in chosen(size)}
    found = [r for r in records if r["p"] in names and (r["q"] is None or r["q"] in names)]
    return told(size, 2, sum(r["seconds"] for r in found) / 2, found)


def told(size: int, jobs: int, wall: float, records: list[dict[str, Any]]) -> dict[str, Any]:
    times = [r["seconds"] for r in records]
    return {
        "families": size, "jobs": jobs, "cells": len(records), "wall": wall, "cpu": sum(times), "median": median(times),
        "mean": sum(times) / len(times), "forms": dict(Counter(r["form"] for r in records)),
        "slowest": [{k: r[k] for k in ("quantity", "p", "q", "form", "seconds")} for r in slowest(records)],
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", default="10,20,40")
    parser.add_argument("--digits", type=int, default=30)
    parser.add_argument("--of", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    sizes = [int(s) for s in options.sizes.split(",")]
    if options.of:
        with opened(options.of) as store:
            records = list(store.records.values())
        rows = [read(size, records) for size in sizes]
    else:
        rows = [measured(size, options.digits, 2) for size in sizes]
    show(
        "the atlas, two workers",
        ("families", "cells", "wall", "median of a cell", "mean of a cell", "forms"),
        [
            (r["families"], r["cells"], seconds(r["wall"]), seconds(r["median"]), seconds(r["mean"]), r["forms"])
            for r in rows
        ],
    )
    one = None if options.of else measured(sizes[0], options.digits, 1)
    if one:
        print(f"\none worker takes {one['wall'] / rows[0]['wall']:.2f} times as long as two, for {sizes[0]} families")
    show(
        "the slowest cells",
        ("quantity", "p", "q", "form", "took"),
        [(r["quantity"], r["p"], r["q"] or "", r["form"], seconds(r["seconds"])) for r in rows[-1]["slowest"]],
    )
    save(options.json, {"machine": machine(), "digits": options.digits, "two": rows, "one": one})


if __name__ == "__main__":
    main()
