"""Checking raw tables: the form of files, then text, then types, then across tables."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
from great_expectations import expectations as gxe
from great_expectations.expectations.expectation import Expectation

from npas.contracts import data_docs, messages, violations
from npas.contracts.checks import Check, Stage, all_checks
from npas.contracts.expectations import Outcome, Validator
from npas.contracts.form import check_form
from npas.contracts.report import CheckedFile, CheckReport, RuleResult
from npas.contracts.violations import Violation
from npas.contracts.workbench import Workbench
from npas.raw_files import Origin, RawTable
from npas.raw_schema import RAW_TABLES

_MOST_OF_A_COLUMN = 0.5

Progress = Callable[[int, int], None]


def run_checks(
    tables: Sequence[RawTable], output: Path, progress: Progress, project: Path
) -> CheckReport:
    """Runs all suites and writes the violations file and the page; see `npas.contracts`."""
    started = time.monotonic()
    run = _Run(tables, progress, project)
    origins = {table.label: table.origin for table in tables}
    found = tuple(violations.in_order(_placed(one, origins) for one in run.violations))
    output.mkdir(parents=True, exist_ok=True)
    violations_path = output / "violations.csv"
    violations.write(found, violations_path)
    report = CheckReport(
        violations=found,
        results=tuple(run.results),
        files=tuple(run.files),
        violations_path=violations_path,
        data_docs_path=output / "data_docs" / "index.html",
        seconds=time.monotonic() - started,
        content_hashes=run.content_hashes,
    )
    data_docs.write(report)
    return report


def _placed(found: Violation, origins: Mapping[str, Origin]) -> Violation:
    """A violation with the file, and the sheet, that its label stands for."""
    origin = origins.get(found.file)
    if origin is None or not origin.file:
        return found
    return replace(
        found,
        file=origin.file,
        sheet=origin.sheet,
        delivery=origin.delivery_id,
        sha256=origin.sha256,
    )


class _Run:
    """One pass over all tables, collecting what is found."""

    def __init__(self, tables: Sequence[RawTable], progress: Progress, project: Path) -> None:
        self.violations: list[Violation] = []
        self.results: list[RuleResult] = []
        self.files: list[CheckedFile] = []
        self._progress = progress
        self._steps = 0
        judged = [table for table in tables if not table.is_known]
        self._judged_tables = {table.name for table in judged if table.row_count}
        self._all_steps = len(judged) + len(Stage) * len(self._judged_tables)
        self._validator = Validator()
        sound = [table for table in tables if table.is_known or self._form(table)]
        self._labels = {
            name: [table.label for table in sound if table.name == name and not table.is_known]
            for name in RAW_TABLES
        }
        self._bench = Workbench(project, sound)
        try:
            self._present = self._usable()
            self._tables()
            self.content_hashes = {
                label: self._bench.content_hash(name, label)
                for name, labels in self._labels.items()
                for label in labels
            }
        finally:
            self._bench.close()

    def _step(self) -> None:
        self._steps += 1
        self._progress(self._steps, self._all_steps)

    def _form(self, table: RawTable) -> bool:
        self._step()
        form = check_form(table, self._validator)
        name = table.name or ""
        self.results += form.results
        self.violations += [messages.of_fault(fault, table.label, name) for fault in form.faults]
        self.files.append(CheckedFile(table.label, name, table.row_count, not form.sound))
        return form.sound

    def _usable(self) -> set[str]:
        """Tables that can be compared with: with rows, and no file of theirs refused."""
        refused = {file.table for file in self.files if file.refused}
        return {name for name in RAW_TABLES if self._bench.row_count(name)} - refused

    def _tables(self) -> None:
        checks = all_checks(self._bench)
        for name, labels in self._labels.items():
            if name not in self._judged_tables or not any(map(self._bench.row_ids, labels)):
                continue
            for stage in Stage:
                staged = [one for one in checks if one.table == name and one.stage is stage]
                self._step()
                frame = self._frame(name, stage, staged)
                rows = [row for label in labels for row in self._bench.row_ids(label)]
                of_rows = [one for one in staged if not one.is_of_column]
                self._suite(name, stage, of_rows, frame.loc[rows], labels)
                of_columns = [one for one in staged if one.is_of_column]
                for label in labels if of_columns else ():
                    rows_of_file = list(self._bench.row_ids(label))
                    if rows_of_file:
                        self._suite(name, stage, of_columns, frame.loc[rows_of_file], [label])
        self._unread_columns()

    def _suite(
        self,
        table: str,
        stage: Stage,
        checks: Sequence[Check],
        frame: pd.DataFrame,
        files: Sequence[str],
    ) -> None:
        runnable: list[Check] = []
        for check in checks:
            reason = self._left_out(check, frame)
            if reason is None:
                runnable.append(check)
            else:
                self.results.append(_result(check, left_out=reason))
        expectations = [check.expectation for check in runnable]
        # The whole frame is hashed when it is validated: the rest is for the messages.
        tested = frame[list(dict.fromkeys(name for check in runnable for name in check.tested))]
        outcomes = self._validator.run(f"{table}: {stage.value}", tested, expectations)
        for check, outcome in zip(runnable, outcomes, strict=True):
            found = list(self._violations(check, outcome, frame, files))
            self.violations += found
            self.results.append(_result(check, outcome, len(found)))

    def _frame(self, table: str, stage: Stage, checks: Sequence[Check]) -> pd.DataFrame:
        match stage:
            case Stage.TEXT:
                columns = dict.fromkeys(check.columns[0] for check in checks)
                return self._bench.text_frame(table, columns)
            case Stage.TYPED:
                return self._bench.typed_frame(table)
            case Stage.ACROSS:
                return self._bench.across_frame(table)

    def _left_out(self, check: Check, frame: pd.DataFrame) -> tuple[str, str] | None:
        lacking = [name for name in check.needs if name not in self._present]
        if lacking:
            names = ", ".join(lacking)
            return f"{names} is not given", f"未提供 {names}"
        measured = frame[check.measure].count() if check.measure else len(frame)
        if measured < check.at_least:
            return (
                f"fewer than {check.at_least} values",
                f"数值少于 {check.at_least} 个",
            )
        return None

    def _violations(
        self, check: Check, outcome: Outcome, frame: pd.DataFrame, files: Sequence[str]
    ) -> Iterator[Violation]:
        if outcome.success:
            return
        if outcome.unexpected:
            yield from messages.of_rows(check, outcome, frame, self._bench)
        else:
            yield messages.of_column(check, float(outcome.observed), files)

    def _unread_columns(self) -> None:
        frame = self._bench.unread_columns()
        judged = {label for labels in self._labels.values() for label in labels}
        frame = frame[frame["file_label"].isin(judged)]
        rule: Expectation = gxe.ExpectColumnValuesToBeBetween(
            column="unread_share", max_value=_MOST_OF_A_COLUMN
        )
        (outcome,) = self._validator.run("all tables: columns", frame, [rule])
        unread = frame.loc[outcome.unexpected].to_dict("index")
        for found in unread.values():
            table = str(found["table_name"])
            known = {str(name): value for name, value in found.items()}
            self.violations.append(messages.of_unread_column(table, known))
        for table in frame["table_name"].unique():
            of_table = frame[frame["table_name"] == table]
            self.results.append(
                RuleResult(
                    "T03",
                    str(table),
                    Stage.TYPED.value,
                    "expect_column_values_to_be_between",
                    (),
                    int(of_table["unread_share"].count()),
                    sum(found["table_name"] == table for found in unread.values()),
                )
            )


def _result(
    check: Check,
    outcome: Outcome | None = None,
    found: int = 0,
    left_out: tuple[str, str] | None = None,
) -> RuleResult:
    return RuleResult(
        rule=check.rule,
        table=check.table,
        stage=check.stage.value,
        expectation=check.expectation.expectation_type,
        columns=check.columns,
        tested=outcome.tested if outcome else 0,
        found=found,
        left_out=left_out,
    )
