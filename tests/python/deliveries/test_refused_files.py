"""Files that are not read: what is said of each, and that hostile ones are not unpacked."""

import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from contracts.delivery import sound_deal
from deliveries import files
from npas.raw_files import path_tables

_DEAL = sound_deal("24A01")
_LOANS = files.cells("raw_loan_pools", _DEAL["raw_loan_pools"])
_SHEETS = {"loan_pools": _LOANS}
# numbers that the rules of their last digits allow; nobody's
_IDENTITY = "110101199003070134"
_CARD = "6222020000000000000"

Found = tuple[str, int | None, str]


def _faults(path: Path) -> list[Found]:
    return [
        (fault.rule, fault.row, fault.column)
        for table in path_tables([path])
        for fault in table.faults
    ]


def _book(folder: Path, change: Callable[[Workbook], None] | None = None) -> Path:
    return files.workbook(folder / "x.xlsx", _SHEETS, change)


def _repacked(path: Path, changed: Mapping[str, bytes]) -> Path:
    """The workbook with parts replaced or added."""
    with zipfile.ZipFile(path) as parts:
        content = {name: parts.read(name) for name in parts.namelist()}
    return files.archive(path, {**content, **changed})


def _formula(book: Workbook) -> None:
    # openpyxl writes no values beside formulas
    book["loan_pools"]["F2"] = "=1+1"


def _hidden_row(book: Workbook) -> None:
    book["loan_pools"].row_dimensions[3].hidden = True


def _merged(book: Workbook) -> None:
    book["loan_pools"].merge_cells("A1:B1")


def _second_table(book: Workbook) -> None:
    for row in ([], _LOANS[0], _LOANS[1]):
        book["loan_pools"].append(row)


def _beside(book: Workbook) -> None:
    book["loan_pools"].cell(1, len(_LOANS[0]) + 2).value = "deal_code"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        pytest.param(_formula, ("X01", 2, "F2"), id="a formula without its value"),
        pytest.param(_hidden_row, ("X02", 3, ""), id="a hidden row"),
        pytest.param(_merged, ("X03", 1, "A1:B1"), id="a merged header"),
        pytest.param(_second_table, ("X04", 5, ""), id="a table below the table"),
        pytest.param(_beside, ("X04", 1, ""), id="a table beside the table"),
    ],
)
def test_a_sheet_that_is_more_than_a_table_is_refused(
    tmp_path: Path, change: Callable[[Workbook], None], found: Found
) -> None:
    assert found in _faults(_book(tmp_path, change))


def test_a_hidden_sheet_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    def hide(book: Workbook) -> None:
        book.create_sheet("raw_deals").sheet_state = "veryHidden"

    shown, hidden = path_tables([_book(tmp_path, hide)])

    assert shown.row_count == 2
    assert hidden.name is None
    assert [(fault.rule, fault.details) for fault in hidden.faults] == [
        ("X06", {"sheet": "raw_deals"})
    ]


def _old_kind(folder: Path) -> Path:
    path = folder / "x.xls"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512))
    return path


def _with_macros(folder: Path) -> Path:
    return _repacked(_book(folder), {"xl/vbaProject.bin": b"x"})


