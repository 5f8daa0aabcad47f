"""H, CE and KL of every family: derive and SymPy's own integrator, side by side, on the same log-densities.

    python tests/benchmarks/cells.py [--families gamma,beta] [--sample 20] [--limit 10] [--jobs 1] [--log FILE] [--json FILE]

A cell is one quantity of one entry of the catalog, CE and KL between two members with all parameters
different. Both sides get the density with its symbols and their assumptions, in a process of their own that
is killed at the limit. The clock counts CPU seconds, so that a busy machine changes little, and runs for the
derivation only. SymPy gets every help that a patient user would give: x positive where the support is, the
logarithms expanded, constants taken out, each term `integrate`d (or given to `summation`) by itself against
the density written as a product.

An answer is judged at one exact point, where the value is finite, by quadrature from the log-density:

    solved    no Integral or Sum remains at the point, and the value agrees to 8 digits
    open      an Integral or Sum remains (derive says so: its form is "integral" or "series")
    wrong     a value, and not the right one
    no value  nan, an infinity where the value is finite, or what SymPy cannot evaluate within another limit
    error     an exception
    limit     not finished
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import random
import resource
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from concurrent.futures import TimeoutError as Expired
from pathlib import Path
from typing import Any, NamedTuple

import sympy as sp
from bench import median, save, seconds, show
from pebble import ProcessExpired, ProcessPool
from rich.progress import track

from derive import catalog, cross_entropy, entropy, kl_divergence
from derive.algebra.placing import put_vectors
from derive.checks.evidence import estimate, statistics_of
from derive.checks.subject import case_at
from derive.families.family import Distribution
from derive.families.points import pairs

QUANTITIES = {"entropy": entropy, "cross_entropy": cross_entropy, "kl_divergence": kl_divergence}
SHORT = {"entropy": "H", "cross_entropy": "CE", "kl_divergence": "KL"}
OUTCOMES = ("solved", "open", "wrong", "no value", "error", "limit")
FINITE = ("closed", "series", "integral")
PATIENCE = 10
"""A process that waits is killed too, after so many times the limit in wall time."""
POINTS = 200
"""Points that are tried to find one where the value is finite."""


class Cell(NamedTuple):
    """One quantity of one family."""

    family: str
    quantity: str

    def members(self) -> tuple[Distribution, ...]:
        """The generic members that it is about, densities read."""
        family = catalog[self.family]
        suffixes = ("",) if self.quantity == "entropy" else ("_1", "_2")
        members = tuple(family.suffixed(s) for s in suffixes)
        sp.Add(*statistics_of(self.quantity, members))
        return members


# --- in a process of its own -----------------------------------------------------------------------------------


def by_derive(cell: Cell) -> tuple[float, Any]:
    members = cell.members()
    started = time.process_time()
    formula = QUANTITIES[cell.quantity](*members)
    return time.process_time() - started, formula


def by_sympy(cell: Cell) -> tuple[float, Any]:
    """The quantity by SymPy's integrator: Σ c_i ∫ t_i p over the terms of the expanded statistic."""
    members = cell.members()
    p = members[0]
    low, high = p.support
    counting = p.measure == "counting"
    x = sp.Symbol("x", **({"integer": True} if counting else {}), **_sign(low, counting))
    constant, density = _product(p.log_density.xreplace({p.variable: x})).as_independent(x, as_Add=False)
    statistic = _expanded(sp.Add(*statistics_of(cell.quantity, members)).xreplace({p.variable: x}))
    terms: dict[Any, Any] = {}
    for term in sp.Add.make_args(statistic):
        coefficient, rest = term.as_independent(x, as_Add=False)
        terms[rest] = terms.get(rest, 0) + coefficient
    if counting:
        density = density.replace(sp.gamma, lambda a: sp.factorial(a - 1))
    started = time.process_time()
    total = sp.S.Zero
    for rest, coefficient in terms.items():
        if rest == 1:
            total += coefficient
        elif counting:
            total += coefficient * constant * sp.summation(rest * density, (x, low, high))
        else:
            total += coefficient * constant * sp.integrate(rest * density, (x, low, high))
    return time.process_time() - started, total


def _sign(low: Any, counting: bool) -> dict[str, bool]:
    if low.is_positive or (low.is_zero and not counting):
        return {"positive": True}
    return {"nonnegative": True} if low.is_zero else {"real": True}


def _expanded(e: Any) -> Any:
    return sp.expand(_logs(e))


def _logs(e: Any) -> Any:
    return sp.expand_log(e.replace(sp.loggamma, lambda a: sp.log(sp.gamma(a))))


def _product(log_density: Any) -> Any:
    """exp of a sum as a product, a·log x as x^a: what SymPy's tables know."""
    product = sp.powsimp(sp.Mul(*map(_exponential, sp.Add.make_args(_logs(log_density)))))
    return sp.piecewise_fold(product) if product.has(sp.Piecewise) else product


