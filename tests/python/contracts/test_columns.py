"""Whole columns in another unit are rejected; single rows in another unit are found."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from contracts.delivery import Delivery, sound_deal
from npas.contracts import CheckReport, check_tables
from npas.raw_files import path_tables
from npas.raw_schema import RAW_TABLES, Kind

_DEALS = [f"24COLUMN{i:02}" for i in range(4)]
Rewrite = Callable[[str], str]


def _times(factor: str) -> Rewrite:
    """Multiplies a number, leaves blanks and signs as they are."""

    def rewrite(text: str) -> str:
        if not text:
            return text
        digits = text.removesuffix("%")
        return f"{Decimal(digits) * Decimal(factor):f}{text[len(digits) :]}"

    return rewrite


def _without_sign(text: str) -> str:
    return text.removesuffix("%")


def _to(text: str) -> Rewrite:
    return lambda _: text


def _checked(folder: Path, changes: Mapping[tuple[str, str], Rewrite]) -> CheckReport:
    delivery = Delivery()
    for code in _DEALS:
        delivery.add(sound_deal(code))
    for (table, column), rewrite in changes.items():
        for row in delivery.tables[table]:
            row[column] = rewrite(row.get(column, ""))
    return check_tables(path_tables(delivery.write(folder / "delivery")), folder / "out")


def _columns(report: CheckReport, rule: str) -> set[tuple[str, str]]:
    found = [one for one in report.violations if one.rule == rule]
    assert all(one.row is None and one.file.endswith(f"{one.table}.csv") for one in found)
    return {(one.table, column) for one in found for column in one.column.split(" + ")}


@pytest.mark.parametrize(
    ("changes", "also"),
    [
        pytest.param(
            {
                ("raw_deals", "issue_amount"): _times("10000"),
                ("raw_tranches", "placed_amount"): _times("0.01"),
                ("raw_tranches", "coupon"): _times("100"),
                ("raw_tranches", "issue_price"): _times("0.01"),
                ("raw_tranches", "expected_life_years"): _times("12"),
                ("raw_recovery_estimates", "estimated_recovery"): _times("10000"),
                ("raw_recovery_statements", "forecast_cumulative"): _times("100"),
                ("raw_loan_pools", "contract_amount"): _times("100"),
                ("raw_loan_pools", "outstanding_interest"): _times("100"),
                ("raw_loan_pools", "outstanding_fees"): _times("10000"),
                ("raw_collaterals", "latest_value"): _times("10000"),
                ("raw_trustee_reports", "in_progress_balance"): _times("10000"),
                ("raw_trustee_reports", "closing_balance"): _times("0.0001"),
                ("raw_trustee_reports", "stated_cumulative_rate"): _times("0.01"),
            },
            {
                # what stands beside a slipped column looks as wrong
                ("raw_tranches", "issue_amount"),
                ("raw_recovery_estimates", "estimated_rate"),
                ("raw_deals", "pool_balance"),
                ("raw_loan_pools", "outstanding_principal"),
                ("raw_collaterals", "initial_value"),
            },
            id="one way",
        ),
        pytest.param(
            {
                ("raw_deals", "pool_principal"): _times("0.0001"),
                ("raw_deals", "class_substandard"): _times("0.01"),
                ("raw_deals", "class_doubtful"): _times("0.01"),
                ("raw_deals", "class_loss"): _times("0.01"),
                ("raw_deals", "junior_share"): _times("0.01"),
                ("raw_tranches", "weighted_life_years"): _times("12"),
                ("raw_recovery_estimates", "estimated_rate"): _times("0.01"),
                ("raw_recovery_statements", "cumulative_recovery"): _times("0.01"),
                ("raw_loan_pools", "outstanding_principal"): _times("0.0001"),
                ("raw_collaterals", "initial_value"): _times("10000"),
                ("raw_trustee_reports", "in_progress_recovery_to_date"): _times("10000"),
                ("raw_trustee_reports", "settled_recovery_to_date"): _times("10000"),
            },
            {
                ("raw_deals", "pool_balance"),
                ("raw_recovery_statements", "stated_rate"),
                ("raw_loan_pools", "contract_amount"),
                ("raw_loan_pools", "outstanding_interest"),
                ("raw_loan_pools", "outstanding_fees"),
                ("raw_collaterals", "latest_value"),
                ("raw_trustee_reports", "stated_cumulative_rate"),
            },
            id="the other way",
        ),
    ],
)
def test_columns_in_another_unit_are_rejected(
    tmp_path: Path,
    changes: Mapping[tuple[str, str], Rewrite],
    also: set[tuple[str, str]],
) -> None:
    report = _checked(tmp_path, changes)

    # these are measured together with another column, which is blamed
    unblamed = {
        ("raw_deals", "class_doubtful"),
        ("raw_deals", "class_loss"),
    }
    assert _columns(report, "U01") == (changes.keys() - unblamed) | also
    assert report.rejected


@pytest.mark.parametrize(
    ("table", "column", "factor"),
    [
        ("raw_collaterals", "prior_claims", "0.01"),
        ("raw_loan_pools", "outstanding_fees", "0.01"),
        ("raw_trustee_reports", "disposal_expenses", "10000"),
    ],
)
def test_columns_of_unusual_size_are_told_and_not_refused(
    tmp_path: Path, table: str, column: str, factor: str
) -> None:
    sound = _checked(tmp_path / "sound", {})
    slipped = _checked(tmp_path / "slipped", {(table, column): _times(factor)})

    assert _columns(sound, "U09") == set()
    assert _columns(slipped, "U09") == {(table, column)}
    assert "U01" not in slipped.counts_by_rule


@pytest.mark.parametrize(
    ("metric", "factor"),
    [
        ("mortgaged_share", "100"),
        ("wa_current_ltv", "0.01"),
        ("wa_current_ltv", "100"),
        ("wa_overdue_months", "30.4375"),
    ],
)
def test_a_statistic_in_another_unit_is_rejected(tmp_path: Path, metric: str, factor: str) -> None:
    delivery = Delivery()
    for code in _DEALS:
        delivery.add({"raw_pool_statistics": sound_deal(code)["raw_pool_statistics"]})
    statistics = [row for row in delivery.tables["raw_pool_statistics"] if row["metric"] == metric]
    for row in statistics:
        row["value"] = _times(factor)(row["value"])
    delivery.tables["raw_pool_statistics"] = statistics

    report = check_tables(path_tables(delivery.write(tmp_path / "delivery")), tmp_path / "out")

    assert _columns(report, "U01") == {("raw_pool_statistics", "value")}


def test_rates_without_their_sign_are_rejected(tmp_path: Path) -> None:
    rates = {
        (table.name, rate)
        for table in RAW_TABLES.values()
        for rate in table.of_kind(Kind.RATIO)
        if rate not in {"class_normal", "class_special_mention"}
    }

    report = _checked(tmp_path, dict.fromkeys(rates, _without_sign))

    assert _columns(report, "U04") == rates
    assert report.rejected


def test_a_column_that_cannot_be_read_is_rejected(tmp_path: Path) -> None:
    report = _checked(
        tmp_path,
        {
            ("raw_tranches", "expected_maturity"): _to("46100"),
            ("raw_loan_pools", "outstanding_fees"): _to("fee"),
            ("raw_pool_statistics", "value"): _to("很多"),
        },
    )

    assert _columns(report, "T03") == {
        ("raw_tranches", "expected_maturity"),
        ("raw_loan_pools", "outstanding_fees"),
        ("raw_pool_statistics", "value"),
    }
    (maturity,) = [
        one for one in report.violations if one.rule == "T03" and one.column == "expected_maturity"
    ]
    assert maturity.message.startswith("8 of 8 filled cells cannot be read")


def test_few_values_say_nothing_about_a_column(tmp_path: Path) -> None:
    deal = sound_deal("24LONELY01")
    deal["raw_deals"][0]["issue_amount"] = "4000000.00"
    delivery = Delivery()
    delivery.add({"raw_deals": deal["raw_deals"]})

    report = check_tables(path_tables(delivery.write(tmp_path / "delivery")), tmp_path / "out")

    assert [one.rule for one in report.violations] == ["U02"]
    assert not report.rejected
    reasons = {one.left_out for one in report.results if one.rule == "U01" and one.left_out}
    assert ("fewer than 3 values", "数值少于 3 个") in reasons


_FACTORS = ("10000", "0.0001", "100000000", "100", "0.01")
_AMOUNTS = [
    (table.name, column)
    for table in RAW_TABLES.values()
    for column in (*table.of_kind(Kind.AMOUNT), *table.of_kind(Kind.RATIO))
    if column not in {"class_normal", "class_special_mention"}
]
# Cash that has no usual size, and what nothing else in the documents bounds from below.
_UNBOUNDED = {
    ("raw_collaterals", "prior_claims"): {"0.0001", "0.01"},
    ("raw_trustee_reports", "disposal_expenses"): {"0.0001", "100", "0.01"},
    ("raw_trustee_reports", "other_inflow"): {"10000", "0.0001", "100", "0.01"},
    ("raw_trustee_reports", "settled_balance"): {"0.0001", "0.01"},
    ("raw_trustee_reports", "in_progress_balance"): {"0.0001", "0.01"},
    ("raw_trustee_reports", "closing_balance"): {"0.0001", "0.01"},
    ("raw_recovery_statements", "forecast_cumulative"): {"0.01"},
}


@pytest.fixture(scope="module")
def slips(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str], set[str]]:
    """For each column and factor a deal whose first row slipped by it: the rules that saw it."""
    delivery = Delivery()
    codes: dict[str, tuple[str, str, str]] = {}
    for table, column in _AMOUNTS:
        for factor in _FACTORS:
            code = f"24SLIP{len(codes):03}"
            codes[code] = (table, column, factor)
            deal = sound_deal(code)
            row = deal[table][0]
            row[column] = _times(factor)(row[column])
            delivery.add(deal)
    folder = tmp_path_factory.mktemp("slips")
    report = check_tables(path_tables(delivery.write(folder / "delivery")), folder / "out")
    assert not report.rejected
    seen: dict[tuple[str, str, str], set[str]] = {slip: set() for slip in codes.values()}
    for one in report.violations:
        seen[codes[one.deal_code]].add(one.rule)
    return seen


@pytest.mark.parametrize("factor", _FACTORS)
@pytest.mark.parametrize(("table", "column"), _AMOUNTS)
def test_a_row_in_another_unit_is_found(
    slips: dict[tuple[str, str, str], set[str]], table: str, column: str, factor: str
) -> None:
    is_bounded = factor not in _UNBOUNDED.get((table, column), set())

    assert bool(slips[table, column, factor]) == is_bounded
