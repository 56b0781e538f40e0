"""Which cells of the store count as not stated, and which rows are repeated: for the dbt build.

Judged for every build beside all that is known by then: a report waits until its deal has come,
whichever came first.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from npas.contracts.rules import Severity
from npas.contracts.violations import Violation
from npas.raw_schema import RAW_TABLES, Kind

FILE = "set_aside.csv"
COLUMNS = ("table_name", "delivery_id", "file", "sheet", "file_row", "column_name", "rule")
WHOLE_ROW = "*"

_MEASURES = (Kind.AMOUNT, Kind.RATIO, Kind.NUMBER, Kind.INTEGER, Kind.BY_UNIT)
_ASIDE = (Severity.QUARANTINE, Severity.REJECT)
_REPORTS, _STATEMENTS = "raw_trustee_reports", "raw_recovery_statements"
# Recovery that cannot be, where nothing beside it says which figure is the wrong one.
_HELD = {
    (_REPORTS, "R01"),
    (_REPORTS, "R08"),
    (_STATEMENTS, "R02"),
    (_STATEMENTS, "R08"),
}


def write(violations: Iterable[Violation], folder: Path) -> None:
    """Writes the list, one line per cell or repeated row."""
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        # as of `violations.csv`: else no cell with a carriage return alone would be quoted
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        lines = (line for found in violations for line in _lines(found))
        writer.writerows(sorted(set(lines)))


def _lines(found: Violation) -> Iterator[tuple[str, ...]]:
    place = (found.table, found.delivery, found.file, found.sheet)
    row = WHOLE_ROW if found.row is None else str(found.row)
    if found.rule == "K01":
        yield (*place, row, WHOLE_ROW, found.rule)
    # what a row is about is no value: a row without it falls out by itself
    elif found.rule != "O02" and (found.severity in _ASIDE or (found.table, found.rule) in _HELD):
        for column in _columns(found):
            yield (*place, row, column, found.rule)


def _columns(found: Violation) -> list[str]:
    schema = RAW_TABLES[found.table]
    values = [name for name in schema.of_kind(*_MEASURES) if name not in schema.key]
    if found.table == _REPORTS:
        # a report is accepted or held whole: without one of its figures no sum is right
        return values
    named = found.column.split(" + ")
    return [name for name in named if name in (*values, *schema.of_kind(Kind.DATE))]
