"""The results about CE, KL and likelihood that the project rests on, each with its hypotheses, checked.

A theorem makes *instances*: for a family (or another concrete setting) two expressions of which it says that
they are equal, or that one is at most the other. An instance of an identity is proved where the difference
comes out as an exact, symbolic 0; else, and for every inequality, the two sides are compared at exact points,
which is not a proof and is told apart. The false variant of a theorem turns the sign of one side, or the
inequality round; a theorem whose false variant is not refuted is not tested by its instances.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import mpmath
import sympy as sp

from derive.algebra.normal import is_zero
from derive.checks.evidence import common_digits, shown
from derive.checks.subject import Subject
from derive.checks.verdict import Check, Verdict
from derive.derivation.problem import CROSS_ENTROPY, KL
from derive.families.family import Family
from derive.families.library import catalog
from derive.numerics.evaluation import evaluate_number
from derive.verification import instances
from derive.verification.instances import DIGITS, Instance

E = Any
POINTS = 4
LONGEST = 100
"""Operations of a side that a normal form is tried on; longer ones are compared as numbers."""

FAMILIES = (
    "Normal", "Laplace", "Gumbel", "Exponential", "Gamma", "Weibull", "LogNormal", "Pareto", "Beta", "VonMises",
    "Bernoulli", "Geometric", "Poisson",
)  # fmt: skip
"""The families that a theorem is checked on when none are named."""


@dataclass(frozen=True)
class Theorem:
    """A statement with its hypotheses, and where it is checked.

    relation    "=" or "≤"
    instances   the instances for some families; a theorem about a fixed setting takes no notice of them
    proof       why it holds, in words
    """

    name: str
    statement: str
    hypotheses: str
    proof: str
    relation: str
    instances: Callable[[Iterable[Family]], Iterator[Instance]]
    source: str = ""

    def check(self, families: Iterable[Any] = FAMILIES, *, false: bool = False) -> list[tuple[Instance, Verdict]]:
        """Each instance, for families or their names, with its verdict; with `false`, those of the false variant.

        >>> [(i.about, str(v)) for i, v in theorem("nll").check(["gamma"])]
        [('Gamma', 'proved')]
        >>> theorem("nll").check(["gamma"], false=True)[0][1].kind
        'refuted'
        """
        chosen = [f if isinstance(f, Family) else catalog[f] for f in families]
        turned = _false(self.relation) if false else lambda instance: instance
        return [(i, decided(self, i)) for i in map(turned, self.instances(chosen))]


def _false(relation: str) -> Callable[[Instance], Instance]:
    """The false variant: the sides of an inequality exchanged, the sign of one side of an identity turned."""

    def turned(instance: Instance) -> Instance:
        if relation == "≤":
            return replace(instance, left=instance.right, right=instance.left)
        return replace(instance, right=-instance.right if instance.right != 0 else instance.left + 1)

    return turned


def decided(theorem: Theorem, instance: Instance) -> Verdict:
    """Proved by an exact zero, or compared at the places of the instance."""
    left, right = (sp.sympify(e) for e in (instance.left, instance.right))
    short = max(sp.count_ops(left), sp.count_ops(right)) <= LONGEST
    if theorem.relation == "=" and (left == right or short and is_zero(left - right) is True):
        return Verdict("proved", 0, "normal form")
    agreed, seen = DIGITS, 0
    for place in instance.places:
        try:
            one, two = (evaluate_number(e, place, DIGITS) for e in (left, right))
        except (ArithmeticError, ValueError, TypeError):
            continue
        seen += 1
        if seen > POINTS:
            return Verdict("agrees", agreed if theorem.relation == "=" else 0, "values", f"{POINTS} points")
        point = ", ".join(f"{k} = {v}" for k, v in place.items())
        witness = f"the sides are {shown(one)} and {shown(two)}"
        if theorem.relation == "≤":
            if one > two + mpmath.mpf(10) ** (3 - DIGITS) * max(1, abs(two)):
                return Verdict("refuted", 0, "values", point, witness)
            continue
        digits = common_digits(one, two)
        if digits < DIGITS - 4:
            return Verdict("refuted", 0, "values", point, witness)
        agreed = min(agreed, digits)
    if not seen:
        return Verdict("unknown", witness="no point could be evaluated")
    return Verdict("agrees", agreed if theorem.relation == "=" else 0, "values", f"{seen} points")


THEOREMS: tuple[Theorem, ...] = (
    Theorem("ce-kl", "CE(p, q) = H(p) + KL(p‖q)", "H(p) and KL(p‖q) finite",
            "−log q = −log p + (log p − log q), and expectation is linear", "=", instances.identity),
    Theorem("same-gradient", "∇_q CE(p, q) = ∇_q KL(p‖q): the same minimisers and the same Hessian", "what is learned is in q alone; H(p) and CE(p, q) finite",
            "CE − KL = H(p), which does not contain it", "=", instances.same_gradient),
    Theorem("reverse-gap", "∇_p CE(p, q) − ∇_p KL(p‖q) = ∇H(p)", "what is learned is in p: reverse KL, variational inference",
            "CE − KL = H(p)", "=", instances.reverse_gap),
    Theorem("nll", "NLL/n = CE(p̂, q), for every n and every sample", "p̂ the empirical distribution of the sample",
            "both are the mean of −log q(x_i)", "=", instances.nll),
    Theorem("elbo", "log p(x) − ELBO(q) = KL(q‖p(·|x))", "q is absolutely continuous with respect to the posterior",
            "log p(x, z) = log p(z|x) + log p(x), averaged over q", "=", instances.elbo),
    Theorem("soft-targets", "∂CE(t, softmax z)/∂z_k = softmax(z)_k − t_k, for hard and soft targets t", "Σ t = 1",
            "CE − KL = H(t) is a constant, so KL has the same gradient", "=", instances.soft_targets),
    Theorem("label-smoothing", "the minimiser of CE((1 − ε) e_y + ε/K, ·) is the smoothed target, not e_y", "0 < ε < 1",
            "CE(t, ·) is least at t, by Gibbs' inequality", "=", instances.label_smoothing),
    Theorem("distillation", "∂/∂z_k T² CE(softmax(u/T), softmax(z/T)) = T (q_T − p_T)_k", "T > 0",
            "the chain rule on soft targets", "=", instances.distillation, "Hinton, Vinyals, Dean (2015)"),
    Theorem("gibbs", "0 ≤ KL(p‖q)", "p and q are densities",
            "log is concave: E_p[log q/p] ≤ log E_p[q/p] ≤ 0", "≤", instances.gibbs, "Cover, Thomas (2006), 2.6.3"),
    Theorem("bregman", "KL(p‖q) = A(η_q) − A(η_p) − ∇A(η_p)·(η_q − η_p)", "one exponential family with log-partition A",
            "log p − log q is linear in t, and E_p[t] = ∇A(η_p)", "=", instances.bregman, "Banerjee et al., JMLR 6 (2005)"),
    Theorem("fisher", "∂²KL(p‖q)/∂θ_q² at q = p is E[(∂_θ log p)²]", "the support does not depend on θ; KL is twice differentiable",
            "differentiate ∫ p = 1 twice", "=", instances.fisher, "Kullback (1959), 2.6"),
    Theorem("chain-rule", "KL(p(x, y)‖q(x, y)) = KL(p(x)‖q(x)) + E_p KL(p(y|x)‖q(y|x))", "none",
            "the log of a product", "=", instances.chain, "Cover, Thomas (2006), 2.5.3"),
    Theorem("bijection", "KL(f(X)‖f(Y)) = KL(X‖Y)", "f is a bijection",
            "the Jacobians cancel in p/q", "=", instances.bijection),
    Theorem("pythagoras", "KL(p‖q) = KL(p‖p*) + KL(p*‖q)", "q in a full exponential family, p* its member with the same E[t] as p",
            "log p* − log q is linear in t, whose expectations p and p* share", "=", instances.pythagoras, "Csiszár, Ann. Prob. 3 (1975)"),
    Theorem("maximum-entropy", "H(q) − H(p) = KL(p‖q)", "q in an exponential family with constant base measure, E_q t = E_p t",
            "log q is linear in t, so E_p[−log q] = E_q[−log q] = H(q)", "=", instances.maximum_entropy, "Jaynes (1957)"),
    Theorem("pinsker", "TV(p, q)² ≤ KL(p‖q)/2", "none", "see the source; here it is only compared, to 1e-4",
            "≤", lambda families: instances.numbers(families, instances.pinsker_bound), "Cover, Thomas (2006), 11.6.1"),
    Theorem("chi-squared", "KL(p‖q) ≤ log(1 + χ²(p‖q))", "χ² finite",
            "Jensen: E_p[log p/q] ≤ log E_p[p/q]", "≤", lambda families: instances.numbers(families, instances.chi_squared_bound)),
    Theorem("code-length", "H(p) ≤ L < H(p) + 1 bits, L the mean length of Huffman's code", "p has rational probabilities",
            "Kraft's inequality from below, Shannon's code from above", "≤", instances.codes, "Cover, Thomas (2006), 5.4.1 and 5.8"),
)  # fmt: skip
"""The theorems, in the order of the argument."""


def theorem(name: str) -> Theorem:
    """A theorem by name; KeyError names what there is."""
    for found in THEOREMS:
        if found.name == name.lower().replace("_", "-"):
            return found
    raise KeyError(f"no theorem {name!r}; there are {', '.join(t.name for t in THEOREMS)}")


OF_SETTINGS = (
    "elbo", "soft-targets", "label-smoothing", "distillation", "chain-rule", "bijection", "pythagoras",
    "maximum-entropy", "code-length",
)  # fmt: skip
"""Theorems about fixed settings, which `derive verify` checks once."""


def of_settings() -> Iterator[Check]:
    """The theorems about fixed settings, for the report of `derive verify`."""
    for name in OF_SETTINGS:
        for _, verdict in theorem(name).check(()):
            yield Check("theorems", "all", verdict)


OF_A_FAMILY = ("nll", "reverse-gap", "gibbs")
"""Theorems that `derive verify` checks on every family, the first in the quick mode too, besides its laws."""


def of_a_family(subject: Subject) -> Iterator[Check]:
    """The theorems about one family, for the report of `derive verify`."""
    quantities = {"nll": "density", "reverse-gap": CROSS_ENTROPY, "gibbs": KL}
    quick = subject.per_case == 1
    for name in () if subject.q is not None else OF_A_FAMILY[:1] if quick else OF_A_FAMILY:
        for _, verdict in theorem(name).check([subject.p]):
            yield Check("theorems", quantities[name], verdict)


__all__ = ["FAMILIES", "THEOREMS", "Instance", "Theorem", "theorem"]
