"""`npas rollback`: readers see an earlier release again."""

from npas.build_lock import build_lock
from npas.errors import ReleaseError
from npas.provenance import file_sha256
from npas.releases import Release, make_current, releases
from npas.settings import DATABASE, MarketHome


def find_release(home: MarketHome, run_id: str | None) -> Release:
    """The release of that name, or the current one. Raises ReleaseError naming those there are."""
    found = releases(home)
    for release in found:
        if release.run_id == run_id or (run_id is None and release.is_current):
            return release
    if run_id is None:
        raise ReleaseError(f"There is no current release in {home.root}. `npas build` makes one.")
    names = ", ".join(release.run_id for release in found) or "none"
    raise ReleaseError(f"There is no release {run_id} in {home.releases}. There are: {names}.")


def roll_back(home: MarketHome, run_id: str | None = None) -> tuple[Release, bool]:
    """Makes a release the current one; returns it, and whether that changed anything.

    Without a name it is the one before the newest: the newest is withdrawn. Once that is done, or
    the current release is older still, there is nothing more to withdraw, so a second run changes
    nothing. Raises ReleaseError, or BusyError while a build runs.
    """
    if not home.root.is_dir():
        raise ReleaseError(f"There is no release in {home.root}. `npas build` makes one.")
    with build_lock(home.lock):
        target = _before_the_newest(home) if run_id is None else find_release(home, run_id)
        if target.is_current:
            return target, False
        _check_database(target)
        return make_current(home, target), True


def _before_the_newest(home: MarketHome) -> Release:
    found = releases(home)
    current = find_release(home, None)
    if current.run_id != found[-1].run_id:
        return current
    if len(found) == 1:
        raise ReleaseError(
            f"{current.run_id} is the only release in {home.releases}: there is none before it."
        )
    return found[-2]


def _check_database(release: Release) -> None:
    published = release.manifest.get("files", {}).get(DATABASE, {}).get("sha256")
    # a release of a version that wrote no hashes is taken as it is
    if published is not None and file_sha256(release.database) != published:
        raise ReleaseError(
            f"{release.database} is not the file that was published, so readers stay where they "
            "are. `npas verify` says what differs; name another release of `npas releases`."
        )
