"""The verifier is worth what it catches: seeded errors, each of which must come out refuted.

Three kinds are seeded: wrong formulas (as an author copies them), wrong kernels (as the engine's table might
be), wrong entries (as a catalog's author writes them). A mutant that changes no value is equivalent, and
counted apart. The table of what caught what is printed at the end.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import mpmath
import pytest
import sympy as sp

from derive.checks.evidence import common_digits
from derive.checks.subject import Subject, case_at, value_at
from derive.derivation.formula import Case, Formula
from derive.derivation.problem import ENTROPY, KL
from derive.derivation.quantities import closing, entropy, kl_divergence
from derive.expectations.kernel import Kernel
from derive.expectations.kernels import KERNELS
from derive.families import points
from derive.families.family import Family
from derive.families.library import catalog
from derive.verification import sharing
from derive.verification.laws import checked, law

DIGITS = 20
SAME = 12
"""Digits to which a mutant's value must agree with the right one at every point to be called equivalent."""
FEWEST = 300

CAUGHT: Counter[tuple[str, str]] = Counter()
"""(what was wrong, law that saw it) -> how often."""
COUNTED: Counter[str] = Counter()

# ---- wrong formulas ---------------------------------------------------------------------------------------

ENTROPIES = (
    "Normal", "Gamma", "Beta", "Exponential", "Laplace", "Gumbel", "Weibull", "Pareto", "Logistic", "StudentT",
    "LogNormal", "InverseGamma", "Geometric", "Rayleigh", "Cauchy",
)  # fmt: skip
DIVERGENCES = (
    ("Normal", None), ("Gamma", None), ("Beta", None), ("Exponential", None), ("Laplace", None), ("Poisson", None),
    ("Geometric", None), ("Pareto", None), ("Uniform", None), ("LogNormal", None), ("InverseGamma", None),
    ("Rayleigh", None), ("Pareto", "Exponential"), ("Gamma", "LogNormal"), ("Normal", "Laplace"), ("Uniform", "Beta"),
)  # fmt: skip

SHARING = ("Logistic", "Kumaraswamy", "Frechet", "GeneralizedNormal", "NegativeBinomial")


def first(formula: Formula, change: Any) -> Formula:
    """The formula with the expression of its first case changed."""
    head, *rest = formula.cases
    return replace(formula, cases=(head._replace(expr=change(head.expr)), *rest))


def terms(e: Any) -> list[Any]:
    return list(sp.Add.make_args(sp.expand_log(sp.expand(e))))


def wrong_formulas(formula: Formula) -> Iterator[tuple[str, Formula]]:
    """(what is wrong, mutant): one error of each kind at each place where it can stand."""
    parts = terms(formula.cases[0].expr)
    for i, part in list(enumerate(parts))[:3]:
        rest = sp.Add(*parts[:i], *parts[i + 1 :])
        yield "sign", first(formula, lambda e, part=part, rest=rest: rest - part)
        yield "coefficient", first(formula, lambda e, part=part, rest=rest: rest + 2 * part)
        yield "dropped term", first(formula, lambda e, rest=rest: rest)
    for s in scales(formula)[:2]:
        yield "rate for scale", first(formula, lambda e, s=s: e.subs(s, 1 / s))
    yield "log base", first(formula, lambda e: e / sp.log(2))
    for head in (sp.loggamma, sp.polygamma):
        for atom in sorted(formula.cases[0].expr.atoms(head), key=str)[:1]:
            off = head(*atom.args[:-1], atom.args[-1] + 1)
            yield "off by one", first(formula, lambda e, atom=atom, off=off: e.subs(atom, off))
    if len(formula.distributions) == 2 and len({p.family for p in formula.distributions}) == 1:
        p, q = formula.distributions
        swap = {a: b for one, two in ((p, q), (q, p)) for a, b in zip(one.values, two.values, strict=True)}
        yield "p and q swapped", first(formula, lambda e: e.subs(swap, simultaneous=True))
    if len(formula.cases) > 1:
        head, *rest = formula.cases
        yield "condition dropped", replace(formula, cases=(head._replace(condition=sp.true),))
        yield (
            "infinite claimed closed",
            replace(formula, cases=(head, *(c._replace(expr=head.expr, form="closed") for c in rest))),
        )
        yield (
            "condition negated",
            replace(formula, cases=(head._replace(condition=sp.Not(head.condition)), Case(sp.true, sp.oo, "infinite"))),
        )
    yield "closed claimed infinite", replace(formula, cases=(Case(sp.true, sp.oo, "infinite"),))


def scales(formula: Formula) -> list[sp.Symbol]:
    """The parameters that may be any positive number, and so their own inverse."""
    return [
        v
        for m in formula.distributions
        for p, v in zip(m.family.params, m.values, strict=True)
        if p.domain == "positive"
    ]


