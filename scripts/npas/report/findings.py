"""The sentence of each figure, put together from the rows of marts.figure_fact.

A sentence says what the values say: whether something rose or fell is read from them, and a part
whose value is not known is left out.
"""

from collections.abc import Callable, Mapping

from npas.report import formats
from npas.report.data import MarketData
from npas.report.formats import TEN_THOUSAND, deals, money, months, number, percent
from npas.report.text import Text, joined, sentences

# a correlation nearer to 0 than this is no relation to speak of
_WEAK = 0.1
_HALF = 0.5


class Facts:
    """The facts of one figure."""

    def __init__(self, data: MarketData, figure_no: int) -> None:
        self._data = data
        self._figure_no = figure_no

    def __getitem__(self, name: str) -> float:
        value = self._data.fact(self._figure_no, name).value
        if value is None:
            raise KeyError(name)
        return value

    def has(self, *names: str) -> bool:
        """Whether all these have a value."""
        return all(self._data.fact(self._figure_no, name).value is not None for name in names)

    def label(self, name: str) -> str:
        """The text of a fact."""
        return self._data.fact(self._figure_no, name).label or ""

    def year(self, name: str) -> str:
        """A year."""
        return f"{self[name]:.0f}"

    def count(self, name: str) -> str:
        """A number of something."""
        return number(self[name])

    def share(self, name: str, decimals: int = 1) -> str:
        """A fraction in percent."""
        return percent(self[name], decimals)

    def deals(self, name: str) -> Text:
        """A number of deals."""
        return deals(int(self[name]))

    def money(self, name: str) -> Text:
        """An amount."""
        return money(self[name])


def finding(figure_no: int, data: MarketData) -> Text:
    """What a figure shows, in a sentence or two."""
    clauses = [clause for clause in _FINDINGS[figure_no](Facts(data, figure_no)) if clause]
    if not clauses:
        return Text("该图所依据的数值均未知。", "None of the values behind this figure is known.")
    return sentences(joined(clause, "，", ", ") + Text("。", ".") for clause in clauses)


# a finding: sentences, each of clauses
_Sentences = list[list[Text | str]]


def points(fraction: float, decimals: int = 1) -> Text:
    """A difference of two fractions, without its sign."""
    written = number(abs(formats.exact(fraction)) * 100, decimals)
    return Text(f"{written} 个百分点", f"{written} percentage points")


def _loans(facts: Facts) -> _Sentences:
    said: list[Text | str] = []
    if facts.has("latest_year", "latest_balance_yuan"):
        amount = facts.money("latest_balance_yuan")
        year = facts.year("latest_year")
        said.append(
            Text(
                f"{year} 年末普惠小微贷款余额 {amount.zh}",
                f"Inclusive micro-small loans stood at {amount.en} at the end of {year}",
            )
        )
        if (
            facts.has("first_year", "balance_multiple")
            and facts["first_year"] < facts["latest_year"]
        ):
            times, first = number(facts["balance_multiple"], 1), facts.year("first_year")
            said.append(
                Text(f"为 {first} 年末的 {times} 倍", f"{times} times those at the end of {first}")
            )
    growth: list[Text | str] = []
    if facts.has("latest_growth_year", "latest_growth_ratio"):
        rate, year = facts.share("latest_growth_ratio"), facts.year("latest_growth_year")
        growth.append(
            Text(
                f"{year} 年末同比增长 {rate}", f"Growth on the year was {rate} at the end of {year}"
            )
        )
        if facts.has("highest_growth_year", "growth_change_from_highest_ratio"):
            change = facts["growth_change_from_highest_ratio"]
            high, peak = facts.share("highest_growth_ratio"), facts.year("highest_growth_year")
            if change < 0:
                lower = points(change)
                growth.append(
                    Text(
                        f"比 {peak} 年末最高的 {high} 低 {lower.zh}",
                        f"{lower.en} below its highest of {high} at the end of {peak}",
                    )
                )
            else:
                growth.append(Text("为所示各年最高", "the highest of the years shown"))
    return [said, growth]


