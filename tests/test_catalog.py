"""What every catalog entry promises, whatever entries there are.

Each promise is a function that lists what is wrong with a family (nothing, if the entry is right),
so that the last test can show every one of them failing on an entry that is wrong.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import mpmath as mp
import numpy as np
import pytest
import scipy.stats
import sympy as sp
from independent import INDEPENDENT
from mass import total_mass
from points import inside, members

from derive.families.expression import FUNCTIONS, read
from derive.families.family import Alias, Distribution, Family
from derive.families.library import Catalog, UnknownFamily, catalog, own_folder
from derive.families.parameter import DefinitionError, Param

EVERY = list(catalog)
FILES = sorted(own_folder().glob("*.py"))
RELATIVE = 1e-10
SINGLE = 1e-6
"""PyTorch's Bessel functions have seven digits."""
UNDERFLOW = -600
"""Where the density is less than exp(-600), SciPy's logpdf of some laws is the log of 0."""
MASS = mp.mpf(10) ** -9

each_family = pytest.mark.parametrize("family", EVERY, ids=lambda f: f.name)


def ours(member: Distribution, point: sp.Expr) -> float:
    """Our log-density; nan where it is not real."""
    value = member.log_density.subs(member.variable, point).evalf(30)
    return float(value) if value.is_extended_real else float("nan")


def close(one: float, other: float) -> bool:
    return abs(one - other) <= RELATIVE * max(1.0, abs(one))


def arguments(member: Distribution, mapping: dict[str, str]) -> dict[str, Any]:
    """The parameters of another library, from ours."""
    values = {name: read(text, member.parameters) for name, text in mapping.items()}
    return {name: int(v) if v.is_Integer else float(v) for name, v in values.items()}


def scipy_law(member: Distribution) -> Any:
    name, mapping = member.family.elsewhere["scipy"]
    return getattr(scipy.stats, name)(**arguments(member, mapping))


def scipy_log_density(member: Distribution) -> Callable[[float], float]:
    law = scipy_law(member)
    if member.measure == "counting":
        return law.logpmf
    if member.measure == "circle":
        start = law.support()[0]
        start = start if np.isfinite(start) else -np.pi
        return lambda x: law.logpdf(start + (x - start) % (2 * np.pi))
    return law.logpdf


def independent_log_density(member: Distribution) -> Callable[[float], float] | None:
    """SciPy's log-density, or one of `independent`, or None."""
    if "scipy" in member.family.elsewhere:
        return scipy_log_density(member)
    if member.family.name not in INDEPENDENT:
        return None
    values = [[float(w) for w in v] if isinstance(v, sp.Tuple) else float(v) for v in member.values]
    return lambda x: INDEPENDENT[member.family.name](x, *values)


# ---- the promises ------------------------------------------------------------------------------


def wrong_values(family: Family) -> list[str]:
    """Where the log-density is not that of SciPy."""
    wrong = []
    for member in members(family, 3):
        theirs = independent_log_density(member)
        if theirs is None:
            continue
        values = [(point, ours(member, point)) for point in inside(member)]
        values = [(point, here) for point, here in values if not here < UNDERFLOW]
        if not values:
            wrong.append(f"{member}: no point to compare at")
        for point, here in values:
            if not close(here, there := float(theirs(float(point)))):
                wrong.append(f"{member} at {point}: {here}, SciPy has {there}")
    return wrong


def wrong_support(family: Family) -> list[str]:
    """Where the support is not that of SciPy."""
    if "scipy" not in family.elsewhere or family.measure == "circle":
        return []
    pairs = [(m, [float(e) for e in m.support], [float(e) for e in scipy_law(m).support()]) for m in members(family, 3)]
    return [f"{m}: {here}, SciPy has {there}" for m, here, there in pairs if not np.allclose(here, there, rtol=1e-12)]


def wrong_mass(family: Family) -> list[str]:
    """Members whose density does not integrate or sum to 1."""
    wrong = []
    for member in members(family, 2):
        try:
            mass = total_mass(member)
        except ArithmeticError as error:
            wrong.append(f"{member}: {error}")
        else:
            if not abs(mass - 1) < MASS:
                wrong.append(f"{member}: total mass {mp.nstr(mass, 15)}")
    return wrong


