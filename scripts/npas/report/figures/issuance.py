"""Figures 3 to 6: what was issued, by year, originator and kind of security."""

from collections.abc import Mapping, Sequence
from typing import Any

from npas.report import formats, parts, theme
from npas.report.data import MarketData
from npas.report.drawing import Drawing, Panel, Scale, categories, widest
from npas.report.figures.base import DEALS, ORIGINATOR, YEAR, by_year, figure, year_label
from npas.report.formats import HUNDRED_MILLION, Number
from npas.report.model import Figure, Readings, Series, Stop, Value
from npas.report.tables import Column, plain
from npas.report.text import Text, both, joined
from npas.report.theme import Frame

Row = Mapping[str, Any]
ISSUED = Text("发行规模", "Issued")
DISPOSED = Text("处置不良本息费", "Balance disposed of")
GROUPS = {
    "secured": Text("抵押类", "Secured"),
    "unsecured": Text("信用类", "Unsecured"),
    "unknown": Text("担保方式未知", "Security not known"),
}
_GROUP_COLOURS = {"secured": theme.MAIN, "unsecured": theme.PALE, "unknown": theme.UNKNOWN}
CLASSES = {
    "property": Text("房产抵押", "Property"),
    "vehicle": Text("车辆抵押", "Vehicles"),
}
TYPES = {
    "state_owned": Text("国有大行", "State-owned"),
    "joint_stock": Text("股份制银行", "Joint-stock"),
    "city_commercial": Text("城商行", "City bank"),
    "rural_commercial": Text("农商行", "Rural bank"),
    "other": Text("其他", "Other"),
}
# a horizontal bar with its name, in pixels
_LINE = 26


def figure_03(data: MarketData) -> Figure:
    """Issuance of micro-small deals by year and security."""
    _, rows = data.figure(3)
    return figure(
        data,
        3,
        title=Text("小微贷款 NPAS 发行规模与单数", "Micro-small NPAS: amount issued and deals"),
        definition=Text(
            "按簿记年份统计银行间市场小微贷款 NPAS。抵押类为房产或车辆抵押；"
            "起算日贷款清单与披露均不能判断的，列为未知。",
            "Micro-small deals by year of book building. Secured means by property or by vehicles; "
            "not known is what neither a loan tape nor a disclosure at the cut-off tells.",
        ),
        table=plain(
            rows,
            [
                Column("issue_year", YEAR, "year"),
                Column("security_group", Text("担保", "Security"), names=GROUPS),
                Column("deal_count", DEALS, "count"),
                Column("issue_amount_yuan", ISSUED, "hundred_million"),
            ],
        ),
        draw=lambda frame: _draw_issuance(frame, rows),
        readings=lambda: _issuance_readings(rows),
    )


def figure_04(data: MarketData) -> Figure:
    """Amount issued and balance disposed of by secured deals."""
    _, rows = data.figure(4)
    return figure(
        data,
        4,
        title=Text(
            "抵押类小微贷款 NPAS 发行规模与处置规模",
            "Secured micro-small NPAS: amount issued and balance disposed of",
        ),
        definition=Text(
            "处置规模为初始起算日资产池未偿本息费余额。",
            "Disposed of: principal, interest and fees owed by the pool at the cut-off date.",
        ),
        table=plain(
            rows,
            [
                Column("issue_year", YEAR, "year"),
                Column("deal_count", DEALS, "count"),
                Column("issue_amount_yuan", ISSUED, "hundred_million"),
                Column("pool_balance_yuan", DISPOSED, "hundred_million"),
            ],
        ),
        draw=lambda frame: _draw_disposal(frame, rows),
        readings=lambda: _disposal_readings(rows),
    )


def figure_05(data: MarketData) -> Figure:
    """Originators of secured deals."""
    _, found = data.figure(5)
    rows = sorted(
        found,
        key=lambda row: (
            -(row["issue_amount_yuan"] or 0),
            -row["deal_count"],
            row["originator_name"],
        ),
    )
    return figure(
        data,
        5,
        title=Text(
            "抵押类小微贷款 NPAS 发起机构",
            "Originators of secured micro-small NPAS",
        ),
        definition=Text(
            "累计发行规模及其占全部抵押类小微贷款 NPAS 的比例；机构名称已归一。",
            "Amount issued to date and its share of all secured micro-small deals; spellings of an "
            "originator are one originator.",
        ),
        table=plain(
            rows,
            [
                Column("originator_name", ORIGINATOR),
                Column("originator_type", Text("机构类型", "Type"), names=TYPES),
                Column("deal_count", DEALS, "count"),
                Column("issue_amount_yuan", ISSUED, "hundred_million"),
                Column("issue_share_ratio", Text("占比", "Share"), "percent"),
            ],
        ),
        draw=lambda frame: _draw_originators(frame, rows),
        readings=lambda: _line_readings(rows, "originator_name", None),
    )


