"""The shipped command, run as a user runs it: what it prints and how it ends."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from npas import build as build_module
from npas.build_lock import build_lock
from npas.cli import cli
from npas.releases import releases
from npas.settings import MarketHome
from support import npas_environment, run_npas

Npas = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def npas(shared_project: Path) -> Npas:
    """Runs `npas` with a home and arguments, in a process of its own."""
    return partial(run_npas, shared_project)


@pytest.fixture
def home(shared_home: Path, tmp_path: Path) -> Path:
    """A copy of the shared home, to be changed."""
    return shutil.copytree(shared_home, tmp_path / "home", symlinks=True)


def current(home: Path) -> str:
    return (home / "public" / "current").readlink().name


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while not path.exists():
        assert process.poll() is None, "ended before it could be killed"
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.02)


def test_help_is_quick_because_nothing_slow_is_loaded() -> None:
    slow = "{'duckdb', 'pyarrow', 'pandas', 'dbt', 'great_expectations', 'rich', 'filelock'}"
    code = f"import sys, npas.cli; sys.exit(', '.join({slow} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert loaded.stderr.decode().strip() == ""
    helped = CliRunner().invoke(cli, ["--help"])
    assert helped.exit_code == 0
    for command in ("build", "check", "releases"):
        assert f"\n  {command} " in helped.output


def test_a_build_without_news_publishes_nothing_and_ends_with_a_query(
    npas: Npas, shared_home: Path
) -> None:
    before = current(shared_home)
    done = npas(shared_home, "build")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"Nothing new since release {before} of market public")
    database = shared_home / "public" / "current" / "npas.duckdb"
    assert lines[1] == f"Database: {database}"
    assert lines[2].startswith("Try: ")
    assert current(shared_home) == before
    query = lines[2].removeprefix("Try:").strip()
    answer = subprocess.run(
        ["bash", "-c", query], capture_output=True, text=True, check=True, cwd="/"
    )
    assert "issued_yi_yuan" in answer.stdout
    assert "2016" in answer.stdout


def test_the_release_is_listed(npas: Npas, shared_home: Path) -> None:
    listed = npas(shared_home, "releases")
    assert listed.returncode == 0
    assert listed.stdout.startswith(f"* {current(shared_home)}  as of all known  ")
    assert "marts" in listed.stdout


def test_without_a_release_the_list_says_how_to_make_one(npas: Npas, tmp_path: Path) -> None:
    listed = npas(tmp_path / "home", "releases", "--market", "sample")
    assert listed.returncode == 0
    assert "Market sample has no release" in listed.stdout
    assert "npas build" in listed.stdout


def test_a_second_build_ends_at_once_and_names_the_first(npas: Npas, home: Path) -> None:
    with build_lock(home / "public" / "build.lock"):
        busy = npas(home, "build", "--full")
    assert busy.returncode == 75
    assert "Another build of this market is running: process" in busy.stderr
    assert "started at 20" in busy.stderr
    assert "Traceback" not in busy.stderr


def test_a_killed_build_changes_nothing_and_the_next_one_succeeds(
    npas: Npas, shared_project: Path, home: Path
) -> None:
    before = current(home)
    market = home / "public"
    process = subprocess.Popen(
        [sys.executable, "-m", "npas", "build", "--full"],
        env=npas_environment(shared_project, home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    wait_for(market / ".work-candidate" / "npas.duckdb", process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert current(home) == before
    assert (market / ".work-candidate").exists()

    done = npas(home, "build", "--full")
    assert done.returncode == 0, done.stderr
    assert current(home) > before
    assert f"\nPublished release {current(home)} of market public.\n" in done.stdout
    assert "dbt build: " in done.stderr
    assert not list(market.glob(".work*"))
    # same input, same code: the same content
    first, second = releases(MarketHome(market))
    assert (first.is_current, second.is_current) == (False, True)
    assert first.manifest["marts"] == second.manifest["marts"]
    listed = npas(home, "releases").stdout.splitlines()
    assert [line[:2] for line in listed] == ["  ", "* "]


def test_rejected_input_ends_with_2_and_leaves_the_release(home: Path, project_copy: Path) -> None:
    before = current(home)
    deals = project_copy / "seeds" / "public" / "raw_deals.csv"
    deals.write_text(deals.read_text(encoding="utf-8").replace("deal_code,", "code,", 1))
    refused = run_npas(project_copy, home, "build")
    assert refused.returncode == 2, refused.stderr
    assert str(home / "public" / "contracts" / "violations.csv") in refused.stderr
    assert "Traceback" not in refused.stderr
    assert current(home) == before


def test_check_says_what_is_wrong_and_where_it_is_listed(
    npas: Npas, shared_project: Path, tmp_path: Path
) -> None:
    good = shared_project / "seeds" / "public" / "raw_deals.csv"
    bad = tmp_path / "raw_tranches.csv"
    bad.write_text("deal_code,other\nD1,x\n", encoding="utf-8")
    home = tmp_path / "home"
    refused = npas(home, "check", str(good), str(bad))
    assert refused.returncode == 2, refused.stderr
    assert f"Every finding: {home / 'check' / 'violations.csv'}" in refused.stdout
    assert "raw_tranches.csv" in (home / "check" / "violations.csv").read_text("utf-8")
    assert (home / "check" / "data_docs" / "index.html").is_file()


def test_check_accepts_the_register(npas: Npas, tmp_path: Path) -> None:
    accepted = npas(tmp_path / "home", "check", "--market", "public")
    assert accepted.returncode == 0, accepted.stderr
    violations = tmp_path / "home" / "public" / "check" / "violations.csv"
    assert f"Every finding: {violations}" in accepted.stdout
    assert violations.is_file()


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["check"], 2, "Name either files and folders to check, or --market."),
        (["check", "a.csv", "--market", "public"], 2, "Name either files"),
        (["check", "no/such/file.csv"], 2, "no/such/file.csv: no such file or folder"),
        (["build", "--market", "moon"], 2, "'moon' is not one of 'public', 'sample'"),
        (["build", "--market", "deliveries"], 2, "market deliveries has no raw tables"),
        (["build", "--as-of", "2024-13-01"], 2, "'2024-13-01' does not match"),
    ],
)
def test_a_wrong_command_line_says_what_is_wrong(
    npas: Npas, tmp_path: Path, arguments: list[str], exit_code: int, message: str
) -> None:
    done = npas(tmp_path / "home", *arguments)
    assert done.returncode == exit_code
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_home_that_cannot_be_written_ends_with_69(npas: Npas, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = npas(tmp_path / "file", "build")
    assert done.returncode == 69
    assert "Set NPAS_HOME" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_its_project_the_command_ends_with_69(shared_project: Path, tmp_path: Path) -> None:
    shutil.copytree(shared_project / "scripts", tmp_path / "scripts")
    done = run_npas(tmp_path, tmp_path / "home", "build")
    assert done.returncode == 69
    assert f"There is no dbt project in {tmp_path}" in done.stderr


@pytest.mark.parametrize(
    ("fault", "exit_code", "message"),
    [
        (OSError(28, "No space left on device", "/disk/npas.duckdb"), 69, "/disk/npas.duckdb: No"),
        (RuntimeError("not foreseen"), 1, "Unexpected fault: RuntimeError: not foreseen"),
    ],
)
def test_what_nobody_foresaw_ends_without_a_traceback(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
    exit_code: int,
    message: str,
) -> None:
    def fail(_: object) -> None:
        raise fault

    monkeypatch.setattr(build_module, "build", fail)
    monkeypatch.setenv("NPAS_HOME", str(tmp_path))
    done = CliRunner().invoke(cli, ["build"])
    assert done.exit_code == exit_code
    assert message in done.stderr
    assert "Traceback" not in done.output
    log = tmp_path / "npas-fault.log"
    assert log.exists() == (exit_code == 1)
