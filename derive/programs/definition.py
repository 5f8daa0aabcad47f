"""Programs by quadrature of the definition, or by a series that is cut off: for what has no closed form. Never unasked.

    H(p) = −Σ p log p,    CE(p, q) = −Σ p log q,    KL(p‖q) = log(1 + E φ(u − E u) + R), φ(u) = e^u − 1 − u,

Σ a sum or an integral over the support, u = log q − log p, E the mean under p, R = e^(−E u) Q(beyond p's support): for the
integral of q is 1. Nothing in it is negative, it is of second order where p and q are near, and no constant in u counts, nor a
factor of p: normalisers need not be right to all digits, for E is by the same nodes. Where KL is not small it is −E u itself.
A sum over counts is of p φ(u), or of −p u where the supports are not the same.

A program says that it does this, and gives no value (nan) where its rule did not converge: where the density does not
sum to 1, or (for integrals) the even and the odd nodes do not agree.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p

from derive.derivation.formula import Formula
from derive.families.family import Distribution
from derive.programs import rewriting
from derive.programs.cuts import beyond, support_of
from derive.programs.finishing import finished
from derive.programs.fixed import Fixed
from derive.programs.forms import skeleton
from derive.programs.functions import Block, Helper
from derive.programs.functions.elementary import expm1mx
from derive.programs.functions.products import exp_expm1
from derive.programs.gauss import TERMS, CountSum, LineSum
from derive.programs.logscale import LogScaled, for_large
from derive.programs.nearest import from_nearest
from derive.programs.pieces import Piece, counts
from derive.programs.program import SHORT, Branch, CodeError, Program, member_names
from derive.programs.ratios import WAYS, is_about_mean, log_ratio, logarithm
from derive.programs.reals import in_reals
from derive.programs.rests import exponent_risen, scaled
from derive.programs.rounding import rounding
from derive.programs.steps import Steps

E = Any

_log_p, _log_q, _ratio, _mean, _constant, _kept = sp.symbols("log_p log_q log_ratio mean constant kept", real=True)
ROUNDING = sp.Symbol("rounding", real=True)
"""A bound on the errors of the terms, in units of rounding."""
MASS, HALVES = sp.Float("1e-12", 17), sp.Float("1e-6", 17)
"""How far from 1 the mass may be, and from each other the two halves of the nodes, whose error is about the square of that."""
STRICT = sp.Float("1e-10", 17)
"""The same, where it is asked how far a way reaches: there a value is right to about as many digits, however the rule converges."""
NOISE = sp.Float("1e-33", 17)
"""About the square of a rounding: what is left of a divergence where q = p."""
NORMALISED = sp.Rational(1, 1024)
"""How far from 1 the mass may be where it does not count: its digits are lost where parameters are large."""
SUMS = {
    "mass": ("mass_even", "mass_odd"),
    "mean": ("mean_even", "mean_odd"),
    "term": ("even", "odd"),
    "rest": ("even", "odd"),
}
"""The sums over the even and over the odd nodes that a term goes into; counts have the first only."""
BOUNDS = {"mean": "mean_rounding", "term": "rounding", "rest": "rounding"}
"""The sum that a bound on its rounding goes into."""
NOTHING = -700
"""A log-density below which there is nothing to add, and an infinity times 0 to meet."""
QUADRATURE = (
    "BY QUADRATURE OF THE DEFINITION, not a closed form: the double-exponential rule; nan where the density does not "
    "integrate to 1 by it, to 1e-12 (1e-3 for a divergence), or its even and odd nodes differ by more than 1e-6."
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
    for (law, from_there), mode in itertools.product(_laws(formula, steps), WAYS):
        ratio = log_ratio(law, from_there, mode)
        if ratio is not None and not any(e.has(sp.nan, sp.zoo, sp.oo, sp.I, rewriting.Ratio) for e in ratio):
            found.append(_program(law, base, from_there, ratio, mode or "as written", bounded))
    return found


def strict(one: Program) -> Program:
    """The same program with a value only where the halves of the nodes agree much further."""
    branches = (
        replace(b, block=Block(b.block.statements, b.block.result.xreplace({HALVES: STRICT}))) for b in one.branches
    )
    return replace(one, branches=tuple(branches))


def _writable(formula: Formula) -> None:
    if any(c.form == "undefined" for c in formula.cases) or formula.quantity not in SHORT:
        raise CodeError(f"{member_names(formula)}: the value is undefined")
    if any(isinstance(v, (sp.IndexedBase, sp.Tuple)) for p in formula.distributions for v in p.values):
        raise CodeError(f"{member_names(formula)}: vectors of parameters have no program yet")


def _laws(formula: Formula, steps: Steps) -> Iterator[tuple[Formula, Steps]]:
    """The same members, measured from p's location if that is all the same: x near a location far from 0 is x rounded.

    Stretches of a normal law are measured from where most of p is. Divergences of positive laws are those of their
    logarithms too.
    """
    if found := from_nearest(formula, steps):
        yield replace(formula, distributions=tuple(found[0])), found[1]
        return
    members = [Distribution(m.family, tuple(v.xreplace(steps.origin) for v in m.values)) for m in formula.distributions]
    yield replace(formula, distributions=tuple(members)), steps
    low, high = members[0].support
    if is_about_mean(formula) and low == 0 and high.is_number and members[1].support == (low, high):
        yield replace(formula, distributions=tuple(LogScaled(m) for m in members)), steps  # type: ignore[misc]


def _program(formula: Formula, base: Program, steps: Steps, ratio: tuple[E, E], mode: str, bounded: bool) -> Program:
    p, q = formula.distributions[0], formula.distributions[-1]
    log_p, log_q = (exponent_risen(logarithm(m, p.variable)) for m in (p, q))
    constant = finished(steps.restored(scaled(ratio[1])), steps.facts)
    kept = _kept if constant != 0 else sp.S.Zero
    logs = {_log_p: log_p, _log_q: log_q - ratio[1] + kept, _ratio: ratio[0] + kept}
    discrete = p.measure == "counting"
    cuts, pieces, others = _domain(formula)
    helpers: list[Helper] = []
    sums: dict[str, E] = {}
    fixed = Fixed(formula.symbols)
    for label, kinds, value, piece in _terms(formula, pieces, others, bounded):
        of = {s: e for s, e in logs.items() if value.has(s)}
        bound = "rounding" in label  # which is that of all that is computed
        helper = _helper(f"{base.name}_{label}", value, of, p.variable, piece, steps, None if bound else fixed)
        helpers.append(_rounded(helper) if bound else helper)
        for kind, part in zip(kinds, ("",) if discrete else ("_EVEN", "_ODD"), strict=False):
            found = (CountSum if discrete else LineSum)(piece.rule + part, partial(_call, helper))
            sums[kind] = sums.get(kind, 0) + sp.Piecewise((found, steps.restored(piece.nonempty)), (0, True))
    block = _about_mean(sums, constant != 0) if is_about_mean(formula) else _summed(sums, discrete)
    block = Block((*_parted(constant), *fixed.statements, *block.statements), block.result)
    branches = [Branch(b.condition, b.block) for b in base.branches if b.block.result.is_infinite]
    return replace(
        base,
        shared=(*steps.given.items(), *((name, steps.restored(e)) for name, e in cuts)),
        branches=(*branches, Branch(sp.true, block)),
        parts=tuple(helpers),
        form=f"by definition{', in log x' * isinstance(p, LogScaled)}, logs by {mode}",
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
    of_p = [("mass", sp.exp(_log_p)), ("term", _term(formula))]
    if is_about_mean(formula):
        of_p[1:1] = [("mean", _weighted(_ratio))]
    for parts, values in ((pieces, of_p), (others, [("rest", sp.exp(_log_q - _mean))])):
        for (i, piece), (label, value) in itertools.product(enumerate(parts), values):
            number = f"_{i + 1}" if i else ""
            yield label + number, SUMS[label], value, piece
            if bounded and label in BOUNDS:
                yield f"{label}_rounding{number}", (BOUNDS[label],) * 2, _zero_where_gone(value), piece


def _zero_where_gone(value: E) -> E:
    """A term, 0 where nothing is left of it: an infinite log-density has an infinite bound, and infinity times 0 none."""
    arms = value.args if isinstance(value, sp.Piecewise) else ((value, True),)
    gone = [_log < NOTHING for _log in (_log_p, _log_q - _mean) if value.has(sp.exp(_log))]
    return sp.Piecewise((0, sp.And(*gone)), *arms, evaluate=False)


def _call(helper: Helper, t: Any) -> E:
    return sp.Function(helper.name, real=True)(t, *helper.arguments[1:])


def _summed(sums: dict[str, E], discrete: bool) -> Block:
    """The sum, and nan where the rule did not converge."""
    parts = [sp.Symbol(kind, real=True) for kind in ("mass_even", "mass_odd", "even", "odd")]
    mass_even, mass_odd, even, odd = parts
    statements = tuple((name, sums[name.name]) for name in parts if name.name in sums)
    statements += tuple((ROUNDING, sums[k]) for k in sums if k == "rounding")
    if discrete:
        return Block(statements, sp.Piecewise((even, sp.Abs(mass_even - 1) <= MASS), (sp.nan, True), evaluate=False))
    good = sp.And(sp.Abs(mass_even + mass_odd - 1) <= MASS, _alike(even, odd))
    return Block(statements, sp.Piecewise((even + odd, good), (sp.nan, True), evaluate=False))


def _parted(constant: E) -> tuple[tuple[Any, E], ...]:
    """Statements for the constant of the log-ratio, and for what of it is kept in it.

    Left in, its error would be more than all the rest where p and q are near; left out where it is large, it would leave what
    is large at all nodes.
    """
    large = sp.Piecewise((_constant, sp.Abs(_constant) > 1), (sp.S.Zero, True), evaluate=False)
    return ((_constant, constant), (_kept, large)) if constant != 0 else ()


def _about_mean(sums: dict[str, E], parted: bool) -> Block:
    """log(1 + E φ(u − E u) + R), or −E u where that is large, and nan where a rule did not converge.

    What is summed may be u less a constant, which counts in −E u alone.
    """
    names = [sp.Symbol(kind, real=True) for kind in ("mass_even", "mass_odd", "mean_even", "mean_odd", "even", "odd")]
    mass_even, mass_odd, mean_even, mean_odd, even, odd = names
    mass, whole = sp.Symbol("mass", real=True), _mean + (_constant - _kept if parted else 0)
    near = whole >= -1
    statements = [(name, sums[name.name]) for name in names]
    statements[4:4] = [(mass, mass_even + mass_odd), (_mean, (mean_even + mean_odd) / mass)]
    if "rounding" in sums:
        bounds = [sp.Symbol(f"{kind}_bound", real=True) for kind in ("mean", "near")]
        statements += zip(bounds, (sums["mean_rounding"], sums["rounding"]), strict=True)
        far = bounds[0] / mass + (4 * sp.Abs(_constant) if parted else 0)
        statements += [(ROUNDING, sp.Piecewise((bounds[1] / mass, near), (far, True), evaluate=False))]
    agree = sp.Or(sp.And(near, _alike(even, odd)), sp.And(whole < -1, _alike(mean_even, mean_odd)))
    good = sp.And(sp.Abs(mass - 1) <= NORMALISED, _alike(mass_even, mass_odd), agree)
    value = sp.Piecewise((log1p((even + odd) / mass), near), (-whole, True), evaluate=False)
    return Block(tuple(statements), sp.Piecewise((value, good), (sp.nan, True), evaluate=False))


def _alike(even: E, odd: E) -> Any:
    """Whether the two halves of the nodes agree, or are nothing but rounding."""
    return sp.Abs(even - odd) <= HALVES * (sp.Abs(even) + sp.Abs(odd)) + NOISE


def _helper(name: str, value: E, logs: dict[E, E], x: Any, piece: Piece, steps: Steps, fixed: Fixed | None) -> Helper:
    """A term of a sum as a function of the node, of p's and q's parameters and of the steps."""
    linear, found = piece.at(map(for_large, logs.values()) if piece.high.is_infinite else logs.values(), x)
    placed = [_of_small(finished(steps.restored(scaled(_logs_of_sums(e))), steps.facts)) for e in found]
    if fixed:
        moving = {piece.node, *(name for name, _ in linear)}
        placed = [fixed.taken_from(e, moving, steps.restored(piece.nonempty)) for e in placed]
    total = value * steps.restored(_at_ends(piece.factor, piece.node, steps))
    parts = [_from_start(piece, steps.restored(_at_ends(e, piece.node, steps))) for _, e in linear]
    starts = {start: sp.Symbol(f"start_{i}", real=True) for i, start in enumerate({s: 0 for s, _ in parts if s != 0})}
    moved = [starts.get(start, start) + rest for start, rest in parts]
    statements = (
        *_assigned(starts.values(), starts, "w"),
        *_assigned([name for name, _ in linear], moved, "v"),
        *_assigned(logs, placed, "u"),
    )
    symbols = set().union(total.free_symbols, *(e.free_symbols for _, e in statements))
    arguments = sorted(symbols - {piece.node} - {name for name, _ in statements}, key=str)
    return Helper(name, (piece.node, *arguments), "a term of the sum that defines it", Block(statements, total))


def _from_start(piece: Piece, e: E) -> tuple[E, E]:
    """The sum that something linear is where a piece without an end starts, and how it grows: as one sum, what cancels in the first is lost."""
    if e.has(sp.Piecewise) or not (piece.low.is_infinite or piece.high.is_infinite):
        return sp.S.Zero, e
    start, rest = e.as_independent(piece.node, as_Add=True)
    return (start, rest) if start.is_Add else (sp.S.Zero, e)


def _at_ends(e: E, node: Any, steps: Steps) -> E:
    """What is linear, by its values at the ends of a piece: in steps where such a value is 0 at q = p, as at an end of p's support."""
    if isinstance(e := sp.piecewise_fold(e), sp.Piecewise):
        return sp.Piecewise(*((_at_ends(arm, node, steps), c) for arm, c in e.args), evaluate=False)
    if e.has(sp.oo, -sp.oo, sp.nan, sp.zoo):  # beyond what has no end there is nothing
        return e if not e.has(-sp.oo, sp.nan, sp.zoo) else sp.S.Zero
    parts = (t.as_independent(node, as_Add=False) for t in sp.Add.make_args(e))
    ends = ((value, steps.at_base(value), by) for value, by in parts)
    return sp.Add(*((steps.difference(v) if sp.simplify(base) == 0 else v) * by for v, base, by in ends))


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
        factors = [sp.Mul.make_args(g) for _, g in terms]
        if not terms or any(not isinstance(g, sp.exp) and g != 1 for gs in factors for g in gs):
            return f
        if any(c.is_positive is not True for c, _ in terms):
            return f
        powers = [sp.Add(*(g.args[0] for g in gs if g != 1)) for gs in factors]
        most = sp.Max(*powers, evaluate=False)
        return most + sp.log(sp.Add(*(c * sp.exp(u - most) for (c, _), u in zip(terms, powers, strict=True))))

    return e.replace(lambda f: isinstance(f, sp.log) and f.has(sp.exp, sp.cosh), of)


