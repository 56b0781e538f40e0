"""What the databases of the contracts take of the machine; what does not fit spills to the disk."""

LIMITS: dict[str, str | int | bool] = {
    "threads": 2,
    "memory_limit": "256MB",
    "preserve_insertion_order": False,
}
