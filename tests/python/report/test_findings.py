"""A sentence says what the values say, and nothing of what is not known."""

import pytest

from npas.report.findings import finding
from report.small_market import facts

_ESTIMATES: dict[str, float | str | None] = {
    "known_deal_count": 80,
    "lowest_rate": 0.22,
    "highest_rate": 0.68,
    "comparable_deal_count": 53,
    "first_comparable_year": 2016,
    "latest_comparable_year": 2025,
    "first_comparable_mean_rate": 0.66,
    "latest_comparable_mean_rate": 0.414,
    "comparable_slope": -0.03,
    "comparable_step_count": 9,
    "comparable_falling_step_count": 8,
    "comparable_falling_step_ratio": 8 / 9,
}


def test_a_fall_is_said_where_the_means_fall() -> None:
    said = finding(13, facts(13, _ESTIMATES))

    assert said.zh == (
        "80 单的预估毛回收率从 22.0% 到 68.0%。"
        "可比交易均值 2016 年 66.0%，2025 年 41.4%，整体下降（9 次逐年变动中 8 次下降）。"
    )
    assert said.en.endswith("41.4% in 2025, an overall fall (8 of 9 yearly steps fall).")


@pytest.mark.parametrize(
    ("slope", "falling", "zh", "en"),
    [
        (0.02, 2, "整体上升", "an overall rise"),
        (-0.01, 4, "没有一致的方向", "no clear direction"),
        (0.01, 5, "没有一致的方向", "no clear direction"),
    ],
)
def test_no_fall_is_said_where_there_is_none(slope: float, falling: int, zh: str, en: str) -> None:
    values = _ESTIMATES | {
        "comparable_slope": slope,
        "comparable_falling_step_count": falling,
        "comparable_falling_step_ratio": falling / 9,
    }

    said = finding(13, facts(13, values))

    assert zh in said.zh
    assert en in said.en
    assert "整体下降" not in said.zh


def test_what_is_not_known_is_not_said() -> None:
    unknown = dict.fromkeys(_ESTIMATES, None)
    values = unknown | {"known_deal_count": 6, "lowest_rate": 0.3, "highest_rate": 0.4}

    assert finding(13, facts(13, values)).en == "Estimates of 6 deals run from 30.0% to 40.0%."
    assert finding(13, facts(13, unknown)).en == "None of the values behind this figure is known."


@pytest.mark.parametrize(
    ("ratio", "zh", "en"),
    [(0.83, "差异收窄", "so it narrows"), (1.2, "差异未收窄", "so it does not narrow")],
)
def test_dispersion_narrows_only_where_it_does(ratio: float, zh: str, en: str) -> None:
    values = {
        "first_third_range": 0.004,
        "last_third_range": 0.004 * ratio,
        "last_to_first_third_ratio": ratio,
    }

    said = finding(16, facts(16, values))

    assert said.zh.endswith(f"{zh}。")
    assert said.en.endswith(f"{en}.")


@pytest.mark.parametrize(
    ("issue", "balance", "zh"),
    [(1.3, 1.8, "均超过"), (0.9, 1.8, "并非都超过"), (0.9, 0.4, "均未超过")],
)
def test_a_year_is_compared_with_all_before_it(issue: float, balance: float, zh: str) -> None:
    values: dict[str, float | str | None] = {
        "deal_count": 80,
        "issue_amount_yuan": 364e8,
        "pool_balance_yuan": 1190.4e8,
        "latest_year": 2025,
        "latest_issue_amount_yuan": 208.1e8,
        "latest_pool_balance_yuan": 763.1e8,
        "latest_to_earlier_issue_multiple": issue,
        "latest_to_earlier_balance_multiple": balance,
    }

    assert f"，{zh}此前各年之和（{issue} 倍与 {balance} 倍）" in finding(4, facts(4, values)).zh


@pytest.mark.parametrize(
    ("value", "zh"), [(-0.42, "反向变动"), (0.3, "同向变动"), (0.05, "看不出关系")]
)
def test_a_weak_correlation_is_no_relation(value: float, zh: str) -> None:
    values = {
        "known_deal_count": 77,
        "repaid_below_10_deal_count": 62,
        "repaid_below_10_deal_ratio": 62 / 77,
        "ltv_above_100_deal_count": 3,
        "correlation": value,
    }

    assert zh in finding(9, facts(9, values)).zh
