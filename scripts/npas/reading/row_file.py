"""Rows that were read, on disk: what is read of a file never lies in memory as a whole."""

import uuid
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from npas.raw_table import PLACE, ROW_NUMBER, Origin


class RowFile:
    """Writes the rows of one table, batch after batch, as the raw store keeps them.

    `columns` are the text columns that are kept, in their order. Raises OSError when the disk
    refuses.
    """

    def __init__(self, folder: Path, origin: Origin, columns: Sequence[str]) -> None:
        self.path = folder / f"{uuid.uuid4()}.parquet"
        self.rows = 0
        self._place = dict(
            zip(PLACE, (origin.delivery_id, origin.file, origin.sheet), strict=False)
        )
        self._columns = columns
        texts = [(name, pa.string()) for name in self._place]
        fields = [*texts, (ROW_NUMBER, pa.int64()), *((name, pa.string()) for name in columns)]
        self._writer = pq.ParquetWriter(self.path, pa.schema(fields))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._writer.close()

    def write(self, data: pa.Table) -> None:
        """Appends rows: their number, and columns of which those that are not kept are left out."""
        if not len(data):
            return
        self.rows += len(data)
        place = [pa.array([value] * len(data), pa.string()) for value in self._place.values()]
        kept = [data[name] for name in self._columns]
        columns = [*place, data.column(0), *kept]
        self._writer.write_table(pa.table(columns, schema=self._writer.schema))
