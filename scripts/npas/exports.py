"""The marts as files: one Parquet each, and one workbook for people who work in Excel."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

EXPORTS = "exports"
SYNTHETIC = "Synthetic sample (合成样本): no deal, party or amount in it is real"
_SAYS_SYNTHETIC = "Synthetic sample"
EXCEL_ROWS = 1_048_576
_EXCEL_TEXT = 32_767
_ABOUT_TEXT = f"""\
NPAS warehouse, market {{market}}: one sheet per table of schema marts.
Amounts are yuan (元), ratios fractions; an empty cell is not known or does not apply.
A text that begins with = + - @, a tab or a return has an apostrophe before it, so that no program \
runs it. Numbers are numbers.
Excel holds {EXCEL_ROWS:,} rows a sheet and 15 digits a number; the Parquet files beside this \
workbook hold everything, unaltered.
"""
_SHEET_NAME = 31
_ABOUT = "about"
_BATCH = 10_000
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")
# A workbook says when it was made; the same marts give the same bytes, so it is a fixed day.
_MADE_ON = datetime(2000, 1, 1)  # noqa: DTZ001 (Excel knows no time zones)


def export_marts(database: Path, folder: Path, market: str) -> None:
    """Writes every mart of `database` to `folder`: `<mart>.parquet` and `npas_<market>.xlsx`.

    Rows are ordered by all columns, so the same marts give the same bytes. A synthetic market is
    one whose tables say so in their comments.
    """
    folder.mkdir()
    with duckdb.connect(database, read_only=True) as connection:
        found = connection.execute(
            "select table_name, coalesce(comment, '') from duckdb_tables() "
            "where schema_name = 'marts' order by all"
        ).fetchall()
        marts = [str(name) for name, _ in found]
        is_synthetic = any(str(comment).startswith(_SAYS_SYNTHETIC) for _, comment in found)
        for mart in marts:
            told = f"{{market: '{market}', synthetic: '{SYNTHETIC if is_synthetic else 'no'}'}}"
            target = str(folder / f"{mart}.parquet").replace("'", "''")
            connection.execute(
                f"copy (select * from marts.{mart} order by all) to '{target}' "
                f"(format parquet, compression zstd, kv_metadata {told})"
            )
        _Workbook(connection, marts, market, is_synthetic).write(folder / f"npas_{market}.xlsx")


class _Workbook:
    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        marts: Sequence[str],
        market: str,
        is_synthetic: bool,
    ) -> None:
        self._connection = connection
        self._marts = marts
        self._market = market
        self._is_synthetic = is_synthetic

    def write(self, path: Path) -> None:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        }
        with xlsxwriter.Workbook(str(path), options) as book:
            label = SYNTHETIC if self._is_synthetic else ""
            book.set_properties(
                {
                    "title": f"NPAS warehouse, market {self._market}",
                    "subject": label,
                    "comments": label,
                    "keywords": "synthetic" if label else "",
                    "created": _MADE_ON,
                }
            )
            self._head = book.add_format({"bold": True, "bottom": 1})
            self._formats = {
                "money": book.add_format({"num_format": "#,##0.00"}),
                "ratio": book.add_format({"num_format": "0.0000"}),
                "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            }
            self._write_about(book.add_worksheet(_ABOUT))
            for mart, sheet in zip(self._marts, sheet_names(self._marts), strict=True):
                self._write_mart(book.add_worksheet(sheet), mart)

    def _write_about(self, sheet: Worksheet) -> None:
        label = f"{SYNTHETIC}.\n" if self._is_synthetic else ""
        lines = (label + _ABOUT_TEXT.format(market=self._market)).splitlines()
        for row, line in enumerate(lines):
            sheet.write_string(row, 0, line)
        start = len(lines) + 1
        for column, (title, width) in enumerate(
            (
                ("sheet", 31),
                ("rows", 10),
                ("rows here", 10),
                ("column", 34),
                ("type", 16),
                ("", 100),
            )
        ):
            sheet.set_column(column, column, width)
            sheet.write_string(start, column, title or "description", self._head)
        described = self._connection.execute(
            "select table_name, column_name, data_type, comment from duckdb_columns() "
            "where schema_name = 'marts' order by table_name, column_index"
        ).fetchall()
        names = dict(zip(self._marts, sheet_names(self._marts), strict=True))
        counts = {mart: self._count(mart) for mart in self._marts}
        wanted = [row for row in described if row[0] in names]
        for row, (mart, column, kind, comment) in enumerate(wanted, start + 1):
            sheet.write_string(row, 0, names[mart])
            sheet.write_number(row, 1, counts[mart])
            sheet.write_number(row, 2, min(counts[mart], EXCEL_ROWS - 2))
            sheet.write_string(row, 3, column)
            sheet.write_string(row, 4, kind)
            sheet.write_string(row, 5, inert(str(comment or "")))

    def _write_mart(self, sheet: Worksheet, mart: str) -> None:
        shape = self._connection.execute(f"describe marts.{mart}").fetchall()
        columns = [str(column[0]) for column in shape]
        formats = [self._format(str(column[1])) for column in shape]
        for number, (name, form) in enumerate(zip(columns, formats, strict=True)):
            sheet.set_column(number, number, max(12, min(len(name) + 2, 40)), form)
            sheet.write_string(0, number, name, self._head)
        if self._is_synthetic:
            sheet.write_string(0, len(columns), "synthetic", self._head)
            sheet.set_header(f"&C{SYNTHETIC}")
        sheet.freeze_panes(1, 1)
        if self._count(mart) > EXCEL_ROWS - 2:
            sheet.write_comment(0, 0, self._cut(mart))
        for number, row in enumerate(self._rows(mart), 1):
            if number == EXCEL_ROWS - 1:
                # the last line that Excel has
                sheet.write_string(number, 0, self._cut(mart))
                break
            for place, (value, form) in enumerate(zip(row, formats, strict=True)):
                _write_cell(sheet, number, place, value, form)
            if self._is_synthetic:
                sheet.write_string(number, len(columns), SYNTHETIC)

    def _cut(self, mart: str) -> str:
        return (
            f"Cut here: marts.{mart} has {self._count(mart):,} rows and a sheet holds "
            f"{EXCEL_ROWS:,}. {mart}.parquet beside this workbook holds all of them."
        )

    def _rows(self, mart: str) -> Iterator[tuple[Any, ...]]:
        # a cursor of its own: the count of another mart must not end this reading
        with self._connection.cursor() as cursor:
            cursor.execute(f"select * from marts.{mart} order by all")
            while rows := cursor.fetchmany(_BATCH):
                yield from rows

    def _count(self, mart: str) -> int:
        row = self._connection.execute(f"select count(*) from marts.{mart}").fetchone()
        return 0 if row is None else int(row[0])

    def _format(self, kind: str) -> Format | None:
        if kind.startswith("DECIMAL"):
            return self._formats["money"]
        return {"DOUBLE": self._formats["ratio"], "DATE": self._formats["date"]}.get(kind)


def sheet_names(marts: Sequence[str]) -> list[str]:
    """A name for each mart that Excel takes: at most 31 characters, none twice."""
    names: list[str] = []
    for mart in marts:
        name, number = mart[:_SHEET_NAME], 2
        while name in (_ABOUT, *names):
            mark = f"~{number}"
            name, number = mart[: _SHEET_NAME - len(mark)] + mark, number + 1
        names.append(name)
    return names


def inert(text: str) -> str:
    """The text as no spreadsheet runs it, also after it was saved as CSV, and at Excel's length.

    Source: OWASP, CSV Injection.
    """
    harmless = f"'{text}" if text.startswith(_ACTIVE) else text
    if len(harmless) <= _EXCEL_TEXT:
        return harmless
    mark = " ... (cut: longer than a cell of Excel)"
    return harmless[: _EXCEL_TEXT - len(mark)] + mark


def _write_cell(sheet: Worksheet, row: int, column: int, value: Any, form: Format | None) -> None:  # noqa: ANN401
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, float(value), form)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, form)
    else:
        sheet.write_string(row, column, inert(str(value)))
