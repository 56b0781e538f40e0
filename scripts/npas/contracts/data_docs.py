"""The page of a check: rules, counts and examples, in English and Chinese, readable offline."""

import os
from collections import defaultdict
from pathlib import Path

import jinja2

from npas.contracts.report import CheckReport, RuleResult
from npas.contracts.rules import RULES, Severity
from npas.contracts.violations import Violation

_EXAMPLES = 5
_TEMPLATES = Path(__file__).parent / "templates"

_SEVERITIES = {
    Severity.REJECT: (
        "The input is refused; nothing is built from it.",
        "拒收：不使用该批输入，不构建任何结果。",
    ),
    Severity.QUARANTINE: (
        "The value or row is set aside; what depends on it is not stated.",
        "隔离：该值或该行搁置，依赖它的结果视为未披露。",
    ),
    Severity.HOLD: (
        "Values of the deal contradict each other; what depends on them is to be read with care.",
        "存疑：该交易的数值相互矛盾，依赖它们的结果须谨慎使用。",
    ),
    Severity.WARN: (
        "Worth a look; the value is used as printed.",
        "提示：请留意，数值按原文使用。",
    ),
}


def write(report: CheckReport) -> None:
    """Writes the page beside the violations file, replacing the last one in one step.

    The page needs no other file and no network; it links the violations file relatively.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    path = report.data_docs_path
    path.parent.mkdir(parents=True, exist_ok=True)
    text = environment.get_template("data_docs.html.j2").render(
        report=report,
        rules=RULES,
        severities=_SEVERITIES,
        broken=_broken(report),
        tables=_by_table(report.results),
        link=os.path.relpath(report.violations_path, path.parent),
    )
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _broken(report: CheckReport) -> list[tuple[str, int, list[Violation]]]:
    """Rules that were broken, worst first: id, count, first examples."""
    found: defaultdict[str, list[Violation]] = defaultdict(list)
    for violation in report.violations:
        found[violation.rule].append(violation)
    return [(rule, len(several), several[:_EXAMPLES]) for rule, several in found.items()]


def _by_table(results: tuple[RuleResult, ...]) -> dict[str, list[RuleResult]]:
    tables: defaultdict[str, list[RuleResult]] = defaultdict(list)
    for result in results:
        tables[result.table or "not recognised"].append(result)
    return dict(tables)
