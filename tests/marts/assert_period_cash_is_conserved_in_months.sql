-- Every yuan of a dated period lies in exactly one month: the two totals of a deal are equal.
with

periods as (
    select * from {{ ref('int_collection_periods__ordered') }}
),

months as (
    select * from {{ ref('fct_recovery_by_month') }}
),

period_totals as (
    select
        {{ deal_key('deal_code') }} as deal_key,
        sum(period_recovery_yuan) as recovery_yuan
    from periods
    where
        period_recovery_yuan is not null
        and collection_start > cutoff_date
        and collection_end >= collection_start
    group by deal_code
),

month_totals as (
    select
        deal_key,
        sum(recovery_yuan) as recovery_yuan
    from months
    group by deal_key
),

final as (
    select
        period_totals.deal_key,
        period_totals.recovery_yuan as period_yuan,
        month_totals.recovery_yuan as month_yuan
    from period_totals
    full outer join month_totals
        on period_totals.deal_key = month_totals.deal_key
    where period_totals.recovery_yuan is distinct from month_totals.recovery_yuan
)

select * from final
