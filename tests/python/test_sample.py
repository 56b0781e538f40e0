"""The synthetic market: made again byte for byte, fictional, and as the report prints it."""

import csv
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from npas import settings
from npas.cli import cli
from npas.contracts import check_tables
from npas.mutation.executor import CompiledProject, Model, Warehouse, compile_project
from npas.raw_files import market_tables
from npas.raw_schema import RAW_TABLES
from npas.sample import write_sample
from npas.sample.draws import split
from npas.sample.printing import HANDS, decimal, percent, plain_amount
from reference.market_watch import figure_deals
from reference.marts import compute
from reference.printed_figures import as_printed, printed_figures

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "seeds" / "sample"
REFERENCE = ROOT / "seeds" / "reference"
Row = dict[str, str]
MartRow = dict[str, Any]
Marts = dict[str, list[MartRow]]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def raw(table: str) -> list[Row]:
    return read(SAMPLE / f"{table}.csv")


@pytest.fixture(scope="module")
def marts() -> Marts:
    """The marts of the sample, by the reference computation; that SQL gives the same is a test."""
    return compute(SAMPLE, REFERENCE, "sample", None)


@pytest.fixture(scope="module")
def deals(marts: Marts) -> list[MartRow]:
    return figure_deals(marts)


@pytest.fixture(scope="module")
def report_prints() -> dict[str, tuple[Decimal, int]]:
    """Figures that the report prints as numbers: value and decimals."""
    rows = read(ROOT / "seeds" / "expected" / "published_figures.csv")
    return {
        row["figure_id"]: (Decimal(row["printed_value"]), int(row["decimals"]))
        for row in rows
        if row["relation"] == "="
    }


# ---- made again ------------------------------------------------------------------------------


def test_the_generator_writes_the_seeds_byte_for_byte(tmp_path: Path) -> None:
    counts = write_sample(REFERENCE, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        path.name for path in SAMPLE.glob("*.csv")
    )
    for table, count in counts.items():
        assert (tmp_path / f"{table}.csv").read_bytes() == (SAMPLE / f"{table}.csv").read_bytes()
        assert count == len(raw(table))


def test_the_command_writes_the_seeds_of_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = tmp_path / "seeds" / "reference"
    reference.parent.mkdir()
    reference.symlink_to(REFERENCE)
    monkeypatch.setattr(settings, "project_root", lambda: tmp_path)
    done = CliRunner().invoke(cli, ["sample"])
    assert done.exit_code == 0, done.output
    assert f"raw_deals: {len(raw('raw_deals')):,} rows" in done.output
    assert "Synthetic sample" in done.output
    written = tmp_path / "seeds" / "sample" / "raw_trustee_reports.csv"
    assert written.read_bytes() == (SAMPLE / "raw_trustee_reports.csv").read_bytes()


def test_the_seeds_are_small_enough_for_the_repository() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.iterdir()) <= 8_000_000


def test_the_rows_are_the_reviewed_ones() -> None:
    reviewed = {
        row["table_name"]: int(row["row_count"])
        for row in read(ROOT / "seeds" / "expected" / "expected_row_counts.csv")
        if row["market"] == "sample"
    }
    assert reviewed == {table: len(raw(table)) for table in RAW_TABLES}


@pytest.mark.parametrize(
    ("total", "weights", "least", "parts"),
    [
        (10, [1, 1, 1], 0, [4, 3, 3]),
        (10, [8, 1, 1], 2, [6, 2, 2]),
        (6, [1, 100, 1], 2, [2, 2, 2]),
    ],
)
def test_parts_sum_to_the_whole(
    total: int, weights: list[int], least: int, parts: list[int]
) -> None:
    assert split(total, weights, least) == parts


def test_a_whole_too_small_for_its_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="5 cannot be split into 3 parts of at least 2"):
        split(5, [1, 1, 1], 2)


# ---- fictional -------------------------------------------------------------------------------


def test_no_party_is_real() -> None:
    for row in raw("raw_deals"):
        for column in ("series", "originator", "trustee", "servicer", "lead_underwriter"):
            assert "示例" in row[column], row
        assert "SYN" in row["deal_code"]
        assert row["deal_name"].startswith("示例")
    for row in raw("raw_recovery_estimates"):
        assert "示例" in row["agency"]


def test_no_real_name_stands_in_any_cell() -> None:
    real = {
        row["alias"]
        for table in ("originator_aliases", "trustee_aliases", "agency_aliases")
        for row in read(REFERENCE / f"{table}.csv")
        if "示例" not in row["alias"]
    }
    real |= {
        row["series"]
        for row in read(REFERENCE / "series_originators.csv")
        if "示例" not in row["series"]
    }
    assert len(real) > 100
    cells = {cell for table in RAW_TABLES for row in raw(table) for cell in row.values() if cell}
    assert not [name for name in real if any(name in cell for cell in cells)]


