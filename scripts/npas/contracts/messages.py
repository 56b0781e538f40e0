"""From an unexpected row to a violation: the place, the value and the two messages."""

import math
import re
import string
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from npas.contracts.checks import Check
from npas.contracts.expectations import Outcome
from npas.contracts.rules import RULES
from npas.contracts.violations import Violation
from npas.contracts.workbench import Workbench
from npas.raw_files import ROW_NUMBER, Fault
from npas.reading.personal import masked


class _Words(string.Formatter):
    """Formats a template; what is not known is said to be blank, dates are ISO dates.

    `size` prints four digits and never an exponent.
    """

    def format_field(self, value: object, format_spec: str) -> str:
        if _is_blank(value):
            return "(blank)"
        if isinstance(value, date):
            return value.strftime("%Y-%m-%d")
        if format_spec == "size":
            return format(Decimal(f"{value:.4g}"), ",f")
        return str(format(value, format_spec))


_WORDS = _Words()
_NUMBER = re.compile(r"[\s0-9０-９,，.．%％+＋-]*")


def _shown(value: str) -> str:
    """A cell as it may be shown: numbers of persons only where the cell is nothing but a number."""
    return value if _NUMBER.fullmatch(value) else masked(value)


def of_fault(fault: Fault, file: str, table: str) -> Violation:
    """The violation of a fault in the form of a file."""
    known = {"table": table, "column": fault.column, "value": _shown(fault.value), **fault.details}
    # what a library says of a broken file is said in English alone
    known.setdefault("problem_zh", fault.details.get("problem", ""))
    return _violation(
        fault.rule,
        known,
        file=file,
        row=fault.row,
        column=fault.column,
        value=_shown(fault.value),
        table=table,
        deal_code="",
    )


def of_rows(
    check: Check, outcome: Outcome, frame: pd.DataFrame, bench: Workbench
) -> Iterator[Violation]:
    """The violations of the unexpected rows: one per row, or per column that a row lists."""
    if not outcome.unexpected:
        return
    helpers = frame.loc[outcome.unexpected].to_dict("index")
    printed = bench.raw_cells(check.table, outcome.unexpected).to_dict("index")
    for row_id, helper in helpers.items():
        cells = printed[row_id]
        for column, printed_value in _blamed(check, helper, cells):
            value = _shown(printed_value)
            known = _known(check, helper, cells, column, value)
            yield _violation(
                check.rule,
                known,
                file=cells["file_label"],
                row=int(cells[ROW_NUMBER]),
                column=column,
                value=value,
                table=check.table,
                deal_code=_printed(helper.get("deal_code")),
            )


def of_column(check: Check, measured: float, files: Sequence[str]) -> Violation:
    """The violation of a check on a whole column."""
    known = {**check.said, "measure": measured}
    return _violation(
        check.rule,
        known,
        file="; ".join(files),
        row=None,
        column=" + ".join(check.columns),
        value="",
        table=check.table,
        deal_code="",
    )


def of_unread_column(table: str, found: Mapping[str, Any]) -> Violation:
    """The violation of a column most of whose cells cannot be read."""
    return _violation(
        "T03",
        found,
        file=str(found["file_label"]),
        row=None,
        column=str(found["column_name"]),
        value="",
        table=table,
        deal_code="",
    )


def _violation(
    rule: str,
    known: Mapping[str, Any],
    *,
    file: str,
    row: int | None,
    column: str,
    value: str,
    table: str,
    deal_code: str,
) -> Violation:
    found = RULES[rule]
    return Violation(
        file=file,
        row=row,
        column=column,
        value=value,
        rule=rule,
        severity=found.severity,
        message=_WORDS.vformat(found.says_en, (), known),
        message_zh=_WORDS.vformat(found.says_zh, (), known).replace("(blank)", "（空）"),
        table=table,
        deal_code=deal_code,
    )


def _blamed(
    check: Check, helper: Mapping[Any, Any], cells: Mapping[Any, Any]
) -> Iterator[tuple[str, str]]:
    if not check.columns:
        for column in str(helper[check.measure]).split(","):
            yield column, _printed(cells[column])
        return
    filled = [column for column in check.columns if _printed(cells[column])]
    if check.joined:
        yield " + ".join(filled), " + ".join(_printed(cells[column]) for column in filled)
        return
    column = filled[0] if filled else check.columns[0]
    yield column, _printed(cells[column])


def _known(
    check: Check, helper: Mapping[Any, Any], cells: Mapping[Any, Any], column: str, value: str
) -> dict[str, Any]:
    known = {str(name): found for name, found in helper.items()}
    for name, said in check.said.items():
        known[name.removeprefix("@")] = helper[said] if name.startswith("@") else said
    known |= {"column": column, "value": value or "(blank)", "table": check.table}
    if check.measure is not None:
        known["measure"] = helper[check.measure]
    if column in helper:
        known["typed"] = helper[column]
    if check.other is not None:
        known["other"] = check.other
        known["other_value"] = _printed(cells.get(check.other)) or helper.get(check.other)
    return known


def _is_blank(value: object) -> bool:
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or value is pd.NaT or value is pd.NA


def _printed(value: object) -> str:
    return "" if _is_blank(value) else str(value)
