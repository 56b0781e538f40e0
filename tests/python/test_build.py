"""`npas build` on the project without its models: seeds, contracts and the release are real."""

import csv
import hashlib
import json
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from npas import candidate
from npas.build import BuildRequest, build
from npas.errors import (
    BuildFailedError,
    EnvironmentProblemError,
    HeldError,
    InputRejectedError,
)
from npas.releases import current_release, releases
from npas.settings import MarketHome
from npas.verify import differences

MART = """
models:
  - name: dim_deal
    description: "**Grain** **Assumptions** **Nuance** **Primary key**"
    config:
      meta:
        grain: one row per originator
    constraints:
      - type: primary_key
        columns: [originator_code]
    columns:
      - name: originator_code
        data_type: varchar
        description: its code
        data_tests:
          - unique
"""
DEALS = "seeds/public/raw_deals.csv"


@pytest.fixture
def request_(small_project: Path, tmp_path: Path) -> BuildRequest:
    return BuildRequest(small_project, tmp_path / "home", "public")


def home_of(request: BuildRequest) -> MarketHome:
    return MarketHome.of(request.home, request.market)


def run_ids(request: BuildRequest) -> list[str]:
    return [release.run_id for release in releases(home_of(request))]


def test_a_release_explains_itself(request_: BuildRequest) -> None:
    outcome = build(request_)
    assert outcome.is_new
    folder = outcome.release.path
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["run_id"] == folder.name
    assert (manifest["market"], manifest["as_of"]) == ("public", None)
    inputs = {file["file"]: file for file in manifest["inputs"]}
    assert len(inputs) == 9
    deals = (request_.project / DEALS).read_bytes()
    assert inputs[DEALS]["sha256"] == hashlib.sha256(deals).hexdigest()
    assert inputs[DEALS]["rows"] == 276
    # the copy lies outside a checkout
    assert manifest["code"]["git_commit"] is None
    assert len(manifest["code"]["sha256"]) == 64
    assert manifest["packages"]["duckdb"] == "1.5.5"
    assert manifest["dbt"]["success"] > 9
    assert manifest["contracts"]["reject"] == 0
    assert manifest["contracts"]["warn"] > 0
    with (folder / "contracts" / "violations.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == sum(manifest["contracts"].values())
    assert (folder / "dbt_run_results.json").is_file()
    assert sorted(path.name for path in home_of(request_).root.iterdir()) == [
        ".dbt",
        "build.lock",
        "contracts",
        "current",
        "releases",
    ]
    with duckdb.connect(folder / "npas.duckdb", read_only=True) as connection:
        version = connection.execute(
            "select tags['storage_version'] from duckdb_databases() where database_name = 'npas'"
        ).fetchone()
    assert version == ("v1.4.0+",)


def test_only_what_changes_the_content_makes_another_release(request_: BuildRequest) -> None:
    first = build(request_).release
    again = build(request_)
    assert (again.is_new, again.release.run_id) == (False, first.run_id)
    assert run_ids(request_) == [first.run_id]

    (request_.project / "README.md").write_text("other words")
    assert not build(request_).is_new

    dated = build(replace(request_, as_of=date(2024, 12, 31)))
    assert dated.is_new
    assert dated.release.manifest["as_of"] == "2024-12-31"
    assert not build(replace(request_, as_of=date(2024, 12, 31))).is_new

    changed = request_.project / "seeds" / "reference" / "units.csv"
    changed.write_bytes(changed.read_bytes().replace(b"\n", b"\r\n"))
    assert build(replace(request_, as_of=date(2024, 12, 31))).is_new
    assert len(run_ids(request_)) == 3


def test_a_failed_test_publishes_nothing_and_the_candidate_is_kept(request_: BuildRequest) -> None:
    first = build(request_).release
    target = home_of(request_).current.lstat().st_ino
    fault = request_.project / "tests" / "assert_it_holds.sql"
    fault.write_text("select 1 as fault")
    with pytest.raises(BuildFailedError) as failure:
        build(request_)
    message = str(failure.value)
    assert "test assert_it_holds (tests/assert_it_holds.sql): Got 1 result" in message
    assert "the current release is unchanged" in message
    failed = home_of(request_).failed
    assert str(failed) in message
    assert (failed / "npas.duckdb").is_file()
    assert "assert_it_holds" in (failed / "dbt.log").read_text(encoding="utf-8")
    assert run_ids(request_) == [first.run_id]
    assert home_of(request_).current.lstat().st_ino == target
    assert not home_of(request_).candidate.exists()

    fault.unlink()
    # what failed is gone: the files are those of the first release again
    assert not build(request_).is_new


def test_a_project_that_breaks_its_rules_is_not_built(request_: BuildRequest) -> None:
    folder = request_.project / "models" / "marts"
    folder.mkdir()
    (folder / "fct_loose.sql").write_text("select 1 as one")
    with pytest.raises(
        BuildFailedError, match=r"breaks its rules:\n(?s:.)*fct_loose: says no grain"
    ):
        build(request_)
    assert not (home_of(request_).failed / "npas.duckdb").exists()
    assert current_release(home_of(request_)) is None


def test_rejected_input_builds_nothing(request_: BuildRequest) -> None:
    first = build(request_).release
    deals = request_.project / DEALS
    deals.write_text(deals.read_text(encoding="utf-8").replace("deal_code,", "code,", 1))
    with pytest.raises(InputRejectedError) as refusal:
        build(request_)
    violations = home_of(request_).contracts / "violations.csv"
    assert str(violations) in str(refusal.value)
    with violations.open(encoding="utf-8-sig", newline="") as file:
        rejecting = [row for row in csv.DictReader(file) if row["severity"] == "reject"]
    assert {row["file"] for row in rejecting} == {DEALS}
    assert run_ids(request_) == [first.run_id]
    assert current_release(home_of(request_)) is not None
    assert not home_of(request_).failed.exists()


def add_mart(project: Path) -> Path:
    """A mart that the audit counts, one row per originator; returns its file."""
    folder = project / "models" / "marts"
    folder.mkdir()
    (folder / "dim_deal.sql").write_text("select originator_code from {{ ref('originators') }}")
    (folder / "_marts.yml").write_text(MART)
    return folder / "dim_deal.sql"


def test_a_mart_that_shrinks_is_held_until_somebody_says_why(request_: BuildRequest) -> None:
    model = add_mart(request_.project)
    first = build(request_).release
    assert first.manifest["audit"]["compared_with"] is None
    before = first.manifest["marts"]["dim_deal"]["rows"]
    model.write_text(f"{model.read_text()} order by originator_code limit {before - 5}")
    with pytest.raises(HeldError) as held:
        build(request_)
    message = str(held.value)
    assert f"1 values differ from release {first.run_id}" in message
    assert "The project's code or packages changed too" in message
    told = f"marts.dim_deal: number of rows was {before}, is {before - 5}"
    assert told in message
    assert "the current release is unchanged" in message
    assert "--accept-change" in message
    folder = home_of(request_).held
    with (folder / "changes.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["after"] for row in csv.DictReader(file)] == [str(before - 5)]
    assert (folder / "npas.duckdb").is_file()
    assert run_ids(request_) == [first.run_id]

    # another day's knowledge is another question
    assert build(replace(request_, as_of=date(2024, 12, 31))).is_new

    accepted = build(replace(request_, accepted="five banks left")).release
    assert accepted.manifest["audit"] == {
        "verdict": f"1 unexplained changes since release {first.run_id}, accepted",
        "compared_with": first.run_id,
        "unexplained_changes": 1,
        "accepted": "five banks left",
    }
    assert "changes.csv" in accepted.manifest["files"]
    assert build(replace(request_, is_full=True)).release.manifest["audit"]["verdict"] == (
        f"nothing unexplained since release {accepted.run_id}"
    )


def test_every_file_of_a_release_is_fixed_and_verified(request_: BuildRequest) -> None:
    add_mart(request_.project)
    release = build(request_).release
    files = {path for path in release.path.rglob("*") if path.is_file()}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o444}
    named = {release.path / name for name in release.manifest["files"]}
    assert files - named == {release.path / "manifest.json"}
    assert release.path / "exports" / "dim_deal.parquet" in named
    assert release.path / "exports" / "npas_public.xlsx" in named
    assert differences(release) == []


def test_files_changed_during_the_build_are_not_published(
    request_: BuildRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_and_change(manifest: object) -> list[str]:
        assert manifest
        deals = request_.project / DEALS
        deals.write_text(deals.read_text(encoding="utf-8").replace("47000.00", "47000.01", 1))
        return []

    monkeypatch.setattr(candidate, "check_project", read_and_change)
    with pytest.raises(BuildFailedError, match="changed while it was built"):
        build(request_)
    assert run_ids(request_) == []


def test_a_market_without_raw_tables_is_named(request_: BuildRequest) -> None:
    empty = replace(request_, market="deliveries")
    with pytest.raises(InputRejectedError, match="market deliveries has no raw tables"):
        build(empty)
    assert run_ids(empty) == []


def test_a_home_that_cannot_be_made_is_named(request_: BuildRequest, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentProblemError, match=r"file/home/public .*Set NPAS_HOME"):
        build(replace(request_, home=tmp_path / "file" / "home"))
