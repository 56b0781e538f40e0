-- Grain: one row per deal, snapshot date and loan of a tape: what it owes and what secures it.
-- Prior claims come off a collateral's value first; the rest is split by the balances of the loans
-- that share it.
with

loans as (
    select
        *,
        outstanding_principal_yuan + outstanding_interest_yuan + outstanding_fees_yuan
            as balance_yuan
    from {{ ref('int_loan_pools__latest_delivery') }}
),

collaterals as (
    select
        pool_no,
        loan_no,
        collateral_no,
        collateral_type,
        initial_value_yuan,
        -- a blank claim is none on a first lien, and unknown behind one
        case
            when prior_claims_yuan is not null then latest_value_yuan - prior_claims_yuan
            when coalesce(lien_rank, 1) = 1 and not has_unread_lien then latest_value_yuan
        end as net_latest_value_yuan
    from {{ ref('int_collaterals__latest_delivery') }}
),

listed_for_several as (
    select
        pool_no,
        collateral_no
    from collaterals
    group by pool_no, collateral_no
    having count(*) > 1
),

-- first these few, then their loans: joined at once, all of a pool's may be paired with all
shared_rows as (
    select
        pool_no,
        loan_no,
        collateral_no
    from collaterals
    where
        (pool_no, collateral_no) in (
            select
                listed_for_several.pool_no,
                listed_for_several.collateral_no
            from listed_for_several
        )
),

shared as (
    select
        shared_rows.pool_no,
        shared_rows.loan_no,
        shared_rows.collateral_no,
        loans.balance_yuan,
        count(*) over same_collateral as sharing_loan_count,
        case
            when count(loans.balance_yuan) over same_collateral = count(*) over same_collateral
                then sum(loans.balance_yuan) over same_collateral
        end as sharing_balance_yuan
    from shared_rows
    inner join loans
        on
            shared_rows.pool_no = loans.pool_no
            and shared_rows.loan_no = loans.loan_no
    window
        same_collateral as (
            partition by shared_rows.pool_no, shared_rows.collateral_no
        )
),

allocated as (
    select
        collaterals.pool_no,
        collaterals.loan_no,
        collaterals.collateral_no,
        collaterals.collateral_type,
        {{ allocated_value('collaterals.net_latest_value_yuan') }} as latest_value_yuan,
        {{ allocated_value('collaterals.initial_value_yuan') }} as initial_value_yuan
    from collaterals
    left outer join shared
        on
            collaterals.pool_no = shared.pool_no
            and collaterals.loan_no = shared.loan_no
            and collaterals.collateral_no = shared.collateral_no
            and shared.sharing_loan_count > 1
),

collateral_by_loan as (
    select
        pool_no,
        loan_no,
        count(*) as collateral_count,
        count(case when collateral_type = '车辆' then 1 end) as vehicle_count,
        {{ complete_value('latest_value_yuan') }} as latest_value_yuan,
        {{ complete_value('initial_value_yuan') }} as initial_value_yuan,
        -- a type that is missing must not make way for another collateral's
        nullif(
            min_by(
                coalesce(collateral_type, ''),
                (
                    latest_value_yuan is null,
                    -- of equal values a split one may be off in the last digit of a double
                    -try_cast(latest_value_yuan as decimal(24, 6)),
                    collateral_no
                )
            ),
            ''
        ) as largest_collateral_type
    from allocated
    group by pool_no, loan_no
),

final as (
    select
        loans.pool_no,
        loans.deal_code,
        loans.snapshot_date,
        loans.loan_no,
        loans.borrower_no,
        loans.five_class,
        loans.contract_amount_yuan,
        loans.outstanding_principal_yuan as principal_yuan,
        loans.balance_yuan,
        loans.overdue_days,
        collateral_by_loan.largest_collateral_type,
        coalesce(collateral_by_loan.collateral_count, 0) as collateral_count,
        coalesce(collateral_by_loan.vehicle_count, 0) as vehicle_count,
        -- a sum of values not above 0 secures nothing that a ratio could be taken of
        case
            when collateral_by_loan.latest_value_yuan > 0
                then collateral_by_loan.latest_value_yuan
        end as latest_value_yuan,
        case
            when collateral_by_loan.initial_value_yuan > 0
                then collateral_by_loan.initial_value_yuan
        end as initial_value_yuan,
        collateral_by_loan.collateral_count is not null as is_mortgaged
    from loans
    left outer join collateral_by_loan
        on
            loans.pool_no = collateral_by_loan.pool_no
            and loans.loan_no = collateral_by_loan.loan_no
)

select * from final
