"""Comparing marts cell for cell with the reference computation."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

MartRow = Mapping[str, object]
KEYS: dict[str, tuple[str, ...]] = {
    "dim_originator": ("originator_key",),
    "dim_deal": ("deal_key",),
    "fct_issuance": ("deal_key",),
    "fct_tranche": ("deal_key", "tranche_code"),
    "fct_pool_snapshot": ("deal_key", "snapshot_date"),
    "fct_recovery_by_period": ("deal_key", "period_no"),
    "fct_recovery_by_month": ("deal_key", "age_month"),
    "fct_recovery_curve": ("cohort_kind", "cohort", "segment", "age_month"),
    "fct_finding": ("deal_key", "rule_id", "subject"),
    "fct_deal_freshness": ("deal_key",),
    "fct_restatement": (
        *("table_name", "deal_key", "period_no", "row_key", "field", "new_known_on"),
    ),
}
# the reference says whether a reason is due, not in which words
REASON = "incomplete_reason"
# text of a finding: a number, or names in any order
VALUE_TEXTS = ("found_value", "expected_value")
TOLERANCE = 1e-12


def is_same(found: object, expected: object) -> bool:
    """Compare two cells: floats to 1e-12, everything else exactly and of one type."""
    if isinstance(found, float) and isinstance(expected, float):
        return math.isclose(found, expected, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return type(found) is type(expected) and found == expected


def differences(mart: str, found: Iterable[MartRow], expected: Sequence[MartRow]) -> list[str]:
    """Say where two versions of a mart differ, a line per cell or row; empty when nowhere.

    Columns that the reference does not know are not compared.
    """
    key = KEYS[mart]
    ours, theirs = list(found), list(expected)
    lines = [
        f"{mart}: key {place} more than once in {side}"
        for side, rows in (("the mart", ours), ("the reference", theirs))
        for place, count in Counter(_place(row, key) for row in rows).items()
        if count > 1
    ]
    found_at = {_place(row, key): row for row in ours}
    expected_at = {_place(row, key): row for row in theirs}
    lines += [f"{mart}: {place} is in the mart only" for place in found_at.keys() - expected_at]
    lines += [
        f"{mart}: {place} is in the reference only" for place in expected_at.keys() - found_at
    ]
    for place in sorted(found_at.keys() & expected_at.keys()):
        for column, value in expected_at[place].items():
            if column not in found_at[place]:
                lines.append(f"{mart}: no column {column}")
                continue
            cell = found_at[place][column]
            if column == REASON:
                cell, value = cell is None, value is None  # noqa: PLW2901
            if column in VALUE_TEXTS:
                cell, value = _value(cell), _value(value)  # noqa: PLW2901
            if not is_same(cell, value):
                lines.append(f"{mart}.{column} at {place}: {cell!r}, the reference has {value!r}")
    return lines


def _value(text: object) -> object:
    if not isinstance(text, str):
        return text
    try:
        return float(text)
    except ValueError:
        return sorted(text.split(", "))


def _place(row: MartRow, key: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row[column]) for column in key)
