"""The atlas: what a record holds, that a run resumes whatever ended the last one, and that no cell takes others along."""

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sympy as sp

from derive import bounded, entropy, kl_divergence
from derive.atlas import cell
from derive.atlas.cell import Task, filled
from derive.atlas.store import Store, StoreError
from derive.atlas.table import Run, build, census, opened
from derive.derivation.problem import KL
from derive.families.library import Catalog, catalog

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
FOLDERS = tuple(map(str, catalog.folders))
NAMES = ("Exponential", "Pareto", "Normal")
COUNT = len(NAMES) + 2 * len(NAMES) ** 2


def run_of(*names, digits=30, folder=None):
    chosen = catalog if folder is None else Catalog(folder)
    return Run(tuple(chosen[n] for n in names), digits, catalog=chosen)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("atlas")
    with opened(folder) as store:
        assert build(store, run_of(*NAMES), jobs=2) == COUNT
    return folder


def copied(folder, tmp_path):
    return Path(shutil.copytree(folder, tmp_path / "copy"))


# ---- records ------------------------------------------------------------------------------------------------


def test_every_cell_is_there_and_confirmed(made):
    records = opened(made).records
    assert len(records) == COUNT
    for record in records.values():
        assert record["form"] not in ("failed", "unchecked"), record
        for check in record["checks"]:
            assert check["verdict"] == "agrees"
            assert check["digits"] >= 30 or check["method"] in ("supports", "divergence")
        if record["form"] in ("elementary", "special", "integral"):
            assert sum(c["digits"] >= 30 for c in record["checks"]) >= 2


def test_a_cell_is_the_formula_that_is_derived_alone(made):
    records = opened(made).records
    formula = kl_divergence(catalog.Pareto.suffixed("_1"), catalog.Exponential.suffixed("_2"))
    record = records[KL, "Pareto", "Exponential"]
    assert [c["srepr"] for c in record["cases"]] == [sp.srepr(c.expr) for c in formula.cases]
    assert [c["form"] for c in record["cases"]] == ["elementary", "infinite"]
    assert "diverges" in record["cases"][1]["why"]
    assert "support" in records[KL, "Normal", "Pareto"]["cases"][0]["why"]
    assert records["entropy", "Normal", ""]["cases"][0]["text"] == str(entropy(catalog.Normal))


def test_special_functions_are_named():
    record = filled(Task(FOLDERS, KL, "Gamma", "Gamma", 30))
    assert (record["form"], record["functions"]) == ("special", ["digamma", "log-gamma"])
    assert record["kernels"] == ["gamma"]


def test_what_is_not_confirmed_is_not_published(monkeypatch):
    from derive.checks.verdict import Verdict

    refuted = Verdict("refuted", 0, "quadrature", "a point", "two numbers")
    monkeypatch.setattr(cell, "defined_verdict", lambda *_: refuted)
    record = filled(Task(FOLDERS, "entropy", "Exponential", None, 30))
    assert record["form"] == "unchecked"
    assert "refuted at a point" in record["problems"][0]
    assert not any("text" in c or "srepr" in c or "latex" in c for c in record["cases"])


def test_too_few_digits_are_not_enough(monkeypatch):
    from derive.checks.verdict import Verdict

    monkeypatch.setattr(cell, "defined_verdict", lambda *_: Verdict("agrees", 29, "quadrature", "a point"))
    assert filled(Task(FOLDERS, "entropy", "Exponential", None, 30))["form"] == "unchecked"


def test_a_law_of_one_category_is_among_the_points():
    """KL(Categorical‖Bernoulli) is finite for K = 1 only."""
    record = filled(Task(FOLDERS, KL, "Categorical", "Bernoulli", 30))
    assert (record["form"], record["problems"]) == ("series", [])
    assert sum(c["digits"] >= 30 for c in record["checks"]) >= 2


def test_more_points_are_tried_where_the_digits_are_wanting():
    """The tail of p is so heavy at one of its points that two quadratures agree to some twenty digits only."""
    record = filled(Task(FOLDERS, KL, "GeneralizedBetaPrime", "FoldedNormal", 30))
    digits = [c["digits"] for c in record["checks"] if c["digits"]]
    assert (record["form"], record["problems"]) == ("integral", [])
    assert min(digits) < 30 and sum(d >= 30 for d in digits) >= 2


