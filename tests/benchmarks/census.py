"""The census of the table: which form CE and KL have, for a random sample of the ordered pairs of the catalog.

    python tests/benchmarks/census.py [--pairs 600] [--seed 1] [--json FILE]

Formulas are derived and not checked: that is what the atlas is for. The sample depends on the names in the catalog and
the seed alone, so that two states of the engine may be compared on the same pairs (put the other one's checkout on
PYTHONPATH). Shares have a standard error of some two in a hundred at 600 pairs.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from pathlib import Path

from bench import machine, save, show

from derive import cross_entropy, kl_divergence
from derive.atlas.cell import FORMS, form_of
from derive.atlas.table import univariate
from derive.families.library import catalog

QUANTITIES = {"CE": cross_entropy, "KL": kl_divergence}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    families = sorted(univariate(catalog), key=lambda f: f.name)
    rng = random.Random(options.seed)
    counts = {name: Counter[str]() for name in QUANTITIES}
    started = time.process_time()
    for _ in range(options.pairs):
        p, q = rng.choice(families), rng.choice(families)
        for name, quantity in QUANTITIES.items():
            counts[name][form_of(quantity(p.suffixed("_1"), q.suffixed("_2")))] += 1
    took = time.process_time() - started
    found = [f for f in FORMS if any(c[f] for c in counts.values())]
    show(
        f"{options.pairs} of {len(families) ** 2} ordered pairs, {took:.0f} s of processor time",
        ("quantity", *found),
        [(name, *(c[f] for f in found)) for name, c in counts.items()],
    )
    save(options.json, {"machine": machine(), "pairs": options.pairs, "seed": options.seed, "seconds": took,
                        "counts": {name: dict(c) for name, c in counts.items()}})  # fmt: skip


if __name__ == "__main__":
    main()
