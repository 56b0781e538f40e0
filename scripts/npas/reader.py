"""A connection to a release that can do no harm: for people, programs and BI tools."""

import sys
from pathlib import Path

import duckdb

from npas.errors import ReleaseError
from npas.settings import DATABASE, MarketHome

# Set when the file is opened, and locked: no statement changes them again.
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    # variables of the Python program are no tables
    "python_enable_replacements": "false",
    "memory_limit": "1GB",
    "threads": "2",
    # nothing is spilled beside the release
    "temp_directory": "",
    "lock_configuration": "true",
}
_PROMPT, _MORE = "npas> ", "   -> "


def open_reader(database: Path) -> duckdb.DuckDBPyConnection:
    """Opens a database read-only and locked down.

    Give it the real path of a release's file, not one through `current`: within one process DuckDB
    goes on giving the file that it opened under a path first.
    """
    return duckdb.connect(database, read_only=True, config=SETTINGS)


def open_current(home: MarketHome) -> duckdb.DuckDBPyConnection:
    """Opens the release that `current` points to now. Raises ReleaseError when there is none."""
    database = (home.current / DATABASE).resolve()
    if not database.is_file():
        raise ReleaseError(f"There is no current release in {home.root}. `npas build` makes one.")
    return open_reader(database)


def run_query(connection: duckdb.DuckDBPyConnection, query: str, width: int) -> None:
    """Runs SQL and prints its result as DuckDB prints it. Raises duckdb.Error."""
    relation = connection.sql(query)
    if relation is not None:
        relation.show(max_width=width)


def prompt(connection: duckdb.DuckDBPyConnection, width: int) -> None:
    """Reads queries, each ended by a semicolon, and prints their results, until end of file."""
    _remember_lines()
    lines: list[str] = []
    while True:
        try:
            line = input(_MORE if lines else _PROMPT)
        except EOFError:
            print()
            return
        except KeyboardInterrupt:
            print()
            lines.clear()
            continue
        if not lines and line.strip().rstrip(";").lower() in {".quit", ".exit", "quit", "exit"}:
            return
        if lines or line.strip():
            lines.append(line)
        if not line.rstrip().endswith(";"):
            continue
        try:
            run_query(connection, "\n".join(lines), width)
        except duckdb.Error as fault:
            print(fault, file=sys.stderr)
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
        lines.clear()


def _remember_lines() -> None:
    """The arrow keys bring back earlier lines, where Python was built with readline."""
    try:
        import readline
    except ImportError:
        return
    readline.set_history_length(1000)
