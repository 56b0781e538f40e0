"""What benchmarks are asked on the command line."""

import argparse
from pathlib import Path

RUNS = 5
MOST_SECONDS = 3_600.0


def options(text: str | None) -> argparse.ArgumentParser:
    """What every benchmark that writes figures is asked."""
    parser = argparse.ArgumentParser(
        description=text, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, help="folder that the figures go to as CSV")
    return parser


def options_of_runs(text: str | None) -> argparse.ArgumentParser:
    """What every benchmark that runs its sides in turns is asked."""
    parser = options(text)
    parser.add_argument("--runs", type=int, default=RUNS, help="of each side, at least five")
    parser.add_argument(
        "--most-seconds", type=float, default=MOST_SECONDS, help="of one run, then it is ended"
    )
    return parser
