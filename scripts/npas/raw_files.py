"""Finding and reading raw tables: CSV files become text tables that remember file and row.

Nothing is judged here but the form of a file. What is wrong with it is kept as `Fault`s, so that
one run of the contracts can list the faults of all files.
"""

import csv
import difflib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from npas.raw_schema import OPTIONAL_COLUMNS, RAW_TABLES

ROW_NUMBER = "file_row_number"
_BATCH_ROWS = 50_000
_WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".et", ".ods"}
_ZIP_MAGIC, _OLE_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MARKET_NAME = re.compile(r"[a-z][a-z0-9_]*")


class InputError(Exception):
    """There is nothing to read; the message says what is missing and what to do."""


@dataclass(frozen=True)
class Fault:
    """Something wrong with the form of a file; `rule` is an id of the contracts' catalogue."""

    rule: str
    row: int | None = None
    column: str = ""
    value: str = ""
    details: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class RawTable:
    """One file as delivered.

    `name` is the raw table it was recognised as, or None. `label` is the file as the user knows
    it. `data` holds one text column per header cell, empty cells as null, and `ROW_NUMBER`: the
    row as a spreadsheet counts it, the header being row 1. It is None when the form of the file is
    at fault.
    """

    name: str | None
    label: str
    delivered: bool
    header: tuple[str, ...] = ()
    data: pa.Table | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def row_count(self) -> int:
        """Rows below the header that could be read."""
        return 0 if self.data is None else int(self.data.num_rows)


def market_tables(project: Path, market: str) -> list[RawTable]:
    """The raw tables of one market: `seeds/<market>/raw_*.csv`, in the order of their names.

    A header without rows is a table the market has no data for. Raises InputError when the market
    has no raw tables.
    """
    seeds = project / "seeds"
    paths = sorted((seeds / market).glob("raw_*.csv")) if _MARKET_NAME.fullmatch(market) else []
    if not paths:
        known = sorted({path.parent.name for path in seeds.glob("*/raw_*.csv")})
        raise InputError(
            f"market {market} has no raw tables: there is no {seeds / market}/raw_*.csv. "
            f"Markets with raw tables: {', '.join(known) or 'none'}."
        )
    return [_read(path, path.relative_to(project).as_posix(), delivered=False) for path in paths]


def path_tables(paths: Sequence[Path]) -> list[RawTable]:
    """The raw tables of CSV files and of folders of them, each file once.

    Raises InputError naming every path that does not exist, cannot be opened, or is a folder
    without CSV files or workbooks.
    """
    problems: list[str] = []
    files: dict[Path, str] = {}
    for path in paths:
        try:
            found = list(_files_of(path))
        except InputError as problem:
            problems.append(str(problem))
            continue
        for file in found:
            files.setdefault(file.resolve(), str(file))
    tables: list[RawTable] = []
    for file, label in files.items():
        try:
            tables.append(_read(file, label, delivered=True))
        except OSError as problem:
            problems.append(f"{label}: cannot be opened ({problem.strerror})")
    if not tables and not problems:
        problems.append("no path given: name CSV files or folders of CSV files")
    if problems:
        raise InputError("\n".join(problems))
    return tables


def _files_of(path: Path) -> Iterator[Path]:
    if path.is_dir():
        readable = {".csv", *_WORKBOOKS}
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in readable)
        if not files:
            raise InputError(f"{path}: the folder holds no CSV file")
        yield from files
    elif path.exists():
        yield path
    else:
        raise InputError(f"{path}: no such file or folder")


def _read(path: Path, label: str, *, delivered: bool) -> RawTable:
    content = path.read_bytes()
    if path.suffix.lower() in _WORKBOOKS or content.startswith((_ZIP_MAGIC, _OLE_MAGIC)):
        details: dict[str, str | int] = {
            "problem": "this is a workbook; save each sheet as “CSV UTF-8”",
            "problem_zh": "这是电子表格文件，请将各工作表另存为“CSV UTF-8”",
        }
        return RawTable(None, label, delivered, faults=(Fault("F07", details=details),))
    by_name = _table_of_name(path.stem)
    text, fault = _decode(content)
    if fault is not None:
        return RawTable(by_name, label, delivered, faults=(fault,))
    return _table(text, by_name, label, delivered=delivered)


def _decode(content: bytes) -> tuple[str, Fault | None]:
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        return "", Fault("F01")
    try:
        text = content.decode("utf-8-sig")
        bad = content.find(b"\x00")
    except UnicodeDecodeError as problem:
        text, bad = "", problem.start
    if bad < 0:
        return text, None
    line = content.count(b"\n", 0, bad) + 1
    return "", Fault("F03", row=line, details={"byte": bad + 1})


