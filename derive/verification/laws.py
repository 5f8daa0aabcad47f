"""The named laws, as a table.

Each law is a record with its statement, its kind, and a check that yields one verdict per thing that it
looked at. Every law runs on every family, and on every pair, that it applies to; where it has nothing to
say it yields nothing, and the count of its effective checks shows that.

    bookkeeping   identities that share one linear functional: they show that nothing was lost on the way
    evidence      what shares no expectation with the engine: quadrature, the score law, other densities

>>> [law.name for law in LAWS if law.kind == "bookkeeping"]
['theorems', 'CE = H + KL', 'KL(p‖p) = 0', 'CE(p, p) = H(p)', '∇_q CE = ∇_q KL']
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import mpmath

from derive.checks.evidence import definition, normalisation, steps
from derive.checks.subject import Subject
from derive.checks.verdict import Check, Verdict
from derive.verification.bookkeeping import ce_is_h_plus_kl, ce_of_itself, gradients, kl_of_itself
from derive.verification.bregman import bregman
from derive.verification.orders import orders
from derive.verification.relations import relations
from derive.verification.score import fisher, score
from derive.verification.sharing import sharing
from derive.verification.theorems import of_a_family

QUICK = 20
"""Up to so many digits it is the quick mode, with fewer points in each case."""


@dataclass(frozen=True)
class Law:
    """A law that formulas obey.

    name, statement   as the report prints them
    kind              "bookkeeping" or "evidence"
    applies_to        "family" (the density, H) or "pair" (CE, KL: a family with itself, or two families)
    check             the checks it makes of a subject
    quick             whether it runs in the quick mode too
    """

    name: str
    statement: str
    kind: str
    applies_to: str
    check: Callable[[Subject], Iterator[Check]]
    quick: bool = True


LAWS: tuple[Law, ...] = (
    Law("normalisation", "∫ p = 1, and p is positive on its support", "evidence", "family", normalisation),
    Law("score", "E[∂_θ log p] + p(b) ∂_θ b − p(a) ∂_θ a = 0", "evidence", "family", score),
    Law(
        "definition",
        "H, CE and KL are the integrals that define them, or diverge as they do",
        "evidence",
        "pair",
        definition,
    ),
    Law("steps", "every step E[h] = value of a derivation", "evidence", "pair", steps),
    Law("fisher", "E[(∂_θ log p)²] = ∂²KL(p‖q)/∂θ_q² at q = p", "evidence", "family", fisher),
    Law("bregman", "KL is the Bregman divergence of the log-partition", "evidence", "family", bregman),
    Law("related families", "bijections and special cases keep KL, and shift H", "evidence", "family", relations),
    Law("shared parameters", "CE and KL with the parameters shared that close them", "evidence", "family", sharing),
    Law(
        "theorems",
        "NLL/n = CE(p̂, q), KL ≥ 0, ∇_p CE − ∇_p KL = ∇H; once: ELBO, soft targets, Pythagoras, ...",
        "bookkeeping",
        "family",
        of_a_family,
    ),
    Law(
        "orders",
        "∫ p^α q^(1−α) and ∫ p^α by quadrature; Rényi → KL at α = 1, skew symmetry, Hellinger, χ²",
        "evidence",
        "family",
        orders,
        quick=False,
    ),
    Law("CE = H + KL", "CE(p, q) = H(p) + KL(p‖q)", "bookkeeping", "pair", ce_is_h_plus_kl),
    Law("KL(p‖p) = 0", "KL(p‖p) = 0", "bookkeeping", "family", kl_of_itself),
    Law("CE(p, p) = H(p)", "CE(p, p) = H(p)", "bookkeeping", "family", ce_of_itself),
    Law("∇_q CE = ∇_q KL", "CE − KL does not depend on q", "bookkeeping", "pair", gradients),
)


def law(name: str) -> Law:
    return next(law for law in LAWS if law.name == name)


def checked(subject: Subject, laws: Iterable[Law] = LAWS) -> Iterator[Check]:
    """All checks of a subject. A law that fails to run is an unknown verdict, never an exception."""
    for law in laws:
        if subject.q is not None and law.applies_to != "pair":
            continue
        try:
            with mpmath.workdps(subject.digits + 20):
                found = list(law.check(subject))
        except Exception as error:  # noqa: BLE001 - a law is a witness; its own failure is not the family's
            found = [Check(law.name, "density", Verdict("unknown", witness=f"{type(error).__name__}: {error}"))]
        yield from (replace(check, law=law.name) for check in found)