@pytest.mark.parametrize("write", [_old_kind, _with_macros], ids=["old or locked", "macros"])
def test_other_workbooks_are_refused(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    assert _faults(write(tmp_path)) == [("X05", None, "")]


def _entities(folder: Path) -> Path:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><sst>&a;</sst>'
    return _repacked(_book(folder), {"xl/sharedStrings.xml": bomb})


def _inflating_book(folder: Path) -> Path:
    return _repacked(_book(folder), {"xl/media/image1.png": bytes(20_000_000)})


def _inflating(folder: Path) -> Path:
    return files.archive(folder / "x.zip", {"deals.csv": bytes(20_000_000)})


def _climbing(folder: Path) -> Path:
    return files.archive(folder / "x.zip", {"../deals.csv": b"x"})


def _absolute(folder: Path) -> Path:
    return files.archive(folder / "x.zip", {"/etc/deals.csv": b"x"})


def _linked(folder: Path) -> Path:
    entry = zipfile.ZipInfo("deals.csv")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(folder / "x.zip", "w") as out:
        out.writestr(entry, "/etc/passwd")
    return folder / "x.zip"


def _nested(folder: Path) -> Path:
    inner = files.archive(folder / "y.zip", {"deals.csv": b"x"})
    return files.archive(folder / "x.zip", {"y.zip": inner.read_bytes()})


def _crowded(folder: Path) -> Path:
    return files.archive(folder / "x.zip", {f"{i}.csv": b"" for i in range(2_001)}, packed=False)


def _lying(folder: Path) -> Path:
    """An archive whose directory says fewer bytes than it holds."""
    path = files.archive(folder / "x.zip", {"deals.csv": b"a,b\n" * 100})
    content = path.read_bytes().replace(struct.pack("<L", 400), struct.pack("<L", 40))
    path.write_bytes(content)
    return path


def _wide(folder: Path) -> Path:
    path = folder / "deals.csv"
    path.write_text(",".join(f"c{i}" for i in range(200_000)), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("write", "rule"),
    [
        (_entities, "Z01"),
        (_inflating_book, "Z01"),
        (_inflating, "Z01"),
        (_climbing, "Z01"),
        (_absolute, "Z01"),
        (_linked, "Z01"),
        (_nested, "Z01"),
        (_crowded, "Z01"),
        (_wide, "Z01"),
        (_lying, "F06"),
    ],
)
def test_a_hostile_file_is_refused(
    tmp_path: Path, write: Callable[[Path], Path], rule: str
) -> None:
    path = write(tmp_path)
    before = sorted(tmp_path.rglob("*"))

    assert [found[0] for found in _faults(path)] == [rule]
    assert sorted(tmp_path.rglob("*")) == before


def _planted(folder: Path, **cells: str) -> Path:
    path = folder / "loan_pools.csv"
    rows = [{**row, **cells} for row in _DEAL["raw_loan_pools"]]
    path.write_text(files.text("raw_loan_pools", rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param({"borrower_no": _IDENTITY}, id="identity number"),
        pytest.param({"city": f"杭州 {_IDENTITY}"}, id="identity number in a text"),
        pytest.param({"borrower_no": "13812345678"}, id="phone"),
        pytest.param({"city": "杭州，电话13812345678"}, id="phone in a text"),
        pytest.param({"borrower_no": _CARD}, id="bank card"),
    ],
)
def test_personal_data_in_cells_is_refused_and_not_repeated(
    tmp_path: Path, cells: dict[str, str]
) -> None:
    (table,) = path_tables([_planted(tmp_path, **cells)])

    assert table.data is None
    assert [(fault.rule, fault.row, fault.column) for fault in table.faults] == [
        ("N01", 2, next(iter(cells)))
    ]
    said = str(table.faults)
    assert not [secret for secret in (_IDENTITY, _CARD, "13812345678") if secret in said]


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param({"borrower_no": "110101199003070135"}, id="a last digit that is wrong"),
        pytest.param({"borrower_no": "138123456789"}, id="twelve digits"),
        pytest.param({"outstanding_principal": "13812345678"}, id="an amount like a phone"),
        pytest.param({"source_document": "https://example.org/13812345678.pdf"}, id="address"),
    ],
)
def test_numbers_that_are_nobodys_are_read(tmp_path: Path, cells: dict[str, str]) -> None:
    (table,) = path_tables([_planted(tmp_path, **cells)])

    assert not table.faults


@pytest.mark.parametrize("name", ["姓名", "身份证号码", "Phone Number", "银行卡号", "借款人"])
def test_a_column_of_personal_data_is_refused_by_its_name(tmp_path: Path, name: str) -> None:
    rows: list[list[Any]] = [[*row] for row in _LOANS]
    rows[0].append(name)
    rows[1].append("张三")

    assert _faults(files.workbook(tmp_path / "x.xlsx", {"loans": rows})) == [("N01", 1, name)]


def test_a_row_that_is_shown_is_shown_without_personal_numbers(tmp_path: Path) -> None:
    path = _planted(tmp_path)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"24A01,{_IDENTITY},13812345678\n")

    (table,) = path_tables([path])

    assert [fault.value for fault in table.faults if fault.rule == "F05"] == ["24A01,***,***"]
