"""Drawings as SVG and PNG, by vl-convert: no browser, no network.

A helper process draws, so that its start, half a second, and the drawing take place while this one
reads and lays out figures. This module is all that the helper loads.
"""

import re
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from html import escape
from multiprocessing import get_context
from types import TracebackType
from typing import Any, Self

import vl_convert

from npas.report import theme
from npas.report.text import LANGUAGES, Text

VEGA_LITE = "6.1"
_MARK = re.compile(r"@(\d+)@")
_HEAD, _FOOT, _EDGE = 46, 44, 16
_PNG_SCALE = 1.5
_SYNTHETIC = "合成样本 SYNTHETIC SAMPLE"
# between two watermarks of a tall drawing
_WATERMARK_EVERY = 420


@dataclass(frozen=True)
class Sketch:
    """A drawing to be rendered: its specification, its room, and the texts its marks stand for."""

    vega_lite: dict[str, Any]
    inner_width: float
    inner_height: float
    padding: dict[str, float]
    texts: tuple[Text, ...]

    @property
    def width(self) -> float:
        """Width with the margins."""
        return self.inner_width + self.padding["left"] + self.padding["right"]

    @property
    def height(self) -> float:
        """Height with the margins."""
        return self.inner_height + self.padding["top"] + self.padding["bottom"]


@dataclass(frozen=True)
class Job:
    """One figure: its drawings, widest first; what stands above and below it when it is a file."""

    name: str
    sketches: tuple[Sketch, ...]
    title: Text
    footer: tuple[Text, ...]
    is_synthetic: bool


@dataclass(frozen=True)
class Rendered:
    """The drawings with marks for `texts` of each, and the files by name."""

    svgs: tuple[str, ...]
    texts: tuple[tuple[Text, ...], ...]
    files: dict[str, bytes]


class Renderer:
    """Renders figures, together with a helper process that lives as long as the context."""

    def __enter__(self) -> Self:
        # spawned: a forked copy of a process that has used DuckDB may hang
        self._helper = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        self._helper.submit(_start_drawing)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._helper.shutdown(cancel_futures=True)

    def render(self, jobs: Iterable[Job]) -> dict[str, Rendered]:
        """Renders figures, the first while `jobs` makes the next; by the name of the job."""
        drawings = [(job, self._helper.submit(_draw, job)) for job in jobs]
        rendered = {}
        shared: dict[str, Future[dict[str, bytes]]] = {}
        for job, drawing in drawings:
            svgs = drawing.result()
            texts = tuple(sketch.texts for sketch in job.sketches)
            rendered[job.name] = Rendered(svgs, texts, {})
            # once the helper has drawn all, it makes files too
            if drawings[-1][1].done() and all(files.done() for files in shared.values()):
                shared[job.name] = self._helper.submit(_files, job, svgs[0])
            else:
                rendered[job.name].files.update(_files(job, svgs[0]))
        for name, files in shared.items():
            rendered[name].files.update(files.result())
        return rendered


def has_chinese_font() -> bool:
    """Whether Chinese characters can be drawn: without a font each is the box of a missing one."""

    def drawn(letter: str) -> bytes:
        return vl_convert.svg_to_png(
            '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32">'
            f'<text y="26" font-size="24" font-family="{theme.FONT_STACK}">{letter}</text></svg>'
        )

    nobody = "\U000e0fff"
    return drawn("贷") not in {drawn("款"), drawn(nobody), drawn("")}


def worded(svg: str, texts: Sequence[Text], language: str) -> str:
    """A drawing with its texts in one language."""
    return _MARK.sub(lambda mark: escape(texts[int(mark[1])].of(language)), svg)


def worded_in_both(svg: str, texts: Sequence[Text]) -> str:
    """A drawing with its texts in both languages, one of which the page hides."""

    def both(mark: re.Match[str]) -> str:
        found = texts[int(mark[1])]
        if found.is_same:
            return escape(found.zh)
        return "".join(
            f'<tspan class="{language}">{escape(found.of(language))}</tspan>'
            for language in LANGUAGES
        )

    return _MARK.sub(both, svg)


