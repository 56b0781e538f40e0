"""The pools of a market with pandas: frames of the columns that are needed, in memory.

Amounts are whole cents in doubles, which hold them exactly up to 2**53: more than a tape comes to.
"""

import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pandas as pd

from npas.bench.peers.printed import CLASSES, HOMES, VEHICLES

_POOL = ["deal_code", "snapshot_date"]
_LOAN = [*_POOL, "loan_no"]
_COMMON = ["deal_code", "snapshot_date", "known_on", "loan_no", "amount_unit"]
_CENTS_PER_UNIT = {"元": 100, "万元": 1_000_000}
_LOAN_AMOUNTS = {
    "contract_amount": "contract",
    "outstanding_principal": "principal",
    "outstanding_interest": "interest",
    "outstanding_fees": "fees",
}


def measure(store: Path, pools: Path) -> None:
    """Measures the pools of a raw store; writes them as Parquet."""
    loans = _loans(store)
    secured = _secured(_allocated(_collaterals(store), loans))
    loans = loans.join(secured, on=_LOAN)
    found = _measured(loans).join(_borrowers(loans))
    in_yuan = found.columns[found.columns.str.endswith("_yuan")].difference(["latest_value_yuan"])
    found[in_yuan] = found[in_yuan].map(_yuan)
    found = found.reset_index()
    found["snapshot_date"] = found["snapshot_date"].dt.date
    found.to_parquet(pools, index=False)


def _loans(store: Path) -> pd.DataFrame:
    columns = ["borrower_no", "overdue_days", "five_class", "source_document", *_LOAN_AMOUNTS]
    loans = _latest(_read(store, "raw_loan_pools", [*_COMMON, *columns]))
    deals = _read(store, "raw_deals", ["deal_code"])
    loans = loans[loans["deal_code"].isin(deals["deal_code"])]
    loans = _with_cents(loans, _LOAN_AMOUNTS)
    loans["overdue_days"] = loans["overdue_days"].astype("int64")
    loans["balance"] = loans["principal"] + loans["interest"] + loans["fees"]
    return loans


def _collaterals(store: Path) -> pd.DataFrame:
    amounts = {"prior_claims": "claims", "initial_value": "initial", "latest_value": "latest"}
    columns = ["collateral_no", "collateral_type", "lien_rank", *amounts]
    tape = _with_cents(_latest(_read(store, "raw_collaterals", [*_COMMON, *columns])), amounts)
    # a blank claim is none on a first lien, and unknown behind one
    claims = tape["claims"].mask(tape["claims"].isna() & (tape["lien_rank"] == "1"), 0)
    tape["latest"] -= claims
    return tape.drop(columns=["claims", "lien_rank"])


def _read(store: Path, table: str, columns: Sequence[str]) -> pd.DataFrame:
    files = sorted(store.glob(f"deliveries/*/{table}.*"))
    frames = [pd.read_parquet(file, columns=list(columns)) for file in files]
    return pd.concat(frames, ignore_index=True)


def _latest(tape: pd.DataFrame) -> pd.DataFrame:
    """Rows of the delivery of each tape that became known last, with dates for their texts."""
    for column in ("snapshot_date", "known_on"):
        texts = tape[column].unique()
        dates = {text: _date(text) for text in texts}
        tape[column] = tape[column].map(dates)
    is_latest = tape["known_on"] == tape.groupby(_POOL)["known_on"].transform("max")
    return tape.loc[is_latest].copy()


def _date(text: str) -> pd.Timestamp:
    return pd.Timestamp(text.replace("年", "-").replace("月", "-").replace("日", ""))


