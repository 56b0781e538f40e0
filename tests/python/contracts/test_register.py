"""The public register's own faults, found by general rules."""

from collections import Counter
from pathlib import Path

import pytest

from npas.contracts import CheckReport, check_tables
from npas.parse_sql import PROJECT
from npas.raw_files import market_tables


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> CheckReport:
    return check_tables(market_tables(PROJECT, "public"), tmp_path_factory.mktemp("register"))


def test_the_register_is_not_rejected(report: CheckReport) -> None:
    assert not report.rejected
    assert report.counts == {"reject": 0, "quarantine": 1, "hold": 60, "warn": 77}


def test_findings_by_rule(report: CheckReport) -> None:
    assert report.counts_by_rule == {
        "T01": 1,
        "C04": 1,
        "D03": 2,
        "D12": 6,
        "I04": 7,
        "I05": 32,
        "O01": 6,
        "R09": 2,
        "R11": 4,
        "C03": 12,
        "C08": 24,
        "C13": 1,
        "D05": 2,
        "I06": 16,
        "M01": 17,
        "M02": 1,
        "M03": 1,
        "U06": 3,
    }


@pytest.mark.parametrize(
    ("rule", "deals"),
    [
        pytest.param(
            "I04",
            "22XINGRUI04 24ZYZC06 25PXGH04 25PXGH07 25PXGH10 25XINGRUI05 25ZYZC01",
            id="shares that do not sum",
        ),
        pytest.param("D03", "24JIANXIN211 23HONGFU03", id="dates out of order"),
        pytest.param(
            "I05",
            "23HUIYUAN06 23PXGH05 23ZHENJIN03 24NYLXYH03 24PXGH04 24PXGH08 24ZHENJIN02 "
            "24ZHENJIN04 24ZHENJIN05 25GYZCPY01 25HUIYUAN05 25HUIYUAN14 25JIAOCHENG01 25NYLXZH02 "
            "25PXGH02 25PXGH06",
            id="months in a column of years",
        ),
        pytest.param("R11", "24XINGRUI06 24ZYZC08", id="two agencies far apart"),
        pytest.param("R09", "24HUIYUAN05 24PXGH06", id="a rate its amount contradicts"),
        pytest.param("C04", "25PXGH03", id="a trustee as originator"),
        pytest.param(
            "C03",
            "18JIANXIN02 22GYZC02 22JIANXIN09 23CHENGYI02 24CHENGYI05 25CHENGYI15 25GYZCHY05 "
            "25GYZCPY07 25GYZCPY09 25JIANXIN218 25NYLXZH03 25YYHZ10",
            id="no originator",
        ),
        pytest.param("U06", "17SUYU01 22JIANXIN09 24HUIYUAN06", id="fractions beside percents"),
        pytest.param("D05", "16HECUI02 17HECUI02", id="liquidated after legal maturity"),
        pytest.param(
            "O01",
            "16HECUI03 24GYZC01 24ZYZC09 25CHENGYI14 25XINGRUI11 26HUIYUAN01",
            id="no pool",
        ),
    ],
)
def test_known_faults_are_found(report: CheckReport, rule: str, deals: str) -> None:
    found = {one.deal_code for one in report.violations if one.rule == rule}

    assert found == set(deals.split())


def test_a_fault_is_named_with_its_cell(report: CheckReport) -> None:
    found = {
        (one.rule, one.file, one.row, one.column, one.value)
        for one in report.violations
        if one.rule in {"T01", "R09", "M03"}
    }

    folder = "seeds/public"
    assert found == {
        ("T01", f"{folder}/raw_market_indicators.csv", 116, "value", "接近24"),
        ("M03", f"{folder}/raw_market_indicators.csv", 119, "value", "33.41"),
        ("R09", f"{folder}/raw_recovery_statements.csv", 20, "stated_rate", "7.92%"),
        ("R09", f"{folder}/raw_recovery_statements.csv", 22, "stated_rate", "4.10%"),
    }
    (stated,) = [one for one in report.violations if one.deal_code == "24HUIYUAN05"]
    assert "8.0259%" in stated.message


def test_every_row_is_counted(report: CheckReport) -> None:
    rows = {file.table: file.rows for file in report.files}

    assert rows == {
        "raw_deals": 276,
        "raw_tranches": 552,
        "raw_recovery_estimates": 540,
        "raw_pool_statistics": 468,
        "raw_recovery_statements": 27,
        "raw_market_indicators": 151,
        "raw_loan_pools": 0,
        "raw_collaterals": 0,
        "raw_trustee_reports": 0,
    }


def test_no_rule_names_a_deal() -> None:
    codes = {
        line.split(",", 1)[0]
        for line in (PROJECT / "seeds/public/raw_deals.csv").read_text(encoding="utf-8").split("\n")
        if line[:2].isdigit()
    }
    assert len(codes) == 276

    package = PROJECT / "scripts" / "npas" / "contracts"
    for path in [*package.rglob("*.py"), *package.rglob("*.sql")]:
        text = path.read_text(encoding="utf-8")
        assert not [code for code in codes if code in text], path


def test_the_summary_is_short(report: CheckReport) -> None:
    lines = report.summary_lines()

    assert lines[0] == ("2,014 rows of 9 files, 72 rules: 0 reject, 1 quarantine, 60 hold, 77 warn")
    broken = Counter(line.split(":")[0] for line in lines[1:4])
    assert broken == {"quarantine": 1, "hold": 1, "warn": 1}
    assert lines[4] == "Set aside; of a delivery it counts as not stated until it is mended:"
    assert len(lines) == 6


def test_violations_are_where_the_report_says(report: CheckReport, tmp_path: Path) -> None:
    assert report.violations_path.name == "violations.csv"
    assert report.data_docs_path.parent.name == "data_docs"
    assert not list(report.violations_path.parent.glob(".*"))
    assert tmp_path not in report.violations_path.parents
