"""The change guard: what differs from the release before and nothing that came in explains.

Raw tables only ever grow: a correction is a later row. So a release whose marts shrink, swell, or
say something else of a collection period that is over, without a row that came in since, is the
sign of a file that was edited or lost, or of code that reckons otherwise. It is held until
somebody says why.
"""

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from npas import provenance
from npas.contracts.violations import inert
from npas.releases import Release, releases
from npas.settings import MarketHome

# One row per deal, or several: summaries follow from these, and findings come and go.
_COUNTED = (
    "dim_deal",
    "fct_issuance",
    "fct_tranche",
    "fct_pool_snapshot",
    "fct_recovery_by_period",
    "fct_recovery_by_month",
)
_LEAST, _MOST = 0.95, 1.30
# A market that is being filled grows by more than that with each of its first deals.
_ALWAYS_ADDED = 100
_SHOWN = 20
_PERIODS = "fct_recovery_by_period"
_CASH = (
    "source_kind",
    "collection_start",
    "collection_end",
    "recovery_age_months",
    "period_recovery_yuan",
    "cumulative_recovery_yuan",
    "stated_cumulative_yuan",
    "stated_cumulative_rate",
)
_RATES = (
    "period_recovery_rate",
    "cumulative_recovery_rate",
    "estimated_recovery_rate",
    "estimate_attained_ratio",
)
# Table, what names one of its documents, what it can change, and from which day on. Tapes are not
# staged in the file of a release.
_DOCUMENTS = (
    ("staging.stg_raw__trustee_reports", "report_no", "cash", "collection_end"),
    ("staging.stg_raw__recovery_statements", "pool_as_of_date", "cash", "pool_as_of_date"),
    ("staging.stg_raw__deals", "null", "cash", "null"),
    ("staging.stg_raw__recovery_estimates", "concat_ws('|', agency_name, stage)", "rate", "null"),
    ("intermediate.int_pools__content", "snapshot_date", "rate", "null"),
)


@dataclass(frozen=True)
class Change:
    """One thing that nothing explains; the names are the columns of `changes.csv`."""

    mart: str
    deal_code: str
    period_no: str
    column: str
    before: str
    after: str

    def __str__(self) -> str:
        where = f"marts.{self.mart}"
        if self.deal_code:
            where += f", deal {self.deal_code}, period {self.period_no}"
        return f"{where}: {self.column} was {self.before or 'null'}, is {self.after or 'null'}"


def baseline(home: MarketHome, as_of: str | None) -> Release | None:
    """The release to compare with: it answers as of the same day; the current one before others."""
    same = [release for release in releases(home) if release.manifest.get("as_of") == as_of]
    return max(same, key=lambda release: (release.is_current, release.run_id), default=None)


def unexplained_changes(
    previous: Release, database: Path, rows: Mapping[str, int], as_of: date | None
) -> list[Change]:
    """Compares a candidate's `database` and the rows of its marts with a release."""
    before = {name: int(mart["rows"]) for name, mart in previous.manifest["marts"].items()}
    changes = [
        Change(name, "", "", "number of rows", str(count), str(rows.get(name, "no such mart")))
        for name, count in sorted(before.items())
        if name not in rows or (name in _COUNTED and _is_held(count, rows[name]))
    ]
    if _PERIODS in before.keys() & rows.keys():
        changes += _changed_periods(previous.database, database, as_of)
    return changes


