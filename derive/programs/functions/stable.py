"""Functions of real arguments that do not cancel, as SymPy functions: what a formula is rewritten into."""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp


class Stable(sp.Function):
    """A function of real arguments that mpmath evaluates by its definition, at a precision that covers cancellation."""

    is_real = True
    is_extended_real = True
    is_commutative = True

    @staticmethod
    def value(*args: Any) -> Any:
        raise NotImplementedError

    def _eval_evalf(self, prec: int) -> Any:
        with mpmath.workprec(3 * prec + 60):
            try:
                # whole numbers among them would be divided as machine numbers are
                args = [mpmath.mpf(a._to_mpmath(3 * prec + 60)) for a in self.args]
            except ValueError:
                return None
            return sp.Float._new(mpmath.mpf(self.value(*args))._mpf_, prec)


class square(Stable):
    """x², in one piece: for what is not to be multiplied out, until it is written."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return 2 * self.args[0]

    @staticmethod
    def value(x: Any) -> Any:
        return x * x


class Bregman(Stable):
    """The Bregman divergence f(x + d) − f(x) − d f′(x), by the functions f′ and f″."""

    nargs = 2
    slope: Any
    curvature: Any

    @classmethod
    def eval(cls, x: Any, d: Any) -> Any:
        return sp.S.Zero if d == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        x, d = self.args
        rise = self.slope(x + d) - self.slope(x)
        return rise if argindex == 2 else rise - d * self.curvature(x)


class Ended(Stable):
    """A function `of` a step, given also where the step ends: a step of almost −1 from 1 has lost what is left there.

    >>> from derive.programs.functions.elementary import log1pmx_to
    >>> log1pmx_to(sp.Rational(-1, 2), sp.Rational(1, 2)).evalf(12)
    -0.193147180560
    """

    of: Any
    ends = 1

    @classmethod
    def value(cls, *args: Any) -> Any:
        return cls.of(*args[: len(args) - cls.ends])


def ended(room: str, f: Any, count: int, of: Any = None, ends: int = 1) -> Any:
    """f with its ends as arguments behind its own, which are so many, in the module that keeps it."""
    own = {"nargs": count + ends, "of": staticmethod(of or f.value), "ends": ends, "__module__": room}
    return type(f"{f.__name__}_to", (Ended,), own)
