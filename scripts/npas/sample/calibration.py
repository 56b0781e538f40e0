"""Sizes of deals that sum, count and average to what the report prints."""

import itertools
from fractions import Fraction

from npas.sample import plan
from npas.sample.draws import Draws, split
from npas.sample.pools import Profile
from npas.sample.printing import rounded
from npas.sample.slots import Slot

# Balances are printed in 万元 with two decimals: whole hundreds of yuan.
_HUNDRED = 10_000
_LEAST_ISSUE = 60
_LEAST_BALANCE = 110

Sizes = dict[Slot, tuple[int, int]]


def secured_sizes(slots: list[Slot], profiles: dict[Slot, Profile]) -> Sizes:
    """Balance in cents and borrowers of every secured deal."""
    pinned = _pinned(slots, profiles)
    balances = _balances(slots, pinned)
    for attempt in itertools.count():
        wanted = _per_borrower(slots, pinned, profiles, attempt)
        borrowers = {slot: _borrowers(balances[slot], wanted[slot]) for slot in slots}
        if sum(count > 500 for count in borrowers.values()) == plan.OVER_500_BORROWERS:
            break
    _shift_to_mean(balances, borrowers)
    return {slot: (balances[slot], borrowers[slot]) for slot in slots}


def issue_amounts(
    slots: list[Slot], sizes: Sizes, estimates: dict[Slot, tuple[int, int]]
) -> dict[Slot, int]:
    """Issue amounts in cents, whole millions of yuan, that sum to the plan of each year."""
    issues: dict[Slot, int] = {}
    for year in range(plan.FIRST_YEAR, plan.LAST_YEAR + 1):
        secured = [slot for slot in slots if slot.is_secured and slot.year == year]
        draws = Draws("issues", year)
        weights = [
            sizes[slot][0] // plan.MILLION * estimates[slot][0] * draws.between(92, 108)
            for slot in secured
        ]
        issues |= _split_issue(secured, plan.SECURED[year].issue, weights)
        unsecured = [slot for slot in slots if slot.kind == "unsecured" and slot.year == year]
        if unsecured:
            weights = [draws.between(60, 160) * draws.between(60, 160) for _ in unsecured]
            issues |= _split_issue(unsecured, plan.UNSECURED[year].issue, weights)
    for slot in slots:
        if not slot.is_micro_small:
            issues[slot] = Draws("issue", slot.code).between(110, 950) * plan.MILLION
    return issues


def other_sizes(
    slots: list[Slot], issues: dict[Slot, int], estimates: dict[Slot, tuple[int, int]]
) -> Sizes:
    """Balance and borrowers of the deals that no figure counts: from issue amount and estimate."""
    sizes: Sizes = {}
    for slot in slots:
        if slot.is_secured:
            continue
        draws = Draws("size", slot.code)
        advance = sum(estimates[slot]) * draws.between(58, 70) // 200
        balance = issues[slot] * 100_000 // advance // _HUNDRED * _HUNDRED
        heads = {
            "unsecured": draws.between(110_000, 290_000),
            "credit_card": draws.between(21_000, 38_000),
            "residential_mortgage": draws.between(380_000, 650_000),
            "consumer": draws.between(45_000, 95_000),
            "auto": draws.between(65_000, 110_000),
        }[slot.kind]
        sizes[slot] = (balance, balance // (heads * 100))
    return sizes


def _split_issue(slots: list[Slot], total: int, weights: list[int]) -> dict[Slot, int]:
    parts = split(total, weights, _LEAST_ISSUE)
    return {slot: part * plan.MILLION for slot, part in zip(slots, parts, strict=True)}


def _pinned(slots: list[Slot], profiles: dict[Slot, Profile]) -> dict[Slot, tuple[int, int]]:
    """Deals whose borrowers and yuan per borrower the plan sets."""
    pinned = {slot: plan.VEHICLES[slot.year] for slot in slots if slot.kind == "vehicle"}
    highest = next(
        slot
        for slot in slots
        if slot.kind == "property"
        and slot.year == plan.HIGHEST_YEAR
        and profiles[slot].mortgaged == 10_000
    )
    return {**pinned, highest: plan.HIGHEST}


def _balances(slots: list[Slot], pinned: dict[Slot, tuple[int, int]]) -> dict[Slot, int]:
    balances = {slot: count * heads * 100 for slot, (count, heads) in pinned.items()}
    for year, planned in plan.SECURED.items():
        left = [slot for slot in slots if slot.year == year and slot not in pinned]
        fixed = sum(balance for slot, balance in balances.items() if slot.year == year)
        draws = Draws("balances", year)
        weights = [draws.between(18, 170) * draws.between(18, 170) for _ in left]
        total = (planned.balance * plan.MILLION - fixed) // _HUNDRED
        parts = split(total, weights, _LEAST_BALANCE * plan.MILLION // _HUNDRED)
        balances |= {slot: part * _HUNDRED for slot, part in zip(left, parts, strict=True)}
    return balances


def _per_borrower(
    slots: list[Slot],
    pinned: dict[Slot, tuple[int, int]],
    profiles: dict[Slot, Profile],
    attempt: int,
) -> dict[Slot, int]:
    """Yuan per borrower that every deal is to have, with the mean of the plan."""
    left = [slot for slot in slots if slot not in pinned]
    draws = Draws("per borrower", attempt)
    above = [draws.between(0, 1000) * draws.between(120, 1000) // 1000 for _ in left]
    room = (
        plan.PER_BORROWER_MEAN * len(slots)
        - sum(heads for _, heads in pinned.values())
        - plan.PER_BORROWER_LEAST * len(left)
    )
    values = sorted(
        min(plan.PER_BORROWER_LEAST + room * part // sum(above), plan.PER_BORROWER_MOST)
        for part in above
    )
    # unsecured loans are small: pools that are partly unsecured take the low values
    low = draws.shuffled(values[:20])
    rest = draws.shuffled([*values[20:], *low[plan.MORTGAGED[0] :]])
    wanted = {slot: heads for slot, (_, heads) in pinned.items()}
    for slot in left:
        is_mixed = profiles[slot].mortgaged <= 8000
        wanted[slot] = low.pop(0) if is_mixed else rest.pop(0)
    return wanted


def _borrowers(balance: int, heads: int) -> int:
    return rounded(Fraction(balance, heads * 100))


def _shift_to_mean(balances: dict[Slot, int], borrowers: dict[Slot, int]) -> None:
    """Moves balance between two deals of the last year until the mean per borrower is met."""
    last = sorted(
        (slot for slot in balances if slot.year == plan.LAST_YEAR),
        key=lambda slot: borrowers[slot],
    )
    few, many = last[0], last[-1]
    missing = plan.PER_BORROWER_MEAN * 100 * len(balances) - sum(
        Fraction(balances[slot], borrowers[slot]) for slot in balances
    )
    per_cent = Fraction(1, borrowers[few]) - Fraction(1, borrowers[many])
    moved = int(missing / per_cent) // _HUNDRED * _HUNDRED
    balances[few] += moved
    balances[many] -= moved
