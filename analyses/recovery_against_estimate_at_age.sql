-- How much of the first-rating estimate has come in when deals are 6, 12, 18 and 24 months old?
-- Sums over the deals observed at the age. The estimate runs to legal maturity, so that a ratio
-- below 1 is normal, and other deals are observed at other ages: compare classes at one age.
with

deals as (
    select * from {{ ref('dim_deal') }}
),

issuance as (
    select * from {{ ref('fct_issuance') }}
),

months as (
    select * from {{ ref('fct_recovery_by_month') }}
),

observed as (
    select
        deals.asset_class,
        months.age_month,
        months.cumulative_recovery_yuan,
        months.observed_ratio,
        issuance.pool_balance_yuan,
        issuance.estimated_recovery_rate * cast(issuance.pool_balance_yuan as double)
            as estimated_recovery_yuan
    from months
    inner join deals
        on months.deal_key = deals.deal_key
    inner join issuance
        on months.deal_key = issuance.deal_key
    where
        months.age_month in (6, 12, 18, 24)
        and months.cumulative_rate is not null
        and issuance.estimated_recovery_rate is not null
),

final as (
    select
        asset_class,
        age_month,
        count(*) as deal_count,
        cast(sum(pool_balance_yuan) as decimal(18, 2)) as pool_balance_yuan,
        cast(sum(cumulative_recovery_yuan) as decimal(18, 2)) as cumulative_recovery_yuan,
        cast(sum(estimated_recovery_yuan) as decimal(18, 2)) as estimated_recovery_yuan,
        {{ ratio('sum(cumulative_recovery_yuan)', 'sum(pool_balance_yuan)') }}
            as cumulative_recovery_rate,
        {{ ratio('sum(estimated_recovery_yuan)', 'sum(pool_balance_yuan)') }}
            as estimated_recovery_rate,
        {{ ratio('sum(cumulative_recovery_yuan)', 'sum(estimated_recovery_yuan)') }}
            as estimate_attained_ratio,
        -- months read from a report of their own; the rest is spread by day from a longer period
        count(*) filter (where observed_ratio = 1) as measured_deal_count
    from observed
    group by
        asset_class,
        age_month
)

select * from final
order by
    asset_class,
    age_month
