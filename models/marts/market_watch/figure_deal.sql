-- Grain: one row per micro-small deal: the population of the market-watch figures.
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

snapshots as (
    select * from {{ ref('fct_pool_snapshot') }}
),

final as (
    select
        deals.deal_key,
        deals.deal_code,
        deals.originator_key,
        deals.deal_name,
        originators.originator_name,
        originators.originator_type,
        deals.security_class,
        case
            when deals.security_class in ('property', 'vehicle') then 'secured'
            else deals.security_class
        end as security_group,
        issuance.issue_amount_yuan,
        issuance.pool_balance_yuan,
        issuance.estimated_recovery_rate,
        snapshots.borrower_count,
        snapshots.balance_per_borrower_yuan,
        snapshots.mortgaged_ratio,
        snapshots.residential_ratio,
        snapshots.repaid_ratio,
        snapshots.weighted_current_ltv_ratio,
        snapshots.weighted_overdue_months,
        snapshots.is_comparable,
        deals.cutoff_year,
        deals.issue_year
    from deals
    inner join issuance
        on deals.deal_key = issuance.deal_key
    left outer join originators
        on deals.originator_key = originators.originator_key
    left outer join snapshots
        on
            deals.deal_key = snapshots.deal_key
            and deals.cutoff_date = snapshots.snapshot_date
    where deals.asset_class = 'micro_small'
)

select * from final
