"""What floating point makes of CE, KL and BCE, in the ways people write them.

The model is a Bernoulli law with a logit z, the target t is hard (0 or 1) or soft. Each way of writing the
loss and its gradient in z is run in float32 and float64, and compared with the derived formulas at 60 digits,
at exactly the numbers that the program was given. The error is relative to the true value (of a gradient, which lies
between −1 and 1, absolute), so a loss that is right to the last bit has about 1e-7 in float32 and 1e-16 in float64,
and one that has lost everything has 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np

from derive.derivation.quantities import entropy
from derive.families.library import catalog
from derive.numerics.evaluation import evaluate_number
from derive.objectives.losses import loss

DIGITS = 60
CLAMP = 1e-7
"""Where probabilities are cut off, as libraries do (Keras: 1e-7)."""
NODES = 12

Array = Any


# --- the ways to write it ------------------------------------------------------------------------------------


def plain_sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def plain_xlogy(x: Array, y: Array) -> Array:
    """x log y, 0 where x is 0."""
    return np.where(x == 0, x * 0, x * np.log(np.where(x == 0, 1, y)))


def bce_of_probabilities(t: Array, z: Array) -> Array:
    p = plain_sigmoid(z)
    return -t * np.log(p) - (1 - t) * np.log(1 - p)


def bce_clamped(t: Array, z: Array) -> Array:
    p = np.clip(plain_sigmoid(z), CLAMP, 1 - CLAMP)
    return -t * np.log(p) - (1 - t) * np.log(1 - p)


def bce_of_logits(t: Array, z: Array) -> Array:
    return np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))


def kl_of_probabilities(t: Array, z: Array) -> Array:
    p = plain_sigmoid(z)
    return t * np.log(t / p) + (1 - t) * np.log((1 - t) / (1 - p))


def kl_with_xlogy(t: Array, z: Array) -> Array:
    p = plain_sigmoid(z)
    return plain_xlogy(t, t) - plain_xlogy(t, p) + plain_xlogy(1 - t, 1 - t) - plain_xlogy(1 - t, 1 - p)


def kl_as_difference(t: Array, z: Array) -> Array:
    return bce_of_logits(t, z) + plain_xlogy(t, t) + plain_xlogy(1 - t, 1 - t)


def kl_remainder(t: Array, z: Array) -> Array:
    """KL = Δ² ∫₀¹ (1 − s) σ′(logit t + sΔ) ds with Δ = z − logit t: Taylor's remainder, which nothing cancels in."""
    start = np.log(t) - np.log1p(-t)
    delta = z - start
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    total = np.zeros_like(z)
    for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        s = z.dtype.type(node)
        inner = plain_sigmoid(start + s * delta)
        total = total + z.dtype.type(weight) * (1 - s) * inner * (1 - inner)
    return delta * delta * total


def gradient_of_probabilities(t: Array, z: Array) -> Array:
    """As the chain rule takes it: through the probability and back."""
    p = plain_sigmoid(z)
    return (-t / p + (1 - t) / (1 - p)) * (p * (1 - p))


def gradient_clamped(t: Array, z: Array) -> Array:
    """Where the clamp acts, no gradient passes."""
    p = plain_sigmoid(z)
    inside = (p > CLAMP) & (p < 1 - CLAMP)
    return np.where(inside, gradient_of_probabilities(t, z), 0)


def gradient_of_logits(t: Array, z: Array) -> Array:
    return plain_sigmoid(z) - t


@dataclass(frozen=True)
class Way:
    """A way of writing a quantity: "CE", "KL" or "gradient" (of both: the target is not learned)."""

    name: str
    quantity: str
    function: Callable[[Array, Array], Array]


WAYS: tuple[Way, ...] = (
    Way("BCE from probabilities", "CE", bce_of_probabilities),
    Way("BCE, probabilities clamped", "CE", bce_clamped),
    Way("BCE from logits", "CE", bce_of_logits),
    Way("KL from probabilities", "KL", kl_of_probabilities),
    Way("KL with 0 log 0 = 0", "KL", kl_with_xlogy),
    Way("KL as CE − H, from logits", "KL", kl_as_difference),
    Way("KL, remainder form", "KL", kl_remainder),
    Way("gradient through probabilities", "gradient", gradient_of_probabilities),
    Way("gradient, probabilities clamped", "gradient", gradient_clamped),
    Way("gradient from logits, σ(z) − t", "gradient", gradient_of_logits),
)

