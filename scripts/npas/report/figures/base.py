"""What all figures are made of: sentence, count and gaps come from marts.figure_fact."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from npas.report import formats
from npas.report.data import MarketData
from npas.report.drawing import Drawing
from npas.report.findings import finding
from npas.report.model import Figure, Readings
from npas.report.tables import Table
from npas.report.text import Text
from npas.report.theme import Frame

Row = Mapping[str, Any]
YEAR = Text("发行年份", "Issue year")
DEALS = Text("单数", "Deals")
DEAL_NAME = Text("交易", "Deal")
ORIGINATOR = Text("发起机构", "Originator")
MONTH = Text("经过月数", "Month of age")
_FEW_YEARS = 7


def figure(
    data: MarketData,
    number: int,
    *,
    title: Text,
    definition: Text,
    table: Table,
    draw: Callable[[Frame], Drawing],
    readings: Callable[[], Readings],
) -> Figure:
    """A figure, drawn unless the marts say that there is too little for it."""
    mart, _ = data.figure(number)
    missing = _told(data, number, "missing_reason")
    return Figure(
        number=number,
        title=title,
        finding=missing if missing is not None else finding(number, data),
        definition=definition,
        sample=_sample(data, number),
        caveat=_told(data, number, "caveat"),
        mart=mart,
        table=table,
        draw=None if missing else draw,
        readings=None if missing else readings(),
    )


def by_year(rows: Sequence[Row], column: str = "issue_year") -> list[int]:
    """Every year from the first to the last, also one without a row."""
    years = [row[column] for row in rows]
    return list(range(min(years), max(years) + 1))


def year_label(year: int, count: int, frame: Frame) -> str:
    """A year under a narrow bar loses its century."""
    return f"{year % 100:02}" if frame.is_narrow and count > _FEW_YEARS else str(year)


def _told(data: MarketData, number: int, name: str) -> Text | None:
    en, zh = data.fact(number, name).label, data.fact(number, f"{name}_zh").label
    return None if en is None or zh is None else Text(zh, en)


def _sample(data: MarketData, number: int) -> Text:
    drawn, population = (
        data.fact(number, name).value for name in ("drawn_count", "population_count")
    )
    count = formats.number(drawn or 0)
    if population is None:
        return Text(f"n = {count} 个时点", f"n = {count} dates")
    whole = formats.number(population)
    return Text(f"n = {count} 单，共 {whole} 单", f"n = {count} of {whole} deals")
