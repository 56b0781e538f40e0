"""Figures 7 to 13: the pools at their cut-off date, and what agencies expected of them."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from npas.report import formats, parts, theme
from npas.report.data import MarketData
from npas.report.drawing import Drawing, Panel, Scale, widest
from npas.report.figures.base import (
    DEAL_NAME,
    DEALS,
    ORIGINATOR,
    YEAR,
    by_year,
    figure,
    year_label,
)
from npas.report.formats import TEN_THOUSAND
from npas.report.model import Figure, Readings, Series, Stop, Value
from npas.report.tables import Column, plain
from npas.report.text import Text, both, joined
from npas.report.theme import Frame

Row = Mapping[str, Any]
_RATIO_COLUMNS = [
    Column("lower_ratio", Text("高于", "Above"), "percent"),
    Column("upper_ratio", Text("至（含）", "Up to"), "percent"),
    Column("deal_count", DEALS, "count"),
]
_DEAL_COLUMNS = [
    Column("deal_code", Text("代码", "Code")),
    Column("deal_name", DEAL_NAME),
    Column("originator_name", ORIGINATOR),
    Column("issue_year", YEAR, "year"),
]
# ten bins of a tenth, then, set apart, the deals at exactly 100 %
_TENTHS = 10
_APART = 0.5
_MOSTLY = 0.8
_MANY_BORROWERS = 500
REPAID = Text("已偿付比例", "Repaid ratio")
LTV = Text("加权平均当前抵押率", "Weighted current LTV")
PER_BORROWER = Text("户均余额", "Balance per borrower")
OVERDUE = Text("加权平均逾期期限", "Weighted overdue term")
ESTIMATE = Text("预估毛回收率", "Estimated gross recovery")
_RATIO = Text("占比", "Ratio")
_COMPARABLE = Text("可比交易", "Comparable deals")
_OTHER = Text("其他交易", "Other deals")
_MEAN = Text("当年均值", "Mean of the year")


def figure_07(data: MarketData) -> Figure:
    """Mortgaged ratio of property deals."""
    return _ratio_histogram(
        data,
        7,
        Text("资产池抵押类贷款占比", "Mortgaged ratio of pools"),
        Text(
            "起算日有抵押物的贷款余额占资产池的比例；区间下端不含、上端包含，恰为 100% 单列。",
            "Share of the balance at the cut-off owed on loans with a collateral; bins leave out "
            "their lower edge and hold their upper one, exactly 100% stands apart.",
        ),
    )


def figure_08(data: MarketData) -> Figure:
    """Residential ratio of property deals."""
    return _ratio_histogram(
        data,
        8,
        Text("抵押物中住宅占比", "Residential ratio of collateral"),
        Text(
            "以住宅为主要抵押物的贷款余额占抵押类贷款余额的比例；区间同上图。",
            "Share of the mortgaged balance owed on loans whose largest collateral is residential; "
            "bins as in the figure before.",
        ),
    )


def figure_09(data: MarketData) -> Figure:
    """Repaid ratio against LTV."""
    _, rows = data.figure(9)
    return figure(
        data,
        9,
        title=Text("已偿付比例与加权平均当前抵押率", "Repaid ratio and weighted current LTV"),
        definition=Text(
            "已偿付比例 = 1 − 未偿本金 ÷ 合同金额；当前抵押率 = 未偿本金 ÷ 抵押物最新估值"
            "（扣除优先受偿金额），按余额加权。每点一单房产抵押类交易。",
            "Repaid: 1 less principal owed over contract amount. Current LTV: principal owed over "
            "the latest value of the collateral net of prior claims, weighted by balance. One dot "
            "per property deal.",
        ),
        table=plain(
            rows,
            [
                *_DEAL_COLUMNS,
                Column("repaid_ratio", REPAID, "percent"),
                Column("weighted_current_ltv_ratio", LTV, "percent"),
            ],
        ),
        draw=lambda frame: _draw_scatter(frame, rows),
        readings=lambda: _scatter_readings(rows),
    )


def figure_10(data: MarketData) -> Figure:
    """Borrowers per deal."""
    _, rows = data.figure(10)
    edges = [formats.number(row["lower_count"]) for row in rows]
    return figure(
        data,
        10,
        title=Text("资产池借款人户数", "Borrowers per pool"),
        definition=Text(
            "起算日借款人户数；区间下端不含、上端包含。",
            "Borrowers at the cut-off; bins leave out their lower edge and hold their upper one.",
        ),
        table=plain(
            rows,
            [
                Column("lower_count", Text("高于", "Above"), "count"),
                Column("upper_count", Text("至（含）", "Up to"), "count"),
                Column("deal_count", DEALS, "count"),
            ],
        ),
        draw=lambda frame: _draw_borrowers(frame, rows, edges),
        readings=lambda: Readings(
            [Series(DEALS, theme.MAIN)],
            [
                Stop(
                    _bin_of_borrowers(row),
                    (Value(0, formats.deals(row["deal_count"])),),
                    (index + 0.5) / len(rows),
                )
                for index, row in enumerate(rows)
            ],
        ),
    )


def figure_11(data: MarketData) -> Figure:
    """Balance per borrower."""
    _, found = data.figure(11)
    rows = sorted(found, key=lambda row: row["rank_no"])
    return figure(
        data,
        11,
        title=Text("资产池户均未偿本息费余额", "Balance per borrower of pools"),
        definition=Text(
            "起算日未偿本息费余额 ÷ 借款人户数，按单从高到低排列；均值为各单简单平均。",
            "Principal, interest and fees owed at the cut-off over the number of borrowers, from "
            "the highest deal to the lowest; the mean is the plain mean over deals.",
        ),
        table=plain(
            rows,
            [
                Column("rank_no", Text("位次", "Rank"), "count"),
                *_DEAL_COLUMNS,
                Column("balance_per_borrower_yuan", PER_BORROWER, "ten_thousand"),
            ],
        ),
        draw=lambda frame: _draw_balances(frame, rows, data.fact(11, "mean_yuan").value),
        readings=lambda: Readings(
            [Series(PER_BORROWER, theme.MAIN)],
            [
                Stop(
                    _deal_title(row),
                    (Value(0, TEN_THOUSAND.amount(row["balance_per_borrower_yuan"])),),
                    (index + 0.5) / len(rows),
                )
                for index, row in enumerate(rows)
            ],
        ),
    )


def figure_12(data: MarketData) -> Figure:
    """Overdue term by issue year."""
    _, rows = data.figure(12)
    column = "weighted_overdue_months"
    axis = parts.number_axis([row[column] for row in rows])
    return figure(
        data,
        12,
        title=Text("资产池加权平均逾期期限", "Weighted overdue term of pools"),
        definition=Text(
            "起算日按余额加权的逾期月数；只有天数的按 30.4375 天为一月折算；年均值为各单简单平均。",
            "Months overdue at the cut-off, weighted by balance; days are turned into months of "
            "30.4375 days; the mean of a year is the plain mean over its deals.",
        ),
        table=plain(
            rows,
            [
                *_DEAL_COLUMNS,
                Column(column, OVERDUE, "months"),
                Column("year_mean_months", _MEAN, "months"),
            ],
        ),
        draw=lambda frame: _draw_strips(
            frame,
            rows,
            _Strip(column, "year_mean_months", "year_deal_count", axis, _OVERDUE_TITLE, None),
        ),
        readings=lambda: _strip_readings(
            rows, column, axis, OVERDUE, lambda row: formats.months(row[column])
        ),
    )


def figure_13(data: MarketData) -> Figure:
    """Estimated recovery by issue year."""
    _, rows = data.figure(13)
    column = "estimated_recovery_rate"
    axis = parts.percent_axis([row[column] for row in rows])
    return figure(
        data,
        13,
        title=Text("首次评级预估毛回收率", "Gross recovery estimated at first rating"),
        definition=Text(
            "各评级机构首次评级预估毛回收率的均值。可比交易：房产抵押类中抵押类贷款占比与住宅占比均"
            "高于 80% 的交易；横线为当年可比交易的均值，n 为可比单数。",
            "Mean over the rating agencies of the gross recovery they expect at first rating. "
            "Comparable: property deals with a mortgaged and a residential ratio above 80%; the "
            "level lines are the means of a year's comparable deals, of which there are n.",
        ),
        table=plain(
            rows,
            [
                *_DEAL_COLUMNS,
                Column(column, ESTIMATE, "percent"),
                Column(
                    "is_comparable",
                    Text("可比", "Comparable"),
                    names={True: Text("是", "yes"), False: Text("否", "no")},
                ),
                Column(
                    "year_comparable_mean_rate",
                    Text("当年可比均值", "Mean of comparable"),
                    "percent",
                ),
            ],
        ),
        draw=lambda frame: _draw_strips(
            frame,
            rows,
            _Strip(
                column,
                "year_comparable_mean_rate",
                "year_comparable_deal_count",
                axis,
                _ESTIMATE_TITLE,
                "is_comparable",
            ),
        ),
        readings=lambda: _strip_readings(
            rows, column, axis, ESTIMATE, lambda row: both(formats.percent(row[column]))
        ),
    )


def _ratio_histogram(data: MarketData, number: int, title: Text, definition: Text) -> Figure:
    _, rows = data.figure(number)
    places = _ratio_places(rows)
    whole = places[-1][1]
    return figure(
        data,
        number,
        title=title,
        definition=definition,
        table=plain(rows, _RATIO_COLUMNS),
        draw=lambda frame: _draw_ratios(frame, rows, places),
        readings=lambda: Readings(
            [Series(DEALS, theme.MAIN)],
            [
                Stop(
                    _bin_of_ratio(row),
                    (Value(0, formats.deals(row["deal_count"])),),
                    (low + high) / 2 / whole,
                )
                for row, (low, high) in zip(rows, places, strict=True)
            ],
        ),
    )


def _ratio_places(rows: Sequence[Row]) -> list[tuple[float, float]]:
    return [
        (index + _APART, index + 1 + _APART) if _is_whole(row) else (index, index + 1.0)
        for index, row in enumerate(rows)
    ]


def _is_whole(row: Row) -> bool:
    return bool(row["lower_ratio"] == row["upper_ratio"])


def _bin_of_ratio(row: Row) -> Text:
    upper = formats.percent(row["upper_ratio"], 0)
    if _is_whole(row):
        return Text(f"恰为 {upper}", f"exactly {upper}")
    lower = formats.percent(row["lower_ratio"], 0)
    return Text(f"{lower} 以上至 {upper}", f"above {lower} up to {upper}")


def _draw_ratios(
    frame: Frame, rows: Sequence[Row], places: Sequence[tuple[float, float]]
) -> Drawing:
    room = parts.margins(frame, bottom=46)
    every = 2 if frame.is_narrow else 1
    ticks = [
        (low, (both(formats.percent(row["lower_ratio"], 0)),))
        for index, (row, (low, _)) in enumerate(zip(rows, places, strict=True))
        if not _is_whole(row) and index % every == 0
    ]
    whole = [
        ((low + high) / 2, (Text("=100%", "=100%"),))
        for row, (low, high) in zip(rows, places, strict=True)
        if _is_whole(row)
    ]
    if not frame.is_narrow:
        ticks.append((float(_TENTHS), (both("100%"),)))
    across = Scale(0, places[-1][1], (*ticks, *whole))
    counts = [row["deal_count"] for row in rows]
    panel = Panel(DEALS, parts.plot_width(frame, room), 190, across, parts.count_axis(counts))
    panel.x_title = _RATIO
    _bin_bars(panel, frame, rows, places, [row["lower_ratio"] >= _MOSTLY for row in rows])
    parts.threshold(panel, frame, _MOSTLY * _TENTHS, Text("阈值 80%", "threshold 80%"))
    return Drawing(frame, [panel], room)


def _bin_bars(
    panel: Panel,
    frame: Frame,
    rows: Sequence[Row],
    places: Sequence[tuple[float, float]],
    is_marked: Sequence[bool],
) -> None:
    gap = 0.04
    panel.rects(
        [
            {
                "x": low + gap,
                "x2": high - gap,
                "y": 0,
                "y2": row["deal_count"],
                "fill": theme.MAIN if marked else theme.PALE,
            }
            for row, (low, high), marked in zip(rows, places, is_marked, strict=True)
            if row["deal_count"]
        ]
    )
    panel.texts(
        [
            {
                "x": (low + high) / 2,
                "y": row["deal_count"],
                "text": formats.number(row["deal_count"]),
                "fill": theme.INK,
            }
            for row, (low, high) in zip(rows, places, strict=True)
            if row["deal_count"]
        ],
        dy=-4,
        baseline="bottom",
        size=frame.font - 1,
    )


def _bin_of_borrowers(row: Row) -> Text:
    lower = formats.number(row["lower_count"])
    if row["upper_count"] is None:
        return Text(f"{lower} 户以上", f"above {lower}")
    upper = formats.number(row["upper_count"])
    return Text(f"{lower} 户以上至 {upper} 户", f"above {lower} up to {upper}")


def _draw_borrowers(frame: Frame, rows: Sequence[Row], edges: Sequence[str]) -> Drawing:
    room = parts.margins(frame, bottom=46)
    every = 2 if frame.is_narrow else 1
    threshold = next(
        (index for index, row in enumerate(rows) if row["lower_count"] == _MANY_BORROWERS), None
    )
    kept = [i for i in range(len(rows)) if i % every == (threshold or 0) % every]
    across = Scale(0, len(rows), tuple((i, (both(edges[i]),)) for i in kept))
    counts = [row["deal_count"] for row in rows]
    panel = Panel(DEALS, parts.plot_width(frame, room), 190, across, parts.count_axis(counts))
    panel.x_title = Text("借款人户数", "Borrowers")
    places = [(i, i + 1.0) for i in range(len(rows))]
    many = [row["lower_count"] >= _MANY_BORROWERS for row in rows]
    _bin_bars(panel, frame, rows, places, many)
    if threshold is not None:
        parts.threshold(panel, frame, threshold, Text("阈值 500 户", "threshold 500"))
    return Drawing(frame, [panel], room)


def _deal_title(row: Row) -> Text:
    return joined([row["deal_name"] or row["deal_code"], str(row["issue_year"])], " · ", " · ")


def _scatter_axes(rows: Sequence[Row]) -> tuple[Scale, Scale]:
    repaid = [row["repaid_ratio"] for row in rows]
    ltv = [row["weighted_current_ltv_ratio"] for row in rows]
    return parts.percent_axis(repaid, 7), parts.percent_axis([*ltv, 1.0], 7)


def _draw_scatter(frame: Frame, rows: Sequence[Row]) -> Drawing:
    room = parts.margins(frame, bottom=46)
    across, up = _scatter_axes(rows)
    panel = Panel(parts.unit_title(LTV, both("%")), parts.plot_width(frame, room), 300, across, up)
    panel.x_title = parts.unit_title(REPAID, both("%"))
    parts.level(panel, frame, 1.0, Text("抵押率 100%", "LTV 100%"))
    parts.threshold(panel, frame, 0.1, Text("已偿付 10%", "repaid 10%"))
    panel.points(
        [
            {
                "x": row["repaid_ratio"],
                "y": row["weighted_current_ltv_ratio"],
                "fill": theme.MAIN,
                "stroke": "#ffffff",
            }
            for row in rows
        ],
        size=46,
        strokeWidth=1,
        fillOpacity=0.8,
    )
    return Drawing(frame, [panel], room)


def _scatter_readings(rows: Sequence[Row]) -> Readings:
    across, up = _scatter_axes(rows)
    stops = []
    for row in rows:
        height = up.share(row["weighted_current_ltv_ratio"])
        stops.append(
            Stop(
                _deal_title(row),
                (
                    Value(0, both(formats.percent(row["repaid_ratio"]))),
                    Value(1, both(formats.percent(row["weighted_current_ltv_ratio"])), height),
                ),
                across.share(row["repaid_ratio"]),
                height,
            )
        )
    return Readings([Series(REPAID, theme.MAIN), Series(LTV, theme.MAIN)], stops)


def _draw_balances(frame: Frame, rows: Sequence[Row], mean: float | None) -> Drawing:
    room = parts.margins(frame, bottom=46)
    column = "balance_per_borrower_yuan"
    amounts = [row[column] for row in rows]
    panel = Panel(
        parts.unit_title(PER_BORROWER, TEN_THOUSAND.name),
        parts.plot_width(frame, room),
        220,
        Scale(0, len(rows)),
        parts.money_axis(amounts, TEN_THOUSAND),
    )
    panel.x_title = Text("各单，从高到低", "Deals, from the highest")
    panel.rects(parts.bars(amounts, theme.MAIN))
    # the last value stands clear of the bars it reaches back over
    back = math.ceil(widest([_lowest(rows)], frame.font) * len(rows) / panel.width)
    for index, align, over in ((0, "left", 0), (-1, "right", -min(back, len(rows)))):
        panel.texts(
            [
                {
                    "x": 0 if align == "left" else len(rows),
                    "y": float(amounts[over]),
                    "text": TEN_THOUSAND.number(amounts[index]),
                    "fill": theme.INK,
                }
            ],
            align=align,
            baseline="bottom",
            dy=-4,
            size=frame.font - 1,
        )
    if mean is not None:
        label = Text("均值 ", "mean ") + TEN_THOUSAND.amount(mean)
        parts.level(panel, frame, mean, label)
    return Drawing(frame, [panel], room)


def _lowest(rows: Sequence[Row]) -> Text:
    return TEN_THOUSAND.number(rows[-1]["balance_per_borrower_yuan"])


@dataclass(frozen=True)
class _Strip:
    """What a figure of one dot per deal and year reads and says."""

    column: str
    mean_column: str
    count_column: str
    axis: Scale
    title: Text
    mark_column: str | None

    def mean(self, row: Row, frame: Frame) -> str:
        """The mean of the row's year as written."""
        value = row[self.mean_column]
        if self.mark_column is None:
            return formats.number(value, 1)
        return formats.percent(value, 0 if frame.is_narrow else 1)


