"""What nothing new reaches is not judged again, and what is found is the same as if it were."""

from collections.abc import Callable, Collection, Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from contracts.delivery import Row, Tables, sound_deal
from deliveries import files
from npas.contracts import CheckReport, JudgedBefore, check_tables, reach
from npas.contracts.reach import judged_before
from npas.contracts.report import REACH_FILE, TAPES_FILE, VIOLATIONS
from npas.errors import EnvironmentProblemError
from npas.parse_sql import PROJECT
from npas.raw_files import RawTable, path_tables
from support import with_free

LOANS, COLLATERALS, DEALS = "raw_loan_pools", "raw_collaterals", "raw_deals"
REPORTS, STATISTICS = "raw_trustee_reports", "raw_pool_statistics"
OLD = ("24A01", "24A02", "24A03", "24A04")


def _old_deals() -> dict[str, Tables]:
    """Four deals with findings in each tape; the last two hold one loan of the same number."""
    deals = {code: deepcopy(sound_deal(code)) for code in OLD}
    deals["24A01"][LOANS][1]["outstanding_principal"] = "=380+1"
    deals["24A01"][COLLATERALS][0]["lien_rank"] = "'=1"
    # a statistic that the tape contradicts is found in another file than the tape's
    deals["24A02"]["raw_pool_statistics"][0]["value"] = "3"
    deals["24A02"][LOANS][1]["guarantee_type"] = "抵押"
    deals["24A02"][LOANS].append(dict(deals["24A02"][LOANS][0]))
    for code in ("24A03", "24A04"):
        deals[code][LOANS][1]["loan_no"] = "shared-1"
    return deals


def _tape(code: str, known_on: str = "2025-12-01", **cells: str) -> Row:
    return {**deepcopy(sound_deal(code))[LOANS][0], "known_on": known_on, **cells}


def _deal(code: str, **cells: str) -> Row:
    return {**deepcopy(sound_deal(code))[DEALS][0], "known_on": "2025-12-01", **cells}


def _tape_files(*codes: str) -> set[str]:
    return {f"{code} {name}" for code in codes for name in (LOANS, COLLATERALS)}


# what comes in, by table, and the deals whose tapes are judged again because of it
ARRIVALS: Mapping[str, tuple[Tables, Collection[str]]] = {
    "a report": ({REPORTS: [sound_deal("24A01")[REPORTS][2] | {"known_on": "2025-12-01"}]}, ()),
    "a statistic": (
        {STATISTICS: [sound_deal("24A01")[STATISTICS][0] | {"known_on": "2025-12-01"}]},
        ("24A01",),
    ),
    "another deal": ({LOANS: [_tape("24B01")], DEALS: [_deal("24B01")]}, ()),
    "a later tape": ({LOANS: [_tape("24A02")]}, ("24A02",)),
    "a later tape without the shared loan": ({LOANS: [_tape("24A03")]}, ("24A03", "24A04")),
    "a later cut-off": ({DEALS: [_deal("24A01", cutoff_date="2024-02-29")]}, ("24A01",)),
    "a deal spelt otherwise": ({LOANS: [_tape("２4a02")]}, ("24A02",)),
    "a loan of another deal": ({LOANS: [_tape("24B01", loan_no=" 24A01-1")]}, ("24A01",)),
    "a loan that two have": (
        {LOANS: [_tape("24B01", loan_no="ｓhared-1")]},
        ("24A03", "24A04"),
    ),
    "a loan of another number": ({LOANS: [_tape("24B01", loan_no="24a01-1")]}, ()),
    "loans about those of another deal": (
        {LOANS: [_tape("24B01", loan_no=no) for no in ("24A00", "24A01-1", "24A01-9")]},
        ("24A01",),
    ),
    "a loan of another deal and one before it": (
        {LOANS: [_tape("24B01", loan_no=no) for no in ("24A00", "24A01-1")]},
        ("24A01",),
    ),
    "a loan of another deal and one after it": (
        {LOANS: [_tape("24B01", loan_no=no) for no in ("24A01-2", "24A01-9")]},
        ("24A01",),
    ),
    "loans without a number": ({LOANS: [_tape("24B01", loan_no=no) for no in ("", "无")]}, ()),
    "a collateral of a loan": (
        {COLLATERALS: [sound_deal("24A01")[COLLATERALS][0] | {"collateral_no": "C2"}]},
        ("24A01",),
    ),
}


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Mapping[str, Tables]], list[RawTable]]:
    """Reads rows as files, one per deal and raw table, labelled so."""

    def write(deals: Mapping[str, Tables]) -> list[RawTable]:
        folder = tmp_path / "files"
        folder.mkdir(exist_ok=True)
        paths = []
        for code, tables in deals.items():
            for name, rows in tables.items():
                path = folder / f"{code} {name}"
                if rows:
                    path.with_suffix(".csv").write_text(files.text(name, rows), encoding="utf-8")
                    paths.append(path.with_suffix(".csv"))
        return path_tables(paths, scratch=tmp_path)

    return write


