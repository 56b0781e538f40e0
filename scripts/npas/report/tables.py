"""Table views and CSV files of the figures."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from npas.contracts.violations import inert
from npas.report.formats import HUNDRED_MILLION, MISSING, TEN_THOUSAND, TRILLION, number, percent
from npas.report.text import Text, both

Row = Mapping[str, Any]
_KINDS: Mapping[str, Callable[[Any], Text | str]] = {
    "text": str,
    "date": str,
    "year": str,
    "count": number,
    "percent": percent,
    "percent2": lambda value: percent(value, 2),
    "months": lambda value: number(value, 1),
    "times": lambda value: number(value, 2),
    "trillion": TRILLION.number,
    "hundred_million": HUNDRED_MILLION.number,
    "ten_thousand": TEN_THOUSAND.number,
}
_UNITS: Mapping[str, Text] = {
    "trillion": TRILLION.name,
    "hundred_million": HUNDRED_MILLION.name,
    "ten_thousand": TEN_THOUSAND.name,
    "months": Text("月", "months"),
}
_WORDS = {"text", "date", "year"}
SYNTHETIC_LABEL = "synthetic sample 合成样本"


@dataclass(frozen=True)
class Column:
    """A column of a table: where its value comes from, its head, and how it is written."""

    name: str
    label: Text
    kind: str = "text"
    names: Mapping[Any, Text] | None = None

    @property
    def head(self) -> Text:
        """The label with its unit."""
        unit = _UNITS.get(self.kind)
        if unit is None:
            return self.label
        return self.label + Text(f"（{unit.zh}）", f" ({unit.en})")

    @property
    def is_number(self) -> bool:
        """Set flush right."""
        return self.kind not in _WORDS

    def cell(self, value: Any) -> Text:  # noqa: ANN401 (what a mart's column holds)
        """A value as the reader sees it."""
        if value is None:
            return both(MISSING)
        if self.names is not None:
            return self.names.get(value, both(str(value)))
        return both(_KINDS[self.kind](value))


@dataclass(frozen=True)
class Table:
    """Heads and cells; the first column names the row. `rows` are what the CSV file holds."""

    heads: Sequence[Text]
    is_number: Sequence[bool]
    cells: Sequence[Sequence[Text]]
    rows: Sequence[Row]


def plain(rows: Sequence[Row], columns: Sequence[Column]) -> Table:
    """One line per row of the mart."""
    return Table(
        [column.head for column in columns],
        [column.is_number for column in columns],
        [[column.cell(row[column.name]) for column in columns] for row in rows],
        rows,
    )


def crossed(
    rows: Sequence[Row],
    down: Column,
    across: Callable[[Row], Text],
    value: Column,
) -> Table:
    """One line per value of `down`, one column per value of `across`, with n behind each value."""
    heads = list(dict.fromkeys(across(row) for row in rows))
    lines: dict[Any, dict[Text, Text]] = {}
    for row in rows:
        shown = value.cell(row[value.name])
        if row[value.name] is not None:
            shown = shown + f" ({row['deal_count']})"
        lines.setdefault(row[down.name], {})[across(row)] = shown
    empty = both("")
    return Table(
        [down.head, *heads],
        [down.is_number, *(True for _ in heads)],
        [
            [down.cell(key), *(line.get(head, empty) for head in heads)]
            for key, line in sorted(lines.items())
        ],
        rows,
    )


def csv_text(rows: Sequence[Row], columns: Sequence[str], *, is_synthetic: bool) -> str:
    """The rows as CSV, as exact as in the mart; no text is a formula, invented data say so."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*columns, *(["data_label"] if is_synthetic else [])])
    for row in rows:
        label = [SYNTHETIC_LABEL] if is_synthetic else []
        writer.writerow([*(_plain(row[name]) for name in columns), *label])
    return out.getvalue()


def _plain(value: Any) -> str:  # noqa: ANN401 (what a mart's column holds)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else inert(str(value))
