"""The sides of a benchmark: all measure what the shipped models measure, and a change is seen."""

import shutil
from datetime import date
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest

from npas.bench import by_hand, shipped
from npas.bench.comparison import Side, compare, write_results
from npas.bench.generate import generate
from npas.bench.market import Market
from npas.bench.pools import Pools, differences, read_pools
from npas.deliveries import set_aside
from npas.deliveries.store import RawStore
from npas.settings import project_root

LOANS = 2_000
MISSING = "{} is not here: make test-bench runs this with what make bench-peers installs"
# measures by hand, then adds a cent to one deal's balance
WRONG_BY_A_CENT = """
import sys
from pathlib import Path
import duckdb
from npas.bench import by_hand

wrong = sys.argv[2]
right = Path(wrong).with_suffix(".right.parquet")
by_hand.measure(Path(sys.argv[1]), right)
duckdb.sql(
    f"select * replace (balance_yuan + if(deal_code = '21SCALE-00002', 0.01, 0) as balance_yuan)"
    f" from '{right}'"
).write_parquet(wrong)
"""


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    """Deals of every kind, one of them with a later delivery that leaves out half of the loans."""
    folder = tmp_path_factory.mktemp("market")
    RawStore(folder / "raw").prepare()
    deliveries = folder / "raw" / "deliveries"
    rows = generate(LOANS, deliveries, place=True, deal_sizes=(100, 200))
    redelivered = min(path for path in deliveries.iterdir() if "SCALE" in path.name)
    again = deliveries / "again"
    again.mkdir()
    for table in ("raw_loan_pools", "raw_collaterals"):
        duckdb.sql(
            "select * replace ('again' as delivery_id, '2030-01-02' as known_on)"
            f" from '{redelivered}/{table}.0.parquet' where loan_no[-1] < '5'"
        ).write_parquet(str(again / f"{table}.0.parquet"))
    (folder / "contracts").mkdir()
    set_aside.write([], folder / "contracts")
    return Market(LOANS, rows["raw_collaterals"], folder)


@pytest.fixture(scope="module")
def expected(market: Market) -> Pools:
    """The pools of the shipped models."""
    pools = market.folder / "npas.parquet"
    shipped.measure(market.store, pools)
    return read_pools(pools)


def test_the_market_has_what_pools_can_be_made_of(expected: Pools) -> None:
    pools = list(expected.values())
    assert len(pools) > 10
    assert sum(int(str(pool["loan_count"])) for pool in pools) < LOANS
    assert [pool["known_on"] for pool in pools].count(date(2030, 1, 2)) == 1
    missing = [pool for pool in pools if pool["weighted_current_ltv"] is None]
    assert len(missing) == 1
    assert {pool["vehicle_count"] == 0 for pool in pools} == {True, False}


def test_batches_of_any_size_measure_the_same_pools(
    market: Market, expected: Pools, tmp_path: Path
) -> None:
    pools = tmp_path / "pools.parquet"
    # a pool or two at a time, and some pools that are larger than a batch
    shipped.measure(market.store, pools, "--vars", "{loans_at_once: 150}")
    assert list(differences(expected, read_pools(pools))) == []


def test_the_script_by_hand_measures_the_pools_of_the_models(
    market: Market, expected: Pools, tmp_path: Path
) -> None:
    by_hand.measure(market.store, tmp_path / "pools.parquet")
    assert list(differences(expected, read_pools(tmp_path / "pools.parquet"))) == []


@pytest.mark.parametrize("peer", ["pandas", "polars"])
def test_a_peer_measures_the_pools_of_the_models(
    market: Market, expected: Pools, tmp_path: Path, peer: str
) -> None:
    if find_spec(peer) is None:
        pytest.skip(MISSING.format(peer))
    assert difference(Side(peer, f"npas.bench.peers.with_{peer}", market), expected, tmp_path) == []


def test_postgresql_measures_the_pools_of_the_models(
    market: Market, expected: Pools, tmp_path: Path
) -> None:
    here = shutil.which("postgres") or Path("/usr/lib/postgresql/15/bin/postgres").exists()
    if find_spec("psycopg") is None or not here:
        pytest.skip(MISSING.format("PostgreSQL"))
    from npas.bench.peers import with_postgresql

    with with_postgresql.server() as server:
        assert with_postgresql.load(market.store, server.host) > 0
        side = Side(
            "postgresql",
            "npas.bench.peers.with_postgresql",
            market,
            variables={"PGHOST": server.host},
            servers=(server.process,),
        )
        assert difference(side, expected, tmp_path) == []