# ---- resuming -----------------------------------------------------------------------------------------------


def test_nothing_is_made_twice(made, tmp_path):
    folder = copied(made, tmp_path)
    before = (folder / "cells.jsonl").read_bytes()
    with opened(folder) as store:
        assert build(store, run_of(*NAMES)) == 0
    assert (folder / "cells.jsonl").read_bytes() == before
    assert store.manifest["families"] == list(NAMES)


def test_what_was_left_of_a_row_comes_last(made, tmp_path, monkeypatch):
    """It is what takes longest, and would be tried first in every run."""
    folder = copied(made, tmp_path)
    lines = (folder / "cells.jsonl").read_text().splitlines(keepends=True)
    (folder / "cells.jsonl").write_text(
        "".join(line for line in lines if json.loads(line)["quantity"] == "entropy" and NAMES[0] in line)
    )
    tried = []
    monkeypatch.setattr("derive.atlas.table._answers", lambda tasks, *_: tried.extend(tasks) or [])
    with opened(folder) as store:
        build(store, run_of(*NAMES))
    rest = 2 * len(NAMES)
    assert [t.p == NAMES[0] for t in tried] == [False] * (len(tried) - rest) + [True] * rest


def test_rows_made_apart_are_put_together(derive, made, tmp_path):
    """A row alone, in a folder of its own, and its lines among those of the others: the whole table."""
    p, others = "Pareto", opened(copied(made, tmp_path))
    lines = [line for line in others.path.read_text().splitlines(True) if json.loads(line)["p"] != p]
    done = derive("atlas", "--out", tmp_path / "row", "--families", ",".join(NAMES), "--rows", p, "--jobs", "1")
    assert done.out.startswith(f"{1 + 2 * len(NAMES)} cells made, 0 kept")
    others.path.write_text("".join(lines) + (tmp_path / "row" / "cells.jsonl").read_text())
    with opened(others.folder) as store:
        assert build(store, run_of(*NAMES)) == 0
    assert store.records.keys() == opened(made).records.keys()


def test_a_half_written_line_is_made_again_and_no_other(made, tmp_path):
    folder = copied(made, tmp_path)
    path = folder / "cells.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    with opened(folder) as store:
        assert build(store, run_of(*NAMES)) == 1
    assert opened(folder).records.keys() == opened(made).records.keys()


