"""From the rows of a table to the bytes of a file, broken in one place."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from contracts.delivery import Row
from deliveries import files

Rows = list[Row]
Encode = Callable[[Rows], bytes]
Change = Callable[[Rows], Rows | None]
ChangeBook = Callable[[Workbook], None]

REPORTS = "raw_trustee_reports"
AMOUNTS = [
    *("in_progress_balance", "in_progress_recovery", "in_progress_recovery_to_date"),
    *("settled_balance", "settled_recovery", "settled_recovery_to_date"),
    *("other_inflow", "disposal_expenses", "closing_balance"),
]


def csv_of(
    change: Change = list,
    table: str = REPORTS,
    then: Callable[[str], str] = lambda text: text,
    encoding: str = "utf-8",
    **header: str,
) -> Encode:
    """A CSV file: rows changed, columns renamed, then the text changed."""

    def encode(rows: Rows) -> bytes:
        changed = change(rows)
        text = files.text(table, rows if changed is None else changed, header=header)
        return then(text).encode(encoding)

    return encode


def book_of(
    then: ChangeBook = lambda _: None, *, table: str = REPORTS, old: bool = False
) -> Encode:
    """A workbook of one sheet, dates as dates; `old`: they are counted from 1904."""

    def encode(rows: Rows) -> bytes:
        book = Workbook()
        if old:
            book.epoch = CALENDAR_MAC_1904
        sheet: Any = book.active
        sheet.title = table
        for cells in files.cells(table, rows):
            sheet.append([_date_or_text(cell) for cell in cells])
        then(book)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    return encode


def repacked(encode: Encode, parts: Mapping[str, bytes]) -> Encode:
    """A workbook with parts replaced or added."""

    def change(rows: Rows) -> bytes:
        with zipfile.ZipFile(io.BytesIO(encode(rows))) as packed:
            content = {name: packed.read(name) for name in packed.namelist()}
        return _packed({**content, **parts})

    return change


def zip_of(parts: Mapping[str, bytes]) -> Encode:
    """An archive that holds these files."""
    return lambda _: _packed(parts)


def _packed(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def _date_or_text(cell: Any) -> Any:  # noqa: ANN401 (whatever a cell may hold)
    try:
        return datetime.combine(date.fromisoformat(cell), time())
    except (TypeError, ValueError):
        return cell


def put(index: int, **cells: str) -> Change:
    """Overwrites cells of one row."""
    return lambda rows: rows[index].update(cells)


def everywhere(**cells: str) -> Change:
    """Overwrites cells of every row."""

    def change(rows: Rows) -> None:
        for row in rows:
            row.update(cells)

    return change


def each(**cells: Sequence[str]) -> Change:
    """Overwrites cells of every row, each with its own text."""

    def change(rows: Rows) -> None:
        for name, texts in cells.items():
            for row, text in zip(rows, texts, strict=True):
                row[name] = text

    return change


def alone(index: int, **cells: str) -> Change:
    """One row, with other cells, and no other."""
    return lambda rows: [{**rows[index], **cells}]


def again(index: int, **cells: str) -> Change:
    """All rows, and one of them once more with other cells."""
    return lambda rows: [*rows, {**rows[index], **cells}]


def scaled(columns: Sequence[str], factor: int) -> Change:
    """Multiplies amounts."""

    def change(rows: Rows) -> None:
        for row in rows:
            row.update({name: f"{float(row[name]) * factor:.2f}" for name in columns})

    return change


def swapped(first: int, second: int) -> Callable[[str], str]:
    """Two columns in each other's place, header and cells."""

    def change(text: str) -> str:
        lines = [line.split(",") for line in text.splitlines()]
        for cells in lines:
            cells[first], cells[second] = cells[second], cells[first]
        return "\n".join(",".join(cells) for cells in lines)

    return change


def without(column: str) -> Callable[[str], str]:
    """One column less."""

    def change(text: str) -> str:
        lines = [line.split(",") for line in text.splitlines()]
        gone = lines[0].index(column)
        return "\n".join(",".join(cells[:gone] + cells[gone + 1 :]) for cells in lines)

    return change


def with_column(heading: str, cell: str) -> Callable[[str], str]:
    """One column more, behind the last."""

    def change(text: str) -> str:
        header, *rows = text.splitlines()
        return "\n".join([f"{header},{heading}", *(f"{row},{cell}" for row in rows)])

    return change