def _personal_loans(facts: Facts) -> _Sentences:
    if not facts.has("latest_npl_ratio"):
        return []
    day, rate = facts.label("latest_date"), facts.share("latest_npl_ratio", 2)
    said: list[Text | str] = [
        Text(
            f"{day} 个人经营贷款平均不良率 {rate}",
            f"On {day} the mean NPL ratio of personal business loans was {rate}",
        )
    ]
    if facts.has("npl_ratio_change"):
        change, before = facts["npl_ratio_change"], facts.label("previous_date")
        by = points(change, 2)
        said.append(
            _compared(
                change,
                Text(f"较 {before} 上升 {by.zh}", f"up {by.en} from {before}"),
                Text(f"较 {before} 下降 {by.zh}", f"down {by.en} from {before}"),
                Text(f"与 {before} 持平", f"unchanged from {before}"),
            )
        )
    if facts.has("latest_npl_balance_yuan"):
        amount = facts.money("latest_npl_balance_yuan")
        said.append(Text(f"不良余额 {amount.zh}", f"with a non-performing balance of {amount.en}"))
    return [said]


def _issuance(facts: Facts) -> _Sentences:
    if not facts.has("latest_year", "latest_deal_count"):
        return []
    year, count = facts.year("latest_year"), facts.deals("latest_deal_count")
    said: list[Text | str] = [
        Text(f"{year} 年发行小微贷款 NPAS {count.zh}", f"In {year} {count.en} were issued")
    ]
    if facts.has("deal_count_change") and facts["previous_deal_count"]:
        change = facts["deal_count_change"]
        more = number(abs(change))
        said.append(
            _compared(
                change,
                Text(f"比上年多 {more} 单", f"{more} more than the year before"),
                Text(f"比上年少 {more} 单", f"{more} fewer than the year before"),
                Text("与上年持平", "as many as the year before"),
            )
        )
    if facts.has("latest_issue_amount_yuan"):
        amount = facts.money("latest_issue_amount_yuan")
        said.append(Text(f"规模 {amount.zh}", f"raising {amount.en}"))
        if facts.has("issue_amount_multiple"):
            times = number(facts["issue_amount_multiple"], 1)
            said.append(Text(f"为上年的 {times} 倍", f"{times} times the year before"))
    secured: list[Text | str] = []
    if facts.has("latest_secured_deal_count", "latest_secured_issue_ratio"):
        count, share = (
            facts.deals("latest_secured_deal_count"),
            facts.share("latest_secured_issue_ratio"),
        )
        secured.append(
            Text(
                f"其中已知为抵押类 {count.zh}，占发行规模 {share}",
                f"Known to be secured: {count.en} with {share} of the amount",
            )
        )
    return [said, secured]


def _disposal(facts: Facts) -> _Sentences:
    if not facts.has("deal_count"):
        return []
    count = facts.deals("deal_count")
    said: list[Text | str] = [
        Text(f"抵押类累计 {count.zh}", f"{count.en} secured by property or vehicles")
    ]
    if facts.has("issue_amount_yuan"):
        amount = facts.money("issue_amount_yuan")
        said.append(Text(f"发行 {amount.zh}", f"{amount.en} issued"))
    if facts.has("pool_balance_yuan"):
        amount = facts.money("pool_balance_yuan")
        said.append(
            Text(
                f"处置不良本息费 {amount.zh}", f"{amount.en} of non-performing balance disposed of"
            )
        )
    latest: list[Text | str] = []
    names = ("latest_to_earlier_issue_multiple", "latest_to_earlier_balance_multiple")
    if facts.has("latest_issue_amount_yuan", "latest_pool_balance_yuan", *names):
        year = facts.year("latest_year")
        issued, disposed = (
            facts.money(name) for name in ("latest_issue_amount_yuan", "latest_pool_balance_yuan")
        )
        latest.append(
            Text(
                f"其中 {year} 年发行 {issued.zh}、处置 {disposed.zh}",
                f"{year} alone issued {issued.en} and disposed of {disposed.en}",
            )
        )
        issue, balance = (number(facts[name], 1) for name in names)
        over = sum(facts[name] > 1 for name in names)
        verdict = _BOTH_OVER[over]
        latest.append(
            verdict
            + Text(
                f"此前各年之和（{issue} 倍与 {balance} 倍）",
                f" all earlier years together ({issue} and {balance} times)",
            )
        )
    return [said, latest]


