-- Grain: one row per month of age of the property deals of the whole market.
with

curves as (
    select * from {{ ref('fct_recovery_curve') }}
),

final as (
    select
        age_month,
        deal_count,
        min_rate,
        p10_rate,
        p25_rate,
        p50_rate,
        p75_rate,
        p90_rate,
        max_rate,
        mean_rate,
        -- a market goes on issuing, so half of its balance is always young: an age is thin by its
        -- deals instead
        deal_count < 5 as is_thin
    from curves
    where cohort_kind = 'market' and segment = 'micro_small/property'
)

select * from final
