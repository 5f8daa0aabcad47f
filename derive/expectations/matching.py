"""Matching a log-density to kernels: by its form after a change of variable, never by a name.

A *view* of a density is one change of variable under which its log-density is linear in the generators of
some kernel, as a list of *arms*, one for each monotone piece:

    log p(φ(u)) |φ′(u)| = constant + Σ coefficient·statistic(u)        on (low, high)

A density has several views; a statistic is tried on each in turn.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import permutations, tee
from math import prod
from typing import Any

import sympy as sp

from derive.algebra.expansion import divisors, terms
from derive.algebra.harmonics import is_wave
from derive.algebra.normal import expand_logs, is_linear, is_zero, linear_form, roots_of_factors
from derive.expectations import kernel as k
from derive.expectations.change import NoInverse, candidates, normalised, pieces
from derive.expectations.fitting import Arm, fits
from derive.families.facts import Facts

E = Any

MAX_CANDIDATES = 30
"""Changes of variable tried for one density: a bound for densities of a user's own, far above what a textbook needs."""


def on_piece(expression: E, x: sp.Symbol, arm_phi: E, u: sp.Symbol) -> E:
    """An expression in x, written and expanded in u."""
    if arm_phi == x:
        return expand_logs(expression, u)
    written = _of_positive_logs(expression.xreplace({x: arm_phi}), arm_phi)
    if _has_root_of_sum(arm_phi):
        return roots_of_factors(expand_logs(roots_of_factors(written, u), u), u)
    return expand_logs(written, u)


def _of_positive_logs(written: E, phi: E) -> E:
    """With logs that are −log u to a power taken apart: where φ is real, what it has to a broken power is positive.

    >>> u, k = sp.symbols("u k", positive=True)
    >>> phi = 3*(-sp.log(u))**(1/k)
    >>> _of_positive_logs(sp.log(phi) - (phi/3)**k, phi)
    log(u) + log(3) + log(-log(u))/k
    """
    positive = {}
    for power in phi.atoms(sp.Pow):
        factor, inner = power.base.as_independent(sp.log, as_Add=False)
        if not power.exp.is_integer and isinstance(inner, sp.log):
            positive[inner] = sp.Dummy("b", positive=True), factor
    if not positive:
        return written
    written = sp.expand_log(written.xreplace({log: b / factor for log, (b, factor) in positive.items()}))
    return written.xreplace({b: factor * log for log, (b, factor) in positive.items()})


def _has_root_of_sum(phi: E) -> bool:
    return any(e.exp.is_Rational and e.exp.q == 2 and e.base.is_Add for e in phi.atoms(sp.Pow))


def views(
    log_density: E,
    x: sp.Symbol,
    low: E,
    high: E,
    measure: str,
    facts: Facts,
    source: E | None = None,
    made: MutableMapping[E, list[Arm] | None] | None = None,
    polynomial: bool = False,
) -> Iterator[list[Arm]]:
    """The changes of variable under which a density has kernels, simplest first.

    They are looked for in the log-density itself, or in a `source` with statistics of its own. What each gave is kept
    in `made`. With `polynomial`, the polynomials in u that are factors of the density are multiplied out first.
    """
    seen = set()
    made = {} if made is None else made
    changes = _changes if source is None else partial(_foreign, source)
    for g in changes(log_density, x, low, high, measure, facts):
        if (form := sp.expand(g, log=False)) in seen:
            continue
        seen.add(form)
        if form not in made:
            made[form] = _arms(log_density, x, g, low, high, measure, facts, polynomial)
        if (arms := made[form]) is not None:
            yield arms


