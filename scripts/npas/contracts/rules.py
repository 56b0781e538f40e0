"""The rule catalogue: what may be wrong with raw tables, how bad it is, and how it is said.

Ids follow the reliability design; its list is continued where it stops. A rule never names a deal.
Message templates take `{value}` and `{column}` of the faulty cell, `{other}` and `{other_value}` of
the cell it is compared with, and the helper columns of the frame the rule is checked on.
"""

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """What a finding does, worst first."""

    REJECT = "reject"
    QUARANTINE = "quarantine"
    HOLD = "hold"
    WARN = "warn"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True)
class Rule:
    """One rule: the sentence it enforces and the message of a breach, in two languages."""

    id: str
    severity: Severity
    en: str
    zh: str
    says_en: str
    says_zh: str


_R, _Q, _H, _W = Severity.REJECT, Severity.QUARANTINE, Severity.HOLD, Severity.WARN

_CATALOGUE = (
    # ---- files -------------------------------------------------------------------------------
    Rule(
        "F01",
        _R,
        "A file is not empty.",
        "文件不得为空。",
        "the file has no content: deliver it again",
        "文件没有内容，请重新提供",
    ),
    Rule(
        "F02",
        _R,
        "A delivered file has at least one row under its header.",
        "提供的文件在表头之下至少有一行数据。",
        "the file has a header and no rows: deliver its rows, or leave the file out",
        "文件只有表头而没有数据行，请补全数据或不要提供该文件",
    ),
    Rule(
        "F03",
        _R,
        "A file is text of one encoding: UTF-8, UTF-16 with a mark, or GB 18030.",
        "文件须为单一编码的文本：UTF-8、带标记的 UTF-16 或 GB 18030。",
        "the text breaks at byte {byte}: two encodings, or a damaged file; save it as “CSV UTF-8”",
        "文本在第 {byte} 字节处无法解码（混用编码或文件损坏），请另存为“CSV UTF-8”",
    ),
    Rule(
        "F04",
        _R,
        "Cells are separated by commas, semicolons or tabs.",
        "单元格以英文逗号、分号或制表符分隔。",
        "the header is one cell with {mark} in it: save the file with commas",
        "表头只有一个单元格且含有{mark}，请改用逗号分隔后重新保存",
    ),
    Rule(
        "F05",
        _R,
        "Every row has as many cells as the header.",
        "每一行的单元格数与表头一致。",
        "the row has {cells} cells and the header {expected}: look for a comma inside a cell "
        "without quotes, or a cut-off row",
        "该行有 {cells} 个单元格，表头有 {expected} 个，请检查未加引号的逗号或被截断的行",
    ),
    Rule(
        "F06",
        _R,
        "A file can be read to its end.",
        "文件可以完整读到结尾。",
        "reading stops here ({problem}): the file is cut off, a quotation mark is not closed, or "
        "its extension is not of its kind; save or fetch it again",
        "读取到此中断（{problem_zh}），文件可能被截断、引号未闭合或扩展名与内容不符，请重新保存或"
        "获取",
    ),
    Rule(
        "F07",
        _R,
        "A file is recognised as a raw table by its name or its header.",
        "文件可按文件名或表头识别为某一原始表。",
        "not a raw table: {problem}; name the file or the sheet after its table, and write its "
        "columns into the first row",
        "无法识别为原始表：{problem_zh}；请以表名命名文件或工作表，并在首行写明各列",
    ),
    Rule(
        "S01",
        _R,
        "A file has no column that its raw table does not know.",
        "文件不含原始表以外的列。",
        "{table} has no column {value}: remove it, or say in seeds/reference/column_aliases.csv "
        "which column it is, or that it is to be ignored",
        "{table} 没有 {value} 这一列：请删除，或在 seeds/reference/column_aliases.csv 中写明其对"
        "应的列或忽略",
    ),
    Rule(
        "S02",
        _R,
        "A file has every column of its raw table.",
        "文件包含原始表的全部列。",
        "the column {column} of {table} is missing: add it, empty if nothing is known",
        "缺少 {table} 的 {column} 列，请补上（没有数据可留空）",
    ),
    Rule(
        "S03",
        _R,
        "No column of a raw table is renamed.",
        "原始表的列不得改名。",
        "{table} has no column {value}, and {column} is missing: if it is meant, call it so, or "
        "add the spelling to seeds/reference/column_aliases.csv",
        "{table} 没有 {value} 列而缺少 {column} 列：如为同一列，请改用后者，或在 "
        "seeds/reference/column_aliases.csv 中增加该写法",
    ),
    Rule(
        "S04",
        _R,
        "No column name stands twice in a header.",
        "表头中没有重复的列名。",
        "the column {value} stands more than once in the header: keep one",
        "表头中 {value} 列出现多次，请只保留一列",
    ),
    Rule(
        "S05",
        _W,
        "Columns stand in the order of the raw table.",
        "列的顺序与原始表一致。",
        "the columns are in another order: values were read by column name, nothing is to be done",
        "列的顺序不同，已按列名读取数值，无需处理",
    ),
    Rule(
        "S06",
        _W,
        "A file has only columns that are read.",
        "文件的各列均被读取。",
        "the column {value} was not read: seeds/reference/column_aliases.csv, or your "
        "personal_columns.csv, says to leave it out",
        "{value} 列未读取：seeds/reference/column_aliases.csv 或您的 personal_columns.csv "
        "写明忽略该列",
    ),
    Rule(
        "X01",
        _R,
        "A formula in a workbook has its value beside it.",
        "工作簿中的公式带有计算结果。",
        "the formula in {column} has no value: open the workbook, let it calculate, save it",
        "{column} 的公式没有计算结果，请在电子表格软件中打开、重新计算并保存",
    ),
    Rule(
        "X02",
        _R,
        "No row of a sheet is hidden.",
        "工作表没有隐藏的行。",
        "the row is hidden: show it or remove it, so that it is meant or not meant",
        "该行被隐藏，请取消隐藏或删除，以明确是否提供",
    ),
    Rule(
        "X03",
        _R,
        "No cells of a sheet are merged.",
        "工作表没有合并的单元格。",
        "the cells {column} are merged: unmerge them and fill each",
        "{column} 为合并单元格，请取消合并并逐格填写",
    ),
    Rule(
        "X04",
        _R,
        "A file or sheet holds one table.",
        "一个文件或工作表只有一张表。",
        "there is another table: {problem}; give each table a sheet of its own",
        "存在另一张表：{problem_zh}，请将各表分别放入单独的工作表",
    ),
    Rule(
        "X05",
        _R,
        "A workbook is a plain .xlsx file.",
        "工作簿为普通的 .xlsx 文件。",
        "not read: {problem}; save it as a plain .xlsx workbook",
        "未读取：{problem_zh}，请另存为普通的 .xlsx 工作簿",
    ),
    Rule(
        "X06",
        _W,
        "No sheet of a workbook is hidden.",
        "工作簿没有隐藏的工作表。",
        "the sheet {sheet} is hidden and was not read: show it if it is to be loaded",
        "工作表“{sheet}”被隐藏，未读取；如需提供请取消隐藏",
    ),
    Rule(
        "Z01",
        _R,
        "A file costs little to read.",
        "文件的读取代价有限。",
        "not opened: {problem}; deliver its tables as plain files",
        "未打开：{problem_zh}，请以普通文件提供各表",
    ),
    Rule(
        "N01",
        _R,
        "No column holds personal data.",
        "不含个人信息。",
        "{problem}: remove it; borrowers and loans are named by numbers of no meaning",
        "{problem_zh}，请删除；借款人与贷款以无含义的编号表示",
    ),
    # ---- units and scale ---------------------------------------------------------------------
    Rule(
        "U01",
        _R,
        "The middle value of a column has the size its unit says.",
        "整列的中位数与其声明的单位量级相符。",
        "the middle value of the column is {measure:size}{of}; {low:size} to {high:size} is "
        "possible: the unit of the whole column, or of what it is compared with, is wrong; "
        "correct it and deliver the file again",
        "该列中位数，{of_zh}为 {measure:size}，合理范围 {low:size} 至 {high:size}：整列或其比较对"
        "象的单位有误，请更正后重新提供",
    ),
    Rule(
        "U02",
        _Q,
        "A value has a size that is possible beside its neighbours.",
        "数值与相关数值相比量级合理。",
        "{value} is {measure:size}{of}; {low:size} to {high:size} is possible: look at the unit "
        "of this row; it counts as not stated",
        "{value}，{of_zh}为 {measure:size}，合理范围 {low:size} 至 {high:size}，请核对该行单位；"
        "视为未披露",
    ),
    Rule(
        "U03",
        _R,
        "Every amount has a known unit.",
        "每个金额都有可识别的单位。",
        "the unit {value} of this row's amounts is missing or unknown: write 元, 万元 or 亿元, "
        "or load with --unit",
        "该行金额的单位“{value}”缺失或无法识别，请填写 元、万元 或 亿元，或以 --unit 指定",
    ),
    Rule(
        "U04",
        _R,
        "A column of rates without % signs holds fractions.",
        "不带百分号的比率列须为小数。",
        "the middle value without a % sign is {measure:size}: write 12.3 % as 12.3% or 0.123",
        "不带百分号的数值中位数为 {measure:size}，12.3% 应写作 12.3% 或 0.123",
    ),
    Rule(
        "U05",
        _Q,
        "A rate without a % sign is a fraction.",
        "不带百分号的比率为小数。",
        "{value} without a % sign would be a rate above 150 %: is a % sign missing? It counts as "
        "not stated",
        "{value} 不带百分号则超过 150%，是否漏写百分号？视为未披露",
    ),
    Rule(
        "U06",
        _W,
        "One column writes its rates in one way, as percents or as fractions.",
        "同一列的比率写法一致，均为百分数或均为小数。",
        "{value} is written otherwise than most of its column (fractions beside percents); it is "
        "read as {typed:.4%}",
        "{value} 与该列多数写法不同（小数与百分数混用），按 {typed:.4%} 读取",
    ),
    Rule(
        "U07",
        _Q,
        "A pool statistic has a unit that fits its metric.",
        "资产池统计的单位与指标相符。",
        "the unit {value} does not fit {metric}: {fitting} is expected",
        "单位“{value}”与指标 {metric} 不符，应为 {fitting}",
    ),
    Rule(
        "U08",
        _R,
        "The header and the rows of an amount name one unit.",
        "表头与各行所写的金额单位一致。",
        "the row says {value} and the header of {column} says {unit}: which is it?",
        "该行单位为 {value}，而 {column} 的表头单位为 {unit}，请更正",
    ),
    Rule(
        "U09",
        _W,
        "The middle value of a column has a usual size.",
        "整列的中位数处于常见范围。",
        "the middle value of the column is {measure:size}{of}; {low:size} to {high:size} is usual: "
        "look at the unit of the column, and deliver the file again if it is wrong",
        "该列中位数，{of_zh}为 {measure:size}，常见范围 {low:size} 至 {high:size}：请核对整列单位，"
        "如有误请更正后重新提供",
    ),
    # ---- cells that cannot be read -----------------------------------------------------------
    Rule(
        "T01",
        _Q,
        "A number can be read.",
        "数字可以读取。",
        "{value} cannot be read as a number: write digits, as in 1234.56; it counts as not stated",
        "{value} 无法读取为数字，请写作 1234.56 的形式；视为未披露",
    ),
    Rule(
        "T02",
        _Q,
        "An amount is whole cents and of a possible size.",
        "金额精确到分且大小可能。",
        "{value} is no amount of whole cents in yuan below 10^16: correct it; it counts as not "
        "stated",
        "{value} 折合元后不是整分或超出 10^16，请更正；视为未披露",
    ),
    Rule(
        "T03",
        _R,
        "Most cells of a column can be read.",
        "一列中多数单元格可以读取。",
        "{unread:.0f} of {filled:.0f} filled cells cannot be read: the column holds something "
        "else; look whether columns are shifted",
        "{filled:.0f} 个已填单元格中有 {unread:.0f} 个无法读取，该列内容有误，请检查是否错列",
    ),
    Rule(
        "T05",
        _Q,
        "A coded value is one of its list.",
        "代码值须在允许清单之内。",
        "{value} is not in the list of {column}: write one of {allowed}",
        "{value} 不在 {column} 的允许清单内，应为：{allowed}",
    ),
    Rule(
        "T06",
        _Q,
        "A deal code is letters, digits and - _ . only.",
        "交易代码只含字母、数字和 - _ . 。",
        "{value} is no deal code: write letters, digits and - _ . only, as in 24XX01",
        "{value} 不是有效的交易代码，只可含字母、数字和 - _ .，如 24XX01",
    ),
    Rule(
        "D01",
        _R,
        "A date is written year first, not as a serial number or day first.",
        "日期以年开头，不用序列号或日在前的写法。",
        "{value} can be read as several dates, or is a spreadsheet's serial number: write "
        "2025-01-31",
        "{value} 可有多种读法或为电子表格序列号，请写作 2025-01-31",
    ),
    Rule(
        "D02",
        _Q,
        "A date exists and can be read.",
        "日期存在且可以读取。",
        "{value} is no date of 1900 to 2099: write 2025-01-31; it counts as not stated",
        "{value} 不是 1900 至 2099 年间的有效日期，请写作 2025-01-31；视为未披露",
    ),
    Rule(
        "D04",
        _R,
        "Every row says from which day it was known.",
        "每一行都写明信息知悉日期。",
        "known_on is {value}: write the day the document was published or received, 2025-01-31, "
        "or load with --known-on",
        "known_on 为 {value}，请填写文件发布或收到之日，如 2025-01-31，或以 --known-on 指定",
    ),
    Rule(
        "V01",
        _W,
        "Every row names its source document.",
        "每一行都注明来源文件。",
        "source_document is empty, so that nobody can look this row up: name the document, or "
        "load with --source",
        "source_document 为空，无法查证该行，请填写来源文件，或以 --source 指定",
    ),
    # ---- keys --------------------------------------------------------------------------------
    Rule(
        "K01",
        _W,
        "No row is delivered twice.",
        "没有重复提供的行。",
        "the same as {repeat_of}; it counts once",
        "与 {repeat_of} 相同，只计一次",
    ),
    Rule(
        "K02",
        _R,
        "One file states one fact of one day once.",
        "同一文件中，同一知悉日的同一事实只有一种内容。",
        "another row of the file has the same {key_columns} and known_on and other content: keep "
        "the right one",
        "文件中另有一行的 {key_columns} 与 known_on 相同而内容不同，请保留正确的一行",
    ),
    Rule(
        "K03",
        _R,
        "Two files do not state one fact of one day differently.",
        "不同文件对同一知悉日的同一事实内容一致。",
        "{contradicts} has the same {key_columns} and known_on and other content, so that which "
        "came later cannot be told: give a correction its own, later known_on",
        "{contradicts} 的 {key_columns} 与 known_on 相同而内容不同，无法判断先后；如为更正，请填"
        "写其更晚的 known_on",
    ),
    Rule(
        "K04",
        _R,
        "Two deals do not share one code in different spellings.",
        "不同交易的代码不会仅因大小写、空格或全角而不同。",
        "{other_spelling} is read as the same code and has another deal name: give each deal a "
        "code of its own, or correct the name",
        "{other_spelling} 规范后为同一代码，但交易名称不同，请使用不同代码或更正名称",
    ),
    Rule(
        "K05",
        _W,
        "A loan number belongs to one deal.",
        "一个贷款编号只属于一个交易。",
        "the loan {value} also stands in the tape of {other_deal}: both count; leave it out of "
        "one unless it was sold on",
        "贷款 {value} 也出现在 {other_deal} 的清单中，两处均计入；如非再次转让，请删去一处",
    ),
    Rule(
        "K06",
        _Q,
        "The cells that a row is there for are filled.",
        "一行的必填单元格已填写。",
        "{column} is empty: fill it; until then it counts as not stated",
        "{column} 为空，请填写；在此之前视为未披露",
    ),
    Rule(
        "K07",
        _R,
        "Every row names what it is about.",
        "每一行都写明其所指对象。",
        "{column} is {value}: nobody can tell what the row is about; fill it, or leave the row out",
        "{column} 为 {value}，无法判断该行所指对象，请填写或删除该行",
    ),
    # ---- names -------------------------------------------------------------------------------
    Rule(
        "C01",
        _H,
        "All rows of a deal agree on its cut-off date and its originator.",
        "同一交易各行的初始起算日与发起机构一致。",
        "{value} here, {others} in another row of the deal: the row known later counts; if the "
        "other is right, deliver it again with a later known_on",
        "此处为 {value}，该交易的另一行为 {others}：以后知悉的一行为准；如另一行正确，请以更晚的 "
        "known_on 重新提供",
    ),
    Rule(
        "C02",
        _H,
        "An originator is a known name.",
        "发起机构为已知名称。",
        "the originator {value} is not in seeds/reference/originator_aliases.csv: add it there "
        "or correct it",
        "发起机构“{value}”不在 seeds/reference/originator_aliases.csv 中，请补充或更正",
    ),
    Rule(
        "C03",
        _W,
        "A deal prints its originator.",
        "交易写明发起机构。",
        "the originator is not printed; its series {series} says {series_originator}",
        "未写明发起机构，按系列 {series} 应为 {series_originator}",
    ),
    Rule(
        "C04",
        _H,
        "An originator is not a trustee.",
        "发起机构不是受托机构。",
        "{value} is a trustee, not an originator: it is read from its series {series} as "
        "{series_originator}; correct it",
        "{value} 为受托机构而非发起机构，按系列 {series} 读作 {series_originator}，请更正",
    ),
    Rule(
        "C05",
        _H,
        "An originator fits the series of its deal.",
        "发起机构与交易系列相符。",
        "the series {series} is one of {series_originator}, not of {value}: correct one of them, "
        "or the series in seeds/reference/series_originators.csv; {value} counts",
        "系列 {series} 属于 {series_originator}，而非 {value}：请更正其一，或更正 "
        "seeds/reference/series_originators.csv；暂以 {value} 为准",
    ),
    Rule(
        "C06",
        _H,
        "The originator of a deal can be told from its print or its series.",
        "可由文件或系列判断交易的发起机构。",
        "no known originator is printed and the series {series_or_blank} is unknown: write the "
        "originator, or add the series to seeds/reference/series_originators.csv",
        "未写明可识别的发起机构，且系列“{series_or_blank}”未知：请填写发起机构，或在 "
        "seeds/reference/series_originators.csv 中增加该系列",
    ),
    Rule(
        "C08",
        _W,
        "A tranche starts on the day its deal is set up.",
        "证券起息日为信托设立日。",
        "{value} is {start_gap_days:+.0f} days from the deal's set-up date {setup_date}",
        "{value} 与信托设立日 {setup_date} 相差 {start_gap_days:+.0f} 天",
    ),
    Rule(
        "C10",
        _W,
        "The year in a deal's name is the year of its book building.",
        "交易名称中的年份为簿记年份。",
        "{value} was built in {book_year:.0f}",
        "{value} 的簿记年份为 {book_year:.0f}",
    ),
    Rule(
        "C11",
        _W,
        "A trustee is a known name.",
        "受托机构为已知名称。",
        "the trustee {value} is not in seeds/reference/trustee_aliases.csv; the name is kept as "
        "printed",
        "受托机构“{value}”不在 seeds/reference/trustee_aliases.csv 中，按原文保留",
    ),
    Rule(
        "C12",
        _W,
        "A rating agency is a known name.",
        "评级机构为已知名称。",
        "the agency {value} is not in seeds/reference/agency_aliases.csv; the name is kept as "
        "printed",
        "评级机构“{value}”不在 seeds/reference/agency_aliases.csv 中，按原文保留",
    ),
    Rule(
        "C13",
        _W,
        "A deal prints a known asset subclass.",
        "交易写明可识别的资产细类。",
        "the subclass {value} is not in seeds/reference/asset_subclasses.csv: the deal counts as "
        "other",
        "资产细类“{value}”不在 seeds/reference/asset_subclasses.csv 中，按“其他”处理",
    ),
    Rule(
        "C15",
        _H,
        "A collateral type is a known name.",
        "抵押物类型为已知名称。",
        "the type {value} is missing or not in seeds/reference/collateral_types.csv: whether it "
        "is residential cannot be told",
        "抵押物类型“{value}”缺失或不在 seeds/reference/collateral_types.csv 中，无法判断是否为住宅",
    ),
    # ---- dates -------------------------------------------------------------------------------
    Rule(
        "D03",
        _H,
        "Dates are in order.",
        "日期先后次序合理。",
        "{column} {value} must not lie {side} {other} {other_value}: correct one of them; both "
        "stay as printed",
        "{column} {value} 不应{side_zh} {other} {other_value}：请更正其一；目前均按原文保留",
    ),
    Rule(
        "D05",
        _W,
        "A trust is liquidated by its legal maturity.",
        "信托在法定到期日前清算。",
        "liquidated on {value}, after the legal maturity {other_value}",
        "清算日 {value} 晚于法定到期日 {other_value}",
    ),
    Rule(
        "D06",
        _W,
        "A fact is not known before the day it speaks of.",
        "信息知悉日不早于其所述日期。",
        "{column} {value} lies after known_on {other_value}",
        "{column} {value} 晚于 known_on {other_value}",
    ),
    Rule(
        "D08",
        _R,
        "Collection periods of a deal do not overlap.",
        "同一交易的收款期间不重叠。",
        "starts on {value}, before the previous period's end {previous_end}: correct the dates "
        "of one of the two reports",
        "期初 {value} 早于上一期期末 {previous_end}，请更正两期报告之一的日期",
    ),
    Rule(
        "D09",
        _R,
        "A collection period does not start before the cut-off date.",
        "收款期间不早于初始起算日。",
        "starts on {value}, before the cut-off date {cutoff_date}: correct the report, or the "
        "deal's cut-off date",
        "期初 {value} 早于初始起算日 {cutoff_date}，请更正该报告或交易的初始起算日",
    ),
    Rule(
        "D10",
        _R,
        "A collection period does not end before it starts.",
        "收款期间期末不早于期初。",
        "ends on {value}, before its start {other_value}: correct one of them",
        "期末 {value} 早于期初 {other_value}，请更正其一",
    ),
    Rule(
        "D11",
        _W,
        "A pool is cut off at most two years before book building.",
        "初始起算日距簿记不超过两年。",
        "{value} is {cutoff_to_book_days:.0f} days before the book date {other_value}",
        "{value} 距簿记日 {other_value} 达 {cutoff_to_book_days:.0f} 天",
    ),
    Rule(
        "D12",
        _H,
        "A deal prints its cut-off date.",
        "交易写明初始起算日。",
        "the cut-off date is not stated: no age can be computed for the deal",
        "未写明初始起算日，无法计算该交易的回收期数",
    ),
    Rule(
        "D13",
        _Q,
        "A tracking statistic has its date.",
        "跟踪阶段的统计写明日期。",
        "as_of_date is empty: only a first rating's date may be left out",
        "as_of_date 为空，仅首次评级可不填日期",
    ),
    # ---- deals and tranches ------------------------------------------------------------------
    Rule(
        "I01",
        _H,
        "The tranches of a deal sum to its issue amount.",
        "各档证券之和等于发行总额。",
        "the tranches sum to {tranche_sum:,.2f} yuan and the deal prints {issue_yuan:,.2f}: "
        "correct one of them, or deliver the missing tranche; both are shown",
        "各档合计 {tranche_sum:,.2f} 元，发行总额为 {issue_yuan:,.2f} 元：请更正其一或补充遗漏的"
        "档级；两者均予展示",
    ),
    Rule(
        "I02",
        _H,
        "The printed junior share is that of the tranches.",
        "次级占比与各档证券相符。",
        "{value} is printed; the tranches give {tranche_junior_share:.5%}",
        "原文为 {value}，按各档计算为 {tranche_junior_share:.5%}",
    ),
    Rule(
        "I03",
        _H,
        "No more of a tranche is placed than issued.",
        "配售金额不超过发行金额。",
        "{value} is placed of {other_value} issued",
        "配售 {value} 超过发行 {other_value}",
    ),
    Rule(
        "I04",
        _H,
        "The five-class shares of a pool sum to 100 %.",
        "五级分类占比之和为 100%。",
        "the shares sum to {class_sum:.2%}; 100 % give or take 0.03 is expected: look for a "
        "wrong or a missing share",
        "各类占比合计 {class_sum:.2%}，应为 100%（允许 ±0.03），请检查有误或遗漏的占比",
    ),
    Rule(
        "I05",
        _H,
        "A weighted average life is not longer than the expected life.",
        "加权平均期限不长于预期期限。",
        "the weighted life {value} is longer than the expected life {other_value}: months in a "
        "column of years?",
        "加权平均期限 {value} 长于预期期限 {other_value}，是否把月填入以年计的列？",
    ),
    Rule(
        "I06",
        _W,
        "An expected life is the time from start to expected maturity.",
        "预期期限等于起息日至预期到期日。",
        "{value} years are printed; the dates give {life_by_dates:.2f}",
        "原文为 {value} 年，按日期计算为 {life_by_dates:.2f} 年",
    ),
    Rule(
        "O01",
        _H,
        "A deal prints its pool balance, or has a tape at the cut-off date.",
        "交易写明资产池本息费余额，或有初始起算日贷款清单。",
        "no pool balance is known, so that the deal's rates are null: fill it, or deliver the "
        "tape of the cut-off date",
        "没有资产池余额，该交易的比率为空：请填写，或提供初始起算日的贷款清单",
    ),
    Rule(
        "O02",
        _Q,
        "A row belongs to a deal of raw_deals.",
        "每一行都属于 raw_deals 中的交易。",
        "the deal {value} is not in raw_deals: the row waits until it is delivered",
        "raw_deals 中没有交易 {value}，该行待其补充后生效",
    ),
    Rule(
        "O03",
        _Q,
        "A collateral row belongs to a loan of its tape.",
        "抵押物行对应清单中的贷款。",
        "the loan {value} is not in the deal's tape of {snapshot_date}: the row is ignored",
        "该交易 {snapshot_date} 的贷款清单中没有贷款 {value}，该行不计",
    ),
    Rule(
        "O04",
        _W,
        "A deal has tranches.",
        "交易有证券档级。",
        "raw_tranches has no row of the deal",
        "raw_tranches 中没有该交易",
    ),
    Rule(
        "O05",
        _H,
        "A deal has a senior and a junior tranche.",
        "交易同时有优先档与次级档。",
        "the deal has {senior_count:.0f} senior and {junior_count:.0f} junior tranches",
        "该交易有 {senior_count:.0f} 个优先档、{junior_count:.0f} 个次级档",
    ),
    # ---- pools -------------------------------------------------------------------------------
    Rule(
        "P01",
        _H,
        "The loans of a tape sum to the pool the documents state.",
        "清单贷款合计与文件披露的资产池一致。",
        "the tape sums to {tape_sum:,.2f} yuan and {stated_sum:,.2f} is stated: correct one of "
        "them; pool figures are the tape's, recovery rates use the stated",
        "清单合计 {tape_sum:,.2f} 元，披露为 {stated_sum:,.2f} 元，请更正其一；资产池指标按清单，"
        "回收率按披露",
    ),
    Rule(
        "P02",
        _H,
        "A tape has as many loans and borrowers as the documents state.",
        "清单笔数、户数与文件披露一致。",
        "{value} is stated and the tape has {tape_count:.0f}: correct one of them; the tape's "
        "number is used",
        "披露为 {value}，清单为 {tape_count:.0f}，请更正其一；以清单为准",
    ),
    Rule(
        "P03",
        _Q,
        "A loan-to-value ratio is above 0 and at most 1000 %.",
        "抵押率大于 0 且不超过 1000%。",
        "{value} is no possible loan-to-value ratio: correct it; it counts as not stated",
        "{value} 不是可能的抵押率，请更正；视为未披露",
    ),
    Rule(
        "P04",
        _Q,
        "No more principal is outstanding than was lent.",
        "未偿本金不超过合同金额。",
        "{principal_yuan:,.2f} yuan are outstanding of {contract_yuan:,.2f} lent: correct one of "
        "them, or, on a tape, write why into the column note, as in “capitalised: interest due”; "
        "until then the cell counts as not stated",
        "未偿本金 {principal_yuan:,.2f} 元超过合同金额 {contract_yuan:,.2f} 元：请更正其一；如为"
        "清单，可在 note 列写明原因，如“资本化：欠息转入本金”；在此之前该单元格视为未披露",
    ),
    Rule(
        "P05",
        _H,
        "A collateral is worth more than the prior claims on it.",
        "抵押物价值高于在先债权。",
        "the value net of prior claims is {net_value:,.2f} yuan, so that the pool has no "
        "loan-to-value ratio: correct the value or the claims",
        "扣除在先债权后价值为 {net_value:,.2f} 元，无法计算资产池抵押率，请更正价值或在先债权",
    ),
    Rule(
        "P06",
        _Q,
        "No amount or count of a balance, value or price is below zero.",
        "余额、价值与数量不为负。",
        "the value {value} is below zero: correct it; it counts as not stated",
        "数值 {value} 为负，请更正；视为未披露",
    ),
    Rule(
        "P07",
        _H,
        "One collateral has one value in one tape.",
        "同一清单中同一抵押物只有一个价值。",
        "the rows of collateral {collateral_no} differ in this column: write one value into all",
        "抵押物 {collateral_no} 各行的该列不一致，请统一",
    ),
    Rule(
        "P08",
        _W,
        "A loan called 抵押 has a collateral row.",
        "担保方式为抵押的贷款有抵押物行。",
        "the loan {loan_no} has no collateral row: it counts as not mortgaged",
        "贷款 {loan_no} 没有抵押物行，按非抵押处理",
    ),
    Rule(
        "P10",
        _H,
        "The shares of a tape are those the documents state.",
        "清单占比与文件披露一致。",
        "{value} is stated and the tape gives {tape_share:.4%}",
        "披露为 {value}，清单为 {tape_share:.4%}",
    ),
    Rule(
        "P12",
        _H,
        "A pool's principal is not above its balance.",
        "资产池本金不超过本息费余额。",
        "the principal {value} is above the balance {other_value}",
        "本金 {value} 超过本息费余额 {other_value}",
    ),
    Rule(
        "P13",
        _Q,
        "A share lies between 0 and 100 %.",
        "占比介于 0 与 100% 之间。",
        "{value} {unit} is no share: correct it; it counts as not stated",
        "{value} {unit} 不是占比，请更正；视为未披露",
    ),
    Rule(
        "P14",
        _H,
        "A pool has at least as many loans as borrowers.",
        "贷款笔数不少于户数。",
        "{value} loans are stated beside {borrower_count:.0f} borrowers",
        "披露笔数 {value} 少于户数 {borrower_count:.0f}",
    ),
    Rule(
        "P15",
        _Q,
        "A share stated in words as all (全部) is 100 %.",
        "以“全部”表述的占比为 100%。",
        "the unit says 全部 (all) and the value is {value}",
        "单位写明“全部”，数值却为 {value}",
    ),
    # ---- recovery ----------------------------------------------------------------------------
    Rule(
        "R01",
        _H,
        "Cash recovered in a period is negative only where the note says what went back.",
        "本期回收金额为负时，备注须写明冲回原因。",
        "the recovery {value} is negative: correct it, or, where money went back, write why into "
        "the column note, as in “reversal: sale set aside by the court”; until then the report "
        "counts as not stated",
        "回收金额 {value} 为负：请更正；若确为款项退回，请在 note 列写明原因，如“冲回：法院撤销拍"
        "卖”；在此之前该期报告视为未披露",
    ),
    Rule(
        "R02",
        _H,
        "Cumulative recovery never falls.",
        "累计回收不下降。",
        "{cumulative:,.2f} yuan recovered to date, {previous_cumulative:,.2f} before: correct "
        "one of them; a report may fall by a negative recovery that its note explains",
        "累计回收 {cumulative:,.2f} 元，低于上期的 {previous_cumulative:,.2f} 元，请更正其一；报"
        "告仅可因备注说明的负回收而下降",
    ),
    Rule(
        "R03",
        _H,
        "Cumulative recovery is the sum of the periods.",
        "累计回收等于各期之和。",
        "{cumulative:,.2f} yuan to date are stated (in progress and settled), the periods sum to "
        "{expected_cumulative:,.2f}, a difference of {cumulative_gap:,.2f}: correct the wrong "
        "one; the sum counts",
        "披露累计 {cumulative:,.2f} 元（处置中与处置完毕合计），各期合计 "
        "{expected_cumulative:,.2f} 元，相差 {cumulative_gap:,.2f} 元，请更正；以各期合计为准",
    ),
    Rule(
        "R04",
        _W,
        "Recovery is at most 100 % of the pool balance.",
        "回收不超过资产池余额的 100%。",
        "with {value} here, recovery is {to_pool:,.2%} of the pool balance: look at the units; "
        "above 100 % is possible where the balance leaves interest out",
        "此处为 {value}，回收合计为资产池余额的 {to_pool:,.2%}：请核对单位；余额不含利息时可能超"
        "过 100%",
    ),
    Rule(
        "R05",
        _H,
        "Collection periods of a deal leave no gap.",
        "同一交易的收款期间没有间断。",
        "starts on {value}, and {covered_to} is the last day covered before it: deliver the "
        "report between; until then cumulative amounts and rates are null",
        "期初为 {value}，此前仅覆盖至 {covered_to}，请补充其间的报告；在此之前累计金额与比率为空",
    ),
    Rule(
        "R06",
        _W,
        "Report numbers follow each other.",
        "报告期数连续。",
        "report {value} follows report {previous_no:.0f} without a gap in the dates: look at the "
        "number",
        "第 {value} 期紧接第 {previous_no:.0f} 期，日期并无间断，请核对期数",
    ),
    Rule(
        "R07",
        _H,
        "A pool balance is above zero.",
        "资产池余额大于零。",
        "the pool balance is {value}, so that the deal's rates are null: correct it",
        "资产池余额为 {value}，该交易的比率为空，请更正",
    ),
    Rule(
        "R08",
        _H,
        "Recovery is at most 150 % of the pool balance.",
        "回收不超过资产池余额的 150%。",
        "with {value} here, recovery is {to_pool:,.2%} of the pool balance: look at the units of "
        "both; until then it counts as not stated, unless it is an estimate",
        "此处为 {value}，回收合计为资产池余额的 {to_pool:,.2%}：请核对两者的单位；在此之前视为未"
        "披露（预估除外）",
    ),
    Rule(
        "R09",
        _H,
        "A stated rate is the stated amount over the pool balance.",
        "披露的比率等于披露金额除以资产池余额。",
        "{value} is stated; amount over pool balance is {computed_rate:,.4%}, further off than "
        "rounding explains: correct the wrong one; both are shown",
        "披露为 {value}，金额除以资产池余额为 {computed_rate:,.4%}，差异超出四舍五入，请更正；两"
        "者均予展示",
    ),
    Rule(
        "R11",
        _H,
        "The estimates of two agencies for one deal are less than a factor of 1.5 apart.",
        "两家机构对同一交易的预估相差不到 1.5 倍。",
        "{value} is a factor of {apart:.2f} from {furthest_rate:.3%} of {furthest_agency}",
        "{value} 与 {furthest_agency} 的 {furthest_rate:.3%} 相差 {apart:.2f} 倍",
    ),
    Rule(
        "R12",
        _W,
        "Open cases are those of the previous report less the settled.",
        "处置中户数等于上期处置中减本期处置完毕。",
        "{value} are open; {expected_open:.0f} follow from the previous report (a repurchase?)",
        "处置中为 {value}，按上期推算应为 {expected_open:.0f}（是否有回购？）",
    ),
    # ---- market series -----------------------------------------------------------------------
    Rule(
        "M01",
        _W,
        "One series states one value for one date.",
        "同一序列同一日期只有一个数值。",
        "{value} beside {first_printed} for the same date in another document ({first_place})",
        "同一日期另一文件（{first_place}）为 {first_printed}，此处为 {value}",
    ),
    Rule(
        "M02",
        _W,
        "A series grows by the growth that is stated for it.",
        "序列的增长与披露的同比一致。",
        "{value} is {implied_growth:.1%} above the year before ({year_before}); "
        "{stated_growth:.1%} is stated: has the definition changed?",
        "{value} 较上年同期（{year_before}）增长 {implied_growth:.1%}，披露同比 "
        "{stated_growth:.1%}，口径是否有变？",
    ),
    Rule(
        "M03",
        _W,
        "A balance series does not jump by over a tenth within a quarter.",
        "余额序列在一个季度内变动不超过一成。",
        "{value} is {jump:+.1%} from {previous_printed} on {previous_date}: has the definition "
        "changed?",
        "{value} 较 {previous_date} 的 {previous_printed} 变动 {jump:+.1%}，口径是否有变？",
    ),
)

RULES: dict[str, Rule] = {rule.id: rule for rule in _CATALOGUE}
