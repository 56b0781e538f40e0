-- Deals and issuances are the same deals.
with

deals as (
    select * from {{ ref('dim_deal') }}
),

issuance as (
    select * from {{ ref('fct_issuance') }}
),

final as (
    select
        deals.deal_key,
        issuance.deal_key as issuance_deal_key
    from deals
    full outer join issuance
        on deals.deal_key = issuance.deal_key
    where deals.deal_key is null or issuance.deal_key is null
)

select * from final
