"""The ways to write a formula as a program: rewritten in differences, with and without the remainder form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import sympy as sp
from sympy.codegen.cfunctions import expm1

from derive.algebra.normal import to_loggamma
from derive.derivation.formula import OPEN, Case, Formula
from derive.families.facts import Facts, facts_of
from derive.families.parameter import DOMAINS
from derive.programs import remainder, rewriting
from derive.programs.ends import ended, resolved
from derive.programs.exponentials import capped, falling, guarded, in_one_exponential, powered
from derive.programs.finishing import by_parts_of_one, finished
from derive.programs.frames import frame
from derive.programs.functions import Block
from derive.programs.growth import evened, relative_growth, turned
from derive.programs.letters import lettered, placed
from derive.programs.logs import MODES, in_ratios
from derive.programs.program import SHORT, Branch, CodeError, Input, Program, member_names, own_symbols, title
from derive.programs.remainder import Expansion
from derive.programs.rests import by_harmonics, parted, risen, scaled
from derive.programs.steps import Steps
from derive.programs.sums import Summand, summand
from derive.programs.switches import switched

E = Any

LONG, LONGEST = 100, 250
"""Operations of a case, and of all cases, beyond which a formula is not rewritten: factoring its differences need not end."""


def _ways() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for apart in (False, True):
        for mode in MODES:
            name = f"differences, logs by {mode}" + (", Stirling's part apart" if apart else "")
            found[name] = partial(rewriting.differences, mode=mode, apart=apart)
    return found | {"as derived": None}


FAR = "far from q = p"
"""Ways that are for there, and have no remainder form beside them."""
NARROWEST = ("positive integer", "nonnegative integer", "integer", "positive", "nonnegative", "nonzero")
"""Domains of symbols that are no parameters, what is in several of them as the first says."""
WAYS = _ways()
"""Name -> how an expression is rewritten."""


def forms(formula: Formula) -> list[Program]:
    """The ways to write a formula as a program; which is the most accurate is for measurement to say.

    Raises CodeError when a case has no closed form.
    """
    if (one := summand(formula)) is not None:
        return _totals(formula, one)
    found = _forms(formula)
    if (general := lettered(formula)) is not None:
        with suppress(CodeError):
            base, _ = skeleton(formula)
            found += (placed(one, general[1], formula, base) for one in _forms(general[0]))
    return found


def as_derived(formula: Formula) -> Program | None:
    """The formula as it is written: a language that lacks a function of it has no program. None where it may be rewritten first."""
    if summand(formula) is not None or lettered(formula) is not None:
        return None
    steps, facts, centred = _centred(formula)
    starts = next(starts for name, way, starts in _starts(centred, facts) if way is None)
    ends = tuple(finished(steps.restored(c.expr), facts) for c in starts)
    return _program(formula, starts, ends, steps, "as derived")


def _centred(formula: Formula) -> tuple[Steps, Facts, tuple[Case, ...]]:
    """The differences of a formula's inputs, what is known of them, and its cases with what stands for the inputs."""
    _all_closed(formula)
    facts = facts_of(formula.distributions)
    values = [c.expr for c in formula.cases if c.form == "closed"]
    pairs = _pairs(formula)
    steps = Steps(pairs, facts, formula.symbols, values, _unit(formula, pairs))
    return steps, facts, tuple(c._replace(expr=capped(steps.centred(c.expr))) for c in formula.cases)


def _forms(formula: Formula) -> list[Program]:
    steps, facts, centred = _centred(formula)
    found = _written(formula, _starts(centred, facts), steps, facts)
    near = [p for p in found if not p.form.startswith(FAR)]
    return [*found, *_with_remainder(centred, near, steps)]


Finish = tuple[str, Callable[[E], E] | None]
FINISHES: tuple[Finish, ...] = (
    ("", None),
    (", no exponential alone", guarded),
    (", logs of what is left of 1 apart", by_parts_of_one),
)
POWERS: tuple[Finish, ...] = ((", powers as powers", powered),)
"""Where exponents are large, and are rounded; it takes longer."""


