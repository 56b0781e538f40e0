"""Every mart of the warehouse, recomputed from raw CSV files.

Written from `warehouse.md` alone and without SQL, so that a mistake shared with the dbt models
is unlikely. Money is Decimal yuan with two places, ratios and terms are floats rounded once from
exact fractions, dates are dates, missing is None. `incomplete_reason` is the word "incomplete"
where a reason is due, else None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from .findings import (
    DEAL_ORDER,
    REPORT_ORDER,
    Finding,
    date_findings,
    originator_findings,
    period_findings,
    restated_findings,
    stated_findings,
    structure_findings,
    tape_findings,
    unread_deal,
    unread_report,
    unread_tranche,
)
from .freshness import freshness
from .pools import CLASSES, Snapshot, Tape, read_tapes, repaid
from .reading import (
    Lookups,
    Row,
    as_float,
    divided,
    grouped,
    known,
    latest,
    load,
    md5,
    money,
    name_key,
    read_date,
    read_int,
    read_number,
    read_rate,
    read_text,
    squeezed,
    total,
)
from .recovery import (
    CurvePoint,
    Facts,
    Month,
    Period,
    curves,
    months,
    percentile,
    period_row,
    report_periods,
    statement_periods,
)
from .restatements import FIELDS, Restatement, restatements

MartRow = dict[str, object]
JUNIOR = "次级"
FIRST_RATING = "first_rating"
INCOMPLETE = "incomplete"
# sorts after every text
LAST = "\U0010ffff"
BY_CLASS = {
    "residential_mortgage": "property",
    "auto": "vehicle",
    "credit_card": "unsecured",
    "consumer": "unsecured",
}
COUNTS = ("loan_count", "borrower_count")
SHARES = (
    "mortgaged_share",
    "residential_share",
    "vehicle_share",
    "wa_current_ltv",
    "wa_initial_ltv",
    "top10_borrower_share",
)
DAY_UNITS = frozenset(("天", "日", "day", "days"))
PERCENTILES = {
    "p10_rate": Fraction(1, 10),
    "p25_rate": Fraction(1, 4),
    "p50_rate": Fraction(1, 2),
    "p75_rate": Fraction(3, 4),
    "p90_rate": Fraction(9, 10),
}


@dataclass(frozen=True)
class Tranche:
    """One tranche; money in cents."""

    code: str | None
    name: str | None
    is_senior: bool | None
    issue: int | None
    coupon: Fraction | None
    placed: int | None
    row: Row


@dataclass(frozen=True)
class Estimate:
    """The mean of the agencies' first-rating rates of a deal."""

    rate: Fraction | None
    count: int
    has_mixed_basis: bool


@dataclass(frozen=True)
class Deal:
    """A deal as latest known; money in cents."""

    key: str
    code: str
    row: Row
    originator_code: str | None
    asset_class: str
    cutoff: date | None
    book: date | None
    setup: date | None
    maturity: date | None
    liquidation: date | None
    issue: int | None
    printed_balance: int | None
    printed_principal: int | None
    printed_classes: dict[str, Fraction | None]


Disclosed = dict[str, Fraction | int]


def _deal(key: str, rows: list[Row], lookups: Lookups) -> Deal:
    row = latest(rows)
    subclass = read_text(row["asset_subclass"])
    asset_class = None if subclass is None else lookups.asset_classes.get(name_key(subclass))
    return Deal(
        key=key,
        code=squeezed(row["deal_code"]),
        row=row,
        originator_code=lookups.originator(row["originator"], row["series"]),
        asset_class=asset_class or "other",
        cutoff=read_date(row["cutoff_date"]),
        book=read_date(row["book_date"]),
        setup=read_date(row["setup_date"]),
        maturity=read_date(row["legal_maturity"]),
        liquidation=read_date(row["liquidation_date"]),
        issue=lookups.row_amount(row, "issue_amount"),
        printed_balance=lookups.row_amount(row, "pool_balance"),
        printed_principal=lookups.row_amount(row, "pool_principal"),
        printed_classes={name: read_rate(row[f"class_{name}"]) for name in CLASSES},
    )


