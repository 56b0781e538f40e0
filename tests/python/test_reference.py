"""The reference computation on cases of `warehouse.md` section 5 worked out by hand.

Raw files hold the named cells and blanks elsewhere. Money in the cases is in yuan unless a row
names another unit; expected ratios are fractions written as the sum they come from.
"""

from __future__ import annotations

import csv
import hashlib
import random
from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from reference.clock import age_months, anniversary
from reference.marts import compute
from reference.random_market import COLUMNS, FACTORS, Print, write_market
from reference.reading import (
    Lookups,
    md5,
    name_key,
    read_date,
    read_int,
    read_number,
    read_rate,
    read_text,
    round_half_away,
)

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "seeds" / "reference"
PUBLIC = ROOT / "seeds" / "public"
Cells = dict[str, str]
Rows = list[dict[str, object]]
KEY = hashlib.md5(b"D1", usedforsecurity=False).hexdigest()
DEAL = {
    "deal_code": "D1",
    "originator": "建设银行",
    "asset_subclass": "企业贷款",
    "book_date": "2025-06-10",
    "cutoff_date": "2024-12-31",
    "pool_balance": "1000",
    "issue_amount": "400",
}


def run(folder: Path, as_of: date | None = None, **tables: Iterable[Cells]) -> dict[str, Rows]:
    """Give the marts of the given rows; rows are known on 2025-07-01 in 元 unless they say so."""
    for name, rows in tables.items():
        table = f"raw_{name}"
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, COLUMNS[table])
            writer.writeheader()
            for row in rows:
                cells = {"known_on": "2025-07-01", "deal_code": "D1", **row}
                if "amount_unit" in COLUMNS[table]:
                    cells.setdefault("amount_unit", "元")
                writer.writerow(cells)
    return compute(folder, SEEDS, "test", as_of)


def report(number: int, start: str, end: str, cash: str | None, **cells: str) -> Cells:
    """Give a trustee report whose cash is all in progress; None leaves that part out."""
    return {
        "report_no": str(number),
        "collection_start": start,
        "collection_end": end,
        "in_progress_recovery": cash or "",
        "settled_recovery": "0",
        **cells,
    }


def column(rows: Rows, name: str) -> list[object]:
    """One column of the rows."""
    return [row[name] for row in rows]


# reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2024, 12, 31), date(2025, 2, 28), 2),
        (date(2024, 12, 31), date(2025, 2, 27), 1),
        (date(2024, 2, 29), date(2024, 3, 28), 0),
        (date(2024, 2, 29), date(2024, 3, 29), 1),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2024, 1, 31), date(2024, 4, 30), 3),
        (date(2024, 1, 30), date(2024, 4, 29), 2),
    ],
)
def test_age_counts_complete_months(start: date, end: date, months: int) -> None:
    assert age_months(start, end) == months


def test_anniversaries_of_a_month_end() -> None:
    assert [anniversary(date(2024, 12, 31), k) for k in (1, 2, 3, 12)] == [
        date(2025, 1, 31),
        date(2025, 2, 28),
        date(2025, 3, 31),
        date(2025, 12, 31),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2025-01-31",
        "2025/1/31",
        "2025.1.31",
        "20250131",
        "2025年1月31日",
        "２０２５年１月３１日",
        "2025-01-31 23:59:59",
        "2025/1/31 00:00",
    ],
)
def test_dates_that_are_read(text: str) -> None:
    assert read_date(text) == date(2025, 1, 31)


@pytest.mark.parametrize(
    "text", ["45688", "31/01/2025", "01-02-2025", "2025-02-30", "2025-1/31", "一", "■", "—", ""]
)
def test_dates_that_are_not_read(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("text", "unit", "cents"),
    [
        ("25293.534026", "万元", 25293534026),
        ("1,234,567.89", "元", 123456789),
        ("1,23,456", "元", None),
        ("3.8亿元", "万元", 38000000000),
        ("500万元", "元", 500000000),
        ("100元", "亿元", 10000),
        ("１２３．４５", "元", 12345),
        ("48245(注1)", "元", 4824500),
        ("103.90²", "元", 10390),
        ("77[1]", "元", 7700),
        ("1.005", "元", None),
        ("0.0000001", "万元", None),
        ("1e5", "元", None),
        ("inf", "元", None),
        ("nan", "元", None),
        ("-5.00", "元", -500),
        ("12", "", None),
        ("不适用", "元", None),
    ],
)
def test_amounts(text: str, unit: str, cents: int | None) -> None:
    assert Lookups.read(SEEDS).amount(text, unit) == cents


