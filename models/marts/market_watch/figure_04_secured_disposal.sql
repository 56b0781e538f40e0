-- Grain: one row per issue year of secured micro-small deals.
with

deals as (
    select * from {{ ref('figure_deal') }}
),

final as (
    select
        issue_year,
        count(*) as deal_count,
        cast(sum(issue_amount_yuan) as decimal(18, 2)) as issue_amount_yuan,
        cast(sum(pool_balance_yuan) as decimal(18, 2)) as pool_balance_yuan
    from deals
    where security_group = 'secured' and issue_year is not null
    group by issue_year
)

select * from final
