"""Every row of the table of kernels, against quadrature: Z, its first two derivatives, the known integrals, the strip."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations_with_replacement
from typing import Any

import mpmath
import pytest
import sympy as sp

from derive.checks.evidence import common_digits
from derive.expectations.kernel import A, Kernel, Known, alpha, beta, n, r, w
from derive.expectations.kernel import k as slope
from derive.expectations.kernel import s as shift
from derive.expectations.kernels import KERNELS
from derive.expectations.normaliser import moment
from derive.numerics import quadrature
from derive.numerics.evaluation import evaluate_number

DIGITS = 32
REACHED = 30
each_kernel = pytest.mark.parametrize("kernel", KERNELS, ids=lambda k: k.name)
KNOWN = [(k, row) for k in KERNELS for row in k.known]


def free(kernel: Kernel) -> list[Any]:
    """The symbols that a point must give: parameters, ends, and shapes."""
    used = sp.Tuple(*kernel.domain, kernel.log_base, kernel.log_z, *kernel.t).free_symbols
    return [*kernel.a, *(s for s in (alpha, beta, n, r, shift, slope) if s in used)]


def drawn(kernel: Kernel, rng: random.Random) -> dict[Any, Any]:
    """One random exact point; its ends in order, whole numbers where the measure counts."""
    place: dict[Any, Any] = {}
    for s in free(kernel):
        if s == n:
            place[s] = sp.Integer(rng.randint(2, 6))
        elif s in (alpha, beta) and kernel.measure == "counting":
            place[s] = sp.Integer(rng.randint(-3, 5))
        elif s == alpha and rng.random() < 0.3:
            place[s] = sp.Integer(0)
        else:
            place[s] = sp.Rational(rng.randint(-35, 35), 7) + sp.Rational(1, 11)
    return place | kernel.only


def legitimate(kernel: Kernel, place: dict[Any, Any]) -> bool:
    """Whether the row applies at a point: its own word for it, and ends in order."""
    ordered = alpha not in place or beta not in place or place[alpha] < place[beta]
    return ordered and place.get(r, 1) > 0 and holds(kernel.valid, place)


def holds(conditions: tuple[Any, ...], place: dict[Any, Any]) -> bool:
    return all(c.subs(place) == sp.true for c in conditions)


def points(kernel: Kernel, count: int = 2) -> list[dict[Any, Any]]:
    """Exact points inside the condition, the same ones every time."""
    rng = random.Random(kernel.name)
    found: list[dict[Any, Any]] = []
    for _ in range(20000):
        place = drawn(kernel, rng)
        if legitimate(kernel, place) and holds(kernel.condition, place):
            found.append(place)
        if len(found) == count:
            return found
    raise AssertionError(f"{kernel.name}: no point inside {kernel.condition}")


def outside(kernel: Kernel, broken: Any) -> Iterator[dict[Any, Any]]:
    """Points where one condition fails and the others hold."""
    rng = random.Random(f"{kernel.name} {broken}")
    others = tuple(c for c in kernel.condition if c != broken)
    for _ in range(20000):
        place = drawn(kernel, rng)
        if legitimate(kernel, place) and broken.subs(place) == sp.false and holds(others, place):
            yield place


def log_integrand(kernel: Kernel, place: dict[Any, Any]) -> sp.Expr:
    return (sum(s * t for s, t in zip(kernel.a, kernel.t, strict=True)) + kernel.log_base).subs(place)


def integral(kernel: Kernel, place: dict[Any, Any], statistic: sp.Expr = sp.S.One) -> Any:
    """∫ statistic·exp(Σ a t) base, by quadrature; at least REACHED digits."""
    low, high = (e.subs(place) for e in kernel.domain)
    if statistic.has(sp.cos, sp.sin) and high == sp.oo and statistic.has(w):
        return oscillating(sp.exp(log_integrand(kernel, place)) * statistic.subs(place), kernel.u, abs(place[w]))
    found = quadrature.expected(
        statistic.subs(place), log_integrand(kernel, place), kernel.u, low, high, kernel.measure, DIGITS + 4
    )
    assert found.digits >= REACHED, (kernel.name, statistic, place, found)
    return found.value


def oscillating(integrand: sp.Expr, x: sp.Symbol, frequency: Any) -> Any:
    """The integral over the line of what oscillates, between its zeros, and their sum extrapolated."""
    f = sp.lambdify(x, integrand, "mpmath")
    return mpmath.quadosc(lambda t: f(t) + f(-t), [0, mpmath.inf], omega=mpmath.mpf(frequency.p) / frequency.q)


def value(expression: sp.Expr, place: dict[Any, Any]) -> Any:
    return evaluate_number(expression.subs(place), {}, DIGITS)


def derivatives(kernel: Kernel) -> list[tuple[int, ...]]:
    """The generators to differentiate in, once and twice; those without a name for the result are left out later."""
    if kernel.only:
        return []
    generators = range(len(kernel.t))
    return [c for times in (1, 2) for c in combinations_with_replacement(generators, times)]


def wrong(kernel: Kernel, place: dict[Any, Any]) -> str:
    """What is wrong with Z or its derivatives at a point; "" if nothing."""
    with mpmath.workdps(DIGITS + 10):
        z = integral(kernel, place)
        if common_digits(mpmath.exp(value(kernel.log_z, place)), z) < REACHED:
            return f"Z is {z}"
        for chosen in derivatives(kernel):
            order = tuple(chosen.count(i) for i in range(len(kernel.t)))
            mean = moment(kernel, order)
            if mean.has(sp.Derivative, sp.Subs, sp.meijerg) or mean.subs(place).has(sp.nan):  # no name, or 0·log 0
                continue
            statistic = sp.Mul(*(kernel.t[i] for i in chosen))
            if common_digits(value(mean, place), integral(kernel, place, statistic) / z) < REACHED - 4:
                return f"the derivative {order} of log Z"
    return ""


def wrong_known(kernel: Kernel, row: Known, place: dict[Any, Any]) -> str:
    """What is wrong with a known expectation at a point."""
    fixed = place | row.at
    with mpmath.workdps(DIGITS + 10):
        mean = integral(kernel, fixed, row.statistic) / integral(kernel, fixed)
        claimed = value(row.value, fixed)
    return "" if common_digits(claimed, mean) >= REACHED else f"E[{row.statistic}] is {mean}, not {claimed}"


def wildcards(kernel: Kernel, row: Known, count: int = 2) -> list[dict[Any, Any]]:
    """Exact values of a known row's wildcards, with a point of its kernel, inside both conditions."""
    rng = random.Random(f"{kernel.name} {row.statistic}")
    slots = sorted(row.statistic.atoms(sp.Wild), key=str)
    found: list[dict[Any, Any]] = []
    for _ in range(20000):
        place = drawn(kernel, rng) | row.at
        place |= {s: sp.Rational(rng.randint(-14, 35), 7) for s in slots}
        inside = legitimate(kernel, place) and holds((*kernel.condition, row.finite), place)
        slope = place.get(w, 1)
        positive = place.get(A, 1) > 0 and (slope > 0 or slope < 0 and sp.sympify(row.condition).has(w))
        if inside and positive and (row.condition == True or row.condition.subs(place) == sp.true):  # noqa: E712
            found.append(place)
        if len(found) == count:
            return found
    raise AssertionError(f"{kernel.name}: no point inside {row.condition}")


