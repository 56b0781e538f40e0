"""The bad-input cases: how each ends, what is said of it, and what it means in the marts.

The files, the commands and the releases are real; `conftest.py` runs them once. A refused file is
given to `npas load` by itself, the others together, between two builds.
"""

import csv
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest

from deliveries.cases import ALREADY, CASES, IDENTITY, NEIGHBOUR, PERSON, PHONE, Case, deal_code
from deliveries.conftest import Desk, Record
from npas.contracts.violations import COLUMNS
from npas.deliveries.store import RawStore

_SAID = Path(__file__).with_name("cases_violations.csv")
# worked out from the file itself, not written down
_OF_FILE = ("delivery", "file", "sha256")

_every_case = pytest.mark.parametrize(
    "case", CASES, ids=[f"{deal_code(case)} {case.name}" for case in CASES]
)


def _case(code: str) -> Case:
    return next(case for case in CASES if deal_code(case) == code)


def _said() -> dict[str, list[Record]]:
    """The violations that every case must have, by the case's deal."""
    said: dict[str, list[Record]] = defaultdict(list)
    with _SAID.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            said[row.pop("case")].append(row)
    return said


def test_there_are_58_cases() -> None:
    assert {case.number for case in CASES} == set(range(1, 59))
    assert set(_said()) == {deal_code(case) for case in CASES if case.rules}


@_every_case
def test_a_case_ends_with_its_exit_code(desk: Desk, case: Case) -> None:
    assert desk.exit_code(desk.run(case)) == case.exit_code
    status = {True: "refused (", False: "loaded as delivery "}[case.is_refused]
    told = f"{desk.file(case)}: {ALREADY if case.becomes == ALREADY else status}"
    assert told in desk.printed(desk.run(case))
    assert "Traceback" not in desk.printed(desk.run(case))


@_every_case
def test_all_that_is_wrong_with_a_case_is_listed_whole(desk: Desk, case: Case) -> None:
    found = desk.violations(case)
    sha256 = desk.sha256(case)
    folder = str(desk.folder)

    def anywhere(text: str) -> str:
        for manifest in desk.manifests.values():
            text = text.replace(manifest.delivery_id, "{delivery}")
        return text.replace(folder, "{folder}")

    assert [
        {name: anywhere(cell) for name, cell in row.items() if name not in _OF_FILE}
        for row in found
    ] == _said()[deal_code(case)]
    assert {row["rule"] for row in found} == set(case.rules)
    for row in found:
        assert tuple(row) == COLUMNS
        assert (row["sha256"], row["delivery"]) == (sha256, sha256[:16])


@_every_case
def test_no_row_is_lost(desk: Desk, case: Case) -> None:
    manifest = desk.manifest(case)

    if case.is_refused or case.becomes == ALREADY:
        assert manifest is None
        return
    assert manifest is not None
    (part,) = manifest.parts
    assert (part.loaded, part.quarantined, part.duplicate) == case.becomes
    assert part.rows == part.loaded + part.quarantined + part.duplicate
    assert part.encoding == case.encoding
    kept = desk.market / "raw" / "files" / manifest.sha256
    assert kept.read_bytes() == desk.file(case).read_bytes()
    assert kept.stat().st_mode & 0o777 == 0o444


def test_every_command_but_those_with_a_refused_file_ends_well(desk: Desk) -> None:
    runs = ["known", "before_build", "refused_build", "accepted", "after_build", "report"]

    assert {run: desk.exit_code(run) for run in runs} == dict.fromkeys(runs, 0)


def test_a_load_ends_with_what_to_do_next(desk: Desk) -> None:
    already = sum(case.becomes == ALREADY for case in CASES)
    loaded = sum(not case.is_refused for case in CASES) - already
    listed = f"Every finding: {desk.market / 'load' / 'violations.csv'}"

    accepted = desk.printed("accepted").splitlines()
    assert f"{loaded} loaded, {already} already loaded" in accepted
    assert "Next: npas build --market deliveries" in accepted
    assert listed in accepted
    refused = desk.printed("24C01A").splitlines()
    assert "1 refused" in refused
    assert "A refused file changed nothing: mend it as is said, and load it again." in refused
    assert "Next: npas build --market deliveries" not in refused
    assert listed in refused