def _table(text: str, by_name: str | None, label: str, *, delivered: bool) -> RawTable:
    records = _Records(text)
    numbered = iter(records)
    _, first = next(numbered, (1, []))
    header = tuple(first)
    name = by_name or _table_of_header(header)
    if records.fault is not None:
        return RawTable(name, label, delivered, header, faults=(records.fault,))
    fault = _header_fault(header, name)
    if fault is not None:
        return RawTable(name, label, delivered, header, faults=(fault,))
    faults: list[Fault] = []
    data = _columns(header, _even_rows(numbered, len(header), faults))
    if records.fault is not None:
        faults.append(records.fault)
    return RawTable(name, label, delivered, header, None if faults else data, tuple(faults))


class _Records:
    """CSV records with their spreadsheet row, blank lines left out; `fault` says why they ended."""

    def __init__(self, text: str) -> None:
        self._reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        self.fault: Fault | None = None

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        row = 0
        try:
            for row, cells in enumerate(self._reader, start=1):
                if len(cells) > 1 or (cells and cells[0].strip()):
                    yield row, cells
        except csv.Error as problem:
            self.fault = Fault("F06", row=row + 1, details={"problem": str(problem)})


def _even_rows(
    numbered: Iterable[tuple[int, list[str]]], width: int, faults: list[Fault]
) -> Iterator[tuple[int, list[str]]]:
    for row, cells in numbered:
        if len(cells) == width:
            yield row, cells
        else:
            details: dict[str, str | int] = {"cells": len(cells), "expected": width}
            faults.append(Fault("F05", row=row, value=",".join(cells), details=details))


def _columns(header: tuple[str, ...], rows: Iterable[tuple[int, list[str]]]) -> pa.Table:
    schema = pa.schema([(ROW_NUMBER, pa.int64()), *((name, pa.string()) for name in header)])
    batches: list[pa.RecordBatch] = []
    pending: list[tuple[int, list[str]]] = []

    def flush() -> None:
        cells = [[row[1][i] or None for row in pending] for i in range(len(header))]
        batches.append(pa.record_batch([[row[0] for row in pending], *cells], schema=schema))
        pending.clear()

    for row in rows:
        pending.append(row)
        if len(pending) == _BATCH_ROWS:
            flush()
    flush()
    return pa.Table.from_batches(batches, schema=schema)


def _header_fault(header: tuple[str, ...], name: str | None) -> Fault | None:
    if len(header) == 1:
        for mark, said in ((";", "“;”"), ("\t", "TAB"), ("|", "“|”")):
            if mark in header[0]:
                return Fault("F04", row=1, value=header[0], details={"mark": said})
    twice = next((cell for cell in header if header.count(cell) > 1), None)
    if name is None:
        return Fault("F07", row=1, value=",".join(header), details=_nearest(header))
    if twice is not None:
        return Fault("S04", row=1, column=twice, value=twice)
    return None


def _table_of_name(stem: str) -> str | None:
    """The raw table a file name says: its name, without `raw_` or in Chinese, and any suffix."""
    said = stem.strip().lower()
    names = {alias: table.name for table in RAW_TABLES.values() for alias in _names_of(table.name)}
    for alias in sorted(names, key=len, reverse=True):
        if said.startswith(alias) and not said[len(alias) :][:1].isalpha():
            return names[alias]
    return None


def _names_of(table: str) -> tuple[str, str, str]:
    return table, table.removeprefix("raw_"), RAW_TABLES[table].chinese_name


def _table_of_header(header: Sequence[str]) -> str | None:
    cells = set(header)
    fitting = [table.name for table in RAW_TABLES.values() if cells >= set(table.columns)]
    return fitting[0] if fitting else None


def _nearest(header: Sequence[str]) -> dict[str, str | int]:
    cells = set(header)
    shared = {
        table.name: len(cells & set(table.columns)) / len(cells | set(table.columns))
        for table in RAW_TABLES.values()
    }
    nearest = max(shared, key=lambda name: shared[name])
    lacking = [name for name in RAW_TABLES[nearest].columns if name not in cells]
    unknown = sorted(cells - set(RAW_TABLES[nearest].columns) - set(OPTIONAL_COLUMNS))
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


def nearest_name(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate a misspelt column name most likely means, or None."""
    found = difflib.get_close_matches(name, list(candidates), n=1, cutoff=0.7)
    return found[0] if found else None
