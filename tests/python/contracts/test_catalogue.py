"""The catalogue: every rule says what it means, is checked somewhere, and is broken by a test."""

import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.cases import CASES
from npas.contracts.checks import Check, all_checks
from npas.contracts.rules import RULES, Severity
from npas.contracts.workbench import Workbench
from npas.parse_sql import PROJECT
from npas.raw_schema import RAW_TABLES

_HERE = Path(__file__).parent
_IN_OTHER_TESTS = {
    "test_form.py": {
        *("F01", "F02", "F03", "F04", "F05", "F06", "F07"),
        *("S01", "S02", "S03", "S04", "S05", "S06"),
    },
    "test_columns.py": {"U01", "U04", "U09", "T03"},
    "test_indicators.py": {"M01", "M02", "M03"},
    "../deliveries/test_reading.py": {"U08"},
    "../deliveries/test_refused_files.py": {
        *("X01", "X02", "X03", "X04", "X05", "X06", "Z01", "N01"),
    },
}


@pytest.fixture(scope="module")
def checks() -> Iterator[list[Check]]:
    bench = Workbench(PROJECT, [])
    yield all_checks(bench)
    bench.close()


def test_every_rule_has_a_case_that_breaks_it() -> None:
    broken = {expected[0] for case in CASES for expected in case.found}
    elsewhere = set().union(*_IN_OTHER_TESTS.values())

    assert broken | elsewhere == set(RULES)
    for name, rules in _IN_OTHER_TESTS.items():
        text = (_HERE / name).read_text(encoding="utf-8")
        assert not [rule for rule in rules if f'"{rule}"' not in text], name


def test_every_rule_is_checked(checks: list[Check]) -> None:
    checked = {check.rule for check in checks}
    of_files = {rule for rule in RULES if rule[0] in "FSXZN"}

    assert checked | of_files | {"T03", "U08"} == set(RULES)


def test_every_table_has_a_text_and_a_typed_suite_and_is_compared(checks: list[Check]) -> None:
    suites = {(check.table, check.stage.value) for check in checks}

    assert suites == {
        (table, stage) for table in RAW_TABLES for stage in ("text", "typed", "across tables")
    }


@pytest.mark.parametrize("rule", sorted(RULES))
def test_the_two_languages_say_the_same(rule: str) -> None:
    found = RULES[rule]

    assert found.en.endswith(".")
    assert found.zh.endswith("。")
    assert not re.search("[一-鿿]", found.en.replace("抵押", "").replace("全部", ""))
    assert re.search("[一-鿿]", found.zh)
    assert re.search("[一-鿿]", found.says_zh)
    languages = [
        {name for _, name, _, _ in string.Formatter().parse(said) if name}
        for said in (found.says_en, found.says_zh)
    ]
    english, chinese = ({name.removesuffix("_zh") for name in names} for names in languages)
    assert english == chinese


def test_only_faults_of_a_whole_delivery_reject() -> None:
    rejecting = {rule for rule, found in RULES.items() if found.severity is Severity.REJECT}

    assert rejecting == {
        *("F01", "F02", "F03", "F04", "F05", "F06", "F07", "S01", "S02", "S03", "S04"),
        *("X01", "X02", "X03", "X04", "X05", "Z01", "N01", "U08", "D01", "K07"),
        *("U01", "U03", "U04", "T03", "D04", "K02", "K03", "K04", "D08", "D09", "D10"),
    }
