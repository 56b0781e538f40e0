"""Drawings: panels of bars, lines, points and texts, made with Altair in plain coordinates.

Every panel has two linear scales. Categories lie at 0.5, 1.5, 2.5 and so on, so that bars, the
edges between them and thresholds share one scale, and so that the page's hover rule finds its place
from a fraction of the panel's width.
"""

import json
import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt
from altair.utils.schemapi import debug_mode

from npas.report import theme
from npas.report.text import Text, both
from npas.report.theme import Frame

Row = Mapping[str, Any]
Spec = dict[str, Any]
_TITLE_SPACE = 34
_AXIS_SPACE = 26


@dataclass(frozen=True)
class Scale:
    """A linear scale from `low` to `high`, with labelled ticks; `grid` draws lines at them."""

    low: float
    high: float
    ticks: tuple[tuple[float, tuple[Text, ...]], ...] = ()
    grid: bool = False

    def share(self, value: float) -> float:
        """Where a value lies between `low`, 0, and `high`, 1."""
        return (value - self.low) / (self.high - self.low)


def categories(labels: Sequence[Text | str | Sequence[Text | str]]) -> Scale:
    """One place per label, in order; a label of several texts has several lines."""
    ticks = [(index + 0.5, _lines(label)) for index, label in enumerate(labels)]
    return Scale(0, len(labels), tuple(ticks))


