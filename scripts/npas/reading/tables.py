"""From a grid of text to a raw table: which table it is, which columns, in which units."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from npas.raw_schema import OPTIONAL_COLUMNS, RAW_TABLES, Kind
from npas.raw_table import ROW_NUMBER, Fault, Origin, RawTable
from npas.reading import personal
from npas.reading.aliases import Aliases, heading
from npas.reading.grid import MOST_COLUMNS, Grid, Row, told
from npas.reading.pseudonyms import NO_PSEUDONYMS, Pseudonyms
from npas.reading.row_file import RowFile

_BATCH_ROWS = 50_000
# A number that carries no unit yet, and the footnote that may follow it.
_BARE = r"^(\s*[+＋\-－−]?[0-9０-９][0-9０-９,，.．\s]*)((?:[(（\[【].*|[¹²³⁴⁵⁶⁷⁸⁹]+\s*)?)$"
_WITH_AMOUNTS = (Kind.AMOUNT, Kind.BY_UNIT)
# Header cells that stand below the header say that another table begins.
_HEADER_CELLS = 3


@dataclass(frozen=True)
class Defaults:
    """What the user says of files that do not say it: `unit` is 元, 万元 or 亿元."""

    known_on: date | None = None
    source: str | None = None
    unit: str | None = None

    @property
    def columns(self) -> dict[str, str | None]:
        """The column that each fills where a cell is blank."""
        known_on = None if self.known_on is None else self.known_on.isoformat()
        return {"known_on": known_on, "source_document": self.source, "amount_unit": self.unit}


NO_DEFAULTS = Defaults()


@dataclass(frozen=True)
class Reading:
    """How files are read: `scratch` is the folder of their rows, `advance` is told of each batch.

    `advance` takes the number of rows that were read.
    """

    scratch: Path
    defaults: Defaults = NO_DEFAULTS
    pseudonyms: Pseudonyms = NO_PSEUDONYMS
    advance: Callable[[int], None] = lambda _rows: None


def raw_table(
    grid: Grid,
    origin: Origin,
    label: str,
    aliases: Aliases,
    reading: Reading,
    *,
    delivered: bool = True,
) -> RawTable:
    """Reads a grid to its end."""
    rows = iter(grid.rows)
    _, first = next(rows, (1, []))
    origin = replace(origin, sheet=grid.sheet, encoding=grid.encoding)
    named = next((name for name in map(aliases.table, grid.says) if name), None)
    empty = RawTable(named, label, delivered, origin=origin)
    if not first:
        return replace(empty, faults=tuple(grid.faults))
    header = _Header.of(first, named, aliases, reading.pseudonyms)
    table = replace(
        empty,
        name=header.table,
        header=header.columns,
        hints=header.hints,
        ignored=header.ignored,
        is_pseudonymised=bool(header.personal),
    )
    if header.faults or header.table is None:
        return replace(table, faults=(*grid.faults, *header.faults))
    columns = _completed(header.schema.empty_table(), header, reading.defaults).column_names[1:]
    kept = [name for name in columns if name in _known_columns(header.table)]
    of_rows: list[Fault] = []
    of_units: list[Fault] = []
    search = personal.CellSearch(header.table)
    with RowFile(reading.scratch, origin, kept) as file:
        if header.blank:
            rows = chain(rows, _rows_of_batches(grid.batches))
        even = _batches(_even(rows, header, grid, of_rows))
        for batch in chain(even, grid.batches):
            cells = _without_headers(batch, header.table, aliases, of_rows)
            named_cells = _named(cells, header, reading.pseudonyms)
            data = _completed(named_cells, header, reading.defaults)
            of_units += _unit_faults(header, data)
            search.add(data)
            file.write(data)
            reading.advance(len(data))
    faults = (*grid.faults, *of_rows, *of_units, *search.faults())
    if faults:
        file.path.unlink()
        return replace(table, header=tuple(columns), faults=faults)
    return replace(table, header=tuple(columns), data=file.path, row_count=file.rows)


@dataclass(frozen=True)
class _Header:
    """What the first row says.

    `columns` are the columns meant, in their order, and cells that mean none as they stand, each
    at its place of `positions`; `ignored` are cells whose column is left out; `personal` are the
    places of personal data, which get pseudonyms or are left out; `units` the unit of a column
    whose header cell has one; `hints` what an unknown cell may mean; `width` how many cells have a
    name, `blank` how many nameless cells end the row.
    """

    table: str | None
    columns: tuple[str, ...]
    positions: tuple[int, ...]
    ignored: tuple[str, ...]
    personal: frozenset[int]
    units: Mapping[str, str]
    hints: Mapping[str, str]
    faults: tuple[Fault, ...]
    width: int
    blank: int

    @classmethod
    def of(
        cls, cells: Sequence[str], named: str | None, aliases: Aliases, pseudonyms: Pseudonyms
    ) -> "_Header":
        filled = list(cells)
        while filled and not filled[-1].strip():
            filled.pop()
        texts = tuple(cell.strip() for cell in filled)
        if len(texts) > MOST_COLUMNS:
            too_wide = (_too_wide(len(texts)),)
            return cls(named, (), (), (), frozenset(), {}, {}, too_wide, len(texts), 0)
        table = named or _table_of(texts, aliases, pseudonyms)
        in_contract = {cell: pseudonyms.named(table, cell) for cell in texts}
        persons = {cell: column for cell, column in in_contract.items() if column is not None}
        known: dict[str, str] = {}
        if table is not None:
            means = {cell: persons.get(cell) or aliases.column(table, cell) for cell in texts}
            known = {cell: column for cell, column in means.items() if column}
        faults = list(personal.in_header(texts, {*known, *persons})) or list(
            _faults(texts, table, known, aliases)
        )
        unknown = [cell for cell in texts if cell not in known]
        ignored = [cell for cell in unknown if cell in persons]
        if table is not None:
            ignored += [cell for cell in unknown if aliases.ignores(table, cell)]
        read = [position for position, cell in enumerate(texts) if cell not in ignored]
        hints = {cell: aliases.nearest(table, cell) for cell in unknown} if table else {}
        return cls(
            table=table,
            columns=tuple(known.get(texts[position], texts[position]) for position in read),
            positions=tuple(read),
            ignored=tuple(dict.fromkeys(ignored)),
            personal=frozenset(i for i, cell in enumerate(texts) if cell in persons),
            units={known[cell]: heading(cell).unit for cell in known if heading(cell).unit},
            hints={cell: column for cell, column in hints.items() if column},
            faults=tuple(faults),
            width=len(texts),
            blank=len(cells) - len(filled),
        )

    @property
    def schema(self) -> pa.Schema:
        texts = ((name, pa.string()) for name in self.columns)
        return pa.schema([(ROW_NUMBER, pa.int64()), *texts])


def _too_wide(columns: int) -> Fault:
    return told(
        "Z01",
        f"it has {columns:,} columns, more than {MOST_COLUMNS}",
        f"共有 {columns:,} 列，超过 {MOST_COLUMNS} 列",
    )


def _table_of(cells: Sequence[str], aliases: Aliases, pseudonyms: Pseudonyms) -> str | None:
    """The raw table whose columns a header has, all but those that a user may say beside it."""
    sayable = set(Defaults().columns)
    for table in RAW_TABLES.values():
        meant = {aliases.column(table.name, cell) for cell in cells}
        meant |= {pseudonyms.named(table.name, cell) for cell in cells}
        if meant >= set(table.columns) - sayable:
            return table.name
    return None


def _faults(
    cells: tuple[str, ...], table: str | None, known: Mapping[str, str], aliases: Aliases
) -> Iterator[Fault]:
    if len(cells) == 1:
        for mark, said in (("|", "“|”"), ("，", "“，”"), ("；", "“；”")):
            if mark in cells[0]:
                yield Fault("F04", row=1, value=cells[0], details={"mark": said})
                return
    if table is None:
        shown = personal.masked(",".join(cells))
        yield Fault("F07", row=1, value=shown, details=_nearest(cells, aliases))
        return
    meant = [known.get(cell, cell) for cell in cells]
    for position, column in enumerate(meant):
        if column in meant[:position]:
            yield Fault("S04", row=1, column=column, value=cells[position])
            return
        if not column:
            yield told(
                "X04",
                f"column {position + 1} has no name and columns stand behind it",
                f"第 {position + 1} 列没有列名而其后仍有列",
                row=1,
            )
            return


def _even(rows: Iterable[Row], header: _Header, grid: Grid, faults: list[Fault]) -> Iterator[Row]:
    """The rows as wide as the header; others become faults."""
    width = header.width
    whole = width + header.blank
    for row, cells in rows:
        if len(cells) == width == whole:
            yield row, cells
            continue
        padding = [""] * (width - len(cells)) if grid.is_padded else []
        is_even = len(cells) == whole or (grid.is_padded and len(cells) + len(padding) >= width)
        if not is_even or any(cell.strip() for cell in cells[width:]):
            filled = _filled(cells) if grid.is_padded else len(cells)
            # in a row that is out of place nobody can tell which cell is a name
            shown = "" if header.personal else personal.masked(",".join(cells))
            details: dict[str, str | int] = {"cells": filled, "expected": width}
            faults.append(Fault("F05", row=row, value=shown, details=details))
        else:
            yield row, [*cells[:width], *padding]


def _filled(cells: Sequence[str]) -> int:
    return max(i + 1 for i, cell in enumerate(cells) if cell.strip())


def _batches(rows: Iterator[Row]) -> Iterator[pa.RecordBatch]:
    """Rows of one width as columns; the first is their number."""
    while pending := list(islice(rows, _BATCH_ROWS)):
        arrays = [pa.array([row for row, _ in pending], pa.int64())]
        for cells in zip(*(cells for _, cells in pending), strict=True):
            texts = pa.array(cells, pa.string())
            empty = pc.equal(texts, "")
            arrays.append(pc.if_else(empty, pa.scalar(None, pa.string()), texts))
        yield pa.record_batch(arrays, names=[str(i) for i in range(len(arrays))])


def _rows_of_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[Row]:
    for batch in batches:
        for row, *cells in _rows_of(batch):
            yield row, [cell or "" for cell in cells]


def _without_headers(
    cells: pa.RecordBatch, table: str, aliases: Aliases, faults: list[Fault]
) -> pa.RecordBatch:
    """The rows that are not the header of another table below; each of those is a fault."""
    first = cells.column(1)
    meant = [text for text in pc.unique(first).to_pylist() if text and aliases.column(table, text)]
    if not meant:
        return cells
    suspects = cells.filter(pc.is_in(first, value_set=pa.array(meant, pa.string())))
    again = [row for row, *texts in _rows_of(suspects) if _is_header(texts, table, aliases)]
    faults += [told("X04", "a second header stands here", "此处出现第二个表头", r) for r in again]
    return cells.filter(pc.invert(pc.is_in(cells.column(0), value_set=pa.array(again, pa.int64()))))


def _rows_of(cells: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in cells.columns), strict=True)


def _is_header(cells: Sequence[str | None], table: str, aliases: Aliases) -> bool:
    meant = sum(aliases.column(table, cell or "") is not None for cell in cells)
    return meant >= _HEADER_CELLS


def _named(cells: pa.RecordBatch, header: _Header, pseudonyms: Pseudonyms) -> pa.Table:
    """The columns that are not left out, under the names they mean; numbers with their units."""
    columns = [cells.column(0)]
    for position, name in zip(header.positions, header.columns, strict=True):
        column = cells.column(position + 1)
        if position in header.personal:
            column = pseudonyms.texts(column)
        unit = header.units.get(name)
        takes_unit = unit and _takes(header.table, name)
        columns.append(_with_unit(column, unit or "") if takes_unit else column)
    return pa.table(columns, schema=header.schema)


def _known_columns(table: str) -> set[str]:
    return {*RAW_TABLES[table].columns, *OPTIONAL_COLUMNS}


def _takes(table: str | None, column: str) -> bool:
    """Whether a cell of the column may carry a unit itself."""
    kind = RAW_TABLES[table].columns.get(column) if table else None
    return kind in (Kind.AMOUNT, Kind.RATIO, Kind.BY_UNIT)


def _with_unit(cells: pa.Array, unit: str) -> pa.Array:
    """Bare numbers with the unit of their header: the parse macros read it in the cell."""
    return pc.replace_substring_regex(cells, _BARE, rf"\1{unit}\2")


def _completed(data: pa.Table, header: _Header, defaults: Defaults) -> pa.Table:
    """Blank cells filled with what the user said; a missing unit column becomes a blank one."""
    columns = RAW_TABLES[header.table or ""].columns
    for name, value in defaults.columns.items():
        if name not in columns:
            continue
        is_missing = name not in data.column_names
        if is_missing and (value is not None or name == "amount_unit"):
            cells = pa.array([value] * len(data), pa.string())
            data = data.add_column(_place(name, columns, data.column_names), name, cells)
        elif value is not None and not is_missing:
            blank = pc.equal(pc.utf8_trim_whitespace(pc.fill_null(data[name], "")), "")
            filled = pc.if_else(blank, pa.scalar(value, pa.string()), data[name])
            data = data.set_column(data.column_names.index(name), name, filled)
    return data


def _place(name: str, columns: Iterable[str], present: Sequence[str]) -> int:
    """Where a column belongs among those that are present: behind the last that precedes it."""
    before = set(list(columns)[: list(columns).index(name)])
    return max((i + 1 for i, other in enumerate(present) if other in before), default=len(present))


def _unit_faults(header: _Header, data: pa.Table) -> Iterator[Fault]:
    """Rows whose own unit is another than the one in the header."""
    if "amount_unit" not in data.column_names:
        return
    for column, unit in header.units.items():
        if unit == "%" or not _takes(header.table, column):
            continue
        stated = pc.utf8_trim_whitespace(data["amount_unit"])
        other = pc.and_(pc.not_equal(stated, unit), pc.not_equal(stated, ""))
        found = data.filter(pc.and_(other, pc.is_valid(data[column])))
        for row, said in zip(
            found.column(0).to_pylist(), found["amount_unit"].to_pylist(), strict=True
        ):
            details: dict[str, str | int] = {"unit": unit}
            yield Fault("U08", row=row, column=column, value=said, details=details)


def _nearest(cells: Sequence[str], aliases: Aliases) -> dict[str, str | int]:
    meant = {
        name: {aliases.column(name, cell) or cell for cell in cells if cell} for name in RAW_TABLES
    }
    shared = {
        name: len(found & set(RAW_TABLES[name].columns))
        / len(found | set(RAW_TABLES[name].columns))
        for name, found in meant.items()
    }
    nearest = max(shared, key=lambda name: shared[name])
    lacking = [name for name in RAW_TABLES[nearest].columns if name not in meant[nearest]]
    unknown = sorted(meant[nearest] - set(RAW_TABLES[nearest].columns) - set(OPTIONAL_COLUMNS))
    if not shared[nearest]:
        names = ", ".join(RAW_TABLES)
        return {
            "problem": f"neither its name nor its header is one of {names}",
            "problem_zh": f"文件名与表头均不属于 {names}",
        }
    return {
        "problem": f"the nearest is {nearest}, without {', '.join(lacking)}"
        + (f" and with {', '.join(unknown)}" if unknown else ""),
        "problem_zh": f"最接近的是 {nearest}，缺少 {'、'.join(lacking)}"
        + (f"，多出 {'、'.join(unknown)}" if unknown else ""),
    }
