"""One edition of the page: what it says, its drawings, and the files that go with it."""

import base64
from collections.abc import Callable
from pathlib import Path

from npas.releases import Release
from npas.report import theme
from npas.report.data import MarketData, read
from npas.report.diff import difference
from npas.report.drawing import Drawing, Words
from npas.report.figures import all_figures
from npas.report.formats import MISSING
from npas.report.inline import inline
from npas.report.lede import coverage, lede
from npas.report.model import Figure
from npas.report.page import Content, Drawn, Masthead, html
from npas.report.rendering import Job, Renderer, Sketch
from npas.report.tables import csv_text
from npas.report.text import Text, both, joined
from npas.report.theme import Frame

_FIGURES = "figures"
_MARKETS = {
    "public": Text("公开登记", "Public register"),
    "sample": Text("合成样本", "Synthetic sample"),
    "deliveries": Text("自有数据", "Own deliveries"),
}


def write_edition(
    release: Release,
    earlier: Release | None,
    market: str,
    language: str,
    page: Path,
    *,
    renderer: Renderer,
) -> None:
    """Writes the page of a release, and the files of its figures into a folder beside it.

    Raises BuildFailedError when the release has no figures.
    """
    data = read(release)
    masthead = _masthead(data, release, market)
    figures = all_figures(data)
    pictures = renderer.render(
        _job(figure, figure.draw, masthead) for figure in figures if figure.draw
    )
    files = page.parent / _FIGURES
    files.mkdir()
    drawn = []
    for figure in figures:
        text = csv_text(
            figure.table.rows, data.columns[figure.mart], is_synthetic=masthead.is_synthetic
        )
        # the mark at the start tells spreadsheets that it is UTF-8
        csv_file = text.encode("utf-8-sig")
        (files / f"{figure.name}.csv").write_bytes(csv_file)
        picture = pictures.get(figure.name)
        wide = narrow = None
        if picture is not None:
            wide, narrow = (
                inline(svg, texts, f"{figure.name}-finding", frame.font)
                for svg, texts, frame in zip(picture.svgs, picture.texts, theme.FRAMES, strict=True)
            )
            for name, picture_file in picture.files.items():
                (files / name).write_bytes(picture_file)
        address = "data:text/csv;charset=utf-8;base64," + base64.b64encode(csv_file).decode()
        label = "_synthetic_sample" if masthead.is_synthetic else ""
        csv_name = f"npas_{market}_{figure.name}{label}.csv"
        drawn.append(Drawn(figure, wide, narrow, address, csv_name))
    content = Content(masthead, lede(data), drawn, data.checks, difference(release, earlier))
    page.write_text(html(language, content), encoding="utf-8")


def _masthead(data: MarketData, release: Release, market: str) -> Masthead:
    day = data.fact(0, "as_of_date").label
    return Masthead(
        market=_MARKETS[market] + f" ({market})",
        as_of=both(day or MISSING),
        run_id=release.run_id,
        is_synthetic=bool(data.fact(0, "is_synthetic").value),
        coverage=coverage(data),
    )


def _job(figure: Figure, draw: Callable[[Frame], Drawing], masthead: Masthead) -> Job:
    where = joined(
        [
            Text("市场：", "Market: ") + masthead.market,
            Text("截至 ", "as of ") + masthead.as_of,
            Text("发布 ", "release ") + masthead.run_id,
        ],
        " · ",
        " · ",
    )
    return Job(
        name=figure.name,
        sketches=tuple(_sketch(draw(frame)) for frame in theme.FRAMES),
        title=Text(f"图 {figure.number} ", f"Figure {figure.number} ") + figure.title,
        footer=(where, Text("来源：", "Source: ") + f"marts.{figure.mart} · " + figure.sample),
        is_synthetic=masthead.is_synthetic,
    )


def _sketch(drawing: Drawing) -> Sketch:
    words = Words()
    spec = drawing.vega_lite(words)
    width, height = drawing.inner_size
    room = drawing.margins
    return Sketch(
        vega_lite=spec,
        inner_width=width,
        inner_height=height,
        padding={
            "left": room.left,
            "top": room.top,
            "right": room.right,
            "bottom": room.bottom,
        },
        texts=tuple(words.texts),
    )
