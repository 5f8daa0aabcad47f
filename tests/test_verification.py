"""The verifier itself: what its verdicts mean, that it does not cry wolf, and that nothing it meets takes it down."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import mpmath
import pytest
import sympy as sp

from derive.checks import evidence
from derive.checks.evidence import against, common_digits, defined_verdict, normalisation
from derive.checks.subject import Subject, value_at
from derive.checks.verdict import Check, Verdict, together
from derive.derivation.formula import Case, Formula
from derive.derivation.problem import CROSS_ENTROPY, ENTROPY, KL
from derive.derivation.quantities import entropy, kl_divergence
from derive.derivation.soundness import sound
from derive.families.family import Family
from derive.families.library import Catalog, UnknownFamily, catalog
from derive.families.parameter import DefinitionError, Param
from derive.numerics.quadrature import Estimate
from derive.verification import relations
from derive.verification.laws import LAWS, checked, law
from derive.verification.report import Report, Row
from derive.verification.verifier import PAIRS, Interrupted, Task, verify, verify_subject, verify_task

HEAD = "from derive.families.family import Family, Param\n\n"
GOOD = 'Family("Expo", (Param("theta", "positive", "mean"),), ("0", "oo"), "-log(theta) - x/theta")'
WRONG = {
    "integrates to two": 'Family("Bad", (Param("theta", "positive", "mean"),), ("0", "oo"), "log(2) - log(theta) - x/theta")',
    "names no parameter": 'Family("Bad", (Param("theta", "positive", "mean"),), ("0", "oo"), "-log(theta) - x/tau")',
    "negative": 'Family("Bad", (), ("0", "2"), "log(1 - x) + log(2)")',
    "negative for large slopes": 'Family("Bad", (Param("a", "real", "slope"),), ("0", "1"), "log(1 + a*(2*x - 1)/4)")',
    "unreadable": 'Family("Bad", (Param("theta", "positive", "mean"),), ("0", "oo"), "-log(theta) - - * x")',
}


def wrote(folder: Path, *entries: str) -> Catalog:
    (folder / "own.py").write_text(f"{HEAD}FAMILIES = [{', '.join(entries)}]\n")
    return Catalog(folder)


def claim(value: object) -> Formula:
    """A formula that claims a value for the entropy of the standard exponential law, whatever its rate."""
    return Formula(ENTROPY, (catalog.Exponential.suffixed(""),), (Case(sp.true, sp.sympify(value), "closed"),))


# ---- verdicts ---------------------------------------------------------------------------------------------


def test_the_kinds_of_verdict() -> None:
    p = (catalog.Exponential(1),)
    agrees = defined_verdict(claim(1), p, 50)
    assert (agrees.kind, agrees.digits) == ("agrees", 50)
    refuted = defined_verdict(claim("1 + 10**-20"), p, 50)
    assert refuted.kind == "refuted"
    assert refuted.point == "lamda = 1"
    none = defined_verdict(claim(sp.nan), p, 50)
    assert (none.kind, none.method) == ("refuted", "cases")
    proved = list(checked(Subject(catalog.Exponential), [law("CE = H + KL")]))
    assert [c.verdict.kind for c in proved] == ["proved"]
    assert together([]).kind == "unknown"


def test_a_case_that_nothing_sees_makes_its_row_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pareto‖Exponential is finite for α > 1; a row does not agree because its infinite case does."""
    own = evidence.defined_verdict

    def blind(formula: Formula, members: tuple, digits: int) -> Verdict:
        hidden = formula.quantity == CROSS_ENTROPY and members[0].values[1] > 1
        return Verdict("unknown", witness="not seen") if hidden else own(formula, members, digits)

    monkeypatch.setattr(evidence, "defined_verdict", blind)
    rows = {row.quantity: row for row in verify_subject(Subject(catalog.Pareto, catalog.Exponential, 15, per_case=1))}
    assert str(rows[CROSS_ENTROPY].verdict) == "unknown: not seen" and rows[KL].verdict.kind == "agrees"
    checks = [c for c in rows[CROSS_ENTROPY].checks if c.law == "definition"]
    assert {c.case for c in checks if c.verdict.kind == "agrees"} and len({c.case for c in checks}) == 2


