"""The public register in the marts, beside sums taken by hand from its CSV files.

Nothing here shares code with the models: csv, Decimal and the printed cells.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

REGISTER = Path(__file__).parents[2] / "seeds" / "public"
MICRO_SMALL = {"企业贷款", "个人房产抵押经营不良贷款"}
WAN = 10_000


def _rows(table: str) -> list[dict[str, str]]:
    with (REGISTER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def marts(public_warehouse: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(public_warehouse), read_only=True)


def test_issue_amount_of_micro_small_deals_by_year(marts: duckdb.DuckDBPyConnection) -> None:
    by_hand: dict[int, Decimal] = defaultdict(Decimal)
    for deal in _rows("raw_deals"):
        if deal["asset_subclass"] in MICRO_SMALL and deal["book_date"] and deal["issue_amount"]:
            by_hand[int(deal["book_date"][:4])] += Decimal(deal["issue_amount"]) * WAN
    found = marts.execute(
        """
        select fct.issue_year, sum(fct.issue_amount_yuan)
        from marts.fct_issuance as fct
        inner join marts.dim_deal as dim on fct.deal_key = dim.deal_key
        where dim.asset_class = 'micro_small' and fct.issue_year is not null
        group by fct.issue_year
        """
    ).fetchall()
    assert dict(found) == by_hand
    # read off the file once, so that an empty file cannot agree with an empty mart
    assert by_hand[2016] == Decimal(470_000_000)


def test_estimates_are_means_of_the_printed_rates(marts: duckdb.DuckDBPyConnection) -> None:
    printed: dict[str, list[Decimal]] = defaultdict(list)
    for estimate in _rows("raw_recovery_estimates"):
        printed[estimate["deal_code"]].append(
            Decimal(estimate["estimated_rate"].removesuffix("%")) / 100
        )
    found = marts.execute(
        """
        select dim.deal_code, fct.estimated_recovery_rate, fct.estimate_count
        from marts.fct_issuance as fct
        inner join marts.dim_deal as dim on fct.deal_key = dim.deal_key
        """
    ).fetchall()
    assert len(found) == 276
    for deal_code, rate, count in found:
        rates = printed[deal_code]
        assert count == len(rates)
        if not rates:
            assert rate is None
        else:
            assert rate == pytest.approx(float(sum(rates) / len(rates)), rel=1e-14)


def test_advance_rates_are_printed_issue_over_printed_balance(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    found = dict(
        marts.execute(
            """
            select dim.deal_code, fct.advance_rate
            from marts.fct_issuance as fct
            inner join marts.dim_deal as dim on fct.deal_key = dim.deal_key
            """
        ).fetchall()
    )
    for deal in _rows("raw_deals"):
        if deal["issue_amount"] and deal["pool_balance"]:
            by_hand = Decimal(deal["issue_amount"]) / Decimal(deal["pool_balance"])
            assert found[deal["deal_code"]] == pytest.approx(float(by_hand), rel=1e-14)
        else:
            assert found[deal["deal_code"]] is None


@pytest.mark.parametrize(
    ("deal_code", "age", "rate", "stated_rate"),
    [
        # 64,059.25 of 327,507.31 万元; the page says 19.56 %
        ("24YYHX01", 16, Decimal("64059.25") / Decimal("327507.31"), 0.1956),
        # 6,379.98 of 79,492.17 万元; the page says 7.92 %
        ("24HUIYUAN05", 10, Decimal("6379.98") / Decimal("79492.17"), 0.0792),
    ],
)
def test_statement_rates_are_ours_beside_the_stated(
    marts: duckdb.DuckDBPyConnection,
    deal_code: str,
    age: int,
    rate: Decimal,
    stated_rate: float,
) -> None:
    found = marts.execute(
        """
        select
            fct.recovery_age_months, fct.cumulative_recovery_rate, fct.stated_cumulative_rate,
            fct.source_kind, fct.is_provisional
        from marts.fct_recovery_by_period as fct
        inner join marts.dim_deal as dim on fct.deal_key = dim.deal_key
        where dim.deal_code = ?
        """,
        [deal_code],
    ).fetchall()
    assert found == [(age, pytest.approx(float(rate), rel=1e-14), stated_rate, "statement", True)]


def test_every_statement_is_in_the_mart(marts: duckdb.DuckDBPyConnection) -> None:
    stated = {row["deal_code"] for row in _rows("raw_recovery_statements")}
    found = marts.execute(
        """
        select distinct dim.deal_code
        from marts.fct_recovery_by_period as fct
        inner join marts.dim_deal as dim on fct.deal_key = dim.deal_key
        """
    ).fetchall()
    assert {code for (code,) in found} == stated
    assert len(stated) == 27


def test_originators_not_printed_are_read_from_the_series(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    found = marts.execute(
        """
        select dim.deal_code, dim.originator_printed, org.originator_name
        from marts.dim_deal as dim
        inner join marts.dim_originator as org on dim.originator_key = org.originator_key
        where dim.originator_resolved_by = 'series'
        """
    ).fetchall()
    blank = {row["deal_code"] for row in _rows("raw_deals") if not row["originator"]}
    assert {code for code, printed, _ in found if printed is None} == blank
    assert ("25PXGH03", "上海信托", "浦发银行") in found
    assert len(found) == len(blank) + 1 == 13


def test_row_counts_are_the_reviewed_ones() -> None:
    reviewed = REGISTER.parent / "expected" / "expected_row_counts.csv"
    with reviewed.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["market"] == "public":
                assert len(_rows(row["table_name"])) == int(row["row_count"]), row["table_name"]
