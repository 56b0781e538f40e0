"""The parse macros outside dbt: rendered to SQL that DuckDB runs."""

from pathlib import Path

import duckdb
import pytest

from npas.parse_sql import ParseSql


def _value(sql: str, text: str) -> object:
    row = duckdb.connect().execute(f"select {sql} from (select ? as cell)", [text]).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("macro", "text", "value"),
    [
        ("clean_code", " 24ａ０１ ", "24A01"),
        ("clean_text", " — ", None),
    ],
)
def test_a_macro_renders_to_sql(macro: str, text: str, value: str | None) -> None:
    assert _value(ParseSql()(macro, "cell"), text) == value


@pytest.mark.parametrize(
    ("macro", "arguments", "text", "value"),
    [
        ("parse_number", (), "１，２３４.５", "1234.5000000000"),
        ("parse_ratio", (), "12.3%", "0.123000000000"),
        ("parse_yuan", ("10000",), "1.5", "15000.00"),
        ("parse_yuan", ("10000",), "1.5亿元", "150000000.00"),
        ("parse_date", (), "2025年1月31日", "2025-01-31"),
        ("parse_date", (), "31/01/2025", None),
    ],
)
def test_a_macro_reads_what_another_found_in_the_cell(
    macro: str, arguments: tuple[str, ...], text: str, value: str | None
) -> None:
    parse = ParseSql()
    said = parse("date_text" if macro == "parse_date" else "value_text", "cell")

    found = _value(parse(macro, said, *arguments), text)

    assert (None if found is None else str(found)) == value


def test_a_folder_without_macros_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no parse macros"):
        ParseSql(tmp_path)
