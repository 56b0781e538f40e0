"""A synthetic market for size: loan tapes with collaterals, deals, tranches and trustee reports.

Parquet in the shape of the raw tables, all text, one folder per deal. Every deal is drawn from its
own seed, so that a deal is the same in a market of any size, and is written piece by piece, so
that memory does not grow with the market. Nothing of it is real.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from npas.raw_schema import RAW_TABLES

LEAST_LOANS = 1_000
MOST_LOANS = 1_000_000
_SEED = 20_250_101
_LOANS_AT_ONCE = 250_000
_SOURCE = "规模合成样本 synthetic scale sample: "

_Whole = np.ndarray[tuple[int], np.dtype[np.int64]]

_CITIES = ("示例甲市", "示例乙市", "示例丙市", "示例丁市", "示例戊市")
_CLASSES = ("关注", "次级", "次级类", "可疑", "可疑类", "损失")
_CLASS_SHARES = (0.05, 0.30, 0.05, 0.35, 0.05, 0.20)
# a deal's collaterals are homes, shops or cars; each with its spellings
_COLLATERAL_TYPES = (
    ("住宅", "普通商品房", "公寓", "商铺", "车位"),
    ("住宅", "居住用房", "商铺", "写字楼", "厂房"),
    ("车辆", "汽车", "机动车", "车辆", "汽车"),
)
_TYPE_SHARES = (0.55, 0.15, 0.15, 0.10, 0.05)
_SUBCLASSES = ("个人住房抵押不良贷款", "微小企业不良贷款", "个人汽车不良贷款")
_DATE_FORMS = ("%Y-%m-%d", "%Y/%-m/%-d", "%Y年%-m月%-d日", "%Y%m%d")
_FIRST_DAY = date(2010, 1, 1)
_DAYS = 6_000
# one, two and three collaterals of a mortgaged loan; with the loans that have none, 1.3 a loan
_COLLATERAL_COUNTS = (0.62, 0.28, 0.10)


@dataclass(frozen=True)
class _Deal:
    """One deal's loans, and how its servicer prints them."""

    number: int
    loans: int

    @property
    def code(self) -> str:
        return f"{self.cutoff.year % 100}SCALE-{self.number:05d}"

    @property
    def name(self) -> str:
        return f"规模样本{self.cutoff.year}年第{self.number}期"

    @property
    def cutoff(self) -> date:
        return date(2019 + self.number % 6, 1 + self.number % 12, 28)

    @property
    def announced(self) -> date:
        return self.cutoff + timedelta(days=75)

    @property
    def kind(self) -> int:
        return self.number % len(_SUBCLASSES)

    @property
    def decimals(self) -> int:
        """Six where amounts are in 万元, two where they are in 元."""
        return 6 if self.number % 4 == 1 else 2

    @property
    def unit(self) -> str:
        return "元" if self.decimals == 2 else "万元"  # noqa: PLR2004 (whole cents)

    @property
    def date_form(self) -> str:
        return _DATE_FORMS[self.number % len(_DATE_FORMS)]

    def printed(self, day: date) -> str:
        return day.strftime(self.date_form)

    def days(self, numbers: _Whole) -> pa.Array:
        """Days since the first one, as the servicer prints them."""
        return _printed_days(self.date_form).take(pa.array(numbers))


@cache
def _printed_days(date_form: str) -> pa.Array:
    days = (_FIRST_DAY + timedelta(days=number) for number in range(_DAYS))
    return pa.array([day.strftime(date_form) for day in days])


def generate(
    loans: int,
    out: Path,
    *,
    place: bool = False,
    deal_sizes: tuple[int, int] = (LEAST_LOANS, MOST_LOANS),
    first_number: int = 1,
) -> dict[str, int]:
    """Writes the raw tables of a market with `loans` loans under `out`.

    `deal_sizes`: the least and the most loans of a deal; `first_number`: of the first deal. Returns
    rows by raw table. The tapes of a deal lie in a folder of its own, the other tables in `market`.
    With `place` each row also says the delivery, file, sheet and row it came from, as the raw store
    has it. Raises ValueError for a market below one loan, OSError where the disk refuses.
    """
    if loans < 1:
        raise ValueError(f"a market has at least one loan, not {loans}")
    rows = dict.fromkeys(("raw_deals", "raw_tranches", "raw_trustee_reports"), 0)
    rows |= {"raw_loan_pools": 0, "raw_collaterals": 0}
    columns: dict[str, list[dict[str, str]]] = {}
    for deal in _deals(loans, deal_sizes, first_number):
        counts, balance = _write_tapes(deal, out, place=place)
        for name, count in counts.items():
            rows[name] += count
        for name, records in _documents(deal, balance).items():
            columns.setdefault(name, []).extend(records)
    for name, records in columns.items():
        empty = dict.fromkeys(RAW_TABLES[name].columns, "")
        table = pa.Table.from_pylist([empty | record for record in records])
        _Writer(name, out / "market", place=place).write_whole(table)
        rows[name] = len(table)
    return rows


