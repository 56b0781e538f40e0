"""The form of one file: its columns and its rows, before any cell is looked at."""

from dataclasses import dataclass

import pandas as pd
from great_expectations import expectations as gxe

from npas.contracts.expectations import Outcome, Validator
from npas.contracts.report import RuleResult
from npas.raw_files import Fault, RawTable
from npas.raw_schema import OPTIONAL_COLUMNS, RAW_TABLES

FORM = "form of the file"


@dataclass(frozen=True)
class Form:
    """Faults of a file's form and the checks that were made; `sound`: its rows can be read."""

    sound: bool
    faults: tuple[Fault, ...]
    results: tuple[RuleResult, ...]


def check_form(table: RawTable, validator: Validator) -> Form:
    """Checks column set, column order and row count of a file against its raw table."""
    if table.name is None or table.data is None:
        failed = (
            RuleResult(fault.rule, table.name or "", FORM, "reader", (), 1, 1)
            for fault in table.faults
        )
        return Form(False, table.faults, tuple(failed))
    expected = [*RAW_TABLES[table.name].columns]
    optional = [name for name in OPTIONAL_COLUMNS if name in table.header]
    frame = pd.DataFrame(columns=list(table.header), index=range(min(table.row_count, 1)))
    same_set, same_order, has_rows = validator.run(
        f"{table.label}: form",
        frame,
        [
            gxe.ExpectTableColumnsToMatchSet(column_set=[*expected, *optional], exact_match=True),
            gxe.ExpectTableColumnsToMatchOrderedList(
                column_list=_with_optional_in_place(expected, table.header)
            ),
            gxe.ExpectTableRowCountToBeBetween(min_value=1 if table.delivered else 0),
        ],
    )
    faults = _column_faults(same_set, table)
    in_set = not faults
    if in_set and not same_order.success:
        faults.append(Fault("S05", row=1, value=",".join(table.header)))
    faults += [Fault("S06", row=1, column=cell, value=cell) for cell in table.ignored]
    if not has_rows.success:
        faults.append(Fault("F02", row=1))
    counted = {rule: sum(fault.rule == rule for fault in faults) for rule in _CHECKED}
    results = [
        RuleResult(rule, table.name, FORM, expectation, (), 1, counted[rule])
        for rule, expectation in _CHECKED.items()
    ]
    return Form(in_set and has_rows.success, tuple(faults), tuple(results))


_CHECKED = {
    "S01": "expect_table_columns_to_match_set",
    "S02": "expect_table_columns_to_match_set",
    "S03": "expect_table_columns_to_match_set",
    "S05": "expect_table_columns_to_match_ordered_list",
    "S06": "expect_table_columns_to_match_set",
    "F02": "expect_table_row_count_to_be_between",
}


def _with_optional_in_place(expected: list[str], header: tuple[str, ...]) -> list[str]:
    """The columns in their order, with the optional ones wherever the file has them."""
    columns = list(expected)
    for position, name in enumerate(header):
        if name in OPTIONAL_COLUMNS:
            columns.insert(position, name)
    return columns


def _column_faults(outcome: Outcome, table: RawTable) -> list[Fault]:
    if outcome.success:
        return []
    mismatched = outcome.details["mismatched"]
    missing = sorted(
        mismatched.get("missing", []), key=list(RAW_TABLES[table.name or ""].columns).index
    )
    faults = []
    for unknown in sorted(mismatched.get("unexpected", []), key=table.header.index):
        meant = table.hints.get(unknown)
        if meant is None or meant not in missing:
            faults.append(Fault("S01", row=1, column=unknown, value=unknown))
        else:
            missing.remove(meant)
            faults.append(Fault("S03", row=1, column=meant, value=unknown))
    return faults + [Fault("S02", row=1, column=name) for name in missing]
