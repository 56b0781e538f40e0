"""What later revisions changed, from raw rows alone; values as text: yuan, fraction, ISO date."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .pools import DAYS_PER_MONTH
from .reading import (
    Lookups,
    Row,
    divided,
    grouped,
    money,
    read_date,
    read_int,
    read_number,
    read_rate,
    read_text,
    squeezed,
)
from .recovery import Facts, Period

Value = str | None
Reader = Callable[[Row, Lookups], Value]
DAY_UNITS = frozenset(("天", "日", "day", "days"))
CASH = ("in_progress_recovery", "settled_recovery")
AMOUNTS = (*CASH, "cumulative_recovery", "pool_balance")
BOUNDS = ("cutoff_date", "collection_start", "collection_end")
TAPE_BALANCE = ("loan_no", "outstanding_principal", "outstanding_interest", "outstanding_fees")


@dataclass(frozen=True)
class Restatement:
    """One changed field; `cumulative_rate_change` an exact fraction or None."""

    table: str
    period_no: int | None
    row_key: str | None
    field: str
    old: Value
    new: Value
    old_row: Row
    new_row: Row
    cumulative_rate_change: Fraction | None


def _decimal(number: Fraction | None) -> Value:
    if number is None:
        return None
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    rounded = f"{exact:.10f}".rstrip("0")
    return rounded.removesuffix(".")


def _text(column: str) -> Reader:
    return lambda row, _: read_text(row[column])


def _name(column: str) -> Reader:
    return lambda row, _: squeezed(row[column]) if read_text(row[column]) else None


def _amount(column: str) -> Reader:
    def read(row: Row, lookups: Lookups) -> Value:
        cents = lookups.row_amount(row, column)
        return None if cents is None else str(money(cents))

    return read


def _rate(column: str) -> Reader:
    return lambda row, _: _decimal(read_rate(row[column]))


def _number(column: str) -> Reader:
    return lambda row, _: _decimal(read_number(row[column]))


def _whole(column: str) -> Reader:
    def read(row: Row, _: Lookups) -> Value:
        number = read_int(row[column])
        return None if number is None else str(number)

    return read


def _date(column: str) -> Reader:
    def read(row: Row, _: Lookups) -> Value:
        day = read_date(row[column])
        return None if day is None else day.isoformat()

    return read


def _originator(row: Row, lookups: Lookups) -> Value:
    printed = read_text(row["originator"])
    if printed is None:
        return None
    return lookups.originator_aliases.get(squeezed(printed).upper(), squeezed(printed))


def _statistic(row: Row, lookups: Lookups) -> Value:
    metric = read_text(row["metric"])
    if metric == "contract_amount":
        cents = lookups.amount(row["value"], row["unit"])
        return None if cents is None else str(money(cents))
    if metric == "wa_overdue_months" and squeezed(row["unit"]).lower() in DAY_UNITS:
        return _decimal(divided(read_number(row["value"]), DAYS_PER_MONTH))
    return _decimal(read_rate(row["value"], row["unit"]))


FIELDS: dict[str, dict[str, Reader]] = {
    "raw_deals": {
        "deal_name": _text("deal_name"),
        "series": _name("series"),
        "originator": _originator,
        "trustee": lambda row, lookups: lookups.trustee(row["trustee"]),
        "lead_underwriter": _text("lead_underwriter"),
        "servicer": _text("servicer"),
        "asset_subclass": _name("asset_subclass"),
        "payment_frequency": _text("payment_frequency"),
        **{name: _amount(name) for name in ("issue_amount", "pool_balance", "pool_principal")},
        "junior_share": _rate("junior_share"),
        **{
            f"class_{name}": _rate(f"class_{name}")
            for name in ("normal", "special_mention", "substandard", "doubtful", "loss")
        },
        **{
            name: _date(name)
            for name in (
                *("announce_date", "book_date", "setup_date"),
                *("cutoff_date", "legal_maturity", "liquidation_date"),
            )
        },
    },
    "raw_tranches": {
        **{name: _text(name) for name in ("tranche_name", "rate_type", "amortisation")},
        **{name: _amount(name) for name in ("issue_amount", "placed_amount")},
        "coupon": _rate("coupon"),
        **{
            name: _number(name)
            for name in ("issue_price", "expected_life_years", "weighted_life_years")
        },
        **{name: _date(name) for name in ("start_date", "expected_maturity")},
    },
    "raw_recovery_estimates": {
        "rated_on": _date("rated_on"),
        "estimated_recovery": _amount("estimated_recovery"),
        "estimated_rate": _rate("estimated_rate"),
        "basis": _text("basis"),
        "horizon": _text("horizon"),
    },
    "raw_pool_statistics": {"value": _statistic},
    "raw_recovery_statements": {
        "cumulative_recovery": _amount("cumulative_recovery"),
        "stated_rate": _rate("stated_rate"),
        "forecast_cumulative": _amount("forecast_cumulative"),
    },
    "raw_trustee_reports": {
        **{
            name: _date(name)
            for name in ("collection_start", "collection_end", "payment_date", "reported_on")
        },
        **{name: _whole(name) for name in ("in_progress_count", "settled_count")},
        **{
            name: _amount(name)
            for name in (
                *("in_progress_balance", "in_progress_recovery", "in_progress_recovery_to_date"),
                *("settled_balance", "settled_recovery", "settled_recovery_to_date"),
                *("other_inflow", "disposal_expenses", "closing_balance"),
            )
        },
        "stated_cumulative_rate": _rate("stated_cumulative_rate"),
    },
    "raw_loan_pools": {
        "borrower_no": _name("borrower_no"),
        **{
            name: _amount(name)
            for name in (
                *("contract_amount", "outstanding_principal"),
                *("outstanding_interest", "outstanding_fees"),
            )
        },
        **{name: _date(name) for name in ("granted_on", "due_on")},
        "overdue_days": _number("overdue_days"),
        "five_class": lambda row, lookups: lookups.five_class(row["five_class"]),
        **{name: _text(name) for name in ("guarantee_type", "city")},
    },
    "raw_collaterals": {
        "collateral_type": lambda row, lookups: lookups.collateral_type(row["collateral_type"]),
        "city": _text("city"),
        "lien_rank": _whole("lien_rank"),
        **{name: _amount(name) for name in ("prior_claims", "initial_value", "latest_value")},
        **{name: _date(name) for name in ("initial_valued_on", "latest_valued_on")},
    },
}


def _joined(*parts: str | None) -> str:
    return "|".join(part for part in parts if part is not None)


KEY_PARTS: dict[str, tuple[Reader, ...]] = {
    "raw_deals": (),
    "raw_tranches": (_text("tranche_code"),),
    "raw_recovery_estimates": (
        lambda row, lookups: lookups.agency(row["agency"]),
        _text("stage"),
    ),
    "raw_pool_statistics": (
        _date("as_of_date"),
        _text("stage"),
        _text("metric"),
        lambda row, lookups: lookups.agency(row["stated_by"]),
    ),
    "raw_recovery_statements": (
        _date("pool_as_of_date"),
        lambda row, lookups: lookups.agency(row["stated_by"]),
    ),
    "raw_trustee_reports": (),
    "raw_loan_pools": (_date("snapshot_date"), _name("loan_no")),
    "raw_collaterals": (_date("snapshot_date"), _name("loan_no"), _name("collateral_no")),
}


def _place(table: str, row: Row, lookups: Lookups) -> tuple[int | None, str | None]:
    """Give the period and the row key that name a raw row within its deal and table."""
    period_no = read_int(row["report_no"]) if table == "raw_trustee_reports" else None
    parts = [read(row, lookups) for read in KEY_PARTS[table]]
    return period_no, _joined(*parts) if parts else None


@dataclass(frozen=True)
class _Effect:
    """What decides how a change moves the deal's latest cumulative rate."""

    facts: Facts
    last: Period | None
    counted_statement: str | None
    is_balance_of_tape: bool

    def of(
        self, table: str, row_key: str | None, field: str, row: Row, pair: tuple[Value, Value]
    ) -> Fraction | None:
        balance = self.facts.balance
        cash = None if self.last is None else self.last.cumulative
        if not balance or balance < 0 or cash is None or self._is_inseparable(table, field, row):
            return None
        old, new = (_cents(value) if field in AMOUNTS else None for value in pair)
        is_counted = table == "raw_recovery_statements" and row_key == self.counted_statement
        if field in CASH or (field == "cumulative_recovery" and is_counted):
            return None if old is None or new is None else Fraction(new - old, balance)
        if field == "pool_balance":
            return Fraction(cash, new) - Fraction(cash, old) if old and new else None
        return Fraction(0)

    def _is_inseparable(self, table: str, field: str, row: Row) -> bool:
        return field in BOUNDS or (
            table == "raw_loan_pools"
            and field in TAPE_BALANCE
            and self.is_balance_of_tape
            and read_date(row["snapshot_date"]) == self.facts.cutoff
        )


