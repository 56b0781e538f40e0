"""Loading in turn: what comes again, what is corrected, what comes before its deal."""

import shutil
from copy import deepcopy
from datetime import date
from pathlib import Path

import pytest

from contracts.delivery import Row, Tables, sound_deal
from deliveries import files
from npas.build_lock import build_lock
from npas.deliveries.load import LoadOutcome, LoadRequest, load
from npas.deliveries.store import RawStore
from npas.errors import BusyError, InputRejectedError
from npas.parse_sql import PROJECT
from npas.raw_files import Defaults, path_tables

_REPORTS = "raw_trustee_reports"


class Desk:
    """A home, and files that are loaded into it one after the other."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.files = folder / "files"
        self.files.mkdir()
        self.store = RawStore(self.home / "deliveries" / "raw")

    def load(
        self, *paths: Path, known_on: date | None = None, unit: str | None = None
    ) -> LoadOutcome:
        return load(LoadRequest(PROJECT, self.home, paths, Defaults(known_on, unit=unit)))

    def write(self, name: str, table: str, rows: list[Row]) -> Path:
        path = self.files / name
        path.write_text(files.text(table, rows), encoding="utf-8")
        return path

    def content(self) -> dict[str, bytes]:
        """Every file of the store that says something of a delivery."""
        folder = self.store.folder
        return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home that holds a sound deal in one workbook."""
    folder = tmp_path_factory.mktemp("known")
    desk = Desk(folder)
    sheets = {name: files.cells(name, rows) for name, rows in _deal().items() if rows}
    outcome = desk.load(files.workbook(desk.files / "24A01.xlsx", sheets))
    assert [str(file).splitlines()[0] for file in outcome.files] == [
        f"{desk.files / '24A01.xlsx'}: loaded as delivery {desk.store.manifests()[0].delivery_id}"
    ]
    return folder


@pytest.fixture
def desk(known: Path, tmp_path: Path) -> Desk:
    """A desk of its own, with the sound deal."""
    desk = Desk(tmp_path)
    shutil.copytree(known / "home", desk.home)
    return desk


def _deal() -> Tables:
    return deepcopy(sound_deal("24A01"))


def _status(outcome: LoadOutcome) -> list[str]:
    return [file.status.split(" as ")[0] for file in outcome.files]


def _rules(outcome: LoadOutcome) -> list[tuple[str, int | None]]:
    assert outcome.report is not None
    return [(one.rule, one.row) for one in outcome.report.violations]


def test_a_workbook_is_one_delivery_of_many_tables(desk: Desk) -> None:
    (manifest,) = desk.store.manifests()

    assert [(part.table, part.sheet, part.rows) for part in manifest.parts] == [
        (name, name, len(rows)) for name, rows in _deal().items() if rows
    ]
    assert sum(table.row_count for table in desk.store.tables()) == sum(
        part.rows for part in manifest.parts
    )


def test_the_same_bytes_change_nothing(desk: Desk, known: Path) -> None:
    before = desk.content()

    outcome = desk.load(known / "files" / "24A01.xlsx")

    assert _status(outcome) == ["already loaded"]
    assert outcome.report is None
    assert not outcome.is_refused
    assert desk.content() == before


