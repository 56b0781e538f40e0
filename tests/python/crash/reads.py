"""Reads the current release over and over until its input ends; prints its counts as JSON.

A read is torn when two marts are of different builds, or are not what their manifest says.
"""

import json
import select
import sys
from pathlib import Path

import duckdb

from npas.content_hash import mart_contents


def main() -> None:
    current = Path(sys.argv[1]) / "current"
    reads = torn = 0
    unreadable: list[str] = []
    seen: list[int] = []
    while not select.select([sys.stdin], [], [], 0)[0]:
        if not current.exists():
            continue
        try:
            folder = current.resolve()
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            with duckdb.connect(folder / "npas.duckdb", read_only=True) as connection:
                contents = mart_contents(connection)
                generations = connection.execute(
                    "select distinct generation from (select generation from marts.dim_deal "
                    "union all select generation from marts.dim_originator)"
                ).fetchall()
        except (OSError, ValueError, duckdb.Error) as fault:
            unreadable.append(str(fault))
            continue
        reads += 1
        published = {name: mart["sha256"] for name, mart in manifest["marts"].items()}
        found = {name: content.sha256 for name, content in contents.items()}
        torn += len(generations) != 1 or found != published
        if generations[0][0] not in seen[-1:]:
            seen.append(generations[0][0])
    told = {"reads": reads, "torn": torn, "unreadable": unreadable, "seen": seen}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