def test_one_refutation_refutes_a_row() -> None:
    kinds = [Verdict("proved"), Verdict("agrees", 50), Verdict("unknown"), Verdict("refuted")]
    assert together(kinds).kind == "refuted"
    assert together(kinds[:3]).kind == "agrees"
    assert together(kinds[:1]).kind == "proved"


@pytest.mark.parametrize("digits", [15, 50, 100])
def test_formulas_evaluate_to_the_digits_asked(digits: int) -> None:
    """Whatever the precision of the caller."""
    value = value_at(entropy(catalog.Gamma), (catalog.Gamma(1, 2),), digits)
    with mpmath.workdps(digits + 10):
        assert common_digits(value, 1 + mpmath.log(2)) >= digits


def _quadratures(monkeypatch: pytest.MonkeyPatch, first: tuple[str, int], second: tuple[str, int]) -> None:
    values = {evidence.FIRST: first, evidence.SECOND: second}

    def told(p: object, statistic: object, digits: int, method: str) -> Estimate:
        value, reached = values[method]
        return Estimate(mpmath.mpf(value), reached, method, mpmath.mpf(10) ** -reached)

    monkeypatch.setattr(evidence, "estimate", told)
    monkeypatch.setattr(evidence, "diverges", lambda p, statistic: None)


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        (("2", 30), ("2", 30), "refuted"),
        (("2", 30), ("3", 30), "unknown"),
        (("2", 30), ("1", 30), "unknown"),
        (("2", 4), ("2", 4), "unknown"),
        (("2", 30), ("2", 2), "unknown"),
        (("1", 30), ("7", 30), "agrees"),
        (("1", 12), ("1", 30), "agrees"),
    ],
)
def test_refuted_needs_two_quadratures_that_agree(
    monkeypatch: pytest.MonkeyPatch, first: tuple[str, int], second: tuple[str, int], kind: str
) -> None:
    _quadratures(monkeypatch, first, second)
    assert against(1, catalog.Exponential(1), (sp.S.One,), 30, "").kind == kind


def test_a_finite_value_where_there_is_none_is_refuted() -> None:
    formula = replace(kl_divergence(catalog.Pareto.suffixed("_1"), catalog.Exponential.suffixed("_2")))
    closed = replace(formula, cases=(Case(sp.true, formula.cases[0].expr, "closed"),))
    members = catalog.Pareto(1, sp.Rational(1, 2)), catalog.Exponential(1)
    assert defined_verdict(formula, members, 20).kind == "agrees"
    assert defined_verdict(closed, members, 20).kind == "refuted"


def test_infinite_where_it_is_finite_is_refuted() -> None:
    formula = replace(kl_divergence(catalog.Exponential.suffixed("_1"), catalog.Exponential.suffixed("_2")))
    infinite = replace(formula, cases=(Case(sp.true, sp.oo, "infinite"),))
    assert defined_verdict(infinite, (catalog.Exponential(1), catalog.Exponential(2)), 20).kind == "refuted"


def test_supports_decide_without_quadrature() -> None:
    naive = kl_divergence(catalog.Uniform.suffixed("_1"), catalog.Uniform.suffixed("_2"))
    members = catalog.Uniform(0, 1), catalog.Uniform(0, sp.Rational(1, 2))
    assert defined_verdict(naive, members, 20).method == "supports"
    wrong = replace(naive, cases=(naive.cases[0]._replace(condition=sp.true),))
    assert defined_verdict(wrong, members, 20).kind == "refuted"


def test_a_point_that_no_case_covers_is_refuted() -> None:
    formula = replace(claim(1), cases=(Case(sp.Gt(sp.Symbol("lamda", positive=True), 5), sp.S.One, "closed"),))
    assert defined_verdict(formula, (catalog.Exponential(1),), 20).kind == "refuted"


# ---- laws -------------------------------------------------------------------------------------------------


