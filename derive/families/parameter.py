"""Parameters: their domains, and how a value is read, checked and made exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import mpmath
import sympy as sp

from derive.algebra.signs import holds, sign_of_number
from derive.families.expression import CONSTANTS, ExpressionError, number, read, spelling


class ParameterError(ValueError):
    """A parameter is unknown, missing, or has a value outside its domain."""


class DefinitionError(ValueError):
    """A family's definition is wrong: it names what it does not declare, or is not a density."""


@dataclass(frozen=True)
class Domain:
    """The set a parameter lives in: SymPy assumptions, and the bounds that they cannot express."""

    assumptions: Mapping[str, bool]
    phrase: str
    bounds: tuple[sp.Expr | None, sp.Expr | None] = (None, None)
    """Open bounds in addition to the assumptions."""

    def symbol(self, name: str) -> sp.Symbol:
        return sp.Symbol(name, **self.assumptions)

    def within(self, value: sp.Expr) -> list[Any]:
        """The bounds as inequalities, or as what they are where they are known."""
        low, high = self.bounds
        return ([] if low is None else [value > low]) + ([] if high is None else [value < high])

    def relations(self, value: sp.Expr) -> list[Any]:
        """All that the domain says of the size of `value`.

        >>> a, b = sp.symbols("a b", real=True)
        >>> DOMAINS["probability"].relations(a - b)
        [a - b > 0, a - b < 1]
        """
        positive, nonnegative = (self.assumptions.get(key) for key in ("positive", "nonnegative"))
        return [*([value > 0] if positive else [value >= 0] if nonnegative else []), *self.within(value)]

    def admits(self, value: sp.Expr) -> bool | None:
        """Whether `value` is in the domain; None when that is not decidable."""
        tests = [None if (known := _is(value, key)) is None else known == w for key, w in self.assumptions.items()]
        tests += map(holds, self.within(value))
        return False if False in tests else None if None in tests else True


def _is(value: sp.Expr, key: str) -> bool | None:
    """Whether a value is `positive`, `integer`, ...: as SymPy knows, and of numbers such as log 4 − 2 log 2 as is seen or proved.

    >>> _is(sp.log(4) - 2 * sp.log(2), "positive"), _is(sp.log(8) / sp.log(2), "integer"), _is(sp.Symbol("a"), "integer")
    (False, True, None)
    """
    known: bool | None = getattr(value, "is_" + key)
    if known is not None or not (value.is_number and value.is_real):
        return known
    sign = sign_of_number(value - value.round() if key == "integer" else value)
    if sign is None:
        return None
    return {"integer": sign == 0, "positive": sign > 0, "nonnegative": sign >= 0, "nonzero": sign != 0}.get(key)


DOMAINS: dict[str, Domain] = {
    "real": Domain({"real": True}, "real"),
    "nonzero": Domain({"real": True, "nonzero": True}, "real and not zero"),
    "positive": Domain({"positive": True}, "positive"),
    "nonnegative": Domain({"nonnegative": True}, "nonnegative"),
    "probability": Domain({"positive": True}, "strictly between 0 and 1", (None, sp.Integer(1))),
    "integer": Domain({"integer": True}, "an integer"),
    "positive integer": Domain({"integer": True, "positive": True}, "a positive integer"),
    "nonnegative integer": Domain({"integer": True, "nonnegative": True}, "a nonnegative integer"),
    "simplex": Domain({}, "a vector of positive probabilities that sum to one"),
}


@dataclass(frozen=True)
class Param:
    """A parameter: its name, the name of its domain (a key of `DOMAINS`), and what it is in words."""

    name: str
    domain: str
    meaning: str

    def __post_init__(self) -> None:
        if self.domain not in DOMAINS:
            raise DefinitionError(f"{self.name}: domain {self.domain!r} is none of {', '.join(DOMAINS)}")
        if self.name in CONSTANTS:
            raise DefinitionError(f"{self.name} is a number: give the parameter another name")
        object.__setattr__(self, "name", spelling(self.name))

    @property
    def symbol(self) -> Any:
        if self.domain == "simplex":
            return sp.IndexedBase(self.name, positive=True)
        return DOMAINS[self.domain].symbol(self.name)


def value_of(family: str, param: Param, value: Any) -> Any:
    """Read one parameter value, and refuse it when it is certainly outside the domain."""
    if param.domain == "simplex":
        return _simplex(family, param, value)
    if isinstance(value, str):
        text = spelling(value.strip())
        if text.isidentifier() and text not in CONSTANTS and text not in NUMBERS:
            return DOMAINS[param.domain].symbol(text)
        try:
            value = read(text, lambda name: _constant_or_real(name))
        except ExpressionError as error:
            raise ParameterError(f"{family}: {param.name}: {error}") from None
        number, letter = value.as_coeff_Mul() if isinstance(value, sp.Expr) else (value, value)
        if letter.is_Symbol and number.is_positive and param.domain in ("positive", "nonnegative"):
            value = number * DOMAINS[param.domain].symbol(letter.name)  # 2a is positive where a is
    else:
        try:
            value = without_floats(value)
        except (TypeError, ValueError, OverflowError):
            raise ParameterError(f"{family}: {param.name} must be a number or an expression, got {value!r}") from None
    if not isinstance(value, sp.Expr):
        raise ParameterError(f"{family}: {param.name} must be a number or an expression, got {value}")
    domain = DOMAINS[param.domain]
    if value.is_number and (value.is_finite is False or value is sp.nan) or domain.admits(value) is False:
        raise ParameterError(f"{family}: {param.name} must be {domain.phrase}, got {value}")
    return value


