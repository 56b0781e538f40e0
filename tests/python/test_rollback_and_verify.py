"""Stepping back, and finding out what is not as it was published; see also test_releases."""

import shutil
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from npas.build_lock import build_lock
from npas.cli import cli
from npas.content_hash import mart_contents
from npas.errors import BusyError, ReleaseError
from npas.releases import Release, current_release, publish, releases
from npas.rollback import find_release, roll_back
from npas.settings import MarketHome
from npas.verify import differences


@pytest.fixture
def home(tmp_path: Path) -> MarketHome:
    """Three releases of market public: r1, r2 and r3; readers see r3."""
    home = MarketHome(tmp_path / "public")
    home.root.mkdir()
    for number in (1, 2, 3):
        home.candidate.mkdir()
        with duckdb.connect(home.candidate / "npas.duckdb") as connection:
            connection.execute("create schema marts")
            connection.execute("create table marts.told as select ? as number", [number])
            contents = mart_contents(connection)
        (home.candidate / "exports").mkdir()
        (home.candidate / "exports" / "told.parquet").write_bytes(b"PAR1")
        marts = {name: {"rows": c.rows, "sha256": c.sha256} for name, c in contents.items()}
        publish(home, home.candidate, {"run_id": f"r{number}", "as_of": None, "marts": marts})
    return home


def seen(home: MarketHome) -> int:
    with duckdb.connect(home.current / "npas.duckdb", read_only=True) as connection:
        row = connection.execute("select number from marts.told").fetchone()
    assert row is not None
    return int(row[0])


def writable(release: Release, name: str) -> Path:
    path = release.path / name
    path.chmod(0o644)
    return path


def test_the_newest_is_withdrawn_and_a_second_time_changes_nothing(home: MarketHome) -> None:
    target, is_changed = roll_back(home)
    assert (target.run_id, is_changed, seen(home)) == ("r2", True, 2)
    target, is_changed = roll_back(home)
    assert (target.run_id, is_changed, seen(home)) == ("r2", False, 2)
    assert [release.run_id for release in releases(home)] == ["r1", "r2", "r3"]


def test_a_named_release_is_reached_in_both_directions(home: MarketHome) -> None:
    assert roll_back(home, "r1")[1]
    assert seen(home) == 1
    # older than the one before the newest: there is nothing to withdraw
    assert not roll_back(home)[1]
    assert seen(home) == 1
    assert roll_back(home, "r3")[1]
    assert seen(home) == 3


def test_what_cannot_be_rolled_back_to_is_named(home: MarketHome, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"no release r9 in .*There are: r1, r2, r3"):
        roll_back(home, "r9")
    with pytest.raises(ReleaseError, match="There is no release in"):
        roll_back(MarketHome(tmp_path / "sample"))
    for name in ("r1", "r2"):
        shutil.rmtree(home.releases / name)
    with pytest.raises(ReleaseError, match=r"r3 is the only release"):
        roll_back(home)
    assert seen(home) == 3


def test_readers_are_not_led_to_a_damaged_release(home: MarketHome) -> None:
    database = writable(find_release(home, "r2"), "npas.duckdb")
    database.write_bytes(database.read_bytes() + b"x")
    with pytest.raises(ReleaseError, match="not the file that was published"):
        roll_back(home)
    assert seen(home) == 3


def test_a_running_build_is_waited_for(home: MarketHome) -> None:
    with build_lock(home.lock), pytest.raises(BusyError):
        roll_back(home)
    assert seen(home) == 3


def test_a_release_as_published_does_not_differ(home: MarketHome) -> None:
    release = find_release(home, None)
    assert sorted(release.manifest["files"]) == ["exports/told.parquet", "npas.duckdb"]
    # rendered afterwards, by `npas report`
    (release.path / "report").mkdir()
    (release.path / "report" / "index.html").touch()
    assert differences(release) == []


def test_one_flipped_bit_of_any_file_is_found(home: MarketHome) -> None:
    release = find_release(home, None)
    for name in release.manifest["files"]:
        path = writable(release, name)
        before = path.read_bytes()
        for place in (0, len(before) // 2, len(before) - 1):
            after = bytearray(before)
            after[place] ^= 1
            path.write_bytes(after)
            assert differences(release)[0].startswith(f"{path}: {len(before):,} bytes, sha256 ")
        path.write_bytes(before)
    assert differences(release) == []


def test_missing_and_added_files_are_named(home: MarketHome) -> None:
    release = find_release(home, "r1")
    (release.path / "exports" / "told.parquet").unlink()
    (release.path / "npas.duckdb.wal").touch()
    assert differences(release) == [
        f"{release.path}/exports/told.parquet: is missing",
        f"{release.path}/npas.duckdb.wal: is not in the manifest",
    ]


def test_a_mart_with_other_content_is_named(home: MarketHome) -> None:
    release = find_release(home, "r1")
    with duckdb.connect(writable(release, "npas.duckdb")) as connection:
        connection.execute("update marts.told set number = 7")
        connection.execute("create table marts.more as select 1 as one")
    file, more, told = differences(release)
    assert file.startswith(f"{release.path}/npas.duckdb: ")
    assert more.startswith("marts.more in npas.duckdb: 1 rows")
    assert more.endswith("published with nothing")
    assert told.startswith("marts.told in npas.duckdb: 1 rows, sha256 ")


def test_the_commands_say_what_they_did_and_end_with_their_codes(
    home: MarketHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NPAS_HOME", str(home.root.parent))
    runner = CliRunner()
    back = runner.invoke(cli, ["rollback"])
    assert (back.exit_code, back.output) == (0, "Readers of market public see release r2 again.\n")
    again = runner.invoke(cli, ["rollback"])
    assert again.exit_code == 0
    assert again.output == "Nothing to do: readers of market public see release r2.\n"
    good = runner.invoke(cli, ["verify"])
    assert good.exit_code == 0
    assert "Release r2 of market public is what was published: 2 files" in good.output
    release = current_release(home)
    assert release is not None
    writable(release, "exports/told.parquet").write_bytes(b"PAR2")
    bad = runner.invoke(cli, ["verify"])
    assert bad.exit_code == 1
    assert "exports/told.parquet: 4 bytes" in bad.output
    assert "Release r2 of market public is not what was published" in bad.output
    assert runner.invoke(cli, ["verify", "r3"]).exit_code == 0
    unknown = runner.invoke(cli, ["verify", "r9"])
    assert unknown.exit_code == 1
    assert "There is no release r9" in unknown.output