def write_changes(changes: Collection[Change], path: Path) -> None:
    """All changes as a file that spreadsheets open."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(field.name for field in fields(Change))
        writer.writerows([inert(str(cell)) for cell in astuple(change)] for change in changes)


def _is_held(before: int, after: int) -> bool:
    return after < _LEAST * before or after > max(_MOST * before, before + _ALWAYS_ADDED)


def _changed_periods(previous: Path, database: Path, as_of: date | None) -> list[Change]:
    with duckdb.connect() as connection:
        connection.execute(f"attach {_text(previous)} as previous (read_only)")
        connection.execute(f"attach {_text(database)} as candidate (read_only)")
        held = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_catalog = 'previous'"
        ).fetchall()
        # what older code did not keep explains nothing
        documents = [document for document in _DOCUMENTS if (document[0],) in held]
        found = connection.execute(_query(documents), {"as_of": as_of}).fetchall()
    return [
        Change(_PERIODS, *("" if value is None else str(value) for value in row)) for row in found
    ]


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _query(documents: Sequence[tuple[str, str, str, str]]) -> str:
    """Periods of the previous release whose values differ and that no new document explains.

    A document explains the periods from its own day on: a report says nothing of what was before
    it. A deal's own row explains all of its periods, for its cut-off date and balance are in each;
    an estimate or a tape explains rates alone. Other sources (reports in place of statements), or
    a period that is gone, are explained by any report or statement.
    """
    return f"""
    with
    old_values as ({_values("previous")}),
    new_values as ({_values("candidate")}),
    documents as ({" union all ".join(map(_new_documents, documents))}),
    changed as (
        select
            old_values.deal_key,
            old_values.period_no,
            old_values.field,
            old_values.value as old_value,
            new_values.value as new_value,
            greatest(old_values.period_end, new_values.period_end) as period_end,
            old_values.source_kind is distinct from new_values.source_kind as is_replaced
        from old_values
        left join new_values
            on old_values.deal_key = new_values.deal_key
            and old_values.period_no = new_values.period_no
            and old_values.field = new_values.field
        where old_values.value is distinct from new_values.value
    )
    select deals.deal_code, changed.period_no, changed.field, changed.old_value, changed.new_value
    from changed
    join previous.marts.dim_deal as deals on changed.deal_key = deals.deal_key
    where not exists (
        select 1
        from documents
        where
            documents.deal_key = changed.deal_key
            and (documents.scope = 'cash' or changed.field in ({_listed(_RATES)}))
            and (
                documents.from_date is null
                or changed.is_replaced
                or documents.from_date <= changed.period_end
            )
    )
    order by all
    """


def _values(catalog: str) -> str:
    texts = [f"coalesce(cast({name} as varchar), '')" for name in _CASH]
    # the last digits of a double are no news
    texts += [f"coalesce(cast(round({name}, 12) as varchar), '')" for name in _RATES]
    pairs = ", ".join(
        f"{{'field': '{name}', 'value': {text}}}"
        for name, text in zip((*_CASH, *_RATES), texts, strict=True)
    )
    return f"""
        select deal_key, period_no, collection_end as period_end, source_kind,
               unnest([{pairs}], recursive := true)
        from {catalog}.marts.{_PERIODS}
    """


def _new_documents(document: tuple[str, str, str, str]) -> str:
    table, name, scope, from_date = document

    def keyed(catalog: str) -> str:
        return (
            f"select deal_code, cast({name} as varchar) as name, known_on, "
            f"cast({from_date} as date) as from_date from {catalog}.{table}"
        )

    return f"""
        select md5(new.deal_code) as deal_key, '{scope}' as scope, new.from_date
        from ({keyed("candidate")}) as new
        left join ({keyed("previous")}) as old
            on new.deal_code = old.deal_code
            and new.name is not distinct from old.name
            and new.known_on is not distinct from old.known_on
        where old.deal_code is null and coalesce(new.known_on <= $as_of, $as_of is null)
    """


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def told(previous: Release, changes: Collection[Change], origin: Mapping[str, Any]) -> list[str]:
    """What is held against a candidate, as lines for a terminal."""
    why = (
        ""
        if provenance.is_same_code(previous.manifest, origin)
        else " The project's code or packages changed too, and may be the cause."
    )
    title = (
        f"The audit holds the candidate: {len(changes)} values differ from release "
        f"{previous.run_id} and no row that came in since explains them.{why}"
    )
    lines = [title, *(f"  - {change}" for change in list(changes)[:_SHOWN])]
    if len(changes) > _SHOWN:
        lines.append(f"  and {len(changes) - _SHOWN} more")
    return lines
