"""The form of files: what is refused, where, and that a refused file spares the others."""

import csv
from pathlib import Path

import pytest

from npas.contracts import CheckReport, check_tables
from npas.contracts.violations import Violation
from npas.raw_files import market_tables, path_tables
from npas.raw_schema import RAW_TABLES

_COLUMNS = list(RAW_TABLES["raw_recovery_statements"].columns)
_HEADER = ",".join(_COLUMNS)
_ROW = "24A01,2024-12-31,133.33,13.33%,,联合资信,万元,https://example.org/a.pdf,2025-03-31"


def _check(folder: Path, name: str, content: bytes) -> CheckReport:
    delivery = folder / "delivery"
    delivery.mkdir()
    (delivery / name).write_bytes(content)
    return check_tables(path_tables([delivery / name]), folder / "out")


def _text(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


def _renamed(old: str, new: str) -> str:
    return ",".join(new if name == old else name for name in _COLUMNS)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        pytest.param(b"", ("F01", None, "", ""), id="no bytes"),
        pytest.param(b"\xef\xbb\xbf \r\n\r\n", ("F01", None, "", ""), id="a mark and blank lines"),
        pytest.param(_text(_HEADER), ("F02", 1, "", ""), id="header only"),
        pytest.param(
            _text(_HEADER, _ROW) + "\r\n联合资信".encode("gb18030"),
            ("F03", 3, "", ""),
            id="UTF-8, then GB 18030",
        ),
        pytest.param(
            _text(*([_HEADER.replace("stated_by", "机构")] * 40)).decode().encode("gb18030")
            + _text("", "联合资信"),
            ("F03", 41, "", ""),
            id="GB 18030, then UTF-8",
        ),
        pytest.param(
            _text(_HEADER, _ROW).decode().encode("utf-16-le"), ("F03", 2, "", ""), id="UTF-16"
        ),
        pytest.param(
            _text(_HEADER, _ROW) + b"\xe4\xb8", ("F03", 2, "", ""), id="cut inside a letter"
        ),
        pytest.param(
            _text(_HEADER.replace(",", "|")),
            ("F04", 1, "", _HEADER.replace(",", "|")),
            id="bars",
        ),
        pytest.param(
            _text(_HEADER, _ROW, "24A02,2024"), ("F05", 3, "", "24A02,2024"), id="short row"
        ),
        pytest.param(_text(_HEADER, _ROW + ",x"), ("F05", 2, "", _ROW + ",x"), id="long row"),
        pytest.param(_text(_HEADER, _ROW, '24A02,"2024'), ("F06", 3, "", ""), id="open quote"),
        pytest.param(
            _text(_HEADER + ",comment", _ROW + ",x"),
            ("S01", 1, "comment", "comment"),
            id="new column",
        ),
        pytest.param(
            _text(_HEADER.replace(",forecast_cumulative", ""), _ROW.replace(",,", ",")),
            ("S02", 1, "forecast_cumulative", ""),
            id="missing column",
        ),
        pytest.param(
            _text(_renamed("stated_rate", "stated_rates"), _ROW),
            ("S03", 1, "stated_rate", "stated_rates"),
            id="renamed column",
        ),
        pytest.param(
            _text(_renamed("stated_by", "stated_rate"), _ROW),
            ("S04", 1, "stated_rate", "stated_rate"),
            id="column twice",
        ),
    ],
)
def test_a_malformed_file_is_rejected_with_its_place(
    tmp_path: Path, content: bytes, place: tuple[str, int | None, str, str]
) -> None:
    report = _check(tmp_path, "raw_recovery_statements.csv", content)

    found = [(one.rule, one.row, one.column, one.value) for one in report.violations]
    assert found == [place]
    assert report.rejected
    assert report.violations[0].file == str(tmp_path / "delivery" / "raw_recovery_statements.csv")