def test_the_planted_rule_passes_the_bookkeeping_and_not_the_evidence() -> None:
    """E[log x] = ψ(k) + log θ + 1 in H, CE and KL of the gamma law alike: the identities all hold."""
    k, theta = catalog.Gamma.suffixed("_1").values
    k_2 = catalog.Gamma.suffixed("_2").values[0]
    formulas = {kind: Subject(catalog.Gamma).formula(kind) for kind in (ENTROPY, CROSS_ENTROPY, KL)}
    alone = catalog.Gamma.suffixed("").values[0]
    planted = {ENTROPY: 1 - alone, CROSS_ENTROPY: 1 - k_2, KL: k - k_2}
    wrong = {
        kind: replace(f, cases=(f.cases[0]._replace(expr=f.cases[0].expr + planted[kind]),))
        for kind, f in formulas.items()
    }
    subject = Subject(catalog.Gamma, None, 20, wrong)
    kinds = {"bookkeeping": set(), "evidence": set()}
    for each in LAWS:
        kinds[each.kind] |= {c.verdict.kind for c in checked(subject, [each])}
    assert "refuted" not in kinds["bookkeeping"]
    assert "refuted" in kinds["evidence"]


def test_laws_are_named_and_told_apart() -> None:
    assert len({each.name for each in LAWS}) == len(LAWS)
    assert {each.kind for each in LAWS} == {"bookkeeping", "evidence"}
    assert all(each.statement and each.applies_to in ("family", "pair") for each in LAWS)


def test_every_row_of_the_relations_is_used() -> None:
    assert relations.unused() == []


def test_pairs_name_families() -> None:
    assert [name for pair in PAIRS for name in pair if name not in catalog] == []


def test_a_law_that_fails_is_unknown() -> None:
    def failing(subject: Subject):
        raise RuntimeError("no")
        yield

    (check,) = checked(Subject(catalog.Exponential), [replace(LAWS[0], check=failing)])
    assert check.verdict.kind == "unknown"
    assert "RuntimeError" in check.verdict.witness


def test_a_vacuous_law_shows() -> None:
    report = Report(
        (Row("Expo", "", ENTROPY, "closed", Verdict("unknown"), 0.0, (Check("fisher", KL, Verdict("unknown")),)),),
        50,
        0.0,
    )
    assert report.law_table["fisher"].effective == 0
    assert "fisher" in report.vacuous


def test_removable_points_are_among_those_checked() -> None:
    half = sp.Rational(1, 2)
    subject = Subject(catalog.ContinuousBernoulli)
    assert any(half in m.values for members in subject.points(ENTROPY) for m in members)


def test_points_are_the_same_every_time_and_exact() -> None:
    one, other = (Subject(catalog.Weibull).points(KL) for _ in range(2))
    assert one == other
    assert all(v.is_Rational for members in one for m in members for v in m.values)
    assert any(p == q for p, q in one)


# ---- the run ----------------------------------------------------------------------------------------------


def test_a_family_gets_a_row_for_each_quantity() -> None:
    rows = verify_task(Task(tuple(map(str, catalog.folders)), "Erlang", None, 15))
    assert [(row.family, row.alias_of, row.quantity) for row in rows] == [
        ("Erlang", "Gamma", kind) for kind in ("density", ENTROPY, CROSS_ENTROPY, KL)
    ]
    assert {row.verdict.kind for row in rows} <= {"proved", "agrees"}
    assert [row.form for row in rows][1:] == ["closed"] * 3


@pytest.mark.parametrize("name", ["Gauss2", "Bad"])
def test_a_scale_declared_real_is_tried_with_both_signs(tmp_path: Path, name: str) -> None:
    """The members that are drawn for the first of these names have positive scales all by chance."""
    density = '("-oo", "oo"), "-log(s) - log(2*pi)/2 - (x - m)**2/(2*s**2)"'
    entry = f'Family("{name}", (Param("m", "real", ""), Param("s", "real", "")), {density})'
    report = verify(catalog=wrote(tmp_path, entry), digits=15)
    assert [row.verdict.kind for row in report.rows] == ["refuted"]


@pytest.mark.parametrize("family", ["exponential", catalog.Exponential, [catalog.Exponential]])
def test_one_family_is_verified_by_its_name_or_itself(family: object) -> None:
    assert {row.family for row in verify(family, digits=10).rows} == {"Exponential"}


