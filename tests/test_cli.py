"""The command line: answers, bad input in one line, exit codes, pipes. In-process where that is enough."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from derive.cli.arguments import assignments, split
from derive.cli.main import main


def shell(command, **keywords):
    """A pipeline in a shell, `derive` being this one."""
    env = {**os.environ, "DERIVE": f"{sys.executable} -m derive", **keywords.pop("env", {})}
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=env, check=False, **keywords)
    return done


# --- answers -------------------------------------------------------------------------------------------------


def test_entropy_is_pretty_by_default(derive):
    done = derive("entropy", "gamma")
    assert done.code == 0
    assert "p = Gamma(k, θ)" in done.out
    assert "H(p) = log θ + logΓ(k) + (1 − k) ψ(k) + k" in done.out
    assert "closed form; in nats" in done.out


@pytest.mark.parametrize("command", ["kl", "kl-divergence", "kl_divergence"])
def test_two_distributions_have_suffixed_parameters(derive, command):
    done = derive(command, "gamma", "gamma")
    assert "KL(p ‖ q) = " in done.out
    assert "k₁" in done.out
    assert "θ₂" in done.out


def test_cross_entropy_of_a_pair(derive):
    out = derive("cross-entropy", "gamma", "log-normal").out
    assert "CE(p, q) =" in out
    assert "ψ′(k₁)" in out


def test_cases_are_shown_with_their_conditions(derive):
    out = derive("kl", "uniform", "uniform").out
    assert "if a₂ ≤ a₁ and b₁ ≤ b₂  (closed)" in out
    assert "otherwise  (infinite)" in out


def test_a_value_is_one_line_of_the_digits_asked(derive):
    at = "k_1=3,theta_1=1/2,k_2=2", "theta_2=1"
    done = derive("kl", "gamma", "gamma", "--at", at[0], "--at", at[1], "--digits", "30")
    assert done.out == "0.115931515658412448810720031376\n"


def test_bits(derive):
    assert derive("entropy", "bernoulli", "--at", "p=1/2", "--bits").out.startswith("1.000")
    assert "in bits" in derive("entropy", "bernoulli", "--bits").out


def test_vectors_and_lambda_are_accepted(derive):
    assert derive("entropy", "categorical", "--at", "p=[1/2,1/4,1/4]", "--bits").out.startswith("1.5000")
    by_lambda = derive("entropy", "exponential", "--at", "lambda=2").out
    assert by_lambda == derive("entropy", "exponential", "--at", "lamda=2").out
    assert derive("kl", "poisson", "poisson", "--at", "lambda_1=1,lambda_2=1").out.startswith("0")


def test_an_infinite_value(derive):
    assert derive("kl", "uniform", "uniform", "--at", "a_1=0,b_1=1,a_2=0,b_2=1/2").out.strip() == "+inf"


def test_members_with_values(derive):
    done = derive("kl", "gamma(k=3, theta=1/2)", "gamma(k, t)")
    assert "p = Gamma(3, ½)" in done.out
    assert "q = Gamma(k, t)" in done.out
    assert derive("kl", "gamma(k=3, theta=1/2)", "gamma(3, t)", "--at", "t=1/2").out.startswith("0.0")


def test_latex(derive):
    assert derive("entropy", "gamma", "--latex").out == (
        r"\log \theta + \log\Gamma\left(k\right) + \left(1 - k\right) \psi\left(k\right) + k" + "\n"
    )
    assert derive("entropy", "gamma", "--latex", "--steps").out.startswith(r"\begin{aligned}")


def test_steps_name_their_rules(derive):
    out = derive("entropy", "gamma", "--steps").out
    assert "[definition: H(p) = E_p[−log p]]" in out
    assert "gamma kernel" in out


def test_json(derive):
    done = derive("kl", "pareto", "exponential", "--json", "--steps")
    data = json.loads(done.out)
    assert data["quantity"] == "kl_divergence"
    assert data["unit"] == "nats"
    assert data["parameters"] == ["alpha_1", "lamda_2", "x_m_1"]
    assert {c["form"] for c in data["cases"]} == {"closed", "infinite"}
    assert {"condition", "expr", "latex", "form", "decided"} == set(data["cases"][0])
    assert data["steps"][0]["rule"]


def test_json_with_a_value(derive):
    data = json.loads(derive("entropy", "normal", "--json", "--at", "mu=0,sigma=1", "--digits", "20").out)
    assert data["value"] == "1.4189385332046727418"
    assert data["at"] == {"mu": "0", "sigma": "1"}


def test_expectations(derive):
    done = derive("expectation", "x**2 + c", "normal(mu=m, sigma=1)", "--steps")
    assert done.out.endswith("E[c + x²] = c + m² + 1\n\nclosed form\n")
    lines = [line for line in done.out.split("\n") if " = " in line]
    assert len(lines) == len(set(lines)) + 1  # each step once, and the answer again
    data = json.loads(
        derive("expectation", "max(0, x - 1)", "exponential(lamda=2)", "--json", "--at", "", "--digits", "20").out
    )
    assert (data["statistic"], data["unit"]) == ("Max(0, x - 1)", "")
    assert data["value"].startswith("0.067667641618306")  # exp(-2)/2
    assert derive("expectation", "log(x)", "normal").err.startswith("derive: log(x) is not real at x = ")
    assert "No such option" in derive("expectation", "x", "normal", "--bits").err


def test_several_cases_are_printed_once_below_their_steps(derive):
    for quantity in (("kl", "pareto", "exponential"), ("expectation", "x**c", "gamma")):
        plain, steps = (derive(*quantity, *more).out for more in ((), ("--steps",)))
        assert plain.count("otherwise") == steps.count("otherwise") == 1
        assert steps.splitlines()[-7:] == plain.splitlines()[-7:]


@pytest.mark.parametrize("statistic", ["nan", "x + nan", "zoo", "oo", "x*oo", "1/oo - oo"])
def test_what_is_no_number_is_one_line_of_error(derive, statistic):
    done = derive("expectation", statistic, "gamma")
    assert done.out == ""
    assert done.err.startswith("derive: ") and done.err.count("\n") == 1


def test_list_has_every_entry_and_alias(derive):
    from derive.families.library import catalog

    out = derive("list").out
    for name in catalog.names():
        assert name in out
    assert len(out.strip().split("\n")) == len(catalog.entries) + 1


def test_show(derive):
    out = derive("show", "gamma").out
    for part in ("Gamma(k, theta)", "positive; shape", "(0, ∞)", "logΓ(k)", "scipy", "Erlang(k, lamda)", "Johnson"):
        assert part in out
    assert "is Gamma with k = k, theta = 1/lamda" in derive("show", "erlang").out
    assert "where a < b" in derive("show", "uniform").out


def test_every_family_shows(derive):
    from derive.families.library import catalog

    for name in catalog.names():
        assert derive("show", name).code == 0


# --- bad input: one line, the way out, exit code 2 -----------------------------------------------------------

BAD = [
    (("entropy", "gama"), "did you mean Gamma"),
    (("entropy", ""), "no family ''"),
    (("kl", "gamma"), "Missing argument 'Q'"),
    (("kl", "gamma", "gamma", "gamma"), "unexpected extra argument"),
    (("frobnicate",), "No such command 'frobnicate'"),
    (("entropy", "gamma", "--colour"), "No such option"),
    (("entropy", "gamma", "--digits", "0"), "not in the range"),
    (("entropy", "gamma", "--digits", "1001"), "not in the range"),
    (("entropy", "gamma", "--digits", "many"), "not a valid integer"),
    (("entropy", "gamma", "--latex", "--json"), "exclude each other"),
    (("entropy", "gamma", "--at", "k=3"), "theta"),
    (("entropy", "gamma", "--at", "k=3,theta=1,nu=2"), "nu"),
    (("entropy", "gamma", "--at", "k=3,k=4,theta=1"), "k is given twice"),
    (("entropy", "gamma", "--at", "k"), "NAME=VALUE"),
    (("entropy", "gamma", "--at", "k="), "NAME=VALUE"),
    (("entropy", "gamma", "--at", "k=-1,theta=1"), "k must be positive, got -1"),
    (("entropy", "gamma", "--at", "k=three,theta=1"), "three"),
    (("entropy", "gamma", "--at", "k=[1,2],theta=1"), "k"),
    (("entropy", "gamma", "--at", "k=1,theta=oo"), "theta"),
    (("entropy", "gamma", "--at", "k=sqrt(-1),theta=1"), "k"),
    (("entropy", "gamma", "--at", "k=9**9**9,theta=1"), "too large"),
    (("entropy", "gamma", "--at", "k=__import__('os').system('true'),theta=1"), "not known"),
    (("entropy", "uniform", "--at", "a=1,b=0"), "a < b"),
    (("entropy", "categorical", "--at", "p=[1/2,1/4]"), "sum to 1"),
    (("entropy", "gamma(k=3)"), "theta is missing"),
    (("entropy", "gamma(k=3,nu=1)"), "nu"),
    (("entropy", "gamma(1,2,3)"), "takes 2 parameters"),
    (("entropy", "gamma(k=3,k=4)"), "given twice"),
    (("entropy", "gamma(3,,4)"), "nothing stands before a comma"),
    (("entropy", "gamma(3,theta=1"), "closing bracket"),
    (("entropy", "gamma(k=-3,theta=1)"), "k must be positive"),
    (("entropy", "gamma(k=__import__('os'),theta=1)"), "not known"),
    (("entropy", "gamma(k=1 +,theta=1)"), "is not an expression"),
    (("entropy", "poisson\n\x1b[31m"), "no family"),
    (("show", "nothing"), "no family 'nothing'"),
    (("verify", "nothing"), "no family 'nothing'"),
    (("verify", "--digits", "9"), "not in the range"),
    (("verify", "--jobs", "0"), "not in the range"),
    (("verify", "--catalog", "/does/not/exist"), "does not exist"),
    (("verify", "gamma", "--junit", "/does/not/exist/report.xml"), "no folder"),
]


@pytest.mark.parametrize(("arguments", "said"), BAD, ids=[" ".join(a) for a, _ in BAD])
def test_bad_input_is_one_clear_line(derive, arguments, said):
    done = derive(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert done.err.count("\n") == 1
    assert done.err.startswith("derive: ")
    assert said in done.err
    assert "Traceback" not in done.err
    assert len(done.err) < 400


def test_a_huge_argument_is_refused_at_once(derive):
    start = time.monotonic()
    for text in ("gamma(k=" + "(" * 100_000, "a" * 1_000_000, "gamma(k=" + "1+" * 500_000 + "1, theta=1)"):
        done = derive("entropy", text)
        assert done.code == 2
        assert len(done.err) < 400
    assert derive("entropy", "gamma", "--at", "k=" + "9" * 1_000_000 + ",theta=1").code == 2
    assert time.monotonic() - start < 5


def test_code_in_an_argument_does_not_run(derive, tmp_path):
    canary = tmp_path / "canary"
    attack = f"__import__('os').system('touch {canary}')"
    for arguments in (("entropy", f"gamma(k={attack},theta=1)"), ("entropy", "gamma", "--at", f"k={attack},theta=1")):
        assert derive(*arguments).code == 2
    assert not canary.exists()


def test_nothing_at_all_shows_the_help(derive):
    done = derive()
    assert done.code == 2
    assert "Usage: derive" in done.err


# --- help, pipes, terminals ----------------------------------------------------------------------------------

COMMANDS = ["", "list", "show", "entropy", "cross-entropy", "kl", "verify"]


def test_help_does_not_import_sympy():
    code = (
        "import sys; from derive.cli.main import main\n"
        f"for c in {COMMANDS!r}: assert main([*c.split(), '--help']) == 0\n"
        "assert main(['--version']) == 0\n"
        "import derive; derive.__all__; dir(derive)\n"
        "assert not {'sympy', 'mpmath', 'numpy', 'rich'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Usage: ") == len(COMMANDS)


def test_every_public_name_is_there():
    code = (
        "import derive\n"
        "from derive import entropy, expectation, kl_divergence, verify, catalog\n"
        "assert callable(expectation) and callable(verify) and catalog.Gamma\n"
        "for name in derive.__all__: getattr(derive, name)\n"
        "assert set(derive.__all__) <= set(dir(derive))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_broken_pipe_is_quiet():
    done = shell("$DERIVE list | true; echo ${PIPESTATUS[0]}")
    assert done.stderr == ""
    assert done.stdout.strip() in ("0", "141")


def test_no_colours_in_a_pipe():
    assert "\x1b" not in shell("$DERIVE list").stdout


def test_output_that_cannot_encode_unicode_is_text():
    done = shell("$DERIVE entropy gamma; $DERIVE show gamma; $DERIVE list", env={"PYTHONIOENCODING": "ascii"})
    assert done.stderr == ""
    assert "digamma(k)" in done.stdout
    assert done.stdout.isascii()


# --- verify --------------------------------------------------------------------------------------------------


@dataclass
class FakeVerdict:
    kind: str
    digits: int = 50
    witness: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.witness}"


@dataclass
class FakeReport:
    rows: list[Any]
    law_table: dict[str, Any] = field(default_factory=dict)

    @property
    def refuted(self) -> bool:
        return any(r.verdict.kind == "refuted" for r in self.rows)

    @property
    def unknown(self) -> bool:
        return any(r.verdict.kind == "unknown" for r in self.rows)

    def summary(self) -> str:
        return f"{len(self.rows)} formulas"

    def to_json(self) -> str:
        return json.dumps({"summary": self.summary()})

    def junit(self) -> str:
        return "<testsuite/>"


def row(family, quantity, kind, witness="", alias_of="", checks=()):
    verdict = FakeVerdict(kind, witness=witness)
    return SimpleNamespace(
        family=family, alias_of=alias_of, quantity=quantity, form="closed", verdict=verdict, checks=checks
    )


@pytest.fixture
def verifying(monkeypatch):
    """`verify` replaced: gives the report that is set, and keeps what it was called with."""
    import derive.verification.verifier

    calls: list[Any] = []
    state = SimpleNamespace(
        calls=calls, rows=[row("Gamma", "entropy", "agrees"), row("Gamma", "kl_divergence", "proved")]
    )

    def fake(families=None, **keywords):
        calls.append((families, keywords))
        if keywords["progress"] is not None:
            keywords["progress"](1, 2)
        return FakeReport(state.rows)

    monkeypatch.setattr(derive.verification.verifier, "verify", fake)
    return state


def test_verify_prints_the_table_and_the_summary(derive, verifying):
    done = derive("verify", "gamma", "--digits", "20", "--jobs", "2")
    assert done.code == 0
    lines = done.out.split("\n")
    assert lines[0].split() == ["family", "density", "H", "CE", "KL"]
    assert "closed, agrees to 50" in lines[1]
    assert "closed, proved" in lines[1]
    assert done.out.rstrip().endswith("2 formulas")
    assert done.err == ""
    families, keywords = verifying.calls[0]
    assert families == ["gamma"]
    assert (keywords["digits"], keywords["jobs"], keywords["progress"]) == (20, 2, None)


def test_verify_defaults_to_the_whole_catalog_at_50_digits(derive, verifying):
    derive("verify")
    assert verifying.calls[0][0] is None
    assert verifying.calls[0][1]["digits"] == 50


def test_verify_exits_1_when_something_is_refuted_and_says_why(derive, verifying):
    verifying.rows = [row("Gamma", "entropy", "refuted", "1.5 is not 2.5")]
    done = derive("verify")
    assert done.code == 1
    assert "Gamma entropy: refuted: 1.5 is not 2.5" in done.out


def test_verify_exits_0_when_something_is_unknown_unless_it_is_strict(derive, verifying):
    verifying.rows = [row("Gamma", "entropy", "unknown", "out of time")]
    done = derive("verify")
    assert done.code == 0
    assert "out of time" in done.out
    assert derive("verify", "--strict").code == 1
    verifying.rows = [row("Gamma", "entropy", "agrees")]
    assert derive("verify", "--strict").code == 0


def test_verify_tells_which_checks_of_what_agrees_stay_unknown(derive, verifying):
    checks = [
        SimpleNamespace(law=law, verdict=FakeVerdict(k, witness=w))
        for law, k, w in (("score", "proved", ""), ("fisher", "unknown", "slow"))
    ]
    verifying.rows = [row("Gamma", "kl_divergence", "agrees", checks=checks)]
    out = derive("verify").out
    assert "Gamma kl divergence, one check of fisher: unknown: slow" in out
    assert "score" not in out


def test_verify_shows_aliases(derive, verifying):
    verifying.rows = [row("Erlang", "entropy", "agrees", alias_of="Gamma")]
    assert "Erlang (as Gamma)" in derive("verify").out


def test_verify_writes_junit_and_json(derive, verifying, tmp_path):
    done = derive("verify", "--json", "--junit", str(tmp_path / "report.xml"))
    assert json.loads(done.out) == {"summary": "2 formulas"}
    assert (tmp_path / "report.xml").read_text() == "<testsuite/>"


def test_verify_takes_a_catalog(derive, verifying, tmp_path):
    (tmp_path / "mine.py").write_text(
        "from derive.families.family import Family, Param\n"
        "FAMILIES = [Family('Mine', (Param('c', 'positive', 'rate'),), ('0', 'oo'), 'log(c) - c*x')]\n"
    )
    assert derive("verify", "mine", "--catalog", str(tmp_path)).code == 0
    assert "Mine" in verifying.calls[0][1]["catalog"]
    assert derive("verify", "gamma", "--catalog", str(tmp_path)).code == 2


def test_other_commands_take_a_catalog_beside_their_own(derive, tmp_path):
    (tmp_path / "mine.py").write_text(
        "from derive.families.family import Family, Param\n"
        "FAMILIES = [Family('Mine', (Param('c', 'positive', 'rate'),), ('0', 'oo'), 'log(c) - c*x')]\n"
    )
    own = ("--catalog", str(tmp_path))
    assert derive("kl", "mine(c=2)", "gamma(k=1, theta=1)", *own, "--at", "").out.startswith("0.193147180559945")
    assert "Mine" in derive("list", *own).out and "Gamma" in derive("list", *own).out
    assert "rate" in derive("show", "mine", *own).out
    assert derive("fisher-information", "mine", *own).out.strip() == "I(c, c) = 1/c²"
    assert derive("code", "kl", "mine", "mine", *own).code == 0
    assert derive("kl", "mine", "gamma").code == 2  # that folder was for one command
    assert "does not exist" in derive("list", "--catalog", str(tmp_path / "none")).err


def test_tables_fold_between_words_on_a_terminal(monkeypatch, capsys):
    from derive.cli.console import print_table

    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    print_table(("family", "said"), [("ExponentiallyModifiedNormal", "closed, agrees to 50 digits")])
    words = capsys.readouterr().out.split()
    assert "ExponentiallyModifiedNormal" in words and "agrees" in words


def test_a_real_interrupt_exits_130():
    code = (
        "import derive.verification.verifier as v, signal, time, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a background job inherits that it is ignored
        "v.verify = lambda *a, **k: (print('ready', flush=True), time.sleep(30))\n"
        "from derive.cli.main import main; sys.exit(main(['verify']))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err == "derive: interrupted\n"


def test_a_verification_that_is_terminated_reports_what_it_has_found(tmp_path):
    code = (
        "import derive.verification.verifier as v, time, sys\n"
        "def run(tasks, *_):\n"
        "    yield tasks[0], v.verify_task(tasks[0])\n"
        "    print('ready', flush=True); time.sleep(30)\n"
        "v._run = run\n"
        "from derive.cli.main import main\n"
        "sys.exit(main(['verify', 'exponential', 'normal', '--digits', '15', '--junit', sys.argv[1]]))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "found.xml")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err == "derive: interrupted\n"
    assert "Normal: unknown: interrupted before it was verified" in out
    assert re.search(r"^Exponential .*agrees", out, re.MULTILINE)
    assert 'classname="Exponential"' in (tmp_path / "found.xml").read_text()


def test_what_never_ends_is_given_up(derive, monkeypatch):
    def forever(*_, **__):
        while True:
            pass

    monkeypatch.setattr("derive.derivation.quantities.kl_divergence", forever)
    done = derive("kl", "gamma", "gamma", "--seconds", "0.2")
    assert (done.code, done.out, done.err) == (
        1,
        "",
        "derive: no answer within 0.2 s; --seconds allows more, and --definition gives the defining integral at once\n",
    )
    done = derive("kl", "gamma", "gamma", "--seconds", "0.2", "--definition")
    assert done.err == "derive: no answer within 0.2 s; --seconds allows more\n"


@pytest.mark.parametrize("words", [("entropy", "gamma", "--deep"), ("hellinger-distance", "gamma", "gamma")])
def test_definition_is_of_a_quantity_and_not_deep(derive, words):
    done = derive(*words, "--definition")
    assert done.code == 2 and "--definition" in done.err and len(done.err.splitlines()) == 1


def test_a_definition_is_no_closed_form_that_was_not_found(derive):
    assert (
        "an integral: no closed form sought, infinite; in nats"
        in derive("kl", "studentt", "normal", "--definition").out
    )


def test_every_command_is_bounded():
    from derive.cli.main import cli

    alone = {name for name, command in cli.commands.items() if "seconds" not in {p.name for p in command.params}}
    assert alone == {"list", "verify"}  # verify bounds each of its rows


def test_the_bar_is_for_terminals_only(verifying, monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert main(["verify"]) == 0
    assert verifying.calls[0][1]["progress"] is not None
    out = capsys.readouterr().out
    assert "\x1b" not in out


# --- reading arguments ---------------------------------------------------------------------------------------


def test_commas_inside_brackets_do_not_split():
    assert split("p=[1/2, 1/2], k=beta(1, 2)") == ["p=[1/2, 1/2]", " k=beta(1, 2)"]
    assert split("") == []


def test_assignments_add_up():
    assert assignments(("k_1=3, lambda=1/2", "p=[1/2,1/2]")) == {"k_1": "3", "lamda": "1/2", "p": ["1/2", "1/2"]}


# ---- objectives -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("loss", "normal", "--learn", "mu"), "(squared error)"),
        (("loss", "bernoulli", "--link", "p=sigmoid(z)"), "= σ(z) − y"),
        (("loss", "categorical", "--link", "p=softmax(z)", "--latex"), r"\operatorname{softmax}"),
        (("loss", "poisson", "--json"), '"Poisson loss"'),
        (("likelihood", "normal"), "a minimum, proved"),
        (("likelihood", "gamma"), "(left to solve)"),
        (("likelihood", "laplace", "--data", "3,1,10"), "μ = 3.00000000000000"),
        (("projection", "studentt", "normal"), "if ν₁ > 2"),
        (("projection", "laplace", "normal", "--reverse"), "to minimise KL(q‖p)"),
        (("projection", "pareto", "laplace"), "if α₁ > 1"),
        (("loss", "pareto"), "where y ≥ xₘ"),
        (("equivalence", "normal", "normal", "--learn", "mu_2"), "have the same gradient"),
        (("equivalence", "pareto", "exponential", "--learn", "lamda_2"), "where both are finite: α₁ > 1"),
        (("equivalence", "normal", "normal", "--learn", "sigma_1"), "= 1/σ₁"),
        (("theorems", "pythagoras"), "Csiszár"),
        (("theorems", "nll", "--steps", "--families", "gamma"), "term by term"),
        (("theorems", "elbo", "--json"), '"proved"'),
        (("code-length", "1/2,1/4,1/4", "1/4,1/4,1/2"), "excess of the code for q"),
        (("robustness",), "BCE from logits"),
    ],
)
def test_objectives(derive, words, line):
    done = derive(*words)
    assert done.code == 0, done.err
    assert line in done.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("loss", "normal", "--learn", "nu"), "no parameter 'nu' to learn"),
        (("loss", "normal", "--link", "sigma=tanh(z)"), "use a link with that range"),
        (("loss", "normal", "--link", "sigma"), "--link takes NAME=LINK"),
        (("loss", "normal", "--link", "mu=a", "--link", "mu=b"), "--link: mu is given twice"),
        (("likelihood", "normal", "--data", "1,,2"), "nothing stands before a comma in '1,,2'"),
        (("theorems", "elbo", "--families", "normal"), "takes no --families"),
        (("likelihood", "exponential", "--data", "1,-1"), "outside the support"),
        (("projection", "cauchy", "normal"), "no projection onto Normal"),
        (("equivalence", "normal", "normal", "--learn", "tau"), "contains tau"),
        (("theorems", "nope"), "no theorem 'nope'"),
        (("theorems", "ce-kl", "--families", "logcauchy"), "none of these families meets the hypotheses"),
        (("code-length", "1/2,1/3"), "must sum to 1"),
    ],
)
def test_wrong_objectives(derive, words, message):
    done = derive(*words)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert done.err.count("\n") == 1
