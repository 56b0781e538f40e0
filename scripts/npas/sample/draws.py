"""Random whole numbers that are the same on every machine, Python and NumPy."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

_SEED = 20260131
_T = TypeVar("_T")


class Draws:
    """One stream of draws, named by its purpose: a change in one stream leaves the others alone.

    Only the bits of NumPy's PCG64 are used: they are promised never to change, while what its
    Generator makes of them may, and floats would differ by platform.
    """

    def __init__(self, *purpose: object) -> None:
        name = " ".join(str(part) for part in (_SEED, *purpose))
        digest = hashlib.sha256(name.encode()).digest()
        self._bits = np.random.PCG64(int.from_bytes(digest[:16], "big"))

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included, all alike."""
        return low + (int(self._bits.random_raw()) * (high - low + 1) >> 64)

    def around(self, middle: int, spread: int) -> int:
        """A whole number near `middle`: bell-shaped, at most two `spread` away."""
        return middle + sum(self.between(-spread, spread) for _ in range(4)) // 2

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self.between(1, 100) <= percent

    def pick(self, choices: Sequence[_T]) -> _T:
        """One of the choices."""
        return choices[self.between(0, len(choices) - 1)]

    def shuffled(self, items: Sequence[_T]) -> list[_T]:
        """The items in any order."""
        left = list(items)
        return [left.pop(self.between(0, len(left) - 1)) for _ in range(len(left))]


def split(total: int, weights: Sequence[int], least: int = 0) -> list[int]:
    """`total` in whole parts by weight, none below `least`; what rounding leaves goes to the first.

    Raises ValueError when `total` is too small for that.
    """
    if total < least * len(weights):
        raise ValueError(f"{total} cannot be split into {len(weights)} parts of at least {least}")
    parts = [max(least, total * weight // sum(weights)) for weight in weights]
    over = sum(parts) - total
    while over > 0:
        largest = max(range(len(parts)), key=lambda place: parts[place])
        taken = min(over, parts[largest] - least, max(1, parts[largest] // 8))
        parts[largest] -= taken
        over -= taken
    parts[0] -= over
    return parts
