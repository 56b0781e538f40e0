"""A small market written by hand: the corner cases that a random draw rarely meets.

Deal codes say what the deal is for. Amounts are in yuan and often under one yuan or nothing, so
that "above 0" differs from "above 1" and from "0 or more". Rows are known on the first day unless
they say so.
"""

from __future__ import annotations

import csv
from pathlib import Path

from .random_market import COLUMNS

Cells = dict[str, str]
FIRST, SECOND, LAST = "2025-03-01", "2025-06-30", "2026-06-30"
CUTOFF = "2024-12-31"


def _deal(code: str, **cells: str) -> Cells:
    drawn = {
        "deal_code": code,
        "deal_name": code,
        "originator": "建设银行",
        "series": "建欣",
        "trustee": "建信信托",
        "asset_subclass": "企业贷款",
        "cutoff_date": CUTOFF,
        "book_date": "2025-02-20",
        "issue_amount": "0.40",
        "pool_balance": "1",
    }
    return {**drawn, **cells}


def _tranche(code: str, name: str, amount: str, **cells: str) -> Cells:
    return {
        "deal_code": code,
        "tranche_code": f"{code}{name}",
        "tranche_name": name,
        "issue_amount": amount,
        **cells,
    }


def _loan(code: str, loan_no: str, principal: str, **cells: str) -> Cells:
    drawn = {
        "deal_code": code,
        "snapshot_date": CUTOFF,
        "loan_no": loan_no,
        "borrower_no": f"B{loan_no}",
        "contract_amount": "200",
        "outstanding_principal": principal,
        "outstanding_interest": "0",
        "outstanding_fees": "0",
        "overdue_days": "100",
        "five_class": "次级",
        "guarantee_type": "抵押",
    }
    return {**drawn, **cells}


def _lien(code: str, loan_no: str, collateral_no: str, value: str, **cells: str) -> Cells:
    drawn = {
        "deal_code": code,
        "snapshot_date": CUTOFF,
        "loan_no": loan_no,
        "collateral_no": collateral_no,
        "collateral_type": "住宅",
        "lien_rank": "1",
        "initial_value": value,
        "latest_value": value,
    }
    return {**drawn, **cells}


def _report(code: str, number: int, dates: tuple[str, str], cash: str, **cells: str) -> Cells:
    drawn = {
        "deal_code": code,
        "report_no": str(number),
        "collection_start": dates[0],
        "collection_end": dates[1],
        "in_progress_recovery": cash,
        "settled_recovery": "0",
    }
    return {**drawn, **cells}


def _to_date(amount: str) -> Cells:
    return {"in_progress_recovery_to_date": amount, "settled_recovery_to_date": "0"}


def _statement(code: str, day: str, amount: str, **cells: str) -> Cells:
    return {
        "deal_code": code,
        "pool_as_of_date": day,
        "cumulative_recovery": amount,
        "stated_by": "联合资信",
        **cells,
    }


def _estimate(code: str, agency: str, rate: str, **cells: str) -> Cells:
    drawn = {"deal_code": code, "agency": agency, "stage": "first_rating", "estimated_rate": rate}
    return {**drawn, **cells}


def _statistic(code: str, metric: str, value: str, unit: str = "", **cells: str) -> Cells:
    return {
        "deal_code": code,
        "as_of_date": CUTOFF,
        "stage": "first_rating",
        "metric": metric,
        "value": value,
        "unit": unit,
        "stated_by": "联合资信",
        **cells,
    }


def _issuance() -> dict[str, list[Cells]]:
    """Structures and estimates at and around nothing, and missing parts."""
    coupons = {"coupon": "2%"}
    return {
        "raw_deals": [
            _deal("ISSUE0", pool_balance="0"),
            _deal("ISSUE1", issue_amount="1"),
            _deal("ISSUE2", pool_balance="0.50"),
            _deal("ISSUE3", pool_balance=""),
            *(_deal(f"ISSUE{number}") for number in range(4, 10)),
            _deal("ISSUEA"),
            _deal("ISSUEB"),
            # the tranches sum to 1: a cent off is printing, two are a contradiction
            _deal("ISSUEC", issue_amount="1.01"),
            _deal("ISSUED", issue_amount="1.02"),
            _deal("ISSUEE", issue_amount="0.98"),
        ],
        "raw_tranches": [
            _tranche("ISSUE0", "优先档", "0", **coupons),
            _tranche("ISSUE0", "次级档", "0"),
            _tranche("ISSUE1", "优先A1级", "0.40", coupon="2%"),
            _tranche("ISSUE1", "优先A2级", "0.20", coupon="3%"),
            _tranche("ISSUE1", "次级档", "0.40", coupon="9%"),
            _tranche("ISSUE2", "优先A1级", "0", coupon="2%"),
            _tranche("ISSUE2", "优先A2级", "0", coupon="3%"),
            _tranche("ISSUE2", "次级档", "1"),
            _tranche("ISSUE3", "优先A1级", "1", coupon="2%"),
            _tranche("ISSUE3", "优先A2级", "2"),
            _tranche("ISSUE4", "优先A1级", "1", coupon="2%"),
            _tranche("ISSUE4", "优先A2级", "", coupon="3%"),
            _tranche("ISSUE4", "次级档", "1"),
            # two deals with one tranche code; a junior coupon above the senior one
            _tranche("ISSUE5", "优先档", "1", coupon="2%", tranche_code="A"),
            _tranche("ISSUE5", "次级档", "3", coupon="9%"),
            _tranche("ISSUE6", "次级A档", "1", tranche_code="A"),
            _tranche("ISSUE6", "次级B档", "2"),
            _tranche("ISSUEA", "优先A1级", "1", coupon="2%"),
            _tranche("ISSUEA", "优先A2级", "1"),
            _tranche("ISSUEA", "次级档", "1", coupon="9%"),
            _tranche("ISSUE7", "优先档", "", coupon="2%"),
            _tranche("ISSUE7", "次级档", ""),
            _tranche("ISSUE8", "", "1", coupon="2%", tranche_code="ISSUE8A"),
            _tranche("ISSUE8", "次级档", "1"),
            _tranche("ISSUE8", "优先A1级", "1", coupon="4%"),
            _tranche("ISSUE8", "优先A2级", "1", coupon="4%"),
            # one senior by name, and one that may be senior
            _tranche("ISSUEB", "", "1", coupon="2%", tranche_code="ISSUEBA"),
            _tranche("ISSUEB", "优先档", "1", coupon="4%"),
            _tranche("ISSUEB", "次级档", "1"),
            *(
                _tranche(code, name, amount)
                for code in ("ISSUEC", "ISSUED", "ISSUEE")
                for name, amount in (("优先档", "0.75"), ("次级档", "0.25"))
            ),
            # the revision leaves the coupon out: its blank counts
            _tranche("ISSUE9", "优先档", "1", coupon="2%"),
            _tranche("ISSUE9", "优先档", "2", known_on=SECOND),
            _tranche("ISSUE9", "优先档", "3", known_on="2025-07-01"),
        ],
        "raw_recovery_estimates": [
            _estimate("ISSUE0", "中债资信", "", estimated_recovery="1"),
            _estimate("ISSUE1", "中债资信", "", estimated_recovery="0.30", basis="gross"),
            _estimate("ISSUE1", "中诚信国际", "50%", basis="gross"),
            _estimate("ISSUE2", "中债资信", "", estimated_recovery="0.30", basis="gross"),
            _estimate("ISSUE2", "中诚信国际", "0.2", basis="net"),
            _estimate("ISSUE2", "联合资信", "", basis="distributable"),
            _estimate("ISSUE3", "中债资信", "", estimated_recovery="0.30"),
            _estimate("ISSUE4", "中债资信", "40%", stage="tracking"),
            _estimate("ISSUE5", "中债资信", "0"),
            _estimate("ISSUE5", "中诚信国际", "0"),
            # ratings known on one day: the latest rated, whatever the document and the file say
            _estimate("ISSUE8", "中债资信", "15%", rated_on="2025-02-01", source_document="a"),
            _estimate("ISSUE8", "中债资信", "25%", rated_on="2025-02-02", source_document="b"),
            _estimate("ISSUE9", "中债资信", "35%", rated_on="2025-02-03", source_document="c"),
            _estimate("ISSUE9", "中债资信", "25%", rated_on="2025-02-02", source_document="b"),
            _estimate("ISSUE9", "中债资信", "15%", rated_on="2025-02-01", source_document="a"),
            _estimate("ISSUE7", "中债资信", "15%", rated_on="2025-02-01", source_document="b"),
            _estimate("ISSUE7", "中债资信", "25%", source_document="a"),
            _estimate("ISSUE7", "中债资信", "35%", rated_on="2025-06-01", known_on=SECOND),
            _estimate("ISSUE8", "中债资信", "35%", rated_on="2025-02-02", known_on=LAST),
            # known later counts before rated later
            _estimate("ISSUEA", "中债资信", "15%", rated_on="2025-02-02"),
            _estimate("ISSUEA", "中债资信", "25%", rated_on="2025-02-01", known_on=SECOND),
            # a rating with a date counts before one without
            _estimate("ISSUEA", "联合资信", "15%", rated_on="2025-02-01", source_document="b"),
            _estimate("ISSUEA", "联合资信", "25%", source_document="a"),
            _estimate("ISSUE6", "中债资信", "10%"),
            _estimate("ISSUE6", "中债资信", "20%", known_on=SECOND),
            _estimate("ISSUE6", "中债资信", "30%", known_on="2025-07-01"),
            # two stages known on one day are two estimates
            _estimate("ISSUE6", "中债资信", "80%", stage="tracking"),
            _estimate("ISSUE6", "中债资信", "90%", stage="tracking", known_on=SECOND),
        ],
    }


