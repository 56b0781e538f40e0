"""A column of a file of the market sample in another unit than declared is found, and named."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from contracts.slips import FACTORS, of_deals, rows_of_file, side_by_side, slipped, slips_of
from npas.contracts import check_tables
from npas.parse_sql import PROJECT
from npas.raw_files import RawTable, market_tables
from npas.raw_schema import RAW_TABLES

# two tapes, with claims before the lien and with fees, and all deals without trustee reports
_WITH_TAPES = ("23SYN-C2A-03", "25SYN-G1A-06")
_WITHOUT_REPORTS = ("22SYN-G1A-01", "22SYN-G1X-01", "23SYN-C2A-01", "23SYN-G1K-01")
# of the other deals every so many-th
_STEP = 8

_ALONE = "a series has no size of its own; its growth is the same in any unit"
# table, column, kind of row: the factors that are not told, and why
_NOT_TOLD: Mapping[tuple[str, str], tuple[set[str], str]] = {
    ("raw_market_indicators", "value[inclusive_sme_loan_balance]"): (
        {"1e-4", "100", "0.01"},
        _ALONE,
    ),
    ("raw_market_indicators", "value[personal_business_loan_balance]"): (
        {"1e-4", "100", "0.01"},
        _ALONE,
    ),
    ("raw_market_indicators", "value[personal_business_npl_balance]"): (
        {"1e4", "1e-4", "100", "0.01"},
        _ALONE,
    ),
    ("raw_market_indicators", "value[personal_business_npl_ratio]"): (set(FACTORS), _ALONE),
}


@pytest.fixture(scope="module")
def sample() -> dict[str, RawTable]:
    """The files of the sample, with the rows of a part of its deals."""
    tables = market_tables(PROJECT, "sample")
    deals = next(table for table in tables if table.name == "raw_deals")
    taped = {
        code
        for table in tables
        if table.name == "raw_loan_pools" and table.data is not None
        for code in rows_of_file(table)["deal_code"].to_pylist()
    }
    others = sorted(
        set(rows_of_file(deals)["deal_code"].to_pylist()) - taped - set(_WITHOUT_REPORTS)
    )
    untaped = [code for code in _WITHOUT_REPORTS if code not in taped]
    return of_deals(tables, [*_WITH_TAPES, *untaped, *others[::_STEP]])


@pytest.mark.parametrize("name", RAW_TABLES)
def test_a_column_in_another_unit_is_found_and_named(
    sample: dict[str, RawTable], name: str, tmp_path: Path
) -> None:
    slips = {str(slip): slip for slip in slips_of(sample[name])}
    files = {"clean": sample[name]}
    files |= {label: slipped(sample[name], slip) for label, slip in slips.items()}
    report = check_tables(side_by_side(sample, name, files), tmp_path)

    rules: dict[str, Counter[str]] = {label: Counter() for label in files}
    for one in report.violations:
        column = slips[one.file].column if one.file in slips else one.column
        if column in one.column.split(" + "):
            rules[one.file][f"{one.rule} {one.severity.value}"] += 1
    print(f"\n{name}")
    for label in slips:
        found = rules[label] - rules["clean"]
        print(f"  {label}: {', '.join(f'{rule} {n}' for rule, n in found.items()) or '-'}")
    unnamed = {
        (f"{slip.column}[{slip.kind}]" if slip.kind else slip.column, slip.factor)
        for label, slip in slips.items()
        if not rules[label] - rules["clean"]
    }
    expected = {
        (column, factor)
        for (table, column), (factors, _) in _NOT_TOLD.items()
        for factor in factors
        if table == name
    }
    assert unnamed == expected
    assert all(reason and factors <= set(FACTORS) for factors, reason in _NOT_TOLD.values())