def wrong_words(family: Family) -> list[str]:
    """What a reader of the entry would miss."""
    wrong = [f"{p.name} has no meaning" for p in family.params if not p.meaning.strip()]
    if not re.search(r"[A-Z]\w+.*\b(1[89]|20)\d\d\b", family.source):
        wrong.append(f"the source is no author and year: {family.source!r}")
    if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", family.name):
        wrong.append(f"{family.name} is not CamelCase")
    return wrong


def wrong_symbols(family: Family) -> list[str]:
    """Symbols that are used and not declared, or declared and not used, or that are functions too."""
    try:
        d = family.definition
    except DefinitionError as error:
        return [str(error)]
    declared = {str(s) for s in d.symbols}
    length = {"K"} if any(p.domain == "simplex" for p in family.params) else set()
    definition = {str(s) for e in (*d.support, d.log_density) for s in e.free_symbols if not isinstance(s, sp.Indexed)}
    constraints = {str(s) for c in d.constraints for s in c.free_symbols}
    wrong = [f"{n} is not declared" for n in sorted((definition | constraints) - declared - length - {str(d.variable)})]
    wrong += [f"{n} is not used" for n in sorted(declared - definition)]
    wrong += [f"{n} is the variable and a parameter" for n in declared & {str(d.variable)}]
    texts = [t for t in (*family.support, family.log_density) if isinstance(t, str)]
    called = {f for t in texts for f in re.findall(r"(\w+)\s*\(", t)} & set(FUNCTIONS)
    return wrong + [f"{n} is a parameter and a function" for n in sorted(called & declared)]


def wrong_period(family: Family) -> list[str]:
    """Densities on the circle that are not periodic, or have no whole period as support."""
    if family.measure != "circle":
        return []
    wrong = []
    for member in members(family, 2):
        low, high = member.support
        if high - low != 2 * sp.pi:
            wrong.append(f"{member}: the support is no period")
        if not all(close(ours(member, x), ours(member, x + 2 * sp.pi)) for x in inside(member)):
            wrong.append(f"{member}: not periodic")
    return wrong


def wrong_torch(family: Family, torch: Any) -> list[str]:
    """Where the log-density is not that of PyTorch."""
    name, mapping = family.elsewhere["torch"]
    wrong = []
    for member in members(family, 3):
        given = {k: torch.tensor(float(v)) for k, v in arguments(member, mapping).items()}
        public, inner = torch.distributions, torch.distributions.relaxed_bernoulli
        law = getattr(public, name, None) or getattr(inner, name)
        law = law(**given)
        for point in inside(member):
            here, there = ours(member, point), float(law.log_prob(torch.tensor(float(point))))
            if not abs(here - there) <= SINGLE * max(1.0, abs(here)):
                wrong.append(f"{member} at {point}: {here}, PyTorch has {there}")
    return wrong


@pytest.fixture
def torch() -> Any:
    """PyTorch in double precision, where it is installed."""
    module = pytest.importorskip("torch")
    previous = module.get_default_dtype()
    module.set_default_dtype(module.float64)  # its GeneralizedPareto compares with a default tensor
    yield module
    module.set_default_dtype(previous)


# ---- every entry and alias ---------------------------------------------------------------------


@each_family
def test_log_density_is_that_of_scipy(family: Family) -> None:
    assert wrong_values(family) == []


@each_family
def test_support_is_that_of_scipy(family: Family) -> None:
    assert wrong_support(family) == []


@each_family
def test_density_has_total_mass_one(family: Family) -> None:
    assert wrong_mass(family) == []


@each_family
def test_entry_says_what_it_is(family: Family) -> None:
    assert wrong_words(family) == []


@each_family
def test_symbols_are_declared_and_used(family: Family) -> None:
    assert wrong_symbols(family) == []


@pytest.mark.parametrize("family", [f for f in EVERY if f.measure == "circle"], ids=lambda f: f.name)
def test_circular_density_is_periodic(family: Family) -> None:
    assert wrong_period(family) == []


@pytest.mark.parametrize("family", [f for f in EVERY if "torch" in f.elsewhere], ids=lambda f: f.name)
def test_log_density_is_that_of_torch(family: Family, torch: Any) -> None:
    assert wrong_torch(family, torch) == []


