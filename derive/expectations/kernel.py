"""A row of the table of kernels: a normaliser that the engine trusts.

A kernel is a domain, a few generators t_i(u) and the logarithm of

    Z(a) = ∫ exp(Σ a_i t_i(u)) base(u) dμ(u)        (a sum, for counting measure)

with the region of `a` where it converges. Expectations follow by shift (a → a + s) and by derivative
(∂ log Z / ∂a_i) alone, so these rows are all the mathematics that has to be believed; each is checked by
quadrature in the tests. `known` rows give the few classical integrals that no shift or derivative yields.

Symbols: `u` is the variable, `a`–`c` multiply the generators in order, `alpha` and `beta` are the ends of
a cut domain, `n`, `r`, `s` and `k` shapes of a base measure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sympy as sp
from sympy import S, log

from derive.algebra.functions import hyperu, real_part

u = sp.Dummy("u", positive=True)
v = sp.Dummy("u", real=True)
m = sp.Dummy("u", integer=True, nonnegative=True)
i = sp.Dummy("u", integer=True)
a, b, c = (sp.Dummy(name, real=True) for name in "abc")
alpha, beta = (sp.Dummy(name, real=True) for name in ("alpha", "beta"))
n = sp.Dummy("n", positive=True)
r = sp.Dummy("r", positive=True)
s, k = (sp.Dummy(name, real=True) for name in "sk")
A, B, C = (sp.Wild(name, exclude=[u, v, m]) for name in "ABC")
w = sp.Wild("w", exclude=[u, v, m, 0])
w2 = sp.Wild("w2", exclude=[u, v, m, 0])


@dataclass(frozen=True)
class Known:
    """A classical expectation under a kernel with some of its parameters fixed.

    statistic  a pattern in u, with wildcards A, B, C, w
    at         the kernel parameters for which it holds, such as {a: -1}
    mean       E[statistic], in the wildcards and the remaining kernel parameters; or what gives it, where that takes time
    condition  what the wildcards must satisfy; a statistic that is defined on the whole domain satisfies it
    """

    statistic: sp.Expr
    at: dict[sp.Symbol, sp.Expr]
    mean: sp.Expr | Callable[[], sp.Expr]
    source: str
    condition: Any = sp.true
    finite: Any = sp.true
    """Where the expectation is finite, in the kernel's parameters."""
    proved: bool = False
    """Whether the condition must be known to hold, since the statistic may be defined without it."""

    @cached_property
    def value(self) -> sp.Expr:
        """E[statistic]."""
        return self.mean() if callable(self.mean) else self.mean

    @property
    def last(self) -> bool:
        """Whether the row is for where no other gives a form without hypergeometric functions."""
        harder = self.statistic.has(log) or self.statistic.is_Pow
        return harder and bool(self.value.has(sp.hyper, sp.meijerg, hyperu, real_part))


@dataclass(frozen=True)
class Kernel:
    """One row of the table."""

    name: str
    u: sp.Symbol
    domain: tuple[sp.Expr, sp.Expr]
    t: tuple[sp.Expr, ...]
    a: tuple[sp.Symbol, ...]
    log_z: sp.Expr
    condition: tuple[Any, ...]
    """Inequalities under which Z converges; all must hold, or the integral diverges."""
    source: str
    measure: str = "lebesgue"
    unbounded: bool = False
    """Whether free ends may be infinite."""
    from_zero: bool = True
    """Whether the free lower end may be 0; where not, another row starts there."""
    log_base: sp.Expr = S.Zero
    valid: tuple[Any, ...] = ()
    """Inequalities under which the row applies to a density at all; a shift may go to the edge of `condition`."""
    only: dict[sp.Symbol, sp.Expr] = field(default_factory=dict)
    """Values of `a` outside which log_z does not hold; such a kernel is neither shifted nor differentiated."""
    after_sums: bool = False
    """Whether a density with a whole power of a sum is expanded before it is given to this row."""
    shapes: tuple[sp.Expr, dict[sp.Symbol, sp.Expr]] | None = None
    """The pattern in the density from which shapes are read, and their values there."""
    known: tuple[Known, ...] = ()

    @property
    def cut(self) -> bool:
        """Whether the ends of the domain are free."""
        return bool({alpha, beta} & (self.domain[0].free_symbols | self.domain[1].free_symbols))


def polylogarithm(order: int, z: sp.Expr) -> sp.Expr:
    """Li_n(z), not evaluated: SymPy asks at length whether z equals one of the points where it is elementary."""
    return sp.polylog(order, z, evaluate=False)
