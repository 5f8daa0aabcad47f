"""Verdicts: what a check found, and what the parts of a row come to together.

    proved    an exact, symbolic zero
    agrees    the same number by another way, to `digits` digits
    unknown   neither: no value was reached, the quadratures disagree, or time ran out
    refuted   two quadratures agree with each other and not with the formula, or an exact argument is against it

A check is effective when it could have failed: an unknown one is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

KINDS = ("proved", "agrees", "unknown", "refuted")


@dataclass(frozen=True)
class Verdict:
    """What is known about a claim.

    kind     one of `KINDS`
    digits   decimals of max(1, |value|) to which it agrees
    method   how it was found: "normal form", "double-exponential", "supports", ...
    point    the exact parameters it was checked at, as text
    witness  when refuted or unknown: the two values, or the reason
    """

    kind: str
    digits: int = 0
    method: str = ""
    point: str = ""
    witness: str = ""

    @property
    def effective(self) -> bool:
        return self.kind != "unknown"

    def __str__(self) -> str:
        said = f"agrees to {self.digits} digits" if self.kind == "agrees" and self.digits else self.kind
        return said + (f": {self.witness}" if self.witness else "") + (f" at {self.point}" if self.point else "")


@dataclass(frozen=True)
class Check:
    """One verdict, under one law, about one quantity."""

    law: str
    quantity: str
    verdict: Verdict
    case: Any = None
    """The condition of the case of a formula that it is about, where it is about one."""

    def as_dict(self) -> dict[str, Any]:
        return {"law": self.law, "quantity": self.quantity, **asdict(self.verdict)}


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of several: one refutation refutes, one agreement with nothing against it agrees.

    >>> print(together([Verdict("agrees", 50), Verdict("agrees", 44), Verdict("unknown", witness="slow")]))
    agrees to 44 digits
    >>> print(together([]))
    unknown: nothing was checked
    """
    found = list(verdicts)
    for verdict in found:
        if verdict.kind == "refuted":
            return verdict
    numeric = [v for v in found if v.kind == "agrees"]
    if numeric:
        return Verdict("agrees", min(v.digits for v in numeric), min(numeric, key=lambda v: v.digits).method)
    for kind in ("proved", "unknown"):
        for verdict in found:
            if verdict.kind == kind:
                return verdict
    return Verdict("unknown", witness="nothing was checked")
