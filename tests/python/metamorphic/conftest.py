"""The project compiled once, and the markets of the examples built once."""

import pytest

from metamorphic.marts import Builder
from npas.parse_sql import PROJECT


@pytest.fixture(scope="session")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    """Builds raw markets with the shipped SQL."""
    return Builder(PROJECT, tmp_path_factory.mktemp("dbt"))
