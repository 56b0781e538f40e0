"""What `npas load` adds to copying a file: rows per second and memory, beside a bare DuckDB COPY.

One loan tape of many deals, as one file, is loaded into a home that knows its deals. Run it with
`make bench-load`; `LOANS=100000 make bench-load` takes a smaller tape.
"""

import argparse
import csv
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from npas.bench.generate import generate
from npas.bench.measuring import Run, finished
from npas.bench.timing import BIN
from npas.raw_schema import RAW_TABLES

LOANS = 10_000_000
MOST_MIB = 1024
_KINDS = ("parquet", "csv")
_TAPE = "raw_loan_pools"
_COPY = (
    "import duckdb, sys; "
    "duckdb.sql(f\"copy (from '{sys.argv[1]}') to '{sys.argv[2]}' (format parquet)\")"
)


def main() -> int:
    """Prints both speeds and the memory of each; returns 1 when a load held over `MOST_MIB`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loans", type=int, default=LOANS)
    parser.add_argument(
        "--kinds", nargs="+", choices=["parquet", "csv"], default=["parquet", "csv"]
    )
    asked = parser.parse_args()
    is_within = True
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        print(f"drawing a market of {asked.loans:,} loans ...", flush=True)
        generate(asked.loans, scratch / "drawn")
        for kind in asked.kinds:
            tape = write_tape(scratch / "drawn", scratch / f"{_TAPE}.{kind}")
            loaded = load(tape, scratch / "drawn" / "market" / "raw_deals.parquet", scratch / kind)
            copied = scratch / "copy.parquet"
            copy = finished([sys.executable, "-c", _COPY, str(tape), str(copied)], {})
            for title, done in (("npas load", loaded), ("DuckDB COPY", copy)):
                speed = asked.loans / done.seconds
                print(
                    f"{kind}, {title}: {done.seconds:.1f} s, {speed:,.0f} rows/s, "
                    f"at most {done.peak_mib:,.0f} MiB"
                )
            print(
                f"{kind}: npas load / DuckDB COPY: {loaded.seconds / copy.seconds:.1f}", flush=True
            )
            is_within = is_within and loaded.peak_mib <= MOST_MIB
            tape.unlink()
    print(f"memory of npas load: {'within' if is_within else 'NOT within'} {MOST_MIB:,} MiB")
    return 0 if is_within else 1


def load(tape: Path, deals: Path, home: Path) -> Run:
    """Loads a tape into a new home that knows its deals."""
    npas = str(BIN / "npas")
    variables = {"NPAS_HOME": str(home)}
    finished([npas, "load", str(deals)], variables)
    return finished([npas, "load", str(tape)], variables)


def write_tape(drawn: Path, path: Path) -> Path:
    """One file of the loans of all deals, in the kind that its suffix says."""
    columns = list(RAW_TABLES[_TAPE].columns)
    batches = _batches(sorted(drawn.glob(f"*/{_TAPE}.parquet")), columns)
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            for batch in batches:
                cells = (column.to_pylist() for column in batch.columns)
                writer.writerows(zip(*cells, strict=True))
        return path
    schema = pa.schema([(name, pa.string()) for name in columns])
    with pq.ParquetWriter(path, schema) as file:
        for batch in batches:
            file.write_batch(batch)
    return path


def _batches(files: Sequence[Path], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    for path in files:
        for batch in pq.ParquetFile(path).iter_batches(50_000):
            yield batch.select(columns)


if __name__ == "__main__":
    sys.exit(main())
