"""`npas report`: the page and the figures of the current release, written beside its database."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from npas.errors import BuildFailedError
from npas.releases import Release, current_release, releases
from npas.report.rendering import Renderer, has_chinese_font
from npas.settings import MarketHome

REPORT = "report"
PAGE = "index.html"


@dataclass(frozen=True)
class Report:
    """Where the page is; `has_font` is false when Chinese characters of PNG files are boxes."""

    page: Path
    has_font: bool


def write_report(home: MarketHome, market: str, language: str) -> Report:
    """Renders the current release of a market, replacing what was rendered before.

    Raises BuildFailedError when there is no release, or one without figures.
    """
    release = current_release(home)
    if release is None:
        raise BuildFailedError(
            f"Market {market} has no release in {home.root}, so there is nothing to report. "
            f"Run `npas build --market {market}` first."
        )
    # beside the page that it replaces, so that readers meet the old page or the new one
    draft = Path(tempfile.mkdtemp(prefix=f".{REPORT}-", dir=release.path))
    try:
        with Renderer() as renderer:
            # loaded here, because Altair takes its time, in which the renderer starts
            from npas.report.edition import write_edition

            earlier, page = _before(home, release), draft / PAGE
            write_edition(release, earlier, market, language, page, renderer=renderer)
        # a temporary folder is its maker's alone
        draft.chmod(0o755)
        _replace(release.path / REPORT, draft)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Report(home.current / REPORT / PAGE, has_chinese_font())


def _replace(target: Path, draft: Path) -> None:
    if target.exists():
        replaced = draft.with_name(f"{draft.name}-replaced")
        target.rename(replaced)
        draft.rename(target)
        shutil.rmtree(replaced)
    else:
        draft.rename(target)


def _before(home: MarketHome, release: Release) -> Release | None:
    earlier = [other for other in releases(home) if other.run_id < release.run_id]
    return earlier[-1] if earlier else None
