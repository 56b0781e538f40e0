"""The violations file: every finding with its place, so that a person can find and mend it."""

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from npas.contracts.rules import RULES, Severity

COLUMNS = (
    "delivery",
    "file",
    "sheet",
    "row",
    "column",
    "value",
    "rule",
    "severity",
    "expected",
    "message",
    "message_zh",
    "table",
    "deal_code",
    "sha256",
)

_NUMBER = re.compile(r"[+-]?[0-9][0-9,]*([.][0-9]*)?%?|[+-]?[.][0-9]+%?")
# What spreadsheets take for the start of a formula, half and full width.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Violation:
    """One finding.

    `row` counts as a spreadsheet does, the header being row 1; None when the finding is about a
    whole file or column. `delivery` and `sha256` name the content of the file.
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
    delivery: str = ""
    sheet: str = ""
    sha256: str = ""

    @property
    def expected(self) -> str:
        """The sentence that does not hold."""
        return RULES[self.rule].en

    @property
    def place(self) -> str:
        """Where it is, for a person: file, sheet, row, column."""
        sheet = f", sheet {self.sheet}" if self.sheet else ""
        row = "" if self.row is None else f", row {self.row}"
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}{sheet}{row}{column}"


def in_order(violations: Iterable[Violation]) -> list[Violation]:
    """Worst first, then by rule and place; the same input gives the same order."""
    return sorted(
        violations,
        key=lambda found: (
            found.severity.rank,
            found.rule,
            found.table,
            found.file,
            found.delivery,
            found.sheet,
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
        # lines end as RFC 4180 says: of a carriage return alone Python 3.11 would quote no cell
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for found in violations:
            row = "" if found.row is None else found.row
            texts = {name: inert(str(getattr(found, name))) for name in COLUMNS if name != "row"}
            texts["severity"] = found.severity.value
            writer.writerow([row if name == "row" else texts[name] for name in COLUMNS])
    draft.replace(path)


def read(path: Path) -> Iterator[Violation]:
    """The findings of a file that `write` made, as they were given."""
    # a cell may be of any length, and its message is longer
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            severity, row = Severity(line.pop("severity")), line.pop("row")
            del line["expected"]
            texts = {name: _as_given(text) for name, text in line.items()}
            yield Violation(**texts, row=int(row) if row else None, severity=severity)


def inert(text: str) -> str:
    """The text, with a quote before it when a spreadsheet would run it.

    Text that has such quotes already gets one more, so that it can be told how it was given.
    """
    return f"'{text}" if _is_run(text.lstrip("'")) else text


def _as_given(text: str) -> str:
    return text[1:] if text.startswith("'") and _is_run(text.lstrip("'")) else text


def _is_run(text: str) -> bool:
    return text.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text)
