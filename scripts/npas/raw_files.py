"""Finding and reading raw tables: of a market, and of files, folders and archives."""

import atexit
import hashlib
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from npas.parse_sql import PROJECT
from npas.raw_table import ROW_NUMBER, Fault, InputError, Origin, RawTable, nearest_name
from npas.reading import archive, columnar, delimited, workbook
from npas.reading.aliases import project_aliases
from npas.reading.grid import Grid, told
from npas.reading.pseudonyms import NO_PSEUDONYMS, Pseudonyms
from npas.reading.tables import NO_DEFAULTS, Defaults, Reading, raw_table

__all__ = [
    "NO_DEFAULTS",
    "ROW_NUMBER",
    "Defaults",
    "Fault",
    "InputError",
    "Origin",
    "RawTable",
    "market_tables",
    "nearest_name",
    "path_tables",
]

_MARKET_NAME = re.compile(r"[a-z][a-z0-9_]*")
_ARCHIVES = {".zip"}
_READABLE = {".csv", ".tsv", ".parquet", *_ARCHIVES, *workbook.SUFFIXES}
_KINDS = "CSV, TSV, XLSX, Parquet and ZIP"


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
    aliases = project_aliases(PROJECT)
    reading = Reading(_scratch())
    tables = []
    for path in paths:
        label = path.relative_to(project).as_posix()
        grid = delimited.grid(path, (path.stem,))
        tables.append(
            raw_table(grid, _origin(path, label), label, aliases, reading, delivered=False)
        )
    return tables


def path_tables(
    paths: Sequence[Path],
    defaults: Defaults = NO_DEFAULTS,
    project: Path = PROJECT,
    *,
    scratch: Path | None = None,
    pseudonyms: Pseudonyms = NO_PSEUDONYMS,
    advance: Callable[[int], None] = lambda _rows: None,
) -> list[RawTable]:
    """The raw tables of files, archives and folders of them, each file once.

    Their rows are written into `scratch`, else into a folder that goes when the program ends;
    `pseudonyms` says what becomes of personal columns; `advance` is told the number of rows of each
    batch that was read.

    Raises InputError naming every path that does not exist, cannot be opened, or is a folder
    without a file that can be read.
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
    reading = Reading(scratch or _scratch(), defaults, pseudonyms, advance)
    for file, label in files.items():
        try:
            tables += _file_tables(file, label, reading, project)
        except OSError as problem:
            problems.append(f"{label}: cannot be opened ({problem.strerror})")
    if not tables and not problems:
        problems.append(f"no path given: name files or folders of {_KINDS} files")
    if problems:
        raise InputError("\n".join(problems))
    return tables


def _scratch() -> Path:
    folder = TemporaryDirectory(prefix="npas-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def _files_of(path: Path) -> Iterator[Path]:
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if _is_meant(file))
        if not files:
            raise InputError(f"{path}: the folder holds no {_KINDS.replace(' and', ' or')} file")
        yield from files
    elif path.exists():
        yield path
    else:
        raise InputError(f"{path}: no such file or folder")


def _is_meant(path: Path) -> bool:
    """A file of a kind that is read, and not the lock that Excel leaves beside an open one."""
    return (
        path.suffix.lower() in _READABLE
        and not path.name.startswith((".", "~$"))
        and path.is_file()
    )


def _file_tables(path: Path, label: str, reading: Reading, project: Path) -> list[RawTable]:
    origin = _origin(path, label)
    with TemporaryDirectory(prefix="unpacked-", dir=reading.scratch) as scratch:
        tables = []
        for name, grid in _grids(path, label, Path(scratch)):
            place = f"{name}, sheet {grid.sheet}" if grid.sheet else name
            of_grid = replace(origin, file=name)
            tables.append(raw_table(grid, of_grid, place, project_aliases(project), reading))
    read = [table for table in tables if table.header or table.faults]
    if not any(table.header for table in read) and all(_is_only_hidden(table) for table in read):
        read.append(RawTable(None, label, delivered=True, faults=(Fault("F01"),), origin=origin))
    return read


def _is_only_hidden(table: RawTable) -> bool:
    return {fault.rule for fault in table.faults} <= {"X06"}


def _origin(path: Path, label: str) -> Origin:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Origin(label, sha256=sha256, size=path.stat().st_size, given=label)


def _grids(path: Path, label: str, scratch: Path | None) -> Iterator[tuple[str, Grid]]:
    """The grids of a file, each with the name of its file; `scratch` is for an archive's files."""
    says = (Path(label.rpartition("!")[2]).stem,)
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        start = file.read(len(workbook.ZIP_MAGIC))
    if suffix in _ARCHIVES:
        yield from _archive_grids(path, label, scratch)
    elif suffix in workbook.SUFFIXES:
        yield from ((label, grid) for grid in workbook.grids(path, says))
    elif suffix == ".parquet":
        yield label, columnar.grid(path, says)
    elif start in (workbook.ZIP_MAGIC, workbook.OLE_MAGIC, columnar.MAGIC):
        problem = told("F06", "its content is no text", "文件内容不是文本")
        yield label, Grid(iter(()), says, faults=[problem])
    else:
        yield label, delimited.grid(path, says)


def _archive_grids(path: Path, label: str, scratch: Path | None) -> Iterator[tuple[str, Grid]]:
    if scratch is None:
        problem = told("Z01", "it is an archive inside an archive", "压缩包内含压缩包")
        yield label, Grid(iter(()), faults=[problem])
        return
    try:
        with zipfile.ZipFile(path) as packed:
            fault = archive.fault_of(packed)
            if fault is not None:
                yield label, Grid(iter(()), faults=[fault])
                return
            for name, file in archive.unpack(packed, scratch):
                if file.suffix in _READABLE:
                    yield from _grids(file, f"{label}!{name}", None)
                file.unlink()
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as problem:
        yield label, Grid(iter(()), faults=[Fault("F06", details={"problem": str(problem)})])
