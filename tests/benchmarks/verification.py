"""The wall time of `derive verify` for the whole catalog, at 50 digits and in the quick mode at 15.

python tests/benchmarks/verification.py [FAMILY ...] [--digits 50 15] [--jobs 2] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import save, seconds, show


def verified(families: list[str], digits: int, jobs: int) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "derive",
        "verify",
        *families,
        "--digits",
        str(digits),
        "--jobs",
        str(jobs),
        "--json",
    ]
    started = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    taken = time.perf_counter() - started
    found = json.loads(done.stdout)
    slow = sorted(found["rows"], key=lambda row: -row["seconds"])[:10]
    return {
        "digits": digits,
        "jobs": jobs,
        "seconds": round(taken, 1),
        "exit code": done.returncode,
        "summary": found["summary"],
        "slowest": [f"{r['family']} {r['quantity']} {r['seconds']}" for r in slow],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("families", nargs="*")
    parser.add_argument("--digits", type=int, nargs="+", default=[50, 15])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write everything here")
    options = parser.parse_args()
    runs = [verified(options.families, digits, options.jobs) for digits in options.digits]
    rows = [(r["digits"], r["jobs"], seconds(r["seconds"]), r["exit code"], r["summary"]) for r in runs]
    show("derive verify", ("digits", "jobs", "wall time", "exit code", "summary"), rows)
    save(options.json, {"runs": runs})


if __name__ == "__main__":
    main()
