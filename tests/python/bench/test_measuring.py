"""Time and memory of a command with all that it starts, and its end where it takes too much."""

import sys

import pytest

from npas.bench.measuring import UnfinishedError, finished, measured

# holds 150 MiB in a process that it starts, for as long as a look at it may need
HOLDS = "import time; kept = b'x' * (150 << 20); time.sleep(1)"
STARTS = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLDS!r}], check=True)"


def test_memory_of_a_process_that_the_command_starts_counts() -> None:
    assert measured([sys.executable, "-c", "pass"], {}, most_seconds=60).peak_mib < 100
    assert 150 < measured([sys.executable, "-c", STARTS], {}, most_seconds=60).peak_mib < 300


def test_a_command_that_takes_too_long_is_ended() -> None:
    with pytest.raises(UnfinishedError, match="not done after"):
        measured([sys.executable, "-c", "import time; time.sleep(600)"], {}, most_seconds=0.5)


def test_a_command_that_holds_too_much_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("npas.bench.measuring.most_memory_mib", lambda: 100)
    with pytest.raises(UnfinishedError, match=r"needs more memory than 0\.1 GiB"):
        measured(
            [sys.executable, "-c", STARTS + "; import time; time.sleep(600)"], {}, most_seconds=300
        )


def test_what_a_failed_command_said_is_told() -> None:
    with pytest.raises(UnfinishedError, match="failed: no such market"):
        measured(
            [sys.executable, "-c", "import sys; sys.exit('no such market')"], {}, most_seconds=60
        )


def test_a_command_that_has_to_finish_does_or_ends_the_benchmark() -> None:
    assert finished([sys.executable, "-c", "pass"], {}).seconds > 0
    with pytest.raises(SystemExit, match=r"-c raise ValueError\('why'\): failed: ValueError: why$"):
        finished([sys.executable, "-c", "raise ValueError('why')"], {})
