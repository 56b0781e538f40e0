-- Grain: one row per secured deal of which the issue year and the overdue term are known.
with

deals as (
    select * from {{ ref('figure_deal') }}
),

overdue_deals as (
    select *
    from deals
    where
        security_group = 'secured'
        and weighted_overdue_months is not null
        and issue_year is not null
),

years as (
    select
        issue_year,
        {{ mean('weighted_overdue_months') }} as year_mean_months,
        count(*) as year_deal_count
    from overdue_deals
    group by issue_year
),

final as (
    select
        overdue_deals.deal_key,
        overdue_deals.deal_code,
        overdue_deals.deal_name,
        overdue_deals.originator_name,
        overdue_deals.weighted_overdue_months,
        years.year_mean_months,
        years.year_deal_count,
        overdue_deals.issue_year
    from overdue_deals
    inner join years
        on overdue_deals.issue_year = years.issue_year
)

select * from final
