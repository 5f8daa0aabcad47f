"""Text is read without executing anything, and whatever it says, the answer comes at once."""

import contextlib
import random
import time

import pytest
import sympy as sp

from derive.families.expression import FUNCTIONS, ExpressionError, number, read, spelling

k, x = sp.symbols("k x")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(k - 1)*log(x) + 1/3", (k - 1) * sp.log(x) + sp.Rational(1, 3)),
        ("x^2", x**2),
        ("2**0.5", sp.sqrt(2)),
        ("0.1", sp.Rational(1, 10)),
        ("1e-3", sp.Rational(1, 1000)),
        ("lambda_1 + lambda", sp.Symbol("lamda_1") + sp.Symbol("lamda")),
        ("[1/2, 1/4, 1/4]", sp.Tuple(sp.S.Half, sp.Rational(1, 4), sp.Rational(1, 4))),
        ("digamma(k) + psi(k)", 2 * sp.digamma(k)),
        ("ln(x) - log(x)", sp.S.Zero),
        ("a < b", sp.Symbol("a") < sp.Symbol("b")),
        ("-oo", -sp.oo),
    ],
)
def test_mathematics_is_read(text, value):
    assert read(text) == value


EXECUTION = [
    "__import__('os').system('touch {canary}')",
    "open('{canary}', 'w')",
    "exec('import os')",
    "eval('1')",
    "x.__class__",
    "().__class__.__bases__[0].__subclasses__()",
    "log.__globals__",
    "(lambda: 1)()",
    "lambda x: x",
    "[i for i in range(9)]",
    "{i: i for i in x}",
    "f'{1}'",
    'f\'{open("{canary}", "w")}\'',
    "'text'",
    "b'bytes'",
    "x if y else z",
    "(x := 3)",
    "yield 1",
    "await x",
    "import os",
    "a; b",
    "gamma(*[1])",
    "gamma(x=3)",
    "getattr(x, 'func')",
    "x\x00y",
    "ｅｖａｌ(1)",
    "\u202egamma(1)",
    "½",
    "1j",
    "...",
    "None",
    "@x",
    "~x",
    "not x",
]


@pytest.mark.parametrize("text", EXECUTION)
def test_code_is_refused(text, tmp_path):
    canary = tmp_path / "canary"
    with pytest.raises(ExpressionError):
        read(text.replace("{canary}", str(canary)))
    assert not canary.exists()


def test_no_function_of_the_vocabulary_reads_text():
    # SymPy functions sympify their arguments, which would evaluate a string
    for name in FUNCTIONS:
        with pytest.raises(ExpressionError):
            read(f"{name}('__import__(\"os\")')")


HUGE = [
    "9**9**9",
    "2**1000**2",
    "2**(2**(2**(2**(2**2))))",
    "((((2**900)**900)**900)**900)",
    "*".join(["999**999"] * 10),
    "gamma(10**9)",
    "factorial(10^6)",
    "factorial(factorial(factorial(factorial(3))))",
    "gamma(gamma(gamma(5)))",
    "exp(exp(exp(100)))",
    "2**exp(exp(exp(9)))",
    "exp(10**9)",
    "(a+b)**1000",
    "x**(10**300)",
    "polygamma(1000, 1000)",
    "polygamma(50, 1000)",
    "zeta(50, 1000)",
    "uppergamma(999, x)",
    "lowergamma(999/2, 3)",
    "expint(-999, x)",
    "zeta(900, 900)",
    "polylog(-900, 1/3)",
    "1e999999999",
    "9" * 3999,
    "0x" + "f" * 3000,
    "(" * 500 + "1" + ")" * 500,
    "-" * 3000 + "1",
    "a" * 10_000_000,
    "1" + "+1" * 5_000_000,
    "+".join(f"x{i}" for i in range(2000)),
    "Max(" + ",".join(f"x{i}" for i in range(400)) + ")",
    "[1, 2]*1000",
    "1/0",
    "oo - oo",
]


@pytest.mark.parametrize("text", HUGE, ids=lambda t: t[:30])
def test_what_is_too_large_is_refused_at_once(text):
    start = time.monotonic()
    with pytest.raises(ExpressionError) as error:
        read(text)
    assert time.monotonic() - start < 1
    assert len(str(error.value)) < 300
    assert "\n" not in str(error.value)


