"""Months of age: anniversaries of a cut-off date, complete months, ordinary day counts."""

from __future__ import annotations

import calendar
from datetime import date


def anniversary(start: date, months: int) -> date:
    """Give the same day `months` later; the month's last day where it has no such day."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def age_months(start: date, end: date) -> int:
    """Complete months from `start` to `end`; negative when `end` is before `start`."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if anniversary(start, months) <= end else months - 1
