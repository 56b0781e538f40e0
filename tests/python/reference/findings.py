"""Findings: what documents say of one deal that does not fit together, or that nobody can read.

Written from the table of rules in the documentation of `fct_finding`. Text of amounts and rates is
the plain number; columns that were not read are named in the order of the raw table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .pools import Snapshot, Tape
from .reading import (
    Lookups,
    Row,
    is_blank,
    md5,
    money,
    name_key,
    read_date,
    read_int,
    read_number,
    read_rate,
    read_text,
    squeezed,
)
from .recovery import DAY, Facts, Period
from .restatements import Restatement

CENT = 1
RATE_TOLERANCE = Fraction("0.0005")
SHARE_TOLERANCE = Fraction("0.0001")
TERM_TOLERANCE = Fraction("0.01")
AMOUNT_TOLERANCE = Fraction(100 * 100)
DEAL_AMOUNTS = ("issue_amount", "pool_balance", "pool_principal")
DEAL_RATES = (
    *("junior_share", "class_normal", "class_special_mention"),
    *("class_substandard", "class_doubtful", "class_loss"),
)
DEAL_DATES = (
    *("announce_date", "book_date", "setup_date"),
    *("cutoff_date", "legal_maturity", "liquidation_date"),
)
TRANCHE_NUMBERS = ("issue_price", "expected_life_years", "weighted_life_years")
REPORT_COUNTS = ("report_no", "in_progress_count", "settled_count")
REPORT_DATES = ("collection_start", "collection_end", "payment_date", "reported_on")
DEAL_ORDER = (
    ("announce_date", "book_date"),
    ("cutoff_date", "book_date"),
    ("book_date", "setup_date"),
    ("setup_date", "liquidation_date"),
    ("setup_date", "legal_maturity"),
)
REPORT_ORDER = (("collection_end", "payment_date"), ("collection_end", "reported_on"))
_MART_NAMES = {"legal_maturity": "legal_maturity_date"}
REPORT_AMOUNTS = (
    *("in_progress_balance", "in_progress_recovery", "in_progress_recovery_to_date"),
    *("settled_balance", "settled_recovery", "settled_recovery_to_date"),
    *("other_inflow", "disposal_expenses", "closing_balance"),
)

Value = int | float | Decimal | str | None
Reader = Callable[[Row, str], object]


@dataclass(frozen=True)
class Finding:
    """One contradiction of a deal; values as text."""

    rule: str
    subject: str
    found: str | None
    expected: str | None
    document: str | None

    def row(self, deal_key: str) -> dict[str, object]:
        """Give the mart's row."""
        return {
            "finding_key": md5(f"{deal_key}|{self.rule}|{self.subject}"),
            "deal_key": deal_key,
            "rule_id": self.rule,
            "subject": self.subject,
            "found_value": self.found,
            "expected_value": self.expected,
            "source_document": self.document,
        }


def _finding(rule: str, subject: str, found: Value, expected: Value, row: Row) -> Finding:
    return Finding(rule, subject, _text(found), _text(expected), read_text(row["source_document"]))


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def originator_findings(row: Row, lookups: Lookups) -> Iterator[Finding]:
    """Say where the originator was not read from its own printed name."""
    printed, series = read_text(row["originator"]), read_text(row["series"])
    if printed is not None and name_key(printed) in lookups.originator_aliases:
        return
    is_open = printed is None or name_key(printed) in lookups.trustees
    if not is_open or series is None or name_key(series) not in lookups.series:
        rule, expected = "originator_unresolved", "a name or a series of the reference lists"
    else:
        rule = "originator_not_printed" if printed is None else "originator_is_a_trustee"
        expected = f"read from series {squeezed(series)}"
    found = None if printed is None else squeezed(printed)
    yield _finding(rule, "originator", found, expected, row)


def _unread(row: Row, subject: str, kinds: Iterable[tuple[Iterable[str], Reader]]) -> list[Finding]:
    names = [
        column
        for columns, read in kinds
        for column in columns
        if not is_blank(row[column]) and read(row, column) is None
    ]
    return [_finding("value_not_read", subject, ", ".join(names), None, row)] if names else []


def _cell(read: Callable[[str], object]) -> Reader:
    return lambda row, column: read(row[column])


def unread_deal(row: Row, lookups: Lookups) -> list[Finding]:
    """Name the columns of a deal that say something nobody can read."""
    kinds: list[tuple[Iterable[str], Reader]] = [
        (DEAL_AMOUNTS, lookups.row_amount),
        (DEAL_RATES, _cell(read_rate)),
        (DEAL_DATES, _cell(read_date)),
    ]
    return _unread(row, "deal", kinds)


def unread_tranche(row: Row, lookups: Lookups) -> list[Finding]:
    """Name the columns of a tranche that say something nobody can read."""
    kinds: list[tuple[Iterable[str], Reader]] = [
        (("issue_amount", "placed_amount"), lookups.row_amount),
        (("coupon",), _cell(read_rate)),
        (TRANCHE_NUMBERS, _cell(read_number)),
        (("start_date", "expected_maturity"), _cell(read_date)),
    ]
    return _unread(row, f"tranche {read_text(row['tranche_code'])}", kinds)


def unread_report(row: Row, lookups: Lookups) -> list[Finding]:
    """Name the columns of a trustee report that say something nobody can read."""
    kinds: list[tuple[Iterable[str], Reader]] = [
        (REPORT_COUNTS, _cell(read_int)),
        (REPORT_AMOUNTS, lookups.row_amount),
        (("stated_cumulative_rate",), _cell(read_rate)),
        (REPORT_DATES, _cell(read_date)),
    ]
    return _unread(row, f"report {read_int(row['report_no'])}", kinds)


