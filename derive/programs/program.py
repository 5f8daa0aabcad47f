"""A formula as a program: named inputs, statements, branches; what every target prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p

from derive.derivation.formula import Case, Formula
from derive.families.facts import Facts, facts_of
from derive.families.family import DOMAINS
from derive.programs import remainder, rewriting
from derive.programs.exponentials import balanced, falling, guarded
from derive.programs.frames import frame
from derive.programs.growth import relative_growth
from derive.programs.helpers import Block, Helper
from derive.programs.logs import MODES
from derive.programs.remainder import Expansion
from derive.programs.stable import scaled, xlog1py, xlogy
from derive.programs.steps import Steps

E = Any


class CodeError(ValueError):
    """There is no program: the formula is not closed, or a target lacks a function."""


@dataclass(frozen=True)
class Input:
    """A parameter: its symbol, what it must be, what it is, and the condition to check."""

    symbol: Any
    phrase: str
    meaning: str
    bounds: tuple[Any, ...]

    @property
    def name(self) -> str:
        return str(self.symbol.name)


@dataclass(frozen=True)
class Branch:
    """Statements and a value, where a condition holds."""

    condition: Any
    block: Block


HOLDS = 1e-9
"""A relative error beyond which a program is said not to hold."""


@dataclass(frozen=True)
class Program:
    """Inputs, the statements that all branches share, and the branches; the last is what remains.

    name      of the function
    title     the quantity and the members, in words
    formula   the formula, as text
    parts     functions of its own
    note      what has to be said of how it is computed
    accuracy  what was measured; "" before
    lost      the largest relative error measured that the rounding of the inputs does not explain
    form      which way of writing it was taken
    """

    name: str
    title: str
    formula: str
    inputs: tuple[Input, ...]
    shared: tuple[tuple[Any, Any], ...]
    branches: tuple[Branch, ...]
    constraints: tuple[Any, ...] = ()
    parts: tuple[Helper, ...] = ()
    form: str = ""
    note: str = ""
    accuracy: str = ""
    lost: float = 0.0
    cases: tuple[Case, ...] = field(default=(), repr=False)

    def measured(self, accuracy: str, lost: float = 0.0) -> Program:
        """The same program, with its accuracy in its documentation."""
        return replace(self, accuracy=accuracy, lost=lost)

    @property
    def holds(self) -> bool:
        """Whether it is right to HOLDS wherever it was measured."""
        return self.lost <= HOLDS

    def floored(self) -> Program:
        """The same program, its values below 0 replaced by 0, which is nearer to what is not negative."""
        branches = (
            b if b.block.result.is_infinite else replace(b, block=_floored(b.block, _own("value", i)))
            for i, b in enumerate(self.branches)
        )
        return replace(self, branches=tuple(branches), form=f"{self.form}, not below 0")


def _own(name: str, branch: int) -> Any:
    """A variable of a branch; where there are arrays, the statements of all branches stand in one function."""
    return sp.Symbol(f"{name}_{branch + 1}" if branch else name, real=True)


def _floored(block: Block, value: Any) -> Block:
    """A block that gives 0 for what is below; not by max(), for which some languages have nan below 0."""
    result = sp.Piecewise((sp.S.Zero, value < 0), (value, True), evaluate=False)
    return Block((*block.statements, (value, block.result)), result)


SHORT = {"entropy": "entropy", "cross_entropy": "cross_entropy", "kl_divergence": "kl"}
WORDS = {"entropy": "Entropy H(p)", "cross_entropy": "Cross-entropy CE(p, q)", "kl_divergence": "Divergence KL(p, q)"}


def forms(formula: Formula) -> list[Program]:
    """The ways to write a formula as a program; which is the most accurate is for measurement to say.

    Raises CodeError when a case has no closed form.
    """
    _all_closed(formula)
    facts = facts_of(formula.distributions)
    values = [c.expr for c in formula.cases if c.form == "closed"]
    pairs = _pairs(formula)
    steps = Steps(pairs, facts, formula.symbols, values, _unit(formula, pairs))
    found: dict[tuple[Any, ...], Program] = {}
    centred = tuple(c._replace(expr=steps.centred(c.expr)) for c in formula.cases)
    for name, way, starts in _starts(centred, facts):
        if way is not None and sum(c.expr.count_ops() for c in starts) > LONGEST:
            continue
        cases = tuple(c._replace(expr=way(c.expr, steps)) if way and c.form == "closed" else c for c in starts)
        if any(c.form == "closed" and c.expr.has(sp.nan, sp.zoo, sp.oo, sp.I, rewriting.Ratio) for c in cases) and way:
            continue  # 0/0 at q = p in a part of it: this way does not stand
        for form, finish in ((name, finished), (f"{name}, no exponential alone", _guarded)):
            ends = tuple(finish(steps.restored(c.expr), facts.under(sp.And.make_args(c.condition))) for c in cases)
            found.setdefault(ends, _program(formula, cases, ends, steps, form))
    return [*found.values(), *_with_remainder(centred, list(found.values()), steps)]


def _starts(centred: tuple[Case, ...], facts: Facts) -> Iterator[tuple[str, Any, tuple[Case, ...]]]:
    """(name, way, cases to rewrite in that way): with differences of exponentials as they are, and by their growth."""
    cases = tuple(c._replace(expr=scaled(c.expr)) for c in centred)
    other = tuple(c._replace(expr=relative_growth(c.expr)) for c in cases)
    falls = tuple(c._replace(expr=falling(c.expr, facts)) for c in cases)
    yield from ((name, way, falls) for name, way in WAYS.items())
    if other != cases:
        yield from ((f"{name}, relative growth apart", way, other) for name, way in WAYS.items() if way is not None)


def skeleton(formula: Formula) -> tuple[Program, Steps]:
    """A program of the formula without its values: its name, inputs, and the branches that are infinite."""
    steps = Steps(_pairs(formula), facts_of(formula.distributions), formula.symbols)
    kept = (c for c in formula.cases if c.form == "infinite")
    return _program(formula, cases := tuple(kept), tuple(c.expr for c in cases), steps, ""), steps


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
    branches = [_switched(b, i, found[i], steps) if i in found else b for i, b in enumerate(program.branches)]
    return replace(
        program,
        shared=tuple(steps.given.items()),
        branches=tuple(branches),
        parts=tuple(e.curvature for e in found.values()),
        form=f"{program.form}, and the remainder form where its terms cancel",
    )


def either(one: Program, other: Program) -> Program:
    """Two ways to write a formula as one: that whose terms are smaller, for they are worth the same."""
    branches = tuple(
        a if a.block == b.block or a.block.result.is_infinite else _smaller(a, b, i)
        for i, (a, b) in enumerate(zip(one.branches, other.branches, strict=True))
    )
    shared = {**dict(one.shared), **dict(other.shared)}
    return replace(
        one,
        branches=branches,
        shared=tuple(shared.items()),
        form=f"{one.form}, or {other.form}, whichever has the smaller terms",
    )


def _smaller(one: Branch, other: Branch, index: int) -> Branch:
    here, direct, size = _sized(one.block, index, deep=True)
    there, *ends = _sized(other.block, index, deep=True)
    named = {name: sp.Symbol(f"{name}_other", real=True) for name, _ in there}
    moved = tuple((named[name], e.xreplace(named)) for name, e in there)
    second, bulk = (e.xreplace(named) for e in ends)
    value = sp.Piecewise((second, bulk < size), (direct, True), evaluate=False)
    return Branch(one.condition, Block((*here, *moved), value))


def _sized(block: Block, index: int, deep: bool = False) -> tuple[tuple[tuple[Any, Any], ...], Any, Any]:
    """Statements for a sum and for the sum of the sizes of its terms, and the names of both; `deep` where the sums that are
    factors of a term cancel too."""
    direct, size = _own("closed_form", index), _own("sum_of_sizes", index)
    numbers: dict[E, E] = {}  # PyTorch's abs takes no floats
    for name, e in block.statements:
        if not (known := e.xreplace(numbers)).free_symbols:
            numbers[name] = known
    result = (t.xreplace(numbers) for t in sp.Add.make_args(block.result))
    terms = [(_own(f"term{i}", index), t) for i, t in enumerate(result)]
    named = [(name, t) for name, t in terms if t.free_symbols]
    parts = [*(name for name, _ in named), *(t for _, t in terms if not t.free_symbols)]
    inside = {name: e.xreplace(numbers) for name, e in block.statements}
    sizes = [_size(t, inside) if deep else sp.Abs(name) for name, t in named]
    sums = (direct, sp.Add(*parts)), (size, sp.Add(*sizes, *map(sp.Abs, parts[len(named) :])))
    return (*block.statements, *named, *sums), direct, size


def _size(term: E, inside: dict[Any, E]) -> E:
    """The size of a product, sums in it by the sizes of their terms, also those that have names."""
    factors = (inside.get(f, f) if f.is_Symbol else f for f in sp.Mul.make_args(term))
    return sp.Mul(*(sp.Add(*map(sp.Abs, f.args)) if f.is_Add else sp.Abs(f) for f in factors))


def _switched(branch: Branch, index: int, expansion: Expansion, steps: Steps) -> Branch:
    computed, direct, size = _sized(branch.block, index, expansion.reach != sp.true)
    other = _own("near_form", index)
    close = sp.And(sp.Abs(direct) < remainder.CANCELS * size, expansion.reach)
    # where it is not taken the integral is evaluated at q = p, so that arrays meet no overflow in it
    safe = {d: _own(f"s{d.name[1:]}", index) for d in steps.names.values()}
    statements = (
        *computed,
        *((s, sp.Piecewise((d, close), (sp.S.Zero, True))) for d, s in safe.items()),
        (
            other,
            sp.Piecewise((expansion.value(safe), close), (direct, True), evaluate=False),
        ),
    )
    # two ways that differ by more than the rounding of the first: the segment was too long for the rule
    value = sp.Piecewise((other, sp.Abs(other - direct) <= remainder.AGREES * size), (direct, True), evaluate=False)
    return Branch(branch.condition, Block(statements, value))


LONGEST = 250
"""Operations beyond which a formula is not rewritten: factoring its differences need not end."""


def _ways() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for apart in (False, True):
        for mode in MODES:
            name = f"differences, logs by {mode}" + (", Stirling's part apart" if apart else "")
            found[name] = partial(rewriting.differences, mode=mode, apart=apart)
    return found | {"as derived": None}


WAYS = _ways()
"""Name -> how an expression is rewritten."""


def _all_closed(formula: Formula) -> None:
    for case in formula.cases:
        if case.form in ("series", "integral"):
            raise CodeError(
                f"{member_names(formula)}: no closed form was found, {'an' if case.form == 'integral' else 'a'} {case.form} remains; --quadrature writes its definition"
            )
        if case.form == "undefined":
            raise CodeError(f"{member_names(formula)}: the value is undefined")
    if any(isinstance(v, (sp.IndexedBase, sp.Tuple)) for p in formula.distributions for v in p.values):
        raise CodeError(f"{member_names(formula)}: vectors of parameters have no program yet")


def member_names(formula: Formula) -> str:
    return f"{SHORT.get(formula.quantity, formula.quantity)} of {' and '.join(map(str, formula.distributions))}"


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
        branches.append(Branch(_in_steps(case.condition, steps), Block(tuple(statements), result)))
    names = "_".join(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", p.family.name).lower() for p in formula.distributions)
    return Program(
        f"{SHORT.get(formula.quantity, formula.quantity)}_{names}",
        f"{WORDS.get(formula.quantity, formula.quantity)} of {', '.join(map(str, formula.distributions))}, in {formula.unit}",
        str(formula),
        tuple(_inputs(formula)),
        tuple(used.items()),
        tuple(branches),
        tuple(c for p in formula.distributions for c in p.constraints),
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
    return list(found.values())


def _bound(value: Any) -> Any:
    if value.is_positive:
        return sp.StrictGreaterThan(value, 0, evaluate=False)
    if value.is_nonnegative:
        return sp.GreaterThan(value, 0, evaluate=False)
    return False


# --- the last rewriting: what rounds less, one expression at a time -------------------------------------------


def finished(e: E, facts: Facts) -> E:
    """log(1 + x) as log1p, exp(x) − 1 as expm1, x log y as xlogy where x may be 0."""
    e = balanced(e).replace(lambda f: f.is_Mul and f.has(sp.log), lambda f: _with_limit(f, facts))
    e = e.replace(lambda f: isinstance(f, sp.log), _log)
    e = e.replace(lambda f: f.is_Add and f.has(sp.exp), _expm1)
    bounds = {f.args[0] for f in e.atoms(sp.log)} | {1 + f.args[0] for f in e.atoms(log1p)}
    return e.replace(lambda f: f.is_Mul and f.has(sp.log, log1p), lambda f: _xlogy(f, bounds))


def _guarded(e: E, facts: Facts) -> E:
    return guarded(finished(e, facts))


def _log(f: E) -> E:
    argument = f.args[0]
    one, rest = argument.as_coeff_Add()
    return log1p(rest) if one == 1 and argument.is_Add else f


def _expm1(total: E) -> E:
    number, rest = total.as_coeff_Add()
    for term in sp.Add.make_args(rest) if number != 0 else ():
        coefficient, factor = term.as_coeff_Mul()
        if isinstance(factor, sp.exp) and coefficient == -number:
            return rest - term + coefficient * expm1(factor.args[0])
    return total


def _with_limit(product: E, facts: Facts) -> E:
    """xⁿ log(y/x) as xⁿ log y − xⁿ log x, which has its limit at x = 0."""
    logs = [f for f in product.args if isinstance(f, sp.log)]
    above, below = sp.fraction(logs[0].args[0]) if len(logs) == 1 else (sp.S.One, sp.S.One)
    for base, power in (f.as_base_exp() for f in sp.Mul.make_args(below)):
        for sign in (1, -1):
            x = sign * base
            if power == 1 and _vanishes(product, x) and facts.decide(x >= 0):
                rest = product / logs[0]
                return rest * sp.log(sign * above / (below / base)) - rest * sp.log(x)
    return product


def _vanishes(product: E, x: E) -> bool:
    """Whether a positive power of x, or of −x, is a factor."""
    powers = (f.as_base_exp() for f in product.args)
    return x.is_Add and any(base in (x, -x) and n.is_Integer and n > 0 for base, n in powers)


def _xlogy(product: E, bounds: set[Any]) -> E:
    logs = [f for f in product.args if isinstance(f, (sp.log, log1p))]
    if len(logs) != 1:
        return product
    rest = product / logs[0]
    factors = (f.as_base_exp() for f in product.args if f is not logs[0])
    bases = [b for b, n in factors if n.is_Integer and n > 0 and (b.is_Symbol or b.is_Add)]
    zero = next((b for b in bases if b in bounds or -b in bounds), None)
    if zero is None:
        return product
    sign = 1 if zero in bounds else -1
    of = xlogy if isinstance(logs[0], sp.log) else xlog1py
    return sign * (rest / zero) * of(sign * zero, logs[0].args[0])
