"""Every mart as shipped, beside the same mart recomputed from the raw files without SQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from npas.mutation.executor import CompiledProject, Warehouse, compile_project
from reference.compare import KEYS, differences
from reference.hand_market import write_hand_market
from reference.marts import compute
from reference.random_market import write_market

ROOT = Path(__file__).resolve().parents[2]
REGISTER = ROOT / "seeds" / "public"
SAMPLE = ROOT / "seeds" / "sample"
MARKETS = [
    ("register", None),
    ("register", date(2024, 12, 31)),
    ("sample", None),
    ("sample", date(2024, 12, 31)),
    ("by hand", None),
    ("by hand", date(2025, 6, 30)),
    ("random 1", None),
    ("random 1", date(2024, 12, 31)),
    ("random 2", None),
    ("random 3", None),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> CompiledProject:
    """Give the shipped dbt project, compiled once."""
    return compile_project(ROOT, tmp_path_factory.mktemp("dbt"))


def raw_market(name: str, folder: Path) -> Path:
    """Give the folder of a market's raw files, written into `folder` unless it has seeds."""
    if name == "register":
        return REGISTER
    if name == "sample":
        return SAMPLE
    if name == "by hand":
        write_hand_market(folder)
    else:
        write_market(folder, int(name.split()[1]), deals=40)
    return folder


def reference_of(raw: Path, as_of: date | None) -> dict[str, list[dict[str, object]]]:
    return compute(raw, ROOT / "seeds" / "reference", "public", as_of)


@pytest.mark.parametrize(("name", "as_of"), MARKETS)
def test_marts_equal_the_reference(
    project: CompiledProject, tmp_path: Path, name: str, as_of: date | None
) -> None:
    raw = raw_market(name, tmp_path / "raw")
    expected = reference_of(raw, as_of)
    assert set(expected) == set(KEYS)
    lines: list[str] = []
    with Warehouse(project, raw, as_of) as warehouse:
        for mart, rows in expected.items():
            found = warehouse.content(project.model(mart)).records()
            lines += differences(mart, found, rows)
    assert not lines, "\n".join(lines[:40])


def test_every_mart_has_rows_to_compare(tmp_path: Path) -> None:
    expected = reference_of(raw_market("random 1", tmp_path / "raw"), None)
    assert all(len(rows) >= 10 for rows in expected.values())


def test_as_of_changes_the_marts(tmp_path: Path) -> None:
    raw = raw_market("random 1", tmp_path / "raw")
    assert reference_of(raw, None) != reference_of(raw, date(2024, 12, 31))


def test_a_changed_cell_a_lost_row_and_a_double_key_are_found(tmp_path: Path) -> None:
    raw = raw_market("random 1", tmp_path / "raw")
    rows = reference_of(raw, None)["fct_issuance"]
    place = next(i for i, row in enumerate(rows) if isinstance(row["advance_rate"], float))
    rate = rows[place]["advance_rate"]
    assert isinstance(rate, float)
    changed = [dict(row) for row in rows]
    changed[place]["advance_rate"] = rate * (1 + 1e-9)
    assert "advance_rate" in differences("fct_issuance", changed, rows)[0]
    assert "reference only" in differences("fct_issuance", rows[1:], rows)[0]
    assert "more than once" in differences("fct_issuance", [*rows, rows[0]], rows)[0]
    assert differences("fct_issuance", rows, rows) == []


def test_values_of_findings_compare_as_numbers_and_lists() -> None:
    row = {"deal_key": "a", "rule_id": "b", "subject": "c", "found_value": "0.10000000000000001"}
    assert differences("fct_finding", [row], [{**row, "found_value": "0.1"}]) == []
    listed = {**row, "found_value": "coupon, issue_amount"}
    assert (
        differences("fct_finding", [listed], [{**row, "found_value": "issue_amount, coupon"}]) == []
    )
    assert len(differences("fct_finding", [listed], [{**row, "found_value": "coupon"}])) == 1
    assert len(differences("fct_finding", [row], [{**row, "found_value": None}])) == 1


def test_a_missing_mart_does_not_pass(project: CompiledProject) -> None:
    kept = tuple(model for model in project.models if model.name != "fct_recovery_curve")
    with pytest.raises(KeyError, match="fct_recovery_curve"):
        replace(project, models=kept).model("fct_recovery_curve")


def test_released_marts_equal_the_reference(public_warehouse: Path) -> None:
    # what dbt itself built: the in-process executor is no part of the claim
    lines: list[str] = []
    with duckdb.connect(str(public_warehouse), read_only=True) as connection:
        for mart, rows in reference_of(REGISTER, None).items():
            cursor = connection.execute(f"select * from marts.{mart}")
            names = [column[0] for column in cursor.description or ()]
            found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            lines += differences(mart, found, rows)
    assert not lines, "\n".join(lines[:40])
