"""Errors of KL(p‖q) near p = q, and throughput: the generated programs beside PyTorch, NumPyro and TensorFlow Probability.

    python tests/benchmarks/accuracy.py [--pairs 1000000] [--json FILE] [--plot FILE] [FAMILY ...]

Every library is given the floats of its own parametrisation, and judged by the formula at 60 digits at exactly these.
"plain" is the closed formula in NumPy and SciPy, as people write it down. Libraries that are not installed are left out.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from bench import save, show

from derive import catalog, kl_divergence
from derive.derivation.formula import Formula
from derive.families import points
from derive.families.expression import read
from derive.programs.accuracy import Truth
from derive.programs.code import compiled, program
from derive.programs.forms import forms

EPSILONS = tuple(10.0**-k for k in range(1, 13))
BASES = 3

Peer = Callable[[str, dict[str, Any], dict[str, Any]], Any]


def peers() -> dict[str, Peer]:
    """Name -> KL of two members of a family, by the name and the parameters it has in PyTorch."""
    found: dict[str, Peer] = {}
    if torch := _module("torch"):

        def by_torch(name: str, p: dict[str, Any], q: dict[str, Any]) -> Any:
            of = getattr(torch.distributions, name)
            tensors = [{k: torch.as_tensor(v, dtype=torch.float64) for k, v in m.items()} for m in (p, q)]
            made = [of(**t, validate_args=False) for t in tensors]
            return torch.distributions.kl_divergence(*made)

        found["torch"] = by_torch
    if jax := _module("jax"):
        jax.config.update("jax_enable_x64", True)
    if numpyro := _module("numpyro.distributions"):

        def by_numpyro(name: str, p: dict[str, Any], q: dict[str, Any]) -> Any:
            of = getattr(numpyro, {"Geometric": "GeometricProbs", "Bernoulli": "BernoulliProbs"}.get(name, name))
            return numpyro.kl_divergence(of(**p), of(**q))

        found["numpyro"] = by_numpyro
    if tfp := _module("tensorflow_probability.substrates.jax"):

        def by_tfp(name: str, p: dict[str, Any], q: dict[str, Any]) -> Any:
            of = getattr(tfp.distributions, name)
            wide = [{k: np.asarray(v, np.float64) for k, v in m.items()} for m in (p, q)]
            return of(**wide[0]).kl_divergence(of(**wide[1]))

        found["tfp"] = by_tfp
    return found


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except Exception as error:  # noqa: BLE001  a library that does not load is left out, whatever the reason
        print(f"{name} is left out: {type(error).__name__}")
        return None


def families() -> Iterator[tuple[Any, str, dict[str, Any]]]:
    """(family, its name in PyTorch, {our parameter: expression in PyTorch's}) where that can be inverted."""
    for family in catalog.entries:
        if "torch" not in family.elsewhere:
            continue
        name, mapping = family.elsewhere["torch"]
        own = {p.name: p.symbol for p in family.params}
        theirs = {k: sp.Symbol(k, positive=True) for k in mapping}
        equations = [theirs[k] - read(v, own) for k, v in mapping.items()]
        solved = sp.solve(equations, list(own.values()), dict=True)
        if len(solved) == 1 and len(solved[0]) == len(own):
            yield family, name, {p.name: solved[0][p.symbol] for p in family.params}


def inverse(family: Any, values: dict[str, Any]) -> dict[str, float]:
    """The floats that PyTorch's parameters are, of a member with our values."""
    _, mapping = family.elsewhere["torch"]
    own = {p.name: p.symbol for p in family.params}
    return {k: float(read(v, own).subs({own[n]: x for n, x in values.items()})) for k, v in mapping.items()}


def pairs(family: Any, e: float) -> Iterator[tuple[dict[str, float], dict[str, float]]]:
    """p and q = p(1 + ε) in PyTorch's parameters: in each singly, and in all."""
    for member in points.members(family, BASES):
        p = inverse(family, member.parameters)
        for chosen in [*([k] for k in p), list(p)]:
            yield p, {k: v * (1 + e) if k in chosen else v for k, v in p.items()}


def exact(solved: dict[str, Any], values: dict[str, float]) -> dict[str, Any]:
    """Our parameters at exactly those floats."""
    swap = {sp.Symbol(k, positive=True): sp.Rational(v) for k, v in values.items()}
    with mpmath.workdps(300):
        return {n: mpmath.mpf(str(sp.N(e.subs(swap), 290))) for n, e in solved.items()}


def errors(
    family: Any, name: str, solved: dict[str, Any], formula: Formula, of: dict[str, Peer]
) -> dict[str, list[float]]:
    """Library -> worst relative error for each ε; the generated code is given our parameters, rounded."""
    truth = Truth(formula)
    plain, ours = _plain(formula), compiled(program(formula), "numpy")
    found: dict[str, list[float]] = {}
    for e in EPSILONS:
        worst: dict[str, float] = {}
        for p, q in pairs(family, e):
            place = _named(exact(solved, p), exact(solved, q))
            true = truth(place)
            if true is None or not mpmath.isfinite(true) or true == 0:
                continue
            for library, kl in of.items():
                try:
                    got = float(kl(name, p, q))
                except (NotImplementedError, AttributeError, TypeError, ValueError):
                    continue
                worst[library] = max(worst.get(library, 0.0), _relative(got, true))
            rounded = {k: float(v) for k, v in place.items()}
            true = truth(rounded)
            for library, function in (("plain", plain), ("generated", ours)):
                worst[library] = max(worst.get(library, 0.0), _relative(float(function(**rounded)), true))
        for library, error in worst.items():
            found.setdefault(library, []).append(error)
    return found


def _named(p: dict[str, Any], q: dict[str, Any]) -> dict[str, Any]:
    return {f"{k}_{i}": v for i, m in ((1, p), (2, q)) for k, v in m.items()}


def _relative(got: float, true: Any) -> float:
    return float(abs(got - true) / abs(true)) if got == got else float("inf")


def _plain(formula: Formula) -> Callable[..., Any]:
    return compiled(next(f for f in forms(formula) if f.form == "as derived"), "numpy")


# --- throughput ----------------------------------------------------------------------------------------------


def seconds_of(call: Callable[[], Any]) -> float:
    """The best of five runs, in seconds of the processor."""
    call()
    best = float("inf")
    for _ in range(5):
        started = time.thread_time()
        call()
        best = min(best, time.thread_time() - started)
    return best


def columns_of(family: Any, count: int, apart: bool) -> dict[str, Any]:
    """Pairs, half of them within 1e-3 of each other; or `apart`, in the lower and the upper third of the same ranges."""
    rng = np.random.default_rng(1)
    columns: dict[str, Any] = {}
    for param in family.params:
        low, high = (0.1, 0.9) if param.domain == "probability" else (0.5, 5.0)
        one, two = rng.uniform(low, high, (2, count))
        chosen = rng.random(count) < 0.5
        if apart:
            lower, upper = low + (one - low) / 3, high - (high - two) / 3
            one, two = np.where(chosen, lower, upper), np.where(chosen, upper, lower)
        else:
            two = np.where(chosen, two, one * (1 + 1e-3))
        columns |= {f"{param.name}_1": one, f"{param.name}_2": two}
    return columns


def throughput(
    family: Any, name: str, formula: Formula, count: int, of: dict[str, Peer], apart: bool
) -> dict[str, float]:
    """Seconds for `count` pairs."""
    columns = columns_of(family, count, apart)
    plain, ours = _plain(formula), compiled(program(formula), "numpy")
    found = {"plain": seconds_of(lambda: plain(**columns)), "generated": seconds_of(lambda: ours(**columns))}
    if torch := _module("torch"):
        torch.set_num_threads(1)
        _, mapping = family.elsewhere["torch"]
        tensors = {k: torch.as_tensor(v) for k, v in columns.items()}
        generated = compiled(program(formula), "torch")
        found["generated for torch"] = seconds_of(lambda: generated(**tensors))
        own = {p.name: p.symbol for p in family.params}
        sides = []
        for i in (1, 2):
            side = {}
            for k, v in mapping.items():
                value = sp.lambdify(list(own.values()), read(v, own), "numpy")
                side[k] = torch.as_tensor(value(*(columns[f"{n}_{i}"] for n in own)) + np.zeros(count))
            sides.append(side)
        with contextlib.suppress(NotImplementedError):
            found["torch"] = seconds_of(lambda: of["torch"](name, *sides))
    return found


# --- picture -------------------------------------------------------------------------------------------------

PLOTTED = ("Normal", "Gamma", "Beta", "Poisson", "Bernoulli", "Laplace")
STYLES = {
    "torch": ("#d95f02", "s"), "numpyro": ("#7570b3", "^"), "tfp": ("#a6761d", "D"), "plain": ("#999999", "x"),
    "generated": ("#1b9e77", "o"),
}  # fmt: skip
"""Library -> colour and marker."""
SMALLEST, LARGEST = 1e-17, 1e4
"""Where the picture ends; an error of 0 is drawn at the lower end."""


def picture(found: dict[str, dict[str, list[float]]], path: Path) -> None:
    """Worst relative error against ε, a panel for each family."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "derive"})
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(2, 3, figsize=(9, 5.2), sharex=True, sharey=True, layout="constrained")
    for panel, (family, of) in zip(panels.flat, found.items(), strict=False):
        for library, errors in of.items():
            colour, marker = STYLES[library]
            shown = [min(max(e, SMALLEST), LARGEST) for e in errors]
            panel.loglog(EPSILONS[: len(shown)], shown, color=colour, marker=marker, ms=3.5, lw=1.2, label=library)
        panel.axhline(1, color="0.8", lw=0.8, zorder=0)
        panel.set(title=f"KL of {family}", xlim=(3e-1, 3e-13), ylim=(SMALLEST / 2, LARGEST * 2))
    for panel in panels[-1]:
        panel.set_xlabel("ε, in q = p(1 + ε)")
    for panel in panels[:, 0]:
        panel.set_ylabel("relative error")
    handles = {label: h for panel in panels.flat for h, label in zip(*panel.get_legend_handles_labels(), strict=True)}
    figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=len(handles), frameon=False)
    figure.savefig(path, dpi=100, metadata={"Date": None} if path.suffix == ".svg" else None)
    pyplot.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=10**6)
    parser.add_argument("--json", type=Path, help="write everything here")
    parser.add_argument("--plot", type=Path, help=f"draw the errors of {', '.join(PLOTTED)}")
    parser.add_argument("families", nargs="*", help="only these")
    options = parser.parse_args()
    of, record = peers(), {}
    for family, name, solved in families():
        if options.families and family.name not in options.families:
            continue
        formula = kl_divergence(family.suffixed("_1"), family.suffixed("_2"))
        try:
            program(formula)
        except ValueError as error:
            print(error)
            continue
        found = errors(family, name, solved, formula, of)
        rows = [(k, *(f"{e:.0e}" for e in v)) for k, v in found.items()]
        show(f"{family.name}: worst relative error by ε", ("", *(f"{e:.0e}" for e in EPSILONS)), rows)
        times = {w: throughput(family, name, formula, options.pairs, of, w == "apart") for w in ("half near", "apart")}
        rows = [(k, *(f"{t[k]:.4f}" for t in times.values())) for k in times["apart"]]
        show(f"{family.name}: seconds for {options.pairs} pairs", ("", *times), rows)
        record[family.name] = {"errors": found, "seconds": times}
    save(options.json, record)
    if options.plot is not None:
        picture({n: record[n]["errors"] for n in PLOTTED if n in record}, options.plot)


if __name__ == "__main__":
    main()