def _with_cents(tape: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    factor = tape["amount_unit"].map(_CENTS_PER_UNIT)
    for text, cents in names.items():
        plain = tape[text].str.replace(",", "").replace("--", None)
        tape[cents] = (pd.to_numeric(plain) * factor).round()
    return tape.drop(columns=["amount_unit", *names])


def _allocated(tape: pd.DataFrame, loans: pd.DataFrame) -> pd.DataFrame:
    """What of a collateral's value is the loan's: split by the balances of those that share it."""
    tape = tape.merge(loans[[*_LOAN, "balance"]], on=_LOAN)
    collateral = [*_POOL, "collateral_no"]
    shared = tape[tape.duplicated(collateral, keep=False)]
    share = shared["balance"] / shared.groupby(collateral)["balance"].transform("sum")
    for value in ("initial", "latest"):
        tape.loc[share.index, value] *= share
    return tape


def _secured(tape: pd.DataFrame) -> pd.DataFrame:
    """By loan: its collaterals, their values where all are known, and the type of the largest."""
    tape["is_vehicle"] = tape["collateral_type"].isin(VEHICLES)
    tape["is_residential"] = tape["collateral_type"].isin(HOMES)
    by_loan = tape.groupby(_LOAN)
    values = by_loan[["latest", "initial"]].sum()
    values = values.where(by_loan[["latest", "initial"]].count().eq(by_loan.size(), axis=0))
    order = tape.sort_values(["latest", "collateral_no"], ascending=[False, True])
    largest = order.drop_duplicates(_LOAN).set_index(_LOAN)["is_residential"]
    # a sum of values not above 0 secures nothing that a ratio could be taken of
    secured = values.where(values > 0).join(largest)
    secured["collateral_count"] = by_loan.size()
    secured["vehicle_count"] = by_loan["is_vehicle"].sum()
    return secured


def _measured(loans: pd.DataFrame) -> pd.DataFrame:
    """By pool: counts, and sums in cents."""
    is_mortgaged = loans["collateral_count"].notna()
    is_residential = loans["is_residential"].eq(other=True)
    parts = {
        "contract_amount_yuan": loans["contract"],
        "principal_yuan": loans["principal"],
        "balance_yuan": loans["balance"],
        "mortgaged_balance_yuan": loans["balance"].where(is_mortgaged, 0),
        "mortgaged_principal_yuan": loans["principal"].where(is_mortgaged, 0),
        "residential_balance_yuan": loans["balance"].where(is_residential, 0),
        "mortgaged_loan_count": is_mortgaged.astype("int64"),
        "collateral_count": loans["collateral_count"].fillna(0).astype("int64"),
        "vehicle_count": loans["vehicle_count"].fillna(0).astype("int64"),
        # larger than a double holds exactly
        "weighted_overdue_days": loans["overdue_days"] * loans["balance"].astype("int64"),
        **{
            name: loans["balance"].where(loans["five_class"].isin(classes), 0)
            for name, classes in CLASSES.items()
        },
    }
    keys = [loans[name] for name in _POOL]
    found = pd.DataFrame(parts).groupby(keys).sum()
    quotients = pd.DataFrame(
        {
            "latest_value_yuan": loans["latest"] / 100,
            "weighted_current_ltv": loans["principal"] / loans["latest"] * loans["balance"] / 100,
            "weighted_initial_ltv": loans["contract"] / loans["initial"] * loans["balance"] / 100,
        }
    ).groupby(keys)
    is_complete = quotients.count().eq(found["mortgaged_loan_count"], axis=0)
    found = found.join(quotients.sum().where(is_complete))
    found["loan_count"] = loans.groupby(_POOL).size()
    found["weighted_overdue_days"] = found["weighted_overdue_days"].map(_yuan)
    documents = loans[[*_POOL, "source_document", "known_on"]].drop_duplicates()
    tapes = documents.sort_values("source_document").groupby(_POOL)
    found["source_documents"] = tapes["source_document"].agg("; ".join)
    found["known_on"] = tapes["known_on"].max().dt.date
    return found


def _borrowers(loans: pd.DataFrame) -> pd.DataFrame:
    owed = loans.groupby([*_POOL, "borrower_no"])["balance"].sum()
    top10 = owed.groupby(level=_POOL, group_keys=False).nlargest(10).groupby(level=_POOL).sum()
    counts = owed.groupby(level=_POOL).size()
    return pd.DataFrame({"borrower_count": counts, "top10_balance_yuan": top10})


def _yuan(cents: float) -> Decimal:
    return Decimal(int(cents)).scaleb(-2)


if __name__ == "__main__":
    measure(Path(sys.argv[1]), Path(sys.argv[2]))
