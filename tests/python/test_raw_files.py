"""Finding raw tables: markets, files, folders, and what is said when there are none."""

from pathlib import Path

import pytest

from deliveries.files import rows_of
from npas.parse_sql import PROJECT
from npas.raw_files import ROW_NUMBER, InputError, market_tables, nearest_name, path_tables
from npas.raw_schema import RAW_TABLES


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _header(table: str) -> str:
    return ",".join(RAW_TABLES[table].columns)


def test_a_market_is_its_seeds() -> None:
    tables = market_tables(PROJECT, "public")

    assert [table.name for table in tables] == sorted(RAW_TABLES)
    assert [table.label for table in tables] == [
        f"seeds/public/{n}.csv" for n in sorted(RAW_TABLES)
    ]
    assert {table.name: table.row_count for table in tables}["raw_deals"] == 276
    assert not any(table.delivered for table in tables)


@pytest.mark.parametrize("market", ["sample_of_nothing", "../public", "", "PUBLIC"])
def test_a_market_without_tables_is_said_with_those_that_have(market: str) -> None:
    with pytest.raises(InputError, match=r"has no raw tables.*Markets with raw tables: .*public"):
        market_tables(PROJECT, market)


def test_a_folder_gives_its_csv_files_each_once(tmp_path: Path) -> None:
    deals = _write(tmp_path / "in" / "deals.csv", _header("raw_deals"))
    _write(tmp_path / "in" / "tranches.CSV", _header("raw_tranches"))
    _write(tmp_path / "in" / "README.md", "nothing")

    tables = path_tables([tmp_path / "in", deals])

    assert [(table.name, table.label) for table in tables] == [
        ("raw_deals", str(deals)),
        ("raw_tranches", str(tmp_path / "in" / "tranches.CSV")),
    ]
    assert all(table.delivered for table in tables)


def test_every_missing_path_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(InputError) as refused:
        path_tables([tmp_path / "a.csv", tmp_path / "empty"])

    assert str(refused.value).splitlines() == [
        f"{tmp_path / 'a.csv'}: no such file or folder",
        f"{tmp_path / 'empty'}: the folder holds no CSV, TSV, XLSX, Parquet or ZIP file",
    ]


def test_no_path_is_refused() -> None:
    with pytest.raises(InputError, match="no path given"):
        path_tables([])


@pytest.mark.parametrize(
    ("stem", "table"),
    [
        ("raw_deals", "raw_deals"),
        ("deals", "raw_deals"),
        ("DEALS 2025", "raw_deals"),
        ("raw_deals_2025-06", "raw_deals"),
        ("交易", "raw_deals"),
        ("受托机构报告-2025年6月", "raw_trustee_reports"),
        ("recovery_estimates.v2", "raw_recovery_estimates"),
        ("dealsheet", None),
        ("deal", None),
    ],
)
def test_a_table_is_recognised_by_its_name(tmp_path: Path, stem: str, table: str | None) -> None:
    (read,) = path_tables([_write(tmp_path / f"{stem}.csv", "x,y\n1,2\n")])

    assert read.name == table


@pytest.mark.parametrize("table", sorted(RAW_TABLES))
def test_a_table_is_recognised_by_its_header(tmp_path: Path, table: str) -> None:
    (read,) = path_tables([_write(tmp_path / "received.csv", _header(table) + ",note")])

    assert read.name == table


def test_cells_are_kept_as_text_with_their_row(tmp_path: Path) -> None:
    text = _header("raw_market_indicators") + (
        '\n007,"a ""b"",\nc",2024-01-01, 1 ,,src,2024-01-02\n\nx,,,=1,％,,\n'
    )

    (read,) = path_tables([_write(tmp_path / "market_indicators.csv", text)])

    assert rows_of(read) == [
        {
            ROW_NUMBER: 2,
            "indicator": "007",
            "label": 'a "b",\nc',
            "as_of_date": "2024-01-01",
            "value": " 1 ",
            "unit": None,
            "source_document": "src",
            "known_on": "2024-01-02",
        },
        {
            ROW_NUMBER: 4,
            "indicator": "x",
            "label": None,
            "as_of_date": None,
            "value": "=1",
            "unit": "％",
            "source_document": None,
            "known_on": None,
        },
    ]


def test_many_rows_keep_their_order(tmp_path: Path) -> None:
    lines = [f"i{i},l,2024-01-01,{i},x,s,2024-01-02" for i in range(120_001)]
    path = _write(
        tmp_path / "market_indicators.csv",
        "\n".join([_header("raw_market_indicators"), *lines]),
    )

    (read,) = path_tables([path])

    rows = rows_of(read)
    assert read.row_count == len(rows) == 120_001
    assert [row[ROW_NUMBER] for row in rows] == list(range(2, 120_003))
    assert rows[-1]["value"] == "120000"


@pytest.mark.parametrize(
    ("name", "meant"),
    [("stated_rates", "stated_rate"), ("Stated_rate", "stated_rate"), ("comment", None)],
)
def test_the_nearest_column_is_found(name: str, meant: str | None) -> None:
    assert nearest_name(name, ["stated_by", "stated_rate", "known_on"]) == meant
