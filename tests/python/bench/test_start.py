"""The commands whose starts are compared make the same marts, or no time is told."""

import pytest

from npas.bench.start import need_equal
from npas.content_hash import TableContent

MARTS = {"dim_deal": TableContent(2, "a"), "fct_issuance": TableContent(1, "b")}


def test_equal_marts_are_let_pass() -> None:
    need_equal(MARTS, dict(MARTS), "dbt build")


@pytest.mark.parametrize(
    ("found", "named"),
    [
        ({**MARTS, "dim_deal": TableContent(2, "c")}, "dim_deal"),
        ({"dim_deal": MARTS["dim_deal"]}, "fct_issuance"),
        ({**MARTS, "fct_more": TableContent(0, "d")}, "fct_more"),
    ],
    ids=["of other content", "missing", "of one side alone"],
)
def test_marts_that_differ_are_named(found: dict[str, TableContent], named: str) -> None:
    with pytest.raises(SystemExit, match=f"^the floor does not make the same marts: {named}$"):
        need_equal(MARTS, found, "the floor")
