"""The trustee reports and statements that tell of a deal's recovery."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from npas.sample.curves import Curve
from npas.sample.deals import Deal
from npas.sample.draws import Draws
from npas.sample.months import add_months, month_end

LAST_COLLECTION = date(2025, 12, 31)
LAST_KNOWN = date(2026, 1, 31)

_BILLION = 10**9


@dataclass(frozen=True)
class Report:
    """A trustee report; amounts in cents. `cumulative` is of both rows together."""

    number: int
    start: date
    end: date
    payment: date
    reported: date
    known: date
    open_count: int
    open_balance: int
    open_recovery: int
    open_to_date: int
    settled_count: int
    settled_balance: int
    settled_recovery: int
    settled_to_date: int
    other_inflow: int | None
    expenses: int
    is_correction: bool = False

    @property
    def cumulative(self) -> int:
        """Recovered since the cut-off, as the report states it."""
        return self.open_to_date + self.settled_to_date


@dataclass(frozen=True)
class Statement:
    """Cumulative recovery that an agency states; amounts in cents."""

    day: date
    cumulative: int
    forecast: int
    known: date


@dataclass(frozen=True)
class Manner:
    """How a deal tells of its recovery.

    `missing` is a report that never came; `corrected` maps reports to the per cent of cash by which
    they were wrong at first, corrected together; `late` are reports that came late.
    """

    months: int
    states: bool = False
    is_cleared_early: bool = False
    missing: int | None = None
    corrected: tuple[tuple[int, int], ...] = ()
    late: tuple[int, ...] = ()


def manners(deals: list[Deal]) -> dict[str, Manner]:
    """How each deal reports, by code."""
    found = {}
    for deal in deals:
        draws = Draws("manner", deal.code)
        if deal.kind in ("property", "vehicle", "residential_mortgage"):
            months = 3 if draws.chance(12) else 1 if draws.chance(5) else 6
        else:
            months = 1 if draws.chance(40) else 3
        late = (draws.between(1, 6),) if draws.chance(12) else ()
        found[deal.code] = Manner(months, late=late)
    for kind, changes in _PECULIAR.items():
        eligible = [deal for deal in deals if deal.kind == kind]
        for year, change in changes:
            deal = next(one for one in eligible if one.year == year and found[one.code] in _PLAIN)
            found[deal.code] = replace(change, months=change.months or found[deal.code].months)
    return found


_PLAIN = (Manner(1), Manner(3), Manner(6))
# months 0: as the deal would report anyway
_PECULIAR: dict[str, list[tuple[int, Manner]]] = {
    "property": [
        (2022, Manner(0, states=True)),
        (2023, Manner(0, states=True)),
        (2021, Manner(6, is_cleared_early=True)),
        (2022, Manner(6, is_cleared_early=True)),
        (2023, Manner(6, missing=3)),
        (2020, Manner(6, corrected=((3, 6),))),
        (2022, Manner(6, corrected=((2, -5),))),
        (2023, Manner(6, corrected=((2, 8), (3, 0)))),
        (2024, Manner(6, corrected=((1, 4),))),
        (2024, Manner(3, corrected=((2, -7),))),
    ],
    "unsecured": [
        (2022, Manner(0, states=True)),
        (2021, Manner(3, is_cleared_early=True)),
        (2022, Manner(3, is_cleared_early=True)),
        (2023, Manner(3, corrected=((4, 9),))),
    ],
    "credit_card": [(2023, Manner(0, states=True))],
}


@dataclass(frozen=True)
class Told:
    """All that is told of a deal's recovery: reports, or statements. `liquidation` if it came."""

    manner: Manner
    reports: list[Report]
    statements: list[Statement]
    liquidation: date | None


def tell(deal: Deal, manner: Manner, curve: Curve) -> Told:
    """What documents tell of the recovery of a deal, with corrections."""
    if manner.states:
        return Told(manner, [], _statements(deal, curve), None)
    draws = Draws("reports", deal.code)
    ends, liquidation = _collection_ends(deal, manner, draws)
    found: list[Report] = []
    before: Report | None = None
    for end in ends:
        report = _report(deal, draws, curve, end, before)
        if report.number in manner.late:
            reported = report.payment + timedelta(draws.between(20, 75))
            report = replace(report, reported=reported, known=reported)
        before = report
        if report.known <= LAST_KNOWN and report.number != manner.missing:
            found.append(report)
    return Told(manner, _with_corrections(found, manner, draws), [], liquidation)