def _originators() -> dict[str, list[Cells]]:
    """Names printed, missing, unknown and a trustee's, with and without a series."""
    return {
        "raw_deals": [
            _deal("NAME1", originator="", series="建欣"),
            _deal("NAME2", originator="建信信托", series="建欣"),
            _deal("NAME3", originator="某某银行", series="建欣"),
            _deal("NAME4", originator="", series="无名系列"),
            _deal("NAME5", originator="建信信托", series=""),
            _deal("NAME6", originator="工商银行", series="建欣", issue_amount="", pool_balance=""),
            _deal("NAME7", originator="工商银行", cutoff_date="", book_date=""),
            _deal("NAME8", originator="工商银行", cutoff_date="2023-06-30", book_date="2023-09-01"),
            _deal("CARD1", asset_subclass="信用卡", book_date="2026-01-05"),
            _deal("HOME1", asset_subclass="个人住房抵押贷款"),
            _deal("AUTO1", asset_subclass="汽车贷款"),
            _deal("USE1", asset_subclass="个人消费贷款"),
            # a revision that is only known later, one of the last day included, blanks too
            _deal("LATE1", pool_balance="2", originator="工商银行"),
            _deal("LATE1", pool_balance="3", issue_amount="", known_on=SECOND),
            _deal("LATE1", pool_balance="4", known_on="2025-07-01"),
            _deal("LATE2", known_on="2025-07-01"),
            _deal("LAST", known_on=LAST),
        ]
    }


def _incomplete_tapes() -> dict[str, list[Cells]]:
    """A tape of two loans for each part that may be missing, and one where nothing is."""
    missing_loan_parts = {
        "LACK0": {},
        "LACK1": {"outstanding_interest": ""},
        "LACK2": {"outstanding_principal": ""},
        "LACK3": {"contract_amount": ""},
        "LACK4": {"borrower_no": ""},
        "LACK5": {"five_class": ""},
        "LACK6": {"overdue_days": ""},
        "LACK7": {"outstanding_fees": ""},
        "LACK8": {"five_class": "无此类"},
    }
    missing_lien_parts = {
        "VOID0": {},
        "VOID1": {"collateral_type": ""},
        "VOID2": {"latest_value": ""},
        "VOID3": {"initial_value": ""},
        "VOID4": {"lien_rank": "2"},
        "VOID5": {"lien_rank": "2", "prior_claims": "0"},
        "VOID6": {"lien_rank": "2", "prior_claims": "30"},
        "VOID7": {"lien_rank": "2", "prior_claims": "29.50"},
        "VOID8": {"lien_rank": "2", "prior_claims": "31"},
        "VOID9": {"lien_rank": "", "prior_claims": ""},
        "VOIDA": {"initial_value": "0"},
        "VOIDB": {"initial_value": "0.50"},
        "VOIDC": {"latest_value": "0.50"},
        "VOIDD": {"lien_rank": "1", "prior_claims": "10"},
        "VOIDE": {"lien_rank": "3", "prior_claims": ""},
        # printed and not read: not the same as blank
        "VOIDF": {"prior_claims": "some"},
        "VOIDG": {"lien_rank": "first"},
        "VOIDH": {"initial_value": "-5"},
    }
    deals, loans, liens = [], [], []
    for code, cells in missing_loan_parts.items():
        deals.append(_deal(code, pool_balance=""))
        loans.append(_loan(code, "L1", "70", outstanding_interest="1", outstanding_fees="2"))
        loans.append(_loan(code, "L2", "40", **cells))
        liens.append(_lien(code, "L1", "C1", "90"))
        # the same loan, secured: what is missing then is missing of the mortgaged part too
        other = code.replace("LACK", "MISS")
        deals.append(_deal(other, pool_principal="5"))
        loans.append(_loan(other, "L1", "70", outstanding_interest="1", outstanding_fees="2"))
        loans.append(_loan(other, "L2", "40", **cells))
        liens += [_lien(other, "L1", "C1", "90"), _lien(other, "L2", "C1", "90")]
        liens.append(_lien(other, "L2", "C2", "30", collateral_type="商业用房"))
    for code, cells in missing_lien_parts.items():
        deals.append(_deal(code))
        loans += [_loan(code, "L1", "70"), _loan(code, "L2", "40"), _loan(code, "L3", "5")]
        liens += [_lien(code, "L1", "C1", "90"), _lien(code, "L2", "C2", "30", **cells)]
    return {"raw_deals": deals, "raw_loan_pools": loans, "raw_collaterals": liens}


