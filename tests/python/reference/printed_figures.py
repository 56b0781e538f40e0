"""The figures that the market-watch report prints as numbers, exact, without SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

Row = Mapping[str, Any]
_YI = 100_000_000
_WAN = 10_000


def printed_figures(deals: Iterable[Row]) -> dict[str, Fraction | int]:
    """The figures in the report's units, unrounded; `deals` as `market_watch.figure_deals` says."""
    every = list(deals)
    secured = [deal for deal in every if deal["is_secured"]]
    homes = [deal for deal in secured if deal["security_class"] == "property"]
    vehicles = [deal for deal in secured if deal["security_class"] == "vehicle"]
    last = [deal for deal in every if deal["issue_year"] == 2025]
    before = [deal for deal in every if deal["issue_year"] == 2024]
    secured_last = [deal for deal in last if deal["is_secured"]]
    heads = _numbers(secured, "balance_per_borrower_yuan")
    has_one_originator = len({deal["originator_key"] for deal in vehicles}) == 1
    return {
        "F01": len(secured),
        "F02": _sum(secured, "issue_amount_yuan") / _YI,
        "F03": _sum(secured, "pool_balance_yuan") / _YI,
        "F04": _sum(secured_last, "issue_amount_yuan") / _YI,
        "F05": _sum(secured_last, "pool_balance_yuan") / _YI,
        "F06": len(last),
        "F07": _sum(last, "issue_amount_yuan") / _YI,
        "F08": len(last) - len(before),
        "F09": _sum(last, "issue_amount_yuan") / _sum(before, "issue_amount_yuan"),
        "F10": len({deal["originator_key"] for deal in secured}),
        "F11": len(vehicles) if has_one_originator else 0,
        "F12": len(homes),
        "F13": sum(deal["mortgaged_ratio"] > 0.8 for deal in homes),
        "F14": sum(deal["mortgaged_ratio"] == 1 for deal in homes),
        "F15": sum(deal["residential_ratio"] > 0.8 for deal in homes),
        "F16": sum(deal["residential_ratio"] == 1 for deal in homes),
        "F17": sum(deal["borrower_count"] > 500 for deal in secured),
        "F18": min(heads) / _WAN,
        "F19": max(heads) / _WAN,
        "F20": sum(heads) / len(heads) / _WAN,
        "F21": _sum(secured_last, "weighted_overdue_months") / len(secured_last),
        "F31": min(deal["issue_year"] for deal in every),
    }


def as_printed(value: Fraction | int, decimals: int) -> Decimal:
    """A number as the report prints it: rounded half away from zero; not below zero."""
    return Decimal(int(Fraction(value) * 10**decimals + Fraction(1, 2))).scaleb(-decimals)


def _numbers(deals: Iterable[Row], column: str) -> list[Fraction]:
    return [Fraction(deal[column]) for deal in deals]


def _sum(deals: Iterable[Row], column: str) -> Fraction:
    return sum(_numbers(deals, column), Fraction(0))
