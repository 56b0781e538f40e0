-- Grain: one row per cut-off year of property deals and month of age.
with

curves as (
    select * from {{ ref('fct_recovery_curve') }}
),

final as (
    select
        cast(cohort as integer) as cutoff_year,
        age_month,
        deal_count,
        balance_yuan,
        weighted_cumulative_rate,
        chained_cumulative_rate,
        is_thin
    from curves
    where cohort_kind = 'cutoff_year' and segment = 'micro_small/property'
)

select * from final
