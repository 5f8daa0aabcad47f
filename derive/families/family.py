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

import sympy as sp

from derive.algebra.functions import at_pole_of_zeta
from derive.algebra.placing import LENGTH, put, put_vectors
from derive.algebra.signs import holds
from derive.families.expression import ExpressionError, read, spelling
from derive.families.parameter import DOMAINS, DefinitionError, Param, ParameterError, one_symbol_a_name, value_of


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
        values = tuple(value_of(self.name, p, given[p.name]) for p in self.params)
        if (one := one_symbol_a_name(values)) != values:  # of which more may be known now
            values = tuple(value_of(self.name, p, v) for p, v in zip(self.params, one, strict=True))
        member = Distribution(self, values)
        member.check()
        return member


def _call(names: Sequence[str]) -> str:
    """How the parameters are written, each under its own name where it stays a symbol."""
    return ", ".join(f"{name}={name}" for name in names)


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
