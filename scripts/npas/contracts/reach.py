"""Which loan tapes have to be looked at beside what is new, so that cost follows what is new.

What is found in a tape depends on its own rows, on rows about the same deals, and on loans of the
same number in tapes of other deals. So a tape that nothing new reaches over deals and loan numbers,
be it through other tapes, is judged as it was before.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from npas.contracts.limits import LIMITS
from npas.contracts.report import JudgedBefore
from npas.parse_sql import ParseSql
from npas.raw_table import RawTable

_LOANS = "raw_loan_pools"
# The raw tables that hold most rows by far.
TAPES = (_LOANS, "raw_collaterals")
# What is compared with tapes, either way; see the queries in `sql`.
_COMPARED = (*TAPES, "raw_deals", "raw_pool_statistics")


def judged_before(
    tables: Sequence[RawTable],
    earlier: Mapping[str, str],
    folder: Path,
    project: Path,
    scratch: Path,
) -> JudgedBefore:
    """What of an earlier run, whose findings are in `folder`, is as it would be found now.

    `earlier` names the tables that it judged: their sha256 by label.
    """
    same = {table.label for table in tables if earlier.get(table.label) == table.origin.sha256}
    names_then = {table.name for table in tables if table.label in same}
    # a rule that needs another table is left out where nobody delivered that table
    if same != earlier.keys() or names_then != {table.name for table in tables}:
        return JudgedBefore()
    new = [table.label for table in tables if table.label not in same]
    return JudgedBefore(out_of_reach(tables, new, project, scratch), folder)


def out_of_reach(
    tables: Sequence[RawTable], new: Iterable[str], project: Path, scratch: Path
) -> frozenset[str]:
    """Labels of the tapes among `tables` that none of the tables labelled `new` reaches.

    `project` holds the parse macros; what does not fit into memory goes to `scratch`.
    """
    labels = frozenset(new)
    arrived = [table for table in tables if table.label in labels and table.name in _COMPARED]
    rest = [table for table in tables if table.label not in labels and table.name in TAPES]
    if not rest:
        return frozenset()
    with (
        TemporaryDirectory(prefix=".work-reach-", dir=scratch) as folder,
        duckdb.connect(config={**LIMITS, "temp_directory": folder}) as connection,
    ):
        reach = _Reach(connection, ParseSql(project))
        while arrived and rest:
            reached = reach.beyond(arrived, rest)
            arrived = [table for table in rest if str(table.data) in reached]
            rest = [table for table in rest if str(table.data) not in reached]
    return frozenset(table.label for table in rest)


class _Reach:
    """Deals and loan numbers of files, as the models read them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, parse: ParseSql) -> None:
        self._connection = connection
        self._deal = parse("clean_code", "deal_code")
        self._loan = f"hash({parse('clean_code', 'loan_no')})"
        self._deals: dict[str, set[str | None]] = {}

    def beyond(self, arrived: Sequence[RawTable], rest: Sequence[RawTable]) -> set[str]:
        """Files of `rest` about a deal, or with the number of a loan, that `arrived` has too."""
        of_files = self._deals_of([*arrived, *rest])
        deals = {deal for table in arrived for deal in of_files[str(table.data)]}
        reached = {str(table.data) for table in rest if of_files[str(table.data)] & deals}
        others = _files(table for table in rest if str(table.data) not in reached)
        return reached | self._with_loans(_files(arrived), others)

    def _deals_of(self, tables: Iterable[RawTable]) -> dict[str, set[str | None]]:
        for table in tables:
            file = str(table.data)
            if file not in self._deals:
                codes = self._connection.execute(
                    f"select {self._deal} from "
                    "(select distinct deal_code from read_parquet(?)) as codes",
                    [file],
                ).fetchall()
                self._deals[file] = {code for (code,) in codes}
        return self._deals

    def _with_loans(self, arrived: Sequence[str], others: Sequence[str]) -> set[str]:
        if not arrived or not others:
            return set()
        rows = f"select filename, {self._loan} as loan from read_parquet(?, filename = true)"
        known = "where loan_no is not null"
        found = self._connection.execute(
            f"select distinct filename from ({rows} {known}) "
            f"where loan in (select loan from ({rows} {known}))",
            [others, arrived],
        ).fetchall()
        return {file for (file,) in found}


def _files(tables: Iterable[RawTable]) -> list[str]:
    return [str(table.data) for table in tables if table.name == _LOANS]
