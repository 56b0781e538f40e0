"""Which loan tapes have to be looked at beside each other, and beside what is new.

What is found in a tape depends on its own rows, on rows about the same deals, and on loans of the
same number in tapes of other deals. So a tape that nothing new reaches over deals and loan numbers,
be it through other tapes, is judged as it was before: cost follows what is new. Of a tape that was
judged, its deals and the first and the last of its loans' numbers are kept, so that it is read
again only when the range of what is new overlaps its own. And tapes that do not reach each other
are judged apart: memory grows with the largest of such groups, not with the market.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from npas.contracts.limits import LIMITS
from npas.contracts.report import REACH_FILE, JudgedBefore
from npas.parse_sql import ParseSql
from npas.raw_schema import RAW_TABLES
from npas.raw_table import RawTable

_LOANS = "raw_loan_pools"
# The raw tables that hold most rows by far.
TAPES = (_LOANS, "raw_collaterals")
# What is compared with tapes, either way; see the queries in `sql`.
_COMPARED = (*TAPES, "raw_deals", "raw_pool_statistics")
_REACH_COLUMNS = ("label", "deal_code", "first_loan_no", "last_loan_no")
# Rows of tapes that are judged beside each other, unless tapes that reach each other have more.
ROWS_AT_ONCE = 1_000_000

_Row = tuple[str, str | None, str | None, str | None]
_Range = tuple[str, str]


def judged_before(
    tables: Sequence[RawTable],
    earlier: Mapping[str, str],
    folder: Path,
    project: Path,
    scratch: Path,
) -> JudgedBefore | None:
    """What of an earlier run, whose findings are in `folder`, is as it would be found now.

    `earlier` names the tables that it judged: their sha256 by label, of the rows that they have now
    (`npas.provenance`). None when all is to be judged.
    """
    if not all(map(_is_sound, tables)):
        return None
    same = {table.label for table in tables if earlier.get(table.label) == table.origin.sha256}
    names_then = {table.name for table in tables if table.label in same}
    # a rule that needs another table is left out where nobody delivered that table
    if same != earlier.keys() or names_then != {table.name for table in tables}:
        return None
    new = [table.label for table in tables if table.label not in same]
    kept = folder / REACH_FILE
    return JudgedBefore(out_of_reach(tables, new, project, scratch, kept), folder)


def out_of_reach(
    tables: Sequence[RawTable],
    new: Iterable[str],
    project: Path,
    scratch: Path,
    kept: Path | None = None,
) -> frozenset[str]:
    """Labels of the tapes among `tables` that none of the tables labelled `new` reaches.

    A file whose columns are at fault reaches nothing: it is refused. `project` holds the parse
    macros; what does not fit into memory goes to `scratch`. `kept` is what `write_reach` wrote of
    some that are not `new`: of these only those are read that may be reached.
    """
    labels = frozenset(new)
    arrived = [
        table
        for table in tables
        if table.label in labels and table.name in _COMPARED and _is_sound(table)
    ]
    rest = [table for table in tables if table.label not in labels and table.name in TAPES]
    if not rest:
        return frozenset()
    with _reach(project, scratch) as reach:
        if kept is not None:
            reach.take(kept, rest)
        while arrived and rest:
            reached = reach.beyond(arrived, rest)
            arrived = [table for table in rest if str(table.data) in reached]
            rest = [table for table in rest if str(table.data) not in reached]
    return frozenset(table.label for table in rest)


def write_reach(
    tables: Iterable[RawTable], before: JudgedBefore | None, folder: Path, project: Path
) -> None:
    """Writes to `folder` the reach of the tapes among `tables`, and of those judged `before`."""
    tapes = [table for table in tables if table.name in TAPES and table.data is not None]
    with _reach(project, folder) as reach:
        rows = reach.rows(tapes)
    if before is not None:
        rows += [row for row in _kept_rows(before.folder / REACH_FILE) if row[0] in before.labels]
    rows.sort(key=lambda row: (row[0], row[1] or ""))
    named = [dict(zip(_REACH_COLUMNS, row, strict=True)) for row in rows]
    schema = pa.schema([(name, pa.string()) for name in _REACH_COLUMNS])
    pq.write_table(pa.Table.from_pylist(named, schema=schema), folder / REACH_FILE)


def in_batches(
    tables: Sequence[RawTable], project: Path, scratch: Path
) -> list[Sequence[RawTable]]:
    """Tables that are judged beside each other, batch by batch.

    Every batch but the last has tapes that no other batch's tapes reach, beside the tables that are
    no tapes, as known; the last one has these to be judged. Few rows are one batch.
    """
    tapes = [
        table
        for table in tables
        if table.name in TAPES and table.data is not None and table.row_count
    ]
    if sum(table.row_count for table in tapes) <= ROWS_AT_ONCE:
        return [tables]
    with _reach(project, scratch) as reach:
        groups = reach.groups(tapes)
    packed: list[set[str]] = []
    rows = 0
    for group in groups:
        size = sum(table.row_count for table in group)
        if not packed or rows + size > ROWS_AT_ONCE:
            packed.append(set())
            rows = 0
        packed[-1] |= {table.label for table in group}
        rows += size
    taped = set().union(*packed)
    others = [table for table in tables if table.label not in taped]
    known = [replace(table, is_known=True) for table in others]
    # in their order, which says of two rows that are the same which one counts
    batches = ([table for table in tapes if table.label in labels] for labels in packed)
    return [*([*known, *batch] for batch in batches), others]


@contextmanager
def _reach(project: Path, scratch: Path) -> Iterator["_Reach"]:
    with (
        TemporaryDirectory(prefix=".work-reach-", dir=scratch) as folder,
        duckdb.connect(config={**LIMITS, "temp_directory": folder}) as connection,
    ):
        yield _Reach(connection, ParseSql(project))


class _Reach:
    """Deals and loan numbers of files, as the models read them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, parse: ParseSql) -> None:
        self._connection = connection
        self._deal = parse("clean_code", "deal_code")
        self._loan = parse("clean_name", "loan_no")
        self._deals: dict[str, set[str | None]] = {}
        self._numbers: dict[str, _Range | None] = {}

    def take(self, kept: Path, tapes: Iterable[RawTable]) -> None:
        """Takes over what `write_reach` wrote of tapes."""
        files = {table.label: str(table.data) for table in tapes}
        for label, deal, first, last in _kept_rows(kept):
            if label in files:
                self._deals.setdefault(files[label], set()).add(deal)
                self._numbers[files[label]] = _range(first, last)

    def rows(self, tapes: Sequence[RawTable]) -> list[_Row]:
        """The reach of tapes, as it is kept."""
        self._read_deals(tapes)
        self._read_numbers(_loan_files(tapes))
        return [
            (table.label, deal, *(self._numbers.get(str(table.data)) or (None, None)))
            for table in tapes
            for deal in self._deals_of(table)
        ]

    def beyond(self, arrived: Sequence[RawTable], rest: Sequence[RawTable]) -> set[str]:
        """Files of `rest` about a deal, or with the number of a loan, that `arrived` has too."""
        self._read_deals([*arrived, *rest])
        deals = {deal for table in arrived for deal in self._deals_of(table)}
        reached = {str(table.data) for table in rest if self._deals_of(table) & deals}
        others = _loan_files(table for table in rest if str(table.data) not in reached)
        loans = _loan_files(arrived)
        return reached | self._with_loans(loans, self._in_range(loans, others))

    def groups(self, tapes: Sequence[RawTable]) -> list[list[RawTable]]:
        """Tapes that reach each other, group by group, in their order."""
        self._read_deals(tapes)
        by_deal = _joined(
            (table.label, ("deal", deal)) for table in tapes for deal in self._deals_of(table)
        )
        numbers = {root: number for number, root in enumerate(dict.fromkeys(by_deal.values()))}
        of_tapes = {table.label: numbers[by_deal[table.label]] for table in tapes}
        files = {str(table.data): of_tapes[table.label] for table in tapes if table.name == _LOANS}
        by_loan = _joined([*((n, n) for n in numbers.values()), *self._sharing_loans(files)])
        groups: dict[Hashable, list[RawTable]] = {}
        for table in tapes:
            groups.setdefault(by_loan[of_tapes[table.label]], []).append(table)
        return list(groups.values())

    def _deals_of(self, table: RawTable) -> set[str | None]:
        return self._deals[str(table.data)]

    def _read_deals(self, tables: Iterable[RawTable]) -> None:
        files = [file for file in (str(table.data) for table in tables) if file not in self._deals]
        if not files:
            return
        self._deals |= {file: set() for file in files}
        codes = self._connection.execute(
            f"select filename, {self._deal} from (select distinct filename, deal_code "
            "from read_parquet(?, filename = true)) as codes",
            [files],
        ).fetchall()
        for file, code in codes:
            self._deals[file].add(code)

    def _read_numbers(self, loan_files: Iterable[str]) -> None:
        files = [file for file in loan_files if file not in self._numbers]
        if not files:
            return
        self._numbers |= dict.fromkeys(files)
        ranges = self._connection.execute(
            f"select filename, min(loan), max(loan) from (select filename, {self._loan} as loan "
            "from read_parquet(?, filename = true)) as loans group by filename",
            [files],
        ).fetchall()
        for file, first, last in ranges:
            self._numbers[file] = _range(first, last)

    def _in_range(self, arrived: Sequence[str], others: Sequence[str]) -> list[str]:
        """Files of `others` that may have a number of `arrived`, as far as their range is known."""
        self._read_numbers(arrived)
        ranges = [found for file in arrived if (found := self._numbers[file])]
        return [
            file
            for file in others
            if file not in self._numbers
            or any(_overlap(self._numbers[file], found) for found in ranges)
        ]

    def _with_loans(self, arrived: Sequence[str], others: Sequence[str]) -> set[str]:
        """Files of `others` with the number of a loan of `arrived`."""
        if not arrived or not others:
            return set()
        rows = self._loans_of("?")
        found = self._connection.execute(
            f"select distinct filename from ({rows}) where loan in (select loan from ({rows}))",
            [others, arrived],
        ).fetchall()
        return {file for (file,) in found}

    def _sharing_loans(self, groups: Mapping[str, int]) -> list[tuple[int, int]]:
        """Pairs of groups of files that hold loans of one number."""
        if len(set(groups.values())) < 2:  # noqa: PLR2004 (a pair)
            return []
        self._connection.execute("create table files (filename varchar, group_no integer)")
        self._connection.executemany("insert into files values (?, ?)", [*groups.items()])
        loans = (
            f"select files.group_no, loans.loan from ({self._loans_of('?')}) as loans "
            "inner join files on loans.filename = files.filename"
        )
        return self._connection.execute(
            f"with several as (select loan, min(group_no) as first_no from ({loans}) "
            "group by loan having min(group_no) != max(group_no)) "
            f"select distinct several.first_no, loans.group_no from ({loans}) as loans "
            "inner join several on loans.loan = several.loan",
            [[*groups], [*groups]],
        ).fetchall()

    def _loans_of(self, files: str) -> str:
        # a filter on what is read of a number would read it twice
        return (
            f"select filename, nullif(hash({self._loan}), hash(cast(null as varchar))) as loan "
            f"from read_parquet({files}, filename = true)"
        )


