-- Grain: one row per tranche.
with

tranches as (
    select * from {{ ref('int_tranches__latest_revision') }}
),

deals as (
    select * from {{ ref('int_deals__latest_revision') }}
),

final as (
    select
        {{ deal_key('tranches.deal_code') }} as deal_key,
        tranches.tranche_code,
        tranches.tranche_name,
        tranches.rate_type,
        tranches.amortisation,
        tranches.issue_amount_yuan,
        tranches.placed_amount_yuan,
        cast(tranches.coupon_ratio as double) as coupon_ratio,
        cast(tranches.issue_price as double) as issue_price,
        cast(tranches.expected_life_years as double) as expected_life_years,
        cast(tranches.weighted_life_years as double) as weighted_life_years,
        tranches.tranche_name not like '%次级%' as is_senior,
        tranches.start_date,
        tranches.expected_maturity_date,
        tranches.unread_columns,
        tranches.source_document,
        tranches.known_on
    from tranches
    inner join deals
        on tranches.deal_code = deals.deal_code
)

select * from final
