"""Families and their members: pure data, read from text.

A `Family` is one record: parameters with their domains, support, log-density, source, names
elsewhere. Mathematics in it is text, read on first use, so that a catalog of a hundred entries
loads at once. A `Distribution` is a member: a family and a value for each parameter.

Nothing here knows an entropy, a moment or how one is found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import mpmath
import sympy as sp

from derive.algebra.functions import at_pole_of_zeta
from derive.algebra.placing import LENGTH, put, put_vectors
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


@dataclass(frozen=True)
class Alias:
    """Another name of a family, or a special case of it, with parameters of its own.

    `mapping` gives every parameter of the family in terms of the alias's own.
    """

    name: str
    params: tuple[Param, ...]
    mapping: Mapping[str, str]
    source: str = ""
    elsewhere: Mapping[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)
    constraints: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Definition:
    """A family's mathematics, as SymPy objects on the family's own symbols."""

    variable: sp.Symbol
    symbols: tuple[Any, ...]
    support: tuple[sp.Expr, sp.Expr]
    log_density: sp.Expr
    constraints: tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Family:
    """A family of distributions.

    name         CamelCase, the common name
    params       `Param`s, in textbook order
    support      (low, high), text or SymPy; both ends may depend on parameters. Ends are included
                 for counting measure.
    log_density  log of the density (or probability) at `variable`, on the support, where it is positive
    measure      "lebesgue", "counting" (integers), or "circle" (support is one period)
    constraints  inequalities between parameters, such as "a < b"
    source       where the definition is from
    elsewhere    {"scipy": (name, {its parameter: ours}), "torch": (...)}
    aliases      other names and special cases
    synonyms     other spellings of the same name with the same parameters

    >>> f = Family("Expo", (Param("theta", "positive", "mean"),), ("0", "oo"), "-log(theta) - x/theta")
    >>> f(2).log_density
    -x/2 - log(2)
    """

    name: str
    params: tuple[Param, ...]
    support: tuple[Any, Any]
    log_density: Any
    measure: str = "lebesgue"
    variable: str = "x"
    constraints: tuple[Any, ...] = ()
    source: str = ""
    elsewhere: Mapping[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)
    aliases: tuple[Alias, ...] = ()
    synonyms: tuple[str, ...] = ()
    base: Family | None = None
    """The family this one is an alias of, if it is one."""

    def __post_init__(self) -> None:
        if self.measure not in ("lebesgue", "counting", "circle"):
            raise DefinitionError(f"{self.name}: measure {self.measure!r} is not lebesgue, counting or circle")
        names = [p.name for p in self.params]
        if len(set(names)) < len(names):
            raise DefinitionError(f"{self.name}: a parameter is declared twice")
        if self.variable in names:
            raise DefinitionError(f"{self.name}: {self.variable} is the variable: give the parameter another name")

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(p.name for p in self.params)})"

    @cached_property
    def definition(self) -> Definition:
        x = (
            sp.Symbol(self.variable, integer=True)
            if self.measure == "counting"
            else sp.Symbol(self.variable, real=True)
        )
        symbols = tuple(p.symbol for p in self.params)
        names: dict[str, Any] = {p.name: s for p, s in zip(self.params, symbols, strict=True)}
        for p in self.params:
            if p.domain == "simplex":
                names["K"] = LENGTH

        def expression(text: Any, names: Mapping[str, Any]) -> Any:
            if not isinstance(text, str):
                return sp.S(text) if isinstance(text, (int, float)) else text
            try:
                return read(text, names)
            except ExpressionError as error:
                raise DefinitionError(f"{self.name}: {error}") from None

        support = (expression(self.support[0], names), expression(self.support[1], names))
        constraints = tuple(expression(c, names) for c in self.constraints)
        density = expression(self.log_density, {**names, self.variable: x})
        allowed = {s for v in names.values() for s in v.free_symbols} | {x}
        if stray := sorted(str(s) for s in density.free_symbols - allowed if not isinstance(s, sp.Indexed)):
            raise DefinitionError(f"{self.name}: the density names {', '.join(stray)}, which is no parameter")
        self._positive(density, x, support)
        return Definition(x, symbols, support, density, constraints)

    def _positive(self, density: Any, x: Any, support: tuple[Any, Any]) -> None:
        """Refuse a density that is seen to be 0 on its support: what is absolutely continuous is told from the supports."""
        way_out = "the support must be the one range on which the density is positive"
        if density.has(-sp.oo):
            raise DefinitionError(f"{self.name}: the density is 0 where the log-density is -oo; {way_out}")
        for end in support if self.measure == "counting" else ():
            if end.is_finite is not False and density.subs(x, end).has(-sp.oo, sp.zoo):
                raise DefinitionError(f"{self.name}: the density is 0 at {x} = {end}; {way_out}")

    def special(self, alias: Alias) -> Family:
        """The family that an alias stands for: this density, in the alias's parameters."""
        own = {p.name: p.symbol for p in alias.params}
        try:
            values = {p.name: read(alias.mapping[p.name], own) for p in self.params}
        except KeyError as error:
            raise DefinitionError(f"{alias.name}: the mapping lacks {error.args[0]} of {self.name}") from None
        except ExpressionError as error:
            raise DefinitionError(f"{alias.name}: {error}") from None
        d = self.definition
        swap = dict(zip(d.symbols, values.values(), strict=True))
        return Family(
            alias.name,
            alias.params,
            tuple(end.subs(swap, simultaneous=True) for end in d.support),  # type: ignore[arg-type]
            sp.expand_log(d.log_density.subs(swap, simultaneous=True)),
            self.measure,
            self.variable,
            alias.constraints,
            alias.source or self.source,
            alias.elsewhere,
            synonyms=alias.synonyms,
            base=self,
        )

    def suffixed(self, suffix: str) -> Distribution:
        """The member whose parameters are fresh symbols named with `suffix`: `k_1`, `theta_1`."""
        return Distribution(self, tuple(replace(p, name=p.name + suffix).symbol for p in self.params))

    def __call__(self, *args: Any, **keywords: Any) -> Distribution:
        """The member with these parameter values: numbers, SymPy expressions, or text.

        Raises ParameterError naming the family, the parameter and the way out.
        """
        names = [p.name for p in self.params]
        if len(args) > len(names):
            hint = ", a vector: p=[1/2, 1/2]" if any(p.domain == "simplex" for p in self.params) else ""
            raise ParameterError(
                f"{self.name} takes {len(names)} parameter{'s' * (len(names) != 1)} ({', '.join(names)}{hint}), got {len(args)}"
            )
        given = dict(zip(names, args, strict=False))
        for key, value in keywords.items():
            name = spelling(key)
            if name not in names:
                raise ParameterError(f"{self.name} has no parameter {key!r}; it has {', '.join(names) or 'none'}")
            if name in given:
                raise ParameterError(f"{self.name}: {key} is given twice")
            given[name] = value
        if missing := [n for n in names if n not in given]:
            verb = "is" if len(missing) == 1 else "are"
            raise ParameterError(f"{self.name}: {', '.join(missing)} {verb} missing; write {self.name}({_call(names)})")
        values = tuple(_value(self.name, p, given[p.name]) for p in self.params)
        member = Distribution(self, values)
        member.check()
        return member


