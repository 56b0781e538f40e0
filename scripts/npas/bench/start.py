"""What `npas build` adds to `dbt build`: wall time of both, and their ratio.

Each is run in a fresh process, with warm caches, in turns, so that a machine that slows down slows
all. `npas build` leaves out the unit tests, which are of the code and not of the data, so `dbt
build` is also measured without them. Run it with `make bench-start`.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from npas.settings import project_root

RUNS = 3
MOST = 1.5
_BIN = Path(sys.executable).parent
# words of the command, and the variables it is run with
_Command = tuple[Sequence[str], Mapping[str, str]]


def main() -> int:
    """Prints medians and ratios; returns 1 when that to plain `dbt build` is not below `MOST`."""
    with tempfile.TemporaryDirectory() as scratch:
        commands = _commands(Path(scratch))
        print(f"warming up, then {RUNS} runs of each in turns ...", flush=True)
        for command in commands.values():
            _seconds(*command)
        turns = [[_seconds(*command) for command in commands.values()] for _ in range(RUNS)]
    medians = []
    for name, seconds in zip(commands, zip(*turns, strict=True), strict=True):
        medians.append(statistics.median(seconds))
        runs = ", ".join(f"{second:.1f}" for second in seconds)
        print(f"{name}: median {medians[-1]:.1f} s of {runs}")
    npas, plain, without_unit_tests = medians
    ratio = npas / plain
    print(f"npas build / dbt build without unit tests: {npas / without_unit_tests:.2f}")
    verdict = "below" if ratio < MOST else "NOT below"
    print(f"npas build / dbt build: {ratio:.2f} ({verdict} {MOST})")
    return 0 if ratio < MOST else 1


def _commands(scratch: Path) -> dict[str, _Command]:
    project = str(project_root())
    npas = [str(_BIN / "npas"), "build", "--market", "public", "--full"]
    dbt = [str(_BIN / "dbt"), "build", "--project-dir", project, "--profiles-dir", project]
    dbt += ["--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs")]
    without_unit_tests = [*dbt, "--exclude-resource-type", "unit_test"]
    database = {"NPAS_DB": str(scratch / "npas.duckdb")}
    return {
        "npas build --market public --full": (npas, {"NPAS_HOME": str(scratch / "home")}),
        "dbt build": (dbt, database),
        "dbt build --exclude-resource-type unit_test": (without_unit_tests, database),
    }


def _seconds(command: Sequence[str], variables: Mapping[str, str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
