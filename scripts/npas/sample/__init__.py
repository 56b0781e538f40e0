"""The market `sample`: a synthetic market that reproduces what the market-watch report prints.

Every deal, party and amount is made up. The series behind the report's charts are not public, so
the sample is drawn and calibrated; it comes out the same, byte for byte, on every machine.
"""

import csv
from pathlib import Path

from npas.raw_schema import OPTIONAL_COLUMNS, RAW_TABLES
from npas.sample.deals import draw_deals
from npas.sample.parties import read_parties
from npas.sample.tables import raw_tables

__all__ = ["write_sample"]

# As in the register: these tables have the optional columns too.
_WITH_NOTES = ("raw_deals", "raw_recovery_statements", "raw_market_indicators")


def write_sample(reference: Path, target: Path) -> dict[str, int]:
    """Writes raw_*.csv of the sample into the folder `target`; returns the rows of each table.

    `reference` is the folder of the value sets, which hold the fictional parties. Raises OSError
    when it cannot be read or `target` cannot be written.
    """
    tables = raw_tables(draw_deals(read_parties(reference)))
    target.mkdir(parents=True, exist_ok=True)
    for name, schema in RAW_TABLES.items():
        columns = [*schema.columns, *(OPTIONAL_COLUMNS if name in _WITH_NOTES else ())]
        with (target / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(tables[name])
    return {name: len(tables[name]) for name in RAW_TABLES}
