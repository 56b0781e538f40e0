"""`npas verify`: whether a release still is what was published."""

from collections.abc import Mapping
from typing import Any

import duckdb

from npas.content_hash import mart_contents
from npas.errors import ReleaseError
from npas.releases import MANIFEST, Release, release_files
from npas.settings import DATABASE


def differences(release: Release) -> list[str]:
    """What differs from the manifest, one line each: files by their bytes, marts by their content.

    The report is left out: it is rendered after a release was published. Raises ReleaseError for
    a release whose manifest lists no files.
    """
    published = release.manifest.get("files")
    if not isinstance(published, Mapping):
        raise ReleaseError(
            f"{release.path / MANIFEST} lists no files: the release was made by an older version "
            "and cannot be verified. `npas build --full` makes one that can."
        )
    return [*_files(release, published), *_marts(release)]


def _files(release: Release, published: Mapping[str, Any]) -> list[str]:
    found = release_files(release.path)
    lines = []
    for name in sorted(published.keys() | found.keys()):
        path = release.path / name
        if name not in found:
            lines.append(f"{path}: is missing")
        elif name not in published:
            lines.append(f"{path}: is not in the manifest")
        elif found[name] != published[name]:
            lines.append(f"{path}: {_told(found[name])}; published with {_told(published[name])}")
    return lines


def _marts(release: Release) -> list[str]:
    published = {name: _row(mart) for name, mart in release.manifest["marts"].items()}
    if not release.database.is_file():
        return []
    try:
        with duckdb.connect(release.database, read_only=True) as connection:
            contents = mart_contents(connection)
    except duckdb.Error as problem:
        first = str(problem).splitlines()[0]
        return [f"{release.database}: cannot be read by DuckDB: {first}"]
    found = {name: (mart.rows, mart.sha256) for name, mart in contents.items()}
    return [
        f"marts.{name} in {DATABASE}: {_content(found.get(name))}; published with "
        f"{_content(published.get(name))}"
        for name in sorted(published.keys() | found.keys())
        if found.get(name) != published.get(name)
    ]


def _row(mart: Mapping[str, Any]) -> tuple[int, str]:
    return mart["rows"], mart["sha256"]


def _told(file: Mapping[str, Any]) -> str:
    return f"{file['bytes']:,} bytes, sha256 {str(file['sha256'])[:16]}..."


def _content(content: tuple[int, str] | None) -> str:
    return "nothing" if content is None else f"{content[0]:,} rows, sha256 {content[1][:16]}..."
