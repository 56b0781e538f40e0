"""What a stranger's machine relies on: the lock, the pins, make, and the CI script."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parents[2]
LOCK = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
ENTRIES = [
    entry for entry in re.split(r"\n(?=[a-z])", LOCK.split("\n", 2)[2]) if not entry.startswith("#")
]


def pins() -> list[str]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["dev"]]


def test_the_lock_names_no_address() -> None:
    assert "://" not in LOCK
    assert len(ENTRIES) > 90


def test_every_package_of_the_lock_has_one_version_and_hashes() -> None:
    for entry in ENTRIES:
        first, *hashes = entry.rstrip("\n").split(" \\\n")
        assert re.fullmatch(r"[a-z0-9-]+(\[[a-z]+\])?==[^ ]+( ; .+)?", first)
        assert hashes
        assert all(re.fullmatch(r" {4}--hash=sha256:[0-9a-f]{64}", line) for line in hashes)


@pytest.mark.parametrize("pin", pins())
def test_every_pin_is_exact_and_in_the_lock(pin: str) -> None:
    requirement = Requirement(pin)
    assert re.fullmatch(r"==[^*]+", str(requirement.specifier))
    locked = [entry.split(" ")[0] for entry in ENTRIES]
    assert f"{requirement.name}{requirement.specifier}" in locked


@pytest.mark.parametrize("platform", ["manylinux", "macosx", "win_amd64"])
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_lock_resolves_on_every_python(python: str, platform: str) -> None:
    """Each entry that holds for a Python is one version; none is left out for a whole Python."""
    system = {"manylinux": "linux", "macosx": "darwin", "win_amd64": "win32"}[platform]
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.1",
        "sys_platform": system,
    }
    names = []
    for entry in ENTRIES:
        requirement = Requirement(entry.split(" \\\n")[0])
        if requirement.marker is None or requirement.marker.evaluate(environment):
            names.append(requirement.name)
    assert len(names) == len(set(names))
    assert {"numpy", "scipy", "networkx"} <= set(names)


def test_make_lists_its_targets() -> None:
    told = subprocess.run(["make", "-C", str(PROJECT)], capture_output=True, text=True, check=True)
    for target in (
        "build",
        "test",
        "lint",
        "docs",
        "clean",
        "lock",
        "bench-start",
        "bench-report",
        "mutate",
    ):
        assert f"make {target} " in told.stdout


def test_without_a_fit_python_nothing_is_removed_and_the_message_says_what_to_do(
    tmp_path: Path,
) -> None:
    (tmp_path / "scripts").mkdir()
    script = PROJECT / "scripts" / "bootstrap.sh"
    (tmp_path / "scripts" / "bootstrap.sh").write_bytes(script.read_bytes())
    (tmp_path / ".venv").mkdir()
    done = subprocess.run(
        ["bash", "scripts/bootstrap.sh"],
        cwd=tmp_path,
        env={**os.environ, "PYTHON": "/bin/false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 69
    assert "No Python from 3.11 to 3.13 was found (looked for: /bin/false)" in done.stderr
    assert "make PYTHON=/path/to/python" in done.stderr
    assert (tmp_path / ".venv").exists()


def test_the_workflow_runs_the_script_that_everybody_can_run() -> None:
    workflow = (PROJECT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert "      - run: .ci/run\n" in workflow
    assert os.access(PROJECT / ".ci" / "run", os.X_OK)


def test_without_a_package_manager_the_message_names_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "id").symlink_to("/usr/bin/id")
    script = PROJECT / "scripts" / "install_system_packages.sh"

    done = subprocess.run(
        ["/bin/bash", script],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 69
    assert done.stderr.startswith("Missing: chromium fonts-noto-cjk fontconfig.")
    assert "sudo apt-get install chromium fonts-noto-cjk fontconfig" in done.stderr
