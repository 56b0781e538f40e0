"""What a stranger's machine relies on: the lock, the pins, make, and the CI script."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parents[2]
LOCK, SPARK_LOCK, BENCH_LOCK = (
    (PROJECT / name).read_text(encoding="utf-8")
    for name in ("requirements.lock", "requirements-spark.lock", "requirements-bench.lock")
)


def entries(lock: str) -> list[str]:
    found = re.split(r"\n(?=[a-z])", lock.split("\n", 2)[2])
    return [entry for entry in found if not entry.startswith("#")]


def pins(extra: str) -> list[str]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"][extra]]


@pytest.mark.parametrize("lock", [LOCK, SPARK_LOCK, BENCH_LOCK], ids=["base", "spark", "bench"])
def test_a_lock_names_no_address(lock: str) -> None:
    assert "://" not in lock
    assert len(entries(lock)) > 80


@pytest.mark.parametrize("lock", [LOCK, SPARK_LOCK, BENCH_LOCK], ids=["base", "spark", "bench"])
def test_every_package_of_a_lock_has_one_version_and_hashes(lock: str) -> None:
    for entry in entries(lock):
        first, *hashes = entry.rstrip("\n").split(" \\\n")
        assert re.fullmatch(r"[a-z0-9-]+(\[[a-z]+\])?==[^ ]+( ; .+)?", first)
        assert hashes
        assert all(re.fullmatch(r" {4}--hash=sha256:[0-9a-f]{64}", line) for line in hashes)


@pytest.mark.parametrize(
    ("lock", "pin"),
    [
        pytest.param(lock, pin, id=f"{extra}-{pin}")
        for extra, lock in (("dev", LOCK), ("spark", SPARK_LOCK), ("bench", BENCH_LOCK))
        for pin in pins(extra)
    ],
)
def test_every_pin_is_exact_and_in_its_lock(lock: str, pin: str) -> None:
    requirement = Requirement(pin)
    assert re.fullmatch(r"==[^*]+", str(requirement.specifier))
    locked = [re.sub(r"\[.*\]", "", entry.split(" ")[0]) for entry in entries(lock)]
    assert f"{requirement.name}{requirement.specifier}" in locked


@pytest.mark.parametrize(
    ("lock", "packages"),
    [
        pytest.param(SPARK_LOCK, {"dbt-spark", "py4j", "pyspark", "sqlparams"}, id="spark"),
        pytest.param(
            BENCH_LOCK, {"polars", "polars-runtime-32", "psycopg", "psycopg-binary"}, id="bench"
        ),
    ],
)
def test_a_group_adds_packages_and_changes_none(lock: str, packages: set[str]) -> None:
    """Installed over the base lock it leaves every version as it was."""
    added = set(entries(lock)) - set(entries(LOCK))

    assert {re.split(r"==|\[", entry)[0] for entry in added} == packages


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
    for entry in entries(LOCK):
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
        "bench-limit",
        "bench-growth",
        "bench-increment",
        "bench-peers",
        "bench-readers",
        "bench-page",
        "mutate",
        "spark",
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


@pytest.mark.parametrize(
    ("arguments", "packages"),
    [([], "chromium fonts-noto-cjk fontconfig"), (["spark"], "openjdk-17-jre-headless")],
)
def test_without_a_package_manager_the_message_names_what_is_missing(
    tmp_path: Path, arguments: list[str], packages: str
) -> None:
    (tmp_path / "id").symlink_to("/usr/bin/id")
    script = PROJECT / "scripts" / "install_system_packages.sh"

    done = subprocess.run(
        ["/bin/bash", script, *arguments],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 69
    assert done.stderr.startswith(f"Missing: {packages}.")
    assert f"sudo apt-get install {packages}" in done.stderr


@pytest.mark.parametrize(("version", "is_fit"), [("11.0.22", False), ("17.0.15", True)])
def test_a_java_that_is_too_old_counts_as_missing(
    tmp_path: Path, version: str, is_fit: bool
) -> None:
    (tmp_path / "id").symlink_to("/usr/bin/id")
    java = tmp_path / "java"
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2024-01-16' >&2\n")
    java.chmod(0o755)

    done = subprocess.run(
        ["/bin/bash", PROJECT / "scripts" / "install_system_packages.sh", "spark"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode == 0) == is_fit
    assert done.stderr.startswith("Missing: openjdk-17-jre-headless.") != is_fit
