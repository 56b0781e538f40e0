"""From files to marts: what is loaded is what is built, whatever came first."""

import csv
import json
import shutil
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contracts.delivery import Row, Tables, sound_deal
from deliveries import files
from npas.build import BuildRequest, build
from npas.contracts.report import REACH_FILE, VIOLATIONS
from npas.dbt_run import DbtRun, DbtSettings
from npas.deliveries import set_aside
from npas.deliveries.load import LoadRequest, load
from npas.deliveries.store import NOTHING
from npas.errors import BuildFailedError, EnvironmentProblemError
from npas.provenance import file_sha256
from npas.raw_files import NO_DEFAULTS
from npas.releases import CONTRACTS, MANIFEST, Release, release_files
from support import with_free

# says which market it is, or how much of the market it is
_OWN_COLUMNS = {"market"}


def _load(project: Path, home: Path, *paths: Path) -> None:
    assert not load(LoadRequest(project, home, paths, NO_DEFAULTS)).is_refused


def _marts(release: Release) -> Mapping[str, str]:
    marts: Mapping[str, Mapping[str, str]] = release.manifest["marts"]
    return {name: mart["sha256"] for name, mart in marts.items()}


def test_the_register_delivered_is_the_register(
    shared_home: Path, shared_project: Path, tmp_path: Path
) -> None:
    tables = (shared_project / "seeds" / "public").glob("raw_*.csv")
    # the register has tables without rows, which nobody delivers
    filled = [path for path in tables if len(path.read_bytes().splitlines()) > 1]
    _load(shared_project, tmp_path, *filled)
    release = build(BuildRequest(shared_project, tmp_path, "deliveries")).release

    with duckdb.connect() as connection:
        connection.execute(f"attach '{release.database}' as npas (read_only)")
        public = shared_home / "public" / "current" / "npas.duckdb"
        connection.execute(f"attach '{public}' as register (read_only)")
        marts = [name for name in _marts(release) if not name.startswith(("figure", "published"))]
        assert len(marts) >= 9
        for mart in marts:
            columns = [
                row[0]
                for row in connection.execute(f"describe npas.marts.{mart}").fetchall()
                if row[0] not in _OWN_COLUMNS
            ]
            rows = [
                f"select {', '.join(columns)} from {market}.marts.{mart}"
                for market in ("npas", "register")
            ]
            differing = connection.execute(
                f"({rows[0]} except all {rows[1]}) union all ({rows[1]} except all {rows[0]})"
            ).fetchall()
            assert differing == [], mart


def _written(folder: Path, name: str, table: str, rows: list[Row]) -> Path:
    path = folder / name
    path.write_text(files.text(table, rows), encoding="utf-8")
    return path


def _deliveries(folder: Path) -> list[Path]:
    """Three deals: one sound, one with a loan and a report set aside, one whose reports come alone.

    A report of the first deal stands twice, and was corrected later.
    """
    deals: dict[str, Tables] = {
        code: deepcopy(sound_deal(code)) for code in ("24A01", "24A02", "24A03")
    }
    deals["24A02"]["raw_loan_pools"][1]["outstanding_principal"] = "3800000.00"
    deals["24A02"]["raw_trustee_reports"][1]["settled_recovery"] = "约20"
    reports = deals["24A01"]["raw_trustee_reports"]
    corrected = {**reports[2], "settled_recovery": "6.00", "known_on": "2025-11-01"}
    corrected |= {"settled_recovery_to_date": "46.00", "stated_cumulative_rate": "15.60%"}
    every: Tables = {}
    for tables in deals.values():
        for name, rows in tables.items():
            every.setdefault(name, []).extend(rows)
    every["raw_trustee_reports"].append(dict(reports[0]))
    paths = [
        _written(folder, f"{name.removeprefix('raw_')}.csv", name, rows)
        for name, rows in every.items()
        if rows
    ]
    return [*paths, _written(folder, "trustee_reports_2.csv", "raw_trustee_reports", [corrected])]


def _copied(release: Release, folder: Path) -> tuple[Path, Release]:
    """A home of its own, and the release in it."""
    home = release.path.parents[2]
    copy = shutil.copytree(home, folder / "home", symlinks=True)
    return copy, replace(release, path=copy / release.path.relative_to(home))


