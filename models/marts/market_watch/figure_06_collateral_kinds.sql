-- Grain: one row per kind of security of secured micro-small deals.
with

deals as (
    select * from {{ ref('figure_deal') }}
),

final as (
    select
        security_class,
        count(*) as deal_count,
        cast(sum(issue_amount_yuan) as decimal(18, 2)) as issue_amount_yuan,
        cast(sum(pool_balance_yuan) as decimal(18, 2)) as pool_balance_yuan
    from deals
    where security_group = 'secured'
    group by security_class
)

select * from final
