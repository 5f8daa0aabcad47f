"""Programs by quadrature of the definition, or by a series that is cut off: for what has no closed form. Never unasked.

    H(p) = −Σ p log p,    CE(p, q) = −Σ p log q,    KL(p‖q) = Σ p φ(log q − log p), φ(u) = e^u − 1 − u,

Σ a sum or an integral over the support. φ is not negative, and of second order where p and q are near; that it may stand
in the place of −u is ∫ q = ∫ p over the support of p, so where the two supports are not the same, −u stays.

A program says that it does this, and gives no value (nan) where its rule did not converge: where the density does not
sum to 1, or (for integrals) the even and the odd nodes do not agree.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p

from derive.derivation.formula import Formula
from derive.families.family import Distribution
from derive.programs import rewriting
from derive.programs.finishing import finished
from derive.programs.forms import skeleton
from derive.programs.frames import frame
from derive.programs.functions import Block, Helper
from derive.programs.functions.elementary import expm1mx
from derive.programs.functions.products import exp_expm1
from derive.programs.gauss import TERMS, CountSum, LineSum
from derive.programs.logs import MODES
from derive.programs.program import SHORT, Branch, CodeError, Program, member_names
from derive.programs.reals import in_reals, with_log_gammas
from derive.programs.rests import scaled
from derive.programs.rounding import rounding
from derive.programs.steps import Steps

E = Any

_t = sp.Symbol("node", real=True)
_u = sp.Symbol("node", positive=True)
"""A node of the line, and of the half-line."""
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


@dataclass(frozen=True)
class _Piece:
    """A part of the support: where a node lies in it, the factor dx/dt, and the rule."""

    place: E
    factor: E
    rule: str


def by_definition(formula: Formula, bounded: bool = False) -> list[Program]:
    """The ways to write a formula by its definition; with `bounded`, a bound on the rounding of its terms is computed too.

    Raises CodeError where that does not go either.
    """
    _writable(formula)
    formula = in_reals(formula)
    base, steps = skeleton(formula)
    found = []
    for mode in (*MODES, None):
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
        return rewriting.differences(ratio, steps, mode, linear=True)
    except (ValueError, TypeError, ArithmeticError, NotImplementedError):
        return None


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
    pieces = [_counted(p)] if discrete else list(_pieces(formula))
    helpers: list[Helper] = []
    values = {"mass": sp.exp(_log_p), "term": _term(formula)} | ({"rounding": _term(formula)} if bounded else {})
    sums: dict[str, list[E]] = {name: [] for name in ("mass", "even", "odd", *(("rounding",) if bounded else ()))}
    for i, piece in enumerate(pieces):
        for name, value in values.items():
            of = {s: e for s, e in logs.items() if value.has(s)}
            helper = _helper(f"{base.name}_{name}" + (f"_{i + 1}" if i else ""), value, of, p.variable, piece, steps)
            if name == "rounding":
                helper = _rounded(helper)
            helpers.append(helper)
            for part in ("",) if discrete else ("_EVEN", "_ODD"):
                kind = name if name != "term" else "odd" if part == "_ODD" else "even"
                sums[kind].append((CountSum if discrete else LineSum)(piece.rule + part, partial(_call, helper)))
    block = _checked({k: sp.Add(*v) for k, v in sums.items()}, discrete)
    branches = [Branch(b.condition, b.block) for b in base.branches if b.block.result.is_infinite]
    return replace(
        base,
        shared=tuple(steps.given.items()),
        branches=(*branches, Branch(sp.true, block)),
        parts=tuple(helpers),
        form=f"by definition, logs by {mode}",
        note=SERIES if discrete else QUADRATURE,
    )


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


def _helper(name: str, value: E, logs: dict[E, E], x: Any, piece: _Piece, steps: Steps) -> Helper:
    """A term of a sum as a function of the node, of p's and q's parameters and of the steps."""
    node = _t if piece.place.has(_t) else _u
    found = (_logs_of_sums(_placed(e, x, piece.place, node)) for e in logs.values())
    placed = [_of_small(finished(steps.restored(scaled(e)), steps.facts)) for e in found]
    factor = steps.restored(piece.factor)
    total = value * factor
    if not factor.is_nonzero:
        total = sp.Piecewise((0, sp.Eq(factor, 0)), (total, True), evaluate=False)
    fresh = (sp.Symbol(f"u{i}", real=True) for i in range(10**6))
    statements, results = sp.cse(placed, symbols=fresh, order="none")
    symbols = set().union(total.free_symbols, *(e.free_symbols for e in placed)) - {node, *logs}
    block = Block((*statements, *zip(logs, results, strict=True)), total)
    return Helper(name, (node, *sorted(symbols, key=str)), "a term of the sum that defines it", block)


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


def _placed(e: E, x: Any, place: E, node: Any) -> E:
    """The expression at a place; what logs and powers are of, over one denominator, so that distances from ends stay exact."""
    cuts = {f: sp.Dummy("cut", real=True) for f in place.atoms(sp.Max, sp.Min)}
    placed = e.subs(x, place.xreplace(cuts))
    for f in placed.atoms(sp.log, sp.Pow):
        inside = f.args[0]
        if inside.has(node) and inside.is_Add and inside.is_rational_function():
            placed = placed.xreplace({f: f.func(sp.factor(sp.together(inside)), *f.args[1:])})
    return placed.xreplace({cut: f for f, cut in cuts.items()})


# --- what is integrated ------------------------------------------------------------------------------------------


def _term(formula: Formula) -> E:
    """What is summed, in log p, log q and log q − log p; where p vanishes, its limit."""
    p, *rest = formula.distributions
    if formula.quantity != "kl_divergence" or p.support != rest[0].support:
        value = {"entropy": -_log_p, "cross_entropy": -_log_q}.get(formula.quantity, -_ratio)
        return sp.Piecewise((0, _log_p < NOTHING), (sp.exp(_log_p) * value, True), evaluate=False)
    product = sp.exp(_log_p) * expm1mx(sp.Piecewise((_ratio, _ratio < 1), (0, True)))
    apart = exp_expm1(_log_p, _ratio) - sp.exp(_log_p) * _ratio
    vanishing = (sp.exp(_log_q), _log_p < NOTHING)
    return sp.Piecewise(vanishing, (product, _ratio < 1), (apart, True), evaluate=False)


# --- where -------------------------------------------------------------------------------------------------------


def _counted(p: Distribution) -> _Piece:
    """The support from its lower end; beyond its upper end there is nothing."""
    low, high = p.support
    if low.is_infinite:
        raise CodeError(f"{p}: a series without a first term is not written")
    place = low + _t
    inside = sp.S.One if high.is_infinite else sp.Piecewise((1, place <= high), (0, True))
    return _Piece(place, inside, str(TERMS))


def _pieces(formula: Formula) -> Iterator[_Piece]:
    """The support, cut where a density has a kink, and where singularities in the complex plane are near."""
    p, *rest = formula.distributions
    cuts = _cuts(p, rest, kinks=True) or []
    if len(cuts) < 2 and len(both := _cuts(p, rest, kinks=False)) <= 2:
        cuts = both
    if len(cuts) > 2:
        raise CodeError(f"{member_names(formula)}: more than two kinks")
    if len(cuts) == 2:
        cuts = [sp.Min(*cuts), sp.Max(*cuts)]
    low, high = p.support
    _, scale = frame(p)
    ends = [low, *(sp.Min(sp.Max(c, low), high) for c in cuts), high]
    for a, b in zip(ends, ends[1:], strict=False):
        yield _piece(p, a, b, scale)


def _cuts(p: Distribution, rest: list[Distribution], kinks: bool) -> list[E]:
    """Points inside the support, as far as that is known, where a density has a kink; or also those it is centred on."""
    low, high = p.support
    found: set[E] = set()
    for member in (p, *rest):
        log_density = _logarithm(member, p.variable)
        places = _kinks(log_density, p.variable)
        if not kinks:
            places |= _centres(log_density, p.variable)
        found |= {b for b in places if b not in (low, high, *member.support)}
    return sorted((b for b in found if not (b - low).is_negative and not (high - b).is_negative), key=str)


def _kinks(e: E, x: Any) -> set[E]:
    """Where |a|, or a branch, changes: the roots of what is linear there."""
    found: set[E] = set()
    for f in e.atoms(sp.Abs, sp.sign, sp.Max, sp.Min, sp.Piecewise):
        if isinstance(f, sp.Piecewise):
            found |= {c.lhs - c.rhs for _, w in f.args for c in w.atoms(sp.core.relational.Relational)}
        else:
            found |= {sp.Add(*(s * a for s, a in zip((1, -1), f.args, strict=False)))}
    linear = (g for f in found for g in _without_moduli(sp.expand(f), x) if g.is_polynomial(x) and sp.degree(g, x) == 1)
    return {-g.coeff(x, 0) / g.coeff(x, 1) for g in linear}


def _without_moduli(e: E, x: Any) -> Iterator[E]:
    """What an expression is where each modulus of x in it has the one sign or the other."""
    moduli = sorted((f for f in e.atoms(sp.Abs) if f.has(x)), key=sp.default_sort_key)
    for signs in itertools.product((1, -1), repeat=len(moduli)):
        yield sp.expand(e.xreplace({f: s * f.args[0] for f, s in zip(moduli, signs, strict=True)}))


def _centres(e: E, x: Any) -> set[E]:
    """The middle of the two roots of the quadratics that logs and powers are of."""
    inside = [sp.expand(f.args[0]) for f in e.atoms(sp.log, sp.Pow) if f.has(x)]
    of = (sp.Poly(g, x).all_coeffs() for g in inside if g.is_polynomial(x) and sp.degree(g, x) == 2)
    return {sp.factor(-b / (2 * a)) for a, b, _ in of}


def _piece(p: Distribution, low: E, high: E, scale: E) -> _Piece:
    if low.is_infinite and high.is_infinite:
        centre, scale = frame(p)
        return _Piece(centre + scale * _t, scale, "LINE")
    if high.is_infinite:
        return _Piece(low + scale * _u, scale, "HALF_LINE")
    if low.is_infinite:
        return _Piece(high - scale * _u, scale, "HALF_LINE")
    width = high - low
    return _Piece(low + width * _u / (1 + _u), width / (1 + _u) ** 2, "HALF_LINE")


__all__ = ["ROUNDING", "by_definition"]
