"""The bad-input cases: one file each, how it is broken, and exactly what must be said of it.

Every case has a sound deal of its own in the store, all but the table that its file delivers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contracts.delivery import Row
from deliveries import files

REPORTS, LOANS, COLLATERALS = "raw_trustee_reports", "raw_loan_pools", "raw_collaterals"
DEALS, STATISTICS = "raw_deals", "raw_pool_statistics"

# rule, row, column, value
Found = tuple[str, int | None, str, str]
Rows = list[Row]


@dataclass(frozen=True)
class Case:
    """One file. `number` is that of the list of cases; `counts` are loaded, quarantined, duplicate.

    `found` holds every violation of the file; `counts` is None when it is refused. `encode` makes
    the file of the table's rows.
    """

    number: int
    name: str
    found: Sequence[Found]
    counts: tuple[int, int, int] | None
    encode: Callable[[Rows], bytes]
    table: str = REPORTS
    suffix: str = "csv"
    encoding: str = "utf-8"

    @property
    def is_refused(self) -> bool:
        return self.counts is None


def csv_of(
    change: Callable[[Rows], Rows | None] = list,
    table: str = REPORTS,
    then: Callable[[str], str] = lambda text: text,
    encoding: str = "utf-8",
    **header: str,
) -> Callable[[Rows], bytes]:
    """A CSV file: rows changed, columns renamed, then the text changed."""

    def encode(rows: Rows) -> bytes:
        changed = change(rows)
        text = files.text(table, rows if changed is None else changed, header=header)
        return then(text).encode(encoding)

    return encode


def put(index: int, **cells: str) -> Callable[[Rows], None]:
    """Overwrites cells of one row."""
    return lambda rows: rows[index].update(cells)


def everywhere(**cells: str) -> Callable[[Rows], None]:
    """Overwrites cells of every row."""

    def change(rows: Rows) -> None:
        for row in rows:
            row.update(cells)

    return change


def scaled(columns: Sequence[str], factor: int) -> Callable[[Rows], None]:
    """Multiplies amounts."""

    def change(rows: Rows) -> None:
        for row in rows:
            row.update({name: f"{float(row[name]) * factor:.2f}" for name in columns})

    return change


def _swapped(text: str) -> str:
    lines = [line.split(",") for line in text.splitlines()]
    for cells in lines:
        cells[8], cells[12] = cells[12], cells[8]
    return "\n".join(",".join(cells) for cells in lines)


def _without(column: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        lines = [line.split(",") for line in text.splitlines()]
        gone = lines[0].index(column)
        return "\n".join(",".join(cells[:gone] + cells[gone + 1 :]) for cells in lines)

    return change


AMOUNTS = [
    *("in_progress_balance", "in_progress_recovery", "in_progress_recovery_to_date"),
    *("settled_balance", "settled_recovery", "settled_recovery_to_date"),
    *("other_inflow", "disposal_expenses", "closing_balance"),
]

CASES = [
    Case(1, "no bytes", [("F01", None, "", "")], None, lambda _: b""),
    Case(2, "header only", [("F02", 1, "", "")], None, csv_of(lambda _: [])),
    Case(3, "UTF-8 with a mark", [], (3, 0, 0), csv_of(encoding="utf-8-sig"), encoding="utf-8-sig"),
    Case(
        *(4, "GB 18030", [], (3, 0, 0)),
        csv_of(everywhere(source_document="受托机构报告"), encoding="gb18030"),
        encoding="gb18030",
    ),
    Case(
        *(5, "UTF-8, then GB 18030", [("F03", 5, "", "")], None),
        lambda rows: csv_of()(rows) + "受托机构".encode("gb18030"),
    ),
    Case(6, "UTF-16", [], (3, 0, 0), csv_of(encoding="utf-16"), encoding="utf-16"),
    Case(
        *(7, "semicolons, line breaks in quotes, blank lines", [], (3, 0, 0)),
        csv_of(
            put(0, source_document="报告\n第1页"),
            then=lambda text: text.replace(",", ";") + "\r\n;;\r\n\r\n",
        ),
    ),
    Case(
        *(8, "a field too many", [("F05", 5, "", "24A,x")], None),
        csv_of(then=lambda text: text + "24A,x"),
    ),
    Case(
        *(9, "a new column", [("S01", 1, "行业", "行业")], None),
        csv_of(
            then=lambda text: "\n".join(f"{x}," for x in text.splitlines()).replace(
                ",\n", ",行业\n", 1
            )
        ),
    ),
    Case(
        *(10, "a missing column", [("S02", 1, "other_inflow", "")], None),
        csv_of(then=_without("other_inflow")),
    ),
    Case(
        *(11, "columns renamed as an alias says", [], (3, 0, 0)),
        csv_of(stated_cumulative_rate="累计回收率", deal_code="交易代码"),
    ),
    Case(
        *(
            11,
            "a column renamed as none says",
            [("S03", 1, "in_progress_recovery", "处置中本期回收总金额")],
        ),
        None,
        csv_of(in_progress_recovery="处置中本期回收总金额"),
    ),
    Case(
        *(
            12,
            "two amount columns in each other's place",
        ),
        [("S05", 1, "", "{first}")],
        (3, 0, 0),
        csv_of(then=_swapped),
    ),
    Case(
        *(13, "a column twice", [("S04", 1, "other_inflow", "other_inflow")], None),
        csv_of(settled_recovery="other_inflow"),
    ),
    Case(
        *(
            14,
            "full-width digits, thousands marks, null marks, words",
        ),
        [("T01", 4, "other_inflow", "约0.01")],
        (2, 1, 0),
        csv_of(
            lambda rows: [
                {**rows[0], "in_progress_balance": "８００．００", "other_inflow": "—"},
                {**rows[1], "in_progress_balance": " 800.00 ", "other_inflow": "N/A"},
                {**rows[2], "other_inflow": "约0.01"},
            ]
        ),
    ),
    Case(
        *(15, "yuan in a column of 10,000 yuan", [], None),
        csv_of(scaled(AMOUNTS, 10_000)),
    ),
    Case(16, "one row in another unit", [], (2, 1, 0), csv_of(put(1, amount_unit="亿元"))),
    Case(
        *(17, "no unit anywhere", [("U03", row, "amount_unit", "") for row in (2, 3, 4)], None),
        csv_of(then=_without("amount_unit")),
    ),
    Case(
        *(18, "percents without the sign", [], None),
        csv_of(
            lambda rows: [
                {**row, "stated_cumulative_rate": row["stated_cumulative_rate"].rstrip("%")}
                for row in rows
            ]
        ),
    ),
    Case(
        *(19, "fractions under a header of percents", [], None),
        csv_of(
            lambda rows: [
                {**row, "stated_cumulative_rate": rate}
                for row, rate in zip(rows, ("0.06", "0.14", "0.155"), strict=True)
            ],
            stated_cumulative_rate="累计回收率(%)",
        ),
    ),
    Case(
        *(20, "a bare serial number", [("D01", 2, "payment_date", "45530")], None),
        csv_of(put(0, payment_date="45530")),
    ),
    Case(
        *(
            21,
            "dates in Chinese and compact, and one that does not exist",
        ),
        [("D02", 4, "payment_date", "2025-02-30")],
        (2, 1, 0),
        csv_of(
            lambda rows: [
                {**rows[0], "payment_date": "2024年8月26日"},
                {**rows[1], "payment_date": "20250226"},
                {**rows[2], "payment_date": "2025-02-30"},
            ]
        ),
    ),
    Case(
        *(21, "day first", [("D01", 2, "payment_date", "01/02/2025")], None),
        csv_of(put(0, payment_date="01/02/2025")),
    ),
    Case(
        *(22, "a clock time and a time zone", [], (3, 0, 0)),
        csv_of(put(0, payment_date="2024-08-26T23:59:59+08:00", reported_on="2024-08-26 00:00:00")),
    ),
    Case(
        *(
            23,
            "a period from before the cut-off",
        ),
        [("D09", 2, "collection_start", "2024-01-01")],
        None,
        csv_of(put(0, collection_start="2024-01-01")),
    ),
    Case(
        *(
            23,
            "a report from before the end of its period",
        ),
        [("D03", 2, "reported_on", "2024-07-01")],
        (3, 0, 0),
        csv_of(put(0, reported_on="2024-07-01")),
    ),
    Case(
        *(
            26,
            "a report twice",
        ),
        [("K01", 5, "deal_code", "{deal}")],
        (3, 0, 1),
        csv_of(lambda rows: [*rows, dict(rows[0])]),
    ),
    Case(
        *(
            27,
            "a report twice with other amounts",
            [("K02", 2, "deal_code", "{deal}"), ("K02", 5, "deal_code", "{deal}")],
        ),
        None,
        csv_of(lambda rows: [*rows, {**rows[0], "other_inflow": "0.02"}]),
    ),
    Case(
        *(
            32,
            "a negative recovery without a reason",
        ),
        [
            ("R01", 4, "settled_recovery", "-5.00"),
            ("R03", 4, "in_progress_recovery_to_date", "110.00"),
        ],
        (3, 0, 0),
        csv_of(put(2, settled_recovery="-5.00")),
    ),
    Case(
        *(
            33,
            "cumulative recovery that falls",
        ),
        [
            ("R02", 4, "in_progress_recovery_to_date", "90.00"),
            ("R03", 4, "in_progress_recovery_to_date", "90.00"),
            ("R09", 4, "stated_cumulative_rate", "15.50%"),
        ],
        (3, 0, 0),
        csv_of(put(2, in_progress_recovery_to_date="90.00")),
    ),
    Case(
        *(
            34,
            "cumulative recovery that is not the sum",
        ),
        [("R03", 4, "in_progress_recovery_to_date", "110.05")],
        (3, 0, 0),
        csv_of(put(2, in_progress_recovery_to_date="110.05", stated_cumulative_rate="")),
    ),
    Case(
        *(35, "recovery above the pool", [("R04", 4, "in_progress_recovery_to_date", "1015.00")]),
        (3, 0, 0),
        csv_of(
            put(
                2,
                in_progress_recovery="915.00",
                in_progress_recovery_to_date="1015.00",
                stated_cumulative_rate="",
            )
        ),
    ),
    Case(
        *(36, "a missing period", [("R05", 3, "collection_start", "2025-02-01")], (2, 0, 0)),
        csv_of(lambda rows: [rows[0], rows[2]]),
    ),
    Case(
        *(37, "a number that jumps", [("R06", 4, "report_no", "5")], (3, 0, 0)),
        csv_of(put(2, report_no="5")),
    ),
    Case(
        *(38, "loans that do not sum to the pool", [("P01", 2, "pool_balance", "1001.00")]),
        (1, 0, 0),
        csv_of(put(0, pool_balance="1001.00"), table=DEALS),
        table=DEALS,
    ),
    Case(
        *(39, "a count that is not the tape's", [("P02", 2, "value", "3")], (8, 0, 0)),
        csv_of(put(0, value="3"), table=STATISTICS),
        table=STATISTICS,
    ),
    Case(
        *(40, "a loan-to-value ratio above 100 %", []),
        (8, 0, 0),
        csv_of(put(4, value="250.00"), table=STATISTICS),
        table=STATISTICS,
    ),
    Case(
        *(40, "a loan-to-value ratio above 1000 %", [("P03", 6, "value", "1062.10")], (7, 1, 0)),
        csv_of(put(4, value="1062.10"), table=STATISTICS),
        table=STATISTICS,
    ),
    Case(
        *(
            41,
            "a collateral without value",
            [("P05", 2, "latest_value", "0"), *[("U02", 2, "latest_value", "0")] * 2],
            (0, 1, 0),
        ),
        csv_of(put(0, latest_value="0", prior_claims="0"), table=COLLATERALS),
        table=COLLATERALS,
    ),
    Case(
        *(
            42,
            "more principal than was lent",
            [("P04", 2, "outstanding_principal", "570.00")],
            (1, 1, 0),
        ),
        csv_of(put(0, contract_amount="560.00"), table=LOANS),
        table=LOANS,
    ),
    Case(
        *(
            44,
            "a report of an unknown deal",
            [("O02", row, "deal_code", "24UNKNOWN") for row in (2, 3, 4)],
            (0, 3, 0),
        ),
        csv_of(everywhere(deal_code="24UNKNOWN")),
    ),
    Case(
        *(45, "a deal code in other letters", [], (3, 0, 0)),
        csv_of(
            lambda rows: [{**row, "deal_code": f" {row['deal_code'].lower()}　"} for row in rows]
        ),
    ),
    Case(
        *(
            48,
            "a pool of nothing",
            [("R07", 2, "pool_balance", "0"), ("P01", 2, "pool_balance", "0")],
            (1, 0, 0),
        ),
        csv_of(put(0, pool_balance="0", pool_principal=""), table=DEALS),
        table=DEALS,
    ),
    Case(
        *(
            49,
            "amounts that are none",
        ),
        [
            ("T02", 2, "other_inflow", "1e309"),
            ("T02", 3, "other_inflow", "inf"),
            ("T02", 4, "other_inflow", "0.0000001"),
        ],
        (0, 3, 0),
        csv_of(
            lambda rows: [
                {**row, "other_inflow": amount}
                for row, amount in zip(rows, ("1e309", "inf", "0.0000001"), strict=True)
            ]
        ),
    ),
    Case(
        *(51, "formulas in texts", [], (3, 0, 0)),
        csv_of(everywhere(source_document='=HYPERLINK("http://example.org")')),
    ),
    Case(
        *(52, "code in texts", [], (3, 0, 0)),
        csv_of(everywhere(source_document="'); drop table x; {{ env_var('X') }} ${HOME}")),
    ),
    Case(
        *(53, "a column of names", [("N01", 1, "姓名", "姓名")], None),
        csv_of(
            then=lambda text: "\n".join(f"{x},张三" for x in text.splitlines()).replace(
                "张三", "姓名", 1
            )
        ),
    ),
    Case(
        *(54, "an old workbook", [("X05", None, "", "")], None),
        lambda _: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(100),
        suffix="xls",
    ),
    Case(55, "no archive", [("F06", None, "", "")], None, lambda _: b"PK", suffix="zip"),
    Case(
        *(56, "a download cut off in a row", [("F05", 4, "", "{first}")], None),
        csv_of(then=lambda text: text[:-60]),
    ),
    Case(
        *(56, "another kind than its name says", [("F06", None, "", "")], None),
        csv_of(),
        suffix="xlsx",
    ),
    Case(
        *(
            57,
            "another cut-off date than known",
            [("C01", 2, "cutoff_date", "2024-02-29")],
            (1, 0, 0),
        ),
        csv_of(put(0, cutoff_date="2024-02-29", known_on="2024-06-01"), table=DEALS),
        table=DEALS,
    ),
    Case(
        *(
            58,
            "an originator under an unknown name",
            [("C02", 2, "originator", "华厦银行")],
            (1, 0, 0),
        ),
        csv_of(put(0, originator="华厦银行"), table=DEALS),
        table=DEALS,
    ),
]
