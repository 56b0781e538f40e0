"""The violations file: whole, in order, and harmless in a spreadsheet."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from npas.contracts.rules import Severity
from npas.contracts.violations import COLUMNS, Violation, in_order, inert, read, write


def _violation(
    value: str = "1", *, row: int | None = 2, rule: str = "T01", severity: Severity = Severity.HOLD
) -> Violation:
    return Violation(
        file="raw_deals.csv",
        row=row,
        column="issue_amount",
        value=value,
        rule=rule,
        severity=severity,
        message="says this",
        message_zh="说明",
        table="raw_deals",
        deal_code="24A01",
        delivery="0123",
        sheet="Sheet1",
        sha256="0123abcd",
    )


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://example.org")',
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-1+1",
        "-cmd",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "＋A1",
        "－A1",
        "＠A1",
        "'=1",
    ],
)
def test_formulas_are_made_inert(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "+1",
        "-1.50",
        "-12,345.60",
        "-3.5%",
        "-.5",
        "1+1",
        "龙兴",
        "a=b",
        "'quoted",
        "接近24",
    ],
)
def test_numbers_and_other_text_stay(text: str) -> None:
    assert inert(text) == text


def test_the_file_holds_every_violation_as_given(tmp_path: Path) -> None:
    path = tmp_path / "violations.csv"
    given = [_violation('a "quoted", value\nof two lines'), _violation("=1", row=None)]

    write(given, path)

    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    assert tuple(header) == COLUMNS
    assert header == [
        *("delivery", "file", "sheet", "row", "column", "value", "rule", "severity"),
        *("expected", "message", "message_zh", "table", "deal_code", "sha256"),
    ]
    assert rows == [
        [
            *("0123", "raw_deals.csv", "Sheet1", "2", "issue_amount"),
            *('a "quoted", value\nof two lines', "T01", "hold", "A number can be read."),
            *("says this", "说明", "raw_deals", "24A01", "0123abcd"),
        ],
        [
            *("0123", "raw_deals.csv", "Sheet1", "", "issue_amount", "'=1", "T01", "hold"),
            *("A number can be read.", "says this", "说明", "raw_deals", "24A01", "0123abcd"),
        ],
    ]


# text of a cell, dense in what is quoted: control characters that end lines are in it too
_TEXTS = st.text(st.sampled_from("'=+-＠\t\r\n\",1.5%a龙"), max_size=6)


@examples()
@given(st.lists(st.tuples(_TEXTS, st.none() | st.integers(1, 9)), max_size=5))
def test_what_was_written_is_read_as_it_was_given(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, int | None]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "read_again.csv"
    given_ = [_violation(text, row=row) for text, row in cells]

    write(given_, path)

    assert list(read(path)) == given_


def test_a_cell_of_any_length_is_read_again(tmp_path: Path) -> None:
    # over what Python's reader takes unless it is told otherwise
    long = _violation("x" * 200_000)

    write([long], tmp_path / "violations.csv")

    assert list(read(tmp_path / "violations.csv")) == [long]


def test_no_violations_still_make_a_file_with_a_header(tmp_path: Path) -> None:
    path = tmp_path / "violations.csv"
    path.write_text("of the last run", encoding="utf-8")

    write([], path)

    assert path.read_bytes().decode() == ",".join(COLUMNS) + "\r\n"


def test_worst_first_then_by_place() -> None:
    warned = _violation(severity=Severity.WARN, rule="C03")
    rejected = _violation(severity=Severity.REJECT, rule="U03")
    later, earlier = _violation(row=10), _violation(row=9)

    assert in_order([warned, later, earlier, rejected]) == [rejected, earlier, later, warned]
