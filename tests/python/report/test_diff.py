"""What moved between two releases."""

from pathlib import Path

import pytest

from npas.releases import current_release, releases
from npas.report.diff import Change, difference
from npas.report.text import Text, both
from npas.settings import MarketHome
from report.small_market import check_table, fact_table, release

_EARLIER = (
    fact_table(
        (4, "deal_count", "deals", 79),
        (4, "issue_amount_yuan", "yuan", 364e8),
        (9, "correlation", "count", -0.4),
        (12, "mean_months", "months", None),
    ),
    check_table(("F01", 359.1, "differs"), ("F02", 80, "holds")),
)
_NEWER = (
    fact_table(
        (4, "deal_count", "deals", 80),
        (4, "issue_amount_yuan", "yuan", 364e8),
        (9, "correlation", "count", -0.5),
        (12, "mean_months", "months", 6.9),
    ),
    check_table(("F01", 364.0, "holds"), ("F02", 80, "holds")),
)


@pytest.fixture
def home(tmp_path: Path) -> MarketHome:
    return MarketHome.of(tmp_path, "public")


def test_only_what_moved_is_listed_with_by_how_much(home: MarketHome) -> None:
    release(home, "20260101T000000-000000Z", *_EARLIER)
    release(home, "20260201T000000-000000Z", *_NEWER)
    earlier, newer = releases(home)

    found = difference(newer, earlier)

    assert found is not None
    assert found.run_id == "20260101T000000-000000Z"
    assert found.facts == [
        Change(
            4,
            both("deal_count"),
            Text("79 单", "79 deals"),
            Text("80 单", "80 deals"),
            Text("+1 单", "+1 deal"),
        ),
        Change(9, both("correlation"), both("−0.40"), both("−0.50"), both("−0.10")),
        Change(12, both("mean_months"), both("–"), Text("6.9 个月", "6.9 months"), both("–")),
    ]
    assert [(check.before.zh, check.now.en, check.change.zh) for check in found.checks] == [
        ("359.10 亿元（不符）", "364.00 亿元 (holds)", "+4.90 亿元")
    ]


def test_the_first_release_is_compared_with_nothing(home: MarketHome) -> None:
    release(home, "20260101T000000-000000Z", *_EARLIER)
    current = current_release(home)

    assert current is not None
    assert difference(current, None) is None


def test_a_release_from_before_there_were_figures_is_said_to_be_one(home: MarketHome) -> None:
    release(home, "20260101T000000-000000Z")
    release(home, "20260201T000000-000000Z", *_NEWER)
    earlier, newer = releases(home)

    found = difference(newer, earlier)

    assert found is not None
    assert not found.is_comparable
