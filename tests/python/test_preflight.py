from pathlib import Path

import pytest

from npas import preflight
from npas.errors import EnvironmentProblemError
from npas.releases import publish
from npas.settings import MarketHome
from support import with_free

MIB = 2**20
MOUNTS = """\
22 1 259:1 / / rw,relatime shared:1 - ext4 /dev/root rw
40 22 0:35 / /srv/npas\\040data rw - nfs4 server:/data rw
41 40 0:36 / /srv/npas\\040data/local rw - xfs /dev/sdb rw
"""


@pytest.fixture
def home(tmp_path: Path) -> MarketHome:
    home = MarketHome(tmp_path / "public")
    home.root.mkdir()
    return home


@pytest.mark.parametrize("spare", [0, -1])
def test_room_is_three_releases_and_a_floor_for_the_input(
    home: MarketHome, monkeypatch: pytest.MonkeyPatch, spare: int
) -> None:
    for run_id, size in (("r1", 10 * MIB), ("r2", 2 * MIB)):
        home.candidate.mkdir()
        (home.candidate / "npas.duckdb").write_bytes(bytes(size))
        publish(home, home.candidate, {"run_id": run_id, "as_of": None})
    largest = 10 * MIB + (home.releases / "r1" / "manifest.json").stat().st_size
    with_free(monkeypatch, 3 * largest + 64 * MIB + 30 * MIB + spare)
    if spare == 0:
        preflight.check_room(home, copied=MIB, in_place=0)
        return
    with pytest.raises(EnvironmentProblemError) as refusal:
        preflight.check_room(home, copied=MIB, in_place=0)
    message = str(refusal.value)
    assert f"{home.root} has 124.0 MiB free and a build needs 124.0 MiB" in message
    assert "3 times the largest release (10.0 MiB)" in message
    assert "94.0 MiB for an input of 1.0 MiB" in message
    assert "Nothing was started" in message


@pytest.mark.parametrize("spare", [0, -1])
def test_what_is_read_in_place_takes_less_room_than_what_is_copied(
    home: MarketHome, monkeypatch: pytest.MonkeyPatch, spare: int
) -> None:
    with_free(monkeypatch, (64 + 30 * 1 + 2 * 8) * MIB + spare)
    if spare == 0:
        preflight.check_room(home, copied=MIB, in_place=8 * MIB)
        return
    with pytest.raises(EnvironmentProblemError, match=r"110\.0 MiB for an input of 9\.0 MiB"):
        preflight.check_room(home, copied=MIB, in_place=8 * MIB)


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/npas data/warehouse", "nfs4"),
        ("/srv/npas data/local/warehouse", "xfs"),
        ("/srv/warehouse", "ext4"),
    ],
)
def test_a_home_on_a_network_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, kind: str
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    monkeypatch.setattr(preflight, "_MOUNTS", mounts)
    assert preflight.file_system(Path(folder)) == kind
    if kind != "nfs4":
        preflight.check_local(Path(folder))
        return
    with pytest.raises(EnvironmentProblemError, match=r"network file system \(nfs4\).*NPAS_HOME"):
        preflight.check_local(Path(folder))


def test_a_system_without_a_list_of_mounts_is_not_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "_MOUNTS", tmp_path / "none")
    preflight.check_local(tmp_path)


def test_packages_are_those_of_the_lock(shared_project: Path, tmp_path: Path) -> None:
    preflight.check_packages(shared_project)
    lock = (shared_project / "requirements.lock").read_text()
    (tmp_path / "requirements.lock").write_text(lock.replace("\nduckdb==1.5.5 ", "\nduckdb==9.9 "))
    with pytest.raises(EnvironmentProblemError, match=r"duckdb 1\.5\.5 \(pinned: 9\.9\)\. .*make"):
        preflight.check_packages(tmp_path)
