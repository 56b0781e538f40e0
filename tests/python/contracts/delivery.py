"""A delivery that breaks no rule, as real CSV files, for tests to break in one place each."""

import csv
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from npas.raw_schema import RAW_TABLES

Row = dict[str, str]
Tables = dict[str, list[Row]]

_DOCUMENT = "https://example.org/prospectus.pdf"


def sound_deal(code: str) -> Tables:
    """One deal with every kind of row: two loans, one mortgaged, and three collection periods."""
    common = {"deal_code": code, "source_document": _DOCUMENT, "amount_unit": "万元"}
    at_issue = {**common, "known_on": "2024-05-10"}
    later = {**common, "known_on": "2025-09-30"}
    statistic = {"deal_code": code, "source_document": _DOCUMENT, "stated_by": "中债资信"}
    first = {**statistic, "stage": "first_rating", "known_on": "2024-05-10"}
    loan = {**at_issue, "snapshot_date": "2024-01-31", "granted_on": "2019-03-01"}
    loan |= {"due_on": "2022-03-01", "overdue_days": "200", "city": "杭州"}
    return {
        "raw_deals": [
            {
                **at_issue,
                "deal_name": "龙兴2024年第一期",
                "series": "龙兴",
                "originator": "华夏银行",
                "trustee": "建信信托",
                "servicer": "华夏银行",
                "asset_subclass": "小微贷款",
                "announce_date": "2024-05-10",
                "book_date": "2024-05-20",
                "setup_date": "2024-05-23",
                "cutoff_date": "2024-01-31",
                "legal_maturity": "2029-07-26",
                "liquidation_date": "2028-01-31",
                "payment_frequency": "半年度",
                "issue_amount": "400.00",
                "junior_share": "25.000%",
                "pool_balance": "1000.00",
                "pool_principal": "950.00",
                "class_substandard": "60.02%",
                "class_doubtful": "30.00%",
                "class_loss": "10.01%",
            }
        ],
        "raw_tranches": [
            {
                **at_issue,
                "tranche_code": f"{code}优先",
                "tranche_name": "优先档",
                "issue_amount": "300.00",
                "coupon": "2.50%",
                "rate_type": "固定利率",
                "issue_price": "100.00",
                "start_date": "2024-05-23",
                "expected_maturity": "2026-07-26",
                "placed_amount": "285.00",
                "expected_life_years": "2.17",
                "weighted_life_years": "1.10",
            },
            {
                **at_issue,
                "tranche_code": f"{code}C",
                "tranche_name": "次级档",
                "issue_amount": "100.00",
                "rate_type": "零息式",
                "issue_price": "101.00",
                "start_date": "2024-05-23",
                "expected_maturity": "2028-07-26",
                "placed_amount": "95.00",
                "expected_life_years": "4.18",
                "weighted_life_years": "4.18",
            },
        ],
        "raw_recovery_estimates": [
            {
                **at_issue,
                "agency": agency,
                "stage": "first_rating",
                "rated_on": "2024-05-08",
                "estimated_recovery": amount,
                "estimated_rate": rate,
                "basis": "gross",
            }
            for agency, amount, rate in (
                ("中债资信", "450.00", "45.000%"),
                ("联合资信", "470.00", "47.000%"),
            )
        ],
        "raw_pool_statistics": [
            *(
                {**first, "metric": metric, "value": value, "unit": unit}
                for metric, value, unit in (
                    ("loan_count", "2", "count"),
                    ("borrower_count", "2", "count"),
                    ("mortgaged_share", "60.00", "%"),
                    ("residential_share", "100", "% (stated in words: 全部)"),
                    ("wa_current_ltv", "106.21", "%"),
                    ("wa_overdue_months", "6.57", "months"),
                    ("contract_amount", "1020.00", "万元"),
                )
            ),
            {
                **statistic,
                "stage": "tracking",
                "known_on": "2025-07-31",
                "as_of_date": "2025-03-31",
                "metric": "senior_principal_repaid",
                "value": "50.10",
                "unit": "%",
            },
        ],
        "raw_recovery_statements": [
            {
                **later,
                "pool_as_of_date": date,
                "cumulative_recovery": amount,
                "stated_rate": rate,
                "forecast_cumulative": "120.00",
                "stated_by": "联合资信",
            }
            for date, amount, rate in (
                ("2024-12-31", "133.33", "13.33%"),
                ("2025-06-30", "201.00", "20.10%"),
            )
        ],
        "raw_loan_pools": [
            {
                **loan,
                "loan_no": f"{code}-1",
                "borrower_no": "B1",
                "contract_amount": "600.00",
                "outstanding_principal": "570.00",
                "outstanding_interest": "25.00",
                "outstanding_fees": "5.00",
                "five_class": "次级",
                "guarantee_type": "抵押",
            },
            {
                **loan,
                "loan_no": f"{code}-2",
                "borrower_no": "B2",
                "contract_amount": "420.00",
                "outstanding_principal": "380.00",
                "outstanding_interest": "18.00",
                "outstanding_fees": "2.00",
                "five_class": "可疑",
                "guarantee_type": "信用",
            },
        ],
        "raw_collaterals": [
            {
                **at_issue,
                "snapshot_date": "2024-01-31",
                "loan_no": f"{code}-1",
                "collateral_no": "C1",
                "collateral_type": "住宅",
                "city": "杭州",
                "lien_rank": "1",
                "prior_claims": "20.00",
                "initial_value": "900.00",
                "initial_valued_on": "2019-02-01",
                "latest_value": "800.00",
                "latest_valued_on": "2024-01-15",
            }
        ],
        "raw_trustee_reports": [
            {
                **later,
                "report_no": number,
                "collection_start": start,
                "collection_end": end,
                "payment_date": paid,
                "reported_on": paid,
                "in_progress_count": open_count,
                "in_progress_balance": "800.00",
                "in_progress_recovery": in_progress,
                "in_progress_recovery_to_date": in_progress_to_date,
                "settled_count": settled_count,
                "settled_balance": "50.00",
                "settled_recovery": settled,
                "settled_recovery_to_date": settled_to_date,
                "other_inflow": "0.01",
                "disposal_expenses": "3.00",
                "closing_balance": "800.00",
                "stated_cumulative_rate": rate,
            }
            for (
                number,
                start,
                end,
                paid,
                open_count,
                settled_count,
                in_progress,
                settled,
                in_progress_to_date,
                settled_to_date,
                rate,
            ) in (
                # The first period starts on the cut-off date, the second on the previous end: both
                # are read as the day after.
                (
                    *("1", "2024-01-31", "2024-07-31", "2024-08-26", "2", "0"),
                    *("50.00", "10.00", "50.00", "10.00", "6.00%"),
                ),
                (
                    *("2", "2024-07-31", "2025-01-31", "2025-02-26", "1", "1"),
                    *("60.00", "20.00", "100.00", "40.00", "14.00%"),
                ),
                (
                    *("3", "2025-02-01", "2025-07-31", "2025-08-26", "1", "0"),
                    *("10.00", "5.00", "110.00", "45.00", "15.50%"),
                ),
            )
        ],
        "raw_market_indicators": [],
    }


