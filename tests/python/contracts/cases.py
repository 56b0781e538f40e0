"""One way to break each rule, in a deal of its own, and exactly what must be found then."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contracts.delivery import Row, Tables

# rule, table, index of the row among the deal's rows of that table, column, value
Expected = tuple[str, str, int, str, str]
Change = Callable[[Tables], None]

_DEALS, _TRANCHES, _ESTIMATES = "raw_deals", "raw_tranches", "raw_recovery_estimates"
_STATISTICS, _STATEMENTS = "raw_pool_statistics", "raw_recovery_statements"
_LOANS, _COLLATERALS, _REPORTS = "raw_loan_pools", "raw_collaterals", "raw_trustee_reports"


@dataclass(frozen=True)
class Case:
    """`change` breaks a sound deal; `found` is every violation it must then have, and no other."""

    name: str
    change: Change
    found: Sequence[Expected]


def put(table: str, row: int, **cells: str) -> Change:
    """Overwrites cells of one row."""

    def change(tables: Tables) -> None:
        tables[table][row].update(cells)

    return change


def again(table: str, row: int, *, into: str | None = None, **cells: str) -> Change:
    """Repeats a row with other cells, at the end of its table or in another file."""

    def change(tables: Tables) -> None:
        tables.setdefault(into or table, []).append({**tables[table][row], **cells})

    return change


def drop(table: str, *rows: int) -> Change:
    """Leaves rows out."""

    def change(tables: Tables) -> None:
        tables[table] = [row for i, row in enumerate(tables[table]) if i not in rows]

    return change


def everywhere(table: str, **cells: str) -> Change:
    """Overwrites cells of every row."""

    def change(tables: Tables) -> None:
        for row in tables[table]:
            row.update(cells)

    return change


def both(*changes: Change) -> Change:
    """One change after another."""

    def change(tables: Tables) -> None:
        for one in changes:
            one(tables)

    return change


def _cell(rule: str, table: str, row: int, *, also: Sequence[str] = (), **cells: str) -> Case:
    """A rule that one cell breaks; `also` are rules that must break in the same cell."""
    ((column, value),) = cells.items()
    found = [(one, table, row, column, value) for one in (rule, *also)]
    name = f"{rule} {table}.{column}: {value or 'blank'}"
    return Case(name, put(table, row, **{column: value}), found)


def _cells(rule: str, table: str, row: int, blamed: str, **cells: str) -> Case:
    """A rule that several cells break together; one is blamed."""
    return Case(
        f"{rule} {table}.{blamed}: {cells}",
        put(table, row, **cells),
        [(rule, table, row, blamed, cells[blamed])],
    )


def _rename(tables: Tables, code: str) -> None:
    for rows in tables.values():
        for row in rows:
            row["deal_code"] = code


TEXT_CASES = (
    _cell("U03", _DEALS, 0, amount_unit="千元"),
    _cell("U03", _DEALS, 0, amount_unit=""),
    _cell("U03", _COLLATERALS, 0, amount_unit="USD"),
    Case(
        "U03 is not needed where no amount is printed",
        both(
            put(_STATEMENTS, 0, amount_unit="", cumulative_recovery="", forecast_cumulative=""),
        ),
        [],
    ),
    Case(
        "U03 is not needed where the cells carry their unit",
        put(_ESTIMATES, 0, amount_unit="", estimated_recovery="450万元"),
        [],
    ),
    _cell("D04", _DEALS, 0, known_on=""),
    _cell("D04", _REPORTS, 0, known_on="31/01/2025"),
    _cell("V01", _TRANCHES, 0, source_document=""),
    _cell("T05", _ESTIMATES, 0, basis="brutto"),
    _cell("T05", _STATISTICS, 1, stage="second_rating"),
    _cell("T05", _LOANS, 1, five_class="坏账"),
    _cell("T05", _LOANS, 1, guarantee_type="担保"),
    Case(
        "T06 a code with marks that no code has, in every table",
        lambda tables: _rename(tables, "24A');DROP TABLE"),
        [
            ("T06", table, row, "deal_code", "24A');DROP TABLE")
            for table, rows in {
                _DEALS: 1,
                _TRANCHES: 2,
                _ESTIMATES: 2,
                _STATISTICS: 8,
                _STATEMENTS: 2,
                _LOANS: 2,
                _COLLATERALS: 1,
                _REPORTS: 3,
            }.items()
            for row in range(rows)
        ],
    ),
    _cell("K07", _STATISTICS, 7, metric="-"),
    _cell("K07", _REPORTS, 2, also=["T01"], report_no="三"),
    _cell("K06", _STATISTICS, 7, value=""),
    _cell("K06", _LOANS, 1, borrower_no=""),
    _cell("T01", _STATISTICS, 7, value="约50"),
    _cell("T01", _TRANCHES, 0, issue_price="一百"),
    _cell("T01", _ESTIMATES, 0, estimated_rate="abc"),
    _cell("T01", _REPORTS, 0, settled_count="1.5"),
    _cell("T02", _TRANCHES, 0, placed_amount="285.0000001"),
    _cell("T02", _TRANCHES, 0, placed_amount="1e309"),
    _cell("T02", _TRANCHES, 0, placed_amount="inf"),
    _cell("D01", _TRANCHES, 0, start_date="45436"),
    _cell("D01", _ESTIMATES, 0, rated_on="08/05/2024"),
    _cell("D02", _DEALS, 0, liquidation_date="2028-02-30"),
    _cell("D02", _REPORTS, 0, payment_date="八月"),
    _cell("U05", _TRANCHES, 0, coupon="2.5", also=("U02", "U06")),
    _cell("U06", _ESTIMATES, 0, estimated_rate="0.45000"),
    _cell("P06", _REPORTS, 0, disposal_expenses="-3.00", also=("U02",)),
    _cell("P06", _TRANCHES, 1, issue_price="-101", also=("U02",)),
    _cell("P06", _LOANS, 0, overdue_days="-1"),
)

KEY_CASES = (
    Case(
        "K01 the same row twice in one file, spelt otherwise",
        again(_ESTIMATES, 0, estimated_recovery="4,500,000.00", amount_unit="元"),
        [("K01", _ESTIMATES, 2, "deal_code", "{code}")],
    ),
    Case(
        "K01 the same row in two files",
        again(_ESTIMATES, 0, into=f"{_ESTIMATES}_2"),
        [("K01", f"{_ESTIMATES}_2", 0, "deal_code", "{code}")],
    ),
    Case(
        "K02 one key, one day, two contents, one file",
        again(_ESTIMATES, 0, estimated_recovery="451.00", estimated_rate="45.100%"),
        [
            ("K02", _ESTIMATES, 0, "deal_code", "{code}"),
            ("K02", _ESTIMATES, 2, "deal_code", "{code}"),
        ],
    ),
    Case(
        "K03 one key, one day, two contents, two files",
        again(
            _ESTIMATES,
            0,
            into=f"{_ESTIMATES}_2",
            estimated_recovery="451.00",
            estimated_rate="45.100%",
        ),
        [
            ("K03", _ESTIMATES, 0, "deal_code", "{code}"),
            ("K03", f"{_ESTIMATES}_2", 0, "deal_code", "{code}"),
        ],
    ),
    Case(
        "a revision known later is no contradiction",
        again(
            _ESTIMATES, 0, estimated_recovery="451.00", estimated_rate="45.1%", known_on="20240601"
        ),
        [],
    ),
    Case(
        "two tracking ratings collected on one day are two facts",
        both(
            again(_ESTIMATES, 0, stage="tracking", rated_on="2024-07-30", known_on="2025-08-01"),
            again(
                _ESTIMATES,
                0,
                stage="tracking",
                rated_on="2025-07-30",
                known_on="2025-08-01",
                estimated_recovery="440.00",
                estimated_rate="44.000%",
            ),
        ),
        [],
    ),
    Case(
        "K04 two deals under one code",
        again(
            _DEALS,
            0,
            deal_code="{lower}",
            deal_name="龙兴2024年第二期",
            known_on="2024-06-01",
        ),
        [
            ("K04", _DEALS, 0, "deal_code", "{code}"),
            ("K04", _DEALS, 1, "deal_code", "{lower}"),
        ],
    ),
    Case("a code in another spelling", put(_TRANCHES, 0, deal_code=" {lower} "), []),
    Case(
        "K05 a loan number of another deal",
        both(
            put(_LOANS, 1, loan_no="SHARED-9"),
            again(
                _LOANS,
                1,
                deal_code="{other}",
                loan_no="SHARED-9",
                snapshot_date="2024-09-30",
                known_on="2024-10-31",
            ),
        ),
        [
            ("K05", _LOANS, 1, "loan_no", "SHARED-9"),
            ("K05", _LOANS, 2, "loan_no", "SHARED-9"),
        ],
    ),
)

NAME_CASES = (
    Case(
        "C01 two revisions of a deal with two cut-off dates",
        again(_DEALS, 0, cutoff_date="2024-02-29", known_on="2024-01-05"),
        [
            ("C01", _DEALS, 0, "cutoff_date", "2024-01-31"),
            ("C01", _DEALS, 1, "cutoff_date", "2024-02-29"),
        ],
    ),
    Case(
        "C01 two revisions of a deal with two originators",
        again(_DEALS, 0, originator="中行", series="", known_on="2024-01-05"),
        [
            ("C01", _DEALS, 0, "originator", "华夏银行"),
            ("C01", _DEALS, 1, "originator", "中行"),
        ],
    ),
    Case(
        "an originator under another of its names",
        again(_DEALS, 0, originator="华夏银行股份有限公司", known_on="2024-06-05"),
        [],
    ),
    _cell("C02", _DEALS, 0, originator="龙虾银行"),
    _cell("C03", _DEALS, 0, originator=""),
    _cell("C04", _DEALS, 0, originator="上海信托"),
    _cell("C05", _DEALS, 0, originator="工商银行"),
    Case(
        "C06 neither originator nor series",
        put(_DEALS, 0, originator="", series="龙年"),
        [("C06", _DEALS, 0, "originator", "")],
    ),
    _cell("C08", _TRANCHES, 1, start_date="2024-05-21"),
    _cell("C10", _DEALS, 0, deal_name="龙兴2023年第一期"),
    _cell("C11", _DEALS, 0, trustee="新信托"),
    _cell("C12", _ESTIMATES, 0, agency="新评级"),
    _cell("C12", _STATISTICS, 0, stated_by="新评级"),
    _cell("C12", _STATEMENTS, 0, stated_by="新评级"),
    _cell("C13", _DEALS, 0, asset_subclass="游艇贷款"),
    _cell("C13", _DEALS, 0, asset_subclass=""),
    _cell("C15", _COLLATERALS, 0, collateral_type="游艇"),
    _cell("C15", _COLLATERALS, 0, collateral_type=""),
)

DATE_CASES = (
    _cell("D03", _DEALS, 0, book_date="2024-05-09"),
    Case(
        "D03 cut off after book building",
        both(
            put(_DEALS, 0, announce_date="2024-01-20", book_date="2024-01-30"),
            drop(_REPORTS, 0, 1, 2),
        ),
        [("D03", _DEALS, 0, "book_date", "2024-01-30")],
    ),
    Case(
        "D03 set up before book building",
        both(put(_DEALS, 0, setup_date="2024-05-19"), everywhere(_TRANCHES, start_date="")),
        [("D03", _DEALS, 0, "setup_date", "2024-05-19")],
    ),
    _cell("D03", _DEALS, 0, liquidation_date="2024-05-22"),
    Case(
        "D03 legal maturity on the day of set-up",
        both(
            put(_DEALS, 0, legal_maturity="2024-05-23", liquidation_date=""),
            everywhere(_TRANCHES, expected_maturity=""),
        ),
        [("D03", _DEALS, 0, "legal_maturity", "2024-05-23")],
    ),
    _cells(
        "D03",
        _TRANCHES,
        0,
        "expected_maturity",
        expected_maturity="2024-05-22",
        expected_life_years="",
        weighted_life_years="",
    ),
    _cells(
        "D03",
        _TRANCHES,
        1,
        "expected_maturity",
        expected_maturity="2029-07-27",
        expected_life_years="",
        weighted_life_years="",
    ),
    _cell("D03", _STATISTICS, 7, as_of_date="2024-01-30"),
    _cells(
        "D03",
        _STATEMENTS,
        0,
        "pool_as_of_date",
        pool_as_of_date="2024-01-30",
    ),
    _cell("D03", _LOANS, 1, due_on="2019-02-28"),
    Case(
        "D03 a tape before the cut-off date, with a loan granted later",
        again(_LOANS, 1, snapshot_date="2024-01-30", granted_on="2024-01-31", due_on="2024-02-01"),
        [
            ("D03", _LOANS, 2, "snapshot_date", "2024-01-30"),
            ("D03", _LOANS, 2, "snapshot_date", "2024-01-30"),
        ],
    ),
    _cell("D03", _COLLATERALS, 0, latest_valued_on="2019-01-31"),
    _cell("D03", _REPORTS, 0, payment_date="2024-07-30"),
    _cell("D03", _REPORTS, 0, reported_on="2024-07-30"),
    _cell("D05", _DEALS, 0, liquidation_date="2029-07-27"),
    _cell("D06", _STATISTICS, 7, as_of_date="2025-08-01"),
    _cell("D06", _STATEMENTS, 1, pool_as_of_date="2025-10-01"),
    _cell("D06", _ESTIMATES, 0, rated_on="2024-05-11"),
    _cell("D06", _COLLATERALS, 0, latest_valued_on="2024-05-11"),
    Case(
        "D06 a report known before its period ended",
        put(
            _REPORTS,
            2,
            collection_end="2025-10-01",
            payment_date="",
            reported_on="",
        ),
        [("D06", _REPORTS, 2, "collection_end", "2025-10-01")],
    ),
    Case(
        "D08 a period that starts before the last one ended",
        put(_REPORTS, 2, collection_start="2025-01-30"),
        [("D08", _REPORTS, 2, "collection_start", "2025-01-30")],
    ),
    Case(
        "D08 is judged on latest revisions",
        both(
            put(_REPORTS, 2, collection_start="2025-01-30", known_on="2025-09-01"),
            again(_REPORTS, 2, collection_start="2025-02-01", known_on="2025-09-30"),
        ),
        [],
    ),
    _cell("D09", _REPORTS, 0, collection_start="2024-01-30"),
    Case(
        "D10 a period that ends before it starts",
        put(_REPORTS, 2, collection_end="2025-01-31"),
        [("D10", _REPORTS, 2, "collection_end", "2025-01-31")],
    ),
    Case(
        "D11 cut off more than two years before book building",
        both(
            put(_DEALS, 0, cutoff_date="2022-01-31"),
            everywhere(_LOANS, snapshot_date="2022-01-31"),
            everywhere(_COLLATERALS, snapshot_date="2022-01-31", latest_valued_on="2022-01-15"),
            put(_REPORTS, 0, collection_start="2022-01-31"),
        ),
        [("D11", _DEALS, 0, "cutoff_date", "2022-01-31")],
    ),
    Case(
        "D12 no cut-off date, and so no pool at it",
        put(_DEALS, 0, cutoff_date=""),
        [("D12", _DEALS, 0, "cutoff_date", "")],
    ),
    _cell("D13", _STATISTICS, 7, as_of_date=""),
)

DEAL_CASES = (
    Case(
        "I01 tranches that miss the issue amount by a cent",
        put(_DEALS, 0, issue_amount="400.000001", pool_balance="1000.00", junior_share="25%"),
        [],
    ),
    Case(
        "I01 tranches that miss the issue amount",
        put(_DEALS, 0, issue_amount="401.00"),
        [("I01", _DEALS, 0, "issue_amount", "401.00")],
    ),
    Case(
        "I01 an issue amount in 亿元 is as round as it is printed",
        put(_DEALS, 0, issue_amount="0.04亿元"),
        [],
    ),
    _cell("I02", _DEALS, 0, junior_share="25.002%"),
    Case("I02 a share as round as it is printed", put(_DEALS, 0, junior_share="25%"), []),
    _cell("I03", _TRANCHES, 0, placed_amount="300.01"),
    Case(
        "I04 shares that miss 100 % by more than rounding",
        put(_DEALS, 0, class_loss="9.94%"),
        [
            (
                *("I04", _DEALS, 0),
                "class_substandard + class_doubtful + class_loss",
                "60.02% + 30.00% + 9.94%",
            )
        ],
    ),
    Case("I04 exactly 0.03 off", put(_DEALS, 0, class_loss="9.95%"), []),
    _cell("I05", _TRANCHES, 1, weighted_life_years="4.19"),
    _cell("I06", _TRANCHES, 0, expected_life_years="2.33"),
    Case("I06 within the day count", put(_TRANCHES, 0, expected_life_years="2.31"), []),
    Case(
        "O01 no pool balance and no tape",
        both(
            put(_DEALS, 0, pool_balance="", pool_principal=""),
            drop(_LOANS, 0, 1),
            drop(_COLLATERALS, 0),
        ),
        [("O01", _DEALS, 0, "pool_balance", "")],
    ),
    Case("O01 a tape stands in", put(_DEALS, 0, pool_balance="", pool_principal=""), []),
    Case(
        "O02 rows of a deal that nobody delivered",
        drop(_DEALS, 0),
        [
            ("O02", table, row, "deal_code", "{code}")
            for table, rows in {
                _TRANCHES: 2,
                _ESTIMATES: 2,
                _STATISTICS: 8,
                _STATEMENTS: 2,
                _LOANS: 2,
                _COLLATERALS: 1,
                _REPORTS: 3,
            }.items()
            for row in range(rows)
        ],
    ),
    Case(
        "O03 a collateral of no loan",
        again(_COLLATERALS, 0, loan_no="NOBODY", collateral_no="C9"),
        [("O03", _COLLATERALS, 1, "loan_no", "NOBODY")],
    ),
    Case(
        "O04 a deal without tranches",
        drop(_TRANCHES, 0, 1),
        [("O04", _DEALS, 0, "deal_code", "{code}")],
    ),
    Case(
        "O05 a deal without a junior tranche",
        both(drop(_TRANCHES, 1), put(_DEALS, 0, issue_amount="300.00", junior_share="")),
        [("O05", _DEALS, 0, "deal_code", "{code}")],
    ),
)

POOL_CASES = (
    _cells("P01", _DEALS, 0, "pool_balance", pool_balance="1000.02"),
    _cells("P01", _DEALS, 0, "pool_principal", pool_principal="950.02"),
    _cell("P01", _STATISTICS, 6, value="1020.02"),
    Case("P01 within half of the last digit", put(_DEALS, 0, pool_principal="950"), []),
    _cell("P02", _STATISTICS, 0, value="3"),
    _cell("P02", _STATISTICS, 1, value="1"),
    _cell("P03", _STATISTICS, 4, value="1000.01"),
    _cell("P03", _STATISTICS, 4, value="0"),
    Case("P03 a ratio above 1", put(_STATISTICS, 4, value="1000.00"), []),
    Case(
        "P04 more principal than was lent",
        put(_LOANS, 1, contract_amount="379.99"),
        [
            ("P04", _LOANS, 1, "outstanding_principal", "380.00"),
            ("P01", _STATISTICS, 6, "value", "1020.00"),
        ],
    ),
    *(
        Case(
            f"P04 more principal than was lent, the note being {note}",
            put(_LOANS, 1, contract_amount="379.99", note=note),
            [
                *[("P04", _LOANS, 1, "outstanding_principal", "380.00")] * (not is_reason),
                ("P01", _STATISTICS, 6, "value", "1020.00"),
            ],
        )
        for note, is_reason in (
            ("资本化：欠息转本", True),
            ("Capitalised: interest due", True),
            ("capitalized: fees", True),
            ("资本化", False),
            ("冲回：拍卖撤销", False),
        )
    ),
    Case(
        "P04 more principal than contract amounts",
        put(_STATISTICS, 6, value="949.00"),
        [
            ("P04", _STATISTICS, 6, "value", "949.00"),
            ("P01", _STATISTICS, 6, "value", "949.00"),
        ],
    ),
    Case(
        "P05 prior claims as high as the value",
        put(_COLLATERALS, 0, prior_claims="800.00"),
        [("P05", _COLLATERALS, 0, "latest_value", "800.00")],
    ),
    Case(
        "P07 one collateral with two values",
        both(
            again(_COLLATERALS, 0, loan_no="{code}-2", latest_value="801.00"),
            put(_STATISTICS, 2, value="100"),
        ),
        [
            ("P07", _COLLATERALS, 0, "latest_value", "800.00"),
            ("P07", _COLLATERALS, 1, "latest_value", "801.00"),
        ],
    ),
    _cell("P08", _LOANS, 1, guarantee_type="抵押"),
    _cell("P10", _STATISTICS, 2, value="60.01"),
    Case("P10 as round as it is printed", put(_STATISTICS, 2, value="60"), []),
    Case(
        "P12 more principal than balance",
        put(_DEALS, 0, pool_principal="1000.01"),
        [
            ("P12", _DEALS, 0, "pool_principal", "1000.01"),
            ("P01", _DEALS, 0, "pool_principal", "1000.01"),
        ],
    ),
    _cell("P13", _STATISTICS, 2, value="100.01", also=("P10",)),
    Case(
        "P14 more borrowers than loans",
        put(_STATISTICS, 1, value="3"),
        [
            ("P14", _STATISTICS, 0, "value", "2"),
            ("P02", _STATISTICS, 1, "value", "3"),
        ],
    ),
    _cell("P15", _STATISTICS, 3, value="90"),
    _cell("U07", _STATISTICS, 0, unit="户数"),
    _cell("U07", _STATISTICS, 5, unit="days"),
)

RECOVERY_CASES = (
    Case(
        "R01 a negative recovery",
        put(
            _REPORTS,
            0,
            in_progress_recovery="-50.00",
            in_progress_recovery_to_date="-50.00",
            settled_recovery="110.00",
            settled_recovery_to_date="110.00",
        ),
        [("R01", _REPORTS, 0, "in_progress_recovery", "-50.00")],
    ),
    *(
        Case(
            f"R01 a negative recovery whose note is {note}",
            put(
                _REPORTS,
                2,
                in_progress_recovery="0.00",
                in_progress_recovery_to_date="100.00",
                settled_recovery="-5.00",
                settled_recovery_to_date="35.00",
                stated_cumulative_rate="13.50%",
                note=note,
            ),
            []
            if is_reason
            else [
                ("R01", _REPORTS, 2, "settled_recovery", "-5.00"),
                ("R02", _REPORTS, 2, "in_progress_recovery_to_date", "100.00"),
            ],
        )
        for note, is_reason in (
            ("冲回：拍卖撤销", True),
            (" Reversal: sale set aside", True),
            ("退回 ： 多付", True),
            ("冲回", False),
            ("冲回：", False),
            ("无冲回：无", False),
            ("", False),
        )
    ),
    Case(
        "R02 a reversal after which the total falls by more than it",
        put(
            _REPORTS,
            2,
            in_progress_recovery="0.00",
            in_progress_recovery_to_date="100.00",
            settled_recovery="-5.00",
            settled_recovery_to_date="34.99",
            stated_cumulative_rate="13.499%",
            note="冲回：拍卖撤销",
        ),
        [
            ("R02", _REPORTS, 2, "in_progress_recovery_to_date", "100.00"),
            ("R03", _REPORTS, 2, "in_progress_recovery_to_date", "100.00"),
        ],
    ),
    Case(
        "R02 cumulative recovery of reports that falls",
        both(
            put(
                _REPORTS,
                2,
                in_progress_recovery_to_date="90.00",
                stated_cumulative_rate="13.50%",
            ),
        ),
        [
            ("R02", _REPORTS, 2, "in_progress_recovery_to_date", "90.00"),
            ("R03", _REPORTS, 2, "in_progress_recovery_to_date", "90.00"),
        ],
    ),
    _cells(
        "R02",
        _STATEMENTS,
        1,
        "cumulative_recovery",
        cumulative_recovery="133.32",
        stated_rate="",
    ),
    Case(
        "cash moves from the open to the settled row",
        put(
            _REPORTS,
            2,
            in_progress_recovery_to_date="60.00",
            settled_recovery_to_date="95.00",
        ),
        [],
    ),
    Case(
        "R03 a total two cents off the sum of the periods",
        put(_REPORTS, 2, in_progress_recovery_to_date="110.000002"),
        [("R03", _REPORTS, 2, "in_progress_recovery_to_date", "110.000002")],
    ),
    Case(
        "R03 allows a cent",
        put(_REPORTS, 2, in_progress_recovery_to_date="110.000001"),
        [],
    ),
    Case(
        "R04 a recovery above the pool balance",
        put(_STATEMENTS, 1, cumulative_recovery="1000.01", stated_rate=""),
        [("R04", _STATEMENTS, 1, "cumulative_recovery", "1000.01")],
    ),
    Case(
        "R08 a recovery above one and a half times the pool balance",
        put(_STATEMENTS, 1, cumulative_recovery="1500.01", stated_rate=""),
        [("R08", _STATEMENTS, 1, "cumulative_recovery", "1500.01")],
    ),
    Case(
        "R08 a rate without an amount",
        put(_STATEMENTS, 1, cumulative_recovery="", stated_rate="150.01%"),
        [("R08", _STATEMENTS, 1, "stated_rate", "150.01%")],
    ),
    Case(
        "R05 a missing period: the numbers say so too",
        drop(_REPORTS, 1),
        [("R05", _REPORTS, 1, "collection_start", "2025-02-01")],
    ),
    Case(
        "R05 a first period that does not start at the cut-off",
        put(_REPORTS, 0, collection_start="2024-02-02"),
        [("R05", _REPORTS, 0, "collection_start", "2024-02-02")],
    ),
    Case(
        "R06 a number is skipped, no day is",
        put(_REPORTS, 2, report_no="4"),
        [("R06", _REPORTS, 2, "report_no", "4")],
    ),
    Case(
        "R07 a pool balance of nothing",
        both(
            put(_DEALS, 0, pool_balance="0.00", pool_principal=""),
            drop(_LOANS, 0, 1),
            drop(_COLLATERALS, 0),
        ),
        [("R07", _DEALS, 0, "pool_balance", "0.00")],
    ),
    _cell("R09", _STATEMENTS, 0, stated_rate="13.34%"),
    _cells(
        "R09",
        _ESTIMATES,
        0,
        "estimated_rate",
        estimated_rate="45.013%",
        estimated_recovery="450.11",
    ),
    Case(
        "R09 as round as it is printed",
        put(_ESTIMATES, 0, estimated_rate="45.01%", estimated_recovery="450.11"),
        [],
    ),
    _cell("R09", _REPORTS, 0, stated_cumulative_rate="6.01%"),
    Case(
        "R09 a rounded amount carries its rounding into the rate",
        put(_STATEMENTS, 1, cumulative_recovery="200.00", stated_rate="20.9%"),
        [],
    ),
    Case(
        "R11 two agencies far apart",
        put(_ESTIMATES, 0, estimated_recovery="310.00", estimated_rate="31.000%"),
        [
            ("R11", _ESTIMATES, 0, "estimated_rate", "31.000%"),
            ("R11", _ESTIMATES, 1, "estimated_rate", "47.000%"),
        ],
    ),
    Case(
        "R11 two agencies a factor of 1.5 apart",
        both(
            put(_ESTIMATES, 0, estimated_recovery="300.00", estimated_rate="30.000%"),
            put(_ESTIMATES, 1, estimated_recovery="450.00", estimated_rate="45.000%"),
        ),
        [],
    ),
    Case(
        "R12 open cases that do not follow",
        put(_REPORTS, 1, settled_count="0"),
        [("R12", _REPORTS, 1, "in_progress_count", "1")],
    ),
)

SIZE_CASES = (
    Case(
        "U02 one issue amount in 元 called 万元",
        put(_DEALS, 0, issue_amount="4000000.00"),
        [
            ("U02", _DEALS, 0, "issue_amount", "4000000.00"),
            ("I01", _DEALS, 0, "issue_amount", "4000000.00"),
        ],
    ),
    Case(
        "U02 one principal in 亿元 called 万元",
        put(_DEALS, 0, pool_principal="0.095"),
        [
            ("U02", _DEALS, 0, "pool_principal", "0.095"),
            ("P01", _DEALS, 0, "pool_principal", "0.095"),
            ("U02", _STATISTICS, 6, "value", "1020.00"),
        ],
    ),
    Case(
        "U02 one estimate in 元 called 万元",
        put(_ESTIMATES, 0, estimated_recovery="4500000.00", estimated_rate=""),
        [
            ("U02", _ESTIMATES, 0, "estimated_recovery", "4500000.00"),
            ("R08", _ESTIMATES, 0, "estimated_recovery", "4500000.00"),
            ("R11", _ESTIMATES, 0, "estimated_recovery", "4500000.00"),
            ("R11", _ESTIMATES, 1, "estimated_rate", "47.000%"),
        ],
    ),
    _cell("U02", _TRANCHES, 0, placed_amount="0.0285"),
    _cell("U02", _TRANCHES, 0, coupon="250%"),
    _cell("U02", _TRANCHES, 0, issue_price="1.00"),
    _cell("U02", _STATISTICS, 5, value="300"),
    Case(
        "U02 a number of borrowers in 万户",
        both(
            put(_STATISTICS, 0, value="2000000"),
            put(_STATISTICS, 1, value="2000000"),
        ),
        [(rule, _STATISTICS, row, "value", "2000000") for row in (0, 1) for rule in ("U02", "P02")],
    ),
    _cell("U02", _STATEMENTS, 0, forecast_cumulative="1200000.00"),
    Case(
        "U02 fees in 元 called 万元",
        both(
            put(_LOANS, 1, outstanding_fees="20000.00"),
            put(_DEALS, 0, pool_balance=""),
            put(_STATISTICS, 2, value=""),
            put(_ESTIMATES, 0, estimated_recovery=""),
        ),
        [
            ("U02", _LOANS, 1, "outstanding_fees", "20000.00"),
            ("K06", _STATISTICS, 2, "value", ""),
        ],
    ),
    Case(
        "U02 a collateral in 元 called 万元",
        put(_COLLATERALS, 0, latest_value="8000000.00"),
        [
            ("U02", _COLLATERALS, 0, "latest_value", "8000000.00"),
            ("U02", _COLLATERALS, 0, "latest_value", "8000000.00"),
        ],
    ),
    Case(
        "U02 an initial value in 元 called 万元",
        put(_COLLATERALS, 0, initial_value="9000000.00"),
        [
            ("U02", _COLLATERALS, 0, "initial_value", "9000000.00"),
            ("U02", _COLLATERALS, 0, "latest_value", "800.00"),
        ],
    ),
    _cell("U02", _REPORTS, 0, in_progress_balance="8000000.00"),
    _cell("U02", _REPORTS, 0, settled_balance="500000.00"),
    _cell("U02", _REPORTS, 0, closing_balance="8000000.00"),
    _cell("U02", _REPORTS, 0, disposal_expenses="30000.00"),
    _cell("U02", _REPORTS, 0, other_inflow="51000.00"),
)

CASES = (
    *TEXT_CASES,
    *KEY_CASES,
    *NAME_CASES,
    *DATE_CASES,
    *DEAL_CASES,
    *POOL_CASES,
    *RECOVERY_CASES,
    *SIZE_CASES,
)


def fill_in(cells: Row, code: str, other: str) -> None:
    """Replaces the place-holders of cells: the deal's code, in lower case, and another deal's."""
    for column, text in cells.items():
        cells[column] = (
            text.replace("{code}", code).replace("{lower}", code.lower()).replace("{other}", other)
        )
