"""What the page reads from a release: the figure models, facts and checks, the last release."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from npas.errors import BuildFailedError
from npas.releases import Release

Row = Mapping[str, Any]
_FIGURE_TABLES = 17
# what a reader expects rows to go by
_ORDER = (
    "figure_id",
    "as_of_date",
    "rank_no",
    "issue_year",
    "bin_no",
    "cohort_kind",
    "cutoff_year",
    "cohort",
    "segment",
    "security_class",
    "security_group",
    "originator_name",
    "age_month",
    "deal_code",
)
_OTHER_CODE = (
    "the release was built by other code than this. Run `npas build`, then this command again."
)
_FACTS, _CHECKS = "figure_fact", "published_figure_check"
_FIGURE = re.compile(r"figure_\d{2}_")


@dataclass(frozen=True)
class Fact:
    """A row of marts.figure_fact: a value, a label, or neither when it cannot be known."""

    figure_no: int
    name: str
    label: str | None
    value: float | None
    unit: str | None
    deal_count: int | None

    @property
    def is_known(self) -> bool:
        """Whether there is anything to say."""
        return self.value is not None or self.label is not None


class _MartRow(dict[str, Any]):
    """A row of a mart; raises BuildFailedError for a column that the mart does not have."""

    def __init__(self, mart: str, columns: Sequence[str], values: Sequence[Any]) -> None:
        super().__init__(zip(columns, values, strict=True))
        self._mart = mart

    def __missing__(self, column: str) -> Any:  # noqa: ANN401 (as a dict declares it)
        raise BuildFailedError(f"marts.{self._mart} has no column {column}: {_OTHER_CODE}")


@dataclass(frozen=True)
class MarketData:
    """The rows of one release; `columns` in the order of each mart."""

    tables: Mapping[str, Sequence[Row]]
    columns: Mapping[str, Sequence[str]]
    facts: Mapping[tuple[int, str], Fact]
    checks: Sequence[Row]

    def figure(self, number: int) -> tuple[str, Sequence[Row]]:
        """Name and rows of the mart of one figure."""
        prefix = f"figure_{number:02}_"
        name = next(name for name in self.tables if name.startswith(prefix))
        return name, self.tables[name]

    def fact(self, figure_no: int, name: str) -> Fact:
        """One fact; raises BuildFailedError when the mart has no such row."""
        try:
            return self.facts[figure_no, name]
        except KeyError:
            raise BuildFailedError(
                f"marts.{_FACTS} has no row for fact {name} of figure {figure_no}: {_OTHER_CODE}"
            ) from None


def read(release: Release) -> MarketData:
    """Reads all that the page shows.

    Raises BuildFailedError when the release was built before there were figures.
    """
    with duckdb.connect(release.database, read_only=True) as connection:
        names = figure_tables(connection)
        if len(names) < _FIGURE_TABLES or not {_FACTS, _CHECKS} <= set(names):
            raise BuildFailedError(
                f"Release {release.run_id} has no figures: it was built by an older version. "
                "Run `npas build`, then this command again."
            )
        columns, tables = {}, {}
        for name in names:
            columns[name], tables[name] = _rows(connection, name)
    facts = {
        (row["figure_no"], row["fact"]): Fact(
            row["figure_no"],
            row["fact"],
            row["label"],
            row["value"],
            row["unit"],
            row["deal_count"],
        )
        for row in tables.pop(_FACTS)
    }
    return MarketData(tables, columns, facts, tables.pop(_CHECKS))


def figure_tables(connection: duckdb.DuckDBPyConnection, catalog: str | None = None) -> list[str]:
    """Names of the marts of the page in a database, in order."""
    # no parameters: DuckDB loads pandas to look at their types, which takes half a second
    found = connection.execute(
        """
        select database_name, current_database(), table_name
        from duckdb_tables()
        where schema_name = 'marts'
        order by table_name
        """
    )
    return [
        name
        for database, current, name in found.fetchall()
        if database == (catalog or current) and (_FIGURE.match(name) or name in {_FACTS, _CHECKS})
    ]


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[Sequence[str], Sequence[Row]]:
    found = connection.execute(f"select * from marts.{name} limit 0")
    columns = [column[0] for column in found.description or []]
    # an order of its own, then of all columns: the same release gives the same page
    order = [column for column in _ORDER if column in columns] + columns
    found = connection.execute(f"select * from marts.{name} order by {', '.join(order)}")
    return columns, [_MartRow(name, columns, row) for row in found.fetchall()]
