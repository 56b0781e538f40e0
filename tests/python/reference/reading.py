"""From the text of raw cells to values: yuan as whole cents, fractions, dates, names.

Money is held as an integer number of cents, every other number as an exact `Fraction`. Nothing
here knows what a column means; a cell that cannot be read is None, like one that is missing.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

Key = TypeVar("Key")

TABLES = (
    "raw_deals",
    "raw_tranches",
    "raw_recovery_estimates",
    "raw_pool_statistics",
    "raw_recovery_statements",
    "raw_loan_pools",
    "raw_collaterals",
    "raw_trustee_reports",
    "raw_market_indicators",
)

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_NULL_TEXT = frozenset(
    ("", "-", "--", "—", "——", "–", "/", "NA", "N/A", "不适用", "无", "NONE", "NULL", "NAN")
)
_NULL_VALUE = _NULL_TEXT | {"■", "一"}
_FOOTNOTE = re.compile(r"(?:\s*(?:\(注[0-9]*\)|\[注?[0-9]+\]|[⁰¹²³⁴⁵⁶⁷⁸⁹]+))+$")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_CLOCK = r"(?:[T\s]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
_DATES = (
    re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})" + _CLOCK),
    re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})" + _CLOCK),
    re.compile(r"([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})" + _CLOCK),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})" + _CLOCK),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日" + _CLOCK),
)


def half_width(cell: str) -> str:
    """Give the cell with full-width characters as half-width ones and no outer white space."""
    return cell.translate(_HALF_WIDTH).strip()


def squeezed(cell: str) -> str:
    """Give the cell half-width and without any white space; case kept."""
    return "".join(half_width(cell).split())


def name_key(cell: str) -> str:
    """Give what two prints of one name share: half-width, no white space, upper case."""
    return squeezed(cell).upper()


def md5(text: str) -> str:
    """Give the md5 of the text, in hex."""
    return hashlib.md5(text.encode("utf-8"), usedforsecurity=False).hexdigest()


def read_text(cell: str | None) -> str | None:
    """Give the cell's text, half-width and trimmed; None for a null mark."""
    text = half_width(cell or "")
    return None if text.upper() in _NULL_TEXT else text


def _bare(cell: str | None) -> str | None:
    text = half_width(cell or "")
    if text.upper() in _NULL_VALUE:
        return None
    text = _FOOTNOTE.sub("", text).strip()
    return None if text.upper() in _NULL_VALUE else text


def _plain_number(text: str) -> Fraction | None:
    if not _NUMBER.fullmatch(text):
        return None
    return Fraction(text.replace(",", ""))


def is_blank(cell: str | None) -> bool:
    """Say whether the cell holds nothing where a number or a date is due."""
    return _bare(cell) is None


def read_number(cell: str | None) -> Fraction | None:
    """Give a plain number, in whatever unit the column has."""
    text = _bare(cell)
    return None if text is None else _plain_number(text)


def read_int(cell: str | None) -> int | None:
    """Give a whole number (a count or an ordinal)."""
    number = read_number(cell)
    return int(number) if number is not None and number.denominator == 1 else None


def read_rate(cell: str | None, unit: str | None = None) -> Fraction | None:
    """Give a fraction; a percent sign in the cell or in the unit divides by 100, once."""
    text = _bare(cell)
    if text is None:
        return None
    signed = text.endswith("%")
    number = _plain_number(text[:-1].strip() if signed else text)
    if number is None:
        return None
    return number / 100 if signed or "%" in half_width(unit or "") else number


def read_date(cell: str | None) -> date | None:
    """Give the date of the cell, without a clock time."""
    text = _bare(cell)
    if text is None:
        return None
    for pattern in _DATES:
        match = pattern.fullmatch(text)
        if match:
            year, month, day = (int(part) for part in match.groups())
            try:
                return date(year, month, day)
            except ValueError:
                return None
    return None


def money(cents: int | None) -> Decimal | None:
    """Cents as yuan with two places."""
    return None if cents is None else Decimal(cents).scaleb(-2)


def as_float(value: Fraction | None) -> float | None:
    """Give the nearest float of an exact fraction."""
    return None if value is None else float(value)


def round_half_away(value: Fraction) -> int:
    """Give the nearest whole number, halves away from zero."""
    size = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return size if value >= 0 else -size


def divided(over: int | Fraction | None, under: int | Fraction | None) -> Fraction | None:
    """Give over / under as an exact fraction; None when either is missing or under not above 0."""
    if over is None or under is None or under <= 0:
        return None
    return Fraction(over) / Fraction(under)


def total(parts: Iterable[int | None]) -> int | None:
    """Give the sum; None when one part is missing."""
    found = 0
    for part in parts:
        if part is None:
            return None
        found += part
    return found


@dataclass(frozen=True)
class Row:
    """One raw row: its cells as delivered, its second clock, its place in the file."""

    cells: dict[str, str]
    known_on: date | None
    place: int

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def order(self) -> tuple[date, int]:
        """Later known ranks higher, then later in the file."""
        return (self.known_on or date.min, self.place)

    @property
    def deal(self) -> str | None:
        """The deal key; None where the row names no deal."""
        code = name_key(self["deal_code"])
        return md5(code) if code else None


