"""How functions are computed, as data: statements that every target prints with its own printer.

Both branches of a `Piecewise` may be evaluated (where arrays are traced, automatic differentiation), so each is finite
wherever the other is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import mpmath
import sympy as sp

x, y = sp.symbols("x y", real=True)
z, s, near, far, end = sp.symbols("z s near far stop", real=True)


@dataclass(frozen=True)
class Block:
    """Statements, name = expression, and the expression that they lead to."""

    statements: tuple[tuple[Any, Any], ...]
    result: Any

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols that it is given."""
        own = {name for name, _ in self.statements}
        return set().union(self.result.free_symbols, *(v.free_symbols for _, v in self.statements)) - own

    def needed(self) -> Block:
        """The same without the statements that nothing needs.

        >>> import sympy as sp
        >>> a, b, x = sp.symbols("a b x")
        >>> Block(((a, x**2), (b, x + 1)), 2 * b).needed().statements
        ((b, x + 1),)
        """
        needed = set(self.result.free_symbols)
        kept = []
        for name, e in reversed(self.statements):
            if name in needed:
                kept.append((name, e))
                needed |= e.free_symbols
        return Block(tuple(reversed(kept)), self.result)


@dataclass(frozen=True)
class Helper:
    """A function that a target lacks: its arguments, what it is in words, and how it is computed."""

    name: str
    arguments: tuple[Any, ...]
    meaning: str
    block: Block

    def at(self, numbers: dict[Any, Any]) -> Helper:
        """The function of the other arguments, where some are numbers."""

        def known(f: Any) -> bool:
            return bool(isinstance(f, sp.Function) and f.free_symbols and f.free_symbols <= numbers.keys())

        def put(e: Any) -> Any:
            return e.replace(known, lambda f: sp.Float(f.xreplace(numbers).evalf(30), 17)).xreplace(numbers)

        meaning = ", ".join([self.meaning, *(f"{a} = {n}" for a, n in numbers.items())])
        block = Block(tuple((s, put(e)) for s, e in self.block.statements), put(self.block.result))
        name = name_at(self.name, numbers.values())
        return Helper(name, tuple(a for a in self.arguments if a not in numbers), meaning, block)


def name_at(name: str, numbers: Iterable[Any]) -> str:
    """What a helper is called at numbers: f_at_1."""
    return "_".join([name, "at", *(re.sub(r"\W", "_", str(n)) for n in numbers)])


def horner(coefficients: list[Any], variable: Any) -> Any:
    """A polynomial by Horner's scheme, lowest coefficient first."""
    value: Any = sp.Float(coefficients[-1], 17)
    for c in reversed(coefficients[:-1]):
        value = sp.Add(sp.Float(c, 17), sp.Mul(variable, value, evaluate=False), evaluate=False)
    return value


def horner_coefficients(e: Any) -> tuple[Any, list[Any]] | None:
    """The variable of a polynomial that stands in Horner's scheme, and its coefficients, highest first; None of anything else.

    >>> variable, coefficients = horner_coefficients(horner([3, 2, 1, 5], x))
    >>> variable, [float(c) for c in coefficients]
    (x, [5.0, 1.0, 2.0, 3.0])
    """
    coefficients: list[Any] = []
    variable = None
    while not e.is_Float:
        constants, others = sp.sift(e.args, lambda a: a.is_Float, binary=True)
        if not (e.is_Add and len(constants) == len(others) == 1 and others[0].is_Mul and len(others[0].args) == 2):
            return None
        coefficients.append(constants[0])
        inner = [a for a in others[0].args if a.is_Float or a.is_Add]
        outer = [a for a in others[0].args if a not in inner]
        if len(outer) != 1 or variable not in (None, outer[0]):
            return None
        variable, e = outer[0], inner[0]
    return (variable, [e, *reversed(coefficients)]) if len(coefficients) >= SHORTEST else None


SHORTEST = 3
"""The degree from which on a polynomial is written as one."""


def fitted(f: Callable[[Any], Any], low: Any, high: Any, terms: int) -> list[Any]:
    """Coefficients of a polynomial by Chebyshev's nodes, lowest first: fewer than of Taylor's for the same error."""
    with mpmath.workdps(50):
        return [sp.Float(c, 17) for c in reversed(mpmath.chebyfit(f, [mpmath.mpf(low), mpmath.mpf(high)], terms))]


def ratio(f: Callable[[Any], Any], high: Any, above: int, below: int) -> tuple[list[Any], list[Any]]:
    """Coefficients, lowest first, of polynomials of two degrees whose ratio is f at Chebyshev's nodes of log(2 + x), 0 ≤ x ≤ high."""
    count = above + below + 1
    with mpmath.workdps(50):
        middle, reach = mpmath.log(2 * (2 + high)) / 2, mpmath.log(1 + mpmath.mpf(high) / 2) / 2
        nodes = [mpmath.exp(middle + reach * mpmath.cospi((k + mpmath.mpf(1) / 2) / count)) - 2 for k in range(count)]
        values = [f(t) for t in nodes]
        rows = [
            [*(t**j for j in range(above + 1)), *(-v * t**j for j in range(below))]
            for t, v in zip(nodes, values, strict=True)
        ]
        found = mpmath.lu_solve(mpmath.matrix(rows), [v * t**below for t, v in zip(nodes, values, strict=True)])
    return list(found[: above + 1]), [*found[above + 1 :], 1]


def choice(*branches: tuple[Any, Any]) -> Any:
    return sp.Piecewise(*branches, evaluate=False)


def bregman_to(name: str, f: str, block: Block) -> Helper:
    return Helper(f"{name}_bregman_to", (x, y, end), f"f(stop) - f(x) - y f'(x) for f = {f}, stop = x + y", block)
