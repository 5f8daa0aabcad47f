"""Laws between families: bijections and special cases, as a table.

If Y = f(X) for a bijection f, then KL(Y₁‖Y₂) = KL(X₁‖X₂), and H(Y) = H(X) + E[log |f′(X)|]. With f the
identity, a special case has the entropy and divergence of what it is a case of. The two sides are derived
apart, from two entries of the catalog.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import mpmath
import sympy as sp

from derive.checks.evidence import SLACK, common_digits, confirmed, described_member, shown
from derive.checks.subject import Members, Subject, case_at, value_at
from derive.checks.verdict import Check, Verdict
from derive.derivation.problem import ENTROPY, KL
from derive.derivation.quantities import entropy, kl_divergence
from derive.families import points
from derive.families.expression import read
from derive.families.family import Distribution, Family
from derive.families.library import Catalog, catalog
from derive.families.parameter import ParameterError
from derive.numerics.evaluation import evaluate_number


@dataclass(frozen=True)
class Relation:
    """A family that is another one, seen through a bijection or at special parameters.

    left, right  names; `right` is the image of `left`
    parameters   right's parameters in left's
    fixed        left's parameters that are held
    shift        H(right) − H(left), in left's parameters; None where it is not elementary, and KL alone is compared
    """

    left: str
    right: str
    parameters: Mapping[str, str]
    fixed: Mapping[str, str] = field(default_factory=dict)
    shift: str | None = "0"


RELATIONS: tuple[Relation, ...] = (
    Relation("Normal", "LogNormal", {"mu": "mu", "sigma": "sigma"}, shift="mu"),
    Relation("Logistic", "LogLogistic", {"alpha": "exp(mu)", "beta": "1/s"}, shift="mu"),
    Relation("Cauchy", "LogCauchy", {"mu": "x_0", "sigma": "gamma"}, shift=None),
    Relation("Laplace", "LogLaplace", {"mu": "mu", "b": "b"}, shift="mu"),
    Relation("Gumbel", "Frechet", {"alpha": "1/beta", "s": "exp(mu)", "m": "0"}, shift="mu + beta*EulerGamma"),
    Relation("Exponential", "Pareto", {"alpha": "lamda", "x_m": "1"}, shift="1/lamda"),
    Relation("Exponential", "Gamma", {"k": "1", "theta": "1/lamda"}),
    Relation("Gamma", "LogGamma", {"alpha": "k", "mu": "log(theta)", "sigma": "1"}, shift="-digamma(k) - log(theta)"),
    Relation("Gamma", "InverseGamma", {"alpha": "k", "beta": "1/theta"}, shift="-2*(digamma(k) + log(theta))"),
    Relation("Gamma", "Exponential", {"lamda": "1/theta"}, {"k": "1"}),
    Relation("Gamma", "ChiSquared", {"nu": "2*k"}, {"theta": "2"}),
    Relation("Weibull", "Exponential", {"lamda": "1/lamda"}, {"k": "1"}),
    Relation("Weibull", "Rayleigh", {"sigma": "lamda/sqrt(2)"}, {"k": "2"}),
    Relation("GeneralizedGamma", "Gamma", {"k": "d", "theta": "a"}, {"p": "1"}),
    Relation("GeneralizedGamma", "Weibull", {"k": "2", "lamda": "a"}, {"d": "2", "p": "2"}),
    Relation("Nakagami", "HalfNormal", {"sigma": "sqrt(Omega)"}, {"m": "1/2"}),
    Relation("Nakagami", "Rayleigh", {"sigma": "sqrt(Omega/2)"}, {"m": "1"}),
    Relation("Nakagami", "Maxwell", {"a": "sqrt(Omega/3)"}, {"m": "3/2"}),
    Relation("Beta", "Uniform", {"a": "0", "b": "1"}, {"alpha": "1", "beta": "1"}),
    Relation("Beta", "Arcsine", {"a": "0", "b": "1"}, {"alpha": "1/2", "beta": "1/2"}),
    Relation("Beta", "PowerFunction", {"alpha": "alpha", "b": "1"}, {"beta": "1"}),
    Relation(
        "Beta", "BetaPrime", {"alpha": "alpha", "beta": "beta"}, shift="2*(digamma(alpha + beta) - digamma(beta))"
    ),
    Relation("Kumaraswamy", "Beta", {"alpha": "a", "beta": "1"}, {"b": "1"}),
    Relation("Kumaraswamy", "ToppLeone", {"nu": "b"}, {"a": "2"}),
    Relation("StudentT", "Cauchy", {"x_0": "mu", "gamma": "sigma"}, {"nu": "1"}),
    Relation("GeneralizedNormal", "Laplace", {"mu": "mu", "b": "alpha"}, {"beta": "1"}),
    Relation("GeneralizedNormal", "Normal", {"mu": "mu", "sigma": "alpha/sqrt(2)"}, {"beta": "2"}),
    Relation("AsymmetricLaplace", "Laplace", {"mu": "m", "b": "1/lamda"}, {"kappa": "1"}),
    Relation("DoubleGamma", "Laplace", {"mu": "mu", "b": "theta"}, {"k": "1"}),
    Relation("DoubleWeibull", "Laplace", {"mu": "mu", "b": "lamda"}, {"k": "1"}),
    Relation("GeneralizedLogistic", "Logistic", {"mu": "mu", "s": "sigma"}, {"alpha": "1"}),
    Relation("Levy", "InverseGamma", {"alpha": "1/2", "beta": "c/2"}, {"mu": "0"}),
    Relation("Lomax", "Pareto", {"alpha": "alpha", "x_m": "2"}, {"lamda": "2"}),
    Relation("BurrXII", "LogLogistic", {"alpha": "lamda", "beta": "c"}, {"k": "1"}),
    Relation("Dagum", "LogLogistic", {"alpha": "b", "beta": "a"}, {"p": "1"}),
    Relation("ExponentiatedExponential", "Exponential", {"lamda": "lamda"}, {"alpha": "1"}),
    Relation("Binomial", "Bernoulli", {"p": "p"}, {"n": "1"}),
    Relation("NegativeBinomial", "GeometricFromZero", {"p": "p"}, {"r": "1"}),
    Relation("Geometric", "GeometricFromZero", {"p": "p"}),
)
"""Rows whose families the catalog lacks, or whose parameters it names otherwise, are skipped, and shown as skipped."""


def relations(subject: Subject) -> Iterator[Check]:
    """A family's alias or related family against it: H and KL, each derived from its own density."""
    if subject.q is not None:
        return
    for left, right, parameters, relation in _related(subject.p, catalog):
        yield from _checks(subject, left, right, parameters, relation)


