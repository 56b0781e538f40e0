"""The violations file: every finding with its place, so that a person can find and mend it."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from npas.contracts.rules import Severity

COLUMNS = (
    "file",
    "row",
    "column",
    "value",
    "rule",
    "severity",
    "message",
    "message_zh",
    "table",
    "deal_code",
)

_NUMBER = re.compile(r"[+-]?[0-9][0-9,]*([.][0-9]*)?%?|[+-]?[.][0-9]+%?")
# What spreadsheets take for the start of a formula, half and full width.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Violation:
    """One finding.

    `row` counts as a spreadsheet does, the header being row 1; None when the finding is about a
    whole file or column.
    """

    file: str
    row: int | None
    column: str
    value: str
    rule: str
    severity: Severity
    message: str
    message_zh: str
    table: str
    deal_code: str


def in_order(violations: Iterable[Violation]) -> list[Violation]:
    """Worst first, then by rule and place; the same input gives the same order."""
    return sorted(
        violations,
        key=lambda found: (
            found.severity.rank,
            found.rule,
            found.table,
            found.file,
            found.row or 0,
            found.column,
            found.message,
        ),
    )


def write(violations: Iterable[Violation], path: Path) -> None:
    """Writes all findings as UTF-8 CSV, replacing `path` in one step.

    Text that a spreadsheet would run as a formula gets a quote before it; numbers stay as they are.
    """
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for found in violations:
            place = ("" if found.row is None else found.row,)
            words = (
                found.column,
                found.value,
                found.rule,
                found.severity.value,
                found.message,
                found.message_zh,
                found.table,
                found.deal_code,
            )
            writer.writerow([inert(found.file), *place, *map(inert, words)])
    draft.replace(path)


def inert(text: str) -> str:
    """The text, with a quote before it when a spreadsheet would run it."""
    if text.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
