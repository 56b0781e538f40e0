"""The `npas` command: reads the command line, tells the user, and ends with the exit code."""

import gc
import json
import shlex
import shutil
import sys
import traceback
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from npas import settings
from npas.errors import EnvironmentProblemError, InputRejectedError, NpasError, ReleaseError

if TYPE_CHECKING:
    from npas.releases import Release

# Modules that take seconds to load are imported by the command that needs them.

# A command loads a million objects that it needs to its end. Looking them through for garbage after
# every 700 new ones, as Python does by itself, is a tenth of a build.
_OBJECTS_BETWEEN_COLLECTIONS = 100_000

_FIRST_QUERY = (
    "select issue_year, count(*) as deals, "
    "round(sum(issue_amount_yuan) / 100000000, 1) as issued_yi_yuan "
    "from marts.fct_issuance group by issue_year order by issue_year"
)

_market_option = click.option(
    "--market",
    type=click.Choice(settings.MARKETS),
    default=settings.DEFAULT_MARKET,
    show_default=True,
    help="The closed set of raw tables to work on.",
)


class _Commands(click.Group):
    """Ends every fault with a message and its exit code, never with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 (as click declares it)
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except NpasError as problem:
            _end(ctx, str(problem), problem.exit_code)
        except OSError as problem:
            where = f"{problem.filename}: " if problem.filename else ""
            message = (
                f"{where}{problem.strerror or problem}. Nothing was published. Check the room on "
                "the disk and the rights on this path."
            )
            _end(ctx, message, EnvironmentProblemError.exit_code)
        except Exception as problem:  # noqa: BLE001 (the last line before the user)
            _end(ctx, _unexpected(problem), 1)


def _end(ctx: click.Context, message: str, exit_code: int) -> NoReturn:
    click.echo(f"Error: {message}", err=True)
    ctx.exit(exit_code)


def _unexpected(problem: Exception) -> str:
    told = f"Unexpected fault: {type(problem).__name__}: {problem}. Nothing was published."
    log = settings.home() / "npas-fault.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("".join(traceback.format_exception(problem)), encoding="utf-8")
    except OSError:
        return told
    return f"{told}\nWhat a developer needs to know is in {log}"


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="npas-warehouse", prog_name="npas")
def cli() -> None:
    """A warehouse of Chinese non-performing-asset securitisation (NPAS) deals.

    Everything is written under NPAS_HOME (default: ./warehouse).
    """


@cli.command()
@_market_option
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Build what was known on this day, e.g. 2024-12-31. [default: all that is known]",
)
@click.option(
    "--full",
    is_flag=True,
    help="Build even when nothing changed, and take nothing over from the release before.",
)
@click.option(
    "--accept-change",
    metavar="TEXT",
    help="Publish changes that the audit would hold, and say why in the release's manifest.",
)
@click.option(
    "--alert-command",
    envvar="NPAS_ALERT",
    show_envvar=True,
    metavar="CMD",
    help="Run this, with JSON on its standard input, when nothing could be published.",
)
def build(
    market: str,
    as_of: datetime | None,
    accept_change: str | None,
    alert_command: str | None,
    *,
    full: bool,
) -> None:
    """Check the input, build the warehouse, publish it.

    Exit codes: 0 published, or nothing new; 1 build failed; 2 input rejected; 3 held by the audit;
    75 another build is running; 69 the environment lacks something.
    """
    from npas.build import BuildRequest, build

    if accept_change is not None and not accept_change.strip():
        raise click.UsageError("--accept-change needs the reason why the changes are right.")
    day = None if as_of is None else as_of.date()
    request = BuildRequest(
        settings.project_root(), settings.home(), market, day, full, accept_change
    )
    try:
        outcome = build(request)
    except Exception as problem:
        if alert_command:
            _alert(alert_command, market, problem)
        raise
    for line in outcome.findings:
        click.echo(line)
    if outcome.is_new:
        click.echo(f"Published release {outcome.release.run_id} of market {market}.")
    else:
        click.echo(
            f"Nothing new since release {outcome.release.run_id} of market {market}: same input, "
            "same code, same day. (--full builds all the same.)"
        )
    database = settings.MarketHome.of(settings.home(), market).current / settings.DATABASE
    click.echo(f"Database: {database}")
    click.echo(f"Try:      {_example(database)}")


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--market", type=click.Choice(settings.MARKETS), help="Check a market's own tables.")
def check(paths: tuple[Path, ...], market: str | None) -> None:
    """Check files or folders of raw tables, or a market, against the contracts.

    Writes the list of violations and the Data Docs. Exit codes: 0 accepted; 2 rejected.
    """
    if bool(paths) == bool(market):
        raise click.UsageError("Name either files and folders to check, or --market.")
    from npas.check import check_market, check_paths, described

    project, home = settings.project_root(), settings.home()
    if market is None:
        report = check_paths(project, home, paths)
    else:
        report = check_market(project, home, market)
    for line in described(report):
        click.echo(line)
    if report.rejected:
        sys.exit(InputRejectedError.exit_code)


@cli.command()
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH..."
)
@click.option(
    "--known-on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day the facts were known, where a file does not say it.",
)
@click.option("--source", metavar="TEXT", help="The source document, where a file does not say it.")
@click.option(
    "--unit",
    type=click.Choice(["元", "万元", "亿元"]),
    help="The unit of amounts, where neither a row, a header nor a cell says it.",
)
def load(
    paths: tuple[Path, ...], known_on: datetime | None, source: str | None, unit: str | None
) -> None:
    """Check files, and append what is accepted to the market `deliveries`.

    CSV, TSV, XLSX, Parquet, ZIP and folders of them. Each file is loaded whole or not at all.
    Exit codes: 0 all loaded, or held already; 2 a file was refused; 75 the market is being built.
    """
    from npas.check import described
    from npas.deliveries.load import LoadRequest, load
    from npas.raw_files import Defaults

    defaults = Defaults(None if known_on is None else known_on.date(), source, unit)
    outcome = load(LoadRequest(settings.project_root(), settings.home(), paths, defaults))
    for file in outcome.files:
        click.echo(str(file))
    for line in described(outcome.report) if outcome.report is not None else ():
        click.echo(line)
    for line in outcome.ending():
        click.echo(line)
    if outcome.is_refused:
        sys.exit(InputRejectedError.exit_code)


@cli.command()
@_market_option
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="The language the page opens in; the other one is a click away.",
)
def report(market: str, lang: str) -> None:
    """Render the market-watch page and its figures from the current release.

    Exit codes: 0 rendered; 1 there is no release to report on.
    """
    from npas.report.output import write_report

    rendered = write_report(settings.MarketHome.of(settings.home(), market), market, lang)
    if not rendered.has_font:
        click.echo(
            "Warning: this machine has no font with Chinese characters, so the PNG figures show "
            "boxes in their place. Run scripts/install_system_packages.sh, or install "
            "fonts-noto-cjk, then run this command again.",
            err=True,
        )
    click.echo(f"Page: {rendered.page}")


@cli.command()
@_market_option
def releases(market: str) -> None:
    """List the releases of a market, newest last; * marks the one that readers see."""
    from npas.releases import releases

    home = settings.MarketHome.of(settings.home(), market)
    found = releases(home)
    if not found:
        click.echo(f"Market {market} has no release in {home.root}. `npas build` makes one.")
    for release in found:
        click.echo(_release_line(release))


@cli.command()
def sample() -> None:
    """Write the raw tables of the synthetic market `sample` anew.

    They go to seeds/sample of the project; nobody observed them. Exit codes: 0 written; 69 the
    folder cannot be written.
    """
    from npas.sample import write_sample

    seeds = settings.project_root() / "seeds"
    for name, count in write_sample(seeds / "reference", seeds / "sample").items():
        click.echo(f"{name}: {count:,} rows")
    click.echo(
        f"Written to {seeds / 'sample'}. Synthetic sample (合成样本): nothing in it is real."
    )


@cli.command()
@click.argument("run", required=False)
@_market_option
def rollback(run: str | None, market: str) -> None:
    """Let readers see an earlier release again: RUN, or the one before the newest.

    Without RUN a second time changes nothing; name a release to go further back, or forth again.
    The next build that finds news publishes again. Exit codes: 0; 1 no such release, or it is
    damaged; 75 a build is running.
    """
    from npas.rollback import roll_back

    release, is_changed = roll_back(settings.MarketHome.of(settings.home(), market), run)
    if is_changed:
        click.echo(f"Readers of market {market} see release {release.run_id} again.")
    else:
        click.echo(f"Nothing to do: readers of market {market} see release {release.run_id}.")


@cli.command()
@click.argument("run", required=False)
@_market_option
def verify(run: str | None, market: str) -> None:
    """Compare a release with its manifest, file by file and mart by mart: RUN, or the current one.

    Exit codes: 0 it is what was published; 1 it differs, and in what.
    """
    from npas.rollback import find_release
    from npas.verify import differences

    release = find_release(settings.MarketHome.of(settings.home(), market), run)
    found = differences(release)
    for line in found:
        click.echo(line)
    if found:
        raise ReleaseError(
            f"Release {release.run_id} of market {market} is not what was published. `npas "
            "rollback` lets readers see another one; `npas build --full` makes it anew."
        )
    manifest = release.manifest
    click.echo(
        f"Release {release.run_id} of market {market} is what was published: "
        f"{len(manifest['files'])} files and {len(manifest['marts'])} marts have their hashes."
    )


@cli.command()
@_market_option
@click.option("-c", "query", metavar="SQL", help="Run this and end.")
def shell(market: str, query: str | None) -> None:
    """Ask the current release questions in SQL, read-only and locked down.

    No file, network or extension can be reached, and no setting changed. Exit codes: 0; 1 there
    is no release, or the query of -c failed.
    """
    import duckdb

    from npas.reader import open_current, prompt, run_query

    width = shutil.get_terminal_size((160, 24)).columns
    with open_current(settings.MarketHome.of(settings.home(), market)) as connection:
        if query is None:
            click.echo("End a query with a semicolon; `quit` or Ctrl-D ends the shell.", err=True)
            prompt(connection, width)
            return
        try:
            run_query(connection, query, width)
        except duckdb.Error as fault:
            raise NpasError(str(fault)) from fault


@cli.group()
def bench() -> None:
    """Make the markets that the project's speed is measured on."""


