"""How mathematics is written: text, Unicode for terminals, LaTeX. Replaced shortly by a fuller version."""

from __future__ import annotations

from typing import Any

import sympy as sp


def quantity(name: str, arity: int) -> Any:
    short = {"entropy": "H", "cross_entropy": "CE", "kl_divergence": "KL", "expectation": "E"}[name]
    return sp.Function(short)(*sp.symbols("p q")[:arity])


def text(e: Any) -> str:
    return sp.sstr(e)


def pretty_cases(name: Any, cases: Any) -> str:
    return "\n".join(f"{c.expr}   [{c.form}] if {c.condition}" for c in cases)


def latex_cases(cases: Any) -> str:
    return sp.latex(cases[0].expr)


def latex_steps(name: Any, steps: Any, cases: Any) -> str:
    return "\\begin{aligned}\\end{aligned}"
