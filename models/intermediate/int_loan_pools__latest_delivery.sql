-- Grain: one row per deal, snapshot date and loan. A redelivered tape replaces the whole snapshot:
-- what it leaves out is gone.
with

loan_pools as (
    select * from {{ ref('stg_raw__loan_pools') }}
),

headings as (
    select *
    from {{ ref('int_tapes__latest_headings') }}
    where table_name = 'raw_loan_pools'
),

final as (
    select
        headings.pool_no,
        headings.deal_code,
        headings.snapshot_date,
        headings.known_on,
        loan_pools.loan_no,
        loan_pools.borrower_no,
        loan_pools.five_class,
        loan_pools.guarantee_type,
        loan_pools.city,
        loan_pools.contract_amount_yuan,
        loan_pools.outstanding_principal_yuan,
        loan_pools.outstanding_interest_yuan,
        loan_pools.outstanding_fees_yuan,
        loan_pools.overdue_days,
        loan_pools.granted_on,
        loan_pools.due_on,
        loan_pools.unread_columns,
        loan_pools.source_document
    from loan_pools
    inner join headings
        on
            loan_pools.printed_deal_code = headings.printed_deal_code
            and loan_pools.printed_snapshot_date = headings.printed_snapshot_date
            and loan_pools.printed_known_on = headings.printed_known_on
)

select * from final
