"""Personal data, which no raw table has a place for: found by header and pattern, never shown."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from npas.raw_schema import RAW_TABLES, Kind
from npas.raw_table import Fault
from npas.reading.aliases import heading

_HEADINGS = {
    *("姓名", "借款人", "借款人姓名", "借款人名称", "客户姓名", "客户名称", "债务人", "债务人姓名"),
    *(
        "债务人名称",
        "抵押人",
        "抵押人姓名",
        "抵押人名称",
        "保证人",
        "保证人姓名",
        "担保人",
        "共同借款人",
    ),
    *("身份证", "身份证号", "身份证号码", "借款人身份证号", "证件号", "证件号码", "公民身份号码"),
    *("手机", "手机号", "手机号码", "电话", "电话号码", "联系电话", "联系方式", "借款人手机号"),
    *("银行卡", "银行卡号", "卡号", "银行账号", "银行账户", "账号", "还款账号"),
    *("地址", "住址", "家庭住址", "家庭地址", "通讯地址", "邮箱", "电子邮箱", "微信"),
    *("name", "borrower_name", "customer_name", "debtor_name", "client_name", "full_name"),
    *("id_card", "id_number", "id_no", "identity_no", "identity_number", "national_id"),
    *("phone", "phone_no", "phone_number", "mobile", "mobile_phone", "tel", "telephone"),
    *("bank_card", "bank_card_no", "card_no", "card_number", "account_no", "bank_account"),
    *("address", "home_address", "email", "e_mail", "wechat"),
}
_IDENTITY = (
    "[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9xX]"
)
_PHONE = "1[3-9][0-9]{9}"
_CARD = "62[0-9]{14,17}"
# all of them have as many digits
_LONG = "[0-9]{11}"
_ALONE = "(?:^|[^0-9]){}(?:[^0-9xX]|$)"
_IDENTIFIERS = {"loan_no", "borrower_no", "collateral_no", "tranche_code"}
# digits in addresses of documents are not people's
_DOCUMENTS = {"source_document"}
# A loan number may look like a phone: a column of them does not.
_MOST_OF_A_COLUMN = 0.5
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"

_KINDS = {
    "identity": ("identity numbers", "身份证号码"),
    "phone": ("phone numbers", "手机号码"),
    "card": ("bank card numbers", "银行卡号"),
}


def in_header(cells: tuple[str, ...], known: Collection[str]) -> Iterator[Fault]:
    """Columns that by their header hold personal data; `known` are cells that mean a column."""
    for cell in cells:
        if cell not in known and heading(cell).name in _HEADINGS:
            details: dict[str, str | int] = {
                "problem": "the column is personal data by its name",
                "problem_zh": "该列名为个人信息",
            }
            yield Fault("N01", row=1, column=cell, value=cell, details=details)


class CellSearch:
    """Looks for personal data in the cells of one table, batch after batch."""

    def __init__(self, table: str) -> None:
        self._kinds = RAW_TABLES[table].columns
        self._filled: Counter[str] = Counter()
        # by column and kind: how many cells, and the row of the first
        self._found: dict[tuple[str, str], tuple[int, int]] = {}

    def add(self, data: pa.Table) -> None:
        """Looks at further rows; the first column is their number."""
        for i, column in enumerate(data.column_names[1:], start=1):
            self._filled[column] += len(data) - data.column(i).null_count
            if not pc.any(pc.match_substring_regex(data.column(i), _LONG)).as_py():
                continue
            is_text = self._kinds.get(column, Kind.TEXT) in (Kind.CODE, Kind.NAME, Kind.TEXT)
            for kind in _KINDS if is_text and column not in _DOCUMENTS else ("identity",):
                rows = _rows_with(kind, data.column(0), data.column(i))
                if rows:
                    count, first = self._found.get((column, kind), (0, rows[0]))
                    self._found[column, kind] = (count + len(rows), first)

    def faults(self) -> Iterator[Fault]:
        """Columns whose cells are personal data; the cells themselves are not told."""
        for column, kind in sorted(self._found, key=lambda key: list(self._filled).index(key[0])):
            count, first = self._found[column, kind]
            is_a_column_of_them = count >= _MOST_OF_A_COLUMN * self._filled[column]
            if is_a_column_of_them or kind == "identity" or column not in _IDENTIFIERS:
                yield _told(column, kind, count, first)


def _told(column: str, kind: str, count: int, first: int) -> Fault:
    en, zh = _KINDS[kind]
    details: dict[str, str | int] = {
        "problem": f"{count:,} of its cells hold {en}, the first in row {first}",
        "problem_zh": f"其中 {count:,} 个单元格含{zh}，首见于第 {first} 行",
    }
    return Fault("N01", row=first, column=column, details=details)


def masked(text: str) -> str:
    """Text that may be shown: without numbers that are a person's."""
    for pattern in (_IDENTITY, _CARD, _PHONE):
        text = re.sub(rf"(?<![0-9]){pattern}(?![0-9])", "***", text)
    return text


def _rows_with(kind: str, rows: pa.ChunkedArray, cells: pa.ChunkedArray) -> list[int]:
    """The rows whose cell holds what is a number of this kind and not only looks like one."""
    pattern, is_valid = _NUMBERS[kind]
    mask = pc.match_substring_regex(cells, _ALONE.format(pattern))
    found = zip(rows.filter(mask).to_pylist(), cells.filter(mask).to_pylist(), strict=True)
    return [row for row, cell in found if is_valid(cell)]


def _has_valid_identity(text: str) -> bool:
    for found in re.findall(_IDENTITY, text):
        total = sum(int(digit) * weight for digit, weight in zip(found[:17], _WEIGHTS, strict=True))
        if _CHECK_DIGITS[total % 11] == found[17].upper():
            return True
    return False


def _has_valid_card(text: str) -> bool:
    return any(_luhn(found) for found in re.findall(_CARD, text))


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 if i % 2 else 1) for i, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0  # noqa: PLR2004


_NUMBERS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "identity": (_IDENTITY, _has_valid_identity),
    "phone": (_PHONE, bool),
    "card": (_CARD, _has_valid_card),
}