@pytest.mark.parametrize(
    ("text", "unit", "rate"),
    [
        ("12.5%", None, Fraction(1, 8)),
        ("12.5", "%", Fraction(1, 8)),
        ("12.5%", "%", Fraction(1, 8)),
        ("１２．５％", None, Fraction(1, 8)),
        ("0.125", None, Fraction(1, 8)),
        ("100", "% (stated in words: 全部)", Fraction(1)),
        ("/", "%", None),
    ],
)
def test_a_percent_is_read_once(text: str, unit: str | None, rate: Fraction | None) -> None:
    assert read_rate(text, unit) == rate


def test_text_and_counts() -> None:
    assert read_text("　橙益 ") == "橙益"
    assert read_text("——") is None
    assert read_text("一") == "一"
    assert read_number("一") is None
    assert read_int("1,193") == 1193
    assert read_int("1.5") is None


def test_halves_round_away_from_zero() -> None:
    halves = [Fraction(5, 2), Fraction(-5, 2), Fraction(3, 2)]
    assert [round_half_away(half) for half in halves] == [3, -3, 2]


def test_every_random_spelling_reads_back() -> None:
    out = Print(random.Random(7))  # noqa: S311 - draws test data
    lookups = Lookups.read(SEEDS)
    for _ in range(3000):
        cents = out.rng.randint(0, 10 ** out.rng.randint(2, 12))
        unit = out.rng.choice(tuple(FACTORS))
        assert lookups.amount(out.yuan(cents, unit), unit) == cents
        rate = Decimal(out.rng.randint(0, 15_000)) / 10_000
        assert read_rate(out.rate(rate)) == Fraction(rate)
        day = date.fromordinal(out.rng.randint(730_000, 745_000))
        assert read_date(out.day(day)) == day
        assert read_text(out.null()) is None
        assert lookups.amount(out.null_number(), unit) is None
        assert name_key(out.code("24RM001X")) == "24RM001X"


# recovery ------------------------------------------------------------------------------------


def test_cash_is_spread_by_day_in_whole_cents(tmp_path: Path) -> None:
    # 100.00 over 90 days: 100*31/90 = 34.444 -> 34.44; 100*59/90 = 65.555 -> 65.56; 100.00.
    # 50.00 over the 15 days to 15 April: month 4 (30 days) is half covered, from one report.
    marts = run(
        tmp_path,
        deals=[DEAL],
        trustee_reports=[
            report(1, "2024-12-31", "2025-03-31", "100"),
            report(2, "2025-03-31", "2025-04-15", "50"),
        ],
    )
    periods = marts["fct_recovery_by_period"]
    assert column(periods, "collection_start") == [date(2025, 1, 1), date(2025, 4, 1)]
    assert column(periods, "recovery_age_months") == [3, 3]
    assert column(periods, "cumulative_recovery_rate") == [0.1, 0.15]
    assert column(periods, "is_provisional") == [False, True]
    months = marts["fct_recovery_by_month"]
    assert column(months, "age_month") == [1, 2, 3, 4]
    assert column(months, "recovery_yuan") == [
        Decimal("34.44"),
        Decimal("31.12"),
        Decimal("34.44"),
        Decimal("50.00"),
    ]
    assert column(months, "recovery_rate") == [0.03444, 0.03112, 0.03444, None]
    assert column(months, "cumulative_rate") == [0.03444, 0.06556, 0.1, None]
    assert column(months, "observed_ratio") == [0.0, 0.0, 0.0, 0.5]


def test_a_gap_ends_cumulative_amounts_and_curves(tmp_path: Path) -> None:
    marts = run(
        tmp_path,
        deals=[DEAL],
        trustee_reports=[
            report(1, "2025-01-01", "2025-01-31", "10"),
            report(2, "2025-02-01", "2025-02-28", None),
            report(4, "2025-03-01", "2025-03-31", "30"),
            report(5, "2025-05-01", "2025-05-31", "50"),
        ],
        recovery_estimates=[
            {"agency": "中债资信", "stage": "first_rating", "estimated_rate": "50%"}
        ],
    )
    periods = marts["fct_recovery_by_period"]
    assert column(periods, "period_no") == [1, 2, 4, 5]
    assert column(periods, "period_recovery_rate") == [0.01, None, 0.03, 0.05]
    assert column(periods, "cumulative_recovery_yuan") == [Decimal("10.00"), None, None, None]
    assert column(periods, "estimate_attained_ratio") == [0.02, None, None, None]
    assert [reason is None for reason in column(periods, "incomplete_reason")] == [
        True,
        False,
        False,
        False,
    ]
    months = marts["fct_recovery_by_month"]
    assert column(months, "age_month") == [1, 3, 5]
    assert column(months, "recovery_rate") == [0.01, 0.03, 0.05]
    assert column(months, "cumulative_rate") == [0.01, None, None]
    assert column(months, "observed_ratio") == [1.0, 1.0, 1.0]
    assert {row["age_month"] for row in marts["fct_recovery_curve"]} == {1}


