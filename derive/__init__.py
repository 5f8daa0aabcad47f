"""Closed forms of entropy, cross-entropy and KL divergence, derived from definitions and verified.

    >>> from derive import catalog, kl_divergence
    >>> f = kl_divergence(catalog.Exponential("a"), catalog.Exponential("b"))
    >>> print(f, f.form, sep="; ")
    log(a/b) + b/a - 1; closed

Names load on first use, so that `import derive` itself is immediate.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derive.affinity import (
        bhattacharyya_distance,
        chi_squared_divergence,
        hellinger_distance,
        jeffreys_divergence,
        renyi_divergence,
        renyi_entropy,
        tsallis_entropy,
    )
    from derive.equivalences import equivalence
    from derive.estimation import likelihood
    from derive.family import Alias, Distribution, Family, Param
    from derive.formula import Case, Formula, Step
    from derive.information import fisher_information
    from derive.library import catalog
    from derive.losses import loss
    from derive.projections import projection
    from derive.quantities import Empirical, cross_entropy, entropy, expectation, kl_divergence
    from derive.verification import verify

__version__ = "0.1.0"

_HOME = {
    "catalog": "library",
    "entropy": "quantities",
    "cross_entropy": "quantities",
    "kl_divergence": "quantities",
    "expectation": "quantities",
    "verify": "verification",
    "bhattacharyya_distance": "affinity",
    "chi_squared_divergence": "affinity",
    "hellinger_distance": "affinity",
    "jeffreys_divergence": "affinity",
    "renyi_divergence": "affinity",
    "renyi_entropy": "affinity",
    "tsallis_entropy": "affinity",
    "fisher_information": "information",
    "loss": "losses",
    "likelihood": "estimation",
    "projection": "projections",
    "equivalence": "equivalences",
    "Family": "family",
    "Param": "family",
    "Alias": "family",
    "Distribution": "family",
    "Formula": "formula",
    "Case": "formula",
    "Step": "formula",
    "Empirical": "quantities",
}

__all__ = [
    "Alias",
    "Case",
    "Distribution",
    "Empirical",
    "Family",
    "Formula",
    "Param",
    "Step",
    "bhattacharyya_distance",
    "catalog",
    "chi_squared_divergence",
    "cross_entropy",
    "entropy",
    "equivalence",
    "expectation",
    "fisher_information",
    "hellinger_distance",
    "jeffreys_divergence",
    "kl_divergence",
    "likelihood",
    "loss",
    "projection",
    "renyi_divergence",
    "renyi_entropy",
    "tsallis_entropy",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'derive' has no attribute {name!r}")
    value = getattr(import_module(f"derive.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
