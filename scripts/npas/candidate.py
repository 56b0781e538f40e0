"""What a build does while it holds the lock: the candidate, and its way to a release."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from xlsxwriter.exceptions import FileCreateError

from npas import audit, preflight, provenance
from npas.build import BuildOutcome, BuildRequest
from npas.check import described, faults_of, read_market, run_contracts
from npas.content_hash import TableContent, mart_contents, read_through, stored_tables
from npas.contracts.reach import TAPES, judged_before
from npas.contracts.report import KEPT_FILES, CheckReport, JudgedBefore
from npas.dbt_run import BuildResult, DbtRun, DbtSettings
from npas.deliveries import set_aside
from npas.errors import (
    BuildFailedError,
    EnvironmentProblemError,
    HeldError,
    InputRejectedError,
)
from npas.exports import EXPORTS, export_marts
from npas.progress import step
from npas.project_check import check as check_project
from npas.raw_files import RawTable
from npas.releases import CONTRACTS, Release, current_release, new_run_id, publish, sweep
from npas.settings import DATABASE, DELIVERIES, MarketHome

CHANGES = "changes.csv"
_SHOWN_PROBLEMS = 20
_POOLS = "intermediate.int_pools__measured_from_tape"


def build_and_publish(request: BuildRequest, home: MarketHome) -> BuildOutcome:
    """Builds a market whose lock is held; see `npas.build.build`."""
    sweep(home)
    tables = read_market(request.project, request.home, request.market)
    origin = _origin(request, tables)
    current = current_release(home)
    if current is not None and not request.is_full and _is_same(current.manifest, origin):
        return BuildOutcome(current, is_new=False)
    with step("preflight"):
        preflight.check(request.project, home, *_input_bytes(request, tables, origin))
    home.candidate.mkdir()
    is_reused = (
        request.market == DELIVERIES
        and not request.is_full
        and current is not None
        and provenance.is_same_code_and_rows(current.manifest, origin, tables)
    )
    return _build_candidate(request, home, tables, origin, current if is_reused else None)


def _build_candidate(
    request: BuildRequest,
    home: MarketHome,
    tables: list[RawTable],
    origin: dict[str, Any],
    previous: Release | None,
) -> BuildOutcome:
    started = datetime.now(UTC)
    report = _run_contracts(request, home, tables, previous)
    with _kept_when_it_fails(home):
        result = _run_dbt(request, home, previous)
        if not _is_same(_origin(request, tables), origin):
            raise BuildFailedError(
                "Files of the project were changed while it was built, so that part of the "
                "database may be of before and part of after. Run the command again."
            )
        with step("reading every table back"), _disk_faults(home):
            marts = _finish_database(home.candidate / DATABASE)
        with step("audit") as running:
            audited = _audit(request, home, marts, origin)
            running.summary = str(audited["verdict"])
    with step("exporting"), _disk_faults(home):
        export_marts(home.candidate / DATABASE, home.candidate / EXPORTS, request.market)
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
        "audit": audited,
        "contracts": dict(report.counts),
        "dbt": dict(result.counts),
    }
    if request.market == DELIVERIES:
        manifest["reused"] = _reused(home.candidate / DATABASE, previous, report)
    with step("publishing"):
        release = publish(home, home.candidate, manifest)
    warnings = [f"dbt warns: {warning}" for warning in result.warnings]
    return BuildOutcome(release, True, (*described(report), *warnings))


def _origin(request: BuildRequest, tables: list[RawTable]) -> dict[str, Any]:
    """What decides the content of a release; two builds with one origin hold the same."""
    rows = {table.label: table.row_count for table in tables}
    inputs: list[dict[str, Any]]
    if request.market == DELIVERIES:
        # only loads change the store, and the lock keeps them out
        origins = {table.label: table.origin for table in tables}
        inputs = [
            {
                "file": label,
                "bytes": origins[label].size,
                "sha256": origins[label].sha256,
                "content": origins[label].content,
            }
            for label in sorted(origins)
        ]
    else:
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


def _input_bytes(
    request: BuildRequest, tables: Iterable[RawTable], origin: Mapping[str, Any]
) -> tuple[int, int]:
    """Bytes of what was handed over and is copied, and of the tapes that are read in place."""
    tapes = {
        table.label: table.data
        for table in tables
        if request.market == DELIVERIES and table.name in TAPES and table.data is not None
    }
    # the tables of one workbook are of one file
    copied = {
        file["sha256"]: file["bytes"] for file in origin["inputs"] if file["file"] not in tapes
    }
    return sum(copied.values()), sum(path.stat().st_size for path in tapes.values())


def _is_same(manifest: Mapping[str, Any], origin: Mapping[str, Any]) -> bool:
    same = all(manifest.get(key) == origin[key] for key in ("as_of", "inputs"))
    return same and provenance.is_same_code(manifest, origin)


def _run_contracts(
    request: BuildRequest, home: MarketHome, tables: list[RawTable], previous: Release | None
) -> CheckReport:
    before = _judged_before(request, home, tables, previous) if previous is not None else None
    is_kept = request.market == DELIVERIES
    report = run_contracts(request.project, tables, home.contracts, before, keep_tapes=is_kept)
    if request.market == DELIVERIES:
        set_aside.write(report.violations, home.contracts)
    elif report.rejected:
        summary = "\n".join(described(report))
        raise InputRejectedError(
            f"The contracts refuse the input of market {request.market}; nothing was built and "
            f"the current release is unchanged.\n{summary}"
        )
    shutil.copytree(home.contracts, home.candidate / CONTRACTS)
    return report


def _judged_before(
    request: BuildRequest, home: MarketHome, tables: list[RawTable], previous: Release
) -> JudgedBefore | None:
    """The tapes that the contracts need not judge again, because nothing new is about them."""
    with step("comparing with the release before") as running, faults_of(home.root):
        if not all(previous.has_unchanged(f"{CONTRACTS}/{name}") for name in KEPT_FILES):
            running.summary = f"its findings are not as published: npas verify {previous.run_id}"
            return None
        return judged_before(
            tables,
            {file["file"]: file["sha256"] for file in previous.manifest["inputs"]},
            previous.path / CONTRACTS,
            request.project,
            home.root,
        )


def _audit(
    request: BuildRequest,
    home: MarketHome,
    marts: Mapping[str, TableContent],
    origin: Mapping[str, Any],
) -> dict[str, Any]:
    """Compares with the release before; what the manifest says of it. Raises HeldError."""
    previous = audit.baseline(home, origin["as_of"])
    if previous is None:
        return {"verdict": "no release as of the same day to compare with", "compared_with": None}
    rows = {name: mart.rows for name, mart in marts.items()}
    database = home.candidate / DATABASE
    changes = audit.unexplained_changes(previous, database, rows, request.as_of)
    compared = {"compared_with": previous.run_id, "unexplained_changes": len(changes)}
    if not changes:
        return {"verdict": f"nothing unexplained since release {previous.run_id}", **compared}
    audit.write_changes(changes, home.candidate / CHANGES)
    if request.accepted is None:
        raise HeldError("\n".join(audit.told(previous, changes, origin)))
    verdict = f"{len(changes)} unexplained changes since release {previous.run_id}, accepted"
    return {"verdict": verdict, **compared, "accepted": request.accepted}


@contextmanager
def _kept_when_it_fails(home: MarketHome) -> Iterator[None]:
    try:
        yield
    except HeldError as held:
        _keep(home.candidate, home.held)
        raise HeldError(
            f"{held}\nNothing was published and the current release is unchanged.\n"
            f"Every value: {home.held / CHANGES}\nThe candidate: {home.held / DATABASE}\n"
            "If the input is wrong, mend it and build again. If the changes are right, run the "
            "same build with --accept-change 'why they are right'; the release will name it."
        ) from held
    except BuildFailedError as failure:
        _keep(home.candidate, home.failed)
        raise BuildFailedError(
            f"{failure}\nNothing was published and the current release is unchanged.\n"
            f"The failed candidate and its dbt.log are kept in {home.failed}"
        ) from failure


@contextmanager
def _disk_faults(home: MarketHome) -> Iterator[None]:
    """A disk that is full or refuses is no fault of the database or the workbook."""
    try:
        yield
    except (duckdb.IOException, duckdb.FatalException, FileCreateError) as problem:
        raise EnvironmentProblemError(
            f"The disk of {home.root} did not take the release: {str(problem).splitlines()[0]}\n"
            "Nothing was published and the current release is unchanged. Check the room on the "
            "disk and the rights on this folder, then run the command again."
        ) from problem


def _keep(candidate: Path, place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    candidate.rename(place)


def _reused(database: Path, previous: Release | None, report: CheckReport) -> dict[str, Any]:
    """What was not computed again, for the manifest: of which release, how much of all."""
    with duckdb.connect(database, read_only=True) as connection:
        if previous is not None:
            name = str(previous.database).replace("'", "''")
            connection.execute(f"attach '{name}' as previous (read_only)")
        before = "select null" if previous is None else f"select content_key from previous.{_POOLS}"
        found = connection.execute(
            f"select count(*), count(*) filter (content_key in ({before})) from {_POOLS}"
        ).fetchone()
    pools, reused = found if found is not None else (0, 0)
    judged = sum(file.table in TAPES for file in report.files)
    kept = report.tapes_judged_before
    return {
        "from": previous.run_id if previous is not None and (reused or kept) else None,
        "pools": {"reused": reused, "measured": pools - reused},
        "tapes": {"judged_before": kept, "judged": judged},
    }


def _run_dbt(request: BuildRequest, home: MarketHome, previous: Release | None) -> BuildResult:
    settings = DbtSettings(
        project=request.project,
        target=request.market,
        database=home.candidate / DATABASE,
        cache=home.dbt_cache,
        log=home.candidate,
        store=home.raw,
        as_of=request.as_of,
        previous=None if previous is None else previous.database,
    )
    with DbtRun(settings) as dbt:
        with step("reading the dbt project"):
            faults = check_project(dbt.parse())
        if faults:
            raise BuildFailedError(_listed("The dbt project breaks its rules:", faults))
        with step("dbt build") as running:
            result = dbt.build(running.advance)
            running.summary = ", ".join(f"{n} {status}" for status, n in result.counts.items())
    if result.failures:
        failures = [str(failure) for failure in result.failures]
        raise BuildFailedError(_listed("dbt build failed:", failures))
    return result


def _finish_database(database: Path) -> dict[str, TableContent]:
    """Brings all of it into the one file, reads every table back, and hashes the marts."""
    with duckdb.connect(database) as connection:
        connection.execute("checkpoint")
    leftover = database.with_name(f"{database.name}.wal")
    if leftover.exists():
        raise BuildFailedError(f"{leftover} is left after the checkpoint: the file is not complete")
    with duckdb.connect(database, read_only=True) as connection:
        for schema, table in stored_tables(connection):
            if schema != "marts":
                read_through(connection, schema, table)
        return mart_contents(connection)


def _listed(title: str, lines: list[str]) -> str:
    shown = [f"  - {line}" for line in lines[:_SHOWN_PROBLEMS]]
    if len(lines) > _SHOWN_PROBLEMS:
        shown.append(f"  and {len(lines) - _SHOWN_PROBLEMS} more")
    return "\n".join([title, *shown])
