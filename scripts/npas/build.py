"""`npas build`: contracts, then dbt into a fresh candidate, then a release.

Nothing that readers see changes before the last step, so a build that fails or is killed at any
point leaves the current release as it was.
"""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from npas.build_lock import build_lock
from npas.errors import EnvironmentProblemError
from npas.releases import Release
from npas.settings import MarketHome


@dataclass(frozen=True)
class BuildRequest:
    """What to build.

    `project` is the folder of dbt_project.yml, `home` the root of everything written, `as_of` the
    day whose knowledge counts (None: all that is known). `is_full` publishes although nothing
    changed. `accepted` is why changes that nothing explains are published all the same.
    """

    project: Path
    home: Path
    market: str
    as_of: date | None = None
    is_full: bool = False
    accepted: str | None = None


@dataclass(frozen=True)
class BuildOutcome:
    """The current release, whether this run made it, and what it found on the way, line by line."""

    release: Release
    is_new: bool
    findings: tuple[str, ...] = ()


def build(request: BuildRequest) -> BuildOutcome:
    """Builds one market and publishes it.

    Raises InputRejectedError, BuildFailedError, HeldError, BusyError or EnvironmentProblemError.
    """
    home = MarketHome.of(request.home, request.market)
    make_writable(home.root)
    with build_lock(home.lock):
        # slow to load: a second builder learns at once that it is not its turn
        from npas.candidate import build_and_publish

        return build_and_publish(request, home)


def make_writable(folder: Path) -> None:
    """Makes a folder that can be written to, or raises EnvironmentProblemError."""
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