def test_nothing_of_a_refused_file_is_kept(desk: Desk) -> None:
    store = desk.market / "raw"
    refused = {desk.sha256(case) for case in CASES if case.is_refused}

    assert not refused & {path.name for path in (store / "files").iterdir()}
    assert not refused & {manifest.sha256 for manifest in RawStore(store).manifests()}


def test_refused_files_leave_the_current_release_as_it_was(desk: Desk) -> None:
    def noted(name: str) -> Any:  # noqa: ANN401 (JSON)
        return json.loads((desk.folder / "runs" / f"{name}.json").read_text("utf-8"))

    assert "Nothing new since release" in desk.printed("refused_build")
    assert noted("refused_release") == noted("before_release")
    assert noted("refused_inode") == noted("before_inode")
    assert noted("after_release") != noted("before_release")


def test_rows_are_stored_as_they_were_delivered(desk: Desk) -> None:
    def cells(code: str, column: str) -> list[str | int]:
        manifest = desk.manifest(_case(code))
        assert manifest is not None
        (rows,) = (desk.market / "raw" / "deliveries" / manifest.delivery_id).glob("*.parquet")
        values: list[str | int] = pq.read_table(rows, columns=[column])[column].to_pylist()
        return values

    assert cells("24C07A", "source_document")[0] == "报告\n第1页"
    assert cells("24C07A", "file_row") == [2, 3, 4]
    assert cells("24C12A", "in_progress_recovery") == ["50.00", "60.00", "10.00"]
    assert cells("24C12A", "settled_recovery") == ["10.00", "20.00", "5.00"]
    assert (
        cells("24C52A", "source_document")
        == ["'); drop table raw.raw_deals; {{ env_var('HOME') }} ${HOME} $(id)"] * 3
    )


def test_personal_data_of_a_file_are_found_nowhere(desk: Desk) -> None:
    """In no file under NPAS_HOME, packed or in a database, and in nothing that was printed."""
    planted = (PERSON, IDENTITY, PHONE)
    assert all(
        any(secret in desk.file(case).read_text("utf-8") for case in CASES if case.number == 53)
        for secret in planted
    )
    places = [*_places(desk.home), *_places(desk.folder / "runs")]
    kinds = {path.suffix for path, _ in places}
    assert kinds >= {".csv", ".duckdb", ".html", ".json", ".log", ".parquet", ".txt", ".xlsx"}
    found = [(path, secret) for path, text in places for secret in planted if secret in text]
    assert not found
    assert any(path.match("report/index.html") for path, _ in places)
    # the same look finds what is there
    assert any(NEIGHBOUR in text for path, text in places if path.suffix == ".duckdb")
    assert any(NEIGHBOUR in text for path, text in places if path.suffix == ".parquet")
    assert any(NEIGHBOUR in text for path, text in places if path.suffix == ".xlsx")


