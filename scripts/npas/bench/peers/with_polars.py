"""The pools of a market with polars: one lazy plan, run by the streaming engine.

Amounts are whole cents in integers, rounded from doubles that hold the texts' figures.
"""

import sys
from pathlib import Path

import polars as pl

from npas.bench.peers.printed import CLASSES, HOMES, VEHICLES

_POOL = ("deal_code", "snapshot_date")
_LOAN = (*_POOL, "loan_no")
_COLLATERAL = (*_POOL, "collateral_no")


def measure(store: Path, pools: Path) -> None:
    """Measures the pools of a raw store; writes them as Parquet."""
    deals = pl.scan_parquet(store / "deliveries/*/raw_deals.*").select("deal_code").unique()
    loans = _loans(store).join(deals, on="deal_code", how="semi")
    secured = _secured(_allocated(_collaterals(store), loans))
    found = _measured(loans.join(secured, on=_LOAN, how="left"))
    plan = found.join(_borrowers(loans), on=_POOL).join(_tapes(loans), on=_POOL)
    measured = plan.collect(engine="streaming")
    in_yuan = [name for name in measured.columns if name.endswith("_yuan")]
    in_yuan = [name for name in in_yuan if name != "latest_value_yuan"]
    measured.with_columns(
        _yuan(pl.col(name)) for name in [*in_yuan, "weighted_overdue_days"]
    ).write_parquet(pools)


def _loans(store: Path) -> pl.LazyFrame:
    return _latest(pl.scan_parquet(store / "deliveries/*/raw_loan_pools.*")).select(
        *_LOAN,
        "borrower_no",
        "five_class",
        "source_document",
        "known_on",
        pl.col("overdue_days").cast(pl.Int64),
        _cents("contract_amount").alias("contract"),
        _cents("outstanding_principal").alias("principal"),
        (
            _cents("outstanding_principal")
            + _cents("outstanding_interest")
            + _cents("outstanding_fees")
        ).alias("balance"),
    )


def _collaterals(store: Path) -> pl.LazyFrame:
    tape = _latest(pl.scan_parquet(store / "deliveries/*/raw_collaterals.*"))
    # a blank claim is none on a first lien, and unknown behind one
    claims = pl.coalesce(
        _cents("prior_claims"), pl.when(pl.col("lien_rank") == "1").then(pl.lit(0, pl.Int64))
    )
    return tape.select(
        *_LOAN,
        "collateral_no",
        pl.col("collateral_type").is_in(HOMES).alias("is_home"),
        pl.col("collateral_type").is_in(VEHICLES).alias("is_vehicle"),
        _cents("initial_value").cast(pl.Float64).alias("initial"),
        (_cents("latest_value") - claims).cast(pl.Float64).alias("latest"),
    )


