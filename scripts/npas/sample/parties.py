"""The fictional parties of the sample, read from the value sets of the project."""

import csv
from dataclasses import dataclass
from pathlib import Path

# Fictional parties share the value sets with real ones; these marks keep them apart.
CODE_MARK = "SAMPLE_"
NAME_MARK = "示例"


@dataclass(frozen=True)
class Originator:
    """A fictional bank: registered code and name, and all spellings of it."""

    code: str
    name: str
    spellings: tuple[str, ...]

    @property
    def short_code(self) -> str:
        """The code without the mark of the sample."""
        return self.code.removeprefix(CODE_MARK)

    @property
    def stem(self) -> str:
        """What its series are named after."""
        return self.name.removesuffix("银行")


@dataclass(frozen=True)
class Parties:
    """All fictional parties; trustees and agencies as name and spellings."""

    originators: dict[str, Originator]
    series: frozenset[str]
    trustees: tuple[tuple[str, ...], ...]
    agencies: tuple[tuple[str, ...], ...]


def read_parties(reference: Path) -> Parties:
    """The parties of the sample in the value sets of the folder `reference`.

    Raises OSError when a value set is missing.
    """
    spellings = _grouped(reference / "originator_aliases.csv", "originator_code")
    originators = {}
    for row in _rows(reference / "originators.csv"):
        code = row["originator_code"]
        if code.startswith(CODE_MARK):
            one = Originator(code, row["originator_name"], tuple(spellings[code]))
            originators[one.short_code] = one
    series = frozenset(
        row["series"]
        for row in _rows(reference / "series_originators.csv")
        if row["originator_code"].startswith(CODE_MARK)
    )
    return Parties(
        originators=originators,
        series=series,
        trustees=_marked(_grouped(reference / "trustee_aliases.csv", "trustee_name")),
        agencies=_marked(_grouped(reference / "agency_aliases.csv", "agency_name")),
    )


def _marked(groups: dict[str, list[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group) for name, group in groups.items() if name.startswith(NAME_MARK))


def _grouped(path: Path, column: str) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for row in _rows(path):
        groups.setdefault(row[column], []).append(row["alias"])
    return groups


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