def _tapes() -> dict[str, list[Cells]]:
    """Sharing, ties, strict shares, tiny and empty pools, redelivery."""
    deals = [_deal(code, pool_balance="") for code in ("SHARE", "TIES", "EDGE1", "EDGE2", "EDGE3")]
    deals += [
        _deal(code, pool_balance="") for code in ("TINY1", "TINY2", "NIL2", "NIL3", "NIL4", "TOP11")
    ]
    deals += [_deal(code, pool_balance="") for code in ("AGAIN", "CAR1", "CAR2", "BARE", "GONE")]
    deals += [_deal(code, pool_balance="") for code in ("CAR3", "GOLD", "ONE1", "ONE2", "ONE3")]
    deals += [
        _deal(code, pool_balance="") for code in ("NIL1", "NIL5", "NIL6", "FREE", "DUST", "PART1")
    ]
    deals += [_deal(code, pool_balance="") for code in ("PART2", "PART3", "LEFT1")]
    deals.append(_deal("LATER", pool_balance="", cutoff_date="2024-06-30"))
    deals.append(_deal("EARLY", pool_balance="", cutoff_date="2025-01-31"))
    loans = [
        _loan("SHARE", "L1", "100", borrower_no="B1", source_document="https://example.org/tape"),
        _loan("SHARE", "L2", "300", borrower_no="B1", outstanding_interest="10"),
        _loan("SHARE", "L3", "50", borrower_no="B2", source_document="https://example.org/tape"),
        _loan("SHARE", "L4", "0", borrower_no="B2", contract_amount="0"),
        _loan("TIES", "L1", "100"),
        _loan("TIES", "L2", "10"),
        _loan("TIES", "L3", "1"),
        # exactly 80 % mortgaged and residential, a cent above, a cent below
        _loan("EDGE1", "L1", "80"),
        _loan("EDGE1", "L2", "20"),
        _loan("EDGE2", "L1", "80.01"),
        _loan("EDGE2", "L2", "19.99"),
        _loan("EDGE3", "L1", "80"),
        _loan("EDGE3", "L2", "20"),
        _loan("TINY1", "L1", "0.60", contract_amount="1", borrower_no="B1"),
        _loan("TINY1", "L2", "0.40", contract_amount="0", borrower_no="B1"),
        _loan("TINY2", "L1", "0.30", contract_amount="0.50", outstanding_fees="0.10"),
        _loan("TINY2", "L2", "0.20", contract_amount="0.50"),
        _loan("NIL2", "L1", "0", contract_amount="5", overdue_days=""),
        _loan("NIL2", "L2", "5", contract_amount="5", guarantee_type="信用"),
        _loan("NIL3", "L1", "0", contract_amount="5"),
        _loan("NIL3", "L2", "5", contract_amount="5", guarantee_type="信用"),
        _loan("NIL3", "L3", "0", contract_amount="0"),
        _loan("NIL4", "L1", "5", contract_amount="0", overdue_days=""),
        # nothing owed: by the whole pool, by all that is mortgaged, of nothing lent
        _loan("NIL1", "L1", "0", contract_amount="0", guarantee_type="信用"),
        _loan("NIL5", "L1", "0", contract_amount="0"),
        _loan("NIL6", "L1", "0", contract_amount="5"),
        _loan("NIL6", "L2", "5", contract_amount="5", guarantee_type="信用"),
        _loan("FREE", "L1", "5", contract_amount="0", guarantee_type="信用"),
        # a few cents: a split of a third has to keep its digits
        _loan("DUST", "L1", "0.01", contract_amount="0.05"),
        _loan("DUST", "L2", "0.02", contract_amount="0.07"),
        # what is shared cannot be split: the collateral without a type ranks first
        _loan("PART1", "L1", "10"),
        _loan("PART1", "L2", "10", outstanding_interest=""),
        # its collateral is nobody else's any more, so that no balance is needed to split it
        _loan("LEFT1", "L1", "10", outstanding_interest=""),
        # one of two initial values, one of two principals
        _loan("PART2", "L1", "10"),
        _loan("PART3", "L1", "10"),
        _loan("PART3", "L2", ""),
        *(_loan("TOP11", f"L{number}", str(number)) for number in range(1, 13)),
        _loan("AGAIN", "L1", "100"),
        _loan("AGAIN", "L2", "50"),
        _loan("AGAIN", "L1", "90", known_on=SECOND),
        _loan("CAR1", "L1", "10", source_document="car1.xlsx"),
        # one tape, though its deal is printed in two ways
        _loan("CAR1", "L2", "10", deal_code="car1 ", source_document="car1.xlsx"),
        _loan("CAR2", "L1", "10"),
        _loan("CAR3", "L1", "10"),
        _loan("CAR3", "L2", "10", guarantee_type="信用"),
        _loan("GOLD", "L1", "10"),
        *(_loan(code, loan_no, "10") for code in ("ONE1", "ONE2", "ONE3") for loan_no in "12"),
        _loan("EARLY", "L1", "10"),
        _loan("EARLY", "L1", "9", snapshot_date="2025-01-31"),
        _loan("BARE", "L1", "10", guarantee_type="信用"),
        _loan("GONE", "L1", "10", guarantee_type="信用"),
        _loan("LATER", "L1", "10"),
        *(
            _loan("LATER", f"L{place}", "10", snapshot_date="2024-06-30", five_class=five_class)
            for place, five_class in enumerate(("正常", "关注", "次级", "可疑", "损失"))
        ),
    ]
    liens = [
        _lien("SHARE", "L1", "C1", "400"),
        _lien("SHARE", "L2", "C1", "400"),
        _lien("SHARE", "L4", "C1", "400"),
        _lien("SHARE", "L2", "C2", "90", collateral_type="商业用房", prior_claims="20"),
        # of equal values the smaller number counts, as text; a missing value ranks last
        _lien("TIES", "L1", "C2", "50", collateral_type="商业用房"),
        _lien("TIES", "L1", "C10", "50"),
        _lien("TIES", "L2", "C3", "50", latest_value="", collateral_type="商业用房"),
        _lien("TIES", "L2", "C4", "5"),
        _lien("TIES", "L3", "C5", "20", initial_value="1"),
        _lien("TIES", "L3", "C6", "30", collateral_type="商业用房", initial_value="90"),
        _lien("EDGE1", "L1", "C1", "100"),
        _lien("EDGE2", "L1", "C1", "100"),
        _lien("EDGE3", "L1", "C1", "100"),
        _lien("EDGE3", "L2", "C2", "100", collateral_type="商业用房"),
        _lien("TINY1", "L1", "C1", "0.80"),
        _lien("TINY2", "L1", "C1", "0.30"),
        _lien("TINY2", "L2", "C1", "0.30"),
        _lien("NIL2", "L1", "C1", "5"),
        _lien("NIL5", "L1", "C1", "5"),
        _lien("NIL6", "L1", "C1", "5"),
        _lien("DUST", "L1", "C1", "0.10"),
        _lien("DUST", "L2", "C1", "0.10"),
        _lien("PART1", "L1", "C1", "90", collateral_type="商业用房"),
        _lien("PART1", "L2", "C1", "90", collateral_type="商业用房"),
        _lien("PART1", "L1", "C2", "10", collateral_type=""),
        _lien("LEFT1", "L1", "C1", "90"),
        _lien("LEFT1", "L9", "C1", "90"),
        _lien("PART2", "L1", "C1", "90"),
        _lien("PART2", "L1", "C2", "90", initial_value=""),
        _lien("PART3", "L1", "C1", "90"),
        _lien("PART3", "L2", "C2", "90"),
        # two loans share it and neither owes anything
        _lien("NIL3", "L1", "C1", "5"),
        _lien("NIL3", "L3", "C1", "5"),
        _lien("AGAIN", "L1", "C1", "100"),
        _lien("AGAIN", "L2", "C2", "100"),
        _lien("AGAIN", "L1", "C1", "80", known_on="2025-07-01"),
        _lien("CAR1", "L1", "C1", "10", collateral_type="车辆"),
        _lien("CAR1", "L2", "C2", "10", collateral_type="车辆", deal_code="car1 "),
        _lien("CAR2", "L1", "C1", "10", collateral_type="车辆"),
        _lien("CAR2", "L1", "C2", "10", collateral_type="住宅"),
        _lien("CAR3", "L1", "C1", "10", collateral_type="车辆"),
        _lien("GOLD", "L1", "C1", "10", collateral_type="黄金"),
        # one mortgaged loan, and a part of its collateral missing
        _lien("ONE1", "1", "C1", "10", latest_value=""),
        _lien("ONE2", "1", "C1", "10", initial_value=""),
        _lien("ONE3", "1", "C1", "10", collateral_type=""),
        _lien("AGAIN", "L1", "C1", "90", known_on=SECOND),
        # its loan is not on the tape
        _lien("GONE", "L9", "C1", "10"),
        _lien("LATER", "L1", "C1", "10"),
        _lien("LATER", "L1", "C1", "16", snapshot_date="2024-06-30", collateral_type="车辆"),
        # the same number at other dates and deals is another collateral
        _lien("LATER", "L2", "C1", "16", snapshot_date="2024-06-30"),
    ]
    return {"raw_deals": deals, "raw_loan_pools": loans, "raw_collaterals": liens}