def _tranches(rows: Iterable[Row], lookups: Lookups) -> list[Tranche]:
    found: list[Tranche] = []
    for code, revisions in grouped(rows, lambda row: read_text(row["tranche_code"])).items():
        row = latest(revisions)
        name = read_text(row["tranche_name"])
        found.append(
            Tranche(
                code=code,
                name=name,
                is_senior=None if name is None else JUNIOR not in name,
                issue=lookups.row_amount(row, "issue_amount"),
                coupon=read_rate(row["coupon"]),
                placed=lookups.row_amount(row, "placed_amount"),
                row=row,
            )
        )
    return found


def _side(tranches: list[Tranche], is_senior: bool) -> int | None:
    """Cents issued of one kind; None where there is no such tranche or a part is missing."""
    if any(tranche.is_senior is None for tranche in tranches):
        return None
    parts = [tranche.issue for tranche in tranches if tranche.is_senior is is_senior]
    return total(parts) if parts else None


def _senior_coupon(tranches: list[Tranche]) -> Fraction | None:
    seniors = [tranche for tranche in tranches if tranche.is_senior]
    if any(tranche.is_senior is None for tranche in tranches):
        return None
    if len(seniors) == 1:
        return seniors[0].coupon
    paid = Fraction(0)
    for tranche in seniors:
        if tranche.coupon is None or tranche.issue is None:
            return None
        paid += tranche.coupon * tranche.issue
    return divided(paid, total(tranche.issue for tranche in seniors))


def _rated_last(row: Row) -> tuple[date, date]:
    return (row.known_on or date.min, read_date(row["rated_on"]) or date.min)


def _estimate(rows: Iterable[Row], balance: int | None, lookups: Lookups) -> Estimate:
    first = [row for row in rows if read_text(row["stage"]) == FIRST_RATING]
    rates: list[Fraction] = []
    bases: set[str] = set()
    for revisions in grouped(first, lambda row: lookups.agency(row["agency"])).values():
        row = max(revisions, key=_rated_last)
        rate = read_rate(row["estimated_rate"])
        if rate is None:
            rate = divided(lookups.row_amount(row, "estimated_recovery"), balance)
        if rate is None:
            continue
        rates.append(rate)
        basis = read_text(row["basis"])
        if basis is not None:
            bases.add(basis)
    mean = sum(rates, Fraction(0)) / len(rates) if rates else None
    return Estimate(mean, len(rates), len(bases) > 1)


def _metric(row: Row, metric: str, lookups: Lookups) -> Fraction | int | None:
    value, unit = row["value"], row["unit"]
    if metric in COUNTS:
        return read_int(value)
    if metric in SHARES:
        return read_rate(value, unit)
    if metric == "contract_amount":
        return lookups.amount(value, unit)
    if metric == "wa_overdue_months":
        number = read_number(value)
        in_days = squeezed(unit).lower() in DAY_UNITS
        return divided(number, Fraction("30.4375")) if in_days else number
    return None


def _disclosed(rows: Iterable[Row], cutoff: date | None, lookups: Lookups) -> dict[date, Disclosed]:
    """Give date -> metric -> value: the latest known, then the first agency by code point.

    What one agency states twice on one day counts by its first document, stage and date in order.
    """

    def rank(row: Row) -> tuple[bool, str, str, str, date]:
        agency = lookups.agency(row["stated_by"])
        day = read_date(row["as_of_date"]) or date.max
        return (
            agency is None,
            agency or "",
            row["source_document"] or LAST,
            row["stage"] or LAST,
            day,
        )

    def place(row: Row) -> tuple[date | None, str | None]:
        day = read_date(row["as_of_date"])
        if day is None and read_text(row["as_of_date"]) is None:
            day = cutoff if read_text(row["stage"]) == FIRST_RATING else None
        return day, read_text(row["metric"])

    found: dict[date, Disclosed] = {}
    for (day, metric), group in grouped(rows, place).items():
        if day is None or metric is None:
            continue
        last = max(row.known_on or date.min for row in group)
        newest = [row for row in group if (row.known_on or date.min) == last]
        value = _metric(min(newest, key=rank), metric, lookups)
        if value is not None:
            found.setdefault(day, {})[metric] = value
    return found


def _whole(stated: Disclosed, metric: str) -> int | None:
    value = stated.get(metric)
    return None if value is None else int(value)


