"""Small releases on disk: a few tables of marts, a manifest, and the link that readers follow."""

import json
from collections.abc import Mapping
from pathlib import Path

import duckdb

from npas.report.data import Fact, MarketData
from npas.settings import DATABASE, MarketHome


def facts(figure_no: int, values: Mapping[str, float | str | None]) -> MarketData:
    """Data with the facts of one figure and nothing else; a text is a label."""
    found = {
        (figure_no, name): Fact(
            figure_no,
            name,
            value if isinstance(value, str) else None,
            None if isinstance(value, str) else value,
            None,
            None,
        )
        for name, value in values.items()
    }
    return MarketData({}, {}, found, [])


def release(home: MarketHome, run_id: str, *statements: str) -> Path:
    """Writes a release whose database is made by `statements`, and makes it the current one."""
    folder = home.releases / run_id
    folder.mkdir(parents=True)
    with duckdb.connect(folder / DATABASE) as connection:
        connection.execute("create schema marts")
        for statement in statements:
            connection.execute(statement)
    manifest: dict[str, object] = {"run_id": run_id, "as_of": None, "marts": {}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    home.current.unlink(missing_ok=True)
    home.current.symlink_to(folder.relative_to(home.root), target_is_directory=True)
    return folder


def fact_table(*rows: tuple[int, str, str, float | None]) -> str:
    """The statement that makes marts.figure_fact of figure, fact, unit and value."""
    values = ", ".join(
        f"({no}, '{name}', null, {'null' if value is None else value}, '{unit}', null)"
        for no, name, unit, value in rows
    )
    return (
        "create table marts.figure_fact as select figure_no, fact, label::varchar as label, "
        "value::double as value, unit, deal_count::bigint as deal_count "
        f"from (values {values}) as facts (figure_no, fact, label, value, unit, deal_count)"
    )


def check_table(*rows: tuple[str, float, str]) -> str:
    """The statement that makes marts.published_figure_check of figure, value and verdict."""
    values = ", ".join(
        f"('{name}', 4, 'said', '所说', '亿元', 1, {value}, '{verdict}')"
        for name, value, verdict in rows
    )
    columns = (
        "figure_id, figure_no, statement, statement_zh, unit, decimals, computed_value, verdict"
    )
    return (
        "create table marts.published_figure_check as "
        "select * replace (computed_value::double as computed_value) "
        f"from (values {values}) as checks ({columns})"
    )
