-- Grain: one row per originator with a deal.
with

originators as (
    select * from {{ ref('originators') }}
),

deals as (
    select * from {{ ref('int_deals__latest_revision') }}
),

resolved as (
    select * from {{ ref('int_deals__originator_resolved') }}
),

cutoff_pools as (
    select * from {{ ref('int_deals__cutoff_pool') }}
),

totals as (
    select
        resolved.originator_code,
        count(*) as deal_count,
        min(deals.cutoff_date) as first_cutoff_date,
        min(deals.book_date) as first_book_date,
        max(deals.book_date) as last_book_date,
        cast(sum(deals.issue_amount_yuan) as decimal(18, 2)) as issue_amount_yuan,
        cast(sum(cutoff_pools.pool_balance_yuan) as decimal(18, 2)) as pool_balance_yuan,
        count(deals.issue_amount_yuan) as issue_amount_deal_count,
        count(cutoff_pools.pool_balance_yuan) as pool_balance_deal_count
    from resolved
    inner join deals
        on resolved.deal_code = deals.deal_code
    inner join cutoff_pools
        on resolved.deal_code = cutoff_pools.deal_code
    where resolved.originator_code is not null
    group by resolved.originator_code
),

final as (
    select
        {{ originator_key('originators.originator_code') }} as originator_key,
        originators.originator_code,
        originators.originator_name,
        originators.legal_name,
        originators.originator_type,
        totals.deal_count,
        totals.issue_amount_deal_count,
        totals.pool_balance_deal_count,
        totals.issue_amount_yuan,
        totals.pool_balance_yuan,
        totals.first_cutoff_date,
        totals.first_book_date,
        totals.last_book_date
    from totals
    inner join originators
        on totals.originator_code = originators.originator_code
)

select * from final