def _disclosed() -> dict[str, list[Cells]]:
    """Statistics at the cut-off and later, at the edges, revised, beside a tape."""
    classes = {"class_normal": "10%", "class_loss": "90%"}
    deals = [_deal(f"STAT{number}") for number in range(1, 9)]
    deals.append(_deal("STAT9", pool_balance="", **classes))
    deals.append(_deal("STATA", pool_balance="", pool_principal="8"))
    deals.append(_deal("STATB", cutoff_date=""))
    deals += [_deal("STATC"), _deal("EARLY2"), _deal("STATD", pool_principal="1")]
    deals += [_deal("STATE"), _deal("STATF", pool_principal="0.10"), _deal("STATG")]
    deals.append(_deal("STATH", pool_balance="50000000000000.01"))
    deals += [
        _deal(f"CLASS{place}", pool_balance="", **{f"class_{name}": "100%"})
        for place, name in enumerate(
            ("normal", "special_mention", "substandard", "doubtful", "loss")
        )
    ]
    rows = [
        _statistic("STAT1", "mortgaged_share", "0", "%"),
        _statistic("STAT1", "borrower_count", "1"),
        _statistic("STAT1", "contract_amount", "1", "元"),
        _statistic("STAT2", "mortgaged_share", "50", "%"),
        _statistic("STAT2", "vehicle_share", "100", "%"),
        _statistic("STAT2", "borrower_count", "0"),
        _statistic("STAT3", "mortgaged_share", "80", "%"),
        _statistic("STAT3", "residential_share", "90", "%"),
        _statistic("STAT3", "vehicle_share", "99", "%"),
        _statistic("STAT4", "mortgaged_share", "80.01", "%"),
        _statistic("STAT4", "residential_share", "80", "%"),
        _statistic("STAT5", "mortgaged_share", "80.01", "%"),
        _statistic("STAT5", "residential_share", "80.01", "%"),
        _statistic("STAT5", "vehicle_share", "100", "%"),
        _statistic("STAT5", "loan_count", "7.5"),
        _statistic("STAT5", "contract_amount", "0", "元"),
        _statistic("STATD", "contract_amount", "0", "元"),
        # other agencies, other stages, other days
        _statistic("STAT6", "loan_count", "7", stated_by="联合资信"),
        _statistic("STAT6", "loan_count", "8", stated_by="中债资信"),
        _statistic("STAT6", "loan_count", "9", stated_by=""),
        _statistic("STAT6", "borrower_count", "5", known_on=SECOND),
        _statistic("STAT6", "borrower_count", "6"),
        _statistic("STAT6", "wa_overdue_months", "60", "天", as_of_date=""),
        _statistic("STAT6", "wa_initial_ltv", "60%", as_of_date="", stage="tracking"),
        _statistic("STAT6", "wa_current_ltv", "70%", as_of_date="2025-09-30", stage="tracking"),
        _statistic("STAT6", "wa_overdue_months", "7", "月", as_of_date="2025-09-30"),
        _statistic("STAT7", "hhi_region", "0.04"),
        # one agency, one day: the first document by name, here the last in the file; of one
        # document the first stage by name, then the stated date
        *(
            _statistic(code, "loan_count", f"{place}", stage=stage, source_document="a")
            for code, stages in (
                ("STATE", ("tracking", "first_rating", "")),
                ("STATF", ("", "first_rating", "tracking")),
            )
            for place, stage in enumerate(stages, start=5)
        ),
        *(
            _statistic(code, "borrower_count", f"{place}", as_of_date=day, source_document="a")
            for code, days in (("STATE", ("", CUTOFF)), ("STATF", (CUTOFF, "")))
            for place, day in enumerate(days, start=5)
        ),
        # half a yuan lent is an amount to divide by
        _statistic("STATF", "contract_amount", "0.50", "元"),
        # no number of borrowers to divide by; an amount that no double holds to the cent
        _statistic("STATG", "borrower_count", "-2"),
        _statistic("STATH", "borrower_count", "1"),
        _statistic("STAT8", "loan_count", "5", source_document="c"),
        _statistic("STAT8", "loan_count", "6", stage="tracking", source_document="b"),
        _statistic("STAT8", "loan_count", "7", stage="review", source_document="a"),
        _statistic("STAT8", "borrower_count", "5", source_document=""),
        _statistic("STAT8", "borrower_count", "6", stage="tracking", source_document="a"),
        _statistic("STAT7", "hhi_region", "0.04", as_of_date="2025-08-31"),
        _statistic("STAT8", "vehicle_share", "100", "%"),
        # counts that are no whole number; a count in days; dates with one kind of value
        _statistic("STAT7", "borrower_count", "7.5"),
        _statistic("STAT7", "loan_count", "7"),
        _statistic("STAT7", "borrower_count", "7.25", as_of_date="2025-01-31"),
        _statistic("STAT7", "loan_count", "7", "天", as_of_date="2025-01-31"),
        _statistic("STAT7", "loan_count", "7.25", as_of_date="2025-02-28"),
        _statistic("STAT7", "borrower_count", "9", as_of_date="2025-02-28"),
        _statistic("STAT7", "contract_amount", "9", "元", as_of_date="2025-03-31"),
        _statistic("STAT7", "mortgaged_share", "9%", as_of_date="2025-04-30"),
        _statistic("STAT7", "loan_count", "70", "元", as_of_date="2025-03-31"),
        _statistic("STAT7", "loan_count", "many", as_of_date="2025-05-31"),
        # read as something that the metric is not: dates of no snapshot
        _statistic("STAT7", "loan_count", "7.5", as_of_date="2025-06-30"),
        _statistic("STAT7", "borrower_count", "38亿元", as_of_date="2025-07-31"),
        _statistic("STAT7", "mortgaged_share", "38亿元", as_of_date="2025-08-30"),
        _statistic("STAT7", "wa_overdue_months", "9%", as_of_date="2025-09-30"),
        _statistic("STAT7", "contract_amount", "9%", as_of_date="2025-10-31"),
        _statistic("STAT7", "contract_amount", "38亿元", as_of_date="2025-11-30"),
        _statistic("EARLY", "mortgaged_share", "9%", as_of_date="2025-01-15"),
        _statistic("EARLY2", "mortgaged_share", "0%", as_of_date="2024-12-15"),
        _statistic("STATC", "mortgaged_share", "50%"),
        _statistic("STATC", "vehicle_share", "101%"),
        _statistic("STATA", "contract_amount", "10", "元"),
        _statistic("STATB", "loan_count", "3", as_of_date=""),
        _statistic("STATB", "loan_count", "4", as_of_date="2025-01-31"),
        _statistic("TAPE2", "loan_count", "2"),
        _statistic("TAPE2", "mortgaged_share", "7", "%"),
    ]
    # everything stated at the cut-off: nothing is missing but what only a tape gives
    every = {
        "loan_count": "5",
        "borrower_count": "4",
        "mortgaged_share": "100%",
        "residential_share": "100%",
        "wa_current_ltv": "50%",
        "wa_initial_ltv": "40%",
        "wa_overdue_months": "12",
        "top10_borrower_share": "90%",
    }
    rows += [_statistic("STATA", metric, value) for metric, value in every.items()]
    rows += [
        _statistic("STAT8", "wa_overdue_months", value, unit, as_of_date=day)
        for value, unit, day in (
            ("30", "日", "2025-01-31"),
            ("31", "day", "2025-02-28"),
            ("32", "Days", "2025-03-31"),
        )
    ]
    deals.append(_deal("TAPE2", pool_balance="12"))
    loans = [_loan("TAPE2", "L1", "10"), _loan("TAPE2", "L2", "2")]
    return {
        "raw_deals": deals,
        "raw_pool_statistics": rows,
        "raw_loan_pools": loans,
        "raw_collaterals": [_lien("TAPE2", "L1", "C1", "20")],
    }


