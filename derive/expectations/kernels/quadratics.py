"""Logs of quadratics, from those of linear functions with a complex factor."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy import log, sqrt

from derive.algebra.functions import real_part
from derive.expectations.kernel import A, B, Known, u, w, w2


def and_quadratic(
    at: dict[sp.Symbol, sp.Expr], logs: sp.Expr, rest: sp.Expr, source: str, condition: Any, x: sp.Symbol = u
) -> tuple[Known, Known]:
    """E log(1 + w·x) = logs + rest, and that of log(A + B·x + C·x²) = log A + 2 Re log(1 + wx), for complex w.

    The expectation is analytic in w where 1 + w·x vanishes nowhere in the domain. `logs` is a sum of log(1 + w·c), and
    becomes the log of the quadratic at c; of the rest, twice the real part is taken.
    """

    def quadratic() -> sp.Expr:
        root = sp.I * sqrt(4 * A * w2 - B**2)
        # 1/w is written with the conjugate, so that nothing complex is left below the line
        factor = {w: (B + root) / (2 * A), 1 / w: (B - root) / (2 * w2)}
        ends = [(e.args[0] - 1) / w for e in sp.Add.make_args(logs) if e != 0]
        whole = [log((A + B * c + w2 * c**2) / A) for c in ends]
        return log(A) + sp.Add(*whole) + 2 * real_part(rest.xreplace(factor))

    positive = (w2 > 0) & (4 * A * w2 - B**2 > 0)  # then A > 0
    return (
        Known(log(1 + w * x), at, logs + rest, source, condition),
        Known(log(A + B * x + w2 * x**2), at, quadratic, f"{source}; of a complex factor", positive, proved=True),
    )
