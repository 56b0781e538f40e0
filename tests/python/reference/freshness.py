"""Whether trustee reports came by the days a deal's calendar says.

Written from the documentation of `fct_deal_freshness` and its columns. Months are whole, days are
dates, missing is None.
"""

from __future__ import annotations

import calendar
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .clock import age_months, anniversary
from .reading import Lookups, Row, grouped, latest, read_date, read_int, read_text

# a payment and its report usually follow within two months
UNKNOWN_DELAY = timedelta(days=61)


@dataclass(frozen=True)
class Calendar:
    """When reports of a deal are expected; `start` is what the next step is counted from."""

    start: date | None
    months: int | None
    delay: timedelta

    def end(self, steps: int) -> date | None:
        """Give the end of the collection period so many steps on."""
        if self.start is None or self.months is None:
            return None
        day = anniversary(self.start, steps * self.months)
        return _month_end(day) if self.start == _month_end(self.start) else day

    def due(self, steps: int) -> date | None:
        """Give the day by which the report of that period is expected."""
        end = self.end(steps)
        return None if end is None else end + self.delay


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _delays(reports: Iterable[list[Row]]) -> list[timedelta]:
    """Give how long after its period each report became known first."""
    delays = []
    for revisions in reports:
        end = read_date(latest(revisions)["collection_end"])
        days = [row.known_on for row in revisions if row.known_on is not None]
        if end is not None and days:
            delays.append(min(days) - end)
    return delays


def _state(planned: Calendar, clock: date, count: int, ended_on: date | None) -> str:
    due, stale = planned.due(1), planned.due(2)
    if ended_on is not None and clock >= ended_on:
        return "ended"
    if due is None or stale is None:
        return "unknown"
    if clock <= due:
        return "on_time"
    if count == 0:
        return "never_reported"
    return "late" if clock <= stale else "stale"


def freshness(
    deal: Row, rows: Iterable[Row], lookups: Lookups, clock: date, incomplete: str
) -> dict[str, object]:
    """Give the mart's row of one deal, without its key, from all known revisions of its reports."""
    reports = list(grouped(rows, lambda row: read_int(row["report_no"])).values())
    ends = sorted(
        end for one in reports if (end := read_date(latest(one)["collection_end"])) is not None
    )
    frequency = read_text(deal["payment_frequency"])
    months = lookups.frequencies.get(frequency or "")
    if months is None:
        steps = (age_months(before, after) for before, after in itertools.pairwise(ends))
        months = min((step for step in steps if step > 0), default=None)
    planned = Calendar(
        start=ends[-1] if ends else read_date(deal["cutoff_date"]),
        months=months,
        delay=max(max(_delays(reports), default=UNKNOWN_DELAY), timedelta(0)),
    )
    ended_on = read_date(deal["liquidation_date"]) or read_date(deal["legal_maturity"])
    state = _state(planned, clock, len(reports), ended_on)
    is_open = state != "ended"
    return {
        "payment_frequency": frequency,
        "freshness": state,
        "interval_months": months,
        "report_count": len(reports),
        "last_collection_end": ends[-1] if ends else None,
        "last_known_on": max((latest(one).known_on or date.min for one in reports), default=None),
        "next_collection_end": planned.end(1) if is_open else None,
        "next_report_due_on": planned.due(1) if is_open else None,
        "stale_on": planned.due(2) if is_open else None,
        "as_of_date": clock,
        "incomplete_reason": incomplete if state == "unknown" else None,
    }
