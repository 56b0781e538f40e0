"""The mutator: known changes are made, known ones are noticed, equivalent ones survive."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from npas.errors import NpasError
from npas.mutation.executor import (
    AS_OF_PLACE,
    CompiledProject,
    CompileError,
    Content,
    Model,
    Seed,
    Warehouse,
)
from npas.mutation.judge import Judge, differing_columns
from npas.mutation.markets import RawMarket
from npas.mutation.operators import Mutant, mutants
from npas.mutation.report import Outcome, ReviewError, read_reasons, write_summary, write_survivors
from npas.mutation.run import mutated_models

LOANS = Seed("raw_loans", "raw", "seeds/raw_loans.csv", (("deal", "varchar"), ("yuan", "integer")))
SUMS = """
with loans as (select * from "npas"."raw"."raw_loans"),
final as (
    select deal, sum(yuan) as yuan, min(1) as one
    from loans
    where yuan > 0
    group by deal
)
select * from final
"""
SHARES = """
select deal, case when yuan > 0 then cast(yuan as double) / 10 end as tenth
from "npas"."intermediate"."sums"
"""


def _model(name: str, schema: str, sql: str, *parents: str) -> Model:
    return Model(name, schema, f"models/{schema}/{name}.sql", sql, parents, ())


@pytest.fixture
def project(tmp_path: Path) -> CompiledProject:
    models = (
        _model("sums", "intermediate", SUMS, "raw_loans"),
        _model("fct_share", "marts", SHARES, "sums"),
    )
    return CompiledProject(tmp_path, (LOANS,), models)


@pytest.fixture
def judge(project: CompiledProject, tmp_path: Path) -> Judge:
    (tmp_path / "raw_loans.csv").write_text("deal,yuan\nA,10\nA,30\nB,5\nB,-7\nC,\n")
    market = RawMarket("small", tmp_path, None)
    judge = Judge(project, [market], frozenset({"fct_share.deal", "fct_share.tenth"}))
    judge.check_printing(project.models)
    return judge


def _mutant(sql: str, original: str, mutated: str, model: str = "sums") -> Mutant:
    found = [
        one for one in mutants(model, sql) if (one.original, one.mutated) == (original, mutated)
    ]
    assert len(found) == 1, [(one.original, one.mutated) for one in mutants(model, sql)]
    return found[0]


@pytest.mark.parametrize(
    ("sql", "mutated"),
    [
        ("select sum(a) as b from t", "SELECT MAX(a) AS b FROM t"),
        ("select sum(a) as b from t", "SELECT COUNT(a) AS b FROM t"),
        ("select count(distinct a) as b from t", "SELECT COUNT(a) AS b FROM t"),
        ("select distinct a from t", "SELECT a FROM t"),
        ("select 1 from t left join s on t.a = s.a", "SELECT 1 FROM t INNER JOIN s ON t.a = s.a"),
        ("select 1 from t inner join s on t.a = s.a", "SELECT 1 FROM t LEFT JOIN s ON t.a = s.a"),
        ("select a = b as c from t", "SELECT a <> b AS c FROM t"),
        ("select a > b as c from t", "SELECT a >= b AS c FROM t"),
        ("select a < b as c from t", "SELECT a <= b AS c FROM t"),
        ("select a from t where b", "SELECT a FROM t"),
        ("select a from t where b and c", "SELECT a FROM t WHERE c"),
        ("select a from t where b or c", "SELECT a FROM t WHERE (b AND c)"),
        ("select a - b as c from t", "SELECT b - a AS c FROM t"),
        ("select a / b as c from t", "SELECT b / a AS c FROM t"),
        ("select 1 as a", "SELECT 2 AS a"),
        ("select 0.80 as a", "SELECT 0.81 AS a"),
        ("select a in ('x', 'y') as b from t", "SELECT a IN ('x', 'y~') AS b FROM t"),
        ("select a in ('x', 'y') as b from t", "SELECT a IN ('y') AS b FROM t"),
        ("select coalesce(a, b) as c from t", "SELECT a AS c FROM t"),
        ("select nullif(a, b) as c from t", "SELECT a AS c FROM t"),
        (
            "select case when a then 'x' when b then 'y' end as c from t",
            "SELECT CASE WHEN b THEN 'y' END AS c FROM t",
        ),
        ("select a from t union select a from s", "SELECT a FROM t UNION ALL SELECT a FROM s"),
        (
            "select lag(a) over (partition by b order by c) as d from t",
            "SELECT LAG(a) OVER (ORDER BY c) AS d FROM t",
        ),
        (
            "select lag(a) over (partition by b order by c) as d from t",
            "SELECT LAG(a) OVER (PARTITION BY b ORDER BY c DESC) AS d FROM t",
        ),
        (
            "select count(*) filter (where a) as b from t",
            "SELECT COUNT(*) AS b FROM t",
        ),
    ],
)
def test_change_is_made(sql: str, mutated: str) -> None:
    assert mutated in [one.sql for one in mutants("m", sql)]


def test_no_two_mutants_are_alike_and_none_is_the_original() -> None:
    sqls = [one.sql for one in mutants("m", SUMS)]
    keys = [one.key for one in mutants("m", SUMS)]
    assert len(set(sqls)) == len(sqls) == len(set(keys))
    assert "SELECT deal FROM t" not in [one.sql for one in mutants("m", "select deal from t")]


def test_as_of_date_and_precision_of_a_type_are_left_alone() -> None:
    sql = f"select a = cast('{AS_OF_PLACE}' as date) as b, cast(c as decimal(18, 2)) as d from t"
    for one in mutants("m", sql):
        assert AS_OF_PLACE in one.sql
        assert "DECIMAL(18, 2)" in one.sql


def test_place_names_cte_and_column() -> None:
    assert _mutant(SUMS, "SUM(yuan)", "MAX(yuan)").place == "final.yuan"
    assert _mutant(SUMS, "WHERE yuan > 0", "WHERE yuan < 0").place == "final"


def test_wrong_aggregate_is_killed_where_the_reference_looks(judge: Judge) -> None:
    verdict = judge.judge(_mutant(SUMS, "SUM(yuan)", "MAX(yuan)"))
    assert verdict.is_killed
    assert (verdict.strength, verdict.seen) == ("reference", "fct_share.tenth")
    assert verdict.market == "small"


def test_sql_that_fails_is_killed(judge: Judge) -> None:
    broken = Mutant("sums", "final", "by hand", "deal", "del", 1, "select del from nowhere")
    assert judge.judge(broken).strength == "error"
    # the failure left nothing behind
    assert judge.judge(_mutant(SUMS, "SUM(yuan)", "MIN(yuan)")).strength == "reference"


def test_equivalent_mutant_survives(judge: Judge) -> None:
    assert not judge.judge(_mutant(SUMS, "MIN(1)", "MAX(1)")).is_killed


def test_mutant_of_the_last_model_is_judged_too(judge: Judge) -> None:
    original = "CASE WHEN yuan > 0 THEN CAST(yuan AS DOUBLE) / 10 END"
    swapped = original.replace("CAST(yuan AS DOUBLE) / 10", "10 / CAST(yuan AS DOUBLE)")
    assert judge.judge(_mutant(SHARES, original, swapped, "fct_share")).seen == "fct_share.tenth"


def test_difference_that_only_rewords_a_reason_is_told_apart() -> None:
    columns = ("deal", "rate", "incomplete_reason")
    before = Content(columns, (("A", 0.5, "no pool"), ("B", 0.1, None)))
    reworded = Content(columns, (("B", 0.1 + 1e-15, None), ("A", 0.5, "nothing")))
    gone = Content(columns, (("A", 0.5, None), ("B", 0.1, None)))
    moved = Content(columns, (("A", 0.6, "no pool"), ("B", 0.1, None)))
    assert list(differing_columns("m", before, reworded)) == ["m: wording of incomplete_reason"]
    assert list(differing_columns("m", before, gone)) == ["m.incomplete_reason"]
    assert list(differing_columns("m", before, moved)) == ["m.rate"]
    fewer = Content(columns, before.rows[:1])
    assert list(differing_columns("m", before, fewer)) == [f"m.{column}" for column in columns]
    assert list(differing_columns("m", before, before)) == []


def test_a_type_that_is_no_type_is_refused(tmp_path: Path) -> None:
    seed = Seed("raw_loans", "raw", "seeds/raw_loans.csv", (("deal", "varchar); drop x"),))
    with pytest.raises(CompileError, match="deal"):
        Warehouse(CompiledProject(tmp_path, (seed,), ()), tmp_path)


def test_unargued_survivor_does_not_pass(judge: Judge, tmp_path: Path) -> None:
    verdicts = tuple(judge.judge(one) for one in mutants("sums", SUMS))
    unargued = Outcome(verdicts, {})
    assert len(unargued.faults()) == len(unargued.survivors) > 0
    assert all("survives without a reason" in line for line in unargued.faults())
    argued = Outcome(verdicts, {one.mutant.key: "none" for one in unargued.survivors})
    assert argued.faults() == []
    assert argued.rate == 1.0
    outdated = Outcome(verdicts, {**argued.reasons, ("m", "p", "a", "b", "1"): "none"})
    assert any("killed or gone" in line for line in outdated.faults())
    write_summary(tmp_path / "mutation.md", argued, ["small"])
    assert "| sums |" in (tmp_path / "mutation.md").read_text()


def test_models_are_chosen_by_name(project: CompiledProject) -> None:
    assert [one.name for one in mutated_models(project)] == ["sums", "fct_share"]
    assert [one.name for one in mutated_models(project, ["fct_share"])] == ["fct_share"]
    with pytest.raises(NpasError, match="fct_shares"):
        mutated_models(project, ["fct_shares", "sums"])


def test_survivors_written_with_reasons_are_read_back(judge: Judge, tmp_path: Path) -> None:
    verdicts = tuple(judge.judge(one) for one in mutants("sums", SUMS))
    survivors = Outcome(verdicts, {}).survivors
    reasons = {one.mutant.key: "the least of equal values is the greatest" for one in survivors}
    path = tmp_path / "survivors.csv"
    write_survivors(path, Outcome(verdicts, reasons).survivors)
    assert read_reasons(path) == reasons
    write_survivors(path, survivors)
    with pytest.raises(ReviewError, match="no reason"):
        read_reasons(path)


def test_shipped_reasons_are_complete() -> None:
    path = Path(__file__).parents[2] / "scripts" / "npas" / "mutation" / "equivalent.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len(read_reasons(path)) == len(rows)