def _changes(log_density: E, x: sp.Symbol, low: E, high: E, measure: str, facts: Facts) -> Iterator[E]:
    if measure == "counting":
        yield from _lattice(x, low, high)
        return
    if measure == "circle":
        yield x
        for e in sorted(log_density.atoms(sp.cos, sp.sin), key=sp.default_sort_key):
            if e.args[0].has(x):
                yield e.args[0]
        return
    y = sp.Dummy("y")
    later = []
    flat = not log_density.has(x)
    linear = {} if {low, high} & {sp.oo, -sp.oo} else _linear_powers(log_density, x)
    yield from (sp.log(g) for g, c in linear.items() if c == -1)  # 1/g is no power that a stretch takes
    both = dict.fromkeys([*candidates(log_density, x), *candidates(expand_logs(log_density, x), x)])
    for g in list(both)[:MAX_CANDIDATES]:
        factor, power = g.as_independent(x, as_Add=False)
        square = power.is_Pow and power.exp == 2
        try:
            branches = pieces(g, x, low, high, y, facts)
        except NoInverse:
            later += [sp.sqrt(factor) * power.base] if square else []
            continue
        ends = (branches[0].low, branches[0].high)
        for standard in normalised(g, *ends, facts, flat):
            yield standard
            if sp.oo not in ends and -sp.oo not in ends:
                later.append(standard**2)
        if ends[1] == sp.oo and ends[0] != 0 and facts.decide(sp.Gt(ends[0], 0)) and log_density.has(sp.log):
            later.append(g**2)
        if square and (len(branches) == 2 or log_density.has(sp.log)):
            later.append(sp.sqrt(factor) * power.base)
        elif ends in ((0, sp.oo), (-sp.oo, 0)) and log_density.has(sp.log):
            later.append(1 / g if ends[0] == 0 else -1 / g)
    yield from later
    yield from _zeros_as_ends(linear, x, facts)


def _linear_powers(log_density: E, x: sp.Symbol) -> dict[E, E]:
    """The linear functions of whose powers a density has a product, with the exponents."""
    own = linear_form(expand_logs(log_density, x), x)[1]
    powers = {f: c for s, c in own.items() if isinstance(s, sp.log) for f in sp.Mul.make_args(sp.factor(s.args[0]))}
    return {f: c for f, c in powers.items() if is_linear(f, x)}


def _zeros_as_ends(linear: Iterable[E], x: sp.Symbol, facts: Facts) -> Iterator[E]:
    """The zeros of two linear functions moved to 0 and 1: on a stretch of a density that goes on beyond it."""
    zeros = [sp.expand(x - g / g.coeff(x)) for g in map(sp.expand, linear)]
    for one, other in permutations(zeros, 2):
        if facts.decide(sp.Lt(one, other)):
            yield (x - one) / (other - one)


def _foreign(source: E, log_density: E, x: sp.Symbol, low: E, high: E, measure: str, facts: Facts) -> Iterator[E]:
    """The changes of variable in a statistic under which a density may still have kernels.

    Linear functions on a bounded stretch, or where the density is exponential; powers and logs, where it is a product of
    powers; exponentials, where it is exponential: a power of any power is a power.
    """
    bounded = not {low, high} & {sp.oo, -sp.oo}
    own = linear_form(expand_logs(log_density, x), x)[1]
    powers, exponentials = all(isinstance(s, sp.log) and is_linear(s.args[0], x) for s in own), set(own) <= {x}
    logs = sorted((e for e in source.atoms(sp.log) if e.has(x)), key=sp.default_sort_key)
    for g in dict.fromkeys([*candidates(source, x), *candidates(expand_logs(source, x), x), *logs]):
        inner = g.base if g.is_Pow and not g.exp.has(x) else g.args[0] if isinstance(g, (sp.exp, sp.log)) else g
        if g == x or not is_linear(inner, x):
            continue
        if inner == g:
            if bounded or exponentials:
                yield g
        elif exponentials if isinstance(g, sp.exp) else powers:
            try:
                (piece,) = pieces(g, x, low, high, sp.Dummy("y"), facts)
            except (NoInverse, ValueError):
                continue
            yield from normalised(g, piece.low, piece.high, facts, False)


def _lattice(x: sp.Symbol, low: E, high: E) -> Iterator[E]:
    if low == -sp.oo and high == sp.oo:
        yield sp.Abs(x)
    elif high == sp.oo or low != -sp.oo:
        yield x
        if low not in (0, 1):
            yield x - low
    else:
        yield -x


