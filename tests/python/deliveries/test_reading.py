"""Reading every kind of file: the same rows come out, as text, with the row a user sees."""

import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from contracts.delivery import sound_deal
from deliveries import files
from npas.parse_sql import PROJECT
from npas.raw_files import ROW_NUMBER, Defaults, RawTable, path_tables
from npas.raw_schema import RAW_TABLES
from npas.reading.aliases import Heading, heading, project_aliases
from npas.reading.archive import entry_name

_REPORTS = sound_deal("24A01")["raw_trustee_reports"]
_TABLE = "raw_trustee_reports"


def _one(path: Path, **defaults: Any) -> RawTable:  # noqa: ANN401
    (table,) = path_tables([path], Defaults(**defaults))
    return table


def _expected() -> list[dict[str, Any]]:
    names = files.columns_of(_TABLE)
    return [
        {ROW_NUMBER: i + 2, **{name: row.get(name) or None for name in names}}
        for i, row in enumerate(_REPORTS)
    ]


def _csv(encoding: str, delimiter: str = ",", ending: str = "\n") -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / "受托机构报告.csv"
        text = files.text(_TABLE, _REPORTS).replace("\r\n", ending).replace(",", delimiter)
        path.write_bytes(text.encode(encoding))
        return path

    return write


def _archived(folder: Path) -> Path:
    text = files.text(_TABLE, _REPORTS).encode()
    return files.archive(folder / "x.zip", {"a/trustee_reports.csv": text, "a/read.me": b"x"})


@pytest.mark.parametrize(
    ("write", "encoding"),
    [
        pytest.param(_csv("utf-8"), "utf-8", id="UTF-8"),
        pytest.param(_csv("utf-8-sig"), "utf-8-sig", id="UTF-8 with a mark"),
        pytest.param(_csv("gb18030"), "gb18030", id="GB 18030"),
        pytest.param(_csv("utf-16", "\t"), "utf-16", id="Excel's Unicode text"),
        pytest.param(_csv("utf-8", ";", "\r\n"), "utf-8", id="semicolons"),
        pytest.param(_csv("utf-8", "\t", "\r"), "utf-8", id="tabs and old line ends"),
        pytest.param(
            lambda folder: files.workbook(
                folder / "x.xlsx", {"受托机构报告": files.cells(_TABLE, _REPORTS)}
            ),
            "",
            id="workbook",
        ),
        pytest.param(
            lambda folder: files.parquet(folder / "x.parquet", _TABLE, _REPORTS), "", id="Parquet"
        ),
        pytest.param(_archived, "utf-8", id="archive"),
    ],
)
def test_every_kind_of_file_gives_the_same_rows(
    tmp_path: Path, write: Callable[[Path], Path], encoding: str
) -> None:
    table = _one(write(tmp_path))

    assert table.name == _TABLE
    assert table.origin.encoding == encoding
    assert files.rows_of(table) == _expected()


def test_a_cell_of_a_workbook_is_the_text_a_person_reads(tmp_path: Path) -> None:
    midnight, half_past_nine = datetime(2024, 7, 31), datetime(2024, 8, 26, 9, 30)  # noqa: DTZ001
    row = ["24A01", 1, date(2024, 1, 31), midnight, half_past_nine]
    row += [time(8, 5), True, 0.1, 1234567.89, 1e16, 5e-7, 12.0, "１，２３４", "=1+1", None]
    columns = files.columns_of(_TABLE)

    def change(book: Workbook) -> None:
        sheet = book["trustee_reports"]
        sheet.cell(2, 14).data_type = "s"
        sheet.cell(2, 9).number_format = "#,##0.00"
        sheet.cell(2, 8).number_format = "0.00%"

    path = files.workbook(tmp_path / "x.xlsx", {"trustee_reports": [columns, row]}, change)

    (read,) = files.rows_of(_one(path))

    assert [read[name] for name in columns[:15]] == [
        *("24A01", "1", "2024-01-31", "2024-07-31", "2024-08-26 09:30:00"),
        *("08:05:00", "TRUE", "10%", "1234567.89", "10000000000000000", "0.0000005", "12"),
        *("１，２３４", "=1+1", None),
    ]