def _gap(cutoff: date | None, previous_end: date | None, period: Period) -> str | None:
    if cutoff is None:
        return "cut-off date missing"
    if period.start is None or period.end is None:
        return "collection dates missing"
    due = (previous_end or cutoff) + DAY
    if period.start > due:
        return "collection period missing before it"
    return "collection period overlaps" if period.start < due else None


def _no_cash(period: Period) -> str | None:
    if period.cash is not None:
        return None
    if period.source_kind == "trustee_report":
        return "recovery amount missing in the report"
    if period.stated_cash is None:
        return "statement without an amount"
    return "statement before it without an amount"


def period_findings(cutoff: date | None, periods: Iterable[Period]) -> Iterator[Finding]:
    """Gaps, missing amounts and skipped numbers, in the order of the periods' ends."""
    ordered = sorted(periods, key=lambda one: (one.end or date.max, one.number or 0))
    previous_end, previous_number = None, 0
    for period in ordered:
        subject = f"period {period.number}"
        gap, no_cash = _gap(cutoff, previous_end, period), _no_cash(period)
        if gap is not None:
            start = None if period.start is None else period.start.isoformat()
            yield _finding("period_gap", subject, start, gap, period.row)
        if no_cash is not None:
            yield _finding("recovery_amount_missing", subject, None, no_cash, period.row)
        if gap is None and period.number != previous_number + 1:
            due = previous_number + 1
            yield _finding("report_number_skipped", subject, period.number, due, period.row)
        previous_end, previous_number = period.end, period.number or 0


def stated_findings(facts: Facts, periods: Iterable[Period]) -> Iterator[Finding]:
    """Stated cumulative amounts and rates beside the running sum."""
    for period in periods:
        ours, stated = period.cumulative, period.stated_cash
        if ours is None:
            continue
        subject = f"period {period.number}"
        if stated is not None and abs(stated - ours) > CENT:
            found, expected = money(stated), money(ours)
            yield _finding("stated_cumulative_differs", subject, found, expected, period.row)
        if period.stated_rate is None or not facts.balance:
            continue
        rate = Fraction(ours, facts.balance)
        if abs(period.stated_rate - rate) > RATE_TOLERANCE:
            found_rate, expected_rate = float(period.stated_rate), float(rate)
            yield _finding("stated_rate_differs", subject, found_rate, expected_rate, period.row)


def structure_findings(
    row: Row, issue: int | None, senior: int | None, junior: int | None
) -> Iterator[Finding]:
    """Tranches beside the issue amount."""
    if issue is None or senior is None or junior is None:
        return
    if abs(senior + junior - issue) > CENT:
        found, expected = money(senior + junior), money(issue)
        yield _finding("tranches_differ_from_issue", "issue amount", found, expected, row)


def restated_findings(changes: Iterable[Restatement]) -> Iterator[Finding]:
    """Facts that cannot change and were stated otherwise by a later document."""
    for change in changes:
        is_static = change.table == "raw_deals" and change.field in ("cutoff_date", "originator")
        if not is_static or change.old is None or change.new is None:
            continue
        subject = f"{change.field} known {change.new_row.known_on}"
        yield _finding("static_fact_restated", subject, change.new, change.old, change.new_row)


def date_findings(row: Row, owner: str, pairs: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Dates of a row that lie before one they cannot precede; pairs of earlier and later."""
    for earlier, later in pairs:
        first, second = read_date(row[earlier]), read_date(row[later])
        if first is not None and second is not None and second < first:
            names = [_MART_NAMES.get(name, name) for name in (later, earlier)]
            subject = f"{owner}{' before '.join(names)}"
            expected = f"not before {first.isoformat()}"
            yield _finding("dates_out_of_order", subject, second.isoformat(), expected, row)


def tape_findings(
    day: date, tape: Tape, snapshot: Snapshot, stated: dict[str, Fraction | int]
) -> Iterator[Finding]:
    """One tape beside what documents state of its date; amounts in cents."""
    share, term, amount = SHARE_TOLERANCE, TERM_TOLERANCE, AMOUNT_TOLERANCE
    current, initial = snapshot.weighted_current_ltv, snapshot.weighted_initial_ltv
    overdue = snapshot.weighted_overdue_months
    compared: list[tuple[str, str, int | Fraction | None, Fraction]] = [
        ("loan_count", "loan_count", snapshot.loan_count, Fraction(0)),
        ("borrower_count", "borrower_count", snapshot.borrower_count, Fraction(0)),
        ("mortgaged_ratio", "mortgaged_share", snapshot.mortgaged_ratio, share),
        ("residential_ratio", "residential_share", snapshot.residential_ratio, share),
        ("weighted_current_ltv_ratio", "wa_current_ltv", current, share),
        ("weighted_initial_ltv_ratio", "wa_initial_ltv", initial, share),
        ("weighted_overdue_months", "wa_overdue_months", overdue, term),
        ("top10_borrower_ratio", "top10_borrower_share", snapshot.top10_ratio, share),
        ("contract_amount_yuan", "contract_amount", snapshot.contract, amount),
        ("balance_yuan", "pool_balance", snapshot.balance, amount),
    ]
    for measure, metric, ours, tolerance in compared:
        theirs = stated.get(metric)
        if ours is None or theirs is None or abs(Fraction(ours) - theirs) <= tolerance:
            continue
        scale = 100 if tolerance == amount else 1
        yield Finding(
            "tape_differs_from_disclosed",
            f"{measure} at {day.isoformat()}",
            str(float(Fraction(theirs) / scale)),
            str(float(Fraction(ours) / scale)),
            tape.documents,
        )
