"""The tables and the picture of docs/performance.md say what the files beside it say."""

import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from npas.bench.comparison import Result, read_results, write_results
from npas.bench.page import PICTURE, by_run, picture, write
from npas.bench.readers import Answers, write_answers
from npas.bench.records import machine, read_records
from npas.settings import project_root

DONE = Result("npas", 1_000_000, 5, 7.856, 7.5, 8.25, 1_254.4)
NOT_DONE = Result("pandas", 1_000_000, 0, None, None, None, None, "failed: a || b")
STARTED = Result("the floor", 0, 5, 9.0, 8.9, 9.1, 300.0)


def told(svg: str) -> list[str]:
    """What the points of a picture say of themselves, in order."""
    labels = re.findall(r'aria-label="([^"]* loans: median [^"]*)"', svg)
    return [unescape(label) for label in labels]


def test_the_page_is_up_to_date(tmp_path: Path) -> None:
    """Written anew it is what it was, with a table of every file; the picture's points say so too.

    Where letters are placed depends on the fonts there are, so that the picture may differ in that.
    """
    docs = project_root() / "docs"
    page = Path(shutil.copy(docs / "performance.md", tmp_path))
    shutil.copytree(docs / "performance", tmp_path / "performance")

    write(page)

    text = page.read_text("utf-8")
    assert text == (docs / "performance.md").read_text("utf-8")
    files = sorted(path.name for path in (docs / "performance").glob("*.csv"))
    assert sorted(re.findall(r"<!-- (\S+\.csv) -->", text)) == files
    drawn = (tmp_path / "performance" / PICTURE).read_text("utf-8")
    assert told(drawn) == told((docs / "performance" / PICTURE).read_text("utf-8"))


def test_tables_are_of_the_files_that_they_name(tmp_path: Path) -> None:
    folder = tmp_path / "page"
    write_results([DONE, NOT_DONE, STARTED], folder / "growth.csv")
    alone = Answers(milliseconds=[1.0, 2.0, 4.0], errors=["gone"], releases={"one"})
    write_answers({1: alone}, folder / "readers.csv")
    page = tmp_path / "page.md"
    page.write_text(
        "Before.\n<!-- growth.csv -->\nold\n<!-- end -->\nBetween.\n"
        "<!-- readers.csv -->\n<!-- end -->\nAfter.\n",
        "utf-8",
    )

    write(page)

    assert page.read_text("utf-8").splitlines() == [
        "Before.",
        "<!-- growth.csv -->",
        "",
        "| side | loans | runs | median | least to most | peak memory | remark |",
        "| --- | --: | --: | --: | --: | --: | --- |",
        "| npas | 1,000,000 | 5 | 7.86 s | 7.50 to 8.25 s | 1,254 MiB |  |",
        "| pandas | 1,000,000 | 0 | not done |  |  | failed: a \\|\\| b |",
        "| the floor |  | 5 | 9.00 s | 8.90 to 9.10 s | 300 MiB |  |",
        "",
        f"Machine: {machine()}.",
        "",
        "<!-- end -->",
        "Between.",
        "<!-- readers.csv -->",
        "",
        "| clients | queries | releases | p50 | p95 | longest | errors |",
        "| --: | --: | --: | --: | --: | --: | --: |",
        "| 1 | 3 | 1 | 2.0 ms | 3.8 ms | 4.0 ms | 1 |",
        "",
        f"Machine: {machine()}.",
        "",
        "<!-- end -->",
        "After.",
    ]


@pytest.mark.parametrize("missing", ["growth.csv", "start.csv"])
def test_a_file_that_is_not_there_leaves_the_page_as_it_was(tmp_path: Path, missing: str) -> None:
    old = "<!-- start.csv -->\nold\n<!-- end -->\n"
    page = tmp_path / "page.md"
    page.write_text(old, "utf-8")
    for name in {"growth.csv", "start.csv"} - {missing}:
        write_results([DONE], tmp_path / "page" / name)

    with pytest.raises(OSError, match=re.escape(missing)):
        write(page)

    assert page.read_text("utf-8") == old


def test_a_mark_without_an_end_takes_nothing_of_the_next(tmp_path: Path) -> None:
    write_results([DONE], tmp_path / "page" / "growth.csv")
    page = tmp_path / "page.md"
    page.write_text("<!-- start.csv -->\nA\n<!-- growth.csv -->\nB\n<!-- end -->\n", "utf-8")

    write(page)

    text = page.read_text("utf-8")
    assert text.startswith("<!-- start.csv -->\nA\n<!-- growth.csv -->\n\n| side |")
    assert "B\n" not in text


def test_figures_are_read_back_with_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "out" / "growth.csv"

    write_results([DONE, NOT_DONE], path)

    assert read_results(path) == [DONE, NOT_DONE]
    assert {row["machine"] for row in read_records(path)} == {machine()}


def test_the_picture_has_each_side_at_each_size_of_each_run(tmp_path: Path) -> None:
    """Twice: seconds and memory. What was not done has no point, and no fixed cost has one."""
    larger = Result("npas", 10_000_000, 5, 35.0, 34.0, 36.0, 1_349.0)
    again = Result("npas", 1_000_000, 5, 9.0, 9.0, 9.0, 1_300.0)
    polars = Result("polars", 1_000_000, 5, 3.0, 2.0, 4.0, 5_000.0)
    fixed_cost = Result("npas, fixed cost", 1_000, 5, 5.0, 4.9, 5.1, 300.0)
    write_results([DONE, larger, fixed_cost], tmp_path / "growth.csv")
    write_results([again, polars, NOT_DONE], tmp_path / "peers_1000000.csv")

    found = by_run(tmp_path)

    assert found == [("growth", DONE), ("growth", larger), ("peers", again), ("peers", polars)]
    assert told(picture(found)) == 2 * [
        "npas, 1,000,000 loans: median 7.86 s (7.50 to 8.25), at most 1,254 MiB",
        "npas, 10,000,000 loans: median 35.00 s (34.00 to 36.00), at most 1,349 MiB",
        "npas, 1,000,000 loans: median 9.00 s (9.00 to 9.00), at most 1,300 MiB",
        "polars, 1,000,000 loans: median 3.00 s (2.00 to 4.00), at most 5,000 MiB",
    ]