def _related(family: Family, known: Catalog) -> Iterator[tuple[Family, Family, Mapping[str, str], Relation]]:
    """(left, right, right's parameters in left's, the row) for every row about `family`."""
    if family.base is not None:
        alias = next((a for a in family.base.aliases if a.name == family.name), None)
        if alias is not None:
            yield family, family.base, alias.mapping, Relation(family.name, family.base.name, alias.mapping)
    for relation in RELATIONS:
        if relation.left == family.name and relation.left in known and relation.right in known:
            if _same_entry(known[relation.left], family) and _fits(relation, family, known[relation.right]):
                yield family, known[relation.right], relation.parameters, relation


def _same_entry(one: Family, other: Family) -> bool:
    """Whether two records, perhaps of two loads of a catalog, define one family."""
    return (one.params, one.support, one.log_density) == (other.params, other.support, other.log_density)


def _fits(relation: Relation, left: Family, right: Family) -> bool:
    names = {p.name for p in left.params}
    return set(relation.fixed) <= names and set(relation.parameters) == {p.name for p in right.params}


def unused(known: Catalog = catalog) -> list[Relation]:
    """Rows of the table that fit no families of a catalog."""
    used = [row for family in known.entries for *_, row in _related(family, known)]
    return [row for row in RELATIONS if row not in used]


def _checks(
    subject: Subject, left: Family, right: Family, parameters: Mapping[str, str], relation: Relation
) -> Iterator[Check]:
    law = "same law" if relation.shift == "0" else "bijection"
    drawn = list(islice(_images(left, right, parameters, relation), 3))
    if len(drawn) < 2:
        return
    digits = subject.digits
    if relation.shift is not None:
        one, other = drawn[0]
        formulas = subject.formula(ENTROPY), entropy(right.suffixed(""))
        shift = read(relation.shift, {p.name: v for p, v in zip(left.params, one.values, strict=True)})
        yield from _compared(
            law, ENTROPY, formulas, ((one,), (other,)), evaluate_number(sp.sympify(shift), {}, digits + 5), digits
        )
    for (one, image), (two, second) in ((drawn[0], drawn[1]), (drawn[1], drawn[0])):
        formulas = subject.formula(KL), kl_divergence(right.suffixed("_1"), right.suffixed("_2"))
        yield from _compared(law, KL, formulas, ((one, two), (image, second)), mpmath.mpf(0), digits)


def _images(
    left: Family, right: Family, parameters: Mapping[str, str], relation: Relation
) -> Iterator[tuple[Distribution, Distribution]]:
    """Members of the left family with the members of the right one that they are."""
    for (drawn,) in points.pairs(left, None):
        held = {name: read(text, {}) for name, text in relation.fixed.items()}
        values = {p.name: held.get(p.name, v) for p, v in zip(left.params, drawn.values, strict=True)}
        try:
            one = left(**values)
            other = right(**{name: read(text, values) for name, text in parameters.items()})
        except ParameterError:
            continue
        if all(c == sp.true for m in (one, other) for c in m.constraints):
            yield one, other


def _compared(
    law: str, kind: str, formulas: Any, sides: tuple[Members, Members], shift: Any, digits: int
) -> Iterator[Check]:
    """right = left + shift, where both are closed."""
    cases = [case_at(f, members) for f, members in zip(formulas, sides, strict=True)]
    if any(case is None or case.form != "closed" for case in cases):
        return
    point = f"{' ‖ '.join(described_member(m) for m in sides[0])}, against {sides[1][0].family.name}"
    try:
        one, other = (value_at(f, members, digits + 5) for f, members in zip(formulas, sides, strict=True))
    except (ArithmeticError, ValueError, TypeError, NotImplementedError) as error:
        yield Check(law, kind, Verdict("unknown", 0, "evaluation", point, str(error)))
        return
    with mpmath.workdps(digits + 10):
        agreed = min(common_digits(one + shift, other), digits)
    if agreed >= digits - SLACK:
        yield Check(law, kind, Verdict("agrees", agreed, "evaluation", point))
        return
    verdict = Verdict("refuted", 0, "evaluation", point, f"one side is {shown(one + shift)}, the other {shown(other)}")
    own = confirmed(verdict, formulas[0], (sides[0],), digits)
    if own.kind != "refuted":
        own = confirmed(verdict, formulas[1], (sides[1],), digits)
    yield Check(law, kind, own)


__all__ = ["RELATIONS", "Relation", "relations", "unused"]
