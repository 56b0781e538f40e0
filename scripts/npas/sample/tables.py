"""The raw tables of the sample, cell by cell as documents would print them."""

from datetime import date, timedelta
from fractions import Fraction

from npas.sample.curves import draw_curves
from npas.sample.deals import SUBCLASS, Deal
from npas.sample.draws import Draws
from npas.sample.indicators import indicator_rows
from npas.sample.pools import WHOLE
from npas.sample.printing import decimal, percent, plain_amount
from npas.sample.reports import Report, Statement, Told, manners, tell
from npas.sample.tapes import Collateral, Loan, Tape

Row = dict[str, str]
Tables = dict[str, list[Row]]

_SOURCE = "合成样本 synthetic sample: "
_FREQUENCY = {1: "每月", 3: "季度", 6: "半年度"}
_BASES = ("gross", "gross", "gross", "gross", "", "distributable")


def raw_tables(deals: list[Deal]) -> Tables:
    """All rows of all raw tables; columns that a row leaves out are empty."""
    tables: Tables = {"raw_market_indicators": indicator_rows(_SOURCE)}
    manner_of = manners(deals)
    curves = draw_curves(deals)
    for deal in deals:
        told = tell(deal, manner_of[deal.code], curves[deal.code])
        rows: Tables = {
            "raw_deals": _deal_rows(deal, told),
            "raw_tranches": _tranche_rows(deal),
            "raw_recovery_estimates": _estimate_rows(deal, told),
            "raw_pool_statistics": _statistic_rows(deal),
            "raw_trustee_reports": [_report_row(deal, report) for report in told.reports],
            "raw_recovery_statements": [_statement_row(deal, one) for one in told.statements],
            "raw_loan_pools": [row for tape in deal.pool.tapes for row in _loan_rows(deal, tape)],
            "raw_collaterals": [
                _collateral_row(deal, tape, loan, tape.collaterals[number])
                for tape in deal.pool.tapes
                for loan in tape.loans
                for number in loan.collaterals
            ],
        }
        for table, found in rows.items():
            tables.setdefault(table, []).extend(found)
    return tables


def _known(deal: Deal, day: date, document: str) -> Row:
    return {
        "source_document": f"{_SOURCE}{deal.code} {document}",
        "known_on": day.isoformat(),
    }


def _ratio(ten_thousandths: int) -> Fraction:
    return Fraction(ten_thousandths, WHOLE)


def _deal_rows(deal: Deal, told: Told) -> list[Row]:
    draws, hand, dates = Draws("prints", deal.code), deal.hand, deal.dates
    junior = Fraction(deal.junior, deal.issue)
    # a few documents print the junior share as a fraction
    share = decimal(junior, 5) if draws.chance(3) else percent(junior, 3)
    substandard, doubtful, loss = deal.pool.classes
    row = {
        "deal_code": deal.code,
        "deal_name": deal.name,
        "series": deal.series,
        "originator": draws.pick(deal.originator.spellings),
        "trustee": draws.pick(deal.trustee),
        "lead_underwriter": f"示例{draws.pick('甲乙丙丁')}证券",
        "servicer": deal.originator.name,
        "asset_subclass": draws.pick(SUBCLASS[deal.kind]),
        "announce_date": hand.day(dates.announce),
        "book_date": hand.day(dates.book),
        "setup_date": hand.day(dates.setup),
        "cutoff_date": hand.day(dates.cutoff),
        "legal_maturity": hand.day(dates.legal_maturity),
        "liquidation_date": hand.nothing,
        "payment_frequency": _FREQUENCY[told.manner.months],
        "issue_amount": hand.amount(deal.issue),
        "junior_share": share,
        "pool_balance": hand.amount(deal.balance),
        "pool_principal": hand.amount(deal.pool.principal),
        "class_substandard": percent(_ratio(substandard)),
        "class_doubtful": percent(_ratio(doubtful)),
        "class_loss": percent(_ratio(loss)) if loss else hand.nothing,
        "amount_unit": hand.unit,
        **_known(deal, dates.announce, "发行说明书"),
    }
    rows = [row]
    if told.liquidation is not None:
        rows.append(
            {
                **row,
                "liquidation_date": hand.day(told.liquidation),
                **_known(deal, told.liquidation, "清算报告"),
            }
        )
    return rows


