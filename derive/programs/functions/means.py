"""Means of what is positive, by the trapezoidal rule: what special functions leave of their first terms.

    power_rest(e, x)   E[(1 + Y/x)^e] − 1 − e E[log(1 + Y/x)], Y an exponential variable: of incomplete gamma functions

In a variable that runs through the whole line the integrands are analytic in a strip and fall off at both ends: the rule
converges geometrically (Trefethen and Weideman, SIAM Review 56, 2014, theorem 5.1). No term is negative, so nothing cancels.
"""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp
from sympy.codegen.cfunctions import expm1

from derive.programs.functions.blocks import Block, Helper, far, s, x, y, z
from derive.programs.functions.cumulants import log1pexp, logistic
from derive.programs.functions.products import exp_expm1mx_to
from derive.programs.functions.stable import Stable
from derive.programs.gauss import StepSum


class power_rest(Stable):
    """E[(1 + Y/x)^e − 1 − e log(1 + Y/x)], Y an exponential variable, e > −1, x > 0: about e² E[log²(1 + Y/x)]/2.

    The mean of (1 + Y/x)^e is e^x x^−e Γ(e + 1, x) (DLMF 8.6.4), and that of the log e^x E1(x).

    >>> power_rest(sp.Rational(1, 10**6), 2).evalf(12)
    1.05403698079e-13
    """

    nargs = 2

    @classmethod
    def eval(cls, e: Any, x: Any) -> Any:
        return sp.S.Zero if e == 0 else None

    @staticmethod
    def value(e: Any, x: Any) -> Any:
        with mpmath.extraprec(min(10**4, int(3 * abs(mpmath.log(x))))):
            grown = mpmath.exp(x)
            return grown * (x**-e * mpmath.gammainc(e + 1, x) - e * mpmath.e1(x)) - 1


LEFT, RIGHT = sp.Float(22, 17), 45
"""e^−2 LEFT is nothing beside 1, and so is what an exponential leaves at so many times its scale."""


def _power_rest() -> Block:
    """With L = log(1 + Y/x): x ∫ exp(L − x (e^L − 1)) (e^eL − 1 − eL) dL, L = w log(1 + e^t).

    (e + 1) L − x (e^L − 1) is greatest at e^L = (e + 1)/x, or at L = 0; w is the width there.
    """
    top = sp.log(sp.Max(1, (1 + x) / y))
    width = 1 / sp.Max(1, sp.sqrt(sp.Max(y, 1 + x)), y - x - 1)
    step = z / s + LEFT + RIGHT

    def term(t: Any) -> Any:
        at = step * t - LEFT
        log = s * log1pexp(at)
        fall = y * expm1(log)
        return logistic(at) * exp_expm1mx_to(log - fall, x * log, (1 + x) * log - fall)

    return Block(((z, top), (s, width), (far, y * s * step)), far * StepSum("STEPS", term))


HELPERS = (Helper("power_rest", (x, y), "the mean of (1 + Y/y)^x - 1 - x log(1 + Y/y), Y exponential", _power_rest()),)
