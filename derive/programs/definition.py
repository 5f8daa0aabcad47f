"""Programs by quadrature of the definition, or by a series that is cut off: for what has no closed form. Never unasked.

    H(p) = −Σ p log p,    CE(p, q) = −Σ p log q,    KL(p‖q) = Σ p φ(log q − log p) + Q(beyond p's support), φ(u) = e^u − 1 − u,

Σ a sum or an integral over the support. φ is not negative, and of second order where p and q are near; that it may stand
in the place of −u is ∫ q = ∫ p but for what q has beyond the support of p. In a sum over counts −u stays where the supports
are not the same.

A program says that it does this, and gives no value (nan) where its rule did not converge: where the density does not
sum to 1, or (for integrals) the even and the odd nodes do not agree.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p

from derive.derivation.formula import Formula
from derive.families.family import Distribution
from derive.programs import rewriting
from derive.programs.finishing import finished
from derive.programs.forms import skeleton
from derive.programs.functions import Block, Helper
from derive.programs.functions.elementary import expm1mx
from derive.programs.functions.products import exp_expm1
from derive.programs.gauss import TERMS, CountSum, LineSum
from derive.programs.logs import MODES
from derive.programs.pieces import Piece, beyond, counts, support_of
from derive.programs.program import SHORT, Branch, CodeError, Program, member_names
from derive.programs.reals import in_reals, with_log_gammas
from derive.programs.rests import scaled
from derive.programs.rounding import rounding
from derive.programs.steps import Steps

E = Any

_log_p, _log_q, _ratio = sp.symbols("log_p log_q log_ratio", real=True)
ROUNDING = sp.Symbol("rounding", real=True)
"""A bound on the errors of the terms, in units of rounding."""
MASS, HALVES = sp.Float("1e-12", 17), sp.Float("1e-6", 17)
"""How far from 1 the mass may be, and from each other the two halves of the nodes, whose error is about the square of that."""
NOTHING = -700
"""A log-density below which there is nothing to add, and an infinity times 0 to meet."""
QUADRATURE = (
    "BY QUADRATURE OF THE DEFINITION, not a closed form: the double-exponential rule; nan where the density does not "
    "integrate to 1 by it, to 1e-12, or its even and odd nodes differ by more than 1e-6."
)
SERIES = (
    f"BY A SERIES THAT IS CUT OFF, not a closed form: {TERMS} terms; nan where the density does not sum to 1 by them, "
    "to 1e-12, which bounds what is left out."
)


def by_definition(formula: Formula, bounded: bool = False) -> list[Program]:
    """The ways to write a formula by its definition; with `bounded`, a bound on the rounding of its terms is computed too.

    Raises CodeError where that does not go either.
    """
    _writable(formula)
    formula = in_reals(formula)
    base, steps = skeleton(formula)
    found = []
    for mode in (rewriting.ALONE, *MODES, None):
        ratio = _log_ratio(formula, steps, mode)
        if ratio is not None and not ratio.has(sp.nan, sp.zoo, sp.oo, sp.I, rewriting.Ratio):
            found.append(_program(formula, base, steps, ratio, mode or "as written", bounded))
    return found


def _writable(formula: Formula) -> None:
    if any(c.form == "undefined" for c in formula.cases) or formula.quantity not in SHORT:
        raise CodeError(f"{member_names(formula)}: the value is undefined")
    if any(isinstance(v, (sp.IndexedBase, sp.Tuple)) for p in formula.distributions for v in p.values):
        raise CodeError(f"{member_names(formula)}: vectors of parameters have no program yet")


def _log_ratio(formula: Formula, steps: Steps, mode: str | None) -> E | None:
    """log q − log p of a KL, in differences of inputs; 0 for others."""
    if formula.quantity != "kl_divergence":
        return sp.S.Zero if mode is None else None
    p, q = _from_origin(formula, steps).distributions
    ratio = scaled(_logarithm(q, p.variable) - _logarithm(p, p.variable))
    if mode is None:
        return ratio
    try:
        return _by_arms(ratio, lambda arm: rewriting.differences(arm, steps, mode, linear=True))
    except (ValueError, TypeError, ArithmeticError, NotImplementedError):
        return None


def _by_arms(e: E, written: Callable[[E], E]) -> E:
    """An expression, each of its arms written for itself."""
    folded = sp.piecewise_fold(e)
    if not isinstance(folded, sp.Piecewise):
        return written(e)
    return sp.Piecewise(*((written(arm), condition) for arm, condition in folded.args), evaluate=False)


def _from_origin(formula: Formula, steps: Steps) -> Formula:
    """The same members, measured from p's location if that is all the same: x near a location far from 0 is x rounded."""
    members = (Distribution(m.family, tuple(v.xreplace(steps.origin) for v in m.values)) for m in formula.distributions)
    return replace(formula, distributions=tuple(members))


