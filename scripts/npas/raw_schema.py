"""The raw tables: names, columns and what each column holds.

Source: the raw-table interface of the project's warehouse design. Every column is delivered as
text; `Kind` says how staging and the contracts read it.
"""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """How the text of a column is read."""

    CODE = "code"
    NAME = "name"
    TEXT = "text"
    DATE = "date"
    AMOUNT = "amount"
    RATIO = "ratio"
    NUMBER = "number"
    INTEGER = "integer"
    BY_UNIT = "by unit"


@dataclass(frozen=True)
class RawSchema:
    """One raw table.

    `columns` maps each required column, in order, to its kind; `key` names the columns that, with
    `known_on`, make a row one revision of one fact; `required` must be filled in every row.
    """

    name: str
    columns: dict[str, Kind]
    key: tuple[str, ...]
    required: tuple[str, ...]
    unit_column: str

    def of_kind(self, *kinds: Kind) -> list[str]:
        """Names of the columns of these kinds, in table order."""
        return [name for name, kind in self.columns.items() if kind in kinds]

    @property
    def readable_key(self) -> list[str]:
        """Columns of the key that must be filled with what can be read: dates and numbers."""
        words = (Kind.CODE, Kind.NAME, Kind.TEXT)
        needed = [name for name in self.key if name in self.required]
        return [name for name in needed if self.columns[name] not in words]


OPTIONAL_COLUMNS = {"note": Kind.TEXT}


def _columns(spec: str) -> dict[str, Kind]:
    columns = {}
    for part in spec.split():
        name, _, kind = part.partition(":")
        columns[name] = Kind(kind.replace("_", " ")) if kind else Kind.TEXT
    return columns


_TABLES = (
    RawSchema(
        name="raw_deals",
        columns=_columns(
            "deal_code:code deal_name series:name originator:name trustee:name lead_underwriter "
            "servicer asset_subclass:name announce_date:date book_date:date setup_date:date "
            "cutoff_date:date legal_maturity:date liquidation_date:date payment_frequency "
            "issue_amount:amount junior_share:ratio pool_balance:amount pool_principal:amount "
            "class_normal:ratio class_special_mention:ratio class_substandard:ratio "
            "class_doubtful:ratio class_loss:ratio amount_unit:name source_document known_on:date"
        ),
        key=("deal_code",),
        required=("deal_code", "deal_name"),
        unit_column="amount_unit",
    ),
    RawSchema(
        name="raw_tranches",
        columns=_columns(
            "deal_code:code tranche_code:name tranche_name issue_amount:amount coupon:ratio "
            "rate_type amortisation issue_price:number start_date:date expected_maturity:date "
            "placed_amount:amount expected_life_years:number weighted_life_years:number "
            "amount_unit:name source_document known_on:date"
        ),
        key=("deal_code", "tranche_code"),
        required=("deal_code", "tranche_code", "tranche_name"),
        unit_column="amount_unit",
    ),
    RawSchema(
        name="raw_recovery_estimates",
        columns=_columns(
            "deal_code:code agency:name stage:name rated_on:date estimated_recovery:amount "
            "estimated_rate:ratio basis:name horizon amount_unit:name source_document known_on:date"
        ),
        key=("deal_code", "agency", "stage", "rated_on"),
        required=("deal_code", "agency", "stage"),
        unit_column="amount_unit",
    ),
    RawSchema(
        name="raw_pool_statistics",
        columns=_columns(
            "deal_code:code as_of_date:date stage:name metric:name value:by_unit unit:name "
            "stated_by:name source_document known_on:date"
        ),
        key=("deal_code", "as_of_date", "stage", "metric", "stated_by"),
        required=("deal_code", "stage", "metric", "value"),
        unit_column="unit",
    ),
    RawSchema(
        name="raw_recovery_statements",
        columns=_columns(
            "deal_code:code pool_as_of_date:date cumulative_recovery:amount stated_rate:ratio "
            "forecast_cumulative:amount stated_by:name amount_unit:name source_document "
            "known_on:date"
        ),
        key=("deal_code", "pool_as_of_date", "stated_by"),
        required=("deal_code", "pool_as_of_date"),
        unit_column="amount_unit",
    ),
    RawSchema(
        name="raw_loan_pools",
        columns=_columns(
            "deal_code:code snapshot_date:date loan_no:name borrower_no:name "
            "contract_amount:amount outstanding_principal:amount outstanding_interest:amount "
            "outstanding_fees:amount granted_on:date due_on:date overdue_days:number "
            "five_class:name guarantee_type:name city amount_unit:name source_document "
            "known_on:date"
        ),
        key=("deal_code", "snapshot_date", "loan_no"),
        required=(
            "deal_code",
            "snapshot_date",
            "loan_no",
            "borrower_no",
            "outstanding_principal",
        ),
        unit_column="amount_unit",
    ),
    RawSchema(
        name="raw_collaterals",
        columns=_columns(
            "deal_code:code snapshot_date:date loan_no:name collateral_no:name "
            "collateral_type:name city lien_rank:integer prior_claims:amount initial_value:amount "
            "initial_valued_on:date latest_value:amount latest_valued_on:date amount_unit:name "
            "source_document known_on:date"
        ),
        key=("deal_code", "snapshot_date", "loan_no", "collateral_no"),
        required=("deal_code", "snapshot_date", "loan_no", "collateral_no"),
        unit_column="amount_unit",
    ),
    RawSchema(
        name="raw_trustee_reports",
        columns=_columns(
            "deal_code:code report_no:integer collection_start:date collection_end:date "
            "payment_date:date reported_on:date in_progress_count:integer "
            "in_progress_balance:amount in_progress_recovery:amount "
            "in_progress_recovery_to_date:amount settled_count:integer settled_balance:amount "
            "settled_recovery:amount settled_recovery_to_date:amount other_inflow:amount "
            "disposal_expenses:amount closing_balance:amount stated_cumulative_rate:ratio "
            "amount_unit:name source_document known_on:date"
        ),
        key=("deal_code", "report_no"),
        required=("deal_code", "report_no", "collection_start", "collection_end"),
        unit_column="amount_unit",
    ),
    RawSchema(
        name="raw_market_indicators",
        columns=_columns(
            "indicator:name label as_of_date:date value:by_unit unit:name source_document "
            "known_on:date"
        ),
        key=("indicator", "label", "as_of_date", "source_document"),
        required=("indicator", "as_of_date", "value"),
        unit_column="unit",
    ),
)

RAW_TABLES: dict[str, RawSchema] = {table.name: table for table in _TABLES}