def test_broken_bytes_are_named_by_their_offset(tmp_path: Path) -> None:
    content = _text(_HEADER, _ROW) + b"\xff"

    report = _check(tmp_path, "raw_recovery_statements.csv", content)

    assert f"at byte {len(content)}" in report.violations[0].message


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("raw_recovery_statements.csv", _text(_HEADER, _ROW), id="as it is"),
        pytest.param(
            "raw_recovery_statements.csv", b"\xef\xbb\xbf" + _text(_HEADER, _ROW), id="with a mark"
        ),
        pytest.param(
            "累计回收.csv", _text(_HEADER, _ROW).decode().encode("gb18030"), id="GB 18030"
        ),
        pytest.param(
            "recovery_statements.csv", _text(_HEADER, _ROW).decode().encode("utf-16"), id="UTF-16"
        ),
        pytest.param(
            "recovery_statements.csv", _text(_HEADER, _ROW).replace(b",", b";"), id="semicolons"
        ),
        pytest.param("累计回收.tsv", _text(_HEADER, _ROW).replace(b",", b"\t"), id="tabs"),
        pytest.param("recovery_statements.csv", _text(_HEADER, _ROW), id="short name"),
        pytest.param("累计回收_2025.csv", _text(_HEADER, _ROW), id="Chinese name with a year"),
        pytest.param("from the agency.csv", _text(_HEADER, _ROW), id="by its header"),
        pytest.param(
            "x.csv", _text(_HEADER + ",note", _ROW + ",late"), id="by header, with a note"
        ),
        pytest.param(
            "recovery_statements.csv", _text(_HEADER, "", _ROW, "", " "), id="blank lines between"
        ),
    ],
)
def test_a_sound_file_is_accepted(tmp_path: Path, name: str, content: bytes) -> None:
    report = _check(tmp_path, name, content)

    assert not report.violations
    assert [(file.table, file.rows) for file in report.files] == [("raw_recovery_statements", 1)]


def test_columns_in_another_order_are_read_by_name(tmp_path: Path) -> None:
    swapped = dict(zip(_COLUMNS, _ROW.split(","), strict=True))
    order = sorted(_COLUMNS)
    content = _text(",".join(order), ",".join(swapped[name] for name in order))

    report = _check(tmp_path, "raw_recovery_statements.csv", content)

    assert [one.rule for one in report.violations] == ["S05"]
    assert not report.rejected


def test_a_column_that_the_alias_table_ignores_is_left_out_and_told(tmp_path: Path) -> None:
    content = _text(f"序号,{_HEADER}", f"1,{_ROW}")

    report = _check(tmp_path, "recovery_statements.csv", content)

    assert [(one.rule, one.row, one.column) for one in report.violations] == [("S06", 1, "序号")]
    assert not report.rejected
    (table,) = path_tables([tmp_path / "delivery" / "recovery_statements.csv"])
    # no other rule is broken: every cell stands in its own column
    assert table.header == tuple(_COLUMNS)
    assert table.row_count == 1


def test_rows_count_as_in_a_spreadsheet(tmp_path: Path) -> None:
    quoted = _ROW.replace("联合资信", '"联合\n资信"')
    broken = _ROW.replace("2025-03-31", "soon").replace("24A01", "24A02")

    report = _check(tmp_path, "raw_recovery_statements.csv", _text(_HEADER, quoted, "", broken))

    assert [(one.rule, one.row, one.value) for one in report.violations] == [("D04", 4, "soon")]


def test_an_unknown_file_is_refused_and_told_its_nearest_table(tmp_path: Path) -> None:
    header = ",".join(name for name in _COLUMNS if name != "forecast_cumulative") + ",remark"

    report = _check(tmp_path, "agency.csv", _text(header, _ROW))

    (found,) = report.violations
    assert (found.rule, found.row) == ("F07", 1)
    assert found.message == (
        "not a raw table: the nearest is raw_recovery_statements, without forecast_cumulative "
        "and with remark; name the file or the sheet after its table, and write its columns into "
        "the first row"
    )
    assert "raw_recovery_statements" in found.message_zh
    assert report.rejected


def test_a_file_like_nothing_is_told_all_tables(tmp_path: Path) -> None:
    report = _check(tmp_path, "list.csv", b"a,b\n1,2\n")

    (found,) = report.violations
    assert found.rule == "F07"
    assert all(name in found.message for name in RAW_TABLES)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.csv", b"PK\x03\x04rest", id="a workbook called CSV"),
        pytest.param("a.csv", b"PAR1rest", id="a Parquet file called CSV"),
        pytest.param("a.xlsx", _text(_HEADER, _ROW), id="a CSV called workbook"),
        pytest.param("a.parquet", _text(_HEADER, _ROW), id="a CSV called Parquet"),
        pytest.param("a.zip", _text(_HEADER, _ROW), id="a CSV called archive"),
    ],
)
def test_a_wrong_extension_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    report = _check(tmp_path, name, content)

    assert [one.rule for one in report.violations] == ["F06"]
    assert report.rejected