def _tranche_rows(deal: Deal) -> list[Row]:
    draws, hand, dates = Draws("tranches", deal.code), deal.hand, deal.dates
    name = f"{deal.year % 100}{deal.series}{int(deal.code[-2:])}"
    coupon = Fraction(draws.around(430 - 24 * (deal.year - 2016), 25), WHOLE)
    price = 10_000 + (draws.between(0, 900) if draws.chance(40) else 0)
    rows = []
    for code, label, amount, maturity in (
        (f"{name}优先", "优先档", deal.issue - deal.junior, dates.senior_maturity),
        (f"{name}C", "次级档", deal.junior, dates.junior_maturity),
    ):
        is_senior = label == "优先档"
        years = Fraction((maturity - dates.setup).days * 100, 36525)
        rows.append(
            {
                "deal_code": deal.code,
                "tranche_code": code,
                "tranche_name": label,
                "issue_amount": hand.amount(amount),
                "coupon": percent(coupon) if is_senior else hand.nothing,
                "rate_type": "固定利率" if is_senior else "零息式",
                "amortisation": "过手摊还",
                "issue_price": "100.00" if is_senior else decimal(Fraction(price, 100), 2),
                "start_date": hand.day(dates.setup),
                "expected_maturity": hand.day(maturity),
                "placed_amount": hand.amount(amount * 95 // 100),
                "expected_life_years": decimal(years, 2),
                "weighted_life_years": decimal(years * draws.between(35, 60) / 100, 2)
                if is_senior
                else hand.nothing,
                "amount_unit": hand.unit,
                **_known(deal, dates.setup, "发行结果公告"),
            }
        )
    return rows


def _estimate_rows(deal: Deal, told: Told) -> list[Row]:
    draws, hand = Draws("estimate prints", deal.code), deal.hand
    rows = []
    for agency, estimate in zip(deal.agencies, deal.estimates, strict=True):
        amount = deal.balance * estimate // 100_000 // 10_000 * 10_000
        printed = draws.pick(("both", "both", "both", "rate", "amount"))
        rated = deal.dates.announce - timedelta(draws.between(2, 12))
        rows.append(
            {
                "deal_code": deal.code,
                "agency": draws.pick(agency),
                "stage": "first_rating",
                "rated_on": hand.day(rated) if draws.chance(80) else hand.nothing,
                "estimated_recovery": hand.amount(amount) if printed != "rate" else hand.nothing,
                "estimated_rate": percent(Fraction(amount, deal.balance), 3)
                if printed != "amount"
                else hand.nothing,
                "basis": draws.pick(_BASES),
                "horizon": "法定到期日",
                "amount_unit": hand.unit,
                **_known(deal, deal.dates.announce, "信用评级报告"),
            }
        )
    if deal.year in range(2019, 2025) and draws.chance(35):
        rows += _tracking_rows(deal, draws, told.liquidation)
    return rows


def _tracking_rows(deal: Deal, draws: Draws, cleared: date | None) -> list[Row]:
    """New estimates of the first agency, each July until the deal is cleared."""
    rows = []
    estimate = deal.estimates[0]
    for year in range(deal.year + 1, min(deal.year + 4, 2026)):
        rated = date(year, 7, draws.between(18, 31))
        if cleared is not None and rated > cleared:
            break
        estimate = estimate * draws.between(92, 102) // 100
        amount = deal.balance * estimate // 100_000 // 10_000 * 10_000
        rows.append(
            {
                "deal_code": deal.code,
                "agency": deal.agencies[0][0],
                "stage": "tracking",
                "rated_on": deal.hand.day(rated),
                "estimated_recovery": deal.hand.amount(amount),
                "estimated_rate": percent(Fraction(amount, deal.balance), 3),
                "basis": "gross",
                "horizon": "法定到期日",
                "amount_unit": deal.hand.unit,
                **_known(deal, rated, f"{year}年跟踪评级报告"),
            }
        )
    return rows


def _statistic_rows(deal: Deal) -> list[Row]:
    draws, pool = Draws("statistics", deal.code), deal.pool
    unit = draws.pick(("万元", "亿元", "万元"))
    borrowers = f"{pool.borrowers:,}" if draws.chance(30) else str(pool.borrowers)
    facts = [
        ("loan_count", str(pool.loans), "笔"),
        ("borrower_count", borrowers, "户"),
        ("contract_amount", plain_amount(pool.contract_amount, unit), unit),
        ("mortgaged_share", _shared(draws, pool.mortgaged), "%"),
        ("wa_overdue_months", decimal(pool.overdue_months, 2), "月"),
        ("top10_borrower_share", _shared(draws, pool.top10), "%"),
    ]
    if pool.residential is not None:
        facts.append(("residential_share", _shared(draws, pool.residential), "%"))
    if pool.is_vehicle:
        facts.append(("vehicle_share", "100", "%"))
    if pool.current_ltv is not None and pool.initial_ltv is not None:
        facts.append(("wa_current_ltv", _shared(draws, pool.current_ltv), "%"))
        facts.append(("wa_initial_ltv", _shared(draws, pool.initial_ltv), "%"))
    # some agencies print the date, others leave it to the stage
    day = deal.hand.day(deal.dates.cutoff) if draws.chance(50) else ""
    agency = deal.agencies[0]
    return [
        {
            "deal_code": deal.code,
            "as_of_date": day,
            "stage": "first_rating",
            "metric": metric,
            "value": value,
            "unit": printed_unit,
            "stated_by": agency[0],
            **_known(deal, deal.dates.announce, "信用评级报告"),
        }
        for metric, value, printed_unit in facts
    ]


def _shared(draws: Draws, ten_thousandths: int) -> str:
    """A share in a row whose unit is %: some cells carry the sign as well."""
    number = decimal(Fraction(ten_thousandths, 100), 2)
    return f"{number}%" if draws.chance(25) else number


def _report_row(deal: Deal, report: Report) -> Row:
    hand = deal.hand
    rate = Fraction(report.cumulative, deal.balance)
    # one trustee counts the last day of a period again as the first of the next
    repeats_day = deal.trustee[0].startswith("示例丙")
    start = report.start - timedelta(1) if repeats_day else report.start
    document = f"受托机构报告 总第{report.number}期"
    return {
        "deal_code": deal.code,
        "report_no": str(report.number),
        "collection_start": hand.day(start),
        "collection_end": hand.day(report.end),
        "payment_date": hand.day(report.payment),
        "reported_on": hand.day(report.reported),
        "in_progress_count": str(report.open_count),
        "in_progress_balance": hand.amount(report.open_balance),
        "in_progress_recovery": hand.amount(report.open_recovery),
        "in_progress_recovery_to_date": hand.amount(report.open_to_date),
        "settled_count": str(report.settled_count),
        "settled_balance": hand.amount(report.settled_balance),
        "settled_recovery": hand.amount(report.settled_recovery),
        "settled_recovery_to_date": hand.amount(report.settled_to_date),
        "other_inflow": hand.amount(report.other_inflow),
        "disposal_expenses": hand.amount(report.expenses),
        "closing_balance": hand.amount(report.open_balance),
        "stated_cumulative_rate": decimal(rate, 4) if deal.prints_fractions else percent(rate),
        "amount_unit": hand.unit,
        **_known(
            deal,
            report.known,
            f"更正公告 ({document})" if report.is_correction else document,
        ),
    }


def _statement_row(deal: Deal, statement: Statement) -> Row:
    return {
        "deal_code": deal.code,
        "pool_as_of_date": deal.hand.day(statement.day),
        "cumulative_recovery": plain_amount(statement.cumulative, "万元"),
        "stated_rate": decimal(Fraction(statement.cumulative, deal.balance), 4),
        "forecast_cumulative": plain_amount(statement.forecast, "万元"),
        "stated_by": deal.agencies[0][1],
        "amount_unit": "万元",
        **_known(deal, statement.known, f"{statement.day.year}年跟踪评级报告"),
    }


def _tape_known(deal: Deal, tape: Tape) -> Row:
    known = deal.dates.announce
    if tape.day != deal.dates.cutoff:
        known = tape.day + timedelta(55)
    return _known(deal, known, "资产池清单")


def _loan_rows(deal: Deal, tape: Tape) -> list[Row]:
    known = _tape_known(deal, tape)
    rows = [_loan_row(deal, tape, loan) | known for loan in tape.mistaken]
    if rows:
        known = _known(deal, deal.dates.announce + timedelta(70), "资产池清单 (更正)")
    return rows + [_loan_row(deal, tape, loan) | known for loan in tape.loans]


def _loan_row(deal: Deal, tape: Tape, loan: Loan) -> Row:
    hand = deal.hand
    return {
        "deal_code": deal.code,
        "snapshot_date": hand.day(tape.day),
        "loan_no": loan.number,
        "borrower_no": loan.borrower,
        "contract_amount": hand.amount(loan.contract_amount),
        "outstanding_principal": hand.amount(loan.principal),
        "outstanding_interest": hand.amount(loan.interest),
        "outstanding_fees": hand.amount(loan.fees),
        "granted_on": hand.day(loan.granted_on),
        "due_on": hand.day(loan.due_on),
        "overdue_days": str(loan.overdue_days),
        "five_class": loan.five_class,
        "guarantee_type": loan.guarantee,
        "city": loan.city,
        "amount_unit": hand.unit,
    }


def _collateral_row(deal: Deal, tape: Tape, loan: Loan, collateral: Collateral) -> Row:
    hand = deal.hand
    return {
        "deal_code": deal.code,
        "snapshot_date": hand.day(tape.day),
        "loan_no": loan.number,
        "collateral_no": collateral.number,
        "collateral_type": collateral.kind,
        "city": collateral.city,
        "lien_rank": "1" if collateral.prior_claims is None else "2",
        "prior_claims": hand.amount(collateral.prior_claims),
        "initial_value": hand.amount(collateral.initial_value),
        "initial_valued_on": hand.day(collateral.initial_valued_on),
        "latest_value": hand.amount(collateral.latest_value),
        "latest_valued_on": hand.day(collateral.latest_valued_on),
        "amount_unit": hand.unit,
        **_tape_known(deal, tape),
    }
