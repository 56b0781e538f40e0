"""The parse macros outside dbt: rendered to SQL that DuckDB runs."""

from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import examples
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


@pytest.mark.parametrize(
    ("macro", "arguments", "text", "value"),
    [
        ("bare_yuan", ("1",), "187000.5", "187000.50"),
        ("bare_yuan", ("10000",), "1.300001", "13000.01"),
        ("bare_yuan", ("100000000",), "1.3", None),
        ("bare_yuan", ("1",), "1.005", None),
        ("bare_yuan", ("1",), "1,870", None),
        ("bare_number", (), "1024", "1024.0000000000"),
        ("bare_number", (), "10.24", None),
        ("bare_integer", (), "2", "2"),
        ("bare_integer", (), "二", None),
    ],
)
def test_a_bare_figure_is_read_at_once_and_no_other_cell(
    macro: str, arguments: tuple[str, ...], text: str, value: str | None
) -> None:
    found = _value(ParseSql()(macro, "cell", *arguments), text)

    assert (None if found is None else str(found)) == value


_FIGURES = st.from_regex(r"[0-9]{0,15}([.][0-9]{0,8})?", fullmatch=True)
_NEAR_FIGURES = st.text("0123456789.,+- eE%()万元", max_size=10)


@pytest.mark.parametrize(
    ("bare", "parse", "arguments"),
    [
        ("bare_yuan", "parse_yuan", ("1",)),
        ("bare_yuan", "parse_yuan", ("10000",)),
        ("bare_number", "parse_number", ()),
        # not parse_integer, which begins with it
        ("bare_integer", "parse_number", ()),
    ],
)
@given(cells=st.lists(_FIGURES | _NEAR_FIGURES, min_size=1, max_size=100))
@examples()
def test_a_bare_figure_has_the_value_that_its_cleaned_text_has(
    bare: str, parse: str, arguments: tuple[str, ...], cells: list[str]
) -> None:
    sql = ParseSql()
    at_once = sql(bare, "cell", *arguments)
    cleaned = sql(parse, sql("value_text", "cell"), *arguments)

    assert (
        _differences(f"{at_once} is not null and {at_once} is distinct from {cleaned}", cells) == []
    )


@given(
    cells=st.lists(
        st.text("09AZaz-/.é \t\r\n\x0b\x7f\u00a0\u3000\ufeff０Ａ无", max_size=9),
        min_size=1,
        max_size=100,
    )
)
@examples()
def test_a_name_that_needs_no_cleaning_is_what_cleaning_leaves(cells: list[str]) -> None:
    sql = ParseSql()
    cleaned = sql("unless_null_mark", "cell", sql("null_marks"))

    assert _differences(f"{sql('clean_name', 'cell')} is distinct from {cleaned}", cells) == []


def _differences(condition: str, cells: list[str]) -> list[tuple[object, ...]]:
    return (
        duckdb.connect()
        .execute(f"select cell from (select unnest(?) as cell) where {condition}", [cells])
        .fetchall()
    )
