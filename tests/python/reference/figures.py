"""The 31 figures of the market-watch report, computed from the marts without SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

Marts = Mapping[str, list[dict[str, Any]]]
_YI = 100_000_000
_WAN = 10_000


@dataclass(frozen=True)
class FigureDeal:
    """A micro-small deal with what the figures need of it; money in yuan."""

    code: str
    originator: str
    security: str
    year: int
    issue: Fraction
    balance: Fraction
    borrowers: int
    per_borrower: Fraction
    mortgaged: float
    residential: float | None
    repaid: float
    current_ltv: float | None
    overdue: Fraction
    estimate: float
    is_comparable: bool

    @property
    def is_secured(self) -> bool:
        """With collateral."""
        return self.security in ("property", "vehicle")


def figure_deals(marts: Marts) -> list[FigureDeal]:
    """The micro-small deals, each with its pool at the cut-off."""
    issued = {row["deal_key"]: row for row in marts["fct_issuance"]}
    pools = {(row["deal_key"], row["snapshot_date"]): row for row in marts["fct_pool_snapshot"]}
    found = []
    for deal in marts["dim_deal"]:
        if deal["asset_class"] != "micro_small":
            continue
        issue = issued[deal["deal_key"]]
        pool = pools[deal["deal_key"], deal["cutoff_date"]]
        found.append(
            FigureDeal(
                code=deal["deal_code"],
                originator=deal["originator_key"],
                security=deal["security_class"],
                year=deal["issue_year"],
                issue=Fraction(issue["issue_amount_yuan"]),
                balance=Fraction(issue["pool_balance_yuan"]),
                borrowers=pool["borrower_count"],
                per_borrower=Fraction(pool["balance_per_borrower_yuan"]),
                mortgaged=pool["mortgaged_ratio"],
                residential=pool["residential_ratio"],
                repaid=pool["repaid_ratio"],
                current_ltv=pool["weighted_current_ltv_ratio"],
                overdue=Fraction(pool["weighted_overdue_months"]),
                estimate=issue["estimated_recovery_rate"],
                is_comparable=pool["is_comparable"],
            )
        )
    return found


def counted_figures(deals: Iterable[FigureDeal]) -> dict[str, Fraction | int]:
    """Figures that the report prints as numbers, in its units and unrounded."""
    every = list(deals)
    secured = [deal for deal in every if deal.is_secured]
    homes = [deal for deal in secured if deal.security == "property"]
    vehicles = [deal for deal in secured if deal.security == "vehicle"]
    last = [deal for deal in every if deal.year == 2025]
    before = [deal for deal in every if deal.year == 2024]
    issued_last = _sum(last, lambda deal: deal.issue)
    heads = [deal.per_borrower / _WAN for deal in secured]
    one_originator = len({deal.originator for deal in vehicles}) == 1
    return {
        "F01": len(secured),
        "F02": _sum(secured, lambda deal: deal.issue) / _YI,
        "F03": _sum(secured, lambda deal: deal.balance) / _YI,
        "F04": _sum(secured, lambda deal: deal.issue, 2025) / _YI,
        "F05": _sum(secured, lambda deal: deal.balance, 2025) / _YI,
        "F06": len(last),
        "F07": issued_last / _YI,
        "F08": len(last) - len(before),
        "F09": issued_last / _sum(before, lambda deal: deal.issue),
        "F10": len({deal.originator for deal in secured}),
        "F11": len(vehicles) if one_originator else 0,
        "F12": len(homes),
        "F13": sum(deal.mortgaged > 0.8 for deal in homes),
        "F14": sum(deal.mortgaged == 1 for deal in homes),
        "F15": sum((deal.residential or 0) > 0.8 for deal in homes),
        "F16": sum(deal.residential == 1 for deal in homes),
        "F17": sum(deal.borrowers > 500 for deal in secured),
        "F18": min(heads),
        "F19": max(heads),
        "F20": _mean(heads),
        "F21": _mean([deal.overdue for deal in secured if deal.year == 2025]),
        "F31": min(deal.year for deal in every),
    }


def compared_figures(marts: Marts) -> dict[str, tuple[float, str, float]]:
    """Figures that the report states as a relation: computed value, relation, threshold."""
    deals = figure_deals(marts)
    secured = [deal for deal in deals if deal.is_secured]
    homes = [deal for deal in secured if deal.security == "property"]
    last = _sum(secured, lambda deal: deal.issue, 2025), _sum(secured, _balance, 2025)
    whole = _sum(secured, lambda deal: deal.issue), _sum(secured, _balance)
    # both sums must exceed all earlier ones
    margin = min(2 * part - total for part, total in zip(last, whole, strict=True))
    late = _mean([deal.overdue for deal in secured if 2023 <= deal.year <= 2025])
    early = _mean([deal.overdue for deal in secured if 2020 <= deal.year <= 2022])
    pairs = [(deal.repaid, deal.current_ltv) for deal in homes if deal.current_ltv is not None]
    curves = marts["fct_recovery_curve"]
    market = {
        (row["segment"], row["age_month"]): row for row in curves if row["cohort_kind"] == "market"
    }
    return {
        "F22": (float(margin), ">", 0),
        "F23": (sum(deal.repaid < 0.1 for deal in homes) / len(homes), ">", 0.5),
        "F24": (sum(ltv > 1 for _, ltv in pairs), ">", 0),
        "F25": (_covariance(pairs), "<", 0),
        "F26": (_covariance(_yearly_estimates(homes)), "<", 0),
        "F27": (_falling_share(curves), ">", 0.5),
        "F28": (float(late - early), "<", 0),
        "F29": (
            _rate_ratio(market, "micro_small/property"),
            ">",
            _rate_ratio(market, "micro_small/unsecured"),
        ),
        "F30": (_dispersion_ratio(market), "<", 1),
    }


def _balance(deal: FigureDeal) -> Fraction:
    return deal.balance


def _sum(
    deals: Iterable[FigureDeal], part: Callable[[FigureDeal], Fraction], year: int | None = None
) -> Fraction:
    return sum((part(deal) for deal in deals if year in (None, deal.year)), Fraction(0))


def _mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _covariance(pairs: list[tuple[float, float]]) -> float:
    """Of the sign of a correlation and of a slope."""
    first = sum(one for one, _ in pairs) / len(pairs)
    second = sum(other for _, other in pairs) / len(pairs)
    return sum((one - first) * (other - second) for one, other in pairs) / len(pairs)


def _yearly_estimates(homes: list[FigureDeal]) -> list[tuple[float, float]]:
    years: dict[int, list[float]] = {}
    for deal in homes:
        if deal.is_comparable:
            years.setdefault(deal.year, []).append(deal.estimate)
    return [(year, sum(found) / len(found)) for year, found in years.items()]


def _falling_share(curves: list[dict[str, Any]]) -> float:
    steps: list[bool] = []
    for age in (12, 24):
        rates: list[float] = [
            row["weighted_cumulative_rate"]
            for row in sorted(curves, key=lambda row: str(row["cohort"]))
            if row["cohort_kind"] == "cutoff_year"
            and row["segment"] == "micro_small/property"
            and row["age_month"] == age
            and not row["is_thin"]
        ]
        steps += [later < earlier for earlier, later in pairwise(rates)]
    return sum(steps) / len(steps)


def _rate_ratio(market: dict[tuple[str, int], dict[str, Any]], segment: str) -> float:
    rates = [market[segment, age]["weighted_period_rate"] for age in (24, 6)]
    return float(rates[0] / rates[1])


def _dispersion_ratio(market: dict[tuple[str, int], dict[str, Any]]) -> float:
    ranges = {
        age: row["p75_rate"] - row["p25_rate"]
        for (segment, age), row in market.items()
        # a market is always mostly young: its ages are thin by their deals
        if segment == "micro_small/property" and row["deal_count"] >= 5
    }
    first = [value for age, value in ranges.items() if 3 * age <= max(ranges)]
    last = [value for age, value in ranges.items() if 3 * age > 2 * max(ranges)]
    return float((sum(last) / len(last)) / (sum(first) / len(first)))


def printed(value: Fraction | int, decimals: int) -> Decimal:
    """A number as the report prints it: rounded half away from zero."""
    scaled = abs(Fraction(value)) * 10**decimals
    whole = int(scaled + Fraction(1, 2))
    return Decimal(whole if value >= 0 else -whole).scaleb(-decimals)
