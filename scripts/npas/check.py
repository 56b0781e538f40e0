"""`npas check`: the contracts alone, on a market's raw tables or on files somebody received."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from npas.progress import step
from npas.raw_files import RawTable, market_tables, path_tables
from npas.settings import MarketHome

if TYPE_CHECKING:
    from npas.contracts import CheckReport


def check_market(project: Path, home: Path, market: str) -> "CheckReport":
    """Checks the raw tables of a market; writes to `<home>/<market>/check`.

    Raises InputError when the market has none.
    """
    return _check(market_tables(project, market), MarketHome.of(home, market).check)


def check_paths(home: Path, paths: Sequence[Path]) -> "CheckReport":
    """Checks files and folders of files; writes to `<home>/check`.

    Raises InputError when a path cannot be read.
    """
    return _check(path_tables(paths), home / "check")


def _check(tables: list[RawTable], output: Path) -> "CheckReport":
    with step("contracts") as running:
        from npas.contracts import check_tables

        shutil.rmtree(output, ignore_errors=True)
        output.mkdir(parents=True)
        return check_tables(tables, output, running.advance)
