"""Expressions in a programming language: SymPy's code printer, with what a target calls things as data."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy as sp
from sympy.printing.codeprinter import CodePrinter
from sympy.printing.precedence import PRECEDENCE

from derive.programs.functions import HELPERS, Helper, horner_coefficients, name_at
from derive.programs.gauss import CountSum, RuleSum, node
from derive.programs.program import CodeError

E = Any


@dataclass(frozen=True)
class Dialect:
    """What a language calls things.

    functions  function -> its name there; those with a helper are generated when they are missing
    helper     how a helper is called
    choice     a conditional expression: condition, value, otherwise
    both, either, no   the logical operators
    power      a power that is no small whole number
    one        how a whole number is written where a real one is meant
    """

    name: str
    functions: Mapping[str, str]
    helper: str
    choice: str
    both: str
    either: str
    no: str
    power: str
    constants: Mapping[str, str] = field(default_factory=dict)
    integer: str = "{}"
    equal: str = "=="
    arrays: bool = False
    """Whether functions take arrays."""
    kind: str = ""
    """What an array is called where types are."""
    infinity: str = "inf"
    nan: str = "nan"
    lost: str = "isnan({})"
    """Whether a number is nan."""
    finite: str = "isfinite({})"
    """Whether a number is neither nan nor infinite."""
    loop: str = ""
    """A sum over a rule: its {name}, {body} in `node`, {like} a number of its type; "" where it is written term by term."""
    summed: str = ""
    """A function for such a sum, where a loop is no expression: its {name}, what is {given}, the {number} of terms,
    the {body} of one, and its {node} and {weight} at i."""
    rule: str = ""
    """The nodes and weights of a rule: its {name}, its {meaning}, and {pairs}, each of which is a `pair`."""
    pair: str = "({}, {})"
    masked: bool = False
    """Whether a choice of arrays is evaluated by `_at`, where it is taken only."""
    traced: bool = False
    """Whether both sides of a choice are evaluated, whatever the condition is."""
    full: str = ""
    """An array of a number, shaped like another."""
    magnitude: str = ""
    """What |x| is called where slopes are taken through it."""
    compared: str = ""
    """A comparison, where an operator is slow: its {name} and two sides, the first no number."""
    polynomial: str = ""
    """A polynomial in one pass a term or two: its variable, and its coefficients, the highest first."""
    of_numbers: str = ""
    """The module of functions of numbers, where those of arrays take no numbers: the nodes of a rule are some."""
    reciprocal: str = ""
    """One over an array, where that is faster than a division."""
    flushes: bool = False
    """Whether numbers below the normal ones are taken for 0."""
    count: str = ""
    """The rule 0, 1, …, its name their number, all weights 1."""


NAMES = {
    "log": "log", "exp": "exp", "log1p": "log1p", "expm1": "expm1", "loggamma": "loggamma", "gamma": "gamma", "erf": "erf",
    "erfc": "erfc", "Abs": "abs", "sin": "sin", "cos": "cos", "tan": "tan", "atan": "atan", "sinh": "sinh", "cosh": "cosh",
    "tanh": "tanh", "asin": "asin", "acos": "acos", "sign": "sign", "Min": "min", "Max": "max", "floor": "floor",
    "expint": "expint", "uppergamma": "uppergamma", "lowergamma": "lowergamma", "besseli": "besseli", "besselk": "besselk", "zeta": "zeta",
    "hyper": "hyper", "atanh": "atanh", "asinh": "asinh", "acosh": "acosh", "ceiling": "ceil",
    **{h: h for h in HELPERS},
}  # fmt: skip
"""SymPy's functions -> what they are called in the tables of the dialects."""


def called(e: E) -> str:
    """The name under which a dialect lists a function: digamma for polygamma(0, x), besseli0 for besseli(0, x)."""
    name = NAMES.get(type(e).__name__, type(e).__name__)
    if isinstance(e, sp.polygamma):
        return {0: "digamma", 1: "trigamma"}.get(e.args[0], "polygamma")
    if isinstance(e, (sp.besseli, sp.besselk)) and e.args[0] in (0, 1):
        return f"{name}{e.args[0]}"
    if isinstance(e, sp.expint) and e.args[0] == 1:
        return "e1"
    if isinstance(e, sp.zeta) and len(e.args) == 1:
        return "zeta"
    if isinstance(e, sp.hyper):
        return f"hyp{len(e.args[0])}f{len(e.args[1])}"
    return name


def arguments(e: E) -> tuple[Any, ...]:
    """The arguments that a program's function takes."""
    short = called(e) in ("digamma", "trigamma", "besseli0", "besseli1", "besselk0", "besselk1", "e1")
    if isinstance(e, sp.hyper):
        return (*e.args[0], *e.args[1], e.args[2])
    return (e.args[-1],) if short else tuple(e.args)


