"""Recovery: collection periods, months of age, curves.

Cash in cents, rates exact fractions of the pool balance at the cut-off, ages in months.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from .clock import age_months, anniversary
from .reading import (
    Lookups,
    Row,
    divided,
    grouped,
    latest,
    read_date,
    read_int,
    read_rate,
    round_half_away,
    total,
)

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Facts:
    """What recovery needs to know of a deal; balance in cents."""

    deal_key: str
    cutoff: date | None
    balance: int | None
    estimate: Fraction | None
    liquidation: date | None
    asset_class: str
    security_class: str
    originator_name: str | None


@dataclass(frozen=True)
class Period:
    """One collection period; cash in cents."""

    number: int | None
    start: date | None
    end: date | None
    source_kind: str
    cash: int | None
    stated_cash: int | None
    stated_rate: Fraction | None
    revision_no: int
    row: Row
    is_provisional: bool = False
    cumulative: int | None = None


@dataclass(frozen=True)
class Month:
    """One month of age of a deal; cash in cents, days counted."""

    age: int
    cash: int
    rate: Fraction | None
    cumulative: int | None
    cumulative_rate: Fraction | None
    observed: Fraction

    @property
    def is_observed(self) -> bool:
        """Whether the deal counts in curves at this age."""
        return self.rate is not None and self.cumulative_rate is not None


def _report(rows: list[Row], lookups: Lookups) -> Period:
    row = latest(rows)
    return Period(
        number=read_int(row["report_no"]),
        start=read_date(row["collection_start"]),
        end=read_date(row["collection_end"]),
        source_kind="trustee_report",
        cash=total(
            lookups.row_amount(row, column)
            for column in ("in_progress_recovery", "settled_recovery")
        ),
        stated_cash=total(
            lookups.row_amount(row, column)
            for column in ("in_progress_recovery_to_date", "settled_recovery_to_date")
        ),
        stated_rate=read_rate(row["stated_cumulative_rate"]),
        revision_no=len(rows),
        row=row,
    )


def report_periods(
    facts: Facts, rows: Iterable[Row], lookups: Lookups, clock: date
) -> list[Period]:
    """Give the periods of a deal's trustee reports, in order, with cumulative cash."""
    by_number = grouped(rows, lambda row: read_int(row["report_no"]))
    printed = [_report(found, lookups) for found in by_number.values()]
    printed.sort(key=lambda one: (one.start or one.end or date.max, one.number or 0))
    periods: list[Period] = []
    running: int | None = 0
    previous = facts.cutoff
    for period in printed:
        start = period.start
        if start is not None and start == previous:
            start += DAY
        adjoins = previous is not None and start == previous + DAY and period.end is not None
        running = total((running, period.cash)) if adjoins else None
        periods.append(replace(period, start=start, cumulative=running))
        previous = period.end
    if periods:
        cleared = facts.liquidation is not None and clock >= facts.liquidation
        periods[-1] = replace(periods[-1], is_provisional=not cleared)
    return periods


def _statement(rows: list[Row], lookups: Lookups) -> Row:
    """Give the statement of one date: the latest known, then the first agency by code point."""
    last = max(row.known_on or date.min for row in rows)
    newest = [row for row in rows if (row.known_on or date.min) == last]
    return min(newest, key=lambda row: (*_agency_rank(row, lookups), -row.place))


def _agency_rank(row: Row, lookups: Lookups) -> tuple[bool, str]:
    agency = lookups.agency(row["stated_by"])
    return (agency is None, agency or "")


def statement_periods(facts: Facts, rows: Iterable[Row], lookups: Lookups) -> list[Period]:
    """Give the periods between a deal's recovery statements, in order."""
    by_date = grouped(rows, lambda row: read_date(row["pool_as_of_date"]))
    periods: list[Period] = []
    previous_end = facts.cutoff
    previous_amount: int | None = 0
    running: int | None = 0 if facts.cutoff is not None else None
    for end in sorted(day for day in by_date if day is not None):
        found = by_date[end]
        row = _statement(found, lookups)
        amount = lookups.row_amount(row, "cumulative_recovery")
        cash = None
        if amount is not None and previous_amount is not None:
            cash = amount - previous_amount
        running = total((running, cash))
        agency = lookups.agency(row["stated_by"])
        periods.append(
            Period(
                number=len(periods) + 1,
                start=None if previous_end is None else previous_end + DAY,
                end=end,
                source_kind="statement",
                cash=cash,
                stated_cash=amount,
                stated_rate=read_rate(row["stated_rate"]),
                revision_no=sum(lookups.agency(one["stated_by"]) == agency for one in found),
                row=row,
                is_provisional=True,
                cumulative=running,
            )
        )
        previous_end = end
        previous_amount = amount
    return periods


