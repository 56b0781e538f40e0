"""Every rule: a deal that breaks it is found, in the very cell, and sound deals are not."""

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import pytest

from contracts.cases import CASES, Case, fill_in
from contracts.delivery import Delivery, sound_deal, sound_series
from npas.contracts import CheckReport, check_tables
from npas.contracts.rules import RULES
from npas.contracts.violations import Violation
from npas.raw_files import path_tables

Place = tuple[str, int]
Found = tuple[str, str, int | None, str, str]


@dataclass(frozen=True)
class Market:
    """All broken deals in one delivery, with the sound ones beside them."""

    report: CheckReport
    rows: dict[str, dict[Place, int]]

    def found(self, owner: str) -> Counter[Found]:
        """What was found in the rows of one deal: rule, file, row, column, value."""
        return Counter(
            (one.rule, _file(one), one.row, one.column, one.value)
            for one in self.report.violations
            if one.row is not None and (_file(one), one.row) in self._places(owner)
        )

    def expected(self, case: Case, owner: str) -> Counter[Found]:
        """What a case says must be found, with the rows where they are in the files."""
        found: Counter[Found] = Counter()
        for rule, table, index, column, value in case.found:
            cells = {"value": value}
            fill_in(cells, owner, _SOUND[0])
            found[rule, table, self.rows[owner][table, index], column, cells["value"]] += 1
        return found

    def _places(self, owner: str) -> set[Place]:
        return {(table, row) for (table, _), row in self.rows[owner].items()}


_SOUND = ("24SOUND01", "24SOUND02", "24SOUND03")


def _code(number: int) -> str:
    return f"24CASE{number:03}"


def _file(violation: Violation) -> str:
    return Path(violation.file).stem


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    delivery = Delivery()
    rows: dict[str, dict[Place, int]] = {}
    deals = {code: sound_deal(code) for code in _SOUND}
    for number, case in enumerate(CASES):
        code = _code(number)
        tables = deepcopy(sound_deal(code))
        case.change(tables)
        deals[code] = tables
    for code, tables in deals.items():
        rows[code] = {}
        for table, cells in tables.items():
            for index, row in enumerate(cells):
                fill_in(row, code, _SOUND[0])
                before = len(delivery.tables.get(table, []))
                rows[code][table, index] = before + index + 2
        delivery.add(tables)
    delivery.add({"raw_market_indicators": sound_series("a")})
    folder = tmp_path_factory.mktemp("market")
    tables_read = path_tables(delivery.write(folder / "delivery"))
    return Market(check_tables(tables_read, folder / "out"), rows)


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.name for case in CASES])
def test_a_broken_deal_has_its_violations_and_no_other(market: Market, number: int) -> None:
    code = _code(number)

    assert market.found(code) == market.expected(CASES[number], code)


@pytest.mark.parametrize("code", _SOUND)
def test_a_sound_deal_has_none(market: Market, code: str) -> None:
    assert not market.found(code)


def test_no_violation_is_outside_the_broken_deals(market: Market) -> None:
    in_deals = sum(sum(market.found(code).values()) for code in market.rows)

    assert in_deals == len(market.report.violations)


def test_violations_carry_severity_table_deal_and_two_messages(market: Market) -> None:
    for one in market.report.violations:
        assert one.severity is RULES[one.rule].severity
        assert one.table == _file(one).removesuffix("_2")
        assert one.deal_code
        assert one.message
        assert one.message_zh
        assert "{" not in one.message + one.message_zh


def test_the_results_count_every_violation(market: Market) -> None:
    counted: Counter[str] = Counter()
    for result in market.report.results:
        counted[result.rule] += result.found

    assert +counted == Counter(market.report.counts_by_rule)
    assert sum(market.report.counts.values()) == len(market.report.violations)
