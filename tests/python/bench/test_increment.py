"""A market that is put into the store is one that `npas load` could have made."""

from pathlib import Path

import duckdb
import pytest

from npas.bench import increment
from npas.bench.generate import generate
from npas.bench.market import accept, draw_market
from npas.check import read_market
from npas.contracts import check_tables
from npas.settings import DELIVERIES

LOANS = 1_500


def test_an_accepted_market_is_read_and_judged_like_a_loaded_one(tmp_path: Path) -> None:
    market = draw_market(LOANS, tmp_path / DELIVERIES)
    accept(market)

    tables = read_market(tmp_path, tmp_path, DELIVERIES)

    rows = {table.name: table.row_count for table in tables if table.origin.delivery_id != "market"}
    assert rows == {"raw_loan_pools": LOANS, "raw_collaterals": market.collaterals}
    names = {row[0] for row in duckdb.sql(f"select delivery_id from '{tables[0].data}'").fetchall()}
    assert names == {tables[0].origin.delivery_id}
    assert len({table.label for table in tables}) == len(tables)
    report = check_tables(tables, tmp_path / "out")
    assert not report.rejected
    # of all rows of a file, each file for itself
    of_columns = [one for one in report.results if one.rule == "U01" and one.tested]
    assert {one.table for one in of_columns} >= {"raw_loan_pools", "raw_collaterals"}
    assert sum(file.rows for file in report.files) == sum(table.row_count for table in tables)


def test_the_deal_that_comes_is_of_no_market(tmp_path: Path) -> None:
    generate(3_000, tmp_path, deal_sizes=(2_000, 2_001), first_number=90_001)

    sizes = {
        path.parent.name: duckdb.sql(f"select count(*) from '{path}'").fetchone()
        for path in tmp_path.glob("*/raw_loan_pools.parquet")
    }
    assert {code[2:]: size for code, size in sizes.items()} == {
        "SCALE-90001": (2_000,),
        "SCALE-90002": (1_000,),
    }


def test_more_work_than_what_is_new_ends_the_benchmark() -> None:
    done = {"pools": {"reused": 5, "measured": 1}, "tapes": {"judged_before": 10, "judged": 2}}

    increment.need_reuse({"reused": done}, pools=1)

    with pytest.raises(SystemExit, match="More was done"):
        increment.need_reuse({"reused": done}, pools=0)
