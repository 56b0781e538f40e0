"""Great Expectations as it is used here: no row is left out, no crash passes for clean."""

import pandas as pd
import pytest
from great_expectations import expectations as gxe
from great_expectations.execution_engine import pandas_execution_engine
from great_expectations.expectations.expectation import Expectation

from npas.contracts.checks import all_checks
from npas.contracts.expectations import CheckError, Validator
from npas.contracts.workbench import Workbench
from npas.parse_sql import PROJECT

_ROWS = 600
_ODD = list(range(1001, 1000 + _ROWS, 2))
_TYPES: dict[str, Expectation] = {
    "null": gxe.ExpectColumnValuesToBeNull(column="odd_text"),
    "not null": gxe.ExpectColumnValuesToNotBeNull(column="even_text"),
    "set": gxe.ExpectColumnValuesToBeInSet(column="parity", value_set=["even"]),
    "regex": gxe.ExpectColumnValuesToMatchRegex(column="parity", regex="^even$"),
    "between": gxe.ExpectColumnValuesToBeBetween(column="remainder", max_value=0),
    "pair order": gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="zero",
        column_B="remainder",
        or_equal=True,
        ignore_row_if="either_value_is_missing",
    ),
    "pair equal": gxe.ExpectColumnPairValuesToBeEqual(
        column_A="zero", column_B="remainder", ignore_row_if="either_value_is_missing"
    ),
}


@pytest.fixture(scope="module")
def validator() -> Validator:
    return Validator()


def _frame() -> pd.DataFrame:
    numbers = range(_ROWS)
    return pd.DataFrame(
        {
            "parity": ["odd" if i % 2 else "even" for i in numbers],
            "odd_text": ["x" if i % 2 else None for i in numbers],
            "even_text": [None if i % 2 else "x" for i in numbers],
            "remainder": [float(i % 2) for i in numbers],
            "zero": [0.0 for _ in numbers],
        },
        index=range(1000, 1000 + _ROWS),
    )


@pytest.mark.parametrize("name", _TYPES)
def test_every_unexpected_row_is_named(validator: Validator, name: str) -> None:
    (outcome,) = validator.run(name, _frame(), [_TYPES[name]])

    assert not outcome.success
    assert outcome.unexpected == _ODD
    assert outcome.unexpected_count == _ROWS // 2


def test_these_are_all_types_that_the_suites_use() -> None:
    bench = Workbench(PROJECT, [])
    used = {check.expectation.expectation_type for check in all_checks(bench)}
    bench.close()

    tried = {expectation.expectation_type for expectation in _TYPES.values()}
    assert used == tried | {"expect_column_median_to_be_between"}


def test_outcomes_keep_the_order_of_the_expectations(validator: Validator) -> None:
    limits = [0.4, 2.0, -1.0]
    expectations: list[Expectation] = [
        gxe.ExpectColumnValuesToBeBetween(column="remainder", max_value=limit) for limit in limits
    ]
    expectations += [gxe.ExpectColumnMedianToBeBetween(column="remainder", max_value=0.2)]

    low, high, none, median = validator.run("order", _frame(), expectations)

    assert [low.unexpected_count, high.unexpected_count, none.unexpected_count] == [300, 0, 600]
    assert (median.success, median.observed) == (False, 0.5)


def test_an_expectation_that_gets_no_answer_is_an_error(validator: Validator) -> None:
    # a suite keeps one of two that are equal
    twice: list[Expectation] = [
        gxe.ExpectColumnValuesToBeBetween(column="remainder", max_value=0) for _ in range(2)
    ]

    with pytest.raises(CheckError, match="1 of 2 checks answered"):
        validator.run("twice", _frame(), twice)


@pytest.mark.parametrize(
    "expectation",
    [
        pytest.param(
            gxe.ExpectColumnValuesToBeBetween(column="missing", max_value=1), id="no such column"
        ),
        pytest.param(
            gxe.ExpectColumnValuesToBeBetween(column="parity", max_value=1), id="text as number"
        ),
    ],
)
def test_a_crash_is_an_error_and_not_clean(validator: Validator, expectation: Expectation) -> None:
    with pytest.raises(CheckError, match="could not be evaluated"):
        validator.run("crash", _frame(), [expectation])


def test_no_frame_is_hashed(validator: Validator, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[pd.DataFrame] = []
    monkeypatch.setattr(pandas_execution_engine, "hash_pandas_dataframe", hashed.append)

    validator.run("hash", _frame(), [_TYPES["set"]])
    assert hashed == []

    # it would be, were the bound what Great Expectations has
    monkeypatch.setattr(pandas_execution_engine, "HASH_THRESHOLD", 1e9)
    validator.run("hash", _frame(), [_TYPES["set"]])
    assert hashed
