"""Alerts of builds that publish nothing, and the scheduler examples that call the one command."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from npas import build as build_module
from npas.alert import alert
from npas.cli import cli
from npas.errors import (
    BuildFailedError,
    BusyError,
    EnvironmentProblemError,
    HeldError,
    InputRejectedError,
)

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture
def stub(tmp_path: Path) -> Callable[[], list[dict[str, object]]]:
    """Makes the command `told`, which keeps what it gets; returns a reader of that."""
    script = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"
    (tmp_path / "stub.py").write_text(script)

    def told() -> list[dict[str, object]]:
        kept = tmp_path / "kept.json"
        lines = kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []
        return [json.loads(line) for line in lines]

    return told


def command(tmp_path: Path) -> str:
    return f"{sys.executable} '{tmp_path}/stub.py' '{tmp_path}/kept.json'"


@pytest.mark.parametrize(
    ("problem", "event", "exit_code"),
    [
        (HeldError("甲; $(rm -rf /)"), "held", 3),
        (InputRejectedError("no"), "rejected", 2),
        (BuildFailedError("no"), "failed", 1),
        (EnvironmentProblemError("no"), "failed", 69),
        (OSError(28, "No space left on device"), "failed", 69),
        (RuntimeError("no"), "failed", 1),
    ],
)
def test_a_build_that_publishes_nothing_is_told(
    tmp_path: Path,
    stub: Callable[[], list[dict[str, object]]],
    problem: Exception,
    event: str,
    exit_code: int,
) -> None:
    assert alert(command(tmp_path), "public", tmp_path, problem) is None
    (told,) = stub()
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", str(told.pop("at")))
    assert told == {
        "event": event,
        "market": "public",
        "exit_code": exit_code,
        "message": str(problem),
        "home": str(tmp_path),
    }


@pytest.mark.usefixtures("stub")
def test_an_alert_that_fails_says_so_and_changes_no_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hold(_: object) -> None:
        raise HeldError("held for a reason")

    monkeypatch.setattr(build_module, "build", hold)
    monkeypatch.setenv("NPAS_HOME", str(tmp_path))
    monkeypatch.setenv("NPAS_ALERT", f"{tmp_path}/nothing-here")
    held = CliRunner().invoke(cli, ["build"])
    assert held.exit_code == 3
    assert "held for a reason" in held.output
    assert "The alert command failed" in held.output
    assert alert("false", "public", tmp_path, HeldError("")) == (
        "The alert command ended with 1: false: "
    )
    assert str(alert("'", "public", tmp_path, HeldError(""))).startswith("The alert command failed")


def test_the_option_names_the_command_and_a_busy_build_is_no_news(
    tmp_path: Path, stub: Callable[[], list[dict[str, object]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    problems: list[Exception] = [BusyError("busy"), InputRejectedError("refused")]

    def refuse(_: object) -> None:
        raise problems.pop(0)

    monkeypatch.setattr(build_module, "build", refuse)
    monkeypatch.setenv("NPAS_HOME", str(tmp_path))
    ends = [
        CliRunner().invoke(cli, ["build", "--alert-command", command(tmp_path)]) for _ in range(2)
    ]
    assert [end.exit_code for end in ends] == [75, 2]
    assert [told["message"] for told in stub()] == ["refused"]


def test_a_change_is_accepted_with_a_reason_only() -> None:
    refused = CliRunner().invoke(cli, ["build", "--accept-change", " "])
    assert refused.exit_code == 2
    assert "--accept-change needs the reason" in refused.output


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
def test_the_systemd_units_are_valid(tmp_path: Path) -> None:
    text = (DOCS / "scheduling.md").read_text(encoding="utf-8")
    units = dict(
        re.findall(
            r"system/(npas-build\.\w+)`[^`]*(?:`[^`]+`)?[^`]*```ini\n(.*?)```", text, re.DOTALL
        )
    )
    assert sorted(units) == ["npas-build.service", "npas-build.timer"]
    for name, unit in units.items():
        # the command and its user exist where it is installed
        here = unit.replace("/srv/npas/.venv/bin/npas", "/bin/true").replace(
            "User=npas", "User=root"
        )
        (tmp_path / name).write_text(here)
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in units)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    broken = tmp_path / "npas-build.timer"
    broken.write_text(broken.read_text().replace("Mon..Fri", "Someday"))
    done = subprocess.run(
        ["systemd-analyze", "verify", str(broken)], capture_output=True, text=True, check=False
    )
    assert "Someday" in done.stderr
