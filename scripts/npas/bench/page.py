"""The tables and the picture of `docs/performance.md`, made of the files that benchmarks write.

`OUT=docs/performance make bench-growth` writes figures as CSV beside the page, and so do the other
benchmarks; `make bench-page` then writes the rows of `growth.csv` between `<!-- growth.csv -->` and
`<!-- end -->`, and draws seconds and memory by number of loans.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import altair as alt
import vl_convert

from npas.bench.comparison import Result, read_results
from npas.bench.records import read_records
from npas.report import theme
from npas.report.rendering import VEGA_LITE
from npas.settings import project_root

PICTURE = "seconds_and_memory.svg"
# up to its own end: there is no other mark in it
_TABLE = re.compile(r"(<!-- (\w+\.csv) -->\n)(?:(?!<!--).)*(<!-- end -->)", re.DOTALL)
_RESULTS = ("side", "loans", "runs", "median", "least to most", "peak memory", "remark")
_READERS = ("clients", "queries", "releases", "p50", "p95", "longest", "errors")
# each side has a colour and a shape of its own, in the order of the legend
_SIDES = {
    "npas": (theme.MAIN, "circle"),
    "by hand": (theme.ACCENT, "diamond"),
    "polars": (theme.OTHERS[0], "square"),
    "pandas": (theme.OTHERS[1], "triangle-up"),
    "postgresql": (theme.OTHERS[2], "cross"),
    "spark": (theme.OTHERS[3], "triangle-down"),
}
_PANEL = (300, 280)
_SECONDS = "seconds, median and least to most"
_MEMORY = "MiB held at most"
_TICKS = [count * 10**power for power in range(-1, 7) for count in (1, 3)]


def main() -> int:
    """Writes the page's tables and its picture."""
    page = project_root() / "docs" / "performance.md"
    write(page)
    print(f"written: {page} and {page.with_suffix('') / PICTURE}")
    return 0


def write(page: Path) -> None:
    """Writes the tables of a page, and the picture into the folder that has the page's name.

    Raises OSError, and writes nothing, where a file of figures is not there.
    """
    folder = page.with_suffix("")
    text = page.read_text("utf-8")
    text = _TABLE.sub(lambda place: f"{place[1]}\n{_table(folder / place[2])}\n{place[3]}", text)
    drawn = picture(by_run(folder))
    page.write_text(text, "utf-8")
    (folder / PICTURE).write_text(drawn, "utf-8")


def by_run(folder: Path) -> list[tuple[str, Result]]:
    """What each side took for the pools of a market, with the benchmark that says so."""
    files = [("growth", folder / "growth.csv")]
    files += [("peers", path) for path in sorted(folder.glob("peers_*.csv"))]
    return [
        (run, result)
        for run, path in files
        for result in read_results(path)
        if result.side in _SIDES and result.median_seconds is not None
    ]


def picture(results: Sequence[tuple[str, Result]]) -> str:
    """Seconds and memory by number of loans as SVG; each point says its figures as its label."""
    rows = [
        {
            "run": run,
            "side": one.side,
            "loans": one.loans,
            "seconds": one.median_seconds,
            "least": one.least_seconds,
            "most": one.most_seconds,
            "mib": one.peak_mib,
            "told": one.told,
        }
        for run, one in results
    ]
    drawn = {one.side for _, one in results}
    looks = {side: look for side, look in _SIDES.items() if side in drawn}
    sides = alt.Scale(domain=list(looks), range=[colour for colour, _ in looks.values()])
    shapes = alt.Scale(domain=list(looks), range=[shape for _, shape in looks.values()])
    base = alt.Chart(alt.InlineData(rows), width=_PANEL[0], height=_PANEL[1]).encode(
        alt.X("loans:Q", scale=_logarithmic(), axis=_axis([10**power for power in range(3, 10)])),
        alt.Color("side:N", scale=sides, title=None),
    )
    points = base.mark_point(filled=True, opacity=1, size=60).encode(
        alt.Shape("side:N", scale=shapes, title=None), description=alt.Description("told:N")
    )
    # times of two runs are of two states of the machine: no line joins them
    lines = base.mark_line(aria=False).encode(alt.StrokeDash("run:N"))
    spread = base.mark_rule(aria=False).encode(
        alt.Y("least:Q", scale=_logarithmic(), axis=_axis(_TICKS), title=_SECONDS), alt.Y2("most")
    )
    chart = alt.hconcat(
        alt.layer(spread, *(_by(marks, "seconds", _SECONDS) for marks in (lines, points))),
        alt.layer(*(_by(marks, "mib", _MEMORY) for marks in (lines, points))),
    ).configure(font=theme.DRAWING_FONT, background="white")
    svg: str = vl_convert.vegalite_to_svg(chart.to_dict(), vl_version=VEGA_LITE)
    return svg + "\n"


def _by(marks: alt.Chart, name: str, title: str) -> alt.Chart:
    placed: alt.Chart = marks.encode(
        alt.Y(f"{name}:Q", scale=_logarithmic(), axis=_axis(_TICKS), title=title)
    )
    return placed


def _logarithmic() -> alt.Scale:
    return alt.Scale(type="log", nice=False, padding=12)


def _axis(values: Sequence[float]) -> alt.Axis:
    return alt.Axis(values=values, format=",~r", gridColor=theme.GRID)


def _table(path: Path) -> str:
    """The rows of a file as Markdown, and the machine that they are of."""
    if path.name == "readers.csv":
        table = _markdown(_READERS, map(_readers_row, read_records(path)), texts=())
    else:
        table = _markdown(_RESULTS, map(_result_row, read_results(path)), texts=("side", "remark"))
    return f"{table}\nMachine: {read_records(path)[0]['machine']}.\n"


def _result_row(result: Result) -> Iterator[str]:
    yield result.side
    yield f"{result.loans:,}" if result.loans else ""
    yield str(result.runs)
    if result.median_seconds is None:
        yield from ("not done", "", "")
    else:
        yield f"{result.median_seconds:,.2f} s"
        spread = f"{result.least_seconds:,.2f} to {result.most_seconds:,.2f} s"
        yield spread if result.runs > 1 else ""
        yield f"{result.peak_mib:,.0f} MiB"
    yield result.remark.replace("|", "\\|")


def _readers_row(row: Mapping[str, str]) -> Iterator[str]:
    for name in ("clients", "queries", "releases"):
        yield f"{int(row[name]):,}"
    for name in ("p50_milliseconds", "p95_milliseconds", "most_milliseconds"):
        yield f"{float(row[name]):,.1f} ms"
    yield row["errors"]


def _markdown(head: Sequence[str], rows: Iterable[Iterable[str]], texts: Sequence[str]) -> str:
    rule = ["---" if name in texts else "--:" for name in head]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, rule, *rows))


if __name__ == "__main__":
    sys.exit(main())
