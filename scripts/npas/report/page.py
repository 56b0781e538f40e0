"""The page: one HTML text that needs no other file, no server and no network."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from npas.report import formats, theme
from npas.report.diff import SHOWN_CHANGES, Difference, verdict
from npas.report.formats import HUNDRED_MILLION, MISSING, TEN_THOUSAND, exact
from npas.report.lede import Sentence, numbers
from npas.report.model import Figure, Readings
from npas.report.text import Text, both

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Drawn:
    """A figure with its drawings as elements of the page, and its CSV as a data address."""

    figure: Figure
    wide: str | None
    narrow: str | None
    csv_address: str
    csv_name: str


@dataclass(frozen=True)
class Masthead:
    """What is shown: market, day, release."""

    market: Text
    as_of: Text
    run_id: str
    is_synthetic: bool
    coverage: Sentence | None


@dataclass(frozen=True)
class Content:
    """All that the page says."""

    masthead: Masthead
    lede: Sequence[Sentence]
    figures: Sequence[Drawn]
    checks: Sequence[Mapping[str, Any]]
    difference: Difference | None


def html(language: str, content: Content) -> str:
    """The page, opening in `language`; the other language is a click away."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["both"] = both
    coverage = content.masthead.coverage
    said = [*content.lede, *([coverage] if coverage else [])]
    return environment.get_template("page.html.j2").render(
        language=language,
        masthead=content.masthead,
        lede=content.lede,
        numbers=list(numbers(said)),
        figures=content.figures,
        checks=[_check(row) for row in content.checks],
        verdict=verdict,
        difference=content.difference,
        shown_changes=SHOWN_CHANGES,
        readings=json.dumps(
            {
                str(drawn.figure.number): _readings(drawn.figure.readings)
                for drawn in content.figures
                if drawn.figure.readings is not None
            },
            ensure_ascii=False,
            separators=(",", ":"),
        ).replace("</", "<\\/"),
        fonts=theme.FONT_STACK,
        css=(_TEMPLATES / "page.css").read_text(encoding="utf-8"),
        script=(_TEMPLATES / "page.js").read_text(encoding="utf-8"),
    )


def _check(row: Mapping[str, Any]) -> dict[str, Any]:
    """A printed figure beside the computed one, as written."""
    if row["relation"] == "=":
        value, against = row["rounded_value"], row["threshold_value"]
        printed = both(MISSING) if against is None else _amount(against, row)
    else:
        # no figure is printed but what it is compared with
        value, against = row["computed_value"], row["threshold_value"]
        printed = both(MISSING) if against is None else both(f"{row['relation']} ")
        printed = printed if against is None else printed + _amount(against, row)
        printed += _COMPARED_WITH.get(row["printed_value"], "")
    return {
        "figure_id": row["figure_id"],
        "figure_no": row["figure_no"],
        "said": Text(row["statement_zh"], _with_tight_percent(row["statement"])),
        "printed": printed,
        "computed": both(MISSING) if value is None else _amount(value, row),
        "verdict": row["verdict"],
        "coverage": Text(
            row["coverage_statement_zh"], _with_tight_percent(row["coverage_statement"])
        ),
    }


def _with_tight_percent(statement: str) -> str:
    """As numbers are written all over the page; a loose sign also falls to the next line."""
    return statement.replace(" %", "%")


_COMPARED_WITH = {"unsecured": Text("（信用类）", " (unsecured)")}


def _amount(value: float, row: Mapping[str, Any]) -> Text:
    """A value of a check in the unit it is printed in."""
    unit, decimals = row["unit"], row["decimals"]
    if unit in _WRITTEN:
        return _WRITTEN[unit](value)
    if decimals is None:
        decimals = 1 if unit == "months" else 2
    return both(formats.number(value, decimals)) + _PRINTED_UNITS.get(unit, "")


_WRITTEN: Mapping[str, Callable[[float], Text]] = {
    "deals": lambda value: formats.deals(int(value)),
    "share": lambda value: both(formats.percent(value)),
    "year": lambda value: both(f"{value:.0f}"),
    "亿元": lambda value: HUNDRED_MILLION.amount(exact(value) * HUNDRED_MILLION.zh_yuan),
    "万元": lambda value: TEN_THOUSAND.amount(exact(value) * TEN_THOUSAND.zh_yuan),
}
_PRINTED_UNITS = {
    "originators": Text(" 家", " originators"),
    "times": Text(" 倍", " times"),
    "months": Text(" 个月", " months"),
}


def _readings(readings: Readings) -> dict[str, Any]:
    """What the hover rule reads, as the page's script expects it."""
    return {
        "upright": readings.is_upright,
        "series": [[_said(item.name), item.colour, item.panel] for item in readings.series],
        "stops": [
            [
                _said(stop.title),
                _rounded(stop.along),
                _rounded(stop.across),
                [
                    [value.series, _said(value.written), _rounded(value.height)]
                    for value in stop.values
                ],
            ]
            for stop in readings.stops
        ],
    }


def _said(text: Text) -> str | list[str]:
    return text.zh if text.is_same else [text.zh, text.en]


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
