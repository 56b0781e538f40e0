-- Grain: one row per deal and month of age that a report's cash touches.
with

months as (
    select * from {{ ref('int_recovery__spread_to_months') }}
),

cutoff_pools as (
    select * from {{ ref('int_deals__cutoff_pool') }}
),

accumulated as (
    select
        months.*,
        cutoff_pools.pool_balance_yuan,
        months.covered_days = months.month_days as is_covered,
        sum(months.recovery_yuan) over months_so_far as cumulative_recovery_yuan,
        sum(case when months.covered_days = months.month_days then 1 else 0 end)
            over months_so_far as covered_months
    from months
    inner join cutoff_pools
        on months.deal_code = cutoff_pools.deal_code
    window
        months_so_far as (
            partition by months.deal_code
            order by months.age_month
            rows between unbounded preceding and current row
        )
),

final as (
    select
        {{ deal_key('deal_code') }} as deal_key,
        cast(age_month as integer) as age_month,
        recovery_yuan,
        -- a cumulative amount needs every month from the cut-off on
        cast(
            case when covered_months = age_month then cumulative_recovery_yuan end as decimal(18, 2)
        )
            as cumulative_recovery_yuan,
        case when is_covered then {{ ratio('recovery_yuan', 'pool_balance_yuan') }} end
            as recovery_rate,
        case
            when covered_months = age_month
                then {{ ratio('cumulative_recovery_yuan', 'pool_balance_yuan') }}
        end as cumulative_rate,
        {{ ratio('observed_days', 'month_days') }} as observed_ratio,
        nullif(
            concat_ws(
                '; ',
                case when not is_covered then 'month not covered to its end' end,
                case
                    when covered_months < age_month then 'a month since the cut-off is not covered'
                end,
                case
                    when not coalesce(pool_balance_yuan > 0, false)
                        then 'no pool balance at the cut-off'
                end
            ),
            ''
        ) as incomplete_reason,
        month_end
    from accumulated
)

select * from final
