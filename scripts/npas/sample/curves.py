"""Recovery of the pools by age, in billionths of the balance at the cut-off."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from npas.sample import plan
from npas.sample.deals import Deal
from npas.sample.draws import Draws

_MONTHS = 96
_BILLION = 10**9
_DAYS_PER_MONTH = Fraction(304_375, 10_000)


@dataclass(frozen=True)
class Curve:
    """Cumulative recovery at the end of each month of age, from 0 on."""

    cutoff: date
    cumulative: tuple[int, ...]

    def between(self, after: date, until: date) -> int:
        """Recovered from the day after one day to another, in billionths of the balance."""
        return self._at(until) - self._at(after)

    @property
    def lifetime(self) -> int:
        """Recovered in all."""
        return self.cumulative[-1]

    def _at(self, day: date) -> int:
        months, part = divmod(Fraction((day - self.cutoff).days) / _DAYS_PER_MONTH, 1)
        here = self.cumulative[min(int(months), _MONTHS)]
        after = self.cumulative[min(int(months) + 1, _MONTHS)]
        return here + int((after - here) * part)


def draw_curves(deals: list[Deal]) -> dict[str, Curve]:
    """The curve of each deal, by code."""
    deviations = _deviations(deals)
    return {deal.code: _curve(deal, deviations[deal.code]) for deal in deals}


def _deviations(deals: list[Deal]) -> dict[str, int]:
    """How far each deal's first recovery is from its kind's usual, in 1/1,000, by code.

    Most of what a whole cut-off year would deviate by is taken out: years differ by their trend.
    """
    drawn = {
        deal.code: Draws("house", deal.originator.code, deal.kind).around(0, 330)
        + Draws("own", deal.code).around(0, 210)
        for deal in deals
    }
    balanced = {}
    for deal in deals:
        year = [
            one
            for one in deals
            if one.kind == deal.kind and one.dates.cutoff.year == deal.dates.cutoff.year
        ]
        mean = sum(drawn[one.code] * one.balance for one in year) // sum(
            one.balance for one in year
        )
        balanced[deal.code] = drawn[deal.code] - mean * 4 // 5
    return balanced


def _curve(deal: Deal, deviation: int) -> Curve:
    draws = Draws("curve", deal.code)
    if deal.kind in ("property", "vehicle", "residential_mortgage"):
        # courts take their time: recovery rises for a while before it falls slowly
        decay, climb, first = draws.between(971, 981), draws.between(5, 11), draws.between(64, 108)
    else:
        decay, climb, first = draws.between(928, 952), 1, 100
    if deal.kind == "vehicle":
        decay, climb, first = draws.between(945, 955), 3, 80
    weights, level = [], _BILLION
    for month in range(1, _MONTHS + 1):
        ramp = first + (100 - first) * min(month, climb) // climb
        weights.append(level * ramp // 100)
        level = level * decay // 1000
    lifetime = _lifetime(deal) * _BILLION // 10_000
    cumulative, curve = 0, [0]
    narrowing = 1000
    for weight in weights:
        # banks differ most at the start, and less and less as their cases go through the courts
        factor = max(150, 1000 + deviation * narrowing // 1000)
        cumulative += lifetime * weight // sum(weights) * factor // 1000
        curve.append(cumulative)
        narrowing = narrowing * 935 // 1000
    return Curve(deal.dates.cutoff, tuple(curve))


def _lifetime(deal: Deal) -> int:
    """Recovery in 96 months, in 1/10,000 of the balance."""
    estimate = sum(deal.estimates) // 20
    year = deal.dates.cutoff.year
    if deal.kind != "property":
        return estimate * (118 - 4 * (year - 2016)) // 100
    # as high as pools of its year recover, moved by how its own estimate differs from theirs
    usual = plan.ESTIMATE[deal.year] * 100
    return plan.LIFETIME_RECOVERY[year] * 100 * (usual + 2 * estimate) // (3 * usual)
