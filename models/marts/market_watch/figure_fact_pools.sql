-- Grain: one row per fact of figures 7 to 13: what pools are made of, and what agencies expected.
with

deals as (
    select * from {{ ref('figure_deal') }}
),

repaid_and_ltv as (
    select * from {{ ref('figure_09_repaid_ratio_and_ltv') }}
),

borrower_balances as (
    select * from {{ ref('figure_11_balance_per_borrower') }}
),

overdue_deals as (
    select * from {{ ref('figure_12_overdue_months') }}
),

estimated_deals as (
    select * from {{ ref('figure_13_estimated_recovery') }}
),

-- as decimals: a quotient of two doubles may fall on the wrong side of a threshold
property_ratios as (
    select
        cast(mortgaged_ratio as decimal(18, 12)) as mortgaged_ratio,
        cast(residential_ratio as decimal(18, 12)) as residential_ratio
    from deals
    where security_class = 'property'
),

shares as (
    select
        count(mortgaged_ratio) as mortgaged_count,
        count(*) filter (where mortgaged_ratio > 0.8) as mostly_mortgaged_count,
        count(*) filter (where mortgaged_ratio = 1) as fully_mortgaged_count,
        min(mortgaged_ratio) as lowest_mortgaged_ratio,
        percentile_cont(0.5) within group (order by cast(mortgaged_ratio as double))
            as median_mortgaged_ratio,
        count(residential_ratio) as residential_count,
        count(*) filter (where residential_ratio > 0.8) as mostly_residential_count,
        count(*) filter (where residential_ratio = 1) as fully_residential_count,
        min(residential_ratio) as lowest_residential_ratio,
        percentile_cont(0.5) within group (order by cast(residential_ratio as double))
            as median_residential_ratio
    from property_ratios
),

repaid as (
    select
        count(*) as deal_count,
        {{ correlation('repaid_ratio', 'weighted_current_ltv_ratio') }} as repaid_ltv_correlation,
        count(*) filter (where repaid_ratio < 0.1) as low_repaid_count,
        count(*) filter (where weighted_current_ltv_ratio > 1) as high_ltv_count,
        percentile_cont(0.5) within group (order by repaid_ratio) as median_repaid_ratio,
        percentile_cont(0.5) within group (order by weighted_current_ltv_ratio)
            as median_ltv_ratio
    from repaid_and_ltv
),

highest_ltv as (
    select *
    from repaid_and_ltv
    qualify row_number() over (order by weighted_current_ltv_ratio desc, deal_code asc) = 1
),

borrower_counts as (
    select
        deal_name,
        borrower_count,
        row_number() over (order by borrower_count desc, deal_code asc) as highest_rank_no,
        row_number() over (order by borrower_count asc, deal_code asc) as lowest_rank_no
    from deals
    where security_group = 'secured' and borrower_count is not null
),

borrowers as (
    select
        count(*) as deal_count,
        count(*) filter (where borrower_count > 500) as many_borrower_count,
        percentile_cont(0.5) within group (order by cast(borrower_count as double))
            as median_borrower_count
    from borrower_counts
),

balances as (
    select
        count(*) as deal_count,
        max(rank_no) as lowest_rank_no,
        {{ mean('balance_per_borrower_yuan') }} as mean_yuan,
        percentile_cont(0.5) within group (order by cast(balance_per_borrower_yuan as double))
            as median_yuan
    from borrower_balances
),

extreme_balances as (
    select
        borrower_balances.*,
        balances.lowest_rank_no,
        balances.deal_count
    from borrower_balances
    cross join balances
    where borrower_balances.rank_no in (1, balances.lowest_rank_no)
),

overdue_years as (
    select
        issue_year,
        year_mean_months,
        year_deal_count,
        max(issue_year) over () as latest_year,
        min(issue_year) over () as first_year
    from overdue_deals
    qualify row_number() over (partition by issue_year order by deal_key) = 1
),

overdue_latest_year as (
    select max(issue_year) as latest_year
    from overdue_deals
),

-- three years against the three before, as the report does
overdue as (
    select
        count(*) as deal_count,
        max(overdue_latest_year.latest_year) as latest_year,
        min(overdue_deals.issue_year) as first_year,
        {{ mean('overdue_deals.weighted_overdue_months') }} as mean_months,
        count(*) filter (
            where overdue_deals.issue_year > overdue_latest_year.latest_year - 3
        ) as recent_count,
        {{ mean(
            'case when overdue_deals.issue_year > overdue_latest_year.latest_year - 3'
            ~ ' then overdue_deals.weighted_overdue_months end'
        ) }} as recent_mean_months,
        count(*) filter (
            where
            overdue_deals.issue_year
            between overdue_latest_year.latest_year - 5 and overdue_latest_year.latest_year - 3
        ) as earlier_count,
        {{ mean(
            'case when overdue_deals.issue_year between overdue_latest_year.latest_year - 5'
            ~ ' and overdue_latest_year.latest_year - 3'
            ~ ' then overdue_deals.weighted_overdue_months end'
        ) }} as earlier_mean_months
    from overdue_deals
    cross join overdue_latest_year
),