BOUNDED = [
    "factorial(factorial(factorial(3)))",
    "gamma(1000)",
    "binomial(1000, 500)",
    "zeta(40)",
    "digamma(1/997)",
    "cos(pi/240)",
    "sin(pi/997)",
    "(1+sqrt(2))**30",
    "exp(100*log(999))",
    "polygamma(1, 1000)",
    "zeta(5, 300)",
    "+".join(f"x{i}" for i in range(50)),
    "log(10**390)",
    "Max(a, b, c, d)",
    "exp(exp(3))",
    "hyper([1, 2], [3], x)",
    "exp(" * 50 + "x" + ")" * 50,
    "x" + "**x" * 30,
]


@pytest.mark.parametrize("text", BOUNDED, ids=lambda t: t[:30])
def test_what_is_large_but_bounded_is_read_at_once(text):
    start = time.monotonic()
    assert isinstance(read(text), sp.Expr)
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("text", ["", "  ", None, 3, "x y", "1 +", "f(x)", "log()", "p[0]", "(1 < 2) + 1"])
def test_what_is_no_expression_is_refused(text):
    with pytest.raises(ExpressionError):
        read(text)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Eq(x, 1)", "x == 1"),
        ("Ne(x, 1)", "x != 1"),
        ("Lt(x, 1)", "x < 1"),
        ("Ge(x, 1)", "x >= 1"),
        ("(x > 1) & (x < 2) & Ne(x, 3/2)", "x > 1 and x < 2 and x != 3/2"),
        ("And(Or(x > 2, x < 1), Not(Eq(x, 0)))", "(x > 2 or x < 1) and x != 0"),
        ("~(x > 1)", "not x > 1"),
        (
            "Piecewise((1, Eq(x, 0)), (2, (x > 1) | (x < -1)), (3, True))",
            "Piecewise((1, x == 0), (2, x > 1 or x < -1), (3, True))",
        ),
    ],
)
def test_conditions_are_read_as_sympy_writes_them_and_as_python_does(text, same):
    assert read(text, {"x": x}) == read(same, {"x": x})
    assert read(str(read(text, {"x": x})), {"x": x}) == read(text, {"x": x})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Eq(x)", "Eq takes two arguments, not 1"),
        ("Not(x > 1, x < 2)", "Not takes one argument, not 2"),
        ("x > 1 & x < 2", r"'1' is no condition, such as \(x < 1\) in brackets"),
        ("And(x, x > 1)", "'x' is no condition"),
        ("Eq(x, 1) + 1", r"'Eq\(x, 1\)' is not a number"),
    ],
)
def test_what_is_no_condition_is_named(text, words):
    with pytest.raises(ExpressionError, match=words):
        read(text)


def test_an_unknown_name_is_named():
    with pytest.raises(ExpressionError, match="'y' is not a known name"):
        read("x + y", {"x": x})


@pytest.mark.parametrize(("text", "value"), [("3", 3), ("1/2", sp.S.Half), ("0.25", sp.S.One / 4), ("pi/3", sp.pi / 3)])
def test_numbers_are_exact(text, value):
    assert number(text) == value


@pytest.mark.parametrize("text", ["k", "sqrt(-1)", "x < 1", "[1, 2]", "nan", "zoo"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ExpressionError):
        number(text)


def test_lambda_is_spelled_as_sympy_does():
    assert [spelling(n) for n in ("lambda", "lambda_1", "lambda2", "lamda", "lambdas")] == [
        "lamda",
        "lamda_1",
        "lamda2",
        "lamda",
        "lambdas",
    ]


def test_random_text_never_escapes():
    pieces = "x k 1 2 9 . ( ) [ ] , + - * / ** ^ < > = log gamma exp e E oo _ ' \" \\ \n : ; @ # ! lambda if é ∞".split(
        " "
    )
    chance = random.Random(0)
    for _ in range(1500):
        text = "".join(chance.choices(pieces, k=chance.randrange(1, 14)))
        with contextlib.suppress(ExpressionError):
            assert isinstance(read(text), sp.Basic)
