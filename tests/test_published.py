"""Formulas that were really published, and are wrong: each comes out refuted, and the derived one does not.

Written here in the catalog's parameters; the source says where they stood.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import sympy as sp

from derive.checks.evidence import defined_verdict
from derive.checks.subject import Members, Subject
from derive.derivation.formula import Case, Formula
from derive.derivation.problem import ENTROPY, KL
from derive.derivation.quantities import entropy, kl_divergence
from derive.families.library import catalog

DIGITS = 30
PYTORCH = (
    "torch/distributions/kl.py as proposed in January 2018, before the review of github.com/pytorch/pytorch/pull/4638, "
)


@dataclass(frozen=True)
class Published:
    """A wrong formula: the families it is about, what it says in their parameters, where it stood."""

    name: str
    families: tuple[str, ...]
    says: Any
    source: str

    @property
    def formula(self) -> Formula:
        if len(self.families) == 1:
            members: Members = (catalog[self.families[0]].suffixed(""),)
        else:
            members = tuple(catalog[n].suffixed(s) for n, s in zip(self.families, ("_1", "_2"), strict=True))
        says = self.says(*(v for m in members for v in m.values))
        return Formula(ENTROPY if len(members) == 1 else KL, members, (Case(sp.true, says, "closed"),))

    @property
    def derived(self) -> Formula:
        members = self.formula.distributions
        return entropy(*members) if len(members) == 1 else kl_divergence(*members)


log, psi, lg = sp.log, sp.digamma, sp.loggamma
harmonic = lambda b: psi(b + 1) + sp.EulerGamma


def student(nu: Any) -> Any:
    """The entropy of Student's t at scale 1, which statrs has right."""
    h = (nu + 1) / 2
    return h * (psi(h) - psi(nu / 2)) + log(sp.sqrt(nu)) + lg(nu / 2) + lg(sp.S.Half) - lg(h)


WRONG = (
    Published(
        "Gamma entropy, sign of the log rate",
        ("Gamma",),
        lambda k, theta: k + lg(k) + (1 - k) * psi(k) + log(1 / theta),
        "The Book of Statistical Proofs, P239 (gam-dent), theorem: + ln b with b a rate; its own proof ends in − ln b",
    ),
    Published(
        "Kumaraswamy entropy, shapes swapped and signs of the logs",
        ("Kumaraswamy",),
        lambda a, b: (1 - 1 / a) + (1 - 1 / b) * harmonic(b) + log(a) + log(b),
        "TensorFlow Probability before github.com/tensorflow/probability/pull/358 (2019), after Wikipedia of the time",
    ),
    Published(
        "Pareto entropy, all signs",
        ("Pareto",),
        lambda x_m, alpha: log(alpha / x_m) - 1 / alpha - 1,
        "statrs before github.com/statrs-dev/statrs/pull/383; the same in Math.NET, github.com/mathnet/mathnet-numerics/issues/1108",
    ),
    Published(
        "Student t entropy, sign of the log scale",
        ("StudentT",),
        lambda nu, mu, sigma: student(nu) - log(sigma),
        "statrs before github.com/statrs-dev/statrs/pull/383",
    ),
    Published(
        "Geometric entropy, in bits where nats are meant",
        ("Geometric",),
        lambda p: (-p * log(p) - (1 - p) * log(1 - p)) / p / log(2),
        "statrs before github.com/statrs-dev/statrs/pull/383",
    ),
    Published(
        "Normal from Laplace, locations forgotten",
        ("Normal", "Laplace"),
        lambda m, s, mu, b: log(sp.sqrt(2 / sp.pi)) - sp.S.Half - log(s / b) + sp.sqrt(2 / sp.pi) * s / b,
        PYTORCH + "_kl_normal_laplace",
    ),
    Published(
        "Laplace from Normal, a half missing",
        ("Laplace", "Normal"),
        lambda m, b, mu, s: -log(2 * b**2 / s**2 / sp.pi) / 2 + b**2 / s**2 + (m**2 / 2 - m * mu + mu**2) / s**2 - 1,
        PYTORCH + "_kl_laplace_normal",
    ),
    Published(
        "Exponential from Exponential, p and q swapped",
        ("Exponential", "Exponential"),
        lambda one, two: -log(one / two) + one / two - 1,
        PYTORCH + "_kl_exponential_exponential",
    ),
    Published(
        "Exponential from Gamma, the entropy of p missing",
        ("Exponential", "Gamma"),
        lambda rate, k, theta: (
            -k * log(theta) - lg(k) - (k - 1) * (log(rate) + sp.EulerGamma) / rate - 1 / theta / rate
        ),
        PYTORCH + "_kl_exponential_gamma",
    ),
    Published(
        "Gumbel from Normal, a square missing",
        ("Gumbel", "Normal"),
        lambda m, b, mu, s: (
            -log(b / s / sp.sqrt(2 * sp.pi))
            + sp.pi * b / s / 12
            + ((m + b * sp.EulerGamma - mu) / s) ** 2 / 2
            - sp.EulerGamma
            - 1
        ),
        "torch/distributions/kl.py at commit 01b3974 (January 2018), _kl_gumbel_normal: π·ratio/12 for π²·ratio²/12",
    ),
    Published(
        "Pareto from Exponential, the shape inverted in the log",
        ("Pareto", "Exponential"),
        lambda x, a, rate: sp.Piecewise(
            (-log(a * rate / x) + a * rate * x / (a - 1) - 1 / a - 1, a > 1), (sp.oo, True)
        ),
        PYTORCH + "_kl_pareto_exponential",
    ),
)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda w: w.name)
def test_it_is_refuted(wrong: Published) -> None:
    assert wrong.source
    verdicts = [defined_verdict(wrong.formula, members, DIGITS) for members in _points(wrong)]
    refuted = [v for v in verdicts if v.kind == "refuted"]
    assert refuted, verdicts
    assert "quadrature" in refuted[0].witness
    assert refuted[0].point


@pytest.mark.parametrize("wrong", WRONG, ids=lambda w: w.name)
def test_the_derived_formula_is_not(wrong: Published) -> None:
    verdicts = [defined_verdict(wrong.derived, members, DIGITS) for members in _points(wrong)]
    assert {v.kind for v in verdicts} == {"agrees"}, verdicts


def _points(wrong: Published) -> list[Members]:
    """Where the derived formula is checked, without the coincident points at which two errors may meet."""
    p, q = (*(catalog[n] for n in wrong.families), None)[:2]
    return Subject(p, q, DIGITS).points(wrong.formula.quantity)[:4]