def _statements(deal: Deal, curve: Curve) -> list[Statement]:
    """What tracking ratings state of a deal without trustee reports, once a year."""
    draws = Draws("statements", deal.code)
    found = []
    for year in range(deal.year + 1, 2026):
        day = date(year, 4, 30)
        cumulative = deal.balance * curve.between(deal.dates.cutoff, day) // _BILLION
        forecast = cumulative * draws.between(96, 125) // 100
        # documents print 万元 with two decimals
        found.append(
            Statement(
                day,
                cumulative // 10_000 * 10_000,
                forecast // 10_000 * 10_000,
                date(year, 7, draws.between(20, 31)),
            )
        )
    return found


def _collection_ends(deal: Deal, manner: Manner, draws: Draws) -> tuple[list[date], date | None]:
    """Ends of the collection periods, and the day of liquidation if it is known."""
    end = month_end(deal.dates.setup + timedelta(draws.between(8, 30 * manner.months)))
    last = min(LAST_COLLECTION, add_months(deal.dates.legal_maturity, -3))
    if manner.is_cleared_early:
        last = min(last, add_months(deal.dates.setup, draws.between(20, 27)))
    ends = []
    while end <= last:
        ends.append(end)
        end = month_end(add_months(end, manner.months))
    if last == LAST_COLLECTION:
        return ends, None
    liquidation = ends[-1] + timedelta(draws.between(40, 65))
    return ends, liquidation if liquidation <= LAST_KNOWN else None


def _report(deal: Deal, draws: Draws, curve: Curve, end: date, before: Report | None) -> Report:
    last = before.end if before else deal.dates.cutoff
    rate = curve.between(last, end)
    cash = deal.balance * rate // _BILLION * draws.around(1000, 190) // 1000
    open_before = before.open_count if before else deal.pool.borrowers
    # cases are settled as the cash comes in
    settled = rate * 850 // curve.lifetime * draws.between(70, 115) // 100
    settled_count = min(open_before - 1, deal.pool.borrowers * settled // 1000)
    settled_balance = deal.balance * settled_count // deal.pool.borrowers
    settled_balance = settled_balance * draws.between(85, 100) // 100
    settled_cash = cash * draws.between(35, 60) // 100 if settled_count else 0
    open_cash = cash - settled_cash
    open_to_date = (before.open_to_date if before else 0) + open_cash
    # what a case brought before it was settled moves with it to the settled row
    moved = open_to_date * settled_count // open_before if before else 0
    settled_to_date = (before.settled_to_date if before else 0) + settled_cash + moved
    open_balance = (before.open_balance if before else deal.balance) - settled_balance
    open_balance = max(open_balance - open_cash * 8 // 10, deal.balance // 200)
    payment = add_months(end.replace(day=26), 1)
    reported = payment - timedelta(draws.between(3, 6))
    return Report(
        number=before.number + 1 if before else 1,
        start=last + timedelta(1),
        end=end,
        payment=payment,
        reported=reported,
        known=reported,
        open_count=open_before - settled_count,
        open_balance=open_balance,
        open_recovery=open_cash,
        open_to_date=open_to_date - moved,
        settled_count=settled_count,
        settled_balance=settled_balance,
        settled_recovery=settled_cash,
        settled_to_date=settled_to_date,
        other_inflow=cash * draws.between(1, 6) // 1000 if draws.chance(70) else None,
        expenses=cash * draws.between(20, 80) // 1000,
    )


def _with_corrections(found: list[Report], manner: Manner, draws: Draws) -> list[Report]:
    """The reports as they came: some wrong at first and corrected later, all on one day."""
    wrong = dict(manner.corrected)
    affected = [report for report in found if report.number in wrong]
    if not affected:
        return found
    corrected_on = affected[-1].known + timedelta(draws.between(18, 45))
    off = 0
    printed = []
    for report in found:
        if report.number not in wrong:
            printed.append(report)
            continue
        mistake = report.settled_recovery * wrong[report.number] // 100
        off += mistake
        printed.append(
            replace(
                report,
                settled_recovery=report.settled_recovery + mistake,
                settled_to_date=report.settled_to_date + off,
            )
        )
        printed.append(replace(report, known=corrected_on, is_correction=True))
    return printed
