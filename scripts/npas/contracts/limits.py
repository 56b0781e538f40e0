"""What the databases of the contracts take of the machine; what does not fit spills to the disk."""

MEMORY_MB = 256
LIMITS: dict[str, str | int | bool] = {
    "threads": 2,
    "memory_limit": f"{MEMORY_MB}MB",
    "preserve_insertion_order": False,
}
