"""The 58 bad-input cases: how a file is broken, and what becomes of it.

Every case has a sound deal of its own in the store, all but the table that its file delivers, and
is one file that the real command loads. `cases_violations.csv` beside this file holds every
violation that must be listed of it, whole; `test_cases.py` runs them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook

from deliveries.encoders import (
    AMOUNTS,
    REPORTS,
    Encode,
    Rows,
    again,
    alone,
    book_of,
    csv_of,
    each,
    everywhere,
    put,
    repacked,
    scaled,
    swapped,
    with_column,
    without,
    zip_of,
)

LOANS, COLLATERALS, DEALS = "raw_loan_pools", "raw_collaterals", "raw_deals"
STATISTICS, ESTIMATES = "raw_pool_statistics", "raw_recovery_estimates"
TAPE = (LOANS, COLLATERALS)
# a sound deal that has every table, for cases that are about two deals
NEIGHBOUR = "24SOUND"
# numbers that the rules of their digits allow; nobody's
PERSON, IDENTITY, PHONE = "张三丰", "110101199003070134", "13812345678"

# loaded, quarantined, duplicate
Counts = tuple[int, int, int]
ALREADY = "already loaded"
REFUSED = None


@dataclass(frozen=True)
class Case:
    """One file. `number` is that of the list of cases, `rules` are those it breaks.

    `becomes` is how many of its rows are loaded, quarantined and duplicate, ALREADY when the store
    holds what it says, or REFUSED. `encode` makes the file of the table's rows, `before` the file
    that was loaded before it. `absent` are tables the deal has no rows of; `file` is its name where
    that matters.
    """

    number: int
    name: str
    rules: Sequence[str]
    becomes: Counts | str | None
    encode: Encode
    table: str = REPORTS
    suffix: str = "csv"
    encoding: str = "utf-8"
    before: Encode | None = None
    absent: tuple[str, ...] = ()
    file: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether nothing of it is loaded."""
        return self.becomes is REFUSED

    @property
    def exit_code(self) -> int:
        """What `npas load` ends with when it is given this file alone."""
        return 2 if self.is_refused else 0


def _hide_row(book: Workbook) -> None:
    book[REPORTS].row_dimensions[3].hidden = True


def _hide_sheet(book: Workbook) -> None:
    book.create_sheet("raw_deals").sheet_state = "hidden"


def _merge(book: Workbook) -> None:
    book[REPORTS].merge_cells("A1:B1")


def _formula(book: Workbook) -> None:
    # openpyxl writes no value beside a formula
    book[REPORTS]["P2"] = "=0.01+0"


def _second_table(book: Workbook) -> None:
    sheet = book[REPORTS]
    header = [cell.value for cell in sheet[1]]
    sheet.append([])
    sheet.append(header)


def _old_or_locked(_: Rows) -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)


_ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><sst>&a;</sst>'
_HOSTILE = "'); drop table raw.raw_deals; {{ env_var('HOME') }} ${HOME} $(id)"

