"""A market of any size on disk, in the form of a raw store that was loaded and judged clean."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from npas.bench.generate import generate
from npas.deliveries import set_aside

# of Parquet, with what a build writes and spills beside it; measured at a million loans
_BYTES_A_LOAN = 400


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


def draw_market(loans: int, folder: Path) -> Market:
    """Writes a market of `loans` loans; SystemExit where the disk is too small for it."""
    needed, free = loans * _BYTES_A_LOAN, shutil.disk_usage(folder.parent).free
    print(
        f"drawing a market of {loans:,} loans in {folder}: up to {needed / 1e9:,.1f} GB with what "
        f"is computed of it, {free / 1e9:,.1f} GB are free ...",
        flush=True,
    )
    if needed > free:
        raise SystemExit("The disk is too small for it. TMPDIR names a folder on another one.")
    rows = generate(loans, folder / "raw" / "deliveries", place=True)
    contracts = folder / "contracts"
    contracts.mkdir()
    set_aside.write([], contracts)
    return Market(loans, rows["raw_collaterals"], folder)
