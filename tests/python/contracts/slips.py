"""Unit slips: one column of one file multiplied by a factor, its declared unit left as it was."""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from npas.raw_files import Origin, RawTable
from npas.raw_schema import RAW_TABLES, Kind

FACTORS = ("1e4", "1e-4", "1e8", "100", "0.01")
# long tables: what a value is an amount or a rate of, by the column that says it
KINDS_OF_ROWS = {"raw_pool_statistics": "metric", "raw_market_indicators": "indicator"}
_COUNTS_AND_TIMES = ("loan_count", "borrower_count", "wa_overdue_months")
_NUMBER = re.compile(r"([+-]?[0-9][0-9,]*(?:\.[0-9]+)?)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Slip:
    """`column` of a table, in the rows of one `kind` where the table has kinds of rows."""

    column: str
    factor: str
    kind: str | None = None

    def __str__(self) -> str:
        of = f"[{self.kind}]" if self.kind else ""
        return f"{self.column}{of} x {self.factor}"


def slips_of(table: RawTable) -> Iterator[Slip]:
    """Every slip of every amount and rate column that has values."""
    name, data = table.name or "", rows_of_file(table)
    kinds: list[str | None] = [None]
    if name in KINDS_OF_ROWS:
        found = set(data[KINDS_OF_ROWS[name]].to_pylist())
        kinds += sorted(found - set(_COUNTS_AND_TIMES))
    for column in RAW_TABLES[name].of_kind(Kind.AMOUNT, Kind.RATIO, Kind.BY_UNIT):
        if any(_NUMBER.fullmatch(cell or "") for cell in data[column].to_pylist()):
            yield from (Slip(column, *made) for made in product(FACTORS, kinds))


def slipped(table: RawTable, slip: Slip) -> RawTable:
    """The table with the column multiplied; what is no number stays."""
    data = rows_of_file(table)
    cells = data[slip.column].to_pylist()
    kinds = data[KINDS_OF_ROWS[table.name or ""]].to_pylist() if slip.kind else [None] * len(cells)
    changed = [
        _times(cell, Decimal(slip.factor)) if kind == slip.kind else cell
        for cell, kind in zip(cells, kinds, strict=True)
    ]
    assert changed != cells, f"{slip} changes nothing"
    return _with(table, slip.column, changed)


def of_deals(tables: Sequence[RawTable], codes: Sequence[str]) -> dict[str, RawTable]:
    """The rows of some deals, and of no deal, by the name of the table."""
    return {
        table.name or "": table
        if table.data is None or "deal_code" not in table.header
        else _of(table, rows_of_file(table).filter(pc.field("deal_code").isin(codes)))
        for table in tables
    }


def side_by_side(
    tables: Mapping[str, RawTable], judged: str, files: Mapping[str, RawTable]
) -> list[RawTable]:
    """Each of `files` of the table `judged` beside a market of its own that was loaded before it.

    The markets are `tables` again and again, with other deal codes, so that one run judges all.
    """
    every = []
    for number, (label, table) in enumerate(files.items()):
        renamed = _renamed(table, number)
        every.append(replace(renamed, label=label, delivered=True, origin=Origin(label)))
    for name, table in tables.items():
        # what belongs to no deal would be the same facts again
        copies = range(len(files) if "deal_code" in table.header else 1)
        if name != judged:
            data = pa.concat_tables([rows_of_file(_renamed(table, number)) for number in copies])
            every.append(replace(_of(table, data), is_known=True))
    return every


def _renamed(table: RawTable, number: int) -> RawTable:
    for column in ("deal_code", "tranche_code", "loan_no", "indicator"):
        if column in table.header:
            cells = [f"{number}-{cell}" for cell in rows_of_file(table)[column].to_pylist()]
            table = _with(table, column, cells)
    return table


def rows_of_file(table: RawTable) -> pa.Table:
    """All rows that were read, with their place."""
    assert table.data is not None
    return pq.read_table(table.data)


def _of(table: RawTable, data: pa.Table) -> RawTable:
    """The table with other rows, in a file beside its own."""
    assert table.data is not None
    path = table.data.with_name(f"{uuid.uuid4()}.parquet")
    pq.write_table(data, path)
    return replace(table, data=path, row_count=len(data))


def _with(table: RawTable, column: str, cells: Sequence[str | None]) -> RawTable:
    data = rows_of_file(table)
    place = data.column_names.index(column)
    return _of(table, data.set_column(place, column, pa.array(cells, pa.string())))


def _times(cell: str | None, factor: Decimal) -> str | None:
    match = _NUMBER.fullmatch(cell or "")
    if match is None:
        return cell
    return f"{Decimal(match[1].replace(',', '')) * factor:f}{match[2]}"
