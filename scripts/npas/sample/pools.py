"""The pools of the deals: what documents disclose of each, drawn or measured from a loan tape."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from npas.sample import plan
from npas.sample.draws import Draws
from npas.sample.printing import rounded
from npas.sample.slots import Slot
from npas.sample.tapes import Tape, Wanted, delivered_twice, draw_tape, later_tape

WHOLE = 10_000


@dataclass(frozen=True)
class Profile:
    """What kind of pool a deal is to have; shares and ratios in 1/10,000.

    `mortgaged` is 0 for an unsecured pool, whose other shares mean nothing.
    """

    mortgaged: int
    residential: int
    current_ltv: int
    initial_ltv: int
    repaid: int
    overdue: int  # hundredths of a month


@dataclass
class Pool:
    """A pool at the cut-off as documents state it; amounts in cents, shares in 1/10,000.

    `residential` and the loan-to-value ratios are None where nothing is mortgaged. `classes` are
    substandard, doubtful and loss. `tapes`: the cut-off's first, then later ones.
    """

    principal: int
    contract_amount: int
    borrowers: int
    loans: int
    mortgaged: int
    is_vehicle: bool
    residential: int | None
    current_ltv: int | None
    initial_ltv: int | None
    overdue_months: Fraction
    top10: int
    classes: tuple[int, int, int]
    tapes: list[Tape] = field(default_factory=list)


def draw_profiles(slots: list[Slot]) -> dict[Slot, Profile]:
    """The kind of pool of every deal, with the shares of property deals as the plan counts them."""
    deals = [slot for slot in slots if slot.kind == "property"]
    mortgaged = dict(zip(deals, _mortgaged_shares(), strict=True))
    residential = dict(zip(deals, _residential_shares(), strict=True))
    profiles = {}
    for slot in slots:
        draws = Draws("profile", slot.code)
        if slot.kind == "property":
            profiles[slot] = _property(slot, draws, mortgaged[slot], residential[slot])
        else:
            profiles[slot] = _other(slot, draws)
    return profiles


def drawn_pool(slot: Slot, profile: Profile, balance: int, borrowers: int) -> Pool:
    """A pool without a tape: what is disclosed of it follows its profile."""
    draws = Draws("pool", slot.code)
    principal = _share(balance, draws.between(9200, 9890) if slot.is_secured else 8300)
    contract = -(-principal * WHOLE // (WHOLE - profile.repaid)) // 10_000 * 10_000
    loss = draws.between(0, 900) if profile.overdue < 1200 else draws.between(600, 4200)
    doubtful = draws.between(300, 3800)
    has_collateral = profile.mortgaged > 0
    return Pool(
        principal=principal,
        contract_amount=max(contract, principal),
        borrowers=borrowers,
        loans=borrowers * draws.between(101, 132) // 100,
        mortgaged=profile.mortgaged,
        is_vehicle=slot.kind in ("vehicle", "auto"),
        residential=profile.residential if has_collateral else None,
        current_ltv=profile.current_ltv if has_collateral else None,
        initial_ltv=profile.initial_ltv if has_collateral else None,
        overdue_months=Fraction(profile.overdue, 100),
        # the fewer borrowers, the more of the pool is owed by ten of them
        top10=min(6000, 10 * WHOLE * draws.between(170, 330) // 100 // borrowers),
        classes=(WHOLE - doubtful - loss, doubtful, loss),
    )


def taped_pool(
    slot: Slot, profile: Profile, balance: int, borrowers: int, *, cutoff: date, place: int
) -> Pool:
    """A pool with a loan tape: what is disclosed of it is measured from the tape.

    `place` counts the deals that have one: it decides which peculiarities this one gets.
    """
    is_recent = slot.year >= plan.LAST_YEAR - 1
    wanted = Wanted(
        code=slot.code,
        balance=balance,
        borrowers=borrowers,
        cutoff=cutoff,
        mortgaged=profile.mortgaged,
        residential=profile.residential,
        current_ltv=profile.current_ltv,
        initial_ltv=profile.initial_ltv,
        repaid=profile.repaid,
        overdue_days=profile.overdue * 304_375 // 1_000_000,
        is_vehicle=slot.kind == "vehicle",
        has_prior_claims=place % 3 == 0,
    )
    tape = draw_tape(wanted)
    facts = tape.facts
    tapes = [delivered_twice(tape) if place == 0 else tape]
    if not is_recent and slot.kind == "property" and place % 2 == 0:
        tapes.append(later_tape(tape, wanted))
    return Pool(
        principal=facts.principal,
        contract_amount=facts.contract_amount,
        borrowers=borrowers,
        loans=len(tape.loans),
        mortgaged=rounded(facts.mortgaged * WHOLE),
        is_vehicle=wanted.is_vehicle,
        residential=rounded(facts.residential * WHOLE),
        current_ltv=rounded(facts.current_ltv * WHOLE),
        initial_ltv=rounded(facts.initial_ltv * WHOLE),
        overdue_months=facts.overdue_days / Fraction(304_375, 10_000),
        top10=rounded(facts.top10 * WHOLE),
        classes=_whole_classes(facts.classes),
        tapes=tapes,
    )


def _whole_classes(shares: tuple[Fraction, Fraction, Fraction]) -> tuple[int, int, int]:
    doubtful, loss = rounded(shares[1] * WHOLE), rounded(shares[2] * WHOLE)
    return WHOLE - doubtful - loss, doubtful, loss


def _share(amount: int, ten_thousandths: int) -> int:
    """A share of an amount in whole hundreds of yuan, as 万元 with two decimals print it."""
    return amount * ten_thousandths // WHOLE // 10_000 * 10_000


def _mortgaged_shares() -> list[int]:
    draws = Draws("mortgaged shares")
    mixed, most, full = plan.MORTGAGED
    shares = [draws.between(2700, 7900) for _ in range(mixed)]
    shares += [draws.between(8050, 9960) for _ in range(most)]
    return draws.shuffled([*shares, *([WHOLE] * full)])


def _residential_shares() -> list[int]:
    draws = Draws("residential shares")
    few, most, alone = plan.RESIDENTIAL
    shares = [draws.between(2300, 7950) for _ in range(few)]
    shares += [WHOLE - draws.between(30, 1940) * draws.between(40, 100) // 100 for _ in range(most)]
    return draws.shuffled([*shares, *([WHOLE] * alone)])


def _property(slot: Slot, draws: Draws, mortgaged: int, residential: int) -> Profile:
    repaid = draws.between(40, 900) * draws.between(50, 150) // 100
    if draws.chance(22):
        repaid += draws.between(500, 1500)
    initial = draws.around(6700, 380)
    kept = draws.around(plan.VALUE_KEPT[slot.year], 6)
    # owed on what is left of the value; what was repaid most was lent longest ago, on less
    current = initial * (WHOLE - repaid * 3 // 2) // kept // 100
    overdue = draws.around(plan.OVERDUE_MONTHS[slot.year] * 100, 190)
    return Profile(mortgaged, residential, current, initial, repaid, overdue)


def _other(slot: Slot, draws: Draws) -> Profile:
    if slot.kind in ("vehicle", "auto"):
        overdue = draws.around(plan.OVERDUE_MONTHS[slot.year] * 80, 120)
        return Profile(WHOLE, 0, draws.around(9300, 700), 7600, draws.around(2400, 300), overdue)
    if slot.kind == "residential_mortgage":
        overdue = draws.around(1500, 250)
        return Profile(
            WHOLE, WHOLE, draws.around(6900, 500), 6300, draws.around(1700, 300), overdue
        )
    return Profile(0, 0, 0, 0, draws.around(1500, 500), draws.around(1150, 220))
