-- Grain: one row per issue year and security group of micro-small deals.
with

deals as (
    select * from {{ ref('figure_deal') }}
),

final as (
    select
        issue_year,
        security_group,
        count(*) as deal_count,
        cast(sum(issue_amount_yuan) as decimal(18, 2)) as issue_amount_yuan
    from deals
    where issue_year is not null
    group by issue_year, security_group
)

select * from final
