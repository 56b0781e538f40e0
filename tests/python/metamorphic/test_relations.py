"""Markets changed in a known way, beside what they were: random markets, the shipped SQL.

Relations whose marts are the same but for names and dates are made one after the other on one
market, which is then built once.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

from hypothesis import assume, given
from hypothesis import strategies as st

from examples import EXAMPLES, examples
from metamorphic import markets
from metamorphic.marts import (
    CURVE,
    MART_KEYS,
    PER_DEAL,
    Builder,
    Market,
    Marts,
    Row,
    all_differences,
    changed,
    differences,
    moved_dates,
    rows,
)
from reference.clock import anniversary
from reference.compare import is_same
from reference.random_market import LAST_DAY

# one to four deals beside the one that every market has, and one without a row of its own
MARKETS = st.sampled_from([(seed, 1 + seed % 4) for seed in range(EXAMPLES)])
SEEDS = st.integers(0, 2**32)
# a recovery has these two headings, and the restatement of a heading names it
HEADINGS = tuple(
    f"{side}_recovery{ending}" for side in ("in_progress", "settled") for ending in ("", "_to_date")
)
FOUR_YEARS = 4


def in_four_years(day: date) -> date:
    """The calendar is the same again: every month has as many days."""
    return day.replace(year=day.year + FOUR_YEARS)


def in_a_year(day: date) -> date:
    """The day a year later; the last of February stays the last."""
    if (day + markets.DAY).day == 1:
        return anniversary(day + markets.DAY, 12) - markets.DAY
    return anniversary(day, 12)


def renamed_to(ending: str) -> Callable[[str, object], object]:
    """The change of cells that another ending of every deal code makes."""
    return lambda column, cell: f"{cell}{ending}" if column in ("deal_key", "deal_code") else cell


def without_headings(marts: Marts) -> Marts:
    """The marts without what names one heading of a recovery."""
    kept = rows(marts, "fct_restatement", lambda row: row["field"] not in HEADINGS)
    return {**marts, "fct_restatement": kept}


@given(market=MARKETS, seed=SEEDS)
@examples()
def test_order_units_headings_codes_and_the_calendar_change_no_number(
    builder: Builder, market: Market, seed: int
) -> None:
    rng = random.Random(seed)  # noqa: S311 - draws test data
    raw, before = builder.drawn(market)
    raw = markets.respelled(markets.shuffled(raw, rng), rng)
    raw = markets.renamed(markets.split(raw, rng), "Z9")
    raw = markets.shifted(raw, in_four_years)
    after = builder(raw, in_four_years(LAST_DAY))

    expected = changed(before.marts, moved_dates(in_four_years, FOUR_YEARS))
    expected = changed(expected, renamed_to("Z9"))
    lines = all_differences(without_headings(after.marts), without_headings(expected))
    assert not lines, "\n".join(lines[:20])


@given(market=MARKETS)
@examples()
def test_ten_times_the_amounts_are_ten_times_the_amounts_and_the_same_rates(
    builder: Builder, market: Market
) -> None:
    raw, before = builder.drawn(market)
    after = builder(markets.times(raw, 10), LAST_DAY)

    smallest = min(
        float(row["pool_balance_yuan"])
        for row in before.marts["fct_issuance"]
        if isinstance(row["pool_balance_yuan"], Decimal)
    )
    for name in MART_KEYS:
        # a month's cash is rounded to a cent, and a cent is a tenth of what it was
        yuan = 2.0 if name in ("fct_recovery_by_month", CURVE) else 0.0
        same = partial(is_ten_times, yuan=yuan, rate=yuan / smallest)
        lines = differences(name, after.marts[name], before.marts[name], same)
        assert not lines, "\n".join(lines[:20])


def is_ten_times(column: str, found: object, expected: object, *, yuan: float, rate: float) -> bool:
    """Whether an amount is ten times as much and all else the same, give or take so much."""
    if isinstance(found, Decimal) and isinstance(expected, Decimal) and column.endswith("_yuan"):
        # rounded to a cent
        slack = 0.06 if column == "balance_per_borrower_yuan" else yuan
        return abs(found - 10 * expected) <= Decimal(slack)
    if isinstance(found, float) and isinstance(expected, float):
        return is_same(found, expected) or math.isclose(found, expected, abs_tol=rate)
    if column in TEXTS and found != expected:
        one, other = float(str(found)), float(str(expected))
        return any(math.isclose(one, factor * other) for factor in (1, 10))
    return is_same(found, expected)


# amounts and rates, as text
TEXTS = ("found_value", "expected_value", "old_value", "new_value")


@given(market=MARKETS)
@examples()
def test_a_year_later_the_periods_are_the_same_and_the_vintage_is_the_next(
    builder: Builder, market: Market
) -> None:
    raw, before = builder.drawn(market)
    days = sorted(markets.dates_of(raw))
    # neighbours stay neighbours and no two days become one, wherever a leap day lies
    assume(len({in_a_year(day) for day in days}) == len(days))
    assume(
        all(
            in_a_year(day) + markets.DAY == in_a_year(day + markets.DAY)
            for day in days
            if day + markets.DAY in days
        )
    )
    after = builder(markets.shifted(raw, in_a_year), in_a_year(LAST_DAY))

    expected = changed(before.marts, moved_dates(in_a_year, 1))
    # a year more or less a day: what counts days or spreads over them is not compared
    spread = ("fct_recovery_by_month", CURVE, "fct_deal_freshness")
    for name in MART_KEYS.keys() - set(spread):
        left_out = ("recovery_age_months", "cohort")
        lines = differences(
            name,
            rows(after.marts, name, without=left_out),
            rows(expected, name, without=left_out),
        )
        assert not lines, "\n".join(lines[:20])
    assert cash_by_deal(after.marts) == cash_by_deal(before.marts)


def cash_by_deal(marts: Marts) -> dict[object, Decimal]:
    """The cash of all months of each deal, in yuan."""
    found: dict[object, Decimal] = {}
    for row in marts["fct_recovery_by_month"]:
        cash = row["recovery_yuan"]
        if isinstance(cash, Decimal):
            found[row["deal_key"]] = found.get(row["deal_key"], Decimal(0)) + cash
    return found


@given(market=MARKETS, seed=SEEDS)
@examples()
def test_a_later_period_leaves_the_earlier_ones_alone(
    builder: Builder, market: Market, seed: int
) -> None:
    rng = random.Random(seed)  # noqa: S311 - draws test data
    raw, before = builder.drawn(market)
    added = [
        report
        for code in sorted(markets.printed_codes(raw))
        if (report := markets.later_report(raw, code, rng.randint(1, 70)))
    ]
    assume(added)
    chosen = rng.choice(added)
    code = chosen["deal_code"]
    after = builder(markets.with_rows(raw, markets.REPORTS, [chosen]), LAST_DAY)

    number = int(chosen["report_no"])
    start = date.fromisoformat(chosen["collection_start"])

    def is_earlier(name: str, row: Row) -> bool:
        if row.get("deal_key") != code:
            return True
        if name == "fct_deal_freshness":
            return False
        if name == "fct_recovery_by_month":
            # the month in which the last period ended was covered in part
            end = row["month_end"]
            return isinstance(end, date) and end < start
        if name == "fct_recovery_by_period":
            return row["period_no"] != number
        return row.get("subject") != f"period {number}"

    for name in PER_DEAL:
        # the last report until now is no longer the last
        left_out = ("is_provisional", "cumulative_rate_change")
        lines = differences(
            name,
            rows(after.marts, name, partial(is_earlier, name), left_out),
            rows(before.marts, name, partial(is_earlier, name), left_out),
        )
        assert not lines, "\n".join(lines[:20])
    assert not same_curves_elsewhere(after.marts, before.marts, {code})
    (new,) = (
        row
        for row in after.marts["fct_recovery_by_period"]
        if (row["deal_key"], row["period_no"]) == (code, number)
    )
    assert new["period_recovery_yuan"] == Decimal("12422.21")


def same_curves_elsewhere(after: Marts, before: Marts, codes: set[str]) -> list[str]:
    """Where curves differ to which none of the deals contributes."""
    groups = {group for marts in (after, before) for group in groups_of(marts, codes)}

    def is_elsewhere(row: Row) -> bool:
        return (row["cohort_kind"], row["cohort"]) not in groups

    return differences(CURVE, rows(after, CURVE, is_elsewhere), rows(before, CURVE, is_elsewhere))


def groups_of(marts: Marts, codes: set[str]) -> set[tuple[object, object]]:
    """Cohort kind and cohort of the curves that the deals may be in."""
    names = {row["originator_key"]: row["originator_name"] for row in marts["dim_originator"]}
    found: set[tuple[object, object]] = {("market", "all")}
    for row in marts["dim_deal"]:
        if row["deal_code"] in codes:
            found.add(("cutoff_year", str(row["cutoff_year"])))
            found.add(("originator", names.get(row["originator_key"])))
    return found


@given(market=MARKETS, other=MARKETS)
@examples()
def test_two_markets_together_have_the_marts_of_both(
    builder: Builder, market: Market, other: Market
) -> None:
    one, ours = builder.drawn(market)
    another, theirs = builder.drawn(other)
    after = builder(markets.together(one, markets.renamed(another, "B")), LAST_DAY)

    joined = changed(theirs.marts, renamed_to("B"))
    # what each deal has does not change because of a deal it has nothing to do with
    for name in PER_DEAL:
        lines = differences(name, after.marts[name], [*ours.marts[name], *joined[name]])
        assert not lines, "\n".join(lines[:20])
    for name, summed in SUMS.items():
        lines = differences(
            name,
            [{k: row[k] for k in (*MART_KEYS[name], *summed)} for row in after.marts[name]],
            added_up(name, ours.marts, joined),
        )
        assert not lines, "\n".join(lines[:20])
    parts = [{place(row): row for row in marts[CURVE]} for marts in (ours.marts, joined)]
    for row in after.marts[CURVE]:
        check_joined(row, [part[place(row)] for part in parts if place(row) in part])


SUMS = {
    "dim_originator": (
        *("deal_count", "issue_amount_deal_count", "pool_balance_deal_count"),
        *("issue_amount_yuan", "pool_balance_yuan"),
    ),
    CURVE: ("deal_count", "balance_yuan"),
}


def place(row: Row) -> tuple[object, ...]:
    """The key of a curve's row."""
    return tuple(row[column] for column in MART_KEYS[CURVE])


