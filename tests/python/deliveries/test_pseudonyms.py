"""Personal columns that a home's contract names: pseudonyms come in, the persons do not."""

import os
from pathlib import Path

import pytest

from contracts.delivery import Row, sound_deal
from deliveries import files
from npas.deliveries.load import LoadOutcome, LoadRequest, load
from npas.deliveries.store import RawStore
from npas.errors import EnvironmentProblemError, InputRejectedError
from npas.parse_sql import PROJECT
from npas.raw_files import NO_DEFAULTS
from npas.reading.pseudonyms import CONTRACT, KEY_VARIABLE, home_pseudonyms

_LOANS = "raw_loan_pools"
_NAME, _IDENTITY, _PHONE, _CARD = "诸葛试", "110101199003070134", "13812345678", "6222021234567894"
_CONTRACT = (
    "table_name,alias,column_name\n"
    f"{_LOANS},身份证号,borrower_no\n"
    f"{_LOANS},姓名,\n{_LOANS},手机号,\n{_LOANS},银行卡号,\n"
)
_PLANTED = {"姓名": _NAME, "手机号": _PHONE, "银行卡号": _CARD}


class Desk:
    """A home with a contract, and a key outside of it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = folder / "home"
        self.home.mkdir(parents=True)
        (self.home / CONTRACT).write_text(_CONTRACT, encoding="utf-8")
        self.files = folder / "files"
        self.files.mkdir()
        self.key = folder / "key"
        self.write_key("k" * 32)
        monkeypatch.setenv(KEY_VARIABLE, str(self.key))
        self.store = RawStore(self.home / "deliveries" / "raw")

    def write_key(self, text: str) -> None:
        self.key.write_text(text, encoding="utf-8")
        self.key.chmod(0o600)

    def load(self, *paths: Path) -> LoadOutcome:
        return load(LoadRequest(PROJECT, self.home, paths, NO_DEFAULTS))

    def borrowers(self) -> list[str]:
        """Of all loans in the store, in the order of deliveries' names."""
        tables = [table for table in self.store.tables() if table.name == _LOANS]
        return [str(row["borrower_no"]) for table in tables for row in files.rows_of(table)]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def _tape(deal: str = "24A01", identity: str = _IDENTITY) -> str:
    """Two loans of one person, who is named four times."""
    rows: list[Row] = [{**row, **_PLANTED} for row in sound_deal(deal)[_LOANS]]
    names = [name for name in files.columns_of(_LOANS) if name != "borrower_no"]
    header = [*names, "身份证号", *_PLANTED]
    cells = [[*(row.get(name, "") for name in names), identity, *_PLANTED.values()] for row in rows]
    return "\n".join(",".join(line) for line in [header, *cells])


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_one_person_has_one_number_in_all_deliveries_and_nobody_can_tell_whose(desk: Desk) -> None:
    # the same identity, with a small x in one tape and in full width in the other
    _write(desk.files / "loan_pools_1.csv", _tape(identity="11010119900307793x"))
    _write(
        desk.files / "loan_pools_2.csv",
        _tape("24A02", identity="１１０１０１１９９００３０７７９３Ｘ"),
    )

    outcome = desk.load(desk.files)

    assert not outcome.is_refused
    (number,) = set(desk.borrowers())
    assert number.isalpha()
    assert len(desk.borrowers()) == 4


def test_with_another_key_nothing_can_be_joined(desk: Desk, tmp_path: Path) -> None:
    tape = _write(desk.files / "loan_pools.csv", _tape())
    other = tmp_path / "other"
    (other / "deliveries").mkdir(parents=True)
    (other / CONTRACT).write_text(_CONTRACT, encoding="utf-8")
    desk.load(tape)
    mine = set(desk.borrowers())
    desk.write_key("q" * 32)
    load(LoadRequest(PROJECT, other, [tape], NO_DEFAULTS))
    desk.store = RawStore(other / "deliveries" / "raw")

    assert mine.isdisjoint(desk.borrowers())