def test_every_row_says_that_it_is_synthetic() -> None:
    for table in RAW_TABLES:
        for row in raw(table):
            assert row["source_document"].startswith("合成样本 synthetic sample: ")


def test_fictional_parties_are_marked_and_apart_from_the_real_ones() -> None:
    for row in read(REFERENCE / "originators.csv"):
        marks = (
            row["originator_code"].startswith("SAMPLE_"),
            row["originator_name"].startswith("示例"),
            "合成样本" in row["legal_name"],
        )
        assert len(set(marks)) == 1, row
    for table in ("originator_aliases", "series_originators"):
        for row in read(REFERENCE / f"{table}.csv"):
            name = row.get("alias") or row["series"]
            assert row["originator_code"].startswith("SAMPLE_") is ("示例" in name), row
    used = {row["series"] for row in raw("raw_deals")}
    listed = {row["series"] for row in read(REFERENCE / "series_originators.csv")}
    assert {series for series in listed if "示例" in series} == used


def test_fictional_parties_leave_the_register_as_it_is(tmp_path: Path) -> None:
    real_only = shutil.copytree(REFERENCE, tmp_path / "reference")
    for path in real_only.glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if "示例" not in line), encoding="utf-8")
    register = ROOT / "seeds" / "public"
    assert compute(register, REFERENCE, "public") == compute(register, real_only, "public")


# ---- delivered as real files are ----------------------------------------------------------


def test_contracts_find_only_what_is_meant(tmp_path: Path) -> None:
    report = check_tables(market_tables(ROOT, "sample"), tmp_path)
    # R05: the deal whose third report never came. U06: fractions in columns that print percents.
    assert report.counts_by_rule == {"R05": 1, "U06": 20}


def test_cells_are_printed_in_many_ways() -> None:
    deals, reports = raw("raw_deals"), raw("raw_trustee_reports")
    assert {row["amount_unit"] for row in deals} == {"元", "万元", "亿元"}
    forms = {re.sub(r"\d+", "1", row["cutoff_date"]) for row in deals}
    assert forms == {"1-1-1", "1年1月1日", "1/1/1", "1.1.1", "1"}
    assert {row["liquidation_date"] for row in deals} >= {"", "--", "/", "不适用", "—"}
    assert any("," in row["pool_balance"] for row in deals)
    assert {row["stated_cumulative_rate"][-1] == "%" for row in reports} == {True, False}
    spellings: dict[str, set[str]] = {}
    for row in deals:
        spellings.setdefault(row["servicer"], set()).add(row["originator"])
    assert max(len(found) for found in spellings.values()) == 4


def test_tapes_show_what_tapes_can_show(marts: Marts) -> None:
    taped = [row for row in marts["fct_pool_snapshot"] if row["measured_from"] != "disclosed"]
    codes = {row["deal_key"]: row["deal_code"] for row in marts["dim_deal"]}
    cutoffs = {(row["deal_key"], row["cutoff_date"]) for row in marts["dim_deal"]}
    at_cutoff = [row for row in taped if (row["deal_key"], row["snapshot_date"]) in cutoffs]
    assert len(at_cutoff) == 11
    assert all(row["measured_from"] == "both" for row in at_cutoff)
    assert len(taped) - len(at_cutoff) == 3
    assert any(row["weighted_current_ltv_ratio"] > 1 for row in at_cutoff)
    assert any(0.2 < row["mortgaged_ratio"] < 0.8 for row in at_cutoff)
    kinds: dict[str, set[str]] = {}
    for row in raw("raw_collaterals"):
        kinds.setdefault(row["deal_code"], set()).add(row["collateral_type"])
    assert sum(found <= {"车辆", "机动车"} for found in kinds.values()) == 1
    assert kinds.keys() == {codes[row["deal_key"]] for row in taped}
    shared = Counter(
        (row["deal_code"], row["snapshot_date"], row["collateral_no"])
        for row in raw("raw_collaterals")
    )
    assert sum(count > 1 for count in shared.values()) > 100
    deliveries: dict[tuple[str, str], set[str]] = {}
    for row in raw("raw_loan_pools"):
        pool = row["deal_code"], row["snapshot_date"]
        deliveries.setdefault(pool, set()).add(row["known_on"])
    assert sum(len(days) == 2 for days in deliveries.values()) == 1
    behind = [row for row in raw("raw_collaterals") if row["lien_rank"] == "2"]
    assert len(behind) > 50
    assert all(row["prior_claims"] not in ("", "--", "/", "不适用", "—") for row in behind)