def added_up(name: str, *parts: Marts) -> list[dict[str, object]]:
    """The rows of several markets, those of one key added; nothing and a number is the number."""
    found: dict[tuple[object, ...], dict[str, object]] = {}
    for marts in parts:
        for row in marts[name]:
            key = tuple(row[column] for column in MART_KEYS[name])
            kept: dict[str, object] = {k: row[k] for k in (*MART_KEYS[name], *SUMS[name])}
            if key not in found:
                found[key] = kept
                continue
            for column in SUMS[name]:
                values = [v for v in (found[key][column], kept[column]) if v is not None]
                found[key][column] = sum(values) if values else None  # type: ignore[arg-type]
    return list(found.values())


def check_joined(row: Row, parts: list[Row]) -> None:
    """A curve of two markets is the balance-weighted mean of theirs, and as wide as both."""
    total = sum(number(part, "balance_yuan") for part in parts)
    for column in ("weighted_period_rate", "weighted_cumulative_rate"):
        mean = sum(number(p, column) * number(p, "balance_yuan") for p in parts) / total
        assert math.isclose(number(row, column), mean, rel_tol=1e-12, abs_tol=1e-14), (row, parts)
    count = sum(number(part, "deal_count") for part in parts)
    mean = sum(number(p, "mean_rate") * number(p, "deal_count") for p in parts) / count
    assert math.isclose(number(row, "mean_rate"), mean, rel_tol=1e-12, abs_tol=1e-14)
    assert number(row, "min_rate") == min(number(part, "min_rate") for part in parts)
    assert number(row, "max_rate") == max(number(part, "max_rate") for part in parts)


