-- Grain: one row per cohort kind, cohort, segment and month of age at which a deal is observed.
with

months as (
    select * from {{ ref('fct_recovery_by_month') }}
),

deals as (
    select * from {{ ref('dim_deal') }}
),

originators as (
    select * from {{ ref('dim_originator') }}
),

issuance as (
    select * from {{ ref('fct_issuance') }}
),

cohorts as (
    select
        deal_key,
        'market' as cohort_kind,
        'all' as cohort
    from deals
    union all
    select
        deal_key,
        'cutoff_year' as cohort_kind,
        cast(cutoff_year as string) as cohort
    from deals
    where cutoff_year is not null
    union all
    select
        deals.deal_key,
        'originator' as cohort_kind,
        originators.originator_name as cohort
    from deals
    inner join originators
        on deals.originator_key = originators.originator_key
),

segments as (
    select
        deal_key,
        'all' as segment
    from deals
    union all
    select
        deal_key,
        asset_class as segment
    from deals
    union all
    select
        deal_key,
        concat(asset_class, '/', security_class) as segment
    from deals
    where asset_class = 'micro_small' and security_class != 'unknown'
),

observed as (
    select
        months.deal_key,
        months.age_month,
        months.recovery_yuan,
        months.cumulative_recovery_yuan,
        months.recovery_rate,
        issuance.pool_balance_yuan
    from months
    inner join issuance
        on months.deal_key = issuance.deal_key
    where months.recovery_rate is not null and months.cumulative_rate is not null
),

members as (
    select
        cohorts.cohort_kind,
        cohorts.cohort,
        segments.segment,
        observed.*
    from observed
    inner join cohorts
        on observed.deal_key = cohorts.deal_key
    inner join segments
        on observed.deal_key = segments.deal_key
),

ages as (
    select
        cohort_kind,
        cohort,
        segment,
        age_month,
        count(*) as deal_count,
        cast(sum(pool_balance_yuan) as decimal(18, 2)) as balance_yuan,
        {{ ratio('sum(recovery_yuan)', 'sum(pool_balance_yuan)') }} as weighted_period_rate,
        {{ ratio('sum(cumulative_recovery_yuan)', 'sum(pool_balance_yuan)') }}
            as weighted_cumulative_rate,
        cast(avg(cast(recovery_rate as decimal(28, 18))) as double) as mean_rate,
        min(recovery_rate) as min_rate,
        percentile_cont(0.10) within group (order by recovery_rate) as p10_rate,
        percentile_cont(0.25) within group (order by recovery_rate) as p25_rate,
        percentile_cont(0.50) within group (order by recovery_rate) as p50_rate,
        percentile_cont(0.75) within group (order by recovery_rate) as p75_rate,
        percentile_cont(0.90) within group (order by recovery_rate) as p90_rate,
        max(recovery_rate) as max_rate
    from members
    group by cohort_kind, cohort, segment, age_month
),

-- every observed deal is observed at month 1, so that month holds the whole cohort
final as (
    select
        cohort_kind,
        cohort,
        segment,
        age_month,
        deal_count,
        balance_yuan,
        weighted_period_rate,
        weighted_cumulative_rate,
        sum(weighted_period_rate) over ages_so_far as chained_cumulative_rate,
        mean_rate,
        min_rate,
        p10_rate,
        p25_rate,
        p50_rate,
        p75_rate,
        p90_rate,
        max_rate,
        balance_yuan < 0.5 * max(balance_yuan) over whole_cohort as is_thin
    from ages
    window
        ages_so_far as (
            partition by cohort_kind, cohort, segment
            order by age_month
            rows between unbounded preceding and current row
        ),
        whole_cohort as (partition by cohort_kind, cohort, segment)
)

select * from final
