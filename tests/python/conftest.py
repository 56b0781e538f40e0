"""What several test modules share: one released warehouse, and copies of the project to break."""

import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from support import copy_project, run_npas


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers share."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def shared_project(scratch: Path) -> Path:
    """The project as it was when the tests began: an editor may go on changing the original."""
    project = scratch / "shared_project"
    with FileLock(scratch / "shared_project.lock"):
        if not project.exists():
            copy_project(project)
    return project


@pytest.fixture(scope="session")
def shared_home(scratch: Path, shared_project: Path) -> Path:
    """An NPAS_HOME with one release of market public, built once and shared by all workers."""
    home = scratch / "shared_home"
    with FileLock(scratch / "shared_home.lock"):
        if not (home / "public" / "current").exists():
            built = run_npas(shared_project, home, "build")
            assert built.returncode == 0, built.stdout + built.stderr
    return home


@pytest.fixture(scope="session")
def sample_home(scratch: Path, shared_project: Path) -> Path:
    """An NPAS_HOME with one release of market sample, built once and shared by all workers."""
    home = scratch / "sample_home"
    with FileLock(scratch / "sample_home.lock"):
        if not (home / "sample" / "current").exists():
            built = run_npas(shared_project, home, "build", "--market", "sample")
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
def project_copy(shared_project: Path, tmp_path: Path) -> Path:
    """The whole project, to be changed."""
    return shutil.copytree(shared_project, tmp_path / "project")


@pytest.fixture
def small_project(shared_project: Path, tmp_path: Path) -> Path:
    """The project without its models and tests: seeds alone, so that a build takes seconds."""
    project = shutil.copytree(shared_project, tmp_path / "small")
    for folder in ("staging", "intermediate", "marts"):
        shutil.rmtree(project / "models" / folder)
    for folder in ("marts", "staging", "meta"):
        shutil.rmtree(project / "tests" / folder)
    return project
