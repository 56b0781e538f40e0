"""The queries of analyses/, run on the built register, beside values taken by hand from its CSV.

Nothing here shares code with the models: csv, Decimal, datetime and the printed cells.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

PROJECT = Path(__file__).parents[2]
ANALYSES = PROJECT / "analyses"
MICRO_SMALL = {"企业贷款", "个人房产抵押经营不良贷款"}
WAN = Decimal(10_000)

COLUMNS = {
    "advance_rate_by_year": [
        "asset_class",
        "issue_year",
        "deal_count",
        "issue_amount_yuan",
        "pool_balance_yuan",
        "advance_rate",
        "min_advance_rate",
        "p25_advance_rate",
        "p50_advance_rate",
        "p75_advance_rate",
        "max_advance_rate",
    ],
    "comparable_pools_for_a_deal": [
        "is_chosen",
        "deal_code",
        "deal_name",
        "originator_name",
        "security_class",
        "cutoff_date",
        "pool_balance_yuan",
        "pool_size_ratio",
        "issue_amount_yuan",
        "advance_rate",
        "senior_coupon_ratio",
        "estimated_recovery_rate",
        "mortgaged_ratio",
        "weighted_current_ltv_ratio",
        "recovery_age_months",
        "cumulative_recovery_rate",
        "estimate_attained_ratio",
    ],
    "estimate_bias_by_agency": [
        "agency_name",
        "deal_count",
        "pair_count",
        "higher_pair_count",
        "estimated_recovery_yuan",
        "other_recovery_yuan",
        "relative_bias_ratio",
        "median_rate_difference",
    ],
    "issuance_league_table": [
        "issue_rank",
        "originator_name",
        "originator_type",
        "deal_count",
        "issue_amount_deal_count",
        "micro_small_deal_count",
        "issue_amount_yuan",
        "micro_small_issue_amount_yuan",
        "issue_share_ratio",
        "advance_rate",
        "first_book_date",
        "last_book_date",
    ],
    "originator_profile": [
        "originator_name",
        "originator_type",
        "asset_class",
        "deal_count",
        "trustee_count",
        "issue_amount_yuan",
        "pool_balance_yuan",
        "advance_rate",
        "subordinated_ratio",
        "senior_coupon_ratio",
        "estimated_recovery_rate",
        "mean_days_to_book",
        "first_book_date",
        "last_book_date",
    ],
    "recovery_against_estimate_at_age": [
        "asset_class",
        "age_month",
        "deal_count",
        "pool_balance_yuan",
        "cumulative_recovery_yuan",
        "estimated_recovery_yuan",
        "cumulative_recovery_rate",
        "estimated_recovery_rate",
        "estimate_attained_ratio",
        "measured_deal_count",
    ],
    "recovery_curve_of_a_cohort": [
        "cohort",
        "segment",
        "age_month",
        "deal_count",
        "balance_yuan",
        "weighted_period_rate",
        "weighted_cumulative_rate",
        "chained_cumulative_rate",
        "is_thin",
        "market_deal_count",
        "market_chained_cumulative_rate",
        "ahead_of_market_rate",
    ],
    "register_coverage_against_market_totals": [
        "issue_year",
        "market_deal_count",
        "register_deal_count",
        "deal_coverage_ratio",
        "market_issue_amount_yuan",
        "register_issue_amount_deal_count",
        "register_issue_amount_yuan",
        "issue_amount_coverage_ratio",
        "source_documents",
    ],
}


def _rows(table: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / "public" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _deals() -> dict[str, dict[str, str]]:
    return {deal["deal_code"]: deal for deal in _rows("raw_deals")}


def _fraction(printed: str) -> Decimal:
    return Decimal(printed.removesuffix("%")) / 100


def _compiled(folder: Path, *variables: str) -> Path:
    """Where dbt wrote the compiled queries; its own empty database, so that no build is touched."""
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "compile", "--select"]
    command += ["path:analyses", "--target", "public", "--project-dir", str(PROJECT)]
    command += ["--profiles-dir", str(PROJECT), "--target-path", str(folder)]
    command += ["--log-path", str(folder), *variables]
    # relations are named by their database: the stem that every release has
    environment = {**os.environ, "NPAS_DB": str(folder / "npas.duckdb")}
    run = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return folder / "compiled" / "npas" / "analyses"


@pytest.fixture(scope="session")
def queries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _compiled(tmp_path_factory.mktemp("analyses"))


@pytest.fixture(scope="module")
def warehouse(public_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(public_warehouse), read_only=True) as connection:
        yield connection


Row = dict[str, Any]


def _answer(warehouse: duckdb.DuckDBPyConnection, folder: Path, query: str) -> list[Row]:
    answer = warehouse.execute((folder / f"{query}.sql").read_text(encoding="utf-8"))
    names = [column[0] for column in answer.description or []]
    return [dict(zip(names, values, strict=True)) for values in answer.fetchall()]


def _one(rows: list[Row], **where: object) -> Row:
    """The only row with these values."""
    (found,) = [row for row in rows if all(row[name] == value for name, value in where.items())]
    return found


def test_every_analysis_is_tested_here() -> None:
    assert sorted(path.stem for path in ANALYSES.glob("*.sql")) == sorted(COLUMNS)


@pytest.mark.parametrize("query", sorted(COLUMNS))
def test_analysis_answers(warehouse: duckdb.DuckDBPyConnection, queries: Path, query: str) -> None:
    answer = _answer(warehouse, queries, query)
    assert answer
    assert list(answer[0]) == COLUMNS[query]


def test_league_table_adds_up_to_the_printed_issues(
    warehouse: duckdb.DuckDBPyConnection, queries: Path
) -> None:
    answer = _answer(warehouse, queries, "issuance_league_table")
    first = answer[0]
    # the bank's deals, also those whose page leaves the originator blank
    ours = [
        deal
        for deal in _rows("raw_deals")
        if deal["originator"] == "建设银行"
        or (not deal["originator"] and deal["series"] in {"建鑫", "建欣"})
    ]
    assert (first["issue_rank"], first["originator_name"]) == (1, "建设银行")
    assert first["deal_count"] == len(ours) == 48
    issued = sum(Decimal(deal["issue_amount"]) * WAN for deal in ours)
    assert first["issue_amount_yuan"] == issued
    everything = sum(
        Decimal(deal["issue_amount"]) * WAN for deal in _rows("raw_deals") if deal["issue_amount"]
    )
    assert sum(row["issue_amount_yuan"] for row in answer) == everything
    assert first["issue_share_ratio"] == pytest.approx(float(issued / everything), abs=1e-12)
    assert sum(row["issue_share_ratio"] for row in answer) == pytest.approx(1, abs=1e-12)
    assert [row["issue_rank"] for row in answer] == list(range(1, 17))


def test_advance_rate_of_a_year_is_a_ratio_of_sums(
    warehouse: duckdb.DuckDBPyConnection, queries: Path
) -> None:
    answer = _answer(warehouse, queries, "advance_rate_by_year")
    first = _one(answer, asset_class="micro_small", issue_year=2016)
    assert first["advance_rate"] == pytest.approx(47000.00 / 115542.44, abs=1e-12)
    cards = [
        deal
        for deal in _rows("raw_deals")
        if deal["asset_subclass"] == "信用卡" and deal["book_date"].startswith("2025")
    ]
    issued = sum(Decimal(deal["issue_amount"]) for deal in cards)
    owed = sum(Decimal(deal["pool_balance"]) for deal in cards)
    found = _one(answer, asset_class="credit_card", issue_year=2025)
    assert found["advance_rate"] == pytest.approx(float(issued / owed), abs=1e-12)
    assert len(cards) == 47


def test_bias_of_an_agency_is_on_its_own_deals(
    warehouse: duckdb.DuckDBPyConnection, queries: Path
) -> None:
    answer = _answer(warehouse, queries, "estimate_bias_by_agency")
    estimates = _rows("raw_recovery_estimates")
    rated = {row["deal_code"] for row in estimates if row["agency"] == "大公国际"}
    own = others = Decimal(0)
    for row in estimates:
        if row["deal_code"] in rated:
            amount = Decimal(row["estimated_recovery"])
            own, others = (
                (own + amount, others) if row["agency"] == "大公国际" else (own, others + amount)
            )
    found = _one(answer, agency_name="大公国际")
    assert found["deal_count"] == len(rated) == 11
    assert found["relative_bias_ratio"] == pytest.approx(float(own / others) - 1, abs=1e-12)
    # one deal alone: its two printed rates
    deal = next(row["deal_code"] for row in estimates if row["agency"] == "新世纪")
    rates = {
        row["agency"]: _fraction(row["estimated_rate"])
        for row in estimates
        if row["deal_code"] == deal
    }
    single = rates.pop("新世纪") - next(iter(rates.values()))
    found = _one(answer, agency_name="新世纪")
    assert found["median_rate_difference"] == pytest.approx(float(single), abs=1e-12)


def _share(amount: Decimal, cutoff: date, end: date, until: date) -> Decimal:
    """Cash of the first days of a period from the cut-off, spread by day, in whole cents."""
    return (amount * (until - cutoff).days / (end - cutoff).days).quantize(
        Decimal("0.01"), ROUND_HALF_UP
    )


def test_recovery_at_24_months_is_that_of_the_one_deal_so_old(
    warehouse: duckdb.DuckDBPyConnection, queries: Path
) -> None:
    answer = _answer(warehouse, queries, "recovery_against_estimate_at_age")
    found = _one(answer, asset_class="residential_mortgage", age_month=24)
    deal = _deals()["22JIANXIN09"]
    statement = next(
        row for row in _rows("raw_recovery_statements") if row["deal_code"] == "22JIANXIN09"
    )
    assert (deal["cutoff_date"], statement["pool_as_of_date"]) == ("2022-10-22", "2024-12-31")
    cash = _share(
        Decimal(statement["cumulative_recovery"]) * WAN,
        date(2022, 10, 22),
        date(2024, 12, 31),
        date(2024, 10, 22),
    )
    rates = [
        _fraction(row["estimated_rate"])
        for row in _rows("raw_recovery_estimates")
        if row["deal_code"] == "22JIANXIN09"
    ]
    balance = Decimal(deal["pool_balance"]) * WAN
    expected = cash / (balance * sum(rates) / len(rates))
    assert found["deal_count"] == 1
    assert found["cumulative_recovery_yuan"] == cash
    # the expected yuan are rounded to the cent before they are summed
    assert found["estimate_attained_ratio"] == pytest.approx(float(expected), abs=1e-9)
    assert found["measured_deal_count"] == 0


def test_profile_weights_terms_by_amount(
    warehouse: duckdb.DuckDBPyConnection, queries: Path
) -> None:
    answer = _answer(warehouse, queries, "originator_profile")
    found = _one(answer, originator_name="广发银行", asset_class="credit_card")
    # 24臻粹1, 24臻粹3, 25臻粹7 as their pages print them
    assert found["deal_count"] == 3
    assert found["issue_amount_yuan"] == (18400 + 9100 + 9400) * 10_000
    coupon = (13300 * 0.023 + 6800 * 0.0221 + 7100 * 0.0213) / (13300 + 6800 + 7100)
    assert found["senior_coupon_ratio"] == pytest.approx(coupon, abs=1e-12)
    subordinated = (5100 + 2300 + 2300) / (18400 + 9100 + 9400)
    assert found["subordinated_ratio"] == pytest.approx(subordinated, abs=1e-12)
    days = [
        (date(2024, 5, 23) - date(2024, 2, 19)).days,
        (date(2024, 8, 15) - date(2024, 4, 26)).days,
        (date(2025, 10, 24) - date(2025, 7, 28)).days,
    ]
    assert found["mean_days_to_book"] == pytest.approx(sum(days) / 3, abs=1e-9)
    assert sum(row["deal_count"] for row in answer) == 276


def test_comparable_pools_are_the_nearest_in_size(
    warehouse: duckdb.DuckDBPyConnection, queries: Path
) -> None:
    answer = _answer(warehouse, queries, "comparable_pools_for_a_deal")
    chosen = answer[0]
    assert (chosen["is_chosen"], chosen["deal_code"]) == (True, "24HUIYUAN05")
    assert chosen["advance_rate"] == pytest.approx(31000.00 / 79492.17, abs=1e-12)
    assert chosen["cumulative_recovery_rate"] == pytest.approx(6379.98 / 79492.17, abs=1e-12)
    size = Decimal(_deals()["24HUIYUAN05"]["pool_balance"])
    near: dict[str, Decimal] = {}
    for code, deal in _deals().items():
        if deal["asset_subclass"] in MICRO_SMALL and deal["pool_balance"]:
            cutoff = date.fromisoformat(deal["cutoff_date"])
            if date(2022, 5, 22) <= cutoff <= date(2026, 5, 22):
                near[code] = abs((Decimal(deal["pool_balance"]) / size).ln())
    assert [row["deal_code"] for row in answer] == sorted(
        near, key=lambda code: (near[code], code)
    )[:16]


def test_curve_of_a_cohort_is_summed_cash_over_summed_balances(
    warehouse: duckdb.DuckDBPyConnection, queries: Path
) -> None:
    answer = _answer(warehouse, queries, "recovery_curve_of_a_cohort")
    deals = _deals()
    cash = balance = Decimal(0)
    members = []
    for row in _rows("raw_recovery_statements"):
        deal = deals[row["deal_code"]]
        if (
            deal["cutoff_date"].startswith("2024")
            and deal["asset_subclass"] in MICRO_SMALL
            and row["cumulative_recovery"]
        ):
            members.append(row["deal_code"])
            cutoff = date.fromisoformat(deal["cutoff_date"])
            # the anniversary of these cut-offs has the day of the month of the cut-off
            first_month_end = (cutoff.replace(day=1) + timedelta(days=32)).replace(day=cutoff.day)
            cash += _share(
                Decimal(row["cumulative_recovery"]) * WAN,
                cutoff,
                date.fromisoformat(row["pool_as_of_date"]),
                first_month_end,
            )
            balance += Decimal(deal["pool_balance"]) * WAN
    assert _one(answer, age_month=1)["deal_count"] == len(members) == 5
    assert _one(answer, age_month=1)["weighted_period_rate"] == pytest.approx(
        float(cash / balance), abs=1e-12
    )
    # 24兴瑞4 alone reaches month 14
    assert answer[-1]["age_month"] == 14
    assert answer[-1]["is_thin"]


def test_coverage_divides_the_register_by_published_totals(
    warehouse: duckdb.DuckDBPyConnection, queries: Path
) -> None:
    answer = _answer(warehouse, queries, "register_coverage_against_market_totals")
    # 130 deals with 508.67 亿元 and 178 with 820.57 亿元 are printed for the whole market
    for year, deals, market in ((2024, 130, "50867000000"), (2025, 178, "82057000000")):
        ours = [row for row in _rows("raw_deals") if row["book_date"].startswith(str(year))]
        issued = sum(Decimal(row["issue_amount"]) * WAN for row in ours)
        found = _one(answer, issue_year=year)
        assert found["register_deal_count"] == len(ours)
        assert found["deal_coverage_ratio"] == pytest.approx(len(ours) / deals, abs=1e-12)
        assert found["issue_amount_coverage_ratio"] == pytest.approx(
            float(issued / Decimal(market)), abs=1e-12
        )
    assert [row["issue_year"] for row in answer] == [2024, 2025]


def test_a_question_is_asked_of_another_deal_and_cohort(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    variables = "{deal_code: 24YYHX01, cohort_kind: originator, cohort: 邮储银行, segment: all}"
    folder = _compiled(tmp_path, "--vars", variables)
    pools = _answer(warehouse, folder, "comparable_pools_for_a_deal")
    assert pools[0]["deal_code"] == "24YYHX01"
    assert pools[0]["pool_balance_yuan"] == 3_275_073_100
    curve = _answer(warehouse, folder, "recovery_curve_of_a_cohort")
    assert {row["cohort"] for row in curve} == {"邮储银行"}
    assert curve[0]["deal_count"] == 2


def test_traps_say_what_their_queries_give(warehouse: duckdb.DuckDBPyConnection) -> None:
    text = (PROJECT / "models" / "docs" / "decisions.md").read_text(encoding="utf-8")
    statements = [
        statement.strip()
        for block in re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
        for statement in re.split(r"^-- (?:wrong|right).*$", block, flags=re.MULTILINE)
        if statement.strip()
    ]
    given: list[float] = []
    for statement in statements:
        rows = warehouse.execute(statement).fetchall()
        # `select *` shows its number of rows, the others their one figure
        given.append(len(rows) if statement.startswith("select *") else float(rows[0][0]))
    # in the order of the text: the wrong join, then the right one
    assert given == [
        *(135_712, 552),
        *(745_546_972_000.00, 727_109_927_100.00),
        *(pytest.approx(0.165, abs=5e-4), pytest.approx(0.048, abs=5e-4)),
        *(298_731_180_000.00, 149_791_590_000.00),
        *(126, 21),
        *(15, 12),
    ]