def test_killed_at_any_moment_it_goes_on(tmp_path):
    words = [
        sys.executable,
        "-m",
        "derive",
        "atlas",
        "--out",
        str(tmp_path),
        "--families",
        ",".join(NAMES),
        "--jobs",
        "2",
    ]
    path = tmp_path / "cells.jsonl"
    running = subprocess.Popen(words, env=ENVIRONMENT, cwd=tmp_path, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 120
    while time.monotonic() < until and (not path.exists() or path.read_bytes().count(b"\n") < 4):
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    running.wait()
    kept = [json.loads(line) for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]
    assert 4 <= len(kept) < COUNT
    done = subprocess.run(words, env=ENVIRONMENT, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert f"{COUNT - len(kept)} cells made, {len(kept)} kept" in done.stdout
    assert len(opened(tmp_path).records) == COUNT


ENDLESS = """
import os, pathlib, sys, time
from derive import bounded

def endless(path):
    pathlib.Path(path).write_text(str(os.getpid()))
    while True:
        time.sleep(0.1)

if __name__ == "__main__":
    list(bounded.run(endless, [sys.argv[1]], 1, bounded.Limits(600)))
"""


def test_a_call_ends_when_what_started_it_is_killed(tmp_path):
    path = tmp_path / "pid"
    (tmp_path / "endless.py").write_text(ENDLESS)
    running = subprocess.Popen([sys.executable, "endless.py", str(path)], env=ENVIRONMENT, cwd=tmp_path)
    until = time.monotonic() + 120
    while time.monotonic() < until and not (path.exists() and path.read_text()):
        time.sleep(0.05)
    called = int(path.read_text())
    assert runs(called)
    running.send_signal(signal.SIGKILL)
    running.wait()
    until = time.monotonic() + 30
    while time.monotonic() < until and runs(called):
        time.sleep(0.1)
    assert not runs(called)


def runs(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


ENTRIES = """
from derive.families.family import Family
from derive.families.parameter import Param
FAMILIES = [
    Family("One", (Param("a", "positive", "rate"),), ("0", "oo"), "log(a) - a*x"),
    Family("Two", (Param("b", "positive", "scale"),), ("0", "oo"), "{density}"),
]
"""


def test_a_changed_entry_is_made_again_with_its_pairs_and_nothing_else(tmp_path):
    entries = tmp_path / "entries"
    entries.mkdir()
    (entries / "mine.py").write_text(ENTRIES.format(density="log(x) - 2*log(b) - x/b"))
    with opened(tmp_path / "atlas") as store:
        assert build(store, run_of("One", "Two", folder=entries), jobs=2) == 10
    (entries / "mine.py").write_text(ENTRIES.format(density="2*log(x) - 3*log(b) - x/b - log(2)"))
    with opened(tmp_path / "atlas") as store:
        assert build(store, run_of("One", "Two", folder=entries), jobs=2) == 7


def test_a_changed_kernel_touches_what_used_it_and_what_is_open(made, monkeypatch):
    records, run = opened(made).records, run_of(*NAMES)
    changed = {**cell.fingerprints(), "power": "another"}
    monkeypatch.setattr(cell, "fingerprints", lambda: changed)
    stale = {key for key, record in records.items() if not run.holds(record)}
    assert ("entropy", "Pareto", "") in stale
    assert {key for key in stale if "Pareto" not in key} == {
        key for key, r in records.items() if r["form"] in ("integral", "series") and "Pareto" not in key
    }


def test_more_digits_are_made_again(made):
    assert not run_of(*NAMES, digits=40).holds(opened(made).records["entropy", "Normal", ""])


def test_one_writer_at_a_time(made, tmp_path):
    folder = copied(made, tmp_path)
    with opened(folder), pytest.raises(StoreError, match="another run"), opened(folder):
        pass


def test_a_damaged_line_is_named(tmp_path):
    (tmp_path / "cells.jsonl").write_text("{}x\n")
    with pytest.raises(StoreError, match="damaged"):
        Store(tmp_path, lambda r: 0)


# ---- bounds -------------------------------------------------------------------------------------------------


def test_a_call_that_hangs_crashes_or_eats_memory_takes_no_other_along():
    hangs = dict(bounded.run(time.sleep, [60, 0], 2, bounded.Limits(1)))
    assert hangs[60] == bounded.Failure("not finished in 1 seconds")
    assert hangs[0] is None
    crashes = dict(bounded.run(os._exit, [3], 1, bounded.Limits(20)))
    assert "exit code 3" in crashes[3].reason
    eats = dict(bounded.run(bytearray, [2**33, 8], 1, bounded.Limits(20, 2**31)))
    assert eats[2**33] == bounded.Failure("more than 2 GiB of memory")
    assert eats[8] == bytearray(8)


def test_tasks_of_a_key_share_a_process_while_all_are_busy():
    tasks = [(key, 0.05) for key in "aabbccdd" for _ in range(3)]
    found = list(bounded.run(_where, tasks, 2, bounded.Limits(60), together=lambda task: task[0]))
    assert sorted(task for task, _ in found) == tasks
    processes = {}
    for (key, _), process in found:
        processes.setdefault(key, set()).add(process)
    assert len(set.union(*processes.values())) == 2
    assert sum(len(seen) == 1 for seen in processes.values()) >= 3  # the last row is shared out


def _where(task):
    time.sleep(task[1])
    return os.getpid()


def test_a_cell_that_does_not_finish_is_a_record(tmp_path):
    run = Run((catalog.Trapezoidal,), 30, limits=bounded.Limits(0.2))
    with opened(tmp_path) as store:
        build(store, run)
        assert {r["form"] for r in store.records.values()} == {"failed"}
        assert not run.holds({**store.records[KL, "Trapezoidal", "Trapezoidal"], "limits": [0.1, None]})
        assert build(store, run) == 0
    assert census(store.records.values())[KL]["failed"] == 1


class OneCell(Run):
    def tasks(self):
        yield Task(FOLDERS, KL, "Tricube", "UQuadratic", self.digits)


def test_a_cell_that_is_given_up_stands_as_it_is_defined(tmp_path):
    with opened(tmp_path) as store:
        run = OneCell((), limits=bounded.Limits(8))
        build(store, run)
        (record,) = store.records.values()
        assert record["form"] == "integral" and record["given_up"] == "not finished in 8 seconds"
        assert {c["form"] for c in record["cases"]} == {"integral", "infinite"}
        assert sum(c["digits"] >= 30 for c in record["checks"]) >= 2
        assert not OneCell((), limits=bounded.Limits(9)).holds(record) and build(store, run) == 0


# ---- a cluster ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    pytest.importorskip("distributed")
    folder = tmp_path_factory.mktemp("dask")
    place = folder / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    started = [
        subprocess.Popen([*dask, *words, "--scheduler-file", str(place)], env=ENVIRONMENT, cwd=folder,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for words in (["scheduler", "--host", "127.0.0.1", "--port", "0", "--dashboard-address", ":0"],
                      ["worker", "--nthreads", "1", "--no-dashboard"], ["worker", "--nthreads", "1", "--no-dashboard"])
    ]  # fmt: skip
    until = time.monotonic() + 60
    while not place.exists() and time.monotonic() < until:
        time.sleep(0.1)
    yield json.loads(place.read_text())["address"]
    for process in reversed(started):
        process.terminate()
    for process in started:
        process.wait(30)


def test_the_same_cells_from_two_workers_of_a_cluster(made, scheduler, tmp_path):
    from distributed import Client

    with Client(scheduler, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    words = ["atlas", "--out", str(tmp_path), "--families", ",".join(NAMES), "--scheduler", scheduler]
    done = subprocess.run([sys.executable, "-m", "derive", *words], env=ENVIRONMENT, cwd=tmp_path, capture_output=True,
                          text=True, timeout=300, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    mine, theirs = (
        {k: {n: v for n, v in r.items() if n != "seconds"} for k, r in opened(f).records.items()}
        for f in (made, tmp_path)
    )
    assert mine == theirs


def test_a_cell_that_crashes_on_a_cluster_is_a_failure(scheduler):
    found = dict(bounded.run_on(scheduler, os._exit, [3], bounded.Limits(20)))
    assert "exit code 3" in found[3].reason
    slow = dict(bounded.run_on(scheduler, time.sleep, [30, 0], bounded.Limits(1)))
    assert (slow[30], slow[0]) == (bounded.Failure("not finished in 1 seconds"), None)


# ---- the command --------------------------------------------------------------------------------------------


def test_the_map_and_the_picture(derive, made, tmp_path):
    shown = derive("atlas", "show", str(made))
    assert shown.code == 0
    rows = shown.out.splitlines()
    assert [row.split()[-1] for row in rows[:3]] == ["e∞e", "EEE", "∞∞e"]
    assert "closed in elementary functions" in shown.out
    assert json.loads(derive("atlas", "show", str(made), "--json").out)["entropy"] == {"elementary": 3}
    assert "took" in derive("atlas", "show", str(made), "--slowest").out
    pytest.importorskip("matplotlib")
    assert derive("atlas", "plot", str(made), str(tmp_path / "map.png")).code == 0
    wrong = derive("atlas", "plot", str(made), str(tmp_path / "map.foo"))
    assert wrong.code == 2
    assert wrong.err.startswith("derive: ") and "png" in wrong.err and wrong.err.count("\n") == 1
    assert (tmp_path / "map.png").stat().st_size > 5000


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("atlas",), "needs --out"),
        (("atlas", "--out", "{}", "--families", "Nope"), "Nope"),
        (("atlas", "--out", "{}", "--families", "Normal", "--rows", "Gamma"), "Gamma, which --families does not"),
        (("atlas", "--out", "{}", "--families", "Normal", "--scheduler", "tcp://127.0.0.1:1"), "no Dask scheduler"),
        (("atlas", "show", "{}"), "there is no atlas"),
        (("atlas", "draw"), "No such command"),
    ],
)
def test_wrong_usage(derive, tmp_path, words, message):
    done = derive(*(w.format(tmp_path) for w in words))
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert done.err.count("\n") == 1


def test_no_name_that_a_record_hangs_on_is_handed_on_by_a_folder():
    """Folders are not read for the fingerprint of the engine: what comes from one is a module, or the table of kernels."""
    package = Path(cell.__file__).parents[1]
    for path in cell._below("derive.atlas.cell"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("derive."):
                folder = package.joinpath(*node.module.split(".")[1:])
                if folder.is_dir() and node.module != "derive.expectations.kernels":
                    assert all((folder / f"{name.name}.py").is_file() for name in node.names), (path.name, node.module)