def number(row: Row, column: str) -> float:
    """A number of a row; a missing one fails."""
    value = row[column]
    assert isinstance(value, int | float | Decimal), (column, row)
    return float(value)


@given(market=MARKETS, seed=SEEDS)
@examples()
def test_a_fact_mended_later_is_as_if_it_had_come_right_at_once(
    builder: Builder, market: Market, seed: int
) -> None:
    rng = random.Random(seed)  # noqa: S311 - draws test data
    raw, before = builder.drawn(market)
    after = builder(markets.mended(raw, rng), LAST_DAY)

    # a report that was known earlier, though wrong, came earlier: freshness counts its first day
    for name in MART_KEYS.keys() - {"fct_restatement", "fct_deal_freshness"}:
        left_out = ("revision_no",)
        lines = differences(
            name,
            rows(after.marts, name, without=left_out),
            rows(before.marts, name, without=left_out),
        )
        assert not lines, "\n".join(lines[:20])
    told = differences(
        "fct_restatement", after.marts["fct_restatement"], before.marts["fct_restatement"]
    )
    # history tells it; and nothing that it told before is gone
    gone = [line for line in told if not line.endswith("is there and not expected")]
    assert not gone, "\n".join(gone[:20])


@given(market=MARKETS)
@examples()
def test_averages_lie_between_and_the_curve_of_one_deal_is_that_deals(
    builder: Builder, market: Market
) -> None:
    _, before = builder.drawn(market)
    months = {
        (row["deal_key"], row["age_month"]): row for row in before.marts["fct_recovery_by_month"]
    }
    deals = {row["deal_key"]: row for row in before.marts["dim_deal"]}
    slack = 1e-12
    for row in before.marts[CURVE]:
        low, high = number(row, "min_rate"), number(row, "max_rate")
        for column in ("weighted_period_rate", "mean_rate", "p10_rate", "p50_rate", "p90_rate"):
            assert low - slack <= number(row, column) <= high + slack, row
        assert low <= high
        members = [
            months[code, row["age_month"]]
            for code, deal in deals.items()
            if (code, row["age_month"]) in months and is_member(row, deal, before.marts)
        ]
        observed = [
            one
            for one in members
            if one["recovery_rate"] is not None and one["cumulative_rate"] is not None
        ]
        assert len(observed) == row["deal_count"]
        if len(observed) == 1:
            for column in ("weighted_period_rate", "mean_rate", "min_rate", "p25_rate", "max_rate"):
                assert is_same(row[column], observed[0]["recovery_rate"]), (column, row)
            assert is_same(row["weighted_cumulative_rate"], observed[0]["cumulative_rate"])