def test_a_skipped_number_without_a_gap_changes_nothing(tmp_path: Path) -> None:
    marts = run(
        tmp_path,
        deals=[DEAL],
        trustee_reports=[
            report(1, "2025-01-01", "2025-01-31", "10"),
            report(3, "2025-02-01", "2025-02-28", "20"),
        ],
    )
    assert column(marts["fct_recovery_by_period"], "cumulative_recovery_yuan") == [
        Decimal("10.00"),
        Decimal("30.00"),
    ]


def test_a_late_first_period_is_a_gap(tmp_path: Path) -> None:
    reports = [report(1, "2025-01-02", "2025-02-28", "58")]
    marts = run(tmp_path, deals=[DEAL], trustee_reports=reports)
    (period,) = marts["fct_recovery_by_period"]
    assert period["period_recovery_rate"] == 0.058
    assert period["cumulative_recovery_yuan"] is None
    # 58 days at 1.00 a day: 30 in January (of 31 days), 28 in February (whole).
    months = marts["fct_recovery_by_month"]
    assert column(months, "recovery_yuan") == [Decimal("30.00"), Decimal("28.00")]
    assert column(months, "recovery_rate") == [None, 0.028]
    assert column(months, "cumulative_rate") == [None, None]


def test_revisions_and_as_of(tmp_path: Path) -> None:
    deal = {**DEAL, "known_on": "2025-06-01", "liquidation_date": "2025-09-01"}
    reports = [
        report(1, "2025-01-01", "2025-06-30", "60", known_on="2025-07-15"),
        report(1, "2025-01-01", "2025-06-30", "", known_on="2025-08-15"),
        report(1, "2025-01-01", "2025-06-30", "80", known_on="2025-09-15"),
    ]
    expected = {
        date(2025, 7, 14): [],
        date(2025, 7, 15): [(Decimal("60.00"), 1, True)],
        date(2025, 8, 31): [(None, 2, True)],
        date(2025, 9, 1): [(None, 2, False)],
        None: [(Decimal("80.00"), 3, False)],
    }
    for as_of, wanted in expected.items():
        rows = run(tmp_path, as_of, deals=[deal], trustee_reports=reports)
        assert [
            (row["period_recovery_yuan"], row["revision_no"], row["is_provisional"])
            for row in rows["fct_recovery_by_period"]
        ] == wanted
    early = run(tmp_path, date(2025, 5, 31), deals=[deal], trustee_reports=reports)
    assert all(rows == [] for rows in early.values())


def test_statements_where_no_trustee_report_is(tmp_path: Path) -> None:
    statements = [
        {"pool_as_of_date": "2025-03-31", "cumulative_recovery": "100", "stated_by": "联合资信"},
        {"pool_as_of_date": "2025-03-31", "cumulative_recovery": "90", "stated_by": "中债资信"},
        {"pool_as_of_date": "2025-03-31", "cumulative_recovery": "80", "stated_by": "东方金诚"},
        {"pool_as_of_date": "2025-06-30", "stated_rate": "15%", "stated_by": "联合资信"},
        {"pool_as_of_date": "2025-09-30", "cumulative_recovery": "200", "stated_by": "联合资信"},
        {"pool_as_of_date": "2025-12-31", "cumulative_recovery": "260", "stated_by": "联合资信"},
    ]
    statements[2]["known_on"] = "2025-06-01"
    marts = run(tmp_path, deals=[DEAL], recovery_statements=statements)
    rows = marts["fct_recovery_by_period"]
    # 中 (U+4E2D) sorts before 联 (U+8054); 东方金诚 was known earlier.
    assert column(rows, "period_recovery_yuan") == [Decimal("90.00"), None, None, Decimal("60.00")]
    assert column(rows, "cumulative_recovery_yuan") == [Decimal("90.00"), None, None, None]
    assert column(rows, "stated_cumulative_rate") == [None, 0.15, None, None]
    assert column(rows, "period_recovery_rate") == [0.09, None, None, 0.06]
    assert column(rows, "collection_start") == [
        date(2025, 1, 1),
        date(2025, 4, 1),
        date(2025, 7, 1),
        date(2025, 10, 1),
    ]
    assert column(rows, "revision_no") == [1, 1, 1, 1]
    assert column(rows, "period_no") == [1, 2, 3, 4]
    assert all(column(rows, "is_provisional"))
    assert column(marts["fct_recovery_by_month"], "age_month") == [1, 2, 3, 10, 11, 12]
    both = run(
        tmp_path,
        recovery_statements=statements,
        trustee_reports=[report(1, "2025-01-01", "2025-01-31", "1")],
    )
    assert column(both["fct_recovery_by_period"], "source_kind") == ["trustee_report"]