def _share(stated: Disclosed, metric: str) -> Fraction | None:
    value = stated.get(metric)
    return None if value is None else Fraction(value)


def _disclosed_snapshot(deal: Deal, day: date, stated: Disclosed) -> Snapshot:
    at_cutoff = day == deal.cutoff
    contract = _whole(stated, "contract_amount")
    principal = deal.printed_principal if at_cutoff else None
    return Snapshot(
        measured_from="disclosed",
        loan_count=_whole(stated, "loan_count"),
        borrower_count=_whole(stated, "borrower_count"),
        contract=contract,
        principal=principal,
        balance=deal.printed_balance if at_cutoff else None,
        mortgaged_ratio=_share(stated, "mortgaged_share"),
        residential_ratio=_share(stated, "residential_share"),
        repaid_ratio=repaid(principal, contract),
        weighted_current_ltv=_share(stated, "wa_current_ltv"),
        weighted_initial_ltv=_share(stated, "wa_initial_ltv"),
        weighted_overdue_months=_share(stated, "wa_overdue_months"),
        top10_ratio=_share(stated, "top10_borrower_share"),
        classes=deal.printed_classes if at_cutoff else dict.fromkeys(CLASSES),
    )


def _snapshots(
    deal: Deal, tapes: dict[date, Tape], disclosed: dict[date, Disclosed]
) -> dict[date, Snapshot]:
    days = set(tapes) | set(disclosed)
    if deal.cutoff is not None and (
        deal.printed_balance is not None
        or any(share is not None for share in deal.printed_classes.values())
    ):
        days.add(deal.cutoff)
    return {
        day: tapes[day].snapshot("both" if day in disclosed else "loan_tape")
        if day in tapes
        else _disclosed_snapshot(deal, day, disclosed.get(day, {}))
        for day in sorted(days)
    }


def _stated(deal: Deal, day: date, disclosed: dict[date, Disclosed]) -> Disclosed:
    """What documents state of a date; the deal's own balance, in cents, is of the cut-off."""
    stated = dict(disclosed.get(day, {}))
    if day == deal.cutoff and deal.printed_balance is not None:
        stated["pool_balance"] = deal.printed_balance
    return stated


def _report_no(row: Row) -> int | None:
    return read_int(row["report_no"])


def _security_class(deal: Deal, tapes: dict[date, Tape], disclosed: dict[date, Disclosed]) -> str:
    if deal.cutoff is not None:
        if deal.cutoff in tapes:
            return tapes[deal.cutoff].security_class()
        stated = disclosed.get(deal.cutoff, {})
        mortgaged = stated.get("mortgaged_share")
        if mortgaged is not None:
            if mortgaged == 0:
                return "unsecured"
            return "vehicle" if stated.get("vehicle_share") == 1 else "property"
    return BY_CLASS.get(deal.asset_class, "unknown")


def _year(day: date | None) -> int | None:
    return None if day is None else day.year


def _originator_key(deal: Deal) -> str | None:
    return None if deal.originator_code is None else md5(deal.originator_code)


def _dim_deal(deal: Deal, security_class: str, market: str, lookups: Lookups) -> MartRow:
    return {
        "deal_key": deal.key,
        "deal_code": deal.code,
        "deal_name": read_text(deal.row["deal_name"]),
        "originator_key": _originator_key(deal),
        "trustee_name": lookups.trustee(deal.row["trustee"]),
        "asset_class": deal.asset_class,
        "security_class": security_class,
        "cutoff_date": deal.cutoff,
        "book_date": deal.book,
        "setup_date": deal.setup,
        "legal_maturity_date": deal.maturity,
        "liquidation_date": deal.liquidation,
        "cutoff_year": _year(deal.cutoff),
        "issue_year": _year(deal.book),
        "market": market,
    }