def _cents(value: Value) -> int | None:
    return None if value is None else int(Decimal(value).scaleb(2))


def _first_document(rows: Iterable[Row]) -> Row:
    return min(rows, key=lambda row: row["source_document"])


def _rated_last(rows: list[Row]) -> list[Row]:
    last = max(read_date(row["rated_on"]) or date.min for row in rows)
    return [row for row in rows if (read_date(row["rated_on"]) or date.min) == last]


def _revisions(rows: Iterable[Row]) -> list[Row]:
    """Give one row for each day of knowledge, earliest first: the one that counts on that day.

    It is the one rated last, where rows are ratings, else the first document.
    """
    days = grouped((row for row in rows if row.known_on is not None), lambda row: row.known_on)
    chosen = [_first_document(_rated_last(same)) for same in days.values()]
    return sorted(chosen, key=lambda row: row.known_on or date.min)


def _keyed(table: str, rows: Iterable[Row], lookups: Lookups) -> Iterator[tuple[Row, Row]]:
    for same in grouped(rows, lambda row: _place(table, row, lookups)).values():
        revisions = _revisions(same)
        yield from itertools.pairwise(revisions)


def _changes(
    table: str, rows: list[Row], lookups: Lookups
) -> Iterator[tuple[Row, Row, Row, str, Value, Value]]:
    """Give old row, new row, the row that names the place, field, old and new value."""
    if table not in ("raw_loan_pools", "raw_collaterals"):
        for old, new in _keyed(table, rows, lookups):
            for field, read in FIELDS[table].items():
                yield old, new, new, field, read(old, lookups), read(new, lookups)
        return
    number = "loan_no" if table == "raw_loan_pools" else "collateral_no"
    for tape in grouped(rows, lambda row: read_date(row["snapshot_date"])).values():
        deliveries = grouped((row for row in tape if row.known_on), lambda row: row.known_on)
        days = sorted(day for day in deliveries if day is not None)
        for before, after in itertools.pairwise(days):
            was = {_place(table, row, lookups): row for row in deliveries[before]}
            now = {_place(table, row, lookups): row for row in deliveries[after]}
            first, second = (_first_document(deliveries[day]) for day in (before, after))
            for place in was.keys() - now.keys():
                yield was[place], second, was[place], number, squeezed(was[place][number]), None
            for place in now.keys() - was.keys():
                yield first, now[place], now[place], number, None, squeezed(now[place][number])
            for place in was.keys() & now.keys():
                for field, read in FIELDS[table].items():
                    old, new = was[place], now[place]
                    yield old, new, new, field, read(old, lookups), read(new, lookups)


