"""What a build looks at before it starts: packages as pinned, a local disk, room for the release.

A build that finds out half way that the disk is full has lost nothing that readers see, but it has
lost its time; a lock on a network file system may be held by two builders at once.
"""

import re
import shutil
from pathlib import Path

from npas import provenance
from npas.errors import EnvironmentProblemError
from npas.machine import MIB, told_mib
from npas.releases import release_bytes, releases
from npas.settings import MarketHome

# The candidate, dbt's artifacts, the copy kept of one that failed, and spills.
_TIMES_A_RELEASE = 3
# Smaller than this no release gets, whatever its input.
_FLOOR_BYTES = 64 * MIB
# Text that comes in lies in `raw`, in staging with what it was read as, and in the exports.
_TIMES_THE_INPUT = 30
# Of tapes, which are read in place, keys are spilled; the contracts ask for room of their own.
_TIMES_IN_PLACE = 2
_MOUNTS = Path("/proc/self/mountinfo")
_REMOTE = frozenset(
    {"9p", "afs", "ceph", "cifs", "fuse.sshfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4"}
    | {"smb2", "smb3", "smbfs"}
)


def check(project: Path, home: MarketHome, copied: int, in_place: int) -> None:
    """Checks the packages, the file system and the room for a build from an input of that size.

    `copied`: bytes of what it copies into the release; `in_place`: of what it reads in place.

    Raises EnvironmentProblemError with what to do.
    """
    check_packages(project)
    check_local(home.root)
    check_room(home, copied, in_place)


def check_packages(project: Path) -> None:
    """Compares what is installed with the project's lock."""
    lock = (project / "requirements.lock").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([a-z0-9-]+)(?:\[[^]]*\])?==([^ ]+)", lock, re.MULTILINE))
    others = [
        f"{name} {version} (pinned: {pinned[name]})"
        for name, version in provenance.package_versions().items()
        if name in pinned and version != pinned[name]
    ]
    if others:
        raise EnvironmentProblemError(
            f"Packages differ from requirements.lock: {', '.join(others)}. A release made with "
            "other versions may hold other values, or not open for its readers. Run `make clean` "
            "and `rm -rf .venv`, then `make build`."
        )


def check_local(folder: Path) -> None:
    """Refuses a folder on a network file system, as far as this system tells."""
    kind = file_system(folder)
    if kind in _REMOTE:
        raise EnvironmentProblemError(
            f"{folder} lies on a network file system ({kind}), where locks and renames are not to "
            "be trusted. Set NPAS_HOME to a folder on a local disk."
        )


def file_system(folder: Path) -> str | None:
    """The type of the file system that holds `folder`; None where there is no list of mounts."""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    place = folder.resolve()
    kinds: dict[Path, str] = {}
    for line in lines:
        mount, _, source = line.partition(" - ")
        # the kernel writes a space of a path as \040; a later mount hides an earlier one
        name = re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), mount.split(" ")[4])
        kinds[Path(name)] = source.split(" ")[0]
    return next((kinds[path] for path in [place, *place.parents] if path in kinds), None)


def check_room(home: MarketHome, copied: int, in_place: int) -> None:
    """Refuses to start below three times the largest release kept, plus what the input takes."""
    largest = max((release_bytes(release) for release in releases(home)), default=0)
    for_input = _FLOOR_BYTES + _TIMES_THE_INPUT * copied + _TIMES_IN_PLACE * in_place
    needed = _TIMES_A_RELEASE * largest + for_input
    free = shutil.disk_usage(home.root).free
    if free < needed:
        raise EnvironmentProblemError(
            f"{home.root} has {told_mib(free)} free and a build needs {told_mib(needed)}: "
            f"{_TIMES_A_RELEASE} times the largest release ({told_mib(largest)}), and "
            f"{told_mib(for_input)} for an input of {told_mib(copied + in_place)}. "
            "Nothing was started. Make room there, or set NPAS_HOME to a larger disk."
        )