@each_kernel
def test_the_normaliser_and_its_derivatives(kernel: Kernel) -> None:
    for place in points(kernel):
        assert wrong(kernel, place) == "", place


@pytest.mark.parametrize(("kernel", "row"), KNOWN, ids=lambda x: x.name if isinstance(x, Kernel) else str(x.statistic))
def test_the_known_expectations(kernel: Kernel, row: Known) -> None:
    for place in wildcards(kernel, row):
        assert wrong_known(kernel, row, place) == "", place


STRIPS = [(k, c) for k in KERNELS if not k.only for c in k.condition if c.free_symbols & set(k.a)]


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("kernel", "broken"), STRIPS, ids=lambda x: x.name if isinstance(x, Kernel) else str(x))
def test_outside_its_condition_it_diverges(kernel: Kernel, broken: Any) -> None:
    for _, place in zip(range(2), outside(kernel, broken), strict=False):
        low, high = (e.subs(place) for e in kernel.domain)
        found = quadrature.diverges(sp.S.One, log_integrand(kernel, place), kernel.u, low, high, kernel.measure)
        assert found.verdict is True, place


@each_kernel
def test_a_row_is_complete(kernel: Kernel) -> None:
    assert kernel.source
    assert len(kernel.t) == len(kernel.a)
    assert all(row.source for row in kernel.known)
    assert kernel.log_z.free_symbols <= {*kernel.a, alpha, beta, n, r, shift, slope}


@each_kernel
@pytest.mark.parametrize(
    "change", [lambda z: z + 1, lambda z: -z, lambda z: 2 * z], ids=["shifted", "negated", "doubled"]
)
def test_a_wrong_normaliser_is_seen(kernel: Kernel, change: Any) -> None:
    assert any(wrong(replace(kernel, log_z=change(kernel.log_z)), place) for place in points(kernel))


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("kernel", "row"), KNOWN, ids=lambda x: x.name if isinstance(x, Kernel) else str(x.statistic))
def test_a_wrong_known_row_is_seen(kernel: Kernel, row: Known) -> None:
    wrong_row = replace(row, mean=row.value + sp.Rational(1, 10**6))
    assert any(wrong_known(kernel, wrong_row, place) for place in wildcards(kernel, row))
