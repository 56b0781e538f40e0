"""Figures 14 to 17: what the pools of property deals recovered, by month since the cut-off."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from npas.report import formats, parts, theme
from npas.report.data import MarketData
from npas.report.drawing import Drawing, Panel, Scale, widest
from npas.report.figures.base import DEALS, MONTH, figure
from npas.report.model import Figure, Readings, Series, Stop, Value
from npas.report.tables import Column, crossed, plain
from npas.report.text import Text, both
from npas.report.theme import Frame

Row = Mapping[str, Any]
CUMULATIVE = Text("累计回收率", "Cumulative recovery")
PERIOD = Text("单期回收率", "Recovery in the month")
SINCE_CUTOFF = Text("自初始起算日经过月数", "Months since the cut-off date")
SEGMENTS = {"property": Text("房产抵押类", "Property"), "unsecured": Text("信用类", "Unsecured")}
_SEGMENT_COLOURS = {"property": theme.MAIN, "unsecured": theme.ACCENT}
_THIN = Text(
    "线止于可观察余额不足一半之处；n 为线末的单数。",
    " A line stops where under half of its balance is still observed; n is the deals at its end.",
)
_THIN_MARKET = Text(
    "年份线止于可观察余额不足一半之处，全市场线止于不足 5 单之处；n 为线末的单数。",
    " The line of a year stops where under half of its balance is still observed, that of the "
    "market where under 5 deals are; n is the deals at its end.",
)
_THIN_ORIGINATOR = Text(
    "线止于多单中仅余一单可观察之处；n 为线末的单数。",
    " A line stops where one deal of several is still observed; n is the deals at its end.",
)
_YEAR = 12
# between two names on one height, in pixels
_GAP = 14
_MONTH_COLUMN = Column("age_month", MONTH, "count")


@dataclass(frozen=True)
class _Curve:
    """A line: its name and colour, and value and deals by month of age, thin months left out."""

    name: Text
    colour: str
    values: Mapping[int, float]
    deals: Mapping[int, int]

    @property
    def end(self) -> int:
        """The last month."""
        return max(self.values)

    @property
    def end_label(self) -> Text:
        """Name and number of deals."""
        return self.name + f" n={self.deals[self.end]}"


def figure_14(data: MarketData) -> Figure:
    """Cumulative recovery by cut-off year."""
    _, rows = data.figure(14)
    curves = _curves(rows, "cutoff_year", "weighted_cumulative_rate", None)
    return figure(
        data,
        14,
        title=Text(
            "房产抵押类小微贷款 NPAS 累计回收率",
            "Cumulative recovery of property deals by cut-off year",
        ),
        definition=Text(
            "按初始起算日年份分组：累计回收金额之和 ÷ 起算日未偿本息费之和，毛回收；"
            "不再可观察的交易退出分子分母，故线可能下折。",
            "By year of the cut-off date: sum of cash recovered to date over sum of pool balances "
            "at the cut-off, gross. Deals that are no longer observed leave both sums, so that a "
            "line may dip.",
        )
        + _THIN,
        table=crossed(
            rows,
            _MONTH_COLUMN,
            lambda row: both(str(row["cutoff_year"])),
            Column("weighted_cumulative_rate", CUMULATIVE, "percent"),
        ),
        draw=lambda frame: _draw_curves(frame, [(CUMULATIVE, curves, 320)]),
        readings=lambda: _curve_readings([curves], 1),
    )


def figure_15(data: MarketData) -> Figure:
    """Single-period recovery."""
    _, rows = data.figure(15)
    column = "weighted_period_rate"
    years = _curves([row for row in rows if row["cohort_kind"] != "market"], "cohort", column, None)
    market = _curves(
        [row for row in rows if row["cohort_kind"] == "market"], "segment", column, SEGMENTS
    )
    return figure(
        data,
        15,
        title=Text("单期加权回收率", "Weighted recovery in the month"),
        definition=Text(
            "当月回收金额之和 ÷ 起算日未偿本息费之和；回收期内的现金按日摊至各月。"
            "上图为房产抵押类按起算日年份，下图为全市场房产抵押类与信用类。",
            "Cash of the month over pool balances at the cut-off; the cash of a collection period "
            "is spread over its months by day. Above: property deals by cut-off year. Below: all "
            "property and all unsecured deals.",
        )
        + _THIN_MARKET,
        table=crossed(
            rows,
            _MONTH_COLUMN,
            lambda row: (
                both(row["cohort"]) if row["cohort_kind"] != "market" else SEGMENTS[row["segment"]]
            ),
            Column(column, PERIOD, "percent2"),
        ),
        draw=lambda frame: _draw_curves(
            frame,
            [
                (PERIOD + Text("，房产抵押类", ", property"), years, 220),
                (PERIOD + Text("，全市场", ", whole market"), market, 180),
            ],
        ),
        readings=lambda: _curve_readings([years, market], 2),
    )


def figure_16(data: MarketData) -> Figure:
    """Dispersion of single-period recovery."""
    _, rows = data.figure(16)
    shown = [row for row in rows if not row["is_thin"] and row["p50_rate"] is not None]
    return figure(
        data,
        16,
        title=Text("各期回收率的离散程度", "Dispersion of recovery in the month"),
        definition=Text(
            "各单当月回收率（不加权）：箱体为 25 至 75 分位，线为中位数，须线至 10 与 90 分位，"
            "点为最低与最高。不足 5 单的月份不画。",
            "Recovery in the month of single deals, unweighted: box from the 25th to the 75th "
            "percentile with the median, whiskers to the 10th and 90th, dots at the lowest and the "
            "highest. Months with under 5 deals are left out.",
        ),
        table=plain(
            rows,
            [
                _MONTH_COLUMN,
                Column("deal_count", DEALS, "count"),
                *(Column(f"{name}_rate", label, "percent2") for name, label in _QUANTILES.items()),
                Column("mean_rate", Text("均值", "Mean"), "percent2"),
            ],
        ),
        draw=lambda frame: _draw_boxes(frame, shown),
        readings=lambda: _box_readings(shown),
    )


def figure_17(data: MarketData) -> Figure:
    """Cumulative recovery by originator."""
    _, rows = data.figure(17)
    curves = _curves(
        rows, "originator_name", "weighted_cumulative_rate", None, lambda _: [theme.MAIN]
    )
    return figure(
        data,
        17,
        title=Text(
            "附录：各发起机构房产抵押类累计回收率",
            "Appendix: cumulative recovery of property deals by originator",
        ),
        definition=Text(
            "每格一家发起机构，全部格子共用坐标；算法同图 14。",
            "One panel per originator, all on the same scales; computed as in figure 14.",
        )
        + _THIN_ORIGINATOR,
        table=crossed(
            rows,
            _MONTH_COLUMN,
            lambda row: both(row["originator_name"]),
            Column("weighted_cumulative_rate", CUMULATIVE, "percent"),
        ),
        draw=lambda frame: _draw_multiples(frame, curves),
        readings=lambda: _curve_readings([[curve] for curve in curves], len(curves), shared=curves),
    )


_QUANTILES = {
    "min": Text("最低", "Lowest"),
    "p10": Text("10 分位", "P10"),
    "p25": Text("25 分位", "P25"),
    "p50": Text("中位数", "Median"),
    "p75": Text("75 分位", "P75"),
    "p90": Text("90 分位", "P90"),
    "max": Text("最高", "Highest"),
}


def _curves(
    rows: Sequence[Row],
    name: str,
    value: str,
    names: Mapping[Any, Text] | None,
    colours: Callable[[int], Sequence[str]] = theme.cohort_colours,
) -> list[_Curve]:
    kept: dict[Any, list[Row]] = {}
    for row in rows:
        if not row["is_thin"] and row[value] is not None:
            kept.setdefault(row[name], []).append(row)
    order = sorted(kept) if names is None else [key for key in names if key in kept]
    found = colours(len(order))
    return [
        _Curve(
            both(str(key)) if names is None else names[key],
            found[index % len(found)] if names is None else _SEGMENT_COLOURS[key],
            {row["age_month"]: row[value] for row in kept[key]},
            {row["age_month"]: row["deal_count"] for row in kept[key]},
        )
        for index, key in enumerate(order)
    ]


def _month_axis(curves: Sequence[_Curve], *, every: int = _YEAR) -> Scale:
    longest = max(curve.end for curve in curves)
    # at least half a year, so that a young market is not one stretched line
    last = max(6, longest)
    months = range(0, last + 1, every if last > every else 3)
    return Scale(0, last, tuple((month, (both(str(month)),)) for month in months))


def _rate_axis(curves: Sequence[_Curve], most: int = 6) -> Scale:
    return parts.percent_axis([rate for curve in curves for rate in curve.values.values()], most)


def _line_rows(curve: _Curve) -> list[dict[str, Any]]:
    # a month without a value breaks the line
    return [
        {
            "x": month,
            "y": curve.values.get(month),
            "series": curve.name.zh,
            "stroke": curve.colour,
        }
        for month in range(min(curve.values), curve.end + 1)
    ]


def _draw_curves(frame: Frame, plots: Sequence[tuple[Text, Sequence[_Curve], float]]) -> Drawing:
    everything = [curve for _, curves, _ in plots for curve in curves]
    room = parts.margins(frame, right=_end_room(frame, everything), bottom=46)
    width = parts.plot_width(frame, room)
    across = _month_axis(everything)
    panels = []
    for title, curves, height in plots:
        panel = Panel(parts.unit_title(title, both("%")), width, height, across, _rate_axis(curves))
        for curve in curves:
            is_accented = curve.colour == theme.ACCENT
            panel.lines(_line_rows(curve), strokeWidth=2.6 if is_accented else 1.8)
        _label_ends(panel, frame, curves)
        panels.append(panel)
    panels[-1].x_title = SINCE_CUTOFF
    return Drawing(frame, panels, room)


def _end_text(frame: Frame, curve: _Curve) -> Text:
    return curve.name if frame.is_narrow else curve.end_label


def _end_room(frame: Frame, curves: Sequence[_Curve]) -> float:
    return widest([_end_text(frame, curve) for curve in curves], frame.font - 1) + 12


def _label_ends(panel: Panel, frame: Frame, curves: Sequence[_Curve]) -> None:
    """Names each line at its end, moved up or down where two names would touch."""
    size = frame.font - 1
    line = size + 3.0
    taken: list[_Name] = []
    points, words = [], []
    for curve in reversed(curves):
        text = _end_text(frame, curve)
        left = panel.x.share(curve.end) * panel.width + 6
        right = left + widest([text], size)
        middle = (1 - panel.y.share(curve.values[curve.end])) * panel.height
        name = _free_place(taken, _Name(left, right, middle), line, panel.height)
        taken.append(name)
        y = panel.y.low + (1 - name.top / panel.height) * (panel.y.high - panel.y.low)
        words.append({"x": curve.end, "y": y, "text": text, "fill": _ink(curve.colour)})
        points.append(
            {
                "x": curve.end,
                "y": curve.values[curve.end],
                "fill": curve.colour,
                "stroke": "#ffffff",
            }
        )
    panel.points(points, size=36, strokeWidth=1)
    panel.texts(words, align="left", baseline="middle", dx=6, size=size, weight=600)


def _ink(colour: str) -> str:
    """The colour of a name: a pale line has a name that can be read."""
    return colour if colour in {theme.ACCENT, theme.MAIN} else theme.SOFT


@dataclass(frozen=True)
class _Name:
    """Where a name stands, in pixels: from left to right, and its middle from the top."""

    left: float
    right: float
    top: float

    def touches(self, other: "_Name", line: float) -> bool:
        """Whether two names overlap or read as one, in lines of a height."""
        is_beside = self.left < other.right + _GAP and self.right > other.left - _GAP
        return is_beside and abs(self.top - other.top) < line


def _free_place(taken: Sequence[_Name], wanted: _Name, line: float, height: float) -> _Name:
    """The place nearest to the wanted one where a name touches no other."""
    for step in range(int(height)):
        for top in (wanted.top - step, wanted.top + step):
            tried = replace(wanted, top=top)
            is_inside = line / 2 <= top <= height - line / 2
            if is_inside and not any(tried.touches(other, line) for other in taken):
                return tried
    return wanted


def _curve_readings(
    plots: Sequence[Sequence[_Curve]], count: int, shared: Sequence[_Curve] = ()
) -> Readings:
    """What every curve says at each month; panels of a figure of multiples share both scales."""
    everything = [curve for curves in plots for curve in curves]
    across = _month_axis(everything)
    series, readings = [], []
    for panel, curves in enumerate(plots):
        up = _rate_axis(shared or curves, 4 if shared else 6)
        for curve in curves:
            series.append(Series(curve.name, curve.colour, panel))
            readings.append((curve, up))
    stops = []
    decimals = 1 if count != 2 else 2  # noqa: PLR2004 (the rates of a month are small)
    for month in range(1, max(curve.end for curve in everything) + 1):
        values = tuple(
            Value(
                place,
                both(f"{formats.percent(curve.values[month], decimals)} (n={curve.deals[month]})"),
                up.share(curve.values[month]),
            )
            for place, (curve, up) in enumerate(readings)
            if month in curve.values
        )
        title = Text(f"第 {month} 个月", f"Month {month}")
        stops.append(Stop(title, values, across.share(month)))
    return Readings(series, stops)


def _draw_boxes(frame: Frame, rows: Sequence[Row]) -> Drawing:
    room = parts.margins(frame, bottom=46, between=40)
    width = parts.plot_width(frame, room)
    across = _box_months(rows)
    up = parts.percent_axis([row["max_rate"] for row in rows], 6)
    upper = Panel(
        parts.unit_title(PERIOD, both("%")), width, 280, Scale(across.low, across.high), up
    )
    box, cap = 0.32, 0.2
    months = [row["age_month"] for row in rows]

    def level(row: Row, name: str, half: float) -> dict[str, Any]:
        rate = row[f"{name}_rate"]
        month = row["age_month"]
        return {"x": month - half, "x2": month + half, "y": rate, "y2": rate}

    def upright(row: Row, low: str, high: str) -> dict[str, Any]:
        month = row["age_month"]
        return {"x": month, "x2": month, "y": row[f"{low}_rate"], "y2": row[f"{high}_rate"]}

    whiskers = [
        {**found, "stroke": theme.MAIN}
        for row in rows
        for found in (
            upright(row, "p10", "p25"),
            upright(row, "p75", "p90"),
            level(row, "p10", cap),
            level(row, "p90", cap),
        )
    ]
    upper.rules(whiskers, strokeWidth=1)
    upper.rects(
        [
            {
                **level(row, "p25", box),
                "y2": row["p75_rate"],
                "fill": theme.PALE,
            }
            for row in rows
        ],
        stroke=theme.MAIN,
        strokeWidth=0.8,
    )
    upper.rules([{**level(row, "p50", box), "stroke": theme.INK} for row in rows], strokeWidth=1.6)
    upper.points(
        [
            {
                "x": row["age_month"],
                "y": row[f"{name}_rate"],
                "fill": theme.AXIS,
                "stroke": theme.AXIS,
            }
            for row in rows
            for name in ("min", "max")
        ],
        size=5,
    )
    counts = [row["deal_count"] for row in rows]
    lower = Panel(DEALS + Text("（n）", ", n"), width, 60, across, parts.count_axis(counts, 3))
    lower.rects(
        [
            {"x": month - box, "x2": month + box, "y": 0, "y2": count, "fill": theme.PALE}
            for month, count in zip(months, counts, strict=True)
        ]
    )
    lower.x_title = SINCE_CUTOFF
    return Drawing(frame, [upper, lower], room)


def _box_months(rows: Sequence[Row]) -> Scale:
    last = max(row["age_month"] for row in rows)
    every = _YEAR // 2 if last > _YEAR else 3
    ticks = [(month, (both(str(month)),)) for month in range(every, last + 1, every)]
    return Scale(0.3, last + 0.7, tuple(ticks))


def _box_readings(rows: Sequence[Row]) -> Readings:
    across = _box_months(rows)
    series = [Series(name, theme.MAIN) for name in reversed(_QUANTILES.values())]
    stops = []
    for row in rows:
        values = [
            Value(place, both(formats.percent(row[f"{name}_rate"], 2)))
            for place, name in enumerate(reversed(_QUANTILES))
        ]
        title = Text(
            f"第 {row['age_month']} 个月，n={row['deal_count']}",
            f"Month {row['age_month']}, n={row['deal_count']}",
        )
        stops.append(Stop(title, tuple(values), across.share(row["age_month"])))
    return Readings(series, stops)


def _draw_multiples(frame: Frame, curves: Sequence[_Curve]) -> Drawing:
    columns = min(len(curves), 2 if frame.is_narrow else 4)
    room = parts.margins(frame, between=60, bottom=46)
    gap = 40.0
    width = (parts.plot_width(frame, room) - gap * (columns - 1)) / columns
    across, up = _month_axis(curves, every=2 * _YEAR), _rate_axis(curves, 4)
    panels = []
    for curve in curves:
        panel = Panel(curve.name, width, 92, across, up)
        panel.lines(_line_rows(curve), strokeWidth=2)
        end = {"x": curve.end, "y": curve.values[curve.end]}
        panel.points([{**end, "fill": curve.colour, "stroke": "#ffffff"}], size=34)
        # at the panel's own corner, where no line runs: cumulative curves end above
        panel.texts(
            [{"x": across.high, "y": up.low, "text": _end_value(curve), "fill": theme.SOFT}],
            align="right",
            baseline="bottom",
            dy=-4,
            size=frame.font - 1,
        )
        panels.append(panel)
    panels[-1].x_title = MONTH
    return Drawing(frame, panels, room, columns, gap)


def _end_value(curve: _Curve) -> str:
    return f"{formats.percent(curve.values[curve.end])} n={curve.deals[curve.end]}"
