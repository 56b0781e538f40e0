-- What does an originator bring to market, and on what terms? One row per originator and asset
-- class. Rates are weighted by the amounts they apply to, over the deals that state both.
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

terms as (
    select
        originators.originator_name,
        originators.originator_type,
        deals.asset_class,
        deals.trustee_name,
        deals.cutoff_date,
        deals.book_date,
        issuance.issue_amount_yuan,
        issuance.pool_balance_yuan,
        case when issuance.advance_rate is not null then issuance.issue_amount_yuan end
            as issue_amount_with_balance_yuan,
        case when issuance.advance_rate is not null then issuance.pool_balance_yuan end
            as pool_balance_with_issue_yuan,
        case
            when issuance.subordinated_ratio is not null then issuance.subordinated_amount_yuan
        end as subordinated_amount_yuan,
        case
            when issuance.subordinated_ratio is not null
                then issuance.senior_amount_yuan + issuance.subordinated_amount_yuan
        end as structured_amount_yuan,
        case when issuance.senior_coupon_ratio is not null then issuance.senior_amount_yuan end
            as senior_amount_with_coupon_yuan,
        issuance.senior_coupon_ratio * cast(issuance.senior_amount_yuan as double)
            as senior_coupon_yuan,
        case when issuance.estimated_recovery_rate is not null then issuance.pool_balance_yuan end
            as pool_balance_with_estimate_yuan,
        issuance.estimated_recovery_rate * cast(issuance.pool_balance_yuan as double)
            as estimated_recovery_yuan
    from deals
    inner join originators
        on deals.originator_key = originators.originator_key
    inner join issuance
        on deals.deal_key = issuance.deal_key
),

final as (
    select
        originator_name,
        originator_type,
        asset_class,
        count(*) as deal_count,
        count(distinct trustee_name) as trustee_count,
        cast(sum(issue_amount_yuan) as decimal(18, 2)) as issue_amount_yuan,
        cast(sum(pool_balance_yuan) as decimal(18, 2)) as pool_balance_yuan,
        {{ ratio('sum(issue_amount_with_balance_yuan)', 'sum(pool_balance_with_issue_yuan)') }}
            as advance_rate,
        {{ ratio('sum(subordinated_amount_yuan)', 'sum(structured_amount_yuan)') }}
            as subordinated_ratio,
        {{ ratio('sum(senior_coupon_yuan)', 'sum(senior_amount_with_coupon_yuan)') }}
            as senior_coupon_ratio,
        {{ ratio('sum(estimated_recovery_yuan)', 'sum(pool_balance_with_estimate_yuan)') }}
            as estimated_recovery_rate,
        -- from the day the pool is fixed to the day it is sold: cash of these days is in the pool
        avg(cast({{ days_between('cutoff_date', 'book_date') }} as double))
            as mean_days_to_book,
        min(book_date) as first_book_date,
        max(book_date) as last_book_date
    from terms
    group by
        originator_name,
        originator_type,
        asset_class
)

select * from final
order by
    originator_name asc,
    deal_count desc,
    asset_class asc
