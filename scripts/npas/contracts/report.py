"""What a run of the contracts found."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from npas.contracts.rules import Severity
from npas.contracts.violations import Violation

VIOLATIONS = "violations.csv"
# What tapes add up to, for the rules that compare them with other tables.
TAPES_FILE = "tapes.parquet"
# What each tape may be reached over: a row per deal of its rows (null: rows without one), with the
# first and the last of the numbers of its loans.
REACH_FILE = "reach.parquet"
# What a later run takes over of tapes that were judged.
KEPT_FILES = (VIOLATIONS, TAPES_FILE, REACH_FILE)
_SHOWN = 5
# what of the findings is worth a line of its own, and what it means
_TOLD = {
    Severity.REJECT: "Rejected; the input is not used until this is mended:",
    Severity.QUARANTINE: "Set aside; of a delivery it counts as not stated until it is mended:",
}


@dataclass(frozen=True)
class RuleResult:
    """One rule as checked on one table or file.

    `tested`: values looked at; `found`: violations; `left_out`: why it was not checked, in English
    and Chinese, or None.
    """

    rule: str
    table: str
    stage: str
    expectation: str
    columns: tuple[str, ...]
    tested: int = 0
    found: int = 0
    left_out: tuple[str, str] | None = None


@dataclass(frozen=True)
class JudgedBefore:
    """Tapes, by label, that need not be judged again, and the folder of what was found in them."""

    labels: frozenset[str]
    folder: Path


@dataclass(frozen=True)
class CheckedFile:
    """One delivered file and what became of it."""

    label: str
    table: str
    rows: int
    refused: bool


@dataclass(frozen=True)
class CheckReport:
    """Every violation, worst first, and where it is written.

    `violations_path` holds all of `violations`; `data_docs_path` is the page to read;
    `content_hashes` is one hash per file of what its rows say. `found_before` of the violations are
    of `tapes_judged_before`, which were not judged again: `results` and `files` do not count them.
    """

    violations: tuple[Violation, ...]
    results: tuple[RuleResult, ...]
    files: tuple[CheckedFile, ...]
    violations_path: Path
    data_docs_path: Path
    seconds: float
    content_hashes: Mapping[str, str] = field(default_factory=dict)
    tapes_judged_before: int = 0
    found_before: int = 0

    @property
    def rejected(self) -> bool:
        """Whether the input must not be built or loaded."""
        return self.counts[Severity.REJECT.value] > 0

    @property
    def counts(self) -> dict[str, int]:
        """Violations by severity, worst first, also those of which there are none."""
        counted = Counter(found.severity for found in self.violations)
        return {severity.value: counted[severity] for severity in Severity}

    @property
    def counts_by_rule(self) -> dict[str, int]:
        """Violations by rule, of the rules that were broken."""
        return dict(Counter(found.rule for found in self.violations))

    def summary_lines(self) -> list[str]:
        """A short text for a terminal: counts, the broken rules, the first of the worst."""
        rows = sum(file.rows for file in self.files)
        checked = {result.rule for result in self.results if result.left_out is None}
        counts = ", ".join(f"{count} {severity}" for severity, count in self.counts.items())
        lines = [f"{rows:,} rows of {len(self.files)} files, {len(checked)} rules: {counts}"]
        if self.tapes_judged_before:
            lines.append(
                f"{self.tapes_judged_before:,} tapes that nothing new is about were not judged "
                f"again; {self.found_before:,} findings of the build before are of them"
            )
        for severity in Severity:
            rules = Counter(one.rule for one in self.violations if one.severity is severity)
            if rules:
                broken = ", ".join(f"{rule} {count}" for rule, count in rules.items())
                lines.append(f"{severity.value}: {broken}")
        return [*lines, *(line for severity in _TOLD for line in self._first(severity))]

    def _first(self, severity: Severity) -> list[str]:
        found = [one for one in self.violations if one.severity is severity]
        if not found:
            return []
        lines = [
            _TOLD[severity],
            *(
                f"  {one.place}: {one.message} [{one.rule} {one.expected}]"
                for one in found[:_SHOWN]
            ),
        ]
        if len(found) > _SHOWN:
            lines.append(f"  and {len(found) - _SHOWN:,} more")
        return lines
