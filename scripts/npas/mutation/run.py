"""`python -m npas.mutation [MODEL...]`: mutate the models, run the mutants, write docs/mutation*.

With models named, only they are mutated, and what the last whole run wrote stays as it is: their
unargued survivors are printed instead.
"""

import multiprocessing
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from npas.errors import NpasError
from npas.mutation.executor import CompiledProject, CompileError, Model, compile_project
from npas.mutation.judge import Judge, UnfaithfulSqlError, Verdict
from npas.mutation.markets import RawMarket, compared_columns, fixed_markets
from npas.mutation.operators import Mutant, mutants
from npas.mutation.report import (
    Outcome,
    ReviewError,
    read_reasons,
    write_summary,
    write_survivors,
)
from npas.settings import project_root

_PROCESSES = 2
_PROGRESS = 200
# the judge of a worker process, made once when the process starts
_judges: list[Judge] = []


def mutated_models(project: CompiledProject, names: Sequence[str] = ()) -> list[Model]:
    """Give the models that hold rules, intermediates and marts; of these the named, if any.

    Raises NpasError for a name that none of them has.
    """
    found = [model for model in project.models if model.schema in ("intermediate", "marts")]
    unknown = set(names).difference(model.name for model in found)
    if unknown:
        raise NpasError(f"no model with rules is called {', '.join(sorted(unknown))}")
    return [model for model in found if not names or model.name in names]


def without_figures(project: CompiledProject) -> CompiledProject:
    """Leave out the thin queries on the marts, and what serves them alone."""
    kept: list[Model] = []
    needed: set[str] = set()
    for model in reversed(project.models):
        is_mart = model.schema == "marts" and "market_watch" not in model.path
        if is_mart or model.name in needed:
            kept.append(model)
            needed.update(model.parents)
    return replace(project, models=tuple(reversed(kept)))


def _start(
    project: CompiledProject, markets: Sequence[RawMarket], compared: frozenset[str]
) -> None:
    _judges.append(Judge(project, markets, compared))


def _judge(mutant: Mutant) -> Verdict:
    return _judges[0].judge(mutant)


def _run(root: Path, scratch: Path, names: Sequence[str]) -> int:
    started = time.monotonic()
    reasons = read_reasons(Path(__file__).with_name("equivalent.csv"))
    project = without_figures(compile_project(root, scratch))
    markets = fixed_markets(root, scratch)
    compared = frozenset().union(*(compared_columns(root, market) for market in markets))
    models = mutated_models(project, names)
    Judge(project, markets, compared).check_printing(models)
    waiting = [mutant for model in models for mutant in mutants(model.name, model.sql)]
    click.echo(f"{len(waiting)} mutants of {len(models)} models on {len(markets)} markets")
    verdicts: list[Verdict] = []
    # a forked process would share the parent's database threads
    context = multiprocessing.get_context("spawn")
    with context.Pool(_PROCESSES, _start, (project, markets, compared)) as pool:
        for verdict in pool.imap(_judge, waiting, chunksize=4):
            verdicts.append(verdict)
            if len(verdicts) % _PROGRESS == 0:
                seconds = time.monotonic() - started
                killed = sum(one.is_killed for one in verdicts)
                click.echo(f"{len(verdicts):6d} tried, {killed} killed, {seconds:.0f} s")
    if names:
        reasons = {key: reason for key, reason in reasons.items() if key[0] in names}
    outcome = Outcome(tuple(verdicts), reasons)
    killed = sum(one.is_killed for one in verdicts)
    click.echo(
        f"{killed} of {len(verdicts)} mutants killed, {len(outcome.survivors)} survive; "
        f"rate without the equivalent ones {outcome.rate:.1%}; "
        f"{time.monotonic() - started:.0f} s"
    )
    if not names:
        summary, survivors = root / "docs" / "mutation.md", root / "docs" / "mutation_survivors.csv"
        summary.parent.mkdir(exist_ok=True)
        write_summary(summary, outcome, [market.name for market in markets])
        write_survivors(survivors, outcome.survivors)
        click.echo(f"{summary}\n{survivors}")
    for fault in outcome.faults():
        click.echo(fault, err=True)
    return 1 if outcome.faults() else 0


def main(names: Sequence[str]) -> int:
    """Mutate the named models, all where none is; 1 when the result is below what is asked for."""
    try:
        with tempfile.TemporaryDirectory() as scratch:
            return _run(project_root(), Path(scratch), names)
    except (NpasError, CompileError, ReviewError, UnfaithfulSqlError) as problem:
        click.echo(f"make mutate: {problem}", err=True)
        return 1
