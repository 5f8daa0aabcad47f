"""Rules of quadrature: sums of weight times value over nodes, which a target writes as a loop, or term by term.

GaussSum    ∫₀¹ (1 − t) f(t) dt, by Gauss's rule for that weight: remainders
StepSum     ∫₀¹ f(t) dt, by the trapezoidal rule, where f vanishes at both ends: hypergeometric functions
EtaSum      Σ (−1)^k f(log(k + 1)) from k = 1, with weights that make it converge: the zeta function
CircleSum   (1/π) ∫ f(1 − cos θ) dθ from 0 to π, by the trapezoidal rule, which converges geometrically: Bessel functions
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import mpmath
import sympy as sp
from sympy.core.symbol import Str

E = Any

NODES, FEW, FEWER = 12, 7, 3
"""Gauss nodes of a remainder: with poles no nearer than the length of the segment the error is below 1e-17; with poles
four lengths away it is 1e-15 by a few; with poles 256 away, three do."""
HALF_CIRCLE = 32
"""Intervals of the half circle: for exp(κ cos θ) with κ up to 30 the error is below 1e-17."""

STEPS = 384
"""Equal steps from 0 to 1: of 0.27 each over 103, which leave 1e-16 where a strip of π/2 to either side is analytic."""
STEP, REACH = sp.Rational(1, 60), 354
"""Step of the double-exponential rule, and how many to either side: from 1e-124 to 1e124."""
ETA = 24
"""Terms of an alternating sum: with an error of 6^−24."""
TERMS = 2000
"""Terms of a series."""

node = sp.Symbol("node", real=True)


class RuleSum(sp.Function):  # type: ignore[misc]
    """Σ w·f(t) over the nodes t and weights w of a rule; f is given as a function, and kept as an expression of `node`."""

    is_real = True
    is_number = False
    meaning = ""

    def __new__(cls, rule: Any, f: Any) -> Any:
        body = f(node) if callable(f) and not isinstance(f, sp.Basic) else f
        return sp.Function.__new__(cls, rule if isinstance(rule, Str) else Str(str(rule)), body)

    @property
    def rule(self) -> str:
        return str(self.args[0].name)

    @property
    def body(self) -> Any:
        return self.args[1]

    def pairs(self) -> list[tuple[Any, Any]]:
        """Nodes and weights."""
        raise NotImplementedError

    def unrolled(self) -> Any:
        """The sum, term by term."""
        return sp.Add(*(w * self.body.xreplace({node: t}) for t, w in self.pairs()), evaluate=False)


class GaussSum(RuleSum):
    """∫₀¹ (1 − t) f(t) dt by so many nodes.

    >>> GaussSum(4, lambda t: t**3).unrolled().n(15)
    0.0500000000000000
    """

    meaning = "the integral of (1 - t) f(t) from 0 to 1"

    def pairs(self) -> list[tuple[Any, Any]]:
        return gauss_jacobi(int(self.rule))


class StepSum(RuleSum):
    """∫₀¹ f(t) dt, where f vanishes with all its derivatives at both ends.

    >>> StepSum("STEPS", lambda t: sp.exp(-((20 * t - 10) ** 2))).unrolled().n(15) * 20 / sp.sqrt(sp.pi).n(15)
    1.00000000000000
    """

    meaning = "the integral of f(t) from 0 to 1, in equal steps"

    def pairs(self) -> list[tuple[Any, Any]]:
        return [(sp.Rational(2 * k + 1, 2 * STEPS), sp.Rational(1, STEPS)) for k in range(STEPS)]


class EtaSum(RuleSum):
    """Σ (−1)^k f(log(k + 1)) from k = 1 on, where f(log n) is a mean of powers of n, by so many terms.

    >>> EtaSum("ETA", lambda t: sp.exp(-t)).unrolled().n(15) + 1
    0.693147180559945
    """

    meaning = "the alternating sum of f(log(k + 1)) from k = 1 on, accelerated"

    def pairs(self) -> list[tuple[Any, Any]]:
        return accelerated(ETA)


class CircleSum(RuleSum):
    """The mean of f(1 − cos θ) over the circle.

    >>> CircleSum("CIRCLE", lambda t: t**2).unrolled().n(15)
    1.50000000000000
    """

    meaning = "the mean of f(1 - cos(theta)) over the circle"

    def pairs(self) -> list[tuple[Any, Any]]:
        return half_circle(HALF_CIRCLE)


class LineSum(RuleSum):
    """Half of the double-exponential rule: HALF_LINE for (0, ∞) or LINE for (−∞, ∞), and EVEN or ODD.

    >>> sum(LineSum(f"HALF_LINE_{part}", lambda t: sp.exp(-t)).unrolled() for part in ("EVEN", "ODD")).n(15)
    1.00000000000000
    """

    @property
    def meaning(self) -> str:  # type: ignore[override]
        half = "from 0" if self.rule.startswith("HALF") else "from -infinity"
        return f"the integral of f(t) {half} to infinity, every other node"

    def pairs(self) -> list[tuple[Any, Any]]:
        return double_exponential(self.rule.startswith("HALF"))[self.rule.endswith("ODD") :: 2]


class CountSum(RuleSum):
    """f(0) + f(1) + …, so many terms."""

    def pairs(self) -> list[tuple[Any, Any]]:
        return [(sp.Integer(k), sp.S.One) for k in range(int(self.rule))]


@lru_cache
def double_exponential(half: bool) -> list[tuple[Any, Any]]:
    """Nodes t(v) and weights t′(v)·step of the trapezoidal rule in v: t = exp(π/2 sinh v), or t = sinh(π/2 sinh v) (DLMF 3.5(i))."""
    found = []
    with mpmath.workdps(30):
        for k in range(-REACH, REACH + 1):
            v, c = mpmath.mpf(k) * STEP.p / STEP.q, mpmath.pi / 2
            u, slope = c * mpmath.sinh(v), c * mpmath.cosh(v) * STEP.p / STEP.q
            t, rise = (mpmath.exp(u), mpmath.exp(u)) if half else (mpmath.sinh(u), mpmath.cosh(u))
            found.append((sp.Float(t, 17), sp.Float(rise * slope, 17)))
    return found


@lru_cache
def accelerated(count: int) -> list[tuple[Any, Any]]:
    """log(k + 1) and the weights of Borwein's second algorithm, by the partial sums of Chebyshev's polynomial at −1."""
    terms = [
        sp.Rational(count * sp.factorial(count + i - 1) * 4**i, sp.factorial(count - i) * sp.factorial(2 * i))
        for i in range(count + 1)
    ]
    rest = [sum(terms[k + 1 :], sp.S.Zero) / sum(terms) for k in range(count)]
    return [(sp.log(k + 1).n(17), sp.Float((-1) ** k * rest[k], 17)) for k in range(1, count)]


@lru_cache
def half_circle(count: int) -> list[tuple[Any, Any]]:
    """1 − cos θ at equal steps from 0 to π, and the weights of the trapezoidal rule (DLMF 3.5.2), which sum to 1."""
    with mpmath.workdps(30):
        nodes = [2 * mpmath.sin(mpmath.pi * k / count / 2) ** 2 for k in range(count + 1)]
    ends = (0, count)
    return [(sp.Float(t, 17), sp.Float(sp.Rational(1 if k in ends else 2, 2 * count), 17)) for k, t in enumerate(nodes)]


@lru_cache
def gauss_jacobi(count: int) -> list[tuple[Any, Any]]:
    """Nodes and weights of ∫₀¹ (1 − t) f(t) dt, to 17 digits: Gauss's rule for that weight (DLMF 3.5.18).

    >>> sum(w * t**3 for t, w in gauss_jacobi(4)).n(15)
    0.0500000000000000
    """
    t = sp.Symbol("t")
    polynomial = sp.Poly(sp.jacobi(count, 1, 0, 2 * t - 1), t)
    roots = polynomial.nroots(n=40, maxsteps=200)
    slope = polynomial.diff(t)
    other = sp.Poly(sp.jacobi(count - 1, 1, 0, 2 * t - 1), t)
    # w_i is proportional to 1/(P′(t_i) P_{n−1}(t_i)) (DLMF 3.5.22); the factor makes the weights sum to ½
    raw = [1 / (slope.eval(r) * other.eval(r)) for r in roots]
    return [(sp.Float(r, 17), sp.Float(w / sum(raw) / 2, 17)) for r, w in zip(roots, raw, strict=True)]