def steps(low: float, high: float, most: int) -> list[float]:
    """Round numbers that cover `low` to `high`, at most about `most` of them."""
    if high <= low:
        high = low + 1
    rough = (high - low) / max(1, most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    # the tolerance keeps 0.30000000000000004 from being taken for more than 0.3
    size = next(power * part for part in (1, 2, 2.5, 5, 10) if power * part >= rough * (1 - 1e-9))
    first = math.floor(low / size + 1e-9)
    last = math.ceil(high / size - 1e-9)
    return [round(index * size, 12) for index in range(first, last + 1)]


@dataclass(frozen=True)
class Layer:
    """Marks of one kind and their rows, in the coordinates of a panel."""

    kind: str
    rows: tuple[Row, ...]
    options: Mapping[str, Any]


@dataclass
class Panel:
    """One plot: a title with its unit above, scales, and layers of marks drawn in order."""

    title: Text
    width: float
    height: float
    x: Scale
    y: Scale
    x_title: Text | None = None
    # room between the panel and its title, for a row of values
    title_lift: float = 0
    layers: list[Layer] = field(default_factory=list)

    def rects(self, rows: Iterable[Row], **options: Any) -> None:  # noqa: ANN401
        """Filled rectangles; rows of x, x2, y, y2, fill."""
        self._add("rect", rows, options)

    def lines(self, rows: Iterable[Row], **options: Any) -> None:  # noqa: ANN401
        """Lines, broken at a missing y; rows of x, y, series, stroke."""
        self._add("line", rows, options)

    def points(self, rows: Iterable[Row], **options: Any) -> None:  # noqa: ANN401
        """Dots; rows of x, y, fill, stroke."""
        self._add("point", rows, options)

    def rules(self, rows: Iterable[Row], **options: Any) -> None:  # noqa: ANN401
        """Straight lines from one point to another; rows of x, x2, y, y2, stroke."""
        self._add("rule", rows, options)

    def texts(self, rows: Iterable[Row], **options: Any) -> None:  # noqa: ANN401
        """Words; rows of x, y, text, fill."""
        self._add("text", rows, options)

    def _add(self, kind: str, rows: Iterable[Row], options: Mapping[str, Any]) -> None:
        found = tuple(rows)
        if found:
            self.layers.append(Layer(kind, found, options))


@dataclass(frozen=True)
class Margins:
    """Room around and between the panels, in pixels."""

    left: float
    right: float
    top: float = _TITLE_SPACE
    bottom: float = _AXIS_SPACE
    between: float = _TITLE_SPACE + _AXIS_SPACE


@dataclass(frozen=True)
class Drawing:
    """Panels under each other, or in a grid of `columns`."""

    frame: Frame
    panels: Sequence[Panel]
    margins: Margins
    columns: int = 1
    between_columns: float = 0

    @property
    def rows(self) -> int:
        """How many rows the panels fill."""
        return -(-len(self.panels) // self.columns)

    @property
    def inner_size(self) -> tuple[float, float]:
        """Width and height of all panels with the room between them."""
        first = self.panels[0]
        width = self.columns * first.width + (self.columns - 1) * self.between_columns
        heights = [self.panels[row * self.columns].height for row in range(self.rows)]
        return width, sum(heights) + (self.rows - 1) * self.margins.between

    def vega_lite(self, words: "Words") -> Spec:
        """The drawing as a Vega-Lite specification, its texts replaced by marks of `words`."""
        data: dict[str, list[Spec]] = {}
        # a test checks a specification against the schema: at every run it would take seconds
        with debug_mode(False):
            panels = [_panel_spec(panel, self.frame, words, data) for panel in self.panels]
        return {
            "$schema": alt.SCHEMA_URL,
            "concat": panels,
            "columns": self.columns,
            "bounds": "flush",
            "spacing": {"row": self.margins.between, "column": self.between_columns},
            "config": theme.config(self.frame),
            "datasets": data,
        }


class Words:
    """Stands marks of fixed form in for the texts of a drawing, which comes in two languages."""

    def __init__(self) -> None:
        self._places: dict[Text, int] = {}

    def mark(self, text: Text | str) -> str:
        """The mark that stands for a text."""
        return f"@{self._places.setdefault(both(text), len(self._places))}@"

    @property
    def texts(self) -> list[Text]:
        """All texts, by the number in their mark."""
        return list(self._places)


def text_width(text: str, font: float) -> float:
    """About how wide a text is, in pixels: Chinese characters are square, others narrower."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return font * (wide + 0.56 * (len(text) - wide))


def widest(texts: Iterable[Text | str], font: float) -> float:
    """The width of the widest text in either language."""
    return max(
        (text_width(words, font) for text in texts for words in (both(text).zh, both(text).en)),
        default=0.0,
    )


def _lines(label: Text | str | Sequence[Text | str]) -> tuple[Text, ...]:
    if isinstance(label, (Text, str)):
        return (both(label),)
    return tuple(both(line) for line in label)


def _panel_spec(panel: Panel, frame: Frame, words: Words, data: dict[str, list[Spec]]) -> Spec:
    # Altair makes the parts and not the whole: it copies every axis of every layer at each step of
    # putting charts together, which takes most of the time
    places = {
        "x": alt.X("x:Q", scale=_domain(panel.x), axis=_axis(panel.x, words)).to_dict(),
        "y": alt.Y("y:Q", scale=_domain(panel.y), axis=_axis(panel.y, words)).to_dict(),
    }
    heading = {"x": panel.x.low, "y": panel.y.high, "text": panel.title}
    titles = [Layer("text", (heading,), {**_TITLE, "dy": -12 - panel.title_lift})]
    if panel.x_title is not None:
        row = {"x": panel.x.high, "y": panel.y.low, "text": panel.x_title, "fill": theme.SOFT}
        titles.append(Layer("text", (row,), _X_TITLE))
    layers = []
    for layer in (*panel.layers, *titles):
        name = f"rows_{len(data)}"
        data[name] = [_worded(row, words) for row in layer.rows]
        spec = _layer_chart(layer, name, frame).to_dict(validate=False)
        layers.append(
            {
                "data": spec["data"],
                "mark": spec["mark"],
                "encoding": {**spec["encoding"], **places},
            }
        )
    return {"layer": layers, "width": panel.width, "height": panel.height}


_X_TITLE = {"dy": 26, "align": "right", "baseline": "top"}
_TITLE = {"align": "left", "baseline": "bottom", "weight": 600}


def _worded(row: Row, words: Words) -> Spec:
    if "text" not in row:
        return dict(row)
    return {"fill": theme.INK, **row, "text": words.mark(row["text"])}


def _axis(scale: Scale, words: Words) -> alt.Axis | None:
    if not scale.ticks:
        return None
    values = [value for value, _ in scale.ticks]
    labels = [
        words.mark(lines[0]) if len(lines) == 1 else [words.mark(line) for line in lines]
        for _, lines in scale.ticks
    ]
    place = f"indexof({json.dumps(values)}, datum.value)"
    return alt.Axis(values=values, labelExpr=f"{json.dumps(labels)}[{place}]", grid=scale.grid)


def _domain(scale: Scale) -> alt.Scale:
    return alt.Scale(domain=[scale.low, scale.high], nice=False, zero=False)


def _layer_chart(layer: Layer, name: str, frame: Frame) -> alt.Chart:
    # channels are given as objects throughout: Altair looks up what a plain name means, slowly
    chart = alt.Chart(alt.NamedData(name=name))
    options = dict(layer.options)
    drawn: alt.Chart
    match layer.kind:
        case "rect":
            marked = chart.mark_rect(**options)
            drawn = marked.encode(alt.X2("x2"), alt.Y2("y2"), _fill())
        case "rule":
            marked = chart.mark_rule(**options)
            drawn = marked.encode(alt.X2("x2"), alt.Y2("y2"), _stroke())
        case "line":
            marked = chart.mark_line(**options)
            drawn = marked.encode(alt.Detail("series:N"), _stroke(), alt.Order("x:Q"))
        case "point":
            drawn = chart.mark_point(**options).encode(_fill(), _stroke())
        case _:
            size, weight = options.pop("size", frame.font), options.pop("weight", 400)
            marked = chart.mark_text(fontSize=size, fontWeight=weight, **options)
            drawn = marked.encode(alt.Text("text:N"), _fill())
    return drawn


def _fill() -> alt.Fill:
    return alt.Fill("fill:N", scale=None)


def _stroke() -> alt.Stroke:
    return alt.Stroke("stroke:N", scale=None)