def _written(
    formula: Formula,
    starting: Iterable[Start],
    steps: Steps,
    facts: Facts,
    rests: tuple[E, ...] = (),
    more: str = "",
    finishes: tuple[Finish, ...] = FINISHES,
) -> list[Program]:
    """The cases of a formula in every way, and with the rests of them that are written already."""
    found: dict[tuple[Any, ...], Program] = {}
    rests = rests or (sp.S.Zero,) * len(formula.cases)
    for name, way, starts in starting:
        lengths = [c.expr.count_ops() for c in starts]
        if way is not None and sum(lengths) > LONGEST and max(lengths) > LONG:
            continue
        cases = tuple(c._replace(expr=_rewritten(c.expr, way, steps)) if c.form == "closed" else c for c in starts)
        cases = tuple(c._replace(expr=c.expr + rest) for c, rest in zip(cases, rests, strict=True))
        if any(c.form == "closed" and c.expr.has(sp.nan, sp.zoo, sp.oo, sp.I, rewriting.Ratio) for c in cases) and way:
            continue  # 0/0 at q = p in a part of it: this way does not stand
        known = (facts.under(sp.And.make_args(c.condition)) for c in cases)
        plain = [finished(steps.restored(c.expr), k) for c, k in zip(cases, known, strict=True)]
        as_is = tuple(ended(e, steps) for e in plain)
        for said, finish in finishes:
            ends = tuple(ended(finish(e), steps) for e in plain) if finish else as_is
            if finish is None or ends != as_is:
                found.setdefault(ends, _program(formula, cases, ends, steps, name + said + more))
    return list(found.values())


def _rewritten(e: E, way: Any, steps: Steps) -> E:
    """An expression in a way; of a root of what is 0 at q = p what it is the root of, of which rounding may leave less."""
    if e.is_Pow and e.exp == sp.S.Half and e.base.is_Add and sp.expand(steps.at_base(e.base)) == 0:
        return sp.sqrt(sp.Abs(_rewritten(e.base, way, steps)))
    return way(e, steps) if way else e


def _by_logarithm(e: E, steps: Steps, way: Any) -> E:
    """1 − X and X − 1, X a product that is 1 at q = p, as ∓(e^log X − 1)."""
    ones = [t for t in e.args if t in (1, -1)] if e.is_Add and len(e.args) == 2 else []
    product = (e - ones[0]) / -ones[0] if ones else sp.S.Zero
    if not ones or product.is_Add or sp.expand(steps.at_base(product)) != 1:
        return way(e, steps)
    return -ones[0] * expm1(way(to_loggamma(sp.expand_log(sp.log(product), force=True)), steps))


def by_support(formula: Formula) -> list[Program]:
    """The ways that go by q on p's support: KL(p‖q) = KL(p‖q there) + the rest, which is −log Q(p's support) of truncated laws.

    Neither of the two is negative then, and each is in differences of some of the parameters alone.
    """
    if len(formula.distributions) != 2 or lettered(formula) is not None or summand(formula) is not None:
        return []
    steps, facts, centred = _centred(formula)
    moving = set().union(*(b.free_symbols for b in formula.distributions[1].support))
    ends = {q: p for q, p in steps.of.items() if q in moving}
    if not ends or ends == steps.of:
        return []
    closed = [c.form == "closed" for c in centred]
    cases = tuple(
        c._replace(expr=c.expr.xreplace(ends)) if is_closed else c for c, is_closed in zip(centred, closed, strict=True)
    )
    rests = tuple(
        _moved(c, ends, steps, facts) if is_closed else sp.S.Zero for c, is_closed in zip(centred, closed, strict=True)
    )
    return _written(formula, _starts(cases, facts), steps, facts, rests, ", q on p's support first")


def far(formula: Formula) -> list[Program]:
    """The ways that are for far from q = p: in differences, with logs whole, and with large powers as such."""
    if lettered(formula) is not None or summand(formula) is not None:
        return []
    steps, facts, centred = _centred(formula)
    cases = tuple(c._replace(expr=falling(scaled(c.expr), facts)) for c in centred)
    ways = ((f"{FAR}, logs by {mode}", partial(rewriting.differences, mode=mode, whole=True)) for mode in MODES)
    whole = _written(formula, ((name, way, cases) for name, way in ways), steps, facts)
    return whole + _written(formula, _starts(centred, facts), steps, facts, finishes=POWERS)