def _logarithm(q: Distribution, x: Any) -> E:
    return with_log_gammas(q.log_density.xreplace({q.variable: x}))


def _program(formula: Formula, base: Program, steps: Steps, ratio: E, mode: str, bounded: bool) -> Program:
    formula = _from_origin(formula, steps)
    p, q = formula.distributions[0], formula.distributions[-1]
    logs = {_log_p: _logarithm(p, p.variable), _log_q: _logarithm(q, p.variable), _ratio: ratio}
    discrete = p.measure == "counting"
    cuts, pieces, others = _domain(formula)
    helpers: list[Helper] = []
    sums: dict[str, list[E]] = {"mass": [], "even": [], "odd": []} | ({"rounding": []} if bounded else {})
    for label, kinds, value, piece in _terms(formula, pieces, others, bounded):
        of = {s: e for s, e in logs.items() if value.has(s)}
        helper = _helper(f"{base.name}_{label}", value, of, p.variable, piece, steps)
        helpers.append(_rounded(helper) if kinds == ("rounding", "rounding") else helper)
        for kind, part in zip(kinds, ("",) if discrete else ("_EVEN", "_ODD"), strict=False):
            found = (CountSum if discrete else LineSum)(piece.rule + part, partial(_call, helper))
            sums[kind].append(sp.Piecewise((found, steps.restored(piece.nonempty)), (0, True)))
    block = _checked({k: sp.Add(*v) for k, v in sums.items()}, discrete)
    branches = [Branch(b.condition, b.block) for b in base.branches if b.block.result.is_infinite]
    return replace(
        base,
        shared=(*steps.given.items(), *((name, steps.restored(e)) for name, e in cuts)),
        branches=(*branches, Branch(sp.true, block)),
        parts=tuple(helpers),
        form=f"by definition, logs by {mode}",
        note=SERIES if discrete else QUADRATURE,
    )


def _domain(formula: Formula) -> tuple[tuple[tuple[Any, E], ...], list[Piece], list[Piece]]:
    """Statements for the cuts, and the pieces of p's support and of what q has beyond it."""
    p, q = formula.distributions[0], formula.distributions[-1]
    if p.measure == "counting":
        return (), [counts(p)], []
    names = (sp.Symbol(f"cut_{i}", real=True) for i in itertools.count(1) if f"cut_{i}" not in formula.symbols)
    cuts, pieces = support_of(list(formula.distributions), names)
    more, others = beyond(p, q, names) if _has_rest(formula) else ((), [])
    return (*cuts, *more), pieces, others


def _terms(
    formula: Formula, pieces: list[Piece], others: list[Piece], bounded: bool
) -> Iterator[tuple[str, tuple[str, str], E, Piece]]:
    """What is summed over a piece, with a label, and the sums that it goes into, by the even and by the odd nodes."""
    halves, bound = ("even", "odd"), ("rounding", "rounding")
    of_p = [
        ("mass", ("mass", "mass"), sp.exp(_log_p)),
        ("term", halves, _term(formula)),
        ("rounding", bound, _term(formula)),
    ]
    of_q = [("rest", halves, sp.exp(_log_q)), ("rest_rounding", bound, sp.exp(_log_q))]
    for parts, values in ((pieces, of_p), (others, of_q)):
        for (i, piece), (label, kinds, value) in itertools.product(enumerate(parts), values):
            if bounded or kinds != bound:
                yield label + (f"_{i + 1}" if i else ""), kinds, value, piece


def _call(helper: Helper, t: Any) -> E:
    return sp.Function(helper.name, real=True)(t, *helper.arguments[1:])


def _checked(sums: dict[str, E], discrete: bool) -> Block:
    """The sum, and nan where the rule did not converge."""
    mass, even, odd = sp.symbols("mass even odd", real=True)
    statements = ((mass, sums["mass"]), (even, sums["even"]), *((ROUNDING, sums[k]) for k in sums if k == "rounding"))
    good = sp.Abs(mass - 1) <= MASS
    if discrete:
        return Block(statements, sp.Piecewise((even, good), (sp.nan, True), evaluate=False))
    agree = sp.Abs(even - odd) <= HALVES * (sp.Abs(even) + sp.Abs(odd))
    value = sp.Piecewise((even + odd, sp.And(good, agree)), (sp.nan, True), evaluate=False)
    return Block((*statements, (odd, sums["odd"])), value)