def _fct_issuance(
    deal: Deal,
    tranches: list[Tranche],
    estimate: Estimate,
    balance: int | None,
    principal: int | None,
) -> MartRow:
    senior, junior = _side(tranches, True), _side(tranches, False)
    return {
        "deal_key": deal.key,
        "originator_key": _originator_key(deal),
        "book_date": deal.book,
        "issue_year": _year(deal.book),
        "issue_amount_yuan": money(deal.issue),
        "senior_amount_yuan": money(senior),
        "subordinated_amount_yuan": money(junior),
        "subordinated_ratio": as_float(divided(junior, total((senior, junior)))),
        "pool_balance_yuan": money(balance),
        "pool_principal_yuan": money(principal),
        "advance_rate": as_float(divided(deal.issue, balance)),
        "senior_coupon_ratio": as_float(_senior_coupon(tranches)),
        "estimated_recovery_rate": as_float(estimate.rate),
        "estimate_count": estimate.count,
        "has_mixed_basis": estimate.has_mixed_basis,
    }


def _fct_tranche(deal: Deal, tranche: Tranche) -> MartRow:
    row = tranche.row
    return {
        "deal_key": deal.key,
        "tranche_code": tranche.code,
        "tranche_name": tranche.name,
        "is_senior": tranche.is_senior,
        "issue_amount_yuan": money(tranche.issue),
        "coupon_ratio": as_float(tranche.coupon),
        "start_date": read_date(row["start_date"]),
        "expected_maturity_date": read_date(row["expected_maturity"]),
        "placed_amount_yuan": money(tranche.placed),
        "issue_price": as_float(read_number(row["issue_price"])),
        "expected_life_years": as_float(read_number(row["expected_life_years"])),
        "weighted_life_years": as_float(read_number(row["weighted_life_years"])),
    }


def _fct_pool_snapshot(deal: Deal, day: date, snapshot: Snapshot) -> MartRow:
    return {
        "deal_key": deal.key,
        "snapshot_date": day,
        "measured_from": snapshot.measured_from,
        "loan_count": snapshot.loan_count,
        "borrower_count": snapshot.borrower_count,
        "contract_amount_yuan": money(snapshot.contract),
        "principal_yuan": money(snapshot.principal),
        "balance_yuan": money(snapshot.balance),
        "mortgaged_balance_yuan": money(snapshot.mortgaged_balance),
        "mortgaged_ratio": as_float(snapshot.mortgaged_ratio),
        "residential_ratio": as_float(snapshot.residential_ratio),
        "repaid_ratio": as_float(snapshot.repaid_ratio),
        "weighted_current_ltv_ratio": as_float(snapshot.weighted_current_ltv),
        "weighted_initial_ltv_ratio": as_float(snapshot.weighted_initial_ltv),
        "pool_current_ltv_ratio": as_float(snapshot.pool_current_ltv),
        "weighted_overdue_months": as_float(snapshot.weighted_overdue_months),
        "balance_per_borrower_yuan": money(snapshot.balance_per_borrower),
        "top10_borrower_ratio": as_float(snapshot.top10_ratio),
        **{f"class_{name}_ratio": as_float(snapshot.classes[name]) for name in CLASSES},
        "is_comparable": snapshot.is_comparable,
        "incomplete_reason": None if snapshot.is_complete else INCOMPLETE,
    }


def _fct_period(facts: Facts, period: Period) -> MartRow:
    values, is_complete = period_row(facts, period)
    return {
        "deal_key": facts.deal_key,
        "period_no": period.number,
        "collection_start": period.start,
        "collection_end": period.end,
        "recovery_age_months": values["recovery_age_months"],
        "source_kind": period.source_kind,
        "period_recovery_yuan": money(period.cash),
        "cumulative_recovery_yuan": money(period.cumulative),
        "stated_cumulative_yuan": money(period.stated_cash),
        "stated_cumulative_rate": as_float(period.stated_rate),
        "period_recovery_rate": _rate(values["period_recovery_rate"]),
        "cumulative_recovery_rate": _rate(values["cumulative_recovery_rate"]),
        "estimated_recovery_rate": as_float(facts.estimate),
        "estimate_attained_ratio": _rate(values["estimate_attained_ratio"]),
        "is_provisional": period.is_provisional,
        "revision_no": period.revision_no,
        "known_on": period.row.known_on,
        "incomplete_reason": None if is_complete else INCOMPLETE,
    }


def _rate(value: int | Fraction | None) -> float | None:
    return None if value is None else float(value)


def _fct_month(facts: Facts, month: Month) -> MartRow:
    return {
        "deal_key": facts.deal_key,
        "age_month": month.age,
        "recovery_yuan": money(month.cash),
        "recovery_rate": as_float(month.rate),
        "cumulative_rate": as_float(month.cumulative_rate),
        "observed_ratio": as_float(month.observed),
    }


