"""Raw markets and the changes made to them; every change gives new rows and keeps the old."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from npas.raw_schema import RAW_TABLES, Kind
from reference.random_market import COLUMNS, FACTORS, LAST_DAY, SEEDS, Cells
from reference.reading import Lookups, name_key, read_date, read_int, read_text

Raw = Mapping[str, Sequence[Cells]]
DAY = timedelta(days=1)
LOOKUPS = Lookups.read(SEEDS)
REPORTS = "raw_trustee_reports"
# the columns that, with the deal, name the fact that rows are revisions of
FACTS: dict[str, tuple[str, ...]] = {
    "raw_deals": (),
    "raw_tranches": ("tranche_code",),
    # a tracking rating of a later year is a revision of the one before
    "raw_recovery_estimates": ("agency", "stage"),
    "raw_pool_statistics": ("as_of_date", "stage", "metric", "stated_by"),
    "raw_recovery_statements": ("pool_as_of_date", "stated_by"),
    "raw_loan_pools": ("snapshot_date",),
    "raw_collaterals": ("snapshot_date",),
    REPORTS: ("report_no",),
}


def code_of(row: Cells) -> str:
    """The deal a row is of, whatever its spelling."""
    return name_key(row["deal_code"])


def fact_of(table: str, row: Cells) -> tuple[str, ...]:
    """What the row and its revisions are about: of a tape the whole delivery."""
    columns = FACTS[table]
    return (code_of(row), *(_same(table, column, row[column]) for column in columns))


def _same(table: str, column: str, cell: str) -> str:
    if RAW_TABLES[table].columns[column] is Kind.DATE:
        return str(read_date(cell))
    if column in ("agency", "stated_by"):
        return str(LOOKUPS.agency(cell))
    return str(read_int(cell)) if column == "report_no" else name_key(cell)


def known_on(row: Cells) -> date:
    """The day from which a row was known."""
    return date.fromisoformat(row["known_on"])


def amounts(table: str, row: Cells) -> Iterator[tuple[str, int]]:
    """The amount cells of a row that can be read, in cents."""
    unit = row.get(RAW_TABLES[table].unit_column, "")
    columns = RAW_TABLES[table].of_kind(Kind.AMOUNT)
    if table == "raw_pool_statistics" and unit in FACTORS:
        columns = ["value"]
    for column in columns:
        cents = LOOKUPS.amount(row[column], unit)
        if cents is not None:
            yield column, cents


def in_unit(cents: int | Fraction, unit: str) -> str:
    """An amount in a unit, exact."""
    value = Decimal(int(cents)) / 100 / FACTORS[unit]
    assert value * 100 * FACTORS[unit] == cents
    return f"{value:f}"


def every_row(raw: Raw, change: Callable[[str, Cells], Cells]) -> Raw:
    """The market with each row changed by itself."""
    return {table: [change(table, row) for row in rows] for table, rows in raw.items()}


def shuffled(raw: Raw, rng: random.Random) -> Raw:
    """The rows of every table in another order."""
    return {table: rng.sample(rows, len(rows)) for table, rows in raw.items()}


def respelled(raw: Raw, rng: random.Random) -> Raw:
    """Every amount in another unit, and the row's declared unit with it."""

    def change(table: str, row: Cells) -> Cells:
        readable = dict(amounts(table, row))
        if not readable:
            return row
        unit = rng.choice([unit for unit in FACTORS if unit != row[_unit(table)]])
        cells = {column: in_unit(cents, unit) for column, cents in readable.items()}
        return {**row, **cells, _unit(table): unit}

    return every_row(raw, change)


def split(raw: Raw, rng: random.Random) -> Raw:
    """A part of each period's cash paid under the other heading: settled, not in progress.

    A trustee report has no payments: what came in within one period is the sum of its two headings.
    """

    def change(table: str, row: Cells) -> Cells:
        readable = dict(amounts(table, row)) if table == REPORTS else {}
        cells = dict(row)
        for ending in ("", "_to_date"):
            parts = (f"in_progress_recovery{ending}", f"settled_recovery{ending}")
            if not all(part in readable for part in parts):
                continue
            one, other = (readable[part] for part in parts)
            moved = rng.randint(0, one)
            for part, cents in zip(parts, (one - moved, other + moved), strict=True):
                cells[part] = f"{in_unit(cents, '万元')}万元"
        return cells

    return every_row(raw, change)


def times(raw: Raw, factor: int) -> Raw:
    """Every amount so many times as much."""

    def change(table: str, row: Cells) -> Cells:
        readable = dict(amounts(table, row))
        cells = {column: in_unit(cents * factor, "元") for column, cents in readable.items()}
        return {**row, **cells, **({_unit(table): "元"} if cells else {})}

    return every_row(raw, change)


