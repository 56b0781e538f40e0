"""dbt inside this process: parse, build into one database file, and let go of that file.

dbt's start takes seconds and its work on this project about as long, so it is imported once and
its manifest is used again.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from npas.errors import BuildFailedError

if TYPE_CHECKING:
    from dbt.artifacts.schemas.results import NodeResult
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import EventMsg

# a test of something that is gone is otherwise left out without a word
_ERRORS_NOT_WARNINGS = ["NodeNotFoundOrDisabled"]
_BAD = {"error", "fail", "runtime error", "partial success"}


@dataclass(frozen=True)
class DbtSettings:
    """What to build, and where to.

    `target` is the market; `cache` keeps what dbt parsed and its artifacts; `log` gets dbt.log;
    `store` is the raw store of deliveries; `previous` is the database of a release of the same
    code and rows, which are taken over; `as_of` None: all that is known.
    """

    project: Path
    target: str
    database: Path
    cache: Path
    log: Path
    as_of: date | None = None
    store: Path | None = None
    previous: Path | None = None


@dataclass(frozen=True)
class Problem:
    """A node that failed or warned: what it is, the file it is written in, what dbt says."""

    name: str
    file: str
    message: str

    def __str__(self) -> str:
        return f"{self.name} ({self.file}): {self.message}"


@dataclass(frozen=True)
class BuildResult:
    """Nodes by status (success, pass, warn, fail, error, skipped), and what went wrong."""

    counts: Mapping[str, int]
    failures: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


class DbtRun:
    """One parsed project; use it in a `with`, after which no connection is left open."""

    def __init__(self, settings: DbtSettings) -> None:
        self._settings = settings
        self._manifest: Manifest | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        release_connections()

    def parse(self) -> Mapping[str, Any]:
        """Parses the project and returns its manifest as dbt writes it.

        Raises BuildFailedError when a file of the project does not parse.
        """
        from dbt.contracts.graph.manifest import Manifest

        parsed = self._invoke("parse")
        if not isinstance(parsed.result, Manifest):
            raise BuildFailedError(f"The dbt project does not parse: {_told(parsed)}")
        self._manifest = parsed.result
        manifest = json.loads((self._settings.cache / "manifest.json").read_bytes())
        return dict(manifest)

    def build(self, advance: Callable[[int, int], None]) -> BuildResult:
        """Seeds, builds and tests the data; `advance` is told nodes done and nodes in all.

        Unit tests are of the code, not of the data: `make test` runs them, a build does not.

        Raises BuildFailedError when dbt stopped before it could run its nodes.
        """
        from dbt.artifacts.schemas.run import RunExecutionResult

        def listen(event: "EventMsg") -> None:
            if event.info.name == "NodeFinished":
                seen.append(event.data.node_info.unique_id)
                advance(len(seen), total)

        seen: list[str] = []
        total = 0 if self._manifest is None else _node_count(self._manifest)
        built = self._invoke("build", listen, "--exclude-resource-type", "unit_test")
        if not isinstance(built.result, RunExecutionResult):
            raise BuildFailedError(f"dbt build stopped: {_told(built)}")
        return _summary(built.result.results)

    def _invoke(
        self,
        command: str,
        listener: "Callable[[EventMsg], None] | None" = None,
        *options: str,
    ) -> "dbtRunnerResult":
        settings = self._settings
        arguments = [
            *(command, *options, "--project-dir", str(settings.project)),
            *("--profiles-dir", str(settings.project)),
            *("--target", settings.target),
            *("--target-path", str(settings.cache)),
            *("--log-path", str(settings.log)),
            *("--log-level", "none", "--log-level-file", "info", "--no-use-colors-file"),
            *("--no-print", "--no-send-anonymous-usage-stats"),
            *("--warn-error-options", json.dumps({"error": _ERRORS_NOT_WARNINGS})),
        ]
        if settings.as_of is not None:
            arguments += ["--vars", json.dumps({"as_of": settings.as_of.isoformat()})]
        with _environment(
            NPAS_DB=settings.database, NPAS_RAW=settings.store, NPAS_PREVIOUS=settings.previous
        ):
            # seconds of imports: paid only by the commands that build
            from dbt.cli.main import dbtRunner

            runner = dbtRunner(self._manifest, [listener] if listener else [])
            result = runner.invoke(arguments)
        if isinstance(result.exception, KeyboardInterrupt):
            raise result.exception
        return result


def release_connections() -> None:
    """Closes what dbt keeps open between invocations of one process, and the database with it.

    Closing the adapters' connections is not enough: dbt-duckdb's own environment holds the file
    open until it is dropped too (dbt-core issue 11980).
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import reset_adapters

    reset_adapters()
    DuckDBConnectionManager.close_all_connections()


@contextmanager
def _environment(**paths: Path | None) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in paths}
    # views of a release name the files that they read
    _set({name: None if path is None else str(path.absolute()) for name, path in paths.items()})
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    try:
        yield
    finally:
        _set(before)


def _set(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _node_count(manifest: "Manifest") -> int:
    run = {"model", "seed", "snapshot", "test"}
    # a disabled model's tests stay in the manifest, disabled like it
    nodes = sum(
        node.resource_type.value in run and node.config.enabled for node in manifest.nodes.values()
    )
    return nodes + len(manifest.exposures)


def _summary(results: "Sequence[NodeResult]") -> BuildResult:
    counts = Counter(str(result.status) for result in results)
    failures = [_problem(result) for result in results if result.status in _BAD]
    warnings = [_problem(result) for result in results if result.status == "warn"]
    return BuildResult(dict(sorted(counts.items())), tuple(failures), tuple(warnings))


def _problem(result: "NodeResult") -> Problem:
    node = result.node
    lines = (result.message or "no message").strip().splitlines()
    if len(lines) > 1 and node.name in lines[0]:
        # dbt's first line says again which node it is
        del lines[0]
    message = " ".join(" ".join(lines).split())
    return Problem(f"{node.resource_type.value} {node.name}", node.original_file_path, message)


def _told(result: "dbtRunnerResult") -> str:
    return str(result.exception or "see dbt.log").strip()