def _arms(
    log_density: E, x: sp.Symbol, g: E, low: E, high: E, measure: str, facts: Facts, polynomial: bool
) -> list[Arm] | None:
    y = sp.Dummy("y")
    if measure == "circle":
        turns = g.coeff(x)
        shift = sp.expand(g - turns * x)
        if shift.has(x) or not turns.is_Integer or turns == 0:
            return None
        found = [_Stretch((k.v - shift) / turns, -sp.pi, sp.pi, True)]
    elif measure == "counting":
        found = _lattice_pieces(x, g, low, high, facts)
    else:
        try:
            found = [_Stretch(p.phi, p.low, p.high, p.rising) for p in pieces(g, x, low, high, y, facts)]
        except NoInverse:
            return None
    arms = []
    for piece in found:
        least = facts.decide(sp.Ge(piece.low, 0))
        u = (k.m if least else k.i) if measure == "counting" else k.u if least else k.v
        phi = piece.phi.xreplace({y: u})
        phi = roots_of_factors(phi, u) if _has_root_of_sum(phi) else _short(phi, u)
        slope = 0 if measure != "lebesgue" else 1 if piece.rising else -1
        constant, statistics = _in_u(log_density, x, phi, u, slope)
        arm = Arm(g, phi, u, piece.low, piece.high, measure, constant, tuple(statistics.items()))
        arm = _polynomial(arm) if polynomial else _unmix(arm, facts)
        if not any(True for _ in fits(arm, (u,) if polynomial else (), facts)):
            return None
        arms.append(arm)
    return arms


def _short(phi: E, u: sp.Symbol) -> E:
    """A linear function of u or of a power of u with what cancels in its two coefficients gone; a product where that is none.

    >>> a, b, u = sp.symbols("a b u", positive=True)
    >>> _short((a + b)*(u*(1 - a/(a + b)) + a/(a + b)), u), _short((1 - u)/(a + b), u)
    (a + b*u, (1 - u)/(a + b))
    """
    if not divisors(phi):
        return phi
    parts = sp.collect(sp.expand(phi, log=False), u, evaluate=False)
    if len(parts) > 2 or not all(p == 1 or p.as_base_exp()[0] == u for p in parts):
        return phi
    short = sp.Add(*(sp.cancel(c) * p for p, c in parts.items()))
    return short if sp.count_ops(short) < sp.count_ops(phi) else phi


@lru_cache(maxsize=1024)
def _in_u(log_density: E, x: sp.Symbol, phi: E, u: sp.Symbol, slope: int) -> tuple[E, dict[E, E]]:
    """The log-density at x = φ(u) as (constant, {statistic: coefficient}), with log |φ′(u)| where it has a slope."""
    jacobian = sp.diff(phi, u) * slope if slope else sp.S.One
    jacobian = sp.factor(jacobian) if _has_root_of_sum(phi) else _positive_fraction(jacobian, u)
    shift, letter = phi.as_independent(u, as_Add=True)[0], sp.Dummy("shift", real=True)
    if _is_long(shift) and phi.is_polynomial(u) and any(_is_high(f, x) for f in log_density.atoms(sp.Pow)):
        constant, statistics = _in_u(log_density, x, letter + phi - shift, u, slope)
        if (back := _put_back(statistics, letter, shift, u)) is not None:
            return constant.xreplace({letter: shift}), back
    expanded = on_piece(log_density, x, phi, u) + expand_logs(_of_positive_logs(sp.log(jacobian), phi), u)
    return linear_form(expand_logs(expanded, u), u)


def _is_long(shift: E) -> bool:
    return shift.is_Add and len(shift.args) > 2


def _is_high(power: E, x: sp.Symbol) -> bool:
    """Whether x to a power stands for very many terms once x is a sum."""
    return bool(power.exp.is_Integer and power.exp > 2 and power.base.has(x))