def everywhere(formula: Formula, subject: Subject) -> list[Any]:
    """Points of the law and a few others."""
    return [*subject.points(formula.quantity), *islice(points.pairs(*families(formula)), 4)]


def changes(formula: Formula, mutant: Formula, seen: list[Any]) -> bool:
    """Whether a mutant differs from the right formula at any of these points, by evaluating both and no law."""
    for members in seen:
        one, other = case_at(formula, members), case_at(mutant, members)
        if one is None or other is None or (one.form == "infinite") != (other.form == "infinite"):
            return True
        if one.form == "infinite":
            continue
        try:
            values = [value_at(f, members, DIGITS) for f in (formula, mutant)]
        except ArithmeticError:
            return True
        with mpmath.workdps(DIGITS + 10):
            if common_digits(*values) < SAME:
                return True
    return False


def families(formula: Formula) -> tuple[Family, Family | None]:
    p, *q = (m.family for m in formula.distributions)
    return p, q[0] if q else None


LAWS_OF_H = [law(n) for n in ("definition", "related families", "CE = H + KL", "CE(p, p) = H(p)")]
LAWS_OF_KL = [law(n) for n in ("definition", "fisher", "bregman", "CE = H + KL", "KL(p‖p) = 0")]


def refuting(subject: Subject, laws: Any, quantity: str | None = None) -> list[str]:
    """The laws that refute something about a subject."""
    found = (c for c in checked(subject, laws) if c.verdict.kind == "refuted")
    return list(dict.fromkeys(c.law for c in found))


def judged(kind: str, changed: bool, caught: list[str], told: str) -> None:
    """Count one mutant, and insist that it was caught if it changes a value."""
    COUNTED["equivalent" if not changed else "seeded"] += 1
    if changed:
        for name in caught or ["NONE"]:
            CAUGHT[kind, name] += 1
        COUNTED["caught"] += bool(caught)
        assert caught, told
    else:
        assert not caught, f"an equivalent mutant is refuted: {told}"


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", ENTROPIES)
def test_a_wrong_entropy_is_refuted(name: str) -> None:
    subject = Subject(catalog[name], None, DIGITS, per_case=1)
    right = subject.formula(ENTROPY)
    for what, mutant in wrong_formulas(right):
        caught = refuting(subject.with_formula(ENTROPY, mutant), LAWS_OF_H)
        judged(
            what, changes(right, mutant, everywhere(right, subject)), caught, f"{name} entropy, {what}: {mutant.cases}"
        )


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("p", "q"), DIVERGENCES, ids=lambda x: str(x))
def test_a_wrong_divergence_is_refuted(p: str, q: str | None) -> None:
    subject = Subject(catalog[p], catalog[q] if q else None, DIGITS, per_case=1)
    right = subject.formula(KL)
    for what, mutant in wrong_formulas(right):
        caught = refuting(subject.with_formula(KL, mutant), LAWS_OF_KL)
        judged(
            what,
            changes(right, mutant, everywhere(right, subject)),
            caught,
            f"KL({p}‖{q or p}), {what}: {mutant.cases}",
        )


@pytest.mark.parametrize("name", SHARING)
def test_a_wrong_divergence_of_members_that_share_is_refuted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = Subject(catalog[name], None, DIGITS, per_case=1)
    shared, right = closing(KL, catalog[name])
    tied = list(islice(sharing.tied(catalog[name], shared), 6))
    for what, mutant in wrong_formulas(right):
        monkeypatch.setattr(sharing, "closing", lambda kind, family, mutant=mutant: (shared, mutant))
        caught = refuting(subject, [law("shared parameters")])
        judged(what, changes(right, mutant, tied), caught, f"{name} sharing {shared}, {what}: {mutant.cases}")


# ---- wrong kernels ----------------------------------------------------------------------------------------

USERS = {
    "gamma": "Gamma", "beta": "Beta", "beta prime": "BetaPrime", "power": "Pareto", "Gauss": "Normal", "Student": "StudentT",
    "inverse Gauss": "InverseGaussian", "cut exponential": "TruncatedExponential", "cut power": "TruncatedPareto",
    "cut Gauss": "TruncatedNormal", "circle": "VonMises", "two points": "Bernoulli", "geometric": "GeometricFromZero",
    "geometric tail": "Geometric", "zeta": "Zeta", "incomplete gamma": "Gompertz", "exponential tail": "Gompertz",
    "wrapped Cauchy": "WrappedCauchy", "Poisson": "Poisson", "Poisson tail": "ZeroTruncatedPoisson", "binomial": "Binomial",
    "negative binomial": "NegativeBinomial", "logarithmic": "Logarithmic", "integers": "DiscreteUniform",
}  # fmt: skip
"""A family for each kernel whose expectations come from it."""


