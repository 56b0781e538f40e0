"""A market of any size on disk, in the form of a raw store that was loaded and judged clean."""

import shutil
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from npas.bench.generate import generate
from npas.deliveries import set_aside
from npas.deliveries.store import NOTHING, Manifest, Part, RawStore, table_file

# 100 of Parquet; the rest is what is written and spilled beside it
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


def accept(market: Market) -> None:
    """Gives every delivery the manifest that `npas load` would give it, without judging it."""
    store = RawStore(market.store)
    for folder in sorted((market.store / "deliveries").iterdir()):
        tables = sorted(folder.glob("*.0.parquet"))
        if folder.name == NOTHING or not tables:
            continue
        parts = []
        for number, path in enumerate(tables):
            table = path.name.split(".")[0]
            rows = pq.read_metadata(path).num_rows
            path.rename(folder / table_file(table, number))
            parts.append(Part(table, f"{folder.name}/{table}.parquet", "", "", rows, rows, 0, 0))
        manifest = Manifest(
            delivery_id=folder.name,
            # a delivery is named by the start of its hash
            sha256=folder.name,
            size=sum(path.stat().st_size for path in folder.iterdir()),
            file=f"{folder.name}.parquet",
            received_at=datetime(2026, 1, 1, tzinfo=UTC).isoformat(),
            known_on=None,
            source=None,
            unit=None,
            content=folder.name,
            parts=tuple(parts),
        )
        store.write_manifest(manifest, folder)


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
