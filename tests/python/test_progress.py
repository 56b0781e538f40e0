import os
import pty
import re
import subprocess
import sys
import time

import pytest

from npas import progress
from npas.progress import step

TWO_STEPS = """
import time
from npas.progress import step
with step("reading") as running:
    running.advance(1, 4)
    time.sleep(0.3)
    running.summary = "4 files"
"""


def test_without_a_terminal_a_step_is_a_line_at_its_start_and_at_its_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with step("contracts") as running:
        running.summary = "9 tables"
    told = capsys.readouterr()
    assert told.out == ""
    assert re.fullmatch(r"contracts \.\.\.\ncontracts: 9 tables \(0\.0 s\)\n", told.err)


def test_without_a_terminal_a_long_step_tells_how_far_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_SECONDS_BETWEEN_LINES", 0.05)
    with step("dbt build") as running:
        running.advance(1, 10)
        time.sleep(0.06)
        running.advance(2, 10)
    told = capsys.readouterr().err.splitlines()
    assert told[:-1] == ["dbt build ...", "dbt build: 2 of 10"]


def test_without_a_terminal_a_step_of_unknown_length_tells_its_rows(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_SECONDS_BETWEEN_LINES", 0.05)
    with step("reading files") as running:
        running.count(50_000)
        time.sleep(0.06)
        running.count(1_234)
    told = capsys.readouterr().err.splitlines()
    assert told[:-1] == ["reading files ...", "reading files: 51,234 rows"]


def test_a_step_that_fails_does_not_say_that_it_is_done(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(ValueError, match="bad"), step("contracts"):
        raise ValueError("bad")
    assert capsys.readouterr().err == "contracts ...\n"


def test_on_a_terminal_a_bar_is_drawn() -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    subprocess.run([sys.executable, "-c", TWO_STEPS], stderr=theirs, env=environment, check=True)
    os.close(theirs)
    told = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "25 %" in told
    assert "reading: 4 files (0." in told
