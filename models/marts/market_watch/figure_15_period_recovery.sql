-- Grain: one row per cohort, segment and month of age: property deals by cut-off year, and property
-- and unsecured deals of the whole market.
with

curves as (
    select * from {{ ref('fct_recovery_curve') }}
),

final as (
    select
        cohort_kind,
        cohort,
        case segment when 'micro_small/property' then 'property' else 'unsecured' end as segment,
        age_month,
        deal_count,
        balance_yuan,
        weighted_period_rate,
        -- a market goes on issuing, so half of its balance is always young: an age is thin by its
        -- deals instead
        case cohort_kind when 'market' then deal_count < 5 else is_thin end as is_thin
    from curves
    where
        (cohort_kind in ('cutoff_year', 'market') and segment = 'micro_small/property')
        or (cohort_kind = 'market' and segment = 'micro_small/unsecured')
)

select * from final
