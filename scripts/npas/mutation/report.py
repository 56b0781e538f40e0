"""The result of a mutation run: which survivors are argued, the rates, the written files."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from npas.mutation.judge import Verdict
from npas.mutation.operators import Mutant

_KEY = ("model", "place", "original", "mutated", "nth")
_COLUMNS = ("model", "place", "operator", "original", "mutated", "nth", "reason")
Key = tuple[str, str, str, str, str]


class ReviewError(Exception):
    """The reviewed list of equivalent mutants cannot be used; the message says why."""


def read_reasons(path: Path) -> dict[Key, str]:
    """Read the reviewed list: mutant key -> why no input can tell it from the original.

    Raises ReviewError for an entry without a reason and for one written twice.
    """
    reasons: dict[Key, str] = {}
    with path.open(encoding="utf-8", newline="") as handle:
        for line, row in enumerate(csv.DictReader(handle), start=1):
            model, place, original, mutated, nth = (row[column] for column in _KEY)
            key = (model, place, original, mutated, nth)
            if not row["reason"].strip():
                raise ReviewError(f"{path}, entry {line} ({model}, {place}): no reason given")
            if key in reasons:
                raise ReviewError(f"{path}, entry {line} ({model}, {place}): written twice")
            reasons[key] = row["reason"].strip()
    return reasons


@dataclass(frozen=True)
class Survivor:
    """A mutant that no market tells from the original; `reason` is "" until it is argued."""

    mutant: Mutant
    reason: str


@dataclass(frozen=True)
class Outcome:
    """All verdicts of a run, with the reviewed reasons."""

    verdicts: tuple[Verdict, ...]
    reasons: dict[Key, str]

    @property
    def survivors(self) -> list[Survivor]:
        """Every mutant that was not killed, in the order of the models."""
        return [
            Survivor(verdict.mutant, self.reasons.get(verdict.mutant.key, ""))
            for verdict in self.verdicts
            if not verdict.is_killed
        ]

    @property
    def rate(self) -> float:
        """Killed mutants over all that are not argued to be equivalent."""
        argued = sum(bool(survivor.reason) for survivor in self.survivors)
        killed = sum(verdict.is_killed for verdict in self.verdicts)
        return killed / (len(self.verdicts) - argued)

    @property
    def outdated(self) -> list[Key]:
        """Reasons for mutants that were killed or no longer exist."""
        surviving = {survivor.mutant.key for survivor in self.survivors}
        return [key for key in self.reasons if key not in surviving]

    def faults(self) -> list[str]:
        """Say why the run does not pass; empty when it does."""
        lines = [
            f"{one.mutant.model}, {one.mutant.place}: {one.mutant.original!r} as "
            f"{one.mutant.mutated!r} survives without a reason"
            for one in self.survivors
            if not one.reason
        ]
        lines += [
            f"{key[0]}, {key[1]}: argued, but killed or gone: {key[3]!r}" for key in self.outdated
        ]
        return lines


def write_survivors(path: Path, survivors: Iterable[Survivor]) -> None:
    """Write one row per surviving mutant; the columns are those of the reviewed list."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for one in survivors:
            found = one.mutant
            cells = (found.original, found.mutated, found.nth, one.reason)
            writer.writerow((found.model, found.place, found.operator, *cells))


def write_summary(path: Path, outcome: Outcome, markets: Sequence[str]) -> None:
    """Write the page that says per model how many mutants there are and what became of them."""
    names = list(dict.fromkeys(verdict.mutant.model for verdict in outcome.verdicts))
    lines = [
        "# Mutation of the models",
        "",
        "Written by `make mutate`. Every model of `models/intermediate` and `models/marts` is",
        "changed in one place at a time; the change is killed when a mart comes out otherwise on",
        "one of the fixed markets, whose marts as shipped equal the reference computation",
        "(`tests/python/test_marts_equal_reference.py`). Left out is `models/marts/market_watch`:",
        "nothing depends on its figures, and `tests/python/test_market_watch.py` compares each",
        "value with a reference of its own.",
        "",
        f"Markets: {', '.join(markets)}.",
        "",
        "- *reference*: a column that the reference computation knows differs, so the comparison",
        "  with it fails; *error*: the SQL fails or does not end; *text*: only the wording of a",
        "  reason, or a column or mart beside the reference, differs from the unchanged output.",
        "- *equivalent*: survives, and `scripts/npas/mutation/equivalent.csv` says why no input",
        "  can tell it from the original. *unargued*: survives without such a reason, which ends",
        "  `make mutate` with 1.",
        "- rate: killed / (mutants - equivalent).",
        "",
        "To try some models alone: `.venv/bin/python -m npas.mutation fct_issuance dim_deal`. It",
        "prints what of them survives unargued, and this page stays that of the last whole run.",
        "",
        "| model | mutants | killed | reference | error | text | equivalent | unargued | rate |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name in names:
        own = tuple(one for one in outcome.verdicts if one.mutant.model == name)
        lines.append(_line(name, Outcome(own, outcome.reasons)))
    lines.append(_line("all", outcome))
    lines += [
        "",
        "Every survivor, with its reason: [mutation_survivors.csv](mutation_survivors.csv).",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _line(name: str, outcome: Outcome) -> str:
    strengths = [verdict.strength for verdict in outcome.verdicts]
    argued = [bool(survivor.reason) for survivor in outcome.survivors]
    counts = (
        *(len(strengths), len(strengths) - len(argued)),
        *(strengths.count(strength) for strength in ("reference", "error", "text")),
        *(argued.count(True), argued.count(False)),
    )
    return f"| {name} | {' | '.join(str(count) for count in counts)} | {outcome.rate:.1%} |"
