"""What a table holds, as one hash: equal whatever the order of rows and however it was built."""

import hashlib
import json
from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class TableContent:
    """Number of rows and sha256 of a relation's columns, types and values."""

    rows: int
    sha256: str


def relations(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Schema and name of every table and view of the open database, in order."""
    return connection.execute(
        "select table_schema, table_name from information_schema.tables "
        "where table_catalog = current_database() order by all"
    ).fetchall()


def stored_tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Schema and name of every table of the open database, in order: what its file holds."""
    return connection.execute(
        "select table_schema, table_name from information_schema.tables "
        "where table_catalog = current_database() and table_type = 'BASE TABLE' order by all"
    ).fetchall()


def table_content(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> TableContent:
    """Reads every value of one relation.

    Each value is written with its length, and null as a mark that no value can have, so that no
    two different rows are written alike; the hashes of the rows are sorted before they are hashed.
    """
    relation = f"{_quoted(schema)}.{_quoted(table)}"
    columns = connection.execute(f"describe {relation}").fetchall()
    texts = [f"cast({_quoted(column[0])} as varchar)" for column in columns]
    row = " || ".join(f"coalesce(length({text}) || ':' || {text}, '-')" for text in texts)
    query = f"with hashed as (select sha256({row}) as row_hash from {relation}) "
    query += "select count(*), coalesce(string_agg(row_hash, '' order by row_hash), '') from hashed"
    result = connection.execute(query).fetchone()
    count, hashes = result if result is not None else (0, "")
    shape = json.dumps([[column[0], column[1]] for column in columns])
    return TableContent(int(count), hashlib.sha256(f"{shape}\n{hashes}".encode()).hexdigest())


def read_through(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> None:
    """Reads every value of one relation, to see that it can be read; duckdb.Error when not."""
    relation = f"{_quoted(schema)}.{_quoted(table)}"
    connection.execute(f"select max(hash(every_value)) from {relation} as every_value").fetchone()


def mart_contents(connection: duckdb.DuckDBPyConnection) -> dict[str, TableContent]:
    """The content of every relation in schema `marts`, by name."""
    return {
        table: table_content(connection, schema, table)
        for schema, table in relations(connection)
        if schema == "marts"
    }


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
