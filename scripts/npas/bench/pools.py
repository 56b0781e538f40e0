"""Whether two sides of a benchmark measured the same pools."""

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq

KEY = ("deal_code", "snapshot_date")
# sums of quotients, which no two tools round alike: equal where they differ by less than TOLERANCE
QUOTIENTS = ("latest_value_yuan", "weighted_current_ltv", "weighted_initial_ltv")
TOLERANCE = 1e-9

Pool = Mapping[str, object]
Pools = Mapping[tuple[object, ...], Pool]


def read_pools(path: Path) -> Pools:
    """The pools that a side wrote as Parquet, by deal and snapshot date.

    Raises ValueError when one comes twice.
    """
    rows = pq.read_table(path).to_pylist()
    pools = {tuple(row[name] for name in KEY): row for row in rows}
    if len(pools) < len(rows):
        raise ValueError(f"{path.name} has {len(rows)} rows of {len(pools)} pools")
    return pools


def differences(expected: Pools, found: Pools) -> Iterator[str]:
    """What differs, one text per cell: money, counts, texts and dates exactly."""
    for key in sorted(expected.keys() | found.keys(), key=str):
        told = ", ".join(map(str, key))
        if key not in found or key not in expected:
            yield f"pool {told}: {'missing' if key in expected else 'not expected'}"
            continue
        for column in sorted(expected[key].keys() | found[key].keys()):
            if column not in found[key] or column not in expected[key]:
                yield f"pool {told}: column {column} is on one side alone"
            elif not _is_same(column, expected[key][column], found[key][column]):
                values = f"{expected[key][column]} expected, {found[key][column]} found"
                yield f"pool {told}, {column}: {values}"


def _is_same(column: str, expected: object, found: object) -> bool:
    if not isinstance(expected, int | float | Decimal):
        return type(expected) is type(found) and expected == found
    if not isinstance(found, int | float | Decimal):
        return False
    if column in QUOTIENTS:
        return math.isclose(expected, found, rel_tol=TOLERANCE)
    # a double that only looks like the amount is another number
    return Decimal(expected) == Decimal(found)
