"""Parquet files: columns as text, batch by batch."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from npas.raw_table import ROW_NUMBER, Fault
from npas.reading.grid import Grid, text_of, told

MAGIC = b"PAR1"
_BATCH_ROWS = 50_000
_BUFFER_BYTES = 1024 * 1024
# Texts that arrow writes as `text_of` does, once zeros at the end of decimals are gone.
_PLAIN = r"^-?[0-9]+(?:\.[0-9]+)?$"
_CAST_AS_WRITTEN = (
    *(pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view),
    *(pa.types.is_integer, pa.types.is_date32),
)
_ZEROS = r"(?:\.0*|(\.[0-9]*[1-9])0+)$"


def grid(path: Path, says: tuple[str, ...]) -> Grid:
    """The rows of a Parquet file; the names of its columns are row 1."""
    found = Grid(iter(()), says)
    try:
        # else a row group is read as a whole, and all of them are kept to the end
        file = pq.ParquetFile(path, buffer_size=_BUFFER_BYTES, pre_buffer=False)
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
    found.rows = iter([(1, list(file.schema_arrow.names))])
    found.batches = _batches(file, found)
    return found


def texts_of(cells: pa.Array) -> pa.Array:
    """The cells as `text_of` writes them, empty ones as null."""
    kind = cells.type
    if pa.types.is_dictionary(kind):
        return texts_of(cells.dictionary_decode())
    if any(is_of_kind(kind) for is_of_kind in _CAST_AS_WRITTEN):
        texts = cells.cast(pa.string())
    elif pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        texts = _number_texts(cells)
    else:
        texts = _each(cells)
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _number_texts(cells: pa.Array) -> pa.Array:
    # a Python float is of 64 bits: a shorter one is shown with all the digits that makes
    wide = cells.cast(pa.float64()) if pa.types.is_floating(cells.type) else cells
    texts = wide.cast(pa.string())
    is_odd = pc.invert(pc.match_substring_regex(texts, _PLAIN))
    plain = pc.replace_substring_regex(texts, _ZEROS, r"\1")
    odd = _each(wide.filter(is_odd))
    return pc.replace_with_mask(plain, pc.fill_null(is_odd, fill_value=False), odd)


def _each(cells: pa.Array) -> pa.Array:
    return pa.array([text_of(cell) for cell in cells.to_pylist()], pa.string())


def _batches(file: pq.ParquetFile, grid: Grid) -> Iterator[pa.RecordBatch]:
    first = 2
    try:
        for batch in file.iter_batches(batch_size=_BATCH_ROWS):
            rows = pa.array(range(first, first + len(batch)), pa.int64())
            first += len(batch)
            texts = [texts_of(column) for column in batch.columns]
            names = [str(i) for i in range(len(texts))]
            read = pa.record_batch([rows, *texts], names=[ROW_NUMBER, *names])
            yield read.filter(_has_text(texts)) if texts else read
    except (pa.ArrowException, OSError) as problem:
        grid.faults.append(_unreadable(problem))


def _has_text(columns: list[pa.Array]) -> pa.Array:
    """Whether a row has a cell that is more than white space."""
    found = None
    for column in columns:
        blanks = [text for text in pc.unique(column).to_pylist() if not (text or "").strip()]
        filled = pc.invert(pc.is_in(column, value_set=pa.array(blanks, pa.string())))
        found = filled if found is None else pc.or_(found, filled)
        if pc.all(found).as_py():
            break
    return found


def _unreadable(problem: Exception) -> Fault:
    return Fault("F06", details={"problem": str(problem).splitlines()[0][:200]})
