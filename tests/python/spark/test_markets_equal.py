"""Both markets on Spark: everything runs there, and every table is the same as on DuckDB."""

import json
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from spark.building import SparkBuild, build, missing
from spark.comparison import differences

# not intermediate: its doubles turned into decimals differ behind the tenth
SCHEMAS = ("raw", "reference", "expected", "staging", "marts")
# they know no market: what they show of Spark they show once
UNIT_TESTS = "public"


@pytest.fixture(scope="module", params=["public", "sample"])
def market(request: pytest.FixtureRequest) -> str:
    """Each market in turn; none where Spark is not installed."""
    if (what := missing()) is not None:
        pytest.skip(f"no Spark here: {what} is missing; make test-spark installs it and runs this")
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def spark(
    tmp_path_factory: pytest.TempPathFactory, shared_project: Path, market: str
) -> SparkBuild:
    """The market on Spark."""
    left_out = () if market == UNIT_TESTS else ("--exclude-resource-type", "unit_test")
    return build(shared_project, market, tmp_path_factory.mktemp("spark"), *left_out)


@pytest.fixture(scope="module")
def duckdb_market(market: str, request: pytest.FixtureRequest) -> Path:
    """The folder of the market's release on DuckDB."""
    home: Path = request.getfixturevalue("sample_home" if market == "sample" else "shared_home")
    return home / market


def test_every_model_seed_and_test_runs(spark: SparkBuild, market: str) -> None:
    assert spark.outcome.returncode == 0, spark.outcome.stdout[-10_000:]

    kinds = Counter(
        unique_id.split(".")[0]
        for unique_id, status in spark.results.items()
        if status in ("success", "pass")
    )
    # dbt keeps the tests of the models of market deliveries, turned off like those
    known = Counter(
        node["resource_type"]
        for node in spark.manifest["nodes"].values()
        if node["config"]["enabled"]
    )
    assert kinds["model"] == known["model"] > 70
    assert kinds["seed"] == known["seed"] > 20
    assert kinds["test"] == known["test"] > 350
    known_unit_tests = len(spark.manifest["unit_tests"])
    assert known_unit_tests > 100
    assert kinds["unit_test"] == (known_unit_tests if market == UNIT_TESTS else 0)


def test_spark_builds_the_models_of_duckdb(spark: SparkBuild, duckdb_market: Path) -> None:
    manifest = json.loads((duckdb_market / ".dbt" / "manifest.json").read_bytes())

    assert set(spark.manifest["nodes"]) == set(manifest["nodes"])


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_table_is_equal(spark: SparkBuild, duckdb_market: Path, schema: str) -> None:
    """Money exactly, ratios to 1e-9, everything else as it is; rows in one order."""
    found = []
    with duckdb.connect(duckdb_market / "current" / "npas.duckdb", read_only=True) as warehouse:
        tables = names_of_tables(warehouse, schema)
        assert sorted(path.name for path in (spark.tables / f"{schema}.db").iterdir()) == tables
        for table in tables:
            on_duckdb = f'"{schema}"."{table}"'
            folder = spark.tables / f"{schema}.db" / table
            columns = warehouse.sql(f"describe {on_duckdb}").fetchall()
            # nothing was ever written into the table of a seed without rows
            if not list(folder.glob("*.parquet")):
                assert warehouse.sql(f"select count(*) from {on_duckdb}").fetchall() == [(0,)]
                continue
            files = f"read_parquet('{folder}/*.parquet')"
            on_spark = warehouse.sql(f"describe select * from {files}").fetchall()
            assert [row[:2] for row in on_spark] == [row[:2] for row in columns], table
            names = [row[0] for row in columns]
            order = ", ".join(sorted(f'"{row[0]}"' for row in columns if row[1] != "DOUBLE"))
            expected_rows, found_rows = (
                warehouse.sql(f"select * from {relation} order by {order}").fetchall()
                for relation in (on_duckdb, files)
            )
            found += [f"{table} {told}" for told in differences(names, expected_rows, found_rows)]
    assert found == []


def names_of_tables(warehouse: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    """The tables and views of a schema, sorted."""
    rows = warehouse.execute(
        "select table_name from information_schema.tables "
        "where table_schema = ? order by table_name",
        [schema],
    ).fetchall()
    return [row[0] for row in rows]
