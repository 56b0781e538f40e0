-- How much does a pool raise per yuan owed, by asset class and year of book building? The rate of a
-- year is the sum of issues over the sum of balances; the quartiles show how far single deals lie.
with

deals as (
    select * from {{ ref('dim_deal') }}
),

issuance as (
    select * from {{ ref('fct_issuance') }}
),

final as (
    select
        deals.asset_class,
        deals.issue_year,
        count(*) as deal_count,
        cast(sum(issuance.issue_amount_yuan) as decimal(18, 2)) as issue_amount_yuan,
        cast(sum(issuance.pool_balance_yuan) as decimal(18, 2)) as pool_balance_yuan,
        {{ ratio('sum(issuance.issue_amount_yuan)', 'sum(issuance.pool_balance_yuan)') }}
            as advance_rate,
        min(issuance.advance_rate) as min_advance_rate,
        percentile_cont(0.25) within group (order by issuance.advance_rate) as p25_advance_rate,
        percentile_cont(0.50) within group (order by issuance.advance_rate) as p50_advance_rate,
        percentile_cont(0.75) within group (order by issuance.advance_rate) as p75_advance_rate,
        max(issuance.advance_rate) as max_advance_rate
    from issuance
    inner join deals
        on issuance.deal_key = deals.deal_key
    -- a rate exists where both amounts do: sums and quartiles are over the same deals
    where
        issuance.advance_rate is not null
        and deals.issue_year is not null
    group by
        deals.asset_class,
        deals.issue_year
)

select * from final
order by
    asset_class,
    issue_year