def _query(release: Release, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(release.database, read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory, shared_project: Path) -> Release:
    folder = tmp_path_factory.mktemp("deliveries")
    deals, *others = _deliveries(folder)
    # the deals last: all else waits for them
    _load(shared_project, folder / "home", *others)
    _load(shared_project, folder / "home", deals)
    return build(BuildRequest(shared_project, folder / "home", "deliveries")).release


def test_a_report_counts_once_and_as_corrected(release: Release) -> None:
    assert _query(
        release,
        "select period_no, period_recovery_yuan, revision_no from marts.fct_recovery_by_period "
        "join marts.dim_deal using (deal_key) where deal_code = '24A01' order by period_no",
    ) == [(1, 600000, 1), (2, 800000, 1), (3, 160000, 2)]
    assert _query(release, "select count(*) from raw.raw_trustee_reports") == [(10,)]


def test_a_report_with_a_figure_set_aside_is_held_whole(release: Release) -> None:
    rows = _query(
        release,
        "select period_recovery_yuan, cumulative_recovery_rate, incomplete_reason is not null "
        "from marts.fct_recovery_by_period join marts.dim_deal using (deal_key) "
        "where deal_code = '24A02' order by period_no",
    )

    assert [(row[0], row[1] is None, row[2]) for row in rows] == [
        (600000, False, False),
        (None, True, True),
        (150000, True, True),
    ]


def test_a_tape_with_a_loan_set_aside_has_no_rates(release: Release) -> None:
    ((principal, ratio, loans, reason),) = _query(
        release,
        "select principal_yuan, mortgaged_ratio, loan_count, incomplete_reason "
        "from marts.fct_pool_snapshot join marts.dim_deal using (deal_key) "
        "where deal_code = '24A02' and measured_from <> 'disclosed'",
    )

    assert (principal, ratio, loans) == (None, None, 2)
    assert "principal missing on a loan" in reason


def test_a_cell_that_is_set_aside_names_its_rule(release: Release) -> None:
    assert _query(
        release,
        "select outstanding_principal from raw.raw_loan_pools where loan_no = '24A02-2'",
    ) == [("3800000.00 [set aside: P04, U02]",)]


def test_a_column_that_is_set_aside_is_so_on_each_row(
    release: Release, shared_project: Path, tmp_path: Path
) -> None:
    home = shutil.copytree(release.path.parents[1], tmp_path / "home", symlinks=True)
    ((*place, days),) = _query(
        release,
        "select delivery_id, file, sheet, list(overdue_days order by loan_no) "
        "from raw.raw_loan_pools group by all",
    )
    with (home / "contracts" / set_aside.FILE).open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(["raw_loan_pools", *place, "*", "overdue_days", "T03"])
    run = DbtSettings(
        project=shared_project,
        target="deliveries",
        database=tmp_path / "npas.duckdb",
        cache=tmp_path / "cache",
        log=tmp_path,
        store=home / "raw",
        # whose rows of the tape are of other content
        previous=release.database,
    )

    with DbtRun(run) as dbt:
        dbt.parse()
        assert dbt.build(lambda *_: None).failures == ()

    with duckdb.connect(run.database, read_only=True) as connection:
        rows = connection.execute(
            "select overdue_days, outstanding_principal like '%[set aside: P04, U02]' "
            "from raw.raw_loan_pools order by loan_no"
        ).fetchall()
    assert [found for found, _ in rows] == [f"{cell} [set aside: T03]" for cell in days]
    assert [is_marked for _, is_marked in rows] == [False] * 3 + [True] + [False] * 2


def test_the_order_of_arrival_leaves_no_mark(
    release: Release, shared_project: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    folder = release.path.parents[3]
    deals, *others, corrected = _deliveries(folder)
    _load(shared_project, home, deals, corrected)
    _load(shared_project, home, *others)

    again = build(BuildRequest(shared_project, home, "deliveries")).release

    assert _marts(again) == _marts(release)


def test_a_pool_is_measured_again_only_where_something_came_in(
    release: Release, shared_project: Path, tmp_path: Path
) -> None:
    home, _ = _copied(release, tmp_path)
    assert release.manifest["reused"] == {
        "from": None,
        "pools": {"reused": 0, "measured": 3},
        "tapes": {"judged_before": 0, "judged": 2},
    }

    # another deal, and a later tape of one: two pools stay
    new = deepcopy(sound_deal("24A04"))
    tape = deepcopy(sound_deal("24A01"))["raw_loan_pools"]
    for row in tape:
        row["known_on"] = "2025-12-01"
    tape[0]["outstanding_interest"] = "0.00"
    new["raw_loan_pools"] = [*new["raw_loan_pools"], *tape]
    paths = [_written(tmp_path, f"{name}.csv", name, rows) for name, rows in new.items() if rows]
    _load(shared_project, home, *paths)
    grown = build(BuildRequest(shared_project, home, "deliveries", accepted="a test")).release

    assert grown.manifest["reused"] == {
        "from": release.run_id,
        "pools": {"reused": 2, "measured": 2},
        # the tapes of the three deals came in one file
        "tapes": {"judged_before": 0, "judged": 4},
    }
    full = build(BuildRequest(shared_project, home, "deliveries", is_full=True)).release
    assert full.manifest["reused"]["pools"] == {"reused": 0, "measured": 4}
    assert _marts(full) == _marts(grown)
    pools = "select * from intermediate.int_pools__measured_from_tape order by all"
    assert _query(full, pools) == _query(grown, pools)


def test_what_is_taken_over_is_not_measured_and_a_full_build_takes_nothing(
    release: Release, shared_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, copy = _copied(release, tmp_path)
    before = copy.database
    before.chmod(0o644)
    with duckdb.connect(before) as connection:
        connection.execute("update intermediate.int_pools__measured_from_tape set loan_count = 99")
        connection.execute(
            "update raw.tape_rows_set_aside set cells = replace(cells, '3800000.00', '99')"
        )
    counts = (
        "select loan_count from marts.fct_pool_snapshot "
        "join marts.dim_deal using (deal_key) where deal_code = '24A01' and loan_count is not null"
    )
    marked = "select outstanding_principal from raw.raw_loan_pools where loan_no = '24A02-2'"
    assert _query(release, counts) == [(2,)]
    report = deepcopy(sound_deal("24A03"))["raw_trustee_reports"][0] | {"known_on": "2025-12-01"}
    _load(shared_project, home, _written(tmp_path, "r.csv", "raw_trustee_reports", [report]))

    later = build(BuildRequest(shared_project, home, "deliveries")).release
    assert _query(later, counts) == [(99,)]
    assert _query(later, marked) == [("99 [set aside: P04, U02]",)]
    assert later.manifest["reused"]["tapes"] == {"judged_before": 2, "judged": 0}
    # nor what the environment names
    monkeypatch.setenv("NPAS_PREVIOUS", str(before))
    full = build(BuildRequest(shared_project, home, "deliveries", is_full=True)).release
    assert _query(full, counts) == [(2,)]
    assert _query(full, marked) == [("3800000.00 [set aside: P04, U02]",)]
    assert full.manifest["reused"]["tapes"] == {"judged_before": 0, "judged": 2}
    for name in ("violations.csv", "set_aside.csv"):
        found, found_again = ((at.path / "contracts" / name).read_text() for at in (later, full))
        assert found == found_again
        assert "raw_loan_pools" in found


@pytest.mark.parametrize("name", ["tape.csv", "tape_2.csv"])
def test_a_tape_that_is_loaded_again_in_another_unit_is_measured_again(
    release: Release, shared_project: Path, tmp_path: Path, name: str
) -> None:
    home, _ = _copied(release, tmp_path)
    tape = deepcopy(sound_deal("24A03"))["raw_loan_pools"]
    for row in tape:
        row |= {"snapshot_date": "2024-06-30", "known_on": "2024-08-01", "amount_unit": ""}
    path = _written(tmp_path, "tape.csv", "raw_loan_pools", tape)
    request = BuildRequest(shared_project, home, "deliveries", accepted="a test")
    balance = (
        "select balance_yuan from marts.fct_pool_snapshot join marts.dim_deal using (deal_key) "
        "where deal_code = '24A03' and snapshot_date = '2024-06-30' and balance_yuan is not null"
    )
    load(LoadRequest(shared_project, home, [path], replace(NO_DEFAULTS, unit="元")))
    assert _query(build(request).release, balance) == [(Decimal("1000.00"),)]
    shutil.rmtree(home / "deliveries" / "raw" / "deliveries" / file_sha256(path)[:16])
    path = path.rename(tmp_path / name)

    load(LoadRequest(shared_project, home, [path], replace(NO_DEFAULTS, unit="万元")))

    mended = build(request)
    assert _query(mended.release, balance) == [(Decimal("10000000.00"),)]
    assert mended.release.manifest["reused"]["from"] is None
    full = build(replace(request, is_full=True)).release
    assert _marts(full) == _marts(mended.release)


def _give_rows_one_number(home: Path, delivery_of: str) -> None:
    """What no load writes: the rows of a stored tape of a deal have one place."""
    for path in (home / "deliveries" / "raw" / "deliveries").glob("*/raw_loan_pools.*"):
        rows = pq.read_table(path)
        if delivery_of in rows["deal_code"].to_pylist():
            place = rows.schema.get_field_index("file_row")
            same = pa.array([2] * rows.num_rows, rows.schema.field(place).type)
            path.chmod(0o644)
            pq.write_table(rows.set_column(place, rows.schema.field(place), same), path)


def test_rows_are_tested_once_when_they_are_new(
    release: Release, shared_project: Path, tmp_path: Path
) -> None:
    home, _ = _copied(release, tmp_path)
    new = sound_deal("24A04")
    paths = [_written(tmp_path, f"{name}.csv", name, rows) for name, rows in new.items() if rows]
    _load(shared_project, home, *paths)
    request = BuildRequest(shared_project, home, "deliveries", accepted="a test")

    _give_rows_one_number(home, "24A01")
    places = "count(*), count(distinct (delivery_id, file, sheet, file_row))"
    ((rows, different),) = _query(
        build(request).release, f"select {places} from raw.raw_loan_pools"
    )
    assert rows > different

    later = deepcopy(new["raw_loan_pools"])
    for row in later:
        row["known_on"] = "2025-12-01"
    _load(shared_project, home, _written(tmp_path, "later.csv", "raw_loan_pools", later))
    _give_rows_one_number(home, "24A04")
    with pytest.raises(BuildFailedError, match="delivered_loan_pools_keeps_its_grain"):
        build(request)


@pytest.mark.parametrize(
    "state", ["as published", "changed since", "of other code", "of other rows"]
)
def test_a_load_takes_what_tapes_reach_from_a_release_of_the_same_code_and_rows(
    release: Release, shared_project: Path, tmp_path: Path, state: str
) -> None:
    home, copy = _copied(release, tmp_path)
    # a tape that ended at its first loan would not be reached over another
    reach = copy.path / CONTRACTS / REACH_FILE
    kept = pq.read_table(reach).to_pylist()
    reach.chmod(0o644)
    cut = [{**row, "last_loan_no": row["first_loan_no"]} for row in kept]
    pq.write_table(pa.Table.from_pylist(cut), reach)
    manifest = {**release.manifest}
    if state != "changed since":
        manifest["files"] = release_files(copy.path)
    if state == "of other code":
        manifest["code"] = {**manifest["code"], "sha256": "0123"}
    if state == "of other rows":
        manifest["inputs"] = [{**file, "content": "0123"} for file in manifest["inputs"]]
    (copy.path / MANIFEST).chmod(0o644)
    (copy.path / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    loan = {**deepcopy(sound_deal("24B01"))["raw_loan_pools"][0], "loan_no": "24A02-1"}
    tape = _written(tmp_path, "24B01.csv", "raw_loan_pools", [loan])

    outcome = load(LoadRequest(shared_project, home, [tape], NO_DEFAULTS))

    assert outcome.report is not None
    is_found = "K05" in {one.rule for one in outcome.report.violations}
    assert is_found == (state != "as published")


def test_findings_that_are_not_as_published_are_not_taken_over(
    release: Release,
    shared_project: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home, copy = _copied(release, tmp_path)
    findings = copy.path / CONTRACTS / VIOLATIONS
    published = findings.read_text(encoding="utf-8")
    assert "3800000.00" in published
    findings.chmod(0o644)
    findings.write_text(published.replace("3800000.00", "99"), encoding="utf-8")
    report = deepcopy(sound_deal("24A03"))["raw_trustee_reports"][0] | {"known_on": "2025-12-01"}
    _load(shared_project, home, _written(tmp_path, "r.csv", "raw_trustee_reports", [report]))

    later = build(BuildRequest(shared_project, home, "deliveries")).release

    assert later.manifest["reused"]["tapes"] == {"judged_before": 0, "judged": 2}
    assert "3800000.00" in (later.path / CONTRACTS / VIOLATIONS).read_text(encoding="utf-8")
    told = f"its findings are not as published: npas verify {release.run_id}"
    assert told in capsys.readouterr().err


def test_room_is_asked_for_what_was_handed_over_and_less_for_tapes(
    release: Release, shared_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = release.path.parents[2]
    store = home / "deliveries" / "raw" / "deliveries"
    tapes = [
        path.stat().st_size
        for name in ("raw_loan_pools", "raw_collaterals")
        for path in store.glob(f"*/{name}.*")
        if path.parent.name != NOTHING
    ]
    handed_over = [
        path.stat().st_size
        for path in home.parent.glob("*.csv")
        if path.stem not in ("loan_pools", "collaterals")
    ]
    with_free(monkeypatch, 0)

    with pytest.raises(EnvironmentProblemError) as refusal:
        build(BuildRequest(shared_project, home, "deliveries", is_full=True))

    takes = 64 * 2**20 + 30 * sum(handed_over) + 2 * sum(tapes)
    size = sum(handed_over) + sum(tapes)
    told = f"{takes / 2**20:,.1f} MiB for an input of {size / 2**20:,.1f} MiB"
    assert told in str(refusal.value)


def test_nothing_new_is_published_when_nothing_new_was_loaded(
    release: Release, shared_project: Path, tmp_path: Path
) -> None:
    home, _ = _copied(release, tmp_path)

    outcome = build(BuildRequest(shared_project, home, "deliveries"))

    assert not outcome.is_new
    assert outcome.release.run_id == release.run_id
