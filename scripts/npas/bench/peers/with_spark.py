"""The pools of a market with Spark on this machine: Spark SQL by hand in a local session."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from npas.bench.measuring import most_memory_mib

_SCRIPT = Path(__file__).with_name("spark.sql")
_TABLES = ("raw_deals", "raw_loan_pools", "raw_collaterals")


def measure(store: Path, pools: Path) -> None:
    """Measures the pools of a raw store; writes them as Parquet, and its own tables beside it."""
    with tempfile.TemporaryDirectory(dir=pools.parent) as name, _session(name) as session:
        rows = _measured(session, store)
    pq.write_table(pa.Table.from_pylist(rows), pools)


def _measured(session: SparkSession, store: Path) -> list[dict[str, Any]]:
    for table in _TABLES:
        files = map(str, sorted(store.glob(f"deliveries/*/{table}.*")))
        session.read.parquet(*files).createOrReplaceTempView(table)
    *statements, query = _SCRIPT.read_text("utf-8").split(";\n\n")
    for statement in statements:
        session.sql(statement)
    return [row.asDict() for row in session.sql(query).collect()]


def _session(folder: str) -> SparkSession:
    """All cores, and three quarters of what a side may hold: the rest is for Java itself."""
    cores = os.cpu_count() or 1
    return (
        SparkSession.builder.master(f"local[{cores}]")
        # its 200 are for a cluster; these are small enough for the memory at 1e8 loans
        .config("spark.sql.shuffle.partitions", str(8 * cores))
        .config("spark.driver.memory", f"{most_memory_mib() * 3 // 4}m")
        .config("spark.local.dir", folder)
        .config("spark.sql.warehouse.dir", f"{folder}/tables")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )


if __name__ == "__main__":
    measure(Path(sys.argv[1]), Path(sys.argv[2]))
