"""One raw table as delivered: its cells as text, where it came from, and what is wrong with it.

Nothing is judged here but the form of a file. What is wrong with it is kept as `Fault`s, so that
one run of the contracts can list the faults of all files.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROW_NUMBER = "file_row"
# Which delivery, file and sheet a row is of, and which row there, as the store keeps it.
PLACE = ("delivery_id", "file", "sheet", ROW_NUMBER)


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
class Origin:
    """The file that rows were read from.

    `file` is its path as the user knows it, a member of an archive after `!`; `sheet` is empty
    outside workbooks; `given` is the file that was handed over, an archive as a whole, and
    `sha256` and `size` are of that. `content` is what the rows of a stored delivery say, as a hash:
    the same bytes say something else where they were loaded with another unit.
    """

    file: str
    sheet: str = ""
    sha256: str = ""
    size: int = 0
    encoding: str = ""
    given: str = ""
    content: str = ""

    @property
    def delivery_id(self) -> str:
        """Names the delivery by its bytes."""
        return self.sha256[:16]


@dataclass(frozen=True)
class RawTable:
    """One file or sheet as delivered.

    `name` is the raw table it was recognised as, or None. `label` is unlike every other table's of
    a run and says where the rows are. `delivered` is False for the tables of a market, which may
    be empty; `is_known` is True for rows that were accepted before, which are compared with.
    `data` is a Parquet file of its `row_count` rows: `PLACE`, where `ROW_NUMBER` is the row as a
    spreadsheet counts it, the header being row 1, and one text column per column of the raw table
    that the header names, empty cells as null. It is None when the form of the file is at fault.
    `hints` says which column an unknown header cell may mean, `ignored` which header cells the
    alias table says to leave out. `is_pseudonymised`: the file holds personal data, and the rows
    pseudonyms in their place.
    """

    name: str | None
    label: str
    delivered: bool
    header: tuple[str, ...] = ()
    data: Path | None = None
    row_count: int = 0
    faults: tuple[Fault, ...] = ()
    origin: Origin = Origin("")
    is_known: bool = False
    hints: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    is_pseudonymised: bool = False


def nearest_name(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate a misspelt column name most likely means, or None."""
    found = difflib.get_close_matches(name, list(candidates), n=1, cutoff=0.7)
    return found[0] if found else None
