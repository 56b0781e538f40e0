"""Files of more rows than are looked at together: nothing is lost, and memory is bounded."""

import csv
import random
import tracemalloc
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contracts.delivery import sound_deal
from deliveries import files
from npas.bench.generate import MOST_LOANS, generate
from npas.bench.load import load, write_tape
from npas.contracts import check_tables
from npas.contracts.workbench import CHUNK_ROWS, Workbench
from npas.parse_sql import PROJECT
from npas.raw_files import path_tables
from npas.reading import delimited
from npas.reading.columnar import texts_of
from npas.reading.grid import text_of

_LOANS = "raw_loan_pools"
# more than are read, and two more than the expectations look at, at once
_ROWS = CHUNK_ROWS + 2


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(pa.array(["a", " ", "", None, "１"]), id="text"),
        pytest.param(pa.array(["a", "", None], pa.large_string()), id="large text"),
        pytest.param(pa.array(["a", "b", None, "a"]).dictionary_encode(), id="dictionary"),
        pytest.param(pa.array([1, -2, 0, None, 2**62]), id="whole numbers"),
        pytest.param(
            pa.array([0.1, -0.0, 0.0, 100.0, 1e16, 1e-7, 123456789.25, 1e300, None]), id="floats"
        ),
        pytest.param(pa.array([float("nan"), float("inf"), float("-inf")]), id="no numbers"),
        pytest.param(pa.array([0.1, 2.5, None], pa.float32()), id="short floats"),
        pytest.param(
            pa.array([Decimal("1.50"), Decimal("100.00"), Decimal("-0.07"), Decimal(0), None]),
            id="decimals",
        ),
        pytest.param(pa.array([Decimal("1E-10"), Decimal(12)], pa.decimal128(20, 10)), id="small"),
        pytest.param(pa.array([date(2024, 2, 29), date(1899, 12, 31), None]), id="dates"),
        pytest.param(
            pa.array([19_753 * 86_400, 19_753 * 86_400 + 86_399, None]).cast(pa.timestamp("s")),
            id="times",
        ),
        pytest.param(pa.array([time(8, 30), None]), id="clock"),
        pytest.param(pa.array([True, False, None]), id="truth"),
        pytest.param(pa.array([b"x", None]), id="bytes"),
        pytest.param(pa.nulls(2), id="nothing"),
    ],
)
def test_columns_become_the_texts_that_single_cells_become(cells: pa.Array) -> None:
    expected = [text_of(cell) or None for cell in cells.to_pylist()]

    assert texts_of(cells).to_pylist() == expected


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """A tape whose last rows are at fault: a number that is none, and a loan given twice."""
    (loan, _) = sound_deal("24A01")[_LOANS]
    tape = [{**loan, "loan_no": f"L{i}"} for i in range(_ROWS)]
    tape[-2]["overdue_days"] = "约12"
    tape[-1] |= {"loan_no": "L0", "city": "宁波"}
    return tape


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_fault_at_the_end_of_a_long_file_is_told_with_its_row_and_value(
    tmp_path: Path, rows: list[dict[str, str]], kind: str
) -> None:
    path = tmp_path / f"loan_pools.{kind}"
    if kind == "csv":
        path.write_text(files.text(_LOANS, rows), encoding="utf-8")
    else:
        files.parquet(path, _LOANS, rows)

    report = check_tables(path_tables([path], scratch=tmp_path), tmp_path / "out")

    found = {(one.rule, one.row, one.column, one.value) for one in report.violations}
    # the header is row 1
    assert found == {
        ("T01", _ROWS, "overdue_days", "约12"),
        ("K02", 2, "deal_code", "24A01"),
        ("K02", _ROWS + 1, "deal_code", "24A01"),
    }
    with report.violations_path.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(found)


