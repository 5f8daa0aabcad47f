"""Closed forms of entropy, cross-entropy and KL divergence, derived from definitions and verified.

    >>> from derive import catalog, kl_divergence
    >>> f = kl_divergence(catalog.Exponential("a"), catalog.Exponential("b"))
    >>> print(f, f.form, sep="; ")
    log(a/b) + b/a - 1; closed

Names load on first use, so that `import derive` itself is immediate.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derive.derivation.affinity import (
        bhattacharyya_distance,
        chi_squared_divergence,
        hellinger_distance,
        jeffreys_divergence,
        renyi_divergence,
        renyi_entropy,
        tsallis_entropy,
    )
    from derive.derivation.formula import Case, Formula, Step
    from derive.derivation.information import fisher_information
    from derive.derivation.quantities import Empirical, cross_entropy, entropy, expectation, kl_divergence
    from derive.families.family import Alias, Distribution, Family
    from derive.families.library import catalog
    from derive.families.parameter import Param
    from derive.objectives.equivalences import equivalence
    from derive.objectives.estimation import likelihood
    from derive.objectives.losses import loss
    from derive.objectives.projections import projection
    from derive.verification.verifier import verify

__version__ = "0.1.0"

# SymPy looks up what it has worked out; its own 1000 answers are too few for long derivations. It reads the number when it is
# imported: who has imported it before keeps theirs.
os.environ.setdefault("SYMPY_CACHE_SIZE", "20000")

_HOME = {
    "catalog": "families.library",
    "entropy": "derivation.quantities",
    "cross_entropy": "derivation.quantities",
    "kl_divergence": "derivation.quantities",
    "expectation": "derivation.quantities",
    "verify": "verification.verifier",
    "bhattacharyya_distance": "derivation.affinity",
    "chi_squared_divergence": "derivation.affinity",
    "hellinger_distance": "derivation.affinity",
    "jeffreys_divergence": "derivation.affinity",
    "renyi_divergence": "derivation.affinity",
    "renyi_entropy": "derivation.affinity",
    "tsallis_entropy": "derivation.affinity",
    "fisher_information": "derivation.information",
    "loss": "objectives.losses",
    "likelihood": "objectives.estimation",
    "projection": "objectives.projections",
    "equivalence": "objectives.equivalences",
    "Family": "families.family",
    "Param": "families.parameter",
    "Alias": "families.family",
    "Distribution": "families.family",
    "Formula": "derivation.formula",
    "Case": "derivation.formula",
    "Step": "derivation.formula",
    "Empirical": "derivation.quantities",
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
