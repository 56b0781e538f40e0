"""Running the contracts: for `npas check` alone, and as the first step of a build."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from npas.deliveries.store import RawStore
from npas.errors import EnvironmentProblemError, InputRejectedError
from npas.progress import step
from npas.raw_files import InputError, RawTable, market_tables, path_tables
from npas.reading.pseudonyms import home_pseudonyms
from npas.settings import DELIVERIES, MarketHome

if TYPE_CHECKING:
    from npas.contracts.report import CheckReport, JudgedBefore


def check_market(project: Path, home: Path, market: str) -> "CheckReport":
    """Checks the raw tables of a market; writes to `<home>/<market>/check`.

    Raises InputRejectedError when the market has none.
    """
    tables = read_market(project, home, market)
    return run_contracts(project, tables, MarketHome.of(home, market).check)


def check_paths(project: Path, home: Path, paths: Sequence[Path]) -> "CheckReport":
    """Checks files and folders of files; writes to `<home>/check`.

    Raises InputRejectedError when a path cannot be read.
    """
    pseudonyms = home_pseudonyms(home, project)
    home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".work-", dir=home) as scratch:
        try:
            with step("reading files") as running:
                tables = path_tables(
                    paths,
                    scratch=Path(scratch),
                    pseudonyms=pseudonyms,
                    advance=running.count,
                )
        except InputError as problem:
            raise InputRejectedError(str(problem)) from problem
        return run_contracts(project, tables, home / "check")


def read_market(project: Path, home: Path, market: str) -> list[RawTable]:
    """The raw tables of a market. Raises InputRejectedError when it has none."""
    if market == DELIVERIES:
        tables = list(RawStore(MarketHome.of(home, market).raw).tables())
        if not tables:
            raise InputRejectedError(
                f"market {market} has no raw tables: nothing was loaded yet into "
                f"{MarketHome.of(home, market).raw}. Load files first: npas load PATH..."
            )
        return tables
    try:
        return market_tables(project, market)
    except InputError as problem:
        raise InputRejectedError(str(problem)) from problem


def run_contracts(
    project: Path,
    tables: Sequence[RawTable],
    output: Path,
    before: "JudgedBefore | None" = None,
    *,
    keep_tapes: bool = False,
) -> "CheckReport":
    """Checks tables with the value sets of `project`; what `output` held before is removed.

    For `before` and `keep_tapes` see `npas.contracts.check_tables`.
    """
    with step("contracts") as running:
        # seconds of imports: not paid by a command that ends before it checks anything
        from npas.contracts import check_tables

        shutil.rmtree(output, ignore_errors=True)
        with faults_of(output):
            report = check_tables(
                tables, output, running.advance, project, before=before, keep_tapes=keep_tapes
            )
        found = (f"{count} {severity}" for severity, count in report.counts.items())
        running.summary = ", ".join(found)
        return report


@contextmanager
def faults_of(folder: Path) -> Iterator[None]:
    """Tells that the machine did not take what the contracts keep in a folder while they run."""
    import duckdb

    try:
        yield
    except (
        duckdb.IOException,
        duckdb.OutOfMemoryException,
        # a disk that is full while a transaction ends
        duckdb.TransactionException,
        duckdb.FatalException,
    ) as problem:
        raise EnvironmentProblemError(
            f"{folder} did not take what the contracts keep there while they run: "
            f"{str(problem).splitlines()[0]}\nNothing was loaded or published. Check the room "
            "on the disk and the rights on this folder, then run the command again."
        ) from problem


def described(report: "CheckReport") -> list[str]:
    """What was found, and where every finding is, as lines for a terminal."""
    return [
        *report.summary_lines(),
        f"Every finding: {report.violations_path}",
        f"To be read:    {report.data_docs_path}",
    ]
