-- Grain: one row per deal and month of age that a period with cash touches. Cash is spread by day
-- in whole cents: the running total is rounded at each month's end and differences are taken, so
-- that a period's months add up to the period.
with

periods as (
    select * from {{ ref('int_collection_periods__ordered') }}
),

numbers as (
    select * from {{ ref('int_numbers') }}
),

paid_periods as (
    select
        deal_code,
        cutoff_date,
        collection_start,
        collection_end,
        period_recovery_yuan,
        {{ days_between('collection_start', 'collection_end') }} + 1 as period_days,
        {{ age_month('cutoff_date', 'collection_start') }} as first_age_month,
        {{ age_month('cutoff_date', 'collection_end') }} as last_age_month
    from periods
    where
        period_recovery_yuan is not null
        and collection_start > cutoff_date
        and collection_end >= collection_start
),

period_months as (
    select
        paid_periods.*,
        numbers.number as age_month,
        {{ add_days(add_months('paid_periods.cutoff_date', 'numbers.number - 1'), 1) }}
            as month_start,
        {{ add_months('paid_periods.cutoff_date', 'numbers.number') }} as month_end
    from paid_periods
    inner join numbers
        on numbers.number between paid_periods.first_age_month and paid_periods.last_age_month
),

overlapping_days as (
    select
        *,
        {{ days_between('collection_start', 'greatest(collection_start, month_start)') }}
            as days_before,
        {{ days_between('collection_start', 'least(collection_end, month_end)') }} + 1
            as days_through,
        {{ days_between('month_start', 'month_end') }} + 1 as month_days,
        collection_start >= month_start and collection_end <= month_end as is_whole_report
    from period_months
),

shares as (
    select
        *,
        {{ running_share_yuan('period_recovery_yuan', 'days_through', 'period_days') }}
        - {{ running_share_yuan('period_recovery_yuan', 'days_before', 'period_days') }}
            as recovery_yuan
    from overlapping_days
),

final as (
    select
        deal_code,
        age_month,
        cast(sum(recovery_yuan) as decimal(18, 2)) as recovery_yuan,
        sum(days_through - days_before) as covered_days,
        sum(case when is_whole_report then days_through - days_before else 0 end)
            as observed_days,
        max(month_days) as month_days,
        max(month_end) as month_end
    from shares
    group by deal_code, age_month
)

select * from final