def _reports() -> dict[str, list[Cells]]:
    """Ages, spreads, gaps, missing amounts, revisions, provisional reports."""
    bank = {"originator": "招商银行", "series": "和萃"}
    deals = [
        _deal("FLOW1", pool_balance="1000", liquidation_date="2025-06-30"),
        _deal("FLOW2", pool_balance="1000", liquidation_date=LAST),
        _deal("FLOW3", pool_balance="1000", liquidation_date="2026-07-01"),
        _deal("FLOW4", pool_balance="1000", cutoff_date="2024-02-29"),
        _deal("FLOW5", pool_balance="1000", cutoff_date="2024-11-15"),
        _deal("FLOW6", pool_balance="1000", cutoff_date=""),
        _deal("FLOW7", pool_balance="0"),
        _deal("FLOW8", pool_balance="", **bank),
        _deal("FLOW9", pool_balance="0.50", **bank),
        _deal("FLOWA", pool_balance="0.50", **bank),
        _deal("FLOWB", pool_balance="1000"),
        _deal("FLOWC", pool_balance="1000"),
        _deal("FLOWD", pool_balance="1000", asset_subclass="信用卡"),
        *(_deal(f"FLOW{letter}", pool_balance="1000") for letter in "EGHIMNOPQS"),
        # the longest time between two dates that are read: month 2,400 of age
        _deal("FLOWR", pool_balance="1000", cutoff_date="1900-01-01"),
        _deal("FLOWJ", pool_balance="1000", cutoff_date="2025-01-01"),
        _deal("FLOWK", pool_balance="1000"),
        _deal("FLOWL", pool_balance="1000", cutoff_date="2024-11-30"),
        _deal("FLOWZ", pool_balance="1000", cutoff_date="1925-12-31"),
    ]
    reports = [
        # a long first period; a start on the previous end; a revision; a stated amount
        _report("FLOW1", 1, ("2025-01-01", "2025-03-15"), "100.01"),
        _report("FLOW1", 2, ("2025-03-15", "2025-04-30"), "7.00"),
        _report("FLOW1", 2, ("2025-03-15", "2025-04-30"), "9.00", known_on="2025-05-20"),
        _report("FLOW1", 2, ("2025-03-15", "2025-04-30"), "8.00", known_on=SECOND),
        _report("FLOW1", 3, ("2025-05-01", "2025-05-31"), "1", known_on="2025-07-01"),
        # whole months, each from a report of its own; a start on the cut-off
        _report("FLOW2", 1, (CUTOFF, "2025-01-31"), "10", settled_recovery="5"),
        _report("FLOW2", 2, ("2025-02-01", "2025-02-28"), "20", stated_cumulative_rate="3.5%"),
        _report(
            "FLOW2",
            3,
            ("2025-03-01", "2025-03-31"),
            "30",
            in_progress_recovery_to_date="60",
            settled_recovery_to_date="5",
            stated_cumulative_rate="6.5%",
        ),
        # a gap, then two more; the amount of the last is missing
        _report("FLOW3", 1, ("2025-01-01", "2025-01-31"), "10"),
        _report("FLOW3", 3, ("2025-03-01", "2025-03-31"), "30"),
        _report("FLOW3", 4, ("2025-04-01", "2025-04-30"), "40"),
        _report("FLOW3", 5, ("2025-05-01", "2025-05-31"), ""),
        # anniversaries of a leap day and of the fifteenth
        _report("FLOW4", 1, ("2024-03-01", "2024-03-29"), "29"),
        _report("FLOW4", 2, ("2024-03-30", "2024-04-30"), "33.33"),
        _report("FLOW4", 3, ("2024-05-01", "2025-02-28"), "500"),
        _report("FLOW5", 1, ("2024-11-16", "2024-12-15"), "0.10"),
        _report("FLOW5", 2, ("2024-12-16", "2025-01-14"), "0.01"),
        _report("FLOW5", 3, ("2025-01-15", "2025-01-15"), "0.02"),
        _report("FLOW5", 4, ("2025-01-16", "2025-02-20"), "-0.05"),
        _report("FLOW6", 1, ("2025-01-01", "2025-01-31"), "10"),
        _report("FLOW7", 1, ("2025-01-01", "2025-01-31"), "10"),
        _report("FLOW8", 1, ("2025-01-01", "2025-01-31"), "10"),
        # a small bank: a cohort of half a yuan, then of one; the second leaves at half
        _report("FLOW9", 1, ("2025-01-01", "2025-01-31"), "0.10"),
        _report("FLOW9", 2, ("2025-02-01", "2025-02-28"), "0.05"),
        _report("FLOWA", 1, ("2025-01-01", "2025-01-31"), "0.20"),
        # the first starts late: nothing is observed
        _report("FLOWB", 1, ("2025-01-11", "2025-01-31"), "10"),
        _report("FLOWB", 2, ("2025-02-01", "2025-02-28"), "10"),
        # an amount missing in the middle
        _report("FLOWC", 1, ("2025-01-01", "2025-01-31"), "10"),
        _report("FLOWC", 2, ("2025-02-01", "2025-02-28"), "10", settled_recovery=""),
        _report("FLOWC", 3, ("2025-03-01", "2025-03-31"), "10"),
        _report("FLOWD", 1, ("2025-01-01", "2025-01-31"), "500"),
        # a date missing
        _report("FLOWE", 1, ("2025-01-01", "2025-01-31"), "10"),
        _report("FLOWE", 2, ("", "2025-02-28"), "10"),
        _report("FLOWE", 3, ("2025-03-01", "2025-03-31"), "10"),
        # two ends that cannot be read: last, by their numbers
        _report("FLOWM", 1, ("2025-01-01", "2025-01-31"), "10"),
        _report("FLOWM", 4, ("2025-03-01", "2025-03-32"), "10"),
        _report("FLOWM", 3, ("2025-02-01", "2025-02-29"), "10"),
        # a gap, and then an end that cannot be read: the gap is why the running sum stops
        _report("FLOWS", 1, ("2025-01-01", "2025-01-31"), "10"),
        _report("FLOWS", 3, ("2025-03-01", "2025-03-31"), "10"),
        _report("FLOWS", 4, ("2025-04-01", "2025-04-31"), "10"),
        _report("FLOWR", 1, ("2099-12-02", "2099-12-31"), "10"),
        # a cent beside the running sum is printing, two are a contradiction
        _report("FLOWN", 1, ("2025-01-01", "2025-01-31"), "10", **_to_date("10.01")),
        _report("FLOWN", 2, ("2025-02-01", "2025-02-28"), "10", **_to_date("20.02")),
        _report("FLOWN", 3, ("2025-03-01", "2025-03-31"), "10", **_to_date("29.98")),
        # half a printed tenth of a percent beside the rate, exactly and a hundredth more
        _report("FLOWO", 1, ("2025-01-01", "2025-01-31"), "80.50", stated_cumulative_rate="8%"),
        _report("FLOWO", 2, ("2025-02-01", "2025-02-28"), "0.01", stated_cumulative_rate="8%"),
        _report("FLOWO", 3, ("2025-03-01", "2025-03-31"), "0", stated_cumulative_rate="8.102%"),
        # numbers skipped without a gap in dates, the first and a later one
        _report("FLOWP", 2, ("2025-01-01", "2025-01-31"), "10"),
        _report("FLOWP", 3, ("2025-02-01", "2025-02-28"), "10"),
        _report("FLOWP", 5, ("2025-03-01", "2025-03-31"), "10"),
        # overlapping: the month is covered more than once
        _report("FLOWG", 1, ("2025-01-01", "2025-01-31"), "10"),
        _report("FLOWG", 2, ("2025-01-20", "2025-02-28"), "10"),
        # two on one day go by their numbers
        _report("FLOWQ", 2, ("2025-01-15", "2025-01-31"), "10"),
        _report("FLOWQ", 1, ("2025-01-01", "2025-01-31"), "20"),
        _report("FLOWQ", 3, ("2025-02-01", "2025-02-28"), "30"),
        # numbers against the order of time, and two breaks
        _report("FLOWH", 2, ("2025-01-01", "2025-01-31"), "10"),
        _report("FLOWH", 1, ("2025-02-01", "2025-02-28"), "20"),
        _report("FLOWI", 4, ("2025-01-01", "2025-01-31"), ""),
        _report("FLOWI", 3, ("2025-03-01", "2025-03-31"), "30"),
        _report("FLOWI", 2, ("2025-05-01", "2025-05-31"), "40"),
        # first and second days of months and years
        _report("FLOWJ", 1, ("2025-01-02", "2025-02-01"), "10"),
        _report("FLOWJ", 2, ("2025-02-02", "2025-03-02"), "10"),
        _report("FLOWJ", 3, ("2025-03-03", "2026-01-02"), "100"),
        _report("FLOWK", 1, ("2025-01-01", "2025-03-01"), "60"),
        _report("FLOWK", 2, ("2025-03-02", "2025-05-01"), "60"),
        _report("FLOWL", 1, ("2024-12-01", "2025-01-01"), "60"),
        _report("FLOWL", 2, ("2025-01-02", "2025-03-01"), "60"),
        # a hundred years of months
        _report("FLOWZ", 1, ("1926-01-01", "2025-12-31"), "900"),
    ]
    return {"raw_deals": deals, "raw_trustee_reports": reports}