def _moved(case: Case, ends: dict[Any, Any], steps: Steps, facts: Facts) -> E:
    """By how much a case grows from where q's ends are p's, in the steps of one end after the other."""
    known, total, left = facts.under(sp.And.make_args(case.condition)), sp.S.Zero, dict(ends)
    for q in ends:
        before = case.expr.xreplace(left)
        del left[q]
        grown = falling(scaled(case.expr.xreplace(left) - before), known)
        total += in_ratios(rewriting.differences(grown, steps.only([q], known)))
    return total


def _totals(formula: Formula, one: Summand) -> list[Program]:
    """Programs of a sum over categories, by those of its term."""
    facts = Facts()
    for s in one.symbols.values():
        facts.learn(s > 0)
        facts.learn(s < 1)
    steps = Steps(one.pairs, facts)
    plain, scale = sp.expand(one.plain, log=False), sp.cancel(one.expr / one.plain)
    found: dict[E, Program] = {}
    for name, way in WAYS.items() if one.pairs else (("as derived", None),):
        e = scale * ended(finished(way(plain, steps) if way else plain, steps.facts), steps)
        if not e.has(sp.nan, sp.zoo, sp.oo, rewriting.Ratio):
            found.setdefault(e, _total(formula, one, _program(formula, formula.cases, (e,), steps, name)))
    return list(found.values())


def _total(formula: Formula, one: Summand, whole: Program) -> Program:
    """The sum of what a program, of the elements of its inputs, says of one category."""
    owners = {p.values[0]: p.family for p in reversed(formula.distributions)}  # one of both where they share a letter
    elements = tuple(
        Input(
            s, "0 or more", f"probability of a category, of {owners[v].name}", (sp.GreaterThan(s, 0, evaluate=False),)
        )
        for v, s in one.symbols.items()
    )
    term = replace(
        whole, name=f"{whole.name}_term", title=f"What a category adds to {title(formula)}", formula=str(one.expr),
        inputs=elements, constraints=(), cases=(),
    )  # fmt: skip
    vectors = tuple(
        replace(e, phrase="a vector of sum 1", meaning=f"{f.params[0].meaning}, of {f.name}", bounds=())
        for f, e in zip(map(owners.__getitem__, one.symbols), elements, strict=True)
    )
    note = f"Of vectors that do not sum to exactly 1, the sum of {one.expr}." if one.pairs else ""
    return replace(whole, inputs=vectors, shared=(), branches=(), constraints=(), term=term, note=note)


Start = tuple[str, Any, tuple[Case, ...]]
"""A name, a way, and the cases to rewrite in that way."""


def _starts(centred: tuple[Case, ...], facts: Facts) -> Iterator[Start]:
    """(name, way, cases to rewrite in that way): with differences of exponentials as they are, and by their growth."""
    cases = tuple(c._replace(expr=scaled(c.expr, facts)) for c in centred)
    other = tuple(c._replace(expr=relative_growth(c.expr)) for c in cases)
    falls = tuple(c._replace(expr=falling(c.expr, facts)) for c in cases)
    yield from ((name, way, falls) for name, way in WAYS.items())
    whole = tuple(c._replace(expr=in_one_exponential(c.expr)) for c in falls)
    if whole != falls:
        yield f"{FAR}, in one exponential", None, whole
        yield (
            f"{FAR}, in one exponential, Stirling's part apart",
            None,
            tuple(c._replace(expr=parted(risen(c.expr))) for c in whole),
        )
    near_zero = tuple(c._replace(expr=by_harmonics(c.expr)) for c in falls)
    if near_zero != falls:
        yield f"{FAR}, by harmonic numbers", None, near_zero
    if any(len(c.expr.args) == 2 and c.expr.has(sp.exp, sp.Pow) for c in falls if c.form == "closed"):
        logs = ((name, partial(_by_logarithm, way=way)) for name, way in WAYS.items() if way is not None)
        yield from ((f"{name}, by the logarithm", way, falls) for name, way in logs)
    if other != cases:
        yield from ((f"{name}, relative growth apart", way, other) for name, way in WAYS.items() if way is not None)
        back = tuple(c._replace(expr=turned(c.expr, facts)) for c in other)
        yield f"{FAR}, relative growth apart", None, back
        yield from (
            (
                f"{FAR}, relative growth apart, logs by {mode}",
                partial(rewriting.differences, mode=mode, whole=True),
                back,
            )
            for mode in MODES
        )
        even = tuple(c._replace(expr=evened(c.expr)) for c in other)
        if even != other:
            yield f"{FAR}, relative growth by its even and odd parts", None, even


