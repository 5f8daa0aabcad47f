"""Gauss's rule for remainders: ∫₀¹ (1 − t) f(t) dt as a sum that a target writes as a loop, or term by term."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sympy as sp

E = Any

NODES, FEW = 12, 7
"""Gauss nodes of a remainder: with poles no nearer than the length of the segment the error is below 1e-17; with poles
four lengths away, a few do."""

node = sp.Symbol("node", real=True)


class GaussSum(sp.Function):  # type: ignore[misc]
    """Σ w·f(t) over the nodes t and weights w of a rule; f is given as a function, and kept as an expression of `node`.

    >>> GaussSum(4, lambda t: t**3).unrolled().n(15)
    0.0500000000000000
    """

    is_real = True
    is_number = False

    def __new__(cls, count: Any, f: Any) -> Any:
        body = f(node) if callable(f) and not isinstance(f, sp.Basic) else f
        return sp.Function.__new__(cls, sp.Integer(count), body)

    @property
    def count(self) -> int:
        return int(self.args[0])

    @property
    def body(self) -> Any:
        return self.args[1]

    def unrolled(self) -> Any:
        """The sum, term by term."""
        return sp.Add(*(w * self.body.xreplace({node: t}) for t, w in gauss_jacobi(self.count)), evaluate=False)


@lru_cache
def gauss_jacobi(count: int) -> list[tuple[Any, Any]]:
    """Nodes and weights of ∫₀¹ (1 − t) f(t) dt, to 17 digits: Gauss's rule for that weight (DLMF 3.5.18).

    >>> sum(w * t**3 for t, w in gauss_jacobi(4)).n(15)
    0.0500000000000000
    """
    t = sp.Symbol("t")
    polynomial = sp.Poly(sp.jacobi(count, 1, 0, 2 * t - 1), t)
    roots = polynomial.nroots(n=40, maxsteps=200)
    slope = polynomial.diff(t)
    other = sp.Poly(sp.jacobi(count - 1, 1, 0, 2 * t - 1), t)
    # w_i is proportional to 1/(P′(t_i) P_{n−1}(t_i)) (DLMF 3.5.22); the factor makes the weights sum to ½
    raw = [1 / (slope.eval(r) * other.eval(r)) for r in roots]
    return [(sp.Float(r, 17), sp.Float(w / sum(raw) / 2, 17)) for r, w in zip(roots, raw, strict=True)]
