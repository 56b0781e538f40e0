"""Which deals there are: year, kind, originator and number, before anything else is known."""

from collections import Counter
from dataclasses import dataclass

from npas.sample import plan
from npas.sample.draws import Draws

_LETTER = {
    "property": "A",
    "vehicle": "V",
    "unsecured": "X",
    "credit_card": "K",
    "residential_mortgage": "F",
    "consumer": "D",
    "auto": "Q",
}


@dataclass(frozen=True)
class Slot:
    """One deal to be made. `originator` is its short code, `number` counts in its series' year."""

    year: int
    kind: str
    originator: str
    number: int

    @property
    def code(self) -> str:
        """The deal's code, which says that it is synthetic."""
        year = self.year % 100
        return f"{year}SYN-{self.originator}{_LETTER[self.kind]}-{self.number:02d}"

    @property
    def is_secured(self) -> bool:
        """A micro-small deal with collateral."""
        return self.kind in ("property", "vehicle")

    @property
    def is_micro_small(self) -> bool:
        """A loan pool of small businesses."""
        return self.is_secured or self.kind == "unsecured"


def all_slots() -> list[Slot]:
    """All deals to be made, by year."""
    counted: Counter[tuple[int, str, str]] = Counter()
    slots: list[Slot] = []

    def add(year: int, kind: str, originator: str) -> None:
        counted[year, kind, originator] += 1
        slots.append(Slot(year, kind, originator, counted[year, kind, originator]))

    for year, secured in plan.SECURED.items():
        vehicles = 1 if year in plan.VEHICLES else 0
        for originator in _secured_originators(year, secured.deals - vehicles):
            add(year, "property", originator)
        if vehicles:
            add(year, "vehicle", plan.VEHICLE_ORIGINATOR)
    draws = Draws("originators of other deals")
    for year, unsecured in plan.UNSECURED.items():
        # a rural bank comes to the market too, but never with a secured deal
        banks = [*(code for code in plan.ENTRY if code[0] != "C"), "R1"]
        for _ in range(unsecured.deals):
            add(year, "unsecured", _weighted(banks, draws))
    for kind, years in plan.OTHERS.items():
        for year, count in years.items():
            for _ in range(count):
                add(year, kind, draws.pick(["G1", "G2", "G3", "J1", "J3", "J5"]))
    return slots


def _secured_originators(year: int, count: int) -> list[str]:
    """Who issues in a year: newcomers first, the others as active as their type is."""
    draws = Draws("originators", year)
    entered = [code for code, entry in plan.ENTRY.items() if entry <= year]
    found = [code for code in entered if plan.ENTRY[code] == year]
    return found + [_weighted(entered, draws) for _ in range(count - len(found))]


def _weighted(codes: list[str], draws: Draws) -> str:
    return draws.pick([code for code in codes for _ in range(plan.ACTIVITY[code[0]])])
