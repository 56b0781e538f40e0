import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from npas import releases
from npas.releases import Release, current_release, new_run_id, publish, sweep
from npas.settings import MarketHome


@pytest.fixture
def home(tmp_path: Path) -> MarketHome:
    root = tmp_path / "public"
    root.mkdir()
    return MarketHome(root)


def make_release(home: MarketHome, run_id: str) -> Release:
    home.candidate.mkdir()
    with duckdb.connect(home.candidate / "npas.duckdb") as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.told as select ? as run_id", [run_id])
        connection.execute("create view marts.seen as select * from marts.told")
    return publish(home, home.candidate, {"run_id": run_id, "as_of": None})


def read_current(home: MarketHome) -> str:
    with duckdb.connect(home.current / "npas.duckdb", read_only=True) as connection:
        row = connection.execute("select run_id from marts.seen").fetchone()
    assert row is not None
    return str(row[0])


def test_a_release_is_what_readers_see_through_current(home: MarketHome) -> None:
    release = make_release(home, "r1")
    assert release.path == home.root / "releases" / "r1"
    assert read_current(home) == "r1"
    make_release(home, "r2")
    assert read_current(home) == "r2"
    found = releases.releases(home)
    assert [(one.run_id, one.is_current) for one in found] == [("r1", False), ("r2", True)]
    assert not home.candidate.exists()


def test_current_is_a_relative_link_so_that_the_home_can_be_moved(home: MarketHome) -> None:
    make_release(home, "r1")
    moved = home.root.rename(home.root.parent / "moved")
    assert read_current(MarketHome(moved)) == "r1"


def test_published_files_are_read_only(home: MarketHome) -> None:
    release = make_release(home, "r1")
    for name in ("npas.duckdb", "manifest.json"):
        assert stat.S_IMODE((release.path / name).stat().st_mode) == 0o444
    assert json.loads((release.path / "manifest.json").read_text())["run_id"] == "r1"


def test_a_file_is_unchanged_while_it_is_what_was_published(home: MarketHome) -> None:
    home.candidate.mkdir()
    for name in ("npas.duckdb", "same.csv", "other.csv", "gone.csv"):
        (home.candidate / name).write_text("1")
    release = publish(home, home.candidate, {"run_id": "r1", "as_of": None})
    (release.path / "other.csv").chmod(0o644)
    (release.path / "other.csv").write_text("2")
    (release.path / "gone.csv").unlink()
    (release.path / "new.csv").write_text("1")

    names = ("same.csv", "other.csv", "gone.csv", "new.csv")
    assert [name for name in names if release.has_unchanged(name)] == ["same.csv"]
    older = Release(release.path, {"run_id": "r1"}, is_current=True)
    assert not older.has_unchanged("same.csv")


def test_five_releases_are_kept(home: MarketHome) -> None:
    for number in range(1, 8):
        make_release(home, f"r{number}")
    assert [one.run_id for one in releases.releases(home)] == ["r3", "r4", "r5", "r6", "r7"]
    assert sorted(path.name for path in home.root.iterdir()) == ["current", "releases"]


def test_the_current_release_is_kept_although_its_name_sorts_first(home: MarketHome) -> None:
    for number in range(2, 8):
        make_release(home, f"r{number}")
    # as after a clock was set back
    make_release(home, "r1")
    assert [one.run_id for one in releases.releases(home)] == ["r1", "r4", "r5", "r6", "r7"]
    assert read_current(home) == "r1"


def test_before_the_last_rename_readers_see_the_old_release(
    home: MarketHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_release(home, "r1")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="No space"):
        make_release(home, "r2")
    monkeypatch.undo()
    assert read_current(home) == "r1"
    sweep(home)
    assert not list(home.root.glob(".cur-*"))
    make_release(home, "r3")
    assert read_current(home) == "r3"


def test_sweeping_removes_what_killed_runs_left_and_nothing_else(home: MarketHome) -> None:
    make_release(home, "r1")
    for name in (".work-candidate", ".work-removed-r0", ".dbt", "failed"):
        (home.root / name).mkdir()
        (home.root / name / "file").touch()
    (home.root / ".cur-r2").symlink_to("releases/r2")
    sweep(home)
    left = sorted(path.name for path in home.root.iterdir())
    assert left == [".dbt", "current", "failed", "releases"]
    assert read_current(home) == "r1"


def test_a_directory_that_is_not_complete_is_no_release(home: MarketHome) -> None:
    make_release(home, "r1")
    (home.releases / "r2").mkdir()
    (home.releases / "r3").mkdir()
    (home.releases / "r3" / "manifest.json").write_text("{}")
    (home.releases / "r4").mkdir()
    (home.releases / "r4" / "manifest.json").write_text("{ cut off")
    (home.releases / "r4" / "npas.duckdb").touch()
    assert [one.run_id for one in releases.releases(home)] == ["r1"]


def test_without_releases_there_is_no_current_one(home: MarketHome) -> None:
    assert releases.releases(home) == []
    assert current_release(home) is None


def test_run_ids_sort_by_time() -> None:
    moments = [
        datetime(2026, 1, 2, 3, 4, 5, 6, UTC),
        datetime(2026, 1, 2, 3, 4, 5, 70, UTC),
        datetime(2026, 11, 2, 3, 4, 5, 0, UTC),
    ]
    names = [new_run_id(moment) for moment in moments]
    assert names == sorted(names)
    assert names[0] == "20260102T030405-000006Z"
