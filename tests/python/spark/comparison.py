"""Cell-by-cell comparison of one table on two engines."""

import math
from collections.abc import Iterator, Sequence
from itertools import zip_longest

Row = tuple[object, ...]

# of a ratio, both relative to its size and, near 0, in itself
TOLERANCE = 1e-9


def differences(columns: Sequence[str], expected: Sequence[Row], found: Sequence[Row]) -> list[str]:
    """What differs between two tables of one order, row by row: empty when they are equal.

    Money, counts, texts, dates and nulls must be the same, doubles within TOLERANCE. A text that
    is a number on both sides is compared as one.
    """
    return list(_differences(columns, expected, found))


def _differences(
    columns: Sequence[str], expected: Sequence[Row], found: Sequence[Row]
) -> Iterator[str]:
    if len(expected) != len(found):
        yield f"{len(expected)} rows expected, {len(found)} found"
    for number, (expected_row, found_row) in enumerate(zip_longest(expected, found, fillvalue=())):
        for column, expected_cell, found_cell in zip(
            columns, expected_row, found_row, strict=False
        ):
            if not is_equal(expected_cell, found_cell):
                yield f"row {number}, {column}: {expected_cell!r} expected, {found_cell!r} found"


def is_equal(expected: object, found: object) -> bool:
    """Whether two engines mean the same by a cell."""
    if type(expected) is not type(found):
        return False
    if isinstance(expected, float) and isinstance(found, float):
        return math.isclose(expected, found, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return expected == found
