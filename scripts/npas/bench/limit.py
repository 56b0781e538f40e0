"""The shipped models beside the limit: the same pools by one statement written by hand.

Both measure the pools of one synthetic market from its raw Parquet files: `npas.bench.shipped` with
dbt, `npas.bench.by_hand` with `limit.sql`. What dbt costs whatever the size is what the models take
on a thousand loans. Run it with `make bench-limit`; `LOANS=100000 make bench-limit` takes a smaller
market.
"""

import sys
import tempfile
from pathlib import Path

from npas.bench.comparison import (
    Result,
    Side,
    compare,
    told_ratio,
    variable_seconds,
    write_results,
)
from npas.bench.market import Market, draw_market, need_room
from npas.bench.options import options_of_runs
from npas.bench.records import machine

LOANS = 10_000_000
LOANS_OF_FIXED_COST = 1_000
# 100 of Parquet; of 1e8 loans, which do not fit in memory, the script by hand spilled 580 each
BYTES_A_LOAN = 700
MOST = 1.10


def main() -> int:
    """Prints times, memory and ratios; returns 1 when the models take over `MOST` times as long."""
    parser = options_of_runs(__doc__)
    parser.add_argument("--loans", type=int, default=LOANS)
    asked = parser.parse_args()
    need_room(asked.loans, BYTES_A_LOAN)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        market = draw_market(asked.loans, scratch / "market")
        sides = [*models_and_limit(market, scratch)]
        results = compare(sides, scratch, runs=asked.runs, most_seconds=asked.most_seconds)
    for line in (*(result.told for result in results), f"machine: {machine()}"):
        print(line)
    if asked.out is not None:
        write_results(results, asked.out / "limit.csv")
    models, limit, fixed = results
    return 0 if is_near(models, limit, fixed) else 1


def models_and_limit(market: Market, scratch: Path) -> tuple[Side, Side, Side]:
    """The shipped models and the limit on a market, and the models' fixed cost."""
    small = draw_market(LOANS_OF_FIXED_COST, scratch / "small_market")
    return (
        Side("npas", "npas.bench.shipped", market),
        Side("by hand", "npas.bench.by_hand", market),
        Side(
            "npas, fixed cost",
            "npas.bench.shipped",
            small,
            remark=f"in turns with {market.loans:,} loans",
        ),
    )


def is_near(models: Result, limit: Result, fixed: Result) -> bool:
    """Prints how the models compare with the limit; whether they are within `MOST`."""
    part = variable_seconds(models, fixed)
    print(
        f"npas / by hand: {told_ratio(models.median_seconds, limit.median_seconds)}; "
        f"without the fixed cost: {told_ratio(part, limit.median_seconds)} (may be {MOST})"
    )
    if part is None or limit.median_seconds is None:
        return False
    return part <= MOST * limit.median_seconds


if __name__ == "__main__":
    sys.exit(main())