SMALL = 8
"""Whole powers up to this are written as products: a power of a number of Python's raises an error where it overflows."""


COMPARISONS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}
"""What Python's module `operator` calls them."""


class Printer(CodePrinter):  # type: ignore[misc]
    """Expressions in one dialect; `helpers` collects what has to be generated, in order of need."""

    printmethod = "_code"
    language = "any"
    _default_settings = {**CodePrinter._default_settings, "precision": 17, "user_functions": {}}
    _operators = {"and": "and", "or": "or", "not": "not"}

    def __init__(self, dialect: Dialect):
        super().__init__({"allow_unknown_functions": True})
        self.dialect = dialect
        self.helpers: dict[str, Helper] = {}
        self.own: dict[str, Helper] = {}
        self.rules: dict[str, RuleSum] = {}
        self.sums: dict[tuple[str, str], tuple[str, RuleSum]] = {}
        self.uses: set[str] = set()
        self._compared = False
        self.reserved_words: set[str] = set()
        self.numbers = {node.name}

    def __call__(self, e: E) -> str:
        return str(self._print(e))

    def _print_Function(self, e: E) -> str:
        if e.is_number and not e.has(sp.oo):
            return repr(float(e.evalf(20)))
        name = called(e)
        inside = ", ".join(map(self._print, arguments(e)))
        if self.dialect.of_numbers and self._is_number(e) and hasattr(math, name):
            return f"{self.dialect.of_numbers}{name}({inside})"
        if name in self.dialect.functions:
            return f"{self.dialect.functions[name]}({inside})"
        if name in HELPERS or name in self.own:
            name, inside = self._specialised(name, arguments(e)) or (name, inside)
            self.need(name)
            return f"{self.dialect.helper.format(name)}({inside})"
        raise CodeError(f"{self.dialect.name} has no {name}, which the formula needs")

    def begin(self) -> None:
        """Begin a function: the node of a rule, and what statements make of it and of numbers alone, are numbers among arrays."""
        self.numbers = {node.name}

    def assigned(self, symbol: Any, value: E) -> tuple[str, str]:
        """A name and what it stands for."""
        written = self(symbol), self(value)
        if {s.name for s in value.free_symbols} <= self.numbers:
            self.numbers.add(symbol.name)
        return written

    def _is_number(self, e: E) -> bool:
        return bool(e.free_symbols) and {s.name for s in e.free_symbols} <= self.numbers

    def where(self, condition: str, function: str, given: Iterable[str], other: str, others: Iterable[str] = ()) -> str:
        """A function where a condition holds and another elsewhere, each of what it is given there; see `_at`."""
        self.uses.add("masks")
        tuples = [f"({n[0]},)" if len(n) == 1 else f"({', '.join(n)})" for n in (list(given), list(others)) if n]
        return f"_at({', '.join((condition, function, tuples[0], other, *tuples[1:]))})"

    def _specialised(self, name: str, values: tuple[Any, ...]) -> tuple[str, str] | None:
        """A helper at the numbers among its arguments, and the others; where it takes arrays, or is known there."""
        pairs = list(zip(HELPERS[name].arguments, values, strict=True)) if name in HELPERS else []
        numbers = {a: v for a, v in pairs if v.is_number}
        at = name_at(name, numbers.values())
        if not numbers or at not in HELPERS and not self.dialect.arrays:
            return None
        if at not in HELPERS:
            self.own[at] = HELPERS[name].at(numbers)
        return at, ", ".join(self._print(v) for _, v in pairs if not v.is_number)

    def _print_Abs(self, e: E) -> str:
        if not self.dialect.magnitude or self._compared or self._is_number(e):
            return self._print_Function(e)
        self.uses |= {"comparisons", "magnitudes"}
        return f"{self.dialect.magnitude}({self._print(e.args[0])})"

    def parenthesize(self, item: E, level: int, strict: bool = False) -> str:
        if self.dialect.polynomial and not self._is_number(item) and horner_coefficients(item):
            return self(item)
        return str(super().parenthesize(item, level, strict))

    def _print_RuleSum(self, e: E) -> str:
        if self.dialect.summed:
            return self._summed(e)
        if not self.dialect.loop:
            return f"({self._print(e.unrolled())})"
        self.rules[e.rule] = e
        like = min(map(str, e.body.free_symbols - {node}), default="0")
        return self.dialect.loop.format(name=e.rule, body=self._print(e.body), like=like)

    _print_GaussSum = _print_StepSum = _print_EtaSum = _print_CircleSum = _print_LineSum = _print_CountSum = (
        _print_RuleSum
    )

    def _summed(self, e: RuleSum) -> str:
        """A call of a function of its own, which is the same for equal sums."""
        if not isinstance(e, CountSum):
            self.rules[e.rule] = e
        name, _ = self.sums.setdefault((e.rule, self._print(e.body)), (f"sum_{len(self.sums) + 1}", e))
        return f"{self.dialect.helper.format(name)}({', '.join(_given(e))})"

    def written_sums(self) -> tuple[list[str], list[str]]:
        """The heads of the functions for sums, which helpers may call, and these functions, which may call helpers."""
        found = []
        for (rule, body), (name, e) in self.sums.items():
            node, weight = f"RULE_{rule}[i][0]", f"RULE_{rule}[i][1]*"
            number = f"sizeof RULE_{rule}/sizeof RULE_{rule}[0]"
            if isinstance(e, CountSum):
                node, weight, number = "i", "", rule
            given = ", ".join(f"double {a}" for a in _given(e))
            called = self.dialect.helper.format(name)
            found.append(
                self.dialect.summed.format(name=called, given=given, number=number, node=node, weight=weight, body=body)
            )
        return [f"{text.partition(' {')[0].rpartition('*/')[2].strip()};" for text in found], found

    def written_rules(self) -> list[str]:
        """The constants that the sums need."""
        found = []
        for name, rule in sorted(self.rules.items()):
            if isinstance(rule, CountSum):
                if not self.dialect.count:
                    raise CodeError(f"{self.dialect.name}: a series is written for Python only")
                found.append(self.dialect.count.format(name=name))
                continue
            pairs = ((repr(float(t)), repr(float(w))) for t, w in rule.pairs())
            lines = ",\n    ".join(self.dialect.pair.format(t, w) for t, w in pairs)
            found.append(self.dialect.rule.format(name=name, pairs=lines, meaning=rule.meaning))
        return found

    def need(self, name: str) -> None:
        """Have a helper generated, after those that it needs itself."""
        if name in self.helpers:
            return
        helper = self.own.get(name) or HELPERS[name]
        for e in (*(value for _, value in helper.block.statements), helper.block.result):
            self._print(e)
        self.helpers[name] = helper

    def _print_Pow(self, e: E, **hints: Any) -> str:
        base, power = e.as_base_exp() if e.base is not sp.E else (e.base, e.exp)
        if isinstance(e, sp.exp) or base is sp.E:
            return self._print_Function(sp.exp(e.exp, evaluate=False))
        if e.is_number and not e.is_Rational:  # PyTorch's roots are of tensors only
            return repr(float(e.evalf(20)))
        inside = self.parenthesize(base, PRECEDENCE["Mul"], strict=True)
        if power.is_Integer and base.is_Symbol and -SMALL <= power < -1:
            return f"{self._number(1)}/{self._print(sp.Pow(base, -power, evaluate=False))}"
        if power == -1 and self.dialect.reciprocal and base.free_symbols and not self._is_number(base):
            return self.dialect.reciprocal.format(self._print(base))
        if power.is_negative and power.is_number:
            below = self.parenthesize(sp.Pow(base, -power, evaluate=False) if power != -1 else base, PRECEDENCE["Pow"])
            return f"{self._number(1)}/{below}"
        if power.is_Integer and base.is_Symbol and 1 < power <= SMALL:
            return "*".join([inside] * int(power)) if power < 2 else "(" + "*".join([inside] * int(power)) + ")"
        if power == sp.S.Half:
            of_number = self.dialect.of_numbers and self._is_number(base)
            root = f"{self.dialect.of_numbers}sqrt" if of_number else self.dialect.functions["sqrt"]
            return f"{root}({self._print(base)})"
        return self.dialect.power.format(self.parenthesize(base, PRECEDENCE["Atom"]), self._print(power))

    def _print_Mul(self, e: E) -> str:
        """A product, where small numbers are lost a square in it as its first and its last factor."""
        squares = [f for f in e.args if f.is_Pow and f.exp == 2 and f.base.is_Symbol] if self.dialect.flushes else []
        rest = sp.Mul(*(f for f in e.args if f not in squares[:1]))
        if not squares or sum(bool(f.free_symbols) for f in sp.Mul.make_args(rest)) < 2:
            return str(super()._print_Mul(e))
        base, inside = self._print(squares[0].base), str(super()._print_Mul(rest))
        return f"{'-' * inside.startswith('-')}{base}*{inside.removeprefix('-')}*{base}"

    def _print_exp(self, e: E) -> str:
        return self._print_Function(e)

    def _number(self, n: int) -> str:
        return self.dialect.integer.format(n)

    def _print_Integer(self, e: E) -> str:
        return self._number(int(e))

    def _print_Rational(self, e: E) -> str:
        if e.q & (e.q - 1) == 0 and abs(e.p) < 2**50:  # exact in binary
            return repr(e.p / e.q)
        return f"({float(e.p)!r}/{float(e.q)!r})"

    _print_Half = _print_Rational

    def _print_BooleanAtom(self, e: E) -> str:
        raise CodeError(f"{self.dialect.name}: the formula needs complex numbers or infinities")

    _print_ImaginaryUnit = _print_ComplexInfinity = _print_NegativeInfinity = _print_BooleanAtom

    def _print_NaN(self, e: E) -> str:
        return self.dialect.nan

    def _print_Float(self, e: E) -> str:
        return repr(float(e))

    def _constant(self, e: E) -> str:
        name = type(e).__name__
        return self.dialect.constants.get(name) or repr(float(e))

    _print_Pi = _print_EulerGamma = _print_Exp1 = _print_Catalan = _print_GoldenRatio = _constant

    def _print_Infinity(self, e: E) -> str:
        return self.dialect.infinity

    def _print_Piecewise(self, e: E) -> str:
        if all(isinstance(v, RuleSum) for v, _ in e.args) and self.dialect.traced:
            return str(self._print(e.args[-1][0]))  # where both are evaluated, the longer rule alone takes less
        value = str(self._print(e.args[-1][0]))
        for v, condition in reversed(e.args[:-1]):
            choice = (
                "({1} if {0} else {2})"
                if self.dialect.of_numbers and self._is_number(condition)
                else self.dialect.choice
            )
            value = choice.format(self._print(condition), self._print(v), value)
        return value

    def _print_Add(self, e: E, order: Any = None) -> str:
        """A sum that does not begin with what is taken off: a sign of its own is an operation more."""
        if self.dialect.polynomial and not self._is_number(e) and (found := horner_coefficients(e)):
            self.uses.add("polynomials")
            variable, coefficients = found
            return self.dialect.polynomial.format(self._print(variable), ", ".join(map(self._print, coefficients)))
        terms = [str(self._print(t)) for t in self._as_ordered_terms(e, order=order)]
        terms = [*(t for t in terms if not t.startswith("-")), *(t for t in terms if t.startswith("-"))]
        return terms[0] + "".join(f" - {t[1:]}" if t.startswith("-") else f" + {t}" for t in terms[1:])

    def _print_Relational(self, e: E) -> str:
        e = e.reversed if e.lhs.is_number else e
        sign = {"==": self.dialect.equal}.get(e.rel_op, e.rel_op)
        outside, self._compared = self._compared, True
        sides = self._print(e.lhs), self._print(e.rhs)
        self._compared = outside
        if self.dialect.compared and not self._is_number(e):
            self.uses.add("comparisons")
            return self.dialect.compared.format(COMPARISONS[e.rel_op], *sides)
        return f"({sides[0]} {sign} {sides[1]})"

    def _print_And(self, e: E) -> str:
        return (
            "(" + f" {self.dialect.both} ".join(self._print(a) for a in sorted(e.args, key=sp.default_sort_key)) + ")"
        )

    def _print_Or(self, e: E) -> str:
        return (
            "(" + f" {self.dialect.either} ".join(self._print(a) for a in sorted(e.args, key=sp.default_sort_key)) + ")"
        )

    def _print_Not(self, e: E) -> str:
        return f"({self.dialect.no}({self._print(e.args[0])}))"

    def _print_Symbol(self, e: E) -> str:
        return str(e.name)


def _given(e: RuleSum) -> list[str]:
    return sorted(str(s) for s in e.body.free_symbols - {node})


for _name in (
    *(n for n in NAMES if n != "Abs"),
    "polygamma",
    "besselk_order",
    "hyperu",
    "zeta_prime",
    "zeta_second",
    "real_part",
    "meijerg",
):
    setattr(Printer, f"_print_{_name}", Printer._print_Function)


def _print_pairwise(self: Printer, e: E) -> str:
    """Min and Max of two at a time: what most languages have; one that may have a name of its own beside a number."""
    name = NAMES[type(e).__name__]
    if self.dialect.of_numbers and self._is_number(e):
        return f"{name}({', '.join(map(self._print, e.args))})"
    numbers, others = sp.sift(e.args, lambda a: a.is_number, binary=True)
    first, *rest = map(self._print, sorted(others, key=sp.default_sort_key))
    for other in rest:
        first = f"{self.dialect.functions[name]}({first}, {other})"
    beside = self.dialect.functions.get(f"{name}_number", self.dialect.functions[name])
    for number in numbers:
        first = f"{beside}({first}, {self._print(number)})"
    return str(first)


Printer._print_Min = Printer._print_Max = _print_pairwise
