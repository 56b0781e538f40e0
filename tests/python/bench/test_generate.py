"""The market for size: what is written, and that it can be loaded."""

from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from npas.bench.generate import LEAST_LOANS, MOST_LOANS, generate
from npas.cli import cli

LOANS = 75_000


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("market")
    generate(LOANS, folder)
    return folder


def run(*words: str, **variables: str) -> Result:
    return CliRunner().invoke(cli, words, env=variables)


def test_the_command_writes_as_many_loans_as_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("bench", "generate", "--loans", "1234", "--out", str(out)).exit_code == 0
    count = duckdb.sql(f"select count(*) from '{out}/*/raw_loan_pools.parquet'").fetchone()
    assert count == (1234,)
    again = run("bench", "generate", "--loans", "5", "--out", str(out))
    assert again.exit_code == 2
    assert "is not empty" in again.output


def test_deals_have_a_thousand_to_a_million_loans_and_1_3_collaterals_a_loan(market: Path) -> None:
    sizes = duckdb.sql(
        f"select count(*) from '{market}/*/raw_loan_pools.parquet' group by deal_code "
        "order by deal_code like '%SCALE-00005', deal_code"
    ).fetchall()
    # the last one is cut off where the market ends
    assert len(sizes) == 5
    assert all(LEAST_LOANS <= size <= MOST_LOANS for (size,) in sizes[:-1])
    assert sum(size for (size,) in sizes) == LOANS
    collaterals = duckdb.sql(f"select count(*) from '{market}/*/raw_collaterals.parquet'")
    assert (collaterals.fetchone() or (0,))[0] / LOANS == pytest.approx(1.3, abs=0.05)


def test_cells_are_texts_as_servicers_print_them(market: Path) -> None:
    tape = duckdb.sql(f"select * from '{market}/*/raw_loan_pools.parquet'")
    assert set(tape.types) == {"VARCHAR"}
    printed = duckdb.sql(
        "select count(distinct amount_unit), bool_or(outstanding_principal like '%,%'), "
        "bool_or(snapshot_date like '%月%') from tape"
    ).fetchone()
    assert printed == (2, True, True)
    shared = duckdb.sql(
        "select count(*) from (select collateral_no, count(distinct loan_no) as loans, "
        "count(distinct latest_value) as values from "
        f"'{market}/*/raw_collaterals.parquet' group by all having loans > 1 and values = 1)"
    ).fetchone()
    assert shared is not None
    assert 0.01 < shared[0] / LOANS < 0.10


def test_a_deal_is_the_same_in_a_market_of_any_size(market: Path, tmp_path: Path) -> None:
    generate(LOANS // 2, tmp_path)
    first = "20SCALE-00001"
    for name in ("raw_loan_pools.parquet", "raw_collaterals.parquet"):
        assert (tmp_path / first / name).read_bytes() == (market / first / name).read_bytes()


def test_it_can_be_loaded_without_a_finding_that_sets_a_row_aside(tmp_path: Path) -> None:
    generate(2_000, tmp_path / "market")
    home = str(tmp_path / "home")
    loaded = run("load", str(tmp_path / "market" / "market"), NPAS_HOME=home)
    assert loaded.exit_code == 0, loaded.output
    loaded = run("load", str(tmp_path / "market"), NPAS_HOME=home)
    assert loaded.exit_code == 0, loaded.output
    assert "2,000 rows, 2,000 loaded, 0 quarantined, 0 duplicate" in loaded.output