def _statements() -> dict[str, list[Cells]]:
    """Amounts, rates alone, two on a date, beside trustee reports."""
    deals = [_deal(f"SAID{number}", pool_balance="1000") for number in range(1, 5)]
    deals.append(_deal("SAID5", pool_balance="1000", cutoff_date=""))
    deals.append(_deal("SAID6", pool_balance="0.50", liquidation_date="2025-01-31"))
    statements = [
        _statement("SAID1", "2025-03-31", "100"),
        _statement("SAID1", "2025-06-30", "250", stated_rate="25%"),
        _statement("SAID1", "2025-09-30", "", stated_rate="30%", known_on="2025-12-01"),
        _statement("SAID1", "2025-12-31", "400", known_on=LAST),
        _statement("SAID1", "2026-03-31", "450", known_on=LAST),
        _statement("SAID2", "2025-03-31", "100", stated_by="联合资信"),
        _statement("SAID2", "2025-03-31", "110", stated_by="中债资信"),
        _statement("SAID2", "2025-03-31", "120", stated_by=""),
        _statement("SAID2", "2025-06-30", "200", stated_by="联合资信"),
        _statement("SAID2", "2025-06-30", "210", stated_by="中债资信", known_on=SECOND),
        _statement("SAID2", "2025-06-30", "205", stated_by="联合资信", known_on="2025-04-01"),
        _statement("SAID2", "2025-06-30", "220", stated_by="联合资信", known_on="2025-07-01"),
        _statement("SAID3", "2025-03-31", "", stated_rate="10%"),
        _statement("SAID4", "2025-03-31", "100"),
        _statement("SAID5", "2025-03-31", "100"),
        _statement("SAID6", "2025-01-31", "0.25"),
    ]
    reports = [_report("SAID4", 1, ("2025-01-01", "2025-01-31"), "10")]
    estimates = [
        _estimate("SAID1", "中债资信", "50%"),
        _estimate("SAID2", "中债资信", "0"),
        _estimate("SAID6", "中债资信", "150%"),
        _estimate("FLOW1", "中债资信", "30%"),
        _estimate("FLOW2", "中债资信", "30%"),
    ]
    return {
        "raw_deals": deals,
        "raw_recovery_statements": statements,
        "raw_trustee_reports": reports,
        "raw_recovery_estimates": estimates,
    }


def _unread() -> dict[str, list[Cells]]:
    """Cells that say something nobody can read, of a known deal and of none."""
    dates = ("2025-01-01", "2025-01-31")
    return {
        "raw_deals": [
            _deal("TEXT1", issue_amount="about 5", class_loss="most", book_date="2025-02-29"),
            _deal("TEXT2", setup_date="2025-02-30"),
        ],
        "raw_tranches": [
            _tranche("TEXT1", "优先档", "1 or 2", coupon="2%"),
            _tranche("TEXT1", "次级档", "1", coupon="n.a.", expected_life_years="long"),
            _tranche("GHOST", "次级档", "x"),
        ],
        "raw_trustee_reports": [
            _report("TEXT2", 1, dates, "10", closing_balance="x", payment_date="soon"),
            _report("GHOST", 2, dates, "x"),
        ],
    }


def _contradictions() -> dict[str, list[Cells]]:
    """Tapes beside what documents state of them: as far off as printing hides, and further."""
    at_tolerance = {
        "loan_count": ("2", ""),
        "borrower_count": ("2", ""),
        "mortgaged_share": ("60.01", "%"),
        "residential_share": ("99.99", "%"),
        "wa_current_ltv": ("50.01", "%"),
        "wa_initial_ltv": ("75.01", "%"),
        "wa_overdue_months": ("2.01", "月"),
        "top10_borrower_share": ("99.99", "%"),
        "contract_amount": ("290", "元"),
    }
    beyond = {
        "loan_count": ("3", ""),
        "borrower_count": ("1", ""),
        "mortgaged_share": ("60.02", "%"),
        "residential_share": ("99.98", "%"),
        "wa_current_ltv": ("50.02", "%"),
        "wa_initial_ltv": ("75.02", "%"),
        "wa_overdue_months": ("2.02", "月"),
        "top10_borrower_share": ("99.98", "%"),
        "contract_amount": ("290.01", "元"),
    }
    later = "2025-06-30"
    deals = [
        _deal("FIT", pool_balance="200"),
        _deal("OFF", pool_balance="200.01"),
        # the deal's own balance is of the cut-off, the tape of another day
        _deal("APART", pool_balance="5000"),
    ]
    loans: list[Cells] = []
    liens: list[Cells] = []
    for code, day in (("FIT", CUTOFF), ("OFF", CUTOFF), ("APART", later)):
        days = {"snapshot_date": day, "overdue_days": "60.875"}
        loans.append(_loan(code, "L1", "60", contract_amount="90", **days))
        loans.append(_loan(code, "L2", "40", contract_amount="100", **days))
        liens.append(_lien(code, "L1", "C1", "120", snapshot_date=day))
    statistics = [
        _statistic(code, metric, value, unit)
        for code, stated in (("FIT", at_tolerance), ("OFF", beyond))
        for metric, (value, unit) in stated.items()
    ]
    statistics += [
        _statistic("APART", "loan_count", "7"),
        _statistic("APART", "loan_count", "8", as_of_date=later),
    ]
    return {
        "raw_deals": deals,
        "raw_loan_pools": loans,
        "raw_collaterals": liens,
        "raw_pool_statistics": statistics,
    }