def test_the_same_bytes_in_another_unit_are_refused(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    rows = [{**row, "amount_unit": ""} for row in _deal()["raw_deals"]]
    path = desk.write("deals.csv", "raw_deals", rows)
    assert _status(desk.load(path, unit="元")) == ["loaded"]
    before = desk.content()
    (manifest,) = desk.store.manifests()

    outcome = desk.load(path, unit="万元")

    (refused,) = outcome.files
    assert refused.is_refused
    assert refused.reason == (
        f"the same bytes are delivery {manifest.delivery_id} of {manifest.received_at}, in 元: to "
        f"have them in 万元, remove {desk.store.folder / 'deliveries' / manifest.delivery_id} "
        "first, while no build runs"
    )
    assert desk.content() == before
    assert _status(desk.load(path, unit="元")) == ["already loaded"]
    assert _status(desk.load(path)) == ["already loaded"]


def test_the_same_bytes_with_units_of_their_own_change_nothing_in_any_unit(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write("deals.csv", "raw_deals", _deal()["raw_deals"])
    # a table without money has no unit
    desk.write("pool_statistics.csv", "raw_pool_statistics", _deal()["raw_pool_statistics"])
    assert _status(desk.load(desk.files, unit="元")) == ["loaded", "loaded"]

    assert _status(desk.load(desk.files, unit="万元")) == ["already loaded", "already loaded"]


def test_the_same_rows_in_another_order_and_unit_change_nothing(desk: Desk) -> None:
    rows = [{**row, "source_document": "a.pdf"} for row in _deal()[_REPORTS]]
    rows = [{**row, "known_on": "2025-10-01"} for row in rows]
    assert _status(desk.load(desk.write("trustee_reports.csv", _REPORTS, rows))) == ["loaded"]
    deliveries = desk.store.manifests()
    money = [name for name in rows[0] if "recovery" in name or "balance" in name]
    money += ["other_inflow", "disposal_expenses"]
    again = [
        {**row, **{name: f"{float(row[name]) * 10_000:.2f}" for name in money}, "amount_unit": "元"}
        for row in reversed(rows)
    ]

    outcome = desk.load(desk.write("again.csv", _REPORTS, again))

    assert _status(outcome) == ["already loaded"]
    assert desk.store.manifests() == deliveries
    noted = (desk.store.folder / "redeliveries.csv").read_text(encoding="utf-8").splitlines()
    (table,) = path_tables([desk.files / "again.csv"])
    assert [line.split(",")[1] for line in noted[1:]] == [table.origin.sha256]


def test_two_copies_of_a_file_are_one_delivery(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write("deals.csv", "raw_deals", _deal()["raw_deals"])
    desk.write("deals_copy.csv", "raw_deals", _deal()["raw_deals"])

    outcome = desk.load(desk.files)

    assert _status(outcome) == ["loaded"]
    assert _rules(outcome) == []


def test_a_later_revision_is_loaded_beside_the_earlier(desk: Desk) -> None:
    restated = {**_deal()[_REPORTS][2], "other_inflow": "0.02", "known_on": "2025-11-01"}

    outcome = desk.load(desk.write("trustee_reports.csv", _REPORTS, [restated]))

    assert _status(outcome) == ["loaded"]
    rows = [t.row_count for t in desk.store.tables() if t.name == _REPORTS]
    assert sorted(rows) == [1, 3]


def test_a_loan_of_another_deal_is_found_among_all_that_was_loaded(desk: Desk) -> None:
    for code in ("24B01", "24B02"):
        loans = deepcopy(sound_deal(code))["raw_loan_pools"]
        assert not desk.load(desk.write(f"{code}.csv", "raw_loan_pools", loans)).is_refused
    # rows of 24B01 and 24B02 alone say nothing of this one
    again = {**deepcopy(sound_deal("24B03"))["raw_loan_pools"][0], "loan_no": "24A01-1"}

    outcome = desk.load(desk.write("24B03.csv", "raw_loan_pools", [again]))

    assert _status(outcome) == ["loaded"]
    assert _rules(outcome) == [("O02", 2), ("K05", 2), ("P08", 2)]


def test_a_collateral_without_a_tape_is_found_where_other_deals_have_tapes(desk: Desk) -> None:
    collaterals = deepcopy(sound_deal("24B01"))["raw_collaterals"]

    outcome = desk.load(desk.write("collaterals.csv", "raw_collaterals", collaterals))

    assert ("O03", 2) in _rules(outcome)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("raw_deals", "deal_code"),
        ("raw_loan_pools", "deal_code"),
        ("raw_loan_pools", "loan_no"),
        ("raw_collaterals", "deal_code"),
        ("raw_pool_statistics", "deal_code"),
    ],
)
def test_a_file_without_a_column_of_its_table_spares_the_others(
    desk: Desk, table: str, column: str
) -> None:
    broken = desk.write(f"{table}.csv", table, _deal()[table])
    broken.write_text(broken.read_text("utf-8").replace(column, "note", 1), encoding="utf-8")
    report = {**_deal()[_REPORTS][2], "other_inflow": "0.02", "known_on": "2025-11-01"}

    outcome = desk.load(broken, desk.write("reports.csv", _REPORTS, [report]))

    assert _status(outcome) == ["refused", "loaded"]
    assert ("S02", 1) in _rules(outcome)


def test_other_content_of_the_same_day_is_refused(desk: Desk) -> None:
    before = desk.content()
    other = {**_deal()[_REPORTS][2], "other_inflow": "0.02"}

    outcome = desk.load(desk.write("trustee_reports.csv", _REPORTS, [other]))

    assert _status(outcome) == ["refused"]
    assert _rules(outcome) == [("K03", 2)]
    assert desk.content() == before


def test_an_older_revision_that_comes_late_is_loaded(desk: Desk) -> None:
    earlier = {**_deal()[_REPORTS][2], "other_inflow": "0.02", "known_on": "2025-08-26"}

    outcome = desk.load(desk.write("trustee_reports.csv", _REPORTS, [earlier]))

    assert _status(outcome) == ["loaded"]
    assert _rules(outcome) == []


def test_a_refused_file_spares_the_others(desk: Desk) -> None:
    sound = [{**row, "known_on": "2025-10-01"} for row in _deal()[_REPORTS]]
    broken = [{**row, "known_on": ""} for row in sound]
    paths = [
        desk.write("trustee_reports_1.csv", _REPORTS, sound),
        desk.write("trustee_reports_2.csv", _REPORTS, broken),
    ]

    outcome = desk.load(*paths)

    assert _status(outcome) == ["loaded", "refused"]
    assert outcome.is_refused
    assert len(desk.store.manifests()) == 2


def test_a_workbook_with_one_bad_sheet_is_refused_whole(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    deal = _deal()
    deal["raw_tranches"][1]["known_on"] = "soon"
    sheets = {name: files.cells(name, deal[name]) for name in ("raw_deals", "raw_tranches")}

    outcome = desk.load(files.workbook(desk.files / "x.xlsx", sheets))

    assert _status(outcome) == ["refused"]
    assert outcome.report is not None
    (found,) = outcome.report.violations
    assert found.place == f"{desk.files / 'x.xlsx'}, sheet raw_tranches, row 3, column known_on"
    assert desk.store.manifests() == []


def test_what_the_user_says_beside_the_file_is_kept(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    rows = [{**row, "known_on": ""} for row in _deal()["raw_deals"]]

    outcome = desk.load(desk.write("deals.csv", "raw_deals", rows), known_on=date(2024, 5, 10))

    assert _status(outcome) == ["loaded"]
    (manifest,) = desk.store.manifests()
    assert manifest.known_on == "2024-05-10"
    (table,) = desk.store.tables()
    assert [row["known_on"] for row in files.rows_of(table)] == ["2024-05-10"]


def test_what_a_killed_load_left_is_swept(desk: Desk) -> None:
    left = desk.store.folder / ".work-0123"
    left.mkdir()
    (left / "raw_deals.0.parquet").write_bytes(b"half")
    rows = [{**row, "known_on": "2025-11-01"} for row in _deal()["raw_deals"]]

    assert _status(desk.load(desk.write("deals.csv", "raw_deals", rows))) == ["loaded"]
    assert not left.exists()


def test_a_load_waits_for_no_build(desk: Desk) -> None:
    path = desk.write("deals.csv", "raw_deals", _deal()["raw_deals"])
    with (
        build_lock(desk.home / "deliveries" / "build.lock"),
        pytest.raises(BusyError, match="is running"),
    ):
        desk.load(path)


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError, match=r"no\.csv: no such file(?s:.)*Nothing was loaded"):
        Desk(tmp_path).load(tmp_path / "no.csv")