# how many of two sums are over what came before
_BOTH_OVER = (
    Text("均未超过", "neither more than"),
    Text("并非都超过", "not both more than"),
    Text("均超过", "both more than"),
)


def _originators(facts: Facts) -> _Sentences:
    if not facts.has("originator_count"):
        return []
    count = facts.count("originator_count")
    kinds = [
        (f"{facts.count(name)} 家{zh}", f"{facts.count(name)} {en}")
        for name, zh, en in _ORIGINATOR_KINDS
        if facts.has(name) and facts[name]
    ]
    said: list[Text | str] = [
        Text(
            f"{count} 家机构发行过抵押类小微贷款 NPAS（{'、'.join(zh for zh, _ in kinds)}）",
            f"{count} originators have issued secured micro-small deals "
            f"({', '.join(en for _, en in kinds)})",
        )
    ]
    top: list[Text | str] = []
    if facts.has("top_originator"):
        name, share = facts.label("top_originator"), facts.share("top_originator")
        top.append(
            Text(f"{name}规模最大，占 {share}", f"The largest is {name} with {share} of the amount")
        )
        if facts.has("top3_issue_ratio"):
            share = facts.share("top3_issue_ratio")
            top.append(Text(f"前三家合计 {share}", f"the first three have {share}"))
    return [said, top]


_ORIGINATOR_KINDS = (
    ("state_owned_originator_count", "国有大行", "state-owned"),
    ("joint_stock_originator_count", "股份制银行", "joint-stock"),
    ("city_commercial_originator_count", "城商行", "city banks"),
    ("rural_commercial_originator_count", "农商行", "rural banks"),
    ("other_originator_count", "其他", "other"),
)


def _kinds(facts: Facts) -> _Sentences:
    if not facts.has("property_deal_count", "vehicle_deal_count", "property_deal_ratio"):
        return []
    homes, share = facts.deals("property_deal_count"), facts.share("property_deal_ratio")
    cars = facts.deals("vehicle_deal_count")
    said: list[Text | str] = [
        Text(
            f"{homes.zh}以房产抵押（{share}），{cars.zh}全部以车辆抵押",
            f"{homes.en} are secured by property ({share}), {cars.en} by vehicles alone",
        )
    ]
    if facts["vehicle_deal_count"] and facts.label("vehicle_originator"):
        name = facts.label("vehicle_originator")
        said.append(Text(f"后者均由{name}发起", f"the latter all of {name}"))
    return [said]


def _mortgaged(facts: Facts) -> _Sentences:
    return _shares(
        facts,
        Text("抵押贷款占比", "a mortgaged ratio"),
        Text("资产池全部为抵押贷款", "consist of mortgaged loans alone"),
    )


def _residential(facts: Facts) -> _Sentences:
    return _shares(
        facts,
        Text("住宅占比", "a residential ratio"),
        Text("抵押物全部为住宅", "have residential collateral alone"),
    )


def _shares(facts: Facts, name: Text, whole: Text) -> _Sentences:
    if not facts.has("known_deal_count", "over_80_deal_count", "full_deal_count", "lowest_ratio"):
        return []
    known, over = facts.deals("known_deal_count"), facts.count("over_80_deal_count")
    share, full = facts.share("over_80_deal_ratio"), facts.count("full_deal_count")
    lowest, median = facts.share("lowest_ratio"), facts.share("median_ratio")
    return [
        [
            Text(
                f"{known.zh}中 {over} 单（{share}）{name.zh}超过 80%",
                f"Of {known.en} {over} ({share}) have {name.en} above 80%",
            ),
            Text(f"{full} 单{whole.zh}", f"{full} {whole.en}"),
        ],
        [Text(f"最低 {lowest}，中位数 {median}", f"The lowest is {lowest}, the median {median}")],
    ]