def _fct_curve(point: CurvePoint) -> MartRow:
    return {
        "cohort_kind": point.cohort_kind,
        "cohort": point.cohort,
        "segment": point.segment,
        "age_month": point.age,
        "deal_count": point.deal_count,
        "balance_yuan": money(point.balance),
        "weighted_period_rate": as_float(point.weighted_period),
        "weighted_cumulative_rate": as_float(point.weighted_cumulative),
        "chained_cumulative_rate": as_float(point.chained),
        "mean_rate": as_float(sum(point.rates, Fraction(0)) / len(point.rates)),
        "min_rate": as_float(min(point.rates)),
        **{
            column: as_float(percentile(point.rates, share))
            for column, share in PERCENTILES.items()
        },
        "max_rate": as_float(max(point.rates)),
        "is_thin": point.is_thin,
    }


def _report_findings(rows: list[Row], lookups: Lookups) -> Iterator[Finding]:
    for revisions in grouped(rows, _report_no).values():
        report = latest(revisions)
        yield from unread_report(report, lookups)
        yield from date_findings(report, f"report {_report_no(report)}: ", REPORT_ORDER)


def _fct_restatement(deal: Deal, change: Restatement) -> MartRow:
    return {
        "table_name": change.table,
        "deal_key": deal.key,
        "deal_code": deal.code,
        "period_no": change.period_no,
        "row_key": change.row_key,
        "field": change.field,
        "old_value": change.old,
        "new_value": change.new,
        "old_known_on": change.old_row.known_on,
        "new_known_on": change.new_row.known_on,
        "old_document": read_text(change.old_row["source_document"]),
        "new_document": read_text(change.new_row["source_document"]),
        "cumulative_rate_change": as_float(change.cumulative_rate_change),
    }


def _known_sum(amounts: Iterable[int | None]) -> int | None:
    found = [amount for amount in amounts if amount is not None]
    return sum(found) if found else None


def _dim_originator(code: str, deals: list[tuple[Deal, int | None]], lookups: Lookups) -> MartRow:
    listed = lookups.originators[code]
    cutoffs = [deal.cutoff for deal, _ in deals if deal.cutoff is not None]
    books = [deal.book for deal, _ in deals if deal.book is not None]
    return {
        "originator_key": md5(code),
        "originator_code": code,
        "originator_name": listed["originator_name"].strip(),
        "legal_name": listed["legal_name"].strip() or None,
        "originator_type": listed["originator_type"].strip(),
        "deal_count": len(deals),
        "first_cutoff_date": min(cutoffs, default=None),
        "first_book_date": min(books, default=None),
        "last_book_date": max(books, default=None),
        "issue_amount_yuan": money(_known_sum(deal.issue for deal, _ in deals)),
        "pool_balance_yuan": money(_known_sum(balance for _, balance in deals)),
    }


def _clock(tables: dict[str, list[Row]], as_of: date | None) -> date:
    if as_of is not None:
        return as_of
    days = [row.known_on for rows in tables.values() for row in rows if row.known_on]
    return max(days, default=date.min)