def test_curves_weigh_by_balance(tmp_path: Path) -> None:
    # Month 1: D1 100 of 1000, D2 150 of 3000. Month 2: D1 alone, 50 of 1000.
    marts = run(
        tmp_path,
        deals=[DEAL, {**DEAL, "deal_code": "D2", "pool_balance": "3000", "asset_subclass": "房贷"}],
        trustee_reports=[
            report(1, "2025-01-01", "2025-01-31", "100"),
            report(2, "2025-02-01", "2025-02-28", "50"),
            report(1, "2025-01-01", "2025-01-31", "150", deal_code="D2"),
        ],
    )
    curve = [
        row
        for row in marts["fct_recovery_curve"]
        if (row["cohort_kind"], row["segment"]) == ("market", "all")
    ]
    assert column(curve, "cohort") == ["all", "all"]
    assert column(curve, "deal_count") == [2, 1]
    assert column(curve, "balance_yuan") == [Decimal("4000.00"), Decimal("1000.00")]
    assert column(curve, "weighted_period_rate") == [0.0625, 0.05]
    assert column(curve, "weighted_cumulative_rate") == [0.0625, 0.15]
    assert column(curve, "chained_cumulative_rate") == [0.0625, 0.1125]
    assert column(curve, "mean_rate") == [0.075, 0.05]
    assert column(curve, "p25_rate") == [0.0625, 0.05]
    assert column(curve, "p50_rate") == [0.075, 0.05]
    assert column(curve, "p90_rate") == [0.095, 0.05]
    assert column(curve, "is_thin") == [False, True]
    cohorts = Counter(
        (row["cohort_kind"], row["cohort"], row["segment"]) for row in marts["fct_recovery_curve"]
    )
    assert cohorts == {
        (kind, cohort, segment): months
        for kind, cohort in (("market", "all"), ("cutoff_year", "2024"), ("originator", "建设银行"))
        for segment, months in (("all", 2), ("micro_small", 2), ("residential_mortgage", 1))
    }


# pools ---------------------------------------------------------------------------------------

LOANS = [
    {
        "loan_no": "L1",
        "borrower_no": "B1",
        "contract_amount": "120",
        "outstanding_principal": "80",
        "outstanding_interest": "15",
        "outstanding_fees": "5",
        "overdue_days": "60",
        "five_class": "次级",
    },
    {
        "loan_no": "L2",
        "borrower_no": "B1",
        "contract_amount": "300",
        "outstanding_principal": "250",
        "outstanding_interest": "40",
        "outstanding_fees": "10",
        "overdue_days": "120",
        "five_class": "可疑",
    },
    {
        "loan_no": "L3",
        "borrower_no": "B2",
        "contract_amount": "180",
        "outstanding_principal": "90",
        "outstanding_interest": "10",
        "outstanding_fees": "0",
        "overdue_days": "0",
        "five_class": "次级",
    },
]
HOME = {
    "collateral_no": "C1",
    "collateral_type": "住宅",
    "lien_rank": "1",
    "initial_value": "500",
    "latest_value": "400",
}
SHOP = {
    "loan_no": "L2",
    "collateral_no": "C2",
    "collateral_type": "商铺",
    "lien_rank": "2",
    "prior_claims": "60",
    "initial_value": "225",
    "latest_value": "360",
}
LIENS = [{**HOME, "loan_no": "L1"}, {**HOME, "loan_no": "L2"}, SHOP]


def on(day: str, rows: Iterable[Cells], **cells: str) -> list[Cells]:
    """Give the rows of one delivery of a tape."""
    return [{"snapshot_date": day, **row, **cells} for row in rows]