def latest(rows: Iterable[Row]) -> Row:
    """Give the row known last."""
    return max(rows, key=lambda row: row.order)


def load(folder: Path) -> dict[str, list[Row]]:
    """Every raw table of the folder; a table without a file is empty."""
    tables: dict[str, list[Row]] = {}
    for table in TABLES:
        path = folder / f"{table}.csv"
        rows: list[Row] = []
        if path.exists():
            with path.open(encoding="utf-8-sig", newline="") as handle:
                for place, cells in enumerate(csv.DictReader(handle)):
                    texts = {str(key): value or "" for key, value in cells.items() if key}
                    rows.append(Row(texts, read_date(texts.get("known_on")), place))
        tables[table] = rows
    return tables


def known(tables: dict[str, list[Row]], as_of: date | None) -> dict[str, list[Row]]:
    """Give what was known on the day, the day included; everything without a day."""
    if as_of is None:
        return tables
    return {
        table: [row for row in rows if row.known_on is not None and row.known_on <= as_of]
        for table, rows in tables.items()
    }


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    """Give the rows by key, in their order."""
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _seed(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as handle:
        return [dict(row) for row in csv.DictReader(handle)]


def _pairs(folder: Path, name: str, key: str, value: str) -> dict[str, str]:
    return {name_key(row[key]): row[value].strip() for row in _seed(folder, name)}


@dataclass(frozen=True)
class Lookups:
    """The project's own lists: aliases to registered names, units to yuan."""

    originators: dict[str, dict[str, str]]
    originator_aliases: dict[str, str]
    series: dict[str, str]
    trustees: dict[str, str]
    agencies: dict[str, str]
    asset_classes: dict[str, str]
    collateral_types: dict[str, str]
    five_classes: dict[str, str]
    frequencies: dict[str, int]
    units: dict[str, int]

    @classmethod
    def read(cls, folder: Path) -> Lookups:
        """Give the lists of `seeds/reference`."""
        return cls(
            originators={r["originator_code"].strip(): r for r in _seed(folder, "originators")},
            originator_aliases=_pairs(folder, "originator_aliases", "alias", "originator_code"),
            series=_pairs(folder, "series_originators", "series", "originator_code"),
            trustees=_pairs(folder, "trustee_aliases", "alias", "trustee_name"),
            agencies=_pairs(folder, "agency_aliases", "alias", "agency_name"),
            asset_classes=_pairs(folder, "asset_subclasses", "asset_subclass", "asset_class"),
            collateral_types=_pairs(folder, "collateral_types", "alias", "collateral_type"),
            five_classes=_pairs(folder, "five_classes", "alias", "five_class"),
            frequencies={
                row["payment_frequency"]: int(row["interval_months"])
                for row in _seed(folder, "payment_frequencies")
            },
            units={
                name_key(row["unit"]): int(Decimal(row["yuan_factor"]))
                for row in _seed(folder, "units")
            },
        )

    def amount(self, cell: str | None, unit: str | None) -> int | None:
        """Cents of an amount cell: its own unit suffix counts before the row's unit."""
        text = _bare(cell)
        if text is None:
            return None
        factor = self.units.get(name_key(unit or ""))
        for suffix in sorted(self.units, key=len, reverse=True):
            if text.endswith(suffix):
                factor = self.units[suffix]
                text = text[: -len(suffix)].strip()
                break
        number = _plain_number(text)
        if number is None or factor is None:
            return None
        cents = number * factor * 100
        return int(cents) if cents.denominator == 1 else None

    def row_amount(self, row: Row, column: str) -> int | None:
        """Cents of one amount column of a row, in the row's `amount_unit`."""
        return self.amount(row[column], row["amount_unit"])

    def trustee(self, cell: str) -> str | None:
        """Give the trustee's registered name, or the print where it is not registered."""
        text = read_text(cell)
        return None if text is None else self.trustees.get(name_key(text), text)

    def agency(self, cell: str) -> str | None:
        """Give the agency's registered name, or the print where it is not registered."""
        text = read_text(cell)
        return None if text is None else self.agencies.get(name_key(text), text)

    def collateral_type(self, cell: str) -> str | None:
        """Give the kind of collateral (住宅, 车辆, ...), or the print where not registered."""
        text = read_text(cell)
        return None if text is None else self.collateral_types.get(name_key(text), text)

    def five_class(self, cell: str) -> str | None:
        """Give the loan's class; None where missing or not one of the five."""
        text = read_text(cell)
        return None if text is None else self.five_classes.get(name_key(text))

    def originator(self, printed: str, series: str) -> str | None:
        """Give the originator's code: by name, for none or a trustee's name by series."""
        text = read_text(printed)
        if text is not None:
            found = self.originator_aliases.get(name_key(text))
            if found is not None or name_key(text) not in self.trustees:
                return found
        name = read_text(series)
        return None if name is None else self.series.get(name_key(name))
