"""`npas report` as it is run: what it writes, what it says, and the same again."""

import csv
import io
import re
import shutil
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from npas.releases import current_release
from npas.report import rendering
from npas.report.data import read
from npas.report.lede import coverage, lede, numbers
from npas.settings import MarketHome
from report.conftest import MARKETS
from report.small_market import release
from support import run_npas


@pytest.mark.parametrize("market", MARKETS)
def test_every_number_of_the_lede_is_what_its_query_gives(report_home: Path, market: str) -> None:
    found = current_release(MarketHome.of(report_home, market))
    assert found is not None
    data = read(found)
    covered = coverage(data)

    said = list(numbers([*lede(data), *([covered] if covered else [])]))

    assert len(said) >= {"public": 9, "sample": 16}[market]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{found.database}' as npas (read_only)")
        connection.execute("use npas")
        for number in said:
            rows = connection.execute(number.query).fetchall()
            assert len(rows) == 1
            value = data.fact(*number.key).value
            assert float(rows[0][0]) == pytest.approx(value, rel=1e-12), number.key


@pytest.mark.parametrize("market", MARKETS)
def test_every_drawn_figure_is_there_in_every_form(report_home: Path, market: str) -> None:
    report = report_home / market / "current" / "report"
    page = (report / "index.html").read_text(encoding="utf-8")
    drawn = [int(number) for number in re.findall(r'data-figure="(\d+)"', page)]

    expected = {f"figure_{number:02}.csv" for number in range(1, 18)}
    for number in drawn:
        for language in ("zh", "en"):
            expected |= {f"figure_{number:02}.{language}.{form}" for form in ("svg", "png")}
    assert {path.name for path in (report / "figures").iterdir()} == expected
    for path in (report / "figures").glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")
    for path in (report / "figures").glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"@\d+@", text)
        assert "undefined" not in text
        assert ("SYNTHETIC SAMPLE" in text) is (market == "sample")


@pytest.mark.parametrize("market", MARKETS)
def test_files_hold_the_rows_of_the_mart(report_home: Path, market: str) -> None:
    current = report_home / market / "current"
    with duckdb.connect(current / "npas.duckdb", read_only=True) as connection:
        expected = connection.execute(
            "select issue_year, security_group, deal_count, issue_amount_yuan"
            " from marts.figure_03_micro_small_issuance order by all"
        ).fetchall()
    text = (current / "report" / "figures" / "figure_03.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))

    assert sorted(
        (row["issue_year"], row["security_group"], row["deal_count"], row["issue_amount_yuan"])
        for row in rows
    ) == sorted(tuple(str(value) for value in row) for row in expected)
    labels = {row.get("data_label", "") for row in rows}
    assert labels == {"synthetic sample 合成样本" if market == "sample" else ""}


def test_the_same_release_gives_the_same_bytes(report_home: Path, shared_project: Path) -> None:
    report = report_home / "sample" / "current" / "report"
    before = _hashes(report)

    again = run_npas(shared_project, report_home, "report", "--market", "sample")

    assert again.returncode == 0, again.stderr
    assert f"Page: {report / 'index.html'}" in again.stdout
    assert _hashes(report) == before
    left = {path.name for path in report.resolve().parent.iterdir()}
    assert left == {"npas.duckdb", "manifest.json", "report"}


def test_the_language_of_the_command_is_the_one_the_page_opens_in(
    report_home: Path, shared_project: Path, tmp_path: Path
) -> None:
    source = (report_home / "public" / "current").resolve()
    target = tmp_path / "public" / "releases" / source.name
    target.mkdir(parents=True)
    for name in ("npas.duckdb", "manifest.json"):
        (target / name).symlink_to(source / name)
    (tmp_path / "public" / "current").symlink_to(target)

    done = run_npas(shared_project, tmp_path, "report", "--lang", "en")

    assert done.returncode == 0, done.stderr
    page = (target / "report" / "index.html").read_text(encoding="utf-8")
    assert '<html lang="en" data-language="en">' in page
    assert 'data-to="en" lang="en" aria-pressed="true"' in page


def test_without_a_release_the_command_says_what_to_do(
    shared_project: Path, tmp_path: Path
) -> None:
    done = run_npas(shared_project, tmp_path, "report", "--market", "sample")

    assert done.returncode == 1
    assert "Market sample has no release" in done.stderr
    assert "npas build --market sample" in done.stderr
    assert not (tmp_path / "sample").exists()


def test_a_release_without_figures_is_not_reported_on(shared_project: Path, tmp_path: Path) -> None:
    folder = release(MarketHome.of(tmp_path, "public"), "20260101T000000-000000Z")

    done = run_npas(shared_project, tmp_path, "report")

    assert done.returncode == 1
    assert "Release 20260101T000000-000000Z has no figures" in done.stderr
    assert not (folder / "report").exists()


def test_a_release_of_other_code_is_not_reported_on(
    report_home: Path, shared_project: Path, tmp_path: Path
) -> None:
    source = (report_home / "public" / "current").resolve()
    target = tmp_path / "public" / "releases" / source.name
    target.mkdir(parents=True)
    shutil.copy(source / "manifest.json", target)
    shutil.copy(source / "npas.duckdb", target)
    (target / "npas.duckdb").chmod(0o644)
    (tmp_path / "public" / "current").symlink_to(target)
    with duckdb.connect(target / "npas.duckdb") as connection:
        connection.execute(
            "create or replace table marts.figure_03_micro_small_issuance as"
            " select * exclude (year_deal_count) from marts.figure_03_micro_small_issuance"
        )

    done = run_npas(shared_project, tmp_path, "report")

    assert done.returncode == 1
    assert "marts.figure_03_micro_small_issuance has no column year_deal_count" in done.stderr
    assert "Run `npas build`" in done.stderr
    assert not (target / "report").exists()


def test_pictures_can_be_drawn_with_chinese_characters() -> None:
    assert rendering.has_chinese_font(), (
        "PNG figures would show boxes: run scripts/install_system_packages.sh"
    )


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
