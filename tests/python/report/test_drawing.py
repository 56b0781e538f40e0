"""Scales, panels and specifications."""

import altair as alt
import pytest

from npas.report import parts, theme
from npas.report.drawing import Drawing, Margins, Panel, Scale, Words, categories, steps
from npas.report.text import Text


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        (0, 223.3, 5, [0, 100, 200, 300]),
        (0, 0.683, 5, [0, 0.2, 0.4, 0.6, 0.8]),
        (0, 36.6, 5, [0, 10, 20, 30, 40]),
        (0, 0, 3, [0, 0.5, 1]),
        (-0.4, 1.1, 6, [-0.5, 0, 0.5, 1, 1.5]),
        (0, 0.3, 4, [0, 0.1, 0.2, 0.3]),
    ],
)
def test_ticks_are_round_and_cover_the_values(
    low: float, high: float, most: int, ticks: list[float]
) -> None:
    assert steps(low, high, most) == pytest.approx(ticks)


def test_stacked_parts_stand_on_each_other() -> None:
    rows = parts.stacked_bars([[3, None, 2], [None, 0, 5]], ["a", "b", "c"])

    assert [(row["y"], row["y2"], row["fill"]) for row in rows] == [
        (0, 3, "a"),
        (3, 5, "c"),
        (0, 5, "c"),
    ]


def test_a_missing_value_has_no_bar() -> None:
    assert len(parts.bars([1, None, 2], "#000000")) == 2


def test_colours_recede_from_the_newest_to_the_oldest() -> None:
    oldest, *_, last_but_one, newest = theme.cohort_colours(5)

    assert newest == theme.ACCENT
    assert int(oldest[1:3], 16) > int(last_but_one[1:3], 16)
    assert theme.cohort_colours(1) == [theme.ACCENT]
    assert len(theme.cohort_colours(2)) == 2


def test_a_text_has_one_mark_wherever_it_stands() -> None:
    words = Words()

    assert words.mark("2025") == words.mark(Text("2025", "2025"))
    assert words.mark(Text("年", "year")) != words.mark(Text("年", "years"))
    assert [text.en for text in words.texts] == ["2025", "year", "years"]


def test_specifications_are_vega_lite() -> None:
    panel = Panel(Text("题", "title"), 300, 100, categories(["a", ["b", "c"]]), Scale(0, 1))
    panel.rects(parts.bars([0.5, 1], theme.MAIN))
    panel.rules([{"x": 0, "x2": 2, "y": 1, "y2": 1, "stroke": "#000000"}], strokeDash=[4, 3])
    panel.lines([{"x": 0, "y": 1, "series": "s", "stroke": "#000000"}], strokeWidth=2)
    panel.points([{"x": 0, "y": 1, "fill": "#000000", "stroke": "#ffffff"}], size=9)
    panel.texts([{"x": 0, "y": 1, "text": "t"}], align="left")
    panel.x_title = Text("轴", "axis")

    spec = Drawing(theme.WIDE, [panel], Margins(10, 10)).vega_lite(Words())

    # raises when the schema does not allow it
    alt.Chart.from_dict(spec, validate=True)
    assert len(spec["concat"][0]["layer"]) == 7
