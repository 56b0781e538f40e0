"""Both markets with their pages, away from the releases that other tests read."""

import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from npas.settings import DATABASE, MarketHome
from support import PROJECT, run_npas

MARKETS = ("public", "sample")


@pytest.fixture(scope="session")
def report_home(scratch: Path, shared_project: Path, shared_home: Path, sample_home: Path) -> Path:
    """An NPAS_HOME with a release and a page of each market."""
    home = scratch / "report_home"
    with FileLock(scratch / "report_home.lock"):
        if not home.exists():
            draft = scratch / "report_home_draft"
            for market, built in zip(MARKETS, (shared_home, sample_home), strict=True):
                _copy_release(MarketHome.of(built, market), MarketHome.of(draft, market))
                rendered = run_npas(shared_project, draft, "report", "--market", market)
                assert rendered.returncode == 0, rendered.stdout + rendered.stderr
            draft.rename(home)
    return home


def _copy_release(built: MarketHome, copy: MarketHome) -> None:
    release = built.current.resolve()
    target = copy.releases / release.name
    target.mkdir(parents=True)
    for name in (DATABASE, "manifest.json"):
        shutil.copy(release / name, target)
    copy.current.symlink_to(target.relative_to(copy.root), target_is_directory=True)


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where pictures of the pages are kept."""
    folder = PROJECT / "target" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The system's browser; without one the test fails."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    how = "Run scripts/install_system_packages.sh, which installs it with apt-get."
    if path is None:
        pytest.fail(f"The page is tested in a browser, and there is no {' or '.join(names)}. {how}")
    return path