estimates as (
    select
        count(*) as deal_count,
        {{ mean('estimated_recovery_rate') }} as mean_rate,
        count(*) filter (where is_comparable) as comparable_count
    from estimated_deals
),

ranked_estimates as (
    select
        *,
        row_number() over (order by estimated_recovery_rate desc, deal_code asc)
            as highest_rank_no,
        row_number() over (order by estimated_recovery_rate asc, deal_code asc)
            as lowest_rank_no
    from estimated_deals
),

comparable_years as (
    select
        issue_year,
        year_comparable_mean_rate as mean_rate,
        year_comparable_deal_count as deal_count
    from estimated_deals
    where year_comparable_mean_rate is not null
    qualify row_number() over (partition by issue_year order by deal_key) = 1
),

comparable_steps as (
    select
        *,
        lag(mean_rate) over (order by issue_year) as previous_rate,
        row_number() over (order by issue_year) as first_rank_no,
        row_number() over (order by issue_year desc) as latest_rank_no
    from comparable_years
),

comparable_trend as (
    select
        count(*) as year_count,
        sum(deal_count) as deal_count,
        {{ slope('issue_year - 2000', 'mean_rate') }} as slope,
        count(previous_rate) as step_count,
        count(*) filter (where mean_rate < previous_rate) as falling_step_count
    from comparable_steps
),

share_facts as (
    {{ fact('shares', 7, 'known_deal_count', 'mortgaged_count', 'mortgaged_count') }}
    union all
    {{ fact('shares', 7, 'over_80_deal_count', 'mostly_mortgaged_count', 'mortgaged_count') }}
    union all
    {{ fact('shares', 7, 'over_80_deal_ratio',
        ratio('mostly_mortgaged_count', 'mortgaged_count'), 'mortgaged_count') }}
    union all
    {{ fact('shares', 7, 'full_deal_count', 'fully_mortgaged_count', 'mortgaged_count') }}
    union all
    {{ fact('shares', 7, 'full_deal_ratio', ratio('fully_mortgaged_count', 'mortgaged_count'),
        'mortgaged_count') }}
    union all
    {{ fact('shares', 7, 'lowest_ratio', 'lowest_mortgaged_ratio', 'mortgaged_count') }}
    union all
    {{ fact('shares', 7, 'median_ratio', 'median_mortgaged_ratio', 'mortgaged_count') }}
    union all
    {{ fact('shares', 8, 'known_deal_count', 'residential_count', 'residential_count') }}
    union all
    {{ fact('shares', 8, 'over_80_deal_count', 'mostly_residential_count',
        'residential_count') }}
    union all
    {{ fact('shares', 8, 'over_80_deal_ratio',
        ratio('mostly_residential_count', 'residential_count'), 'residential_count') }}
    union all
    {{ fact('shares', 8, 'full_deal_count', 'fully_residential_count', 'residential_count') }}
    union all
    {{ fact('shares', 8, 'full_deal_ratio',
        ratio('fully_residential_count', 'residential_count'), 'residential_count') }}
    union all
    {{ fact('shares', 8, 'lowest_ratio', 'lowest_residential_ratio', 'residential_count') }}
    union all
    {{ fact('shares', 8, 'median_ratio', 'median_residential_ratio', 'residential_count') }}
),

ltv_facts as (
    {{ fact('repaid', 9, 'known_deal_count', 'deal_count', 'deal_count') }}
    union all
    {{ fact('repaid', 9, 'correlation', 'repaid_ltv_correlation', 'deal_count') }}
    union all
    {{ fact('repaid', 9, 'repaid_below_10_deal_count', 'low_repaid_count', 'deal_count') }}
    union all
    {{ fact('repaid', 9, 'repaid_below_10_deal_ratio', ratio('low_repaid_count', 'deal_count'),
        'deal_count') }}
    union all
    {{ fact('repaid', 9, 'ltv_above_100_deal_count', 'high_ltv_count', 'deal_count') }}
    union all
    {{ fact('repaid', 9, 'median_repaid_ratio', 'median_repaid_ratio', 'deal_count') }}
    union all
    {{ fact('repaid', 9, 'median_ltv_ratio', 'median_ltv_ratio', 'deal_count') }}
    union all
    {{ fact('highest_ltv', 9, 'highest_ltv_ratio', 'weighted_current_ltv_ratio', '1',
        'deal_name') }}
),

