"""The manifest check: the shipped project is clean, and each rule can fail."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from npas.project_check import check

Manifest = dict[str, Any]
MART = "model.npas.fct_issuance"
STAGING = "model.npas.stg_raw__deals"


def test_the_shipped_project_is_clean(project_manifest: Manifest) -> None:
    assert check(project_manifest) == []


def _drop_grain(manifest: Manifest) -> None:
    manifest["nodes"][MART]["config"]["meta"] = {}


def _drop_key_test(manifest: Manifest) -> None:
    manifest["nodes"] = {
        key: node
        for key, node in manifest["nodes"].items()
        if not (node["resource_type"] == "test" and node.get("attached_node") == MART)
    }


def _drop_contract(manifest: Manifest) -> None:
    manifest["nodes"][MART]["config"]["contract"]["enforced"] = False


def _drop_primary_key(manifest: Manifest) -> None:
    manifest["nodes"][MART]["constraints"] = []


def _drop_heading(manifest: Manifest) -> None:
    node = manifest["nodes"][MART]
    node["description"] = node["description"].replace("**Nuance**", "Nuance")


def _drop_column_description(manifest: Manifest) -> None:
    manifest["nodes"][MART]["columns"]["advance_rate"]["description"] = " "


def _drop_model_description(manifest: Manifest) -> None:
    manifest["nodes"][STAGING]["description"] = ""


def _read_staging_from_a_mart(manifest: Manifest) -> None:
    manifest["nodes"][MART]["depends_on"]["nodes"].append(STAGING)


def _name_without_prefix(manifest: Manifest) -> None:
    manifest["nodes"][STAGING]["name"] = "deals"


def _drop_column_type(manifest: Manifest) -> None:
    del manifest["nodes"]["seed.npas.raw_deals"]["config"]["column_types"]["series"]


@pytest.mark.parametrize(
    ("breach", "message"),
    [
        (_drop_grain, "fct_issuance: says no grain in config.meta.grain"),
        (
            _drop_key_test,
            (
                "fct_issuance: has no test of its key "
                "(unique, unique_combination_of_columns, unique_place)"
            ),
        ),
        (_drop_contract, "fct_issuance: enforces no contract"),
        (_drop_primary_key, "fct_issuance: declares no primary key"),
        (_drop_heading, "fct_issuance: its description lacks **Nuance**"),
        (_drop_column_description, "fct_issuance.advance_rate: has no description"),
        (_drop_model_description, "stg_raw__deals: has no description"),
        (
            _read_staging_from_a_mart,
            "fct_issuance: a model of marts must not read stg_raw__deals of staging",
        ),
        (_name_without_prefix, "deals: a model of staging is named stg_..."),
        (_drop_column_type, "raw_deals.series: has no column type"),
    ],
)
def test_a_breach_is_named(
    project_manifest: Manifest, breach: Callable[[Manifest], None], message: str
) -> None:
    broken = copy.deepcopy(project_manifest)
    breach(broken)
    assert check(broken) == [message]


def test_a_test_of_a_key_that_other_markets_run_is_one(project_manifest: Manifest) -> None:
    moved = copy.deepcopy(project_manifest)
    _drop_key_test(moved)
    keys = [
        node
        for node in project_manifest["nodes"].values()
        if node["resource_type"] == "test" and node.get("attached_node") == MART
    ]
    moved["disabled"] = {node["unique_id"]: [node] for node in keys}
    assert check(moved) == []


@pytest.fixture(scope="session")
def project_manifest(parsed_project: Path) -> Manifest:
    manifest: Manifest = json.loads((parsed_project / "manifest.json").read_text("utf-8"))
    return manifest
