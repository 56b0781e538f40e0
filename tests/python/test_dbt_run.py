import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from npas.dbt_run import DbtRun, DbtSettings
from npas.errors import BuildFailedError

FAILING_TEST = "select 1 as fault\n"
WARNING_TEST = "{{ config(severity='warn') }}\nselect 1 as fault\n"
MEMORY_TEST = "select 1 as fault where current_setting('memory_limit') = '3.0 GiB'\n"


def settings(project: Path, folder: Path, as_of: date | None = None) -> DbtSettings:
    folder.mkdir(exist_ok=True)
    database = folder / "npas.duckdb"
    return DbtSettings(project, "public", database, folder / "cache", folder, as_of)


def test_after_a_run_the_file_is_complete_and_nobody_holds_it(
    small_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NPAS_DB", "as it was")
    told: list[tuple[int, int]] = []
    run = settings(small_project, tmp_path / "run")
    with DbtRun(run) as dbt:
        nodes = dbt.parse()["nodes"]
        result = dbt.build(lambda done, total: told.append((done, total)))
    assert result.failures == ()
    assert result.counts["success"] == sum(
        node["resource_type"] == "seed" for node in nodes.values()
    )
    assert told[-1] == (len(told), sum(result.counts.values()))
    assert os.environ["NPAS_DB"] == "as it was"
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [
        "cache",
        "dbt.log",
        "npas.duckdb",
    ]
    # in this same process: a reader and, after it, a writer
    with duckdb.connect(run.database, read_only=True) as connection:
        deals = connection.execute("select count(*) from raw.raw_deals").fetchone()
        version = connection.execute(
            "select tags['storage_version'] from duckdb_databases() where database_name = 'npas'"
        ).fetchone()
    assert deals == (276,)
    assert version == ("v1.4.0+",)
    with duckdb.connect(run.database) as connection:
        connection.execute("create table main.free as select 1")


def test_failures_and_warnings_say_what_and_where(small_project: Path, tmp_path: Path) -> None:
    (small_project / "tests" / "assert_it_holds.sql").write_text(FAILING_TEST)
    (small_project / "tests" / "assert_it_nearly_holds.sql").write_text(WARNING_TEST)
    with DbtRun(settings(small_project, tmp_path / "run")) as dbt:
        dbt.parse()
        result = dbt.build(lambda *_: None)
    assert [str(failure) for failure in result.failures] == [
        "test assert_it_holds (tests/assert_it_holds.sql): Got 1 result, configured to fail if != 0"
    ]
    assert [str(warning) for warning in result.warnings] == [
        (
            "test assert_it_nearly_holds (tests/assert_it_nearly_holds.sql): "
            "Got 1 result, configured to warn if != 0"
        )
    ]
    assert (result.counts["fail"], result.counts["warn"]) == (1, 1)


def test_a_query_may_hold_what_a_laptop_can_spare(small_project: Path, tmp_path: Path) -> None:
    (small_project / "tests" / "assert_memory_has_another_limit.sql").write_text(MEMORY_TEST)
    with DbtRun(settings(small_project, tmp_path / "run")) as dbt:
        dbt.parse()
        result = dbt.build(lambda *_: None)
    assert [problem.name for problem in result.failures] == ["test assert_memory_has_another_limit"]


def test_a_project_that_does_not_parse_is_named(small_project: Path, tmp_path: Path) -> None:
    (small_project / "tests" / "assert_it_holds.sql").write_text("select {{ ref('gone') }}")
    with (
        DbtRun(settings(small_project, tmp_path / "run")) as dbt,
        pytest.raises(BuildFailedError, match=r"does not parse: (?s:.)*assert_it_holds(?s:.)*gone"),
    ):
        dbt.parse()


def test_deliveries_that_nobody_loaded_are_said(small_project: Path, tmp_path: Path) -> None:
    run = settings(small_project, tmp_path / "run")
    with DbtRun(replace(run, target="deliveries", store=tmp_path / "raw")) as dbt:
        dbt.parse()
        failures = [str(failure) for failure in dbt.build(lambda *_: None).failures]

    assert len(failures) == 1
    assert f"no raw tables that were judged in {tmp_path / 'raw'}" in failures[0]


@pytest.mark.parametrize(("target", "opening"), [("sample", "Synthetic sample"), ("public", "A")])
def test_every_comment_of_a_synthetic_market_says_so(
    small_project: Path, tmp_path: Path, target: str, opening: str
) -> None:
    folder = small_project / "models" / "marts"
    folder.mkdir()
    for kind in ("table", "view"):
        config = f"config(materialized='{kind}', contract={{'enforced': false}})"
        sql = f"{{{{ {config} }}}}\nselect 1 as one"
        (folder / f"as_{kind}.sql").write_text(sql)
    (folder / "models.yml").write_text(
        "version: 2\nmodels:\n"
        "  - {name: as_table, description: A table.}\n  - {name: as_view, description: A view.}\n"
    )
    run = settings(small_project, tmp_path / "run")
    with DbtRun(replace(run, target=target)) as dbt:
        dbt.parse()
        assert dbt.build(lambda *_: None).failures == ()
    with duckdb.connect(run.database, read_only=True) as connection:
        comments = connection.execute(
            "select schema_name, comment from duckdb_tables() union all"
            " select schema_name, comment from duckdb_views() where not internal"
        ).fetchall()
    assert {"raw", "reference", "marts"} <= {schema for schema, _ in comments}
    models = [comment for schema, comment in comments if schema == "marts"]
    assert len(models) == 2
    assert all(comment.startswith(opening) for comment in models)
    is_said = {comment.startswith("Synthetic sample") for _, comment in comments}
    assert is_said == {target == "sample"}


def test_as_of_reaches_the_models(small_project: Path, tmp_path: Path) -> None:
    told = "select 1 as fault where '{{ var(\"as_of\") }}' <> '2024-12-31'"
    (small_project / "tests" / "assert_as_of.sql").write_text(told)
    with DbtRun(settings(small_project, tmp_path / "run", date(2024, 12, 31))) as dbt:
        dbt.parse()
        assert dbt.build(lambda *_: None).failures == ()
    with DbtRun(settings(small_project, tmp_path / "run")) as dbt:
        dbt.parse()
        assert len(dbt.build(lambda *_: None).failures) == 1