def pool(folder: Path, loans: Iterable[Cells], liens: Iterable[Cells]) -> dict[str, object]:
    """Give the snapshot of a tape at the cut-off."""
    marts = run(
        folder,
        deals=[{**DEAL, "pool_balance": "", "cutoff_date": "2024-06-30"}],
        loan_pools=on("2024-06-30", loans),
        collaterals=on("2024-06-30", liens),
    )
    (row,) = marts["fct_pool_snapshot"]
    return {
        **row,
        "security_class": marts["dim_deal"][0]["security_class"],
        "advance_rate": marts["fct_issuance"][0]["advance_rate"],
    }


def test_a_tape_by_hand(tmp_path: Path) -> None:
    # C1 400 is split 100 : 300 by balance; C2 is worth 360 - 60 = 300 to L2, a tie with C1.
    row = pool(tmp_path, LOANS, LIENS)
    assert row == {
        "deal_key": KEY,
        "snapshot_date": date(2024, 6, 30),
        "measured_from": "loan_tape",
        "loan_count": 3,
        "borrower_count": 2,
        "contract_amount_yuan": Decimal("600.00"),
        "principal_yuan": Decimal("420.00"),
        "balance_yuan": Decimal("500.00"),
        "mortgaged_balance_yuan": Decimal("400.00"),
        "mortgaged_ratio": 0.8,
        "residential_ratio": 1.0,
        "repaid_ratio": 0.3,
        "weighted_current_ltv_ratio": 0.5125,  # (100 * 80/100 + 300 * 250/600) / 400
        "weighted_initial_ltv_ratio": 0.615,  # (100 * 120/125 + 300 * 300/600) / 400
        "pool_current_ltv_ratio": float(Fraction(330, 700)),
        "weighted_overdue_months": float(Fraction(84) / Fraction("30.4375")),
        "balance_per_borrower_yuan": Decimal("250.00"),
        "top10_borrower_ratio": 1.0,
        "class_normal_ratio": 0.0,
        "class_special_mention_ratio": 0.0,
        "class_substandard_ratio": 0.4,
        "class_doubtful_ratio": 0.6,
        "class_loss_ratio": 0.0,
        "is_comparable": False,
        "incomplete_reason": None,
        "security_class": "property",
        "advance_rate": 0.8,
    }


def test_a_second_lien_without_claims_is_a_missing_value(tmp_path: Path) -> None:
    row = pool(tmp_path, LOANS, [*LIENS[:2], {**SHOP, "prior_claims": ""}])
    assert row["weighted_current_ltv_ratio"] is None
    assert row["pool_current_ltv_ratio"] is None
    assert row["weighted_initial_ltv_ratio"] == 0.615
    assert row["residential_ratio"] == 1.0
    assert row["incomplete_reason"] is not None


def test_a_value_that_is_used_up_leaves_no_ltv(tmp_path: Path) -> None:
    # C2 is worth 360 - 660 = -300, with C1's 300 the sum is 0; one claim less and it is 1.
    used_up = pool(tmp_path, LOANS, [*LIENS[:2], {**SHOP, "prior_claims": "660"}])
    assert used_up["weighted_current_ltv_ratio"] is None
    left = pool(tmp_path, LOANS, [*LIENS[:2], {**SHOP, "prior_claims": "659"}])
    assert left["weighted_current_ltv_ratio"] == (100 * 0.8 + 300 * 250) / 400


def test_the_larger_collateral_decides_what_is_residential(tmp_path: Path) -> None:
    shop = {**SHOP, "prior_claims": "59.99"}
    assert pool(tmp_path, LOANS, [*LIENS[:2], shop])["residential_ratio"] == 0.25
    shop["collateral_type"] = ""
    row = pool(tmp_path, LOANS, [*LIENS[:2], shop])
    assert row["residential_ratio"] is None
    assert row["is_comparable"] is False  # 0.8 is not over 80 %


def test_a_missing_part_of_a_balance(tmp_path: Path) -> None:
    loans = [LOANS[0], LOANS[1], {**LOANS[2], "outstanding_fees": "-"}]
    row = pool(tmp_path, loans, LIENS)
    assert row["balance_yuan"] is None
    assert row["mortgaged_balance_yuan"] == Decimal("400.00")
    assert row["mortgaged_ratio"] is None
    assert row["weighted_current_ltv_ratio"] == 0.5125
    assert row["is_comparable"] is None
    assert row["advance_rate"] is None


def test_a_missing_class_leaves_no_classes(tmp_path: Path) -> None:
    row = pool(tmp_path, [*LOANS[:2], {**LOANS[2], "five_class": ""}], LIENS)
    assert row["class_substandard_ratio"] is None
    assert row["class_loss_ratio"] is None
    assert row["incomplete_reason"] is not None


