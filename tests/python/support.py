"""Running the shipped command, and copying the project to change it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
# what a build reads
_FILES = ("dbt_project.yml", "profiles.yml", "requirements.lock")
_FOLDERS = ("macros", "models", "seeds", "tests", "scripts")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "python", "*.duckdb")


def run_npas(project: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, from the code of `project`."""
    return subprocess.run(
        [sys.executable, "-m", "npas", *arguments],
        env=npas_environment(project, home),
        cwd=project.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def npas_environment(project: Path, home: Path) -> Mapping[str, str]:
    """The variables that make a process run the code of `project` and write under `home`."""
    kept = {name: value for name, value in os.environ.items() if name != "NPAS_DB"}
    return {**kept, "NPAS_HOME": str(home), "PYTHONPATH": str(project / "scripts")}


def with_free(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    """Makes every disk have so many bytes free."""
    usage = shutil.disk_usage("/")._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)


def copy_project(target: Path) -> Path:
    """A copy of everything a build reads, to be changed by a test."""
    target.mkdir()
    for name in _FILES:
        shutil.copy(PROJECT / name, target)
    for name in _FOLDERS:
        shutil.copytree(PROJECT / name, target / name, ignore=_LEFT_OUT)
    return target