def test_a_family_of_no_folder_is_not_verified() -> None:
    with pytest.raises(UnknownFamily, match=r"Mine.* is no entry of the catalog; put it in a folder"):
        verify(Family("Mine", (), ("0", "1"), "0"))


@pytest.mark.parametrize(
    ("family", "reason"),
    [
        (
            Family("Own", (Param("s", "positive", ""),), ("0", "oo"), "-x/s"),
            r"mass must be 1, and is [\d.]+ where s = ",
        ),
        (Family("Own", (), ("0", "oo"), "-x + 1/10**9"), "mass must be 1, and is 1.000000001"),
        (Family("Own", (), ("0", "oo"), "-log(1 + x)"), r"mass must be 1, and is \+inf"),
        (
            Family("Own", (Param("s", "positive", ""),), ("0", "oo"), "x*log(s) - lgamma(x+1)", "counting"),
            "mass must be 1",
        ),
        (Family("Own", (), ("-1", "1"), "log(Max(0, x)) + log(2)"), "must be positive, and is not at x = -9/11"),
        (Family("Own", (), ("0", "2"), "log(1 - x) + log(2)"), "must be positive, and is not at x = "),
    ],
)
def test_what_is_seen_to_be_no_density_has_no_formulas(family: Family, reason: str) -> None:
    exponential = catalog.Exponential("lamda")
    for derive in (entropy, lambda own: kl_divergence(exponential, own), lambda own: entropy(own.suffixed("_1"))):
        with pytest.raises(DefinitionError, match=f"Own: the .*{reason}"):
            derive(family)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Param("pi", "positive", ""), "pi is a number: give the parameter another name"),
        (lambda: Family("Own", (Param("x", "positive", ""),), ("0", "oo"), "-x"), "x is the variable"),
    ],
)
def test_a_parameter_has_a_name_of_its_own(make: Callable[[], Any], words: str) -> None:
    with pytest.raises(DefinitionError, match=words):
        make()


def test_a_parameter_may_be_called_lambda() -> None:
    own = Family("Own", (Param("lambda", "positive", "rate"),), ("0", "oo"), "log(lambda) - lambda*x")
    assert str(entropy(own("a"))) == "1 - log(a)"


def test_the_mass_of_what_is_no_density_is_told() -> None:
    own = Family("Own", (), ("0", "oo"), "-x + log(2)")
    (row,) = (check.verdict for check in normalisation(Subject(own, None, 15)))
    assert (row.kind, row.witness[:24]) == ("refuted", "the total mass must be 1")


def test_a_density_is_one_whatever_family_it_is_of() -> None:
    for name in ("Gamma", "Poisson", "VonMises", "Categorical", "StudentT", "Zeta"):
        own = catalog[name]
        sound(replace(own, name=f"My{name}"))


def test_a_pair_of_two_families() -> None:
    rows = verify_subject(Subject(catalog.Pareto, catalog.Exponential, 15))
    assert {row.family for row in rows} == {"Pareto‖Exponential"}
    assert {row.quantity: row.verdict.kind for row in rows}[KL] == "agrees"


@pytest.mark.parametrize("entry", WRONG.values(), ids=WRONG)
def test_a_wrong_entry_is_refused_with_the_reason_and_the_others_run(tmp_path: Path, entry: str) -> None:
    report = verify(catalog=wrote(tmp_path, GOOD, entry), digits=15)
    bad = [row for row in report.rows if row.family == "Bad"]
    assert [row.verdict.kind for row in bad] == ["refuted"]
    assert len(bad[0].verdict.witness) > 20
    good = [row for row in report.rows if row.family == "Expo"]
    assert len(good) == 4
    assert {row.verdict.kind for row in good} <= {"proved", "agrees"}
    assert report.refuted


