"""The marts of a raw market, built by the shipped SQL in this process, and how to compare them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from metamorphic.markets import ISO_DATE, Raw
from npas.content_hash import TableContent
from npas.mutation.executor import Warehouse, compile_project
from reference.compare import KEYS, is_same
from reference.random_market import LAST_DAY, draw_market, write_rows
from reference.reading import name_key

Row = Mapping[str, object]
Marts = dict[str, list[dict[str, object]]]
# its seed and the number of its deals
Market = tuple[int, int]
MART_KEYS = {**KEYS, "fct_deal_freshness": ("deal_key",)}
# of one deal each; the others gather deals
PER_DEAL = tuple(name for name, key in MART_KEYS.items() if key[0] == "deal_key")
CURVE = "fct_recovery_curve"
# name rows within one market, by hashes of the deal's code
_HASHES = ("finding_key", "restatement_key")


@dataclass(frozen=True)
class Built:
    """The marts by name, deals named by their codes, and the content hash of each mart."""

    marts: Marts
    hashes: Mapping[str, TableContent]


class Builder:
    """Builds markets with the project in `root`, which is compiled once, into `scratch`."""

    def __init__(self, root: Path, scratch: Path) -> None:
        project = compile_project(root, scratch)
        # the others only draw figures from the marts
        kept = tuple(model for model in project.models if "market_watch" not in model.path)
        self._project = replace(project, models=kept)
        self.drawn = lru_cache(maxsize=None)(self._draw)

    def _draw(self, market: Market) -> tuple[Raw, Built]:
        raw = draw_market(*market)
        return raw, self(raw, LAST_DAY)

    def __call__(self, raw: Raw, as_of: date) -> Built:
        """Builds a market as of a day."""
        with TemporaryDirectory(prefix="npas-market-") as folder:
            write_rows(Path(folder), raw)
            with Warehouse(self._project, Path(folder), as_of) as warehouse:
                found = {
                    name: warehouse.content(self._project.model(name)).records()
                    for name in MART_KEYS
                }
                hashes = warehouse.mart_contents()
        codes = {row["deal_key"]: name_key(str(row["deal_code"])) for row in found["dim_deal"]}
        marts: Marts = {}
        for name, rows in found.items():
            marts[name] = [{k: v for k, v in row.items() if k not in _HASHES} for row in rows]
            for row in marts[name]:
                code = codes.get(row.get("deal_key"))
                for column in {"deal_key", "deal_code"} & row.keys():
                    # a deal's code is as it was last printed, in any spelling
                    row[column] = code
        return Built(marts, hashes)


def changed(marts: Marts, change: Callable[[str, object], object]) -> Marts:
    """The marts with every cell changed by its column and value."""
    return {
        name: [{column: change(column, cell) for column, cell in row.items()} for row in rows]
        for name, rows in marts.items()
    }


def moved_dates(later: Callable[[date], date], years: int) -> Callable[[str, object], object]:
    """The change of cells that a move of every date makes."""

    def change(column: str, cell: object) -> object:
        if isinstance(cell, date):
            return later(cell)
        if column in ("cutoff_year", "issue_year") and isinstance(cell, int):
            return cell + years
        if column == "cohort" and isinstance(cell, str) and cell.isdigit():
            return str(int(cell) + years)
        if isinstance(cell, str) and not cell.startswith("http"):
            return ISO_DATE.sub(lambda day: later(date.fromisoformat(day[0])).isoformat(), cell)
        return cell

    return change


def rows(
    marts: Marts,
    name: str,
    keep: Callable[[Row], bool] = lambda _: True,
    without: Sequence[str] = (),
) -> list[dict[str, object]]:
    """Rows of a mart, without some columns."""
    return [
        {column: cell for column, cell in row.items() if column not in without}
        for row in marts[name]
        if keep(row)
    ]


def differences(
    name: str,
    found: Iterable[Row],
    expected: Iterable[Row],
    same: Callable[[str, object, object], bool] = lambda _, one, other: is_same(one, other),
) -> list[str]:
    """Where two lists of rows of one mart differ, every column compared; empty when nowhere."""
    ours, theirs = _by_key(name, found), _by_key(name, expected)
    lines = [f"{name}: {place} is there and not expected" for place in ours.keys() - theirs]
    lines += [f"{name}: {place} is expected and not there" for place in theirs.keys() - ours]
    for place in sorted(ours.keys() & theirs.keys()):
        assert ours[place].keys() == theirs[place].keys()
        lines += [
            f"{name}.{column} at {place}: {ours[place][column]!r}, expected {cell!r}"
            for column, cell in theirs[place].items()
            if not same(column, ours[place][column], cell)
        ]
    return lines


def all_differences(found: Marts, expected: Marts) -> list[str]:
    """Where two sets of marts differ."""
    return [line for name in MART_KEYS for line in differences(name, found[name], expected[name])]


def _by_key(name: str, some: Iterable[Row]) -> dict[tuple[str, ...], Row]:
    found: dict[tuple[str, ...], Row] = {}
    for row in some:
        key = tuple(str(row[column]) for column in MART_KEYS[name])
        assert key not in found, f"{name}: {key} twice"
        found[key] = row
    return found