def period_row(facts: Facts, period: Period) -> tuple[dict[str, int | Fraction | None], bool]:
    """Age, rates and attainment of a period, and whether all of its computed values are there."""
    age = None
    if facts.cutoff is not None and period.end is not None:
        age = age_months(facts.cutoff, period.end)
    cumulative_rate = divided(period.cumulative, facts.balance)
    values: dict[str, int | Fraction | None] = {
        "recovery_age_months": age,
        "period_recovery_rate": divided(period.cash, facts.balance),
        "cumulative_recovery_rate": cumulative_rate,
        "estimate_attained_ratio": divided(cumulative_rate, facts.estimate),
    }
    needed = [*values.values(), period.cash, period.cumulative, period.start, period.end]
    return values, None not in needed


def months(facts: Facts, periods: Iterable[Period]) -> list[Month]:
    """Give the cash of all periods spread by day over months of age."""
    cutoff = facts.cutoff
    if cutoff is None:
        return []
    cash: dict[int, int] = {}
    covered: dict[int, int] = {}
    alone: dict[int, int] = {}
    for period in periods:
        if period.cash is None or period.start is None or period.end is None:
            continue
        days = (period.end - period.start).days + 1
        if days < 1:
            continue
        age = age_months(cutoff, period.start - DAY) + 1
        is_alone = anniversary(cutoff, age) >= period.end
        spread = 0
        first = period.start
        while first <= period.end:
            last = min(anniversary(cutoff, age), period.end)
            elapsed = (last - period.start).days + 1
            reached = round_half_away(Fraction(period.cash * elapsed, days))
            here = (last - first).days + 1
            cash[age] = cash.get(age, 0) + reached - spread
            covered[age] = covered.get(age, 0) + here
            alone[age] = alone.get(age, 0) + (here if is_alone else 0)
            spread = reached
            first = last + DAY
            age += 1
    found: list[Month] = []
    running: int | None = 0
    expected = 1
    for age in sorted(cash):
        length = (anniversary(cutoff, age) - anniversary(cutoff, age - 1)).days
        is_whole = covered[age] == length
        running = total((running, cash[age])) if is_whole and age == expected else None
        expected = age + 1
        found.append(
            Month(
                age=age,
                cash=cash[age],
                rate=divided(cash[age], facts.balance) if is_whole else None,
                cumulative=running,
                cumulative_rate=divided(running, facts.balance),
                observed=Fraction(alone[age], length),
            )
        )
    return found


def percentile(values: list[Fraction], share: Fraction) -> Fraction:
    """Give the continuous percentile: linear between the neighbours in order."""
    ranked = sorted(values)
    place = share * (len(ranked) - 1)
    below = int(place)
    above = min(below + 1, len(ranked) - 1)
    return ranked[below] + (ranked[above] - ranked[below]) * (place - below)


@dataclass(frozen=True)
class CurvePoint:
    """One cohort at one age; balance in cents, rates as fractions."""

    cohort_kind: str
    cohort: str
    segment: str
    age: int
    deal_count: int
    balance: int
    weighted_period: Fraction
    weighted_cumulative: Fraction
    chained: Fraction
    rates: list[Fraction]
    is_thin: bool


def _memberships(facts: Facts) -> Iterable[tuple[str, str, str]]:
    cohorts = [("market", "all")]
    if facts.cutoff is not None:
        cohorts.append(("cutoff_year", str(facts.cutoff.year)))
    if facts.originator_name is not None:
        cohorts.append(("originator", facts.originator_name))
    segments = ["all", facts.asset_class]
    if facts.asset_class == "micro_small" and facts.security_class != "unknown":
        segments.append(f"micro_small/{facts.security_class}")
    return [(kind, cohort, segment) for kind, cohort in cohorts for segment in segments]


def curves(deals: list[tuple[Facts, list[Month]]]) -> list[CurvePoint]:
    """All cohorts' points at every age at which a deal is observed."""
    cohorts: dict[tuple[str, str, str], list[tuple[int, dict[int, Month]]]] = {}
    for facts, found in deals:
        seen = {month.age: month for month in found if month.is_observed}
        if not seen or facts.balance is None:
            continue
        for member in _memberships(facts):
            cohorts.setdefault(member, []).append((facts.balance, seen))
    points: list[CurvePoint] = []
    for (kind, cohort, segment), members in sorted(cohorts.items()):
        ever = sum(balance for balance, _ in members)
        chained = Fraction(0)
        for age in sorted({age for _, seen in members for age in seen}):
            here = [(balance, seen[age]) for balance, seen in members if age in seen]
            balance = sum(one for one, _ in here)
            period = Fraction(sum(month.cash for _, month in here), balance)
            to_date = sum(month.cumulative or 0 for _, month in here)
            chained += period
            points.append(
                CurvePoint(
                    cohort_kind=kind,
                    cohort=cohort,
                    segment=segment,
                    age=age,
                    deal_count=len(here),
                    balance=balance,
                    weighted_period=period,
                    weighted_cumulative=Fraction(to_date, balance),
                    chained=chained,
                    rates=[month.rate for _, month in here if month.rate is not None],
                    is_thin=2 * balance < ever,
                )
            )
    return points