def _deals(loans: int, sizes: tuple[int, int], first_number: int) -> Iterator[_Deal]:
    """Deals whose sizes are spread evenly over the orders of magnitude; the last one is cut off."""
    for number in itertools.count(first_number):
        if loans < 1:
            return
        exponent = np.random.default_rng((_SEED, number)).uniform(*np.log(sizes))
        deal = _Deal(number, min(loans, int(np.exp(exponent))))
        loans -= deal.loans
        yield deal


class _Writer:
    """One Parquet file of one raw table; use it in a `with` to write it piece by piece."""

    def __init__(self, table: str, folder: Path, *, place: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / (f"{table}.0.parquet" if place else f"{table}.parquet")
        self._folder = folder.name
        self._file = f"{folder.name}/{table}.parquet"
        self._place = place
        self._rows = 0
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()

    def write(self, table: pa.Table) -> None:
        """Appends rows."""
        if self._place:
            table = self._placed(table)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema)
        self._rows += len(table)
        self._writer.write_table(table)

    def write_whole(self, table: pa.Table) -> None:
        """Writes a file of these rows alone."""
        with self:
            self.write(table)

    def _placed(self, table: pa.Table) -> pa.Table:
        says = {"delivery_id": self._folder, "file": self._file, "sheet": ""}
        place = {name: _same(value, len(table)) for name, value in says.items()}
        # row 1 is the header
        first = self._rows + 2
        place["file_row"] = pa.array(np.arange(first, first + len(table)))
        texts = {name: table[name] for name in table.column_names}
        return pa.table({**place, **texts, "note": _same("", len(table))})


def _write_tapes(deal: _Deal, out: Path, *, place: bool) -> tuple[dict[str, int], int]:
    """Rows by table, and the pool balance in cents."""
    folder = out / deal.code
    draws = np.random.default_rng((_SEED, deal.number, 1))
    counts = {"raw_loan_pools": 0, "raw_collaterals": 0}
    balance = 0
    with (
        _Writer("raw_loan_pools", folder, place=place) as loans,
        _Writer("raw_collaterals", folder, place=place) as collaterals,
    ):
        for first in range(0, deal.loans, _LOANS_AT_ONCE):
            size = min(_LOANS_AT_ONCE, deal.loans - first)
            tape = _Tape(deal, draws, first, size)
            loans.write(tape.loans())
            collaterals.write(tape.collaterals())
            counts["raw_loan_pools"] += size
            counts["raw_collaterals"] += tape.collateral_count
            balance += tape.balance
    return counts, balance


