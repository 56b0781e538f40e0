"""The opening of the page: a few sentences, each number a fact that links to its query."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from npas.report import formats
from npas.report.data import MarketData
from npas.report.queries import QUERIES
from npas.report.text import Text, both

Key = tuple[int, str]
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Number:
    """A number of the lede: the fact it is, and how it is written."""

    key: Key
    written: Text

    @property
    def anchor(self) -> str:
        """Where its query stands on the page."""
        return f"query-{self.key[0]}-{self.key[1].replace('_', '-')}"

    @property
    def query(self) -> str:
        """The SQL that gives it."""
        return QUERIES[self.key]


@dataclass(frozen=True)
class Sentence:
    """A sentence with places for numbers, by name, in each language."""

    text: Text
    numbers: Mapping[str, Number]

    def html(self, language: str) -> Markup:
        """The sentence with each number a link to its query."""
        parts: list[str] = []
        end = 0
        template = self.text.of(language)
        for place in _PLACE.finditer(template):
            found = self.numbers[place[1]]
            parts.append(escape(template[end : place.start()]))
            parts.append(f'<a href="#{found.anchor}">{escape(found.written.of(language))}</a>')
            end = place.end()
        parts.append(escape(template[end:]))
        # every part is escaped above
        return Markup("".join(parts))  # noqa: S704


def lede(data: MarketData) -> list[Sentence]:
    """The sentences whose numbers are all known."""
    found = []
    for text, keys in _SENTENCES:
        if all(data.fact(*key).value is not None for key in keys.values()) and _compares(
            data, text
        ):
            numbers = {name: _number(data, key) for name, key in keys.items()}
            found.append(Sentence(text, numbers))
    return found


def coverage(data: MarketData) -> Sentence | None:
    """How much of the whole market's latest year is here, where a total is published."""
    keys = {name: (0, f"coverage_{name}") for name in ("year", "deal_count", "market_deal_count")}
    if any(data.fact(*key).value is None for key in keys.values()):
        return None
    text = Text(
        "{year} 年全市场公布发行 {market_deal_count}，其中 {deal_count}收录于此",
        "{deal_count} of the {market_deal_count} the whole market issued in {year} are here",
    )
    return Sentence(text, {name: _number(data, key) for name, key in keys.items()})


def numbers(sentences: list[Sentence]) -> Iterator[Number]:
    """Every number once, in order."""
    seen = set()
    for sentence in sentences:
        for number in sentence.numbers.values():
            if number.key not in seen:
                seen.add(number.key)
                yield number


def _compares(data: MarketData, sentence: Text) -> bool:
    """Whether a sentence that compares two years has two, and one of gaps a gap."""
    if sentence is _UNKNOWN:
        return bool(data.fact(0, "unknown_security_deal_count").value)
    if sentence is _LATEST_YEAR:
        return bool(data.fact(4, "earlier_deal_count").value)
    if sentence is _ESTIMATES:
        return bool(data.fact(13, "comparable_step_count").value)
    if sentence is _RECOVERED:
        return bool(data.fact(14, "age_12_step_count").value)
    return True


def _number(data: MarketData, key: Key) -> Number:
    fact = data.fact(*key)
    value = fact.value or 0.0
    match fact.unit:
        case "deals":
            return Number(key, formats.deals(int(value)))
        case "yuan":
            return Number(key, formats.money(value))
        case "ratio":
            return Number(key, both(formats.percent(value)))
        case _:
            return Number(key, both(f"{value:.0f}"))


_UNKNOWN = Text(
    "另有 {unknown}小微贷款 NPAS 担保方式未知，未计入。",
    "Of another {unknown} of micro-small loans the security is not known; they are left out.",
)
_LATEST_YEAR = Text(
    "最近一年（{year} 年）抵押类发行 {issued}，处置 {disposed}。",
    "In the latest year, {year}, secured deals raised {issued} against {disposed} owed.",
)
_ESTIMATES = Text(
    "可比房产抵押类交易首次评级预估毛回收率的均值，{first} 年为 {before}，{last} 年为 {after}。",
    "Agencies expected comparable property deals to recover {before} on average in {first} "
    "and {after} in {last}.",
)
_RECOVERED = Text(
    "第 12 个月的累计回收率，最早一批起算年份为 {before}，最近一批为 {after}。",
    "By month 12 the earliest cut-off year had recovered {before}, the latest {after}.",
)
_SENTENCES: tuple[tuple[Text, Mapping[str, Key]], ...] = (
    (
        Text(
            "收录 {first} 至 {last} 年的 NPAS {deals}，已知发行规模合计 {amount}；"
            "其中小微贷款 {small}，{recovered}有回收数据。",
            "Here are {deals} of {first} to {last} with {amount} issued as far as known; "
            "{small} are of micro-small loans, and {recovered} have recovery data.",
        ),
        {
            "deals": (0, "deal_count"),
            "first": (0, "first_issue_year"),
            "last": (0, "latest_issue_year"),
            "amount": (0, "issue_amount_yuan"),
            "small": (0, "micro_small_deal_count"),
            "recovered": (0, "recovery_deal_count"),
        },
    ),
    (
        Text(
            "已知为抵押类的小微贷款 NPAS 有 {deals}，发行 {issued}，处置不良本息费 {disposed}。",
            "{deals} of micro-small loans are known to be secured: they raised {issued} against "
            "{disposed} owed.",
        ),
        {
            "deals": (0, "secured_deal_count"),
            "issued": (0, "secured_issue_amount_yuan"),
            "disposed": (0, "secured_pool_balance_yuan"),
        },
    ),
    (_UNKNOWN, {"unknown": (0, "unknown_security_deal_count")}),
    (
        _LATEST_YEAR,
        {
            "year": (4, "latest_year"),
            "issued": (4, "latest_issue_amount_yuan"),
            "disposed": (4, "latest_pool_balance_yuan"),
        },
    ),
    (
        _ESTIMATES,
        {
            "first": (13, "first_comparable_year"),
            "last": (13, "latest_comparable_year"),
            "before": (13, "first_comparable_mean_rate"),
            "after": (13, "latest_comparable_mean_rate"),
        },
    ),
    (
        _RECOVERED,
        {"before": (14, "age_12_first_rate"), "after": (14, "age_12_latest_rate")},
    ),
)
