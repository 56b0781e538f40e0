"""How time and memory grow with the market: the shipped models and the limit at several sizes.

One market at a time is on the disk. The exponent is the slope of the least-squares line through the
logarithms of loans and of seconds, without what the models cost whatever the size: 1 is time in
proportion to the loans, 2 time that grows with their square. Run it with `make bench-growth`;
`SIZES="10000 100000" make bench-growth` takes smaller markets.
"""

import math
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from npas.bench.comparison import Result, compare, write_results
from npas.bench.limit import BYTES_A_LOAN, is_near, models_and_limit
from npas.bench.market import draw_market, need_room
from npas.bench.options import options_of_runs
from npas.bench.records import machine

SIZES = (1_000_000, 10_000_000, 100_000_000)
MOST_EXPONENT = 1.05
MOST_MIB = 4_096


def main() -> int:
    """Prints figures by size, and the exponents; returns 1 when the models pass what they may."""
    parser = options_of_runs(__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="loans of each market")
    asked = parser.parse_args()
    sizes = sorted(set(asked.sizes))
    need_room(sizes[-1], BYTES_A_LOAN)
    models: list[Result] = []
    limits: list[Result] = []
    fixed_costs: list[Result] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            scratch = Path(name)
            sides = models_and_limit(draw_market(size, scratch / "market"), scratch)
            results = compare(sides, scratch, runs=asked.runs, most_seconds=asked.most_seconds)
        for result in results:
            print(result.told, flush=True)
        is_near(*results)
        for kept, result in zip((models, limits, fixed_costs), results, strict=True):
            kept.append(result)
    print(f"machine: {machine()}")
    if asked.out is not None:
        write_results([*models, *limits, *fixed_costs], asked.out / "growth.csv")
    # at every size it is that of the same thousand loans
    fixed = [cost.median_seconds or 0.0 for cost in fixed_costs]
    _told_exponent(limits, [0.0] * len(limits))
    found = _told_exponent(models, fixed)
    peak = max(model.peak_mib or math.inf for model in models)
    print(f"npas holds at most {peak:,.0f} MiB (may hold {MOST_MIB:,})")
    return 0 if found <= MOST_EXPONENT and peak <= MOST_MIB else 1


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The power of the size that seconds grow with: the slope of the line through logarithms.

    Raises ValueError for a single size, and for seconds not above 0.
    """
    if len(set(sizes)) == 1 or min(seconds) <= 0:
        raise ValueError("an exponent needs several sizes, and seconds above 0 at each")
    slope, _ = np.polyfit(np.log(sizes), np.log(seconds), 1)
    return float(slope)


def _told_exponent(results: Sequence[Result], fixed: Sequence[float]) -> float:
    """Prints the exponent of a side; infinite where it cannot be told."""
    side = results[0].side
    seconds = [
        (result.median_seconds or 0.0) - cost for result, cost in zip(results, fixed, strict=True)
    ]
    try:
        found = exponent([result.loans for result in results], seconds)
    except ValueError as problem:
        print(f"exponent of {side}: not known, {problem}")
        return math.inf
    print(f"exponent of {side}: {found:.3f} (the models may have {MOST_EXPONENT})")
    return found


if __name__ == "__main__":
    sys.exit(main())