def test_no_disclosed_figure_differs_from_its_tape(marts: Marts) -> None:
    assert [row["rule_id"] for row in marts["fct_finding"]] == ["period_gap"]


def test_reports_come_late_corrected_and_not_at_all(marts: Marts) -> None:
    reports = raw("raw_trustee_reports")
    corrected = [row for row in reports if "更正公告" in row["source_document"]]
    assert len(corrected) == 7
    periods = marts["fct_recovery_by_period"]
    assert sum(row["revision_no"] == 2 for row in periods) == len(corrected)
    assert sum(row["source_kind"] == "statement" for row in periods) == len(
        raw("raw_recovery_statements")
    )
    assert {row["payment_frequency"] for row in raw("raw_deals")} == {"每月", "季度", "半年度"}
    assert sum((row["known_on"] - row["collection_end"]).days > 45 for row in periods) > 10
    first = [row["recovery_age_months"] for row in periods if row["period_no"] == 1]
    later = [
        (row["collection_end"] - row["collection_start"]).days
        for row in periods
        if row["period_no"] == 2
    ]
    assert sum(first) / len(first) > sum(later) / len(later) / 30.4
    assert max(row["collection_end"] for row in periods) == date(2025, 12, 31)
    cleared = [
        row
        for row in marts["dim_deal"]
        if row["liquidation_date"] is not None
        and (row["legal_maturity_date"] - row["liquidation_date"]).days > 365
    ]
    assert len(cleared) >= 4


def test_the_printed_points_of_the_macro_series_are_the_reports() -> None:
    points = {(row["indicator"], row["as_of_date"]): row for row in raw("raw_market_indicators")}
    assert [
        points[key]["value"] + points[key]["unit"].strip("%")
        for key in (
            ("inclusive_sme_loan_balance", "2025-12-31"),
            ("inclusive_sme_loan_growth", "2025-12-31"),
            ("personal_business_npl_balance", "2025-06-30"),
            ("personal_business_npl_ratio", "2025-06-30"),
            ("personal_business_npl_ratio", "2024-12-31"),
        )
    ] == ["36.6万亿元", "11.1%", "1410亿元", "1.75%", "1.55%"]
    assert all("synthetic" in row["note"] for row in points.values())


@pytest.mark.parametrize(
    ("cents", "unit", "has_marks", "text"),
    [
        (123_456_789, "元", True, "1,234,567.89"),
        (123_456_789, "万元", False, "123.456789"),
        (10_000_000_000, "亿元", False, "1.00"),
        (10_000, "亿元", False, "0.000001"),
        (5, "万元", False, "0.000005"),
    ],
)
def test_amounts_are_printed_to_the_cent(
    cents: int, unit: str, *, has_marks: bool, text: str
) -> None:
    assert plain_amount(cents, unit, has_thousands_marks=has_marks) == text


def test_numbers_are_rounded_half_up() -> None:
    assert percent(Fraction(12345, 1_000_000)) == "1.23%"
    assert percent(Fraction(12350, 1_000_000)) == "1.24%"
    assert decimal(Fraction(995, 1000), 2) == "1.00"
    assert HANDS[1].day(date(2025, 3, 9)) == "2025年3月9日"


# ---- calibrated ------------------------------------------------------------------------------


def test_the_figures_come_out_as_printed(
    deals: list[MartRow], report_prints: dict[str, tuple[Decimal, int]]
) -> None:
    figures = printed_figures(deals)
    assert figures.keys() == report_prints.keys()
    assert {
        figure: as_printed(figures[figure], decimals)
        for figure, (_, decimals) in report_prints.items()
    } == {figure: value for figure, (value, _) in report_prints.items()}


def changed(deal: MartRow, column: str, factor: Fraction) -> MartRow:
    """The deal with one number changed, and its balance per borrower with it."""
    other = {**deal, column: Fraction(deal[column]) * factor}
    if column == "borrower_count":
        other[column] = round(other[column])
    if column in ("borrower_count", "pool_balance_yuan"):
        owed = Fraction(other["pool_balance_yuan"])
        other["balance_per_borrower_yuan"] = owed / other["borrower_count"]
    return other


MORE, LESS = Fraction(11, 10), Fraction(9, 10)


