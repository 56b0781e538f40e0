"""Table views and CSV files."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from npas.report.tables import Column, crossed, csv_text, plain
from npas.report.text import Text, both

_MONTH = Column("age_month", Text("月", "Month"), "count")
_RATE = Column("rate", Text("率", "Rate"), "percent")


def test_cells_are_written_in_their_kind_and_heads_have_units() -> None:
    columns = [
        Column("issue_year", Text("年", "Year"), "year"),
        Column("amount", Text("规模", "Issued"), "hundred_million"),
        Column("kind", Text("类", "Kind"), names={"a": Text("甲", "A")}),
    ]
    rows = [{"issue_year": 2025, "amount": Decimal("22330000000.00"), "kind": "a"}]

    table = plain([*rows, {"issue_year": 2024, "amount": None, "kind": "b"}], columns)

    assert [head.en for head in table.heads] == ["Year", "Issued (CNY bn)", "Kind"]
    assert table.heads[1].zh == "规模（亿元）"
    assert table.is_number == [False, True, False]
    assert table.cells == [
        [both("2025"), Text("223.3", "22.33"), Text("甲", "A")],
        [both("2024"), both("–"), both("b")],
    ]


def test_a_crossed_table_has_a_line_per_month_in_order_with_n_behind_each_value() -> None:
    rows = [
        {"cohort": "2020", "age_month": 2, "rate": 0.05, "deal_count": 3},
        {"cohort": "2021", "age_month": 1, "rate": 0.021, "deal_count": 1},
        {"cohort": "2021", "age_month": 2, "rate": None, "deal_count": 0},
    ]

    table = crossed(rows, _MONTH, lambda row: both(row["cohort"]), _RATE)

    assert [head.zh for head in table.heads] == ["月", "2020", "2021"]
    assert [[cell.zh for cell in line] for line in table.cells] == [
        ["1", "", "2.1% (1)"],
        ["2", "5.0% (3)", "–"],
    ]
    assert table.rows is rows


def test_files_are_as_exact_as_the_mart_and_missing_is_empty() -> None:
    rows = [
        {
            "day": date(2025, 12, 31),
            "amount": Decimal("364.10"),
            "rate": 0.1 + 0.2,
            "thin": False,
            "name": '甲,"乙"',
            "none": None,
        }
    ]
    columns = list(rows[0])

    assert csv_text(rows, columns, is_synthetic=False) == (
        "day,amount,rate,thin,name,none\r\n"
        '2025-12-31,364.10,0.30000000000000004,false,"甲,""乙""",\r\n'
    )
    assert csv_text(rows, ["day"], is_synthetic=True) == (
        "day,data_label\r\n2025-12-31,synthetic sample 合成样本\r\n"
    )


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"])
def test_no_text_of_a_file_is_a_formula_and_numbers_stay(text: str) -> None:
    row = {"name": text, "amount": Decimal("-1.50"), "rate": -0.5}

    written = csv_text([row], list(row), is_synthetic=False)

    _, (name, amount, rate) = csv.reader(io.StringIO(written, newline=""))
    assert (name, amount, rate) == (f"'{text}", "-1.50", "-0.5")
