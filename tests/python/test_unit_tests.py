"""The dbt unit tests: every one is run, and every one passes.

`npas build` leaves them out, because they test the models' logic and not the data of a day.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def test_every_dbt_unit_test_passes(public_warehouse: Path, tmp_path: Path) -> None:
    # dbt reads column types from the built tables and opens the file for writing: a copy
    database = tmp_path / "npas.duckdb"
    shutil.copyfile(public_warehouse, database)
    run = subprocess.run(
        [
            *(str(Path(sys.executable).parent / "dbt"), "test", "--select", "test_type:unit"),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path / "logs")),
        ],
        env={**os.environ, "NPAS_DB": str(database)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:]
    manifest = json.loads((tmp_path / "target" / "manifest.json").read_text("utf-8"))
    results = json.loads((tmp_path / "target" / "run_results.json").read_text("utf-8"))
    ran = {result["unique_id"]: result["status"] for result in results["results"]}
    assert set(ran) == set(manifest["unit_tests"])
    assert set(ran.values()) == {"pass"}
