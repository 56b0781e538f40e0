"""Sides that measure the same pools, run in turns: equal first, then how long and how much memory.

Every side is a module that is run with a raw store and the file for its pools, in a process of its
own. A first run of each warms the caches and is not counted. One that does not get to its end is
left out from then on, and told so.
"""

import statistics
import sys
from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Self

from npas.bench.market import Market
from npas.bench.measuring import Run, UnfinishedError, measured
from npas.bench.options import MOST_SECONDS, RUNS
from npas.bench.pools import differences, read_pools
from npas.bench.records import read_records, write_records

_SHOWN_DIFFERENCES = 20
_FIGURES = ("median_seconds", "least_seconds", "most_seconds", "peak_mib")


@dataclass(frozen=True)
class Side:
    """A tool on a market.

    `servers`: processes that work for it, whose memory counts too. `remark`: what to know of it
    beside its figures.
    """

    name: str
    module: str
    market: Market
    python: Path = Path(sys.executable)
    variables: Mapping[str, str] = field(default_factory=dict)
    servers: tuple[int, ...] = ()
    remark: str = ""

    def run(self, pools: Path, most_seconds: float) -> Run:
        """Measures the market's pools into a file; raises UnfinishedError where it does not."""
        command = [str(self.python), "-m", self.module, str(self.market.store), str(pools)]
        return measured(command, self.variables, most_seconds=most_seconds, servers=self.servers)


@dataclass(frozen=True)
class Result:
    """What a side took; figures are None where it did not get to its end, and `remark` says why.

    `loans` is 0 where the market has no tapes.
    """

    side: str
    loans: int
    runs: int
    median_seconds: float | None
    least_seconds: float | None
    most_seconds: float | None
    peak_mib: float | None
    remark: str = ""

    @classmethod
    def of(cls, side: str, loans: int, runs: Sequence[Run], remark: str = "") -> Self:
        """What runs that got to their end took."""
        seconds = [run.seconds for run in runs]
        return cls(
            side,
            loans,
            len(runs),
            statistics.median(seconds),
            min(seconds),
            max(seconds),
            max(run.peak_mib for run in runs),
            remark,
        )

    @property
    def told(self) -> str:
        """One line of a report."""
        title = f"{self.side}, {self.loans:,} loans" if self.loans else self.side
        if self.median_seconds is None:
            return f"{title}: {self.remark}"
        return (
            f"{title}: median {self.median_seconds:,.2f} s ({self.least_seconds:,.2f} to "
            f"{self.most_seconds:,.2f}), at most {self.peak_mib:,.0f} MiB"
            f"{self.remark and f'; {self.remark}'}"
        )


def compare(
    sides: Sequence[Side], scratch: Path, *, runs: int = RUNS, most_seconds: float = MOST_SECONDS
) -> list[Result]:
    """Runs all sides in turns; what each took, in their order.

    SystemExit with the cells that differ when two sides on one market do not measure the same.
    """
    print(f"warming up and comparing, then {runs} runs of each in turns ...", flush=True)
    files = {side.name: scratch / f"{number}.parquet" for number, side in enumerate(sides)}
    taken: dict[str, list[Run]] = {side.name: [] for side in sides}
    unfinished: dict[str, str] = {}
    for turn in range(runs + 1):
        for side in sides:
            if side.name in unfinished:
                continue
            try:
                run = side.run(files[side.name], most_seconds)
            except UnfinishedError as problem:
                unfinished[side.name] = str(problem)
                print(f"  {side.name}: {problem}", flush=True)
                continue
            _compare(_first(sides, side.market, unfinished), side, files)
            print(f"  turn {turn}, {side.name}: {run.seconds:,.2f} s", flush=True)
            if turn:
                taken[side.name].append(run)
    return [_result(side, taken[side.name], unfinished.get(side.name)) for side in sides]


def _first(sides: Sequence[Side], market: Market, left_out: Container[str]) -> Side:
    """The side that the others on this market are compared with."""
    return next(side for side in sides if side.market == market and side.name not in left_out)


def _compare(expected: Side, found: Side, files: Mapping[str, Path]) -> None:
    if expected is found:
        return
    pools = (read_pools(files[side.name]) for side in (expected, found))
    if told := list(islice(differences(*pools), _SHOWN_DIFFERENCES)):
        title = f"{found.name} does not measure what {expected.name} does:"
        print("\n  ".join([title, *told]), file=sys.stderr)
        sys.exit(1)


def _result(side: Side, runs: Sequence[Run], problem: str | None) -> Result:
    if problem is not None or not runs:
        told = problem or "not run"
        return Result(side.name, side.market.loans, len(runs), None, None, None, None, told)
    return Result.of(side.name, side.market.loans, runs, side.remark)


def variable_seconds(models: Result, fixed: Result) -> float | None:
    """What the models took beyond what they take whatever the size; None where it is not known."""
    if models.median_seconds is None or fixed.median_seconds is None:
        return None
    return models.median_seconds - fixed.median_seconds


def told_ratio(part: float | None, whole: float | None) -> str:
    """How many times as long as another, as text."""
    if part is None or whole is None or whole <= 0:
        return "not known"
    return f"{part / whole:.2f}"


def write_results(results: Sequence[Result], path: Path) -> None:
    """Writes figures as CSV, one row per side and size, with the machine."""
    write_records([asdict(result) for result in results], path)


def read_results(path: Path) -> list[Result]:
    """Figures that were written as CSV."""
    return [_read(row) for row in read_records(path)]


def _read(row: Mapping[str, str]) -> Result:
    median, least, most, peak = (float(row[name]) if row[name] else None for name in _FIGURES)
    remark = row["remark"]
    return Result(
        row["side"], int(row["loans"]), int(row["runs"]), median, least, most, peak, remark
    )