def _repaid(facts: Facts) -> _Sentences:
    if not facts.has("known_deal_count", "repaid_below_10_deal_count", "ltv_above_100_deal_count"):
        return []
    known, low = facts.deals("known_deal_count"), facts.count("repaid_below_10_deal_count")
    share, high = facts.share("repaid_below_10_deal_ratio"), facts.count("ltv_above_100_deal_count")
    said: list[Text | str] = [
        Text(
            f"{known.zh}中 {low} 单（{share}）已偿付不足 10%",
            f"Of {known.en} {low} ({share}) have repaid less than 10%",
        ),
        Text(
            f"{high} 单加权平均当前抵押率超过 100%",
            f"{high} have a weighted current LTV above 100%",
        ),
    ]
    related: list[Text | str] = []
    if facts.has("correlation"):
        value = facts["correlation"]
        written = number(value, 2)
        if abs(value) < _WEAK:
            related.append(
                Text(
                    f"两者看不出关系（相关系数 {written}）",
                    f"The two show no relation (correlation {written})",
                )
            )
        else:
            zh, en = ("反向", "against each other") if value < 0 else ("同向", "with each other")
            related.append(
                Text(
                    f"两者{zh}变动（相关系数 {written}）",
                    f"The two move {en} (correlation {written})",
                )
            )
    return [said, related]


def _borrowers(facts: Facts) -> _Sentences:
    if not facts.has("known_deal_count", "over_500_deal_count"):
        return []
    known, many = facts.deals("known_deal_count"), facts.count("over_500_deal_count")
    share = facts.share("over_500_deal_ratio")
    said: list[Text | str] = [
        Text(
            f"{known.zh}中 {many} 单（{share}）借款人超过 500 户",
            f"Of {known.en} {many} ({share}) have more than 500 borrowers",
        )
    ]
    median, low, high = (
        facts.count(name)
        for name in ("median_borrower_count", "lowest_borrower_count", "highest_borrower_count")
    )
    return [
        said,
        [
            Text(
                f"户数从 {low} 到 {high}，中位数 {median}",
                f"The number runs from {low} to {high}, with a median of {median}",
            )
        ],
    ]


def _balances(facts: Facts) -> _Sentences:
    if not facts.has("lowest_yuan", "highest_yuan", "mean_yuan", "median_yuan"):
        return []
    low, high, mean, median = (
        TEN_THOUSAND.amount(facts[name])
        for name in ("lowest_yuan", "highest_yuan", "mean_yuan", "median_yuan")
    )
    least, most = facts.label("lowest_yuan"), facts.label("highest_yuan")
    return [
        [
            Text(
                f"户均余额从 {low.zh}（{least}）到 {high.zh}（{most}）",
                f"The balance per borrower runs from {low.en} ({least}) to {high.en} ({most})",
            )
        ],
        [
            Text(
                f"各单均值 {mean.zh}，中位数 {median.zh}",
                f"The mean over deals is {mean.en}, the median {median.en}",
            )
        ],
    ]


def _overdue(facts: Facts) -> _Sentences:
    if not facts.has("latest_year", "latest_year_mean_months"):
        return []
    year, mean = facts.year("latest_year"), months(facts["latest_year_mean_months"])
    said: list[Text | str] = [
        Text(
            f"{year} 年发行的交易加权平均逾期期限均值 {mean.zh}",
            f"Deals issued in {year} were overdue for {mean.en} on average",
        )
    ]
    compared: list[Text | str] = []
    if facts.has("recent_mean_months", "earlier_mean_months", "mean_change_months"):
        latest = int(facts["latest_year"])
        recent, earlier = (months(facts[f"{name}_mean_months"]) for name in ("recent", "earlier"))
        change = facts["mean_change_months"]
        compared.append(
            Text(
                f"{latest - 2} 至 {latest} 年均值 {recent.zh}，"
                f"{latest - 5} 至 {latest - 3} 年 {earlier.zh}",
                f"The mean of {latest - 2} to {latest} is {recent.en}, that of {latest - 5} to "
                f"{latest - 3} {earlier.en}",
            )
        )
        compared.append(
            _compared(
                change,
                Text("逾期期限变长", "so terms became longer"),
                Text("逾期期限缩短", "so terms became shorter"),
                Text("没有变化", "so nothing changed"),
            )
        )
    return [said, compared]


