"""What the comparison of two engines takes for equal, and what it does not."""

from datetime import date
from decimal import Decimal

import pytest

from spark.comparison import Row, differences, is_equal


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (Decimal("0.01"), Decimal("0.02")),
        (Decimal("12345678901234567.89"), Decimal("12345678901234567.90")),
        (0.25, 0.25000001),
        (0.0, 2e-9),
        (None, Decimal(0)),
        (None, ""),
        ("住宅", "住宅 "),
        (date(2024, 2, 29), date(2024, 2, 28)),
        (1, True),
        (1, 1.0),
    ],
)
def test_other_cells_differ(expected: object, found: object) -> None:
    assert not is_equal(expected, found)


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (Decimal("0.10"), Decimal("0.1")),
        (0.25, 0.2500000001),
        (1e9, 1e9 + 0.5),
        (None, None),
        ("住宅", "住宅"),
    ],
)
def test_equal_cells_do_not(expected: object, found: object) -> None:
    assert is_equal(expected, found)


def test_a_difference_is_told_by_row_and_column() -> None:
    rows: list[Row] = [("24A", 1), ("24B", 2)]

    assert differences(("deal", "count"), rows, rows) == []
    assert differences(("deal", "count"), rows, [("24A", 1), ("24B", 3)]) == [
        "row 1, count: 2 expected, 3 found"
    ]


def test_a_missing_row_is_a_difference() -> None:
    rows: list[Row] = [("24A",), ("24B",)]

    assert differences(("deal",), rows, rows[:1]) == ["2 rows expected, 1 found"]
