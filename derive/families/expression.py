"""Text to SymPy, without executing anything.

Catalog entries, the command line and string parameters all write mathematics as text; this
module is the one place that reads it. `read` walks Python's syntax tree and builds SymPy objects
from a fixed vocabulary. SymPy's own `sympify` evaluates its input, so it is never used here.

Promise: whatever the text, `read` returns an expression or raises `ExpressionError`; it never
calls a name outside the vocabulary, and it refuses input whose value would be astronomically big.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp
from sympy.logic.boolalg import Boolean

from derive.algebra.functions import besselk_order, hyperu, logsumexp, sigmoid, softplus, zeta_prime, zeta_second

MAX_LENGTH = 4000
MAX_NODES = 1500
MAX_DEPTH = 60
MAX_DIGITS = 400
MAX_EXPONENT = 1000
MAX_ARGUMENT = 1000
MAX_ORDER = 50
MAX_BITS = 14000
MAX_CHOICES = 10


class ExpressionError(ValueError):
    """The text is not a mathematical expression of this vocabulary, or is too large."""


FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: getattr(sp, name)
    for name in (
        "log exp sqrt sign Min Max Piecewise gamma loggamma beta binomial factorial polygamma digamma "
        "trigamma sin cos tan cot asin acos atan sinh cosh tanh sech asinh acosh atanh erf erfc erfi "
        "besseli besselj besselk zeta polylog uppergamma lowergamma betainc expint E1 hyper floor ceiling Heaviside"
    ).split()
    if hasattr(sp, name)
} | {
    "besselk_order": besselk_order,
    "hyperu": hyperu,
    "zeta_prime": zeta_prime,
    "zeta_second": zeta_second,
    "sigmoid": sigmoid,
    "softplus": softplus,
    "logsumexp": logsumexp,
    "ceil": sp.ceiling,
    "abs": sp.Abs,
    "max": sp.Max,
    "min": sp.Min,
    "Abs": sp.Abs,
    "psi": sp.digamma,
    "lgamma": sp.loggamma,
    "ln": sp.log,
}

_NAMED = {"Eq": sp.Eq, "Ne": sp.Ne, "Lt": sp.Lt, "Le": sp.Le, "Gt": sp.Gt, "Ge": sp.Ge}
"""Relations as SymPy writes them."""

_ORDERED = {"polygamma", "uppergamma", "lowergamma", "expint", "zeta", "polylog"}
"""Functions that SymPy writes out term by term for a numeric order, their first argument."""

_GENTLE = {
    "log",
    "ln",
    "sqrt",
    "abs",
    "Abs",
    "Min",
    "Max",
    "min",
    "max",
    "sign",
    "atan",
    "erf",
    "erfc",
    "Piecewise",
    *_NAMED,
}
"""Functions that take arguments of any size."""

CONSTANTS = {"pi": sp.pi, "E": sp.E, "oo": sp.oo, "inf": sp.oo, "EulerGamma": sp.EulerGamma, "Catalan": sp.Catalan}

_RELATIONS = {ast.Lt: sp.Lt, ast.LtE: sp.Le, ast.Gt: sp.Gt, ast.GtE: sp.Ge, ast.Eq: sp.Eq, ast.NotEq: sp.Ne}

_JUNCTIONS = {
    "And": sp.And,
    "Or": sp.Or,
    "Not": sp.Not,
    ast.BitAnd: sp.And,
    ast.BitOr: sp.Or,
    ast.And: sp.And,
    ast.Or: sp.Or,
}
"""What joins conditions: as SymPy writes it, so that what it prints can be read, and as Python does."""


def spelling(name: str) -> str:
    """The SymPy spelling of a parameter name: `lambda` is reserved in Python.

    >>> spelling("lambda_1"), spelling("k")
    ('lamda_1', 'k')
    """
    return re.sub(r"^lambda(?=$|_|\d)", "lamda", name)


def read(text: str, names: Mapping[str, Any] | Callable[[str], Any] | None = None) -> Any:
    """Read `text` as a SymPy expression.

    `names` gives the meaning of identifiers: a mapping, or a function from a name to an object.
    With None every unknown identifier becomes a plain symbol.

    >>> read("(k - 1)*log(x) + 1/3")
    (k - 1)*log(x) + 1/3
    >>> read("__import__('os').system('true')")
    Traceback (most recent call last):
    ...
    derive.families.expression.ExpressionError: function '...' is not known in "__import__('os').system('true')"
    """
    if not isinstance(text, str) or not text.strip():
        raise ExpressionError("an expression is missing")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"the expression is too long ({len(text)} characters, at most {MAX_LENGTH})")
    source = re.sub(r"\blambda(?=_|\d|\b)", "lamda", text.strip()).replace("^", "**")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(source, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError(f"{_short(text)} is not an expression") from None
    nodes = sum(1 for _ in ast.walk(tree))
    if nodes > MAX_NODES:
        raise ExpressionError(f"{_short(text)} is too large ({nodes} parts, at most {MAX_NODES})")
    lookup = _symbol if names is None else names if callable(names) else names.__getitem__
    try:
        return _Reader(source, lookup, text).read(tree.body, 0)
    except KeyError as error:
        raise ExpressionError(f"{error.args[0]!r} is not a known name in {_short(text)}") from None
    except ExpressionError:
        raise
    except (TypeError, ArithmeticError, ValueError, AttributeError, NotImplementedError, RecursionError) as error:
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise ExpressionError(f"{_short(text)} cannot be read: {reason}") from None


def number(text: str) -> sp.Expr:
    """Read an exact real number: `3`, `1/2`, `0.25` (exactly 1/4), `sqrt(2)`, `pi/3`."""
    value = read(text, {})
    if not isinstance(value, sp.Expr) or not value.is_number or value.is_extended_real is not True:
        raise ExpressionError(f"{_short(text)} is not a real number")
    return value


def _symbol(name: str) -> Any:
    return CONSTANTS[name] if name in CONSTANTS else sp.Symbol(name)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return repr(text) if len(text) <= 60 else repr(text[:57] + "...")


class _Reader:
    def __init__(self, source: str, lookup: Callable[[str], Any], text: str):
        self.source, self.lookup, self.text = source, lookup, text

    def refuse(self, what: str) -> ExpressionError:
        return ExpressionError(f"{what} in {_short(self.text)}")

    def read(self, node: ast.AST, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise self.refuse("nested too deeply")
        handler = getattr(self, "read_" + type(node).__name__, None)
        if handler is None:
            raise self.refuse(f"{type(node).__name__.lower()} is not mathematics")
        return handler(node, depth + 1)

    def checked(self, value: Any) -> Any:
        """`value`, refused when its numbers have grown too long or when it is not a number at all."""
        if isinstance(value, sp.Expr):
            if value.has(sp.nan, sp.zoo):
                raise self.refuse("an undefined value")
            rationals = [value] if value.is_Rational else [value.as_coeff_Mul()[0], value.as_coeff_Add()[0]]
            if any(max(n.bit_length() for n in _integers(r)) > MAX_BITS for r in rationals if r.is_Rational):
                raise self.refuse("a number is too long")
        return value

    def terms(self, *values: Any) -> None:
        for value in values:
            if not isinstance(value, sp.Expr):
                raise self.refuse(f"{_short(str(value))} is not a number or a formula")

    def size(self, value: Any) -> float:
        """The magnitude of a number; 0 for what has symbols, infinity for what cannot be bounded."""
        if not isinstance(value, sp.Expr) or not value.is_number:
            return 0.0
        if value.is_Rational:
            return abs(int(value.p)) / int(value.q) if int(value.p).bit_length() < 1000 else float("inf")
        try:
            return float(abs(value.evalf(15, maxn=60)))
        except (TypeError, OverflowError, ValueError):
            return float("inf")

    def read_Constant(self, node: ast.Constant, depth: int) -> Any:
        if isinstance(node.value, bool):
            return sp.true if node.value else sp.false
        if isinstance(node.value, int):
            if len(str(node.value)) > MAX_DIGITS:
                raise self.refuse("a number is too long")
            return sp.Integer(node.value)
        if isinstance(node.value, float):
            literal = ast.get_source_segment(self.source, node) or str(node.value)
            mantissa, _, exponent = literal.lower().partition("e")
            if len(literal) > MAX_DIGITS or (exponent and abs(int(exponent)) > MAX_DIGITS):
                raise self.refuse("a number is too long")
            return sp.Rational(literal)
        raise self.refuse(f"{node.value!r} is not a number")

    def read_Name(self, node: ast.Name, depth: int) -> Any:
        try:
            return self.lookup(node.id)
        except KeyError:
            if node.id in CONSTANTS:
                return CONSTANTS[node.id]
            raise

    def read_Tuple(self, node: ast.Tuple | ast.List, depth: int) -> Any:
        return sp.Tuple(*(self.read(item, depth) for item in node.elts))

    read_List = read_Tuple

    def read_Subscript(self, node: ast.Subscript, depth: int) -> Any:
        base = self.read(node.value, depth)
        if not isinstance(base, sp.IndexedBase):
            raise self.refuse(f"{base} is not a vector")
        return base[self.read(node.slice, depth)]

    def read_UnaryOp(self, node: ast.UnaryOp, depth: int) -> Any:
        value = self.read(node.operand, depth)
        if isinstance(node.op, (ast.Not, ast.Invert)):
            return self.joined("Not", value)
        self.terms(value)
        if isinstance(node.op, ast.USub):
            return -value
        if isinstance(node.op, ast.UAdd):
            return value
        raise self.refuse("that operator is not mathematics")

    def read_BinOp(self, node: ast.BinOp, depth: int) -> Any:
        left, right = self.read(node.left, depth), self.read(node.right, depth)
        if isinstance(node.op, (ast.BitAnd, ast.BitOr)):
            return self.joined(type(node.op), left, right)
        self.terms(left, right)
        if isinstance(node.op, ast.Add):
            return self.checked(left + right)
        if isinstance(node.op, ast.Sub):
            return self.checked(left - right)
        if isinstance(node.op, ast.Mult):
            return self.checked(left * right)
        if isinstance(node.op, ast.Div):
            if right == 0:
                raise self.refuse("division by zero")
            return self.checked(left / right)
        if isinstance(node.op, ast.Pow):
            self.check_power(left, right)
            return self.checked(left**right)
        raise self.refuse("that operator is not mathematics")

    def check_power(self, base: Any, exponent: Any) -> None:
        if not exponent.is_number:
            return
        size = max(abs(int(exponent.p)), 1) if exponent.is_Rational else self.size(exponent)
        if size > MAX_EXPONENT:
            raise self.refuse(f"the exponent {_short(str(exponent))} is too large (at most {MAX_EXPONENT})")
        bits = max((n.bit_length() for n in _integers(base)), default=1)
        if base.is_number and (bits * size > MAX_BITS or self.size(base) == float("inf")):
            raise self.refuse("a power is too large")
        if base.is_Add and size > 30:
            raise self.refuse(f"the exponent {exponent} of a sum is too large (at most 30)")

    def read_Compare(self, node: ast.Compare, depth: int) -> Any:
        items = [self.read(item, depth) for item in (node.left, *node.comparators)]
        relations = []
        for operator, left, right in zip(node.ops, items, items[1:], strict=False):
            relation = _RELATIONS.get(type(operator))
            if relation is None:
                raise self.refuse("that comparison is not mathematics")
            relations.append(relation(left, right))
        return sp.And(*relations)

    def read_BoolOp(self, node: ast.BoolOp, depth: int) -> Any:
        return self.joined(type(node.op), *(self.read(item, depth) for item in node.values))

    def joined(self, junction: Any, *conditions: Any) -> Any:
        for condition in conditions:
            if not isinstance(condition, Boolean) or isinstance(condition, sp.Expr):  # symbols are both
                raise self.refuse(f"{_short(str(condition))} is no condition, such as (x < 1) in brackets,")
        return _JUNCTIONS[junction](*conditions)

    def read_Call(self, node: ast.Call, depth: int) -> Any:
        name = node.func.id if isinstance(node.func, ast.Name) else "..."
        if name not in FUNCTIONS and name not in _NAMED and name not in _JUNCTIONS:
            raise self.refuse(f"function {name!r} is not known")
        if node.keywords:
            raise self.refuse(f"{name} takes no keywords")
        arguments = [self.read(item, depth) for item in node.args]
        if not arguments:
            raise self.refuse(f"{name} needs an argument")
        if name in _NAMED and len(arguments) != 2 or name == "Not" and len(arguments) != 1:
            count = "one argument" if name == "Not" else "two arguments"
            raise self.refuse(f"{name} takes {count}, not {len(arguments)},")
        if name in _JUNCTIONS:
            return self.joined(name, *arguments)
        self.check_arguments(name, arguments)
        return self.checked((_NAMED | FUNCTIONS)[name](*arguments))

    def check_arguments(self, name: str, arguments: list[Any]) -> None:
        """Refuse what SymPy would write out at length, or search through for long."""
        if name not in ("Piecewise", "hyper"):
            self.terms(*arguments)
        if name in ("Min", "Max", "min", "max"):
            if sum(len(a.args) if isinstance(a, (sp.Min, sp.Max)) else 1 for a in arguments) > MAX_CHOICES:
                raise self.refuse(f"{name} of too many things (at most {MAX_CHOICES})")
        if name in _ORDERED:
            order, *rest = map(self.size, arguments)
            if order > MAX_ORDER:
                raise self.refuse(f"the order of {name} is too large (at most {MAX_ORDER})")
            if any((1 + order) * argument > 2 * MAX_ARGUMENT for argument in rest):
                raise self.refuse(f"{name} of such an order and argument is too large")
        if name in _GENTLE:
            return
        for argument in arguments:
            parts = argument.args if isinstance(argument, sp.Tuple) else (argument,)
            if any(self.size(part) > MAX_ARGUMENT for part in parts):
                raise self.refuse(f"the argument of {name} is too large (at most {MAX_ARGUMENT})")


def _integers(value: Any) -> list[int]:
    if not isinstance(value, sp.Basic):
        return []
    return [n for r in value.atoms(sp.Rational) for n in (int(r.p), int(r.q))]
