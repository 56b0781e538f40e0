"""The shipped models beside what else users could take: polars, pandas, PostgreSQL and Spark.

All measure the pools of one synthetic market from its raw Parquet files; PostgreSQL from tables
that are loaded and indexed before, which is told apart. Run it with `make bench-peers`;
`LOANS=100000 make bench-peers` takes a smaller market.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from npas.bench.comparison import (
    Side,
    compare,
    told_ratio,
    variable_seconds,
    write_results,
)
from npas.bench.limit import models_and_limit
from npas.bench.market import BYTES_A_LOAN, Market, draw_market, need_room
from npas.bench.options import options_of_runs
from npas.bench.records import machine
from npas.settings import project_root

LOANS = 10_000_000
# of a loan with its collaterals in PostgreSQL: raw tables, indexes, tables of the query
_BYTES_LOADED = 1_500
_PEERS = ("polars", "pandas", "postgresql", "spark")


def main() -> int:
    """Prints times, memory and how many times as long each peer takes; 1 when none is done."""
    parser = options_of_runs(__doc__)
    parser.add_argument("--loans", type=int, default=LOANS)
    parser.add_argument("--peers", nargs="+", choices=_PEERS, default=_PEERS)
    asked = parser.parse_args()
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        loaded = _BYTES_LOADED if "postgresql" in asked.peers else 0
        need_room(asked.loans, BYTES_A_LOAN + loaded)
        market = draw_market(asked.loans, scratch / "market")
        models, _, fixed = models_and_limit(market, scratch)
        sides = [models, fixed, *_sides(asked.peers, market, stack)]
        results = compare(sides, scratch, runs=asked.runs, most_seconds=asked.most_seconds)
    for line in (*(result.told for result in results), f"machine: {machine()}"):
        print(line)
    if asked.out is not None:
        write_results(results, asked.out / f"peers_{asked.loans}.csv")
    whole, fixed_cost, *others = results
    part = variable_seconds(whole, fixed_cost)
    for other in others:
        print(
            f"{other.side} / npas: {told_ratio(other.median_seconds, whole.median_seconds)}; "
            f"without its fixed cost: {told_ratio(other.median_seconds, part)}"
        )
    return 0 if any(other.median_seconds is not None for other in others) else 1


def _sides(peers: Sequence[str], market: Market, stack: ExitStack) -> Iterator[Side]:
    for peer in peers:
        module = f"npas.bench.peers.with_{peer}"
        if peer == "postgresql":
            # its package is there for this benchmark alone
            from npas.bench.peers import with_postgresql

            server = stack.enter_context(with_postgresql.server())
            print("loading PostgreSQL ...", flush=True)
            seconds = with_postgresql.load(market.store, server.host)
            yield Side(
                peer,
                module,
                market,
                variables={"PGHOST": server.host},
                servers=(server.process,),
                remark=f"{server.version}; loaded, indexed and analysed before in {seconds:,.1f} s",
            )
        elif peer == "spark":
            python = project_root() / ".venv-spark" / "bin" / "python"
            yield Side(peer, module, market, python=python)
        else:
            yield Side(peer, module, market)


if __name__ == "__main__":
    sys.exit(main())
