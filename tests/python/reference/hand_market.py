"""A small market written by hand: the corner cases that a random draw rarely meets.

Deal codes say what the deal is for. Money is in yuan, every row names its unit.
"""

from __future__ import annotations

import csv
from pathlib import Path

from .random_market import COLUMNS

Cells = dict[str, str]
KNOWN = "2025-03-01"


def _deal(code: str, **cells: str) -> Cells:
    return {
        **{"deal_code": code, "deal_name": code, "originator": "建设银行", "series": "建欣"},
        **{"asset_subclass": "企业贷款", "cutoff_date": "2024-12-31", "book_date": "2025-02-20"},
        **{"issue_amount": "400", "pool_balance": "1000", "trustee": "建信信托"},
        **cells,
    }


def _loan(code: str, loan_no: str, principal: str, **cells: str) -> Cells:
    return {
        **{"deal_code": code, "snapshot_date": "2024-12-31", "loan_no": loan_no},
        **{"borrower_no": f"B{loan_no}", "contract_amount": "200", "five_class": "次级"},
        **{"outstanding_principal": principal, "outstanding_interest": "0"},
        **{"outstanding_fees": "0", "overdue_days": "100", "guarantee_type": "抵押"},
        **cells,
    }


def _lien(code: str, loan_no: str, collateral_no: str, value: str, **cells: str) -> Cells:
    return {
        **{"deal_code": code, "snapshot_date": "2024-12-31", "loan_no": loan_no},
        **{"collateral_no": collateral_no, "collateral_type": "住宅", "lien_rank": "1"},
        **{"initial_value": value, "latest_value": value},
        **cells,
    }


def _report(code: str, number: int, dates: tuple[str, str], cash: str, **cells: str) -> Cells:
    start, end = dates
    return {
        **{"deal_code": code, "report_no": str(number)},
        **{"collection_start": start, "collection_end": end},
        **{"in_progress_recovery": cash, "settled_recovery": "0"},
        **cells,
    }


DEALS = [
    # printed balance of the deal absent: the tape's stands in
    _deal("TAPE1", pool_balance="", pool_principal=""),
    _deal("ZERO1", pool_balance="0", class_loss="100%"),
    _deal("CARD1", asset_subclass="信用卡"),
]
LOANS = [
    _loan("TAPE1", "L1", "100", borrower_no="B1"),
    _loan("TAPE1", "L2", "300", borrower_no="B1", outstanding_interest="10"),
    _loan("TAPE1", "L3", "50", borrower_no="B2", guarantee_type="信用"),
]
COLLATERALS = [
    _lien("TAPE1", "L1", "C1", "400"),
    _lien("TAPE1", "L2", "C1", "400"),
    _lien("TAPE1", "L2", "C2", "90", collateral_type="商业用房", lien_rank="2", prior_claims="20"),
]
REPORTS = [
    _report("TAPE1", 1, ("2025-01-01", "2025-03-15"), "100.01"),
    _report("TAPE1", 2, ("2025-03-15", "2025-04-30"), "7.00"),
]
TABLES = {
    "raw_deals": DEALS,
    "raw_loan_pools": LOANS,
    "raw_collaterals": COLLATERALS,
    "raw_trustee_reports": REPORTS,
}


def write_hand_market(folder: Path) -> None:
    """Write the nine raw CSV files of the market, some of them with a header alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, columns in COLUMNS.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, columns, restval="", lineterminator="\n")
            writer.writeheader()
            for place, row in enumerate(TABLES.get(table, ()), start=1):
                document = f"https://example.org/{table}/{place}"
                cells = {"source_document": document, "known_on": KNOWN, **row}
                if "amount_unit" in columns:
                    cells.setdefault("amount_unit", "元")
                writer.writerow(cells)
