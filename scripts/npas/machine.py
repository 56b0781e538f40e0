"""What the machine has, and how its sizes are told."""

import os

MIB = 1 << 20


def memory_of_machine_mib() -> int:
    """All memory of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MIB


def told_mib(size: int) -> str:
    """A number of bytes as text, in MiB."""
    return f"{size / MIB:,.1f} MiB"
