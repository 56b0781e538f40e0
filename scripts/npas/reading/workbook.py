"""Workbooks (.xlsx): one grid per sheet, every cell as the text that a person reads in it.

The parts of a workbook are looked at before openpyxl parses them: it hides what a formula without a
value, a merged cell or a hidden row is.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from npas.raw_table import Fault
from npas.reading import archive
from npas.reading.grid import Grid, Row, text_of, told

ZIP_MAGIC, OLE_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SUFFIXES = {".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods"}
_CHUNK = 1024 * 1024
_CELL = re.compile(r"([A-Z]+)([0-9]+)")
_BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    ParseError,
    OSError,
)


class _RefusedError(Exception):
    """The workbook has a fault that ends its reading."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.rule)
        self.fault = fault


@dataclass
class _Marks:
    """What openpyxl does not tell of a sheet."""

    without_value: list[tuple[int, str]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)


def grids(path: Path, says: tuple[str, ...]) -> Iterator[Grid]:
    """The sheets of a workbook that are not empty; one grid with a fault when it is refused."""
    try:
        _refuse_other_kinds(path)
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        marks = _marks(path, book.worksheets)
    except _RefusedError as refused:
        yield Grid(iter(()), says, faults=[refused.fault])
        return
    except _BROKEN as problem:
        yield Grid(iter(()), says, faults=[_unreadable(problem)])
        return
    try:
        sheets = list(book.worksheets)
        filled = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
        for sheet in sheets:
            grid = Grid(iter(()), sheet=sheet.title, is_padded=True)
            if sheet.sheet_state == "visible":
                grid.says = (sheet.title, *says) if len(filled) == 1 else (sheet.title,)
                grid.faults += _faults(marks.get(sheet.title, _Marks()))
                grid.rows = _rows(sheet, grid)
            else:
                grid.faults.append(Fault("X06", details={"sheet": sheet.title}))
            yield grid
    finally:
        book.close()


def _refuse_other_kinds(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(len(ZIP_MAGIC))
    if start == OLE_MAGIC:
        raise _RefusedError(
            told(
                "X05",
                "it is protected by a password, or of the old .xls kind",
                "文件设有密码或为旧版 .xls 格式",
            )
        )
    if start != ZIP_MAGIC:
        raise _RefusedError(told("F06", "its content is no workbook", "文件内容不是工作簿"))
    with zipfile.ZipFile(path) as parts:
        fault = archive.fault_of(parts, archive.MOST_WORKBOOK_BYTES)
        if fault is not None:
            raise _RefusedError(fault)
        names = {entry.filename for entry in parts.infolist()}
        if any(PurePosixPath(name).name == "vbaProject.bin" for name in names):
            raise _RefusedError(told("X05", "it holds macros", "文件含有宏"))
        if "xl/workbook.xml" not in names:
            raise _RefusedError(told("X05", "it is of another kind", "文件为其他格式"))
        for name in names:
            if name.endswith((".xml", ".rels")):
                _refuse_entities(parts, name)


def _refuse_entities(parts: zipfile.ZipFile, name: str) -> None:
    """A document type declaration can define entities that grow without end."""

    def declared(*_: object) -> None:
        raise _RefusedError(
            told(
                "Z01",
                f"its part {name} declares a document type",
                f"其部件 {name} 含有文档类型声明",
            )
        )

    def started(*_: object) -> None:
        raise StopIteration

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = started
    with parts.open(name) as part:
        try:
            for chunk in iter(lambda: part.read(_CHUNK), b""):
                parser.Parse(chunk)
        except StopIteration:
            return
        except expat.ExpatError as problem:
            raise zipfile.BadZipFile(f"{name}: {problem}") from problem


def _marks(path: Path, sheets: Sequence[Any]) -> dict[str, _Marks]:
    """What stands in the parts of each sheet, by its title."""
    with zipfile.ZipFile(path) as parts:
        return {
            # nothing public says which part a sheet is
            sheet.title: _marks_of(parts, sheet._worksheet_path.lstrip("/"))  # noqa: SLF001
            for sheet in sheets
        }


def _marks_of(parts: zipfile.ZipFile, name: str) -> _Marks:
    listener = _Listener()
    parser = expat.ParserCreate()
    parser.StartElementHandler = listener.start
    parser.EndElementHandler = listener.end
    parser.CharacterDataHandler = listener.text
    with parts.open(name) as part:
        try:
            for chunk in iter(lambda: part.read(_CHUNK), b""):
                parser.Parse(chunk)
        except expat.ExpatError as problem:
            raise zipfile.BadZipFile(f"{name}: {problem}") from problem
    return listener.marks


class _Listener:
    """Hears the elements of a sheet."""

    def __init__(self) -> None:
        self.marks = _Marks()
        self._cell = ""
        self._inside = ""
        self._has_formula = self._has_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._inside = tag.rpartition(":")[2]
        match self._inside:
            case "row" if attributes.get("hidden") in ("1", "true"):
                self.marks.hidden_rows.append(int(attributes.get("r", 0)))
            case "c":
                self._cell = attributes.get("r", "")
                # the value of a text formula may be the empty text
                self._has_formula, self._has_value = False, attributes.get("t") == "str"
            case "f":
                self._has_formula = True
            case "mergeCell":
                self.marks.merged.append(attributes.get("ref", ""))

    def text(self, _: str) -> None:
        self._has_value = self._has_value or self._inside == "v"

    def end(self, tag: str) -> None:
        self._inside = ""
        if tag.rpartition(":")[2] == "c" and self._has_formula and not self._has_value:
            found = _CELL.fullmatch(self._cell)
            self.marks.without_value.append((int(found[2]) if found else 0, self._cell))


def _faults(marks: _Marks) -> Iterator[Fault]:
    for row, cell in marks.without_value:
        yield Fault("X01", row=row, column=cell)
    for row in marks.hidden_rows:
        yield Fault("X02", row=row)
    for cells in marks.merged:
        found = _CELL.match(cells)
        yield Fault("X03", row=int(found[2]) if found else None, column=cells)


def _rows(sheet: Any, grid: Grid) -> Iterator[Row]:  # noqa: ANN401 (openpyxl has no types)
    try:
        # what the sheet says of its own size may be wrong
        sheet.reset_dimensions()
        for row, cells in enumerate(sheet.iter_rows(), start=1):
            texts = [_text(cell) for cell in cells]
            if any(text.strip() for text in texts):
                yield row, texts
    except _BROKEN as problem:
        grid.faults.append(_unreadable(problem))


def _text(cell: ReadOnlyCell) -> str:
    value = cell.value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and str(cell.number_format).endswith("%"):
        return f"{text_of(Decimal(repr(value)) * 100)}%"
    return text_of(value)


def _unreadable(problem: Exception) -> Fault:
    told_by = str(problem).strip().splitlines()
    return Fault("F06", details={"problem": told_by[0][:200] if told_by else "broken"})
