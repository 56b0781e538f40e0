-- Grain: one row per bin of the mortgaged ratio of property deals, also a bin without a deal.
with

deals as (
    select * from {{ ref('figure_deal') }}
),

numbers as (
    select * from {{ ref('int_numbers') }}
),

property_deals as (
    select *
    from deals
    where security_class = 'property'
),

final as (
    {{ deals_by_tenth('numbers', 'property_deals', 'mortgaged_ratio') }}
)

select * from final
