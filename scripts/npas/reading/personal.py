"""Personal data, which no raw table has a place for: found by header and pattern, never shown."""

import re
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from npas.raw_schema import RAW_TABLES, Kind
from npas.raw_table import ROW_NUMBER, Fault
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


def in_header(cells: tuple[str, ...], known: dict[str, str]) -> Iterator[Fault]:
    """Columns that by their header hold personal data; `known` are cells that mean a column."""
    for cell in cells:
        if cell not in known and heading(cell).name in _HEADINGS:
            details: dict[str, str | int] = {
                "problem": "the column is personal data by its name",
                "problem_zh": "该列名为个人信息",
            }
            yield Fault("N01", row=1, column=cell, value=cell, details=details)


def in_rows(table: str, data: pa.Table) -> Iterator[Fault]:
    """Columns whose cells are personal data; the cells themselves are not told."""
    kinds = RAW_TABLES[table].columns
    for column in data.column_names:
        if column == ROW_NUMBER:
            continue
        is_text = kinds.get(column, Kind.TEXT) in (Kind.CODE, Kind.NAME, Kind.TEXT)
        for kind, rows in _found(data, column, is_text=is_text):
            en, zh = _KINDS[kind]
            details: dict[str, str | int] = {
                "problem": f"{len(rows):,} of its cells hold {en}, the first in row {rows[0]}",
                "problem_zh": f"其中 {len(rows):,} 个单元格含{zh}，首见于第 {rows[0]} 行",
            }
            yield Fault("N01", row=rows[0], column=column, details=details)


def masked(text: str) -> str:
    """Text that may be shown: without numbers that are a person's."""
    for pattern in (_IDENTITY, _CARD, _PHONE):
        text = re.sub(rf"(?<![0-9]){pattern}(?![0-9])", "***", text)
    return text


def _found(data: pa.Table, column: str, *, is_text: bool) -> Iterator[tuple[str, list[int]]]:
    identities = [
        row for row, cell in _matching(data, column, _IDENTITY) if _has_valid_identity(cell)
    ]
    if identities:
        yield "identity", identities
    if not is_text or column in _DOCUMENTS:
        return
    filled = len(data) - data[column].null_count
    for kind, pattern in (("phone", _PHONE), ("card", _CARD)):
        found = _matching(data, column, pattern)
        rows = [row for row, cell in found if kind == "phone" or _has_valid_card(cell)]
        is_a_column_of_them = len(rows) >= _MOST_OF_A_COLUMN * filled
        if rows and (is_a_column_of_them or column not in _IDENTIFIERS):
            yield kind, rows


def _matching(data: pa.Table, column: str, pattern: str) -> list[tuple[int, str]]:
    mask = pc.match_substring_regex(data[column], _ALONE.format(pattern))
    found = data.select([ROW_NUMBER, column]).filter(mask)
    return list(zip(found[ROW_NUMBER].to_pylist(), found[column].to_pylist(), strict=True))


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
