"""The compiled dbt project, run model by model inside this process.

dbt compiles the project once; the compiled SQL then runs on any number of raw markets without a
dbt process for each. Intermediate models become tables, so that a changed model can be run again
with only what depends on it.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

import duckdb

from npas.content_hash import TableContent, mart_contents

# stands for the as_of date in compiled SQL; a day that no market and no model names
AS_OF_PLACE = "9999-12-30"
_AS_OF = re.compile(rf"cast\('{AS_OF_PLACE}' as date\)", re.IGNORECASE)
_CATALOG = "npas"
_TYPE = re.compile(r"[a-z0-9_(), ]+", re.IGNORECASE)


class CompileError(Exception):
    """dbt did not compile the project; the message holds what dbt said."""


@dataclass(frozen=True)
class Seed:
    """A seed: `path` of its CSV relative to the project, `columns` as (name, type)."""

    name: str
    schema: str
    path: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Model:
    """A compiled model; `columns` as (name, type) where a contract sets them, else empty."""

    name: str
    schema: str
    path: str
    sql: str
    parents: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CompiledProject:
    """Seeds and models of one dbt project, the models in an order that they can be built in."""

    root: Path
    seeds: tuple[Seed, ...]
    models: tuple[Model, ...]

    def model(self, name: str) -> Model:
        """Give the model of that name; raises KeyError when there is none."""
        for model in self.models:
            if model.name == name:
                return model
        raise KeyError(name)


def compile_project(root: Path, scratch: Path) -> CompiledProject:
    """Compile the dbt project in `root`; dbt writes into `scratch` only.

    Raises CompileError with dbt's own words.
    """
    command = [
        *(sys.executable, "-m", "dbt.cli.main", "compile", "--project-dir", str(root)),
        *("--profiles-dir", str(root), "--target-path", str(scratch / "target")),
        *("--log-path", str(scratch / "logs"), "--select", "resource_type:model"),
        *("--vars", json.dumps({"as_of": AS_OF_PLACE}), "--quiet", "--no-partial-parse"),
    ]
    environment = {**os.environ, "NPAS_DB": str(scratch / f"{_CATALOG}.duckdb")}
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if ended.returncode:
        raise CompileError(f"dbt compile failed:\n{ended.stdout}{ended.stderr}")
    manifest = json.loads((scratch / "target" / "manifest.json").read_text(encoding="utf-8"))
    nodes = [node for node in manifest["nodes"].values() if node["package_name"] == "npas"]
    seeds = tuple(
        Seed(
            name=node["name"],
            schema=node["schema"],
            path=node["original_file_path"],
            columns=tuple(node["config"]["column_types"].items()),
        )
        for node in nodes
        if node["resource_type"] == "seed" and node["schema"] in ("raw", "reference", "expected")
    )
    models = {
        node["unique_id"]: Model(
            name=node["name"],
            schema=node["schema"],
            path=node["original_file_path"],
            sql=node["compiled_code"],
            parents=tuple(parent.split(".")[-1] for parent in node["depends_on"]["nodes"]),
            columns=_contract(node),
        )
        for node in nodes
        if node["resource_type"] == "model"
    }
    return CompiledProject(root, seeds, tuple(_in_order(models.values())))


def _contract(node: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    if not node["config"]["contract"]["enforced"]:
        return ()
    return tuple((name, column["data_type"]) for name, column in node["columns"].items())


def _in_order(models: Iterable[Model]) -> Iterator[Model]:
    waiting = sorted(models, key=lambda model: model.name)
    while waiting:
        names = {model.name for model in waiting}
        ready = [model for model in waiting if not names.intersection(model.parents)]
        yield from ready
        waiting = [model for model in waiting if model not in ready]


@dataclass(frozen=True)
class Content:
    """The rows of a table, in no order: `columns` names the cells of each row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]

    def records(self) -> list[dict[str, object]]:
        """Give each row as column -> value."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class Warehouse:
    """One raw market and every model built from it, in memory.

    `raw` is a folder of raw_*.csv; a raw table without a file is empty. `as_of` is the last day
    whose facts are known, None for all. Use it as a context manager: it closes its database.
    """

    def __init__(self, project: CompiledProject, raw: Path, as_of: date | None = None) -> None:
        self._project = project
        self._as_of = "null" if as_of is None else f"'{as_of.isoformat()}'"
        # one thread: sums of doubles come out alike each time
        self._connection = duckdb.connect(config={"threads": 1, "memory_limit": "400MB"})
        self.run("set enable_progress_bar = false")
        self.run(f"attach ':memory:' as {_CATALOG}")
        self.run(f"use {_CATALOG}")
        schemas = {seed.schema for seed in project.seeds}
        schemas.update(model.schema for model in project.models)
        for schema in sorted(schemas):
            self.run(f'create schema "{schema}"')
        for seed in project.seeds:
            self._load(seed, raw)
        for model in project.models:
            self.build(model)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; it is gone then."""
        self._connection.close()

    def run(self, sql: str) -> duckdb.DuckDBPyConnection:
        """Run one statement; raises duckdb.Error."""
        return self._connection.execute(sql)

    def interrupt(self) -> None:
        """Stop the statement that runs now, from another thread."""
        self._connection.interrupt()

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever is built inside is taken back at the end, errors included."""
        self.run("begin transaction")
        try:
            yield
        finally:
            self.run("rollback")

    def build(self, model: Model, sql: str | None = None) -> None:
        """Build one model's table from its parents' tables, from other SQL where it is given."""
        text, count = _AS_OF.subn(f"cast({self._as_of} as date)", sql or model.sql)
        if AS_OF_PLACE in text:
            raise CompileError(f"{model.name} uses as_of otherwise than as a date: {count} read")
        table = f'"{model.schema}"."{model.name}"'
        if not model.columns:
            self.run(f"create or replace table {table} as {text}")
            return
        self.run(f"create or replace table {table} ({_definitions(model.columns)})")
        names = ", ".join(f'"{name}"' for name, _ in model.columns)
        self.run(f"insert into {table} select {names} from ({text}\n)")

    def content(self, model: Model) -> Content:
        """Give the rows of a built model."""
        cursor = self.run(f'select * from "{model.schema}"."{model.name}"')
        names = tuple(str(column[0]) for column in cursor.description or ())
        return Content(names, tuple(tuple(row) for row in cursor.fetchall()))

    def fingerprint(self, model: Model) -> tuple[object, ...]:
        """Give what two tables of the same rows share, in any order of the rows."""
        cursor = self.run(
            "select count(*), sum(cast(hash(whole) as hugeint))"
            f' from "{model.schema}"."{model.name}" as whole'
        )
        return tuple(cursor.fetchone() or ())

    def mart_contents(self) -> dict[str, TableContent]:
        """Give the content of every mart, hashed as a release's is."""
        return mart_contents(self._connection)

    def _load(self, seed: Seed, raw: Path) -> None:
        is_raw = seed.schema == "raw"
        path = raw / Path(seed.path).name if is_raw else self._project.root / seed.path
        table = f'"{seed.schema}"."{seed.name}"'
        self.run(f"create table {table} ({_definitions(seed.columns)})")
        if path.exists():
            file = str(path).replace("'", "''")
            self.run(f"copy {table} from '{file}' (format csv, header true, delimiter ',')")


def _definitions(columns: Iterable[tuple[str, str]]) -> str:
    parts = []
    for name, kind in columns:
        if not _TYPE.fullmatch(kind):
            raise CompileError(f"column {name} has no readable type: {kind!r}")
        parts.append(f'"{name}" {kind}')
    return ", ".join(parts)
