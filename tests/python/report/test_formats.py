"""Numbers as the page writes them."""

from decimal import Decimal

import pytest

from npas.report import formats
from npas.report.formats import HUNDRED_MILLION, TEN_THOUSAND, Number
from npas.report.text import Text


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (0.125, 2, "0.13"),
        (-0.125, 2, "−0.13"),
        (2.675, 2, "2.68"),
        (1234567, 0, "1,234,567"),
        (Decimal("0.05"), 1, "0.1"),
        (-0.001, 1, "0.0"),
    ],
)
def test_numbers_are_rounded_half_away_from_zero(
    value: Number, decimals: int, written: str
) -> None:
    assert formats.number(value, decimals) == written


def test_percent_is_of_the_printed_fraction() -> None:
    # as binary fractions 0.285 and 0.575 lie just below: 28 % and 57 % would be wrong
    assert formats.percent(0.285, 0) == "29%"
    assert formats.percent(0.575, 0) == "58%"
    assert formats.percent(0.0175, 2) == "1.75%"


@pytest.mark.parametrize(
    ("yuan", "written"),
    [
        (Decimal("36600000000000.00"), Text("36.6 万亿元", "CNY 36.6 trn")),
        (Decimal("22330000000.00"), Text("223.3 亿元", "CNY 22.33 bn")),
        (Decimal("100000000.00"), Text("1.0 亿元", "CNY 0.10 bn")),
        (1579000.0, Text("157.9 万元", "CNY 1.579 mn")),
    ],
)
def test_money_has_the_same_digits_in_both_languages(yuan: Number, written: Text) -> None:
    assert formats.money(yuan) == written


def test_units_are_as_the_report_prints_them() -> None:
    assert HUNDRED_MILLION.number(Decimal(119040000000)) == Text("1,190.4", "119.04")
    assert TEN_THOUSAND.number(Decimal(4689000)) == Text("468.9", "4.689")


def test_one_deal_is_not_deals() -> None:
    assert formats.deals(1).en == "1 deal"
    assert formats.deals(1190).en == "1,190 deals"
    assert formats.deals(1190).zh == "1,190 单"