def sound_series(indicator: str) -> list[Row]:
    """A balance series, its growth, and an index without any growth beside it."""
    row = {"source_document": _DOCUMENT, "known_on": "2025-09-30", "label": indicator}
    return [
        {
            **row,
            "indicator": f"{indicator}_{kind}",
            "as_of_date": date,
            "value": value,
            "unit": unit,
        }
        for kind, date, value, unit in (
            ("balance", "2024-03-31", "10.0", "万亿元"),
            ("balance", "2024-12-31", "11.6", "万亿元"),
            ("balance", "2025-03-31", "12.0", "万亿元"),
            ("growth", "2025-03-31", "20.4", "%"),
            ("index", "2024-12-31", "40.1", "index"),
            ("index", "2025-03-31", "90.2", "index"),
        )
    ]


@dataclass
class Delivery:
    """Raw tables by table name; the key may carry a suffix (`raw_deals_2`) for a second file."""

    tables: Tables = field(default_factory=dict)

    def add(self, tables: Tables) -> None:
        """Appends rows."""
        for name, rows in deepcopy(tables).items():
            self.tables.setdefault(name, []).extend(rows)

    def write(self, folder: Path) -> list[Path]:
        """One CSV file per table with rows; row i of a table is row i + 2 of its file."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for name, rows in self.tables.items():
            if rows:
                path = folder / f"{name}.csv"
                columns = list(RAW_TABLES[name.removesuffix("_2")].columns)
                with path.open("w", encoding="utf-8", newline="") as file:
                    writer = csv.DictWriter(file, [*columns, "note"], restval="")
                    writer.writeheader()
                    writer.writerows(rows)
                paths.append(path)
        return paths
