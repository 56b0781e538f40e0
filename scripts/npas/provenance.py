"""What a release was made from: input files, the project's code, and the packages that ran it."""

import hashlib
import platform
import subprocess
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from npas.raw_table import RawTable
from npas.settings import MARKETS

_PACKAGES = (
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "great-expectations",
    "pandas",
    "pyarrow",
    "xlsxwriter",
)
# What a database depends on; tests of Python code, documents and analyses do not change it.
_CODE_FILES = ("dbt_project.yml", "profiles.yml", "requirements.lock")
_CODE_FOLDERS = ("macros", "models", "seeds", "scripts/npas", "tests")
_NOT_CODE = ("tests/python",)


def file_sha256(path: Path) -> str:
    """The sha256 of the bytes of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def input_files(project: Path, labels: Iterable[str]) -> list[dict[str, Any]]:
    """Name, bytes and sha256 of each input file, given by its path in the project."""
    paths = {label: project / label for label in sorted(labels)}
    return [
        {"file": label, "bytes": path.stat().st_size, "sha256": file_sha256(path)}
        for label, path in paths.items()
    ]


def code_sha256(project: Path, market: str, inputs: Iterable[str]) -> str:
    """One hash of every file that decides how `inputs` become marts, the inputs left out."""
    apart = {project / label for label in inputs}
    apart |= {project / folder for folder in _NOT_CODE}
    apart |= {project / "seeds" / other for other in MARKETS if other != market}
    digest = hashlib.sha256()
    for path in _code_paths(project, apart):
        name = path.relative_to(project).as_posix()
        digest.update(f"{name}\0{file_sha256(path)}\n".encode())
    return digest.hexdigest()


def is_same_code(manifest: Mapping[str, Any], origin: Mapping[str, Any]) -> bool:
    """Whether a release was made by the files and packages of `origin`.

    A commit that changes no file a release depends on makes no difference.
    """
    code = manifest.get("code", {}).get("sha256")
    is_same: bool = code == origin["code"]["sha256"]
    return is_same and manifest.get("packages") == origin["packages"]


def is_same_code_and_rows(
    manifest: Mapping[str, Any], origin: Mapping[str, Any], tables: Iterable[RawTable]
) -> bool:
    """Whether what a release says of a delivery would be said again, so that it is taken over.

    The bytes of a delivery are its name. Its rows are others where it was removed from the store
    and the same bytes were loaded again, with another unit, say.
    """
    if not is_same_code(manifest, origin):
        return False
    contents = {file["sha256"]: file["content"] for file in manifest["inputs"]}
    origins = (table.origin for table in tables)
    return all(contents.get(one.sha256, one.content) == one.content for one in origins)


def package_versions() -> dict[str, str]:
    """Python and the packages whose behaviour a release may depend on."""
    return {"python": platform.python_version()} | {name: version(name) for name in _PACKAGES}


def git_commit(project: Path) -> str | None:
    """The commit that is checked out, or None outside a git checkout."""
    return _git(project, "rev-parse", "HEAD")


def git_is_clean(project: Path) -> bool | None:
    """Whether the files are those of the commit, or None outside a git checkout."""
    changes = _git(project, "status", "--porcelain")
    return None if changes is None else not changes


def _code_paths(project: Path, apart: set[Path]) -> list[Path]:
    paths = [project / name for name in _CODE_FILES]
    for folder in _CODE_FOLDERS:
        paths += (project / folder).rglob("*")
    return sorted(
        path
        for path in paths
        if path.is_file()
        and path.parent.name != "__pycache__"
        and apart.isdisjoint([path, *path.parents])
    )


def _git(project: Path, *arguments: str) -> str | None:
    try:
        answer = subprocess.run(
            ["git", "-C", str(project), *arguments],  # noqa: S607 (the git of the user's path)
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()