def _exponential(term: Any) -> Any:
    logs = [f for f in sp.Mul.make_args(term) if isinstance(f, sp.log)]
    return logs[0].args[0] ** (term / logs[0]) if len(logs) == 1 else sp.exp(term)


def point_of(cell: Cell, formula: Any) -> tuple[tuple[Distribution, ...], Any]:
    """Exact members for which the value is finite (where there are any), and the value by quadrature."""
    family = catalog[cell.family]
    drawn = pairs(family, None if cell.quantity == "entropy" else family)
    chosen = None
    for _, members in zip(range(POINTS), drawn, strict=False):
        case = case_at(formula, members)
        chosen = chosen or members
        if case is not None and case.form in FINITE:
            chosen = members
            break
    assert chosen is not None, f"no point for {cell}"
    return chosen, estimate(chosen[0], sp.Add(*statistics_of(cell.quantity, chosen)), 20, "double-exponential").value


def of_derive(cell: Cell, formula: Any) -> tuple[str, tuple[Distribution, ...], Any]:
    """The outcome of a derived formula, with the point and the value there, for SymPy to be judged by."""
    members, value = point_of(cell, formula)
    if not all(c.form in ("closed", "infinite", "undefined") for c in formula.cases):
        return "open", members, value
    symbols = {str(g): v for p, m in zip(formula.distributions, members) for g, v in zip(p.values, m.values)}
    return _agreement(formula.evaluate(symbols, digits=15), value), members, value


def of_sympy(cell: Cell, answer: Any, members: tuple[Distribution, ...], value: Any) -> str:
    place = {g: v for p, m in zip(cell.members(), members) for g, v in zip(p.values, m.values)}
    vectors = {k: v for k, v in place.items() if isinstance(v, sp.Tuple)}
    answer = put_vectors(answer, vectors).subs({k: v for k, v in place.items() if k not in vectors})
    if answer.has(sp.Integral, sp.Sum):
        return "open"
    number = sp.N(answer, 20)
    if number is sp.nan or number in (sp.oo, -sp.oo):
        return _agreement(float(number), value) if not sp.Float(value).is_finite else "no value"
    if not number.is_number or not number.is_Number and abs(sp.im(number)) > 1e-10:
        return "no value"
    return _agreement(sp.re(number), value)


def _agreement(found: Any, value: Any) -> str:
    found, value = sp.Float(str(found), 20), sp.Float(str(value), 20)
    if not value.is_finite:
        return "solved" if found == value or (value is sp.nan and found is sp.nan) else "wrong"
    return "solved" if abs(found - value) <= 1e-8 * max(1, abs(value)) else "wrong"


def whole_catalog(families: list[str]) -> tuple[float, list[float]]:
    """All three quantities of all families, one after the other in one process: the total, and each."""
    each = []
    started = time.process_time()
    for name in families:
        for quantity in QUANTITIES:
            begun = time.process_time()
            by_derive(Cell(name, quantity))
            each.append(time.process_time() - begun)
    return time.process_time() - started, each


# --- the run ---------------------------------------------------------------------------------------------------


def _limited(limit: float, function: Any, *args: Any) -> Any:
    used = math.ceil(time.process_time() + limit)
    resource.setrlimit(resource.RLIMIT_CPU, (used + 1, used + 2))
    return function(*args)


class Bounded:
    """Calls in fresh processes that are killed after so many CPU seconds."""

    def __init__(self, jobs: int, limit: float):
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["sympy", "derive.checks.evidence", "derive.checks.subject"])
        self.pool = ProcessPool(max_workers=jobs, max_tasks=1, context=context)
        self.limit = limit

    def start(self, function: Any, *args: Any) -> Any:
        return self.pool.schedule(_limited, args=(self.limit, function, *args), timeout=PATIENCE * self.limit)

    def __call__(self, function: Any, *args: Any) -> tuple[str, Any]:
        """("", result), or ("limit" or "error", None)."""
        try:
            return "", self.start(function, *args).result()
        except Expired:
            return "limit", None
        except ProcessExpired as error:
            return "limit" if error.exitcode == -signal.SIGXCPU else "error", None
        except Exception:  # noqa: BLE001 - whatever SymPy dies of is an outcome
            return "error", None


