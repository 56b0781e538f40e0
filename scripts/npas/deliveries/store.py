"""The raw store: one directory per accepted delivery, written whole or not at all.

A delivery is one file that was handed over: a CSV, a workbook, an archive. It is named by its
bytes. Its rows stay as they were delivered, all text; `files` keeps the file itself. No command
changes or removes what is in the store.
"""

import csv
import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from npas.errors import EnvironmentProblemError
from npas.raw_schema import OPTIONAL_COLUMNS, RAW_TABLES
from npas.raw_table import PLACE, ROW_NUMBER, Origin, RawTable

MANIFEST = "manifest.json"
# Tables without rows, so that every raw table can be read before it was ever delivered.
NOTHING = "none"


@dataclass(frozen=True)
class Part:
    """One raw table of a delivery: how many of its rows count, and why the others do not."""

    table: str
    file: str
    sheet: str
    encoding: str
    rows: int
    loaded: int
    quarantined: int
    duplicate: int


@dataclass(frozen=True)
class Manifest:
    """One delivery: what was handed over, what it says, and when it came.

    `content` is one hash of what its rows say, whatever their order and spelling.
    `is_pseudonymised`: the file held personal data, so that only its hash is kept.
    """

    delivery_id: str
    sha256: str
    size: int
    file: str
    received_at: str
    known_on: str | None
    source: str | None
    unit: str | None
    content: str
    parts: tuple[Part, ...]
    is_pseudonymised: bool = False


class RawStore:
    """The store in `folder`, which is made when the first delivery is added."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._deliveries = folder / "deliveries"

    def manifests(self) -> list[Manifest]:
        """Every delivery, in the order of their names."""
        return [_read(path) for path in sorted(self._deliveries.glob(f"*/{MANIFEST}"))]

    def tables(self, *, is_known: bool = False) -> Iterator[RawTable]:
        """The rows of every delivery as raw tables; the order does not say which came first."""
        for manifest in self.manifests():
            for number, part in enumerate(manifest.parts):
                path = self.folder_of(manifest) / table_file(part.table, number)
                names = pq.read_schema(path).names
                sheet = f", sheet {part.sheet}" if part.sheet else ""
                yield RawTable(
                    part.table,
                    f"{part.file}{sheet} (delivery {manifest.delivery_id})",
                    delivered=True,
                    header=tuple(name for name in names if name not in PLACE),
                    data=path,
                    row_count=part.rows,
                    origin=Origin(
                        part.file,
                        part.sheet,
                        manifest.sha256,
                        manifest.size,
                        content=manifest.content,
                    ),
                    is_known=is_known,
                )

    def folder_of(self, manifest: Manifest) -> Path:
        """Where the rows of a delivery are."""
        return self._deliveries / manifest.delivery_id

    def has_units_of(self, manifest: Manifest, tables: Sequence[RawTable]) -> bool:
        """Whether the rows of a delivery say the units that they say now that its file is read.

        `tables` are its parts, read again; they differ where the user fills blanks with another.
        """
        folder = self.folder_of(manifest)
        return all(
            table.data is not None
            and _units(table.data) == _units(folder / table_file(table.name or "", number))
            for number, table in enumerate(tables)
        )

    def add(self, manifest: Manifest, tables: Sequence[RawTable], original: Path) -> None:
        """Adds one delivery, in one step that is the last; the files of its rows are moved.

        Raises EnvironmentProblemError when `original` was changed after it was read, OSError when
        the disk refuses; the store is then as it was before.
        """
        self.prepare()
        if not manifest.is_pseudonymised:
            self._keep(original, manifest.sha256)
        work = self.folder / f".work-{manifest.delivery_id}"
        work.mkdir()
        for number, table in enumerate(tables):
            if table.data is None:
                raise ValueError(f"{table.label} has no rows to store")
            table.data.rename(work / table_file(table.name or "", number))
        self.write_manifest(manifest, work)
        for path in work.iterdir():
            path.chmod(0o444)
            _fsync(path)
        _fsync(work)
        work.rename(self.folder_of(manifest))
        _fsync(self._deliveries)

    @staticmethod
    def write_manifest(manifest: Manifest, folder: Path) -> None:
        """Says what the files of a delivery are, beside them."""
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=2) + "\n"
        (folder / MANIFEST).write_text(text, encoding="utf-8")

    @property
    def scratch(self) -> Path:
        """A folder beside the deliveries for rows that may become one; made, and swept later."""
        folder = self.folder / ".work-read"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def sweep(self) -> None:
        """Removes what a killed run left; the lock is held."""
        for path in self.folder.glob(".work-*"):
            shutil.rmtree(path)

    def note_redelivery(self, sha256: str, manifest: Manifest, received_at: str) -> None:
        """Writes down that a file said again what a delivery says."""
        path = self.folder / "redeliveries.csv"
        is_new = not path.exists()
        with path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            if is_new:
                writer.writerow(("received_at", "sha256", "delivery_id", "delivery_sha256"))
            writer.writerow((received_at, sha256, manifest.delivery_id, manifest.sha256))

    def prepare(self) -> None:
        """Makes the store, with a delivery of every raw table without rows."""
        nothing = self._deliveries / NOTHING
        if nothing.is_dir():
            return
        work = self.folder / f".work-{NOTHING}"
        work.mkdir(parents=True)
        for name, schema in RAW_TABLES.items():
            columns = [*schema.columns, *OPTIONAL_COLUMNS, *PLACE]
            kinds = {ROW_NUMBER: pa.int64()}
            fields = [(column, kinds.get(column, pa.string())) for column in columns]
            empty = pa.schema(fields).empty_table()
            pq.write_table(empty, work / table_file(name, 0))
        self._deliveries.mkdir(exist_ok=True)
        work.rename(nothing)

    def _keep(self, original: Path, sha256: str) -> None:
        files = self.folder / "files"
        files.mkdir(exist_ok=True)
        kept = files / sha256
        if kept.exists():
            return
        draft = files / f".{sha256}"
        shutil.copyfile(original, draft)
        with draft.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                draft.unlink()
                raise EnvironmentProblemError(
                    f"{original} was changed while it was read. Nothing of it was loaded; run the "
                    "command again."
                )
        draft.chmod(0o444)
        _fsync(draft)
        draft.rename(kept)
        _fsync(files)


def table_file(table: str, number: int) -> str:
    """The file of a delivery's part, by its raw table and its place among the parts."""
    return f"{table}.{number}.parquet"


def _units(path: Path) -> Counter[str | None]:
    """How many of the stored rows say which unit, read piece by piece; nothing where none can."""
    pieces = pq.ParquetFile(path).iter_batches(columns=["amount_unit"])
    cells = (column.to_pylist() for piece in pieces for column in piece.columns)
    return Counter(chain.from_iterable(cells))


def _read(path: Path) -> Manifest:
    content = json.loads(path.read_text(encoding="utf-8"))
    parts = tuple(Part(**part) for part in content.pop("parts"))
    return Manifest(**content, parts=parts)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
