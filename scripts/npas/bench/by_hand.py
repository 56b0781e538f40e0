"""The limit: the pools of a market by one statement written by hand, `limit.sql`, in DuckDB."""

import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

_SCRIPT = Path(__file__).with_name("limit.sql")


def measure(store: Path, pools: Path) -> None:
    """Measures the pools of a raw store; writes them as Parquet, spills beside it."""
    with duckdb.connect(config={"temp_directory": str(pools.with_suffix(".spill"))}) as connection:
        connection.execute("set variable store = ?", [str(store)])
        found = connection.execute(_SCRIPT.read_text("utf-8")).to_arrow_table()
    pq.write_table(found, pools)


if __name__ == "__main__":
    measure(Path(sys.argv[1]), Path(sys.argv[2]))
