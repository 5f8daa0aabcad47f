"""F = F(1, a; a + 1; −w), 1 at a = 0 and 1/(1 + w) at a = ∞, less its first terms there.

    hyper_small(a, w)        F = 1 − a/(a + 1) (log(1 + w) − hyper_small)
    hyper_large(a, w)    F = 1/(1 + w) + (w/(1 + w)² + hyper_large)/(a + 1)

With v = 1/(1 + m) in Euler's integral (DLMF 15.6.1) for F by parts, and s = 1 + w, these are

    w² ∫ m/((m + s)² (1 + m)) (1 − (1 + m)^−a) d log m    and    2 w² ∫ m/(m + s)³ (1 + m)^−a d log m

over the whole line, of what is positive, and analytic and bounded where |Im log m| < π/2: the trapezoidal rule converges
geometrically (Trefethen and Weideman, SIAM Review 56, 2014, theorem 5.1), with ends beyond which nothing is left.
"""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp
from sympy.codegen.cfunctions import expm1

from derive.programs.functions.blocks import Block, Helper, end, far, s, x, y, z
from derive.programs.functions.cumulants import log1pexp, logistic
from derive.programs.functions.stable import Stable, ended
from derive.programs.gauss import StepSum


class hyper_small(Stable):
    """log(1 + w) − (1 + 1/a) (1 − F(1, a; a + 1; −w)), a > 0: positive, about a w²/(2a + 4).

    >>> hyper_small(sp.Rational(1, 10**6), sp.Rational(1, 10**3)).evalf(12)
    2.49777840192e-13
    """

    nargs = 2

    @classmethod
    def eval(cls, a: Any, w: Any) -> Any:
        return sp.S.Zero if w == 0 else None

    @staticmethod
    def value(a: Any, w: Any) -> Any:
        return mpmath.log1p(w) - (1 + 1 / a) * (1 - _falling(a, w))


class hyper_large(Stable):
    """(a + 1) (F(1, a; a + 1; −w) − 1/(1 + w)) − w/(1 + w)², a > 0: positive, about 2 w²/(a + 2).

    >>> hyper_large(sp.Integer(10) ** 6, sp.Rational(1, 10**3)).evalf(12)
    1.99400799799e-12
    """

    nargs = 2

    @classmethod
    def eval(cls, a: Any, w: Any) -> Any:
        return sp.S.Zero if w == 0 else None

    @staticmethod
    def value(a: Any, w: Any) -> Any:
        return (a + 1) * (_falling(a, w) - 1 / (1 + w)) - w / (1 + w) ** 2


def _falling(a: Any, w: Any) -> Any:
    """F(1, a; a + 1; −w), by Gauss's continued fraction (DLMF 15.7.5) where mpmath's series may not converge."""
    if w > 0 or a * (1 + w) < 100:
        return mpmath.hyp2f1(1, 1, a + 1, w / (1 + w)) / (1 + w)
    value = mpmath.mpf(1)
    for j in range(10 * mpmath.mp.dps, 0, -1):
        value = 1 + w * j**2 / ((a + 2 * j - 1) * (a + 2 * j)) / value
        value = 1 + w * (a + j - 1) ** 2 / ((a + 2 * j - 2) * (a + 2 * j - 1)) / value
    return 1 / value


LEFT, RIGHT, POWER = sp.Float(37.5, 17), 20, 40
"""e^−LEFT, e^−2 RIGHT and e^−POWER are nothing beside 1."""


def _by_steps(f: Any, low: Any, high: Any, end: Any) -> Block:
    """(w/s)² ∫ (s/(m + s))² f(log m) d log m, where s = 1 + w has the value `end` and the log z."""
    values = StepSum("STEPS", lambda t: logistic(z - (s + t * far)) ** 2 * f(s + t * far))
    return Block(((z, sp.log(end)), (s, low), (far, high - s)), (y / end) ** 2 * far * values)


def _hyper_small(end: Any = 1 + y) -> Block:
    def rest(t: Any) -> Any:
        return -logistic(t) * expm1(-x * log1pexp(t))

    return _by_steps(rest, sp.Min(z, 0) - LEFT, sp.Max(z, 0) + RIGHT, end)


def _hyper_large(end: Any = 1 + y) -> Block:
    """Of m (1 + m)^−a there is nothing left beyond m = e^q − 1 < q e^q, q = POWER/(a − 1), and most is below m = 1/a."""
    q = POWER / sp.Max(x - 1, sp.Float("0.1", 17))

    def rest(t: Any) -> Any:
        return 2 * logistic(t - z) * sp.exp(-x * log1pexp(t))

    return _by_steps(rest, sp.Min(z, -sp.log(x)) - LEFT, sp.Min(z + RIGHT, q + sp.log(q)), end)


hyper_small_to, hyper_large_to = ended(__name__, hyper_small, 2), ended(__name__, hyper_large, 2)

ENDED = {
    hyper_small: (hyper_small_to, lambda a, w: (1 + w,)),
    hyper_large: (hyper_large_to, lambda a, w: (1 + w,)),
}


def _helpers(f: str, block: Any, meaning: str) -> tuple[Helper, Helper]:
    plain, given = meaning.replace("s", "(1 + y)"), meaning.replace("s", "end")
    return Helper(f, (x, y), plain, block()), Helper(f"{f}_to", (x, y, end), f"{given}, stop = 1 + y", block(end))


HELPERS = (
    *_helpers("hyper_small", _hyper_small, "log s - (1 + 1/x) (1 - F(1, x; x + 1; -y))"),
    *_helpers("hyper_large", _hyper_large, "(x + 1) (F(1, x; x + 1; -y) - 1/s) - y/s^2"),
)
