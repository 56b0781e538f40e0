"""The bad-input cases: each file is loaded or refused, and all that is wrong with it is listed.

All files are loaded at once beside a store of sound deals; each has a deal of its own.
"""

import csv
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import pytest

from contracts.delivery import Delivery, Tables, sound_deal
from deliveries.cases import CASES, Case
from npas.contracts.rules import RULES, Severity
from npas.deliveries.load import FileOutcome, LoadRequest, load
from npas.deliveries.store import RawStore
from npas.parse_sql import PROJECT
from npas.raw_files import NO_DEFAULTS

# cases of which more is wrong than is worth writing down: the rules that must be among it
_RULES_AMONG = {
    "yuan in a column of 10,000 yuan": {"U01"},
    "one row in another unit": {"U02"},
    "percents without the sign": {"U04"},
    "fractions under a header of percents": {"U01"},
}


@dataclass(frozen=True)
class Loaded:
    """What one run said, and the store after it."""

    outcomes: dict[str, FileOutcome]
    violations: list[dict[str, str]]
    store: RawStore
    before: set[str]
    folder: Path

    def of(self, number: int) -> list[dict[str, str]]:
        path = str(_path(self.folder, number))
        return [row for row in self.violations if row["file"] == path]

    def outcome(self, number: int) -> FileOutcome:
        return self.outcomes[str(_path(self.folder, number))]


def _deal(number: int) -> str:
    return f"24L{number:03}"


def _path(folder: Path, number: int) -> Path:
    case = CASES[number]
    return folder / f"{case.table.removeprefix('raw_')}_{number:03}.{case.suffix}"


def _known_tables(number: int, case: Case) -> Tables:
    tables = sound_deal(_deal(number))
    # a deal is known before its other tables are, else nothing could be compared with it
    if case.table != "raw_deals" or case.number == 57:
        tables = {name: rows for name, rows in tables.items() if name != case.table} | (
            {"raw_deals": tables["raw_deals"]}
        )
    else:
        del tables["raw_deals"]
    return tables


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    home = tmp_path_factory.mktemp("home")
    delivery = Delivery()
    for number, case in enumerate(CASES):
        delivery.add(_known_tables(number, case))
    known = home / "known"
    delivery.write(known)
    assert not load(LoadRequest(PROJECT, home, [known], NO_DEFAULTS)).is_refused
    store = RawStore(home / "deliveries" / "raw")
    before = {manifest.delivery_id for manifest in store.manifests()}
    folder = home / "cases"
    folder.mkdir()
    for number, case in enumerate(CASES):
        rows = deepcopy(sound_deal(_deal(number))[case.table])
        _path(folder, number).write_bytes(case.encode(rows))
    paths = [_path(folder, number) for number in range(len(CASES))]
    outcome = load(LoadRequest(PROJECT, home, paths, NO_DEFAULTS))
    assert outcome.report is not None
    with outcome.report.violations_path.open(encoding="utf-8", newline="") as file:
        violations = list(csv.DictReader(file))
    outcomes = {file.file: file for file in outcome.files}
    return Loaded(outcomes, violations, store, before, folder)


_IDS = [f"{case.number} {case.name}" for case in CASES]


@pytest.mark.parametrize("number", range(len(CASES)), ids=_IDS)
def test_a_case_is_loaded_or_refused_whole(loaded: Loaded, number: int) -> None:
    case, outcome = CASES[number], loaded.outcome(number)
    sha256 = loaded.of(number)[0]["sha256"] if loaded.of(number) else None

    assert outcome.is_refused == case.is_refused
    stored = {manifest.file: manifest for manifest in loaded.store.manifests()}
    if case.counts is None:
        assert str(_path(loaded.folder, number)) not in stored
        assert sha256 is not None
        assert not (loaded.store.folder / "files" / sha256).exists()
    else:
        manifest = stored[str(_path(loaded.folder, number))]
        (part,) = manifest.parts
        assert (part.loaded, part.quarantined, part.duplicate) == case.counts
        assert sum(case.counts) == part.rows
        assert part.encoding == case.encoding
        kept = loaded.store.folder / "files" / manifest.sha256
        assert kept.read_bytes() == _path(loaded.folder, number).read_bytes()
        assert kept.stat().st_mode & 0o777 == 0o444


@pytest.mark.parametrize("number", range(len(CASES)), ids=_IDS)
def test_all_that_is_wrong_with_a_case_is_listed(loaded: Loaded, number: int) -> None:
    case, rows = CASES[number], loaded.of(number)
    cells = {"{deal}": _deal(number), "{first}": rows[0]["value"] if rows else ""}

    found = Counter((row["rule"], row["row"], row["column"], row["value"]) for row in rows)

    if case.name in _RULES_AMONG:
        assert {row["rule"] for row in rows} >= _RULES_AMONG[case.name]
    else:
        assert found == Counter(
            (rule, "" if row is None else str(row), column, cells.get(value, value))
            for rule, row, column, value in case.found
        )
    for row in rows:
        assert row["severity"] == RULES[row["rule"]].severity.value
        assert row["expected"] == RULES[row["rule"]].en
        assert row["message"]
        assert row["message_zh"]
        assert row["delivery"] == row["sha256"][:16]
    assert case.is_refused == any(row["severity"] == Severity.REJECT.value for row in rows)


def test_what_was_in_the_store_is_unchanged(loaded: Loaded) -> None:
    after = {manifest.delivery_id for manifest in loaded.store.manifests()}
    accepted = sum(not case.is_refused for case in CASES)

    assert loaded.before <= after
    assert len(after) == len(loaded.before) + accepted


def test_rows_are_stored_as_they_were_delivered(loaded: Loaded) -> None:
    tables = {table.origin.file: table for table in loaded.store.tables()}
    quoted = next(i for i, case in enumerate(CASES) if case.number == 7)
    swapped = next(i for i, case in enumerate(CASES) if case.number == 12)

    def cell(number: int, column: str) -> list[str | int]:
        data = tables[str(_path(loaded.folder, number))].data
        assert data is not None
        values: list[str | int] = data[column].to_pylist()
        return values

    assert cell(quoted, "source_document")[0] == "报告\n第1页"
    assert cell(quoted, "file_row_number") == [2, 3, 4]
    assert cell(swapped, "in_progress_recovery") == ["50.00", "60.00", "10.00"]
    assert cell(swapped, "settled_recovery") == ["10.00", "20.00", "5.00"]