def test_spark_measures_the_pools_of_the_models(
    market: Market, expected: Pools, tmp_path: Path
) -> None:
    python = project_root() / ".venv-spark" / "bin" / "python"
    # polars: the environment of the benchmarks; a minute of Java is too long for every other run
    if find_spec("polars") is None or not python.exists() or shutil.which("java") is None:
        pytest.skip(MISSING.format("Spark"))
    side = Side("spark", "npas.bench.peers.with_spark", market, python=python)
    assert difference(side, expected, tmp_path) == []


def difference(side: Side, expected: Pools, folder: Path) -> list[str]:
    """What a side, in a process of its own, measures otherwise."""
    pools = folder / "pools.parquet"
    assert side.run(pools, most_seconds=600).peak_mib > 10
    return list(differences(expected, read_pools(pools)))


def test_a_side_that_is_a_cent_off_ends_the_benchmark_before_any_time_is_told(
    market: Market, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "wrong_by_a_cent.py").write_text(WRONG_BY_A_CENT, encoding="utf-8")
    wrong = Side("wrong", "wrong_by_a_cent", market, variables={"PYTHONPATH": str(tmp_path)})
    with pytest.raises(SystemExit) as ended:
        compare([Side("by hand", "npas.bench.by_hand", market), wrong], tmp_path, runs=1)
    assert ended.value.code == 1
    told = capsys.readouterr()
    title, *lines = told.err.splitlines()
    assert title == "wrong does not measure what by hand does:"
    assert len(lines) == 1
    assert lines[0].startswith("  pool 21SCALE-00002, 2021-03-28, balance_yuan: ")
    assert "wrong: " not in told.out


def test_a_side_that_fails_is_told_and_the_others_go_on(market: Market, tmp_path: Path) -> None:
    nowhere = Market(5, 5, tmp_path / "nowhere")
    sides = [
        Side("nothing to read", "npas.bench.by_hand", nowhere),
        Side("by hand", "npas.bench.by_hand", market),
    ]
    failed, done = compare(sides, tmp_path, runs=1)
    assert (failed.runs, failed.median_seconds) == (0, None)
    assert "nothing to read, 5 loans: " in failed.told
    assert "No files found" in failed.told
    assert done.runs == 1
    assert done.median_seconds is not None
    write_results([failed, done], tmp_path / "out" / "figures.csv")
    written = (tmp_path / "out" / "figures.csv").read_text("utf-8").splitlines()
    assert written[0].startswith("side,loans,runs,median_seconds,")
    assert written[1].startswith("nothing to read,5,0,,,,,")
    assert written[2].startswith("by hand,2000,1,")


POOL = {
    "deal_code": "24A",
    "snapshot_date": date(2024, 6, 28),
    "loan_count": 3,
    "balance_yuan": Decimal("10.10"),
    "latest_value_yuan": Decimal("3.000000000000000"),
    "source_documents": "a; b",
}
ONE_POOL: Pools = {("24A", date(2024, 6, 28)): POOL}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("loan_count", 4),
        ("loan_count", None),
        ("balance_yuan", Decimal("10.11")),
        # the double next to 10.10 is not 10.10
        ("balance_yuan", 10.10),
        ("latest_value_yuan", 3.00000001),
        ("source_documents", "a;b"),
        ("source_documents", None),
    ],
)
def test_a_changed_cell_is_a_difference(column: str, value: object) -> None:
    changed = {key: {**pool, column: value} for key, pool in ONE_POOL.items()}
    assert len(list(differences(ONE_POOL, changed))) == 1
    assert len(list(differences(changed, ONE_POOL))) == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("loan_count", 3.0),
        ("balance_yuan", Decimal("10.1")),
        ("latest_value_yuan", 3.000000001),
    ],
)
def test_the_same_number_in_another_type_is_none(column: str, value: object) -> None:
    same = {key: {**pool, column: value} for key, pool in ONE_POOL.items()}
    assert list(differences(ONE_POOL, same)) == []


def test_a_pool_or_a_column_on_one_side_alone_is_a_difference() -> None:
    narrow = {key: {**pool} for key, pool in ONE_POOL.items()}
    for pool in narrow.values():
        del pool["loan_count"]
    assert list(differences(ONE_POOL, {})) == ["pool 24A, 2024-06-28: missing"]
    assert list(differences({}, ONE_POOL)) == ["pool 24A, 2024-06-28: not expected"]
    assert list(differences(narrow, ONE_POOL)) == [
        "pool 24A, 2024-06-28: column loan_count is on one side alone"
    ]
