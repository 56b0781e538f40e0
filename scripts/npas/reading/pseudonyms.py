"""Keyed pseudonyms: personal columns that a home's contract names never come in as they are.

The contract is the file `personal_columns.csv` of the home, with a row `table_name,alias,
column_name` per header cell: the values of that column become pseudonyms in `column_name`, or are
left out where that is blank. A pseudonym is an HMAC-SHA256 (RFC 2104) of the value under a secret
key, so that one person has one number in all deliveries, and nobody without the key can tell whose.
"""

import csv
import hmac
import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from npas.errors import EnvironmentProblemError, InputRejectedError
from npas.parse_sql import ParseSql
from npas.raw_schema import RAW_TABLES
from npas.reading.aliases import heading

CONTRACT = "personal_columns.csv"
KEY_VARIABLE = "NPAS_PSEUDONYM_KEY_FILE"
# The columns that say who or which and nothing else: what a pseudonym can stand for.
IDENTIFIERS = ("borrower_no", "loan_no", "collateral_no")
_COLUMNS = ("table_name", "alias", "column_name")
_LEAST_KEY_BYTES = 32
_OTHERS_RIGHTS = 0o077
# 128 bits, spelled without digits: digits by chance may be somebody's number
_LENGTH = 32
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


@dataclass(frozen=True)
class Pseudonyms:
    """What becomes of personal columns; the default names none.

    `columns` maps a raw table and the name in a header cell to the column of its pseudonyms, which
    is blank for a column that is left out. `nothing` matches a cell that says nothing.
    """

    columns: Mapping[tuple[str, str], str] = field(default_factory=dict)
    key: bytes = field(default=b"", repr=False)
    nothing: re.Pattern[str] = re.compile("")

    def named(self, table: str | None, cell: str) -> str | None:
        """The column for the pseudonyms of a header cell's values; None: not in the contract."""
        return self.columns.get((table or "", heading(cell).name))

    def texts(self, cells: pa.Array) -> pa.Array:
        """A pseudonym for every cell that says something, else null."""
        return pa.array([self._of(text) for text in cells.to_pylist()], pa.string())

    def _of(self, text: str | None) -> str | None:
        # the same number in full width, with spaces or a small x is the same person's
        plain = "".join(unicodedata.normalize("NFKC", text or "").split()).upper()
        if self.nothing.fullmatch(plain) or self.nothing.fullmatch((text or "").strip()):
            return None
        digest = hmac.digest(self.key, plain.encode(), "sha256")
        return digest.hex()[:_LENGTH].translate(_LETTERS)


NO_PSEUDONYMS = Pseudonyms()


def home_pseudonyms(home: Path, project: Path) -> Pseudonyms:
    """The contract of a home, with the key that the environment names.

    Raises InputRejectedError when the contract cannot be understood, EnvironmentProblemError when
    there is one and the key is missing, too short, open to others, or lies where the data or the
    code does.
    """
    path = home / CONTRACT
    if not path.exists():
        return NO_PSEUDONYMS
    columns = _contract(path)
    marks = ParseSql(project)("null_marks")
    return Pseudonyms(columns, _key((project, home)), re.compile(f"(?:{marks})?"))


def _contract(path: Path) -> dict[tuple[str, str], str]:
    columns: dict[tuple[str, str], str] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != _COLUMNS:
            raise InputRejectedError(f"{path}: the header must be {','.join(_COLUMNS)}")
        for number, row in enumerate(reader, start=2):
            table, alias, column = (str(row[name] or "").strip() for name in _COLUMNS)
            allowed = [name for name in IDENTIFIERS if table in RAW_TABLES]
            allowed = [name for name in allowed if name in RAW_TABLES[table].columns]
            if not alias or not allowed or column not in ("", *allowed):
                raise InputRejectedError(
                    f"{path}, row {number}: table_name must be a raw table with loans, alias a "
                    f"header cell, column_name one of {', '.join(allowed or IDENTIFIERS)}, or "
                    "blank to leave the column out"
                )
            columns[table, heading(alias).name] = column
    return columns


def _key(kept_apart_from: tuple[Path, ...]) -> bytes:
    said = os.environ.get(KEY_VARIABLE)
    if not said:
        raise EnvironmentProblemError(
            f"{CONTRACT} names personal columns, and {KEY_VARIABLE} names no key. Set it to a file "
            "with a secret of at least 32 bytes that lies outside the project and NPAS_HOME, e.g. "
            "made by: (umask 077; openssl rand -hex 32 > ~/npas.key)"
        )
    path = Path(said).expanduser().resolve()
    for folder in kept_apart_from:
        if path.is_relative_to(folder.resolve()):
            raise EnvironmentProblemError(
                f"{KEY_VARIABLE}: {path} lies inside {folder.resolve()}. Who copies that would "
                "have the key too: move it elsewhere."
            )
    try:
        key = path.read_bytes().strip()
        is_open = path.stat().st_mode & _OTHERS_RIGHTS
    except OSError as problem:
        raise EnvironmentProblemError(
            f"{KEY_VARIABLE}: {path} cannot be read ({problem.strerror})."
        ) from problem
    if is_open:
        raise EnvironmentProblemError(
            f"{KEY_VARIABLE}: others may read {path}. Run: chmod 600 {path}"
        )
    if len(key) < _LEAST_KEY_BYTES:
        raise EnvironmentProblemError(
            f"{KEY_VARIABLE}: {path} holds {len(key)} bytes; a key has at least {_LEAST_KEY_BYTES}."
        )
    return key
