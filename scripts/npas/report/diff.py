"""What moved since the release before: facts and printed figures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from npas.releases import Release
from npas.report import formats
from npas.report.data import figure_tables
from npas.report.formats import MISSING
from npas.report.text import Text, both

# what moved in a list would drown the page: the rest is counted
SHOWN_CHANGES = 60

_MOVED_FACTS = """
select
    coalesce(new.figure_no, old.figure_no) as figure_no,
    coalesce(new.fact, old.fact) as name,
    coalesce(new.unit, old.unit) as unit,
    old.value as old_value,
    new.value as new_value,
    old.label as old_label,
    new.label as new_label,
    new.value - old.value as change
from marts.figure_fact as new
full outer join previous.marts.figure_fact as old
    on new.figure_no = old.figure_no and new.fact = old.fact
where
    (new.value is distinct from old.value or new.label is distinct from old.label)
    and coalesce(new.unit, old.unit) != 'text'
order by figure_no, name
"""
_MOVED_CHECKS = """
select
    new.figure_no,
    new.figure_id,
    new.statement,
    new.statement_zh,
    new.unit,
    new.decimals,
    old.computed_value as old_value,
    new.computed_value as new_value,
    old.verdict as old_verdict,
    new.verdict as new_verdict,
    new.computed_value - old.computed_value as change
from marts.published_figure_check as new
inner join previous.marts.published_figure_check as old
    on new.figure_id = old.figure_id
where
    new.computed_value is distinct from old.computed_value
    or new.verdict is distinct from old.verdict
order by new.figure_id
"""


@dataclass(frozen=True)
class Change:
    """One number that moved."""

    figure_no: int
    name: Text
    before: Text
    now: Text
    change: Text


@dataclass(frozen=True)
class Difference:
    """The release compared with, and what moved; `is_comparable` when it has figures."""

    run_id: str
    is_comparable: bool
    facts: Sequence[Change] = ()
    checks: Sequence[Change] = ()


def difference(release: Release, earlier: Release | None) -> Difference | None:
    """Compares two releases; None when there is no earlier one."""
    if earlier is None:
        return None
    with duckdb.connect() as connection:
        # the name that views of a release are bound to
        _attach(connection, release, "npas")
        _attach(connection, earlier, "previous")
        connection.execute("use npas")
        if not {"figure_fact", "published_figure_check"} <= set(
            figure_tables(connection, "previous")
        ):
            return Difference(earlier.run_id, is_comparable=False)
        facts = [_fact_change(row) for row in _dicts(connection, _MOVED_FACTS)]
        checks = [_check_change(row) for row in _dicts(connection, _MOVED_CHECKS)]
    return Difference(earlier.run_id, True, facts, checks)


def _attach(connection: duckdb.DuckDBPyConnection, release: Release, name: str) -> None:
    path = str(release.database).replace("'", "''")
    connection.execute(f"attach '{path}' as {name} (read_only)")


def _dicts(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    found = connection.execute(sql)
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _fact_change(row: dict[str, Any]) -> Change:
    unit = row["unit"]
    return Change(
        row["figure_no"],
        both(row["name"]),
        _fact_value(row["old_value"], row["old_label"], unit),
        _fact_value(row["new_value"], row["new_label"], unit),
        _signed(row["change"], _written(row["change"], unit)),
    )


def _fact_value(value: float | None, label: str | None, unit: str) -> Text:
    number = _written(value, unit)
    return number if label is None else number + Text(f"（{label}）", f" ({label})")


def _check_change(row: dict[str, Any]) -> Change:
    old, new = (
        _printed(row[f"{age}_value"], row["decimals"], row["unit"]) for age in ("old", "new")
    )
    return Change(
        row["figure_no"],
        Text(row["statement_zh"], row["statement"]) + f" ({row['figure_id']})",
        old + Text(f"（{_VERDICTS[row['old_verdict']].zh}）", f" ({row['old_verdict']})"),
        new + Text(f"（{_VERDICTS[row['new_verdict']].zh}）", f" ({row['new_verdict']})"),
        _signed(row["change"], _printed(row["change"], row["decimals"], row["unit"])),
    )


_VERDICTS = {
    "holds": Text("相符", "holds"),
    "differs": Text("不符", "differs"),
    "not_computable": Text("不可计算", "not computable"),
}


def verdict(name: str) -> Text:
    """What a check says."""
    return _VERDICTS[name]


def _written(value: float | None, unit: str) -> Text:
    if value is None:
        return both(MISSING)
    return _UNITS.get(unit, _plain)(value)


def _plain(value: float) -> Text:
    return both(formats.number(value, 0 if value == int(value) else 2))


_UNITS: Mapping[str, Callable[[float], Text]] = {
    "yuan": formats.money,
    "ratio": lambda value: both(formats.percent(value, 2)),
    "deals": lambda value: formats.deals(int(value)),
    "months": formats.months,
    "times": lambda value: Text(f"{value:.2f} 倍", f"{value:.2f} times"),
    "year": lambda value: both(f"{value:.0f}"),
}


def _printed(value: float | None, decimals: int | None, unit: str | None) -> Text:
    if value is None:
        return both(MISSING)
    number = formats.number(value, 4 if decimals is None else decimals + 1)
    return both(number) if unit is None else both(f"{number} {unit}")


def _signed(change: float | None, text: Text) -> Text:
    return Text("+", "+") + text if change is not None and change > 0 else text
