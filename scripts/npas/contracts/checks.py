"""Which rule is checked where: the Great Expectations suites as code.

A suite is the checks of one raw table at one stage. Every check is one expectation on one frame;
a frame has a row per delivered row, so an unexpected index is a row of a file.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from great_expectations import expectations as gxe
from great_expectations.expectations.expectation import Expectation

from npas.contracts.workbench import Workbench
from npas.raw_schema import RAW_TABLES, Kind

CLASS_SHARES = (
    "class_normal",
    "class_special_mention",
    "class_substandard",
    "class_doubtful",
    "class_loss",
)

# Rounded shares may miss 100 % by a little; half a cent is the accountants' zero.
_CLASS_SUM = (0.9997, 1.0003)
_ROUNDING_SLACK = 1e-9
_CENT = 0.0100001
_LIFE_SLACK_YEARS = 0.15
_ONE_COLUMN = ("column", "column_A", "column_B")
# Fewer values than this say nothing about a whole column.
_COLUMN_OF = 3


class Stage(Enum):
    """Where a check looks: delivered text, typed values, other rows and tables."""

    TEXT = "text"
    TYPED = "typed"
    ACROSS = "across tables"


@dataclass(frozen=True)
class Check:
    """One rule applied to one table.

    `columns`: the cells to blame, the first filled one first; `joined` blames all of them
    together. Empty when `expectation` is on a helper column that lists the columns to blame.
    `needs`: other raw tables without which nothing can be said. `at_least`: number of values below
    which the check is left out. `said`: fixed words for the message.
    """

    rule: str
    table: str
    stage: Stage
    expectation: Expectation
    columns: tuple[str, ...] = ()
    joined: bool = False
    other: str | None = None
    needs: tuple[str, ...] = ()
    at_least: int = 0
    said: dict[str, str | float] = field(default_factory=dict)

    @property
    def measure(self) -> str | None:
        """The column of the frame the expectation measures, if it is on one column."""
        column = getattr(self.expectation, "column", None)
        return str(column) if column is not None else None

    @property
    def is_of_column(self) -> bool:
        """Whether the check is on the middle of a whole column, file by file."""
        return isinstance(self.expectation, gxe.ExpectColumnMedianToBeBetween)

    @property
    def tested(self) -> list[str]:
        """The columns of the frame the expectation looks at."""
        named = (getattr(self.expectation, name, None) for name in _ONE_COLUMN)
        several = getattr(self.expectation, "column_list", [])
        return [str(column) for column in (*named, *several) if column is not None]


def all_checks(bench: Workbench) -> list[Check]:
    """Every check of every raw table, in the order they are run."""
    checks: list[Check] = []
    for table in RAW_TABLES:
        checks += _text_checks(table, bench)
        checks += _typed_checks(table)
    for table_checks in (
        _deals(),
        _tranches(),
        _estimates(),
        _statistics(),
        _statements(),
        _loans(),
        _collaterals(),
        _reports(),
        _indicators(),
    ):
        checks += table_checks
    return checks


def _text_checks(table: str, bench: Workbench) -> list[Check]:
    schema = RAW_TABLES[table]
    checks = [
        Check(
            "K07" if column in schema.key else "K06",
            table,
            Stage.TEXT,
            gxe.ExpectColumnValuesToNotBeNull(column=column),
            (column,),
        )
        for column in schema.required
    ]
    if "deal_code" in schema.columns:
        pattern = r"^[\w.\-]{2,40}$"
        matches = gxe.ExpectColumnValuesToMatchRegex(column="deal_code", regex=pattern)
        checks.append(Check("T06", table, Stage.TEXT, matches, ("deal_code",)))
    if schema.of_kind(Kind.AMOUNT):
        checks.append(_member("U03", table, "amount_unit", _list(bench, "units", "unit")))
    for column, allowed in {
        "stage": ["first_rating", "tracking"],
        "basis": ["gross", "net", "distributable"],
        "five_class": _list(bench, "five_classes", "alias"),
        "guarantee_type": ["抵押", "质押", "保证", "信用"],
    }.items():
        if column in schema.columns:
            checks.append(_member("T05", table, column, allowed))
    return [
        *checks,
        Check(
            "D04",
            table,
            Stage.TEXT,
            gxe.ExpectColumnValuesToNotBeNull(column="known_on"),
            ("known_on",),
        ),
        Check(
            "V01",
            table,
            Stage.TEXT,
            gxe.ExpectColumnValuesToNotBeNull(column="source_document"),
            ("source_document",),
        ),
    ]


def _typed_checks(table: str) -> list[Check]:
    schema = RAW_TABLES[table]
    listed = {"T01": "unread_numbers"}
    if schema.of_kind(Kind.AMOUNT, Kind.BY_UNIT):
        listed["T02"] = "unread_amounts"
    if schema.of_kind(Kind.AMOUNT):
        listed |= {"U03": "unit_missing", "P06": "below_zero"}
    if schema.of_kind(Kind.RATIO):
        listed |= {"U05": "oversized_rates", "U06": "odd_rates"}
    if len(schema.of_kind(Kind.DATE)) > 1:
        listed |= {"D01": "ambiguous_dates", "D02": "unread_dates"}
    if schema.readable_key:
        listed["K07"] = "unread_keys"
    checks = [_empty(rule, table, Stage.TYPED, helper) for rule, helper in listed.items()]
    checks += [
        Check(
            "U04",
            table,
            Stage.TYPED,
            gxe.ExpectColumnMedianToBeBetween(column=f"{rate}_bare", max_value=1.5),
            (rate,),
            at_least=_COLUMN_OF,
        )
        for rate in schema.of_kind(Kind.RATIO)
    ]
    keys = {"key_columns": ", ".join(schema.key)}
    first = (schema.key[0],)
    return [
        *checks,
        _empty("D04", table, Stage.TYPED, "unread_known_on", "known_on"),
        _empty("K01", table, Stage.TYPED, "repeat_of", *first),
        _empty("K02", table, Stage.TYPED, "other_content", *first, said=keys),
        _empty("K03", table, Stage.TYPED, "contradicts", *first, said=keys),
    ]


def _deals() -> list[Check]:
    table = "raw_deals"
    pool = ("the pool balance", "资产池余额")
    tape = ("raw_loan_pools",)
    tranches = ("raw_tranches",)
    return [
        *_dates_in_order(
            table,
            ("announce_date", "book_date"),
            ("cutoff_date", "book_date"),
            ("book_date", "setup_date"),
            ("setup_date", "liquidation_date"),
        ),
        _in_order("D03", table, "setup_date", "legal_maturity", strict=True),
        _in_order("D05", table, "liquidation_date", "legal_maturity", blame_earlier=True),
        _between("D11", table, "cutoff_to_book_days", None, 731, "cutoff_date", other="book_date"),
        Check(
            "I04",
            table,
            Stage.TYPED,
            gxe.ExpectColumnValuesToBeBetween(
                column="class_sum", min_value=_CLASS_SUM[0], max_value=_CLASS_SUM[1]
            ),
            CLASS_SHARES,
            joined=True,
        ),
        Check(
            "C10",
            table,
            Stage.TYPED,
            gxe.ExpectColumnPairValuesToBeEqual(
                column_A="name_year", column_B="book_year", ignore_row_if="either_value_is_missing"
            ),
            ("deal_name",),
        ),
        *_size(
            table,
            "issue_to_pool",
            "issue_amount",
            pool,
            row=(0.005, 1.0),
            column=(0.01, 1.0),
            beside="pool_balance",
        ),
        *_size(
            table,
            "principal_to_pool",
            "pool_principal",
            pool,
            row=(0.2, 5.0),
            column=(0.3, 1.05),
            beside="pool_balance",
        ),
        *_size(table, "class_sum", CLASS_SHARES[2], None, column=(0.9, 1.1)),
        Check(
            "P12",
            table,
            Stage.TYPED,
            _not_above("pool_principal", "pool_balance"),
            ("pool_principal",),
            other="pool_balance",
        ),
        _across("R07", table, "pool_not_above_zero", "pool_balance"),
        _across("K04", table, "other_spelling", "deal_code"),
        _across("C01", table, "other_cutoff", "cutoff_date", others_in="other_cutoff"),
        _across("C01", table, "other_originator", "originator", others_in="other_originator"),
        _across("C02", table, "unknown_originator", "originator"),
        _across("C03", table, "originator_by_series", "originator"),
        _across("C04", table, "trustee_as_originator", "originator"),
        _across("C05", table, "contradicted_originator", "originator"),
        _across("C06", table, "unresolved_originator", "originator"),
        _across("C11", table, "unknown_trustee", "trustee"),
        _across("C13", table, "unknown_subclass", "asset_subclass"),
        _across("D12", table, "without_cutoff", "cutoff_date"),
        _across("O01", table, "without_pool", "pool_balance"),
        _across("O04", table, "without_tranches", "deal_code", needs=tranches),
        _across("O05", table, "one_sided", "deal_code", needs=tranches),
        _between(
            "I01",
            table,
            "tranche_gap",
            None,
            _CENT,
            "issue_amount",
            stage=Stage.ACROSS,
            needs=tranches,
        ),
        _between(
            "I02",
            table,
            "junior_share_gap",
            None,
            _ROUNDING_SLACK,
            "junior_share",
            stage=Stage.ACROSS,
            needs=tranches,
        ),
        *_size(
            table,
            "junior_share_to_tranches",
            "junior_share",
            ("the share of the tranches", "各档计算的占比"),
            column=(0.5, 2.0),
            stage=Stage.ACROSS,
            needs=tranches,
        ),
        _between(
            "P01",
            table,
            "tape_balance_gap",
            None,
            _CENT,
            "pool_balance",
            stage=Stage.ACROSS,
            needs=tape,
            words={"tape_sum": "tape_balance", "stated_sum": "stated_balance"},
        ),
        _between(
            "P01",
            table,
            "tape_principal_gap",
            None,
            _CENT,
            "pool_principal",
            stage=Stage.ACROSS,
            needs=tape,
            words={"tape_sum": "tape_principal", "stated_sum": "stated_principal"},
        ),
    ]


def _tranches() -> list[Check]:
    table = "raw_tranches"
    return [
        *_dates_in_order(table, ("start_date", "expected_maturity")),
        *_size(
            table,
            "placed_to_issue",
            "placed_amount",
            ("the amount issued", "发行金额"),
            row=(0.01, 10.0),
            column=(0.3, 1.05),
        ),
        *_size(table, "coupon", "coupon", None, row=(0.001, 0.25), column=(0.005, 0.15)),
        *_size(table, "issue_price", "issue_price", None, row=(50.0, 200.0), column=(80.0, 150.0)),
        *_size(
            table,
            "life_to_dates",
            "expected_life_years",
            ("the years from start to maturity", "起息日至到期日的年数"),
            column=(0.8, 1.25),
        ),
        *_size(
            table,
            "weighted_to_expected",
            "weighted_life_years",
            ("the expected life", "预期期限"),
            column=(0.02, 1.0),
        ),
        Check(
            "I03",
            table,
            Stage.TYPED,
            _not_above("placed_amount", "issue_amount"),
            ("placed_amount",),
            other="issue_amount",
        ),
        Check(
            "I05",
            table,
            Stage.TYPED,
            _not_above("weighted_life_years", "expected_life_years"),
            ("weighted_life_years",),
            other="expected_life_years",
        ),
        _between(
            "I06", table, "life_gap", -_LIFE_SLACK_YEARS, _LIFE_SLACK_YEARS, "expected_life_years"
        ),
        _orphan(table),
        _late(table, "expected_maturity", "legal_maturity"),
        _between(
            "C08",
            table,
            "start_gap_days",
            0,
            0,
            "start_date",
            stage=Stage.ACROSS,
            needs=("raw_deals",),
        ),
        *_size(
            table,
            "sum_to_deal",
            "issue_amount",
            ("the deal's issue amount", "交易发行总额"),
            column=(0.5, 2.0),
            stage=Stage.ACROSS,
            needs=("raw_deals",),
        ),
    ]


def _estimates() -> list[Check]:
    table = "raw_recovery_estimates"
    deals = ("raw_deals",)
    amount = ("estimated_recovery", "estimated_rate")
    return [
        _in_order("D06", table, "rated_on", "known_on", blame_earlier=True),
        _orphan(table),
        _across("C12", table, "unknown_agency", "agency"),
        *_sizes_of_recovery(table, amount, row=(0.001, 10.0), column=(0.01, 1.2)),
        *_rate_against_amount(table, "estimated_rate"),
        *_size(
            table,
            "rate",
            "estimated_rate",
            None,
            column=(0.01, 1.2),
            stage=Stage.ACROSS,
        ),
        _between(
            "R11",
            table,
            "apart",
            None,
            1.5,
            *reversed(amount),
            stage=Stage.ACROSS,
            needs=deals,
        ),
    ]


def _statements() -> list[Check]:
    table = "raw_recovery_statements"
    deals = ("raw_deals",)
    amount = ("cumulative_recovery", "stated_rate")
    pool = ("the pool balance", "资产池余额")
    return [
        _in_order("D06", table, "pool_as_of_date", "known_on", blame_earlier=True),
        _orphan(table),
        _early(table, "pool_as_of_date"),
        _across("C12", table, "unknown_agency", "stated_by"),
        _between("R02", table, "increase", 0, None, "cumulative_recovery", stage=Stage.ACROSS),
        *_sizes_of_recovery(table, amount, row=(0.0001, 10.0), column=(0.005, 1.5)),
        *_rate_against_amount(table, "stated_rate"),
        *_size(
            table,
            "forecast_to_pool",
            "forecast_cumulative",
            pool,
            row=(0.0001, 10.0),
            column=(0.002, 1.5),
            stage=Stage.ACROSS,
            needs=deals,
        ),
        *_size(
            table,
            "rate",
            "stated_rate",
            None,
            column=(0.005, 1.5),
            stage=Stage.ACROSS,
        ),
    ]


def _statistics() -> list[Check]:
    table = "raw_pool_statistics"
    deals, tape = ("raw_deals",), ("raw_loan_pools",)
    value = ("value",)
    per_head = (1_000.0, 500_000_000.0)
    return [
        _empty("D13", table, Stage.TYPED, "tracking_without_date", "as_of_date"),
        _in_order("D06", table, "as_of_date", "known_on", blame_earlier=True),
        _orphan(table),
        _early(table, "as_of_date"),
        _across("C12", table, "unknown_agency", "stated_by"),
        _across("U07", table, "unfit_unit", "unit"),
        _across("P15", table, "not_all", "value"),
        _across("P14", table, "borrower_count", "value"),
        _between("P13", table, "stated_share", 0, 1, *value, stage=Stage.ACROSS),
        Check(
            "P03",
            table,
            Stage.ACROSS,
            gxe.ExpectColumnValuesToBeBetween(
                column="loan_to_value", min_value=0, strict_min=True, max_value=10
            ),
            value,
        ),
        _between(
            "P04", table, "principal_to_contract", None, 1, *value, stage=Stage.ACROSS, needs=deals
        ),
        *_size(
            table,
            "overdue_months",
            "value",
            None,
            row=(0.0, 240.0),
            column=(0.5, 120.0),
            stage=Stage.ACROSS,
        ),
        *[
            check
            for measure in ("current_loan_to_value", "initial_loan_to_value")
            for check in _size(table, measure, "value", None, column=(0.1, 3.0), stage=Stage.ACROSS)
        ],
        *[
            check
            for measure, limits in {
                "part_mortgaged": (0.05, 1.0),
                "part_residential": (0.05, 1.0),
                "part_vehicles": (0.05, 1.0),
                "part_of_top10": (0.0005, 1.0),
            }.items()
            for check in _size(table, measure, "value", None, usual=limits, stage=Stage.ACROSS)
        ],
        *_size(
            table,
            "stated_share",
            "value",
            None,
            column=(0.0005, 1.0),
            stage=Stage.ACROSS,
        ),
        *_size(
            table,
            "principal_to_contract",
            "value",
            ("the contract amount", "合同金额"),
            row=(0.01, 100.0),
            stage=Stage.ACROSS,
            needs=deals,
        ),
        *_size(
            table,
            "balance_per_borrower",
            "value",
            None,
            row=per_head,
            stage=Stage.ACROSS,
            needs=deals,
        ),
        *_size(
            table, "balance_per_loan", "value", None, row=per_head, stage=Stage.ACROSS, needs=deals
        ),
        _between(
            "P01", table, "tape_contract_gap", None, _CENT, *value, stage=Stage.ACROSS, needs=tape
        ),
        _between("P02", table, "tape_count_gap", None, 0, *value, stage=Stage.ACROSS, needs=tape),
        _between(
            "P10",
            table,
            "tape_share_gap",
            None,
            _ROUNDING_SLACK,
            *value,
            stage=Stage.ACROSS,
            needs=tape,
        ),
    ]


def _loans() -> list[Check]:
    table = "raw_loan_pools"
    principal = ("the principal", "未偿本金")
    return [
        *_dates_in_order(table, ("granted_on", "due_on"), ("granted_on", "snapshot_date")),
        _in_order("D06", table, "snapshot_date", "known_on", blame_earlier=True),
        Check(
            "P04",
            table,
            Stage.ACROSS,
            _not_above("principal_yuan", "contract_yuan"),
            ("outstanding_principal",),
        ),
        *_size(
            table,
            "principal_to_contract",
            "outstanding_principal",
            ("the contract amount", "合同金额"),
            row=(0.0, 10.0),
            column=(0.05, 1.05),
            beside="contract_amount",
        ),
        *_size(
            table,
            "interest_to_principal",
            "outstanding_interest",
            principal,
            row=(0.0, 10.0),
            column=(0.0, 3.0),
        ),
        *_size(
            table,
            "fees_to_principal",
            "outstanding_fees",
            principal,
            row=(0.0, 10.0),
            column=(0.0, 1.0),
            usual=(0.0001, 0.1),
        ),
        *_size(
            table,
            "balance",
            "outstanding_principal",
            None,
            column=(1_000.0, 500_000_000.0),
            stage=Stage.ACROSS,
        ),
        _orphan(table),
        _early(table, "snapshot_date"),
        _across("K05", table, "other_deal", "loan_no"),
        _across("P08", table, "unsecured_mortgage", "guarantee_type", needs=("raw_collaterals",)),
    ]


def _collaterals() -> list[Check]:
    table = "raw_collaterals"
    tape = ("raw_loan_pools",)
    loans = ("the principal of its loans", "所担保贷款的未偿本金")
    contracts = ("the contract amounts of its loans", "所担保贷款的合同金额")
    return [
        *_dates_in_order(table, ("initial_valued_on", "latest_valued_on")),
        _in_order("D06", table, "latest_valued_on", "known_on", blame_earlier=True),
        _in_order("D06", table, "snapshot_date", "known_on", blame_earlier=True),
        Check(
            "P05",
            table,
            Stage.TYPED,
            gxe.ExpectColumnValuesToBeBetween(column="net_value", min_value=0, strict_min=True),
            ("latest_value",),
        ),
        *_size(
            table,
            "latest_to_initial",
            "latest_value",
            ("the initial value", "初始价值"),
            row=(0.02, 50.0),
            column=(0.1, 10.0),
        ),
        *_size(
            table,
            "prior_to_latest",
            "prior_claims",
            ("the latest value", "最新价值"),
            usual=(0.01, 1.5),
        ),
        _orphan(table),
        _across("O03", table, "loan_not_in_tape", "loan_no", needs=tape),
        _across("C15", table, "unknown_type", "collateral_type"),
        _empty("P07", table, Stage.ACROSS, "differing"),
        *_size(
            table,
            "latest_to_principal",
            "latest_value",
            loans,
            row=(0.01, 1000.0),
            column=(0.1, 50.0),
            stage=Stage.ACROSS,
            needs=tape,
        ),
        *_size(
            table,
            "initial_to_contract",
            "initial_value",
            contracts,
            row=(0.01, 1000.0),
            column=(0.1, 50.0),
            stage=Stage.ACROSS,
            needs=tape,
        ),
    ]


def _reports() -> list[Check]:
    table = "raw_trustee_reports"
    deals = ("raw_deals",)
    pool = ("the pool balance", "资产池余额")
    to_date = ("in_progress_recovery_to_date",)
    cash = ("the recovery of its period", "本期回收金额")
    shares = {
        "in_progress_recovery": ((-1.5, 1.5), None),
        "settled_recovery": ((-1.5, 1.5), None),
        "in_progress_balance": ((0.0, 1.5), (0.0005, 1.2)),
        "settled_balance": ((0.0, 1.5), None),
        "closing_balance": ((0.0, 1.5), (0.0005, 1.2)),
        "disposal_expenses": ((0.0, 0.5), None),
        "other_inflow": ((-0.5, 0.5), None),
    }
    return [
        *_dates_in_order(
            table, ("collection_end", "payment_date"), ("collection_end", "reported_on")
        ),
        _in_order("D10", table, "collection_start", "collection_end"),
        _in_order("D06", table, "collection_end", "known_on", blame_earlier=True),
        _orphan(table),
        _across("D08", table, "overlap", "collection_start"),
        Check(
            "D09",
            table,
            Stage.ACROSS,
            _not_below("collection_start", "cutoff_date"),
            ("collection_start",),
            needs=deals,
        ),
        _across("R01", table, "negative_cash"),
        _across("R05", table, "gap_days", "collection_start"),
        _between("R06", table, "step", 1, 1, "report_no", stage=Stage.ACROSS),
        _between("R02", table, "increase", 0, None, *to_date, stage=Stage.ACROSS),
        _between(
            "R03", table, "cumulative_gap", None, _CENT, *to_date, stage=Stage.ACROSS, needs=deals
        ),
        _between("R12", table, "open_gap", None, 0, "in_progress_count", stage=Stage.ACROSS),
        *_sizes_of_recovery(
            table,
            to_date,
            row=(0.0, 10.0),
            column=(0.0005, 1.5),
            beside="settled_recovery_to_date",
        ),
        *_rate_against_amount(table, "stated_cumulative_rate"),
        *[
            check
            for measure, column, limits in (
                ("other_to_cash", "other_inflow", (-0.05, 0.05)),
                ("expenses_to_cash", "disposal_expenses", (0.0, 1.0)),
            )
            for check in _size(table, measure, column, cash, usual=limits, stage=Stage.ACROSS)
        ],
        *[
            check
            for column, (row, whole) in shares.items()
            for check in _size(
                table,
                f"{column}_to_pool",
                column,
                pool,
                row=row,
                column=whole,
                stage=Stage.ACROSS,
                needs=deals,
            )
        ],
    ]


def _indicators() -> list[Check]:
    table = "raw_market_indicators"
    value = ("value",)
    return [
        _in_order("D06", table, "as_of_date", "known_on", blame_earlier=True),
        _across("M01", table, "other_place", *value),
        _between("M02", table, "growth_gap", None, 0.01, *value, stage=Stage.ACROSS),
        _between("M03", table, "jump", -0.1, 0.1, *value, stage=Stage.ACROSS),
    ]


def _list(bench: Workbench, value_set: str, column: str) -> list[str]:
    return bench.values(f"select {column} from reference.{value_set} order by all")


def _member(rule: str, table: str, column: str, allowed: Sequence[str]) -> Check:
    inside = gxe.ExpectColumnValuesToBeInSet(column=column, value_set=list(allowed))
    said: dict[str, str | float] = {"allowed": ", ".join(allowed)}
    return Check(rule, table, Stage.TEXT, inside, (column,), said=said)


def _empty(
    rule: str,
    table: str,
    stage: Stage,
    helper: str,
    *columns: str,
    needs: tuple[str, ...] = (),
    said: dict[str, str] | None = None,
) -> Check:
    nothing = gxe.ExpectColumnValuesToBeNull(column=helper)
    return Check(rule, table, stage, nothing, columns, needs=needs, said=dict(said or {}))


def _across(
    rule: str,
    table: str,
    helper: str,
    *columns: str,
    needs: tuple[str, ...] = (),
    others_in: str | None = None,
) -> Check:
    nothing = gxe.ExpectColumnValuesToBeNull(column=helper)
    words: dict[str, str | float] = {"@others": others_in} if others_in else {}
    return Check(rule, table, Stage.ACROSS, nothing, columns, needs=needs, said=words)


def _between(
    rule: str,
    table: str,
    measure: str,
    low: float | None,
    high: float | None,
    *columns: str,
    stage: Stage = Stage.TYPED,
    other: str | None = None,
    needs: tuple[str, ...] = (),
    words: dict[str, str] | None = None,
) -> Check:
    inside = gxe.ExpectColumnValuesToBeBetween(column=measure, min_value=low, max_value=high)
    said: dict[str, str | float] = {f"@{name}": column for name, column in (words or {}).items()}
    return Check(rule, table, stage, inside, columns, other=other, needs=needs, said=said)


def _not_below(later: str, earlier: str, *, strict: bool = False) -> Expectation:
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=later,
        column_B=earlier,
        or_equal=not strict,
        ignore_row_if="either_value_is_missing",
    )


def _not_above(smaller: str, larger: str) -> Expectation:
    return _not_below(larger, smaller)


def _dates_in_order(table: str, *pairs: tuple[str, str]) -> list[Check]:
    return [_in_order("D03", table, earlier, later) for earlier, later in pairs]


def _in_order(
    rule: str,
    table: str,
    earlier: str,
    later: str,
    *,
    strict: bool = False,
    blame_earlier: bool = False,
) -> Check:
    blamed, other = (earlier, later) if blame_earlier else (later, earlier)
    expected = _not_below(later, earlier, strict=strict)
    side = {"side": "before", "side_zh": "早于"}
    if strict:
        side = {"side": "on or before", "side_zh": "早于或等于"}
    return Check(rule, table, Stage.TYPED, expected, (blamed,), other=other, said=dict(side))


def _early(table: str, column: str) -> Check:
    said: dict[str, str | float] = {"side": "before", "side_zh": "早于"}
    expected = _not_below(column, "cutoff_date")
    return Check(
        "D03",
        table,
        Stage.ACROSS,
        expected,
        (column,),
        other="cutoff_date",
        needs=("raw_deals",),
        said=said,
    )


def _late(table: str, column: str, limit: str) -> Check:
    said: dict[str, str | float] = {"side": "after", "side_zh": "晚于"}
    expected = _not_above(column, limit)
    return Check(
        "D03",
        table,
        Stage.ACROSS,
        expected,
        (column,),
        other=limit,
        needs=("raw_deals",),
        said=said,
    )


def _orphan(table: str) -> Check:
    return _across("O02", table, "orphan", "deal_code", needs=("raw_deals",))


def _size(
    table: str,
    measure: str,
    blamed: str,
    against: tuple[str, str] | None,
    *,
    row: tuple[float, float] | None = None,
    column: tuple[float, float] | None = None,
    stage: Stage = Stage.TYPED,
    needs: tuple[str, ...] = (),
    beside: str | None = None,
    usual: tuple[float, float] | None = None,
) -> list[Check]:
    """The size of a value, beside another or alone: of each row, and of the column's middle.

    `beside` is a column of the same file that is blamed too when a whole column is at fault: which
    of the two slipped cannot be told. `usual` is where the middle lies in most markets, for values
    that may well lie elsewhere: there it is only told.
    """
    checks = []
    sizes = (("U02", row, 0), ("U01", column, _COLUMN_OF), ("U09", usual, _COLUMN_OF))
    for rule, limits, at_least in sizes:
        if limits is None:
            continue
        expectation_type = (
            gxe.ExpectColumnValuesToBeBetween
            if rule == "U02"
            else gxe.ExpectColumnMedianToBeBetween
        )
        expected = expectation_type(column=measure, min_value=limits[0], max_value=limits[1])
        said: dict[str, str | float] = {
            "of": f" times {against[0]}" if against else "",
            "of_zh": f"与{against[1]}之比" if against else "读数",
            "low": limits[0],
            "high": limits[1],
        }
        is_either = rule == "U01" and beside is not None
        checks.append(
            Check(
                rule,
                table,
                stage,
                expected,
                (blamed, str(beside)) if is_either else (blamed,),
                joined=is_either,
                needs=needs,
                at_least=at_least,
                said=said,
            )
        )
    return checks


def _sizes_of_recovery(
    table: str,
    columns: tuple[str, ...],
    *,
    row: tuple[float, float],
    column: tuple[float, float],
    beside: str | None = None,
) -> list[Check]:
    deals = ("raw_deals",)
    pool = ("the pool balance", "资产池余额")
    size = _size(
        table,
        "to_pool",
        columns[0],
        pool,
        row=row,
        column=column,
        stage=Stage.ACROSS,
        needs=deals,
        beside=beside,
    )
    return [
        *size,
        _between(
            "R04", table, "to_pool_within_150", None, 1, *columns, stage=Stage.ACROSS, needs=deals
        ),
        _between("R08", table, "to_pool", None, 1.5, *columns, stage=Stage.ACROSS, needs=deals),
    ]


def _rate_against_amount(table: str, rate: str) -> list[Check]:
    deals = ("raw_deals",)
    computed = ("amount over pool balance", "金额除以资产池余额")
    return [
        _between(
            "R09", table, "rate_gap", None, _ROUNDING_SLACK, rate, stage=Stage.ACROSS, needs=deals
        ),
        *_size(
            table,
            "rate_to_computed",
            rate,
            computed,
            column=(0.5, 2.0),
            stage=Stage.ACROSS,
            needs=deals,
        ),
    ]
