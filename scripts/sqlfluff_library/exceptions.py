"""What sqlfluff sees for dbt's `exceptions`: it knows no variables, so nothing is raised."""


def raise_compiler_error(_message: str) -> str:
    """Return a date that is always null, the value of `as_of` when nobody sets it."""
    return "cast(null as date)"
