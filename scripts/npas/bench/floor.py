"""The floor under a build: its imports, and the SQL of its dbt nodes run by hand, in one process.

`npas.bench.start` runs it in a fresh process on what a build left. What a build does besides is the
price of dbt, of the contracts and of a release: none of that is here.
"""

import csv
import json
import sys
from pathlib import Path
from typing import Any

import dbt.cli.main  # noqa: F401 (the time it takes to load is what is measured)
import duckdb
import great_expectations as gx  # noqa: F401
import pandas as pd  # noqa: F401
from dbt.adapters import factory  # noqa: F401

_SCHEMAS = ("main", "raw", "reference", "expected", "staging", "intermediate", "marts")


def run(project: Path, cache: Path, database: Path) -> None:
    """Runs the SQL that dbt left in `cache`, in the order it ended in, into a new `database`.

    Raises duckdb.Error when a statement fails, ValueError when a data test finds rows.
    """
    database.parent.mkdir(exist_ok=True)
    database.unlink(missing_ok=True)
    nodes = json.loads((cache / "manifest.json").read_bytes())["nodes"]
    results = json.loads((cache / "run_results.json").read_bytes())["results"]
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(f"attach '{database}' as npas (storage_version 'v1.4.0')")
        connection.execute("use npas")
        for schema in _SCHEMAS:
            connection.execute(f"create schema if not exists {schema}")
        for result in results:
            # an exposure is no node, and runs nothing
            if node := nodes.get(result["unique_id"]):
                _run_node(connection, node, project, cache)


def _run_node(
    connection: duckdb.DuckDBPyConnection, node: dict[str, Any], project: Path, cache: Path
) -> None:
    if node["resource_type"] == "seed":
        _load_seed(connection, node, project)
        return
    written = cache / "run" / "npas" / node["original_file_path"]
    if node["resource_type"] == "model":
        connection.execute(written.read_text(encoding="utf-8").replace("__dbt_tmp", ""))
        return
    if written.suffix == ".yml":
        written /= node["path"]
    found = connection.execute(written.read_text(encoding="utf-8")).fetchone()
    if found is None or (found[0] and node["config"]["severity"].lower() == "error"):
        raise ValueError(f"{node['name']} finds rows: {found}")


def _load_seed(connection: duckdb.DuckDBPyConnection, node: dict[str, Any], project: Path) -> None:
    path = project / node["original_file_path"]
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    types = node["config"]["column_types"]
    columns = ", ".join(f"'{name}': '{types[name]}'" for name in header)
    connection.execute(
        f"create table {node['schema']}.{node['alias']} as select * "
        f"from read_csv('{path}', header = true, columns = {{{columns}}})"
    )


if __name__ == "__main__":
    run(*map(Path, sys.argv[1:]))
