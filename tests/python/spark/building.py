"""Building a market on Spark, where it is installed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class SparkBuild:
    """What `dbt build` on Spark left: its outcome, its artifacts, and its tables as Parquet."""

    outcome: subprocess.CompletedProcess[str]
    artifacts: Path
    tables: Path

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Every node that dbt knew."""
        return self._artifact("manifest")

    @property
    def results(self) -> Mapping[str, str]:
        """The status of every node that dbt ran."""
        results = self._artifact("run_results")["results"]
        return {result["unique_id"]: result["status"] for result in results}

    def _artifact(self, name: str) -> Mapping[str, Any]:
        content: Mapping[str, Any] = json.loads((self.artifacts / f"{name}.json").read_bytes())
        return content


def missing() -> str | None:
    """What Spark needs and this environment has not."""
    if find_spec("pyspark") is None:
        return "the packages of requirements-spark.lock"
    java = Path(os.environ.get("JAVA_HOME", "")) / "bin" / "java"
    if not java.is_file() and shutil.which("java") is None:
        return "Java 17"
    return None


def build(project: Path, market: str, home: Path, *options: str) -> SparkBuild:
    """Run `dbt build` of `project` on Spark, into `home`."""
    artifacts = home / market / "target"
    outcome = subprocess.run(
        [
            Path(sys.executable).parent / "dbt",
            *("--no-use-colors", "build", "--target", f"spark_{market}"),
            *("--target-path", artifacts, "--log-path", home / market / "logs"),
            *options,
        ],
        cwd=project,
        env={
            **os.environ,
            "NPAS_SPARK": str(home),
            # the tables are small: compiling Spark itself thoroughly costs more than it saves
            "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return SparkBuild(outcome, artifacts, home / market / "tables")
