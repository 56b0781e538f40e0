"""Files as users deliver them, made where a test runs."""

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook

from npas.raw_schema import RAW_TABLES
from npas.raw_table import PLACE, ROW_NUMBER, RawTable

Rows = Sequence[Mapping[str, str]]


def rows_of(table: RawTable) -> list[dict[str, Any]]:
    """The rows of a table that was read: their number and their cells."""
    assert not table.faults
    assert table.data is not None
    place = [name for name in PLACE if name != ROW_NUMBER]
    rows: list[dict[str, Any]] = pq.read_table(table.data).drop_columns(place).to_pylist()
    return rows


def columns_of(table: str) -> list[str]:
    """The columns of a raw table."""
    return list(RAW_TABLES[table].columns)


def text(table: str, rows: Rows, *, header: Mapping[str, str] | None = None) -> str:
    """Rows as CSV text, with a column `note` if a row has one; `header` renames columns."""
    out = io.StringIO()
    writer = csv.writer(out)
    names = [*columns_of(table), *(["note"] if any("note" in row for row in rows) else [])]
    writer.writerow([(header or {}).get(name, name) for name in names])
    writer.writerows([[row.get(name, "") for name in names] for row in rows])
    return out.getvalue()


def workbook(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    change: Callable[[Workbook], None] | None = None,
) -> Path:
    """A workbook of sheets of cells; `change` is done before it is saved."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    if change is not None:
        change(book)
    book.save(path)
    return path


def cells(table: str, rows: Rows) -> list[list[Any]]:
    """The header and the rows as cells of a sheet; empty text as an empty cell."""
    body = [[row.get(name) or None for name in columns_of(table)] for row in rows]
    return [columns_of(table), *body]


def parquet(path: Path, table: str, rows: Rows) -> Path:
    """Rows as text columns of a Parquet file."""
    columns = {name: [row.get(name) or None for row in rows] for name in columns_of(table)}
    pq.write_table(pa.table(columns), path)
    return path


def archive(path: Path, members: Mapping[str, bytes], *, packed: bool = True) -> Path:
    """A ZIP archive."""
    kind = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", kind) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return path
