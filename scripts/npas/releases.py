"""Releases of a market: complete directories, one of which `current` points to.

A release is written as a candidate, brought to the disk, renamed into place, and becomes the one
that readers see when the symlink `current` is renamed over the old one. That rename is the only
commit point: a run that dies before it has changed nothing that readers see.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from npas.provenance import file_sha256
from npas.settings import DATABASE, MarketHome

KEPT_RELEASES = 5
MANIFEST = "manifest.json"
# what the contracts found in its input
CONTRACTS = "contracts"
# rendered into a release after it was published, and again whenever somebody asks for it
_REPORT = "report"


@dataclass(frozen=True)
class Release:
    """One published directory and its manifest; `is_current`: readers see this one."""

    path: Path
    manifest: Mapping[str, Any]
    is_current: bool

    @property
    def run_id(self) -> str:
        """The name of the directory."""
        return self.path.name

    @property
    def database(self) -> Path:
        """The file that readers open, read-only."""
        return self.path / DATABASE

    def has_unchanged(self, name: str) -> bool:
        """Whether one of its files can be read and is what was published."""
        try:
            found = file_sha256(self.path / name)
        except OSError:
            return False
        files = self.manifest.get("files") or {}
        return name in files and found == files[name]["sha256"]


def new_run_id(now: datetime | None = None) -> str:
    """A name that sorts by time, in UTC, to the microsecond: 20261231T235959-123456Z."""
    return (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%S-%fZ")


def releases(home: MarketHome) -> list[Release]:
    """All complete releases of a market, oldest first; a directory without a manifest is none."""
    if not home.releases.is_dir():
        return []
    current = _current_name(home)
    found = []
    for path in sorted(home.releases.iterdir()):
        manifest = _manifest_of(path)
        if manifest is not None:
            found.append(Release(path, manifest, path.name == current))
    return found


def current_release(home: MarketHome) -> Release | None:
    """The release that readers see, or None when there is none."""
    return next((release for release in releases(home) if release.is_current), None)


def sweep(home: MarketHome) -> None:
    """Removes what a killed run left; the lock is held."""
    for path in [*home.root.glob(".work-*"), *home.root.glob(".cur-*")]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def publish(home: MarketHome, candidate: Path, manifest: Mapping[str, Any]) -> Release:
    """Makes a candidate directory the current release, named by the manifest's `run_id`.

    The manifest gets the sha256 of every file, and no file can be written any more. Keeps the last
    `KEPT_RELEASES`. Raises OSError when the disk refuses; `current` is then as it was before.
    """
    complete = {**manifest, "files": release_files(candidate)}
    text = json.dumps(complete, ensure_ascii=False, indent=2) + "\n"
    (candidate / MANIFEST).write_text(text, encoding="utf-8")
    _to_disk(candidate)
    home.releases.mkdir(exist_ok=True)
    path = home.releases / str(manifest["run_id"])
    candidate.rename(path)
    _fsync(home.releases)
    release = make_current(home, Release(path, complete, is_current=False))
    _keep_last(home)
    return release


def make_current(home: MarketHome, release: Release) -> Release:
    """Lets readers see `release` from now on, by one rename; the lock is held."""
    link = home.root / f".cur-{release.run_id}"
    link.symlink_to(release.path.relative_to(home.root), target_is_directory=True)
    link.replace(home.current)
    _fsync(home.root)
    return replace(release, is_current=True)


def release_files(folder: Path) -> dict[str, dict[str, int | str]]:
    """Bytes and sha256 of each file of a release, by its path in `folder`.

    The manifest is not among them, for it cannot hold its own hash, nor is the report.
    """
    return {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": file_sha256(path),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and _is_fixed(path.relative_to(folder))
    }


def release_bytes(release: Release) -> int:
    """What a release takes on the disk, its report included."""
    return sum(path.stat().st_size for path in release.path.rglob("*") if path.is_file())


def _is_fixed(path: Path) -> bool:
    return path != Path(MANIFEST) and not path.parts[0].lstrip(".").startswith(_REPORT)


def _keep_last(home: MarketHome) -> None:
    kept = [release for release in releases(home) if not release.is_current]
    surplus = kept[: max(0, len(kept) - (KEPT_RELEASES - 1))]
    for release in surplus:
        # first out of the listing, so that a half removed directory is never taken for a release
        doomed = home.root / f".work-removed-{release.run_id}"
        release.path.rename(doomed)
        shutil.rmtree(doomed)


def _current_name(home: MarketHome) -> str | None:
    try:
        return home.current.readlink().name
    except OSError:
        return None


def _manifest_of(path: Path) -> dict[str, Any] | None:
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and (path / DATABASE).is_file() else None


def _to_disk(folder: Path) -> None:
    """Makes all files read-only and lasting."""
    for path, _, files in os.walk(folder, topdown=False):
        for name in files:
            Path(path, name).chmod(0o444)
            _fsync(Path(path, name))
        _fsync(Path(path))


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
