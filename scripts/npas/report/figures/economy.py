"""Figures 1 and 2: the loans that the deals come from, as published for the whole country."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from npas.report import formats, parts, theme
from npas.report.data import MarketData
from npas.report.drawing import Drawing, Margins, Panel, categories
from npas.report.figures.base import figure
from npas.report.formats import TRILLION, MoneyUnit
from npas.report.model import Figure, Readings, Series, Stop, Value
from npas.report.tables import Column, plain
from npas.report.text import Text, both
from npas.report.theme import Frame

Row = Mapping[str, Any]
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DECEMBER = 12


def figure_01(data: MarketData) -> Figure:
    """Balance of inclusive micro-small loans, and its growth."""
    _, rows = data.figure(1)
    balance, growth = Text("普惠小微贷款余额", "Balance"), Text("同比增长", "Growth on the year")
    return figure(
        data,
        1,
        title=Text("普惠小微贷款余额与同比增长", "Inclusive micro-small loans: balance and growth"),
        definition=Text(
            "公布的年末数；同比为公布值，不由余额推算。未公布的年份留空；数据表另列其他时点。",
            "As published for year-ends; growth is the published one, not computed from the "
            "balances. Years without a published value are left empty; the table has other dates.",
        ),
        table=plain(
            rows,
            [
                Column("as_of_date", Text("时点", "Date"), "date"),
                Column("balance_yuan", balance, "trillion"),
                Column("growth_ratio", growth, "percent"),
                Column("source_documents", Text("来源文件", "Source documents")),
            ],
        ),
        draw=lambda frame: _draw(
            frame,
            _year_ends(rows),
            (balance, "balance_yuan", TRILLION),
            (growth, "growth_ratio"),
        ),
        readings=lambda: _readings(
            _year_ends(rows), (balance, "balance_yuan"), (growth, "growth_ratio", 1)
        ),
    )


def figure_02(data: MarketData) -> Figure:
    """Non-performing personal business loans of the large banks."""
    _, rows = data.figure(2)
    balance = Text("个人经营贷款余额", "Balance")
    ratio = Text("不良率", "Non-performing ratio")
    return figure(
        data,
        2,
        title=Text(
            "国有大行个人经营贷款规模与不良率",
            "Personal business loans of large state-owned banks: balance and NPL ratio",
        ),
        definition=Text(
            "样本为年报中披露个人经营贷款不良余额的国有大型商业银行；"
            "不良率为样本银行不良余额之和除以贷款余额之和。",
            "Large state-owned banks whose reports state the non-performing balance of personal "
            "business loans; the ratio is the sum of those balances over the sum of loans.",
        ),
        table=plain(
            rows,
            [
                Column("as_of_date", Text("时点", "Date"), "date"),
                Column("balance_yuan", balance, "hundred_million"),
                Column("npl_balance_yuan", Text("不良余额", "NPL balance"), "hundred_million"),
                Column("npl_ratio", ratio, "percent2"),
                Column("source_documents", Text("来源文件", "Source documents")),
            ],
        ),
        draw=lambda frame: _draw(
            frame, rows, (balance, "balance_yuan", TRILLION), (ratio, "npl_ratio"), decimals=2
        ),
        readings=lambda: _readings(rows, (balance, "balance_yuan"), (ratio, "npl_ratio", 2)),
    )


def _year_ends(rows: Sequence[Row]) -> list[Row]:
    """One row per year-end from the first to the last, empty where nothing is published."""
    found = {row["as_of_date"].year: row for row in rows if row["is_year_end"]}
    return [
        found.get(year)
        or {"as_of_date": date(year, _DECEMBER, 31), "balance_yuan": None, "growth_ratio": None}
        for year in range(min(found), max(found) + 1)
    ]


def _draw(
    frame: Frame,
    rows: Sequence[Row],
    bars: tuple[Text, str, MoneyUnit],
    line: tuple[Text, str],
    decimals: int = 1,
) -> Drawing:
    room = parts.margins(frame, bottom=40)
    room = Margins(room.left, room.right, bottom=40, between=66)
    width = parts.plot_width(frame, room)
    places = categories([_date_label(row["as_of_date"]) for row in rows])
    panels = []
    name, column, unit = bars
    amounts = [row[column] for row in rows]
    if any(amount is not None for amount in amounts):
        upper = Panel(
            parts.unit_title(name, unit.name), width, 170, places, parts.money_axis(amounts, unit)
        )
        upper.rects(parts.bars(amounts, theme.MAIN))
        labels = [None if amount is None else unit.number(amount) for amount in amounts]
        parts.label_tops(upper, frame, amounts, labels)
        panels.append(upper)
    name, column = line
    rates = [row[column] for row in rows]
    if any(rate is not None for rate in rates):
        lower = Panel(
            parts.unit_title(name, both("%")), width, 110, places, parts.percent_axis(rates, 4)
        )
        parts.dotted_line(
            lower,
            frame,
            [index + 0.5 for index in range(len(rows))],
            rates,
            [None if rate is None else formats.percent(rate, decimals) for rate in rates],
        )
        panels.append(lower)
    return Drawing(frame, panels, room)


def _date_label(day: date) -> list[Text | str]:
    if day.month == _DECEMBER:
        return [str(day.year)]
    return [str(day.year), Text(f"{day.month}月", _MONTHS[day.month - 1])]


def _readings(
    rows: Sequence[Row], amount: tuple[Text, str], rate: tuple[Text, str, int]
) -> Readings:
    stops = []
    for index, row in enumerate(rows):
        values = []
        if row[amount[1]] is not None:
            values.append(Value(0, formats.money(row[amount[1]])))
        if row[rate[1]] is not None:
            values.append(Value(1, both(formats.percent(row[rate[1]], rate[2]))))
        told = tuple(values) or (Value(0, Text("未公布", "not published")),)
        stops.append(Stop(both(str(row["as_of_date"])), told, (index + 0.5) / len(rows)))
    return Readings([Series(amount[0], theme.MAIN), Series(rate[0], theme.MAIN, 1)], stops)
