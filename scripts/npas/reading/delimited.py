"""CSV and TSV: which encoding, which delimiter, and rows as they stand."""

import codecs
import csv
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, TextIO

from npas.raw_table import Fault
from npas.reading.grid import Grid, Row

_DELIMITERS = (",", "\t", ";")
# more than any record of a raw table has: a longer line is no text table
_LONGEST_LINE = 4 * 1024 * 1024
_CHUNK = 1024 * 1024
_QUOTED = re.compile('"[^"]*"')
_BLANK = b" \t\r\n"
_THREE_BYTES = re.compile(rb"[\xe1-\xef][\x80-\xbf][\x80-\xbf]")
_HIGH = re.compile(rb"[\x80-\xff]")
# Bytes of GB 18030 text look like UTF-8 letters by chance in one or two of a hundred.
_CHANCE = 0.25
_LETTERS_OF_NO_CHANCE = 2


def grid(path: Path, says: tuple[str, ...]) -> Grid:
    """The rows of a text file; `faults` tells why it cannot be read."""
    encoding, fault = _encoding(path)
    if fault is not None:
        return Grid(iter(()), says, faults=[fault])
    found = Grid(iter(()), says, encoding=encoding)
    found.rows = _rows(path, encoding, found.faults)
    return found


def _encoding(path: Path) -> tuple[str, Fault | None]:
    with path.open("rb") as file:
        start = file.read(4)
        for mark, name in (
            (codecs.BOM_UTF8, "utf-8-sig"),
            (codecs.BOM_UTF16_LE, "utf-16"),
            (codecs.BOM_UTF16_BE, "utf-16"),
        ):
            if start.startswith(mark):
                return name, _unreadable(file, name)
        if not start.strip(_BLANK) and _is_blank(file):
            return "", Fault("F01")
        fault = _unreadable(file, "utf-8")
        if fault is None:
            return "utf-8", None
        foreign = _utf8_among_others(file, int(fault.details["byte"]) - 1)
        if foreign is not None:
            return "", _broken(file, foreign)
        return "gb18030", _unreadable(file, "gb18030")


def _is_blank(file: BinaryIO) -> bool:
    file.seek(0)
    return not any(chunk.strip(_BLANK) for chunk in _chunks(file))


def _unreadable(file: BinaryIO, encoding: str) -> Fault | None:
    """The first byte that is not text of this encoding; a file of blanks alone is empty."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    has_text = False
    position = 0
    for chunk in chain(_chunks(file), (b"",)):
        held = len(decoder.getstate()[0])
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as problem:
            return _broken(file, position - held + problem.start)
        null = text.find("\x00")
        if null >= 0:
            return _broken(file, position - held + len(text[:null].encode(encoding)))
        has_text = has_text or bool(text.strip("\ufeff \t\r\n"))
        position += len(chunk)
    return None if has_text else Fault("F01")


def _utf8_among_others(file: BinaryIO, broken: int) -> int | None:
    """Where UTF-8 stands in a file that as a whole is not: its text is of two encodings."""
    file.seek(0)
    letters = high = 0
    for chunk in _chunks(file):
        letters += 3 * len(_THREE_BYTES.findall(chunk))
        high += len(_HIGH.findall(chunk))
    if letters > _CHANCE * high:
        return broken
    file.seek(0)
    position = 0
    for line in iter(lambda: file.readline(_LONGEST_LINE), b""):
        if len(_THREE_BYTES.findall(line)) >= _LETTERS_OF_NO_CHANCE and _is_utf8(line):
            found = _HIGH.search(line)
            return position + (found.start() if found else 0)
        position += len(line)
    return None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _broken(file: BinaryIO, position: int) -> Fault:
    file.seek(0)
    line = 1
    left = position
    for chunk in _chunks(file):
        line += chunk.count(b"\n", 0, left)
        left -= len(chunk)
        if left <= 0:
            break
    return Fault("F03", row=line, details={"byte": position + 1})


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: file.read(_CHUNK), b"")


def _rows(path: Path, encoding: str, faults: list[Fault]) -> Iterator[Row]:
    with path.open("r", encoding=encoding, newline="") as file:
        row = 0
        try:
            delimiter = _delimiter(_first_record(file))
            file.seek(0)
            reader = csv.reader(_lines(file), delimiter=delimiter, strict=True)
            for row, cells in enumerate(reader, start=1):
                # the first cell tells of most rows, and a generator costs as much as reading one
                if cells and (cells[0].strip() or any(cell.strip() for cell in cells)):
                    yield row, cells
        except csv.Error as problem:
            faults.append(Fault("F06", row=row + 1, details={"problem": str(problem)}))


def _first_record(file: TextIO) -> str:
    for line in iter(lambda: file.readline(_LONGEST_LINE), ""):
        if line.strip("\ufeff \t\r\n"):
            return line
    return ""


def _delimiter(header: str) -> str:
    """The mark that splits the header into most cells; the comma where none does."""
    bare = _QUOTED.sub("", header)
    return max(_DELIMITERS, key=bare.count)


def _lines(file: TextIO) -> Iterator[str]:
    for line in iter(lambda: file.readline(_LONGEST_LINE), ""):
        if len(line) == _LONGEST_LINE:
            raise csv.Error(f"a line is longer than {_LONGEST_LINE:,} characters")
        yield line
