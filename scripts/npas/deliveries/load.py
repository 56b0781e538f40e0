"""`npas load`: read files, check them beside what is known, append what is accepted."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from npas import provenance
from npas.build import make_writable
from npas.build_lock import build_lock
from npas.check import faults_of, run_contracts
from npas.contracts.reach import out_of_reach
from npas.contracts.report import REACH_FILE
from npas.deliveries.store import Manifest, Part, RawStore
from npas.errors import InputRejectedError
from npas.progress import step
from npas.raw_files import Defaults, InputError, RawTable, path_tables
from npas.reading.pseudonyms import home_pseudonyms
from npas.releases import CONTRACTS, current_release
from npas.settings import DELIVERIES, MarketHome

if TYPE_CHECKING:
    from npas.contracts.report import CheckReport
    from npas.contracts.violations import Violation


@dataclass(frozen=True)
class LoadRequest:
    """Files, archives and folders of them; `defaults` is what the user says beside them."""

    project: Path
    home: Path
    paths: Sequence[Path]
    defaults: Defaults


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file: loaded, already loaded or refused, and its tables."""

    file: str
    status: str
    parts: tuple[Part, ...] = ()
    reason: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether it changed nothing, and the user has to do something about it."""
        return self.status == "refused"

    def __str__(self) -> str:
        tables = "".join(
            f"\n  {part.table}{f', sheet {part.sheet}' if part.sheet else ''}: {part.rows:,} rows, "
            f"{part.loaded:,} loaded, {part.quarantined:,} quarantined, "
            f"{part.duplicate:,} duplicate"
            for part in self.parts
        )
        return f"{self.file}: {self.status}{f' ({self.reason})' if self.reason else ''}{tables}"


@dataclass(frozen=True)
class LoadOutcome:
    """What became of every file; `report` is None when there was nothing to check."""

    files: tuple[FileOutcome, ...]
    report: "CheckReport | None"

    @property
    def is_refused(self) -> bool:
        """Whether a file was refused."""
        return any(file.is_refused for file in self.files)

    def ending(self) -> list[str]:
        """How many files became what, and what is to be done next, as lines for a terminal."""
        counts = Counter(file.status.split(" as ")[0] for file in self.files)
        lines = [", ".join(f"{count} {status}" for status, count in counts.items())]
        if self.is_refused:
            lines.append("A refused file changed nothing: mend it as is said, and load it again.")
        if counts["loaded"]:
            lines.append("Next: npas build --market deliveries")
        return lines


def load(request: LoadRequest) -> LoadOutcome:
    """Loads each file whole or not at all.

    Raises InputRejectedError when a path cannot be read, BusyError while the market is built or
    loaded, EnvironmentProblemError or OSError when the store cannot be written.
    """
    home = MarketHome.of(request.home, DELIVERIES)
    make_writable(home.root)
    with build_lock(home.lock):
        return _Load(request, home).run()


class _Load:
    """One run; the lock is held."""

    def __init__(self, request: LoadRequest, home: MarketHome) -> None:
        self._request = request
        self._home = home
        self._store = RawStore(home.raw)
        self._pseudonyms = home_pseudonyms(request.home, request.project)
        self._received_at = datetime.now(UTC).isoformat(timespec="seconds")

    def run(self) -> LoadOutcome:
        self._store.sweep()
        try:
            return self._run()
        finally:
            self._store.sweep()

    def _run(self) -> LoadOutcome:
        with step("reading files") as running:
            deliveries = self._read(running.count)
            rows = sum(table.row_count for tables in deliveries.values() for table in tables)
            running.summary = f"{rows:,} rows of {len(deliveries)} files"
        held = {manifest.sha256: manifest for manifest in self._store.manifests()}
        again = {sha256 for sha256 in deliveries if sha256 in held}
        new = {sha256: tables for sha256, tables in deliveries.items() if sha256 not in held}
        report = self._check(new) if new else None
        outcomes = []
        for sha256, tables in deliveries.items():
            if sha256 in again:
                outcomes.append(self._again(tables, held[sha256]))
            elif report is not None:
                outcomes.append(self._judge(sha256, tables, report))
        return LoadOutcome(tuple(outcomes), report)

    def _read(self, advance: Callable[[int], None]) -> dict[str, list[RawTable]]:
        request = self._request
        try:
            tables = path_tables(
                request.paths,
                request.defaults,
                request.project,
                scratch=self._store.scratch,
                pseudonyms=self._pseudonyms,
                advance=advance,
            )
        except InputError as problem:
            raise InputRejectedError(f"{problem}\nNothing was loaded.") from problem
        deliveries: dict[str, list[RawTable]] = {}
        for table in tables:
            alike = deliveries.setdefault(table.origin.sha256, [])
            # a copy of a file, handed over beside it, is the same delivery
            if not alike or alike[0].origin.given == table.origin.given:
                alike.append(table)
        return deliveries

    def _check(self, new: dict[str, list[RawTable]]) -> "CheckReport":
        arrived = [table for tables in new.values() for table in tables]
        known = list(self._store.tables(is_known=True))
        near = self._near(known, arrived) if known else ()
        return run_contracts(self._request.project, [*near, *arrived], self._home.load)

    def _near(self, known: list[RawTable], arrived: list[RawTable]) -> Iterator[RawTable]:
        """What is known, without the rows of tapes that have nothing to do with what arrived."""
        scratch = self._store.scratch
        with step("comparing with what was loaded before"), faults_of(scratch):
            far = out_of_reach(
                [*known, *arrived],
                [table.label for table in arrived],
                self._request.project,
                scratch,
                self._reach_before(known),
            )
        for table in known:
            yield replace(table, data=None) if table.label in far else table

    def _reach_before(self, known: list[RawTable]) -> Path | None:
        """What the current release says tapes reach, where code and rows are as they were."""
        name = f"{CONTRACTS}/{REACH_FILE}"
        current = current_release(self._home)
        if current is None or not current.has_unchanged(name):
            return None
        code = provenance.code_sha256(self._request.project, DELIVERIES, ())
        origin = {"code": {"sha256": code}, "packages": provenance.package_versions()}
        is_same = provenance.is_same_code_and_rows(current.manifest, origin, known)
        return current.path / name if is_same else None

    def _judge(self, sha256: str, tables: list[RawTable], report: "CheckReport") -> FileOutcome:
        found = [one for one in report.violations if one.sha256 == sha256]
        rejected = [one for one in found if one.severity.value == "reject"]
        file = tables[0].origin.given
        if rejected:
            rules = ", ".join(
                f"{rule} {n}" for rule, n in Counter(r.rule for r in rejected).items()
            )
            return FileOutcome(file, "refused", reason=rules)
        filled = _filled(tables)
        content = _content(filled, report)
        same = next((one for one in self._store.manifests() if one.content == content), None)
        if same is not None:
            self._store.note_redelivery(sha256, same, self._received_at)
            return self._already(tables, same, "other bytes, the same content")
        defaults = self._request.defaults
        manifest = Manifest(
            delivery_id=tables[0].origin.delivery_id,
            sha256=sha256,
            size=tables[0].origin.size,
            file=file,
            received_at=self._received_at,
            known_on=defaults.columns["known_on"],
            source=defaults.source,
            unit=defaults.unit,
            content=content,
            is_pseudonymised=any(table.is_pseudonymised for table in tables),
            parts=tuple(_part(table, found) for table in filled),
        )
        self._store.add(manifest, filled, Path(file))
        return FileOutcome(file, f"loaded as delivery {manifest.delivery_id}", manifest.parts)

    def _again(self, tables: list[RawTable], held: Manifest) -> FileOutcome:
        asked = self._request.defaults.unit
        is_unasked = asked is None or held.unit is None
        if is_unasked or self._store.has_units_of(held, _filled(tables)):
            return self._already(tables, held, "the same bytes")
        # who asks for another unit must not go away with the figures of the first
        reason = (
            f"the same bytes are delivery {held.delivery_id} of {held.received_at}, in "
            f"{held.unit}: to have them in {asked}, remove {self._store.folder_of(held)} first, "
            "while no build runs"
        )
        return FileOutcome(tables[0].origin.given, "refused", reason=reason)

    @staticmethod
    def _already(tables: list[RawTable], held: Manifest, why: str) -> FileOutcome:
        reason = f"{why} as delivery {held.delivery_id} of {held.received_at}: nothing changed"
        return FileOutcome(tables[0].origin.given, "already loaded", reason=reason)


def _filled(tables: list[RawTable]) -> list[RawTable]:
    return [table for table in tables if table.row_count]


def _content(tables: list[RawTable], report: "CheckReport") -> str:
    hashes = sorted(f"{table.name} {report.content_hashes[table.label]}" for table in tables)
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def _part(table: RawTable, found: "list[Violation]") -> Part:
    origin = table.origin
    of_table = [one for one in found if (one.file, one.sheet) == (origin.file, origin.sheet)]
    repeated = {one.row for one in of_table if one.rule == "K01"}
    aside = {one.row for one in of_table if one.severity.value == "quarantine"} - repeated
    return Part(
        table=table.name or "",
        file=origin.file,
        sheet=origin.sheet,
        encoding=origin.encoding,
        rows=table.row_count,
        loaded=table.row_count - len(aside) - len(repeated),
        quarantined=len(aside),
        duplicate=len(repeated),
    )
