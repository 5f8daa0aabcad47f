"""What a command costs, as a whole process: `derive kl gamma gamma` and `derive --help` against `import sympy`.

    python tests/benchmarks/startup.py [--runs 15] [--json FILE]

The commands take turns, so that a busy moment of the machine falls on all of them.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from bench import median, save, seconds, show

COMMANDS = {
    'python -c "import sympy"': ["-c", "import sympy"],
    "derive kl gamma gamma": ["-m", "derive", "kl", "gamma", "gamma"],
    "derive --help": ["-m", "derive", "--help"],
    "python -c pass": ["-c", "pass"],
}


def wall(arguments: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--json", type=Path, help="write everything here")
    options = parser.parse_args()
    for arguments in COMMANDS.values():
        wall(arguments)
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(options.runs):
        for name, arguments in COMMANDS.items():
            times[name].append(wall(arguments))
    base = median(times['python -c "import sympy"'])
    rows = [(n, seconds(median(t)), seconds(min(t)), f"{median(t) / base:.2f}") for n, t in times.items()]
    show(f"Whole processes, {options.runs} runs each", ("", "median", "least", "ratio to import sympy"), rows)
    save(
        options.json,
        {n: {"median": median(t), "ratio": round(median(t) / base, 3), "runs": t} for n, t in times.items()},
    )


if __name__ == "__main__":
    main()
