"""The market-watch figures and their facts, recomputed from the marts without SQL."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from statistics import correlation, fmean, linear_regression, median
from typing import Any

Row = dict[str, Any]
Marts = Mapping[str, list[Row]]
Facts = dict[tuple[int, str], float | str | None]
_TENTHS = 10
_BORROWER_EDGES = (0, 100, 200, 300, 400, 500, 1000, 2000, 5000, None)
_FEW_DEALS = 5
FIGURE_KEYS: Mapping[str, tuple[str, ...]] = {
    "figure_03_micro_small_issuance": ("issue_year", "security_group"),
    "figure_04_secured_disposal": ("issue_year",),
    "figure_05_secured_originators": ("originator_key",),
    "figure_06_collateral_kinds": ("security_class",),
    "figure_07_mortgaged_ratio": ("bin_no",),
    "figure_08_residential_ratio": ("bin_no",),
    "figure_09_repaid_ratio_and_ltv": ("deal_key",),
    "figure_10_borrowers_per_deal": ("bin_no",),
    "figure_11_balance_per_borrower": ("deal_key",),
    "figure_12_overdue_months": ("deal_key",),
    "figure_13_estimated_recovery": ("deal_key",),
    "figure_14_cumulative_recovery": ("cutoff_year", "age_month"),
    "figure_15_period_recovery": ("cohort_kind", "cohort", "segment", "age_month"),
    "figure_16_period_dispersion": ("age_month",),
    "figure_17_originator_recovery": ("originator_name", "age_month"),
}


def figure_deals(marts: Marts) -> list[Row]:
    """Micro-small deals with their pool at the cut-off and their originator's name."""
    issued = {row["deal_key"]: row for row in marts["fct_issuance"]}
    banks = {row["originator_key"]: row for row in marts["dim_originator"]}
    pools = {(row["deal_key"], row["snapshot_date"]): row for row in marts["fct_pool_snapshot"]}
    found: list[Row] = []
    for deal in marts["dim_deal"]:
        if deal["asset_class"] != "micro_small":
            continue
        pool = pools.get((deal["deal_key"], deal["cutoff_date"]), {})
        bank = banks.get(deal["originator_key"], {})
        issue = issued[deal["deal_key"]]
        found.append(
            defaultdict(
                lambda: None,
                {
                    **pool,
                    **deal,
                    "originator_name": bank.get("originator_name"),
                    "originator_type": bank.get("originator_type"),
                    "issue_amount_yuan": issue["issue_amount_yuan"],
                    "pool_balance_yuan": issue["pool_balance_yuan"],
                    "estimated_recovery_rate": issue["estimated_recovery_rate"],
                    "is_secured": deal["security_class"] in ("property", "vehicle"),
                },
            )
        )
    return found


def figures(marts: Marts) -> dict[str, list[Row]]:
    """The rows of figures 3 to 17, by the name of the model."""
    deals = figure_deals(marts)
    secured = [deal for deal in deals if deal["is_secured"]]
    homes = [deal for deal in secured if deal["security_class"] == "property"]
    curves = marts["fct_recovery_curve"]
    return {
        "figure_03_micro_small_issuance": _issuance(deals),
        "figure_04_secured_disposal": _grouped(
            secured, with_balance=True, issue_year=lambda deal: deal["issue_year"]
        ),
        "figure_05_secured_originators": _originators(secured),
        "figure_06_collateral_kinds": _grouped(
            secured, with_balance=True, security_class=lambda deal: deal["security_class"]
        ),
        "figure_07_mortgaged_ratio": _tenths(homes, "mortgaged_ratio"),
        "figure_08_residential_ratio": _tenths(homes, "residential_ratio"),
        "figure_09_repaid_ratio_and_ltv": _known(
            homes, "repaid_ratio", "weighted_current_ltv_ratio"
        ),
        "figure_10_borrowers_per_deal": _borrower_bins(secured),
        "figure_11_balance_per_borrower": _ranked(secured),
        "figure_12_overdue_months": _overdue(secured),
        "figure_13_estimated_recovery": _estimates(secured),
        "figure_14_cumulative_recovery": [
            {**row, "cutoff_year": int(row["cohort"])}
            for row in _curve(curves, "cutoff_year", "micro_small/property")
        ],
        "figure_15_period_recovery": [
            *(
                {**row, "segment": "property"}
                for row in _curve(curves, "cutoff_year", "micro_small/property")
            ),
            *_market(curves, "property"),
            *_market(curves, "unsecured"),
        ],
        "figure_16_period_dispersion": _market(curves, "property"),
        "figure_17_originator_recovery": _by_originator(curves),
    }


