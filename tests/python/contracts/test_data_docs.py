"""The page: needs nothing but itself, says every finding's rule, runs no text of the data."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from contracts.delivery import Delivery, sound_deal
from npas.contracts import CheckReport, check_tables
from npas.contracts.rules import RULES
from npas.raw_files import path_tables

_SCRIPT = "<script>alert(1)</script><img src=https://example.org/x.png>"


class _Page(HTMLParser):
    """What a page would load, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.tags: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in {"src", "srcset", "data", "background", "poster"}:
                self.loaded.append(value or "")
            if name == "href":
                self.links.append(value or "")
            if name == "id":
                self.ids.add(value or "")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> CheckReport:
    delivery = Delivery()
    for i in range(8):
        deal = sound_deal(f"24PAGE{i:02}")
        deal["raw_deals"][0]["originator"] = _SCRIPT
        deal["raw_tranches"][1]["expected_life_years"] = "4.61"
        delivery.add(deal)
    folder = tmp_path_factory.mktemp("page")
    return check_tables(path_tables(delivery.write(folder / "delivery")), folder / "out")


@pytest.fixture(scope="module")
def page(report: CheckReport) -> _Page:
    parser = _Page()
    parser.feed(report.data_docs_path.read_text(encoding="utf-8"))
    return parser


def test_the_page_loads_nothing(page: _Page, report: CheckReport) -> None:
    text = report.data_docs_path.read_text(encoding="utf-8")

    assert not page.loaded
    assert not page.tags & {"script", "link", "img", "iframe", "object", "embed", "base"}
    assert "@import" not in text
    assert "url(" not in text


def test_links_lead_to_the_page_and_to_the_violations_file(
    page: _Page, report: CheckReport
) -> None:
    anchors = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    files = {link for link in page.links if not link.startswith("#")}

    assert files == {"../violations.csv"}
    assert (report.data_docs_path.parent / "../violations.csv").resolve() == (
        report.violations_path.resolve()
    )
    assert anchors == set(report.counts_by_rule) == {"C02", "I06"}
    assert anchors <= page.ids


def test_the_page_says_rules_counts_and_examples(page: _Page) -> None:
    text = re.sub(r"\s+", " ", " ".join(page.text))

    for rule in ("C02", "I06"):
        assert RULES[rule].en in text
        assert RULES[rule].zh in text
        assert f"{rule} · 8" in text
    assert text.count("4.61") == 5 * 3
    assert "and 3 more in" in text
    assert "Not rejected." in text
    assert "未拒收" in text


def test_the_page_lists_what_was_checked_without_finding(page: _Page) -> None:
    text = " ".join(page.text)

    for rule in ("T06", "K02", "D03", "R03", "P07"):
        assert RULES[rule].en in text


def test_text_of_the_data_stays_text(page: _Page) -> None:
    assert _SCRIPT in page.text


def test_a_rejection_is_said_first(tmp_path: Path) -> None:
    (tmp_path / "raw_deals.csv").write_text("", encoding="utf-8")

    report = check_tables(path_tables([tmp_path / "raw_deals.csv"]), tmp_path / "out")

    text = report.data_docs_path.read_text(encoding="utf-8")
    assert "<strong>Rejected.</strong>" in text
    assert "raw_deals.csv" in text
    assert report.summary_lines() == [
        "0 rows of 1 files, 1 rules: 1 reject, 0 quarantine, 0 hold, 0 warn",
        "reject: F01 1",
        "Rejected; the input is not used until this is mended:",
        (
            f"  {tmp_path / 'raw_deals.csv'}: the file has no content: deliver it again "
            "[F01 A file is not empty.]"
        ),
    ]
