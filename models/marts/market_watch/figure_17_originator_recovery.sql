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
        -- an originator goes on issuing, so half of its balance is always young: an age is thin
        -- when a single deal of several is left
        deal_count < least(2, max(deal_count) over (partition by cohort)) as is_thin
    from curves
    where cohort_kind = 'originator' and segment = 'micro_small/property'
)

select * from final
