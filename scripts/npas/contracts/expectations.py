"""Running suites of expectations on pandas frames with Great Expectations.

Great Expectations never sees a database here: its SQL engine fails on DuckDB.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import pandas as pd
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.core.expectation_validation_result import (
    ExpectationValidationResult,
)
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.execution_engine import pandas_execution_engine
from great_expectations.expectations.expectation import Expectation

# Frames of fewer bytes are hashed for a fingerprint that nobody reads, which took half of a run.
pandas_execution_engine.HASH_THRESHOLD = 0

# Naming rows costs as much as testing them, so they are named where there are any.
_COUNTS: dict[str, Any] = {"result_format": "BASIC"}
_ROWS: dict[str, Any] = {"result_format": "COMPLETE", "return_unexpected_index_query": False}


class CheckError(Exception):
    """A check itself failed, which says nothing about the data."""


@dataclass(frozen=True)
class Outcome:
    """What one expectation found.

    `tested`: values looked at. `unexpected`: index labels of every unexpected row, never cut
    short; there are `unexpected_count`. `observed`: what was measured of a whole table or column.
    """

    success: bool
    tested: int
    unexpected_count: int = 0
    unexpected: list[int] = field(default_factory=list)
    observed: Any = None
    details: dict[str, Any] = field(default_factory=dict)


class Validator:
    """One ephemeral context for all suites of a run."""

    def __init__(self) -> None:
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        source = context.data_sources.add_pandas("raw tables")
        asset = source.add_dataframe_asset("frame")
        self._batches: BatchDefinition[Any] = asset.add_batch_definition_whole_dataframe("all rows")

    def run(
        self, name: str, frame: pd.DataFrame, expectations: Sequence[Expectation]
    ) -> list[Outcome]:
        """Validates a frame; the outcomes are in the order of `expectations`.

        Unexpected rows are named by the frame's index, which must be whole numbers. No two
        expectations may be equal. Raises CheckError when one could not be evaluated.
        """
        batch = self._batches.get_batch({"dataframe": frame.rename_axis("row_id")})
        outcomes = [
            _outcome(name, found, len(frame))
            for found in _validate(name, batch, expectations, _COUNTS)
        ]
        failing = [number for number, outcome in enumerate(outcomes) if outcome.unexpected_count]
        named = _validate(name, batch, [expectations[number] for number in failing], _ROWS)
        for number, found in zip(failing, named, strict=True):
            rows = _unexpected_rows(name, found)
            if len(rows) != outcomes[number].unexpected_count:
                raise CheckError(f"{_said(name, found)} named {len(rows)} rows of more")
            outcomes[number] = replace(outcomes[number], unexpected=rows)
        return outcomes


def _validate(
    name: str, batch: Batch, expectations: Sequence[Expectation], result_format: dict[str, Any]
) -> list[ExpectationValidationResult]:
    if not expectations:
        return []
    suite = gx.ExpectationSuite(name=name)
    for number, expectation in enumerate(expectations):
        # Results come back grouped by column: the number finds them again.
        expectation.meta = {"number": number}
        suite.add_expectation(expectation)
    results: dict[int, ExpectationValidationResult] = {}
    for found in batch.validate(suite, result_format=result_format).results:
        config = found.expectation_config
        results[config.meta["number"] if config is not None and config.meta else -1] = found
    if sorted(results) != list(range(len(expectations))):
        raise CheckError(f"{name}: {len(results)} of {len(expectations)} checks answered")
    return [results[number] for number in range(len(expectations))]


def _unexpected_rows(suite: str, found: ExpectationValidationResult) -> list[int]:
    _refuse_exception(suite, found)
    return [int(entry["row_id"]) for entry in found.result.get("unexpected_index_list") or []]


def _outcome(suite: str, found: ExpectationValidationResult, rows: int) -> Outcome:
    _refuse_exception(suite, found)
    result = dict(found.result)
    return Outcome(
        success=bool(found.success),
        tested=result.get("element_count", rows) - (result.get("missing_count") or 0),
        unexpected_count=result.get("unexpected_count", 0),
        observed=result.get("observed_value"),
        details=result.get("details") or {},
    )


def _refuse_exception(suite: str, found: ExpectationValidationResult) -> None:
    """An expectation that crashed found nothing, which must not pass for nothing wrong."""
    info = found.exception_info or {}
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if entry.get("raised_exception"):
            said = _said(suite, found)
            raise CheckError(f"{said} could not be evaluated: {entry.get('exception_message')}")


def _said(suite: str, found: ExpectationValidationResult) -> str:
    config = found.expectation_config
    return f"{suite}: {config.type} {config.kwargs}" if config is not None else suite
