"""Records kept in a folder: appended line by line, so that a run that is killed loses none and breaks none.

A record is one line of JSON, and the last one of a key counts. A line that a killed run left half-written is cut
off before anything is appended. Closing a store rewrites it, sorted and without what was superseded, by replacing
the file at once. One writer at a time holds the folder's lock.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

Record = dict[str, Any]

RECORDS, MANIFEST, LOCK = "cells.jsonl", "manifest.json", ".lock"


class StoreError(ValueError):
    """A folder that is no store, or that another run is writing to."""


class Store:
    """The records of a folder, by key; `with` holds the folder for writing.

    >>> import tempfile
    >>> key = lambda record: record["name"]
    >>> folder = Path(tempfile.mkdtemp())
    >>> with Store(folder, key) as store:
    ...     store.append({"name": "a", "value": 1})
    ...     store.append({"name": "a", "value": 2})
    >>> [r["value"] for r in Store(folder, key).records.values()]
    [2]
    """

    def __init__(self, folder: Path, key: Callable[[Mapping[str, Any]], Any]):
        self.folder, self.key = Path(folder), key
        self.path = self.folder / RECORDS
        self.records: dict[Any, Record] = {key(r): r for r in self._read()}
        self._file: IO[str] | None = None
        self._lock: IO[str] | None = None

    def _read(self) -> Iterator[Record]:
        """The records that are whole."""
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8") as lines:
            for line in lines:
                if not line.endswith("\n"):
                    return
                try:
                    yield json.loads(line)
                except json.JSONDecodeError:
                    raise StoreError(f"{self.path} is damaged: {line[:60]!r} is no record") from None

    @property
    def manifest(self) -> Record:
        path = self.folder / MANIFEST
        try:
            found: Record = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        except json.JSONDecodeError:
            raise StoreError(f"{path} is damaged: it is no JSON; `derive atlas` writes it anew") from None
        return found

    def __enter__(self) -> Store:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(self.folder / LOCK)
        self.records = {self.key(r): r for r in self._read()}  # what another run wrote since
        self._cut()
        self._file = self.path.open("a", encoding="utf-8")
        return self

    def _cut(self) -> None:
        """Cut off a line that was not finished."""
        if self.path.exists():
            with self.path.open("rb+") as file:
                content = file.read()
                file.truncate(content.rfind(b"\n") + 1)

    def append(self, record: Record) -> None:
        """Keep a record; it is on disk when this returns."""
        assert self._file is not None, "a store is written to inside `with`"
        self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.records[self.key(record)] = record

    def describe(self, manifest: Record) -> None:
        _replace(self.folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")

    def __exit__(self, *_: object) -> None:
        assert self._file is not None and self._lock is not None
        self._file.close()
        lines = (json.dumps(self.records[k], ensure_ascii=False) + "\n" for k in sorted(self.records))
        _replace(self.path, "".join(lines))
        self._lock.close()
        self._file = self._lock = None


def _replace(path: Path, text: str) -> None:
    """Write a file at once: whoever reads it sees the old or the new one."""
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _locked(path: Path) -> IO[str]:
    """A lock that ends with its process, however that ends."""
    file = path.open("w")
    try:
        import fcntl
    except ImportError:
        return file
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise StoreError(f"another run is writing to {path.parent}") from None
    return file


__all__ = ["Record", "Store", "StoreError"]
