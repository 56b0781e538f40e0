"""Running mutants: a mutant is killed when a mart that depends on it comes out otherwise."""

import math
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from npas.mutation.executor import CompiledProject, Content, Model, Warehouse
from npas.mutation.markets import RawMarket
from npas.mutation.operators import Mutant, parsed, printed

_SECONDS = 20.0
_TOLERANCE = 1e-12
_REASON = "incomplete_reason"


class UnfaithfulSqlError(Exception):
    """An unmutated model, printed from its syntax tree, gives other rows than as compiled."""


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant.

    `strength` is "reference" when a column that the reference computation knows differs, "text"
    when only wording or other columns do, "error" when the SQL fails or does not end, "" when it
    survived. `seen` is mart.column or the error, `market` where.
    """

    mutant: Mutant
    strength: str
    seen: str
    market: str

    @property
    def is_killed(self) -> bool:
        """Whether a mart came out otherwise, or not at all."""
        return bool(self.strength)


@dataclass
class _Built:
    market: RawMarket
    warehouse: Warehouse
    fingerprints: dict[str, tuple[object, ...]]
    marts: dict[str, Content]


class Judge:
    """Holds every market built in memory and tries mutants on them."""

    def __init__(
        self, project: CompiledProject, markets: Sequence[RawMarket], compared: frozenset[str]
    ) -> None:
        self._project = project
        self._compared = compared
        self._built = [_build(project, market) for market in markets]

    def check_printing(self, models: Sequence[Model]) -> None:
        """Raise UnfaithfulSqlError unless every model printed from its tree gives its own rows."""
        for built in self._built:
            for model in models:
                with built.warehouse.undone():
                    built.warehouse.build(model, printed(parsed(model.sql)))
                    if built.warehouse.fingerprint(model) != built.fingerprints[model.name]:
                        raise UnfaithfulSqlError(f"{model.name} on market {built.market.name}")

    def judge(self, mutant: Mutant) -> Verdict:
        """Try a mutant on the markets, one after the other, until one kills it for good."""
        weak: Verdict | None = None
        for built in self._built:
            verdict = self._try(mutant, built)
            if verdict.strength in ("reference", "error"):
                return verdict
            if verdict.is_killed and weak is None:
                weak = verdict
        return weak or Verdict(mutant, "", "", "")

    def _try(self, mutant: Mutant, built: _Built) -> Verdict:
        market = built.market.name
        seen: list[str] = []
        watch = threading.Timer(_SECONDS, built.warehouse.interrupt)
        watch.start()
        try:
            with built.warehouse.undone():
                # no further than the first strong one: what depends on multiplied rows multiplies
                # them again, beyond any memory
                for column in self._differing(mutant, built):
                    if column in self._compared:
                        return Verdict(mutant, "reference", column, market)
                    seen.append(column)
        except duckdb.InterruptException:
            return Verdict(mutant, "error", f"did not end in {_SECONDS:.0f} s", market)
        except duckdb.Error as problem:
            return Verdict(mutant, "error", str(problem).splitlines()[0], market)
        finally:
            watch.cancel()
        return Verdict(mutant, "text", min(seen), market) if seen else Verdict(mutant, "", "", "")

    def _differing(self, mutant: Mutant, built: _Built) -> Iterator[str]:
        changed: set[str] = set()
        for model in self._project.models:
            if model.name == mutant.model:
                built.warehouse.build(model, mutant.sql)
            elif changed.intersection(model.parents):
                built.warehouse.build(model)
            else:
                continue
            if built.warehouse.fingerprint(model) == built.fingerprints[model.name]:
                continue
            changed.add(model.name)
            if model.name in built.marts:
                found = built.warehouse.content(model)
                yield from differing_columns(model.name, built.marts[model.name], found)


def _build(project: CompiledProject, market: RawMarket) -> _Built:
    warehouse = Warehouse(project, market.raw, market.as_of)
    return _Built(
        market,
        warehouse,
        {model.name: warehouse.fingerprint(model) for model in project.models},
        {
            model.name: warehouse.content(model)
            for model in project.models
            if model.schema == "marts"
        },
    )


def differing_columns(mart: str, before: Content, after: Content) -> Iterator[str]:
    """Give mart.column of the columns that differ, doubles beyond 1e-12.

    Rows are paired in the order of their exact cells; of another number of rows every column
    differs. A reason that only reads otherwise, null on neither side, is given as "wording of
    incomplete_reason".
    """
    if len(before.rows) != len(after.rows):
        yield from (f"{mart}.{column}" for column in before.columns)
        return
    exact = [
        place
        for place in range(len(before.columns))
        if not any(
            isinstance(row[place], float) for rows in (before.rows, after.rows) for row in rows
        )
    ]
    pairs = list(zip(_sorted(before, exact), _sorted(after, exact), strict=True))
    for place, column in enumerate(before.columns):
        values = [(old[place], new[place]) for old, new in pairs]
        if all(_same(old, new) for old, new in values):
            continue
        if column == _REASON and all((old is None) is (new is None) for old, new in values):
            yield f"{mart}: wording of {_REASON}"
        else:
            yield f"{mart}.{column}"


def _sorted(content: Content, exact: Sequence[int]) -> list[tuple[object, ...]]:
    return sorted(content.rows, key=lambda row: [str(row[place]) for place in exact])


def _same(old: object, new: object) -> bool:
    if isinstance(old, float) and isinstance(new, float):
        if math.isnan(old) or math.isnan(new):
            return math.isnan(old) and math.isnan(new)
        return math.isclose(old, new, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
    return old == new
