"""How documents print numbers and dates: each deal's papers in a way of their own."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

# yuan of one unit
UNITS = {"元": 1, "万元": 10_000, "亿元": 100_000_000}


@dataclass(frozen=True)
class Hand:
    """One way of printing: unit of amounts, thousands marks, form of dates, mark for nothing."""

    unit: str
    has_thousands_marks: bool
    date_form: str
    nothing: str

    def amount(self, cents: int | None) -> str:
        """An amount in the hand's unit, exact to the cent."""
        if cents is None:
            return self.nothing
        return plain_amount(cents, self.unit, has_thousands_marks=self.has_thousands_marks)

    def day(self, day: date | None) -> str:
        """A date as this hand writes it."""
        if day is None:
            return self.nothing
        return self.date_form.format(
            y=day.year, m=day.month, d=day.day, mm=f"{day.month:02d}", dd=f"{day.day:02d}"
        )


HANDS = (
    Hand("万元", False, "{y}-{mm}-{dd}", ""),
    Hand("元", True, "{y}年{m}月{d}日", "--"),
    Hand("亿元", False, "{y}/{m}/{d}", "/"),
    Hand("万元", True, "{y}.{mm}.{dd}", "不适用"),
    Hand("万元", False, "{y}{mm}{dd}", "—"),
)


def plain_amount(cents: int, unit: str, *, has_thousands_marks: bool = False) -> str:
    """Cents in a unit, with two decimals or as many as the amount needs."""
    whole, rest = divmod(cents, UNITS[unit] * 100)
    digits = str(rest).zfill(len(str(UNITS[unit])) + 1).rstrip("0").ljust(2, "0")
    return f"{whole:,}.{digits}" if has_thousands_marks else f"{whole}.{digits}"


def rounded(ratio: Fraction) -> int:
    """Half away from zero, as documents round; for ratios not below zero."""
    return int(ratio + Fraction(1, 2))


def decimal(ratio: Fraction, decimals: int) -> str:
    """A number with so many decimals."""
    whole, rest = divmod(rounded(ratio * 10**decimals), 10**decimals)
    return f"{whole}.{rest:0{decimals}d}"


def percent(ratio: Fraction, decimals: int = 2) -> str:
    """A ratio in percent, with its sign."""
    return f"{decimal(ratio * 100, decimals)}%"
