"""What oscillates: a statistic as a slow factor times a periodic one.

Where |f| e^Λ is monotone far out, the integral of |f·P| e^Λ is finite where that of |f| e^Λ is: over each period it is the mean of
|P| times a value of |f| e^Λ in that period. Positive and negative parts diverge together where P takes both signs.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import sympy as sp

from derive.families.facts import Facts

E = Any

SEEN = 1e-3
"""What a wave must exceed somewhere in size to be seen to have a sign there."""
PLACES = tuple(0.13 + 0.37 * i for i in range(60))


def envelope(statistic: E, x: sp.Symbol, facts: Facts) -> tuple[E, int] | None:
    """The slow factor of a product, and the sign of its bounded periodic factor, 0 for both; None where there is none.

    >>> x = sp.Symbol("x", real=True)
    >>> envelope(x * sp.sin(x)**2, x, Facts()), envelope(x * sp.cos(2 * x), x, Facts()), envelope(x, x, Facts())
    ((x, 1), (x, 0), None)
    """
    parts = sp.Mul.make_args(statistic)
    wave = sp.Mul(*(f for f in parts if f.has(x) and f.has(sp.sin, sp.cos)))
    if wave == 1 or not _periodic(wave, x, facts):
        return None
    sign = _sign(wave, x)
    return None if sign is None else (statistic / wave, sign)


def without_steps(statistic: E, x: sp.Symbol) -> tuple[E, int] | None:
    """The same without powers of −1, on integers, and without the whole parts in exponents of factors.

    2^(cx) over 2^⌊cx⌋ is between 1 and 2, so that either is finite, on average, where the other is.

    >>> x = sp.Symbol("x", integer=True)
    >>> without_steps((-2)**x*x, x), without_steps(2**sp.floor(x/2), x), without_steps(x, x)
    ((2**x*x, 0), (2**(x/2), 1), None)
    """
    slow, sign = sp.S.One, 1
    for f in sp.Mul.make_args(statistic):
        base, power = f.as_base_exp()
        if base.is_number and base.is_real and power.has(x):
            if base.is_negative and not power.is_even:
                if not (x.is_integer and power.is_polynomial(x) and sp.diff(power, x).is_odd):
                    return None
                sign = 0
            bounded = power.replace(sp.floor, lambda a: a) if _plain_floors(power) else power
            f = sp.Abs(base) ** bounded
        slow *= f
    return None if slow == statistic else (slow, sign)


def _plain_floors(power: E) -> bool:
    """Whether an exponent is a sum with multiples of whole parts, which are less than 1 from what they are of."""
    return all(not t.has(sp.floor) or isinstance(t.as_coeff_Mul()[1], sp.floor) for t in sp.Add.make_args(power))


def period(statistic: E, x: sp.Symbol) -> E | None:
    """The period of a function of sines and cosines of x alone, whose frequencies are whole multiples of one number.

    >>> x = sp.Symbol("x", real=True)
    >>> period(sp.sin(2 * x) / sp.cos(3 * x), x), period(sp.sin(x) / sp.cos(x), x), period(x / sp.cos(x), x)
    (2*pi, pi, None)
    """
    waves = {f: sp.Dummy() for f in statistic.atoms(sp.sin, sp.cos) if f.has(x)}
    frequencies = [sp.diff(f.args[0], x) for f in waves]
    if not waves or statistic.xreplace(waves).has(x) or not all(f.is_number for f in frequencies):
        return None
    ratios = [sp.simplify(f / frequencies[0]) for f in frequencies]
    if not all(r.is_Rational for r in ratios):
        return None
    whole = 2 * sp.pi / abs(frequencies[0] * reduce(sp.gcd, ratios))
    return whole / 2 if statistic.subs(x, x + whole / 2) == statistic else whole


def _periodic(wave: E, x: sp.Symbol, facts: Facts) -> bool:
    """Whether it is a polynomial in waves whose frequencies have rational ratios."""
    waves = {f: sp.Dummy() for f in wave.atoms(sp.sin, sp.cos) if f.has(x)}
    frequencies = [sp.diff(f.args[0], x) for f in waves]
    if any(f.has(x) or not facts.sign(f) or not (f / frequencies[0]).is_Rational for f in frequencies):
        return False
    inner = wave.xreplace(waves)
    return bool(not inner.has(x) and inner.is_polynomial(*waves.values()))


def _sign(wave: E, x: sp.Symbol) -> int | None:
    """1 or −1 for what is known to have one sign, 0 for what is seen to have both; None where neither is."""
    if wave.is_nonnegative or wave.is_nonpositive:
        return 1 if wave.is_nonnegative else -1
    base, power = wave.as_base_exp()
    if isinstance(base, (sp.sin, sp.cos)) and power.is_odd:
        return 0
    if wave.free_symbols != {x}:
        return None
    seen = [float(sp.N(wave.subs(x, place))) for place in PLACES]
    return 0 if min(seen) < -SEEN and max(seen) > SEEN else None


__all__ = ["envelope", "period"]
