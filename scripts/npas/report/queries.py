"""The query behind each number of the lede: run on the release, it gives that number."""

from collections.abc import Mapping

_MICRO_SMALL = "asset_class = 'micro_small'"
_SECURED = f"{_MICRO_SMALL} and security_class in ('property', 'vehicle')"
_SECURED_ISSUES = f"""from marts.fct_issuance as issuance
inner join marts.dim_deal as deal
    on issuance.deal_key = deal.deal_key
where {_SECURED}"""
_COMPARABLE = """from marts.figure_13_estimated_recovery
where year_comparable_mean_rate is not null"""
_AT_12 = """from marts.figure_14_cumulative_recovery
where age_month = 12 and not is_thin"""

QUERIES: Mapping[tuple[int, str], str] = {
    (0, "deal_count"): "select count(*)\nfrom marts.dim_deal",
    (0, "first_issue_year"): "select min(issue_year)\nfrom marts.dim_deal",
    (0, "latest_issue_year"): "select max(issue_year)\nfrom marts.dim_deal",
    (0, "issue_amount_yuan"): "select sum(issue_amount_yuan)\nfrom marts.fct_issuance",
    (0, "recovery_deal_count"): (
        "select count(distinct deal_key)\nfrom marts.fct_recovery_by_period"
    ),
    (0, "micro_small_deal_count"): (f"select count(*)\nfrom marts.dim_deal\nwhere {_MICRO_SMALL}"),
    (0, "secured_deal_count"): f"select count(*)\nfrom marts.dim_deal\nwhere {_SECURED}",
    (0, "unknown_security_deal_count"): (
        f"select count(*)\nfrom marts.dim_deal\nwhere {_MICRO_SMALL} and security_class = 'unknown'"
    ),
    (0, "secured_issue_amount_yuan"): f"select sum(issue_amount_yuan)\n{_SECURED_ISSUES}",
    (0, "secured_pool_balance_yuan"): f"select sum(pool_balance_yuan)\n{_SECURED_ISSUES}",
    (4, "latest_year"): f"select max(issue_year)\nfrom marts.dim_deal\nwhere {_SECURED}",
    (4, "latest_issue_amount_yuan"): (
        "select max_by(issue_amount_yuan, issue_year)\nfrom marts.figure_04_secured_disposal"
    ),
    (4, "latest_pool_balance_yuan"): (
        "select max_by(pool_balance_yuan, issue_year)\nfrom marts.figure_04_secured_disposal"
    ),
    (13, "first_comparable_year"): f"select min(issue_year)\n{_COMPARABLE}",
    (13, "latest_comparable_year"): f"select max(issue_year)\n{_COMPARABLE}",
    (13, "first_comparable_mean_rate"): (
        f"select min_by(year_comparable_mean_rate, issue_year)\n{_COMPARABLE}"
    ),
    (13, "latest_comparable_mean_rate"): (
        f"select max_by(year_comparable_mean_rate, issue_year)\n{_COMPARABLE}"
    ),
    (14, "age_12_first_rate"): f"select min_by(weighted_cumulative_rate, cutoff_year)\n{_AT_12}",
    (14, "age_12_latest_rate"): f"select max_by(weighted_cumulative_rate, cutoff_year)\n{_AT_12}",
    (0, "coverage_year"): (
        "select max(year(as_of_date))\nfrom staging.stg_raw__market_indicators\n"
        "where indicator = 'npas_deal_count' and month(as_of_date) = 12"
    ),
    (0, "coverage_market_deal_count"): (
        "select max_by(value_number, as_of_date)\nfrom staging.stg_raw__market_indicators\n"
        "where indicator = 'npas_deal_count' and month(as_of_date) = 12"
    ),
    (0, "coverage_deal_count"): (
        "select count(*)\nfrom marts.dim_deal\nwhere issue_year = (\n"
        "    select max(year(as_of_date))\n    from staging.stg_raw__market_indicators\n"
        "    where indicator = 'npas_deal_count' and month(as_of_date) = 12\n)"
    ),
}
