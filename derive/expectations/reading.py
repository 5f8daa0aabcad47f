"""A statistic as a kernel reads it: as a shift and an order of its generators, or as one that it knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.algebra.normal import expand_logs, is_linear, is_zero, linear_form
from derive.expectations.kernel import Kernel, Known
from derive.families.facts import Facts

E = Any


MOST_FACTORS = 12
"""The largest power of which a log is split into logs of its real factors."""


def factored(statistic: E, u: sp.Symbol) -> list[E]:
    """log(1 ± c·u^n), c > 0, as logs of real factors of degrees 1 and 2, which are 1 at u = 0; none where it is not one.

    >>> u, c = sp.symbols("u c", positive=True)
    >>> factored(sp.log(1 + c**3*u**3), u)
    [log(c*u + 1), log(c**2*u**2 - c*u + 1)]
    >>> factored(sp.log(1 - u**2), u)
    [log(1 - u), log(u + 1)]

    u may have a shift.

    >>> factored(sp.log(1 - (c - u)**3), u)
    [log(-c + u + 1), log(c - u + (c - u)**2 + 1)]
    """
    constant, rest = statistic.args[0].as_independent(u, as_Add=True) if isinstance(statistic, sp.log) else (0, u)
    coefficient, base, n = _as_power(rest, u)
    if constant != 1 or not getattr(n, "is_Integer", False) or not 2 <= n <= MOST_FACTORS:
        return []
    sign = 1 if coefficient.is_positive else -1
    if not (sign * coefficient).is_positive or n == 2 and sign > 0:
        return []
    x = sp.root(sp.factor(sign * coefficient), n) * base  # of a square multiplied out SymPy takes no root
    # the roots of 1 ± z^n that are not real, in pairs
    angles = [sp.pi * (2 * k + (sign + 1) // 2) / n for k in range(n)]
    pairs = [1 - 2 * sp.cos(t) * x + x**2 for t in angles if 0 < t < sp.pi]
    return [sp.log(f) for f in ([1 - x] if sign < 0 else []) + ([1 + x] if (n % 2 == 0) == (sign < 0) else []) + pairs]


def _as_power(product: E, u: sp.Symbol) -> tuple[E, E, E]:
    """A product as (c, f, n) for c·f^n, f linear in u; n is 1 where it is none.

    >>> u, a = sp.symbols("u a")
    >>> _as_power(2 * (u - a) ** 2 * (a - u), u)
    (-2, -a + u, 3)
    """
    coefficient, powers = product.as_independent(u, as_Add=False)
    base, n = sp.S.One, sp.S.Zero
    for f in sp.Mul.make_args(powers):
        other, exponent = f.as_base_exp()
        ratio = sp.cancel(other / base) if n != 0 else sp.S.One
        if not is_linear(other, u) or ratio.has(u) or exponent.has(u):
            return sp.S.One, product, sp.S.One
        base = base if n != 0 else other
        coefficient, n = coefficient * ratio**exponent, n + exponent
    return coefficient, base, n


def from_one(statistic: E, kernel: Kernel, facts: Facts) -> tuple[E, E]:
    """log(A + B·u^r), A ≥ 0, on a domain from 0, as log(1 + B/A·u^r) and the factor A."""
    if isinstance(statistic, sp.log) and kernel.domain[0] == 0 and statistic.args[0].is_Add:
        constant, rest = statistic.args[0].as_independent(kernel.u, as_Add=True)
        coefficient, power = rest.as_independent(kernel.u, as_Add=False)
        base, exponent = power.as_base_exp()
        if constant not in (0, 1) and base == kernel.u and exponent.is_positive and facts.decide(sp.Ge(constant, 0)):
            return sp.log(1 + sp.cancel(coefficient / constant) * power), constant
    return statistic, sp.S.One


def splits(statistic: E, kernel: Kernel) -> Iterator[tuple[E, E]]:
    """A product as (weight, statistic that may be known); a power of a sum without what its terms have in common."""
    parts = [statistic]
    if statistic.is_Mul and not kernel.only:
        parts += [
            f for f in statistic.args if isinstance(f, sp.log) or f.is_Pow and isinstance(f.base, (sp.Add, sp.Abs))
        ]
    for part in parts:
        weight, known = statistic / part, part
        if part.is_Pow and part.base.is_Add:
            base, below = sp.fraction(sp.together(part.base))
            if below.is_positive and not below.has(sp.Add):  # A + B/u as (A·u + B)/u
                weight, known = weight * below**-part.exp, base**part.exp
            else:
                base = part.base
            content, rest = sp.factor_terms(base).as_independent(kernel.u, as_Add=False)
            if content.is_positive:
                weight, known = weight * content**part.exp, rest**part.exp
        yield weight, known


def match_known(statistic: E, known: Known, swap: dict[sp.Symbol, E]) -> dict[Any, E] | None:
    """The wildcards of a known statistic, read off coefficient by coefficient where it is the log, a wave or a power of a sum."""
    pattern = known.statistic
    wild = sorted(pattern.atoms(sp.Wild), key=str)
    if not wild:
        pattern = sp.expand(pattern.xreplace(swap), log=False) if pattern.free_symbols & set(swap) else pattern
        return {} if statistic == pattern else None
    factor = sp.S.One
    if pattern.is_Mul:
        factor = next((f for f in pattern.args if not f.has(sp.Wild)), sp.S.One)
        statistic, pattern = statistic / factor, pattern / factor
    u = next(iter(known.statistic.free_symbols - set(wild)))
    match: dict[Any, E] = {}
    if isinstance(statistic, sp.Pow) and isinstance(pattern, sp.Pow) and not statistic.exp.has(u):
        if not isinstance(pattern.exp, sp.Wild) and pattern.exp != statistic.exp:
            return None
        match.update({pattern.exp: statistic.exp} if isinstance(pattern.exp, sp.Wild) else {})
    elif not (statistic.func == pattern.func and isinstance(pattern, (sp.log, sp.cos, sp.sin))):
        return None
    argument, sought = statistic.args[0], pattern.args[0]
    if isinstance(sought, sp.Abs):
        if not isinstance(argument, sp.Abs):
            return None
        argument, sought = argument.args[0], sought.args[0]
    constant, given = linear_form(sp.expand(argument, log=False), u)
    fixed, wanted = linear_form(sought, u)
    for key, slot in [(None, fixed), *wanted.items()]:
        have = constant if key is None else given.pop(key, sp.S.Zero)
        if isinstance(slot, sp.Wild):
            match[slot] = have
        elif is_zero(have - slot) is not True:
            return None
    if given or len(match) != len(wild) or any(s == 0 for w, s in match.items() if w.name.startswith("w")):
        return None
    return match


def decompose(statistic: E, u: sp.Symbol, generators: list[E]) -> tuple[E, tuple[E, ...], tuple[int, ...]] | None:
    """A product as factor · exp(Σ shift·t) · Π t^order, or None.

    >>> u = sp.Symbol("u", positive=True)
    >>> decompose(3*u**2*sp.log(u)*sp.exp(-u), u, [sp.log(u), u])
    (3, (2, -1), (1, 0))
    """
    factor, order = sp.S.One, [0] * len(generators)
    shift: list[E] = [sp.S.Zero] * len(generators)
    for f in sp.Mul.make_args(statistic):
        base, exponent = f.as_base_exp() if not isinstance(f, sp.exp) else (f, sp.S.One)
        if not f.has(u):
            factor *= f
        elif f in generators and sp.log(f) not in generators:
            order[generators.index(f)] += 1
        elif base in generators and exponent.is_Integer and exponent > 0 and sp.log(base) not in generators:
            order[generators.index(base)] += int(exponent)
        else:
            constant, parts = linear_form(expand_logs(sp.log(f), u), u)
            if any(p not in generators for p in parts):
                return None
            factor *= sp.exp(constant)
            for p, c in parts.items():
                shift[generators.index(p)] += c
    return factor, tuple(shift), tuple(order)


__all__ = ["decompose", "factored", "from_one", "match_known", "splits"]
