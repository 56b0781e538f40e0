-- Who issues how much, and against which pools? One row per originator, largest issuer first.
with

deals as (
    select * from {{ ref('dim_deal') }}
),

originators as (
    select * from {{ ref('dim_originator') }}
),

issuance as (
    select * from {{ ref('fct_issuance') }}
),

totals as (
    select
        originators.originator_name,
        originators.originator_type,
        count(*) as deal_count,
        count(issuance.issue_amount_yuan) as issue_amount_deal_count,
        count(*) filter (where deals.asset_class = 'micro_small') as micro_small_deal_count,
        cast(sum(issuance.issue_amount_yuan) as decimal(18, 2)) as issue_amount_yuan,
        cast(
            sum(issuance.issue_amount_yuan) filter (where deals.asset_class = 'micro_small')
            as decimal(18, 2)
        ) as micro_small_issue_amount_yuan,
        -- both sums over the same deals: those that print both amounts
        {{ ratio(
            'sum(issuance.issue_amount_yuan) filter (where issuance.advance_rate is not null)',
            'sum(issuance.pool_balance_yuan) filter (where issuance.advance_rate is not null)'
        ) }} as advance_rate,
        min(issuance.book_date) as first_book_date,
        max(issuance.book_date) as last_book_date
    from deals
    inner join originators
        on deals.originator_key = originators.originator_key
    inner join issuance
        on deals.deal_key = issuance.deal_key
    group by
        originators.originator_name,
        originators.originator_type
),

final as (
    select
        rank() over (order by issue_amount_yuan desc nulls last) as issue_rank,
        originator_name,
        originator_type,
        deal_count,
        issue_amount_deal_count,
        micro_small_deal_count,
        issue_amount_yuan,
        micro_small_issue_amount_yuan,
        {{ ratio('issue_amount_yuan', 'sum(issue_amount_yuan) over ()') }} as issue_share_ratio,
        advance_rate,
        first_book_date,
        last_book_date
    from totals
)

select * from final
order by
    issue_rank,
    originator_name
