"""The raw tables in DuckDB: as delivered, as clean text, typed, and their latest revisions.

Schemas hold one relation per raw table, named without `raw_`: `raw` (as delivered), `texts` (white
space and null marks gone), `typed` (read by the shared parse macros, with helper columns),
`doubled` (typed rows whose key stands more than once), `keys` (what those say of each other),
`latest` (the revisions that count), `together` (what rows about one thing say) and `across` (what
other rows and tables say). All but `together` have `row_id`; ratios and amounts are decimals,
amounts in yuan, ratios fractions.

A tape of any size is judged in little memory: the database lies on disk and spills there. It takes
more where there are many collaterals, up to half of what the machine has.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd
import pyarrow as pa

from npas.contracts.limits import LEAST_MIB, LIMITS
from npas.machine import memory_of_machine_mib
from npas.parse_sql import ParseSql
from npas.raw_files import ROW_NUMBER, RawTable
from npas.raw_schema import OPTIONAL_COLUMNS, RAW_TABLES, Kind, RawSchema

_SQL = Path(__file__).parent / "sql"

_REFERENCE = (
    "agency_aliases",
    "asset_subclasses",
    "collateral_types",
    "five_classes",
    "originator_aliases",
    "originators",
    "series_originators",
    "trustee_aliases",
    "units",
)

# Half of the last printed digit of these columns is needed to tell a contradiction from rounding.
_ROUNDED = {
    "raw_deals": ("issue_amount", "junior_share", "pool_balance", "pool_principal"),
    "raw_recovery_estimates": ("estimated_recovery", "estimated_rate"),
    "raw_pool_statistics": ("value",),
    "raw_recovery_statements": ("cumulative_recovery", "stated_rate"),
    "raw_trustee_reports": ("stated_cumulative_rate",),
}

_CASH = (
    "in_progress_recovery",
    "in_progress_recovery_to_date",
    "settled_recovery",
    "settled_recovery_to_date",
    "other_inflow",
)

_EXTRA_COLUMNS = {
    "raw_deals": {
        "issue_to_pool": "cast(issue_amount / nullif(pool_balance, 0) as double)",
        "principal_to_pool": "cast(pool_principal / nullif(pool_balance, 0) as double)",
        "class_sum": (
            "case when coalesce(class_normal, class_special_mention, class_substandard, "
            "class_doubtful, class_loss) is not null then coalesce(class_normal, 0) "
            "+ coalesce(class_special_mention, 0) + coalesce(class_substandard, 0) "
            "+ coalesce(class_doubtful, 0) + coalesce(class_loss, 0) end"
        ),
        "name_year": "try_cast(regexp_extract(deal_name, '(20[0-9]{2})年', 1) as integer)",
        "book_year": "year(book_date)",
        "cutoff_to_book_days": "date_diff('day', cutoff_date, book_date)",
    },
    "raw_tranches": {
        "placed_to_issue": "cast(placed_amount / nullif(issue_amount, 0) as double)",
        "life_by_dates": "date_diff('day', start_date, expected_maturity) / 365.25",
        "life_gap": (
            "cast(expected_life_years as double) "
            "- date_diff('day', start_date, expected_maturity) / 365.25"
        ),
        "life_to_dates": (
            "cast(expected_life_years as double) "
            "/ nullif(date_diff('day', start_date, expected_maturity) / 365.25, 0)"
        ),
        "weighted_to_expected": (
            "cast(weighted_life_years / nullif(expected_life_years, 0) as double)"
        ),
    },
    "raw_recovery_estimates": {
        "key_rated_on": "case when stage = 'tracking' then rated_on end",
    },
    "raw_pool_statistics": {
        "is_share": "metric like '%\\_share' escape '\\'",
        "tracking_without_date": "case when stage = 'tracking' and as_of_date is null then 1 end",
    },
    "raw_loan_pools": {
        "principal_to_contract": (
            "cast(outstanding_principal / nullif(contract_amount, 0) as double)"
        ),
        "interest_to_principal": (
            "cast(outstanding_interest / nullif(outstanding_principal, 0) as double)"
        ),
        # most loans may have no fees: the size is of those that have
        "fees_to_principal": (
            "cast(nullif(outstanding_fees, 0) / nullif(outstanding_principal, 0) as double)"
        ),
        "balance": (
            "outstanding_principal + coalesce(outstanding_interest, 0) "
            "+ coalesce(outstanding_fees, 0)"
        ),
    },
    "raw_collaterals": {
        "net_value": (
            "case when latest_value is not null then latest_value - coalesce(prior_claims, 0) end"
        ),
        "latest_to_initial": "cast(latest_value / nullif(initial_value, 0) as double)",
        "prior_to_latest": ("cast(nullif(prior_claims, 0) / nullif(latest_value, 0) as double)"),
    },
    "raw_trustee_reports": {
        "period_cash": "in_progress_recovery + settled_recovery",
        "cumulative": "in_progress_recovery_to_date + settled_recovery_to_date",
    },
}

_KEY_COLUMN = {"agency": "agency_name", "stated_by": "agency_name", "rated_on": "key_rated_on"}

_WORDS = (Kind.CODE, Kind.NAME, Kind.TEXT)

# Below this, setting up a query on every thread costs more than it saves.
_ROWS_WORTH_THREADS = 50_000
# What is not committed is read by one thread, and takes 100 MiB less.
_ROWS_WORTH_COMMITTING = 500_000
# Rows that the expectations look at at once: half as many take a tenth longer.
CHUNK_ROWS = 200_000

# Fewer filled cells than this say nothing about a whole column.
_FILLED_CELLS = 5

_NOT_CONTENT = {"known_on", "amount_unit", "unit", "source_document"}


class Workbench:
    """One database over tables of sound form, in a folder of its own below `folder`.

    `tables` are (raw table name, file) pairs whose header has been checked; `folder` is the
    system's for temporary files when it is None. Raises FileNotFoundError when `project` lacks the
    parse macros or the reference seeds.
    """

    def __init__(
        self, project: Path, tables: Sequence[RawTable], folder: Path | None = None
    ) -> None:
        self._parse = ParseSql(project)
        self._row_ids: dict[str, range] = {}
        self._judged_ids = {name: range(0) for name in RAW_TABLES}
        self._folder = TemporaryDirectory(prefix=".workbench-", dir=folder)
        rows = sum(table.row_count for table in tables if table.data is not None)
        is_small = rows < _ROWS_WORTH_THREADS
        self._connection = duckdb.connect(
            Path(self._folder.name) / "workbench.duckdb",
            config={
                **LIMITS,
                "memory_limit": f"{_memory_mib(tables)}MiB",
                "temp_directory": self._folder.name,
                **({"threads": 1} if is_small else {}),
            },
        )
        self._connection.execute("set enable_progress_bar = false")
        # nothing of it is ever opened again: what a commit or closing writes is written for nothing
        self._connection.execute("pragma disable_checkpoint_on_shutdown")
        if rows < _ROWS_WORTH_COMMITTING:
            self._connection.execute("begin")
        self._load_reference(project / "seeds" / "reference")
        self._load_raw(tables)
        for schema in ("texts", "typed", "doubled", "keys", "latest", "together", "across"):
            self._connection.execute(f"create schema {schema}")
        for table in RAW_TABLES.values():
            self._create_texts(table)
            self._create_typed(table)
            self._create_doubled(table)
            self._create_latest(table)
        self._create_view("tapes", _query("tapes"))

    def close(self) -> None:
        """Removes the database."""
        self._connection.close()
        self._folder.cleanup()

    def _frame(self, sql: str) -> pd.DataFrame:
        """A query's result; a column `row_id` becomes the index, decimals become floats."""
        found = self._connection.sql(sql)
        columns = ", ".join(
            f"cast({name} as double) as {name}" if kind.id == "decimal" else name
            for name, kind in zip(found.columns, found.types, strict=True)
        )
        # by way of Arrow texts need not be copied one by one
        frame: pd.DataFrame = (
            found.project(columns).to_arrow_table().to_pandas(date_as_object=False)
        )
        return frame.set_index("row_id") if "row_id" in frame.columns else frame

    def values(self, sql: str) -> list[str]:
        """The first column of a query's result."""
        return [str(row[0]) for row in self._connection.execute(sql).fetchall()]

    def row_ids(self, label: str) -> range:
        """The rows of one file, by their `row_id`."""
        return self._row_ids.get(label, range(0))

    def judged_chunks(self, table: str) -> list[range]:
        """The rows of a raw table that are judged, all files together, in chunks, by `row_id`."""
        ids = self._judged_ids[table]
        return [ids[first : first + CHUNK_ROWS] for first in range(0, len(ids), CHUNK_ROWS)]

    def _create_view(self, name: str, sql: str) -> None:
        """Keeps a query under a name for other queries."""
        self._connection.execute(f"create or replace view {name} as {sql}")

    def unread_columns(self) -> pd.DataFrame:
        """Per file and column that is not words: cells filled, cells unread, and the share.

        The share is empty for columns with too few filled cells to say anything.
        """
        found: list[tuple[str, str, str, int, int]] = []
        for table in RAW_TABLES.values():
            columns = _judged(table)
            unread = (
                "concat_ws(',', unread_known_on, unread_numbers, unread_amounts, "
                "ambiguous_dates, unread_dates)"
            )
            counts = ", ".join(
                f"count({column}), count(*) filter (unread != '' and "
                f"list_contains(string_split(unread, ','), '{column}'))"
                for column in columns
            )
            rows = self._connection.execute(
                f"select file_label, {counts} from (select *, {unread} as unread "
                f"from typed.{_short(table.name)}) group by file_label order by file_label"
            ).fetchall()
            for label, *counted in rows:
                pairs = zip(columns, counted[::2], counted[1::2], strict=True)
                found += [(table.name, column, label, *pair) for column, *pair in pairs]
        frame = pd.DataFrame(
            found, columns=["table_name", "column_name", "file_label", "readable", "unread"]
        )
        frame["filled"] = frame["readable"] + frame["unread"]
        frame["unread_share"] = (frame["unread"] / frame["filled"]).where(
            frame["filled"] >= _FILLED_CELLS
        )
        return frame

    def raw_cells(self, table: str, row_ids: Sequence[int]) -> pd.DataFrame:
        """The rows as delivered: file label, row number and every column's text, by `row_id`."""
        return self._of_rows(f"raw.{_short(table)}", row_ids)

    def _of_rows(self, relation: str, row_ids: Sequence[int]) -> pd.DataFrame:
        wanted = pa.table({"wanted": pa.array(row_ids, pa.int64())})
        self._connection.register("wanted_rows", wanted)
        frame = self._frame(
            f"select found.* from {relation} as found "
            "inner join wanted_rows on found.row_id = wanted_rows.wanted "
            f"where found.row_id between {min(row_ids)} and {max(row_ids)}"
        )
        self._connection.unregister("wanted_rows")
        return frame

    def _load_reference(self, folder: Path) -> None:
        self._connection.execute("create schema reference")
        for name in _REFERENCE:
            path = folder / f"{name}.csv"
            if not path.exists():
                raise FileNotFoundError(f"no value set {path}: run inside a full checkout")
            self._connection.execute(
                f"create table reference.{name} as "
                "select * from read_csv(?, header = true, all_varchar = true, encoding = 'utf-8')",
                [str(path)],
            )

    def _load_raw(self, tables: Sequence[RawTable]) -> None:
        self._connection.execute("create schema raw")
        first_row_id = 0
        for schema in RAW_TABLES.values():
            columns = [*schema.columns, *OPTIONAL_COLUMNS]
            definition = ", ".join(f"{column} varchar" for column in columns)
            self._connection.execute(
                f"create table raw.{_short(schema.name)} "
                f"(row_id bigint, file_label varchar, {ROW_NUMBER} bigint, {definition})"
            )
            of_table = [one for one in tables if one.name == schema.name and one.data is not None]
            # so that the rows that are judged have numbers without a gap
            for table in sorted(of_table, key=lambda one: not one.is_known):
                ids = range(first_row_id + 1, first_row_id + table.row_count + 1)
                self._row_ids[table.label] = ids
                if not table.is_known:
                    judged = self._judged_ids[schema.name] or ids
                    self._judged_ids[schema.name] = range(judged.start, ids.stop)
                first_row_id = ids.stop - 1
            if of_table:
                self._insert_raw(schema.name, columns, of_table)

    def _insert_raw(self, name: str, columns: Sequence[str], tables: Sequence[RawTable]) -> None:
        """The rows of all files of one raw table, in one statement that every thread works at."""
        headers = {column for table in tables for column in table.header}
        present = [column for column in columns if column in headers]
        first_row_ids = [self._row_ids[table.label].start for table in tables]
        places = pa.table(
            {
                "filename": pa.array([str(table.data) for table in tables], pa.string()),
                "file_label": pa.array([table.label for table in tables], pa.string()),
                "first_row_id": pa.array(first_row_ids, pa.int64()),
            }
        )
        self._connection.register("places", places)
        inserted = self._connection.execute(
            f"insert into raw.{_short(name)} by name select "
            f"places.first_row_id + file_row_number as row_id, places.file_label, {ROW_NUMBER}, "
            f"{', '.join(present)} from read_parquet(?, filename = true, file_row_number = true, "
            "union_by_name = true) as rows inner join places on rows.filename = places.filename",
            [sorted({str(table.data) for table in tables})],
        ).fetchone()
        self._connection.unregister("places")
        if inserted != (sum(table.row_count for table in tables),):
            raise RuntimeError(f"{name}: {inserted} rows were read, which is not all")

    def _create_texts(self, table: RawSchema) -> None:
        readers = {Kind.CODE: "clean_code", Kind.NAME: "clean_name"}
        columns = ", ".join(
            f"{self._parse(readers.get(kind, 'clean_text'), column)} as {column}"
            for column, kind in table.columns.items()
        )
        self._connection.execute(
            f"create view texts.{_short(table.name)} as "
            f"select row_id, {columns} from raw.{_short(table.name)}"
        )

    def _create_typed(self, table: RawSchema) -> None:
        values = _judged(table)
        dates = table.of_kind(Kind.DATE)
        cells = [
            f"{self._parse(_READERS[kind], f'rows.{name}')} as "
            + (f"{name}_text" if name in values else f"typed_{name}")
            for name, kind in table.columns.items()
        ]
        cells += [f"{self._parse('half_width', f'rows.{name}')} as plain_{name}" for name in dates]
        typed = [f"{self._value(name, table.columns[name])} as typed_{name}" for name in values]
        marks = [
            f"{self._parse('unread', f'{name}_text', f'typed_{name}')} is not null "
            f"as is_unread_{name}"
            for name in values
        ]
        helpers = {**self._unread(table), **self._rates(table), **self._amounts(table)}
        for column in _ROUNDED.get(table.name, ()):
            helpers |= self._rounding(column, table.columns[column])
        agency = next((name for name in ("agency", "stated_by") if name in table.columns), None)
        if agency:
            helpers["agency_name"] = (
                "coalesce((select aliases.agency_name from reference.agency_aliases as aliases "
                f"where aliases.alias = typed_{agency}), typed_{agency})"
            )
        columns = [f"typed_{name} as {name}" for name in table.columns]
        columns += [f"{sql} as {name}" for name, sql in helpers.items()]
        extra = [f"{sql} as {name}" for name, sql in _EXTRA_COLUMNS.get(table.name, {}).items()]
        short = _short(table.name)
        place = f"row_id, file_label, {ROW_NUMBER}"
        self._connection.execute(
            f"create table typed.{short} as with "
            f"cells as (select {place}, {', '.join(cells)}, rows.source_document as document, "
            f"rows.note as remark from raw.{short} as rows), "
            "united as (select cells.*, cast(units.yuan_factor as bigint) as unit_factor "
            "from cells left join reference.units as units "
            f"on typed_{table.unit_column} = units.unit), "
            f"parsed as (select *, {', '.join(typed)} from united), "
            f"marked as (select *, {', '.join(marks)} from parsed), "
            f"helped as (select {place}, unit_factor, {', '.join(columns)}, "
            f"md5_number({self._content(table)}) as content, "
            f"md5_number(concat_ws(chr(31), {self._content(table)}, "
            "coalesce(typed_known_on, date '1900-01-01'), coalesce(document, ''), "
            "coalesce(remark, ''))) as row_hash from marked) "
            f"select {', '.join(['*', *extra])}, "
            f"hash({self._key_text(table.name)}, known_on) as key_hash from helped"
        )

    def _value(self, column: str, kind: Kind) -> str:
        """What the text of a cell is read to; amounts in yuan."""
        text = f"{column}_text"
        match kind:
            case Kind.AMOUNT:
                return self._parse("parse_yuan", text, "unit_factor")
            case Kind.BY_UNIT:
                amount = self._parse("parse_yuan", text, "unit_factor")
                ratio = self._parse("parse_ratio", text, "typed_unit")
                whole = self._parse("parse_integer", text)
                number = self._parse("parse_number", text)
                return (
                    f"case when unit_factor is not null then cast({amount} as decimal(28, 10)) "
                    f"when instr(typed_unit, '%') > 0 "
                    f"then cast({ratio} as decimal(28, 10)) "
                    f"when typed_unit in ('count', '单', '户', '笔') "
                    f"then cast({whole} as decimal(28, 10)) "
                    f"else cast({number} as decimal(28, 10)) end"
                )
            case _:
                return self._parse(_PARSERS[kind], text)

    def _unread(self, table: RawSchema) -> dict[str, str]:
        """Lists of the columns whose cell says something that was not read, by kind of fault."""
        numbers: dict[str, str] = {}
        amounts: dict[str, str] = {}
        serials: dict[str, str] = {}
        dates: dict[str, str] = {}
        measured = (Kind.AMOUNT, Kind.RATIO, Kind.NUMBER, Kind.INTEGER, Kind.BY_UNIT)
        for column in table.of_kind(*measured):
            unread = f"is_unread_{column}"
            is_amount = "true"
            if table.columns[column] is not Kind.AMOUNT:
                is_amount = "unit_factor is not null"
                if table.columns[column] is not Kind.BY_UNIT:
                    is_amount = "false"
            plain = f"({is_amount} and regexp_matches({column}_text, '{_PLAIN_NUMBER}'))"
            # A plain amount in a row without a unit is U03's.
            amounts[column] = f"{unread} and {plain} and unit_factor is not null"
            numbers[column] = f"{unread} and not {plain}"
        for column in table.of_kind(Kind.DATE):
            unread = f"is_unread_{column}"
            serial = f"regexp_matches(plain_{column}, '{_AMBIGUOUS_DATE}')"
            if column != "known_on":
                serials[column] = f"{unread} and {serial}"
                dates[column] = f"{unread} and not {serial}"
        lists = {
            "unread_known_on": {"known_on": "is_unread_known_on"},
            "unread_keys": {name: f"is_unread_{name}" for name in table.readable_key},
            "unread_numbers": numbers,
            "unread_amounts": amounts,
            "ambiguous_dates": serials,
            "unread_dates": dates,
        }
        return {name: _list_of(conditions) for name, conditions in lists.items()}

    def _rates(self, table: RawSchema) -> dict[str, str]:
        rates = table.of_kind(Kind.RATIO)
        signed = {rate: f"instr({rate}_text, '%') > 0" for rate in rates}
        oversized = {rate: f"not {signed[rate]} and abs(typed_{rate}) > 1.5" for rate in rates}
        odd = {}
        for rate in rates:
            of_file = "over (partition by file_label)"
            signs = f"count(typed_{rate}) filter ({signed[rate]}) {of_file}"
            bare = f"count(typed_{rate}) filter (not {signed[rate]}) {of_file}"
            # Equal numbers: the fractions are named, as percents are what documents print.
            odd[rate] = (
                f"typed_{rate} is not null and {signs} > 0 and {bare} > 0 "
                f"and (({signed[rate]}) = ({signs} < {bare}))"
            )
        helpers = {
            f"{rate}_bare": f"case when not {signed[rate]} then cast(typed_{rate} as double) end"
            for rate in rates
        }
        return {"oversized_rates": _list_of(oversized), "odd_rates": _list_of(odd), **helpers}

    def _amounts(self, table: RawSchema) -> dict[str, str]:
        amounts = table.of_kind(Kind.AMOUNT)
        below = {name: f"typed_{name} < 0" for name in amounts if name not in _CASH}
        counted = table.of_kind(Kind.NUMBER, Kind.INTEGER)
        below |= {name: f"typed_{name} < 0" for name in counted}
        missing = {
            "amount_unit": " or ".join(
                f"(typed_amount_unit is null and is_unread_{name})" for name in amounts
            )
        }
        return {
            "below_zero": _list_of(below),
            "unit_missing": _list_of(missing if amounts else {}),
        }

    def _rounding(self, column: str, kind: Kind) -> dict[str, str]:
        """Half of the last digit: of the last one printed, and of the last that is not 0."""
        number = f"regexp_extract({column}_text, '[0-9,]+([.][0-9]+)?', 0)"
        decimals = f"length(regexp_extract({number}, '[.]([0-9]+)', 1))"
        step = f"case when instr({column}_text, '%') > 0 then 0.01 else 1 end"
        if kind is Kind.BY_UNIT:
            step = (
                "case when unit_factor is not null then unit_factor "
                f"when instr(concat({column}_text, typed_unit), '%') > 0 "
                "then 0.01 else 1 end"
            )
        elif kind is Kind.AMOUNT:
            step = self._parse("amount_factor", f"{column}_text", "unit_factor")
        bare = f"replace({number}, ',', '')"
        significant = (
            f"case when regexp_matches({bare}, '[.][0-9]*[1-9]') "
            f"then -length(rtrim(regexp_extract({bare}, '[.]([0-9]+)', 1), '0')) "
            f"else length(regexp_extract(regexp_extract({bare}, '^[0-9]+', 0), '0*$', 0)) end"
        )
        return {
            f"{column}_half_digit": f"0.5 * power(10, -{decimals}) * cast({step} as double)",
            f"{column}_half_significant": f"0.5 * power(10, {significant}) "
            f"* cast({step} as double)",
        }

    def _content(self, table: RawSchema) -> str:
        parts = []
        for column, kind in table.columns.items():
            if column not in _NOT_CONTENT:
                printed = f"{column}_text"
                if kind in _WORDS:
                    printed = "null"
                elif kind is Kind.DATE:
                    printed = f"case when is_unread_{column} then plain_{column} end"
                parts.append(f"coalesce(cast(typed_{column} as varchar), {printed}, '')")
        return f"concat_ws(chr(31), {', '.join(parts)})"

    def _create_doubled(self, table: RawSchema) -> None:
        """The rows whose key and day stand more than once; a hash finds them in little memory."""
        short = _short(table.name)
        filled = " and ".join(
            f"{_KEY_COLUMN.get(name, name)} is not null"
            for name in table.key
            if name in table.required
        )
        self._connection.execute(
            f"create table doubled.{short} as select row_id, file_label, content, known_on, "
            f"{self.key(table.name)}, concat(file_label, ', row ', {ROW_NUMBER}) as place, "
            f"case when {filled} and known_on is not null "
            f"then {self._key_text(table.name)} end as key_text "
            f"from typed.{short} where key_hash in "
            f"(select key_hash from typed.{short} group by key_hash having count(*) > 1)"
        )
        self._create_view("row_keys", f"select * from doubled.{short}")
        self._connection.execute(f"create table keys.{short} as {_query('keys')}")

    def _create_latest(self, table: RawSchema) -> None:
        short = _short(table.name)
        if "snapshot_date" in table.columns:
            # A redelivered tape replaces its whole snapshot.
            self._connection.execute(
                f"create view latest.{short} as select typed.* from typed.{short} as typed "
                "inner join (select deal_code, snapshot_date, max(known_on) as last_known_on "
                f"from typed.{short} group by deal_code, snapshot_date) as snapshots "
                "on typed.deal_code is not distinct from snapshots.deal_code "
                "and typed.snapshot_date is not distinct from snapshots.snapshot_date "
                "and typed.known_on is not distinct from snapshots.last_known_on "
                f"where typed.row_id not in (select row_id from doubled.{short} qualify "
                f"row_number() over (partition by {self.key(table.name)}, known_on "
                "order by row_id) > 1)"
            )
            return
        self._connection.execute(
            f"create table latest.{short} as select * from typed.{short} qualify "
            f"row_number() over (partition by {self.key(table.name)} "
            "order by known_on desc nulls last, row_id) = 1"
        )

    def take_tapes(self, files: Sequence[Path]) -> None:
        """Takes over what `write_tapes` wrote; of a deal what is known here, or the first file."""
        if not files:
            return
        self._connection.execute("drop view tapes")
        self._connection.execute(f"create table tapes as {_query('tapes')}")
        for file in files:
            self._connection.execute(
                "insert into tapes by name select * from read_parquet(?) where deal_code not in "
                "(select deal_code from tapes where deal_code is not null)",
                [str(file)],
            )

    def write_tapes(self, path: Path) -> None:
        """Writes what each tape adds up to."""
        tapes = self._connection.sql("select * from tapes order by deal_code, snapshot_date")
        tapes.write_parquet(str(path))

    def compare(self, table: str) -> None:
        """Makes `across` of a table, as its `.sql` describes; before it is looked at."""
        short = _short(table)
        if short == "collaterals":
            # in one statement with what is joined to it, its tables would all be in memory at once
            query = _query("collaterals_together")
            self._connection.execute(f"create or replace table together.collaterals as {query}")
        self._connection.execute(f"create table across.{short} as {_query(short)}")

    def text_rows(self, table: str, columns: Iterable[str]) -> str:
        """Columns of a table as clean text, null where blank; a relation for `frame`."""
        return f"(select row_id, {', '.join(columns)} from texts.{_short(table)})"

    @staticmethod
    def typed_rows(table: str) -> str:
        """The typed rows of a table beside what other rows of the same key say; for `frame`.

        `repeat_of`, `contradicts` and `other_content` are empty or name the other row, which is of
        the same content, of another file, or of the same file.
        """
        short = _short(table)
        return (
            "(select typed.* exclude (content, row_hash, key_hash), keys.* exclude (row_id) "
            f"from typed.{short} as typed left join keys.{short} as keys "
            "on typed.row_id = keys.row_id)"
        )

    @staticmethod
    def across_rows(table: str) -> str:
        """The rows of a table beside what other rows and tables say; a relation for `frame`."""
        return f"across.{_short(table)}"

    def frame(self, relation: str, columns: Iterable[str], rows: range) -> pd.DataFrame:
        """Columns of consecutive rows, by `row_id`."""
        wanted = ", ".join(dict.fromkeys(("row_id", *columns)))
        return self._frame(
            f"select {wanted} from {relation} where row_id between {rows.start} and {rows[-1]} "
            "order by row_id"
        )

    def rows(self, relation: str, row_ids: Sequence[int]) -> pd.DataFrame:
        """Every column of some rows, by `row_id`."""
        return self._of_rows(relation, row_ids)

    def middle(self, relation: str, column: str, rows: range) -> tuple[int, float]:
        """How many numbers stand in a column of consecutive rows, and their median or nan."""
        where = (
            f"from {relation} where row_id between {rows.start} and {rows[-1]} "
            f"and {column} is not null"
        )
        (counted,) = self.values(f"select count(*) {where}")
        count = int(counted)
        # a sort spills, the built-in median does not
        middle = self.values(
            f"select cast({column} as double) as number {where} order by number "
            f"limit {2 - count % 2} offset {max(count - 1, 0) // 2}"
        )
        return count, sum(map(float, middle)) / len(middle) if middle else math.nan

    def content_hashes(self, table: str) -> dict[str, str]:
        """One hash per file of what its rows say, whatever their order and spelling."""
        rows = self._connection.execute(
            "select file_label, concat_ws('-', count(*), "
            "sum(cast(row_hash & 18446744073709551615 as hugeint)), "
            "sum(cast(row_hash >> 64 as hugeint))) "
            f"from typed.{_short(table)} group by file_label"
        ).fetchall()
        return dict(rows)

    def _key_text(self, table: str) -> str:
        names = self.key(table).split(", ")
        texts = ", ".join(f"coalesce(cast({name} as varchar), '')" for name in names)
        return f"concat_ws(chr(31), {texts})"

    @staticmethod
    def key(table: str) -> str:
        """The columns of `typed` that, with `known_on`, make a row one revision, as SQL."""
        return ", ".join(_KEY_COLUMN.get(name, name) for name in RAW_TABLES[table].key)