def figure_06(data: MarketData) -> Figure:
    """Kinds of collateral."""
    _, rows = data.figure(6)
    return figure(
        data,
        6,
        title=Text("抵押物类型", "Kinds of collateral"),
        definition=Text(
            "起算日贷款清单中抵押物全部为车辆的为车辆抵押，否则为房产抵押；无清单时按披露比例。",
            "Vehicles: every collateral of the tape at the cut-off is a vehicle; else property. "
            "Without a tape the disclosed shares decide.",
        ),
        table=plain(
            rows,
            [
                Column("security_class", Text("抵押物", "Collateral"), names=CLASSES),
                Column("deal_count", DEALS, "count"),
                Column("issue_amount_yuan", ISSUED, "hundred_million"),
                Column("pool_balance_yuan", DISPOSED, "hundred_million"),
            ],
        ),
        draw=lambda frame: _draw_kinds(frame, rows),
        readings=lambda: _line_readings(rows, "security_class", CLASSES),
    )


def _by_year(rows: Sequence[Row]) -> dict[int, dict[str, Row]]:
    years: dict[int, dict[str, Row]] = {year: {} for year in by_year(rows)}
    for row in rows:
        years[row["issue_year"]][row.get("security_group", "all")] = row
    return years


def _of_year(found: Mapping[str, Row], column: str) -> Number | None:
    """What every row of a year says alike; 0 in a year without a deal."""
    return next((row[column] for row in found.values()), 0)


def _draw_issuance(frame: Frame, rows: Sequence[Row]) -> Drawing:
    years = _by_year(rows)
    groups = [group for group in GROUPS if any(group in found for found in years.values())]
    colours = [_GROUP_COLOURS[group] for group in groups]
    room = parts.margins(frame, top=52 if frame.is_narrow else 34)
    width = parts.plot_width(frame, room)
    places = categories([year_label(year, len(years), frame) for year in years])
    panels = []
    for name, unit, column in (
        (ISSUED, HUNDRED_MILLION.name, "issue_amount_yuan"),
        (DEALS, Text("单", "count"), "deal_count"),
    ):
        stacks = [
            [found[group][column] if group in found else None for group in groups]
            for found in years.values()
        ]
        totals = [_of_year(found, f"year_{column}") for found in years.values()]
        is_money = column == "issue_amount_yuan"
        axis = parts.money_axis(totals, HUNDRED_MILLION) if is_money else parts.count_axis(totals)
        height = 190 if is_money else 100
        panel = Panel(parts.unit_title(name, unit), width, height, places, axis)
        panel.rects(parts.stacked_bars(stacks, colours))
        written = [
            _short(total) if is_money else None if total is None else formats.number(total)
            for total in totals
        ]
        parts.label_tops(panel, frame, totals, written)
        panels.append(panel)
    entries = [(_GROUP_COLOURS[group], GROUPS[group]) for group in groups]
    parts.key(panels[0], frame, entries, row=1 if frame.is_narrow else 0)
    return Drawing(frame, panels, room)


def _short(amount: Number | None) -> Text | None:
    """An amount above its bar; a year without a deal has no decimals."""
    if amount is None:
        return None
    return HUNDRED_MILLION.number(amount) if amount else both("0")


def _issuance_readings(rows: Sequence[Row]) -> Readings:
    years = _by_year(rows)
    series = [Series(GROUPS[group], _GROUP_COLOURS[group]) for group in GROUPS]
    places = {group: index for index, group in enumerate(GROUPS)}
    stops = []
    for index, (year, found) in enumerate(years.items()):
        values = tuple(
            Value(places[group], _amount_and_deals(row))
            for group in GROUPS
            if (row := found.get(group)) is not None
        )
        told = values or (Value(0, formats.deals(0)),)
        stops.append(Stop(both(str(year)), told, (index + 0.5) / len(years)))
    return Readings(series, stops)


def _amount_and_deals(row: Row) -> Text:
    count = formats.deals(row["deal_count"])
    if row["issue_amount_yuan"] is None:
        return count
    return joined([formats.money(row["issue_amount_yuan"]), count], "，", ", ")


