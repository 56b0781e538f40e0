"""The bad-input cases, run once: real files, the real command, a real release before and after."""

import csv
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from filelock import FileLock

from contracts.delivery import Delivery, Tables, sound_deal
from deliveries.cases import CASES, NEIGHBOUR, Case, deal_code
from npas.deliveries.store import Manifest, RawStore
from support import npas_environment, run_npas

Record = dict[str, str]


@dataclass(frozen=True)
class Desk:
    """The folder of the files, the home they were loaded into, and what every command answered."""

    folder: Path

    @property
    def home(self) -> Path:
        """NPAS_HOME."""
        return self.folder / "home"

    @property
    def market(self) -> Path:
        """The folder of market deliveries."""
        return self.home / "deliveries"

    def file(self, case: Case) -> Path:
        """The file of a case."""
        named = f"{case.table.removeprefix('raw_')}_{deal_code(case)}"
        return self.folder / "cases" / f"{case.file or named}.{case.suffix}"

    def sha256(self, case: Case) -> str:
        """Of the file's bytes."""
        return hashlib.sha256(self.file(case).read_bytes()).hexdigest()

    def run(self, case: Case) -> str:
        """The name of the command that was given the file."""
        return deal_code(case) if case.is_refused else "accepted"

    def exit_code(self, run: str) -> int:
        """What a command ended with."""
        return int(json.loads((self.folder / "runs" / f"{run}.json").read_text("utf-8")))

    def printed(self, run: str) -> str:
        """What a command printed."""
        return (self.folder / "runs" / f"{run}.txt").read_text("utf-8")

    def violations(self, case: Case) -> list[Record]:
        """Every violation that was listed of the file of a case."""
        path = str(self.file(case))
        with (self.folder / "runs" / f"{self.run(case)}.csv").open(encoding="utf-8") as file:
            rows = csv.DictReader(file)
            return [
                row for row in rows if row["file"] == path or row["file"].startswith(f"{path}!")
            ]

    def manifest(self, case: Case) -> Manifest | None:
        """What the store says of the file of a case."""
        return self.manifests.get(str(self.file(case)))

    @cached_property
    def manifests(self) -> dict[str, Manifest]:
        """Every delivery of the store, by its file."""
        return {one.file: one for one in RawStore(self.market / "raw").manifests()}

    def release(self, name: str) -> Path:
        """The database of the release `before` the cases were loaded, or `after`."""
        told = self.folder / "runs" / f"{name}_release.json"
        run_id: str = json.loads(told.read_text("utf-8"))
        return self.market / "releases" / run_id / "npas.duckdb"


@pytest.fixture(scope="session")
def desk(scratch: Path, shared_project: Path) -> Desk:
    """All cases loaded and built, once for all workers."""
    desk = Desk(scratch / "cases")
    with FileLock(scratch / "cases.lock"):
        if not (desk.folder / "done").exists():
            shutil.rmtree(desk.folder, ignore_errors=True)
            _run_all(desk, shared_project)
            (desk.folder / "done").touch()
    return desk


def _known_tables(case: Case) -> Tables:
    """A deal is known before its other tables are, else nothing could be compared with it."""
    tables = sound_deal(deal_code(case))
    return {
        name: rows for name, rows in tables.items() if name not in (case.table, *case.absent)
    } | ({"raw_deals": tables["raw_deals"]} if case.table != "raw_deals" else {})


def _run_all(desk: Desk, project: Path) -> None:
    for name in ("runs", "cases", "known", "before"):
        (desk.folder / name).mkdir(parents=True)
    _write(desk)
    _command(desk, project, "known", "load", desk.folder / "known", desk.folder / "before")
    _build(desk, project, "before")
    _each(desk, project, [case for case in CASES if case.is_refused])
    _build(desk, project, "refused")
    accepted = [desk.file(case) for case in CASES if not case.is_refused]
    _command(desk, project, "accepted", "load", *accepted)
    _build(desk, project, "after")
    _command(desk, project, "report", "report", "--market", "deliveries")


def _write(desk: Desk) -> None:
    delivery = Delivery()
    delivery.add(sound_deal(NEIGHBOUR))
    for case in CASES:
        delivery.add(_known_tables(case))
        rows = deepcopy(sound_deal(deal_code(case))[case.table])
        desk.file(case).write_bytes(case.encode(deepcopy(rows)))
        if case.before is not None:
            path = (
                desk.folder / "before" / f"{case.table.removeprefix('raw_')}_{deal_code(case)}.csv"
            )
            path.write_bytes(case.before(rows))
    delivery.write(desk.folder / "known")


def _command(desk: Desk, project: Path, name: str, *arguments: str | Path) -> None:
    done = run_npas(project, desk.home, *map(str, arguments))
    _keep(desk, name, done.returncode, done.stdout + done.stderr)


def _build(desk: Desk, project: Path, name: str) -> None:
    _command(desk, project, f"{name}_build", "build", "--market", "deliveries")
    current = desk.market / "current"
    inode = current.lstat().st_ino
    told = desk.folder / "runs" / f"{name}_release.json"
    told.write_text(json.dumps(current.readlink().name), "utf-8")
    (desk.folder / "runs" / f"{name}_inode.json").write_text(json.dumps(inode), "utf-8")


def _each(desk: Desk, project: Path, cases: Sequence[Case]) -> None:
    """Every file by a command of its own."""
    script = Path(__file__).with_name("each_by_itself.py")
    with subprocess.Popen(
        [sys.executable, str(script)],
        env=npas_environment(project, desk.home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for case in cases:
            name = desk.run(case)
            out = desk.folder / "runs" / f"{name}.txt"
            process.stdin.write(json.dumps([str(out), "load", str(desk.file(case))]) + "\n")
            process.stdin.flush()
            _keep(desk, name, int(process.stdout.readline()))


def _keep(desk: Desk, name: str, exit_code: int, printed: str | None = None) -> None:
    runs = desk.folder / "runs"
    (runs / f"{name}.json").write_text(json.dumps(exit_code), "utf-8")
    if printed is not None:
        (runs / f"{name}.txt").write_text(printed, "utf-8")
    violations = desk.market / "load" / "violations.csv"
    if violations.exists():
        shutil.copy(violations, runs / f"{name}.csv")
