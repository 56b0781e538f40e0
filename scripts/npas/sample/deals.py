"""The deals of the sample: parties, dates, amounts and pools, calibrated to `plan`."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from npas.sample import plan
from npas.sample.calibration import issue_amounts, other_sizes, secured_sizes
from npas.sample.draws import Draws
from npas.sample.months import add_months, month_end
from npas.sample.parties import Originator, Parties
from npas.sample.pools import Pool, Profile, draw_profiles, drawn_pool, taped_pool
from npas.sample.printing import HANDS, Hand
from npas.sample.slots import Slot, all_slots

SUBCLASS = {
    "property": ("小微贷款", "个人房产抵押经营不良贷款", "个人经营性贷款"),
    "vehicle": ("小微贷款", "个人经营性贷款", "小微贷款"),
    "unsecured": ("小微贷款", "小微企业不良贷款", "个人经营性贷款"),
    "credit_card": ("信用卡", "信用卡债权", "信用卡透支"),
    "residential_mortgage": ("住房按揭", "个人住房抵押贷款", "房贷"),
    "consumer": ("消费贷款", "个人消费贷款", "信用消费贷"),
    "auto": ("汽车贷款", "个人汽车贷款", "汽车抵押贷款"),
}
_SERIES = {
    "property": "安",
    "vehicle": "车",
    "unsecured": "信",
    "credit_card": "卡",
    "residential_mortgage": "房",
    "consumer": "消",
    "auto": "车",
}
_DIGITS = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Dates:
    """The days of a deal, in order."""

    cutoff: date
    announce: date
    book: date
    setup: date
    senior_maturity: date
    junior_maturity: date
    legal_maturity: date


@dataclass(frozen=True)
class Deal:
    """One deal. Amounts in cents, estimates in 1/100,000 of the balance."""

    code: str
    name: str
    series: str
    kind: str
    year: int
    originator: Originator
    trustee: tuple[str, ...]
    agencies: tuple[tuple[str, ...], tuple[str, ...]]
    hand: Hand
    dates: Dates
    balance: int
    issue: int
    junior: int
    estimates: tuple[int, int]
    pool: Pool

    @property
    def prints_fractions(self) -> bool:
        """Whether its reports print rates as fractions, where most print percents."""
        return Draws("fractions", self.code).chance(3)


def draw_deals(parties: Parties) -> list[Deal]:
    """All deals, in the order of their codes."""
    slots = all_slots()
    secured = [slot for slot in slots if slot.is_secured]
    profiles = draw_profiles(slots)
    sizes = secured_sizes(secured, profiles)
    estimates = {slot: _estimates(slot, profiles[slot]) for slot in slots}
    issues = issue_amounts(slots, sizes, estimates)
    sizes |= other_sizes(slots, issues, estimates)
    dates = {slot: _dates(slot, sizes[slot][0]) for slot in slots}
    pools = _pools(slots, profiles, sizes, dates)
    deals = [
        _deal(
            slot,
            parties,
            dates[slot],
            pool,
            balance=sizes[slot][0],
            issue=issues[slot],
            estimates=estimates[slot],
        )
        for slot, pool in pools.items()
    ]
    return sorted(deals, key=lambda deal: deal.code)


def _pools(
    slots: list[Slot],
    profiles: dict[Slot, Profile],
    sizes: dict[Slot, tuple[int, int]],
    dates: dict[Slot, Dates],
) -> dict[Slot, Pool]:
    taped = _taped(slots, profiles, sizes)
    # one of them is worth less than what is owed on it
    worth_least = max(
        (slot for slot in taped if slot.kind == "property"),
        key=lambda slot: profiles[slot].current_ltv,
    )
    profiles[worth_least] = replace(profiles[worth_least], current_ltv=11_300)
    pools: dict[Slot, Pool] = {}
    for slot in slots:
        balance, borrowers = sizes[slot]
        if slot in taped:
            pools[slot] = taped_pool(
                slot,
                profiles[slot],
                balance,
                borrowers,
                cutoff=dates[slot].cutoff,
                place=taped.index(slot),
            )
        else:
            pools[slot] = drawn_pool(slot, profiles[slot], balance, borrowers)
    _calibrate_overdue(pools)
    return pools


def _taped(
    slots: list[Slot], profiles: dict[Slot, Profile], sizes: dict[Slot, tuple[int, int]]
) -> list[Slot]:
    """The deals that come with a loan tape: small ones, some of every kind, oldest first."""

    def smallest(count: int, *, mixed: bool, year: int | None = None) -> list[Slot]:
        found = [
            slot
            for slot in slots
            if slot.kind == "property"
            and (profiles[slot].mortgaged <= 8000) is mixed
            and year in (None, slot.year)
        ]
        return sorted(found, key=lambda slot: sizes[slot][1])[:count]

    chosen = {
        *smallest(9, mixed=False),
        *smallest(1, mixed=True),
        *smallest(1, mixed=False, year=plan.LAST_YEAR - 1),
        *smallest(1, mixed=False, year=plan.LAST_YEAR),
        *(slot for slot in slots if slot.kind == "vehicle" and slot.year == min(plan.VEHICLES)),
    }
    return sorted(chosen, key=lambda slot: slot.code)


def _calibrate_overdue(pools: dict[Slot, Pool]) -> None:
    """Brings the mean overdue term of the last year's secured deals to its target."""
    last = {
        slot: pool
        for slot, pool in pools.items()
        if slot.is_secured and slot.year == plan.LAST_YEAR
    }
    drawn = [pool for slot, pool in last.items() if not pool.tapes]
    target = Fraction(*plan.OVERDUE_MEAN_OF_LAST_YEAR) * len(last)
    missing = target - sum((pool.overdue_months for pool in last.values()), Fraction(0))
    steps = int(missing * 100)
    for place, pool in enumerate(drawn):
        step = steps // len(drawn) + (1 if place < steps % len(drawn) else 0)
        pool.overdue_months += Fraction(step, 100)


