import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from npas.build_lock import build_lock
from npas.errors import BusyError

HOLD = """
import sys, time
from pathlib import Path
from npas.build_lock import build_lock
with build_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "build.lock")],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_a_second_builder_is_told_who_holds_the_lock_and_since_when(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    start = time.monotonic()
    try:
        with (
            pytest.raises(BusyError, match=rf"process {holder.pid}, started at 20\d\d-\d\d-\d\dT"),
            build_lock(tmp_path / "build.lock"),
        ):
            pass
    finally:
        end(holder)
    assert time.monotonic() - start < 2


def test_a_killed_builder_leaves_the_lock_free(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    end(holder)
    with build_lock(tmp_path / "build.lock"):
        assert f'"pid": {os.getpid()}' in (tmp_path / "build.json").read_text()
    assert not (tmp_path / "build.json").exists()


@pytest.mark.parametrize("note", ["", '{"pid": 999999999, "started_at": "2020-01-01"}'])
def test_without_a_note_of_a_living_process_none_is_named(
    tmp_path: Path, holder: subprocess.Popen[str], note: str
) -> None:
    (tmp_path / "build.json").write_text(note)
    try:
        with (
            pytest.raises(BusyError, match=r"is running\. Nothing was done"),
            build_lock(tmp_path / "build.lock"),
        ):
            pass
    finally:
        end(holder)
