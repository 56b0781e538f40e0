-- Grain: one row per issue year and security group of micro-small deals.
with

deals as (
    select * from {{ ref('figure_deal') }}
),

years as (
    select
        issue_year,
        count(*) as deal_count,
        sum(issue_amount_yuan) as issue_amount_yuan
    from deals
    group by issue_year
),

security_groups as (
    select
        issue_year,
        security_group,
        count(*) as deal_count,
        sum(issue_amount_yuan) as issue_amount_yuan
    from deals
    group by issue_year, security_group
),

final as (
    select
        security_groups.issue_year,
        security_groups.security_group,
        security_groups.deal_count,
        cast(security_groups.issue_amount_yuan as decimal(18, 2)) as issue_amount_yuan,
        years.deal_count as year_deal_count,
        cast(years.issue_amount_yuan as decimal(18, 2)) as year_issue_amount_yuan
    from security_groups
    -- a deal without a book date is in no year
    inner join years
        on security_groups.issue_year = years.issue_year
)

select * from final
