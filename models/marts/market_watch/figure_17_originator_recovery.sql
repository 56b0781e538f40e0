-- Grain: one row per originator of property deals and month of age.
with

curves as (
    select * from {{ ref('fct_recovery_curve') }}
),

final as (
    select
        cohort as originator_name,
        age_month,
        deal_count,
        balance_yuan,
        weighted_cumulative_rate,
        chained_cumulative_rate,
        is_thin
    from curves
    where cohort_kind = 'originator' and segment = 'micro_small/property'
)

select * from final
