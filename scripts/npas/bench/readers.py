"""How long readers wait: every market-watch query on a published release.

One client alone, then fifty while the market is built and published again. Each client opens the
release that `current` points to, locked down as `npas shell` does, reopens it when another is
published, and asks for one whole figure after another, with half a second to read each. A query is
timed to its last row. Run it with `make bench-readers`.
"""

import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb

from npas.bench.options import options
from npas.bench.records import machine, write_records
from npas.bench.timing import BIN
from npas.reader import open_reader
from npas.settings import DATABASE, MarketHome

CLIENTS = 50
MARKET = "sample"
ROUNDS_ALONE = 20
READING_SECONDS = 0.5
MOST_MILLISECONDS = 20
# a build loads the machine from its start; readers are asked how they fare during all of it
_SPAWN = multiprocessing.get_context("spawn")


@dataclass
class Answers:
    """Milliseconds of each query, what went wrong, and the releases that were read."""

    milliseconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    releases: set[str] = field(default_factory=set)

    def add(self, other: "Answers") -> None:
        """Takes in the answers of another client."""
        self.milliseconds += other.milliseconds
        self.errors += other.errors
        self.releases |= other.releases

    @property
    def p50(self) -> float:
        """The median, in milliseconds."""
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        """The 95th percentile, in milliseconds."""
        return statistics.quantiles(self.milliseconds, n=20, method="inclusive")[-1]

    def __str__(self) -> str:
        return (
            f"{len(self.milliseconds):,} queries on {len(self.releases)} releases, "
            f"p50 {self.p50:.1f} ms, p95 {self.p95:.1f} ms, "
            f"max {max(self.milliseconds):.1f} ms, {len(self.errors)} errors"
        )


def main() -> int:
    """Prints p50, p95 and errors; returns 1 when a query failed or p95 is over the bound."""
    asked = options(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        print(f"building market {MARKET} ...", flush=True)
        _build(home)
        alone = _ask(_figures(home), home, _rounds(ROUNDS_ALONE), pause=0.0)
        print(f"one client: {alone}", flush=True)
        many = _many_during_a_publish(home)
        print(f"{CLIENTS} clients during a build and its publish: {many}")
    for error in sorted({*alone.errors, *many.errors}):
        print(error)
    print(f"machine: {machine()}")
    if asked.out is not None:
        write_answers({1: alone, CLIENTS: many}, asked.out / "readers.csv")
    holds = not (alone.errors or many.errors) and max(alone.p95, many.p95) <= MOST_MILLISECONDS
    print(f"p95 at most {MOST_MILLISECONDS} ms without errors: {'yes' if holds else 'NO'}")
    return 0 if holds else 1


def write_answers(answers: Mapping[int, Answers], path: Path) -> None:
    """Writes figures as CSV, one row per number of clients, with the machine."""
    records = [
        {
            "clients": clients,
            "queries": len(found.milliseconds),
            "releases": len(found.releases),
            "p50_milliseconds": found.p50,
            "p95_milliseconds": found.p95,
            "most_milliseconds": max(found.milliseconds),
            "errors": len(found.errors),
        }
        for clients, found in answers.items()
    ]
    write_records(records, path)


def _many_during_a_publish(home: Path) -> Answers:
    is_over = _SPAWN.Event()
    queue: multiprocessing.Queue[Answers] = _SPAWN.Queue()
    clients = [
        _SPAWN.Process(target=_client, args=(home, is_over, queue), daemon=True)
        for _ in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    _build(home)
    # what was published is read, too
    time.sleep(4 * READING_SECONDS)
    is_over.set()
    answers = Answers()
    for _ in clients:
        answers.add(queue.get())
    for client in clients:
        client.join()
    return answers


def _client(home: Path, is_over: Event, queue: "multiprocessing.Queue[Answers]") -> None:
    queue.put(_ask(_figures(home), home, lambda: not is_over.is_set(), READING_SECONDS))


def _rounds(count: int) -> Callable[[], bool]:
    left = iter(range(count))
    return lambda: next(left, None) is not None


def _ask(figures: Sequence[str], home: Path, goes_on: Callable[[], bool], pause: float) -> Answers:
    """Asks for every figure in turn, round after round."""
    answers = Answers()
    opened: Path | None = None
    connection: duckdb.DuckDBPyConnection | None = None
    while goes_on():
        for figure in figures:
            start = time.perf_counter()
            try:
                current = _database(home)
                if connection is None or current != opened:
                    connection, opened = open_reader(current), current
                    answers.releases.add(current.parent.name)
                connection.execute(f"select * from marts.{figure}").fetchall()
                answers.milliseconds.append(1000 * (time.perf_counter() - start))
            except (duckdb.Error, OSError) as problem:
                answers.errors.append(f"{figure}: {problem}")
            time.sleep(pause)
            if pause and not goes_on():
                break
    return answers


def _database(home: Path) -> Path:
    return (MarketHome.of(home, MARKET).current / DATABASE).resolve()


def _figures(home: Path) -> list[str]:
    with open_reader(_database(home)) as connection:
        found = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts' "
            "and (table_name like 'figure%' or table_name like 'published%') order by table_name"
        ).fetchall()
    return [str(name) for (name,) in found]


def _build(home: Path) -> None:
    done = subprocess.run(
        [str(BIN / "npas"), "build", "--market", MARKET, "--full"],
        env={**os.environ, "NPAS_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"npas build failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