def is_member(curve: Row, deal: Row, marts: Marts) -> bool:
    """Whether a deal is of a curve's cohort and segment."""
    names = {row["originator_key"]: row["originator_name"] for row in marts["dim_originator"]}
    cohort = {
        "market": "all",
        "cutoff_year": str(deal["cutoff_year"]),
        "originator": names.get(deal["originator_key"]),
    }[str(curve["cohort_kind"])]
    segments = ("all", deal["asset_class"], f"{deal['asset_class']}/{deal['security_class']}")
    return cohort == curve["cohort"] and curve["segment"] in segments


@given(market=MARKETS)
@examples()
def test_the_sum_of_the_periods_is_the_last_cumulative(builder: Builder, market: Market) -> None:
    _, before = builder.drawn(market)
    running: dict[object, Decimal] = {}
    by_deal: dict[object, list[Row]] = {}
    for period in before.marts["fct_recovery_by_period"]:
        by_deal.setdefault(period["deal_key"], []).append(period)
    for code, periods in by_deal.items():
        for row in sorted(periods, key=lambda row: str(row["collection_end"])):
            cash, cumulative = row["period_recovery_yuan"], row["cumulative_recovery_yuan"]
            if cumulative is None:
                running.pop(code, None)
                continue
            assert isinstance(cumulative, Decimal)
            if code in running and row["source_kind"] == "trustee_report":
                assert cash == cumulative - running[code], row
            running[code] = cumulative
