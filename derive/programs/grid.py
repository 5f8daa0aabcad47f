"""Where accuracy is measured: parameters that floats are, far from and near to each other, ordinary, small and large.

ordinary   the exact test points of the family, rounded to floats, and pairs of them
extreme    each positive parameter, and all of them, at 1e-8 … 1e12, whole ones from 1e4 on; locations at 1e8 and 1e12
near       q = p(1 + ε), ε = ±1e-1 … ±1e-12 and 0, in every parameter singly and in all jointly; whole ones one further
several    q = 3p and p/3, or 30p and p/30, at every other base: singly, jointly, in turn, and singly with the others near
apart      an ordinary member and an extreme one, both ways, and two that are extreme at different ends
between    each parameter of the first member, and of a second one of its family, some times its ordinary value, those of either
           sign at some small and some larger values, and where a denominator is 0, and near there; near and several at every other one

What is no parameter of a member, a symbol of a statistic or an order, has each of a few values at all of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice, product
from typing import Any

import sympy as sp

from derive.algebra.zeros import Unsolved, zeros
from derive.derivation.formula import Formula
from derive.families import points
from derive.families.family import Distribution
from derive.families.parameter import ParameterError
from derive.programs.letters import of_one_family
from derive.programs.program import own_symbols
from derive.programs.sums import summand

EPSILONS = tuple(10.0**-k for k in range(1, 13))
SIZES = (1e-8, 1e-4, 1e4, 1e8, 1e12)
LOCATIONS = (1e8, 1e12)
TIMES = ((3.0, 1 / 3), (30.0, 1 / 30))
"""How many times apart: at every other base the one or the other."""
BESIDE = 1e-4
"""How near the others are where one parameter is some times apart."""
ORDINARY = 3
OWN = (0.625, -0.375, 2.25, -1.625, 3.0, -2.0, 1e-8, -1e-8, 40.0)
"""Values of a symbol that is no parameter of a member, of those that its assumptions allow."""
BETWEEN = (1 / 30, 1 / 8, 8.0, 30.0, 100.0, 1000.0)
"""How many times its ordinary value a parameter is, neither ordinary nor extreme."""
OF_EITHER_SIGN = (1e-8, 1e-4, 1e-2, 0.5, 8.0, 30.0, 100.0)
CLOSE = (0.0, 1e-8, 1e-4, 1e-2)
"""How far from where a denominator is 0."""
SCALABLE, WHOLE = ("positive", "nonnegative"), ("positive integer", "nonnegative integer")

Place = dict[str, Any]
"""Parameter name -> value, or the values of a vector."""


def places(formula: Formula, epsilons: tuple[float, ...] = EPSILONS, sizes: tuple[float, ...] = SIZES) -> list[Place]:
    """The points at which a formula is measured, each once.

    >>> from derive import catalog, entropy
    >>> places(entropy(catalog.Exponential("lamda")), sizes=(1e-8, 1e12))[-2:]
    [{'lamda': 3.6000000000000005e-08}, {'lamda': 3600000000000.0}]
    """
    made = _on_simplex if summand(formula) is not None else _places
    found = dict.fromkeys(tuple(sorted(place.items())) for place in made(formula, epsilons, sizes))
    return [dict(place) for place in found]


def _places(formula: Formula, epsilons: tuple[float, ...], sizes: tuple[float, ...]) -> Iterator[Place]:
    own = own_symbols(formula)
    for place in _of_members(formula, epsilons, sizes) if formula.distributions else [{}]:
        yield from (found for more in _own(own) if _within(formula, found := more | place))


def _on_simplex(formula: Formula, epsilons: tuple[float, ...], sizes: tuple[float, ...]) -> Iterator[Place]:
    """Vectors of probabilities, each with each other, and near each other; what they sum to is rounded."""
    names = list(formula.symbols)
    small = [s for s in sizes if s < 1]
    bases = [(0.5, 0.125, 0.25, 0.125), (0.1, 0.2, 0.3, 0.4), (0.0, 0.3, 0.0, 0.7), (0.25, 0.75, 0.0, 0.0)]
    bases += [(s, 0.5 - s, 0.25, 0.25) for s in small] + [(0.25 * s, 0.5 * s, s, 1 - 1.75 * s) for s in small]
    yield from (dict(zip(names, pair, strict=True)) for pair in product(bases, repeat=len(names)))
    if len(names) == 2:
        for base, e, i in product(bases, (*epsilons, 0.0), range(4)):
            moved = [v * (1 + e * (-1) ** (k >> i % 2) * (k <= i + 1)) for k, v in enumerate(base)]
            yield dict(zip(names, (base, tuple(v / sum(moved) for v in moved)), strict=True))


def _within(formula: Formula, place: Place) -> bool:
    """Whether the members whose parameters are expressions are in their domains at a place."""
    written = [p for p in formula.distributions if not all(v.is_Symbol or v.is_number for v in p.values)]
    return _allowed(written, formula, place)


def _allowed(members: Iterable[Distribution], formula: Formula, place: Place) -> bool:
    exact = {s: _exact(s, place[n]) for n, s in formula.symbols.items() if n in place}
    return all(_admitted(p, [v.xreplace(exact) for v in p.values]) for p in members)


def _exact(symbol: Any, value: float) -> Any:
    return sp.Integer(int(value)) if symbol.is_integer else sp.Rational(value)


def _own(symbols: list[Any]) -> Iterator[Place]:
    """Values of symbols that are no parameters of a member; one place without any where there are no such symbols."""
    allowed = [(s.name, [v for v in OWN if _assumed(s, v)]) for s in symbols]
    if all(values for _, values in allowed):
        for k in range(max((len(values) for _, values in allowed), default=1)):
            # another one further for each symbol, so that they do not all have the same value
            yield {name: values[(k + i) % len(values)] for i, (name, values) in enumerate(allowed)}


def _assumed(symbol: Any, value: float) -> bool:
    """Whether a value is as a symbol is assumed to be."""
    exact = sp.Rational(value)
    return all(getattr(exact, f"is_{key}") in (wanted, None) for key, wanted in symbol.assumptions0.items())


def _of_members(formula: Formula, epsilons: tuple[float, ...], sizes: tuple[float, ...]) -> Iterator[Place]:
    p, *rest = formula.distributions
    q = rest[0] if rest else None
    for pair in islice(points.pairs(p.family, q.family if q else None), ORDINARY):
        yield from _named((p, q), [_values(m) for m in pair])
    ordinary, *others = _bases(p, sizes)
    for values in _between(formula, p, ordinary) if sizes else ():
        yield from _named((p, q), [values, *([next(_bases(q, ()))] if q else [])])
    if q is None:
        yield from (place for base in (ordinary, *others) for place in _named((p, None), [base]))
        return
    if (members := of_one_family(formula)) is not None:
        between = islice(_between(formula, p, ordinary), 0, None, 2) if sizes else ()
        near = [(start, epsilons) for start in _starts(formula, sizes)]
        near += [
            (start, epsilons[1:8:6]) for start in _with_others(formula, [_inputs_at(p, values) for values in between])
        ]
        for i, (start, steps) in enumerate(near):
            yield from _near(formula, members, start, steps, TIMES[i % len(TIMES)])
    yield from (place for pair in _apart(formula, ordinary, others, sizes) for place in _named((p, q), pair))


def _apart(
    formula: Formula, ordinary: list[float], others: list[list[float]], sizes: tuple[float, ...]
) -> Iterator[list[list[float]]]:
    """Values of two members that are far from each other."""
    p, q = formula.distributions
    if p.family.definition != q.family.definition:
        yield from ([base, other] for base in (ordinary, *others) for other in _bases(q, sizes))
        return
    yield from ([ordinary, values] for values in (_between(formula, q, ordinary) if sizes else ()))
    for other in others:
        yield from ([ordinary, other], [other, ordinary])
    half = len(others) // 2
    for row in (others[::-1], [*others[half:], *others[:half]]):
        yield from map(list, zip(others, row, strict=True))


def _values(member: Distribution) -> list[float]:
    return [float(v) for v in member.values]


def _bases(p: Distribution, sizes: tuple[float, ...]) -> Iterator[list[float]]:
    """Values of a member's parameters; numbers among them stay what they are."""
    for values in _free(p, sizes):
        yield [float(own) if own.is_number else v for own, v in zip(p.values, values, strict=True)]


