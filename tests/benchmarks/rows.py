"""The rows of an atlas that are whole, as text: a character a cell, so that they can be kept where records are too many.

python tests/benchmarks/rows.py DIR > docs/atlas-rows.txt
"""

from __future__ import annotations

import argparse
from pathlib import Path

from derive.atlas.table import QUANTITIES, opened, table
from derive.cli.charts import GLYPHS


def told(folder: Path) -> list[str]:
    store = opened(folder)
    names, _ = table(store, QUANTITIES[0])
    lines = [f"engine {store.manifest['engine']}, {store.manifest['digits']} digits", "q: " + " ".join(names)]
    lines += [f"{mark} {meaning}" for mark, _, meaning in GLYPHS.values() if meaning != "not computed"]
    lines.append("p, whether its entropy closes, processor seconds of its row; its cross-entropies; its divergences")
    rows = {quantity: dict(zip(*table(store, quantity), strict=True)) for quantity in QUANTITIES}
    for p in names:
        own, found = store.records.get(("entropy", p, "")), [rows[quantity][p] for quantity in QUANTITIES]
        if own and all(record for row in found for record in row):
            seconds = sum(record["seconds"] for record in (own, *found[0], *found[1]))
            lines.append(f"{p} {GLYPHS[own['form']][0]} {seconds:.0f}")
            lines += ["  " + "".join(GLYPHS[record["form"]][0] for record in row) for row in found]
    return lines


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    print("\n".join(told(parser.parse_args().folder)))
