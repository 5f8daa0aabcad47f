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
    from derive.equivalences import equivalence
    from derive.estimation import likelihood
    from derive.family import Alias, Distribution, Family, Param
    from derive.formula import Case, Formula, Step
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
    "catalog",
    "cross_entropy",
    "entropy",
    "equivalence",
    "expectation",
    "kl_divergence",
    "likelihood",
    "loss",
    "projection",
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
