"""`npas build`: contracts, then dbt into a fresh candidate, then a release.

Nothing that readers see changes before the last step, so a build that fails or is killed at any
point leaves the current release as it was.
"""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from npas import provenance
from npas.build_lock import build_lock
from npas.content_hash import TableContent, mart_contents, relations, table_content
from npas.dbt_run import BuildResult, DbtRun, DbtSettings
from npas.errors import BuildFailedError, EnvironmentProblemError, InputRejectedError
from npas.progress import step
from npas.project_check import check as check_project
from npas.raw_files import RawTable, market_tables
from npas.releases import Release, current_release, new_run_id, publish, sweep
from npas.settings import DATABASE, MarketHome

if TYPE_CHECKING:
    from npas.contracts import CheckReport

CONTRACTS = "contracts"
_SHOWN_PROBLEMS = 20


@dataclass(frozen=True)
class BuildRequest:
    """What to build.

    `project` is the folder of dbt_project.yml, `home` the root of everything written, `as_of` the
    day whose knowledge counts (None: all that is known). `is_full` publishes although nothing
    changed.
    """

    project: Path
    home: Path
    market: str
    as_of: date | None = None
    is_full: bool = False


@dataclass(frozen=True)
class BuildOutcome:
    """The current release, and whether this run made it."""

    release: Release
    is_new: bool
    warnings: tuple[str, ...] = ()


def build(request: BuildRequest) -> BuildOutcome:
    """Builds one market and publishes it.

    Raises InputRejectedError, BuildFailedError, BusyError, EnvironmentProblemError, or InputError
    of raw_files when the market has no raw tables.
    """
    home = MarketHome.of(request.home, request.market)
    tables = market_tables(request.project, request.market)
    _make_writable(home.root)
    with build_lock(home.lock):
        sweep(home)
        origin = _origin(request, tables)
        current = current_release(home)
        if current is not None and not request.is_full and _is_same(current.manifest, origin):
            return BuildOutcome(current, is_new=False)
        home.candidate.mkdir()
        return _build_candidate(request, home, tables, origin)


def _build_candidate(
    request: BuildRequest, home: MarketHome, tables: list[RawTable], origin: dict[str, Any]
) -> BuildOutcome:
    started = datetime.now(UTC)
    report = _run_contracts(request, home, tables)
    result = _run_dbt(request, home)
    with step("reading every table back"):
        marts = _finish_database(home.candidate / DATABASE)
    for name in ("run_results.json", "manifest.json"):
        shutil.copy(home.dbt_cache / name, home.candidate / f"dbt_{name}")
    ended = datetime.now(UTC)
    manifest = {
        "run_id": new_run_id(ended),
        "market": request.market,
        "created_at": ended.isoformat(timespec="seconds"),
        "seconds": round((ended - started).total_seconds(), 1),
        **origin,
        "marts": {name: {"rows": mart.rows, "sha256": mart.sha256} for name, mart in marts.items()},
        "contracts": dict(report.counts),
        "dbt": dict(result.counts),
    }
    with step("publishing"):
        release = publish(home, home.candidate, manifest)
    return BuildOutcome(release, True, tuple(str(warning) for warning in result.warnings))


def _origin(request: BuildRequest, tables: list[RawTable]) -> dict[str, Any]:
    """What decides the content of a release; two builds with one origin hold the same."""
    rows = {table.label: table.row_count for table in tables}
    inputs = provenance.input_files(request.project, rows)
    return {
        "as_of": None if request.as_of is None else request.as_of.isoformat(),
        "inputs": [{**file, "rows": rows[file["file"]]} for file in inputs],
        "code": {
            "sha256": provenance.code_sha256(request.project, request.market, rows),
            "git_commit": provenance.git_commit(request.project),
            "git_is_clean": provenance.git_is_clean(request.project),
        },
        "packages": provenance.package_versions(),
    }


def _is_same(manifest: Mapping[str, Any], origin: Mapping[str, Any]) -> bool:
    same = all(manifest.get(key) == origin[key] for key in ("as_of", "inputs", "packages"))
    # a commit that changes no file a release depends on is no reason for another release
    return same and manifest.get("code", {}).get("sha256") == origin["code"]["sha256"]


def _run_contracts(
    request: BuildRequest, home: MarketHome, tables: list[RawTable]
) -> "CheckReport":
    with step("contracts") as running:
        # seconds of imports: not paid by a run that finds nothing new
        from npas.contracts import check_tables

        report = check_tables(tables, home.candidate / CONTRACTS, running.advance)
        running.summary = "; ".join(report.summary_lines())
    if not report.rejected:
        return report
    _replace(home.rejected, home.candidate / CONTRACTS)
    shutil.rmtree(home.candidate)
    raise InputRejectedError(
        f"The contracts refuse the input of market {request.market}; nothing was built and the "
        f"current release is unchanged.\nEvery violation: {home.rejected / 'violations.csv'}\n"
        "Mend the rows of severity reject in the files named there and run the command again."
    )


def _run_dbt(request: BuildRequest, home: MarketHome) -> BuildResult:
    settings = DbtSettings(
        project=request.project,
        target=request.market,
        database=home.candidate / DATABASE,
        cache=home.dbt_cache,
        log=home.candidate,
        as_of=request.as_of,
    )
    try:
        with DbtRun(settings) as dbt:
            with step("reading the dbt project") as running:
                faults = check_project(dbt.parse())
                if faults:
                    raise BuildFailedError(_listed("The dbt project breaks its rules:", faults))
            with step("dbt build") as running:
                result = dbt.build(running.advance)
                running.summary = ", ".join(f"{n} {status}" for status, n in result.counts.items())
        if result.failures:
            failures = [str(failure) for failure in result.failures]
            raise BuildFailedError(_listed("dbt build failed:", failures))
    except BuildFailedError as failure:
        _replace(home.failed, home.candidate)
        raise BuildFailedError(
            f"{failure}\nNothing was published and the current release is unchanged.\n"
            f"The failed candidate and its dbt.log are kept in {home.failed}"
        ) from failure
    return result


def _finish_database(database: Path) -> dict[str, TableContent]:
    """Brings all of it into the one file, reads every relation back, and hashes the marts."""
    with duckdb.connect(database) as connection:
        connection.execute("checkpoint")
    leftover = database.with_name(f"{database.name}.wal")
    if leftover.exists():
        raise BuildFailedError(f"{leftover} is left after the checkpoint: the file is not complete")
    with duckdb.connect(database, read_only=True) as connection:
        for schema, table in relations(connection):
            if schema != "marts":
                table_content(connection, schema, table)
        return mart_contents(connection)


def _make_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise EnvironmentProblemError(
            f"{folder} cannot be made ({problem.strerror}). Set NPAS_HOME to a folder you may "
            "write to."
        ) from problem
    if not os.access(folder, os.W_OK | os.X_OK):
        raise EnvironmentProblemError(
            f"{folder} is not writable. Set NPAS_HOME to a folder you may write to."
        )


def _replace(kept: Path, made: Path) -> None:
    shutil.rmtree(kept, ignore_errors=True)
    made.rename(kept)


def _listed(title: str, lines: list[str]) -> str:
    shown = [f"  - {line}" for line in lines[:_SHOWN_PROBLEMS]]
    if len(lines) > _SHOWN_PROBLEMS:
        shown.append(f"  and {len(lines) - _SHOWN_PROBLEMS} more")
    return "\n".join([title, *shown])
