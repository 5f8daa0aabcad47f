"""What is known about parameters beyond the assumptions on their symbols, and deciding with it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import sympy as sp

from derive.algebra.positivity import (
    definite,
    functions_signed,
    inside_logs,
    powers_signed,
    roots_signed,
    sides_of_exponential,
)
from derive.algebra.signs import places, sign_at
from derive.families.family import Distribution
from derive.families.parameter import DOMAINS

LONGEST = 150
"""Operations beyond which an expression is not multiplied out, factored or asked for its sign: that may take for ever."""


@dataclass(eq=False)
class Facts:
    """Parameters rewritten in free positive unknowns, so that SymPy's assumptions decide inequalities.

    A probability p is 1/(1 + t) with t > 0; a constraint a < b makes b = a + t.

    >>> a, b = sp.symbols("a b", real=True)
    >>> facts = Facts()
    >>> facts.learn(a < b)
    >>> facts.decide(b - a > 0), facts.decide(a > 0)
    (True, None)
    """

    rewriting: dict[Any, Any] = field(default_factory=dict)
    known: list[tuple[Any, bool]] = field(default_factory=list)
    """Differences that are positive (True) or not negative (False)."""
    above: Facts | None = field(default=None, repr=False)
    """Those that these add to: what they decided stands."""
    _decided: dict[Any, bool | None] = field(default_factory=dict, repr=False)
    _under: dict[Any, Facts] = field(default_factory=dict, repr=False)

    def learn(self, relation: Any) -> None:
        """Take an inequality between parameters as true."""
        if not isinstance(relation, (sp.StrictLessThan, sp.LessThan, sp.StrictGreaterThan, sp.GreaterThan)):
            return
        if self.decide(relation):
            return
        strict = isinstance(relation, (sp.StrictLessThan, sp.StrictGreaterThan))
        low, high = _isolated(relation.lts, relation.gts)
        if strict and self._sharpened(high - low):
            return
        t = free = sp.Dummy("t", positive=True) if strict else sp.Dummy("t", nonnegative=True)
        if (high - low).is_integer:
            t = sp.Dummy("t", integer=True, **({"positive": True} if strict else {"nonnegative": True}))
        lower, upper = self._free(low, high), self._free(high, low)
        if upper and not (lower and high.is_positive and not low.is_positive):  # what is known to be positive stays so
            self._set(high, low + t)
        elif lower:
            # a positive symbol below a bound is a fraction of it; a real one is the bound less something
            fraction = low.is_positive and high.is_positive
            self._set(low, high / (1 + free) if fraction else high - t)
        elif strict and (room := self._room(low, high)) is not None:
            self._set(room[0], room[1] / (1 + free))
        else:
            self.known.append((high - low, strict))
        self._forget()

    def _free(self, symbol: Any, other: Any) -> bool:
        """Whether a side of a relation is a parameter that may be rewritten in terms of the other side."""
        return symbol.is_Symbol and symbol not in self.rewriting and not other.xreplace(self.rewriting).has(symbol)

    def _sharpened(self, difference: Any) -> bool:
        """Take an unknown that is not negative as positive, where it is what keeps a positive difference from 0."""
        factors = sp.Mul.make_args(sp.together(sp.expand(difference.xreplace(self.rewriting))))
        free = [f for f in factors if not f.is_positive]
        t = free[0] if len(free) == 1 else None
        if (
            not isinstance(t, sp.Dummy)
            or difference.has(t)
            or not any(value.has(t) for value in self.rewriting.values())
        ):
            return False
        positive = sp.Dummy(t.name, positive=True, integer=t.is_integer)
        self.rewriting = {k: e.xreplace({t: positive}) for k, e in self.rewriting.items()}
        self._forget()
        return True

    def _room(self, low: Any, high: Any) -> tuple[Any, Any] | None:
        """A positive unknown that is a term of the lower side, and what it must stay below."""
        value = self.rewriting.get(low, low)
        for t in set(sp.Add.make_args(value)) - self.rewriting.keys():
            room = sp.expand((high - (value - t)).xreplace(self.rewriting)) if t.is_Symbol else sp.S.Zero
            if t.is_positive and not t.is_integer and not room.has(t) and room.is_positive:
                return t, room
        return None

    def _set(self, symbol: Any, value: Any) -> None:
        value = value.xreplace(self.rewriting)
        self.rewriting = {k: e.xreplace({symbol: value}) for k, e in self.rewriting.items()} | {symbol: value}
        self._forget()

    def _forget(self) -> None:
        """What was decided with less known."""
        self._decided.clear()
        self._under.clear()

    def learn_distribution(self, p: Distribution) -> None:
        """The domains of a member's symbolic parameters, and its constraints."""
        for param, value in zip(p.family.params, p.values, strict=True):
            low, high = DOMAINS[param.domain].bounds
            if isinstance(value, sp.Symbol) and high is not None and value not in self.rewriting:
                self._set(value, high / (1 + sp.Dummy("t", positive=True)))
        for constraint in p.constraints:
            self.learn(constraint)

    def under(self, relations: Iterable[Any]) -> Facts:
        """These facts with further inequalities taken as known: the same ones, with what they decided, when asked again."""
        key = tuple(relations)
        if key not in self._under:
            self._under[key] = Facts(dict(self.rewriting), list(self.known), above=self)
            for relation in key:
                self._under[key].learn(relation)
        return self._under[key]

    def about(self, symbols: set[Any]) -> Facts:
        """What tells of some symbols as much as these facts do: the first of those that they add to which does.

        >>> a, b = sp.symbols("a b", real=True)
        >>> more = (facts := Facts()).under([b > 1])
        >>> more.about({a}) is facts, more.about({b}) is more
        (True, True)
        """
        facts = self
        while facts.above is not None and facts._told_of(symbols) == facts.above._told_of(symbols):
            facts = facts.above
        return facts

    def _told_of(self, symbols: set[Any]) -> tuple[dict[Any, Any], list[tuple[Any, bool]]]:
        """How symbols are rewritten, and what is known of the unknowns in which they are."""
        written = {s: self.rewriting[s] for s in symbols if s in self.rewriting}
        unknowns = symbols.union(*(e.free_symbols for e in written.values()))
        return written, [item for item in self.known if item[0].xreplace(self.rewriting).free_symbols & unknowns]

    def decide(self, relation: Any) -> bool | None:
        """Whether an inequality always holds, never holds, or (None) depends or is not known."""
        if relation in (sp.true, True):
            return True
        if relation in (sp.false, False):
            return False
        if isinstance(relation, sp.And):
            answers = [self.decide(r) for r in relation.args]
            return False if False in answers else True if all(answers) else None
        if isinstance(relation, sp.Or):
            answers = [self.decide(r) for r in relation.args]
            return True if True in answers else False if all(x is False for x in answers) else None
        if not hasattr(relation, "gts"):
            return None
        if relation not in self._decided:
            before = None if self.above is None else self.above._decided.get(relation)
            self._decided[relation] = self._compared(relation) if before is None else before
        return self._decided[relation]

    def _compared(self, relation: Any) -> bool | None:
        strict = isinstance(relation, (sp.StrictLessThan, sp.StrictGreaterThan))
        if relation.gts == 0 and isinstance(relation.lts, sp.log):
            return self._positive(sp.S.One, relation.lts.args[0], strict)
        return self._positive(relation.gts, relation.lts, strict)

    def _positive(self, high: Any, low: Any, strict: bool) -> bool | None:
        if high is sp.oo or low is -sp.oo:
            return high != low or None
        if low is sp.oo or high is -sp.oo:
            return False
        if high.has(sp.exp) or low.has(sp.exp):  # whose sign hangs on the unknowns in their exponents
            high, low = high.xreplace(self.rewriting), low.xreplace(self.rewriting)
        if high.is_Add != low.is_Add and (apart := sides_of_exponential(high - low)) is not None:
            high, low = apart
        if high.is_positive and low.is_positive and (high.has(sp.exp) or low.has(sp.exp)):
            high, low = sp.expand_log(sp.log(high)), sp.expand_log(sp.log(low))
        if (ratio := inside_logs(high - low)) is not None:
            high, low = ratio
        signed = self._cosines_signed(roots_signed(functions_signed(high - low, self.decide)))
        difference = powers_signed(self._exponentials_signed(self._logs_signed(signed)).xreplace(self.rewriting))
        if self._varies((high - low).xreplace(self.rewriting)):
            return None
        plain = difference
        for form in (None, sp.expand, sp.factor):
            if form is not None:
                difference = plain if sp.count_ops(difference) > LONGEST else difference  # squares multiplied out
                if sp.count_ops(difference) > LONGEST:
                    break
                difference = form(difference)
            if (difference.is_positive if strict else difference.is_nonnegative) is True:
                return True
            if (difference.is_nonpositive if strict else difference.is_negative) is True:
                return False
            if strict and difference.is_nonnegative and difference.has(sp.log) and self._without_zeros(difference):
                return True
        bounded = sp.expand((high - low).xreplace({e: self._below(e) for e in (high - low).atoms(sp.log)}))
        if bounded.is_positive if strict else bounded.is_nonnegative:
            return True
        if bounded.is_nonpositive if strict else bounded.is_negative:
            return False
        known = self._from_known(sp.expand(high - low), strict)
        return definite(sp.expand(high - low)) or self._beyond_wave(high - low, strict) if known is None else known

    def _without_zeros(self, product: Any) -> bool:
        """Whether no factor of what is not negative can be 0.

        >>> a, b = sp.symbols("a b", positive=True)
        >>> Facts().decide((sp.log(a + b) - sp.log(a)) ** 2 > 0)
        True
        """
        bases = (f.as_base_exp()[0] for f in sp.Mul.make_args(product))
        return all(b.is_positive or b.has(sp.log) and b != product and self.sign(b) for b in bases)

    def _beyond_wave(self, difference: Any, strict: bool) -> bool | None:
        """Whether a difference with one sine or cosine has one sign where that is 1 and where it is −1.

        >>> u, c = sp.symbols("u c", real=True)
        >>> Facts().under([c < 1, c > -1]).decide(1 + c * sp.sin(u) > 0)
        True
        """
        waves = difference.atoms(sp.sin, sp.cos)
        wave = waves.pop() if len(waves) == 1 else sp.S.Zero
        if not wave.is_real or wave == 0 or not sp.diff(level := difference.xreplace({wave: T}), T, 2).is_zero:
            return None
        relation = sp.Gt if strict else sp.Ge
        return all(self.decide(relation(sp.expand(level.subs(T, end)), 0)) for end in (1, -1)) or None

    def _varies(self, difference: Any) -> bool:
        """Whether a difference is seen to be positive at one point and negative at another: no proof will be found then."""
        known = [e.xreplace(self.rewriting) for e, _ in self.known]
        above = below = False
        for place in places(difference.free_symbols.union(*(e.free_symbols for e in known))):
            if all(sign_at(e, place) > 0 for e in known):
                sign = sign_at(difference, place)
                above, below = above or sign > 0, below or sign < 0
        return above and below

    def _below(self, logarithm: Any) -> Any:
        """log z as z − 1 less what is nonnegative, and positive where z is known not to be 1."""
        z = logarithm.args[0]
        apart = not z.has(sp.log, sp.exp) and any(self.decide(relation(z, 1)) for relation in (sp.Lt, sp.Gt))
        return z - 1 - (sp.Dummy("t", positive=True) if apart else sp.Dummy("t", nonnegative=True))

    def _logs_signed(self, difference: Any) -> Any:
        """Logs of what is known to be below or above 1, or no more or less than that, as unknowns of these signs.

        >>> a, b = sp.symbols("a b", positive=True)
        >>> Facts().under([a + b <= 1]).decide(sp.log(a + b) <= 0)
        True
        """
        signs: dict[Any, Any] = {}
        for e in difference.atoms(sp.log):
            inner = e.args[0]
            if inner.has(sp.log, sp.exp) or inner.is_extended_real is False:
                continue
            for strict, weak, sign in ((inner < 1, inner <= 1, -1), (inner > 1, inner >= 1, 1)):
                if self.decide(strict):
                    signs[e] = sign * sp.Dummy("t", positive=True)
                elif self.decide(weak):
                    signs[e] = sign * sp.Dummy("t", nonnegative=True)
        return difference.xreplace(signs)

    def _cosines_signed(self, difference: Any) -> Any:
        """Cosines of what is known to be near 0 as something positive, or as −1 and that.

        >>> m, s = sp.Symbol("m", real=True), sp.Symbol("s", positive=True)
        >>> near = Facts().under([m < s, m > -s])
        >>> near.decide(sp.cos(sp.pi * m / s) + 1 > 0), near.decide(sp.cos(sp.pi * m / s / 2) > 0)
        (True, True)
        """
        found: dict[Any, Any] = {}
        for e in difference.atoms(sp.cos):
            for turn, least in ((2 * e.args[0] / sp.pi, 0), (e.args[0] / sp.pi, -1)):
                if e not in found and all(self.decide(self._monic(r)) for r in (turn < 1, turn > -1)):
                    found[e] = sp.Dummy("t", positive=True) + least
        return difference.xreplace(found)

    def _exponentials_signed(self, difference: Any) -> Any:
        """Differences of exponentials inside an expression, whose signs are known, as unknowns of these signs."""
        signs: dict[Any, Any] = {}
        for e in difference.atoms(sp.Add) - {difference}:
            for sign in (1, -1) if sides_of_exponential(e) or sides_of_exponential(-e) else ():
                for relation, kind in ((sp.Gt(sign * e, 0), "positive"), (sp.Ge(sign * e, 0), "nonnegative")):
                    if e not in signs and self.decide(relation):
                        signs[e] = sign * sp.Dummy("t", **{kind: True})
        return difference.xreplace(signs) if signs else difference

    def _from_known(self, difference: Any, strict: bool) -> bool | None:
        """An inequality that a learned one, times a positive factor and plus something positive, implies."""
        if sp.count_ops(difference) > LONGEST:
            return None
        for sign, answer in ((1, True), (-1, False)):
            for expression, positive in self.known:
                for factor in _factors(sign * difference, expression):
                    rest = sp.expand(sp.expand(sign * difference - factor * expression).xreplace(self.rewriting))
                    tight = positive or rest.is_positive
                    if rest.is_nonnegative and (tight or (strict if sign < 0 else not strict)):
                        return answer
        return None

    def cleared(self, relation: Any) -> Any:
        """The same inequality without a denominator whose sign is known.

        >>> b = sp.Symbol("b", positive=True)
        >>> Facts().cleared(1/b < 1)
        b - 1 > 0
        """
        if isinstance(relation, (sp.And, sp.Or)):
            return relation.func(*map(self.cleared, relation.args))
        if not hasattr(relation, "gts"):
            return relation
        numerator, denominator = sp.fraction(sp.together(relation.lts - relation.gts))
        sign = None if denominator.is_number else self.sign(denominator)
        if not sign:
            return relation
        strict = isinstance(relation, (sp.StrictLessThan, sp.StrictGreaterThan))
        return (sp.Gt if strict else sp.Ge)(sp.expand(-sign * numerator), 0)

    def _monic(self, relation: Any) -> Any:
        """The same inequality without denominators, and with no number before what may have either sign."""
        cleared = self.cleared(relation)
        if not hasattr(cleared, "gts"):
            return cleared
        difference = cleared.gts - cleared.lts
        sizes = [abs(difference.coeff(s)) for s in difference.free_symbols if s.is_positive is None]
        return sp.Gt(sp.expand(difference / sizes[0]), 0) if len(sizes) == 1 and sizes[0].is_positive else cleared

    def sign(self, expression: Any) -> int | None:
        """1, -1 or 0 when the sign of an expression is known, None when not, or where it is not real.

        >>> Facts().sign(sp.I + sp.Symbol("x", real=True)) is None
        True
        >>> a = sp.Symbol("a", positive=True)
        >>> Facts().sign(-2/(a*(sp.log(a + 1) - sp.log(a))))
        -1
        """
        if expression.is_extended_real is False:
            return None
        if self.decide(sp.Gt(expression, 0)):
            return 1
        if self.decide(sp.Lt(expression, 0)):
            return -1
        above, below = expression.as_numer_denom()
        if below.has(sp.log):
            signs = [self.sign(f) for f in (*sp.Mul.make_args(above), *sp.Mul.make_args(below))]
            return None if None in signs else math.prod(signs)  # type: ignore[arg-type]
        return 0 if expression.is_zero else None


