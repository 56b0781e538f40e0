"""Where things are: the project that is built, and the home that everything is written under."""

import os
from dataclasses import dataclass
from pathlib import Path

from npas.errors import EnvironmentProblemError

# the market of the user's own files
DELIVERIES = "deliveries"
MARKETS = ("public", "sample", DELIVERIES)
DEFAULT_MARKET = "public"
# dbt's views store the catalog's name, which is the file's stem: it never changes
DATABASE = "npas.duckdb"


def project_root() -> Path:
    """The folder of dbt_project.yml, found from where this package lies.

    Raises EnvironmentProblemError when the package was installed without its project.
    """
    root = Path(__file__).resolve().parents[2]
    if not (root / "dbt_project.yml").is_file():
        raise EnvironmentProblemError(
            f"There is no dbt project in {root}. The npas command works inside a checkout of the "
            "project: run `make build` there, or install it there with `pip install -e .`."
        )
    return root


def home() -> Path:
    """The root of everything written: NPAS_HOME, else `warehouse` in the current folder."""
    return Path(os.environ.get("NPAS_HOME") or "warehouse").expanduser().absolute()


@dataclass(frozen=True)
class MarketHome:
    """The folder of one market under the home, and what lies in it."""

    root: Path

    @classmethod
    def of(cls, base: Path, market: str) -> "MarketHome":
        """The folder of `market` under the home `base`."""
        return cls(base / market)

    @property
    def releases(self) -> Path:
        """One directory per release."""
        return self.root / "releases"

    @property
    def current(self) -> Path:
        """The symlink to the release that readers open."""
        return self.root / "current"

    @property
    def candidate(self) -> Path:
        """What is being built.

        Its name is the same in every run: dbt keeps what it parsed only while the path of its
        database stays the same. The lock keeps a second builder out.
        """
        return self.root / ".work-candidate"

    @property
    def dbt_cache(self) -> Path:
        """What dbt parsed, kept from run to run."""
        return self.root / ".dbt"

    @property
    def lock(self) -> Path:
        """Held while a build runs."""
        return self.root / "build.lock"

    @property
    def failed(self) -> Path:
        """The last candidate that failed, kept to be looked at."""
        return self.root / "failed"

    @property
    def held(self) -> Path:
        """The last candidate that the audit held, kept to be looked at."""
        return self.root / "held"

    @property
    def contracts(self) -> Path:
        """What the contracts said in the last build."""
        return self.root / "contracts"

    @property
    def check(self) -> Path:
        """What `npas check` wrote last."""
        return self.root / "check"

    @property
    def raw(self) -> Path:
        """The raw store: every delivery that was accepted."""
        return self.root / "raw"

    @property
    def load(self) -> Path:
        """What the contracts said of the last files to be loaded."""
        return self.root / "load"
