"""What the machine has."""

import os

MIB = 1 << 20


def memory_of_machine_mib() -> int:
    """All memory of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MIB