def _total(deals: Iterable[Row], amount: str) -> Decimal | None:
    known = [deal[amount] for deal in deals if deal[amount] is not None]
    return sum(known, Decimal(0)) if known else None


def _grouped(
    deals: Iterable[Row], *, with_balance: bool = False, **keys: Callable[[Row], Any]
) -> list[Row]:
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for deal in deals:
        groups[tuple(key(deal) for key in keys.values())].append(deal)
    amounts = ["issue_amount_yuan", *(["pool_balance_yuan"] if with_balance else [])]
    return [
        {
            **dict(zip(keys, place, strict=True)),
            "deal_count": len(members),
            **{amount: _total(members, amount) for amount in amounts},
        }
        for place, members in groups.items()
        if None not in place
    ]


def _issuance(deals: Iterable[Row]) -> list[Row]:
    rows = _grouped(
        deals,
        issue_year=lambda deal: deal["issue_year"],
        security_group=lambda deal: "secured" if deal["is_secured"] else deal["security_class"],
    )
    for row in rows:
        year = [other for other in rows if other["issue_year"] == row["issue_year"]]
        row["year_deal_count"] = sum(other["deal_count"] for other in year)
        row["year_issue_amount_yuan"] = _total(year, "issue_amount_yuan")
    return rows


def _originators(secured: Iterable[Row]) -> list[Row]:
    rows = _grouped(
        secured,
        originator_key=lambda deal: deal["originator_key"],
        originator_name=lambda deal: deal["originator_name"] or "",
        originator_type=lambda deal: deal["originator_type"] or "",
    )
    whole = _total(rows, "issue_amount_yuan")
    for row in rows:
        amount = row["issue_amount_yuan"]
        row["issue_share_ratio"] = (
            None if amount is None or not whole else float(Fraction(amount) / Fraction(whole))
        )
    return rows


def _tenths(deals: Iterable[Row], ratio: str) -> list[Row]:
    ratios = [round(Fraction(deal[ratio]), 12) for deal in deals if deal[ratio] is not None]
    edges = [(place / _TENTHS, (place + 1) / _TENTHS) for place in range(_TENTHS)] + [(1.0, 1.0)]
    counts = [0] * len(edges)
    for value in ratios:
        whole = math.ceil(value * _TENTHS)
        counts[_TENTHS if value == 1 else max(whole, 1) - 1] += 1
    return [
        {"bin_no": place + 1, "lower_ratio": low, "upper_ratio": high, "deal_count": counts[place]}
        for place, (low, high) in enumerate(edges)
    ]


def _known(deals: Iterable[Row], *columns: str) -> list[Row]:
    return [deal for deal in deals if all(deal[column] is not None for column in columns)]


def _borrower_bins(secured: Iterable[Row]) -> list[Row]:
    counts = [deal["borrower_count"] for deal in _known(secured, "borrower_count")]
    return [
        {
            "bin_no": place,
            "lower_count": low,
            "upper_count": high,
            "deal_count": sum(
                low < count and (high is None or count <= high)
                for count in counts
                if low is not None
            ),
        }
        for place, (low, high) in enumerate(pairwise(_BORROWER_EDGES), start=1)
    ]


def _ranked(secured: Iterable[Row]) -> list[Row]:
    known = _known(secured, "balance_per_borrower_yuan")
    known.sort(key=lambda deal: (-deal["balance_per_borrower_yuan"], deal["deal_code"]))
    return [{**deal, "rank_no": rank} for rank, deal in enumerate(known, start=1)]


def _overdue(secured: Iterable[Row]) -> list[Row]:
    known = _known(secured, "weighted_overdue_months", "issue_year")
    years: dict[int, list[float]] = defaultdict(list)
    for deal in known:
        years[deal["issue_year"]].append(deal["weighted_overdue_months"])
    return [
        {
            **deal,
            "year_mean_months": fmean(years[deal["issue_year"]]),
            "year_deal_count": len(years[deal["issue_year"]]),
        }
        for deal in known
    ]