def measured(cell: Cell, run: Bounded) -> dict[str, Any]:
    """Both systems on one cell."""
    found: dict[str, Any] = {"family": cell.family, "quantity": cell.quantity}
    point: tuple[Any, ...] = ()
    for system, function in (("derive", by_derive), ("sympy", by_sympy)):
        outcome, result = run(function, cell)
        taken, answer = result or (run.limit, None)
        if taken > run.limit:
            outcome, taken = "limit", run.limit
        if not outcome and system == "derive":
            failed, judged = run(of_derive, cell, answer)
            outcome, *point = (failed, ()) if failed else judged
            found["forms"] = [c.form for c in answer.cases]
        elif not outcome and point:
            failed, judged = run(of_sympy, cell, answer, *point)
            outcome = "no value" if failed else judged
        elif not outcome:
            outcome = "unjudged"
        found[system] = {"outcome": outcome, "seconds": round(taken, 4)}
    return found


def run_all(todo: list[Cell], run: Bounded, jobs: int, log: Path | None) -> list[dict[str, Any]]:
    """Every cell, those in the log taken from there: a run that was interrupted goes on."""
    lines = log.read_text("utf-8").splitlines() if log is not None and log.exists() else []
    done = {Cell(c["family"], c["quantity"]): c for c in map(json.loads, lines)}
    with ThreadPoolExecutor(jobs) as threads:
        futures = [threads.submit(measured, cell, run) for cell in todo if cell not in done]
        for future in track(as_completed(futures), "measuring", len(futures), transient=True):
            cell = future.result()
            done[Cell(cell["family"], cell["quantity"])] = cell
            if log is not None:
                with log.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(cell) + "\n")
    return [done[cell] for cell in todo]


def report(cells: list[dict[str, Any]], total: float, each: list[float], limit: float) -> dict[str, Any]:
    systems = ("derive", "sympy")
    rows = []
    for quantity in (*QUANTITIES, None):
        of = [c for c in cells if quantity in (None, c["quantity"])]
        for system in systems:
            counts = Counter(c[system]["outcome"] for c in of)
            times = [c[system]["seconds"] for c in of]
            solved = [c[system]["seconds"] for c in of if c[system]["outcome"] == "solved"]
            name = f"{SHORT[quantity] if quantity else 'all'}, {system}"
            rows.append(
                (name, len(of), *(counts[o] for o in OUTCOMES), seconds(median(times)), seconds(median(solved)))
            )
    show("Cells by outcome", ("", "cells", *OUTCOMES, "median", "median solved"), rows)
    both = [c for c in cells if all(c[s]["outcome"] == "solved" for s in systems)]
    ratios = [c["sympy"]["seconds"] / max(c["derive"]["seconds"], 1e-4) for c in both]
    summary = {
        "limit": limit,
        "cells": len(cells),
        **{s: dict(Counter(c[s]["outcome"] for c in cells)) for s in systems},
        "solved by SymPy only": [f"{c['family']} {SHORT[c['quantity']]}" for c in cells if _only(c, "sympy", "derive")],
        "solved by derive only": sum(_only(c, "derive", "sympy") for c in cells),
        "solved by both": len(both),
        "median seconds": {s: median(c[s]["seconds"] for c in cells) for s in systems},
        "median ratio of times where both solve": round(median(ratios), 1),
        "catalog in one process, seconds": round(total, 1),
        "catalog in one process, median of a cell": round(median(each), 4),
    }
    show("Summary", ("", "value"), summary.items())
    return summary


def _only(cell: dict[str, Any], one: str, other: str) -> bool:
    return cell[one]["outcome"] == "solved" and cell[other]["outcome"] != "solved"


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--families", default="", help="names, between commas (default: every entry)")
    parser.add_argument("--sample", type=int, default=0, help="only so many families, chosen by a fixed seed")
    parser.add_argument("--limit", type=float, default=10, help="CPU seconds for a cell (default: 10)")
    parser.add_argument("--jobs", type=int, default=1, help="cells at a time (default: 1)")
    parser.add_argument(
        "--log", type=Path, help="a line for each cell as it ends; cells that are there already are not run"
    )
    parser.add_argument("--json", type=Path, help="write everything here")
    options = parser.parse_args()
    names = [catalog[n].name for n in options.families.split(",") if n] or [f.name for f in catalog.entries]
    if options.sample:
        names = sorted(random.Random(0).sample(names, min(options.sample, len(names))))
    total, each = Bounded(1, 3600).start(whole_catalog, names).result()
    run = Bounded(options.jobs, options.limit)
    todo = [Cell(n, q) for n in names for q in QUANTITIES]
    cells = run_all(todo, run, options.jobs, options.log)
    show(
        "Cell by cell",
        ("", "derive", "", "SymPy", ""),
        (
            (
                f"{c['family']} {SHORT[c['quantity']]}",
                c["derive"]["outcome"],
                seconds(c["derive"]["seconds"]),
                c["sympy"]["outcome"],
                seconds(c["sympy"]["seconds"]),
            )
            for c in cells
        ),
    )
    save(options.json, {"summary": report(cells, total, each, options.limit), "cells": cells})


if __name__ == "__main__":
    main()