def _free(p: Distribution, sizes: tuple[float, ...]) -> Iterator[list[float]]:
    ordinary = [_values(m) for m in points.members(p.family, ORDINARY)]
    yield from ordinary
    domains = [param.domain for param in p.family.params]
    for size in sizes:
        # whole numbers have no small ones
        scalable = [i for i, d in enumerate(domains) if d in SCALABLE or size > 1 and d in WHOLE]
        for chosen in ([i] for i in scalable):
            yield [v * size if i in chosen else v for i, v in enumerate(ordinary[0])]
        if len(scalable) > 1:
            yield [v * size if i in scalable else v for i, v in enumerate(ordinary[0])]
        for i, d in enumerate(domains):
            if d == "probability" and size < 1:
                yield [v if i != k else ordinary[0][i] * size for k, v in enumerate(ordinary[0])]
                yield [v if i != k else 1 - ordinary[0][i] * size for k, v in enumerate(ordinary[0])]
    for size in LOCATIONS if max(sizes, default=0) > 1e6 else ():
        for i, d in enumerate(domains):
            if d == "real":
                yield [v if i != k else size + v for k, v in enumerate(ordinary[0])]


def _between(formula: Formula, p: Distribution, ordinary: list[float]) -> Iterator[list[float]]:
    """Values of a member's parameters that are neither ordinary nor extreme, and where a denominator of the formula is 0."""
    for i, (param, symbol) in enumerate(zip(p.family.params, p.values, strict=True)):
        own: list[float] = []
        if param.domain in SCALABLE:
            own += [ordinary[i] * times for times in BETWEEN]
        elif param.domain in ("real", "nonzero"):
            own += [sign * size for size in OF_EITHER_SIGN for sign in (1, -1)]
        elif param.domain == "probability":
            own += [0.5 + sign * step for step in CLOSE for sign in (1, -1)]
        if symbol.is_Symbol and not symbol.is_integer:
            own += [
                at + sign * step * (abs(at) or 1)
                for at in _poles(formula, symbol)
                for step in CLOSE
                for sign in (1, -1)
            ]
        yield from ([v if k == i else w for k, w in enumerate(ordinary)] for v in own)


