"""Integrands, as functions of the distance t from a point.

At an end of the support what matters is t, not x = end - t, which loses it. So the distance is put into
the expression exactly, before anything is evaluated: log(1 - x) becomes log(t) there. What cancels all
the same, such as 1 - (1 - t)^a, is met with a precision that grows as t leaves 1 in either direction.

Promise: a value that cannot be relied on is nan; it is 0 wherever the density is 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import Any

import mpmath
import sympy as sp
from mpmath import mp

from derive.algebra.cancellation import logs_of_functions
from derive.numerics import balls
from derive.numerics.breakpoints import branch_arguments, breakpoints, centres, has_all_roots
from derive.numerics.numeric import Compiled, compiled, exponential, number, together

Function = Callable[[Any], Any]

LOSS = 14
"""Bits that a value may lose before it counts as cancelling."""

TIERS = 16
"""The precision grows by at most so many halves of the working precision."""


def real_part(value: Any) -> Any:
    """The real part, when the imaginary part is roundoff; else nan."""
    if isinstance(value, mpmath.mpc):
        return value.real if abs(value.imag) <= mp.ldexp(1 + abs(value.real), -mp.prec // 2) else mp.nan
    return mp.mpf(value) if not isinstance(value, mpmath.mpf) else value


def _weighted(parts: list[Any], real: bool = True) -> Any:
    """h exp(log p) from [log p, h], with 0 where the density is 0; or the single part."""
    convert = real_part if real else mp.mpmathify
    if len(parts) == 1:
        return convert(parts[0])
    density = convert(exponential(parts[0]))
    return density * convert(parts[1]) if density else mp.zero


def _weighted_on_balls(on_balls: Callable[[int], Function], plain: bool) -> Callable[[int], Function]:
    """The same for balls."""

    def at(bits: int) -> Function:
        parts = on_balls(bits)
        if plain:
            return lambda t: parts(t)[0]

        def weighted(t: Any) -> Any:
            log_density, h = parts(t)
            return log_density.exp() * h

        return weighted

    return at


FAULTS = (ZeroDivisionError, ValueError, OverflowError, TypeError, NotImplementedError, mp.NoConvergence)


@lru_cache(maxsize=1024)
def _pulled(part: sp.Expr, x: sp.Symbol, closed: bool, origin: sp.Expr, side: int) -> Compiled:
    """One part at origin + side t, by itself: the density of a law is compiled once for all that is expected under it."""
    t = sp.Symbol("t", nonnegative=True) if closed else sp.Symbol("t", positive=True)
    # a log of I_ν as one function first: SymPy writes I_ν(c − t) as a multiple of I_ν(t − c), where a log of it is complex
    pulled = logs_of_functions(part).xreplace({x: origin + side * t})
    if pulled.has(sp.zoo):
        raise ZeroDivisionError("a function that is infinite all along")
    return compiled([pulled], t)


@dataclass(frozen=True)
class Local:
    """An integrand as a function of the distance from a point.

    on_balls  bits -> the same as a function of a ball, for use inside `balls.precision(bits)`; None where there are none
    """

    value: Function
    on_balls: Callable[[int], Function] | None = None

    def __call__(self, t: Any) -> Any:
        return self.value(t)


def twin_of(f: Function, bits: int) -> Function | None:
    """A function of the distance as one of a ball; None where there is none."""
    return f.on_balls(bits) if isinstance(f, Local) and f.on_balls is not None else None


@dataclass(frozen=True)
class Integrand:
    """exp(log_density) h, a plain expression, or a Python function; of `x`.

    `closed` says that t = 0 is a point like any other, as it is for sums.
    """

    parts: tuple[sp.Expr, ...] | None
    x: sp.Symbol
    function: Function | None = None
    closed: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether there is no log-density apart from the integrand."""
        return self.parts is None or len(self.parts) == 1

    def points(self) -> list[sp.Expr]:
        return [p for e in self.parts or () for p in breakpoints(e, self.x)]

    def middles(self, everywhere: bool) -> list[sp.Expr]:
        return [p for e in self.parts or () for p in centres(e, self.x, everywhere)]

    def between(self, low: sp.Expr, high: sp.Expr) -> Integrand:
        """The same between two points that no branch of it changes between: each Piecewise as the branch that holds."""
        if self.parts is None or not any(e.has(sp.Piecewise) for e in self.parts):
            return self
        finite = low.is_finite, high.is_finite
        point = (low + high) / 2 if all(finite) else low + 1 if finite[0] else high - 1 if finite[1] else sp.S.Zero

        def branch(e: sp.Piecewise) -> sp.Expr:
            if all(has_all_roots(a, self.x) for a in branch_arguments(e)):
                for value, condition in e.args:
                    if (holds := condition.xreplace({self.x: point})) == sp.true:
                        return value
                    if holds != sp.false:
                        break
            return e

        return replace(self, parts=tuple(e.replace(lambda f: isinstance(f, sp.Piecewise), branch) for e in self.parts))

    def pulled(self, origin: sp.Expr, side: int) -> Compiled:
        """precision -> t -> the parts at origin + side t."""
        if self.function is not None:
            f, place = self.function, cache(partial(number, origin))
            return Compiled(lambda prec: lambda t: [f(place(prec) + side * t)])
        assert self.parts is not None
        return together([_pulled(part, self.x, self.closed, origin, side) for part in self.parts])

    @property
    def _head(self) -> Integrand:
        """The log-density alone, or all there is."""
        return self if self.parts is None else Integrand(self.parts[:1], self.x, closed=self.closed)

    @property
    def mass(self) -> Integrand:
        """What tells where the mass is: the density without what is expected under it, or all there is."""
        return self if self.parts is None or self.is_plain else replace(self, parts=(self.parts[0], sp.S.One))

    def logarithm(self, origin: sp.Expr, side: int) -> Function:
        """t -> log of the density (or of the absolute integrand) at the distance t, -inf where undefined."""
        pulled = self._head.pulled(origin, side)

        def log_magnitude(t: Any) -> Any:
            try:
                value = pulled(mp.prec)(t)[0]
                if self.is_plain:
                    value = mp.log(abs(value)) if value else mp.ninf
            except FAULTS:
                return mp.ninf
            return mp.re(value) if mp.isfinite(value) else mp.ninf

        return log_magnitude

    def at(self, origin: sp.Expr, side: int, real: bool = True, regular: bool = False) -> Local:
        """t -> the integrand at origin + side t; nan where it has no value that can be relied on.

        The precision grows with |log2 t|, in steps, so that 1 - (1 - t)^a is right for tiny t, unless the
        integrand is known to be `regular` at the origin, or probes in that direction show no cancellation.
        Where more would be needed than is allowed, there is no value.
        """
        pulled, base = self.pulled(origin, side), mp.prec
        twin = None if pulled.on_balls is None else _weighted_on_balls(pulled.on_balls, self.is_plain)
        density = None if self.is_plain else cache(lambda: self._head.pulled(origin, side))

        def once(t: Any, prec: int) -> Any:
            mp.prec = prec
            try:
                return _weighted(pulled(prec)(t), real)
            except FAULTS:
                try:
                    return mp.zero if density and not exponential(density()(prec)(t)[0]) else mp.nan
                except FAULTS:
                    return mp.nan
            finally:
                mp.prec = base

        @cache
        def cancels(direction: int) -> bool:
            for size in (32, base * 3 // 4, base * 3):
                t = mp.ldexp(mp.mpf(4) / 3, direction * size)
                one, two = once(t, base), once(t, base + size + 40)
                if not (one == two or abs(one - two) <= mp.ldexp(abs(two), LOSS - base)):
                    return True
            return False

        def value(t: Any) -> Any:
            if twin is not None and isinstance(t, mpmath.mpf):
                found = balls.sure(lambda bits: lambda x: [twin(bits)(x)], t, base)
                if found is not None:
                    return found[0]
            size = mp.mag(t) if t else 0
            if abs(size) < 8 or (regular and size < 0) or not cancels(1 if size > 0 else -1):
                # a log-density of the size of log t keeps so many bits fewer in its exponential
                own = size.bit_length()
                return once(t, base + own if own > LOSS else base)
            steps = -(-2 * abs(size) // base)
            return once(t, base + base // 2 * steps) if steps <= TIERS else mp.nan

        return Local(value, twin)
