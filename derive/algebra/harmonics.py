"""Cosines and sines: in a statistic, exponentials with an imaginary shift, of which the real part is taken.

    E[f(X) cos(wX)] = Re E[f(X) e^(iwX)]

What a normaliser gives for a real shift, it gives for a complex one: |e^(iwu)| = 1, so where the shift of f converges
the integral is analytic in w.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp
from sympy.simplify.fu import TR8

E = Any


def is_wave(factor: E, u: sp.Symbol) -> bool:
    """Whether a factor is a whole power of the cosine or the sine of a real multiple of u."""
    base, power = factor.as_base_exp()
    return bool(
        isinstance(base, (sp.cos, sp.sin))
        and power.is_Integer
        and power > 0
        and base.args[0].has(u)
        and not (base.args[0] / u).has(u)
        and (base.args[0] / u).is_extended_real
    )


def in_one_angle(expression: E, u: sp.Symbol) -> E:
    """Cosines and sines of whole multiples of u, as polynomials in those of u.

    >>> u = sp.Symbol("u", real=True)
    >>> in_one_angle(sp.cos(3*u) + sp.sin(2*u), u)
    2*sin(u)*cos(u) + 4*cos(u)**3 - 3*cos(u)
    """

    def turned(e: E) -> E:
        n = int(e.args[0] / u)
        polynomial = (
            sp.chebyshevt(n, sp.cos(u)) if isinstance(e, sp.cos) else sp.sin(u) * sp.chebyshevu(n - 1, sp.cos(u))
        )
        return sp.expand(polynomial)

    def turns(e: E) -> bool:
        times = e.args[0] / u if isinstance(e, (sp.cos, sp.sin)) else sp.S.One
        return bool(times.is_Integer and times > 1)

    return expression.replace(turns, turned)


def waves(statistic: E, u: sp.Symbol) -> tuple[E, list[tuple[E, E]]] | None:
    """A product as (rest, [(coefficient, frequency)]): rest · Re Σ coefficient · e^(i · frequency · u); None without waves.

    >>> u, a, b = sp.symbols("u a b", real=True)
    >>> waves(u*sp.cos(a*u), u)
    (u, [(1, a)])
    >>> waves(sp.sin(a*u)**2, u)
    (1, [(-1/2, 2*a), (1/2, 0)])
    """
    found = [f for f in sp.Mul.make_args(statistic) if is_wave(f, u)]
    if not found:
        return None
    total: dict[E, E] = {sp.S.Zero: sp.S.One}
    for factor in found:
        base, power = factor.as_base_exp()
        frequency = base.args[0] / u
        half = sp.S.Half if isinstance(base, sp.cos) else -sp.I / 2
        for _ in range(power):
            total = _times(total, {frequency: half, -frequency: sp.conjugate(half)})
    return statistic / sp.Mul(*found), list(_on_one_side(total))


def in_single_waves(statistic: E, u: sp.Symbol) -> list[tuple[E, E]]:
    """A product with several waves as (coefficient, product with one at most) of a sum; nothing of another.

    >>> u, a = sp.symbols("u a", real=True)
    >>> in_single_waves(u*sp.sin(a*u)**2, u), in_single_waves(sp.sin(u), u)
    ([(-1/2, u*cos(2*a*u)), (1/2, u)], [])
    >>> in_single_waves(sp.cos(u)*sp.sin(2*u), u)
    [(1/2, sin(3*u)), (1/2, sin(u))]
    """
    if (read := waves(statistic, u)) is None:
        return []
    rest, terms = read
    found: list[tuple[E, E]] = []
    for coefficient, frequency in terms:
        cosine, sine = sp.re(coefficient), -sp.im(coefficient)
        found += [(cosine, rest * sp.cos(frequency * u)), (sine, rest * sp.sin(frequency * u))]
    taken = [(c * sign, sign * product) for c, product in found for sign in [_sign(product)] if c * product != 0]
    return [] if any(product == statistic for _, product in taken) else taken


def _sign(e: E) -> int:
    return -1 if e.could_extract_minus_sign() else 1


def _times(left: dict[E, E], right: dict[E, E]) -> dict[E, E]:
    product: dict[E, E] = {}
    for a, x in left.items():
        for b, y in right.items():
            frequency = sp.expand(a + b)
            product[frequency] = product.get(frequency, sp.S.Zero) + x * y
    return product


def _on_one_side(total: dict[E, E]) -> Iterator[tuple[E, E]]:
    """One of each two conjugate exponentials, twice."""
    seen = set()
    for frequency, coefficient in total.items():
        if frequency in seen or coefficient == 0:
            continue
        seen |= {frequency, -frequency}
        yield (coefficient if frequency == 0 else 2 * coefficient), frequency


def contracted(expression: E) -> E:
    """Products of cosines and sines as sums, of the shortest angles.

    >>> a, b = sp.symbols("a b", real=True)
    >>> contracted(sp.sin(a)*sp.cos(a - b) - sp.cos(a)*sp.sin(a - b))
    sin(b)
    """

    def short(e: E) -> E:
        return e.func(sp.expand(e.args[0]))

    waves = (sp.cos, sp.sin)
    return TR8(sp.expand(expression, trig=False)).replace(lambda e: isinstance(e, waves), short)


__all__ = ["contracted", "in_single_waves", "is_wave", "waves"]
