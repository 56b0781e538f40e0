"""The project's own rules, read from dbt's manifest: layers, grain, keys, contracts, descriptions.

The parsed manifest is all it needs, so that `npas build` can refuse a broken project before it
builds anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Node = Mapping[str, Any]

LAYERS = ("raw", "staging", "intermediate", "marts")
PREFIXES = {
    "raw": ("delivered_",),
    "staging": ("stg_",),
    "intermediate": ("int_",),
    "marts": ("dim_", "fct_", "figure_", "published_"),
}
# what a layer may read: raw tables in staging alone, staging in intermediate alone
ALLOWED_PARENTS: Mapping[str, set[str]] = {
    "raw": {"raw"},
    "staging": {"raw", "reference"},
    "intermediate": {"staging", "intermediate", "reference"},
    "marts": {"intermediate", "marts", "reference", "expected"},
}
DOC_HEADINGS = ("**Grain**", "**Assumptions**", "**Nuance**", "**Primary key**")
KEY_TESTS = ("unique", "unique_combination_of_columns", "unique_place")


def check(manifest: Mapping[str, Any]) -> list[str]:
    """Return every breach of the project's rules, a sentence each; none is a clean project.

    :param manifest: dbt's manifest as a dictionary, as `target/manifest.json` holds it.
    """
    nodes: Mapping[str, Node] = manifest["nodes"]
    models = [node for node in nodes.values() if node["resource_type"] == "model"]
    seeds = [node for node in nodes.values() if node["resource_type"] == "seed"]
    # a test that another market runs is one too
    off = [node for several in manifest.get("disabled", {}).values() for node in several]
    tests = [node for node in (*nodes.values(), *off) if node["resource_type"] == "test"]
    breaches: list[str] = []
    for model in models:
        breaches += _layer(model, nodes)
        breaches += _grain(model, tests)
        breaches += _descriptions(model)
        if _layer_of(model) == "marts":
            breaches += _mart(model)
    for seed in seeds:
        breaches += _descriptions(seed)
        breaches += _column_types(seed)
    return sorted(breaches)


def _layer_of(node: Node) -> str:
    layer: str = node["schema"] if node["resource_type"] == "seed" else node["fqn"][1]
    return layer


def _layer(model: Node, nodes: Mapping[str, Node]) -> Iterator[str]:
    layer, name = _layer_of(model), model["name"]
    if layer not in LAYERS:
        yield f"{name}: lies in no layer; move it below models/{'|'.join(LAYERS)}"
        return
    if not name.startswith(PREFIXES[layer]):
        yield f"{name}: a model of {layer} is named {' or '.join(PREFIXES[layer])}..."
    for parent_id in model["depends_on"]["nodes"]:
        parent = nodes.get(parent_id)
        parent_layer = _layer_of(parent) if parent is not None else ""
        if parent is not None and parent_layer not in ALLOWED_PARENTS[layer]:
            yield f"{name}: a model of {layer} must not read {parent['name']} of {parent_layer}"


def _grain(model: Node, tests: Sequence[Node]) -> Iterator[str]:
    if not model["config"].get("meta", {}).get("grain"):
        yield f"{model['name']}: says no grain in config.meta.grain"
    tested = any(
        test.get("attached_node") == model["unique_id"]
        and test.get("test_metadata", {}).get("name") in KEY_TESTS
        for test in tests
    )
    if not tested:
        yield f"{model['name']}: has no test of its key ({', '.join(KEY_TESTS)})"


def _descriptions(node: Node) -> Iterator[str]:
    if not node["description"].strip():
        yield f"{node['name']}: has no description"
    if not node["columns"]:
        yield f"{node['name']}: describes no column"
    for column in node["columns"].values():
        if not column["description"].strip():
            yield f"{node['name']}.{column['name']}: has no description"


def _mart(model: Node) -> Iterator[str]:
    name = model["name"]
    if not model["config"]["contract"]["enforced"]:
        yield f"{name}: enforces no contract"
    constraints = [constraint["type"] for constraint in model["constraints"]]
    if "primary_key" not in constraints:
        yield f"{name}: declares no primary key"
    for heading in DOC_HEADINGS:
        if heading not in model["description"]:
            yield f"{name}: its description lacks {heading}"


def _column_types(seed: Node) -> Iterator[str]:
    typed = set(seed["config"].get("column_types", {}))
    for column in seed["columns"]:
        if column not in typed:
            yield f"{seed['name']}.{column}: has no column type"