_LOGITS = (-3.0, -0.5, 0.0, 1.0, 4.0)
_SATURATED = (-200.0, -100.0, -40.0, -20.0, 20.0, 40.0, 100.0, 200.0)
_SOFT = (0.1, 0.3, 0.9)

REGIMES: dict[str, Callable[[], Iterable[tuple[float, float]]]] = {
    "hard target": lambda: ((t, z) for t in (0.0, 1.0) for z in _LOGITS),
    "hard, saturated": lambda: ((t, z) for t in (0.0, 1.0) for z in _SATURATED),
    "soft target": lambda: ((t, z) for t in _SOFT for z in _LOGITS),
    "soft, saturated": lambda: ((t, z) for t in _SOFT for z in _SATURATED),
    "near p = q": lambda: (
        (t, float(np.log(t / (1 - t))) * (1 + e)) for t in _SOFT for e in (1e-2, -1e-3, 1e-4, -1e-5)
    ),
}
"""Name -> points (t, z). The gradient of z near p = q is a small difference of inputs that are themselves rounded."""


# --- measuring -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measurement:
    """The worst error of one way in one regime and precision; `nan` where it gave nan, inf where infinite."""

    way: Way
    dtype: str
    regime: str
    error: float
    at: tuple[float, float]


def truths(t: Any, z: Any) -> dict[str, Any]:
    """CE, KL and the gradient in z at exact numbers, from the derived loss: CE is linear in the target."""
    from sympy import Rational

    found = loss(catalog.Bernoulli, link={"p": "sigmoid(z)"})
    exact = {found.y: Rational(*t.as_integer_ratio()), found.learned[0]: Rational(*z.as_integer_ratio())}
    with mpmath.workdps(2 * DIGITS):
        ce = evaluate_number(found.expr, exact, DIGITS)
        h = entropy(catalog.Bernoulli)
        own = evaluate_number(h.expr, {h.symbols["p"]: exact[found.y]}, DIGITS)
        return {"CE": ce, "KL": ce - own, "gradient": evaluate_number(found.gradient[0], exact, DIGITS)}


def measured(dtypes: Sequence[str] = ("float32", "float64")) -> list[Measurement]:
    """Every way in every regime.

    >>> worst = {(m.way.name, m.regime): m.error for m in measured(["float32"])}
    >>> worst["BCE from logits", "hard, saturated"] < 1e-6 < worst["BCE, probabilities clamped", "hard, saturated"]
    True
    """
    found = []
    for dtype in dtypes:
        kind = np.dtype(dtype).type
        for regime, points in REGIMES.items():
            exact = [(kind(t), kind(z)) for t, z in points()]
            true = [truths(t, z) for t, z in exact]
            with np.errstate(all="ignore"):
                for way in WAYS:
                    errors = [
                        (_error(way, way.function(np.array(t), np.array(z)), true_[way.quantity]), (float(t), float(z)))
                        for (t, z), true_ in zip(exact, true, strict=True)
                    ]
                    error, at = max(errors, key=lambda e: (np.isnan(e[0]), e[0]))
                    found.append(Measurement(way, dtype, regime, error, at))
    return found


def _error(way: Way, value: Any, true: Any) -> float:
    """The relative error; the absolute one of a gradient, whose scale is 1, and of a value too small for the format."""
    if np.isnan(value):
        return float("nan")
    if np.isinf(value):
        return float("inf")
    gap = abs(mpmath.mpf(float(value)) - true)
    tiny = float(np.finfo(np.asarray(value).dtype).tiny)
    return float(gap / abs(true)) if abs(true) > tiny and way.quantity != "gradient" else float(gap)


__all__ = ["REGIMES", "WAYS", "Measurement", "Way", "measured", "truths"]
