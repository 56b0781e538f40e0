"""Figures of a benchmark as CSV, and the machine they were taken on."""

import csv
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from npas.machine import memory_of_machine_mib

_PACKAGES = ("duckdb", "dbt-core", "pandas", "pyarrow", "polars", "psycopg", "pyspark")


def machine() -> str:
    """Cores, memory and versions: what figures depend on."""
    packages = [f"{name} {found}" for name in _PACKAGES if (found := _version(name))]
    return "; ".join(
        [
            f"{os.cpu_count()} cores",
            f"{memory_of_machine_mib() / 1024:.0f} GiB",
            platform.machine(),
            f"Python {platform.python_version()}",
            *packages,
        ]
    )


def write_records(records: Sequence[Mapping[str, object]], path: Path) -> None:
    """Writes records of the same names, each with the machine; makes the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    on = machine()
    rows = [{**record, "machine": on} for record in records]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_records(path: Path) -> list[dict[str, str]]:
    """Records as they were written, with the machine."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
