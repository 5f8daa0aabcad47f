"""Catalogs: folders of entries, loaded by path.

A catalog is a folder of Python files, each of which lists `Family` records in `FAMILIES`. It is
loaded by path and never imported by a name, so that it cannot collide with a `catalog` package of
the user's. `Catalog` answers to any name of an entry or an alias, whatever the case and separators.
"""

from __future__ import annotations

import difflib
import importlib.util
import re
import traceback
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path

from derive.families.family import Alias, Distribution, Family
from derive.families.parameter import DefinitionError


class UnknownFamily(KeyError, AttributeError):
    """No entry or alias of the catalog has that name."""

    def __str__(self) -> str:
        return str(self.args[0])


def key(name: str) -> str:
    """The form under which names are compared.

    >>> key("Student's t"), key("student_t")
    ('studentst', 'studentt')
    """
    return re.sub(r"[^a-z0-9]", "", name.lower())


class Catalog:
    """The families of a folder: `catalog.Gamma(...)`, `catalog["gamma"]`, `catalog.names()`.

    A file that cannot be loaded, or an entry whose name is taken, raises on first use. With
    `tolerant=True` the others are there all the same, and `broken` has the reasons.
    """

    def __init__(self, *folders: Path | str, tolerant: bool = False):
        self._folders = tuple(map(Path, folders))
        self._tolerant = tolerant

    @property
    def folders(self) -> tuple[Path, ...]:
        return self._folders

    @cached_property
    def _loaded(self) -> tuple[tuple[Family, ...], dict[str, str]]:
        """The entries, and what was refused with the reason."""
        for folder in self._folders:
            if not folder.is_dir():
                raise FileNotFoundError(f"{folder}: there is no such folder")
        entries: list[Family] = []
        seen: dict[str, str] = {}
        broken: dict[str, str] = {}
        for path in (path for folder in self._folders for path in sorted(folder.glob("*.py"))):
            try:
                families = _load(path)
            except Exception as error:
                place = _line(error, path)
                if not self._tolerant:
                    raise DefinitionError(f"{path}{place}: {error}") from error
                broken[path.name] = f"{type(error).__name__}{place}: {error}"
                continue
            for family in families:
                names = (family.name, *family.synonyms, *(n for a in family.aliases for n in (a.name, *a.synonyms)))
                keys = [key(n) for n in names]
                taken = next((n for i, n in enumerate(names) if keys[i] in seen or keys[i] in keys[:i]), None)
                if taken is not None:
                    before = seen.get(key(taken), "in the same entry")
                    reason = f"{taken} is defined twice: {family.name} in {path.name}, and before that {before}"
                    if not self._tolerant:
                        raise DefinitionError(reason)
                    broken[f"{family.name} in {path.name}"] = reason
                    continue
                seen |= dict.fromkeys(keys, f"{family.name} in {path.name}")
                entries.append(family)
        return tuple(entries), broken

    @property
    def entries(self) -> tuple[Family, ...]:
        """The entries themselves, without aliases, in the order of the files."""
        return self._loaded[0]

    @property
    def broken(self) -> dict[str, str]:
        """File or entry -> why it was refused; empty unless the catalog is tolerant."""
        return self._loaded[1]

    @cached_property
    def _index(self) -> dict[str, tuple[Family, Alias | None]]:
        index: dict[str, tuple[Family, Alias | None]] = {}
        for family in self.entries:
            index.update({key(n): (family, None) for n in (family.name, *family.synonyms)})
            for alias in family.aliases:
                index.update({key(n): (family, alias) for n in (alias.name, *alias.synonyms)})
        return index

    @cached_property
    def _special(self) -> dict[str, Family]:
        return {}

    def __getitem__(self, name: str) -> Family:
        if key(name) not in self._index:
            known = {key(n): n for n in self.names()}
            near = difflib.get_close_matches(key(name), known, n=3, cutoff=0.5)
            hint = f"; did you mean {', '.join(known[n] for n in near)}?" if near else "; see `derive list`"
            raise UnknownFamily(f"no family {name!r}{hint}")
        family, alias = self._index[key(name)]
        if alias is None:
            return family
        if alias.name not in self._special:
            self._special[alias.name] = family.special(alias)
        return self._special[alias.name]

    def __getattr__(self, name: str) -> Family:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.names()]

    def __contains__(self, name: str) -> bool:
        return key(name) in self._index

    def __iter__(self) -> Iterator[Family]:
        """Every entry, each followed by its aliases."""
        for family in self.entries:
            yield family
            for alias in family.aliases:
                yield self[alias.name]

    def names(self) -> list[str]:
        """The names of all entries and aliases, sorted."""
        return sorted({n for f in self.entries for n in (f.name, *(a.name for a in f.aliases))})

    def __repr__(self) -> str:
        return f"<catalog of {len(self.entries)} families>"


@lru_cache(maxsize=4)
def loaded(folders: tuple[str, ...]) -> Catalog:
    """The tolerant catalog of some folders: one for all the tasks of a process."""
    return Catalog(*folders, tolerant=True)


def _line(error: Exception, path: Path) -> str:
    """Where in a file an error arose: ", line 3"; nothing where that is not known."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).resolve() == path.resolve()
    ]
    return f", line {lines[-1]}" if lines else ""


def _load(path: Path) -> list[Family]:
    spec = importlib.util.spec_from_file_location(f"_derive_catalog_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    families = getattr(module, "FAMILIES", None)
    if not isinstance(families, (list, tuple)) or not all(isinstance(f, Family) for f in families):
        raise DefinitionError(f"{path.name} must list Family records in FAMILIES")
    return list(families)


def own_folder() -> Path:
    """The folder of derive's own catalog: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside, beside = package / "_catalog", package.parent / "catalog"
    return inside if inside.is_dir() else beside


catalog = Catalog(own_folder())

__all__ = ["Catalog", "Distribution", "UnknownFamily", "catalog", "key", "loaded", "own_folder"]