_OVERDUE_TITLE = OVERDUE + Text("（月）", ", months")
_ESTIMATE_TITLE = ESTIMATE + Text("（%）", ", %")


def _strip_places(rows: Sequence[Row]) -> list[float]:
    """Where each deal lies: in the place of its year, side by side in order of its code."""
    years = by_year(rows)
    places = {}
    for index, year in enumerate(years):
        found = sorted(
            (row["deal_code"], i) for i, row in enumerate(rows) if row["issue_year"] == year
        )
        for rank, (_, i) in enumerate(found):
            places[i] = index + 0.5 + ((rank + 0.5) / len(found) - 0.5) * 0.68
    return [places[i] for i in range(len(rows))]


def _draw_strips(frame: Frame, rows: Sequence[Row], strip: _Strip) -> Drawing:
    key_rows = 2 if strip.mark_column and frame.is_narrow else 1
    room = parts.margins(frame, bottom=46, top=34.0 + 17 * key_rows)
    years = by_year(rows)
    newest = {row["issue_year"]: row for row in rows}
    ticks = []
    for index, year in enumerate(years):
        count = newest[year][strip.count_column] if year in newest else 0
        lines = (both(year_label(year, len(years), frame)), both(f"n={count}"))
        ticks.append((index + 0.5, lines))
    panel = Panel(
        strip.title,
        parts.plot_width(frame, room),
        260,
        Scale(0, len(years), tuple(ticks)),
        strip.axis,
        title_lift=17,
    )
    mark = strip.mark_column
    for is_marked in (False, True):
        points = [
            {
                "x": place,
                "y": row[strip.column],
                "fill": theme.MAIN if is_marked else "#ffffff" if mark else theme.PALE,
                "stroke": "#ffffff" if is_marked else theme.AXIS if mark else theme.MAIN,
            }
            for row, place in zip(rows, _strip_places(rows), strict=True)
            if is_marked is bool(mark and row[mark])
        ]
        panel.points(points, size=30 if frame.is_narrow else 40, strokeWidth=1)
    means = [
        (years.index(year), row)
        for year, row in newest.items()
        if row[strip.mean_column] is not None
    ]
    panel.rules(
        [
            {
                "x": index + 0.1,
                "x2": index + 0.9,
                "y": row[strip.mean_column],
                "y2": row[strip.mean_column],
                "stroke": theme.ACCENT,
            }
            for index, row in means
        ],
        strokeWidth=2.5,
    )
    # in a row of their own above the dots
    panel.texts(
        [
            {
                "x": index + 0.5,
                "y": strip.axis.high,
                "text": strip.mean(row, frame),
                "fill": theme.ACCENT,
            }
            for index, row in means
        ],
        baseline="bottom",
        dy=-3,
        size=frame.font - 1,
        weight=600,
    )
    entries = [(theme.ACCENT, _MEAN)]
    if mark:
        entries = [(theme.MAIN, _COMPARABLE), (theme.AXIS, _OTHER), (theme.ACCENT, _MEAN)]
    parts.key(panel, frame, entries, row=key_rows)
    return Drawing(frame, [panel], room)


def _strip_readings(
    rows: Sequence[Row],
    column: str,
    axis: Scale,
    name: Text,
    written: Callable[[Row], Text],
) -> Readings:
    count = len(by_year(rows))
    stops = [
        Stop(
            _deal_title(row),
            (Value(0, written(row), axis.share(row[column])),),
            place / count,
            axis.share(row[column]),
        )
        for row, place in zip(rows, _strip_places(rows), strict=True)
    ]
    return Readings([Series(name, theme.MAIN)], stops)