def _estimates(secured: Iterable[Row]) -> list[Row]:
    known = _known(secured, "estimated_recovery_rate", "issue_year")
    years: dict[int, list[float]] = defaultdict(list)
    for deal in known:
        if deal["security_class"] == "property" and deal["is_comparable"]:
            years[deal["issue_year"]].append(deal["estimated_recovery_rate"])
    return [
        {
            **deal,
            "is_comparable": (
                deal["is_comparable"] if deal["security_class"] == "property" else False
            ),
            "year_comparable_mean_rate": (
                fmean(years[deal["issue_year"]]) if years[deal["issue_year"]] else None
            ),
            "year_comparable_deal_count": len(years[deal["issue_year"]]),
        }
        for deal in known
    ]


def _curve(curves: Iterable[Row], kind: str, segment: str) -> list[Row]:
    return [dict(row) for row in curves if row["cohort_kind"] == kind and row["segment"] == segment]


def _market(curves: Iterable[Row], segment: str) -> list[Row]:
    return [
        {**row, "segment": segment, "is_thin": row["deal_count"] < _FEW_DEALS}
        for row in _curve(curves, "market", f"micro_small/{segment}")
    ]


def _by_originator(curves: Iterable[Row]) -> list[Row]:
    rows = _curve(curves, "originator", "micro_small/property")
    most = {
        name: max(row["deal_count"] for row in rows if row["cohort"] == name)
        for name in {row["cohort"] for row in rows}
    }
    return [
        {
            **row,
            "originator_name": row["cohort"],
            "is_thin": row["deal_count"] == 1 and most[row["cohort"]] > 1,
        }
        for row in rows
    ]


def facts(marts: Marts) -> Facts:
    """What sentences about figures 3 to 17 say: a value, or the label of a fact that is a name."""
    drawn = figures(marts)
    return {
        **_issuance_facts(figure_deals(marts), drawn),
        **_pool_facts(drawn, figure_deals(marts)),
        **_recovery_facts(drawn),
        **_originator_trend(marts),
    }


def _issuance_facts(deals: list[Row], drawn: Mapping[str, list[Row]]) -> Facts:
    dated = _known(deals, "issue_year")
    last = max(deal["issue_year"] for deal in dated)
    now = [deal for deal in dated if deal["issue_year"] == last]
    before = [deal for deal in dated if deal["issue_year"] == last - 1]
    secured = [deal for deal in deals if deal["is_secured"]]
    last_secured = max((deal["issue_year"] for deal in _known(secured, "issue_year")), default=None)
    new = [deal for deal in secured if deal["issue_year"] == last_secured]
    old = [deal for deal in _known(secured, "issue_year") if deal["issue_year"] < last_secured]
    banks = sorted(
        drawn["figure_05_secured_originators"],
        key=lambda row: (-(row["issue_amount_yuan"] or 0), row["originator_name"]),
    )
    return {
        (3, "first_year"): min(deal["issue_year"] for deal in dated),
        (3, "latest_year"): last,
        (3, "deal_count"): len(dated),
        (3, "deal_count_change"): len(now) - len(before),
        (3, "issue_amount_multiple"): _over(
            _total(now, "issue_amount_yuan"), _total(before, "issue_amount_yuan")
        ),
        (3, "latest_secured_deal_count"): sum(deal["is_secured"] for deal in now),
        (3, "latest_secured_issue_ratio"): _over(
            _total([deal for deal in now if deal["is_secured"]], "issue_amount_yuan"),
            _total(now, "issue_amount_yuan"),
        ),
        (4, "issue_amount_yuan"): _number(_total(secured, "issue_amount_yuan")),
        (4, "pool_balance_yuan"): _number(_total(secured, "pool_balance_yuan")),
        (4, "latest_pool_balance_yuan"): _number(_total(new, "pool_balance_yuan")),
        (4, "earlier_deal_count"): len(old),
        (4, "earlier_issue_amount_yuan"): _number(_total(old, "issue_amount_yuan")),
        (4, "latest_to_earlier_issue_multiple"): _over(
            _total(new, "issue_amount_yuan"), _total(old, "issue_amount_yuan")
        ),
        (4, "latest_to_earlier_balance_multiple"): _over(
            _total(new, "pool_balance_yuan"), _total(old, "pool_balance_yuan")
        ),
        (5, "originator_count"): len(banks),
        (5, "top_originator"): banks[0]["originator_name"],
        (5, "top3_issue_ratio"): _over(
            _total(banks[:3], "issue_amount_yuan"), _total(banks, "issue_amount_yuan")
        ),
        (5, "joint_stock_originator_count"): sum(
            row["originator_type"] == "joint_stock" for row in banks
        ),
        (6, "property_deal_count"): sum(deal["security_class"] == "property" for deal in secured),
        (6, "vehicle_deal_count"): sum(deal["security_class"] == "vehicle" for deal in secured),
    }