def test_a_column_in_the_wrong_unit_is_found_by_the_middle_of_all_its_chunks(
    tmp_path: Path, rows: list[dict[str, str]]
) -> None:
    # no chunk of its own tells: less than half of the first is wrong, the second is too short
    wrong = [
        {**row, "outstanding_fees": "5000.00"} if i >= _ROWS // 2 else row
        for i, row in enumerate(rows)
    ]
    blamed = []
    for name, tape in {"whole": wrong, "first": wrong[:CHUNK_ROWS]}.items():
        path = files.parquet(tmp_path / f"loan_pools_{name}.parquet", _LOANS, tape)
        report = check_tables(path_tables([path], scratch=tmp_path), tmp_path / name)
        blamed.append({one.column for one in report.violations if one.rule == "U01"})

    assert blamed == [{"outstanding_fees"}, set()]


def test_finding_the_encoding_of_a_file_does_not_hold_it(tmp_path: Path) -> None:
    path = tmp_path / "loan_pools.csv"
    path.write_text(f"{'贷款' * 50}\n" * 100_000, encoding="utf-8")

    tracemalloc.start()
    grid = delimited.grid(path, ())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert grid.encoding == "utf-8"
    assert peak < path.stat().st_size / 3


def _most_held(path: Path) -> int:
    """The most bytes that columns take while a file is read."""
    held: list[int] = []
    path_tables(
        [path],
        scratch=path.parent,
        advance=lambda _rows: held.append(pa.total_allocated_bytes()),
    )
    return max(held)


def test_row_groups_of_a_parquet_file_are_let_go(tmp_path: Path) -> None:
    (loan, _) = sound_deal("24A01")[_LOANS]
    columns = {name: [loan.get(name)] * 50_000 for name in files.columns_of(_LOANS)}
    draws = random.Random(1)  # noqa: S311 (text that cannot be packed, not secrets)
    sizes, most = [], []
    for groups in (2, 8):
        path = tmp_path / f"loan_pools_{groups}.parquet"
        with pq.ParquetWriter(path, pa.table(columns).schema) as file:
            for _ in range(groups):
                texts = [draws.randbytes(40).hex() for _ in range(50_000)]
                file.write_table(pa.table(columns | {"source_document": texts}))
        sizes.append(path.stat().st_size)
        most.append(_most_held(path))

    assert most[1] - most[0] < (sizes[1] - sizes[0]) / 3


def test_collaterals_of_the_largest_deals_are_compared_in_the_memory_there_is(
    tmp_path: Path,
) -> None:
    """A million loans: less would fit whatever the queries hold at once."""
    rows = generate(MOST_LOANS, tmp_path, deal_sizes=(MOST_LOANS + 1, MOST_LOANS + 2))
    tables = path_tables([tmp_path], scratch=tmp_path)

    bench = Workbench(PROJECT, tables, tmp_path)
    for name in (_LOANS, "raw_collaterals"):
        bench.compare(name)

    (chunk, *_) = bench.judged_chunks("raw_collaterals")
    frame = bench.frame(bench.across_rows("raw_collaterals"), ["latest_to_principal"], chunk)
    bench.close()
    assert rows["raw_collaterals"] > MOST_LOANS
    # a value that is missing has no size
    assert frame["latest_to_principal"].between(0.01, 1000).sum() > len(frame) / 2


def test_memory_does_not_grow_with_the_tape(tmp_path: Path) -> None:
    peaks: dict[int, float] = {}
    for loans in (50_000, 300_000):
        drawn = tmp_path / str(loans)
        generate(loans, drawn)
        tape = write_tape(drawn, tmp_path / f"{_LOANS}_{loans}.parquet")
        deals = drawn / "market" / "raw_deals.parquet"
        homes: list[Any] = [tmp_path / f"home_{loans}_{run}" for run in range(2)]
        # what it needs is the least it took: beside other tests it is given more now and then
        peaks[loans] = min(load(tape, deals, home).peak_mib for home in homes)

    # a row is 1.5 KB as an object per cell: held as a whole, the larger tape needs 360 MiB more
    assert peaks[300_000] - peaks[50_000] < 150