def _revised(first: Cells, **changes: str) -> list[Cells]:
    """Give a row as first known, as changed later, and as changed back later still."""
    return [first, {**first, **changes, "known_on": SECOND}, {**first, "known_on": "2025-07-01"}]


def _restated() -> dict[str, list[Cells]]:
    """Rows of every table in which a later revision changes every value, and another takes it back.

    A value appears, changes and goes; a loan and a collateral are left out and come back.
    """
    deal = _deal(
        "AGAIN1",
        trustee="建信信托",
        announce_date="2025-02-01",
        setup_date="2025-03-01",
        legal_maturity="2029-03-01",
        lead_underwriter="甲证券",
        pool_principal="0.90",
        class_normal="10%",
        class_special_mention="20%",
        class_substandard="30%",
        class_doubtful="25%",
        class_loss="15%",
        junior_share="25%",
    )
    deals = _revised(
        deal,
        deal_name="另一名称",
        series="工元",
        originator="工商银行",
        trustee="华能贵诚信托",
        asset_subclass="信用卡",
        announce_date="2025-02-02",
        book_date="2025-02-21",
        setup_date="2025-03-02",
        cutoff_date="2025-01-01",
        legal_maturity="2029-03-02",
        liquidation_date="2028-03-02",
        payment_frequency="季",
        lead_underwriter="",
        servicer="乙银行",
        issue_amount="0.50",
        pool_balance="2",
        pool_principal="0.80",
        class_normal="11%",
        class_special_mention="21%",
        class_substandard="31%",
        class_doubtful="26%",
        class_loss="11%",
        junior_share="26%",
    )
    # the bank in another spelling is the same bank
    deals[2]["originator"] = "中国建设银行股份有限公司"
    tranches = _revised(
        _tranche("AGAIN1", "优先档", "1", coupon="2%", issue_price="100", start_date="2025-03-01"),
        tranche_name="次级档",
        issue_amount="2",
        coupon="3%",
        rate_type="浮动",
        amortisation="到期",
        issue_price="101",
        start_date="2025-03-02",
        expected_maturity="2027-03-02",
        placed_amount="1",
        expected_life_years="2",
        weighted_life_years="1.5",
    )
    estimates = _revised(
        _estimate("AGAIN1", "中债资信", "30%", rated_on="2025-02-01", basis="gross"),
        rated_on="2025-02-02",
        estimated_rate="",
        estimated_recovery="0.70",
        basis="net",
        horizon="5",
    )
    statistics = [
        row
        for metric, before, after, unit in (
            ("loan_count", "5", "6", ""),
            ("mortgaged_share", "50", "60", "%"),
            ("contract_amount", "5", "6", "元"),
            ("wa_overdue_months", "30", "60", "天"),
            # only an overdue term in days is put into months
            ("borrower_count", "5", "6", "天"),
            ("weighted_rate", "5", "6", "天"),
        )
        for row in _revised(_statistic("AGAIN1", metric, before, unit), value=after)
    ]
    statistics += [
        row
        for place, unit in enumerate(("日", "day", "Days"), start=1)
        for row in _revised(
            _statistic("AGAIN1", "wa_overdue_months", "30", unit, as_of_date=f"2025-0{place}-28"),
            value="60",
        )
    ]
    # the same share in percent and as a fraction, and as printed in a revision known later still
    statistics.append(_statistic("AGAIN1", "mortgaged_share", "0.5", "", known_on="2025-07-02"))
    statements = [
        row
        for code, day, amount in (
            ("AGAIN2", "2025-03-31", "100"),
            ("AGAIN2", "2025-06-30", "250"),
        )
        for row in _revised(
            _statement(code, day, amount),
            cumulative_recovery="120",
            stated_rate="12%",
            forecast_cumulative="130",
        )
    ]
    reports = [
        row
        for number, dates in ((1, ("2025-01-02", "2025-01-31")), (2, ("2025-02-01", "2025-02-28")))
        for row in _revised(
            _report("AGAIN1", number, dates, "0.10", payment_date="2025-03-05"),
            collection_end=dates[1][:8] + "27",
            payment_date="2025-03-06",
            reported_on="2025-03-06",
            in_progress_count="5",
            in_progress_balance="0.80",
            in_progress_recovery="0.20",
            in_progress_recovery_to_date="0.40",
            settled_count="1",
            settled_balance="0.10",
            settled_recovery="0.05",
            settled_recovery_to_date="0.06",
            other_inflow="0.01",
            disposal_expenses="0.02",
            closing_balance="0.70",
            stated_cumulative_rate="30%",
        )
    ]
    loan = _loan("AGAIN3", "L1", "10", granted_on="2020-01-01", due_on="2023-01-01")
    loans = _revised(
        loan,
        borrower_no="B9",
        contract_amount="210",
        outstanding_principal="11",
        outstanding_interest="1",
        outstanding_fees="2",
        granted_on="2020-01-02",
        due_on="2023-01-02",
        overdue_days="101",
        five_class="可疑",
        guarantee_type="质押",
        city="杭州",
    )
    lien = _lien("AGAIN3", "L1", "C1", "20", initial_valued_on="2020-01-01")
    liens = _revised(
        lien,
        collateral_type="商业用房",
        city="杭州",
        lien_rank="2",
        prior_claims="5",
        initial_value="30",
        initial_valued_on="2020-01-02",
        latest_value="25",
        latest_valued_on="2024-12-01",
    )
    for known_on in (FIRST, "2025-07-01"):
        loans.append(_loan("AGAIN3", "L2", "10", known_on=known_on))
        liens.append(_lien("AGAIN3", "L2", "C2", "10", known_on=known_on))
    # each delivery names more than one document; another day is delivered again too
    later = {"snapshot_date": "2025-01-31"}
    for known_on in (FIRST, SECOND, "2025-07-01"):
        loans.append(_loan("AGAIN3", "L3", "10", known_on=known_on))
        liens.append(_lien("AGAIN3", "L3", "C3", "10", known_on=known_on))
    for known_on, owed in ((FIRST, "7"), (SECOND, "6")):
        loans.append(_loan("AGAIN3", "L1", owed, known_on=known_on, **later))
        liens.append(_lien("AGAIN3", "L1", "C1", owed, known_on=known_on, **later))
    return {
        "raw_deals": [
            *deals,
            _deal("AGAIN2", pool_balance="1000"),
            _deal("AGAIN3", pool_balance=""),
            # two names that nobody knows are two names
            *_revised(_deal("AGAIN4", originator="某某银行"), originator="另一银行"),
        ],
        "raw_tranches": tranches,
        "raw_recovery_estimates": estimates,
        "raw_pool_statistics": statistics,
        "raw_recovery_statements": statements,
        "raw_trustee_reports": reports,
        "raw_loan_pools": loans,
        "raw_collaterals": liens,
    }


def _facts() -> dict[str, list[Cells]]:
    """Dates in order, on one day and out of order; facts that cannot change, stated otherwise."""
    dates = ("announce_date", "cutoff_date", "book_date", "setup_date", "liquidation_date")
    steps = {name: f"2024-05-{day}" for day, name in enumerate((*dates, "legal_maturity"), 10)}
    ends = {"2024-06-30": "2024-06-29", "2024-07-31": "2024-07-31", "2024-08-31": "2024-09-01"}
    return {
        "raw_deals": [
            _deal("ORDER1", **steps),
            _deal("ORDER2", **dict.fromkeys(steps, "2024-05-10")),
            _deal("ORDER3", **dict(zip(steps, reversed(steps.values()), strict=True))),
            # what becomes known, or is no longer stated, is not stated otherwise
            *_revised(_deal("FACT1", cutoff_date="", originator=""), cutoff_date=CUTOFF),
            *_revised(_deal("FACT2", originator=""), originator="工商银行", cutoff_date=""),
        ],
        "raw_trustee_reports": [
            _report(code, number, (end[:8] + "01", end), "1", payment_date=day, reported_on=day)
            for code in ("ORDER1", "GHOST")
            for number, (end, day) in enumerate(ends.items(), start=5)
        ],
    }


