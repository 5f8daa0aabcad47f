"""Pictures, by matplotlib, which the extra `plot` installs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from derive.families.parameter import ParameterError
from derive.objectives.robustness import REGIMES, Measurement

COLOURS = {
    "elementary": "#1a9850", "special": "#66c2e0", "series": "#fdd835", "integral": "#ab47bc", "infinite": "#b0b0b0",
    "undefined": "#e8e8e8", "unchecked": "#d32f2f", "failed": "#7f0000", "": "#ffffff",
}  # fmt: skip
"""The colours of the forms of a cell."""


def _pyplot(path: Path) -> Any:
    try:
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot
    except ImportError:
        raise ParameterError("a picture needs matplotlib: pip install 'derive[plot]'") from None
    known = pyplot.figure().canvas.get_supported_filetypes()
    pyplot.close()
    if path.suffix[1:].lower() not in known:
        raise ParameterError(f"{path}: a picture ends in one of {', '.join(sorted(known))}")
    return pyplot


def atlas_picture(
    names: Sequence[str], forms: Sequence[Sequence[str]], meanings: Mapping[str, str], title: str, path: Path
) -> None:
    """The map of an atlas: a coloured square for each pair, p down and q across."""
    pyplot = _pyplot(path)
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch

    kinds = list(COLOURS)
    size = max(6.0, 0.13 * len(names))
    figure, axes = pyplot.subplots(figsize=(size + 3, size + 1.5), layout="constrained")
    numbers = [[kinds.index(form) for form in row] for row in forms]
    axes.imshow(numbers, cmap=ListedColormap(list(COLOURS.values())), vmin=-0.5, vmax=len(kinds) - 0.5)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=6)
    axes.set_yticks(range(len(names)), names, fontsize=6)
    axes.set(xlabel="q", ylabel="p", title=title)
    seen = [form for form in meanings if any(form in row for row in forms)]
    counts = {form: sum(list(row).count(form) for row in forms) for form in seen}
    patches = [Patch(facecolor=COLOURS[f], edgecolor="0.5", label=f"{counts[f]}  {meanings[f]}") for f in seen]
    figure.legend(handles=patches, loc="outside lower center", ncols=2, fontsize=8)
    figure.savefig(path, dpi=130)
    pyplot.close(figure)


def robustness_picture(found: Sequence[Measurement], path: Path) -> None:
    """The worst relative error of each way of writing a loss, a panel for each quantity."""
    pyplot = _pyplot(path)
    quantities = list(dict.fromkeys(m.way.quantity for m in found))
    figure, panels = pyplot.subplots(1, len(quantities), figsize=(15, 6), sharey=True, layout="constrained")
    for panel, quantity in zip(panels, quantities, strict=True):
        ways = list(dict.fromkeys(m.way.name for m in found if m.way.quantity == quantity))
        for i, name in enumerate(ways):
            for dtype, marker in (("float32", "o"), ("float64", "s")):
                errors = {m.regime: m.error for m in found if m.way.name == name and m.dtype == dtype}
                places = [k + 0.15 * (i - (len(ways) - 1) / 2) for k in range(len(REGIMES))]
                panel.plot(
                    places,
                    [_height(errors[regime]) for regime in REGIMES],
                    marker,
                    color=f"C{i}",
                    fillstyle="full" if dtype == "float64" else "none",
                    label=f"{name}, {dtype}",
                )
        panel.set(yscale="log", ylim=(1e-17, 30), title=quantity)
        panel.set_xticks(range(len(REGIMES)), list(REGIMES), rotation=30, ha="right")
        panel.axhspan(0.5, 30, color="0.9")
        panel.legend(fontsize="x-small", loc="upper center", bbox_to_anchor=(0.5, -0.25), ncols=2)
    panels[0].set_ylabel("worst error (grey: everything lost, infinite or nan)")
    figure.savefig(path, dpi=110, bbox_inches="tight")
    pyplot.close(figure)


def _height(error: Any) -> float:
    """Where an error stands: a loss of everything, infinity and nan on one line at the top."""
    return max(float(error), 1e-17) if error < 0.5 else 5.0