@pytest.mark.parametrize("is_torn", [False, True])
def test_planted_persons_are_found_nowhere_that_npas_writes(
    desk: Desk, capfd: pytest.CaptureFixture[str], *, is_torn: bool
) -> None:
    text = _tape() + (f"\n24A01,{_IDENTITY},{_NAME},{_PHONE}" if is_torn else "")
    archive = files.archive(desk.files / "tapes.zip", {"loan_pools.csv": text.encode()})

    outcome = desk.load(archive)

    assert outcome.is_refused == is_torn
    written = [path for path in desk.home.rglob("*") if path.is_file()]
    assert any(path.name == "violations.csv" for path in written)
    said = capfd.readouterr()
    contents = {str(path): path.read_bytes() for path in written}
    contents |= {"standard output": said.out.encode(), "standard error": said.err.encode()}
    for secret in (_NAME, _IDENTITY, _PHONE, _CARD):
        holders = [name for name, content in contents.items() if secret.encode() in content]
        assert holders in ([], [str(desk.home / CONTRACT)])
    # Parquet packs its texts, so its cells are looked at too
    cells = [row for table in desk.store.tables() for row in files.rows_of(table)]
    assert len(cells) == (0 if is_torn else 2)
    assert not [row for row in cells if {_NAME, _IDENTITY, _PHONE, _CARD} & set(row.values())]


def test_the_file_itself_is_not_kept_but_its_hash_is(desk: Desk) -> None:
    tape = _write(desk.files / "loan_pools.csv", _tape())
    desk.load(tape)

    (manifest,) = desk.store.manifests()
    assert manifest.is_pseudonymised
    assert not (desk.store.folder / "files" / manifest.sha256).exists()
    assert [file.status.split(" as ")[0] for file in desk.load(tape).files] == ["already loaded"]


def test_a_blank_identity_is_nobodys(desk: Desk) -> None:
    desk.load(_write(desk.files / "loan_pools.csv", _tape(identity="—")))

    assert set(desk.borrowers()) == {"None"}


def test_without_a_contract_the_tape_is_refused(desk: Desk) -> None:
    (desk.home / CONTRACT).unlink()

    outcome = desk.load(_write(desk.files / "loan_pools.csv", _tape()))

    assert outcome.is_refused
    assert outcome.report is not None
    assert {one.rule for one in outcome.report.violations} == {"N01"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("missing", "names no key"),
        ("short", "holds 31 bytes"),
        ("open", "others may read"),
        ("home", "lies inside"),
        ("checkout", "lies inside"),
        ("absent", "cannot be read"),
    ],
)
def test_a_key_that_protects_nothing_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, change: str, said: str
) -> None:
    match change:
        case "missing":
            monkeypatch.delenv(KEY_VARIABLE)
        case "short":
            desk.write_key("k" * 31)
        case "open":
            desk.key.chmod(0o644)
        case "home":
            monkeypatch.setenv(KEY_VARIABLE, str(desk.home / "key"))
        case "checkout":
            monkeypatch.setenv(KEY_VARIABLE, str(PROJECT / "npas.key"))
        case "absent":
            desk.key.unlink()
    tape = _write(desk.files / "loan_pools.csv", _tape())

    with pytest.raises(EnvironmentProblemError, match=said):
        desk.load(tape)
    assert not list(desk.store.folder.rglob("*.parquet"))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("alias,column_name\n", "the header must be"),
        (f"table_name,alias,column_name\n{_LOANS},姓名,city\n", "row 2: .*borrower_no"),
        ("table_name,alias,column_name\nraw_deals,姓名,borrower_no\n", "row 2"),
        (f"table_name,alias,column_name\n{_LOANS},,borrower_no\n", "row 2"),
    ],
)
def test_a_contract_that_cannot_be_meant_is_refused(desk: Desk, rows: str, said: str) -> None:
    (desk.home / CONTRACT).write_text(rows, encoding="utf-8")

    with pytest.raises(InputRejectedError, match=said):
        home_pseudonyms(desk.home, PROJECT)


def test_the_key_is_shown_by_nothing(desk: Desk) -> None:
    assert os.environ[KEY_VARIABLE]
    assert "kkkk" not in repr(home_pseudonyms(desk.home, PROJECT))