@pytest.mark.parametrize(
    ("column", "factor", "first_unsecured_year"),
    [
        ("issue_amount_yuan", MORE, 2024),
        ("issue_amount_yuan", LESS, 2025),
        ("pool_balance_yuan", MORE, None),
        ("pool_balance_yuan", LESS, None),
        ("borrower_count", MORE, None),
        ("borrower_count", LESS, None),
    ],
)
def test_any_calibrated_deal_a_tenth_off_breaks_a_figure(
    deals: list[MartRow],
    report_prints: dict[str, tuple[Decimal, int]],
    column: str,
    factor: Fraction,
    first_unsecured_year: int | None,
) -> None:
    unsecured_from = first_unsecured_year or 9999
    calibrated = {
        place
        for place, deal in enumerate(deals)
        if deal["is_secured"] or deal["issue_year"] >= unsecured_from
    }
    assert len(calibrated) == {2024: 98, 2025: 89}.get(unsecured_from, 80)
    assert unnoticed(deals, calibrated, report_prints, column, factor) == []


def test_any_overdue_term_of_the_last_year_a_tenth_longer_breaks_a_figure(
    deals: list[MartRow], report_prints: dict[str, tuple[Decimal, int]]
) -> None:
    last = {
        place
        for place, deal in enumerate(deals)
        if deal["is_secured"] and deal["issue_year"] == 2025
    }
    assert len(last) == 34
    assert unnoticed(deals, last, report_prints, "weighted_overdue_months", MORE) == []


def unnoticed(
    deals: list[MartRow],
    places: set[int],
    report_prints: dict[str, tuple[Decimal, int]],
    column: str,
    factor: Fraction,
) -> list[str]:
    """Deals of `places` whose change leaves every figure as the report prints it."""
    found = []
    for place in places:
        others = [*deals]
        others[place] = changed(deals[place], column, factor)
        figures = printed_figures(others)
        if all(
            as_printed(figures[figure], decimals) == value
            for figure, (value, decimals) in report_prints.items()
        ):
            found.append(str(deals[place]["deal_code"]))
    return found


# ---- through the models ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> CompiledProject:
    return compile_project(ROOT, tmp_path_factory.mktemp("dbt"))


@pytest.fixture(scope="module")
def warehouse(project: CompiledProject) -> Iterator[Warehouse]:
    with Warehouse(project, SAMPLE) as built:
        yield built


@pytest.fixture(scope="module")
def checked(project: CompiledProject) -> list[Model]:
    """The models that the comparison with the report is made of, parents first."""
    wanted = {"published_figure_check"}
    for model in reversed(project.models):
        if model.name in wanted:
            wanted.update(model.parents)
    return [model for model in project.models if model.name in wanted]


def checks(warehouse: Warehouse, project: CompiledProject) -> dict[str, dict[str, object]]:
    rows = warehouse.content(project.model("published_figure_check")).records()
    return {str(row["figure_id"]): row for row in rows}


def test_all_31_figures_hold(
    warehouse: Warehouse, project: CompiledProject, deals: list[MartRow]
) -> None:
    found = checks(warehouse, project)
    assert len(found) == 31
    assert {row["verdict"] for row in found.values()} == {"holds"}
    for figure, value in printed_figures(deals).items():
        assert float(str(found[figure]["computed_value"])) == pytest.approx(float(value), abs=1e-9)


@pytest.mark.parametrize(
    ("table", "column", "where", "figures"),
    [
        ("raw_deals", "issue_amount", "deal_code = '21SYN-J2V-01'", {"F02"}),
        ("raw_deals", "issue_amount", "deal_code = '25SYN-G1X-01'", {"F07"}),
        ("raw_deals", "pool_balance", "deal_code = '18SYN-J1A-01'", {"F03", "F20"}),
        ("raw_deals", "pool_balance", "deal_code = '24SYN-J2V-01'", {"F03", "F18"}),
        (
            "raw_pool_statistics",
            "value",
            "deal_code = '25SYN-G1A-03' and metric = 'borrower_count'",
            {"F20"},
        ),
        (
            "raw_pool_statistics",
            "value",
            "deal_code = '25SYN-J4A-02' and metric = 'wa_overdue_months'",
            {"F21"},
        ),
    ],
)
def test_a_changed_seed_breaks_the_figures_it_stands_for(
    warehouse: Warehouse,
    project: CompiledProject,
    checked: list[Model],
    *,
    table: str,
    column: str,
    where: str,
    figures: set[str],
) -> None:
    more = f"cast(cast(replace({column}, ',', '') as decimal(24, 6)) * 1.1 as varchar)"
    with warehouse.undone():
        warehouse.run(f"update raw.{table} set {column} = {more} where {where}")
        for model in checked:
            warehouse.build(model)
        found = checks(warehouse, project)
    assert {name for name, row in found.items() if row["verdict"] != "holds"} == figures