def _labels(tables: Collection[RawTable]) -> set[str]:
    return {table.label for table in tables}


def _judged_before(
    tables: Collection[RawTable], old: Collection[RawTable], folder: Path
) -> JudgedBefore | None:
    """What the run over `old` alone, into `before`, need not do again."""
    earlier = {table.label: table.origin.sha256 for table in old}
    return judged_before([*tables], earlier, folder / "before", PROJECT, folder)


def _said(folder: Path) -> tuple[bytes, list[Row], list[Row]]:
    tapes, reached = (pq.read_table(folder / name) for name in (TAPES_FILE, REACH_FILE))
    return (folder / VIOLATIONS).read_bytes(), tapes.to_pylist(), reached.to_pylist()


@pytest.mark.parametrize("name", ARRIVALS)
def test_what_is_found_is_what_judging_everything_finds(
    name: str, written: Callable[[Mapping[str, Tables]], list[RawTable]], tmp_path: Path
) -> None:
    rows, reached = ARRIVALS[name]
    old = written(_old_deals())
    new = written({"new": rows})
    every = [*old, *new]
    check_tables(old, tmp_path / "before", keep_tapes=True)
    full = check_tables(every, tmp_path / "full", keep_tapes=True)

    before = _judged_before(every, old, tmp_path)
    report = check_tables(every, tmp_path / "later", before=before, keep_tapes=True)

    assert before is not None
    apart = before.labels
    assert {Path(label).stem for label in apart} == _tape_files(*OLD) - _tape_files(*reached)
    assert report.violations == full.violations
    assert _said(tmp_path / "later") == _said(tmp_path / "full")
    shared = {found.file for found in full.violations if found.rule == "K05"} - {new[0].label}
    assert ("of another deal" in name) == any("24A01" in file for file in shared)
    assert report.tapes_judged_before == len(apart)
    assert report.found_before == sum(found.file in apart for found in full.violations)
    assert f"{len(apart)} more tapes were judged" in report.data_docs_path.read_text("utf-8")
    judged = {file.label for file in report.files}
    assert judged == _labels(every) - apart


def test_a_tape_is_read_again_only_when_numbers_of_loans_may_be_its_own(
    written: Callable[[Mapping[str, Tables]], list[RawTable]], tmp_path: Path
) -> None:
    old = written(_old_deals())
    check_tables(old, tmp_path / "before", keep_tapes=True)
    gone = tmp_path / "gone.parquet"
    unreadable = [
        replace(table, data=gone) if Path(table.label).stem == f"24A01 {LOANS}" else table
        for table in old
    ]

    def judged_again(loan_no: str) -> set[str]:
        new = written({"new": {LOANS: [_tape("24B01", loan_no=loan_no)]}})
        before = _judged_before([*unreadable, *new], old, tmp_path)
        assert before is not None
        apart = {Path(label).stem for label in before.labels}
        return {file.split()[0] for file in _tape_files(*OLD) - apart}

    # its loans are 24A01-1 and 24A01-2, whatever numbers others have
    assert judged_again("24A01") == judged_again("24A01-3") == judged_again("") == set()
    assert judged_again("shared-1") == {"24A03", "24A04"}
    for loan_no in ("24A01-1", "24A01-1x", "24A01-2"):
        with pytest.raises(duckdb.IOException, match="gone"):
            judged_again(loan_no)