def skeleton(formula: Formula) -> tuple[Program, Steps]:
    """A program of the formula without its values: its name, inputs, and the branches that are infinite."""
    pairs = _pairs(formula)
    steps = Steps(
        pairs, facts_of(formula.distributions), formula.symbols, _from_location(formula, pairs), _unit(formula, pairs)
    )
    kept = (c for c in formula.cases if c.form == "infinite")
    return _program(formula, cases := tuple(kept), tuple(c.expr for c in cases), steps, ""), steps


def _from_location(formula: Formula, pairs: dict[Any, Any]) -> list[E]:
    """The densities and the ends of the supports, measured from p's location."""
    p, *rest = formula.distributions
    m, _ = frame(p)
    if m not in pairs.values():
        return []
    logs = (member.log_density.xreplace({member.variable: p.variable + m}) for member in (p, *rest))
    gaps = (e.replace(lambda r: r.is_Relational, lambda r: r.func(r.lhs - r.rhs, 0)) for e in logs)
    return [*gaps, *(b - m for member in (p, *rest) for b in member.support if not b.is_infinite)]


def _with_remainder(cases: tuple[Case, ...], programs: list[Program], steps: Steps) -> list[Program]:
    """The same programs, with the remainder form where the terms of the formula cancel."""
    name = f"{programs[0].name}_curvature"
    found = {
        i: expansion
        for i, case in enumerate(cases)
        if case.form == "closed"
        and (expansion := remainder.expansion(case, steps, f"{name}_{i + 1}" if i else name)) is not None
    }
    return [_with_expansions(p, found, steps) for p in programs] if found else []


def _with_expansions(program: Program, found: dict[int, Expansion], steps: Steps) -> Program:
    branches = [switched(b, i, found[i], steps) if i in found else b for i, b in enumerate(program.branches)]
    return replace(
        program,
        shared=tuple(steps.given.items()),
        branches=tuple(branches),
        parts=tuple(e.curvature for e in found.values()),
        form=f"{program.form}, and the remainder form where its terms cancel",
    )


def _all_closed(formula: Formula) -> None:
    for case in formula.cases:
        if case.form in OPEN:
            raise CodeError(
                f"{member_names(formula)}: no closed form was found, {'an' if case.form == 'integral' else 'a'} {case.form} remains; --quadrature writes its definition"
            )
        if case.form == "undefined" and len(formula.cases) == 1:
            raise CodeError(f"{member_names(formula)}: the value is undefined")
    if any(isinstance(v, (sp.IndexedBase, sp.Tuple)) for p in formula.distributions for v in p.values):
        raise CodeError(f"{member_names(formula)}: vectors of parameters have no program yet")
    facts, own = facts_of(formula.distributions), set(own_symbols(formula))
    for log in (log for case in formula.cases for log in case.condition.atoms(sp.log) if log.free_symbols & own):
        # a program would compare what is not real, and take the other case
        if facts.decide(sp.Ge(log.args[0], 0)) is not True:
            names = ", ".join(sorted(map(str, log.free_symbols & own)))
            raise CodeError(
                f"{member_names(formula)}: {log} in a condition is real only where its argument is positive; give {names} as a positive symbol"
            )


