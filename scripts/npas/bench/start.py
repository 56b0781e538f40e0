"""What `npas build` adds to `dbt build`, and both to their floor: wall times, and their ratios.

Each is run in a fresh process, with warm caches, in turns, so that a machine that slows down slows
all. `npas build` leaves out the unit tests, which are of the code and not of the data, so `dbt
build` is also measured without them. The floor is `npas.bench.floor`: the imports, and the same SQL
by hand in one process. Run it with `make bench-start`.
"""

import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from npas.bench.timing import BIN, taken
from npas.settings import project_root

RUNS = 3
MOST = 1.5
# words of the command, and the variables it is run with
_Command = tuple[Sequence[str], Mapping[str, str]]


def main() -> int:
    """Prints medians and ratios; returns 1 when that to plain `dbt build` is not below `MOST`."""
    with tempfile.TemporaryDirectory() as scratch:
        commands = _commands(Path(scratch))
        floors = (Path(scratch) / f"floor_{run}" / "npas.duckdb" for run in range(RUNS + 1))
        print(f"warming up, then {RUNS} runs of each in turns ...", flush=True)
        turns = [_turn(commands, floor) for floor in floors][1:]
    medians: list[float] = []
    for name, seconds in zip(commands, zip(*turns, strict=True), strict=True):
        medians.append(statistics.median(seconds))
        runs = ", ".join(f"{second:.1f}" for second in seconds)
        print(f"{name}: median {medians[-1]:.1f} s of {runs}")
    npas, plain, without_unit_tests, floor = medians
    ratio = npas / plain
    print(f"npas build / its floor: {npas / floor:.2f}")
    print(f"npas build / dbt build without unit tests: {npas / without_unit_tests:.2f}")
    verdict = "below" if ratio < MOST else "NOT below"
    print(f"npas build / dbt build: {ratio:.2f} ({verdict} {MOST})")
    return 0 if ratio < MOST else 1


def _commands(scratch: Path) -> dict[str, _Command]:
    project = str(project_root())
    npas = [str(BIN / "npas"), "build", "--market", "public", "--full"]
    dbt = [str(BIN / "dbt"), "build", "--project-dir", project, "--profiles-dir", project]
    dbt += ["--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs")]
    without_unit_tests = [*dbt, "--exclude-resource-type", "unit_test"]
    database = {"NPAS_DB": str(scratch / "npas.duckdb")}
    return {
        "npas build --market public --full": (npas, {"NPAS_HOME": str(scratch / "home")}),
        "dbt build": (dbt, database),
        "dbt build --exclude-resource-type unit_test": (without_unit_tests, database),
        "the floor": ([sys.executable, "-m", "npas.bench.floor", project], {}),
    }


def _turn(commands: Mapping[str, _Command], floor: Path) -> list[float]:
    """Seconds of each; the floor runs what dbt wrote just before, into a database of its own."""
    floor.parent.mkdir()
    target = floor.parents[1] / "target"
    seconds = []
    for name, (words, variables) in commands.items():
        more = [str(target), str(floor)] if name == "the floor" else []
        seconds.append(taken([*words, *more], variables).wall)
    return seconds


if __name__ == "__main__":
    sys.exit(main())
