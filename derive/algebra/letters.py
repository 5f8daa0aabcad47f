"""Letters for parts of an expression: what a rewriting must leave as it is, or would multiply out without end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

E = Any


def with_held(rewriting: Callable[[E], E], expression: E, letters: Mapping[E, E]) -> E:
    """What a rewriting makes of an expression with letters in for some of its parts, and these back in for the letters.

    >>> a, b, held = sp.symbols("a b held")
    >>> with_held(sp.factor, a**2 + a*(b + 1)**9, {(b + 1)**9: held})
    a*(a + (b + 1)**9)
    """
    return rewriting(expression.xreplace(letters)).xreplace({letter: part for part, letter in letters.items()})


def with_branches_held(rewriting: Callable[[E], E], expression: E) -> E:
    """The same with letters for what is in branches; what has them only in an integral or a sum stays as it is.

    >>> a, c = sp.symbols("a c")
    >>> branches = sp.Piecewise((a*c - a, c > 1), (c, True))
    >>> with_branches_held(sp.factor, a**2 + a*branches)
    a*(a + Piecewise((a*c - a, c > 1), (c, True)))
    >>> with_branches_held(sp.factor, a**2 + a*sp.Integral(branches, (a, 0, 1)))
    a**2 + a*Integral(Piecewise((a*c - a, c > 1), (c, True)), (a, 0, 1))
    """
    letters: dict[E, E] = {}
    parts = sp.preorder_traversal(expression)
    for part in parts:
        if isinstance(part, sp.Piecewise):
            letters.setdefault(part, sp.Dummy("branches", real=True))
        if isinstance(part, (sp.Piecewise, sp.Sum, sp.Integral)):
            parts.skip()
    return with_held(rewriting, expression, letters) if letters else expression


def with_letters_for_sums(expression: E) -> tuple[E, dict[E, E]]:
    """An expression with letters for the long sums that it has high powers of, and what these stand for.

    Each takes the place of one of its symbols, that which there is least of: so they cancel as the sums would, and no power
    of many terms is multiplied out.

    >>> a, b, c, d = sp.symbols("a b c d")
    >>> short, meaning = with_letters_for_sums((a + b + c)**9 - (a + b + c)**8*(a + b + c + d))
    >>> print(sp.expand(short), list(meaning.values()))
    -_sum**8*d [a + b + c]
    """
    high = {p.base for p in expression.atoms(sp.Pow) if p.exp.is_Integer and p.exp > 2 and p.base.is_Add}
    standing = Counter(e for e in sp.preorder_traversal(expression) if high and e.is_Symbol)
    solved: dict[E, E] = {}  # a symbol -> what it is, in the letters
    meaning: dict[E, E] = {}
    for total in sorted(high, key=lambda b: (len(b.args), sp.default_sort_key(b))):
        short = sp.expand(total.xreplace(solved))
        if not (short.is_Add and len(short.args) > 2):
            continue
        letter = sp.Dummy("sum", real=total.is_real)
        parts = (t.as_coeff_Mul() for t in short.args)
        own = [(s, c) for c, s in parts if s.is_Symbol and s not in meaning and not (short - c * s).has(s)]
        free = [(s, c) for s, c in own if not s.is_integer]
        if not free:
            continue
        symbol, coefficient = min(free, key=lambda f: (standing[f[0]], sp.default_sort_key(f[0])))
        alone = {symbol: (letter - short) / coefficient + symbol}
        solved = {s: sp.expand(e.xreplace(alone)) for s, e in solved.items()} | {symbol: sp.expand(alone[symbol])}
        meaning[letter] = total
    return expression.xreplace(solved), meaning