def _estimates(facts: Facts) -> _Sentences:
    said: list[Text | str] = []
    if facts.has("known_deal_count", "lowest_rate", "highest_rate"):
        known, low = facts.deals("known_deal_count"), facts.share("lowest_rate")
        high = facts.share("highest_rate")
        said.append(
            Text(
                f"{known.zh}的预估毛回收率从 {low} 到 {high}",
                f"Estimates of {known.en} run from {low} to {high}",
            )
        )
    trend: list[Text | str] = []
    years = ("first_comparable_year", "latest_comparable_year")
    if facts.has(*years, "comparable_slope"):
        first, last = (facts.year(name) for name in years)
        before, after = (
            facts.share(name)
            for name in ("first_comparable_mean_rate", "latest_comparable_mean_rate")
        )
        falling, steps = (
            facts.count(name) for name in ("comparable_falling_step_count", "comparable_step_count")
        )
        slope, falls = facts["comparable_slope"], facts["comparable_falling_step_ratio"]
        trend.append(
            Text(
                f"可比交易均值 {first} 年 {before}，{last} 年 {after}",
                f"The mean of comparable deals was {before} in {first} and {after} in {last}",
            )
        )
        if slope < 0 and falls > _HALF:
            verdict = Text("整体下降", "an overall fall")
        elif slope > 0 and falls < _HALF:
            verdict = Text("整体上升", "an overall rise")
        else:
            verdict = Text("没有一致的方向", "with no clear direction")
        trend.append(
            verdict
            + Text(
                f"（{steps} 次逐年变动中 {falling} 次下降）",
                f" ({falling} of {steps} yearly steps fall)",
            )
        )
    elif facts.has("comparable_deal_count"):
        count = facts.deals("comparable_deal_count")
        trend.append(
            Text(
                f"可比交易 {count.zh}，不足以看出逐年变化",
                f"{count.en} {'is' if facts['comparable_deal_count'] == 1 else 'are'} comparable, "
                "too few to show how the mean moves over the years",
            )
        )
    return [said, trend]


def _cumulative(facts: Facts) -> _Sentences:
    said: list[Text | str] = []
    if facts.has("age_12_first_rate", "age_12_latest_rate", "age_12_rate_change"):
        first, last = facts.label("age_12_first_rate"), facts.label("age_12_latest_rate")
        before, after = facts.share("age_12_first_rate"), facts.share("age_12_latest_rate")
        if first != last:
            said.append(
                Text(
                    f"第 12 个月累计回收率，{first} 年起算的为 {before}，{last} 年起算的为 {after}",
                    f"By month 12 pools cut off in {first} had recovered {before}, those of {last} "
                    f"{after}",
                )
            )
    steps: list[Text | str] = []
    for age in (12, 24):
        names = (f"age_{age}_step_count", f"age_{age}_falling_step_count")
        if facts.has(*names) and facts[names[0]]:
            count, falling = (facts.count(name) for name in names)
            steps.append(
                Text(
                    f"第 {age} 个月 {count} 次逐年变动中 {falling} 次下降",
                    f"{falling} of {count} steps from one year to the next fall at month {age}",
                )
            )
    if steps and facts.has("falling_step_ratio"):
        falls = facts["falling_step_ratio"]
        steps.append(
            Text("以下降为主", "so most steps fall")
            if falls > _HALF
            else Text("并非以下降为主", "so most steps do not fall")
        )
    return [said, steps]


