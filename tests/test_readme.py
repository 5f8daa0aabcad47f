"""README and docs show what the tool says: every console block, every Python session, every derivation in LaTeX.

    python tests/test_readme.py --write

puts the present output in place, the table of open cells included.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

from derive import catalog, kl_divergence
from derive.derivation.quantities import KL, closing

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"(?:<!-- \$ (?P<command>.*) -->\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
ENTRY = re.compile(r"# (\w+/\w+\.py)\n")
TABLE = re.compile(r"(?<=<!-- open -->\n).*?(?=<!-- end -->)", re.DOTALL)
TIME = re.compile(r"in \d+ s$", re.MULTILINE)
ROUNDOFF = re.compile(r"\b\de-\d\d\b")
SETTLED = {"closed", "infinite", "undefined"}


def blocks(text: str) -> list[re.Match[str]]:
    """The fenced blocks that hold output."""
    return [m for m in FENCE.finditer(text) if m["kind"] == "console" or m["command"] or ">>> " in m["body"]]


def present(block: re.Match[str], folder: Path, names: dict[str, object]) -> str:
    """What the block would say now: `names` is the Python session so far."""
    if block["command"]:
        return run(block["command"], folder)
    if block["kind"] == "console":
        commands = [line[2:] for line in block["body"].splitlines() if line.startswith("$ ")]
        return "\n".join(f"$ {command}\n{run(command, folder)}" for command in commands)
    return session(block["body"], names)


def run(command: str, folder: Path) -> str:
    program, *arguments = shlex.split(command)
    assert program == "derive", command
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "derive", *arguments],
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.stdout


def session(text: str, names: dict[str, object]) -> str:
    """A Python session with the output that it has now."""
    said = []
    for part in doctest.DocTestParser().parse(text):
        if isinstance(part, str):
            said.append(part)
            continue
        first, *rest = part.source.splitlines()
        said.append("".join(f"{line}\n" for line in (f">>> {first}", *(f"... {line}".rstrip() for line in rest))))
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(part.source, "README", "single"), names)
        said.append(out.getvalue())
    return "".join(said)


def write_entries(text: str, folder: Path) -> None:
    """The blocks that begin with the name of a file, as files."""
    for block in FENCE.finditer(text):
        named = ENTRY.match(block["body"])
        if named:
            path = folder / named[1]
            path.parent.mkdir(exist_ok=True)
            path.write_text(block["body"], "utf-8")


def table() -> str:
    """The families whose KL stays open, and what must be shared for it to close."""
    shared, never = [], []
    for family in catalog.entries:
        if is_open(family.name):
            found = closing(KL, family)
            if found is None:
                never.append(family.name)
            else:
                shared.append(f"| {family.name} | {', '.join(f'`{name}`' for name in found[0])} |\n")
    head = "| KL between two members of | closes when they share |\n|---|---|\n"
    rest = textwrap.fill(f"Open whatever is shared: {', '.join(never)}.", 118)
    return f"{head}{''.join(shared)}\n{rest}\n"


def is_open(name: str) -> bool:
    family = catalog[name]
    return bool({c.form for c in kl_divergence(family.suffixed("_1"), family.suffixed("_2")).cases} - SETTLED)


# --- the tests -------------------------------------------------------------------------------------------------

TEXTS = {page.name: page.read_text("utf-8") for page in PAGES}
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(#[^)]*)?\)")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme")
    for text in TEXTS.values():
        write_entries(text, folder)
    return folder


def without_times(text: str) -> str:
    """Text without seconds; of a table of errors without roundoff, which a processor's own exp and log decide."""
    text = ROUNDOFF.sub("Ne-N", text) if "worst error" in text else text
    return TIME.sub("in N s", text).rstrip("\n")


def shells() -> list[re.Match[str]]:
    return [b for text in TEXTS.values() for b in blocks(text) if b["kind"] != "python"]


@pytest.mark.parametrize("block", shells(), ids=lambda b: b["command"] or b["body"].splitlines()[0])
def test_command_says_what_the_readme_shows(block, folder):
    assert without_times(present(block, folder, {})) == without_times(block["body"])


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_python_sessions_say_what_a_page_shows(text, folder, monkeypatch):
    monkeypatch.chdir(folder)
    names: dict[str, object] = {}
    for block in blocks(text):
        if block["kind"] == "python":
            assert session(block["body"], names) == block["body"]


def test_the_table_of_open_cells_holds():
    listed = re.findall(r"^\| (\w+) \| (.*) \|$", TABLE.search(TEXTS["open.md"])[0], re.MULTILINE)
    assert len(listed) > 5
    for name, shared in listed:
        assert is_open(name), f"{name} closes now"
        assert closing(KL, catalog[name])[0] == tuple(re.findall(r"`(\w+)`", shared)), name


def test_the_two_commands_are_there():
    assert "pip install . && derive verify\n" in TEXTS["README.md"]
    assert "pip install '.[test]' && pytest\n" in TEXTS["README.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for path, place in LINK.findall(FENCE.sub("", TEXTS[page.name])):
        target = page.parent / path if path else page
        assert target.exists(), path
        heads = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE) if place else []
        assert not place or place[1:] in {re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in heads}, place


def main() -> None:
    """Put the present output into every page."""
    for page in PAGES:
        write(page)


def write(page: Path) -> None:
    text = page.read_text("utf-8")
    names: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        write_entries(text, Path(folder))
        os.chdir(folder)
        found = [(*b.span("body"), present(b, Path(folder), names).rstrip("\n") + "\n") for b in blocks(text)]
        os.chdir(ROOT)
    for start, end, body in reversed(found):
        text = text[:start] + body + text[end:]
    page.write_text(TABLE.sub(lambda _: table(), text), "utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python tests/test_readme.py --write")
    main()
