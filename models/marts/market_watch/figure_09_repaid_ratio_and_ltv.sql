-- Grain: one row per property deal of which both the repaid ratio and the LTV are known.
with

deals as (
    select * from {{ ref('figure_deal') }}
),

final as (
    select
        deal_key,
        deal_code,
        deal_name,
        originator_name,
        repaid_ratio,
        weighted_current_ltv_ratio,
        pool_balance_yuan,
        issue_year
    from deals
    where
        security_class = 'property'
        and repaid_ratio is not null
        and weighted_current_ltv_ratio is not null
)

select * from final
