"""The spellings of tables and columns that users deliver, from the project's seeds."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from npas.raw_schema import OPTIONAL_COLUMNS, RAW_TABLES
from npas.raw_table import nearest_name

_ANY = "any"
_UNITS = {
    **dict.fromkeys(("元", "人民币元", "yuan", "cny", "rmb"), "元"),
    **dict.fromkeys(("万元", "人民币万元", "万"), "万元"),
    **dict.fromkeys(("亿元", "人民币亿元", "亿"), "亿元"),
    **dict.fromkeys(("%", "百分比"), "%"),
}
# units of what is no amount: they say nothing that the column does not
_PLAIN_UNITS = {*"户笔个件天日月年期", "个月", "count", "days", "months", "years"}
_IN_BRACKETS = re.compile(r"(.+?)[(\[]([^()\[\]]+)[)\]]")
_BEHIND_A_MARK = re.compile(r"(.+?)(?:[/_,:]单位:?|[/_]|单位:)(亿元|万元|元|%)")


@dataclass(frozen=True)
class Heading:
    """A header cell: the name without its unit, and the unit (元, 万元, 亿元, %) or nothing."""

    name: str
    unit: str = ""


def heading(cell: str) -> Heading:
    """Takes the unit out of a header cell such as 金额(万元), and spells the rest in one way."""
    text = "".join(unicodedata.normalize("NFKC", cell).split()).lower()
    if text.isascii():
        text = re.sub(r"[\s\-]+", "_", unicodedata.normalize("NFKC", cell).strip().lower())
    found = _IN_BRACKETS.fullmatch(text)
    if found is not None:
        said = re.sub("^单位:?", "", found[2]).strip("_")
        if said in _UNITS:
            return Heading(found[1].rstrip("_"), _UNITS[said])
        if said in _PLAIN_UNITS:
            return Heading(found[1].rstrip("_"))
    found = _BEHIND_A_MARK.fullmatch(text)
    return Heading(found[1], _UNITS[found[2]]) if found is not None else Heading(text)


class Aliases:
    """What names of tables and columns mean.

    `folder` holds `column_aliases.csv` and `table_aliases.csv`. Raises FileNotFoundError when it
    does not.
    """

    def __init__(self, folder: Path) -> None:
        self._tables = {name: name for name in RAW_TABLES}
        self._tables |= {name.removeprefix("raw_"): name for name in RAW_TABLES}
        self._tables |= {
            heading(row["alias"]).name: row["table_name"]
            for row in _rows(folder / "table_aliases.csv")
        }
        rows = list(_rows(folder / "column_aliases.csv"))
        self._columns = {name: _columns_of(name, rows) for name in RAW_TABLES}
        self._ignored = {
            (row["table_name"], heading(row["alias"]).name)
            for row in rows
            if not row["column_name"]
        }

    def table(self, said: str) -> str | None:
        """The raw table that a file or sheet name says, whatever follows its name."""
        text = heading(Path(said).name).name
        for alias in sorted(self._tables, key=len, reverse=True):
            if text.startswith(alias) and not text[len(alias) :][:1].isalpha():
                return self._tables[alias]
        return None

    def column(self, table: str, cell: str) -> str | None:
        """The column of a raw table that a header cell means, or None."""
        columns = self._columns[table]
        # a whole cell may be an alias of its own, brackets and all
        whole = "".join(unicodedata.normalize("NFKC", cell).split()).lower()
        return columns.get(whole) or columns.get(heading(cell).name)

    def ignores(self, table: str, cell: str) -> bool:
        """Whether users said that a column is none of the raw table's and may be left out."""
        name = heading(cell).name
        return not {(_ANY, name), (table, name)}.isdisjoint(self._ignored)

    def nearest(self, table: str, cell: str) -> str | None:
        """The column that a header cell may mean though no alias says so, or None."""
        columns = self._columns[table]
        found = nearest_name(heading(cell).name, columns)
        return columns[found] if found else None


@cache
def project_aliases(project: Path) -> Aliases:
    """The aliases of a checkout."""
    return Aliases(project / "seeds" / "reference")


def _columns_of(table: str, rows: list[dict[str, str]]) -> Mapping[str, str]:
    known = [*RAW_TABLES[table].columns, *OPTIONAL_COLUMNS]
    columns: dict[str, str] = {}
    for owner in (_ANY, table):
        columns |= {
            heading(row["alias"]).name: row["column_name"]
            for row in rows
            if row["table_name"] == owner and row["column_name"] in known
        }
    return columns | {name: name for name in known}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if not path.exists():
        raise FileNotFoundError(f"no value set {path}: run inside a full checkout")
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
