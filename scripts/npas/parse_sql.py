"""The shared parse macros as SQL, for use outside dbt.

How text becomes a date, a number or a name is written once, in `macros/parse/*.sql`. The macros
have no dbt context, so plain jinja2 renders them to DuckDB expressions.
"""

from pathlib import Path

import jinja2

PROJECT = Path(__file__).resolve().parents[2]


class ParseSql:
    """SQL expressions for DuckDB, rendered from the project's parse macros.

    Raises FileNotFoundError when `project` holds no parse macros.
    """

    def __init__(self, project: Path = PROJECT) -> None:
        folder = project / "macros" / "parse"
        files = sorted(folder.glob("*.sql"))
        if not files:
            raise FileNotFoundError(f"no parse macros in {folder}: run inside a full checkout")
        source = "".join(path.read_text(encoding="utf-8") for path in files)
        environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701 (SQL, not HTML)
        self._macros = environment.from_string(source).module

    def __call__(self, macro: str, *arguments: str) -> str:
        """One macro with its arguments (SQL text) as one SQL expression."""
        return str(getattr(self._macros, macro)(*arguments)).strip()