def test_a_file_that_cannot_be_loaded_is_refused_and_the_others_run(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("this is no Python")
    (tmp_path / "again.py").write_text(f"{HEAD}FAMILIES = [{GOOD}]\n")
    report = verify(catalog=wrote(tmp_path, GOOD), digits=15)
    refused = {row.family: row.verdict.witness for row in report.rows if row.verdict.kind == "refuted"}
    assert "SyntaxError" in refused["broken.py"]
    assert any("twice" in reason for reason in refused.values())
    assert sum(row.family == "Expo" for row in report.rows) == 4


def test_what_does_not_finish_is_unknown_and_takes_nothing_along(tmp_path: Path) -> None:
    slow = f"{HEAD}import time\n\ntime.sleep(0 if __import__('os').getpid() == {os.getpid()} else 60)\nFAMILIES = []\n"
    (tmp_path / "slow.py").write_text(slow)
    report = verify(catalog=wrote(tmp_path, GOOD), digits=15, time_limit=4)
    assert [row.verdict.kind for row in report.rows] == ["unknown"]
    assert "4 seconds" in report.rows[0].verdict.witness


def test_what_is_interrupted_reports_what_it_has_found() -> None:
    def stop(done: int, total: int) -> None:
        assert total == 2
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as stopped:
        verify(["Exponential", "Normal"], digits=15, progress=stop)
    rows = stopped.value.report.rows
    assert {row.family for row in rows if row.verdict.kind == "agrees"} == {"Exponential"}
    assert [(row.family, row.verdict.kind, row.verdict.witness) for row in rows if row.family != "Exponential"] == [
        ("Normal", "unknown", "interrupted before it was verified")
    ]


def test_a_worker_that_dies_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "dies.py").write_text(
        f"import os\n\nif os.getpid() != {os.getpid()}:\n    os._exit(3)\nFAMILIES = []\n"
    )
    report = verify(catalog=wrote(tmp_path, GOOD), digits=15)
    assert [row.verdict.kind for row in report.rows] == ["unknown"]
    assert "exit code 3" in report.rows[0].verdict.witness


def test_progress_and_order_do_not_depend_on_jobs(tmp_path: Path) -> None:
    entries = [GOOD.replace("Expo", name) for name in ("Two", "One", "Three")]
    seen: list[tuple[int, int]] = []
    one = verify(
        catalog=wrote(tmp_path, *entries), digits=15, jobs=2, progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert [row.family for row in one.rows][::4] == ["One", "Three", "Two"]


def test_a_name_that_is_none() -> None:
    with pytest.raises(UnknownFamily, match="did you mean"):
        verify(["Nrmal"])


# ---- the report -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report() -> Report:
    rows = verify_subject(Subject(catalog.Exponential, None, 15))
    refuted = Verdict("refuted", 0, "", "theta = 1", "the formula gives 1 < 2 & \x0b")
    return Report(
        (
            *rows,
            Row("Bad", "", KL, "closed", refuted, 0.1, ()),
            Row("Slow", "", "all", "", Verdict("unknown"), 9.0, ()),
        ),
        15,
        12.3,
    )


def test_junit(report: Report) -> None:
    suite = ElementTree.fromstring(report.junit())
    assert suite.attrib["tests"] == str(len(report.rows))
    assert (suite.attrib["failures"], suite.attrib["skipped"]) == ("1", "1")
    cases = {(c.attrib["classname"], c.attrib["name"]): c for c in suite}
    failure = cases["Bad", KL].find("failure")
    assert failure is not None
    assert "theta = 1" in (failure.text or "")
    assert "gives 1 < 2 &" in failure.attrib["message"]
    assert cases["Exponential", KL].find("failure") is None


def test_json_and_summary(report: Report) -> None:
    told = json.loads(report.to_json())
    assert told["refuted"] is True
    assert told["laws"]["CE = H + KL"]["kind"] == "bookkeeping"
    assert told["laws"]["definition"]["effective"] > 5
    assert [row["verdict"] for row in told["rows"]][-2:] == ["refuted", "unknown"]
    assert "1 refuted" in report.summary()
    assert "effective checks" in report.summary()


def test_what_the_quick_mode_leaves_out_is_said():
    quick, full = (Report((), digits, 1.0).law_table for digits in (15, 50))
    assert [name for name, law in quick.items() if law.left_out] == ["orders"]
    assert not any(law.left_out for law in full.values())