@pytest.mark.parametrize("family", [f for f in EVERY if f.base is not None], ids=lambda f: f.name)
def test_alias_is_a_member_of_its_family(family: Family) -> None:
    """Its parameters map to admissible ones, and the density there is the alias's."""
    alias = next(a for a in family.base.aliases if a.name == family.name)
    for member in members(family, 2):
        image = family.base(**{n: read(t, member.parameters) for n, t in alias.mapping.items()})
        assert all(c == sp.true for c in image.constraints)
        assert image.support == member.support
        assert all(close(ours(member, x), ours(image, x)) for x in inside(member))


def test_most_entries_have_an_independent_density() -> None:
    """The comparison above is not vacuous: SciPy, or `independent`, has nearly every law."""
    compared = [f for f in EVERY if "scipy" in f.elsewhere or f.name in INDEPENDENT]
    assert len(compared) >= 0.9 * len(EVERY)
    assert all(len(members(f, 3)) >= 2 for f in compared if f.params)


# ---- names -------------------------------------------------------------------------------------


def names_of(entry: Family) -> list[str]:
    return [entry.name, *entry.synonyms, *(n for a in entry.aliases for n in (a.name, *a.synonyms))]


def words(name: str) -> list[str]:
    return re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|\d+", name)


@pytest.mark.parametrize("entry", catalog.entries, ids=lambda f: f.name)
def test_names_are_found_whatever_the_case_and_separators(entry: Family) -> None:
    for name in names_of(entry):
        family = catalog[name]
        assert entry in (family, family.base)
        for separator in ("", "-", "_", " "):
            spelled = separator.join(words(name))
            assert catalog[spelled] is catalog[spelled.upper()] is catalog[spelled.lower()] is family


def test_names_are_unique() -> None:
    spellings = [re.sub(r"\W|_", "", n).lower() for entry in catalog.entries for n in names_of(entry)]
    assert len(spellings) > 50
    assert sorted(spellings) == sorted(set(spellings))


def test_a_folder_that_is_none_or_a_file_that_is_broken_is_named(tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match="no such folder"):
        list(Catalog(tmp_path / "none"))
    (tmp_path / "one.py").write_text("\nFAMILIES = 1 / 0")
    with pytest.raises(DefinitionError, match=r"one\.py, line 2: division by zero"):
        list(Catalog(tmp_path))


def test_a_name_given_twice_is_refused(tmp_path) -> None:
    entry = 'Family("{}", (), ("0", "1"), "0", synonyms=("{}",))'
    head = "from derive.families.family import Family\nFAMILIES = "
    (tmp_path / "one.py").write_text(f"{head}[{entry.format('Flat', 'Level')}]")
    assert Catalog(tmp_path)["level"].name == "Flat"
    (tmp_path / "two.py").write_text(f"{head}[{entry.format('Even', 'LEVEL')}]")
    with pytest.raises(DefinitionError, match="LEVEL is defined twice"):
        Catalog(tmp_path)["level"]


def test_a_name_given_twice_in_one_entry_leaves_the_others(tmp_path) -> None:
    entries = ('Family("Flat", (), ("0", "1"), "0", synonyms=("flat",))', 'Family("Even", (), ("0", "1"), "0")')
    (tmp_path / "one.py").write_text(f"from derive.families.family import Family\nFAMILIES = [{', '.join(entries)}]")
    found = Catalog(tmp_path, tolerant=True)
    assert [f.name for f in found] == ["Even"]
    assert found.broken == {
        "Flat in one.py": "flat is defined twice: Flat in one.py, and before that in the same entry"
    }


@pytest.mark.parametrize(
    ("support", "log_density", "measure", "where"),
    [
        (("0", "s"), "Piecewise((log(2/s), x < s/2), (-oo, True))", "lebesgue", "where the log-density is -oo"),
        (("-s", "s"), "Piecewise((-log(s), abs(x) > s/2), (-oo, True))", "lebesgue", "where the log-density is -oo"),
        (("0", "oo"), "log(x) + (x - 1)*log(s) - s - loggamma(x + 1)", "counting", "at x = 0"),
        (("-oo", "-1"), "log(-1 - x) - (2 + x)*log(s) - s - loggamma(-x)", "counting", "at x = -1"),
    ],
)
def test_a_density_that_is_0_on_its_support_is_refused(
    support: tuple[str, str], log_density: str, measure: str, where: str
) -> None:
    """As q it would be what p is absolutely continuous to, as far as the supports tell."""
    family = Family("Own", (Param("s", "positive", "scale"),), support, log_density, measure)
    with pytest.raises(DefinitionError, match=f"the density is 0 {where}; the support must be"):
        _ = family.definition