@bench.command()
@click.option(
    "--loans", type=click.IntRange(min=1), required=True, help="How many rows the loan tapes have."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder to write to, which must not hold files yet.",
)
def generate(loans: int, out: Path) -> None:
    """Write Parquet loan tapes with collaterals, deals and trustee reports; nothing in it is real.

    The same loans are written every time. Exit codes: 0 written; 69 the folder cannot be written.
    """
    from npas.bench.generate import generate

    if out.exists() and any(out.iterdir()):
        raise click.UsageError(f"{out} is not empty: old and new tapes would be mixed.")
    for name, count in generate(loans, out).items():
        click.echo(f"{name}: {count:,} rows")
    click.echo(f"Written to {out}. Synthetic scale sample (规模合成样本): nothing in it is real.")


def _alert(command: str, market: str, problem: Exception) -> None:
    from npas.alert import alert

    fault = alert(command, market, settings.home(), problem)
    if fault is not None:
        click.echo(fault, err=True)


def _release_line(release: "Release") -> str:
    manifest = release.manifest
    rows = sum(mart["rows"] for mart in manifest["marts"].values())
    mark = "*" if release.is_current else " "
    return (
        f"{mark} {release.run_id}  as of {manifest['as_of'] or 'all known'}  "
        f"{len(manifest['marts'])} marts, {rows:,} rows"
    )


def _example(database: Path) -> str:
    # JSON's double quotes are Python's too, and stay readable inside the shell's single ones
    opened = f"duckdb.connect({json.dumps(str(database))}, read_only=True)"
    code = f"import duckdb; {opened}.sql({json.dumps(_FIRST_QUERY)}).show()"
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}"


def main() -> None:
    """The console command."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    cli(prog_name="npas")
