from pathlib import Path

from npas.provenance import code_sha256, git_commit, git_is_clean, input_files, package_versions

INPUT = "seeds/public/raw_deals.csv"


def test_the_hash_of_the_code_follows_what_decides_the_marts(project_copy: Path) -> None:
    before = code_sha256(project_copy, "public", [INPUT])
    for name in (
        "models/marts/fct_issuance.sql",
        "seeds/reference/units.csv",
        "seeds/public/README.md",
        "dbt_project.yml",
        "scripts/npas/raw_schema.py",
        "requirements.lock",
    ):
        file = project_copy / name
        content = file.read_bytes()
        file.write_bytes(content + b"\n")
        assert code_sha256(project_copy, "public", [INPUT]) != before, name
        file.write_bytes(content)
    assert code_sha256(project_copy, "public", [INPUT]) == before


def test_the_hash_of_the_code_does_not_follow_the_rest(project_copy: Path) -> None:
    before = code_sha256(project_copy, "public", [INPUT])
    (project_copy / INPUT).write_text("other")
    for name in (
        "seeds/sample/raw_deals.csv",
        "tests/python/test_more.py",
        "scripts/npas/__pycache__/cli.pyc",
        "README.md",
    ):
        file = project_copy / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("more")
    assert code_sha256(project_copy, "public", [INPUT]) == before


def test_a_renamed_file_is_other_code(project_copy: Path) -> None:
    before = code_sha256(project_copy, "public", [INPUT])
    mart = project_copy / "models" / "marts" / "fct_issuance.sql"
    mart.rename(mart.with_name("fct_renamed.sql"))
    assert code_sha256(project_copy, "public", [INPUT]) != before


def test_inputs_are_named_with_the_hash_of_their_bytes(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_bytes(b"b")
    (tmp_path / "a.csv").write_bytes(b"")
    assert input_files(tmp_path, ["b.csv", "a.csv"]) == [
        {
            "file": "a.csv",
            "bytes": 0,
            "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        },
        {
            "file": "b.csv",
            "bytes": 1,
            "sha256": "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d",
        },
    ]


def test_outside_a_checkout_there_is_no_commit(tmp_path: Path) -> None:
    assert git_commit(tmp_path) is None
    assert git_is_clean(tmp_path) is None


def test_versions_of_what_runs_are_told() -> None:
    versions = package_versions()
    assert versions["dbt-core"] == "1.11.16"
    assert versions["duckdb"] == "1.5.5"
    assert versions["python"].startswith("3.1")
