"""Telling somebody that a build published nothing: any command, given JSON on standard input."""

import json
import shlex
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from npas.errors import BusyError, HeldError, InputRejectedError, NpasError

_SECONDS = 60
_EVENTS: dict[type[Exception], str] = {HeldError: "held", InputRejectedError: "rejected"}


def alert(command: str, market: str, home: Path, problem: Exception) -> str | None:
    """Runs `command`, without a shell; returns why that failed, or None.

    A build that found another one running is no news. The JSON object has `event` (held, rejected
    or failed), `market`, `exit_code`, `message`, `home`, and `at`, the time in UTC.
    """
    if isinstance(problem, BusyError):
        return None
    told = {
        "event": _EVENTS.get(type(problem), "failed"),
        "market": market,
        "exit_code": _exit_code(problem),
        "message": str(problem),
        "home": str(home),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    text = json.dumps(told, ensure_ascii=False) + "\n"
    try:
        words = shlex.split(command)
        done = subprocess.run(
            words, input=text.encode(), capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired) as fault:
        return f"The alert command failed: {command}: {fault}"
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        return f"The alert command ended with {done.returncode}: {command}: {said}"
    return None


def _exit_code(problem: Exception) -> int:
    if isinstance(problem, NpasError):
        return problem.exit_code
    return 69 if isinstance(problem, OSError) else 1