def _put_back(statistics: dict[E, E], letter: sp.Symbol, shift: E, u: sp.Symbol) -> dict[E, E] | None:
    """Statistics in which a letter stands for a sum with that sum, its powers not multiplied out; None where something cancels
    that only then would be seen.

    >>> a, b, c, h, u = sp.symbols("a b c h u")
    >>> print(_put_back({sp.log(u + h**3): sp.S.One}, h, a + b + c, u))
    {log(u + (a + b + c)**3): 1}
    >>> print(_put_back({sp.log(u*(h - b - c) + u**2*(h - a - b - c)): sp.S.One}, h, a + b + c, u))
    None
    """
    found: dict[E, E] = {}
    for s, c in statistics.items():
        inside = s.args[0] if isinstance(s, sp.log) else s
        coefficients = [c, *(sp.Poly(inside, u).coeffs() if inside.is_polynomial(u) else ())]
        if any(e.has(letter) and is_zero(e.xreplace({letter: shift})) for e in coefficients):
            return None
        found[s.xreplace({letter: shift})] = c.xreplace({letter: shift})
    return found if len(found) == len(statistics) else None


def _positive_fraction(e: E, u: sp.Symbol) -> E:
    """Something positive, rational in u, cancelled: −1/(u − 1) is 1/(1 − u)."""
    if not (e.has(u) and e.is_rational_function(u)):
        return e
    above, below = sp.fraction(sp.cancel(e))
    return sp.expand(-above) / sp.expand(-below) if above.could_extract_minus_sign() else above / below


@dataclass(frozen=True)
class _Stretch:
    phi: E
    low: E
    high: E
    rising: bool


def _lattice_pieces(x: sp.Symbol, g: E, low: E, high: E, facts: Facts) -> list[_Stretch]:
    if isinstance(g, sp.Abs):
        return [_Stretch(k.m, sp.S.Zero, sp.oo, True), _Stretch(-k.m, sp.S.One, sp.oo, False)]
    shift = x - g
    u = k.m if facts.decide(sp.Ge(low - shift, 0)) else k.i
    return [_Stretch(u + shift, low - shift, high - shift, True)]


def _unmix(arm: Arm, facts: Facts) -> Arm:
    """Expand integer powers of sums and waves in the density, exp(n·log w(u)), when no kernel generates them."""
    if any(not fit.kernel.after_sums for fit in fits(arm, (), facts)):
        return arm
    sums = list(_whole_powers(arm, lambda e: e.is_Add or is_wave(e, arm.u)))
    for index in range(len(sums)):
        mixed = _mixed(arm, sums[: index + 1])
        if all(_carries(mixed, part, facts) for _, part in mixed.mixture):
            return mixed
    return arm


def _carries(arm: Arm, monomial: E, facts: Facts) -> bool:
    """Whether some kernel takes a factor of the density: as a shift, or a whole power of u as a derivative."""
    ways = [decompose_statistics(monomial, arm.u, arm.measure)]
    ways += [(arm.u,)] if monomial.is_polynomial(arm.u) and arm.measure == "lebesgue" else []
    return any(True for way in ways for _ in fits(arm, way, facts))


def _polynomial(arm: Arm) -> Arm:
    """All polynomials in u in the density multiplied out: |f|² is one too."""

    def polynomial(e: E) -> bool:
        return bool((e.args[0] if isinstance(e, sp.Abs) else e).is_polynomial(arm.u))

    mixed = _mixed(arm, list(_whole_powers(arm, polynomial)))
    return arm if any(part.has(sp.Abs) for _, part in mixed.mixture) else mixed


def _whole_powers(arm: Arm, chosen: Callable[[E], bool]) -> Iterator[tuple[E, E]]:
    """The logs of a density that stand for positive whole powers."""
    for s, c in arm.statistics:
        if isinstance(s, sp.log) and chosen(s.args[0]) and c.is_Integer and 0 < c <= 8:
            yield s, c


def _mixed(arm: Arm, chosen: list[tuple[E, E]]) -> Arm:
    """An arm with some of its logs in the mixture, multiplied out."""
    powers = [(s.args[0], int(c)) for s, c in chosen]
    held: dict[E, E] = {}  # letters for coefficients, which would be multiplied out too
    if prod(terms(e) ** c for e, c in powers) > MOST_TERMS:
        powers = [(_with_coefficients_held(e, arm.u, held), c) for e, c in powers]
    weight = sp.expand(sp.Mul(*(e**c for e, c in powers)), log=False)
    weight = (sp.collect(weight, arm.u) if weight.is_polynomial(arm.u) else weight).xreplace(held)
    rest = tuple(item for item in arm.statistics if item not in chosen)
    return replace(
        arm, statistics=rest, mixture=tuple(t.as_independent(arm.u, as_Add=False) for t in sp.Add.make_args(weight))
    )


