"""One builder per market: a lock that dies with its process, and a note of who holds it."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from npas.errors import BusyError

# A builder writes its note right after it got the lock: a second one waits this long for it.
_NOTE_SECONDS = 1.0


@contextmanager
def build_lock(path: Path) -> Iterator[None]:
    """Holds the lock file `path`; its folder exists.

    Raises BusyError, within two seconds, naming the process that holds it and when it began.
    """
    lock = FileLock(path, timeout=0)
    # the lock file itself is emptied by whoever tries to take it
    note = path.with_suffix(".json")
    try:
        lock.acquire()
    except Timeout as busy:
        raise BusyError(_who_holds(note)) from busy
    try:
        started = datetime.now(UTC).isoformat(timespec="seconds")
        note.write_text(json.dumps({"pid": os.getpid(), "started_at": started}), encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _who_holds(note: Path) -> str:
    message = "Another build of this market is running"
    deadline = time.monotonic() + _NOTE_SECONDS
    while time.monotonic() < deadline:
        holder = _read(note)
        # a note of a dead process is a leftover: the holder is about to write its own
        if holder and _is_alive(holder[0]):
            message += f": process {holder[0]}, started at {holder[1]}"
            break
        time.sleep(0.05)
    return f"{message}. Nothing was done; wait until it has ended and run the command again."


def _read(note: Path) -> tuple[int, str] | None:
    try:
        content = json.loads(note.read_text(encoding="utf-8"))
        return int(content["pid"]), str(content["started_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
