"""The list of what is set aside, as dbt reads it."""

from pathlib import Path

import duckdb

from npas.contracts.rules import Severity
from npas.contracts.violations import Violation
from npas.deliveries import set_aside


def test_a_file_of_any_name_is_found_again(tmp_path: Path) -> None:
    names = ["a\rb.csv", 'c\n"d".csv', "e,f.csv"]
    set_aside.write(
        [
            Violation(
                file=name,
                row=2,
                column="contract_amount",
                value="x",
                rule="T01",
                severity=Severity.QUARANTINE,
                message="says this",
                message_zh="说明",
                table="raw_loan_pools",
                deal_code="24A01",
            )
            for name in names
        ],
        tmp_path,
    )

    read = duckdb.sql(
        f"select file, file_row from read_csv('{tmp_path / set_aside.FILE}', header = true, "
        "all_varchar = true, delim = ',', quote = '\"', escape = '\"') order by file"
    ).fetchall()
    assert read == [(name, "2") for name in names]
