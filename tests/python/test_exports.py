"""What a release hands out as files: Parquet for programs, one workbook for people."""

import hashlib
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest

from npas import exports
from npas.exports import SYNTHETIC, export_marts, inert, sheet_names

PAYLOADS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.example","click")',
    "=IMPORTXML(A1)",
    "=WEBSERVICE(A1)",
    "+1+1",
    "+cmd|' /C calc'!A0",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
]


def make_database(
    path: Path, threads: int = 2, comment: str = "told", *, shuffled: bool = False
) -> None:
    with duckdb.connect(path, config={"threads": threads}) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.fct_told (number bigint, amount decimal(18, 2), rate double, "
            "day date, is_told boolean, text varchar)"
        )
        rows: list[tuple[object, ...]] = [
            (number, Decimal("-12.34"), -0.5, "2024-12-31", True, text)
            for number, text in enumerate(PAYLOADS)
        ]
        rows.append((12, None, None, None, None, None))
        connection.executemany(
            "insert into marts.fct_told values (?, ?, ?, ?, ?, ?)", rows[:: -1 if shuffled else 1]
        )
        connection.execute(
            "create table marts.fct_long as select range as n, range / 7 as x from range(300000) "
            + ("order by hash(range)" if shuffled else "")
        )
        for table in ("fct_told", "fct_long"):
            connection.execute(f"comment on table marts.{table} is '{comment}'")
        connection.execute("comment on column marts.fct_told.amount is 'Money in yuan (元).'")


@pytest.fixture
def small_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "EXCEL_ROWS", 50)


def exported(folder: Path, market: str = "public", **made: object) -> Path:
    folder.mkdir()
    make_database(folder / "npas.duckdb", **made)  # type: ignore[arg-type]
    export_marts(folder / "npas.duckdb", folder / "exports", market)
    return folder / "exports"


@pytest.mark.usefixtures("small_sheets")
def test_cells_have_their_types_and_no_text_runs(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(exported(tmp_path / "a") / "npas_public.xlsx")
    assert book.sheetnames == ["about", "fct_long", "fct_told"]
    sheet = book["fct_told"]
    header, *rows = sheet.iter_rows()
    names = ["number", "amount", "rate", "day", "is_told", "text"]
    assert [cell.value for cell in header] == names
    assert len(rows) == 13
    for row, payload in zip(rows, PAYLOADS, strict=False):
        number, amount, rate, day, is_told, text = row
        assert [cell.data_type for cell in row] == ["n", "n", "n", "d", "b", "s"]
        # negative numbers stay numbers
        assert (amount.value, rate.value) == (-12.34, -0.5)
        assert (day.value, is_told.value) == (datetime(2024, 12, 31), True)  # noqa: DTZ001
        assert str(text.value).replace("_x000D_", "\r") == f"'{payload}"
        assert number.value == rows.index(row)
    assert amount.number_format == "#,##0.00"
    assert [cell.value for cell in rows[12]] == [12, None, None, None, None, None]
    about = [[cell.value for cell in row] for row in book["about"].iter_rows()]
    assert ["fct_told", 13, 13, "amount", "DECIMAL(18,2)", "Money in yuan (元)."] in about
    assert "synthetic" not in str(about).lower()


@pytest.mark.usefixtures("small_sheets")
def test_a_sheet_that_cannot_hold_a_mart_says_so_and_parquet_holds_all(tmp_path: Path) -> None:
    folder = exported(tmp_path / "a")
    sheet = openpyxl.load_workbook(folder / "npas_public.xlsx")["fct_long"]
    assert sheet.max_row == 50
    assert [sheet.cell(49, column).value for column in (1, 2)] == [47, 47 / 7]
    told = "Cut here: marts.fct_long has 300,000 rows and a sheet holds 50."
    assert str(sheet.cell(50, 1).value).startswith(told)
    assert sheet.cell(1, 1).comment.text.startswith(told)
    assert pq.read_table(folder / "fct_long.parquet").num_rows == 300_000


@pytest.mark.usefixtures("small_sheets")
def test_parquet_holds_texts_unaltered(tmp_path: Path) -> None:
    table = pq.read_table(exported(tmp_path / "a") / "fct_told.parquet")
    assert [text for text in table.column("text").to_pylist() if text is not None] == PAYLOADS
    assert str(table.schema.field("amount").type) == "decimal128(18, 2)"


@pytest.mark.usefixtures("small_sheets")
def test_the_same_marts_give_the_same_bytes(tmp_path: Path) -> None:
    hashes = []
    for number, (threads, shuffled) in enumerate([(1, False), (2, True), (4, False)]):
        folder = exported(tmp_path / str(number), threads=threads, shuffled=shuffled)
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        hashes.append({name: hashlib.sha256(data).hexdigest() for name, data in files.items()})
    assert sorted(hashes[0]) == ["fct_long.parquet", "fct_told.parquet", "npas_public.xlsx"]
    assert hashes[0] == hashes[1] == hashes[2]


@pytest.mark.usefixtures("small_sheets")
def test_a_synthetic_market_is_labelled_on_every_sheet_and_file(tmp_path: Path) -> None:
    folder = exported(tmp_path / "a", "sample", comment="Synthetic sample (合成样本): told")
    book = openpyxl.load_workbook(folder / "npas_sample.xlsx")
    assert book.properties.subject == SYNTHETIC
    assert book["about"].cell(1, 1).value == f"{SYNTHETIC}."
    for name in ("fct_told", "fct_long"):
        sheet = book[name]
        last = sheet.max_column
        assert sheet.cell(1, last).value == "synthetic"
        assert {sheet.cell(row, last).value for row in range(2, 14)} == {SYNTHETIC}
        assert SYNTHETIC in sheet.oddHeader.center.text
        metadata = pq.read_schema(folder / f"{name}.parquet").metadata
        assert metadata[b"synthetic"].decode() == SYNTHETIC
        assert metadata[b"market"] == b"sample"


def test_sheets_have_names_that_excel_takes() -> None:
    long = "figure_11_balance_per_borrower_of_"
    names = sheet_names(["about", "fct_issuance", f"{long}a", f"{long}b"])
    assert names == ["about~2", "fct_issuance", long[:31], f"{long[:29]}~2"]


def test_a_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    assert inert("x" * 32_767) == "x" * 32_767
    cut = inert("x" * 32_768)
    assert len(cut) == 32_767
    assert cut.endswith("x ... (cut: longer than a cell of Excel)")