def renamed(raw: Raw, ending: str) -> Raw:
    """Every deal under another code: with other letters behind it."""
    return every_row(
        raw,
        lambda _, row: {**row, "deal_code": code_of(row) + ending} if "deal_code" in row else row,
    )


def shifted(raw: Raw, later: Callable[[date], date]) -> Raw:
    """Every date that can be read moved to the day that `later` gives."""

    def change(table: str, row: Cells) -> Cells:
        columns = RAW_TABLES[table].of_kind(Kind.DATE)
        dates = {column: read_date(row[column]) for column in columns}
        return row | {name: later(day).isoformat() for name, day in dates.items() if day}

    return every_row(raw, change)


def dates_of(raw: Raw) -> set[date]:
    """Every date of the market."""
    return {
        day
        for table, rows in raw.items()
        for row in rows
        for column in RAW_TABLES[table].of_kind(Kind.DATE)
        if (day := read_date(row[column])) is not None
    }


def together(one: Raw, other: Raw) -> Raw:
    """The rows of both markets."""
    return {table: [*rows, *other[table]] for table, rows in one.items()}


def with_rows(raw: Raw, table: str, rows: Sequence[Cells]) -> Raw:
    """The market with more rows in one table."""
    return {**raw, table: [*raw[table], *rows]}


def mended(raw: Raw, rng: random.Random) -> Raw:
    """Before a fact of each table was known as it is, it came a day earlier and unreadable.

    The row that could not be read was set aside; then it was mended and delivered again.
    """
    for table in FACTS:
        first: dict[tuple[str, ...], date] = {}
        for row in raw[table]:
            fact = fact_of(table, row)
            first[fact] = min(first.get(fact, LAST_DAY), known_on(row))
        if not first:
            continue
        chosen = rng.choice(sorted(first))
        before = first[chosen] - DAY
        kinds = (Kind.AMOUNT, Kind.RATIO, Kind.NUMBER, Kind.BY_UNIT)
        unread = dict.fromkeys(RAW_TABLES[table].of_kind(*kinds), "约20")
        broken = [
            {**row, **unread, "known_on": before.isoformat()}
            for row in raw[table]
            if fact_of(table, row) == chosen and known_on(row) == first[chosen]
        ]
        raw = with_rows(raw, table, broken)
    return raw


def later_report(raw: Raw, code: str, days: int) -> Cells | None:
    """A report of the days behind a deal's last one; None where it has none or no day is left."""
    of_deal = [row for row in raw[REPORTS] if code_of(row) == code]
    ends = {read_date(row["collection_end"]): row for row in of_deal}
    last = max((day for day in ends if day is not None), default=None)
    if last is None or last + days * DAY >= LAST_DAY:
        return None
    number = max(read_int(row["report_no"]) or 0 for row in of_deal) + 1
    return {
        **dict.fromkeys(COLUMNS[REPORTS], ""),
        "deal_code": code,
        "report_no": str(number),
        "collection_start": (last + DAY).isoformat(),
        "collection_end": (last + days * DAY).isoformat(),
        "in_progress_recovery": "12345.67",
        "settled_recovery": "76.54",
        "amount_unit": "元",
        "source_document": "https://example.org/later_report",
        "known_on": LAST_DAY.isoformat(),
    }


def restated(raw: Raw, table: str, rng: random.Random) -> tuple[str, Cells, Raw] | None:
    """A deal, the row, and the market in which that fact of it was restated the day after.

    One number of the latest revision is another; of a tape, one loan or collateral of it, the whole
    tape being delivered again. None where what was drawn has no number.
    """
    facts: dict[tuple[str, ...], list[Cells]] = {}
    for row in raw[table]:
        facts.setdefault(fact_of(table, row), []).append(row)
    if not facts:
        return None
    fact = rng.choice(sorted(facts))
    newest = max(map(known_on, facts[fact]))
    day = (LAST_DAY + DAY).isoformat()
    again = [
        {**row, "known_on": day, "source_document": "https://example.org/restated"}
        for row in facts[fact]
        if known_on(row) == newest
    ]
    row = rng.choice(again)
    numbers = dict(amounts(table, row))
    if not numbers:
        return None
    column = rng.choice(sorted(numbers))
    more = numbers[column] + rng.randint(1, 10**7)
    if table == "raw_pool_statistics":
        row[column] = in_unit(more, row["unit"])
    else:
        row[column] = f"{in_unit(more, '元')}元"
    return fact[0], row, with_rows(raw, table, again)


def _unit(table: str) -> str:
    return RAW_TABLES[table].unit_column


def printed_codes(raw: Raw) -> set[str]:
    """The codes of the deals that have a row of their own."""
    return {code_of(row) for row in raw["raw_deals"] if read_text(row["deal_code"])}


ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