def test_an_unsecured_pool_is_complete(tmp_path: Path) -> None:
    row = pool(tmp_path, LOANS, [])
    assert row["mortgaged_ratio"] == 0.0
    assert row["mortgaged_balance_yuan"] == Decimal("0.00")
    assert row["weighted_current_ltv_ratio"] is None
    assert row["residential_ratio"] is None
    assert row["is_comparable"] is False
    assert row["incomplete_reason"] is None
    assert row["security_class"] == "unsecured"


def test_vehicles(tmp_path: Path) -> None:
    cars = [{**lien, "collateral_type": "车辆"} for lien in LIENS]
    row = pool(tmp_path, LOANS, cars)
    assert (row["security_class"], row["residential_ratio"]) == ("vehicle", 0.0)


def test_a_redelivered_tape_replaces_the_snapshot(tmp_path: Path) -> None:
    # L1 is gone: its lien is ignored and C1 is L2's alone. LTV 250 / (400 + 300).
    marts = run(
        tmp_path,
        deals=[{**DEAL, "cutoff_date": "2024-06-30"}],
        loan_pools=[
            *on("2024-06-30", LOANS),
            *on("2024/6/30", LOANS[1:], known_on="2025-08-01"),
        ],
        collaterals=on("2024-06-30", LIENS),
        pool_statistics=[
            {"stage": "first_rating", "metric": "loan_count", "value": "7", "unit": "count"}
        ],
    )
    (row,) = marts["fct_pool_snapshot"]
    assert (row["loan_count"], row["measured_from"]) == (2, "both")
    assert row["weighted_current_ltv_ratio"] == float(Fraction(250, 700))
    assert row["residential_ratio"] == 1.0
    assert marts["fct_issuance"][0]["pool_balance_yuan"] == Decimal("1000.00")


def test_disclosed_snapshots(tmp_path: Path) -> None:
    deal = {**DEAL, "pool_principal": "0.09", "amount_unit": "万元", "class_loss": "100%"}
    first = {"stage": "first_rating", "unit": "%", "stated_by": "联合资信"}
    marts = run(
        tmp_path,
        deals=[{**deal, "pool_balance": "0.1", "issue_amount": "0.04"}],
        pool_statistics=[
            {**first, "metric": "mortgaged_share", "value": "80.01"},
            {**first, "metric": "mortgaged_share", "value": "70", "stated_by": "东方金诚"},
            {**first, "metric": "mortgaged_share", "value": "60", "known_on": "2025-06-30"},
            {**first, "metric": "residential_share", "value": "80.01%"},
            {**first, "metric": "borrower_count", "value": "3", "unit": "户"},
            {**first, "metric": "contract_amount", "value": "1200", "unit": "元"},
            {**first, "metric": "wa_overdue_months", "value": "304.375", "unit": "天"},
            {"as_of_date": "2025-06-30", "metric": "wa_current_ltv", "value": "1.2", "unit": ""},
            {"as_of_date": "2025-09-30", "metric": "hhi_region", "value": "0.04", "unit": "index"},
        ],
    )
    cutoff, later = marts["fct_pool_snapshot"]
    assert cutoff["mortgaged_ratio"] == 0.7  # 东 (U+4E1C) sorts before 联
    assert cutoff["is_comparable"] is False
    assert cutoff["balance_yuan"] == Decimal("1000.00")
    assert cutoff["balance_per_borrower_yuan"] == Decimal("333.33")
    assert cutoff["repaid_ratio"] == 0.25
    assert cutoff["weighted_overdue_months"] == 10.0
    assert cutoff["class_loss_ratio"] == 1.0
    assert cutoff["class_normal_ratio"] is None
    assert cutoff["mortgaged_balance_yuan"] is None
    assert later["snapshot_date"] == date(2025, 6, 30)
    assert later["weighted_current_ltv_ratio"] == 1.2
    assert later["balance_yuan"] is None
    assert marts["dim_deal"][0]["security_class"] == "property"


# deals ---------------------------------------------------------------------------------------


