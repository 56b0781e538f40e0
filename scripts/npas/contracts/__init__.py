"""Contracts: what raw tables must hold before anything is built from them.

The rules are in `rules.py`, where they are checked is in `checks.py`. Great Expectations takes
seconds to import, so nothing here does until tables are checked.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from npas.contracts.report import CheckReport, JudgedBefore
from npas.parse_sql import PROJECT
from npas.raw_files import RawTable

__all__ = ["CheckReport", "JudgedBefore", "check_tables"]


def check_tables(
    tables: Sequence[RawTable],
    output: Path,
    progress: Callable[[int, int], None] | None = None,
    project: Path = PROJECT,
    *,
    before: JudgedBefore | None = None,
    keep_tapes: bool = False,
) -> CheckReport:
    """Checks raw tables and writes `violations.csv` and `data_docs/index.html` into `output`.

    All tables are judged as one delivery; what a rule needs and is not given is not judged, and
    the page says so. `progress` is told (steps done, all steps). `project` holds the parse macros
    and the value sets. A fault in the data is never raised: it is in the report, and
    `report.rejected` says whether the input may be used.

    What was found `before` is taken over. With `keep_tapes`, `tapes.parquet` says what each tape
    adds up to and `reach.parquet` its deals and the range of its loans' numbers, for a later run
    that takes this one's findings over.

    Raises CheckError (`npas.contracts.expectations`) when a check itself fails, FileNotFoundError
    when `project` is not a checkout, OSError when `output` cannot be written,
    EnvironmentProblemError when there is too little room for what is judged there at once.
    """
    from npas.contracts.check import run_checks

    return run_checks(
        tables, output, progress or _unseen, project, before=before, keep_tapes=keep_tapes
    )


def _unseen(_done: int, _all: int) -> None:
    """Progress that nobody looks at."""