def _estimates(slot: Slot, profile: Profile) -> tuple[int, int]:
    draws = Draws("estimates", slot.code)
    base = draws.around(
        {
            "property": plan.ESTIMATE[slot.year] * 1000,
            "vehicle": 36_000 - 700 * (slot.year - 2020),
            "unsecured": 20_500 - 700 * (slot.year - 2017),
            "credit_card": 12_500,
            "residential_mortgage": 68_000,
            "consumer": 13_500,
            "auto": 34_000,
        }[slot.kind],
        2_600 if slot.kind == "property" else 1_300,
    )
    if slot.kind == "property":
        # what is not mortgaged recovers a third as much, and what is no home a fifth less
        base = base * (3_300 + profile.mortgaged * 67 // 100) // 10_000
        base = base * (8_000 + profile.residential // 5) // 10_000
    first = draws.around(base, base // 45)
    return first, draws.around(base, base // 45)


def _deal(
    slot: Slot,
    parties: Parties,
    dates: Dates,
    pool: Pool,
    *,
    balance: int,
    issue: int,
    estimates: tuple[int, int],
) -> Deal:
    draws = Draws("deal", slot.code)
    originator = parties.originators[slot.originator]
    series = originator.stem + _SERIES[slot.kind]
    if series not in parties.series:
        raise ValueError(f"{series} is not in series_originators.csv")
    first, second, _ = draws.shuffled(parties.agencies)
    junior = _rounded_share(issue, draws.between(20, 31))
    return Deal(
        code=slot.code,
        name=f"{series}{slot.year}年第{_numeral(slot.number)}期",
        series=series,
        kind=slot.kind,
        year=slot.year,
        originator=originator,
        trustee=draws.pick(parties.trustees),
        agencies=(first, second),
        hand=draws.pick(HANDS),
        dates=dates,
        balance=balance,
        issue=issue,
        junior=junior,
        estimates=estimates,
        pool=pool,
    )


def _rounded_share(amount: int, percent: int) -> int:
    """A share of an amount in whole millions of yuan."""
    return amount * percent // 100 // plan.MILLION * plan.MILLION


def _dates(slot: Slot, balance: int) -> Dates:
    draws = Draws("dates", slot.code)
    # the market opened in summer; the large deals of the last year came early, so that most of its
    # balance is seen for a year
    first, last = (170, 340) if slot.year == plan.FIRST_YEAR else (75, 345)
    if slot.year == plan.LAST_YEAR and balance > 2200 * plan.MILLION:
        last = 160
    book = date(slot.year, 1, 1) + timedelta(draws.between(first, last))
    while book.weekday() > 4:
        book += timedelta(1)
    cutoff = book - timedelta(63 + draws.between(0, 120) * draws.between(20, 100) // 100)
    if draws.chance(65):
        cutoff = month_end(cutoff) if month_end(cutoff) < book else cutoff
    setup = book + timedelta(draws.between(2, 6))
    payment_day = add_months(setup.replace(day=26), 1)
    senior = add_months(payment_day, 6 * draws.between(2, 4) + 5)
    junior = add_months(senior, 6 * draws.between(2, 5))
    return Dates(
        cutoff=cutoff,
        announce=book - timedelta(7),
        book=book,
        setup=setup,
        senior_maturity=senior,
        junior_maturity=junior,
        legal_maturity=add_months(junior, 12 * draws.pick((0, 2, 2, 3))),
    )


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    head = "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")
