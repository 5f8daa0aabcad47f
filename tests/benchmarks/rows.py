"""The rows of atlases that are whole, as text: a character a cell, so that they can be kept where records are too many.

python tests/benchmarks/rows.py DIR [--beside docs/atlas-rows.txt] > rows.txt
python tests/benchmarks/rows.py --beside docs/atlas-rows.txt --plot docs/atlas.png [--quantity cross_entropy]

With `--beside`, rows that an earlier text has and the atlas has not (yet) are kept; each tells the engine that it was made by.
With `--plot` the map of the rows is drawn, and they are counted.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from derive.atlas.table import QUANTITIES, opened, table
from derive.cli.charts import GLYPHS
from derive.cli.pictures import atlas_picture

Row = tuple[str, str, str]
"""What is said of a row, its cross-entropies, its divergences."""


def rows(folder: Path, names: list[str]) -> dict[str, Row]:
    """The rows of an atlas that have a cell for each of the names."""
    store = opened(folder)
    tables = {quantity: table(store, quantity) for quantity in QUANTITIES}
    found = {}
    for p in names:
        own, cells = store.records.get(("entropy", p, "")), []
        for there, lines in tables.values():
            at = dict(zip(there, lines[there.index(p)], strict=True)) if p in there else {}
            cells.append([at.get(q) for q in names])
        if own and all(record for row in cells for record in row):
            records = (own, *cells[0], *cells[1])
            seconds, digits = sum(r["seconds"] for r in records), min(r["digits"] for r in records)
            engines = "+".join(sorted({r["depends"]["engine"] for r in records}))
            head = f"{p} {GLYPHS[own['form']][0]} {seconds:.0f} {engines} {digits}"
            found[p] = (head, *("".join(GLYPHS[record["form"]][0] for record in row) for row in cells))
    return found


def read(text: str) -> dict[str, Row]:
    """The rows of a text."""
    lines = text.splitlines()
    starts = [i for i, line in enumerate(lines) if i + 1 < len(lines) and lines[i + 1].startswith("  ")]
    starts = [i for i in starts if not lines[i].startswith("  ")]
    return {lines[i].split()[0]: (lines[i], lines[i + 1].strip(), lines[i + 2].strip()) for i in starts}


def told(names: list[str], found: dict[str, Row]) -> list[str]:
    lines = ["q: " + " ".join(names)]
    lines += [f"{mark} {meaning}" for mark, _, meaning in GLYPHS.values() if meaning != "not computed"]
    lines.append(
        "p, whether its entropy closes, processor seconds of its row, the engine (or engines), the digits of its checks (30 where none are told); "
        "its cross-entropies; its divergences"
    )
    for p in names:
        if p in found:
            head, *cells = found[p]
            lines += [head, *("  " + row for row in cells)]
    return lines


def drawn(names: list[str], found: dict[str, Row], quantity: str, path: Path) -> Counter[str]:
    """Draw the map of one quantity; the counts of its forms."""
    form = {mark: form for form, (mark, _, _) in GLYPHS.items()}
    line = 1 + QUANTITIES.index(quantity)
    forms = [[form[mark] for mark in found[p][line]] if p in found else [""] * len(names) for p in names]
    meanings = {form: meaning for form, (_, _, meaning) in GLYPHS.items()}
    title = f"{quantity.replace('_', ' ')} of {len(found)} × {len(names)} pairs"
    atlas_picture(names, forms, meanings, title, path)
    return Counter(f for row in forms for f in row)


if __name__ == "__main__":
    from derive.atlas.table import univariate
    from derive.families.library import catalog

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--beside", type=Path)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--quantity", choices=QUANTITIES, default="kl_divergence")
    options = parser.parse_args()
    every = [f.name for f in univariate(catalog)]
    kept = read(options.beside.read_text()) if options.beside else {}
    found = kept | (rows(options.folder, every) if options.folder else {})
    if options.plot:
        print(dict(drawn(every, found, options.quantity, options.plot)))
    else:
        print("\n".join(told(every, found)))