def _places(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file below a folder and all that it says."""
    for path in folder.rglob("*"):
        if not path.is_file() or path.is_symlink():
            continue
        yield path, path.read_bytes().decode("utf-8", errors="replace")
        if path.suffix == ".parquet":
            yield path, str(pq.read_table(path).to_pylist())
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as parts:
                texts = [
                    parts.read(name).decode("utf-8", errors="replace") for name in parts.namelist()
                ]
            yield path, "\n".join(texts)
        elif path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as connection:
                tables = connection.execute(
                    "select table_schema, table_name from information_schema.tables"
                ).fetchall()
                for schema, table in tables:
                    rows = connection.execute(f'select * from "{schema}"."{table}"').fetchall()
                    yield path, str(rows)


# ---- what a case means in the marts -------------------------------------------------------------


@pytest.fixture(scope="module")
def after(desk: Desk) -> duckdb.DuckDBPyConnection:
    """The release after the cases; the one before is attached as `before`."""
    connection = duckdb.connect(str(desk.release("after")), read_only=True)
    connection.execute(f"attach '{desk.release('before')}' as before (read_only)")
    return connection


def _ask(after: duckdb.DuckDBPyConnection, columns: str, mart: str, code: str) -> list[Any]:
    order = {"fct_recovery_by_period": "period_no", "fct_finding": "rule_id, subject"}.get(
        mart, "1"
    )
    return after.execute(
        f"select {columns} from marts.{mart} where deal_key = md5('{code}') order by {order}"
    ).fetchall()


# every deal with statistics states 106.21 % beside a tape of 570 over 800 less 20
_OF_EVERY_DEAL = ("tape_differs_from_disclosed", "weighted_current_ltv_ratio at 2024-01-31")


def _findings(after: duckdb.DuckDBPyConnection, code: str) -> set[tuple[str, str]]:
    return set(_ask(after, "rule_id, subject", "fct_finding", code)) - {_OF_EVERY_DEAL}


_PERIODS = "period_recovery_yuan, cumulative_recovery_yuan, cumulative_recovery_rate"


def _periods(after: duckdb.DuckDBPyConnection, code: str) -> list[Any]:
    return _ask(after, _PERIODS, "fct_recovery_by_period", code)


# of the sound deal: 60, 80 and 15 in 10,000 yuan, over a pool of 1,000
_SOUND_PERIODS = [(600_000, 600_000, 0.06), (800_000, 1_400_000, 0.14), (150_000, 1_550_000, 0.155)]


def test_what_is_wrong_with_one_deal_is_published_without_touching_another(
    after: duckdb.DuckDBPyConnection,
) -> None:
    for mart in ("dim_deal", "fct_issuance", "fct_pool_snapshot", "fct_recovery_by_period"):
        rows = f"marts.{mart} where deal_key = md5('{NEIGHBOUR}')"
        ((count,),) = after.execute(f"select count(*) from {rows}").fetchall()
        assert count
        assert not after.execute(
            f"(from {rows} except all from before.{rows}) "
            f"union all (from before.{rows} except all from {rows})"
        ).fetchall()
    assert _periods(after, NEIGHBOUR) == _SOUND_PERIODS
    assert not _findings(after, NEIGHBOUR)


@pytest.mark.parametrize(
    "code",
    ["24C03A", "24C04A", "24C06A", "24C07A", "24C11A", "24C12A", "24C18B", "24C26A", "24C45A"],
)
def test_another_spelling_gives_the_same_marts(after: duckdb.DuckDBPyConnection, code: str) -> None:
    assert _periods(after, code) == _SOUND_PERIODS


@pytest.mark.parametrize("code", ["24C16A", "24C14A", "24C51B", "24C49A", "24C44A"])
def test_what_is_set_aside_is_no_number(after: duckdb.DuckDBPyConnection, code: str) -> None:
    """Quarantined reports: their cash is null with the reason, and so is every later total."""
    periods = _ask(after, f"{_PERIODS}, incomplete_reason", "fct_recovery_by_period", code)

    if code == "24C44A":
        # its reports are of a deal nobody knows: the statements stand in for it
        kinds = _ask(after, "distinct source_kind", "fct_recovery_by_period", code)
        assert kinds == [("statement",)]
        return
    broken = next(i for i, row in enumerate(periods) if row[0] is None)
    assert all(row[1] is None and row[2] is None and row[3] for row in periods[broken:])
    assert ("recovery_amount_missing", f"period {broken + 1}") in _findings(after, code)


def test_23_dates_out_of_order_are_findings(after: duckdb.DuckDBPyConnection) -> None:
    report = ("dates_out_of_order", "report 1: reported_on before collection_end")
    deal = ("dates_out_of_order", "book_date before cutoff_date")
    assert _findings(after, "24C23B") == {report}
    assert _findings(after, "24C23C") == {deal}
    assert _periods(after, "24C23B") == _SOUND_PERIODS


def test_28_30_the_report_known_latest_counts(after: duckdb.DuckDBPyConnection) -> None:
    corrected = (160_000, 1_560_000, 0.156)
    assert _periods(after, "24C28A") == [*_SOUND_PERIODS[:2], corrected]
    changed = "field, old_value, new_value, cumulative_rate_change"
    changes = _ask(after, changed, "fct_restatement", "24C28A")
    assert ("settled_recovery", "50000.00", "60000.00", 0.001) in changes
    assert _periods(after, "24C30A") == _SOUND_PERIODS


def test_31_money_that_went_back_lowers_the_total(after: duckdb.DuckDBPyConnection) -> None:
    fallen = (-50_000, 1_350_000, 0.135)
    assert _periods(after, "24C31A") == [*_SOUND_PERIODS[:2], fallen]
    assert not _findings(after, "24C31A")
    assert _periods(after, "24C31B") == [*_SOUND_PERIODS[:2], fallen]
    assert ("stated_cumulative_differs", "period 3") in _findings(after, "24C31B")


@pytest.mark.parametrize("code", ["24C32A", "24C35B"])
def test_32_35_recovery_that_cannot_be_holds_the_report(
    after: duckdb.DuckDBPyConnection, code: str
) -> None:
    *sound, held = _ask(
        after,
        f"{_PERIODS}, period_recovery_rate, incomplete_reason",
        "fct_recovery_by_period",
        code,
    )
    assert [row[:3] for row in sound] == _SOUND_PERIODS[:2]
    assert held[:4] == (None,) * 4
    assert held[4]
    assert _findings(after, code) >= {
        ("recovery_amount_missing", "period 3"),
        ("value_not_read", "report 3"),
    }


@pytest.mark.parametrize("code", ["24C33A", "24C34A"])
def test_33_34_a_stated_total_that_is_not_ours_stands_beside_it(
    after: duckdb.DuckDBPyConnection, code: str
) -> None:
    assert _periods(after, code) == _SOUND_PERIODS
    assert ("stated_cumulative_differs", "period 3") in _findings(after, code)


def test_35_recovery_above_the_pool_is_possible(after: duckdb.DuckDBPyConnection) -> None:
    assert _periods(after, "24C35A")[2] == (9_200_000, 10_600_000, 1.06)


def test_36_after_a_missing_period_there_is_no_total(after: duckdb.DuckDBPyConnection) -> None:
    first, third = _ask(after, f"{_PERIODS}, incomplete_reason", "fct_recovery_by_period", "24C36A")
    assert first[:3] == _SOUND_PERIODS[0]
    assert third[:3] == (150_000, None, None)
    assert "collection period missing before it" in third[3]
    assert _findings(after, "24C36A") == {("period_gap", "period 3")}


def test_37_a_number_that_jumps_is_a_finding(after: duckdb.DuckDBPyConnection) -> None:
    assert _periods(after, "24C37A") == _SOUND_PERIODS
    assert _findings(after, "24C37A") == {("report_number_skipped", "period 5")}


def test_38_39_a_tape_counts_and_what_differs_is_a_finding(
    after: duckdb.DuckDBPyConnection,
) -> None:
    pool = "balance_yuan, loan_count"
    tape = "fct_pool_snapshot"
    assert (10_000_000, 2) in _ask(after, pool, tape, "24C38A")
    assert (10_000_000, 2) in _ask(after, pool, tape, "24C39A")
    differs = "tape_differs_from_disclosed"
    assert _findings(after, "24C38A") == {(differs, "balance_yuan at 2024-01-31")}
    assert _findings(after, "24C39A") == {(differs, "loan_count at 2024-01-31")}


def test_40_a_ratio_above_1_is_valid_and_one_above_10_is_none(
    after: duckdb.DuckDBPyConnection,
) -> None:
    ratio = "weighted_current_ltv_ratio, incomplete_reason"
    ((valid, _),) = _ask(after, ratio, "fct_pool_snapshot", "24C40A")
    ((none, reason),) = _ask(after, ratio, "fct_pool_snapshot", "24C40B")
    assert valid == 2.5
    assert none is None
    assert "weighted LTV not stated in full" in reason


@pytest.mark.parametrize("code", ["24C41A", "24C41B"])
def test_41_a_pool_with_a_value_missing_has_no_ltv_and_all_its_loans(
    after: duckdb.DuckDBPyConnection, code: str
) -> None:
    columns = "weighted_current_ltv_ratio, pool_current_ltv_ratio, loan_count, mortgaged_ratio"
    ((*values, reason),) = _ask(after, f"{columns}, incomplete_reason", "fct_pool_snapshot", code)
    assert values == [None, None, 2, 0.6]
    assert "latest collateral value missing or not above 0 on a loan" in reason


def test_42_a_share_repaid_below_nothing_needs_its_reason(
    after: duckdb.DuckDBPyConnection,
) -> None:
    columns = "repaid_ratio, principal_yuan, loan_count, incomplete_reason"
    ((ratio, principal, loans, reason),) = _ask(after, columns, "fct_pool_snapshot", "24C42A")
    assert (ratio, principal, loans) == (None, None, 2)
    assert "principal missing on a loan" in reason
    # 950 of 560 + 420 lent
    ((ratio, principal, _, reason),) = _ask(after, columns, "fct_pool_snapshot", "24C42B")
    assert ratio == pytest.approx(1 - 950 / 980, abs=1e-12)
    assert (principal, reason) == (9_500_000, None)


@pytest.mark.parametrize("code", ["24C43A", "24C48A"])
def test_43_48_a_deal_without_a_pool_is_there_and_has_no_rates(
    after: duckdb.DuckDBPyConnection, code: str
) -> None:
    assert len(_ask(after, "deal_code", "dim_deal", code)) == 1
    assert _ask(after, "advance_rate", "fct_issuance", code) == [(None,)]
    periods = _ask(
        after,
        "cumulative_recovery_yuan, cumulative_recovery_rate, incomplete_reason",
        "fct_recovery_by_period",
        code,
    )
    assert [row[:2] for row in periods] == [(600_000, None), (1_400_000, None), (1_550_000, None)]
    assert all("no pool balance at the cut-off" in row[2] for row in periods)


@pytest.mark.parametrize(
    ("code", "ratio", "is_comparable"),
    [("24C46A", 0.79995, False), ("24C46B", 0.8, False), ("24C46C", 0.80005, True)],
)
def test_46_over_80_percent_is_strict_and_before_rounding(
    after: duckdb.DuckDBPyConnection, code: str, ratio: float, *, is_comparable: bool
) -> None:
    (found, *_) = _ask(after, "mortgaged_ratio, is_comparable", "fct_pool_snapshot", code)
    assert found == (ratio, is_comparable)


def test_47_a_mean_says_of_how_many_agencies_it_is(after: duckdb.DuckDBPyConnection) -> None:
    estimate = "round(estimated_recovery_rate, 12), estimate_count, has_mixed_basis"
    assert _ask(after, estimate, "fct_issuance", "24C47A") == [(0.45, 1, False)]
    assert _ask(after, estimate, "fct_issuance", NEIGHBOUR) == [(0.46, 2, False)]


def test_51_52_texts_stay_texts_in_the_database_and_run_nowhere(
    desk: Desk, after: duckdb.DuckDBPyConnection
) -> None:
    formulas = _ask(after, "source_document", "fct_recovery_by_period", "24C51A")
    assert [row[0] for row in formulas] == [
        '=HYPERLINK("http://example.org","x")',
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "-1+1",
    ]
    book = openpyxl.load_workbook(
        desk.release("after").parent / "exports" / "npas_deliveries.xlsx", read_only=True
    )
    cells = [
        cell
        for row in book["fct_recovery_by_period"].iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.lstrip("'").startswith(("=", "@", "-", "+"))
    ]
    assert {cell.value for cell in cells} == {f"'{row[0]}" for row in formulas}
    assert {cell.data_type for cell in cells} == {"s"}
    assert _periods(after, "24C52A") == _SOUND_PERIODS
    codes = after.execute("select deal_code from marts.dim_deal").fetchall()
    assert ("24C52B",) in codes
    assert not [code for (code,) in codes if "drop" in code.lower()]


def test_57_a_fact_stated_in_two_ways_is_a_finding_and_the_later_counts(
    after: duckdb.DuckDBPyConnection,
) -> None:
    both = "subject, found_value, expected_value"
    assert _ask(after, both, "fct_finding", "24C57A") == [
        ("cutoff_date known 2024-06-01", "2024-02-29", "2024-01-31")
    ]
    assert _ask(after, "cutoff_date::varchar", "dim_deal", "24C57A") == [("2024-02-29",)]
    assert ("originator known 2024-06-01", "BOC", "HXB") in _ask(
        after, both, "fct_finding", "24C57B"
    )


def test_58_an_unknown_originator_is_nobody(after: duckdb.DuckDBPyConnection) -> None:
    originator = "originator_key is null, originator_printed"
    assert _ask(after, originator, "dim_deal", "24C58A") == [(True, "华厦银行")]
    assert _findings(after, "24C58A") == {("originator_unresolved", "originator")}
    assert _ask(after, originator, "dim_deal", "24C58B") == [(False, "华夏银行股份有限公司")]
