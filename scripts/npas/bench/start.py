"""What `npas build` adds to `dbt build`: wall time of both, and their ratio.

Each is run in a fresh process, with warm caches, in turns, so that a machine that slows down slows
both. Run it with `make bench-start`.
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
    """Prints medians and the ratio; returns 1 when it is not below `MOST`."""
    with tempfile.TemporaryDirectory() as scratch:
        npas, dbt = _commands(Path(scratch))
        print(f"warming up, then {RUNS} runs of each in turns ...", flush=True)
        _seconds(*npas)
        _seconds(*dbt)
        pairs = [(_seconds(*npas), _seconds(*dbt)) for _ in range(RUNS)]
    npas_times, dbt_times = zip(*pairs, strict=True)
    ratio = statistics.median(npas_times) / statistics.median(dbt_times)
    _print("npas build --market public --full", npas_times)
    _print("dbt build", dbt_times)
    verdict = "below" if ratio < MOST else "NOT below"
    print(f"ratio of the medians: {ratio:.2f} ({verdict} {MOST})")
    return 0 if ratio < MOST else 1


def _commands(scratch: Path) -> tuple[_Command, _Command]:
    project = str(project_root())
    npas = [str(_BIN / "npas"), "build", "--market", "public", "--full"]
    # npas build leaves the unit tests to `make test`, so they must not count here either
    dbt = [str(_BIN / "dbt"), "build", "--exclude-resource-type", "unit_test"]
    dbt += ["--project-dir", project, "--profiles-dir", project]
    dbt += ["--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs")]
    return (npas, {"NPAS_HOME": str(scratch / "home")}), (
        dbt,
        {"NPAS_DB": str(scratch / "npas.duckdb")},
    )


def _seconds(command: Sequence[str], variables: Mapping[str, str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return seconds


def _print(name: str, seconds: Sequence[float]) -> None:
    runs = ", ".join(f"{second:.1f}" for second in seconds)
    print(f"{name}: median {statistics.median(seconds):.1f} s of {runs}")


if __name__ == "__main__":
    sys.exit(main())