def test_a_refused_file_spares_the_others_and_is_not_compared_with(tmp_path: Path) -> None:
    delivery = tmp_path / "delivery"
    delivery.mkdir()
    (delivery / "raw_deals.csv").write_text("deal_code,deal_name\n24A01,x\n", encoding="utf-8")
    (delivery / "raw_recovery_statements.csv").write_bytes(
        _text(_HEADER, _ROW, _ROW.replace("133.33", "abc").replace("2024-12", "2025-01"))
    )

    report = check_tables(path_tables([delivery]), tmp_path / "out")

    in_statements = [one for one in report.violations if one.table == "raw_recovery_statements"]
    assert {one.rule for one in report.violations if one.table == "raw_deals"} == {"S02"}
    assert [(one.rule, one.row, one.column) for one in in_statements] == [
        ("T01", 3, "cumulative_recovery")
    ]
    orphans = [one for one in report.results if one.rule == "O02"]
    assert [one.left_out for one in orphans] == [("raw_deals is not given", "未提供 raw_deals")]
    assert [(file.table, file.refused) for file in report.files] == [
        ("raw_deals", True),
        ("raw_recovery_statements", False),
    ]


def test_a_market_may_have_tables_without_rows(tmp_path: Path) -> None:
    folder = tmp_path / "project" / "seeds" / "mine"
    folder.mkdir(parents=True)
    (folder / "raw_trustee_reports.csv").write_text(
        ",".join(RAW_TABLES["raw_trustee_reports"].columns), encoding="utf-8"
    )
    (folder / "raw_recovery_statements.csv").write_bytes(_text(_HEADER, _ROW))

    report = check_tables(market_tables(tmp_path / "project", "mine"), tmp_path / "out")

    assert not report.violations
    assert [file.label for file in report.files] == [
        "seeds/mine/raw_recovery_statements.csv",
        "seeds/mine/raw_trustee_reports.csv",
    ]


def test_findings_are_written_in_full(tmp_path: Path) -> None:
    rows = [
        _ROW.replace("24A01", f"24A{i:04}").replace("133.33", "about 133" if i % 2 else "133.33")
        for i in range(1000)
    ]

    report = _check(tmp_path, "recovery_statements.csv", _text(_HEADER, *rows))

    with report.violations_path.open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    assert [one["row"] for one in written] == [str(i + 2) for i in range(1, 1000, 2)]
    assert {(one["rule"], one["column"], one["value"]) for one in written} == {
        ("T01", "cumulative_recovery", "about 133")
    }
    assert [one["deal_code"] for one in written] == [f"24A{i:04}" for i in range(1, 1000, 2)]
    assert len(written) == len(report.violations)


def test_the_same_input_gives_the_same_files(tmp_path: Path) -> None:
    delivery = tmp_path / "delivery"
    delivery.mkdir()
    rows = [_ROW.replace("24A01", f"24A{i:02}").replace("13.33%", "x") for i in range(12)]
    (delivery / "recovery_statements.csv").write_bytes(_text(_HEADER, *rows))
    first, second = [
        check_tables(path_tables([delivery]), tmp_path / name) for name in ("one", "two")
    ]

    assert first.violations_path.read_bytes() == second.violations_path.read_bytes()
    assert first.data_docs_path.read_bytes() == second.data_docs_path.read_bytes()
    found: tuple[Violation, ...] = first.violations
    assert len(found) == 13
    assert [(one.rule, one.row) for one in found[:2]] == [("T03", None), ("T01", 2)]


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    (tmp_path / "recovery_statements.csv").write_bytes(_text(_HEADER, _ROW))
    told: list[tuple[int, int]] = []

    check_tables(
        path_tables([tmp_path / "recovery_statements.csv"]),
        tmp_path / "out",
        lambda done, whole: told.append((done, whole)),
    )

    # one step per stage of a table of few rows
    assert told == [(1, 3), (2, 3), (3, 3)]