def test_tranches_and_estimates(tmp_path: Path) -> None:
    first = {"stage": "first_rating"}
    marts = run(
        tmp_path,
        deals=[DEAL],
        tranches=[
            {"tranche_code": "A1", "tranche_name": "优先A1", "issue_amount": "100", "coupon": "2%"},
            {"tranche_code": "A2", "tranche_name": "优先A2", "issue_amount": "200", "coupon": "5%"},
            {"tranche_code": "C", "tranche_name": "次级档", "issue_amount": "100"},
        ],
        recovery_estimates=[
            {**first, "agency": "中债资信", "estimated_rate": "40%", "basis": "gross"},
            {**first, "agency": "中诚信", "estimated_recovery": "500", "basis": ""},
            {**first, "agency": "联合资信", "estimated_rate": "0.3", "basis": "net"},
            {**first, "agency": "联合资信", "estimated_rate": "0.9", "known_on": "2025-06-30"},
            {"stage": "tracking", "agency": "标普", "estimated_rate": "90%"},
        ],
    )
    (row,) = marts["fct_issuance"]
    assert row["senior_amount_yuan"] == Decimal("300.00")
    assert row["subordinated_ratio"] == 0.25
    assert row["senior_coupon_ratio"] == 0.04
    assert row["advance_rate"] == 0.4
    assert (row["estimated_recovery_rate"], row["estimate_count"]) == (0.4, 3)
    assert row["has_mixed_basis"] is True
    assert column(marts["fct_tranche"], "is_senior") == [True, True, False]


def test_of_two_ratings_known_on_one_day_the_last_rated_counts(tmp_path: Path) -> None:
    rating = {"stage": "first_rating", "agency": "联合资信"}
    estimates = [
        {**rating, "estimated_rate": "40%", "rated_on": "2025-05-20"},
        {**rating, "estimated_rate": "30%", "rated_on": "2025-05-19"},
        {**rating, "estimated_rate": "20%"},
    ]
    marts = run(tmp_path, deals=[DEAL], recovery_estimates=estimates)
    assert marts["fct_issuance"][0]["estimated_recovery_rate"] == 0.4
    revised = [*estimates, {**rating, "estimated_rate": "10%", "known_on": "2025-07-02"}]
    marts = run(tmp_path, deals=[DEAL], recovery_estimates=revised)
    assert marts["fct_issuance"][0]["estimated_recovery_rate"] == 0.1


def test_no_estimate_and_no_junior(tmp_path: Path) -> None:
    tranches = [{"tranche_code": "A", "tranche_name": "优先档", "issue_amount": "9"}]
    marts = run(tmp_path, deals=[DEAL], tranches=[*tranches, {**tranches[0], "deal_code": "D9"}])
    (row,) = marts["fct_issuance"]
    assert (row["estimate_count"], row["has_mixed_basis"]) == (0, False)
    assert row["estimated_recovery_rate"] is None
    assert row["subordinated_amount_yuan"] is None
    assert row["subordinated_ratio"] is None
    assert len(marts["fct_tranche"]) == 1  # D9 is no deal


@pytest.mark.parametrize(
    ("printed", "series", "code"),
    [
        ("中国建设银行股份有限公司", "", "CCB"),
        ("", "橙益", "PAB"),
        ("上海信托", "浦鑫归航", "SPDB"),
        ("某某银行", "橙益", None),
        ("", "", None),
    ],
)
def test_originators(tmp_path: Path, printed: str, series: str, code: str | None) -> None:
    marts = run(tmp_path, deals=[{**DEAL, "originator": printed, "series": series}])
    assert column(marts["dim_originator"], "originator_code") == ([] if code is None else [code])
    assert marts["dim_deal"][0]["originator_key"] == (None if code is None else md5(code))


def test_one_deal_in_three_spellings(tmp_path: Path) -> None:
    marts = run(
        tmp_path,
        deals=[DEAL, {**DEAL, "deal_code": "ｄ １", "known_on": "2025-08-01", "pool_balance": ""}],
        trustee_reports=[report(1, "2025-01-01", "2025-01-31", "1", deal_code=" d1 ")],
    )
    (deal,) = marts["dim_deal"]
    assert (deal["deal_key"], deal["deal_code"]) == (KEY, "d1")
    assert marts["fct_issuance"][0]["pool_balance_yuan"] is None  # blanks replace too
    assert marts["fct_recovery_by_period"][0]["period_recovery_rate"] is None


def test_a_blank_cutoff(tmp_path: Path) -> None:
    reports = [report(1, "2025-01-01", "2025-01-31", "10")]
    marts = run(tmp_path, deals=[{**DEAL, "cutoff_date": ""}], trustee_reports=reports)
    (row,) = marts["fct_recovery_by_period"]
    assert row["period_recovery_rate"] == 0.01
    assert row["recovery_age_months"] is None
    assert row["cumulative_recovery_yuan"] is None
    assert marts["fct_recovery_by_month"] == []
    assert marts["fct_pool_snapshot"] == []