KEPT = ("real", "positive", "nonnegative", "negative", "nonzero", "integer")
"""The assumptions that are carried over when symbols of one name are made one."""


def one_symbol_a_name(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Values with one symbol for each name, which has the assumptions of all that had it.

    >>> a, b = sp.Symbol("a", positive=True), sp.Symbol("a", real=True)
    >>> one_symbol_a_name((a, 1 / b)) == (a, 1 / a)
    True
    """
    found = (s for v in values for s in v.free_symbols if isinstance(s, sp.Symbol) and not isinstance(s, sp.Dummy))
    names: dict[str, set[Any]] = {}
    for s in found:
        names.setdefault(s.name, set()).add(s)
    one: dict[Any, Any] = {}
    for name, same in names.items():
        if len(same) > 1:
            known = {k: True for s in same for k, wanted in s.assumptions0.items() if wanted and k in KEPT}
            one.update(dict.fromkeys(same, sp.Symbol(name, **known)))
    return tuple(v if isinstance(v, sp.IndexedBase) else v.xreplace(one) for v in values) if one else values


def exact(name: str, value: Any) -> Any:
    """A given value as an exact SymPy number, or a tuple of them.

    Floats are the shortest decimals that are read as them; those of more digits than Python's are what they are in binary.

    >>> exact("x", 1.00000001), exact("x", "1/3"), exact("x", sp.Float(0.1))
    (100000001/100000000, 1/3, 1/10)
    """
    if isinstance(value, (list, tuple, sp.Tuple)):
        return sp.Tuple(*(exact(name, v) for v in value))
    if isinstance(value, str):
        try:
            return number(value)
        except ExpressionError as error:
            raise ParameterError(f"{name}: {error}") from None
    try:
        found = without_floats(value)
    except (TypeError, ValueError, OverflowError):
        raise ParameterError(f"{name} must be a number, got {value!r}") from None
    if not (isinstance(found, sp.Expr) and found.is_number and found.is_real):
        raise ParameterError(f"{name} must be a real number, got {value}")
    return found


def without_floats(value: Any) -> Any:
    """A number of Python, NumPy, mpmath or SymPy as an exact one of SymPy, and an expression with such numbers in it.

    >>> without_floats(0.1), without_floats(sp.Symbol("x") / 4.0), without_floats(float("inf"))
    (1/10, x/4, oo)
    """
    if isinstance(value, (float, mpmath.mpf)) and not abs(value) < float("inf"):
        return sp.sympify(float(value))
    if isinstance(value, float):
        return sp.Rational(repr(float(value)))
    if isinstance(value, mpmath.mpf):
        return _fraction(value)
    if not isinstance(value, sp.Basic):
        return sp.Integer(value) if int(value) == value else sp.Rational(str(value))
    return value.replace(lambda e: e.is_Float, lambda e: _fraction(mpmath.mp.make_mpf(e._mpf_)))


def _fraction(value: mpmath.mpf) -> sp.Rational:
    man, exponent = value.man_exp
    if man.bit_length() <= 53 and -1074 <= exponent < 971:
        return sp.Rational(repr(float(value)))
    return sp.Rational(int(man)) * sp.Integer(2) ** exponent


NUMBERS = {"nan": sp.nan, "zoo": sp.zoo, "I": sp.I}
"""Names of what no parameter can be."""


def _constant_or_real(name: str) -> sp.Expr:
    return CONSTANTS.get(name) or NUMBERS.get(name) or sp.Symbol(spelling(name), real=True)


def _simplex(family: str, param: Param, value: Any) -> Any:
    if isinstance(value, str) and value.strip().isidentifier():
        return sp.IndexedBase(value.strip(), positive=True)
    if isinstance(value, str):
        try:
            value = read(value, _constant_or_real)
        except ExpressionError as error:
            raise ParameterError(f"{family}: {param.name}: {error}") from None
    if isinstance(value, sp.IndexedBase):
        return value
    if not isinstance(value, (Sequence, sp.Tuple)) or not value:
        raise ParameterError(f"{family}: {param.name} must be a vector of probabilities, got {value}")
    items = [value_of(family, Param(f"{param.name}[{i}]", "positive", ""), v) for i, v in enumerate(value, 1)]
    total = sp.Add(*items)
    if total.is_number and sign_of_number(total - 1) != 0:
        raise ParameterError(f"{family}: {param.name} must sum to 1, got {total}")
    return sp.Tuple(*items)