def wrong_kernels(kernel: Kernel) -> Iterator[tuple[str, Kernel]]:
    z, a = kernel.log_z, kernel.a[0]
    yield "kernel: sign", replace(kernel, log_z=-z)
    yield "kernel: coefficient", replace(kernel, log_z=2 * z)
    yield "kernel: off by one", replace(kernel, log_z=z.subs(a, a + 1))
    yield "kernel: a term too many", replace(kernel, log_z=z + a)
    if len(parts := sp.Add.make_args(z)) > 1:
        yield "kernel: dropped term", replace(kernel, log_z=sp.Add(*parts[1:]))


def forget() -> None:
    """Clear every cache of the engine: what it derived stood on other kernels."""
    for name, module in list(sys.modules.items()):
        if name.startswith("derive."):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def with_kernel(monkeypatch: pytest.MonkeyPatch, old: Kernel, new: Kernel) -> None:
    """The engine with one row of its table replaced."""
    table = tuple(new if k.name == old.name else k for k in KERNELS)
    for name, module in list(sys.modules.items()):
        if name.startswith("derive") and "KERNELS" in vars(module):
            monkeypatch.setattr(module, "KERNELS", table)
    forget()


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", USERS)
def test_a_wrong_kernel_is_refuted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = next(k for k in KERNELS if k.name == name)
    family = catalog[USERS[name]]
    right = entropy(family), kl_divergence(family.suffixed("_1"), family.suffixed("_2"))
    for what, wrong in wrong_kernels(kernel):
        with monkeypatch.context() as patch:
            with_kernel(patch, kernel, wrong)
            subject = Subject(family, None, DIGITS, per_case=1)
            derived = subject.formula(ENTROPY), subject.formula(KL)
            changed = any(changes(f, g, everywhere(f, subject)) for f, g in zip(right, derived, strict=True))
            caught = refuting(subject, [law("score"), law("definition")])
        judged(what, changed, caught, f"{name}, {what}: {derived[0]}")
    forget()


# ---- wrong entries ----------------------------------------------------------------------------------------

ENTRIES = (
    "Normal", "Gamma", "Beta", "Exponential", "Laplace", "Gumbel", "Weibull", "Pareto", "Logistic", "StudentT", "LogNormal",
    "InverseGamma", "Cauchy", "Rayleigh", "Maxwell", "Levy", "Lomax", "BetaPrime", "Poisson", "Geometric", "Kumaraswamy",
    "Nakagami", "Frechet", "Gompertz", "Moyal", "InverseGaussian", "HalfNormal", "PowerFunction", "Lindley", "F",
)  # fmt: skip


def wrong_entries(family: Family) -> Iterator[tuple[str, Family]]:
    density = family.definition.log_density
    low, high = family.definition.support
    parts = [t for t in sp.Add.make_args(sp.expand_log(density)) if t != 0]
    for i, part in list(enumerate(parts))[:2]:
        rest = sp.Add(*parts[:i], *parts[i + 1 :])
        yield "entry: sign", replace(family, log_density=rest - part, support=(low, high))
        yield "entry: dropped term", replace(family, log_density=rest, support=(low, high))
    yield "entry: coefficient", replace(family, log_density=density + parts[-1] / 7, support=(low, high))


@pytest.mark.parametrize("name", ENTRIES)
def test_a_wrong_entry_is_refuted(name: str) -> None:
    family = catalog[name]
    for what, wrong in wrong_entries(family):
        x = family.definition.variable
        changed = bool(
            sp.expand(sp.expand_log(wrong.definition.log_density - family.definition.log_density)).has(
                x, *family.definition.symbols
            )
        ) or (sp.expand(sp.expand_log(wrong.definition.log_density - family.definition.log_density)) != 0)
        caught = refuting(Subject(wrong, None, DIGITS), [law("normalisation")])
        judged(what, changed, caught, f"{name}, {what}: {wrong.definition.log_density}")


# ---- the table --------------------------------------------------------------------------------------------


def test_enough_was_seeded_and_all_was_caught(
    capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    """Prints the count and what caught what. Under xdist, or where not all tests run (`-m ''`), a part only."""
    with capsys.disabled():
        print(
            f"\n{COUNTED['seeded']} mutants that change a value, {COUNTED['caught']} caught, {COUNTED['equivalent']} equivalent"
        )
        for (what, name), count in sorted(CAUGHT.items()):
            print(f"  {what:26s} {name:20s} {count:4d}")
    assert COUNTED["caught"] == COUNTED["seeded"]
    here = sum(item.path == request.path for item in request.session.items)
    every = len(ENTROPIES) + len(DIVERGENCES) + len(SHARING) + len(USERS) + len(ENTRIES)
    if not hasattr(request.config, "workerinput") and here > every:
        assert COUNTED["seeded"] >= FEWEST
