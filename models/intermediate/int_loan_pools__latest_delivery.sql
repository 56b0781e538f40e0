-- Grain: one row per deal, snapshot date and loan. A redelivered tape replaces the whole snapshot:
-- what it leaves out is gone.
with

loan_pools as (
    select * from {{ ref('stg_raw__loan_pools') }}
),

loan_tapes as (
    select * from {{ ref('stg_raw__loan_tapes') }}
),

deliveries as (
    select * from {{ ref('int_loan_pools__deliveries') }}
),

latest_headings as (
    select distinct
        loan_tapes.printed_deal_code,
        loan_tapes.printed_snapshot_date,
        loan_tapes.printed_known_on,
        deliveries.deal_code,
        deliveries.snapshot_date,
        deliveries.known_on
    from loan_tapes
    inner join deliveries
        on
            loan_tapes.deal_code = deliveries.deal_code
            and loan_tapes.snapshot_date = deliveries.snapshot_date
            and loan_tapes.known_on = deliveries.known_on
    where
        deliveries.is_latest
        and {{ is_in_batch(pool_name('deliveries.deal_code', 'deliveries.snapshot_date')) }}
),

final as (
    select
        latest_headings.deal_code,
        latest_headings.snapshot_date,
        latest_headings.known_on,
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
    inner join latest_headings
        on
            loan_pools.printed_deal_code = latest_headings.printed_deal_code
            and loan_pools.printed_snapshot_date = latest_headings.printed_snapshot_date
            and loan_pools.printed_known_on = latest_headings.printed_known_on
)

select * from final
