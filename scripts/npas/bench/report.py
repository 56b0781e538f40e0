"""What `npas report` takes for both markets that the project brings, one after the other.

Renders the current releases in fresh processes, with warm caches. Run it with `make bench-report`,
after `make build`.
"""

import statistics
import sys

from npas.bench.timing import BIN, taken

RUNS = 3
MOST = 10.0
_MARKETS = ("public", "sample")


def main() -> int:
    """Prints seconds by market; returns 1 when both together are not below `MOST`."""
    print(f"warming up, then {RUNS} runs of each in turns ...", flush=True)
    turns = [
        [taken([str(BIN / "npas"), "report", "--market", market], {}) for market in _MARKETS]
        for _ in range(RUNS + 1)
    ][1:]
    together = 0.0
    for market, runs in zip(_MARKETS, zip(*turns, strict=True), strict=True):
        wall = statistics.median(run.wall for run in runs)
        cpu = statistics.median(run.cpu for run in runs)
        together += wall
        each = ", ".join(f"{run.wall:.1f}" for run in runs)
        print(
            f"npas report --market {market}: median {wall:.1f} s of {each}"
            f" ({cpu:.1f} s of processors)"
        )
    verdict = "below" if together < MOST else "NOT below"
    print(f"both together: {together:.1f} s ({verdict} {MOST:.0f} s)")
    return 0 if together < MOST else 1


if __name__ == "__main__":
    sys.exit(main())
