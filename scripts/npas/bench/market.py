"""A market of any size on disk, in the form of a raw store that was loaded and judged clean."""

import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from npas.bench.generate import generate
from npas.deliveries import set_aside
from npas.deliveries.store import RawStore

# 100 of Parquet; the rest is what the models and the script by hand write and spill beside it
BYTES_A_LOAN = 400


@dataclass(frozen=True)
class Market:
    """Loans, collaterals, and the folder they are in."""

    loans: int
    collaterals: int
    folder: Path

    @property
    def store(self) -> Path:
        """What NPAS_RAW names."""
        return self.folder / "raw"


def need_room(loans: int, bytes_a_loan: int = BYTES_A_LOAN) -> None:
    """Says how much of the disk a benchmark may take; SystemExit where less is free."""
    folder = tempfile.gettempdir()
    needed, free = loans * bytes_a_loan, shutil.disk_usage(folder).free
    print(
        f"{loans:,} loans take up to {needed / 1e9:,.1f} GB in {folder}; {free / 1e9:,.1f} GB are "
        "free (TMPDIR names another folder)",
        flush=True,
    )
    if needed > free:
        sys.exit("The disk is too small for it.")


def draw_market(loans: int, folder: Path) -> Market:
    """Writes a market of `loans` loans."""
    print(f"drawing a market of {loans:,} loans ...", flush=True)
    store = folder / "raw"
    RawStore(store).prepare()
    rows = generate(loans, store / "deliveries", place=True)
    contracts = folder / "contracts"
    contracts.mkdir()
    set_aside.write([], contracts)
    return Market(loans, rows["raw_collaterals"], folder)