def _poles(formula: Formula, symbol: Any) -> list[float]:
    """Where a denominator in the closed cases of a formula that has no other letter is 0."""
    cases = [c.expr for c in formula.cases if c.form == "closed"]
    below = {f.base for e in cases for f in e.atoms(sp.Pow) if f.exp.is_negative and f.base.free_symbols == {symbol}}
    with suppress(Unsolved):
        return sorted({float(v) for f in below for v in zeros(f, symbol) if v.is_real})
    return []


def _starts(formula: Formula, sizes: tuple[float, ...]) -> Iterator[Place]:
    """Values of the inputs from which one of the members is moved to the other: each of p's bases, and of q's."""
    p, q = formula.distributions
    starts = [_inputs_at(p, base) for base in _bases(p, sizes)]
    if p.family.definition != q.family.definition:
        starts += [_inputs_at(q, base) for base in _bases(q, sizes)]
    for more in islice(_own(own_symbols(formula)), ORDINARY):
        yield from (start | more for start in _with_others(formula, starts))


def _with_others(formula: Formula, starts: list[Place]) -> Iterator[Place]:
    """Places with values of all inputs: those that a place does not have are ordinary ones."""
    ordinary: Place = next(_own(own_symbols(formula)), {})
    for member in reversed(formula.distributions):
        ordinary |= _inputs_at(member, next(_bases(member, ())))
    yield from (ordinary | start for start in starts)


def _inputs_at(member: Distribution, values: list[float]) -> Place:
    return {str(s): v for s, v in zip(member.values, values, strict=True) if s.is_Symbol}


def _near(
    formula: Formula,
    members: tuple[Distribution, Distribution],
    base: Place,
    epsilons: tuple[float, ...],
    times: tuple[float, ...],
) -> Iterator[Place]:
    """Places where two members of one family nearly coincide, a parameter of one being that of the other and a little more,
    or are some times apart."""
    exact = dict(_meeting(members, base))
    same = {s: float(e) for s, e in exact.items()}
    if all(sp.Rational(v) == exact[s] for s, v in same.items()):
        epsilons = (*epsilons, 0.0)  # elsewhere the two only meet as far as floats do
    for moved in (*_moved(same, epsilons), *_several(same, times)):
        if _allowed(formula.distributions, formula, place := base | moved):
            yield place


