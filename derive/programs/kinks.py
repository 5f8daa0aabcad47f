"""Where densities have kinks, and their branches there: comparisons with x, and moduli of what is linear in x."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.algebra.normal import is_linear
from derive.expectations.law import near_point
from derive.families.family import Distribution
from derive.programs.reals import with_log_gammas

E = Any


def places(members: list[Distribution], kinks: bool) -> set[E]:
    """Where a density has a kink; or also what those are centred on. No end of a support is one."""
    x, found = members[0].variable, set[E]()
    for member in members:
        log_density = with_log_gammas(member.log_density.xreplace({member.variable: x}))
        of_member = kinks_of(log_density, x) | (set() if kinks else {m for m, _ in wells(log_density, x)})
        found |= of_member - set(member.support)
    return found


def kinks_of(e: E, x: Any) -> set[E]:
    """Where |a|, or a branch, changes: the roots of what is linear there."""
    found: set[E] = set()
    for f in e.atoms(sp.Abs, sp.sign, sp.Max, sp.Min, sp.Piecewise):
        if isinstance(f, sp.Piecewise):
            found |= {c.lhs - c.rhs for _, w in f.args for c in w.atoms(sp.core.relational.Relational)}
        else:
            between = sp.Add(*(s * a for s, a in zip((1, -1), f.args, strict=False)))
            if not is_linear(between, x) or near_point(e, x, _root(between, x)).has(f):  # of a branch that holds there
                found.add(between)
    linear = (g for f in found for g in _without_moduli(sp.expand(f), x) if is_linear(g, x))
    return {_root(g, x) for g in linear}


def _root(linear: E, x: Any) -> E:
    return -linear.coeff(x, 0) / linear.coeff(x, 1)


def _without_moduli(e: E, x: Any) -> Iterator[E]:
    """What an expression is where each modulus of x in it has the one sign or the other."""
    moduli = sorted((f for f in e.atoms(sp.Abs) if f.has(x)), key=sp.default_sort_key)
    for signs in itertools.product((1, -1), repeat=len(moduli)):
        yield sp.expand(e.xreplace({f: s * f.args[0] for f, s in zip(moduli, signs, strict=True)}))


def wells(e: E, x: Any) -> set[tuple[E, E | None]]:
    """The middle of the two roots of the quadratics that logs and powers are of, and how far they lie from the line, if it is known.

    >>> c, w, x = sp.symbols("c w x", positive=True)
    >>> wells(sp.log(w**2 + (x - c) ** 2), x)
    {(c, w)}
    """
    inside = [sp.expand(f.args[0]) for f in e.atoms(sp.log, sp.Pow) if f.has(x)]
    of = (sp.Poly(g, x).all_coeffs() for g in inside if g.is_polynomial(x) and sp.degree(g, x) == 2)
    return {(m := sp.factor(-b / (2 * a)), _root_of(sp.factor(c / a - m**2))) for a, b, c in of}


def _root_of(square: E) -> E | None:
    return sp.powdenest(sp.sqrt(square)) if square.is_positive else None


def by_signs(e: E, x: Any) -> E:
    """Branches on a modulus by comparisons that are linear in x, and its two signs as branches of their own.

    >>> c, x = sp.symbols("c x", positive=True)
    >>> by_signs(sp.Piecewise((x**2, abs(x / c - 1) < 1), (abs(x / c - 1), True)), x)
    Piecewise((x**2, x < 2*c), (-1 + x/c, x >= c), (1 - x/c, True))
    """

    def signed(f: E) -> E:
        arms = []
        for value, condition in f.args:
            condition = condition.replace(lambda r: isinstance(r, _INEQUALITIES), lambda r: _without_modulus(r, x))
            if (found := _modulus(value, x)) is not None:
                modulus, inside = found
                arms.append((value.xreplace({modulus: inside}), sp.And(condition, x >= _root(inside, x))))
                value = value.xreplace({modulus: -inside})
            arms.append((value, condition))
        return sp.Piecewise(*arms, evaluate=False)

    return e.replace(lambda f: isinstance(f, sp.Piecewise) and f.has(sp.Abs), signed)


_INEQUALITIES = (sp.StrictLessThan, sp.LessThan, sp.StrictGreaterThan, sp.GreaterThan)


def _modulus(e: E, x: Any) -> tuple[E, E] | None:
    """The modulus of something linear in x, if it is the only one, and that as it is where it rises."""
    moduli = [m for m in e.atoms(sp.Abs) if m.has(x)]
    inside = sp.expand(moduli[0].args[0]) if len(moduli) == 1 else sp.S.Zero
    if not is_linear(inside, x):
        return None
    slope = inside.coeff(x)
    return (moduli[0], inside if slope.is_positive else -inside) if slope.is_positive or slope.is_negative else None


def _without_modulus(r: Any, x: Any) -> Any:
    """|a x + b| < c as −c < a x + b < c; others as they are."""
    if (found := _modulus(r, x)) is None:
        return r
    modulus, inside = found
    name = sp.Dummy()
    gap = sp.expand((r.lhs - r.rhs).xreplace({modulus: name}))
    factor, rest = gap.coeff(name), gap.coeff(name, 0)
    less = isinstance(r, (sp.StrictLessThan, sp.LessThan))
    below = factor.is_positive if less else factor.is_negative
    if not below or rest.has(x) or sp.expand(gap - factor * name - rest) != 0:
        return r
    low, high = (_root(inside + sign * rest / factor, x) for sign in (-1, 1))
    if isinstance(r, (sp.StrictLessThan, sp.StrictGreaterThan)):
        return sp.And(x > low, x < high)
    return sp.And(x >= low, x <= high)


__all__ = ["by_signs", "kinks_of", "places", "wells"]
