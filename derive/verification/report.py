"""What a verification found: rows, a table of laws, and the formats they are exported in."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from xml.etree import ElementTree

from derive.checks.verdict import KINDS, Check, Verdict
from derive.verification.laws import LAWS, QUICK

QUANTITIES = ("density", "entropy", "cross_entropy", "kl_divergence", "all")


@dataclass(frozen=True)
class Row:
    """One family (or alias, or pair) and one quantity.

    form     the forms of the formula's cases, such as "closed / infinite"
    verdict  what all the checks come to
    seconds  an equal share of the processor time that its family took
    """

    family: str
    alias_of: str
    quantity: str
    form: str
    verdict: Verdict
    seconds: float
    checks: tuple[Check, ...]

    @property
    def order(self) -> tuple[bool, str, int]:
        return "‖" in self.family, self.family.lower(), QUANTITIES.index(self.quantity)

    def as_dict(self) -> dict[str, Any]:
        return {
            "family": self.family,
            "alias_of": self.alias_of,
            "quantity": self.quantity,
            "form": self.form,
            "verdict": self.verdict.kind,
            "digits": self.verdict.digits,
            "message": str(self.verdict),
            "seconds": round(self.seconds, 3),
            "checks": [c.as_dict() for c in self.checks],
        }


@dataclass(frozen=True)
class LawCount:
    """How often a law came to each verdict; `effective` checks are those that could have failed.

    left_out   whether it was not asked, for that takes longer than the quick mode may
    """

    name: str
    statement: str
    kind: str
    counts: dict[str, int]
    left_out: bool = False

    @property
    def effective(self) -> int:
        return sum(n for kind, n in self.counts.items() if kind != "unknown")


@dataclass(frozen=True)
class Report:
    """The outcome of `verify`."""

    rows: tuple[Row, ...]
    digits: int
    seconds: float

    @property
    def refuted(self) -> bool:
        return any(row.verdict.kind == "refuted" for row in self.rows)

    @property
    def unknown(self) -> bool:
        return any(row.verdict.kind == "unknown" for row in self.rows)

    @cached_property
    def law_table(self) -> dict[str, LawCount]:
        """Law name -> its counts; a law without an effective check stands here with 0."""
        found: dict[str, Counter[str]] = {law.name: Counter() for law in LAWS}
        for row in self.rows:
            for check in row.checks:
                found.setdefault(check.law, Counter())[check.verdict.kind] += 1
        known = {law.name: law for law in LAWS}
        return {
            name: LawCount(
                name,
                known[name].statement if name in known else "the entry can be read",
                known[name].kind if name in known else "evidence",
                {kind: counts[kind] for kind in KINDS},
                self.digits <= QUICK and name in known and not known[name].quick,
            )
            for name, counts in found.items()
        }

    @property
    def vacuous(self) -> list[str]:
        """Laws that checked nothing."""
        return [count.name for count in self.law_table.values() if not count.effective]

    def summary(self) -> str:
        """One line: rows by verdict, effective checks, time.

        >>> Report((), 50, 1.0).summary()
        '0 formulas: 0 proved, 0 agree, 0 unknown, 0 refuted; 0 effective checks in 1 s'
        """
        kinds = Counter(row.verdict.kind for row in self.rows)
        effective = sum(count.effective for count in self.law_table.values())
        told = ", ".join(f"{kinds[kind]} {'agree' if kind == 'agrees' else kind}" for kind in KINDS)
        return f"{len(self.rows)} formula{'' if len(self.rows) == 1 else 's'}: {told}; {effective} effective checks in {self.seconds:.0f} s"

    def to_json(self) -> str:
        return json.dumps(
            {
                "digits": self.digits,
                "seconds": round(self.seconds, 1),
                "refuted": self.refuted,
                "summary": self.summary(),
                "laws": {
                    name: {
                        "kind": count.kind,
                        "statement": count.statement,
                        "effective": count.effective,
                        **count.counts,
                    }
                    for name, count in self.law_table.items()
                },
                "rows": [row.as_dict() for row in self.rows],
            },
            ensure_ascii=False,
            indent=1,
        )

    def junit(self) -> str:
        """JUnit XML: a test case per row; refuted is a failure, unknown is skipped."""
        failures = sum(row.verdict.kind == "refuted" for row in self.rows)
        skipped = sum(row.verdict.kind == "unknown" for row in self.rows)
        suite = ElementTree.Element(
            "testsuite",
            name="derive verify",
            tests=str(len(self.rows)),
            failures=str(failures),
            errors="0",
            skipped=str(skipped),
            time=f"{self.seconds:.3f}",
        )
        for row in self.rows:
            case = ElementTree.SubElement(
                suite, "testcase", classname=row.family, name=row.quantity, time=f"{row.seconds:.3f}"
            )
            if row.verdict.kind == "refuted":
                ElementTree.SubElement(case, "failure", message=_printable(row.verdict.witness)).text = _printable(
                    str(row.verdict)
                )
            elif row.verdict.kind == "unknown":
                ElementTree.SubElement(case, "skipped", message=_printable(row.verdict.witness))
            ElementTree.SubElement(case, "system-out").text = "\n".join(
                _printable(f"{c.law}: {c.verdict}") for c in row.checks
            )
        return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)


def _printable(text: str) -> str:
    """Text without the control characters that XML forbids."""
    return "".join(c if c.isprintable() else " " for c in text)
