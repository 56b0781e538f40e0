"""What the databases of the contracts take of the machine; what does not fit spills to the disk."""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from npas.errors import EnvironmentProblemError
from npas.machine import told_mib
from npas.raw_table import RawTable

LEAST_MIB = 256
LIMITS: dict[str, str | int | bool] = {
    "threads": 2,
    "memory_limit": f"{LEAST_MIB}MiB",
    "preserve_insertion_order": False,
}
# What tables that are judged at once take on the disk, times their Parquet files: 5 times at most
# was measured, of tapes of 8 to 85 MB.
_TIMES_AT_ONCE = 10


def need_room(folder: Path, batches: Iterable[Sequence[RawTable]]) -> None:
    """Raises EnvironmentProblemError where a folder has no room to judge the largest batch."""
    largest = max(sum(map(_bytes, batch)) for batch in batches)
    free = shutil.disk_usage(folder).free
    if free < _TIMES_AT_ONCE * largest:
        raise EnvironmentProblemError(
            f"{folder} has {told_mib(free)} free, and the contracts need "
            f"{told_mib(_TIMES_AT_ONCE * largest)} there: {_TIMES_AT_ONCE} times what they judge "
            f"at once ({told_mib(largest)}), which is a million rows, or all tapes with loans of "
            "the same numbers. Nothing was loaded or published. Make room there, or set NPAS_HOME "
            "to a larger disk."
        )


def _bytes(table: RawTable) -> int:
    return table.data.stat().st_size if table.data is not None else 0
