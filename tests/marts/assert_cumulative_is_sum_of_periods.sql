-- The last cumulative amount of a deal without a gap is the sum of its periods.
with

periods as (
    select * from {{ ref('fct_recovery_by_period') }}
),

totals as (
    select
        deal_key,
        cast(sum(period_recovery_yuan) as decimal(18, 2)) as period_yuan,
        count(*) as period_count,
        count(cumulative_recovery_yuan) as cumulative_count
    from periods
    group by deal_key
),

last_periods as (
    select
        deal_key,
        cumulative_recovery_yuan
    from periods
    qualify
        row_number() over (
            partition by deal_key
            order by collection_end desc nulls first, period_no desc
        ) = 1
),

final as (
    select
        totals.deal_key,
        totals.period_yuan,
        last_periods.cumulative_recovery_yuan
    from totals
    inner join last_periods
        on totals.deal_key = last_periods.deal_key
    where
        totals.period_count = totals.cumulative_count
        and totals.period_yuan != last_periods.cumulative_recovery_yuan
)

select * from final
