"""How long a command takes and how much memory it holds, with all the processes it starts."""

import math
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from npas.machine import memory_of_machine_mib

_MOST_MEMORY_MIB = 24 * 1024
# of the machine: what is left to it when a command takes all it may
_SPARED_MIB = 512
_EVERY_SECONDS = 0.2


class UnfinishedError(Exception):
    """A command that did not get to its end, and why."""


@dataclass(frozen=True)
class Run:
    """Seconds on the clock, and the most memory that all processes held at once."""

    seconds: float
    peak_mib: float


def most_memory_mib() -> int:
    """What a command may hold: 24 GiB, or nearly all that this machine has."""
    return min(_MOST_MEMORY_MIB, memory_of_machine_mib() - _SPARED_MIB)


def measured(
    command: Sequence[str],
    variables: Mapping[str, str],
    *,
    most_seconds: float,
    servers: Sequence[int] = (),
) -> Run:
    """Runs a command to its end, with more environment variables.

    `servers` are processes that work for it and whose memory counts too. Raises UnfinishedError
    when the command fails, or holds more than `most_memory_mib`, or takes longer than it may: then
    it is ended with all that it started.
    """
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, env={**os.environ, **variables}, stdout=said, stderr=said
        )
        watch = _Watch(process.pid, (process.pid, *servers), start + most_seconds)
        with watch:
            _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        # so that nothing waits for it once more
        process.returncode = os.waitstatus_to_exitcode(status)
        if watch.verdict is not None:
            raise UnfinishedError(watch.verdict)
        if process.returncode == -signal.SIGKILL:
            raise UnfinishedError("killed by the system, which ran out of memory")
        if process.returncode:
            said.seek(0)
            raise UnfinishedError(_told(said.read().decode(errors="replace")))
    # Linux saw every moment, of the largest process alone; up to what this process held when it
    # started the other, it says that instead
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    largest_mib = usage.ru_maxrss / 1024 if usage.ru_maxrss > own else 0.0
    return Run(seconds, max(watch.peak_mib, largest_mib))


def finished(
    command: Sequence[str], variables: Mapping[str, str], *, most_seconds: float = math.inf
) -> Run:
    """As `measured`, but SystemExit with what the command said when it does not get to its end."""
    try:
        return measured(command, variables, most_seconds=most_seconds)
    except UnfinishedError as problem:
        sys.exit(f"{' '.join(command)}: {problem}")


def _told(said: str) -> str:
    """The error that a failed command ended with: the last line that names one, or the last."""
    lines = said.strip().splitlines() or ["it said nothing"]
    errors = [line for line in lines if re.match(r"[\w.]*(Error|Exception)\b", line)]
    return f"failed: {(errors or lines)[-1]}"


class _Watch:
    """Looks at a command's memory and at the clock, and ends it where it passes what it may."""

    def __init__(self, leader: int, roots: Sequence[int], deadline: float) -> None:
        self.peak_mib = 0.0
        self.verdict: str | None = None
        self._leader = leader
        self._roots = roots
        self._deadline = deadline
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        most_mib = most_memory_mib()
        started = time.perf_counter()
        is_over = False
        while not is_over:
            self.peak_mib = max(self.peak_mib, _held_mib(_family(self._roots)))
            if self.peak_mib > most_mib:
                self._end(f"needs more memory than {most_mib / 1024:.1f} GiB")
            elif time.perf_counter() > self._deadline:
                self._end(f"not done after {time.perf_counter() - started:,.0f} s")
            is_over = self._is_over.wait(_EVERY_SECONDS)

    def _end(self, verdict: str) -> None:
        self.verdict = self.verdict or verdict
        for process in list(_family([self._leader])):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


def _family(roots: Iterable[int]) -> Iterator[int]:
    """Processes and all that they started."""
    for root in roots:
        yield root
        children: list[int] = []
        # one that ends meanwhile has none
        with suppress(OSError):
            for thread in Path(f"/proc/{root}/task").iterdir():
                children += map(int, (thread / "children").read_text("ascii").split())
        yield from _family(children)


def _held_mib(processes: Iterable[int]) -> float:
    """Memory of processes together; what they share is counted once."""
    own, shared = 0, 0
    for process in processes:
        with suppress(OSError):
            lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
            sizes = {line.split(":")[0]: line.split()[1] for line in lines if line.endswith(" kB")}
            own += int(sizes.get("RssAnon", 0)) + int(sizes.get("RssFile", 0))
            shared = max(shared, int(sizes.get("RssShmem", 0)))
    return (own + shared) / 1024
