"""What one more deal, or one report that is restated, costs in a market of any size.

`npas build --market deliveries` whole, contracts to publishing: of a market that was built and has
got one more deal, in turns with that deal alone in an empty market; then of a restated report; and
once of everything again with `--full`, whose marts and findings have to be the same. The market's
own deliveries are put into the store as if they had been loaded; what is new comes by `npas load`.
Run it with `make bench-increment`; `LOANS=1000000 make bench-increment` takes a smaller market.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from npas.bench.comparison import Result, told_ratio, write_results
from npas.bench.generate import generate
from npas.bench.market import accept, draw_market, need_room
from npas.bench.measuring import Run, finished
from npas.bench.options import options_of_runs
from npas.bench.records import machine
from npas.bench.timing import BIN
from npas.settings import DELIVERIES

LOANS = 10_000_000
NEW_LOANS = 1_000_000
MOST = 1.2
# no deal of a market of 1e8 loans has it
_NEW_NUMBER = 90_001
_REPORTS = "raw_trustee_reports"
# what a build leaves beside the raw store and what dbt keeps
_BUILT = ("releases", "current", "contracts")


@dataclass(frozen=True)
class _Home:
    """A folder that `npas` works in, and where what was built of it last is kept."""

    path: Path
    most_seconds: float

    @property
    def root(self) -> Path:
        return self.path / DELIVERIES

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Of the current release."""
        content: Mapping[str, Any] = json.loads(
            (self.root / "current" / "manifest.json").read_text("utf-8")
        )
        return content

    def build(self, *options: str) -> Run:
        """Builds the market as it is."""
        return self._run("build", "--market", DELIVERIES, *options)

    def load(self, path: Path) -> Run:
        """Loads files."""
        return self._run("load", str(path))

    def keep(self) -> None:
        """Remembers what is built now."""
        shutil.rmtree(self._kept, ignore_errors=True)
        self._kept.mkdir()
        for name in _BUILT:
            if (self.root / name).exists():
                _copy(self.root / name, self._kept / name)

    def forget(self) -> None:
        """Goes back to what was kept."""
        for name in _BUILT:
            path = self.root / name
            if path.is_symlink():
                path.unlink()
            else:
                shutil.rmtree(path, ignore_errors=True)
            if (self._kept / name).exists():
                _copy(self._kept / name, path)

    @property
    def _kept(self) -> Path:
        return self.path / "kept"

    def _run(self, *arguments: str) -> Run:
        # more rows than the audit takes without a word are what is measured here
        accepted = ["--accept-change", "a benchmark"] if arguments[0] == "build" else []
        command = [str(BIN / "npas"), *arguments, *accepted]
        return finished(command, {"NPAS_HOME": str(self.path)}, most_seconds=self.most_seconds)


def _copy(path: Path, to: Path) -> None:
    if path.is_symlink():
        to.symlink_to(path.readlink())
    else:
        shutil.copytree(path, to, symlinks=True)


def main() -> int:
    """Prints figures; returns 1 when one more deal takes over `MOST` times what it takes alone."""
    parser = options_of_runs(__doc__)
    parser.add_argument("--loans", type=int, default=LOANS, help="of the market")
    parser.add_argument("--new-loans", type=int, default=NEW_LOANS, help="of the deal that comes")
    asked = parser.parse_args()
    need_room(asked.loans + 2 * asked.new_loans)
    with tempfile.TemporaryDirectory() as name:
        results = _measured(Path(name), asked)
    for line in (*(result.told for result in results.values()), f"machine: {machine()}"):
        print(line)
    if asked.out is not None:
        write_results([*results.values()], asked.out / "increment.csv")
    more, alone = (results[side].median_seconds for side in ("one more deal", "that deal alone"))
    whole = results["everything again"].median_seconds
    print(f"one more deal / that deal alone: {told_ratio(more, alone)} (may be {MOST})")
    for side in ("one more deal", "one restated report"):
        ratio = told_ratio(results[side].median_seconds, whole)
        print(f"{side} / everything again: {ratio}")
    return 0 if more is not None and alone is not None and more <= MOST * alone else 1


def _measured(scratch: Path, asked: argparse.Namespace) -> dict[str, Result]:
    loans, new_loans, runs = asked.loans, asked.new_loans, asked.runs
    home, empty = (_Home(scratch / name, asked.most_seconds) for name in ("home", "empty"))
    accept(draw_market(loans, home.root))
    new = scratch / "new"
    generate(new_loans, new, deal_sizes=(new_loans + 1,) * 2, first_number=_NEW_NUMBER)
    taken: dict[str, list[Run]] = {}

    def take(side: str, run: Run) -> None:
        taken.setdefault(side, []).append(run)
        print(f"  {side}: {run.seconds:,.1f} s", flush=True)

    take("the market", home.build())
    home.keep()
    take("loading one more deal", home.load(new))
    take("loading that deal alone", empty.load(new))
    empty.keep()
    for turn in range(runs + 1):
        for side, at in (("one more deal", home), ("that deal alone", empty)):
            at.forget()
            run = at.build()
            # the first one warms what dbt keeps
            if turn:
                take(side, run)
    need_reuse(home.manifest, pools=1)
    home.keep()
    take("loading one restated report", home.load(_restated(new, scratch / f"{_REPORTS}.parquet")))
    for _ in range(runs):
        home.forget()
        take("one restated report", home.build())
    need_reuse(home.manifest, pools=0)
    grown = _said(home)
    take("everything again", home.build("--full"))
    if _said(home) != grown:
        sys.exit("What was built bit by bit is not what everything built again is.")
    return {side: Result.of(side, _loans(side, loans, new_loans), of) for side, of in taken.items()}


def _loans(side: str, loans: int, new_loans: int) -> int:
    """Loans of the market that a side is about."""
    if side.endswith("alone"):
        return new_loans
    return loans if side == "the market" else loans + new_loans


def need_reuse(manifest: Mapping[str, Any], pools: int) -> None:
    """SystemExit unless only so many pools were measured and their tapes alone judged."""
    reused = manifest["reused"]
    if (reused["pools"]["measured"], reused["tapes"]["judged"]) != (pools, 2 * pools):
        sys.exit(f"More was done than what is new asks for: {reused}")


def _restated(new: Path, path: Path) -> Path:
    """The last report of the new deal as it was later corrected: its expenses were others."""
    reports = pq.read_table(new / "market" / f"{_REPORTS}.parquet").to_pylist()
    report = {**reports[-1], "disposal_expenses": "1.00", "known_on": "2026-06-30"}
    pq.write_table(pa.Table.from_pylist([report]), path)
    return path


def _said(home: _Home) -> tuple[Mapping[str, Any], str]:
    """What a release holds: rows and hash of each mart, and every finding."""
    findings = home.root / "current" / "contracts" / "violations.csv"
    return home.manifest["marts"], findings.read_text("utf-8")


if __name__ == "__main__":
    sys.exit(main())
