r"""How mathematics is written: plain text, Unicode for terminals, LaTeX.

All three put the terms of a sum in a textbook's order (logs, special functions, algebra, constants, what
was left as an integral; a positive term first) and call functions by the names that books use.

    text(e)      ASCII that `derive.families.expression.read` reads back:  k*digamma(k) + loggamma(k)
    pretty(e)    for a terminal:                                  k ψ(k) + logΓ(k)
    latex(e)     k \psi\left(k\right) + \log\Gamma\left(k\right)
"""

from __future__ import annotations

import re
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sympy as sp
from sympy.printing.latex import translate

from derive.writing.layout import drawn_out, named_like_constants, terms
from derive.writing.printers import LinePrinter, TextPrinter
from derive.writing.tex import TexPrinter

_SHORT = {
    "entropy": "H", "cross_entropy": "CE", "kl_divergence": "KL", "expectation": "E", "affinity": "I",
    "renyi_divergence": "D", "renyi_entropy": "H", "tsallis_entropy": "S", "hellinger_distance": "Hel",
    "bhattacharyya_distance": "B", "chi_squared_divergence": "chi2", "jeffreys_divergence": "J",
}  # fmt: skip
_ORDERED = ("affinity", "renyi_divergence", "renyi_entropy", "tsallis_entropy")


Expect = sp.Function("Expect")
"""E_p of an expression, as a symbol."""


def quantity(name: str, arity: int, order: Any = None) -> Any:
    """A quantity as a symbol, with its order where it has one: H(p), CE(p, q), KL(p, q), D_2(p, q)."""
    below = "" if order is None or name not in _ORDERED else f"_({order})" if sp.sympify(order).args else f"_{order}"
    return sp.Function(_SHORT[name] + below)(*sp.symbols("p q")[:arity])


def text(e: Any) -> str:
    """An expression in ASCII.

    >>> text(sp.digamma(sp.Symbol("k")) + 1)
    'digamma(k) + 1'
    """
    return str(TextPrinter().doprint(e))


# --- Unicode, for terminals ----------------------------------------------------------------------------------


def pretty(e: Any, width: int | None = None) -> str:
    """An expression in Unicode for a terminal: one line, broken between terms where it is wider than `width`.

    >>> k, t = sp.symbols("k_1 theta_1", positive=True)
    >>> print(pretty((1 - k)*sp.digamma(k) + sp.log(t)/2 + sp.EulerGamma))
    ½ log θ₁ + (1 − k₁) ψ(k₁) + γ
    """
    width = width or _columns()
    e = drawn_out(e)
    printer = LinePrinter()
    printer.beside(named_like_constants(e))
    if not isinstance(e, sp.Add):
        return str(printer._print(e))
    (negative, first), *rest = (printer.signed(t) for t in terms(e))
    lines = ["−" * negative + first]
    for negative, piece in rest:
        piece = f"{'−' if negative else '+'} {piece}"
        if len(lines[-1]) + 1 + len(piece) <= width:
            lines[-1] += " " + piece
        else:
            lines.append(piece)
    return "\n".join(lines)


UNDECIDED = "whether it is finite is not decided"
"""What is said of an integral or a sum that may diverge."""


def pretty_cases(name: Any, cases: Sequence[Any]) -> str:
    """`name = …` for a terminal: each case with its condition and, where there are several, its form."""
    head = f"{pretty(name)} ="
    if len(cases) == 1:
        body = _equation(head, _value(cases[0]))
        return body if cases[0].condition == sp.true else f"{body}\nif {pretty(cases[0].condition)}"
    lines = [head]
    for case, condition in zip(cases, _beside(cases, pretty, "if ", "otherwise"), strict=True):
        form = case.form if case.decided else f"{case.form}; {UNDECIDED}"
        lines += [f"  {condition}  ({form})", _indented(_value(case))]
    return "\n".join(lines)


def pretty_steps(name: Any, steps: Sequence[Any], cases: Sequence[Any]) -> str:
    """The derivation for a terminal: each step's equation, its rule and reason below it, then the result."""
    blocks = []
    for step in steps:
        reason = _reason(step) + (f"; for {pretty(step.condition)}" if step.condition != sp.true else "")
        blocks.append(f"{_equation(f'{pretty(step.before)} =', pretty(step.after, _columns(4)))}\n      [{reason}]")
    return "\n".join(blocks if _concluded(name, steps, cases) else [*blocks, pretty_cases(name, cases)])


def _columns(margin: int = 0) -> int:
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else 100
    return max(40, columns - margin)


def _equation(head: str, value: str) -> str:
    one_line = "\n" not in value and len(head) + len(value) < _columns()
    return f"{head} {value}" if one_line else f"{head}\n{_indented(value)}"


def _indented(block: str) -> str:
    return "\n".join("    " + line for line in block.split("\n"))