def _draw_disposal(frame: Frame, rows: Sequence[Row]) -> Drawing:
    years = _by_year(rows)
    room = parts.margins(frame)
    width = parts.plot_width(frame, room)
    places = categories([year_label(year, len(years), frame) for year in years])
    panels = []
    for name, column, colour in (
        (ISSUED, "issue_amount_yuan", theme.MAIN),
        (DISPOSED, "pool_balance_yuan", theme.PALE),
    ):
        amounts = [_of_year(found, column) for found in years.values()]
        panel = Panel(
            parts.unit_title(name, HUNDRED_MILLION.name),
            width,
            140,
            places,
            parts.money_axis(amounts, HUNDRED_MILLION, 4),
        )
        panel.rects(parts.bars(amounts, colour))
        parts.label_tops(
            panel,
            frame,
            amounts,
            [_short(amount) for amount in amounts],
        )
        panels.append(panel)
    return Drawing(frame, panels, room)


def _disposal_readings(rows: Sequence[Row]) -> Readings:
    years = _by_year(rows)
    stops = []
    for index, (year, found) in enumerate(years.items()):
        values = []
        for row in found.values():
            if row["issue_amount_yuan"] is not None:
                values.append(Value(0, _amount_and_deals(row)))
            if row["pool_balance_yuan"] is not None:
                values.append(Value(1, formats.money(row["pool_balance_yuan"])))
        told = tuple(values) or (Value(0, formats.deals(0)),)
        stops.append(Stop(both(str(year)), told, (index + 0.5) / len(years)))
    return Readings([Series(ISSUED, theme.MAIN), Series(DISPOSED, theme.PALE, 1)], stops)


def _draw_originators(frame: Frame, rows: Sequence[Row]) -> Drawing:
    names = [both(row["originator_name"]) for row in rows]
    labels = []
    for row in rows:
        label = formats.deals(row["deal_count"])
        if row["issue_amount_yuan"] is not None:
            label = joined([HUNDRED_MILLION.number(row["issue_amount_yuan"]), label], " · ", " · ")
        if row["issue_share_ratio"] is not None and not frame.is_narrow:
            label = joined([label, formats.percent(row["issue_share_ratio"])], " · ", " · ")
        labels.append(label)
    amounts = [row["issue_amount_yuan"] for row in rows]
    return _lying_bars(
        frame, names, amounts, labels, parts.unit_title(ISSUED, HUNDRED_MILLION.name)
    )


def _draw_kinds(frame: Frame, rows: Sequence[Row]) -> Drawing:
    names = [CLASSES.get(row["security_class"], both(row["security_class"])) for row in rows]
    labels = [_amount_and_deals(row) for row in rows]
    counts = [row["deal_count"] for row in rows]
    return _lying_bars(frame, names, counts, labels, DEALS)


def _lying_bars(
    frame: Frame,
    names: Sequence[Text],
    values: Sequence[Number | None],
    labels: Sequence[Text],
    title: Text,
) -> Drawing:
    """Bars from left to right, a name before each and its value behind it."""
    left = widest(names, frame.font) + 14
    behind = widest(labels, frame.font - 1) + 10
    room = parts.margins(frame, left=left, right=8, bottom=10)
    width = parts.plot_width(frame, room)
    count = len(names)
    highest = max((float(value) for value in values if value is not None), default=0.0) or 1.0
    # bars end where the longest label behind the longest bar still fits
    across = Scale(0, highest * width / max(40.0, width - behind))
    down = Scale(count, 0, tuple((index + 0.5, (name,)) for index, name in enumerate(names)))
    panel = Panel(title, width, count * _LINE, across, down)
    panel.rects(
        [
            {"x": 0.0, "x2": float(value), "y": i + 0.2, "y2": i + 0.8, "fill": theme.MAIN}
            for i, value in enumerate(values)
            if value is not None
        ]
    )
    panel.texts(
        [
            {"x": float(values[i] or 0), "y": i + 0.5, "text": label, "fill": theme.INK}
            for i, label in enumerate(labels)
        ],
        align="left",
        baseline="middle",
        dx=6,
        size=frame.font - 1,
    )
    return Drawing(frame, [panel], room)


def _line_readings(rows: Sequence[Row], column: str, names: Mapping[str, Text] | None) -> Readings:
    stops = []
    for index, row in enumerate(rows):
        values = [Value(0, formats.deals(row["deal_count"]))]
        if row["issue_amount_yuan"] is not None:
            values.append(Value(1, formats.money(row["issue_amount_yuan"])))
        if row.get("issue_share_ratio") is not None:
            values.append(Value(2, both(formats.percent(row["issue_share_ratio"]))))
        title = both(row[column]) if names is None else names.get(row[column], both(row[column]))
        stops.append(Stop(title, tuple(values), (index + 0.5) / len(rows)))
    series = [Series(name, theme.MAIN) for name in (DEALS, ISSUED, Text("占比", "Share"))]
    return Readings(series, stops, is_upright=True)