def test_what_is_kept_of_a_tape_is_what_is_read_of_it(
    written: Callable[[Mapping[str, Tables]], list[RawTable]], tmp_path: Path
) -> None:
    numbers = {"24A01": ("ｓ-2", " s-10", "", "贷-1"), "24A02": ("", "无")}
    rows = {code: [_tape(code, loan_no=no) for no in found] for code, found in numbers.items()}
    rows["24A01"][0]["deal_code"] = "２4a01"
    rows["24A01"][1]["deal_code"] = ""
    some, none = old = written({code: {LOANS: tape} for code, tape in rows.items()})
    check_tables(old, tmp_path / "before", keep_tapes=True)

    def reached(loan_no: str) -> bool:
        new = written({"new": {LOANS: [_tape("24B01", loan_no=loan_no)]}})
        before = _judged_before([*old, *new], old, tmp_path)
        assert before is not None
        assert none.label in before.labels
        return some.label not in before.labels

    kept = pq.read_table(tmp_path / "before" / REACH_FILE).to_pylist()
    assert [tuple(row.values()) for row in kept] == [
        (some.label, None, "s-10", "贷-1"),
        (some.label, "24A01", "s-10", "贷-1"),
        (none.label, "24A02", None, None),
    ]
    assert all(map(reached, ("s-10", "s-2", "贷-1")))
    assert not any(map(reached, ("s-1", "s-3", "贷-2", "无")))


def test_a_tape_of_which_nothing_is_kept_is_read(
    written: Callable[[Mapping[str, Tables]], list[RawTable]], tmp_path: Path
) -> None:
    old = written(_old_deals())
    published = [table for table in old if _deals(table) == {"24A01"}]
    check_tables(published, tmp_path / "before", keep_tapes=True)
    new = written({"new": {LOANS: [_tape("24B01", loan_no="24A02-1")]}})

    kept = tmp_path / "before" / REACH_FILE
    far = reach.out_of_reach([*old, *new], _labels(new), PROJECT, tmp_path, kept)

    assert {row["label"] for row in pq.read_table(kept).to_pylist()} < _labels(old)
    assert {Path(label).stem for label in far} == _tape_files(*OLD) - _tape_files("24A02")


def test_tables_that_nobody_had_delivered_change_what_rules_say_of_the_others(
    written: Callable[[Mapping[str, Tables]], list[RawTable]], tmp_path: Path
) -> None:
    only_loans = {LOANS: deepcopy(sound_deal("24A01"))[LOANS]}
    old = written({"24A01": only_loans})
    every = [*old, *written({"new": {COLLATERALS: sound_deal("24B01")[COLLATERALS]}})]
    before = check_tables(old, tmp_path / "before", keep_tapes=True)
    after = check_tables(every, tmp_path / "later", before=_judged_before(every, old, tmp_path))

    assert _rules(before, old[0].label) == set()
    assert _rules(after, old[0].label) == {"P08"}


