"""The order of arrival, what came twice and what was refused leave no trace in what is built."""

import json
import random
import shutil
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path

import duckdb
import pytest

from contracts.delivery import Row, Tables, sound_deal
from deliveries import files
from examples import IS_SOAK
from npas.deliveries.load import LoadOutcome, LoadRequest, load
from npas.parse_sql import PROJECT
from npas.raw_files import NO_DEFAULTS
from support import run_npas

REPORTS = "raw_trustee_reports"
STORE = Path("deliveries") / "raw"
# 24 orders of arrival, or 120
COUNT = 5 if IS_SOAK else 4


def _load(home: Path, *paths: Path) -> LoadOutcome:
    return load(LoadRequest(PROJECT, home, paths, NO_DEFAULTS))


def _content(home: Path) -> dict[str, object]:
    """What the store says, but for the day and for what was waiting for other files on that day."""
    found: dict[str, object] = {}
    folder = home / STORE
    for path in sorted((folder / "deliveries").rglob("*.*")):
        place = str(path.relative_to(folder))
        if path.name != "manifest.json":
            found[place] = path.read_bytes()
            continue
        manifest = json.loads(path.read_text(encoding="utf-8"))
        parts = [(part["table"], part["sheet"], part["rows"]) for part in manifest.pop("parts")]
        found[place] = {**manifest, "received_at": "", "parts": parts}
    return found


def _deals() -> dict[str, Tables]:
    return {code: deepcopy(sound_deal(code)) for code in ("24A01", "24A02")}


def _corrected() -> Row:
    """The last report of one deal as it was later corrected: a million yuan more was settled."""
    report = _deals()["24A01"][REPORTS][2]
    report |= {"settled_recovery": "6.00", "settled_recovery_to_date": "46.00"}
    return report | {"stated_cumulative_rate": "15.60%", "known_on": "2025-11-01"}


def _deliveries(folder: Path) -> list[Path]:
    """Five files of two deals: the terms, the reports, the tapes, a correction, the statistics."""
    rows: Tables = {}
    for tables in _deals().values():
        for name, some in tables.items():
            rows.setdefault(name, []).extend(some)
    books = {
        "terms": ("raw_deals", "raw_tranches", "raw_recovery_estimates"),
        "tapes": ("raw_loan_pools", "raw_collaterals"),
        "statistics": ("raw_pool_statistics", "raw_recovery_statements"),
    }
    paths = {
        name: files.workbook(
            folder / f"{name}.xlsx", {table: files.cells(table, rows[table]) for table in tables}
        )
        for name, tables in books.items()
    }
    for name, some in (("reports", rows[REPORTS]), ("correction", [_corrected()])):
        paths[name] = folder / f"trustee_reports_{name}.csv"
        paths[name].write_text(files.text(REPORTS, some), encoding="utf-8")
    return [paths[name] for name in ("terms", "reports", "tapes", "correction", "statistics")]


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return _deliveries(tmp_path_factory.mktemp("files"))


def test_every_order_of_arrival_ends_in_the_same_store(
    deliveries: Sequence[Path], tmp_path: Path
) -> None:
    # a store is told by which files it holds: from each such store each next file is loaded, and
    # so every order of arrival is gone through
    homes: dict[frozenset[int], Path] = {frozenset(): tmp_path / "none"}
    homes[frozenset()].mkdir()
    contents: dict[frozenset[int], Mapping[str, object]] = {}
    for _ in range(COUNT):
        held = [came for came in homes if len(came) == max(map(len, homes))]
        for came in held:
            for number in set(range(COUNT)) - came:
                home = tmp_path / f"{sorted(came)}{number}"
                shutil.copytree(homes[came], home)
                outcome = _load(home, deliveries[number])
                assert not outcome.is_refused, [str(file) for file in outcome.files]
                after = came | {number}
                content = _content(home)
                assert contents.setdefault(after, content) == content, (sorted(came), number)
                if homes.setdefault(after, home) != home:
                    shutil.rmtree(home)
    assert len(contents) == 2**COUNT - 1
    assert len({path for path in contents[frozenset(range(COUNT))] if "json" in path}) == COUNT


def test_what_comes_again_in_other_bytes_changes_nothing(
    deliveries: Sequence[Path], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    assert not _load(home, *deliveries).is_refused
    before = _content(home)
    rng = random.Random(7)  # noqa: S311 - orders test data
    again = []
    for number, tables in enumerate((_deals(), _deals())):
        rows = [row for deal in tables.values() for row in deal[REPORTS]]
        rng.shuffle(rows)
        path = tmp_path / f"trustee_reports_again_{number}.tsv"
        lines = files.text(REPORTS, rows).replace(",", "\t")
        path.write_bytes(lines.encode("gb18030" if number else "utf-8-sig"))
        again.append(path)

    for path in [*again, *deliveries]:
        outcome = _load(home, path)
        assert [file.status for file in outcome.files] == ["already loaded"]
        assert _content(home) == before


def test_a_refused_file_that_is_mended_is_as_if_it_had_never_been_refused(
    deliveries: Sequence[Path], tmp_path: Path
) -> None:
    terms, reports, *_ = deliveries
    smooth, rough = tmp_path / "smooth", tmp_path / "rough"
    assert not _load(smooth, terms, reports).is_refused
    broken = tmp_path / "trustee_reports_broken.csv"
    broken.write_text(reports.read_text(encoding="utf-8").replace("2025-09-30", "soon", 1))

    assert not _load(rough, terms).is_refused
    before = _content(rough)
    assert _load(rough, broken).is_refused
    assert _content(rough) == before
    assert not _load(rough, reports).is_refused

    assert _content(rough) == _content(smooth)


def test_the_day_before_a_restatement_is_built_again_as_it_was(
    deliveries: Sequence[Path], shared_project: Path, tmp_path: Path
) -> None:
    terms, reports, tapes, correction, statistics = deliveries
    home = tmp_path / "home"

    def npas(*arguments: str | Path) -> None:
        ended = run_npas(shared_project, home, *map(str, arguments))
        assert ended.returncode == 0, ended.stdout + ended.stderr

    def build(*arguments: str) -> Path:
        npas("build", "--market", "deliveries", *arguments)
        return (home / "deliveries" / "current").resolve()

    npas("load", reports, statistics, terms, tapes)
    before = build("--as-of", "2025-10-31")
    npas("load", correction)
    again = build("--as-of", "2025-10-31")

    assert again != before
    hashes = [json.loads((at / "manifest.json").read_bytes())["marts"] for at in (before, again)]
    assert hashes[0] == hashes[1]
    if not IS_SOAK:
        return
    after = build("--as-of", "2025-11-01")
    query = (
        "select deals.deal_code, periods.period_no, periods.cumulative_recovery_yuan "
        "from marts.fct_recovery_by_period as periods inner join marts.dim_deal as deals "
        "on periods.deal_key = deals.deal_key order by all"
    )
    told = []
    for release in (before, after):
        with duckdb.connect(release / "npas.duckdb", read_only=True) as connection:
            told.append(connection.execute(query).fetchall())
    changed = [row[:2] for row, other in zip(*told, strict=True) if row != other]
    assert changed == [("24A01", 3)]
