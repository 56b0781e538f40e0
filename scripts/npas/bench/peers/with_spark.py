"""The pools of a market with Spark on this machine: Spark SQL by hand in a local session."""

import os
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from npas.bench.measuring import most_memory_mib

_SCRIPT = Path(__file__).with_name("spark.sql")
_TABLES = ("raw_deals", "raw_loan_pools", "raw_collaterals")


def measure(store: Path, pools: Path) -> None:
    """Measures the pools of a raw store; writes them as Parquet, spills beside it."""
    session = _session(pools.parent)
    for table in _TABLES:
        files = map(str, sorted(store.glob(f"deliveries/*/{table}.*")))
        session.read.parquet(*files).createOrReplaceTempView(table)
    *statements, query = _SCRIPT.read_text("utf-8").split(";\n\n")
    for statement in statements:
        session.sql(statement)
    rows = [row.asDict() for row in session.sql(query).collect()]
    pq.write_table(pa.Table.from_pylist(rows), pools)
    session.stop()


def _session(folder: Path) -> SparkSession:
    """All cores, and three quarters of what a side may hold: the rest is for Java itself."""
    return (
        SparkSession.builder.master(f"local[{os.cpu_count()}]")
        .config("spark.driver.memory", f"{most_memory_mib() * 3 // 4}m")
        .config("spark.local.dir", str(folder))
        .config("spark.sql.warehouse.dir", str(folder / "spark"))
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )


if __name__ == "__main__":
    measure(Path(sys.argv[1]), Path(sys.argv[2]))