MOST_TERMS = 10_000
"""Products of terms beyond which coefficients of a polynomial are not multiplied out with it."""


def _with_coefficients_held(e: E, u: sp.Symbol, held: dict[E, E]) -> E:
    """A polynomial in u with letters, which are kept, for coefficients that are sums."""
    if not e.is_polynomial(u):
        return e
    total = sp.S.Zero
    for power, coefficient in sp.collect(e, u, evaluate=False).items():
        letter = sp.Dummy("c")
        held[letter] = coefficient
        total += letter * power
    return total


def decompose_statistics(monomial: E, u: sp.Symbol, measure: str) -> tuple[E, ...]:
    """The statistics that a factor exp(Σ s·t) of the density involves."""
    if monomial == 1:
        return ()
    if monomial.has(sp.cos, sp.sin):
        return (sp.cos(u),) if measure == "circle" else (u,)
    return tuple(linear_form(expand_logs(sp.log(monomial), u), u)[1])


class _Kept:
    """What an iterator gives, kept for whoever asks next; begun anew after it failed.

    >>> kept = _Kept(lambda: (1 / n for n in (2, 1, 0)))
    >>> for _ in range(2):
    ...     try:
    ...         for value in kept: print(value)
    ...     except ZeroDivisionError:
    ...         print("and fails")
    0.5
    1.0
    and fails
    0.5
    1.0
    and fails
    """

    def __init__(self, made: Callable[[], Iterator[Any]]):
        self._made, self._found = made, tee(made(), 1)

    def __iter__(self) -> Iterator[Any]:
        try:
            yield from copy(self._found[0])
        except Exception:  # it would give nothing more from now on
            self._found = tee(self._made(), 1)
            raise


class _OwnViews:
    """The views of a stretch of a density that stand in it alone; those of its polynomials; and what each change gave."""

    def __init__(self, log_density: E, x: sp.Symbol, low: E, high: E, measure: str, facts: Facts):
        about = (log_density, x, low, high, measure, facts, None)
        self.made: dict[E, list[Arm] | None] = {}
        self.plain = _Kept(lambda: views(*about, self.made))
        self.multiplied_out = _Kept(lambda: views(*about, polynomial=True))


_own_views = lru_cache(maxsize=256)(_OwnViews)
"""One for all the pairs of a law."""


class Panel:
    """A stretch of the support without kinks, and its views, found as they are asked for."""

    def __init__(self, log_density: E, x: sp.Symbol, low: E, high: E, measure: str, facts: Facts):
        self.x, self.low, self.high, self.measure, self.facts = x, low, high, measure, facts
        self._stretch = log_density, x, low, high, measure
        letters = log_density.free_symbols | low.free_symbols | high.free_symbols
        self._own = _own_views(*self._stretch, facts.about(letters))
        self._made = ChainMap({}, self._own.made)

    @property
    def linear(self) -> bool:
        """Whether the density is a constant or a product of linear functions: of higher powers, formulas with the factors of a
        log are of many kilobytes (KL of two Tricube laws)."""
        log_density, x = self._stretch[:2]
        own = linear_form(expand_logs(log_density, x), x)[1]
        return all(isinstance(s, sp.log) and is_linear(s.args[0], x) and c == 1 for s, c in own.items())

    def views_for(self, statistic: E) -> Iterator[list[Arm]]:
        """The density's own views, those whose change of variable stands in a statistic, those of polynomials."""
        yield from self._own.plain
        sums = any(e.base.is_Add and e.has(self.x) for e in statistic.atoms(sp.Pow))
        if self.measure == "lebesgue" and (sums or statistic.has(sp.log)):
            yield from views(*self._stretch, self.facts, statistic, self._made)
        if self.measure == "lebesgue" and statistic.has(sp.cos, sp.sin, sp.exp, sp.Abs):
            yield from self._own.multiplied_out
