"""How numbers are written: units, decimals, thousands marks. Nothing is computed here."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from npas.report.text import Text

Number = int | float | Decimal
MISSING = "–"
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class MoneyUnit:
    """A unit of money in each language: how many yuan it is, its name, and its decimals."""

    zh_yuan: int
    zh_name: str
    zh_decimals: int
    en_yuan: int
    en_name: str
    en_decimals: int

    def number(self, yuan: Number) -> Text:
        """The amount in this unit, without the unit."""
        amount = exact(yuan)
        return Text(
            number(amount / self.zh_yuan, self.zh_decimals),
            number(amount / self.en_yuan, self.en_decimals),
        )

    def amount(self, yuan: Number) -> Text:
        """The amount with its unit."""
        written = self.number(yuan)
        return Text(f"{written.zh} {self.zh_name}", f"CNY {written.en} {self.en_name}")

    @property
    def name(self) -> Text:
        """The unit alone, as in the title of an axis."""
        return Text(self.zh_name, f"CNY {self.en_name}")


# the same digits in both languages: 223.3 亿元 is CNY 22.33 bn
TRILLION = MoneyUnit(10**12, "万亿元", 1, 10**12, "trn", 1)
HUNDRED_MILLION = MoneyUnit(10**8, "亿元", 1, 10**9, "bn", 2)
TEN_THOUSAND = MoneyUnit(10**4, "万元", 1, 10**6, "mn", 3)


def exact(value: Number) -> Decimal:
    """The number as it is printed: a float is its shortest decimal form."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def number(value: Number, decimals: int = 0) -> str:
    """Rounded half away from zero, with thousands marks and a true minus."""
    rounded = exact(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{abs(rounded):,}" if rounded >= 0 or not rounded else f"{_MINUS}{abs(rounded):,}"


def percent(fraction: Number, decimals: int = 1) -> str:
    """A fraction as percent."""
    return f"{number(exact(fraction) * 100, decimals)}%"


def money(yuan: Number) -> Text:
    """An amount in the unit that suits its size."""
    size = abs(exact(yuan))
    if size >= TRILLION.zh_yuan:
        return TRILLION.amount(yuan)
    unit = HUNDRED_MILLION if size >= HUNDRED_MILLION.zh_yuan else TEN_THOUSAND
    return unit.amount(yuan)


def deals(count: int) -> Text:
    """A number of deals, or by how many it changed."""
    written = number(count)
    return Text(f"{written} 单", f"{written} deal" if count == 1 else f"{written} deals")


def months(value: Number) -> Text:
    """A term in months."""
    written = number(value, 1)
    return Text(f"{written} 个月", f"{written} months")
