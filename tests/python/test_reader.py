"""A locked reader: what it refuses, and what it still can do."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from npas.cli import cli
from npas.reader import open_current, open_reader
from npas.releases import publish
from npas.settings import MarketHome
from support import PROJECT, npas_environment

REFUSED = [
    "select * from read_csv('{file}')",
    "select * from read_text('{file}')",
    "select * from read_parquet('{file}')",
    "select * from glob('/etc/*')",
    "select * from '{file}'",
    "copy (select 1) to '{file}.out'",
    "copy marts.told from '{file}'",
    "export database '{file}.dir'",
    "import database '{file}.dir'",
    "attach '{file}.duckdb'",
    "install httpfs",
    "load httpfs",
    "set enable_external_access = true",
    "set memory_limit = '100GB'",
    "pragma threads = 64",
    "reset lock_configuration",
    "create table marts.mine (one int)",
    "insert into marts.told values (2)",
    "drop table marts.told",
    "create secret mine (type s3)",
    # beyond the list: writing a file by way of the profiler, changing rows and structure
    "set profiling_output = '{file}.out'",
    "pragma profiling_output = '{file}.out'",
    "update marts.told set one = 2",
    "alter table marts.told rename to mine",
    "attach ':memory:' as mine",
    "from sniff_csv('{file}')",
]
# a statement may fail for any reason; these are the reader's own
_BECAUSE = "disabled (by|through) configuration|the configuration has been locked|read-only"
ALLOWED = [
    "select one from marts.told",
    "with told as (from marts.told) select sum(one) from told",
    "describe marts.told",
    "summarize marts.told",
    "show all tables",
    "explain select one from marts.told",
    "create temp table mine as select one from marts.told",
    "create temp macro twice(a) as a * 2",
    "select name, value from duckdb_settings()",
]


@pytest.fixture
def home(tmp_path: Path) -> MarketHome:
    home = MarketHome(tmp_path / "home" / "public")
    home.root.mkdir(parents=True)
    release(home, "r1", 1)
    return home


def release(home: MarketHome, run_id: str, one: int) -> None:
    home.candidate.mkdir()
    with duckdb.connect(home.candidate / "npas.duckdb") as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.told as select {one} as one")
    publish(home, home.candidate, {"run_id": run_id, "as_of": None, "marts": {}})


@pytest.mark.parametrize("statement", REFUSED)
def test_it_refuses(home: MarketHome, tmp_path: Path, statement: str) -> None:
    (tmp_path / "file.csv").write_text("one\n1\n")
    before = sorted(path.name for path in tmp_path.iterdir())
    with open_current(home) as connection, pytest.raises(duckdb.Error, match=_BECAUSE):
        connection.execute(statement.format(file=tmp_path / "file.csv")).fetchall()
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize("statement", ALLOWED)
def test_it_allows(home: MarketHome, statement: str) -> None:
    with open_current(home) as connection:
        connection.execute(statement).fetchall()
    assert sorted(path.name for path in (home.releases / "r1").iterdir()) == [
        "manifest.json",
        "npas.duckdb",
    ]


def test_memory_and_threads_are_capped_and_no_variable_is_a_table(home: MarketHome) -> None:
    frame = [(1,)]
    with open_current(home) as connection:
        assert connection.execute(
            "select current_setting('memory_limit'), current_setting('threads')"
        ).fetchone() == ("953.6 MiB", 2)
        with pytest.raises(duckdb.OutOfMemoryException):
            connection.execute(
                "select sum(hash(number)) from "
                "(select range as number from range(1000000000) order by hash(range))"
            )
        with pytest.raises(duckdb.CatalogException):
            connection.execute("select * from frame")
    assert frame


def test_a_reader_keeps_its_release_and_a_new_one_sees_the_next(home: MarketHome) -> None:
    with open_current(home) as before:
        release(home, "r2", 2)
        assert before.execute("select one from marts.told").fetchone() == (1,)
        with open_current(home) as after:
            assert after.execute("select one from marts.told").fetchone() == (2,)
        assert before.execute("select one from marts.told").fetchone() == (1,)


def test_a_file_is_opened_by_its_own_path_too(home: MarketHome) -> None:
    with open_reader(home.releases / "r1" / "npas.duckdb") as connection:
        assert connection.execute("select one from marts.told").fetchone() == (1,)


def test_one_query_is_printed_as_duckdb_prints_it(home: MarketHome) -> None:
    environment = npas_environment(PROJECT, home.root.parent)
    command = [sys.executable, "-m", "npas", "shell"]
    done = subprocess.run(
        [*command, "-c", "select one from marts.told"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "│  one  │" in done.stdout
    assert "│     1 │" in done.stdout
    lines = "select one\nfrom marts.told;\nselect two from marts.told;\nselect 7 as seven;\nquit\n"
    typed = subprocess.run(
        command, input=lines, env=environment, capture_output=True, text=True, check=False
    )
    assert typed.returncode == 0
    assert "│     1 │" in typed.stdout
    assert "│     7 │" in typed.stdout
    assert 'Referenced column "two" not found' in typed.stderr
    assert "Traceback" not in typed.stderr


def test_what_fails_ends_with_a_message(home: MarketHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPAS_HOME", str(home.root.parent))
    refused = CliRunner().invoke(cli, ["shell", "-c", "drop table marts.told"])
    assert refused.exit_code == 1
    assert "read-only" in refused.output
    none = CliRunner().invoke(cli, ["shell", "--market", "sample"])
    assert none.exit_code == 1
    assert "There is no current release in" in none.output