class _Tape:
    """Some loans of one deal, next to each other, with their collaterals. Amounts in cents."""

    def __init__(self, deal: _Deal, draws: np.random.Generator, first: int, size: int) -> None:
        self._deal = deal
        self._draws = draws
        self._numbers = np.arange(first + 1, first + size + 1)
        self._contract = np.exp(draws.normal(13.0, 0.9, size)).astype(np.int64) // 1_000 * 100_000
        self._contract += 1_000_000
        self._principal = (self._contract * draws.uniform(0.3, 1.0, size)).astype(np.int64)
        self._interest = (self._principal * draws.uniform(0.0, 0.3, size)).astype(np.int64)
        self._fees = np.where(draws.random(size) < 0.2, 500_000, 0)  # noqa: PLR2004
        count = draws.choice(3, size, p=_COLLATERAL_COUNTS) + 1
        count[draws.random(size) > 0.88] = 0  # noqa: PLR2004
        self._owner = np.repeat(np.arange(size), count)
        self._is_secured = count > 0

    @property
    def balance(self) -> int:
        """What the loans owe: principal, interest and fees."""
        return int((self._principal + self._interest + self._fees).sum())

    @property
    def collateral_count(self) -> int:
        """Rows of the collateral tape: one per loan and collateral."""
        return len(self._owner)

    def loans(self) -> pa.Table:
        """Rows of raw_loan_pools."""
        draws, deal, size = self._draws, self._deal, len(self._numbers)
        granted = draws.integers(0, 2_500, size)
        # every sixth loan or so is one more of the borrower before
        is_first = np.concatenate(([True], draws.random(size - 1) > 0.15))  # noqa: PLR2004
        borrowers = np.maximum.accumulate(np.where(is_first, self._numbers, 0))
        classes = draws.choice(len(_CLASSES), size, p=_CLASS_SHARES)
        return _table(
            "raw_loan_pools",
            deal,
            {
                "loan_no": _numbered("JK", deal, self._numbers),
                "borrower_no": _numbered("KH", deal, borrowers),
                "contract_amount": self._amounts(self._contract),
                "outstanding_principal": self._amounts(self._principal),
                "outstanding_interest": self._amounts(self._interest),
                "outstanding_fees": self._amounts(self._fees),
                "granted_on": deal.days(granted),
                "due_on": deal.days(granted + 1_095),
                "overdue_days": pa.array(draws.integers(90, 1_800, size)).cast(pa.string()),
                "five_class": pa.array(_CLASSES).take(pa.array(classes)),
                "guarantee_type": pa.array(("信用", "抵押")).take(
                    pa.array(self._is_secured.astype(np.int64))
                ),
                "city": pa.array(_CITIES).take(pa.array(self._numbers % len(_CITIES))),
            },
        )

    def collaterals(self) -> pa.Table:
        """Rows of raw_collaterals."""
        draws, deal, owner = self._draws, self._deal, self._owner
        size = len(owner)
        row = np.arange(size)
        # a few secure the loan before too: the same number, with the same values
        before = owner != np.roll(owner, 1)
        before &= draws.random(size) < 0.04  # noqa: PLR2004
        before[:1] = False
        shared = np.where(before & ~np.roll(before, 1), row - 1, row)
        principal = self._principal[owner]
        initial = (principal * draws.uniform(0.8, 2.5, size)).astype(np.int64)[shared]
        latest = (initial * draws.uniform(0.6, 1.2, size)[shared]).astype(np.int64)
        is_behind = (draws.random(size) < 0.1)[shared]  # noqa: PLR2004
        claims = np.where(is_behind, latest // 5, 0)
        types = draws.choice(5, size, p=_TYPE_SHARES)[shared]
        first = int(self._numbers[0]) * 4
        valued = draws.integers(2_500, 2_900, size)[shared]
        return _table(
            "raw_collaterals",
            deal,
            {
                "loan_no": _numbered("JK", deal, self._numbers[owner]),
                "collateral_no": _numbered("DY", deal, first + shared),
                "collateral_type": pa.array(_COLLATERAL_TYPES[deal.kind]).take(pa.array(types)),
                "city": pa.array(_CITIES).take(pa.array(self._numbers[owner] % len(_CITIES))),
                "lien_rank": pa.array(("1", "2")).take(pa.array(is_behind.astype(np.int64))),
                "prior_claims": pc.if_else(pa.array(is_behind), self._amounts(claims), "--"),
                "initial_value": self._amounts(initial),
                "initial_valued_on": deal.days(valued - 1_000),
                "latest_value": self._blank_in_some_deals(self._amounts(latest), shared),
                "latest_valued_on": deal.days(valued),
            },
        )

    def _blank_in_some_deals(self, values: pa.Array, shared: _Whole) -> pa.Array:
        """In every tenth deal a collateral is without its value, and the pool without its LTV."""
        is_blank = (shared == 0) & (self._deal.number % 10 == 9)  # noqa: PLR2004
        return pc.if_else(pa.array(is_blank), "--", values)

    def _amounts(self, cents: _Whole) -> pa.Array:
        """Amounts in the deal's unit; one in a hundred with thousands marks."""
        decimals = self._deal.decimals
        texts = _decimals(cents, decimals).cast(pa.string())
        if decimals > 2:  # noqa: PLR2004 (exports print 万元 without the zeros behind)
            texts = pc.utf8_rtrim(pc.utf8_rtrim(texts, "0"), ".")
        is_marked = (cents + self._numbers[0]) % 100 == 7  # noqa: PLR2004
        marked = [
            f"{whole:,}.{part:0{decimals}d}"
            for whole, part in zip(*divmod(cents[is_marked], 10**decimals), strict=True)
        ]
        return pc.replace_with_mask(texts, pa.array(is_marked), pa.array(marked, pa.string()))


def _table(name: str, deal: _Deal, columns: Mapping[str, pa.Array]) -> pa.Table:
    """The columns of a raw table in its order, with those that all rows of a tape have."""
    size = len(next(iter(columns.values())))
    says = {
        "deal_code": deal.code,
        "snapshot_date": deal.printed(deal.cutoff),
        "amount_unit": deal.unit,
        "source_document": f"{_SOURCE}{deal.code} 资产池清单",
        "known_on": deal.announced.isoformat(),
    }
    everywhere = {column: _same(value, size) for column, value in says.items()}
    filled = {**columns, **everywhere}
    return pa.table({column: filled[column] for column in RAW_TABLES[name].columns})


def _documents(deal: _Deal, balance: int) -> dict[str, list[dict[str, str]]]:
    """The rows of one deal in the tables that have few; `balance` in cents."""
    issued = balance // 4 // 1_000_000 * 1_000_000 + 1_000_000
    same = {"deal_code": deal.code, "amount_unit": "元"}
    announced = deal.announced.isoformat()
    prospectus = {**same, "source_document": f"{_SOURCE}{deal.code} 发行说明书"}
    prospectus["known_on"] = announced
    principal = balance * 9 // 10
    terms = {
        "deal_name": deal.name,
        "series": "规模样本",
        "originator": "示例国甲银行股份有限公司",
        "trustee": "示例乙信托有限责任公司",
        "asset_subclass": _SUBCLASSES[deal.kind],
        "announce_date": announced,
        "book_date": (deal.announced + timedelta(days=7)).isoformat(),
        "setup_date": (deal.announced + timedelta(days=14)).isoformat(),
        "cutoff_date": deal.cutoff.isoformat(),
        "legal_maturity": deal.cutoff.replace(year=deal.cutoff.year + 6).isoformat(),
        "payment_frequency": "季度",
        "issue_amount": _yuan(issued),
        "junior_share": "20%",
        "pool_balance": _yuan(balance),
        "pool_principal": _yuan(principal),
    }
    senior = issued * 8 // 10
    tranches = (("A", "优先档", senior, "3.25%"), ("C", "次级档", issued - senior, "--"))
    return {
        "raw_deals": [{**prospectus, **terms}],
        "raw_tranches": [
            {
                **prospectus,
                "tranche_code": f"{deal.code}{letter}",
                "tranche_name": name,
                "issue_amount": _yuan(amount),
                "coupon": coupon,
                "issue_price": "100.00",
                "start_date": terms["setup_date"],
            }
            for letter, name, amount, coupon in tranches
        ],
        "raw_recovery_estimates": [
            {
                **prospectus,
                "agency": "乙示例资信",
                "stage": "first_rating",
                "rated_on": announced,
                "estimated_recovery": _yuan(balance * 4 // 10),
                "basis": "gross",
            }
        ],
        "raw_trustee_reports": list(_reports(deal, balance)),
    }


def _reports(deal: _Deal, balance: int) -> Iterator[dict[str, str]]:
    """Four quarterly reports; the first starts on the day after the cut-off."""
    start, in_progress_to_date, settled_to_date = deal.cutoff + timedelta(days=1), 0, 0
    open_count, open_balance = deal.loans, balance
    for number in range(1, 5):
        end = start + timedelta(days=90)
        in_progress, settled = balance * 3 // 100, balance * 2 // 100
        settled_count, settled_balance = deal.loans // 50, balance * 4 // 100
        in_progress_to_date += in_progress
        settled_to_date += settled
        open_count -= settled_count
        open_balance -= settled_balance
        rate = (in_progress_to_date + settled_to_date) * 100 / balance
        reported = end + timedelta(days=20)
        yield {
            "deal_code": deal.code,
            "report_no": str(number),
            "collection_start": start.isoformat(),
            "collection_end": end.isoformat(),
            "payment_date": (end + timedelta(days=26)).isoformat(),
            "reported_on": reported.isoformat(),
            "in_progress_count": str(open_count),
            "in_progress_balance": _yuan(open_balance),
            "in_progress_recovery": _yuan(in_progress),
            "in_progress_recovery_to_date": _yuan(in_progress_to_date),
            "settled_count": str(settled_count),
            "settled_balance": _yuan(settled_balance),
            "settled_recovery": _yuan(settled),
            "settled_recovery_to_date": _yuan(settled_to_date),
            "other_inflow": "0.00",
            "disposal_expenses": _yuan(balance // 200),
            "closing_balance": _yuan(open_balance),
            "stated_cumulative_rate": f"{rate:.2f}%",
            "amount_unit": "元",
            "source_document": f"{_SOURCE}{deal.code} 受托机构报告 第{number}期",
            "known_on": reported.isoformat(),
        }
        start = end + timedelta(days=1)


def _yuan(cents: int) -> str:
    return f"{cents // 100:,}.{cents % 100:02d}"


def _numbered(prefix: str, deal: _Deal, numbers: _Whole) -> pa.Array:
    """Registered numbers such as JK000170000042: of the deal, then of the row."""
    digits = pa.array(deal.number * 10_000_000 + numbers).cast(pa.string())
    return pc.binary_join_element_wise(prefix, pc.utf8_lpad(digits, 12, "0"), "")


def _decimals(cents: _Whole, scale: int) -> pa.Array:
    """Whole numbers of 64 bits as decimals: two words each, the second one says the sign."""
    words = np.empty((len(cents), 2), np.int64)
    words[:, 0] = cents
    words[:, 1] = cents >> 63
    kind = pa.decimal128(20, scale)
    return pa.Array.from_buffers(kind, len(cents), [None, pa.py_buffer(words.tobytes())])


def _same(value: str, size: int) -> pa.Array:
    return pa.repeat(pa.scalar(value, pa.string()), size)
