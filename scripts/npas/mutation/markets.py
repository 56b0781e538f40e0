"""The fixed markets that mutants run on: drawn, written by hand, and the public register."""

import importlib
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class RawMarket:
    """A folder of raw_*.csv and the day it is looked at as of; None: all that is known."""

    name: str
    raw: Path
    as_of: date | None


def fixed_markets(root: Path, scratch: Path) -> list[RawMarket]:
    """Write the markets that are not in the repository into `scratch`; the best hunters first."""
    # the markets are the tests': what kills a mutant here fails a test there
    sys.path.insert(0, str(root / "tests" / "python"))
    write_random = importlib.import_module("reference.random_market").write_market
    write_hand = importlib.import_module("reference.hand_market").write_hand_market
    for seed in (1, 2, 3):
        write_random(scratch / f"random_{seed}", seed, 40)
    write_hand(scratch / "hand")
    return [
        RawMarket("by hand", scratch / "hand", None),
        RawMarket("random 1", scratch / "random_1", None),
        RawMarket("random 1 as of 2024-12-31", scratch / "random_1", date(2024, 12, 31)),
        RawMarket("by hand as of 2025-06-30", scratch / "hand", date(2025, 6, 30)),
        RawMarket("random 2", scratch / "random_2", None),
        RawMarket("random 3", scratch / "random_3", None),
        RawMarket("register", root / "seeds" / "public", None),
    ]


def compared_columns(root: Path, market: RawMarket) -> frozenset[str]:
    """Give mart.column of every cell that the reference computation knows."""
    compute = importlib.import_module("reference.marts").compute
    marts = compute(market.raw, root / "seeds" / "reference", "public", market.as_of)
    return frozenset(
        f"{mart}.{column}" for mart, rows in marts.items() for row in rows[:1] for column in row
    )
