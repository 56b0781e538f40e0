"""The change guard on two databases with the tables that it reads; see also test_build."""

import csv
from datetime import date
from pathlib import Path

import duckdb
import pytest

from npas.audit import Change, baseline, unexplained_changes, write_changes
from npas.releases import Release, publish
from npas.settings import MarketHome

DEAL = "24GYZC01"
SHAPES = {
    "staging.stg_raw__trustee_reports": "deal_code text, report_no bigint, collection_end date, "
    "known_on date",
    "staging.stg_raw__recovery_statements": "deal_code text, pool_as_of_date date, known_on date",
    "staging.stg_raw__deals": "deal_code text, known_on date",
    "staging.stg_raw__recovery_estimates": "deal_code text, agency_name text, stage text, "
    "known_on date",
    "intermediate.int_pools__content": "deal_code text, snapshot_date date, known_on date",
    "marts.dim_deal": "deal_key text, deal_code text",
    "marts.fct_recovery_by_period": "deal_key text, period_no bigint, source_kind text, "
    "collection_start date, collection_end date, recovery_age_months bigint, "
    "period_recovery_yuan decimal(18, 2), cumulative_recovery_yuan decimal(18, 2), "
    "stated_cumulative_yuan decimal(18, 2), stated_cumulative_rate double, "
    "period_recovery_rate double, cumulative_recovery_rate double, "
    "estimated_recovery_rate double, estimate_attained_ratio double",
}
# two quarters of a pool of 1,000 yuan
MARKET = f"""
insert into staging.stg_raw__deals values ('{DEAL}', '2024-06-01');
insert into staging.stg_raw__trustee_reports values
    ('{DEAL}', 1, '2024-09-30', '2024-10-20'), ('{DEAL}', 2, '2024-12-31', '2025-01-20');
insert into marts.dim_deal values (md5('{DEAL}'), '{DEAL}');
insert into marts.fct_recovery_by_period values
    (md5('{DEAL}'), 1, 'trustee_report', '2024-07-01', '2024-09-30', 3, 100, 100, 100, 0.1, 0.1,
     0.1, 0.5, 0.2),
    (md5('{DEAL}'), 2, 'trustee_report', '2024-10-01', '2024-12-31', 6, 80, 180, 180, 0.18, 0.08,
     0.18, 0.5, 0.36);
"""
SECOND_IS_90 = """
update marts.fct_recovery_by_period
set period_recovery_yuan = 90, cumulative_recovery_yuan = 190
where period_no = 2;
"""
FIRST_IS_90 = """
update marts.fct_recovery_by_period
set period_recovery_yuan = 90, cumulative_recovery_yuan = 90 where period_no = 1;
update marts.fct_recovery_by_period set cumulative_recovery_yuan = 170 where period_no = 2;
"""
ESTIMATE_IS_40 = "update marts.fct_recovery_by_period set estimated_recovery_rate = 0.4;"
REVISION_OF_1 = (
    f"insert into staging.stg_raw__trustee_reports values ('{DEAL}', 1, '2024-09-30', '2025-02-01')"
)
REVISION_OF_2 = (
    f"insert into staging.stg_raw__trustee_reports values ('{DEAL}', 2, '2024-12-31', '2025-02-01')"
)
OTHER_DEAL = "insert into staging.stg_raw__trustee_reports values ('X', 1, '2024-09-30', null)"
NEW_DEAL_ROW = f"insert into staging.stg_raw__deals values ('{DEAL}', '2025-02-01')"
NEW_ESTIMATE = (
    f"insert into staging.stg_raw__recovery_estimates values "
    f"('{DEAL}', '中诚信', 'first_rating', '2025-02-01')"
)
NEW_TAPE = (
    f"insert into intermediate.int_pools__content values ('{DEAL}', '2024-06-30', '2025-02-01')"
)


def make_database(path: Path, *statements: str) -> dict[str, int]:
    with duckdb.connect(path) as connection:
        connection.execute("create schema staging; create schema intermediate; create schema marts")
        for table, shape in SHAPES.items():
            connection.execute(f"create table {table} ({shape})")
        for statement in (MARKET, *statements):
            connection.execute(statement)
        counts = connection.execute(
            "select (select count(*) from marts.dim_deal), "
            "(select count(*) from marts.fct_recovery_by_period)"
        ).fetchone()
    assert counts is not None
    return {"dim_deal": counts[0], "fct_recovery_by_period": counts[1]}


def release_of(folder: Path, rows: dict[str, int]) -> Release:
    marts = {name: {"rows": count, "sha256": ""} for name, count in rows.items()}
    return Release(folder, {"marts": marts}, is_current=True)


def compared(folder: Path, *statements: str, as_of: date | None = None) -> list[str]:
    (folder / "previous").mkdir()
    before = make_database(folder / "previous" / "npas.duckdb")
    after = make_database(folder / "candidate.duckdb", *statements)
    release = release_of(folder / "previous", before)
    changes = unexplained_changes(release, folder / "candidate.duckdb", after, as_of)
    return [f"{change.column} {change.period_no}" for change in changes]