def _helper(name: str, value: E, logs: dict[E, E], x: Any, piece: Piece, steps: Steps) -> Helper:
    """A term of a sum as a function of the node, of p's and q's parameters and of the steps."""
    linear, found = piece.at(logs.values(), x)
    placed = (_of_small(finished(steps.restored(scaled(_logs_of_sums(e))), steps.facts)) for e in found)
    total = value * steps.restored(piece.factor)
    statements = (
        *_assigned([name for name, _ in linear], (steps.restored(e) for _, e in linear), "v"),
        *_assigned(logs, placed, "u"),
    )
    symbols = set().union(total.free_symbols, *(e.free_symbols for _, e in statements))
    arguments = sorted(symbols - {piece.node} - {name for name, _ in statements}, key=str)
    return Helper(name, (piece.node, *arguments), "a term of the sum that defines it", Block(statements, total))


def _assigned(names: Iterable[Any], expressions: Iterable[E], letter: str) -> tuple[tuple[Any, E], ...]:
    """Statements that give names to expressions, after those for what several of them have in common."""
    fresh = (sp.Symbol(f"{letter}{i}", real=True) for i in itertools.count())
    shared, results = sp.cse(list(expressions), symbols=fresh, order="none")
    return (*shared, *zip(names, results, strict=True))


def _logs_of_sums(e: E) -> E:
    """log(Σ c exp(u)), c > 0, by the greatest of the u: none of them may overflow."""

    def of(f: E) -> E:
        total = sp.expand(f.args[0].replace(sp.cosh, lambda u: (sp.exp(u) + sp.exp(-u)) / 2))
        terms = [t.as_independent(sp.exp, as_Add=False) for t in total.args] if total.is_Add else []
        if not terms or any(not isinstance(g, sp.exp) and g != 1 or c.is_positive is not True for c, g in terms):
            return f
        powers = [g.args[0] if isinstance(g, sp.exp) else sp.S.Zero for _, g in terms]
        most = sp.Max(*powers, evaluate=False)
        return most + sp.log(sp.Add(*(c * sp.exp(u - most) for (c, _), u in zip(terms, powers, strict=True))))

    return e.replace(lambda f: isinstance(f, sp.log) and f.has(sp.exp, sp.cosh), of)


def _rounded(helper: Helper) -> Helper:
    """A bound on the rounding of a term, beside its value."""
    term = sp.Symbol("term", real=True)
    statements = (*helper.block.statements, (term, helper.block.result))
    found, bounds = rounding(statements)
    block = _used(Block((*statements, *found), bounds.get(term, sp.S.Zero)))
    return replace(helper, meaning="a bound on its rounding", block=block)


def _used(block: Block) -> Block:
    """A block without the statements that nothing needs."""
    needed = set(block.result.free_symbols)
    kept = []
    for name, e in reversed(block.statements):
        if name in needed:
            kept.append((name, e))
            needed |= e.free_symbols
    return Block(tuple(reversed(kept)), block.result)


def _of_small(e: E) -> E:
    """log(1 − exp(u)) by exp(u) − 1, which is exact at small u: what is lost at u far below 0 is nothing beside 1."""
    return e.replace(
        lambda f: isinstance(f, log1p) and isinstance(-f.args[0], sp.exp),
        lambda f: sp.log(-expm1((-f.args[0]).args[0])),
    )


# --- what is integrated ------------------------------------------------------------------------------------------


def _term(formula: Formula) -> E:
    """What is summed, in log p, log q and log q − log p; where p vanishes, its limit."""
    p, *rest = formula.distributions
    if formula.quantity != "kl_divergence" or p.support != rest[0].support and not _has_rest(formula):
        value = {"entropy": -_log_p, "cross_entropy": -_log_q}.get(formula.quantity, -_ratio)
        return sp.Piecewise((0, _log_p < NOTHING), (sp.exp(_log_p) * value, True), evaluate=False)
    product = sp.exp(_log_p) * expm1mx(sp.Piecewise((_ratio, _ratio < 1), (0, True)))
    apart = exp_expm1(_log_p, _ratio) - sp.exp(_log_p) * _ratio
    vanishing = (sp.exp(_log_q), _log_p < NOTHING)
    return sp.Piecewise(vanishing, (product, _ratio < 1), (apart, True), evaluate=False)


def _has_rest(formula: Formula) -> bool:
    """Whether q has something beyond p's support that is added by a sum of its own."""
    p, q = formula.distributions[0], formula.distributions[-1]
    return formula.quantity == "kl_divergence" and p.measure != "counting" and p.support != q.support


__all__ = ["ROUNDING", "by_definition"]