def _call(names: Sequence[str]) -> str:
    """How the parameters are written, each under its own name where it stays a symbol."""
    return ", ".join(f"{name}={name}" for name in names)


def _value(family: str, param: Param, value: Any) -> Any:
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
    items = [_value(family, Param(f"{param.name}[{i}]", "positive", ""), v) for i, v in enumerate(value, 1)]
    total = sp.Add(*items)
    if total.is_number and sign_of_number(total - 1) != 0:
        raise ParameterError(f"{family}: {param.name} must sum to 1, got {total}")
    return sp.Tuple(*items)


@dataclass(frozen=True)
class Distribution:
    """A member of a family: the family and a value for each of its parameters, in order."""

    family: Family
    values: tuple[Any, ...]

    def __repr__(self) -> str:
        return f"{self.family.name}({', '.join(map(str, self.values))})"

    @property
    def parameters(self) -> dict[str, Any]:
        """Parameter name -> value."""
        return {p.name: v for p, v in zip(self.family.params, self.values, strict=True)}

    @property
    def variable(self) -> sp.Symbol:
        return self.family.definition.variable

    @property
    def measure(self) -> str:
        return self.family.measure

    @cached_property
    def _swap(self) -> dict[Any, Any]:
        swap: dict[Any, Any] = {}
        for symbol, value in zip(self.family.definition.symbols, self.values, strict=True):
            swap[symbol] = value
            if isinstance(value, sp.Tuple):
                swap[LENGTH] = sp.Integer(len(value))
        return swap

    def place(self, expression: Any) -> Any:
        """`expression` on the family's symbols, with this member's values in their place."""
        swap = {k: v for k, v in self._swap.items() if k != v}
        vectors = {k: v for k, v in swap.items() if isinstance(k, sp.IndexedBase)}
        if vectors:
            expression = put_vectors(expression, vectors)
        return put(expression, {k: v for k, v in swap.items() if k not in vectors})

    @cached_property
    def log_density(self) -> sp.Expr:
        """log p(x) on the support, in nats; at a removable point of the formula, its limit."""
        density = self.place(self.family.definition.log_density)
        return self._limit() if density.has(sp.nan, sp.zoo) else density

    def _limit(self) -> sp.Expr:
        """The log-density where its formula is 0/0, such as ContinuousBernoulli at 1/2.

        The numbers are put in one after the other; the terms where that fails, by a two-sided limit of their sum.
        Poles of zeta functions, which have no limits in SymPy, are written out, and cancel.
        """
        swap, points = dict(self._swap), {}
        for symbol, value in self._swap.items():
            if getattr(value, "is_number", False):
                swap[symbol] = sp.Dummy(symbol.name, **symbol.assumptions0)
                points[swap[symbol]] = value
        density = self.family.definition.log_density.subs(swap, simultaneous=True)
        for symbol, value in points.items():
            if value == 1:
                density = at_pole_of_zeta(density, symbol)
            placed = {term: put(term, {symbol: value}) for term in sp.Add.make_args(density)}
            singular = [t for t, put in placed.items() if put.is_finite is not True and put.has(sp.nan, sp.oo, sp.zoo)]
            limit = sp.limit(sp.Add(*singular), symbol, value, "+-")
            density = sp.Add(limit, *(put for t, put in placed.items() if t not in singular))
        return density

    @cached_property
    def support(self) -> tuple[sp.Expr, sp.Expr]:
        low, high = self.family.definition.support
        return self.place(low), self.place(high)

    @cached_property
    def constraints(self) -> tuple[Any, ...]:
        return tuple(self.place(c) for c in self.family.definition.constraints)

    @property
    def relations(self) -> tuple[Any, ...]:
        """All that the domains of its parameters and the constraints say."""
        pairs = zip(self.family.params, self.values, strict=True)
        domains = (DOMAINS[q.domain].relations(v) for q, v in pairs if isinstance(v, sp.Expr))
        return (*(r for found in domains for r in found), *self.constraints)

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        return set().union(*(v.free_symbols for v in self.values)) if self.values else set()

    def check(self) -> None:
        """Raise ParameterError when an inequality between parameters is certainly violated."""
        for text, constraint in zip(self.family.constraints, self.constraints, strict=True):
            if holds(constraint) is False:
                given = ", ".join(f"{k} = {v}" for k, v in self.parameters.items())
                raise ParameterError(f"{self.family.name}: {text} must hold, got {given}")