@pytest.mark.parametrize(
    ("statements", "held"),
    [
        ([], []),
        ([SECOND_IS_90], ["cumulative_recovery_yuan 2", "period_recovery_yuan 2"]),
        ([SECOND_IS_90, REVISION_OF_2], []),
        # a report of an earlier period changes what is summed up after it
        ([FIRST_IS_90, REVISION_OF_1], []),
        # one of a later period says nothing of an earlier one
        ([FIRST_IS_90, REVISION_OF_2], ["cumulative_recovery_yuan 1", "period_recovery_yuan 1"]),
        ([SECOND_IS_90, OTHER_DEAL], ["cumulative_recovery_yuan 2", "period_recovery_yuan 2"]),
        ([SECOND_IS_90, NEW_DEAL_ROW], []),
        # an estimate explains rates and no cash
        ([ESTIMATE_IS_40], ["estimated_recovery_rate 1", "estimated_recovery_rate 2"]),
        ([ESTIMATE_IS_40, NEW_ESTIMATE], []),
        ([ESTIMATE_IS_40, NEW_TAPE], []),
        (
            [SECOND_IS_90, NEW_ESTIMATE],
            ["cumulative_recovery_yuan 2", "period_recovery_yuan 2"],
        ),
    ],
)
def test_a_past_period_changes_only_by_a_document_that_came_in(
    tmp_path: Path, statements: list[str], held: list[str]
) -> None:
    assert compared(tmp_path, *statements) == held


def test_a_document_of_after_the_day_explains_nothing(tmp_path: Path) -> None:
    held = compared(tmp_path, SECOND_IS_90, REVISION_OF_2, as_of=date(2025, 1, 31))
    assert held == ["cumulative_recovery_yuan 2", "period_recovery_yuan 2"]


def test_a_period_that_is_gone_is_held_in_every_value(tmp_path: Path) -> None:
    held = compared(tmp_path, "delete from marts.fct_recovery_by_period where period_no = 2")
    assert "number of rows " in held
    assert len([line for line in held if line.endswith(" 2")]) == 12


def test_a_statement_that_a_report_replaces_is_explained(tmp_path: Path) -> None:
    gone = "delete from marts.fct_recovery_by_period where period_no = 2"
    assert compared(tmp_path, gone, REVISION_OF_1) == ["number of rows "]


def test_a_last_digit_of_a_double_is_no_change(tmp_path: Path) -> None:
    nearly = "update marts.fct_recovery_by_period set period_recovery_rate = 0.1 + 1e-15"
    assert compared(tmp_path, f"{nearly} where period_no = 1") == []


@pytest.mark.parametrize(
    ("before", "after", "is_held"),
    [
        # 5 % fewer or 30 % more is the most; growth by 100 rows is always allowed
        (1000, 950, False),
        (1000, 949, True),
        (1000, 1300, False),
        (1000, 1301, True),
        (10, 9, True),
        (10, 110, False),
        (10, 111, True),
        (0, 100, False),
    ],
)
def test_rows_of_a_mart_may_shrink_and_grow_by_so_much(
    tmp_path: Path, before: int, after: int, *, is_held: bool
) -> None:
    release = release_of(tmp_path, {"fct_tranche": before, "fct_recovery_curve": before})
    rows = {"fct_tranche": after, "fct_recovery_curve": 0, "fct_new": 5}
    changes = unexplained_changes(release, tmp_path / "none.duckdb", rows, None)
    # a summary follows from what it sums up, and a mart that is new takes nothing away
    expected = Change("fct_tranche", "", "", "number of rows", str(before), str(after))
    assert changes == ([expected] if is_held else [])


def test_a_mart_that_is_gone_is_held(tmp_path: Path) -> None:
    release = release_of(tmp_path, {"fct_recovery_curve": 821})
    changes = unexplained_changes(release, tmp_path / "none.duckdb", {}, None)
    assert [str(change) for change in changes] == [
        "marts.fct_recovery_curve: number of rows was 821, is no such mart"
    ]


def test_the_baseline_answers_as_of_the_same_day_and_is_the_current_one(tmp_path: Path) -> None:
    home = MarketHome(tmp_path)
    for run_id, as_of in (("r1", None), ("r2", None), ("r3", "2024-12-31")):
        home.candidate.mkdir()
        (home.candidate / "npas.duckdb").touch()
        publish(home, home.candidate, {"run_id": run_id, "as_of": as_of})

    def compared_with(as_of: str | None) -> str | None:
        found = baseline(home, as_of)
        return None if found is None else found.run_id

    assert compared_with("2024-12-31") == "r3"
    assert compared_with("2023-12-31") is None
    assert compared_with(None) == "r2"
    home.current.unlink()
    home.current.symlink_to("releases/r1")
    assert compared_with(None) == "r1"


def test_the_file_of_changes_runs_nothing_and_keeps_its_numbers(tmp_path: Path) -> None:
    write_changes([Change("fct", "=1+1", "3", "x", "-1.50", "")], tmp_path / "changes.csv")
    with (tmp_path / "changes.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["deal_code"], row["before"]) == ("'=1+1", "-1.50")


def test_the_file_of_changes_is_complete(tmp_path: Path) -> None:
    changes = [Change("fct", "甲", str(number), "x", "1", "") for number in range(500)]
    write_changes(changes, tmp_path / "changes.csv")
    with (tmp_path / "changes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 500
    assert rows[499] == {
        "mart": "fct",
        "deal_code": "甲",
        "period_no": "499",
        "column": "x",
        "before": "1",
        "after": "",
    }