def _periods(facts: Facts) -> _Sentences:
    said: list[Text | str] = []
    ratios = ("property_age_24_to_6_ratio", "unsecured_age_24_to_6_ratio")
    if facts.has(*ratios):
        homes, others = (percent(facts[name], 0) for name in ratios)
        slower = facts[ratios[0]] > facts[ratios[1]]
        said += [
            Text(
                f"第 24 个月的单期回收率，房产抵押类为第 6 个月的 {homes}，信用类为 {others}",
                f"Recovery in month 24 is {homes} of that in month 6 for property deals and "
                f"{others} for unsecured ones",
            ),
            Text("前者下降更慢", "so property falls more slowly")
            if slower
            else Text("前者下降并不更慢", "so property does not fall more slowly"),
        ]
    elif facts.has("property_age_6_rate", "property_age_24_rate"):
        early, late = (facts.share(f"property_age_{age}_rate", 2) for age in (6, 24))
        said.append(
            Text(
                f"房产抵押类单期回收率第 6 个月 {early}，第 24 个月 {late}",
                f"Property deals recovered {early} in month 6 and {late} in month 24",
            )
        )
    peak: list[Text | str] = []
    if facts.has("property_peak_months", "property_peak_rate"):
        month, rate = facts.count("property_peak_months"), facts.share("property_peak_rate", 2)
        peak.append(
            Text(
                f"房产抵押类在第 {month} 个月最高（{rate}）",
                f"Property deals recover most in month {month} ({rate})",
            )
        )
        peak.append(
            Text("前期先升后降", "rising at first")
            if facts["property_peak_months"] > 1
            else Text("自始下降", "falling from the start")
        )
    return [said, peak]


def _dispersion(facts: Facts) -> _Sentences:
    names = ("first_third_range", "last_third_range", "last_to_first_third_ratio")
    if not facts.has(*names):
        return []
    early, late = (points(facts[name], 2) for name in names[:2])
    share = facts.share(names[2], 0)
    return [
        [
            Text(
                f"各单单期回收率的四分位距，前三分之一月份平均 {early.zh}，后三分之一 {late.zh}",
                f"The middle half of deals spans {early.en} on average in the first third of the "
                f"months and {late.en} in the last",
            ),
            Text(f"为前者的 {share}", f"{share} of the first"),
            Text("差异收窄", "so it narrows")
            if facts[names[2]] < 1
            else Text("差异未收窄", "so it does not narrow"),
        ]
    ]


def _by_originator(facts: Facts) -> _Sentences:
    said: list[Text | str] = []
    if facts.has("age_12_highest_rate", "age_12_lowest_rate", "age_12_originator_count"):
        count = facts.count("age_12_originator_count")
        best, worst = facts.label("age_12_highest_rate"), facts.label("age_12_lowest_rate")
        high, low = facts.share("age_12_highest_rate"), facts.share("age_12_lowest_rate")
        said.append(
            Text(
                f"第 12 个月，{count} 家机构的累计回收率从 {low}（{worst}）到 {high}（{best}）",
                f"By month 12 the {count} originators had recovered from {low} ({worst}) to {high} "
                f"({best})",
            )
        )
    trend: list[Text | str] = []
    names = ("compared_originator_count", "falling_originator_count")
    if facts.has(*names) and facts[names[0]]:
        compared, falling = (facts.count(name) for name in names)
        trend.append(
            Text(
                f"有两个以上起算日年份的 {compared} 家中，{falling} 家的最新年份低于最早年份",
                f"Of {compared} with two cut-off years or more, {falling} recovered less in their "
                "latest year than in their first",
            )
        )
    return [said, trend]


def _compared(change: float, more: Text, less: Text, same: Text) -> Text:
    if change > 0:
        return more
    return less if change < 0 else same


_FINDINGS: Mapping[int, Callable[[Facts], _Sentences]] = {
    1: _loans,
    2: _personal_loans,
    3: _issuance,
    4: _disposal,
    5: _originators,
    6: _kinds,
    7: _mortgaged,
    8: _residential,
    9: _repaid,
    10: _borrowers,
    11: _balances,
    12: _overdue,
    13: _estimates,
    14: _cumulative,
    15: _periods,
    16: _dispersion,
    17: _by_originator,
}
