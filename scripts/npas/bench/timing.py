"""How long a command takes, in a process of its own."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Taken:
    """Seconds on the clock, and seconds of processors: these count less of what else runs."""

    wall: float
    cpu: float


def taken(command: Sequence[str], variables: Mapping[str, str]) -> Taken:
    """Runs a command with more environment variables; ends this process when it fails."""
    start, start_cpu = time.perf_counter(), _children_cpu()
    done = subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    seconds = Taken(time.perf_counter() - start, _children_cpu() - start_cpu)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return seconds


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