def test_where_a_table_is_gone_or_another_everything_is_judged(
    written: Callable[[Mapping[str, Tables]], list[RawTable]], tmp_path: Path
) -> None:
    old = written(_old_deals())
    check_tables(old, tmp_path / "before", keep_tapes=True)
    earlier = {table.label: table.origin.sha256 for table in old}

    def before(tables: list[RawTable], earlier: Mapping[str, str]) -> JudgedBefore | None:
        return judged_before(tables, earlier, tmp_path / "before", PROJECT, tmp_path)

    found = before(old, earlier)
    assert found is not None
    assert len(found.labels) == len(_tape_files(*OLD))
    assert before(old[1:], earlier) is None
    assert before(old, {**earlier, old[-1].label: "0123"}) is None
    # as a raw table that has got another column since
    cut_off = replace(old[0], header=old[0].header[1:])
    assert before([cut_off, *old[1:]], earlier) is None


def test_tapes_are_judged_in_batches_as_they_are_at_once(
    written: Callable[[Mapping[str, Tables]], list[RawTable]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    new, _ = ARRIVALS["a later tape"]
    tables = [*written(_old_deals()), *written({"new": new})]
    at_once = check_tables(tables, tmp_path / "at_once", keep_tapes=True)
    assert [*reach.in_batches(tables, PROJECT, tmp_path)] == [tables]
    monkeypatch.setattr(reach, "ROWS_AT_ONCE", 5)

    batched = check_tables(tables, tmp_path / "batched", keep_tapes=True)

    empty = tmp_path / "raw_collaterals.csv"
    empty.write_text(files.text(COLLATERALS, []), encoding="utf-8")
    without_rows = path_tables([empty], scratch=tmp_path)
    *batches, others = reach.in_batches([*tables, *without_rows], PROJECT, tmp_path)
    together = [
        {Path(table.label).stem.split()[0] for table in batch if not table.is_known}
        for batch in batches
    ]
    # five rows of the second deal and its later tape; a loan that the last two have
    assert together == [{"24A01"}, {"24A02", "new"}, {"24A03", "24A04"}]
    of_no_batch = [table for table in others if table.name in reach.TAPES]
    assert of_no_batch == without_rows
    assert not any(table.is_known for table in others)
    assert batched.violations == at_once.violations
    assert _said(tmp_path / "batched") == _said(tmp_path / "at_once")
    assert set(batched.results) == set(at_once.results)
    assert batched.content_hashes == at_once.content_hashes


@pytest.mark.parametrize("spare", [0, -1])
def test_room_is_asked_for_what_is_judged_at_once(
    written: Callable[[Mapping[str, Tables]], list[RawTable]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spare: int,
) -> None:
    tables = written(_old_deals())
    # two deals have a loan of the same number; what is no tape is beside every batch
    at_once = [
        table.data.stat().st_size
        for table in tables
        if table.data and (table.name not in reach.TAPES or {"24A03", "24A04"} & _deals(table))
    ]
    monkeypatch.setattr(reach, "ROWS_AT_ONCE", 5)
    with_free(monkeypatch, 10 * sum(at_once) + spare)

    if spare == 0:
        assert check_tables(tables, tmp_path / "found").violations
        return
    with pytest.raises(EnvironmentProblemError, match="all tapes with loans of the same numbers"):
        check_tables(tables, tmp_path / "found")


def _deals(table: RawTable) -> set[str]:
    return {Path(table.label).stem.split()[0]}


def _rules(report: CheckReport, label: str) -> set[str]:
    return {found.rule for found in report.violations if found.file == label}


def test_the_deals_show_what_they_are_there_for(
    written: Callable[[Mapping[str, Tables]], list[RawTable]], tmp_path: Path
) -> None:
    old = written(_old_deals())
    report = check_tables(old, tmp_path / "before", keep_tapes=True)

    found = {Path(table.label).stem: _rules(report, table.label) for table in old}
    assert found["24A01 raw_loan_pools"] == {"T01"}
    assert found["24A02 raw_loan_pools"] == {"K01", "P08"}
    assert found["24A02 raw_pool_statistics"] == {"P02"}
    assert found["24A03 raw_loan_pools"] == found["24A04 raw_loan_pools"] == {"K05"}