borrower_facts as (
    {{ fact('borrowers', 10, 'known_deal_count', 'deal_count', 'deal_count') }}
    union all
    {{ fact('borrowers', 10, 'over_500_deal_count', 'many_borrower_count', 'deal_count') }}
    union all
    {{ fact('borrowers', 10, 'over_500_deal_ratio', ratio('many_borrower_count', 'deal_count'),
        'deal_count') }}
    union all
    {{ fact('borrowers', 10, 'median_borrower_count', 'median_borrower_count',
        'deal_count') }}
    union all
    {{ fact('borrower_counts where highest_rank_no = 1', 10, 'highest_borrower_count',
        'borrower_count', '1', 'deal_name') }}
    union all
    {{ fact('borrower_counts where lowest_rank_no = 1', 10, 'lowest_borrower_count',
        'borrower_count', '1', 'deal_name') }}
    union all
    {{ fact('balances', 11, 'known_deal_count', 'deal_count', 'deal_count') }}
    union all
    {{ fact('extreme_balances where rank_no = 1', 11, 'highest_yuan',
        'balance_per_borrower_yuan', '1', 'deal_name') }}
    union all
    {{ fact('extreme_balances where rank_no = lowest_rank_no', 11, 'lowest_yuan',
        'balance_per_borrower_yuan', '1', 'deal_name') }}
    union all
    {{ fact('balances', 11, 'mean_yuan', 'mean_yuan', 'deal_count') }}
    union all
    {{ fact('balances', 11, 'median_yuan', 'median_yuan', 'deal_count') }}
),

overdue_facts as (
    {{ fact('overdue', 12, 'known_deal_count', 'deal_count', 'deal_count') }}
    union all
    {{ fact('overdue', 12, 'first_year', 'first_year', 'deal_count') }}
    union all
    {{ fact('overdue', 12, 'latest_year', 'latest_year', 'deal_count') }}
    union all
    {{ fact('overdue', 12, 'mean_months', 'mean_months', 'deal_count') }}
    union all
    {{ fact('overdue_years where issue_year = first_year', 12, 'first_year_mean_months',
        'year_mean_months', 'year_deal_count') }}
    union all
    {{ fact('overdue_years where issue_year = latest_year', 12, 'latest_year_mean_months',
        'year_mean_months', 'year_deal_count') }}
    union all
    {{ fact('overdue_years where issue_year = latest_year - 1', 12,
        'previous_year_mean_months', 'year_mean_months', 'year_deal_count') }}
    union all
    {{ fact('overdue', 12, 'recent_mean_months', 'recent_mean_months', 'recent_count') }}
    union all
    {{ fact('overdue', 12, 'earlier_mean_months', 'earlier_mean_months', 'earlier_count') }}
    union all
    {{ fact('overdue', 12, 'mean_change_months', 'recent_mean_months - earlier_mean_months',
        'recent_count + earlier_count') }}
),

estimate_facts as (
    {{ fact('estimates', 13, 'known_deal_count', 'deal_count', 'deal_count') }}
    union all
    {{ fact('estimates', 13, 'mean_rate', 'mean_rate', 'deal_count') }}
    union all
    {{ fact('ranked_estimates where highest_rank_no = 1', 13, 'highest_rate',
        'estimated_recovery_rate', '1', 'deal_name') }}
    union all
    {{ fact('ranked_estimates where lowest_rank_no = 1', 13, 'lowest_rate',
        'estimated_recovery_rate', '1', 'deal_name') }}
    union all
    {{ fact('estimates', 13, 'comparable_deal_count', 'comparable_count',
        'comparable_count') }}
    union all
    {{ fact('comparable_trend', 13, 'comparable_year_count', 'year_count', 'deal_count') }}
    union all
    {{ fact('comparable_steps where first_rank_no = 1', 13, 'first_comparable_year',
        'issue_year', 'deal_count') }}
    union all
    {{ fact('comparable_steps where first_rank_no = 1', 13, 'first_comparable_mean_rate',
        'mean_rate', 'deal_count') }}
    union all
    {{ fact('comparable_steps where latest_rank_no = 1', 13, 'latest_comparable_year',
        'issue_year', 'deal_count') }}
    union all
    {{ fact('comparable_steps where latest_rank_no = 1', 13, 'latest_comparable_mean_rate',
        'mean_rate', 'deal_count') }}
    union all
    {{ fact('comparable_trend', 13, 'comparable_slope', 'slope', 'deal_count') }}
    union all
    {{ fact('comparable_trend', 13, 'comparable_step_count', 'step_count', 'deal_count') }}
    union all
    {{ fact('comparable_trend', 13, 'comparable_falling_step_count', 'falling_step_count',
        'deal_count') }}
    union all
    {{ fact('comparable_trend', 13, 'comparable_falling_step_ratio',
        ratio('falling_step_count', 'step_count'), 'deal_count') }}
),

final as (
    select * from share_facts
    union all
    select * from ltv_facts
    union all
    select * from borrower_facts
    union all
    select * from overdue_facts
    union all
    select * from estimate_facts
)

select * from final
