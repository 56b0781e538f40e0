-- Grain: one row per deal.
with

deals as (
    select * from {{ ref('int_deals__latest_revision') }}
),

resolved as (
    select * from {{ ref('int_deals__originator_resolved') }}
),

cutoff_pools as (
    select * from {{ ref('int_deals__cutoff_pool') }}
),

final as (
    select
        {{ deal_key('deals.deal_code') }} as deal_key,
        deals.deal_code_printed as deal_code,
        {{ originator_key('resolved.originator_code') }} as originator_key,
        deals.deal_name,
        deals.series,
        resolved.originator_printed,
        resolved.originator_resolved_by,
        deals.trustee_name,
        deals.lead_underwriter,
        deals.servicer,
        deals.asset_subclass,
        deals.asset_class,
        cutoff_pools.security_class,
        deals.payment_frequency,
        {{ market_name() }} as market,
        cast(year(deals.cutoff_date) as integer) as cutoff_year,
        cast(year(deals.book_date) as integer) as issue_year,
        deals.announce_date,
        deals.cutoff_date,
        deals.book_date,
        deals.setup_date,
        deals.legal_maturity_date,
        deals.liquidation_date,
        deals.unread_columns,
        deals.source_document,
        deals.known_on
    from deals
    inner join resolved
        on deals.deal_code = resolved.deal_code
    inner join cutoff_pools
        on deals.deal_code = cutoff_pools.deal_code
)

select * from final
