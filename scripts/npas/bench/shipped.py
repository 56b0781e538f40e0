"""The shipped models: the pools of a market by dbt, seeds and models, in a new database."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb

from npas.bench.timing import BIN
from npas.settings import project_root

_POOLS = "int_pools__measured_from_tape"


def measure(store: Path, pools: Path, *options: str) -> None:
    """Measures the pools of a raw store; writes them as Parquet, with dbt's own files beside it.

    `options` are dbt's own. What dbt parsed is kept there for the next run, as `npas build` does.
    SystemExit with what dbt said when it fails.
    """
    database = pools.with_suffix(".duckdb")
    database.unlink(missing_ok=True)
    project = str(project_root())
    built = subprocess.run(
        [
            *(str(BIN / "dbt"), "build", "--select", f"+{_POOLS}"),
            *("--exclude-resource-type", "test", "unit_test"),
            *("--project-dir", project, "--profiles-dir", project, "--target", "deliveries"),
            *("--target-path", str(pools.with_suffix(".target"))),
            *("--log-path", str(pools.with_suffix(".logs"))),
            *("--no-use-colors", "--no-send-anonymous-usage-stats", *options),
        ],
        env={**os.environ, "NPAS_DB": str(database), "NPAS_RAW": str(store)},
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        sys.exit(built.stdout + built.stderr)
    with duckdb.connect(database, read_only=True) as warehouse:
        found = warehouse.sql(f"select * exclude (content_key) from intermediate.{_POOLS}")
        found.write_parquet(str(pools))


if __name__ == "__main__":
    measure(Path(sys.argv[1]), Path(sys.argv[2]))