def test_dates_are_read_by_the_epoch_of_their_workbook(tmp_path: Path) -> None:
    cells = files.cells(_TABLE, _REPORTS[:1])
    cells[1][2] = date(2024, 1, 31)

    def change(book: Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904

    path = files.workbook(tmp_path / "x.xlsx", {"trustee_reports": cells}, change)

    assert files.rows_of(_one(path))[0]["collection_start"] == "2024-01-31"
    with zipfile.ZipFile(path) as parts:
        # 1904: the number in the file is 1,462 days smaller
        assert b"<v>43860</v>" in parts.read("xl/worksheets/sheet1.xml")


def test_a_workbook_gives_a_table_per_sheet_and_leaves_out_empty_ones(tmp_path: Path) -> None:
    deal = sound_deal("24A01")
    sheets = {
        "交易": files.cells("raw_deals", deal["raw_deals"]),
        "Sheet2": [],
        "whatever": files.cells("raw_tranches", deal["raw_tranches"]),
    }

    tables = path_tables([files.workbook(tmp_path / "24A01.xlsx", sheets)])

    assert [(one.name, one.origin.sheet, one.row_count) for one in tables] == [
        ("raw_deals", "交易", 1),
        ("raw_tranches", "whatever", 2),
    ]
    assert {one.origin.file for one in tables} == {str(tmp_path / "24A01.xlsx")}
    assert len({one.label for one in tables}) == 2
    assert len({one.origin.sha256 for one in tables}) == 1


@pytest.mark.parametrize(("name", "flag"), [("累计回收.csv", 0), ("累计回收.csv", 0x800)])
def test_names_in_archives_are_read_as_chinese_windows_writes_them(name: str, flag: int) -> None:
    # a name without the flag of UTF-8 comes out of zipfile as bytes of code page 437
    entry = zipfile.ZipInfo(name if flag else name.encode("gb18030").decode("cp437"))
    entry.flag_bits = flag

    assert entry_name(entry) == name


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("金额(万元)", Heading("金额", "万元")),
        ("pool_balance（亿元）", Heading("pool_balance", "亿元")),
        ("Pool Balance (CNY)", Heading("pool_balance", "元")),
        ("资产池余额（单位：人民币万元）", Heading("资产池余额", "万元")),
        ("资产池余额/万元", Heading("资产池余额", "万元")),
        ("预计回收率（％）", Heading("预计回收率", "%")),
        ("逾期天数（天）", Heading("逾期天数")),
        (" 交易 代码 ", Heading("交易代码")),
        ("发行总额（含次级）", Heading("发行总额(含次级)")),
    ],
)
def test_a_header_cell_is_a_name_and_a_unit(cell: str, meant: Heading) -> None:
    assert heading(cell) == meant


def test_aliases_mean_columns_that_exist_each_once() -> None:
    aliases = project_aliases(PROJECT)

    assert aliases.column("raw_trustee_reports", "累计回收率(%)") == "stated_cumulative_rate"
    assert aliases.column("raw_recovery_statements", "累计回收率") == "stated_rate"
    assert aliases.column("raw_pool_statistics", "单位") == "unit"
    assert aliases.column("raw_deals", "单位") == "amount_unit"
    assert aliases.column("raw_deals", "累计回收率") is None
    for name, table in RAW_TABLES.items():
        assert {aliases.column(name, column) for column in table.columns} == set(table.columns)


def _renamed(header: Mapping[str, str], **cells: str) -> str:
    return files.text(_TABLE, [{**_REPORTS[0], **cells}], header=header)


def test_chinese_headers_with_units_are_read(tmp_path: Path) -> None:
    header = {
        "deal_code": "交易代码",
        "in_progress_recovery": "处置中本期回收金额（万元）",
        "settled_recovery": "本期处置完毕回收金额(元)",
        "stated_cumulative_rate": "累计回收率(%)",
    }
    cells = {
        "in_progress_recovery": "1,234.5（注1）",
        "settled_recovery": "3.8亿元",
        "stated_cumulative_rate": "6.00",
        "amount_unit": "",
    }
    path = tmp_path / "受托机构报告_2024.csv"
    path.write_text(_renamed(header, **cells), encoding="utf-8")

    (row,) = files.rows_of(_one(path))

    assert row["deal_code"] == "24A01"
    assert row["in_progress_recovery"] == "1,234.5万元（注1）"
    # a unit of the cell's own stays
    assert row["settled_recovery"] == "3.8亿元"
    assert row["stated_cumulative_rate"] == "6.00%"
    assert row["other_inflow"] == "0.01"
    assert row["amount_unit"] is None


def test_a_null_mark_gets_no_unit(tmp_path: Path) -> None:
    path = tmp_path / "trustee_reports.csv"
    path.write_text(
        _renamed({"other_inflow": "其他现金流流入(元)"}, other_inflow="—", amount_unit="元"),
        encoding="utf-8",
    )

    assert files.rows_of(_one(path))[0]["other_inflow"] == "—"


def test_a_header_and_a_row_that_name_two_units_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "trustee_reports.csv"
    path.write_text(_renamed({"other_inflow": "其他现金流流入(元)"}), encoding="utf-8")

    table = _one(path)

    assert table.data is None
    assert [(one.rule, one.row, one.column, one.value) for one in table.faults] == [
        ("U08", 2, "other_inflow", "万元")
    ]


def test_what_files_do_not_say_the_user_says(tmp_path: Path) -> None:
    rows = [{**_REPORTS[0], "known_on": ""}, {**_REPORTS[1], "known_on": "2025-03-01"}]
    path = tmp_path / "trustee_reports.csv"
    text = files.text(_TABLE, [{**row, "source_document": " "} for row in rows])
    path.write_text(text.replace("amount_unit", "note").replace("万元", "x"), encoding="utf-8")

    read = files.rows_of(
        _one(path, known_on=date(2025, 2, 3), source="mail of 3 February", unit="元")
    )

    assert [row["known_on"] for row in read] == ["2025-02-03", "2025-03-01"]
    assert {row["source_document"] for row in read} == {"mail of 3 February"}
    assert {row["amount_unit"] for row in read} == {"元"}