def _pool_facts(drawn: Mapping[str, list[Row]], deals: list[Row]) -> Facts:
    homes = [deal for deal in deals if deal["security_class"] == "property"]
    shares = [deal["mortgaged_ratio"] for deal in _known(homes, "mortgaged_ratio")]
    housing = [deal["residential_ratio"] for deal in _known(homes, "residential_ratio")]
    points = drawn["figure_09_repaid_ratio_and_ltv"]
    repaid = [row["repaid_ratio"] for row in points]
    values = [row["weighted_current_ltv_ratio"] for row in points]
    borrowers = [
        deal["borrower_count"]
        for deal in deals
        if deal["is_secured"] and deal["borrower_count"] is not None
    ]
    heads = drawn["figure_11_balance_per_borrower"]
    overdue = drawn["figure_12_overdue_months"]
    last = max((row["issue_year"] for row in overdue), default=0)
    late, early = (
        [
            row["weighted_overdue_months"]
            for row in overdue
            if first <= row["issue_year"] <= first + 2
        ]
        for first in (last - 2, last - 5)
    )
    estimates = drawn["figure_13_estimated_recovery"]
    means = sorted(
        {
            (row["issue_year"], row["year_comparable_mean_rate"])
            for row in estimates
            if row["year_comparable_mean_rate"] is not None
        }
    )
    enough = len(means) > 2
    return {
        (7, "known_deal_count"): len(shares),
        (7, "over_80_deal_count"): sum(ratio > 0.8 for ratio in shares),
        (7, "full_deal_count"): sum(ratio == 1 for ratio in shares),
        (7, "median_ratio"): median(shares) if shares else None,
        (8, "over_80_deal_ratio"): (
            sum(ratio > 0.8 for ratio in housing) / len(housing) if housing else None
        ),
        (8, "full_deal_count"): sum(ratio == 1 for ratio in housing),
        (8, "lowest_ratio"): min(housing, default=None),
        (9, "known_deal_count"): len(points),
        (9, "correlation"): correlation(repaid, values) if len(points) > 2 else None,
        (9, "repaid_below_10_deal_count"): sum(ratio < 0.1 for ratio in repaid),
        (9, "ltv_above_100_deal_count"): sum(ratio > 1 for ratio in values),
        (9, "median_ltv_ratio"): median(values) if values else None,
        (10, "over_500_deal_count"): sum(count > 500 for count in borrowers),
        (10, "median_borrower_count"): float(median(borrowers)) if borrowers else None,
        (11, "highest_yuan"): heads[0]["deal_name"],
        (11, "lowest_yuan"): heads[-1]["deal_name"],
        (11, "mean_yuan"): fmean(float(row["balance_per_borrower_yuan"]) for row in heads),
        (12, "latest_year"): last,
        (12, "latest_year_mean_months"): next(
            row["year_mean_months"] for row in overdue if row["issue_year"] == last
        ),
        (12, "recent_mean_months"): fmean(late) if late else None,
        (12, "earlier_mean_months"): fmean(early) if early else None,
        (12, "mean_change_months"): fmean(late) - fmean(early) if late and early else None,
        (13, "comparable_deal_count"): sum(row["is_comparable"] is True for row in estimates),
        (13, "comparable_year_count"): len(means),
        (13, "latest_comparable_mean_rate"): means[-1][1] if means else None,
        (13, "comparable_slope"): linear_regression(*zip(*means, strict=True)).slope
        if enough
        else None,
        (13, "comparable_falling_step_count"): sum(
            now[1] < before[1] for before, now in pairwise(means)
        ),
    }