def compute(
    folder: Path, reference_seeds: Path, market: str, as_of: date | None = None
) -> dict[str, list[MartRow]]:
    """Mart name -> rows, from the raw CSV files of `folder` as known on `as_of` (its day included).

    Money is Decimal yuan (2 places), ratios and months floats, dates date, missing None.
    """
    lookups = Lookups.read(reference_seeds)
    tables = known(load(folder), as_of)
    clock = _clock(tables, as_of)
    tapes = read_tapes(tables["raw_loan_pools"], tables["raw_collaterals"], lookups)

    def by_deal(table: str) -> dict[str | None, list[Row]]:
        return grouped(tables[table], lambda row: row.deal)

    rows_by_deal = {table: by_deal(table) for table in FIELDS}
    statistic_rows = rows_by_deal["raw_pool_statistics"]
    statement_rows = rows_by_deal["raw_recovery_statements"]
    report_rows = rows_by_deal["raw_trustee_reports"]
    marts: dict[str, list[MartRow]] = {
        name: []
        for name in (
            "dim_originator",
            "dim_deal",
            "fct_issuance",
            "fct_tranche",
            "fct_pool_snapshot",
            "fct_recovery_by_period",
            "fct_recovery_by_month",
            "fct_recovery_curve",
            "fct_finding",
            "fct_deal_freshness",
            "fct_restatement",
        )
    }
    observed: list[tuple[Facts, list[Month]]] = []
    by_originator: dict[str, list[tuple[Deal, int | None]]] = {}
    for key, rows in by_deal("raw_deals").items():
        if key is None:
            continue
        deal = _deal(key, rows, lookups)
        own_tapes = tapes.get(key, {})
        at_cutoff = None if deal.cutoff is None else own_tapes.get(deal.cutoff)
        balance, principal = deal.printed_balance, deal.printed_principal
        if at_cutoff is not None:
            balance = at_cutoff.balance if balance is None else balance
            principal = at_cutoff.principal if principal is None else principal
        disclosed = _disclosed(statistic_rows.get(key, []), deal.cutoff, lookups)
        security_class = _security_class(deal, own_tapes, disclosed)
        estimate = _estimate(rows_by_deal["raw_recovery_estimates"].get(key, []), balance, lookups)
        tranches = _tranches(rows_by_deal["raw_tranches"].get(key, []), lookups)
        code = deal.originator_code
        facts = Facts(
            deal_key=key,
            cutoff=deal.cutoff,
            balance=balance,
            estimate=estimate.rate,
            liquidation=deal.liquidation,
            asset_class=deal.asset_class,
            security_class=security_class,
            originator_name=None
            if code is None
            else lookups.originators[code]["originator_name"].strip(),
        )
        if key in report_rows:
            periods = report_periods(facts, report_rows[key], lookups, clock)
        else:
            periods = statement_periods(facts, statement_rows.get(key, []), lookups)
        found = months(facts, periods)
        observed.append((facts, found))
        if code is not None:
            by_originator.setdefault(code, []).append((deal, balance))

        marts["dim_deal"].append(_dim_deal(deal, security_class, market, lookups))
        marts["fct_issuance"].append(_fct_issuance(deal, tranches, estimate, balance, principal))
        marts["fct_tranche"] += [_fct_tranche(deal, tranche) for tranche in tranches]
        snapshots = _snapshots(deal, own_tapes, disclosed)
        marts["fct_pool_snapshot"] += [
            _fct_pool_snapshot(deal, day, snapshot) for day, snapshot in snapshots.items()
        ]
        marts["fct_recovery_by_period"] += [_fct_period(facts, period) for period in periods]
        marts["fct_recovery_by_month"] += [_fct_month(facts, month) for month in found]
        changes = list(
            restatements(
                facts,
                {table: found.get(key, []) for table, found in rows_by_deal.items()},
                periods,
                lookups,
                is_balance_of_tape=deal.printed_balance is None,
            )
        )
        findings: list[Finding] = [
            *originator_findings(deal.row, lookups),
            *unread_deal(deal.row, lookups),
            *(one for tranche in tranches for one in unread_tranche(tranche.row, lookups)),
            *_report_findings(report_rows.get(key, []), lookups),
            *period_findings(deal.cutoff, periods),
            *stated_findings(facts, periods),
            *structure_findings(
                deal.row, deal.issue, _side(tranches, True), _side(tranches, False)
            ),
            *restated_findings(changes),
            *date_findings(deal.row, "", DEAL_ORDER),
            *(
                one
                for day, tape in own_tapes.items()
                for one in tape_findings(day, tape, snapshots[day], _stated(deal, day, disclosed))
            ),
        ]
        marts["fct_finding"] += [finding.row(key) for finding in findings]
        marts["fct_restatement"] += [_fct_restatement(deal, change) for change in changes]
        marts["fct_deal_freshness"].append(
            {
                "deal_key": key,
                **freshness(deal.row, report_rows.get(key, []), lookups, clock, INCOMPLETE),
            }
        )
    marts["fct_recovery_curve"] = [_fct_curve(point) for point in curves(observed)]
    marts["dim_originator"] = [
        _dim_originator(code, members, lookups) for code, members in sorted(by_originator.items())
    ]
    return marts
