"""Conditions on parameters: what their equalities give, short forms, alternatives."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

import sympy as sp

from derive.algebra.coefficients import leads_negative
from derive.algebra.normal import is_zero
from derive.algebra.signs import holds
from derive.derivation.problem import place
from derive.derivation.truth import contradictory
from derive.families.facts import Facts

E = Any

MOST = 8
"""Inequalities beyond which a condition is not sorted into alternatives."""
MOST_ROWS = 100
"""Linear inequalities beyond which no contradiction is sought."""


def equalities(relations: Any) -> dict[Any, E]:
    """The values that equalities among conditions give to parameters, one after the other.

    >>> a, b = sp.symbols("a b", real=True)
    >>> equalities([sp.Eq(b, a + 1), sp.Eq(a, 0)])
    {a: 0, b: 1}
    """
    found: dict[Any, E] = {}
    relations = list(relations)
    signs = _signs(relations)
    for e in sorted((r for r in relations if isinstance(r, sp.Eq)), key=lambda e: (len(e.free_symbols), str(e))):
        value = solved(place(e.lhs - e.rhs, found), signs)
        if value is not None:
            found = {s: place(v, dict([value])) for s, v in found.items()} | dict([value])
    return found


def _of_several(relation: Any) -> bool:
    """Whether it is to be learnt after others: once a parameter is written by other ones, its sign is not seen."""
    return len(relation.free_symbols) > 1


def _signs(relations: Iterable[Any]) -> Facts:
    """What is known where the inequalities in one parameter hold, its sign before its other bounds."""
    bounds = [r for r in relations if hasattr(r, "gts") and not _of_several(r)]
    return Facts().under(sorted(bounds, key=lambda r: (0 not in r.args, sp.default_sort_key(r))))


def solved(difference: E, signs: Facts | None = None) -> tuple[sp.Symbol, E] | None:
    """A parameter and its value at which a difference is 0, one that may be any real first; None where that is not seen.

    >>> m, s = sp.Symbol("m", real=True), sp.Symbol("s", positive=True)
    >>> solved(2*s - m), solved(s + 1), solved(s**2 - m/3), solved(s*m - 1)
    ((m, 2*s), None, (m, 3*s**2), (m, 1/s))
    """
    difference = sp.expand(difference)
    for symbol in sorted(difference.free_symbols, key=lambda s: (s.is_positive is True, str(s))):
        slope = difference.coeff(symbol)
        known = slope.is_Rational or slope.is_positive or signs is not None and signs.sign(slope)
        if symbol.is_real and known and slope != 0:
            value = sp.expand(symbol - difference / slope)
            if not value.has(symbol) and (value.is_positive or not symbol.is_positive):
                return symbol, value
    return None


def neat(condition: object) -> object:
    """A condition with each inequality solved to positive terms on both sides.

    >>> a = sp.Symbol("a", positive=True)
    >>> neat(1 - (a + 1) < -1)
    a > 1
    """
    if not isinstance(condition, sp.Basic) or not condition.atoms(sp.core.relational.Relational):
        return condition
    if isinstance(condition, (sp.And, sp.Or, sp.Not)):
        return condition.func(*(neat(c) for c in condition.args))
    if not isinstance(condition, (sp.Eq, sp.Ne, sp.StrictLessThan, sp.LessThan, sp.StrictGreaterThan, sp.GreaterThan)):
        return condition
    if condition.has(sp.Abs, sp.floor, sp.oo):
        return condition
    numerator, denominator = sp.fraction(sp.together(sp.expand(condition.lhs - condition.rhs)))
    if not denominator.is_positive:
        return condition
    content, primitive = sp.factor_terms(sp.expand(numerator)).as_independent(*numerator.free_symbols, as_Add=False)
    primitive = sp.Mul(*(f for f in sp.Mul.make_args(primitive) if not f.is_positive))
    if content.is_negative is None:
        return condition
    terms = sp.Add.make_args(sp.expand(primitive * (-1 if content.is_negative else 1)))
    left = sp.Add(*(t for t in terms if not leads_negative(t)))
    right = -sp.Add(*(t for t in terms if leads_negative(t)))
    result = condition.func(left, right)
    return result if left.free_symbols or not right.free_symbols else result.reversed


def pruned(condition: Any, facts: Facts | None = None) -> Any:
    """A condition without the inequalities that its others and the facts imply, and without negations of junctions.

    >>> a = sp.Symbol("a", real=True)
    >>> pruned((a > 1) & (a > 2))
    a > 2
    >>> pruned(sp.Ne(a, 0) & ((a < 0) | sp.Eq(a, 0)))
    a < 0
    >>> b = sp.Symbol("b", real=True)
    >>> pruned((a > 0) & (b < 0) & (a * b >= 0) & (a - 1 / b <= 2))
    False
    >>> pruned(sp.Eq(b, a) | (a > b)), pruned((a >= b) & (b >= a) & sp.Ne(a, b)), pruned((a <= 1) | (a <= 2))
    (a >= b, False, a <= 2)
    """
    if isinstance(condition, sp.Not):
        condition = sp.to_nnf(condition, simplify=False)
    if isinstance(condition, sp.Or):
        alternatives = _widest([pruned(c, facts) for c in condition.args], facts or Facts())
        return _with_edges(sp.Or(*alternatives), sp.Eq, {sp.Lt: sp.Le, sp.Gt: sp.Ge})
    if not isinstance(condition, sp.And):
        return condition
    plain = [r for r in condition.args if not isinstance(r, sp.Or)]
    options = [r for r in condition.args if isinstance(r, sp.Or)]
    if plain:
        options = [sp.Or(*(r for r in o.args if pruned(sp.And(r, *plain), facts) != sp.false)) for o in options]
        if sp.And(*plain, *options) != condition:
            return pruned(sp.And(*plain, *options), facts)
    kept = sorted(condition.args, key=sp.default_sort_key)
    for relation in list(kept):
        others = [other for other in kept if other != relation]
        rest = (facts or Facts()).under(sorted(others, key=_of_several))
        equal = equalities(others)
        if equal and not isinstance(relation, sp.Eq) and relation.xreplace(equal) == sp.false:
            return sp.false
        if _implied(relation, others, rest) or isinstance(relation, sp.Ne) and rest.sign(relation.lhs - relation.rhs):
            kept.remove(relation)
        elif rest.decide(relation) is False or _excluded(relation, others, facts) or _opposed(relation, others):
            return sp.false
    merged = _pinched(_with_edges(sp.And(*(pruned(c, facts) for c in kept)), sp.Ne, {sp.Le: sp.Lt, sp.Ge: sp.Gt}))
    return merged if merged == sp.And(*kept) else pruned(merged, facts)


def _widest(alternatives: list[Any], facts: Facts) -> list[Any]:
    """Alternatives without the inequalities that imply another one, in the same parameters."""
    kept = list(alternatives)
    for one in [a for a in alternatives if isinstance(a, sp.core.relational._Inequality)]:
        alike = (b for b in kept if b != one and b.is_Relational and b.free_symbols == one.free_symbols)
        if any(facts.under([one]).decide(b) is True for b in alike):
            kept.remove(one)
    return kept


def _excluded(relation: Any, others: list[Any], facts: Facts | None) -> bool:
    """Whether two inequalities exclude each other, as their sum shows."""
    if facts is None or not hasattr(relation, "gts"):
        return False
    for other in others:
        if hasattr(other, "gts"):
            total = sp.expand(relation.gts - relation.lts + other.gts - other.lts)
            strict = isinstance(relation, (sp.Lt, sp.Gt)) or isinstance(other, (sp.Lt, sp.Gt))
            combined = sp.Gt(total, 0) if strict else sp.Ge(total, 0)
            # each of the others by itself: together they may be rewritten so that nothing is seen
            if any(facts.under(more).decide(combined) is False for more in ([], *([r] for r in others if r != other))):
                return True
    return False


def _opposed(relation: Any, others: list[Any]) -> bool:
    """Whether another inequality is the opposite of this one, multiplied by what the signs of parameters make positive.

    >>> a, b, c = sp.symbols("a b c", real=True)
    >>> _opposed(a - b / c < 0, [a * c >= b, c > 0]), _opposed(a - b / c < 0, [a * c >= b])
    (True, False)
    >>> _opposed(a - b / c <= -1, [a * c >= b + c, c > 0])
    True
    """
    if not hasattr(relation, "gts") or len(relation.free_symbols) < 2:
        return False
    for other in others:
        if hasattr(other, "gts") and other.free_symbols == relation.free_symbols:
            ratio = sp.factor((relation.gts - relation.lts) / (other.gts - other.lts))
            strict = isinstance(relation, (sp.Lt, sp.Gt)) or isinstance(other, (sp.Lt, sp.Gt))
            signs = [r for r in others if len(r.free_symbols) == 1]
            if strict and not ratio.has(sp.Add) and Facts().under(signs).sign(ratio) == -1:
                return True
            known = _signs(others)
            if known.sign(_difference(relation, known) + _difference(other, known)) == -1:
                return True
    return False


def _difference(relation: Any, signs: Facts) -> E:
    """What an inequality says is positive, or not negative, without denominators whose signs are known."""
    cleared = signs.cleared(relation)
    return sp.expand(cleared.gts - cleared.lts)


def _implied(relation: Any, others: list[Any], facts: Facts) -> bool:
    """Whether a condition follows from others: by an equality among them, or from every alternative of one of them."""
    if isinstance(relation, (sp.Or, sp.Eq)):
        return facts.decide(relation) is True
    equal = equalities(others)
    if facts.decide(relation) is True or equal and relation.xreplace(equal) == sp.true:
        return True
    options = [[sp.And.make_args(branch) for branch in other.args] for other in others if isinstance(other, sp.Or)]
    return any(all(_implied(relation, [*parts], facts.under(parts)) for parts in option) for option in options)


def alternatives(condition: Any) -> Any:
    """A condition as alternatives, those that contradict themselves left out.

    >>> a, b = sp.symbols("a b", real=True)
    >>> alternatives(((a > 0) | (b > 0)) & ((a > 0) | (b < 0)))
    a > 0
    """
    if not isinstance(condition, (sp.And, sp.Or, sp.Not)):
        return condition
    if len(condition.atoms(sp.core.relational.Relational)) > MOST:
        return sp.false if contradictory(condition) else condition
    found = sp.Or(*map(pruned, sp.Or.make_args(sp.to_dnf(sp.to_nnf(condition, simplify=False)))))
    try:
        return sp.simplify_logic(found)
    except TypeError:  # c = 0 is put into a condition on 1/c
        return found


def _pinched(junction: Any) -> Any:
    """a ≤ b and a ≥ b as a = b, also where one of them is divided by what is known to be positive.

    >>> a, b, c = sp.symbols("a b c", real=True)
    >>> _pinched((a >= b) & (b >= a) & (a > 0)), _pinched((a - b / c <= 0) & (a * c >= b) & (c > 0))
    (Eq(a, b) & (a > 0), (c > 0) & Eq(b, a*c))
    """
    weak = [r for r in junction.args if isinstance(r, (sp.Le, sp.Ge))] if isinstance(junction, sp.And) else []
    signs = _signs(junction.args) if len(weak) > 1 else Facts()
    for one, other in combinations(weak, 2):
        if is_zero(_difference(one, signs) + _difference(other, signs)):
            rest = [r for r in junction.args if r not in (one, other)]
            short = min((one, other), key=lambda r: (sp.count_ops(r), sp.default_sort_key(r)))
            return sp.And(sp.Eq(*sorted((short.gts, short.lts), key=sp.default_sort_key)), *rest)
    return junction


def possible(condition: Any, known: Iterable[Any] = ()) -> Any:
    """A condition without the alternatives that linear inequalities in it and among what is known make impossible.

    >>> a, b = sp.symbols("a b", real=True)
    >>> possible(((a < b) & (b < 0) & (a > 1)) | (a > 2)), possible(sp.Eq(b, 2 * a) & (b < a), [a > 0])
    (a > 2, False)
    """
    known = tuple(known)
    return sp.Or(*(c for c in sp.Or.make_args(condition) if not _impossible([*sp.And.make_args(c), *known])))


def _impossible(relations: list[Any]) -> bool:
    """Whether linear inequalities contradict each other: parameters are eliminated one after the other (Fourier–Motzkin).

    Products of parameters, and functions of them, count as parameters.

    >>> a, b, c, d, e = sp.symbols("a b c d e", real=True)
    >>> [_impossible([a < b, b * c + d <= e * c, e - d / c < a, sign]) for sign in (c > 0, c < 0)]
    [True, False]
    """
    signs = _signs(relations)
    rows = [(r.gts - r.lts, isinstance(r, (sp.Lt, sp.Gt))) for r in relations if hasattr(r, "gts")]
    rows += [(sign * (r.lhs - r.rhs), False) for r in relations if isinstance(r, sp.Eq) for sign in (1, -1)]
    rows = [(_without_products(sp.expand(e), signs), strict) for e, strict in rows]
    letters = {f: sp.Dummy("product", real=True) for f in set().union(*(_products(e) for e, _ in rows))}
    terms = [([t.as_coeff_Mul() for t in sp.Add.make_args(e)], strict) for e, strict in rows]
    rows = [(sp.Add(*(c * letters.get(f, f) for c, f in found)), strict) for found, strict in terms]
    symbols = sorted(set().union(*(e.atoms(sp.Symbol) for e, _ in rows)), key=sp.default_sort_key)
    rows += [(s, bool(s.is_positive)) for s in symbols if s.is_nonnegative]
    rows += [(letter * sign, True) for f, letter in letters.items() if (sign := signs.sign(f))]
    for s in symbols:
        above, below = ([(e, strict) for e, strict in rows if sign * e.coeff(s) > 0] for sign in (1, -1))
        rows = [(e, strict) for e, strict in rows if not e.has(s)]
        rows += [(sp.expand(e / e.coeff(s) - o / o.coeff(s)), one or two) for e, one in above for o, two in below]
        if len(rows) > MOST_ROWS:
            return False
    return any(holds(e > 0 if strict else e >= 0) is False for e, strict in rows)


def _products(e: E) -> set[E]:
    """What the terms of a sum are multiples of, if it is neither 1 nor a parameter."""
    return {f for t in sp.Add.make_args(e) if not (f := t.as_coeff_Mul()[1]).is_Symbol and f != 1}


def _without_products(e: E, signs: Facts) -> E:
    """A sum divided by what is known to be positive, or with its sign changed, so that as few of its terms as can be are products."""
    divided = [sp.expand(e * sign / s) for s in sorted(e.free_symbols, key=str) if (sign := signs.sign(s))]
    short = min(divided, key=lambda d: (len(_products(d)), sp.count_ops(d)), default=e)
    return e if len(_products(short)) >= len(_products(e)) else _without_products(short, signs)


def _with_edges(junction: Any, edge: Any, merged: dict[Any, Any]) -> Any:
    """a < b or a = b as a ≤ b; a ≤ b and a ≠ b as a < b."""
    if not isinstance(junction, (sp.And, sp.Or)):
        return junction
    parts = list(junction.args)
    for one in [p for p in parts if isinstance(p, edge)]:
        for other in parts:
            if type(other) in merged and any(is_zero(other.lhs - other.rhs - s * (one.lhs - one.rhs)) for s in (1, -1)):
                parts = [p for p in parts if p not in (one, other)] + [merged[type(other)](other.lhs, other.rhs)]
                break
    return junction.func(*parts)