def _effects() -> dict[str, list[Cells]]:
    """Changes that move the latest cumulative rate, and changes beside it that do not."""
    month, corrected = ("2025-01-01", "2025-01-31"), "2025-07-01"
    plain = _report("MOVE", 1, month, "0.30", payment_date="2025-02-05")
    changes = {
        "in_progress_recovery": "0.20",
        "settled_recovery": "0.10",
        "collection_start": "2025-01-02",
        "collection_end": "2025-01-30",
        "payment_date": "2025-02-06",
    }
    reports = [
        row
        for code in ("MOVE0", "MOVE1", "MOVE2", "MOVE3", "MOVE4")
        for row in _revised({**plain, "deal_code": code}, **changes)
    ]
    deals = [
        # nothing to divide by; half a yuan; balances that move over and through nothing
        _deal("MOVE0", pool_balance="0"),
        *_revised(_deal("MOVE1", pool_balance="0.50"), cutoff_date="2025-01-01"),
        _deal("MOVE2", pool_balance="0.80"),
        _deal("MOVE2", pool_balance="0.40", known_on=SECOND),
        _deal("MOVE2", pool_balance="0", known_on=corrected),
        _deal("MOVE2", pool_balance="0.50", known_on="2025-07-02"),
        # reports count, whatever a statement of the day of the last one says
        _deal("MOVE3"),
        _deal("MOVE4", pool_balance=""),
    ]
    statements = _revised(_statement("MOVE3", month[1], "0.20"), cumulative_recovery="0.40")
    # the tape of the cut-off is the balance; those before and after it are not
    owed = _loan("MOVE4", "L1", "10", outstanding_interest="1", outstanding_fees="2")
    loans = [
        row
        for day in ("2024-11-30", CUTOFF, "2025-01-31")
        for row in _revised(
            {**owed, "snapshot_date": day}, outstanding_interest="3", outstanding_fees="4"
        )
    ]
    # a loan whose number reads like another's collateral
    loans += _revised(_loan("MOVE4", "L1|C1", "5", city="杭州"), city="宁波")
    liens = _revised(_lien("MOVE4", "L1", "C1", "20", city="苏州"), city="上海")
    return {
        "raw_deals": deals,
        "raw_trustee_reports": reports,
        "raw_recovery_statements": statements,
        "raw_loan_pools": loans,
        "raw_collaterals": liens,
    }


def _calendars() -> dict[str, list[Cells]]:
    """Reports beside the days they were expected by; LAST is the day the market is looked at."""
    monthly, quarterly = {"payment_frequency": "每月"}, {"payment_frequency": "季度"}
    deals = [
        # due on the day itself; the one after it due on the day itself; a day past each
        *(_deal(f"DUE{number}", **quarterly) for number in range(1, 5)),
        # month ends stay month ends, the fifteenth the fifteenth
        *(_deal(f"DUE{number}", **monthly) for number in (5, 6)),
        # no frequency: the fewest whole months between two ends, here over the turn of a year
        *(_deal(f"STEP{number}") for number in range(1, 6)),
        # a correction is not the day a report came
        _deal("SLOW1", **quarterly),
        # a report without a day it speaks of is a report, of no calendar
        _deal("SLOW2", **quarterly),
        _deal("SLOW3", cutoff_date="", **quarterly),
        _deal("NEVER1", **quarterly),
        _deal("NEVER2", cutoff_date="2026-01-30", **quarterly),
        _deal("NEVER3", cutoff_date="", **quarterly),
        # ended on the day, a day later, by its legal maturity, by its liquidation before that
        _deal("ENDED1", liquidation_date=LAST, **quarterly),
        _deal("ENDED2", liquidation_date="2026-07-01", legal_maturity="2026-01-01", **quarterly),
        _deal("ENDED3", legal_maturity=LAST, **quarterly),
        _deal("ENDED4", liquidation_date="2026-01-01", legal_maturity="2029-01-01"),
    ]
    ends = {
        "DUE1": ("2026-03-31",),
        "DUE2": ("2025-12-31",),
        "DUE3": ("2026-03-30",),
        "DUE4": ("2025-12-30",),
        "DUE5": ("2026-01-31", "2026-02-28"),
        "DUE6": ("2026-01-15", "2026-02-15"),
        "STEP1": ("2025-11-30", "2026-02-28"),
        "STEP2": ("2025-11-15", "2026-02-14"),
        "STEP3": ("2025-11-30", "2025-12-15", "2026-01-31"),
        "STEP4": ("2026-01-31", "2026-02-15"),
        "STEP5": ("2025-06-30",),
        "SLOW1": ("2025-12-31", "2026-03-31"),
    }
    reports = [
        _report(code, number, (end[:8] + "01", end), "1", known_on=end)
        # the latest period has the smallest number
        for code, own in ends.items()
        for number, end in enumerate(reversed(own), start=1)
    ]
    slow = _report("SLOW1", 3, ("2025-09-01", "2025-09-30"), "1", known_on="2025-10-20")
    reports += [slow, {**slow, "known_on": "2026-05-30"}]
    for code in ("SLOW2", "SLOW3"):
        reports.append(_report(code, 1, ("2026-02-01", "2026-02-30"), "1", known_on="2026-03-10"))
    reports.append(_report("SLOW2", 2, ("2025-09-01", "2025-09-30"), "1", known_on="2025-10-10"))
    return {"raw_deals": deals, "raw_trustee_reports": reports}


def _orphans() -> dict[str, list[Cells]]:
    """Rows of a deal that no row of raw_deals names."""
    return {
        "raw_tranches": _revised(_tranche("GHOST", "优先档", "1"), issue_amount="2"),
        "raw_recovery_estimates": [_estimate("GHOST", "中债资信", "30%")],
        "raw_pool_statistics": [_statistic("GHOST", "loan_count", "3")],
        "raw_recovery_statements": [
            _statement("GHOST", "2025-03-31", "1"),
            # of a deal without reports, and without an amount
            _statement("GHOST2", "2025-03-31", ""),
        ],
        "raw_loan_pools": [_loan("GHOST", "L1", "10")],
        "raw_collaterals": [_lien("GHOST", "L1", "C1", "10")],
        "raw_trustee_reports": [_report("GHOST", 1, ("2025-01-01", "2025-01-31"), "1")],
    }


PARTS = (
    *(_issuance, _originators, _incomplete_tapes, _tapes),
    *(_disclosed, _reports, _statements, _unread, _contradictions),
    *(_restated, _facts, _effects, _calendars, _orphans),
)


def write_hand_market(folder: Path) -> None:
    """Write the nine raw CSV files of the market, some of them with a header alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, columns in COLUMNS.items():
        rows = [row for part in PARTS for row in part().get(table, ())]
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, columns, restval="", lineterminator="\n")
            writer.writeheader()
            for place, row in enumerate(rows, start=1):
                document = f"https://example.org/{table}/{place}"
                cells = {"source_document": document, "known_on": FIRST, **row}
                if "amount_unit" in columns:
                    cells.setdefault("amount_unit", "元")
                writer.writerow(cells)
