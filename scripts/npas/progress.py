"""What a command is doing, told on standard error: a live bar on a terminal, else plain lines."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_SECONDS_BETWEEN_LINES = 10.0


class Step:
    """One step under way; what it found, `summary`, is told at its end."""

    def __init__(self, title: str, bar: "tuple[Progress, TaskID] | None") -> None:
        self.title = title
        self.summary = ""
        self.started = time.monotonic()
        self._bar = bar
        self._last_line = self.started
        self._rows = 0

    def count(self, rows: int) -> None:
        """Shows that so many more rows are done, of nobody knows how many."""
        self._rows += rows
        if self._bar is not None:
            bar, task = self._bar
            bar.update(task, description=f"{self.title}, {self._rows:,} rows")
        else:
            self._say_at_times(f"{self._rows:,} rows")

    def advance(self, done: int, total: int) -> None:
        """Shows that `done` parts of `total` are done."""
        if self._bar is not None:
            bar, task = self._bar
            bar.update(task, completed=done, total=total)
        else:
            self._say_at_times(f"{done} of {total}")

    def _say_at_times(self, text: str) -> None:
        if time.monotonic() - self._last_line > _SECONDS_BETWEEN_LINES:
            self._last_line = time.monotonic()
            _say(f"{self.title}: {text}")


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Shows a step while it runs, and its seconds and summary when it has succeeded."""
    if sys.stderr.isatty():
        with _live_step(title) as running:
            yield running
    else:
        _say(f"{title} ...")
        running = Step(title, None)
        yield running
    seconds = time.monotonic() - running.started
    _say(f"{title}: {running.summary or 'done'} ({seconds:.1f} s)")


@contextmanager
def _live_step(title: str) -> Iterator[Step]:
    # rich is loaded only where there is a terminal to draw on
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        yield Step(title, (bar, bar.add_task(title, total=None)))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
