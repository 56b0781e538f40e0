"""What figures are put together from: axes with units, bars with their values, keys, thresholds."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from npas.report import formats, theme
from npas.report.drawing import Margins, Panel, Scale, steps, widest
from npas.report.formats import MISSING, MoneyUnit, Number
from npas.report.text import Text, both
from npas.report.theme import Frame

_BAR = 0.34
_MIDDLE = 0.5


def margins(frame: Frame, *, right: float | None = None, **others: float) -> Margins:
    """Room for the labels of a value axis on the left."""
    left = 40.0 if frame.is_narrow else 52.0
    edge = 8.0 if frame.is_narrow else 16.0
    return Margins(others.pop("left", left), edge if right is None else right, **others)


def plot_width(frame: Frame, room: Margins) -> float:
    """What is left for the panel."""
    return frame.width - room.left - room.right


def money_axis(values: Iterable[Number | None], unit: MoneyUnit, most: int = 5) -> Scale:
    """From 0 to a round amount above the highest, with a grid; room for values above bars."""
    return _from_zero(
        values, lambda tick: Text(_short(tick / unit.zh_yuan), _short(tick / unit.en_yuan)), most
    )


def percent_axis(values: Iterable[Number | None], most: int = 5, low: float = 0.0) -> Scale:
    """From 0, or a lowest value, to a round percentage above the highest."""
    return _from_zero(values, lambda tick: both(f"{_short(tick * 100)}%"), most, low)


def count_axis(values: Iterable[Number | None], most: int = 4) -> Scale:
    """From 0 to a round number above the highest, in whole numbers."""
    highest = max((int(value) for value in values if value is not None), default=0)
    return _from_zero([max(highest, most)], lambda tick: both(f"{tick:,.0f}"), most)


def number_axis(values: Iterable[Number | None], most: int = 5) -> Scale:
    """From 0 to a round number above the highest."""
    return _from_zero(values, lambda tick: both(_short(tick)), most)


def bars(values: Sequence[Number | None], colours: str | Sequence[str]) -> list[dict[str, Any]]:
    """One bar per category from 0; none where the value is missing."""
    return [
        _bar(index, 0.0, float(value), colours if isinstance(colours, str) else colours[index])
        for index, value in enumerate(values)
        if value is not None
    ]


def stacked_bars(
    stacks: Sequence[Sequence[Number | None]], colours: Sequence[str]
) -> list[dict[str, Any]]:
    """Bars of several parts, the first part lowest; one sequence of parts per category."""
    rows = []
    for index, parts in enumerate(stacks):
        base = Decimal(0)
        for part, colour in zip(parts, colours, strict=True):
            if part:
                top = base + formats.exact(part)
                rows.append(_bar(index, float(base), float(top), colour))
                base = top
    return rows


def label_tops(
    panel: Panel,
    frame: Frame,
    tops: Sequence[Number | None],
    labels: Sequence[Text | str | None],
) -> None:
    """Writes a value above each bar; where they would touch, only at the newest and the highest."""
    size = frame.font - 1
    each = panel.width / max(1, len(tops))
    words = [both(MISSING if label is None else label) for label in labels]
    if widest(words, size) + 4 > each:
        known = [index for index, top in enumerate(tops) if top is not None]
        kept = (
            {known[-1], max(known, key=lambda index: float(tops[index] or 0))} if known else set()
        )
        if kept and (max(kept) - min(kept)) * each < widest(words, size) + 4:
            kept = {max(kept)}
    else:
        kept = set(range(len(tops)))
    rows = []
    for index in sorted(kept):
        at = panel.x.low + index + 0.5
        # the last label may be wider than its bar: it ends where the panel ends
        overhang = widest([words[index]], size) / 2 - (len(tops) - index - 0.5) * each
        shift = max(0.0, overhang - 6) * (panel.x.high - panel.x.low) / panel.width
        rows.append(
            {
                "x": at - shift,
                "y": float(tops[index] or 0),
                "text": words[index],
                "fill": theme.INK if tops[index] is not None else theme.SOFT,
            }
        )
    panel.texts(rows, dy=-4, baseline="bottom", size=size)


def dotted_line(
    panel: Panel,
    frame: Frame,
    places: Sequence[float],
    values: Sequence[Number | None],
    labels: Sequence[Text | str | None],
) -> None:
    """A line with a dot and a written value at each place that has one."""
    rows = [
        {
            "x": place,
            "y": None if value is None else float(value),
            "series": "",
            "stroke": theme.MAIN,
        }
        for place, value in zip(places, values, strict=True)
    ]
    panel.lines(rows, strokeWidth=2)
    panel.points(
        [
            {"x": row["x"], "y": row["y"], "fill": theme.MAIN, "stroke": "#ffffff"}
            for row in rows
            if row["y"] is not None
        ],
        size=44,
        strokeWidth=1.5,
    )
    label_tops(panel, frame, values, labels)


def key(panel: Panel, frame: Frame, entries: Sequence[tuple[str, Text]], row: int = 0) -> None:
    """Colours and their names, in a line above the panel on the right of its title."""
    size = frame.font - 1
    unit_x = (panel.x.high - panel.x.low) / panel.width
    unit_y = (panel.y.high - panel.y.low) / panel.height
    y = panel.y.high + unit_y * (18 + 17 * row)
    place = panel.width
    squares, words = [], []
    for colour, name in reversed(entries):
        place -= widest([name], size) + 2
        words.append({"x": panel.x.low + unit_x * place, "y": y, "text": name, "fill": theme.INK})
        place -= 15
        squares.append(
            {
                "x": panel.x.low + unit_x * place,
                "x2": panel.x.low + unit_x * (place + 10),
                "y": y - unit_y * 5,
                "y2": y + unit_y * 5,
                "fill": colour,
            }
        )
        place -= 12
    panel.rects(squares)
    panel.texts(words, align="left", baseline="middle", size=size)


def threshold(panel: Panel, frame: Frame, at: float, label: Text | str) -> None:
    """A dashed upright line with its name at the top."""
    # its name stands above the panel, clear of what is drawn in it
    top = panel.y.high + (panel.y.high - panel.y.low) / panel.height * 22
    rule = {"x": at, "x2": at, "y": panel.y.low, "y2": top, "stroke": theme.ACCENT}
    panel.rules([rule], strokeDash=[4, 3], strokeWidth=1.5)
    is_right = panel.x.share(at) > _MIDDLE
    panel.texts(
        [{"x": at, "y": top, "text": both(label), "fill": theme.ACCENT}],
        align="right" if is_right else "left",
        baseline="top",
        dx=-5 if is_right else 5,
        dy=1,
        size=frame.font - 1,
        weight=600,
    )


def level(
    panel: Panel, frame: Frame, at: float, label: Text | str, *, align: str = "right"
) -> None:
    """A dashed level line with its name above, at one end."""
    rule = {"x": panel.x.low, "x2": panel.x.high, "y": at, "y2": at, "stroke": theme.ACCENT}
    panel.rules([rule], strokeDash=[4, 3], strokeWidth=1.5)
    panel.texts(
        [
            {
                "x": panel.x.high if align == "right" else panel.x.low,
                "y": at,
                "text": both(label),
                "fill": theme.ACCENT,
            }
        ],
        align=align,
        baseline="bottom",
        dx=0 if align == "right" else 4,
        dy=-3,
        size=frame.font - 1,
        weight=600,
    )


def unit_title(name: Text, unit: Text) -> Text:
    """The title of a panel: what is drawn, and in what unit."""
    return name + Text(f"（{unit.zh}）", f", {unit.en}")


def _bar(index: int, low: float, high: float, colour: str) -> dict[str, Any]:
    middle = index + 0.5
    return {"x": middle - _BAR, "x2": middle + _BAR, "y": low, "y2": high, "fill": colour}


def _from_zero(
    values: Iterable[Number | None],
    written: Callable[[float], Text],
    most: int,
    low: float = 0.0,
) -> Scale:
    known = [float(value) for value in values if value is not None]
    lowest, highest = min([low, *known]), max([low, *known])
    ticks = steps(lowest, highest, most)
    # room above the highest bar for its value
    high = max(ticks[-1], lowest + (highest - lowest) * 1.04)
    return Scale(ticks[0], high, tuple((tick, (written(tick),)) for tick in ticks), grid=True)


def _short(value: float) -> str:
    """A tick without the zeros that all ticks would share."""
    return f"{Decimal(repr(round(value, 9))).normalize():,f}"
