"""`npas report`: the page and the figures of the current release, written beside its database."""

import base64
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from npas.errors import BuildFailedError
from npas.releases import Release, current_release, releases
from npas.report import rendering, theme
from npas.report.data import MarketData, read
from npas.report.diff import difference
from npas.report.drawing import Drawing, Words
from npas.report.figures import all_figures
from npas.report.formats import MISSING
from npas.report.inline import inline
from npas.report.lede import coverage, lede
from npas.report.model import Figure
from npas.report.page import Content, Drawn, Masthead, html
from npas.report.rendering import Job, Sketch
from npas.report.tables import csv_text
from npas.report.text import Text, both, joined
from npas.report.theme import Frame
from npas.settings import MarketHome

REPORT = "report"
PAGE = "index.html"
_FIGURES = "figures"
_MARKETS = {
    "public": Text("公开登记", "Public register"),
    "sample": Text("合成样本", "Synthetic sample"),
    "deliveries": Text("自有数据", "Own deliveries"),
}


@dataclass(frozen=True)
class Report:
    """Where the page is; `has_font` is false when Chinese characters of PNG files are boxes."""

    page: Path
    has_font: bool


def write_report(home: MarketHome, market: str, language: str) -> Report:
    """Renders the current release of a market, replacing what was rendered before.

    Raises BuildFailedError when there is no release, or one without figures.
    """
    release = current_release(home)
    if release is None:
        raise BuildFailedError(
            f"Market {market} has no release in {home.root}, so there is nothing to report. "
            f"Run `npas build --market {market}` first."
        )
    # beside the page that it replaces, so that readers meet the old page or the new one
    draft = Path(tempfile.mkdtemp(prefix=f".{REPORT}-", dir=release.path))
    try:
        (draft / _FIGURES).mkdir()
        has_font = _write(release, _before(home, release), market, language, draft)
        # a temporary folder is its maker's alone
        draft.chmod(0o755)
        _replace(release.path / REPORT, draft)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Report(home.current / REPORT / PAGE, has_font)


def _replace(target: Path, draft: Path) -> None:
    if target.exists():
        replaced = draft.with_name(f"{draft.name}-replaced")
        target.rename(replaced)
        draft.rename(target)
        shutil.rmtree(replaced)
    else:
        draft.rename(target)


def _before(home: MarketHome, release: Release) -> Release | None:
    earlier = [other for other in releases(home) if other.run_id < release.run_id]
    return earlier[-1] if earlier else None


def _write(
    release: Release, earlier: Release | None, market: str, language: str, folder: Path
) -> bool:
    data = read(release)
    masthead = _masthead(data, release, market)
    figures = all_figures(data)
    pictures, has_font = rendering.render_all(
        _job(figure, figure.draw, masthead) for figure in figures if figure.draw
    )
    drawn = []
    for figure in figures:
        text = csv_text(
            figure.table.rows, data.columns[figure.mart], is_synthetic=masthead.is_synthetic
        )
        # the mark at the start tells spreadsheets that it is UTF-8
        file = text.encode("utf-8-sig")
        (folder / _FIGURES / f"{figure.name}.csv").write_bytes(file)
        picture = pictures.get(figure.name)
        wide = narrow = None
        if picture is not None:
            wide, narrow = (
                inline(svg, texts, f"{figure.name}-finding", frame.font)
                for svg, texts, frame in zip(picture.svgs, picture.texts, theme.FRAMES, strict=True)
            )
            for name, picture_file in picture.files.items():
                (folder / _FIGURES / name).write_bytes(picture_file)
        address = "data:text/csv;charset=utf-8;base64," + base64.b64encode(file).decode()
        label = "_synthetic_sample" if masthead.is_synthetic else ""
        csv_name = f"npas_{market}_{figure.name}{label}.csv"
        drawn.append(Drawn(figure, wide, narrow, address, csv_name))
    content = Content(masthead, lede(data), drawn, data.checks, difference(release, earlier))
    (folder / PAGE).write_text(html(language, content), encoding="utf-8")
    return has_font


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
