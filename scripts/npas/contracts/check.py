"""Checking raw tables: the form of files, then text, then types, then across tables."""

import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from great_expectations import expectations as gxe
from great_expectations.expectations.expectation import Expectation

from npas.contracts import data_docs, messages, violations
from npas.contracts.checks import Check, Stage, all_checks
from npas.contracts.expectations import Validator
from npas.contracts.form import check_form
from npas.contracts.limits import need_room
from npas.contracts.reach import in_batches, write_reach
from npas.contracts.report import (
    TAPES_FILE,
    VIOLATIONS,
    CheckedFile,
    CheckReport,
    JudgedBefore,
    RuleResult,
)
from npas.contracts.violations import Violation
from npas.contracts.workbench import CHUNK_ROWS, Workbench
from npas.raw_files import Origin, RawTable
from npas.raw_schema import RAW_TABLES

_MOST_OF_A_COLUMN = 0.5

Progress = Callable[[int, int], None]


def run_checks(
    tables: Sequence[RawTable],
    output: Path,
    progress: Progress,
    project: Path,
    *,
    before: JudgedBefore | None,
    keep_tapes: bool,
) -> CheckReport:
    """Runs all suites and writes the violations file and the page; see `npas.contracts`."""
    started = time.monotonic()
    output.mkdir(parents=True, exist_ok=True)
    run = _Run(output, progress, project)
    run.judge(tables, before, keep_tapes=keep_tapes)
    origins = {table.label: table.origin for table in tables}
    found_now = [_placed(one, origins) for one in run.violations]
    taken_over = [] if before is None else list(_taken_over(tables, before))
    found = tuple(violations.in_order([*found_now, *taken_over]))
    violations_path = output / VIOLATIONS
    violations.write(found, violations_path)
    report = CheckReport(
        violations=found,
        results=_summed(run.results),
        files=tuple(run.files),
        violations_path=violations_path,
        data_docs_path=output / "data_docs" / "index.html",
        seconds=time.monotonic() - started,
        content_hashes=run.content_hashes,
        tapes_judged_before=0 if before is None else len(before.labels),
        found_before=len(taken_over),
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


def _taken_over(tables: Sequence[RawTable], before: JudgedBefore) -> Iterator[Violation]:
    """What was found in the tapes that are not judged again."""
    origins = [table.origin for table in tables if table.label in before.labels]
    places = {(origin.delivery_id, origin.file, origin.sheet) for origin in origins}
    for found in violations.read(before.folder / VIOLATIONS):
        if (found.delivery, found.file, found.sheet) in places:
            yield found


class _Run:
    """One pass over all tables, collecting what is found."""

    def __init__(self, output: Path, progress: Progress, project: Path) -> None:
        self.violations: list[Violation] = []
        self.results: list[RuleResult] = []
        self.files: list[CheckedFile] = []
        self.content_hashes: dict[str, str] = {}
        self._output = output
        self._progress = progress
        self._project = project
        self._steps = 0
        self._validator = Validator()

    def judge(
        self, tables: Sequence[RawTable], before: JudgedBefore | None, *, keep_tapes: bool
    ) -> None:
        """Judges all tables, batch by batch, but those that were judged before."""
        judged_before = before.labels if before is not None else frozenset()
        looked_at = [table for table in tables if table.label not in judged_before]
        sound = [table for table in looked_at if table.is_known or self._form(table)]
        rest = [table for table in tables if table.label in judged_before]
        self._present = self._usable([*sound, *rest])
        *batches, others = in_batches(sound, self._project, self._output)
        need_room(self._output, (*batches, others))
        self._all_steps = sum(map(_steps, (*batches, others)))
        with TemporaryDirectory(prefix=".tapes-", dir=self._output) as folder:
            sums = [Path(folder) / f"{number}.parquet" for number in range(len(batches))]
            for batch, path in zip(batches, sums, strict=True):
                with self._at_workbench(batch) as bench:
                    bench.write_tapes(path)
            if before is not None:
                sums.append(before.folder / TAPES_FILE)
            with self._at_workbench(others, sums) as bench:
                if keep_tapes:
                    bench.write_tapes(self._output / TAPES_FILE)
        if keep_tapes:
            write_reach(sound, before, self._output, self._project)

    @contextmanager
    def _at_workbench(
        self, tables: Sequence[RawTable], tapes: Sequence[Path] = ()
    ) -> Iterator[Workbench]:
        """Judges tables beside each other and the sums of `tapes`; then the bench is free."""
        self._labels = {
            name: [table.label for table in tables if table.name == name and not table.is_known]
            for name in RAW_TABLES
        }
        self._bench = Workbench(self._project, tables, self._output)
        try:
            self._bench.take_tapes(tapes)
            self._tables()
            for name, labels in self._labels.items():
                if labels:
                    self.content_hashes |= self._bench.content_hashes(name)
            yield self._bench
        finally:
            self._bench.close()

    def _step(self) -> None:
        self._steps += 1
        self._progress(self._steps, self._all_steps)

    def _form(self, table: RawTable) -> bool:
        form = check_form(table, self._validator)
        name = table.name or ""
        self.results += form.results
        self.violations += [messages.of_fault(fault, table.label, name) for fault in form.faults]
        self.files.append(CheckedFile(table.label, name, table.row_count, not form.sound))
        return form.sound

    def _usable(self, sound: Sequence[RawTable]) -> set[str]:
        """Tables that can be compared with: with rows, and no file of theirs refused."""
        refused = {file.table for file in self.files if file.refused}
        return {table.name for table in sound if table.name and table.row_count} - refused

    def _tables(self) -> None:
        checks = all_checks(self._bench)
        chunks = {name: self._bench.judged_chunks(name) for name in self._labels}
        for name, labels in self._labels.items():
            if not chunks[name]:
                continue
            for stage in Stage:
                staged = [one for one in checks if one.table == name and one.stage is stage]
                relation = self._relation(name, stage, staged)
                of_rows = self._runnable(one for one in staged if not one.is_of_column)
                self._rows(name, stage, of_rows, relation, chunks[name])
                of_columns = self._runnable(one for one in staged if one.is_of_column)
                for label in labels if of_columns else ():
                    self._columns(name, stage, of_columns, relation, label)
        self._unread_columns()

    def _rows(
        self,
        table: str,
        stage: Stage,
        checks: Sequence[Check],
        relation: str,
        chunks: Sequence[range],
    ) -> None:
        """Checks row by row, which is all the same whether they are looked at in chunks."""
        looked_at = [name for check in checks for name in check.tested]
        tested, found = [0] * len(checks), [0] * len(checks)
        for chunk in chunks:
            frame = self._bench.frame(relation, looked_at, chunk)
            expectations = [check.expectation for check in checks]
            outcomes = self._validator.run(f"{table}: {stage.value}", frame, expectations)
            for i, (check, outcome) in enumerate(zip(checks, outcomes, strict=True)):
                tested[i] += outcome.tested
                if outcome.unexpected:
                    rows = self._bench.rows(relation, outcome.unexpected)
                    several = list(messages.of_rows(check, outcome, rows, self._bench))
                    found[i] += len(several)
                    self.violations += several
            self._step()
        for check, looked_at_count, found_count in zip(checks, tested, found, strict=True):
            self.results.append(_result(check, looked_at_count, found_count))

    def _columns(
        self, table: str, stage: Stage, checks: Sequence[Check], relation: str, label: str
    ) -> None:
        """Checks the middle of columns of one file: each expectation is given what was measured."""
        rows = self._bench.row_ids(label)
        if not rows:
            return
        measured = {
            check.measure: self._bench.middle(relation, check.measure, rows)
            for check in checks
            if check.measure
        }
        enough: list[Check] = []
        for check in checks:
            count, _ = measured[check.measure or ""]
            if count < check.at_least:
                few = (f"fewer than {check.at_least} values", f"数值少于 {check.at_least} 个")
                self.results.append(_result(check, left_out=few))
            else:
                enough.append(check)
        frame = pd.DataFrame({name: [middle] for name, (_, middle) in measured.items()})
        expectations = [check.expectation for check in enough]
        outcomes = self._validator.run(f"{table}: {stage.value}", frame, expectations)
        for check, outcome in zip(enough, outcomes, strict=True):
            if not outcome.success:
                self.violations.append(messages.of_column(check, float(outcome.observed), [label]))
            count, _ = measured[check.measure or ""]
            self.results.append(_result(check, count, int(not outcome.success)))

    def _relation(self, table: str, stage: Stage, checks: Sequence[Check]) -> str:
        match stage:
            case Stage.TEXT:
                columns = dict.fromkeys(check.columns[0] for check in checks)
                return self._bench.text_rows(table, columns)
            case Stage.TYPED:
                return self._bench.typed_rows(table)
            case Stage.ACROSS:
                self._bench.compare(table)
                return self._bench.across_rows(table)

    def _runnable(self, checks: Iterable[Check]) -> list[Check]:
        """The checks whose other tables are given; the others are noted as left out."""
        runnable = []
        for check in checks:
            lacking = [name for name in check.needs if name not in self._present]
            if lacking:
                names = ", ".join(lacking)
                left_out = (f"{names} is not given", f"未提供 {names}")
                self.results.append(_result(check, left_out=left_out))
            else:
                runnable.append(check)
        return runnable

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


def _steps(tables: Sequence[RawTable]) -> int:
    rows = Counter[str]()
    for table in tables:
        if not table.is_known:
            rows[table.name or ""] += table.row_count
    return len(Stage) * sum(math.ceil(count / CHUNK_ROWS) for count in rows.values())


def _summed(results: Iterable[RuleResult]) -> tuple[RuleResult, ...]:
    """One result of each check, of all files and batches that it looked at."""
    sums: dict[RuleResult, RuleResult] = {}
    for result in results:
        key = replace(result, tested=0, found=0)
        known = sums.get(key, key)
        sums[key] = replace(
            key, tested=known.tested + result.tested, found=known.found + result.found
        )
    return tuple(sums.values())


def _result(
    check: Check, tested: int = 0, found: int = 0, left_out: tuple[str, str] | None = None
) -> RuleResult:
    return RuleResult(
        rule=check.rule,
        table=check.table,
        stage=check.stage.value,
        expectation=check.expectation.expectation_type,
        columns=check.columns,
        tested=tested,
        found=found,
        left_out=left_out,
    )
