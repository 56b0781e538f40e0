-- Grain: one row per deal. The pool at its cut-off: the denominator of every recovery rate. Where
-- the deal prints no balance, its tape at the cut-off stands in; the principal likewise.
with

deals as (
    select * from {{ ref('int_deals__latest_revision') }}
),

tapes as (
    select * from {{ ref('int_pools__measured_from_tape') }}
),

disclosed as (
    select * from {{ ref('int_pools__disclosed') }}
),

final as (
    select
        deals.deal_code,
        coalesce(deals.pool_balance_yuan, tapes.balance_yuan) as pool_balance_yuan,
        coalesce(deals.pool_principal_yuan, tapes.principal_yuan) as pool_principal_yuan,
        case
            when deals.pool_balance_yuan is not null then 'printed'
            when tapes.balance_yuan is not null then 'loan_tape'
        end as pool_balance_source,
        case
            when tapes.mortgaged_loan_count = 0 then 'unsecured'
            when tapes.collateral_count = tapes.vehicle_count then 'vehicle'
            when tapes.deal_code is not null then 'property'
            when disclosed.mortgaged_ratio = 0 then 'unsecured'
            when disclosed.mortgaged_ratio > 0 and disclosed.vehicle_ratio = 1 then 'vehicle'
            when disclosed.mortgaged_ratio > 0 then 'property'
            when deals.asset_class = 'residential_mortgage' then 'property'
            when deals.asset_class = 'auto' then 'vehicle'
            when deals.asset_class in ('credit_card', 'consumer') then 'unsecured'
            else 'unknown'
        end as security_class
    from deals
    left outer join tapes
        on
            deals.deal_code = tapes.deal_code
            and deals.cutoff_date = tapes.snapshot_date
    left outer join disclosed
        on
            deals.deal_code = disclosed.deal_code
            and deals.cutoff_date = disclosed.snapshot_date
)

select * from final
