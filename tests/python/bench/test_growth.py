"""The exponent that times grow with, on times whose exponent is known."""

import pytest

from npas.bench.growth import exponent


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [([2, 20, 200], 1), ([3, 300, 30_000], 2), ([7, 7, 7], 0)],
)
def test_powers_are_found(seconds: list[float], expected: float) -> None:
    assert exponent([10**6, 10**7, 10**8], seconds) == pytest.approx(expected)


def test_it_is_the_slope_of_least_squares() -> None:
    """Logarithms 0, 1, 2 of the sizes and 0, 2, 1 of the seconds: their slope is 1 / 2."""
    assert exponent([1, 10, 100], [1, 100, 10]) == pytest.approx(0.5)


@pytest.mark.parametrize(("sizes", "seconds"), [([10], [1.0]), ([10, 100], [1.0, 0.0])])
def test_without_two_times_there_is_none(sizes: list[int], seconds: list[float]) -> None:
    with pytest.raises(ValueError, match="several sizes"):
        exponent(sizes, seconds)
