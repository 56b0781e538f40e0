"""Archives: judged by their directory before anything in them is unpacked."""

import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from npas.raw_table import Fault
from npas.reading.grid import told

_MOST_ENTRIES = 2_000
_MOST_RATIO = 100
# A small file may be packed well without being a bomb.
_BYTES_WITHOUT_RATIO = 1024 * 1024
MOST_BYTES = 4 * 1024**3
MOST_WORKBOOK_BYTES = 500 * 1024**2
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_CHUNK = 1024 * 1024


def fault_of(archive: zipfile.ZipFile, most_bytes: int = MOST_BYTES) -> Fault | None:
    """Why an archive must not be unpacked, or None; reads its directory alone."""
    entries = archive.infolist()
    if len(entries) > _MOST_ENTRIES:
        return _bomb(
            f"it holds {len(entries):,} files, more than {_MOST_ENTRIES:,}",
            f"内含 {len(entries):,} 个文件，超过 {_MOST_ENTRIES:,} 个",
        )
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > most_bytes:
        return _bomb(
            f"it unpacks to {unpacked:,} bytes, more than {most_bytes:,}",
            f"解压后为 {unpacked:,} 字节，超过 {most_bytes:,} 字节",
        )
    return next(filter(None, map(_entry_fault, entries)), None)


def _entry_fault(entry: zipfile.ZipInfo) -> Fault | None:
    name = entry_name(entry)
    path = PurePosixPath(name)
    ratio = entry.file_size / max(entry.compress_size, 1)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        return _bomb(f"the path {name} leads out of it", f"其中的路径 {name} 指向压缩包之外")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return _bomb(f"{name} is a link", f"{name} 是链接")
    if entry.flag_bits & _ENCRYPTED:
        return _bomb(f"{name} is encrypted", f"{name} 已加密")
    if entry.file_size > _BYTES_WITHOUT_RATIO and ratio > _MOST_RATIO:
        return _bomb(
            f"{name} unpacks to {ratio:,.0f} times its size",
            f"{name} 解压后为原大小的 {ratio:,.0f} 倍",
        )
    return None


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The name of an entry; Chinese Windows writes it in GB 18030 without saying so."""
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


def unpack(archive: zipfile.ZipFile, folder: Path) -> Iterator[tuple[str, Path]]:
    """Unpacks the files into `folder` under names of their number: (name in the archive, path).

    Raises zipfile.BadZipFile when a file is larger than the directory says, or broken.
    """
    for number, entry in enumerate(archive.infolist()):
        name = entry_name(entry)
        if entry.is_dir() or _is_litter(name):
            continue
        path = folder / f"{number}{PurePosixPath(name).suffix.lower()}"
        left = entry.file_size
        with archive.open(entry) as packed, path.open("wb") as plain:
            for chunk in iter(lambda: packed.read(_CHUNK), b""):
                left -= len(chunk)
                if left < 0:
                    raise zipfile.BadZipFile(f"{name} is larger than the archive says")
                plain.write(chunk)
        yield name, path


def _is_litter(name: str) -> bool:
    """What systems put into archives beside what their user packed."""
    path = PurePosixPath(name)
    return path.parts[0] == "__MACOSX" or path.name.startswith(".") or path.name == "Thumbs.db"


def _bomb(problem: str, problem_zh: str) -> Fault:
    return told("Z01", problem, problem_zh)
