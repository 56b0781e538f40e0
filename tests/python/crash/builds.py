"""Builds one after the other, each killed at a random moment; prints what became of them as JSON.

Arguments: project, home, number of kills, seed. Everything slow is imported once and each build is
a fork of this process, and the contracts, which write nothing that readers see, are run by the
first build alone: so kills fall into the work on the release.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from npas import candidate, contracts
from npas.build import BuildRequest, build
from npas.check import read_market, run_contracts
from npas.dbt_run import release_connections
from npas.releases import current_release
from npas.settings import MarketHome

LOADED = (candidate, contracts, release_connections)


def write_generation(project: Path, generation: int) -> None:
    for name in ("dim_deal", "dim_originator"):
        model = project / "models" / "marts" / f"{name}.sql"
        query = (
            f"select originator_code, {generation} as generation from {{{{ ref('originators') }}}}"
        )
        model.write_text(query)


def start(request: BuildRequest) -> int:
    pid = os.fork()
    if pid == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        try:
            build(request)
        except BaseException:  # noqa: BLE001 (a child must not go on as its parent)
            os._exit(1)
        os._exit(0)
    return pid


def main() -> None:
    import dbt.cli.main  # noqa: F401 (what a build imports late)

    project, home, kills, seed = sys.argv[1:]
    chance = random.Random(int(seed))  # noqa: S311 (moments, not secrets)
    request = BuildRequest(Path(project), Path(home), "public")
    market = MarketHome.of(Path(home), "public")
    write_generation(request.project, 0)
    assert os.waitpid(start(request), 0)[1] == 0
    tables = read_market(request.project, request.home, request.market)
    report = run_contracts(request.project, tables, market.contracts)
    vars(candidate)["run_contracts"] = lambda *_, **__: report
    began = time.monotonic()
    write_generation(request.project, 1)
    assert os.waitpid(start(request), 0)[1] == 0
    seconds = time.monotonic() - began
    killed = finished = 0
    for generation in range(2, int(kills) + 2):
        write_generation(request.project, generation)
        pid = start(request)
        time.sleep(chance.uniform(0, 1.1 * seconds))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        killed += os.WIFSIGNALED(status)
        finished += not os.WIFSIGNALED(status)
        assert current_release(market) is not None
    write_generation(request.project, -1)
    _, status = os.waitpid(start(request), 0)
    print(json.dumps({"killed": killed, "finished": finished, "last": status}))


if __name__ == "__main__":
    main()
