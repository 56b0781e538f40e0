"""What several test modules share: one released warehouse, and copies of the project to break."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from filelock import FileLock

PROJECT = Path(__file__).resolve().parents[2]
# what a build reads
_FILES = ("dbt_project.yml", "profiles.yml", "requirements.lock")
_FOLDERS = ("macros", "models", "seeds", "tests", "scripts")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "python", "*.duckdb")


def run_npas(
    home: Path, *arguments: str, project: Path = PROJECT
) -> subprocess.CompletedProcess[str]:
    """Run the shipped command in a process of its own, from the code of `project`."""
    return subprocess.run(
        [sys.executable, "-m", "npas", *arguments],
        env=npas_environment(home, project),
        cwd=home.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def npas_environment(home: Path, project: Path = PROJECT) -> Mapping[str, str]:
    """The variables that make a process run the code of `project` and write under `home`."""
    kept = {name: value for name, value in os.environ.items() if name != "NPAS_DB"}
    return {**kept, "NPAS_HOME": str(home), "PYTHONPATH": str(project / "scripts")}


def copy_project(target: Path) -> Path:
    """A copy of everything a build reads, to be changed by a test."""
    target.mkdir()
    for name in _FILES:
        shutil.copy(PROJECT / name, target)
    for name in _FOLDERS:
        shutil.copytree(PROJECT / name, target / name, ignore=_LEFT_OUT)
    return target


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """An NPAS_HOME with one release of market public, built once and shared by all workers."""
    scratch = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        scratch = scratch.parent
    home = scratch / "shared_home"
    with FileLock(scratch / "shared_home.lock"):
        if not (home / "public" / "current").exists():
            built = run_npas(home, "build")
            assert built.returncode == 0, built.stdout + built.stderr
    return home


@pytest.fixture(scope="session")
def public_warehouse(shared_home: Path) -> Path:
    """The database of the shared release."""
    return shared_home / "public" / "current" / "npas.duckdb"


@pytest.fixture(scope="session")
def parsed_project(shared_home: Path) -> Path:
    """The folder with the manifest.json that dbt wrote for the shared release."""
    return shared_home / "public" / ".dbt"


@pytest.fixture
def project_copy(tmp_path: Path) -> Path:
    """The whole project, to be changed."""
    return copy_project(tmp_path / "project")


@pytest.fixture
def small_project(tmp_path: Path) -> Path:
    """The project without its models and tests: seeds alone, so that a build takes seconds."""
    project = copy_project(tmp_path / "small")
    for folder in ("staging", "intermediate", "marts"):
        shutil.rmtree(project / "models" / folder)
    for folder in ("marts", "staging", "meta"):
        shutil.rmtree(project / "tests" / folder)
    return project
