"""Parquet files: rows as text, batch by batch."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from npas.raw_table import Fault
from npas.reading.grid import Grid, Row, text_of, told

MAGIC = b"PAR1"
_BATCH_ROWS = 20_000


def grid(path: Path, says: tuple[str, ...]) -> Grid:
    """The rows of a Parquet file; the names of its columns are row 1."""
    found = Grid(iter(()), says)
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as problem:
        found.faults.append(_unreadable(problem))
        return found
    nested = [column.name for column in file.schema_arrow if pa.types.is_nested(column.type)]
    if nested:
        names = ", ".join(nested)
        found.faults.append(
            told("F06", f"the columns {names} hold lists or structures", f"{names} 列为嵌套类型")
        )
        return found
    found.rows = _rows(file, found)
    return found


def _rows(file: pq.ParquetFile, grid: Grid) -> Iterator[Row]:
    yield 1, list(file.schema_arrow.names)
    row = 1
    try:
        for batch in file.iter_batches(batch_size=_BATCH_ROWS):
            for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                row += 1
                texts = [text_of(cell) for cell in cells]
                if any(text.strip() for text in texts):
                    yield row, texts
    except (pa.ArrowException, OSError) as problem:
        grid.faults.append(_unreadable(problem))


def _unreadable(problem: Exception) -> Fault:
    return Fault("F06", details={"problem": str(problem).splitlines()[0][:200]})