def _value(case: Any) -> str:
    return "+∞" if case.expr == sp.oo else pretty(case.expr, _columns(4))


def _reason(step: Any) -> str:
    return f"{step.rule}: {step.reason}" if step.reason else str(step.rule)


def _beside(cases: Sequence[Any], write: Callable[[Any], str], given: str, otherwise: str) -> Iterator[str]:
    """What stands beside each of several cases. They cover the domain, so the last is the rest."""
    for i, case in enumerate(cases):
        last = i == len(cases) - 1
        yield otherwise if last else given + write(case.condition)


def _concluded(name: Any, steps: Sequence[Any], cases: Sequence[Any]) -> bool:
    """Whether the last step already states the result."""
    return bool(steps) and len(cases) == 1 and (steps[-1].before, steps[-1].after) == (name, cases[0].expr)


# --- LaTeX ---------------------------------------------------------------------------------------------------


def latex(e: Any) -> str:
    r"""An expression in LaTeX (amsmath).

    >>> print(latex(sp.loggamma(sp.Symbol("k_1")) + sp.log(sp.Symbol("lamda"))/2))
    \frac{1}{2} \log \lambda + \log\Gamma\left(k_{1}\right)
    """
    e = drawn_out(e)
    printer = TexPrinter({"inv_trig_style": "full"})
    printer.beside(named_like_constants(e))
    return str(printer.doprint(e))


def latex_cases(cases: Sequence[Any]) -> str:
    """The right-hand side in LaTeX: one expression, or a `cases` environment."""
    if len(cases) == 1:
        return _latex_value(cases[0])
    beside = _beside(cases, latex, r"\text{if } ", r"\text{otherwise}")
    rows = (f"{_latex_value(case)} & {condition}" for case, condition in zip(cases, beside, strict=True))
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


def _latex_value(case: Any) -> str:
    return latex(case.expr) + ("" if case.decided else r" \text{ (if finite)}")


def latex_steps(name: Any, steps: Sequence[Any], cases: Sequence[Any]) -> str:
    """The whole derivation: an `aligned` environment, one equation with its reason a row."""
    rows, previous = [], None
    for step in steps:
        note = rf"\text{{{escape(_reason(step))}}}"
        if step.condition != sp.true:
            note += rf"\text{{, for }} {latex(step.condition)}"
        before = "" if step.before == previous else latex(step.before)
        rows.append(f"{before} &= {latex(step.after)} && {note}")
        previous = step.after
    if not _concluded(name, steps, cases):
        rows.append(f"{latex(name)} &= {latex_cases(cases)}")
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


_ESCAPES = {c: "\\" + c for c in "{}$&#%_"} | {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
_SIGNS = {
    "−": "-",
    "∞": r"\infty",
    "∂": r"\partial",
    "‖": r"\|",
    "≤": r"\leq",
    "≥": r"\geq",
    "≠": r"\neq",
    "·": r"\cdot",
}
_SIGNS |= {"→": r"\to", "√": r"\surd", "′": r"{}^{\prime}", "Σ": r"\sum", "∫": r"\int", "Π": r"\prod", "±": r"\pm"}
_SIGNS |= {"∈": r"\in", "×": r"\times", "∇": r"\nabla", "≈": r"\approx", "ϕ": r"\phi", "…": r"\ldots", "|": "|"}
_SIGNS |= {c: f"^{{{unicodedata.normalize('NFKC', c)}}}" for c in "⁰¹²³⁴⁵⁶⁷⁸⁹"} | {"⁻": "^{-}"}
_SIGNS |= {c: f"_{{{unicodedata.normalize('NFKC', c)}}}" for c in "₀₁₂₃₄₅₆₇₈₉"}
_DASHES = {"–": "--", "—": "---", "’": "'", "‘": "`", "“": "``", "”": "''"}


def escape(words: str) -> str:
    r"""Prose for `\text{…}`: TeX's own characters escaped, mathematical signs as mathematics.

    >>> print(escape("50% of E_p[θ_1]"))
    50\% of $\mathbb{E}_{p}$[$\theta$\_1]
    """

    def one(c: str) -> str:
        if c in _SIGNS:
            return f"${_SIGNS[c]}$"
        if c in _ESCAPES or c in _DASHES:
            return _ESCAPES.get(c) or _DASHES[c]
        if c.isascii():
            return c if c.isprintable() else " "
        name = unicodedata.name(c, "")
        if match := re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (FINAL )?(\w+)", name):
            letter = match[3].lower().replace("lamda", "lambda")
            letter = letter if match[1] == "SMALL" else letter.capitalize()
            return f"${translate(letter)}$"
        plain = unicodedata.normalize("NFKD", c).encode("ascii", "ignore").decode()
        return "".join(map(one, plain)) if plain else "?"

    return r"$\mathbb{E}_{p}$".join("".join(map(one, part)) for part in words.split("E_p"))