def _start_drawing() -> None:
    """Takes the time of the first drawing before there is anything to draw."""
    nothing = {"mark": "point", "data": {"values": []}}
    vl_convert.vegalite_to_svg(nothing, vl_version=VEGA_LITE)


def _draw(job: Job) -> tuple[str, ...]:
    return tuple(_svg(sketch, job.is_synthetic) for sketch in job.sketches)


def _files(job: Job, svg: str) -> dict[str, bytes]:
    files = {}
    for language in LANGUAGES:
        lone = _lone(svg, job, language)
        files[f"{job.name}.{language}.svg"] = lone.encode()
        files[f"{job.name}.{language}.png"] = vl_convert.svg_to_png(lone, scale=_PNG_SCALE)
    return files


def _svg(sketch: Sketch, is_synthetic: bool) -> str:
    vega = vl_convert.vegalite_to_vega(sketch.vega_lite, vl_version=VEGA_LITE)
    # a fixed size: where things lie depends neither on the language nor on the fonts at hand
    vega |= {
        "width": sketch.inner_width,
        "height": sketch.inner_height,
        "autosize": "none",
        "padding": sketch.padding,
    }
    svg = vl_convert.vega_to_svg(vega)
    svg = svg.replace(f' font-family="{theme.DRAWING_FONT}"', "")
    if is_synthetic:
        svg = svg.replace("</svg>", f"{_watermarks(sketch)}</svg>")
    return svg


def _watermarks(sketch: Sketch) -> str:
    size = round(sketch.width / 17)
    count = max(1, round(sketch.height / _WATERMARK_EVERY))
    # level in a low drawing, out of which it would reach
    angle = -14 if sketch.height > sketch.width * 0.4 else 0
    marks = []
    for index in range(count):
        x = sketch.width / 2
        y = sketch.height * (index + 0.5) / count
        marks.append(
            f'<text class="synthetic" x="{x:g}" y="{y:g}" text-anchor="middle" '
            f'transform="rotate({angle} {x:g} {y:g})" font-size="{size}px" '
            f'font-weight="700" fill="{theme.ACCENT}" fill-opacity="0.11">'
            f"{_SYNTHETIC}</text>"
        )
    return "".join(marks)


def _lone(svg: str, job: Job, language: str) -> str:
    """The drawing as a picture of its own: title above, where it comes from below."""
    sketch = job.sketches[0]
    opened = svg.index(">") + 1
    body = worded(svg[opened : -len("</svg>")], sketch.texts, language)
    height = _HEAD + sketch.height + _FOOT
    title = escape(job.title.of(language))
    lines = "".join(
        _line(line.of(language), height - _FOOT + 14 + 16 * index, 10.5, theme.SOFT)
        for index, line in enumerate(job.footer)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'lang="{_LANG[language]}" font-family="{theme.FONT_STACK}" '
        f'width="{sketch.width:g}" height="{height:g}" '
        f'viewBox="0 0 {sketch.width:g} {height:g}"><title>{title}</title>'
        f"<style>{_HALO}</style>"
        '<rect width="100%" height="100%" fill="#ffffff"/>'
        f"{_line(job.title.of(language), 28, 16, theme.INK, 700)}"
        f'<g transform="translate(0,{_HEAD})">{body}</g>{lines}</svg>\n'
    )


# a white edge keeps the words of a drawing apart from the lines they cross
_HALO = (
    "g text{paint-order:stroke;stroke:#ffffff;stroke-width:2.5px;stroke-linejoin:round}"
    "g text.synthetic{stroke:none}"
)
_LANG = {"zh": "zh-CN", "en": "en"}


def _line(words: str, y: float, size: float, fill: str, weight: int = 400) -> str:
    return (
        f'<text x="{_EDGE}" y="{y:g}" font-size="{size:g}px" '
        f'font-weight="{weight}" fill="{fill}">{escape(words)}</text>'
    )
