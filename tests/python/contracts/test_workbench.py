"""The database that tables are judged in, where there are many rows: every thread, and commits."""

import resource
from pathlib import Path

import pytest

from npas.check import run_contracts
from npas.contracts import check_tables, workbench
from npas.errors import EnvironmentProblemError
from npas.parse_sql import PROJECT
from npas.raw_files import market_tables


def _all_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    for least in ("_ROWS_WORTH_THREADS", "_ROWS_WORTH_COMMITTING"):
        monkeypatch.setattr(workbench, least, 0)


def test_many_rows_are_judged_as_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = check_tables(market_tables(PROJECT, "public"), tmp_path / "few")
    _all_are_many(monkeypatch)
    many = check_tables(market_tables(PROJECT, "public"), tmp_path / "many")

    assert len(few.violations) > 100
    assert many.violations == few.violations
    assert many.content_hashes == few.content_hashes


def test_a_commit_that_the_disk_does_not_take_is_its_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = market_tables(PROJECT, "public")
    _all_are_many(monkeypatch)
    most, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(EnvironmentProblemError, match="did not take what the contracts keep"):
            run_contracts(PROJECT, tables, tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