CASES = [
    # ---- the file as a whole -----------------------------------------------------------------
    Case(1, "no bytes", ["F01"], REFUSED, lambda _: b""),
    Case(1, "blank lines", ["F01"], REFUSED, lambda _: b"\xef\xbb\xbf \r\n\r\n"),
    Case(2, "a header and no rows", ["F02"], REFUSED, csv_of(lambda _: [])),
    Case(
        *(3, "UTF-8 with a byte order mark", [], (3, 0, 0), csv_of(encoding="utf-8-sig")),
        encoding="utf-8-sig",
    ),
    Case(
        *(3, "says with the mark what it says without", ["K01"], ALREADY),
        csv_of(encoding="utf-8-sig"),
        before=csv_of(),
    ),
    Case(
        *(4, "GB 18030", [], (3, 0, 0)),
        csv_of(everywhere(source_document="受托机构报告"), encoding="gb18030"),
        encoding="gb18030",
    ),
    Case(
        *(5, "UTF-8, then GB 18030", ["F03"], REFUSED),
        lambda rows: csv_of()(rows) + "受托机构".encode("gb18030"),
    ),
    Case(6, "UTF-16", [], (3, 0, 0), csv_of(encoding="utf-16"), encoding="utf-16"),
    Case(
        *(6, "says in UTF-16 what it says in UTF-8", ["K01"], ALREADY),
        csv_of(everywhere(source_document="受托机构报告"), encoding="utf-16"),
        before=csv_of(everywhere(source_document="受托机构报告")),
    ),
    Case(
        *(7, "semicolons, line breaks in quotes, blank lines", [], (3, 0, 0)),
        csv_of(
            put(0, source_document="报告\n第1页"),
            then=lambda text: text.replace(",", ";") + "\r\n;;\r\n\r\n",
        ),
    ),
    Case(
        *(7, "says with tabs what it says with commas", ["K01"], ALREADY),
        csv_of(put(0, source_document="报告\n第1页"), then=lambda text: text.replace(",", "\t")),
        before=csv_of(put(0, source_document="报告\n第1页")),
    ),
    Case(
        *(8, "a field too many", ["F05"], REFUSED),
        csv_of(then=lambda text: text.replace(",0,", ",0,0,", 1)),
    ),
    Case(
        *(8, "a field too few", ["F05"], REFUSED),
        csv_of(then=lambda text: text + "24A,x"),
    ),
    # ---- columns -----------------------------------------------------------------------------
    Case(9, "a new column", ["S01"], REFUSED, csv_of(then=with_column("行业", "零售"))),
    Case(
        *(9, "a new column that the alias table ignores", ["S06"], (3, 0, 0)),
        csv_of(then=with_column("序号", "1")),
    ),
    Case(10, "a missing column", ["S02"], REFUSED, csv_of(then=without("other_inflow"))),
    Case(
        *(11, "columns renamed as an alias says", [], (3, 0, 0)),
        csv_of(stated_cumulative_rate="累计回收率", deal_code="交易代码"),
    ),
    Case(
        *(11, "a column renamed as none says", ["S03"], REFUSED),
        csv_of(in_progress_recovery="处置中本期回收总金额"),
    ),
    Case(
        *(12, "two amount columns in each other's place", ["S05"], (3, 0, 0)),
        csv_of(then=swapped(8, 12)),
    ),
    Case(
        *(12, "says in that order what it says in the other", ["S05", "K01"], ALREADY),
        csv_of(then=swapped(8, 12)),
        before=csv_of(),
    ),
    Case(13, "a column twice", ["S04"], REFUSED, csv_of(settled_recovery="other_inflow")),
    # ---- cells -------------------------------------------------------------------------------
    Case(
        *(14, "full-width digits, thousands marks, null marks, words", ["T01"], (2, 1, 0)),
        csv_of(
            each(
                in_progress_balance=["８００．００", " 800.00 ", "８，００.00"],
                other_inflow=["—", "N/A", "约0.01"],
            ),
        ),
    ),
    Case(
        *(14, "a null mark where a date is needed", ["K06"], (2, 1, 0)),
        csv_of(put(2, collection_end="—")),
    ),
    Case(
        *(15, "yuan in a column of 10,000 yuan", ["U01", "U02", "R08", "R09"], REFUSED),
        csv_of(scaled(AMOUNTS, 10_000)),
    ),
    Case(
        *(16, "one row in another unit", ["U02", "R02", "R03", "R08", "R09"], (2, 1, 0)),
        csv_of(put(1, amount_unit="亿元")),
    ),
    Case(17, "no unit anywhere", ["U03"], REFUSED, csv_of(then=without("amount_unit"))),
    Case(
        *(18, "percents without the sign", ["U01", "U04", "U05", "R09"], REFUSED),
        csv_of(each(stated_cumulative_rate=["6.00", "14.00", "15.50"])),
    ),
    Case(18, "percents with the sign", [], (3, 0, 0), csv_of()),
    Case(
        *(19, "fractions under a header of percents", ["U01", "R09"], REFUSED),
        csv_of(
            each(stated_cumulative_rate=["0.06", "0.14", "0.155"]),
            stated_cumulative_rate="累计回收率(%)",
        ),
    ),
    Case(
        *(20, "a bare serial number", ["D01"], REFUSED),
        csv_of(put(0, payment_date="45530")),
    ),
    Case(
        *(20, "a workbook that counts its days from 1904", ["K01"], ALREADY, book_of(old=True)),
        suffix="xlsx",
        before=csv_of(),
    ),
    Case(
        *(21, "dates in Chinese and compact, and one that does not exist", ["D02"], (2, 1, 0)),
        csv_of(each(payment_date=["2024年8月26日", "20250226", "2025-02-30"])),
    ),
    Case(
        *(21, "day first", ["D01"], REFUSED),
        csv_of(put(0, payment_date="01/02/2025")),
    ),
    Case(
        *(22, "a clock time and a time zone move no day", ["K01"], ALREADY),
        csv_of(put(0, payment_date="2024-08-26T23:59:59+08:00", reported_on="2024-08-26 00:00:00")),
        before=csv_of(),
    ),
    Case(
        *(23, "a period from before the cut-off", ["D09"], REFUSED),
        csv_of(put(0, collection_start="2024-01-01")),
    ),
    Case(
        *(23, "a report from before the end of its period", ["D03"], (3, 0, 0)),
        csv_of(put(0, reported_on="2024-07-01")),
    ),
    Case(
        *(23, "cut off after it was issued", ["D03"], (1, 0, 0)),
        csv_of(put(0, announce_date="2024-01-20", book_date="2024-01-30"), table=DEALS),
        table=DEALS,
    ),
    # ---- what came before --------------------------------------------------------------------
    Case(24, "the same bytes", [], ALREADY, csv_of(), before=csv_of()),
    Case(
        *(25, "the same rows in another order", ["K01"], ALREADY),
        csv_of(lambda rows: rows[::-1]),
        before=csv_of(),
    ),
    Case(26, "a report twice", ["K01"], (3, 0, 1), csv_of(again(0))),
    Case(
        *(27, "a report twice with other amounts", ["K02"], REFUSED),
        csv_of(again(0, other_inflow="0.02")),
    ),
    Case(
        *(28, "a report corrected later", [], (1, 0, 0)),
        csv_of(
            alone(
                2,
                known_on="2025-11-01",
                settled_recovery="6.00",
                settled_recovery_to_date="46.00",
                stated_cumulative_rate="15.60%",
            )
        ),
        before=csv_of(),
    ),
    Case(
        *(29, "another content of the same day", ["K03"], REFUSED),
        csv_of(alone(2, other_inflow="0.02")),
        before=csv_of(),
    ),
    Case(
        *(30, "an older report that comes late", [], (1, 0, 0)),
        csv_of(alone(2, known_on="2025-08-26", settled_recovery="4.00")),
        before=csv_of(),
    ),
    # ---- recovery ----------------------------------------------------------------------------
    Case(
        *(31, "a negative recovery with its reason", [], (3, 0, 0)),
        csv_of(
            put(
                2,
                in_progress_recovery="0.00",
                in_progress_recovery_to_date="100.00",
                settled_recovery="-5.00",
                settled_recovery_to_date="35.00",
                stated_cumulative_rate="13.50%",
                note="冲回：法院撤销拍卖",
            )
        ),
    ),
    Case(
        *(31, "with its reason, but the total falls by more", ["R02", "R03"], (3, 0, 0)),
        csv_of(
            put(
                2,
                in_progress_recovery="0.00",
                in_progress_recovery_to_date="100.00",
                settled_recovery="-5.00",
                settled_recovery_to_date="30.00",
                stated_cumulative_rate="13.00%",
                note="reversal: sale set aside by the court",
            )
        ),
    ),
    Case(
        *(32, "a negative recovery without a reason", ["R01", "R02"], (3, 0, 0)),
        csv_of(
            put(
                2,
                in_progress_recovery="0.00",
                in_progress_recovery_to_date="100.00",
                settled_recovery="-5.00",
                settled_recovery_to_date="35.00",
                stated_cumulative_rate="13.50%",
                note="冲回",
            )
        ),
    ),
    Case(
        *(33, "cumulative recovery that falls", ["R02", "R03", "R09"], (3, 0, 0)),
        csv_of(put(2, in_progress_recovery_to_date="90.00")),
    ),
    Case(
        *(34, "cumulative recovery that is not the sum", ["R03"], (3, 0, 0)),
        csv_of(put(2, in_progress_recovery_to_date="110.05", stated_cumulative_rate="")),
    ),
    Case(
        *(35, "recovery above the pool", ["R04"], (3, 0, 0)),
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
        *(35, "recovery above one and a half times the pool", ["R08"], (3, 0, 0)),
        csv_of(
            put(
                2,
                in_progress_recovery="1415.00",
                in_progress_recovery_to_date="1515.00",
                stated_cumulative_rate="",
            )
        ),
    ),
    Case(36, "a missing period", ["R05"], (2, 0, 0), csv_of(lambda rows: [rows[0], rows[2]])),
    Case(37, "a number that jumps", ["R06"], (3, 0, 0), csv_of(put(2, report_no="5"))),
    # ---- pools -------------------------------------------------------------------------------
    Case(
        *(38, "loans that do not sum to the pool", ["P01"], (1, 0, 0)),
        csv_of(put(0, pool_balance="1001.00"), table=DEALS),
        table=DEALS,
    ),
    Case(
        *(39, "a count that is not the tape's", ["P02"], (8, 0, 0)),
        csv_of(put(0, value="3"), table=STATISTICS),
        table=STATISTICS,
    ),
    Case(
        *(40, "a loan-to-value ratio above 100 %", [], (8, 0, 0)),
        csv_of(put(4, value="250.00"), table=STATISTICS),
        table=STATISTICS,
        absent=TAPE,
    ),
    Case(
        *(40, "a loan-to-value ratio above 1000 %", ["P03"], (7, 1, 0)),
        csv_of(put(4, value="1062.10"), table=STATISTICS),
        table=STATISTICS,
        absent=TAPE,
    ),
    Case(
        *(41, "a collateral worth nothing", ["P05", "U02"], (0, 1, 0)),
        csv_of(put(0, latest_value="0", prior_claims="0"), table=COLLATERALS),
        table=COLLATERALS,
    ),
    Case(
        *(41, "a collateral without a value", [], (1, 0, 0)),
        csv_of(put(0, latest_value=""), table=COLLATERALS),
        table=COLLATERALS,
    ),
    Case(
        *(42, "more principal than was lent", ["P04"], (1, 1, 0)),
        csv_of(put(0, contract_amount="560.00"), table=LOANS),
        table=LOANS,
    ),
    Case(
        *(42, "more principal than was lent, with its reason", [], (2, 0, 0)),
        csv_of(put(0, contract_amount="560.00", note="资本化：欠息转入本金"), table=LOANS),
        table=LOANS,
        absent=(STATISTICS,),
    ),
    Case(
        *(43, "a deal without a pool", ["O01"], (1, 0, 0)),
        csv_of(put(0, pool_balance="", pool_principal=""), table=DEALS),
        table=DEALS,
        absent=TAPE,
    ),
    Case(
        *(44, "reports of an unknown deal", ["O02"], (0, 3, 0)),
        csv_of(everywhere(deal_code="24UNKNOWN")),
    ),
    Case(
        *(45, "a deal code in other letters", [], (3, 0, 0)),
        csv_of(
            lambda rows: [{**row, "deal_code": f" {row['deal_code'].lower()}　"} for row in rows]
        ),
    ),
    Case(
        *(45, "two deals under one code", ["K04"], REFUSED),
        csv_of(
            lambda rows: [
                *rows,
                {
                    **rows[0],
                    "deal_code": rows[0]["deal_code"].lower(),
                    "deal_name": "龙兴2024年第二期",
                    "known_on": "2024-06-01",
                },
            ],
            table=DEALS,
        ),
        table=DEALS,
    ),
    *(
        Case(
            *(46, f"a mortgaged share of {share} %", [], (8, 0, 0)),
            csv_of(put(2, value=share), table=STATISTICS),
            table=STATISTICS,
            absent=TAPE,
        )
        for share in ("79.995", "80.00", "80.005")
    ),
    Case(
        *(47, "one of two agencies", [], (1, 0, 0)),
        csv_of(lambda rows: rows[:1], table=ESTIMATES),
        table=ESTIMATES,
    ),
    Case(
        *(48, "a pool of nothing", ["R07", "P01"], (1, 0, 0)),
        csv_of(put(0, pool_balance="0", pool_principal=""), table=DEALS),
        table=DEALS,
    ),
    Case(
        *(49, "amounts that are none", ["T02"], (0, 3, 0)),
        # nan is how programs write that there is nothing
        csv_of(
            each(
                other_inflow=["1e309", "inf", "0.0000001"],
                disposal_expenses=["3.00", "nan", "3.00"],
            )
        ),
    ),
    Case(
        *(50, "a loan number of another deal", ["K05"], (2, 0, 0)),
        csv_of(put(1, loan_no=f"{NEIGHBOUR}-2"), table=LOANS),
        table=LOANS,
    ),
    # ---- hostile and personal ----------------------------------------------------------------
    Case(
        *(51, "formulas in texts", [], (3, 0, 0)),
        csv_of(
            each(
                source_document=[
                    '=HYPERLINK("http://example.org","x")',
                    "@SUM(1+1)*cmd|' /C calc'!A0",
                    "-1+1",
                ]
            )
        ),
    ),
    Case(
        *(51, "a formula that a message shows", ["T01"], (2, 1, 0)),
        csv_of(put(0, other_inflow="=cmd|' /C calc'!A0")),
    ),
    Case(
        *(52, "code in texts and in the file's name", [], (3, 0, 0)),
        csv_of(everywhere(source_document=_HOSTILE)),
        file=_HOSTILE,
    ),
    Case(
        *(52, "code in a deal code", ["T06", "O02"], (0, 3, 0)),
        csv_of(everywhere(deal_code=_HOSTILE)),
    ),
    Case(53, "a column of names", ["N01"], REFUSED, csv_of(then=with_column("姓名", PERSON))),
    Case(
        *(53, "an identity number and a phone number in cells", ["N01"], REFUSED),
        csv_of(put(0, borrower_no=IDENTITY, city=f"杭州，电话{PHONE}"), table=LOANS),
        table=LOANS,
    ),
    Case(
        *(53, "personal numbers in a row that cannot be read", ["F05"], REFUSED),
        csv_of(then=lambda text: f"{text}24A,{IDENTITY},{PHONE}"),
    ),
    Case(54, "a formula without its value", ["X01"], REFUSED, book_of(_formula), suffix="xlsx"),
    Case(54, "a hidden row", ["X02"], REFUSED, book_of(_hide_row), suffix="xlsx"),
    Case(
        54, "a hidden sheet", ["X06"], (3, 0, 0), book_of(_hide_sheet), suffix="xlsx", encoding=""
    ),
    Case(54, "a merged header", ["X03", "X04"], REFUSED, book_of(_merge), suffix="xlsx"),
    Case(54, "two tables in a sheet", ["X04"], REFUSED, book_of(_second_table), suffix="xlsx"),
    Case(54, "an old or locked workbook", ["X05"], REFUSED, _old_or_locked, suffix="xls"),
    Case(
        *(54, "a workbook with macros", ["X05"], REFUSED),
        repacked(book_of(), {"xl/vbaProject.bin": b"x"}),
        suffix="xlsx",
    ),
    Case(
        *(55, "a bomb in an archive", ["Z01"], REFUSED),
        zip_of({"deals.csv": bytes(20_000_000)}),
        suffix="zip",
    ),
    Case(
        *(55, "a bomb of entities", ["Z01"], REFUSED),
        repacked(book_of(), {"xl/sharedStrings.xml": _ENTITIES}),
        suffix="xlsx",
    ),
    Case(
        *(55, "a path that leads out of the archive", ["Z01"], REFUSED),
        zip_of({"../deals.csv": b"x"}),
        suffix="zip",
    ),
    Case(
        *(56, "a download cut off in a row", ["F05"], REFUSED),
        csv_of(then=lambda text: text[:-60]),
    ),
    Case(56, "an archive cut off", ["F06"], REFUSED, lambda _: b"PK", suffix="zip"),
    Case(56, "another kind than its name says", ["F06"], REFUSED, csv_of(), suffix="xlsx"),
    # ---- facts and names ---------------------------------------------------------------------
    Case(
        *(57, "another cut-off date than known", ["C01"], (1, 0, 0)),
        csv_of(put(0, cutoff_date="2024-02-29", known_on="2024-06-01"), table=DEALS),
        table=DEALS,
        before=csv_of(table=DEALS),
        absent=(REPORTS,),
    ),
    Case(
        *(57, "another originator than known", ["C01"], (1, 0, 0)),
        csv_of(put(0, originator="中行", series="", known_on="2024-06-01"), table=DEALS),
        table=DEALS,
        before=csv_of(table=DEALS),
    ),
    Case(
        *(58, "an originator under an unknown name", ["C02"], (1, 0, 0)),
        csv_of(put(0, originator="华厦银行"), table=DEALS),
        table=DEALS,
    ),
    Case(
        *(58, "an originator under another of its names", [], (1, 0, 0)),
        csv_of(put(0, originator="华夏银行股份有限公司"), table=DEALS),
        table=DEALS,
    ),
]


def deal_code(case: Case) -> str:
    """The deal that a case is about: the number of the case and a letter."""
    alike = [one for one in CASES if one.number == case.number]
    return f"24C{case.number:02}{'ABCDEFGH'[alike.index(case)]}"
