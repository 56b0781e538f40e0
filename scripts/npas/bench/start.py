"""What `npas build` adds to `dbt build`, and both to their floor: wall times, and their ratios.

Each is run in a fresh process, with warm caches, in turns, so that a machine that slows down slows
all, and the marts that they make are compared. `npas build` leaves out the unit tests, which are of
the code and not of the data, so `dbt build` is also measured without them. The floor is
`npas.bench.floor`: the imports, and the same SQL by hand in one process. Run it with
`make bench-start`.
"""

import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from npas.bench.comparison import Result, told_ratio, write_results
from npas.bench.measuring import Run, finished
from npas.bench.options import options_of_runs
from npas.bench.records import machine
from npas.bench.timing import BIN
from npas.content_hash import TableContent, mart_contents
from npas.settings import DATABASE, MarketHome, project_root

MARKET = "public"
MOST_OF_FLOOR = 1.3
MOST_OF_DBT = 1.5


@dataclass(frozen=True)
class _Start:
    """A command that makes the marts in `database`."""

    side: str
    command: Sequence[str]
    variables: Mapping[str, str]
    database: Path

    @property
    def marts(self) -> Mapping[str, TableContent]:
        """What each mart holds."""
        with duckdb.connect(self.database, read_only=True) as connection:
            return mart_contents(connection)


def main() -> int:
    """Prints times and ratios; returns 1 when `npas build` takes over what it may of another."""
    asked = options_of_runs(__doc__).parse_args()
    print(f"warming up and comparing, then {asked.runs} runs of each in turns ...", flush=True)
    with tempfile.TemporaryDirectory() as name:
        results = _measured(_starts(Path(name)), asked.runs, asked.most_seconds)
    for line in (*(result.told for result in results), f"machine: {machine()}"):
        print(line)
    if asked.out is not None:
        write_results(results, asked.out / "start.csv")
    npas, whole, without_unit_tests, floor = (one.median_seconds for one in results)
    print(f"npas build / its floor: {told_ratio(npas, floor)} (may be {MOST_OF_FLOOR})")
    print(f"npas build / dbt build without unit tests: {told_ratio(npas, without_unit_tests)}")
    print(f"npas build / dbt build: {told_ratio(npas, whole)} (may be {MOST_OF_DBT})")
    if npas is None or whole is None or floor is None:
        return 1
    return 0 if npas <= min(MOST_OF_FLOOR * floor, MOST_OF_DBT * whole) else 1


def _starts(scratch: Path) -> list[_Start]:
    project = str(project_root())
    home, by_dbt, by_hand = scratch / "home", scratch / DATABASE, scratch / "floor" / DATABASE
    target = scratch / "target"
    npas = [str(BIN / "npas"), "build", "--market", MARKET, "--full"]
    dbt = [str(BIN / "dbt"), "build", "--project-dir", project, "--profiles-dir", project]
    dbt += ["--target-path", str(target), "--log-path", str(scratch / "logs")]
    without_unit_tests = [*dbt, "--exclude-resource-type", "unit_test"]
    # it runs what dbt wrote just before
    floor = [sys.executable, "-m", "npas.bench.floor", project, str(target), str(by_hand)]
    released = MarketHome.of(home, MARKET).current / DATABASE
    database = {"NPAS_DB": str(by_dbt)}
    return [
        _Start(f"npas build --market {MARKET} --full", npas, {"NPAS_HOME": str(home)}, released),
        _Start("dbt build", dbt, database, by_dbt),
        _Start("dbt build without unit tests", without_unit_tests, database, by_dbt),
        _Start("the floor", floor, {}, by_hand),
    ]


def _measured(starts: Sequence[_Start], runs: int, most_seconds: float) -> list[Result]:
    """Runs all in turns; SystemExit with the marts that differ when they do not make the same."""
    taken: dict[str, list[Run]] = {start.side: [] for start in starts}
    expected: Mapping[str, TableContent] = {}
    for turn in range(runs + 1):
        for start in starts:
            run = finished(start.command, start.variables, most_seconds=most_seconds)
            expected = expected or start.marts
            need_equal(expected, start.marts, start.side)
            print(f"  turn {turn}, {start.side}: {run.seconds:,.1f} s", flush=True)
            if turn:
                taken[start.side].append(run)
    return [Result.of(side, 0, of) for side, of in taken.items()]


def need_equal(
    expected: Mapping[str, TableContent], found: Mapping[str, TableContent], side: str
) -> None:
    """SystemExit with the marts of a side that are not what the first side made."""
    if found != expected:
        names = sorted(
            name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)
        )
        sys.exit(f"{side} does not make the same marts: {', '.join(names)}")


if __name__ == "__main__":
    sys.exit(main())
