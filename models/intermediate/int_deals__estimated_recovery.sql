-- Grain: one row per deal with a usable first-rating estimate: the mean of its agencies' rates.
with

recovery_estimates as (
    select * from {{ ref('int_recovery_estimates__latest_revision') }}
),

cutoff_pools as (
    select * from {{ ref('int_deals__cutoff_pool') }}
),

rates as (
    select
        recovery_estimates.deal_code,
        recovery_estimates.agency_name,
        recovery_estimates.basis,
        recovery_estimates.source_document,
        coalesce(
            cast(recovery_estimates.estimated_rate as double),
            {{ ratio(
                'recovery_estimates.estimated_recovery_yuan', 'cutoff_pools.pool_balance_yuan'
            ) }}
        ) as estimated_rate
    from recovery_estimates
    inner join cutoff_pools
        on recovery_estimates.deal_code = cutoff_pools.deal_code
    where recovery_estimates.stage = 'first_rating'
),

final as (
    select
        deal_code,
        cast(avg(cast(estimated_rate as decimal(28, 18))) as double) as estimated_recovery_rate,
        count(*) as estimate_count,
        count(distinct basis) > 1 as has_mixed_basis,
        {{ distinct_list('source_document') }} as source_documents
    from rates
    where estimated_rate is not null
    group by deal_code
)

select * from final
