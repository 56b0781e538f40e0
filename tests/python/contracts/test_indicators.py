"""Market series: two values for a date, growth that does not fit, and jumps."""

from pathlib import Path

import pytest

from contracts.delivery import Delivery, Row, sound_series
from npas.contracts import check_tables
from npas.contracts.rules import RULES
from npas.raw_files import path_tables

_SOUND = sound_series("a")


def _found(folder: Path, rows: list[Row]) -> list[tuple[str, int | None, str, str]]:
    delivery = Delivery({"raw_market_indicators": rows})
    report = check_tables(path_tables(delivery.write(folder / "delivery")), folder / "out")
    assert not report.rejected
    assert all(one.severity is RULES[one.rule].severity for one in report.violations)
    return [(one.rule, one.row, one.column, one.value) for one in report.violations]


def test_a_sound_series_has_no_finding(tmp_path: Path) -> None:
    assert not _found(tmp_path, _SOUND)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        pytest.param(
            {**_SOUND[4], "value": "40.2", "source_document": "another"},
            ("M01", 8, "value", "40.2"),
            id="two documents, two values, one date",
        ),
        pytest.param(
            {**_SOUND[3], "value": "21.1", "source_document": "another"},
            ("M01", 8, "value", "21.1"),
            id="two growth rates",
        ),
        pytest.param(
            {**_SOUND[0], "as_of_date": "2024-06-30", "value": "11.01"},
            ("M03", 8, "value", "11.01"),
            id="up by more than a tenth in a quarter",
        ),
        pytest.param(
            {**_SOUND[0], "as_of_date": "2025-06-30", "value": "10.79"},
            ("M03", 8, "value", "10.79"),
            id="down by more than a tenth in a quarter",
        ),
        pytest.param(
            {**_SOUND[4], "as_of_date": "2025-01-31", "value": "接近24"},
            ("T01", 8, "value", "接近24"),
            id="in words",
        ),
        pytest.param(
            {**_SOUND[4], "as_of_date": "2025-10-01"},
            ("D06", 8, "as_of_date", "2025-10-01"),
            id="known before its date",
        ),
    ],
)
def test_an_odd_row_is_found(
    tmp_path: Path, changed: Row, found: tuple[str, int, str, str]
) -> None:
    assert _found(tmp_path, [*_SOUND, changed]) == [found]


def test_a_row_without_a_date_is_rejected(tmp_path: Path) -> None:
    delivery = Delivery({"raw_market_indicators": [*_SOUND, {**_SOUND[4], "as_of_date": ""}]})
    report = check_tables(path_tables(delivery.write(tmp_path / "delivery")), tmp_path / "out")
    assert report.rejected
    assert [(one.rule, one.row, one.column) for one in report.violations] == [
        ("K07", 8, "as_of_date")
    ]


def test_growth_that_does_not_fit_its_balances_is_found(tmp_path: Path) -> None:
    rows = [dict(row) for row in _SOUND]
    rows[3]["value"] = "21.1"

    assert _found(tmp_path, rows) == [("M02", 4, "value", "12.0")]


def test_an_index_may_jump(tmp_path: Path) -> None:
    odd = {**_SOUND[4], "as_of_date": "2025-03-30", "value": "1"}

    assert not _found(tmp_path, [*_SOUND, odd])


def test_a_percent_sign_beside_a_percent_unit_is_one_percent(tmp_path: Path) -> None:
    rows = [dict(row) for row in _SOUND]
    rows[3]["value"] = "20.4%"

    assert not _found(tmp_path, rows)