def _is_sound(table: RawTable) -> bool:
    """Whether a table has the columns that its rows are read by."""
    if table.name is None or table.data is None:
        return False
    return set(RAW_TABLES[table.name].columns) <= set(table.header)


def _loan_files(tables: Iterable[RawTable]) -> list[str]:
    return [str(table.data) for table in tables if table.name == _LOANS]


def _kept_rows(path: Path) -> list[_Row]:
    table = pq.read_table(path, columns=[*_REACH_COLUMNS])
    return [*zip(*(column.to_pylist() for column in table.columns), strict=True)]


def _range(first: str | None, last: str | None) -> _Range | None:
    return None if first is None or last is None else (first, last)


def _overlap(one: _Range | None, other: _Range) -> bool:
    # DuckDB finds the ends by the order of bytes, which of UTF-8 is that of code points, as here
    return one is not None and one[0] <= other[1] and other[0] <= one[1]


def _joined(pairs: Iterable[tuple[Hashable, Hashable]]) -> dict[Hashable, Hashable]:
    """What stands for the set that a thing is in, where the things of each pair are in one set."""
    stands: dict[Hashable, Hashable] = {}

    def found(thing: Hashable) -> Hashable:
        while stands.setdefault(thing, thing) != thing:
            stands[thing] = stands[stands[thing]]
            thing = stands[thing]
        return thing

    for one, other in pairs:
        stands[found(one)] = found(other)
    return {thing: found(thing) for thing in stands}
