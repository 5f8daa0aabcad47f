"""Probabilities of a stretch of the normal law, by the error function, as logarithms."""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp
from sympy.integrals.quadrature import gauss_legendre

from derive.programs.functions.blocks import Block, Helper, choice, end, far, horner, near, x, y
from derive.programs.functions.stable import Stable, ended

FAR, TERMS = 8, 16
"""From where on erfc is given by so many terms of its asymptotic series (DLMF 7.12.1), which leave 1e-17 there."""
NODES = 10
"""Gauss nodes for a stretch on which exp(−t²) changes by less than e: they leave 1e-18."""


class log_erf_rise(Stable):
    """log(erf(x + d) − erf(x)), for d > 0: also where both are rounded to 1, or to one another.

    >>> log_erf_rise(sp.Integer(30), sp.Integer(1)).evalf(12), log_erf_rise(sp.Integer(1), sp.Rational(1, 10**20)).evalf(12)
    (-903.974117111, -46.9309196222)
    """

    nargs = 2

    @staticmethod
    def value(x: Any, d: Any) -> Any:
        low, high = (x, x + d) if x + d > -x else (-x - d, -x)
        with mpmath.extraprec(max(0, -mpmath.mag(d))):
            of = mpmath.erfc(low) - mpmath.erfc(high) if low > 0 else mpmath.erf(high) - mpmath.erf(low)
            return mpmath.log(of)


class scaled_erf_rise(Stable):
    """The same and the square of the distance of 0 from the stretch: what is left of it in a tail.

    >>> scaled_erf_rise(sp.Integer(30), sp.Integer(1)).evalf(12)
    -3.97411711064
    """

    nargs = 2

    @staticmethod
    def value(x: Any, d: Any) -> Any:
        return log_erf_rise.value(x, d) + max(x, -x - d, 0) ** 2


def _scaled_erf_rise() -> Block:
    """By whichever does not cancel: erf on both sides of 0, Gauss's rule on a short stretch, erfc, or its asymptotic series."""
    fall, width, great_fall = sp.symbols("fall width great_fall", real=True)
    both_near, both_far, short_near, some_near, some_far, great_near, great_far = sp.symbols(
        "both_near both_far short_near some_near some_far great_near great_far", real=True
    )
    both, apart = near <= 0, fall >= 1
    short = (near > 0) & (fall < 1)
    some, great = (near > 0) & apart & (near < FAR), (near > 0) & apart & (near >= FAR)

    def scaled(v: Any) -> Any:
        """√π e^(v²) erfc(v)."""
        return horner([(-1) ** k * sp.factorial2(2 * k - 1) for k in range(TERMS + 1)], 1 / (2 * v * v)) / v

    rule = [((1 + t) / 2, w / 2) for t, w in zip(*gauss_legendre(NODES, 20), strict=True)]
    mean = sum(w * sp.exp(-width * t * (2 * short_near + width * t)) for t, w in rule)
    root = sp.sqrt(sp.pi)
    return Block(
        (
            (near, sp.Max(x, -end)),  # by symmetry, on the right of 0 where it does not hold 0
            (far, sp.Max(end, -x)),
            (fall, y * (2 * near + y)),
            *((name, choice((v, both), (n, True))) for name, v, n in ((both_near, near, -1), (both_far, far, 1))),
            *((name, choice((v, short), (1, True))) for name, v in ((short_near, near), (width, y))),
            *((name, choice((v, some), (n, True))) for name, v, n in ((some_near, near, 1), (some_far, far, 2))),
            (great_near, choice((near, great), (FAR, True))),
            (great_far, choice((far, great), (2 * FAR, True))),
            (great_fall, choice((fall, great), (1, True))),
        ),
        choice(
            (sp.log(sp.erf(both_far) - sp.erf(both_near)), both),
            (sp.log(2 / root * width) + sp.log(mean), short),
            (sp.log(sp.erfc(some_near) - sp.erfc(some_far)) + some_near**2, some),
            (sp.log((scaled(great_near) - sp.exp(-great_fall) * scaled(great_far)) / root), True),
        ),
    )


log_erf_rise_to = ended(__name__, log_erf_rise, 2)
scaled_erf_rise_to = ended(__name__, scaled_erf_rise, 2)


def in_rises(e: Any) -> Any:
    """An expression with logs of differences of error functions as functions of where these are taken, and how far apart.

    >>> a, b = sp.symbols("a b", real=True)
    >>> in_rises(sp.log(sp.erf(b) / 2 - sp.erf(a) / 2))
    log_erf_rise_to(a, -a + b, b) - log(2)
    """

    def of(f: Any) -> Any:
        # SymPy writes erf(−y) as −erf(y): which of a − b and b − a stands in it hangs on their names
        parts = [t.as_independent(sp.erf, as_Add=False) for t in sp.Add.make_args(sp.expand_mul(f.args[0], deep=False))]
        if len(parts) != 2 or not all(isinstance(g, sp.erf) for _, g in parts):
            return f
        (c, one), (d, other) = parts
        size = next((v for v in (c, -c) if v.is_positive), None)
        if size is None or sp.expand(c**2 - d**2) != 0:
            return f
        ends = [g.args[0] if v == size else -g.args[0] for v, g in parts]
        above, below = (ends[0], -ends[1]) if c == size else (ends[1], -ends[0])  # or else the same, reflected
        return sp.log(size) + log_erf_rise_to(below, sp.factor(above - below), above)

    return e.replace(lambda f: isinstance(f, sp.log) and f.has(sp.erf), of)


ENDED = {
    log_erf_rise: (log_erf_rise_to, lambda x, d: (x + d,)),
    scaled_erf_rise: (scaled_erf_rise_to, lambda x, d: (x + d,)),
}
_RISE = "log(erf(stop) - erf(x)), stop = x + y, y > 0"
HELPERS = (
    Helper(
        "scaled_erf_rise_to",
        (x, y, end),
        f"{_RISE}, and the square of the distance of 0 from x and stop",
        _scaled_erf_rise(),
    ),
    Helper("log_erf_rise_to", (x, y, end), _RISE, Block((), scaled_erf_rise_to(x, y, end) - sp.Max(x, -end, 0) ** 2)),
)