def _moved(same: dict[Any, float], epsilons: tuple[float, ...]) -> Iterator[Place]:
    """Values near those at which two members are the same."""
    values = {s.name: v for s, v in same.items()}
    for s in (s for s in same if s.is_integer):
        yield from (values | {s.name: same[s] + sign} for sign in (1, -1))
    moving = [s for s in same if not s.is_integer]
    for e in epsilons if moving else ():
        for sign in (1, -1):
            ways = [{s: sign} for s in moving]
            if len(moving) > 1:
                ways += [dict.fromkeys(moving, sign), {s: sign * (-1) ** i for i, s in enumerate(moving)}]
            for way in ways:
                yield {s.name: v * (1 + way.get(s, 0) * e) if v else way.get(s, 0) * e for s, v in same.items()}


def _several(same: dict[Any, float], times: tuple[float, ...]) -> Iterator[Place]:
    """Values some times as large as those at which two members are the same; whole ones where the quotient is whole."""
    for r in times:
        ways = [{s: r} for s in same]
        if len(same) > 1:
            ways += [dict.fromkeys(same, r), {s: r ** (-1) ** i for i, s in enumerate(same)}]
            ways += [dict.fromkeys((s for s in same if not s.is_integer), 1 + BESIDE) | {s: r} for s in same]
        for way in ways:
            moved = {s: v * way.get(s, 1.0) for s, v in same.items()}
            whole = {s: float(round(v)) for s, v in moved.items() if s.is_integer}
            if all(abs(moved[s] - v) < 1e-6 * v for s, v in whole.items()):
                yield {s.name: whole.get(s, v) for s, v in moved.items()}


def measured_near(formula: Formula) -> bool:
    """Whether two members of a formula come near to each other in all their parameters where it is measured.

    >>> from derive import catalog, kl_divergence
    >>> gamma = catalog.Gamma
    >>> qs = gamma("j", "s"), gamma("t", "k"), catalog.Weibull("j", "s")
    >>> [measured_near(kl_divergence(gamma("k", "t"), q)) for q in qs]
    [True, False, False]
    """
    if summand(formula) is not None:
        return True
    members = of_one_family(formula)
    start = None if members is None else next(_starts(formula, ()), None)
    if members is None or start is None:
        return False

    def together(place: Place) -> bool:
        exact = {s: sp.Float(place[n], 30) for n, s in formula.symbols.items() if n in place}
        pairs = zip(*((v.subs(exact) for v in m.values) for m in members), strict=True)
        return all(abs(p - q) <= 1e-6 * (abs(p) + abs(q)) for p, q in pairs)

    return any(map(together, _near(formula, members, start, (1e-8,), ())))


def _meeting(members: tuple[Distribution, Distribution], base: Place) -> Iterator[tuple[Any, Any]]:
    """(a parameter of one member that is an input, its exact value in the other)."""
    same: dict[Any, Any] = {}
    for p, q in zip(*(m.values for m in members), strict=True):
        if p.is_Symbol and q.is_Symbol:
            same[p] = q
        placed = p.xreplace(same)
        sides = ((s, e) for s, e in ((q, p), (p, q)) if s.is_Symbol and s not in e.free_symbols)
        alike = ((s, r) for r in placed.free_symbols for s in q.free_symbols - {r} if placed.xreplace({r: s}) == q)
        for s, e in islice((*sides, *alike, *_where(p, q), *_where(q, p)), 1):
            yield s, e.subs({v: sp.Rational(base[v.name]) for v in e.free_symbols})


def _where(e: Any, value: Any) -> list[tuple[Any, Any]]:
    """The symbol of a root, an exponential or a reciprocal, and where that has a value."""
    inner = e.args[0] if isinstance(e, sp.exp) else e.base if e.is_Pow else e
    if not value.is_number or not inner.is_Symbol or e.is_Symbol:
        return []
    return [(inner, sp.log(value) if isinstance(e, sp.exp) else value ** (1 / e.exp))]


def _named(members: tuple[Distribution | None, ...], values: list[list[float]]) -> Iterator[Place]:
    """Values under the names of the formula's parameters, where they are in the domain."""
    place: Place = {}
    for member, own in zip((m for m in members if m is not None), values, strict=True):
        exact = [
            sp.Integer(int(v)) if "integer" in param.domain else sp.Rational(v)
            for param, v in zip(member.family.params, own, strict=True)
        ]
        if not _admitted(member, exact):
            return
        for symbol, v in zip(member.values, own, strict=True):
            if isinstance(symbol, sp.Symbol):
                if place.get(symbol.name, v) != v:
                    return
                place[symbol.name] = v
    yield place


def _admitted(member: Distribution, exact: list[Any]) -> bool:
    try:
        other = member.family(*exact)
    except ParameterError:
        return False
    return all(c == sp.true for c in other.constraints)