# What a cell says; a word is its own value.
_READERS = {
    Kind.CODE: "clean_code",
    Kind.NAME: "clean_name",
    Kind.TEXT: "clean_text",
    Kind.DATE: "date_text",
    Kind.AMOUNT: "value_text",
    Kind.RATIO: "value_text",
    Kind.NUMBER: "value_text",
    Kind.INTEGER: "value_text",
    Kind.BY_UNIT: "value_text",
}

_PARSERS = {
    Kind.DATE: "parse_date",
    Kind.RATIO: "parse_ratio",
    Kind.NUMBER: "parse_number",
    Kind.INTEGER: "parse_integer",
}

_PLAIN_NUMBER = (
    "^[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+|[0-9]*(?:[.][0-9]+))([.][0-9]+)?([eE][+-]?[0-9]+)?"
    "(亿元|万元|元|亿|万)?$|^[+-]?(inf|Inf|INF|infinity|Infinity)$"
)

_AMBIGUOUS_DATE = "^[0-9]{1,6}([.][0-9]+)?$|^[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}$"


def _memory_mib(tables: Iterable[RawTable]) -> int:
    """What is needed: tables that are joined on texts do not spill as far as they might (1.5.5)."""
    collaterals = sum(
        table.row_count for table in tables if table.name == "raw_collaterals" and table.data
    )
    wanted = LEAST_MIB + LEAST_MIB * collaterals // 1_000_000
    return min(wanted, max(LEAST_MIB, memory_of_machine_mib() // 2))


def _query(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


def _short(table: str) -> str:
    return table.removeprefix("raw_")


def _judged(table: RawSchema) -> list[str]:
    return [name for name, kind in table.columns.items() if kind not in _WORDS]


def _list_of(conditions: Mapping[str, str]) -> str:
    if not conditions:
        return "cast(null as varchar)"
    cases = ", ".join(f"case when {sql} then '{name}' end" for name, sql in conditions.items())
    return f"nullif(concat_ws(',', {cases}), '')"