def _rounded(helper: Helper) -> Helper:
    """A bound on the rounding of a term, beside its value."""
    term = sp.Symbol("term", real=True)
    statements = (*helper.block.statements, (term, helper.block.result))
    found, bounds = rounding(statements)
    block = Block((*statements, *found), bounds.get(term, sp.S.Zero)).needed()
    return replace(helper, meaning="a bound on its rounding", block=block)


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
    if formula.quantity != "kl_divergence":
        return _weighted(-_log_p if formula.quantity == "entropy" else -_log_q)
    if not is_about_mean(formula) and p.support != rest[0].support:
        return _weighted(-_ratio)
    mean = _mean if is_about_mean(formula) else sp.S.Zero
    u = _ratio - mean
    product = sp.exp(_log_p) * expm1mx(sp.Piecewise((u, u < 1), (0, True)))
    apart = exp_expm1(_log_p, u) - sp.exp(_log_p) * u
    vanishing = (sp.exp(_log_q - mean), _log_p < NOTHING)
    return sp.Piecewise(vanishing, (product, u < 1), (apart, True), evaluate=False)


def _weighted(e: E) -> E:
    """p times something, 0 where p vanishes."""
    return sp.Piecewise((0, _log_p < NOTHING), (sp.exp(_log_p) * e, True), evaluate=False)


def _has_rest(formula: Formula) -> bool:
    """Whether q has something beyond p's support that is added by a sum of its own."""
    p, q = formula.distributions[0], formula.distributions[-1]
    return is_about_mean(formula) and p.support != q.support


__all__ = ["ROUNDING", "by_definition", "strict"]