def _pairs(formula: Formula) -> dict[Any, Any]:
    """q's symbol -> p's symbol or number, for the parameters in which two members of one family differ."""
    if len(formula.distributions) != 2:
        return {}
    p, q = formula.distributions
    if p.family.definition != q.family.definition:
        return {}
    pairs = zip(p.values, q.values, strict=True)
    found = {
        b: a for a, b in pairs if isinstance(b, sp.Symbol) and (isinstance(a, sp.Symbol) or a.is_number) and a != b
    }
    return {} if set(found) & {s for p in found.values() for s in p.free_symbols} else found


def _unit(formula: Formula, pairs: dict[Any, Any]) -> Any:
    """p's scale, where p and q differ in a location and a scale alone, and have bounded supports: whose ends may meet."""
    if (
        formula.quantity != "kl_divergence"
        or len(pairs) != 2
        or any(b.is_infinite for b in formula.distributions[0].support)
    ):
        return None
    m, s = frame(formula.distributions[0])
    return s if {m, s} == set(pairs.values()) and s.is_Symbol and m.is_Symbol else None


def _program(formula: Formula, cases: tuple[Case, ...], expressions: tuple[E, ...], steps: Steps, form: str) -> Program:
    taken = set(formula.symbols)
    numbers = (sp.Symbol(f"t{i}", real=True) for i in range(10**6))
    fresh = (s for s in numbers if s.name not in taken)
    needed = [*expressions, *(_in_steps(c.condition, steps) for c in cases)]
    used = steps.needed(needed)
    branches = []
    for case, e in zip(cases, expressions, strict=True):
        statements, (result,) = sp.cse([e], symbols=fresh, order="none")
        block = Block(tuple((name, resolved(value)) for name, value in statements), resolved(result))
        branches.append(Branch(_in_steps(case.condition, steps), block))
    names = "_".join(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", p.family.name).lower() for p in formula.distributions)
    return Program(
        f"{SHORT.get(formula.quantity, formula.quantity)}_{names or 'sample'}",
        title(formula),
        str(formula),
        tuple(_inputs(formula)),
        tuple(used.items()),
        tuple(branches),
        tuple(c for p in formula.distributions for c in p.constraints if c != sp.true),
        form=form,
        cases=formula.cases,
    )


def _in_steps(condition: Any, steps: Steps) -> Any:
    """A condition with its inequalities in differences of inputs."""
    if isinstance(condition, (sp.And, sp.Or, sp.Not)):
        return condition.func(*(_in_steps(c, steps) for c in condition.args))
    return steps.within(condition) if isinstance(condition, sp.core.relational.Relational) else condition


def _inputs(formula: Formula) -> list[Input]:
    """The free parameters, in the order of the members."""
    found: dict[Any, Input] = {}
    for p in formula.distributions:
        for param, value in zip(p.family.params, p.values, strict=True):
            if isinstance(value, sp.Symbol):
                domain = DOMAINS[param.domain]
                bounds = [
                    b
                    for b in (_bound(value), domain.bounds[1] is not None and value < domain.bounds[1])
                    if b is not False
                ]
                found.setdefault(
                    value, Input(value, domain.phrase, f"{param.meaning}, of {p.family.name}", tuple(bounds))
                )
            else:
                for s in sorted(value.free_symbols, key=str):
                    found.setdefault(s, Input(s, "real", f"in {param.name} = {value}", ()))
    for s in own_symbols(formula):
        statistic = formula.statistic if formula.distributions else "the statistic"  # of a sample, its x is gone
        where = "the order" if s == formula.order else f"in {statistic}"
        found.setdefault(s, Input(s, _phrase(s), where, tuple(b for b in (_bound(s),) if b is not False)))
    return list(found.values())


def _phrase(symbol: Any) -> str:
    """What a symbol must be, in words: those of the narrowest domain that it is assumed to be in."""
    assumed = [d for d in NARROWEST if all(getattr(symbol, f"is_{k}") is v for k, v in DOMAINS[d].assumptions.items())]
    return DOMAINS[assumed[0]].phrase if assumed else "real"


def _bound(value: Any) -> Any:
    if value.is_positive:
        return sp.StrictGreaterThan(value, 0, evaluate=False)
    if value.is_nonnegative:
        return sp.GreaterThan(value, 0, evaluate=False)
    return False
