"""The seventeen figures, in the order of the report."""

from npas.report.data import MarketData
from npas.report.figures import economy, issuance, pools, recovery
from npas.report.model import Figure

_FIGURES = (
    economy.figure_01,
    economy.figure_02,
    issuance.figure_03,
    issuance.figure_04,
    issuance.figure_05,
    issuance.figure_06,
    pools.figure_07,
    pools.figure_08,
    pools.figure_09,
    pools.figure_10,
    pools.figure_11,
    pools.figure_12,
    pools.figure_13,
    recovery.figure_14,
    recovery.figure_15,
    recovery.figure_16,
    recovery.figure_17,
)


def all_figures(data: MarketData) -> list[Figure]:
    """Every figure of one release, drawn or with what is missing."""
    return [figure(data) for figure in _FIGURES]
