"""A fact restated the day after: what changes is what it names, and the day before stays."""

from __future__ import annotations

import random
from datetime import date

from hypothesis import assume, given
from hypothesis import strategies as st

from examples import EXAMPLES, examples
from metamorphic import markets
from metamorphic.marts import CURVE, MART_KEYS, Builder, Market, Marts, Row, differences, rows
from metamorphic.test_relations import same_curves_elsewhere
from reference.random_market import LAST_DAY
from reference.reading import read_date, read_int

TABLES = st.sampled_from(sorted(markets.FACTS))
MARKETS = st.sampled_from([(seed, 1 + seed % 4) for seed in range(EXAMPLES)])
# marts that a table has no say in
OUT_OF_REACH = {
    "raw_tranches": {"dim_deal", "dim_originator", "fct_pool_snapshot", "fct_recovery_by_period"},
    "raw_recovery_estimates": {"dim_deal", "dim_originator", "fct_tranche", "fct_pool_snapshot"},
    "raw_pool_statistics": {"dim_originator", "fct_tranche", "fct_recovery_by_period"},
    "raw_recovery_statements": {"dim_deal", "fct_issuance", "fct_tranche", "fct_pool_snapshot"},
    "raw_trustee_reports": {"dim_deal", "fct_issuance", "fct_tranche", "fct_pool_snapshot"},
    "raw_loan_pools": {"fct_tranche"},
    "raw_collaterals": {"dim_originator", "fct_tranche", "fct_recovery_by_period"},
    "raw_deals": {"fct_tranche"},
}
# a day more has passed, on which a deal may have ended and its reports may be due
TODAY = (
    *("is_provisional", "as_of_date", "freshness"),
    *("next_collection_end", "next_report_due_on", "stale_on"),
)
# of a deal that has ended nothing is expected, so nothing of that is missing
TODAY_OF = {"fct_deal_freshness": (*TODAY, "incomplete_reason")}


@given(market=MARKETS, table=TABLES, seed=st.integers(0, 2**32))
@examples()
def test_a_restatement_changes_what_it_names_and_not_the_day_before(
    builder: Builder, market: Market, table: str, seed: int
) -> None:
    rng = random.Random(seed)  # noqa: S311 - draws test data
    raw, before = builder.drawn(market)
    restated = markets.restated(raw, table, rng)
    assume(restated is not None)
    assert restated is not None
    code, row, later = restated

    assert builder(later, LAST_DAY).hashes == before.hashes

    after = builder(later, LAST_DAY + markets.DAY)
    for name in MART_KEYS.keys() - {CURVE, "dim_originator"}:
        today = TODAY_OF.get(name, TODAY)
        lines = differences(
            name,
            rows(after.marts, name, lambda row: row.get("deal_key") != code, today),
            rows(before.marts, name, lambda row: row.get("deal_key") != code, today),
        )
        assert not lines, "\n".join(lines[:20])
    assert not same_curves_elsewhere(after.marts, before.marts, {code})
    for name in OUT_OF_REACH[table]:
        lines = differences(
            name, rows(after.marts, name, without=TODAY), rows(before.marts, name, without=TODAY)
        )
        assert not lines, "\n".join(lines[:20])
    if table in (markets.REPORTS, "raw_recovery_statements"):
        check_earlier_periods(after.marts, before.marts, code, row)
    check_told(after.marts, before.marts, table, code)


def check_earlier_periods(after: Marts, before: Marts, code: str, row: Row) -> None:
    """What is before the restated period is as it was, months wholly before it included."""
    number = read_int(str(row.get("report_no", "")))
    end = read_date(str(row.get("collection_end") or row["pool_as_of_date"]))
    starts = [
        period["collection_start"]
        for period in before["fct_recovery_by_period"]
        if period["deal_key"] == code
        and (period["period_no"] == number or period["collection_end"] == end)
    ]
    start = starts[0] if starts else end
    assert isinstance(start, date)

    def is_before(period: Row) -> bool:
        day = period["collection_end"] if "collection_end" in period else period["month_end"]
        return period["deal_key"] == code and isinstance(day, date) and day < start

    for name in ("fct_recovery_by_period", "fct_recovery_by_month"):
        lines = differences(
            name, rows(after, name, is_before, TODAY), rows(before, name, is_before, TODAY)
        )
        assert not lines, "\n".join(lines[:20])


def check_told(after: Marts, before: Marts, table: str, code: str) -> None:
    """The history has the restatement and, of the days before, what it had."""
    day = LAST_DAY + markets.DAY
    history = "fct_restatement"

    def is_old(row: Row) -> bool:
        return row["new_known_on"] != day

    # the effect on the rate now known is of what is now known
    effect = ("cumulative_rate_change",)
    lines = differences(
        history, rows(after, history, is_old, effect), rows(before, history, is_old, effect)
    )
    assert not lines, "\n".join(lines[:20])
    new = rows(after, history, lambda row: not is_old(row))
    assert {(row["table_name"], row["deal_code"]) for row in new} <= {(table, code)}
    has_row = any(row["deal_code"] == code for row in after["dim_deal"])
    assert new or not has_row, f"{table} of {code} was restated and no history tells it"