def restatements(
    facts: Facts,
    rows: dict[str, list[Row]],
    periods: list[Period],
    lookups: Lookups,
    *,
    is_balance_of_tape: bool,
) -> list[Restatement]:
    """Give every changed field of one deal; `rows` are its raw rows by table."""
    last = max(periods, key=lambda one: (one.end or date.max, one.number or 0), default=None)
    effect = _Effect(facts, last, _counted(rows, last, lookups), is_balance_of_tape)
    found: list[Restatement] = []
    for table in FIELDS:
        for old_row, new_row, named, field, old, new in _changes(table, rows[table], lookups):
            if old == new:
                continue
            period_no, row_key = _place(table, named, lookups)
            change = effect.of(table, row_key, field, named, (old, new))
            found.append(
                Restatement(table, period_no, row_key, field, old, new, old_row, new_row, change)
            )
    return found


def _counted(rows: dict[str, list[Row]], last: Period | None, lookups: Lookups) -> str | None:
    """Give the key of the statement that the latest cumulative amount is read from."""
    if last is None or last.source_kind != "statement":
        return None
    same_day = [
        row
        for row in rows["raw_recovery_statements"]
        if read_date(row["pool_as_of_date"]) == last.end
    ]
    newest = max(row.known_on or date.min for row in same_day)
    agencies = [
        lookups.agency(row["stated_by"]) for row in same_day if (row.known_on or date.min) == newest
    ]
    return _joined(
        None if last.end is None else last.end.isoformat(),
        min(agencies, key=lambda name: (name is None, name or "")),
    )
