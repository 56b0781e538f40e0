"""Equal content hashes for every mart, with 1, 2 and 4 threads and with rows shuffled.

The release is built with the profile's 2 threads; test_cli builds it a second time.
"""

import csv
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from npas.content_hash import mart_contents


@pytest.fixture(scope="module")
def released(shared_home: Path) -> dict[str, str]:
    manifest = json.loads((shared_home / "public" / "current" / "manifest.json").read_text())
    return {name: mart["sha256"] for name, mart in manifest["marts"].items()}


def shuffle_seeds(project: Path, seed: int) -> int:
    moved = 0
    for path in sorted((project / "seeds").glob("*/*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        before = list(rows)
        random.Random(seed).shuffle(rows)  # noqa: S311 (order, not secrets)
        moved += sum(old != new for old, new in zip(before, rows, strict=True))
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
    return moved


def build_marts(project: Path, folder: Path, threads: int) -> dict[str, str]:
    """What a plain `dbt build` makes, its tests left out: they change nothing."""
    folder.mkdir()
    database = folder / "npas.duckdb"
    dbt = [str(Path(sys.executable).parent / "dbt"), "build", "--threads", str(threads)]
    without_tests = ["--exclude-resource-type", "test", "unit_test"]
    subprocess.run(
        [*dbt, *without_tests, "--target-path", str(folder), "--log-path", str(folder)],
        cwd=project,
        env={**os.environ, "NPAS_DB": str(database)},
        capture_output=True,
        check=True,
    )
    with duckdb.connect(database, read_only=True) as connection:
        return {name: mart.sha256 for name, mart in mart_contents(connection).items()}


def test_a_release_has_every_mart(released: dict[str, str], parsed_project: Path) -> None:
    manifest = json.loads((parsed_project / "manifest.json").read_text(encoding="utf-8"))
    marts = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    }
    assert set(released) == marts
    assert "fct_issuance" in marts


@pytest.mark.parametrize("threads", [1, 4])
def test_shuffled_rows_and_other_threads_give_the_same_marts(
    project_copy: Path, tmp_path: Path, released: dict[str, str], threads: int
) -> None:
    assert shuffle_seeds(project_copy, threads) > 1000
    assert build_marts(project_copy, tmp_path / "built", threads) == released
