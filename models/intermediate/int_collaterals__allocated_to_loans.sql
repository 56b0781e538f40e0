-- Grain: one row per deal, snapshot date, loan and collateral. What of a collateral's value is the
-- loan's: prior claims come off first, the rest is split by the balances of the loans that share
-- it.
with

loans as (
    select
        *,
        outstanding_principal_yuan + outstanding_interest_yuan + outstanding_fees_yuan
            as balance_yuan
    from {{ ref('int_loan_pools__latest_delivery') }}
),

collaterals as (
    select * from {{ ref('int_collaterals__latest_delivery') }}
),

secured as (
    select
        collaterals.deal_code,
        collaterals.snapshot_date,
        collaterals.loan_no,
        collaterals.collateral_no,
        collaterals.collateral_type,
        collaterals.initial_value_yuan,
        loans.balance_yuan,
        -- a blank claim is none on a first lien, and unknown behind one
        case
            when collaterals.prior_claims_yuan is not null
                then collaterals.latest_value_yuan - collaterals.prior_claims_yuan
            when
                coalesce(collaterals.lien_rank, 1) = 1
                and coalesce(collaterals.unread_columns, '') not like '%prior_claims%'
                and coalesce(collaterals.unread_columns, '') not like '%lien_rank%'
                then collaterals.latest_value_yuan
        end as net_latest_value_yuan
    from collaterals
    inner join loans
        on
            collaterals.deal_code = loans.deal_code
            and collaterals.snapshot_date = loans.snapshot_date
            and collaterals.loan_no = loans.loan_no
),

shared as (
    select
        *,
        count(*) over same_collateral as sharing_loan_count,
        case
            when count(balance_yuan) over same_collateral = count(*) over same_collateral
                then sum(balance_yuan) over same_collateral
        end as sharing_balance_yuan
    from secured
    window same_collateral as (partition by deal_code, snapshot_date, collateral_no)
),

final as (
    select
        deal_code,
        snapshot_date,
        loan_no,
        collateral_no,
        collateral_type,
        {{ allocated_value('net_latest_value_yuan') }} as allocated_latest_value_yuan,
        {{ allocated_value('initial_value_yuan') }} as allocated_initial_value_yuan
    from shared
)

select * from final