def test_an_unknown_name_gets_a_suggestion() -> None:
    with pytest.raises(UnknownFamily, match=r"did you mean.*Normal"):
        catalog["Nrmal"]


# ---- the files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_files_are_data(path) -> None:
    """Entries define no functions or classes, import only what the package offers and SymPy."""
    tree = ast.parse(path.read_text())
    code = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    assert not [node for node in ast.walk(tree) if isinstance(node, code)]
    imports = [n for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.ImportFrom))]
    modules = {n.module if isinstance(n, ast.ImportFrom) else a.name for n in imports for a in n.names}
    assert modules <= {"derive", "sympy"}
    assert ast.get_docstring(tree)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_fields_stand_in_the_same_order_in_every_entry(path) -> None:
    calls = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)]
    orders = {"Family": [f.name for f in fields(Family)], "Alias": [f.name for f in fields(Alias)]}
    found = [c for c in calls if isinstance(c.func, ast.Name) and c.func.id in orders]
    assert found
    for call in found:
        given = [k.arg for k in call.keywords]
        assert given == sorted(given, key=orders[call.func.id].index), ast.unparse(call)[:80]


# ---- every check catches a wrong entry ---------------------------------------------------------

_gamma, _cauchy, _von_mises, _binomial = catalog.Gamma, catalog.Cauchy, catalog.VonMises, catalog.Binomial
_scipy_rate = {"scipy": ("gamma", {"a": "k", "scale": "1/theta"})}

WRONG = {
    "rate for scale, seen in values": (
        wrong_values,
        replace(_gamma, log_density="(k - 1)*log(x) - x*theta - loggamma(k) + k*log(theta)"),
    ),
    "rate for scale, in the mapping": (wrong_values, replace(_gamma, elsewhere=_scipy_rate)),
    "normalised, but another law": (wrong_values, replace(_gamma, log_density="-x/theta - log(theta)")),
    "a constant is missing": (wrong_mass, replace(_cauchy, log_density="-log(pi) - log(1 + ((x - x_0)/gamma)**2)")),
    "scale forgotten": (wrong_mass, replace(_gamma, log_density="(k - 1)*log(x) - x/theta - loggamma(k)")),
    "a sum, one term too many": (wrong_mass, replace(catalog.Geometric, support=("0", "oo"))),
    "a sum, one term too few": (wrong_mass, replace(_binomial, support=("1", "n"))),
    "a slow sum, slightly wrong": (wrong_mass, replace(catalog.Zeta, log_density="-s*log(x) - log(zeta(s) + 10**-8)")),
    "not integrable": (wrong_mass, replace(_gamma, log_density="-k*log(x)/2 - log(theta)")),
    "not real": (wrong_mass, replace(_gamma, log_density="log(1 - x/theta) + k*log(x)")),
    "support too large": (wrong_support, replace(catalog.Pareto, support=("0", "oo"))),
    "support too small": (wrong_support, replace(_cauchy, support=("0", "oo"))),
    "no source": (wrong_words, replace(_gamma, source="")),
    "a parameter without meaning": (
        wrong_words,
        replace(_gamma, params=(_gamma.params[0], Param("theta", "positive", ""))),
    ),
    "an undeclared symbol": (wrong_symbols, replace(_gamma, log_density="(k - 1)*log(x) - x/theta - c")),
    "an unused parameter": (wrong_symbols, replace(_gamma, log_density="-x/theta - log(theta)")),
    "a parameter that is a function too": (
        wrong_symbols,
        replace(_cauchy, log_density="-log(gamma) - log(gamma(1)) - log(1 + ((x - x_0)/gamma)**2)"),
    ),
    "not periodic": (wrong_period, replace(_von_mises, log_density="kappa*(x - mu) - log(besseli(0, kappa))")),
    "half a period": (wrong_period, replace(_von_mises, support=("0", "pi"))),
}


@pytest.mark.parametrize("check, family", WRONG.values(), ids=WRONG)
def test_a_wrong_entry_is_caught(check: Callable[[Family], list[str]], family: Family) -> None:
    assert check(family) != []


def test_a_wrong_torch_mapping_is_caught(torch: Any) -> None:
    family = replace(_gamma, elsewhere={"torch": ("Gamma", {"concentration": "k", "rate": "theta"})})
    assert wrong_torch(family, torch) != []
