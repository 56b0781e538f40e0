"""The pools of a market with PostgreSQL: raw tables of text, loaded and indexed before."""

import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from npas.machine import memory_of_machine_mib

_VERSION = 15
_USER = "postgres"
_SCRIPT = Path(__file__).with_name("postgresql.sql")
_START_SECONDS = 60
_INDEXES = {
    "raw_deals": ("deal_code",),
    "raw_loan_pools": ("deal_code, snapshot_date, loan_no",),
    "raw_collaterals": (
        "deal_code, snapshot_date, loan_no",
        "deal_code, snapshot_date, collateral_no",
    ),
}


@dataclass(frozen=True)
class Server:
    """A running server: its process, the folder of its socket, and its version, such as 15.18."""

    process: int
    host: str
    version: str


@contextmanager
def server() -> Iterator[Server]:
    """A new PostgreSQL server with an empty database, for this machine and without a network.

    It refuses to be root's, so that root runs it as the user that Debian's package made. SystemExit
    with what is missing.
    """
    binaries = _binaries()
    with tempfile.TemporaryDirectory(prefix="npas_postgresql_") as name:
        folder = Path(name)
        become: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(folder, _USER, _USER)
            become = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--init-groups"]
        made = subprocess.run(
            [
                *(*become, str(binaries / "initdb"), "--pgdata", str(folder / "data")),
                *("--username", _USER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C"),
                "--no-sync",
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
        )
        if made.returncode:
            sys.exit(f"PostgreSQL made no database:\n{made.stdout}{made.stderr}")
        command = [*become, str(binaries / "postgres"), "-D", str(folder / "data")]
        for setting in _settings(folder):
            command += ["-c", setting]
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) as process,
        ):
            try:
                version = _version(process, name, folder / "log")
                yield Server(process.pid, name, version)
            finally:
                # at once: what it holds is thrown away
                process.send_signal(signal.SIGQUIT)
                process.wait()


def load(store: Path, host: str) -> float:
    """Copies raw tables into the database, with indexes and statistics; the seconds it took."""
    start = time.perf_counter()
    with _connected(host) as connection:
        for table, indexes in _INDEXES.items():
            files = sorted(store.glob(f"deliveries/*/{table}.*"))
            names = pq.read_schema(files[0]).names
            columns = ", ".join(f"{name} text" for name in names)
            # in the transaction of the copy, so that it writes no log of its rows
            with connection.transaction(), connection.cursor() as cursor:
                cursor.execute(f"create table {table} ({columns})")
                with cursor.copy(f"copy {table} from stdin (format csv, freeze)") as copy:
                    for file in files:
                        for batch in pq.ParquetFile(file).iter_batches(columns=names):
                            copy.write(_as_csv(batch))
            for index in indexes:
                connection.execute(f"create index on {table} ({index})")
            connection.execute(f"vacuum analyze {table}")
    return time.perf_counter() - start


def measure(pools: Path) -> None:
    """Measures the pools of the database that PGHOST names; writes them as Parquet."""
    *statements, query = _SCRIPT.read_text("utf-8").split(";\n\n")
    with _connected(os.environ["PGHOST"]) as connection:
        for statement in statements:
            connection.execute(statement)
        cursor = connection.execute(query)
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
    pq.write_table(pa.Table.from_pylist(rows), pools)


def _connected(host: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(host=host, user=_USER, dbname=_USER, autocommit=True)


def _binaries() -> Path:
    """Where the programs of the server are: Debian keeps them out of PATH."""
    debian = Path(f"/usr/lib/postgresql/{_VERSION}/bin")
    found = shutil.which("postgres", path=f"{debian}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        sys.exit(
            f"PostgreSQL {_VERSION} is missing: scripts/install_system_packages.sh postgresql "
            "installs it on Debian and Ubuntu."
        )
    return Path(found).parent


def _settings(folder: Path) -> list[str]:
    """For one query on all of this machine; nothing has to outlive a crash."""
    memory, cores = memory_of_machine_mib(), os.cpu_count() or 1
    return [
        "listen_addresses=",
        f"unix_socket_directories={folder}",
        f"shared_buffers={memory // 4}MB",
        f"effective_cache_size={memory // 2}MB",
        f"work_mem={memory // 64}MB",
        f"maintenance_work_mem={memory // 16}MB",
        "wal_level=minimal",
        "max_wal_senders=0",
        "max_wal_size=16GB",
        "fsync=off",
        f"max_parallel_workers={cores}",
        f"max_parallel_workers_per_gather={cores}",
        f"max_parallel_maintenance_workers={cores}",
    ]


def _version(process: "subprocess.Popen[bytes]", host: str, log: Path) -> str:
    """The server's version, as soon as it answers."""
    end = time.monotonic() + _START_SECONDS
    while True:
        try:
            with _connected(host) as connection:
                return "{}.{}".format(*divmod(connection.info.server_version, 10_000))
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > end:
                sys.exit(f"PostgreSQL does not start:\n{log.read_text('utf-8', 'replace')}")
            time.sleep(0.1)


def _as_csv(batch: pa.RecordBatch) -> bytes:
    text = io.BytesIO()
    pyarrow.csv.write_csv(batch, text, pyarrow.csv.WriteOptions(include_header=False))
    return text.getvalue()


if __name__ == "__main__":
    measure(Path(sys.argv[2]))
