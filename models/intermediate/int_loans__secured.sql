-- Grain: one row per deal, snapshot date and loan of a tape: what it owes and what secures it.
with

loan_pools as (
    select * from {{ ref('int_loan_pools__latest_delivery') }}
),

collaterals as (
    select * from {{ ref('int_collaterals__allocated_to_loans') }}
),

collateral_by_loan as (
    select
        deal_code,
        snapshot_date,
        loan_no,
        count(*) as collateral_count,
        count(case when collateral_type = '车辆' then 1 end) as vehicle_count,
        case
            when count(allocated_latest_value_yuan) = count(*)
                then sum(allocated_latest_value_yuan)
        end as latest_value_yuan,
        case
            when count(allocated_initial_value_yuan) = count(*)
                then sum(allocated_initial_value_yuan)
        end as initial_value_yuan
    from collaterals
    group by deal_code, snapshot_date, loan_no
),

largest_collateral as (
    select
        deal_code,
        snapshot_date,
        loan_no,
        collateral_type
    from collaterals
    qualify
        row_number() over (
            partition by deal_code, snapshot_date, loan_no
            order by allocated_latest_value_yuan desc nulls last, collateral_no asc
        ) = 1
),

final as (
    select
        loan_pools.deal_code,
        loan_pools.snapshot_date,
        loan_pools.loan_no,
        loan_pools.borrower_no,
        loan_pools.five_class,
        loan_pools.contract_amount_yuan,
        loan_pools.outstanding_principal_yuan as principal_yuan,
        loan_pools.outstanding_principal_yuan
        + loan_pools.outstanding_interest_yuan
        + loan_pools.outstanding_fees_yuan as balance_yuan,
        loan_pools.overdue_days,
        largest_collateral.collateral_type as largest_collateral_type,
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
        collateral_by_loan.collateral_count is not null as is_mortgaged,
        loan_pools.source_document,
        loan_pools.known_on
    from loan_pools
    left outer join collateral_by_loan
        on
            loan_pools.deal_code = collateral_by_loan.deal_code
            and loan_pools.snapshot_date = collateral_by_loan.snapshot_date
            and loan_pools.loan_no = collateral_by_loan.loan_no
    left outer join largest_collateral
        on
            loan_pools.deal_code = largest_collateral.deal_code
            and loan_pools.snapshot_date = largest_collateral.snapshot_date
            and loan_pools.loan_no = largest_collateral.loan_no
)

select * from final
