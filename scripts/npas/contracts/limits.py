"""What the databases of the contracts take of the machine; what does not fit spills to the disk."""

LEAST_MIB = 256
LIMITS: dict[str, str | int | bool] = {
    "threads": 2,
    "memory_limit": f"{LEAST_MIB}MiB",
    "preserve_insertion_order": False,
}