def _factors(difference: Any, expression: Any) -> Iterator[Any]:
    """1, and the positive factors of an expression at which a symbol that is linear in it falls out of a difference."""
    yield sp.S.One
    tried = {sp.S.One}
    for s in sorted(expression.free_symbols & difference.free_symbols, key=sp.default_sort_key):
        factor = sp.cancel(difference.coeff(s) / expression.coeff(s)) if expression.coeff(s) != 0 else sp.S.Zero
        if factor.is_positive and factor not in tried:
            tried.add(factor)
            yield factor


T = sp.Symbol("_t", real=True)
"""What stands for a sine or a cosine."""


def _isolated(low: Any, high: Any) -> tuple[Any, Any]:
    """The sides of an inequality that is linear in a symbol of either sign, with that symbol on a side by itself."""
    if low.is_Symbol or high.is_Symbol:
        return low, high
    difference = sp.expand(high - low)
    for s in sorted((s for s in difference.free_symbols if s.is_positive is None and s.is_real), key=str):
        rest, term = difference.as_independent(s, as_Add=True)
        if (slope := term / s).is_Rational:
            return (-rest / slope, s) if slope > 0 else (s, rest / -slope)
    return low, high


def facts_of(distributions: Iterable[Distribution]) -> Facts:
    """What the domains and constraints of distributions say: shared, so that it is added to by `under` alone."""
    return _facts_of(tuple(distributions))


@lru_cache(maxsize=256)
def _facts_of(distributions: tuple[Distribution, ...]) -> Facts:
    if not distributions:
        return Facts()
    *others, last = distributions
    above = facts_of(others)
    facts = Facts(dict(above.rewriting), list(above.known), above=above)
    facts.learn_distribution(last)
    return facts