def _latest(tape: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of the delivery of each tape that became known last, with dates for their texts."""
    texts = tape.select("deal_code", snapshot_text="snapshot_date", known_text="known_on").unique()
    dated = texts.with_columns(
        _date("snapshot_text").alias("snapshot_date"), _date("known_text").alias("known_on")
    )
    latest = dated.filter(pl.col("known_on") == pl.col("known_on").max().over(_POOL))
    return tape.rename({"snapshot_date": "snapshot_text", "known_on": "known_text"}).join(
        latest, on=["deal_code", "snapshot_text", "known_text"]
    )


def _date(column: str) -> pl.Expr:
    """A date of its text: 2024-06-28, 2024/6/28, 2024年6月28日 or 20240628."""
    plain = pl.col(column).str.replace_all("[年月/]", "-").str.strip_suffix("日")
    return pl.coalesce(
        plain.str.to_date("%Y-%m-%d", strict=False), plain.str.to_date("%Y%m%d", strict=False)
    )


def _cents(column: str) -> pl.Expr:
    amount = pl.col(column).str.replace_all(",", "", literal=True).replace("--", None)
    factor = pl.when(pl.col("amount_unit") == "万元").then(1_000_000).otherwise(100)
    return (amount.cast(pl.Float64) * factor).round().cast(pl.Int64)


def _allocated(tape: pl.LazyFrame, loans: pl.LazyFrame) -> pl.LazyFrame:
    """What of a collateral's value is the loan's: split by the balances of those that share it."""
    shared = tape.group_by(_COLLATERAL).len().filter(pl.col("len") > 1)
    owed = (
        tape.join(shared, on=_COLLATERAL, how="semi")
        .join(loans.select(*_LOAN, "balance"), on=_LOAN)
        .select(*_LOAN, "collateral_no", "balance")
    )
    together = owed.group_by(_COLLATERAL).agg(pl.col("balance").sum().alias("together"))
    shares = owed.join(together, on=_COLLATERAL).select(
        *_LOAN, "collateral_no", (pl.col("balance") / pl.col("together")).alias("share")
    )
    share = pl.col("share").fill_null(1.0)
    return tape.join(shares, on=[*_LOAN, "collateral_no"], how="left").with_columns(
        pl.col("initial") * share, pl.col("latest") * share
    )


def _secured(tape: pl.LazyFrame) -> pl.LazyFrame:
    """By loan: its collaterals, their values where all are known, and if the largest is a home."""
    order = pl.struct(-pl.col("latest").fill_null(float("-inf")), "collateral_no")
    values = (
        # a sum of values not above 0 secures nothing that a ratio could be taken of
        pl.when((pl.col(value).null_count() == 0) & (pl.col(value).sum() > 0))
        .then(pl.col(value).sum())
        .alias(value)
        for value in ("latest", "initial")
    )
    return tape.group_by(_LOAN).agg(
        pl.len().cast(pl.Int64).alias("collateral_count"),
        pl.col("is_vehicle").sum().cast(pl.Int64).alias("vehicle_count"),
        *values,
        pl.col("is_home").sort_by(order).first().alias("is_residential"),
    )


def _measured(loans: pl.LazyFrame) -> pl.LazyFrame:
    """By pool: counts, and sums in cents."""
    balance, is_mortgaged = pl.col("balance"), pl.col("collateral_count").is_not_null()
    classes = (
        balance.filter(pl.col("five_class").is_in(names)).sum().alias(column)
        for column, names in CLASSES.items()
    )
    quotients = {
        "latest_value_yuan": pl.col("latest") / 100,
        "weighted_current_ltv": pl.col("principal") / pl.col("latest") * balance / 100,
        "weighted_initial_ltv": pl.col("contract") / pl.col("initial") * balance / 100,
    }
    return loans.group_by(_POOL).agg(
        pl.len().alias("loan_count"),
        is_mortgaged.sum().alias("mortgaged_loan_count"),
        pl.col("collateral_count").sum(),
        pl.col("vehicle_count").sum(),
        pl.col("contract").sum().alias("contract_amount_yuan"),
        pl.col("principal").sum().alias("principal_yuan"),
        balance.sum().alias("balance_yuan"),
        balance.filter(is_mortgaged).sum().alias("mortgaged_balance_yuan"),
        pl.col("principal").filter(is_mortgaged).sum().alias("mortgaged_principal_yuan"),
        balance.filter(pl.col("is_residential")).sum().alias("residential_balance_yuan"),
        *(
            pl.when(quotient.count() == is_mortgaged.sum()).then(quotient.sum()).alias(column)
            for column, quotient in quotients.items()
        ),
        (pl.col("overdue_days") * balance).sum().alias("weighted_overdue_days"),
        *classes,
    )


def _borrowers(loans: pl.LazyFrame) -> pl.LazyFrame:
    owed = loans.group_by(*_POOL, "borrower_no").agg(pl.col("balance").sum())
    return owed.group_by(_POOL).agg(
        pl.len().alias("borrower_count"),
        pl.col("balance").top_k(10).sum().alias("top10_balance_yuan"),
    )


def _tapes(loans: pl.LazyFrame) -> pl.LazyFrame:
    return loans.group_by(_POOL).agg(
        pl.col("source_document").unique().sort().str.join("; ").alias("source_documents"),
        pl.col("known_on").max(),
    )


def _yuan(cents: pl.Expr) -> pl.Expr:
    return cents.cast(pl.Decimal(38, 2)) / 100


if __name__ == "__main__":
    measure(Path(sys.argv[1]), Path(sys.argv[2]))