def _recovery_facts(drawn: Mapping[str, list[Row]]) -> Facts:
    lines = [row for row in drawn["figure_14_cumulative_recovery"] if not row["is_thin"]]
    lines.sort(key=lambda row: row["cutoff_year"])
    at = {
        age: [row["weighted_cumulative_rate"] for row in lines if row["age_month"] == age]
        for age in (12, 24)
    }
    falls = {age: [now < before for before, now in pairwise(rates)] for age, rates in at.items()}
    steps = falls[12] + falls[24]
    last = [row for row in lines if row["cutoff_year"] == lines[-1]["cutoff_year"]]
    end: Row = max(last, key=lambda row: row["age_month"], default=defaultdict(lambda: None))
    period = {
        (row["segment"], row["age_month"]): row
        for row in drawn["figure_15_period_recovery"]
        if row["cohort_kind"] == "market"
    }
    peak: Row = max(
        (
            row
            for (segment, _), row in period.items()
            if segment == "property" and not row["is_thin"]
        ),
        key=lambda row: (row["weighted_period_rate"], -row["age_month"]),
        default=defaultdict(lambda: None),
    )
    boxes = {
        row["age_month"]: row["p75_rate"] - row["p25_rate"]
        for row in drawn["figure_16_period_dispersion"]
        if not row["is_thin"]
    }
    oldest = max(boxes, default=0)
    first = [width for age, width in boxes.items() if 3 * age <= oldest]
    final = [width for age, width in boxes.items() if 3 * age > 2 * oldest]
    banks = drawn["figure_17_originator_recovery"]
    year_old = {
        row["originator_name"]: row["weighted_cumulative_rate"]
        for row in banks
        if row["age_month"] == 12 and not row["is_thin"]
    }
    return {
        (14, "cohort_count"): len(
            {row["cutoff_year"] for row in drawn["figure_14_cumulative_recovery"]}
        ),
        (14, "latest_cohort_end_months"): end["age_month"],
        (14, "latest_cohort_end_rate"): end["weighted_cumulative_rate"],
        (14, "age_12_first_rate"): at[12][0] if at[12] else None,
        (14, "age_12_latest_rate"): at[12][-1] if at[12] else None,
        (14, "age_12_step_count"): len(falls[12]),
        (14, "age_24_falling_step_count"): sum(falls[24]),
        (14, "falling_step_ratio"): sum(steps) / len(steps) if steps else None,
        (15, "property_age_24_to_6_ratio"): _rate_over(period, "property"),
        (15, "unsecured_age_24_to_6_ratio"): _rate_over(period, "unsecured"),
        (15, "property_peak_months"): peak["age_month"],
        (16, "longest_age_months"): oldest or None,
        (16, "first_third_range"): fmean(first) if first else None,
        (16, "last_to_first_third_ratio"): (
            fmean(final) / fmean(first) if first and final else None
        ),
        (17, "originator_count"): len({row["originator_name"] for row in banks}),
        (17, "thin_age_count"): sum(row["is_thin"] for row in banks),
        (17, "age_12_originator_count"): len(year_old),
        (17, "age_12_highest_rate"): max(year_old, key=lambda name: year_old[name], default=None),
        (17, "age_12_rate_range"): (
            max(year_old.values()) - min(year_old.values()) if year_old else None
        ),
    }


def _originator_trend(marts: Marts) -> Facts:
    deals = {
        deal["deal_key"]: deal
        for deal in figure_deals(marts)
        if deal["security_class"] == "property" and deal["originator_key"]
    }
    amounts: dict[str, dict[int, Decimal]] = defaultdict(dict)
    for row in marts["fct_recovery_by_month"]:
        amounts[row["deal_key"]][row["age_month"]] = row["recovery_yuan"]
    cohorts: dict[str, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in marts["fct_recovery_by_month"]:
        deal = deals.get(row["deal_key"])
        known = row["recovery_rate"] is not None and row["cumulative_rate"] is not None
        if deal is not None and row["age_month"] == 12 and known:
            cash = sum(amounts[row["deal_key"]][month] for month in range(1, 13))
            cohorts[deal["originator_key"]][deal["cutoff_year"]].append(
                {"recovered_yuan": cash, "pool_balance_yuan": deal["pool_balance_yuan"]}
            )
    compared = [
        [
            _over(_total(rows, "recovered_yuan"), _total(rows, "pool_balance_yuan")) or 0
            for _, rows in sorted(years.items())
        ]
        for years in cohorts.values()
        if len(years) > 1
    ]
    return {
        (17, "compared_originator_count"): len(compared),
        (17, "falling_originator_count"): sum(rates[-1] < rates[0] for rates in compared),
    }


def _rate_over(period: Mapping[tuple[str, int], Row], segment: str) -> float | None:
    late, early = period.get((segment, 24)), period.get((segment, 6))
    if late is None or early is None:
        return None
    return float(late["weighted_period_rate"] / early["weighted_period_rate"])


def _over(part: Decimal | None, whole: Decimal | None) -> float | None:
    return None if part is None or not whole else float(Fraction(part) / Fraction(whole))


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)
