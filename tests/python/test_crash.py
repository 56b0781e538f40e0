"""Builds that are killed, run out of disk, or meet each other, with readers looking on.

`make soak` sets NPAS_KILLS to 300.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
import yaml  # type: ignore[import-untyped]
from click.testing import CliRunner

from npas import candidate, releases, settings
from npas.cli import cli
from npas.dbt_run import DbtRun
from support import npas_environment

KILLS = int(os.environ.get("NPAS_KILLS", "30"))
READS = 1000
CRASH = Path(__file__).parent / "crash"
MARTS = """
models:
  - &mart
    name: dim_deal
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
      - name: generation
        data_type: integer
        description: the build it is of
  - <<: *mart
    name: dim_originator
"""


@pytest.fixture
def project(small_project: Path) -> Path:
    """The small project, smaller still, with two marts that say which build they are of."""
    for deals in (small_project / "seeds" / "public").glob("raw_*.csv"):
        lines = deals.read_text(encoding="utf-8").splitlines(keepends=True)
        deals.write_text("".join(lines[: 4 if deals.name == "raw_deals.csv" else 1]))
    for described in (small_project / "seeds").rglob("_*.yml"):
        seeds = yaml.safe_load(described.read_text(encoding="utf-8"))
        for seed in seeds["seeds"]:
            seed.pop("data_tests", None)
            for column in seed.get("columns", []):
                column.pop("data_tests", None)
        described.write_text(yaml.safe_dump(seeds, allow_unicode=True), encoding="utf-8")
    folder = small_project / "models" / "marts"
    folder.mkdir()
    (folder / "_marts.yml").write_text(MARTS)
    for name in ("dim_deal", "dim_originator"):
        (folder / f"{name}.sql").write_text(
            "select originator_code, 0 as generation from {{ ref('originators') }}"
        )
    return small_project


def test_killed_builds_tear_nothing_and_the_next_one_succeeds(
    project: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    environment = npas_environment(project, home)
    reader = subprocess.Popen(
        [sys.executable, CRASH / "reads.py", home / "public"],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    builds = subprocess.run(
        [sys.executable, CRASH / "builds.py", project, home, str(KILLS), "7"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert builds.returncode == 0, builds.stderr
    told = json.loads(builds.stdout)
    read = json.loads(reader.communicate("end\n")[0])
    print(told, {**read, "seen": len(read["seen"])})
    assert told["killed"] + told["finished"] == KILLS
    # most moments fall into the build
    assert told["killed"] >= KILLS * 0.7
    assert told["last"] == 0
    assert (read["torn"], read["unreadable"]) == (0, [])
    assert read["reads"] >= READS
    # a release once replaced does not come back
    assert read["seen"][:-1] == sorted(read["seen"][:-1])
    left = {path.name for path in (home / "public").iterdir()}
    assert left == {".dbt", "build.lock", "contracts", "current", "releases"}


@pytest.mark.parametrize("builders", [2, 5, 10])
def test_of_builds_at_once_one_runs_and_the_others_name_it(
    project: Path, tmp_path: Path, builders: int
) -> None:
    environment = npas_environment(project, tmp_path / "home")
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "npas", "build", "--full"],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(builders)
    ]  # fmt: skip
    said = {process.pid: process.communicate()[1] for process in processes}
    codes = {process.pid: process.returncode for process in processes}
    assert sorted(codes.values()) == [0, *[75] * (builders - 1)], said
    (winner,) = (pid for pid, code in codes.items() if code == 0)
    for pid, code in codes.items():
        if code == 75:
            assert re.search(rf"process {winner}, started at 20\d\d-\d\d-\d\dT", said[pid])
            assert "Traceback" not in said[pid]
            assert "duckdb" not in said[pid].lower()
    assert len(list((tmp_path / "home" / "public" / "releases").iterdir())) == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 MiB and 4,000 files; mounting one needs rights, which CI must give."""
    disk = tmp_path / "disk"
    disk.mkdir()
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    mount = [*sudo, "mount", "-t", "tmpfs", "-o", "size=256m,nr_inodes=4000,mode=1777"]
    try:
        mounted = subprocess.run([*mount, "npas", disk], capture_output=True, check=False)
        why = mounted.stderr.decode().strip() if mounted.returncode else ""
    except FileNotFoundError as fault:
        why = str(fault)
    if why:
        assert not os.environ.get("CI"), f"CI must be able to mount a small disk: {why}"
        pytest.skip(f"a small disk cannot be mounted here: {why}")
    yield disk
    subprocess.run([*sudo, "umount", "--lazy", disk], check=True)


def fill(disk: Path) -> None:
    """Leaves no byte and no file free."""
    with (disk / "ballast").open("wb", buffering=0) as ballast:
        block = bytes(2**20)
        while block:
            try:
                ballast.write(block)
            except OSError:
                block = block[: len(block) // 2]
    number = 0
    while True:
        try:
            (disk / f"ballast-{number}").touch()
        except OSError:
            return
        number += 1


STEPS = {
    "build": (DbtRun, "build"),
    "checkpoint": (candidate, "_finish_database"),
    "exports": (candidate, "export_marts"),
    "manifest": (releases, "release_files"),
    "symlink": (releases, "make_current"),
}


def test_a_full_disk_at_any_step_changes_nothing_that_readers_see(
    project: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NPAS_HOME", str(small_disk / "home"))
    monkeypatch.setattr(settings, "project_root", lambda: project)
    runner = CliRunner()
    first = runner.invoke(cli, ["build"])
    assert first.exit_code == 0, first.output
    current = small_disk / "home" / "public" / "current"
    target, inode = current.readlink(), current.lstat().st_ino
    for name, (owner, step) in STEPS.items():
        original: Callable[..., object] = getattr(owner, step)

        def fill_first(
            *arguments: object, original: Callable[..., object] = original, **named: object
        ) -> object:
            fill(small_disk)
            return original(*arguments, **named)

        with monkeypatch.context() as patch:
            patch.setattr(owner, step, fill_first)
            failed = runner.invoke(cli, ["build", "--full"])
        # dbt's own words where a model could not be written, the disk's fault everywhere else
        assert failed.exit_code == (1 if name == "build" else 69), (name, failed.output)
        assert "No space left" in failed.output, (name, failed.output)
        assert "Nothing was published" in failed.output, (name, failed.output)
        assert "Traceback" not in failed.output
        assert (current.readlink(), current.lstat().st_ino) == (target, inode), name
        with duckdb.connect(current.resolve() / "npas.duckdb", read_only=True) as connection:
            assert connection.execute("from marts.dim_deal").fetchone() is not None
        for ballast in small_disk.glob("ballast*"):
            ballast.unlink()
    again = runner.invoke(cli, ["build", "--full"])
    assert again.exit_code == 0, again.output
    assert current.readlink() != target


def test_a_disk_too_small_to_start_is_told_before_anything_is_done(
    project: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (small_disk / "ballast").write_bytes(bytes(200 * 2**20))
    monkeypatch.setenv("NPAS_HOME", str(small_disk / "home"))
    monkeypatch.setattr(settings, "project_root", lambda: project)
    refused = CliRunner().invoke(cli, ["build"])
    assert refused.exit_code == 69
    assert "free and a build needs" in refused.output
    assert not (small_disk / "home" / "public" / ".work-candidate").exists()