# findings ------------------------------------------------------------------------------------


def test_findings_of_one_deal(tmp_path: Path) -> None:
    # 20 of 1000 stated beside 10, 1.06 % beside 1 %; April is missing; 90 + 9 of 100 issued; the
    # tape of the cut-off: one loan of 900 beside two stated and a printed balance of 1000.
    document = {"source_document": "https://example.org/1"}
    paid = {"in_progress_recovery_to_date": "20", "settled_recovery_to_date": "0", **document}
    reports = [
        report(1, "2025-01-01", "2025-03-31", "10", stated_cumulative_rate="1.06%", **paid),
        report(2, "2025-05-01", "2025-06-30", "", payment_date="soon"),
    ]
    loan = {**LOANS[0], "outstanding_principal": "900", "outstanding_interest": "0"}
    marts = run(
        tmp_path,
        deals=[{**DEAL, "originator": "某某银行", "issue_amount": "100", "pool_principal": "all"}],
        tranches=[
            {"tranche_code": "A", "tranche_name": "优先档", "issue_amount": "90"},
            {"tranche_code": "C", "tranche_name": "次级档", "issue_amount": "9", "coupon": "low"},
        ],
        trustee_reports=reports,
        loan_pools=on("2024-12-31", [{**loan, "outstanding_fees": "0"}]),
        pool_statistics=[{"stage": "first_rating", "metric": "loan_count", "value": "2"}],
    )
    found = [
        tuple(row[name] for name in ("rule_id", "subject", "found_value", "expected_value"))
        for row in marts["fct_finding"]
    ]
    wanted = "a name or a series of the reference lists"
    assert found == [
        ("originator_unresolved", "originator", "某某银行", wanted),
        ("value_not_read", "deal", "pool_principal", None),
        ("value_not_read", "tranche C", "coupon", None),
        ("value_not_read", "report 2", "payment_date", None),
        ("period_gap", "period 2", "2025-05-01", "collection period missing before it"),
        ("recovery_amount_missing", "period 2", None, "recovery amount missing in the report"),
        ("stated_cumulative_differs", "period 1", "20.00", "10.00"),
        ("stated_rate_differs", "period 1", "0.0106", "0.01"),
        ("tranches_differ_from_issue", "issue amount", "99.00", "100.00"),
        ("tape_differs_from_disclosed", "loan_count at 2024-12-31", "2.0", "1.0"),
    ]
    stated = marts["fct_finding"][6]
    assert stated["source_document"] == document["source_document"]
    text = f"{KEY}|stated_cumulative_differs|period 1"
    assert stated["finding_key"] == hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


# whole markets -------------------------------------------------------------------------------


@pytest.mark.skipif(not (PUBLIC / "raw_deals.csv").exists(), reason="no public register here")
def test_public_register() -> None:
    marts = compute(PUBLIC, SEEDS, "public")
    rows = {row["deal_key"]: row for row in marts["fct_recovery_by_period"]}
    printed = rows[md5("24YYHX01")]
    assert printed["cumulative_recovery_rate"] == pytest.approx(0.1956, abs=5e-5)
    assert printed["recovery_age_months"] == 16
    other = rows[md5("24HUIYUAN05")]
    assert other["cumulative_recovery_rate"] == pytest.approx(0.0803, abs=5e-5)
    assert other["stated_cumulative_rate"] == 0.0792


@pytest.mark.parametrize("seed", range(5))
def test_random_markets_keep_cash(tmp_path: Path, seed: int) -> None:
    write_market(tmp_path / "one", seed)
    write_market(tmp_path / "two", seed)
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
    marts = compute(tmp_path / "one", SEEDS, "random")
    aged = {row["deal_key"] for row in marts["dim_deal"] if row["cutoff_date"] is not None}
    paid: dict[object, Decimal] = {}
    for row in marts["fct_recovery_by_period"]:
        cash = row["period_recovery_yuan"]
        if isinstance(cash, Decimal) and row["deal_key"] in aged:
            paid[row["deal_key"]] = paid.get(row["deal_key"], Decimal(0)) + cash
    spread: dict[object, Decimal] = {}
    for row in marts["fct_recovery_by_month"]:
        cash = row["recovery_yuan"]
        assert isinstance(cash, Decimal)
        spread[row["deal_key"]] = spread.get(row["deal_key"], Decimal(0)) + cash
    assert spread == paid
