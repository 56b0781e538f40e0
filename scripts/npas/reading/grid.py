"""What every kind of file is turned into: numbered rows of text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa

from npas.raw_table import Fault

Row = tuple[int, list[str]]

# no raw table has more than thirty columns: what is far wider is no table
MOST_COLUMNS = 500


@dataclass
class Grid:
    """One table of text.

    `rows` gives the row number as a spreadsheet counts it and the cells, the header first, rows
    without any text left out. `batches` gives what follows them where a kind of file has columns:
    `ROW_NUMBER` and a text column per header cell. `faults` is complete when both have ended.
    `says` is what names the table beside its header: a sheet's name, a file's. `is_padded`: a row
    may be shorter than the header, its last cells being empty.
    """

    rows: Iterator[Row]
    says: tuple[str, ...] = ()
    sheet: str = ""
    encoding: str = ""
    is_padded: bool = False
    batches: Iterator[pa.RecordBatch] = field(default_factory=lambda: iter(()))
    faults: list[Fault] = field(default_factory=list)


def told(rule: str, problem: str, problem_zh: str, row: int | None = None) -> Fault:
    """A fault whose message is given in both languages."""
    return Fault(rule, row=row, details={"problem": problem, "problem_zh": problem_zh})


def text_of(value: Any) -> str:  # noqa: ANN401 (whatever a cell may hold)
    """A typed cell as text: ISO dates, the shortest decimal that is a number, nothing as empty."""
    match value:
        case None:
            text = ""
        case bool():
            text = str(value).upper()
        case int() | float() | Decimal():
            text = _plain(Decimal(repr(value)) if isinstance(value, float) else Decimal(value))
        case datetime() if value.time() == time():
            text = value.date().isoformat()
        case datetime():
            text = value.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            text = value.isoformat()
        case bytes():
            text = value.decode("utf-8", errors="replace")
        case _:
            text = str(value)
    return text


def _plain(number: Decimal) -> str:
    """Never with an exponent."""
    if not number.is_finite():
        return str(number)
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
