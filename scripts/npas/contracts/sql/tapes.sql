-- Grain: one row per deal and date of a loan tape, its latest delivery.
with

loans as (
    select * from latest.loan_pools
),

mortgaged as (
    select distinct
        deal_code,
        snapshot_date,
        loan_no
    from latest.collaterals
),

final as (
    select
        loans.deal_code,
        loans.snapshot_date,
        count(*) as loan_count,
        -- A loan without its borrower or its amounts leaves the total unknown.
        case when count(*) = count(loans.borrower_no) then count(distinct loans.borrower_no) end
            as borrower_count,
        case when count(*) = count(loans.balance) then sum(loans.balance) end as balance_sum,
        case
            when count(*) = count(loans.outstanding_principal)
                then sum(loans.outstanding_principal)
        end as principal_sum,
        case when count(*) = count(loans.contract_amount) then sum(loans.contract_amount) end
            as contract_sum,
        case
            when count(*) = count(loans.balance)
                then
                    coalesce(sum(loans.balance) filter (mortgaged.loan_no is not null), 0)
                    / nullif(sum(loans.balance), 0)
        end as mortgaged_share
    from loans
    left outer join mortgaged
        on
            loans.deal_code = mortgaged.deal_code
            and loans.snapshot_date = mortgaged.snapshot_date
            and loans.loan_no = mortgaged.loan_no
    group by loans.deal_code, loans.snapshot_date
)

select * from final
